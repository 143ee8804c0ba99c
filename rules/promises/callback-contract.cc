// An error-first callback that one way through a function calls twice: mostly a forgotten return.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/paths.h"
#include "rules/callbacks.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Is it called with an error first: null where there is none, in one call at least, and with something in another?
bool ErrorFirst(const View& file, BindingId callback) {
  const FileModel& m = file.model;
  bool none = false, error = false;
  for (const NodeId n : file.References(callback)) {
    const NodeId p = file.syntax.Parent(n);
    const CallId id =
        file.syntax.KindOf(p) == Kind::kCallExpression && file.syntax.FirstChild(p) == n ? m.CallAt(p) : kNone<CallId>;
    if (!Some(id)) continue;
    const Call& call = m.calls[id];
    if (call.arg_count == 0) {
      none = true;
      continue;
    }
    const Argument& first = m.args[call.first_arg];
    const Kind kind = file.syntax.KindOf(first.node);
    if (kind == Kind::kNullLiteral || file.Text(first.node) == "undefined") {
      none = true;
    } else if (kind == Kind::kNewExpression || kind == Kind::kIdentifier) {
      // draw(), draw(space): by its name, this is no error.
      const std::string_view what = file.Text(first.node);
      error |= what == "e" || what == "er" || what == "ex" || what == "x" ||
               what.find("rr") != std::string_view::npos || what.find("xception") != std::string_view::npos;
    } else {
      return false;
    }
  }
  return none && error;
}

// A method of a class of Node's, or of the options for one: streams/stream-implementation knows more of those.
bool IsHook(const View& file, const Function& function) {
  const Syntax& s = file.syntax;
  const auto stream = [&](const Denoted& d) {
    return d.Is(Denoted::Kind::kApi) && d.api != nullptr && d.api->is_class &&
           file.knowledge.Is(d.api->returns.empty() ? d.api->name : d.api->returns, "stream.Stream");
  };
  if (Some(function.owner) && Some(file.model.classes[function.owner].super)) {
    return stream(file.Denote(file.model.classes[function.owner].super));
  }
  NodeId object = s.Parent(function.node);
  if (s.KindOf(object) == Kind::kProperty) object = s.Parent(object);
  if (s.KindOf(object) != Kind::kObjectExpression || s[object].role != Role::kArgument) return false;
  const CallId made = file.model.CallAt(s.Parent(object));
  const Api* api = Some(made) ? file.ApiOf(made) : nullptr;
  return api != nullptr && api->is_class &&
         file.knowledge.Is(api->returns.empty() ? api->name : api->returns, "stream.Stream");
}

bool InHandler(const Syntax& s, NodeId node) {
  while (Index(node) != 0 && !IsFunction(s.KindOf(node)) && s.KindOf(node) != Kind::kCatchClause) node = s.Parent(node);
  return s.KindOf(node) == Kind::kCatchClause;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const FunctionId f : Ids(m.functions)) {
    const Function& function = m.functions[f];
    if (f == kModuleFunction || function.param_count == 0) continue;
    const BindingId callback = ParamOf(m, f, function.param_count - 1);
    if (!Some(callback) || m.bindings[callback].writes != 0 || !ErrorFirst(file, callback)) continue;
    if (IsHook(file, function)) continue;
    const CallbackCalls calls(m, file.file.text, {callback});
    // The function itself, and those inside that call it.
    std::vector<FunctionId> through;
    for (const NodeId n : calls.named()) {
      const FunctionId in = m.FunctionOf(n);
      if (Some(in) && std::ranges::find(through, in) == through.end()) through.push_back(in);
    }
    for (const FunctionId in : through) {
      const auto paths = PathsThrough(
          m, file.file.text, in,
          [&](NodeId n) {
            if (const CallId c = s.KindOf(n) == Kind::kCallExpression ? m.CallAt(n) : kNone<CallId>; Some(c)) {
              const Api* api = file.ApiOf(c);
              if (api != nullptr && api->ends_process) return Act::kLeaves;
            }
            return calls(n);
          },
          {file.Name(m.bindings[callback].name)});
      if (!paths) continue;
      // A way that goes straight on says more than one where the first call has to throw.
      std::vector<Path> ways(paths->begin(), paths->end());
      std::ranges::stable_partition(ways, [&](const Path& p) { return p.times < 2 || !InHandler(s, p.second); });
      for (const Path& p : ways) {
        if (p.times < 2) continue;
        // In one loop: it tells of one thing after the other.
        NodeId loop = EnclosingLoop(m, p.second);
        while (Some(loop) && !s.Contains(loop, p.first)) loop = EnclosingLoop(m, loop);
        if (Some(loop)) continue;
        const std::string name(file.Name(m.bindings[callback].name));
        auto finding = report.At(p.second, Cat(name, "() was called already on this way; this is the second time"));
        finding.Via({{{file.id, file.SpanOf(p.first)}, "called here, and the function goes on"}}, "the first time")
            .Help(Cat("return after ", name, "()"));
        const NodeId statement = StatementOf(file, p.first);
        if (Some(statement)) {
          const uint32_t start = s[statement].start;
          finding.FixWith({.description = Cat("return after the first ", name, "()"),
                           .edits = {{{start, start}, "return "}},
                           .safe = false});
        }
        break;
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "an error-first callback is called twice",
    .why =
        "Whoever passes a callback counts on one answer. Called twice, what follows runs twice: a response is sent "
        "again and fails with ERR_HTTP_HEADERS_SENT, a counter of open jobs falls below zero, a record is written "
        "again; and the second call often says the opposite of the first. Mostly the call in the error branch "
        "lacks a return.",
    .fix = "Return after calling the callback, or put the rest into else.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 675,
    .check = Check,
};

}  // namespace looplint
