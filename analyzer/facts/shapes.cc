#include "analyzer/facts/shapes.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/makers.h"
#include "analyzer/project/values.h"

namespace looplint {
namespace {

// Ways an object may go while it is made, at most: more than four is what anybody wants to know.
constexpr size_t kMostWays = 24;
// Ways that conditions on the way from one source set apart and that are sure to meet: what an option decides is
// decided the same way for most objects of a run.
constexpr int kSureOfOne = 1;
// Way::source of what is added elsewhere.
constexpr uint32_t kLate = kNoneIndex;
// Calls that are followed from what makes an object.
constexpr int kDeepest = 5;
// Calls of one method, and methods that call one another, that are looked at.
constexpr size_t kMostCallers = 60;
// Nodes walked for one maker.
constexpr int kMostNodes = 40000;

double ThreadMs() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

Place PlaceOf(const File& file, FileId id, NodeId node) {
  return {id, {file.model.syntax[node].start, file.model.syntax[node].end}};
}

// The hidden class an object has got to.
struct Way {
  std::string key;
  std::vector<std::string> properties;
  Place turn{kNone<FileId>, {}};
  bool dictionary = false;
  uint32_t source = 0;   // see Index::source_
  bool certain = false;  // of copies: what is copied comes in this shape as well as in others
  bool operator==(const Way& o) const { return key == o.key; }

  bool Has(std::string_view name) const { return std::ranges::find(properties, name) != properties.end(); }
  void Step(std::string_view what, const Place& at, bool turns) {
    if (!dictionary) key += Cat("|", what);
    if (turns && !Some(turn.file)) turn = at;
  }
  void Add(std::string_view name, const Place& at, bool turns) {
    if (Has(name)) return;
    Step(name, at, turns);
    properties.emplace_back(name);
  }
  void Delete(std::string_view name, const Place& at) {
    const auto it = std::ranges::find(properties, name);
    if (it == properties.end()) return;
    properties.erase(it);
    // Up to Node 20 the property added last may go without harm; from 22 on none may.
    if (!dictionary) key += "#dictionary";
    dictionary = true;
    turn = at;
  }
};

struct Ways {
  std::vector<Way> all;
  void Put(const Way& w, size_t most = kMostWays) {
    if (all.size() < most && std::ranges::find(all, w) == all.end()) all.push_back(w);
  }
  void Put(const Ways& others) {
    for (const Way& w : others.all) Put(w);
  }
  bool empty() const { return all.empty(); }
  // Ways that became one.
  void Settle() {
    Ways once;
    once.Put(*this);
    all = std::move(once.all);
  }
};

bool IsIndex(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

// Does the expression `text` have `what`, a name or a.b.c, in it as a whole? Not as what a property is taken of: that
// is there, whatever is asked.
bool Mentions(std::string_view text, std::string_view what) {
  const auto part = [](char c) {
    return c == '_' || c == '$' || c == '.' || absl::ascii_isalnum(static_cast<unsigned char>(c));
  };
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    const size_t end = at + what.size();
    if ((at == 0 || !part(text[at - 1])) && (end == text.size() || !part(text[end]))) return true;
  }
  return false;
}

}  // namespace

// Answers, as they were asked for. Called under a lock.
class Shapes::Index {
 public:
  Index(const Project& project, const Calls& calls) : p_(project), c_(calls), makers_(project, calls) { Gather(); }

  std::vector<Shape> At(FileId file, const Access& access) {
    const FileModel& m = p_[file].model;
    const Values* values = p_.values();
    std::vector<Shape> out;
    if (values == nullptr || !Some(access.object)) return out;
    const ValueId object = Itself(file, access.object);
    const FunctionId method = ThisOf(m, object);
    const bool is_this = Some(method);
    std::vector<Maker> makers = makers_.In(file, object);
    if (is_this) {
      if (auto known = makers_.ThisIn({file, method})) {
        makers = *std::move(known);
        if (const auto& met = Receivers({file, method}))
          std::erase_if(makers, [&](const Maker& maker) { return !met->contains(maker); });
      } else {
        std::erase_if(makers, [&](const Maker& maker) { return !MayBeThis(file, method, maker); });
      }
    }
    const BindingId binding = Some(access.receiver) ? m.BindingAt(access.receiver) : kNone<BindingId>;
    const bool constructs =
        is_this && (m.functions[method].kind == FunctionKind::kConstructor || Constructs(makers, file, method));
    const std::vector<LocalVariable> sources =
        Some(binding) && !is_this ? SomeSources(file, binding, 0) : std::vector<LocalVariable>();
    if (!sources.empty()) {
      makers.clear();
      for (const auto& [where, variable] : sources) {
        const auto made = MakesAnew(where, p_[where].model.bindings[variable].value, 0);
        if (made && std::ranges::find(makers, *made) == makers.end()) makers.push_back(*made);
      }
    }
    if (!is_this) KeepOwn(file, object, makers);
    if (!is_this) KeepGiven(file, object, makers);
    std::erase_if(makers, [&](const Maker& maker) { return !makers_.Makes(maker) || makers_.IsAside(maker); });
    std::vector<Met> met;
    for (const Maker& maker : makers) Final(maker);
    for (const auto& [where, variable] : sources) Local(where, variable);
    if (constructs || !sources.empty()) {
      for (const Maker& maker : makers) {
        const auto it = seen_.find({file, access.node, maker});
        if (it == seen_.end()) continue;
        for (const Way& w : it->second.all) met.push_back({maker, w, false});
      }
    }
    if (!constructs && met.empty()) {
      for (const Maker& maker : makers) Take(maker, met);
    }
    const std::string_view name = m.names[access.name];
    const auto lacks_name = [&](const Met& x, std::string_view what) {
      if (x.open || x.way.Has(what)) return false;
      const std::optional<bool> method_of_that_name = makers_.HasMethod(x.maker, what);
      return method_of_that_name && !*method_of_that_name;
    };
    const auto lacks = [&](const Met& x) { return lacks_name(x, name); };
    // Told apart before: case 'num': return node.value. Or it must be there: node.value.length.
    if (!is_this && (access.written ? !std::ranges::all_of(met, lacks)
                                    : (Some(binding) && LooksFirst(m, access.node, binding)) || name == "length" ||
                                          !MayBeMissing(m, access.node))) {
      std::erase_if(met, lacks);
    }
    if (!is_this && Some(binding)) {
      const std::set<std::string_view>& taken = TakenOf(file, access.node, binding);
      if (taken.size() > 1) {
        std::erase_if(met, [&](const Met& x) {
          return std::ranges::all_of(taken, [&](std::string_view one) { return lacks_name(x, one); });
        });
      }
    }
    std::map<std::pair<Maker, uint32_t>, int> of_source;
    std::map<FunctionRef, int> of_helper;
    const bool element = makers.size() == 1 && IsElement(m, object);
    const bool told_apart =
        !is_this && ((Some(binding) && IsToldApart(m, access.node, binding)) ||
                     (!IsElement(m, object) && AreVariants(makers, access, m)) ||
                     (sources.empty() && (values->MayBeMore(file, object) || IsKeyed(file, object) ||
                                          AreOptions(makers) || IsFromHelper(file, object) || MovesOn(file, object))));
    for (const Met& x : met) {
      Shape shape = AsShape(x.maker, x.way);
      // One of what makes it and one of each variable it is finished in, where the variables that get here are known or
      // all of them do. What others add later rests on too much.
      const uint32_t from = x.way.source;
      const bool counts = from == 0 || (from != kLate && (!sources.empty() || element));
      shape.sure = !told_apart && (x.way.certain || (counts && ++of_source[{x.maker, from}] <= kSureOfOne) ||
                                   (from == 0 && SplitsItself(x.maker)));
      if (const FunctionRef helper = HelperOf(x.maker); shape.sure && Some(helper.function))
        shape.sure = ++of_helper[helper] <= kSureOfOne;
      Add(std::move(shape), out);
    }
    if (!is_this) {
      for (const Denoted& d : values->Of(file, object)) {
        if (d.kind == Denoted::Kind::kInstance && !d.type.empty()) Add(Known(d.type, !told_apart), out);
        if (d.kind == Denoted::Kind::kPromise) Add(Known("Promise", !told_apart), out);
      }
    }
    std::ranges::sort(out, [](const Shape& a, const Shape& b) {
      const auto rank = [](const Shape& s) {
        return std::tuple(!Some(s.born.file), looplint::Index(s.born.file), s.born.span.start, Some(s.turn.file),
                          s.turn.span.start, s.key);
      };
      return rank(a) < rank(b);
    });
    return out;
  }

  std::vector<Shape> Made(FileId file, NodeId node) {
    std::vector<Shape> out;
    const auto maker = MakerAt(file, node);
    if (!maker || !makers_.Makes(*maker)) return out;
    for (const Way& w : Final(*maker).ways.all) Add(AsShape(*maker, w), out);
    return out;
  }

  std::vector<std::pair<FileId, NodeId>> MakersOf(FileId file, ValueId value) const {
    std::vector<std::pair<FileId, NodeId>> out;
    for (const Maker& maker : makers_.In(file, value)) out.push_back({maker.file, NodeOf(maker)});
    return out;
  }

  bool MadeOnce(FileId file, NodeId node) const {
    const auto maker = MakerAt(file, node);
    return maker && makers_.MakesOnce(*maker);
  }

  double cpu_ms = 0;  // all answers
  // Makers whose objects were not followed to the end, for the length of what makes them.
  uint64_t cut_off() const { return cut_off_.size(); }

  // By maker, the first hot member expression its objects meet at.
  Place HotUse(const HotPaths& heat, FileId file, NodeId node) {
    if (!hot_known_) {
      hot_known_ = true;
      for (uint32_t f = 0; f < p_.size(); ++f) HotUses(heat, static_cast<FileId>(f));
    }
    const auto maker = MakerAt(file, node);
    const auto it = maker ? hot_.find(*maker) : hot_.end();
    return it == hot_.end() ? Place{kNone<FileId>, {}} : it->second;
  }

 private:
  struct Met {
    Maker maker;
    Way way;
    bool open;  // has properties nobody knows besides
  };
  using Seen = std::map<std::tuple<FileId, NodeId, Maker>, Ways>;

  // ---- gathering: who makes, who adds

  struct Late {
    FileId file;
    FunctionId function;
    NodeId node;
    std::string_view name;
    bool is_this;
    bool constant;  // this.done = true
  };

