// Sets of characters as sorted, disjoint, non-adjacent closed intervals.
#ifndef LOOPLINT_ANALYZER_REGEX_CHAR_SET_H_
#define LOOPLINT_ANALYZER_REGEX_CHAR_SET_H_

#include <cstdint>
#include <vector>

namespace looplint::regex {

inline constexpr uint32_t kMaxCodePoint = 0x10ffff;

struct Interval {
  uint32_t lo, hi;
  bool operator==(const Interval&) const = default;
};

class CharSet {
 public:
  CharSet() = default;
  CharSet(std::initializer_list<Interval> intervals) : intervals_(intervals) { Normalize(); }

  // Adds without keeping order; Normalize() before anything else is asked.
  void Add(uint32_t lo, uint32_t hi) { intervals_.push_back({lo, hi}); }
  void Add(const CharSet& other) {
    intervals_.insert(intervals_.end(), other.intervals_.begin(), other.intervals_.end());
  }
  void Normalize();

  bool empty() const { return intervals_.empty(); }
  bool Contains(uint32_t c) const;
  uint32_t Common() const;  // one of its characters, which must exist: a common one where there is
  const std::vector<Interval>& intervals() const { return intervals_; }
  bool operator==(const CharSet&) const = default;

  // All code points that are not in the set.
  CharSet Complement() const;
  CharSet Intersect(const CharSet& other) const;
  CharSet Minus(const CharSet& other) const { return Intersect(other.Complement()); }

 private:
  std::vector<Interval> intervals_;
};

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_CHAR_SET_H_
