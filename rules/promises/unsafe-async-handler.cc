// An async request handler on a framework version that drops the promise handlers return.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  // These patch the router to look at the promise.
  if (file.DependsOnAny({"express-async-errors", "@awaitjs/express", "express-promise-router", "express-async-router"})) return;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (api == nullptr || api->handlers.empty()) continue;
    const std::string_view package = std::string_view(api->name).substr(0, api->name.find_first_of(".#"));
    if (package == "global" || file.knowledge.IsNodeBuiltin(package)) continue;
    for (const Entry* e : file.EntriesBy(id)) {
      // What a wrapper does with the promise is its own affair; it exists to catch.
      if (e->wrapped || e->context != Context::kRequest || e->handler == nullptr) continue;
      if (file.AsyncErrorsOf(*e) != AsyncErrors::kUnhandled) continue;
      const Outcome outcome = file.OutcomeOf(e->function);
      const Function& f = file.project[e->function.file].model.functions[e->function.function];
      if (f.is_generator || outcome.returns != Returns::kPromise || outcome.fails < Fails::kMaybe) continue;
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
                                       "without an answer and ends the process"));
      if (outcome.fails == Fails::kSite && Some(outcome.site.file)) {
        finding.Via({{outcome.site, "rejects with what is thrown here"}}, "can fail at");
      }
      finding.Help("pass errors on: try { ... } catch (error) { next(error) }, or wrap the handler once for all routes");
    }
  }
}

}  // namespace

RULE = {
    .summary = "an async handler on a framework version that ignores its promise",
    .why = "Express before 5, connect, polka and restify before 9 call the handler and drop what it returns. When it "
           "rejects, next() is never called: the client waits until it gives up, and Node ends the whole process "
           "for the unhandled rejection, with all other requests in it.",
    .fix = "Catch inside the handler and call next(error), wrap handlers with a function that does, or upgrade to a "
           "version that awaits them (Express 5, restify 9).",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 248,
    .eslint = "@typescript-eslint/no-misused-promises",
    .check = Check,
};

}  // namespace looplint
