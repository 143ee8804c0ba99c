#include "analyzer/facts/fates.h"

#include <algorithm>
#include <array>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr int kDepth = 12;
constexpr size_t kReadsTold = 4;

// Methods that put something into a list, set or map and hand nothing of it out.
bool PutsIn(std::string_view method) {
  return method == "push" || method == "unshift" || method == "add" || method == "set";
}
// Members that tell of a container, not of what is in it.
bool IsCount(std::string_view member) { return member == "length" || member == "size"; }
// Methods that take something out without looking at it, when their result is dropped.
bool TakesOut(std::string_view method) {
  return method == "clear" || method == "delete" || method == "pop" || method == "shift" || method == "splice" ||
         method == "has";
}

// What a read may do to the promise counts for more than what another surely does not.
int Rank(Fate fate) { return fate == Fate::kForgotten ? -2 : fate == Fate::kDropped ? -1 : static_cast<int>(fate); }

class Follower {
 public:
  Follower(const Project& project, const Calls& calls, FileId file)
      : p_(project), calls_(calls), file_(file), m_(project[file].model), s_(project[file].model.syntax) {}

  PromiseFate Of(NodeId node, int depth) {
    if (depth > kDepth) return {};
    NodeId c = node;
    for (;;) {
      const NodeId p = s_.Parent(c);
      const Role role = s_[c].role;
      switch (s_.KindOf(p)) {
        case Kind::kTSAsExpression:
        case Kind::kTSNonNullExpression:
          break;
        case Kind::kExpressionStatement:
          return {Fate::kDropped, {}, {}, {}};
        case Kind::kSequenceExpression:
          if (s_[c].next != s_[p].next) return {Fate::kDropped, {}, {}, {}};
          break;
        case Kind::kConditionalExpression:
          if (role == Role::kTest) return {};
          break;
        case Kind::kLogicalExpression:
          if (s_[c].next != s_[p].next && s_[p].op == Op::kAnd) return {};
          break;
        case Kind::kUnaryExpression:
          return {s_[p].op == Op::kVoid ? Fate::kVoided : Fate::kUnknown, {}, {}, {}};
        case Kind::kAwaitExpression:
          return {Fate::kAwaited, {}, {}, {}};
        case Kind::kReturnStatement:
          return {Fate::kReturned, {}, {}, {}};
        case Kind::kArrowFunctionExpression:
          return {role == Role::kBody ? Fate::kReturned : Fate::kUnknown, {}, {}, {}};
        case Kind::kYieldExpression:
        case Kind::kThrowStatement:
          return {Fate::kPassedOn, {}, {}, {}};
        case Kind::kArrayExpression:
          break;  // as the list goes, so do its elements
        case Kind::kMemberExpression: {
          if (role != Role::kObject || (s_[p].flags & kComputed)) return {};
          const std::string_view member = Text(s_.Child(p, Role::kProperty));
          const NodeId outer = s_.Parent(p);
          if (s_.KindOf(outer) != Kind::kCallExpression || s_.FirstChild(outer) != p) return {};
          const CallId call = m_.CallAt(outer);
          if (!Some(call)) return {};
          const uint32_t given = m_.calls[call].arg_count;
          if ((member == "catch" && given > 0) || (member == "then" && given > 1)) return {Fate::kHandled, {}, {}, {}};
          if (member != "then" && member != "finally" && member != "catch") return {};
          c = outer;
          continue;
        }
        case Kind::kCallExpression:
        case Kind::kNewExpression: {
          if (role != Role::kArgument) return {};
          const CallId call = m_.CallAt(p);
          const Api* api = Some(call) ? calls_.TargetOf(file_, call).api : nullptr;
          if (api != nullptr && api->name.starts_with("global.Promise.")) {
            const std::string_view how = std::string_view(api->name).substr(15);
            if (how == "resolve") {
              c = p;
              continue;
            }
            if (how != "reject") {
              PromiseFate all = Of(p, depth + 1);
              if (all.fate != Fate::kDropped && all.fate != Fate::kForgotten) all.fate = Fate::kCombined;
              return all;
            }
          }
          if (const NodeId callee = s_.FirstChild(p); s_.KindOf(callee) == Kind::kMemberExpression &&
                                                      !(s_[callee].flags & kComputed) &&
                                                      PutsIn(Text(s_.Child(callee, Role::kProperty))) &&
                                                      s_.KindOf(s_.Parent(p)) == Kind::kExpressionStatement) {
            return OfPlace(s_.FirstChild(callee), c, true, depth);
          }
          return {Fate::kPassedOn, {}, {}, {}};
        }
        case Kind::kVariableDeclarator: {
          if (role != Role::kValue) return {};
          const NodeId name = s_.Child(p, Role::kName);
          return s_.KindOf(name) == Kind::kIdentifier ? OfPlace(name, c, IsList(c), depth) : PromiseFate{};
        }
        case Kind::kAssignmentExpression: {
          if (role != Role::kRight) return {};
          if (s_.KindOf(s_.Parent(p)) != Kind::kExpressionStatement) {
            // return (this.ready = load()): the one who gets the value has it as well.
            const PromiseFate value = Of(p, depth + 1);
            if (value.fate != Fate::kUnknown && value.fate != Fate::kDropped) return value;
          }
          const NodeId target = s_.FirstChild(p);
          // list[i] = load()
          const bool element = s_.KindOf(target) == Kind::kMemberExpression && (s_[target].flags & kComputed);
          return OfPlace(element ? s_.FirstChild(target) : target, c, element, depth);
        }
        default:
          return {};
      }
      c = p;
    }
  }

