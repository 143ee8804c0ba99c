// Text that others choose becomes part of a command for a shell.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/local_flow.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The arguments of a call that a shell reads, as far as its options say so.
struct ShellText {
  uint32_t first = 0, last = 0;
  bool array = false;  // the sink is program plus arguments, joined because of { shell: true }
};

std::optional<ShellText> ShellOf(const View& file, const Call& call, const Api& api) {
  for (const Sink& sink : api.sinks) {
    if (sink.kind != "shell" || sink.first_arg < 0) continue;
    ShellText out{static_cast<uint32_t>(sink.first_arg), static_cast<uint32_t>(std::max(sink.first_arg, sink.last_arg)), false};
    if (sink.when_option.empty()) return out;
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const auto option = file.OptionOf(file.model.args[call.first_arg + i], sink.when_option);
      // Only what is surely on: { shell: isWindows } is a matter of where it runs.
      if (!option || !file.Truthiness(*option).value_or(false)) continue;
      out.array = true;
      return out;
    }
  }
  return std::nullopt;
}

bool ExportedByName(const FileModel& m, FunctionId f) {
  const ValueId own = m.ValueOf(m.functions[f].node);
  for (const Export& e : m.module.exports) {
    ValueId v = e.value;
    for (int i = 0; i < 4 && Some(v); ++i) {
      const Value& x = m.values[v];
      if (x.kind == ValueKind::kFunction) {
        if (Some(own) && x.a == m.values[own].a) return true;
        break;
      }
      if (x.kind == ValueKind::kObject) {
        const Object& o = m.objects[static_cast<ObjectId>(x.a)];
        for (uint32_t k = 0; k < o.member_count; ++k) {
          ValueId member = m.members[o.first_member + k].value;
          for (int j = 0; j < 4 && Some(member) && m.values[member].kind == ValueKind::kBinding; ++j) {
            member = m.bindings[static_cast<BindingId>(m.values[member].a)].value;
          }
          if (Some(member) && m.values[member].kind == ValueKind::kFunction && m.values[member].a == Index(f)) return true;
        }
        break;
      }
      if (x.kind != ValueKind::kBinding) break;
      v = m.bindings[static_cast<BindingId>(x.a)].value;
    }
  }
  return false;
}

// All of an argument list that is written out is constant.
bool ConstantArray(const View& file, const Argument& a) {
  ValueId v = a.value;
  for (int i = 0; i < 8 && Some(v) && file.model[v].kind == ValueKind::kBinding; ++i) {
    v = file.model.bindings[static_cast<BindingId>(file.model[v].a)].value;
  }
  if (!Some(v) || file.model[v].kind != ValueKind::kArray) return false;
  for (const NodeId c : file.syntax.ChildrenOf(static_cast<NodeId>(file.model[v].a))) {
    const ValueId element = file.model.ValueOf(c);
    if (!Some(element) || (!file.ConstantString(element) && !file.ConstantNumber(c))) return false;
  }
  return true;
}

// The arguments go through something that is named for quoting them: args.map(quote).
bool Quoted(const View& file, const Argument& a) {
  std::string text(file.Text(a.node));
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text.find("quot") != std::string::npos || text.find("escape") != std::string::npos;
}

