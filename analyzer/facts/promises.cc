#include "analyzer/facts/promises.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyzer/project/values.h"

namespace looplint {
namespace {

// Does what fails at `node` stay inside its function? It is caught, or stands in a catch clause or finally block: then
// it is the handler that fails.
bool StaysInside(const FileModel& m, NodeId node) {
  const Syntax& s = m.syntax;
  bool catches = true;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (IsFunction(k)) return false;
    if (k == Kind::kCatchClause) return true;
    if (k == Kind::kPropertyDefinition || k == Kind::kStaticBlock) catches = false;
    if (k != Kind::kTryStatement) continue;
    if (s[c].role == Role::kFinalizer) return true;
    if (catches && s[c].role == Role::kBody && Some(s.Child(p, Role::kHandler))) return true;
  }
  return false;
}

// Can control run off the end of `statement`? "Yes" when in doubt.
bool FallsThrough(const Syntax& s, NodeId statement, int depth = 0) {
  if (!Some(statement) || depth > 40) return true;
  switch (s.KindOf(statement)) {
    case Kind::kReturnStatement:
    case Kind::kThrowStatement:
      return false;
    case Kind::kBlockStatement: {
      for (const NodeId c : s.ChildrenOf(statement)) {
        if (!FallsThrough(s, c, depth + 1)) return false;
      }
      return true;
    }
    case Kind::kIfStatement:
      return FallsThrough(s, s.Child(statement, Role::kConsequent), depth + 1) ||
             FallsThrough(s, s.Child(statement, Role::kAlternate), depth + 1);
    case Kind::kTryStatement: {
      const NodeId handler = s.Child(statement, Role::kHandler), finalizer = s.Child(statement, Role::kFinalizer);
      if (Some(finalizer) && !FallsThrough(s, finalizer, depth + 1)) return false;
      if (FallsThrough(s, s.Child(statement, Role::kBody), depth + 1)) return true;
      return Some(handler) && FallsThrough(s, s.Child(handler, Role::kBody), depth + 1);
    }
    default:
      return true;
  }
}

// A switch that returns in all cases, or a loop without end, is not seen through: such a function "may" return one.
bool RunsOffTheEnd(const Syntax& s, const Function& f) {
  if (f.kind == FunctionKind::kArrow && s.KindOf(s.Child(f.node, Role::kBody)) != Kind::kBlockStatement) return false;
  return FallsThrough(s, s.Child(f.node, Role::kBody));
}

// Calls that fail in the normal course of things, on input or on what the disk says; against those that only a bug
// makes throw.
bool ThrowsOnInput(const Api& api) {
  return api.throws == Throws::kInput || api.block == Block::kIo || api.block == Block::kProcess;
}

// Never throws by itself; what it calls back may.
bool Total(const Api& api) { return api.throws == Throws::kNever && api.handlers.empty(); }

// p.catch(f), p.then(g, f): what is left to fail is f, and g.
bool HasOwnHandler(const FileModel& m, const Call& call) {
  const Value& callee = m.values[call.callee];
  if (callee.kind != ValueKind::kMember) return false;
  const std::string_view name = m.names[static_cast<NameId>(callee.b)];
  return (name == "catch" && call.arg_count >= 1) || (name == "then" && call.arg_count >= 2);
}

bool IsLiteral(const Value& v) {
  switch (v.kind) {
    case ValueKind::kUndefined:
    case ValueKind::kNull:
    case ValueKind::kBoolean:
    case ValueKind::kNumber:
    case ValueKind::kString:
      return true;
    default:
      return false;
  }
}

// A function, by its syntax or by what is known to get there: wrap(callback) returns one.
bool MayBeFunction(const Project& project, FileId file, ValueId value) {
  if (project[file].model.values[value].kind == ValueKind::kFunction) return true;
  if (project.values() == nullptr) return false;
  const std::vector<Denoted> all = project.values()->Of(file, value);
  return std::any_of(all.begin(), all.end(), [](const Denoted& d) {
    return d.Is(Denoted::Kind::kFunction) || (d.Is(Denoted::Kind::kApi) && d.api != nullptr && !d.api->is_property);
  });
}

// connect(url, (err, client) => ...): releases of a package before the one its row is of may take callbacks instead.
bool TakesErrorFirst(const FileModel& m, const Call& c, const Api& api) {
  if (c.arg_count == 0 || api.name.starts_with("Promise#")) return false;
  const Argument& last = m.args[c.first_arg + c.arg_count - 1];
  // mkdirp(path, done)
  if (const BindingId b = m.BindingAt(last.node); Some(b) && m.bindings[b].kind == BindingKind::kParam) {
    const std::string_view name = m.names[m.bindings[b].name];
    return name == "cb" || name == "callback" || name == "done" || name == "next";
  }
  const FunctionId f = api.callback_at >= 0 ? kNone<FunctionId> : m.FunctionAt(last.node, last.value);
  if (!Some(f) || m.functions[f].param_count < 2) return false;
  const BindingId first = m.BindingAt(m.syntax.Child(m.params[m.functions[f].first_param].node, Role::kLeft));
  if (!Some(first)) return false;
  const std::string_view name = m.names[m.bindings[first].name];
  return name == "err" || name == "error" || name == "e" || name == "_err";
}

// An argument of the function around it, or an element of several.
bool IsGiven(const FileModel& m, ValueId v, int depth) {
  if (!Some(v) || depth > 6) return false;
  const Value& x = m.values[v];
  switch (x.kind) {
    case ValueKind::kParam:
    case ValueKind::kRest:
      return true;
    case ValueKind::kBinding:
      return IsGiven(m, m.bindings[static_cast<BindingId>(x.a)].value, depth + 1);
    case ValueKind::kElement:
      return IsGiven(m, static_cast<ValueId>(x.a), depth + 1);
    case ValueKind::kEither:
      return IsGiven(m, static_cast<ValueId>(x.a), depth + 1) && IsGiven(m, static_cast<ValueId>(x.b), depth + 1);
    default:
      return false;
  }
}

// finish(callback, null): where it rejects with an argument, if there is one, it does not without.
//   function finish(callback, error) { ... if (error) return Promise.reject(error); return Promise.resolve(); }
bool RejectsWithArgument(const Project& project, FileId file, CallId call, FunctionRef f, const Place& site) {
  if (site.file != f.file) return false;
  const FileModel& here = project[file].model;
  const FileModel& m = project[f.file].model;
  const Function& fn = m.functions[f.function];
  for (uint32_t i = 0; i < fn.param_count; ++i) {
    const Argument* given = here.Arg(here.calls[call], i);
    if (given != nullptr && given->spread) return false;
    if (given != nullptr && here.values[given->value].kind != ValueKind::kNull &&
        here.values[given->value].kind != ValueKind::kUndefined)
      continue;
    const BindingId b = m.BindingAt(m.syntax.Child(m.params[fn.first_param + i].node, Role::kLeft));
    if (!Some(b)) continue;
    const auto names = [&](NodeId node) {
      for (ReferenceId r = m.bindings[b].first; Some(r); r = m.Next(r)) {
        if (m.syntax.Contains(node, m.references[r].node)) return true;
      }
      return false;
    };
    for (const Call& c : m.calls) {
      if (m.syntax[c.node].start != site.span.start || c.arg_count != 1 || m.BindingAt(m.args[c.first_arg].node) != b)
        continue;
      for (NodeId n = c.node, p = m.syntax.Parent(n); Index(p) > Index(fn.node); n = p, p = m.syntax.Parent(p)) {
        const Kind k = m.syntax.KindOf(p);
        if ((k == Kind::kIfStatement || k == Kind::kConditionalExpression) && m.syntax[n].role != Role::kTest &&
            names(m.syntax.Child(p, Role::kTest)))
          return true;
      }
    }
  }
  return false;
}

// What only a bug makes true, by its look: typeof path !== 'string', !Array.isArray(list), an argument that is no
// instance of what it should be. `node`: such a test, or a name for one.
// `loose`: so are tests for nothing at all.
bool TestsKind(const FileModel& m, std::string_view text, NodeId node, bool loose, int depth = 0) {
  const Syntax& s = m.syntax;
  if (!Some(node) || depth > 8) return false;
  const auto given = [&](NodeId n) {
    while (s.KindOf(n) == Kind::kMemberExpression) n = s.FirstChild(n);
    if (std::string_view(text).substr(s[n].start, s[n].end - s[n].start) == "arguments") return true;
    const BindingId b = m.BindingAt(n);
    return (Some(b) && m.bindings[b].kind == BindingKind::kParam) || IsGiven(m, m.ValueOf(n), 0);
  };
  const auto is_typeof = [&](NodeId n) {
    return s.KindOf(n) == Kind::kUnaryExpression && s[n].op == Op::kTypeof && given(s.FirstChild(n));
  };
  switch (s.KindOf(node)) {
    case Kind::kUnaryExpression:
      return s[node].op == Op::kNot && TestsKind(m, text, s.FirstChild(node), loose, depth + 1);
    case Kind::kLogicalExpression: {
      const bool left = TestsKind(m, text, s.Child(node, Role::kLeft), loose, depth + 1);
      if (loose ? left : !left) return left;
      return TestsKind(m, text, s.Child(node, Role::kRight), loose, depth + 1);
    }
    case Kind::kBinaryExpression: {
      const NodeId left = s.Child(node, Role::kLeft), right = s.Child(node, Role::kRight);
      if (s[node].op == Op::kInstanceof) return given(left);
      if (is_typeof(left) || is_typeof(right)) return true;
      if (loose && given(left) &&
          (s.KindOf(right) == Kind::kNullLiteral ||
           text.substr(s[right].start, s[right].end - s[right].start) == "undefined"))
        return true;
      return s.KindOf(left) == Kind::kMemberExpression && s.KindOf(right) == Kind::kNumericLiteral && given(left) &&
             std::string_view(text).substr(s[left].start).starts_with("arguments.");
    }
    case Kind::kCallExpression: {
      const CallId c = m.CallAt(node);
      if (!Some(c) || m.calls[c].arg_count != 1) return false;
      const Value& callee = m.values[m.calls[c].callee];
      const NameId name = callee.kind == ValueKind::kMember ? static_cast<NameId>(callee.b) : kNone<NameId>;
      if (!Some(name)) return false;
      if (loose && m.names[name] == "every") return true;
      return given(m.args[m.calls[c].first_arg].node) &&
             (m.names[name] == "isArray" || m.names[name] == "isBuffer" || m.names[name] == "isInteger" ||
              m.names[name] == "isString" || m.names[name] == "isFunction");
    }
    case Kind::kIdentifier: {
      if (loose && given(node)) return true;
      const BindingId b = m.BindingAt(node);
      if (!Some(b) || m.bindings[b].writes != 0) return false;
      const NodeId declarator = s.Parent(m.bindings[b].node);
      return s.KindOf(declarator) == Kind::kVariableDeclarator &&
             TestsKind(m, text, s.Child(declarator, Role::kValue), loose, depth + 1);
    }
    default:
      return false;
  }
}

// if (!map.has(key)) map.set(key, []); const list = map.get(key); if (!list) throw ...: what was put there is there.
bool WasPutThere(const FileModel& m, std::string_view text, FunctionId function, NodeId test) {
  const Syntax& s = m.syntax;
  if (s.KindOf(test) != Kind::kUnaryExpression || s[test].op != Op::kNot) return false;
  const BindingId b = m.BindingAt(s.FirstChild(test));
  if (!Some(b) || m.bindings[b].writes != 0 || !Some(m.bindings[b].value)) return false;
  const Value& got = m.values[m.bindings[b].value];
  if (got.kind != ValueKind::kCall) return false;
  const auto word = [&](NodeId n) { return text.substr(s[n].start, s[n].end - s[n].start); };
  const auto is = [&](const Call& c, std::string_view method) {
    const Value& callee = m.values[c.callee];
    return callee.kind == ValueKind::kMember && c.arg_count > 0 && m.names[static_cast<NameId>(callee.b)] == method;
  };
  const Call& get = m.calls[static_cast<CallId>(got.a)];
  if (!is(get, "get")) return false;
  return std::any_of(m.calls.begin(), m.calls.end(), [&](const Call& c) {
    return c.function == function && s[c.node].start < s[get.node].start && is(c, "set") &&
           word(s.FirstChild(s.FirstChild(c.node))) == word(s.FirstChild(s.FirstChild(get.node))) &&
           word(m.args[c.first_arg].node) == word(m.args[get.first_arg].node);
  });
}

// A throw that says that the program is wrong, not that something failed: assertions, and arguments of another kind
// than was asked for. That a function can do so says nothing of what happens where it is called.
bool TellsOfBug(const FileModel& m, std::string_view text, const Flow& e) {
  const Syntax& s = m.syntax;
  const Value& thrown = m.values[e.value];
  std::string_view error;
  if (thrown.kind == ValueKind::kCall) {
    const Value& callee = m.values[m.calls[static_cast<CallId>(thrown.a)].callee];
    if (callee.kind == ValueKind::kGlobal) error = m.names[static_cast<NameId>(callee.a)];
    if (callee.kind == ValueKind::kMember) error = m.names[static_cast<NameId>(callee.b)];
    if (callee.kind == ValueKind::kBinding) error = m.names[m.bindings[static_cast<BindingId>(callee.a)].name];
  }
  if (error == "AssertionError" || error == "InvariantError") return true;
  // throw new Error('Internal error: no slot')
  const std::string_view words = text.substr(s[e.node].start, s[e.node].end - s[e.node].start).substr(0, 160);
  for (const std::string_view word : {"nternal error", "nternal Error", "mpossible", "nreachable", "nvariant"}) {
    if (words.find(word) != std::string_view::npos) return true;
  }
  const Function& fn = m.functions[e.function];
  if (Some(fn.name) && (m.names[fn.name] == "assert" || m.names[fn.name] == "invariant")) return true;
  NodeId branch = e.node;
  while (s.KindOf(s.Parent(branch)) == Kind::kBlockStatement) branch = s.Parent(branch);
  const NodeId around = s.Parent(branch);
  if (s.KindOf(around) != Kind::kIfStatement || s[branch].role != Role::kConsequent) return false;
  const bool loose = error == "TypeError" || words.find("argument") != std::string_view::npos;
  return TestsKind(m, text, s.Child(around, Role::kTest), loose) ||
         WasPutThere(m, text, e.function, s.Child(around, Role::kTest));
}

bool IsConsole(const Api* api) { return api != nullptr && api->name.starts_with("global.console."); }

}  // namespace

