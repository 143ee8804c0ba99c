// Code of others is locked into something that does not hold it: node:vm, vm2 and evaluators built on them.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// Contexts of their own: whoever uses them means to keep the code inside.
bool IsContext(std::string_view name) {
  return name == "vm.runInNewContext" || name == "vm.runInContext" || name == "vm.Script";
}

void Check(const View& file, Report& report) {
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    const bool vm = flow.kind == "code" && flow.api != nullptr && IsContext(flow.api->name);
    if ((!vm && flow.kind != "sandbox") || flow.call == last) continue;
    last = flow.call;
    ReportFlow(flow, Cat("is run by ", flow.api->name, "(), which does not keep it inside"), "", report);
  }
}

}  // namespace

RULE = {
    .summary = "code that others choose is run in a sandbox that does not hold",
    .why =
        "node:vm separates names, not rights: this.constructor.constructor('return process')() is the process outside, "
        "and a timeout does not stop promises that run after it. vm2 is given up by its authors for the same reason.",
    .fix =
        "Run such code in a process or container without rights of its own, or in an isolate (isolated-vm); for "
        "formulas and rules use a parser that knows only them.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 693,
    .check = Check,
};

}  // namespace looplint
