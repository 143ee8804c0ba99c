// Text that others choose becomes part of a command for a shell.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/flow.h"

namespace looplint {
namespace {

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

// A sink that joins program and arguments because of { shell: true }.
bool JoinsArguments(const View& file, const Call& call, const Api& api) {
  for (const Sink& sink : api.sinks) {
    if (sink.kind != "shell" || sink.first_arg < 0 || sink.when_option.empty()) continue;
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const auto option = file.OptionOf(file.model.args[call.first_arg + i], sink.when_option);
      // Only what is surely on: { shell: isWindows } is a matter of where it runs.
      if (option && file.Truthiness(*option).value_or(false)) return true;
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  const FileModel& m = file.model;
  std::vector<CallId> told;
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "shell" || std::find(told.begin(), told.end(), flow.call) != told.end()) continue;
    // A library's caller passes file names and the like; a function that takes a whole command says so.
    if (flow.trust == Trust::kLibrary && !flow.embedded) continue;
    told.push_back(flow.call);
    ReportFlow(flow, "becomes part of a shell command", "", report);
  }
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : file.KnownCalls()) {
    const Call& call = m.calls[id];
    const Api* api = file.ApiOf(id);
    if (api->sinks.empty() || call.arg_count < 2 || !JoinsArguments(file, call, *api)) continue;
    if (std::find(told.begin(), told.end(), id) != told.end()) continue;
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
    .why =
        "A shell gives meaning to spaces, quotes, `;`, `$()` and more. Whoever chooses a part of the command can "
        "append "
        "commands of his own, which run with the rights of the process. With { shell: true } even an array of "
        "arguments is only joined with spaces (deprecated as DEP0190 from Node 24).",
    .fix =
        "Call execFile() or spawn() without a shell and pass arguments as an array, after '--' where the program knows "
        "it. If a shell must be, accept only values from a list.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 78,
    .eslint = "security/detect-child-process",
    .check = Check,
};

}  // namespace looplint
