#include "analyzer/facts/constant_path.h"

#include <string_view>

#include "analyzer/base/strings.h"

namespace looplint {

static bool IsGlobalNamed(const FileModel& m, ValueId value, std::string_view name) {
  const Value& v = m.values[value];
  return v.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(v.a)] == name;
}

std::optional<ConstantPath> PathOf(const File& f, ValueId value, int depth) {
  const FileModel& m = f.model;
  if (!Some(value) || depth > 8) return std::nullopt;
  const Value& v = m.values[value];
  const std::string here(DirName(f.path));
  const auto member_of_meta = [&](const Value& x, std::string_view name) {
    return x.kind == ValueKind::kMember && m.values[static_cast<ValueId>(x.a)].kind == ValueKind::kMeta &&
           m.names[static_cast<NameId>(x.b)] == name;
  };
  switch (v.kind) {
    case ValueKind::kString:
      return ConstantPath{std::string(m.names[static_cast<NameId>(v.a)]), false};
    case ValueKind::kBinding:
      return PathOf(f, m.bindings[static_cast<BindingId>(v.a)].value, depth + 1);
    case ValueKind::kGlobal:
      if (IsGlobalNamed(m, value, "__dirname")) return ConstantPath{here, true};
      if (IsGlobalNamed(m, value, "__filename")) return ConstantPath{f.path, true};
      return std::nullopt;
    case ValueKind::kMember:
      if (member_of_meta(v, "dirname")) return ConstantPath{here, true};
      if (member_of_meta(v, "filename") || member_of_meta(v, "url")) return ConstantPath{f.path, true};
      return std::nullopt;
    case ValueKind::kConcat: {
      const NodeId node = static_cast<NodeId>(v.a);
      const NodeId left = m.syntax.FirstChild(node);
      NodeId right = left;
      for (const NodeId c : m.syntax.ChildrenOf(node)) right = c;
      const auto a = PathOf(f, m.ValueOf(left), depth + 1), b = PathOf(f, m.ValueOf(right), depth + 1);
      if (!a || !b || b->from_file) return std::nullopt;
      return ConstantPath{NormalizePath(Cat(a->path, b->path)), a->from_file};
    }
    case ValueKind::kTemplate: {
      const NodeId node = static_cast<NodeId>(v.a);
      ConstantPath whole;
      bool first = true;
      for (const NodeId c : m.syntax.ChildrenOf(node)) {
        if (m.syntax.KindOf(c) == Kind::kTemplateElement) {
          whole.path += f.text.substr(m.syntax[c].start, m.syntax[c].end - m.syntax[c].start);
        } else {
          const auto part = PathOf(f, m.ValueOf(c), depth + 1);
          if (!part || (part->from_file && !first && !whole.path.empty())) return std::nullopt;
          whole.from_file |= part->from_file;
          whole.path += part->path;
        }
        first = false;
      }
      whole.path = NormalizePath(whole.path);
      return whole;
    }
    case ValueKind::kCall: {
      const Call& call = m.calls[static_cast<CallId>(v.a)];
      const Value& callee = m.values[call.callee];
      const auto argument = [&](uint32_t i) {
        const Argument* a = m.Arg(call, i);
        return a == nullptr || a->spread ? std::nullopt : PathOf(f, a->value, depth + 1);
      };
      if (call.kind == CallKind::kNew && IsGlobalNamed(m, call.callee, "URL")) {
        const auto path = argument(0), base = argument(1);
        if (!path || path->from_file || !base || !base->from_file) return std::nullopt;
        return ConstantPath{JoinPath(here, path->path), true};
      }
      std::string_view name =
          callee.kind == ValueKind::kMember ? m.names[static_cast<NameId>(callee.b)] : std::string_view();
      if (callee.kind == ValueKind::kBinding) name = m.names[m.bindings[static_cast<BindingId>(callee.a)].name];
      if (name == "fileURLToPath" || name == "pathToFileURL" || name == "toString") return argument(0);
      if (name == "dirname") {
        auto path = argument(0);
        if (path) path->path = std::string(DirName(path->path));
        return path;
      }
      if (name != "join" && name != "resolve") return std::nullopt;
      auto whole = argument(0);
      for (uint32_t i = 1; whole && i < call.arg_count; ++i) {
        const auto next = argument(i);
        if (!next || next->from_file) return std::nullopt;
        whole->path = JoinPath(whole->path, next->path);
      }
      return whole;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace looplint
