// A collection is made anew on every step from all that was gathered so far. Seen are steps of reduce(), of loops and
// of 'data' listeners; a collection that is also emptied on the way stays small and is left alone.
#include <optional>
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Is `node` the variable or property that `left` names? Properties of `this` are compared as written.
bool Same(const View& file, NodeId node, NodeId left) {
  const FileModel& m = file.model;
  if (!Some(node)) return false;
  const BindingId binding = m.BindingAt(left);
  if (Some(binding)) return m.BindingAt(node) == binding;
  return file.Text(node) == file.Text(left);
}

NodeId Operand(const Syntax& s, NodeId spread) {
  return s.KindOf(spread) == Kind::kSpreadElement ? s.FirstChild(spread) : kNone<NodeId>;
}

// What in `expression` copies all of the accumulator `left`: as written, "" when nothing does.
std::string Copy(const View& file, NodeId expression, NodeId left, bool is_array) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  const Kind kind = s.KindOf(expression);
  if (kind == Kind::kArrayExpression || kind == Kind::kObjectExpression) {
    int members = 0;
    bool copied = false;
    for (const NodeId child : s.ChildrenOf(expression)) {
      ++members;
      copied |= Same(file, Operand(s, child), left);
    }
    if (!copied || members < 2) return "";  // { ...x } alone is a copy, not a step
    return kind == Kind::kArrayExpression ? Cat("[...", file.Text(left), ", ...]")
                                          : Cat("{ ...", file.Text(left), ", ... }");
  }
  const CallId id = m.CallAt(expression);
  if (!Some(id)) return "";
  const Call& call = m.calls[id];
  if (is_array && file.Method(call) == "concat") {
    const NodeId object = s.FirstChild(file.CalleeNode(call));
    return Same(file, object, left) && call.arg_count > 0 ? Cat(file.Text(left), ".concat()") : "";
  }
  const Api* api = file.ApiOf(id);
  if (api == nullptr) return "";
  if (api->name == "global.Buffer.concat" || api->name == "buffer.Buffer.concat") {
    const Argument* list = m.Arg(call, 0);
    if (list == nullptr || s.KindOf(list->node) != Kind::kArrayExpression) return "";
    // Cut to a few bytes: the start of a file.
    const Argument* length = m.Arg(call, 1);
    if (length != nullptr && file.ConstantNumber(length->node)) return "";
    for (const NodeId child : s.ChildrenOf(list->node)) {
      if (Same(file, child, left)) return Cat("Buffer.concat([", file.Text(left), ", ...])");
    }
  }
  if (api->name == "global.Object.assign" && call.arg_count > 2) {
    const NodeId target = m.Arg(call, 0)->node;
    if (s.KindOf(target) != Kind::kObjectExpression || Some(s.FirstChild(target))) return "";
    for (uint32_t i = 1; i < call.arg_count; ++i) {
      if (Same(file, m.Arg(call, i)->node, left)) return Cat("Object.assign({}, ", file.Text(left), ", ...)");
    }
  }
  return "";
}

bool IsArrayLiteral(const View& file, ValueId value) {
  const FileModel& m = file.model;
  for (int i = 0; i < 8 && Some(value) && m[value].kind == ValueKind::kBinding; ++i) {
    const Binding& b = m.bindings[static_cast<BindingId>(m[value].a)];
    value = b.value;
  }
  return Some(value) && m[value].kind == ValueKind::kArray;
}

// An array that is written out, or the keys of an object that is: const styles = { ... }; Object.keys(styles).
bool IsWrittenOut(const View& file, ValueId value) {
  const FileModel& m = file.model;
  if (IsArrayLiteral(file, value)) return true;
  for (int i = 0; i < 4 && Some(value) && m[value].kind == ValueKind::kBinding; ++i)
    value = m.bindings[static_cast<BindingId>(m[value].a)].value;
  if (!Some(value) || m[value].kind != ValueKind::kCall) return false;
  const CallId id = static_cast<CallId>(m[value].a);
  const Api* api = file.ApiOf(id);
  if (api == nullptr || (api->name != "global.Object.keys" && api->name != "global.Object.entries" &&
                         api->name != "global.Object.values")) {
    return false;
  }
  const Argument* of = m.Arg(m.calls[id], 0);
  if (of == nullptr || of->spread || file.syntax.KindOf(of->node) != Kind::kIdentifier) return false;
  const BindingId table = m.BindingAt(of->node);
  if (!Some(table) || m.bindings[table].writes != 0 || !Some(m.bindings[table].value)) return false;
  const Value& held = m[m.bindings[table].value];
  if (held.kind != ValueKind::kObject || m.objects[static_cast<ObjectId>(held.a)].has_spread) return false;
  // No table[key] = x.
  return std::ranges::none_of(file.References(table), [&](NodeId use) {
    const NodeId member = file.syntax.Parent(use), by = file.syntax.Parent(member);
    return file.syntax.KindOf(member) == Kind::kMemberExpression && (file.syntax[member].flags & kComputed) != 0 &&
           file.syntax.KindOf(by) == Kind::kAssignmentExpression && file.syntax.FirstChild(by) == member;
  });
}