// import Promise from 'bluebird'
static bool HasPromiseOfItsOwn(const FileModel& m) {
  const NameId name = m.names.Find("Promise");
  return Some(name) && std::any_of(m.bindings.begin(), m.bindings.end(),
                                   [&](const Binding& b) { return b.name == name && Index(b.scope) == 0; });
}

// Says the annotation Promise<...>, whoever's?
static bool IsAnnotatedPromise(const File& file, NodeId annotated) {
  if (file.language == Language::kJavaScript) return false;
  const Syntax& s = file.model.syntax;
  const NodeId type = s.Child(annotated, Role::kType);
  if (!Some(type)) return false;
  std::string_view text = std::string_view(file.text).substr(s[type].start, s[type].end - s[type].start);
  while (!text.empty() && (text[0] == ':' || text[0] == ' ')) text.remove_prefix(1);
  if (!text.starts_with("Promise<") && !text.starts_with("PromiseLike<")) return false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>' && text[i - 1] != '=' && --depth == 0) return i + 1 == text.size();
  }
  return false;
}

bool DeclaredPromise(const File& file, NodeId annotated) {
  return IsAnnotatedPromise(file, annotated) && !HasPromiseOfItsOwn(file.model);
}

bool IsDeclaredPromise(const File& file, ValueId value) {
  const FileModel& m = file.model;
  if (Some(value) && m.values[value].kind == ValueKind::kBinding)
    value = m.bindings[static_cast<BindingId>(m.values[value].a)].value;
  if (!Some(value) || m.values[value].kind != ValueKind::kParam) return false;
  const Function& f = m.functions[static_cast<FunctionId>(m.values[value].a)];
  const uint32_t index = m.values[value].b;
  return index < f.param_count && DeclaredPromise(file, m.params[f.first_param + index].node);
}

