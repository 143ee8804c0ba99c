#include "analyzer/engine/summaries.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/constructors.h"
#include "analyzer/facts/given_functions.h"
#include "analyzer/facts/hot_paths.h"
#include "analyzer/facts/origins.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::json;  // sorted by key

constexpr int kDepth = 12;           // of calls to a blocking one
constexpr size_t kMaxExports = 400;  // of one module
constexpr int kNesting = 2;          // of objects in exports: module.exports = { api: { read() {} } }

// What is said of something that a module exports.
struct Summary {
  enum class Kind : uint8_t { kFunction, kClass, kProperty, kNamespace } kind = Kind::kFunction;
  bool promise = false, rejects = true;
  Block block = Block::kNone;
  int cost = 0;
  std::string through, from, returns, resolves, acquires;
  std::vector<Given> given;
  std::vector<std::pair<uint32_t, std::string>> passes;  // arguments that the result is made of, and how
  bool operator==(const Summary&) const = default;
  bool says_something() const {
    return kind != Kind::kFunction || promise || block != Block::kNone || !returns.empty() || !given.empty() ||
           !passes.empty();
  }
};

// A type whose objects functions of the module return.
struct MadeType {
  std::string extends;
  std::optional<bool> fatal;  // is its 'error' event; empty: as that of what it extends
  bool operator==(const MadeType&) const = default;
};

struct Module {
  std::map<std::string, Summary> rows;
  std::map<std::string, MadeType> types;
};

// Names of functions that are there to make text harmless: how well they do is not for us to say.
bool MakesHarmless(std::string_view name) {
  std::string low;
  for (const char c : name) low += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view part : {"escap", "sanit", "encod", "clean", "valid", "filter", "strip", "quot", "normal",
                                      "slug", "hash", "safe", "check", "assert", "verif", "sign", "digest"}) {
    if (low.find(part) != std::string::npos) return true;
  }
  return false;
}

class Summarizer {
 public:
  Summarizer(const Project& project, const Calls& calls, const Promises& promises, std::string root)
      : p_(project),
        calls_(calls),
        promises_(promises),
        root_(std::move(root)),
        given_(project, calls),
        constructors_(project, calls) {}

  // All rows and types of the module that `file` is, under the name `canonical`.
  Module Of(FileId file, const std::string& canonical) {
    Module out;
    module_ = &out;
    canonical_ = canonical;
    types_.clear();
    std::set<FileId> seen;
    Exports(file, canonical, 0, seen);
    return out;
  }

 private:
  void Exports(FileId file, const std::string& canonical, int depth, std::set<FileId>& seen) {
    if (!seen.insert(file).second || seen.size() > 20) return;
    const FileModel& m = p_[file].model;
    const ValueId whole = p_.ModuleExports(file);
    if (Some(whole)) {
      const Denoted d = Denoter(p_, file).Of(whole);
      if (d.Is(Denoted::Kind::kNamespace) && d.file != file) {
        Exports(d.file, canonical, depth, seen);
      } else {
        Export(file, whole, d, canonical, depth, false);
      }
    }
    std::set<std::string> names;
    for (const struct Export& e : m.module.exports) {
      if (Some(e.name) && !e.type_only) names.emplace(m.names[e.name]);
      if (e.kind == ExportKind::kStar && Some(e.import)) {
        if (const FileId target = p_[file].imports[Index(e.import)]; Some(target))
          Exports(target, canonical, depth, seen);
      }
    }
    for (const std::string& name : names) {
      const Project::Exported e = p_.FindExport(file, name);
      if (!Some(e.file)) continue;
      if (e.is_namespace) {
        Nested(Cat(canonical, ".", name), depth,
               [&](const std::string& inner) { Exports(e.file, inner, depth + 1, seen); });
        continue;
      }
      const Denoted d = Denoter(p_, e.file).Of(e.value);
      // import a from 'a': also what require('a') is where the module has nothing else to be.
      const bool is_default = name == "default";
      Export(e.file, e.value, d, is_default ? canonical : Cat(canonical, ".", name), depth, !is_default);
    }
  }

