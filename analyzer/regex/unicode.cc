#include "analyzer/regex/unicode.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace looplint::regex {
namespace {

using internal::kProperties;

// Numbers as generate/unicode.mjs writes them: five bits a character, the sixth says that more follow.
uint32_t Next(const char*& at) {
  uint32_t value = 0;
  for (int shift = 0;; shift += 5) {
    const char c = *at++;
    const uint32_t digit = c >= 'a'   ? static_cast<uint32_t>(c - 'a' + 26)
                           : c >= 'A' ? static_cast<uint32_t>(c - 'A')
                           : c >= '0' ? static_cast<uint32_t>(c - '0' + 52)
                                      : (c == '+' ? 62u : 63u);
    value |= (digit & 31) << shift;
    if (digit < 32) return value;
  }
}

CharSet Unpack(const char* packed) {
  CharSet set;
  uint32_t next = 0;
  while (*packed != '\0') {
    const uint32_t lo = next + Next(packed), hi = lo + Next(packed);
    set.Add(lo, hi);
    next = hi + 1;
  }
  return set;
}

const internal::PropertyRow* Find(char kind, std::string_view name) {
  const internal::PropertyRow* end = kProperties + internal::kPropertyCount;
  const auto* row =
      std::lower_bound(kProperties, end, std::pair(kind, name), [](const internal::PropertyRow& r, const auto& key) {
        return std::pair(r.kind, std::string_view(r.name)) < key;
      });
  return row != end && row->kind == kind && name == row->name ? row : nullptr;
}

const internal::PropertyRow* RowOf(std::string_view name, std::string_view value) {
  if (value.empty()) {
    const internal::PropertyRow* row = Find('g', name);
    return row != nullptr ? row : Find('b', name);
  }
  if (name == "General_Category" || name == "gc") return Find('g', value);
  if (name == "Script" || name == "sc") return Find('s', value);
  if (name == "Script_Extensions" || name == "scx") return Find('x', value);
  return nullptr;
}

// Pairs (character, another that matches it), sorted by the first; and the smallest of each class.
struct CaseTable {
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  std::vector<std::pair<uint32_t, uint32_t>> canonical;

  explicit CaseTable(const char* packed) {
    uint32_t first = 0;
    std::vector<uint32_t> members;
    while (*packed != '\0') {
      const uint32_t size = Next(packed);
      members.assign(1, first += Next(packed));
      while (members.size() < size) members.push_back(members.back() + Next(packed));
      for (const uint32_t a : members) {
        canonical.emplace_back(a, members[0]);
        for (const uint32_t b : members) {
          if (a != b) pairs.emplace_back(a, b);
        }
      }
    }
    std::sort(pairs.begin(), pairs.end());
    std::sort(canonical.begin(), canonical.end());
  }
};

const CaseTable& TableOf(CaseRule rule) {
  static const CaseTable& legacy = *new CaseTable(internal::kLegacyCase);
  static const CaseTable& unicode = *new CaseTable(internal::kUnicodeCase);
  return rule == CaseRule::kLegacy ? legacy : unicode;
}

const CharSet& IdSet(bool start) {
  static const CharSet& starts = *new CharSet(*PropertySet("ID_Start", ""));
  static const CharSet& continues = *new CharSet(*PropertySet("ID_Continue", ""));
  return start ? starts : continues;
}

constexpr std::string_view kAllStrings = "RGI_Emoji";  // the union of the others

bool IsAsciiLetter(uint32_t c) { return (c | 32) >= 'a' && (c | 32) <= 'z' && c < 128; }

}  // namespace

bool IsProperty(std::string_view name, std::string_view value) { return RowOf(name, value) != nullptr; }

std::optional<CharSet> PropertySet(std::string_view name, std::string_view value) {
  const internal::PropertyRow* row = RowOf(name, value);
  if (row == nullptr) return std::nullopt;
  return Unpack(internal::kSets[row->set]);
}

bool IsStringProperty(std::string_view name) {
  return name == kAllStrings ||
         std::ranges::any_of(std::span(internal::kStringProperties, internal::kStringPropertyCount),
                             [&](const internal::StringPropertyRow& row) { return name == row.name; });
}

StringSet StringPropertySet(std::string_view name) {
  StringSet out;
  std::vector<char32_t> alphabet;
  const CharSet letters = Unpack(internal::kStringAlphabet);
  for (const Interval& i : letters.intervals()) {
    for (uint32_t c = i.lo; c <= i.hi; ++c) alphabet.push_back(c);
  }
  for (const internal::StringPropertyRow& row :
       std::span(internal::kStringProperties, internal::kStringPropertyCount)) {
    if (name != kAllStrings && name != row.name) continue;
    out.chars.Add(Unpack(internal::kSets[row.set]));
    // Each string shares its beginning with the one before.
    std::u32string string;
    for (const char* at = row.strings; *at != '\0';) {
      string.resize(Next(at));
      for (uint32_t more = Next(at); more > 0; --more) string.push_back(alphabet[Next(at)]);
      out.strings.push_back(string);
    }
  }
  out.chars.Normalize();
  return out;
}

size_t CloseOverCase(CaseRule rule, CharSet& set) {
  const auto& pairs = TableOf(rule).pairs;
  const std::vector<Interval> before = set.intervals();
  auto it = pairs.begin();
  bool grown = false;
  size_t looked = 0;
  for (size_t i = 0; i < before.size() && it != pairs.end(); ++i) {
    it = std::lower_bound(it, pairs.end(), std::pair(before[i].lo, 0u));
    for (; it != pairs.end() && it->first <= before[i].hi; ++it, ++looked) {
      if (it->second >= before[i].lo && it->second <= before[i].hi) continue;
      set.Add(it->second, it->second);
      grown = true;
    }
  }
  if (grown) set.Normalize();
  return looked;
}

uint32_t Canonicalize(CaseRule rule, uint32_t c) {
  const auto& canonical = TableOf(rule).canonical;
  const auto it = std::lower_bound(canonical.begin(), canonical.end(), std::pair(c, 0u));
  return it != canonical.end() && it->first == c ? it->second : c;
}

bool IsIdStart(uint32_t c) { return c == '$' || c == '_' || IsAsciiLetter(c) || (c >= 128 && IdSet(true).Contains(c)); }
bool IsIdContinue(uint32_t c) {
  return IsIdStart(c) || (c >= '0' && c <= '9') || c == 0x200c || c == 0x200d || (c >= 128 && IdSet(false).Contains(c));
}

std::string_view UnicodeVersion() { return internal::kUnicodeVersion; }

}  // namespace looplint::regex
