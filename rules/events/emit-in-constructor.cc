// An object emits while it is being made: whoever makes it has no chance to listen before.
#include <algorithm>
#include <vector>

#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Lets the owner listen first.
Fix OnNextTick(const View& file, NodeId emit) {
  const Span at = file.SpanOf(emit);
  return {.description = "emit on the next tick",
          .edits = {{{at.start, at.start}, "process.nextTick(() => "}, {{at.end, at.end}, ")"}},
          .safe = false};
}

bool Listens(std::string_view method) {
  return method == "on" || method == "once" || method == "addListener" || method == "prependListener" ||
         method == "prependOnceListener";
}

// Does the constructor, up to `before`, register a listener on the object itself, or hand the object to anybody who may?
bool MayHaveListener(const View& file, FunctionId constructor, NodeId before) {
  const Syntax& s = file.syntax;
  const NodeId node = file.model.functions[constructor].node;
  for (uint32_t i = Index(node); i < Index(before); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kThisExpression) continue;
    const NodeId p = s.Parent(n);
    if (s.KindOf(p) != Kind::kMemberExpression || s[n].role == Role::kProperty) return true;  // f(this), self = this
    const CallId call = file.model.CallAt(s.Parent(p));
    if (Some(call) && file.syntax.FirstChild(s.Parent(p)) == p && Listens(file.Method(file.model.calls[call]))) return true;
  }
  return false;
}

void Check(const View& file, Report& report) {
  for (const CallId id : file.MethodCalls({"emit"})) {
    const Call& call = file.model.calls[id];
    const ValueId receiver = file.Receiver(call);
    if (call.arg_count == 0 || !Some(receiver) || file.model[receiver].kind != ValueKind::kThis) continue;
    const Function& function = file.model.functions[call.function];
    if (!file.Is(receiver, "events.EventEmitter") || Some(file.TargetOf(id).function)) continue;
    const std::optional<std::string> event = file.ConstantString(file.model.args[call.first_arg].value);
    if (!event || *event == "newListener" || *event == "removeListener") continue;
    if (function.kind == FunctionKind::kConstructor) {
      // A class with subclasses may have overridden methods called before; what they listen to they hear.
      if (MayHaveListener(file, call.function, call.node)) continue;
      auto finding = report.At(call.node, Cat("'", *event, "' is emitted before anybody can listen for it"));
      if (Some(StatementOf(file, call.node))) finding.FixWith(OnNextTick(file, call.node));
      continue;
    }
    if (function.kind != FunctionKind::kMethod || function.is_async || function.is_generator) continue;
    // A method that only the constructor calls.
    const std::span<const Caller> callers = file.facts.calls.CallersOf({file.id, call.function});
    if (callers.empty()) continue;
    const bool only = std::all_of(callers.begin(), callers.end(), [&](const Caller& c) {
      if (c.callback || c.from.file != file.id) return false;
      const Function& from = file.model.functions[c.from.function];
      return from.kind == FunctionKind::kConstructor && from.owner == function.owner &&
             !MayHaveListener(file, c.from.function, file.model.calls[c.at].node);
    });
    // Others may call a public method; what begins with # or _ is the class's own.
    const std::string_view name = file.Name(function.name);
    if (!only || name.empty() || (name[0] != '#' && name[0] != '_')) continue;
    const Span at = file.SpanOf(file.model.calls[callers.front().at].node);
    auto finding = report.At(call.node, Cat("'", *event, "' is emitted before anybody can listen for it"));
    if (Some(StatementOf(file, call.node))) finding.FixWith(OnNextTick(file, call.node));
    finding.Via({{{file.id, at}, Cat("the constructor calls ", name, "()")}});
  }
}

}  // namespace

RULE = {
    .summary = "an event is emitted in the constructor, where nobody can listen yet",
    .why = "emit() calls the listeners there are, at once, and forgets the event. While the constructor runs, the code "
           "that makes the object does not have it yet, so its listener for this event is never called.",
    .fix = "Emit on the next tick, process.nextTick(() => this.emit(...)), or in a method that the owner calls once it "
           "has subscribed.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
