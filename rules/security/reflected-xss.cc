// Text of a request is sent back as HTML.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// The function says that it sends something else: res.type('text'), res.set('content-type', 'application/json').
bool OtherType(const View& file, const Call& call) {
  const std::string_view text = file.Text(file.model.functions[call.function].node);
  for (const std::string_view part :
       {".type(", "ontent-type", "ontent-Type", "ONTENT_TYPE", ".attachment(", ".contentType("}) {
    if (text.find(part) != std::string_view::npos) return true;
  }
  return false;
}

// res.write() and res.end() of node:http say nothing of a type: HTML when the function sets it so, or begins a tag.
bool SaysHtml(const View& file, const Call& call, const TaintFlow& flow) {
  const ValueId receiver = file.Receiver(call);
  if (!Some(receiver) || file.TypeOf(receiver) == "http.ClientRequest" || file.TypeOf(receiver).empty()) return false;
  const std::string_view text = file.Text(file.model.functions[call.function].node);
  const auto says = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (says("text/html")) return true;
  return !says("ontent-type") && !says("ontent-Type") && flow.before.find('<') != std::string::npos;
}

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "html" || flow.trust != Trust::kRemote || flow.encoded || flow.node == last) continue;
    if (flow.value == "any" && !flow.embedded && flow.what.find('.') == flow.what.rfind('.'))
      continue;  // an object is sent as JSON
    const Call& call = file.model.calls[flow.call];
    const bool raw = flow.api->name.starts_with("http.");
    // Fastify sends text as text/plain.
    if (flow.api->name.starts_with("fastify.") &&
        file.Text(file.model.functions[call.function].node).find("text/html") == std::string_view::npos)
      continue;
    if (flow.api->name.starts_with("fastify.") ? false : raw ? !SaysHtml(file, call, flow) : OtherType(file, call))
      continue;
    last = flow.node;
    ReportFlow(flow, "is sent back as HTML", "", report);
  }
}

}  // namespace

RULE = {
    .summary = "text of a request is sent back as HTML",
    .why =
        "express sends strings as text/html. A <script> in the address becomes a script of this site in the browser of "
        "whoever follows "
        "the link: it reads what the visitor may read and acts in his name.",
    .fix = "Send JSON (res.json), set res.type('text'), escape < > & and quotes, or let a template engine do it.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 79,
    .check = Check,
};

}  // namespace looplint
