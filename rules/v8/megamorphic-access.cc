// A property of objects of five or more hidden classes is read or written in hot code.
#include "analyzer/base/strings.h"
#include "rules/rule.h"
#include "rules/shape_advice.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (s.KindOf(node) != Kind::kMemberExpression || (s[node].flags & kComputed) != 0 || IsCalled(s, node)) continue;
    if (!InHotLoop(file.project, file.facts.heat, file.id, node)) continue;
    const std::vector<Shape> met = MetAt(file, node);
    if (met.size() <= kMostPolymorphic) continue;
    const NodeId parent = s.Parent(node);
    const bool written = s.KindOf(parent) == Kind::kAssignmentExpression && s.FirstChild(parent) == node;
    report
        .At(node, Cat(".", file.Text(s.Child(node, Role::kProperty)), written ? " is written to" : " is read of",
                      " objects of ", met.size(), " hidden classes: ", ListOf(met)))
        .Via(BirthsOf(met), "objects that meet here")
        .Help(SmallestEdit(met));
  }
}

}  // namespace

RULE = {
    .summary = "a hot property access meets five or more object shapes",
    .why =
        "V8 keeps up to four hidden classes in the inline cache of a property access. From the fifth on the site is "
        "megamorphic: every read is a search in a table the whole program shares, several times slower, and the "
        "optimizing compiler can no longer inline it. In a loop that every request runs, that is where the time goes.",
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
