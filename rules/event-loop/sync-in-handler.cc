// A blocking call on a path from a request handler.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// if (!fs.existsSync(folder)) fs.mkdirSync(folder): does its work once.
bool CreatesMissingFolder(const View& file, NodeId node, const Api& api) {
  if (api.name.find("mkdir") == std::string::npos) return false;
  const Syntax& s = file.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
    if (s.KindOf(p) != Kind::kIfStatement || s[c].role != Role::kConsequent) continue;
    const NodeId test = s.Child(p, Role::kTest);
    if (s.KindOf(test) != Kind::kUnaryExpression || s[test].op != Op::kNot) continue;
    const CallId asked = file.model.CallAt(s.FirstChild(test));
    const Api* asks = Some(asked) ? file.ApiOf(asked) : nullptr;
    if (asks != nullptr && asks->metadata) return true;
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->block == Block::kNone) continue;
    const Heat heat = file.HeatOf(call.function);
    if (heat != Heat::kRequest && heat != Heat::kOnce) continue;
    if (!file.facts.heat.Runs(file.project, file.facts.calls, file.id, call.node)) continue;
    if (IsForDevelopment(file.file, call.node) || EndsProcessAfter(file.project, file.facts.calls, file.id, call.node)) {
      continue;
    }
    const HotPath hot = file.HotPathTo(call.function);
    const bool once =
        heat == Heat::kOnce || IsKept(file.file, call.node) || CreatesMissingFolder(file, call.node, *api);
    auto finding = report.At(file.CalleeNode(call), once ? Cat(api->name, " blocks the event loop on the first request")
                                                         : Cat(api->name, " blocks the event loop on every request"));
    finding.Via(WithPackage(hot.steps, {file.id, file.SpanOf(call.node)}, *api));
    if (once) {
      finding.As(Severity::kInfo);
    } else if (api->metadata) {
      finding.As(Severity::kWarn);
    }
    OfferTwin(file, call, *api, finding);
  }
}

}  // namespace

RULE = {
    .summary = "a blocking call runs while a request waits",
    .why = "JavaScript has one thread: until the call returns, no other request is read, answered or timed out.",
    .fix = "Await the promise form, do the work once at start-up, or move it to a worker thread.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 1322,
    .eslint = "n/no-sync node/no-sync",
    .performance = true,
    .check = Check,
};

}  // namespace looplint
