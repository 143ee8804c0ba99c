#include "analyzer/project/definition.h"

#include <string>

namespace looplint {
namespace {

constexpr int kDepth = 12;

ValueId EnumMember(const Project& project, FileId file, const Binding& binding, std::string_view name) {
  const FileModel& m = project[file].model;
  for (const NodeId n : m.syntax.ChildrenOf(m.syntax.Parent(binding.node))) {
    if (m.syntax.KindOf(n) != Kind::kTSEnumMember) continue;
    const NodeId first = m.syntax.FirstChild(n), value = m.syntax.Child(n, Role::kValue);
    const Node& at = m.syntax[first];
    if (Some(value) && std::string_view(project[file].text).substr(at.start, at.end - at.start) == name)
      return m.ValueOf(value);
  }
  return kNone<ValueId>;
}

}  // namespace

Definition DefinitionOf(const Project& project, FileId file, ValueId value, int depth) {
  for (; depth < kDepth && Some(value); ++depth) {
    const FileModel& m = project[file].model;
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      if (b.kind == BindingKind::kEnum) return {file, value};
      if (b.writes != 0) return {file, kNone<ValueId>};
      value = b.value;
      continue;
    }
    if (v.kind == ValueKind::kImport) {
      const FileId target = project[file].imports[v.a];
      if (!Some(target)) return {file, value};
      const ValueId whole = project.ModuleExports(target);
      if (!Some(whole)) return {file, value};
      file = target;
      value = whole;
      continue;
    }
    if (v.kind != ValueKind::kMember) return {file, value};
    const std::string_view name = m.names[static_cast<NameId>(v.b)];
    // A member of a module, or of an object literal.
    ValueId base = static_cast<ValueId>(v.a);
    for (int i = 0; i < kDepth && Some(base) && m[base].kind == ValueKind::kBinding; ++i) {
      const Binding& b = m.bindings[static_cast<BindingId>(m[base].a)];
      if (b.kind == BindingKind::kEnum) break;
      base = b.writes == 0 ? b.value : kNone<ValueId>;
    }
    if (!Some(base)) return {file, kNone<ValueId>};
    if (m[base].kind == ValueKind::kImport) {
      const FileId target = project[file].imports[m[base].a];
      if (!Some(target)) return {file, value};
      const Project::Exported e = project.FindExport(target, name);
      if (e.is_namespace || !Some(e.file) || !Some(e.value)) return {file, kNone<ValueId>};
      file = e.file;
      value = e.value;
      continue;
    }
    const Definition object = DefinitionOf(project, file, base, depth + 1);
    if (!Some(object.value)) return {file, kNone<ValueId>};
    const FileModel& om = project[object.file].model;
    if (om[object.value].kind == ValueKind::kBinding) {
      file = object.file;
      value = EnumMember(project, file, om.bindings[static_cast<BindingId>(om[object.value].a)], name);
      continue;
    }
    if (om[object.value].kind == ValueKind::kClass) {
      const Class& c = om.classes[static_cast<ClassId>(om[object.value].a)];
      value = kNone<ValueId>;
      for (uint32_t k = 0; k < c.member_count; ++k) {
        const struct Member& member = om.members[c.first_member + k];
        if (member.is_static && Some(member.name) && om.names[member.name] == name &&
            member.kind == FunctionKind::kExpression)
          value = member.value;
      }
      file = object.file;
      continue;
    }
    if (om[object.value].kind != ValueKind::kObject) return {file, value};
    const Object& o = om.objects[static_cast<ObjectId>(om[object.value].a)];
    ValueId found = kNone<ValueId>;
    for (uint32_t k = 0; k < o.member_count; ++k) {
      const struct Member& member = om.members[o.first_member + k];
      if (Some(member.name) && om.names[member.name] == name && member.kind == FunctionKind::kExpression)
        found = member.value;
    }
    file = object.file;
    value = found;
  }
  return {file, value};
}

}  // namespace looplint
