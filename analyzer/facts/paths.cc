#include "analyzer/facts/paths.h"

#include <algorithm>
#include <string>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr size_t kMostStates = 96;

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

// Does `text` hold `name` as a word that is no property of something?
bool Mentions(std::string_view text, std::string_view name) {
  for (size_t i = text.find(name); i != std::string_view::npos; i = text.find(name, i + 1)) {
    const size_t end = i + name.size();
    if ((i == 0 || (!IsNameChar(text[i - 1]) && text[i - 1] != '.')) && (end == text.size() || !IsNameChar(text[end])))
      return true;
  }
  return false;
}

struct Known {
  std::string fact;
  bool holds;
  bool operator==(const Known&) const = default;
};

struct State {
  uint8_t times = 0;
  bool may = false;
  NodeId first = kNone<NodeId>, second = kNone<NodeId>;
  std::vector<Known> known;  // sorted by fact
  std::vector<Path::Decision> decisions;

  std::optional<bool> Ask(std::string_view fact) const {
    const auto it = std::ranges::lower_bound(known, fact, {}, [](const Known& k) { return std::string_view(k.fact); });
    if (it == known.end() || it->fact != fact) return std::nullopt;
    return it->holds;
  }
  void Learn(std::string_view fact, bool holds) {
    const auto it = std::ranges::lower_bound(known, fact, {}, [](const Known& k) { return std::string_view(k.fact); });
    if (it != known.end() && it->fact == fact) {
      it->holds = holds;
    } else if (known.size() < 24) {
      known.insert(it, {std::string(fact), holds});
    }
  }
  void Forget(std::string_view name) {
    std::erase_if(known, [&](const Known& k) { return Mentions(k.fact, name) || k.fact == name; });
  }
  bool SameAs(const State& o) const { return times == o.times && may == o.may && known == o.known; }
};
using States = std::vector<State>;

class Runner {
 public:
  Runner(const FileModel& model, std::string_view text, const std::function<Act(NodeId)>& act)
      : m_(model), s_(model.syntax), text_(text), act_(act) {}

  std::optional<std::vector<Path>> Run(FunctionId function, const std::vector<std::string_view>& given) {
    const Function& f = m_.functions[function];
    const NodeId body = function == kModuleFunction ? f.node : s_.Child(f.node, Role::kBody);
    if (f.is_generator || !Some(body) || s_[body].next - Index(body) > 20000) return std::nullopt;
    State start;
    for (const std::string_view name : given) {
      start.Learn(name, true);
      for (const char quote : {'\'', '"'}) start.Learn(Cat("typeof ", name, "==", quote, "function", quote), true);
    }
    std::vector<Path> out;
    if (s_.KindOf(body) == Kind::kBlockStatement || function == kModuleFunction) {
      for (State& state : Block(body, {start})) out.push_back(Make(std::move(state), Path::End::kFalls, kNone<NodeId>));
    } else {
      for (State& state : Expression(body, {start})) out.push_back(Make(std::move(state), Path::End::kReturns, body));
    }
    if (failed_) return std::nullopt;
    for (Exit& e : exits_) {
      if (e.kind == ExitKind::kReturn) out.push_back(Make(std::move(e.state), Path::End::kReturns, e.at));
      if (e.kind == ExitKind::kThrow) out.push_back(Make(std::move(e.state), Path::End::kThrows, e.at));
    }
    return out;
  }

 private:
  enum class ExitKind : uint8_t { kReturn, kThrow, kBreak, kContinue };
  struct Exit {
    State state;
    ExitKind kind;
    NodeId at;
    std::string_view label;
  };

  static Path Make(State state, Path::End end, NodeId at) {
    return {end, at, state.times, state.may, state.first, state.second, std::move(state.decisions)};
  }
  std::string_view Text(NodeId n) const { return text_.substr(s_[n].start, s_[n].end - s_[n].start); }

