// Four passes over the flat array, none of them recursive:
//   A  forward: open scopes, declare, number functions, classes, objects and calls, collect references
//   B  resolve references now that hoisted declarations are known; find require calls
//   C  backward (children before parents): the value of every expression
//   D  forward: what bindings hold, writes, events, members, exports
#include "analyzer/model/lower.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace looplint {
namespace {

constexpr ValueId kUnknownValue = static_cast<ValueId>(0);

class Lowering {
 public:
  Lowering(std::string_view text, FileModel& m) : text_(text), m_(m), s_(m.syntax) {}

  void Run() {
    value_of_.assign(s_.size(), kNone<ValueId>);
    AddValue(ValueKind::kUnknown);
    undefined_ = AddValue(ValueKind::kUndefined);
    null_ = AddValue(ValueKind::kNull);
    true_ = AddValue(ValueKind::kBoolean, 1);
    false_ = AddValue(ValueKind::kBoolean, 0);
    name_require_ = m_.names.Intern("require");
    name_module_ = m_.names.Intern("module");
    name_exports_ = m_.names.Intern("exports");
    name_default_ = m_.names.Intern("default");
    Declare();
    Resolve();
    FindRequires();
    Evaluate();
    Connect();
    Settle();
    m_.value_of = NodeValues(value_of_);
  }

 private:
  // ---- helpers

  const Node& N(NodeId id) const { return s_[id]; }
  std::string_view Text(NodeId id) const { return text_.substr(N(id).start, N(id).end - N(id).start); }
  Kind KindOf(NodeId id) const { return s_.KindOf(id); }
  ValueId AddValue(ValueKind kind, uint32_t a = 0, uint32_t b = kNoneIndex) {
    Value value;
    value.kind = kind;
    value.a = a & kMaxOperand;
    value.b = b;
    return m_.values.Add(value);
  }
  ValueId V(NodeId id) const {
    if (!Some(id)) return kUnknownValue;
    const ValueId v = value_of_[Index(id)];
    return Some(v) ? v : kUnknownValue;
  }
  FunctionId FunctionAt(NodeId id) const { return m_.FunctionAt(id, value_of_[Index(id)]); }
  void SetValue(NodeId id, ValueId v) { value_of_[Index(id)] = v; }
  ValueId Member(ValueId base, NameId name) {
    return base == kUnknownValue || !Some(name) ? kUnknownValue : AddValue(ValueKind::kMember, Index(base), Index(name));
  }
  ValueId Element(ValueId base, NodeId at = kNone<NodeId>) {
    return base == kUnknownValue ? kUnknownValue : AddValue(ValueKind::kElement, Index(base), Index(at));
  }

  NameId InternCooked(NodeId literal) {
    const std::string_view raw = Text(literal);
    if (raw.size() < 2) return m_.names.Intern("");
    const std::string_view inner = raw.substr(1, raw.size() - 2);
    if (inner.find('\\') == std::string_view::npos) return m_.names.Intern(inner);
    const auto cooked = Cook(inner);
    return cooked ? m_.names.Intern(*cooked) : kNone<NameId>;
  }
  // The name of a property key node: a, 'a', 1, ['a'], #a; kNone when computed.
  NameId KeyName(NodeId key) {
    if (!Some(key)) return kNone<NameId>;
    switch (KindOf(key)) {
      case Kind::kPropertyName:
      case Kind::kIdentifier:
      case Kind::kPrivateIdentifier:
      case Kind::kNumericLiteral:
      case Kind::kShorthandProperty:
      case Kind::kShorthandPattern:
        return m_.names.Intern(Text(key));
      case Kind::kStringLiteral:
        return InternCooked(key);
      case Kind::kComputedKey: {
        const NodeId inner = s_.FirstChild(key);
        return KindOf(inner) == Kind::kStringLiteral ? InternCooked(inner) : kNone<NameId>;
      }
      default:
        return kNone<NameId>;
    }
  }

  struct Open {
    uint32_t end;
    ScopeId scope;
    FunctionId function;
    ClassId cls;
  };

  ScopeId scope() const { return stack_.back().scope; }
  FunctionId function() const { return stack_.back().function; }

  ScopeId OpenScope(NodeId node, ScopeKind kind, FunctionId function, ClassId cls) {
    const ScopeId parent = stack_.empty() ? kNone<ScopeId> : scope();
    const ScopeId id = m_.scopes.Add({parent, function, node, kind, false});
    stack_.push_back({N(node).next, id, function, cls});
    return id;
  }

  static uint64_t Key(ScopeId scope, NameId name) { return uint64_t{Index(scope)} << 32 | Index(name); }

  BindingId DeclareIn(ScopeId scope, NodeId node, BindingKind kind, bool type_only = false) {
    const NameId name = m_.names.Intern(Text(node));
    auto [it, fresh] = declared_.try_emplace(Key(scope, name), BindingId{});
    if (fresh) {
      it->second = m_.bindings.Add({name, scope, node, kNone<ValueId>, kNone<ReferenceId>, 0, kind, type_only});
    } else {
      Binding& b = m_.bindings[it->second];
      if (b.kind == BindingKind::kType && kind != BindingKind::kType) {
        b.kind = kind;  // a value may share its name with a type
        b.node = node;
        b.type_only = type_only;
      } else if (b.kind == BindingKind::kFunctionName && kind != BindingKind::kType) {
        b.kind = kind;  // a declaration inside shadows the function expression's own name
        b.node = node;
      } else if (kind == BindingKind::kFunction && b.kind != BindingKind::kFunction) {
        if (b.writes < Binding::kManyWrites) ++b.writes;  // var X = ...; function X() {}: not one thing
      }
    }
    const BindingId id = it->second;
    SetValue(node, BindingValue(id));
    return id;
  }

  ValueId BindingValue(BindingId id) {
    if (binding_value_.size() <= Index(id)) binding_value_.resize(Index(id) + 1, kNone<ValueId>);
    ValueId& v = binding_value_[Index(id)];
    if (!Some(v)) v = AddValue(ValueKind::kBinding, Index(id));
    return v;
  }

  ScopeId FunctionScope() const {
    ScopeId s = scope();
    while (m_.scopes[s].kind != ScopeKind::kFunction && m_.scopes[s].kind != ScopeKind::kModule) s = m_.scopes[s].parent;
    return s;
  }

  static BindingKind DeclarationKind(Op op) {
    switch (op) {
      case Op::kVar: return BindingKind::kVar;
      case Op::kConst: return BindingKind::kConst;
      case Op::kUsing: case Op::kAwaitUsing: return BindingKind::kUsing;
      default: return BindingKind::kLet;
    }
  }

  // ---- pass A

  void Declare() {
    const FunctionId module = m_.functions.Add(
        {NodeId{0}, kNone<FunctionId>, ScopeId{0}, kNone<NameId>, kNone<ClassId>, 0, 0, FunctionKind::kModule, false,
         false, false, false});
    OpenScope(NodeId{0}, ScopeKind::kModule, module, kNone<ClassId>);
    for (uint32_t i = 1; i < s_.size(); ++i) {
      while (stack_.back().end <= i) stack_.pop_back();
      Visit(static_cast<NodeId>(i));
    }
    stack_.clear();
  }

