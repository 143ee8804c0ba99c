// A loop that does nothing but ask again: for the time, or for a variable that only a callback sets, which cannot run
// while the loop does.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

struct Test {
  bool clock = false;     // asks Node for something that changes by itself
  bool variable = false;  // reads variables that functions elsewhere set
  bool other = false;     // anything this rule does not judge
  std::string_view name;  // of the variable, or the call
};

bool InLoop(const Syntax& s, NodeId loop, NodeId node) { return s.Contains(loop, node); }

// What the condition depends on.
Test Judge(const View& file, NodeId loop, NodeId test, FunctionId function) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  Test out;
  bool member = false;
  for (uint32_t i = Index(test); i < s[test].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    switch (s.KindOf(n)) {
      case Kind::kCallExpression:
      case Kind::kNewExpression: {
        const CallId id = m.CallAt(n);
        const Api* api = Some(id) ? file.ApiOf(id) : nullptr;
        // Date.now(), performance.now(), process.hrtime(), new Date(): functions of Node's own that take nothing.
        if (api == nullptr || api->name.find('#') != std::string::npos || m.calls[id].arg_count > 0 ||
            !api->name.starts_with("global.")) {
          out.other = true;
          return out;
        }
        out.clock = true;
        out.name = file.Text(n);
        i = s[n].next - 1;
        continue;
      }
      case Kind::kIdentifier: {
        const BindingId b = m.BindingAt(n);
        if (!Some(b)) continue;  // undefined, NaN
        const Binding& binding = m.bindings[b];
        if (binding.writes == 0) continue;  // it stays what it is
        bool elsewhere = false;
        for (const NodeId r : file.References(b)) {
          const NodeId p = s.Parent(r);
          const bool write = s.KindOf(p) == Kind::kUpdateExpression ||
                             (s.KindOf(p) == Kind::kAssignmentExpression && s[r].role == Role::kLeft);
          if (InLoop(s, loop, r) && write) {
            out.other = true;
            return out;
          }
          elsewhere |= write && m.FunctionOf(r) != function;
        }
        if (!elsewhere) continue;
        out.variable = true;
        if (out.name.empty()) out.name = file.Text(n);
        continue;
      }
      case Kind::kMemberExpression:
        member = true;
        continue;  // may be a getter
      case Kind::kAssignmentExpression:
      case Kind::kUpdateExpression:
      case Kind::kAwaitExpression:
      case Kind::kYieldExpression:
      case Kind::kTaggedTemplateExpression:
      case Kind::kImport:
        out.other = true;
        return out;
      default:
        if (IsFunction(s.KindOf(n))) {
          out.other = true;
          return out;
        }
    }
  }
  out.other = member && !out.clock;
  return out;
}

// Nothing in the body has an effect outside of it.
bool Idle(const Syntax& s, NodeId body) {
  for (uint32_t i = Index(body); i < s[body].next; ++i) {
    switch (s.nodes[i].kind) {
      case Kind::kCallExpression:
      case Kind::kNewExpression:
      case Kind::kAwaitExpression:
      case Kind::kYieldExpression:
      case Kind::kAssignmentExpression:
      case Kind::kUpdateExpression:
      case Kind::kReturnStatement:
      case Kind::kBreakStatement:
      case Kind::kThrowStatement:
      case Kind::kTaggedTemplateExpression:
      case Kind::kDebuggerStatement:
        return false;
      default:
        break;
    }
  }
  return true;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId loop = static_cast<NodeId>(i);
    const Kind kind = s.KindOf(loop);
    if (kind != Kind::kWhileStatement && kind != Kind::kDoWhileStatement && kind != Kind::kForStatement) continue;
    const NodeId test = s.Child(loop, Role::kTest), body = s.Child(loop, Role::kBody),
                 update = s.Child(loop, Role::kUpdate);
    if (!Some(test) || !Some(body) || Some(update) || !Idle(s, body)) continue;
    const FunctionId function = file.model.FunctionOf(loop);
    const Test what = Judge(file, loop, test, function);
    if (what.other || (!what.clock && !what.variable)) continue;
    const bool hot = Some(function) && file.HotIn(function);
    if (what.clock) {
      auto finding = report.At(test, Cat("this loop burns the processor until ", what.name,
                                         " says otherwise; no callback, request or timer runs meanwhile"));
      finding.Help("await setTimeout(ms) of node:timers/promises");
      if (hot) finding.Via(file.HotPathTo(function).steps);
      else finding.As(Severity::kWarn);
    } else {
      auto finding = report.At(
          test, Cat(what.name,
                    " is only set by functions that cannot run while this loop does: once entered, it never ends"));
      finding.Help("await an event or a promise instead: events.once, or a promise that the callback resolves");
      if (hot) finding.Via(file.HotPathTo(function).steps);
    }
  }
}

}  // namespace

RULE = {
    .summary = "a loop waits by asking again and again",
    .why = "JavaScript runs on one thread. While a loop spins, no callback runs: no timer, no answer from the disk or "
           "the network, no other request. A loop that waits for the clock stops the whole process for that long; one "
           "that waits for a variable which a callback would set waits for ever.",
    .fix = "Give the thread back while waiting: `await setTimeout(ms)` of node:timers/promises, events.once(), or a "
           "promise that the callback resolves.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 1322,
    .check = Check,
};

}  // namespace looplint
