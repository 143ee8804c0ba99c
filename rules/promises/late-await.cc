// A promise that is started, and gets its first handler only after another await: it may reject in between.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// May this operand be pending over turns of the event loop? Literals and plain values are not.
bool Pends(const View& file, NodeId operand) {
  const Value* v = Some(file.model.ValueOf(operand)) ? &file.model[file.model.ValueOf(operand)] : nullptr;
  if (v == nullptr) return false;
  return v->kind == ValueKind::kCall || v->kind == ValueKind::kBinding || v->kind == ValueKind::kMember;
}

// Is `node` evaluated whenever the statement `statement` is?
bool Unconditional(const Syntax& s, NodeId statement, NodeId node) {
  for (NodeId c = node; c != statement; c = s.Parent(c)) {
    const NodeId p = s.Parent(c);
    const Role role = s[c].role;
    switch (s.KindOf(p)) {
      case Kind::kIfStatement:
      case Kind::kConditionalExpression:
        if (role != Role::kTest) return false;
        break;
      case Kind::kLogicalExpression:
        if (role != Role::kLeft) return false;
        break;
      case Kind::kTryStatement:
        if (role == Role::kHandler) return false;
        break;
      case Kind::kForStatement:
        if (role != Role::kInit) return false;
        break;
      case Kind::kForInStatement:
      case Kind::kForOfStatement:
        if (role != Role::kRight) return false;
        break;
      case Kind::kWhileStatement:
        if (role != Role::kTest) return false;
        break;
      case Kind::kSwitchCase:
      case Kind::kCatchClause:
      case Kind::kAssignmentPattern:
        return false;
      default:
        if (IsFunction(s.KindOf(p))) return false;
        break;
    }
  }
  return true;
}

bool MayReject(const Outcome& o) { return o.returns == Returns::kPromise && o.fails >= Fails::kMaybe; }

void Variables(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  // Awaits in source order, to search from a declaration on.
  std::vector<const Flow*> awaits;
  for (const Flow& f : m.flow) {
    if (f.kind == FlowKind::kAwait) awaits.push_back(&f);
  }
  if (awaits.empty()) return;
  for (const BindingId variable : Ids(m.bindings)) {
    const Binding& binding = m.bindings[variable];
    if (binding.kind != BindingKind::kConst && binding.kind != BindingKind::kLet && binding.kind != BindingKind::kVar) continue;
    if (binding.writes != 0 || !Some(binding.value) || m[binding.value].kind != ValueKind::kCall) continue;
    if (!Some(binding.first)) continue;
    const NodeId declarator = s.Parent(binding.node);
    if (s.KindOf(declarator) != Kind::kVariableDeclarator) continue;
    const NodeId init = s.Child(declarator, Role::kValue);
    const CallId call = m.CallAt(init);
    if (!Some(call)) continue;
    const Outcome outcome = file.OutcomeOf(call);
    if (!MayReject(outcome)) continue;
    const FunctionId function = m.calls[call].function;
    const NodeId statement = EnclosingStatement(s, declarator);
    if (!Some(statement) || s.KindOf(statement) != Kind::kVariableDeclaration) continue;
    const uint32_t begin = s[declarator].end;
    // The first use by position. One inside a function that is called earlier could come sooner: leave that alone.
    uint32_t first_use = ~uint32_t{0};
    NodeId use = kNone<NodeId>;
    bool captured = false;
    for (const NodeId r : file.References(variable)) {
      captured |= m.FunctionOf(r) != function;
      if (s[r].start < first_use) first_use = s[r].start, use = r;
    }
    if (captured || first_use < begin) continue;
    const auto from = std::lower_bound(awaits.begin(), awaits.end(), Index(declarator),
                                       [](const Flow* f, uint32_t at) { return Index(f->node) < at; });
    for (auto it = from; it != awaits.end() && s[(*it)->node].start < first_use; ++it) {
      const Flow& await = **it;
      // Awaits within the initialiser are over when the promise is there; one that holds the use handles it.
      if (await.function != function || s[await.node].start < begin || s[await.node].end > first_use) continue;
      const NodeId operand = s.FirstChild(await.node);
      if (!Pends(file, operand)) continue;
      // On every path: in the same list of statements, and not behind a condition.
      NodeId top = await.node;
      while (Index(top) != 0 && s.Parent(top) != s.Parent(statement)) top = s.Parent(top);
      if (Index(top) == 0 || !Unconditional(s, top, await.node)) continue;
      if (const Outcome other = file.PromiseAt(operand); other.returns == Returns::kNoPromise &&
                                                          m[m.ValueOf(operand)].kind == ValueKind::kBinding) {
        continue;  // of a plain value
      }
      std::string_view text = file.Text(operand);
      if (text.size() > 40 || text.find('\n') != std::string_view::npos) text = "something else";
      auto finding = report.At(binding.node, Cat(file.Name(binding.name), " has no handler yet while ", text,
                                                 " is awaited; if it rejects then, the process ends"));
      std::vector<Step> steps = {{{file.id, file.SpanOf(await.node)}, "meanwhile this is awaited"},
                                 {{file.id, file.SpanOf(use)}, Cat(file.Name(binding.name), " is first used here")}};
      if (outcome.fails == Fails::kSite && Some(outcome.site.file)) {
        steps.push_back({outcome.site, "it rejects with what is thrown here"});
      }
      if (const Kind list = s.KindOf(s.Parent(statement)); list == Kind::kBlockStatement || list == Kind::kProgram) {
        const uint32_t end = s[statement].end;
        finding.FixWith({.description = Cat("mark ", file.Name(binding.name), " as handled; awaiting it still throws"),
                         .edits = {{{end, end},
                                    Cat("\n", IndentationAt(file, s[statement].start), file.Name(binding.name),
                                        ".catch(() => {});")}},
                         .safe = false});
      }
      finding.Via(std::move(steps), "meanwhile").Help("await both with Promise.all, or start it where it is awaited");
      break;
    }
  }
}

