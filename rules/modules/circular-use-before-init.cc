// A cycle of modules in which one is used while it is still being loaded. Cycles that do no harm are not reported.
#include <algorithm>
#include <optional>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string Names(const View& file, const EarlyLoad& load) {
  std::string out;
  // Only the part that goes round: from the module that is half loaded to the one that loads it again.
  const auto first = std::find(load.way.begin(), load.way.end(), load.to);
  for (auto it = first == load.way.end() ? load.way.begin() : first; it != load.way.end(); ++it)
    out += Cat(file.project[*it].path, " -> ");
  return Cat(out, file.project[load.to].path);
}

std::vector<Step> Way(const View& file, const EarlyLoad& load) {
  std::vector<Step> steps;
  for (size_t i = 0; i < load.way.size(); ++i) {
    const FileId from = load.way[i], to = i + 1 < load.way.size() ? load.way[i + 1] : load.to;
    for (const ModuleEdge& e : file.facts.modules.EdgesOf(from)) {
      if (e.to != to || !LoadsEagerly(e)) continue;
      const Node& node = file.project[from].model.syntax[e.node];
      steps.push_back({{from, {node.start, node.end}},
                       i + 1 < load.way.size() ? Cat("loads ", file.project[to].path)
                                               : Cat("finds ", file.project[to].path, " half loaded")});
      break;
    }
  }
  return steps;
}

// Does this reference read the binding while the module is loaded, on every way?
bool ReadAtLoad(const View& file, NodeId reference) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  if (s.KindOf(s.Parent(reference)) == Kind::kExportSpecifier) return false;
  return RunsAtLoad(m, m.FunctionOf(reference)) && !IsConditional(s, reference) && !Some(EnclosingTry(m, reference));
}

// ---- ES modules: names that exist from the start and have no value until their module is evaluated

struct Owner {
  FileId file{kNoneIndex};
  bool dead = false;  // reading it throws until then
};
Owner OwnerOf(const View& view, FileId file, std::string_view name) {
  std::string wanted(name);
  for (int steps = 0; steps < 16 && Some(file); ++steps) {
    const Project::Exported found = view.project.FindExport(file, wanted);
    if (!Some(found.file) || found.is_namespace || !Some(found.value)) return {};
    const FileModel& m = view.project[found.file].model;
    const Value& v = m.values[found.value];
    if (v.kind == ValueKind::kClass) {
      return {found.file, true};  // export default class
    }
    if (v.kind == ValueKind::kFunction) {
      const FunctionKind kind = m.functions[static_cast<FunctionId>(v.a)].kind;
      return {found.file, kind != FunctionKind::kDeclaration};
    }
    if (v.kind != ValueKind::kBinding) return {found.file, wanted == "default"};
    const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
    if (b.kind == BindingKind::kImport) {
      const Value& i = Some(b.value) ? m.values[b.value] : v;
      if (i.kind != ValueKind::kMember || m.values[static_cast<ValueId>(i.a)].kind != ValueKind::kImport) return {};
      file = view.project[found.file].imports[m.values[static_cast<ValueId>(i.a)].a];
      wanted = std::string(m.names[static_cast<NameId>(i.b)]);
      continue;
    }
    const bool dead = b.kind == BindingKind::kLet || b.kind == BindingKind::kConst || b.kind == BindingKind::kClass;
    return {found.file, dead};
  }
  return {};
}

void CheckEsm(const View& file, Report& report) {
  const FileModel& m = file.model;
  for (const BindingId id : Ids(m.bindings)) {
    const Binding& b = m.bindings[id];
    if (b.kind != BindingKind::kImport || b.type_only || !Some(b.value) || !Some(b.first)) continue;
    const Value* v = &m.values[b.value];
    const bool whole = v->kind == ValueKind::kImport;
    if (!whole && (v->kind != ValueKind::kMember || m.values[static_cast<ValueId>(v->a)].kind != ValueKind::kImport))
      continue;
    const uint32_t import = whole ? v->a : m.values[static_cast<ValueId>(v->a)].a;
    const FileId target = file.file.imports[import];
    if (!Some(target) || file.facts.modules.CycleOf(target) != file.facts.modules.CycleOf(file.id)) continue;
    for (const NodeId r : file.References(id)) {
      if (!ReadAtLoad(file, r)) continue;
      std::string_view name = whole ? std::string_view() : file.Name(static_cast<NameId>(v->b));
      NodeId at = r;
      if (whole) {
        const NodeId parent = file.syntax.Parent(r);
        if (file.syntax.KindOf(parent) != Kind::kMemberExpression || file.syntax.FirstChild(parent) != r) continue;
        const Value& member = m.values[Some(m.ValueOf(parent)) ? m.ValueOf(parent) : static_cast<ValueId>(0)];
        if (member.kind != ValueKind::kMember) continue;
        name = file.Name(static_cast<NameId>(member.b));
        at = parent;
      }
      const Owner owner = OwnerOf(file, target, name);
      if (!owner.dead || owner.file == file.id) continue;
      const EarlyLoad* load = file.facts.load_order.EvaluatedTooEarly(file.id, owner.file);
      if (load == nullptr) continue;
      report
          .At(at, Cat("'", file.Text(at), "' has no value yet when this runs: ", file.project[owner.file].path,
                      " is loaded after this file (", Names(file, *load), ")"))
          .Via(Way(file, *load), "loaded in this order")
          .Help("use it inside a function that runs later, or move what both files need into a third one");
      break;
    }
  }
}

// ---- CommonJS: properties that are not there yet

