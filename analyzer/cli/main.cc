// The command line: what was asked for, one run, and its report. Nothing here analyses.
#include <signal.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/completions.h"
#include "analyzer/cli/dump.h"
#include "analyzer/cli/machine.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/printer.h"
#include "analyzer/cli/run.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/cli/version.h"
#include "analyzer/engine/fingerprint.h"
#include "analyzer/model/lower.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

// ---- Ctrl-C: the first asks the run to end, the second (the handler is gone by then) ends the process.
void OnInterrupt(int) { g_stop.Stop(); }

void CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A closed pipe and a limit on file sizes are errors of write().
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
}

// Commands beside lint, as --help lists them. Those without a function share lint's options and are below.
struct Command {
  std::string_view name, usage, summary;
  CommandFunction run = nullptr;
};
constexpr Command kCommands[] = {
    {"explain", "explain RULE", "what a rule means and what to do; explain FINGERPRINT: one finding"},
    {"rules", "rules", "all rules"},
    {"why", "why FILE:LINE", "what is reported and believed of a line: when it runs, calls, promises, streams", WhyCommand},
    {"prof", "prof FILE [PATHS]", "functions of a CPU profile by time; megamorphic accesses of a log of V8's", ProfCommand},
    {"config", "config [FILE]", "the configuration that applies to a file"},
    {"config-schema", "config-schema", "the JSON Schema of configuration files"},
    {"init", "init", "write looplint.jsonc for this project", InitCommand},
    {"deps", "deps [PATH]", "what the dependencies are and run at install; deps diff BASE: what changed", DepsCommand},
    {"resolve", "resolve SPECIFIER --from FILE", "what a module specifier means there, and why", ResolveCommand},
    {"lsp", "lsp [--stdio]", "the language server for editors", LspCommand},
    {"graph", "graph [PATHS]", "the modules and what loads what, as JSON, DOT or Mermaid", GraphCommand},
    {"regex", "regex PATTERN", "what a regular expression can cost, and why", RegexCommand},
    {"completions", "completions SHELL", "completion for bash, zsh or fish"},
    {"dump", "dump WHAT FILE", "tokens, model, module, summary, project or facts of a file"},
};

std::string HelpHead() {
  std::string text =
      "looplint: the static analyzer that knows how Node.js runs.\n\n"
      "  looplint [PATHS]          lint; PATHS filter the report, the project around them is read as a whole\n";
  for (const Command& command : kCommands) {
    std::string usage = Cat("  looplint ", command.usage);
    usage.resize(std::max<size_t>(usage.size() + 1, 28), ' ');
    text += Cat(usage, command.summary, "\n");
  }
  return text;
}

constexpr const char* kHelpFoot =
    "Exit codes: 0 nothing to report, 1 findings of level error (or too many warnings), 2 could not do its work,\n"
    "130 interrupted.\n\n"
    "Examples:\n"
    "  looplint                                 the project around this folder\n"
    "  looplint src/server.js                   the same, findings of one file\n"
    "  looplint --only event-loop -f stylish    one family, one line per finding\n"
    "  looplint -f json:report.json             people read the terminal, programs the file\n"
    "  looplint node_modules/express            a dependency\n";

