#include "analyzer/syntax/repair.h"

#include <algorithm>
#include <utility>

namespace looplint {
namespace {

// How a node combines its operands. Children of an operator: left operand, attached ones (arguments, property, the
// middle of a conditional, parameters of an arrow), right operand.
enum class Fix : uint8_t { kAtom, kPrefix, kInfix, kPostfix };

struct Operator {
  Fix fix = Fix::kAtom;
  uint8_t left = 0;   // how tightly it takes what stands before it
  uint8_t right = 0;  // ... and behind it
  bool right_associative = false;
};

constexpr uint8_t kAssignLevel = 2, kConditionalLevel = 3, kBinaryLevel = 3, kBitOrLevel = 7, kBitAndLevel = 9, kAsLevel = 11, kUnaryLevel = 16,
                  kUpdateLevel = 17, kNewLevel = 18, kPostfixLevel = 19;

class Reader {
 public:
  Reader(std::string_view text, const std::vector<Node>& nodes) : text_(text), nodes_(nodes) {}

  // What row `i` is as an operator, parentheses around it aside.
  Operator Of(uint32_t i) const {
    const Node& n = nodes_[i];
    if (n.next == i + 1) return {};
    const uint32_t first = i + 1;
    const bool two = nodes_[first].next < n.next;
    switch (n.kind) {
      case Kind::kCallExpression:
      case Kind::kMemberExpression:
      case Kind::kTaggedTemplateExpression:
      case Kind::kTSNonNullExpression:
        return {Fix::kPostfix, kPostfixLevel, 0, false};
      case Kind::kNewExpression:
        // Only called for when something tight follows; `new X` then has to take it.
        if (HasArguments(i)) return {};
        return {Fix::kPrefix, 0, kNewLevel, false};
      case Kind::kUnaryExpression:
      case Kind::kAwaitExpression:
        return {Fix::kPrefix, 0, kUnaryLevel, false};
      case Kind::kUpdateExpression:
        if (nodes_[first].start == n.start || (nodes_[first].flags & kParenthesized && At(n.start) == '(')) {
          return {Fix::kPostfix, kUpdateLevel, 0, false};
        }
        return {Fix::kPrefix, 0, kUnaryLevel, false};
      case Kind::kTSAsExpression:
        if (IsAssertion(i)) return {Fix::kPrefix, 0, kUnaryLevel, false};
        return {Fix::kPostfix, kAsLevel, 0, false};
      case Kind::kBinaryExpression:
      case Kind::kLogicalExpression: {
        const uint8_t level = static_cast<uint8_t>(Precedence(n.op));
        if (level == 0 || !two) return {};
        return {Fix::kInfix, static_cast<uint8_t>(level + kBinaryLevel), static_cast<uint8_t>(level + kBinaryLevel),
                n.op == Op::kExp};
      }
      case Kind::kAssignmentExpression:
        if (!two || n.flags & kParameterProperty) return {};
        return {Fix::kInfix, kAssignLevel, kAssignLevel, true};
      case Kind::kConditionalExpression:
        if (!two || nodes_[nodes_[first].next].next >= n.next) return {};
        return {Fix::kInfix, kConditionalLevel, kAssignLevel, true};
      case Kind::kYieldExpression:
        return {Fix::kPrefix, 0, kAssignLevel, false};
      case Kind::kArrowFunctionExpression: {
        uint32_t last = first;
        while (nodes_[last].next < n.next) last = nodes_[last].next;
        if (nodes_[last].role != Role::kBody || nodes_[last].kind == Kind::kBlockStatement) return {};
        return {Fix::kPrefix, 0, kAssignLevel, false};
      }
      default:
        return {};
    }
  }

  // `<T>x`, as against `x as T`.
  bool IsAssertion(uint32_t i) const { return At(nodes_[i].start) == '<' && nodes_[i + 1].start > nodes_[i].start; }
  // `<T>(x) => y`, which is read as an assertion when it has a return type.
  bool IsGenericArrow(uint32_t i) const {
    const Node& n = nodes_[i];
    if (n.kind != Kind::kTSAsExpression || n.next == i + 1 || !IsAssertion(i)) return false;
    const Node& arrow = nodes_[i + 1];
    return arrow.kind == Kind::kArrowFunctionExpression && !(arrow.flags & (kParenthesized | kAsync)) &&
           At(arrow.start) == '(';
  }
  // `x as A.B` goes on with `.C`, `["C"]`, `<D>` or `| E`: all of it is type.
  static bool MayContinueType(Kind k) {
    return k == Kind::kMemberExpression || k == Kind::kTSNonNullExpression;
  }
  // `f<T>` as against `x!`.
  bool IsInstantiation(uint32_t i) const {
    return nodes_[i].kind == Kind::kTSNonNullExpression && At(nodes_[i].end - 1) == '>';
  }
  // `f<T>(x, y)`, which is now and then read as two comparisons.
  bool IsGenericCall(uint32_t i) const {
    const Node& n = nodes_[i];
    if (n.kind != Kind::kBinaryExpression || n.op != Op::kGt || n.next == i + 1) return false;
    const Node& left = nodes_[i + 1];
    return left.kind == Kind::kBinaryExpression && left.op == Op::kLt && !(left.flags & kParenthesized) &&
           left.next < n.next && (nodes_[left.next].flags & kParenthesized) != 0;
  }

