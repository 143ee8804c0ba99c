// The command line: what was asked for, one run, and its report. Nothing here analyses.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "analyzer/base/strings.h"
#include "analyzer/cli/dump.h"
#include "analyzer/cli/machine.h"
#include "analyzer/cli/printer.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/suppress.h"
#include "analyzer/model/lower.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

constexpr const char* kVersion = LOOPLINT_VERSION;  // the project's, from CMake

constexpr int kClean = 0, kFindings = 1, kTrouble = 2, kInterrupted = 130;

// ---- Ctrl-C: the first asks the run to end, the second (the handler is gone by then) ends the process.
StopToken g_stop;
void OnInterrupt(int) { g_stop.Stop(); }

void CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), which ends output quietly
}

// ---- output

void Warn(std::string_view text) {
  const std::string line = Cat("looplint: ", text, "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

// False when it could not be written; that nobody reads any more is fine.
bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno == EPIPE;
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// The document appears under its name complete or not at all.
bool WriteFile(const std::string& path, std::string_view text) {
  struct stat st;
  if (stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode)) {  // /dev/stderr, a FIFO: nothing to rename
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const bool ok = fd >= 0 && WriteAll(fd, text);
    if (!ok) Warn(Cat("cannot write ", path, ": ", std::strerror(errno)));
    if (fd >= 0) close(fd);
    return ok;
  }
  const std::string temporary = Cat(path, ".", getpid(), ".tmp");
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  bool ok = fd >= 0 && WriteAll(fd, text);
  if (fd >= 0 && close(fd) != 0) ok = false;
  if (ok) ok = std::rename(temporary.c_str(), path.c_str()) == 0;
  if (!ok) {
    Warn(Cat("cannot write ", path, ": ", std::strerror(errno)));
    if (fd >= 0) unlink(temporary.c_str());
  }
  return ok;
}

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

// The disk with the text of one file laid over it.
class OverlayFileSystem : public FileSystem {
 public:
  void Lay(std::string path, std::string text) {
    path_ = std::move(path);
    text_ = std::move(text);
  }
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override {
    if (path_.empty() || path != path_) return disk_.Read(path, limit);
    if (text_.size() > limit) return absl::ResourceExhaustedError(path);
    return text_;
  }
  FileType Type(const std::string& path) const override {
    return !path_.empty() && path == path_ ? FileType::kFile : disk_.Type(path);
  }

 private:
  DiskFileSystem disk_;
  std::string path_, text_;
};

// ---- what was asked for

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> formats;
  std::string output;
  std::string color = "auto", trace = "short", stats, config, stdin_filename;
  std::vector<std::string> ignore_patterns;
  // Rule settings in the order of the command line, where later ones win.
  std::vector<std::pair<std::string, std::string>> settings;  // option without dashes, value
  std::vector<std::string> allow, warn, deny, off, only, rule;
  bool no_config = false, no_ignore = false, no_skip = false, quiet = false, deny_warnings = false, no_progress = false;
  bool timings = false, pass_on_no_files = false;
  int max_warnings = -1, threads = 0, max_diagnostics = -1;
  // Other things to do than lint.
  std::string explain, print_config;
  bool list_rules = false, init = false, version = false, print_schema = false;
};

constexpr const char* kHelpHead =
    "looplint: the static analyzer that knows how Node.js runs.\n\n"
    "  looplint [PATHS]          lint; PATHS filter the report, the project around them is read as a whole\n"
    "  looplint explain RULE     what a rule means and what to do\n"
    "  looplint rules            all rules\n"
    "  looplint why FILE:LINE    everything known about a line, suppressed findings included\n"
    "  looplint config [FILE]    the configuration that applies to a file\n"
    "  looplint config-schema    the JSON Schema of configuration files\n"
    "  looplint init             write looplint.jsonc\n"
    "  looplint dump WHAT FILE   tokens, model, module, summary, project or facts of a file\n";

constexpr const char* kHelpFoot =
    "Exit codes: 0 nothing to report, 1 findings of level error (or too many warnings), 2 could not do its work,\n"
    "130 interrupted.\n\n"
    "Examples:\n"
    "  looplint                                 the project around this folder\n"
    "  looplint src/server.js                   the same, findings of one file\n"
    "  looplint --only event-loop -f stylish    one family, one line per finding\n"
    "  looplint -f json:report.json             people read the terminal, programs the file\n"
    "  looplint node_modules/express            a dependency\n";