bool CaughtHere(const FileModel& m, NodeId node) {
  for (NodeId t = EnclosingTry(m, node); Some(t); t = EnclosingTry(m, t)) {
    if (Some(m.syntax.Child(t, Role::kHandler))) return true;
  }
  return false;
}

Outcome Promises::OfCall(const Project& project, const Calls& calls, FileId file, CallId call, int depth) const {
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
                              MayBeFunction(project, file, last->value))) {
        promise = false;
      }
    }
    if (promise && TakesErrorFirst(project[file].model, project[file].model.calls[call], *t.api)) promise = false;
    out.returns = promise ? Returns::kPromise : Returns::kNoPromise;
    if (!promise) {
      out.fails = Total(*t.api) ? Fails::kNo : ThrowsOnInput(*t.api) ? Fails::kMaybe : Fails::kUnlikely;
      return out;
    }
    const FileModel& m = project[file].model;
    const Call& c = m.calls[call];
    out.fails = t.api->may_reject ? Fails::kMaybe : Fails::kNo;
    if (t.api->name.starts_with("Promise#")) {
      // Of a chain: what its source may do, unless that is handled here, and what the callbacks may.
      if (HasOwnHandler(m, c)) {
        out.fails = Fails::kUnlikely;
      } else {
        const Value& base = m.values[static_cast<ValueId>(m.values[c.callee].a)];
        if (m.values[c.callee].kind == ValueKind::kMember && base.kind == ValueKind::kCall && depth < 32) {
          const Outcome source = OfCall(project, calls, file, static_cast<CallId>(base.a), depth + 1);
          out.fails = source.fails, out.site = source.site;
        }
      }
      for (uint32_t i = 0; i < c.arg_count; ++i) {
        const Argument& a = m.args[c.first_arg + i];
        FunctionId f = m.FunctionAt(a.node, a.value);
        // .then(finish)
        if (const BindingId b = m.BindingAt(a.node); !Some(f) && Some(b) && Some(m.bindings[b].value) &&
                                                     m.values[m.bindings[b].value].kind == ValueKind::kFunction)
          f = static_cast<FunctionId>(m.values[m.bindings[b].value].a);
        if (!Some(f)) continue;
        const Outcome& inner = Of({file, f});
        if (inner.fails > out.fails) out.fails = inner.fails, out.site = inner.site;
      }
    } else if (t.api->is_class && c.arg_count == 1) {
      // Without `reject` among its parameters an executor can only fail by throwing at once; an async one makes a
      // promise of its own of that, which is another matter.
      const FunctionId f = m.FunctionAt(m.args[c.first_arg].node, m.args[c.first_arg].value);
      if (Some(f) && m.functions[f].param_count < 2 &&
          (m.functions[f].param_count == 0 || !m.params[m.functions[f].first_param].rest)) {
        const Outcome& inner = Of({file, f});
        const bool throws = inner.fails == Fails::kSite && !m.functions[f].is_async;
        out.fails = throws ? Fails::kSite : Fails::kNo;
        if (throws) out.site = inner.site;
      }
    } else if (t.api->name == "global.Promise.all" && c.arg_count == 1) {
      // Promise.all(list.map((x) => load(x).catch(tell))): as what is returned for one of them.
      const ValueId list = m.args[c.first_arg].value;
      if (m.values[list].kind == ValueKind::kCall) {
        const Call& map = m.calls[static_cast<CallId>(m.values[list].a)];
        const Value& callee = m.values[map.callee];
        const bool maps =
            callee.kind == ValueKind::kMember && map.arg_count > 0 && m.names[static_cast<NameId>(callee.b)] == "map";
        const FunctionId f =
            maps ? m.FunctionAt(m.args[map.first_arg].node, m.args[map.first_arg].value) : kNone<FunctionId>;
        // Not without end: load = (x) => Promise.all(x.parts.map(load))
        if (int functions = 56 - depth; Some(f) && depth < 16) {
          const Outcome each = OfPromise(project, calls, {file, f}, functions);
          out.fails = each.fails, out.site = each.site;
        }
      }
    } else if (!t.api->handles_errors_of.empty() && c.arg_count == 2) {
      // once(signal, 'abort'): it is the 'error' event that rejects, and an EventTarget has none.
      const Argument* emitter = m.Arg(c, static_cast<uint32_t>(t.api->handles_errors_of[0]));
      if (emitter != nullptr && !emitter->spread &&
          project.knowledge().Is(Denoter(project, file).Of(emitter->value).type, "EventTarget"))
        out.fails = Fails::kNo;
    } else if (t.api->name == "global.Promise.resolve") {
      // void 0 has no value of its own; nothing but a promise given to it could reject.
      if (c.arg_count == 0 || IsLiteral(m.values[m.args[c.first_arg].value]) ||
          m.syntax.KindOf(m.args[c.first_arg].node) == Kind::kUnaryExpression) {
        out.fails = Fails::kNo;
      } else if (IsGiven(m, m.args[c.first_arg].value, 0)) {
        out.fails = Fails::kUnlikely;  // a promise that fails is whose it was before
      }
    } else if (t.api->name == "global.Promise.reject") {
      const Node& node = m.syntax[c.node];
      out.fails = Fails::kSite;
      out.site = {file, {node.start, node.end}};
    }
    return out;
  }
  if (Some(t.function.function)) {
    const Function& f = project[t.function.file].model.functions[t.function.function];
    if (f.kind == FunctionKind::kConstructor) return out;
    Outcome of = Of(t.function);
    if (of.fails == Fails::kSite && !f.is_async && RejectsWithArgument(project, file, call, t.function, of.site))
      of.fails = Fails::kUnlikely, of.site = {};
    return of;
  }
  if (HasOwnHandler(project[file].model, project[file].model.calls[call])) out.fails = Fails::kUnlikely;
  return out;
}

