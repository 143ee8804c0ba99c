// Who hears of what nobody handles: the listeners of `process` for rejections and errors, and the files they hear.
#ifndef LOOPLINT_ANALYZER_FACTS_UNHANDLED_H_
#define LOOPLINT_ANALYZER_FACTS_UNHANDLED_H_

#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/facts/module_graph.h"

namespace looplint {

class Unhandled {
 public:
  void Infer(const Project& project, const Calls& calls, const ModuleGraph& graph);

  // May a listener of the program hear of it when it happens in `file`? Not one that only other processes load.
  bool RejectionsHeard(FileId file) const { return !rejections_.empty() && rejections_[Index(file)]; }
  bool ErrorsHeard(FileId file) const { return !errors_.empty() && errors_[Index(file)]; }

 private:
  std::vector<bool> rejections_, errors_;  // by file; empty where nothing listens
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_UNHANDLED_H_