  void Add(States& to, State state) {
    for (const State& s : to) {
      if (s.SameAs(state)) return;
    }
    if (to.size() >= kMostStates) {
      failed_ = true;
      return;
    }
    to.push_back(std::move(state));
  }
  void AddAll(States& to, States from) {
    for (State& s : from) Add(to, std::move(s));
  }

  void Leave(States in, ExitKind kind, NodeId at, std::string_view label = {}) {
    for (State& s : in) exits_.push_back({std::move(s), kind, at, label});
    if (exits_.size() > 1024) failed_ = true;
  }
  // Exits since `mark` of this kind, with one of the labels.
  States Catch(size_t mark, ExitKind kind, std::string_view label) {
    States out;
    size_t kept = mark;
    for (size_t i = mark; i < exits_.size(); ++i) {
      if (exits_[i].kind == kind && (exits_[i].label.empty() || exits_[i].label == label)) {
        Add(out, std::move(exits_[i].state));
      } else {
        if (kept != i) exits_[kept] = std::move(exits_[i]);
        ++kept;
      }
    }
    exits_.erase(exits_.begin() + static_cast<ptrdiff_t>(kept), exits_.end());
    return out;
  }

  void MayThrow(const States& in) {
    if (!tries_.empty()) AddAll(*tries_.back(), in);
  }

  States Happen(NodeId n, States in) {
    const Act act = in.empty() ? Act::kNothing : act_(n);
    if (act == Act::kNothing) return in;
    if (act == Act::kLeaves) return {};
    States out;
    for (State& s : in) {
      if (act == Act::kMay) {
        s.may = true;
      } else {
        if (s.times == 0) s.first = n;
        if (s.times == 1) s.second = n;
        s.times = static_cast<uint8_t>(std::min(s.times + 1, 2));
      }
      Add(out, std::move(s));
    }
    return out;
  }

  States Block(NodeId n, States in) {
    for (const NodeId c : s_.ChildrenOf(n)) {
      if (in.empty() || failed_) break;
      in = Statement(c, std::move(in));
    }
    return in;
  }

  States Statement(NodeId n, States in, std::string_view label = {}) {
    if (!Some(n) || in.empty() || failed_) return in;
    switch (s_.KindOf(n)) {
      case Kind::kBlockStatement:
        return Block(n, std::move(in));
      case Kind::kFunctionDeclaration:
      case Kind::kClassDeclaration:
      case Kind::kEmptyStatement:
      case Kind::kImportDeclaration:
      case Kind::kTSInterfaceDeclaration:
      case Kind::kTSTypeAliasDeclaration:
        return in;
      case Kind::kVariableDeclaration:
        for (const NodeId c : s_.ChildrenOf(n)) in = Declarator(c, std::move(in));
        return in;
      case Kind::kReturnStatement: {
        if (const NodeId value = s_.FirstChild(n); Some(value)) in = Expression(value, std::move(in));
        Leave(std::move(in), ExitKind::kReturn, n);
        return {};
      }
      case Kind::kThrowStatement: {
        if (const NodeId value = s_.FirstChild(n); Some(value)) in = Expression(value, std::move(in));
        Leave(std::move(in), ExitKind::kThrow, n);
        return {};
      }
      case Kind::kBreakStatement:
      case Kind::kContinueStatement: {
        const NodeId to = s_.FirstChild(n);
        Leave(std::move(in), s_.KindOf(n) == Kind::kBreakStatement ? ExitKind::kBreak : ExitKind::kContinue, n,
              Some(to) ? Text(to) : std::string_view());
        return {};
      }
      case Kind::kIfStatement: {
        States yes, no;
        Condition(s_.Child(n, Role::kTest), std::move(in), yes, no);
        yes = Statement(s_.Child(n, Role::kConsequent), std::move(yes));
        if (const NodeId other = s_.Child(n, Role::kAlternate); Some(other)) no = Statement(other, std::move(no));
        AddAll(yes, std::move(no));
        return yes;
      }
      case Kind::kWhileStatement:
      case Kind::kDoWhileStatement:
      case Kind::kForStatement:
      case Kind::kForInStatement:
      case Kind::kForOfStatement:
        return Loop(n, std::move(in), label);
      case Kind::kLabeledStatement: {
        const NodeId name = s_.FirstChild(n), body = s_.Child(n, Role::kBody);
        const size_t mark = exits_.size();
        const std::string_view own = Text(name);
        in = Statement(body, std::move(in), own);
        // Breaks without a label pass on.
        States out = std::move(in);
        size_t kept = mark;
        for (size_t i = mark; i < exits_.size(); ++i) {
          if (exits_[i].kind == ExitKind::kBreak && exits_[i].label == own) {
            Add(out, std::move(exits_[i].state));
          } else {
            if (kept != i) exits_[kept] = std::move(exits_[i]);
            ++kept;
          }
        }
        exits_.erase(exits_.begin() + static_cast<ptrdiff_t>(kept), exits_.end());
        return out;
      }
      case Kind::kSwitchStatement:
        return Switch(n, std::move(in));
      case Kind::kTryStatement:
        return Try(n, std::move(in));
      default:
        return Expression(n, std::move(in));
    }
  }

