// A function that schedules itself as a microtask for ever, or a loop whose awaits never wait for anything.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Is `node` reached on every call of `function`, before anything else could end or suspend it? What stands before it
// must be free of returns, throws and awaits, and nothing around it may decide.
bool Unconditional(const View& file, FunctionId function, NodeId node) {
  const Syntax& s = file.syntax;
  const NodeId body = file.model.functions[function].node;
  for (NodeId c = node, p = s.Parent(c); c != body; c = p, p = s.Parent(p)) {
    switch (s.KindOf(p)) {
      case Kind::kBlockStatement:
      case Kind::kExpressionStatement:
      case Kind::kReturnStatement:
      case Kind::kVariableDeclaration:
      case Kind::kVariableDeclarator:
      case Kind::kAssignmentExpression:
      case Kind::kSequenceExpression:
        break;
      case Kind::kCallExpression:
      case Kind::kMemberExpression:
      case Kind::kNewExpression:
        if (s[p].flags & kOptional) return false;
        break;
      case Kind::kUnaryExpression:
        if (s[p].op != Op::kVoid) return false;
        break;
      default:
        if (p == body) break;
        return false;
    }
  }
  for (const Flow& flow : file.model.flow) {
    if (flow.function != function || Index(flow.node) >= Index(node) || s.Contains(flow.node, node)) continue;
    return false;
  }
  return true;
}

struct Next {
  FunctionId function = kNone<FunctionId>;
  NodeId at = kNone<NodeId>;
  bool microtask = false;
};

// Where each call of a function leads in any case: calls itself, or hands over as a microtask.
class Chains {
 public:
  explicit Chains(const View& file) : file_(file) {}

  // A cycle through `start` that holds a microtask; empty when there is none.
  std::vector<Next> Cycle(FunctionId start) {
    std::vector<Next> path;
    std::vector<FunctionId> seen;
    FunctionId at = start;
    bool microtask = false;
    for (int depth = 0; depth < 16; ++depth) {
      const Next next = Of(at);
      if (!Some(next.function)) return {};
      path.push_back(next);
      microtask |= next.microtask;
      at = next.function;
      if (at == start) return microtask ? path : std::vector<Next>();
      if (std::find(seen.begin(), seen.end(), at) != seen.end()) return {};
      seen.push_back(at);
    }
    return {};
  }

  // The functions that hand something to the microtask queue.
  std::vector<FunctionId> Starts() {
    Load();
    std::vector<FunctionId> out;
    for (const FunctionId f : Ids(file_.model.functions)) {
      if (const auto it = next_.find(Index(f)); it != next_.end() && it->second.microtask) out.push_back(f);
    }
    return out;
  }

 private:
  Next Of(FunctionId f) {
    Load();
    const auto it = next_.find(Index(f));
    return it == next_.end() ? Next{} : it->second;
  }

  // Promise.resolve(...) of no promise: its reactions run in this turn.
  bool Settled(NodeId receiver) const {
    const CallId id = file_.model.CallAt(receiver);
    if (!Some(id)) return false;
    const Api* api = file_.ApiOf(id);
    return api != nullptr && api->name == "global.Promise.resolve" && file_.OutcomeOf(id).fails == Fails::kNo;
  }

  void Load() {
    if (loaded_) return;
    loaded_ = true;
    // Most files schedule no microtasks at all, and need not be looked at closely.
    std::vector<CallId> schedulers;
    for (const CallId id : Ids(file_.model.calls)) {
      const Call& call = file_.model.calls[id];
      if (call.arg_count == 0) continue;
      const Api* api = file_.ApiOf(id);
      if (api == nullptr) continue;
      const bool queue =
          api->callback_at == 0 && (api->callback_when == When::kNextTick || api->callback_when == When::kMicrotask);
      const bool reaction = api->name == "Promise#then" && Settled(file_.syntax.FirstChild(file_.CalleeNode(call)));
      if (queue || reaction) schedulers.push_back(id);
    }
    if (schedulers.empty()) return;
    const auto put = [&](FunctionId from, Next next) {
      const auto [it, fresh] = next_.try_emplace(Index(from), next);
      if (!fresh && next.microtask && !it->second.microtask) it->second = next;
    };
    for (const CallId id : schedulers) {
      const Call& call = file_.model.calls[id];
      const FunctionRef f = file_.FunctionOf(file_.model.args[call.first_arg].value);
      if (f.file != file_.id || !Some(f.function)) continue;
      if (Unconditional(file_, call.function, call.node)) put(call.function, {f.function, call.node, true});
    }
    for (const CallId id : Ids(file_.model.calls)) {
      const Call& call = file_.model.calls[id];
      if (call.kind != CallKind::kCall) continue;
      const FunctionRef f = file_.TargetOf(id);
      if (f.file != file_.id || !Some(f.function)) continue;
      if (next_.count(Index(call.function)) > 0) continue;
      if (Unconditional(file_, call.function, call.node)) put(call.function, {f.function, call.node, false});
    }
  }

  const View& file_;
  bool loaded_ = false;
  absl::flat_hash_map<uint32_t, Next> next_;
};

