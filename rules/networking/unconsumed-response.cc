// The callback of http.get() or http.request() takes a response and, on some way, neither reads nor discards its body.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/facts/object_use.h"
#include "analyzer/facts/paths.h"
#include "rules/callbacks.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The type a client's callback is handed: that of the first parameter, when the API takes a socket for it.
std::string_view ResponseType(const Api& api) {
  if (api.style != CallStyle::kCallback || !api.once || api.acquires != "socket") return {};
  for (const Handler& h : api.handlers) {
    if (!h.params.empty()) return h.params[0];
  }
  return {};
}

class Response {
 public:
  Response(const View& file, BindingId binding, std::string_view type, NodeId call)
      : file_(file), m_(file.model), s_(file.syntax), b_(binding), type_(type) {
    const NodeId holder = s_.Parent(call);
    if (s_.KindOf(holder) == Kind::kVariableDeclarator) request_ = m_.BindingAt(s_.FirstChild(holder));
    if (s_.KindOf(holder) == Kind::kAssignmentExpression) request_ = m_.BindingAt(s_.Child(holder, Role::kLeft));
    for (const NodeId n : file.References(binding)) {
      if (Takes(n)) taken_.push_back(Index(n));
    }
  }

  Act operator()(NodeId n) const {
    const Kind kind = s_.KindOf(n);
    if (IsFunction(kind)) {
      // Reads it later, unless it only asks for the status there.
      return std::ranges::any_of(taken_, [&](uint32_t t) { return s_.Contains(n, static_cast<NodeId>(t)); })
                 ? Act::kMay
                 : Act::kNothing;
    }
    if (kind == Kind::kCallExpression) {
      const CallId c = m_.CallAt(n);
      if (!Some(c)) return Act::kNothing;
      const Api* api = file_.ApiOf(c);
      if (api != nullptr && api->ends_process) return Act::kLeaves;
      // req.destroy(), req.abort() end the connection.
      const ValueId receiver = file_.Receiver(m_.calls[c]);
      const std::string_view method = file_.Method(m_.calls[c]);
      if (Some(receiver) && RootOf(file_, receiver) != b_ &&
          (method == "destroy" || method == "abort" || method == "end"))
        return Act::kMay;
      // A function of the file that names the response.
      const FunctionRef f = file_.TargetOf(c);
      if (Some(f.function) && f.file == file_.id && Names(file_, m_.functions[f.function].node, b_)) return Act::kMay;
      return Act::kNothing;
    }
    if (kind != Kind::kIdentifier && kind != Kind::kShorthandProperty) return Act::kNothing;
    // if (req.timedOut) return: the request is asked what became of it, which may be that it was ended.
    if (Some(request_) && m_.BindingAt(n) == request_ && s_.KindOf(s_.Parent(n)) == Kind::kMemberExpression)
      return Act::kMay;
    return std::ranges::find(taken_, Index(n)) != taken_.end() ? Act::kDoes : Act::kNothing;
  }

 private:
  // Is the response read, discarded or handed on at this mention of it?
  bool Takes(NodeId n) const {
    NodeId inner = n, p = s_.Parent(n);
    while (s_.KindOf(p) == Kind::kTSNonNullExpression || s_.KindOf(p) == Kind::kTSAsExpression)
      inner = p, p = s_.Parent(p);
    if (s_.KindOf(p) != Kind::kMemberExpression || s_[inner].role != Role::kObject) {
      // Compared or tested: not taken.
      const Kind k = s_.KindOf(p);
      return k != Kind::kUnaryExpression && k != Kind::kBinaryExpression && k != Kind::kIfStatement;
    }
    const NodeId property = s_.Child(p, Role::kProperty);
    if (s_.KindOf(property) != Kind::kPropertyName) return true;
    const std::string_view name = file_.Text(property);
    if (Consumes(file_, type_, name)) return true;
    const NodeId q = s_.Parent(p);
    const CallId call = s_.KindOf(q) == Kind::kCallExpression && s_.FirstChild(q) == p ? m_.CallAt(q) : kNone<CallId>;
    if (!Some(call)) {
      // res.socket.destroy(), res.body: what it is given by packages. Plain members of Node's own are numbers and
      // texts.
      const Api* member = file_.knowledge.FindMember(type_, name);
      return member == nullptr || !member->is_property || !member->returns.empty();
    }
    const Api* api = file_.ApiOf(call);
    if (api == nullptr) return true;
    const std::string event = EventOf(file_, call);
    if (event.empty()) {
      // res.setEncoding('utf8').on('data', ...)
      const NodeId next = s_.Parent(q);
      return s_.KindOf(next) == Kind::kMemberExpression || UseOf(s_, q) != Use::kDropped;
    }
    const Event* known = file_.knowledge.FindEvent(type_, event);
    if (event == "?" || (known != nullptr && known->context == Context::kStream)) return true;
    // res.on('end', ...).on('data', ...)
    if (const NodeId next = s_.Parent(q); s_.KindOf(next) == Kind::kMemberExpression) return true;
    // A listener that reads it: its mention there counts by itself.
    return false;
  }

