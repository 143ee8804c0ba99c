// One analysis as the command line asked for it, for every command that needs one.
#ifndef LOOPLINT_ANALYZER_CLI_RUN_H_
#define LOOPLINT_ANALYZER_CLI_RUN_H_

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "analyzer/base/parallel.h"
#include "analyzer/cli/machine.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/memory.h"
#include "analyzer/engine/report.h"
#include "analyzer/engine/suppress.h"
#include "resolver/overlay.h"

namespace looplint {

// Ends the run that is under way; set by Ctrl-C.
extern StopToken g_stop;

// Why a finding is not reported.
enum class Standing : uint8_t { kReported, kBaselined, kUnchanged };

struct Run {
  std::string working_directory = WorkingDirectory();
  Selection selection;
  Config config;
  Sources sources;
  OverlayFileSystem fs;
  std::unique_ptr<Witness> witness;  // of what the run asks `fs`; null before Check
  Result result;
  Settled settled;
  std::vector<Standing> standing;  // by index of settled.findings; empty: all are reported
  std::array<std::atomic<uint64_t>, static_cast<size_t>(SkipReason::kCount)> skipped{};
  Origin origin;
  std::shared_ptr<const Knowledge> knowledge;  // with the rows of the configuration; null: the builtin ones
  std::shared_ptr<ModelCache> cache;  // null: not opened yet, or there is none
  std::function<std::vector<FunctionRef>(const Project&)> measured;  // functions a CPU profile found hot; may be null
  // Another run over files of which only these paths differ: what it read of the others is used again.
  const Run* same_but = nullptr;
  std::set<std::string> differ;
  // What is wanted is findings: those of an earlier run will do when nothing changed, see analyzer/engine/memory.h.
  bool may_recall = false;
  bool remembers = false;    // what this one finds may be told again
  bool only_recall = false;  // nothing else will do: NotFound when something changed
  bool compared = false;     // later runs may be compared with this one
  std::string known;         // of a run that was: Baseline::Text of what it found
  bool recalled = false;  // they are such: of the program there are paths, and texts of the files they name
  bool quiet = false;  // no progress, no warnings: a run beside the one people wait for
  bool trouble = false;  // some of what was asked for could not be read

  std::string Display(const std::string& path) const {
    return RelativeTo(JoinPath(selection.root, path), working_directory);
  }
};

// Finds the project and its configuration.
absl::Status Prepare(const Options& options, Run& run);
// Finds the files to read; standard input is laid over its file. Says on standard error what stands in the way.
absl::Status Find(const Options& options, Run& run);
// Reads and checks these files.
absl::Status Check(const Options& options, Run& run);
// Links the program of a run that was recalled.
absl::Status NeedProgram(const Options& options, Run& run);
// Find and Check. Shows progress on a terminal, says on standard error what could not be read.
absl::Status Lint(const Options& options, Run& run);
// The rules that are on anywhere in the project, in order of id.
std::vector<const Rule*> RulesThatRan(const Run& run);
// What is to be reported of it.
RunReport ReportOf(const Run& run);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_RUN_H_