  void Visit(NodeId id) {
    const Node& n = N(id);
    switch (n.kind) {
      case Kind::kFunctionDeclaration:
      case Kind::kFunctionExpression:
      case Kind::kArrowFunctionExpression:
      case Kind::kMethodDefinition:
        return VisitFunction(id);
      case Kind::kClassDeclaration:
      case Kind::kClassExpression:
        return VisitClass(id);
      case Kind::kPropertyDefinition:
        if (Some(s_.Child(id, Role::kValue))) AddFunction(id, FunctionKind::kFieldInitializer, KeyName(s_.Child(id, Role::kKey)));
        return;
      case Kind::kStaticBlock:
        AddFunction(id, FunctionKind::kStaticBlock, kNone<NameId>);
        return;
      case Kind::kBlockStatement: {
        const Kind parent = KindOf(n.parent);
        if (IsFunction(parent) || parent == Kind::kStaticBlock || parent == Kind::kCatchClause) return;
        OpenScope(id, ScopeKind::kBlock, function(), stack_.back().cls);
        return;
      }
      case Kind::kForStatement:
      case Kind::kForInStatement:
      case Kind::kForOfStatement:
      case Kind::kSwitchStatement:
      case Kind::kCatchClause:
        OpenScope(id, ScopeKind::kBlock, function(), stack_.back().cls);
        return;
      case Kind::kWithStatement:
        m_.scopes[OpenScope(id, ScopeKind::kBlock, function(), stack_.back().cls)].dynamic = true;
        return;
      case Kind::kTSModuleDeclaration: {
        const NodeId name = s_.Child(id, Role::kName);
        if (KindOf(name) == Kind::kIdentifier && !(n.flags & kTypeOnly)) DeclareIn(scope(), name, BindingKind::kNamespace);
        OpenScope(id, ScopeKind::kBlock, function(), stack_.back().cls);
        return;
      }
      case Kind::kTSEnumDeclaration:
        if (const NodeId name = s_.Child(id, Role::kName); Some(name)) DeclareIn(scope(), name, BindingKind::kEnum);
        return;
      case Kind::kTSInterfaceDeclaration:
      case Kind::kTSTypeAliasDeclaration:
        if (const NodeId name = s_.Child(id, Role::kName); Some(name)) {
          DeclareIn(scope(), name, BindingKind::kType, true);
        }
        return;
      case Kind::kObjectExpression:
        SetValue(id, AddValue(ValueKind::kObject, Index(m_.objects.Add({id, 0, 0, false}))));
        return;
      case Kind::kCallExpression:
      case Kind::kNewExpression:
      case Kind::kTaggedTemplateExpression:
        return VisitCall(id);
      case Kind::kThisExpression: {
        FunctionId f = function();
        while (m_.functions[f].kind == FunctionKind::kArrow) f = m_.functions[f].parent;
        m_.functions[f].uses_this = true;
        if (this_value_.size() <= Index(f)) this_value_.resize(Index(f) + 1, kNone<ValueId>);
        ValueId& v = this_value_[Index(f)];
        if (!Some(v)) v = AddValue(ValueKind::kThis, Index(f));
        SetValue(id, v);
        return;
      }
      case Kind::kImportDeclaration:
        return VisitImport(id);
      case Kind::kExportDeclaration:
        if (n.parent == NodeId{0}) m_.module.has_esm_syntax |= n.op != Op::kAssign;
        return;
      case Kind::kMetaProperty:
        if (Text(id).starts_with("import")) {
          m_.module.has_esm_syntax = true;
          SetValue(id, AddValue(ValueKind::kMeta));
        }
        return;
      case Kind::kAwaitExpression:
        if (function() == kModuleFunction) m_.module.has_esm_syntax = true;
        return;
      case Kind::kIdentifier:
      case Kind::kShorthandProperty:
      case Kind::kShorthandPattern:
        return VisitName(id);
      default:
        return;
    }
  }

  NameId InferredName(NodeId id) {
    const Node& n = N(id);
    const NodeId p = n.parent;
    switch (KindOf(p)) {
      case Kind::kVariableDeclarator: return KeyName(s_.Child(p, Role::kName));
      case Kind::kProperty:
      case Kind::kPropertyDefinition: return KeyName(s_.Child(p, Role::kKey));
      case Kind::kAssignmentExpression: {
        const NodeId left = s_.Child(p, Role::kLeft);
        if (KindOf(left) == Kind::kIdentifier) return KeyName(left);
        if (KindOf(left) == Kind::kMemberExpression) {
          const NameId name = KeyName(s_.Child(left, Role::kProperty));
          return name == name_exports_ ? kNone<NameId> : name;  // module.exports = function () {}
        }
        return kNone<NameId>;
      }
      case Kind::kAssignmentPattern:
        return KindOf(s_.Child(p, Role::kLeft)) == Kind::kIdentifier ? KeyName(s_.Child(p, Role::kLeft)) : kNone<NameId>;
      default: return kNone<NameId>;
    }
  }

  FunctionId AddFunction(NodeId id, FunctionKind kind, NameId name) {
    const Node& n = N(id);
    Function f{};
    f.node = id;
    f.parent = function();
    f.name = name;
    f.owner = stack_.back().cls;
    f.kind = kind;
    f.is_async = IsFunction(n.kind) && (n.flags & kAsync);
    f.is_generator = IsFunction(n.kind) && (n.flags & kGenerator);
    f.is_static = (n.flags & kStatic) != 0 && n.role == Role::kMember;
    if (n.role != Role::kMember) f.owner = kNone<ClassId>;
    f.first_param = static_cast<uint32_t>(m_.params.size());
    if (IsFunction(n.kind)) {
      for (const NodeId c : s_.ChildrenOf(id)) {
        if (N(c).role != Role::kParam || KindOf(c) != Kind::kParameter) continue;
        const NodeId pattern = Pattern(c);
        if (KindOf(pattern) == Kind::kThisExpression) continue;  // a type-level `this` parameter
        Param p{c, kNone<NameId>, KindOf(pattern) == Kind::kRestElement,
                Some(s_.Child(c, Role::kValue)) || KindOf(pattern) == Kind::kAssignmentPattern};
        const NodeId type = s_.Child(c, Role::kType);
        if (Some(type)) p.type = PlainType(Text(type));
        m_.params.push_back(p);
      }
    }
    f.param_count = static_cast<uint32_t>(m_.params.size()) - f.first_param;
    const FunctionId fid = m_.functions.Add(f);
    m_.functions[fid].scope = OpenScope(id, ScopeKind::kFunction, fid, stack_.back().cls);
    SetValue(id, AddValue(ValueKind::kFunction, Index(fid)));
    return fid;
  }

