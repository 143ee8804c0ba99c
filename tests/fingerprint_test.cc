// Fingerprints stay when code moves, files are renamed or reformatted and helpers on the way are rewritten; and they tell
// different findings apart. A month of changes to a real repository is scripts/refactoring-month.
#include "analyzer/engine/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/engine/analyze.h"

namespace looplint {
namespace {

using Files = std::map<std::string, std::string>;

std::vector<std::string> Fingerprints(const Files& files) {
  MemoryFileSystem fs;
  Input input;
  input.fs = &fs;
  input.root = "/p";
  input.threads = 1;
  std::vector<std::string> paths;
  for (const auto& [path, text] : files) {
    fs.Add("/p/" + path, text);
    paths.push_back(path);
  }
  input.files = paths;
  Result result = Analyze(input, StopToken(), nullptr);
  Identify(result.project, result.findings);
  std::vector<std::string> out;
  for (const Finding& f : result.findings) out.push_back(Cat(f.rule->id, " ", Hex(f.fingerprint)));
  std::ranges::sort(out);
  return out;
}

TEST(StableHashTest, NeverChanges) {
  // People keep these in their repositories: a new value here breaks every baseline.
  EXPECT_EQ(Hex(StableHash().value()), "efd01f60ba992926");
  EXPECT_EQ(Hex(StableHash().Add("a").Add("bc").value()), Hex(StableHash().Add("a").Add("bc").value()));
  EXPECT_NE(StableHash().Add("a").Add("bc").value(), StableHash().Add("ab").Add("c").value());
}

TEST(NamedScopeTest, LeavesOutWhatHasNoName) {
  EXPECT_EQ(NamedScope("a.<anonymous>.b"), "a.b");
  EXPECT_EQ(NamedScope("<anonymous>"), "");
  EXPECT_EQ(NamedScope(""), "");
}

// A program of some functions with a finding each, a server that reaches them, and a helper between.
struct Program {
  struct Part {
    std::string name, body;
  };
  std::vector<Part> parts;
  std::string file = "lib/work.js", server = "server.js", helper = "lib/helper.js";
  std::string before, helper_body = "  return run(name);\n";
  bool wrapped = false, formatted = false;

