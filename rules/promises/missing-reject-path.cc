// A promise that stays pending: on one way through its executor, or through the one callback that settles it, neither
// resolve nor reject is called; the callback's error is not looked at; or the stream it waits for can fail and only its
// success is heard.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/object_use.h"
#include "analyzer/facts/paths.h"
#include "rules/callbacks.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool IsLast(const FileModel& m, const Call& call, NodeId node) {
  return call.arg_count > 0 && m.args[call.first_arg + call.arg_count - 1].node == node;
}

// Named like an error, in first place: what Node's convention asks of callbacks.
bool NamedError(const View& file, BindingId b) {
  if (!Some(b)) return false;
  const std::string_view name = file.Name(file.model.bindings[b].name);
  return name == "err" || name == "error" || name == "e" || name == "er";
}

// A settled promise: what the executor gives, and where it is named.
class Executor {
 public:
  Executor(const View& file, FunctionId function, const std::vector<BindingId>& settle, Report& report)
      : file_(file),
        m_(file.model),
        s_(file.syntax),
        function_(function),
        calls_(m_, file.file.text, settle),
        report_(report) {
    for (const BindingId b : settle) given_.push_back(file.Name(m_.bindings[b].name));
  }

  void Check() {
    if (calls_.named().empty()) return;
    // The functions that all of resolve and reject are named in, outermost first.
    std::vector<FunctionId> around = Around(calls_.named().front());
    for (const NodeId n : calls_.named()) {
      const std::vector<FunctionId> other = Around(n);
      size_t i = 0;
      while (i < around.size() && i < other.size() && around[i] == other[i]) ++i;
      around.resize(i);
    }
    for (size_t i = 0; i < around.size(); ++i) {
      if (i > 0 && !RunsOnce(around[i])) break;
      if (i > 0 && IgnoresError(around[i])) return;
      if (Unsettled(around[i])) return;
    }
    Streams();
  }

 private:
  std::vector<FunctionId> Around(NodeId n) const {
    std::vector<FunctionId> out;
    for (FunctionId f = m_.FunctionOf(n); Some(f); f = m_.functions[f].parent) {
      out.push_back(f);
      if (f == function_) break;
    }
    std::ranges::reverse(out);
    return out;
  }

  bool RunsOnce(FunctionId f) const {
    const CallId id = HandedTo(m_, f);
    if (!Some(id)) return false;
    const Call& call = m_.calls[id];
    const Api* api = file_.ApiOf(id);
    if (api != nullptr) return api->once ? EventOf(file_, id).empty() : api->style == CallStyle::kErrorFirst;
    return IsLast(m_, call, m_.functions[f].node) && m_.functions[f].param_count > 0 &&
           NamedError(file_, ParamOf(m_, f, 0)) && !Some(file_.TargetOf(id).function);
  }

  // (error, data) => resolve(data)
  bool IgnoresError(FunctionId f) {
    const Function& function = m_.functions[f];
    const CallId id = HandedTo(m_, f);
    const Api* api = file_.ApiOf(id);
    if (function.param_count < 2 || (api != nullptr && api->style != CallStyle::kErrorFirst)) return false;
    // What a program printed comes with the error, too, and often is all that is wanted.
    if (api != nullptr && api->acquires == "process") return false;
    const BindingId error = ParamOf(m_, f, 0), data = ParamOf(m_, f, 1);
    if (!NamedError(file_, error) || !Some(data) || Some(m_.bindings[error].first) || !Some(m_.bindings[data].first))
      return false;
    // Only where the data is what the promise settles with.
    bool settles = false;
    for (const NodeId n : calls_.named()) {
      const NodeId p = s_.Parent(n);
      const CallId c = m_.CallAt(p);
      if (!Some(c) || m_.FunctionOf(n) != f) continue;
      for (const NodeId use : file_.References(data)) settles |= s_.Contains(p, use);
    }
    if (!settles) return false;
    const std::string_view name = file_.Name(m_.bindings[error].name);
    report_
        .At(m_.bindings[error].node, Cat(name, " is not looked at: when ", file_.CalleeText(m_.calls[id]),
                                         " fails, the promise is fulfilled with ", file_.Name(m_.bindings[data].name),
                                         ", which is undefined then"))
        .Help(Cat("if (", name, ") return reject(", name, ")"));
    return true;
  }