  // ": http.Server", ": Foo<Bar> | null" -> the leading plain name.
  NameId PlainType(std::string_view text) {
    size_t i = 0;
    while (i < text.size() && (text[i] == ':' || text[i] == ' ' || text[i] == '\n' || text[i] == '\t')) ++i;
    size_t j = i;
    const auto word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '.';
    };
    while (j < text.size() && word(text[j])) ++j;
    if (j == i) return kNone<NameId>;
    std::string_view rest = text.substr(j);
    // A union other than with null or undefined, an array or a function is not a plain type.
    if (!rest.empty() && rest[0] == '<') {
      int depth = 0;
      size_t k = 0;
      for (; k < rest.size(); ++k) {
        if (rest[k] == '<') ++depth;
        if (rest[k] == '>' && (k == 0 || rest[k - 1] != '=') && --depth == 0) break;
      }
      rest = k < rest.size() ? rest.substr(k + 1) : std::string_view();
    }
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
    if (!rest.empty() && rest != "| null" && rest != "| undefined") return kNone<NameId>;
    return m_.names.Intern(text.substr(i, j - i));
  }

  // The pattern a kParameter holds.
  NodeId Pattern(NodeId parameter) const {
    for (const NodeId c : s_.ChildrenOf(parameter)) {
      const Role r = N(c).role;
      if (r == Role::kLeft || r == Role::kName || r == Role::kNoRole) {
        if (KindOf(c) != Kind::kDecorator && KindOf(c) != Kind::kTypeAnnotation) return c;
      }
    }
    return kNone<NodeId>;
  }

  void VisitFunction(NodeId id) {
    const Node& n = N(id);
    const NodeId name = s_.Child(id, Role::kName);
    FunctionKind kind = FunctionKind::kExpression;
    NameId called = kNone<NameId>;
    if (n.kind == Kind::kFunctionDeclaration) {
      kind = FunctionKind::kDeclaration;
      if (Some(name)) {
        // A function in a block is also visible in its function (Annex B) unless that is strict; block scope is
        // what strict code has, and what is left out is only a name seen too early.
        DeclareIn(scope(), name, BindingKind::kFunction);
        called = KeyName(name);
      }
    } else if (n.kind == Kind::kArrowFunctionExpression) {
      kind = FunctionKind::kArrow;
      called = InferredName(id);
    } else if (n.kind == Kind::kMethodDefinition) {
      called = KeyName(s_.Child(id, Role::kKey));
      if (!Some(called)) called = KeyName(name);
      kind = n.op == Op::kGet   ? FunctionKind::kGetter
             : n.op == Op::kSet ? FunctionKind::kSetter
             : n.role == Role::kMember && !(n.flags & kStatic) && Some(called) && m_.names[called] == "constructor"
                 ? FunctionKind::kConstructor
                 : FunctionKind::kMethod;
    } else {
      called = Some(name) ? KeyName(name) : InferredName(id);
    }
    const FunctionId f = AddFunction(id, kind, called);
    if (n.kind == Kind::kFunctionDeclaration && Some(name)) {
      declared_functions_.push_back({uint32_t{m_.values[value_of_[Index(name)]].a}, f});
    }
    if (n.kind == Kind::kFunctionExpression && Some(name)) {
      const BindingId b = DeclareIn(m_.functions[f].scope, name, BindingKind::kFunctionName);
      declared_functions_.push_back({Index(b), f});
    }
  }

  void VisitClass(NodeId id) {
    const NodeId name = s_.Child(id, Role::kName);
    BindingId binding = kNone<BindingId>;
    if (N(id).kind == Kind::kClassDeclaration && Some(name)) binding = DeclareIn(scope(), name, BindingKind::kClass);
    const NameId called = Some(name) ? KeyName(name) : InferredName(id);
    const ClassId c = m_.classes.Add({id, called, binding, kNone<ValueId>, 0, 0});
    OpenScope(id, ScopeKind::kClass, function(), c);
    if (N(id).kind == Kind::kClassExpression && Some(name)) {
      binding = DeclareIn(scope(), name, BindingKind::kClass);
      m_.classes[c].binding = binding;
    }
    const ValueId v = AddValue(ValueKind::kClass, Index(c));
    SetValue(id, v);
    if (Some(binding)) initial_.push_back({binding, v});
  }

  void VisitCall(NodeId id) {
    const Node& n = N(id);
    CallKind kind = n.kind == Kind::kNewExpression              ? CallKind::kNew
                    : n.kind == Kind::kTaggedTemplateExpression ? CallKind::kTagged
                                                                : CallKind::kCall;
    const NodeId callee = s_.FirstChild(id);
    if (KindOf(callee) == Kind::kImport) kind = CallKind::kImport;
    if (kind == CallKind::kCall && KindOf(callee) == Kind::kIdentifier && Text(callee) == "eval") {
      for (ScopeId s = scope(); Some(s); s = m_.scopes[s].parent) m_.scopes[s].dynamic = true;
    }
    const CallId c = m_.calls.Add({id, function(), kUnknownValue, 0, 0, kind, Use::kOther, (n.flags & kOptional) != 0});
    SetValue(id, AddValue(ValueKind::kCall, Index(c)));
  }

  ImportId AddImport(NodeId literal, ImportKind kind, bool type_only, FunctionId function) {
    return m_.module.imports.Add({InternCooked(literal), literal, function, kind, type_only});
  }

  void VisitImport(NodeId id) {
    const Node& n = N(id);
    const bool type_only = (n.flags & kTypeOnly) || n.op == Op::kTypeof;
    for (const NodeId c : s_.ChildrenOf(id)) {
      if (KindOf(c) != Kind::kTSImportEqualsDeclaration) continue;
      const NodeId name = s_.FirstChild(c);
      const NodeId source = s_.Child(c, Role::kSource);
      if (!Some(name)) return;
      const BindingId b = DeclareIn(scope(), name, BindingKind::kImport, type_only);
      if (KindOf(source) == Kind::kStringLiteral) {
        const ImportId i = AddImport(source, ImportKind::kImportEquals, type_only, function());
        m_.bindings[b].value = AddValue(ValueKind::kImport, Index(i));
      }
      return;
    }
    m_.module.has_esm_syntax = true;
    const NodeId source = s_.Child(id, Role::kSource);
    if (KindOf(source) != Kind::kStringLiteral) return;
    const ImportId import = AddImport(source, ImportKind::kImport, type_only, function());
    const ValueId ns = AddValue(ValueKind::kImport, Index(import));
    for (const NodeId c : s_.ChildrenOf(id)) {
      if (KindOf(c) == Kind::kIdentifier && N(c).role == Role::kDefault) {
        m_.bindings[DeclareIn(scope(), c, BindingKind::kImport, type_only)].value = Member(ns, name_default_);
      } else if (KindOf(c) == Kind::kImportNamespaceSpecifier) {
        const NodeId name = s_.FirstChild(c);
        if (Some(name)) m_.bindings[DeclareIn(scope(), name, BindingKind::kImport, type_only)].value = ns;
      } else if (KindOf(c) == Kind::kImportSpecifier) {
        const NodeId name = s_.Child(c, Role::kName);
        NodeId local = s_.Child(c, Role::kAlias);
        if (!Some(local)) local = name;
        if (!Some(local)) continue;
        const bool only = type_only || (N(c).flags & kTypeOnly);
        m_.bindings[DeclareIn(scope(), local, BindingKind::kImport, only)].value = Member(ns, KeyName(name));
      }
    }
  }

