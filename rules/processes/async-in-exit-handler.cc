// Work that needs the event loop, started when it will not turn again; or started each time it is about to stop.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Does the call only do its work on a later turn of the loop?
bool NeedsLoop(const View& file, CallId id) {
  const Api* api = file.ApiOf(id);
  if (api == nullptr || api->block != Block::kNone || api->is_class) return false;
  // Promise.resolve() and the like settle in microtasks, which still run.
  if (api->name.starts_with("global.Promise") || api->name.starts_with("Promise#")) return false;
  if (api->callback_when == When::kMicrotask || api->callback_when == When::kNextTick || api->callback_when == When::kNow) {
    return false;
  }
  if (std::any_of(api->handlers.begin(), api->handlers.end(), [](const Handler& h) { return h.event_arg >= 0; })) return false;
  // close() of a server, terminate() of a worker and their like only end what ends with the process anyway.
  if (api->name.ends_with("#close") || api->name.ends_with("#end") || api->name.ends_with("#disconnect") ||
      api->name.ends_with("#terminate")) {
    return false;
  }
  if (api->acquires == "process" || api->acquires == "worker") return false;  // the process is started at once
  if (api->style == CallStyle::kPromise || api->style == CallStyle::kErrorFirst) return true;
  return api->callback_when == When::kLater && (api->style == CallStyle::kCallback || api->callback_required);
}

bool Conditional(const View& file, NodeId node, NodeId function) {
  const Syntax& s = file.syntax;
  for (NodeId c = node, p = s.Parent(node); p != function && Index(p) != 0; c = p, p = s.Parent(p)) {
    switch (s.KindOf(p)) {
      case Kind::kIfStatement:
      case Kind::kConditionalExpression:
        if (s[c].role != Role::kTest) return true;
        break;
      case Kind::kLogicalExpression:
      case Kind::kSwitchStatement:
      case Kind::kCatchClause:
        return true;
      default:
        if (IsLoop(s.KindOf(p))) return true;
    }
  }
  return false;
}

// A way out before `node`: if (done) return;
bool ReturnsBefore(const View& file, NodeId function, NodeId node) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(function) + 1; i < Index(node); ++i) {
    const Kind k = s.KindOf(static_cast<NodeId>(i));
    if (IsFunction(k)) {
      i = s.nodes[i].next - 1;
      continue;
    }
    if ((k == Kind::kReturnStatement || k == Kind::kThrowStatement) && !s.Contains(static_cast<NodeId>(i), node)) return true;
  }
  return false;
}

bool Mentions(const View& file, NodeId root, std::string_view api_name) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(root) + 1; i < s[root].next; ++i) {
    const CallId c = file.model.CallAt(static_cast<NodeId>(i));
    if (!Some(c)) continue;
    const Api* api = file.ApiOf(c);
    if (api != nullptr && api->name == api_name) return true;
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const Entry& e : file.facts.calls.EntriesIn(file.id)) {
    if (e.event != "exit" && e.event != "beforeExit") continue;
    if (e.by.file != file.id || e.api == nullptr) continue;
    const Call& on = m.calls[e.by.call];
    if (!e.api->name.starts_with("global.process.") && !e.api->name.starts_with("process.")) continue;
    // What listens to signals as well does its work there, and nothing is lost here.
    const auto all = file.facts.calls.EntriesOf(e.function);
    const auto other = [](const Entry& x) { return x.event != "exit" && x.event != "beforeExit"; };
    if (std::any_of(all.begin(), all.end(), other)) continue;
    const FunctionId f = e.function.function;
    const NodeId node = m.functions[f].node;
    const bool before = e.event == "beforeExit";
    if (before && (file.Method(on) == "once" || file.Method(on) == "prependOnceListener")) continue;
    if (before && Mentions(file, node, "global.process.exit")) continue;
    for (const CallId id : Ids(m.calls)) {
      const Call& call = m.calls[id];
      if (call.function != f || !NeedsLoop(file, id)) continue;
      if (!before) {
        report.At(file.CalleeNode(call),
                  Cat(file.CalleeText(call), "() never finishes: the event loop has stopped when 'exit' is emitted"));
        continue;
      }
      if (Conditional(file, call.node, node) || ReturnsBefore(file, node, call.node)) continue;
      auto finding = report.At(file.CalleeNode(call), Cat(file.CalleeText(call), "() keeps the process alive, so 'beforeExit' is emitted again and again"));
      finding.Help("register with once(), or leave early when the work is done");
      const NodeId registers = s.Child(file.CalleeNode(on), Role::kProperty);
      if (file.Method(on) == "on" && Some(registers)) {
        finding.FixWith({.description = "register with once()", .edits = {{file.SpanOf(registers), "once"}}, .safe = false});
      }
      break;
    }
  }
}

}  // namespace

RULE = {
    .summary = "asynchronous work in a listener of 'exit', or on every 'beforeExit'",
    .why = "When 'exit' is emitted, the event loop does not turn again: timers do not fire, I/O does not complete and "
           "nothing after an await of it runs. Logs stay unflushed and files unwritten, without an error. 'beforeExit' is "
           "the opposite: work started there keeps the process alive, after which it is emitted again.",
    .fix = "In 'exit', use the synchronous form (fs.writeFileSync, fs.writeSync). Do asynchronous clean-up before: on "
           "SIGTERM and SIGINT, or once on 'beforeExit'.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
