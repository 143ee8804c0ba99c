// The body of a fetch() response or request is read a second time; or a stream is used after a loop that left it early,
// or after a listener and an await have let part of it go by.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/paths.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The call of a method that reads `object`'s body at this mention of it: kNone when it is none.
NodeId ReadAt(const View& file, NodeId mention, std::string_view type) {
  const Syntax& s = file.syntax;
  const NodeId member = s.Parent(mention), call = s.Parent(member);
  if (s.KindOf(member) != Kind::kMemberExpression || s[mention].role != Role::kObject) return kNone<NodeId>;
  if (s.KindOf(call) != Kind::kCallExpression || s.FirstChild(call) != member) return kNone<NodeId>;
  const NodeId property = s.Child(member, Role::kProperty);
  return s.KindOf(property) == Kind::kPropertyName && Consumes(file, type, file.Text(property)) ? call : kNone<NodeId>;
}

// Stands `node` where it is left out when something is missing: among the arguments of a?.b(...), behind the ?. of a
// chain?
bool IsSkippable(const Syntax& s, NodeId node) {
  for (NodeId c = node, p = s.Parent(c); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (k == Kind::kExpressionStatement || k == Kind::kBlockStatement) return false;
    if ((k != Kind::kCallExpression && k != Kind::kMemberExpression) || s.FirstChild(p) == c) continue;
    for (NodeId link = p; Some(link); link = s.FirstChild(link)) {
      if (s[link].flags & kOptional) return true;
      if (s.KindOf(link) != Kind::kCallExpression && s.KindOf(link) != Kind::kMemberExpression) break;
    }
  }
  return false;
}

// response.json() fails, and its catch asks for response.text().
void Bodies(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const BindingId b : Ids(m.bindings)) {
    const Binding& binding = m.bindings[b];
    if (binding.writes != 0 || !Some(binding.value) || !Some(binding.first)) continue;
    const ValueKind kind = m[binding.value].kind;
    if (kind != ValueKind::kAwait && kind != ValueKind::kParam && kind != ValueKind::kCall) continue;
    const std::vector<NodeId> uses = file.References(b);
    if (std::ranges::count_if(uses, [&](NodeId n) { return s[n].role == Role::kObject; }) < 2) continue;
    const std::string_view type = file.TypeOf(m.ValueOf(uses[0]));
    const Type* known = type.empty() ? nullptr : file.knowledge.FindType(type);
    // Bodies, which are read by one call; a stream can be read by several that belong together.
    if (known == nullptr || known->consumes.empty() || file.knowledge.Is(type, "stream.Stream")) continue;
    std::vector<NodeId> reads;
    for (const NodeId use : uses) {
      if (const NodeId call = ReadAt(file, use, type); Some(call)) reads.push_back(call);
    }
    if (reads.size() < 2) continue;
    const FunctionId function = m.FunctionOf(binding.node);
    if (std::ranges::any_of(reads, [&](NodeId n) { return m.FunctionOf(n) != function; })) continue;
    // decoder?.decode(await response.arrayBuffer()) ?? await response.text(): one or the other.
    std::erase_if(reads, [&](NodeId n) { return IsSkippable(s, n); });
    if (reads.size() < 2) continue;
    const auto paths = PathsThrough(m, file.file.text, function, [&](NodeId n) {
      return s.KindOf(n) == Kind::kCallExpression && std::ranges::find(reads, n) != reads.end() ? Act::kDoes
                                                                                                : Act::kNothing;
    });
    if (!paths) continue;
    for (const Path& p : *paths) {
      if (p.times < 2 || p.second == p.first) continue;
      const std::string name(file.Name(binding.name));
      report.At(p.second, Cat("the body of ", name, " was read already; this fails with \"Body is unusable\""))
          .Via({{{file.id, file.SpanOf(p.first)}, "first read here, also when that fails"}}, "first read")
          .Help(Cat("read ", name, ".text() once and parse that, or read a ", name, ".clone()"));
      break;
    }
  }
}

