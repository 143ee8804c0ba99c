#include "rules/view.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "analyzer/base/strings.h"

namespace looplint {

std::string_view View::Text(NodeId node) const { return Text(SpanOf(node)); }
std::string_view View::Text(Span span) const {
  return std::string_view(file.text).substr(span.start, span.end - span.start);
}
Span View::SpanOf(NodeId node) const { return {syntax[node].start, syntax[node].end}; }

std::string View::CalleeText(const Call& call) const {
  const NodeId callee = CalleeNode(call);
  if (!Some(callee)) return "call";
  // `a().b().c` is told by its last part; so is anything long or broken over lines.
  std::string_view text = Text(callee);
  if (text.size() > 48 || text.find_first_of("\n({[") != std::string_view::npos) {
    const NodeId property =
        syntax.KindOf(callee) == Kind::kMemberExpression ? syntax.Child(callee, Role::kProperty) : kNone<NodeId>;
    if (!Some(property)) return "this call";
    text = Text(property);
    if (text.size() > 48) return "this call";
  }
  return std::string(text);
}

ValueId View::Receiver(const Call& call) const {
  const Value& v = model.values[call.callee];
  if (v.kind != ValueKind::kMember && v.kind != ValueKind::kElement) return kNone<ValueId>;
  return static_cast<ValueId>(v.a);
}

std::string_view View::Method(const Call& call) const {
  const NodeId callee = CalleeNode(call);
  if (syntax.KindOf(callee) != Kind::kMemberExpression) return {};
  const NodeId property = syntax.Child(callee, Role::kProperty);
  if (syntax.KindOf(property) != Kind::kPropertyName) return {};
  return Text(property);
}

std::optional<ValueId> View::OptionOf(const Argument& argument, std::string_view name) const {
  const Denoted d = Denote(argument.value);
  if (!d.Is(Denoted::Kind::kObject) || d.file != id) return std::nullopt;
  const Object& o = model.objects[static_cast<ObjectId>(d.id)];
  for (uint32_t i = o.member_count; i-- > 0;) {
    const Member& m = model.members[o.first_member + i];
    if (Some(m.name) && model.names[m.name] == name) return m.value;
  }
  return std::nullopt;
}

std::optional<std::string> View::ConstantString(ValueId value) const {
  for (int depth = 0; depth < 16 && Some(value); ++depth) {
    const Value& v = model.values[value];
    switch (v.kind) {
      case ValueKind::kString: return std::string(model.names[static_cast<NameId>(v.a)]);
      case ValueKind::kBinding: value = model.bindings[static_cast<BindingId>(v.a)].value; continue;
      case ValueKind::kTemplate:
      case ValueKind::kConcat: {
        std::string out;
        const NodeId node = static_cast<NodeId>(v.a);
        for (const NodeId c : syntax.ChildrenOf(node)) {
          if (syntax.KindOf(c) == Kind::kTemplateElement) {
            const auto cooked = Cook(Text(c));
            if (!cooked) return std::nullopt;
            out += *cooked;
            continue;
          }
          // Nesting is bounded by the budget of the outer loop only for chains; concatenations are left-deep.
          const ValueId inner = model.ValueOf(c);
          if (!Some(inner) || syntax[node].end - syntax[node].start > 4096) return std::nullopt;
          const Value& iv = model.values[inner];
          if (iv.kind == ValueKind::kNumber) {
            out += Text(c);
            continue;
          }
          const auto part = ConstantString(inner);
          if (!part) return std::nullopt;
          out += *part;
        }
        return out;
      }
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<double> View::ConstantNumber(NodeId node) const {
  // Iterative over left-deep chains would be overkill: real constants are small, so depth is simply bounded.
  struct Eval {
    const View& view;
    std::optional<double> Of(NodeId n, int depth) {
      if (!Some(n) || depth > 24) return std::nullopt;
      const Syntax& s = view.syntax;
      switch (s.KindOf(n)) {
        case Kind::kNumericLiteral: {
          std::string text(view.Text(n));
          std::erase(text, '_');
          if (text.ends_with('n')) return std::nullopt;
          if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) {
            return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 2));
          }
          if (text.size() > 2 && text[0] == '0' && (text[1] == 'o' || text[1] == 'O')) {
            return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 8));
          }
          return std::strtod(text.c_str(), nullptr);
        }
        case Kind::kUnaryExpression: {
          const auto v = Of(s.FirstChild(n), depth + 1);
          if (!v) return v;
          if (s[n].op == Op::kSub) return -*v;
          if (s[n].op == Op::kAdd) return v;
          return std::nullopt;
        }
        case Kind::kBinaryExpression: {
          const auto a = Of(s.Child(n, Role::kLeft), depth + 1), b = Of(s.Child(n, Role::kRight), depth + 1);
          if (!a || !b) return std::nullopt;
          switch (s[n].op) {
            case Op::kAdd: return *a + *b;
            case Op::kSub: return *a - *b;
            case Op::kMul: return *a * *b;
            case Op::kDiv: return *a / *b;
            case Op::kMod: return std::fmod(*a, *b);
            case Op::kExp: return std::pow(*a, *b);
            default: return std::nullopt;
          }
        }
        case Kind::kIdentifier: {
          if (view.Text(n) == "Infinity") return HUGE_VAL;
          const BindingId b = view.model.BindingAt(n);
          if (!Some(b)) return std::nullopt;
          const Binding& binding = view.model.bindings[b];
          if (binding.kind == BindingKind::kImport && Some(binding.value)) return Imported(binding.value, depth);
          if (binding.writes != 0 || !Some(binding.value)) return std::nullopt;
          return OfBinding(view, binding, depth);
        }
        case Kind::kMemberExpression: {
          const std::string_view text = view.Text(n);
          if (text == "Number.MAX_SAFE_INTEGER") return 9007199254740991.0;
          if (text == "Number.MAX_VALUE") return 1.7976931348623157e308;
          if (text == "Number.POSITIVE_INFINITY") return HUGE_VAL;
          return std::nullopt;
        }
        case Kind::kTSAsExpression:
        case Kind::kTSNonNullExpression: return Of(s.FirstChild(n), depth + 1);
        default: return std::nullopt;
      }
    }
    static std::optional<double> OfBinding(const View& view, const Binding& binding, int depth) {
      const NodeId declarator = view.syntax.Parent(binding.node);
      if (view.syntax.KindOf(declarator) != Kind::kVariableDeclarator) return std::nullopt;
      Eval eval{view};
      return eval.Of(view.syntax.Child(declarator, Role::kValue), depth + 1);
    }
    std::optional<double> Imported(ValueId value, int depth) {
      if (depth > 8) return std::nullopt;
      const Value& v = view.model.values[value];
      if (v.kind != ValueKind::kMember) return std::nullopt;
      const Value& base = view.model.values[static_cast<ValueId>(v.a)];
      if (base.kind != ValueKind::kImport) return std::nullopt;
      const FileId target = view.file.imports[base.a];
      if (!Some(target)) return std::nullopt;
      const auto e = view.project.FindExport(target, view.model.names[static_cast<NameId>(v.b)]);
      if (!Some(e.file) || e.is_namespace || !Some(e.value)) return std::nullopt;
      const FileModel& m = view.project[e.file].model;
      const Value& ev = m.values[e.value];
      if (ev.kind != ValueKind::kBinding) return std::nullopt;
      const Binding& b = m.bindings[static_cast<BindingId>(ev.a)];
      if (b.writes != 0) return std::nullopt;
      const View other(view.project, view.facts, e.file);
      return OfBinding(other, b, depth + 1);
    }
  };
  return Eval{*this}.Of(node, 0);
}

