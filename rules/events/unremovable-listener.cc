// A listener is removed by a function made for the occasion, which nobody can have added.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Removes(std::string_view method) {
  return method == "off" || method == "removeListener" || method == "removeEventListener";
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest) return;
  const Syntax& s = file.syntax;
  for (const CallId id : file.MethodCalls({"off", "removeListener", "removeEventListener"})) {
    const Call& call = file.model.calls[id];
    if (call.kind != CallKind::kCall || call.arg_count < 2) continue;
    const std::string_view method = file.Method(call);
    if (!Removes(method)) continue;
    const Argument& listener = file.model.args[call.first_arg + 1];
    if (listener.spread || file.model.args[call.first_arg].spread) continue;
    // Methods of the program, and objects known to be something else, may mean anything by these names; "off" is common.
    if (Some(file.TargetOf(id).function)) continue;
    const std::string_view type = file.TypeOf(file.Receiver(call));
    const bool emitter =
        file.knowledge.Is(type, "events.EventEmitter") || file.knowledge.Is(type, "EventTarget");
    if (!emitter && (!type.empty() || (method == "off" && call.arg_count != 2))) continue;
    if (!emitter && !file.ConstantString(file.model.args[call.first_arg].value)) continue;
    NodeId made = listener.node;
    const Kind k = s.KindOf(made);
    if (k == Kind::kArrowFunctionExpression || k == Kind::kFunctionExpression) {
      report.At(made, Cat(method, "() is given a new function, which cannot be registered; nothing is removed"));
      continue;
    }
    const CallId inner = file.model.CallAt(made);
    if (!Some(inner) || file.Method(file.model.calls[inner]) != "bind" || file.model.calls[inner].arg_count == 0) continue;
    if (Some(file.TargetOf(inner).function)) {
      // Function.prototype.bind keeps denoting its function; a method called bind does not.
      const Value& receiver = file.model[file.Receiver(file.model.calls[inner])];
      if (receiver.kind == ValueKind::kThis) continue;
    }
    report.At(made, Cat("bind() makes a new function each time, so ", method, "() removes nothing"))
        .Help("bind once, keep the result and pass it to both calls");
  }
}

}  // namespace

RULE = {
    .summary = "a listener is removed by a function created on the spot",
    .why = "Emitters compare listeners by identity. A function expression or bind() is a new object every time, so no "
           "listener matches: nothing is removed and no error is raised. The old listener keeps firing and keeps all it "
           "refers to in memory.",
    .fix = "Keep the function that was added (a constant, or a field bound once in the constructor) and remove that; or "
           "add it with { signal } or once().",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 772,
    .check = Check,
};

}  // namespace looplint
