// Text or bytes of others are given to something that makes code or arbitrary objects of them.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "deserialize" || flow.call == last) continue;
    if (!flow.sink->versions.empty()) {
      const std::string_view package = file.PackageOf(*flow.api);
      const std::string_view asked = file.DependencyRange(package);
      if (asked.empty() || !RangeWithin(asked, flow.sink->versions)) continue;
    }
    const Call& call = file.model.calls[flow.call];
    bool limited = false;  // load(text, { schema: JSON_SCHEMA })
    for (uint32_t i = 0; i < call.arg_count; ++i)
      limited |= file.OptionOf(file.model.args[call.first_arg + i], "schema").has_value();
    if (limited) continue;
    last = flow.call;
    const bool v8 = flow.api->name.starts_with("v8.");
    if (v8 && flow.trust == Trust::kLibrary) continue;  // caches read back what they wrote
    ReportFlow(flow,
               v8 ? Cat("is read by ", flow.api->name, "(), which trusts whoever wrote it")
                  : Cat("becomes objects and functions through ", flow.api->name, "()"),
               flow.api->name == "js-yaml.load" ? "safeLoad() knows data only" : "", report);
  }
}

}  // namespace

RULE = {
    .summary = "what a request sends is turned into objects that can hold code",
    .why =
        "Formats that can say \"a function\" or \"an object of this class\" run code when they are read, or when "
        "somebody calls toString() on the result: !!js/function of js-yaml before 4, node-serialize, funcster. "
        "v8.deserialize() checks little of what it reads: sizes and types are those the sender chose.",
    .fix = "Read data with JSON.parse() and check its shape; js-yaml 3: safeLoad(). Between own processes, sign it.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 502,
    .check = Check,
};

}  // namespace looplint
