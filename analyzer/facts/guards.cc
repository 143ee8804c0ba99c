#include "analyzer/facts/guards.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/project/definition.h"
#include "re2/re2.h"

namespace looplint {
namespace {

constexpr int kDepth = 6;
constexpr uint32_t kWork = 3000000;       // nodes looked at for one sink
constexpr uint64_t kFileWork = 20000000;  // for those of one file; then kLeft for each
constexpr uint32_t kLeft = 1000;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

bool LooksLikeValidator(std::string_view name) {
  const std::string lower = Lower(name);
  for (const std::string_view part :
       {"valid",  "assert",  "ensure",    "sanit",     "verify",    "safe",          "allow",    "whitelist",
        "inside", "within",  "contain",   "forbid",    "malicious", "traversal",     "illegal",  "permitted",
        "legal",  "isunder", "blacklist", "blocklist", "denied",    "prototypepoll", "polluted", "escapes"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

// Does the text speak of __proto__ or unsafe names, and not just of prototypes as any program does?
bool SpeaksOfProto(std::string_view text) {
  std::string lower = Lower(text);
  for (const std::string_view usual :
       {"getprototypeof", "setprototypeof", "isprototypeof", ".prototype", ".proto", " proto)", "(proto)", "(proto,"}) {
    for (size_t at = lower.find(usual); at != std::string::npos; at = lower.find(usual)) lower.erase(at, usual.size());
  }
  return lower.find("proto") != std::string::npos;
}

// The call at `node`, or the one that made what the variable there holds.
NodeId CallBehind(const FileModel& m, NodeId node) {
  const Syntax& s = m.syntax;
  if (s.KindOf(node) == Kind::kCallExpression) return Some(m.CallAt(node)) ? node : kNone<NodeId>;
  const BindingId b = s.KindOf(node) == Kind::kIdentifier ? m.BindingAt(node) : kNone<BindingId>;
  if (!Some(b) || m.bindings[b].kind == BindingKind::kParam) return kNone<NodeId>;
  NodeId made = kNone<NodeId>;
  const auto look = [&](NodeId name) {
    const NodeId p = s.Parent(name);
    const NodeId value = s.KindOf(p) == Kind::kVariableDeclarator     ? s.Child(p, Role::kValue)
                         : s.KindOf(p) == Kind::kAssignmentExpression ? s.Child(p, Role::kRight)
                                                                      : kNone<NodeId>;  // for (const name of names)
    const bool other = Some(made) && Some(value) && made != value;
    if (Some(value)) made = value;
    return !other;
  };
  if (!look(m.bindings[b].node)) return kNone<NodeId>;
  for (const Assignment& a : m.AssignmentsOf(b)) {
    if (!look(a.node)) return kNone<NodeId>;
  }
  return Some(made) && s.KindOf(made) == Kind::kCallExpression && Some(m.CallAt(made)) ? made : kNone<NodeId>;
}

bool AsksForNumber(std::string_view text) {
  for (const std::string_view part : {"\\d", "0-9", "isNaN", "isNum", "isInt", "'number'", "\"number\""}) {
    if (text.find(part) != std::string_view::npos) return !SpeaksOfProto(text);
  }
  return false;
}

// isIPv4(host), net.isIP(host), isUuid(id): only text of one form passes, and no such form does harm.
bool AsksForForm(std::string_view name) {
  if (const size_t dot = name.rfind('.'); dot != std::string_view::npos) name = name.substr(dot + 1);
  if (!name.starts_with("is") || name.size() < 4 || name[2] < 'A' || name[2] > 'Z') return false;
  const std::string lower = Lower(name.substr(2));
  for (const std::string_view form :
       {"ip", "v4", "v6", "uuid", "hostname", "fqdn", "alpha", "numeric", "integer", "hex", "port", "mac", "mongoid"}) {
    if (lower.starts_with(form)) return true;
  }
  return false;
}

// Does a test by this pattern refuse what calls a function, or what ends the literal it is put into? Where RE2 does not
// know the pattern it is none of characters: /\[(\(.*?\))(?!.\)\])/ takes text apart.
bool RefusesCode(std::string_view body, std::string_view flags) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(flags.find('i') == std::string_view::npos);
  const RE2 refused(re2::StringPiece(body.data(), body.size()), options);
  return refused.ok() && (RE2::PartialMatch("f(1)", refused) || RE2::PartialMatch("\"", refused) ||
                          RE2::PartialMatch("'", refused));
}

// while ((match = pattern.exec(text))): takes text apart, whatever is in it.
bool Scans(std::string_view test) { return test.find(".exec(") != std::string_view::npos; }

bool IsPollutionName(std::string_view text) {
  return text.find("__proto__") != std::string_view::npos || text == "constructor" || text == "prototype";
}

// Of the first parameter of a callback, as in promise.then((value) => ...): the promise; else none.
NodeId PromiseOf(const FileModel& m, NodeId parameter) {
  const Syntax& s = m.syntax;
  const FunctionId f = m.FunctionOf(parameter);
  if (!Some(f) || m.functions[f].param_count == 0) return kNone<NodeId>;
  if (!s.Contains(m.params[m.functions[f].first_param].node, parameter)) return kNone<NodeId>;
  const NodeId function = m.functions[f].node, call = s.Parent(function);
  if (s[function].role != Role::kArgument || s.KindOf(call) != Kind::kCallExpression) return kNone<NodeId>;
  const NodeId callee = s.FirstChild(call);
  if (s.KindOf(callee) != Kind::kMemberExpression) return kNone<NodeId>;
  const NodeId property = s.Child(callee, Role::kProperty);
  const NameId then = m.names.Find("then");
  const ValueId v = Some(property) && Some(then) ? m.ValueOf(callee) : kNone<ValueId>;
  if (!Some(v) || m.values[v].kind != ValueKind::kMember || static_cast<NameId>(m.values[v].b) != then)
    return kNone<NodeId>;
  // realpath(file).catch(() => realpath(parent)): what is asked of the one instead is asked of the other.
  NodeId promise = s.FirstChild(callee);
  while (s.KindOf(promise) == Kind::kCallExpression) {
    const ValueId method = m.ValueOf(s.FirstChild(promise));
    if (!Some(method) || m.values[method].kind != ValueKind::kMember) break;
    const std::string_view name = m.names[static_cast<NameId>(m.values[method].b)];
    if (name != "catch" && name != "finally") break;
    promise = s.FirstChild(s.FirstChild(promise));
  }
  // Of a chain it is what the last callback returns.
  for (uint32_t i = Index(promise); i < s[promise].next; ++i) {
    if (IsFunction(s.KindOf(static_cast<NodeId>(i)))) return kNone<NodeId>;
  }
  return promise;
}

}  // namespace

// Does a test against this text refuse what leads to Object.prototype?
bool Guards::RefusesByName(std::string_view text) const {
  if (!both_) return text.find("__proto__") != std::string_view::npos;
  return text.find("constructor") != std::string_view::npos || text.find("prototype") != std::string_view::npos;
}

void Guards::NewBudget() {
  spent_ += work_ - begun_;
  work_ = begun_ = spent_ < kFileWork ? 0 : kWork - kLeft;
}

// address.pathname, where the value goes through address.query: a router that looks at the one says nothing of the other.
bool Guards::IsOtherPart(const At& at, NodeId object) const {
  const Syntax& s = w_.project()[at.file].model.syntax;
  const NodeId member = s.Parent(object);
  if (s.KindOf(member) != Kind::kMemberExpression || s.FirstChild(member) != object || (s[member].flags & kComputed))
    return false;
  const std::string_view part = w_.Text(at.file, s.Child(member, Role::kProperty));
  if (part != "pathname" && part != "path" && part != "hostname" && part != "host" && part != "protocol") return false;
  const std::string query = Cat(w_.Text(at.file, object), ".query"), search = Cat(w_.Text(at.file, object), ".search");
  const auto through = [&](std::string_view text) { return text.starts_with(query) || text.starts_with(search); };
  // handler(address.query), handler({ name: address.searchParams.get('name') })
  const std::string_view handed = w_.Text(at.file, at.frame->position);
  return (handed.find(Cat(w_.Text(at.file, object), ".", part)) == std::string_view::npos &&
          (handed.find(query) != std::string_view::npos || handed.find(search) != std::string_view::npos)) ||
         std::ranges::any_of(at.frame->texts, through);
}

bool Guards::Mentions(const At& at, NodeId node, int depth) {
  if (!Some(node) || depth > 3) return false;
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const uint32_t end = s[node].next;
  for (uint32_t i = Index(node); i < end; ++i) {
    if (++work_ > kWork) return false;
    const NodeId n = static_cast<NodeId>(i);
    const Kind k = s.KindOf(n);
    if (k == Kind::kIdentifier || k == Kind::kShorthandProperty) {
      if (IsOtherPart(at, n)) continue;
      const BindingId b = m.BindingAt(n);
      if (!Some(b)) {
        if (!at.frame->texts.empty() && s[n].role != Role::kProperty &&
            std::find(at.frame->texts.begin(), at.frame->texts.end(), w_.Text(at.file, n)) != at.frame->texts.end())
          return true;
        continue;
      }
      if (std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) != at.frame->bindings.end()) return true;
      // Something made of it: const relative = path.relative(root, file)
      const Binding& binding = m.bindings[b];
      if (depth == 3 || binding.kind == BindingKind::kImport || binding.kind == BindingKind::kFunction ||
          (binding.kind == BindingKind::kParam && !Some(PromiseOf(m, binding.node))))
        continue;
      const auto [known, fresh] =
          at.frame->made_of.try_emplace(uint64_t{Index(b)} << 2 | static_cast<uint64_t>(depth), false);
      if (!fresh) {
        if (known->second) return true;
        continue;
      }
      const bool is = MadeOf(at, b, node, depth);
      at.frame->made_of[uint64_t{Index(b)} << 2 | static_cast<uint64_t>(depth)] = is;
      if (is) return true;
    } else if (k == Kind::kMemberExpression) {
      const std::string_view text = w_.Text(at.file, n);
      if (std::find(at.frame->texts.begin(), at.frame->texts.end(), text) != at.frame->texts.end()) return true;
    }
  }
  return false;
}

// Is what `b` holds, besides inside of `node`, made of the value?
bool Guards::MadeOf(const At& at, BindingId b, NodeId node, int depth) {
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const Binding& binding = m.bindings[b];
  if (binding.kind == BindingKind::kParam) return Mentions(at, PromiseOf(m, binding.node), depth + 1);
  const auto made = [&](NodeId value) {
    return Some(value) && !s.Contains(value, node) && s[value].next - Index(value) < 200 &&
           Mentions(at, value, depth + 1);
  };
  for (const Assignment& a : m.AssignmentsOf(b)) {
    const NodeId p = s.Parent(a.node);
    if (made(s.KindOf(p) == Kind::kVariableDeclarator ? s.Child(p, Role::kValue) : s.Child(p, Role::kRight)))
      return true;
  }
  if (binding.writes > 0) return false;
  const NodeId p = s.Parent(binding.node);
  if (s.KindOf(p) == Kind::kForOfStatement) return made(s.Child(p, Role::kRight));  // for (const part of value)
  return s.KindOf(p) == Kind::kVariableDeclarator && made(s.Child(p, Role::kValue));
}

// Is the expression the value itself, or how long it is?
bool Guards::IsValue(const At& at, NodeId node) const {
  const FileModel& m = w_.project()[at.file].model;
  if (m.syntax.KindOf(node) == Kind::kMemberExpression && w_.Text(at.file, node).ends_with(".length"))
    node = m.syntax.FirstChild(node);
  const Kind k = m.syntax.KindOf(node);
  if (k == Kind::kIdentifier) {
    const BindingId b = m.BindingAt(node);
    if (Some(b) && std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) != at.frame->bindings.end())
      return true;
  }
  return (k == Kind::kIdentifier || k == Kind::kMemberExpression) &&
         std::find(at.frame->texts.begin(), at.frame->texts.end(), w_.Text(at.file, node)) != at.frame->texts.end();
}

// path.extname(file), file.split('/')[1], file.slice(file.lastIndexOf('.')): a part of a path says nothing of the rest,
// unless it alone is what is used.
bool Guards::OfPart(const At& at, NodeId node, int depth) {
  if (!Some(node) || depth > 6 || !at.kind.starts_with("path") || IsValue(at, node)) return false;
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const auto of = [&](NodeId n) { return OfPart(at, n, depth + 1); };
  const auto uses = [&](NodeId n) {
    return w_.Text(at.file, n).find(w_.Text(at.file, node)) != std::string_view::npos;
  };
  if (depth < 2 && Index(at.frame->position) != 0 && s.KindOf(node) != Kind::kIdentifier &&
      (uses(at.frame->position) || std::ranges::any_of(at.frame->into, [&](NodeId n) { return uses(s.Parent(n)); })))
    return false;
  switch (s.KindOf(node)) {
    case Kind::kIdentifier: {
      const BindingId b = m.BindingAt(node);
      if (!Some(b)) return false;
      const auto given = [&](NodeId name) {
        const NodeId p = s.Parent(name);
        return s.KindOf(p) == Kind::kVariableDeclarator     ? of(s.Child(p, Role::kValue))
               : s.KindOf(p) == Kind::kAssignmentExpression ? of(s.Child(p, Role::kRight))
                                                            : false;
      };
      if (m.bindings[b].writes == 0) return given(m.bindings[b].node);
      return std::ranges::any_of(m.AssignmentsOf(b), [&](const Assignment& a) { return given(a.node); });
    }
    case Kind::kLogicalExpression:
    case Kind::kBinaryExpression: {  // '.' + parts.pop(), and not name + parts.pop()
      bool any = false;
      for (const NodeId c : s.ChildrenOf(node)) {
        if (of(c)) {
          any = true;
        } else if (Mentions(at, c)) {
          return false;
        }
      }
      return any;
    }
    case Kind::kMemberExpression:  // file.split('/')[1], /\.(\w+)$/.exec(file)[1], path.parse(file).ext
      if (!(s[node].flags & kComputed)) return w_.Text(at.file, node).ends_with(").ext");
      if (const NodeId key = s.Child(node, Role::kProperty); Some(key)) {
        // What stands before the query is the path.
        const NodeId list = s.FirstChild(node);
        const std::string_view text = w_.Text(at.file, list);
        const bool query = text.ends_with("('?')") || text.ends_with("(\"?\")") || text.ends_with("('#')");
        return !(query && w_.Text(at.file, key) == "0") && OfPart(at, list, depth + 2);
      }
      return false;
    case Kind::kCallExpression: {
      const NodeId callee = s.FirstChild(node);
      const CallId c = m.CallAt(node);
      if (!Some(c)) return false;
      if (const Api* api = w_.ApiOf(at.file, c)) {
        if (api->name == "path.extname" || api->name == "path.posix.extname") return true;
      }
      // function endingOf(file) { return file.split('.').pop(); }
      if (const FunctionRef f = w_.TargetOf(at.file, c); Some(f.function)) {
        const std::string_view body = w_.Text(f.file, w_.project()[f.file].model.functions[f.function].node);
        return body.size() < 300 &&
               (body.find("extname(") != std::string_view::npos || body.find(".pop()") != std::string_view::npos ||
                body.find("lastIndexOf('.')") != std::string_view::npos);
      }
      if (s.KindOf(callee) != Kind::kMemberExpression) return false;
      const NodeId property = s.Child(callee, Role::kProperty);
      const std::string_view name = Some(property) ? w_.Text(at.file, property) : std::string_view();
      const Argument* first = m.Arg(m.calls[c], 0);
      const std::string_view text = first == nullptr ? std::string_view() : w_.Text(at.file, first->node);
      if (name == "pop" || name == "extname" || name == "split") return true;
      if (name == "match") return text.ends_with("$/") || text.ends_with("$/i");
      if (name == "exec") {
        const std::string_view regex = w_.Text(at.file, s.FirstChild(callee));
        return regex.ends_with("$/") || regex.ends_with("$/i");
      }
      if (name == "slice" || name == "substr" || name == "substring") {
        if (text.starts_with('-') || text.find("lastIndexOf") != std::string_view::npos) return true;
        // const dot = file.lastIndexOf('.'); file.slice(dot + 1)
        for (uint32_t i = first == nullptr ? 0 : Index(first->node); first != nullptr && i < s[first->node].next; ++i) {
          const BindingId b = m.BindingAt(static_cast<NodeId>(i));
          const NodeId p = Some(b) ? s.Parent(m.bindings[b].node) : kNone<NodeId>;
          if (Some(p) && s.KindOf(p) == Kind::kVariableDeclarator && Some(s.Child(p, Role::kValue)) &&
              w_.Text(at.file, s.Child(p, Role::kValue)).find("lastIndexOf") != std::string_view::npos)
            return true;
        }
      }
      return (name.starts_with("to") || name == "trim" || name == "slice" || name.starts_with("substr") ||
              name == "replace") &&
             OfPart(at, s.FirstChild(callee), depth + 2);
    }
    default:
      return false;
  }
}

// process.exit(), and throwing by a call, as Koa's ctx.throw(403) does.
bool Guards::Throws(FileId file, NodeId statement) const {
  const Syntax& s = w_.project()[file].model.syntax;
  if (w_.Text(file, statement).starts_with("process.exit")) return true;
  const NodeId call = s.FirstChild(statement);
  if (!Some(call) || s.KindOf(call) != Kind::kCallExpression) return false;
  const NodeId callee = s.FirstChild(call);
  const NodeId property =
      s.KindOf(callee) == Kind::kMemberExpression ? s.Child(callee, Role::kProperty) : kNone<NodeId>;
  return Some(property) && w_.Text(file, property) == "throw" && (s[callee].flags & kComputed) == 0;
}

bool Guards::Leaves(FileId file, NodeId statement, int depth) {
  const Syntax& s = w_.project()[file].model.syntax;
  if (!Some(statement) || depth > 8) return false;
  switch (s.KindOf(statement)) {
    case Kind::kReturnStatement:
    case Kind::kThrowStatement:
      return true;
    case Kind::kContinueStatement:
    case Kind::kBreakStatement:
      return !in_loop_;
    case Kind::kBlockStatement:
      for (const NodeId c : s.ChildrenOf(statement)) {
        if (Leaves(file, c, depth + 1)) return true;
      }
      return false;
    case Kind::kIfStatement: {
      const NodeId other = s.Child(statement, Role::kAlternate);
      return Some(other) && Leaves(file, s.Child(statement, Role::kConsequent), depth + 1) &&
             Leaves(file, other, depth + 1);
    }
    case Kind::kExpressionStatement:
      return Throws(file, statement);
    default:
      return false;
  }
}

// Does the statement put something else into what holds the value? if (bad(name)) name = 'none';
// Where `others` count, what another variable made of it is something else, unless the way goes through there.
bool Guards::Assigns(const At& at, NodeId statement, bool others) {
  if (!Some(statement)) return false;
  const At whole{at.kind, at.file, at.frame->whole == nullptr ? at.frame : at.frame->whole};
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  for (uint32_t i = Index(statement); i < s[statement].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kAssignmentExpression || s[n].op != Op::kAssign) continue;
    const NodeId left = s.Child(n, Role::kLeft), right = s.Child(n, Role::kRight);
    const BindingId b = Some(left) ? m.BindingAt(left) : kNone<BindingId>;
    if (!Some(b) || std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) == at.frame->bindings.end())
      continue;
    if (!Mentions(whole, right)) return true;
    bool itself = !others;
    for (uint32_t k = Index(right); k < s[right].next; ++k) itself |= m.BindingAt(static_cast<NodeId>(k)) == b;
    const std::vector<NodeId>& into = at.frame->into;
    if (!itself && std::find(into.begin(), into.end(), left) == into.end()) return true;
  }
  return false;
}

