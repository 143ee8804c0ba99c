#include "analyzer/facts/hot_paths.h"

#include <algorithm>
#include <deque>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"

namespace looplint {

std::string Describe(const Project& project, FunctionRef function) {
  const FileModel& m = project[function.file].model;
  const Function& f = m.functions[function.function];
  const std::string cls =
      Some(f.owner) && Some(m.classes[f.owner].name) ? Cat(m.names[m.classes[f.owner].name], ".") : "";
  if (f.kind == FunctionKind::kModule) return "the module";
  if (f.kind == FunctionKind::kConstructor) return Cat("new ", cls.empty() ? "" : cls.substr(0, cls.size() - 1), "()");
  if (!Some(f.name)) return "an anonymous function";
  return Cat(cls, m.names[f.name], "()");
}

namespace {

NodeId Root(const Syntax& s, NodeId node) {
  while (Some(node) && s.KindOf(node) == Kind::kMemberExpression) node = s.FirstChild(node);
  return node;
}

// The variable a place is part of, or the field of `this`: of cache[key].at, cache; of this.cache.size, this.cache.
NodeId Holder(const Syntax& s, NodeId node) {
  NodeId holder = node;
  while (Some(node) && s.KindOf(node) == Kind::kMemberExpression) holder = node, node = s.FirstChild(node);
  return Some(node) && s.KindOf(node) == Kind::kThisExpression ? holder : node;
}

// Lives `place` longer than one call of the function around `at`: a variable from outside, a field of `this`?
bool Outlives(const FileModel& m, NodeId place, FunctionId function) {
  const NodeId root = Root(m.syntax, place);
  if (!Some(root)) return false;
  if (m.syntax.KindOf(root) == Kind::kThisExpression) return root != place;
  if (m.syntax.KindOf(root) != Kind::kIdentifier) return false;
  const BindingId b = m.BindingAt(root);
  if (!Some(b)) return true;
  // Whether a module has something says nothing of what is kept here.
  const ValueId value = m.bindings[b].value;
  if (m.bindings[b].kind == BindingKind::kImport) return false;
  if (Some(value) && m.values[value].kind == ValueKind::kImport) return false;
  if (m.scopes[m.bindings[b].scope].function != function) return true;
  // load(path, cache = shared): where callers give none, the one from outside.
  const NodeId parameter = m.syntax.Parent(m.bindings[b].node);
  if (m.syntax.KindOf(parameter) != Kind::kParameter) return false;
  const NodeId otherwise = m.syntax.Child(parameter, Role::kValue);
  return Some(otherwise) && m.syntax.KindOf(otherwise) == Kind::kIdentifier && Outlives(m, otherwise, function);
}

std::string_view TextOf(const File& file, NodeId node) {
  const Node& n = file.model.syntax[node];
  return std::string_view(file.text).substr(n.start, n.end - n.start);
}

// What a local variable is declared with: const hit = cache.get(key). kNone for other nodes.
NodeId DeclaredWith(const FileModel& m, NodeId node) {
  const Syntax& s = m.syntax;
  if (s.KindOf(node) != Kind::kIdentifier) return kNone<NodeId>;
  const BindingId b = m.BindingAt(node);
  if (!Some(b)) return kNone<NodeId>;
  const NodeId declarator = s.Parent(m.bindings[b].node);
  if (s.KindOf(declarator) != Kind::kVariableDeclarator || s[m.bindings[b].node].role != Role::kName)
    return kNone<NodeId>;
  return s.Child(declarator, Role::kValue);
}

// What a test finds missing (or present): x of !x, x == null, typeof x === 'undefined', !x.has(key); kNone if neither.
NodeId Tested(const File& file, NodeId test, bool missing, FunctionId function) {
  const FileModel& m = file.model;
  const Syntax& s = m.syntax;
  const auto keeper = [&](NodeId n) {
    // const hit = cache.get(key), cache[key]; if (hit) ...
    if (Some(n) && !Outlives(m, n, function)) {
      if (const NodeId value = DeclaredWith(m, n); Some(value)) {
        if (s.KindOf(value) != Kind::kMemberExpression && s.KindOf(value) != Kind::kCallExpression)
          return kNone<NodeId>;
        n = value;
      }
    }
    // map.has(key), map.get(key): the map.
    if (Some(n) && s.KindOf(n) == Kind::kCallExpression) {
      n = s.FirstChild(n);
      n = Some(n) && s.KindOf(n) == Kind::kMemberExpression ? s.FirstChild(n) : kNone<NodeId>;
    }
    return Some(n) && Outlives(m, n, function) ? n : kNone<NodeId>;
  };
  switch (s.KindOf(test)) {
    case Kind::kLogicalExpression: {
      const NodeId left = Tested(file, s.FirstChild(test), missing, function);
      if (Some(left)) return left;
      const NodeId right = s.Child(test, Role::kRight);
      return Some(right) ? Tested(file, right, missing, function) : right;
    }
    case Kind::kUnaryExpression:
      if (s[test].op != Op::kNot) return kNone<NodeId>;
      if (!missing) return Tested(file, s.FirstChild(test), true, function);
      // !(key in cache)
      if (const NodeId inner = s.FirstChild(test); s.KindOf(inner) == Kind::kBinaryExpression)
        return Tested(file, inner, false, function);
      return keeper(s.FirstChild(test));
    case Kind::kBinaryExpression: {
      const Op op = s[test].op;
      const bool equal = op == Op::kEq || op == Op::kStrictEq, unequal = op == Op::kNe || op == Op::kStrictNe;
      NodeId left = s.FirstChild(test);
      const NodeId right = s.Child(test, Role::kRight);
      if (op == Op::kIn && !missing && Some(right)) return keeper(right);  // key in cache
      if (!Some(right) || !(missing ? equal : unequal)) return kNone<NodeId>;
      const std::string_view with = TextOf(file, right);
      if (with != "null" && with != "undefined" && with != "void 0" && with.find("undefined") != 1)
        return kNone<NodeId>;
      if (s.KindOf(left) == Kind::kUnaryExpression && s[left].op == Op::kTypeof) left = s.FirstChild(left);
      return keeper(left);
    }
    default:
      return missing ? kNone<NodeId> : keeper(test);
  }
}

// false, null, undefined, 0, '': what empties a place rather than fills it.
bool IsEmpty(const File& file, NodeId value) {
  if (!Some(value)) return false;
  const std::string_view text = TextOf(file, value);
  for (const std::string_view empty : {"false", "null", "undefined", "void 0", "0", "''", "\"\"", "!1"}) {
    if (text == empty) return true;
  }
  return false;
}

// Is something stored, from `first` up to `end`, in what `keeper` is part of?
bool Stores(const File& file, NodeId keeper, uint32_t first, uint32_t end) {
  const Syntax& s = file.model.syntax;
  const std::string_view root = TextOf(file, Holder(s, keeper));
  for (uint32_t i = first; i < end; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    NodeId target = kNone<NodeId>;
    if (s.KindOf(n) == Kind::kAssignmentExpression && !IsEmpty(file, s.Child(n, Role::kRight)))
      target = s.FirstChild(n);
    if (s.KindOf(n) == Kind::kCallExpression) {
      const NodeId callee = s.FirstChild(n);
      if (Some(callee) && s.KindOf(callee) == Kind::kMemberExpression) target = s.FirstChild(callee);
    }
    if (Some(target) && Some(Root(s, target)) && TextOf(file, Holder(s, target)) == root) return true;
  }
  return false;
}

// if (!this.client) this.connect(): a method of the same object, where the file fills the field in some other function.
bool StoresByMethod(const File& file, NodeId keeper, uint32_t first, uint32_t end) {
  const FileModel& m = file.model;
  const Syntax& s = m.syntax;
  const NodeId field = Holder(s, keeper);
  bool calls = false;
  for (uint32_t i = first; i < end && !calls; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kCallExpression) continue;
    const NodeId callee = s.FirstChild(n);
    calls = Some(callee) && s.KindOf(callee) == Kind::kMemberExpression &&
            s.KindOf(s.FirstChild(callee)) == Kind::kThisExpression;
  }
  if (!calls) return false;
  const std::string_view text = TextOf(file, field);
  const std::string_view name = text.substr(text.rfind('.') == std::string_view::npos ? 0 : text.rfind('.'));
  return std::any_of(m.writes.begin(), m.writes.end(), [&](const Write& w) {
    const NodeId target = s.FirstChild(w.node);
    return s.KindOf(w.node) == Kind::kAssignmentExpression && TextOf(file, target).ends_with(name) &&
           s.KindOf(target) == Kind::kMemberExpression && s.KindOf(s.FirstChild(target)) != Kind::kMemberExpression &&
           w.function != m.FunctionOf(keeper) && m.functions[w.function].kind != FunctionKind::kConstructor &&
           !IsEmpty(file, s.Child(w.node, Role::kRight));
  });
}

// Likewise, by a function of the same file that is called there: if (!catalogues[name]) read(name);
bool StoresByCall(const File& file, NodeId keeper, uint32_t first, uint32_t end) {
  const FileModel& m = file.model;
  const Syntax& s = m.syntax;
  const NodeId root = Root(s, keeper);
  if (Some(root) && s.KindOf(root) == Kind::kThisExpression) return StoresByMethod(file, keeper, first, end);
  const BindingId kept = Some(root) ? m.BindingAt(root) : kNone<BindingId>;
  if (!Some(kept)) return false;
  for (uint32_t i = first; i < end; ++i) {
    const CallId call = m.CallAt(static_cast<NodeId>(i));
    if (!Some(call)) continue;
    const Value& callee = m.values[m.calls[call].callee];
    if (callee.kind != ValueKind::kBinding) continue;
    const ValueId held = m.bindings[static_cast<BindingId>(callee.a)].value;
    if (!Some(held) || m.values[held].kind != ValueKind::kFunction) continue;
    const NodeId body = m.functions[static_cast<FunctionId>(m.values[held].a)].node;
    for (uint32_t k = Index(body); k < s[body].next; ++k) {
      const NodeId n = static_cast<NodeId>(k);
      if (s.KindOf(n) != Kind::kAssignmentExpression) continue;
      const NodeId target = Root(s, s.FirstChild(n));
      if (Some(target) && s.KindOf(target) == Kind::kIdentifier && m.BindingAt(target) == kept) return true;
    }
  }
  return false;
}

// Is the place set to `true` or the like between the two, and emptied nowhere: a flag that something was done, not one
// that it is being done?
bool FlagsOnce(const File& file, NodeId keeper, uint32_t first, uint32_t end) {
  const Syntax& s = file.model.syntax;
  const std::string_view flag = TextOf(file, keeper);
  const FunctionId function = file.model.FunctionOf(keeper);
  bool set = false;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) != Kind::kAssignmentExpression || TextOf(file, s.FirstChild(n)) != flag) continue;
    set |= i >= first && i < end && file.model.FunctionOf(n) == function && !IsEmpty(file, s.Child(n, Role::kRight));
    // Where it is declared or constructed it is empty.
    if (file.model.FunctionOf(n) != kModuleFunction && IsEmpty(file, s.Child(n, Role::kRight)) &&
        file.model.functions[file.model.FunctionOf(n)].kind != FunctionKind::kConstructor)
      return false;
  }
  return set;
}

