// Path patterns: the globs of configuration files and the lines of ignore files. Both become RE2 automata, so that
// no pattern, however written, costs more than linear time. Paths are '/'-separated and relative.
#ifndef LOOPLINT_ANALYZER_ENGINE_GLOB_H_
#define LOOPLINT_ANALYZER_ENGINE_GLOB_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "re2/re2.h"
#include "re2/set.h"

namespace looplint {

// `*` and `?` stay within a path segment, `**` crosses them, `{a,b}` and `[a-z]` as in shells. A pattern without a
// slash matches the last segment at any depth: "*.test.js" means what users think.
class Glob {
 public:
  static absl::StatusOr<Glob> Parse(std::string_view pattern);
  bool Matches(std::string_view path) const;
  const std::string& expression() const { return pattern_->pattern(); }  // RE2's; all that Matches depends on

 private:
  std::shared_ptr<const RE2> pattern_;
};

// The lines of one .gitignore, with git's meaning: the last line that matches decides. Lines git could not use
// (an unclosed bracket) match nothing.
class IgnoreList {
 public:
  explicit IgnoreList(std::string_view text);
  bool empty() const { return lines_.empty(); }
  // `path` is relative to the folder of the file. Nullopt: no line speaks of it. Parent folders are the caller's
  // concern: below an ignored folder nothing can be kept, so a walk simply does not enter it.
  std::optional<bool> Ignores(std::string_view path, bool directory) const;

 private:
  struct Line {
    bool keep;            // begins with '!'
    bool directory_only;  // ends with '/'
    std::unique_ptr<RE2> pattern;
  };
  std::vector<Line> lines_;
  std::unique_ptr<RE2::Set> all_;  // all lines at once
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_GLOB_H_
