// return f() inside try: the block is left before the promise settles, so its catch and finally come too early.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// catch (e) { throw e; }: the same with and without.
bool OnlyRethrows(const Syntax& s, NodeId handler) {
  const NodeId body = s.Child(handler, Role::kBody);
  const NodeId first = s.FirstChild(body);
  if (!Some(first) || s[first].next != s[body].next || s.KindOf(first) != Kind::kThrowStatement) return false;
  return s.KindOf(s.FirstChild(first)) == Kind::kIdentifier;
}

bool IsEmptyBlock(const Syntax& s, NodeId block) { return !Some(s.FirstChild(block)); }

bool HandlesItself(const View& file, NodeId node) {
  const CallId id = file.model.CallAt(node);
  if (!Some(id)) return false;
  const Call& call = file.model.calls[id];
  const std::string_view method = file.Method(call);
  return (method == "catch" && call.arg_count > 0) || (method == "then" && call.arg_count > 1);
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  for (const Flow& flow : file.model.flow) {
    if (flow.kind != FlowKind::kReturn || s.KindOf(flow.node) != Kind::kReturnStatement) continue;
    const Function& f = file.model.functions[flow.function];
    if (!f.is_async || f.is_generator) continue;
    const NodeId value = s.FirstChild(flow.node);
    if (!Some(value)) continue;
    // What stands around it, inside out: a try with a catch, or with a finally (from its catch clause, too).
    bool caught = false, finalized = false;
    std::string_view disposed;
    for (NodeId c = flow.node, p = s.Parent(c); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
      if (s.KindOf(p) == Kind::kTryStatement) {
        const NodeId handler = s.Child(p, Role::kHandler), finalizer = s.Child(p, Role::kFinalizer);
        const Role role = s[c].role;
        if (role == Role::kBody && Some(handler) && !OnlyRethrows(s, handler)) caught = true;
        if (role != Role::kFinalizer && Some(finalizer) && !IsEmptyBlock(s, finalizer)) finalized = true;
      }
      if (s.KindOf(p) == Kind::kBlockStatement || s.KindOf(p) == Kind::kProgram) {
        for (const NodeId d : s.ChildrenOf(p)) {
          if (Index(d) >= Index(c)) break;
          if (s.KindOf(d) != Kind::kVariableDeclaration || (s[d].op != Op::kUsing && s[d].op != Op::kAwaitUsing)) continue;
          // Only matters when the work needs the resource.
          for (const NodeId declarator : s.ChildrenOf(d)) {
            const BindingId b = file.model.BindingAt(s.Child(declarator, Role::kName));
            if (!Some(b)) continue;
            for (const NodeId r : file.References(b)) {
              if (s.Contains(value, r)) disposed = file.Name(file.model.bindings[b].name);
            }
          }
        }
      }
    }
    if (!caught && !finalized && disposed.empty()) continue;
    // await done; return done; has waited already.
    bool awaited = false;
    if (const BindingId b = file.model.BindingAt(value); Some(b)) {
      for (const NodeId r : file.References(b)) awaited |= UseOf(s, r) == Use::kAwaited;
    }
    if (awaited) continue;
    const Outcome outcome = file.PromiseAt(value);
    if (outcome.returns < Returns::kPromiseOrNothing) continue;
    // Promise.resolve(x) and Promise.reject(e) say what they mean.
    if (const CallId id = file.model.CallAt(value); Some(id)) {
      const Api* api = file.ApiOf(id);
      if (api != nullptr && (api->name == "global.Promise.resolve" || api->name == "global.Promise.reject")) continue;
    }
    const bool misses_catch = caught && outcome.fails >= Fails::kMaybe && !HandlesItself(file, value);
    std::string message;
    if (misses_catch) {
      message = finalized ? "returned without await: this catch never sees a rejection, and finally runs before the work is done"
                          : "returned without await: a rejection does not reach this catch";
    } else if (finalized) {
      message = "returned without await: finally runs before the work is done";
    } else if (!disposed.empty()) {
      message = Cat("returned without await: ", disposed, " is disposed of before the work is done");
    } else {
      continue;
    }
    auto finding = report.At(value, message);
    if (outcome.fails == Fails::kSite && Some(outcome.site.file)) {
      finding.Via({{outcome.site, "rejects with what is thrown here"}}, "can fail at");
    }
    const Span at = file.SpanOf(value);
    const Kind kind = s.KindOf(value);
    const bool simple = kind == Kind::kCallExpression || kind == Kind::kNewExpression || kind == Kind::kIdentifier ||
                        kind == Kind::kMemberExpression || (s[value].flags & kParenthesized);
    Fix fix{.description = "await the promise here", .edits = {}, .safe = true};
    if (s[value].flags & kParenthesized) {
      // The span is the inside of the parentheses, which stay.
      fix.edits.push_back({{file.SpanOf(flow.node).start + 6, file.SpanOf(flow.node).start + 6}, " await"});
    } else {
      fix.edits.push_back({{at.start, at.start}, simple ? "await " : "await ("});
      if (!simple) fix.edits.push_back({{at.end, at.end}, ")"});
    }
    finding.FixWith(std::move(fix));
  }
}

}  // namespace

RULE = {
    .summary = "a promise is returned from a try block without await",
    .why = "return without await leaves the try block at once, with the promise still pending. A later rejection goes "
           "to the caller past the catch that was written for it, and finally (or the end of a `using` scope) closes "
           "the resource while the work still uses it.",
    .fix = "Write return await inside try. It costs nothing and keeps the function in the stack trace.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 755,
    .eslint = "@typescript-eslint/return-await",
    .check = Check,
};

}  // namespace looplint
