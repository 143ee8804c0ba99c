// A CPU profile laid over the functions of a project: what was measured hot.
#ifndef LOOPLINT_ANALYZER_PROFILE_MEASUREMENT_H_
#define LOOPLINT_ANALYZER_PROFILE_MEASUREMENT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/profile/cpu_profile.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"
#include "resolver/file_system.h"

namespace looplint {

class Measurement {
 public:
  // Scripts are found in the project by the longest end of their path that names one file of it, so a profile taken
  // in a container fits; generated ones also through their source maps, which `fs` reads below `root`. `project` must
  // outlive the result.
  Measurement(const CpuProfile& profile, const Project& project, const FileSystem& fs, const std::string& root);

  struct Row {
    FunctionRef function;      // the place is kNone when the script is none of the project
    std::string name, script;  // as the profile has them
    uint32_t line = 0;         // in the script, from 1; 0 for the engine's own
    Share share;
    uint64_t samples = 0;
  };
  const std::vector<Row>& rows() const { return rows_; }  // by own, then total

  FunctionId FunctionAt(const Place& place) const;  // the innermost around a place
  // Of that function; zeros when it was never sampled.
  Share At(const Place& place) const;
  // Sum of what functions of the project took as their own.
  double covered() const { return covered_; }
  // Functions of the project that took a hundredth of the time or more themselves.
  std::vector<FunctionRef> Hot() const;
  // What did not fit: one sentence each, beginning with a path.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  const Project& project_;
  std::vector<Row> rows_;
  absl::flat_hash_map<FunctionRef, Share> shares_;
  double covered_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROFILE_MEASUREMENT_H_