// The first sink in `f` (or in a function written in it) whose text holds parameter `index`.
const Call* SinkOfParameter(const View& file, FunctionId f, uint32_t index, std::string_view* name) {
  LocalFlow flow(file.project, file.facts.calls, file.id);
  const NodeId node = file.model.functions[f].node;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    if (!file.syntax.Contains(node, call.node)) continue;
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->sinks.empty()) continue;
    const auto shell = ShellOf(file, call, *api);
    if (!shell) continue;
    for (uint32_t i = shell->first; i <= shell->last && i < call.arg_count; ++i) {
      const Origin o = flow.Of(file.model.args[call.first_arg + i].value);
      if (o.kind != Origin::Kind::kParam || o.function.function != f || o.param != index) continue;
      if (flow.GuardOf(o, call.node) != LocalFlow::Guard::kNone) continue;
      *name = api->name;
      return &call;
    }
  }
  return nullptr;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  LocalFlow flow(file.project, file.facts.calls, file.id);
  const FileModel& m = file.model;
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    const Target& target = file.facts.calls.TargetOf(file.id, id);
    if (target.api == nullptr) {
      // run(req.query.name), where run() hands it to a shell.
      if (!Some(target.function.function) || !file.HotIn(call.function)) continue;
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        const Argument& a = m.args[call.first_arg + i];
        if (a.spread) break;
        const ValueKind k = m[a.value].kind;
        if (k == ValueKind::kFunction || k == ValueKind::kString || k == ValueKind::kNumber || k == ValueKind::kUnknown) continue;
        const Origin o = flow.Of(a.value);
        if (o.kind != Origin::Kind::kRequest || flow.GuardOf(o, call.node) != LocalFlow::Guard::kNone) continue;
        const View other(file.project, file.facts, target.function.file);
        std::string_view sink;
        const Call* at = SinkOfParameter(other, target.function.function, i, &sink);
        if (at == nullptr) continue;
        report.At(a.node, Cat(o.what, " comes from the request and reaches the shell of ", sink, "() through ",
                              Describe(file.project, target.function)))
            .Via({{{file.id, file.SpanOf(call.node)}, Cat("passes ", o.what)},
                  {{other.id, other.SpanOf(other.CalleeNode(*at))}, Cat("hands it to ", sink, "()")}});
        break;
      }
      continue;
    }
    if (target.api->sinks.empty()) continue;
    const auto shell = ShellOf(file, call, *target.api);
    if (!shell) continue;
    bool told = false;
    for (uint32_t i = shell->first; i <= shell->last && i < call.arg_count && !told; ++i) {
      const Argument& a = m.args[call.first_arg + i];
      const Origin o = flow.Of(a.value);
      if (o.kind == Origin::Kind::kNone || flow.GuardOf(o, call.node) != LocalFlow::Guard::kNone) continue;
      if (o.kind == Origin::Kind::kRequest) {
        report.At(a.node, Cat(o.what, " comes from the request and becomes part of a shell command"));
        told = true;
        continue;
      }
      // A library's caller passes file names and the like; a function that takes a whole command says so.
      if (!o.embedded || shell->array || o.function.file != file.id) continue;
      if (file.project.KindOf(file.id) != ProgramKind::kLibrary || !ExportedByName(m, o.function.function)) continue;
      report.At(a.node, Cat("`", o.what, "` of an exported function becomes part of a shell command; a caller's spaces, quotes "
                            "and semicolons are run"))
          .As(Severity::kWarn);
      told = true;
    }
    if (told || !shell->array || call.arg_count < 2) continue;
    const Argument& args = m.args[call.first_arg + 1];
    const Denoted d = file.Denote(args.value);
    const bool is_array = m[args.value].kind == ValueKind::kArray || d.type == "Array" ||
                          (call.arg_count >= 3 && !d.Is(Denoted::Kind::kObject));
    if (!is_array || ConstantArray(file, args) || Quoted(file, args)) continue;
    report.At(args.node, "with shell: true the arguments are joined with spaces, not quoted; the shell interprets them")
        .Help("leave out shell: true; on Windows name the .cmd file's program instead, or quote each argument")
        .As(Severity::kWarn);
  }
}

}  // namespace

RULE = {
    .summary = "a shell command is built from values others choose",
    .why = "A shell gives meaning to spaces, quotes, `;`, `$()` and more. Whoever chooses a part of the command can append "
           "commands of his own, which run with the rights of the process. With { shell: true } even an array of "
           "arguments is only joined with spaces (deprecated as DEP0190 from Node 24).",
    .fix = "Call execFile() or spawn() without a shell and pass arguments as an array, after '--' where the program knows "
           "it. If a shell must be, accept only values from a list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 78,
    .eslint = "security/detect-child-process",
    .check = Check,
};

}  // namespace looplint
