// A function that runs for every request adds a listener to something that outlives the request, and nothing takes the
// listener away again.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// What a listener is added to, when it surely outlives the call; `what` names it.
bool LongLived(const View& file, CallId id, const Api& api, std::string& what, bool& connection) {
  const FileModel& m = file.model;
  const ValueId receiver = file.Receiver(m.calls[id]);
  if (!Some(receiver)) return false;
  const NodeId object = file.syntax.Child(file.CalleeNode(m.calls[id]), Role::kObject);
  what = Some(object) ? std::string(file.Text(object)) : "";
  if (what.empty() || what.size() > 48) return false;
  // process.on, cluster.on: there is one.
  if (api.name.find('#') == std::string::npos) return true;
  const Value& v = m[receiver];
  if (v.kind == ValueKind::kMember) {
    const ValueId owner = static_cast<ValueId>(v.a);
    const std::string_view type = file.TypeOf(owner);
    const Api* property = type.empty() ? nullptr : file.knowledge.FindMember(type, file.Name(static_cast<NameId>(v.b)));
    if (property != nullptr && property->outlives) return connection = true;
    // import * as bus from './bus.js'; bus.emitter.on(...): a constant of another module.
    const Value& base = m[owner];
    if (base.kind != ValueKind::kImport) return false;
    const FileId from = file.file.imports[base.a];
    if (!Some(from)) return false;
    const auto exported = file.project.FindExport(from, file.Name(static_cast<NameId>(v.b)));
    if (!Some(exported.file) || exported.is_namespace || !Some(exported.value)) return false;
    const FileModel& other = file.project[exported.file].model;
    const Value& e = other[exported.value];
    if (e.kind != ValueKind::kBinding) return false;
    const Binding& b = other.bindings[static_cast<BindingId>(e.a)];
    return b.writes == 0 && other.scopes[b.scope].function == kModuleFunction;
  }
  if (v.kind != ValueKind::kBinding) return false;
  const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
  if (b.kind == BindingKind::kImport) {
    if (!Some(b.value) || m[b.value].kind != ValueKind::kMember) return false;
    const Value& base = m[static_cast<ValueId>(m[b.value].a)];
    return base.kind == ValueKind::kImport && Some(file.file.imports[base.a]);
  }
  if (b.writes != 0 || m.scopes[b.scope].function != kModuleFunction || !Some(b.value)) return false;
  // Declared at the top level, and made there.
  return m[b.value].kind == ValueKind::kCall || m[b.value].kind == ValueKind::kMember;
}

// Is it taken away anywhere in the file, by removing this event's listeners, or all?
bool Removed(const View& file, const Api& api, std::string_view event) {
  for (const std::string& by : api.undone_by) {
    const std::string_view method = std::string_view(by).substr(by.find('#') + 1);
    for (const CallId id : file.MethodCalls({method})) {
      const Call& call = file.model.calls[id];
      if (call.arg_count == 0) return true;
      const auto name = file.ConstantString(file.model.args[call.first_arg].value);
      if (!name || *name == event) return true;
    }
  }
  return false;
}

// Only the first time: under a condition, or after a return under one, that asks for something which outlives the call.
bool Guarded(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  const auto remembers = [&](NodeId test) {
    for (uint32_t i = Index(test); i < s[test].next; ++i) {
      const NodeId n = static_cast<NodeId>(i);
      switch (s.KindOf(n)) {
        case Kind::kThisExpression:
        case Kind::kCallExpression:
          return true;  // listenerCount(), seen.has(...), isFirst()
        case Kind::kMemberExpression:
          return true;
        case Kind::kIdentifier: {
          const BindingId b = m.BindingAt(n);
          if (Some(b) && m.scopes[m.bindings[b].scope].function == kModuleFunction && m.bindings[b].writes > 0)
            return true;
          break;
        }
        default:
          break;
      }
    }
    return false;
  };
  for (NodeId n = node, p = s.Parent(n); !IsFunction(s.KindOf(n)) && Index(n) != 0; n = p, p = s.Parent(p)) {
    if ((s.KindOf(p) == Kind::kIfStatement || s.KindOf(p) == Kind::kConditionalExpression) &&
        s[n].role != Role::kTest && remembers(s.Child(p, Role::kTest))) {
      return true;
    }
    if (s.KindOf(p) == Kind::kLogicalExpression && s[n].role == Role::kRight && remembers(s.Child(p, Role::kLeft)))
      return true;
    if (s.KindOf(p) != Kind::kBlockStatement) continue;
    for (const NodeId c : s.ChildrenOf(p)) {
      if (Index(c) >= Index(n)) break;
      if (s.KindOf(c) != Kind::kIfStatement || !remembers(s.Child(c, Role::kTest))) continue;
      for (uint32_t i = Index(c); i < s[c].next; ++i) {
        if (s.nodes[i].kind == Kind::kReturnStatement || s.nodes[i].kind == Kind::kThrowStatement) return true;
      }
    }
  }
  return false;
}

