#include "analyzer/facts/local_flow.h"

#include <algorithm>
#include <array>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr int kSteps = 200;
constexpr int kDepth = 24;

template <size_t N>
bool OneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Methods of strings, arrays and buffers whose result is made of the receiver's text.
constexpr std::array<std::string_view, 27> kKeeps = {"at",
                                                     "concat",
                                                     "join",
                                                     "normalize",
                                                     "padEnd",
                                                     "padStart",
                                                     "pop",
                                                     "repeat",
                                                     "reverse",
                                                     "shift",
                                                     "slice",
                                                     "substr",
                                                     "substring",
                                                     "toLocaleLowerCase",
                                                     "toLocaleUpperCase",
                                                     "toLowerCase",
                                                     "toString",
                                                     "toUpperCase",
                                                     "trim",
                                                     "trimEnd",
                                                     "trimLeft",
                                                     "trimRight",
                                                     "trimStart",
                                                     "valueOf",
                                                     "filter",
                                                     "flat",
                                                     "subarray"};

// Functions whose result is made of the text of their arguments.
constexpr std::array<std::string_view, 16> kPasses = {"global.String",
                                                      "global.decodeURI",
                                                      "global.decodeURIComponent",
                                                      "global.Buffer.from",
                                                      "global.JSON.parse",
                                                      "querystring.unescape",
                                                      "querystring.parse",
                                                      "url.parse",
                                                      "util.format",
                                                      "path.join",
                                                      "path.resolve",
                                                      "path.normalize",
                                                      "path.posix.join",
                                                      "path.posix.normalize",
                                                      "path.posix.resolve",
                                                      "path.toNamespacedPath"};

constexpr std::array<std::string_view, 10> kRefusing = {
    "startsWith", "endsWith", "includes", "indexOf", "match", "test", "has", "search", "hasOwnProperty", "lastIndexOf"};

