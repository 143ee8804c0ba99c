// Text of a request becomes part of an SQL statement.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "sql" || flow.trust != Trust::kRemote || flow.node == last) continue;
    last = flow.node;
    ReportFlow(flow, "becomes part of an SQL statement", "", report);
  }
}

}  // namespace

RULE = {
    .summary = "text of a request becomes part of an SQL statement",
    .why =
        "A quote in the text ends the value that was meant, and what follows is SQL: other rows are read, passwords "
        "skipped, tables "
        "dropped. Names of columns and ORDER BY are no safer than values.",
    .fix =
        "Write placeholders and pass the values beside the statement: query('... WHERE name = ?', [name]). Take names "
        "of columns from "
        "a list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 89,
    .check = Check,
};

}  // namespace looplint