// if (bad(file)) res.sendStatus(404); res.sendFile(file): what is answered is not answered again.
bool Guards::Answers(const At& at, NodeId statement) const {
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const Type* response = w_.project().knowledge().FindType("express.Response");
  const auto answered = [&](NodeId call) {  // res, in res.status(404).send(text)
    if (s.KindOf(call) != Kind::kCallExpression) return kNone<BindingId>;
    const NodeId callee = s.FirstChild(call);
    const NodeId property =
        s.KindOf(callee) == Kind::kMemberExpression ? s.Child(callee, Role::kProperty) : kNone<NodeId>;
    if (!Some(property) || response == nullptr) return kNone<BindingId>;
    const std::string_view name = w_.Text(at.file, property);
    if (std::find(response->ends.begin(), response->ends.end(), name) == response->ends.end()) return kNone<BindingId>;
    NodeId object = s.FirstChild(callee);
    while (s.KindOf(object) == Kind::kCallExpression || s.KindOf(object) == Kind::kMemberExpression)
      object = s.FirstChild(object);
    return m.BindingAt(object);
  };
  const BindingId sink = answered(at.frame->position);
  if (!Some(sink) || !Some(statement)) return false;
  if (s.KindOf(statement) != Kind::kBlockStatement) return answered(s.FirstChild(statement)) == sink;
  for (const NodeId c : s.ChildrenOf(statement)) {
    if (s.KindOf(c) == Kind::kExpressionStatement && answered(s.FirstChild(c)) == sink) return true;
  }
  return false;
}

bool Guards::BareDirectory(FileId file, NodeId node) {
  const FileModel& m = w_.project()[file].model;
  ValueId v = m.ValueOf(node);
  for (int i = 0; i < 8 && Some(v) && m.values[v].kind == ValueKind::kBinding; ++i) {
    v = m.bindings[static_cast<BindingId>(m.values[v].a)].value;
  }
  if (!Some(v)) return false;
  const Value& x = m.values[v];
  if (x.kind == ValueKind::kGlobal) return m.names[static_cast<NameId>(x.a)] == "__dirname";
  if (x.kind == ValueKind::kString) {
    const std::string_view text = m.names[static_cast<NameId>(x.a)];
    return text.size() > 1 && text[0] == '/' && text.back() != '/';
  }
  if (x.kind != ValueKind::kCall) return false;
  const CallId id = static_cast<CallId>(x.a);
  const Api* api = w_.ApiOf(file, id);
  if (api == nullptr || (api->name != "path.join" && api->name != "path.resolve")) return false;
  const Call& c = m.calls[id];
  if (c.arg_count == 0) return false;
  const Value& last = m.values[m.args[c.first_arg + c.arg_count - 1].value];
  if (last.kind == ValueKind::kGlobal) return true;
  if (last.kind != ValueKind::kString) return false;
  const std::string_view text = m.names[static_cast<NameId>(last.a)];
  // resolve() drops a separator at the end, join() keeps it.
  return !text.empty() && (text.back() != '/' || api->name == "path.resolve");
}

bool Guards::PutTogether(FileId file, NodeId node) {
  const FileModel& m = w_.project()[file].model;
  ValueId v = Some(node) ? m.ValueOf(node) : kNone<ValueId>;
  if (Some(v) && m.values[v].kind == ValueKind::kBinding) {
    const BindingId b = static_cast<BindingId>(m.values[v].a);
    const auto all = m.AssignmentsOf(b);
    if (all.size() > 1) return false;
    v = all.empty() ? m.bindings[b].value : all[0].value;
  }
  if (!Some(v) || m.values[v].kind != ValueKind::kCall) return false;
  const CallId call = static_cast<CallId>(m.values[v].a);
  const Api* api = w_.ApiOf(file, call);
  if (api == nullptr || !api->name.starts_with("path.")) return false;
  return api->name.ends_with(".resolve") || (api->name.ends_with(".join") && m.calls[call].arg_count > 1);
}

// name.indexOf('..') of a text whose ".." may stand anywhere.
bool Guards::AsksForDotsInFront(const At& at, NodeId call) {
  const FileModel& m = w_.project()[at.file].model;
  const NodeId callee = m.syntax.FirstChild(call);
  const CallId c = m.CallAt(call);
  if (!Some(c) || m.syntax.KindOf(callee) != Kind::kMemberExpression || m.calls[c].arg_count == 0) return false;
  const NodeId property = m.syntax.Child(callee, Role::kProperty);
  if (!Some(property) || w_.Text(at.file, property) != "indexOf") return false;
  const ValueId v = w_.Resolve(at.file, m.args[m.calls[c].first_arg].value);
  return Some(v) && m.values[v].kind == ValueKind::kString &&
         std::string_view(m.names[static_cast<NameId>(m.values[v].a)]).starts_with("..") &&
         !Resolved(at.file, m.syntax.FirstChild(callee), false);
}

