// a.pipe(b) connects data, not errors: each stream still needs its own listener, and a reader that goes away leaves the
// source open.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/facts/object_use.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The call that made the stream `node` is: fs.createReadStream(p), also through a constant and chained listeners.
struct Stage {
  CallId made{kNoneIndex};
  std::string_view type;
  const Api* api = nullptr;
};

Stage StageOf(const View& file, ValueId value) {
  const FileModel& m = file.model;
  Stage out;
  for (int i = 0; i < 24 && Some(value); ++i) {
    const Value& v = m[value];
    if (v.kind == ValueKind::kBinding) {
      value = m.bindings[static_cast<BindingId>(v.a)].value;
      continue;
    }
    if (v.kind != ValueKind::kCall) return out;
    const CallId id = static_cast<CallId>(v.a);
    const Api* api = file.ApiOf(id);
    if (api == nullptr) return out;
    if (api->returns == "this") {
      value = file.Receiver(m.calls[id]);
      continue;
    }
    out.made = id;
    out.api = api;
    out.type = file.TypeOf(value);
    return out;
  }
  return out;
}

bool Fatal(const View& file, std::string_view type) {
  const Event* e = type.empty() ? nullptr : file.knowledge.FindEvent(type, "error");
  return e != nullptr && e->fatal;
}

bool IsPipe(const View& file, CallId id) {
  return file.Method(file.model.calls[id]) == "pipe" && file.model.calls[id].arg_count >= 1;
}

// What brings `pipeline` of node:stream into the file: nothing, a declaration at its top, or nullopt where neither is
// sure to mean the same.
std::optional<std::vector<Edit>> Pipeline(const View& file) {
  const FileModel& m = file.model;
  bool imported = false, taken = false;
  for (const BindingId b : Ids(m.bindings)) {
    if (file.Name(m.bindings[b].name) != "pipeline") continue;
    const Denoted d = file.Denote(m.bindings[b].value);
    (d.api != nullptr && d.api->name == "stream.pipeline" ? imported : taken) = true;
  }
  if (taken) return std::nullopt;
  if (imported) return std::vector<Edit>();
  // Beside the first of its kind that is there.
  for (const NodeId c : file.syntax.ChildrenOf(NodeId{0})) {
    const uint32_t start = file.SpanOf(c).start;
    if (file.syntax.KindOf(c) == Kind::kImportDeclaration)
      return std::vector<Edit>{{{start, start}, "import { pipeline } from 'node:stream';\n"}};
    if (file.syntax.KindOf(c) == Kind::kVariableDeclaration && file.Text(c).find("require(") != std::string_view::npos)
      return std::vector<Edit>{{{start, start}, "const { pipeline } = require('node:stream');\n"}};
  }
  return std::nullopt;
}

