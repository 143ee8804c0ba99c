#include "analyzer/facts/file_index.h"

#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace looplint {
namespace {

uint8_t UseOf(std::string_view member) {
  if (member == "url" || member == "originalUrl") return kUrl;
  if (member == "method") return kMethod;
  if (member == "headers") return kHeaders;
  if (member == "end") return kEnds;
  if (member == "writeHead" || member == "setHeader" || member == "sendFile" || member == "sendStatus" ||
      member == "headersSent" || member == "statusCode")
    return kAnswers;
  return 0;
}

// A variable that holds what another module exports.
bool IsModule(const FileModel& m, const Value& v) {
  if (v.kind != ValueKind::kBinding) return false;
  const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
  return b.kind == BindingKind::kImport ||
         (b.writes == 0 && Some(b.value) && m.values[b.value].kind == ValueKind::kImport);
}

// Of this.name, name.
NameId FieldOf(const FileModel& m, ValueId v) {
  if (m.values[v].kind != ValueKind::kMember) return kNone<NameId>;
  const ValueId below = Resolve(m, static_cast<ValueId>(m.values[v].a));
  return Some(below) && m.values[below].kind == ValueKind::kThis ? static_cast<NameId>(m.values[v].b) : kNone<NameId>;
}

void PutMethod(const FileModel& m, FileIndex& x, NameId name, ValueId v) {
  if (!Some(name) || !Some(v)) return;
  v = Resolve(m, v);
  if (Some(v) && m.values[v].kind == ValueKind::kFunction)
    x.methods.Put(Index(name), static_cast<FunctionId>(m.values[v].a));
}

void PutWrites(const FileModel& m, FileIndex& x) {
  for (const WriteId id : Ids(m.writes)) {
    const Write& w = m.writes[id];
    const Value& t = m.values[w.target];
    if (t.kind == ValueKind::kGlobal) x.by_global.Put(t.a, id);
    if (t.kind != ValueKind::kMember && t.kind != ValueKind::kElement) continue;
    if (t.kind == ValueKind::kMember) PutMethod(m, x, static_cast<NameId>(t.b), w.value);
    ValueId base = static_cast<ValueId>(t.a);
    const Value& b = m.values[base];
    if (b.kind == ValueKind::kMember && m.names[static_cast<NameId>(b.b)] == "prototype")
      base = static_cast<ValueId>(b.a);
    const Value& holder = m.values[base];
    if (holder.kind == ValueKind::kBinding) x.by_binding.Put(holder.a, id);
    const ValueId self = Resolve(m, base);
    if (!Some(self)) continue;
    if (t.kind == ValueKind::kElement) {
      if (m.values[self].kind == ValueKind::kThis) x.self_elements.push_back(id);
      if (const NameId field = FieldOf(m, self); Some(field)) x.field_elements.Put(Index(field), id);
    }
    if (m.values[self].kind == ValueKind::kParam && m.values[self].b == 0) x.into_first.Put(m.values[self].a, id);
    if (m.values[self].kind == ValueKind::kThis && t.kind == ValueKind::kMember) {
      x.by_field.Put(t.b, id);
      x.by_self.Put(m.values[self].a, id);
    }
  }
}

void PutMembers(const FileModel& m, FileIndex& x) {
  // Every member read is looked at here: names are compared once each.
  constexpr uint8_t kEntry = 128;
  std::vector<uint8_t> uses;
  uses.reserve(m.names.size());
  for (uint32_t i = 0; i < m.names.size(); ++i) {
    const std::string_view text = m.names[static_cast<NameId>(i)];
    const bool entry = text == "linkname" || text == "linkpath" || text == "compressionMethod";
    uses.push_back(entry ? kEntry : UseOf(text));
  }
  for (const Value& v : m.values) {
    if (v.kind != ValueKind::kMember) continue;
    const uint8_t use = v.b < uses.size() ? uses[v.b] : uint8_t{0};
    if (use == 0) continue;
    if (use == kEntry) {
      if (const uint64_t holder = HolderOf(m, static_cast<ValueId>(v.a)); holder != 0) x.entries.push_back(holder);
      continue;
    }
    const ValueId base = Resolve(m, static_cast<ValueId>(v.a));
    if (Some(base) && m.values[base].kind == ValueKind::kParam && m.values[base].b < 256)
      x.used_as.Put(m.values[base].a << 8 | m.values[base].b, use);
  }
}

void PutCalls(const FileModel& m, FileIndex& x) {
  for (const CallId id : Ids(m.calls)) {
    const Call& c = m.calls[id];
    const Value& callee = m.values[c.callee];
    if (callee.kind == ValueKind::kMember) {
      const std::string_view name = m.names[static_cast<NameId>(callee.b)];
      if (name == "push" || name == "unshift" || name == "add" || name == "set" || name == "splice") {
        const Value& base = m.values[static_cast<ValueId>(callee.a)];
        // _.set(object, path, value) puts nothing into _.
        if (base.kind == ValueKind::kBinding && !IsModule(m, base)) x.pushes.Put(base.a, id);
        if (const NameId field = FieldOf(m, static_cast<ValueId>(callee.a)); Some(field))
          x.field_pushes.Put(Index(field), id);
      }
      if ((name == "assign" || name == "extend" || name == "merge" || name == "defaults") && c.arg_count > 1) {
        const ValueId first = Resolve(m, m.args[c.first_arg].value);
        if (Some(first) && m.values[first].kind == ValueKind::kThis) x.self_copies.push_back(id);
      }
      if (name == "emit" && c.arg_count > 1) {
        const Value& event = m.values[m.args[c.first_arg].value];
        if (event.kind == ValueKind::kString) x.emits.Put(event.a, id);
      }
    }
    if (c.arg_count > 1 && m.syntax.KindOf(m.syntax.Parent(c.node)) == Kind::kExpressionStatement) {
      const Value& first = m.values[m.args[c.first_arg].value];
      // What a whole module shares is set up by one caller and read for another.
      if (first.kind == ValueKind::kBinding &&
          m.FunctionOf(m.bindings[static_cast<BindingId>(first.a)].node) != kModuleFunction)
        x.fills.Put(first.a, id);
      if (const NameId field = FieldOf(m, m.args[c.first_arg].value); Some(field)) x.field_fills.Put(Index(field), id);
    }
    for (uint32_t i = 0; i < c.arg_count && c.kind == CallKind::kCall; ++i) {
      const Argument& a = m.args[c.first_arg + i];
      ValueId given = a.value;
      if (const CallId bound = m.CallAt(a.node); Some(bound) && m.calls[bound].arg_count == 1) {
        const Value& bind = m.values[m.calls[bound].callee];
        if (bind.kind == ValueKind::kMember && m.names[static_cast<NameId>(bind.b)] == "bind")
          given = static_cast<ValueId>(bind.a);  // emitter.on('entry', this.onEntry.bind(this))
      }
      if (given == a.value && m.syntax.KindOf(a.node) != Kind::kIdentifier &&
          m.syntax.KindOf(a.node) != Kind::kMemberExpression)
        continue;
      given = Resolve(m, given);
      if (!Some(given)) continue;
      FunctionId f = kNone<FunctionId>;
      if (m.values[given].kind == ValueKind::kFunction) f = static_cast<FunctionId>(m.values[given].a);
      if (m.values[given].kind == ValueKind::kMember) {
        const ValueId self = Resolve(m, static_cast<ValueId>(m.values[given].a));
        if (Some(self) && m.values[self].kind == ValueKind::kThis)
          f = x.MethodOf(static_cast<NameId>(m.values[given].b));
      }
      if (Some(f)) x.handed.Put(Index(f), {id, i});
    }
    ValueId f = Resolve(m, c.callee);
    if (Some(f) && m.values[f].kind == ValueKind::kMember) {
      const std::string_view name = m.names[static_cast<NameId>(m.values[f].b)];
      if (name == "call" || name == "apply") f = Resolve(m, static_cast<ValueId>(m.values[f].a));
    }
    if (Some(f) && m.values[f].kind == ValueKind::kParam && m.values[f].b < 256)
      x.by_param.Put(m.values[f].a << 8 | m.values[f].b, id);
  }
}

void PutBindings(const FileModel& m, FileIndex& x) {
  for (const BindingId b : Ids(m.bindings)) {
    const ValueId held = m.bindings[b].value;
    if (!Some(held)) continue;
    switch (m.values[held].kind) {
      case ValueKind::kFunction:
      case ValueKind::kObject:
      case ValueKind::kClass:
      case ValueKind::kCall:
      case ValueKind::kElement:
        x.holders.Put(Index(held), b);
        break;
      default:
        break;
    }
  }
}

// _createClass(A, [{ key: 'name', value: function name() {} }]), as compilers write methods. Where they wrap it, value is
// (function () { var _ref = wrap(...); return function name() { return _ref.apply(this, arguments); }; })().
void PutDescribed(const FileModel& m, FileIndex& x) {
  absl::flat_hash_map<uint32_t, NameId> makers;
  for (const Object& o : m.objects) {
    if (o.member_count != 2) continue;
    const Member &key = m.members[o.first_member], &value = m.members[o.first_member + 1];
    if (!Some(key.name) || !Some(value.name) || m.names[key.name] != "key" || m.names[value.name] != "value" ||
        !Some(key.value) || m.values[key.value].kind != ValueKind::kString)
      continue;
    const NameId name = static_cast<NameId>(m.values[key.value].a);
    PutMethod(m, x, name, value.value);
    const Value& made = m.values[value.value];
    const ValueId by = made.kind == ValueKind::kCall ? m.calls[static_cast<CallId>(made.a)].callee : kNone<ValueId>;
    if (!Some(by) || m.values[by].kind != ValueKind::kFunction) continue;
    makers.emplace(m.values[by].a, name);
  }
  if (makers.empty()) return;
  for (const Flow& f : m.flow) {
    const auto it = f.kind == FlowKind::kReturn && Some(f.function) ? makers.find(Index(f.function)) : makers.end();
    if (it != makers.end()) PutMethod(m, x, it->second, f.value);
  }
}

}  // namespace

