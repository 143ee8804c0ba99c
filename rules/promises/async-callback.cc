// An async function handed to something of Node that drops the promise it returns.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Methods of the language's containers have a rule of their own: promises/async-array-callback.
bool IsContainerMethod(const Api& api) {
  const size_t hash = api.name.find('#');
  return hash != std::string::npos && api.name.find('.') == std::string::npos &&
         api.name.compare(0, hash, "Promise") != 0;
}

// Frameworks, told by not being Node's own, have promises/unsafe-async-handler.
bool IsNodes(const View& file, const Api& api) {
  const std::string_view module = file.PackageOf(api);
  return module == "global" || module == api.name || file.knowledge.IsNodeBuiltin(module);
}

// Emitters made with captureRejections turn a listener's rejection into an 'error' event. Where one is made is often
// another file than where it is listened to; mentioning the option nearby is taken as using it.
bool CapturesRejections(const View& file) {
  constexpr std::string_view kOption = "captureRejections";
  if (file.file.text.find(kOption) != std::string::npos) return true;
  for (const FileId f : file.file.imports) {
    if (Some(f) && file.project[f].text.find(kOption) != std::string::npos) return true;
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    if (api == nullptr) continue;
    struct Callback {
      NodeId node = kNone<NodeId>;
      FunctionRef function;
      const Entry* entry = nullptr;
    };
    std::vector<Callback> callbacks;
    if (!api->handlers.empty()) {
      const bool read = !api->from.empty();  // in node_modules: what it does with the promise was seen
      if ((!IsNodes(file, *api) && !read) || IsContainerMethod(*api)) continue;
      for (const Entry* e : file.EntriesBy(id)) {
        if (read && e->context == Context::kRequest) continue;
        if (e->wrapped || file.AsyncErrorsOf(*e) != AsyncErrors::kUnhandled) continue;
        // The process is on its way out, or in the hands of its last resort.
        if (e->context == Context::kExit || e->context == Context::kTest) continue;
        // server.listen(port, async () => ...): a start that fails may end the process.
        if (api->name.ends_with("#listen")) continue;
        Callback c{kNone<NodeId>, e->function, e};
        for (uint32_t i = 0; i < call.arg_count; ++i) {
          const Argument& a = file.model.args[call.first_arg + i];
          if (file.FunctionOf(a.value) == e->function) c.node = a.node;
        }
        callbacks.push_back(c);
      }
    } else if ((api->style == CallStyle::kErrorFirst || api->style == CallStyle::kCallback) && call.arg_count > 0) {
      const Argument& last = file.model.args[call.first_arg + call.arg_count - 1];
      if (last.spread || api->callback_when == When::kNow) continue;
      if (const FunctionRef f = file.FunctionOf(last.value); Some(f.function))
        callbacks.push_back({last.node, f, nullptr});
    }
    std::vector<Span> told;  // one finding for a place, whatever it may hold
    for (const Callback& c : callbacks) {
      const Outcome outcome = file.OutcomeOf(c.function);
      const Function& f = file.project[c.function.file].model.functions[c.function.function];
      const bool executor = api->is_class && api->returns == "Promise";
      const bool caught = outcome.fails < Fails::kMaybe;
      if (f.is_generator || outcome.returns != Returns::kPromise || (caught && !executor)) continue;
      // (resolve) => save().then(resolve): the promise returned by a plain executor is often the chain itself.
      if (executor && !f.is_async) continue;
      const bool listener = c.entry != nullptr && c.entry->handler->event_arg >= 0;
      const bool request = c.entry != nullptr && c.entry->context == Context::kRequest;
      if ((listener || request) && CapturesRejections(file)) continue;
      // The word `async` of a function written on the spot, else what was called.
      Span at = file.SpanOf(file.CalleeNode(call));
      if (Some(c.node)) {
        const std::string_view text = file.Text(c.node);
        at = file.SpanOf(c.node);
        if (Some(file.model.FunctionAt(c.node))) {
          if (text.starts_with("async")) {
            at.end = at.start + 5;
          } else {
            at = file.SpanOf(file.CalleeNode(call));
          }
        }
      }
      if (std::ranges::find(told, at) != told.end()) continue;
      told.push_back(at);
      std::string message;
      if (executor && caught) {
        message =
            "the Promise constructor ignores the promise of its async executor; only what is caught in it can reject "
            "the new promise";
      } else if (executor) {
        message =
            "the Promise constructor ignores the promise of its async executor; what it throws never rejects the new "
            "promise";
      } else if (listener) {
        const std::string event = c.entry->event.empty() ? std::string() : Cat(" of '", c.entry->event, "'");
        message = Cat("the emitter ignores the promise of this async listener", event, "; a rejection ",
                      file.RejectionEnds());
      } else if (request) {
        message = Cat(file.CalleeText(call), " ignores the promise of this async handler; a rejection ",
                      file.RejectionEnds(), " and leaves the request without an answer");
      } else {
        const std::string where = api->from.empty() ? std::string() : Cat(" (", api->from, ")");
        message = Cat(file.CalleeText(call), where, " ignores the promise of this async callback; a rejection ",
                      file.RejectionEnds());
      }
      auto finding = report.At(at, message);
      if (caught) {
        finding.As(Severity::kInfo);
      } else if (!executor && !listener && !request) {
        finding.As(Severity::kWarn);
      }
      if (outcome.fails == Fails::kSite && Some(outcome.site.file)) {
        finding.Via({{outcome.site, "rejects with what is thrown here"}}, "can fail at");
      }
      if (executor) {
        finding.Help("do the asynchronous work before `new Promise`, or in a function of its own that is awaited");
      } else if (api->name.ends_with("setInterval")) {
        finding.Help("put try/catch around the body; runs may also overlap, so start the next one when one is done");
      } else if (listener) {
        finding.Help("put try/catch around the body, or create the emitter with { captureRejections: true }");
      } else {
        finding.Help("put try/catch around the whole body");
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "an async function is given to something that ignores its promise",
    .why =
        "Emitters, timers, http servers, error-first callbacks and the Promise constructor call the function and "
        "drop what it returns. A rejection then reaches no try/catch, no 'error' listener and no .catch: Node "
        "raises unhandledRejection and ends the process.",
    .fix =
        "Catch inside the function: wrap its whole body in try/catch, or pass a plain function that calls the "
        "async one and ends with .catch(...).",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 248,
    .eslint = "@typescript-eslint/no-misused-promises no-async-promise-executor",
    .check = Check,
};

}  // namespace looplint
