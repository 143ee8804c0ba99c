// Data flows from one stream into write() or push() and nobody looks at the answer.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// In the subtree of `root`, is there a use of one of the parameters or variables `pattern` declares?
bool Mentions(const View& file, NodeId root, NodeId pattern) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(root); i < s[root].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    const BindingId b = file.model.BindingAt(n);
    if (Some(b) && s.Contains(pattern, file.model.bindings[b].node)) return true;
  }
  return false;
}

// Something in `root` waits for the target or holds the source back. Declarations beside `call` are other matters.
bool Restrains(const View& file, NodeId root, NodeId call) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(root) + 1; i < s[root].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    switch (s.KindOf(n)) {
      case Kind::kFunctionDeclaration:
      case Kind::kClassDeclaration:
        if (!s.Contains(n, call)) i = s[n].next - 1;
        break;
      case Kind::kPropertyName: {
        const std::string_view name = file.Text(n);
        if (name == "pause" || name == "writableNeedDrain" || name == "writableLength" || name == "bufferSize" ||
            name == "bufferedAmount") {
          return true;
        }
        break;
      }
      case Kind::kStringLiteral:
        if (file.Text(n).find("drain") != std::string_view::npos) return true;
        break;
      case Kind::kIdentifier:
        if (file.Text(n).find("rain") != std::string_view::npos) return true;  // drain, onDrain, needDrain
        break;
      default:
        break;
    }
  }
  return false;
}

bool Waits(const View& file, NodeId root) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(root) + 1; i < s[root].next; ++i) {
    const Kind k = s.KindOf(static_cast<NodeId>(i));
    if (IsFunction(k)) {
      i = s.nodes[i].next - 1;
      continue;
    }
    if (k == Kind::kAwaitExpression || k == Kind::kYieldExpression) return true;
  }
  return false;
}

// A loop that writes more than a handful: one whose bound is not a small constant and that does not walk over a list,
// which is in memory already.
bool Unbounded(const View& file, NodeId loop) {
  const Syntax& s = file.syntax;
  switch (s.KindOf(loop)) {
    case Kind::kForInStatement:
    case Kind::kForOfStatement:
      return false;
    case Kind::kForStatement: {
      const NodeId test = s.Child(loop, Role::kTest);
      if (!Some(test)) return true;
      if (s.KindOf(test) != Kind::kBinaryExpression) return false;
      for (const NodeId side : s.ChildrenOf(test)) {
        const auto n = file.ConstantNumber(side);
        if (n && *n >= 1000) return true;
      }
      return false;
    }
    case Kind::kWhileStatement:
    case Kind::kDoWhileStatement: {
      const NodeId test = s.Child(loop, Role::kTest);
      if (!Some(test)) return false;
      // Only endless ones: others count something down, or walk over what is in memory.
      return file.Truthiness(file.model.ValueOf(test)).value_or(false) || file.Text(test) == "1";
    }
    default:
      return false;
  }
}

// The loop while ((chunk = source.read()) !== null), of a known stream or of anything.
bool ReadsFromStream(const View& file, NodeId loop, bool known) {
  const Syntax& s = file.syntax;
  if (s.KindOf(loop) != Kind::kWhileStatement) return false;
  const NodeId test = s.Child(loop, Role::kTest);
  if (!Some(test)) return false;
  for (uint32_t i = Index(test); i < s[test].next; ++i) {
    const CallId c = file.model.CallAt(static_cast<NodeId>(i));
    if (!Some(c) || file.Method(file.model.calls[c]) != "read") continue;
    if (!known || file.Is(file.Receiver(file.model.calls[c]), "stream.Readable")) return true;
  }
  return false;
}

// this.push() inside read() of a Readable: a class method or an option.
bool InRead(const View& file, const Call& call) {
  if (!Some(call.function)) return false;
  const Function& f = file.model.functions[call.function];
  if (!Some(f.name)) return false;
  const std::string_view name = file.Name(f.name);
  const ValueId receiver = file.Receiver(call);
  if (!Some(receiver) || file.model[receiver].kind != ValueKind::kThis) return false;
  if (name == "_read" && Some(f.owner)) return file.Is(receiver, "stream.Readable");
  if (name != "read" || Some(f.owner)) return false;
  // new Readable({ read() { ... } })
  const Syntax& s = file.syntax;
  NodeId object = s.Parent(f.node);
  if (s.KindOf(object) == Kind::kProperty) object = s.Parent(object);
  if (s.KindOf(object) != Kind::kObjectExpression || s[object].role != Role::kArgument) return false;
  const CallId maker = file.model.CallAt(s.Parent(object));
  if (!Some(maker)) return false;
  return file.Is(file.model.ValueOf(file.model.calls[maker].node), "stream.Readable");
}