 private:
  std::string_view Text(NodeId node) const {
    const Node& n = s_[node];
    return std::string_view(p_[file_].text).substr(n.start, n.end - n.start);
  }
  Place At(NodeId node) const { return {file_, {s_[node].start, s_[node].end}}; }

  // Of what is kept in a variable or a field of `this`, or in the container that is there; `what` is put there.
  PromiseFate OfPlace(NodeId place, NodeId what, bool container, int depth) {
    PromiseFate fate;
    if (s_.KindOf(place) == Kind::kIdentifier) {
      const BindingId b = m_.BindingAt(place);
      if (Some(b)) fate = OfVariable(b, container, depth);
    } else if (s_.KindOf(place) == Kind::kMemberExpression && !(s_[place].flags & kComputed) &&
               s_.KindOf(s_.FirstChild(place)) == Kind::kThisExpression) {
      fate = OfField(place, container);
    }
    if (fate.kept.empty()) fate.kept = Text(place);
    fate.at = At(what);
    return fate;
  }

  bool IsExported(BindingId b) const {
    const NodeId declarator = s_.Parent(m_.bindings[b].node), declaration = s_.Parent(declarator);
    if (s_.KindOf(s_.Parent(declaration)) == Kind::kExportDeclaration) return true;
    return std::ranges::any_of(m_.module.exports, [&](const Export& e) {
      return Some(e.value) && m_.values[e.value].kind == ValueKind::kBinding &&
             static_cast<BindingId>(m_.values[e.value].a) == b;
    });
  }

  bool IsList(NodeId value) const { return s_.KindOf(value) == Kind::kArrayExpression; }

  PromiseFate OfVariable(BindingId b, bool container, int depth) {
    const Binding& binding = m_.bindings[b];
    if (binding.kind != BindingKind::kVar && binding.kind != BindingKind::kLet && binding.kind != BindingKind::kConst)
      return {};
    if (IsExported(b) || m_.scopes[binding.scope].dynamic || (container && !IsMadeHere(b))) return {};
    PromiseFate best{Fate::kForgotten, {}, {}, {}};
    std::vector<Step> reads;
    bool read = false;
    for (ReferenceId r = binding.first; Some(r); r = m_.Next(r)) {
      const NodeId n = m_.references[r].node;
      const NodeId p = s_.Parent(n);
      if (s_.KindOf(p) == Kind::kAssignmentExpression && s_[n].role == Role::kLeft && s_[p].op == Op::kAssign &&
          s_.KindOf(s_.Parent(p)) == Kind::kExpressionStatement)
        continue;
      if (s_.KindOf(p) == Kind::kMemberExpression && s_[n].role == Role::kObject && !Reads(p)) continue;
      read = true;
      // The promise itself, or a list of them: what is awaited or handed on there.
      const PromiseFate there = Of(n, depth + 1);
      if (Rank(best.fate) < Rank(there.fate)) best.fate = there.fate;
      if (reads.size() < kReadsTold) reads.push_back({At(n), "read here"});
    }
    if (read) best.steps = std::move(reads);
    return best;
  }

  // Is the container in the variable one that nothing else holds?
  bool IsMadeHere(BindingId b) const {
    if (m_.bindings[b].writes != 0) return false;
    const NodeId declarator = s_.Parent(m_.bindings[b].node);
    if (s_.KindOf(declarator) != Kind::kVariableDeclarator || s_[m_.bindings[b].node].role != Role::kName) return false;
    return IsNew(s_.Child(declarator, Role::kValue));
  }
  bool IsNew(NodeId value) const {
    const Kind kind = s_.KindOf(value);
    return kind == Kind::kArrayExpression || kind == Kind::kNewExpression || kind == Kind::kObjectExpression;
  }

  // Does this member access of a container hand out what is in it?
  bool Reads(NodeId member) const {
    if (s_[member].flags & kComputed) {
      const NodeId p = s_.Parent(member);
      return !(s_.KindOf(p) == Kind::kAssignmentExpression && s_[member].role == Role::kLeft &&
               s_[p].op == Op::kAssign && s_.KindOf(s_.Parent(p)) == Kind::kExpressionStatement) &&
             !(s_.KindOf(p) == Kind::kUnaryExpression && s_[p].op == Op::kDelete);
    }
    const std::string_view name = Text(s_.Child(member, Role::kProperty));
    if (IsCount(name)) return false;
    const NodeId call = s_.Parent(member);
    if (s_.KindOf(call) != Kind::kCallExpression || s_.FirstChild(call) != member) return true;
    const bool dropped = s_.KindOf(s_.Parent(call)) == Kind::kExpressionStatement;
    return !((dropped && (PutsIn(name) || TakesOut(name))) || name == "has");
  }

