// A loop on a request's way that takes seconds: by its own numbers, or by a number or a list that the request holds.
#include <algorithm>
#include <array>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/local_flow.h"
#include "rules/callbacks.h"
#include "rules/rule.h"

namespace looplint {
namespace {

constexpr double kLong = 1e7;  // steps: tens of milliseconds when each does next to nothing

bool IsComparison(Op op) { return op == Op::kLt || op == Op::kGt || op == Op::kLe || op == Op::kGe; }

// i < n: what counts, and how far.
struct Header {
  BindingId counter{kNoneIndex};
  NodeId bound{kNoneIndex};
  double first = 0, step = 1;  // step: by how much the counter grows or shrinks each time
  bool steady = false;         // `first` and `step` are known
};

// The expression that makes the counter grow or shrink by a constant: i++, i += 2, i--.
double StepOf(const View& file, NodeId update, BindingId counter) {
  const Syntax& s = file.syntax;
  if (!Some(update)) return 0;
  if (file.model.BindingAt(s.FirstChild(update)) != counter) return 0;
  if (s.KindOf(update) == Kind::kUpdateExpression) return s[update].op == Op::kDecrement ? -1 : 1;
  if (s.KindOf(update) != Kind::kAssignmentExpression) return 0;
  const auto by = file.ConstantNumber(s.Child(update, Role::kRight));
  if (!by) return 0;
  return s[update].op == Op::kAddAssign ? *by : s[update].op == Op::kSubAssign ? -*by : 0;
}

Header Read(const View& file, NodeId loop) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  Header h;
  const NodeId test = s.Child(loop, Role::kTest);
  if (!Some(test) || s.KindOf(test) != Kind::kBinaryExpression || !IsComparison(s[test].op)) return h;
  const NodeId left = s.Child(test, Role::kLeft), right = s.Child(test, Role::kRight);
  const bool less = s[test].op == Op::kLt || s[test].op == Op::kLe;
  NodeId update = s.Child(loop, Role::kUpdate);
  // The side that changes counts; of n > i that is the right one.
  for (const auto& [side, other, up] : {std::tuple(left, right, less), std::tuple(right, left, !less)}) {
    // i * i <= n
    NodeId name = side;
    if (s.KindOf(side) == Kind::kBinaryExpression && s[side].op == Op::kMul &&
        file.Text(s.Child(side, Role::kLeft)) == file.Text(s.Child(side, Role::kRight)))
      name = s.Child(side, Role::kLeft);
    if (s.KindOf(name) != Kind::kIdentifier) continue;
    const BindingId b = m.BindingAt(name);
    if (!Some(b) || m.bindings[b].writes == 0) continue;
    double step = StepOf(file, update, b);
    uint32_t changes = 0;
    for (const NodeId r : file.References(b)) {
      const NodeId p = s.Parent(r);
      const bool writes = (s.KindOf(p) == Kind::kUpdateExpression) ||
                          (s.KindOf(p) == Kind::kAssignmentExpression && s[r].role == Role::kLeft);
      if (!writes || !s.Contains(loop, r)) continue;
      ++changes;
      // while (i < n) { ...; i++; }
      if (!Some(update) && s.KindOf(s.Parent(p)) == Kind::kExpressionStatement &&
          s.Parent(s.Parent(p)) == s.Child(loop, Role::kBody))
        step = StepOf(file, p, b);
    }
    if (changes != 1 || step == 0 || (step > 0) != up) continue;
    h.counter = b;
    h.bound = other;
    h.step = step;
    const NodeId declarator = s.Parent(m.bindings[b].node);
    const auto first = s.KindOf(declarator) == Kind::kVariableDeclarator
                           ? file.ConstantNumber(s.Child(declarator, Role::kValue))
                           : std::nullopt;
    h.steady = name == side && first.has_value() && (Some(s.Child(loop, Role::kInit)) || m.bindings[b].writes == 1);
    h.first = first.value_or(0);
    return h;
  }
  return h;
}

// Does each round let others run, or can a round be the last for reasons of its own? `harmless`: variables that a test
// may be about that ends the loop all the same, since whoever chose the bound chooses these.
bool EndsOrWaits(const View& file, NodeId loop, const std::vector<BindingId>& harmless) {
  const Syntax& s = file.syntax;
  for (uint32_t i = Index(loop) + 1; i < s[loop].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    const Kind k = s.KindOf(n);
    if (IsFunction(k)) {
      i = s[n].next - 1;
      continue;
    }
    if (k == Kind::kAwaitExpression || k == Kind::kYieldExpression) return true;
    if (k == Kind::kForOfStatement && (s[n].flags & kAsync)) return true;
    if (k != Kind::kBreakStatement && k != Kind::kReturnStatement && k != Kind::kThrowStatement) continue;
    if (k == Kind::kBreakStatement) {
      // Of a loop or switch inside.
      NodeId p = s.Parent(n);
      while (p != loop && !IsLoop(s.KindOf(p)) && s.KindOf(p) != Kind::kSwitchStatement) p = s.Parent(p);
      if (p != loop && !Some(s.FirstChild(n))) continue;
    }
    if (harmless.empty()) return true;
    NodeId test = kNone<NodeId>;
    for (NodeId c = n, p = s.Parent(n); p != loop; c = p, p = s.Parent(p)) {
      if (s.KindOf(p) == Kind::kIfStatement && s[c].role == Role::kConsequent) test = s.Child(p, Role::kTest);
      if (Some(test)) break;
    }
    if (!Some(test)) return true;
    for (uint32_t j = Index(test); j < s[test].next; ++j) {
      const NodeId t = static_cast<NodeId>(j);
      const Kind kind = s.KindOf(t);
      if (kind == Kind::kCallExpression || kind == Kind::kMemberExpression) return true;
      if (kind == Kind::kIdentifier && std::ranges::find(harmless, file.model.BindingAt(t)) == harmless.end())
        return true;
    }
  }
  return false;
}

// A number or list that the request holds, and how it got here.
struct Chosen {
  std::string what;  // "req.query.n"
  std::vector<Step> steps;
  std::vector<BindingId> through;
};

// Is one of the variables compared with something before `at`, or handed to what may refuse it?
bool IsLimited(const View& file, const std::vector<BindingId>& through, NodeId at, NodeId except) {
  const Syntax& s = file.syntax;
  for (const BindingId b : through) {
    for (const NodeId r : file.References(b)) {
      if (Some(except) && s.Contains(except, r)) continue;
      for (NodeId c = r, p = s.Parent(r); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
        const Kind k = s.KindOf(p);
        if (k == Kind::kExpressionStatement || k == Kind::kBlockStatement || k == Kind::kVariableDeclaration) break;
        if (s.Contains(p, at)) break;
        if (k == Kind::kBinaryExpression && IsComparison(s[p].op)) return true;
        if ((k == Kind::kForStatement || k == Kind::kWhileStatement) && s[c].role == Role::kBody) break;
        if (k == Kind::kCallExpression && s[c].role == Role::kArgument) {
          const CallId call = file.model.CallAt(p);
          const Api* api = Some(call) ? file.ApiOf(call) : nullptr;
          if (api != nullptr && (api->name == "global.Math.min" || api->name.ends_with("#includes"))) return true;
          // clamp(n), assertSmall(n); the one that loops is asked about by itself.
          const FunctionRef f = Some(call) ? file.TargetOf(call) : FunctionRef{};
          if (api == nullptr && !Some(f.function)) return true;
          if (Some(f.function) && UseOf(s, p) == Use::kDropped &&
              file.CalleeText(file.model.calls[call]).find("log") == std::string::npos)
            return true;
        }
      }
    }
  }
  return false;
}

// Through Number(), parseInt(), arithmetic and parameters of functions that handlers call. `list`: the value is a list.
Chosen ChosenBy(const View& file, NodeId node, NodeId at, NodeId except, bool list, int depth) {
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  std::vector<BindingId> through;
  for (int i = 0; i < 24 && Some(node); ++i) {
    switch (s.KindOf(node)) {
      case Kind::kTSAsExpression:
      case Kind::kTSNonNullExpression:
        node = s.FirstChild(node);
        continue;
      case Kind::kUnaryExpression:
        if (list || s[node].op != Op::kAdd) return {};
        node = s.FirstChild(node);
        continue;
      case Kind::kLogicalExpression:
        if (s[node].op == Op::kAnd) return {};
        node = s.Child(node, Role::kLeft);
        continue;
      case Kind::kBinaryExpression: {
        // n * 1000, n + 1, n | 0: what the constant does to it is not much.
        if (list) return {};
        const Op op = s[node].op;
        const NodeId left = s.Child(node, Role::kLeft), right = s.Child(node, Role::kRight);
        const auto a = file.ConstantNumber(left), b = file.ConstantNumber(right);
        if (b && !a && (op == Op::kMul || op == Op::kAdd || op == Op::kSub || (op == Op::kBitOr && *b == 0)) &&
            std::abs(*b) >= (op == Op::kMul ? 1 : 0)) {
          node = left;
        } else if (a && !b && (op == Op::kMul || op == Op::kAdd) && *a >= (op == Op::kMul ? 1 : 0)) {
          node = right;
        } else {
          return {};
        }
        continue;
      }
      case Kind::kCallExpression: {
        const CallId id = m.CallAt(node);
        const Api* api = Some(id) ? file.ApiOf(id) : nullptr;
        if (list || api == nullptr || m.calls[id].arg_count == 0) break;
        bool passes = false;
        for (const std::string_view name :
             {"global.Number", "global.parseInt", "global.parseFloat", "global.Number.parseInt",
              "global.Number.parseFloat", "global.Math.floor", "global.Math.ceil", "global.Math.round",
              "global.Math.trunc", "global.Math.abs", "global.Math.sqrt"}) {
          passes |= api->name == name;
        }
        if (!passes) break;
        node = m.args[m.calls[id].first_arg].node;
        continue;
      }
      case Kind::kIdentifier: {
        const BindingId b = m.BindingAt(node);
        if (!Some(b) || m.bindings[b].writes != 0) return {};
        through.push_back(b);
        const NodeId declarator = s.Parent(m.bindings[b].node);
        if (s.KindOf(declarator) == Kind::kVariableDeclarator && s[m.bindings[b].node].role == Role::kName &&
            Some(s.Child(declarator, Role::kValue))) {
          node = s.Child(declarator, Role::kValue);
          continue;
        }
        break;
      }
      default:
        break;
    }
    break;
  }
  if (!Some(node) || !Some(m.ValueOf(node))) return {};
  LocalFlow flow(file.project, file.facts.calls, file.id);
  const LocalOrigin origin = flow.Of(m.ValueOf(node));
  if (origin.kind == LocalOrigin::Kind::kNone || origin.embedded) return {};
  through.insert(through.end(), origin.through.begin(), origin.through.end());
  if (flow.GuardOf(origin, at) == LocalFlow::Guard::kGuarded || IsLimited(file, through, at, except)) return {};
  if (list) {
    // Its length is looked at.
    for (const BindingId b : through) {
      for (const NodeId use : file.References(b)) {
        const NodeId p = s.Parent(use);
        if (s.KindOf(p) == Kind::kMemberExpression && !s.Contains(except, use) && !(s[p].flags & kComputed) &&
            file.Text(s.Child(p, Role::kProperty)) == "length")
          return {};
      }
    }
  }
  if (origin.kind == LocalOrigin::Kind::kRequest) {
    // Members of what a decorator puts together are checked by its class, as a rule: @Query() query: PageDto.
    if (Some(origin.function.function)) return {origin.what, {}, std::move(through)};
    const ValueKind kind = m[m.ValueOf(node)].kind;
    if (kind == ValueKind::kMember && file.file.language != Language::kJavaScript) return {};
    return {origin.what, {}, std::move(through)};
  }
  if (depth >= 3 || !Some(origin.function.function) || origin.what.find('.') != std::string::npos) return {};
  for (const Caller& c : file.facts.calls.CallersOf(origin.function)) {
    if (c.callback || file.project[c.from.file].role != FileRole::kSource) continue;
    const View caller(file.project, file.facts, c.from.file);
    const Call& call = caller.model.calls[c.at];
    const Argument* a = caller.model.Arg(call, origin.param);
    if (a == nullptr || a->spread) continue;
    Chosen chosen = ChosenBy(caller, a->node, call.node, kNone<NodeId>, list, depth + 1);
    if (chosen.what.empty()) continue;
    chosen.steps.push_back(CallStep(file.project, c.from, c.at, false, origin.function));
    chosen.through = std::move(through);
    return chosen;
  }
  return {};
}

std::string Million(double steps) {
  if (steps >= 1e9) return Cat(static_cast<int>(std::min(steps / 1e9, 1e6)), " billion");
  return Cat(static_cast<int>(steps / 1e6), " million");
}

// How often a loop runs, when its own numbers tell.
double RoundsOf(const View& file, NodeId loop) {
  if (file.syntax.KindOf(loop) != Kind::kForStatement && file.syntax.KindOf(loop) != Kind::kWhileStatement) return 0;
  const Header h = Read(file, loop);
  if (!Some(h.counter) || !h.steady) return 0;
  const auto bound = file.ConstantNumber(h.bound);
  if (!bound) return 0;
  const double rounds = (*bound - h.first) / h.step;
  return rounds > 0 && !EndsOrWaits(file, loop, {}) ? rounds : 0;
}

// Something that is done for each element of a list before anything else runs: a loop, or list.forEach(() => ...).
struct Pass {
  NodeId at{kNoneIndex};  // the loop, or the call
  NodeId list{kNoneIndex};
};

// Methods of lists that look at all elements themselves.
constexpr std::array<std::string_view, 3> kSearches = {"indexOf", "lastIndexOf", "includes"};

// Of list.filter(f), list.indexOf(x); what is no list may have such methods too.
Pass CallThrough(const View& file, NodeId call, bool searches) {
  const Syntax& s = file.syntax;
  const NodeId callee = s.Child(call, Role::kCallee);
  const CallId id = file.model.CallAt(call);
  if (!Some(callee) || !Some(id) || s.KindOf(callee) != Kind::kMemberExpression || (s[callee].flags & kComputed))
    return {};
  const std::string_view name = file.Text(s.Child(callee, Role::kProperty));
  if (std::ranges::find(kSearches, name) != kSearches.end())
    return searches ? Pass{call, s.FirstChild(callee)} : Pass{};
  const Api* api = file.knowledge.FindMember("Array", name);
  if (api == nullptr || api->handlers.empty() || !api->handlers[0].repeats || api->handlers[0].when != When::kNow)
    return {};
  const Argument* f = file.model.Arg(file.model.calls[id], 0);
  if (f == nullptr || !IsFunction(s.KindOf(f->node)) || (s[f->node].flags & kAsync)) return {};
  return {call, s.FirstChild(callee)};
}

// Of `for (const x of list)`, `for (let i = 0; i < list.length; i++)` and what CallThrough() knows.
Pass PassAt(const View& file, NodeId n) {
  const Syntax& s = file.syntax;
  if (s.KindOf(n) == Kind::kCallExpression) return CallThrough(file, n, true);
  NodeId list{kNoneIndex};
  if (s.KindOf(n) == Kind::kForOfStatement) {
    if (!(s[n].flags & kAsync)) list = s.Child(n, Role::kRight);
  } else if (s.KindOf(n) == Kind::kForStatement) {
    const Header h = Read(file, n);
    if (Some(h.counter) && s.KindOf(h.bound) == Kind::kMemberExpression && !(s[h.bound].flags & kComputed) &&
        file.Text(s.Child(h.bound, Role::kProperty)) == "length")
      list = s.FirstChild(h.bound);
  }
  return !Some(list) || EndsOrWaits(file, n, {}) ? Pass{} : Pass{n, list};
}

// The innermost one around `n` that goes through a list written as `list` is.
Pass PassAround(const View& file, NodeId n, NodeId list) {
  const Syntax& s = file.syntax;
  for (NodeId c = n, p = s.Parent(n); Index(p) != 0; c = p, p = s.Parent(p)) {
    Pass pass;
    if (IsLoop(s.KindOf(p)) && s[c].role == Role::kBody) pass = PassAt(file, p);
    if (IsFunction(s.KindOf(p))) {
      const NodeId call = s.Parent(p);
      if (s[p].role != Role::kArgument || s.KindOf(call) != Kind::kCallExpression) return {};
      pass = CallThrough(file, call, false);
      if (!Some(pass.at)) return {};
      p = call;
    }
    if (Some(pass.at) && file.Text(pass.list) == file.Text(list)) return pass;
  }
  return {};
}

constexpr std::string_view kHelp = "refuse what is over a limit before the loop, or give the work to a worker thread";

void Loops(const View& file, Report& report) {
  const Syntax& s = file.syntax;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId loop = static_cast<NodeId>(i);
    const Kind kind = s.KindOf(loop);
    if (!IsLoop(kind) || kind == Kind::kForInStatement || kind == Kind::kDoWhileStatement) continue;
    const FunctionId function = file.model.FunctionOf(loop);
    if (!file.HotIn(function) || IsKept(file.file, loop) || IsForDevelopment(file.file, loop)) continue;
    // By its numbers, with those of the loops around it.
    if (const double rounds = RoundsOf(file, loop); rounds > 0) {
      double around = 1;
      for (NodeId outer = EnclosingLoop(file.model, loop); Some(outer); outer = EnclosingLoop(file.model, outer)) {
        if (const double more = RoundsOf(file, outer); more > 1) around *= more;
      }
      if (rounds * around < kLong || around >= kLong) continue;
      report
          .At(s.Child(loop, Role::kTest),
              Cat("this loop takes ", Million(rounds * around), " steps on every request",
                  around > 1 ? ", with the loops around it" : "", "; no other request is served meanwhile"))
          .Via(file.HotPathTo(function).steps)
          .Help("do it once at start-up, keep the result, or give the work to a worker thread");
      continue;
    }
    if (kind != Kind::kForOfStatement) {
      const Header h = Read(file, loop);
      // Through all that was sent takes no longer than to send it.
      const bool length = Some(h.counter) && s.KindOf(h.bound) == Kind::kMemberExpression &&
                          file.Text(s.Child(h.bound, Role::kProperty)) == "length";
      if (Some(h.counter) && !length) {
        const Chosen chosen = ChosenBy(file, h.bound, loop, s.Child(loop, Role::kTest), false, 0);
        if (!chosen.what.empty()) {
          std::vector<BindingId> harmless = chosen.through;
          harmless.push_back(h.counter);
          if (EndsOrWaits(file, loop, harmless)) continue;
          std::vector<Step> steps = chosen.steps.empty() ? file.HotPathTo(function).steps : chosen.steps;
          report
              .At(s.Child(loop, Role::kTest), Cat("a client decides how often this loop runs: up to ", chosen.what,
                                                  ", and no other request is served meanwhile"))
              .Via(std::move(steps))
              .Help(std::string(kHelp));
          continue;
        }
      }
    }
  }
}

