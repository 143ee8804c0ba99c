#include "analyzer/model/model.h"

#include <algorithm>

namespace looplint {

NodeValues::NodeValues(const std::vector<ValueId>& by_node) : words_((by_node.size() + 63) / 64) {
  values_.reserve(by_node.size() - static_cast<size_t>(std::ranges::count(by_node, kNone<ValueId>)));
  for (size_t w = 0; w < words_.size(); ++w) {
    words_[w].before = static_cast<uint32_t>(values_.size());
    uint64_t bits = 0;
    for (size_t i = w * 64; i < std::min(w * 64 + 64, by_node.size()); ++i) {
      if (!Some(by_node[i])) continue;
      bits |= uint64_t{1} << i % 64;
      values_.push_back(by_node[i]);
    }
    words_[w].low = static_cast<uint32_t>(bits);
    words_[w].high = static_cast<uint32_t>(bits >> 32);
  }
}

FunctionId FileModel::FunctionAt(NodeId node, ValueId v) const {
  if (!Some(v) || values[v].kind != ValueKind::kFunction) return kNone<FunctionId>;
  const FunctionId f = static_cast<FunctionId>(values[v].a);
  return functions[f].node == node ? f : kNone<FunctionId>;
}

FunctionId FileModel::FunctionOf(NodeId node) const {
  while (Index(node) != 0) {
    node = syntax.Parent(node);
    if (const FunctionId f = FunctionAt(node); Some(f)) return f;
  }
  return kModuleFunction;
}

CallId FileModel::CallAt(NodeId node, ValueId v) const {
  if (!Some(v) || values[v].kind != ValueKind::kCall) return kNone<CallId>;
  const CallId c = static_cast<CallId>(values[v].a);
  return calls[c].node == node ? c : kNone<CallId>;
}

std::span<const Assignment> FileModel::AssignmentsOf(BindingId binding) const {
  const auto [first, last] = std::equal_range(assignments.begin(), assignments.end(), Assignment{binding, {}, {}},
                                              [](const Assignment& a, const Assignment& b) { return a.binding < b.binding; });
  return {first, last};
}

BindingId FileModel::BindingOf(ValueId v) const {
  if (!Some(v) || values[v].kind != ValueKind::kBinding) return kNone<BindingId>;
  return static_cast<BindingId>(values[v].a);
}

size_t FileModel::bytes() const {
  const auto of = [](const auto& v) { return v.capacity() * sizeof(v[0]); };
  return of(syntax.nodes) + of(syntax.comments) + names.bytes() + of(scopes.rows()) + of(bindings.rows()) +
         of(references.rows()) + of(functions.rows()) + of(params) + of(classes.rows()) + of(objects.rows()) +
         of(members) + of(calls.rows()) + of(args) + of(values.rows()) + value_of.bytes() + of(flow.rows()) +
         of(writes.rows()) + of(assignments) + of(alternatives) + of(module.imports.rows()) + of(module.exports);
}

NodeId EnclosingLoop(const FileModel& model, NodeId node) {
  const Syntax& s = model.syntax;
  NodeId child = node;
  for (NodeId p = s.Parent(node); Index(p) != 0; child = p, p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (IsFunction(k) || k == Kind::kPropertyDefinition || k == Kind::kStaticBlock) return kNone<NodeId>;
    // What is iterated and the initialiser run once.
    const Role role = s[child].role;
    if (IsLoop(k) && role != Role::kInit && !((k == Kind::kForOfStatement || k == Kind::kForInStatement) && role == Role::kRight)) {
      return p;
    }
  }
  return kNone<NodeId>;
}

NodeId EnclosingTry(const FileModel& model, NodeId node) {
  const Syntax& s = model.syntax;
  NodeId child = node;
  for (NodeId p = s.Parent(node); Index(p) != 0; child = p, p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (IsFunction(k) || k == Kind::kPropertyDefinition || k == Kind::kStaticBlock) return kNone<NodeId>;
    if (k == Kind::kTryStatement && s[child].role == Role::kBody) return p;
  }
  return kNone<NodeId>;
}

NodeId EnclosingStatement(const Syntax& s, NodeId node) {
  for (NodeId p = node; Index(p) != 0; p = s.Parent(p)) {
    switch (s.KindOf(s.Parent(p))) {
      case Kind::kProgram:
      case Kind::kBlockStatement:
      case Kind::kSwitchCase:
      case Kind::kStaticBlock:
        return p;
      default:
        break;
    }
  }
  return kNone<NodeId>;
}

Use UseOf(const Syntax& s, NodeId node) {
  NodeId c = node;
  for (;;) {
    const NodeId p = s.Parent(c);
    const Node& parent = s[p];
    const Role role = s[c].role;
    switch (parent.kind) {
      case Kind::kTSAsExpression:
      case Kind::kTSNonNullExpression:
        break;
      case Kind::kExpressionStatement:
        return Use::kDropped;
      case Kind::kSequenceExpression:
        if (s[c].next != parent.next) return Use::kDropped;
        break;
      case Kind::kConditionalExpression:
        if (role == Role::kTest) return Use::kTested;
        break;
      case Kind::kLogicalExpression:
        // The left operand is tested; for || and ?? it is the result as well.
        if (s[c].next != parent.next && parent.op == Op::kAnd) return Use::kTested;
        break;
      case Kind::kUnaryExpression:
        return parent.op == Op::kVoid ? Use::kVoided : Use::kTested;
      case Kind::kAwaitExpression:
        return Use::kAwaited;
      case Kind::kReturnStatement:
        return Use::kReturned;
      case Kind::kArrowFunctionExpression:
        return role == Role::kBody ? Use::kReturned : Use::kOther;
      case Kind::kYieldExpression:
        return Use::kYielded;
      case Kind::kThrowStatement:
        return Use::kThrown;
      case Kind::kMemberExpression:
        return role == Role::kProperty ? Use::kOther : Use::kMember;
      case Kind::kCallExpression:
      case Kind::kNewExpression:
        return role == Role::kArgument ? Use::kArgument : Use::kCalled;
      case Kind::kTaggedTemplateExpression:
        return Use::kCalled;
      case Kind::kSpreadElement:
        return Use::kSpread;
      case Kind::kForStatement:
        if (role == Role::kTest) return Use::kTested;
        return Use::kDropped;
      case Kind::kForInStatement:
      case Kind::kForOfStatement:
        return role == Role::kRight ? Use::kIterated : Use::kOther;
      case Kind::kIfStatement:
      case Kind::kWhileStatement:
      case Kind::kDoWhileStatement:
        return Use::kTested;
      case Kind::kBinaryExpression:
        return Use::kTested;
      case Kind::kVariableDeclarator:
      case Kind::kAssignmentExpression:
      case Kind::kAssignmentPattern:
      case Kind::kParameter:
      case Kind::kProperty:
      case Kind::kPropertyDefinition:
      case Kind::kArrayExpression:
      case Kind::kExportDeclaration:
        return Use::kStored;
      default:
        return Use::kOther;
    }
    c = p;
  }
}

namespace {
void AppendUtf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 63));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 63));
    out += static_cast<char>(0x80 | (c & 63));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 63));
    out += static_cast<char>(0x80 | (c >> 6 & 63));
    out += static_cast<char>(0x80 | (c & 63));
  }
}
int Hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
// Reads the digits of \x, \u and \u{}; `i` is past the letter and ends past the escape.
std::optional<uint32_t> ReadHex(std::string_view s, size_t& i, int digits) {
  uint32_t value = 0;
  if (digits == 4 && i < s.size() && s[i] == '{') {
    size_t j = i + 1;
    for (; j < s.size() && s[j] != '}'; ++j) {
      const int h = Hex(s[j]);
      if (h < 0 || value > 0x10FFFF) return std::nullopt;
      value = value * 16 + static_cast<uint32_t>(h);
    }
    if (j == s.size() || j == i + 1 || value > 0x10FFFF) return std::nullopt;
    i = j + 1;
    return value;
  }
  for (int k = 0; k < digits; ++k, ++i) {
    const int h = i < s.size() ? Hex(s[i]) : -1;
    if (h < 0) return std::nullopt;
    value = value * 16 + static_cast<uint32_t>(h);
  }
  return value;
}
}  // namespace