// The list that steps are taken over is written out: a few steps, whatever happens.
bool Bounded(const View& file, NodeId loop) {
  const Syntax& s = file.syntax;
  const Kind kind = s.KindOf(loop);
  if (kind == Kind::kForOfStatement) {
    const NodeId right = s.Child(loop, Role::kRight);
    return Some(right) && IsArrayLiteral(file, file.model.ValueOf(right));
  }
  if (kind == Kind::kForStatement) {
    const NodeId test = s.Child(loop, Role::kTest);
    if (!Some(test) || s.KindOf(test) != Kind::kBinaryExpression) return false;
    const NodeId right = s.Child(test, Role::kRight);
    const auto bound = Some(right) ? file.ConstantNumber(right) : std::nullopt;
    return bound && *bound <= 100;
  }
  return kind == Kind::kForInStatement;  // the keys of one object
}

// The loop is left after that: it runs once. A break may be of a switch in it.
bool LeavesAfter(const Syntax& s, NodeId statement, NodeId loop) {
  const NodeId parent = s.Parent(statement);
  if (!Some(parent)) return false;
  for (NodeId at = parent; at != loop; at = s.Parent(at)) {
    if (!Some(at) || s.KindOf(at) == Kind::kSwitchStatement) return false;
  }
  for (uint32_t next = s[statement].next; next < s[parent].next; next = s.nodes[next].next) {
    const Kind kind = s.nodes[next].kind;
    if (kind == Kind::kBreakStatement || kind == Kind::kReturnStatement || kind == Kind::kThrowStatement) return true;
  }
  return false;
}

// [...all, x] -> (all.push(x), all); { ...all, x } -> Object.assign(all, { x }); with `assigned`, the whole assignment.
std::optional<Fix> InPlace(const View& file, NodeId expression, NodeId left, NodeId assigned) {
  const Syntax& s = file.syntax;
  const Kind kind = s.KindOf(expression);
  if (kind != Kind::kArrayExpression && kind != Kind::kObjectExpression) return std::nullopt;
  NodeId first = kNone<NodeId>, second = kNone<NodeId>, last = kNone<NodeId>;
  for (const NodeId c : s.ChildrenOf(expression)) {
    if (!Some(first))
      first = c;
    else if (!Some(second))
      second = c;
    last = c;
    // Once, and before the others: what follows may replace what was there.
    if (c != first && Same(file, Operand(s, c), left)) return std::nullopt;
  }
  if (!Some(second) || !Same(file, Operand(s, first), left)) return std::nullopt;
  const std::string all(file.Text(left)), rest(file.Text(Span{s[second].start, s[last].end}));
  const bool array = kind == Kind::kArrayExpression;
  const std::string step = array ? Cat(all, ".push(", rest, ")") : Cat("Object.assign(", all, ", { ", rest, " })");
  if (Some(assigned)) {
    if (s.KindOf(s.Parent(assigned)) != Kind::kExpressionStatement) return std::nullopt;
    return Fix{.description = Cat("add to ", all, " itself"), .edits = {{file.SpanOf(assigned), step}}, .safe = false};
  }
  return Fix{.description = Cat("add to ", all, " itself"),
             .edits = {{file.SpanOf(expression), array ? Cat("(", step, ", ", all, ")") : step}},
             .safe = false};
}

void Tell(const View& file, Report& report, NodeId at, const std::string& copy, FunctionId function, bool per_chunk,
          std::optional<Fix> fix) {
  const bool hot = per_chunk || file.HotIn(function);
  // What a program does once at start-up, on lists it knows, may be as slow as it is. A library cannot know.
  const ProgramKind kind = file.project.KindOf(file.id);
  if (!hot && (kind == ProgramKind::kServer || kind == ProgramKind::kCli)) return;
  auto finding =
      report.At(at, Cat(copy, " copies all that was gathered so far on every ", per_chunk ? "chunk" : "step"));
  if (fix) finding.FixWith(*std::move(fix));
  finding.Via(file.HotIn(function) ? file.HotPathTo(function).steps : std::vector<Step>())
      .Help(copy.starts_with("Buffer") ? "push the chunks into an array and call Buffer.concat(chunks) once, at the end"
            : copy.starts_with("{") || copy.starts_with("Object")
                ? "assign the new property to the accumulator itself, which nobody else holds"
                : "push to the accumulator itself, which nobody else holds")
      .As(hot ? Severity::kWarn : Severity::kInfo);
}

