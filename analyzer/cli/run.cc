#include "analyzer/cli/run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

#include "analyzer/base/strings.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/cli/version.h"
#include "analyzer/engine/baseline.h"
#include "analyzer/engine/fingerprint.h"

namespace looplint {

StopToken g_stop;

namespace {

// Shows on a terminal how far a run is, once it has taken a second.
class ProgressLine {
 public:
  ProgressLine(const Progress& progress, bool wanted) : progress_(progress) {
    if (wanted) thread_ = std::thread([this] { Run(); });
  }
  ~ProgressLine() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    bool shown = false;
    auto pause = std::chrono::milliseconds(1000);
    while (!wake_.wait_for(lock, pause, [this] { return done_; })) {
      pause = std::chrono::milliseconds(100);
      const uint32_t phase = std::min<uint32_t>(progress_.phase, static_cast<uint32_t>(Phase::kCount) - 1);
      std::string line = Cat("\r\x1b[K", kPhaseNames[phase]);
      const uint64_t total = progress_.total, done = progress_.done;
      if (total > 0) line += Cat(" ", Grouped(std::min(done, total)), " of ", Grouped(total), " files");
      shown = WriteAll(STDERR_FILENO, line);
    }
    if (shown) WriteAll(STDERR_FILENO, "\r\x1b[K");
  }
  const Progress& progress_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::thread thread_;
};

absl::Status ApplySettings(const Options& options, Config& config) {
  const auto select = [&](const std::string& word) -> absl::StatusOr<std::vector<const Rule*>> {
    std::vector<const Rule*> rules = SelectRules(word);
    if (rules.empty()) {
      return absl::InvalidArgumentError(Cat("there is no rule or family \"", word, "\"", DidYouMean(word, RuleWords())));
    }
    return rules;
  };
  if (!options.only.empty()) {
    std::set<const Rule*> wanted;
    for (const std::string& word : options.only) {
      const auto rules = select(word);
      if (!rules.ok()) return rules.status();
      wanted.insert(rules->begin(), rules->end());
      // Asked for by name, so on even where configuration has it off; else as configured.
      Config::Layer layer;
      for (const Rule* rule : *rules) {
        if (config.SeverityOf("", *rule) == Severity::kOff) layer.settings.emplace_back(rule, rule->severity);
      }
      config.settings.push_back(std::move(layer));
    }
    std::vector<const Rule*> others;
    for (const Rule* rule : EveryRule()) {
      if (!wanted.contains(rule)) others.push_back(rule);
    }
    config.Set(others, Severity::kOff);
  }
  for (const auto& [option, value] : options.settings) {
    if (option == "rule") {
      const size_t colon = value.rfind(':');
      Severity severity;
      const auto trim = [](std::string text) {
        while (!text.empty() && text.front() == ' ') text.erase(0, 1);
        while (!text.empty() && text.back() == ' ') text.pop_back();
        return text;
      };
      if (colon == std::string::npos || !ParseSeverity(trim(value.substr(colon + 1)), severity)) {
        return absl::InvalidArgumentError(Cat("--rule takes 'id: off|info|warn|error', not '", value, "'"));
      }
      const auto rules = select(trim(value.substr(0, colon)));
      if (!rules.ok()) return rules.status();
      config.Set(*rules, severity);
    } else {
      const auto rules = select(value);
      if (!rules.ok()) return rules.status();
      config.Set(*rules, option == "allow" ? Severity::kOff : option == "warn" ? Severity::kWarn : Severity::kError);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Prepare(const Options& options, Run& run) {
  std::vector<std::string> paths = options.paths;
  if (!options.stdin_filename.empty()) {
    // The file need not exist yet; its folder must.
    paths = {std::string(DirName(JoinPath(run.working_directory, options.stdin_filename)))};
  }
  if (paths.empty()) paths = {"."};
  absl::StatusOr<Selection> selection = Locate(paths, run.working_directory);
  if (!selection.ok()) return selection.status();
  run.selection = *std::move(selection);
  if (options.no_config) run.selection.config.clear();
  if (!options.config.empty()) run.selection.config = options.config;
  if (!options.no_config && options.config.empty()) {
    for (const std::string& other : run.selection.other_configs) {
      Warn(Cat(Plain(RelativeTo(other, run.working_directory)), " takes no part: ",
               run.selection.config.empty() ? "looplint:recommended"
                                            : Plain(RelativeTo(run.selection.config, run.working_directory)),
               " of the first path governs the run"));
    }
  }
  if (run.selection.config.empty()) {
    run.config = Config::Default();
  } else {
    const std::string path = options.config.empty() ? RelativeTo(run.selection.config, run.working_directory)
                                                    : run.selection.config;
    absl::StatusOr<Config> config = Config::Load(DiskFileSystem(), path);
    if (!config.ok()) return config.status();
    run.config = *std::move(config);
  }
  return ApplySettings(options, run.config);
}

absl::Status Find(const Options& options, Run& run) {
  DiscoverOptions discover;
  discover.ignore = run.config.ignore;
  discover.ignore_arguments = options.ignore_patterns;
  discover.ignore_files = !options.no_ignore;
  const std::string here = RelativeTo(run.working_directory, run.selection.root);
  if (!here.starts_with("..")) discover.ignore_argument_base = here;
  run.sources = Discover(run.selection, discover);
  if (!options.no_config && options.config.empty()) {
    if (const absl::Status status = AddNestedConfigs(DiskFileSystem(), run.selection, run.sources,
                                                     [&](const std::string& path) { return run.Display(path); }, run.config);
        !status.ok()) return status;
  }

  if (!options.stdin_filename.empty()) {
    const std::string path = RelativeTo(JoinPath(run.working_directory, options.stdin_filename), run.selection.root);
    std::string text(std::istreambuf_iterator<char>(std::cin), {});
    run.fs.Lay(JoinPath(run.selection.root, path), std::move(text));
    auto& files = run.sources.files;
    const auto at = std::lower_bound(files.begin(), files.end(), path);
    if (at == files.end() || *at != path) files.insert(at, path);
    run.selection.report = {path};
  }
  for (const Notice& notice : run.sources.notices) Warn(Cat(Plain(run.Display(notice.path)), ": ", notice.text));
  if (run.sources.files.empty() && run.sources.manifests.empty() && run.sources.documents.empty() &&
      !options.pass_on_no_files) {
    return absl::NotFoundError(Cat("no JavaScript or TypeScript files in ", Plain(run.Display("."))));
  }
  for (const std::string& path : run.selection.report) {
    const auto inside = [&](const std::string& file) {
      return path == "." || file == path || file.starts_with(path + "/");
    };
    if (path != "." && !run.sources.files.empty() && std::none_of(run.sources.files.begin(), run.sources.files.end(), inside)) {
      Warn(Cat(Plain(run.Display(path)), ": nothing to report on: no sources, or left out by ignore patterns (--no-ignore)"));
    }
  }
  return absl::OkStatus();
}

namespace {

void TellUnreadable(Run& run) {
  for (const Unreadable& u : run.result.unreadable) {
    if (!run.quiet) Warn(Cat(Plain(run.Display(u.path)), ": ", Plain(u.reason)));
    // A manifest is advice; a source that could not be read may hide findings.
    if (IsSourceName(u.path)) run.trouble = true;
  }
}

absl::Status Retell(Recalled recalled, Run& run) {
  run.recalled = true;
  run.result.project = std::move(recalled.project);
  run.result.unreadable = std::move(recalled.unreadable);
  run.result.stats.files = recalled.files;
  run.result.stats.lines = recalled.lines;
  for (size_t i = 0; i < recalled.skipped.size(); ++i) run.skipped[i] = recalled.skipped[i];
  run.known = std::move(recalled.known);
  run.settled = {std::move(recalled.findings), std::move(recalled.suppressed)};
  TellUnreadable(run);
  return absl::OkStatus();
}

}  // namespace

absl::Status Check(const Options& options, Run& run) {
  Input input;
  run.witness = std::make_unique<Witness>(run.fs, run.selection.root, run.remembers && !options.no_cache);
  input.fs = run.witness.get();
  input.root = run.selection.root;
  input.files = run.sources.files;
  input.manifests = run.sources.manifests;
  input.documents = run.sources.documents;
  input.packages = run.config.packages;
  input.node = run.config.node;
  input.knowledge_documents = run.config.knowledge;
  input.dependencies = run.config.dependencies && !options.no_dependencies;
  input.alone = true;
  input.guess_calls = options.guess_calls;
  input.shapes = options.shapes;
  input.measured = run.measured;
  input.threads = options.threads > 0 ? options.threads : run.config.threads;
  if (run.same_but != nullptr) {
    run.knowledge = run.same_but->knowledge;
    input.known = [&](const std::string& path) -> std::shared_ptr<const SourceFile> {
      const Project& before = run.same_but->result.project;
      const FileId file = run.differ.contains(path) ? kNone<FileId> : before.Find(path);
      return Some(file) && Index(file) < before.size() ? before[file].source : nullptr;
    };
    const auto wanted = [&](const std::string& path) {
      return std::ranges::any_of(AllRules(), [&](const Rule* rule) {
        return rule->check_packages != nullptr && run.config.SeverityOf(path, *rule) != Severity::kOff;
      });
    };
    input.rules_on_packages =
        std::ranges::any_of(input.manifests, wanted) || std::ranges::any_of(input.documents, wanted);
  } else if (!run.config.knowledge.empty()) {
    auto knowledge = Knowledge::Extend(run.config.knowledge);
    if (!knowledge.ok()) return knowledge.status();
    run.knowledge = *std::move(knowledge);
  }
  input.knowledge = run.knowledge;
  input.time_rules = options.timings || !options.stats.empty();
  CacheOptions cache;
  cache.folder = options.cache_dir.empty() ? DefaultCacheFolder() : JoinPath(run.working_directory, options.cache_dir);
  if (options.cache) cache.least_text = 0;
  const std::unique_ptr<RunMemory> memory = options.no_cache || !(run.may_recall || run.remembers) ? nullptr : RunMemory::Open(cache, run.selection.root);
  const Digest key = memory == nullptr ? Digest() : KeyOf("lint", input, run.config, !options.no_skip);
  if (memory != nullptr && run.may_recall) {
    // The resolver of the outline is not asked: the disk need not outlive this.
    if (std::optional<Recalled> recalled =
            memory->Recall(key, input, std::shared_ptr<const FileSystem>(std::shared_ptr<const void>(), &run.fs), g_stop)) {
      return Retell(*std::move(recalled), run);
    }
  }
  if (run.only_recall) return absl::NotFoundError("");
  if (!options.no_cache && run.cache == nullptr) run.cache = ModelCache::Open(cache, run.selection.root);
  input.cache = run.cache.get();
  const Severities severities(run.config);
  input.severity = [&](const std::string& path, const Rule& rule) { return severities(path, rule); };
  if (!options.no_skip) {
    input.skip = [&](const std::string& path, std::string_view text) {
      const SkipReason reason = Classify(path, text);
      ++run.skipped[static_cast<size_t>(reason)];
      return reason != SkipReason::kNo;
    };
  }
  std::mutex failures;
  input.failed = [&](const Rule& rule, const std::string& path, const std::string& what) {
    const std::lock_guard lock(failures);
    Warn(Cat(rule.id, " failed in ", Plain(run.Display(path)), ": ", Plain(what)));
    run.trouble = true;
  };
  Progress progress;
  {
    const ProgressLine line(progress, !run.quiet && !options.no_progress && isatty(STDERR_FILENO) == 1);
    run.result = Analyze(input, g_stop, &progress);
  }
  const bool failed = run.trouble;
  TellUnreadable(run);
  Identify(run.result.project, run.result.findings);
  run.settled = Settle(run.result.project, std::move(run.result.findings), input.severity, !run.result.stopped,
                       {.facts = &run.result.facts, .honor_eslint = run.config.honor_eslint});
  if (memory != nullptr && run.remembers && !run.result.stopped && !failed && run.result.stats.bytes >= cache.least_text) {
    Findings found{run.settled.findings, run.settled.suppressed, run.result.unreadable, run.result.stats.files,
                   run.result.stats.lines, {}, {}};
    if (run.compared) {
      Compared program(run.result.project, run.result.facts);
      found.known = Baseline::Of(program, run.settled.findings).Text();
    }
    for (size_t i = 0; i < found.skipped.size(); ++i) found.skipped[i] = run.skipped[i];
    memory->Keep(key, RunMemory::Pack(*run.witness, input, run.result.project, Outline(run.result), found));
  }
  return absl::OkStatus();
}

absl::Status NeedProgram(const Options& options, Run& run) {
  if (!run.recalled) return absl::OkStatus();
  run.may_recall = run.remembers = run.recalled = false;
  run.result = Result();
  run.settled = Settled();
  run.quiet = true;  // what could not be read was said
  for (auto& n : run.skipped) n = 0;
  return Check(options, run);
}

absl::Status Lint(const Options& options, Run& run) {
  const absl::Status status = Find(options, run);
  return status.ok() ? Check(options, run) : status;
}

// The rules that are on anywhere in the project.
std::vector<const Rule*> RulesThatRan(const Run& run) {
  std::set<const Rule*> on;
  const bool global = !run.config.HasGlobs();
  const auto add = [&](std::string_view path) {
    for (const auto& [rule, severity] : run.config.For(path)) {
      if (severity != Severity::kOff) on.insert(rule);
    }
  };
  if (global) add("");
  for (uint32_t i = 0; !global && i < run.result.project.size(); ++i) add(run.result.project[static_cast<FileId>(i)].path);
  std::vector<const Rule*> rules(on.begin(), on.end());
  std::ranges::sort(rules, {}, &Rule::id);
  return rules;
}

namespace {

// The folder that holds .git, at or above `folder`; else `folder`.
std::string RepositoryAround(const std::string& folder) {
  const DiskFileSystem disk;
  for (std::string at = folder;; at = DirName(at)) {
    if (disk.Type(JoinPath(at, ".git")) != FileType::kNone) return at;
    if (at == "/" || at == ".") return folder;
  }
}

}  // namespace

RunReport ReportOf(const Run& run) {
  RunReport report;
  const Project& project = run.result.project;
  report.project = &project;
  report.facts = &run.result.facts;
  report.version = Version();
  report.repository = RepositoryAround(run.selection.root);
  report.display = [&run](const std::string& path) { return run.Display(path); };
  report.from_repository = [&run, repository = report.repository](const std::string& path) {
    return RelativeTo(JoinPath(run.selection.root, path), repository);
  };
  report.unreadable = run.result.unreadable;
  report.rules = RulesThatRan(run);
  report.origin = run.origin;
  std::set<FileId> files;
  for (size_t i = 0; i < run.settled.findings.size(); ++i) {
    const Finding& f = run.settled.findings[i];
    if (!run.selection.Reports(project[f.at.file].path)) continue;
    if (!run.standing.empty() && run.standing[i] == Standing::kBaselined) {
      report.baselined.push_back(f);
      continue;
    }
    if (!run.standing.empty() && run.standing[i] == Standing::kUnchanged) {
      ++report.unchanged;
      continue;
    }
    ++(f.severity == Severity::kError ? report.errors : f.severity == Severity::kWarn ? report.warnings : report.infos);
    files.insert(f.at.file);
    report.findings.push_back(f);
  }
  for (const Suppressed& s : run.settled.suppressed) {
    if (run.selection.Reports(project[s.finding.at.file].path)) report.suppressed.push_back(s);
  }
  report.files_with_findings = files.size();
  report.files = run.result.stats.files;
  report.lines = run.result.stats.lines;
  for (size_t i = 0; i < report.skipped.size(); ++i) report.skipped[i] = run.skipped[i];
  report.stopped = run.result.stopped;
  return report;
}

}  // namespace looplint
