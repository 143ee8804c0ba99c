// Objects of one kind get different hidden classes: fields set on some ways through a constructor or factory only, or
// the same properties in another order than elsewhere. Speaks of objects that hot code looks at.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"
#include "rules/shape_advice.h"

namespace looplint {
namespace {

// const o = {}: what happens to it is followed. {} as a fallback, namespace.part = {} and parts of others live
// elsewhere.
bool IsFollowed(const View& file, NodeId literal) {
  return file.syntax.KindOf(file.syntax.Parent(literal)) == Kind::kVariableDeclarator;
}

// Ways that only conditions set apart; what deletes and strangers do is another rule's.
std::vector<Shape> BornApart(const View& file, NodeId maker, const std::vector<Shape>& all) {
  std::vector<Shape> out;
  const Span own = file.SpanOf(maker);
  for (const Shape& s : all) {
    if (s.dictionary) continue;
    if (Some(s.turn.file) && file.syntax.KindOf(maker) == Kind::kObjectExpression && !IsFollowed(file, maker)) continue;
    // A literal is finished in the function around it, a class in its own text or its bases'.
    if (Some(s.turn.file) && file.syntax.KindOf(maker) != Kind::kObjectExpression &&
        (s.turn.file != file.id || s.turn.span.start < own.start || s.turn.span.end > own.end)) {
      continue;
    }
    out.push_back(s);
  }
  return out;
}

bool MadeOnce(const View& file, NodeId literal) {
  return file.model.FunctionOf(literal) == kModuleFunction && !Some(EnclosingLoop(file.model, literal));
}

void CheckMaker(const View& file, const Shapes& known, Report& report, NodeId maker, std::string_view name) {
  const Place use = known.HotUse(file.facts.heat, file.id, maker);
  if (!Some(use.file)) return;
  const std::vector<Shape> shapes = BornApart(file, maker, known.Made(file.id, maker));
  if (shapes.size() < 2) return;
  const std::vector<std::string_view> optional = OptionalIn(shapes);
  if (optional.empty()) return;
  Place at{kNone<FileId>, {}};
  for (const Shape& s : shapes) {
    if (s.turn.file == file.id && (!Some(at.file) || s.turn.span.start < at.span.start)) at = s.turn;
  }
  if (!Some(at.file)) return;
  std::vector<Step> steps = BirthsOf(shapes);
  steps.push_back({use, "meets them in hot code"});
  report
      .At(at, Cat(name, " gets ", shapes.size(), " hidden classes: ", Enumerate(optional),
                  optional.size() == 1 ? " is" : " are", " set only sometimes"))
      .Via(std::move(steps), "hidden classes")
      .Help(Cat("set ", Enumerate(optional), " always and in the same order, to null where there is no value"));
}

// The same properties as an object made elsewhere that meets this one, in another order.
void CheckOrder(const View& file, const Shapes& shapes, Report& report, NodeId literal) {
  const Place use = shapes.HotUse(file.facts.heat, file.id, literal);
  if (!Some(use.file)) return;
  const std::vector<Shape> own = shapes.Made(file.id, literal);
  if (own.size() != 1 || own[0].properties.size() < 2) return;
  const FileModel& m = file.project[use.file].model;
  const std::vector<Access> accesses = AccessesIn(m);
  const auto at = std::ranges::find_if(accesses, [&](const Access& access) {
    return m.syntax[access.node].start == use.span.start && m.syntax[access.node].end == use.span.end;
  });
  if (at == accesses.end()) return;
  std::vector<std::string> sorted = own[0].properties;
  std::ranges::sort(sorted);
  for (const Shape& other : shapes.At(use.file, *at)) {
    if (other.maker == own[0].maker || other.properties == own[0].properties || !Some(other.born.file)) continue;
    std::vector<std::string> theirs = other.properties;
    std::ranges::sort(theirs);
    if (theirs != sorted) continue;
    // Reported at the one that comes second.
    const auto rank = [](const Shape& s) { return std::pair(Index(s.born.file), s.born.span.start); };
    if (rank(other) > rank(own[0])) continue;
    const std::vector<std::string_view> order(other.properties.begin(), other.properties.end());
    report
        .At(literal,
            Cat(own[0].name, " and ", other.name, " have the same properties in different orders: two hidden classes"))
        .Via({{other.born, Cat("makes ", other.name)},
              {own[0].born, Cat("makes ", own[0].name)},
              {use, "meets both in hot code"}},
             "hidden classes")
        .Help(Cat("write them in the order ", Enumerate(order)));
    return;
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Shapes known(file.project, file.facts.calls);
  for (const ClassId id : Ids(m.classes)) {
    const Class& c = m.classes[id];
    if (known.MadeOnce(file.id, c.node)) continue;
    CheckMaker(file, known, report, c.node, Some(c.name) ? Cat("class ", file.Name(c.name)) : "this class");
  }
  for (const FunctionId id : Ids(m.functions)) {
    const Function& f = m.functions[id];
    if (!f.uses_this || Some(f.owner) || !Some(f.name) || known.MadeOnce(file.id, f.node)) continue;
    CheckMaker(file, known, report, f.node, Cat("what new ", file.Name(f.name), "() makes"));
  }
  for (const ObjectId id : Ids(m.objects)) {
    const NodeId node = m.objects[id].node;
    if (MadeOnce(file, node)) continue;
    CheckMaker(file, known, report, node, "this object");
    CheckOrder(file, known, report, node);
  }
}

}  // namespace

RULE = {
    .summary = "objects of one kind get different hidden classes",
    .why =
        "V8 gives objects one hidden class when the same properties are added in the same order. A field that is set "
        "only sometimes, or an order that differs from place to place, splits one kind into several; every site that "
        "meets them becomes polymorphic, and with other kinds beside them megamorphic. With V8 11.3, 12.4 and 13.6 "
        "(Node "
        "20, 22 and 24) one optional field costs little, three ten times the time.",
    .fix = "Set all fields in one order, always: null or undefined for those without a value.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .shapes = true,
    .check = Check,
};

}  // namespace looplint