// Options of everything that runs the analysis.
void AddRunOptions(CLI::App& app, Options& o) {
  const auto list = [&](const char* names, std::vector<std::string>& to, const char* text, const char* group,
                        const char* type) {
    app.add_option(names, to, text)->allow_extra_args(false)->group(group)->type_name(type);
  };
  list("--rule", o.rule, "Set one rule: --rule 'event-loop/sync-in-handler: warn'", "Rules", "'ID: LEVEL'");
  list("--only", o.only, "Run these rules or families and nothing else", "Rules", "RULE");
  list("-A,--allow,--off", o.allow, "Turn a rule, a family or all off", "Rules", "RULE");
  list("-W,--warn", o.warn, "Report as warning", "Rules", "RULE");
  list("-D,--deny", o.deny, "Report as error", "Rules", "RULE");
  app.add_option("--config", o.config, "Use this configuration file")->group("Rules")->type_name("FILE");
  app.add_flag("--no-config", o.no_config, "Use none: looplint:recommended")->group("Rules");

  list("--ignore-pattern", o.ignore_patterns, "Leave out, in the syntax of .gitignore; ! takes back", "Files", "PATTERN");
  app.add_flag("--no-ignore", o.no_ignore, "Read what .gitignore, .looplintignore and the configuration leave out")
      ->group("Files");
  app.add_flag("--no-skip,--minified", o.no_skip, "Read minified, generated and bundled files too")->group("Files");
  app.add_option("--stdin-filename", o.stdin_filename, "Standard input is the text of this file; report only it")
      ->group("Files")
      ->type_name("FILE");
  app.add_flag("--pass-on-no-files", o.pass_on_no_files, "Finding no files to read is no error")->group("Files");

  app.add_option("--color", o.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Output")
      ->type_name("WHEN");
  app.add_option("--trace", o.trace, "How much of the way to a finding is shown: none, short or full")
      ->check(CLI::IsMember({"none", "short", "full"}))
      ->group("Output")
      ->type_name("HOW");
  app.add_option("--threads", o.threads, "Threads to use; 0 is one per core")
      ->check(CLI::Range(0, 1024))
      ->group("Run")
      ->type_name("N");
  app.add_flag("--no-progress", o.no_progress, "Never show progress on the terminal")->group("Run");
  app.add_flag("--stats{table}", o.stats, "Print on stderr what the run cost, for people or programs")->group("Run");
  app.add_flag("--timings,--timing", o.timings, "The same as --stats")->group("Run");
}

void AddLintOptions(CLI::App& app, Options& o) {
  app.add_option("PATHS", o.paths, "Files and folders to report on (default: .)");
  app.add_option("-f,--format", o.formats, "pretty, stylish, unix, json or jsonl; with :PATH into a file; repeatable")
      ->allow_extra_args(false)
      ->group("Output")
      ->type_name("FORMAT[:PATH]");
  app.add_option("-o,--output-file", o.output, "Write the report to this file")->group("Output")->type_name("PATH");
  app.add_flag("--quiet", o.quiet, "Show errors only")->group("Output");
  app.add_option("--max-diagnostics", o.max_diagnostics, "Show at most N; 0 for all (default: 50 on a terminal)")
      ->check(CLI::NonNegativeNumber)
      ->group("Output")
      ->type_name("N");
  app.add_option("--max-warnings", o.max_warnings, "Exit with 1 when there are more warnings")
      ->check(CLI::Range(-1, 1 << 30))
      ->group("Severity")
      ->type_name("N");
  app.add_flag("--deny-warnings", o.deny_warnings, "Exit with 1 when there are warnings")->group("Severity");
  app.add_option("--explain", o.explain, "Same as: looplint explain RULE")->group("Other")->type_name("RULE");
  app.add_flag("--list-rules", o.list_rules, "Same as: looplint rules")->group("Other");
  app.add_option("--print-config", o.print_config, "Same as: looplint config FILE")->group("Other")->type_name("FILE");
  app.add_flag("--print-schema", o.print_schema, "Same as: looplint config-schema")->group("Other");
  app.add_flag("--init", o.init, "Same as: looplint init")->group("Other");
  app.add_flag("--version", o.version, "Print the version")->group("Other");
}

std::string Help(const CLI::App& app) {
  std::string text = app.help();
  // CLI11's spelling of an optional value, in everyone else's.
  if (const size_t at = text.find("--stats{table}"); at != std::string::npos) text.replace(at, 14, "--stats[=json]");
  return text;
}

// Parses; a code to exit with when there is nothing more to do.
std::optional<int> ParseArguments(CLI::App& app, Options& options, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    WriteAll(STDOUT_FILENO, Help(app));
    return kClean;
  } catch (const CLI::ParseError& e) {
    Warn(Cat(e.what(), "\nlooplint: see looplint --help"));
    return kTrouble;
  }
  // CLI11 gathers values by option; what counts is the order they were given in.
  std::map<const CLI::Option*, size_t> taken;
  for (const CLI::Option* option : app.parse_order()) {
    const std::string name = option->get_lnames().empty() ? "" : option->get_lnames().front();
    if (name != "rule" && name != "allow" && name != "warn" && name != "deny") continue;
    const size_t i = taken[option]++;
    if (i < option->results().size()) options.settings.emplace_back(name, option->results()[i]);
  }
  return std::nullopt;
}

