#include "analyzer/facts/length_limits.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "analyzer/regex/parser.h"
#include "analyzer/regex/regex.h"

namespace looplint {
namespace {

constexpr int kDepth = 8;

std::optional<double> Number(const Walker& walker, FileId file, NodeId node, int depth = 0) {
  const FileModel& m = walker.project()[file].model;
  const Syntax& s = m.syntax;
  if (!Some(node) || depth > kDepth) return std::nullopt;
  switch (s.KindOf(node)) {
    case Kind::kNumericLiteral: {
      std::string text(walker.Text(file, node));
      std::erase(text, '_');
      return std::strtod(text.c_str(), nullptr);
    }
    case Kind::kBinaryExpression: {
      const auto a = Number(walker, file, s.Child(node, Role::kLeft), depth + 1),
                 b = Number(walker, file, s.Child(node, Role::kRight), depth + 1);
      if (!a || !b) return std::nullopt;
      if (s[node].op == Op::kMul) return *a * *b;
      if (s[node].op == Op::kAdd) return *a + *b;
      return std::nullopt;
    }
    case Kind::kIdentifier: {
      const ValueId v = walker.Resolve(file, m.ValueOf(node));
      if (!Some(v) || m.values[v].kind != ValueKind::kNumber) return std::nullopt;
      return Number(walker, file, static_cast<NodeId>(m.values[v].a), depth + 1);
    }
    default:
      return std::nullopt;
  }
}

double Tighter(double a, double b) { return a < 0 ? b : b < 0 ? a : std::min(a, b); }

// text.slice(0, 100), and what is done with it afterwards.
double CutTo(const Walker& walker, FileId file, NodeId node) {
  const FileModel& m = walker.project()[file].model;
  ValueId value = m.ValueOf(node);
  for (int i = 0; i < kDepth && Some(value); ++i) {
    value = walker.Resolve(file, value);
    if (!Some(value) || m.values[value].kind != ValueKind::kCall) return -1;
    const Call& call = m.calls[static_cast<CallId>(m.values[value].a)];
    if (!Some(call.callee) || m.values[call.callee].kind != ValueKind::kMember) return -1;
    const std::string_view method = m.names[static_cast<NameId>(m.values[call.callee].b)];
    if ((method == "slice" || method == "substring" || method == "substr") && call.arg_count == 2) {
      const auto from = Number(walker, file, m.args[call.first_arg].node),
                 to = Number(walker, file, m.args[call.first_arg + 1].node);
      if (from) return !to ? 0 : method == "substr" ? *to : std::max(0.0, *to - *from);
    }
    value = static_cast<ValueId>(m.values[call.callee].a);
  }
  return -1;
}

// text.length > 1000, in front of the use.
double ComparedTo(const Walker& walker, const FlowFrame& frame, std::string_view written) {
  const FileModel& m = walker.project()[frame.file].model;
  const Syntax& s = m.syntax;
  NodeId outer = NodeId{0};
  for (NodeId p = frame.position; Index(p) != 0; p = s.Parent(p)) {
    if (IsFunction(s.KindOf(p))) outer = p;
  }
  double limit = -1;
  for (uint32_t i = Index(outer) + 1; i <= Index(frame.position) && i < s.size(); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kBinaryExpression) continue;
    const Op op = s[n].op;
    if (op != Op::kLt && op != Op::kLe && op != Op::kGt && op != Op::kGe && op != Op::kStrictEq && op != Op::kEq &&
        op != Op::kNe && op != Op::kStrictNe)
      continue;
    const NodeId left = s.Child(n, Role::kLeft), right = s.Child(n, Role::kRight);
    for (const bool swapped : {false, true}) {
      const NodeId length = swapped ? right : left, other = swapped ? left : right;
      if (!Some(length) || s.KindOf(length) != Kind::kMemberExpression) continue;
      const NodeId property = s.Child(length, Role::kProperty);
      if (!Some(property) || walker.Text(frame.file, property) != "length") continue;
      const NodeId object = s.FirstChild(length);
      const BindingId b = m.BindingAt(object);
      const std::string_view text = walker.Text(frame.file, object);
      const bool same = text == written || std::ranges::find(frame.texts, text) != frame.texts.end() ||
                        (Some(b) && std::ranges::find(frame.bindings, b) != frame.bindings.end());
      if (!same) continue;
      const auto number = Number(walker, frame.file, other);
      // length > 0 and the like keep nothing out.
      if (number && *number < 8) continue;
      limit = std::max(limit, number.value_or(0));
    }
  }
  return limit;
}

// /^[a-z]{1,63}$/.test(text) && use(text), and the same as the condition of an `if` or `?:` around the use: the longest
// text that the pattern matches.
double MatchedBy(const Walker& walker, const FlowFrame& frame, std::string_view written) {
  const FileModel& m = walker.project()[frame.file].model;
  const Syntax& s = m.syntax;
  const auto is_text = [&](NodeId n) {
    const std::string_view text = walker.Text(frame.file, n);
    const BindingId b = m.BindingAt(n);
    return text == written || std::ranges::find(frame.texts, text) != frame.texts.end() ||
           (Some(b) && std::ranges::find(frame.bindings, b) != frame.bindings.end());
  };
  const auto longest = [&](NodeId pattern) -> double {
    ValueId v = walker.Resolve(frame.file, m.ValueOf(pattern));
    if (Some(v) && m.values[v].kind == ValueKind::kCall) {  // new RegExp(/a/)
      const Argument* of = m.Arg(m.calls[static_cast<CallId>(m.values[v].a)], 0);
      v = of == nullptr ? kNone<ValueId> : walker.Resolve(frame.file, of->value);
    }
    if (!Some(v) || m.values[v].kind != ValueKind::kRegExp) return -1;
    const std::string_view literal = walker.Text(frame.file, static_cast<NodeId>(m.values[v].a));
    const size_t slash = literal.rfind('/');
    regex::Flags flags;
    regex::Tree tree;
    if (slash == std::string_view::npos || slash == 0 || !regex::Flags::Parse(literal.substr(slash + 1), flags) ||
        regex::Parse(regex::ToUtf16(literal.substr(1, slash - 1)), flags, tree).message != nullptr || tree.opaque)
      return -1;
    const regex::Node& root = tree.nodes[tree.root()];
    const bool whole = root.start_anchored && root.end_anchored && root.max_length != regex::kInfinite;
    return whole ? root.max_length * (flags.unicode() ? 2.0 : 1.0) : -1;
  };
  double limit = -1;
  const auto conjuncts = [&](auto&& self, NodeId n) -> void {
    if (!Some(n)) return;
    if (s.KindOf(n) == Kind::kLogicalExpression && s[n].op == Op::kAnd) {
      self(self, s.Child(n, Role::kLeft));
      self(self, s.Child(n, Role::kRight));
    }
    if (s.KindOf(n) != Kind::kCallExpression) return;
    const NodeId callee = s.FirstChild(n);
    if (s.KindOf(callee) != Kind::kMemberExpression) return;
    const std::string_view method = walker.Text(frame.file, s.Child(callee, Role::kProperty));
    const NodeId object = s.FirstChild(callee);
    for (const NodeId c : s.ChildrenOf(n)) {
      if (s[c].role != Role::kArgument) continue;
      if ((method == "test" || method == "exec") && is_text(c)) limit = Tighter(limit, longest(object));
      if (method == "match" && is_text(object)) limit = Tighter(limit, longest(c));
      break;
    }
  };
  for (NodeId n = frame.position; Index(n) != 0 && !IsFunction(s.KindOf(n)); n = s.Parent(n)) {
    const NodeId p = s.Parent(n);
    if (s.KindOf(p) == Kind::kLogicalExpression && s[p].op == Op::kAnd && s.Child(p, Role::kRight) == n) {
      conjuncts(conjuncts, s.Child(p, Role::kLeft));
    } else if ((s.KindOf(p) == Kind::kIfStatement || s.KindOf(p) == Kind::kConditionalExpression) &&
               s.Child(p, Role::kConsequent) == n) {
      conjuncts(conjuncts, s.Child(p, Role::kTest));
    }
  }
  return limit;
}

}  // namespace

double LengthLimit(const Walker& walker, const Origin& origin, const std::vector<FlowFrame>& frames, FileId file,
                   NodeId sink) {
  double limit = CutTo(walker, file, sink);
  for (const Link& link : walker.Way(origin.link)) {
    if (link.kind == Link::Kind::kArgument) limit = Tighter(limit, CutTo(walker, link.file, link.node));
  }
  for (size_t i = 0; i < frames.size(); ++i) {
    const std::string_view written = i == 0 ? walker.Text(file, sink) : std::string_view();
    limit = Tighter(limit, ComparedTo(walker, frames[i], written));
    limit = Tighter(limit, MatchedBy(walker, frames[i], written));
  }
  return limit;
}

}  // namespace looplint
