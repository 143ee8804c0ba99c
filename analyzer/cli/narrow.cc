#include "analyzer/cli/narrow.h"

#include <algorithm>
#include <climits>
#include <cstdlib>

#include "analyzer/base/strings.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/engine/baseline.h"
#include "analyzer/engine/fingerprint.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxBaseline = uint64_t{1} << 30;

std::string RealPath(const std::string& path) {
  char buffer[PATH_MAX];
  return realpath(path.c_str(), buffer) != nullptr ? buffer : path;
}

// `path` of a repository as the run names it; nullopt outside of the project.
std::optional<std::string> InProject(const Run& run, const std::string& top, const std::string& path) {
  std::string relative = RelativeTo(JoinPath(top, path), RealPath(run.selection.root));
  if (relative.starts_with("../")) return std::nullopt;
  return relative;
}

// Makes the run read other content for some files.
void Lay(Run& run, const std::string& top, const std::map<std::string, std::optional<std::string>>& contents) {
  const auto edit = [](std::vector<std::string>& list, const std::string& path, bool present) {
    const auto at = std::ranges::lower_bound(list, path);
    const bool there = at != list.end() && *at == path;
    if (present && !there) list.insert(at, path);
    if (!present && there) list.erase(at);
  };
  for (const auto& [path, text] : contents) {
    const std::optional<std::string> local = InProject(run, top, path);
    if (!local) continue;
    const std::string absolute = JoinPath(run.selection.root, *local);
    const bool known = std::ranges::binary_search(run.sources.files, *local) || std::ranges::binary_search(run.sources.manifests, *local);
    // What is on disk and not read is left out on purpose.
    if (text && !known && DiskFileSystem().Type(absolute) != FileType::kNone) {
      run.fs.Lay(absolute, *text);
      continue;
    }
    const std::string_view base = std::string_view(*local).substr(local->rfind('/') + 1);
    if (local->find("node_modules/") == std::string::npos) {
      if (IsSourceName(base) && !base.ends_with(".d.ts")) edit(run.sources.files, *local, text.has_value());
      if (base == "package.json") edit(run.sources.manifests, *local, text.has_value());
    }
    if (text) {
      run.fs.Lay(absolute, *text);
    } else {
      run.fs.Hide(absolute);
    }
  }
}

std::set<std::string> Ids(const std::vector<const Rule*>& rules) {
  std::set<std::string> out;
  for (const Rule* rule : rules) out.emplace(rule->id);
  return out;
}

bool Touches(const Run& run, const ChangeScope& scope, const Finding& f, Places& places) {
  const auto touched = [&](const Place& at) {
    const std::string path = RelativeTo(JoinPath(RealPath(run.selection.root), run.result.project[at.file].path), scope.repository->top());
    const auto it = scope.changes.lines.find(path);
    if (it == scope.changes.lines.end()) return false;
    const uint32_t first = places.Start(at).line, last = places.End(at).line;
    return std::ranges::any_of(it->second, [&](const LineRange& r) { return r.first <= last && first <= r.last; });
  };
  return touched(f.at) || std::ranges::any_of(f.via, [&](const Step& s) { return touched(s.at); });
}

bool Truthy(const char* value) { return value != nullptr && *value != 0 && std::string_view(value) != "false" && std::string_view(value) != "0"; }

