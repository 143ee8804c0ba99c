#include "analyzer/facts/evaluated.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace looplint {
namespace {

constexpr int kDepth = 6;
constexpr size_t kReached = 64;   // functions looked at for a way back to the evaluator
constexpr int kCandidates = 200;  // in one file
constexpr int kReads = 2000;

class Evaluated {
 public:
  Evaluated(Walker& walker, Guards& guards, FileId file)
      : w_(walker), guards_(guards), calls_(walker.calls()), file_(file), m_(walker.project()[file].model) {}

  void Run(std::vector<TaintFlow>& out) {
    int candidates = 0;
    for (const CallId id : Ids(m_.calls)) {
      const Call& c = m_.calls[id];
      if (c.kind != CallKind::kCall || c.function == kModuleFunction || c.arg_count == 0) continue;
      // f.apply(self, list), f(...list), object[name](...list)
      const Value& callee = m_.values[c.callee];
      NodeId node = m_.syntax.FirstChild(c.node);
      ValueId function = c.callee, list = kNone<ValueId>;
      const Argument& last = m_.args[c.first_arg + c.arg_count - 1];
      if (callee.kind == ValueKind::kMember && c.arg_count == 2 && m_.names[static_cast<NameId>(callee.b)] == "apply") {
        function = static_cast<ValueId>(callee.a);
        node = m_.syntax.FirstChild(node);
        // list.push.apply(list, more) is a call of a method that has its name from the program.
        if (m_.values[function].kind == ValueKind::kMember &&
            w_.Text(file_, m_.syntax.FirstChild(node)) == w_.Text(file_, m_.args[c.first_arg].node))
          continue;
        list = last.value;
      } else if (last.spread && callee.kind != ValueKind::kMember) {
        list = last.value;
      }
      if (!Some(list) || !Some(function) || !Some(node)) continue;
      const ValueKind kind = m_.values[function].kind;
      if (kind != ValueKind::kBinding && kind != ValueKind::kElement && kind != ValueKind::kMember) continue;
      if (const FunctionRef known = calls_.TargetOf(file_, id).function; Some(known.function)) continue;
      if (++candidates > kCandidates) return;
      evaluator_.clear();
      recurs_.clear();
      for (FunctionId f = c.function; f != kModuleFunction; f = m_.functions[f].parent)
        evaluator_.push_back({file_, f});
      NodeId walk = kNone<NodeId>;
      if (!Made(list, 0) || !Named(function, walk)) continue;
      if (KnowsNames()) return;
      if (!Some(walk) && !ReadsMembers()) continue;
      w_.NextSink();
      guards_.NewBudget();
      if (Guarded(c.node, node) || (Some(walk) && Guarded(walk, m_.syntax.Child(walk, Role::kProperty)))) continue;
      TaintFlow flow;
      flow.kind = "evaluated";
      flow.file = file_;
      flow.call = id;
      flow.node = node;
      flow.trust = Trust::kLibrary;
      flow.what = std::string(w_.Text(file_, node));
      out.push_back(std::move(flow));
    }
  }

