// What an expression denotes: a demand-driven walk over the values of the linked models.
//
// Bounded in two ways, so that no program makes it slow: a walk takes at most kSteps rows and kDepth nested ones;
// past that the answer is "unknown". Answers for the Denoter's own file are remembered unless they were cut short.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/project/project.h"
#include "analyzer/project/values.h"

namespace looplint {
namespace {
constexpr int kSteps = 300;
constexpr int kDepth = 40;
}  // namespace

class Walk {
 public:
  Walk(Denoter& owner) : owner_(owner), p_(owner.project_), k_(p_.knowledge()) {}

  Denoted Of(FileId file, ValueId value) {
    if (!Some(value) || Index(value) == 0) return {};
    if (++steps_ > kSteps || depth_ > kDepth) {
      cut_ = true;
      return {};
    }
    // What says it all by itself is not worth remembering.
    const Value& v = p_[file].model.values[value];
    switch (v.kind) {
      case ValueKind::kFunction: return Row(Denoted::Kind::kFunction, file, v.a);
      case ValueKind::kClass: return Row(Denoted::Kind::kClass, file, v.a);
      case ValueKind::kObject: return Row(Denoted::Kind::kObject, file, v.a);
      default: break;
    }
    const bool own = file == owner_.file_;
    if (own) {
      const auto [it, fresh] = owner_.memo_.try_emplace(Index(value), Denoted{});
      if (!fresh) return it->second;  // known, or being worked out: a cycle denotes nothing
    }
    ++depth_;
    Denoted d = Work(file, value);
    // What the walk cannot see for itself, through parameters, fields and objects handed around, may be known all the same.
    if (d.Is(Denoted::Kind::kUnknown) && p_.values() != nullptr) d = p_.values()->Only(file, value);
    --depth_;
    if (own) {
      if (cut_) {
        owner_.memo_.erase(Index(value));
      } else {
        owner_.memo_[Index(value)] = d;
      }
    }
    return d;
  }

  Denoted Member(const Denoted& base, std::string_view name) {
    using K = Denoted::Kind;
    switch (base.kind) {
      case K::kApi: {
        if (base.api == nullptr) return {};
        if (const Api* a = k_.Find(Cat(base.api->name, ".", name))) return FromApi(a);
        return {};
      }
      case K::kModule: {
        if (name == "default") {
          const Api* a = k_.Find(base.type);
          return a != nullptr ? FromApi(a) : base;
        }
        const std::string canonical = Cat(base.type, ".", name);
        if (const Api* a = k_.Find(canonical)) return FromApi(a);
        if (const Type* t = k_.FindType(canonical)) return TypeOnly(t->name);
        return {};
      }
      case K::kInstance: {
        const Api* a = k_.FindMember(base.type, name);
        return a == nullptr ? Denoted{} : FromApi(a);
      }
      case K::kPromise: {
        const Api* a = k_.FindMember("Promise", name);
        return a == nullptr ? Denoted{} : FromApi(a);
      }
      case K::kNamespace: {
        const Project::Exported e = p_.FindExport(base.file, name);
        if (e.is_namespace) return Namespace(e.file);
        if (Some(e.file)) return Of(e.file, e.value);
        const ValueId exports = p_.ModuleExports(base.file);
        if (Some(exports)) {
          const Denoted whole = Of(base.file, exports);
          return name == "default" ? whole : Member(whole, name);
        }
        return name == "default" && !p_[base.file].model.module.has_esm_syntax ? base : Denoted{};
      }
      case K::kObject: {
        const FileModel& m = p_[base.file].model;
        const Object& o = m.objects[static_cast<ObjectId>(base.id)];
        for (uint32_t i = o.member_count; i-- > 0;) {
          const struct Member& member = m.members[o.first_member + i];
          if (Some(member.name) && m.names[member.name] == name) {
            return member.kind == FunctionKind::kGetter ? Denoted{} : Of(base.file, member.value);
          }
        }
        return {};
      }
      case K::kClass: return ClassMember(base, name, true);
      case K::kInstanceOf: return ClassMember(base, name, false);
      case K::kFunction:
        return (name == "call" || name == "apply") && !HasNamespace(base) ? base : Denoted{};
      default:
        return {};
    }
  }

