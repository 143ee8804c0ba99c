#include "analyzer/base/names.h"

#include <cstring>

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

uint32_t Names::Slot(std::string_view text, uint32_t hash) const {
  const uint32_t mask = static_cast<uint32_t>(slots_.size()) - 1;
  uint32_t i = hash & mask;
  while (slots_[i] != 0 && (*this)[static_cast<NameId>(slots_[i] - 1)] != text) i = (i + 1) & mask;
  return i;
}

void Names::Grow() {
  slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, 0);
  for (uint32_t i = 0; i < size(); ++i) {
    const std::string_view text = (*this)[static_cast<NameId>(i)];
    slots_[Slot(text, Hash(text))] = i + 1;
  }
}

NameId Names::Intern(std::string_view text) {
  if ((size() + 1) * 4 > slots_.size() * 3) Grow();
  const uint32_t slot = Slot(text, Hash(text));
  if (slots_[slot] == 0) {
    pool_.append(text);
    ends_.push_back(static_cast<uint32_t>(pool_.size()));
    slots_[slot] = static_cast<uint32_t>(size());
  }
  return static_cast<NameId>(slots_[slot] - 1);
}

NameId Names::Find(std::string_view text) const {
  if (slots_.empty()) return kNone<NameId>;
  const uint32_t slot = Slot(text, Hash(text));
  return slots_[slot] == 0 ? kNone<NameId> : static_cast<NameId>(slots_[slot] - 1);
}

void Names::Shrink() {
  pool_.shrink_to_fit();
  ends_.shrink_to_fit();
}

size_t Names::bytes() const { return pool_.capacity() + 4 * (ends_.capacity() + slots_.capacity()); }

}  // namespace looplint
