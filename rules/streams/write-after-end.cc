// A response or stream is ended, and the same path goes on to write to it: mostly a forgotten return.
//
// Reported only when every run that takes the first call takes the second: both stand under one list of statements, the
// second unconditionally so, and nothing in between leaves.
#include <algorithm>
#include <map>

#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Is `method` in a list of the type or of what it extends?
bool Lists(const View& file, std::string_view type, std::vector<std::string> Type::* list, std::string_view method) {
  std::vector<const Type*> work = {file.knowledge.FindType(type)};
  for (int i = 0; i < 24 && !work.empty(); ++i) {
    const Type* t = work.back();
    work.pop_back();
    if (t == nullptr) continue;
    if (std::ranges::find(t->*list, method) != (t->*list).end()) return true;
    for (const std::string& also : t->also) work.push_back(file.knowledge.FindType(also));
    if (!t->extends.empty()) work.push_back(file.knowledge.FindType(t->extends));
  }
  return false;
}

// Puts data or headers on the wire, which an ended stream refuses.
bool Writes(const View& file, std::string_view type, const Api& api, std::string_view method) {
  return api.must_check || Lists(file, type, &Type::writes, method) ||
         std::ranges::any_of(api.sinks, [](const Sink& s) { return s.kind == "header" || s.kind == "cookie"; });
}

struct Event {
  NodeId node;       // the call
  BindingId object;  // on which, at the root of the chain res.status(404).json({})
  FunctionId function;
  std::string_view method;
  bool ends;
  bool data;  // the call carries something
};

// Ancestors up to the function are statements and the expressions of an ExpressionStatement or a return.
bool Leaves(const View& file, uint32_t first, uint32_t last) {
  const Syntax& s = file.syntax;
  for (uint32_t i = first; i < last; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    switch (s.KindOf(n)) {
      case Kind::kReturnStatement:
      case Kind::kThrowStatement:
      case Kind::kBreakStatement:
      case Kind::kContinueStatement:
      case Kind::kYieldExpression:
        return true;
      case Kind::kCallExpression: {
        // process.exit(), and whatever asserts or throws for us.
        const CallId c = file.model.CallAt(n);
        if (!Some(c)) break;
        const Api* api = file.ApiOf(c);
        if (api != nullptr && (api->name == "global.process.exit" || api->name == "global.process.abort")) return true;
        break;
      }
      default:
        if (IsFunction(s.KindOf(n))) i = s.nodes[i].next - 1;
    }
  }
  return false;
}

bool IsList(Kind k) { return k == Kind::kBlockStatement || k == Kind::kProgram; }