// Is a promise that `f` returns kept in a field, and not put there by it? Then it is whose it was before.
static bool IsKeptElsewhere(const FileModel& m, FunctionId f, ValueId value) {
  if (m.values[value].kind != ValueKind::kMember) return false;
  const uint32_t name = m.values[value].b;
  // const job = defer(); ... return job.promise
  ValueId base = value;
  while (m.values[base].kind == ValueKind::kMember) base = static_cast<ValueId>(m.values[base].a);
  if (m.values[base].kind == ValueKind::kBinding) {
    const Binding& b = m.bindings[static_cast<BindingId>(m.values[base].a)];
    if (b.kind != BindingKind::kParam && m.FunctionOf(b.node) == f) return false;
  } else if (m.values[base].kind != ValueKind::kThis && m.values[base].kind != ValueKind::kParam) {
    return false;
  }
  return std::none_of(m.writes.begin(), m.writes.end(), [&](const Write& w) {
    return w.function == f && m.values[w.target].kind == ValueKind::kMember && m.values[w.target].b == name;
  });
}

// const p = load(); ... return p, and let p = null; ... p = load(): the calls it may be of, if it can be of nothing
// else.
static std::vector<CallId> MadeBy(const FileModel& m, ValueId value) {
  std::vector<CallId> made;
  if (!Some(value) || m.values[value].kind != ValueKind::kBinding) return made;
  const auto id = static_cast<BindingId>(m.values[value].a);
  const Binding& b = m.bindings[id];
  const auto add = [&](ValueId v) {
    if (!Some(v)) return false;
    const ValueKind kind = m.values[v].kind;
    if (kind == ValueKind::kCall) made.push_back(static_cast<CallId>(m.values[v].a));
    return kind == ValueKind::kCall || kind == ValueKind::kNull || kind == ValueKind::kUndefined;
  };
  if (b.writes == 0) return add(b.value) ? made : std::vector<CallId>();
  if (b.kind == BindingKind::kParam || b.writes == Binding::kManyWrites) return made;
  uint32_t known = 0;
  for (const Assignment& a : m.AssignmentsOf(id)) {
    if (!add(a.value)) return {};
    ++known;
  }
  return known >= b.writes ? made : std::vector<CallId>();
}

