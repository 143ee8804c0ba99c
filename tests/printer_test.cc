// What people and programs get to see.
#include "analyzer/cli/printer.h"

#include <cstdlib>

#include "analyzer/base/strings.h"
#include "analyzer/cli/machine.h"
#include "analyzer/engine/analyze.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

constexpr Rule kRule = {.summary = "s", .why = "w", .fix = "Do it later.", .id = "test/rule"};

class PrinterTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { DescribeTerminal(1, "never"); }  // settles the locale

  void Project(const std::string& text, const std::string& name = "a.js") {
    fs_.Add("/p/" + name, text);
    Input input;
    input.fs = &fs_;
    input.root = "/p";
    const std::vector<std::string> files = {name};
    input.files = files;
    input.threads = 1;
    result_ = Analyze(input, StopToken(), nullptr);
    report_.project = &result_.project;
    report_.display = [](const std::string& path) { return path; };
    report_.findings.clear();
  }
  Finding& Add(const std::string& what, Severity severity = Severity::kError) {
    const size_t at = result_.project[FileId{0}].text.find(what);
    EXPECT_NE(at, std::string::npos);
    report_.findings.emplace_back();
    Finding& f = report_.findings.back();
    f.rule = &kRule;
    f.at = {FileId{0}, {static_cast<uint32_t>(at), static_cast<uint32_t>(at + what.size())}};
    f.message = "it is wrong";
    f.severity = severity;
    return f;
  }
  std::string Print(const Finding& f, int columns = 100, bool unicode = true) {
    Places places(result_.project);
    PrintOptions options;
    options.terminal = {.color = false, .unicode = unicode, .columns = columns};
    options.trace = trace_;
    return PrintFinding(report_, f, places, options);
  }

  MemoryFileSystem fs_;
  Result result_;
  RunReport report_;
  Trace trace_ = Trace::kShort;
};

TEST_F(PrinterTest, Frame) {
  Project("one();\n  two(three);\n");
  EXPECT_EQ(Print(Add("three")),
            "error[test/rule]: it is wrong\n"
            "   ╭─[a.js:2:7]\n"
            " 1 │ one();\n"
            " 2 │   two(three);\n"
            "   ·       ─────\n"
            "   ╰─ help: Do it later.\n");
}

TEST_F(PrinterTest, AsciiFrame) {
  Project("two(three);\n");
  Finding& f = Add("three", Severity::kWarn);
  f.help = "await it";
  f.via.push_back({f.at, "handler"});
  EXPECT_EQ(Print(f, 100, false),
            "warning[test/rule]: it is wrong\n"
            "   ,-[a.js:1:5]\n"
            " 1 | two(three);\n"
            "   :     ^^^^^\n"
            "   |- reached from\n"
            "   |   1 a.js:1:5  three  handler\n"
            "   `- help: await it\n");
}

TEST_F(PrinterTest, WideCombiningAndTabs) {
  Project("\t'漢字e\u0301'; bad();\n");
  const std::string out = Print(Add("bad"));
  // Tab to column 4, quote, two wide characters, e with its accent, quote, semicolon, blank.
  EXPECT_NE(out.find(Cat("   · ", std::string(4 + 1 + 4 + 1 + 1 + 1 + 1, ' '), "───\n")), std::string::npos) << out;
}

TEST_F(PrinterTest, LongLinesAreCutAroundTheMark) {
  Project(Cat("x('", std::string(5000, 'a'), "'); bad(); y('", std::string(5000, 'b'), "');\n"));
  const std::string out = Print(Add("bad"), 80);
  size_t at = 0, mark = 0, found = 0;
  while (at < out.size()) {
    const size_t end = out.find('\n', at);
    const std::string line = out.substr(at, end - at);
    EXPECT_LE(Width(line), 80) << line;
    if (line.find("bad()") != std::string::npos) found = static_cast<size_t>(Width(line.substr(0, line.find("bad()"))));
    if (line.find("───") != std::string::npos) mark = static_cast<size_t>(Width(line.substr(0, line.find("───"))));
    at = end + 1;
  }
  EXPECT_GT(found, 0u);
  EXPECT_EQ(found, mark);
}

TEST_F(PrinterTest, MarkLongerThanTheTerminal) {
  Project(Cat("f(", std::string(500, 'a'), ");\n"));
  for (const int columns : {40, 60, 80}) {
    const std::string out = Print(Add(Cat("f(", std::string(500, 'a'), ")")), columns);
    for (size_t at = 0; at < out.size(); at = out.find('\n', at) + 1) {
      EXPECT_LE(Width(out.substr(at, out.find('\n', at) - at)), columns) << out;
    }
  }
}

TEST_F(PrinterTest, SeveralLines) {
  Project("a(\n  b,\n);\n");
  EXPECT_NE(Print(Add("a(\n  b,\n)")).find("   · ── … to line 3\n"), std::string::npos) << Print(report_.findings[0]);
}

TEST_F(PrinterTest, EmptySpansAndEndOfFile) {
  Project("");
  report_.findings.emplace_back();
  Finding& f = report_.findings.back();
  f.rule = &kRule;
  f.severity = Severity::kError;
  f.at = {FileId{0}, {0, 0}};
  EXPECT_NE(Print(f).find(" 1 │ \n   · ─\n"), std::string::npos) << Print(f);
  Project("abc");
  f = Add("abc");
  f.at.span = {3, 3};
  EXPECT_NE(Print(f).find(" 1 │ abc\n   ·    ─\n"), std::string::npos) << Print(f);
}