bool Leaves(const Syntax& s, NodeId statement) {
  if (Some(statement) && s.KindOf(statement) == Kind::kBlockStatement) statement = s.FirstChild(statement);
  return Some(statement) && s.KindOf(statement) == Kind::kReturnStatement;
}

}  // namespace

bool IsKept(const File& file, NodeId node) {
  const FileModel& m = file.model;
  const Syntax& s = m.syntax;
  const FunctionId function = m.FunctionOf(node);
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    const Kind k = s.KindOf(p);
    if (k == Kind::kAssignmentExpression && Outlives(m, s.FirstChild(p), function)) {
      if (s[p].op == Op::kOrAssign || s[p].op == Op::kNullishAssign) return true;
      // cache = cache || load()
      const NodeId right = s.Child(p, Role::kRight);
      if (Some(right) && s.KindOf(right) == Kind::kLogicalExpression && s[right].op != Op::kAnd &&
          !s.Contains(s.FirstChild(right), node) &&
          TextOf(file, s.FirstChild(right)) == TextOf(file, s.FirstChild(p))) {
        return true;
      }
    }
    // return cache || (cache = load())
    if (k == Kind::kLogicalExpression && s[p].op != Op::kAnd && s[c].role == Role::kRight &&
        Outlives(m, s.FirstChild(p), function) && Stores(file, s.FirstChild(p), Index(c), s[c].next)) {
      return true;
    }
    if (k == Kind::kIfStatement && s[c].role == Role::kConsequent) {
      const NodeId keeper = Tested(file, s.Child(p, Role::kTest), true, function);
      if (Some(keeper) &&
          (Stores(file, keeper, Index(c), s[c].next) || StoresByCall(file, keeper, Index(c), s[c].next)))
        return true;
    }
    // if (cache) return cache; cache = load();
    if (k == Kind::kBlockStatement) {
      for (const NodeId before : s.ChildrenOf(p)) {
        if (Index(before) >= Index(c)) break;
        if (s.KindOf(before) != Kind::kIfStatement || !Leaves(s, s.Child(before, Role::kConsequent))) continue;
        const NodeId keeper = Tested(file, s.Child(before, Role::kTest), false, function);
        if (!Some(keeper)) continue;
        // if (done) return; done = true; load();
        if (Stores(file, keeper, Index(c), s[p].next) || FlagsOnce(file, keeper, s[before].next, Index(c))) return true;
      }
    }
    if (IsFunction(k)) return false;
  }
  return false;
}

