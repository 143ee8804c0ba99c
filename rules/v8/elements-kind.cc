// Arrays in hot code that lose their packed elements, or those of numbers: read past the end, holes by delete and by
// new Array(n), numbers and other things put in together.
#include "analyzer/base/strings.h"
#include "rules/arrays.h"
#include "rules/plain_types.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool IsHot(const View& file, NodeId node) { return file.facts.heat.InHotLoop(file.project, file.id, node); }

// i <= a.length in the test of a for loop: that i and a; kNone otherwise.
struct Bound {
  BindingId index = kNone<BindingId>, array = kNone<BindingId>;
  NodeId operand = kNone<NodeId>;  // a.length
};
Bound BoundOf(const View& file, NodeId loop) {
  const Syntax& s = file.syntax;
  const NodeId test = s.Child(loop, Role::kTest);
  if (!Some(test) || s.KindOf(test) != Kind::kBinaryExpression || s[test].op != Op::kLe) return {};
  const NodeId left = s.Child(test, Role::kLeft), right = s.Child(test, Role::kRight);
  if (s.KindOf(left) != Kind::kIdentifier || s.KindOf(right) != Kind::kMemberExpression) return {};
  if ((s[right].flags & kComputed) != 0 || file.Text(s.Child(right, Role::kProperty)) != "length") return {};
  const NodeId array = s.FirstChild(right);
  if (s.KindOf(array) != Kind::kIdentifier) return {};
  return {file.model.BindingAt(left), file.model.BindingAt(array), right};
}

// for (let i = 0; i <= a.length; i++) ... a[i] ...: the last turn reads a[a.length].
void CheckBound(const View& file, Report& report, NodeId loop) {
  const Syntax& s = file.syntax;
  const Bound bound = BoundOf(file, loop);
  if (!Some(bound.index) || !Some(bound.array)) return;
  if (file.model.bindings[bound.array].writes != 0) return;
  const NodeId body = s.Child(loop, Role::kBody);
  if (!Some(body)) return;
  NodeId read = kNone<NodeId>;
  for (uint32_t i = Index(body); i < s[body].next; ++i) {
    const NodeId node = static_cast<NodeId>(i);
    const Kind kind = s.KindOf(node);
    // What looks at the length, the index or leaves the loop may spare the last turn.
    if (kind == Kind::kIdentifier && file.model.BindingAt(node) == bound.index) {
      const NodeId parent = s.Parent(node);
      const bool plain = s.KindOf(parent) == Kind::kMemberExpression && (s[parent].flags & kComputed) != 0 &&
                         s.FirstChild(parent) != node;
      if (!plain) return;
      const NodeId object = s.FirstChild(parent);
      if (s.KindOf(object) != Kind::kIdentifier || file.model.BindingAt(object) != bound.array) continue;
      const NodeId use = s.Parent(parent);
      if (s.KindOf(use) == Kind::kAssignmentExpression && s.FirstChild(use) == parent) return;  // a write
      if (!Some(read)) read = parent;
    }
    if (kind == Kind::kBreakStatement || kind == Kind::kReturnStatement) return;
  }
  if (!Some(read) || !IsHot(file, read)) return;
  const NodeId object = s.FirstChild(read);
  if (!IsArray(file, object)) return;
  const std::string_view name = file.Text(object);
  const NodeId test = s.Child(loop, Role::kTest), left = s.Child(test, Role::kLeft);
  report
      .At(read, Cat("the last turn reads ", name, "[", name,
                    ".length], past the end: from then on V8 treats every read here as one that may miss"))
      .Help(Cat("stop before the end: ", file.Text(left), " < ", name, ".length"))
      .FixWith({.description = Cat("use < instead of <="),
                .edits = {{file.SpanOf(test), Cat(file.Text(left), " < ", file.Text(bound.operand))}},
                .safe = false});
}

// delete a[i]
void CheckDelete(const View& file, Report& report, NodeId node) {
  const Syntax& s = file.syntax;
  const NodeId member = s.FirstChild(node);
  if (s.KindOf(member) != Kind::kMemberExpression || (s[member].flags & kComputed) == 0 || !IsHot(file, node)) return;
  const NodeId array = s.FirstChild(member);
  if (!IsArray(file, array)) return;
  const std::string_view index = file.Text(s.Child(member, Role::kProperty));
  report
      .At(node, Cat("delete leaves a hole in ", file.Text(array),
                    ": its elements become holey for good, and every read has to ask the prototypes"))
      .Help(Cat("take the element out, ", file.Text(array), ".splice(", index, ", 1), or set it to undefined"));
}

