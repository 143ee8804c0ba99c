// Array methods do not wait: an async callback gives them a promise, which is truthy and not yet a value.
#include <algorithm>
#include <array>

#include "analyzer/base/strings.h"
#include "analyzer/facts/fates.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

enum class What { kNone, kEach, kTest, kSort, kReduce, kMap };

What WhatIs(std::string_view method) {
  if (method == "forEach") return What::kEach;
  if (method == "map" || method == "flatMap") return What::kMap;
  if (method == "reduce" || method == "reduceRight") return What::kReduce;
  if (method == "sort" || method == "toSorted") return What::kSort;
  for (const std::string_view m : {"filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex"}) {
    if (method == m) return What::kTest;
  }
  return What::kNone;
}

bool ThenMember(const View& file, NodeId node) {
  const NodeId p = file.syntax.Parent(node);
  if (file.syntax.KindOf(p) != Kind::kMemberExpression) return false;
  const std::string_view name = file.Text(file.syntax.Child(p, Role::kProperty));
  return name == "then" || name == "catch" || name == "finally";
}

// Is the result treated as an array (or a verdict) at once, as nobody would treat a stream or a promise?
bool UsedAsValue(const View& file, const Call& call, What what) {
  const Syntax& s = file.syntax;
  if (call.use == Use::kTested || call.use == Use::kSpread) return true;
  if (what == What::kTest && call.use == Use::kMember && !ThenMember(file, call.node)) {
    return file.Text(s.Child(s.Parent(call.node), Role::kProperty)) == "length";
  }
  const NodeId declarator = s.Parent(call.node);
  if (call.use != Use::kStored || s.KindOf(declarator) != Kind::kVariableDeclarator) return false;
  const BindingId b = file.model.BindingAt(s.Child(declarator, Role::kName));
  if (!Some(b)) return false;
  for (const NodeId r : file.References(b)) {
    const NodeId p = s.Parent(r);
    if (s.KindOf(p) == Kind::kMemberExpression && s[r].role == Role::kObject) {
      if ((s[p].flags & kComputed) || file.Text(s.Child(p, Role::kProperty)) == "length") return true;
    }
    if (s.KindOf(p) == Kind::kSpreadElement) return true;
    if (s.KindOf(p) == Kind::kForOfStatement && s[r].role == Role::kRight && !(s[p].flags & kAsync)) return true;
  }
  return false;
}

// The accumulator of an async reducer is a promise from the second step on. True when the callback takes members of
// it, spreads it or calculates with it, and never awaits it.
bool MisusesAccumulator(const View& file, FunctionId function) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const Function& f = m.functions[function];
  if (f.param_count < 2) return false;
  const NodeId pattern = s.Child(m.params[f.first_param].node, Role::kLeft);
  if (s.KindOf(pattern) == Kind::kObjectPattern || s.KindOf(pattern) == Kind::kArrayPattern) return true;
  const BindingId b = m.BindingAt(pattern);
  if (!Some(b)) return false;
  bool misused = false;
  for (const NodeId r : file.References(b)) {
    const Use use = UseOf(s, r);
    if (use == Use::kAwaited || ThenMember(file, r)) return false;
    if (use == Use::kArgument || use == Use::kStored || use == Use::kYielded || use == Use::kOther) return false;
    misused |= use == Use::kMember || use == Use::kSpread || use == Use::kTested;
  }
  return misused;
}