namespace {
// isDev, config.isDevelopment, __DEV__: what people call it.
bool NamesDevelopment(const File& file, NodeId test) {
  const Syntax& s = file.model.syntax;
  for (uint32_t i = Index(test); i < s[test].next; ++i) {
    const NodeId n = static_cast<NodeId>(i);
    if (s.KindOf(n) == Kind::kUnaryExpression) return false;  // !isDev
    if (s.KindOf(n) != Kind::kIdentifier && s.KindOf(n) != Kind::kPropertyName) continue;
    std::string name;
    for (const char c : TextOf(file, n)) {
      if (c != '_') name += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    for (const std::string_view known : {"dev", "isdev", "development", "isdevelopment", "devmode", "isdevmode"}) {
      if (name == known) return true;
    }
  }
  return false;
}
}  // namespace

namespace {
// process.env.DEBUG, process.env.BENCH_QUERIES: set by whoever looks into the program.
bool AsksForMeasurements(std::string_view test) {
  constexpr std::string_view kEnv = "process.env.";
  if (!test.starts_with(kEnv)) return false;
  for (const std::string_view part : {"DEBUG", "BENCH", "PROFIL", "TRACE"}) {
    const size_t at = test.find(part);
    if (at == std::string_view::npos) continue;
    // Nothing is compared with.
    const std::string_view name = test.substr(kEnv.size());
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); });
  }
  return false;
}
}  // namespace

