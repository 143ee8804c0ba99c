#include "analyzer/cli/options.h"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "analyzer/base/strings.h"
#include "analyzer/cli/formats.h"
#include "analyzer/cli/output.h"

namespace looplint {

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
  app.add_flag("--no-dependencies", o.no_dependencies, "Leave node_modules unread: what installed packages do is then unknown")
      ->group("Files");
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
  CLI::Option* no_cache = app.add_flag("--no-cache", o.no_cache, "Parse every file, keep nothing for the next run")->group("Run");
  app.add_flag("--cache", o.cache, "Keep what was parsed of small projects too (others: always)")->excludes(no_cache)->group("Run");
  app.add_option("--cache-dir", o.cache_dir, "Where it is kept (default: looplint in $XDG_CACHE_HOME, or ~/.cache)")
      ->excludes(no_cache)
      ->group("Run")
      ->type_name("DIR");
  app.add_flag("--no-progress", o.no_progress, "Never show progress on the terminal")->group("Run");
  app.add_flag("--stats{table}", o.stats, "Print on stderr what the run cost, for people or programs")->group("Run");
  app.add_flag("--timings,--timing", o.timings, "The same as --stats")->group("Run");
}

namespace {

std::string FormatHelp() {
  std::vector<std::string> names;
  for (const Format& format : Formats()) names.emplace_back(format.name);
  return Cat(Join(names, ", "), "; with :PATH into a file; repeatable");
}

}  // namespace

void AddLintOptions(CLI::App& app, Options& o) {
  app.add_option("PATHS", o.paths, "Files and folders to report on (default: .)");
  app.add_flag("--staged", o.staged, "What git has staged: its content, not that of the files")->group("Scope");
  app.add_flag("--changed", o.changed, "What changed since the branch left origin/HEAD, uncommitted changes included")->group("Scope");
  app.add_option("--since", o.since, "What changed since the merge base with this commit or branch")->group("Scope")->type_name("REF");
  app.add_option("--report", o.report, "Of a change: introduced (its default), touched or all")
      ->check(CLI::IsMember({"introduced", "touched", "all"}))
      ->group("Scope")
      ->type_name("WHICH");
  app.add_flag("--fix", o.fix, "Apply fixes that keep behaviour but for the defect")->group("Fixes");
  app.add_flag("--fix-suggestions,--unsafe-fixes", o.fix_suggestions, "Apply suggestions too: read the result")->group("Fixes");
  app.add_flag("--fix-dry-run,--diff", o.fix_dry_run, "Print as a patch what would be fixed; exit with 1 when that is something")->group("Fixes");
  app.add_option("--fix-type", o.fix_types,
                 "Only fixes of this kind: problem, suggestion or directive (comments); implies --fix")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->check(CLI::IsMember({"problem", "suggestion", "directive"}))
      ->group("Fixes")
      ->type_name("TYPE");
  app.add_flag("--suppress", o.suppress, "Accept what would be reported, by comments in the code; needs --reason")
      ->group("Fixes");
  app.add_option("--reason", o.reason, "Why it is acceptable: what the comments of --suppress say")
      ->group("Fixes")
      ->type_name("TEXT");
  app.add_option("--baseline", o.baseline, "Known findings (default: looplint-baseline.jsonl at the project's root, if there)")
      ->group("Baseline")
      ->type_name("FILE");
  app.add_flag("--no-baseline", o.no_baseline, "Report known findings too")->group("Baseline");
  app.add_flag("--update-baseline", o.update_baseline, "Write all of today's findings into it")->group("Baseline");
  app.add_flag("--prune-baseline", o.prune_baseline, "Remove what is no longer found; add nothing")->group("Baseline");
  app.add_flag("--frozen-baseline", o.frozen_baseline, "Exit with 1 when it holds what is no longer found (default where CI is set)")
      ->group("Baseline");
  app.add_option("-f,--format", o.formats, FormatHelp())
      ->allow_extra_args(false)
      ->group("Output")
      ->type_name("FORMAT[:PATH]");
  app.add_option("-o,--output-file", o.output, "Write the report to this file")->group("Output")->type_name("PATH");
  app.add_option("--sarif-category", o.sarif_category, "Tell several SARIF logs of one repository apart")->group("Output")->type_name("NAME");
  app.add_flag("--sarif-suppressed", o.sarif_suppressed, "With what comments and the baseline accept, marked so")->group("Output");
  app.add_flag("--sarif-no-limits", o.sarif_no_limits, "For other readers than GitHub: drop nothing")->group("Output");
  app.add_flag("--statistics", o.statistics, "Print how often each rule reports, in place of the findings")
      ->group("Output");
  app.add_option("--group", o.group,
                 "Show equal findings of one cause once, with their places: auto (on a terminal), always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group("Output")
      ->type_name("WHEN");
  app.add_flag("--quiet", o.quiet, "Show errors only")->group("Output");
  app.add_option("--max-diagnostics", o.max_diagnostics, "Show at most N; 0 for all (default: 50 on a terminal)")
      ->check(CLI::NonNegativeNumber)
      ->group("Output")
      ->type_name("N");
  app.add_option("--max-warnings", o.max_warnings, "Exit with 1 when there are more warnings")
      ->check(CLI::Range(-1, 1 << 30))
      ->group("Severity")
      ->type_name("N");
  app.add_option("--cpu-profile", o.cpu_profile, "Rank findings about speed by what this .cpuprofile measured")
      ->group("Output")
      ->type_name("FILE");
  app.add_flag("--hot-only", o.hot_only, "With --cpu-profile: leave out findings about speed where nothing was measured")
      ->group("Output");
  app.add_flag("--deny-warnings", o.deny_warnings, "Exit with 1 when there are warnings")->group("Severity");
  app.add_option("--explain", o.explain, "Same as: looplint explain RULE or FINGERPRINT")
      ->group("Other")
      ->type_name("RULE");
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

}  // namespace looplint
