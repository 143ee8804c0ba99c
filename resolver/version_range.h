// npm's version ranges ("^18.2 || >=20"), as far as releases without prerelease tags go.
#ifndef LOOPLINT_RESOLVER_VERSION_RANGE_H_
#define LOOPLINT_RESOLVER_VERSION_RANGE_H_

#include <array>
#include <string_view>
#include <vector>

namespace looplint {

using Version = std::array<int, 3>;

class VersionRange {
 public:
  // False when `text` is no range. "" and "*" admit everything.
  bool Parse(std::string_view text);
  bool Has(const Version& version) const;

 private:
  struct Interval {
    Version lowest{0, 0, 0}, beyond{1 << 30, 0, 0};  // lowest <= v < beyond
  };
  static bool Comparator(std::string_view& text, Interval& interval);
  std::vector<Interval> any_;
};

// "v18.2.1", "18", "18.x": -1 for what is missing. False when there is no number.
bool ParseVersion(std::string_view& text, Version& version);

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_VERSION_RANGE_H_