  Files Write() const {
    const std::string q = formatted ? "\"" : "'", end = formatted ? ";" : "";
    std::string work = before + "const fs = require(" + q + "fs" + q + ")" + end + "\n";
    for (const Part& part : parts) {
      std::string body = part.body;
      if (formatted) {
        std::ranges::replace(body, '\'', '"');
        body = "(" + body + ")";
      }
      work += Cat("function ", part.name, "(file) {\n", formatted ? "    // reads\n    " : "  ", wrapped ? "return [1].map(() => " : "return ", body,
                  wrapped ? ")" : "", end, "\n}\n");
    }
    std::string names;
    for (const Part& part : parts) names += (names.empty() ? "" : ", ") + part.name;
    work += "module.exports = { " + names + " }" + end + "\n";
    const auto relative = [](const std::string& from, const std::string& to) {
      return from.find('/') == std::string::npos ? "./" + to : "../" + to;
    };
    std::string help = Cat("const work = require('", relative(helper, file), "');\n");
    for (const Part& part : parts) help += Cat("exports.", part.name, " = (name) => {\n", "  const run = work.", part.name, ";\n", helper_body, "};\n");
    std::string serve = Cat("const http = require('http');\nconst helper = require('", relative(server, helper), "');\nhttp.createServer((req, res) => {\n");
    for (const Part& part : parts) serve += Cat("  helper.", part.name, "('x');\n");
    serve += "  res.end();\n}).listen(1);\n";
    return {{file, work}, {helper, help}, {server, serve}};
  }
};

Program Sample() {
  Program program;
  program.parts = {{"readPage", "fs.readFileSync(file, 'utf8')"},
                    {"readAgain", "fs.readFileSync(file, 'utf8')"},
                    {"readOther", "fs.readFileSync(file + '.html', 'utf8')"},
                    {"twice", "fs.readFileSync(file, 'utf8') + fs.readFileSync(file, 'utf8')"},
                    {"list", "fs.readdirSync('pages')"},
                    {"stat", "fs.readdirSync(file, { 'withFileTypes': true })"}};
  return program;
}

TEST(IdentifyTest, TellsFindingsApart) {
  const std::vector<std::string> all = Fingerprints(Sample().Write());
  EXPECT_EQ(all.size(), 7u);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 7u);
}

TEST(IdentifyTest, SeesWhatWasFixedAndWhatIsNew) {
  // One finding of a rule goes, another comes: that must not look like nothing happened.
  Program program = Sample();
  const std::vector<std::string> before = Fingerprints(program.Write());
  program.parts[0].body = "fs.readFileSync(file + '.txt', 'utf8')";
  const std::vector<std::string> after = Fingerprints(program.Write());
  std::vector<std::string> gone, come;
  std::ranges::set_difference(before, after, std::back_inserter(gone));
  std::ranges::set_difference(after, before, std::back_inserter(come));
  EXPECT_EQ(gone.size(), 1u);
  EXPECT_EQ(come.size(), 1u);
}

TEST(IdentifyTest, StaysThroughRandomRefactoring) {
  std::mt19937 random(20240607);
  const std::vector<std::string> wanted = Fingerprints(Sample().Write());
  for (int round = 0; round < 60; ++round) {
    Program program = Sample();
    std::string did;
    for (int change = 0; change < 4; ++change) {
      switch (random() % 7) {
        case 0:
          did += " lines above;";
          program.before += "// a comment\nconst unused = 1;\n\n";
          break;
        case 1:
          did += " file renamed;";
          program.file = random() % 2 ? "src/pages.js" : "work.mjs.js";
          break;
        case 2:
          did += " helper renamed;";
          program.helper = "util/through.js";
          break;
        case 3:
          did += " helper rewritten;";
          program.helper_body = "  const other = String(name);\n  if (other) console.log(other);\n  return run(other);\n";
          break;
        case 4:
          did += " functions in another order;";
          std::ranges::shuffle(program.parts, random);
          break;
        case 5:
          did += " wrapped in a callback;";
          program.wrapped = true;
          break;
        case 6:
          did += " formatted;";
          program.formatted = true;
          break;
      }
    }
    EXPECT_EQ(Fingerprints(program.Write()), wanted) << did << "\n" << program.Write()[program.file];
  }
}

TEST(IdentifyTest, TakesLiteralsAsFormattersWriteThem) {
  const auto with = [](const std::string& argument) {
    return Fingerprints({{"a.js", Cat("const fs = require('fs'), http = require('http');\nhttp.createServer(() => { fs.readdirSync(", argument, "); });\n")}});
  };
  ASSERT_EQ(with("'it\\'s'").size(), 1u);
  EXPECT_EQ(with("'it\\'s'"), with("\"it's\""));
  EXPECT_NE(with("'it\\'s'"), with("'its'"));
  EXPECT_EQ(with("a, { 'b': .50, }"), with("(a), { b: 0.5 }"));
  EXPECT_EQ(with("0XFF"), with("0xff"));
  EXPECT_NE(with("a?.b"), with("a.b"));
}

TEST(IdentifyTest, DoesNotCountWhereAModuleLies) {
  const auto with = [](const std::string& specifier) {
    return Fingerprints({{"a.js", Cat("exports.f = async () => {\n  require('", specifier, "').load();\n};\n")},
                         {"lib/b.js", "exports.load = async () => { throw new Error(); };\n"},
                         {"c.js", "exports.load = async () => { throw new Error(); };\n"}});
  };
  ASSERT_EQ(with("./lib/b").size(), 1u);
  EXPECT_EQ(with("./lib/b"), with("./c"));
}

TEST(IdentifyTest, LooksPastBlocksInsideWhatIsReported) {
  const auto with = [](const std::string& body) {
    return Fingerprints({{"a.js", Cat("const { EventEmitter } = require('events');\nconst e = new EventEmitter();\ne.on('x', async () => {\n", body, "});\n")}});
  };
  const std::vector<std::string> one = with("  await work();\n");
  ASSERT_FALSE(one.empty());
  EXPECT_EQ(one, with("  const a = 1;\n  await work(a);\n"));
}

TEST(IdentifyTest, TakesPlacesWithoutSyntax) {
  MemoryFileSystem fs;
  fs.Add("/p/a.js", "let a = ;\nlet b = ;\n");
  Input input;
  input.fs = &fs;
  input.root = "/p";
  const std::vector<std::string> paths = {"a.js"};
  input.files = paths;
  Result result = Analyze(input, StopToken(), nullptr);
  Identify(result.project, result.findings);
  std::set<uint64_t> all;
  for (const Finding& f : result.findings) all.insert(f.fingerprint);
  EXPECT_EQ(all.size(), result.findings.size());
}

}  // namespace
}  // namespace looplint
