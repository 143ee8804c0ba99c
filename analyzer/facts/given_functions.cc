#include "analyzer/facts/given_functions.h"

#include <algorithm>

namespace looplint {
namespace {

constexpr int kDepth = 6;           // of functions that hand on what they are given
constexpr size_t kMaxOptions = 16;  // told of one function
constexpr size_t kMaxUses = 200;    // of one parameter

When Later(When a, When b) {
  if (a == When::kUnknown || b == When::kUnknown) return When::kUnknown;
  if (a == When::kNow) return b;
  return b == When::kNow || a == b ? a : When::kLater;
}

// What a row says of a promise that a handler returns, whatever the version.
bool Drops(const Handler& h) {
  return std::ranges::any_of(h.async_errors, [](const VersionedAsyncErrors& e) {
    return e.range == "*" && e.errors == AsyncErrors::kUnhandled;
  });
}

bool Takes(const Handler& h, uint32_t index, uint32_t count) {
  if (!h.options.empty()) return false;
  if (h.first < 0) return index + 1 == count;
  return index >= static_cast<uint32_t>(h.first) && index <= static_cast<uint32_t>(std::max(h.first, h.last));
}

// Methods of text, lists and emitters: an argument that has one of these is no object of options.
bool IsCommon(const Knowledge& k, std::string_view method) {
  for (const std::string_view type :
       {"Array", "String", "Map", "Promise", "RegExp", "Number", "Date", "Buffer", "stream.Duplex", "net.Socket",
        "http.ServerResponse", "http.IncomingMessage", "http.Server"}) {
    if (k.FindMember(type, method) != nullptr) return true;
  }
  return method == "hasOwnProperty" || method == "toString" || method == "valueOf" || method == "constructor";
}

}  // namespace

Denoter& GivenFunctions::DenoterOf(FileId file) {
  std::unique_ptr<Denoter>& slot = denoters_[Index(file)];
  if (slot == nullptr) slot = std::make_unique<Denoter>(p_, file);
  return *slot;
}

const GivenFunctions::FileIndex& GivenFunctions::IndexOf(FileId file) {
  std::unique_ptr<FileIndex>& slot = files_[Index(file)];
  if (slot != nullptr) return *slot;
  slot = std::make_unique<FileIndex>();
  const FileModel& m = p_[file].model;
  const auto key = [](FunctionId f, uint32_t i) { return uint64_t{Index(f)} << 32 | i; };
  for (const FunctionId f : Ids(m.functions)) {
    for (uint32_t i = 0; i < m.functions[f].param_count; ++i) {
      const Param& param = m.params[m.functions[f].first_param + i];
      const NodeId left = m.syntax.Child(param.node, Role::kLeft);
      const BindingId b = param.rest ? kNone<BindingId> : m.BindingAt(left);
      if (!Some(b) || m.syntax.KindOf(left) != Kind::kIdentifier) continue;
      slot->parameters[Index(b)] = {f, i};
      slot->holders[key(f, i)].push_back({b, {}});
    }
  }
  // function f({ onItem }), const onItem = options.onItem
  for (const BindingId id : Ids(m.bindings)) {
    if (slot->parameters.contains(Index(id))) continue;
    ValueId v = m.bindings[id].value;
    std::string_view option;
    for (int step = 0; step < 6 && Some(v); ++step) {
      const Value& x = m.values[v];
      if (x.kind == ValueKind::kParam) {
        slot->holders[key(static_cast<FunctionId>(x.a), x.b)].push_back({id, option});
        break;
      }
      if (x.kind == ValueKind::kBinding) {
        const auto of = slot->parameters.find(x.a);
        if (of != slot->parameters.end()) {
          slot->holders[key(of->second.first, of->second.second)].push_back({id, option});
          break;
        }
        v = m.bindings[static_cast<BindingId>(x.a)].value;
      } else if (x.kind == ValueKind::kEither) {
        v = static_cast<ValueId>(x.a);
      } else if (x.kind == ValueKind::kMember && option.empty()) {
        option = m.names[static_cast<NameId>(x.b)];
        v = static_cast<ValueId>(x.a);
      } else {
        break;
      }
    }
  }
  return *slot;
}

const std::vector<Given>& GivenFunctions::Of(FunctionRef f, int depth) {
  static const std::vector<Given> kNothing;
  const auto [it, fresh] = known_.try_emplace(f);
  if (!fresh) return it->second == nullptr ? kNothing : *it->second;
  const FileModel& m = p_[f.file].model;
  const Function& fn = m.functions[f.function];
  Uses uses;
  if (depth <= kDepth && !fn.is_generator) {
    const FileIndex& index = IndexOf(f.file);
    std::vector<std::pair<uint32_t, uint32_t>> aliases;  // what is given as the first may be taken for the second
    for (uint32_t i = 0; i < fn.param_count; ++i) {
      const auto holders = index.holders.find(uint64_t{Index(f.function)} << 32 | i);
      if (holders == index.holders.end()) continue;
      for (const Holder& holder : holders->second) Follow(f, i, holder, depth, uses);
      for (const Holder& holder : holders->second) {
        if (!holder.option.empty() || m.bindings[holder.binding].writes == 0) continue;
        for (const Assignment& a : m.AssignmentsOf(holder.binding)) {
          if (!Some(a.value)) {
            uses[{i, ""}].unseen = true;
            continue;
          }
          // if (typeof options === 'function') callback = options;
          const Value& x = m.values[a.value];
          const auto other = x.kind == ValueKind::kBinding ? index.parameters.find(x.a) : index.parameters.end();
          if (other != index.parameters.end() && other->second.first == f.function && other->second.second != i) {
            aliases.push_back({other->second.second, i});
          } else if (x.kind != ValueKind::kFunction && x.kind != ValueKind::kObject &&
                     x.kind != ValueKind::kUndefined && x.kind != ValueKind::kNull && x.kind != ValueKind::kEither &&
                     x.kind != ValueKind::kParam) {
            uses[{i, ""}].unseen = true;
          }
        }
      }
    }
    for (const auto& [from, to] : aliases) {
      const auto there = uses.find({to, ""});
      if (there == uses.end() || !there->second.called) continue;
      Use& here = uses[{from, ""}];
      const bool unseen = here.unseen;
      if (!here.called) here = there->second;
      here.unseen |= unseen && there->second.unseen;
    }
  }
  std::vector<Given> out;
  size_t options = 0;
  for (const auto& [at, use] : uses) {
    if (!use.called || (!at.second.empty() && (IsCommon(p_.knowledge(), at.second) || ++options > kMaxOptions)))
      continue;
    Given g;
    g.argument = at.first;
    g.option = at.second;
    g.when = use.moment.when;
    g.repeats = use.moment.repeats;
    g.context = use.moment.context;
    const bool request = std::ranges::any_of(use.types, [&](const std::string& type) {
      return p_.knowledge().Is(type, "http.IncomingMessage") || p_.knowledge().Is(type, "http.ServerResponse");
    });
    if (g.context == Context::kRequest && !request && !use.handed) g.context = Context::kNone;
    g.dropped = !use.kept && !use.unseen;
    g.types = use.types;
    out.push_back(std::move(g));
  }
  return *(known_[f] = std::make_unique<std::vector<Given>>(std::move(out)));
}

// Everything that is done with what a binding holds.
void GivenFunctions::Follow(FunctionRef f, uint32_t argument, const Holder& holder, int depth, Uses& uses) {
  const FileModel& m = p_[f.file].model;
  const Syntax& s = m.syntax;
  const auto use_of = [&](std::string_view option) -> Use& { return uses[{argument, std::string(option)}]; };
  size_t count = 0;
  for (ReferenceId r = m.bindings[holder.binding].first; Some(r); r = m.Next(r)) {
    if (++count > kMaxUses) {
      use_of(holder.option).unseen = true;
      return;
    }
    NodeId n = m.references[r].node;
    std::string_view option = holder.option;
    NodeId p = s.Parent(n);
    while (s.KindOf(p) == Kind::kTSAsExpression || s.KindOf(p) == Kind::kTSNonNullExpression) n = p, p = s.Parent(p);
    // options.onItem; f.call(...)
    bool plain = true, applied = false;
    if (s.KindOf(p) == Kind::kMemberExpression && s[n].role == Role::kObject) {
      const NodeId property = s.Child(p, Role::kProperty);
      if ((s[p].flags & kComputed) || !Some(property)) continue;
      const std::string_view name =
          std::string_view(p_[f.file].text).substr(s[property].start, s[property].end - s[property].start);
      const NodeId q = s.Parent(p);
      const bool called = s.KindOf(q) == Kind::kCallExpression && s[p].role == Role::kCallee;
      if (called && (name == "call" || name == "apply")) {
        applied = true;
        plain = name == "call";
      } else if (name == "bind" || name == "length" || name == "name" || !option.empty()) {
        if (name == "bind") use_of(option).unseen = true;
        continue;
      } else {
        option = name;
      }
      n = p, p = q;
    }
    const Role role = s[n].role;
    switch (s.KindOf(p)) {
      case Kind::kCallExpression: {
        const CallId call = m.CallAt(p);
        if (!Some(call)) break;
        if (role == Role::kCallee) {
          Use& use = use_of(option);
          const bool first = !use.called;
          Called(f, call, use);
          if (first && plain) {
            const Call& c = m.calls[call];
            use.types.clear();
            for (uint32_t i = applied ? 1 : 0; i < c.arg_count && i < 6; ++i) {
              const Argument& a = m.args[c.first_arg + i];
              if (a.spread) break;
              std::string_view type = DenoterOf(f.file).TypeOf(a.value);
              if (type.find('.') == std::string_view::npos) type = {};
              use.types.emplace_back(type);
            }
          }
          break;
        }
        for (uint32_t i = 0; i < m.calls[call].arg_count; ++i) {
          if (m.args[m.calls[call].first_arg + i].node == n) HandedOn(f, call, i, argument, option, depth, uses);
        }
        break;
      }
      case Kind::kNewExpression: {
        const CallId call = m.CallAt(p);
        for (uint32_t i = 0; role != Role::kCallee && Some(call) && i < m.calls[call].arg_count; ++i) {
          if (m.args[m.calls[call].first_arg + i].node == n) HandedOn(f, call, i, argument, option, depth, uses);
        }
        break;
      }
      case Kind::kUnaryExpression:
      case Kind::kBinaryExpression:
      case Kind::kIfStatement:
      case Kind::kExpressionStatement:
        break;
      case Kind::kConditionalExpression:
        if (role != Role::kTest) use_of(option).unseen = true;
        break;
      case Kind::kLogicalExpression:
        // callback && callback(x): looked at. callback = callback || nothing: its assignments were looked at; other
        // names for that are holders of their own.
        if (s.FirstChild(p) != n) {
          use_of(option).unseen = true;
        } else if (s[p].op != Op::kAnd) {
          const NodeId around = s.Parent(p);
          const Kind kind = s.KindOf(around);
          const bool named =
              kind == Kind::kVariableDeclarator || kind == Kind::kIfStatement ||
              (kind == Kind::kAssignmentExpression && s.KindOf(s.Child(around, Role::kLeft)) == Kind::kIdentifier);
          if (!named) use_of(option).unseen = true;
        }
        break;
      case Kind::kAssignmentExpression: {
        if (role == Role::kLeft) break;
        // To another parameter: told by that one.
        const BindingId to = m.BindingAt(s.Child(p, Role::kLeft));
        if (!Some(to) || !IndexOf(f.file).parameters.contains(Index(to))) use_of(option).unseen = true;
        break;
      }
      case Kind::kVariableDeclarator:
        // const { onItem } = options, const f = callback: holders of their own.
        if (s.KindOf(s.Child(p, Role::kName)) == Kind::kIdentifier && option.empty() && holder.option.empty() &&
            m.bindings[m.BindingAt(s.Child(p, Role::kName))].writes > 0)
          use_of(option).unseen = true;
        break;
      default:
        use_of(option).unseen = true;
        break;
    }
  }
}

void GivenFunctions::Called(FunctionRef f, CallId call, Use& use) {
  const Call& c = p_[f.file].model.calls[call];
  const Moment moment = MomentOf(f, c.function, c.node);
  if (!use.called) {
    use.moment = moment;
  } else {
    if (use.moment.when != moment.when) use.moment.when = When::kUnknown;
    use.moment.repeats |= moment.repeats;
    if (use.moment.context == Context::kNone || moment.context == Context::kRequest)
      use.moment.context = moment.context;
  }
  use.called = true;
  use.kept |= !ResultIsDropped(f, call);
}

// f(...) as a statement, or as all that a function does whose own result is dropped.
bool GivenFunctions::ResultIsDropped(FunctionRef f, CallId call) const {
  const FileModel& m = p_[f.file].model;
  const Call& c = m.calls[call];
  if (c.use == looplint::Use::kDropped) return true;
  if (c.use != looplint::Use::kReturned || c.function == f.function || m.functions[c.function].is_async) return false;
  const auto entries = calls_.EntriesOf({f.file, c.function});
  return !entries.empty() &&
         std::ranges::all_of(entries, [](const Entry& e) { return e.handler != nullptr && Drops(*e.handler); });
}

void GivenFunctions::HandedOn(FunctionRef f, CallId call, uint32_t index, uint32_t argument, std::string_view option,
                              int depth, Uses& uses) {
  const FileModel& m = p_[f.file].model;
  const Call& c = m.calls[call];
  const Target t = calls_.TargetOf(f.file, call);
  const auto use_of = [&](std::string_view of) -> Use& { return uses[{argument, std::string(of)}]; };
  const Moment here = MomentOf(f, c.function, c.node);
  const auto add = [&](Use& use, When when, bool repeats, Context context, bool dropped,
                       const std::vector<std::string>& types) {
    Moment moment = here;
    moment.when = Later(here.when, when);
    moment.repeats |= repeats;
    if (context != Context::kNone && context != Context::kCallback) moment.context = context;
    if (!use.called) {
      use.moment = moment;
      use.types = types;
    } else {
      if (use.moment.when != moment.when) use.moment.when = When::kUnknown;
      use.moment.repeats |= moment.repeats;
      if (use.moment.context == Context::kNone || moment.context == Context::kRequest)
        use.moment.context = moment.context;
    }
    use.called = use.handed = true;
    use.kept |= !dropped;
  };
  if (t.api != nullptr) {
    for (const Handler& h : t.api->handlers) {
      if (!Takes(h, index, c.arg_count)) continue;
      Context context = h.context;
      std::vector<std::string> types = h.params;
      const Argument* name = h.event_arg < 0 ? nullptr : m.Arg(c, static_cast<uint32_t>(h.event_arg));
      if (name != nullptr && m.values[name->value].kind == ValueKind::kString &&
          m.values[c.callee].kind == ValueKind::kMember) {
        const std::string_view type = DenoterOf(f.file).TypeOf(static_cast<ValueId>(m.values[c.callee].a));
        const Event* event = p_.knowledge().FindEvent(type, m.names[static_cast<NameId>(m.values[name->value].a)]);
        if (event != nullptr) {
          types = event->args;
          if (event->context != Context::kNone) context = event->context;
        }
      }
      add(use_of(option), h.when, h.repeats, context, Drops(h), types);
      return;
    }
    const bool takes =
        t.api->callback_at >= 0 || t.api->style == CallStyle::kErrorFirst || t.api->style == CallStyle::kCallback;
    if (takes && t.api->handlers.empty() && index + 1 == c.arg_count) {
      const When when = t.api->callback_when == When::kUnknown ? When::kLater : t.api->callback_when;
      add(use_of(option), when, false, Context::kNone, true, {});
      return;
    }
    // Of what is known to call nobody back nothing is to be feared.
    if (t.api->handlers.empty() && t.api->from.empty() && !takes && t.api->passes.empty() && t.api->flows.empty())
      return;
  } else if (Some(t.function.function)) {
    bool told = false;
    for (const Given& g : Of(t.function, depth + 1)) {
      if (g.argument != index || (!option.empty() && !g.option.empty())) continue;
      Use& use = use_of(option.empty() ? std::string_view(g.option) : option);
      add(use, g.when, g.repeats, g.context, g.dropped, g.types);
      told |= g.option.empty() || option.empty();
    }
    if (told) return;
  }
  use_of(option).unseen = true;
}

GivenFunctions::Moment GivenFunctions::MomentOf(FunctionRef f, FunctionId inner, NodeId node) {
  const FileModel& m = p_[f.file].model;
  Moment out;
  NodeId at = node;
  for (FunctionId g = inner;; g = m.functions[g].parent) {
    out.repeats |= Some(EnclosingLoop(m, at));
    // After an await.
    for (const Flow& flow : m.flow) {
      if (Index(NodeId{flow.node}) >= Index(at)) break;
      if (flow.function == g && (flow.kind == FlowKind::kAwait || flow.kind == FlowKind::kForAwait))
        out.when = Later(out.when, When::kLater);
    }
    if (g == f.function || !Some(g) || g == kModuleFunction) break;
    When when = When::kUnknown;
    bool known = false;
    for (const Entry& e : calls_.EntriesOf({f.file, g})) {
      if (e.handler == nullptr) continue;
      when = known && when != e.handler->when ? When::kUnknown : e.handler->when;
      known = true;
      out.repeats |= e.handler->repeats && e.handler->when == When::kNow;
      // A listener may call it once, at the end; whoever serves requests hands them on.
      if (e.context == Context::kRequest) out.context = e.context;
    }
    if (!known) {
      for (const Caller& caller : calls_.CallersOf({f.file, g})) {
        const Call& by = p_[caller.from.file].model.calls[caller.at];
        const Api* api = calls_.TargetOf(caller.from.file, caller.at).api;
        When there = When::kUnknown;
        if (!caller.callback && caller.from.file == f.file &&
            m.syntax.Contains(m.functions[f.function].node, by.node)) {
          there = When::kNow;
          out.repeats |= Some(EnclosingLoop(m, by.node));
        } else if (caller.callback && api != nullptr &&
                   (api->style == CallStyle::kErrorFirst || api->style == CallStyle::kCallback ||
                    api->callback_at >= 0)) {
          there = api->callback_when == When::kUnknown ? When::kLater : api->callback_when;
        }
        when = known && when != there ? When::kUnknown : there;
        known = true;
      }
    }
    out.when = Later(out.when, when);
    at = m.functions[g].node;
  }
  return out;
}

}  // namespace looplint