// const a = new Array(n); for (...) a[i] = x: holey, although every place is filled in the end.
void CheckHoley(const View& file, Report& report, const Call& call) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  if (call.kind != CallKind::kNew || call.arg_count != 1 || file.Text(file.CalleeNode(call)) != "Array") return;
  const Argument* length = m.Arg(call, 0);
  if (length->spread) return;
  // A few places, or not a number.
  const auto constant = file.ConstantNumber(length->node);
  if (constant && *constant < 16) return;
  const ValueKind kind = Some(length->value) ? m[length->value].kind : ValueKind::kUnknown;
  if (kind == ValueKind::kString || kind == ValueKind::kObject || kind == ValueKind::kArray) return;
  const NodeId declarator = s.Parent(call.node);
  if (s.KindOf(declarator) != Kind::kVariableDeclarator) return;
  const BindingId array = m.BindingAt(s.FirstChild(declarator));
  if (!Some(array) || m.bindings[array].writes != 0) return;
  // Filled and read by index, in hot code.
  bool filled = false;
  NodeId read = kNone<NodeId>;
  for (const NodeId use : file.References(array)) {
    const NodeId member = s.Parent(use);
    if (s.KindOf(member) != Kind::kMemberExpression || s.FirstChild(member) != use) continue;
    if ((s[member].flags & kComputed) == 0) continue;
    const NodeId parent = s.Parent(member);
    if (s.KindOf(parent) == Kind::kAssignmentExpression && s.FirstChild(parent) == member) {
      filled = filled || Some(EnclosingLoop(m, member));
    } else if (!Some(read) && Some(EnclosingLoop(m, member)) && IsHot(file, member)) {
      read = member;
    }
  }
  if (!filled || !Some(read)) return;
  const std::string_view name = file.Text(s.FirstChild(declarator));
  report
      .At(call.node, Cat("new Array(", file.Text(length->node), ") makes a holey array and ", name,
                         " stays one when all is filled: reads in hot code check each element for a hole"))
      .Via({{{file.id, file.SpanOf(read)}, "reads it in hot code"}}, "the array")
      .Help(Cat("start with [] and push(), or Array.from({ length: ", file.Text(length->node),
                " }, ...), or a typed array for numbers"));
}

// Is a value, `node`, calculated with: a[i] * 2, sum += a[i], a[i] < x? Not to make text of it.
bool IsCalculatedWith(const View& file, NodeId node) {
  const Syntax& s = file.syntax;
  const NodeId by = s.Parent(node);
  if (s.KindOf(by) == Kind::kAssignmentExpression) {
    const NodeId to = s.FirstChild(by);
    if (to == node || s[by].op == Op::kAssign) return false;
    if (s[by].op != Op::kAddAssign) return true;
    // let sum = 0
    const BindingId sum = file.model.BindingAt(to);
    if (!Some(sum) || Index(file.model.bindings[sum].node) >= s.size()) return false;
    const NodeId declarator = s.Parent(file.model.bindings[sum].node);
    if (s.KindOf(declarator) != Kind::kVariableDeclarator) return false;
    const NodeId init = s.Child(declarator, Role::kValue);
    return Some(init) && PlainTypeOf(file.model, init) == PlainType::kNumber;
  }
  if (s.KindOf(by) != Kind::kBinaryExpression) return false;
  switch (s[by].op) {
    case Op::kSub:
    case Op::kMul:
    case Op::kDiv:
    case Op::kMod:
    case Op::kExp:
    case Op::kLt:
    case Op::kGt:
    case Op::kLe:
    case Op::kGe:
      return true;
    case Op::kAdd: {
      const NodeId left = s.Child(by, Role::kLeft);
      return PlainTypeOf(file.model, left == node ? s.Child(by, Role::kRight) : left) == PlainType::kNumber;
    }
    default:
      return false;
  }
}

