// All the entries that reach a function, with the shortest way from each; HotPaths knows the shortest of all alone.
#ifndef LOOPLINT_ANALYZER_FACTS_WAYS_H_
#define LOOPLINT_ANALYZER_FACTS_WAYS_H_

#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/calls.h"
#include "analyzer/facts/hot_paths.h"

namespace looplint {

class Ways {
 public:
  Ways(const Project& project, const Calls& calls, Context context);

  // The shortest first; ties in the order of the program. No way uses a step that `closed` says is closed; null:
  // nothing is. A search visits what can reach `function` once.
  std::vector<HotPath> To(FunctionRef function, const std::function<bool(const Place&)>* closed = nullptr) const;

 private:
  struct Caller {
    FunctionRef function;
    CallId at;
    bool callback;
  };
  const Project& project_;
  absl::flat_hash_map<FunctionRef, std::vector<Caller>> callers_;
  absl::flat_hash_map<FunctionRef, std::vector<const Entry*>> entries_;
};

// Is this trace the way from a request that `paths` gives for the function?
bool IsWayOf(const Project& project, const HotPaths& paths, FunctionRef function, const std::vector<Step>& steps);

// Names of the functions and classes around, its own last: "Pages.render.<anonymous>"; "" for a module.
std::string ScopeName(const Project& project, FunctionRef function);

// The innermost function around a place; the module's own where there is none.
FunctionRef FunctionAround(const Project& project, const Place& place);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_WAYS_H_
