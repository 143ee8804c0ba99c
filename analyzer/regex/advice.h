// What to do about a slow pattern where no rewrite keeps its matches.
#ifndef LOOPLINT_ANALYZER_REGEX_ADVICE_H_
#define LOOPLINT_ANALYZER_REGEX_ADVICE_H_

#include <string>
#include <string_view>

#include "analyzer/regex/regex.h"

namespace looplint::regex {

// Does RE2 take the pattern, spelled as RE2 spells things? It knows no lookarounds and no back references.
bool Re2Accepts(std::u16string_view pattern, std::string_view flags);

// In the words of a help line. `analysis` is one of `pattern`.
std::string Advice(std::u16string_view pattern, std::string_view flags, const Analysis& analysis);

// "36,000"
std::string Thousands(uint64_t n);

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_ADVICE_H_
