// Words about slow regular expressions, and who is behind what they are matched with. For the family regex.
#ifndef LOOPLINT_RULES_PATTERNS_H_
#define LOOPLINT_RULES_PATTERNS_H_

#include <optional>
#include <string>

#include "analyzer/facts/regex_matches.h"
#include "analyzer/facts/taint.h"
#include "analyzer/regex/regex.h"
#include "rules/rule.h"

namespace looplint {

// Others' text that a match gets.
struct MatchFlow {
  const TaintFlow* flow = nullptr;  // null where a framework or validator runs the pattern
  bool request = false;             // from the network; else from a library's caller
  bool served = false;              // while a request is served
  double limit = -1;                // longest text that gets there; negative: no limit was seen; 0: some limit
  bool checked = false;             // the program itself limits it
};
// Of the flows into a match the one that hurts most: from requests first; those whose length is limited so that it
// costs less than a tenth of a second do not count.
std::optional<MatchFlow> FlowInto(const View& file, const RegexMatch& match);
// Is every flow into it kept short by a limit, and there is one at least?
bool KeptShort(const View& file, const RegexMatch& match);

// "'a'.repeat(30) + '!' (31 characters) takes about a second, 27 characters 100 ms"; where it takes every match of the
// text for that to show, it says so.
std::string CostSentence(const regex::Analysis& analysis, double limit = -1);
// "; req.query.name comes from the request"
std::string OriginClause(const MatchFlow& flow);
// Who runs the pattern: "replace()".
std::string Runner(const View& file, const RegexMatch& match);
// The parts of the pattern at fault: "`a*` and `a*`".
std::string Spots(const RegexPattern& pattern, const regex::Analysis& analysis);
// Adds the way the text takes, what to do, and the rewrite that keeps all matches, where one is known and the pattern
// is a literal of the file.
void Explain(const View& file, const RegexPattern& pattern, const regex::Analysis& analysis, regex::Use use,
             const RegexMatch* match, const MatchFlow* flow, Report::Draft& draft);

}  // namespace looplint

#endif  // LOOPLINT_RULES_PATTERNS_H_
