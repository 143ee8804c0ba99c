// How often each function runs while the program serves, and the shortest way there.
#ifndef LOOPLINT_ANALYZER_FACTS_HOT_PATHS_H_
#define LOOPLINT_ANALYZER_FACTS_HOT_PATHS_H_

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/facts/calls.h"
#include "analyzer/facts/module_graph.h"
#include "analyzer/project/finding.h"

namespace looplint {

// Coldest first. Only what is known to run is warm: no entry leads to a function that is cold.
enum class Heat : uint8_t {
  kCold,     // at start-up, in a worker or a script, or nobody knows when
  kOnce,     // while something is served, but the first time only: what follows is kept
  kCall,     // whenever a user of the library calls what it exports
  kEvent,    // whenever a timer ticks, a stream delivers or a queue has work, in a program that serves requests
  kRequest,  // on every request
};

struct HotPath {
  const Entry* entry = nullptr;
  Heat heat = Heat::kCold;
  bool per_item = false;    // and there for each element of something: in a loop, given to map(), to a 'data' event
  std::vector<Step> steps;  // the handler, then each call, outermost first
};

// Breadth first from all entries at once, so each path is a shortest one; ties go to the entry that comes first in the
// program. Stopped by calls whose result is kept (see IsKept), by branches that production does not take, and where the
// process ends. Entries in files that only a worker thread or a child process loads are none for what those do behind the server's back.
class HotPaths {
 public:
  void Infer(const Project& project, const Calls& calls, const ModuleGraph& modules);
  Heat Of(FunctionRef function) const;
  // Does every request run it?
  bool Reaches(FunctionRef function) const { return Of(function) == Heat::kRequest; }
  // False for what runs only where a function was given no callback, when all callers of that heat give one:
  //   if (cb) return fs.readFile(name, cb); return fs.readFileSync(name);
  bool Runs(const Project& project, const Calls& calls, FileId file, NodeId node) const;
  // Does `node` run again and again while the program serves: in a loop of a function that requests or events run, in a
  // function that runs for each element of something, or in one that was measured to be hot?
  bool InHotLoop(const Project& project, FileId file, NodeId node) const;
  // Functions that a CPU profile saw take much of the time: no level of heat, which says when and not how long.
  void Measured(const std::vector<FunctionRef>& functions) { measured_.insert(functions.begin(), functions.end()); }
  bool WasMeasured(FunctionRef function) const { return measured_.contains(function); }
  // By the hottest way. Entry is null when the function is cold.
  HotPath To(const Project& project, FunctionRef function) const;

 private:
  enum Level : uint8_t { kFirstTime, kCallLevel, kCallItem, kEventLevel, kEventItem, kRequestLevel, kRequestItem, kLevels };
  struct From {
    FunctionRef caller;  // none: an entry
    CallId at{kNoneIndex};
    bool callback = false;
    Level level{};  // of the caller
    const Entry* entry = nullptr;
  };
  // By function, at each level it is reached at.
  std::array<absl::flat_hash_map<FunctionRef, From>, kLevels> from_;
  absl::flat_hash_set<FunctionRef> measured_;
  std::deque<Entry> exported_;  // what libraries export; from_ points into it
};

// Does what `node` computes stay, so that it runs once although its function runs often?
//   if (!cache) cache = readFileSync(f);    cache ??= load();    if (done) return; done = true; load();
bool IsKept(const File& file, NodeId node);
// Does the process end right after `node`: process.exit() follows in its block, or in one around it?
bool EndsProcessAfter(const Project& project, const Calls& calls, FileId file, NodeId node);
// Stands it in a branch that looks at NODE_ENV, or at what by its name says that this is development?
bool IsForDevelopment(const File& file, NodeId node);

// How a trace shows the entry it begins at, and a call on the way to `to`.
Step EntryStep(const Project& project, const Entry& entry);
Step CallStep(const Project& project, FunctionRef caller, CallId at, bool callback, FunctionRef to);

// The way on from a call of what an installed package blocks with; `steps` as they are of any other call.
std::vector<Step> WithPackage(std::vector<Step> steps, Place call, const Api& api);

// "render()", "an anonymous function", "class Foo's constructor": how a sentence names a function.
std::string Describe(const Project& project, FunctionRef function);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_HOT_PATHS_H_
