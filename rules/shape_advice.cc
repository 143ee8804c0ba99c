#include "rules/shape_advice.h"

#include <algorithm>
#include <map>

#include "analyzer/base/strings.h"

namespace looplint {

std::vector<Shape> MetAt(const View& file, const Access& access) {
  std::vector<Shape> met = Shapes(file.project, file.facts.calls).At(file.id, access);
  const auto aside = [&](const Place& at) {
    return Some(at.file) && file.project[at.file].role != FileRole::kSource;
  };
  std::erase_if(met, [&](const Shape& shape) { return aside(shape.born) || aside(shape.turn); });
  return met;
}

bool IsMegamorphic(const std::vector<Shape>& met) {
  return static_cast<size_t>(std::ranges::count_if(met, &Shape::sure)) > kMostPolymorphic;
}

std::vector<Step> BirthsOf(const std::vector<Shape>& shapes) {
  std::vector<Step> steps;
  for (const Shape& shape : shapes) {
    const Place at = Some(shape.turn.file) ? shape.turn : shape.born;
    if (!Some(at.file)) continue;
    steps.push_back({at, Cat(Some(shape.turn.file) ? "turns into " : "makes ", shape.name)});
  }
  return steps;
}

std::string ListOf(const std::vector<Shape>& shapes) {
  std::string text;
  size_t shown = 0;
  for (const Shape& shape : shapes) {
    if (shown == 3 && shapes.size() > 4) break;
    text += Cat(text.empty() ? "" : shown + 1 == shapes.size() ? " and " : ", ", shape.name);
    ++shown;
  }
  return shown == shapes.size() ? text : Cat(text, " and ", shapes.size() - shown, " more");
}

std::vector<std::string_view> OptionalIn(const std::vector<Shape>& shapes) {
  std::vector<std::string_view> out;
  for (const Shape& shape : shapes) {
    for (const std::string& p : shape.properties) {
      const bool everywhere = std::ranges::all_of(
          shapes, [&](const Shape& s) { return std::ranges::find(s.properties, p) != s.properties.end(); });
      if (!everywhere && std::ranges::find(out, p) == out.end()) out.push_back(p);
    }
  }
  return out;
}

std::string Enumerate(const std::vector<std::string_view>& words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i == 4 && words.size() > 5) return Cat(text, " and ", words.size() - i, " more");
    text += Cat(i == 0 ? "" : i + 1 == words.size() ? " and " : ", ", words[i]);
  }
  return text;
}

std::string SmallestEdit(const std::vector<Shape>& shapes) {
  // One maker of several: its optional fields.
  std::map<std::string, std::vector<Shape>> by_maker;
  for (const Shape& shape : shapes) by_maker[shape.maker].push_back(shape);
  const std::vector<Shape>* most = nullptr;
  for (const auto& [maker, own] : by_maker) {
    if (own.size() > 1 && (most == nullptr || own.size() > most->size())) most = &own;
  }
  if (most != nullptr && shapes.size() - most->size() + 1 <= kMostPolymorphic) {
    const std::vector<std::string_view> optional = OptionalIn(*most);
    const std::string& name = most->front().name;
    if (!optional.empty()) {
      return Cat("initialise ", Enumerate(optional), " where ", name.substr(0, name.find(" {")),
                 " is made, always and in this order, with null where there is no value yet");
    }
  }
  // The same properties in different orders.
  std::map<std::vector<std::string>, std::vector<const Shape*>> by_set;
  for (const Shape& shape : shapes) {
    std::vector<std::string> sorted = shape.properties;
    std::ranges::sort(sorted);
    if (sorted.size() > 1) by_set[sorted].push_back(&shape);
  }
  for (const auto& [set, same] : by_set) {
    if (same.size() < 2 || shapes.size() - same.size() + 1 > kMostPolymorphic) continue;
    std::vector<std::string_view> order(same.front()->properties.begin(), same.front()->properties.end());
    return Cat("give these objects their properties in one order: ", Enumerate(order));
  }
  return "make these objects by one class or one function, all properties in the same order; or look at each kind in a "
         "function of its own";
}

bool IsCalled(const Syntax& syntax, NodeId member) {
  const NodeId parent = syntax.Parent(member);
  return Some(parent) && syntax.KindOf(parent) == Kind::kCallExpression && syntax.FirstChild(parent) == member;
}

}  // namespace looplint
