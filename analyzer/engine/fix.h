// Writes the fixes of findings into the text of files.
#ifndef LOOPLINT_ANALYZER_ENGINE_FIX_H_
#define LOOPLINT_ANALYZER_ENGINE_FIX_H_

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

struct FixedFile {
  FileId file{};
  std::string text;
  size_t fixes = 0;  // applied in it
};

enum class FixType : uint8_t {
  kProblem,     // safe
  kSuggestion,  // may change what the program does
  kDirective,   // of comments for looplint
};

// At most one fix of each finding, of a type `wanted`: its first safe one, else its first. All edits of a fix are made
// or none. Of fixes that overlap the earlier one wins; the other can be made on the result. Edits that several fixes
// share are made once. A fix after which the file has more syntax errors than before is not made. Files without a fix
// do not appear; others are in order of file.
std::vector<FixedFile> ApplyFixes(const Project& project, std::span<const Finding> findings,
                                  const std::set<FixType>& wanted);

// `text` with the edits made; these lie within it, in any order, and do not overlap. New lines end as those around.
std::string WithEdits(std::string_view text, std::vector<Edit> edits);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_FIX_H_
