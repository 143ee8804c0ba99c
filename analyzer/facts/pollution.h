// Writes that can reach Object.prototype: target[key] = value, where both the target and the key may be what somebody
// else names.
#ifndef LOOPLINT_ANALYZER_FACTS_POLLUTION_H_
#define LOOPLINT_ANALYZER_FACTS_POLLUTION_H_

#include <vector>

#include "analyzer/facts/guards.h"
#include "analyzer/facts/origins.h"
#include "analyzer/facts/taint.h"

namespace looplint {

void FindPollution(Walker& walker, Guards& guards, FileId file, std::vector<TaintFlow>& out);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_POLLUTION_H_