void CheckReduce(const View& file, Report& report) {
  const FileModel& m = file.model;
  std::set<FunctionId> told;  // one callback may be given to several calls, and return in several places
  for (const CallId id : file.MethodCalls({"reduce", "reduceRight"})) {
    const Call& call = m.calls[id];
    if (call.arg_count != 2) continue;
    const FunctionRef f = file.FunctionOf(m.Arg(call, 0)->value);
    if (!Some(f.function) || f.file != file.id || IsWrittenOut(file, file.Receiver(call))) continue;
    const Function& function = m.functions[f.function];
    if (function.param_count == 0 || function.is_async) continue;
    const NodeId parameter = file.syntax.FirstChild(m.params[function.first_param].node);
    const NodeId left = Some(parameter) ? parameter : m.params[function.first_param].node;
    if (!Some(m.BindingAt(left))) continue;
    const bool is_array = IsArrayLiteral(file, m.Arg(call, 1)->value);
    for (const Flow& flow : m.flow) {
      if (flow.kind != FlowKind::kReturn || flow.function != f.function) continue;
      // An arrow's body is the value itself.
      const NodeId value =
          file.syntax.KindOf(flow.node) == Kind::kReturnStatement ? file.syntax.FirstChild(flow.node) : flow.node;
      if (!Some(value)) continue;
      const std::string copy = Copy(file, value, left, is_array);
      if (copy.empty() || !told.insert(f.function).second) continue;
      Tell(file, report, value, copy, call.function, false, InPlace(file, value, left, kNone<NodeId>));
    }
  }
}

void CheckAssignments(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const WriteId id : Ids(m.writes)) {
    const Write& write = m.writes[id];
    if (s.KindOf(write.node) != Kind::kAssignmentExpression || s[write.node].op != Op::kAssign) continue;
    const NodeId left = s.Child(write.node, Role::kLeft), right = s.Child(write.node, Role::kRight);
    if (!Some(left) || !Some(right)) continue;
    const Kind kind = s.KindOf(right);
    if (kind != Kind::kArrayExpression && kind != Kind::kObjectExpression && kind != Kind::kCallExpression) continue;
    const BindingId binding = m.BindingAt(left);
    const bool is_this =
        s.KindOf(left) == Kind::kMemberExpression && s.KindOf(s.FirstChild(left)) == Kind::kThisExpression;
    if (!Some(binding) && !is_this) continue;
    const bool is_array = Some(binding) && IsArrayLiteral(file, m.bindings[binding].value);
    // Repeated by a loop around, in which the variable is not declared, or by a 'data' listener.
    const NodeId loop = EnclosingLoop(m, write.node);
    const auto declared_in = [&](NodeId outer) { return Some(binding) && s.Contains(outer, m.bindings[binding].node); };
    bool per_chunk = false;
    if (!Some(loop)) {
      for (const Entry& e : file.facts.calls.EntriesOf({file.id, write.function})) per_chunk |= e.event == "data";
      if (!per_chunk || declared_in(m.functions[write.function].node)) continue;
    } else if (declared_in(loop) || Bounded(file, loop)) {
      continue;
    }
    const std::string copy = Copy(file, right, left, is_array || !Some(binding));
    if (copy.empty() || (Some(loop) && LeavesAfter(s, s.Parent(write.node), loop))) continue;
    // Emptied or cut on the way?
    const auto resets = [&](WriteId other) {
      if (other == id) return false;
      const NodeId to = s.Child(m.writes[other].node, Role::kLeft);
      if (!Some(to) || !Same(file, to, left)) return false;
      const NodeId from = s.Child(m.writes[other].node, Role::kRight);
      if (Some(from) && !Copy(file, from, left, true).empty()) return false;
      if (Some(loop)) return s.Contains(loop, m.writes[other].node) || is_this;
      return m.functions[m.writes[other].function].kind != FunctionKind::kConstructor;
    };
    bool reset = false;
    for (const WriteId other : Ids(m.writes)) reset = reset || resets(other);
    if (reset) continue;
    Tell(file, report, write.node, copy, write.function, per_chunk, InPlace(file, right, left, write.node));
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  CheckReduce(file, report);
  CheckAssignments(file, report);
}

}  // namespace

RULE = {
    .summary = "a collection is copied whole on every step that adds to it",
    .why =
        "A spread, concat(), Object.assign({}, ...) or Buffer.concat() of what was gathered so far copies all of it, "
        "so n "
        "steps copy n * n / 2 elements. A few hundred pass unnoticed; 50,000 rows of a query or the chunks of a large "
        "upload hold the event loop for seconds, and whoever chooses the size chooses how long. Seen with "
        "V8 11.3, 12.4 and 13.6 (Node 20, 22 and 24).",
    .fix = "Add to the accumulator itself: push(), acc[key] = value, and Buffer.concat(chunks) once at the end.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 407,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