  // Climbs from an identifier through the pattern it stands in. Returns the node that holds the pattern.
  NodeId PatternHolder(NodeId id, bool& is_pattern) const {
    NodeId c = id;
    NodeId p = N(id).parent;
    for (;;) {
      switch (KindOf(p)) {
        case Kind::kObjectPattern:
        case Kind::kArrayPattern:
        case Kind::kRestElement:
          break;
        case Kind::kAssignmentPattern:
          if (N(c).role != Role::kLeft) {
            is_pattern = false;
            return p;
          }
          break;
        case Kind::kProperty:
          if (N(c).role != Role::kValue || KindOf(N(p).parent) != Kind::kObjectPattern) {
            is_pattern = false;
            return p;
          }
          break;
        default:
          is_pattern = true;
          last_pattern_ = c;
          return p;
      }
      c = p;
      p = N(p).parent;
    }
  }

  void AddReference(NodeId id) { pending_.push_back({id, scope()}); }

  void VisitName(NodeId id) {
    const Node& n = N(id);
    const Kind parent = KindOf(n.parent);
    if (n.kind == Kind::kShorthandProperty) return AddReference(id);
    switch (parent) {  // the common cases first
      case Kind::kMemberExpression:
      case Kind::kCallExpression:
        return AddReference(id);
      case Kind::kFunctionDeclaration:
      case Kind::kFunctionExpression:
      case Kind::kClassDeclaration:
      case Kind::kClassExpression:
        if (n.role == Role::kName) return;  // declared with its owner
        return AddReference(id);
      case Kind::kImportDeclaration:
      case Kind::kImportSpecifier:
      case Kind::kImportNamespaceSpecifier:
      case Kind::kExportNamespaceSpecifier:
      case Kind::kTSInterfaceDeclaration:
      case Kind::kTSTypeAliasDeclaration:
        return;
      case Kind::kTSEnumDeclaration:
      case Kind::kTSModuleDeclaration:
      case Kind::kTSEnumMember:
        if (n.role == Role::kName) return;
        return AddReference(id);
      case Kind::kTSImportEqualsDeclaration:
        if (s_.FirstChild(n.parent) == id) {
          if (KindOf(N(n.parent).parent) != Kind::kImportDeclaration) DeclareIn(scope(), id, BindingKind::kImport);
          return;
        }
        return AddReference(id);
      case Kind::kExportSpecifier:
        // `export { type T }` and `export type { T }` name nothing that is there at run time.
        if (n.role == Role::kName && !((N(n.parent).flags | N(N(n.parent).parent).flags) & kTypeOnly) &&
            !Some(s_.Child(N(n.parent).parent, Role::kSource))) {
          AddReference(id);
        }
        return;
      case Kind::kJSXElement: {
        const std::string_view name = Text(id);
        if (n.role == Role::kName && !name.empty() && name[0] >= 'a' && name[0] <= 'z') return;  // an element, not a value
        return AddReference(id);
      }
      default:
        break;
    }
    bool is_pattern = false;
    const NodeId holder = PatternHolder(id, is_pattern);
    if (!is_pattern) return AddReference(id);
    const Role role = N(last_pattern_).role;
    switch (KindOf(holder)) {
      case Kind::kVariableDeclarator: {
        if (role != Role::kName) return AddReference(id);
        const Op op = N(N(holder).parent).op;
        const BindingKind kind = DeclarationKind(op);
        DeclareIn(kind == BindingKind::kVar ? FunctionScope() : scope(), id, kind);
        return;
      }
      case Kind::kParameter:
        if (role == Role::kValue) return AddReference(id);
        DeclareIn(scope(), id, KindOf(N(holder).parent) == Kind::kCatchClause ? BindingKind::kCatch : BindingKind::kParam);
        return;
      case Kind::kForInStatement:
      case Kind::kForOfStatement: {
        const Op op = N(holder).op;
        if (role != Role::kLeft || (op != Op::kVar && op != Op::kLet && op != Op::kConst && op != Op::kUsing)) {
          return AddReference(id);
        }
        const BindingKind kind = DeclarationKind(op);
        DeclareIn(kind == BindingKind::kVar ? FunctionScope() : scope(), id, kind);
        return;
      }
      default:
        return AddReference(id);
    }
  }

  // ---- pass B

  void Resolve() {
    std::vector<std::pair<BindingId, NodeId>> used;
    used.reserve(pending_.size());
    for (const auto& [node, at] : pending_) {
      const std::string_view text = Text(node);
      if (text == "undefined") {
        SetValue(node, undefined_);
        continue;
      }
      const NameId name = m_.names.Intern(text);
      BindingId found = kNone<BindingId>;
      bool uncertain = false;
      for (ScopeId s = at; Some(s); s = m_.scopes[s].parent) {
        const auto it = declared_.find(Key(s, name));
        if (it != declared_.end()) {
          found = it->second;
          break;
        }
        if (m_.scopes[s].dynamic && KindOf(m_.scopes[s].node) == Kind::kWithStatement) {
          uncertain = true;
          break;
        }
      }
      if (Some(found)) used.emplace_back(found, node);
      if (uncertain) {
        SetValue(node, kUnknownValue);
      } else if (Some(found)) {
        SetValue(node, BindingValue(found));
      } else {
        SetValue(node, GlobalValue(name));
        const bool cjs = name == name_require_ || name == name_module_ || name == name_exports_ || text == "__dirname" ||
                         text == "__filename";
        m_.module.has_cjs_syntax |= cjs;
      }
    }
    pending_.clear();
    pending_.shrink_to_fit();
    // By binding: counted, then laid out from the last to the first.
    std::vector<uint32_t> end(m_.bindings.size());
    for (const auto& [binding, node] : used) ++end[Index(binding)];
    for (size_t b = 1; b < end.size(); ++b) end[b] += end[b - 1];
    m_.references.rows().resize(used.size());
    for (size_t i = used.size(); i-- > 0;) {
      const auto& [binding, node] = used[i];
      Binding& b = m_.bindings[binding];
      const ReferenceId at = static_cast<ReferenceId>(--end[Index(binding)]);
      m_.references[at].node = node;
      m_.references[at].last = !Some(b.first);
      b.first = at;
    }
  }

  ValueId GlobalValue(NameId name) {
    if (global_value_.size() <= Index(name)) global_value_.resize(Index(name) + 1, kNone<ValueId>);
    ValueId& v = global_value_[Index(name)];
    if (!Some(v)) v = AddValue(ValueKind::kGlobal, Index(name));
    return v;
  }
  bool IsGlobal(NodeId id, NameId name) const {
    if (KindOf(id) != Kind::kIdentifier) return false;
    const Value& v = m_.values[V(id)];
    return v.kind == ValueKind::kGlobal && v.a == Index(name);
  }

