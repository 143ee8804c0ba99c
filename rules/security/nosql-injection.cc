// What may be an object of a request becomes a condition of a database query, operators and all.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  // They take keys with a dollar sign out of every request.
  if (file.DependsOnAny({"express-mongo-sanitize", "mongo-sanitize", "@exortek/express-mongo-sanitize"})) return;
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    // Text is compared with, whatever is in it; what was parsed can be { $ne: null }.
    if (flow.kind != "nosql" || flow.trust != Trust::kRemote || flow.value != "any" || flow.embedded ||
        flow.call == last)
      continue;
    last = flow.call;
    ReportFlow(flow, Cat("can be an object such as { $ne: null } in the query of ", flow.api->name, "()"),
               Cat("compare with a value: { $eq: ", flow.what, " } or String(", flow.what, ")"), report);
  }
}

}  // namespace

RULE = {
    .summary = "a request can put operators into a database query",
    .why =
        "A JSON body, and a query string as express reads it (?name[$ne]=), hold objects as well as text. As a field's "
        "value { $ne: null } or { $gt: \"\" } matches every document: a password is not compared, everybody's records "
        "are returned or deleted.",
    .fix = "Make it text with String(), compare with { $eq: value }, or check typeof value === 'string' first.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 943,
    .check = Check,
};

}  // namespace looplint
