// Rewriting a slow pattern so that it matches the same and costs less.
#ifndef LOOPLINT_ANALYZER_REGEX_REPAIR_H_
#define LOOPLINT_ANALYZER_REGEX_REPAIR_H_

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/regex/regex.h"

namespace looplint::regex {

struct Repair {
  std::u16string pattern;
  Range replaced;          // of the old pattern
  std::u16string by;       // what stands there now
  bool proven = false;     // both accept the same texts, shown on their automata; else no difference in 10,000 texts
                           // (and none in 2,000, for where the matches begin and end)
  bool captures = false;   // a group captures something else
  bool not_split = false;  // later matches are others: without g and for Use::kUnknown, this is not for split()
  Verdict verdict = Verdict::kLinear;
  int degree = 1;
};

// `analysis` is what Analyze() said of the pattern with the same options; both share options.budget;
// `operations` becomes what was spent here. Nothing when no rewrite is known that keeps all matches (where they
// begin and end, one after the other under g) and lowers the cost.
std::optional<Repair> FindRepair(std::u16string_view pattern, std::string_view flags, const Analysis& analysis,
                                 const Options& options = {}, int64_t* operations = nullptr);

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_REPAIR_H_