std::optional<bool> View::Truthiness(ValueId value) const {
  for (int depth = 0; depth < 16 && Some(value); ++depth) {
    const Value& v = model.values[value];
    switch (v.kind) {
      case ValueKind::kBoolean: return v.a != 0;
      case ValueKind::kNull:
      case ValueKind::kUndefined: return false;
      case ValueKind::kString: return !model.names[static_cast<NameId>(v.a)].empty();
      case ValueKind::kFunction: case ValueKind::kClass: case ValueKind::kObject: case ValueKind::kArray: return true;
      case ValueKind::kBinding: value = model.bindings[static_cast<BindingId>(v.a)].value; continue;
      default: return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string_view View::DependencyRange(std::string_view package) const {
  const Manifest* m = file.manifest;
  while (m != nullptr) {
    const auto it = m->dependencies.find(std::string(package));
    if (it != m->dependencies.end()) return it->second;
    if (m->directory == "." || m->directory == "/") break;
    const Manifest* up = project.resolver().ManifestOf(m->directory);
    if (up == m) break;
    m = up;
  }
  return {};
}

std::vector<NodeId> View::References(BindingId binding) const {
  std::vector<NodeId> out;
  for (ReferenceId r = model.bindings[binding].first; Some(r); r = model.references[r].next) {
    out.push_back(model.references[r].node);
  }
  return out;
}

std::string View::ScopeOf(NodeId node) const {
  std::vector<std::string_view> names;
  FunctionId f = model.FunctionAt(node);
  if (!Some(f)) f = model.FunctionOf(node);
  for (; Some(f) && f != kModuleFunction; f = model.functions[f].parent) {
    const Function& fn = model.functions[f];
    names.push_back(Some(fn.name) ? model.names[fn.name] : "<anonymous>");
    if (Some(fn.owner) && Some(model.classes[fn.owner].name)) names.push_back(model.names[model.classes[fn.owner].name]);
  }
  std::string out;
  for (size_t i = names.size(); i-- > 0;) {
    if (!out.empty()) out += '.';
    out += names[i];
  }
  return out;
}

}  // namespace looplint
