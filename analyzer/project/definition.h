// What a value was made of, across files.
#ifndef LOOPLINT_ANALYZER_PROJECT_DEFINITION_H_
#define LOOPLINT_ANALYZER_PROJECT_DEFINITION_H_

#include <string_view>

#include "analyzer/project/project.h"

namespace looplint {

struct Definition {
  FileId file{kNoneIndex};
  ValueId value{kNoneIndex};
};

// Follows `value` of `file` through constants, members of object literals, static fields, enums and other modules to
// the expression that stands for it; ends where nothing is known of it any more. `value` of the result is kNone for
// what is assigned more than once and for members that are not there. An enum stands for itself: the value is its
// binding.
Definition DefinitionOf(const Project& project, FileId file, ValueId value, int depth = 0);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROJECT_DEFINITION_H_