bool IsForDevelopment(const File& file, NodeId node) {
  const Syntax& s = file.model.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    if (s.KindOf(p) != Kind::kIfStatement && s.KindOf(p) != Kind::kConditionalExpression) continue;
    if (s[c].role == Role::kTest) continue;
    const NodeId test = s.Child(p, Role::kTest);
    if (TextOf(file, test).find("NODE_ENV") != std::string_view::npos) return true;
    if (s[c].role != Role::kAlternate && AsksForMeasurements(TextOf(file, test))) return true;
    if (s[c].role != Role::kAlternate && Some(test) && NamesDevelopment(file, test)) return true;
  }
  return false;
}

namespace {
bool IsExit(const Project& project, const Calls& calls, FileId file, NodeId statement, int depth) {
  const FileModel& m = project[file].model;
  const Syntax& s = m.syntax;
  if (s.KindOf(statement) != Kind::kExpressionStatement && s.KindOf(statement) != Kind::kReturnStatement) return false;
  const NodeId expression = s.FirstChild(statement);
  const CallId call = Some(expression) ? m.CallAt(expression) : kNone<CallId>;
  if (!Some(call)) return false;
  const Target t = calls.TargetOf(file, call);
  if (t.api != nullptr) return t.api->ends_process;
  if (!Some(t.function.function) || depth > 0) return false;
  // A function of the program that ends it on every way: its last statement does.
  const FileModel& there = project[t.function.file].model;
  const Function& f = there.functions[t.function.function];
  if (f.is_async || f.is_generator) return false;
  NodeId last = kNone<NodeId>;
  const NodeId body = there.syntax.Child(f.node, Role::kBody);
  if (!Some(body) || there.syntax.KindOf(body) != Kind::kBlockStatement) return false;
  for (const NodeId c : there.syntax.ChildrenOf(body)) {
    if (there.syntax.KindOf(c) == Kind::kIfStatement) return false;
    last = c;
  }
  return Some(last) && IsExit(project, calls, t.function.file, last, depth + 1);
}
}  // namespace

bool EndsProcessAfter(const Project& project, const Calls& calls, FileId file, NodeId node) {
  const Syntax& s = project[file].model.syntax;
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
    if (IsLoop(s.KindOf(p))) return false;
    if (s.KindOf(p) != Kind::kBlockStatement && s.KindOf(p) != Kind::kSwitchCase) continue;
    // The process ends soon or not at all.
    int looked_at = 0;
    for (uint32_t i = s[c].next; i < s[p].next && ++looked_at <= 32; i = s.nodes[i].next) {
      const NodeId later = static_cast<NodeId>(i);
      if (IsExit(project, calls, file, later, 0)) return true;
      if (s.KindOf(later) == Kind::kReturnStatement || s.KindOf(later) == Kind::kThrowStatement ||
          s.KindOf(later) == Kind::kBreakStatement)
        return false;
    }
  }
  return false;
}