// Through the list for each element of the list.
void Pairs(const View& file, Report& report) {
  const Syntax& s = file.syntax;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kCallExpression && !IsLoop(s.KindOf(n))) continue;
    const FunctionId function = file.model.FunctionOf(n);
    if (!file.HotIn(function)) continue;
    const Pass inner = PassAt(file, n);
    if (!Some(inner.at) || IsKept(file.file, n) || IsForDevelopment(file.file, n)) continue;
    const Pass outer = PassAround(file, n, inner.list);
    if (!Some(outer.at)) continue;
    const Chosen chosen = ChosenBy(file, inner.list, outer.at, outer.at, true, 0);
    if (chosen.what.empty()) continue;
    std::vector<Step> steps = chosen.steps.empty() ? file.HotPathTo(function).steps : chosen.steps;
    steps.push_back({{file.id, file.SpanOf(outer.list)}, "for each element of this list"});
    // Bodies are 100 KB where a framework reads them, as a rule; the head of a request is 16 KB at most.
    const bool body = chosen.what.find("body") != std::string::npos;
    report
        .At(inner.list, Cat("goes through ", chosen.what, " once for each of its elements: a client who sends ",
                            body ? "50,000 makes this two billion" : "8,000 makes this 64 million",
                            " steps, and no other request is served meanwhile"))
        .Via(std::move(steps))
        .Help("limit the length of the list, or look elements up in a Map or Set");
  }
}