// a.pipe(b).pipe(c) as a statement: pipeline(a, b, c, (error) => ...).
std::optional<Fix> PipelineFix(const View& file, const Call& last, const std::vector<NodeId>& stages) {
  if (!Some(StatementOf(file, last.node))) return std::nullopt;
  const Span whole = file.SpanOf(last.node);
  std::string text = "pipeline(";
  uint32_t at = whole.start;
  for (const NodeId stage : stages) {
    const Kind kind = file.syntax.KindOf(stage);
    if (kind != Kind::kIdentifier && kind != Kind::kMemberExpression && kind != Kind::kCallExpression &&
        kind != Kind::kNewExpression)
      return std::nullopt;
    const Span span = file.SpanOf(stage);
    // What is between them is ".pipe(" and blanks: options and comments would be lost.
    for (const char c : file.Text(Span{at, span.start})) {
      if (std::string_view(".pipe() \t\r\n").find(c) == std::string_view::npos) return std::nullopt;
    }
    text += Cat(file.Text(stage), ", ");
    at = span.end;
  }
  if (file.Text(Span{at, whole.end}).find_first_not_of(") \t\r\n") != std::string_view::npos) return std::nullopt;
  std::optional<std::vector<Edit>> edits = Pipeline(file);
  if (!edits) return std::nullopt;
  const std::string_view indent = IndentationAt(file, whole.start);
  edits->push_back({whole, Cat(text, "(error) => {\n", indent, "  if (error) console.error(error);\n", indent, "})")});
  return Fix{.description = "join them by pipeline()", .edits = *std::move(edits), .safe = false};
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const CallId id : file.MethodCalls({"pipe"})) {
    if (!IsPipe(file, id)) continue;
    // Only the last pipe() of a chain speaks for it.
    const NodeId up = s.Parent(m.calls[id].node);
    if (s.KindOf(up) == Kind::kMemberExpression) {
      const CallId next = m.CallAt(s.Parent(up));
      if (Some(next) && IsPipe(file, next)) continue;
    }
    // The stages: source first.
    std::vector<NodeId> stages;
    CallId first = id;
    for (CallId c = id;;) {
      stages.push_back(m.args[m.calls[c].first_arg].node);
      first = c;
      const NodeId object = s.FirstChild(file.CalleeNode(m.calls[c]));
      if (!Some(object)) break;
      const CallId before = m.CallAt(object);
      if (Some(before) && IsPipe(file, before)) {
        c = before;
        continue;
      }
      stages.push_back(object);
      break;
    }
    std::reverse(stages.begin(), stages.end());
    if (stages.size() < 2 || !file.Is(m.ValueOf(stages[0]), "stream.Readable")) continue;
    const NodeId at = s.Child(file.CalleeNode(m.calls[first]), Role::kProperty);
    if (!Some(at)) continue;

    bool told = false;
    for (size_t i = 0; i < stages.size() && !told; ++i) {
      const Stage stage = StageOf(file, m.ValueOf(stages[i]));
      if (stage.api == nullptr || !Fatal(file, stage.type)) continue;
      const Call& made = m.calls[stage.made];
      // A bare Transform fails only if its own code says so.
      if (stage.api->is_class && stage.api->acquires.empty()) continue;
      // Chained after the last pipe(): .pipe(b).on('error', ...) listens to b.
      if (i + 1 == stages.size()) {
        bool listens = false;
        NodeId n = m.calls[id].node;
        while (s.KindOf(s.Parent(n)) == Kind::kMemberExpression) {
          const CallId next = m.CallAt(s.Parent(s.Parent(n)));
          if (!Some(next)) break;
          const Argument* event = m.Arg(m.calls[next], 0);
          if (event != nullptr && file.ConstantString(event->value).value_or("error") == "error") listens = true;
          n = m.calls[next].node;
        }
        // Kept or handed on: others may listen to the last stream.
        const Use use = UseOf(s, n);
        if (listens || (use != Use::kDropped && use != Use::kVoided)) continue;
      } else if (i > 0 && s.KindOf(s.Parent(stages[i])) != Kind::kCallExpression) {
        continue;
      }
      const ObjectUse use = UsesOf(file.project, file.facts.calls, file.id, made.node);
      if (MayListen(file.project, file.facts.calls, use, "error")) continue;
      const std::string which = std::string(stage.api->name);
      auto finding = report.At(at, Cat("pipe() forwards no errors, and what ", which, "() returns has no 'error' listener; a failure ends "
                        "the process"))
          .Via({{{file.id, file.SpanOf(file.CalleeNode(made))}, Cat("made by ", which, "()")}}, "source")
          .As(stage.api->acquires.empty() ? Severity::kWarn : Severity::kError);
      if (auto fix = PipelineFix(file, m.calls[id], stages)) finding.FixWith(*std::move(fix));
      told = true;
    }
    if (told) continue;
    // A file sent to a client that goes away stays open, unless somebody closes it.
    const Stage source = StageOf(file, m.ValueOf(stages[0]));
    if (source.api == nullptr || source.api->acquires != "fd") continue;
    const std::string_view target = file.TypeOf(m.ValueOf(stages.back()));
    if (!file.knowledge.Is(target, "http.ServerResponse") && !file.knowledge.Is(target, "net.Socket")) continue;
    const ObjectUse use = UsesOf(file.project, file.facts.calls, file.id, m.calls[source.made].node);
    if (use.escapes || use.Calls("destroy") || use.Calls("close") || use.iterated) continue;
    const bool handed = std::any_of(use.handed.begin(), use.handed.end(), [&](const ObjectUse::Handed& h) {
      return !file.facts.calls.TargetOf(h.call.file, h.call.call).api->name.starts_with("global.console.");
    });
    if (handed) continue;
    auto finding = report.At(
        at, "pipe() leaves the file open when the client goes away before the end; each such request leaks a descriptor");
    if (auto fix = PipelineFix(file, m.calls[id], stages)) finding.FixWith(*std::move(fix));
  }
}

}  // namespace

RULE = {
    .summary = "streams are joined by pipe() without handling the failure of each",
    .why = "pipe() passes data on, but neither errors nor closing. A source or target without an 'error' listener ends the "
           "process when a file is missing or a disk is full; and when the reader closes early, the source is never "
           "destroyed, so its descriptor stays open.",
    .fix = "Use pipeline(source, ..., target) from node:stream/promises: it handles the errors of all streams and destroys "
           "them together.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 772,
    .check = Check,
};

}  // namespace looplint