// check(file, (ok) => { if (ok) use(file); }): what a function of the program calls back with says it looked. Every call
// of it that lets this one go on must stand where the value was looked at, or hand on the answer itself.
Guard Guards::Answered(const At& at, BindingId answer, bool holds, int depth) {
  if (depth > kDepth || !at.kind.starts_with("path")) return Guard::kNone;
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const FunctionId f = m.FunctionOf(m.bindings[answer].node);
  if (!Some(f) || f == kModuleFunction) return Guard::kNone;
  const NodeId function = m.functions[f].node;
  const CallId c = s[function].role == Role::kArgument ? m.CallAt(s.Parent(function)) : kNone<CallId>;
  if (!Some(c)) return Guard::kNone;
  uint32_t index = 0;  // of the parameter
  while (index < m.functions[f].param_count &&
         !s.Contains(m.params[m.functions[f].first_param + index].node, m.bindings[answer].node))
    ++index;
  const FunctionRef target = w_.TargetOf(at.file, c);
  if (!Some(target.function) || index == m.functions[f].param_count) return Guard::kNone;
  const FileModel& tm = w_.project()[target.file].model;
  const Syntax& ts = tm.syntax;
  const Function& fn = tm.functions[target.function];
  FlowFrame inner;
  inner.file = target.file;
  BindingId back{kNoneIndex};
  for (uint32_t i = 0; i < fn.param_count; ++i) {
    const NodeId a = w_.ArgumentOf(at.file, m.calls[c], i);
    const BindingId b = tm.BindingAt(ts.FirstChild(tm.params[fn.first_param + i].node));
    if (!Some(a) || !Some(b)) continue;
    if (a == function) back = b;
    if (a != function && Mentions(at, a)) inner.bindings.push_back(b);
  }
  if (!Some(back) || inner.bindings.empty()) return Guard::kNone;
  bool any = false;
  for (uint32_t i = Index(fn.node); i < ts[fn.node].next && work_ < kWork; ++i) {
    ++work_;
    const NodeId n = static_cast<NodeId>(i);
    if (ts.KindOf(n) != Kind::kIdentifier || tm.BindingAt(n) != back || ts.Contains(tm.bindings[back].node, n)) continue;
    const NodeId call = ts.Parent(n);
    const CallId called = ts.KindOf(call) == Kind::kCallExpression && ts.FirstChild(call) == n ? tm.CallAt(call) : kNone<CallId>;
    if (!Some(called)) return Guard::kNone;  // handed on: somebody else answers
    const Call& given = tm.calls[called];
    const NodeId a = index < given.arg_count ? tm.args[given.first_arg + index].node : kNone<NodeId>;
    const std::string_view text = Some(a) ? w_.Text(target.file, a) : "undefined";
    const bool no = text == "undefined" || text == "null" || text == "false" || text == "''" || text == "0";
    const bool yes = text == "true" || (Some(a) && (ts.KindOf(a) == Kind::kNewExpression || ts.KindOf(a) == Kind::kStringLiteral) && !no);
    if (holds ? no : yes) continue;
    any = true;
    inner.position = call;
    inner.made_of.clear();
    if (Some(a) && Condition({at.kind, target.file, &inner}, a, holds, depth + 1) == Guard::kGuarded) continue;
    if (inside_) return Guard::kNone;
    inside_ = true;
    const bool looked = Around(at.kind, inner) == Guard::kGuarded;
    inside_ = false;
    if (!looked) return Guard::kNone;
  }
  return any ? Guard::kGuarded : Guard::kNone;
}

// A regular expression the value is tested by.
Guard Guards::Pattern(const At& at, std::string_view regex, NodeId text, bool holds) {
  const size_t slash = regex.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return Guard::kNone;
  const std::string_view body = regex.substr(1, slash - 1), flags = regex.substr(slash);
  if (at.kind == "pollution") {
    if (regex.find("proto") != std::string_view::npos &&
        (!both_ || regex.find("constructor") != std::string_view::npos))
      return Guard::kGuarded;
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(flags.find('i') == std::string_view::npos);
    const RE2 names(re2::StringPiece(body.data(), body.size()), options);
    const bool whole = body.starts_with("^") && body.ends_with("$");
    if (!names.ok() || (holds && !whole)) return Guard::kNone;
    const auto lets = [&](const char* text) { return RE2::PartialMatch(text, names) == holds; };
    return lets("__proto__") || (both_ && lets("constructor")) ||
                   (holds && (lets("a.__proto__.b") || lets("a[__proto__][b]")))
               ? Guard::kNone
               : Guard::kGuarded;
  }
  const auto has = [&](std::string_view s) { return body.find(s) != std::string_view::npos; };
  const bool path = at.kind.starts_with("path") || at.kind == "module-path";
  if (path && (!holds || has("(?!")) && (has("\\.\\.") || has("\\.{2") || has("[.]{2") || has("\\.{1,2")))
    return before_decoding_ || PutTogether(at.file, text) ? Guard::kNone : Guard::kGuarded;
  // All of it, of characters that do no harm: /^[\w-]+$/
  const bool anchored = body.starts_with("^") && body.ends_with("$") && flags.find('m') == std::string_view::npos;
  if (anchored && holds && !has(".*") && !has(".+") && !has("[^") && !has("\\S")) {
    if (!path || (!has("/") && !has("[."))) return Guard::kGuarded;
    if (path && has("[") && !has("/")) return Guard::kGuarded;
    // Slashes and no dot: /^(@[\w-]+\/)?[\w-]+$/. It may not begin with one, which would leave the directory by itself.
    std::string_view first = body.substr(1);
    while (first.starts_with('(')) first.remove_prefix(first.starts_with("(?:") ? 3 : 1);
    first = first.substr(0, first.starts_with('[') ? first.find(']') : 2);
    if (path && !has(".") && !has("\\W") && !has("\\D") && first.find('/') == std::string_view::npos)
      return Guard::kGuarded;
  }
  if (at.kind == "code" && !holds) return RefusesCode(body, flags) ? Guard::kGuarded : Guard::kNone;
  // Characters that do harm: /[;&|`$]/, /[^a-z]/
  if (!path && !holds && (has("[") || (has(";") && has("`") && has("\\$")))) return Guard::kGuarded;
  if (path && !holds && has("[^") && !has(".")) return Guard::kGuarded;
  if (path && !holds && body.starts_with("[^") && !has("/") && body.find(']') + 2 >= body.size())
    return Guard::kGuarded;  // /[^\w.-]/: no slash
  return Guard::kNone;
}

Guard Guards::ByFunction(const At& at, FunctionRef f, const Call& call, bool holds, int depth) {
  const FileModel& m = w_.project()[f.file].model;
  const Function& fn = m.functions[f.function];
  // The parameter that gets the value.
  FlowFrame inner;
  inner.file = f.file;
  for (uint32_t i = 0; i < fn.param_count; ++i) {
    const NodeId a = w_.ArgumentOf(at.file, call, i);
    if (!Some(a) || !Mentions(at, a)) continue;
    const NodeId node = m.params[fn.first_param + i].node;
    for (uint32_t k = Index(node); k < m.syntax[node].next; ++k) {
      const BindingId b = m.BindingAt(static_cast<NodeId>(k));
      if (Some(b) && m.bindings[b].kind == BindingKind::kParam) inner.bindings.push_back(b);
    }
  }
  if (inner.bindings.empty()) return Guard::kNone;
  if (const Guard g = InBody(at.kind, inner, fn.node, depth); g != Guard::kNone) return g;
  // function inside(file) { return file.substr(0, root.length) === root; }
  const NodeId body = m.syntax.Child(fn.node, Role::kBody);
  NodeId answer = body;
  if (Some(body) && m.syntax.KindOf(body) == Kind::kBlockStatement) {
    answer = m.syntax.FirstChild(body);
    if (!Some(answer) || m.syntax.KindOf(answer) != Kind::kReturnStatement) return Guard::kNone;
    answer = m.syntax.FirstChild(answer);
  }
  if (!Some(answer) || m.syntax.KindOf(answer) != Kind::kBinaryExpression) return Guard::kNone;
  return Condition({at.kind, f.file, &inner}, answer, holds, depth + 1);
}

// Any look at what `frame` names in the body of a function.
Guard Guards::InBody(std::string_view kind, const FlowFrame& frame, NodeId function, int depth) {
  const At below{kind, frame.file, &frame};
  const FileModel& m = w_.project()[frame.file].model;
  const Syntax& s = m.syntax;
  for (uint32_t i = Index(function) + 1; i < s[function].next && work_ < kWork; ++i) {
    ++work_;
    const NodeId n = static_cast<NodeId>(i);
    const Kind k = s.KindOf(n);
    if (k == Kind::kCallExpression) {
      const CallId c = m.CallAt(n);
      if (!Some(c)) continue;
      if (InCall(below, c, true, depth + 1) == Guard::kGuarded ||
          InCall(below, c, false, depth + 1) == Guard::kGuarded) {
        return Guard::kGuarded;
      }
    } else if (k == Kind::kBinaryExpression && s[n].op != Op::kAdd) {
      const bool pollution = kind == "pollution";
      // part === '..'
      const bool dots = kind.starts_with("path") && s[n].op != Op::kIn &&
                        (w_.Text(frame.file, n).find("'..") != std::string_view::npos ||
                         w_.Text(frame.file, n).find("\"..") != std::string_view::npos);
      if (pollution ? !SpeaksOfProto(w_.Text(frame.file, n)) && !(both_ && RefusesByName(w_.Text(frame.file, n)))
                    : s[n].op != Op::kIn && !dots)
        continue;
      if (Condition(below, n, true, depth + 1) == Guard::kGuarded) return Guard::kGuarded;
    }
  }
  return Guard::kNone;
}

