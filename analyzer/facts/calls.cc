#include "analyzer/facts/calls.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/base/path_pattern.h"
#include "analyzer/project/values.h"

namespace looplint {
namespace {

struct FileResult {
  std::vector<Target> targets;
  std::vector<Entry> entries;
  std::vector<std::pair<FunctionRef, std::vector<std::string>>> params;
};

// Which event the listener `e` is for, and what that says of when it runs. Returns its row, or null.
const looplint::Event* TellEvent(const Project& project, Denoter& denoter, Entry& e) {
  const FileModel& m = project[e.by.file].model;
  const Call& c = m.calls[e.by.call];
  const Argument* name = e.handler->event_arg < 0 ? nullptr : m.Arg(c, static_cast<uint32_t>(e.handler->event_arg));
  const Value* text = name == nullptr ? nullptr : &m.values[name->value];
  if (text == nullptr || text->kind != ValueKind::kString) return nullptr;
  e.event = m.names[static_cast<NameId>(text->a)];
  const Value& callee = m.values[c.callee];
  std::string_view type;
  if (callee.kind == ValueKind::kMember) type = denoter.TypeOf(static_cast<ValueId>(callee.a));
  // process.on() is one of a kind: its row is that of no type, and events are those of what it is a member of.
  if (type.empty()) type = std::string_view(e.api->name).substr(0, e.api->name.find_last_of(".#"));
  const looplint::Event* event = project.knowledge().FindEvent(type, e.event);
  if (event != nullptr && event->context != Context::kNone) e.context = event->context;
  return event;
}

class FileCalls {
 public:
  FileCalls(const Project& project, FileId file)
      : p_(project), k_(project.knowledge()), file_(file), m_(project[file].model), d_(project, file) {}

  FileResult Run() {
    r_.targets.resize(m_.calls.size());
    for (const CallId id : Ids(m_.calls)) {
      Target& t = r_.targets[Index(id)];
      const Denoted callee = d_.Callee(id);
      if (callee.Is(Denoted::Kind::kFunction)) {
        t.function = callee.function();
        continue;
      }
      if (callee.Is(Denoted::Kind::kApi) || callee.Is(Denoted::Kind::kModule)) t.api = d_.ApiOf(id);
      if (t.api != nullptr) {
        Register(id, *t.api);
      } else if (callee.Is(Denoted::Kind::kClass)) {
        t.function = d_.TargetOf(id);
      }
    }
    Decorated();
    return std::move(r_);
  }

 private:
  void Register(CallId id, const Api& api) {
    const Call& c = m_.calls[id];
    for (const Handler& h : api.handlers) {
      if (!h.options.empty()) {
        for (uint32_t i = 0; i < c.arg_count; ++i) Options(id, api, h, m_.args[c.first_arg + i].value);
        continue;
      }
      uint32_t first = h.first < 0 ? (c.arg_count == 0 ? 0 : c.arg_count - 1) : static_cast<uint32_t>(h.first);
      uint32_t last = h.first < 0 ? first : static_cast<uint32_t>(std::max(h.first, h.last));
      for (uint32_t i = first; i <= last && i < c.arg_count; ++i)
        Handlers(id, api, h, m_.args[c.first_arg + i].value, 0);
    }
  }

  // handler: fn in an options object, or in each of an array of them.
  void Options(CallId id, const Api& api, const Handler& h, ValueId value) {
    const Value& v = m_.values[value];
    if (v.kind == ValueKind::kArray) {
      for (const NodeId c : m_.syntax.ChildrenOf(static_cast<NodeId>(v.a))) {
        if (Some(m_.ValueOf(c)) && m_.values[m_.ValueOf(c)].kind == ValueKind::kObject)
          Options(id, api, h, m_.ValueOf(c));
      }
      return;
    }
    const Denoted d = d_.Of(value);
    if (!d.Is(Denoted::Kind::kObject) || d.file != file_) return;
    const Object& o = m_.objects[static_cast<ObjectId>(d.id)];
    for (uint32_t i = 0; i < o.member_count; ++i) {
      const Member& member = m_.members[o.first_member + i];
      if (!Some(member.name)) continue;
      const std::string_view name = m_.names[member.name];
      if (std::find(h.options.begin(), h.options.end(), name) != h.options.end()) {
        Handlers(id, api, h, member.value, 0);
      }
    }
  }

