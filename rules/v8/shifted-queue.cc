// A loop empties an array from the front by shift(). Loops that wait for something on each turn are left alone, and
// arrays of few elements: written out, made of words, or kept short by the loop itself.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/arrays.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Does `node` name the same variable or property as `queue`?
bool Same(const View& file, NodeId node, NodeId queue) {
  if (!Some(node)) return false;
  const BindingId binding = file.model.BindingAt(queue);
  return Some(binding) ? file.model.BindingAt(node) == binding : file.Text(node) == file.Text(queue);
}

bool IsNumber(const View& file, NodeId node, double number) {
  const auto constant = Some(node) ? file.ConstantNumber(node) : std::nullopt;
  return constant && *constant == number;
}

// queue.length
bool IsLengthOf(const View& file, NodeId node, NodeId queue) {
  const Syntax& s = file.syntax;
  return Some(node) && s.KindOf(node) == Kind::kMemberExpression && (s[node].flags & kComputed) == 0 &&
         file.Text(s.Child(node, Role::kProperty)) == "length" && Same(file, s.FirstChild(node), queue);
}

// Does the loop go on until nothing is left: while (queue.length), queue.length > 0, (x = queue.shift())?
bool UntilEmpty(const View& file, NodeId test, NodeId queue, NodeId shift) {
  const Syntax& s = file.syntax;
  if (!Some(test)) return false;
  if (s.Contains(test, shift) || IsLengthOf(file, test, queue)) return true;
  if (s.KindOf(test) == Kind::kLogicalExpression && s[test].op == Op::kAnd) {
    return UntilEmpty(file, s.Child(test, Role::kLeft), queue, shift) ||
           UntilEmpty(file, s.Child(test, Role::kRight), queue, shift);
  }
  if (s.KindOf(test) != Kind::kBinaryExpression || !IsLengthOf(file, s.Child(test, Role::kLeft), queue)) return false;
  const NodeId right = s.Child(test, Role::kRight);
  switch (s[test].op) {
    case Op::kGt:
    case Op::kNe:
    case Op::kStrictNe:
      return IsNumber(file, right, 0);
    case Op::kGe:
      return IsNumber(file, right, 1);
    default:
      return false;
  }
}

// Leaves the loop, or waits on each turn: then few are taken, or what is waited for takes longer.
bool StopsOnTheWay(const Syntax& s, NodeId body) {
  for (uint32_t i = Index(body); i < s[body].next;) {
    const Kind kind = s.nodes[i].kind;
    if (kind == Kind::kAwaitExpression || kind == Kind::kYieldExpression) return true;
    i = IsFunction(kind) ? s.nodes[i].next : i + 1;
  }
  // A last statement that leaves: one turn.
  NodeId last = kNone<NodeId>;
  if (s.KindOf(body) != Kind::kBlockStatement) return false;
  for (const NodeId child : s.ChildrenOf(body)) last = child;
  if (!Some(last)) return false;
  const Kind kind = s.KindOf(last);
  return kind == Kind::kBreakStatement || kind == Kind::kReturnStatement || kind == Kind::kThrowStatement;
}

// Is it an array of words or arguments: text.split('/'), process.argv.slice(2)?
bool IsShort(const View& file, ValueId value, int depth = 0) {
  const FileModel& m = file.model;
  for (int i = 0; i < 8 && Some(value); ++i) {
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      const BindingId binding = static_cast<BindingId>(v.a);
      if (m.bindings[binding].writes > 0) {
        const auto given = m.AssignmentsOf(binding);
        return depth < 3 && !given.empty() &&
               std::ranges::all_of(given, [&](const Assignment& one) { return IsShort(file, one.value, depth + 1); });
      }
      value = m.bindings[binding].value;
    } else if (v.kind == ValueKind::kRest) {
      return true;
    } else if (v.kind == ValueKind::kCall) {
      const Call& call = m.calls[static_cast<CallId>(v.a)];
      const std::string_view method = file.Method(call);
      if (method == "split" || method == "match" || method == "exec") return true;
      if (method != "slice" && method != "filter" && method != "map" && method != "reverse" && method != "sort")
        return false;
      value = file.Receiver(call);
    } else if (v.kind == ValueKind::kMember) {
      const std::string_view name = m.names[static_cast<NameId>(v.b)];
      return name == "argv" || name == "execArgv";
    } else {
      return false;
    }
  }
  return false;
}

