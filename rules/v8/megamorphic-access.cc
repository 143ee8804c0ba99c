// A property of objects of five or more hidden classes is read or written in hot code.
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"
#include "rules/shape_advice.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  // The same objects are told once, where a profile saw them if there is one: what is to be done is done where they are
  // made.
  std::set<std::string> told;
  const std::vector<Access> accesses = AccessesIn(file.model);
  for (const bool measured : {true, false}) {
    for (const Access& access : accesses) {
      if (file.facts.heat.WasMeasured({file.id, file.model.FunctionOf(access.node)}) != measured) continue;
      if (IsCalled(s, access.node) || !file.facts.heat.InHotLoop(file.project, file.id, access.node)) continue;
      const std::vector<Shape> met = MetAt(file, access);
      if (!IsMegamorphic(met)) continue;
      std::string objects;
      for (const Shape& shape : met) objects += Cat(shape.maker, " ");
      if (!told.insert(std::move(objects)).second) continue;
      report
          .At(access.node, Cat(".", file.Name(access.name), access.written ? " is written to" : " is read of",
                               " objects of ", met.size(), " hidden classes: ", ListOf(met)))
          .Via(BirthsOf(met), "objects that meet here")
          .Help(SmallestEdit(met));
    }
  }
}

}  // namespace

RULE = {
    .summary = "a hot property access meets five or more object shapes",
    .why =
        "V8 keeps up to four hidden classes in the inline cache of a property access. From the fifth on the site is "
        "megamorphic: every read is a search in a table the whole program shares, several times slower, and the "
        "optimizing compiler can no longer inline it. In a loop that every request runs, that is where the time goes. "
        "Seen with V8 11.3, 12.4 and 13.6 (Node 20, 22 and "
        "24): ten times the time and more.",
    .fix =
        "Make the objects alike: initialise all properties in the same order, in one constructor or factory, with null "
        "where there is no value yet. Or treat each kind in a function of its own.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .shapes = true,
    .check = Check,
};

}  // namespace looplint
