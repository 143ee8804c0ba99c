// What calls denote: the ways there are to reach one function, within and across modules. One check, many cases.
#include "analyzer/project/project.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "analyzer/base/strings.h"
#include "analyzer/facts/calls.h"

namespace looplint {
namespace {

using Files = std::map<std::string, std::string>;

// The call whose callee ends in `marker` in main.*: "api NAME", "function FILE:NAME", "class", "" ...
std::string Denotes(const Files& files, std::string_view marker) {
  std::vector<std::unique_ptr<File>> list;
  std::vector<Manifest> manifests;
  std::vector<std::string> paths;
  for (const auto& [path, text] : files) {
    if (path.ends_with("package.json")) {
      manifests.push_back(*ParseManifest(text, std::string(DirName(path))));
      continue;
    }
    list.push_back(std::make_unique<File>(MakeSourceFile(path, text, Parse(text, LanguageOf(path)), Knowledge::Builtin())));
    EXPECT_TRUE(list.back()->model.syntax.errors.empty()) << path;
    list.back()->role = FileRole::kSource;
    paths.push_back(path);
  }
  Project project;
  project.Link(std::move(list), std::make_shared<Resolver>(std::move(paths), std::move(manifests)), nullptr,
               Knowledge::Builtin());
  Calls calls;
  const StopToken never;
  calls.Infer(project, 1, never);
  for (size_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    const File& f = project[file];
    if (!f.path.starts_with("main.")) continue;
    for (const CallId id : Ids(f.model.calls)) {
      const Call& c = f.model.calls[id];
      const Node& callee = f.model.syntax[f.model.syntax.FirstChild(c.node)];
      if (!std::string_view(f.text).substr(callee.start, callee.end - callee.start).ends_with(marker)) continue;
      const Target& t = calls.TargetOf(file, id);
      if (t.api != nullptr) return Cat("api ", t.api->name);
      if (Some(t.function.function)) {
        const File& g = project[t.function.file];
        const Function& fn = g.model.functions[t.function.function];
        return Cat("function ", g.path, ":", Some(fn.name) ? g.model.names[fn.name] : std::string_view("?"));
      }
      return "";
    }
  }
  return "no such call";
}
std::string Api(const std::string& code, std::string_view marker, const char* name = "main.js") {
  return Denotes({{name, code}}, marker);
}

TEST(Denote, WaysToReadFileSync) {
  const std::string want = "api fs.readFileSync";
  EXPECT_EQ(Api("import fs from 'fs'; fs.readFileSync('x');", "readFileSync"), want);
  EXPECT_EQ(Api("import * as fs from 'node:fs'; fs.readFileSync('x');", "readFileSync"), want);
  EXPECT_EQ(Api("import { readFileSync as r } from 'fs'; r('x');", "r"), want);
  EXPECT_EQ(Api("const { readFileSync } = require('node:fs'); readFileSync('x');", "readFileSync"), want);
  EXPECT_EQ(Api("const { readFileSync: read } = require('fs'); read('x');", "read"), want);
  EXPECT_EQ(Api("require('fs').readFileSync('x');", "readFileSync"), want);
  EXPECT_EQ(Api("const fs = require('fs'), g = fs; g['readFileSync']('x');", "']"), want);
  EXPECT_EQ(Api("let read; read = require('fs').readFileSync; read('x');", "read"), want);
  EXPECT_EQ(Api("const m = await import('fs'); m.readFileSync('x');", "readFileSync"), want);
  EXPECT_EQ(Api("import fs = require('fs'); fs.readFileSync('x');", "readFileSync", "main.ts"), want);
  EXPECT_EQ(Api("const read = require('fs').readFileSync.bind(null, 'x'); read();", "read"), want);
  EXPECT_EQ(Api("function f({ fs = require('fs') } = {}) {} const fs = require('fs') || null; (0, fs.readFileSync)('x');",
                "fs.readFileSync"),
            want);
  EXPECT_EQ(Api("import { createRequire } from 'module'; const req = createRequire(import.meta.url);"
                "req('fs').readFileSync('x');",
                "readFileSync"),
            want);
  EXPECT_EQ(Api("class A { fs = require('fs'); go() { this.fs.readFileSync('x'); } }", "readFileSync"), want);
  EXPECT_EQ(Api("class A { constructor() { this.fs = require('fs'); } go() { this.fs.readFileSync('x'); } }",
                "readFileSync"),
            want);
}

TEST(Denote, IsNotFooledByNames) {
  EXPECT_EQ(Api("const fs = { readFileSync() {} }; fs.readFileSync('x');", "readFileSync"), "function main.js:readFileSync");
  EXPECT_EQ(Api("function f(fs) { fs.readFileSync('x'); }", "readFileSync"), "");
  EXPECT_EQ(Api("let fs = require('fs'); fs = mock(fs); fs.readFileSync('x');", "readFileSync"), "");
  EXPECT_EQ(Api("function g(require) { require('fs').readFileSync('x'); }", "readFileSync"), "");
  EXPECT_EQ(Api("const readFileSync = 1; { const { readFileSync } = require('./fs'); readFileSync('x'); }", "readFileSync"), "");
}

TEST(Denote, PromisesAndInstances) {
  EXPECT_EQ(Api("require('fs').promises.readFile('x');", "readFile"), "api fs.promises.readFile");
  EXPECT_EQ(Api("import { readFile } from 'fs/promises'; readFile('x');", "readFile"), "api fs.promises.readFile");
  EXPECT_EQ(Api("const s = require('fs').createWriteStream('x'); s.write('y');", "write"), "api stream.Writable#write");
  EXPECT_EQ(Api("import http from 'http'; http.createServer((req, res) => { res.end('x'); });", "res.end"),
            "api http.OutgoingMessage#end");
  EXPECT_EQ(Api("const { EventEmitter } = require('events'); class A extends EventEmitter { go() { this.on('x', () => {}); } }",
                "this.on"),
            "api events.EventEmitter#on");
  EXPECT_EQ(Api("const app = require('express')(); app.get('/', (req, res) => res.json({}));", "res.json"),
            "api express.Response#json");
  EXPECT_EQ(Api("import express, { Request } from 'express'; export function h(req: Request) { req.get('x'); }",
                "req.get", "main.ts"),
            "api express.Request#get");
}

TEST(Denote, AcrossModules) {
  const Files esm = {{"main.mjs", "import { go, ns } from './barrel.mjs'; import def from './def.mjs'; go(); ns.other(); def();"},
                     {"barrel.mjs", "export * from './a.mjs'; export * as ns from './b.mjs';"},
                     {"a.mjs", "export { run as go } from './b.mjs';"},
                     {"b.mjs", "export function run() {} export const other = () => {};"},
                     {"def.mjs", "export default function named() {}"}};
  EXPECT_EQ(Denotes(esm, "go"), "function b.mjs:run");
  EXPECT_EQ(Denotes(esm, "other"), "function b.mjs:other");
  EXPECT_EQ(Denotes(esm, "def"), "function def.mjs:named");
  const Files cjs = {{"main.js", "const a = require('./a'); const { two } = require('./a'); const B = require('./b');"
                                 "a.one(); two(); new B().go(); require('./c')();"},
                     {"a.js", "exports.one = one; function one() {} exports.two = function () {};"},
                     {"b.js", "class B { go() {} } module.exports = B;"},
                     {"c/index.js", "module.exports = () => {};"}};
  EXPECT_EQ(Denotes(cjs, "a.one"), "function a.js:one");
  EXPECT_EQ(Denotes(cjs, "two"), "function a.js:two");
  EXPECT_EQ(Denotes(cjs, "go"), "function b.js:go");
  EXPECT_EQ(Denotes(cjs, "require('./c')"), "function c/index.js:?");
  const Files workspace = {{"main.ts", "import { add } from '@x/math'; add();"},
                           {"packages/math/package.json", R"({"name": "@x/math", "main": "dist/index.js"})"},
                           {"packages/math/src/index.ts", "export const add = () => 1;"}};
  EXPECT_EQ(Denotes(workspace, "add"), "function packages/math/src/index.ts:add");
}

TEST(Denote, CallOfAFunctionAndOfItsNamespace) {
  EXPECT_EQ(Api("function f() {} f.call(null);", "f.call"), "function main.js:f");
  EXPECT_EQ(Api("export function f() {} export namespace f { export function call() {} } f.call();", "f.call", "main.ts"), "");
}

TEST(Denote, EndsOnCycles) {
  EXPECT_EQ(Denotes({{"main.mjs", "import { x } from './a.mjs'; x();"}, {"a.mjs", "export { x } from './b.mjs';"},
                     {"b.mjs", "export { x } from './a.mjs';"}},
                    "x"),
            "");
  EXPECT_EQ(Api("const a = b, b = a; a();", "a"), "");
  EXPECT_EQ(Api("function f() { return f(); } f().x();", "x"), "");
}

TEST(Denote, TypesHandlersOfAPlugin) {
  const Files files = {{"main.js", "module.exports = async function (fastify) { fastify.get('/', async (req, reply) => { reply.send(1); }); };"},
                       {"server.js", "const app = require('fastify')(); app.register(require('./main'));"}};
  EXPECT_EQ(Denotes(files, "reply.send"), "api fastify.Reply#send");
}

}  // namespace
}  // namespace looplint
