#include "rules/plain_types.h"

#include <string_view>

namespace looplint {
namespace {

constexpr int kDeepest = 6;

PlainType TypeOf(const FileModel& m, NodeId node, int depth);

// Of a variable: what it is declared with, when all it is given besides is of that type.
PlainType TypeOfBinding(const FileModel& m, BindingId id, int depth) {
  const Syntax& s = m.syntax;
  const Binding& b = m.bindings[id];
  if (b.kind == BindingKind::kParam || Index(b.node) >= s.size()) return PlainType::kUnknown;
  const NodeId declarator = s.Parent(b.node);
  if (s.KindOf(declarator) != Kind::kVariableDeclarator || s.FirstChild(declarator) != b.node)
    return PlainType::kUnknown;
  const NodeId init = s.Child(declarator, Role::kValue);
  if (!Some(init)) return PlainType::kUnknown;
  const PlainType type = TypeOf(m, init, depth + 1);
  if (b.writes == 0 || type == PlainType::kUnknown) return type;
  for (ReferenceId r = b.first; Some(r); r = m.Next(r)) {
    const NodeId use = m.references[r].node, by = s.Parent(use);
    if (s.KindOf(by) != Kind::kAssignmentExpression || s.FirstChild(by) != use) {
      // i++, i; no pattern, no head of a loop.
      const Kind kind = s.KindOf(by);
      if (kind == Kind::kForInStatement || kind == Kind::kForOfStatement || kind == Kind::kArrayPattern ||
          kind == Kind::kAssignmentPattern || kind == Kind::kObjectPattern || kind == Kind::kRestElement) {
        return PlainType::kUnknown;
      }
      if (kind == Kind::kUpdateExpression && type != PlainType::kNumber) return PlainType::kUnknown;
      continue;
    }
    const PlainType given = TypeOf(m, s.Child(by, Role::kRight), depth + 1);
    switch (s[by].op) {
      case Op::kAssign:
      case Op::kAndAssign:
      case Op::kOrAssign:
      case Op::kNullishAssign:
        if (given != type) return PlainType::kUnknown;
        break;
      case Op::kAddAssign:
        if (type != PlainType::kText && given != type) return PlainType::kUnknown;
        break;
      default:  // with a number nothing but a number can be calculated
        if (type != PlainType::kNumber) return PlainType::kUnknown;
        break;
    }
  }
  return type;
}

PlainType TypeOf(const FileModel& m, NodeId node, int depth) {
  const Syntax& s = m.syntax;
  if (!Some(node) || depth > kDeepest) return PlainType::kUnknown;
  const auto number_if = [](bool is) { return is ? PlainType::kNumber : PlainType::kUnknown; };
  switch (s.KindOf(node)) {
    case Kind::kNumericLiteral:
      return PlainType::kNumber;
    case Kind::kTemplateLiteral:
      return PlainType::kText;
    case Kind::kIdentifier:
      if (const BindingId id = m.BindingAt(node); Some(id)) return TypeOfBinding(m, id, depth);
      break;
    case Kind::kObjectExpression:
    case Kind::kArrayExpression:
    case Kind::kNewExpression:
    case Kind::kFunctionExpression:
    case Kind::kArrowFunctionExpression:
      return PlainType::kObject;
    case Kind::kUpdateExpression:
      return number_if(TypeOf(m, s.FirstChild(node), depth + 1) == PlainType::kNumber);
    case Kind::kUnaryExpression:
      if (s[node].op == Op::kTypeof) return PlainType::kText;
      if (s[node].op == Op::kAdd) return PlainType::kNumber;  // of a BigInt it throws
      if (s[node].op == Op::kSub || s[node].op == Op::kBitNot)
        return number_if(TypeOf(m, s.FirstChild(node), depth + 1) == PlainType::kNumber);
      break;
    case Kind::kConditionalExpression: {
      const PlainType one = TypeOf(m, s.Child(node, Role::kConsequent), depth + 1);
      return one == TypeOf(m, s.Child(node, Role::kAlternate), depth + 1) ? one : PlainType::kUnknown;
    }
    case Kind::kBinaryExpression: {
      const PlainType left = TypeOf(m, s.Child(node, Role::kLeft), depth + 1);
      const PlainType right = TypeOf(m, s.Child(node, Role::kRight), depth + 1);
      switch (s[node].op) {
        case Op::kAdd:
          if (left == PlainType::kText || right == PlainType::kText) return PlainType::kText;
          return number_if(left == PlainType::kNumber && right == PlainType::kNumber);
        case Op::kUshr:
          return PlainType::kNumber;
        case Op::kSub:
        case Op::kMul:
        case Op::kDiv:
        case Op::kMod:
        case Op::kExp:
        case Op::kShl:
        case Op::kShr:
        case Op::kBitOr:
        case Op::kBitXor:
        case Op::kBitAnd:
          return number_if(left == PlainType::kNumber || right == PlainType::kNumber);
        default:
          return PlainType::kUnknown;
      }
    }
    case Kind::kCallExpression: {
      const CallId call = m.CallAt(node);
      const ValueId callee = Some(call) ? m.calls[call].callee : kNone<ValueId>;
      if (!Some(callee)) return PlainType::kUnknown;
      const Value& v = m[callee];
      if (v.kind == ValueKind::kGlobal) {
        const std::string_view name = m.names[static_cast<NameId>(v.a)];
        if (name == "Number" || name == "parseInt" || name == "parseFloat") return PlainType::kNumber;
        return name == "String" ? PlainType::kText : PlainType::kUnknown;
      }
      if (v.kind != ValueKind::kMember) return PlainType::kUnknown;
      const Value& object = m[static_cast<ValueId>(v.a)];
      const bool of_math =
          object.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(object.a)] == std::string_view("Math");
      return number_if(of_math);
    }
    default:
      break;
  }
  const ValueId value = m.ValueOf(node);
  if (!Some(value)) return PlainType::kUnknown;
  switch (m[value].kind) {
    case ValueKind::kNumber:
      return PlainType::kNumber;
    case ValueKind::kString:
    case ValueKind::kTemplate:
      return PlainType::kText;
    case ValueKind::kUndefined:
      return PlainType::kNothing;
    default:
      return PlainType::kUnknown;
  }
}

}  // namespace

PlainType PlainTypeOf(const FileModel& model, NodeId node) { return TypeOf(model, node, 0); }

}  // namespace looplint
