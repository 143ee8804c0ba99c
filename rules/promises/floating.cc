// A promise nobody looks at: the expression is a statement of its own, or what it is kept in is never read, and no
// handler is attached.
#include <algorithm>
#include <optional>

#include "analyzer/base/strings.h"
#include "analyzer/facts/declared_types.h"
#include "analyzer/facts/fates.h"
#include "rules/callbacks.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Walks a chain of .then() and the like to where the promise comes from. kNone when a handler for rejections stands
// in it.
CallId Origin(const View& file, CallId id) {
  for (int depth = 0; depth < 64; ++depth) {
    const Call& call = file.model.calls[id];
    const std::string_view method = file.Method(call);
    if (method != "then" && method != "catch" && method != "finally") return id;
    if (method == "catch" && call.arg_count > 0) return kNone<CallId>;
    if (method == "then" && call.arg_count > 1) return kNone<CallId>;
    const NodeId receiver = file.syntax.FirstChild(file.CalleeNode(call));
    const CallId inner = file.model.CallAt(receiver);
    if (!Some(inner)) return id;  // of a variable, or of import()
    id = inner;
  }
  return kNone<CallId>;
}

// Somebody who ends the process in the last step wants nothing after it.
bool EndsProcess(const View& file, const Call& call) {
  for (uint32_t i = 0; i < call.arg_count; ++i) {
    const NodeId argument = file.model.args[call.first_arg + i].node;
    if (file.Text(argument).find("process.exit") != std::string_view::npos) return true;
  }
  return false;
}

// A function among the arguments, or what is called like one.
bool TakesFunction(const View& file, const Call& call) {
  for (uint32_t i = 0; i < call.arg_count; ++i) {
    const Argument& a = file.model.args[call.first_arg + i];
    if (a.spread || Some(file.FunctionOf(a.value).function)) return true;
    const std::string_view text = file.Text(a.node);
    for (const std::string_view name : {"cb", "callback", "done", "next", "fn"}) {
      if (text == name) return true;
    }
  }
  return false;
}

// An argument that takes an error first, or a last one named like a function that does.
bool HasCallback(const View& file, const Call& call) {
  if (call.arg_count == 0) return false;
  const std::string_view last = file.Text(file.model.args[call.first_arg + call.arg_count - 1].node);
  for (const std::string_view name : {"cb", "callback", "done", "next"}) {
    if (last == name) return true;
  }
  for (uint32_t i = 0; i < call.arg_count; ++i) {
    const FunctionId f = file.model.FunctionAt(file.model.args[call.first_arg + i].node);
    if (!Some(f) || file.model.functions[f].param_count == 0) continue;
    const std::string_view first = file.Text(file.model.params[file.model.functions[f].first_param].node);
    if (first.starts_with("err") || first == "e" || first == "_err") return true;
  }
  return false;
}

// expect(() => save()).toThrow(), assert.throws(() => save()): it is called to see what it throws.
bool IsExpectedToThrow(const View& file, const Call& call) {
  const FunctionId f = call.function;
  const CallId taker = Some(f) && f != kModuleFunction ? HandedTo(file.model, f) : kNone<CallId>;
  if (!Some(taker)) return false;
  const std::string callee = file.CalleeText(file.model.calls[taker]);
  return callee == "expect" || callee == "throws" || callee.ends_with(".throws") || callee.ends_with("doesNotThrow");
}

// Promise.resolve(p).then(() => {}): says that nobody else handles it.
bool MakesItReported(const View& file, CallId last, CallId origin) {
  const Api* api = file.ApiOf(origin);
  if (last == origin || api == nullptr || api->name != "global.Promise.resolve") return false;
  const Argument* then = file.model.Arg(file.model.calls[last], 0);
  const FunctionId f = then == nullptr ? kNone<FunctionId> : file.model.FunctionAt(then->node);
  if (!Some(f)) return false;
  const NodeId body = file.syntax.Child(then->node, Role::kBody);
  return Some(body) && file.syntax.KindOf(body) == Kind::kBlockStatement && !Some(file.syntax.FirstChild(body));
}