  States Declarator(NodeId n, States in) {
    const NodeId name = s_.Child(n, Role::kName), value = s_.Child(n, Role::kValue);
    if (Some(value)) in = Expression(value, std::move(in));
    if (Some(name) && s_.KindOf(name) == Kind::kIdentifier)
      return Assigned(Text(name), value, std::move(in), !Some(value));
    return in;
  }

  // What an assignment of a constant tells.
  States Assigned(std::string_view name, NodeId value, States in, bool undefined = false) {
    std::optional<bool> truth;
    if (undefined) truth = false;
    switch (s_.KindOf(value)) {
      case Kind::kBooleanLiteral:
        truth = Text(value) == "true";
        break;
      case Kind::kNullLiteral:
        truth = false;
        break;
      case Kind::kIdentifier:
        if (Text(value) == "undefined") truth = false;
        break;
      case Kind::kObjectExpression:
      case Kind::kArrayExpression:
      case Kind::kArrowFunctionExpression:
      case Kind::kFunctionExpression:
      case Kind::kNewExpression:
        truth = true;
        break;
      default:
        break;
    }
    States out;
    for (State& s : in) {
      s.Forget(name);
      if (truth) s.Learn(name, *truth);
      Add(out, std::move(s));
    }
    return out;
  }

  States Loop(NodeId n, States in, std::string_view label) {
    const Kind kind = s_.KindOf(n);
    const NodeId body = s_.Child(n, Role::kBody), test = s_.Child(n, Role::kTest);
    const bool each = kind == Kind::kForInStatement || kind == Kind::kForOfStatement;
    if (const NodeId init = s_.Child(n, Role::kInit); Some(init)) in = Statement(init, std::move(in));
    if (each) in = Expression(s_.Child(n, Role::kRight), std::move(in));
    const size_t mark = exits_.size();
    States out, now = std::move(in);
    for (int round = 0; round < 2 && !now.empty() && !failed_; ++round) {
      States enter;
      if (each) {
        AddAll(out, now);
        enter = std::move(now);
        const NodeId left = s_.Child(n, Role::kLeft);
        if (Some(left)) {
          for (uint32_t i = Index(left); i < s_[left].next; ++i) {
            if (s_.KindOf(static_cast<NodeId>(i)) != Kind::kIdentifier) continue;
            for (State& s : enter) s.Forget(Text(static_cast<NodeId>(i)));
          }
        }
        if (s_[n].flags & kAsync) MayThrow(enter);
      } else if (kind == Kind::kDoWhileStatement && round == 0) {
        enter = std::move(now);
      } else if (Some(test)) {
        Condition(test, std::move(now), enter, out);
      } else {
        enter = std::move(now);
      }
      now = Statement(body, std::move(enter));
      AddAll(now, Catch(mark, ExitKind::kContinue, label));
      AddAll(out, Catch(mark, ExitKind::kBreak, label));
      if (const NodeId update = s_.Child(n, Role::kUpdate); Some(update)) now = Expression(update, std::move(now));
    }
    if (each) {
      AddAll(out, std::move(now));
    } else if (Some(test)) {
      States again;
      Condition(test, std::move(now), again, out);
    }
    return out;
  }

