#include "rules/callbacks.h"

#include <algorithm>
#include <vector>

namespace looplint {

BindingId ParamOf(const FileModel& model, FunctionId function, uint32_t index) {
  const Function& f = model.functions[function];
  if (index >= f.param_count || model.params[f.first_param + index].rest) return kNone<BindingId>;
  const NodeId first = model.syntax.FirstChild(model.params[f.first_param + index].node);
  return model.syntax.KindOf(first) == Kind::kIdentifier ? model.BindingAt(first) : kNone<BindingId>;
}

CallId HandedTo(const FileModel& model, FunctionId function) {
  const NodeId node = model.functions[function].node;
  return model.syntax[node].role == Role::kArgument ? model.CallAt(model.syntax.Parent(node)) : kNone<CallId>;
}

std::string EventOf(const View& file, CallId call) {
  const Api* api = file.ApiOf(call);
  if (api == nullptr) return {};
  for (const Handler& h : api->handlers) {
    if (h.event_arg < 0) continue;
    const Argument* a = file.model.Arg(file.model.calls[call], static_cast<uint32_t>(h.event_arg));
    return a == nullptr ? "?" : file.ConstantString(a->value).value_or("?");
  }
  return {};
}

BindingId RootOf(const View& file, ValueId value) {
  const FileModel& m = file.model;
  for (int i = 0; i < 12 && Some(value); ++i) {
    const Value& x = m[value];
    if (x.kind == ValueKind::kBinding) return static_cast<BindingId>(x.a);
    if (x.kind == ValueKind::kParam) return ParamOf(m, static_cast<FunctionId>(x.a), x.b);
    if (x.kind != ValueKind::kCall) break;
    value = file.Receiver(m.calls[static_cast<CallId>(x.a)]);
  }
  return kNone<BindingId>;
}

bool Names(const View& file, NodeId node, BindingId binding) {
  const FileModel& m = file.model;
  for (ReferenceId r = m.bindings[binding].first; Some(r); r = m.Next(r)) {
    if (m.syntax.Contains(node, m.references[r].node)) return true;
  }
  return false;
}

bool Consumes(const View& file, std::string_view type, std::string_view member) {
  std::vector<const Type*> work = {file.knowledge.FindType(type)};
  for (int i = 0; i < 24 && !work.empty(); ++i) {
    const Type* t = work.back();
    work.pop_back();
    if (t == nullptr) continue;
    if (std::ranges::find(t->consumes, member) != t->consumes.end()) return true;
    for (const std::string& also : t->also) work.push_back(file.knowledge.FindType(also));
    if (!t->extends.empty()) work.push_back(file.knowledge.FindType(t->extends));
  }
  return false;
}

}  // namespace looplint