// const a = []; for (...) a.push(price, name); ... for (...) sum += a[i]: what is calculated with lies among other
// things.
void CheckMixed(const View& file, Report& report, BindingId array) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  const Binding& b = m.bindings[array];
  if (b.writes != 0 || !Some(b.value) || m[b.value].kind != ValueKind::kArray) return;
  struct Put {
    PlainType type;
    NodeId node;
  };
  Put number{PlainType::kNumber, kNone<NodeId>}, other = number;
  const auto put = [&](NodeId node) {
    if (!IsHot(file, node)) return;
    const PlainType type = PlainTypeOf(m, node);
    if (type == PlainType::kUnknown) return;
    Put& one = type == PlainType::kNumber ? number : other;
    if (!Some(one.node)) one = {type, node};
  };
  NodeId read = kNone<NodeId>;
  const auto look = [&](NodeId node) {
    if (!Some(read) && IsCalculatedWith(file, node) && IsHot(file, node)) read = node;
  };
  for (const NodeId use : file.References(array)) {
    const NodeId by = s.Parent(use);
    if (s.KindOf(by) == Kind::kForOfStatement && s.Child(by, Role::kRight) == use) {
      NodeId each = s.FirstChild(by);
      while (s.KindOf(each) == Kind::kVariableDeclaration || s.KindOf(each) == Kind::kVariableDeclarator)
        each = s.FirstChild(each);
      const BindingId element = m.BindingAt(each);
      if (!Some(element)) continue;
      for (const NodeId one : file.References(element)) look(one);
    }
    if (s.KindOf(by) != Kind::kMemberExpression || s.FirstChild(by) != use) continue;
    const NodeId around = s.Parent(by);
    if ((s[by].flags & kComputed) != 0) {
      if (s.KindOf(around) == Kind::kAssignmentExpression && s.FirstChild(around) == by) {
        if (s[around].op == Op::kAssign && PlainTypeOf(m, s.Child(by, Role::kProperty)) == PlainType::kNumber)
          put(s.Child(around, Role::kRight));
      } else {
        look(by);
      }
    } else if (file.Text(s.Child(by, Role::kProperty)) == "push") {
      const CallId id = m.CallAt(around);
      if (!Some(id) || s.FirstChild(around) != by) continue;
      for (uint32_t i = 0; i < m.calls[id].arg_count; ++i) {
        const Argument* given = m.Arg(m.calls[id], i);
        if (!given->spread) put(given->node);
      }
    }
  }
  if (!Some(number.node) || !Some(other.node) || !Some(read)) return;
  const std::string_view name = file.Name(b.name);
  const std::string_view what = other.type == PlainType::kText      ? "a string"
                                : other.type == PlainType::kNothing ? "undefined"
                                                                    : "an object";
  report
      .At(other.node, Cat(name, " holds numbers, and ", what,
                          " goes in among them: V8 keeps its elements as anything "
                          "then, with each number that is no small integer in a box of its own"))
      .Via({{{file.id, file.SpanOf(number.node)}, "puts a number in"},
            {{file.id, file.SpanOf(read)}, "calculates with what it holds, in hot code"}},
           "the array")
      .Help(Cat("keep the numbers in an array of their own"));
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (s.KindOf(node) == Kind::kForStatement) CheckBound(file, report, node);
    if (s.KindOf(node) == Kind::kUnaryExpression && s[node].op == Op::kDelete) CheckDelete(file, report, node);
  }
  for (const CallId id : Ids(file.model.calls)) CheckHoley(file, report, file.model.calls[id]);
  for (const BindingId id : Ids(file.model.bindings)) CheckMixed(file, report, id);
}

}  // namespace

RULE = {
    .summary = "an array in hot code loses its packed elements",
    .why =
        "V8 keeps arrays without holes as packed elements and reads them by a load and a bounds check. A hole, left by "
        "delete or by new Array(n), makes the array holey for good, also when it is filled later: each read then "
        "checks "
        "for the hole. A read past the end makes the site handle misses, which costs two to three times the read, and "
        "gives undefined besides. Arrays of nothing but numbers keep them unboxed; one string among them, and "
        "calculating with the numbers costs a third more. Seen with V8 11.3, 12.4 and 13.6 (Node 20, 22 and 24).",
    .fix =
        "Stop loops at length, push() onto an empty array or use Array.from, splice() instead of delete, one array for "
        "each kind of thing.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
