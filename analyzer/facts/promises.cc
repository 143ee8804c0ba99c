#include "analyzer/facts/promises.h"

#include <algorithm>

namespace looplint {
namespace {

// Is `node` inside a catch clause or finally block of its function? What fails there is the handler failing.
bool InHandler(const FileModel& m, NodeId node) {
  const Syntax& s = m.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    if (IsFunction(s.KindOf(p))) return false;
    if (s.KindOf(p) == Kind::kCatchClause) return true;
    if (s.KindOf(p) == Kind::kTryStatement && s[c].role == Role::kFinalizer) return true;
  }
  return false;
}

bool IsConsole(const Api* api) { return api != nullptr && api->name.starts_with("global.console."); }

}  // namespace

bool CaughtHere(const FileModel& m, NodeId node) {
  for (NodeId t = EnclosingTry(m, node); Some(t); t = EnclosingTry(m, t)) {
    if (Some(m.syntax.Child(t, Role::kHandler))) return true;
  }
  return false;
}

Outcome Promises::OfCall(const Project& project, const Calls& calls, FileId file, CallId call) const {
  const Target& t = calls.TargetOf(file, call);
  Outcome out;
  if (t.api != nullptr) {
    bool promise = t.api->style == CallStyle::kPromise || t.api->returns == "Promise" ||
                   (t.api->is_class && t.api->name == "global.Promise");
    if (t.api->callback_at >= 0) {
      // Two styles in one function: given a callback it returns no promise. Anything that may be one counts.
      const FileModel& m = project[file].model;
      const Call& c = m.calls[call];
      const Argument* last = c.arg_count == 0 ? nullptr : m.Arg(c, c.arg_count - 1);
      if (last != nullptr && (last->spread || c.arg_count > static_cast<uint32_t>(t.api->callback_at) ||
                              m.values[last->value].kind == ValueKind::kFunction)) {
        promise = false;
      }
    }
    out.returns = promise ? Returns::kPromise : Returns::kNoPromise;
    out.fails = promise && !t.api->may_reject ? Fails::kNo : Fails::kMaybe;
    return out;
  }
  if (Some(t.function.function)) {
    const Function& f = project[t.function.file].model.functions[t.function.function];
    if (f.kind == FunctionKind::kConstructor) return out;
    return Of(t.function);
  }
  return out;
}