absl::Status ApplyBaseline(const Options& options, Run& run, size_t& stale_count) {
  if (options.no_baseline) {
    if (options.update_baseline || options.prune_baseline || !options.baseline.empty()) {
      return absl::InvalidArgumentError("--no-baseline contradicts the other options on the baseline");
    }
    return absl::OkStatus();
  }
  std::string path = options.baseline;
  bool named = !path.empty();
  if (path.empty() && !run.config.baseline.empty()) path = run.config.baseline, named = true;
  if (path.empty()) path = RelativeTo(JoinPath(run.selection.root, kBaselineName), run.working_directory);
  if (options.update_baseline && options.prune_baseline) return absl::InvalidArgumentError("--update-baseline and --prune-baseline are two things: use one");

  const DiskFileSystem disk;
  Baseline old;
  const bool exists = disk.Type(path) != FileType::kNone;
  if (exists) {
    const absl::StatusOr<std::string> text = disk.Read(path, kMaxBaseline);
    if (!text.ok()) return absl::UnavailableError(Cat("cannot read the baseline ", path, ": ", std::string(text.status().message())));
    absl::StatusOr<Baseline> parsed = Baseline::Parse(*text);
    if (!parsed.ok()) return absl::InvalidArgumentError(Cat(path, ":", std::string(parsed.status().message())));
    old = *std::move(parsed);
  } else if (options.prune_baseline || options.frozen_baseline || (named && !options.update_baseline)) {
    return absl::NotFoundError(Cat("there is no baseline ", path, "; --update-baseline writes it"));
  } else if (!options.update_baseline) {
    return absl::OkStatus();
  }

  if (const absl::Status status = NeedProgram(options, run); !status.ok()) return status;
  Compared program(run.result.project, run.result.facts);
  Baseline::Comparison compared = old.Compare(program, run.settled.findings, Ids(RulesThatRan(run)));
  if (run.result.stopped) return absl::OkStatus();
  if (options.update_baseline) {
    Baseline fresh = Baseline::Of(program, run.settled.findings);
    const std::set<std::string> ran = Ids(RulesThatRan(run));
    for (const BaselineEntry& entry : old.entries()) {
      if (!ran.contains(entry.rule)) fresh.Add(entry);
    }
    const auto added = static_cast<size_t>(std::ranges::count(compared.known, false));
    const std::string text = fresh.Text();
    if (!WriteFile(path, text)) return absl::DataLossError("");
    Warn(Cat(path, ": ", Count(fresh.entries().size(), "finding"), ", ", added, " added, ", compared.stale.size(), " removed"));
    compared.known.assign(run.settled.findings.size(), true);
    compared.stale.clear();
  } else if (options.prune_baseline) {
    Baseline kept;
    for (BaselineEntry& entry : compared.kept) kept.Add(std::move(entry));
    if (!WriteFile(path, kept.Text())) return absl::DataLossError("");
    Warn(Cat(path, ": ", Count(kept.entries().size(), "finding"), ", ", compared.stale.size(), " removed"));
    compared.stale.clear();
  }
  if (!compared.stale.empty()) {
    const bool frozen = options.frozen_baseline || Truthy(std::getenv("CI"));
    Warn(Cat(path, ": ", Count(compared.stale.size(), "known finding"), compared.stale.size() == 1 ? " is" : " are", " no longer there; --prune-baseline removes ",
             compared.stale.size() == 1 ? "it" : "them"));
    for (size_t i = 0; i < compared.stale.size() && i < 10; ++i) {
      const BaselineEntry& e = compared.stale[i];
      Warn(Cat("  ", e.rule, " in ", Plain(e.file), e.scope.empty() ? "" : Cat(", ", Plain(e.scope)), ", ", Hex(e.fingerprint)));
    }
    if (frozen) stale_count = compared.stale.size();
  }
  run.standing.resize(run.settled.findings.size(), Standing::kReported);
  for (size_t i = 0; i < compared.known.size(); ++i) {
    if (compared.known[i]) run.standing[i] = Standing::kBaselined;
  }
  return absl::OkStatus();
}

// The findings before the change: the same analysis of what was there.
absl::StatusOr<Baseline> BaseSide(const Options& options, const Run& run, const ChangeScope& scope,
                                  const std::set<const Rule*>& rules) {
  Run base;
  base.selection = run.selection;
  base.config = run.config;
  base.sources = run.sources;
  Lay(base, scope.repository->top(), scope.staged);
  Lay(base, scope.repository->top(), scope.changes.before);
  base.quiet = true;
  // Mostly the state before this change is the one after that before, which was looked at then.
  base.may_recall = base.only_recall = !options.no_cache && run.measured == nullptr;
  if (base.only_recall && Check(options, base).ok() && (!base.known.empty() || base.settled.findings.empty())) {
    return Baseline::Parse(base.known);
  }
  base.may_recall = base.only_recall = base.recalled = false;
  base.result = Result();
  base.settled = Settled();
  base.same_but = &run;
  base.measured = run.measured;
  base.cache = run.cache;
  for (const auto& [path, text] : scope.changes.before) {
    if (const std::optional<std::string> local = InProject(run, scope.repository->top(), path))
      base.differ.insert(*local);
  }
  // No other rule can tell what is new, but all tell which comments have nothing to suppress.
  std::vector<const Rule*> others;
  const bool all = std::ranges::any_of(rules, [](const Rule* rule) { return rule->id == "suppression/unused"; });
  for (const Rule* rule : EveryRule()) {
    if (!all && !rules.contains(rule)) others.push_back(rule);
  }
  base.config.Set(others, Severity::kOff);
  if (const absl::Status status = Check(options, base); !status.ok()) return status;
  Compared program(base.result.project, base.result.facts);
  return Baseline::Parse(Baseline::Of(program, base.settled.findings).Text());  // in the order of one that was kept
}

}  // namespace