  void Handlers(CallId id, const Api& api, const Handler& h, ValueId value, int depth) {
    if (!Some(value) || depth > 4) return;
    const Value& v = m_.values[value];
    if (v.kind == ValueKind::kArray && h.flatten) {
      for (const NodeId c : m_.syntax.ChildrenOf(static_cast<NodeId>(v.a)))
        Handlers(id, api, h, m_.ValueOf(c), depth + 1);
      return;
    }
    FunctionRef f = d_.FunctionOf(value);
    bool wrapped = false;
    if (v.kind == ValueKind::kCall && h.context != Context::kNone && h.context != Context::kCallback) {
      // wrap(fn): a function made from the one inside, by a wrapper that is unknown or seen to call it.
      const Call& wrapper = m_.calls[static_cast<CallId>(v.a)];
      const bool known = Some(f.function);
      if (wrapper.kind == CallKind::kCall && d_.ApiOf(static_cast<CallId>(v.a)) == nullptr) {
        const FunctionRef target = known ? d_.TargetOf(static_cast<CallId>(v.a)) : FunctionRef{};
        for (uint32_t i = 0; i < wrapper.arg_count; ++i) {
          const FunctionRef inner = d_.FunctionOf(m_.args[wrapper.first_arg + i].value);
          if (!Some(inner.function)) continue;
          if (!known) {
            f = Made(inner);
            wrapped = true;
            break;
          }
          if (inner != f && Some(target.function) && CallsParameter(target, i)) Enter(id, api, h, inner, true);
        }
      }
    }
    if (Some(f.function)) Enter(id, api, h, f, wrapped);
  }

  // invoke(createHandler): of a function that returns one, that is what is handed on.
  FunctionRef Made(FunctionRef function) const {
    const ValueId result = p_.ReturnOf(function);
    if (!Some(result)) return function;
    const Value& v = p_[function.file].model.values[result];
    return v.kind == ValueKind::kFunction ? FunctionRef{function.file, static_cast<FunctionId>(v.a)} : function;
  }

  // Does `function`, or one written in it, call its parameter `index`?
  bool CallsParameter(FunctionRef function, uint32_t index) const {
    const FileModel& m = p_[function.file].model;
    const NodeId node = m.functions[function.function].node;
    const auto is_parameter = [&](ValueId v) {
      if (Some(v) && m.values[v].kind == ValueKind::kBinding)
        v = m.bindings[static_cast<BindingId>(m.values[v].a)].value;
      if (!Some(v)) return false;
      const Value& x = m.values[v];
      return x.kind == ValueKind::kParam && x.a == Index(function.function) && x.b == index;
    };
    return std::any_of(m.calls.begin(), m.calls.end(), [&](const Call& c) {
      if (!m.syntax.Contains(node, c.node)) return false;
      const Value& callee = m.values[c.callee];
      // handler(req), handler.call(this, req)
      return is_parameter(c.callee) ||
             (callee.kind == ValueKind::kMember && is_parameter(static_cast<ValueId>(callee.a)));
    });
  }

  void Enter(CallId id, const Api& api, const Handler& h, FunctionRef f, bool wrapped) {
    Entry e;
    e.function = f;
    e.context = h.context;
    e.by = {file_, id};
    e.api = &api;
    e.handler = &h;
    e.wrapped = wrapped;
    std::vector<std::string> types = h.params;
    if (const looplint::Event* event = TellEvent(p_, d_, e)) types = event->args;
    const Function& fn = p_[f.file].model.functions[f.function];
    if (fn.param_count == 4 && !h.params_if_4.empty()) types = h.params_if_4;
    r_.entries.push_back(e);
    if (!types.empty()) r_.params.push_back({f, std::move(types)});
  }

