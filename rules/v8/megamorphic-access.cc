// A property of objects of five or more hidden classes is read where a request waits. Speaks of hot code alone: a loop,
// or a function that a loop calls, below a request handler.
#include <algorithm>
#include <optional>

#include "analyzer/base/strings.h"
#include "analyzer/facts/shapes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Does `node` run once for every element of something?
bool PerElement(const View& file, NodeId node) {
  const FileModel& m = file.model;
  if (Some(EnclosingLoop(m, node))) return true;
  const FunctionRef here{file.id, m.FunctionOf(node)};
  for (const Caller& call : file.facts.calls.CallersOf(here)) {
    const FileModel& caller = file.project[call.from.file].model;
    if (Some(EnclosingLoop(caller, caller.calls[call.at].node))) return true;
    // items.map(render)
    if (call.callback) {
      const Api* api = file.facts.calls.TargetOf(call.from.file, call.at).api;
      if (api != nullptr && std::ranges::any_of(api->handlers, [](const Handler& h) { return h.repeats; }))
        return true;
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  std::optional<Shapes> shapes;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (s.KindOf(node) != Kind::kMemberExpression || (s[node].flags & kComputed) != 0) continue;
    const FunctionId function = m.FunctionOf(node);
    if (!file.HotIn(function)) continue;
    if (!shapes) shapes.emplace(file.project);
    const std::vector<Shape> met = shapes->At(file.id, m.ValueOf(s.FirstChild(node)));
    if (met.size() <= kMostPolymorphic || !PerElement(file, node)) continue;
    std::vector<Step> born;
    std::string names;
    for (const Shape& shape : met) {
      names += Cat(names.empty() ? "" : ", ", shape.name);
      if (Some(shape.born.file)) born.push_back({shape.born, Cat("makes ", shape.name)});
    }
    const std::string_view property = m.names[static_cast<NameId>(m[m.ValueOf(node)].b)];
    report.At(node, Cat(".", property, " is read of objects of ", met.size(), " hidden classes"))
        .Via(std::move(born), "objects that meet here")
        .Help(
            "give these objects the same properties in the same order: one class, or one function that makes them all");
  }
}

}  // namespace

RULE = {
    .summary = "a hot property access meets five or more object shapes",
    .why =
        "V8 keeps up to four hidden classes in the inline cache of a property access. From the fifth on the site is "
        "megamorphic: every read is a search in a table the whole program shares, several times slower, and the "
        "optimizing "
        "compiler can no longer inline it. In a loop that every request runs, that is where the time goes.",
    .fix =
        "Make the objects alike: initialise all properties in the same order, in one constructor or factory, with null "
        "where there is no value yet. Or treat each kind in a function of its own.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
