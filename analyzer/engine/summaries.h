// What the modules of a program nobody calls yet export, as a document of knowledge rows: promises, blocking,
// callbacks, streams and emitters, what data passes through. See dependencies.h for where the program comes from.
#ifndef LOOPLINT_ANALYZER_ENGINE_SUMMARIES_H_
#define LOOPLINT_ANALYZER_ENGINE_SUMMARIES_H_

#include <span>
#include <string>

#include "analyzer/facts/promises.h"

namespace looplint {

struct SummedModule {
  std::string specifier;  // what the project imports it by
  std::string canonical;  // how its rows begin
  FileId file{};
  bool has_rows = false;  // `known` speaks of it, too: only what it does not say is told
};

struct Summaries {
  std::string document;  // for Knowledge::Extend; "" when there is nothing to say
  size_t rows = 0;
};

// `modules`, in order, are files of `project`. Several may have one canonical name (one for import and one for require,
// or two versions): then what all say holds. `root` is taken from the front of paths that rows tell.
Summaries SumUp(const Project& project, const Calls& calls, const Promises& promises, const Knowledge& known,
                const std::string& root, std::span<const SummedModule> modules);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_SUMMARIES_H_