namespace {

// The functions that users of a library call: what its entry points export, the methods of classes and objects among
// it.
class LibraryApi {
 public:
  explicit LibraryApi(const Project& project) : p_(project) {}
  std::vector<FunctionRef> Of(FileId file) {
    Module(file, 0);
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

 private:
  void Module(FileId file, int depth) {
    if (depth > 8 || found_.size() > 5000 || !seen_.insert(Index(file)).second) return;
    const FileModel& m = p_[file].model;
    Denoter denoter(p_, file);
    if (const ValueId whole = p_.ModuleExports(file); Some(whole)) Take(denoter.Of(whole), depth);
    for (const Export& e : m.module.exports) {
      if (e.type_only) continue;
      if (e.kind == ExportKind::kStar || e.kind == ExportKind::kNamespace) {
        if (Some(e.import) && Some(p_[file].imports[Index(e.import)]))
          Module(p_[file].imports[Index(e.import)], depth + 1);
        continue;
      }
      if (!Some(e.name)) continue;
      const Project::Exported x = p_.FindExport(file, m.names[e.name]);
      if (!Some(x.file)) continue;
      if (x.is_namespace) {
        Module(x.file, depth + 1);
      } else if (Some(x.value)) {
        Take(Denoter(p_, x.file).Of(x.value), depth);
      }
    }
  }
  void Take(const Denoted& d, int depth) {
    if (d.Is(Denoted::Kind::kFunction)) found_.push_back(d.function());
    if (d.Is(Denoted::Kind::kNamespace)) Module(d.file, depth + 1);
    if (!d.Is(Denoted::Kind::kClass) && !d.Is(Denoted::Kind::kObject)) return;
    const FileModel& m = p_[d.file].model;
    const bool is_class = d.Is(Denoted::Kind::kClass);
    const uint32_t first = is_class ? m.classes[static_cast<ClassId>(d.id)].first_member
                                    : m.objects[static_cast<ObjectId>(d.id)].first_member;
    const uint32_t count = is_class ? m.classes[static_cast<ClassId>(d.id)].member_count
                                    : m.objects[static_cast<ObjectId>(d.id)].member_count;
    for (uint32_t i = 0; i < count; ++i) {
      const Member& member = m.members[first + i];
      if (!Some(member.value) ||
          (Some(member.name) && (m.names[member.name].starts_with("_") || m.names[member.name].starts_with("#"))))
        continue;
      const Value& v = m.values[member.value];
      if (v.kind == ValueKind::kFunction) {
        found_.push_back({d.file, static_cast<FunctionId>(v.a)});
      } else if (!is_class) {
        if (const FunctionRef f = Denoter(p_, d.file).FunctionOf(member.value); Some(f.function)) found_.push_back(f);
      }
    }
  }

  const Project& p_;
  std::vector<FunctionRef> found_;
  absl::flat_hash_set<uint32_t> seen_;
};

// Files that are loaded where a thread or process of its own starts, and by nothing else.
std::vector<bool> LoadedApart(const Project& project, const ModuleGraph& modules) {
  const size_t n = project.size();
  std::vector<bool> apart(n), starts_apart(n), loaded(n);
  for (uint32_t i = 0; i < n; ++i) {
    for (const ModuleEdge& e : modules.EdgesOf(static_cast<FileId>(i))) {
      if (!Some(e.to)) continue;
      if (e.kind == EdgeKind::kWorker) starts_apart[Index(e.to)] = true;
      if (e.kind != EdgeKind::kWorker && e.kind != EdgeKind::kTypeOnly && e.kind != EdgeKind::kResolve)
        loaded[Index(e.to)] = true;
    }
  }
  if (std::none_of(starts_apart.begin(), starts_apart.end(), [](bool b) { return b; })) return apart;
  const auto reached = [&](auto is_root) {
    std::vector<bool> seen(n);
    std::vector<FileId> work;
    for (uint32_t i = 0; i < n; ++i) {
      if (is_root(i)) seen[i] = true, work.push_back(static_cast<FileId>(i));
    }
    while (!work.empty()) {
      const FileId f = work.back();
      work.pop_back();
      for (const ModuleEdge& e : modules.EdgesOf(f)) {
        if (!Some(e.to) || seen[Index(e.to)] || e.kind == EdgeKind::kWorker || e.kind == EdgeKind::kTypeOnly ||
            e.kind == EdgeKind::kResolve)
          continue;
        seen[Index(e.to)] = true;
        work.push_back(e.to);
      }
    }
    return seen;
  };
  std::vector<bool> entry(n);
  for (const EntryPoint& e : modules.entries()) entry[Index(e.file)] = !starts_apart[Index(e.file)];
  const std::vector<bool> here = reached([&](uint32_t i) { return entry[i] || (!loaded[i] && !starts_apart[i]); });
  apart = reached([&](uint32_t i) { return starts_apart[i]; });
  for (size_t i = 0; i < n; ++i) apart[i] = apart[i] && !here[i];
  return apart;
}

// Does the call run what a function around it was given as a parameter?
bool CallsParameter(const FileModel& m, const Call& call) {
  const auto is_parameter = [&](ValueId v) {
    if (Some(v) && m.values[v].kind == ValueKind::kBinding) v = m.bindings[static_cast<BindingId>(m.values[v].a)].value;
    return Some(v) && m.values[v].kind == ValueKind::kParam;
  };
  if (is_parameter(call.callee)) return true;
  const Value& callee = m.values[call.callee];
  if (callee.kind != ValueKind::kMember) return false;
  const std::string_view name = m.names[static_cast<NameId>(callee.b)];
  return (name == "call" || name == "apply") && is_parameter(static_cast<ValueId>(callee.a));
}

// Was it written to be handed on, so that it runs for the function it is written in? Then that a helper calls what it
// is given says nothing of it, since the helper calls what all its callers give.
bool RunsForItsWriter(const Project& project, const Calls& calls, FunctionRef function) {
  const FunctionId parent = project[function.file].model.functions[function.function].parent;
  const std::span<const Caller> callers = calls.CallersOf(function);
  return std::any_of(callers.begin(), callers.end(), [&](const Caller& c) {
    return c.callback && c.from == FunctionRef{function.file, parent};
  });
}

// cb ? cb(null, list) : print(list); if (!cb) return read(); the parameter that is missing where `node` runs, of a
// function around it.
BindingId MissingWhere(const FileModel& m, std::string_view text, NodeId node) {
  const Syntax& s = m.syntax;
  const auto tested = [&](NodeId test, bool missing) -> BindingId {
    if (!Some(test)) return kNone<BindingId>;
    NodeId of = test;
    if (s.KindOf(test) == Kind::kBinaryExpression) {  // typeof cb === 'function'
      const Op op = s[test].op;
      if (missing ? op != Op::kNe && op != Op::kStrictNe : op != Op::kEq && op != Op::kStrictEq)
        return kNone<BindingId>;
      const NodeId right = s.Child(test, Role::kRight);
      if (!Some(right) || text.substr(s[right].start, s[right].end - s[right].start).find("function") != 1)
        return kNone<BindingId>;
      of = s.FirstChild(test);
      if (s.KindOf(of) != Kind::kUnaryExpression || s[of].op != Op::kTypeof) return kNone<BindingId>;
      of = s.FirstChild(of);
    } else if (missing) {
      if (s.KindOf(test) != Kind::kUnaryExpression || s[test].op != Op::kNot) return kNone<BindingId>;
      of = s.FirstChild(test);
    }
    if (!Some(of) || s.KindOf(of) != Kind::kIdentifier) return kNone<BindingId>;
    const BindingId b = m.BindingAt(of);
    return Some(b) && m.bindings[b].kind == BindingKind::kParam ? b : kNone<BindingId>;
  };
  for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
    BindingId b = kNone<BindingId>;
    const Kind k = s.KindOf(p);
    if (k == Kind::kConditionalExpression || k == Kind::kIfStatement) {
      if (s[c].role == Role::kAlternate) b = tested(s.Child(p, Role::kTest), false);
      if (s[c].role == Role::kConsequent) b = tested(s.Child(p, Role::kTest), true);
    } else if (k == Kind::kBlockStatement) {
      for (const NodeId before : s.ChildrenOf(p)) {
        if (Index(before) >= Index(c) || Some(b)) break;
        if (s.KindOf(before) == Kind::kIfStatement && Leaves(s, s.Child(before, Role::kConsequent)))
          b = tested(s.Child(before, Role::kTest), false);
      }
    }
    if (Some(b)) return b;
  }
  return kNone<BindingId>;
}

bool GivesFunction(const FileModel& m, const Call& call) {
  for (uint32_t i = 0; i < call.arg_count; ++i) {
    ValueId v = m.Arg(call, i)->value;
    if (Some(v) && m.values[v].kind == ValueKind::kBinding) v = m.bindings[static_cast<BindingId>(m.values[v].a)].value;
    if (Some(v) && m.values[v].kind == ValueKind::kFunction) return true;
  }
  return false;
}

// process.stdin.on('data', ...): what a person or a script writes to a command is no traffic of a server.
bool ReadsStandardInput(const Project& project, const Entry& e) {
  if (!Some(e.by.call) || e.context != Context::kStream) return false;
  const File& file = project[e.by.file];
  const NodeId callee = file.model.syntax.FirstChild(file.model.calls[e.by.call].node);
  return Some(callee) && TextOf(file, callee).starts_with("process.stdin.");
}

// What runs while the modules load: their top levels and what these call.
absl::flat_hash_set<FunctionRef> RunAtLoad(const Project& project, const Calls& calls) {
  absl::flat_hash_set<FunctionRef> seen;
  std::vector<FunctionRef> work;
  for (uint32_t i = 0; i < project.size(); ++i) {
    const FileId file = static_cast<FileId>(i);
    if (project[file].role == FileRole::kSource) work.push_back({file, kModuleFunction});
  }
  while (!work.empty()) {
    const FunctionRef f = work.back();
    work.pop_back();
    for (const Edge& edge : calls.From(f)) {
      if (!edge.callback && project[edge.to.file].role == FileRole::kSource && seen.insert(edge.to).second)
        work.push_back(edge.to);
    }
  }
  return seen;
}

}  // namespace