Guard Guards::InCall(const At& at, CallId id, bool holds, int depth) {
  if (depth > kDepth) return Guard::kNone;
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const Call& c = m.calls[id];
  const NodeId callee = s.FirstChild(c.node);
  const bool path = at.kind.starts_with("path") || at.kind == "module-path";
  std::string_view name;
  bool on_value = false;
  const bool member = s.KindOf(callee) == Kind::kMemberExpression;
  if (member) {
    const NodeId property = s.Child(callee, Role::kProperty);
    if (!Some(property)) return Guard::kNone;
    name = w_.Text(at.file, property);
    on_value = Mentions(at, s.FirstChild(callee));
  } else {
    name = w_.Text(at.file, callee);
  }
  bool given = false;
  for (uint32_t i = 0; i < c.arg_count; ++i) given |= Mentions(at, m.args[c.first_arg + i].node);
  if (!on_value && !given) return Guard::kNone;
  // The name as it is, not what it leads to.
  const auto itself = [&](NodeId n) {
    const BindingId b = m.BindingAt(n);
    return Some(b) && std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) != at.frame->bindings.end();
  };
  const auto constant = [&](const Argument* a) -> std::string_view {
    if (a == nullptr) return {};
    const auto [file, value] = DefinitionOf(w_.project(), at.file, a->value);
    if (!Some(value)) return {};
    const FileModel& there = w_.project()[file].model;
    const Value& v = there.values[value];
    if (v.kind == ValueKind::kString) return there.names[static_cast<NameId>(v.a)];
    if (v.kind == ValueKind::kRegExp) return w_.Text(file, static_cast<NodeId>(v.a));
    return {};
  };
  // parts.some((part) => UNSAFE.has(part))
  if (on_value && (name == "some" || name == "every" || name == "find" || name == "findIndex" || name == "forEach")) {
    const Argument* a = m.Arg(c, 0);
    const FunctionId f = a == nullptr ? kNone<FunctionId> : m.FunctionAt(a->node);
    if (Some(f) && m.functions[f].param_count > 0) {
      FlowFrame inner{at.file, a->node, {}, {}, {}};
      const NodeId param = m.params[m.functions[f].first_param].node;
      for (uint32_t k = Index(param); k < s[param].next; ++k) {
        const BindingId b = m.BindingAt(static_cast<NodeId>(k));
        if (Some(b) && m.bindings[b].kind == BindingKind::kParam) inner.bindings.push_back(b);
      }
      const Guard g = InBody(at.kind, inner, m.functions[f].node, depth + 1);
      if (g != Guard::kNone) return g;
    }
  }
  // if (!operation.hasOwnProperty(name)) throw ...; operation = operation[name]
  if (at.kind == "evaluated" && given && (name == "hasOwnProperty" || name == "hasOwn"))
    return holds ? Guard::kGuarded : Guard::kNone;
  const bool finds = name == "includes" || name == "indexOf" || name == "lastIndexOf" || name == "search" ||
                     name == "match" || name == "startsWith" || name == "endsWith" || name == "contains";
  if (on_value && finds && !given) {
    const Argument* a = m.Arg(c, 0);
    const std::string_view text = constant(a);
    if (text.size() > 2 && text[0] == '/' && (name == "match" || name == "search"))
      return at.kind == "pollution" && !itself(s.FirstChild(callee)) ? Guard::kNone : Pattern(at, text, s.FirstChild(callee), holds);
    if (at.kind == "pollution")
      return (both_ ? RefusesByName(text) : IsPollutionName(text)) ? Guard::kGuarded : Guard::kNone;
    if (path) {
      const NodeId object = s.FirstChild(callee);
      // Unless it is decoded here as well: decodeURIComponent(name).includes('..')
      const std::string_view tested = w_.Text(at.file, object);
      if (before_decoding_ && tested.find("decodeURI") == std::string_view::npos) return Guard::kNone;
      // Of a path as it came startsWith('..') sees nothing that matters; of path.relative(root, file) it sees all.
      if (name == "startsWith" && text.starts_with("..") && !Resolved(at.file, object, false)) return Guard::kNone;
      if (text.find("..") != std::string_view::npos)
        return holds || PutTogether(at.file, object) ? Guard::kNone : Guard::kGuarded;
      if (!text.empty()) {  // startsWith('/srv/files/') on a resolved path
        if (!holds || name == "includes" || text[0] != '/' || !Resolved(at.file, object, true)) return Guard::kNone;
        return text.back() == '/' ? Guard::kGuarded : Guard::kPrefix;
      }
      if (a != nullptr && holds && name != "endsWith" && name != "contains") {
        if (!Resolved(at.file, object, false)) return Guard::kUnresolved;
        return name == "startsWith" && BareDirectory(at.file, a->node) ? Guard::kPrefix : Guard::kGuarded;
      }
      return Guard::kNone;
    }
    if (at.kind == "argv") return !text.empty() && text[0] == '-' ? Guard::kGuarded : Guard::kNone;
    if (at.kind == "url" || at.kind == "redirect" || at.kind == "url-host") return Guard::kGuarded;
    return Guard::kNone;  // one character refused leaves the others
  }
  // /^[a-z]+$/.test(value)
  const bool object_given = c.arg_count > 0 && s.KindOf(m.args[c.first_arg].node) == Kind::kObjectExpression;
  const Api* called = name == "exec" ? w_.ApiOf(at.file, id) : nullptr;  // child_process.exec() tests nothing
  const bool runs = called != nullptr && called->name.find("RegExp") == std::string::npos;
  if (member && !on_value && !runs && (name == "test" || name == "exec") && !object_given) {
    const NodeId object = s.FirstChild(callee);
    const auto [file, value] = DefinitionOf(w_.project(), at.file, m.ValueOf(object));
    if (Some(value) && w_.project()[file].model.values[value].kind == ValueKind::kRegExp) {
      if (at.kind == "pollution" && (c.arg_count == 0 || !itself(m.args[c.first_arg].node))) return Guard::kNone;
      const NodeId pattern = static_cast<NodeId>(w_.project()[file].model.values[value].a);
      return Pattern(at, w_.Text(file, pattern), c.arg_count > 0 ? m.args[c.first_arg].node : kNone<NodeId>, holds);
    }
    // if (route.pattern.test(url)) route.handler(query): patterns of routes choose who answers, and refuse nothing
    if (path && s.KindOf(object) == Kind::kMemberExpression && at.frame->position != kNone<NodeId>) {
      const NodeId runs_it = s.Parent(at.frame->position);
      const std::string_view by = s.KindOf(runs_it) == Kind::kCallExpression
                                      ? w_.Text(at.file, s.FirstChild(runs_it))
                                      : std::string_view();
      const std::string_view route = w_.Text(at.file, s.FirstChild(object));
      if (by.size() > route.size() && by.starts_with(route) && by[route.size()] == '.') return Guard::kNone;
    }
    return path && !holds ? Guard::kNone : Guard::kGuarded;
  }
  // list.includes(value), set.has(value)
  if (member && !on_value && given) {
    for (uint32_t i = 0; i < c.arg_count; ++i) {
      const NodeId a = m.args[c.first_arg + i].node;
      if (OfPart(at, a)) return Guard::kNone;
      // endings.some((ending) => file.endsWith(ending))
      if (name == "some" && path && IsFunction(s.KindOf(a)) &&
          w_.Text(at.file, a).find(".endsWith(") != std::string_view::npos)
        return Guard::kNone;
    }
    const std::string_view object = w_.Text(at.file, s.FirstChild(callee));
    if (name == "includes" || name == "indexOf" || name == "has" || name == "some" || name == "contains" ||
        name == "inArray") {
      if (at.kind == "pollution") {
        if (holds) return Guard::kGuarded;  // one of a list
        const std::string lower = Lower(object);
        // A list by name: const UNSAFE = ['__proto__', ...]
        const auto [file, value] = DefinitionOf(w_.project(), at.file, m.ValueOf(s.FirstChild(callee)));
        NodeId list = kNone<NodeId>;
        if (Some(value)) {
          const FileModel& there = w_.project()[file].model;
          const Value& v = there.values[value];
          if (v.kind == ValueKind::kArray) list = static_cast<NodeId>(v.a);
          if (v.kind == ValueKind::kCall) list = there.calls[static_cast<CallId>(v.a)].node;
        }
        const std::string_view names = Some(list) ? w_.Text(file, list) : object;
        if (RefusesByName(names)) return Guard::kGuarded;
        if (names.find("__proto__") != std::string_view::npos) return Guard::kNone;
        return LooksLikeValidator(lower) || lower.find("danger") != std::string::npos ||
                       lower.find("proto") != std::string::npos
                   ? Guard::kGuarded
                   : Guard::kNone;
      }
      return holds ? Guard::kGuarded : Guard::kNone;
    }
    if (name == "hasOwnProperty" || name == "hasOwn")
      return holds && at.kind != "pollution" ? Guard::kGuarded : Guard::kNone;
    // TABLE has the key, not just the value some key or other.
    if (name == "call" && object.find("hasOwnProperty") != std::string_view::npos)
      return holds && at.kind != "pollution" && c.arg_count > 1 && Mentions(at, m.args[c.first_arg + 1].node)
                 ? Guard::kGuarded
                 : Guard::kNone;
  }
  if (at.kind == "pollution") {
    const std::string_view whole = w_.Text(at.file, c.node);
    if (whole.size() < 400 && SpeaksOfProto(whole)) return Guard::kGuarded;
    // isNumber(key), (0, is.isNumber)(key)
    std::string_view asked = name;
    if (const size_t end = asked.find_last_not_of(')'); end != std::string_view::npos) asked = asked.substr(0, end + 1);
    if (const size_t dot = asked.rfind('.'); dot != std::string_view::npos) asked = asked.substr(dot + 1);
    if (c.arg_count > 0 && itself(m.args[c.first_arg].node)) {
      for (const std::string_view n : {"isNumber", "isNumeric", "isInteger", "isSafeInteger", "isFinite", "isIndex"}) {
        if (asked == n) return holds ? Guard::kGuarded : Guard::kNone;
      }
      if (asked == "isNaN") return holds ? Guard::kNone : Guard::kGuarded;
    }
    // typeOf(property(object, name)) === 'object', where property() has nothing by the name of __proto__
    for (uint32_t i = 0; i < c.arg_count; ++i) {
      const NodeId a = CallBehind(m, m.args[c.first_arg + i].node);
      if (!Some(a) || !Mentions(at, a)) continue;
      const CallId inner = m.CallAt(a);
      const FunctionRef f = w_.TargetOf(at.file, inner);
      const Guard g = Some(f.function) ? ByFunction(at, f, m.calls[inner], holds, depth + 1) : Guard::kNone;
      if (g != Guard::kNone) return g;
    }
    if (const FunctionRef f = w_.TargetOf(at.file, id); Some(f.function)) return ByFunction(at, f, c, holds, depth);
    // assert(typeof path === 'string') says no more than that.
    if ((name == "assert" || name == "invariant") && c.arg_count > 0)
      return Condition(at, m.args[c.first_arg].node, true, depth + 1);
    return LooksLikeValidator(name) || SpeaksOfProto(name) ? Guard::kGuarded : Guard::kNone;
  }
  if (path && holds && name == "exists") return Exists(at, id);
  const Api* api = w_.ApiOf(at.file, id);
  if (api != nullptr) {
    for (const std::string_view n :
         {"global.isNaN", "global.isFinite", "global.Number.isInteger", "global.Number.isFinite", "global.Number.isNaN",
          "global.Number.isSafeInteger", "net.isIP", "net.isIPv4", "net.isIPv6"}) {
      if (api->name == n) return Guard::kGuarded;
    }
    if (path && api->name == "path.isAbsolute") return Guard::kNone;
    if (api->name.starts_with("assert")) {
      const NodeId first = c.arg_count > 0 ? m.args[c.first_arg].node : kNone<NodeId>;
      return Some(first) ? Condition(at, first, true, depth + 1) : Guard::kNone;
    }
    return Guard::kNone;
  }
  if (given) {
    if (const FunctionRef f = w_.TargetOf(at.file, id); Some(f.function)) {
      const Guard g = ByFunction(at, f, c, holds, depth);
      if (g != Guard::kNone) return g;
      if (!LooksLikeValidator(name)) return Guard::kNone;
      // Named for it, but nothing of the kind in it: a check of something else, unless it hands the value on.
      return Guard::kGuarded;
    }
    if (name == "isNaN" || name == "isFinite" || name == "isInteger") return Guard::kGuarded;
    if (holds && AsksForForm(name)) return Guard::kGuarded;
    if (LooksLikeValidator(name)) return Guard::kGuarded;
    if (member && LooksLikeValidator(w_.Text(at.file, s.FirstChild(callee)).substr(0, 40))) return Guard::kGuarded;
    const std::string_view text = w_.Text(at.file, callee);
    if (text == "pathIsInside" || text == "isPathInside" || text == "is-path-inside") return Guard::kGuarded;
  }
  return Guard::kNone;
}

// name = decodeURIComponent(name): tests of `name` that stand in front of it were of the text as it came. Those are asked
// for in a run of their own, see Of().
bool Guards::BeforeDecoding(const At& at, NodeId node) const {
  const NodeId decoded = at.frame->decoded_at;
  if (!Some(decoded) || before_decoding_ || Index(node) > Index(decoded)) return false;
  const FileModel& m = w_.project()[at.file].model;
  return !m.syntax.Contains(node, decoded) && m.FunctionOf(node) == m.FunctionOf(decoded);
}

