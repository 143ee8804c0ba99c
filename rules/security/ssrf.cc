// A request chooses the host another request is sent to.
#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

// Scheme and host are constant, and what follows cannot change them: "https://host/" in front.
bool HostIsFixed(std::string_view before) {
  const size_t scheme = before.find("://");
  return scheme != std::string_view::npos && before.find_first_of("/?#", scheme + 3) != std::string_view::npos;
}

void Check(const View& file, Report& report) {
  NodeId last = kNone<NodeId>;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    const bool url = flow.kind == "url";
    if ((!url && flow.kind != "url-host") || flow.trust != Trust::kRemote || flow.node == last) continue;
    if (url && (HostIsFixed(flow.before) || !flow.leading) && flow.before.find("://") == std::string::npos) continue;
    if (url && HostIsFixed(flow.before)) continue;
    if (flow.what.find("headers.host") != std::string::npos || flow.what.ends_with(".hostname"))
      continue;                                             // this server's own name
    if (flow.what.ends_with("headers.location")) continue;  // of an answer: where it says to go on
    last = flow.node;
    ReportFlow(flow, Cat("chooses the host that ", flow.api->name, "() talks to"), "", report);
  }
}

}  // namespace

RULE = {
    .summary = "a request chooses the host another request is sent to",
    .why =
        "The server stands where the sender cannot go: behind the firewall, beside databases without passwords, next "
        "to the metadata "
        "service that hands out the machine's keys. It sends what it is asked to send and shows the answer.",
    .fix =
        "Take the host from a list and only the path from the request; or parse with new URL() and compare protocol "
        "and hostname with "
        "a list before the request is sent.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 918,
    .check = Check,
};

}  // namespace looplint