  // function f() {} namespace f { export function call() {} }: TypeScript gives f members of its own.
  bool HasNamespace(const Denoted& function) {
    const File& f = p_[function.file];
    if (f.language == Language::kJavaScript) return false;
    const NameId name = f.model.functions[static_cast<FunctionId>(function.id)].name;
    const Syntax& s = f.model.syntax;
    if (!Some(name)) return false;
    for (const NodeId c : s.ChildrenOf(NodeId{0})) {
      NodeId ns = s.KindOf(c) == Kind::kExportDeclaration ? s.Child(c, Role::kDeclaration) : c;
      if (s.KindOf(ns) != Kind::kTSModuleDeclaration) continue;
      const NodeId id = s.Child(ns, Role::kName);
      if (!Some(id)) continue;
      if (std::string_view(f.text).substr(s[id].start, s[id].end - s[id].start) == f.model.names[name]) return true;
    }
    return false;
  }

  // The class of Node or a package that a class of the program extends, "" if none.
  std::string_view KnownBase(Denoted cls) {
    for (int i = 0; i < 20; ++i) {
      const FileModel& m = p_[cls.file].model;
      const Class& c = m.classes[static_cast<ClassId>(cls.id)];
      if (!Some(c.super)) return {};
      const Denoted super = AsCallable(Of(cls.file, c.super));
      if (super.Is(Denoted::Kind::kApi)) return InstanceType(super);
      if (!super.Is(Denoted::Kind::kClass)) return {};
      cls = super;
    }
    return {};
  }

  // A module used as a function or class is its default: const express = require('express').
  Denoted AsCallable(const Denoted& d) {
    if (!d.Is(Denoted::Kind::kModule)) return d;
    const Api* a = k_.Find(d.type);
    return a == nullptr ? Denoted{} : FromApi(a);
  }

  std::string_view InstanceType(const Denoted& api) {
    if (api.api == nullptr) return api.type;
    if (!api.api->is_class) return {};
    const std::string_view name = api.api->returns.empty() ? api.api->name : api.api->returns;
    const Type* t = k_.FindType(name);
    return t == nullptr ? std::string_view() : std::string_view(t->name);
  }

  Denoted Instance(std::string_view type) {
    if (type.empty()) return {};
    const Type* t = k_.FindType(type);
    if (t == nullptr) return {};
    Denoted d;
    d.kind = Denoted::Kind::kInstance;
    d.type = t->name;
    return d;
  }

  // The instance a plain type annotation names: "Request", "http.Server".
  Denoted OfAnnotation(FileId file, NameId annotation) {
    const FileModel& m = p_[file].model;
    std::string_view text = m.names[annotation];
    const size_t dot = text.find('.');
    const std::string_view first = text.substr(0, dot);
    const NameId name = m.names.Find(first);
    Denoted d;
    bool bound = false;
    if (Some(name)) {
      for (const Binding& b : m.bindings) {
        if (b.name != name || Index(b.scope) != 0) continue;
        bound = true;
        d = Of(file, b.value);
        break;
      }
    }
    if (!bound) return Instance(text);  // a global type
    if (dot != std::string_view::npos) {
      std::string_view rest = text.substr(dot + 1);
      while (!rest.empty()) {
        const size_t next = rest.find('.');
        d = Member(d, rest.substr(0, next));
        rest = next == std::string_view::npos ? std::string_view() : rest.substr(next + 1);
      }
    }
    d = AsCallable(d);
    if (d.Is(Denoted::Kind::kApi)) return Instance(InstanceType(d));
    if (d.Is(Denoted::Kind::kClass)) d.kind = Denoted::Kind::kInstanceOf;
    return d.Is(Denoted::Kind::kInstanceOf) ? d : Denoted{};
  }

 private:
  Denoted FromApi(const Api* a) {
    Denoted d;
    if (a->is_property && !a->returns.empty()) {
      if (const Type* t = k_.FindType(a->returns)) {
        d.kind = Denoted::Kind::kInstance;
        d.type = t->name;
        return d;
      }
    }
    d.kind = Denoted::Kind::kApi;
    d.api = a;
    return d;
  }
  Denoted TypeOnly(std::string_view type) {
    Denoted d;
    d.kind = Denoted::Kind::kApi;
    d.type = type;
    return d;
  }
  Denoted Promise(std::string_view type) {
    Denoted d;
    d.kind = Denoted::Kind::kPromise;
    d.type = type;
    return d;
  }
  Denoted Namespace(FileId file) {
    Denoted d;
    d.kind = Denoted::Kind::kNamespace;
    d.file = file;
    return d;
  }
  Denoted Row(Denoted::Kind kind, FileId file, uint32_t id) {
    Denoted d;
    d.kind = kind;
    d.file = file;
    d.id = id;
    return d;
  }