// for await (const chunk of stream) { ...; break; } destroys the stream.
void Loops(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const Flow& flow : m.flow) {
    if (flow.kind != FlowKind::kForAwait) continue;
    const NodeId stream = s.Child(flow.node, Role::kRight), body = s.Child(flow.node, Role::kBody);
    if (s.KindOf(stream) != Kind::kIdentifier || !Some(body) || !file.Is(flow.value, "stream.Readable")) continue;
    const BindingId b = m.BindingAt(stream);
    if (!Some(b) || m.bindings[b].writes != 0) continue;
    // A break of this loop.
    NodeId left = kNone<NodeId>;
    for (uint32_t i = Index(body); i < s[body].next; ++i) {
      const NodeId n = static_cast<NodeId>(i);
      const Kind k = s.KindOf(n);
      if (IsFunction(k) || IsLoop(k) || k == Kind::kSwitchStatement) {
        i = s[n].next - 1;
      } else if (k == Kind::kBreakStatement) {
        left = n;
        break;
      }
    }
    if (!Some(left)) continue;
    // Read again later in the same list of statements.
    NodeId list = s.Parent(flow.node);
    if (s.KindOf(list) != Kind::kBlockStatement && s.KindOf(list) != Kind::kProgram) continue;
    for (const NodeId use : file.References(b)) {
      if (Index(use) < s[flow.node].next || !s.Contains(list, use) || m.FunctionOf(use) != flow.function) continue;
      const NodeId p = s.Parent(use);
      const bool again =
          (s.KindOf(p) == Kind::kForOfStatement && s[use].role == Role::kRight) ||
          (Some(ReadAt(file, use, file.TypeOf(m.ValueOf(use)))) && file.Text(s.Child(p, Role::kProperty)) != "destroy");
      if (!again) continue;
      const std::string name(file.Name(m.bindings[b].name));
      report.At(use, Cat("the loop before may have left ", name, " early, which destroys it: nothing more can be read"))
          .Via({{{file.id, file.SpanOf(left)}, "left here"}}, "destroyed by")
          .Help(Cat("loop over ", name, ".iterator({ destroyOnReturn: false })"));
      break;
    }
  }
}

// stream.on('data', ...); await something(); stream.pipe(...): what came in between is gone for the second.
void Listeners(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  struct Start {
    NodeId node;
    BindingId stream;
    FunctionId function;
    std::string how;
  };
  std::vector<Start> starts;
  for (const CallId id : file.MethodCalls({"on", "pipe", "resume", "addListener"})) {
    const Call& call = m.calls[id];
    const ValueId receiver = file.Receiver(call);
    if (!Some(receiver) || m[receiver].kind != ValueKind::kBinding || file.ApiOf(id) == nullptr) continue;
    if (!file.Is(receiver, "stream.Readable")) continue;
    const std::string event = EventOf(file, id);
    const std::string_view method = file.Method(call);
    if (!event.empty() && event != "data") continue;
    starts.push_back({call.node, static_cast<BindingId>(m[receiver].a), call.function,
                      event.empty() ? Cat(method, "()") : "a 'data' listener"});
  }
  for (size_t j = 1; j < starts.size(); ++j) {
    for (size_t i = 0; i < j; ++i) {
      const Start &first = starts[i], &second = starts[j];
      if (first.stream != second.stream || first.function != second.function || second.how == "resume()") continue;
      const NodeId statement = EnclosingStatement(s, first.node), later = EnclosingStatement(s, second.node);
      if (!Some(statement) || !Some(later) || s.Parent(statement) != s.Parent(later) || statement == later) continue;
      const auto await = std::ranges::find_if(m.flow, [&](const Flow& f) {
        return f.kind == FlowKind::kAwait && f.function == first.function && Index(f.node) >= s[statement].next &&
               Index(f.node) < Index(later) && s.Contains(s.Parent(statement), f.node);
      });
      if (await == m.flow.end()) continue;
      // Paused in between?
      bool paused = false;
      for (uint32_t k = Index(statement); k < Index(later); ++k) {
        paused |= s.nodes[k].kind == Kind::kPropertyName && file.Text(static_cast<NodeId>(k)) == "pause";
      }
      if (paused) continue;
      const std::string name(file.Name(m.bindings[first.stream].name));
      report
          .At(second.node, Cat(name, " flows since ", first.how,
                               " was attached, and something was awaited since: what came meanwhile is missing here"))
          .Via({{{file.id, file.SpanOf(first.node)}, "starts the flow"},
                {{file.id, file.SpanOf((*await).node)}, "meanwhile this is awaited"}},
               "flowing since")
          .Help("attach both in one turn, after the await");
      break;
    }
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  Bodies(file, report);
  Loops(file, report);
  Listeners(file, report);
}

}  // namespace

RULE = {
    .summary = "a body or stream is read a second time, or by a second reader who comes too late",
    .why =
        "Bytes are read once. The body of a fetch() response that was read, even by a json() that failed, is gone: "
        "the next json() or text() rejects with \"Body is unusable\", which hides the first error. A stream flows "
        "from its first 'data' listener or pipe() on: a reader attached after an await misses what came before it. "
        "And a `for await` loop that is left early destroys its stream.",
    .fix =
        "Read the body once and keep the result; clone() the response before, when two must read it. Attach all "
        "readers of a stream in the same turn. To go on with a stream after a loop, iterate over stream.iterator({ "
        "destroyOnReturn: false }).",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