  // What has members of its own: a name for it where there is something to say of them.
  template <typename Use>
  void Nested(const std::string& name, int depth, Use use) {
    if (depth + 1 > kNesting || module_->rows.contains(name)) return;
    const size_t before = module_->rows.size();
    use(name);
    if (module_->rows.size() == before || module_->rows.contains(name)) return;
    Summary out;
    out.kind = Summary::Kind::kNamespace;
    module_->rows.emplace(name, std::move(out));
  }

  // What goes by `name`; `member`: of the module's exports, not these themselves.
  void Export(FileId file, ValueId value, const Denoted& d, const std::string& name, int depth, bool member) {
    if (module_->rows.size() > kMaxExports) return;
    using K = Denoted::Kind;
    switch (d.kind) {
      case K::kFunction: {
        const Constructor c = constructors_.At(d);
        if (!c) return Add(name, Of(d.function(), name));
        Constructed(c, name);
        // function F() { if (!(this instanceof F)) return new F(); }
        const auto row = module_->rows.find(name);
        const ValueId returned = p_.ReturnOf(d.function());
        if (row != module_->rows.end() && row->second.kind == Summary::Kind::kClass && Some(returned) &&
            constructors_.MakerOf(d.file, returned) == c)
          row->second.returns = name;
        return;
      }
      case K::kApi:
        if (d.api == nullptr) break;
        Add(name, OfApi(*d.api));
        break;
      case K::kClass:
        Constructed(constructors_.At(d), name);
        break;
      case K::kInstanceOf:
        // module.exports = new Client(): its methods are the exports.
        if (!member) {
          for (const auto& [method, f] : constructors_.Of(constructors_.At(d)).methods)
            Add(Cat(name, ".", method), Of(f, method));
        } else if (const std::string type = TypeOf(constructors_.At(d)); !type.empty()) {
          Property(name, type);
        }
        break;
      case K::kInstance:
        if (member && d.type.find('.') != std::string_view::npos) Property(name, std::string(d.type));
        break;
      case K::kObject: {
        const FileModel& m = p_[d.file].model;
        const Object& o = m.objects[static_cast<ObjectId>(d.id)];
        Denoter denoter(p_, d.file);
        const auto each = [&](const std::string& of, int inner) {
          for (uint32_t i = 0; i < o.member_count; ++i) {
            const Member& x = m.members[o.first_member + i];
            if (!Some(x.name) || !Some(x.value) || x.kind == FunctionKind::kGetter || x.kind == FunctionKind::kSetter)
              continue;
            Export(d.file, x.value, denoter.Of(x.value), Cat(of, ".", m.names[x.name]), inner, true);
          }
        };
        if (!member) {
          each(name, depth);
        } else {
          Nested(name, depth, [&](const std::string& inner) { each(inner, depth + 1); });
        }
        break;
      }
      case K::kNamespace:
        if (member) {
          std::set<FileId> seen;
          Nested(name, depth, [&](const std::string& inner) { Exports(d.file, inner, depth + 1, seen); });
        }
        break;
      default:
        if (IsPromisified(file, value)) {
          Summary out;
          out.promise = true;
          out.from =
              PlaceOf(file, p_[file].model.calls[static_cast<CallId>(p_[file].model.values[Held(file, value)].a)].node);
          Add(name, std::move(out));
        } else if (const FunctionRef f = Denoter(p_, file).FunctionOf(value); Some(f.function)) {
          Add(name, Of(f, name));
        }
        break;
    }
  }

  void Add(const std::string& name, Summary summary) {
    if (summary.says_something()) module_->rows.try_emplace(name, std::move(summary));
  }
  void Property(const std::string& name, const std::string& type) {
    Summary out;
    out.kind = Summary::Kind::kProperty;
    out.returns = type;
    Add(name, std::move(out));
  }