// Is anything left to do in the function after this statement?
bool IsLastThing(const Syntax& s, NodeId node) {
  for (NodeId c = EnclosingStatement(s, node); Some(c) && Index(c) != 0; c = s.Parent(c)) {
    const NodeId p = s.Parent(c);
    if (IsFunction(s.KindOf(p)) || s.KindOf(p) == Kind::kProgram)
      return s[c].next == s[p].next || s.KindOf(p) != Kind::kProgram;
    if (s.KindOf(p) == Kind::kBlockStatement && s[c].next != s[p].next) return false;
  }
  return true;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (const CallId id :
       file.MethodCalls({"forEach", "map", "flatMap", "reduce", "reduceRight", "sort", "toSorted", "filter", "some",
                         "every", "find", "findIndex", "findLast", "findLastIndex"})) {
    const Call& call = file.model.calls[id];
    if (call.kind != CallKind::kCall || call.arg_count == 0) continue;
    const std::string_view method = file.Method(call);
    const What what = WhatIs(method);
    if (what == What::kNone) continue;
    const Argument& argument = file.model.args[call.first_arg];
    if (argument.spread) continue;
    const FunctionRef f = file.FunctionOf(argument.value);
    if (!Some(f.function)) continue;
    const Outcome outcome = file.OutcomeOf(f);
    const Function& fn = file.project[f.file].model.functions[f.function];
    if (fn.is_generator || outcome.returns != Returns::kPromise) continue;
    const bool written_here = f.file == file.id && Some(file.model.FunctionAt(argument.node));
    if (!fn.is_async && written_here && what == What::kEach) {
      // x => (pending[x] = load(x)): kept for later.
      const NodeId body = s.Child(argument.node, Role::kBody);
      if (s.KindOf(body) == Kind::kAssignmentExpression) continue;
    }
    // What is it called on? Streams, cursors and libraries have methods of these names that wait.
    const Api* api = file.ApiOf(id);
    const bool array = api != nullptr && (api->name.starts_with("Array#") || api->name.starts_with("Uint8Array#"));
    const bool other_container =
        api != nullptr && api->name.ends_with("#forEach") && api->name.find('.') == std::string::npos;
    if (api != nullptr && !array && !other_container) continue;
    const ValueId receiver = file.Receiver(call);
    if (api == nullptr && Some(receiver) && !file.Denote(receiver).Is(Denoted::Kind::kUnknown)) continue;
    const bool certain = array || other_container;
    if (!certain &&
        (!written_here || call.use == Use::kAwaited || call.use == Use::kReturned || ThenMember(file, call.node)))
      continue;

    std::string message, help;
    switch (what) {
      case What::kEach:
        if (!certain && call.use != Use::kDropped) continue;
        // Without an await in it, all of it has run when forEach returns.
        if (outcome.fails < Fails::kMaybe && written_here && fn.is_async &&
            std::ranges::none_of(file.model.flow, [&](const Flow& e) {
              return e.function == f.function && (e.kind == FlowKind::kAwait || e.kind == FlowKind::kForAwait);
            }))
          continue;
        // What cannot reject and is started from a plain function is left to itself on purpose.
        if (outcome.fails < Fails::kMaybe && (!fn.is_async || IsLastThing(s, call.node))) continue;
        message = fn.is_async ? "forEach does not wait for async callbacks: the code after it runs before they are done"
                              : "forEach does not wait for the promises that its callback returns: the code after it "
                                "runs before they are settled";
        if (outcome.fails >= Fails::kMaybe) message += Cat(", and a rejection ", file.RejectionEnds());
        help = "for (const x of list) { await ... }, or await Promise.all(list.map(async (x) => ...))";
        break;
      case What::kTest:
        if (!certain && !UsedAsValue(file, call, what)) continue;
        // find(x => load(x)) and the like: what is returned is tested, so any promise is a mistake.
        message = Cat(method, " tests the promise of the async callback, which is always truthy: ",
                      method == "filter"               ? "nothing is filtered out"
                      : method == "some"               ? "it is true for any list that is not empty"
                      : method == "every"              ? "it is always true"
                      : method.starts_with("findLast") ? "it finds the last element"
                                                       : "it finds the first element");
        help = "await Promise.all(list.map(test)) first, and test the results";
        break;
      case What::kSort:
        if (!array && !UsedAsValue(file, call, what)) continue;
        message = Cat(method, " compares by the promise of the async callback, which is no number: nothing is sorted");
        help = "await the keys first, then sort by them";
        break;
      case What::kReduce:
        if (!written_here || !fn.is_async || call.arg_count < 2 || !MisusesAccumulator(file, f.function)) continue;
        message = Cat("the accumulator of this async ", method,
                      " is a promise from the second element on, and is used without await");
        help = "await the accumulator first, or write a for...of loop";
        break;
      case What::kMap: {
        if (call.use == Use::kDropped) {
          if (outcome.fails < Fails::kMaybe && IsLastThing(s, call.node)) continue;
          message =
              Cat("nobody waits for the promises of this ", method, ": the code after it runs before they are done");
          if (outcome.fails >= Fails::kMaybe) message += Cat(", and a rejection ", file.RejectionEnds());
          help = "await Promise.all(list.map(async (x) => ...))";
          break;
        }
        if (call.use == Use::kStored && certain && outcome.fails >= Fails::kMaybe) {
          const PromiseFate fate = FateOf(file.project, file.facts.calls, file.id, id);
          if (fate.fate != Fate::kForgotten || fate.kept.starts_with("_")) continue;
          message = Cat("the promises of this ", method, " are kept in ", fate.kept,
                        ", which nothing reads: nobody waits for them, and a rejection ", file.RejectionEnds());
          help = Cat("await Promise.all(", fate.kept, ")");
          break;
        }
        if (!array || call.use != Use::kMember) continue;
        const NodeId member = s.Parent(call.node);
        const std::string_view next = file.Text(s.Child(member, Role::kProperty));
        static constexpr std::array<std::string_view, 8> kOnValues = {"filter", "join",     "some", "every",
                                                                      "sort",   "includes", "find", "indexOf"};
        if (std::find(kOnValues.begin(), kOnValues.end(), next) == kOnValues.end()) continue;
        message = Cat(method, " with an async callback gives promises, and ", next, " gets these, not their values");
        help = Cat("(await Promise.all(list.map(async (x) => ...))).", next, "(...)");
        break;
      }
      case What::kNone:
        continue;
    }
    const NodeId property = s.Child(file.CalleeNode(call), Role::kProperty);
    auto finding = report.At(property, message);
    finding.Help(help);
    // What maps can be awaited as a whole; what tests or compares has to be written anew.
    if ((what == What::kMap || what == What::kEach) && array && written_here &&
        !(s[file.CalleeNode(call)].flags & kOptional)) {
      if (auto fix = AwaitFix(file, call.node, "await Promise.all of what map() gives")) {
        fix->edits.front().text += "Promise.all(";
        if (what == What::kEach) fix->edits.insert(fix->edits.begin() + 1, {file.SpanOf(property), "map"});
        const uint32_t end = file.SpanOf(call.node).end;
        if (fix->edits.back().at.start == end) {
          fix->edits.back().text.insert(0, ")");
        } else {
          fix->edits.push_back({{end, end}, ")"});
        }
        finding.FixWith(*std::move(fix));
      }
    }
    if ((what == What::kEach || what == What::kMap) && outcome.fails < Fails::kMaybe) finding.As(Severity::kWarn);
    if (outcome.fails == Fails::kSite && Some(outcome.site.file) && what != What::kTest && what != What::kSort) {
      finding.Via({{outcome.site, "rejects with what is thrown here"}}, "can fail at");
    }
  }
}

}  // namespace

RULE = {
    .summary = "an array method is given an async callback it does not wait for",
    .why =
        "The methods of Array call the callback and use what it returns at once. An async callback returns a "
        "promise: forEach drops it, so the loop is over before the work is, and a rejection ends the process; "
        "filter, some, every and find take it for true; reduce hands it on in place of the sum.",
    .fix =
        "Write for (const x of list) { await ... } to go one by one, or await Promise.all(list.map(async ...)) to "
        "go at once, and filter or sum up the results.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 253,
    .eslint = "@typescript-eslint/no-misused-promises",
    .check = Check,
};

}  // namespace looplint