  bool HasArguments(uint32_t i) const {
    const Node& n = nodes_[i];
    const Node& callee = nodes_[i + 1];
    if (At(n.end - 1) != ')') return false;
    if (!(callee.flags & kParenthesized) || nodes_[i + 1].next < n.next) return true;
    return text_.substr(callee.end, n.end - callee.end).find('(') != text_.npos;
  }

  char At(uint32_t at) const { return at < text_.size() ? text_[at] : '\0'; }

 private:
  std::string_view text_;
  const std::vector<Node>& nodes_;
};

// Does operator `o` keep its right operand when an operator that takes `left` comes next?
bool Closes(const Operator& o, const Operator& next) {
  return o.right > next.left || (o.right == next.left && !next.right_associative);
}

// After `as T` these go on with the type.
bool MayContinueType(const Operator& o) {
  return o.fix == Fix::kPostfix ? o.left == kPostfixLevel
                                : o.fix == Fix::kInfix && (o.left == kBitOrLevel || o.left == kBitAndLevel);
}

bool WrongLeft(const Operator& o, const Operator& left) {
  if (left.fix == Fix::kPrefix || left.fix == Fix::kInfix) return !Closes(left, o);
  return left.fix == Fix::kPostfix && left.left == kAsLevel && MayContinueType(o);
}
bool WrongRight(const Operator& o, const Operator& right) {
  return (right.fix == Fix::kInfix || right.fix == Fix::kPostfix) && Closes(o, right);
}

bool IsUsing(const Node& n) {
  return n.kind == Kind::kAssignmentExpression && (n.flags & kParameterProperty) != 0;
}

// An operand that may belong somewhere else than below its parent.
bool MayBeLoose(const Node& n) {
  if (n.flags & kParenthesized) return false;
  switch (n.kind) {
    case Kind::kAwaitExpression:
    case Kind::kUnaryExpression:
    case Kind::kUpdateExpression:
    case Kind::kBinaryExpression:
    case Kind::kLogicalExpression:
    case Kind::kYieldExpression:
    case Kind::kAssignmentExpression:
    case Kind::kConditionalExpression:
    case Kind::kArrowFunctionExpression:
    case Kind::kNewExpression:
    case Kind::kTSAsExpression:
      return true;
    default:
      return false;
  }
}

// The same tree as slots that can change occupants. A slot is where a row stood at first and keeps its role and its
// siblings; operators keep their slots and what is attached to them, so that nothing else moves.
class Slots {
 public:
  Slots(std::string_view text, Language language, const Syntax& syntax)
      : text_(text), language_(language), comments_(syntax.comments), nodes_(syntax.nodes), original_(syntax.nodes),
        reader_(text, original_), first_(nodes_.size(), 0), sibling_(nodes_.size(), 0), occupant_(nodes_.size()) {
    for (uint32_t i = 0; i < nodes_.size(); ++i) {
      occupant_[i] = i;
      const uint32_t end = nodes_[i].next;
      if (i + 1 < end) first_[i] = i + 1;
      for (uint32_t c = i + 1; c < end; c = nodes_[c].next) {
        if (nodes_[c].next < end) sibling_[c] = nodes_[c].next;
      }
    }
  }

  void Mend() {
    std::vector<bool> inside(nodes_.size(), false);
    for (uint32_t i = 1; i < nodes_.size(); ++i) {
      if (!inside[i] && Of(i).fix != Fix::kAtom) Cluster(i, inside);
    }
    for (uint32_t i = 1; i < nodes_.size(); ++i) {
      switch (nodes_[i].kind) {
        case Kind::kExpressionStatement: Declare(i); break;
        case Kind::kTaggedTemplateExpression:
          // tag<T>`...`: type arguments are no rows.
          if (first_[i] != 0 && IsInstantiation(occupant_[first_[i]])) {
            occupant_[first_[i]] = occupant_[first_[occupant_[first_[i]]]];
          }
          break;
        case Kind::kBinaryExpression:
          if (language_ != Language::kJavaScript && reader_.IsGenericCall(i)) MakeCall(i);
          break;
        default: break;
      }
    }
  }