Guard Guards::Condition(const At& at, NodeId test, bool holds, int depth) {
  if (!Some(test) || depth > 12 || BeforeDecoding(at, test)) return Guard::kNone;
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const Node& n = s[test];
  const bool path = at.kind.starts_with("path") || at.kind == "module-path";
  switch (n.kind) {
    case Kind::kUnaryExpression:
      if (n.op == Op::kNot) return Condition(at, s.FirstChild(test), !holds, depth + 1);
      if (n.op == Op::kBitNot) return Condition(at, s.FirstChild(test), holds, depth + 1);
      return Guard::kNone;
    case Kind::kLogicalExpression: {
      Guard best = Guard::kNone;
      bool all = true, others = false;
      const bool each = n.op == Op::kAnd ? holds : !holds;  // every part is as the whole
      for (const NodeId c : s.ChildrenOf(test)) {
        // if (name && !NAME.test(name)) throw: no harm in an empty one.
        const bool empty = n.op == Op::kAnd ? !holds && IsValue(at, c)
                                            : holds && s.KindOf(c) == Kind::kUnaryExpression && s[c].op == Op::kNot &&
                                                  IsValue(at, s.FirstChild(c));
        if (empty) continue;
        others = true;
        const Guard g = Condition(at, c, holds, depth + 1);
        all &= g != Guard::kNone;
        // if (Array.isArray(object) && !/^\d+$/.test(name)) return: of what is no array any name goes on.
        if (!each && at.kind == "pollution" && AsksForNumber(w_.Text(at.file, c))) continue;
        best = std::max(best, g);
      }
      if (!others) return Guard::kGuarded;
      return each || all || at.kind == "pollution" ? best : Guard::kNone;
    }
    case Kind::kBinaryExpression: {
      const NodeId left = s.FirstChild(test);
      NodeId right = kNone<NodeId>;
      for (const NodeId c : s.ChildrenOf(test)) right = c;
      if (n.op == Op::kIn || n.op == Op::kInstanceof) {
        if (n.op != Op::kIn || !Mentions(at, left)) return Guard::kNone;
        // key in Object.prototype: whichever way it is asked, the answer is no for what is entered.
        if (at.kind == "pollution") {
          return w_.Text(at.file, right) == "Object.prototype" ? Guard::kGuarded : Guard::kNone;
        }
        return holds && !OfPart(at, left) ? Guard::kGuarded : Guard::kNone;
      }
      const bool equal = n.op == Op::kEq || n.op == Op::kStrictEq, differ = n.op == Op::kNe || n.op == Op::kStrictNe;
      const bool order = n.op == Op::kLt || n.op == Op::kGt || n.op == Op::kLe || n.op == Op::kGe;
      if (!equal && !differ && !order) return Guard::kNone;
      // typeof value === 'number'
      for (const auto& [a, b] : {std::pair(left, right), std::pair(right, left)}) {
        if (s.KindOf(a) == Kind::kUnaryExpression && s[a].op == Op::kTypeof) {
          const std::string_view type = w_.Text(at.file, b);
          const bool is = equal == holds;
          if (!Mentions(at, a)) return Guard::kNone;
          if (at.kind == "nosql" && is && type.find("string") != std::string_view::npos) return Guard::kGuarded;
          return is && type.find("number") != std::string_view::npos ? Guard::kGuarded : Guard::kNone;
        }
      }
      // target === Object.prototype
      if (at.kind == "pollution" && (equal || differ) && equal != holds &&
          (w_.Text(at.file, left) == "Object.prototype" || w_.Text(at.file, right) == "Object.prototype"))
        return Guard::kGuarded;
      const bool l = Mentions(at, left), r = Mentions(at, right);
      if (!l && !r) return Guard::kNone;
      // p !== path.normalize(p)
      const bool turned = l && r && s.KindOf(right) == Kind::kCallExpression;
      NodeId value = l && !turned ? left : right;
      const NodeId other = l && !turned ? right : left;
      // const folder = path.dirname(file); folder !== root; realpath(file).then((real) => real === root ? ... : ...)
      if (const BindingId b = path ? m.BindingAt(value) : kNone<BindingId>;
          Some(b) && m.bindings[b].writes == 0 && !IsValue(at, value)) {
        const NodeId p = s.Parent(m.bindings[b].node);
        NodeId init = m.bindings[b].kind == BindingKind::kParam      ? PromiseOf(m, m.bindings[b].node)
                      : s.KindOf(p) == Kind::kVariableDeclarator ? s.Child(p, Role::kValue)
                                                                 : kNone<NodeId>;
        if (s.KindOf(init) == Kind::kAwaitExpression) init = s.FirstChild(init);
        if (s.KindOf(init) == Kind::kCallExpression) value = init;
      }
      if (at.kind == "pollution") {
        if (const NodeId made = CallBehind(m, value); Some(made)) value = made;
      }
      if (s.KindOf(value) == Kind::kCallExpression) {
        const CallId c = m.CallAt(value);
        if (Some(c)) {
          // indexOf(x) === -1 means it is not there; !== -1, >= 0, > -1 and === 0 that it is.
          const std::string_view against = w_.Text(at.file, other);
          bool there = holds;
          if (against == "-1" && (equal || n.op == Op::kLe)) there = !holds;
          if (against == "0" && (differ || n.op == Op::kLt)) there = !holds;
          // name.indexOf('..') === 0 sees no more than startsWith('..').
          if (path && against == "0" && (equal || differ) && AsksForDotsInFront(at, value)) return Guard::kNone;
          if (against == "-1" || against == "0" || against == "null" || against == "undefined" || against == "true" ||
              against == "false") {
            if ((against == "null" || against == "undefined" || against == "false") && equal) there = !holds;
            return InCall(at, c, there, depth + 1);
          }
          const Guard g = InCall(at, c, equal == holds, depth + 1);
          if (g != Guard::kNone) return g;
          if (path) {
            // path.normalize(value) !== value; path.dirname(file) === root; value.slice(0, root.length) === root
            const std::string_view callee = w_.Text(at.file, s.FirstChild(value));
            for (const std::string_view part :
                 {"normalize", "resolve", "realpath", "realpathSync", "dirname", "relative", "substr", "substring",
                  "slice", "basename"}) {
              const bool literal = s.KindOf(other) == Kind::kStringLiteral && part != "dirname" && part != "basename";
              if (callee.ends_with(part) && !literal && equal == holds && !before_decoding_)
                return part == "normalize" && r && l ? Guard::kNormal : Guard::kGuarded;
            }
          }
        }
      }
      // value === parseInt(value, 10)
      if ((equal || differ) && equal == holds && IsValue(at, other) && w_.IsNumeric(at.file, value) &&
          !w_.Text(at.file, other).ends_with(".length"))
        return Guard::kGuarded;
      // value > 0: text that is no number is not.
      if (order && holds && s.KindOf(other) == Kind::kNumericLiteral && IsValue(at, value) &&
          !w_.Text(at.file, value).ends_with(".length"))
        return Guard::kGuarded;
      if (!equal && !differ) return Guard::kNone;
      const bool same = equal == holds;
      if (at.kind == "pollution") {
        if (s.KindOf(other) == Kind::kStringLiteral) {
          const std::string_view text = w_.Text(at.file, other);
          if (RefusesByName(text)) return Guard::kGuarded;
          // key === 'name', of the key itself and not of what it leads to.
          const BindingId b = m.BindingAt(value);
          if (same && Some(b) &&
              std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) != at.frame->bindings.end())
            return Guard::kGuarded;
        }
        return Guard::kNone;
      }
      // path.relative(root, file) === '': the directory itself
      if (path && same && s.KindOf(other) == Kind::kStringLiteral && w_.Text(at.file, other).size() == 2)
        return Guard::kGuarded;
      // value === 'constant', inside of what that holds for
      if (same && l != r && s.KindOf(value) != Kind::kCallExpression) {
        // full === root: the directory itself, and nothing of anybody else's
        const bool named = (path || at.kind == "evaluated") &&
                           (s.KindOf(other) == Kind::kIdentifier || s.KindOf(other) == Kind::kMemberExpression) &&
                           w_.Text(at.file, other) != "undefined";
        if (s.KindOf(other) == Kind::kStringLiteral || s.KindOf(other) == Kind::kNumericLiteral || named) {
          const BindingId b = m.BindingAt(value);
          const bool itself =
              Some(b) && std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) != at.frame->bindings.end();
          const std::string_view text = w_.Text(at.file, value);
          if (itself || std::find(at.frame->texts.begin(), at.frame->texts.end(), text) != at.frame->texts.end() ||
              (named && Resolved(at.file, value, true)))
            return Guard::kGuarded;
        }
      }
      if (path && s.KindOf(other) == Kind::kStringLiteral) {
        const std::string_view text = w_.Text(at.file, other);
        if (text.size() > 2 && text.substr(1).starts_with("..") && !before_decoding_) return Guard::kGuarded;
      }
      return Guard::kNone;
    }
    case Kind::kCallExpression: {
      const CallId c = m.CallAt(test);
      return Some(c) ? InCall(at, c, holds, depth + 1) : Guard::kNone;
    }
    case Kind::kAwaitExpression:
    case Kind::kTSAsExpression:
    case Kind::kTSNonNullExpression:
      return Condition(at, s.FirstChild(test), holds, depth + 1);
    case Kind::kAssignmentExpression:
      return Condition(at, s.Child(test, Role::kRight), holds, depth + 1);
    case Kind::kMemberExpression:
      // TABLE[value]
      if (n.flags & kComputed) {
        const NodeId key = s.Child(test, Role::kProperty);
        return holds && at.kind != "pollution" && Some(key) && Mentions(at, key) && !OfPart(at, key) ? Guard::kGuarded
                                                                                                     : Guard::kNone;
      }
      return Guard::kNone;
    case Kind::kIdentifier: {
      // const ok = isValid(value); if (!ok) return;
      const BindingId b = m.BindingAt(test);
      if (!Some(b)) return Guard::kNone;
      if (m.bindings[b].kind == BindingKind::kParam) return Answered(at, b, holds, depth);
      if (std::find(at.frame->bindings.begin(), at.frame->bindings.end(), b) != at.frame->bindings.end())
        return Guard::kNone;
      if (m.bindings[b].writes > 3) return Guard::kNone;
      if (const Guard g = Flag(at, b, holds, depth); g != Guard::kNone) return g;
      const NodeId p = s.Parent(m.bindings[b].node);
      // const [exists, allowed] = await Promise.all([store.exists(id), may(id)]); if (!exists) return;
      if (s.KindOf(p) == Kind::kArrayPattern && s.KindOf(s.Parent(p)) == Kind::kVariableDeclarator) {
        NodeId list = s.Child(s.Parent(p), Role::kValue);
        if (Some(list) && s.KindOf(list) == Kind::kAwaitExpression) list = s.FirstChild(list);
        if (const CallId all = Some(list) && s.KindOf(list) == Kind::kCallExpression ? m.CallAt(list) : kNone<CallId>;
            Some(all) && m.calls[all].arg_count == 1 && w_.Text(at.file, s.FirstChild(list)) == "Promise.all")
          list = m.args[m.calls[all].first_arg].node;
        if (!Some(list) || s.KindOf(list) != Kind::kArrayExpression) return Guard::kNone;
        const auto names = s.ChildrenOf(p), values = s.ChildrenOf(list);
        auto value = values.begin();
        for (auto n = names.begin(); n != names.end() && value != values.end(); ++n, ++value) {
          if (*n == m.bindings[b].node) return Condition(at, *value, holds, depth + 1);
        }
        return Guard::kNone;
      }
      // const relative = path.relative(root, file); if (relative && ...): nothing is left of the directory itself
      if (path && !holds && s.KindOf(p) == Kind::kVariableDeclarator &&
          s.KindOf(s.Child(p, Role::kValue)) == Kind::kCallExpression &&
          w_.Text(at.file, s.FirstChild(s.Child(p, Role::kValue))).ends_with("relative"))
        return Mentions(at, s.Child(p, Role::kValue)) ? Guard::kGuarded : Guard::kNone;
      if (s.KindOf(p) == Kind::kVariableDeclarator && Some(s.Child(p, Role::kValue))) {
        return Condition(at, s.Child(p, Role::kValue), holds, depth + 1);
      }
      return Guard::kNone;
    }
    default:
      return Guard::kNone;
  }
}

