#include "analyzer/base/names.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace looplint {
namespace {

// Identifiers are short: eight bytes a step, multiply and fold (the mixing step of wyhash).
uint32_t Hash(std::string_view s) {
  uint64_t h = 0x9E3779B97F4A7C15ull ^ s.size();
  const char* p = s.data();
  size_t n = s.size();
  while (n >= 8) {
    uint64_t w;
    std::memcpy(&w, p, 8);
    const unsigned __int128 m = static_cast<unsigned __int128>(h ^ w) * 0xA0761D6478BD642Full;
    h = static_cast<uint64_t>(m) ^ static_cast<uint64_t>(m >> 64);
    p += 8;
    n -= 8;
  }
  uint64_t w = 0;
  if (n > 0) std::memcpy(&w, p, n);
  const unsigned __int128 m = static_cast<unsigned __int128>(h ^ w) * 0xE7037ED1A0B428DBull;
  return static_cast<uint32_t>(static_cast<uint64_t>(m) ^ static_cast<uint64_t>(m >> 64));
}

}  // namespace

Names::Names() : ends_(1, 0) {}

template <typename Slots>
uint32_t Names::Slot(const Slots& slots, std::string_view text) const {
  const uint32_t mask = static_cast<uint32_t>(slots.size()) - 1;
  uint32_t i = Hash(text) & mask;
  while (slots[i] != 0 && (*this)[static_cast<NameId>(slots[i] - 1)] != text) i = (i + 1) & mask;
  return i;
}

template <typename Slots>
void Names::Fill(Slots& slots, size_t size) const {
  slots.assign(size, 0);
  for (uint32_t i = 0; i < this->size(); ++i) {
    slots[Slot(slots, (*this)[static_cast<NameId>(i)])] = static_cast<typename Slots::value_type>(i + 1);
  }
}

NameId Names::Intern(std::string_view text) {
  if ((size() + 1) * 4 > slots_.size() * 3) {
    Fill(slots_, std::max<size_t>({64, slots_.size() * 2, small_.size() * 2}));
    small_ = std::vector<uint16_t>();
  }
  const uint32_t slot = Slot(slots_, text);
  if (slots_[slot] == 0) {
    pool_.append(text);
    ends_.push_back(static_cast<uint32_t>(pool_.size()));
    slots_[slot] = static_cast<uint32_t>(size());
  }
  return static_cast<NameId>(slots_[slot] - 1);
}

NameId Names::Find(std::string_view text) const {
  const auto find = [&](const auto& slots) {
    const uint32_t index = slots[Slot(slots, text)];
    return index == 0 ? kNone<NameId> : static_cast<NameId>(index - 1);
  };
  return !small_.empty() ? find(small_) : !slots_.empty() ? find(slots_) : kNone<NameId>;
}

void Names::Shrink() {
  pool_.shrink_to_fit();
  ends_.shrink_to_fit();
  if (size() >= std::numeric_limits<uint16_t>::max() || slots_.empty()) return;
  // The indexes lie where they lie in the larger table.
  small_.assign(slots_.begin(), slots_.end());
  slots_ = std::vector<uint32_t>();
}

size_t Names::bytes() const {
  return pool_.capacity() + 4 * (ends_.capacity() + slots_.capacity()) + 2 * small_.capacity();
}

}  // namespace looplint