  States Switch(NodeId n, States in) {
    const size_t mark = exits_.size();
    States falls, entry;
    bool has_default = false, first = true;
    for (const NodeId c : s_.ChildrenOf(n)) {
      if (first) {
        entry = Expression(c, std::move(in));
        first = false;
        continue;
      }
      if (s_.KindOf(c) != Kind::kSwitchCase) continue;
      States here = entry;
      AddAll(here, std::move(falls));
      falls.clear();
      const bool is_default = s_[c].op == Op::kDefault;
      has_default |= is_default;
      bool test = !is_default;
      for (const NodeId part : s_.ChildrenOf(c)) {
        if (test) {
          test = false;  // cases are constants in practice
          continue;
        }
        here = Statement(part, std::move(here));
      }
      falls = std::move(here);
    }
    States out = std::move(falls);
    AddAll(out, Catch(mark, ExitKind::kBreak, {}));
    // Without a default the cases may be all there are.
    if (!has_default) {
      for (State& s : entry) s.may = true;
      AddAll(out, std::move(entry));
    }
    return out;
  }

  States Try(NodeId n, States in) {
    const size_t mark = exits_.size();
    const NodeId body = s_.Child(n, Role::kBody), handler = s_.Child(n, Role::kHandler),
                 finalizer = s_.Child(n, Role::kFinalizer);
    States thrown, out;
    if (Some(handler)) tries_.push_back(&thrown);
    out = Statement(body, std::move(in));
    if (Some(handler)) {
      tries_.pop_back();
      AddAll(thrown, Catch(mark, ExitKind::kThrow, {}));
      AddAll(out, Statement(s_.Child(handler, Role::kBody), std::move(thrown)));
    }
    if (Some(finalizer)) {
      std::vector<Exit> left(std::make_move_iterator(exits_.begin() + static_cast<ptrdiff_t>(mark)),
                             std::make_move_iterator(exits_.end()));
      exits_.erase(exits_.begin() + static_cast<ptrdiff_t>(mark), exits_.end());
      for (Exit& e : left) {
        States after = Statement(finalizer, {std::move(e.state)});
        Leave(std::move(after), e.kind, e.at, e.label);
      }
      out = Statement(finalizer, std::move(out));
    }
    return out;
  }

  // The fact a condition states, and whether it states it or its opposite; "" for what may be otherwise next time.
  std::string FactOf(NodeId n, bool& holds) {
    if (s_[n].end - s_[n].start > 80) return {};
    for (uint32_t i = Index(n); i < s_[n].next; ++i) {
      switch (s_.nodes[i].kind) {
        case Kind::kCallExpression:
        case Kind::kNewExpression:
        case Kind::kAssignmentExpression:
        case Kind::kUpdateExpression:
        case Kind::kAwaitExpression:
        case Kind::kYieldExpression:
        case Kind::kTaggedTemplateExpression:
        case Kind::kImport:
          return {};
        default:
          break;
      }
    }
    if (s_.KindOf(n) == Kind::kBinaryExpression) {
      const std::string_view a = Text(s_.Child(n, Role::kLeft)), b = Text(s_.Child(n, Role::kRight));
      const auto fact = [&](std::string_view op) {
        std::string out(a);
        out += op;
        out += b;
        return out;
      };
      switch (s_[n].op) {
        case Op::kStrictNe:
        case Op::kNe:
          holds = !holds;
          [[fallthrough]];
        case Op::kStrictEq:
        case Op::kEq:
          return fact("==");
        case Op::kGe:
          holds = !holds;
          [[fallthrough]];
        case Op::kLt:
          return fact("<");
        case Op::kLe:
          holds = !holds;
          [[fallthrough]];
        case Op::kGt:
          return fact(">");
        default:
          break;
      }
    }
    return std::string(Text(n));
  }