Outcome Promises::OfPromise(const Project& project, const Calls& calls, FunctionRef f, int& functions) const {
  const FileModel& m = project[f.file].model;
  const Outcome& whole = Of(f);
  if (m.functions[f.function].is_async || --functions < 0) return whole;
  Outcome out{whole.returns, Fails::kNo, {}};
  std::vector<ValueId> work;
  for (const Flow& e : m.flow) {
    if (e.kind != FlowKind::kReturn || e.function != f.function) continue;
    for (work.assign(1, e.value); !work.empty();) {
      const ValueId held = work.back();
      const Value& v = m.values[held];
      work.pop_back();
      if (v.kind == ValueKind::kEither) {
        work.insert(work.end(), {static_cast<ValueId>(v.a), static_cast<ValueId>(v.b)});
        continue;
      }
      if (v.kind == ValueKind::kUndefined || v.kind == ValueKind::kNull || IsLiteral(v)) continue;
      if (IsKeptElsewhere(m, f.function, held)) {
        out.fails = std::max(out.fails, Fails::kUnlikely);
        continue;
      }
      std::vector<CallId> made = MadeBy(m, held);
      if (v.kind == ValueKind::kCall) made.push_back(static_cast<CallId>(v.a));
      if (made.empty()) return whole;
      for (const CallId call : made) {
        const FunctionRef target = calls.TargetOf(f.file, call).function;
        const Outcome inner = Some(target.function) ? OfPromise(project, calls, target, functions)
                                                    : OfCall(project, calls, f.file, call, std::max(0, 64 - functions));
        if (inner.fails > out.fails) out.fails = inner.fails, out.site = inner.site;
      }
    }
  }
  return out;
}

