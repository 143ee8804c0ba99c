#include "analyzer/facts/live_code.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "analyzer/model/lower.h"

namespace looplint {

LiveCode::LiveCode(const FileModel& model, std::string_view text, const WantedNames& wanted,
                   const std::optional<std::vector<std::string>>& arguments)
    : m_(model), text_(text), wanted_(wanted) {
  // A CommonJS module that is one function is called by any name.
  if (wanted_ && wanted_->contains("default")) {
    for (const Export& e : m_.module.exports) {
      if (e.cjs) wanted_ = std::nullopt;
      if (!wanted_) break;
    }
  }
  if (arguments) PruneBranches(*arguments);
  PruneFunctions();
}

bool LiveCode::Has(NodeId node) const {
  return std::ranges::none_of(dead_, [&](NodeId d) { return m_.syntax.Contains(d, node); });
}

// process.argv[N], or a name for it.
std::optional<std::string> LiveCode::ArgumentAt(NodeId expression) const {
  std::string_view text = TextOf(expression);
  if (m_.syntax.KindOf(expression) == Kind::kIdentifier) {
    const BindingId b = m_.BindingAt(expression);
    if (!Some(b) || m_.bindings[b].writes > 0) return std::nullopt;
    const NodeId declarator = m_.syntax.Parent(m_.bindings[b].node);
    if (m_.syntax.KindOf(declarator) != Kind::kVariableDeclarator) return std::nullopt;
    const NodeId value = m_.syntax.Child(declarator, Role::kValue);
    const NodeId init = Some(value) ? value : m_.syntax.Child(declarator, Role::kInit);
    if (!Some(init)) return std::nullopt;
    text = TextOf(init);
  }
  if (!text.starts_with("process.argv[") || !text.ends_with(']')) return std::nullopt;
  text = text.substr(13, text.size() - 14);
  size_t index = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), index).ptr != text.data() + text.size())
    return std::nullopt;
  if (index < 2) return std::nullopt;
  return index - 2 < arguments_->size() ? (*arguments_)[index - 2] : std::string();
}

void LiveCode::PruneBranches(const std::vector<std::string>& arguments) {
  arguments_ = &arguments;
  const Syntax& s = m_.syntax;
  const auto literal = [&](NodeId n) -> std::optional<std::string> {
    if (s.KindOf(n) != Kind::kStringLiteral) return std::nullopt;
    const std::string_view raw = TextOf(n);
    return Cook(raw.substr(1, raw.size() - 2));
  };
  for (uint32_t i = 0; i < s.size(); ++i) {
    const auto n = static_cast<NodeId>(i);
    if (s.KindOf(n) == Kind::kSwitchStatement) {
      const auto given = ArgumentAt(s.FirstChild(n));
      if (!given) continue;
      bool through = false, taken = false;  // control comes from the case above; some case is the one
      NodeId otherwise = kNone<NodeId>;
      for (const NodeId c : s.ChildrenOf(n)) {
        if (s.KindOf(c) != Kind::kSwitchCase) continue;
        const NodeId test = s[c].op == Op::kDefault ? kNone<NodeId> : s.FirstChild(c);
        if (!Some(test)) {
          otherwise = c;
          continue;
        }
        const auto is = literal(test);
        const bool live = through || !is || *is == *given;
        taken = taken || (is && *is == *given);
        if (!live) {
          dead_.push_back(c);
          continue;
        }
        NodeId last = c;
        for (const NodeId child : s.ChildrenOf(c)) last = child;
        if (s.KindOf(last) == Kind::kBlockStatement) {
          for (const NodeId child : s.ChildrenOf(last)) last = child;
        }
        const Kind end = s.KindOf(last);
        through = end != Kind::kBreakStatement && end != Kind::kReturnStatement && end != Kind::kThrowStatement &&
                  end != Kind::kContinueStatement;
      }
      if (Some(otherwise) && taken && !through) dead_.push_back(otherwise);
    } else if (s.KindOf(n) == Kind::kIfStatement) {
      const NodeId test = s.Child(n, Role::kTest);
      if (s.KindOf(test) != Kind::kBinaryExpression) continue;
      const Op op = s[test].op;
      const bool equal = op == Op::kStrictEq || op == Op::kEq;
      if (!equal && op != Op::kStrictNe && op != Op::kNe) continue;
      std::optional<std::string> given, is;
      for (const NodeId side : s.ChildrenOf(test)) {
        if (const auto text = literal(side)) {
          is = text;
        } else {
          given = ArgumentAt(side);
        }
      }
      if (!given || !is) continue;
      const NodeId never = s.Child(n, (*given == *is) == equal ? Role::kAlternate : Role::kConsequent);
      if (Some(never)) dead_.push_back(never);
    }
  }
}

