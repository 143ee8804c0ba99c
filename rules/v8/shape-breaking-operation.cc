// delete, Object.setPrototypeOf and properties added late, on objects that hot code looks at.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"
#include "rules/shape_advice.h"

namespace looplint {
namespace {

struct Made {
  FileId file{kNoneIndex};
  NodeId node{kNoneIndex};
  bool once = false;  // there is one such object
};

// Makers of the program of what `value` holds.
std::vector<Made> MakersOf(const View& file, ValueId value) {
  std::vector<Made> out;
  if (!Some(value)) return out;
  for (const auto& [where, node] : Shapes(file.project, file.facts.calls).MakersOf(file.id, value)) {
    if (file.project[where].role != FileRole::kSource) continue;  // what tests make
    const FileModel& m = file.project[where].model;
    const bool once = m.syntax.KindOf(node) == Kind::kObjectExpression
                          ? m.FunctionOf(node) == kModuleFunction && !Some(EnclosingLoop(m, node))
                          : Shapes(file.project, file.facts.calls).MadeOnce(where, node);
    out.push_back({where, node, once});
  }
  return out;
}

Place HotUse(const View& file, const Made& made) {
  return Shapes(file.project, file.facts.calls).HotUse(file.facts.heat, made.file, made.node);
}

// Is the property the one added last? Up to Node 20 its delete takes the object back to the hidden class before.
bool AddedLast(const View& file, const Made& made, std::string_view property) {
  for (const Shape& s : Shapes(file.project, file.facts.calls).Made(made.file, made.node)) {
    if (!s.dictionary && !s.properties.empty() && s.properties.back() == property) return true;
  }
  return false;
}

// May an object of that maker have the property? Where one was deleted while it is made, it may have been this one.
bool MayHave(const View& file, const Made& made, std::string_view property) {
  return std::ranges::any_of(Shapes(file.project, file.facts.calls).Made(made.file, made.node), [&](const Shape& s) {
    return s.dictionary || std::ranges::find(s.properties, property) != s.properties.end();
  });
}

void CheckDelete(const View& file, Report& report, NodeId node) {
  const Syntax& s = file.syntax;
  NodeId member = s.FirstChild(node);
  if (s.KindOf(member) != Kind::kMemberExpression || (s[member].flags & kComputed) != 0) return;
  const std::string_view property = file.Text(s.Child(member, Role::kProperty));
  for (const Made& made : MakersOf(file, file.model.ValueOf(s.FirstChild(member)))) {
    if (made.once || !MayHave(file, made, property)) continue;
    const Place use = HotUse(file, made);
    if (!Some(use.file)) continue;
    const Manifest* manifest = file.file.manifest;
    const bool always = manifest != nullptr && RangeWithin(manifest->engines_node, ">=22");
    if (!always && AddedLast(file, made, property)) continue;
    const FileModel& m = file.project[made.file].model;
    report.At(node, "delete turns an object that hot code reads into a dictionary")
        .Via({{{made.file, {m.syntax[made.node].start, m.syntax[made.node].end}}, "makes the object"},
              {use, "reads it in hot code"}},
             "the object")
        .Help(Cat("set .", property, " to undefined, or make a copy without it: const { ", property,
                  ", ...rest } = ", file.Text(s.FirstChild(member))));
    return;
  }
}

void CheckPrototype(const View& file, Report& report, CallId id) {
  const Call& call = file.model.calls[id];
  const Argument* object = file.model.Arg(call, 0);
  if (object == nullptr) return;
  for (const Made& made : MakersOf(file, object->value)) {
    if (made.once) continue;
    const Place use = HotUse(file, made);
    if (!Some(use.file)) continue;
    const FileModel& m = file.project[made.file].model;
    report.At(call.node, "Object.setPrototypeOf gives an object that hot code reads a hidden class of its own")
        .Via({{{made.file, {m.syntax[made.node].start, m.syntax[made.node].end}}, "makes the object"},
              {use, "reads it in hot code"}},
             "the object")
        .Help("make it with this prototype: a class, or Object.create(prototype) before properties are added");
    return;
  }
}

// Added where the object was not made, and not to all of its kind.
void CheckLate(const View& file, Report& report, const Write& write) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  const NodeId left = s.FirstChild(write.node);
  if (s.KindOf(left) != Kind::kMemberExpression || (s[left].flags & kComputed) != 0) return;
  const NodeId object = s.FirstChild(left);
  if (s.KindOf(object) == Kind::kThisExpression) return;
  for (const Made& made : MakersOf(file, m.ValueOf(object))) {
    if (made.once) continue;
    const Syntax& theirs = file.project[made.file].model.syntax;
    if (made.file == file.id && theirs.KindOf(made.node) == Kind::kObjectExpression &&
        m.FunctionOf(made.node) == write.function) {
      continue;  // while it is made
    }
    if (made.file == file.id && s.Contains(made.node, left)) continue;
    const Place use = HotUse(file, made);
    if (!Some(use.file)) continue;
    const std::vector<Shape> all = Shapes(file.project, file.facts.calls).Made(made.file, made.node);
    const std::string_view property = file.Text(s.Child(left, Role::kProperty));
    // All have it in the end, or none had another way: then it is how they are made.
    const auto has = [&](const Shape& x) { return std::ranges::find(x.properties, property) != x.properties.end(); };
    const bool turned = std::ranges::any_of(
        all, [&](const Shape& x) { return x.turn.file == file.id && x.turn.span.start == s[left].start && has(x); });
    if (!turned || std::ranges::all_of(all, has)) continue;
    report
        .At(left,
            Cat(".", property,
                " is added late to some of the objects that hot code reads: they get a hidden class of their own"))
        .Via({{{made.file, {theirs[made.node].start, theirs[made.node].end}}, "makes the object"},
              {use, "reads it in hot code"}},
             "the object")
        .Help(Cat("initialise ", property, " where the object is made, with null where there is no value yet"));
    return;
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (s.KindOf(node) == Kind::kUnaryExpression && s[node].op == Op::kDelete) CheckDelete(file, report, node);
  }
  for (const CallId id : file.KnownCalls()) {
    const std::string_view name = file.ApiOf(id)->name;
    if (name == "global.Object.setPrototypeOf" || name == "global.Reflect.setPrototypeOf")
      CheckPrototype(file, report, id);
  }
  for (const WriteId id : Ids(file.model.writes)) CheckLate(file, report, file.model.writes[id]);
}

}  // namespace

RULE = {
    .summary = "an operation gives hot objects another hidden class, or none",
    .why =
        "delete makes V8 give up the hidden class: the properties move to a hash table, and every site that reads the "
        "object leaves its fast path (from V8 12.4 of Node 22 on for any property, with 11.3 of Node 20 for all but "
        "the "
        "one added last). A change of prototype and a property added late to some objects give these a hidden class of "
        "their "
        "own.",
    .fix =
        "Set the property to undefined, or copy what remains: const { token, ...rest } = session. Keep what comes and "
        "goes in a Map. Initialise all fields where the object is made.",
    .severity = Severity::kInfo,
    .confidence = Confidence::kMedium,
    .on_by_default = false,
    .performance = true,
    .shapes = true,
    .check = Check,
};

}  // namespace looplint
