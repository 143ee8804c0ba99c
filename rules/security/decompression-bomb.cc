// What a request sends is unpacked without a limit.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// Ten megabytes are more than most requests are meant to be; what fits is for the reader to say.
std::optional<Fix> Limit(const View& file, const Call& call, const Api& api) {
  constexpr const char* kOption = "maxOutputLength: 10 * 1024 * 1024";
  const bool stream = api.name.find(".create") != std::string::npos;
  const uint32_t place = stream ? 0 : 1;  // of the options
  if (call.arg_count > 2) return std::nullopt;
  const auto fix = [](Span at, std::string text) {
    return Fix{.description = "unpack 10 MiB at most", .edits = {{at, std::move(text)}}, .safe = false};
  };
  if (call.arg_count == place) {
    const Span whole = file.SpanOf(call.node);
    const uint32_t end = whole.end - 1;
    if (file.file.text[end] != ')') return std::nullopt;
    if (place == 0) return fix({end, end}, Cat("{ ", kOption, " }"));
    const Span last = file.SpanOf(file.model.args[call.first_arg].node);
    return fix({last.end, last.end}, Cat(", { ", kOption, " }"));
  }
  if (stream) return std::nullopt;
  // The callback stands where options would.
  const Argument& second = file.model.args[call.first_arg + 1];
  if (!IsFunction(file.syntax.KindOf(second.node))) return std::nullopt;
  const uint32_t start = file.SpanOf(second.node).start;
  return fix({start, start}, Cat("{ ", kOption, " }, "));
}

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
               report, Limit(file, call, *flow.api));
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