  // Through names that hold one thing.
  ValueId Held(FileId file, ValueId value) const {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 8 && Some(value) && m.values[value].kind == ValueKind::kBinding; ++i)
      value = m.bindings[static_cast<BindingId>(m.values[value].a)].value;
    return value;
  }
  // util.promisify(f), whatever f is.
  bool IsPromisified(FileId file, ValueId value) const {
    const FileModel& m = p_[file].model;
    value = Held(file, value);
    if (!Some(value) || m.values[value].kind != ValueKind::kCall) return false;
    const Api* api = calls_.TargetOf(file, static_cast<CallId>(m.values[value].a)).api;
    return api != nullptr && api->name == "util.promisify";
  }

  // A class, or a function used as one: its row, its type and the rows of its methods.
  void Constructed(Constructor c, const std::string& name) {
    const Constructors::Made& made = constructors_.Of(c);
    for (const auto& [method, f] : made.statics) Add(Cat(name, ".", method), Of(f, method));
    Summary row;
    row.kind = Summary::Kind::kClass;
    row.from = name;
    if (Some(made.constructor.function)) {
      row.given = given_.Of(made.constructor);
      row.from =
          PlaceOf(made.constructor.file, p_[made.constructor.file].model.functions[made.constructor.function].node);
    }
    const bool methods = Methods(made, name);
    if (!methods && made.base.empty() && row.given.empty()) return;
    module_->types[name] = TypeMade(made);
    module_->rows.try_emplace(name, std::move(row));
  }
  bool Methods(const Constructors::Made& made, const std::string& type) {
    bool any = false;
    for (const auto& [method, f] : made.methods) {
      Summary summary = Of(f, method);
      if (!summary.says_something()) continue;
      any = true;
      Add(Cat(type, "#", method), std::move(summary));
    }
    return any;
  }
  MadeType TypeMade(const Constructors::Made& made) const {
    MadeType out;
    out.extends = made.base;
    const Event* error = made.base.empty() ? nullptr : p_.knowledge().FindEvent(made.base, "error");
    const bool emitter = p_.knowledge().Is(made.base, "events.EventEmitter");
    // What never fails needs nobody to listen, and neither does what listens itself.
    if (emitter && (made.listens || !made.fails) && error != nullptr && error->fatal) out.fatal = false;
    if (made.base == "events.EventEmitter" && made.emits && !made.listens) out.fatal = true;
    return out;
  }

  Summary Of(FunctionRef f, std::string_view name) {
    Summary out;
    const Function& fn = p_[f.file].model.functions[f.function];
    if (fn.is_generator) return out;
    const Outcome& outcome = promises_.Of(f);
    out.promise = outcome.returns == Returns::kPromise;
    out.rejects = outcome.fails != Fails::kNo;
    if (const Blocked* b = Blocks(f, 0); b != nullptr)
      out.block = b->api->block, out.cost = b->api->cost, out.through = b->text;
    out.given = given_.Of(f);
    out.from = PlaceOf(f.file, fn.node);
    const ValueId returned = p_.ReturnOf(f);
    if (Some(returned) && (out.promise == fn.is_async)) {
      // client = dep.create(); for an async function, what its promise settles with
      std::string type;
      Constructor maker = constructors_.MakerOf(f.file, returned);
      const Denoted d = Denoter(p_, f.file).Of(returned);
      if (!maker && d.Is(Denoted::Kind::kInstanceOf)) maker = constructors_.At(d);
      if (maker) {
        type = TypeOf(maker);
        if (const auto it = module_->types.find(type); it != module_->types.end()) {
          const FileModel& m = p_[f.file].model;
          const ValueId held = Held(f.file, returned);
          const bool fresh = Some(held) && m.values[held].kind == ValueKind::kCall &&
                             m.calls[static_cast<CallId>(m.values[held].a)].function == f.function;
          const Event* error = p_.knowledge().FindEvent(it->second.extends, "error");
          if (!fresh || Listens(f)) {
            it->second.fatal = false;
          } else if (it->second.fatal.value_or(error != nullptr && error->fatal)) {
            out.acquires = "emitter";
          }
        }
      } else if (d.Is(Denoted::Kind::kInstance) && d.type.find('.') != std::string_view::npos) {
        type = Returned(f, returned, std::string(d.type), out);
      }
      (out.promise ? out.resolves : out.returns) = std::move(type);
    }
    if (!out.promise && out.returns.empty() && !MakesHarmless(name)) out.passes = Passes(f);
    return out;
  }
  Summary OfApi(const Api& api) {
    Summary out;
    if (api.is_property) {
      out.kind = Summary::Kind::kProperty;
      out.returns = api.returns;
      return out.returns.find('.') == std::string::npos ? Summary() : out;
    }
    if (api.is_namespace) return out;
    if (api.is_class) {
      out.kind = Summary::Kind::kClass;
      out.from = api.name;
      out.returns = api.returns.empty() ? api.name : api.returns;
      return p_.knowledge().FindType(out.returns) == nullptr ? Summary() : out;
    }
    out.promise = api.style == CallStyle::kPromise && api.callback_at < 0;
    out.rejects = api.may_reject;
    if (api.block != Block::kNone && !api.metadata) out.block = api.block, out.cost = api.cost, out.through = api.name;
    if (api.returns.find('.') != std::string::npos && p_.knowledge().FindType(api.returns) != nullptr)
      out.returns = api.returns, out.acquires = api.acquires;
    out.from = api.name;
    return out;
  }

  // The type of what `f` makes by a known API and hands out, one of its own where `f` looks after its errors.
  std::string Returned(FunctionRef f, ValueId value, const std::string& type, Summary& out) {
    const FileModel& m = p_[f.file].model;
    const ValueId held = Held(f.file, value);
    const bool made = Some(held) && m.values[held].kind == ValueKind::kCall &&
                      m.calls[static_cast<CallId>(m.values[held].a)].function == f.function;
    if (made && !Listens(f)) {
      const Api* api = calls_.TargetOf(f.file, static_cast<CallId>(m.values[held].a)).api;
      if (api != nullptr) out.acquires = api->acquires;
      return type;
    }
    const Event* error = p_.knowledge().FindEvent(type, "error");
    if (error == nullptr || !error->fatal) return type;
    const std::string name = Cat(canonical_, ".(", type, ")");
    module_->types[name] = {type, false};
    return name;
  }
  // May `f` look after the errors of what it makes? It listens, or hands it to others.
  bool Listens(FunctionRef f) const {
    const FileModel& m = p_[f.file].model;
    const NodeId node = m.functions[f.function].node;
    for (const CallId id : Ids(m.calls)) {
      const Call& c = m.calls[id];
      if (!m.syntax.Contains(node, c.node)) continue;
      const Api* api = calls_.TargetOf(f.file, id).api;
      if (api != nullptr && (api->handles_errors_of_all || !api->handles_errors_of.empty())) return true;
      const Value& callee = m.values[c.callee];
      if (callee.kind == ValueKind::kMember) {
        const std::string_view name = m.names[static_cast<NameId>(callee.b)];
        if (name == "on" || name == "once" || name == "addListener" || name == "prependListener") {
          const Value* event = c.arg_count == 0 ? nullptr : &m.values[m.args[c.first_arg].value];
          if (event == nullptr || event->kind != ValueKind::kString ||
              m.names[static_cast<NameId>(event->a)] == "error")
            return true;
          continue;
        }
      }
      if (api != nullptr) continue;
      // hand(stream)
      for (uint32_t i = 0; i < c.arg_count; ++i) {
        const Value& v = m.values[m.args[c.first_arg + i].value];
        if (v.kind == ValueKind::kBinding &&
            m.scopes[m.bindings[static_cast<BindingId>(v.a)].scope].function == f.function &&
            m.bindings[static_cast<BindingId>(v.a)].kind != BindingKind::kParam)
          return true;
      }
    }
    return false;
  }

  // Name of the type that stands for the objects of a class; "" when nothing is known of them.
  std::string TypeOf(Constructor c) {
    if (const auto it = types_.find(c); it != types_.end()) return it->second;
    types_[c] = "";  // a class whose methods make such objects comes by here again
    const FileModel& m = p_[c.file].model;
    const NameId own =
        c.is_class ? m.classes[static_cast<ClassId>(c.id)].name : m.functions[static_cast<FunctionId>(c.id)].name;
    const std::string name = Cat(canonical_, ".(", Some(own) ? m.names[own] : "class", " ", types_.size(), ")");
    const Constructors::Made& made = constructors_.Of(c);
    const bool methods = Methods(made, name);
    if (!methods && made.base.empty()) return "";
    module_->types[name] = TypeMade(made);
    return types_[c] = name;
  }

  // Arguments that come out of `f` as they are, or in longer text.
  std::vector<std::pair<uint32_t, std::string>> Passes(FunctionRef f) {
    std::vector<std::pair<uint32_t, std::string>> out;
    const FileModel& m = p_[f.file].model;
    if (m.functions[f.function].param_count == 0) return out;
    std::vector<NodeId> returned;
    for (const Flow& flow : m.flow) {
      if (flow.function != f.function) continue;
      if (flow.kind == FlowKind::kThrow) return out;  // it may refuse what it is given
      if (flow.kind != FlowKind::kReturn) continue;
      const NodeId node =
          m.syntax.KindOf(flow.node) == Kind::kReturnStatement ? m.syntax.FirstChild(flow.node) : flow.node;
      if (Some(node)) returned.push_back(node);
    }
    if (returned.empty() || returned.size() > 4) return out;
    if (walker_ == nullptr) walker_ = std::make_unique<Walker>(p_, calls_);
    walker_->NextSink();
    std::map<uint32_t, std::string> found;
    for (const NodeId node : returned) {
      for (const Origin& o : walker_->Of(f.file, node)) {
        if (o.kind != Origin::Kind::kParam || o.function != f || o.rest || o.key) continue;
        if (o.cleaned != 0 || o.path.size > 1 || o.stripped || o.encoded || o.quoted != 0) return {};
        const std::string as = o.path.size == 1 ? "element" : o.embedded ? "text" : "";
        const auto [it, fresh] = found.emplace(o.index, as);
        if (!fresh && it->second != as) return {};
      }
    }
    out.assign(found.begin(), found.end());
    return out;
  }

  struct Blocked {
    const Api* api = nullptr;  // null: it does not
    std::string text;
  };
  // What `f` surely does before it returns that blocks, or null.
  const Blocked* Blocks(FunctionRef f, int depth) {
    const auto [it, fresh] = blocks_.try_emplace(f);
    if (!fresh) return it->second->api == nullptr ? nullptr : it->second.get();
    it->second = std::make_unique<Blocked>();  // of functions that call themselves: not for that
    Blocked* const out = it->second.get();
    if (depth > kDepth) return nullptr;
    const File& file = p_[f.file];
    const FileModel& m = file.model;
    const Function& fn = m.functions[f.function];
    const auto first = std::ranges::lower_bound(m.calls.rows(), Index(fn.node), {},
                                                [](const Call& c) { return Index(NodeId{c.node}); });
    for (auto row = first; row != m.calls.rows().end() && Index(NodeId{row->node}) < m.syntax[fn.node].next; ++row) {
      if (row->function != f.function || row->optional || !Certain(m.syntax, row->node)) continue;
      const CallId c = static_cast<CallId>(row - m.calls.rows().begin());
      const Target t = calls_.TargetOf(f.file, c);
      if (t.api != nullptr) {
        if (t.api->ends_process) return nullptr;
        if (t.api->block == Block::kNone || t.api->metadata) continue;
        if (IsKept(file, row->node) || Keeps(m, *row) || IsForDevelopment(file, row->node)) continue;
        out->api = t.api;
        out->text = Cat(t.api->name, ", ", PlaceOf(f.file, row->node));
        return out;
      }
      if (!Some(t.function.function) || row->kind != CallKind::kCall) continue;
      const Function& to = p_[t.function.file].model.functions[t.function.function];
      if (to.is_generator || IsKept(file, row->node) || Keeps(m, *row) || IsForDevelopment(file, row->node)) continue;
      if (const Blocked* inner = Blocks(t.function, depth + 1); inner != nullptr) {
        out->api = inner->api;
        out->text = inner->text;
        return out;
      }
    }
    return nullptr;
  }

  // Does control come by `node` whenever its function runs, but for what throws or returns before? Loops are taken to
  // have something to do.
  static bool Certain(const Syntax& s, NodeId node) {
    for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
      const Kind k = s.KindOf(p);
      if (IsFunction(k)) return s[c].role == Role::kBody;
      if (k == Kind::kCatchClause || k == Kind::kSwitchCase) return false;
      if ((k == Kind::kIfStatement || k == Kind::kConditionalExpression) && s[c].role != Role::kTest) return false;
      if (k == Kind::kLogicalExpression && s.FirstChild(p) != c) return false;
      if (k != Kind::kBlockStatement) continue;
      // After a way out that is taken at times, the rest is for the other times.
      for (const NodeId before : s.ChildrenOf(p)) {
        if (Index(before) >= Index(c)) break;
        if (s.KindOf(before) == Kind::kIfStatement && MayLeave(s, before)) return false;
      }
    }
    return true;
  }
  static bool MayLeave(const Syntax& s, NodeId statement) {
    for (uint32_t i = Index(statement); i < s[statement].next; ++i) {
      const NodeId n = static_cast<NodeId>(i);
      if (IsFunction(s.KindOf(n))) {
        i = s[n].next - 1;
        continue;
      }
      if (s.KindOf(n) == Kind::kReturnStatement) return true;
    }
    return false;
  }
  // Is the result put where it outlives the call? Then the next call may find it there.
  static bool Keeps(const FileModel& m, const Call& call) {
    const Syntax& s = m.syntax;
    for (NodeId c = call.node, p = s.Parent(c); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
      if (s.KindOf(p) != Kind::kAssignmentExpression || s[c].role == Role::kLeft) continue;
      const NodeId left = s.FirstChild(p);
      if (!Some(left) || s.KindOf(left) != Kind::kIdentifier) return true;
      const BindingId b = m.BindingAt(left);
      return !Some(b) || m.scopes[m.bindings[b].scope].function != call.function;
    }
    return false;
  }

  std::string PlaceOf(FileId file, NodeId node) const {
    const File& f = p_[file];
    const uint32_t start = f.model.syntax[node].start;
    const auto line = 1 + std::count(f.text.begin(), f.text.begin() + start, '\n');
    std::string path = Cat("/", f.path);
    if (path.starts_with(root_) && path.size() > root_.size() && path[root_.size()] == '/')
      path.erase(0, root_.size() + 1);
    return Cat(path, ":", line);
  }

  const Project& p_;
  const Calls& calls_;
  const Promises& promises_;
  const std::string root_;
  GivenFunctions given_;
  Constructors constructors_;
  std::unique_ptr<Walker> walker_;
  Module* module_ = nullptr;
  std::string canonical_;
  std::map<Constructor, std::string> types_;
  absl::flat_hash_map<FunctionRef, std::unique_ptr<Blocked>> blocks_;
};

