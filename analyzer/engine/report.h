// What a run found, as every format sees it: whichever way it is written, the findings and their counts are these.
#ifndef LOOPLINT_ANALYZER_ENGINE_REPORT_H_
#define LOOPLINT_ANALYZER_ENGINE_REPORT_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/base/line_index.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/suppress.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

// Where the sources come from, as far as git tells; "" for what is unknown.
struct Origin {
  std::string address;   // of the remote, without user or password
  std::string revision;  // hexadecimal
  std::string branch;
};

struct RunReport {
  const Project* project = nullptr;
  const Facts* facts = nullptr;
  std::vector<Finding> findings;  // the ones to show, in order
  size_t errors = 0, warnings = 0, infos = 0;  // of all findings in the paths asked for
  size_t files_with_findings = 0;
  std::vector<Suppressed> suppressed;  // by comments
  std::vector<Finding> baselined;      // known to the baseline
  size_t never_sampled = 0;            // left out, for a CPU profile has nothing of them
  size_t unchanged = 0;                // not of the change that was asked for (--since, --staged, --changed)
  std::vector<Unreadable> unreadable;
  std::vector<const Rule*> rules;  // that ran somewhere, in order of id
  uint64_t files = 0, lines = 0;   // analysed
  std::array<uint64_t, static_cast<size_t>(SkipReason::kCount)> skipped{};
  double seconds = 0;
  bool stopped = false;
  std::string version;     // of looplint
  Origin origin;
  std::string repository;  // absolute folder that `from_repository` is relative to
  // A path of the project as users know it: relative to where they are.
  std::function<std::string(const std::string&)> display;
  // The same as code hosts know it: relative to the top of the repository, without "./".
  std::function<std::string(const std::string&)> from_repository;
};

// Lines of the files that findings are in, indexed when first asked for. For one thread.
class Places {
 public:
  explicit Places(const Project& project) : project_(project) {}
  const LineIndex& Lines(FileId file);
  LineColumn Start(const Place& place, ColumnUnit unit = ColumnUnit::kUtf16);
  LineColumn End(const Place& place, ColumnUnit unit = ColumnUnit::kUtf16);
  // The part of a place on its first line: what code hosts show a finding at.
  Place FirstLine(const Place& place);
  std::string_view Text(const Place& place) const;

 private:
  const Project& project_;
  std::map<FileId, std::unique_ptr<LineIndex>> lines_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_REPORT_H_
