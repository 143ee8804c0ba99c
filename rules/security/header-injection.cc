// Text of a request in a header: a line break ends the process, a semicolon sets attributes of a cookie, a name any
// header.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

bool Is(std::string_view name, std::string_view lower) {
  if (name.size() != lower.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower[i]) return false;
  }
  return true;
}

// Is this one of node:http's own handlers? Frameworks catch what a handler throws.
bool Bare(const View& file, CallId id) {
  const Call& call = file.model.calls[id];
  const ValueId receiver = file.Receiver(call);
  if (!Some(receiver)) return false;
  const std::string_view type = file.TypeOf(receiver);
  if (type != "http.ServerResponse" && type != "http2.Http2ServerResponse") return false;
  return !file.DependsOnAny({"express", "koa", "fastify", "connect", "polka", "restify", "next", "@nestjs/core"});
}

// try { ... } around it, in this function.
bool Caught(const View& file, NodeId node) { return Some(EnclosingTry(file.model, node)); }

void Check(const View& file, Report& report) {
  CallId last = kNone<CallId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.trust != Trust::kRemote || flow.call == last || flow.encoded) continue;
    if (flow.kind == "header-name") {
      if (flow.embedded && !flow.leading) continue;  // X-App-...
      last = flow.call;
      ReportFlow(flow, "names a header of the answer: any header, Set-Cookie and Location among them", "", report);
      continue;
    }
    if (flow.kind != "header") continue;
    const Call& call = file.model.calls[flow.call];
    std::string name;
    if (flow.sink->first_arg == 1 && call.arg_count > 0)
      name = file.ConstantString(file.model.args[call.first_arg].value).value_or("");
    if (Is(name, "location")) continue;  // security/open-redirect
    if (Is(name, "set-cookie") && flow.embedded) {
      last = flow.call;
      ReportFlow(flow, "is part of a cookie: after a semicolon it sets Domain, Path and more",
                 Cat("encodeURIComponent(", flow.what, ")"), report);
      continue;
    }
    // Node refuses line breaks by throwing. Bytes of a header or an address cannot hold any unless they were decoded.
    if (!flow.decoded || !Bare(file, flow.call) || Caught(file, flow.node)) continue;
    last = flow.call;
    ReportFlow(flow, "becomes a header: a line break in it (%0d%0a) makes Node throw, here outside of any try",
               Cat("encodeURIComponent(", flow.what, "), or refuse what is not /^[\\x20-\\x7e]*$/"), report);
  }
}

}  // namespace

RULE = {
    .summary = "text of a request becomes part of a header",
    .why =
        "Headers end at line breaks. Node does not send them: setHeader() throws ERR_INVALID_CHAR, which in a handler "
        "of node:http nobody catches, so one request ends the process. Within one line a semicolon is enough to set "
        "attributes of a cookie, and a header whose name a request chooses can be any header.",
    .fix = "Encode the value with encodeURIComponent(), refuse control characters, and name headers yourself.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 113,
    .check = Check,
};

}  // namespace looplint
