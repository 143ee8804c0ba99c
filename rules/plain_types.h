// What an expression gives for sure, as far as V8 keeps such things apart.
#ifndef LOOPLINT_RULES_PLAIN_TYPES_H_
#define LOOPLINT_RULES_PLAIN_TYPES_H_

#include "analyzer/model/model.h"

namespace looplint {

enum class PlainType : uint8_t {
  kUnknown,
  kNumber,
  kText,
  kNothing,  // undefined
  kObject,   // an object, array or function
};

// Of literals, calculations and variables that are given nothing else. What may be a BigInt is no number for sure.
PlainType PlainTypeOf(const FileModel& model, NodeId node);

}  // namespace looplint

#endif  // LOOPLINT_RULES_PLAIN_TYPES_H_