  // require('x'), require.resolve('x') and import('x') with a constant specifier.
  void FindRequires() {
    for (const CallId id : Ids(m_.calls)) {
      const Call& c = m_.calls[id];
      if (c.kind == CallKind::kNew || c.kind == CallKind::kTagged) continue;
      const NodeId callee = s_.FirstChild(c.node);
      if (!Some(callee)) continue;
      const NodeId first = s_.Child(c.node, Role::kArgument);
      if (!Some(first)) continue;
      const bool constant =
          KindOf(first) == Kind::kStringLiteral || (KindOf(first) == Kind::kTemplateLiteral && PlainTemplate(first));
      if (!constant) continue;
      if (c.kind == CallKind::kImport) {
        const ImportId i = AddImport(first, ImportKind::kDynamic, false, c.function);
        SetValue(c.node, AddValue(ValueKind::kPromisedImport, Index(i)));
      } else if (IsGlobal(callee, name_require_) || IsCreatedRequire(callee)) {
        const ImportId i = AddImport(first, ImportKind::kRequire, false, c.function);
        SetValue(c.node, AddValue(ValueKind::kImport, Index(i)));
      } else if (KindOf(callee) == Kind::kMemberExpression && IsGlobal(s_.FirstChild(callee), name_require_) &&
                 Text(s_.Child(callee, Role::kProperty)) == "resolve") {
        AddImport(first, ImportKind::kRequireResolve, false, c.function);
      }
    }
  }

  // const require = createRequire(import.meta.url): the require function of a module, under any name.
  bool IsCreatedRequire(NodeId id) const {
    const BindingId b = KindOf(id) == Kind::kIdentifier ? m_.BindingOf(value_of_[Index(id)]) : kNone<BindingId>;
    if (!Some(b)) return false;
    const NodeId declarator = N(m_.bindings[b].node).parent;
    if (KindOf(declarator) != Kind::kVariableDeclarator) return false;
    const NodeId init = s_.Child(declarator, Role::kValue);
    if (KindOf(init) != Kind::kCallExpression) return false;
    NodeId callee = s_.FirstChild(init);
    if (KindOf(callee) == Kind::kMemberExpression) callee = s_.Child(callee, Role::kProperty);
    return Some(callee) && Text(callee) == "createRequire";
  }

  bool PlainTemplate(NodeId id) const {
    for (const NodeId c : s_.ChildrenOf(id)) {
      if (KindOf(c) != Kind::kTemplateElement) return false;
    }
    return true;
  }

  // ---- pass C

  NodeId LastChild(NodeId id) const {
    NodeId last = kNone<NodeId>;
    for (const NodeId c : s_.ChildrenOf(id)) last = c;
    return last;
  }

  void Evaluate() {
    for (uint32_t i = static_cast<uint32_t>(s_.size()); i-- > 1;) {
      const NodeId id = static_cast<NodeId>(i);
      const Node& n = N(id);
      switch (n.kind) {
        case Kind::kMemberExpression: {
          const ValueId base = V(s_.FirstChild(id));
          const NodeId property = s_.Child(id, Role::kProperty);
          if (!Some(property)) break;
          if (n.flags & kComputed) {
            if (KindOf(property) == Kind::kStringLiteral) {
              SetValue(id, Member(base, InternCooked(property)));
            } else {
              SetValue(id, Element(base, id));
            }
          } else {
            SetValue(id, Member(base, m_.names.Intern(Text(property))));
          }
          break;
        }
        case Kind::kAwaitExpression: {
          const ValueId v = V(s_.FirstChild(id));
          const Value& inner = m_.values[v];
          SetValue(id, inner.kind == ValueKind::kPromisedImport ? AddValue(ValueKind::kImport, inner.a)
                       : v == kUnknownValue                     ? v
                                                                : AddValue(ValueKind::kAwait, Index(v)));
          break;
        }
        case Kind::kYieldExpression: {
          // co(function* () { const data = yield read(); }), __awaiter(this, ..., function* () {...}): who takes a
          // generator runs it, and hands back what it waits for.
          const NodeId operand = s_.FirstChild(id);
          NodeId maker = s_.Parent(id);
          while (Index(maker) != 0 && !IsFunction(KindOf(maker))) maker = s_.Parent(maker);
          if (!Some(operand) || N(maker).role != Role::kArgument || Text(id).starts_with("yield*")) break;
          if (const ValueId v = V(operand); v != kUnknownValue) SetValue(id, AddValue(ValueKind::kAwait, Index(v)));
          break;
        }
        case Kind::kStringLiteral:
          if (n.role != Role::kSource) {
            const NameId name = InternCooked(id);
            SetValue(id, StringValue(name));
          }
          break;
        case Kind::kTemplateLiteral:
          if (PlainTemplate(id)) {
            const NameId name = InternCooked(id);
            SetValue(id, StringValue(name));
          } else {
            SetValue(id, AddValue(ValueKind::kTemplate, i));
          }
          break;
        case Kind::kNumericLiteral: SetValue(id, AddValue(ValueKind::kNumber, i)); break;
        case Kind::kRegExpLiteral: SetValue(id, AddValue(ValueKind::kRegExp, i)); break;
        case Kind::kBooleanLiteral: SetValue(id, Text(id) == "true" ? true_ : false_); break;
        case Kind::kNullLiteral: SetValue(id, null_); break;
        case Kind::kArrayExpression: SetValue(id, AddValue(ValueKind::kArray, i)); break;
        case Kind::kSuper: SetValue(id, AddValue(ValueKind::kSuper)); break;
        case Kind::kBinaryExpression:
          if (n.op == Op::kAdd) SetValue(id, AddValue(ValueKind::kConcat, i));
          break;
        case Kind::kLogicalExpression: {
          const NodeId left = s_.FirstChild(id), right = LastChild(id);
          if (n.op == Op::kAnd) {
            SetValue(id, V(right));
          } else {
            SetValue(id, Either(V(left), V(right)));
          }
          break;
        }
        case Kind::kConditionalExpression:
          SetValue(id, Either(V(s_.Child(id, Role::kConsequent)), V(s_.Child(id, Role::kAlternate))));
          break;
        case Kind::kAssignmentExpression:
          if (n.op == Op::kAssign) {
            SetValue(id, V(s_.Child(id, Role::kRight)));
          } else if (n.op == Op::kAddAssign) {
            SetValue(id, AddValue(ValueKind::kConcat, i));
          } else if (IsLogicalAssignment(n.op)) {
            SetValue(id, Either(V(s_.Child(id, Role::kLeft)), V(s_.Child(id, Role::kRight))));
          }
          break;
        case Kind::kSequenceExpression: SetValue(id, V(LastChild(id))); break;
        case Kind::kTSAsExpression:
        case Kind::kTSNonNullExpression: SetValue(id, V(s_.FirstChild(id))); break;
        default: break;
      }
    }
  }