  Denoted ClassMember(Denoted cls, std::string_view name, bool is_static) {
    for (int i = 0; i < 20; ++i) {
      const FileModel& m = p_[cls.file].model;
      const Class& c = m.classes[static_cast<ClassId>(cls.id)];
      const NameId id = m.names.Find(name);
      if (Some(id)) {
        for (uint32_t k = c.member_count; k-- > 0;) {
          const struct Member& member = m.members[c.first_member + k];
          if (member.name != id || member.is_static != is_static) continue;
          if (member.kind == FunctionKind::kMethod) return Of(cls.file, member.value);
          if (member.kind == FunctionKind::kGetter) {
            const FunctionId f = m.FunctionAt(member.node);
            return Some(f) ? Of(cls.file, p_.ReturnOf({cls.file, f})) : Denoted{};
          }
          if (is_static) return Of(cls.file, member.value);
          break;
        }
        if (!is_static) {
          const ValueId field = p_.FieldOf(cls.file, static_cast<ClassId>(cls.id), id);
          if (Some(field)) return Of(cls.file, field);
        }
      }
      if (!Some(c.super)) return {};
      const Denoted super = AsCallable(Of(cls.file, c.super));
      if (super.Is(Denoted::Kind::kApi)) {
        if (is_static) return Member(super, name);
        return Member(Instance(InstanceType(super)), name);
      }
      if (!super.Is(Denoted::Kind::kClass)) return {};
      cls = super;
    }
    return {};
  }

  Denoted OfCall(FileId file, CallId id) {
    const FileModel& m = p_[file].model;
    const Call& c = m.calls[id];
    const Value& callee = m.values[c.callee];
    if (callee.kind == ValueKind::kMember && m.names[static_cast<NameId>(callee.b)] == "bind") {
      const Denoted f = Of(file, static_cast<ValueId>(callee.a));
      if (f.Is(Denoted::Kind::kFunction) || f.Is(Denoted::Kind::kApi)) return f;
    }
    const Denoted d = AsCallable(Of(file, c.callee));
    if (d.Is(Denoted::Kind::kApi)) {
      if (d.api == nullptr) return c.kind == CallKind::kNew ? Instance(d.type) : Denoted{};
      if (d.api->returns == "this" && callee.kind == ValueKind::kMember) return Of(file, static_cast<ValueId>(callee.a));
      if (d.api->returns == "Promise" || d.api->style == CallStyle::kPromise) {
        const Type* t = d.api->resolves.empty() ? nullptr : k_.FindType(d.api->resolves);
        return Promise(t == nullptr ? std::string_view() : std::string_view(t->name));
      }
      if (d.api->is_class && c.kind == CallKind::kNew) {
        const std::string_view type = InstanceType(d);
        return type == "Promise" ? Promise({}) : Instance(type);
      }
      return Instance(d.api->returns);
    }
    if (d.Is(Denoted::Kind::kClass)) {
      return c.kind == CallKind::kNew ? Row(Denoted::Kind::kInstanceOf, d.file, d.id) : Denoted{};
    }
    if (d.Is(Denoted::Kind::kFunction)) {
      const Function& f = p_[d.file].model.functions[static_cast<FunctionId>(d.id)];
      if (f.is_generator) return {};
      if (f.is_async) return Promise({});
      return Of(d.file, p_.ReturnOf(d.function()));
    }
    return {};
  }

  Denoted OfAwait(FileId file, ValueId inner) {
    const FileModel& m = p_[file].model;
    const Value& v = m.values[inner];
    if (v.kind == ValueKind::kCall) {
      const Denoted callee = Of(file, m.calls[static_cast<CallId>(v.a)].callee);
      if (callee.Is(Denoted::Kind::kFunction)) {
        const Function& f = p_[callee.file].model.functions[static_cast<FunctionId>(callee.id)];
        if (f.is_async && !f.is_generator) {
          const Denoted d = Of(callee.file, p_.ReturnOf(callee.function()));
          return d.Is(Denoted::Kind::kPromise) ? Instance(d.type) : d;
        }
      }
    }
    const Denoted d = Of(file, inner);
    return d.Is(Denoted::Kind::kPromise) ? Instance(d.type) : d;
  }

