#include "analyzer/facts/constructors.h"

#include <algorithm>
#include <set>

namespace looplint {
namespace {

constexpr int kBases = 8;

bool IsOn(std::string_view method) {
  return method == "on" || method == "once" || method == "addListener" || method == "prependListener";
}

}  // namespace

const Constructors::FileIndex& Constructors::IndexOf(FileId file) {
  std::unique_ptr<FileIndex>& slot = files_[Index(file)];
  if (slot != nullptr) return *slot;
  auto made = std::make_unique<FileIndex>();
  const FileModel& m = p_[file].model;
  Denoter denoter(p_, file);
  // The function that `value` is `prototype` of.
  const auto owner = [&](ValueId value) {
    const Value& x = m.values[value];
    if (x.kind != ValueKind::kMember || m.names[static_cast<NameId>(x.b)] != "prototype") return kNone<FunctionId>;
    const FunctionRef f = denoter.FunctionOf(static_cast<ValueId>(x.a));
    return f.file == file ? f.function : kNone<FunctionId>;
  };
  const auto add = [&](FunctionId f, std::string_view name, ValueId value) {
    if (!Some(value)) return;
    const FunctionRef method = denoter.FunctionOf(value);
    if (Some(method.function) && method.file == file) made->prototypes[Index(f)].push_back({name, method.function});
  };
  const NameId prototype = m.names.Find("prototype");
  if (Some(prototype)) {
    for (const Write& w : m.writes) {
      const Value& to = m.values[w.target];
      if (to.kind != ValueKind::kMember) continue;
      if (const FunctionId f = owner(static_cast<ValueId>(to.a)); Some(f)) {
        add(f, m.names[static_cast<NameId>(to.b)], w.value);
        continue;
      }
      const FunctionId f = owner(w.target);
      if (!Some(f) || !Some(w.value)) continue;
      const Value& what = m.values[w.value];
      if (what.kind == ValueKind::kObject) {
        const Object& o = m.objects[static_cast<ObjectId>(what.a)];
        for (uint32_t i = 0; i < o.member_count; ++i) {
          const Member& x = m.members[o.first_member + i];
          if (Some(x.name)) add(f, m.names[x.name], x.value);
        }
      } else if (what.kind == ValueKind::kCall) {
        // F.prototype = Object.create(Base.prototype)
        const Call& c = m.calls[static_cast<CallId>(what.a)];
        const Api* api = calls_.TargetOf(file, static_cast<CallId>(what.a)).api;
        if (api == nullptr || api->name != "global.Object.create" || c.arg_count == 0) continue;
        const Value& of = m.values[m.args[c.first_arg].value];
        if (of.kind == ValueKind::kMember && m.names[static_cast<NameId>(of.b)] == "prototype")
          made->bases[Index(f)] = static_cast<ValueId>(of.a);
      }
    }
  }
  for (const CallId id : Ids(m.calls)) {
    const Call& c = m.calls[id];
    if (c.arg_count < 2) continue;
    const Api* api = calls_.TargetOf(file, id).api;
    if (api == nullptr || (api->name != "util.inherits" && api->name != "inherits")) continue;
    const FunctionRef f = denoter.FunctionOf(m.args[c.first_arg].value);
    if (Some(f.function) && f.file == file) made->bases[Index(f.function)] = m.args[c.first_arg + 1].value;
  }
  return *(files_[Index(file)] = std::move(made));
}

Constructor Constructors::At(const Denoted& d) {
  if (d.Is(Denoted::Kind::kClass) || d.Is(Denoted::Kind::kInstanceOf)) return {d.file, d.id, true};
  if (!d.Is(Denoted::Kind::kFunction)) return {};
  const FileIndex& index = IndexOf(d.file);
  if (!index.prototypes.contains(d.id) && !index.bases.contains(d.id)) return {};
  return {d.file, d.id, false};
}

Constructor Constructors::MakerOf(FileId file, ValueId value) {
  const FileModel& m = p_[file].model;
  for (int i = 0; i < 8 && Some(value); ++i) {
    const Value& x = m.values[value];
    if (x.kind == ValueKind::kBinding) {
      value = m.bindings[static_cast<BindingId>(x.a)].value;
      continue;
    }
    if (x.kind != ValueKind::kCall || m.calls[static_cast<CallId>(x.a)].kind != CallKind::kNew) return {};
    return At(Denoter(p_, file).Of(m.calls[static_cast<CallId>(x.a)].callee));
  }
  return {};
}

const Constructors::Made& Constructors::Of(Constructor c) {
  const auto [it, fresh] = made_.try_emplace(c);
  if (!fresh && it->second != nullptr) return *it->second;
  Made& made = *(it->second = std::make_unique<Made>());
  std::set<std::string_view> replaced;
  for (int i = 0; i < kBases && c; ++i) {
    const FileModel& m = p_[c.file].model;
    ValueId super = kNone<ValueId>;
    // this.send = wrap(this.send): what objects have is something else.
    for (const Write& w : m.writes) {
      const Value& to = m.values[w.target];
      if (to.kind != ValueKind::kMember) continue;
      const Value& self = m.values[static_cast<ValueId>(to.a)];
      if (self.kind != ValueKind::kThis) continue;
      const Function& of = m.functions[static_cast<FunctionId>(self.a)];
      if (c.is_class ? Index(of.owner) == c.id && !of.is_static : self.a == c.id)
        replaced.insert(m.names[static_cast<NameId>(to.b)]);
    }
    const auto add = [&](std::string_view name, FunctionId f, bool is_static) {
      if (!is_static && replaced.contains(name)) return;
      auto& to = is_static ? made.statics : made.methods;
      if (std::ranges::none_of(to, [&](const auto& x) { return x.first == name; })) to.push_back({name, {c.file, f}});
    };
    if (c.is_class) {
      const Class& cls = m.classes[static_cast<ClassId>(c.id)];
      for (uint32_t k = 0; k < cls.member_count; ++k) {
        const Member& x = m.members[cls.first_member + k];
        const FunctionId f = Some(x.value) && m.values[x.value].kind == ValueKind::kFunction
                                 ? static_cast<FunctionId>(m.values[x.value].a)
                                 : m.FunctionAt(x.node);
        if (!Some(f)) continue;
        if (x.kind == FunctionKind::kConstructor) {
          if (!Some(made.constructor.function)) made.constructor = {c.file, f};
        } else if (Some(x.name) && x.kind != FunctionKind::kGetter && x.kind != FunctionKind::kSetter) {
          add(m.names[x.name], f, x.is_static);
        }
      }
      Judge(c.file, cls.node, made);
      super = cls.super;
    } else {
      const FileIndex& index = IndexOf(c.file);
      if (!Some(made.constructor.function)) made.constructor = {c.file, static_cast<FunctionId>(c.id)};
      Judge(c.file, m.functions[static_cast<FunctionId>(c.id)].node, made);
      if (const auto own = index.prototypes.find(c.id); own != index.prototypes.end()) {
        for (const auto& [name, f] : own->second) {
          add(name, f, false);
          Judge(c.file, m.functions[f].node, made);
        }
      }
      if (const auto base = index.bases.find(c.id); base != index.bases.end()) super = base->second;
    }
    if (!Some(super)) break;
    Denoter denoter(p_, c.file);
    const Denoted d = denoter.Of(super);
    const Api* api = d.Is(Denoted::Kind::kApi)      ? d.api
                     : d.Is(Denoted::Kind::kModule) ? p_.knowledge().Find(d.type)
                                                    : nullptr;
    if (api != nullptr) {
      const Type* t =
          api->is_class ? p_.knowledge().FindType(api->returns.empty() ? api->name : api->returns) : nullptr;
      if (t != nullptr) made.base = t->name;
      break;
    }
    c = At(d);
  }
  return made;
}

// What the code of a class or a method says of failure.
void Constructors::Judge(FileId file, NodeId body, Made& made) {
  const FileModel& m = p_[file].model;
  const auto first =
      std::ranges::lower_bound(m.calls.rows(), Index(body), {}, [](const Call& c) { return Index(NodeId{c.node}); });
  for (auto row = first; row != m.calls.rows().end() && Index(NodeId{row->node}) < m.syntax[body].next; ++row) {
    const Value& callee = m.values[row->callee];
    const Value* argument = row->arg_count == 0 ? nullptr : &m.values[m.args[row->first_arg].value];
    const bool nothing =
        argument == nullptr || argument->kind == ValueKind::kNull || argument->kind == ValueKind::kUndefined;
    if (callee.kind == ValueKind::kMember) {
      const std::string_view name = m.names[static_cast<NameId>(callee.b)];
      const bool error = argument != nullptr && argument->kind == ValueKind::kString &&
                         m.names[static_cast<NameId>(argument->a)] == "error";
      const bool open = argument != nullptr && argument->kind != ValueKind::kString;
      const Value& on = m.values[static_cast<ValueId>(callee.a)];
      const bool self = on.kind == ValueKind::kThis || on.kind == ValueKind::kBinding;
      if (name == "emit" && error && self) made.emits = true;
      if ((name == "emit" && (error || open)) || (name == "destroy" && !nothing)) made.fails = true;
      if ((IsOn(name) && self && (error || open)) || name == "listenerCount" || name == "listeners")
        made.listens = true;
      continue;
    }
    // callback(error)
    ValueId v = row->callee;
    if (callee.kind == ValueKind::kBinding) v = m.bindings[static_cast<BindingId>(callee.a)].value;
    if (Some(v) && m.values[v].kind == ValueKind::kParam && !nothing) made.fails = true;
  }
}

}  // namespace looplint
