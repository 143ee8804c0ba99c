// exports = {...}, and exports.x beside module.exports = {...}: names that nobody will ever see.
#include <algorithm>
#include <optional>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool IsGlobal(const FileModel& m, ValueId value, std::string_view name) {
  if (!Some(value)) return false;
  const Value& v = m.values[value];
  return v.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(v.a)] == name;
}

bool IsModuleExports(const FileModel& m, ValueId value) {
  if (!Some(value)) return false;
  const Value& v = m.values[value];
  return v.kind == ValueKind::kMember && m.names[static_cast<NameId>(v.b)] == "exports" &&
         IsGlobal(m, static_cast<ValueId>(v.a), "module");
}

// Does the subtree speak of exports or module.exports?
bool Mentions(const FileModel& m, NodeId node) {
  for (uint32_t i = Index(node); i < m.syntax[node].next; ++i) {
    if (IsGlobal(m, m.ValueOf(static_cast<NodeId>(i)), "exports")) return true;
    if (IsModuleExports(m, m.ValueOf(static_cast<NodeId>(i)))) return true;
  }
  return false;
}

bool Unconditional(const FileModel& m, NodeId node) {
  return RunsAtLoad(m, m.FunctionOf(node)) && !IsConditional(m.syntax, node) && !Some(EnclosingTry(m, node));
}

// The object, function or class an expression is, through constants; kNone when that is open.
ValueId Literal(const FileModel& m, ValueId value) {
  for (int i = 0; i < 8 && Some(value); ++i) {
    const Value& v = m.values[value];
    if (v.kind == ValueKind::kObject || v.kind == ValueKind::kFunction || v.kind == ValueKind::kClass) return value;
    if (v.kind != ValueKind::kBinding) break;
    value = m.bindings[static_cast<BindingId>(v.a)].value;
  }
  return kNone<ValueId>;
}

void CheckLocalOnly(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const bool handed_on = std::any_of(m.module.exports.begin(), m.module.exports.end(), [&](const Export& x) {
    return x.kind == ExportKind::kAssign && Some(x.value) && IsGlobal(m, x.value, "exports");
  });
  if (handed_on) return;
  for (const Write& w : m.writes) {
    if (!IsGlobal(m, w.target, "exports") || s[w.node].op != Op::kAssign) continue;
    const NodeId left = s.Child(w.node, Role::kLeft), right = s.Child(w.node, Role::kRight);
    if (!Some(right) || Mentions(m, right)) continue;  // exports = module.exports = ..., exports = exports || {}
    const NodeId parent = s.Parent(w.node);
    if (s.KindOf(parent) == Kind::kAssignmentExpression && IsModuleExports(m, m.ValueOf(s.Child(parent, Role::kLeft))))
      continue;
    const uint32_t at = s[right].start;
    report.At(left, "this changes the local variable 'exports' only: require() still returns the old object")
        .Help("assign to module.exports as well")
        .FixWith({.description = "exports = module.exports = ...",
                  .edits = {{{at, at}, "module.exports = "}},
                  .safe = true});
  }
}

void CheckLost(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const Export* last = nullptr;
  for (const Export& x : m.module.exports) {
    if (x.cjs && x.kind == ExportKind::kAssign && Unconditional(m, x.node)) last = &x;
  }
  if (last == nullptr || s.KindOf(last->node) != Kind::kAssignmentExpression) return;
  for (const Write& w : m.writes) {
    if (IsGlobal(m, w.target, "exports")) return;  // the two names may be one object again
  }
  const NodeId right = s.Child(last->node, Role::kRight);
  if (!Some(right) || Mentions(m, right)) return;
  const ValueId made = Literal(m, last->value);
  if (!Some(made)) return;
  const Object* object = nullptr;
  if (m.values[made].kind == ValueKind::kObject) {
    object = &m.objects[static_cast<ObjectId>(m.values[made].a)];
    if (object->has_spread) return;
  }
  // Whoever hands `exports` on, as an argument or a value, may do anything with it.
  for (const Call& call : m.calls) {
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      if (IsGlobal(m, m.args[call.first_arg + i].value, "exports") ||
          IsModuleExports(m, m.args[call.first_arg + i].value))
        return;
    }
  }
  const LineIndex lines(file.file.text);
  for (const Export& x : m.module.exports) {
    if (!x.cjs || x.kind != ExportKind::kLocal || !Unconditional(m, x.node)) continue;
    const std::string_view name = file.Name(x.name);
    if (name == "__esModule" || s.KindOf(x.node) != Kind::kAssignmentExpression) continue;
    const NodeId left = s.Child(x.node, Role::kLeft);
    const bool alias = IsGlobal(m, m.ValueOf(s.FirstChild(left)), "exports");
    if (s[x.node].start > s[last->node].start && !alias) continue;  // module.exports.x after: the new object
    bool has = false;
    if (object != nullptr) {
      for (uint32_t k = 0; k < object->member_count; ++k) {
        const NameId member = m.members[object->first_member + k].name;
        has |= !Some(member) || member == x.name;  // computed names may be any
      }
    }
    for (const Class& c : m.classes) {
      for (uint32_t k = 0; k < c.member_count; ++k)
        has |= m.members[c.first_member + k].name == x.name && m.members[c.first_member + k].is_static;
    }
    // The same name put on something else, which may well be the new object.
    for (const Write& w : m.writes) {
      const Value& target = m.values[w.target];
      has |= target.kind == ValueKind::kElement ||
             (target.kind == ValueKind::kMember && static_cast<NameId>(target.b) == x.name &&
              !IsGlobal(m, static_cast<ValueId>(target.a), "exports") && w.node != x.node);
    }
    if (has) continue;
    const Node& by = s[last->node];
    const uint32_t line = lines.At(by.start, ColumnUnit::kUtf16).line;
    report
        .At(left, Cat("'", name, "' is lost: module.exports is another object ",
                      s[x.node].start > by.start ? Cat("since line ", line) : Cat("from line ", line, " on")))
        .Via({{{file.id, {by.start, s[s.Child(last->node, Role::kLeft)].end}},
               "what require() returns is decided here"}},
             "because")
        .Help(Cat("put '", name, "' into the new object, or assign to module.exports.", name, " after it"));
  }
}

