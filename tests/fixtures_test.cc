// Runs all rules on all fixtures and compares with the markers in them; see fixtures/README.md.
//
// Each project is analyzed three ways that must agree: with one thread, with four, and with its files handed over
// in memory instead of from disk.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/engine/analyze.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;
const fs::path kFixtures = fs::path(LOOPLINT_SOURCE_DIR) / "fixtures";

struct Expectation {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0, end = 0;  // end 0: only the start counts
  bool first_on_line = false;    // `//<`
  enum { kReported, kTodo, kFalse } kind = kReported;
  std::string rule, text;
  bool met = false;
};

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

bool IsSource(const fs::path& p) {
  static const std::set<std::string> kExtensions = {".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"};
  return kExtensions.count(p.extension().string()) > 0;
}

// The rest of a marker: [todo|false] family/rule[: text]
void ReadRule(std::string_view rest, Expectation& e) {
  const auto skip = [&] {
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  };
  skip();
  if (rest.starts_with("todo ")) {
    e.kind = Expectation::kTodo;
    rest.remove_prefix(5);
  } else if (rest.starts_with("false ")) {
    e.kind = Expectation::kFalse;
    rest.remove_prefix(6);
  }
  skip();
  const size_t end = rest.find_first_of(": ");
  e.rule = std::string(rest.substr(0, end));
  if (end != std::string_view::npos && rest[end] == ':') {
    rest.remove_prefix(end + 1);
    skip();
    e.text = std::string(rest);
  }
}

void Collect(const std::string& file, const std::string& text, std::vector<Expectation>& out) {
  const LineIndex lines(text);
  uint32_t about = 0;
  for (uint32_t n = 1; n <= lines.lines(); ++n) {
    const Span span = lines.Line(n);
    const std::string_view line = std::string_view(text).substr(span.start, span.end - span.start);
    const size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || !line.substr(first).starts_with("//")) {
      about = n;
      continue;
    }
    Expectation e;
    e.file = file;
    e.line = about;
    std::string_view rest = line.substr(first + 2);
    if (rest.starts_with('<')) {
      e.first_on_line = true;
      ReadRule(rest.substr(1), e);
    } else {
      const size_t caret = line.find_first_not_of(' ', first + 2);
      if (caret == std::string_view::npos || line[caret] != '^') {
        about = n;  // an ordinary comment, which may itself be reported (suppressions)
        continue;
      }
      const size_t after = line.find_first_not_of('^', caret);
      e.column = static_cast<uint32_t>(caret) + 1;
      e.end = static_cast<uint32_t>(after == std::string_view::npos ? line.size() : after) + 1;
      ReadRule(after == std::string_view::npos ? std::string_view() : line.substr(after), e);
    }
    ASSERT_NE(e.rule.find('/'), std::string::npos) << file << ":" << n << ": a marker without a rule id";
    out.push_back(std::move(e));
  }
}

void CollectExpectTxt(const std::string& text, std::vector<Expectation>& out) {
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') continue;
    const size_t a = line.find(':'), b = line.find(':', a + 1), c = line.find(' ', b + 1);
    ASSERT_NE(c, std::string::npos) << line;
    Expectation e;
    e.file = line.substr(0, a);
    e.line = static_cast<uint32_t>(std::stoul(line.substr(a + 1, b - a - 1)));
    e.column = static_cast<uint32_t>(std::stoul(line.substr(b + 1, c - b - 1)));
    ReadRule(std::string_view(line).substr(c), e);
    out.push_back(std::move(e));
  }
}

std::string Print(const Result& r) {
  std::string out;
  for (const Finding& f : r.findings) {
    const File& file = r.project[f.at.file];
    out += Cat(file.path, ":", f.at.span.start, "-", f.at.span.end, " ", f.rule->id, ": ", f.message, "\n");
    for (const Step& s : f.via) out += Cat("  ", r.project[s.at.file].path, ":", s.at.span.start, " ", s.note, "\n");
  }
  return out;
}

class Fixture : public testing::TestWithParam<std::string> {};