// query.where(...) adds to a query that somebody holds, and may execute later.
bool AddsToHeldQuery(const View& file, CallId id) {
  for (int depth = 0; depth < 64; ++depth) {
    const ValueId receiver = file.Receiver(file.model.calls[id]);
    if (!Some(receiver)) return false;
    const CallId inner = file.model.CallAt(file.syntax.FirstChild(file.CalleeNode(file.model.calls[id])));
    const Api* api = file.ApiOf(id);
    if (!Some(inner)) return api != nullptr && !api->returns.empty() && file.Is(receiver, api->returns);
    id = inner;
  }
  return false;
}

// test('...', ...): the runner waits for it.
bool IsTest(const Api& api) {
  return std::any_of(api.handlers.begin(), api.handlers.end(),
                     [](const Handler& h) { return h.context == Context::kTest; });
}

// it('...', (done) => ...): the runner waits for the callback.
bool TellsWhenDone(const View& file, const Call& call) {
  for (FunctionId f = call.function; Some(f); f = file.model.functions[f].parent) {
    const Function& around = file.model.functions[f];
    // (t, done), with node:test
    if (around.param_count > 0 && around.param_count < 3 &&
        file.Text(file.model.params[around.first_param + around.param_count - 1].node).starts_with("done"))
      return true;
  }
  return false;
}

// const p = f(), this.p = f(), list.push(f())
bool IsKept(const View& file, const Call& call) {
  const NodeId around = file.syntax.Parent(call.node);
  // An element of what Promise.all() waits for, which is asked about as a whole.
  if (call.use == Use::kStored) {
    return file.syntax.KindOf(around) != Kind::kArrayExpression || file.syntax[around].role != Role::kArgument;
  }
  if (call.use != Use::kArgument) return false;
  const CallId puts = file.model.CallAt(around);
  if (!Some(puts)) return false;
  const std::string_view method = file.Method(file.model.calls[puts]);
  return method == "push" || method == "unshift" || method == "add" || method == "set";
}

// this.waiting.splice(i, 1) with `waiting: Promise<void>[]`: what is taken out is a promise.
void TakenOut(const View& file, Report& report) {
  if (file.file.language == Language::kJavaScript) return;
  const Syntax& s = file.syntax;
  for (const CallId id : file.MethodCalls({"splice", "shift", "pop"})) {
    const Call& call = file.model.calls[id];
    if (call.use != Use::kDropped || call.function == kModuleFunction) continue;
    // list.splice(0): empties it.
    const std::string_view method = file.Method(call);
    if (method == "splice" && call.arg_count < 2) continue;
    const NodeId list = s.FirstChild(file.CalleeNode(call));
    NodeId declared = kNone<NodeId>;
    if (s.KindOf(list) == Kind::kIdentifier && Some(file.model.BindingAt(list))) {
      declared = s.Parent(file.model.bindings[file.model.BindingAt(list)].node);
    } else if (s.KindOf(list) == Kind::kMemberExpression && s.KindOf(s.FirstChild(list)) == Kind::kThisExpression) {
      const ValueId self = file.model.ValueOf(s.FirstChild(list));
      if (!Some(self) || file.model[self].kind != ValueKind::kThis) continue;
      const ClassId owner = file.model.functions[static_cast<FunctionId>(file.model[self].a)].owner;
      if (!Some(owner)) continue;
      const Class& c = file.model.classes[owner];
      for (uint32_t i = 0; i < c.member_count; ++i) {
        const Member& field = file.model.members[c.first_member + i];
        if (Some(field.name) && file.Name(field.name) == file.Text(s.Child(list, Role::kProperty)))
          declared = field.node;
      }
    }
    const NodeId type = Some(declared) ? s.Child(declared, Role::kType) : kNone<NodeId>;
    if (!Some(type)) continue;
    std::string_view text = file.Text(type);
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(": ")));
    if (!(text.starts_with("Promise<") && text.ends_with(">[]")) && !text.starts_with("Array<Promise<")) continue;
    report
        .At(file.CalleeNode(call),
            Cat(method, "() takes promises out of ", file.Text(list), ", and nobody looks at them here"))
        .As(Severity::kInfo)
        .Help("handle them before, or keep something else in the list: what stands for the work");
  }
}

