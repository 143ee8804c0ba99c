// What rules of arrays ask.
#ifndef LOOPLINT_RULES_ARRAYS_H_
#define LOOPLINT_RULES_ARRAYS_H_

#include <algorithm>

#include "analyzer/project/values.h"
#include "rules/rule.h"

namespace looplint {

// An array for sure: all that it may be known to be is one.
inline bool IsArray(const View& file, NodeId node) {
  const ValueId value = file.model.ValueOf(node);
  if (!Some(value) || file.project.values() == nullptr) return false;
  const std::vector<Denoted> held = file.project.values()->Of(file.id, value);
  return !held.empty() && std::ranges::all_of(held, [](const Denoted& d) {
    return d.Is(Denoted::Kind::kInstance) && d.type == "Array";
  });
}

}  // namespace looplint

#endif  // LOOPLINT_RULES_ARRAYS_H_