  std::vector<Node> Rows() const {
    std::vector<Node> out;
    out.reserve(nodes_.size());
    struct Open {
      uint32_t row, slot;
    };
    std::vector<Open> stack;
    uint32_t slot = 0, parent = 0;
    for (;;) {
      const uint32_t row = static_cast<uint32_t>(out.size());
      const uint32_t node = occupant_[slot];
      out.push_back(nodes_[node]);
      out[row].role = nodes_[slot].role;
      out[row].parent = static_cast<NodeId>(parent);
      stack.push_back({row, slot});
      if (first_[node] != 0) {
        parent = row;
        slot = first_[node];
        continue;
      }
      for (;;) {
        const Open top = stack.back();
        stack.pop_back();
        out[top.row].next = static_cast<uint32_t>(out.size());
        if (stack.empty()) return out;
        if (sibling_[top.slot] != 0) {
          slot = sibling_[top.slot];
          parent = stack.back().row;
          break;
        }
      }
    }
  }

 private:
  struct Item {
    uint32_t node;
    uint32_t start, end;  // with parentheses, of an atom
    Operator op;
  };

  Operator Of(uint32_t i) const {
    if (reader_.IsGenericArrow(i)) return {Fix::kPrefix, 0, kUnaryLevel, false};
    return reader_.Of(i);
  }
  Operator OfOperand(uint32_t i) const { return original_[i].flags & kParenthesized ? Operator{} : Of(i); }

  uint32_t Last(uint32_t i) const {
    uint32_t last = i + 1;
    while (original_[last].next < original_[i].next) last = original_[last].next;
    return last;
  }

  // Takes the operators around and below `root` in text order and, when they do not hold together as they should,
  // associates them anew.
  void Cluster(uint32_t root, std::vector<bool>& inside) {
    items_.clear();
    visits_.clear();
    bool wrong = false;
    visits_.push_back({root, original_[root].start, original_[root].end, false});
    while (!visits_.empty()) {
      const Visit v = visits_.back();
      visits_.pop_back();
      const Operator op = v.node == root ? Of(root) : OfOperand(v.node);
      if (op.fix == Fix::kAtom) {
        items_.push_back({v.node, v.start, v.end, op});
        continue;
      }
      inside[v.node] = true;
      const Node& n = original_[v.node];
      if (op.fix == Fix::kPrefix) {
        const uint32_t right = Last(v.node);
        if (reader_.IsGenericArrow(v.node)) {
          wrong = true;
          nodes_[right].start = n.start;
          visits_.push_back({right, n.start, n.end, false});
          continue;
        }
        wrong |= WrongRight(op, OfOperand(right));
        items_.push_back({v.node, 0, 0, op});
        visits_.push_back({right, OuterStart(right), n.end, false});
      } else if (!v.between) {
        const uint32_t left = v.node + 1;
        wrong |= WrongLeft(op, OfOperand(left));
        visits_.push_back({v.node, v.start, v.end, true});
        visits_.push_back({left, n.start, OuterEnd(left), false});
      } else {
        items_.push_back({v.node, 0, 0, op});
        if (op.fix == Fix::kInfix) {
          const uint32_t right = Last(v.node);
          wrong |= WrongRight(op, OfOperand(right));
          visits_.push_back({right, OuterStart(right), n.end, false});
        }
      }
    }
    if (wrong) Associate(root);
  }