// A function that calls itself twice or more with its parameter less a constant, and does nothing else that would end
// it: each step doubles the work.
bool DoublesByParameter(const View& file, FunctionId function, uint32_t index) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const BindingId param = ParamOf(m, function, index);
  if (!Some(param) || m.bindings[param].writes != 0 || m.functions[function].is_async ||
      m.functions[function].is_generator)
    return false;
  int calls = 0;
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    if (call.function != function) continue;
    if (file.TargetOf(id) != FunctionRef{file.id, function}) return false;
    const Argument* a = m.Arg(call, index);
    if (a == nullptr || s.KindOf(a->node) != Kind::kBinaryExpression || s[a->node].op != Op::kSub) return false;
    const auto less = file.ConstantNumber(s.Child(a->node, Role::kRight));
    if (!less || *less <= 0 || *less > 8 || m.BindingAt(s.FirstChild(a->node)) != param) return false;
    // fib(n - 1) + fib(n - 2), not: n > 5 ? fib(n - 1) : fib(n - 2)
    const NodeId p = s.Parent(call.node);
    calls += s.KindOf(p) == Kind::kBinaryExpression ? 1 : 0;
  }
  // What it remembers from call to call lies outside.
  const NodeId body = m.functions[function].node;
  for (uint32_t i = Index(body); i < s[body].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) == Kind::kMemberExpression || s.KindOf(n) == Kind::kAssignmentExpression) return false;
  }
  return calls >= 2;
}