TEST_F(PrinterTest, NothingOfTheCodeSteersTheTerminal) {
  Project("x('\x1b]0;owned\x07', '\xc2\x9b""31m', '\u202E', '\xff', '\x7f\x08'); bad();\n", "a\x1b[2J.js");
  Finding& f = Add("bad");
  f.message = "name \x1b[31m and \u202E";
  f.via.push_back({f.at, "note\x1b[0m\nnext"});
  f.help = "\x1b" "c";
  report_.errors = 1;
  PrintOptions options;
  for (const std::string& out : {Print(f), PrintPretty(report_, options), PrintStylish(report_, options), PrintUnix(report_, options)}) {
    for (const char c : out) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << out;
    EXPECT_EQ(out.find("\xc2\x9b"), std::string::npos);
    EXPECT_EQ(out.find("\u202E"), std::string::npos);
    EXPECT_EQ(out.find('\x7f'), std::string::npos);
    EXPECT_EQ(out.find('\xff'), std::string::npos);
  }
}

TEST_F(PrinterTest, TraceLengths) {
  Project("one(); two();\n");
  Finding& f = Add("two");
  for (int i = 0; i < 9; ++i) f.via.push_back({f.at, Cat("step ", i + 1)});
  std::string out = Print(f);
  EXPECT_NE(out.find("step 3\n"), std::string::npos) << out;
  EXPECT_NE(out.find("… 4 more, --trace full\n"), std::string::npos) << out;
  EXPECT_EQ(out.find("step 5"), std::string::npos) << out;
  EXPECT_NE(out.find("step 9\n"), std::string::npos) << out;
  trace_ = Trace::kFull;
  EXPECT_NE(Print(f).find("step 5\n"), std::string::npos);
  trace_ = Trace::kNone;
  EXPECT_EQ(Print(f).find("reached from"), std::string::npos);
}

TEST_F(PrinterTest, ColorsNeverChangeTheText) {
  Project("one();\n  two(three);\n");
  Finding& f = Add("three");
  f.via.push_back({f.at, "handler"});
  Places places(result_.project);
  PrintOptions options;
  options.terminal.color = true;
  std::string colored = PrintFinding(report_, f, places, options), plain;
  for (size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\x1b') {
      i = colored.find('m', i);
    } else {
      plain += colored[i];
    }
  }
  options.terminal.color = false;
  EXPECT_EQ(plain, PrintFinding(report_, f, places, options));
}

TEST_F(PrinterTest, Summary) {
  Project("x");
  report_.errors = 2;
  report_.warnings = 1;
  report_.files_with_findings = 1;
  report_.files = 1234;
  report_.lines = 56789;
  report_.seconds = 0.42;
  report_.skipped[static_cast<size_t>(SkipReason::kMinified)] = 12;
  report_.skipped[static_cast<size_t>(SkipReason::kGenerated)] = 3;
  report_.suppressed.resize(4);
  EXPECT_EQ(SummaryLine(report_, Terminal{}),
            "3 problems (2 errors, 1 warning) in 1 file · 1,234 files, 56,789 lines in 0.42 s · skipped 12 minified, 3 generated · "
            "4 suppressed");
}

TEST_F(PrinterTest, JsonSurvivesAnyBytes) {
  Project("/* \U0001F600 */ bad('\xff');\n");
  Finding& f = Add("bad");
  f.message = "has \xff in it";
  const auto json = nlohmann::json::parse(PrintJson(report_), nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["findings"][0]["start"]["column"], 10);  // the face is two UTF-16 units
  EXPECT_EQ(json["findings"][0]["start"]["offset"], 11);
}

TEST_F(PrinterTest, UnixAndLimits) {
  Project("bad(); bad2();\n");
  Add("bad");
  Add("bad2", Severity::kWarn);
  PrintOptions options;
  EXPECT_EQ(PrintUnix(report_, options),
            "a.js:1:1: error: it is wrong [test/rule]\na.js:1:8: warning: it is wrong [test/rule]\n");
  options.max_findings = 1;
  EXPECT_NE(PrintPretty(report_, options).find("1 more not shown"), std::string::npos);
}

TEST(TerminalTest, ColorPrecedence) {
  const auto with = [](const char* force, const char* no, const char* choice, bool tty) {
    for (const char* name : {"FORCE_COLOR", "NO_COLOR", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "TRAVIS"}) unsetenv(name);
    setenv("TERM", "xterm", 1);
    if (force != nullptr) setenv("FORCE_COLOR", force, 1);
    if (no != nullptr) setenv("NO_COLOR", no, 1);
    const bool wants = WantsColor(choice, tty);
    unsetenv("FORCE_COLOR");
    unsetenv("NO_COLOR");
    return wants;
  };
  EXPECT_TRUE(with(nullptr, nullptr, "auto", true));
  EXPECT_FALSE(with(nullptr, nullptr, "auto", false));
  EXPECT_FALSE(with(nullptr, "1", "auto", true));
  EXPECT_TRUE(with(nullptr, "", "auto", true));  // empty does not count, by its own definition
  EXPECT_TRUE(with("1", "1", "auto", false));
  EXPECT_FALSE(with("0", nullptr, "auto", true));
  EXPECT_FALSE(with("1", nullptr, "never", true));
  EXPECT_TRUE(with(nullptr, "1", "always", false));
}

TEST(TerminalTest, Text) {
  EXPECT_EQ(Shorten("abcdef", 4), "abc…");
  EXPECT_EQ(Shorten("漢字", 3), "漢…");
  EXPECT_EQ(Width("漢字e\u0301"), 5);
  EXPECT_EQ(Wrap("aa bb cc", 5), (std::vector<std::string>{"aa bb", "cc"}));
  EXPECT_EQ(Wrap("", 5), std::vector<std::string>{""});
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Count(1, "file"), "1 file");
}

}  // namespace
}  // namespace looplint
