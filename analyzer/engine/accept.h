// Writes the comments that suppress.h reads.
#ifndef LOOPLINT_ANALYZER_ENGINE_ACCEPT_H_
#define LOOPLINT_ANALYZER_ENGINE_ACCEPT_H_

#include <span>
#include <string_view>
#include <vector>

#include "analyzer/engine/fix.h"

namespace looplint {

struct Accepted {
  std::vector<FixedFile> files;           // with their comments; `fixes` counts findings
  std::vector<const Finding*> impossible;  // where no comment can stand: JSON, files that programs write
};

// One comment for each line that findings begin on, with all their rules: on a line of its own above it, or, where that
// would be text (in templates, among elements of JSX), in front of the code reported. Findings about comments are left
// alone. `reason` is one line without "*/".
Accepted AcceptByComments(const Project& project, std::span<const Finding> findings, std::string_view reason);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_ACCEPT_H_