// source.on('data', (chunk) => { target.write(chunk); }), here or with write() in a function that the listener hands the
// chunk to: is `data`, in `call`, what such a listener got, and does nobody on the way restrain the source? `target`,
// unless none, is what is written to; it is a Writable where it is made. Adds where it comes from to `way`, first things
// first.
bool Fed(const View& file, CallId id, NodeId data, NodeId target, int depth, std::vector<Step>& way) {
  const FileModel& m = file.model;
  const FunctionId function = m.calls[id].function;
  const Function& f = m.functions[function];
  if (f.param_count == 0) return false;
  const ValueId written = Some(target) ? m.ValueOf(target) : kNone<ValueId>;
  const bool known = !Some(target) || (Some(written) && file.Is(written, "stream.Writable"));
  const auto here = [&](NodeId node, std::string note) {
    way.push_back({{file.id, file.SpanOf(node)}, std::move(note)});
    return true;
  };
  for (const Entry& e : file.facts.calls.EntriesOf({file.id, function})) {
    if (e.event != "data" || e.by.file != file.id) continue;
    const Call& on = m.calls[e.by.call];
    const ValueId source = file.Receiver(on);
    if (!known || !Some(source) || !file.Is(source, "stream.Readable")) return false;
    // An answer is not the data passed on. What is said about pausing stands in the listener or beside it.
    if (!Mentions(file, data, m.params[f.first_param].node)) return false;
    const NodeId around = m.functions[m.FunctionOf(on.node)].node;
    return !Restrains(file, around, m.calls[id].node) && here(file.CalleeNode(on), "listens to 'data'");
  }
  constexpr int kHelpers = 3;
  if (depth == kHelpers || !Some(f.node) || Restrains(file, f.node, m.calls[id].node)) return false;
  for (uint32_t i = 0; i < f.param_count; ++i) {
    const Param& param = m.params[f.first_param + i];
    if (param.rest || !Mentions(file, data, param.node)) continue;
    for (const Caller& caller : file.facts.calls.CallersOf({file.id, function})) {
      if (caller.callback) continue;
      const View there(file.project, file.facts, caller.from.file);
      const Call& call = there.model.calls[caller.at];
      const Argument* handed = there.model.Arg(call, i);
      if (handed == nullptr || handed->spread || call.use == Use::kAwaited) continue;
      NodeId to = kNone<NodeId>;
      if (!known) {
        uint32_t at = 0;
        while (at < f.param_count && !Mentions(file, target, m.params[f.first_param + at].node)) ++at;
        const Argument* stream = at < f.param_count ? there.model.Arg(call, at) : nullptr;
        if (stream == nullptr || file.syntax.KindOf(target) != Kind::kIdentifier) continue;
        to = stream->node;
      }
      if (Fed(there, caller.at, handed->node, to, depth + 1, way)) {
        way.push_back({{caller.from.file, there.SpanOf(there.CalleeNode(call))}, Cat("calls ", there.CalleeText(call), "()")});
        return true;
      }
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  for (const CallId id : file.MethodCalls({"write", "push"})) {
    const Call& call = m.calls[id];
    if (call.kind != CallKind::kCall || call.arg_count == 0 || call.function == kModuleFunction) {
      // A loop at the top level is still a loop; a listener never stands there.
      if (call.kind != CallKind::kCall || call.arg_count == 0 || !Some(EnclosingLoop(m, call.node))) continue;
    }
    const std::string_view method = file.Method(call);
    if (method != "write" && method != "push") continue;
    const Function& f = m.functions[call.function];
    // The result of an arrow function's body is the listener's result, which nobody looks at either.
    const bool dropped = call.use == Use::kDropped || call.use == Use::kVoided;
    const bool only_returned = call.use == Use::kReturned;
    if (!dropped && !only_returned) continue;
    const NodeId loop = EnclosingLoop(m, call.node);

    if (method == "push") {
      if (!Some(loop) || !dropped || !InRead(file, call)) continue;
      if (s.KindOf(loop) == Kind::kForOfStatement || s.KindOf(loop) == Kind::kForInStatement) continue;
      // What another stream has buffered is bounded by that stream.
      if (ReadsFromStream(file, loop, false)) continue;
      if (s.KindOf(loop) == Kind::kForStatement && !Unbounded(file, loop)) continue;
      const Value& pushed = m[m.args[call.first_arg].value];
      if (pushed.kind == ValueKind::kNull || Waits(file, loop)) continue;
      // while (next < chunks.length) this.push(chunks[next++]): they are in memory already.
      const NodeId test = s.Child(loop, Role::kTest), what = m.args[call.first_arg].node;
      if (pushed.kind == ValueKind::kElement && s.KindOf(what) == Kind::kMemberExpression && Some(test) &&
          file.Text(test).find(Cat(file.Text(s.FirstChild(what)), ".length")) != std::string_view::npos)
        continue;
      report.At(file.CalleeNode(call), "the result of push() is ignored in a loop of read(); chunks pile up in memory")
          .Help("stop when push() returns false; read() is called again when there is room")
          .As(Severity::kWarn);
      continue;
    }

    const Api* api = file.ApiOf(id);
    const NodeId data = m.args[call.first_arg].node;
    const NodeId target = s.Child(file.CalleeNode(call), Role::kObject);
    std::vector<Step> way;
    if (Fed(file, id, data, api == nullptr ? target : kNone<NodeId>, 0, way) &&
        (api == nullptr ? way.size() > 1 : api->must_check)) {
      auto finding = report.At(file.CalleeNode(call),
                               Cat("the result of ", file.CalleeText(call),
                                   "() is ignored in a data listener; data piles up in memory when the reader is slow"));
      if (way.size() > 1) finding.Via(std::move(way), "reached from");
      finding.Help("use pipeline(source, target), or pause() the source until 'drain' when write() returns false");
      continue;
    }
    if (api == nullptr || !api->must_check) continue;
    if (!dropped || !Some(loop)) continue;
    const NodeId function_node = f.node;
    if (s.KindOf(loop) == Kind::kForOfStatement && (s[loop].flags & kAsync)) {
      const NodeId right = s.Child(loop, Role::kRight);
      if (!Some(right) || !file.Is(m.ValueOf(right), "stream.Readable")) continue;
      const NodeId left = s.Child(loop, Role::kLeft);
      if (!Some(left) || !Mentions(file, data, left)) continue;
      if (Restrains(file, function_node, call.node)) continue;
      const NodeId body = s.Child(loop, Role::kBody);
      if (Some(body) && Waits(file, body)) continue;
      report.At(file.CalleeNode(call), Cat("the result of ", file.CalleeText(call),
                                           "() is ignored in a for await loop; data piles up in memory when the reader is slow"))
          .Help("use pipeline(source, target), or await once(target, 'drain') when write() returns false");
      continue;
    }
    const bool reads = ReadsFromStream(file, loop, true);
    if (!reads && !Unbounded(file, loop)) continue;
    if (Waits(file, loop) || Restrains(file, function_node, call.node)) continue;
    auto finding = report.At(file.CalleeNode(call), Cat("the result of ", file.CalleeText(call),
                                                        "() is ignored in a loop; all of it piles up in memory"));
    finding.Help("when write() returns false, wait: await once(target, 'drain')");
    if (!reads) finding.As(Severity::kWarn);
  }
}

}  // namespace

RULE = {
    .summary = "the result of write() or push() is ignored where data flows",
    .why = "write() returns false when the target's buffer is full. Whoever goes on writing makes the buffer grow with "
           "no bound: one slow client, disk or peer is enough to take all memory of the process.",
    .fix = "Connect the streams with pipeline() from node:stream/promises, which waits. By hand: when write() returns "
           "false, pause the source until the target emits 'drain'.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 770,
    .check = Check,
};

}  // namespace looplint
