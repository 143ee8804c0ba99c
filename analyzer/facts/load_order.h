// In which order Node evaluates the modules of a cycle, and what each of them sees of the others by then.
//
// Which module of a cycle comes first depends on where loading starts. So loading is played through, from every entry
// point of the program, once for each way into each cycle. A CommonJS module runs up to its require(), then the other
// one runs; an ES module runs after everything it imports.
#ifndef LOOPLINT_ANALYZER_FACTS_LOAD_ORDER_H_
#define LOOPLINT_ANALYZER_FACTS_LOAD_ORDER_H_

#include <cstdint>
#include <vector>

#include "analyzer/facts/module_graph.h"

namespace looplint {

// `from` loads `to` while `to` is itself only half evaluated.
struct EarlyLoad {
  FileId from, to;
  NodeId at;          // the specifier in `from`
  uint32_t progress;  // byte offset in `to`: what stands before it has run; 0 for an ES module, of which nothing has
  FileId start;       // the module of the cycle that is loaded first
  std::vector<FileId> way;  // start, ..., from: each loads the next
};

class LoadOrder {
 public:
  void Infer(const Project& project, const ModuleGraph& graph);

  // Loads by this file that come too early, in source order, at most one for each specifier.
  const std::vector<EarlyLoad>& EarlyLoadsOf(FileId from) const { return early_[Index(from)]; }
  // The early load by which `user` is evaluated although `owner`, which it imports directly or through others, is not
  // yet. Null when there is no such order.
  const EarlyLoad* EvaluatedTooEarly(FileId user, FileId owner) const;

 private:
  struct Order {               // one way into one cycle
    std::vector<FileId> done;  // in order of evaluation
    std::vector<EarlyLoad> early;
  };
  Order Play(const Project& project, const ModuleGraph& graph, FileId start) const;

  std::vector<std::vector<EarlyLoad>> early_;
  std::vector<std::vector<Order>> orders_;  // by cycle
  std::vector<int> cycle_of_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_LOAD_ORDER_H_