  void Associate(uint32_t root) {
    const uint8_t paren = nodes_[root].flags & kParenthesized;
    nodes_[root].flags &= static_cast<uint8_t>(~kParenthesized);
    operands_.clear();
    pending_.clear();
    bool after_as = false, in_type = false;
    for (const Item& item : items_) {
      const bool was_as = std::exchange(after_as, false);
      if (in_type) {
        // The right operand of `|` in a type; an operator in front of it (keyof) makes no sense as a value.
        if (item.op.fix != Fix::kAtom) continue;
        operands_.back().end = nodes_[operands_.back().node].end = item.end;
        in_type = false;
        after_as = true;
        continue;
      }
      if (item.op.fix == Fix::kAtom) {
        operands_.push_back(item);
        continue;
      }
      if (item.op.fix == Fix::kPrefix) {
        pending_.push_back(item);
        continue;
      }
      Node& n = nodes_[item.node];
      if (was_as && item.op.fix == Fix::kInfix && MayContinueType(item.op)) {
        in_type = true;
        continue;
      }
      if (was_as && item.op.fix == Fix::kPostfix && Reader::MayContinueType(n.kind)) {
        operands_.back().end = nodes_[operands_.back().node].end = n.end;
        after_as = true;
        continue;
      }
      if (n.kind == Kind::kCallExpression && !pending_.empty() &&
          nodes_[pending_.back().node].kind == Kind::kNewExpression) {
        // The arguments belong to `new`.
        const uint32_t made = pending_.back().node;
        Reduce();
        const uint32_t callee = item.node + 1;
        sibling_[Last(made)] = original_[callee].next < original_[item.node].next ? original_[callee].next : 0;
        nodes_[made].end = operands_.back().end = n.end;
        continue;
      }
      while (!pending_.empty() && Closes(pending_.back().op, item.op)) Reduce();
      if (item.op.fix == Fix::kInfix) {
        pending_.push_back(item);
        continue;
      }
      occupant_[item.node + 1] = operands_.back().node;
      n.start = operands_.back().start;
      operands_.back() = {item.node, n.start, n.end, {}};
      after_as = item.op.left == kAsLevel;
    }
    while (!pending_.empty()) Reduce();
    const uint32_t top = operands_.back().node;
    occupant_[root] = top;
    nodes_[top].flags |= paren;
  }

  // Gives the operator on top of `pending_` its right operand, and the left one if it wants any.
  void Reduce() {
    const Item o = pending_.back();
    pending_.pop_back();
    const Item right = operands_.back();
    operands_.pop_back();
    Node& n = nodes_[o.node];
    n.end = right.end;
    occupant_[Last(o.node)] = right.node;
    if (o.op.fix == Fix::kInfix) {
      n.start = operands_.back().start;
      occupant_[o.node + 1] = operands_.back().node;
      operands_.pop_back();
    }
    operands_.push_back({o.node, n.start, n.end, {}});
  }

  // Where the parentheses around an operand begin or end: there is an operator on that side of it.
  uint32_t OuterStart(uint32_t n) const {
    uint32_t outer = original_[n].start;
    if (!(original_[n].flags & kParenthesized)) return outer;
    for (uint32_t at = outer; at > 0;) {
      const auto comment = std::lower_bound(comments_.begin(), comments_.end(), at,
                                            [](const Span& s, uint32_t end) { return s.end < end; });
      if (comment != comments_.end() && comment->end == at && comment->start < at) {
        at = comment->start;
        continue;
      }
      const char c = text_[--at];
      if (c == '(') {
        outer = at;
      } else if (!IsSpace(c)) {
        break;
      }
    }
    return outer;
  }
  uint32_t OuterEnd(uint32_t n) const {
    uint32_t outer = original_[n].end;
    if (!(original_[n].flags & kParenthesized)) return outer;
    for (uint32_t at = outer; at < text_.size();) {
      const auto comment = std::lower_bound(comments_.begin(), comments_.end(), at,
                                            [](const Span& s, uint32_t start) { return s.start < start; });
      if (comment != comments_.end() && comment->start == at && comment->end > at) {
        at = comment->end;
        continue;
      }
      const char c = text_[at++];
      if (c == ')') {
        outer = at;
      } else if (!IsSpace(c)) {
        break;
      }
    }
    return outer;
  }
  // Of the spaces outside ASCII only the bytes matter: none of them can be an operator.
  static bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || static_cast<unsigned char>(c) >= 0x80; }

  bool IsInstantiation(uint32_t n) const {
    return nodes_[n].kind == Kind::kTSNonNullExpression && text_[nodes_[n].end - 1] == '>' && first_[n] != 0;
  }

  // (f < T) > (x, y) becomes f<T>(x, y).
  void MakeCall(uint32_t n) {
    const uint32_t left = first_[n], right = sibling_[left];
    if (occupant_[left] != left || occupant_[right] != right) return;  // was taken apart otherwise
    nodes_[n].kind = Kind::kCallExpression;
    nodes_[n].op = Op::kNoOp;
    occupant_[left] = occupant_[first_[left]];
    nodes_[left].role = Role::kCallee;
    nodes_[right].flags &= static_cast<uint8_t>(~kParenthesized);
    nodes_[right].role = Role::kArgument;
    if (nodes_[right].kind != Kind::kSequenceExpression) return;
    sibling_[left] = first_[right];
    for (uint32_t c = first_[right]; c != 0; c = sibling_[c]) nodes_[c].role = Role::kArgument;
  }