// Does awaiting this give the event loop no chance to turn? Literals, settled promises, and async functions that
// themselves await nothing else.
bool NeverPends(const View& file, ValueId value, int depth) {
  if (!Some(value) || depth > 3) return false;
  const Value& v = file.model[value];
  switch (v.kind) {
    case ValueKind::kUndefined:
    case ValueKind::kNull:
    case ValueKind::kBoolean:
    case ValueKind::kNumber:
    case ValueKind::kString:
      return true;
    case ValueKind::kCall: {
      const CallId id = static_cast<CallId>(v.a);
      const Api* api = file.ApiOf(id);
      if (api != nullptr) return api->name == "global.Promise.resolve" && file.OutcomeOf(id).fails == Fails::kNo;
      const FunctionRef f = file.TargetOf(id);
      if (f.file != file.id || !Some(f.function)) return false;
      const Function& fn = file.model.functions[f.function];
      if (!fn.is_async || fn.is_generator) return false;
      for (const Flow& flow : file.model.flow) {
        if (flow.function != f.function) continue;
        if (flow.kind == FlowKind::kForAwait || flow.kind == FlowKind::kThrow) return false;
        if (flow.kind == FlowKind::kAwait && !NeverPends(file, flow.value, depth + 1)) return false;
        if (flow.kind == FlowKind::kReturn && file.syntax.KindOf(flow.node) == Kind::kReturnStatement &&
            Some(file.syntax.FirstChild(flow.node))) {
          const ValueKind kind = file.model[flow.value].kind;
          const bool plain = kind == ValueKind::kNumber || kind == ValueKind::kString || kind == ValueKind::kBoolean ||
                             kind == ValueKind::kNull || kind == ValueKind::kUndefined || kind == ValueKind::kObject ||
                             kind == ValueKind::kArray;
          if (!plain) return false;  // could be a promise
        }
      }
      return true;
    }
    default:
      return false;
  }
}

bool Endless(const View& file, NodeId loop) {
  const Syntax& s = file.syntax;
  const NodeId test = s.Child(loop, Role::kTest);
  if (s.KindOf(loop) == Kind::kForStatement && !Some(test)) return true;
  if (s.KindOf(loop) != Kind::kForStatement && s.KindOf(loop) != Kind::kWhileStatement &&
      s.KindOf(loop) != Kind::kDoWhileStatement)
    return false;
  if (!Some(test)) return false;
  if (s.KindOf(test) == Kind::kBooleanLiteral) return file.Text(test) == "true";
  return s.KindOf(test) == Kind::kNumericLiteral && file.Text(test) == "1";
}

void Loops(const View& file, Report& report) {
  const Syntax& s = file.syntax;
  for (const Flow& flow : file.model.flow) {
    if (flow.kind != FlowKind::kAwait || !NeverPends(file, flow.value, 0)) continue;
    const NodeId loop = EnclosingLoop(file.model, flow.node);
    if (!Some(loop) || !Endless(file, loop)) continue;
    bool exits = false, first = true;
    for (uint32_t i = Index(loop) + 1; i < s[loop].next && !exits; ++i) {
      const NodeId node = static_cast<NodeId>(i);
      switch (s.KindOf(node)) {
        case Kind::kBreakStatement:
        case Kind::kReturnStatement:
        case Kind::kThrowStatement:
        case Kind::kYieldExpression:
          exits = true;
          break;
        case Kind::kForOfStatement:
          exits = (s[node].flags & kAsync) != 0;
          break;
        case Kind::kCallExpression:
          exits = file.Text(s.FirstChild(node)) == "process.exit";
          break;
        case Kind::kAwaitExpression:
          if (!NeverPends(file, file.model.ValueOf(s.FirstChild(node)), 0)) exits = true;
          if (node == flow.node) break;
          if (node < flow.node) first = false;
          break;
        default:
          if (IsFunction(s.KindOf(node))) i = s[node].next - 1;
          break;
      }
    }
    if (exits || !first) continue;
    report.At(flow.node, "this loop never ends, and its await never waits: no timer and no I/O runs again")
        .Help("await scheduler.yield() or scheduler.wait(ms) of node:timers/promises in the loop");
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest) return;
  Chains chains(file);
  std::vector<FunctionId> reported;
  for (const FunctionId start : chains.Starts()) {
    if (std::find(reported.begin(), reported.end(), start) != reported.end()) continue;
    const std::vector<Next> cycle = chains.Cycle(start);
    if (cycle.empty()) continue;
    for (const Next& next : cycle) reported.push_back(next.function);
    const CallId id = file.model.CallAt(cycle[0].at);
    const NodeId callee = file.CalleeNode(file.model.calls[id]);
    std::vector<Step> steps;
    for (size_t i = 1; i < cycle.size(); ++i) {
      steps.push_back({{file.id, file.SpanOf(cycle[i].at)},
                       cycle[i].microtask ? "which schedules, as a microtask" : "which calls"});
    }
    auto finding =
        report.At(callee, Cat(Describe(file.project, {file.id, start}), " schedules itself with ",
                              file.CalleeText(file.model.calls[id]), " for ever: no timer and no I/O runs again"));
    finding.Via(std::move(steps), "round and round").Help("use setImmediate, or stop at some point");
    const std::string written = file.CalleeText(file.model.calls[id]);
    if (written == "process.nextTick" || written == "queueMicrotask") {
      finding.FixWith(
          {.description = "use setImmediate", .edits = {{file.SpanOf(callee), "setImmediate"}}, .safe = false});
    }
  }
  Loops(file, report);
}

}  // namespace

RULE = {
    .summary = "microtasks that never end starve timers and I/O",
    .why =
        "Node empties the nextTick and microtask queues before it goes on with the event loop. A function that puts "
        "itself back each time, or an endless loop that awaits only settled values, keeps them full: the process "
        "runs at 100 % and answers nothing, not even SIGTERM handlers run.",
    .fix =
        "Schedule the next step with setImmediate or scheduler.yield(), which let the event loop turn in between, or "
        "give the cycle an end.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 835,
    .check = Check,
};

}  // namespace looplint