// Does the function, or where the variable is known the whole file, put more into it than was written down?
bool Grows(const View& file, NodeId queue, FunctionId function) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const BindingId binding = m.BindingAt(queue);
  ValueId value = m.ValueOf(queue);
  for (int i = 0; i < 8 && Some(value) && m[value].kind == ValueKind::kBinding; ++i) {
    value = m.bindings[static_cast<BindingId>(m[value].a)].value;
  }
  if (Some(binding) && (!Some(value) || m[value].kind != ValueKind::kArray)) return true;  // comes from elsewhere
  if (Some(value) && m[value].kind == ValueKind::kArray) {
    for (const NodeId child : s.ChildrenOf(static_cast<NodeId>(m[value].a))) {
      if (s.KindOf(child) == Kind::kSpreadElement) return true;
    }
  }
  for (const CallId id : file.MethodCalls({"push", "unshift", "splice"})) {
    const Call& call = m.calls[id];
    if (!Some(binding) && call.function != function) continue;
    if (call.arg_count > 0 && Same(file, s.FirstChild(file.CalleeNode(call)), queue)) return true;
  }
  return !Some(binding);  // a property: filled elsewhere
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const CallId id : file.MethodCalls({"shift"})) {
    const Call& call = m.calls[id];
    const NodeId queue = s.FirstChild(file.CalleeNode(call));
    const NodeId loop = EnclosingLoop(m, call.node);
    if (call.arg_count != 0 || !Some(loop) || !Some(queue)) continue;
    const Kind kind = s.KindOf(loop);
    if (kind != Kind::kWhileStatement && kind != Kind::kDoWhileStatement && kind != Kind::kForStatement) continue;
    const BindingId binding = m.BindingAt(queue);
    if (!Some(binding) && s.KindOf(queue) != Kind::kMemberExpression) continue;
    if (Some(binding) && s.Contains(loop, m.bindings[binding].node)) continue;  // another one on each turn
    const NodeId body = s.Child(loop, Role::kBody);
    if (!Some(body) || !UntilEmpty(file, s.Child(loop, Role::kTest), queue, call.node) || StopsOnTheWay(s, body))
      continue;
    if (!IsArray(file, queue) || IsShort(file, m.ValueOf(queue)) || !Grows(file, queue, call.function)) continue;
    const bool hot = file.HotIn(call.function);
    // What a program does once at start-up, on lists it knows, may be as slow as it is. A library cannot know.
    const ProgramKind program = file.project.KindOf(file.id);
    if (!hot && (program == ProgramKind::kServer || program == ProgramKind::kCli)) continue;
    const std::string_view name = file.Text(queue);
    report
        .At(call.node, Cat(name, ".shift() moves all that is left of the array, so emptying ", name,
                           " takes quadratic time once it holds some 16,000 elements"))
        .Via(hot ? file.HotPathTo(call.function).steps : std::vector<Step>())
        .Help(Cat("take them by an index that moves on, for (let head = 0; head < ", name, ".length; head++) ", name,
                  "[head], or by pop() where the order does not matter"))
        .As(hot ? Severity::kWarn : Severity::kInfo);
  }
}

}  // namespace

RULE = {
    .summary = "a loop empties a long array from the front",
    .why =
        "shift() moves every element that is left one place down. V8 spares itself the work while the array is short, "
        "by moving the start of it; beyond some 16,000 elements, which is where arrays get memory of their own, it "
        "moves them all. Emptying 20,000 takes hundreds of times as long as reading them, 100,000 hold the event loop "
        "for seconds, and whoever chooses the size chooses how long. Seen with V8 11.3, 12.4 and 13.6 (Node 20, 22 and "
        "24).",
    .fix =
        "Walk through the array by an index and let go of it at the end; also a worklist can grow meanwhile. For a "
        "queue that lives on, cut off what was taken now and then, or use a linked list.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kMedium,
    .cwe = 407,
    .on_by_default = false,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