  void Gather() {
    if (p_.values() == nullptr) return;
    for (uint32_t f = 0; f < p_.size(); ++f) {
      const FileId file = static_cast<FileId>(f);
      const FileModel& m = p_[file].model;
      for (const Member& member : m.members) {
        if (member.kind != FunctionKind::kGetter || !Some(member.name)) continue;
        const FunctionId getter = m.FunctionAt(member.node);
        const ValueId returned = Some(getter) ? p_.ReturnOf({file, getter}) : kNone<ValueId>;
        if (Some(returned) && m[returned].kind == ValueKind::kThis) itself_.insert(m.names[member.name]);
      }
      for (const Call& call : m.calls) {
        if (!Some(call.callee) || m[call.callee].kind != ValueKind::kBinding) continue;
        const Binding& b = m.bindings[static_cast<BindingId>(m[call.callee].a)];
        if (b.kind == BindingKind::kParam) does_as_told_.insert({file, m.scopes[b.scope].function});
      }
      for (const Flow& flow : m.flow) {
        if (flow.kind == FlowKind::kReturn && Some(flow.function))
          returned_[{file, flow.function}].push_back(flow.value);
      }
    }
    for (uint32_t f = 0; f < p_.size(); ++f) {
      const FileId file = static_cast<FileId>(f);
      const FileModel& m = p_[file].model;
      for (const WriteId id : Ids(m.writes)) {
        const Write& w = m.writes[id];
        const NodeId left = m.syntax.FirstChild(w.node);
        if (m.syntax.KindOf(left) != Kind::kMemberExpression) continue;
        if (!Some(w.target) || m[w.target].kind != ValueKind::kMember) continue;
        const NodeId object = m.syntax.FirstChild(left);
        if (IsCompared(file, w.node, left)) continue;
        if (IsOptionalCopy(file, w.node)) {
          const std::vector<Maker> held = Held(file, m.ValueOf(object));
          for (const Maker& maker : held) {
            if (held.size() > 8) break;
            if (makers_.HasAccessor(maker, m.names[static_cast<NameId>(m[w.target].b)])) continue;
            optional_[maker].try_emplace(std::string(m.names[static_cast<NameId>(m[w.target].b)]),
                                         PlaceOf(p_[file], file, left));
          }
        }
        Changes(file, object, w.function, left, m.names[static_cast<NameId>(m[w.target].b)]);
      }
      for (uint32_t i = 0; i < m.syntax.size(); ++i) {
        const NodeId node = static_cast<NodeId>(i);
        if (m.syntax.KindOf(node) != Kind::kUnaryExpression || m.syntax[node].op != Op::kDelete) continue;
        const NodeId member = m.syntax.FirstChild(node);
        if (m.syntax.KindOf(member) == Kind::kMemberExpression)
          Changes(file, m.syntax.FirstChild(member), m.FunctionOf(node), member, {});
      }
      for (const CallId id : Ids(m.calls)) {
        const Target& target = c_.TargetOf(file, id);
        if (target.api == nullptr || !target.api->name.starts_with("global.Object.")) continue;
        const Argument* object = m.Arg(m.calls[id], 0);
        if (object != nullptr) Changes(file, object->node, m.calls[id].function, object->node, {});
      }
    }
  }
  // The condition an assignment depends on; kNone when there is none in its function.
  static NodeId ConditionOf(const Syntax& s, NodeId assignment) {
    for (NodeId at = s.Parent(assignment); s.KindOf(at) != Kind::kProgram && !IsFunction(s.KindOf(at));
         at = s.Parent(at)) {
      const NodeId test = s.KindOf(at) == Kind::kIfStatement         ? s.Child(at, Role::kTest)
                          : s.KindOf(at) == Kind::kLogicalExpression ? s.Child(at, Role::kLeft)
                                                                     : kNone<NodeId>;
      if (Some(test) && !s.Contains(test, assignment)) return test;
    }
    return kNone<NodeId>;
  }
  std::string_view TextOf(FileId file, NodeId node) const {
    const Node& n = p_[file].model.syntax[node];
    return std::string_view(p_[file].text).substr(n.start, n.end - n.start);
  }
  // if (p.x < min.x) min.x = p.x: what is compared is there.
  bool IsCompared(FileId file, NodeId assignment, NodeId left) const {
    const Syntax& s = p_[file].model.syntax;
    const NodeId test = ConditionOf(s, assignment);
    if (!Some(test) || s.KindOf(test) != Kind::kBinaryExpression) return false;
    const Op op = s[test].op;
    if (op != Op::kLt && op != Op::kLe && op != Op::kGt && op != Op::kGe) return false;
    return TextOf(file, s.Child(test, Role::kLeft)) == TextOf(file, left) ||
           TextOf(file, s.Child(test, Role::kRight)) == TextOf(file, left);
  }
  // if (row.name) this.name = row.name
  bool IsOptionalCopy(FileId file, NodeId assignment) const {
    const Syntax& s = p_[file].model.syntax;
    const NodeId right = s.Child(assignment, Role::kRight);
    if (!Some(right) || (s.KindOf(right) != Kind::kIdentifier && s.KindOf(right) != Kind::kMemberExpression))
      return false;
    const NodeId test = ConditionOf(s, assignment);
    return Some(test) && Mentions(TextOf(file, test), TextOf(file, right));
  }
  // exports, module.exports, and what bundlers make of these
  bool IsExports(FileId file, NodeId object) const {
    const FileModel& m = p_[file].model;
    if (m.syntax.KindOf(object) == Kind::kMemberExpression) object = m.syntax.Child(object, Role::kProperty);
    if (!Some(object)) return false;
    return TextOf(file, object) == "exports";
  }
  // Makers of what a value may be; of `this` those its method runs on.
  std::vector<Maker> Held(FileId file, ValueId value) {
    std::vector<Maker> held = makers_.In(file, value);
    if (const FunctionId method = ThisOf(p_[file].model, value); Some(method)) {
      if (const auto own = makers_.ThisIn({file, method}))
        std::erase_if(held, [&](const Maker& x) { return !std::binary_search(own->begin(), own->end(), x); });
    }
    return held;
  }
  // Something in `function` gives the object another property, or does away with one.
  void Changes(FileId file, NodeId object, FunctionId function, NodeId at, std::string_view added) {
    const FileModel& m = p_[file].model;
    const ValueId value = m.ValueOf(object);
    if (!Some(value)) return;
    const bool is_this = m.syntax.KindOf(object) == Kind::kThisExpression;
    if (IsExports(file, object)) return;  // put together as a module is loaded
    const std::vector<Maker> held = Held(file, value);
    if (held.empty() || held.size() > 8) return;
    const BindingId binding = m.BindingAt(object);
    const std::vector<LocalVariable> sources = Some(binding) ? Sources(file, binding, 0) : std::vector<LocalVariable>();
    for (const Maker& maker : held) {
      auto& list = locals_[maker];
      for (const LocalVariable& v : sources) {
        if (std::ranges::find(list, v) == list.end()) list.push_back(v);
      }
      if (!sources.empty() || added.empty() || makers_.HasAccessor(maker, added)) continue;
      // What extends Error may have these, and it is not known what it extends.
      if ((added == "stack" || added == "message" || added == "cause") && !makers_.HasMethod(maker, added)) continue;
      if (!is_this || m.functions[function].kind != FunctionKind::kConstructor) {
        late_[maker].push_back({file, function, at, added, is_this, IsConstant(m, at)});
      }
    }
  }

  NodeId NodeOf(const Maker& maker) const {
    const FileModel& m = p_[maker.file].model;
    switch (maker.kind) {
      case Maker::Kind::kObject:
        return m.objects[static_cast<ObjectId>(maker.id)].node;
      case Maker::Kind::kCreated:
        return m.calls[static_cast<CallId>(maker.id)].node;
      case Maker::Kind::kInstanceOf:
        return m.classes[static_cast<ClassId>(maker.id)].node;
      default:
        return m.functions[static_cast<FunctionId>(maker.id)].node;
    }
  }