// Is `node` evaluated whenever the statement list item it stands in is?
bool Unconditional(const Syntax& s, NodeId node, NodeId item) {
  for (NodeId c = node; c != item; c = s.Parent(c)) {
    const NodeId p = s.Parent(c);
    switch (s.KindOf(p)) {
      case Kind::kExpressionStatement:
      case Kind::kReturnStatement:
      case Kind::kAwaitExpression:
      case Kind::kBlockStatement:
      case Kind::kVariableDeclarator:
      case Kind::kVariableDeclaration:
      case Kind::kCallExpression:
      case Kind::kMemberExpression:
      case Kind::kUnaryExpression:
      case Kind::kTSAsExpression:
      case Kind::kTSNonNullExpression:
        continue;
      case Kind::kTryStatement:
        if (s[c].role == Role::kHandler) return false;
        continue;
      default:
        return false;
    }
  }
  return true;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const Syntax& s = file.syntax;
  const FileModel& m = file.model;
  std::map<std::pair<uint32_t, uint32_t>, std::vector<Event>> by_object;
  for (const CallId id : file.KnownCalls()) {
    const Call& call = m.calls[id];
    if (call.kind != CallKind::kCall) continue;
    const Api* api = file.ApiOf(id);
    const std::string_view method = file.Method(call);
    if (method.empty()) continue;
    const ValueId receiver = file.Receiver(call);
    if (!Some(receiver)) continue;
    const std::string_view type = file.TypeOf(receiver);
    if (type.empty()) continue;
    const bool ends = Lists(file, type, &Type::ends, method);
    if (!ends && !Writes(file, type, *api, method)) continue;
    // The root of the chain.
    ValueId root = receiver;
    for (int i = 0; i < 12 && m[root].kind == ValueKind::kCall; ++i) {
      const ValueId next = file.Receiver(m.calls[static_cast<CallId>(m[root].a)]);
      if (!Some(next)) break;
      root = next;
    }
    if (m[root].kind != ValueKind::kBinding) continue;
    const BindingId b = static_cast<BindingId>(m[root].a);
    if (!Some(m.bindings[b].value)) continue;
    by_object[{Index(call.function), Index(b)}].push_back(
        {call.node, b, call.function, method, ends, call.arg_count > 0});
  }
  for (const auto& [key, events] : by_object) {
    if (events.size() < 2 || std::none_of(events.begin(), events.end(), [](const Event& e) { return e.ends; })) continue;
    std::vector<bool> told(events.size());  // one finding for each call that ends it
    for (size_t j = 1; j < events.size(); ++j) {
      const Event& second = events[j];
      // end() once more, without data, is allowed.
      if (second.ends && second.method == "end" && !second.data) continue;
      for (size_t i = j; i-- > 0;) {
        const Event& first = events[i];
        if (!first.ends || told[i] || s.Contains(first.node, second.node) || s.Contains(second.node, first.node)) continue;
        // The innermost list with the first call in one statement and the second in a later one.
        NodeId list = s.Parent(first.node), item = first.node;
        bool ok = true;
        while (Index(list) != 0 || s.KindOf(list) == Kind::kProgram) {
          if (IsList(s.KindOf(list)) && s.Contains(list, second.node)) break;
          if (IsFunction(s.KindOf(list)) || IsLoop(s.KindOf(list)) || s.KindOf(list) == Kind::kReturnStatement ||
              s.KindOf(list) == Kind::kSwitchCase || s.KindOf(list) == Kind::kThrowStatement) {
            ok = false;
            break;
          }
          if (Index(list) == 0) break;
          item = list;
          list = s.Parent(list);
        }
        if (!ok || !IsList(s.KindOf(list)) || s.Contains(item, second.node)) continue;
        NodeId later = second.node;
        while (s.Parent(later) != list) later = s.Parent(later);
        if (!Unconditional(s, second.node, later)) continue;
        // res.end(a) in one branch of an expression: cond && res.end(), cond ? res.end() : 0 go on as well.
        const uint32_t after = s[first.node].next;
        if (Leaves(file, after, Index(second.node))) {
          // `return` wrapped around the second call itself does not count.
          uint32_t stop = Index(second.node);
          for (NodeId p = s.Parent(second.node); p != list && Index(p) != 0; p = s.Parent(p)) stop = Index(p);
          if (Leaves(file, after, stop)) continue;
        }
        // A try around the first call: the second in its catch runs instead of, or after, what follows the call.
        bool guarded = false;
        for (uint32_t k = after; k < Index(second.node) && !guarded; ++k) {
          const std::string_view text = s.KindOf(static_cast<NodeId>(k)) == Kind::kPropertyName
                                            ? file.Text(static_cast<NodeId>(k)) : std::string_view();
          guarded = text == "headersSent" || text == "writableEnded" || text == "finished" || text == "destroyed";
        }
        if (guarded) continue;
        const std::string name(file.Name(m.bindings[second.object].name));
        const std::string what = second.ends ? "ends it a second time" : Cat("runs after that");
        auto finding = report.At(second.node, Cat(name, ".", first.method, "() has ended `", name, "` already; ", second.method, "() ",
                                   what));
        finding.Via({{{file.id, file.SpanOf(first.node)}, Cat(first.method, "() ends it, and the path goes on")}}, "ended by")
            .Help(item == first.node || s.KindOf(item) == Kind::kExpressionStatement
                      ? "end once, after all that is written"
                      : Cat("return after ", first.method, "()"));
        // In a branch of its own that is one statement, it can leave the function.
        const NodeId statement = StatementOf(file, first.node);
        if (Some(statement) && statement != item) {
          const uint32_t start = s[statement].start;
          finding.FixWith({.description = Cat("return after ", first.method, "()"), .edits = {{{start, start}, "return "}}, .safe = false});
        }
        told[i] = true;
        break;
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "a response or stream is written to after it was ended",
    .why = "end(), send() and json() finish a response. What follows on the same path fails with ERR_HTTP_HEADERS_SENT or "
           "ERR_STREAM_WRITE_AFTER_END; outside a framework that catches it, the error ends the process. The branch that "
           "was to stop there, often the one that refuses access, goes on to do the rest.",
    .fix = "Return after the call that ends the response, or put the rest into else.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 675,
    .check = Check,
};

}  // namespace looplint
