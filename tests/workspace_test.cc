// A project that is edited gives the findings of a project read afresh: random edits over the examples and over npm
// packages, each state compared with a cold run. Speed is not asked here; bench/lsp/run does.
#include "analyzer/engine/workspace.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;

std::string PlaceText(const Project& project, const Place& at) {
  return Cat(project[at.file].path, ":", at.span.start, "-", at.span.end);
}

// All that is said, in order.
std::string Print(const Project& project, const std::vector<Finding>& findings, std::string_view only = "") {
  std::string out;
  for (const Finding& f : findings) {
    if (!only.empty() && project[f.at.file].path != only) continue;
    out += Cat(PlaceText(project, f.at), " ", f.rule->id, " ", SeverityName(f.severity), " ", f.message, " | ", f.help, " ", f.scope, "\n");
    for (const Step& s : f.via) out += Cat("  via ", PlaceText(project, s.at), " ", s.note, "\n");
    for (const Fix& fix : f.fixes) {
      out += Cat("  fix ", fix.description, fix.safe ? " safe" : "", "\n");
      for (const Edit& e : fix.edits) out += Cat("    ", e.at.start, "-", e.at.end, " ", e.text, "\n");
    }
  }
  return out;
}

struct Cold {
  Result result;
  Settled settled;
};

