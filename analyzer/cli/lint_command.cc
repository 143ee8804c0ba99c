// looplint [PATHS]: one run and its reports.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "absl/status/statusor.h"
#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/formats.h"
#include "analyzer/cli/machine.h"
#include "analyzer/cli/narrow.h"
#include "analyzer/cli/run.h"
#include "analyzer/engine/accept.h"
#include "analyzer/engine/fix.h"
#include "analyzer/git/repository.h"
#include "analyzer/profile/measurement.h"

namespace looplint {
namespace {

struct Destination {
  const Format* format;
  std::string path;  // "" is standard output
};

absl::StatusOr<std::vector<Destination>> Destinations(const Options& options) {
  std::vector<Destination> destinations;
  for (const std::string& text : options.formats) {
    const size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    Destination destination{FindFormat(name), colon == std::string::npos ? "" : text.substr(colon + 1)};
    if (destination.format == nullptr) {
      std::vector<std::string> known;
      for (const Format& format : Formats()) known.emplace_back(format.name);
      return absl::InvalidArgumentError(Cat("there is no format \"", name, "\"", DidYouMean(name, known), " (", Join(known, ", "), ")"));
    }
    if (colon != std::string::npos && destination.path.empty()) {
      return absl::InvalidArgumentError(Cat("no path after \"", text, "\""));
    }
    destinations.push_back(std::move(destination));
  }
  if (!options.output.empty()) {
    // -o names where what would go to standard output goes.
    if (destinations.empty()) destinations.push_back({FindFormat("default"), ""});
    for (Destination& destination : destinations) {
      if (destination.path.empty()) destination.path = options.output;
    }
  } else if (std::ranges::all_of(destinations, [](const Destination& d) { return !d.path.empty(); })) {
    destinations.push_back({FindFormat("default"), ""});  // people still want to see what a program will read
  }
  std::set<std::string> paths;
  for (const Destination& destination : destinations) {
    if (paths.insert(destination.path).second) continue;
    return absl::InvalidArgumentError(destination.path.empty()
                                          ? "only one format can go to standard output; give the others a path, -f json:report.json"
                                          : Cat("two formats for one file: ", destination.path));
  }
  return destinations;
}

Trace TraceOf(const Options& options) {
  return options.trace == "none" ? Trace::kNone : options.trace == "full" ? Trace::kFull : Trace::kShort;
}

PrintOptions PrintOptionsFor(const Options& options, const Destination& destination) {
  PrintOptions print;
  print.trace = TraceOf(options);
  const bool file = !destination.path.empty();
  print.terminal = DescribeTerminal(STDOUT_FILENO, file ? "never" : options.color);
  if (file) print.terminal.columns = Terminal{}.columns;
  if (options.max_diagnostics >= 0) {
    print.max_findings = static_cast<size_t>(options.max_diagnostics);
  } else if (!file && isatty(STDOUT_FILENO) == 1) {
    print.max_findings = 50;
  }
  // Where a program may read, or count, everything is said.
  print.group = options.group == "always" || (options.group == "auto" && !file && isatty(STDOUT_FILENO) == 1);
  print.sarif_category = options.sarif_category;
  print.sarif_suppressed = options.sarif_suppressed;
  print.sarif_no_limits = options.sarif_no_limits;
  return print;
}

// Says of findings about speed what the profile measured, puts them first, the hottest on top, and leaves out those never
// sampled when asked to.
void Measure(const Options& options, const CpuProfile& profile, const Run& run, RunReport& report) {
  const Measurement measurement(profile, run.result.project, run.fs, run.selection.root);
  for (const std::string& warning : measurement.warnings()) Warn(Plain(warning));
  if (measurement.covered() == 0) {
    Warn(Cat(Plain(options.cpu_profile),
             ": no sample falls on this project, nothing is ranked by it: is the profile of another program?"));
    return;
  }
  for (Finding& f : report.findings) {
    if (f.rule->performance) f.measured = measurement.At(f.at);
  }
  if (options.hot_only) {
    std::erase_if(report.findings, [&](const Finding& f) {
      if (!f.measured || f.measured->total > 0) return false;
      --(f.severity == Severity::kError ? report.errors : f.severity == Severity::kWarn ? report.warnings : report.infos);
      ++report.never_sampled;
      return true;
    });
    std::set<FileId> files;
    for (const Finding& f : report.findings) files.insert(f.at.file);
    report.files_with_findings = files.size();
  }
  std::ranges::stable_sort(report.findings, [](const Finding& a, const Finding& b) {
    const auto rank = [](const Finding& f) { return f.measured ? std::pair(f.measured->own, f.measured->total) : std::pair(0.0, 0.0); };
    return rank(a) > rank(b);
  });
}

// What --cpu-profile names; empty when that is no profile, which is said once, and the run goes on without it.
absl::StatusOr<std::optional<CpuProfile>> ReadProfile(const Options& options) {
  const absl::StatusOr<std::string> text = DiskFileSystem().Read(options.cpu_profile, uint64_t{1} << 30);
  if (!text.ok()) return text.status();
  absl::StatusOr<CpuProfile> profile = CpuProfile::Parse(*text);
  if (profile.ok()) return *std::move(profile);
  Warn(Cat(Plain(options.cpu_profile), ": ", std::string(profile.status().message()), "; nothing is ranked by it"));
  return std::nullopt;
}

// In GitHub Actions findings are shown beside the code and as a table of the step, without being asked to.
void TellGithub(const Options& options, const RunReport& report) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  if (actions == nullptr || std::string_view(actions) != "true" || report.stopped) return;
  PrintOptions print;
  print.trace = TraceOf(options);
  if (options.formats.empty()) WriteGithub(report, print, [](std::string_view text) { return WriteAll(STDOUT_FILENO, text); });
  const char* summary = std::getenv("GITHUB_STEP_SUMMARY");
  if (summary == nullptr || *summary == 0) return;
  // A summary of more than 1 MiB fails the step; other commands of the step may write to it too.
  AppendFile(summary, Markdown(report, print, 900'000));
}

// What fixing came to.
struct Fixing {
  struct Changed {
    std::string display, before, after;
  };
  std::map<std::string, Changed> files;  // by absolute path
  size_t fixes = 0;
};

// The kinds of fixes that are to be applied.
std::set<FixType> FixTypes(const Options& options) {
  std::set<FixType> types;
  for (const std::string& type : options.fix_types) {
    types.insert(type == "problem"      ? FixType::kProblem
                 : type == "suggestion" ? FixType::kSuggestion
                                        : FixType::kDirective);
  }
  if (!types.empty()) return types;
  types = {FixType::kProblem, FixType::kDirective};
  if (options.fix_suggestions) types.insert(FixType::kSuggestion);
  return types;
}

// What this round changes.
std::vector<FixedFile> Changed(const Options& options, const Project& project, const RunReport& report, int round) {
  if (!options.suppress) return ApplyFixes(project, report.findings, FixTypes(options));
  if (round > 0) return {};
  std::vector<Finding> reported;
  for (const Finding& f : report.findings) {
    if (!options.quiet || f.severity == Severity::kError) reported.push_back(f);
  }
  return AcceptByComments(project, reported, options.reason).files;
}

// Applies fixes and looks again, until there is nothing left to apply; `run` is then that of the fixed program. Nothing
// is written yet.
absl::StatusOr<Fixing> FixFindings(const Options& options, const ChangeScope& scope, std::unique_ptr<Run>& run, size_t& stale) {
  constexpr int kRounds = 10;  // a fix that makes way for another is rare, and more than two in a row unheard of
  Fixing fixing;
  for (int round = 0; round < kRounds; ++round) {
    const RunReport report = ReportOf(*run);
    const std::vector<FixedFile> fixed = Changed(options, run->result.project, report, round);
    if (fixed.empty()) break;
    auto next = std::make_unique<Run>();
    next->selection = run->selection;
    next->config = run->config;
    next->sources = run->sources;
    next->cache = run->cache;
    next->quiet = true;
    for (const FixedFile& file : fixed) {
      const File& f = run->result.project[file.file];
      const std::string path = JoinPath(run->selection.root, f.path);
      const auto [it, added] = fixing.files.try_emplace(path, Fixing::Changed{run->Display(f.path), f.text, ""});
      it->second.after = file.text;
      fixing.fixes += file.fixes;
    }
    for (const auto& [path, changed] : fixing.files) next->fs.Lay(path, changed.after);
    absl::Status status = Check(options, *next);
    size_t ignored = 0;
    if (status.ok()) status = Narrow(options, *next, scope, options.update_baseline ? ignored : stale);
    if (!status.ok()) return status;
    if (next->result.stopped) return absl::CancelledError("interrupted: nothing was fixed");
    next->trouble = run->trouble;
    run = std::move(next);
  }
  std::erase_if(fixing.files, [](const auto& f) { return f.second.before == f.second.after; });
  return fixing;
}

bool PrintPatch(const Fixing& fixing) {
  std::string patch;
  for (const auto& [path, file] : fixing.files) patch += UnifiedDiff(file.display, file.before, file.after);
  Output output("");
  output.Write(patch);
  return output.Finish();
}

bool WriteFixes(const Fixing& fixing) {
  bool ok = true;
  for (const auto& [path, file] : fixing.files) {
    // Somebody may have saved it meanwhile.
    const absl::StatusOr<std::string> now = DiskFileSystem().Read(path, file.before.size() + 1);
    if (!now.ok() || *now != file.before) {
      Warn(Cat(Plain(file.display), " changed since it was read: it is left as it is"));
      ok = false;
      continue;
    }
    ok = WriteFile(path, file.after) && ok;
  }
  return ok;
}

}  // namespace

int LintCommand(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  absl::StatusOr<std::vector<Destination>> destinations = Destinations(options);
  if (!destinations.ok()) return Warn(std::string(destinations.status().message())), kTrouble;
  const bool fixes =
      options.fix || options.fix_suggestions || options.fix_dry_run || options.suppress || !options.fix_types.empty();
  if (options.suppress) {
    if (options.reason.find_first_not_of(" \t") == std::string::npos)
      return Warn("--suppress needs --reason TEXT: why is it acceptable?"), kTrouble;
    if (options.reason.find_first_of("\r\n") != std::string::npos || options.reason.find("*/") != std::string::npos) {
      return Warn("the reason stands in comments: it must be one line without */"), kTrouble;
    }
    if (options.fix || options.fix_suggestions || !options.fix_types.empty())
      return Warn("--suppress accepts findings, --fix corrects them: use one"), kTrouble;
  } else if (!options.reason.empty()) {
    return Warn("--reason goes with --suppress"), kTrouble;
  }
  if (fixes && !options.stdin_filename.empty() && !options.fix_dry_run) {
    return Warn("fixes go into files: with --stdin-filename, use --fix-dry-run"), kTrouble;
  }
  auto run = std::make_unique<Run>();
  // These want more of the program than what was found in it.
  const auto wants_program = [](const Destination& d) { return d.format->name == "sarif" || d.format->name == "html"; };
  run->may_recall = !fixes && options.cpu_profile.empty() && options.stats.empty() && !options.timings &&
                    std::ranges::none_of(*destinations, wants_program);
  run->remembers = options.cpu_profile.empty();  // a profile makes functions hot, so more is found
  run->compared = options.staged || options.changed || options.since.has_value();
  ChangeScope scope;
  size_t stale = 0;
  const auto trouble = [](const absl::Status& why) {
    if (!why.message().empty()) Warn(std::string(why.message()));
    return kTrouble;
  };
  absl::Status status = Prepare(options, *run);
  std::optional<CpuProfile> profile;
  if (!options.cpu_profile.empty() && status.ok()) {
    absl::StatusOr<std::optional<CpuProfile>> read = ReadProfile(options);
    if (!read.ok()) return trouble(read.status());
    profile = *std::move(read);
    if (profile) {
      run->measured = [&profile, fs = &run->fs, root = run->selection.root](const Project& project) {
        return Measurement(*profile, project, *fs, root).Hot();
      };
    }
  }
  if (status.ok()) status = Find(options, *run);
  if (status.ok()) status = FindChange(options, *run, scope);
  if (status.ok()) status = Check(options, *run);
  if (status.ok()) status = Narrow(options, *run, scope, stale);
  if (!status.ok()) return trouble(status);
  std::optional<Fixing> fixing;
  if (fixes && !run->result.stopped) {
    absl::StatusOr<Fixing> fixed = FixFindings(options, scope, run, stale);
    if (!fixed.ok()) return trouble(fixed.status());
    fixing = *std::move(fixed);
  }
  if (std::ranges::any_of(*destinations, [](const Destination& d) { return d.format->name == "sarif"; })) {
    run->origin = OriginOf(run->selection.root);
  }

  RunReport report = ReportOf(*run);
  if (profile) {
    Measure(options, *profile, *run, report);
  } else if (options.hot_only && options.cpu_profile.empty()) {
    return Warn("--hot-only goes with --cpu-profile FILE"), kTrouble;
  }
  if (options.quiet) std::erase_if(report.findings, [](const Finding& f) { return f.severity != Severity::kError; });
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  report.seconds = elapsed();

  bool written = true;
  if (fixing && options.fix_dry_run) {
    // The patch takes the place of the report.
    if (options.formats.empty() && options.output.empty()) destinations->clear();
    written = PrintPatch(*fixing);
  } else if (fixing) {
    written = WriteFixes(*fixing);
    if (fixing->fixes > 0)
      Warn(Cat(options.suppress ? "accepted " : "fixed ", Count(fixing->fixes, "finding"), " in ",
               Count(fixing->files.size(), "file")));
    if (options.suppress && !report.findings.empty()) {
      Warn(Cat(Count(report.findings.size(), "finding"),
               " left where no comment can stand; \"overrides\" in the configuration accept such"));
    }
  }
  if (options.statistics) {
    // In place of the findings; a document on standard output stays alone there.
    const auto people =
        std::ranges::find_if(*destinations, [](const Destination& d) { return d.path.empty() && !d.format->machine; });
    const bool alone = people == destinations->end();
    PrintOptions print;
    print.terminal = DescribeTerminal(alone ? STDERR_FILENO : STDOUT_FILENO, options.color);
    WriteAll(alone ? STDERR_FILENO : STDOUT_FILENO, PrintStatistics(report, print));
    if (!alone) destinations->erase(people);
  }
  for (const Destination& destination : *destinations) {
    // Half a document is worse than none; people are shown what there is.
    if (report.stopped && (!destination.path.empty() || destination.format->machine)) continue;
    Output output(destination.path);
    const bool complete = destination.format->write(report, PrintOptionsFor(options, destination),
                                                    [&](std::string_view text) { return output.Write(text); });
    if (!complete) output.Fail();
    written = output.Finish() && written;
  }
  TellGithub(options, report);
  if (!options.stats.empty() || options.timings) {
    Costs costs;
    costs.stats = run->result.stats;
    costs.wall_ms = elapsed() * 1e3;
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3; };
    costs.cpu_ms = ms(usage.ru_utime) + ms(usage.ru_stime);
    costs.peak_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
    WriteAll(STDERR_FILENO, options.stats == "json" ? StatsJson(report, costs) : StatsTable(report, costs));
  }
  if (run->result.stopped) {
    Warn("interrupted: the report is incomplete");
    return kInterrupted;
  }
  if (!written || run->trouble) return kTrouble;
  if (fixing && options.fix_dry_run && !fixing->files.empty()) return kFindings;
  if (stale > 0) return kFindings;
  if (report.errors > 0 || (options.deny_warnings && report.warnings > 0)) return kFindings;
  if (options.max_warnings >= 0 && report.warnings > static_cast<size_t>(options.max_warnings)) {
    Warn(Cat(Count(report.warnings, "warning"), ", ", options.max_warnings, " allowed"));
    return kFindings;
  }
  return kClean;
}

}  // namespace looplint
