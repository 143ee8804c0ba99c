// A function takes an AbortSignal, never looks at it, and waits for something that would take one.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Does the API take a signal among its options?
bool TakesSignal(const Api& api) {
  for (const Option& o : api.options) {
    if (o.signal) return true;
  }
  return false;
}

// A call in the function's body, or in a function inside, that could be aborted and is not given a signal.
CallId Abortable(const View& file, NodeId function) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(function); i < s[function].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kCallExpression) continue;
    const CallId id = file.model.CallAt(n);
    const Api* api = Some(id) ? file.ApiOf(id) : nullptr;
    if (api == nullptr || !TakesSignal(*api) || api->style != CallStyle::kPromise) continue;
    const Call& call = file.model.calls[id];
    bool given = false;
    for (uint32_t a = 0; a < call.arg_count; ++a) {
      const Argument& argument = file.model.args[call.first_arg + a];
      given |= argument.spread;
      const Denoted d = file.Denote(argument.value);
      if (d.Is(Denoted::Kind::kObject) && d.file == file.id) {
        given |=
            file.model.objects[static_cast<ObjectId>(d.id)].has_spread || file.OptionOf(argument, "signal").has_value();
      } else if (const Kind k = s.KindOf(argument.node);
                 a > 0 && (k == Kind::kIdentifier || k == Kind::kMemberExpression || k == Kind::kCallExpression)) {
        given = true;  // options out of sight
      }
    }
    if (!given) return id;
  }
  return kNone<CallId>;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const BindingId b : Ids(m.bindings)) {
    const Binding& binding = m.bindings[b];
    if (binding.kind != BindingKind::kParam || Some(binding.first) || binding.writes != 0) continue;
    const std::string_view name = file.Name(binding.name);
    // The parameter it belongs to.
    NodeId parameter = s.Parent(binding.node);
    while (Index(parameter) != 0 && s.KindOf(parameter) != Kind::kParameter && !IsFunction(s.KindOf(parameter)))
      parameter = s.Parent(parameter);
    if (s.KindOf(parameter) != Kind::kParameter) continue;
    const bool plain = s.Parent(binding.node) == parameter;
    bool typed = false;
    const NodeId function = s.Parent(parameter);
    const FunctionId f = m.FunctionAt(function);
    if (!Some(f)) continue;
    if (plain) {
      for (uint32_t i = 0; i < m.functions[f].param_count; ++i) {
        const Param& p = m.params[m.functions[f].first_param + i];
        typed |= p.node == parameter && Some(p.type) && m.names[p.type] == "AbortSignal";
      }
    }
    if (name != "signal" && name != "abortSignal" && !(typed && !name.starts_with('_'))) continue;
    const CallId waits = Abortable(file, function);
    if (!Some(waits)) continue;
    const std::string callee = file.CalleeText(m.calls[waits]);
    report.At(binding.node, Cat(name, " is never looked at: when the caller aborts, ", callee, " goes on all the same"))
        .Via({{{file.id, file.SpanOf(file.CalleeNode(m.calls[waits]))}, "this would take it"}}, "not passed to")
        .Help(Cat("pass { ", name == "signal" ? "signal" : Cat("signal: ", name), " } to ", callee, ", or call ", name,
                  ".throwIfAborted()"));
  }
}

}  // namespace

RULE = {
    .summary = "an AbortSignal is taken and never passed on",
    .why = "A caller who hands over a signal counts on abort() to stop the work: when a client goes away, or a "
           "deadline has passed. A signal that is not passed to what the function waits for stops nothing: the "
           "request, the file and the memory stay busy, and the caller waits until the work is done.",
    .fix = "Pass the signal in the options of what is awaited, and call signal.throwIfAborted() between longer steps.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
