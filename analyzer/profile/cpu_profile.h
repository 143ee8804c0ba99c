// Time by function, from V8's .cpuprofile: what `node --cpu-prof`, the inspector's Profiler domain and editors write.
//
// A profile is a tree of call frames and a list of samples, each naming the frame that ran and the microseconds until
// the next. The shape is that of Profiler.Profile in the Chrome DevTools Protocol; profiles without samples, which
// count hits only, and with `parent` instead of `children` are read too.
#ifndef LOOPLINT_ANALYZER_PROFILE_CPU_PROFILE_H_
#define LOOPLINT_ANALYZER_PROFILE_CPU_PROFILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace looplint {

// One function, all its frames together.
struct ProfiledFunction {
  std::string url;                // as V8 names the script: file:///..., node:fs, "" for the engine itself
  std::string name;               // "" for anonymous, "(garbage collector)" and the like for the engine's own
  uint32_t line = 0, column = 0;  // where the function starts, from 1, columns in UTF-16 units; 0 for the engine's own
  double self_us = 0;             // ran itself
  double own_us = 0;    // it, or code of Node and V8 on its behalf: what fs.readFileSync takes is its caller's
  double total_us = 0;  // it or what it called; recursion counted once
  uint64_t samples = 0;
  struct Line {
    uint32_t line;  // from 1
    uint64_t ticks;
  };
  std::vector<Line> lines;  // samples by line, ascending
};

struct CpuProfile {
  std::vector<ProfiledFunction> functions;  // by total_us, then url, line, column, name
  double total_us = 0;                      // of all samples but those of (idle), (root) and (program)
  double idle_us = 0;                       // (idle) and (program): no JavaScript ran
  uint64_t samples = 0;

  // InvalidArgument says what is wrong with a malformed or cut-off profile.
  static absl::StatusOr<CpuProfile> Parse(std::string_view json);
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROFILE_CPU_PROFILE_H_