// A module of a cycle that already holds the old object.
void CheckHeld(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const int cycle = file.facts.modules.CycleOf(file.id);
  if (cycle < 0) return;
  const Export *first = nullptr, *last = nullptr;
  for (const Export& x : m.module.exports) {
    if (!x.cjs || x.kind != ExportKind::kAssign) continue;
    if (first == nullptr) first = &x;
    if (Unconditional(m, x.node)) last = &x;
  }
  if (last == nullptr || s.KindOf(last->node) != Kind::kAssignmentExpression) return;
  const NodeId right = s.Child(last->node, Role::kRight);
  if (!Some(right) || Mentions(m, right)) return;
  for (const FileId other : file.facts.modules.cycles()[static_cast<size_t>(cycle)]) {
    for (const EarlyLoad& load : file.facts.load_order.EarlyLoadsOf(other)) {
      // Whatever was assigned before the cycle closed is what the other module has.
      if (load.to != file.id || load.progress == 0 || s[first->node].start < load.progress) continue;
      const File& holder = file.project[other];
      if (holder.role != FileRole::kSource) continue;
      const FileModel& h = holder.model;
      const NodeId call = h.syntax.Parent(load.at);
      const NodeId declarator = h.syntax.Parent(call);
      if (h.syntax.KindOf(declarator) != Kind::kVariableDeclarator) continue;
      const NodeId name = h.syntax.Child(declarator, Role::kName);
      if (h.syntax.KindOf(name) != Kind::kIdentifier) continue;
      const BindingId b = h.BindingAt(name);
      if (!Some(b) || !Some(h.bindings[b].first) || h.bindings[b].writes > 0) continue;
      std::vector<Step> steps;
      for (size_t i = 0; i + 1 < load.way.size(); ++i) {
        for (const ModuleEdge& e : file.facts.modules.EdgesOf(load.way[i])) {
          if (e.to != load.way[i + 1] || !LoadsEagerly(e)) continue;
          const Node& node = file.project[load.way[i]].model.syntax[e.node];
          steps.push_back({{load.way[i], {node.start, node.end}}, Cat("loads ", file.project[load.way[i + 1]].path)});
          break;
        }
      }
      const Node& taken = h.syntax[load.at];
      steps.push_back({{other, {taken.start, taken.end}},
                       Cat("takes the exports of ", file.file.path, ", which has only run up to its require()")});
      report
          .At(s.Child(last->node, Role::kLeft),
              Cat("module.exports is replaced after ", holder.path, " has taken the old object, and keeps it"))
          .Via(std::move(steps), "loaded in this order")
          .Help(
              "assign module.exports before the require() that closes the cycle, or add to exports instead of "
              "replacing it");
      return;
    }
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kBrowser || !file.syntax.errors.empty()) return;
  if (HowLoaded(file.file) != LoadedAs::kCommonJs || file.model.module.has_esm_syntax ||
      !file.model.module.has_cjs_syntax)
    return;
  CheckLocalOnly(file, report);
  CheckLost(file, report);
  CheckHeld(file, report);
}

}  // namespace

RULE = {
    .summary = "an assignment to exports that no one will see",
    .why =
        "In a CommonJS module `exports` is a local variable that starts as module.exports; require() returns "
        "module.exports. Assigning to `exports` changes the variable only, and once module.exports is another object, "
        "what "
        "was or will be put on `exports` is on the one that nobody has. A module that was loaded earlier, in a cycle, "
        "keeps "
        "the old object for good.",
    .fix =
        "Use one of the two: exports.name = ... throughout, or one module.exports = ... before the file requires "
        "anything "
        "that requires it back.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
