// Property accesses that met more hidden classes than an inline cache holds, from V8's own log:
//
//   node --log-ic --log-code --log-maps --no-opt --no-sparkplug --logfile=ic.log --no-logfile-per-isolate app.js
//
// One tier of code, so that each address belongs to one function and no cache is skipped; --log-maps tells where each
// hidden class came from. The format is no interface of V8's; it is the same in Node 20, 22 and 24.
#ifndef LOOPLINT_ANALYZER_PROFILE_IC_LOG_H_
#define LOOPLINT_ANALYZER_PROFILE_IC_LOG_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace looplint {

// A hidden class that V8 met.
struct SeenClass {
  std::string name;               // "{ a, b }", "Point { x, y, ..., label }", "a string"
  std::string url;                // the script in which it took its last step: a property added, a literal; "": unknown
  uint32_t line = 0, column = 0;  // from 1, columns in UTF-16 units
  bool operator==(const SeenClass&) const = default;
};

struct SeenSite {
  std::string url;
  uint32_t line = 0, column = 0;  // of the property's name; of what is written, of the assignment
  std::string property;
  bool written = false;
  uint64_t misses = 0;             // by the cache, as far as V8 logs them: more where more goes on
  std::vector<SeenClass> classes;  // the first ones, in the order they came
};

struct IcLog {
  std::vector<SeenSite> megamorphic;  // by script, line, column
  uint64_t sites = 0;                 // inline caches of reads and writes by name, outside of Node itself

  static bool Looks(std::string_view text);  // like a log of V8's
  // InvalidArgument says what is missing: a log of something else, one without inline caches.
  static absl::StatusOr<IcLog> Parse(std::string_view text);
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROFILE_IC_LOG_H_
