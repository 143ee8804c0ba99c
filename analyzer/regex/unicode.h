// What V8 knows of Unicode: the sets behind \p{..} and which characters match each other under the flag i. The tables
// are written by generate/unicode.mjs, which asks V8.
#ifndef LOOPLINT_ANALYZER_REGEX_UNICODE_H_
#define LOOPLINT_ANALYZER_REGEX_UNICODE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/regex/char_set.h"

namespace looplint::regex {

// The set of \p{name} (value "") or \p{name=value}; nullopt when V8 knows no such property.
std::optional<CharSet> PropertySet(std::string_view name, std::string_view value);
bool IsProperty(std::string_view name, std::string_view value);  // whether PropertySet knows it
// Properties of strings, which only the flag v admits.
bool IsStringProperty(std::string_view name);
// The members of such a property: some thousand.
struct StringSet {
  CharSet chars;
  std::vector<std::u32string> strings;
};
StringSet StringPropertySet(std::string_view name);

// Which characters match each other under i: by upper case, as without u and v, or by simple case folding.
enum class CaseRule : uint8_t { kLegacy, kUnicode };
// Adds to the (normalized) set all characters that match one of its characters. How many pairs it looked at.
size_t CloseOverCase(CaseRule rule, CharSet& set);
// One character for all that match each other; c itself when it stands alone.
uint32_t Canonicalize(CaseRule rule, uint32_t c);

bool IsIdStart(uint32_t c);     // of group names, $ and _ included
bool IsIdContinue(uint32_t c);  // $, ZWNJ and ZWJ included

// The version of the tables, "17.0".
std::string_view UnicodeVersion();

namespace internal {

using PackedSet = const char*;
struct PropertyRow {
  char kind;  // 'g' General_Category, 's' Script, 'x' Script_Extensions, 'b' binary; sorted by kind, then name
  const char* name;
  uint32_t set;  // index in kSets
};
extern const char kUnicodeVersion[];
extern const PackedSet kSets[];
extern const PropertyRow kProperties[];
extern const size_t kPropertyCount;
struct StringPropertyRow {
  const char* name;
  uint32_t set;  // index in kSets: members of one character
  const char* strings;
};
extern const char kStringAlphabet[];  // a set: what the strings are made of
extern const StringPropertyRow kStringProperties[];
extern const size_t kStringPropertyCount;
extern const char kLegacyCase[];
extern const char kUnicodeCase[];

}  // namespace internal
}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_UNICODE_H_
