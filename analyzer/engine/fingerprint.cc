#include "analyzer/engine/fingerprint.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The text of a literal as every formatter would leave it alone.
std::string NormalString(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'')) text = text.substr(1, text.size() - 2);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    // \' and \" come and go with the quotes around.
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\'')) continue;
    if (text[i] == '\\' && i + 1 < text.size()) out += text[i++];
    out += text[i];
  }
  return out;
}

std::string NormalNumber(std::string_view text) {
  std::string out;
  for (const char c : text) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  double value = 0;
  const auto [end, error] = std::from_chars(out.data(), out.data() + out.size(), value);
  if (error != std::errc() || end != out.data() + out.size()) return out;  // 0xff, 1_000, 10n
  char buffer[64];
  return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

std::string Collapsed(std::string_view text) {
  std::string out;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out += ' ';
    blank = false;
    out += c;
  }
  return out;
}

// './lib/a.js' in require('./lib/a.js'): changes when files move. Inside of what is reported it does not count; where it
// is what is reported, the name of the file does.
std::string Specifier(const File& file, NodeId literal, NodeId root, std::string text) {
  const Syntax& syntax = file.model.syntax;
  if (!text.starts_with("./") && !text.starts_with("../")) return text;
  const NodeId call = syntax.Parent(literal);
  if (syntax.KindOf(call) != Kind::kCallExpression && syntax[literal].role != Role::kSource) return text;
  if (syntax.KindOf(call) == Kind::kCallExpression) {
    const NodeId callee = syntax.FirstChild(call);
    const std::string_view name = std::string_view(file.text).substr(syntax[callee].start, syntax[callee].end - syntax[callee].start);
    if (name != "require" && name != "import") return text;
    if (call != root && literal != root) return "";
  }
  return text.substr(text.rfind('/') + 1);
}

// Adds one subtree.
void AddTree(const File& file, NodeId root, StableHash& hash) {
  const std::vector<Node>& nodes = file.model.syntax.nodes;
  for (uint32_t i = Index(root), end = nodes[i].next; i < end;) {
    const Node& n = nodes[i];
    if (n.kind == Kind::kTypeAnnotation) {
      i = n.next;
      continue;
    }
    if (n.kind == Kind::kBlockStatement || n.kind == Kind::kStaticBlock || n.kind == Kind::kMethodDefinition) {
      hash.Add("{}");
      i = n.next;
      continue;
    }
    const std::string_view text = std::string_view(file.text).substr(n.start, n.end - n.start);
    const bool leaf = n.next == i + 1;
    // {'a': 1} and {a: 1} are the same to a formatter.
    const bool key = leaf && n.role == Role::kKey;
    hash.Add(key ? "key" : KindName(n.kind)).Add(OpName(n.op));
    if (n.flags & kOptional) hash.Add("?.");
    if (n.flags & kAsync) hash.Add("async");
    if (leaf) {
      hash.Add(n.kind == Kind::kStringLiteral    ? Specifier(file, static_cast<NodeId>(i), root, NormalString(text))
               : n.kind == Kind::kNumericLiteral ? NormalNumber(text)
               : n.kind == Kind::kTemplateElement || n.kind == Kind::kRegExpLiteral ? std::string(text)
               : text.size() > 1 << 12           ? std::string()  // an opaque piece, such as a whole element of JSX
                                                 : Collapsed(text));
    }
    ++i;
  }
}

// Adds the code that a span means. False when there is no syntax for it: another kind of file, or broken code.
bool AddNodes(const File& file, Span span, StableHash& hash) {
  const Syntax& syntax = file.model.syntax;
  const std::vector<Node>& nodes = syntax.nodes;
  // The innermost node around the span. Its beginning may be all that is reported of it: the word async.
  const auto after = std::ranges::upper_bound(nodes, span.start, {}, [](const Node& n) -> uint32_t { return n.start; });
  if (after == nodes.begin()) return false;
  auto at = static_cast<uint32_t>(after - nodes.begin()) - 1;
  while (at != 0 && nodes[at].end < span.end) at = Index(nodes[at].parent);
  if (at == 0 || nodes[at].kind == Kind::kError) return false;
  const auto node = static_cast<NodeId>(at);
  const NodeId parent = syntax.Parent(node);
  const Kind around = syntax.KindOf(parent);
  const bool call = around == Kind::kCallExpression || around == Kind::kNewExpression;
  if (call && nodes[at].role == Role::kCallee) {
    AddTree(file, parent, hash);  // what is called, and with what
    return true;
  }
  if (call && nodes[at].role == Role::kArgument) {
    // Which of several: emitter.on('error', ...) and emitter.on('exit', ...). Other arguments come and go.
    for (const NodeId c : syntax.ChildrenOf(parent)) {
      if (syntax[c].role == Role::kCallee || syntax.KindOf(c) == Kind::kStringLiteral) AddTree(file, c, hash);
    }
  }
  AddTree(file, node, hash);
  return true;
}

}  // namespace

StableHash& StableHash::Add(std::string_view part) {
  const auto byte = [this](uint8_t b) {
    state_ ^= b;
    state_ *= 1099511628211u;
  };
  for (size_t n = part.size(), i = 0; i < 4; ++i, n >>= 8) byte(static_cast<uint8_t>(n));
  for (const char c : part) byte(static_cast<uint8_t>(c));
  return *this;
}

uint64_t StableHash::value() const {
  uint64_t h = state_;
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdu;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53u;
  h ^= h >> 33;
  return h;
}

std::string Hex(uint64_t fingerprint) {
  std::string out(16, '0');
  for (size_t i = 16; i-- > 0; fingerprint >>= 4) out[i] = "0123456789abcdef"[fingerprint & 15];
  return out;
}

std::string NamedScope(std::string_view scope) {
  std::string out;
  while (!scope.empty()) {
    const std::string_view part = scope.substr(0, scope.find('.'));
    scope.remove_prefix(std::min(part.size() + 1, scope.size()));
    if (part == "<anonymous>" || part.empty()) continue;
    if (!out.empty()) out += '.';
    out += part;
  }
  return out;
}

void Identify(const Project& project, std::vector<Finding>& findings) {
  std::map<std::tuple<FileId, std::string, uint64_t>, uint32_t> equal;
  for (Finding& f : findings) {
    const File& file = project[f.at.file];
    StableHash sink;
    sink.Add(f.rule->id);
    if (!AddNodes(file, f.at.span, sink)) {
      const size_t start = std::min<size_t>(f.at.span.start, file.text.size());
      sink.Add(Collapsed(std::string_view(file.text).substr(start, f.at.span.end - f.at.span.start)));
    }
    f.sink = sink.value();
    std::string scope = NamedScope(f.scope);
    const uint32_t number = equal[{f.at.file, scope, f.sink}]++;
    f.fingerprint = StableHash().Add(Hex(f.sink)).Add(scope).Add(Cat(number)).value();
  }
}

}  // namespace looplint
