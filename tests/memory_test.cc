// A run that is remembered is told again while nothing changed, and never otherwise: random changes to a project, its
// packages, its configuration and what lies around it, each state compared with a run that remembers nothing.
#include "analyzer/engine/memory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "analyzer/base/strings.h"
#include "analyzer/engine/workspace.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;

class Temporary {
 public:
  Temporary() {
    std::string name = Cat(fs::temp_directory_path().string(), "/looplint-memory-XXXXXX");
    path_ = fs::canonical(mkdtemp(name.data()));
  }
  ~Temporary() { fs::remove_all(path_); }
  std::string operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

void Put(const std::string& path, std::string_view text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// ---- a project of which every part can be one thing or another

constexpr std::string_view kAbsent = "\1absent", kFolder = "\1folder", kLink = "\1link ", kProgram = "\1program ";

struct Part {
  std::string path;
  std::vector<std::string> kinds;  // the first is what it is at first
};

std::vector<Part> Parts() {
  const std::string absent(kAbsent);
  return {
      {"p/server.js",
       {"const http = require('http');\nconst { page } = require('./lib/page');\nhttp.createServer((req, res) => {\n  "
        "res.end(page(req.url));\n}).listen(1);\n",
        "const { page } = require('./lib/page');\nconsole.log(page('x'));\n", absent}},
      {"p/lib/page.js",
       {"const fs = require('fs');\nexports.page = (name) => fs.readFileSync(name, 'utf8');\n",
        "exports.page = (name) => name;\n", absent, std::string(kFolder),
        "const fs = require('fs');\nexports.page = (name) => fs.readFileSync(name, 'utf9');\n"}},
      {"p/lib/page.ts", {absent, "export const page = (name: string) => name;\n"}},
      {"p/lib/page/index.js", {absent, "exports.page = (name) => require('fs').statSync(name);\n"}},
      {"p/lib/bundle.js",
       {absent, "/* @generated */\nrequire('fs').readFileSync('x');\n",
        "#!/usr/bin/env node\nrequire('fs').existsSync(process.argv[2]);\n"}},
      {"p/use.mjs",
       {"import { one, two } from 'dep';\nimport x from './lib/none.js';\nimport '#inner';\nimport 'up';\none(two, "
        "x);\n",
        "import { one } from 'dep/sub';\none();\n", absent}},
      {"p/typed.ts",
       {"import { page } from '@/page';\nimport 'linked';\nasync function f() { return page('x'); }\nf();\n", absent}},
      {"p/package.json",
       {R"({"name": "p", "version": "1.0.0", "main": "server.js", "bin": {"p": "bin/p.js"}, "dependencies": {"dep": "^1.0.0"}, "imports": {"#inner": "./lib/page.js"}})",
        R"({"name": "p", "version": "1.0.0", "type": "module", "dependencies": {"dep": "^1.0.0", "left": "1"}, "engines": {"node": ">=18"}})",
        R"({"name": "p", "private": true, "scripts": {"start": "node server.js", "postinstall": "node lib/page.js"}})",
        "{ not json", absent}},
      {"p/package-lock.json",
       {absent,
        R"({"name": "p", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "p", "version": "1.0.0"}}})"}},
      {"p/bin/p.js",
       {absent, "#!/usr/bin/env node\nconsole.log(1);\n", Cat(kProgram, "#!/usr/bin/env node\nconsole.log(1);\n")}},
      {"p/node_modules/dep/package.json",
       {R"({"name": "dep", "version": "1.0.0", "exports": {".": "./index.mjs", "./sub": "./sub.mjs"}})",
        R"({"name": "dep", "version": "1.2.0", "main": "index.js"})",
        R"({"name": "dep", "version": "2.0.0", "exports": "./none.mjs", "scripts": {"install": "node index.mjs"}})",
        absent}},
      {"p/node_modules/dep/index.mjs",
       {"export function one() {}\n", "export function one() {}\nexport const two = await 1;\n", absent}},
      {"p/node_modules/dep/index.js", {absent, "exports.one = () => {};\n"}},
      {"p/node_modules/dep/sub.mjs", {absent, "export const one = 1;\n"}},
      {"p/node_modules/linked", {absent, Cat(kLink, "../../other"), Cat(kLink, "nowhere"), Cat(kLink, "../lib")}},
      {"other/package.json", {R"({"name": "linked", "version": "1.0.0", "main": "main.js"})", absent}},
      {"other/main.js", {"exports.x = 1;\n", absent}},
      {"node_modules/up/index.js", {absent, "exports.up = 1;\n"}},
      {"p/away", {absent, Cat(kLink, "../other"), Cat(kLink, "lib")}},
      {"p/tsconfig.json",
       {absent, R"({"compilerOptions": {"paths": {"@/*": ["./lib/*"]}}})", R"({"extends": "../base.json"})",
        R"({"extends": "./no.json"})", "{"}},
      {"base.json", {absent, R"({"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["./p/lib/*"]}}})"}},
      {"p/looplint.jsonc",
       {"{}", R"({"rules": {"event-loop": "off"}})",
        R"({"rules": {"event-loop": "error"}, "overrides": [{"files": ["lib/**"], "rules": {"event-loop": "info"}}]})",
        R"({"ignore": ["lib/"]})", R"({"extends": ["./more.jsonc"]})", "{ broken"}},
      {"p/more.jsonc", {"{}", R"({"rules": {"event-loop/sync-in-handler": "info"}})", absent}},
      {"p/lib/looplint.jsonc", {absent, R"({"rules": {"event-loop": "warn"}})"}},
      {"p/.gitignore", {absent, "lib/\n", "server.js\n"}},
      {"p/.looplintignore", {absent, "*.ts\n"}},
      {".gitignore", {absent, "p/lib/\n"}},
      {".git/HEAD", {absent, "ref: refs/heads/main\n"}},
      {"p/.nvmrc", {absent, "18\n", "22.1.0\n"}},
      {"p/Dockerfile", {absent, "FROM node:18\nCMD [\"node\", \"server.js\"]\n", "FROM node\nCMD npm start\n"}},
      {"p/note.txt", {absent, "anything\n"}},
  };
}

void Make(const std::string& path, std::string_view kind) {
  std::error_code error;
  // What stands in the way of a folder above it goes.
  for (fs::path up = fs::path(path).parent_path(); !fs::is_directory(fs::symlink_status(up)); up = up.parent_path()) {
    if (fs::exists(fs::symlink_status(up))) fs::remove_all(up, error);
  }
  fs::remove_all(path, error);
  if (kind == kAbsent) return;
  fs::create_directories(fs::path(path).parent_path());
  if (kind == kFolder) {
    fs::create_directory(path);
  } else if (kind.starts_with(kLink)) {
    fs::create_symlink(kind.substr(kLink.size()), path);
  } else {
    const bool program = kind.starts_with(kProgram);
    Put(path, program ? kind.substr(kProgram.size()) : kind);
    if (program) fs::permissions(path, fs::perms::owner_all, error);
  }
}

std::string PlaceText(const Project& project, const Place& at) {
  return Cat(project[at.file].path, ":", at.span.start, "-", at.span.end, " ",
             std::string_view(project[at.file].text).substr(at.span.start, at.span.end - at.span.start));
}

std::string Print(const Project& project, const Finding& f) {
  std::string out = Cat(PlaceText(project, f.at), " ", f.rule->id, " ", SeverityName(f.severity), " ", f.message, " | ",
                        f.help, " ", f.scope, " ", f.via_title, " ", f.trust, "\n");
  for (const Step& s : f.via) out += Cat("  via ", PlaceText(project, s.at), " ", s.note, "\n");
  for (const Fix& fix : f.fixes) {
    out += Cat("  fix ", fix.description, fix.safe ? " safe" : "", "\n");
    for (const Edit& e : fix.edits) out += Cat("    ", e.at.start, "-", e.at.end, " ", e.text, "\n");
  }
  return out;
}

std::string Print(const Snapshot& snapshot) {
  const Project& project = snapshot.program.project;
  std::string out = Cat(project.size(), " files, ", snapshot.lines(), " lines\n");
  for (const Finding& f : snapshot.findings) out += Print(project, f);
  for (const Suppressed& s : snapshot.suppressed)
    out += Cat("accepted at ", PlaceText(project, s.comment), " ", s.reason, "\n", Print(project, s.finding));
  for (const Unreadable& u : snapshot.unreadable) out += Cat(u.path, ": ", u.reason, "\n");
  const Outline& outline = *snapshot.outline;
  for (const Outline::Module& m : outline.modules) {
    out += Cat(m.path, " ", static_cast<int>(m.role), " ", m.calls);
    for (const FileId to : m.imports) out += Cat(" ", Index(to));
    for (const FileId from : m.importers) out += Cat(" <", Index(from));
    out += '\n';
  }
  for (const EntryPoint& e : outline.entries)
    out += Cat("entry ", Index(e.file), " ", static_cast<int>(e.reason), " ", e.what, e.production ? " p" : "", " ",
               Index(e.starter), "\n");
  for (const Manifest& m : outline.resolver->manifests()) {
    if (const auto it = outline.kinds.find(&m); it != outline.kinds.end())
      out += Cat("kind ", m.directory, " ", static_cast<int>(it->second), "\n");
  }
  for (const auto& [file, text] : snapshot.unused) out += Cat("unused in ", Index(file), " ", text, "\n");
  return out;
}

std::shared_ptr<const Snapshot> LookAt(Workspace& workspace) {
  auto snapshot = workspace.Look(StopToken());
  EXPECT_NE(snapshot, nullptr);
  return snapshot;
}

// LOOPLINT_MEMORY_STEPS and LOOPLINT_MEMORY_SEED make it as long and as different as you like.
int Number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

TEST(MemoryTest, NothingIsToldThatARunWouldNotFind) {
  std::mt19937 random(static_cast<unsigned>(Number("LOOPLINT_MEMORY_SEED", 1)));
  const Temporary folder;
  std::vector<Part> parts = Parts();
  for (const Part& part : parts) Make(folder / part.path, part.kinds[0]);
  const Workspace::Options none,
      remembering{.config = {}, .rules = {}, .threads = 0, .cache = {.folder = folder / "cache", .least_text = 0}};
  int recalled = 0, kept = 0;
  const int steps = Number("LOOPLINT_MEMORY_STEPS", 400);
  for (int step = 0; step < steps; ++step) {
    std::string did = "nothing";
    if (const size_t what = random() % 8; what > 2) {
      Part& part = parts[random() % parts.size()];
      // Mostly back to what it was at first, so that states come again.
      const size_t kind = random() % 2 == 0 ? 0 : random() % part.kinds.size();
      std::string text = part.kinds[kind];
      if (what == 3 && !text.starts_with('\1')) text.insert(random() % (text.size() + 1), 1, "x \n"[random() % 3]);
      did = Cat(part.path, " as ", text);
      Make(folder / part.path, text);
    } else if (what == 2) {
      did = "all as at first";
      for (const Part& part : parts) Make(folder / part.path, part.kinds[0]);
    }
    Workspace without(folder / "p", none);
    const std::string truth = Print(*LookAt(without));
    Workspace with(folder / "p", remembering);
    const auto told = LookAt(with);
    ASSERT_EQ(Print(*told), truth) << "step " << step << ": " << did << (told->recalled ? ", recalled" : "");
    recalled += told->recalled;
    if (told->recalled) {
      // What comes after it is a run as any other.
      if (random() % 4 != 0) continue;
      with.TouchAll();
      const auto again = LookAt(with);
      ASSERT_FALSE(again->recalled);
      ASSERT_EQ(Print(*again), truth) << "step " << step;
      continue;
    }
    if (random() % 3 == 0) {  // changes and back, in an editor
      with.Lay("server.js", "require('fs').readFileSync('y');\n");
      LookAt(with);
      with.Lift("server.js");
      ASSERT_EQ(Print(*LookAt(with)), truth) << "step " << step;
    }
    with.Remember();
    Workspace next(folder / "p", remembering);
    const auto retold = LookAt(next);
    kept += retold->recalled;
    ASSERT_EQ(Print(*retold), truth) << "step " << step << ": " << did;
  }
  EXPECT_GT(recalled, steps / 4);
  EXPECT_GT(kept, steps / 8);
}

TEST(MemoryTest, TextsOfTheEditorAreNotRemembered) {
  const Temporary folder;
  const std::string calm = "exports.a = 1;\n",
                    loud = "require('http').createServer(() => require('fs').readFileSync('x'));\n";
  Put(folder / "p/package.json", "{}");
  Put(folder / "p/a.js", calm);
  const Workspace::Options remembering{
      .config = {}, .rules = {}, .threads = 0, .cache = {.folder = folder / "cache", .least_text = 0}};
  Workspace one(folder / "p", remembering);
  one.Lay("a.js", loud);
  EXPECT_EQ(LookAt(one)->findings.size(), 1u);
  one.Remember();
  Workspace two(folder / "p", remembering);
  EXPECT_FALSE(LookAt(two)->recalled);
  two.Remember();
  // Laid over it before the first look, a text counts.
  Workspace three(folder / "p", remembering);
  three.Lay("a.js", loud);
  const auto told = LookAt(three);
  EXPECT_FALSE(told->recalled);
  EXPECT_EQ(told->findings.size(), 1u);
  // One that is on the disk as well changes nothing.
  Workspace four(folder / "p", remembering);
  four.Lay("a.js", calm);
  EXPECT_TRUE(LookAt(four)->recalled);
  // Nor does what lies above the project.
  Put(folder / "note", "x");
  Workspace five(folder / "p", remembering);
  EXPECT_TRUE(LookAt(five)->recalled);
}

TEST(MemoryTest, DamagedOrForeignRunsAreNotThere) {
  const Temporary folder;
  Put(folder / "p/package.json", "{}");
  Put(folder / "p/a.js", "require('http').createServer(() => require('fs').readFileSync('x'));\n");
  const Workspace::Options remembering{
      .config = {}, .rules = {}, .threads = 0, .cache = {.folder = folder / "cache", .least_text = 0}};
  const auto found = [&] {
    Workspace workspace(folder / "p", remembering);
    const auto snapshot = LookAt(workspace);
    EXPECT_EQ(snapshot->findings.size(), 1u);
    return snapshot->recalled;
  };
  {
    Workspace workspace(folder / "p", remembering);
    LookAt(workspace);
    workspace.Remember();
  }
  ASSERT_TRUE(found());
  fs::path run;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "cache")) {
    if (entry.path().extension() == ".run") run = entry.path();
  }
  ASSERT_FALSE(run.empty());
  std::ifstream in(run, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  for (size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 97) {
    std::string other = bytes;
    other[at] = static_cast<char>(other[at] ^ 0x10);
    Put(run, other);
    EXPECT_FALSE(found()) << at;
    Put(run, bytes.substr(0, at));
    EXPECT_FALSE(found()) << at;
  }
  Put(run, bytes);
  ASSERT_TRUE(found());
  fs::permissions(run.parent_path(), fs::perms::group_write, fs::perm_options::add);
  EXPECT_FALSE(found());
  fs::permissions(run.parent_path(), fs::perms::group_write, fs::perm_options::remove);
  ASSERT_TRUE(found());
  fs::rename(run.parent_path(), folder / "elsewhere");
  fs::create_directory_symlink(folder / "elsewhere", run.parent_path());
  EXPECT_FALSE(found());
}

TEST(MemoryTest, AFewRunsAreKept) {
  const Temporary folder;
  Put(folder / "p/package.json", "{}");
  const Workspace::Options remembering{
      .config = {}, .rules = {}, .threads = 0, .cache = {.folder = folder / "cache", .least_text = 0}};
  for (int i = 0; i < 30; ++i) {
    Put(folder / Cat("p/a", i, ".js"), "exports.a = 1;\n");
    Workspace workspace(folder / "p", remembering);
    LookAt(workspace);
    workspace.Remember();
  }
  int runs = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "cache"))
    runs += entry.path().extension() == ".run";
  EXPECT_GT(runs, 1);
  EXPECT_LE(runs, 8);
}

}  // namespace
}  // namespace looplint