  // @Get() handler() {}: a decorator row makes the method below it an entry.
  void Decorated() {
    const Syntax& s = m_.syntax;
    for (const ClassId cid : Ids(m_.classes)) {
      const Class& cls = m_.classes[cid];
      std::vector<const Api*> pending;
      for (const NodeId x : s.ChildrenOf(cls.node)) {
        if (s[x].role == Role::kDecorator || s.KindOf(x) == Kind::kDecorator) {
          if (s[x].start < s[cls.node].start) continue;
          Collect(x, pending);
          continue;
        }
        for (const NodeId c : s.ChildrenOf(x)) {
          if (s.KindOf(c) == Kind::kDecorator) Collect(c, pending);
        }
        const FunctionId f = m_.FunctionAt(x);
        if (Some(f) && s.KindOf(x) == Kind::kMethodDefinition) {
          for (const Api* api : pending) {
            Entry e;
            e.function = {file_, f};
            e.api = api;
            e.handler = api->handlers.empty() ? nullptr : &api->handlers[0];
            e.context = e.handler == nullptr ? Context::kRequest : e.handler->context;
            r_.entries.push_back(e);
          }
        }
        pending.clear();
      }
    }
  }
  void Collect(NodeId decorator, std::vector<const Api*>& out) {
    const NodeId inner = m_.syntax.FirstChild(decorator);
    if (!Some(inner)) return;
    const CallId call = m_.CallAt(inner);
    const Api* api = nullptr;
    if (Some(call)) {
      api = d_.ApiOf(call);
    } else if (const Denoted d = d_.Of(m_.ValueOf(inner)); d.Is(Denoted::Kind::kApi)) {
      api = d.api;
    }
    if (api != nullptr && api->decorates == "method") out.push_back(api);
  }