 private:
  // Is what `node` names looked at before `position`?
  bool Guarded(NodeId position, NodeId node) {
    FlowFrame frame;
    frame.file = file_;
    frame.position = position;
    frame.texts.emplace_back(w_.Text(file_, node));
    for (uint32_t i = Index(node); i < m_.syntax[node].next; ++i) {
      if (const BindingId b = m_.BindingAt(static_cast<NodeId>(i)); Some(b)) frame.bindings.push_back(b);
    }
    return guards_.Of("evaluated", frame) == Guard::kGuarded;
  }
  // Evaluators that refuse names do so where they read members, which is not where they call: name === 'constructor',
  // a list or a pattern with it. What kind of member a syntax tree tells of is no name: node.kind === 'constructor'.
  bool KnowsNames() {
    if (!knows_names_) knows_names_ = RefusesSome();
    return *knows_names_;
  }
  bool RefusesSome() const {
    const Syntax& s = m_.syntax;
    for (uint32_t i = 0; i < s.nodes.size(); ++i) {
      const NodeId n = static_cast<NodeId>(i);
      const Kind k = s.KindOf(n);
      if (k != Kind::kStringLiteral && k != Kind::kRegExpLiteral) continue;
      const std::string_view text = w_.Text(file_, n);
      if (text.find("constructor") == std::string_view::npos) continue;
      const NodeId p = s.Parent(n);
      if (k == Kind::kRegExpLiteral || s.KindOf(p) == Kind::kArrayExpression || s.KindOf(p) == Kind::kSwitchCase)
        return true;
      if (s.KindOf(p) == Kind::kBinaryExpression && w_.Text(file_, p).find(".kind") == std::string_view::npos)
        return true;
    }
    return false;
  }
  // object[name] of what the evaluator made: without it the text names what is in an environment, and nothing further.
  bool ReadsMembers() {
    int left = kReads;
    for (const Value& v : m_.values) {
      if (v.kind != ValueKind::kElement || v.b == kNoneIndex) continue;
      if (--left == 0) return false;
      if (Made(static_cast<ValueId>(v.a), 0) && !w_.IsNumeric(file_, static_cast<NodeId>(v.b))) return true;
    }
    return false;
  }
  // Does the call enter the evaluator again?
  bool Recurs(CallId id) {
    if (const auto it = recurs_.find(id); it != recurs_.end()) return it->second;
    return recurs_[id] = Reaches(id);
  }
  bool Reaches(CallId id) {
    std::vector<FunctionRef> reached;
    absl::flat_hash_set<FunctionRef> seen;
    const auto add = [&](FunctionRef f) {
      if (Some(f.function) && reached.size() < kReached && seen.insert(f).second) reached.push_back(f);
    };
    add(w_.TargetOf(file_, id));
    for (const FunctionRef& f : calls_.CalleesOf(file_, id).functions) add(f);
    for (size_t i = 0; i < reached.size(); ++i) {
      if (std::ranges::find(evaluator_, reached[i]) != evaluator_.end() || Dispatches(reached[i])) return true;
      for (const Edge& e : calls_.From(reached[i])) add(e.to);
    }
    return false;
  }
  // Does it enter one of a table of functions, table[node.type](node), in which the evaluator is?
  bool Dispatches(FunctionRef f) {
    if (f.file != file_) return false;
    if (!tables_known_) {
      tables_known_ = true;
      for (const CallId id : Ids(m_.calls)) {
        const Value& callee = m_.values[m_.calls[id].callee];
        if (callee.kind != ValueKind::kElement) continue;
        ValueId table = w_.Resolve(file_, static_cast<ValueId>(callee.a));
        if (Some(table) && m_.values[table].kind == ValueKind::kCall) {  // Object.freeze({})
          const Argument* first = m_.Arg(m_.calls[static_cast<CallId>(m_.values[table].a)], 0);
          table = first == nullptr ? kNone<ValueId> : w_.Resolve(file_, first->value);
        }
        if (Some(table) && m_.values[table].kind == ValueKind::kObject)
          tables_.emplace_back(m_.calls[id].function, m_.objects[static_cast<ObjectId>(m_.values[table].a)].node);
      }
    }
    return std::ranges::any_of(tables_, [&](const auto& t) {
      return t.first == f.function && m_.syntax.Contains(t.second, m_.functions[evaluator_.back().function].node);
    });
  }
  // Is something of the value a result of the evaluator's own?
  bool Made(ValueId v, int depth) {
    if (!Some(v) || depth > kDepth) return false;
    const Value& x = m_.values[v];
    switch (x.kind) {
      case ValueKind::kBinding: {
        const BindingId b = static_cast<BindingId>(x.a);
        if (Made(m_.bindings[b].value, depth + 1)) return true;
        for (const Assignment& a : m_.AssignmentsOf(b)) {
          if (Made(a.value, depth + 1)) return true;
        }
        return Pushed(v, depth);
      }
      case ValueKind::kCall: {
        const CallId id = static_cast<CallId>(x.a);
        if (Recurs(id)) return true;
        // list.map((part) => walk(part))
        const Call& c = m_.calls[id];
        const Value& callee = m_.values[c.callee];
        if (callee.kind != ValueKind::kMember) return false;
        const std::string_view name = m_.names[static_cast<NameId>(callee.b)];
        if (name == "pop" || name == "shift") return Made(static_cast<ValueId>(callee.a), depth + 1);
        if (c.arg_count == 0) return false;
        if (name != "map" && name != "concat" && name != "slice" && name != "reverse") return false;
        if (name != "map" && Made(static_cast<ValueId>(callee.a), depth + 1)) return true;
        const NodeId argument = m_.args[c.first_arg].node;
        if (!IsFunction(m_.syntax.KindOf(argument))) return false;
        for (uint32_t i = Index(argument); i < m_.syntax[argument].next; ++i) {
          const NodeId n = static_cast<NodeId>(i);
          if (m_.syntax.KindOf(n) != Kind::kCallExpression) continue;
          if (const CallId inner = m_.CallAt(n); Some(inner) && Recurs(inner)) return true;
        }
        return false;
      }
      case ValueKind::kMember:
      case ValueKind::kElement:
      case ValueKind::kAwait:
        return Made(static_cast<ValueId>(x.a), depth + 1);
      case ValueKind::kEither:
        return Made(static_cast<ValueId>(x.a), depth + 1) || Made(static_cast<ValueId>(x.b), depth + 1);
      default:
        return false;
    }
  }
  // args.push(walk(part))
  bool Pushed(ValueId list, int depth) {
    if (!pushes_known_) {
      pushes_known_ = true;
      for (const CallId id : Ids(m_.calls)) {
        const Call& c = m_.calls[id];
        const Value& callee = m_.values[c.callee];
        if (callee.kind != ValueKind::kMember || c.arg_count == 0) continue;
        const Value& on = m_.values[static_cast<ValueId>(callee.a)];
        const std::string_view name = m_.names[static_cast<NameId>(callee.b)];
        if (on.kind == ValueKind::kBinding && (name == "push" || name == "unshift")) pushes_[on.a].push_back(id);
      }
    }
    const auto it = pushes_.find(m_.values[list].a);
    return it != pushes_.end() && std::ranges::any_of(it->second, [&](CallId id) {
             return Made(m_.args[m_.calls[id].first_arg].value, depth + 1);
           });
  }
  // What the evaluator made, a member of it, or where a walk along names ended: x = x[name], which `walk` is then.
  bool Named(ValueId function, NodeId& walk) {
    if (Made(function, 0)) return true;
    const Value& x = m_.values[function];
    if (x.kind != ValueKind::kBinding) return false;
    for (const Assignment& a : m_.AssignmentsOf(static_cast<BindingId>(x.a))) {
      if (!Some(a.value) || m_.values[a.value].kind != ValueKind::kElement || m_.values[a.value].b == kNoneIndex)
        continue;
      const Value& of = m_.values[static_cast<ValueId>(m_.values[a.value].a)];
      if (of.kind != ValueKind::kBinding || of.a != x.a) continue;
      walk = static_cast<NodeId>(m_.values[a.value].b);
      return true;
    }
    return false;
  }

  Walker& w_;
  Guards& guards_;
  const Calls& calls_;
  FileId file_;
  const FileModel& m_;
  std::vector<FunctionRef> evaluator_;                         // the functions around the call
  absl::flat_hash_map<CallId, bool> recurs_;                   // to this evaluator
  absl::flat_hash_map<uint32_t, std::vector<CallId>> pushes_;  // by binding
  std::vector<std::pair<FunctionId, NodeId>> tables_;  // functions that enter a table of functions, and that table
  bool tables_known_ = false, pushes_known_ = false;
  std::optional<bool> knows_names_;
};

}  // namespace

void FindEvaluated(Walker& walker, Guards& guards, FileId file, std::vector<TaintFlow>& out) {
  Evaluated(walker, guards, file).Run(out);
}

}  // namespace looplint
