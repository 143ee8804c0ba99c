// Promise.race against a timer that nobody clears: the race is over, and the timer goes on.
#include "analyzer/base/strings.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Shorter ones are over before anybody minds.
constexpr double kShort = 1000;

struct Timer {
  Place at;
  bool found = false;
};

// A call of a timer whose handle is dropped, within the executor of `new Promise`.
Timer InExecutor(const View& file, FunctionId executor) {
  const FileModel& m = file.model;
  const NodeId body = m.functions[executor].node;
  for (uint32_t i = Index(body) + 1; i < file.syntax[body].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (IsFunction(file.syntax.KindOf(n))) {
      i = file.syntax[n].next - 1;
      continue;
    }
    const CallId id = m.CallAt(n);
    if (!Some(id)) continue;
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->delay_at < 0 || !api->once || api->style == CallStyle::kPromise) continue;
    const Call& call = m.calls[id];
    // What an arrow returns the promise does not keep.
    const bool dropped = call.use == Use::kDropped || call.use == Use::kVoided ||
                         (call.use == Use::kReturned && file.syntax.Parent(n) == m.functions[executor].node);
    if (!dropped) return {};
    const Argument* delay = m.Arg(call, static_cast<uint32_t>(api->delay_at));
    if (delay == nullptr) return {};
    const auto ms = file.ConstantNumber(delay->node);
    if (ms && *ms < kShort) return {};
    return {{file.id, file.SpanOf(file.CalleeNode(call))}, true};
  }
  return {};
}

// The timer behind a promise: made on the spot, or by a function of the program.
Timer TimerOf(const View& file, ValueId value, int depth) {
  const FileModel& m = file.model;
  if (!Some(value) || depth > 4) return {};
  const Value& v = m[value];
  if (v.kind == ValueKind::kBinding) {
    const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
    // One that is made once for many races is another matter.
    return b.writes == 0 && m.scopes[b.scope].function != kModuleFunction ? TimerOf(file, b.value, depth + 1) : Timer{};
  }
  if (v.kind != ValueKind::kCall) return {};
  const CallId id = static_cast<CallId>(v.a);
  const Call& call = m.calls[id];
  const Api* api = file.ApiOf(id);
  if (api != nullptr && call.kind == CallKind::kNew && api->is_class && api->returns == "Promise" &&
      call.arg_count > 0) {
    const FunctionId executor = m.FunctionAt(m.args[call.first_arg].node);
    return Some(executor) ? InExecutor(file, executor) : Timer{};
  }
  if (api != nullptr && api->style == CallStyle::kPromise) {
    // sleep(ms).then(() => { throw ... })
    if (api->name.starts_with("Promise#")) return TimerOf(file, file.Receiver(call), depth + 1);
    // timers/promises, without a signal to end it.
    if (api->delay_at < 0 || call.arg_count > 2) return {};
    const Argument* delay = m.Arg(call, static_cast<uint32_t>(api->delay_at));
    if (delay == nullptr) return {};
    const auto ms = file.ConstantNumber(delay->node);
    if (ms && *ms < kShort) return {};
    return {{file.id, file.SpanOf(file.CalleeNode(call))}, true};
  }
  if (api != nullptr) return {};
  const FunctionRef f = file.TargetOf(id);
  if (!Some(f.function)) return {};
  const ValueId made = file.project.ReturnOf(f);
  if (!Some(made)) return {};
  if (f.file == file.id) return TimerOf(file, made, depth + 1);
  return TimerOf(View(file.project, file.facts, f.file), made, depth + 1);
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const CallId id : file.MethodCalls({"race"})) {
    const Api* api = file.ApiOf(id);
    const Call& call = m.calls[id];
    if (api == nullptr || api->name != "global.Promise.race" || call.arg_count != 1) continue;
    const NodeId list = m.args[call.first_arg].node;
    if (s.KindOf(list) != Kind::kArrayExpression) continue;
    int others = 0, timers = 0;
    Timer found;
    NodeId at = kNone<NodeId>;
    for (const NodeId c : s.ChildrenOf(list)) {
      const Timer timer = TimerOf(file, m.ValueOf(c), 0);
      ++(timer.found ? timers : others);
      if (timer.found && !found.found) found = timer, at = c;
    }
    if (!found.found || others == 0) continue;
    auto finding = report.At(
        at,
        "the race leaves this timer behind: until it fires, it holds what it closes over and keeps the process alive");
    if (found.at.file != file.id || !(found.at.span.start >= s[at].start && found.at.span.end <= s[at].end)) {
      finding.Via({{found.at, "started here, and its handle is dropped"}}, "the timer");
    }
    finding.Help("keep the handle and clear it in finally, or give the other side AbortSignal.timeout(ms)");
  }
}

}  // namespace

RULE = {
    .summary = "a race of promises against a timer that is never cleared",
    .why = "Promise.race settles with the first and leaves the others running. A timer that lost stays in the timer "
           "list for its whole delay, with all that its callback closes over, so thousands of quick calls with a "
           "timeout of a minute are thousands of timers; and a program that is done does not end before the last has "
           "fired.",
    .fix = "Keep what setTimeout returns and call clearTimeout in finally. Where the operation takes a signal, "
           "AbortSignal.timeout(ms) ends the operation too, and keeps nothing alive.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 772,
    .check = Check,
};

}  // namespace looplint