  // A call of what another executor was given.
  bool IsOuterSettle(NodeId call) const {
    const NodeId callee = s_.FirstChild(call);
    const BindingId b = s_.KindOf(callee) == Kind::kIdentifier ? m_.BindingAt(callee) : kNone<BindingId>;
    if (!Some(b) || m_.bindings[b].kind != BindingKind::kParam) return false;
    const FunctionId owner = m_.scopes[m_.bindings[b].scope].function;
    if (!Some(owner) || owner == function_) return false;
    const CallId made = HandedTo(m_, owner);
    const Api* api = Some(made) ? file_.ApiOf(made) : nullptr;
    return api != nullptr && api->is_class && api->returns == "Promise";
  }

  // callback = callback || ((error, value) => ...): the promise is for those who gave no callback.
  bool IsDefault(FunctionId f) const {
    for (const NodeId n : calls_.named()) {
      for (FunctionId g = m_.FunctionOf(n); Some(g) && g != f; g = m_.functions[g].parent) {
        const NodeId node = m_.functions[g].node, p = s_.Parent(node);
        const bool other = (s_.KindOf(p) == Kind::kLogicalExpression && s_[node].role == Role::kRight) ||
                           (s_.KindOf(p) == Kind::kConditionalExpression && s_[node].role != Role::kTest);
        if (other) return true;
        if (g == kModuleFunction) break;
      }
    }
    return false;
  }

  // if (timeout === Infinity) return; and what compilers make of list?.each(resolve): list == null ? void 0 : ...
  bool WaitsForEver(NodeId test) const {
    if (s_.KindOf(test) != Kind::kBinaryExpression) return false;
    const NodeId right = s_.Child(test, Role::kRight), around = s_.Parent(test);
    if (file_.Text(right) == "Infinity") return true;
    return s_.KindOf(right) == Kind::kNullLiteral && s_.KindOf(around) == Kind::kConditionalExpression &&
           file_.Text(s_.Child(around, Role::kConsequent)) == "void 0";
  }

  // Rejected by a timer, and by nothing else settled: a limit to race against, which there may be none of.
  bool IsTimeLimit() const {
    return std::ranges::all_of(calls_.named(), [&](NodeId n) {
      if (given_.size() < 2 || file_.Text(n) != given_[1]) return false;
      const FunctionId f = m_.FunctionOf(n);
      const CallId timer = f == function_ ? m_.CallAt(s_.Parent(n)) : HandedTo(m_, f);
      const Api* api = Some(timer) ? file_.ApiOf(timer) : nullptr;
      return api != nullptr && api->name == "global.setTimeout";
    });
  }

