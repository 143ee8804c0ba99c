#include "analyzer/facts/object_use.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace looplint {
namespace {

// Past this many steps the object counts as out of sight, so that no program makes the search slow.
constexpr int kSteps = 400;

class Follower {
 public:
  Follower(const Project& project, const Calls& calls) : p_(project), calls_(calls) {}

  ObjectUse Take() { return std::move(use_); }

  // The object is what the expression `n` evaluates to.
  void Expression(FileId file, NodeId n) {
    if (use_.escapes || ++steps_ > kSteps) return Escape();
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    if (s.KindOf(n) == Kind::kShorthandProperty) return Escape();
    const NodeId p = s.Parent(n);
    const Role role = s[n].role;
    switch (s.KindOf(p)) {
      case Kind::kTSAsExpression:
      case Kind::kTSNonNullExpression:
        return Expression(file, p);
      case Kind::kSequenceExpression:
        return s[n].next == s[p].next ? Expression(file, p) : void();
      case Kind::kConditionalExpression:
        return role == Role::kTest ? void() : Expression(file, p);
      case Kind::kLogicalExpression:
        // a && b is b whenever a is an object.
        return s[p].op == Op::kAnd && s[n].next != s[p].next ? void() : Expression(file, p);
      case Kind::kMemberExpression:
        return role == Role::kProperty ? void() : Member(file, n, p);
      case Kind::kVariableDeclarator: {
        const NodeId name = s.Child(p, Role::kName);
        // const { stdout } = spawn(...): the object itself is dropped.
        if (s.KindOf(name) != Kind::kIdentifier) return;
        if (s.KindOf(s.Parent(s.Parent(p))) == Kind::kExportDeclaration) return Escape();
        return Bound(file, m.BindingAt(name));
      }
      case Kind::kAssignmentExpression: {
        if (role == Role::kLeft) return;
        const NodeId left = s.Child(p, Role::kLeft);
        if (s.KindOf(left) == Kind::kIdentifier) {
          Bound(file, m.BindingAt(left));
        } else if (s.KindOf(left) == Kind::kMemberExpression) {
          Field(file, left);
        } else if (s.KindOf(left) != Kind::kObjectPattern) {
          return Escape();
        }
        return s.KindOf(s.Parent(p)) == Kind::kExpressionStatement ? void() : Expression(file, p);
      }
      case Kind::kPropertyDefinition: {
        const NodeId key = s.Child(p, Role::kKey);
        if (role != Role::kValue || (s[p].flags & kStatic) || !Some(key)) return Escape();
        return FieldNamed(file, p, Text(file, key));
      }
      case Kind::kCallExpression:
      case Kind::kNewExpression: {
        if (role != Role::kArgument) return Escape();
        const CallId call = m.CallAt(p);
        if (!Some(call)) return Escape();
        const Call& c = m.calls[call];
        for (uint32_t i = 0; i < c.arg_count; ++i) {
          if (m.args[c.first_arg + i].node == n) return Argument(file, call, i);
        }
        return Escape();
      }
      case Kind::kForOfStatement:
        if (role == Role::kRight) use_.iterated = true;
        return;
      case Kind::kExpressionStatement:
      case Kind::kUnaryExpression:
      case Kind::kBinaryExpression:
      case Kind::kIfStatement:
      case Kind::kWhileStatement:
      case Kind::kDoWhileStatement:
      case Kind::kForStatement:
      case Kind::kTemplateLiteral:
        return;
      default:
        return Escape();
    }
  }

  void Bound(FileId file, BindingId binding) {
    if (!Some(binding)) return Escape();
    if (!seen_.insert({Index(file), Index(binding)}).second) return;
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    const Binding& b = m.bindings[binding];
    // Held by an exported name: others see it.
    for (const Export& e : m.module.exports) {
      if (Some(e.value) && m.values[e.value].kind == ValueKind::kBinding && m.values[e.value].a == Index(binding)) {
        return Escape();
      }
    }
    for (ReferenceId r = b.first; Some(r); r = m.Next(r)) {
      const NodeId n = m.references[r].node;
      if (s[n].role == Role::kLeft && s.KindOf(s.Parent(n)) == Kind::kAssignmentExpression) continue;
      Expression(file, n);
      if (use_.escapes) return;
    }
  }

