// Comments that accept a finding:
//
//   // looplint-disable-next-line event-loop/sync-in-handler -- read once, then cached
//   page = read(file);  // looplint-disable-line event-loop/* -- reason
//   /* looplint-disable RULE, RULE -- reason */ ... /* looplint-enable RULE */
//   /* looplint-disable-file RULE -- reason */
//
// "Line" is the line a finding begins on, as for ESLint; comment lines between are passed over, so that directives
// can be stacked. On a trace, place gives meaning: at the finding a comment accepts every way there, at a step it
// accepts the ways through that step.
#ifndef LOOPLINT_ANALYZER_ENGINE_SUPPRESS_H_
#define LOOPLINT_ANALYZER_ENGINE_SUPPRESS_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"
#include "rules/rule.h"

namespace looplint {

// Rules about suppression comments themselves: suppression/{no-rule,unknown-rule,unused,without-reason}. They have
// no check; Settle reports them.
std::span<const Rule* const> SuppressionRules();

struct Suppressed {
  Finding finding;
  Place comment;
  std::string reason;  // "" when none is given
};

struct Settled {
  std::vector<Finding> findings;  // what is left, with the findings on the comments; sorted as the input was
  std::vector<Suppressed> suppressed;
};

// Applies the comments of all files. `severity` as in Input. `complete`: every rule ran to its end; else nothing is
// called unused.
Settled Settle(const Project& project, std::vector<Finding> findings,
               const std::function<Severity(const std::string& path, const Rule& rule)>& severity, bool complete);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_SUPPRESS_H_
