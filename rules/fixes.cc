#include "rules/fixes.h"

#include <algorithm>

#include "analyzer/base/strings.h"

namespace looplint {

namespace {

// Is the file surely an ES module, where await may stand at the top level? TypeScript may be compiled to either.
bool IsModule(const View& file) {
  const std::string_view path = file.file.path;
  if (path.ends_with(".mjs") || path.ends_with(".mts")) return true;
  if (!path.ends_with(".js")) return false;
  for (const NodeId c : file.syntax.ChildrenOf(NodeId{0})) {
    const Kind kind = file.syntax.KindOf(c);
    if (kind == Kind::kImportDeclaration || kind == Kind::kExportDeclaration) return true;
  }
  return false;
}

}  // namespace

std::optional<Fix> AwaitFix(const View& file, NodeId expression, std::string description) {
  const Syntax& s = file.syntax;
  for (NodeId p = s.Parent(expression);; p = s.Parent(p)) {
    if (!Some(p)) return std::nullopt;
    if (Index(p) == 0) {
      if (!IsModule(file)) return std::nullopt;
      break;
    }
    const Kind kind = s.KindOf(p);
    if (kind == Kind::kParameter || kind == Kind::kPropertyDefinition || kind == Kind::kStaticBlock)
      return std::nullopt;
    if (!IsFunction(kind) && kind != Kind::kMethodDefinition) continue;
    const FunctionId f = file.model.FunctionAt(p);
    if (!Some(f) || !file.model.functions[f].is_async) return std::nullopt;
    break;
  }
  const Span at = file.SpanOf(expression);
  const Kind kind = s.KindOf(expression);
  const bool simple = kind == Kind::kCallExpression || kind == Kind::kNewExpression || kind == Kind::kIdentifier ||
                      kind == Kind::kMemberExpression;
  const NodeId parent = s.Parent(expression);
  const Kind around = s.KindOf(parent);
  const Role role = s[expression].role;
  const bool binds_tighter =
      (around == Kind::kMemberExpression && role == Role::kObject) ||
      ((around == Kind::kCallExpression || around == Kind::kNewExpression) && role == Role::kCallee) ||
      around == Kind::kTaggedTemplateExpression || around == Kind::kTSNonNullExpression ||
      (around == Kind::kBinaryExpression && s[parent].op == Op::kExp);
  const bool inside = (s[expression].flags & kParenthesized) != 0;  // the span is what the parentheses hold
  std::string before = "await ", after;
  if (!simple) before += "(", after += ")";
  if (binds_tighter && !inside) before = "(" + before, after += ")";
  Fix fix{.description = std::move(description), .edits = {{{at.start, at.start}, std::move(before)}}, .safe = false};
  if (!after.empty()) fix.edits.push_back({{at.end, at.end}, std::move(after)});
  return fix;
}

std::optional<Edit> PromiseFormEdit(const View& file, const Call& call, std::string_view promised) {
  const size_t at = promised.find(".promises.");
  if (at == std::string_view::npos) return std::nullopt;
  const NodeId callee = file.CalleeNode(call);
  if (file.syntax.KindOf(callee) != Kind::kMemberExpression || (file.syntax[callee].flags & kComputed))
    return std::nullopt;
  const NodeId property = file.syntax.Child(callee, Role::kProperty);
  const ValueId receiver = file.Receiver(call);
  if (!Some(property) || !Some(receiver)) return std::nullopt;
  const Denoted d = file.Denote(receiver);
  if (!d.Is(Denoted::Kind::kModule) || d.type != promised.substr(0, at)) return std::nullopt;
  return Edit{file.SpanOf(property), std::string(promised.substr(at + 1))};
}

Edit RemoveMember(std::string_view json, Span entry) {
  const auto blank = [&](size_t i) { return json[i] == ' ' || json[i] == '\t' || json[i] == '\n' || json[i] == '\r'; };
  size_t start = entry.start, end = entry.end;
  size_t comma = end;
  while (comma < json.size() && blank(comma)) ++comma;
  while (start > 0 && blank(start - 1)) --start;
  if (comma < json.size() && json[comma] == ',') {
    end = comma + 1;  // the blanks before it go, those behind it stay
  } else if (start > 0 && json[start - 1] == ',') {
    --start;
  }
  return {{static_cast<uint32_t>(start), static_cast<uint32_t>(end)}, ""};
}

Edit MoveBehind(std::string_view json, Span entry, Span next, Span behind) {
  const std::string_view moved = json.substr(entry.start, entry.end - entry.start);
  const std::string_view between = json.substr(entry.end, next.start - entry.end);
  return {{entry.start, behind.end}, Cat(json.substr(next.start, behind.end - next.start), between, moved)};
}

void OfferTwin(const View& file, const Call& call, const Api& api, Report::Draft& finding) {
  if (api.twin.empty()) return;
  const Api* twin = file.knowledge.Find(api.twin);
  const bool promise = twin != nullptr && twin->style == CallStyle::kPromise && twin->callback_at < 0;
  finding.Help(Cat(promise ? "await " : "use ", api.twin, ", or do it once at start-up"));
  const auto edit = promise ? PromiseFormEdit(file, call, api.twin) : std::nullopt;
  if (auto fix = edit ? AwaitFix(file, call.node, Cat("await ", api.twin)) : std::nullopt; fix) {
    fix->edits.insert(fix->edits.begin() + 1, *edit);
    finding.FixWith(*std::move(fix));
  }
}

NodeId StatementOf(const View& file, NodeId call) {
  const NodeId parent = file.syntax.Parent(call);
  return file.syntax.KindOf(parent) == Kind::kExpressionStatement ? parent : kNone<NodeId>;
}

std::string_view IndentationAt(const View& file, uint32_t offset) {
  const std::string_view text = file.file.text;
  const size_t start = text.substr(0, offset).find_last_of("\r\n") + 1;  // npos + 1 is 0
  size_t end = start;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  return text.substr(start, end - start);
}

}  // namespace looplint