// An earlier statement of a block around the use.
Guard Guards::Statement(const At& at, NodeId statement, int depth) {
  if (BeforeDecoding(at, statement)) return Guard::kNone;
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  switch (s.KindOf(statement)) {
    case Kind::kIfStatement: {
      const NodeId test = s.Child(statement, Role::kTest);
      const NodeId yes = s.Child(statement, Role::kConsequent), no = s.Child(statement, Role::kAlternate);
      Guard best = Guard::kNone;
      // if (id === '*') {} else { id = cleaned(id).id }: by comparisons of the value itself, and not of what is made of
      // it
      bool compared = s.KindOf(test) == Kind::kLogicalExpression || s.KindOf(test) == Kind::kBinaryExpression;
      for (uint32_t i = Index(test); compared && i < s[test].next; ++i)
        compared = s.KindOf(static_cast<NodeId>(i)) != Kind::kCallExpression;
      const auto ends = [&](NodeId branch) {
        return Leaves(at.file, branch) || Assigns(at, branch, compared) || Answers(at, branch);
      };
      if (ends(yes)) best = std::max(best, Condition(at, test, false, depth));
      if (Some(no) && ends(no)) best = std::max(best, Condition(at, test, true, depth));
      // if (a) { if (bad) return; }
      if (best == Guard::kNone && depth < 2 && s.KindOf(yes) == Kind::kBlockStatement && !Leaves(at.file, yes)) {
        for (const NodeId c : s.ChildrenOf(yes)) {
          if (s.KindOf(c) == Kind::kIfStatement) best = std::max(best, Statement(at, c, depth + 1));
        }
      }
      return best;
    }
    case Kind::kWhileStatement:
      // while (bad(value)) value = less(value)
      if (const NodeId test = s.Child(statement, Role::kTest); !Scans(w_.Text(at.file, test)))
        return Condition(at, test, false, depth);
      return Guard::kNone;
    case Kind::kDoWhileStatement:
      // do { before = value; value = value.replace('../', '') } while (value !== before): until nothing is left
      if (at.kind.starts_with("path") && !before_decoding_) {
        const NodeId test = s.Child(statement, Role::kTest), body = s.Child(statement, Role::kBody);
        const std::string_view text = Some(body) ? w_.Text(at.file, body) : std::string_view();
        bool replaces = false;
        for (const std::string_view what : {"'..", "\"..", "/\\.\\.", "/[.][.]", "/\\.{2"})
          replaces |= text.find(Cat(".replace(", what)) != std::string_view::npos;
        if (Some(test) && replaces && Mentions(at, body) && s.KindOf(test) == Kind::kBinaryExpression &&
            (s[test].op == Op::kNe || s[test].op == Op::kStrictNe))
          return Guard::kGuarded;
      }
      if (const NodeId test = s.Child(statement, Role::kTest); Some(test)) return Condition(at, test, false, depth);
      return Guard::kNone;
    case Kind::kForOfStatement:
    case Kind::kForInStatement:
    case Kind::kForStatement:
      // for (const part of value) if (bad(part)) throw
      if (depth < 2 && Mentions(at, statement)) {
        const NodeId body = s.Child(statement, Role::kBody);
        if (!Some(body)) return Guard::kNone;
        const bool outer = std::exchange(in_loop_, true);
        Guard g = Guard::kNone;
        if (s.KindOf(body) == Kind::kIfStatement) {
          g = Statement(at, body, depth + 1);
        } else {
          for (const NodeId c : s.ChildrenOf(body)) {
            if (g = Statement(at, c, depth + 1); g != Guard::kNone) break;
          }
        }
        in_loop_ = outer;
        return g;
      }
      return Guard::kNone;
    case Kind::kExpressionStatement: {
      NodeId e = s.FirstChild(statement);
      if (s.KindOf(e) == Kind::kAwaitExpression) e = s.FirstChild(e);
      const CallId c = s.KindOf(e) == Kind::kCallExpression ? m.CallAt(e) : kNone<CallId>;
      if (s.KindOf(e) == Kind::kLogicalExpression) return Guard::kNone;
      if (!Some(c)) return Guard::kNone;
      const std::string_view callee = w_.Text(at.file, s.FirstChild(e));
      // names.forEach((name) => { if (bad(name)) throw ... })
      if (callee.ends_with("forEach") && depth < 2 && m.calls[c].arg_count > 0 && Mentions(at, s.FirstChild(e))) {
        const NodeId function = m.args[m.calls[c].first_arg].node;
        const FunctionId f = m.FunctionAt(function);
        const NodeId body = Some(f) ? s.Child(function, Role::kBody) : kNone<NodeId>;
        if (!Some(f) || m.functions[f].param_count == 0 || s.KindOf(body) != Kind::kBlockStatement ||
            w_.Text(at.file, body).find("throw") == std::string_view::npos)
          return Guard::kNone;
        FlowFrame inner;
        inner.file = at.file;
        const NodeId param = m.params[m.functions[f].first_param].node;
        for (uint32_t k = Index(param); k < s[param].next; ++k) {
          const BindingId b = m.BindingAt(static_cast<NodeId>(k));
          if (Some(b) && m.bindings[b].kind == BindingKind::kParam) inner.bindings.push_back(b);
        }
        const At below{at.kind, at.file, &inner};
        for (const NodeId x : s.ChildrenOf(body)) {
          const Guard g = Statement(below, x, depth + 1);
          if (g != Guard::kNone) return g;
        }
        return Guard::kNone;
      }
      if (callee.ends_with("forEach") || callee.ends_with("push") || callee.find("log") != std::string_view::npos)
        return Guard::kNone;
      return InCall(at, c, true, depth + 1);
    }
    case Kind::kVariableDeclaration:
      // const checked = schema.parse(value)
      for (const NodeId d : s.ChildrenOf(statement)) {
        NodeId init = s.Child(d, Role::kValue);
        if (s.KindOf(init) == Kind::kAwaitExpression) init = s.FirstChild(init);
        if (s.KindOf(init) != Kind::kCallExpression) continue;
        const std::string_view callee = w_.Text(at.file, s.FirstChild(init));
        const std::string lower = Lower(callee.substr(0, 60));
        const bool schema = lower.find("schema") != std::string::npos || lower.find("validate") != std::string::npos ||
                            lower.find("joi.") != std::string::npos;
        if (schema && Mentions(at, init)) return Guard::kGuarded;
      }
      return Guard::kNone;
    case Kind::kTryStatement:
      if (depth < 2) {
        const NodeId block = s.Child(statement, Role::kBody);
        if (Some(block)) {
          for (const NodeId c : s.ChildrenOf(block)) {
            const Guard g = Statement(at, c, depth + 1);
            if (g != Guard::kNone) return g;
          }
        }
      }
      return Guard::kNone;
    case Kind::kSwitchStatement:
      return Switch(at, statement);
    default:
      return Guard::kNone;
  }
}

// switch (name) { case '__proto__': throw ... }, switch (name) { case 'a': case 'b': break; default: return; }
Guard Guards::Switch(const At& at, NodeId statement) {
  const Syntax& s = w_.project()[at.file].model.syntax;
  const NodeId subject = s.FirstChild(statement);
  if (!Some(subject) || s.KindOf(subject) == Kind::kCallExpression || !Mentions(at, subject) || OfPart(at, subject))
    return Guard::kNone;
  bool names = false;  // __proto__ is among the cases that come here
  for (const NodeId c : s.ChildrenOf(statement)) {
    if (s.KindOf(c) != Kind::kSwitchCase) continue;
    const NodeId test = s[c].op == Op::kDefault ? kNone<NodeId> : s.FirstChild(c);
    names |= Some(test) && (both_ ? RefusesByName(w_.Text(at.file, test)) : IsPollutionName(w_.Text(at.file, test)));
    bool any = false, leaves = false;
    for (const NodeId n : s.ChildrenOf(c)) {
      if (n == test) continue;
      any = true;
      leaves |= s.KindOf(n) != Kind::kBreakStatement && Leaves(at.file, n);
    }
    if (leaves && (at.kind == "pollution" ? names : !Some(test))) return Guard::kGuarded;
    if (any) names = false;
  }
  return Guard::kNone;
}

std::vector<FlowFrame> FramesOf(const Walker& walker, const Origin& o, FileId file, NodeId sink) {
  std::vector<FlowFrame> frames;
  FlowFrame now{file, sink, {}, {}, {}};
  bool decoded = false;
  // Within the function, from where it went into a variable under conditions that do not hold where that is used:
  // for (const part of parts) { if (bad(part)) throw ...; text += part; } use(text);
  std::vector<FlowFrame> inner, conditional, after;
  std::vector<NodeId> into;  // what it went into, of those of `inner`
  const auto next = [&](const Link& link) {
    frames.push_back(std::move(now));
    now = {link.file, link.node, {}, {}, {}};
    if (decoded) now.decoded_bindings = now.decoded_texts = 0;
    for (FlowFrame& frame : inner) {
      if (!frame.bindings.empty()) conditional.push_back(std::move(frame));
    }
    inner.clear();
    into.clear();
  };
  const auto put = [&](const Link& link) {
    const FileModel& m = walker.project()[link.file].model;
    const Syntax& s = m.syntax;
    NodeId block = link.node;
    while (Index(block) != 0 && s.KindOf(block) != Kind::kBlockStatement && s.KindOf(block) != Kind::kSwitchCase)
      block = s.Parent(block);
    if (Index(block) == 0 || s.Contains(block, now.position) || IsFunction(s.KindOf(s.Parent(block)))) return;
    if (Some(m.BindingAt(link.node)) && after.size() < 4) {
      after.push_back({link.file, s.Parent(link.node), {m.BindingAt(link.node)}, {}, {}});
      after.back().after = true;
      if (decoded) after.back().decoded_bindings = after.back().decoded_texts = 0;
    }
    if (Some(m.BindingAt(link.node)) && inner.size() < 4) {
      inner.push_back({link.file, s.Parent(link.node), {}, {}, {}});
      into.push_back(link.node);
    }
  };
  // Of several assignments of the same one may be checked and the others not, and here is but one of the ways.
  const auto alone = [&](NodeId assigned, BindingId value) {
    const FileModel& m = walker.project()[now.file].model;
    const Syntax& s = m.syntax;
    for (const Assignment& a : m.AssignmentsOf(m.BindingAt(assigned))) {
      if (a.node == assigned) continue;
      const NodeId whole = s.Parent(a.node);
      for (uint32_t i = Index(whole); i < s[whole].next && i < Index(whole) + 200; ++i) {
        if (m.BindingAt(static_cast<NodeId>(i)) == value) return false;
      }
    }
    return true;
  };
  const auto from = [&](BindingId b) {
    for (size_t i = 0; i < inner.size(); ++i) {
      if (inner[i].bindings.empty() && !alone(into[i], b)) {
        inner.erase(inner.begin() + static_cast<ptrdiff_t>(i));
        into.erase(into.begin() + static_cast<ptrdiff_t>(i--));
      } else {
        inner[i].bindings.push_back(b);
      }
    }
  };
  for (const Link& link : walker.Way(o.link)) {
    switch (link.kind) {
      case Link::Kind::kBinding:
        if (link.file == now.file) {
          now.into.push_back(link.node);
          for (FlowFrame& frame : inner) frame.into.push_back(link.node);
        }
        if (link.file == now.file && Some(link.binding())) {
          now.bindings.push_back(link.binding());
          from(link.binding());
        }
        if (link.file != now.file) break;
        put(link);
        // for (...) { if (c === '.') list.push(text); text += c; }: what went in came by before, when c was another.
        if (Index(link.node) > Index(now.position)) {
          const FileModel& m = walker.project()[link.file].model;
          const NodeId loop = EnclosingLoop(m, link.node);
          if (Some(loop) && m.syntax.Contains(loop, now.position)) next(link);
        }
        break;
      case Link::Kind::kField: {
        // request.path = ...; if (bad(request.path)) return; use(request.path)
        const FileModel& m = walker.project()[link.file].model;
        const NodeId left = m.syntax.KindOf(link.node) == Kind::kAssignmentExpression
                                ? m.syntax.Child(link.node, Role::kLeft)
                                : kNone<NodeId>;
        if (link.file == now.file && Some(left) &&
            (m.FunctionOf(left) == kModuleFunction ||
             m.syntax.Contains(m.functions[m.FunctionOf(left)].node, now.position)))
          now.texts.push_back(std::string(walker.Text(link.file, left)));
        // parts.push(part); if (parts.some(bad)) return;
        if (link.file == now.file && !Some(left) && Some(link.binding())) now.bindings.push_back(link.binding());
        next(link);
        break;
      }
      case Link::Kind::kChoice:
      case Link::Kind::kArgument:
        if (!walker.TextOf(link).empty()) now.texts.emplace_back(walker.TextOf(link));
        next(link);
        break;
      case Link::Kind::kReturn:
        if (link.file == now.file &&
            walker.project()[link.file].model.syntax.KindOf(link.node) == Kind::kCallExpression &&
            Index(link.node) <= Index(now.position))
          break;
        next(link);
        break;
      case Link::Kind::kRead:
        if (link.file != now.file) break;
        now.texts.emplace_back(walker.Text(link.file, link.node));
        for (FlowFrame& frame : inner) frame.texts.push_back(now.texts.back());
        break;
      case Link::Kind::kDecode:
        decoded = true;
        if (link.file == now.file && !Some(now.decoded_at)) now.decoded_at = link.node;
        now.decoded_bindings = std::min(now.decoded_bindings, now.bindings.size());
        now.decoded_texts = std::min(now.decoded_texts, now.texts.size());
        for (FlowFrame& frame : inner) {
          frame.decoded_bindings = std::min(frame.decoded_bindings, frame.bindings.size());
          frame.decoded_texts = std::min(frame.decoded_texts, frame.texts.size());
        }
        break;
    }
  }
  if (!o.what.empty()) {
    now.texts.emplace_back(o.what);
    for (FlowFrame& frame : inner) frame.texts.emplace_back(o.what);
  }
  frames.push_back(std::move(now));
  std::erase_if(inner, [](const FlowFrame& frame) { return frame.bindings.empty(); });
  for (std::vector<FlowFrame>* list : {&inner, &conditional, &after})
    std::move(list->begin(), list->end(), std::back_inserter(frames));
  return frames;
}

