// One run of the pipeline: read, parse, lower, link, infer, check. Deterministic: the result depends on the input
// alone, not on the number of threads.
#ifndef LOOPLINT_ANALYZER_ENGINE_ANALYZE_H_
#define LOOPLINT_ANALYZER_ENGINE_ANALYZE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "analyzer/base/parallel.h"
#include "analyzer/engine/cache.h"
#include "analyzer/engine/dependencies.h"
#include "analyzer/engine/packages.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"
#include "resolver/file_system.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace looplint {

enum class Phase : uint8_t { kRead, kParse, kLower, kLink, kInfer, kTaint, kCheck, kCount };
inline constexpr std::array<const char*, static_cast<size_t>(Phase::kCount)> kPhaseNames = {
    "read", "parse", "lower", "link", "infer", "taint", "check"};

struct Stats {
  uint64_t files = 0, bytes = 0, lines = 0, nodes = 0, functions = 0, calls = 0, model_bytes = 0;
  uint64_t cached = 0;         // of the files: models came from the cache
  uint64_t walks_cut_off = 0;  // of data flow, for being too long
  uint64_t guards_cut_off = 0;  // sinks of data flow nothing is said of, since looking for guards took too long
  uint64_t shapes_cut_off = 0;  // objects whose hidden classes are not known, since following how they are made took too long
  std::array<double, static_cast<size_t>(Phase::kCount)> cpu_ms{};  // summed over threads
  // The most memory the process ever had resident, as of the end of a phase. Reading, parsing and lowering end as one.
  std::array<uint64_t, static_cast<size_t>(Phase::kCount)> peak_bytes{};
  // What phases consist of, in the order done: CPU, summed over threads. The rest of a phase is not listed.
  struct Part {
    Phase phase;
    const char* name;
    double cpu_ms;
  };
  std::vector<Part> parts;
  std::vector<double> rule_ms;  // of kCheck, as AllRules() has them; empty unless Input::time_rules
  double wall_ms = 0;
  DependencyStats dependencies;
};

// Written by the workers, read by whoever shows progress.
struct Progress {
  std::atomic<uint32_t> phase{0};
  std::atomic<uint64_t> done{0}, total{0};
};

struct Input {
  const Knowledge& Rows() const { return knowledge != nullptr ? *knowledge : Knowledge::Builtin(); }
  const FileSystem* fs = nullptr;
  std::string root;                    // directory that `files` are relative to
  std::span<const std::string> files;  // sources to model, '/'-separated, sorted, unique
  std::vector<std::string> manifests;  // package.json files, likewise
  std::vector<std::string> documents;  // lockfiles, settings, recipes: see PackageFileKindOf
  PackagePolicy packages;
  std::string node;                    // counts as engines.node of every package.json; "" for what they say
  std::shared_ptr<const Knowledge> knowledge;  // null: the builtin rows
  // The documents it was extended with.
  std::vector<std::string> knowledge_documents;
  bool dependencies = false;  // also read what node_modules holds of the packages that are imported
  std::shared_ptr<DependencyMemo> memo;  // of these, from run to run; may be null
  int threads = 0;                     // 0: all cores
  bool alone = false;                  // nobody else in this process parses: what that takes is given back after it
  bool guess_calls = false;            // also calls of methods by their names alone; no finding uses them
  bool shapes = false;                 // hidden classes are asked for, whatever rules are on
  uint64_t max_file_bytes = 64u << 20;
  // True for files to leave out once their text is seen (minified, generated). Called from several threads. May be null.
  std::function<bool(const std::string& path, std::string_view text)> skip;
  // A file as an earlier run read it, where its text and the knowledge are the same; null to read it. Called from
  // several threads. May be null.
  std::function<std::shared_ptr<const SourceFile>(const std::string& path)> known;
  bool time_rules = false;        // fill in Stats::rule_ms
  // Where models of earlier runs are, and those of this one go. May be null.
  ModelCache* cache = nullptr;
  bool rules_on_packages = true;  // false leaves manifests and lockfiles unread
  // Told when a rule throws: what it found in that file is dropped, all else goes on. Called from several threads. Null:
  // the exception passes.
  std::function<void(const Rule& rule, const std::string& path, const std::string& what)> failed;
  // Functions that were measured to be hot. Null: none.
  std::function<std::vector<FunctionRef>(const Project& project)> measured;
  // Severity of a rule in a file; kOff does not run it there. Called from several threads. Null: the rules' own.
  std::function<Severity(const std::string& path, const Rule& rule)> severity;
};

// A file that could not be read (kept apart from findings: it is not the code's fault).
struct Unreadable {
  std::string path;
  std::string reason;
};

// A linked program and what is known of it.
struct Program {
  Project project;
  Facts facts;
};

struct Result : Program {
  PackageFacts packages;
  // Those in sources first; sorted by path, place, rule, message. Severities settled, suppressions not applied.
  std::vector<Finding> findings;
  std::vector<Unreadable> unreadable;
  Stats stats;
  bool stopped = false;  // by the token: the findings are incomplete
};

Result Analyze(const Input& input, const StopToken& stop, Progress* progress = nullptr);

// ---- The stages of Analyze, for whoever keeps sources from one run to the next.

// Read, parse, lower. No source: unreadable when `unreadable` says why, else to be skipped.
struct Loaded {
  std::shared_ptr<const SourceFile> source;
  std::string unreadable;
  bool cached = false;
  double read_ms = 0, parse_ms = 0, lower_ms = 0;  // CPU
};
Loaded Load(const Input& input, const std::string& path);
// Of input.manifests; those that cannot be used are added to `unreadable`.
std::vector<Manifest> LoadManifests(const Input& input, std::vector<Unreadable>& unreadable);

// What a program that is part of a larger one takes over from it, since no part can tell: how its files hang together,
// which are a browser's, where loading starts, what kinds of programs its packages are. Refers to nothing of the program
// it was made from but the resolver.
struct Outline {
  struct Module {
    std::string path;
    FileRole role;
    uint32_t calls;
    std::vector<FileId> imports, importers;  // kNone for what is no file of the program
  };
  Outline() = default;
  explicit Outline(const Program& program);
  FileId Find(std::string_view path) const;
  const Module& operator[](FileId id) const { return modules[Index(id)]; }

  std::vector<Module> modules;  // sorted by path
  std::vector<EntryPoint> entries;
  std::map<const Manifest*, ProgramKind> kinds;
  std::shared_ptr<const Resolver> resolver;
};

// Link, infer. `sources` sorted by path; `whole`, unless null, outlines the program they are a part of. False when
// stopped: then `program` is of no use.
bool Build(const Input& input, const std::vector<std::shared_ptr<const SourceFile>>& sources,
           std::shared_ptr<const Resolver> resolver, const Outline* whole, const StopToken& stop, Progress* progress,
           Program& program, Stats& stats);

// The rules on packages: reads input.manifests and input.documents, which become documents of the project. To be called
// once for a program, after its files have been checked. Sorted by file and place.
std::vector<Finding> CheckPackages(Program& program, PackageFacts& packages, const Input& input, const StopToken& stop);

// Check: what the rules find in one file, sorted, severities settled. `rule_ns`, unless null, is added the time of each.
std::vector<Finding> Check(const Program& program, const Input& input, FileId file,
                           std::atomic<uint64_t>* rule_ns = nullptr);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_ANALYZE_H_