ValueId Resolve(const FileModel& m, ValueId value) {
  for (int i = 0; i < 12 && Some(value) && m.values[value].kind == ValueKind::kBinding; ++i)
    value = m.bindings[static_cast<BindingId>(m.values[value].a)].value;
  return value;
}

uint64_t HolderOf(const FileModel& m, ValueId value) {
  const ValueId v = Resolve(m, value);
  if (Some(v) && m.values[v].kind == ValueKind::kParam)
    return (uint64_t{1} << 62) + (uint64_t{m.values[v].a} << 8) + m.values[v].b;
  return m.values[value].kind == ValueKind::kBinding ? uint64_t{m.values[value].a} + 1 : 0;
}

FileIndex::FileIndex(const FileModel& m) {
  PutWrites(m, *this);
  PutMembers(m, *this);
  PutBindings(m, *this);
  for (const Member& member : m.members) PutMethod(m, *this, member.name, member.value);
  PutDescribed(m, *this);
  methods.Close();
  PutCalls(m, *this);
  for (const Flow& f : m.flow) {
    if (f.kind != FlowKind::kReturn || !Some(f.function)) continue;
    const NodeId node = m.syntax.KindOf(f.node) == Kind::kReturnStatement ? m.syntax.FirstChild(f.node) : f.node;
    if (Some(node)) returns.Put(Index(f.function), node);
  }
  for (Grouped<WriteId>* g : {&by_binding, &by_field, &by_self, &by_global, &field_elements, &into_first}) g->Close();
  for (Grouped<CallId>* g : {&pushes, &field_pushes, &by_param, &emits, &fills, &field_fills}) g->Close();
  returns.Close();
  holders.Close();
  handed.Close();
  used_as.Close();
  std::sort(entries.begin(), entries.end());
}

FunctionId FileIndex::MethodOf(NameId name) const {
  const std::span<const FunctionId> all = methods.Of(Index(name));
  const bool one = !all.empty() && std::ranges::all_of(all, [&](FunctionId f) { return f == all[0]; });
  return one ? all[0] : kNone<FunctionId>;
}

}  // namespace looplint