bool HotPaths::Runs(const Project& project, const Calls& calls, FileId file, NodeId node) const {
  const FileModel& m = project[file].model;
  const BindingId missing = MissingWhere(m, project[file].text, node);
  if (!Some(missing)) return true;
  const FunctionRef of{file, m.scopes[m.bindings[missing].scope].function};
  for (const auto& level : from_) {
    if (const auto it = level.find(of); it != level.end() && it->second.entry != nullptr) return true;
  }
  bool any = false;
  for (const Caller& c : calls.CallersOf(of)) {
    if (Of(c.from) == Heat::kCold) continue;
    const FileModel& there = project[c.from.file].model;
    if (c.callback || !GivesFunction(there, there.calls[c.at])) return true;
    any = true;
  }
  return !any;
}

void HotPaths::Infer(const Project& project, const Calls& calls, const ModuleGraph& modules) {
  struct At {
    FunctionRef function;
    Level level;
  };
  std::deque<At> queue;
  const std::vector<bool> apart = LoadedApart(project, modules);
  for (const Entry& e : calls.entries()) {
    const File& file = project[e.function.file];
    if (file.role != FileRole::kSource) continue;
    if (ReadsStandardInput(project, e)) continue;
    if (Some(e.by.call) && IsForDevelopment(project[e.by.file], project[e.by.file].model.calls[e.by.call].node))
      continue;
    Level level = kRequestLevel;
    if (e.context != Context::kRequest) {
      const bool repeats = e.context == Context::kStream || e.context == Context::kJob ||
                           (e.context == Context::kTimer && e.handler != nullptr && e.handler->repeats);
      if (!repeats || apart[Index(e.function.file)] || project.KindOf(e.function.file) != ProgramKind::kServer)
        continue;
      level = e.context == Context::kStream ? kEventItem : kEventLevel;
    }
    if (from_[level].try_emplace(e.function, From{{}, kNone<CallId>, false, level, &e}).second)
      queue.push_back({e.function, level});
  }
  absl::flat_hash_set<FileId> mains;
  for (const EntryPoint& e : modules.entries()) {
    if (e.reason != EntryReason::kMain || project[e.file].role != FileRole::kSource || !mains.insert(e.file).second ||
        project.KindOf(e.file) != ProgramKind::kLibrary)
      continue;
    for (const FunctionRef f : LibraryApi(project).Of(e.file)) {
      if (project[f.file].role != FileRole::kSource || from_[kCallLevel].contains(f)) continue;
      exported_.emplace_back().function = f;
      from_[kCallLevel].try_emplace(f, From{{}, kNone<CallId>, false, kCallLevel, &exported_.back()});
      queue.push_back({f, kCallLevel});
    }
  }
  absl::flat_hash_set<FunctionRef> at_load;  // made when something is kept
  // Ways that are open only where a callback is missing: all callers known so far gave one.
  struct Closed {
    At at;
    Edge edge;
    Level level;
  };
  std::vector<Closed> closed;
  const auto enter = [&](const At& at, const Edge& edge, Level level) {
    if (from_[level].try_emplace(edge.to, From{at.function, edge.at, edge.callback, at.level, nullptr}).second)
      queue.push_back({edge.to, level});
  };
  while (true) {
    if (queue.empty()) {
      std::erase_if(closed, [&](const Closed& c) {
        const FileId file = c.at.function.file;
        if (!Runs(project, calls, file, project[file].model.calls[c.edge.at].node)) return false;
        enter(c.at, c.edge, c.level);
        return true;
      });
      if (queue.empty()) break;
    }
    const At at = queue.front();
    queue.pop_front();
    const File& file = project[at.function.file];
    for (const Edge& edge : calls.From(at.function)) {
      if (project[edge.to.file].role != FileRole::kSource) continue;
      if (!edge.callback && CallsParameter(file.model, file.model.calls[edge.at]) &&
          RunsForItsWriter(project, calls, edge.to)) {
        continue;
      }
      Level level = at.level;
      const NodeId node = file.model.calls[edge.at].node;
      if (level != kFirstTime) {
        if (IsKept(file, node)) {
          if (level == kCallLevel || level == kCallItem) continue;
          // A singleton that is asked for while the program starts is there when the first request comes.
          if (at_load.empty()) at_load = RunAtLoad(project, calls);
          if (at_load.contains(at.function)) continue;
          level = kFirstTime;
        } else if (level != kCallItem && level != kEventItem && level != kRequestItem) {
          bool per_item = Some(EnclosingLoop(file.model, node));
          if (edge.callback && !per_item) {
            for (const Entry* e : calls.EntriesBy({at.function.file, edge.at})) {
              per_item |= e->function == edge.to && e->handler != nullptr &&
                          (e->handler->repeats || e->context == Context::kStream);
            }
          }
          if (per_item) level = static_cast<Level>(level + 1);
        }
      }
      if (from_[level].contains(edge.to) || IsForDevelopment(file, node)) continue;
      if (!edge.callback && EndsProcessAfter(project, calls, at.function.file, node)) continue;
      if (Runs(project, calls, at.function.file, node)) {
        enter(at, edge, level);
      } else {
        closed.push_back({at, edge, level});
      }
    }
  }
}