absl::Status FindChange(const Options& options, Run& run, ChangeScope& scope) {
  const int asked = options.staged + options.changed + options.since.has_value();
  if (asked > 1) return absl::InvalidArgumentError("--staged, --changed and --since are three things: use one");
  if (asked == 0) {
    if (!options.report.empty() && options.report != "all") return absl::InvalidArgumentError(Cat("--report ", options.report, " needs a change: --staged, --changed or --since REF"));
    return absl::OkStatus();
  }
  if (!options.stdin_filename.empty()) return absl::InvalidArgumentError("a change of the repository and --stdin-filename are two things: use one");
  if (options.update_baseline || options.prune_baseline) return absl::InvalidArgumentError("the baseline is of the whole project, not of a change: leave out --staged, --changed and --since");
  if (options.staged && (options.fix || options.fix_suggestions || options.fix_dry_run || options.suppress ||
                         !options.fix_types.empty())) {
    return absl::InvalidArgumentError("--staged looks at what git has staged, fixes change the files: use one");
  }
  absl::StatusOr<Repository> repository = Repository::Open(RealPath(run.selection.root));
  if (!repository.ok()) return repository.status();
  absl::StatusOr<Changes> changes = options.staged ? repository->Staged() : repository->Since(options.since.value_or(""));
  if (!changes.ok()) return changes.status();
  if (options.staged) {
    auto staged = repository->StagedOverlay();
    if (!staged.ok()) return staged.status();
    scope.staged = *std::move(staged);
    Lay(run, repository->top(), scope.staged);
  }
  scope.changes = *std::move(changes);
  scope.repository = *std::move(repository);
  scope.report = options.report.empty() ? "introduced" : options.report;
  return absl::OkStatus();
}

absl::Status Narrow(const Options& options, Run& run, const ChangeScope& scope, size_t& stale) {
  if (const absl::Status status = ApplyBaseline(options, run, stale); !status.ok()) return status;
  if (!scope.asked() || scope.report == "all" || run.result.stopped) return absl::OkStatus();
  std::vector<Finding>& findings = run.settled.findings;
  run.standing.resize(findings.size(), Standing::kReported);
  const auto candidate = [&](size_t i) {
    return run.standing[i] == Standing::kReported && run.selection.Reports(run.result.project[findings[i].at.file].path);
  };
  std::set<const Rule*> rules;  // of what may be new
  for (size_t i = 0; i < findings.size(); ++i) {
    if (candidate(i)) rules.insert(findings[i].rule);
  }
  if (rules.empty()) return absl::OkStatus();
  if (scope.report == "touched") {
    Places places(run.result.project);
    for (size_t i = 0; i < findings.size(); ++i) {
      if (candidate(i) && !Touches(run, scope, findings[i], places)) run.standing[i] = Standing::kUnchanged;
    }
    return absl::OkStatus();
  }
  if (scope.changes.before.empty()) {  // nothing changed, so nothing is new
    for (size_t i = 0; i < findings.size(); ++i) {
      if (candidate(i)) run.standing[i] = Standing::kUnchanged;
    }
    return absl::OkStatus();
  }
  if (const absl::Status status = NeedProgram(options, run); !status.ok()) return status;
  const absl::StatusOr<Baseline> before = BaseSide(options, run, scope, rules);
  if (!before.ok()) return before.status();
  Compared program(run.result.project, run.result.facts);
  const Baseline::Comparison compared = before->Compare(program, findings, Ids(RulesThatRan(run)));
  for (size_t i = 0; i < findings.size(); ++i) {
    if (compared.known[i] && candidate(i)) run.standing[i] = Standing::kUnchanged;
  }
  return absl::OkStatus();
}

Origin OriginOf(const std::string& folder) {
  const absl::StatusOr<Repository> repository = Repository::Open(RealPath(folder));
  if (!repository.ok()) return {};
  return {repository->OriginAddress(), repository->HeadRevision(), repository->HeadBranch()};
}

}  // namespace looplint
