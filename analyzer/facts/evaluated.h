// Evaluators that call what their text names: callee.apply(this, args), where both the function and its arguments are
// what the evaluator made of parts of the text.
#ifndef LOOPLINT_ANALYZER_FACTS_EVALUATED_H_
#define LOOPLINT_ANALYZER_FACTS_EVALUATED_H_

#include <vector>

#include "analyzer/facts/guards.h"
#include "analyzer/facts/origins.h"
#include "analyzer/facts/taint.h"

namespace looplint {

// Flows of kind "evaluated".
void FindEvaluated(Walker& walker, Guards& guards, FileId file, std::vector<TaintFlow>& out);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_EVALUATED_H_
