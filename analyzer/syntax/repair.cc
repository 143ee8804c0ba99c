#include "analyzer/syntax/repair.h"

#include <utility>

namespace looplint {
namespace {

bool IsBinary(Kind k) { return k == Kind::kBinaryExpression || k == Kind::kLogicalExpression; }

// Binds its right operand less tightly than a postfix operator would.
bool IsLow(const Node& n) {
  if (n.flags & kParenthesized) return false;
  switch (n.kind) {
    case Kind::kAwaitExpression:
    case Kind::kUnaryExpression:
    case Kind::kBinaryExpression:
    case Kind::kLogicalExpression:
    case Kind::kYieldExpression:
    case Kind::kAssignmentExpression:
    case Kind::kConditionalExpression:
      return true;
    default:
      return false;
  }
}

bool IsPostfix(const Node& n) {
  return n.kind == Kind::kCallExpression || n.kind == Kind::kMemberExpression ||
         n.kind == Kind::kTaggedTemplateExpression ||
         n.kind == Kind::kTSNonNullExpression;
}

bool BindsTooLittle(const Node& left, const Node& n) {
  return IsBinary(n.kind) && IsBinary(left.kind) && !(left.flags & kParenthesized) && Precedence(left.op) != 0 &&
         Precedence(n.op) > Precedence(left.op);
}

// The same tree with links that can be turned.
class Linked {
 public:
  explicit Linked(const std::vector<Node>& nodes) : nodes_(nodes), first_(nodes.size(), 0), sibling_(nodes.size(), 0) {
    for (uint32_t i = 0; i < nodes.size(); ++i) {
      const uint32_t end = nodes[i].next;
      if (i + 1 < end) first_[i] = i + 1;
      for (uint32_t c = i + 1; c < end; c = nodes[c].next) {
        if (nodes[c].next < end) sibling_[c] = nodes[c].next;
      }
    }
  }

  void Mend() {
    // Reverse preorder: children before parents.
    for (uint32_t i = static_cast<uint32_t>(nodes_.size()); i-- > 1;) {
      if (IsPostfix(nodes_[i]) && first_[i] != 0 && IsLow(nodes_[first_[i]])) PushDown(i);
      if (IsBinary(nodes_[i].kind)) Rotate(i);
    }
  }

  std::vector<Node> Emit() const {
    std::vector<Node> out;
    out.reserve(nodes_.size());
    struct Open {
      uint32_t row;      // in out
      uint32_t sibling;  // to go on with
    };
    std::vector<Open> stack;
    uint32_t at = 0, parent = 0;
    for (;;) {
      const uint32_t row = static_cast<uint32_t>(out.size());
      out.push_back(nodes_[at]);
      out[row].parent = static_cast<NodeId>(parent);
      stack.push_back({row, sibling_[at]});
      if (first_[at] != 0) {
        parent = row;
        at = first_[at];
        continue;
      }
      for (;;) {
        const Open top = stack.back();
        stack.pop_back();
        out[top.row].next = static_cast<uint32_t>(out.size());
        if (stack.empty()) return out;
        if (top.sibling != 0) {
          at = top.sibling;
          parent = stack.back().row;
          break;
        }
      }
    }
  }

 private:
  uint32_t LastChild(uint32_t n) const {
    uint32_t c = first_[n];
    while (c != 0 && sibling_[c] != 0) c = sibling_[c];
    return c;
  }
  // Puts `with` where `what` stands below `parent`; `with` takes its place among the siblings.
  void Replace(uint32_t parent, uint32_t what, uint32_t with) {
    sibling_[with] = sibling_[what];
    if (first_[parent] == what) {
      first_[parent] = with;
    } else {
      uint32_t c = first_[parent];
      while (c != 0 && sibling_[c] != what) c = sibling_[c];
      if (c != 0) sibling_[c] = with;
    }
    nodes_[with].parent = static_cast<NodeId>(parent);
  }
  // `top` takes over what the place of `n` says of its occupant.
  void TakePlace(uint32_t top, uint32_t n) {
    const uint32_t parent = Index(nodes_[n].parent);
    const Role role = nodes_[n].role;
    const uint8_t paren = nodes_[n].flags & kParenthesized;
    Replace(parent, n, top);
    nodes_[top].role = role;
    nodes_[top].flags |= paren;
    nodes_[n].flags &= static_cast<uint8_t>(~kParenthesized);
  }