  const Project& p_;
  const Knowledge& k_;
  FileId file_;
  const FileModel& m_;
  Denoter d_;
  FileResult r_;
};

uint64_t Order(CallRef c) { return uint64_t{Index(c.file)} << 32 | Index(c.call); }

// Was the function a parameter where it was registered? Then that call stands for all callers of the function around
// it: true of when the handler runs, but what is wrong with a handler is said where it is handed over first.
bool IsPassedOn(const Project& project, const Entry& e) {
  if (!Some(e.by.call) || e.handler == nullptr || !e.handler->options.empty()) return false;
  const FileModel& m = project[e.by.file].model;
  const Call& c = m.calls[e.by.call];
  const Handler& h = *e.handler;
  const uint32_t first = h.first < 0 ? (c.arg_count == 0 ? 0 : c.arg_count - 1) : static_cast<uint32_t>(h.first);
  const uint32_t last = h.first < 0 ? first : static_cast<uint32_t>(std::max(h.first, h.last));
  bool passed_on = false;
  for (uint32_t i = first; i <= last && i < c.arg_count; ++i) {
    ValueId v = m.args[c.first_arg + i].value;
    for (int step = 0; step < 8 && Some(v); ++step) {
      const Value& x = m.values[v];
      if (x.kind == ValueKind::kBinding) {
        v = m.bindings[static_cast<BindingId>(x.a)].value;
      } else if (x.kind == ValueKind::kMember || x.kind == ValueKind::kElement) {
        v = static_cast<ValueId>(x.a);
      } else {
        break;
      }
    }
    // Of what a function was given, or of no one known thing: some callers' functions are among them, no more.
    if (Some(v) && m.values[v].kind != ValueKind::kParam) return false;
    passed_on = true;
  }
  return passed_on;
}

// Exports of files that a framework calls by convention: route handlers, server-side props, middleware.
void Conventional(const Project& project, std::vector<Entry>& entries,
                  std::vector<std::pair<FunctionRef, std::vector<std::string>>>& params) {
  for (const Convention& c : project.knowledge().conventions()) {
    std::vector<PathPattern> patterns;
    for (const std::string& glob : c.files) patterns.emplace_back(glob);
    // Files of a package follow one another.
    const Manifest* asked = nullptr;
    bool depends = false;
    for (uint32_t i = 0; i < project.size(); ++i) {
      const File& f = project[static_cast<FileId>(i)];
      if (f.manifest == nullptr) continue;
      if (f.manifest != asked)
        asked = f.manifest, depends = c.package.empty() || asked->dependencies.contains(c.package);
      if (!depends) continue;
      std::string_view path = f.path;
      if (!f.manifest->directory.empty() && path.starts_with(f.manifest->directory + "/")) {
        path.remove_prefix(f.manifest->directory.size() + 1);
      }
      if (std::none_of(patterns.begin(), patterns.end(), [&](const PathPattern& p) { return p.Matches(path); }))
        continue;
      for (const std::string& name : c.exports) {
        const bool members = name.ends_with(".*");  // of an object: the functions in it
        const Project::Exported exported =
            project.FindExport(static_cast<FileId>(i), members ? name.substr(0, name.size() - 2) : name);
        if (!Some(exported.file) || exported.is_namespace) continue;
        Denoter denoter(project, exported.file);
        const auto add = [&](FunctionRef function) {
          if (!Some(function.function)) return;
          Entry e;
          e.function = function;
          e.context = c.context;
          entries.push_back(e);
          params.push_back({function, c.params});
        };
        if (!members) {
          add(denoter.FunctionOf(exported.value));
          continue;
        }
        const Denoted object = denoter.Of(exported.value);
        if (object.kind != Denoted::Kind::kObject) continue;
        const FileModel& m = project[object.file].model;
        const Object& o = m.objects[static_cast<ObjectId>(object.id)];
        for (uint32_t k = 0; k < o.member_count; ++k)
          add(Denoter(project, object.file).FunctionOf(m.members[o.first_member + k].value));
      }
    }
  }
}

// The function written as this argument, or in `around` under the name given here; kNone when it is neither. Whoever
// writes a function only to hand it on means it to run.
FunctionId FunctionWrittenFor(const FileModel& m, NodeId node, ValueId value, FunctionId around) {
  if (const FunctionId f = m.FunctionAt(node, value); Some(f)) return f;
  if (!Some(value) || m.values[value].kind != ValueKind::kBinding) return kNone<FunctionId>;
  const ValueId held = m.bindings[static_cast<BindingId>(m.values[value].a)].value;
  if (!Some(held) || m.values[held].kind != ValueKind::kFunction) return kNone<FunctionId>;
  const FunctionId f = static_cast<FunctionId>(m.values[held].a);
  return around != kModuleFunction && m.functions[f].parent == around ? f : kNone<FunctionId>;
}

// All such among the arguments; fn.apply(self, [callback]) has them in a list.
template <typename Use>
void FunctionsHandedOver(const FileModel& m, const Call& c, Use use) {
  for (uint32_t i = 0; i < c.arg_count; ++i) {
    const Argument& arg = m.args[c.first_arg + i];
    if (const FunctionId f = FunctionWrittenFor(m, arg.node, arg.value, c.function); Some(f)) use(f);
    const Value& callee = m.values[c.callee];
    if (i != 1 || callee.kind != ValueKind::kMember || m.names[static_cast<NameId>(callee.b)] != "apply") continue;
    if (m.syntax.KindOf(arg.node) != Kind::kArrayExpression) continue;
    for (const NodeId e : m.syntax.ChildrenOf(arg.node)) {
      if (const FunctionId f = FunctionWrittenFor(m, e, m.ValueOf(e), c.function); Some(f)) use(f);
    }
  }
}

// The function given where `api` takes its callback: the last argument that is one.
FunctionRef CallbackOf(Denoter& denoter, const FileModel& m, const Call& c, const Api& api) {
  if (api.callback_at < 0 && api.style != CallStyle::kErrorFirst && api.style != CallStyle::kCallback) return {};
  if (c.arg_count == 0) return {};
  return denoter.FunctionOf(m.args[c.first_arg + c.arg_count - 1].value);
}

}  // namespace

void Calls::Infer(Project& project, int threads, const StopToken& stop, const Detail& detail) {
  const size_t n = project.size();
  const bool guess = detail.guesses;
  if (project.values() == nullptr) project.Solve(threads, stop, detail);
  if (stop.stopped()) return;
  targets_.resize(n);
  edges_.resize(n);
  std::vector<FileResult> results(n);
  {
    std::vector<std::pair<FunctionRef, std::vector<std::string>>> params;
    Conventional(project, entries_, params);
    for (const auto& [function, types] : params) project.SetParamTypes(function, types);
  }
  std::vector<uint32_t> dirty(n);
  for (uint32_t i = 0; i < n; ++i) dirty[i] = i;
  const auto sort_dirty = [&] {
    std::sort(dirty.begin(), dirty.end());
    dirty.erase(std::unique(dirty.begin(), dirty.end()), dirty.end());
  };
  // Each round types the parameters of newly found handlers; a plugin's routes need two, and real code no more than
  // four. The bound is for what is not real.
  const auto settle = [&] {
    for (int round = 0; round < 6 && !dirty.empty(); ++round) {
      ParallelFor(threads, dirty.size(), stop,
                  [&](size_t i) { results[dirty[i]] = FileCalls(project, static_cast<FileId>(dirty[i])).Run(); });
      if (stop.stopped()) return;
      std::vector<uint32_t> next;
      for (const uint32_t i : dirty) {
        for (const auto& [function, types] : results[i].params) {
          if (project.SetParamTypes(function, types)) next.push_back(Index(function.file));
        }
      }
      dirty = std::move(next);
      sort_dirty();
    }
  };
  settle();
  if (stop.stopped()) return;
  // Handlers that got there through tables and other files: what they are given is known for lack of anything better.
  absl::flat_hash_set<FunctionRef> untyped;
  for (const FoundHandler& h : project.values()->handlers()) {
    if (!h.handler->params.empty() && h.handler->event_arg < 0 && project.ParamType(h.function, 0).empty() &&
        project.ParamType(h.function, 1).empty())
      untyped.insert(h.function);
  }
  dirty.clear();
  for (const FoundHandler& h : project.values()->handlers()) {
    if (!untyped.contains(h.function) || h.handler->event_arg >= 0) continue;
    const bool four = project[h.function.file].model.functions[h.function.function].param_count == 4;
    if (project.SetParamTypes(h.function,
                              four && !h.handler->params_if_4.empty() ? h.handler->params_if_4 : h.handler->params))
      dirty.push_back(Index(h.function.file));
  }
  sort_dirty();
  settle();
  if (stop.stopped()) return;
  absl::flat_hash_map<const Api*, uint32_t> api_ids;
  for (size_t i = 0; i < n; ++i) {
    targets_[i].assign(project[static_cast<FileId>(i)].model.calls.size(), {kNone<FileId>, kNoneIndex});
    for (size_t c = 0; c < results[i].targets.size(); ++c) {
      const Target& t = results[i].targets[c];
      if (t.api == nullptr) {
        if (Some(t.function.function)) targets_[i][c] = {t.function.file, Index(t.function.function)};
        continue;
      }
      const auto [it, fresh] = api_ids.try_emplace(t.api, static_cast<uint32_t>(apis_.size()));
      if (fresh) apis_.push_back(t.api);
      targets_[i][c].id = it->second;
    }
    entries_.insert(entries_.end(), results[i].entries.begin(), results[i].entries.end());
    results[i] = {};
  }
  // Handlers that got there through variables, tables and calls, which one file does not show.
  {
    absl::flat_hash_set<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t, const Handler*>> known;
    const auto key = [](const Entry& e) {
      return std::tuple(Index(e.function.file), Index(e.function.function), Index(e.by.file), Index(e.by.call),
                        e.handler);
    };
    for (const Entry& e : entries_) known.insert(key(e));
    for (const FoundHandler& h : project.values()->handlers()) {
      Entry e;
      e.function = h.function;
      e.by = h.by;
      e.api = h.api;
      e.handler = h.handler;
      e.context = h.handler->context;
      if (known.contains(key(e))) continue;
      Denoter denoter(project, e.by.file);
      TellEvent(project, denoter, e);
      entries_.push_back(e);
    }
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tuple(a.function.file, a.function.function, a.by.file, a.by.call, a.context) <
           std::tuple(b.function.file, b.function.function, b.by.file, b.by.call, b.context);
  });
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    if (!IsPassedOn(project, entries_[i])) by_call_.push_back(i);
  }
  std::stable_sort(by_call_.begin(), by_call_.end(),
                   [&](uint32_t a, uint32_t b) { return Order(entries_[a].by) < Order(entries_[b].by); });
  const auto among = [](const std::vector<Edge>& edges, size_t first, FunctionRef f) {
    return std::any_of(edges.begin() + static_cast<ptrdiff_t>(first), edges.end(),
                       [&](const Edge& e) { return e.to == f; });
  };
  const Values& values = *project.values();
  const std::vector<FoundCall>& found = values.calls();
  const auto first_found = [&](FileId file) {
    return static_cast<size_t>(
        std::lower_bound(found.begin(), found.end(), file, [](const FoundCall& f, FileId x) { return f.at.file < x; }) -
        found.begin());
  };
  callees_.resize(n);
  callers_.resize(n);
  ParallelFor(threads, n, stop, [&](size_t i) {
    const FileId file = static_cast<FileId>(i);
    const FileModel& m = project[file].model;
    const size_t found_here = first_found(file);
    size_t at = found_here;
    auto registered = std::lower_bound(by_call_.begin(), by_call_.end(), Order({file, CallId{0}}),
                                       [&](uint32_t e, uint64_t key) { return Order(entries_[e].by) < key; });
    std::vector<Edge> edges;
    Denoter denoter(project, file);
    for (const CallId id : Ids(m.calls)) {
      const Call& c = m.calls[id];
      const Target t = Unpack(targets_[i][Index(id)]);
      const size_t first = edges.size();
      if (Some(t.function.function)) edges.push_back({t.function, id, false});
      for (; at < found.size() && found[at].at == CallRef{file, id}; ++at) {
        const FoundCall& f = found[at];
        if (f.guess || f.to == t.function || f.kind == EnterKind::kLater) continue;
        edges.push_back({f.to, id, f.kind != EnterKind::kCall});
      }
      // Handed over to something that calls back: known to, or unknown and given a function on the spot.
      while (registered != by_call_.end() && Order(entries_[*registered].by) < Order({file, id})) ++registered;
      for (; registered != by_call_.end() && entries_[*registered].by == CallRef{file, id}; ++registered) {
        const Entry& e = entries_[*registered];
        const Context x = e.context;
        if (t.api == nullptr || x == Context::kRequest || x == Context::kExit || x == Context::kTest ||
            x == Context::kJob)
          continue;
        if (!among(edges, first, e.function)) edges.push_back({e.function, id, true});
      }
      if (t.api == nullptr || !t.api->from.empty()) {
        FunctionsHandedOver(m, c, [&](FunctionId f) {
          if (!among(edges, first, {file, f})) edges.push_back({{file, f}, id, true});
        });
      } else if (const FunctionRef f = CallbackOf(denoter, m, c, *t.api); Some(f.function)) {
        if (!among(edges, first, f)) edges.push_back({f, id, true});
      }
    }
    // By the function the call stands in: counted, then laid out.
    FileEdges& out = edges_[i];
    out.first.assign(m.functions.size() + 2, 0);
    for (const Edge& e : edges) ++out.first[Index(m.calls[e.at].function) + 2];
    for (size_t f = 2; f < out.first.size(); ++f) out.first[f] += out.first[f - 1];
    out.edges.resize(edges.size());
    for (const Edge& e : edges) out.edges[out.first[Index(m.calls[e.at].function) + 1]++] = e;
    out.first.pop_back();
    // What each call enters, sure or not.
    at = found_here;
    FileCallees& c = callees_[i];
    c.first.reserve(targets_[i].size() + 1);
    if (guess) c.guesses.reserve(targets_[i].size());
    c.unknown.reserve(targets_[i].size());
    c.first.push_back(0);
    for (uint32_t k = 0; k < targets_[i].size(); ++k) {
      const Target t = Unpack(targets_[i][k]);
      const size_t first = c.functions.size();
      if (Some(t.function.function)) c.functions.push_back(t.function);
      size_t end = at;
      while (end < found.size() && Index(found[end].at.file) == i && Index(found[end].at.call) == k) ++end;
      for (size_t x = at; x < end; ++x) {
        if (found[x].kind == EnterKind::kCall && !found[x].guess && found[x].to != t.function)
          c.functions.push_back(found[x].to);
      }
      const bool sure = c.functions.size() > first;
      std::sort(c.functions.begin() + static_cast<ptrdiff_t>(first), c.functions.end());
      if (guess) c.guesses.push_back(static_cast<uint32_t>(c.functions.size()));
      if (!sure && t.api == nullptr) {
        for (size_t x = at; x < end; ++x) {
          if (found[x].kind == EnterKind::kCall && found[x].guess) c.functions.push_back(found[x].to);
        }
      }
      at = end;
      const ValueId callee = m.calls[static_cast<CallId>(k)].callee;
      c.unknown.push_back(t.api == nullptr && !Some(t.function.function) &&
                          (!sure || values.MayBeMore(static_cast<FileId>(i), callee)));
      c.first.push_back(static_cast<uint32_t>(c.functions.size()));
    }
    c.functions.shrink_to_fit();
    callers_[i].first.assign(m.functions.size() + 1, 0);
  });
  if (stop.stopped()) return;
  if (!guess) project.LetGoOfCalls();
  // Counting sort by callee keeps callers in order.
  for (const FileEdges& of : edges_) {
    for (const Edge& e : of.edges) ++callers_[Index(e.to.file)].first[Index(e.to.function) + 1];
  }
  for (FileCallers& c : callers_) {
    for (size_t f = 1; f < c.first.size(); ++f) c.first[f] += c.first[f - 1];
    c.callers.resize(c.first.back());
  }
  std::vector<std::vector<uint32_t>> next(n);
  for (size_t i = 0; i < n; ++i) next[i] = callers_[i].first;
  for (size_t i = 0; i < n; ++i) {
    const FileId file = static_cast<FileId>(i);
    for (const Edge& e : edges_[i].edges) {
      callers_[Index(e.to.file)].callers[next[Index(e.to.file)][Index(e.to.function)]++] = {
          {file, project[file].model.calls[e.at].function}, e.at, e.callback};
    }
  }
}