bool LooksLikeValidator(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view part : {"valid", "assert", "check", "ensure", "sanit", "verify", "guard", "allow", "safe",
                                      "schema", "parse", "inside", "contain", "escape"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

// `member` of a source ("query.*") against the path that is read; what it leaves over may follow in values that have
// members of their own.
bool Matches(const Source& source, const std::vector<std::string_view>& path) {
  size_t i = 0;
  std::string_view rest = source.member;
  while (!rest.empty()) {
    const size_t dot = rest.find('.');
    const std::string_view step = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    if (i == path.size() || (step != "*" && path[i] != step)) return false;
    ++i;
  }
  if (i == path.size()) return true;
  return source.value == "any" && path.back() != "length";
}

}  // namespace

std::string_view LocalFlow::Text(NodeId n) const {
  const Node& x = m_.syntax[n];
  return std::string_view(p_[file_].text).substr(x.start, x.end - x.start);
}

LocalOrigin LocalFlow::Of(ValueId value) {
  trail_.clear();
  steps_ = containers_ = 0;
  LocalOrigin o = Walk(value, 0);
  o.through = trail_;
  if (o.kind == LocalOrigin::Kind::kRequest && RefusedByRoute(o)) return {};
  return o;
}

LocalOrigin LocalFlow::Walk(ValueId value, int depth) {
  if (!Some(value) || Index(value) == 0 || depth > kDepth || ++steps_ > kSteps) return {};
  const Value& v = m_.values[value];
  const size_t mark = trail_.size();
  LocalOrigin o;
  switch (v.kind) {
    case ValueKind::kBinding: {
      const BindingId b = static_cast<BindingId>(v.a);
      if (containers_ == 0) trail_.push_back(b);
      o = Walk(m_.bindings[b].value, depth + 1);
      break;
    }
    case ValueKind::kParam: {
      o.kind = LocalOrigin::Kind::kParam;
      o.function = {file_, static_cast<FunctionId>(v.a)};
      o.param = v.b;
      const Function& f = m_.functions[o.function.function];
      if (v.b < f.param_count) {
        const NodeId node = m_.params[f.first_param + v.b].node;
        for (const NodeId c : m_.syntax.ChildrenOf(node)) {
          if (m_.syntax.KindOf(c) == Kind::kIdentifier) o.what = Text(c);
          // handler(@Query('name') name)
          if (m_.syntax.KindOf(c) != Kind::kDecorator || !Some(m_.syntax.FirstChild(c))) continue;
          const CallId call = m_.CallAt(m_.syntax.FirstChild(c));
          const Api* api = Some(call) ? calls_.TargetOf(file_, call).api : nullptr;
          if (api == nullptr || api->decorates != "parameter") continue;
          for (const Source& s : api->sources) {
            if (s.kind == "remote") o.kind = LocalOrigin::Kind::kRequest;
          }
        }
      }
      break;
    }
    case ValueKind::kMember:
    case ValueKind::kElement: {
      // text.split('.')[0] is a part of the text; other members are one of many.
      const bool part = v.kind == ValueKind::kElement && m_.values[static_cast<ValueId>(v.a)].kind == ValueKind::kCall;
      containers_ += part ? 0 : 1;
      o = OfMember(value, depth);
      containers_ -= part ? 0 : 1;
      break;
    }
    case ValueKind::kTemplate:
    case ValueKind::kConcat:
      for (const NodeId c : m_.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
        if (m_.syntax.KindOf(c) == Kind::kTemplateElement) continue;
        o = Walk(m_.ValueOf(c), depth + 1);
        if (o.kind != LocalOrigin::Kind::kNone) {
          o.embedded = true;
          break;
        }
      }
      break;
    case ValueKind::kEither:
      o = Walk(static_cast<ValueId>(v.a), depth + 1);
      if (o.kind == LocalOrigin::Kind::kNone) o = Walk(static_cast<ValueId>(v.b), depth + 1);
      break;
    case ValueKind::kAwait:
      o = Walk(static_cast<ValueId>(v.a), depth + 1);
      break;
    case ValueKind::kArray:
      for (const NodeId c : m_.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
        o = Walk(m_.ValueOf(c), depth + 1);
        if (o.kind != LocalOrigin::Kind::kNone) break;
      }
      break;
    case ValueKind::kCall:
      o = OfCall(static_cast<CallId>(v.a), depth);
      break;
    default:
      break;
  }
  if (o.kind == LocalOrigin::Kind::kNone) trail_.resize(mark);
  return o;
}

LocalOrigin LocalFlow::RequestMember(ValueId value) {
  std::vector<std::string_view> path;
  ValueId v = value;
  for (int i = 0; i < 12; ++i) {
    const Value& x = m_.values[v];
    if (x.kind == ValueKind::kMember) {
      path.insert(path.begin(), m_.names[static_cast<NameId>(x.b)]);
      v = static_cast<ValueId>(x.a);
    } else if (x.kind == ValueKind::kElement) {
      path.insert(path.begin(), "[]");
      v = static_cast<ValueId>(x.a);
    } else if (x.kind == ValueKind::kBinding) {
      v = m_.bindings[static_cast<BindingId>(x.a)].value;
      if (!Some(v)) return {};
      continue;
    } else {
      return {};
    }
    const std::string_view type = d_.TypeOf(v);
    for (const Type* t = type.empty() ? nullptr : p_.knowledge().FindType(type); t != nullptr;
         t = t->extends.empty() ? nullptr : p_.knowledge().FindType(t->extends)) {
      for (const Source& s : t->sources) {
        if (s.kind != "remote" || !Matches(s, path)) continue;
        LocalOrigin o;
        o.kind = LocalOrigin::Kind::kRequest;
        ValueId base = v;
        while (m_.values[base].kind == ValueKind::kBinding)
          base = m_.bindings[static_cast<BindingId>(m_.values[base].a)].value;
        const Value& b = m_.values[base];
        if (b.kind == ValueKind::kParam) {
          const Function& f = m_.functions[static_cast<FunctionId>(b.a)];
          o.function = {file_, static_cast<FunctionId>(b.a)};
          if (b.b < f.param_count) {
            for (const NodeId c : m_.syntax.ChildrenOf(m_.params[f.first_param + b.b].node)) {
              if (m_.syntax.KindOf(c) == Kind::kIdentifier) o.what = Text(c);
            }
          }
        }
        for (const std::string_view step : path) {
          if (step == "[]") {
            o.what += "[...]";
            continue;
          }
          if (!o.what.empty()) o.what += '.';
          o.what += step;
        }
        return o;
      }
    }
  }
  return {};
}

LocalOrigin LocalFlow::OfMember(ValueId value, int depth) {
  LocalOrigin o = RequestMember(value);
  if (o.kind != LocalOrigin::Kind::kNone) return o;
  const Value& v = m_.values[value];
  const ValueId base = static_cast<ValueId>(v.a);
  const std::string_view name = v.kind == ValueKind::kMember ? m_.names[static_cast<NameId>(v.b)] : std::string_view();
  if (name == "length" || name == "size") return {};
  // A URL keeps what was in the text it was made of, percent-encoded and without "..".
  ValueId object = base;
  for (int i = 0; i < 8 && m_.values[object].kind == ValueKind::kBinding; ++i) {
    object = m_.bindings[static_cast<BindingId>(m_.values[object].a)].value;
    if (!Some(object)) return {};
  }
  const Value& b = m_.values[object];
  if (b.kind == ValueKind::kCall) {
    const CallId call = static_cast<CallId>(b.a);
    const Api* api = calls_.TargetOf(file_, call).api;
    const Call& c = m_.calls[call];
    if (api != nullptr && api->returns == "URL" && c.arg_count > 0) {
      if (name != "searchParams" && name != "pathname" && name != "search" && name != "href") return {};
      o = Walk(m_.args[c.first_arg].value, depth + 1);
      if (name != "searchParams") o.encoded = true;
      return o;
    }
  }
  // A member of what a caller passed, and of request data.
  o = Walk(base, depth + 1);
  if (o.kind == LocalOrigin::Kind::kParam && !name.empty()) o.what += Cat(".", name);
  return o;
}

LocalOrigin LocalFlow::OfCall(CallId id, int depth) {
  const Call& c = m_.calls[id];
  const Value& callee = m_.values[c.callee];
  const Api* api = calls_.TargetOf(file_, id).api;
  const auto arguments = [&](bool embedded) -> LocalOrigin {
    for (uint32_t i = 0; i < c.arg_count; ++i) {
      LocalOrigin o = Walk(m_.args[c.first_arg + i].value, depth + 1);
      if (o.kind == LocalOrigin::Kind::kNone) continue;
      o.embedded |= embedded;
      return o;
    }
    return {};
  };
  if (api != nullptr) {
    // req.get('host'), c.req.query('name')
    for (const Source& s : api->sources) {
      if (s.kind != "remote" || !s.member.empty()) continue;
      LocalOrigin o;
      o.kind = LocalOrigin::Kind::kRequest;
      o.what = Text(c.node);
      if (o.what.size() > 60 || o.what.find('\n') != std::string::npos) o.what = Text(m_.syntax.FirstChild(c.node));
      return o;
    }
    if (OneOf(api->name, kPasses)) {
      const bool decodes = api->name.find("decode") != std::string::npos || api->name == "querystring.unescape";
      if (c.arg_count == 0) return {};
      if (api->name.starts_with("path.")) return arguments(c.arg_count > 1);
      if (api->name == "util.format") return arguments(true);
      LocalOrigin o = Walk(m_.args[c.first_arg].value, depth + 1);
      if (decodes) o.encoded = false;
      return o;
    }
  }
  if (callee.kind != ValueKind::kMember || c.kind != CallKind::kCall) return {};
  const std::string_view name = m_.names[static_cast<NameId>(callee.b)];
  const ValueId receiver = static_cast<ValueId>(callee.a);
  if (Some(calls_.TargetOf(file_, id).function.function)) return {};
  if (name == "get" || name == "getAll") {
    // new URL(...).searchParams.get('name')
    const Value& r = m_.values[receiver];
    const bool params = (api != nullptr && api->name == "URLSearchParams#get") ||
                        (r.kind == ValueKind::kMember && m_.names[static_cast<NameId>(r.b)] == "searchParams");
    if (!params) return {};
    ++containers_;
    LocalOrigin o = Walk(receiver, depth + 1);
    --containers_;
    return o;
  }
  if (name == "split") {
    // Pieces between slashes hold none.
    const Argument* at = m_.Arg(c, 0);
    if (at == nullptr || m_.values[at->value].kind != ValueKind::kString) return {};
    if (m_.names[static_cast<NameId>(m_.values[at->value].a)] == "/") return {};
    return Walk(receiver, depth + 1);
  }
  if (name == "replace") {
    const Argument* what = m_.Arg(c, 0);
    if (what == nullptr || m_.values[what->value].kind != ValueKind::kString) return {};
    LocalOrigin o = Walk(receiver, depth + 1);
    o.stripped = m_.names[static_cast<NameId>(m_.values[what->value].a)].find("..") != std::string_view::npos;
    return o;
  }
  if (!OneOf(name, kKeeps)) return {};
  LocalOrigin o = Walk(receiver, depth + 1);
  if (o.kind == LocalOrigin::Kind::kNone && name == "concat") o = arguments(true);
  return o;
}

// app.get('/:id(\\d+)', ...), a route with a schema, or with a validator before the handler.
bool LocalFlow::RefusedByRoute(const LocalOrigin& origin) {
  if (!Some(origin.function.function)) return false;
  const std::string_view last = std::string_view(origin.what).substr(origin.what.rfind('.') + 1);
  for (const Entry& e : calls_.EntriesOf(origin.function)) {
    if (!Some(e.by.call)) continue;
    const File& file = p_[e.by.file];
    const FileModel& m = file.model;
    const Call& c = m.calls[e.by.call];
    for (uint32_t i = 0; i < c.arg_count; ++i) {
      const Argument& a = m.args[c.first_arg + i];
      const Value& v = m.values[a.value];
      if (v.kind == ValueKind::kString) {
        const std::string_view route = m.names[static_cast<NameId>(v.a)];
        if (route.find(Cat(":", last, "(")) != std::string_view::npos) return true;
      } else if (v.kind == ValueKind::kObject) {
        const Object& o = m.objects[static_cast<ObjectId>(v.a)];
        for (uint32_t k = 0; k < o.member_count; ++k) {
          const struct Member& member = m.members[o.first_member + k];
          if (!Some(member.name)) continue;
          const std::string_view name = m.names[member.name];
          if (name == "schema" || name == "validate") return true;
        }
      } else if (!Some(m.FunctionAt(a.node))) {
        const Node& n = m.syntax[a.node];
        std::string_view text = std::string_view(file.text).substr(n.start, n.end - n.start);
        text = text.substr(0, text.find("=>"));
        if (v.kind != ValueKind::kRegExp && LooksLikeValidator(text.substr(0, 80))) return true;
      }
    }
  }
  return false;
}

LocalFlow::Guard LocalFlow::GuardOf(const LocalOrigin& origin, NodeId sink) {
  const Syntax& s = m_.syntax;
  NodeId outer = NodeId{0};
  for (NodeId p = s.Parent(sink); Index(p) != 0; p = s.Parent(p)) {
    if (IsFunction(s.KindOf(p))) outer = p;
  }
  // The object it was read from: of "req.query.name", "req.query".
  const size_t dot = origin.what.rfind('.');
  const std::string_view object =
      dot == std::string::npos ? std::string_view() : std::string_view(origin.what).substr(0, dot);
  Guard best = Guard::kNone;
  for (uint32_t i = Index(outer) + 1; i < Index(sink); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    const Kind k = s.KindOf(n);
    if (k != Kind::kIdentifier && k != Kind::kMemberExpression && k != Kind::kShorthandProperty) continue;
    bool same = false;
    if (const BindingId b = m_.BindingAt(n); Some(b)) {
      // The request itself is looked at for many reasons.
      const bool whole = Some(m_.bindings[b].value) && m_.values[m_.bindings[b].value].kind == ValueKind::kParam &&
                         origin.kind == LocalOrigin::Kind::kRequest && dot != std::string::npos;
      same = !whole && std::find(origin.through.begin(), origin.through.end(), b) != origin.through.end();
    }
    if (!same && k == Kind::kMemberExpression) same = Text(n) == origin.what;
    if (!same && !object.empty() && Text(n) == object && object.find('.') != std::string_view::npos) {
      // schema.parse(req.query)
      if (s[n].role == Role::kArgument) same = true;
    }
    if (!same) continue;
    const Guard g = Validates(n);
    if (g == Guard::kGuarded) return g;
    best = std::max(best, g);
  }
  return best;
}

// A directory written without a separator at its end: path.join(__dirname, 'public').
bool LocalFlow::BareDirectory(NodeId node) {
  ValueId v = m_.ValueOf(node);
  for (int i = 0; i < 8 && Some(v) && m_.values[v].kind == ValueKind::kBinding; ++i) {
    v = m_.bindings[static_cast<BindingId>(m_.values[v].a)].value;
  }
  if (!Some(v)) return false;
  const Value& x = m_.values[v];
  if (x.kind == ValueKind::kGlobal) return m_.names[static_cast<NameId>(x.a)] == "__dirname";
  if (x.kind == ValueKind::kString) {
    const std::string_view text = m_.names[static_cast<NameId>(x.a)];
    return text.size() > 1 && text[0] == '/' && text.back() != '/';
  }
  if (x.kind != ValueKind::kCall) return false;
  const CallId id = static_cast<CallId>(x.a);
  const Api* api = calls_.TargetOf(file_, id).api;
  if (api == nullptr || (api->name != "path.join" && api->name != "path.resolve")) return false;
  const Call& c = m_.calls[id];
  if (c.arg_count == 0) return false;
  const Value& last = m_.values[m_.args[c.first_arg + c.arg_count - 1].value];
  if (last.kind == ValueKind::kGlobal) return true;
  if (last.kind != ValueKind::kString) return false;
  const std::string_view text = m_.names[static_cast<NameId>(last.a)];
  // resolve() drops a separator at the end, join() keeps it.
  return !text.empty() && (text.back() != '/' || api->name == "path.resolve");
}

LocalFlow::Guard LocalFlow::Validates(NodeId use) {
  const Syntax& s = m_.syntax;
  Guard passed = Guard::kNone;
  for (NodeId n = use, p = s.Parent(n); Index(p) != 0; n = p, p = s.Parent(p)) {
    const Role role = s[n].role;
    switch (s.KindOf(p)) {
      case Kind::kTSAsExpression:
      case Kind::kTSNonNullExpression:
      case Kind::kLogicalExpression:
      case Kind::kArrayExpression:
      case Kind::kTemplateLiteral:
        continue;
      case Kind::kMemberExpression: {
        if (role == Role::kProperty) return Guard::kGuarded;  // TABLE[name]
        const NodeId property = s.Child(p, Role::kProperty);
        if (!Some(property)) return passed;
        const std::string_view name = Text(property);
        if (name == "length") return Guard::kNone;
        const CallId call = m_.CallAt(s.Parent(p));
        if (Some(call) && s[p].role != Role::kArgument) {
          if (OneOf(name, kRefusing)) {
            const Argument* a = m_.Arg(m_.calls[call], 0);
            passed = name == "startsWith" && a != nullptr && BareDirectory(a->node) ? Guard::kPrefix : Guard::kGuarded;
          }
          p = s.Parent(p);
        }
        continue;
      }
      case Kind::kUnaryExpression:
        if (s[p].op == Op::kTypeof) return Guard::kNone;
        continue;
      case Kind::kBinaryExpression: {
        if (s[p].op == Op::kAdd) continue;
        if (s[p].op == Op::kIn || s[p].op == Op::kInstanceof) {
          passed = Guard::kGuarded;
          continue;
        }
        NodeId other = s.FirstChild(p);
        if (other == n) other = static_cast<NodeId>(s[n].next);
        const Value v = Some(m_.ValueOf(other)) ? m_.values[m_.ValueOf(other)] : Value{ValueKind::kUnknown, 0, 0};
        const bool empty = v.kind == ValueKind::kNull || v.kind == ValueKind::kUndefined ||
                           (v.kind == ValueKind::kString && m_.names[static_cast<NameId>(v.a)].empty());
        if (!empty && passed == Guard::kNone) passed = Guard::kGuarded;
        continue;
      }
      case Kind::kCallExpression:
      case Kind::kNewExpression: {
        if (role != Role::kArgument) return passed;
        const CallId id = m_.CallAt(p);
        if (!Some(id)) return passed;
        const Call& c = m_.calls[id];
        const Api* api = calls_.TargetOf(file_, id).api;
        const NodeId callee = s.FirstChild(p);
        std::string_view name = Some(callee) ? Text(callee) : std::string_view();
        if (api != nullptr) {
          if (api->name == "path.relative" || api->name == "path.isAbsolute" || api->name == "RegExp#test" ||
              api->name == "RegExp#exec") {
            passed = Guard::kGuarded;
            continue;
          }
          if (OneOf(api->name, kPasses)) continue;
          const std::string_view method = std::string_view(api->name).substr(api->name.find_last_of(".#") + 1);
          if (OneOf(method, kRefusing)) {
            passed = Guard::kGuarded;
            continue;
          }
          return passed;  // looks at it for other reasons: existsSync, console.log
        }
        // What an unknown function makes of it may be a verdict, unless nobody looks.
        const Use use = c.use == Use::kAwaited ? UseOf(s, s.Parent(p)) : c.use;
        if (use == Use::kDropped || use == Use::kVoided) return LooksLikeValidator(name) ? Guard::kGuarded : passed;
        if (use == Use::kStored || use == Use::kTested || use == Use::kMember) return Guard::kGuarded;
        passed = LooksLikeValidator(name) ? Guard::kGuarded : passed;
        continue;
      }
      case Kind::kIfStatement:
      case Kind::kConditionalExpression:
      case Kind::kWhileStatement:
      case Kind::kDoWhileStatement:
      case Kind::kForStatement:
        if (role != Role::kTest) return passed;
        return passed;
      case Kind::kSwitchStatement:
        return Guard::kGuarded;
      case Kind::kObjectExpression:
      case Kind::kProperty:
        continue;
      default:
        return passed;
    }
  }
  return passed;
}

}  // namespace looplint
