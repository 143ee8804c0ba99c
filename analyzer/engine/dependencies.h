// What the functions of installed packages do, as rows of knowledge.
//
// Of the packages a project imports and nothing is known of, the modules in node_modules are read, linked among
// themselves and summed up (summaries.h): which exports return promises, which block the event loop whatever they are
// given, which functions they call and when, the streams and emitters they return, and arguments that come out again. The
// project is then analyzed with these rows beside the others. So a finding never lies in a dependency, and what is
// known of one costs nothing where it is not called. A package that rows speak of is read, too, when the project uses
// names of it that they do not have; what they say stands.
//
// Only what holds on every way through a function becomes a row: a blocking call in a branch, or one whose result is
// kept for the next time, does not.
#ifndef LOOPLINT_ANALYZER_ENGINE_DEPENDENCIES_H_
#define LOOPLINT_ANALYZER_ENGINE_DEPENDENCIES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "analyzer/base/parallel.h"
#include "analyzer/project/project.h"

namespace looplint {

struct Input;
class Witness;

struct DependencyStats {
  uint64_t modules = 0;           // imported ones that were found
  uint64_t files = 0, bytes = 0;  // read for them
  uint64_t skipped = 0;           // minified, generated, bundled or too large
  uint64_t left_out = 0;          // beyond the budget, of the files that were seen to be imported
  uint64_t rows = 0;
  bool repeated = false;  // the memo had it: nothing was asked of the disk
  double cpu_ms = 0;
};

// A module of an installed package, by what a source of the project calls it.
struct DependencyImport {
  std::string specifier;
  std::string file;  // absolute
  bool has_rows = false;  // of which too little is known
  auto operator<=>(const DependencyImport&) const = default;
};

// What was worked out for the last run, for the next one of the same imports. Whoever keeps it forgets it when packages
// may have been installed.
struct DependencyMemo {
  std::mutex mutex;
  std::vector<DependencyImport> imports;
  uint64_t budget = 0;
  std::shared_ptr<const Knowledge> knowledge;
  DependencyStats stats;
  std::function<void(const Witness&)> repeat;  // tells what was asked of the disk for it
  void Forget() {
    const std::lock_guard lock(mutex);
    knowledge = nullptr;
  }
};

// The input's knowledge, with rows of the packages that `sources` import. No more is read than the project itself is
// long, rounded up, nearest files first. Depends on nothing but the files read. Null when stopped, or when the input
// has no knowledge of its own and no package has anything to say.
std::shared_ptr<const Knowledge> WithDependencies(const Input& input,
                                                  std::span<const std::shared_ptr<const SourceFile>> sources,
                                                  const Resolver& resolver, const StopToken& stop,
                                                  DependencyStats& stats);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_DEPENDENCIES_H_
