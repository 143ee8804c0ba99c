// Comments that accept a finding:
//
//   // looplint-disable-next-line event-loop/sync-in-handler -- read once, then cached
//   page = read(file);  // looplint-disable-line event-loop/* -- reason
//   /* looplint-disable RULE, RULE -- reason */ ... /* looplint-enable RULE */
//   /* looplint-disable-file RULE -- reason */
//
// "Line" is the line a finding begins on, as for ESLint; comment lines between are passed over, so that directives
// can be stacked. On a trace, place gives meaning: at the finding a comment accepts every way there; at a call it cuts
// the ways through that call, at an entry those from it. A finding that is reached in another way is still reported,
// with that way.
//
// Comments for ESLint count too, when asked for, for rules that name an equivalent (Rule::eslint). They need no reason.
#ifndef LOOPLINT_ANALYZER_ENGINE_SUPPRESS_H_
#define LOOPLINT_ANALYZER_ENGINE_SUPPRESS_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"
#include "rules/rule.h"
#include "rules/view.h"

namespace looplint {

// Rules about suppression comments themselves: suppression/{no-rule,unknown-rule,unused,without-reason}. They have
// no check; Settle reports them.
std::span<const Rule* const> SuppressionRules();

struct Suppressed {
  Finding finding;
  Place comment;
  std::string reason;  // "" when none is given
  bool at_finding = true;  // else comments cut every way to it; `comment` is the first
};

struct Settled {
  std::vector<Finding> findings;  // what is left, with the findings on the comments; sorted as the input was
  std::vector<Suppressed> suppressed;
};

struct SettleOptions {
  const Facts* facts = nullptr;  // null: a comment on the way shown accepts the finding, other ways are not looked for
  bool honor_eslint = false;
};

// Applies the comments of all files. `severity` as in Input. `complete`: every rule ran to its end; else nothing is
// called unused.
Settled Settle(const Project& project, std::vector<Finding> findings,
               const std::function<Severity(const std::string& path, const Rule& rule)>& severity, bool complete,
               const SettleOptions& options = {});

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_SUPPRESS_H_
