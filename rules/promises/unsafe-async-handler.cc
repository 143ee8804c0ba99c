// An async request handler on a framework version that drops the promise handlers return.
#include <algorithm>
#include <optional>
#include <vector>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

constexpr size_t kListed = 12;  // routes told beside the first

// if (wraps) handler = wrap(handler); app.get('/', handler): what is registered is wrapped, at times at least.
bool WrappedAtTimes(const FileModel& m, const Call& call) {
  const auto takes = [&](ValueId made, const Value& it) {
    if (!Some(made) || m.values[made].kind != ValueKind::kCall) return false;
    const Call& wrapper = m.calls[static_cast<CallId>(m.values[made].a)];
    for (uint32_t i = 0; i < wrapper.arg_count; ++i) {
      const Value& given = m.values[m.args[wrapper.first_arg + i].value];
      if (given.kind == it.kind && given.a == it.a) return true;
    }
    return false;
  };
  for (uint32_t i = 0; i < call.arg_count; ++i) {
    const Value* x = &m.values[m.args[call.first_arg + i].value];
    for (int step = 0; step < 4 && x->kind == ValueKind::kBinding; ++step) {
      const BindingId b = static_cast<BindingId>(x->a);
      for (const Assignment& a : m.AssignmentsOf(b)) {
        if (takes(a.value, *x)) return true;
      }
      if (!Some(m.bindings[b].value)) break;
      x = &m.values[m.bindings[b].value];
    }
    // wraps ? wrap(handler) : handler
    if (x->kind != ValueKind::kEither) continue;
    const ValueId a = static_cast<ValueId>(x->a), b = static_cast<ValueId>(x->b);
    if (takes(a, m.values[b]) || takes(b, m.values[a])) return true;
  }
  return false;
}

// Is the promise of what `e` registers ignored there? What a wrapper does with it is its own affair; it exists to
// catch.
bool Ignored(const View& file, const Entry& e) {
  if (e.wrapped || e.context != Context::kRequest || e.handler == nullptr || !Some(e.by.call)) return false;
  const FileModel& m = file.project[e.by.file].model;
  return file.AsyncErrorsOf(e) == AsyncErrors::kUnhandled && !WrappedAtTimes(m, m.calls[e.by.call]);
}

// Where else the same function is registered in the same package, in order; nullopt when it is told there.
std::optional<std::vector<CallRef>> Elsewhere(const View& file, const Entry& entry) {
  std::vector<CallRef> out;
  for (const Entry& e : file.facts.calls.EntriesOf(entry.function)) {
    if (e.by == entry.by || !Some(e.by.call)) continue;
    const File& there = file.project[e.by.file];
    if (there.role != FileRole::kSource || there.manifest != file.file.manifest || !Ignored(file, e)) continue;
    if (std::ranges::find(out, e.by) != out.end()) continue;
    const std::vector<const Entry*> own = file.facts.calls.EntriesBy(e.by);
    if (std::ranges::find(own, &e) == own.end()) continue;
    const bool before = e.by.file != entry.by.file ? e.by.file < entry.by.file : e.by.call < entry.by.call;
    if (before) return std::nullopt;
    out.push_back(e.by);
  }
  return out;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  // These patch the router to look at the promise.
  if (file.DependsOnAny({"express-async-errors", "@awaitjs/express", "express-promise-router", "express-async-router"}))
    return;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->handlers.empty()) continue;
    const std::string_view package = file.PackageOf(*api);
    if (package == "global" || file.knowledge.IsNodeBuiltin(package)) continue;
    for (const Entry* e : file.EntriesBy(id)) {
      if (!Ignored(file, *e)) continue;
      const Outcome outcome = file.OutcomeOf(e->function);
      const Function& f = file.project[e->function.file].model.functions[e->function.function];
      if (f.is_generator || outcome.returns != Returns::kPromise || outcome.fails < Fails::kMaybe) continue;
      // One finding for a function, at the first route it is used at.
      const std::optional<std::vector<CallRef>> others = Elsewhere(file, *e);
      if (!others) continue;
      Span at = file.SpanOf(file.CalleeNode(call));
      for (uint32_t i = 0; i < call.arg_count; ++i) {
        const Argument& a = file.model.args[call.first_arg + i];
        if (file.FunctionOf(a.value) != e->function) continue;
        if (!Some(file.model.FunctionAt(a.node))) {
          at = file.SpanOf(a.node);
        } else if (file.Text(a.node).starts_with("async")) {
          at = file.SpanOf(a.node);
          at.end = at.start + 5;
        }
      }
      auto finding = report.At(at, Cat(package, " ", file.DependencyRange(package),
                                       " ignores the promise of this async handler; a rejection leaves the request "
                                       "without an answer and ",
                                       file.RejectionEnds()));
      std::vector<Step> steps;
      if (outcome.fails == Fails::kSite && Some(outcome.site.file))
        steps.push_back({outcome.site, "rejects with what is thrown here"});
      for (const CallRef other : *others) {
        if (steps.size() > kListed) break;
        const FileModel& m = file.project[other.file].model;
        const Node& route = m.syntax[m.calls[other.call].node];
        steps.push_back({{other.file, {route.start, route.end}}, "the same handler, used here as well"});
      }
      if (!steps.empty()) finding.Via(std::move(steps), others->empty() ? "can fail at" : "see also");
      finding.Help(
          "pass errors on: try { ... } catch (error) { next(error) }, or wrap the handler once for all routes");
    }
  }
}

}  // namespace

RULE = {
    .summary = "an async handler on a framework version that ignores its promise",
    .why =
        "Express before 5, connect, polka and restify before 9 call the handler and drop what it returns. When it "
        "rejects, next() is never called: the client waits until it gives up, and Node ends the whole process "
        "for the unhandled rejection, with all other requests in it.",
    .fix =
        "Catch inside the handler and call next(error), wrap handlers with a function that does, or upgrade to a "
        "version that awaits them (Express 5, restify 9).",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 248,
    .eslint = "@typescript-eslint/no-misused-promises",
    .check = Check,
};

}  // namespace looplint
