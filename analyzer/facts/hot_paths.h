// Which functions run while something waits for the event loop, and the shortest way there.
#ifndef LOOPLINT_ANALYZER_FACTS_HOT_PATHS_H_
#define LOOPLINT_ANALYZER_FACTS_HOT_PATHS_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/calls.h"
#include "analyzer/project/finding.h"

namespace looplint {

struct HotPath {
  const Entry* entry = nullptr;
  std::vector<Step> steps;  // the handler, then each call, outermost first
};

// Breadth first from all entries of one context at once, so each path is a shortest one; ties go to the entry that
// comes first in the program.
class HotPaths {
 public:
  void Infer(const Project& project, const Calls& calls, Context context);
  bool Reaches(FunctionRef function) const { return from_.contains(function); }
  // Entry is null when the function is not reached.
  HotPath To(const Project& project, FunctionRef function) const;

 private:
  struct From {
    FunctionRef caller;  // none: an entry
    CallId at{kNoneIndex};
    bool callback = false;
    const Entry* entry = nullptr;
  };
  absl::flat_hash_map<FunctionRef, From> from_;
};

// How a trace shows the entry it begins at, and a call on the way to `to`.
Step EntryStep(const Project& project, const Entry& entry);
Step CallStep(const Project& project, FunctionRef caller, CallId at, bool callback, FunctionRef to);

// "render()", "an anonymous function", "class Foo's constructor": how a sentence names a function.
std::string Describe(const Project& project, FunctionRef function);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_HOT_PATHS_H_
