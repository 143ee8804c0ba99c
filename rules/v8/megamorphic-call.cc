// A method is called on objects of five or more hidden classes in hot code: neither the lookup nor the call is inlined.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"
#include "rules/shape_advice.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (const Access& access : AccessesIn(file.model)) {
    if (!IsCalled(s, access.node) || !file.facts.heat.InHotLoop(file.project, file.id, access.node)) continue;
    const CallId id = file.model.CallAt(s.Parent(access.node));
    if (!Some(id)) continue;
    const std::vector<Shape> met = MetAt(file, access);
    if (!IsMegamorphic(met)) continue;
    const size_t targets = file.facts.calls.CalleesOf(file.id, id).functions.size();
    const std::string_view method = file.Name(access.name);
    std::string help = SmallestEdit(met);
    if (targets > 1) {
      help = Cat("sort the objects by kind first and call .", method,
                 "() in a loop for each, or give them one class with a field that tells the kinds apart");
    }
    report
        .At(access.node, Cat(".", method, "() is called on objects of ", met.size(), " hidden classes",
                             targets > 1 ? Cat(", into ", targets, " functions") : "", ": ", ListOf(met)))
        .Via(BirthsOf(met), "objects that meet here")
        .Help(std::move(help));
  }
}

}  // namespace

RULE = {
    .summary = "a hot method call meets five or more object shapes",
    .why =
        "The method is looked up on the object first, through an inline cache that remembers four hidden classes. When "
        "a fifth comes, each call searches the table that the whole program shares, and the optimizing compiler "
        "inlines "
        "neither the lookup nor the method, so nothing of what it could know of the callee is used. Seen with V8 11.3, "
        "12.4 "
        "and 13.6 (Node 20, 22 and 24): twenty times the time and more, of a small method.",
    .fix =
        "Let few kinds of objects meet at one call: sort by kind and loop over each, or one class with a field that "
        "tells the kinds apart. Where classes differ only in the fields they happen to have, initialise the same ones.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .shapes = true,
    .check = Check,
};

}  // namespace looplint
