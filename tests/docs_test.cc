// Writes each rule's page from the rule and its fixtures, and fails when a committed page differs.
// LOOPLINT_BLESS=1 writes the pages.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;
const fs::path kRoot = LOOPLINT_SOURCE_DIR;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

std::string_view SeverityName(Severity s) {
  switch (s) {
    case Severity::kError: return "error";
    case Severity::kWarn: return "warn";
    case Severity::kInfo: return "info";
    case Severity::kOff: break;
  }
  return "off";
}
std::string_view ConfidenceName(Confidence c) {
  switch (c) {
    case Confidence::kVeryHigh: return "very high";
    case Confidence::kHigh: return "high";
    case Confidence::kMedium: break;
  }
  return "medium";
}

std::vector<fs::path> Files(const fs::path& dir) {
  std::vector<fs::path> out;
  if (!fs::is_directory(dir)) return out;
  for (const auto& e : fs::recursive_directory_iterator(dir)) {
    if (e.is_regular_file() && e.path().filename() != "expect.txt") out.push_back(e.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The files of the first project of one side, each as a code block.
std::string Example(const fs::path& side) {
  std::vector<fs::path> projects;
  if (fs::is_directory(side)) {
    for (const auto& e : fs::directory_iterator(side)) projects.push_back(e.path());
  }
  std::sort(projects.begin(), projects.end());
  if (projects.empty()) return "";
  std::vector<fs::path> files =
      fs::is_directory(projects[0]) ? Files(projects[0]) : std::vector<fs::path>{projects[0]};
  std::string out;
  for (const fs::path& f : files) {
    std::string extension = f.extension().string();
    if (!extension.empty()) extension.erase(0, 1);
    if (extension == "mjs" || extension == "cjs") extension = "js";
    if (extension == "mts" || extension == "cts") extension = "ts";
    std::string text = ReadFile(f);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    out += Cat("`", fs::relative(f, side).generic_string(), "`\n\n```", extension, "\n", text, "\n```\n\n");
  }
  return out;
}

std::string Limits(const fs::path& fixtures, std::string_view id) {
  std::string out;
  for (const fs::path& f : Files(fixtures)) {
    std::istringstream in(ReadFile(f));
    std::string line;
    while (std::getline(in, line)) {
      for (const std::string_view kind : {"todo ", "false "}) {
        const std::string marker = Cat(kind, id, ": ");
        const size_t at = line.find(marker);
        if (at == std::string::npos || line.find("//") == std::string::npos) continue;
        out += Cat("- ", kind == "todo " ? "not found yet: " : "reported although harmless: ",
                   line.substr(at + marker.size()), "\n");
      }
    }
  }
  return out;
}

std::string Page(const Rule& rule) {
  const fs::path fixtures = kRoot / "fixtures" / std::string(rule.id);
  std::string out = Cat("<!-- Written by the docs test from the rule and its fixtures; edit those. -->\n# ", rule.id, "\n\n",
                        rule.summary, ".\n\n| severity | confidence | default |", rule.cwe > 0 ? " CWE |" : "",
                        "\n|---|---|---|", rule.cwe > 0 ? "---|" : "", "\n| ", SeverityName(rule.severity), " | ",
                        ConfidenceName(rule.confidence), " | ", rule.on_by_default ? "on" : "off", " |");
  if (rule.cwe > 0) out += Cat(" CWE-", rule.cwe, " |");
  out += Cat("\n\n## Why\n\n", rule.why, "\n\n## What to do\n\n", rule.fix, "\n\n");
  if (const std::string bad = Example(fixtures / "bad"); !bad.empty()) out += Cat("## Goes wrong\n\n", bad);
  if (const std::string good = Example(fixtures / "good"); !good.empty()) out += Cat("## Is fine\n\n", good);
  if (const std::string limits = Limits(fixtures, rule.id); !limits.empty()) out += Cat("## Known limits\n\n", limits, "\n");
  out += Cat("Proof under Node: [`fixtures/", rule.id, "/proof.mjs`](../../fixtures/", rule.id, "/proof.mjs)\n");
  return out;
}

TEST(Docs, PagesAreFresh) {
  const bool bless = std::getenv("LOOPLINT_BLESS") != nullptr;
  for (const Rule* rule : AllRules()) {
    const fs::path path = kRoot / "rules" / (std::string(rule->id) + ".md");
    const std::string page = Page(*rule);
    if (bless) {
      std::ofstream(path, std::ios::binary) << page;
    } else {
      EXPECT_EQ(page, ReadFile(path)) << path << " is stale: run LOOPLINT_BLESS=1 ctest -R docs";
    }
  }
}

// The table of rules in the README, between its two comments.
TEST(Docs, ReadmeListsTheRules) {
  const fs::path path = kRoot / "README.md";
  const std::string text = ReadFile(path);
  const std::string open = "<!-- rules: written by the docs test -->\n", close = "<!-- /rules -->";
  const size_t from = text.find(open), to = text.find(close);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  std::string table = "| rule | finds | default |\n|---|---|---|\n";
  for (const Rule* rule : AllRules()) {
    table += Cat("| [", rule->id, "](rules/", rule->id, ".md) | ", rule->summary, " | ",
                 rule->on_by_default ? SeverityName(rule->severity) : "off", " |\n");
  }
  const std::string wanted = Cat(text.substr(0, from), open, table, text.substr(to));
  if (std::getenv("LOOPLINT_BLESS") != nullptr) {
    std::ofstream(path, std::ios::binary) << wanted;
  } else {
    EXPECT_EQ(text, wanted) << "README.md is stale: run LOOPLINT_BLESS=1 ctest -R docs";
  }
}

}  // namespace
}  // namespace looplint