  // Are they records of several kinds, { type: 'num', value }, { type: 'add', left, right }, and something else than
  // the kind is asked for? Then code that handles one kind does, more often than not.
  bool AreVariants(const std::vector<Maker>& makers, const Access& access, const FileModel& asking) const {
    std::map<std::string_view, std::pair<int, std::set<std::string_view>>> seen;  // by property: records, values
    int records = 0;
    for (const Maker& maker : makers) {
      if (maker.kind != Maker::Kind::kObject) continue;
      ++records;
      const File& file = p_[maker.file];
      const FileModel& m = file.model;
      const Object& object = m.objects[static_cast<ObjectId>(maker.id)];
      for (uint32_t i = 0; i < object.member_count; ++i) {
        const Member& member = m.members[object.first_member + i];
        if (!Some(member.name) || !Some(member.value)) continue;
        const ValueKind kind = m[member.value].kind;
        if (kind != ValueKind::kString && kind != ValueKind::kMember && kind != ValueKind::kNumber) continue;
        auto& [count, values] = seen[m.names[member.name]];
        ++count;
        const Node& node = m.syntax[member.node];
        values.insert(std::string_view(file.text).substr(node.start, node.end - node.start));
      }
    }
    if (records < 3) return false;
    for (const auto& [name, of] : seen) {
      if (of.first + 1 >= records && static_cast<int>(of.second.size()) + 1 >= of.first && of.second.size() > 2)
        return name != asking.names[access.name];
    }
    return false;
  }
  // Does a method give back what it is called on, wherever it returns: add(x) { ...; return this }?
  bool GivesItself(FunctionRef f) {
    const auto [it, fresh] = gives_itself_.try_emplace(f, true);  // as far as it goes on with itself
    if (!fresh) return it->second;
    const FileModel& m = p_[f.file].model;
    const Function& function = m.functions[f.function];
    const auto returned = returned_.find(f);
    const bool gives = !function.is_async && !function.is_generator && returned != returned_.end() &&
                       std::ranges::all_of(returned->second, [&](ValueId value) {
                         return Some(value) && ThisOf(m, Itself(f.file, value)) == f.function;
                       });
    return gives_itself_[f] = gives;
  }
  // The argument the one function that is called gives back wherever it returns: add(command) { ...; return command }.
  std::optional<uint32_t> GivesArgument(const Callees& callees) const {
    if (callees.api != nullptr || callees.unknown || callees.functions.size() != 1) return std::nullopt;
    const FunctionRef f = callees.functions[0];
    const FileModel& m = p_[f.file].model;
    const auto returned = returned_.find(f);
    if (returned == returned_.end() || m.functions[f.function].is_async || m.functions[f.function].is_generator)
      return std::nullopt;
    std::optional<uint32_t> place;
    for (ValueId value : returned->second) {
      if (Some(value) && m[value].kind == ValueKind::kBinding) {
        const Binding& b = m.bindings[static_cast<BindingId>(m[value].a)];
        if (b.writes != 0) return std::nullopt;
        value = b.value;
      }
      if (!Some(value) || m[value].kind != ValueKind::kParam || static_cast<FunctionId>(m[value].a) != f.function)
        return std::nullopt;
      if (place && *place != m[value].b) return std::nullopt;
      place = m[value].b;
    }
    return place;
  }
  // What a value is, by another name: of a.add(b).sort(), whose methods give back what they are called on, `a`.
  ValueId Itself(FileId file, ValueId value) {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 16 && Some(value); ++i) {
      const Value& v = m[value];
      if (v.kind == ValueKind::kBinding) {
        const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
        if (b.writes != 0 || b.kind == BindingKind::kParam || !Some(b.value)) return value;
        value = b.value;
      } else if (v.kind == ValueKind::kCall) {
        const CallId id = static_cast<CallId>(v.a);
        const Call& call = m.calls[id];
        if (call.kind != CallKind::kCall || !Some(call.callee)) return value;
        const Callees callees = c_.CalleesOf(file, id);
        if (const auto place = GivesArgument(callees); place && !IsCallOfCall(m, id)) {
          const Argument* given = m.Arg(call, *place);
          if (given == nullptr || given->spread || !Some(given->value)) return value;
          value = given->value;
          continue;
        }
        if (m[call.callee].kind != ValueKind::kMember || callees.api != nullptr || callees.unknown ||
            callees.functions.empty() || IsCallOfCall(m, id) ||
            !std::ranges::all_of(callees.functions, [&](FunctionRef f) { return GivesItself(f); })) {
          return value;
        }
        value = static_cast<ValueId>(m[call.callee].a);
      } else {
        return value;
      }
    }
    return value;
  }
  // const next = super.clone(), this.with(x): what a method gives of the object it is called on is of the class at
  // hand, though for all that is known of its result it may be of any class that inherits the method.
  void KeepOwn(FileId file, ValueId value, std::vector<Maker>& makers) {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 4 && m[value].kind == ValueKind::kBinding; ++i) {
      const Binding& b = m.bindings[static_cast<BindingId>(m[value].a)];
      if (b.writes != 0 || !Some(b.value)) return;
      value = b.value;
    }
    if (m[value].kind != ValueKind::kCall) return;
    const Call& call = m.calls[static_cast<CallId>(m[value].a)];
    const NodeId callee = m.syntax.FirstChild(call.node);
    if (call.kind == CallKind::kNew || !Some(callee) || m.syntax.KindOf(callee) != Kind::kMemberExpression) return;
    const NodeId object = m.syntax.FirstChild(callee);
    if (m.syntax.KindOf(object) != Kind::kSuper && m.syntax.KindOf(object) != Kind::kThisExpression) return;
    if (const auto own = makers_.ThisIn({file, call.function})) Keep(*own, makers);
  }
  // What a callback that a method makes is given where it is called, as `this`: this.transforms.push((value, schema) =>
  // ...), and elsewhere transform(value, this). That is the object it was made for.
  void KeepGiven(FileId file, ValueId value, std::vector<Maker>& makers) {
    const FileModel& m = p_[file].model;
    if (m[value].kind == ValueKind::kBinding) value = m.bindings[static_cast<BindingId>(m[value].a)].value;
    if (!Some(value) || m[value].kind != ValueKind::kParam) return;
    const FunctionId callback = static_cast<FunctionId>(m[value].a);
    const uint32_t place = m[value].b;
    const Function& f = m.functions[callback];
    std::optional<std::vector<Maker>> own;
    for (FunctionId at = f.parent; at != kModuleFunction && !own; at = m.functions[at].parent)
      own = makers_.ThisIn({file, at});
    if (!own) return;
    bool any = false;
    for (const Caller& caller : c_.CallersOf({file, callback})) {
      if (caller.callback) continue;
      const FileModel& theirs = p_[caller.from.file].model;
      const Argument* given = theirs.Arg(theirs.calls[caller.at], place + (IsCallOfCall(theirs, caller.at) ? 1 : 0));
      if (given == nullptr || given->spread || !Some(given->value) || !Some(ThisOf(theirs, given->value))) return;
      any = true;
    }
    if (any) Keep(*own, makers);
  }
  // Of instances those that are of `own`, when any are.
  static void Keep(const std::vector<Maker>& own, std::vector<Maker>& makers) {
    const auto is_own = [&](const Maker& x) { return std::binary_search(own.begin(), own.end(), x); };
    if (std::ranges::none_of(makers, is_own)) return;
    std::erase_if(makers, [&](const Maker& x) {
      return (x.kind == Maker::Kind::kInstanceOf || x.kind == Maker::Kind::kMadeBy) && !is_own(x);
    });
  }
  // What a method is called on directly, and the methods that call it on their own object.
  struct CalledOn {
    std::vector<Maker> makers;
    std::vector<FunctionRef> own;
    bool known = true;
  };
  const CalledOn& CallsOf(FunctionRef method) {
    const auto [it, fresh] = called_on_.try_emplace(method);
    CalledOn& out = it->second;
    if (!fresh) return out;
    const auto callers = c_.CallersOf(method);
    out.known = !callers.empty() && callers.size() <= kMostCallers;
    const bool constructs = p_[method.file].model.functions[method.function].kind == FunctionKind::kConstructor;
    for (const Caller& caller : callers) {
      if (!out.known) break;
      const FileModel& m = p_[caller.from.file].model;
      const Call& call = m.calls[caller.at];
      const NodeId callee = m.syntax.FirstChild(call.node);
      const bool by_name = !caller.callback && call.kind != CallKind::kNew && Some(callee) &&
                           m.syntax.KindOf(callee) == Kind::kMemberExpression && !IsCallOfCall(m, caller.at);
      const ValueId object =
          by_name ? Itself(caller.from.file, m.ValueOf(m.syntax.FirstChild(callee))) : kNone<ValueId>;
      if (constructs || call.kind == CallKind::kNew) {
        const auto made = makers_.ThisIn(method);
        out.known = made.has_value();
        if (made) out.makers = *made;
        break;
      }
      if (by_name && m.syntax.KindOf(m.syntax.FirstChild(callee)) == Kind::kSuper) {
        out.own.push_back({caller.from.file, call.function});
      } else if (!Some(object)) {
        out.known = false;
      } else if (const FunctionId self = ThisOf(m, object); Some(self)) {
        out.own.push_back({caller.from.file, self});
      } else {
        const std::vector<Maker> makers = makers_.In(caller.from.file, object);
        out.known = !makers.empty() && !p_.values()->MayBeMore(caller.from.file, object) &&
                    std::ranges::all_of(makers, [&](const Maker& x) { return makers_.Makes(x); });
        out.makers.insert(out.makers.end(), makers.begin(), makers.end());
      }
    }
    return out;
  }
  // What `this` may be in a method, by what it is called on where all calls of it are known, and those of the methods
  // that call it on their own object; nullopt otherwise.
  const std::optional<std::set<Maker>>& Receivers(FunctionRef method) {
    const auto [it, fresh] = receivers_.try_emplace(method);
    if (!fresh) return it->second;
    std::set<Maker> out;
    std::vector<FunctionRef> work{method};
    std::set<FunctionRef> seen{method};
    for (size_t i = 0; i < work.size(); ++i) {
      const CalledOn& calls = CallsOf(work[i]);
      if (!calls.known || work.size() > kMostCallers) return it->second;
      out.insert(calls.makers.begin(), calls.makers.end());
      for (const FunctionRef by : calls.own) {
        if (seen.insert(by).second) work.push_back(by);
      }
    }
    it->second = std::move(out);
    return it->second;
  }
  // The function of the program that calls what a literal stands in as its callback, and is called from elsewhere with
  // others: mapValues(fields, (field) => ({ ...field, type })). Each call keeps its own apart, though what is known of
  // its result is what all of them give.
  FunctionRef HelperOf(const Maker& maker) const {
    if (maker.kind != Maker::Kind::kObject) return {};
    const FileModel& m = p_[maker.file].model;
    const FunctionRef around{maker.file, m.FunctionOf(m.objects[static_cast<ObjectId>(maker.id)].node)};
    if (around.function == kModuleFunction) return {};
    for (const Caller& caller : c_.CallersOf(around)) {
      const FileModel& theirs = p_[caller.from.file].model;
      const ValueId callee = theirs.calls[caller.at].callee;
      if (caller.callback || !Some(callee) || theirs[callee].kind != ValueKind::kBinding) continue;
      const Binding& b = theirs.bindings[static_cast<BindingId>(theirs[callee].a)];
      const FunctionRef helper{caller.from.file, theirs.scopes[b.scope].function};
      if (b.kind == BindingKind::kParam && c_.CallersOf(helper).size() > 1) return helper;
    }
    return {};
  }
  // Does a function make what its callers tell it to: makeArray(n, () => new Point()), get(name, Type) { ... new Type()
  // }? What is known of its result is what all of them together get.
  bool IsHelper(FunctionRef f) const { return does_as_told_.contains(f) && c_.CallersOf(f).size() > 1; }
  // Is the value, or the list it is of, what a helper gives, though by way of functions, variables and fields?
  bool IsFromHelper(FileId file, ValueId value, int depth = 0) {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 8 && Some(value); ++i) {
      const Value& v = m[value];
      if (v.kind == ValueKind::kBinding) {
        const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
        if (b.writes != 0 || b.kind == BindingKind::kParam) return false;
        value = b.value;
      } else if (v.kind == ValueKind::kElement) {
        value = static_cast<ValueId>(v.a);
      } else if (v.kind == ValueKind::kMember) {
        const FunctionId method = ThisOf(m, static_cast<ValueId>(v.a));
        if (!Some(method) || depth > 3) return false;
        const auto own = makers_.ThisIn({file, method});
        if (!own) return false;
        for (const Maker& maker : *own) {
          if (maker.kind != Maker::Kind::kInstanceOf || maker.file != file) continue;
          const ValueId held = p_.FieldOf(file, static_cast<ClassId>(maker.id), static_cast<NameId>(v.b));
          if (Some(held) && IsFromHelper(file, held, depth + 1)) return true;
        }
        return false;
      } else if (v.kind == ValueKind::kCall) {
        const FunctionRef function = TargetAt(file, static_cast<CallId>(v.a));
        if (!Some(function.function) || depth > 3) return false;
        return IsHelper(function) || IsFromHelper(function.file, p_.ReturnOf(function), depth + 1);
      } else {
        return false;
      }
    }
    return false;
  }
  // Is one of them written as {}: what a call may leave out, each way? Which are given differs from program to program.
  bool AreOptions(const std::vector<Maker>& makers) const {
    return std::ranges::any_of(makers, [&](const Maker& maker) {
      return maker.kind == Maker::Kind::kObject &&
             p_[maker.file].model.objects[static_cast<ObjectId>(maker.id)].member_count == 0 &&
             !p_[maker.file].model.objects[static_cast<ObjectId>(maker.id)].has_spread;
    });
  }
  // Is it what an object holds under some key, table[key]? Then it is much that never gets here.
  bool IsKeyed(FileId file, ValueId value) const {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 4 && Some(value); ++i) {
      if (m[value].kind == ValueKind::kElement && m[value].b != kNoneIndex) {
        const std::vector<Denoted> held = p_.values()->Of(file, static_cast<ValueId>(m[value].a));
        return !std::ranges::all_of(
            held, [](const Denoted& d) { return d.Is(Denoted::Kind::kInstance) && d.type == "Array"; });
      }
      if (m[value].kind != ValueKind::kBinding) return false;
      value = m.bindings[static_cast<BindingId>(m[value].a)].value;
    }
    return false;
  }
  // let x = a; if (...) x = b: one of them most times, also for who gets `x` from a function or takes a part of it. Not
  // what walks, x = x.next.
  bool MovesOn(FileId file, ValueId value, int depth = 0) const {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 8 && Some(value); ++i) {
      const Value& v = m[value];
      if (v.kind == ValueKind::kMember || v.kind == ValueKind::kElement) {
        value = static_cast<ValueId>(v.a);
      } else if (v.kind == ValueKind::kEither) {
        if (depth < 4 && MovesOn(file, static_cast<ValueId>(v.a), depth + 1)) return true;
        value = static_cast<ValueId>(v.b);
      } else if (v.kind == ValueKind::kCall) {
        return depth < 4 && std::ranges::any_of(c_.CalleesOf(file, static_cast<CallId>(v.a)).functions,
                                                [&](FunctionRef f) { return MovesOn(f.file, ReturnOf(f), depth + 1); });
      } else if (v.kind == ValueKind::kBinding) {
        const BindingId id = static_cast<BindingId>(v.a);
        const Binding& b = m.bindings[id];
        if (b.writes > 0) {
          return std::ranges::any_of(m.AssignmentsOf(id), [&](const Assignment& a) {
            return m.syntax.KindOf(m.syntax.Parent(a.node)) == Kind::kVariableDeclarator && Some(a.value) &&
                   m[a.value].kind != ValueKind::kNull && m[a.value].kind != ValueKind::kUndefined;
          });
        }
        value = b.value;
      } else {
        return false;
      }
    }
    return false;
  }
  // One of a list, a[i] or the variable of for-of: whatever is in the list gets there.
  static bool IsElement(const FileModel& m, ValueId value) {
    for (int i = 0; i < 4 && Some(value); ++i) {
      if (m[value].kind == ValueKind::kElement) return true;
      if (m[value].kind != ValueKind::kBinding) break;
      value = m.bindings[static_cast<BindingId>(m[value].a)].value;
    }
    return false;
  }
  // Objects made again and again by a constructor that leaves out what its data has not: if (row.name) this.name =
  // row.name, three times at least, which are eight hidden classes. What options decide, if (options.ranges) this.range
  // =
  // [...], is the same for most objects of a run.
  bool SplitsItself(const Maker& maker) {
    if (maker.kind == Maker::Kind::kObject || maker.kind == Maker::Kind::kCreated || !makers_.MakesOften(maker))
      return false;
    const Result& base = Base(maker);
    if (base.opaque || base.ways.all.size() <= kMostPolymorphic) return false;
    const File& file = p_[maker.file];
    const FileModel& m = file.model;
    const Syntax& s = m.syntax;
    const NodeId all = NodeOf(maker);
    int left_out = 0;
    for (uint32_t i = looplint::Index(all); i < s[all].next; ++i) {
      const NodeId node = static_cast<NodeId>(i);
      if (s.KindOf(node) != Kind::kAssignmentExpression || s.KindOf(s.FirstChild(node)) != Kind::kMemberExpression ||
          s.KindOf(s.FirstChild(s.FirstChild(node))) != Kind::kThisExpression) {
        continue;
      }
      const NodeId right = s.Child(node, Role::kRight);
      const NodeId test = ConditionOf(s, node);
      if (Some(test) && Mentions(TextOf(maker.file, test), TextOf(maker.file, right))) ++left_out;
    }
    return left_out >= 3;
  }
  // The function whose `this` a value is, also by another name: const self = this.
  FunctionId ThisOf(const FileModel& m, ValueId value) const {
    for (int i = 0; i < 4 && Some(value); ++i) {
      const Value& v = m[value];
      if (v.kind == ValueKind::kThis) return static_cast<FunctionId>(v.a);
      if (v.kind == ValueKind::kMember && itself_.contains(m.names[static_cast<NameId>(v.b)])) {
        value = static_cast<ValueId>(v.a);
        continue;
      }
      // As compilers write super(): _this = _super.call(this) || this
      if (v.kind == ValueKind::kEither) {
        value = static_cast<ValueId>(v.b);
        if (m[value].kind != ValueKind::kThis) break;
        continue;
      }
      if (v.kind != ValueKind::kBinding) break;
      const BindingId id = static_cast<BindingId>(v.a);
      if (m.bindings[id].writes == 0) {
        value = m.bindings[id].value;
        continue;
      }
      // _this = this, _this = _super.call(this) || this: the same, all of them.
      FunctionId all = kNone<FunctionId>;
      for (const Assignment& given : m.AssignmentsOf(id)) {
        ValueId one = given.value;
        if (Some(one) && m[one].kind == ValueKind::kEither) one = static_cast<ValueId>(m[one].b);
        if (!Some(one) || m[one].kind != ValueKind::kThis) return kNone<FunctionId>;
        const FunctionId of = static_cast<FunctionId>(m[one].a);
        if (Some(all) && all != of) return kNone<FunctionId>;
        all = of;
      }
      return all;
    }
    return kNone<FunctionId>;
  }
  // What the function around `node` takes of the object in a variable: what has none of it is not what is meant.
  const std::set<std::string_view>& TakenOf(FileId file, NodeId node, BindingId binding) {
    const FileModel& m = p_[file].model;
    const auto [it, fresh] = taken_.try_emplace({file, binding});
    auto& by_function = it->second;
    for (ReferenceId r = fresh ? m.bindings[binding].first : kNone<ReferenceId>; Some(r); r = m.Next(r)) {
      const NodeId use = m.references[r].node, member = m.syntax.Parent(use);
      if (m.syntax.KindOf(member) != Kind::kMemberExpression || m.syntax.FirstChild(member) != use) continue;
      const ValueId value = m.ValueOf(member);
      if (Some(value) && m[value].kind == ValueKind::kMember)
        by_function[m.FunctionOf(use)].insert(m.names[static_cast<NameId>(m[value].b)]);
    }
    return by_function[m.FunctionOf(node)];
  }
  // Is what the access takes looked at as something that may be missing: in a condition, compared, taken into a
  // variable? Elsewhere, o.name.length, f(o.name), the code takes it to be there.
  static bool MayBeMissing(const FileModel& m, NodeId node, int depth = 0) {
    const Syntax& s = m.syntax;
    const NodeId parent = s.Parent(node);
    if (!Some(parent)) return true;
    const bool first = s.FirstChild(parent) == node;
    switch (s.KindOf(parent)) {
      case Kind::kIfStatement:
      case Kind::kWhileStatement:
      case Kind::kLogicalExpression:
      case Kind::kAssignmentPattern:
      case Kind::kProperty:
      case Kind::kUnaryExpression:
        return true;
      case Kind::kVariableDeclarator: {
        // const size = o.size; ... size * 2: as what is done with the variable says.
        const BindingId variable = m.BindingAt(s.FirstChild(parent));
        if (!Some(variable) || depth > 3) return true;
        bool must_be_there = false;
        for (ReferenceId r = m.bindings[variable].first; Some(r); r = m.Next(r)) {
          const NodeId use = m.references[r].node, by = s.Parent(use);
          if (use == s.FirstChild(parent)) continue;
          if (s.KindOf(by) == Kind::kAssignmentExpression && s.FirstChild(by) == use && s[by].op == Op::kAssign)
            continue;
          if (MayBeMissing(m, use, depth + 1)) return true;
          must_be_there = true;
        }
        return !must_be_there;
      }
      case Kind::kConditionalExpression:
        return s.Child(parent, Role::kTest) == node;
      case Kind::kAssignmentExpression:
        return !first || s[parent].op == Op::kOrAssign || s[parent].op == Op::kNullishAssign;
      case Kind::kMemberExpression:
      case Kind::kCallExpression:
        return first && (s[parent].flags & kOptional) != 0;
      case Kind::kBinaryExpression:
        switch (s[parent].op) {
          case Op::kEq:
          case Op::kNe:
          case Op::kStrictEq:
          case Op::kStrictNe:
          case Op::kInstanceof:
            return true;
          default:
            return false;
        }
      default:
        return false;
    }
  }

  std::optional<Maker> MakerAt(FileId file, NodeId node) const {
    const FileModel& m = p_[file].model;
    using K = Maker::Kind;
    switch (m.syntax.KindOf(node)) {
      case Kind::kObjectExpression: {
        const ValueId v = m.ValueOf(node);
        if (!Some(v) || m[v].kind != ValueKind::kObject) return std::nullopt;
        return Maker{K::kObject, file, m[v].a};
      }
      case Kind::kClassDeclaration:
      case Kind::kClassExpression:
        for (const ClassId c : Ids(m.classes)) {
          if (m.classes[c].node == node) return Maker{K::kInstanceOf, file, looplint::Index(c)};
        }
        return std::nullopt;
      default: {
        const FunctionId f = m.FunctionAt(node);
        if (!Some(f)) return std::nullopt;
        return Maker{K::kMadeBy, file, looplint::Index(f)};
      }
    }
  }

  // What makes the object that `value` is made anew each time it is evaluated; nullopt: it is not, or one of several.
  std::optional<Maker> MakesAnew(FileId file, ValueId value, int depth) const {
    const FileModel& m = p_[file].model;
    if (!Some(value) || depth > 4) return std::nullopt;
    const Value& v = m[value];
    if (v.kind == ValueKind::kObject) return Maker{Maker::Kind::kObject, file, v.a};
    if (v.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(v.a)];
      if (b.writes != 0 || b.kind == BindingKind::kParam || looplint::Index(b.scope) == 0) return std::nullopt;
      return MakesAnew(file, b.value, depth + 1);
    }
    if (v.kind != ValueKind::kCall) return std::nullopt;
    const CallId id = static_cast<CallId>(v.a);
    const Call& call = m.calls[id];
    const Target& target = c_.TargetOf(file, id);
    if (call.kind == CallKind::kNew) {
      const std::vector<Maker> made = makers_.In(file, value);
      return made.size() == 1 ? std::optional(made[0]) : std::nullopt;
    }
    if (target.api != nullptr) {
      if (target.api->name != "global.Object.create") return std::nullopt;
      return Maker{Maker::Kind::kCreated, file, looplint::Index(id)};
    }
    const FunctionRef function = TargetAt(file, id);
    if (!Some(function.function)) return std::nullopt;
    return MakesAnew(function.file, ReturnOf(function), depth + 1);
  }
  // The one function of the program a call runs; none when there are several.
  FunctionRef TargetAt(FileId file, CallId call) const {
    const FileModel& m = p_[file].model;
    if (IsCallOfCall(m, call)) {
      const Denoted d = p_.values()->Only(file, static_cast<ValueId>(m[m.calls[call].callee].a));
      return d.Is(Denoted::Kind::kFunction) ? d.function() : FunctionRef{};
    }
    const Callees callees = c_.CalleesOf(file, call);
    if (callees.functions.empty()) return c_.TargetOf(file, call).function;
    return callees.functions.size() == 1 ? callees.functions[0] : FunctionRef{};
  }
  // What it returns, when that is one thing wherever it returns.
  ValueId ReturnOf(FunctionRef f) const {
    const Function& function = p_[f.file].model.functions[f.function];
    return function.is_async || function.is_generator ? kNone<ValueId> : p_.ReturnOf(f);
  }

  // A variable that gets a new object where it is declared, and keeps it.
  bool IsFresh(FileId file, BindingId id) const {
    const FileModel& m = p_[file].model;
    const Binding& b = m.bindings[id];
    if (b.writes != 0 || !Some(b.value) || looplint::Index(b.node) >= m.syntax.size()) return false;
    const NodeId declarator = m.syntax.Parent(b.node);
    if (m.syntax.KindOf(declarator) != Kind::kVariableDeclarator || m.syntax.FirstChild(declarator) != b.node)
      return false;
    if (m.syntax.KindOf(m.syntax.Parent(declarator)) != Kind::kVariableDeclaration) return false;
    return MakesAnew(file, b.value, 0).has_value();
  }

  using LocalVariable = std::pair<FileId, BindingId>;

  // The variables whose new objects a variable may hold: itself, or those its function is called with, when all callers
  // are known and hand over such. Empty when that cannot be told.
  // With `some`, those of the callers that are known.
  // f.call(this, node)
  static bool IsCallOfCall(const FileModel& m, CallId call) {
    const ValueId v = m.calls[call].callee;
    return Some(v) && m[v].kind == ValueKind::kMember && m.names[static_cast<NameId>(m[v].b)] == "call";
  }
  const std::vector<LocalVariable>& SomeSources(FileId file, BindingId id, int depth) {
    const auto [it, fresh] = some_sources_.try_emplace({file, id});
    if (fresh) it->second = Sources(file, id, depth, true);
    return it->second;
  }
  std::vector<LocalVariable> Sources(FileId file, BindingId id, int depth, bool some = false) {
    const FileModel& m = p_[file].model;
    const Binding& b = m.bindings[id];
    if (b.kind != BindingKind::kParam)
      return IsFresh(file, id) ? std::vector<LocalVariable>{{file, id}} : std::vector<LocalVariable>();
    if (b.writes != 0 || depth > (some ? 6 : 3)) return {};
    const FunctionId function = m.scopes[b.scope].function;
    const Function& f = m.functions[function];
    uint32_t place = 0;
    while (place < f.param_count && !m.syntax.Contains(m.params[f.first_param + place].node, b.node)) ++place;
    if (place == f.param_count) return {};
    const NodeId written = m.params[f.first_param + place].node;
    if (written != b.node && m.syntax.FirstChild(written) != b.node) return {};  // a part of it
    std::vector<LocalVariable> out;
    const auto callers = c_.CallersOf({file, function});
    if (callers.size() > (some ? 200 : 40)) return {};
    for (const Caller& caller : callers) {
      const FileModel& theirs = p_[caller.from.file].model;
      const Argument* given = theirs.Arg(theirs.calls[caller.at], place + (IsCallOfCall(theirs, caller.at) ? 1 : 0));
      const auto unknown = [&] {
        if (caller.callback || given == nullptr || given->spread) return true;
        if (TargetAt(caller.from.file, caller.at) != FunctionRef{file, function}) return true;
        return !Some(theirs.BindingAt(given->node)) || theirs.syntax.KindOf(given->node) != Kind::kIdentifier;
      };
      if (unknown()) {
        if (some) continue;
        return {};
      }
      const BindingId variable = theirs.BindingAt(given->node);
      if (caller.from.file == file && variable == id) continue;  // itself again
      const std::vector<LocalVariable> more =
          some ? SomeSources(caller.from.file, variable, depth + 1) : Sources(caller.from.file, variable, depth + 1);
      if (more.empty() && !some) return {};
      for (const LocalVariable& v : more) {
        if (std::ranges::find(out, v) == out.end()) out.push_back(v);
      }
    }
    return out;
  }

  // Can objects of this maker be `this` in a function that is no method of a class or prototype? Of a literal's methods
  // the literal itself, and what is made with it as prototype.
  bool MayBeThis(FileId file, FunctionId function, const Maker& maker) const {
    if (maker.kind != Maker::Kind::kObject && maker.kind != Maker::Kind::kCreated) return false;
    const FileModel& m = p_[file].model;
    const Function& f = m.functions[function];
    NodeId holder = m.syntax.Parent(f.node);
    if (m.syntax.KindOf(f.node) != Kind::kMethodDefinition) holder = Some(holder) ? m.syntax.Parent(holder) : holder;
    if (!Some(holder) || m.syntax.KindOf(holder) != Kind::kObjectExpression) return false;
    const ValueId value = m.ValueOf(holder);
    if (!Some(value) || m[value].kind != ValueKind::kObject) return false;
    const Maker literal{Maker::Kind::kObject, file, m[value].a};
    if (maker.kind == Maker::Kind::kObject) return maker == literal;
    const FileModel& theirs = p_[maker.file].model;
    const Argument* prototype = theirs.Arg(theirs.calls[static_cast<CallId>(maker.id)], 0);
    if (prototype == nullptr || !Some(prototype->value)) return false;
    return std::ranges::any_of(p_.values()->Of(maker.file, prototype->value), [&](const Denoted& d) {
      return d.Is(Denoted::Kind::kObject) && Maker{Maker::Kind::kObject, d.file, d.id} == literal;
    });
  }
  // Is the object in `binding` of one kind where `node` stands: case 'num': node.value, if (node.type === 'num')
  // node.value, if (node.type !== 'num') return; node.value?
  static bool IsToldApart(const FileModel& m, NodeId node, BindingId binding) {
    const Syntax& s = m.syntax;
    const auto kind_of = [&](NodeId e) {  // o.type
      return Some(e) && s.KindOf(e) == Kind::kMemberExpression && m.BindingAt(s.FirstChild(e)) == binding;
    };
    const auto compares = [&](NodeId test, bool equal) {
      if (!Some(test)) return false;
      for (uint32_t i = looplint::Index(test); i < s[test].next; ++i) {
        const NodeId e = static_cast<NodeId>(i);
        if (s.KindOf(e) != Kind::kBinaryExpression) continue;
        const Op op = s[e].op;
        const NodeId left = s.Child(e, Role::kLeft), right = s.Child(e, Role::kRight);
        if (op == Op::kInstanceof && equal && m.BindingAt(left) == binding) return true;
        const bool same = op == Op::kStrictEq || op == Op::kEq, other = op == Op::kStrictNe || op == Op::kNe;
        if ((equal ? same : other) && (kind_of(left) || kind_of(right))) return true;
      }
      return false;
    };
    for (NodeId at = s.Parent(node), below = node;
         Some(at) && s.KindOf(at) != Kind::kProgram && !IsFunction(s.KindOf(at)); below = at, at = s.Parent(at)) {
      const Kind kind = s.KindOf(at);
      if ((kind == Kind::kIfStatement || kind == Kind::kConditionalExpression) &&
          s.Child(at, Role::kConsequent) == below && compares(s.Child(at, Role::kTest), true)) {
        return true;
      }
      if (kind == Kind::kLogicalExpression && s[at].op == Op::kAnd && s.Child(at, Role::kRight) == below &&
          compares(s.Child(at, Role::kLeft), true)) {
        return true;
      }
      if (kind == Kind::kSwitchCase) {
        const NodeId over = s.Child(s.Parent(at), Role::kValue);
        if (s.Child(at, Role::kTest) != below && kind_of(over)) return true;
      }
      if (kind != Kind::kBlockStatement) continue;
      for (const NodeId child : s.ChildrenOf(at)) {
        if (child == below) break;
        if (s.KindOf(child) == Kind::kIfStatement && compares(s.Child(child, Role::kTest), false)) {
          NodeId then = s.Child(child, Role::kConsequent);
          if (s.KindOf(then) == Kind::kBlockStatement) then = s.FirstChild(then);
          if (!Some(then)) continue;
          const Kind leaves = s.KindOf(then);
          if (leaves == Kind::kReturnStatement || leaves == Kind::kContinueStatement || leaves == Kind::kThrowStatement)
            return true;
        }
      }
    }
    return false;
  }
  // Stands `node` in a branch whose condition looks at the object in `binding`?
  static bool LooksFirst(const FileModel& m, NodeId node, BindingId binding) {
    const Syntax& s = m.syntax;
    const auto looks = [&](NodeId condition) {
      if (!Some(condition) || s.Contains(condition, node)) return false;
      for (uint32_t i = looplint::Index(condition); i < s[condition].next; ++i) {
        if (s.nodes[i].kind == Kind::kIdentifier && m.BindingAt(static_cast<NodeId>(i)) == binding) return true;
      }
      return false;
    };
    for (NodeId at = s.Parent(node), below = node;
         Some(at) && s.KindOf(at) != Kind::kProgram && !IsFunction(s.KindOf(at)); below = at, at = s.Parent(at)) {
      const Kind kind = s.KindOf(at);
      if ((kind == Kind::kIfStatement || kind == Kind::kConditionalExpression) && looks(s.Child(at, Role::kTest)))
        return true;
      if (kind == Kind::kLogicalExpression && s.Child(at, Role::kRight) == below && looks(s.Child(at, Role::kLeft)))
        return true;
      if (kind == Kind::kSwitchStatement && looks(s.Child(at, Role::kValue))) return true;
      // if (node.kind !== 'num') return; ... node.value
      if (kind == Kind::kBlockStatement) {
        for (const NodeId child : s.ChildrenOf(at)) {
          if (child == below) break;
          if (s.KindOf(child) == Kind::kIfStatement && looks(s.Child(child, Role::kTest))) return true;
        }
      }
    }
    return false;
  }

  // ---- walking

  // Follows one object through the code that makes it.
  class Walker {
   public:
    Walker(Index& of, const Maker& maker) : x_(of), maker_(maker) {}

    Ways now;             // hidden classes it may have got to
    bool opaque = false;  // given keys nobody knows

    // The body of a function in which the object is `this`, or `binding`.
    void Body(FunctionRef f, BindingId binding) {
      const FileModel& m = x_.p_[f.file].model;
      const NodeId node = m.functions[f.function].node;
      const NodeId body = m.syntax.Child(node, Role::kBody);
      if (!Some(body) || depth_ >= kDeepest) return;
      if (std::ranges::find(stack_, f) != stack_.end()) return;
      const Frame saved = Enter(f, binding);
      Visit(body);
      Leave(saved);
    }
    // The statements after a declaration, with the object in `binding`.
    void After(FunctionRef f, BindingId binding, NodeId declaration) {
      const FileModel& m = x_.p_[f.file].model;
      const NodeId list = m.syntax.Parent(declaration);
      if (!Some(list)) return;
      const Frame saved = Enter(f, binding);
      for (uint32_t i = m.syntax[declaration].next; i < m.syntax[list].next; i = m.syntax.nodes[i].next) {
        Visit(static_cast<NodeId>(i));
      }
      Leave(saved);
    }

    // As `new` of the class or function does it.
    void Construct(const Maker& by) {
      if (by.kind == Maker::Kind::kMadeBy) {
        Body({by.file, static_cast<FunctionId>(by.id)}, kNone<BindingId>);
        return;
      }
      const FileModel& m = x_.p_[by.file].model;
      const Class& c = m.classes[static_cast<ClassId>(by.id)];
      if (depth_ >= 12) return;
      const FunctionId constructor = ConstructorOf(m, c);
      const auto was = std::pair(class_file_, class_);
      class_file_ = by.file, class_ = static_cast<ClassId>(by.id);
      if (!Some(c.super)) Fields(m, c);
      if (!Some(constructor)) {
        if (Some(c.super)) Super();
      } else {
        const Function& f = m.functions[constructor];
        for (uint32_t i = 0; i < f.param_count && !Some(c.super); ++i)
          ParameterProperty(m, m.params[f.first_param + i]);
        const int depth = depth_;
        depth_ = 0;  // bases have a depth of their own
        Body({by.file, constructor}, kNone<BindingId>);
        depth_ = depth;
      }
      std::tie(class_file_, class_) = was;
    }

   private:
    struct Frame {
      FunctionRef function{};
      BindingId binding{kNoneIndex};
      Ways ended;              // returned
      std::vector<Ways> left;  // by break and continue, of each loop and switch around
      int branch = 0;
    };

    static FunctionId ConstructorOf(const FileModel& m, const Class& c) {
      for (uint32_t i = 0; i < c.member_count; ++i) {
        const Member& member = m.members[c.first_member + i];
        if (member.kind == FunctionKind::kConstructor) return m.FunctionAt(member.node);
      }
      return kNone<FunctionId>;
    }
    void ParameterProperty(const FileModel& m, const Param& p) {
      if ((m.syntax[p.node].flags & kParameterProperty) == 0) return;
      const NodeId name = m.syntax.FirstChild(p.node);
      const BindingId b = Some(name) ? m.BindingAt(name) : kNone<BindingId>;
      const FileId file = frame_.function.file;
      frame_.function.file = class_file_;
      if (Some(b)) Add(m.names[m.bindings[b].name], p.node);
      frame_.function.file = file;
    }
    void Fields(const FileModel& m, const Class& c) {
      const bool typed = x_.p_[class_file_].language != Language::kJavaScript;
      for (uint32_t i = 0; i < c.member_count; ++i) {
        const Member& member = m.members[c.first_member + i];
        if (member.is_static || m.syntax.KindOf(member.node) != Kind::kPropertyDefinition) continue;
        if (member.kind == FunctionKind::kGetter || member.kind == FunctionKind::kSetter) continue;
        // Declared only, a field is made or not by what the compiler is told.
        if (typed && !Some(m.syntax.Child(member.node, Role::kValue))) continue;
        if (!Some(member.name)) {
          opaque = true;
          return;
        }
        const FileId file = frame_.function.file;
        frame_.function.file = class_file_;
        Add(m.names[member.name], member.node);
        frame_.function.file = file;
      }
    }
    // super(...): what the bases do, then the fields of the class.
    void Super() {
      const FileId file = class_file_;
      const ClassId cls = class_;
      if (!Some(file) || ++supers_ > 40) return;
      const FileModel& m = x_.p_[file].model;
      const Class& c = m.classes[cls];
      const std::vector<Denoted> bases = x_.p_.values()->Of(file, c.super);
      for (const Denoted& d : bases) {
        if (d.kind != Denoted::Kind::kClass && d.kind != Denoted::Kind::kFunction) continue;
        const Maker base{d.kind == Denoted::Kind::kClass ? Maker::Kind::kInstanceOf : Maker::Kind::kMadeBy, d.file,
                         d.id};
        if (base.file == file && base.kind == Maker::Kind::kInstanceOf && base.id == looplint::Index(cls)) continue;
        const Frame saved = std::move(frame_);
        const auto stack = stack_;
        frame_ = {};
        frame_.branch = saved.branch;
        Construct(base);
        frame_ = saved;
        stack_ = stack;
        break;
      }
      class_file_ = file, class_ = cls;
      Fields(m, c);
      const FunctionId constructor = ConstructorOf(m, c);
      if (Some(constructor)) {
        const Function& f = m.functions[constructor];
        for (uint32_t i = 0; i < f.param_count; ++i) ParameterProperty(m, m.params[f.first_param + i]);
      }
    }

    Frame Enter(FunctionRef f, BindingId binding) {
      Frame saved = std::move(frame_);
      frame_ = {};
      frame_.function = f;
      frame_.binding = binding;
      frame_.branch = saved.branch;
      stack_.push_back(f);
      ++depth_;
      return saved;
    }
    void Leave(const Frame& saved) {
      now.Put(frame_.ended);
      frame_ = saved;
      stack_.pop_back();
      --depth_;
    }

    const File& file() const { return x_.p_[frame_.function.file]; }
    const FileModel& model() const { return file().model; }
    Place At(NodeId node) const { return PlaceOf(file(), frame_.function.file, node); }

    void Add(std::string_view name, NodeId node) {
      if (IsIndex(name)) return;
      const bool turns = frame_.branch > 0;
      const Place at = At(node);
      for (Way& w : now.all) w.Add(name, at, turns);
      now.Settle();
    }
    void Step(std::string_view what, NodeId node) {
      const Place at = At(node);
      for (Way& w : now.all) w.Step(what, at, true);
      now.Settle();
    }

    bool IsObject(NodeId node) const {
      const FileModel& m = model();
      while (m.syntax.KindOf(node) == Kind::kTSAsExpression || m.syntax.KindOf(node) == Kind::kTSNonNullExpression) {
        node = m.syntax.FirstChild(node);
      }
      if (!Some(frame_.binding)) {
        // An arrow's `this` is that of the function around; arrows are not entered.
        if (m.syntax.KindOf(node) == Kind::kThisExpression) return true;
        // const self = this; what compilers make of super(): _this = _super.call(this) || this
        return m.syntax.KindOf(node) == Kind::kIdentifier && Some(m.ValueOf(node)) &&
               x_.ThisOf(m, m.ValueOf(node)) == frame_.function.function;
      }
      return m.syntax.KindOf(node) == Kind::kIdentifier && m.BindingAt(node) == frame_.binding;
    }
    bool IsMember(NodeId node) const {
      return model().syntax.KindOf(node) == Kind::kMemberExpression && IsObject(model().syntax.FirstChild(node));
    }
    // Its name; nullopt when computed by what is no constant.
    std::optional<std::string_view> NameOf(NodeId member) const {
      const FileModel& m = model();
      const ValueId v = m.ValueOf(member);
      if (Some(v) && m[v].kind == ValueKind::kMember) return m.names[static_cast<NameId>(m[v].b)];
      if ((m.syntax[member].flags & kComputed) != 0) {
        const NodeId key = m.syntax.Child(member, Role::kProperty);
        if (m.syntax.KindOf(key) == Kind::kNumericLiteral) return "0";
      }
      return std::nullopt;
    }
    void See(NodeId member) {
      Ways& met = x_.seen_[{frame_.function.file, member, maker_}];
      for (Way w : now.all) {
        w.source = x_.source_;
        met.Put(w, 10 * kMostWays);  // so many that it does not matter whose come first
      }
    }
    void VisitChildren(NodeId node) {
      for (const NodeId child : model().syntax.ChildrenOf(node)) Visit(child);
    }
    template <typename A, typename B>
    void Either(const A& one, const B& other) {
      const Ways before = now;
      ++frame_.branch;
      one();
      Ways after = std::move(now);
      now = before;
      other();
      --frame_.branch;
      after.Put(now);
      now = std::move(after);
    }

    void Visit(NodeId node) {
      if (!Some(node) || now.empty()) return;
      if (++nodes_ > kMostNodes) {
        x_.cut_off_.insert(maker_);
        opaque = true;
        now.all.clear();
        return;
      }
      const FileModel& m = model();
      const Syntax& s = m.syntax;
      const Kind kind = s.KindOf(node);
      if (IsFunction(kind) || kind == Kind::kMethodDefinition) return;  // runs some other time
      switch (kind) {
        case Kind::kClassDeclaration:
        case Kind::kClassExpression:
        case Kind::kTypeAnnotation:
        case Kind::kTSInterfaceDeclaration:
        case Kind::kTSTypeAliasDeclaration:
          return;
        case Kind::kIfStatement:
        case Kind::kConditionalExpression:
          Visit(s.Child(node, Role::kTest));
          // Decided once for a process: taken as not set.
          if (AsksEnvironment(s.Child(node, Role::kTest))) {
            Visit(s.Child(node, Role::kAlternate));
            return;
          }
          Either([&] { Visit(s.Child(node, Role::kConsequent)); }, [&] { Visit(s.Child(node, Role::kAlternate)); });
          return;
        case Kind::kLogicalExpression:
          Visit(s.Child(node, Role::kLeft));
          Either([&] { Visit(s.Child(node, Role::kRight)); }, [] {});
          return;
        case Kind::kSwitchStatement: {
          Visit(s.Child(node, Role::kValue));
          const Ways entry = now;
          Ways through;  // fallen through from the case above
          bool has_default = false;
          frame_.left.emplace_back();
          ++frame_.branch;
          for (const NodeId c : s.ChildrenOf(node)) {
            if (s.KindOf(c) != Kind::kSwitchCase) continue;
            has_default |= s[c].op == Op::kDefault;
            now = entry;
            now.Put(through);
            for (const NodeId child : s.ChildrenOf(c)) Visit(child);
            through = now;
          }
          --frame_.branch;
          now = through;
          if (!has_default) now.Put(entry);
          now.Put(frame_.left.back());
          frame_.left.pop_back();
          return;
        }
        case Kind::kForStatement:
        case Kind::kForInStatement:
        case Kind::kForOfStatement:
        case Kind::kWhileStatement: {
          Visit(s.Child(node, Role::kInit));
          Visit(s.Child(node, Role::kRight));
          Visit(s.Child(node, Role::kTest));
          frame_.left.emplace_back();
          Either(
              [&] {
                Visit(s.Child(node, Role::kBody));
                now.Put(frame_.left.back());
                Visit(s.Child(node, Role::kUpdate));
              },
              [] {});
          now.Put(frame_.left.back());
          frame_.left.pop_back();
          return;
        }
        case Kind::kDoWhileStatement:
          frame_.left.emplace_back();
          Visit(s.Child(node, Role::kBody));
          now.Put(frame_.left.back());
          frame_.left.pop_back();
          Visit(s.Child(node, Role::kTest));
          return;
        case Kind::kBreakStatement:
        case Kind::kContinueStatement:
          if (!frame_.left.empty()) {
            frame_.left.back().Put(now);
            now.all.clear();
          }
          return;
        case Kind::kReturnStatement:
          VisitChildren(node);
          if (!MakesAnother(s.FirstChild(node))) frame_.ended.Put(now);
          now.all.clear();
          return;
        case Kind::kThrowStatement:
          VisitChildren(node);
          now.all.clear();
          return;
        case Kind::kTryStatement: {
          const NodeId handler = s.Child(node, Role::kHandler);
          const Ways before = now;
          Visit(s.FirstChild(node));
          if (Some(handler)) {
            Ways after = now;
            now.Put(before);
            ++frame_.branch;
            Visit(handler);
            --frame_.branch;
            after.Put(now);
            now = std::move(after);
          }
          Visit(s.Child(node, Role::kFinalizer));
          return;
        }
        case Kind::kAssignmentExpression: {
          const NodeId left = s.Child(node, Role::kLeft), right = s.Child(node, Role::kRight);
          if (!IsMember(left)) {
            Visit(left);
            Visit(right);
            return;
          }
          if ((s[left].flags & kComputed) != 0) Visit(s.Child(left, Role::kProperty));
          const Op op = s[node].op;
          const bool maybe = op == Op::kAndAssign || op == Op::kOrAssign || op == Op::kNullishAssign;
          const auto store = [&] {
            Visit(right);
            See(left);
            const auto name = NameOf(left);
            if (!name) {
              // Elements, or keys nobody knows.
              if (!LooksLikeIndex(left)) opaque = true;
            } else if (*name == "__proto__") {
              Step("#prototype", left);
            } else if (!x_.makers_.HasAccessor(maker_, *name)) {
              Add(*name, left);
            }
          };
          if (maybe) {
            See(left);
            store();  // it has the property then, either way
          } else {
            store();
          }
          return;
        }
        case Kind::kMemberExpression:
          if (IsMember(node)) See(node);
          VisitChildren(node);
          return;
        case Kind::kUnaryExpression: {
          const NodeId operand = s.FirstChild(node);
          if (s[node].op == Op::kDelete && Some(operand) && IsMember(operand)) {
            const auto name = NameOf(operand);
            if (!name) {
              opaque = true;
              return;
            }
            const Place at = At(node);
            for (Way& w : now.all) w.Delete(*name, at);
            now.Settle();
            return;
          }
          VisitChildren(node);
          return;
        }
        case Kind::kCallExpression:
        case Kind::kNewExpression:
          VisitChildren(node);
          if (!now.empty()) Called(node);
          return;
        default:
          VisitChildren(node);
          return;
      }
    }

    // if (!(this instanceof Point)) return new Point(x, y): the object at hand is nobody's.
    bool MakesAnother(NodeId returned) const {
      const FileModel& m = model();
      if (!Some(returned) || m.syntax.KindOf(returned) != Kind::kNewExpression) return false;
      const ValueId callee = m.ValueOf(m.syntax.FirstChild(returned));
      if (!Some(callee)) return false;
      const Denoted d = x_.p_.values()->Only(frame_.function.file, callee);
      return d.Is(Denoted::Kind::kFunction) && d.function() == frame_.function;
    }
    bool Merges(NodeId callee) const {
      const Syntax& s = model().syntax;
      if (s.KindOf(callee) == Kind::kMemberExpression) callee = s.Child(callee, Role::kProperty);
      if (!Some(callee)) return false;
      const std::string_view name =
          std::string_view(file().text).substr(s[callee].start, s[callee].end - s[callee].start);
      static constexpr std::array kNames = {"assign", "assignIn", "defaults", "defaultsDeep", "extend", "merge"};
      return std::ranges::find(kNames, name) != kNames.end();
    }
    // if (process.env.TEST)
    bool AsksEnvironment(NodeId test) const {
      const Syntax& s = model().syntax;
      if (!Some(test) || s.KindOf(test) != Kind::kMemberExpression) return false;
      const Node& of = s[s.FirstChild(test)];
      return std::string_view(file().text).substr(of.start, of.end - of.start) == "process.env";
    }
    // object[i] = x in a loop over numbers: elements.
    bool LooksLikeIndex(NodeId member) const {
      const FileModel& m = model();
      const NodeId key = m.syntax.Child(member, Role::kProperty);
      const Kind kind = m.syntax.KindOf(key);
      if (kind == Kind::kNumericLiteral || kind == Kind::kUpdateExpression) return true;
      if (kind == Kind::kBinaryExpression) return m.syntax[key].op != Op::kAdd;
      return false;
    }

    void Called(NodeId node) {
      const FileModel& m = model();
      const Syntax& s = m.syntax;
      const NodeId callee = s.FirstChild(node);
      if (s.KindOf(callee) == Kind::kSuper) {
        if (!Some(frame_.binding)) Super();
        return;
      }
      const CallId id = m.CallAt(node);
      if (!Some(id)) return;
      const Call& call = m.calls[id];
      if (call.kind == CallKind::kNew) return;  // may be given it, and makes another
      const auto argument = [&](uint32_t i) {
        return m.Arg(call, i) == nullptr ? kNone<NodeId> : m.Arg(call, i)->node;
      };
      const Target& target = x_.c_.TargetOf(frame_.function.file, id);
      if (target.api != nullptr) {
        const std::string_view name = target.api->name;
        if (!name.starts_with("global.Object.") && !name.starts_with("global.Reflect.")) return;
        if (call.arg_count == 0 || !Some(argument(0)) || !IsObject(argument(0))) return;
        const std::string_view what = name.substr(name.rfind('.') + 1);
        if (what == "defineProperty") {
          const NodeId key = argument(1);
          const ValueId v = Some(key) ? m.ValueOf(key) : kNone<ValueId>;
          if (!Some(v) || m[v].kind != ValueKind::kString) {
            opaque = true;
          } else {
            const std::string_view property = m.names[static_cast<NameId>(m[v].a)];
            const Place at = At(node);
            // Attributes are part of the step, so it is one of its own for each place that does it.
            for (Way& w : now.all) {
              w.Step(Cat(property, "=", s[node].start), at, frame_.branch > 0);
              if (!w.Has(property)) w.properties.emplace_back(property);
            }
            now.Settle();
          }
        } else if (what == "freeze" || what == "seal" || what == "preventExtensions") {
          Step(Cat("#", what), node);
        } else if (what == "setPrototypeOf") {
          Step(Cat("#prototype ", s[node].start), node);
        } else if (what == "assign") {
          for (uint32_t i = 1; i < call.arg_count; ++i) Assign(argument(i), node);
        } else if (what == "defineProperties") {
          opaque = true;
        }
        return;
      }
      // Base.call(this, ...)
      if (s.KindOf(callee) == Kind::kMemberExpression && call.arg_count > 0 && Some(argument(0)) &&
          IsObject(argument(0))) {
        const ValueId v = m.ValueOf(callee);
        if (Some(v) && m[v].kind == ValueKind::kMember && m.names[static_cast<NameId>(m[v].b)] == "call") {
          for (const Denoted& d : x_.p_.values()->Of(frame_.function.file, m.ValueOf(s.FirstChild(callee)))) {
            if (d.kind == Denoted::Kind::kFunction) {
              Body(d.function(), kNone<BindingId>);
              return;
            }
          }
        }
      }
      const FunctionRef function = x_.TargetAt(frame_.function.file, id);
      if (!Some(function.function)) {
        // _.defaults(this, ...), extend(this, ...) of a library: other properties than those that are seen.
        if (call.arg_count > 1 && Some(argument(0)) && IsObject(argument(0)) && Merges(callee)) opaque = true;
        return;
      }
      const FileModel& to = x_.p_[function.file].model;
      const Function& f = to.functions[function.function];
      if (f.is_generator) return;
      const uint32_t shift = IsCallOfCall(m, id) ? 1 : 0;
      // object.method(), f(object)
      if (s.KindOf(callee) == Kind::kMemberExpression && IsObject(s.FirstChild(callee))) {
        if (f.uses_this) Body(function, kNone<BindingId>);
        return;
      }
      for (uint32_t i = 0; i + shift < call.arg_count && i < f.param_count; ++i) {
        if (!IsObject(argument(i + shift))) continue;
        const Param& p = to.params[f.first_param + i];
        NodeId name = p.node;
        if (to.syntax.KindOf(name) != Kind::kIdentifier) name = to.syntax.FirstChild(name);
        const BindingId b = Some(name) ? to.BindingAt(name) : kNone<BindingId>;
        if (Some(b) && to.bindings[b].writes == 0 && !p.rest) Body(function, b);
        return;
      }
    }

    void Assign(NodeId from, NodeId at) {
      const FileModel& m = model();
      const ValueId v = Some(from) ? m.ValueOf(from) : kNone<ValueId>;
      if (Some(v) && m[v].kind == ValueKind::kObject) {
        const Object& object = m.objects[static_cast<ObjectId>(m[v].a)];
        if (!object.has_spread) {
          for (uint32_t i = 0; i < object.member_count; ++i) {
            const Member& member = m.members[object.first_member + i];
            if (!Some(member.name)) {
              opaque = true;
              return;
            }
            Add(m.names[member.name], at);
          }
          return;
        }
      }
      opaque = true;
    }

    Index& x_;
    const Maker maker_;
    Frame frame_;
    std::vector<FunctionRef> stack_;
    FileId class_file_{kNoneIndex};
    ClassId class_{kNoneIndex};
    int depth_ = 0, supers_ = 0, nodes_ = 0;
  };
  friend class Walker;

  // ---- makers

  struct Result {
    Ways ways;
    bool opaque = false;
    Ways at_least = {};  // when opaque: shapes that are there among others, though what they have besides is not known
  };

  // Just made: by the literal and what follows it, by the constructors.
  const Result& Base(const Maker& maker) {
    const auto [it, fresh] = base_.try_emplace(maker);
    if (!fresh) return it->second;
    Walker walker(*this, maker);
    const FileModel& m = p_[maker.file].model;
    Way root;
    switch (maker.kind) {
      case Maker::Kind::kObject: {
        const ObjectId id = static_cast<ObjectId>(maker.id);
        Result result = Literal(maker.file, id);
        if (!result.opaque) {
          const auto [binding, declaration] = DeclaredWith(m, m.objects[id].node);
          if (Some(binding)) {
            walker.now = result.ways;
            walker.After({maker.file, m.FunctionOf(m.objects[id].node)}, binding, declaration);
            result = {walker.now, walker.opaque};
          }
        }
        return base_[maker] = std::move(result);
      }
      case Maker::Kind::kCreated: {
        root.key = Cat("created ", looplint::Index(maker.file), ":", maker.id);
        const Call& call = m.calls[static_cast<CallId>(maker.id)];
        const Target& target = c_.TargetOf(maker.file, static_cast<CallId>(maker.id));
        if (target.api == nullptr || target.api->name != "global.Object.create" || call.arg_count != 1) {
          return base_[maker] = {{}, true};
        }
        const Argument* prototype = m.Arg(call, 0);
        if (Some(prototype->value) && m[prototype->value].kind == ValueKind::kNull) {
          root.key = "created null";
          root.dictionary = true;
        } else if (const Denoted d = p_.values()->Only(maker.file, prototype->value); !d.Is(Denoted::Kind::kUnknown)) {
          // One hidden class for all objects of one prototype.
          root.key = Cat("created of ", static_cast<int>(d.kind), ":", looplint::Index(d.file), ":", d.id, " ", d.type);
        }
        walker.now.Put(root);
        const auto [binding, declaration] = DeclaredWith(m, call.node);
        if (Some(binding)) walker.After({maker.file, call.function}, binding, declaration);
        break;
      }
      default:
        root.key = RootOf(maker);
        walker.now.Put(root);
        walker.Construct(maker);
        break;
    }
    return base_[maker] = {walker.now, walker.opaque};
  }

  // The variable declared with the object made at `node`, and the declaration; kNone when there is none or it is given
  // other values.
  static std::pair<BindingId, NodeId> DeclaredWith(const FileModel& m, NodeId node) {
    const std::pair<BindingId, NodeId> none{kNone<BindingId>, kNone<NodeId>};
    const NodeId declarator = m.syntax.Parent(node);
    if (m.syntax.KindOf(declarator) != Kind::kVariableDeclarator) return none;
    const BindingId b = m.BindingAt(m.syntax.FirstChild(declarator));
    const NodeId declaration = m.syntax.Parent(declarator);
    if (!Some(b) || m.bindings[b].writes != 0 || m.syntax.KindOf(declaration) != Kind::kVariableDeclaration)
      return none;
    return {b, declaration};
  }

  // As written. Copies, { ...a, k }, have the properties of `a` in its order and then their own; where `a` may be one
  // of several, so may they.
  Result Literal(FileId file, ObjectId id) {
    const FileModel& m = p_[file].model;
    const Object& object = m.objects[id];
    Ways ways;
    ways.Put(Way{});
    bool unknown = false;
    size_t at_birth = 0;
    bool copies = false;
    for (const NodeId child : m.syntax.ChildrenOf(object.node)) {
      if (m.syntax.KindOf(child) == Kind::kSpreadElement) {
        // Copied first, an object gives its hidden class to the copy.
        if (at_birth == 0 && !copies) ways.all[0].key = "copy";
        copies = true;
        unknown |= !Copied(file, id, m.ValueOf(m.syntax.FirstChild(child)), ways);
        continue;
      }
      std::string_view name;
      for (uint32_t i = 0; i < object.member_count; ++i) {
        const Member& member = m.members[object.first_member + i];
        if (member.node == child && Some(member.name)) name = m.names[member.name];
      }
      if (name.empty() || name == "__proto__") return {{}, true, {}};
      if (!copies) ++at_birth;
      if (IsIndex(name)) continue;
      for (Way& w : ways.all) w.Add(name, {}, false);
    }
    // Literals of as many properties start the same tree.
    if (ways.all[0].key != "copy" && !ways.all[0].key.starts_with("copy|")) {
      for (Way& w : ways.all) w.key = Cat("{", at_birth, w.key);
    }
    ways.Settle();
    if (!unknown) return {std::move(ways), false, {}};
    for (Way& w : ways.all) w.key += Cat("|...", looplint::Index(file), ":", looplint::Index(id));
    return {{}, true, std::move(ways)};
  }
  // Adds what `from` may hold to each of `ways`. False when it may be something nobody knows.
  bool Copied(FileId file, ObjectId to, ValueId from, Ways& ways) {
    if (!Some(from)) return false;
    const std::vector<Denoted> held = p_.values()->Of(file, from);
    const std::vector<Maker> makers = makers_.In(file, from);
    bool known = !held.empty() && !p_.values()->MayBeMore(file, from) && makers.size() == held.size();
    std::vector<Way> sources;
    // What a call may leave out: which of it is given differs from program to program.
    const bool options = AreOptions(makers);
    for (const Maker& maker : makers) {
      if (maker == Maker{Maker::Kind::kObject, file, looplint::Index(to)}) continue;  // a copy in place of its model
      const Result& source = Base(maker);
      known &= !source.opaque;
      if (std::vector<Way> some = SomeOf(maker); !some.empty()) {
        sources.insert(sources.end(), some.begin(), some.end());
      } else if (!source.opaque) {
        // Of the ways that conditions set apart one is sure.
        for (size_t i = 0; i < source.ways.all.size(); ++i) {
          sources.push_back(source.ways.all[i]);
          sources.back().certain = i == 0 && !options && !p_.values()->MayBeMore(file, from);
        }
      }
    }
    if (sources.empty()) return known;
    Ways out;
    for (const Way& w : ways.all) {
      for (const Way& source : sources) {
        Way copy = w;
        for (const std::string& p : source.properties) copy.Add(p, {}, false);
        copy.certain = source.certain && (w.certain || ways.all.size() == 1);
        out.Put(copy);
      }
    }
    ways = std::move(out);
    return known;
  }
  // Of a maker whose objects get properties in an order that depends on what happens, some of the hidden classes that
  // makes, more than an inline cache holds:
  // - what happens to be there, if (x !== undefined) o.x = x, three times at least: eight and more;
  // - four switches or more that its methods turn on and off and its constructor leaves out: one more each.
  std::vector<Way> SomeOf(const Maker& maker) {
    const auto optional = optional_.find(maker);
    std::map<std::string, Place> added;
    if (optional != optional_.end() && optional->second.size() >= kOptional && IsMadeOften(maker)) {
      added = optional->second;
    } else {
      const auto [it, fresh] = switches_.try_emplace(maker);
      if (fresh) it->second = SwitchesOf(maker);
      added = it->second;
      if (added.size() < kMostPolymorphic) return {};
    }
    const Result& base = Base(maker);
    const Ways& known = base.ways.empty() ? base.at_least : base.ways;
    if (known.empty()) return {};
    Way start = known.all.front();
    start.certain = true;
    // All of them seen while it is made: extend(part, given). Other ways are what options decide.
    std::vector<Way> seen;
    for (const Way& w : known.all) {
      const bool mixed = std::ranges::all_of(
          w.properties, [&](const std::string& one) { return start.Has(one) || added.contains(one); });
      if (mixed) seen.push_back(w), seen.back().certain = true;
    }
    if (seen.size() > kMostPolymorphic) return seen;
    std::vector<Way> out{start};
    for (const auto& [name, at] : added) {
      if (start.Has(name)) continue;
      out.push_back(start);
      out.back().Add(name, at, true);
    }
    // And some with two of them.
    for (size_t i = 1, ones = out.size(); i + 1 < ones && out.size() < 2 * kMostPolymorphic; ++i) {
      out.push_back(out[i]);
      out.back().Add(out[i + 1].properties.back(), out[i + 1].turn, true);
    }
    if (out.size() <= kMostPolymorphic) return {};
    return out;
  }
  // Properties that are no part of a new object, and that several of its methods set to a constant each.
  std::map<std::string, Place> SwitchesOf(const Maker& maker) {
    std::map<std::string, Place> out;
    const auto late = late_.find(maker);
    if (late == late_.end() || (maker.kind != Maker::Kind::kInstanceOf && maker.kind != Maker::Kind::kMadeBy) ||
        !makers_.MakesOften(maker) || HasOtherThis(maker)) {
      return out;
    }
    const Result& base = Base(maker);
    if (base.opaque || base.ways.empty() || base.ways.all.front().properties.empty()) return out;
    struct Switch {
      std::set<FunctionId> functions;
      bool constant = false;
      Place at;
    };
    std::map<std::string_view, Switch> seen;
    for (const Late& l : late->second) {
      if (!l.is_this || base.ways.all.front().Has(l.name)) continue;
      const std::optional<bool> method = makers_.HasMethod(maker, l.name);
      if (!method || *method) continue;
      const auto whose = makers_.ThisIn({l.file, l.function});  // what inherits from it has switches of its own
      if (!whose || std::ranges::find(*whose, maker) == whose->end()) continue;
      Switch& one = seen[l.name];
      if (one.functions.empty()) one.at = PlaceOf(p_[l.file], l.file, l.node);
      one.functions.insert(l.function);
      one.constant |= l.constant;
    }
    for (const auto& [name, one] : seen) {
      if (one.constant && one.functions.size() > 1) out.try_emplace(std::string(name), one.at);
    }
    return out;
  }
  // Does its constructor go on with what its base returned, _this = _super.call(this) || this? That is not followed.
  bool HasOtherThis(const Maker& maker) const {
    const Syntax& s = p_[maker.file].model.syntax;
    const NodeId all = NodeOf(maker);
    for (uint32_t i = looplint::Index(all); i < s[all].next; ++i) {
      const NodeId node = static_cast<NodeId>(i);
      if (s.KindOf(node) == Kind::kLogicalExpression &&
          s.KindOf(s.Child(node, Role::kRight)) == Kind::kThisExpression) {
        return true;
      }
    }
    return false;
  }
  // member = true, member = null
  static bool IsConstant(const FileModel& m, NodeId member) {
    const NodeId right = m.syntax.Child(m.syntax.Parent(member), Role::kRight);
    if (!Some(right)) return false;
    switch (m.syntax.KindOf(right)) {
      case Kind::kBooleanLiteral:
      case Kind::kNullLiteral:
      case Kind::kNumericLiteral:
        return true;
      default:
        return false;
    }
  }
  static constexpr size_t kOptional = 3;
  // Is one made in a loop, for each element, or at least by a function, and no bag of options?
  bool IsMadeOften(const Maker& maker) const {
    if (maker.kind == Maker::Kind::kInstanceOf || maker.kind == Maker::Kind::kMadeBy) return makers_.MakesOften(maker);
    if (maker.kind != Maker::Kind::kObject) return false;
    const FileModel& m = p_[maker.file].model;
    const Object& object = m.objects[static_cast<ObjectId>(maker.id)];
    if (object.member_count == 0) return false;
    return m.FunctionOf(object.node) != kModuleFunction || Some(EnclosingLoop(m, object.node));
  }

  // What a variable that holds a new object has made of it by the end.
  const Result& Local(FileId file, BindingId binding) {
    const auto key = std::pair(file, binding);
    const auto [it, fresh] = local_.try_emplace(key);
    if (!fresh) return it->second;
    const FileModel& m = p_[file].model;
    const Binding& b = m.bindings[binding];
    const NodeId declaration = m.syntax.Parent(m.syntax.Parent(b.node));
    Result all;
    const uint32_t outer = std::exchange(source_, ++sources_);
    if (const std::optional<Maker> made = MakesAnew(file, b.value, 0)) {
      const Maker& maker = *made;
      const Result& start = Start(file, b.value, maker, 0);
      if (start.opaque || !makers_.Makes(maker)) {
        // Nothing is known of it, or it is never made.
      } else if (m[b.value].kind == ValueKind::kObject) {
        all.ways.Put(start.ways);  // the literal's own walk has been here
      } else {
        Walker walker(*this, maker);
        walker.now = start.ways;
        walker.After({file, m.scopes[b.scope].function}, binding, declaration);
        if (!walker.opaque) {
          for (Way& w : walker.now.all) w.source = source_;
          all.ways.Put(walker.now);
          ends_[{key, maker}] = walker.now;
        }
      }
    }
    source_ = outer;
    return local_[key] = std::move(all);
  }
  // What the value has when it gets there.
  const Result& Start(FileId file, ValueId value, const Maker& maker, int depth) {
    const FileModel& m = p_[file].model;
    if (Some(value) && m[value].kind == ValueKind::kBinding && depth > 0) {
      const BindingId b = static_cast<BindingId>(m[value].a);
      if (IsFresh(file, b)) {
        Local(file, b);
        const auto it = ends_.find({{file, b}, maker});
        if (it != ends_.end()) return started_[{{file, b}, maker}] = {it->second, false};
      }
    } else if (Some(value) && m[value].kind == ValueKind::kCall && depth < 4) {
      const CallId id = static_cast<CallId>(m[value].a);
      if (m.calls[id].kind != CallKind::kNew) {
        const FunctionRef function = TargetAt(file, id);
        if (Some(function.function)) return Start(function.file, ReturnOf(function), maker, depth + 1);
      }
    }
    return Base(maker);
  }

  // All it may end up with.
  const Result& Final(const Maker& maker) {
    const auto [it, fresh] = final_.try_emplace(maker);
    if (!fresh) return it->second;
    Result result = Base(maker);
    if (!result.opaque) {
      if (const auto locals = locals_.find(maker); locals != locals_.end()) {
        for (const auto& [file, binding] : locals->second) {
          if (p_[file].model[p_[file].model.bindings[binding].value].kind == ValueKind::kObject) continue;
          Local(file, binding);
          const auto ended = ends_.find({{file, binding}, maker});
          if (ended != ends_.end()) result.ways.Put(ended->second);
        }
      }
      if (const auto late = late_.find(maker); late != late_.end()) Later(maker, late->second, result.ways);
    }
    return final_[maker] = std::move(result);
  }

  // Properties added from elsewhere, by function. Those that methods add to `this` come in the order of the object's
  // life, one for all: they are taken together.
  void Later(const Maker& maker, const std::vector<Late>& late, Ways& ways) const {
    const Ways before = ways;
    const auto add = [&](Way& w, const Late& l) {
      if (!IsIndex(l.name)) w.Add(l.name, PlaceOf(p_[l.file], l.file, l.node), true);
    };
    const auto walked = [&](const Late& l) { return seen_.contains({l.file, l.node, maker}); };
    std::vector<Way> lived = before.all;
    for (size_t i = 0; i < late.size();) {
      size_t end = i;
      while (end < late.size() && late[end].file == late[i].file && late[end].function == late[i].function) ++end;
      for (size_t n = 0; n < before.all.size(); ++n) {
        Way w = before.all[n];
        for (size_t k = i; k < end; ++k) {
          if (!walked(late[k])) add(late[k].is_this ? lived[n] : w, late[k]);
        }
        w.source = kLate;
        ways.Put(w);
      }
      i = end;
    }
    for (Way& w : lived) {
      w.source = kLate;
      ways.Put(w);
    }
  }

  // Does `function` build objects of one of these, being a function used with `new`?
  static bool Constructs(const std::vector<Maker>& makers, FileId file, FunctionId function) {
    return std::ranges::any_of(makers, [&](const Maker& m) {
      return m.kind == Maker::Kind::kMadeBy && m.file == file && m.id == looplint::Index(function);
    });
  }

  void Take(const Maker& maker, std::vector<Met>& met) {
    const Result& all = Final(maker);
    for (const Way& w : SomeOf(maker)) met.push_back({maker, w, all.opaque});
    if (all.opaque && !all.at_least.empty()) {
      for (const Way& w : all.at_least.all) met.push_back({maker, w, true});
      return;
    }
    if (!all.opaque) {
      for (const Way& w : all.ways.all) met.push_back({maker, w, false});
      return;
    }
    // Whatever is added, objects of two classes never have one hidden class.
    if (maker.kind != Maker::Kind::kInstanceOf && maker.kind != Maker::Kind::kMadeBy) return;
    Way w;
    w.key = RootOf(maker);
    met.push_back({maker, w, true});
  }
  static std::string RootOf(const Maker& maker) {
    return Cat(maker.kind == Maker::Kind::kInstanceOf ? "class " : "function ", looplint::Index(maker.file), ":",
               maker.id);
  }

  // ---- for people

  static void Add(Shape shape, std::vector<Shape>& out) {
    if (std::ranges::find(out, shape.key, &Shape::key) == out.end()) out.push_back(std::move(shape));
  }
  static Shape Known(std::string_view type, bool sure) {
    const std::string name(type);
    const Place nowhere{kNone<FileId>, {}};
    return {name, name, name, nowhere, nowhere, {}, false, sure};
  }
  static std::string List(const std::vector<std::string>& properties) {
    std::string text;
    for (const std::string& p : properties) {
      if (text.size() + p.size() > 44) return Cat("{ ", text, ", ... }");
      text += Cat(text.empty() ? "" : ", ", p);
    }
    return text.empty() ? "{}" : Cat("{ ", text, " }");
  }
  Shape AsShape(const Maker& maker, const Way& way) {
    const File& file = p_[maker.file];
    const FileModel& m = file.model;
    Shape shape;
    shape.key = way.key;
    shape.maker = Cat(static_cast<int>(maker.kind), ":", looplint::Index(maker.file), ":", maker.id);
    shape.turn = way.turn;
    shape.properties = way.properties;
    shape.dictionary = way.dictionary;
    std::string name;
    if (maker.kind == Maker::Kind::kInstanceOf) {
      const Class& c = m.classes[static_cast<ClassId>(maker.id)];
      name = Some(c.name) ? std::string(m.names[c.name]) : "an anonymous class";
    } else if (maker.kind == Maker::Kind::kMadeBy) {
      const Function& f = m.functions[static_cast<FunctionId>(maker.id)];
      name = Some(f.name) ? std::string(m.names[f.name]) : "an anonymous constructor";
    }
    const bool alone = Final(maker).opaque || Final(maker).ways.all.size() <= 1;
    shape.name = name.empty() ? List(way.properties) : alone ? name : Cat(name, " ", List(way.properties));
    if (way.dictionary) shape.name += " as a dictionary";
    shape.born = PlaceOf(file, maker.file, NodeOf(maker));
    return shape;
  }

  void HotUses(const HotPaths& heat, FileId file) {
    if (p_[file].role != FileRole::kSource) return;
    const FileModel& m = p_[file].model;
    for (const Access& access : AccessesIn(m)) {
      if (!heat.InHotLoop(p_, file, access.node)) continue;
      for (const Maker& maker : makers_.In(file, access.object))
        hot_.try_emplace(maker, PlaceOf(p_[file], file, access.node));
    }
  }

  const Project& p_;
  const Calls& c_;
  Makers makers_;
  absl::flat_hash_set<std::string_view> itself_;  // accessors that give the object itself
  absl::flat_hash_map<FunctionRef, std::vector<ValueId>> returned_;
  absl::flat_hash_map<FunctionRef, bool> gives_itself_;
  absl::flat_hash_set<FunctionRef> does_as_told_;  // call, or make with `new`, a parameter of theirs
  absl::flat_hash_map<Maker, std::vector<Late>> late_;
  absl::flat_hash_map<Maker, std::map<std::string, Place>>
      optional_;  // properties added when there is something to add
  absl::flat_hash_map<Maker, std::vector<std::pair<FileId, BindingId>>> locals_;
  std::map<Maker, Result> base_, final_;  // answers stay where they are
  std::map<Maker, std::map<std::string, Place>> switches_;
  std::map<std::pair<FileId, BindingId>, Result> local_;
  std::map<std::pair<std::pair<FileId, BindingId>, Maker>, Ways> ends_;
  std::map<std::pair<std::pair<FileId, BindingId>, Maker>, Result> started_;
  Seen seen_;
  std::map<FunctionRef, CalledOn> called_on_;
  std::map<FunctionRef, std::optional<std::set<Maker>>> receivers_;
  std::map<std::pair<FileId, BindingId>, std::vector<LocalVariable>> some_sources_;
  std::map<std::pair<FileId, BindingId>, std::map<FunctionId, std::set<std::string_view>>> taken_;  // by function
  uint32_t source_ = 0, sources_ = 0;  // the variable walked from, by number; 0: what makes the object itself
  std::map<Maker, Place> hot_;
  bool hot_known_ = false;
  std::set<Maker> cut_off_;
};