bool HotPaths::InHotLoop(const Project& project, FileId file, NodeId node) const {
  const FileModel& m = project[file].model;
  const FunctionRef f{file, m.FunctionOf(node)};
  if (measured_.contains(f) || from_[kRequestItem].contains(f) || from_[kEventItem].contains(f)) return true;
  return Of(f) >= Heat::kEvent && Some(EnclosingLoop(m, node));
}

Heat HotPaths::Of(FunctionRef f) const {
  if (from_[kRequestItem].contains(f) || from_[kRequestLevel].contains(f)) return Heat::kRequest;
  if (from_[kEventItem].contains(f) || from_[kEventLevel].contains(f)) return Heat::kEvent;
  if (from_[kCallItem].contains(f) || from_[kCallLevel].contains(f)) return Heat::kCall;
  return from_[kFirstTime].contains(f) ? Heat::kOnce : Heat::kCold;
}

Step EntryStep(const Project& project, const Entry& entry) {
  std::string note = entry.api != nullptr              ? Cat("handler given to ", entry.api->name)
                     : entry.context == Context::kNone ? "exported by the package"
                                                       : "handler";
  if (Some(entry.by.call) && entry.by.file == entry.function.file) {
    const FileModel& m = project[entry.by.file].model;
    const Node& call = m.syntax[m.calls[entry.by.call].node];
    const NodeId callee = m.syntax.FirstChild(m.calls[entry.by.call].node);
    return {{entry.by.file, {call.start, Some(callee) ? m.syntax[callee].end : call.end}}, std::move(note)};
  }
  const FileModel& m = project[entry.function.file].model;
  const Node& n = m.syntax[m.functions[entry.function.function].node];
  return {{entry.function.file, {n.start, std::min<uint32_t>(n.end, n.start + 1)}}, std::move(note)};
}