void Promises::Infer(const Project& project, const Calls& calls) {
  const size_t n = project.size();
  outcomes_.resize(n);
  struct State {
    bool throws = false;       // a throw statement of its own
    bool unproven = false;     // something that may fail outside a try
    uint32_t values = 0;       // returns with a value
    uint32_t promises = 0;     // of these, promises
  };
  for (size_t i = 0; i < n; ++i) outcomes_[i].resize(project[static_cast<FileId>(i)].model.functions.size());
  // Async functions return promises whatever they do; so the fixpoint climbs from there. Each round can only raise
  // values, and chains in real programs are short.
  for (size_t i = 0; i < n; ++i) {
    const FileModel& m = project[static_cast<FileId>(i)].model;
    for (const FunctionId f : Ids(m.functions)) {
      const Function& fn = m.functions[f];
      Outcome& o = outcomes_[i][Index(f)];
      o.fails = Fails::kNo;
      if (fn.is_async && !fn.is_generator) o.returns = Returns::kPromise;
    }
    // Own throws.
    for (const Flow& e : m.flow) {
      if (!Some(e.function)) continue;
      Outcome& o = outcomes_[i][Index(e.function)];
      if (e.kind == FlowKind::kThrow && !CaughtHere(m, e.node)) {
        const Node& node = m.syntax[e.node];
        if (o.fails != Fails::kSite) {
          o.fails = Fails::kSite;
          o.site = {static_cast<FileId>(i), {node.start, node.end}};
        }
      }
      if ((e.kind == FlowKind::kAwait || e.kind == FlowKind::kForAwait) && o.fails == Fails::kNo &&
          !CaughtHere(m, e.node) && !InHandler(m, e.node)) {
        // An await of a call is judged by that call below; of anything else it may reject.
        const bool of_call = e.kind == FlowKind::kAwait && m.values[e.value].kind == ValueKind::kCall;
        if (!of_call) o.fails = Fails::kMaybe;
      }
    }
  }
  // Whether a failure of a call stays inside its function, by call: asked in every round.
  std::vector<std::vector<bool>> caught(n);
  for (size_t i = 0; i < n; ++i) {
    const FileModel& m = project[static_cast<FileId>(i)].model;
    caught[i].reserve(m.calls.size());
    bool any_try = false;
    for (const Node& node : m.syntax.nodes) any_try |= node.kind == Kind::kTryStatement;
    for (const Call& call : m.calls) {
      caught[i].push_back(any_try && (CaughtHere(m, call.node) || InHandler(m, call.node)));
    }
  }
  for (int round = 0; round < 12; ++round) {
    bool changed = false;
    for (size_t i = 0; i < n; ++i) {
      const FileId file = static_cast<FileId>(i);
      const FileModel& m = project[file].model;
      Denoter denoter(project, file);
      std::vector<State> states(m.functions.size());
      for (const Flow& e : m.flow) {
        if (e.kind != FlowKind::kReturn || !Some(e.function)) continue;
        const Function& fn = m.functions[e.function];
        if (fn.is_async || fn.is_generator) continue;
        if (m.syntax.KindOf(e.node) == Kind::kReturnStatement && !Some(m.syntax.FirstChild(e.node))) continue;
        State& s = states[Index(e.function)];
        ++s.values;
        // Both sides of a ?: must be promises for the whole to be one.
        std::vector<ValueId> work = {e.value};
        bool all = true;
        while (!work.empty()) {
          const ValueId v = work.back();
          work.pop_back();
          const Value& value = m.values[v];
          if (value.kind == ValueKind::kEither) {
            work.push_back(static_cast<ValueId>(value.a));
            work.push_back(static_cast<ValueId>(value.b));
            continue;
          }
          bool promise = false;
          if (value.kind == ValueKind::kCall) {
            promise = OfCall(project, calls, file, static_cast<CallId>(value.a)).returns == Returns::kPromise;
          }
          if (!promise) promise = denoter.Of(v).Is(Denoted::Kind::kPromise);
          all &= promise;
        }
        if (all) ++s.promises;
      }
      for (const FunctionId f : Ids(m.functions)) {
        const State& s = states[Index(f)];
        Outcome& o = outcomes_[i][Index(f)];
        if (s.promises == 0 || o.returns == Returns::kPromise) continue;
        const Returns now = s.promises == s.values ? Returns::kPromise : Returns::kMayPromise;
        if (now > o.returns) {
          o.returns = now;
          changed = true;
        }
      }
      for (const CallId c : Ids(m.calls)) {
        const Call& call = m.calls[c];
        Outcome& o = outcomes_[i][Index(call.function)];
        if (o.fails == Fails::kSite) continue;
        if (caught[i][Index(c)]) continue;
        const Target& t = calls.TargetOf(file, c);
        if (IsConsole(t.api)) continue;
        const Outcome inner = OfCall(project, calls, file, c);
        if (inner.returns == Returns::kPromise && t.api == nullptr) {
          // A promise only fails its caller when it is awaited or returned.
          if (call.use != Use::kAwaited && call.use != Use::kReturned) continue;
        }
        if (inner.returns == Returns::kPromise && t.api != nullptr && call.use != Use::kAwaited &&
            call.use != Use::kReturned && call.use != Use::kMember) {
          continue;
        }
        if (inner.fails > o.fails) {
          o.fails = inner.fails;
          o.site = inner.site;
          changed = true;
        }
      }
    }
    if (!changed) break;
  }
}

}  // namespace looplint
