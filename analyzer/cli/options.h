// What the command line asked for.
#ifndef LOOPLINT_ANALYZER_CLI_OPTIONS_H_
#define LOOPLINT_ANALYZER_CLI_OPTIONS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"

namespace looplint {

struct Options {
  std::vector<std::string> paths;
  std::vector<std::string> formats;
  std::string output;
  std::string color = "auto", trace = "short", stats, config, stdin_filename;
  std::vector<std::string> ignore_patterns;
  // Rule settings in the order of the command line, where later ones win.
  std::vector<std::pair<std::string, std::string>> settings;  // option without dashes, value
  std::vector<std::string> allow, warn, deny, off, only, rule;
  std::string cache_dir;  // "": DefaultCacheFolder()
  bool cache = false, no_cache = false;
  bool no_config = false, no_ignore = false, no_skip = false, quiet = false, deny_warnings = false, no_progress = false;
  std::string cpu_profile;
  bool hot_only = false, statistics = false;
  std::string group = "auto";
  bool guess_calls = false, shapes = false, no_dependencies = false;  // see Input
  bool timings = false, pass_on_no_files = false;
  int max_warnings = -1, threads = 0, max_diagnostics = -1;
  // What of the findings is reported.
  bool staged = false, changed = false;
  std::optional<std::string> since;
  std::string report;  // introduced, touched, all; "" for the default
  std::string baseline;
  bool no_baseline = false, update_baseline = false, prune_baseline = false, frozen_baseline = false;
  // Fixes.
  bool fix = false, fix_suggestions = false, fix_dry_run = false;
  std::vector<std::string> fix_types;  // problem, suggestion, directive; empty: all
  // Writes comments that accept what would be reported.
  bool suppress = false;
  std::string reason;
  std::string sarif_category;
  bool sarif_suppressed = false, sarif_no_limits = false;
  // Other things to do than lint.
  std::string explain, print_config;
  bool list_rules = false, init = false, version = false, print_schema = false;
};

// Options of everything that runs the analysis.
void AddRunOptions(CLI::App& app, Options& o);
void AddLintOptions(CLI::App& app, Options& o);
std::string Help(const CLI::App& app);
// Parses; a code to exit with when there is nothing more to do.
std::optional<int> ParseArguments(CLI::App& app, Options& options, std::vector<std::string> arguments);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_OPTIONS_H_