constexpr const char* kBlocks[] = {"", "io", "cpu", "process", "wait"};
constexpr const char* kWhens[] = {"unknown", "now", "later", "nextTick", "microtask"};
constexpr const char* kContexts[] = {"none", "load", "request", "stream", "timer", "job", "exit", "callback", "test"};

Json HandlerOf(const Given& g) {
  Json out = {
      {"first", g.argument},
      {"when", kWhens[static_cast<size_t>(g.when)]},
      {"context", kContexts[static_cast<size_t>(g.context == Context::kNone ? Context::kCallback : g.context)]}};
  if (!g.option.empty()) out = {{"options", {g.option}}, {"when", out["when"]}, {"context", out["context"]}};
  if (g.repeats) out["repeats"] = true;
  if (g.dropped) out["async_errors"] = "unhandled";
  if (std::ranges::any_of(g.types, [](const std::string& t) { return !t.empty(); })) out["params"] = g.types;
  return out;
}

Json RowOf(const Summary& s) {
  Json row = {{"from", s.from}};
  if (s.kind == Summary::Kind::kNamespace) return {{"is_namespace", true}};
  if (s.kind == Summary::Kind::kProperty) return {{"is_property", true}, {"returns", s.returns}};
  if (s.kind == Summary::Kind::kClass) row["is_class"] = true;
  if (s.promise) row["style"] = "promise", row["returns"] = "Promise", row["may_reject"] = s.rejects;
  if (!s.resolves.empty()) row["resolves"] = s.resolves;
  if (!s.returns.empty()) row["returns"] = s.returns;
  if (!s.acquires.empty()) row["acquires"] = s.acquires;
  if (s.block != Block::kNone) {
    row["block"] = kBlocks[static_cast<size_t>(s.block)];
    row["cost"] = s.cost;
    row["through"] = s.through;
  }
  for (const Given& g : s.given) row["handlers"].push_back(HandlerOf(g));
  for (const auto& [argument, as] : s.passes) {
    row["passes"].push_back(as.empty() ? Json{{"arg", argument}} : Json{{"arg", argument}, {"as", as}});
  }
  return row;
}