// Where `name` gets its value, when that is after `progress` and nowhere before it; kNone when it is there or unknown.
NodeId AssignedAfter(const File& f, std::string_view name, uint32_t progress) {
  const FileModel& m = f.model;
  const NameId id = m.names.Find(name);
  if (!Some(id)) return kNone<NodeId>;
  NodeId after = kNone<NodeId>;
  for (const Export& x : m.module.exports) {
    if (!x.cjs) return kNone<NodeId>;
    if (x.kind == ExportKind::kAssign) return kNone<NodeId>;  // modules/exports-reassigned speaks of these
    if (x.name != id) continue;
    if (m.syntax[x.node].start < progress || !RunsAtLoad(m, m.FunctionOf(x.node))) return kNone<NodeId>;
    if (!Some(after)) after = x.node;
  }
  // Object.assign(exports, ...), exports[key] = ...: names nobody can list.
  for (const Call& call : m.calls) {
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const Value& a = m.values[m.args[call.first_arg + i].value];
      const bool handed = (a.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(a.a)] == "exports") ||
                          (a.kind == ValueKind::kMember && m.names[static_cast<NameId>(a.b)] == "exports");
      if (handed && m.syntax[call.node].start < progress) return kNone<NodeId>;
    }
  }
  return after;
}

void CheckCommonJs(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const EarlyLoad& load : file.facts.load_order.EarlyLoadsOf(file.id)) {
    const File& other = file.project[load.to];
    if (load.progress == 0 || other.model.module.has_esm_syntax || !other.model.syntax.errors.empty()) continue;
    const NodeId call = s.Parent(load.at), holder = s.Parent(call);
    const LineIndex lines(other.text);
    const auto say = [&](NodeId at, std::string_view name, bool copied) {
      const NodeId after = AssignedAfter(other, name, load.progress);
      if (!Some(after)) return false;
      const Node& assigned = other.model.syntax[after];
      std::vector<Step> steps = Way(file, load);
      steps.push_back({{load.to, {assigned.start, assigned.end}}, Cat("gives '", name, "' its value, too late")});
      report
          .At(at, Cat("'", name, "' is undefined here", copied ? " and stays so" : "", ": ", other.path,
                      " assigns it on line ", lines.At(assigned.start, ColumnUnit::kUtf16).line,
                      ", after it has loaded this file (", Names(file, load), ")"))
          .Via(std::move(steps), "loaded in this order")
          .Help(copied ? "keep the module and read its property when it is needed, or assign it before the require() "
                         "that closes the cycle"
                       : "use it inside a function that runs later, or assign it before the require() that closes the "
                         "cycle");
      return true;
    };
    if (s.KindOf(holder) == Kind::kMemberExpression && s.FirstChild(holder) == call) {
      const Value& v = m.values[Some(m.ValueOf(holder)) ? m.ValueOf(holder) : static_cast<ValueId>(0)];
      if (v.kind == ValueKind::kMember) say(holder, file.Name(static_cast<NameId>(v.b)), true);
      continue;
    }
    if (s.KindOf(holder) != Kind::kVariableDeclarator) continue;
    const NodeId pattern = s.Child(holder, Role::kName);
    if (s.KindOf(pattern) == Kind::kObjectPattern) {
      for (NodeId n = pattern; Index(n) < s[pattern].next; n = static_cast<NodeId>(Index(n) + 1)) {
        const BindingId b = m.BindingAt(n);
        if (!Some(b) || m.bindings[b].node != n || !Some(m.bindings[b].first) || !Some(m.bindings[b].value)) continue;
        const Value& v = m.values[m.bindings[b].value];
        if (v.kind != ValueKind::kMember || s.KindOf(s.Parent(n)) == Kind::kAssignmentPattern) continue;
        say(n, file.Name(static_cast<NameId>(v.b)), true);
      }
      continue;
    }
    const BindingId b = m.BindingAt(pattern);
    if (!Some(b)) continue;
    for (const NodeId r : file.References(b)) {
      const NodeId parent = s.Parent(r);
      if (s.KindOf(parent) != Kind::kMemberExpression || s.FirstChild(parent) != r || !ReadAtLoad(file, r)) continue;
      if (s.KindOf(s.Parent(parent)) == Kind::kAssignmentExpression && s[parent].role == Role::kLeft) continue;
      const Value& v = m.values[Some(m.ValueOf(parent)) ? m.ValueOf(parent) : static_cast<ValueId>(0)];
      if (v.kind == ValueKind::kMember && say(parent, file.Name(static_cast<NameId>(v.b)), false)) break;
    }
  }
}

void Check(const View& file, Report& report) {
  if (file.facts.modules.CycleOf(file.id) < 0 || !file.syntax.errors.empty()) return;
  if (file.file.role == FileRole::kTest || file.file.role == FileRole::kBrowser) return;
  if (file.model.module.has_esm_syntax) {
    CheckEsm(file, report);
  } else if (file.file.language == Language::kJavaScript) {
    CheckCommonJs(file, report);
  }
}

}  // namespace

RULE = {
    .summary = "something of a module is used in a cycle before the module has run",
    .why =
        "When modules load each other, one of them has to run before the other is ready. An ES module binding of let, "
        "const "
        "or class then throws a ReferenceError (\"Cannot access before initialization\"); a property of a CommonJS "
        "module is "
        "undefined, and a copy of it stays undefined. Whether it happens depends on which file is loaded first.",
    .fix = "Use the other module inside functions that run later only, or move what both need into a third module.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