  // A field of this class: who reads it, here when it is private, else in the whole program.
  PromiseFate OfField(NodeId place, bool container) {
    const NodeId property = s_.Child(place, Role::kProperty);
    const std::string name(Text(property));
    const bool hidden = s_.KindOf(property) == Kind::kPrivateIdentifier || IsDeclaredPrivate(name);
    if (!hidden && p_.KindOf(file_) != ProgramKind::kServer && p_.KindOf(file_) != ProgramKind::kCli) return {};
    PromiseFate out{Fate::kForgotten, {}, {}, {}};
    for (uint32_t i = 0; i < p_.size(); ++i) {
      const FileId file = static_cast<FileId>(i);
      if (hidden && file != file_) continue;
      const File& f = p_[file];
      if (!Some(f.model.names.Find(name))) continue;
      const Syntax& s = f.model.syntax;
      for (uint32_t k = 1; k < s.size(); ++k) {
        const NodeId n = static_cast<NodeId>(k);
        const Kind kind = s.KindOf(n);
        if (kind != Kind::kPropertyName && kind != Kind::kPrivateIdentifier && kind != Kind::kStringLiteral &&
            kind != Kind::kShorthandPattern && kind != Kind::kShorthandProperty)
          continue;
        const std::string_view text = std::string_view(f.text).substr(s[n].start, s[n].end - s[n].start);
        if (kind == Kind::kStringLiteral      ? text.size() != name.size() + 2 || text.substr(1, name.size()) != name
            : kind == Kind::kShorthandPattern ? !text.starts_with(name)
                                              : text != name)
          continue;
        const NodeId p = s.Parent(n);
        if (kind == Kind::kPropertyName || kind == Kind::kPrivateIdentifier) {
          if (s.KindOf(p) == Kind::kPropertyDefinition || s.KindOf(p) == Kind::kProperty) {  // made, not read
            if (const NodeId value = s.Child(p, Role::kValue);
                container && Some(value) && (file != file_ || !IsNew(value)))
              return {};
            continue;
          }
          if (s.KindOf(p) == Kind::kMemberExpression) {
            const NodeId around = s.Parent(p);
            if (s.KindOf(around) == Kind::kAssignmentExpression && s[p].role == Role::kLeft &&
                s[around].op == Op::kAssign && s.KindOf(s.Parent(around)) == Kind::kExpressionStatement) {
              if (container && (file != file_ || !IsNew(s.Child(around, Role::kRight)))) return {};
              continue;
            }
            // this.jobs.push(load())
            if (s.KindOf(around) == Kind::kMemberExpression && s[p].role == Role::kObject && file == file_ &&
                !Reads(around))
              continue;
          }
        }
        if (kind == Kind::kShorthandProperty) continue;
        out.fate = Fate::kUnknown;
        out.steps.push_back({{file, {s[n].start, s[n].end}}, "read here"});
        if (out.steps.size() == kReadsTold) return out;
      }
    }
    return out;
  }

  // private name: Promise<void>
  bool IsDeclaredPrivate(std::string_view name) const {
    if (p_[file_].language == Language::kJavaScript) return false;
    for (const Class& c : m_.classes) {
      for (uint32_t i = 0; i < c.member_count; ++i) {
        const Member& member = m_.members[c.first_member + i];
        if (Some(member.name) && m_.names[member.name] == name && Text(member.node).starts_with("private "))
          return true;
      }
    }
    return false;
  }

  const Project& p_;
  const Calls& calls_;
  const FileId file_;
  const FileModel& m_;
  const Syntax& s_;
};

}  // namespace

PromiseFate FateOf(const Project& project, const Calls& calls, FileId file, CallId call) {
  return Follower(project, calls, file).Of(project[file].model.calls[call].node, 0);
}

std::string Describe(const PromiseFate& fate) {
  const std::string kept = fate.kept.empty() ? std::string() : Cat("is kept in ", fate.kept, ", ");
  switch (fate.fate) {
    case Fate::kUnknown:
      if (fate.kept.empty()) return "goes where it is not followed";
      return Cat(kept, fate.steps.empty() ? "which others may read" : "which is read");
    case Fate::kDropped:
      return "is dropped";
    case Fate::kForgotten:
      return Cat(kept, "which nothing reads");
    case Fate::kVoided:
      return Cat(kept, kept.empty() ? "is dropped on purpose, by void" : "and dropped on purpose, by void");
    case Fate::kPassedOn:
      return Cat(kept, kept.empty() ? "is passed on" : "and passed on");
    case Fate::kReturned:
      return Cat(kept, kept.empty() ? "is returned" : "and returned");
    case Fate::kCombined:
      return Cat(kept, kept.empty() ? "is waited for together with others" : "and waited for together with others");
    case Fate::kHandled:
      return Cat(kept, kept.empty() ? "has a handler for rejections" : "and has a handler for rejections");
    case Fate::kAwaited:
      return Cat(kept, kept.empty() ? "is awaited" : "and awaited");
  }
  return {};
}

}  // namespace looplint
