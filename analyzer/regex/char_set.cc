#include "analyzer/regex/char_set.h"

#include <algorithm>

namespace looplint::regex {

void CharSet::Normalize() {
  if (intervals_.size() < 2) return;
  std::sort(intervals_.begin(), intervals_.end(), [](const Interval& a, const Interval& b) { return a.lo < b.lo; });
  size_t out = 0;
  for (size_t i = 1; i < intervals_.size(); ++i) {
    if (intervals_[i].lo <= intervals_[out].hi || intervals_[i].lo == intervals_[out].hi + 1) {
      intervals_[out].hi = std::max(intervals_[out].hi, intervals_[i].hi);
    } else {
      intervals_[++out] = intervals_[i];
    }
  }
  intervals_.resize(out + 1);
}

bool CharSet::Contains(uint32_t c) const {
  const auto it =
      std::upper_bound(intervals_.begin(), intervals_.end(), c, [](uint32_t v, const Interval& i) { return v < i.lo; });
  return it != intervals_.begin() && c <= std::prev(it)->hi;
}

uint32_t CharSet::Common() const {
  for (const uint32_t common : {'a', '0', ' '}) {
    if (Contains(common)) return common;
  }
  return intervals_.front().lo;
}

CharSet CharSet::Complement() const {
  CharSet out;
  uint32_t next = 0;
  for (const Interval& i : intervals_) {
    if (i.lo > next) out.Add(next, i.lo - 1);
    next = i.hi + 1;
  }
  if (next <= kMaxCodePoint) out.Add(next, kMaxCodePoint);
  return out;
}

CharSet CharSet::Intersect(const CharSet& other) const {
  CharSet out;
  for (size_t i = 0, j = 0; i < intervals_.size() && j < other.intervals_.size();) {
    const Interval &a = intervals_[i], &b = other.intervals_[j];
    const uint32_t lo = std::max(a.lo, b.lo), hi = std::min(a.hi, b.hi);
    if (lo <= hi) out.Add(lo, hi);
    (a.hi < b.hi ? i : j)++;
  }
  return out;
}

}  // namespace looplint::regex