  void PushDown(uint32_t n) {
    const uint32_t top = first_[n];
    std::vector<uint32_t> path;
    uint32_t cur = top;
    while (IsLow(nodes_[cur])) {
      path.push_back(cur);
      const uint32_t last = LastChild(cur);
      if (last == 0) return;
      cur = last;
    }
    const uint32_t rest = sibling_[top];  // arguments, property
    TakePlace(top, n);
    const uint32_t holder = path.back();
    const Role cur_role = nodes_[cur].role;
    Replace(holder, cur, n);
    nodes_[cur].role = nodes_[n].kind == Kind::kMemberExpression ? Role::kObject : Role::kCallee;
    nodes_[n].role = cur_role;
    first_[n] = cur;
    sibling_[cur] = rest;
    nodes_[cur].parent = static_cast<NodeId>(n);
    nodes_[n].start = nodes_[cur].start;
    for (const uint32_t p : path) nodes_[p].end = nodes_[n].end;
  }

  void Rotate(uint32_t n) {
    const uint32_t left = first_[n];
    if (left == 0 || !BindsTooLittle(nodes_[left], nodes_[n])) return;
    const uint32_t right_of_n = sibling_[left];
    const uint32_t moved = LastChild(left);
    if (moved == 0 || moved == first_[left]) return;
    TakePlace(left, n);
    Replace(left, moved, n);
    nodes_[n].role = Role::kRight;
    first_[n] = moved;
    sibling_[moved] = right_of_n;
    nodes_[moved].role = Role::kLeft;
    nodes_[moved].parent = static_cast<NodeId>(n);
    nodes_[n].start = nodes_[moved].start;
    nodes_[left].end = nodes_[n].end;
    Rotate(n);
  }

  std::vector<Node> nodes_;
  std::vector<uint32_t> first_, sibling_;  // 0: none (the root is nobody's child)
};

}  // namespace

int Precedence(Op op) {
  switch (op) {
    case Op::kNullish: return 1;
    case Op::kOr: return 2;
    case Op::kAnd: return 3;
    case Op::kBitOr: return 4;
    case Op::kBitXor: return 5;
    case Op::kBitAnd: return 6;
    case Op::kEq: case Op::kNe: case Op::kStrictEq: case Op::kStrictNe: return 7;
    case Op::kLt: case Op::kGt: case Op::kLe: case Op::kGe: case Op::kIn: case Op::kInstanceof: return 8;
    case Op::kShl: case Op::kShr: case Op::kUshr: return 9;
    case Op::kAdd: case Op::kSub: return 10;
    case Op::kMul: case Op::kDiv: case Op::kMod: return 11;
    case Op::kExp: return 12;
    default: return 0;
  }
}

void Repair(std::string_view, Syntax& syntax) {
  std::vector<Node>& nodes = syntax.nodes;
  bool mend = false;
  for (uint32_t i = 1; i < nodes.size(); ++i) {
    Node& n = nodes[i];
    switch (n.kind) {
      case Kind::kBinaryExpression:
        if (IsLogical(n.op)) n.kind = Kind::kLogicalExpression;
        if (n.next > i + 1 && IsBinary(nodes[i + 1].kind)) {
          // The left child has its operator already: tokens are seen while its own children are.
          mend |= BindsTooLittle(nodes[i + 1], n);
        }
        break;
      case Kind::kCallExpression:
      case Kind::kMemberExpression:
      case Kind::kTaggedTemplateExpression:
      case Kind::kTSNonNullExpression:
        mend |= n.next > i + 1 && IsPostfix(n) && IsLow(nodes[i + 1]);
        break;
      case Kind::kAssignmentExpression:
        // `using x = y` read as an assignment with a stray token.
        if ((n.flags & kParameterProperty) && nodes[Index(n.parent)].kind == Kind::kExpressionStatement && n.next > i + 1) {
          Node& statement = nodes[Index(n.parent)];
          statement.kind = Kind::kVariableDeclaration;
          statement.op = Op::kUsing;
          n.kind = Kind::kVariableDeclarator;
          nodes[i + 1].role = Role::kName;
          if (nodes[i + 1].next < n.next) nodes[nodes[i + 1].next].role = Role::kValue;
        }
        break;
      default:
        break;
    }
    if (n.role == Role::kName || n.role == Role::kProperty) {
      const Kind parent = nodes[Index(n.parent)].kind;
      if (parent == Kind::kMethodDefinition || parent == Kind::kPropertyDefinition) n.role = Role::kKey;
    }
  }
  if (!mend) return;
  Linked linked(nodes);
  linked.Mend();
  nodes = linked.Emit();
}

}  // namespace looplint
