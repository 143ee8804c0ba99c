// Text of a request is written to a log with its line breaks.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "log" || flow.trust != Trust::kRemote || flow.call == last) continue;
    // What was never decoded holds no line break; frameworks decode queries, parameters and bodies.
    const bool decoded = flow.decoded || flow.what.find(".query") != std::string::npos ||
                         flow.what.find(".params") != std::string::npos || flow.what.find(".body") != std::string::npos;
    if (!decoded) continue;
    last = flow.call;
    ReportFlow(flow, "is written to the log with its line breaks", Cat("JSON.stringify(", flow.what, ")"), report);
  }
}

}  // namespace

RULE = {
    .summary = "text of a request is written to a log with its line breaks",
    .why =
        "A line break in the text begins a line of its own, which says what the sender likes: a login that never was, "
        "or escape sequences for the terminal of whoever reads it.",
    .fix = "Log structured data (pino, winston's json format), or JSON.stringify() the value.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .cwe = 117,
    .on_by_default = false,
    .check = Check,
};

}  // namespace looplint