 private:
  void Escape() { use_.escapes = true; }
  std::string_view Text(FileId file, NodeId n) const {
    const Node& x = p_[file].model.syntax[n];
    return std::string_view(p_[file].text).substr(x.start, x.end - x.start);
  }

  void Member(FileId file, NodeId object, NodeId member) {
    (void)object;
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    const NodeId q = s.Parent(member);
    const NodeId property = s.Child(member, Role::kProperty);
    const bool named = !(s[member].flags & kComputed) && Some(property);
    const std::string_view name = named ? Text(file, property) : std::string_view();
    const Kind k = s.KindOf(q);
    if ((k == Kind::kCallExpression || k == Kind::kNewExpression) && s[member].role != Role::kArgument) {
      const CallId call = m.CallAt(q);
      if (!named || !Some(call)) return Escape();
      use_.methods.push_back({{file, call}, name});
      // Where nothing is known of the result, it may be the object again; pipe() returns its target.
      const Target& t = calls_.TargetOf(file, call);
      if (t.api != nullptr ? t.api->returns == "this" || (t.api->returns.empty() && t.api->style == CallStyle::kUnknown)
                           : !Some(t.function.function)) {
        if (name != "pipe") Expression(file, q);
      }
      return;
    }
    if (k == Kind::kAssignmentExpression && s[member].role == Role::kLeft) {
      if (!named) return Escape();
      use_.assigned.push_back(name);
      return;
    }
    // The method itself is taken: object.on.bind(object).
    if (name == "on" || name == "once" || name == "addListener" || name == "emit") Escape();
  }

  void Argument(FileId file, CallId call, uint32_t index) {
    const Target& t = calls_.TargetOf(file, call);
    if (t.api != nullptr && t.api->from.empty()) {
      use_.handed.push_back({{file, call}, index});
      return;
    }
    // Of what an installed package does with an object nothing is known.
    if (t.api != nullptr || !Some(t.function.function)) return Escape();
    const FileModel& m = p_[t.function.file].model;
    const Function& f = m.functions[t.function.function];
    if (f.uses_this && index >= f.param_count) return Escape();
    if (index >= f.param_count || m.params[f.first_param + index].rest) return Escape();
    const NodeId parameter = m.params[f.first_param + index].node;
    for (const NodeId c : m.syntax.ChildrenOf(parameter)) {
      if (m.syntax.KindOf(c) == Kind::kIdentifier && Some(m.BindingAt(c))) return Bound(t.function.file, m.BindingAt(c));
    }
    Escape();
  }

  void Field(FileId file, NodeId member) {
    const FileModel& m = p_[file].model;
    const ValueId v = m.ValueOf(member);
    const NodeId property = m.syntax.Child(member, Role::kProperty);
    if (!Some(v) || m.values[v].kind != ValueKind::kMember || (m.syntax[member].flags & kComputed)) return Escape();
    const Value& base = m.values[static_cast<ValueId>(m.values[v].a)];
    if (base.kind != ValueKind::kThis || !Some(m.functions[static_cast<FunctionId>(base.a)].owner)) return Escape();
    FieldNamed(file, m.classes[m.functions[static_cast<FunctionId>(base.a)].owner].node, Text(file, property));
  }

  // this.name of a class: every x.name of the file counts. Other files reach it when the class is exported, unless the
  // name says that it is private.
  void FieldNamed(FileId file, NodeId in_class, std::string_view name) {
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    NodeId cls = in_class;
    while (Index(cls) != 0 && s.KindOf(cls) != Kind::kClassDeclaration && s.KindOf(cls) != Kind::kClassExpression) {
      cls = s.Parent(cls);
    }
    if (Index(cls) == 0 || name.empty()) return Escape();
    if (name[0] != '#' && name[0] != '_' && Exported(m, cls)) return Escape();
    if (!fields_.insert(name).second) return;
    for (uint32_t i = 1; i < s.size(); ++i) {
      const NodeId n = static_cast<NodeId>(i);
      const Kind k = s.KindOf(n);
      if (k == Kind::kShorthandPattern && Text(file, n) == name) return Escape();
      if (k == Kind::kPropertyName && s[n].role == Role::kKey && Text(file, n) == name &&
          s.KindOf(s.Parent(s.Parent(n))) == Kind::kObjectPattern) {
        return Escape();
      }
      if (k != Kind::kMemberExpression) continue;
      const NodeId property = s.Child(n, Role::kProperty);
      if (!Some(property) || Text(file, property) != name) continue;
      if (s[n].role == Role::kLeft && s.KindOf(s.Parent(n)) == Kind::kAssignmentExpression) continue;
      Expression(file, n);
      if (use_.escapes) return;
    }
  }