  static bool IsLogicalAssignment(Op op) {
    return op == Op::kAndAssign || op == Op::kOrAssign || op == Op::kNullishAssign;
  }

  ValueId StringValue(NameId name) {
    if (!Some(name)) return kUnknownValue;
    if (string_value_.size() <= Index(name)) string_value_.resize(Index(name) + 1, kNone<ValueId>);
    ValueId& v = string_value_[Index(name)];
    if (!Some(v)) v = AddValue(ValueKind::kString, Index(name));
    return v;
  }

  ValueId Either(ValueId a, ValueId b) {
    if (a == kUnknownValue && b == kUnknownValue) return kUnknownValue;
    return AddValue(ValueKind::kEither, Index(a), Index(b));
  }

  // ---- pass D

  // Gives the names in a pattern their values. `declares`: as an initialiser, else as an assignment.
  void Bind(NodeId pattern, ValueId value, bool declares) {
    if (!Some(pattern)) return;
    std::vector<std::pair<NodeId, ValueId>> work = {{pattern, value}};
    while (!work.empty()) {
      const auto [p, v] = work.back();
      work.pop_back();
      switch (KindOf(p)) {
        case Kind::kIdentifier:
        case Kind::kShorthandPattern:
          BindName(p, v, declares);
          break;
        case Kind::kMemberExpression:
          break;
        case Kind::kAssignmentPattern: {
          const NodeId left = s_.Child(p, Role::kLeft);
          if (Some(left)) {
            work.push_back({left, v});
            Alternatively(left, V(s_.Child(p, Role::kRight)));
          }
          break;
        }
        case Kind::kObjectPattern:
          for (const NodeId c : s_.ChildrenOf(p)) {
            if (KindOf(c) == Kind::kShorthandPattern) {
              work.push_back({c, Member(v, KeyName(c))});
            } else if (KindOf(c) == Kind::kAssignmentPattern) {
              const NodeId left = s_.Child(c, Role::kLeft);
              if (Some(left)) {
                work.push_back({left, Member(v, KeyName(left))});
                Alternatively(left, V(s_.Child(c, Role::kRight)));
              }
            } else if (KindOf(c) == Kind::kProperty) {
              const NodeId inner = s_.Child(c, Role::kValue);
              if (Some(inner)) work.push_back({inner, Member(v, KeyName(s_.Child(c, Role::kKey)))});
            } else if (KindOf(c) == Kind::kRestElement) {
              work.push_back({s_.FirstChild(c), v});
            }
          }
          break;
        case Kind::kArrayPattern:
          for (const NodeId c : s_.ChildrenOf(p)) {
            if (KindOf(c) == Kind::kRestElement) {
              work.push_back({s_.FirstChild(c), v});
            } else {
              work.push_back({c, Element(v)});
            }
          }
          break;
        case Kind::kRestElement:
          if (Some(s_.FirstChild(p))) work.push_back({s_.FirstChild(p), v});
          break;
        case Kind::kTSAsExpression:
        case Kind::kTSNonNullExpression:
          work.push_back({s_.FirstChild(p), v});
          break;
        default:
          break;
      }
    }
  }

  void BindName(NodeId name, ValueId value, bool declares) {
    const Value& v = m_.values[V(name)];
    if (v.kind != ValueKind::kBinding) return;
    const BindingId id = static_cast<BindingId>(v.a);
    Binding& b = m_.bindings[id];
    m_.assignments.push_back({id, value, name});
    if (declares && !Some(b.value) && b.writes == 0) {
      b.value = value;
    } else {
      if (b.writes < Binding::kManyWrites) ++b.writes;
      assigned_[Index(id)] = value;
      MayHold(id, value);
    }
  }

  void Alternatively(NodeId name, ValueId value) {
    const Value& v = m_.values[V(name)];
    if (v.kind == ValueKind::kBinding) MayHold(static_cast<BindingId>(v.a), value);
  }
  void MayHold(BindingId binding, ValueId value) {
    if (!Some(value) || value == kUnknownValue || value == null_ || value == undefined_) return;
    m_.alternatives.push_back({binding, value});
  }

  void AddFlow(FlowKind kind, NodeId node, FunctionId function, ValueId value) {
    m_.flow.Add({kind, node, function, value});
  }

  void Connect() {
    assigned_.assign(m_.bindings.size(), kNone<ValueId>);
    for (const auto& [binding, function] : declared_functions_) {
      Binding& b = m_.bindings[static_cast<BindingId>(binding)];
      const ValueId value = value_of_[Index(m_.functions[function].node)];
      if (b.kind == BindingKind::kFunction || b.kind == BindingKind::kFunctionName) {
        b.value = value;  // of several declarations the last counts from the start
      } else {
        assigned_[binding] = value;
        MayHold(static_cast<BindingId>(binding), value);
      }
    }
    for (const auto& [binding, value] : initial_) {
      if (!Some(m_.bindings[binding].value)) m_.bindings[binding].value = value;
    }
    FunctionId function = kModuleFunction;
    std::vector<std::pair<uint32_t, FunctionId>> functions = {{static_cast<uint32_t>(s_.size()), kModuleFunction}};
    for (uint32_t i = 1; i < s_.size(); ++i) {
      while (functions.back().first <= i) functions.pop_back();
      function = functions.back().second;
      const NodeId id = static_cast<NodeId>(i);
      const Node& n = N(id);
      if (const FunctionId f = FunctionAt(id); Some(f)) {
        functions.push_back({n.next, f});
        ConnectFunction(f);
      }
      switch (n.kind) {
        case Kind::kVariableDeclarator: {
          const NodeId init = s_.Child(id, Role::kValue);
          const NodeId pattern = s_.Child(id, Role::kName);
          if (Some(init)) {
            Bind(pattern, V(init), true);
          }
          break;
        }
        case Kind::kForInStatement:
        case Kind::kForOfStatement: {
          const NodeId left = s_.Child(id, Role::kLeft);
          const bool declares = n.op == Op::kVar || n.op == Op::kLet || n.op == Op::kConst || n.op == Op::kUsing;
          const ValueId iterated = V(s_.Child(id, Role::kRight));
          Bind(left, n.kind == Kind::kForOfStatement ? Element(iterated)
               : iterated == kUnknownValue           ? iterated
                                                     : AddValue(ValueKind::kKeyOf, Index(iterated)),
               declares);
          if (n.flags & kAsync) AddFlow(FlowKind::kForAwait, id, function, iterated);
          break;
        }
        case Kind::kAssignmentExpression:
          ConnectAssignment(id, function);
          break;
        case Kind::kUpdateExpression: {
          const NodeId operand = s_.FirstChild(id);
          if (Some(operand)) Bind(operand, kUnknownValue, false);
          break;
        }
        case Kind::kCallExpression:
        case Kind::kNewExpression:
        case Kind::kTaggedTemplateExpression:
          ConnectCall(id);
          break;
        case Kind::kClassDeclaration:
        case Kind::kClassExpression:
          ConnectClass(id);
          break;
        case Kind::kObjectExpression:
          ConnectObject(id);
          break;
        case Kind::kReturnStatement:
          AddFlow(FlowKind::kReturn, id, function, V(s_.FirstChild(id)));
          break;
        case Kind::kThrowStatement:
          AddFlow(FlowKind::kThrow, id, function, V(s_.FirstChild(id)));
          break;
        case Kind::kAwaitExpression:
          AddFlow(FlowKind::kAwait, id, function, V(s_.FirstChild(id)));
          break;
        case Kind::kYieldExpression:
          AddFlow(FlowKind::kYield, id, function, V(s_.FirstChild(id)));
          break;
        case Kind::kExportDeclaration:
          if (n.parent == NodeId{0}) ConnectExport(id);
          break;
        default:
          break;
      }
      if (n.role == Role::kBody && KindOf(n.parent) == Kind::kArrowFunctionExpression && n.kind != Kind::kBlockStatement) {
        AddFlow(FlowKind::kReturn, id, FunctionAt(n.parent), V(id));
      }
    }
  }