  bool Unsettled(FunctionId f) {
    if (IsDefault(f) || IsTimeLimit()) return false;
    const auto act = [&](NodeId n) {
      if (const CallId c = s_.KindOf(n) == Kind::kCallExpression ? m_.CallAt(n) : kNone<CallId>; Some(c)) {
        const Api* api = file_.ApiOf(c);
        if (api != nullptr && api->ends_process) return Act::kLeaves;
        // The promise around it is settled instead, and nobody waits for this one.
        if (IsOuterSettle(n)) return Act::kMay;
      }
      return calls_(n);
    };
    if (m_.functions[f].is_async) return false;  // its own rule's affair
    const auto paths = PathsThrough(m_, file_.file.text, f, act, given_);
    if (!paths) return false;
    if (std::ranges::none_of(*paths, [](const Path& p) { return p.times > 0 || p.may; })) return false;
    for (const Path& p : *paths) {
      if (p.times > 0 || p.may || p.end == Path::End::kThrows ||
          std::ranges::any_of(p.decisions, [&](const auto& d) { return d.held && WaitsForEver(d.test); }))
        continue;
      // The last choice that decided it: its other side settles.
      const Path::Decision* decided = nullptr;
      for (const Path::Decision& d : p.decisions) {
        NodeId n = d.test;
        while (s_.KindOf(s_.Parent(n)) == Kind::kUnaryExpression || s_.KindOf(s_.Parent(n)) == Kind::kLogicalExpression)
          n = s_.Parent(n);
        n = s_.KindOf(n) == Kind::kLogicalExpression && s_.KindOf(s_.Parent(n)) == Kind::kExpressionStatement
                ? n
                : s_.Parent(n);
        if (p.end == Path::End::kReturns ? s_.Contains(n, p.at) : calls_.NamedIn(n)) decided = &d;
      }
      const std::string where = f == function_ ? "the executor" : "the callback";
      if (p.end == Path::End::kReturns && s_.KindOf(p.at) == Kind::kReturnStatement) {
        report_.At(p.at, "this return leaves the promise pending: neither resolve nor reject was called")
            .As(Severity::kWarn)
            .Help("reject with an error, or resolve, before it returns");
        return true;
      }
      if (decided == nullptr) {
        // All of the cases of a loop or try that may do nothing.
        report_
            .At(Head(function_), Cat("on one way through ", where,
                                     " neither resolve nor reject is called; whoever awaits this "
                                     "promise waits for ever"))
            .As(Severity::kWarn);
        return true;
      }
      std::string_view test = file_.Text(decided->test);
      const bool long_test = test.size() > 40 || test.find('\n') != std::string_view::npos;
      report_
          .At(decided->test, Cat("when ", long_test ? std::string("this") : Cat("`", test, "`"),
                                 decided->held ? " holds" : " does not hold",
                                 ", neither resolve nor reject is called; whoever awaits this promise waits for ever"))
          .As(Severity::kWarn)
          .Help("settle it on the other side, too");
      return true;
    }
    return false;
  }

  // "new Promise"
  Span Head(FunctionId executor) const {
    const NodeId made = s_.Parent(m_.functions[executor].node);
    return {s_[made].start, s_[s_.FirstChild(made)].end};
  }