// What the command line would say of the same bytes.
Cold RunCold(const std::string& folder, const std::map<std::string, std::string>& laid) {
  Cold cold;
  const Selection selection = *Locate({folder}, folder);
  const Config config = selection.config.empty() ? Config::Default() : *Config::Load(DiskFileSystem(), selection.config);
  DiscoverOptions options;
  options.ignore = config.ignore;
  Sources sources = Discover(selection, options);
  OverlayFileSystem over;
  for (const auto& [path, text] : laid) {
    over.Lay(JoinPath(selection.root, path), text);
    const bool on_disk = DiskFileSystem().Type(JoinPath(selection.root, path)) != FileType::kNone;
    if (IsSourceName(path) && !on_disk) sources.files.push_back(path);
  }
  std::sort(sources.files.begin(), sources.files.end());
  Input input;
  input.fs = &over;
  input.root = selection.root;
  input.files = sources.files;
  input.manifests = sources.manifests;
  input.documents = sources.documents;
  input.skip = [](const std::string& path, std::string_view text) { return Classify(path, text) != SkipReason::kNo; };
  const Severities severities(config);
  input.severity = [&](const std::string& path, const Rule& rule) { return severities(path, rule); };
  cold.result = Analyze(input, StopToken());
  cold.settled = Settle(cold.result.project, std::move(cold.result.findings), input.severity, true, {.facts = &cold.result.facts});
  return cold;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

using Random = std::mt19937;
size_t Below(Random& random, size_t n) { return n == 0 ? 0 : random() % n; }

// One edit as people make them: a character, a line or a piece of code of this or another file.
std::string Mutate(Random& random, std::string text, const std::vector<std::string>& pieces) {
  const auto line_start = [&](size_t at) { return text.rfind('\n', at) == std::string::npos ? 0 : text.rfind('\n', at) + 1; };
  const size_t at = Below(random, text.size() + 1);
  switch (random() % 8) {
    case 0: text.insert(at, 1, "(){}[];,.'`=aé\n"[Below(random, 14)]); break;
    case 1: text.erase(at, 1 + Below(random, 3)); break;
    case 2: {
      const size_t from = line_start(std::min(at, text.size() - (text.empty() ? 0 : 1)));
      text.erase(from, std::min(text.find('\n', from), text.size()) - from);
      break;
    }
    case 3: {
      const size_t from = line_start(at), to = std::min(text.find('\n', from), text.size());
      text.insert(line_start(Below(random, text.size() + 1)), text.substr(from, to - from) + "\n");
      break;
    }
    case 4: text.insert(line_start(at), pieces[Below(random, pieces.size())] + "\n"); break;
    case 5: text.insert(line_start(at), "// looplint-disable-next-line promises/floating, event-loop/* -- by the test\n"); break;
    case 6: {
      const size_t await = text.find("await ", at);
      if (await != std::string::npos) text.erase(await, 6);
      break;
    }
    default: text.insert(line_start(at), "async function made(x) { await x; throw new Error(x); }\nmade(1);\n"); break;
  }
  return text;
}

// Glances, and how many of them said what the look after them said. Errors of syntax may be told otherwise from a kept
// tree, and a part may not show what the whole does; a test has more than ten of them, of which one or two are chance.
struct Tally {
  int glances = 0, same = 0;
  void Judge() const { EXPECT_GE(same * 10, glances * 8); }
};

// With `release`, everything that can be had again is let go now and then.
void RandomEdits(const std::string& folder, uint32_t seed, int edits, int every, Tally& tally, bool release = false) {
  Random random(seed);
  Workspace workspace(folder, {});
  ASSERT_TRUE(workspace.configuration_status().ok()) << workspace.configuration_status();
  const StopToken never;
  auto snapshot = workspace.Look(never);
  ASSERT_NE(snapshot, nullptr);
  {
    const Cold cold = RunCold(folder, {});
    ASSERT_EQ(Print(snapshot->program.project, snapshot->findings), Print(cold.result.project, cold.settled.findings));
  }
  std::vector<std::string> paths;
  for (uint32_t i = 0; i < snapshot->program.project.size(); ++i) {
    paths.push_back(snapshot->program.project[static_cast<FileId>(i)].path);
  }
  ASSERT_FALSE(paths.empty());
  std::map<std::string, std::string> laid;
  std::vector<std::string> pieces;
  for (int i = 0; i < 40; ++i) {
    const std::string text = ReadFile(JoinPath(workspace.root(), paths[Below(random, paths.size())]));
    const size_t at = Below(random, text.size() + 1);
    pieces.push_back(text.substr(at, std::min<size_t>(1 + Below(random, 120), text.size() - at)));
  }
  int glances = 0, same = 0;
  std::string edited;
  for (int i = 1; i <= edits; ++i) {
    // Edits come in runs on one file.
    if (edited.empty() || random() % 6 == 0) edited = paths[Below(random, paths.size())];
    if (random() % 25 == 0) edited = Cat("made-", i, ".js");
    if (random() % 20 == 0 && !laid.empty()) {
      const std::string path = std::next(laid.begin(), static_cast<ptrdiff_t>(Below(random, laid.size())))->first;
      workspace.Lift(path);
      laid.erase(path);
      continue;
    }
    std::string text = laid.contains(edited) ? laid[edited] : ReadFile(JoinPath(workspace.root(), edited));
    text = Mutate(random, std::move(text), pieces);
    laid[edited] = text;
    workspace.Lay(edited, std::move(text));
    if (release && i % 4 == 0) workspace.Release(i % 8 == 0 ? 0 : 40000);
    const auto glance = workspace.Glance(edited);
    if (i % every != 0) continue;
    snapshot = workspace.Look(never);
    ASSERT_NE(snapshot, nullptr);
    const Cold cold = RunCold(folder, laid);
    ASSERT_EQ(Print(snapshot->program.project, snapshot->findings), Print(cold.result.project, cold.settled.findings))
        << "seed " << seed << ", after edit " << i << " of " << edited;
    ASSERT_EQ(snapshot->suppressed.size(), cold.settled.suppressed.size());
    if (glance == nullptr) continue;
    ++glances;
    // Whether a comment has become unused is for the look to say.
    const auto said = [&](const Snapshot& s) {
      std::vector<Finding> findings = s.findings;
      std::erase_if(findings, [](const Finding& f) { return f.rule->id == "suppression/unused"; });
      return Print(s.program.project, findings, edited);
    };
    same += said(*glance) == said(*snapshot);
  }
  std::printf("%s: %d of %d glances said what the look said\n", folder.c_str(), same, glances);
  tally.glances += glances;
  tally.same += same;
}

constexpr const char* kSource = LOOPLINT_SOURCE_DIR;

TEST(WorkspaceTest, RandomEditsOfTheExamples) {
  Tally tally;
  for (const uint32_t seed : {1u, 2u}) RandomEdits(Cat(kSource, "/fixtures"), seed, 60, 6, tally);
  tally.Judge();
}

TEST(WorkspaceTest, RandomEditsWithLittleMemory) {
  Tally tally;
  for (const uint32_t seed : {3u, 4u, 5u}) RandomEdits(Cat(kSource, "/fixtures"), seed, 60, 5, tally, true);
  tally.Judge();
}

// What is released is gone: the program, and sources down to what may stay; open files and those a glance used go last.
TEST(WorkspaceTest, ReleasesWhatCanBeHadAgain) {
  Workspace workspace(Cat(kSource, "/fixtures"), {});
  const StopToken never;
  std::string before;
  std::weak_ptr<const Snapshot> program;
  {
    const auto first = workspace.Look(never);
    ASSERT_NE(first, nullptr);
    program = first;
    before = Print(first->program.project, first->findings);
  }
  const uint64_t all = workspace.source_bytes();
  EXPECT_GT(all, 100000u);
  workspace.Release(UINT64_MAX);
  EXPECT_TRUE(program.expired());
  EXPECT_EQ(workspace.source_bytes(), all);
  ASSERT_NE(workspace.latest(), nullptr);
  EXPECT_EQ(workspace.latest()->program.project.size(), 0u);
  workspace.Release(all / 2);
  EXPECT_LE(workspace.source_bytes(), all / 2);
  EXPECT_GT(workspace.source_bytes(), 0u);
  workspace.Release(0);
  EXPECT_EQ(workspace.source_bytes(), 0u);
  const auto again = workspace.Look(never);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(Print(again->program.project, again->findings), before);
  EXPECT_EQ(workspace.source_bytes(), all);
  // An open file stays, and so does what was used with it as long as there is room.
  const std::string open = "event-loop/sync-in-handler/bad/server.mjs";
  if (!fs::exists(Cat(kSource, "/fixtures/", open))) return;
  const std::string path = fs::path(Cat(kSource, "/fixtures/", open)).lexically_relative(workspace.root()).string();
  workspace.Lay(path, ReadFile(Cat(kSource, "/fixtures/", open)));
  ASSERT_NE(workspace.Glance(path), nullptr);
  workspace.Release(0);
  EXPECT_GT(workspace.source_bytes(), 0u);
  const auto glance = workspace.Glance(path);
  ASSERT_NE(glance, nullptr);
  EXPECT_FALSE(glance->findings.empty());
}

TEST(WorkspaceTest, RandomEditsOfPackages) {
  int packages = 0;
  Tally tally;
  // More projects, for a longer run by hand: folders separated by colons.
  if (const char* more = std::getenv("LOOPLINT_EDIT_PROJECTS"); more != nullptr) {
    std::stringstream list(more);
    for (std::string folder; std::getline(list, folder, ':');) RandomEdits(folder, 11, 60, 5, tally);
    tally.Judge();
    return;
  }
  for (const char* name : {"fastify", "express", "koa", "undici", "ws", "pino", "socket.io", "semver", "axios", "commander", "yargs",
                           "mocha", "eslint", "webpack", "rollup", "got", "ioredis", "pg", "mongodb", "rxjs"}) {
    const std::string folder = Cat(kSource, "/tests/corpus/node_modules/", name);
    if (!fs::exists(folder)) continue;
    RandomEdits(folder, 7, 40, 5, tally);
    if (++packages == 4) break;
  }
  if (packages == 0) GTEST_SKIP() << "tests/corpus is not installed";
  tally.Judge();
}

// An edit while a Look is under way ends it; what it had read is not read again.
TEST(WorkspaceTest, EditsOvertakeLooks) {
  Workspace workspace(Cat(kSource, "/fixtures"), {});
  std::shared_ptr<const Snapshot> first, last;
  for (int i = 0; i < 20; ++i) {
    StopToken stop;
    std::thread look([&] { first = workspace.Look(stop); });
    workspace.Lay("made.js", Cat("async function f() { throw 1; }\nf();\n//", i, "\n"));
    EXPECT_NE(workspace.Glance("made.js"), nullptr);
    if (i % 2 == 0) stop.Stop();
    look.join();
    if (first != nullptr) {
      EXPECT_LE(first->generation, workspace.generation());
    }
  }
  const StopToken never;
  last = workspace.Look(never);
  ASSERT_NE(last, nullptr);
  const FileId made = last->program.project.Find("made.js");
  ASSERT_TRUE(Some(made));
  EXPECT_TRUE(last->program.project[made].text.ends_with("//19\n"));
}

class OnDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "looplint-workspace-XXXXXX";
    folder_ = mkdtemp(name.data());
    Write("package.json", "{\"name\": \"p\", \"private\": true}");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void Write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(folder_ + "/" + path).parent_path());
    std::ofstream(folder_ + "/" + path) << text;
  }
  static std::string Rules(const Snapshot& s, const std::string& path) {
    std::string out;
    const FileId id = s.program.project.Find(path);
    if (!Some(id)) return "not analyzed";
    for (const Finding& f : s.In(id)) out += Cat(f.rule->id, " ");
    return out;
  }
  std::string folder_;
};

