// JSON.parse of a request's body that was gathered chunk by chunk, without a limit to its length.
#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Where chunks of a request are put together.
struct Gathered {
  BindingId into;       // text or list of chunks
  Span at;              // what is done with each chunk
  FunctionId function;  // in which `into` is declared
};

// Is the stream the request of a server: a parameter of a request handler, or of a function that is handed one?
bool IsRequest(const View& file, FunctionRef function, uint32_t index, int depth) {
  for (const Entry& e : file.facts.calls.EntriesOf(function)) {
    if (e.context == Context::kRequest) return index == 0;
  }
  if (depth > 3) return false;
  for (const Caller& c : file.facts.calls.CallersOf(function)) {
    if (c.callback) continue;
    const View caller(file.project, file.facts, c.from.file);
    const Argument* a = caller.model.Arg(caller.model.calls[c.at], index);
    if (a == nullptr || a->spread || caller.model.calls[c.at].kind == CallKind::kNew) continue;
    const Value& v = caller.model[a->value];
    if (v.kind != ValueKind::kBinding) continue;
    const ValueId held = caller.model.bindings[static_cast<BindingId>(v.a)].value;
    if (!Some(held) || caller.model[held].kind != ValueKind::kParam) continue;
    const Value& param = caller.model[held];
    if (IsRequest(file, {c.from.file, static_cast<FunctionId>(param.a)}, param.b, depth + 1)) return true;
  }
  return false;
}

bool IsRequestStream(const View& file, ValueId stream) {
  const FileModel& m = file.model;
  for (int i = 0; i < 8 && Some(stream) && m[stream].kind == ValueKind::kBinding; ++i) {
    stream = m.bindings[static_cast<BindingId>(m[stream].a)].value;
  }
  if (!Some(stream) || m[stream].kind != ValueKind::kParam) return false;
  return IsRequest(file, {file.id, static_cast<FunctionId>(m[stream].a)}, m[stream].b, 0);
}

// Does anything in the subtree look at a length, or compare it: a limit of some sort?
bool Limits(const View& file, NodeId root) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(root); i < s[root].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) == Kind::kBinaryExpression &&
        (s[n].op == Op::kGt || s[n].op == Op::kLt || s[n].op == Op::kGe || s[n].op == Op::kLe))
      return true;
    if (s.KindOf(n) == Kind::kStringLiteral && file.Text(n).size() == 16 &&
        file.Text(n).substr(1, 14) == "content-length")
      return true;
    if (s.KindOf(n) == Kind::kPropertyName) {
      const std::string_view name = file.Text(n);
      if (name == "destroy" || name == "pause") return true;
    }
  }
  return false;
}

// text += chunk, chunks.push(chunk) within `root`.
void Gather(const View& file, NodeId root, BindingId chunk, std::vector<Gathered>& out) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  const auto add = [&](NodeId target, NodeId at) {
    if (s.KindOf(target) != Kind::kIdentifier) return;
    const BindingId into = m.BindingAt(target);
    if (Some(into)) out.push_back({into, file.SpanOf(at), m.scopes[m.bindings[into].scope].function});
  };
  for (uint32_t i = Index(root); i < s[root].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) == Kind::kAssignmentExpression && Names(file, s.Child(n, Role::kRight), chunk)) {
      const bool appends = s[n].op == Op::kAddAssign ||
                           (s[n].op == Op::kAssign && s.KindOf(s.Child(n, Role::kRight)) == Kind::kBinaryExpression);
      if (appends) add(s.Child(n, Role::kLeft), n);
    }
    const CallId id = s.KindOf(n) == Kind::kCallExpression ? m.CallAt(n) : kNone<CallId>;
    if (!Some(id) || file.Method(m.calls[id]) != "push" || !Names(file, n, chunk)) continue;
    add(s.Child(file.CalleeNode(m.calls[id]), Role::kObject), n);
  }
}

// Does it make a structure of text, in one piece?
bool IsParse(const View& file, CallId id) {
  const Api* api = file.ApiOf(id);
  return api != nullptr && file.model.calls[id].arg_count > 0 &&
         std::ranges::any_of(api->passes, [](const Passage& p) { return p.as == "parsed"; });
}

// What the function is called for, where it is parsed: JSON.parse(await readBody(req)), directly or by a name.
void Parsed(const View& file, FunctionRef reader, const Gathered& from, Report& report,
            absl::flat_hash_set<uint32_t>& told);