  Denoted Work(FileId file, ValueId value) {
    const FileModel& m = p_[file].model;
    const Value v = m.values[value];
    switch (v.kind) {
      case ValueKind::kBinding: return Of(file, m.bindings[static_cast<BindingId>(v.a)].value);
      case ValueKind::kGlobal: {
        const std::string_view name = m.names[static_cast<NameId>(v.a)];
        if (name == "globalThis" || name == "global") {
          Denoted d;
          d.kind = Denoted::Kind::kModule;
          d.type = "global";
          return d;
        }
        const Api* a = k_.Find(Cat("global.", name));
        return a == nullptr ? Denoted{} : FromApi(a);
      }
      case ValueKind::kImport: {
        const ImportId i = static_cast<ImportId>(v.a);
        const FileId target = p_[file].imports[Index(i)];
        const Import& import = m.module.imports[i];
        if (Some(target)) {
          const bool whole = import.kind == ImportKind::kRequire || import.kind == ImportKind::kImportEquals;
          if (whole && Some(p_.ModuleExports(target))) {
            const Denoted d = Of(target, p_.ModuleExports(target));
            if (!d.Is(Denoted::Kind::kUnknown)) return d;
          }
          return Namespace(target);
        }
        const std::string_view module = k_.Module(m.names[import.specifier]);
        if (module.empty()) return {};
        Denoted d;
        d.kind = Denoted::Kind::kModule;
        d.type = module;
        return d;
      }
      case ValueKind::kPromisedImport: return Promise({});
      case ValueKind::kMember: {
        const Denoted base = Of(file, static_cast<ValueId>(v.a));
        return Member(base, m.names[static_cast<NameId>(v.b)]);
      }
      case ValueKind::kCall: return OfCall(file, static_cast<CallId>(v.a));
      case ValueKind::kAwait: return OfAwait(file, static_cast<ValueId>(v.a));
      case ValueKind::kEither: {
        const Denoted a = Of(file, static_cast<ValueId>(v.a));
        if (!a.Is(Denoted::Kind::kUnknown)) return a;
        return Of(file, static_cast<ValueId>(v.b));
      }
      case ValueKind::kParam: {
        const FunctionId f = static_cast<FunctionId>(v.a);
        const std::string_view type = p_.ParamType({file, f}, v.b);
        if (!type.empty()) return Instance(type);
        const Function& fn = m.functions[f];
        if (v.b < fn.param_count) {
          const Param& param = m.params[fn.first_param + v.b];
          if (Some(param.type) && !IsOfUnnamedFramework(m, fn, v.b)) return OfAnnotation(file, param.type);
        }
        return {};
      }
      case ValueKind::kThis: {
        const Function& f = m.functions[static_cast<FunctionId>(v.a)];
        if (!Some(f.owner)) return {};
        return Row(f.is_static ? Denoted::Kind::kClass : Denoted::Kind::kInstanceOf, file, Index(f.owner));
      }
      case ValueKind::kArray: return Instance("Array");
      case ValueKind::kString:
      case ValueKind::kTemplate: return Instance("String");
      case ValueKind::kRegExp: return Instance("RegExp");
      default: return {};
    }
  }

  Denoter& owner_;
  const Project& p_;
  const Knowledge& k_;
  int steps_ = 0, depth_ = 0;
  bool cut_ = false;
};

Denoter::Denoter(const Project& project, FileId file) : project_(project), file_(file), model_(project[file].model) {}

Denoted Denoter::Of(ValueId value) { return Walk(*this).Of(file_, value); }

const Api* Denoter::ApiOf(CallId call) {
  Walk walk(*this);
  const Denoted d = walk.AsCallable(walk.Of(file_, model_.calls[call].callee));
  return d.Is(Denoted::Kind::kApi) ? d.api : nullptr;
}

FunctionRef Denoter::TargetOf(CallId call) {
  const Call& c = model_.calls[call];
  Denoted d = Of(c.callee);
  if (d.Is(Denoted::Kind::kFunction)) return d.function();
  if (c.kind == CallKind::kNew) {
    for (int i = 0; i < 20 && d.Is(Denoted::Kind::kClass); ++i) {
      const FileModel& m = project_[d.file].model;
      const Class& cls = m.classes[static_cast<ClassId>(d.id)];
      for (uint32_t k = 0; k < cls.member_count; ++k) {
        const Member& member = m.members[cls.first_member + k];
        if (member.kind == FunctionKind::kConstructor) return {d.file, m.FunctionAt(member.node)};
      }
      if (!Some(cls.super)) break;
      d = Walk(*this).Of(d.file, cls.super);
    }
  }
  return {};
}

std::string_view Denoter::TypeOf(const Denoted& d) {
  if (d.Is(Denoted::Kind::kInstance)) return d.type;
  if (d.Is(Denoted::Kind::kInstanceOf)) return Walk(*this).KnownBase(d);
  return {};
}

bool Denoter::Is(ValueId value, std::string_view type) {
  const std::string_view t = TypeOf(value);
  return !t.empty() && project_.knowledge().Is(t, type);
}

FunctionRef Denoter::FunctionOf(ValueId value) {
  const Denoted d = Of(value);
  return d.Is(Denoted::Kind::kFunction) ? d.function() : FunctionRef{};
}

}  // namespace looplint