void Promises::Infer(const Project& project, const Calls& calls) {
  const size_t n = project.size();
  outcomes_.resize(n);
  struct State {
    bool throws = false;    // a throw statement of its own
    bool unproven = false;  // something that may fail outside a try
    uint32_t values = 0;    // returns with a value
    uint32_t promises = 0;  // of these, promises
  };
  for (size_t i = 0; i < n; ++i) outcomes_[i].resize(project[static_cast<FileId>(i)].model.functions.size());
  // Can control run off a function's end, or leave it with nothing? Asked of those that return promises only.
  enum class Ends : uint8_t { kNotAsked, kNo, kYes };
  std::vector<std::vector<Ends>> off_the_end(n);
  // Async functions return promises whatever they do; so the fixpoint climbs from there. Each round can only raise
  // values, and chains in real programs are short.
  for (size_t i = 0; i < n; ++i) {
    const File& file = project[static_cast<FileId>(i)];
    const FileModel& m = file.model;
    std::optional<bool> other;  // whether a promise is something else here
    for (const FunctionId f : Ids(m.functions)) {
      const Function& fn = m.functions[f];
      Outcome& o = outcomes_[i][Index(f)];
      o.fails = Fails::kNo;
      if (fn.is_generator) continue;
      bool promise = fn.is_async;
      if (!promise && f != kModuleFunction && IsAnnotatedPromise(file, fn.node)) {
        if (!other) other = HasPromiseOfItsOwn(m);
        promise = !*other;
      }
      if (promise) o.returns = Returns::kPromise;
    }
    off_the_end[i].resize(m.functions.size());
    // Own throws.
    for (const Flow& e : m.flow) {
      if (!Some(e.function)) continue;
      Outcome& o = outcomes_[i][Index(e.function)];
      if (e.kind == FlowKind::kThrow && !CaughtHere(m, e.node)) {
        const Node& node = m.syntax[e.node];
        if (o.fails != Fails::kSite && TellsOfBug(m, file.text, e)) {
          o.fails = std::max(o.fails, Fails::kUnlikely);
        } else if (o.fails != Fails::kSite) {
          o.fails = Fails::kSite;
          o.site = {static_cast<FileId>(i), {node.start, node.end}};
        }
      }
      if ((e.kind == FlowKind::kAwait || e.kind == FlowKind::kForAwait) && o.fails < Fails::kMaybe &&
          !StaysInside(m, e.node)) {
        // An await of a call is judged by that call below; of anything else it may reject.
        const bool settled =
            e.kind == FlowKind::kAwait && (m.values[e.value].kind == ValueKind::kCall || IsLiteral(m.values[e.value]));
        if (!settled) o.fails = Fails::kMaybe;
      }
    }
  }
  // Whether a failure of a call stays inside its function, by call. Few calls have to be asked, some in every round.
  enum class Caught : uint8_t { kNotAsked, kNo, kYes };
  std::vector<std::vector<Caught>> caught(n);
  for (size_t i = 0; i < n; ++i) caught[i].resize(project[static_cast<FileId>(i)].model.calls.size());
  const auto is_caught = [&](size_t i, CallId c) {
    Caught& known = caught[i][Index(c)];
    if (known == Caught::kNotAsked) {
      const FileModel& m = project[static_cast<FileId>(i)].model;
      const NodeId node = m.calls[c].node;
      known = StaysInside(m, node) ? Caught::kYes : Caught::kNo;
    }
    return known == Caught::kYes;
  };
  // Of what throws at once: how many calls it is from the throw.
  constexpr uint8_t kHelpers = 3;
  std::vector<std::vector<uint8_t>> depth(n);
  for (size_t i = 0; i < n; ++i) depth[i].resize(outcomes_[i].size());
  // Functions to look at: all of them, then those that call or hand over one whose outcome changed, or hold it.
  std::vector<std::vector<bool>> dirty(n), next(n);
  for (size_t i = 0; i < n; ++i) dirty[i].assign(project[static_cast<FileId>(i)].model.functions.size(), true);
  const auto mark = [&](FunctionRef f) {
    std::vector<bool>& functions = next[Index(f.file)];
    if (functions.empty()) functions.resize(project[f.file].model.functions.size());
    functions[Index(f.function)] = true;
  };
  const auto changed = [&](FileId file, FunctionId f) {
    if (const FunctionId parent = project[file].model.functions[f].parent; Some(parent)) mark({file, parent});
    for (const Caller& c : calls.CallersOf({file, f})) mark(c.from);
  };
  for (int round = 0; round < 12; ++round) {
    for (size_t i = 0; i < n; ++i) {
      if (dirty[i].empty()) continue;
      const FileId file = static_cast<FileId>(i);
      const FileModel& m = project[file].model;
      Denoter denoter(project, file);
      std::vector<State> states(m.functions.size());
      // Later rounds look at little of a file: the rows that stand in functions to look at, nested ones with them.
      std::vector<std::pair<uint32_t, uint32_t>> spans;
      for (const FunctionId f : Ids(m.functions)) {
        if (!dirty[i][Index(f)]) continue;
        const uint32_t begin = Index(m.functions[f].node), end = m.syntax[m.functions[f].node].next;
        if (spans.empty() || begin >= spans.back().second) {
          spans.push_back({begin, end});
        } else {
          spans.back().second = std::max(spans.back().second, end);
        }
      }
      const auto each = [&](const auto& rows, auto use) {
        auto row = rows.begin();
        for (const auto& [begin, end] : spans) {
          row = std::lower_bound(row, rows.end(), begin,
                                 [](const auto& r, uint32_t node) { return Index(NodeId{r.node}) < node; });
          for (; row != rows.end() && Index(NodeId{row->node}) < end; ++row)
            use(*row, static_cast<uint32_t>(row - rows.begin()));
        }
      };
      std::vector<ValueId> work;
      each(m.flow, [&](const Flow& e, uint32_t) {
        if (e.kind != FlowKind::kReturn || !Some(e.function)) return;
        const Function& fn = m.functions[e.function];
        if (fn.is_generator || !dirty[i][Index(e.function)]) return;
        if (fn.is_async) {
          // return p, with p a promise in a variable: it is awaited on the way out.
          Outcome& o = outcomes_[i][Index(e.function)];
          const ValueKind kind = m.values[e.value].kind;
          if (round == 0 && o.fails < Fails::kMaybe && (kind == ValueKind::kBinding || kind == ValueKind::kMember) &&
              denoter.Of(e.value).Is(Denoted::Kind::kPromise)) {
            o.fails = Fails::kMaybe;
            changed(file, e.function);
          }
          return;
        }
        State& s = states[Index(e.function)];
        const ValueKind kind = m.values[e.value].kind;
        if ((m.syntax.KindOf(e.node) == Kind::kReturnStatement && !Some(m.syntax.FirstChild(e.node))) ||
            kind == ValueKind::kUndefined || kind == ValueKind::kNull) {
          off_the_end[i][Index(e.function)] = Ends::kYes;
          return;
        }
        ++s.values;
        // Both sides of a ?: must be promises for the whole to be one.
        work.assign(1, e.value);
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
          const bool called = value.kind == ValueKind::kCall &&
                              Some(calls.TargetOf(file, static_cast<CallId>(value.a)).function.function);
          if (!promise && !called)
            promise = IsDeclaredPromise(project[file], v) || denoter.Of(v).Is(Denoted::Kind::kPromise);
          // What became of it before is not known, but of the calls that made it.
          Outcome& o = outcomes_[i][Index(e.function)];
          if (promise && value.kind != ValueKind::kCall) {
            const std::vector<CallId> made = MadeBy(m, v);
            Outcome held;
            held.fails = !made.empty()                       ? Fails::kNo
                         : IsKeptElsewhere(m, e.function, v) ? Fails::kUnlikely
                                                             : Fails::kMaybe;
            for (const CallId c : made) {
              const Outcome one = OfCall(project, calls, file, c);
              if (one.fails > held.fails) held.fails = one.fails, held.site = one.site;
            }
            if (held.fails > o.fails) {
              o.fails = held.fails, o.site = held.site;
              changed(file, e.function);
            }
          }
          all &= promise;
        }
        if (!all) return;
        // x && f() is no promise when x is falsy, though its value is that of f().
        NodeId what = e.node;
        if (m.syntax.KindOf(what) == Kind::kReturnStatement) what = m.syntax.FirstChild(what);
        if (m.syntax.KindOf(what) == Kind::kLogicalExpression && m.syntax[what].op == Op::kAnd) {
          off_the_end[i][Index(e.function)] = Ends::kYes;
        }
        ++s.promises;
      });
      for (const FunctionId f : Ids(m.functions)) {
        const State& s = states[Index(f)];
        Outcome& o = outcomes_[i][Index(f)];
        if (s.promises == 0 || o.returns == Returns::kPromise) continue;
        Ends& ends = off_the_end[i][Index(f)];
        if (ends == Ends::kNotAsked) ends = RunsOffTheEnd(m.syntax, m.functions[f]) ? Ends::kYes : Ends::kNo;
        const Returns now = s.promises != s.values ? Returns::kMayPromise
                            : ends == Ends::kYes   ? Returns::kPromiseOrNothing
                                                   : Returns::kPromise;
        if (now > o.returns) {
          o.returns = now;
          changed(file, f);
        }
      }
      each(m.calls, [&](const Call& call, uint32_t row) {
        const CallId c = static_cast<CallId>(row);
        Outcome& o = outcomes_[i][Index(call.function)];
        if (o.fails == Fails::kSite || !dirty[i][Index(call.function)]) return;
        const Target& t = calls.TargetOf(file, c);
        if (t.api == nullptr && !Some(t.function.function) &&
            o.fails >= (call.use == Use::kAwaited || call.use == Use::kReturned ? Fails::kMaybe : Fails::kUnlikely)) {
          return;  // nobody knows it, and it cannot make things worse
        }
        if (IsConsole(t.api)) return;
        Outcome inner = OfCall(project, calls, file, c);
        // return next(): what a handler was given to call is the caller's, who has its own errors.
        ValueId callee = call.callee;
        if (m.values[callee].kind == ValueKind::kBinding) {
          callee = m.bindings[static_cast<BindingId>(m.values[callee].a)].value;
        }
        const bool given = Some(callee) && m.values[callee].kind == ValueKind::kParam;
        if (t.api == nullptr && !Some(t.function.function) && call.use != Use::kAwaited &&
            (call.use != Use::kReturned || given)) {
          inner.fails = std::min(inner.fails, Fails::kUnlikely);
        }
        // Of what throws at once: how far it is from the throw.
        uint8_t deep = 0;
        const auto enters = [&](FunctionRef g) {
          return project[g.file].model.functions[g.function].is_async
                     ? uint8_t{0}
                     : static_cast<uint8_t>(depth[Index(g.file)][Index(g.function)] + 1);
        };
        if (t.api == nullptr && Some(t.function.function)) deep = enters(t.function);
        if (t.api != nullptr && inner.returns == Returns::kNoPromise) {
          // What a callback throws that runs within the call comes out of it.
          for (const Entry* e : calls.EntriesBy({file, c})) {
            if (e->handler == nullptr || e->handler->when != When::kNow) continue;
            if (project[e->function.file].model.functions[e->function.function].is_async) continue;
            const Outcome& callback = Of(e->function);
            if (callback.fails > inner.fails)
              inner.fails = callback.fails, inner.site = callback.site, deep = enters(e->function);
          }
        }
        if (inner.returns == Returns::kPromise && t.api == nullptr) {
          // A promise only fails its caller when it is awaited or returned.
          if (call.use != Use::kAwaited && call.use != Use::kReturned) return;
        }
        // Of a chain only the last link counts; OfCall has looked at the others.
        if (inner.returns == Returns::kPromise && t.api != nullptr && call.use != Use::kAwaited &&
            call.use != Use::kReturned) {
          return;
        }
        // What helpers of helpers of helpers throw is about what they take from each other.
        if (inner.fails == Fails::kSite && deep > kHelpers) inner.fails = Fails::kUnlikely, inner.site = {};
        if (inner.fails > o.fails && !is_caught(i, c)) {
          if (inner.fails == Fails::kSite) depth[i][Index(call.function)] = deep;
          o.fails = inner.fails;
          o.site = inner.site;
          changed(file, call.function);
        }
      });
    }
    if (std::all_of(next.begin(), next.end(), [](const std::vector<bool>& f) { return f.empty(); })) break;
    dirty = std::exchange(next, std::vector<std::vector<bool>>(n));
  }
}

}  // namespace looplint
