// A request writes the regular expression.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "regex" || flow.trust != Trust::kRemote || flow.node == last) continue;
    last = flow.node;
    ReportFlow(flow, "is compiled as a regular expression", "", report);
  }
}

}  // namespace

RULE = {
    .summary = "a request writes the regular expression",
    .why =
        "A pattern such as (a+)+$ needs longer than anyone waits, on the thread that serves everybody; an unbalanced "
        "bracket throws a "
        "SyntaxError; and a dot matches what was not meant.",
    .fix =
        "Escape the text first, text.replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&') or RegExp.escape(text), or search "
        "with includes().",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 730,
    .check = Check,
};

}  // namespace looplint