template <typename Ask>
auto Shapes::Locked(Ask ask) const {
  using Answer = decltype(ask(std::declval<Index&>()));
  const Values* values = project_.values();
  if (values == nullptr) return Answer();
  Values::Derived& derived = values->derived();
  const std::lock_guard<std::mutex> hold(derived.lock);
  const double start = ThreadMs();
  if (derived.shapes == nullptr) derived.shapes = std::make_shared<Index>(project_, calls_);
  Index& index = *static_cast<Index*>(derived.shapes.get());
  Answer answer = ask(index);
  index.cpu_ms += ThreadMs() - start;
  return answer;
}

Shapes::Cost Shapes::Spent() const {
  const Values* values = project_.values();
  if (values == nullptr) return {};
  Values::Derived& derived = values->derived();
  const std::lock_guard<std::mutex> hold(derived.lock);
  if (derived.shapes == nullptr) return {};
  const Index& index = *static_cast<const Index*>(derived.shapes.get());
  return {true, index.cpu_ms, index.cut_off()};
}

std::vector<Access> AccessesIn(const FileModel& m) {
  std::vector<Access> out;
  const Syntax& s = m.syntax;
  for (uint32_t i = 0; i < s.size(); ++i) {
    const NodeId node = static_cast<NodeId>(i);
    if (s.KindOf(node) != Kind::kMemberExpression || (s[node].flags & kComputed) != 0) continue;
    const ValueId value = m.ValueOf(node);
    const NodeId property = s.Child(node, Role::kProperty), receiver = s.FirstChild(node), parent = s.Parent(node);
    if (!Some(value) || m[value].kind != ValueKind::kMember || !Some(property) || !Some(m.ValueOf(receiver))) continue;
    const bool written = s.KindOf(parent) == Kind::kAssignmentExpression && s.FirstChild(parent) == node;
    out.push_back({node, property, receiver, m.ValueOf(receiver), static_cast<NameId>(m[value].b), written});
  }
  for (const BindingId id : Ids(m.bindings)) {
    const Binding& b = m.bindings[id];
    if (looplint::Index(b.node) >= s.size() || !Some(b.value) || m[b.value].kind != ValueKind::kMember) continue;
    NodeId property = s.Parent(b.node);
    if (Some(property) && s.KindOf(property) == Kind::kAssignmentPattern) property = s.Parent(property);
    if (s.KindOf(b.node) == Kind::kShorthandPattern && Some(property) && s.KindOf(property) == Kind::kObjectPattern) {
      out.push_back({b.node, b.node, kNone<NodeId>, static_cast<ValueId>(m[b.value].a),
                     static_cast<NameId>(m[b.value].b), false});
      continue;
    }
    if (!Some(property) || s.KindOf(property) != Kind::kProperty || !Some(s.Parent(property)) ||
        s.KindOf(s.Parent(property)) != Kind::kObjectPattern) {
      continue;
    }
    out.push_back({b.node, s.FirstChild(property), kNone<NodeId>, static_cast<ValueId>(m[b.value].a),
                   static_cast<NameId>(m[b.value].b), false});
  }
  std::ranges::stable_sort(out, {}, [&](const Access& a) { return s[a.name_node].start; });
  return out;
}

std::vector<Shape> Shapes::At(FileId file, const Access& access) const {
  return Locked([&](Index& index) { return index.At(file, access); });
}
std::vector<Shape> Shapes::Made(FileId file, NodeId node) const {
  return Locked([&](Index& index) { return index.Made(file, node); });
}
bool Shapes::MadeOnce(FileId file, NodeId node) const {
  return Locked([&](Index& index) { return index.MadeOnce(file, node); });
}
Place Shapes::HotUse(const HotPaths& heat, FileId file, NodeId node) const {
  return Locked([&](Index& index) { return index.HotUse(heat, file, node); });
}
std::vector<std::pair<FileId, NodeId>> Shapes::MakersOf(FileId file, ValueId value) const {
  return Locked([&](Index& index) { return index.MakersOf(file, value); });
}

}  // namespace looplint