Step CallStep(const Project& project, FunctionRef caller, CallId at, bool callback, FunctionRef to) {
  const FileModel& m = project[caller.file].model;
  const Node& call = m.syntax[m.calls[at].node];
  return {{caller.file, {call.start, call.end}}, Cat(callback ? "passes " : "calls ", Describe(project, to))};
}

std::vector<Step> WithPackage(std::vector<Step> steps, Place call, const Api& api) {
  if (!api.through.empty()) steps.push_back({call, Cat("calls ", api.through)});
  return steps;
}

HotPath HotPaths::To(const Project& project, FunctionRef function) const {
  HotPath path;
  path.heat = Of(function);
  if (path.heat == Heat::kCold) return path;
  path.per_item = path.heat != Heat::kOnce && from_[path.heat == Heat::kRequest ? kRequestItem
                                                    : path.heat == Heat::kEvent ? kEventItem
                                                                                : kCallItem]
                                                  .contains(function);
  // The shortest way of that heat, which need not be one for each item.
  Level level = kFirstTime;
  if (path.heat == Heat::kRequest) level = from_[kRequestLevel].contains(function) ? kRequestLevel : kRequestItem;
  if (path.heat == Heat::kCall) level = from_[kCallLevel].contains(function) ? kCallLevel : kCallItem;
  if (path.heat == Heat::kEvent) level = from_[kEventLevel].contains(function) ? kEventLevel : kEventItem;
  FunctionRef at = function;
  for (int i = 0; i < 1000; ++i) {
    const From& from = from_[level].find(at)->second;
    if (from.entry != nullptr) {
      path.entry = from.entry;
      path.steps.push_back(EntryStep(project, *from.entry));
      std::reverse(path.steps.begin(), path.steps.end());
      return path;
    }
    path.steps.push_back(CallStep(project, from.caller, from.at, from.callback, at));
    at = from.caller;
    level = from.level;
  }
  return {};
}

}  // namespace looplint