std::string WorkingDirectory() {
  std::string buffer(1 << 16, '\0');
  return getcwd(buffer.data(), buffer.size()) == nullptr ? "/" : std::string(buffer.c_str());
}

// `path` (absolute) as seen from `from` (absolute folder).
std::string RelativeTo(const std::string& path, const std::string& from) {
  if (path == from) return ".";
  std::string up, folder = from;
  while (folder != "/" && !(path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/'))) {
    folder = DirName(folder);
    up += "../";
  }
  if (path == folder) return up.substr(0, up.size() - 1);
  return Cat(up, path.substr(folder == "/" ? 1 : folder.size() + 1));
}

// ---- one run

struct Run {
  std::string working_directory = WorkingDirectory();
  Selection selection;
  Config config;
  Sources sources;
  OverlayFileSystem fs;
  Result result;
  Settled settled;
  std::array<std::atomic<uint64_t>, static_cast<size_t>(SkipReason::kCount)> skipped{};
  bool trouble = false;  // some of what was asked for could not be read

  std::string Display(const std::string& path) const {
    return RelativeTo(JoinPath(selection.root, path), working_directory);
  }
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
      config.layers.push_back(std::move(layer));
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

// Finds the project and its configuration.
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

// Severity of a rule in a file, quickly: the callbacks come file by file.
class Severities {
 public:
  explicit Severities(const Config& config) : config_(config) {
    global_ = std::ranges::all_of(config.layers, [](const Config::Layer& l) {
      return l.files.empty() && l.exclude_files.empty();
    });
    if (global_) everywhere_ = config.For("");
  }
  Severity operator()(const std::string& path, const Rule& rule) const {
    if (global_) return everywhere_.at(&rule);
    thread_local const Severities* owner = nullptr;
    thread_local std::string last;
    thread_local absl::flat_hash_map<const Rule*, Severity> here;
    if (owner != this || last != path) {
      here = config_.For(path);
      last = path;
      owner = this;
    }
    return here.at(&rule);
  }

 private:
  const Config& config_;
  bool global_;
  absl::flat_hash_map<const Rule*, Severity> everywhere_;
};

absl::Status Lint(const Options& options, Run& run) {
  DiscoverOptions discover;
  discover.ignore = run.config.ignore;
  discover.ignore_arguments = options.ignore_patterns;
  discover.ignore_files = !options.no_ignore;
  const std::string here = RelativeTo(run.working_directory, run.selection.root);
  if (!here.starts_with("..")) discover.ignore_argument_base = here;
  run.sources = Discover(run.selection, discover);

  Input input;
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
  if (run.sources.files.empty() && !options.pass_on_no_files) {
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

  input.fs = &run.fs;
  input.root = run.selection.root;
  input.files = run.sources.files;
  input.manifests = run.sources.manifests;
  input.threads = options.threads > 0 ? options.threads : run.config.threads;
  if (!run.config.knowledge.empty()) {
    auto knowledge = Knowledge::Extend(run.config.knowledge);
    if (!knowledge.ok()) return knowledge.status();
    input.knowledge = *std::move(knowledge);
  }
  const Severities severities(run.config);
  input.severity = [&](const std::string& path, const Rule& rule) { return severities(path, rule); };
  if (!options.no_skip) {
    input.skip = [&](const std::string& path, std::string_view text) {
      const SkipReason reason = Classify(path, text);
      ++run.skipped[static_cast<size_t>(reason)];
      return reason != SkipReason::kNo;
    };
  }
  Progress progress;
  {
    const ProgressLine line(progress, !options.no_progress && isatty(STDERR_FILENO) == 1);
    run.result = Analyze(input, g_stop, &progress);
  }
  for (const Unreadable& u : run.result.unreadable) {
    Warn(Cat(Plain(run.Display(u.path)), ": ", Plain(u.reason)));
    // A manifest is advice; a source that could not be read may hide findings.
    if (IsSourceName(u.path)) run.trouble = true;
  }
  run.settled = Settle(run.result.project, std::move(run.result.findings), input.severity, !run.result.stopped);
  return absl::OkStatus();
}

RunReport ReportOf(const Run& run) {
  RunReport report;
  report.project = &run.result.project;
  report.display = [&run](const std::string& path) { return run.Display(path); };
  std::set<FileId> files;
  for (const Finding& f : run.settled.findings) {
    if (!run.selection.Reports(run.result.project[f.at.file].path)) continue;
    ++(f.severity == Severity::kError ? report.errors : f.severity == Severity::kWarn ? report.warnings : report.infos);
    files.insert(f.at.file);
    report.findings.push_back(f);
  }
  for (const Suppressed& s : run.settled.suppressed) {
    if (run.selection.Reports(run.result.project[s.finding.at.file].path)) ++report.suppressed;
  }
  report.files_with_findings = files.size();
  report.files = run.result.stats.files;
  report.lines = run.result.stats.lines;
  for (size_t i = 0; i < report.skipped.size(); ++i) report.skipped[i] = run.skipped[i];
  report.stopped = run.result.stopped;
  return report;
}

struct Destination {
  std::string format, path;  // "" is standard output
};

absl::StatusOr<std::vector<Destination>> Destinations(const Options& options) {
  std::vector<Destination> destinations;
  const std::vector<std::string> known = {"pretty", "default", "stylish", "unix", "json", "jsonl"};
  for (const std::string& text : options.formats) {
    const size_t colon = text.find(':');
    Destination destination{text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
    if (std::find(known.begin(), known.end(), destination.format) == known.end()) {
      return absl::InvalidArgumentError(Cat("there is no format \"", destination.format, "\"", DidYouMean(destination.format, known),
                                            " (pretty, stylish, unix, json, jsonl)"));
    }
    if (colon != std::string::npos && destination.path.empty()) {
      return absl::InvalidArgumentError(Cat("no path after \"", text, "\""));
    }
    destinations.push_back(std::move(destination));
  }
  if (!options.output.empty()) {
    // -o names where what would go to standard output goes.
    if (destinations.empty()) destinations.push_back({"pretty", ""});
    for (Destination& destination : destinations) {
      if (destination.path.empty()) destination.path = options.output;
    }
  } else if (std::all_of(destinations.begin(), destinations.end(), [](const Destination& t) { return !t.path.empty(); })) {
    destinations.push_back({"pretty", ""});  // people still want to see what a program will read
  }
  std::set<std::string> paths;
  for (const Destination& destination : destinations) {
    if (!paths.insert(destination.path).second) {
      return absl::InvalidArgumentError(destination.path.empty() ? "only one format can go to standard output; give the others a path, -f json:report.json"
                                                            : Cat("two formats for one file: ", destination.path));
    }
  }
  return destinations;
}

Trace TraceOf(const Options& options) {
  return options.trace == "none" ? Trace::kNone : options.trace == "full" ? Trace::kFull : Trace::kShort;
}

int LintCommand(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const absl::StatusOr<std::vector<Destination>> destinations = Destinations(options);
  if (!destinations.ok()) return Warn(std::string(destinations.status().message())), kTrouble;
  Run run;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;

  RunReport report = ReportOf(run);
  if (options.quiet) std::erase_if(report.findings, [](const Finding& f) { return f.severity != Severity::kError; });
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  report.seconds = elapsed();

  bool written = true;
  for (const Destination& destination : *destinations) {
    PrintOptions print;
    print.trace = TraceOf(options);
    const bool file = !destination.path.empty();
    // Half a document is worse than none; people are shown what there is.
    const bool machine = destination.format == "json" || destination.format == "jsonl";
    if (report.stopped && (file || machine)) continue;
    print.terminal = DescribeTerminal(STDOUT_FILENO, file ? "never" : options.color);
    if (file) print.terminal.columns = Terminal{}.columns;
    if (options.max_diagnostics >= 0) {
      print.max_findings = static_cast<size_t>(options.max_diagnostics);
    } else if (!file && isatty(STDOUT_FILENO) == 1) {
      print.max_findings = 50;
    }
    const std::string text = destination.format == "json"      ? PrintJson(report)
                             : destination.format == "jsonl"   ? PrintJsonLines(report)
                             : destination.format == "stylish" ? PrintStylish(report, print)
                             : destination.format == "unix"    ? PrintUnix(report, print)
                                                          : PrintPretty(report, print);
    if (file) {
      written = WriteFile(destination.path, text) && written;
    } else if (!WriteAll(STDOUT_FILENO, text)) {
      Warn(Cat("cannot write the report: ", std::strerror(errno)));
      written = false;
    }
  }
  if (!options.stats.empty() || options.timings) {
    Costs costs;
    costs.stats = run.result.stats;
    costs.wall_ms = elapsed() * 1e3;
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3; };
    costs.cpu_ms = ms(usage.ru_utime) + ms(usage.ru_stime);
    costs.peak_rss_bytes = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
    WriteAll(STDERR_FILENO, options.stats == "json" ? StatsJson(report, costs) : StatsTable(report, costs));
  }
  if (run.result.stopped) {
    Warn("interrupted: the report is incomplete");
    return kInterrupted;
  }
  if (!written || run.trouble) return kTrouble;
  if (report.errors > 0 || (options.deny_warnings && report.warnings > 0)) return kFindings;
  if (options.max_warnings >= 0 && report.warnings > static_cast<size_t>(options.max_warnings)) {
    Warn(Cat(Count(report.warnings, "warning"), ", ", options.max_warnings, " allowed"));
    return kFindings;
  }
  return kClean;
}

int ExplainCommand(const std::string& id, const Options& options) {
  const Rule* rule = FindAnyRule(id);
  if (rule == nullptr) {
    // The name alone, without its family, is how people remember rules.
    for (const Rule* candidate : EveryRule()) {
      if (candidate->id.ends_with(Cat("/", id))) rule = candidate;
    }
  }
  if (rule == nullptr) return Warn(Cat("there is no rule \"", Plain(id), "\"", DidYouMean(id, RuleWords()))), kTrouble;
  WriteAll(STDOUT_FILENO, Explain(*rule, DescribeTerminal(STDOUT_FILENO, options.color)));
  return kClean;
}

int RulesCommand(const Options& options) {
  const bool json = std::find(options.formats.begin(), options.formats.end(), "json") != options.formats.end();
  WriteAll(STDOUT_FILENO, json ? RulesJson() : RulesTable(DescribeTerminal(STDOUT_FILENO, options.color)));
  return kClean;
}

int InitCommand() {
  const std::string path = kConfigNames[0];
  for (const char* name : kConfigNames) {
    if (DiskFileSystem().Type(name) != FileType::kNone) return Warn(Cat(name, " exists; it is left as it is")), kTrouble;
  }
  if (!WriteFile(path, ConfigTemplate())) return kTrouble;
  WriteAll(STDOUT_FILENO, Cat("wrote ", path, "\n"));
  return kClean;
}

int ConfigCommand(Options options, const std::string& file) {
  Run run;
  // The file need not exist: its name decides.
  options.paths = {std::string(DirName(JoinPath(run.working_directory, file)))};
  if (DiskFileSystem().Type(file) == FileType::kDirectory) options.paths = {file};
  if (const absl::Status status = Prepare(options, run); !status.ok()) return Warn(std::string(status.message())), kTrouble;
  const std::string path = RelativeTo(JoinPath(run.working_directory, file), run.selection.root);
  nlohmann::ordered_json json = {{"root", RelativeTo(run.selection.root, run.working_directory)},
                                 {"sources", run.config.sources},
                                 {"file", path},
                                 {"ignore", run.config.ignore},
                                 {"threads", run.config.threads},
                                 {"rules", nlohmann::ordered_json::object()}};
  for (const Rule* rule : EveryRule()) {
    json["rules"][std::string(rule->id)] = std::string(SeverityName(run.config.SeverityOf(path, *rule)));
  }
  WriteAll(STDOUT_FILENO, Cat(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "\n"));
  return kClean;
}

int WhyCommand(Options options, const std::string& where) {
  const size_t colon = where.rfind(':');
  const int line = colon == std::string::npos ? 0 : std::atoi(where.c_str() + colon + 1);
  if (line <= 0) return Warn(Cat("why takes FILE:LINE, not ", Plain(where))), kTrouble;
  options.paths = {where.substr(0, colon)};
  options.no_skip = true;
  Run run;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  const RunReport report = ReportOf(run);
  const Project& project = run.result.project;
  const FileId file = run.selection.report.empty() ? FileId{kNoneIndex} : project.Find(run.selection.report.front());
  if (!Some(file)) return Warn(Cat(Plain(options.paths.front()), " is not among the files read")), kTrouble;

  Places places(project);
  PrintOptions print;
  print.terminal = DescribeTerminal(STDOUT_FILENO, options.color);
  print.trace = Trace::kFull;
  const auto touches = [&](const Finding& f) {
    const auto on_line = [&](const Place& at) {
      return at.file == file && static_cast<int>(places.Start(at).line) <= line && line <= static_cast<int>(places.End(at).line);
    };
    return on_line(f.at) || std::ranges::any_of(f.via, [&](const Step& s) { return on_line(s.at); });
  };
  std::string out;
  for (const Finding& f : run.settled.findings) {
    if (touches(f)) out += Cat(PrintFinding(report, f, places, print), "\n");
  }
  for (const Suppressed& s : run.settled.suppressed) {
    if (!touches(s.finding)) continue;
    out += Cat(PrintFinding(report, s.finding, places, print), "   suppressed by ", run.Display(project[s.comment.file].path),
               ":", places.Start(s.comment).line, s.reason.empty() ? "" : Cat(" -- ", Plain(s.reason)), "\n\n");
  }
  if (out.empty()) out = "no findings on this line\n\n";

  // How the function around the line comes to run.
  const File& f = project[file];
  const LineIndex& lines = places.Lines(file);
  if (static_cast<uint32_t>(line) <= lines.lines()) {
    const Span at = lines.Line(static_cast<uint32_t>(line));
    FunctionId inner = kModuleFunction;
    for (const FunctionId id : Ids(f.model.functions)) {
      const Node& node = f.model.syntax[f.model.functions[id].node];
      const bool covers = node.start < std::max(at.end, at.start + 1) && at.start < node.end;
      const Node& best = f.model.syntax[f.model.functions[inner].node];
      // The innermost that holds the line's beginning; else one that begins on it.
      if (covers && node.end - node.start < best.end - best.start && (node.start <= at.start || inner == kModuleFunction)) {
        inner = id;
      }
    }
    const FunctionRef ref{file, inner};
    const HotPath path = run.result.facts.request.To(project, ref);
    out += inner == kModuleFunction ? std::string("this line runs when the module is loaded\n")
                                    : Cat("the function here is ", Describe(project, ref), "\n");
    if (path.entry != nullptr) {
      out += "it runs per request:\n";
      for (const Step& step : path.steps) {
        out += Cat("  ", Plain(run.Display(project[step.at.file].path)), ":", places.Start(step.at).line, ":",
                   places.Start(step.at).column, "  ", Plain(step.note), "\n");
      }
    } else if (inner != kModuleFunction) {
      out += "no request handler is known to reach it\n";
    }
  }
  WriteAll(STDOUT_FILENO, out);
  return kClean;
}

int DumpCommand(Options options, const std::string& what, const std::string& path) {
  const DiskFileSystem disk;
  if (what == "project" || what == "facts") {
    options.paths = {path};
    options.no_skip = true;
    Run run;
    absl::Status status = Prepare(options, run);
    if (status.ok()) status = Lint(options, run);
    if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
    if (what == "project") {
      WriteAll(STDOUT_FILENO, DumpProject(run.result.project));
      return kClean;
    }
    const FileId file = run.result.project.Find(run.selection.report.front());
    if (!Some(file)) return Warn(Cat(Plain(path), " is not among the files read")), kTrouble;
    WriteAll(STDOUT_FILENO, DumpFacts(run.result, file));
    return kClean;
  }
  const absl::StatusOr<std::string> text = disk.Read(path, uint64_t{64} << 20);
  if (!text.ok()) return Warn(std::string(text.status().message())), kTrouble;
  Syntax syntax = Parse(*text, LanguageOf(path));
  if (what == "tokens") {
    WriteAll(STDOUT_FILENO, DumpTokens(*text, syntax));
    return kClean;
  }
  const FileModel model = Lower(*text, std::move(syntax));
  WriteAll(STDOUT_FILENO, what == "module"    ? DumpModule(*text, model)
                          : what == "summary" ? DumpSummary(*text, model)
                                              : DumpModel(*text, model));
  return kClean;
}

int Main(std::vector<std::string> arguments) {
  CatchInterrupts();
  const std::set<std::string> commands = {"lint", "explain", "rules", "why", "config", "config-schema", "init", "dump", "help"};
  std::string command;
  // A command wins over a path of its name; ./rules is the path.
  if (!arguments.empty() && commands.contains(arguments.front())) {
    command = arguments.front();
    arguments.erase(arguments.begin());
  }
  Options options;
  CLI::App app(kHelpHead);
  app.name("looplint");
  app.footer(kHelpFoot);
  app.set_help_flag("-h,--help", "Print this")->group("Other");
  app.get_formatter()->column_width(34);
  std::vector<std::string> words;  // of commands other than lint

  if (command.empty() || command == "lint" || command == "help") {
    AddRunOptions(app, options);
    AddLintOptions(app, options);
    if (command == "help") return WriteAll(STDOUT_FILENO, Help(app)), kClean;
    if (const auto code = ParseArguments(app, options, std::move(arguments))) return *code;
    if (options.version) return WriteAll(STDOUT_FILENO, Cat("looplint ", kVersion, "\n")), kClean;
    if (options.list_rules) return RulesCommand(options);
    if (options.print_schema) return WriteAll(STDOUT_FILENO, ConfigSchema()), kClean;
    if (options.init) return InitCommand();
    if (!options.explain.empty()) return ExplainCommand(options.explain, options);
    if (!options.print_config.empty()) return ConfigCommand(options, options.print_config);
    return LintCommand(options);
  }

  app.name(Cat("looplint ", command));
  app.description("");
  app.footer("");
  const auto need = [&](const char* what, int least, int most) {
    app.add_option(what, words)->expected(least, most)->required(least > 0);
  };
  if (command == "explain") {
    need("RULE", 1, 1);
    app.add_option("--color", options.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  } else if (command == "rules") {
    app.add_option("-f,--format", options.formats, "json for programs")->allow_extra_args(false);
    app.add_option("--color", options.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  } else if (command == "config") {
    need("FILE", 0, 1);
    AddRunOptions(app, options);
  } else if (command == "why") {
    need("FILE:LINE", 1, 1);
    AddRunOptions(app, options);
  } else if (command == "dump") {
    words.resize(2);
    app.add_option("WHAT", words[0], "tokens, model, module, summary, project or facts")->required();
    app.add_option("FILE", words[1])->required();
    AddRunOptions(app, options);
  }
  if (const auto code = ParseArguments(app, options, std::move(arguments))) return *code;
  if (command == "explain") return ExplainCommand(words.at(0), options);
  if (command == "rules") return RulesCommand(options);
  if (command == "config-schema") return WriteAll(STDOUT_FILENO, ConfigSchema()), kClean;
  if (command == "init") return InitCommand();
  if (command == "config") return ConfigCommand(options, words.empty() ? "." : words[0]);
  if (command == "why") return WhyCommand(options, words.at(0));
  const std::set<std::string> kinds = {"tokens", "model", "module", "summary", "project", "facts"};
  if (!kinds.contains(words.at(0))) {
    return Warn(Cat("dump shows tokens, model, module, summary, project or facts, not ", Plain(words.at(0)))), kTrouble;
  }
  return DumpCommand(options, words.at(0), words.at(1));
}

}  // namespace
}  // namespace looplint

int main(int argc, char** argv) {
  // The libraries around us throw; what they throw ends here, with an exit code that says so.
  try {
    return looplint::Main({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "looplint: internal error: %s\n", e.what());
    return 2;
  }
}
