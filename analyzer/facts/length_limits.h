// How long a text can be where it is used: cut by slice(), or compared by its length on the way.
#ifndef LOOPLINT_ANALYZER_FACTS_LENGTH_LIMITS_H_
#define LOOPLINT_ANALYZER_FACTS_LENGTH_LIMITS_H_

#include <vector>

#include "analyzer/facts/guards.h"
#include "analyzer/facts/origins.h"

namespace looplint {

// The least limit that was seen between the source and `sink`, the expression used, in UTF-16 units; 0 when there is
// one of unknown size, negative when there is none. A comparison counts wherever it stands in front of the use.
double LengthLimit(const Walker& walker, const Origin& origin, const std::vector<FlowFrame>& frames, FileId file,
                   NodeId sink);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_LENGTH_LIMITS_H_