  void ConnectFunction(FunctionId id) {
    const Function& f = m_.functions[id];
    for (uint32_t i = 0; i < f.param_count; ++i) {
      const Param& p = m_.params[f.first_param + i];
      const ValueId v = AddValue(ValueKind::kParam, Index(id), i);
      NodeId pattern = Pattern(p.node);
      SetValue(p.node, v);
      if (p.rest) {
        Bind(pattern, AddValue(ValueKind::kRest, Index(id), i), true);
      } else {
        Bind(pattern, v, true);
        Alternatively(pattern, V(s_.Child(p.node, Role::kValue)));
      }
    }
  }

  void ConnectCall(NodeId id) {
    const CallId cid = m_.CallAt(id, value_of_[Index(id)]);
    // A require or import() call has the import as its value; its row is found by position.
    const CallId call_id = Some(cid) ? cid : next_call_;
    next_call_ = static_cast<CallId>(Index(call_id) + 1);
    Call& c = m_.calls[call_id];
    const NodeId callee = s_.FirstChild(id);
    c.callee = Some(callee) && N(callee).role != Role::kArgument ? V(callee) : kUnknownValue;
    c.first_arg = static_cast<uint32_t>(m_.args.size());
    if (c.kind != CallKind::kTagged) {
      for (const NodeId a : s_.ChildrenOf(id)) {
        if (N(a).role != Role::kArgument) continue;
        const bool spread = KindOf(a) == Kind::kSpreadElement;
        const NodeId inner = spread ? s_.FirstChild(a) : a;
        m_.args.push_back({Some(inner) ? inner : a, V(inner), spread});
      }
    }
    c.arg_count = static_cast<uint32_t>(m_.args.size()) - c.first_arg;
    c.use = UseOf(s_, id);
  }

  void ConnectClass(NodeId id) {
    const Value& v = m_.values[V(id)];
    if (v.kind != ValueKind::kClass) return;
    Class& c = m_.classes[static_cast<ClassId>(v.a)];
    const NodeId super = s_.Child(id, Role::kSuperClass);
    if (Some(super)) c.super = V(super);
    c.first_member = static_cast<uint32_t>(m_.members.size());
    for (const NodeId x : s_.ChildrenOf(id)) {
      const Kind kind = KindOf(x);
      if (kind == Kind::kMethodDefinition) {
        const FunctionId f = FunctionAt(x);
        if (!Some(f)) continue;
        m_.members.push_back({m_.functions[f].name, V(x), x, (N(x).flags & kStatic) != 0, m_.functions[f].kind});
      } else if (kind == Kind::kPropertyDefinition) {
        const NodeId value = s_.Child(x, Role::kValue);
        m_.members.push_back({KeyName(s_.Child(x, Role::kKey)), V(value), x, (N(x).flags & kStatic) != 0,
                              FunctionKind::kExpression});
      }
    }
    c.member_count = static_cast<uint32_t>(m_.members.size()) - c.first_member;
  }

  void ConnectObject(NodeId id) {
    Object& o = m_.objects[static_cast<ObjectId>(m_.values[V(id)].a)];
    o.first_member = static_cast<uint32_t>(m_.members.size());
    for (const NodeId x : s_.ChildrenOf(id)) {
      switch (KindOf(x)) {
        case Kind::kShorthandProperty:
          m_.members.push_back({KeyName(x), V(x), x, false, FunctionKind::kExpression});
          break;
        case Kind::kProperty:
          m_.members.push_back({KeyName(s_.Child(x, Role::kKey)), V(s_.Child(x, Role::kValue)), x, false,
                                FunctionKind::kExpression});
          break;
        case Kind::kMethodDefinition:
          if (const FunctionId f = FunctionAt(x); Some(f)) {
            m_.members.push_back({m_.functions[f].name, V(x), x, false, m_.functions[f].kind});
          }
          break;
        case Kind::kSpreadElement:
          o.has_spread = true;
          break;
        default:
          break;
      }
    }
    o.member_count = static_cast<uint32_t>(m_.members.size()) - o.first_member;
  }

  void ConnectAssignment(NodeId id, FunctionId function) {
    const NodeId left = s_.Child(id, Role::kLeft), right = s_.Child(id, Role::kRight);
    if (!Some(left)) return;
    const bool plain = N(id).op == Op::kAssign;
    const ValueId value = plain || IsLogicalAssignment(N(id).op) ? V(right) : V(id);
    Bind(left, value, false);
    const Value target = m_.values[V(left)];
    if (target.kind != ValueKind::kUnknown) m_.writes.Add({id, function, V(left), value});
    if (!plain || target.kind != ValueKind::kMember) return;
    // module.exports = v, exports.x = v, module.exports.x = v
    const auto exports = [&](ValueId v) {
      const Value& x = m_.values[v];
      if (x.kind == ValueKind::kGlobal) return x.a == Index(name_exports_);
      return x.kind == ValueKind::kMember && x.b == Index(name_exports_) &&
             m_.values[static_cast<ValueId>(x.a)].kind == ValueKind::kGlobal &&
             m_.values[static_cast<ValueId>(x.a)].a == Index(name_module_);
    };
    if (exports(static_cast<ValueId>(target.a))) {
      m_.module.exports.push_back(
          {ExportKind::kLocal, static_cast<NameId>(target.b), kNone<NameId>, kNone<ImportId>, value, id, false, true});
    } else if (exports(V(left))) {
      m_.module.exports.push_back({ExportKind::kAssign, kNone<NameId>, kNone<NameId>, kNone<ImportId>, value, id, false, true});
    }
  }