  void Condition(NodeId n, States in, States& yes, States& no) {
    if (!Some(n) || failed_) return;
    const Kind kind = s_.KindOf(n);
    if (kind == Kind::kUnaryExpression && s_[n].op == Op::kNot)
      return Condition(s_.FirstChild(n), std::move(in), no, yes);
    if (kind == Kind::kLogicalExpression && s_[n].op != Op::kNullish) {
      States left;
      const bool is_and = s_[n].op == Op::kAnd;
      Condition(s_.Child(n, Role::kLeft), std::move(in), is_and ? left : yes, is_and ? no : left);
      return Condition(s_.Child(n, Role::kRight), std::move(left), yes, no);
    }
    if (kind == Kind::kBooleanLiteral || kind == Kind::kNumericLiteral) {
      const bool holds = kind == Kind::kBooleanLiteral ? Text(n) == "true" : Text(n) != "0";
      return AddAll(holds ? yes : no, std::move(in));
    }
    // What compilers make of a?.b: a === null || a === void 0 ? void 0 : a.b
    if (kind == Kind::kConditionalExpression) {
      States then, otherwise;
      Condition(s_.Child(n, Role::kTest), std::move(in), then, otherwise);
      Condition(s_.Child(n, Role::kConsequent), std::move(then), yes, no);
      return Condition(s_.Child(n, Role::kAlternate), std::move(otherwise), yes, no);
    }
    if (kind == Kind::kNullLiteral || (kind == Kind::kUnaryExpression && s_[n].op == Op::kVoid && Text(n) == "void 0") ||
        (kind == Kind::kIdentifier && Text(n) == "undefined")) {
      return AddAll(no, std::move(in));
    }
    in = Expression(n, std::move(in));
    bool holds = true;
    const std::string fact = FactOf(n, holds);
    for (State& s : in) {
      const std::optional<bool> known = fact.empty() ? std::nullopt : s.Ask(fact);
      for (const bool side : {true, false}) {
        if (known && (*known == holds) != side) continue;
        State next = s;
        if (!fact.empty()) next.Learn(fact, side == holds);
        if (!known && next.decisions.size() < 64) next.decisions.push_back({n, side});
        Add(side ? yes : no, std::move(next));
      }
    }
  }

  States Children(NodeId n, States in) {
    for (const NodeId c : s_.ChildrenOf(n)) {
      if (in.empty() || failed_) break;
      in = Expression(c, std::move(in));
    }
    return in;
  }

