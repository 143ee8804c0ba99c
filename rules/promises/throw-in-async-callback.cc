// A throw inside a callback that Node calls later: the stack it was written in is gone.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The call that `function`, written as an argument on the spot, is handed to; kNone otherwise.
CallId HandedTo(const View& file, FunctionId function) {
  const NodeId node = file.model.functions[function].node;
  if (file.syntax[node].role != Role::kArgument) return kNone<CallId>;
  return file.model.CallAt(file.syntax.Parent(node));
}

// Does this call run the function after it has returned, with nobody around to catch?
bool RunsLater(const View& file, CallId id, FunctionId function, const Entry*& entry) {
  const Api* api = file.ApiOf(id);
  if (api == nullptr) return false;
  for (const Entry* e : file.EntriesBy(id)) {
    if (e->function != FunctionRef{file.id, function} || e->handler == nullptr) continue;
    entry = e;
    if (e->handler->when == When::kNow || e->handler->when == When::kMicrotask) return api->name == "global.queueMicrotask";
    const std::string_view module = file.PackageOf(*api);
    if (module != "global" && !file.knowledge.IsNodeBuiltin(module)) return false;  // frameworks catch what is thrown
    return e->context != Context::kExit && e->context != Context::kTest && e->context != Context::kLoad;
  }
  if (!api->handlers.empty()) return false;
  if (api->style != CallStyle::kErrorFirst && api->style != CallStyle::kCallback) return false;
  if (api->callback_when == When::kNow) return false;
  const Call& call = file.model.calls[id];
  return call.arg_count > 0 &&
         file.model.FunctionAt(file.model.args[call.first_arg + call.arg_count - 1].node) == function;
}

// setTimeout(() => { throw error }): thrown outside on purpose.
bool IsOnlyStatement(const Syntax& s, NodeId thrown) {
  const NodeId block = s.Parent(thrown);
  return s.KindOf(block) == Kind::kBlockStatement && IsFunction(s.KindOf(s.Parent(block))) &&
         Index(s.FirstChild(block)) == Index(thrown) && s[thrown].next == s[block].next;
}

// The function whose try block, and catch, this call stands in.
bool InTry(const View& file, NodeId node) { return CaughtHere(file.model, node); }

bool IsExecutor(const View& file, FunctionId function) {
  const CallId call = HandedTo(file, function);
  if (!Some(call) || file.model.calls[call].kind != CallKind::kNew) return false;
  const Api* api = file.ApiOf(call);
  return api != nullptr && api->is_class && api->returns == "Promise";
}

// throw e -> return reject(e), by the name that the executor gives to reject.
std::optional<Fix> RejectInstead(const View& file, FunctionId executor, NodeId thrown) {
  const FileModel& m = file.model;
  const Function& f = m.functions[executor];
  const NodeId value = file.syntax.FirstChild(thrown);
  if (f.param_count < 2 || !Some(value)) return std::nullopt;
  const NodeId parameter = file.syntax.FirstChild(m.params[f.first_param + 1].node);
  const NodeId name_node = Some(parameter) ? parameter : m.params[f.first_param + 1].node;
  const BindingId reject = m.BindingAt(name_node);
  if (!Some(reject)) return std::nullopt;
  const NameId name = m.bindings[reject].name;
  // Is that what it is called there?
  for (const BindingId other : Ids(m.bindings)) {
    if (other != reject && m.bindings[other].name == name) return std::nullopt;
  }
  const Span at = file.SpanOf(value);
  return Fix{
      .description = Cat("call ", file.Name(name), "() and return"),
      .edits = {{{file.SpanOf(thrown).start, at.start}, Cat("return ", file.Name(name), "(")}, {{at.end, at.end}, ")"}},
      .safe = false};
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const Flow& flow : file.model.flow) {
    if (flow.kind != FlowKind::kThrow || !Some(flow.function) || flow.function == kModuleFunction) continue;
    const FunctionId function = flow.function;
    const Function& f = file.model.functions[function];
    if (f.is_async || f.is_generator || CaughtHere(file.model, flow.node)) continue;
    const CallId id = HandedTo(file, function);
    if (!Some(id)) continue;
    const Entry* entry = nullptr;
    if (!RunsLater(file, id, function, entry)) continue;
    if (IsOnlyStatement(file.syntax, flow.node)) continue;
    const Call& call = file.model.calls[id];
    // Where would the author expect it to arrive?
    const bool in_try = InTry(file, call.node);
    FunctionId executor = kNone<FunctionId>;
    for (FunctionId g = f.parent; Some(g) && g != kModuleFunction; g = file.model.functions[g].parent) {
      if (IsExecutor(file, g)) {
        executor = g;
        break;
      }
      // Only through callbacks; a function with a name may be called from anywhere.
      if (!Some(HandedTo(file, g))) break;
    }
    const bool hot = file.project.KindOf(file.id) == ProgramKind::kServer && file.HotIn(function);
    if (!in_try && !Some(executor) && !hot) continue;
    std::string what = file.CalleeText(call);
    if (entry != nullptr && !entry->event.empty()) what = Cat("'", entry->event, "' listener");
    else what += " callback";
    std::string message = Cat("this throw leaves the ", what, " with nobody to catch it");
    if (Some(executor)) {
      message += "; it does not reject the promise";
    } else if (in_try) {
      message += "; the try around the call is over by then";
    }
    auto finding = report.At(flow.node, message);
    if (Some(executor)) {
      if (auto fix = RejectInstead(file, executor, flow.node)) finding.FixWith(*std::move(fix));
      finding.Help("call reject(error) and return");
    } else if (hot && !in_try) {
      const HotPath path = file.HotPathTo(function);
      finding.Via(path.steps).Help("answer with an error, or pass it on to next(error) or the callback");
    } else {
      finding.Help("hand the error to a callback, or await the promise form inside the try");
    }
  }
}

}  // namespace

RULE = {
    .summary = "a throw inside a callback that runs later",
    .why = "Node calls timers, listeners and error-first callbacks from the event loop, long after the try block or "
           "promise executor around them is done. What they throw is an uncaught exception: the process ends, with "
           "all requests in it, and the promise stays pending.",
    .fix = "Reject the promise, call the callback or next() with the error, or use the promise form of the API and "
           "await it inside the try.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 248,
    .check = Check,
};

}  // namespace looplint
