#include "analyzer/facts/shapes.h"

#include <algorithm>
#include <tuple>

#include "analyzer/base/strings.h"
#include "analyzer/project/values.h"

namespace looplint {
namespace {

Place PlaceOf(const File& file, FileId id, NodeId node) {
  return {id, {file.model.syntax[node].start, file.model.syntax[node].end}};
}

// Properties given to a literal right after it was made, `const o = {}; o.a = 1; o.b = 2;`, as V8 sees them in order.
void AddLater(const FileModel& m, NodeId literal, std::vector<std::string_view>& keys) {
  const Syntax& s = m.syntax;
  const NodeId declarator = s.Parent(literal);
  if (s.KindOf(declarator) != Kind::kVariableDeclarator) return;
  const NodeId declaration = s.Parent(declarator);
  const BindingId binding = m.BindingAt(s.FirstChild(declarator));
  if (!Some(binding) || !Some(declaration)) return;
  const NodeId list = s.Parent(declaration);
  if (!Some(list)) return;
  for (uint32_t i = s[declaration].next; i < s[list].next; i = s.nodes[i].next) {
    const NodeId statement = static_cast<NodeId>(i);
    if (s.KindOf(statement) != Kind::kExpressionStatement) return;
    const NodeId assignment = s.FirstChild(statement);
    if (s.KindOf(assignment) != Kind::kAssignmentExpression) return;
    const NodeId left = s.Child(assignment, Role::kLeft);
    if (s.KindOf(left) != Kind::kMemberExpression || (s[left].flags & kComputed) != 0) return;
    if (m.BindingAt(s.FirstChild(left)) != binding) return;
    const ValueId v = m.ValueOf(left);
    if (!Some(v) || m[v].kind != ValueKind::kMember) return;
    const std::string_view name = m.names[static_cast<NameId>(m[v].b)];
    if (std::ranges::find(keys, name) == keys.end()) keys.push_back(name);
  }
}

}  // namespace

const Shape* Shapes::Of(const Denoted& d) {
  const auto other = [&](std::string_view name) {
    auto it = others_.find(name);
    if (it == others_.end()) {
      it = others_.emplace(std::string(name), Shape{std::string(name), std::string(name), {kNone<FileId>, {}}}).first;
    }
    return &it->second;
  };
  switch (d.kind) {
    case Denoted::Kind::kObject: {
      const auto [it, is_new] = literals_.try_emplace({d.file, d.id});
      Shape& shape = it->second;
      if (!is_new) return shape.key.empty() ? nullptr : &shape;
      const File& file = project_[d.file];
      const FileModel& m = file.model;
      const Object& object = m.objects[static_cast<ObjectId>(d.id)];
      if (object.has_spread) return nullptr;
      std::vector<std::string_view> keys;
      for (uint32_t i = 0; i < object.member_count; ++i) {
        const Member& member = m.members[object.first_member + i];
        if (!Some(member.name) || m.names[member.name] == "__proto__") return nullptr;
        const std::string_view name = m.names[member.name];
        // Indexes are elements, not part of the hidden class.
        if (!name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
        if (std::ranges::find(keys, name) == keys.end()) keys.push_back(name);
      }
      const size_t at_birth = keys.size();
      AddLater(m, object.node, keys);
      std::string text;
      for (const std::string_view key : keys) text += Cat(text.empty() ? "" : ", ", key);
      // The same keys given at once or later are two hidden classes.
      shape.key = Cat("{", text, "}", at_birth == keys.size() ? "" : Cat(" ", at_birth, " at birth"));
      shape.name =
          text.size() <= 40 ? Cat("{ ", text, " }") : Cat("{ ", text.substr(0, text.rfind(',', 37)), ", ... }");
      shape.born = PlaceOf(file, d.file, object.node);
      return &shape;
    }
    case Denoted::Kind::kInstanceOf: {
      const auto [it, is_new] = classes_.try_emplace({d.file, d.id});
      Shape& shape = it->second;
      if (is_new) {
        const File& file = project_[d.file];
        const Class& c = file.model.classes[static_cast<ClassId>(d.id)];
        shape.name = Some(c.name) ? std::string(file.model.names[c.name]) : "an anonymous class";
        shape.key = Cat("class ", Index(d.file), ":", d.id);
        shape.born = PlaceOf(file, d.file, c.node);
      }
      return &shape;
    }
    case Denoted::Kind::kInstance:
      return d.type.empty() ? nullptr : other(d.type);
    case Denoted::Kind::kPromise:
      return other("Promise");
    default:
      return nullptr;  // functions, classes and modules: few are met where data is expected
  }
}

std::vector<Shape> Shapes::At(FileId file, ValueId object) {
  std::vector<Shape> found;
  const Values* values = project_.values();
  if (values == nullptr || !Some(object)) return found;
  for (const Denoted& d : values->Of(file, object)) {
    const Shape* shape = Of(d);
    if (shape == nullptr) continue;
    if (std::ranges::find(found, shape->key, &Shape::key) == found.end()) found.push_back(*shape);
  }
  std::ranges::sort(found, [](const Shape& a, const Shape& b) {
    const auto rank = [](const Shape& s) {
      return std::tuple(!Some(s.born.file), Index(s.born.file), s.born.span.start, s.key);
    };
    return rank(a) < rank(b);
  });
  return found;
}

}  // namespace looplint
