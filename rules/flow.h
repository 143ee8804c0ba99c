// Words for flows of others' values, which the rules on injection share.
#ifndef LOOPLINT_RULES_FLOW_H_
#define LOOPLINT_RULES_FLOW_H_

#include <optional>
#include <string>

#include "analyzer/facts/taint.h"
#include "rules/rule.h"

namespace looplint {

// Reports `flow` at its sink: "<what> comes from the request and <rest>", or, for a library's parameter, "`<what>` is
// whatever a caller passes and <rest>". Flows from the program's own arguments and files are not reported.
// Returns what was reported, if it was. Severity follows the trust level: what anyone on the network can send keeps the
// rule's own, unless it comes through many calls.
std::optional<Report::Draft> ReportFlow(const TaintFlow& flow, std::string_view rest, std::string help, Report& report,
                                        std::optional<Fix> fix = std::nullopt);

}  // namespace looplint

#endif  // LOOPLINT_RULES_FLOW_H_