void Recursions(const View& file, Report& report) {
  const FileModel& m = file.model;
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    const FunctionRef f = file.TargetOf(id);
    if (!Some(f.function) || call.arg_count == 0 || call.arg_count > 3 || !file.HotIn(call.function)) continue;
    if (f == FunctionRef{file.id, call.function} || IsKept(file.file, call.node)) continue;
    const View there(file.project, file.facts, f.file);
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const Argument& a = m.args[call.first_arg + i];
      if (a.spread || !DoublesByParameter(there, f.function, i)) continue;
      const Chosen chosen = ChosenBy(file, a.node, call.node, kNone<NodeId>, false, 0);
      if (chosen.what.empty()) continue;
      std::vector<Step> steps = chosen.steps.empty() ? file.HotPathTo(call.function).steps : chosen.steps;
      steps.push_back(CallStep(file.project, {file.id, call.function}, id, false, f));
      report
          .At(file.CalleeNode(call),
              Cat(Describe(file.project, f), " calls itself twice for every step of ", chosen.what,
                  ", which a client chooses: at 45 that is a billion calls, and no other request is "
                  "served meanwhile"))
          .Via(std::move(steps))
          .Help("count in a loop, keep what was worked out, or refuse what is over a limit");
    }
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  Loops(file, report);
  Pairs(file, report);
  Recursions(file, report);
}

}  // namespace

RULE = {
    .summary = "a loop keeps a request handler busy for seconds",
    .why =
        "JavaScript has one thread: until the loop ends, no other request is read, answered or timed out. Where a "
        "number or list in the request says how long that is, one small request stops the server.",
    .fix =
        "Refuse numbers and lists over a limit before the loop (Math.min, a maximum in the schema). Do work that is "
        "always the same once at start-up, and what must take long in a worker thread.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 834,
    .performance = true,
    .check = Check,
};

}  // namespace looplint