std::optional<std::string> Cook(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) {
    if (s[i] != '\\') {
      out += s[i++];
      continue;
    }
    if (++i == s.size()) return std::nullopt;
    const char c = s[i++];
    switch (c) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'v': out += '\v'; break;
      case '\r':
        if (i < s.size() && s[i] == '\n') ++i;
        break;
      case '\n': break;
      case 'x': {
        const auto v = ReadHex(s, i, 2);
        if (!v) return std::nullopt;
        AppendUtf8(out, *v);
        break;
      }
      case 'u': {
        auto v = ReadHex(s, i, 4);
        if (!v) return std::nullopt;
        if (*v >= 0xD800 && *v < 0xDC00 && i + 1 < s.size() && s[i] == '\\' && s[i + 1] == 'u') {
          size_t j = i + 2;
          const auto low = ReadHex(s, j, 4);
          if (low && *low >= 0xDC00 && *low < 0xE000) {
            v = 0x10000 + ((*v - 0xD800) << 10) + (*low - 0xDC00);
            i = j;
          }
        }
        AppendUtf8(out, *v);
        break;
      }
      default:
        if (c >= '0' && c <= '7') {  // \0 and legacy octal
          uint32_t v = static_cast<uint32_t>(c - '0');
          for (int k = 0; k < 2 && i < s.size() && s[i] >= '0' && s[i] <= '7' && v * 8 < 256; ++k) {
            v = v * 8 + static_cast<uint32_t>(s[i++] - '0');
          }
          AppendUtf8(out, v);
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace looplint
