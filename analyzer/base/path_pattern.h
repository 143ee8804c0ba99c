// Globs of our own rows, matched without compiling: `*` stays within a path segment, `**/` crosses any number of them,
// `{a,b}` and `[ab]` as in shells. Patterns of users are automata (analyzer/engine/glob.h); these are few, short and
// known beforehand.
#ifndef LOOPLINT_ANALYZER_BASE_PATH_PATTERN_H_
#define LOOPLINT_ANALYZER_BASE_PATH_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

namespace looplint {

class PathPattern {
 public:
  explicit PathPattern(std::string_view pattern);
  bool Matches(std::string_view path) const;

 private:
  struct Alternative {
    std::string text;
    std::string ending;  // what the path must end in: decides most cases at once
  };
  std::vector<Alternative> alternatives_;  // without braces
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_BASE_PATH_PATTERN_H_