void Tell(const View& file, CallId parse, const View& gathers, const Gathered& from, Report& report,
          absl::flat_hash_set<uint32_t>& told) {
  const Call& call = file.model.calls[parse];
  if (!file.HotIn(call.function) || !told.insert(Index(parse)).second) return;
  std::vector<Step> steps = file.HotPathTo(call.function).steps;
  steps.push_back({{gathers.id, from.at}, "the body is put together here, however long it is"});
  report
      .At(Place{file.id, file.SpanOf(file.CalleeNode(call))},
          Cat("a client decides how long ", file.CalleeText(call),
              " keeps the event loop busy: nothing limits the length of the body"))
      .Via(std::move(steps))
      .Help("count the bytes as they come, answer 413 and destroy the request past a limit");
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  std::vector<Gathered> gathered;
  for (const CallId id : file.MethodCalls({"on", "addListener"})) {
    const Call& call = m.calls[id];
    if (call.arg_count < 2 || EventOf(file, id) != "data") continue;
    const FunctionId listener = m.FunctionAt(m.args[call.first_arg + 1].node);
    if (!Some(listener)) continue;
    const BindingId chunk = ParamOf(m, listener, 0);
    const NodeId node = m.functions[listener].node;
    if (!Some(chunk) || Limits(file, node) || !IsRequestStream(file, file.Receiver(call))) continue;
    const FunctionId around = call.function;
    if (Some(around) && around != kModuleFunction && Limits(file, m.functions[around].node)) continue;
    Gather(file, node, chunk, gathered);
  }
  for (const Flow& flow : m.flow) {
    if (flow.kind != FlowKind::kForAwait || !IsRequestStream(file, flow.value)) continue;
    const BindingId chunk = m.BindingAt(s.Child(flow.node, Role::kLeft));
    const NodeId body = s.Child(flow.node, Role::kBody);
    if (!Some(chunk) || !Some(body) || Limits(file, m.functions[flow.function].node)) continue;
    Gather(file, body, chunk, gathered);
  }
  absl::flat_hash_set<uint32_t> told;
  for (const Gathered& g : gathered) {
    bool parsed = false;
    for (const NodeId use : file.References(g.into)) {
      // Within the argument of JSON.parse.
      for (NodeId n = use, p = s.Parent(n); Index(n) != 0 && !IsFunction(s.KindOf(n)); n = p, p = s.Parent(p)) {
        if (s[n].role != Role::kArgument) continue;
        const CallId call = m.CallAt(p);
        if (Some(call) && IsParse(file, call)) {
          Tell(file, call, file, g, report, told);
          parsed = true;
        }
      }
    }
    if (!parsed && g.function != kModuleFunction) {
      // In the function that reads, or the one whose executor does.
      FunctionId reader = g.function;
      if (Some(HandedTo(m, reader))) reader = m.functions[reader].parent;
      if (Some(reader) && reader != kModuleFunction) Parsed(file, {file.id, reader}, g, report, told);
    }
  }
}

void Parsed(const View& file, FunctionRef reader, const Gathered& from, Report& report,
            absl::flat_hash_set<uint32_t>&) {
  for (const Caller& c : file.facts.calls.CallersOf(reader)) {
    if (c.callback) continue;
    const View caller(file.project, file.facts, c.from.file);
    const FileModel& m = caller.model;
    const Syntax& s = caller.syntax;
    absl::flat_hash_set<uint32_t> told;
    const auto parse_around = [&](NodeId from_node) {
      for (NodeId n = from_node, p = s.Parent(n); Index(n) != 0 && !IsFunction(s.KindOf(n)); n = p, p = s.Parent(p)) {
        if (s[n].role != Role::kArgument) continue;
        const CallId call = m.CallAt(p);
        if (Some(call) && IsParse(caller, call)) Tell(caller, call, file, from, report, told);
      }
    };
    const NodeId node = m.calls[c.at].node;
    parse_around(node);
    // const body = await readBody(req); ... JSON.parse(body)
    NodeId value = node;
    if (s.KindOf(s.Parent(value)) == Kind::kAwaitExpression) value = s.Parent(value);
    const NodeId declarator = s.Parent(value);
    if (s.KindOf(declarator) != Kind::kVariableDeclarator) continue;
    const BindingId held = m.BindingAt(s.Child(declarator, Role::kName));
    if (!Some(held)) continue;
    for (const NodeId use : caller.References(held)) parse_around(use);
  }
}

}  // namespace

RULE = {
    .summary = "JSON.parse of a request body of any length",
    .why = "JSON.parse works in one piece: while it reads 50 MB, which takes about half a second, no other request is "
           "served. Where a body is gathered without a limit, whoever sends it decides how long that is and how much "
           "memory it takes; a few such requests stop a server.",
    .fix = "Stop reading past a limit that fits what you expect: count the bytes of the chunks, answer 413 and "
           "destroy the request. The body parsers of express (100 kB) and fastify (1 MiB) have such a limit.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 770,
    .check = Check,
};

}  // namespace looplint