TEST_P(Fixture, ReportsWhatItSays) {
  const fs::path where = kFixtures / GetParam();
  const bool folder = fs::is_directory(where);
  const fs::path root = folder ? where : where.parent_path();
  std::vector<std::string> sources, manifests, documents;
  std::vector<Expectation> expected;
  MemoryFileSystem memory;
  const auto add = [&](const fs::path& p) {
    const std::string name = fs::relative(p, root).generic_string();
    const std::string text = ReadFile(p);
    memory.Add(NormalizePath((root / name).generic_string()), text);
    // What is installed is looked up, not handed over.
    if (Cat("/", name).find("/node_modules/") != std::string::npos) return;
    const PackageFileKind kind = PackageFileKindOf(name);
    if (kind == PackageFileKind::kManifest) {
      manifests.push_back(name);
    } else if (kind != PackageFileKind::kNone) {
      documents.push_back(name);
    }
    if (IsSource(p)) {
      sources.push_back(name);
      Collect(name, text, expected);
    }
    if (p.filename() == "expect.txt") CollectExpectTxt(text, expected);
  };
  if (folder) {
    for (auto it = fs::recursive_directory_iterator(where); it != fs::recursive_directory_iterator(); ++it) {
      if (it->is_regular_file()) add(it->path());
    }
  } else {
    add(where);
  }
  std::sort(sources.begin(), sources.end());
  std::sort(manifests.begin(), manifests.end());
  std::sort(documents.begin(), documents.end());
  Input input;
  const DiskFileSystem disk;
  input.fs = &disk;
  input.root = root.generic_string();
  input.files = sources;
  input.manifests = manifests;
  input.documents = documents;
  input.threads = 1;
  // Every rule speaks, also those that are off by default: a good example guards them all.
  input.severity = [](const std::string&, const Rule& rule) { return rule.severity; };
  const StopToken never;
  const Result result = Analyze(input, never);
  EXPECT_TRUE(result.unreadable.empty());
  const std::string printed = Print(result);

  input.threads = 4;
  EXPECT_EQ(printed, Print(Analyze(input, never))) << "differs with four threads";
  input.fs = &memory;
  EXPECT_EQ(printed, Print(Analyze(input, never))) << "differs from memory";

  for (const Finding& f : result.findings) {
    const File& file = result.project[f.at.file];
    const LineIndex lines(file.text);
    const LineColumn start = lines.At(f.at.span.start, ColumnUnit::kUtf8);
    const Span line = lines.Line(start.line);
    const uint32_t end = std::min(f.at.span.end, line.end) - line.start + 1;
    Expectation* match = nullptr;
    for (Expectation& e : expected) {
      if (e.met || e.file != file.path || e.line != start.line || e.rule != f.rule->id) continue;
      if (e.first_on_line) {
        const size_t first = std::string_view(file.text).substr(line.start).find_first_not_of(" \t");
        if (start.column != first + 1) continue;
      } else if (e.column != start.column || (e.end != 0 && e.end != end)) {
        continue;
      }
      match = &e;
      break;
    }
    const std::string what =
        Cat(file.path, ":", start.line, ":", start.column, "-", end, " ", f.rule->id, ": ", f.message);
    if (match == nullptr) {
      ADD_FAILURE() << "unannounced: " << what;
      continue;
    }
    match->met = true;
    if (match->kind == Expectation::kTodo) ADD_FAILURE() << "found at last, drop the todo: " << what;
    if (match->kind == Expectation::kReported) {
      EXPECT_NE(f.message.find(match->text), std::string::npos) << what << "\n  lacks: " << match->text;
    }
  }
  for (const Expectation& e : expected) {
    if (e.met || e.kind == Expectation::kTodo) continue;
    ADD_FAILURE() << (e.kind == Expectation::kFalse ? "no longer reported, drop the marker: " : "not reported: ")
                  << e.file << ":" << e.line << ":" << e.column << " " << e.rule;
  }
}

// Each rule has a bad example it reports and a good one.
TEST(Fixtures, CoverEveryRule) {
  for (const Rule* rule : AllRules()) {
    const fs::path dir = kFixtures / std::string(rule->id);
    EXPECT_TRUE(fs::is_directory(dir / "bad")) << rule->id << " has no bad example";
    EXPECT_TRUE(fs::is_directory(dir / "good")) << rule->id << " has no good example";
    EXPECT_TRUE(fs::exists(dir / "proof.mjs")) << rule->id << " has no proof";
    bool marked = false;
    if (fs::is_directory(dir / "bad")) {
      for (const auto& e : fs::recursive_directory_iterator(dir / "bad")) {
        if (!e.is_regular_file()) continue;
        if (ReadFile(e.path()).find(rule->id) != std::string::npos) marked = true;
      }
    }
    EXPECT_TRUE(marked) << rule->id << " is announced in none of its bad examples";
  }
}

// The three sentences a user reads are there and read alike.
TEST(Rules, SpeakPlainly) {
  for (const Rule* rule : AllRules()) {
    SCOPED_TRACE(std::string(rule->id));
    EXPECT_FALSE(rule->summary.empty());
    EXPECT_FALSE(rule->summary.ends_with('.')) << "a clause, not a sentence";
    EXPECT_FALSE(rule->summary[0] >= 'A' && rule->summary[0] <= 'Z' && !(rule->summary[1] >= 'A' && rule->summary[1] <= 'Z'))
        << "starts in lower case";
    EXPECT_TRUE(rule->why.ends_with('.'));
    EXPECT_TRUE(rule->fix.ends_with('.'));
    EXPECT_NE(rule->check == nullptr, rule->check_packages == nullptr) << "a rule looks at files or at packages";
    EXPECT_EQ(rule->id.find("/no-"), std::string_view::npos) << "an id names the pattern";
  }
}

std::vector<std::string> Projects() {
  std::vector<std::string> out;
  for (const auto& family : fs::directory_iterator(kFixtures)) {
    if (!family.is_directory() || family.path().filename() == "node_modules") continue;
    for (const auto& rule : fs::directory_iterator(family.path())) {
      for (const char* side : {"bad", "good"}) {
        const fs::path dir = rule.path() / side;
        if (!fs::is_directory(dir)) continue;
        for (const auto& e : fs::directory_iterator(dir)) {
          if (e.is_directory() || IsSource(e.path())) out.push_back(fs::relative(e.path(), kFixtures).generic_string());
        }
      }
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

INSTANTIATE_TEST_SUITE_P(All, Fixture, testing::ValuesIn(Projects()), [](const auto& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
});

}  // namespace
}  // namespace looplint