  States Expression(NodeId n, States in) {
    if (!Some(n) || in.empty() || failed_) return in;
    const Kind kind = s_.KindOf(n);
    if (IsFunction(kind)) return Happen(n, std::move(in));
    switch (kind) {
      case Kind::kTypeAnnotation:
        return in;
      case Kind::kLogicalExpression: {
        const NodeId left = s_.Child(n, Role::kLeft), right = s_.Child(n, Role::kRight);
        if (s_[n].op == Op::kNullish) {
          States out = Expression(left, std::move(in));
          AddAll(out, Expression(right, out));
          return out;
        }
        States yes, no;
        Condition(left, std::move(in), yes, no);
        States& go = s_[n].op == Op::kAnd ? yes : no;
        States& stay = s_[n].op == Op::kAnd ? no : yes;
        go = Expression(right, std::move(go));
        AddAll(go, std::move(stay));
        return std::move(go);
      }
      case Kind::kConditionalExpression: {
        States yes, no;
        Condition(s_.Child(n, Role::kTest), std::move(in), yes, no);
        yes = Expression(s_.Child(n, Role::kConsequent), std::move(yes));
        AddAll(yes, Expression(s_.Child(n, Role::kAlternate), std::move(no)));
        return yes;
      }
      case Kind::kCallExpression:
      case Kind::kNewExpression:
      case Kind::kTaggedTemplateExpression:
      case Kind::kAwaitExpression:
        in = Children(n, std::move(in));
        MayThrow(in);
        return Happen(n, std::move(in));
      case Kind::kAssignmentExpression: {
        const NodeId left = s_.Child(n, Role::kLeft), right = s_.Child(n, Role::kRight);
        if (s_.KindOf(left) == Kind::kMemberExpression) in = Expression(left, std::move(in));
        if (s_[n].op == Op::kAndAssign || s_[n].op == Op::kOrAssign || s_[n].op == Op::kNullishAssign) {
          AddAll(in, Expression(right, in));
        } else {
          in = Expression(right, std::move(in));
        }
        if (s_.KindOf(left) == Kind::kIdentifier || s_.KindOf(left) == Kind::kMemberExpression) {
          return Assigned(Text(left), s_[n].op == Op::kAssign ? right : kNone<NodeId>, std::move(in));
        }
        for (uint32_t i = Index(left); i < s_[left].next; ++i) {
          if (s_.KindOf(static_cast<NodeId>(i)) != Kind::kIdentifier) continue;
          for (State& s : in) s.Forget(Text(static_cast<NodeId>(i)));
        }
        return in;
      }
      case Kind::kUpdateExpression: {
        in = Children(n, std::move(in));
        const std::string_view name = Text(s_.FirstChild(n));
        for (State& s : in) s.Forget(name);
        return in;
      }
      default:
        in = Children(n, std::move(in));
        return Happen(n, std::move(in));
    }
  }

  const FileModel& m_;
  const Syntax& s_;
  std::string_view text_;
  const std::function<Act(NodeId)>& act_;
  std::vector<Exit> exits_;
  std::vector<States*> tries_;
  bool failed_ = false;
};

}  // namespace

std::optional<std::vector<Path>> PathsThrough(const FileModel& model, std::string_view text, FunctionId function,
                                              const std::function<Act(NodeId)>& act,
                                              const std::vector<std::string_view>& given) {
  return Runner(model, text, act).Run(function, given);
}

CallbackCalls::CallbackCalls(const FileModel& model, std::string_view text, std::vector<BindingId> callbacks)
    : m_(model), text_(text) {
  const Syntax& s = model.syntax;
  std::vector<BindingId> work = std::move(callbacks);
  for (const BindingId b : work) callbacks_.insert(Index(b));
  while (!work.empty()) {
    const BindingId b = work.back();
    work.pop_back();
    const FunctionId owner = model.scopes[model.bindings[b].scope].function;
    for (ReferenceId r = model.bindings[b].first; Some(r); r = model.Next(r)) {
      const NodeId n = model.references[r].node;
      all_.push_back(Index(n));
      if (callbacks_.contains(Index(b))) named_.push_back(n);
      // Functions around it, out to where the binding belongs, by the names they are called by.
      for (FunctionId f = model.FunctionOf(n); Some(f) && f != owner && f != kModuleFunction;
           f = model.functions[f].parent) {
        const NodeId node = model.functions[f].node;
        NodeId name = s.KindOf(node) == Kind::kFunctionDeclaration || s.KindOf(node) == Kind::kFunctionExpression
                          ? s.Child(node, Role::kName)
                          : kNone<NodeId>;
        const NodeId p = s.Parent(node);
        for (int i = 0; i < 2; ++i) {
          if (Some(name)) {
            const BindingId own = model.BindingAt(name);
            if (Some(own) && !callbacks_.contains(Index(own)) && carriers_.insert(Index(own)).second)
              work.push_back(own);
          }
          name = kNone<NodeId>;
          if (s.KindOf(p) == Kind::kVariableDeclarator) name = s.Child(p, Role::kName);
          if (s.KindOf(p) == Kind::kAssignmentExpression) name = s.Child(p, Role::kLeft);
          if (Some(name) && s.KindOf(name) != Kind::kIdentifier) name = kNone<NodeId>;
        }
      }
    }
  }
  std::ranges::sort(all_);
  std::ranges::sort(named_, {}, [](NodeId n) { return Index(n); });
}

