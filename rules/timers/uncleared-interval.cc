// setInterval whose handle nobody keeps or clears: in what runs for every request, in a class that has a method to
// close it, or while a library is loaded.
#include <algorithm>
#include <array>

#include "analyzer/base/strings.h"
#include "analyzer/facts/object_use.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Names of methods that owners call when they are done with an object.
constexpr std::array<std::string_view, 6> kEnds = {"close", "stop", "destroy", "dispose", "shutdown", "terminate"};

// The method of the class that ends its objects' work, or kNone.
NameId EndOf(const FileModel& m, ClassId cls) {
  const Class& c = m.classes[cls];
  for (uint32_t i = 0; i < c.member_count; ++i) {
    const Member& member = m.members[c.first_member + i];
    if (member.is_static || member.kind != FunctionKind::kMethod || !Some(member.name)) continue;
    if (std::ranges::find(kEnds, m.names[member.name]) != kEnds.end()) return member.name;
  }
  return kNone<NameId>;
}

bool Undone(const View& file, const Api& api, NodeId made) {
  const ObjectUse use = UsesOf(file.project, file.facts.calls, file.id, made);
  if (use.escapes) return true;
  for (const std::string& by : api.undone_by) {
    const size_t hash = by.find('#');
    if (hash != std::string::npos) {
      if (use.Calls(std::string_view(by).substr(hash + 1))) return true;
      continue;
    }
    for (const ObjectUse::Handed& h : use.handed) {
      if (file.facts.calls.TargetOf(h.call.file, h.call.call).api->name == by) return true;
    }
  }
  return false;
}

// clearInterval(this) in the function itself.
bool ClearsItself(const View& file, const Call& call) {
  if (call.arg_count == 0) return false;
  const FunctionRef f = file.FunctionOf(file.model.args[call.first_arg].value);
  if (!Some(f.function)) return true;  // who knows
  const FileModel& m = file.project[f.file].model;
  return m.functions[f.function].uses_this && m.functions[f.function].kind != FunctionKind::kArrow &&
         m.functions[f.function].kind != FunctionKind::kMethod;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const CallId id : file.KnownCalls()) {
    const Api* api = file.ApiOf(id);
    if (api->undone_by.empty() || api->delay_at < 0) continue;
    const Call& call = m.calls[id];
    if (ClearsItself(file, call) || Undone(file, *api, call.node)) continue;
    const FunctionId f = call.function;
    if (f == kModuleFunction) {
      if (file.project.KindOf(file.id) != ProgramKind::kLibrary) continue;
      // What the package's main module loads, whoever requires it gets.
      const EntryPoint* entry = file.facts.modules.EntryOf(file.id);
      if (entry == nullptr || entry->reason != EntryReason::kMain) continue;
      const NodeId statement = file.syntax.Parent(call.node);
      auto finding = report.At(file.CalleeNode(call),
                               "loading this module starts an interval that nobody can clear; it keeps every program "
                               "that loads it from ending");
      if (call.use == Use::kDropped && file.syntax.KindOf(statement) == Kind::kExpressionStatement) {
        const uint32_t end = file.syntax[call.node].end;
        finding.FixWith(
            {.description = "let the program end all the same", .edits = {{{end, end}, ".unref()"}}, .safe = false});
      }
      continue;
    }
    if (file.HotIn(f)) {
      // A long way, or one through a condition, may be how a program starts.
      const HotPath path = file.HotPathTo(f);
      if (path.steps.size() > 4 || (path.steps.size() > 1 && IsConditional(file.syntax, call.node))) continue;
      if (IsKept(file.file, call.node)) continue;
      report.At(file.CalleeNode(call), "every request starts an interval that is never cleared")
          .Via(path.steps)
          .Help(
              "keep what setInterval returns and clear it when the response closes, or start one interval for all "
              "requests");
      continue;
    }
    // In a method or constructor of a class whose objects can be closed.
    FunctionId method = f;
    while (Some(method) && method != kModuleFunction && m.functions[method].kind == FunctionKind::kArrow)
      method = m.functions[method].parent;
    if (!Some(method) || method == kModuleFunction || m.functions[method].is_static) continue;
    const FunctionKind kind = m.functions[method].kind;
    if (kind != FunctionKind::kConstructor && kind != FunctionKind::kMethod) continue;
    const ClassId cls = m.functions[method].owner;
    if (!Some(cls)) continue;
    const NameId end = EndOf(m, cls);
    if (!Some(end) || m.functions[method].name == end) continue;
    const std::string name = Some(m.classes[cls].name) ? std::string(file.Name(m.classes[cls].name)) : "the class";
    report
        .At(file.CalleeNode(call),
            Cat("this interval goes on after ", name, ".", file.Name(end), "(): nothing clears it"))
        .Help(Cat("keep what setInterval returns and clear it in ", file.Name(end), "()"));
  }
}

}  // namespace

RULE = {
    .summary = "an interval that nothing clears",
    .why = "An interval runs until it is cleared, and until then it keeps its function, everything that function "
           "closes over and the process itself alive. Started once for every request or for every object, intervals "
           "pile up: each holds its request or object in memory and goes on working for it. Started by a library "
           "while it is loaded, one keeps a script that only wanted to load it from ever ending.",
    .fix = "Keep the handle and call clearInterval where the owner is closed. For upkeep in the background, call "
           "unref() on it, so that it does not keep the process alive.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 772,
    .check = Check,
};

}  // namespace looplint
