// From all findings to those that are to be reported: without what the baseline knows, and of a change only.
#ifndef LOOPLINT_ANALYZER_CLI_NARROW_H_
#define LOOPLINT_ANALYZER_CLI_NARROW_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/run.h"
#include "analyzer/git/repository.h"

namespace looplint {

// The change that was asked for; made before the analysis, whose files it decides.
struct ChangeScope {
  std::optional<Repository> repository;
  Changes changes;
  std::map<std::string, std::optional<std::string>> staged;  // content of the index, where the disk differs
  std::string report;                                        // introduced, touched, all
  bool asked() const { return repository.has_value(); }
};

// Opens the repository when a change was asked for, and lays what is staged over the files of the run. After Find.
absl::Status FindChange(const Options& options, Run& run, ChangeScope& scope);

// After Check: settles run.standing. `stale` are the entries of the baseline that nothing was found for.
absl::Status Narrow(const Options& options, Run& run, const ChangeScope& scope, size_t& stale);

// Where the sources come from, for formats that link to them; silent when there is no repository.
Origin OriginOf(const std::string& folder);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_NARROW_H_
