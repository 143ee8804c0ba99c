// Text of a request is sent back as HTML.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// What the function around a sink says of types.
std::string_view Around(const View& file, const TaintFlow& flow) {
  const FunctionId f = Some(flow.call) ? file.model.calls[flow.call].function : file.model.FunctionOf(flow.node);
  return file.Text(file.model.functions[f].node);
}

// The function says that it sends something else: res.type('text'), res.set('content-type', 'application/json').
bool OtherType(std::string_view function) {
  for (const std::string_view part :
       {".type(", "ontent-type", "ontent-Type", "ONTENT_TYPE", ".attachment(", ".contentType("}) {
    if (function.find(part) != std::string_view::npos) return true;
  }
  return false;
}

// res.write() and res.end() of node:http say nothing of a type: HTML when the function sets it so, or begins a tag.
bool SaysHtml(const View& file, std::string_view function, const TaintFlow& flow) {
  const ValueId receiver = file.Receiver(file.model.calls[flow.call]);
  if (!Some(receiver) || file.TypeOf(receiver) == "http.ClientRequest" || file.TypeOf(receiver).empty()) return false;
  const auto says = [&](std::string_view part) { return function.find(part) != std::string_view::npos; };
  if (says("text/html")) return true;
  return !says("ontent-type") && !says("ontent-Type") && flow.before.find('<') != std::string::npos;
}

// Koa looks whether the text begins with "<", unless the type was set: what begins with the request's is what it likes.
bool TakenForHtml(std::string_view function, const TaintFlow& flow) {
  if (function.find("text/html") != std::string_view::npos || function.find("'html'") != std::string_view::npos ||
      function.find("\"html\"") != std::string_view::npos)
    return true;
  if (OtherType(function) || function.find(".type = ") != std::string_view::npos) return false;
  const size_t first = flow.before.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? flow.leading : flow.before[first] == '<';
}

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "html" || flow.trust != Trust::kRemote || flow.encoded || flow.node == last) continue;
    if (flow.value == "any" && !flow.embedded && flow.what.find('.') == flow.what.rfind('.'))
      continue;  // an object is sent as JSON
    const std::string_view api = flow.api->name, function = Around(file, flow);
    bool html = !OtherType(function);
    // Fastify sends text as text/plain.
    if (api.starts_with("fastify.")) html = function.find("text/html") != std::string_view::npos;
    if (api.starts_with("http.")) html = SaysHtml(file, function, flow);
    if (api.starts_with("koa.")) html = TakenForHtml(function, flow);
    if (!html) continue;
    last = flow.node;
    ReportFlow(flow, "is sent back as HTML", "", report);
  }
}

}  // namespace

RULE = {
    .summary = "text of a request is sent back as HTML",
    .why =
        "express sends strings as text/html, and Koa what begins with \"<\". A <script> in the address becomes a "
        "script of this site in the browser of "
        "whoever follows "
        "the link: it reads what the visitor may read and acts in his name.",
    .fix = "Send JSON (res.json), set res.type('text'), escape < > & and quotes, or let a template engine do it.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 79,
    .check = Check,
};

}  // namespace looplint