  const View& file_;
  const FileModel& m_;
  const Syntax& s_;
  const BindingId b_;
  BindingId request_ = kNone<BindingId>;
  const std::string_view type_;
  std::vector<uint32_t> taken_;
};

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (const CallId id : file.KnownCalls()) {
    const Call& call = m.calls[id];
    const Api* api = file.ApiOf(id);
    const std::string_view type = ResponseType(*api);
    if (type.empty() || call.arg_count == 0) continue;
    const Argument& last = m.args[call.first_arg + call.arg_count - 1];
    const FunctionId callback = m.FunctionAt(last.node);
    if (!Some(callback) || m.functions[callback].is_async) continue;
    const std::string what = file.CalleeText(call);
    const Function& f = m.functions[callback];
    if (f.param_count == 0) {
      if (f.uses_this || s.KindOf(s.Child(f.node, Role::kBody)) != Kind::kBlockStatement) continue;
      report.At(file.CalleeNode(call), Cat("the response of ", what, " is not read; its connection stays taken"))
          .Help("take the response and call its resume()");
      continue;
    }
    const BindingId res = ParamOf(m, callback, 0);
    if (!Some(res) || m.bindings[res].writes != 0) continue;
    const Response act(file, res, type, call.node);
    const auto paths = PathsThrough(m, file.file.text, callback, act);
    if (!paths) continue;
    const std::string name(file.Name(m.bindings[res].name));
    const bool never = std::ranges::none_of(*paths, [](const Path& p) { return p.times > 0 || p.may; });
    for (const Path& p : *paths) {
      if (p.times > 0 || p.may || p.end == Path::End::kThrows) continue;
      if (never) {
        report.At(m.bindings[res].node, Cat(name, " is never read, nor its body discarded; its connection stays taken"))
            .Help(Cat("call ", name, ".resume()"));
      } else if (p.end == Path::End::kReturns && s.KindOf(p.at) == Kind::kReturnStatement) {
        auto finding =
            report.At(p.at, Cat("this return leaves the body of ", name, " unread; its connection stays taken"));
        finding.Help(Cat("call ", name, ".resume() before it returns"));
        const NodeId block = s.Parent(p.at);
        if (s.KindOf(block) == Kind::kBlockStatement) {
          const uint32_t start = s[p.at].start;
          finding.FixWith({.description = "discard the body",
                           .edits = {{{start, start}, Cat(name, ".resume();\n", IndentationAt(file, start))}},
                           .safe = false});
        }
      } else if (!p.decisions.empty()) {
        const Path::Decision& d = p.decisions.back();
        std::string_view test = file.Text(d.test);
        const bool is_long = test.size() > 40 || test.find('\n') != std::string_view::npos;
        report
            .At(d.test,
                Cat("when ", is_long ? std::string("this") : Cat("`", test, "`"), d.held ? " holds" : " does not hold",
                    ", the body of ", name, " is neither read nor discarded; its connection stays taken"))
            .Help(Cat("call ", name, ".resume() there"));
      } else {
        continue;
      }
      break;
    }
  }
}

}  // namespace

RULE = {
    .summary = "the response to an HTTP request is neither read nor discarded",
    .why =
        "A response holds its connection until it has been read to the end, also one without a body, to HEAD or "
        "with 204. When a status is all that was wanted, or a branch gives up early, the body stays in the socket: "
        "an agent that keeps connections has one less, requests queue behind maxSockets and never start, and "
        "without a limit each such answer costs a socket and its buffers.",
    .fix = "Call res.resume() where the body is of no use, or res.destroy() to give up the connection as well.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 772,
    .check = Check,
};

}  // namespace looplint