  // Heard: stream.on('end', () => resolve(...)), and nothing that comes when the stream fails.
  void Streams() {
    struct Heard {
      CallId call;
      std::string event;
      NodeId stream;
    };
    std::vector<Heard> successes;
    for (const NodeId n : calls_.named()) {
      // Out to the listener it stands in or is.
      NodeId listener = n;
      if (s_[n].role != Role::kArgument) {
        FunctionId f = m_.FunctionOf(n);
        listener = Some(f) && f != function_ ? m_.functions[f].node : kNone<NodeId>;
      }
      if (!Some(listener)) continue;  // called at once: something was wrong from the start
      const CallId id = s_[listener].role == Role::kArgument ? m_.CallAt(s_.Parent(listener)) : kNone<CallId>;
      if (!Some(id)) return;  // in a function with a name, by whoever calls it
      const Api* api = file_.ApiOf(id);
      if (api == nullptr) return;
      const std::string event = EventOf(file_, id);
      if (event == "?") return;
      if (event.empty()) {
        // In the callback that is handed the stream, before it listens; timers and the like settle it some day.
        if (api->once && api->style == CallStyle::kCallback && !api->acquires.empty() && s_[n].role != Role::kArgument)
          continue;
        return;
      }
      const ValueId receiver = file_.Receiver(m_.calls[id]);
      const std::string_view type = Some(receiver) ? file_.TypeOf(receiver) : std::string_view();
      if (type.empty()) return;
      const Event* known = file_.knowledge.FindEvent(type, event);
      if (known != nullptr && known->done) {
        const NodeId object = s_.Child(file_.CalleeNode(m_.calls[id]), Role::kObject);
        if (Some(object)) successes.push_back({id, event, object});
        continue;
      }
      if (event == "error")
        errors_.push_back({receiver, type});
      else if (known == nullptr || known->context != Context::kStream)
        return;  // 'close', 'timeout': it ends somehow
    }
    for (const Heard& h : successes) {
      const ValueId stream = file_.Receiver(m_.calls[h.call]);
      const std::string_view type = file_.TypeOf(stream);
      const Event* error = file_.knowledge.FindEvent(type, "error");
      if (error == nullptr) continue;
      const BindingId object = RootOf(file_, stream);
      if (!Some(object)) continue;
      if (std::ranges::any_of(errors_, [&](const Failure& f) { return RootOf(file_, f.stream) == object; })) continue;
      const ObjectUse use = UsesOf(file_.project, file_.facts.calls, file_.id, object);
      // Parameters escape only downwards; what is handed to the unknown may be looked after there.
      if (use.escapes) continue;
      if (MayListen(file_.project, file_.facts.calls, use, "close") ||
          MayListen(file_.project, file_.facts.calls, use, "aborted"))
        continue;
      const bool logged = MayListen(file_.project, file_.facts.calls, use, "error");
      // Unheard, an error that is fatal ends the process: another rule's.
      if (error->fatal && !logged) continue;
      const std::string name(file_.Name(m_.bindings[object].name));
      auto finding = report_.At(
          file_.SpanOf(m_.args[m_.calls[h.call].first_arg].node),
          Cat("'", h.event, "' does not come when ", name, " fails or is cut off; the promise stays pending then"));
      finding.As(Severity::kWarn).Help(Cat(name, ".on('error', reject)"));
      const NodeId statement = StatementOf(file_, m_.calls[h.call].node);
      const BindingId reject = ParamOf(m_, function_, 1);
      if (Some(statement) && Some(reject)) {
        const uint32_t end = s_[statement].end;
        finding.FixWith({.description = "reject when it fails",
                         .edits = {{{end, end},
                                    Cat("\n", IndentationAt(file_, s_[statement].start), name, ".on('error', ",
                                        file_.Name(m_.bindings[reject].name), ");")}},
                         .safe = false});
      }
      return;
    }
  }

  const View& file_;
  const FileModel& m_;
  const Syntax& s_;
  const FunctionId function_;
  CallbackCalls calls_;
  std::vector<std::string_view> given_;
  struct Failure {
    ValueId stream;
    std::string_view type;
  };
  std::vector<Failure> errors_;
  Report& report_;
};

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  for (const CallId id : file.KnownCalls()) {
    const Call& call = m.calls[id];
    if (call.kind != CallKind::kNew || call.arg_count == 0) continue;
    const Api* api = file.ApiOf(id);
    if (!api->is_class || api->returns != "Promise") continue;
    const FunctionId executor = m.FunctionAt(m.args[call.first_arg].node);
    if (!Some(executor)) continue;
    std::vector<BindingId> settle;
    for (uint32_t i = 0; i < 2; ++i) {
      if (const BindingId b = ParamOf(m, executor, i); Some(b)) settle.push_back(b);
    }
    if (!settle.empty()) Executor(file, executor, settle, report).Check();
  }
}

}  // namespace

RULE = {
    .summary = "a promise that nothing settles when something fails",
    .why = "A promise is pending until resolve or reject is called. When the way a failure takes calls neither, "
           "whoever awaits it never goes on: the request hangs without an error and without a log line, its memory "
           "and sockets stay held, and a program that has nothing else to do ends with exit code 13 in the middle of "
           "its work.",
    .fix = "Call reject(error) where the callback gets an error and in a listener for 'error', and settle on every "
           "branch. util.promisify, fs.promises, events.once and stream.promises.finished have all of this built in.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 703,
    .check = Check,
};

}  // namespace looplint
