#include "sarif/line_hash.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <unordered_map>

namespace looplint::sarif {
namespace {

constexpr size_t kWindow = 100;
constexpr uint64_t kBase = 37;

constexpr uint64_t Power(uint64_t base, size_t exponent) {
  uint64_t out = 1;
  while (exponent-- > 0) out *= base;
  return out;
}

// One character of UTF-8 from `text` at `i`, which moves on; U+FFFD for each maximal part of a broken sequence.
uint32_t Decode(std::string_view text, size_t& i) {
  const auto at = [&](size_t k) { return static_cast<uint8_t>(text[k]); };
  const uint8_t lead = at(i++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
  if (more == 0) return 0xfffd;
  uint32_t c = lead & (0x3f >> more);
  for (int k = 0; k < more; ++k) {
    if (i >= text.size()) return 0xfffd;
    // The second byte rules out overlong forms, surrogates and what is beyond U+10FFFF.
    const uint8_t low = k > 0 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = k > 0 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at(i) < low || at(i) > high) return 0xfffd;
    c = c << 6 | (at(i++) & 0x3f);
  }
  return c;
}

class Hasher {
 public:
  void Unit(uint16_t unit) {
    const bool after_cr = after_cr_;
    after_cr_ = unit == '\r';
    if (unit == ' ' || unit == '\t' || (after_cr && unit == '\n')) return;
    if (unit == '\r') unit = '\n';
    Flush();
    if (starts_line_) {
      lines_[at_] = ++line_;
      starts_line_ = false;
    }
    if (unit == '\n') starts_line_ = true;
    Roll(unit);
  }
  std::vector<std::string> Finish() {
    after_cr_ = false;
    Unit(0xffff);
    for (size_t i = 0; i < kWindow; ++i) {
      Flush();
      Roll(0);
    }
    return std::move(out_);
  }

 private:
  // The window has come round to where a line began: its 100 units are complete.
  void Flush() {
    if (lines_[at_] == 0) return;
    lines_[at_] = 0;
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, hash_, 16).ptr;
    out_.push_back(std::string(digits, end) + ":" + std::to_string(++seen_[hash_]));
  }
  void Roll(uint16_t unit) {
    hash_ = hash_ * kBase + unit - Power(kBase, kWindow) * window_[at_];
    window_[at_] = unit;
    at_ = (at_ + 1) % kWindow;
  }

  std::array<uint16_t, kWindow> window_{};
  std::array<uint32_t, kWindow> lines_{};  // the line that begins with this unit, 0 for none
  size_t at_ = 0;
  uint64_t hash_ = 0;
  uint32_t line_ = 0;
  bool starts_line_ = true, after_cr_ = false;
  std::unordered_map<uint64_t, uint32_t> seen_;
  std::vector<std::string> out_;
};

}  // namespace

std::vector<std::string> LineHashes(std::string_view text) {
  Hasher hasher;
  for (size_t i = 0; i < text.size();) {
    const uint32_t c = Decode(text, i);
    if (c < 0x10000) {
      hasher.Unit(static_cast<uint16_t>(c));
    } else {
      hasher.Unit(static_cast<uint16_t>(0xd7c0 + (c >> 10)));
      hasher.Unit(static_cast<uint16_t>(0xdc00 + (c & 0x3ff)));
    }
  }
  return hasher.Finish();
}

}  // namespace looplint::sarif