  // `using x = y, z = w` and `await using x = y`, read as assignments.
  void Declare(uint32_t statement) {
    const uint32_t whole = first_[statement];
    if (whole == 0) return;
    const uint32_t list = occupant_[whole];
    if (nodes_[list].kind == Kind::kTSModuleDeclaration) {
      // A namespace is a statement, not an expression.
      const Role role = nodes_[statement].role;
      occupant_[statement] = list;
      nodes_[statement].role = role;
      return;
    }
    const uint32_t slot = nodes_[list].kind == Kind::kSequenceExpression ? first_[list] : whole;
    if (slot == 0) return;
    const bool awaits = nodes_[occupant_[slot]].kind == Kind::kAwaitExpression;
    const uint32_t inner = awaits ? first_[occupant_[slot]] : slot;
    if (inner == 0 || !IsUsing(nodes_[occupant_[inner]])) return;
    nodes_[statement].kind = Kind::kVariableDeclaration;
    nodes_[statement].op = awaits ? Op::kAwaitUsing : Op::kUsing;
    occupant_[slot] = occupant_[inner];
    first_[statement] = slot;
    for (uint32_t c = slot; c != 0; c = sibling_[c]) {
      nodes_[c].role = Role::kNoRole;
      Node& n = nodes_[occupant_[c]];
      const uint32_t name = first_[occupant_[c]];
      if (n.kind != Kind::kAssignmentExpression || name == 0) continue;
      n.kind = Kind::kVariableDeclarator;
      n.flags &= static_cast<uint8_t>(~kParameterProperty);
      n.start = nodes_[occupant_[name]].start;
      nodes_[name].role = Role::kName;
      if (sibling_[name] != 0) nodes_[sibling_[name]].role = Role::kValue;
    }
  }

  struct Visit {
    uint32_t node, start, end;
    bool between;  // the left operand is done
  };

  std::string_view text_;
  Language language_;
  const std::vector<Span>& comments_;
  std::vector<Node> nodes_;
  const std::vector<Node>& original_;
  Reader reader_;
  std::vector<uint32_t> first_;     // of a node: its first slot, 0 for none (the root is nobody's child)
  std::vector<uint32_t> sibling_;   // of a slot: the next one
  std::vector<uint32_t> occupant_;  // of a slot: the node that stands there
  std::vector<Item> items_, operands_, pending_;
  std::vector<Visit> visits_;
};

// Could the operands of row `i` be wrongly associated? Cheap, as it is asked of every expression.
bool Suspect(const Reader& reader, const std::vector<Node>& nodes, uint32_t i) {
  const Node& n = nodes[i];
  if (IsUsing(n) || reader.IsGenericArrow(i)) return true;
  const uint32_t first = i + 1;
  if (MayBeLoose(nodes[first])) {
    const Operator op = reader.Of(i);
    if (op.fix == Fix::kPrefix ? WrongRight(op, reader.Of(first)) : WrongLeft(op, reader.Of(first))) return true;
  }
  if (n.kind != Kind::kBinaryExpression && n.kind != Kind::kLogicalExpression) return false;
  const uint32_t second = nodes[first].next;
  return second < n.next && MayBeLoose(nodes[second]) && WrongRight(reader.Of(i), reader.Of(second));
}

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

void Repair(std::string_view text, Language language, Syntax& syntax) {
  std::vector<Node>& nodes = syntax.nodes;
  const Reader reader(text, nodes);
  bool mend = false;
  for (uint32_t i = 1; i < nodes.size(); ++i) {
    Node& n = nodes[i];
    const uint32_t first = i + 1;
    switch (n.kind) {
      case Kind::kBinaryExpression:
      case Kind::kLogicalExpression:
        if (IsLogical(n.op)) n.kind = Kind::kLogicalExpression;
        [[fallthrough]];
      case Kind::kConditionalExpression:
      case Kind::kAssignmentExpression:
      case Kind::kYieldExpression:
      case Kind::kUnaryExpression:
      case Kind::kAwaitExpression:
      case Kind::kUpdateExpression:
      case Kind::kCallExpression:
      case Kind::kMemberExpression:
      case Kind::kTaggedTemplateExpression:
      case Kind::kTSNonNullExpression:
      case Kind::kTSAsExpression:
        if (mend || n.next == first) break;
        mend = Suspect(reader, nodes, i) || (language != Language::kJavaScript && reader.IsGenericCall(i)) ||
               (n.kind == Kind::kTaggedTemplateExpression && reader.IsInstantiation(first));
        break;
      case Kind::kTSModuleDeclaration:
        mend |= nodes[Index(n.parent)].kind == Kind::kExpressionStatement;
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
  Slots slots(text, language, syntax);
  slots.Mend();
  nodes = slots.Rows();
}

}  // namespace looplint
