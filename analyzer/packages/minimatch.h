// Glob patterns as npm's own packer reads them: the package "minimatch" with matchBase, dot, nocase and flipNegate.
// They differ from lines of .gitignore: braces and extglobs have meaning, a trailing slash means a folder's contents.
#ifndef LOOPLINT_ANALYZER_PACKAGES_MINIMATCH_H_
#define LOOPLINT_ANALYZER_PACKAGES_MINIMATCH_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {

class Minimatch {
 public:
  explicit Minimatch(std::string_view pattern);

  bool negated() const { return negated_; }
  // `path`: the segments of a path, lower case; a leading "" stands for a leading slash, a trailing one for a trailing
  // slash. With `partial`, a folder on the way to what the pattern means matches too.
  bool Matches(std::span<const std::string_view> path, bool partial = false) const;
  // Some alternative is one segment, so that it matches names in any folder.
  bool matches_names() const { return matches_names_; }

 private:
  struct Segment {
    enum class Kind : unsigned char { kLiteral, kWild, kGlobstar } kind;
    std::string text;
  };
  using Alternative = std::vector<Segment>;
  static bool MatchFrom(std::span<const std::string_view> path, std::span<const Segment> pattern, bool partial,
                        int& budget);

  std::vector<Alternative> alternatives_;
  bool negated_ = false, matches_names_ = false;
};

// Lines of an ignore file, as npm's packer splits them: comments and blank lines are left out.
std::vector<Minimatch> ReadPatterns(std::string_view text);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_MINIMATCH_H_