void LiveCode::PruneFunctions() {
  const Syntax& s = m_.syntax;
  std::map<FunctionId, Gate> gates;
  const auto function_of = [&](ValueId v) {
    return Some(v) && m_[v].kind == ValueKind::kFunction ? static_cast<FunctionId>(m_[v].a) : kNone<FunctionId>;
  };
  for (const BindingId b : Ids(m_.bindings)) {
    if (m_.bindings[b].kind == BindingKind::kFunctionName) continue;  // visible in the function alone
    const FunctionId f = function_of(m_.bindings[b].value);
    if (Some(f)) gates[f].bindings.push_back(b);
  }
  // Where a name is exported it is mentioned, but not used.
  std::vector<std::pair<NodeId, std::string>> exporting;
  for (const Export& e : m_.module.exports) {
    if (e.kind == ExportKind::kLocal) {
      const std::string name(Some(e.name) ? m_.names[e.name] : "default");
      if (const FunctionId f = function_of(e.value); Some(f)) gates[f].exported.push_back(name);
      exporting.emplace_back(e.node, name);
    } else if (e.kind == ExportKind::kAssign && Some(e.value)) {
      if (const FunctionId f = function_of(e.value); Some(f)) {
        gates[f].exported.push_back("default");
        exporting.emplace_back(e.node, "default");
      }
      if (m_[e.value].kind == ValueKind::kBinding) exporting.emplace_back(e.node, "default");
      if (m_[e.value].kind == ValueKind::kObject) {
        const Object& o = m_.objects[static_cast<ObjectId>(m_[e.value].a)];
        for (uint32_t i = 0; i < o.member_count; ++i) {
          const Member& member = m_.members[o.first_member + i];
          if (!Some(member.name)) continue;
          const std::string name(m_.names[member.name]);
          if (const FunctionId f = function_of(member.value); Some(f)) gates[f].exported.push_back(name);
          exporting.emplace_back(member.node, name);
        }
      }
    }
  }
  if (gates.empty()) return;
  // Functions exported under a name may be called by it here too: exports.x().
  std::set<std::string, std::less<>> by_member;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const auto n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kMemberExpression) continue;
    const std::string_view text = TextOf(n);
    for (const std::string_view object : {"exports.", "module.exports.", "this.", "self."}) {
      if (text.starts_with(object) && s[n].role != Role::kLeft) by_member.emplace(text.substr(object.size()));
    }
  }
  const size_t before = dead_.size();
  std::set<FunctionId> dead;
  for (const auto& [f, gate] : gates) {
    dead.insert(f);
    dead_.push_back(m_.functions[f].node);
  }
  const auto mentioned = [&](FunctionId f, const Gate& gate) {
    for (const std::string& name : gate.exported) {
      if (Wanted(name) || by_member.contains(name)) return true;
    }
    for (const BindingId b : gate.bindings) {
      for (ReferenceId r = m_.bindings[b].first; Some(r); r = m_.Next(r)) {
        const NodeId use = m_.references[r].node;
        if (s.Contains(m_.functions[f].node, use) || !Has(use)) continue;
        const auto it = std::ranges::find_if(exporting, [&](const auto& e) {
          return e.first == use || s.Parent(use) == e.first ||
                 (s.Parent(use) == s.Parent(e.first) && s.KindOf(s.Parent(use)) == Kind::kProperty);
        });
        if (it == exporting.end() || Wanted(it->second) || by_member.contains(it->second)) return true;
      }
      // An exported declaration: export function f() {}.
      const auto it =
          std::ranges::find_if(exporting, [&](const auto& e) { return e.second == m_.names[m_.bindings[b].name]; });
      if (it != exporting.end() && Wanted(it->second)) return true;
    }
    return false;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto it = dead.begin(); it != dead.end();) {
      if (!mentioned(*it, gates[*it])) {
        ++it;
        continue;
      }
      const auto at =
          std::find(dead_.begin() + static_cast<std::ptrdiff_t>(before), dead_.end(), m_.functions[*it].node);
      if (at != dead_.end()) dead_.erase(at);
      it = dead.erase(it);
      changed = true;
    }
  }
}

// What a use of a whole module takes of it; false when that cannot be told.
bool LiveCode::Takes(NodeId use, WantedNames& names) const {
  const Syntax& s = m_.syntax;
  NodeId parent = s.Parent(use);
  if (s.KindOf(parent) == Kind::kAwaitExpression) {
    use = parent;
    parent = s.Parent(parent);
  }
  switch (s.KindOf(parent)) {
    case Kind::kExpressionStatement:
      return true;
    case Kind::kVariableDeclarator:  // its bindings tell
      return true;
    case Kind::kMemberExpression: {
      if (s.FirstChild(parent) != use || (s[parent].flags & kComputed)) return false;
      const std::string_view text = TextOf(parent);
      const size_t dot = text.rfind('.');
      if (dot == std::string_view::npos) return false;
      names->insert(std::string(text.substr(dot + 1)));
      return true;
    }
    default:
      return false;
  }
}

WantedNames LiveCode::Of(ImportId import) const {
  const Import& i = m_.module.imports[import];
  WantedNames names = std::set<std::string>();
  if (i.kind == ImportKind::kReExport || i.kind == ImportKind::kImportEquals) return std::nullopt;
  if (i.kind == ImportKind::kRequire || i.kind == ImportKind::kDynamic) {
    const NodeId call = m_.syntax.Parent(i.node);
    if (!Takes(call, names)) return std::nullopt;
  }
  // The value, through the awaiting of it.
  const auto is_module = [&](ValueId v) {
    for (int depth = 0; depth < 4 && Some(v); ++depth) {
      if (m_[v].kind == ValueKind::kImport || m_[v].kind == ValueKind::kPromisedImport) return m_[v].a == Index(import);
      if (m_[v].kind != ValueKind::kAwait) return false;
      v = static_cast<ValueId>(m_[v].a);
    }
    return false;
  };
  for (const BindingId b : Ids(m_.bindings)) {
    const ValueId v = m_.bindings[b].value;
    if (!Some(v)) continue;
    const bool whole = is_module(v);
    const bool member = m_[v].kind == ValueKind::kMember && is_module(static_cast<ValueId>(m_[v].a));
    if (!whole && !member) continue;
    for (ReferenceId r = m_.bindings[b].first; Some(r); r = m_.Next(r)) {
      const NodeId use = m_.references[r].node;
      if (!Has(use)) continue;
      if (member) {
        names->insert(std::string(m_.names[static_cast<NameId>(m_[v].b)]));
        break;
      }
      if (m_.syntax.KindOf(m_.syntax.Parent(use)) == Kind::kVariableDeclarator || !Takes(use, names))
        return std::nullopt;
    }
  }
  return names;
}

}  // namespace looplint
