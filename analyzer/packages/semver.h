// Versions and ranges exactly as npm's package "semver" 7 reads them, in its strict and its loose mode; tested against
// it. The grammar is that of its README ("Range Grammar"); the order in which it rewrites comparators is kept, for the
// odd corners of the result depend on it.
#ifndef LOOPLINT_ANALYZER_PACKAGES_SEMVER_H_
#define LOOPLINT_ANALYZER_PACKAGES_SEMVER_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {

enum class SemverMode : uint8_t { kStrict, kLoose };

struct SemVersion {
  struct Identifier {  // of a prerelease
    bool numeric = false;
    uint64_t number = 0;
    std::string text;
  };
  uint64_t major = 0, minor = 0, patch = 0;
  std::vector<Identifier> prerelease;

  static std::optional<SemVersion> Parse(std::string_view text, SemverMode mode = SemverMode::kStrict);
  std::string ToString() const;  // without build metadata
  // By precedence; build metadata plays no part.
  std::strong_ordering operator<=>(const SemVersion& other) const;
  bool operator==(const SemVersion& other) const { return (*this <=> other) == std::strong_ordering::equal; }
};

class SemRange {
 public:
  // Nullopt for what is no range: a tag, a URL.
  static std::optional<SemRange> Parse(std::string_view text, SemverMode mode = SemverMode::kStrict);
  bool Matches(const SemVersion& version) const;
  // True when every version matches that is no prerelease: "*", "", ">=0".
  bool MatchesAll() const;
  // True when some alternative has no upper bound: ">=1", "*", "1 || >3".
  bool IsOpen() const;
  // True when some version matches both, prereleases aside: semver.intersects().
  bool Intersects(const SemRange& other) const;
  // The lowest version that matches, if there is one.
  std::optional<SemVersion> Lowest() const;

 private:
  enum class Op : uint8_t { kAny, kEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
  struct Comparator {
    Op op = Op::kAny;
    SemVersion version;
    bool Test(const SemVersion& v) const;
  };
  using Alternative = std::vector<Comparator>;
  static bool Test(const Alternative& alternative, const SemVersion& version);
  friend class RangeReader;
  std::vector<Alternative> alternatives_;
};

// semver.satisfies(): false for what cannot be read.
bool Satisfies(std::string_view version, std::string_view range, SemverMode mode = SemverMode::kLoose);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_SEMVER_H_
