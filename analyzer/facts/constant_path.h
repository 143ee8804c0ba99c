// Paths that a program writes down: 'data.json', path.join(__dirname, 'data.json'), new URL('data.json',
// import.meta.url).
#ifndef LOOPLINT_ANALYZER_FACTS_CONSTANT_PATH_H_
#define LOOPLINT_ANALYZER_FACTS_CONSTANT_PATH_H_

#include <optional>
#include <string>

#include "analyzer/project/project.h"

namespace looplint {

struct ConstantPath {
  std::string path;
  bool from_file = false;  // built on the file itself: relative to the root; else to where the process was started
};

// The path an expression of file `f` stands for, when the program itself says all of it.
std::optional<ConstantPath> PathOf(const File& f, ValueId value, int depth = 0);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_CONSTANT_PATH_H_