// The text at `node` has had its ".." resolved: path.join(root, name), and what is made of that.
bool Guards::Resolved(FileId file, NodeId node, bool sure, int depth) {
  const FileModel& m = w_.project()[file].model;
  const Syntax& s = m.syntax;
  if (!Some(node) || depth > 6) return !sure;
  switch (s.KindOf(node)) {
    case Kind::kCallExpression: {
      const NodeId callee = s.FirstChild(node);
      const std::string_view text = w_.Text(file, callee);
      for (const std::string_view part : {"resolve", "join", "normalize", "realpath", "realpathSync", "relative"}) {
        if (text.ends_with(part)) return true;
      }
      // %2e%2e becomes ".." here, whatever was resolved before.
      if (text == "decodeURIComponent" || text == "decodeURI" || text == "unescape") return false;
      // resolved.toLowerCase()
      if (s.KindOf(callee) != Kind::kMemberExpression) return !sure;
      for (const std::string_view part :
           {"replace", "toLowerCase", "slice", "substr", "substring", "trim", "toString"}) {
        if (text.ends_with(part)) return Resolved(file, s.FirstChild(callee), sure, depth + 1);
      }
      return !sure;
    }
    case Kind::kTemplateLiteral:
      return false;
    case Kind::kLogicalExpression:
    case Kind::kConditionalExpression: {
      bool any = false, all = true;
      for (const NodeId c : s.ChildrenOf(node)) {
        if (s[c].role == Role::kTest) continue;
        const bool is = Resolved(file, c, sure, depth + 1);
        any |= is;
        all &= is;
      }
      return sure ? all : any;
    }
    case Kind::kBinaryExpression: {
      // resolved + '/'
      NodeId right = kNone<NodeId>;
      for (const NodeId c : s.ChildrenOf(node)) right = c;
      const std::string_view text = w_.Text(file, right);
      return (s.KindOf(right) == Kind::kStringLiteral || text == "path.sep" || text == "sep") &&
             Resolved(file, s.FirstChild(node), sure, depth + 1);
    }
    case Kind::kIdentifier: {
      const BindingId b = m.BindingAt(node);
      if (!Some(b)) return !sure;
      const Binding& binding = m.bindings[b];
      const auto given = [&](NodeId name) {
        const NodeId p = s.Parent(name);
        if (s.KindOf(p) == Kind::kVariableDeclarator) return s.Child(p, Role::kValue);
        if (s.KindOf(p) == Kind::kAssignmentExpression && s[p].op == Op::kAssign) return s.Child(p, Role::kRight);
        return kNone<NodeId>;
      };
      if (binding.writes == 0) return Resolved(file, given(binding.node), sure, depth + 1);
      bool any = false, all = true;
      for (const Assignment& a : m.AssignmentsOf(b)) {
        const NodeId value = given(a.node);
        // What it is given later it was not here.
        if (!Some(value) || (Index(a.node) > Index(node) && m.FunctionOf(a.node) == m.FunctionOf(node))) continue;
        const bool is = Resolved(file, value, sure, depth + 1);
        any |= is;
        all &= is;
      }
      return sure ? any && all : any;
    }
    case Kind::kMemberExpression:
      if (const std::string_view text = w_.Text(file, node);
          text.ends_with(".url") || text.ends_with(".pathname") || text.ends_with(".originalUrl"))
        return false;
      return !sure;
    default:
      return !sure;
  }
}

Guard Guards::Of(std::string_view kind, const FlowFrame& frame) {
  const bool path = kind.starts_with("path");
  if (!path || (frame.decoded_bindings >= frame.bindings.size() && frame.decoded_texts >= frame.texts.size()))
    return Around(kind, frame);
  // What holds of the decoded value, then tests of what it was before that still hold.
  FlowFrame now = frame;
  now.bindings.resize(std::min(frame.decoded_bindings, frame.bindings.size()));
  now.texts.resize(std::min(frame.decoded_texts, frame.texts.size()));
  now.made_of.clear();
  now.whole = &frame;
  const Guard after = Around(kind, now);
  if (after == Guard::kGuarded) return after;
  before_decoding_ = true;
  const Guard before = Around(kind, frame);
  before_decoding_ = false;
  return std::max(after, before);
}

// section = name; if (bad(section)) throw ... and used elsewhere, at another time: section is never anything else.
bool Guards::CheckedWhereAssigned(const At& at) {
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const auto checked = [&](NodeId assignment) {
    for (NodeId n = assignment, p = s.Parent(n); Index(n) != 0 && !IsFunction(s.KindOf(n)); n = p, p = s.Parent(p)) {
      if (s.KindOf(p) != Kind::kBlockStatement && s.KindOf(p) != Kind::kProgram) continue;
      for (const NodeId c : s.ChildrenOf(p)) {
        if (Index(c) <= Index(n) || s.KindOf(c) != Kind::kIfStatement) continue;
        if (Index(c) > Index(at.frame->position)) break;
        if (Statement(at, c, 0) == Guard::kGuarded) return true;
      }
    }
    return false;
  };
  for (const BindingId b : at.frame->bindings) {
    if (m.bindings[b].writes == 0) continue;
    bool any = false, all = true;
    for (const Assignment& a : m.AssignmentsOf(b)) {
      const NodeId p = s.Parent(a.node);
      if (s.KindOf(p) == Kind::kVariableDeclarator && !Some(s.Child(p, Role::kValue))) continue;
      if (s.KindOf(p) == Kind::kAssignmentExpression && s[p].op == Op::kAssign) {
        const std::string_view text = w_.Text(at.file, s.Child(p, Role::kRight));
        if (text == "undefined" || text == "null" || text == "void 0") continue;
        any = true;
        all &= checked(p);
      } else {
        all = false;
      }
    }
    if (any && all) return true;
  }
  return false;
}

// if (a) { file = join(root, name); if (bad(file)) return; } use(file);
bool Guards::CheckedAfter(const At& at) {
  const Syntax& s = w_.project()[at.file].model.syntax;
  NodeId statement = at.frame->position, block = s.Parent(statement);
  while (Index(block) != 0 && s.KindOf(block) != Kind::kBlockStatement) {
    if (IsFunction(s.KindOf(block)) || s.KindOf(block) == Kind::kSwitchCase) return false;
    statement = block;
    block = s.Parent(block);
  }
  if (Index(block) == 0) return false;
  for (const NodeId c : s.ChildrenOf(block)) {
    if (Index(c) > Index(statement) && Statement(at, c, 0) == Guard::kGuarded) return true;
  }
  return false;
}

// promise.then(() => { if (bad(name)) throw ... }).then(() => use(name)): of the call of then(), what threw before it.
Guard Guards::Earlier(const At& at, NodeId call) {
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  for (int links = 0; links < 8; ++links) {
    const NodeId callee = s.FirstChild(call);
    if (s.KindOf(callee) != Kind::kMemberExpression) return Guard::kNone;
    const NodeId property = s.Child(callee, Role::kProperty);
    if (!Some(property) || w_.Text(at.file, property) != "then") return Guard::kNone;
    call = s.FirstChild(callee);
    if (s.KindOf(call) != Kind::kCallExpression) return Guard::kNone;
    for (const NodeId argument : s.ChildrenOf(call)) {
      if (s[argument].role != Role::kArgument || !IsFunction(s.KindOf(argument))) continue;
      for (uint32_t i = Index(argument); i < s[argument].next && work_ < kWork; ++i) {
        ++work_;
        const NodeId n = static_cast<NodeId>(i);
        if (s.KindOf(n) != Kind::kIfStatement) continue;
        NodeId yes = s.Child(n, Role::kConsequent);
        if (s.KindOf(yes) == Kind::kBlockStatement) yes = s.FirstChild(yes);
        if (!Some(yes) || s.KindOf(yes) != Kind::kThrowStatement) continue;
        if (const Guard g = Condition(at, s.Child(n, Role::kTest), false, 0); g != Guard::kNone) return g;
      }
    }
  }
  return Guard::kNone;
}

// if (bad(file)) refuse(); else send(); function send() { use(file); }
bool Guards::CheckedByCallers(const At& at, NodeId function) {
  const FileModel& m = w_.project()[at.file].model;
  const FunctionId f = m.FunctionAt(function);
  if (!at.kind.starts_with("path") || !Some(f) || inside_) return false;
  const FunctionId around = m.FunctionOf(function);
  if (!Some(around) || around == kModuleFunction) return false;  // what it uses is its own
  const std::span<const Walker::Site> sites = w_.CallersOf({at.file, f});
  if (sites.empty() || sites.size() > 4) return false;
  inside_ = true;
  const bool all = std::ranges::all_of(sites, [&](const Walker::Site& site) {
    if (site.file != at.file) return false;
    FlowFrame there = *at.frame;
    there.position = m.calls[site.call].node;
    return m.syntax.Contains(m.functions[around].node, there.position) && Around(at.kind, there) == Guard::kGuarded;
  });
  inside_ = false;
  return all;
}

// let bad = false; for (const part of value.split('/')) if (part === '..') bad = true; if (bad) return;
Guard Guards::Flag(const At& at, BindingId flag, bool holds, int depth) {
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  if (m.bindings[flag].writes == 0 || m.bindings[flag].kind == BindingKind::kImport) return Guard::kNone;
  const std::string_view here = holds ? "true" : "false", other = holds ? "false" : "true";
  Guard best = Guard::kNone;
  bool begins = false;
  for (const Assignment& a : m.AssignmentsOf(flag)) {
    const NodeId p = s.Parent(a.node);
    const bool declared = s.KindOf(p) == Kind::kVariableDeclarator;
    const NodeId value = declared ? s.Child(p, Role::kValue)
                         : s.KindOf(p) == Kind::kAssignmentExpression && s[p].op == Op::kAssign
                             ? s.Child(p, Role::kRight)
                             : kNone<NodeId>;
    const std::string_view text = Some(value) ? w_.Text(at.file, value) : std::string_view("undefined");
    if (declared && (text == here || (!holds && text == "undefined"))) {
      begins = true;
      continue;
    }
    if (declared || text != other) return Guard::kNone;
    // What it takes to come there; in a callback of a list, of what that is called with.
    FlowFrame inner{at.file, at.frame->position, at.frame->bindings, at.frame->texts, {}};
    const At below{at.kind, at.file, &inner};
    for (NodeId n = p, up = s.Parent(n); Index(n) != 0; n = up, up = s.Parent(up)) {
      if (s.KindOf(up) == Kind::kIfStatement && s[n].role != Role::kTest) break;
      if (!IsFunction(s.KindOf(n))) continue;
      const CallId c = s[n].role == Role::kArgument ? m.CallAt(up) : kNone<CallId>;
      if (!Some(c) || s.KindOf(s.FirstChild(up)) != Kind::kMemberExpression ||
          !w_.Text(at.file, s.FirstChild(up)).ends_with(".forEach"))
        return Guard::kNone;
    }
    for (NodeId n = p, up = s.Parent(n); Index(n) != 0; n = up, up = s.Parent(up)) {
      if (IsFunction(s.KindOf(n)) && s[n].role == Role::kArgument && Mentions(at, s.FirstChild(s.FirstChild(up)))) {
        const FunctionId f = m.FunctionAt(n);
        const NodeId param = m.functions[f].param_count > 0 ? m.params[m.functions[f].first_param].node : kNone<NodeId>;
        for (uint32_t k = Some(param) ? Index(param) : 0; Some(param) && k < s[param].next; ++k) {
          const BindingId b = m.BindingAt(static_cast<NodeId>(k));
          if (Some(b) && m.bindings[b].kind == BindingKind::kParam) inner.bindings.push_back(b);
        }
        break;
      }
    }
    for (NodeId n = p, up = s.Parent(n); Index(n) != 0; n = up, up = s.Parent(up)) {
      if (s.KindOf(up) != Kind::kIfStatement || s[n].role != Role::kConsequent) continue;
      best = std::max(best, Condition(below, s.Child(up, Role::kTest), false, depth + 1));
      break;
    }
  }
  return begins ? best : Guard::kNone;
}

