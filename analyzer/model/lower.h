// From syntax to model: scopes, hoisting, references and values of one file.
#ifndef LOOPLINT_ANALYZER_MODEL_LOWER_H_
#define LOOPLINT_ANALYZER_MODEL_LOWER_H_

#include <string_view>

#include "analyzer/model/model.h"

namespace looplint {

// Consumes `syntax`, which must have been parsed from `text`. Total: any syntax yields a model. Linear time,
// constant stack.
FileModel Lower(std::string_view text, Syntax syntax);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_MODEL_LOWER_H_