// What both say.
void Agree(Summary& a, const Summary& b) {
  if (a.kind != b.kind) {
    a = {};
    return;
  }
  a.promise &= b.promise;
  a.rejects |= b.rejects;
  if (a.block != b.block) a.block = Block::kNone;
  if (a.returns != b.returns) a.returns.clear();
  if (a.resolves != b.resolves) a.resolves.clear();
  if (a.acquires != b.acquires) a.acquires.clear();
  if (a.given != b.given) a.given.clear();
  if (a.passes != b.passes) a.passes.clear();
}

// Does `known` have a row for it, or one of a type that it extends?
bool Speaks(const Knowledge& known, const std::string& row) {
  if (known.Find(row) != nullptr) return true;
  const size_t hash = row.find('#');
  return hash != std::string::npos && known.FindMember(row.substr(0, hash), row.substr(hash + 1)) != nullptr;
}

}  // namespace

Summaries SumUp(const Project& project, const Calls& calls, const Promises& promises, const Knowledge& known,
                const std::string& root, std::span<const SummedModule> modules) {
  Summarizer summarizer(project, calls, promises, root);
  std::map<std::string, Module> summed;
  for (const SummedModule& of : modules) {
    Module module;
    if (Some(of.file)) module = summarizer.Of(of.file, of.canonical);
    if (of.has_rows) {
      std::erase_if(module.rows, [&](const auto& row) { return Speaks(known, row.first); });
      std::erase_if(module.types, [&](const auto& type) { return known.FindType(type.first) != nullptr; });
    }
    const auto [it, fresh] = summed.try_emplace(of.canonical, std::move(module));
    if (fresh) continue;
    for (auto& [name, both] : it->second.rows) {
      const auto other = module.rows.find(name);
      Agree(both, other == module.rows.end() ? Summary() : other->second);
    }
    for (auto& [name, both] : it->second.types) {
      const auto other = module.types.find(name);
      if (other == module.types.end() || other->second != both) both = {};
    }
    std::erase_if(it->second.rows, [](const auto& row) { return !row.second.says_something(); });
  }
  Json rows = Json::object(), types = Json::object(), names = Json::object();
  for (const SummedModule& of : modules) {
    const Module& module = summed[of.canonical];
    if (module.rows.empty()) continue;
    if (!of.has_rows) names[of.specifier] = of.canonical;
    for (const auto& [name, made] : module.types) {
      Json type = Json::object();
      if (!made.extends.empty()) type["extends"] = made.extends;
      if (made.fatal) type["events"] = {{"error", {{"fatal", *made.fatal}}}};
      types[name] = std::move(type);
    }
    for (const auto& [name, summary] : module.rows) rows[name] = RowOf(summary);
  }
  Summaries out;
  out.rows = rows.size();
  if (!rows.empty()) {
    out.document =
        Json{{"modules", names}, {"types", types}, {"rows", rows}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return out;
}

}  // namespace looplint