// A list of promises awaited one by one: for (const p of list) await p; for await (... of [f(), g()]).
bool StartsMany(const View& file, NodeId list) {
  const Syntax& s = file.syntax;
  if (s.KindOf(list) == Kind::kArrayExpression) {
    int started = 0, rejecting = 0;
    for (const NodeId c : s.ChildrenOf(list)) {
      const Outcome o = file.PromiseAt(c);
      started += o.returns == Returns::kPromise;
      // The first is being awaited at once.
      rejecting += started > 1 && MayReject(o);
    }
    return rejecting > 0;
  }
  const CallId id = file.model.CallAt(list);
  if (!Some(id)) return false;
  const Call& call = file.model.calls[id];
  if (file.Method(call) != "map" || call.arg_count == 0) return false;
  const FunctionRef f = file.FunctionOf(file.model.args[call.first_arg].value);
  if (!Some(f.function)) return false;
  const Api* api = file.ApiOf(id);
  if (api == nullptr || !api->name.starts_with("Array#")) {
    const ValueId receiver = file.Receiver(call);
    if (api != nullptr || (Some(receiver) && !file.Denote(receiver).Is(Denoted::Kind::kUnknown))) return false;
  }
  return MayReject(file.OutcomeOf(f));
}

void Lists(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  const bool awaits = std::any_of(m.flow.begin(), m.flow.end(), [](const Flow& f) {
    return f.kind == FlowKind::kAwait || f.kind == FlowKind::kForAwait;
  });
  if (!awaits) return;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId loop = static_cast<NodeId>(i);
    if (s.KindOf(loop) != Kind::kForOfStatement) continue;
    const NodeId list = s.Child(loop, Role::kRight);
    NodeId source = list;
    if (s.KindOf(list) == Kind::kIdentifier) {
      const BindingId b = m.BindingAt(list);
      if (!Some(b) || m.bindings[b].writes != 0) continue;
      const NodeId declarator = s.Parent(m.bindings[b].node);
      if (s.KindOf(declarator) != Kind::kVariableDeclarator) continue;
      // Handled somewhere else as well, by Promise.all or a loop that adds handlers?
      if (file.References(b).size() != 1) continue;
      source = s.Child(declarator, Role::kValue);
      if (!Some(source)) continue;
    }
    bool awaits = (s[loop].flags & kAsync) != 0;
    if (!awaits) {
      // for (const p of list) { ... await p ... } with nothing else done to p.
      const BindingId p = m.BindingAt(s.Child(loop, Role::kLeft));
      if (!Some(p)) continue;
      const std::vector<NodeId> uses = file.References(p);
      awaits = uses.size() == 1 && UseOf(s, uses[0]) == Use::kAwaited;
    }
    if (!awaits || !StartsMany(file, source)) continue;
    report.At(list, Cat("these promises are awaited one after the other; one that rejects before its turn ",
                        file.RejectionEnds()))
        .Help("loop over the results of await Promise.all(...), or start each one inside the loop");
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  Variables(file, report);
  Lists(file, report);
}

}  // namespace

RULE = {
    .summary = "a promise that can reject before anything handles it",
    .why = "Between its creation and its first await or .catch a promise has no handler. When it rejects while "
           "something else is being awaited, Node raises unhandledRejection and ends the process, although an await "
           "follows and although all of it stands in a try block.",
    .fix = "Wait for both at once with await Promise.all([a, b]), which handles them from the start; or create the "
           "promise where it is awaited. `p.catch(() => {})` at its creation marks it as handled and keeps a later "
           "await throwing.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 248,
    .check = Check,
};

}  // namespace looplint