// One finding by the fingerprint that reports, baselines and SARIF name it with, and what its rule is about.
int ExplainFinding(Options options, std::string id) {
  for (char& c : id) c = static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c);
  Run run;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  const RunReport report = ReportOf(run);
  Places places(run.result.project);
  PrintOptions print;
  print.terminal = DescribeTerminal(STDOUT_FILENO, options.color);
  print.trace = Trace::kFull;
  std::string out;
  const Rule* rule = nullptr;
  const auto show = [&](const Finding& f) {
    if (!Hex(f.fingerprint).starts_with(id)) return false;
    rule = f.rule;
    out += Cat(PrintFinding(report, f, places, print), "\n");
    for (const Fix& fix : f.fixes)
      out += Cat(fix.safe ? "--fix: " : "--fix-suggestions: ", Plain(fix.description), "\n\n");
    return true;
  };
  for (const Finding& f : run.settled.findings) show(f);
  for (const Suppressed& s : run.settled.suppressed) {
    if (!show(s.finding)) continue;
    out += Cat("suppressed by ", Plain(run.Display(run.result.project[s.comment.file].path)), ":",
               places.Start(s.comment).line, s.reason.empty() ? "" : Cat(" -- ", Plain(s.reason)), "\n\n");
  }
  if (rule == nullptr) return Warn(Cat("no finding of this project has the fingerprint ", Plain(id))), kTrouble;
  WriteAll(STDOUT_FILENO, Cat(out, Explain(*rule, print.terminal)));
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
  if (rule == nullptr && id.size() >= 8 && id.size() <= 16 &&
      id.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos) {
    return ExplainFinding(options, id);
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

int ConfigCommand(Options options, const std::string& file) {
  Run run;
  // The file need not exist: its name decides.
  options.paths = {std::string(DirName(JoinPath(run.working_directory, file)))};
  if (DiskFileSystem().Type(file) == FileType::kDirectory) options.paths = {file};
  if (const absl::Status status = Prepare(options, run); !status.ok()) return Warn(std::string(status.message())), kTrouble;
  // Configurations further down are found with the files.
  options.pass_on_no_files = true;
  if (const absl::Status status = Find(options, run); !status.ok()) return Warn(std::string(status.message())), kTrouble;
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
  std::string command;
  // A command wins over a path of its name; ./rules is the path.
  if (!arguments.empty()) {
    const std::string& word = arguments.front();
    const auto* row = std::ranges::find(kCommands, word, &Command::name);
    if (word == "lint" || word == "help" || row != std::end(kCommands)) {
      command = word;
      arguments.erase(arguments.begin());
      if (row != std::end(kCommands) && row->run != nullptr) return row->run(std::move(arguments));
    }
  }
  Options options;
  CLI::App app(HelpHead());
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
    if (options.version) return WriteAll(STDOUT_FILENO, VersionText()), kClean;
    if (options.list_rules) return RulesCommand(options);
    if (options.print_schema) return WriteAll(STDOUT_FILENO, ConfigSchema()), kClean;
    if (options.init) return InitCommand({});
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
    need("RULE|FINGERPRINT", 1, 1);
    AddRunOptions(app, options);
  } else if (command == "rules") {
    app.add_option("-f,--format", options.formats, "json for programs")->allow_extra_args(false);
    app.add_option("--color", options.color, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
  } else if (command == "config") {
    need("FILE", 0, 1);
    AddRunOptions(app, options);
  } else if (command == "completions") {
    need("SHELL", 1, 1);
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
  if (command == "config") return ConfigCommand(options, words.empty() ? "." : words[0]);
  if (command == "completions") {
    std::vector<std::pair<std::string, std::string>> commands = {{"lint", "lint (the default)"}, {"help", "what there is"}};
    for (const Command& row : kCommands) commands.emplace_back(row.name, row.summary);
    const std::string text = Completions(words.at(0), commands);
    if (text.empty()) return Warn(Cat("completions are for bash, zsh and fish, not for ", Plain(words.at(0)))), kTrouble;
    return WriteAll(STDOUT_FILENO, text), kClean;
  }
  const std::set<std::string> kinds = {"tokens", "model", "module", "summary", "project", "facts"};
  if (!kinds.contains(words.at(0))) {
    return Warn(Cat("dump shows tokens, model, module, summary, project or facts, not ", Plain(words.at(0)))), kTrouble;
  }
  return DumpCommand(options, words.at(0), words.at(1));
}

}  // namespace
}  // namespace looplint

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Tables of a phase go back to the system when the phase ends. Left alone, glibc keeps ever larger ones for later.
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
  // The libraries around us throw; what they throw ends here, with an exit code that says so.
  try {
    return looplint::Main({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "looplint: internal error: %s\n", e.what());
    return 2;
  }
}