constexpr const char* kServer =
    "import http from 'node:http';\nimport { load } from './load.js';\n"
    "http.createServer((req, res) => res.end(load(req.url))).listen(0);\n";
constexpr const char* kBlocking = "import fs from 'node:fs';\nexport function load(x) { return fs.readFileSync('page.txt'); }\n";

TEST_F(OnDisk, UnsavedTextReachesOtherFiles) {
  Write("server.mjs", kServer);
  Write("load.js", "export function load(x) { return x; }\n");
  Workspace workspace(folder_, {});
  const StopToken never;
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "");
  workspace.Lay("load.js", kBlocking);
  // The handler is another file's: a glance takes it in.
  EXPECT_NE(Rules(*workspace.Glance("load.js"), "load.js").find("event-loop/sync-in-handler"), std::string::npos);
  EXPECT_TRUE(workspace.Seen("load.js").contains("server.mjs"));
  EXPECT_NE(Rules(*workspace.Look(never), "load.js").find("event-loop/sync-in-handler"), std::string::npos);
  // The handler goes: so does the finding, in the file nobody touched.
  workspace.Lay("server.mjs", "export {};\n");
  EXPECT_EQ(Rules(*workspace.Glance("load.js"), "load.js").find("event-loop/sync-in-handler"), std::string::npos);
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "");
  workspace.Lift("load.js");
  workspace.Lift("server.mjs");
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "");
}

