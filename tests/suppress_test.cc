// Suppression comments: what they cover, and what is said about them.
#include "analyzer/engine/suppress.h"

#include <algorithm>
#include <map>

#include "analyzer/base/strings.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/config.h"
#include "gtest/gtest.h"

namespace looplint {
namespace {

constexpr const char* kSync = "event-loop/sync-in-handler";

// Findings stand where a text says FIND: of kSync, or of the rule in FIND(rule).
class SuppressTest : public testing::Test {
 protected:
  void Add(const std::string& path, const std::string& text) {
    fs_.Add("/p/" + path, text);
    paths_.push_back(path);
  }
  Settled Run(bool complete = true) {
    Input input;
    input.fs = &fs_;
    input.root = "/p";
    input.files = paths_;
    input.threads = 1;
    result_ = Analyze(input, StopToken(), nullptr);
    std::vector<Finding> findings;
    for (uint32_t i = 0; i < result_.project.size(); ++i) {
      const std::string& text = result_.project[static_cast<FileId>(i)].text;
      for (size_t at = text.find("FIND"); at != std::string::npos; at = text.find("FIND", at + 1)) {
        Finding f;
        f.rule = FindRule(text.substr(at + 4, 7) == "_SYNTAX" ? "syntax/error" : kSync);
        f.at = {static_cast<FileId>(i), {static_cast<uint32_t>(at), static_cast<uint32_t>(at + 4)}};
        f.message = "found";
        f.severity = Severity::kError;
        for (uint32_t k = 0; k < result_.project.size(); ++k) {
          const size_t step = result_.project[static_cast<FileId>(k)].text.find("STEP");
          if (step == std::string::npos) continue;
          f.via.push_back({{static_cast<FileId>(k), {static_cast<uint32_t>(step), static_cast<uint32_t>(step + 4)}}, "step"});
        }
        findings.push_back(f);
      }
    }
    const auto severity = [this](const std::string&, const Rule& rule) { return off_ == rule.id ? Severity::kOff : rule.severity; };
    return Settle(result_.project, findings, severity, complete);
  }
  // "line rule" of what is left of one file, in order.
  std::string Left(const std::string& text) {
    fs_ = {};
    paths_.clear();
    Add("a.js", text);
    settled_ = Run();
    std::vector<std::string> out;
    for (const Finding& f : settled_.findings) {
      const int line = 1 + static_cast<int>(std::count(text.begin(), text.begin() + f.at.span.start, '\n'));
      out.push_back(Cat(line, " ", f.rule == FindRule(kSync) ? "found" : f.rule->id));
    }
    return Join(out, ", ");
  }
  // The text after all safe fixes of the findings on comments.
  std::string Fixed(const std::string& text) {
    Left(text);
    std::string fixed = text;
    for (size_t i = settled_.findings.size(); i-- > 0;) {
      for (const Fix& fix : settled_.findings[i].fixes) {
        EXPECT_TRUE(fix.safe);
        for (const Edit& e : fix.edits) fixed.replace(e.at.start, e.at.end - e.at.start, e.text);
      }
    }
    return fixed;
  }

  class Memory : public FileSystem {
   public:
    void Add(std::string path, std::string text) { files_[std::move(path)] = std::move(text); }
    absl::StatusOr<std::string> Read(const std::string& path, uint64_t) const override {
      const auto it = files_.find(path);
      return it == files_.end() ? absl::StatusOr<std::string>(absl::NotFoundError("")) : it->second;
    }
    FileType Type(const std::string& path) const override { return files_.contains(path) ? FileType::kFile : FileType::kNone; }