  void ConnectExport(NodeId id) {
    const Node& n = N(id);
    const bool type_only = (n.flags & kTypeOnly) != 0;
    auto& out = m_.module.exports;
    const NodeId source = s_.Child(id, Role::kSource);
    ImportId import = kNone<ImportId>;
    if (KindOf(source) == Kind::kStringLiteral) {
      import = AddImport(source, ImportKind::kReExport, type_only, kModuleFunction);
    }
    bool specifiers = false;
    for (const NodeId c : s_.ChildrenOf(id)) {
      if (KindOf(c) == Kind::kExportSpecifier) {
        specifiers = true;
        const NodeId name = s_.Child(c, Role::kName), alias = s_.Child(c, Role::kAlias);
        const NameId imported = KeyName(name), exported = Some(alias) ? KeyName(alias) : imported;
        const bool only = type_only || (N(c).flags & kTypeOnly);
        if (Some(import)) {
          out.push_back({ExportKind::kFrom, exported, imported, import, kUnknownValue, c, only, false});
        } else {
          bool is_type = only;
          const Value& v = m_.values[V(name)];
          if (v.kind == ValueKind::kBinding) is_type |= m_.bindings[static_cast<BindingId>(v.a)].type_only;
          out.push_back({ExportKind::kLocal, exported, kNone<NameId>, kNone<ImportId>, V(name), c, is_type, false});
        }
      } else if (KindOf(c) == Kind::kExportNamespaceSpecifier) {
        specifiers = true;
        const NodeId name = s_.FirstChild(c);
        out.push_back({ExportKind::kNamespace, KeyName(name), kNone<NameId>, import, kUnknownValue, c, type_only, false});
      }
    }
    if (specifiers) return;
    if (Some(import)) {
      if (n.op == Op::kMul) out.push_back({ExportKind::kStar, kNone<NameId>, kNone<NameId>, import, kUnknownValue, id, type_only, false});
      return;
    }
    const NodeId declaration = s_.Child(id, Role::kDeclaration);
    if (n.op == Op::kDefault || n.op == Op::kAssign) {
      NodeId what = Some(declaration) ? declaration : s_.Child(id, Role::kValue);
      if (!Some(what)) {
        for (const NodeId c : s_.ChildrenOf(id)) {
          if (KindOf(c) != Kind::kDecorator) what = c;
        }
      }
      const bool is_type = KindOf(what) == Kind::kTSInterfaceDeclaration;
      out.push_back({n.op == Op::kAssign ? ExportKind::kAssign : ExportKind::kLocal, name_default_, kNone<NameId>,
                     kNone<ImportId>, V(what), id, is_type, n.op == Op::kAssign});
      return;
    }
    if (!Some(declaration)) return;
    const auto local = [&](NodeId name, bool is_type) {
      out.push_back({ExportKind::kLocal, KeyName(name), kNone<NameId>, kNone<ImportId>, V(name), name, is_type, false});
    };
    switch (KindOf(declaration)) {
      case Kind::kVariableDeclaration:
        // Each name declared: the identifiers that hold bindings in the pattern subtrees.
        for (const NodeId d : s_.ChildrenOf(declaration)) {
          const NodeId pattern = s_.Child(d, Role::kName);
          if (!Some(pattern)) continue;
          for (uint32_t i = Index(pattern); i < N(pattern).next; ++i) {
            const NodeId x = static_cast<NodeId>(i);
            if (KindOf(x) != Kind::kIdentifier && KindOf(x) != Kind::kShorthandPattern) continue;
            const Value& v = m_.values[V(x)];
            if (v.kind == ValueKind::kBinding && m_.bindings[static_cast<BindingId>(v.a)].node == x) local(x, type_only);
          }
        }
        return;
      case Kind::kTSInterfaceDeclaration:
      case Kind::kTSTypeAliasDeclaration:
        if (const NodeId name = s_.Child(declaration, Role::kName); Some(name)) local(name, true);
        return;
      default:
        if (const NodeId name = s_.Child(declaration, Role::kName); Some(name)) local(name, type_only);
        return;
    }
  }

  // What each binding holds, now that all assignments are counted.
  void Settle() {
    std::erase_if(m_.assignments, [&](const Assignment& a) { return m_.bindings[a.binding].writes == 0; });
    std::stable_sort(m_.assignments.begin(), m_.assignments.end(),
                     [](const Assignment& a, const Assignment& b) { return a.binding < b.binding; });
    for (const BindingId id : Ids(m_.bindings)) {
      Binding& b = m_.bindings[id];
      if (b.writes == 0) continue;
      const ValueKind now = Some(b.value) ? m_.values[b.value].kind : ValueKind::kUnknown;
      const bool empty = !Some(b.value) || now == ValueKind::kNull || now == ValueKind::kUndefined;
      // let x = a; if (...) x = b: it is `a`, too. A parameter is what is put in its place: all that is ever handed to
      // cb = cb || done, a queue or a client of a server, would run for each of its callers.
      // Nor is `this`: what walks up from it, let at = this; while (at.parent) at = at.parent, meets other kinds than all
      // that inherit the method.
      if (b.kind != BindingKind::kParam && now != ValueKind::kThis) MayHold(id, b.value);
      b.value = empty && b.writes == 1 && (b.kind == BindingKind::kVar || b.kind == BindingKind::kLet) &&
                        Some(assigned_[Index(id)])
                    ? assigned_[Index(id)]
                    : kNone<ValueId>;
    }
  }

  std::string_view text_;
  FileModel& m_;
  const Syntax& s_;
  std::vector<Open> stack_;
  absl::flat_hash_map<uint64_t, BindingId> declared_;
  struct Pending {
    NodeId node;
    ScopeId scope;
  };
  std::vector<Pending> pending_;
  std::vector<ValueId> value_of_;  // by node
  std::vector<ValueId> binding_value_, global_value_, string_value_, this_value_, assigned_;
  ValueId undefined_, null_, true_, false_;  // of which one row is enough
  std::vector<std::pair<uint32_t, FunctionId>> declared_functions_;
  std::vector<std::pair<BindingId, ValueId>> initial_;
  mutable NodeId last_pattern_ = kNone<NodeId>;
  CallId next_call_ = static_cast<CallId>(0);
  NameId name_require_, name_module_, name_exports_, name_default_;
};

template <typename T>
void Fit(std::vector<T>& v) {
  v.shrink_to_fit();
}

}  // namespace

FileModel Lower(std::string_view text, Syntax syntax) {
  FileModel m;
  m.syntax = std::move(syntax);
  Lowering(text, m).Run();
  m.names.Shrink();
  Fit(m.scopes.rows());
  Fit(m.bindings.rows());
  Fit(m.functions.rows());
  Fit(m.params);
  Fit(m.classes.rows());
  Fit(m.objects.rows());
  Fit(m.calls.rows());
  Fit(m.args);
  Fit(m.values.rows());
  Fit(m.members);
  Fit(m.flow.rows());
  Fit(m.writes.rows());
  Fit(m.assignments);
  Fit(m.alternatives);
  Fit(m.module.imports.rows());
  Fit(m.module.exports);
  return m;
}

}  // namespace looplint
