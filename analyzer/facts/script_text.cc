#include "analyzer/facts/script_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/install_rows.h"
#include "analyzer/model/lower.h"

namespace looplint {
namespace {

constexpr size_t kMinEncoded = 8;     // characters of encoded text
constexpr size_t kMaxEncoded = 4096;  // longer is data
constexpr size_t kMinCodes = 8;       // numbers in a list of character codes

template <typename List>
bool In(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

bool IsPrintable(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t';
  });
}

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::optional<std::string> FromBase64(std::string_view text) {
  std::string out;
  const absl::string_view view(text.data(), text.size());
  if (text.size() < 2 || text.size() > kMaxEncoded) return std::nullopt;
  if (absl::Base64Unescape(view, &out) || absl::WebSafeBase64Unescape(view, &out)) return out;
  return std::nullopt;
}

std::optional<std::string> FromHex(std::string_view text) {
  if (text.size() % 2 != 0 || text.empty() || text.size() > 2 * kMaxEncoded || !std::ranges::all_of(text, IsHex))
    return std::nullopt;
  return std::string(absl::HexStringToBytes(absl::string_view(text.data(), text.size())));
}

bool IsEncoded(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
         c == '=' || c == '-' || c == '_';
}

// A list of numbers that are the codes of characters: from the bracket at `at`. Sets `end` to what follows it.
std::string CharacterCodes(std::string_view text, size_t at, size_t& end) {
  std::string out;
  for (size_t i = at + 1; i < text.size();) {
    while (i < text.size() &&
           (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t' || text[i] == ','))
      ++i;
    if (i < text.size() && (text[i] == ']' || text[i] == ')')) {
      end = i + 1;
      return out.size() >= kMinCodes ? out : std::string();
    }
    int base = 10, code = 0, digits = 0;
    if (text.substr(i, 2) == "0x") base = 16, i += 2;
    for (; i < text.size() && digits < 4 && (base == 16 ? IsHex(text[i]) : text[i] >= '0' && text[i] <= '9');
         ++i, ++digits)
      code = code * base + (text[i] <= '9' ? text[i] - '0' : (text[i] | 32) - 'a' + 10);
    if (digits == 0 || code > 126 || out.size() > kMaxEncoded) break;
    out += static_cast<char>(code);
  }
  end = at + 1;
  return std::string();
}

}  // namespace

bool IsWorthHiding(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  if (!IsPrintable(text)) return false;
  for (const std::string_view scheme : {"https://", "http://", "wss://", "ws://"}) {
    if (text.starts_with(scheme) && text.size() > scheme.size() + 3) return true;
  }
  if (In(internal::kHiddenNames, text.starts_with("node:") ? text.substr(5) : text)) return true;
  const std::string_view program = text.substr(0, text.find(' '));
  if (program.size() < text.size() && (In(internal::kDownloaders, program) || In(internal::kInterpreters, program)))
    return true;
  return text.find("child_process") != std::string_view::npos;
}

std::optional<Concealed> FindConcealed(std::string_view text) {
  for (size_t at = text.find_first_of("\"'`["); at != std::string_view::npos; at = text.find_first_of("\"'`[", at)) {
    const auto span = [&](size_t end) { return Span{static_cast<uint32_t>(at), static_cast<uint32_t>(end)}; };
    if (text[at] == '[') {
      size_t end = at + 1;
      if (const std::string codes = CharacterCodes(text, at, end); IsWorthHiding(codes))
        return Concealed{span(end), codes, "character codes"};
      at = end;
      continue;
    }
    size_t end = at + 1;
    while (end < text.size() && IsEncoded(text[end])) ++end;
    if (end < text.size() && text[end] == text[at] && end - at - 1 >= kMinEncoded && end - at - 1 <= kMaxEncoded) {
      const std::string_view inner = text.substr(at + 1, end - at - 1);
      if (const auto hex = FromHex(inner); hex && IsWorthHiding(*hex))
        return Concealed{span(end + 1), *hex, "hexadecimal"};
      if (const auto plain = FromBase64(inner); plain && IsWorthHiding(*plain))
        return Concealed{span(end + 1), *plain, "base64"};
      at = end + 1;
      continue;
    }
    // Backwards: what begins an address ends the text.
    const size_t close = text.substr(end, 300).find(text[at]);
    if (close != std::string_view::npos) {
      const std::string_view inner = text.substr(at + 1, end + close - at - 1);
      if (inner.ends_with("//:ptth") || inner.ends_with("//:sptth"))
        return Concealed{span(end + close + 1), std::string(inner.rbegin(), inner.rend()), "backwards"};
    }
    at = std::max(end, at + 1);
  }
  return std::nullopt;
}

std::string ScriptText::Of(ValueId value, int depth) const {
  if (!Some(value) || depth > 30) return std::string(kUnknown);
  const Value& v = m_[value];
  switch (v.kind) {
    case ValueKind::kString:
      return std::string(m_.names[static_cast<NameId>(v.a)]);
    case ValueKind::kTemplate:
    case ValueKind::kConcat:
      return Of(static_cast<NodeId>(v.a), depth + 1);
    case ValueKind::kBinding:
      return Of(m_.bindings[static_cast<BindingId>(v.a)].value, depth + 1);
    case ValueKind::kCall:
      return OfCall(m_.calls[static_cast<CallId>(v.a)].node, depth + 1);
    case ValueKind::kEither: {
      const std::string first = Of(static_cast<ValueId>(v.a), depth + 1);
      return IsWhole(first) ? first : Of(static_cast<ValueId>(v.b), depth + 1);
    }
    default:
      return std::string(kUnknown);
  }
}

std::string ScriptText::Of(NodeId node, int depth) const {
  if (!Some(node) || depth > 30) return std::string(kUnknown);
  const Syntax& s = m_.syntax;
  switch (s.KindOf(node)) {
    case Kind::kStringLiteral: {
      const std::string_view raw = TextOf(node);
      return raw.size() < 2 ? std::string()
                            : Cook(raw.substr(1, raw.size() - 2)).value_or(std::string(raw.substr(1, raw.size() - 2)));
    }
    case Kind::kTemplateElement:
      return Cook(TextOf(node)).value_or(std::string(TextOf(node)));
    case Kind::kTemplateLiteral: {
      std::string out;
      for (const NodeId part : s.ChildrenOf(node)) out += Of(part, depth + 1);
      return out;
    }
    case Kind::kBinaryExpression: {
      if (s[node].op != Op::kAdd) return std::string(kUnknown);
      std::string out;
      for (const NodeId part : s.ChildrenOf(node)) out += Of(part, depth + 1);
      return out;
    }
    case Kind::kCallExpression:
    case Kind::kNewExpression:
      return OfCall(node, depth + 1);
    case Kind::kTSAsExpression:
    case Kind::kTSNonNullExpression:
      return Of(s.FirstChild(node), depth + 1);
    case Kind::kLogicalExpression: {
      std::string out(kUnknown);
      for (const NodeId part : s.ChildrenOf(node)) {
        out = Of(part, depth + 1);
        if (IsWhole(out)) break;
      }
      return out;
    }
    case Kind::kIdentifier: {
      const std::string_view name = TextOf(node);
      if (name == "__dirname") return folder_;
      return Of(m_.ValueOf(node), depth + 1);
    }
    case Kind::kMemberExpression: {
      const std::string_view name = TextOf(node);
      if (name == "process.execPath") return "node";
      if (name == "process.env.HOME" || name == "process.env.USERPROFILE") return "~";
      if (name == "process.env.INIT_CWD") return "$INIT_CWD";
      if (name == "import.meta.dirname") return folder_;
      return Of(m_.ValueOf(node), depth + 1);
    }
    default:
      return std::string(kUnknown);
  }
}

std::string ScriptText::OfCall(NodeId node, int depth) const {
  const std::string unknown(kUnknown);
  if (depth > 30) return unknown;
  const Syntax& s = m_.syntax;
  const NodeId callee = s.FirstChild(node);
  if (!Some(callee)) return unknown;
  std::vector<NodeId> args;
  for (const NodeId child : s.ChildrenOf(node)) {
    if (s[child].role == Role::kArgument) args.push_back(child);
  }
  const std::string_view name = TextOf(callee);
  if (name == "__filename") return unknown;
  if (name == "os.homedir" || name.ends_with(".homedir") || name == "homedir") return "~";
  if (name.ends_with(".tmpdir") || name == "tmpdir") return "/tmp";
  if (name == "process.cwd") return ".";
  const auto decoded = [&](std::string_view encoding) -> std::string {
    const std::string text = args.empty() ? unknown : Of(args[0], depth + 1);
    if (!IsWhole(text)) return unknown;
    return (encoding == "hex" ? FromHex(text) : FromBase64(text)).value_or(unknown);
  };
  if (name == "atob") return decoded("base64");
  if (name == "Buffer.from" || name == "Buffer") {
    const std::string encoding = args.size() > 1 ? Of(args[1], depth + 1) : std::string();
    if (encoding == "base64" || encoding == "base64url" || encoding == "hex") return decoded(encoding);
    return args.size() == 1 ? Of(args[0], depth + 1) : unknown;
  }
  if (name == "String.fromCharCode") {
    std::string out;
    for (const NodeId a : args) {
      int code = 0;
      for (const char c : TextOf(a)) code = c >= '0' && c <= '9' && code < 1000 ? code * 10 + (c - '0') : 1000;
      if (code > 126) return unknown;
      out += static_cast<char>(code);
    }
    return out;
  }
  if (name.ends_with("fileURLToPath")) return unknown;
  if (s.KindOf(callee) != Kind::kMemberExpression) {
    if (name != "join" && name != "resolve") return unknown;
  }
  const NodeId object = s.KindOf(callee) == Kind::kMemberExpression ? s.FirstChild(callee) : kNone<NodeId>;
  const size_t dot = name.rfind('.');
  const std::string_view method = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if ((method == "join" || method == "resolve") &&
      (!Some(object) || s.KindOf(object) == Kind::kIdentifier || TextOf(object).starts_with("require(")) &&
      args.size() != 1) {
    // path.join: "." goes away, ".." stays for who asks where it leads.
    std::string out;
    for (const NodeId a : args) {
      const std::string part = Of(a, depth + 1);
      if (part.empty() || (part == "." && !out.empty())) continue;
      if (!out.empty() && !out.ends_with('/') && !part.starts_with('/')) out += '/';
      out += part;
    }
    return out;
  }
  if (!Some(object)) return unknown;
  if (method == "join" && args.size() <= 1) {
    NodeId list = object;
    if (s.KindOf(object) == Kind::kIdentifier) {
      const ValueId value = m_.ValueOf(object);
      if (Some(value) && m_[value].kind == ValueKind::kBinding) {
        const ValueId held = m_.bindings[static_cast<BindingId>(m_[value].a)].value;
        if (Some(held) && m_[held].kind == ValueKind::kArray) list = static_cast<NodeId>(m_[held].a);
      }
    }
    if (s.KindOf(list) == Kind::kArrayExpression) {
      const std::string separator = args.empty() ? "," : Of(args[0], depth + 1);
      std::string out;
      bool first = true;
      for (const NodeId element : s.ChildrenOf(list)) {
        out += Cat(first ? "" : separator, Of(element, depth + 1));
        first = false;
      }
      return out;
    }
    // "...".split("").reverse().join("")
    if (name.ends_with(".reverse().join")) {
      const NodeId reverse = s.FirstChild(object);                           // X.split("").reverse
      const NodeId split = Some(reverse) ? s.FirstChild(reverse) : reverse;  // X.split("")
      const NodeId member = Some(split) ? s.FirstChild(split) : split;       // X.split
      const NodeId text = Some(member) ? s.FirstChild(member) : member;
      if (!Some(text)) return unknown;
      const std::string forth = Of(text, depth + 1);
      return IsWhole(forth) ? std::string(forth.rbegin(), forth.rend()) : unknown;
    }
    return unknown;
  }
  if (method == "toString" || method == "trim" || method == "toLowerCase") return Of(object, depth + 1);
  if (method == "concat") {
    std::string out = Of(object, depth + 1);
    for (const NodeId a : args) out += Of(a, depth + 1);
    return out;
  }
  return unknown;
}

std::optional<Concealed> ScriptText::HiddenIn(NodeId node) const {
  const Syntax& s = m_.syntax;
  const Kind kind = s.KindOf(node);
  const bool sum = kind == Kind::kBinaryExpression && s[node].op == Op::kAdd;
  const bool join = kind == Kind::kCallExpression && TextOf(node).find(".join(") != std::string_view::npos;
  if (!sum && !join) return std::nullopt;
  const std::string text = Of(node);
  if (!IsWhole(text) || !IsWorthHiding(text)) return std::nullopt;
  // What is written over several lines shows at its beginning what it is.
  for (uint32_t i = Index(node) + 1; i < s[node].next; ++i) {
    const auto part = static_cast<NodeId>(i);
    const Kind of = s.KindOf(part);
    if (of != Kind::kStringLiteral && of != Kind::kTemplateElement && of != Kind::kIdentifier &&
        of != Kind::kMemberExpression)
      continue;
    const std::string said = Of(part);
    if (said.find("://") != std::string::npos || IsWorthHiding(said) || said.find(' ') != std::string::npos)
      return std::nullopt;
  }
  return Concealed{{s[node].start, s[node].end}, text, "pieces"};
}

}  // namespace looplint