// if (!(await store.exists(id))) return: an identifier that is known there was chosen by the program. Not what asks for
// files, and not a path that was put together.
Guard Guards::Exists(const At& at, CallId id) const {
  const FileModel& m = w_.project()[at.file].model;
  const Syntax& s = m.syntax;
  const Call& c = m.calls[id];
  const NodeId callee = s.FirstChild(c.node);
  if (s.KindOf(callee) != Kind::kMemberExpression || c.arg_count == 0) return Guard::kNone;
  const Api* api = w_.calls().TargetOf(at.file, id).api;
  const std::string on = Lower(w_.Text(at.file, s.FirstChild(callee)));
  if (api != nullptr && !api->sinks.empty()) return Guard::kNone;
  for (const std::string_view files : {"fs", "file", "path", "disk", "storage", "dir", "folder", "this", "cache"}) {
    if (on.find(files) != std::string::npos) return Guard::kNone;
  }
  const NodeId asked = m.args[c.first_arg].node;
  if (s.KindOf(asked) == Kind::kMemberExpression) return IsValue(at, asked) ? Guard::kGuarded : Guard::kNone;
  const BindingId b = m.BindingAt(asked);
  if (!Some(b) || !IsValue(at, asked) || m.bindings[b].writes > 0) return Guard::kNone;
  const NodeId p = s.Parent(m.bindings[b].node);
  if (s.KindOf(p) == Kind::kVariableDeclarator && s.KindOf(s.Child(p, Role::kValue)) != Kind::kMemberExpression)
    return Guard::kNone;
  return Guard::kGuarded;
}

// Every next() of a middleware stands where what `frame` names was looked at.
bool Guards::LetsThrough(std::string_view kind, FunctionRef f, uint32_t request, const FlowFrame& frame) {
  const FileModel& m = w_.project()[f.file].model;
  const Function& fn = m.functions[f.function];
  const Syntax& s = m.syntax;
  bool any = false;
  for (uint32_t i = Index(fn.node); i < s[fn.node].next && work_ < kWork; ++i) {
    ++work_;
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kIdentifier) continue;
    const BindingId b = m.BindingAt(n);
    if (!Some(b) || m.bindings[b].kind != BindingKind::kParam || m.bindings[b].node == n) continue;
    const NodeId param = request + 2 < fn.param_count ? m.params[fn.first_param + request + 2].node : kNone<NodeId>;
    if (!Some(param) || !s.Contains(param, m.bindings[b].node)) continue;
    const NodeId call = s.Parent(n);
    const bool called = s.KindOf(call) == Kind::kCallExpression && s.FirstChild(call) == n;
    const CallId c = called ? m.CallAt(call) : kNone<CallId>;
    if (Some(c) && m.calls[c].arg_count > 0) continue;  // next(error)
    any = true;
    FlowFrame here = frame;
    here.file = f.file;
    here.position = called ? call : n;
    if (Of(kind, here) != Guard::kGuarded) return false;
  }
  return any;
}

bool Guards::PassesOnly(std::string_view kind, FileId file, NodeId assignment) {
  const FileModel& m = w_.project()[file].model;
  if (m.syntax.KindOf(assignment) != Kind::kAssignmentExpression) return false;
  const NodeId left = m.syntax.Child(assignment, Role::kLeft);
  const FunctionId f = m.FunctionOf(assignment);
  if (m.syntax.KindOf(left) != Kind::kMemberExpression || f == kModuleFunction || !Some(f)) return false;
  FlowFrame frame;
  frame.texts.emplace_back(w_.Text(file, left));
  // req.file = value: which of them is the request.
  const std::string_view object = w_.Text(file, m.syntax.FirstChild(left));
  for (uint32_t i = 0; i < m.functions[f].param_count; ++i) {
    if (w_.ParamName({file, f}, i) == object) return LetsThrough(kind, {file, f}, i, frame);
  }
  return false;
}

// listing(root)(req, res): do all that hand their own request to the function check it before?
bool Guards::CheckedByHandlers(std::string_view kind, const Origin& o, std::string_view part) {
  const std::span<const Walker::Site> sites = w_.CallersOf(o.function);
  if (sites.empty() || sites.size() > 4) return false;
  return std::ranges::all_of(sites, [&](const Walker::Site& site) {
    const FileModel& m = w_.project()[site.file].model;
    const Call& call = m.calls[site.call];
    const NodeId given = w_.ArgumentOf(site.file, call, o.index);
    const BindingId b = Some(given) ? m.BindingAt(given) : kNone<BindingId>;
    if (!Some(b) || m.bindings[b].kind != BindingKind::kParam) return false;
    const std::string_view name = w_.Text(site.file, given);
    // What leaves before; conditions around the call choose who answers, as routes do.
    const NodeId around = m.functions[m.FunctionOf(m.bindings[b].node)].node;
    const NodeId body = m.syntax.Child(around, Role::kBody);
    if (m.syntax.KindOf(body) != Kind::kBlockStatement || !m.syntax.Contains(body, call.node)) return false;
    FlowFrame frame;
    frame.file = site.file;
    for (const NodeId statement : m.syntax.ChildrenOf(body)) {
      if (m.syntax.Contains(statement, call.node)) frame.position = statement;
    }
    frame.texts.push_back(Cat(name, part));
    if (part == ".url" || part == ".path" || part == ".originalUrl") {
      for (const std::string_view whole : {".url", ".path", ".originalUrl"}) frame.texts.push_back(Cat(name, whole));
    }
    // What is decoded here says nothing of what was looked at as it came, unless that was decoded, too.
    const uint32_t from = m.syntax[around].start, to = m.syntax[call.node].start;
    const std::string_view before = std::string_view(w_.project()[site.file].text).substr(from, to - from);
    if (o.decoded && before.find("decode") == std::string_view::npos) frame.decoded_texts = 0;
    return Around(kind, frame) == Guard::kGuarded;
  });
}

bool Guards::BeforeHandler(std::string_view kind, const Origin& o) {
  if (o.kind != Origin::Kind::kSource || o.trust != Trust::kRemote || !Some(o.function.function)) return false;
  const FunctionRef handler = o.function;
  if (w_.project()[handler.file].model.functions[handler.function].node != o.node) return false;
  const std::string_view request = w_.ParamName(handler, o.index);
  if (request.empty() || !o.what.starts_with(Cat(request, "."))) return false;
  const std::string_view part = o.what.substr(request.size());
  const bool named = part.starts_with(".params.");
  const auto refuses = [&](FunctionRef f, std::string_view parameter) {
    if (f == handler) return false;
    const std::string_view name = w_.ParamName(f, o.index);
    if (name.empty()) return false;
    FlowFrame frame;
    frame.texts.push_back(Cat(name, part));
    if (part == ".url" || part == ".path" || part == ".originalUrl" || named) {
      for (const std::string_view whole : {".url", ".path", ".originalUrl"}) frame.texts.push_back(Cat(name, whole));
      // What is refused of the text as it came says nothing of what that is decoded to.
      frame.decoded_texts = named ? 1 : o.decoded ? 0 : frame.texts.size();
    }
    if (!parameter.empty()) {
      const FileModel& m = w_.project()[f.file].model;
      const Function& fn = m.functions[f.function];
      const NodeId value = o.index + 3 < fn.param_count ? m.params[fn.first_param + o.index + 3].node : kNone<NodeId>;
      const BindingId b = Some(value) ? m.BindingAt(m.syntax.FirstChild(value)) : kNone<BindingId>;
      if (Some(b)) frame.bindings.push_back(b);
    }
    return LetsThrough(kind, f, o.index, frame);
  };
  const std::span<const looplint::Entry> entries = w_.calls().EntriesOf(handler);
  if (entries.empty()) return CheckedByHandlers(kind, o, part);
  return std::ranges::all_of(entries, [&](const looplint::Entry& entry) {
    if (!Some(entry.by.file) || !Some(entry.by.call)) return false;
    for (const looplint::Entry* before : w_.calls().EntriesBy(entry.by)) {
      if (before->function == handler) break;
      if (refuses(before->function, {})) return true;
    }
    const FileId file = entry.by.file;
    const FileModel& m = w_.project()[file].model;
    const auto method = [&](CallId call) {  // the application, and what is called of it
      const Value& callee = m.values[m.calls[call].callee];
      return callee.kind == ValueKind::kMember
                 ? std::pair(w_.Resolve(file, static_cast<ValueId>(callee.a)), m.names[static_cast<NameId>(callee.b)])
                 : std::pair(kNone<ValueId>, std::string_view());
    };
    const ValueId application = method(entry.by.call).first;
    for (const looplint::Entry& before : w_.calls().EntriesIn(file)) {
      if (!Some(before.by.call) || before.by.file != file ||
          Index(m.calls[before.by.call].node) >= Index(m.calls[entry.by.call].node))
        continue;
      const auto [on, name] = method(before.by.call);
      const Call& call = m.calls[before.by.call];
      if (!Some(on) || on != application || call.arg_count == 0) continue;
      const ValueId first = w_.Resolve(file, m.args[call.first_arg].value);
      const bool text = Some(first) && m.values[first].kind == ValueKind::kString;
      const std::string_view what = text ? m.names[static_cast<NameId>(m.values[first].a)] : std::string_view();
      if (name == "use" && (!text || what == "/") && refuses(before.function, {})) return true;
      if (name == "param" && named && what == part.substr(8) && refuses(before.function, what)) return true;
    }
    return false;
  });
}

Guard Guards::Around(std::string_view kind, const FlowFrame& frame) {
  if (work_ > kWork) return Guard::kGuarded;  // too much to look at: nothing is said
  const FileModel& m = w_.project()[frame.file].model;
  const Syntax& s = m.syntax;
  const At at{kind, frame.file, &frame};
  if (frame.after) return CheckedAfter(at) ? Guard::kGuarded : Guard::kNone;
  Guard best = Guard::kNone;
  int looked = 0;
  for (NodeId n = frame.position, p = s.Parent(n); Index(n) != 0 && looked < 2000 && ++work_ <= kWork;
       n = p, p = s.Parent(p)) {
    const Role role = s[n].role;
    Guard g = Guard::kNone;
    switch (s.KindOf(p)) {
      case Kind::kIfStatement:
      case Kind::kConditionalExpression:
        if (role == Role::kConsequent) g = Condition(at, s.Child(p, Role::kTest), true, 0);
        if (role == Role::kAlternate) g = Condition(at, s.Child(p, Role::kTest), false, 0);
        break;
      case Kind::kLogicalExpression: {
        const NodeId left = s.FirstChild(p);
        if (left == n) break;
        if (s[p].op == Op::kAnd) g = Condition(at, left, true, 0);
        if (s[p].op == Op::kOr) g = Condition(at, left, false, 0);
        break;
      }
      case Kind::kWhileStatement:
      case Kind::kForStatement:
        if (const NodeId test = s.Child(p, Role::kTest); role == Role::kBody && Some(test) && !Scans(w_.Text(frame.file, test)))
          g = Condition(at, test, true, 0);
        break;
      case Kind::kSwitchCase: {
        if (role == Role::kValue) break;
        // A case of a switch over the value itself: it is one of those written. Not the default.
        const NodeId sw = s.Parent(p);
        const NodeId subject = s.FirstChild(sw);
        if (Some(s.Child(p, Role::kValue)) && Mentions(at, subject) && s.KindOf(subject) != Kind::kCallExpression &&
            !OfPart(at, subject))
          g = Guard::kGuarded;
        [[fallthrough]];
      }
      case Kind::kBlockStatement:
      case Kind::kStaticBlock:
      case Kind::kProgram: {
        if (Index(p) == 0 && s.KindOf(n) == Kind::kFunctionDeclaration) break;
        for (const NodeId c : s.ChildrenOf(p)) {
          if (c == n || Index(c) > Index(n)) break;
          ++looked;
          g = std::max(g, Statement(at, c, 0));
        }
        break;
      }
      case Kind::kCallExpression:
        if (role == Role::kArgument && IsFunction(s.KindOf(n))) g = Earlier(at, p);
        break;
      default:
        break;
    }
    if (IsFunction(s.KindOf(n)) && CheckedByCallers(at, n)) g = Guard::kGuarded;
    if (g == Guard::kGuarded) return g;
    best = std::max(best, g);
    if (Index(p) == 0) break;
  }
  if (CheckedWhereAssigned(at)) return Guard::kGuarded;
  if (work_ <= kWork) return best;
  ++cut_off_;
  return Guard::kGuarded;
}

}  // namespace looplint
