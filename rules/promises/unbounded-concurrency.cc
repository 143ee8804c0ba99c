// Promise.all over a list that a client chose the length of, with a file, a connection, a process or a thread of the
// pool for each element.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/local_flow.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// What one call takes of what there is little of, or "".
std::string_view Resource(const Api& api) {
  if (api.acquires == "fd") return "an open file";
  if (api.acquires == "socket") return "a connection";
  if (api.acquires == "process") return "a process";
  if (api.acquires == "worker") return "a thread";
  if (api.threadpool && api.style == CallStyle::kPromise) return "one of the four threads of the pool";
  // fetch() and the like: what a URL is given to, to be asked for.
  for (const Sink& s : api.sinks) {
    if (s.kind == "url" && api.style == CallStyle::kPromise) return "a connection";
  }
  return {};
}

struct Operation {
  const Api* api = nullptr;
  std::string_view resource;
  std::vector<Step> steps;
};

// The first operation that the function, or what it calls, starts.
Operation OperationIn(const Project& project, const Facts& facts, FunctionRef function, int depth) {
  const FileModel& m = project[function.file].model;
  Operation found;
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    if (call.function != function.function) continue;
    const Target& t = facts.calls.TargetOf(function.file, id);
    const Node& n = m.syntax[call.node];
    if (t.api != nullptr) {
      const std::string_view resource = Resource(*t.api);
      if (resource.empty()) continue;
      return {t.api, resource, {{{function.file, {n.start, n.end}}, Cat("takes ", resource)}}};
    }
    if (found.api != nullptr || depth >= 3 || !Some(t.function.function) || t.function == function) continue;
    found = OperationIn(project, facts, t.function, depth + 1);
    if (found.api != nullptr) {
      found.steps.insert(found.steps.begin(), CallStep(project, function, id, false, t.function));
    }
  }
  return found;
}

// The list a chain of list methods begins with; kNone when one of them shortens it.
ValueId ListBehind(const View& file, ValueId value) {
  const FileModel& m = file.model;
  for (int i = 0; i < 12 && Some(value); ++i) {
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      if (!Some(b.value) || (m[b.value].kind != ValueKind::kCall && m[b.value].kind != ValueKind::kBinding))
        return value;
      value = b.value;
      continue;
    }
    if (v.kind != ValueKind::kCall) return value;
    const Call& call = m.calls[static_cast<CallId>(v.a)];
    const std::string_view method = file.Method(call);
    const ValueId receiver = file.Receiver(call);
    // As many as there were, or fewer as they come.
    if (!Some(receiver) ||
        (method != "filter" && method != "map" && method != "flat" && method != "reverse" && method != "sort"))
      return value;
    value = receiver;
  }
  return value;
}

// The request's part a list is, through parameters of functions that handlers call.
std::string Chosen(const View& file, ValueId list, NodeId at, int depth, std::vector<Step>& steps) {
  LocalFlow flow(file.project, file.facts.calls, file.id);
  const LocalOrigin origin = flow.Of(list);
  if (origin.kind == LocalOrigin::Kind::kNone) return {};
  if (flow.GuardOf(origin, at) != LocalFlow::Guard::kNone) return {};
  // Its length is looked at.
  for (const BindingId b : origin.through) {
    for (const NodeId use : file.References(b)) {
      const NodeId p = file.syntax.Parent(use);
      const NodeId property =
          file.syntax.KindOf(p) == Kind::kMemberExpression ? file.syntax.Child(p, Role::kProperty) : kNone<NodeId>;
      if (Some(property) && file.Text(property) == "length" && UseOf(file.syntax, p) == Use::kTested) return {};
    }
  }
  if (origin.kind == LocalOrigin::Kind::kRequest) return origin.what;
  if (depth >= 3 || !Some(origin.function.function)) return {};
  for (const Caller& c : file.facts.calls.CallersOf(origin.function)) {
    if (c.callback) continue;
    const View caller(file.project, file.facts, c.from.file);
    const Argument* a = caller.model.Arg(caller.model.calls[c.at], origin.param);
    if (a == nullptr || a->spread) continue;
    std::string what = Chosen(caller, ListBehind(caller, a->value), a->node, depth + 1, steps);
    if (what.empty()) continue;
    steps.push_back(CallStep(file.project, c.from, c.at, false, origin.function));
    return what;
  }
  return {};
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const CallId id : file.MethodCalls({"all", "allSettled", "any"})) {
    const Api* api = file.ApiOf(id);
    const Call& all = m.calls[id];
    if (api == nullptr || api->style != CallStyle::kPromise || !api->name.starts_with("global.Promise.") ||
        all.arg_count != 1)
      continue;
    // Promise.all(list.map(work)), directly or by a name.
    ValueId mapped = m.args[all.first_arg].value;
    for (int i = 0; i < 4 && Some(mapped) && m[mapped].kind == ValueKind::kBinding; ++i)
      mapped = m.bindings[static_cast<BindingId>(m[mapped].a)].value;
    if (!Some(mapped) || m[mapped].kind != ValueKind::kCall) continue;
    const Call& map = m.calls[static_cast<CallId>(m[mapped].a)];
    const ValueId list = file.Receiver(map);
    if (file.Method(map) != "map" || !Some(list) || map.arg_count == 0) continue;
    const FunctionRef work = file.FunctionOf(m.args[map.first_arg].value);
    if (!Some(work.function)) continue;
    std::vector<Step> steps;
    const std::string what = Chosen(file, ListBehind(file, list), map.node, 0, steps);
    if (what.empty()) continue;
    const Operation operation = OperationIn(file.project, file.facts, work, 0);
    if (operation.api == nullptr) continue;
    steps.insert(steps.end(), operation.steps.begin(), operation.steps.end());
    const std::string_view name = operation.api->name;
    report
        .At(file.CalleeNode(map),
            Cat("starts ", name.starts_with("global.") ? name.substr(7) : name, "() for every element of ", what,
                " at once, each with ", operation.resource, "; the client decides how many"))
        .Via(std::move(steps), "for each element")
        .Help("refuse lists over a limit, or work through them a few at a time");
  }
}

}  // namespace

RULE = {
    .summary = "as many operations at once as a client asks for",
    .why = "Promise.all over list.map(async ...) starts all of them before the first has ended. With a file, a "
           "connection, a process or a thread of the pool for each, a list of some thousand elements in one request "
           "takes all there are: what else the server does fails with EMFILE or ECONNREFUSED, or waits behind them.",
    .fix = "Limit the length of the list, and work through it a few at a time: with p-limit or p-map, or with a "
           "handful of loops that take the next element.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 770,
    .check = Check,
};

}  // namespace looplint
