// What values may be, on programs of a few lines: each names the language or library feature that carries a function from
// where it is written to where it is called.
#include "analyzer/project/values.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/facts/calls.h"
#include "analyzer/facts/hot_paths.h"
#include "gtest/gtest.h"
#include "resolver/resolve.h"

namespace looplint {
namespace {

struct Program {
  Project project;
  Calls calls;
};

std::unique_ptr<Program> Analyze(std::vector<std::pair<std::string, std::string>> texts) {
  std::sort(texts.begin(), texts.end());
  auto program = std::make_unique<Program>();
  std::vector<std::unique_ptr<File>> files;
  std::vector<std::string> paths;
  for (auto& [path, text] : texts) {
    Syntax syntax = Parse(text, LanguageOf(path));
    files.push_back(std::make_unique<File>(MakeSourceFile(path, text, std::move(syntax), Knowledge::Builtin())));
    paths.push_back(path);
  }
  auto resolver = std::make_shared<const Resolver>(paths, std::vector<Manifest>{});
  program->project.Link(std::move(files), resolver, nullptr, Knowledge::Builtin());
  program->calls.Infer(program->project, 1, StopToken(), Detail{.guesses = true, .data = false});
  return program;
}

// Callees of the call whose text begins like `call`, in file `path`, as "a.js:f, b.js:g"; guesses have a "?".
std::string CalleesAt(const Program& program, std::string_view path, std::string_view call) {
  const FileId file = program.project.Find(path);
  const File& f = program.project[file];
  const FileModel& m = f.model;
  std::string out;
  for (const CallId id : Ids(m.calls)) {
    const auto& node = m.syntax[m.calls[id].node];
    if (!std::string_view(f.text).substr(node.start, node.end - node.start).starts_with(call)) continue;
    const Callees callees = program.calls.CalleesOf(file, id);
    const auto add = [&](FunctionRef to, const char* mark) {
      out += Cat(out.empty() ? "" : ", ", program.project[to.file].path, ":", Describe(program.project, to), mark);
    };
    for (const FunctionRef to : callees.functions) add(to, "");
    for (const FunctionRef to : callees.guesses) add(to, "?");
    for (const FoundCall& found : program.project.values()->calls()) {
      if (found.at == CallRef{file, id} && found.kind != EnterKind::kCall) add(found.to, found.kind == EnterKind::kNow ? " now" : " later");
    }
    return out;
  }
  return "no such call";
}

std::string In(std::string text, std::string_view call) { return CalleesAt(*Analyze({{"a.js", std::move(text)}}), "a.js", call); }

TEST(Values, FollowsParametersAndResults) {
  EXPECT_EQ(In("function f() {} function g(x) { return x; } const h = g(f); h(1);", "h(1)"), "a.js:f()");
  EXPECT_EQ(In("function f() {} function run(cb) { cb(1); } run(f);", "cb(1)"), "a.js:f()");
  EXPECT_EQ(In("function make() { return function inner() {}; } make()(2);", "make()(2"), "a.js:inner()");
  EXPECT_EQ(In("function f() {} function run(cb = f) { cb(1); } run();", "cb(1)"), "a.js:f()");
  EXPECT_EQ(In("function f() {} function run({ cb = f } = {}) { cb(1); } run();", "cb(1)"), "a.js:f()");
  EXPECT_EQ(In("function f() {} function run(...all) { all[0](1); } run(f);", "all[0](1"), "a.js:f()");
  EXPECT_EQ(In("function f() {} function run(a, cb) { cb(1); } run(...[f, f]);", "cb(1)"), "a.js:f()");
  EXPECT_EQ(In("function f() {} function g() {} let h; if (x) h = f; else h = g; h(1);", "h(1)"), "a.js:f(), a.js:g()");
}

TEST(Values, KeepsWhatAVariableIsDeclaredWith) {
  const std::string two = "function f() {} function g() {} ";
  EXPECT_EQ(In(two + "let h = f; if (x) h = g; h(1);", "h(1)"), "a.js:f(), a.js:g()");
  EXPECT_EQ(In(two + "function h() {} var h = f; h(1);", "h(1)"), "a.js:f(), a.js:h()");
  EXPECT_EQ(In(two + "var h = f; function h() {} h(1);", "h(1)"), "a.js:f(), a.js:h()");
  EXPECT_EQ(In("var h; function h() {} h(1);", "h(1)"), "a.js:h()");
  // Of two of a name the last is meant everywhere.
  EXPECT_EQ(In("function f() {} h()(1); function h() {} function h() { return f; }", "h()(1"), "a.js:f()");
  EXPECT_EQ(In("let h = 1; h = function f() {}; h(1);", "h(1)"), "a.js:f()");
  // A module that loads itself, as bundled physics engines do.
  EXPECT_EQ(CalleesAt(*Analyze({{"main.js", "var Shape = require('./shape'); new Shape(1);"},
                                {"shape.js", "module.exports = Shape; var Shape = require('./shape'); function Shape() {}"}}),
                      "main.js", "new Shape(1"),
            "shape.js:Shape()");
}

TEST(Values, KeepsObjectsApart) {
  const std::string text = "const a = { run() {} }; const b = { run() {} }; function go(o) { o.run(1); } go(a); b.run(2);";
  EXPECT_EQ(In(text, "o.run(1)"), "a.js:run()");
  EXPECT_EQ(In("const t = { a() {}, b() {} }; t[k](1);", "t[k](1"), "a.js:a(), a.js:b()");
  EXPECT_EQ(In("const t = {}; t['a'] = function f() {}; t.a(1);", "t.a(1"), "a.js:f()");
  EXPECT_EQ(In("const kRun = Symbol('run'); class C { [kRun]() {} go() { this[kRun](1); } other() {} }", "this[kRun](1"), "a.js:an anonymous function") << "a symbol names one method";
}

TEST(Values, ClassesAndPrototypes) {
  EXPECT_EQ(In("class A { f() {} } class B extends A { g() { this.f(1); } }", "this.f(1"), "a.js:A.f()");
  EXPECT_EQ(In("class A { g() { this.f(1); } } class B extends A { f() {} }", "this.f(1"), "a.js:B.f()") << "from the base";
  EXPECT_EQ(In("class A { f() {} } class B extends A { f() { super.f(1); } }", "super.f(1"), "a.js:A.f()");
  EXPECT_EQ(In("class A { constructor() {} } class B extends A {} new B(1);", "new B(1"), "a.js:new A()");
  EXPECT_EQ(In("function A() {} A.prototype.f = function f() {}; new A().f(1);", "new A().f(1"), "a.js:f()");
  EXPECT_EQ(In("const util = require('util'); function A() {} A.prototype.f = function f() {}; function B() {} "
               "util.inherits(B, A); new B().f(1);", "new B().f(1"), "a.js:f()");
  EXPECT_EQ(In("const p = { f() {} }; const o = Object.create(p); o.f(1);", "o.f(1"), "a.js:f()");
  EXPECT_EQ(In("const o = Object.assign({}, { f() {} }); o.f(1);", "o.f(1"), "a.js:f()");
  EXPECT_EQ(In("const o = { ...{ f() {} } }; o.f(1);", "o.f(1"), "a.js:f()");
}

TEST(Values, FunctionsOfFunctions) {
  EXPECT_EQ(In("function f() {} f.call(null, 1);", "f.call("), "a.js:f()");
  EXPECT_EQ(In("function f(cb) { cb(1); } function g() {} f.apply(null, [g]);", "cb(1"), "a.js:g()");
  EXPECT_EQ(In("function f(a, b) { b(1); } function g() {} const h = f.bind(null, 0); h(g);", "b(1"), "a.js:g()");
  EXPECT_EQ(In("function f() {} const p = require('util').promisify(f); p(1);", "p(1"), "a.js:f()");
}

TEST(Values, KnownFunctionsCallBack) {
  EXPECT_EQ(In("function f() {} [1].map(f);", "[1].map("), "a.js:f() now");
  EXPECT_EQ(In("const fs = [function f() {}]; fs.forEach((x) => x(1));", "x(1"), "a.js:f()");
  EXPECT_EQ(In("async function f() { return function g() {}; } async function h() { const x = await f(); x(1); }", "x(1"), "a.js:g()");
  EXPECT_EQ(In("async function f() { return function g() {}; } f().then((x) => x(1));", "x(1"), "a.js:g()");
  EXPECT_EQ(In("const { EventEmitter } = require('events'); const e = new EventEmitter(); e.on('a', function f() {}); "
               "e.on('b', function g() {}); e.emit('a', 1);", "e.emit("), "a.js:f() now");
  EXPECT_EQ(In("const m = new Map(); m.set('a', function f() {}); m.get('a')(1);", "m.get('a')(1"), "a.js:f()");
}

TEST(Values, ModulesOfBothKinds) {
  const auto cjs = Analyze({{"a.js", "const b = require('./b'); b.f(1); b.g(2);"},
                            {"b.js", "exports.f = function f() {}; module.exports.g = () => {};"}});
  EXPECT_EQ(CalleesAt(*cjs, "a.js", "b.f(1"), "b.js:f()");
  EXPECT_EQ(CalleesAt(*cjs, "a.js", "b.g(2"), "b.js:g()");
  const auto esm = Analyze({{"a.mjs", "import run, { f as h } from './b.mjs'; run(1); h(2);"},
                            {"b.mjs", "export * from './c.mjs'; export default function main() {}"},
                            {"c.mjs", "export function f() {}"}});
  EXPECT_EQ(CalleesAt(*esm, "a.mjs", "run(1"), "b.mjs:main()");
  EXPECT_EQ(CalleesAt(*esm, "a.mjs", "h(2"), "c.mjs:f()");
  const auto nest = Analyze({{"a.ts", "import { S } from './s'; class C { constructor(private readonly s: S) {} go() { this.s.f(1); } }"},
                             {"s.ts", "export class S { f() {} }"}});
  EXPECT_EQ(CalleesAt(*nest, "a.ts", "this.s.f(1"), "s.ts:S.f()");
}

TEST(Values, NamesThatBeginWithWhatIsWritten) {
  const std::string visitor =
      "class V { visit(n) { const method = 'visit' + n.type; if (this[method]) return this[method](n, 1); } other() {} }\n"
      "class W extends V { visitA() {} visitB() {} }\n";
  EXPECT_EQ(In(visitor + "new W().visit(x);", "this[method](n"), "a.js:W.visitA(), a.js:W.visitB()");
  // A method of the class itself hides that of its base.
  EXPECT_EQ(In("class V { onA() {} } class W extends V { onA() {} onB() {} } const w = new W(); w[`on${k}`](1);",
               "w[`on"),
            "a.js:W.onA(), a.js:W.onB()");
  EXPECT_EQ(In("function V() {} V.prototype.go = function (k) { this['on' + k].apply(this, [k]); };\n"
               "V.prototype.onA = function onA() {}; V.prototype.off = function off() {}; new V().go(k);",
               "this['on' + k].apply"),
            "a.js:onA()");
  // More of them than a place holds.
  std::string many = "class V { go(k) { const f = this['do' + k]; f(k); }";
  for (char c = 'A'; c < 'A' + 20; ++c) many += std::string(" do") + c + "() {}";
  const std::string callees = In(many + " } new V().go(k);", "f(k)");
  EXPECT_EQ(std::count(callees.begin(), callees.end(), ':'), 20);
  // Names that nothing is known of are no such names.
  EXPECT_EQ(In("class V { go(k) { this[k](1); } onA() {} } new V().go(k);", "this[k](1"), "");
}

TEST(Values, BoundsWhatItSays) {
  EXPECT_EQ(In("class A { tidy() {} } function go(o) { o.tidy(1); }", "o.tidy(1"), "a.js:A.tidy()?") << "by its name alone";
  std::string many = "function run(cb) { cb(1); }\n";
  for (int i = 0; i < 40; ++i) many += Cat("function f", i, "() {} run(f", i, ");\n");
  const auto program = Analyze({{"a.js", many}});
  const FileId file = program->project.Find("a.js");
  bool seen = false;
  for (const CallId id : Ids(program->project[file].model.calls)) {
    const Callees callees = program->calls.CalleesOf(file, id);
    if (callees.functions.size() <= 1) continue;
    seen = true;
    EXPECT_TRUE(callees.unknown);
  }
  EXPECT_TRUE(seen);
}

TEST(Values, EndsOnWhatFeedsItself) {
  In("let f = function () {}; f = f.bind(null, f); f(f); const p = Promise.resolve(p); p.then(p); "
     "const o = {}; Object.setPrototypeOf(o, o); o.x = o; o[k] = o.x; o.x.x(o);", "f(f");
  // Options of handlers: paths into what holds itself.
  In("const { GraphQLObjectType } = require('graphql'); const all = []; all.push(all); function self() { return self; } "
     "const table = {}; table.fields = table; table.x = table; new GraphQLObjectType(all); "
     "new GraphQLObjectType({ fields: self }); new GraphQLObjectType(table);", "all.push");
}

}  // namespace
}  // namespace looplint
