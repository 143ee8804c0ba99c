// Text that others choose becomes program code.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind == "evaluated") {
      report
          .At(flow.node, Cat("`", flow.what, "` is a function that the evaluated text names, called with what it says: ",
                             "constructor.constructor(text) runs the text"))
          .From(TrustName(flow.trust))
          .As(Severity::kWarn);
      continue;
    }
    const bool module = flow.kind == "module-path";
    if ((flow.kind != "code" && !module && flow.kind != "template" && flow.kind != "template-options") ||
        flow.node == last)
      continue;
    // Options are dangerous when the request is all of them: render(name, req.query).
    if (flow.kind == "template-options" && !flow.what.ends_with(".query") && !flow.what.ends_with(".body") &&
        flow.what != "query" && flow.what != "body")
      continue;
    // A matter of security/vm-as-sandbox.
    if (flow.api != nullptr && (flow.api->name == "vm.runInNewContext" || flow.api->name == "vm.runInContext" ||
                                flow.api->name == "vm.Script"))
      continue;
    // A plugin loader's caller names the plugin.
    if (module && flow.trust != Trust::kRemote) continue;
    // setTimeout() gets a function, as far as anyone can see.
    if (flow.trust != Trust::kRemote && flow.api != nullptr && flow.api->name.starts_with("global.set")) continue;
    last = flow.node;
    std::string_view by = flow.api == nullptr ? std::string_view() : flow.api->name;  // import(name) is none
    if (by.ends_with("#()")) by.remove_suffix(3);                                     // of what is made to be called
    ReportFlow(flow, module ? "chooses the module that is loaded" : Cat("becomes code that ", by, "() runs"), "", report);
  }
}

}  // namespace

RULE = {
    .summary = "text that others choose is run as code",
    .why =
        "eval(), new Function(), vm and the compile functions of template engines run what they are given with all "
        "rights of the "
        "process. Whoever chooses a part of that text can read files, start programs and change the answers of the "
        "server. "
        "Quoting by hand is not enough: a quote, a backslash or a line separator ends the string that was meant. An "
        "evaluator that calls whatever its text names is one more eval(): constructor.constructor is Function.",
    .fix =
        "Parse data with JSON.parse(), look names up in a table of functions, and pass values to templates as data, "
        "never as "
        "part of their source.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 94,
    .check = Check,
};

}  // namespace looplint