   private:
    std::map<std::string, std::string> files_;
  } fs_;
  std::vector<std::string> paths_;
  std::string off_;
  Result result_;
  Settled settled_;
};

TEST_F(SuppressTest, NextLine) {
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/sync-in-handler -- cached\nFIND;\nFIND;\n"), "3 found");
  EXPECT_EQ(settled_.suppressed.size(), 1u);
  EXPECT_EQ(settled_.suppressed[0].reason, "cached");
  EXPECT_EQ(Left("/* looplint-disable-next-line event-loop/* -- why\n not */\nFIND;\n"), "");
  EXPECT_EQ(Left("// looplint-disable-next-line syntax/error, event-loop/sync-in-handler -- why\nFIND; FIND_SYNTAX;\n"), "");
}

TEST_F(SuppressTest, NextLinePassesOverCommentsOnly) {
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/* -- one\n// words\n/* more\n words */\nFIND;\n"), "");
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/* -- one\n\nFIND;\n"), "1 suppression/unused, 3 found");
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/* -- one\nx(); // words\nFIND;\n"), "1 suppression/unused, 3 found");
}

TEST_F(SuppressTest, LineAndFile) {
  EXPECT_EQ(Left("FIND; // looplint-disable-line event-loop/sync-in-handler -- why\nFIND;"), "2 found");
  EXPECT_EQ(Left("FIND;\nFIND;\n/* looplint-disable-file event-loop/sync-in-handler -- why */"), "");
}

TEST_F(SuppressTest, Blocks) {
  EXPECT_EQ(Left("FIND;\n/* looplint-disable event-loop/* -- why */\nFIND;\n/* looplint-enable event-loop/* */\nFIND;"), "1 found, 5 found");
  EXPECT_EQ(Left("/* looplint-disable event-loop/sync-in-handler -- why */\nFIND;\n/* looplint-enable */\nFIND;"), "4 found");
  EXPECT_EQ(Left("/* looplint-disable event-loop/sync-in-handler, syntax/error -- why */\nFIND; FIND_SYNTAX;\n"
                 "// looplint-enable syntax/error\nFIND; FIND_SYNTAX;"),
            "4 syntax/error");
  EXPECT_EQ(Left("/* looplint-disable event-loop/* -- why */ FIND;"), "");
}

TEST_F(SuppressTest, CommentsAreReportedToo) {
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/sync-in-handler\nFIND;"), "1 suppression/without-reason");
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/sync-in-handler --\nFIND;"), "1 suppression/without-reason");
  EXPECT_EQ(Left("// looplint-disable-next-line -- why\nFIND;"), "1 suppression/no-rule, 2 found");
  EXPECT_EQ(Left("// looplint-disable-next-lin event-loop/* -- why\nFIND;"), "1 suppression/no-rule, 2 found");
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/nope -- why\nFIND;"), "1 suppression/unknown-rule, 2 found");
  EXPECT_EQ(Left("// looplint-disable-next-line * -- why\nFIND;"), "1 suppression/unknown-rule, 2 found");
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/sync-in-handler -- why\n1;"), "1 suppression/unused");
  EXPECT_EQ(Left("const s = '// looplint-disable-next-line x';\nFIND;"), "2 found");
  EXPECT_EQ(Left("// see looplint-disable-next-line\nFIND;"), "2 found");
}

TEST_F(SuppressTest, RulesThatDidNotRunAreNotUnused) {
  off_ = kSync;
  EXPECT_EQ(Left("// looplint-disable-next-line event-loop/sync-in-handler -- why\n1;"), "");
  off_.clear();
  fs_ = {};
  paths_.clear();
  Add("a.js", "// looplint-disable-next-line event-loop/sync-in-handler -- why\n1;");
  EXPECT_TRUE(Run(/*complete=*/false).findings.empty());
}

TEST_F(SuppressTest, ACommentOnAStepCutsTheWay) {
  Add("a.js", "// looplint-disable-next-line event-loop/sync-in-handler -- internal route\nSTEP;\n");
  Add("b.js", "FIND;\n");
  const Settled settled = Run();
  EXPECT_TRUE(settled.findings.empty());
  ASSERT_EQ(settled.suppressed.size(), 1u);
  EXPECT_EQ(settled.suppressed[0].comment.file, static_cast<FileId>(0));
  EXPECT_EQ(settled.suppressed[0].reason, "internal route");
}

TEST_F(SuppressTest, FixesRemoveWhatIsUnused) {
  EXPECT_EQ(Fixed("a();\n  // looplint-disable-next-line event-loop/* -- why\n  b();\n"), "a();\n  b();\n");
  EXPECT_EQ(Fixed("a(); // looplint-disable-line event-loop/* -- why\nb();\n"), "a();\nb();\n");
  EXPECT_EQ(Fixed("  /* looplint-disable event-loop/* -- why */ b();\n"), "   b();\n");
  EXPECT_EQ(Fixed("FIND; // looplint-disable-line syntax/error, event-loop/* -- why\n"),
            "FIND; // looplint-disable-line event-loop/* -- why\n");
  EXPECT_EQ(Fixed("FIND; // looplint-disable-line event-loop/*, syntax/error -- why\n"),
            "FIND; // looplint-disable-line event-loop/* -- why\n");
  EXPECT_EQ(Fixed("// looplint-disable-next-line event-loop/* -- why"), "");
}

TEST_F(SuppressTest, OddComments) {
  for (const char* text : {"/*", "//", "/**/", "/* looplint- */", "//looplint-disable", "/*looplint-enable*/", "// looplint-disable ,,,",
                           "// looplint-disable-next-line event-loop/* -- last line", "#!looplint-disable", "<!-- looplint-disable"}) {
    Left(text);  // must not crash or read beyond the text
  }
}

}  // namespace
}  // namespace looplint
