// What a request sends is unpacked without a limit.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "decompress" || flow.trust != Trust::kRemote || flow.call == last) continue;
    const Call& call = file.model.calls[flow.call];
    bool limited = false;
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const Argument& a = file.model.args[call.first_arg + i];
      limited |= file.OptionOf(a, "maxOutputLength").has_value();
    }
    if (limited) continue;
    last = flow.call;
    ReportFlow(flow, Cat("is unpacked by ", flow.api->name, "() without a limit"), "pass { maxOutputLength: bytes }",
               report);
  }
}

}  // namespace

RULE = {
    .summary = "what a request sends is unpacked without a limit",
    .why =
        "A kilobyte of zeros packed well becomes a megabyte: 200 kB on the wire fill 200 MB of memory, and the process "
        "with it. Limits on "
        "the size of a body count what is sent, not what it becomes.",
    .fix = "Pass { maxOutputLength: bytes } to the zlib function, or count the bytes of the stream and stop.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 409,
    .check = Check,
};

}  // namespace looplint
