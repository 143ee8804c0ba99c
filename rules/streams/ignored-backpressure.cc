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
      report.At(file.CalleeNode(call), "the result of push() is ignored in a loop of read(); chunks pile up in memory")
          .Help("stop when push() returns false; read() is called again when there is room")
          .As(Severity::kWarn);
      continue;
    }

    const Api* api = file.ApiOf(id);
    if (api == nullptr || !api->must_check) continue;
    const NodeId data = m.args[call.first_arg].node;

    // source.on('data', (chunk) => { target.write(chunk); })
    const Entry* entry = nullptr;
    for (const Entry& e : file.facts.calls.EntriesOf({file.id, call.function})) {
      if (e.event == "data" && e.by.file == file.id) entry = &e;
    }
    if (entry != nullptr && f.param_count > 0) {
      const Call& on = m.calls[entry->by.call];
      const ValueId source = file.Receiver(on);
      if (!Some(source) || !file.Is(source, "stream.Readable")) continue;
      const NodeId chunk = m.params[f.first_param].node;
      if (!Mentions(file, data, chunk)) continue;  // an answer, not the data passed on
      // What is said about pausing stands in the listener or beside it.
      const NodeId around = m.functions[m.FunctionOf(on.node)].node;
      if (Restrains(file, around, call.node)) continue;
      report.At(file.CalleeNode(call), Cat("the result of ", file.CalleeText(call),
                                           "() is ignored in a data listener; data piles up in memory when the reader is slow"))
          .Help("use pipeline(source, target), or pause() the source until 'drain' when write() returns false");
      continue;
    }
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