TEST_F(OnDisk, FindsWhatItNeedsBeforeTheFirstLook) {
  Write("server.mjs", "import http from 'node:http';\nimport { load } from './lib/load.mjs';\n"
                      "http.createServer((req, res) => { load(req.url); res.end(); }).listen(0);\n");
  Write("lib/load.mjs", "export async function load(x) { await x; throw new Error(x); }\n");
  Workspace workspace(folder_, {});
  workspace.Lay("server.mjs", ReadFile(folder_ + "/server.mjs"));
  EXPECT_NE(Rules(*workspace.Glance("server.mjs"), "server.mjs").find("promises/floating"), std::string::npos);
}

TEST_F(OnDisk, FollowsTheDisk) {
  Write("server.mjs", kServer);
  Workspace workspace(folder_, {});
  const StopToken never;
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "not analyzed");
  Write("load.js", kBlocking);
  workspace.Touch("load.js");
  EXPECT_NE(Rules(*workspace.Look(never), "load.js").find("sync-in-handler"), std::string::npos);
  Write("looplint.jsonc", "{\"rules\": {\"event-loop/sync-in-handler\": \"off\"}}");
  workspace.Reconfigure({});
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "");
  Write("looplint.jsonc", "{\"rules\": {\"event-loop/sync-in-handler\": \"of\"}}");
  workspace.Reconfigure({});
  EXPECT_FALSE(workspace.configuration_status().ok());
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "") << "the last good configuration stays";
  fs::remove(folder_ + "/looplint.jsonc");
  workspace.Reconfigure({});
  Write(".gitignore", "load.js\n");
  workspace.Touch(".gitignore");
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "not analyzed");
  // What is ignored stays so when it is opened.
  workspace.Lay("load.js", kBlocking);
  EXPECT_EQ(workspace.Glance("load.js"), nullptr);
  workspace.Lift("load.js");
  fs::remove(folder_ + "/.gitignore");
  workspace.Touch(".gitignore");
  EXPECT_NE(Rules(*workspace.Look(never), "load.js").find("sync-in-handler"), std::string::npos);
  fs::remove(folder_ + "/load.js");
  workspace.Touch("load.js");
  EXPECT_EQ(Rules(*workspace.Look(never), "load.js"), "not analyzed");
}

// Rows made from a kept tree are those of a fresh parse, wherever the text has no errors.
TEST(ReparserTest, GivesTheRowsOfAFreshParse) {
  int compared = 0;
  for (const auto& entry : fs::recursive_directory_iterator(Cat(kSource, "/fixtures"))) {
    const std::string path = entry.path();
    if (!IsSourceName(path) || path.find("/node_modules/") != std::string::npos) continue;
    Random random(static_cast<uint32_t>(compared));
    std::string text = ReadFile(path);
    if (text.empty()) continue;
    Reparser reparser(LanguageOf(path));
    for (int i = 0; i < 6; ++i) {
      const Syntax kept = reparser.Parse(text), fresh = Parse(text, LanguageOf(path));
      ASSERT_EQ(kept.errors.empty(), fresh.errors.empty()) << path;
      if (fresh.errors.empty()) {
        ++compared;
        ASSERT_EQ(kept.nodes.size(), fresh.nodes.size()) << path << "\n" << text;
        for (size_t n = 0; n < fresh.nodes.size(); ++n) {
          const Node &a = kept.nodes[n], &b = fresh.nodes[n];
          ASSERT_TRUE(a.start == b.start && a.end == b.end && a.kind == b.kind && a.role == b.role && a.op == b.op &&
                      a.flags == b.flags && a.next == b.next) << path << " row " << n;
        }
        ASSERT_EQ(kept.comments, fresh.comments);
      }
      text = Mutate(random, std::move(text), {"const more = 1;", "if (x) { y(); }", "export default async () => {};"});
    }
  }
  EXPECT_GT(compared, 100);
}

}  // namespace
}  // namespace looplint