Callees Calls::CalleesOf(FileId file, CallId call) const {
  const FileCallees& f = callees_[Index(file)];
  const uint32_t first = f.first[Index(call)], last = f.first[Index(call) + 1];
  const uint32_t guesses = f.guesses.empty() ? last : f.guesses[Index(call)];
  return {TargetOf(file, call).api, std::span(f.functions).subspan(first, guesses - first),
          std::span(f.functions).subspan(guesses, last - guesses), f.unknown[Index(call)]};
}

std::span<const Caller> Calls::CallersOf(FunctionRef function) const {
  const FileCallers& f = callers_[Index(function.file)];
  const uint32_t first = f.first[Index(function.function)], last = f.first[Index(function.function) + 1];
  return std::span(f.callers).subspan(first, last - first);
}

std::span<const Edge> Calls::From(FunctionRef function) const {
  const FileEdges& f = edges_[Index(function.file)];
  const uint32_t first = f.first[Index(function.function)], last = f.first[Index(function.function) + 1];
  return std::span(f.edges).subspan(first, last - first);
}

std::span<const Entry> Calls::EntriesOf(FunctionRef function) const {
  // Not equal_range, of whose result Clang 14 makes nothing.
  return {std::ranges::lower_bound(entries_, function, std::less<>(), &Entry::function),
          std::ranges::upper_bound(entries_, function, std::less<>(), &Entry::function)};
}
std::span<const Entry> Calls::EntriesIn(FileId file) const {
  const auto file_of = [](const Entry& e) { return e.function.file; };
  return {std::ranges::lower_bound(entries_, file, {}, file_of), std::ranges::upper_bound(entries_, file, {}, file_of)};
}

std::vector<const Entry*> Calls::EntriesBy(CallRef call) const {
  std::vector<const Entry*> out;
  auto it = std::lower_bound(by_call_.begin(), by_call_.end(), Order(call),
                             [&](uint32_t e, uint64_t key) { return Order(entries_[e].by) < key; });
  for (; it != by_call_.end() && entries_[*it].by == call; ++it) out.push_back(&entries_[*it]);
  return out;
}

}  // namespace looplint