void Check(const View& file, Report& report) {
  const bool tests = file.file.role == FileRole::kTest;
  if (file.file.role != FileRole::kSource && !tests) return;
  if (!tests) TakenOut(file, report);
  const bool typed = file.file.language != Language::kJavaScript;
  std::optional<DeclaredTypes> types;  // made when something is asked
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    const bool kept = !tests && call.use != Use::kDropped && IsKept(file, call);
    if (call.use != Use::kDropped && !kept) continue;
    // At the top level a rejection ends the process with its stack, as a throw there would. Who writes types is told.
    const bool top = call.function == kModuleFunction;
    if (top && (kept || tests || !typed)) continue;
    const Api* api = file.ApiOf(id);
    if (api != nullptr && IsTest(*api)) continue;
    // What resolves with a value it is given has nothing to reject with.
    if (kept && api != nullptr && api->name == "global.Promise.resolve") continue;
    if (api != nullptr && api->lazy_thenable) {
      if (kept || AddsToHeldQuery(file, id)) continue;
      auto finding =
          report.At(file.CalleeNode(call), Cat(file.CalleeText(call), "() builds a query that is never executed"));
      finding.Help("await it, or call exec() on it");
      if (auto fix = AwaitFix(file, call.node, "await the query")) finding.FixWith(*std::move(fix));
      continue;
    }
    const CallId origin = Origin(file, id);
    if (!Some(origin)) continue;
    if ((tests && IsExpectedToThrow(file, call)) || MakesItReported(file, id, origin)) continue;
    const bool chained = origin != id;
    const Call& from = file.model.calls[origin];
    Outcome outcome = file.OutcomeOf(id);
    if (const FunctionRef f = file.TargetOf(id); Some(f.function) && outcome.fails >= Fails::kMaybe) {
      const Outcome rejects = file.facts.promises.OfPromise(file.project, file.facts.calls, f);
      if (rejects.fails < outcome.fails) outcome.fails = rejects.fails, outcome.site = rejects.site;
    }
    // Nothing of what is called is in sight, but its declaration.
    if (typed && outcome.returns == Returns::kNoPromise && !Some(file.TargetOf(origin).function) &&
        file.ApiOf(origin) == nullptr) {
      if (!types) types.emplace(file.project, file.facts.outside, file.id);
      const DeclaredTypes::Answer answer = types->ReturnsPromise(origin);
      if (answer == DeclaredTypes::Answer::kPromise) outcome = {Returns::kPromise, Fails::kMaybe, {}};
      if (answer == DeclaredTypes::Answer::kOrNothing) outcome = {Returns::kPromiseOrNothing, Fails::kMaybe, {}};
    }
    const std::string_view method = file.Method(from);
    if (method == "then" || method == "finally") {
      // The receiver is no call: a variable that holds a promise, or a field of which only some values are known.
      const Outcome held = file.PromiseAt(file.syntax.FirstChild(file.CalleeNode(from)));
      if (held.returns != Returns::kPromise || held.fails < Fails::kMaybe) continue;
    }
    if (outcome.returns < Returns::kPromiseOrNothing) continue;
    const bool safe = outcome.fails < Fails::kMaybe;
    if (safe && (kept || !typed)) continue;
    PromiseFate fate;
    if (kept) {
      if (outcome.returns != Returns::kPromise) continue;
      fate = FateOf(file.project, file.facts.calls, file.id, id);
      // A name that begins with an underscore says that nobody wants it.
      if (fate.fate != Fate::kForgotten || fate.kept.starts_with("_")) continue;
    }
    const FunctionRef target = file.TargetOf(origin);
    if (Some(target.function)) {
      // Given a callback, functions of both styles return no promise; async ones are made so by a wrapper.
      const Function& f = file.project[target.file].model.functions[target.function];
      const bool sure = f.is_async || DeclaredPromise(file.project[target.file], f.node);
      if (sure ? HasCallback(file, from) : TakesFunction(file, from)) continue;
    }
    bool exits = false;
    for (CallId c = id;;) {
      const Call& link = file.model.calls[c];
      exits |= EndsProcess(file, link);
      if (c == origin) break;
      c = file.model.CallAt(file.syntax.FirstChild(file.CalleeNode(link)));
    }
    if (exits) continue;
    std::string name = file.CalleeText(from);
    // import('./app.js').then(...): no variable gives it a name.
    if (const NodeId callee = file.CalleeNode(from); file.syntax.KindOf(callee) == Kind::kMemberExpression) {
      const NodeId of = file.syntax.FirstChild(callee);
      if (file.syntax.KindOf(of) == Kind::kCallExpression &&
          file.syntax.KindOf(file.syntax.FirstChild(of)) == Kind::kImport)
        name = "import()." + name;
    }
    if (file.syntax.KindOf(file.CalleeNode(from)) == Kind::kFunctionExpression ||
        file.syntax.KindOf(file.CalleeNode(from)) == Kind::kArrowFunctionExpression) {
      name = "this function";
    } else if (file.syntax.KindOf(file.CalleeNode(from)) != Kind::kIdentifier || name.find(' ') == std::string::npos) {
      name += "()";
    }
    Span at = file.SpanOf(file.CalleeNode(from));
    if (name == "this function" && file.Text(at).starts_with("async")) at.end = at.start + 5;
    if (kept) {
      std::vector<Step> steps;
      if (outcome.fails == Fails::kSite && Some(outcome.site.file))
        steps.push_back({outcome.site, "rejects with what is thrown here"});
      auto finding =
          report.At(at, Cat("the promise of ", name, " is kept in ", fate.kept,
                            ", which nothing reads: nobody waits for it, and a rejection ", file.RejectionEnds()));
      if (outcome.fails != Fails::kSite) finding.As(Severity::kWarn);
      finding.Via(std::move(steps), "can fail at")
          .Help(Cat("await what is in ", fate.kept, ", or end the call with .catch(...)"));
    } else if (top || safe) {
      if (tests && (outcome.returns != Returns::kPromise || TellsWhenDone(file, call))) continue;
      auto finding = report.At(at, Cat("the promise of ", name,
                                       safe ? " is dropped: it does not reject, and what follows does not wait for it"
                                            : " is dropped at the top level: a rejection ",
                                       safe ? "" : file.RejectionEnds()));
      finding.As(Severity::kInfo)
          .Help(top ? "end it with .catch(...) that says what a failure means"
                    : "await it, or write void before it where that is meant");
    } else if (tests) {
      // What a test must not do without is a promise on every way; functions made to fail are what it is about.
      if (outcome.returns != Returns::kPromise || TellsWhenDone(file, call)) continue;
      auto finding =
          report.At(at, Cat("the promise of ", name,
                            " is dropped; the test does not wait for it, and its failure is not the test's"));
      finding.As(Severity::kInfo).Help("await it, or return it to the test runner");
      if (auto fix = AwaitFix(file, call.node, "await it here")) finding.FixWith(*std::move(fix));
    } else if (outcome.fails == Fails::kSite) {
      auto finding =
          report.At(at, Cat("the promise of ", name, " is dropped, and it can reject, which nothing handles"));
      if (Some(outcome.site.file)) finding.Via({{outcome.site, "rejects with what is thrown here"}}, "can fail at");
      finding.Help(chained ? "end the chain with .catch(...)" : "await it, or end it with .catch(...)");
      if (auto fix = AwaitFix(file, call.node, "await it here")) finding.FixWith(*std::move(fix));
    } else {
      auto finding = report.At(at, Cat("the promise of ", name, " is dropped; a rejection ", file.RejectionEnds()));
      finding.As(Severity::kWarn)
          .Help(chained ? "end the chain with .catch(...)" : "await it, or end it with .catch(...)");
      if (auto fix = AwaitFix(file, call.node, "await it here")) finding.FixWith(*std::move(fix));
    }
  }
}

}  // namespace

RULE = {
    .summary = "a promise that nobody awaits or handles",
    .why =
        "When it rejects, Node raises unhandledRejection and, since version 15, ends the process with exit code "
        "1. No try/catch around the call sees the error, and the code after it runs before the work is done.",
    .fix =
        "Await the promise, return it, or end it with .catch(...) that says what a failure means here. Write "
        "`void promise` when it is known never to reject.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 755,
    .eslint = "@typescript-eslint/no-floating-promises promise/catch-or-return",
    .check = Check,
};

}  // namespace looplint