bool CallbackCalls::NamedIn(NodeId node) const {
  const auto it = std::ranges::lower_bound(all_, Index(node));
  return it != all_.end() && *it < m_.syntax[node].next;
}

bool CallbackCalls::IsCallOrApply(NodeId property) const {
  if (m_.syntax.KindOf(property) != Kind::kPropertyName) return false;
  const Node& n = m_.syntax[property];
  const std::string_view name = text_.substr(n.start, n.end - n.start);
  return name == "call" || name == "apply";
}

Act CallbackCalls::operator()(NodeId node) const {
  const Syntax& s = m_.syntax;
  const Kind kind = s.KindOf(node);
  if (IsFunction(kind) || kind == Kind::kClassExpression) return NamedIn(node) ? Act::kMay : Act::kNothing;
  if (kind == Kind::kCallExpression || kind == Kind::kNewExpression) {
    NodeId callee = s.FirstChild(node);
    while (s.KindOf(callee) == Kind::kTSNonNullExpression || s.KindOf(callee) == Kind::kTSAsExpression)
      callee = s.FirstChild(callee);
    if (s.KindOf(callee) == Kind::kMemberExpression) {  // callback.call(this, error)
      const NodeId object = s.Child(callee, Role::kObject);
      if (s.KindOf(object) != Kind::kIdentifier || !IsCallOrApply(s.Child(callee, Role::kProperty)))
        return Act::kNothing;
      const BindingId b = m_.BindingAt(object);
      return Some(b) && callbacks_.contains(Index(b)) ? Act::kDoes : Act::kNothing;
    }
    if (s.KindOf(callee) != Kind::kIdentifier) return Act::kNothing;
    const BindingId b = m_.BindingAt(callee);
    return Some(b) && callbacks_.contains(Index(b)) ? Act::kDoes : Act::kNothing;
  }
  if (kind != Kind::kIdentifier && kind != Kind::kShorthandProperty) return Act::kNothing;
  const BindingId b = m_.BindingAt(node);
  if (!Some(b)) return Act::kNothing;
  if (carriers_.contains(Index(b))) return Act::kMay;
  if (!callbacks_.contains(Index(b))) return Act::kNothing;
  NodeId inner = node, p = s.Parent(node);
  while (s.KindOf(p) == Kind::kTSNonNullExpression || s.KindOf(p) == Kind::kTSAsExpression) inner = p, p = s.Parent(p);
  switch (s.KindOf(p)) {
    case Kind::kCallExpression:
    case Kind::kNewExpression:
      return s.FirstChild(p) == inner && s[inner].role != Role::kArgument ? Act::kNothing : Act::kMay;
    case Kind::kMemberExpression: {
      const NodeId property = s.Child(p, Role::kProperty);
      const NodeId call = s.Parent(p);
      const bool called = s.KindOf(call) == Kind::kCallExpression && s.FirstChild(call) == p;
      return called && IsCallOrApply(property) ? Act::kNothing : Act::kMay;
    }
    case Kind::kUnaryExpression:
    case Kind::kBinaryExpression:
    case Kind::kIfStatement:
      return Act::kNothing;
    case Kind::kConditionalExpression:
      return s[inner].role == Role::kTest ? Act::kNothing : Act::kMay;
    case Kind::kLogicalExpression:
      return s[inner].role == Role::kLeft && UseOf(s, p) != Use::kStored && UseOf(s, p) != Use::kArgument
                 ? Act::kNothing
                 : Act::kMay;
    case Kind::kExpressionStatement:
      return Act::kNothing;
    default:
      return Act::kMay;
  }
}

}  // namespace looplint