  static bool Exported(const FileModel& m, NodeId cls) {
    const Syntax& s = m.syntax;
    if (s.KindOf(s.Parent(cls)) == Kind::kExportDeclaration) return true;
    const ValueId own = m.ValueOf(cls);
    for (const Export& e : m.module.exports) {
      ValueId v = e.value;
      for (int i = 0; i < 4 && Some(v); ++i) {
        const Value& x = m.values[v];
        if (Some(own) && x.kind == m.values[own].kind && x.a == m.values[own].a) return true;
        if (x.kind == ValueKind::kObject || x.kind == ValueKind::kCall) return true;  // may hold it
        if (x.kind != ValueKind::kBinding) break;
        v = m.bindings[static_cast<BindingId>(x.a)].value;
      }
    }
    return false;
  }

  const Project& p_;
  const Calls& calls_;
  ObjectUse use_;
  int steps_ = 0;
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> seen_;
  absl::flat_hash_set<std::string_view> fields_;
};

}  // namespace

bool ObjectUse::Calls(std::string_view method) const {
  return std::any_of(methods.begin(), methods.end(), [&](const Method& m) { return m.name == method; });
}

ObjectUse UsesOf(const Project& project, const Calls& calls, FileId file, NodeId node) {
  Follower f(project, calls);
  f.Expression(file, node);
  return f.Take();
}

ObjectUse UsesOf(const Project& project, const Calls& calls, FileId file, BindingId binding) {
  Follower f(project, calls);
  f.Bound(file, binding);
  return f.Take();
}

bool MayListen(const Project& project, const Calls& calls, const ObjectUse& use, std::string_view event) {
  if (use.escapes) return true;
  if (event == "error" && use.iterated) return true;
  for (const std::string_view name : use.assigned) {
    if (name.starts_with("on") && name.substr(2) == event) return true;
  }
  for (const ObjectUse::Handed& h : use.handed) {
    const Api* api = calls.TargetOf(h.call.file, h.call.call).api;
    const bool takes_over = api->handles_errors_of_all ||
                            std::find(api->handles_errors_of.begin(), api->handles_errors_of.end(),
                                      static_cast<int>(h.argument)) != api->handles_errors_of.end();
    if (takes_over) return true;
  }
  for (const ObjectUse::Method& x : use.methods) {
    const FileModel& m = project[x.call.file].model;
    const Call& c = m.calls[x.call.call];
    const Api* api = calls.TargetOf(x.call.file, x.call.call).api;
    int event_arg = -1;
    if (api == nullptr) {
      if (x.name == "on" || x.name == "once" || x.name == "addListener" || x.name == "addEventListener") event_arg = 0;
    } else {
      for (const Handler& h : api->handlers) {
        if (h.event_arg >= 0) event_arg = h.event_arg;
      }
    }
    if (event_arg < 0) continue;
    const Argument* name = m.Arg(c, static_cast<uint32_t>(event_arg));
    if (name == nullptr || name->spread) return true;
    ValueId v = name->value;
    for (int i = 0; i < 8 && m.values[v].kind == ValueKind::kBinding; ++i) {
      const ValueId next = m.bindings[static_cast<BindingId>(m.values[v].a)].value;
      if (!Some(next)) return true;
      v = next;
    }
    if (m.values[v].kind != ValueKind::kString) return true;
    if (m.names[static_cast<NameId>(m.values[v].a)] == event) return true;
  }
  return false;
}

}  // namespace looplint