// Does the function given there hold on to what belongs to one call: a parameter or variable of the functions around?
bool HoldsCall(const View& file, NodeId listener) {
  const FileModel& m = file.model;
  if (!IsFunction(file.syntax.KindOf(listener))) {
    // A name: the function it stands for, where that is written inside of another.
    const BindingId b = m.BindingAt(listener);
    if (!Some(b) || !Some(m.bindings[b].value) || m[m.bindings[b].value].kind != ValueKind::kFunction) return false;
    listener = m.functions[static_cast<FunctionId>(m[m.bindings[b].value].a)].node;
  }
  for (uint32_t i = Index(listener); i < file.syntax[listener].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (file.syntax.KindOf(n) != Kind::kIdentifier && file.syntax.KindOf(n) != Kind::kShorthandProperty) continue;
    const BindingId b = m.BindingAt(n);
    if (!Some(b) || m.scopes[m.bindings[b].scope].function == kModuleFunction) continue;
    if (!file.syntax.Contains(listener, m.bindings[b].node)) return true;
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const CallId id : file.KnownCalls()) {
    const Api* api = file.ApiOf(id);
    if (api->undone_by.empty()) continue;
    const Call& call = m.calls[id];
    if (call.function == kModuleFunction || call.arg_count < 2) continue;
    const std::string event = EventOf(file, id);
    if (event.empty() || event == "?" || !file.HotIn(call.function)) continue;
    std::string what;
    bool connection = false;
    if (!LongLived(file, id, *api, what, connection)) continue;
    // What comes once takes its listener with it; on a connection that may be much later, at the end of the process
    // never.
    if (api->once && !connection) continue;
    if (Removed(file, *api, event) || IsKept(file.file, call.node) || Guarded(file, call.node)) continue;
    // What one call owns piles up for sure; a long way, or a listener that owns nothing, may be how a program starts.
    const HotPath path = file.HotPathTo(call.function);
    if (path.steps.size() > 4 || (!connection && !HoldsCall(file, m.args[call.first_arg + 1].node))) continue;
    if (path.steps.size() > 1 && IsConditional(file.syntax, call.node)) continue;
    auto finding = report.At(
        file.CalleeNode(call),
        connection
            ? Cat("every request on a kept connection adds a '", event, "' listener to ", what, ", and none is removed")
            : Cat("every request adds a '", event, "' listener to ", what, ", and none is removed"));
    if (!api->name.starts_with("global.process.")) finding.As(Severity::kWarn);
    finding.Via(path.steps)
        .Help(connection ? "listen on the request or response, which end with it, or remove the listener when the "
                           "response closes"
                         : "listen once, where the emitter is made, or remove the listener when the response closes");
  }
}

}  // namespace

RULE = {
    .summary = "a listener is added for every request to an emitter that outlives it",
    .why = "An emitter keeps its listeners, and a listener keeps all it closes over: the request, its body, the user. "
           "Added for every request to process, to an emitter of the module or to the socket of a kept connection, "
           "and never removed, they pile up; each event calls all of them, and after the tenth Node warns of a leak "
           "(MaxListenersExceededWarning).",
    .fix = "Add the listener once, outside of the handler; or name the function and remove it when the response "
           "closes. The events of a request and its response are about that request alone and need no removal.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 772,
    .check = Check,
};

}  // namespace looplint
