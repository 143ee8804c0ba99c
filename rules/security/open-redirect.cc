// A request chooses where the browser is sent.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// The address of the request itself, sent back: it begins with a slash.
bool OwnAddress(std::string_view what) {
  for (const std::string_view part : {".url", ".originalUrl", ".path", ".baseUrl", ".hostname", ".host"}) {
    if (what.ends_with(part)) return true;
  }
  return what.find("headers.host") != std::string_view::npos;
}

// res.setHeader('Location', target)
bool SetsLocation(const View& file, const TaintFlow& flow) {
  if (flow.kind != "header" || flow.sink == nullptr || flow.sink->first_arg != 1) return false;
  const Call& call = file.model.calls[flow.call];
  const std::string name = file.ConstantString(file.model.args[call.first_arg].value).value_or("");
  return name == "Location" || name == "location";
}

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if ((flow.kind != "redirect" && !SetsLocation(file, flow)) || flow.trust != Trust::kRemote || !flow.leading ||
        !flow.before.empty() || flow.node == last)
      continue;
    if (flow.encoded || (OwnAddress(flow.what) && !flow.decoded)) continue;
    last = flow.node;
    ReportFlow(flow, "chooses where the browser is sent", "", report);
  }
}

}  // namespace

RULE = {
    .summary = "a request chooses where the browser is sent",
    .why =
        "A link to this server leads to any other: visitors trust the name they see and type their password there, and "
        "tokens in the "
        "address go along. Checking for a slash in front is not enough: //example.org and /\\example.org are other "
        "hosts.",
    .fix =
        "Redirect to a constant path, look the target up in a list, or compare new URL(target, own).origin with the "
        "own origin.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 601,
    .check = Check,
};

}  // namespace looplint
