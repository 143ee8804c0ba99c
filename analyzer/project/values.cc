#include "analyzer/project/values.h"

#include <algorithm>
#include <deque>
#include <span>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

using Spot = uint32_t;   // a place that holds things
using Thing = uint32_t;  // what may be held
using Name = uint32_t;   // a property name, of the whole program
constexpr Spot kNowhere = kNoneIndex;
constexpr Spot kLater = kNoneIndex - 1;  // not settled yet

// How many functions may bear a name for a call of that name on an unknown object to be taken as a call of them.
constexpr size_t kByName = 6;
// How far prototypes are followed.
constexpr int kChain = 12;

enum class Does : uint8_t {
  kLoad,         // property b, to node a
  kStore,        // node a, into property b
  kWrite,        // the assignment writes_[a]
  kCall,         // call a; b: index of the first parameter that takes an argument, as in bound functions
  kCallPlain,    // f.call(), f.apply(): call a, b: 0 call, 1 apply, 2 bind
  kPromisified,  // call a of what util.promisify made
  kAwait,        // to node a
  kInstances,    // objects made by the classes held here, to node a
  kPrototypes,   // prototypes of the classes held here, to node a
  kSubclass,     // class a extends the classes held here
  kParentOf,     // what is held here is looked at after thing a for properties
  kAdopt,        // things held here get the parents in node a
  kParameter,    // node a, into parameter b of the functions held here
  kResult,       // results of the functions held here, to node a
  kHandler,      // handlers_[a] is given the functions held here
  kThisIs,       // functions held here have thing a as `this`
  kGetter,       // functions held here are getters of the property looked up in node a
  kSetter,       // functions held here take node a; b: the value written, by its number in the program
  kLook,         // looks_[a] is for properties of what is held here
};

// The end of a list of actions, copies or things held; no table grows to it.
constexpr uint32_t kEnd = (1u << 27) - 1;

struct Action {
  Action(uint32_t after, Does d, uint32_t x, uint32_t y) : next(after & kEnd), does(d), a(x), b(y) {}
  uint32_t next : 27;
  Does does : 5;
  uint32_t a, b;
};
static_assert(sizeof(Action) == 12);
// Whatever a place holds goes to another: most of all actions.
struct CopyEdge {
  uint32_t next;
  Spot to;
};
struct Held {
  uint32_t next;
  Thing thing;
};
// A place. Lists are linked through the rows they are of; newest first.
struct Place {
  uint32_t held : 27 = kEnd;
  uint32_t count : 5 = 0;  // of things held
  uint32_t copies = kEnd;
  uint32_t actions : 27 = kEnd;
  bool more : 1 = false;         // it may hold more than that
  bool is_property : 1 = false;  // a property of a thing: copies from it are reads
  bool is_value : 1 = false;     // of a value, a function's result or `this`, a class's instances
  bool loaded : 1 = false;       // of a value: the read is among the actions
};
static_assert(sizeof(Place) == 12 && Values::kMany < 1 << 5);
// A property of a thing, once it is written or looked up.
struct Property {
  Thing thing;
  Name name : 31;
  bool open : 1;          // parents are asked
  uint32_t next;          // of the same thing
  Spot own = kNowhere;    // what is written to the thing itself
  Spot found = kNowhere;  // what reads find: own, of accessors, inherited
  uint64_t key() const { return uint64_t{thing} << 32 | name; }
};

struct Info {  // of a thing that has properties or parents
  Thing thing;
  uint32_t properties = kNoneIndex;  // a list
  uint32_t parents = kNoneIndex;     // a list
  uint8_t parent_count = 0;
  Spot all = kNowhere;    // everything the properties hold, once somebody reads computed ones
  bool computed = false;  // written by names nobody knows
};
struct ParentLink {
  uint32_t next;
  Thing parent;
};
struct Callable {
  uint32_t first;  // of parameters_
  uint16_t parameters;
  uint16_t flags;
};
struct Ends {
  Spot receiver, result;
};

// The large tables of a solver. Fresh memory is dear, a seventh of the work, so they go from one solver to the next.
struct Tables {
  std::vector<Place> places_;
  std::vector<Held> held_;
  std::vector<CopyEdge> copies_;
  std::vector<Action> actions_;
  std::vector<Property> properties_;
  std::vector<uint32_t> info_of_;  // by thing: of infos_, or kNoneIndex
  std::vector<Info> infos_;
  std::vector<ParentLink> parents_;
  std::vector<Callable> callables_;  // by function
  std::vector<Spot> parameters_;
  std::vector<Ends> ends_;  // by call
  std::vector<uint32_t> place_answers_;
  void Clear() {
    places_.clear(), held_.clear(), copies_.clear(), actions_.clear(), properties_.clear(), info_of_.clear();
    infos_.clear(), parents_.clear(), callables_.clear(), parameters_.clear(), ends_.clear(), place_answers_.clear();
  }
};

// One step of a flow: this[] -> 0(0).
struct Term {
  enum class Root : uint8_t { kThis, kArgument, kArguments, kResult };
  struct Step {
    enum class Kind : uint8_t { kElements, kAwait, kProperty, kEvent, kResult, kParameter };
    Kind kind;
    uint32_t index = 0;  // of a parameter
    std::string name;
    bool rest = false;
  };
  Root root = Root::kThis;
  uint32_t index = 0;
  std::vector<Step> steps;
};
struct FlowOp {
  Term from, to;
  bool inherits = false;
  bool runs = false;  // calls what `from` leads to
};

Term ParseTerm(std::string_view text) {
  Term t;
  size_t i = 0;
  const auto word = [&] {
    const size_t start = i;
    while (i < text.size() && text[i] != '.' && text[i] != '[' && text[i] != '(' && text[i] != '@') ++i;
    return text.substr(start, i - start);
  };
  const auto number = [&] {
    uint32_t n = 0;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') n = n * 10 + static_cast<uint32_t>(text[i++] - '0');
    return n;
  };
  if (text[0] >= '0' && text[0] <= '9') {
    t.root = Term::Root::kArgument;
    t.index = number();
    if (text.substr(i) == "..") {
      t.root = Term::Root::kArguments;
      return t;
    }
  } else {
    const std::string_view root = word();
    t.root = root == "result" ? Term::Root::kResult : Term::Root::kThis;
  }
  while (i < text.size()) {
    Term::Step step{};
    using K = Term::Step::Kind;
    const char c = text[i++];
    if (c == '[') {
      step.kind = K::kElements;
      ++i;
    } else if (c == '@') {
      step.kind = K::kEvent;
    } else if (c == '(') {
      if (text[i] == ')') {
        step.kind = K::kResult;
      } else {
        step.kind = K::kParameter;
        step.index = number();
        if (text.substr(i).starts_with("..")) step.rest = true, i += 2;
      }
      ++i;
    } else {
      const std::string_view name = word();
      step.kind = name == "await" ? K::kAwait : K::kProperty;
      step.name = std::string(name);
    }
    t.steps.push_back(std::move(step));
  }
  return t;
}

std::vector<FlowOp> ParseFlows(const Api& api) {
  std::vector<FlowOp> out;
  for (const std::string& text : api.flows) {
    if (text.starts_with("run ")) {
      out.push_back({ParseTerm(std::string_view(text).substr(4)), {}, false, true});
      continue;
    }
    size_t arrow = text.find(" -> ");
    const bool inherits = arrow == std::string::npos;
    if (inherits) arrow = text.find(" => ");
    if (arrow == std::string::npos) continue;
    out.push_back({ParseTerm(std::string_view(text).substr(0, arrow)),
                   ParseTerm(std::string_view(text).substr(arrow + 4)), inherits, false});
  }
  return out;
}

}  // namespace

class Values::Solver : private Tables {
 public:
  // `files` in order; `place_of` tells of each file of the project its index among the files of its component.
  Solver(const Project& project, std::vector<FileId> files, const std::vector<uint32_t>& place_of,
         const StopToken& stop, const Detail& detail)
      : p_(project),
        files_(std::move(files)),
        place_of_(place_of),
        k_(project.knowledge()),
        stop_(&stop),
        guess_(detail.guesses),
        data_(detail.data) {}

  // Works in `tables` and leaves them empty. Their rooms are for `most` values of the program at the least.
  void Run(Tables& tables, uint32_t most) {
    static_cast<Tables&>(*this) = std::move(tables);
    Track(most);
    Clear();
    tables = std::move(static_cast<Tables&>(*this));
  }

 private:
  static constexpr size_t kBatch = 1 << 15;  // values: some megabytes with all that comes of them
  void Track(uint32_t most) {
    Number(most);
    NameNames();
    for (const FileId file : files_) {
      const FileModel& m = p_[file].model;
      for (const Member& member : m.members) {
        if (member.kind != FunctionKind::kSetter || !Some(member.name)) continue;
        setter_names_.insert(m.names[member.name]);
        setters_.insert(Intern(m.names[member.name]));
      }
    }
    // Things of a file come up with its rows. What they lead to is worked on while its tables are at hand, since
    // waiting for memory is most of what this costs; by several files at a time, for what is near to come before what
    // is far.
    size_t batch = 0;
    for (const FileId file : files_) {
      Settle(file);
      Gather(file);
      Rows(file);
      batch += p_[file].model.values.size();
      if (batch < kBatch) continue;
      Work();
      batch = 0;
    }
    Work();
    Spread();
    sure_ = static_cast<uint32_t>(held_.size());
    if (guess_) {
      surely_more_.resize(places_.size());
      for (Spot n = 0; n < places_.size(); ++n) surely_more_[n] = places_[n].more;
      guessing_ = true;
      for (int round = 0; round < 3; ++round) {
        if (!Guess()) break;
        Work();
      }
    }
    Finish();
  }

 public:
  // ---- answers

  uint32_t AnswerOf(FileId file, ValueId v) const {
    return Some(v) ? answers_[value_base_[Local(file)] + Index(v)] : kNoneIndex;
  }
  std::vector<Denoted> Of(FileId file, ValueId v) const {
    std::vector<Denoted> out;
    const uint32_t answer = AnswerOf(file, v);
    if (answer == kNoneIndex) return out;
    const uint32_t at = answer & kPayload;
    if ((answer & kList) == 0) return {AsDenoted(at)};
    for (uint32_t i = 1; i <= lists_[at]; ++i) out.push_back(AsDenoted(lists_[at + i]));
    return out;
  }
  std::vector<Creator> CreatorsOf(FileId file, ValueId v) const {
    std::vector<Creator> out;
    const uint32_t answer = AnswerOf(file, v);
    if (answer == kNoneIndex) return out;
    const auto add = [&](Thing t) {
      if (t >= t_made_ && t < t_function_prototype_) {
        const auto [in, id] = In(function_base_, t - t_made_);
        out.push_back({true, in, id});
      } else if (const Other* o = OtherOf(t);
                 o != nullptr && o->kind == Other::Kind::kMade && o->type.empty() && o->at != kNoneIndex) {
        const auto [in, id] = In(call_base_, o->at);
        out.push_back({false, in, id});
      }
    };
    const uint32_t at = answer & kPayload;
    if ((answer & kList) == 0) {
      add(at);
    } else {
      for (uint32_t i = 1; i <= lists_[at]; ++i) add(lists_[at + i]);
    }
    return out;
  }
  Denoted Only(FileId file, ValueId v) const {
    const uint32_t answer = AnswerOf(file, v);
    return answer <= kPayload ? AsDenoted(answer) : Denoted{};
  }
  bool More(FileId file, ValueId v) const { return (AnswerOf(file, v) & kMore) != 0; }

  std::vector<FoundCall> found_;
  std::vector<FoundAccess> accesses_;
  std::vector<FoundHandler> handlers_found_;

  size_t bytes() const { return (lists_.capacity() + answers_.capacity()) * 4 + others_.capacity() * sizeof(Other); }

 private:
  // ---- numbering

  uint32_t Local(FileId file) const { return place_of_[Index(file)]; }
  Spot ValueSpot(FileId file, ValueId v) const {
    return Some(v) ? spot_of_[value_base_[Local(file)] + Index(v)] : kNowhere;
  }

  // Which file a number falls in: a first guess for every 64 numbers, and a step or two from there.
  struct Places {
    std::vector<uint32_t> first;
    void Fill(const std::vector<uint32_t>& base, uint32_t end) {
      first.reserve(end / 64 + 1);
      for (uint32_t i = 0, number = 0; number < end; number += 64) {
        while (i + 1 < base.size() && base[i + 1] <= number) ++i;
        first.push_back(i);
      }
    }
    uint32_t Of(const std::vector<uint32_t>& base, uint32_t number) const {
      uint32_t i = first[number / 64];
      while (i + 1 < base.size() && base[i + 1] <= number) ++i;
      return i;
    }
  };

  void Number(uint32_t most) {
    uint32_t nodes = 0;
    for (const FileId file : files_) {
      const FileModel& m = p_[file].model;
      value_base_.push_back(nodes);
      nodes += static_cast<uint32_t>(m.values.size());
      function_base_.push_back(functions_);
      class_base_.push_back(classes_);
      object_base_.push_back(objects_);
      call_base_.push_back(calls_);
      functions_ += static_cast<uint32_t>(m.functions.size());
      classes_ += static_cast<uint32_t>(m.classes.size());
      objects_ += static_cast<uint32_t>(m.objects.size());
      calls_ += static_cast<uint32_t>(m.calls.size());
    }
    function_places_.Fill(function_base_, functions_);
    class_places_.Fill(class_base_, classes_);
    object_places_.Fill(object_base_, objects_);
    call_places_.Fill(call_base_, calls_);
    spot_of_.assign(nodes, kNowhere);
    this_base_ = functions_;
    instance_base_ = this_base_ + functions_;
    // Room that is not used costs nothing; growing would copy, and need twice the room meanwhile.
    const size_t room = instance_base_ + classes_ + size_t{std::max(nodes, most)};
    places_.reserve(room * 2);
    places_.resize(instance_base_ + classes_);
    for (Place& place : places_) place.is_value = true;
    held_.reserve(room * 2);
    copies_.reserve(room * 2);
    actions_.reserve(room * 2);
    properties_.reserve(room);
    property_ids_.reserve(nodes / 4);
    property_limit_ = kProperties * (instance_base_ + classes_ + size_t{nodes}) + 1'000'000;
    callables_.reserve(functions_);
    ends_.reserve(calls_);
    t_class_ = functions_;
    t_instance_ = t_class_ + classes_;
    t_prototype_ = t_instance_ + classes_;
    t_made_ = t_prototype_ + classes_;
    t_function_prototype_ = t_made_ + functions_;
    t_object_ = t_function_prototype_ + functions_;
    t_module_ = t_object_ + objects_;
    t_exports_ = t_module_ + static_cast<uint32_t>(files_.size());
    t_namespace_ = t_exports_ + static_cast<uint32_t>(files_.size());
    t_promise_ = t_namespace_ + static_cast<uint32_t>(files_.size());
    t_generator_ = t_promise_ + functions_;
    t_rest_ = t_generator_ + functions_;
    t_other_ = t_rest_ + functions_;
    info_of_.assign(t_other_, kNoneIndex);
  }

  // Gives a place to every value that may hold something. Values that are bound to hold the same share one (compare
  // Hardekopf, Lin: "Exploiting pointer and location equivalence to optimize pointer analysis", SAS 2007): a variable
  // of one value and that value, `this` all over a class, reads of one property of one place.
  void Settle(FileId file) {
    const FileModel& m = p_[file].model;
    Settling& x = settling_;
    x.file = file, x.m = &m;
    x.reads.clear();
    x.several.assign(m.bindings.size(), false);
    x.seen.assign(m.values.size(), false);
    file_names_.assign(m.names.size(), kNoneIndex);
    for (const Alternative& a : m.alternatives) {
      if (!Skippable(m.values[a.value].kind)) x.several[Index(a.binding)] = true;
    }
    for (const ValueId v : Ids(m.values)) Settled(x, v, 0);
  }
  // __toESM, _interopRequireDefault: what compilers write into each file, to load modules with.
  bool GivesModule(std::string_view name) const {
    if (name.empty() || (name[0] != '_' && name[0] != 'i')) return false;
    const Api* row = k_.Find(Cat("unknown.", name));
    return row != nullptr && row->wraps == 0 && !row->flows.empty();
  }
  // What is asked of functions and calls whenever something new gets to one.
  void Gather(FileId file) {
    const FileModel& m = p_[file].model;
    for (const Function& fn : m.functions) {
      Callable row{static_cast<uint32_t>(parameters_.size()), static_cast<uint16_t>(std::min(fn.param_count, 0xffffu)),
                   0};
      if (fn.uses_this) row.flags |= kUsesThis;
      if (fn.uses_this && fn.kind != FunctionKind::kArrow && !Some(fn.owner)) row.flags |= kUsesOwnThis;
      if (fn.is_async) row.flags |= kIsAsync;
      if (fn.is_generator) row.flags |= kIsGenerator;
      if (Some(fn.owner)) row.flags |= kHasOwner;
      if (fn.param_count > 0 && m.params[fn.first_param + fn.param_count - 1].rest) row.flags |= kTakesRest;
      if (Some(fn.name) && GivesModule(m.names[fn.name])) row.flags |= kGivesModule;
      for (uint32_t i = 0; i < row.parameters; ++i)
        parameters_.push_back(ValueSpot(file, m.ValueOf(m.params[fn.first_param + i].node)));
      callables_.push_back(row);
    }
    for (const Call& c : m.calls) {
      const ValueId v = m.ValueOf(c.node);
      // require() and import() have the import as their value.
      const Spot result = Some(v) && m.values[v].kind == ValueKind::kCall ? ValueSpot(file, v) : kNowhere;
      Spot receiver = kNowhere;
      if (Some(c.callee)) {
        const Value& callee = m.values[c.callee];
        if (callee.kind == ValueKind::kMember || callee.kind == ValueKind::kElement)
          receiver = ValueSpot(file, static_cast<ValueId>(callee.a));
      }
      ends_.push_back({receiver, result});
    }
  }
  struct Settling {
    FileId file;
    const FileModel* m;
    absl::flat_hash_map<uint64_t, Spot> reads;  // place << 32 | property
    std::vector<bool> several;                  // bindings that hold more than one value
    std::vector<bool> seen;                     // values
  };
  // Chains of variables longer than this are copied from one to the next instead.
  static constexpr int kSettling = 32;
  Spot Settled(Settling& x, ValueId v, int depth) {
    if (!Some(v) || Index(v) == 0) return kNowhere;
    Spot& spot = spot_of_[value_base_[Local(x.file)] + Index(v)];
    if (x.seen[Index(v)]) return spot;
    const Value& value = x.m->values[v];
    const auto inner = [&](uint32_t of) {
      const ValueId id = static_cast<ValueId>(of);
      return depth < kSettling || !Some(id) || x.seen[of] ? Settled(x, id, depth + 1) : kLater;
    };
    const auto read = [&](Spot from, Name name) {
      if (from == kNowhere) return kNowhere;
      if (from == kLater) return NewValueSpot();
      const auto [it, fresh] = x.reads.try_emplace(uint64_t{from} << 32 | name, kNowhere);
      if (fresh) it->second = NewValueSpot();
      return it->second;
    };
    const auto settle = [&]() -> Spot {
      switch (value.kind) {
        case ValueKind::kString:
        case ValueKind::kTemplate:
        case ValueKind::kSuper:
        case ValueKind::kKeyOf:
          return kNowhere;
        case ValueKind::kBinding: {
          const ValueId from = x.m->bindings[static_cast<BindingId>(value.a)].value;
          if (!Some(from) || Skippable(x.m->values[from].kind) || x.several[value.a]) return NewValueSpot();
          // A variable that is given itself comes by here again.
          x.seen[Index(v)] = true;
          spot = kLater;
          const Spot s = inner(Index(from));
          return s == kNowhere || s == kLater ? NewValueSpot() : s;
        }
        case ValueKind::kThis: {
          const Function& f = x.m->functions[static_cast<FunctionId>(value.a)];
          if (Some(f.owner) && !f.is_static) return instance_base_ + class_base_[Local(x.file)] + Index(f.owner);
          return this_base_ + function_base_[Local(x.file)] + value.a;
        }
        case ValueKind::kMember:
          return read(inner(value.a), NameOf(x.file, static_cast<NameId>(value.b)));
        case ValueKind::kElement:
          return read(inner(value.a), KeyOf(x.file, value));
        case ValueKind::kAwait:
          return inner(value.a) == kNowhere ? kNowhere : NewValueSpot();
        case ValueKind::kEither: {
          const Spot a = inner(value.a), b = inner(value.b);
          return a == kLater || b == kLater || (a != kNowhere && b != kNowhere) ? NewValueSpot()
                 : a == kNowhere                                                ? b
                                                                                : a;
        }
        default:
          return Skippable(value.kind) ? kNowhere : NewValueSpot();
      }
    };
    const Spot s = settle();
    x.seen[Index(v)] = true;
    return spot_of_[value_base_[Local(x.file)] + Index(v)] = s;
  }

  void NameNames() {
    size_t total = 0;
    for (const FileId file : files_) total += p_[file].model.names.size();
    names_.reserve(total / 4 + 64);
    texts_.reserve(total / 4 + 64);
    any_ = Intern("*");
    computed_ = Intern("(computed)");
    await_ = Intern("(await)");
    target_ = Intern("(target)");
    constructor_ = Intern("(new)");
    prototype_ = Intern("prototype");
    exports_ = Intern("exports");
    default_ = Intern("default");
    proto_ = Intern("__proto__");
    own_constructor_ = Intern("constructor");
  }
  // Texts lie together, not in the models they are from: names are compared all the time.
  Name Intern(std::string_view text) {
    const auto it = names_.find(text);
    if (it != names_.end()) return *it;
    constexpr size_t kBlock = 1 << 14;
    if (pool_.empty() || pool_.back().capacity() - pool_.back().size() < text.size()) {
      pool_.emplace_back();
      pool_.back().reserve(std::max(kBlock, text.size()));
    }
    std::string& block = pool_.back();
    block.append(text);
    texts_.push_back(std::string_view(block).substr(block.size() - text.size()));
    names_.insert(static_cast<Name>(texts_.size() - 1));
    return static_cast<Name>(texts_.size() - 1);
  }
  // Of the file being settled or read.
  Name NameOf(FileId file, NameId name) {
    if (!Some(name)) return any_;
    Name& n = file_names_[Index(name)];
    if (n == kNoneIndex) n = Intern(p_[file].model.names[name]);
    return n;
  }
  // The name a property's accessor is kept under.
  Name GetterOf(Name property) {
    const auto [it, fresh] = getter_of_.try_emplace(property, 0);
    if (!fresh) return it->second;
    const Name getter = Intern(Cat("get ", texts_[property]));
    property_of_[getter] = property;
    return getter_of_[property] = getter;
  }
  Name SetterOf(Name property) { return Intern(Cat("set ", texts_[property])); }
  Name EventOf(std::string_view event) { return Intern(Cat("@", event)); }

  uint32_t FunctionNumber(FunctionRef f) const { return function_base_[Local(f.file)] + Index(f.function); }
  FunctionRef FunctionAt(uint32_t number) const {
    const uint32_t i = function_places_.Of(function_base_, number);
    return {files_[i], static_cast<FunctionId>(number - function_base_[i])};
  }
  CallRef CallAt(uint32_t number) const {
    const uint32_t i = call_places_.Of(call_base_, number);
    return {files_[i], static_cast<CallId>(number - call_base_[i])};
  }
  std::pair<FileId, uint32_t> In(const std::vector<uint32_t>& base, uint32_t number) const {
    const auto it = std::upper_bound(base.begin(), base.end(), number) - 1;
    return {files_[static_cast<size_t>(it - base.begin())], number - *it};
  }

  // ---- things

  struct Other {
    enum class Kind : uint8_t { kMade, kArray, kPromise, kBound, kPromisified, kApi, kTypeOnly, kModule, kType };
    Kind kind;
    uint32_t at = 0;  // call or value
    const Api* api = nullptr;
    std::string_view type;
  };
  Thing OtherThing(Other::Kind kind, uint32_t at, const Api* api = nullptr, std::string_view type = {}) {
    const auto key = std::tuple(static_cast<int>(kind), at, static_cast<const void*>(api), type);
    const auto [it, fresh] = other_ids_.try_emplace(key, static_cast<Thing>(t_other_ + others_.size()));
    if (fresh) others_.push_back({kind, at, api, type});
    return it->second;
  }
  const Other* OtherOf(Thing t) const { return t < t_other_ ? nullptr : &others_[t - t_other_]; }
  Thing OfApi(const Api* a) {
    if (a->is_property && !a->returns.empty()) {
      if (const Type* t = k_.FindType(a->returns)) return OtherThing(Other::Kind::kType, 0, nullptr, t->name);
    }
    return OtherThing(Other::Kind::kApi, 0, a);
  }
  Thing OfType(std::string_view type) {
    const Type* t = type.empty() ? nullptr : k_.FindType(type);
    return t == nullptr ? kNoneIndex : OtherThing(Other::Kind::kType, 0, nullptr, t->name);
  }
  std::string_view TypeOfThing(const Other& o) const {
    switch (o.kind) {
      case Other::Kind::kMade:
      case Other::Kind::kType:
        return o.type;
      case Other::Kind::kArray:
        return "Array";
      case Other::Kind::kPromise:
        return "Promise";
      default:
        return {};
    }
  }
  std::string_view InstanceType(const Api* api) const {
    if (api == nullptr || !api->is_class) return {};
    const Type* t = k_.FindType(api->returns.empty() ? std::string_view(api->name) : std::string_view(api->returns));
    return t == nullptr ? std::string_view() : std::string_view(t->name);
  }

  Denoted AsDenoted(Thing t) const {
    using K = Denoted::Kind;
    Denoted d;
    const auto row = [&](K kind, const Places& places, const std::vector<uint32_t>& base, uint32_t number) {
      d.kind = kind;
      const uint32_t i = places.Of(base, number);
      d.file = files_[i], d.id = number - base[i];
    };
    if (t < t_class_) {
      row(K::kFunction, function_places_, function_base_, t);
    } else if (t < t_instance_) {
      row(K::kClass, class_places_, class_base_, t - t_class_);
    } else if (t < t_prototype_) {
      row(K::kInstanceOf, class_places_, class_base_, t - t_instance_);
    } else if (t >= t_object_ && t < t_module_) {
      row(K::kObject, object_places_, object_base_, t - t_object_);
    } else if (t >= t_exports_ && t < t_promise_) {
      d.kind = K::kNamespace;
      d.file = files_[t >= t_namespace_ ? t - t_namespace_ : t - t_exports_];
    } else if (t >= t_promise_ && t < t_generator_) {
      d.kind = K::kPromise;
    } else if (const Other* o = OtherOf(t)) {
      switch (o->kind) {
        case Other::Kind::kApi:
          d.kind = K::kApi, d.api = o->api;
          break;
        case Other::Kind::kTypeOnly:
          d.kind = K::kApi, d.type = o->type;
          break;
        case Other::Kind::kModule:
          d.kind = K::kModule, d.type = o->type;
          break;
        case Other::Kind::kPromise:
          d.kind = K::kPromise, d.type = o->type;
          break;
        case Other::Kind::kMade:
        case Other::Kind::kType:
          d.kind = o->type == "Promise" ? K::kPromise : o->type.empty() ? K::kUnknown : K::kInstance, d.type = o->type;
          break;
        case Other::Kind::kArray:
          d.kind = K::kInstance, d.type = k_.FindType("Array")->name;
          break;
        default:
          break;
      }
    }
    return d;
  }

  // ---- the graph

  Spot NewSpot() {
    places_.emplace_back();
    return static_cast<Spot>(places_.size() - 1);
  }
  Spot NewValueSpot() {
    places_.emplace_back().is_value = true;
    return static_cast<Spot>(places_.size() - 1);
  }

  void MarkMore(Spot n) {
    if (places_[n].more) return;
    places_[n].more = true;
    overfull_.push_back(n);
  }
  void Put(Spot n, Thing t) {
    if (n == kNowhere || t == kNoneIndex) return;
    Place& place = places_[n];
    if (place.count >= kMany && place.more) return;
    for (uint32_t h = place.held; h != kEnd; h = held_[h].next) {
      if (held_[h].thing == t) return;
    }
    if (place.count >= kMany || held_.size() >= kEnd) {
      MarkMore(n);
      return;
    }
    ++place.count;
    held_.push_back({place.held, t});
    pending_.push_back(n);
    place.held = static_cast<uint32_t>(held_.size() - 1);
  }

  // Adds an action and does it for what is already held and was already worked on; the rest comes by itself.
  void Add(Spot n, Does does, uint32_t a, uint32_t b = 0) {
    if (n == kNowhere) return;
    if (actions_.size() >= kEnd) return;
    actions_.push_back(Action(places_[n].actions, does, a, b));
    places_[n].actions = static_cast<uint32_t>(actions_.size() - 1);
    // Things pushed to the list while it is walked go in front of it and are new to `done_`.
    const Action action = actions_.back();
    for (uint32_t h = places_[n].held; h != kEnd; h = held_[h].next) {
      if (h < done_) Do(held_[h].thing, action);
    }
  }
  void Copy(Spot from, Spot to) {
    if (from == kNowhere || to == kNowhere || from == to) return;
    if (copies_.size() >= kEnd) return;
    copies_.push_back({places_[from].copies, to});
    places_[from].copies = static_cast<uint32_t>(copies_.size() - 1);
    for (uint32_t h = places_[from].held; h != kEnd; h = held_[h].next) {
      if (h < done_) Put(to, held_[h].thing);
    }
  }
  // For actions that things add to places that may hold them again.
  void Once(Spot n, Does does, uint32_t a, uint32_t b) {
    if (once_.insert({n, static_cast<uint32_t>(does), a, b}).second) Add(n, does, a, b);
  }

  void Work() {
    while (done_ < held_.size()) {
      const uint32_t h = done_++;
      if ((h & 0xffff) == 0 && stop_->stopped()) return;
      // Places are strewn over large tables: those that come next are on their way while this one is looked at.
      if (pending_.size() > 12) {
        __builtin_prefetch(&places_[pending_[12]]);
        const Place& soon = places_[pending_[6]];
        if (soon.copies != kEnd) __builtin_prefetch(&copies_[soon.copies]);
        if (soon.actions != kEnd) __builtin_prefetch(&actions_[soon.actions]);
      }
      const Thing t = held_[h].thing;
      const Spot n = pending_.front();
      pending_.pop_front();
      // Actions added meanwhile see this thing as done and are taken at once.
      const uint32_t actions = places_[n].actions;
      for (uint32_t x = places_[n].copies; x != kEnd;) {
        const CopyEdge copy = copies_[x];
        x = copy.next;
        if (x != kEnd) __builtin_prefetch(&places_[copies_[x].to]);
        Put(copy.to, t);
      }
      for (uint32_t x = actions; x != kEnd;) {
        const Action action = actions_[x];
        x = action.next;
        // Properties are strewn over a large table: the next one is on its way while this one is looked at.
        if (x != kEnd && actions_[x].does == Does::kLoad)
          property_ids_.prefetch(PropertyKey{uint64_t{t} << 32 | actions_[x].b});
        Do(t, action);
      }
    }
  }

  uint32_t InfoOf(Thing t) {
    if (t >= info_of_.size()) info_of_.resize(size_t{t} + 64, kNoneIndex);
    if (const uint32_t known = info_of_[t]; known != kNoneIndex) return known;
    const uint32_t id = static_cast<uint32_t>(infos_.size());
    info_of_[t] = id;
    infos_.emplace_back().thing = t;
    Introduce(t);
    return id;
  }
  // What the language gives an object of itself.
  void Introduce(Thing t) {
    if (t < t_class_) {
      const Spot f = Field(t, prototype_);
      Put(f, t_function_prototype_ + t);
    } else if (t >= t_instance_ && t < t_prototype_) {
      Parent(t, t - t_instance_ + t_prototype_);
    } else if (t >= t_made_ && t < t_function_prototype_) {
      Add(Field(t - t_made_, prototype_), Does::kParentOf, t);
    } else if (t >= t_function_prototype_ && t < t_object_) {
      Put(Field(t, own_constructor_), t - t_function_prototype_);
    } else if (t >= t_module_ && t < t_exports_) {
      Put(Field(t, exports_), t - t_module_ + t_exports_);
    }
  }

  // A property as a program sees it: no accessor, event, promise's value or constructor.
  bool IsPlain(Name name) const {
    const std::string_view text = texts_[name];
    if (name == computed_ || name == prototype_ || name == own_constructor_) return false;
    return text.empty() || (text[0] != '(' && text[0] != '@' && !text.starts_with("get ") && !text.starts_with("set "));
  }

  uint32_t PropertyOf(Thing t, Name name) {
    if (const uint32_t known = KnownProperty(t, name); known != kNoneIndex) return known;
    const uint32_t info = InfoOf(t);
    // Introduce() may have made it.
    if (const uint32_t known = KnownProperty(t, name); known != kNoneIndex) return known;
    const uint32_t id = static_cast<uint32_t>(properties_.size());
    properties_.push_back({t, name, false, infos_[info].properties});
    property_ids_.insert(id);
    return infos_[info].properties = id;
  }
  uint32_t KnownProperty(Thing t, Name name) const {
    const auto it = property_ids_.find(PropertyKey{uint64_t{t} << 32 | name});
    return it == property_ids_.end() ? kNoneIndex : *it;
  }

  Spot PropertySpot() {
    const Spot n = NewSpot();
    places_[n].is_property = true;
    return n;
  }

  // Where what is written to a property of `t` itself is held.
  Spot Field(Thing t, Name name) {
    const uint32_t id = PropertyOf(t, name);
    if (properties_[id].own != kNowhere) return properties_[id].own;
    const Spot n = PropertySpot();
    properties_[id].own = n;
    // Methods have the object they lie in as `this`.
    if (t >= t_function_prototype_ && t < t_object_) {
      Add(n, Does::kThisIs, t - t_function_prototype_ + t_made_);
    } else if ((t >= t_object_ && t < t_module_) || (t >= t_exports_ && t < t_namespace_) || t < t_class_ ||
               (OtherOf(t) != nullptr && OtherOf(t)->kind == Other::Kind::kMade && OtherOf(t)->type.empty())) {
      if (name != prototype_) Add(n, Does::kThisIs, t);
    }
    Copy(n, properties_[id].found);
    if (const auto looks = looks_on_.empty() ? looks_on_.end() : looks_on_.find(t); looks != looks_on_.end()) {
      for (const LookOn look : std::vector<LookOn>(looks->second)) {
        if (IsLookedFor(t, name, look)) Seen(n, look);
      }
    }
    if (const Spot all = infos_[InfoOf(t)].all; all != kNowhere && IsPlain(name)) Copy(n, all);
    if (const auto it = property_of_.find(name); it != property_of_.end()) {
      const uint32_t plain = KnownProperty(t, it->second);
      if (plain != kNoneIndex && properties_[plain].found != kNowhere) Add(n, Does::kGetter, properties_[plain].found);
    }
    return n;
  }

  // Objects that come with a parent keep what they inherit apart from what is written to them.
  bool Inherits(Thing t) const { return (t >= t_class_ && t < t_object_) || (t >= t_namespace_ && t < t_promise_); }

  // Where what reading a property of `t` gives is held.
  Spot Look(Thing t, Name name) {
    const uint32_t id = PropertyOf(t, name);
    if (properties_[id].found != kNowhere) return properties_[id].found;
    Spot n;
    if (Inherits(t)) {
      n = PropertySpot();
      properties_[id].found = n;
      Copy(properties_[id].own, n);
    } else {
      n = Field(t, name);
      properties_[id].found = n;
    }
    // What async functions return are promises, what rest parameters hold are arrays.
    const Thing typed = t >= t_promise_ && t < t_generator_ ? OfType("Promise")
                        : t >= t_rest_ && t < t_other_      ? OfType("Array")
                                                            : t;
    if (typed >= t_other_) {
      if (const Thing known = KnownMember(typed, name); known != kNoneIndex) {
        Put(n, known);
        return n;
      }
    }
    if (const auto getter = getter_of_.find(name); getter != getter_of_.end()) {
      const uint32_t known = KnownProperty(t, getter->second);
      if (known != kNoneIndex) Add(properties_[known].own, Does::kGetter, n);
    }
    if (HasOwn(t, name)) return n;
    if (properties_.size() > property_limit_) {
      MarkMore(n);
      return n;
    }
    properties_[id].open = true;
    for (uint32_t x = infos_[InfoOf(t)].parents; x != kNoneIndex; x = parents_[x].next)
      Inherit(parents_[x].parent, name, n);
    return n;
  }
  // Properties looked up, for each value of the program; chains of thousands of classes would make more.
  static constexpr size_t kProperties = 3;

  // A list of work rather than recursion: chains of prototypes may be long.
  void Inherit(Thing parent, Name name, Spot to) {
    to_inherit_.push_back({parent, name, to});
    if (inheriting_) return property_ids_.prefetch(PropertyKey{uint64_t{parent} << 32 | name});
    inheriting_ = true;
    while (!to_inherit_.empty()) {
      const auto [from, property, into] = to_inherit_.back();
      to_inherit_.pop_back();
      Load(from, property, into);
    }
    inheriting_ = false;
  }

  static bool IsShared(const Other& o) {
    return o.kind == Other::Kind::kApi || o.kind == Other::Kind::kModule || o.kind == Other::Kind::kTypeOnly ||
           o.kind == Other::Kind::kType;
  }

  void Parent(Thing t, Thing parent) {
    if (t == parent || (OtherOf(t) != nullptr && IsShared(*OtherOf(t)))) return;
    const uint32_t info = InfoOf(t);
    for (uint32_t x = infos_[info].parents; x != kNoneIndex; x = parents_[x].next) {
      if (parents_[x].parent == parent) return;
    }
    if (infos_[info].parent_count >= 16) return;
    ++infos_[info].parent_count;
    parents_.push_back({infos_[info].parents, parent});
    infos_[info].parents = static_cast<uint32_t>(parents_.size() - 1);
    for (uint32_t x = infos_[info].properties; x != kNoneIndex; x = properties_[x].next) {
      if (const uint32_t next = properties_[x].next; next != kNoneIndex)
        property_ids_.prefetch(PropertyKey{uint64_t{parent} << 32 | properties_[next].name});
      if (properties_[x].open) Inherit(parent, properties_[x].name, properties_[x].found);
    }
    if (const auto it = setter_looks_.find(t); it != setter_looks_.end()) {
      const std::vector<SetterLook> looks = it->second;
      for (const SetterLook& look : looks) SetterOn(parent, look.name, look.from, look.target, 1);
    }
    if (const auto it = looks_on_.empty() ? looks_on_.end() : looks_on_.find(t); it != looks_on_.end()) {
      for (const LookOn look : std::vector<LookOn>(it->second)) LookAt(parent, look, 1);
    }
  }

  const Api* ApiMember(Thing t, Name name) {
    const Other* o = OtherOf(t);
    if (o == nullptr) return nullptr;
    const std::string_view text = texts_[name];
    switch (o->kind) {
      case Other::Kind::kApi:
        return k_.Find(Cat(o->api->name, ".", text));
      case Other::Kind::kModule:
        return text == "default" ? k_.Find(o->type) : k_.Find(Cat(o->type, ".", text));
      default: {
        const std::string_view type = TypeOfThing(*o);
        return type.empty() ? nullptr : k_.FindMember(type, text);
      }
    }
  }
  Thing KnownMember(Thing t, Name name) {
    const auto [it, fresh] = known_members_.try_emplace(uint64_t{t} << 32 | name, kNoneIndex);
    if (!fresh) return it->second;
    Thing found = kNoneIndex;
    if (const Api* a = ApiMember(t, name)) {
      found = OfApi(a);
    } else if (const Other* o = OtherOf(t); o != nullptr && o->kind == Other::Kind::kModule) {
      if (texts_[name] == "default") {
        found = t;
      } else if (const Type* type = k_.FindType(Cat(o->type, ".", texts_[name]))) {
        found = OtherThing(Other::Kind::kTypeOnly, 0, nullptr, type->name);
      }
    }
    known_members_[uint64_t{t} << 32 | name] = found;
    return found;
  }

  bool HasOwn(Thing t, Name name) const { return own_.contains(uint64_t{t} << 32 | name); }

  void Load(Thing t, Name name, Spot to) {
    if (to == kNowhere) return;
    if (name == any_) return LoadAny(t, to, 0);
    if (const Other* o = OtherOf(t); o != nullptr && IsApi(*o)) {
      const Thing known = KnownMember(t, name);
      if (known != kNoneIndex) return Put(to, known);
      if (texts_[name][0] != '@') return;
    }
    Copy(Look(t, name), to);
  }
  // Nothing is written to the modules and functions of Node that anyone would look for there.
  static bool IsApi(const Other& o) {
    return o.kind == Other::Kind::kApi || o.kind == Other::Kind::kModule || o.kind == Other::Kind::kTypeOnly;
  }

  // a[key] with a key nobody knows.
  void LoadAny(Thing t, Spot to, int depth) {
    if (depth > kChain || !any_loads_.insert(uint64_t{t} << 32 | to).second) return;
    const uint32_t info = InfoOf(t);
    if (infos_[info].all == kNowhere) {
      const Spot all = PropertySpot();
      infos_[info].all = all;
      for (uint32_t x = infos_[info].properties; x != kNoneIndex; x = properties_[x].next) {
        if (IsPlain(properties_[x].name)) Copy(properties_[x].own, all);
      }
      Field(t, any_);
    }
    Copy(infos_[info].all, to);
    for (uint32_t x = infos_[info].parents; x != kNoneIndex; x = parents_[x].next) {
      const Thing parent = parents_[x].parent;
      if (parent >= t_other_ || (parent >= t_object_ && parent < t_promise_)) LoadAny(parent, to, depth + 1);
    }
  }

  void Store(Thing t, Name name, Spot from, uint32_t target) {
    if (name == proto_) return from == kNowhere ? void() : Add(from, Does::kParentOf, t);
    if (const Other* o = OtherOf(t); o != nullptr && IsApi(*o) && texts_[name][0] != '@') return;
    if (name == any_) infos_[InfoOf(t)].computed = true;
    if (from != kNowhere) Copy(from, Field(t, name));
    if (setters_.contains(name)) SetterOn(t, name, from, target, 0);
  }
  struct SetterLook {
    Name name;
    Spot from;
    uint32_t target;
  };
  void SetterOn(Thing t, Name name, Spot from, uint32_t target, int depth) {
    if (depth > kChain) return;
    if (!setters_seen_.insert({t, name, from, target}).second) return;
    Add(Field(t, SetterOf(name)), Does::kSetter, from, target);
    setter_looks_[t].push_back({name, from, target});
    for (uint32_t x = infos_[InfoOf(t)].parents; x != kNoneIndex; x = parents_[x].next)
      SetterOn(parents_[x].parent, name, from, target, depth + 1);
  }

  // Properties of which only the beginning of the name is known: this['visit' + node.type](node) calls each method that
  // begins so. They are taken one by one, since a place would not hold the methods of a visitor.
  struct PropertyLook {
    uint32_t call;
    Name beginning;
    uint32_t plain;             // as in kCallPlain, or kNoneIndex
    uint32_t use = kNoneIndex;  // in uses_: they are not called there, but handed on
  };
  struct LookOn {
    uint32_t id;   // in looks_
    Thing object;  // whose own methods hide those of its parents
  };
  void LookAt(Thing t, LookOn look, int depth) {
    if (depth > kChain || !looks_seen_.insert({t, look.id, look.object}).second) return;
    looks_on_[t].push_back(look);
    std::vector<Spot> found;
    for (uint32_t x = infos_[InfoOf(t)].properties; x != kNoneIndex; x = properties_[x].next) {
      if (properties_[x].own != kNowhere && IsLookedFor(t, properties_[x].name, look))
        found.push_back(properties_[x].own);
    }
    for (const Spot n : found) Seen(n, look);
    for (uint32_t x = infos_[InfoOf(t)].parents; x != kNoneIndex; x = parents_[x].next)
      LookAt(parents_[x].parent, look, depth + 1);
  }
  bool IsLookedFor(Thing t, Name name, LookOn look) const {
    const std::string_view text = texts_[name], beginning = texts_[looks_[look.id].beginning];
    if (text.size() <= beginning.size() || !text.starts_with(beginning) || !IsPlain(name)) return false;
    const bool instance = look.object >= t_instance_ && look.object < t_prototype_;
    const Thing own = instance ? look.object - t_instance_ + t_prototype_ : look.object;
    return t == own || !HasOwn(own, name);
  }
  void Seen(Spot n, LookOn look) {
    const PropertyLook& x = looks_[look.id];
    if (x.use != kNoneIndex) {
      Once(n, Does::kHandler, x.use, 0);
    } else if (x.plain == kNoneIndex) {
      Once(n, Does::kCall, x.call, 0);
    } else {
      Once(n, Does::kCallPlain, x.call, x.plain);
    }
  }

  bool IsPromise(Thing t) const {
    if (t >= t_promise_ && t < t_generator_) return true;
    const Other* o = OtherOf(t);
    return o != nullptr &&
           (o->kind == Other::Kind::kPromise || (o->kind == Other::Kind::kType && o->type == "Promise") ||
            (o->kind == Other::Kind::kMade && o->type == "Promise"));
  }

  void Do(Thing t, const Action& x) {
    switch (x.does) {
      case Does::kLoad:
        Load(t, x.b, x.a);
        break;
      case Does::kStore:
        Store(t, x.b, x.a, kNoneIndex);
        break;
      case Does::kWrite:
        Store(t, writes_[x.a].name, writes_[x.a].from, writes_[x.a].target);
        break;
      case Does::kCall:
        Called(t, x.a, x.b);
        break;
      case Does::kCallPlain:
        CalledPlain(t, x.a, x.b);
        break;
      case Does::kPromisified:
        if (t < t_class_) {
          Enter(x.a, t, kNowhere, 0, false, EnterKind::kCall);
          Put(ResultOf(x.a), OtherThing(Other::Kind::kPromise, x.a));
        }
        break;
      case Does::kAwait:
        if (IsPromise(t)) {
          Once(Field(t, await_), Does::kAwait, x.a, 0);
        } else {
          Put(x.a, t);
        }
        break;
      case Does::kInstances:
        if (t < t_class_) {
          Put(x.a, t_made_ + t);
        } else if (t < t_instance_) {
          Copy(instance_base_ + (t - t_class_), x.a);
        } else if (const Other* o = OtherOf(t)) {
          if (o->kind == Other::Kind::kApi) Put(x.a, OfType(InstanceType(o->api)));
          if (o->kind == Other::Kind::kTypeOnly) Put(x.a, OfType(o->type));
          if (o->kind == Other::Kind::kModule) {
            if (const Api* a = k_.Find(o->type)) Put(x.a, OfType(InstanceType(a)));
          }
        }
        break;
      case Does::kPrototypes:
        if (t < t_class_) {
          Copy(Field(t, prototype_), x.a);
        } else if (t < t_instance_) {
          Put(x.a, t - t_class_ + t_prototype_);
        } else if (const Other* o = OtherOf(t)) {
          const Api* a = o->kind == Other::Kind::kApi      ? o->api
                         : o->kind == Other::Kind::kModule ? k_.Find(o->type)
                                                           : nullptr;
          Put(x.a, a != nullptr                        ? OfType(InstanceType(a))
                   : o->kind == Other::Kind::kTypeOnly ? OfType(o->type)
                                                       : kNoneIndex);
        }
        break;
      case Does::kSubclass:
        if (t < t_class_) {
          Parent(t_instance_ + x.a, t_made_ + t);
          Put(this_base_ + t, t_instance_ + x.a);
        } else if (t < t_instance_ && t - t_class_ != x.a) {
          Parent(t_instance_ + x.a, t - t_class_ + t_instance_);
          Copy(instance_base_ + x.a, instance_base_ + (t - t_class_));
        }
        break;
      case Does::kParentOf:
        Parent(x.a, t);
        break;
      case Does::kAdopt:
        Add(x.a, Does::kParentOf, t);
        break;
      case Does::kParameter:
        if (t < t_class_) Copy(x.a, ParameterSpot(t, x.b));
        break;
      case Does::kResult:
        if (t < t_class_) Results(t, x.a);
        break;
      case Does::kHandler:
        Handed(t, x.a);
        break;
      case Does::kThisIs:
        if (t < t_class_ && UsesOwnThis(t)) Put(this_base_ + t, x.a);
        break;
      case Does::kGetter:
        if (t < t_class_) {
          Copy(t, x.a);
          getter_reads_.push_back({x.a, t});
        }
        break;
      case Does::kSetter:
        if (t < t_class_) {
          Copy(x.a, ParameterSpot(t, 0));
          Accessed(x.b, t);
        }
        break;
      case Does::kLook:
        LookAt(t, {x.a, t}, 0);
        break;
    }
  }

  void Accessed(uint32_t value, uint32_t f) {
    if (value == kNoneIndex || !accessed_.insert(uint64_t{value} << 32 | f).second) return;
    const auto [file, id] = In(value_base_, value);
    accesses_.push_back({file, static_cast<ValueId>(id), FunctionAt(f)});
  }

  bool UsesOwnThis(uint32_t f) const { return (callables_[f].flags & kUsesOwnThis) != 0; }

  // ---- functions and calls

  Spot ParameterSpot(uint32_t f, uint32_t index) {
    const Callable& fn = callables_[f];
    if (fn.parameters == 0) return kNowhere;
    const uint32_t last = fn.parameters - 1u;
    if (index >= last && (fn.flags & kTakesRest)) return Field(t_rest_ + f, any_);
    return index > last ? kNowhere : parameters_[fn.first + index];
  }
  void Results(uint32_t f, Spot to) {
    if (callables_[f].flags & kIsGenerator) {
      Put(to, t_generator_ + f);
    } else if (callables_[f].flags & kIsAsync) {
      Put(to, t_promise_ + f);
    } else {
      Copy(f, to);
    }
  }
  Spot ResultOf(uint32_t call) const { return ends_[call].result; }
  Spot ReceiverOf(uint32_t call) const { return ends_[call].receiver; }

  void Found(uint32_t call, uint32_t f, EnterKind kind) {
    const uint64_t key = uint64_t{call} << 32 | f;
    if (!entered_.insert(key).second) return;
    found_.push_back({CallAt(call), FunctionAt(f), kind, guessing_});
  }

  // `first`: the parameter the first argument goes to, from the argument `skip` on.
  void Enter(uint32_t call, uint32_t f, Spot receiver, uint32_t first, bool result, EnterKind kind, uint32_t skip = 0) {
    const uint64_t key = uint64_t{call} << 32 | f;
    if (!entered_.insert(key).second) return;
    const CallRef at = CallAt(call);
    const FileModel& m = p_[at.file].model;
    const Call& c = m.calls[at.call];
    found_.push_back({at, FunctionAt(f), kind, guessing_});
    for (uint32_t i = skip; i < c.arg_count; ++i) {
      const Argument& arg = m.args[c.first_arg + i];
      if (arg.spread) {
        const Spot elements = NewSpot();
        Add(ValueSpot(at.file, arg.value), Does::kLoad, elements, any_);
        for (uint32_t k = i - skip; k < callables_[f].parameters; ++k) Copy(elements, ParameterSpot(f, first + k));
        break;
      }
      Copy(ValueSpot(at.file, arg.value), ParameterSpot(f, first + i - skip));
    }
    if (receiver != kNowhere && UsesOwnThis(f)) Copy(receiver, this_base_ + f);
    if (c.kind == CallKind::kNew) {
      if (callables_[f].flags & kHasOwner) return;  // a constructor: its class gives the result
      Put(ResultOf(call), t_made_ + f);
      if (callables_[f].flags & kUsesThis) Put(this_base_ + f, t_made_ + f);
      Copy(f, ResultOf(call));
      return;
    }
    if (result) Results(f, ResultOf(call));
  }

  // __toESM(require('x')): x, or an object with x as its default. Read from what the function does, each call of it
  // would give what all of them are given.
  void Loaded(uint32_t call, Spot module) {
    Copy(module, ResultOf(call));
    const Spot around = NewSpot();
    Put(around, OtherThing(Other::Kind::kMade, call));
    Add(around, Does::kStore, module, default_);
    Copy(around, ResultOf(call));
  }

  void Called(Thing t, uint32_t call, uint32_t first) {
    const CallRef at = CallAt(call);
    const Call& c = p_[at.file].model.calls[at.call];
    if (t < t_class_) {
      const Argument* given = (callables_[t].flags & kGivesModule) ? p_[at.file].model.Arg(c, 0) : nullptr;
      const bool module = given != nullptr && !given->spread && first == 0;
      Enter(call, t, ReceiverOf(call), first, !module, EnterKind::kCall);
      if (module) Loaded(call, ValueSpot(at.file, given->value));
      return;
    }
    if (t < t_instance_) {
      if (c.kind == CallKind::kNew) Put(ResultOf(call), t - t_class_ + t_instance_);
      const Spot constructors = NewSpot();
      Add(constructors, Does::kCall, call, first);
      Load(t, constructor_, constructors);
      return;
    }
    const Other* o = OtherOf(t);
    if (o == nullptr) return;
    switch (o->kind) {
      case Other::Kind::kBound: {
        const CallRef bind = CallAt(o->at);
        const uint32_t bound = p_[bind.file].model.calls[bind.call].arg_count;
        if (first < 8) Once(Field(t, target_), Does::kCall, call, first + (bound == 0 ? 0 : bound - 1));
        return;
      }
      case Other::Kind::kPromisified:
        Once(Field(t, target_), Does::kPromisified, call, 0);
        return;
      case Other::Kind::kModule:
        if (const Api* a = k_.Find(o->type)) CalledApi(call, *a);
        return;
      case Other::Kind::kTypeOnly:
        if (c.kind == CallKind::kNew) Put(ResultOf(call), OtherThing(Other::Kind::kMade, call, nullptr, o->type));
        return;
      case Other::Kind::kApi:
        CalledApi(call, *o->api);
        return;
      default:
        return;
    }
  }

  // f.call(x, ...), f.apply(x, list), f.bind(x, ...)
  void CalledPlain(Thing t, uint32_t call, uint32_t how) {
    const CallRef at = CallAt(call);
    const FileModel& m = p_[at.file].model;
    const Call& c = m.calls[at.call];
    const Spot receiver =
        c.arg_count > 0 && !m.args[c.first_arg].spread ? ValueSpot(at.file, m.args[c.first_arg].value) : kNowhere;
    const Other* o = OtherOf(t);
    const bool bound = o != nullptr && (o->kind == Other::Kind::kBound || o->kind == Other::Kind::kPromisified);
    if (t >= t_instance_ && !bound && !(o != nullptr && o->kind == Other::Kind::kApi)) return;
    if (how == 2) {
      if (c.arg_count <= 1) {
        Put(ResultOf(call), t);
      } else {
        const Thing b = OtherThing(Other::Kind::kBound, call);
        Put(Field(b, target_), t);
        Put(ResultOf(call), b);
      }
      if (t < t_class_) {
        for (uint32_t i = 1; i < c.arg_count; ++i)
          Copy(ValueSpot(at.file, m.args[c.first_arg + i].value), ParameterSpot(t, i - 1));
        if (receiver != kNowhere && UsesOwnThis(t)) Copy(receiver, this_base_ + t);
      }
      return;
    }
    if (bound) {
      Once(Field(t, target_), Does::kCallPlain, call, how);
      return;
    }
    if (t >= t_class_) {
      // Base.call(this): an old-style constructor of a class; nothing enters Spot that matters here.
      if (t < t_instance_) Load(t, constructor_, CallSpot(call));
      return;
    }
    if (how == 0) {
      Enter(call, t, receiver, 0, true, EnterKind::kCall, 1);
      return;
    }
    Enter(call, t, receiver, 0, true, EnterKind::kCall, c.arg_count);
    if (c.arg_count < 2) return;
    const Argument& list = m.args[c.first_arg + 1];
    const Value& v = m.values[list.value];
    const uint32_t params = callables_[t].parameters;
    if (v.kind == ValueKind::kGlobal && m.names[static_cast<NameId>(v.a)] == "arguments") {
      FunctionId own = c.function;
      while (m.functions[own].kind == FunctionKind::kArrow) own = m.functions[own].parent;
      const uint32_t from = FunctionNumber({at.file, own});
      for (uint32_t i = 0; i < params; ++i) Copy(ParameterSpot(from, i), ParameterSpot(t, i));
      return;
    }
    const Spot elements = NewSpot();
    Add(ValueSpot(at.file, list.value), Does::kLoad, elements, any_);
    for (uint32_t i = 0; i < params; ++i) Copy(elements, ParameterSpot(t, i));
  }
  // Where a call's callee is looked up.
  Spot CallSpot(uint32_t call) {
    const Spot n = NewSpot();
    Add(n, Does::kCall, call);
    return n;
  }

  // ---- known APIs

  struct Use {
    uint32_t call;
    const Api* api;
    const Handler* handler;
    int depth;
    Name option = kNoneIndex;  // what is left of the path to it, "*.resolve"
  };

  const std::vector<FlowOp>& FlowsOf(const Api& api) {
    auto& slot = flows_[&api];
    if (slot == nullptr) slot = std::make_unique<std::vector<FlowOp>>(ParseFlows(api));
    return *slot;
  }

  std::string_view EventName(uint32_t call) {
    const CallRef at = CallAt(call);
    const FileModel& m = p_[at.file].model;
    const Argument* a = m.Arg(m.calls[at.call], 0);
    return a == nullptr ? std::string_view() : Constant(m, a->value);
  }
  static std::string_view Constant(const FileModel& m, ValueId v) {
    for (int i = 0; i < 6 && Some(v); ++i) {
      const Value& x = m.values[v];
      if (x.kind == ValueKind::kString) return m.names[static_cast<NameId>(x.a)];
      if (x.kind != ValueKind::kBinding) return {};
      v = m.bindings[static_cast<BindingId>(x.a)].value;
    }
    return {};
  }

  Spot RootOf(uint32_t call, const Term& term) {
    const CallRef at = CallAt(call);
    const FileModel& m = p_[at.file].model;
    switch (term.root) {
      case Term::Root::kThis:
        return ReceiverOf(call);
      case Term::Root::kResult:
        return ResultOf(call);
      default: {
        const Argument* a = m.Arg(m.calls[at.call], term.index);
        return a == nullptr || a->spread ? kNowhere : ValueSpot(at.file, a->value);
      }
    }
  }
  // The node a term's steps but the last `leave` lead to.
  Spot Walk(uint32_t call, const Term& term, size_t leave) {
    Spot n = RootOf(call, term);
    for (size_t i = 0; n != kNowhere && i + leave < term.steps.size(); ++i) {
      const Term::Step& step = term.steps[i];
      const Spot next = NewSpot();
      using K = Term::Step::Kind;
      switch (step.kind) {
        case K::kElements:
          Add(n, Does::kLoad, next, any_);
          break;
        case K::kAwait:
          Add(n, Does::kAwait, next);
          break;
        case K::kProperty:
          Add(n, Does::kLoad, next, Intern(step.name));
          break;
        case K::kEvent:
          Add(n, Does::kLoad, next, EventOf(EventName(call)));
          break;
        case K::kResult:
          Add(n, Does::kResult, next);
          break;
        case K::kParameter:
          return kNowhere;
      }
      n = next;
    }
    return n;
  }

  void Flow(uint32_t call, const Api& api, const FlowOp& op) {
    const CallRef at = CallAt(call);
    const FileModel& m = p_[at.file].model;
    const Call& c = m.calls[at.call];
    if (op.runs) {
      const Spot from = Walk(call, op.from, 0);
      if (from != kNowhere) AddUse(from, {call, &api, nullptr, 9});
      return;
    }
    if (op.inherits) {
      const Spot from = Walk(call, op.from, 0), to = Walk(call, op.to, 0);
      if (from != kNowhere && to != kNowhere) Add(to, Does::kAdopt, from);
      return;
    }
    const std::vector<Term::Step>& into = op.to.steps;
    if (op.to.root == Term::Root::kResult && into.size() == 2 && into[0].kind == Term::Step::Kind::kElements &&
        into[1].kind == Term::Step::Kind::kElements) {  // Object.entries(): arrays the call makes within its result
      const Spot rows = NewSpot();
      Put(rows, OtherThing(Other::Kind::kArray, call * 2 + 1, &api));
      Add(ResultOf(call), Does::kStore, rows, any_);
    }
    const Spot to = Walk(call, op.to, op.to.steps.empty() ? 0 : 1);
    if (to == kNowhere) return;
    const auto put = [&](Spot from, uint32_t offset) {
      if (from == kNowhere) return;
      if (op.to.steps.empty()) return Copy(from, to);
      const Term::Step& step = op.to.steps.back();
      using K = Term::Step::Kind;
      switch (step.kind) {
        case K::kElements:
          Add(to, Does::kStore, from, any_);
          break;
        case K::kAwait:
          Add(to, Does::kStore, from, await_);
          break;
        case K::kProperty:
          Add(to, Does::kStore, from, Intern(step.name));
          break;
        case K::kEvent:
          Add(to, Does::kStore, from, EventOf(EventName(call)));
          break;
        case K::kParameter:
          Add(to, Does::kParameter, from, step.index + offset);
          break;
        case K::kResult:
          break;
      }
    };
    if (op.from.root != Term::Root::kArguments) {
      // A flow into parameters by itself is no call: handlers say who is called.
      put(Walk(call, op.from, 0), 0);
      return;
    }
    for (uint32_t i = op.from.index; i < c.arg_count; ++i) {
      const Argument& a = m.args[c.first_arg + i];
      Spot from = ValueSpot(at.file, a.value);
      if (a.spread) {
        from = NewSpot();
        Add(ValueSpot(at.file, a.value), Does::kLoad, from, any_);
      }
      put(from, i - op.from.index);
    }
  }

  void CalledApi(uint32_t call, const Api& api) {
    if (!api_entered_.insert({call, &api}).second) return;
    const CallRef at = CallAt(call);
    const FileModel& m = p_[at.file].model;
    const Call& c = m.calls[at.call];
    const Spot result = ResultOf(call);
    if (api.returns == "this") {
      Copy(ReceiverOf(call), result);
    } else if (api.is_class) {
      const std::string_view type = InstanceType(&api);
      // A style says that it can be called, too: express.Router().
      if ((c.kind == CallKind::kNew || api.style == CallStyle::kSync) && !type.empty())
        Put(result, OtherThing(Other::Kind::kMade, call, nullptr, type));
    } else if (api.returns == "Promise" || api.style == CallStyle::kPromise) {
      const Type* t = api.resolves.empty() ? nullptr : k_.FindType(api.resolves);
      const Thing promise = OtherThing(Other::Kind::kPromise, call, nullptr,
                                       t == nullptr ? std::string_view() : std::string_view(t->name));
      Put(result, promise);
      if (t != nullptr) Put(Field(promise, await_), OfType(t->name));
    } else if (!api.returns.empty()) {
      if (const Type* t = k_.FindType(api.returns)) {
        Put(result, OtherThing(t->name == "Array" ? Other::Kind::kArray : Other::Kind::kMade,
                               t->name == "Array" ? call * 2 + 1 : call, nullptr,
                               t->name == "Array" ? std::string_view() : std::string_view(t->name)));
      }
    }
    if (api.returns.empty() && api.style == CallStyle::kUnknown && !api.is_class) {
      // Whatever Object.create() and its like return is an object of its own.
      for (const FlowOp& op : FlowsOf(api)) {
        if (op.to.root == Term::Root::kResult && (op.inherits || !op.to.steps.empty()))
          Put(result, OtherThing(Other::Kind::kMade, call));
      }
    }
    for (const FlowOp& op : FlowsOf(api)) {
      // Of a guess, what makes calls: results would only spread it.
      if (!guessing_ || (!op.to.steps.empty() && op.to.root != Term::Root::kResult) || op.runs) Flow(call, api, op);
    }
    if (api.name == "events.EventEmitter#emit") {
      const std::string_view event = EventName(call);
      const Spot listeners = NewSpot();
      Add(ReceiverOf(call), Does::kLoad, listeners, EventOf(event));
      AddUse(listeners, {call, &api, nullptr, 0});
    } else if (api.name == "global.Object.defineProperty" && c.arg_count >= 3) {
      Define(call, c, at.file);
    } else if (api.name == "util.promisify" && c.arg_count >= 1) {
      const Thing t = OtherThing(Other::Kind::kPromisified, call);
      Put(result, t);
      Copy(ValueSpot(at.file, m.args[c.first_arg].value), Field(t, target_));
    }
    for (const Handler& h : api.handlers) {
      if (!h.options.empty()) {
        for (uint32_t i = 0; i < c.arg_count; ++i)
          AddUse(ValueSpot(at.file, m.args[c.first_arg + i].value), {call, &api, &h, 0});
        continue;
      }
      const uint32_t first = h.first < 0 ? (c.arg_count == 0 ? 0 : c.arg_count - 1) : static_cast<uint32_t>(h.first);
      const uint32_t last = h.first < 0 ? first : static_cast<uint32_t>(std::max(h.first, h.last));
      for (uint32_t i = first; i <= last && i < c.arg_count; ++i) {
        AddUse(ValueSpot(at.file, m.args[c.first_arg + i].value), {call, &api, &h, 0});
      }
    }
  }

  // Object.defineProperty(object, 'name', { value, get, set })
  void Define(uint32_t call, const Call& c, FileId file) {
    const FileModel& m = p_[file].model;
    const Spot object = ValueSpot(file, m.args[c.first_arg].value),
               row = ValueSpot(file, m.args[c.first_arg + 2].value);
    const std::string_view text = Constant(m, m.args[c.first_arg + 1].value);
    const Name name = text.empty() ? any_ : Intern(text);
    const Spot value = NewSpot(), get = NewSpot();
    Add(row, Does::kLoad, value, Intern("value"));
    Add(row, Does::kLoad, get, Intern("get"));
    Add(object, Does::kStore, value, name);
    if (name == any_) {
      const Spot results = NewSpot();
      Add(get, Does::kResult, results);
      Add(object, Does::kStore, results, any_);
    } else {
      Add(object, Does::kStore, get, GetterOf(name));
    }
    (void)call;
  }

  void AddUse(Spot n, Use use) {
    uses_.push_back(use);
    Add(n, Does::kHandler, static_cast<uint32_t>(uses_.size() - 1));
  }

  void Handed(Thing t, uint32_t index) {
    const Use use = uses_[index];
    if (use.handler == nullptr) {  // emitted to
      // Arguments of emit() follow the event's name; of what runs otherwise nothing is said.
      if (t < t_class_)
        Enter(use.call, t, ReceiverOf(use.call), 0, false, EnterKind::kNow, use.depth == 9 ? kNoneIndex : 1);
      return;
    }
    const Handler& h = *use.handler;
    if (!h.options.empty() && use.depth == 0) {
      if (OtherOf(t) != nullptr && OtherOf(t)->kind == Other::Kind::kArray) {
        if (!options_asked_.insert({t, use.call, use.handler, use.option}).second) return;
        const Spot elements = NewSpot();
        Load(t, any_, elements);
        AddUse(elements, use);
        return;
      }
      if (use.option != kNoneIndex) return Option(t, texts_[use.option], use);
      if (t < t_object_ || t >= t_module_) return;
      for (const std::string& option : h.options) Option(t, option, use);
      return;
    }
    if (const Other* o = OtherOf(t); o != nullptr && o->kind == Other::Kind::kArray && h.flatten && use.depth < 3) {
      const Spot elements = NewSpot();
      Load(t, any_, elements);
      AddUse(elements, {use.call, use.api, use.handler, use.depth + 2});
      return;
    }
    if (const Other* o = OtherOf(t); o != nullptr && o->kind == Other::Kind::kBound) {
      if (use.depth < 3) AddUse(Field(t, target_), {use.call, use.api, use.handler, use.depth + 1});
      return;
    }
    if (t >= t_class_) return;
    Found(use.call, t, h.when == When::kNow ? EnterKind::kNow : EnterKind::kLater);
    if (!guessing_) handlers_found_.push_back({CallAt(use.call), use.api, use.handler, FunctionAt(t)});
    const std::vector<std::string>* types =
        callables_[t].parameters == 4 && !h.params_if_4.empty() ? &h.params_if_4 : &h.params;
    if (h.event_arg == 0) {
      const std::string_view event = EventName(use.call);
      const size_t hash = use.api->name.find('#');
      if (!event.empty() && hash != std::string::npos) {
        // Of the type of each receiver known so far; others come with their own row.
        const Spot receiver = ReceiverOf(use.call);
        for (uint32_t x = receiver == kNowhere ? kEnd : places_[receiver].held; x != kEnd; x = held_[x].next) {
          const Other* o = OtherOf(held_[x].thing);
          if (o == nullptr || TypeOfThing(*o).empty()) continue;
          if (const Event* e = k_.FindEvent(TypeOfThing(*o), event)) Types(t, e->args);
        }
      }
    }
    Types(t, *types);
  }
  // `path`: from the thing to the handler, "handler", "resolvers.*.*".
  void Option(Thing t, std::string_view path, const Use& use) {
    // Functions that return themselves, objects that hold themselves: once each.
    if (!options_asked_.insert({t, use.call, use.handler, Intern(path)}).second) return;
    const size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    if (t < t_class_) {  // fields: () => ({ ... })
      if (dot == std::string_view::npos) return;
      const Spot made = NewSpot();
      Results(t, made);
      return AddUse(made, use);
    }
    const bool own = (t >= t_object_ && t < t_module_) || (t >= t_exports_ && t < t_promise_);
    if (!own) return;
    const Use next = dot == std::string_view::npos
                         ? Use{use.call, use.api, use.handler, 1}
                         : Use{use.call, use.api, use.handler, 0, Intern(path.substr(dot + 1))};
    if (step != "*") {
      const Spot n = NewSpot();
      Load(t, Intern(step), n);
      return AddUse(n, next);
    }
    uses_.push_back(next);
    looks_.push_back({use.call, Intern(""), kNoneIndex, static_cast<uint32_t>(uses_.size() - 1)});
    LookAt(t, {static_cast<uint32_t>(looks_.size() - 1), t}, 0);
  }
  void Types(uint32_t f, const std::vector<std::string>& types) {
    for (uint32_t i = 0; i < types.size(); ++i) {
      if (!types[i].empty()) Put(ParameterSpot(f, i), OfType(types[i]));
    }
  }

  // ---- rows of one file

  static bool Skippable(ValueKind k) {
    return k == ValueKind::kUnknown || k == ValueKind::kUndefined || k == ValueKind::kNull ||
           k == ValueKind::kBoolean || k == ValueKind::kNumber || k == ValueKind::kConcat || k == ValueKind::kMeta;
  }

  void Rows(FileId file) {
    const File& f = p_[file];
    const FileModel& m = f.model;
    const auto at = [&](ValueId v) { return ValueSpot(file, v); };
    const auto node = [&](uint32_t v) { return at(static_cast<ValueId>(v)); };
    beginnings_ = false;
    for (const ValueId v : Ids(m.values)) {
      const Value& x = m.values[v];
      const Spot n = at(v);
      switch (x.kind) {
        case ValueKind::kBinding: {
          const ValueId from = m.bindings[static_cast<BindingId>(x.a)].value;
          if (!Some(from)) break;
          const Value& held = m.values[from];
          beginnings_ |= held.kind == ValueKind::kElement && IsPutTogether(m, KeyValue(m, held), 0);
          if (!Skippable(held.kind)) Copy(at(from), n);
          break;
        }
        case ValueKind::kGlobal:
          Global(file, m.names[static_cast<NameId>(x.a)], n);
          break;
        case ValueKind::kThis: {
          const Function& row = m.functions[static_cast<FunctionId>(x.a)];
          if (Some(row.owner)) {
            if (row.is_static) Put(n, t_class_ + class_base_[Local(file)] + Index(row.owner));
          } else if (row.kind == FunctionKind::kModule && !m.module.has_esm_syntax) {
            Put(n, t_exports_ + Local(file));
          }
          break;
        }
        case ValueKind::kFunction:
          Put(n, FunctionNumber({file, static_cast<FunctionId>(x.a)}));
          break;
        case ValueKind::kClass:
          Put(n, t_class_ + class_base_[Local(file)] + x.a);
          break;
        case ValueKind::kObject:
          ObjectRow(file, static_cast<ObjectId>(x.a), n);
          break;
        case ValueKind::kImport:
          ImportRow(file, static_cast<ImportId>(x.a), n);
          break;
        case ValueKind::kPromisedImport: {
          const Thing promise = OtherThing(Other::Kind::kPromise, calls_ + n * 2);
          ImportRow(file, static_cast<ImportId>(x.a), Field(promise, await_));
          Put(n, promise);
          break;
        }
        case ValueKind::kMember:
        case ValueKind::kElement:
          if (n == kNowhere || places_[n].loaded) break;
          places_[n].loaded = true;
          Add(node(x.a), Does::kLoad, n,
              x.kind == ValueKind::kMember ? NameOf(file, static_cast<NameId>(x.b)) : KeyOf(file, x));
          break;
        case ValueKind::kAwait:
          Add(node(x.a), Does::kAwait, n);
          break;
        case ValueKind::kEither:
          Copy(node(x.a), n);
          Copy(node(x.b), n);
          break;
        case ValueKind::kArray: {
          bool data = Some(m.syntax.FirstChild(static_cast<NodeId>(x.a)));
          for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(x.a))) {
            data = data && m.syntax.KindOf(c) != Kind::kSpreadElement && IsData(m, m.ValueOf(c));
          }
          if (data) {
            Put(n, OfType("Array"));
            break;
          }
          const Thing t = OtherThing(Other::Kind::kArray, n * 2);
          Put(n, t);
          for (const NodeId c : m.syntax.ChildrenOf(static_cast<NodeId>(x.a))) {
            if (m.syntax.KindOf(c) == Kind::kSpreadElement) {
              const NodeId inner = m.syntax.FirstChild(c);
              if (Some(inner) && Some(m.ValueOf(inner))) Add(at(m.ValueOf(inner)), Does::kLoad, Field(t, any_), any_);
            } else if (Some(m.ValueOf(c)) && !Skippable(m.values[m.ValueOf(c)].kind) &&
                       m.values[m.ValueOf(c)].kind != ValueKind::kString) {
              Copy(at(m.ValueOf(c)), Field(t, any_));
            }
          }
          break;
        }
        case ValueKind::kRegExp:
          Put(n, OfType("RegExp"));
          break;
        default:
          break;
      }
    }
    for (const Alternative& a : m.alternatives) {
      const ValueId to = m.ValueOf(m.bindings[a.binding].node);
      if (Some(to) && !Skippable(m.values[a.value].kind)) Copy(at(a.value), at(to));
    }
    for (const Write& w : m.writes) {
      const Value& target = m.values[w.target];
      if (!Some(w.value) || Skippable(m.values[w.value].kind)) {
        // Even a number may go to a setter.
        if (target.kind == ValueKind::kMember && setter_names_.contains(m.names[static_cast<NameId>(target.b)])) {
          writes_.push_back(
              {kNowhere, NameOf(file, static_cast<NameId>(target.b)), value_base_[Local(file)] + Index(w.target)});
          Add(node(target.a), Does::kWrite, static_cast<uint32_t>(writes_.size() - 1));
        }
        continue;
      }
      if (target.kind == ValueKind::kGlobal) {
        Copy(at(w.value), at(w.target));
      } else if (target.kind == ValueKind::kMember) {
        const Name name = NameOf(file, static_cast<NameId>(target.b));
        writes_.push_back({at(w.value), name, value_base_[Local(file)] + Index(w.target)});
        Add(node(target.a), Does::kWrite, static_cast<uint32_t>(writes_.size() - 1));
        Named(file, name, w.value);
      } else if (target.kind == ValueKind::kElement) {
        const Value& from = m.values[w.value];
        const Name key = KeyOf(file, target);
        if (key == any_ && from.kind == ValueKind::kElement && Some(KeyValue(m, target)) &&
            KeyValue(m, from) == KeyValue(m, target)) {
          // for (k in a) b[k] = a[k]
          Add(node(target.a), Does::kAdopt, node(from.a));
        } else {
          Add(node(target.a), Does::kStore, at(w.value), key);
          if (key == any_) StoreNamed(file, target, w.value);
        }
      }
    }
    for (const FunctionId fn : Ids(m.functions)) FunctionRow(file, fn);
    for (const looplint::Flow& e : m.flow) {
      if (!Some(e.function) || !Some(e.value)) continue;
      const uint32_t fn = FunctionNumber({file, e.function});
      if (e.kind == FlowKind::kReturn) {
        if (Skippable(m.values[e.value].kind)) continue;
        Copy(at(e.value), fn);
      } else if (e.kind == FlowKind::kYield) {
        Copy(at(e.value), Field(t_generator_ + fn, any_));
      }
    }
    for (const ClassId c : Ids(m.classes)) ClassRow(file, c);
    for (const CallId c : Ids(m.calls)) CallRow(file, c);
    Exports(file);
  }

  // o[key] = value, with a key that is one of few constants: stored under each of them as well. Where the value is
  // taken from another object by the same key, or by the name that stands for it in a table, what belongs together
  // stays so:
  //   for (const method in api) target[api[method]] = all[method].bind(target);
  void StoreNamed(FileId file, const Value& target, ValueId value) {
    const FileModel& m = p_[file].model;
    const ValueId key = KeyValue(m, target);
    if (!Some(key)) return;
    const Spot object = ValueSpot(file, static_cast<ValueId>(target.a));
    Value from = m.values[value];
    if (from.kind == ValueKind::kCall) {
      const Call& call = m.calls[static_cast<CallId>(from.a)];
      const Value& callee = m.values[call.callee];
      if (call.arg_count <= 1 && callee.kind == ValueKind::kMember && m.names[static_cast<NameId>(callee.b)] == "bind")
        from = m.values[static_cast<ValueId>(callee.a)];
    }
    const ValueId taken = from.kind == ValueKind::kElement ? KeyValue(m, from) : kNone<ValueId>;
    std::vector<std::pair<NameId, NameId>> names;  // in the object the value is from, in the one it goes to
    if (Some(taken) && taken == key) {
      std::vector<NameId> both;
      if (!Constants(m, key, both, 0)) return;
      for (const NameId name : both) names.push_back({name, name});
    } else if (Some(taken)) {
      const Value& alias = m.values[HeldBy(m, key)];
      if (alias.kind != ValueKind::kElement || KeyValue(m, alias) != taken) return;
      const Value& table = m.values[HeldBy(m, static_cast<ValueId>(alias.a))];
      if (table.kind != ValueKind::kObject) return;
      const Object& o = m.objects[static_cast<ObjectId>(table.a)];
      for (uint32_t i = 0; i < o.member_count && o.member_count <= kKeys; ++i) {
        const Member& member = m.members[o.first_member + i];
        if (!Some(member.name) || !Some(member.value) || m.values[member.value].kind != ValueKind::kString) return;
        names.push_back({member.name, static_cast<NameId>(m.values[member.value].a)});
      }
    } else {
      std::vector<NameId> all;
      if (!Constants(m, key, all, 0)) return;
      for (const NameId name : all) Add(object, Does::kStore, ValueSpot(file, value), NameOf(file, name));
      return;
    }
    for (const auto& [read, written] : names) {
      const Spot one = NewSpot();
      Add(ValueSpot(file, static_cast<ValueId>(from.a)), Does::kLoad, one, NameOf(file, read));
      Add(object, Does::kStore, one, NameOf(file, written));
    }
  }
  static constexpr size_t kKeys = 32;
  // What a variable that is never assigned again holds, or `v` itself.
  static ValueId HeldBy(const FileModel& m, ValueId v) {
    for (int i = 0; i < 6; ++i) {
      const Value& x = m.values[v];
      if (x.kind != ValueKind::kBinding || !Some(m.bindings[static_cast<BindingId>(x.a)].value)) return v;
      v = m.bindings[static_cast<BindingId>(x.a)].value;
    }
    return v;
  }
  // The texts `v` may be when these are few constants: elements of a list written out, names of the members of an
  // object. False when it may be anything else.
  static bool Constants(const FileModel& m, ValueId v, std::vector<NameId>& out, int depth) {
    if (!Some(v) || depth > 4) return false;
    const Value& x = m.values[HeldBy(m, v)];
    const Syntax& s = m.syntax;
    const auto elements = [&](ValueId of) {
      const Value& list = m.values[HeldBy(m, of)];
      if (list.kind != ValueKind::kArray) return false;
      for (const NodeId c : s.ChildrenOf(static_cast<NodeId>(list.a))) {
        if (!Some(m.ValueOf(c)) || m.values[m.ValueOf(c)].kind != ValueKind::kString || out.size() >= kKeys)
          return false;
        out.push_back(static_cast<NameId>(m.values[m.ValueOf(c)].a));
      }
      return !out.empty();
    };
    const auto members = [&](ValueId of) {
      const Value& object = m.values[HeldBy(m, of)];
      if (object.kind != ValueKind::kObject) return false;
      const Object& o = m.objects[static_cast<ObjectId>(object.a)];
      for (uint32_t i = 0; i < o.member_count; ++i) {
        if (!Some(m.members[o.first_member + i].name) || out.size() >= kKeys) return false;
        out.push_back(m.members[o.first_member + i].name);
      }
      return !o.has_spread && !out.empty();
    };
    switch (x.kind) {
      case ValueKind::kString:
        out.push_back(static_cast<NameId>(x.a));
        return true;
      case ValueKind::kEither:
        return Constants(m, static_cast<ValueId>(x.a), out, depth + 1) &&
               Constants(m, static_cast<ValueId>(x.b), out, depth + 1);
      case ValueKind::kElement:
        return elements(static_cast<ValueId>(x.a));
      case ValueKind::kKeyOf:
        return members(static_cast<ValueId>(x.a));
      case ValueKind::kParam: {
        // ['a', 'b'].forEach((name) => ...), Object.keys(table).forEach(...)
        const NodeId function = m.functions[static_cast<FunctionId>(x.a)].node;
        const CallId c = x.b == 0 && s[function].role == Role::kArgument ? m.CallAt(s.Parent(function)) : kNone<CallId>;
        if (!Some(c)) return false;
        const Value& callee = m.values[m.calls[c].callee];
        if (callee.kind != ValueKind::kMember) return false;
        const std::string_view method = m.names[static_cast<NameId>(callee.b)];
        if (method != "forEach" && method != "map") return false;
        const ValueId list = HeldBy(m, static_cast<ValueId>(callee.a));
        if (m.values[list].kind != ValueKind::kCall) return elements(list);
        const Call& keys = m.calls[static_cast<CallId>(m.values[list].a)];
        const Value& of = m.values[keys.callee];
        if (keys.arg_count != 1 || of.kind != ValueKind::kMember || m.names[static_cast<NameId>(of.b)] != "keys")
          return false;
        const Value& global = m.values[static_cast<ValueId>(of.a)];
        if (global.kind != ValueKind::kGlobal || m.names[static_cast<NameId>(global.a)] != "Object") return false;
        return members(m.args[keys.first_arg].value);
      }
      default:
        return false;
    }
  }

  // The property o[key] names: a constant, or "[kState]" for a constant that most likely holds a symbol.
  // Value of the key of a[key], or kNone.
  static ValueId KeyValue(const FileModel& m, const Value& element) {
    return element.b == kNoneIndex ? kNone<ValueId>
                                   : m.ValueOf(m.syntax.Child(static_cast<NodeId>(element.b), Role::kProperty));
  }
  Name KeyOf(FileId file, const Value& element) {
    if (element.b == kNoneIndex) return any_;
    const FileModel& m = p_[file].model;
    const ValueId written = KeyValue(m, element);
    if (!Some(written)) return any_;
    const std::string_view text = Constant(m, written);
    if (!text.empty()) return Intern(text);
    const Value& key = m.values[written];
    if (key.kind == ValueKind::kBinding) {
      const Binding& b = m.bindings[static_cast<BindingId>(key.a)];
      const bool constant =
          b.kind == BindingKind::kConst || b.kind == BindingKind::kImport || b.kind == BindingKind::kVar;
      if (Index(b.scope) == 0 && b.writes == 0 && constant) return Intern(Cat("[", m.names[b.name], "]"));
    } else if (key.kind == ValueKind::kMember) {
      // symbols.kState, Symbol.iterator; not routes[req.url].
      const Value* base = &m.values[static_cast<ValueId>(key.a)];
      if (base->kind == ValueKind::kBinding) {
        const ValueId held = m.bindings[static_cast<BindingId>(base->a)].value;
        if (Some(held)) base = &m.values[held];
      }
      if (base->kind == ValueKind::kImport || base->kind == ValueKind::kObject || base->kind == ValueKind::kClass ||
          (base->kind == ValueKind::kGlobal && m.names[static_cast<NameId>(base->a)] == "Symbol")) {
        return Intern(Cat("[", m.names[static_cast<NameId>(key.b)], "]"));
      }
    }
    return any_;
  }
  // Of a member of a class or an object with a computed name.
  Name ComputedName(FileId file, NodeId member) {
    const FileModel& m = p_[file].model;
    for (const NodeId c : m.syntax.ChildrenOf(member)) {
      if (m.syntax.KindOf(c) != Kind::kComputedKey) continue;
      NodeId inner = m.syntax.FirstChild(c);
      if (!Some(inner)) break;
      if (m.syntax.KindOf(inner) == Kind::kMemberExpression) inner = m.syntax.Child(inner, Role::kProperty);
      if (!Some(inner) ||
          (m.syntax.KindOf(inner) != Kind::kIdentifier && m.syntax.KindOf(inner) != Kind::kPropertyName))
        break;
      const auto& span = m.syntax[inner];
      return Intern(Cat("[", std::string_view(p_[file].text).substr(span.start, span.end - span.start), "]"));
    }
    return computed_;
  }

  void Global(FileId file, std::string_view name, Spot n) {
    if (name == "module") return Put(n, t_module_ + Local(file));
    if (name == "exports") return Put(n, t_exports_ + Local(file));
    if (name == "globalThis" || name == "global") {
      return Put(n, OtherThing(Other::Kind::kModule, 0, nullptr, "global"));
    }
    const auto [it, fresh] = globals_.try_emplace(name, kNoneIndex);
    if (fresh) {
      const Api* a = k_.Find(Cat("global.", name));
      it->second = a == nullptr ? kNoneIndex : OfApi(a);
    }
    Put(n, it->second);
  }

  void ImportRow(FileId file, ImportId id, Spot n) {
    const File& f = p_[file];
    const Import& import = f.model.module.imports[id];
    const FileId target = f.imports[Index(id)];
    if (!Some(target)) {
      if (!Some(import.specifier)) return;
      const std::string_view module = k_.Module(f.model.names[import.specifier]);
      if (!module.empty()) Put(n, OtherThing(Other::Kind::kModule, 0, nullptr, module));
      return;
    }
    const bool whole = import.kind == ImportKind::kRequire || import.kind == ImportKind::kImportEquals;
    const ModuleRecord& record = p_[target].model.module;
    if (whole && (!record.has_esm_syntax || Some(p_.ModuleExports(target)))) {
      Copy(Field(t_module_ + Local(target), exports_), n);
    } else {
      Put(n, t_namespace_ + Local(target));
    }
  }

  void Exports(FileId file) {
    const FileModel& m = p_[file].model;
    const Thing ns = t_namespace_ + Local(file);
    if (!m.module.has_esm_syntax) {
      // Read by import: the properties of module.exports, and itself as the default.
      const Spot exports = Field(t_module_ + Local(file), exports_);
      Copy(exports, Field(ns, default_));
      Add(exports, Does::kParentOf, ns);
    }
    for (const Export& e : m.module.exports) {
      switch (e.kind) {
        case ExportKind::kLocal:
          if (!e.cjs && Some(e.value)) Copy(ValueSpot(file, e.value), Field(ns, NameOf(file, e.name)));
          break;
        case ExportKind::kAssign:
          if (m.module.has_esm_syntax && Some(e.value))
            Copy(ValueSpot(file, e.value), Field(t_module_ + Local(file), exports_));
          break;
        default: {
          if (!Some(e.import)) break;
          const FileId target = p_[file].imports[Index(e.import)];
          Thing from = kNoneIndex;
          if (Some(target)) {
            from = t_namespace_ + Local(target);
          } else {
            const std::string_view module = k_.Module(m.names[m.module.imports[e.import].specifier]);
            if (!module.empty()) from = OtherThing(Other::Kind::kModule, 0, nullptr, module);
          }
          if (from == kNoneIndex) break;
          if (e.kind == ExportKind::kStar) {
            Parent(ns, from);
          } else if (e.kind == ExportKind::kNamespace) {
            Put(Field(ns, NameOf(file, e.name)), from);
          } else {
            Load(from, NameOf(file, e.imported), Field(ns, NameOf(file, e.name)));
          }
        }
      }
    }
  }

  // Remembers that functions of the program go by this name.
  void Named(FileId file, Name name, ValueId value) {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 4 && Some(value); ++i) {
      const Value& v = m.values[value];
      if (v.kind == ValueKind::kFunction) {
        bearers_.push_back({name, FunctionNumber({file, static_cast<FunctionId>(v.a)})});
        return;
      }
      if (v.kind != ValueKind::kBinding) return;
      value = m.bindings[static_cast<BindingId>(v.a)].value;
    }
  }

  // Numbers, texts and the like: of no interest here.
  static bool IsData(const FileModel& m, ValueId v) {
    if (!Some(v)) return true;
    const ValueKind k = m.values[v].kind;
    return Skippable(k) || k == ValueKind::kString || k == ValueKind::kTemplate || k == ValueKind::kRegExp;
  }

  void ObjectRow(FileId file, ObjectId id, Spot n) {
    const FileModel& m = p_[file].model;
    const Object& o = m.objects[id];
    // A record of data: nobody calls what is in it.
    bool data = !data_ && o.member_count > 0 && !o.has_spread;
    for (uint32_t i = 0; data && i < o.member_count; ++i) data = IsData(m, m.members[o.first_member + i].value);
    if (data) return;
    const Thing t = t_object_ + object_base_[Local(file)] + Index(id);
    Put(n, t);
    for (uint32_t i = 0; i < o.member_count; ++i) {
      const Member& member = m.members[o.first_member + i];
      if (!Some(member.value)) continue;
      const ValueKind kind = m.values[member.value].kind;
      if (Skippable(kind) || kind == ValueKind::kString || kind == ValueKind::kTemplate) continue;
      // [Symbol.iterator]() and the like are not what reads by a plain name find.
      Name name = Some(member.name) ? NameOf(file, member.name) : ComputedName(file, member.node);
      if (member.kind == FunctionKind::kGetter) {
        name = GetterOf(name);
      } else if (member.kind == FunctionKind::kSetter) {
        setters_.insert(name);
        name = SetterOf(name);
      } else {
        Named(file, name, member.value);
      }
      Copy(ValueSpot(file, member.value), Field(t, name));
    }
    if (!o.has_spread) return;
    for (const NodeId c : m.syntax.ChildrenOf(o.node)) {
      if (m.syntax.KindOf(c) != Kind::kSpreadElement) continue;
      const NodeId inner = m.syntax.FirstChild(c);
      if (Some(inner) && Some(m.ValueOf(inner))) Add(ValueSpot(file, m.ValueOf(inner)), Does::kParentOf, t);
    }
  }

  // The leading name of a type, and whether it is wrapped in a Promise: ": Promise<Foo>" -> Foo, true.
  static std::string_view TypeName(std::string_view text, bool& promised) {
    const auto word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
             c == '.';
    };
    size_t i = 0;
    const auto skip = [&] {
      while (i < text.size() && !word(text[i])) {
        if (text[i] != ':' && text[i] != ' ' && text[i] != '\n' && text[i] != '\t' && text[i] != '\r') return false;
        ++i;
      }
      return i < text.size();
    };
    if (!skip()) return {};
    size_t j = i;
    while (j < text.size() && word(text[j])) ++j;
    std::string_view name = text.substr(i, j - i);
    if (name == "Promise" && j < text.size() && text[j] == '<') {
      promised = true;
      text = text.substr(j + 1);
      i = 0;
      if (!skip()) return {};
      j = i;
      while (j < text.size() && word(text[j])) ++j;
      name = text.substr(i, j - i);
      if (j < text.size() && text[j] == '>') ++j;
    }
    // An array, a union with something else or a function is not an object of that class.
    size_t k = j;
    if (k < text.size() && text[k] == '<') {
      int depth = 0;
      for (; k < text.size(); ++k) {
        if (text[k] == '<') ++depth;
        if (text[k] == '>' && text[k - 1] != '=' && --depth == 0) break;
      }
      if (k < text.size()) ++k;
    }
    std::string_view rest = text.substr(k);
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '>')) rest.remove_prefix(1);
    if (!rest.empty() && rest != "| null" && rest != "| undefined" && !rest.starts_with("&")) return {};
    return name;
  }

  // Things of the annotated type, to `n`.
  void Annotated(FileId file, NodeId annotation, Spot n) {
    if (!Some(annotation) || n == kNowhere) return;
    const File& f = p_[file];
    const FileModel& m = f.model;
    const auto& row = m.syntax[annotation];
    bool promised = false;
    std::string_view name = TypeName(std::string_view(f.text).substr(row.start, row.end - row.start), promised);
    if (name.empty()) return;
    if (promised) {
      const Thing promise = OtherThing(Other::Kind::kPromise, calls_ + n * 2 + 1);
      Put(n, promise);
      n = Field(promise, await_);
    } else if (name == "Promise") {
      return Put(n, OfType("Promise"));
    }
    const size_t dot = name.find('.');
    const NameId first = m.names.Find(name.substr(0, dot));
    ValueId bound = kNone<ValueId>;
    if (Some(first)) {
      const auto& types = TopLevel(file);
      const auto it = types.find(Index(first));
      if (it != types.end()) bound = it->second;
    }
    if (!Some(bound)) {
      Put(n, OfType(name));
      return;
    }
    Spot at = ValueSpot(file, bound);
    while (name.find('.') != std::string_view::npos) {
      name = name.substr(name.find('.') + 1);
      const Spot next = NewSpot();
      Add(at, Does::kLoad, next, Intern(name.substr(0, name.find('.'))));
      at = next;
    }
    Add(at, Does::kInstances, n);
  }
  // Bindings of a file's module scope: name -> value row.
  const absl::flat_hash_map<uint32_t, ValueId>& TopLevel(FileId file) {
    if (top_of_ != file) {
      top_of_ = file;
      top_.clear();
      const FileModel& m = p_[file].model;
      for (const Binding& b : m.bindings) {
        if (Index(b.scope) == 0) top_.try_emplace(Index(b.name), m.ValueOf(b.node));
      }
    }
    return top_;
  }

  void FunctionRow(FileId file, FunctionId id) {
    const File& f = p_[file];
    const FileModel& m = f.model;
    const Function& fn = m.functions[id];
    const uint32_t number = FunctionNumber({file, id});
    for (uint32_t i = 0; i < fn.param_count; ++i) {
      const Param& p = m.params[fn.first_param + i];
      if (p.rest) {
        const Thing t = t_rest_ + number;
        for (const NodeId c : m.syntax.ChildrenOf(p.node)) {
          if (m.syntax.KindOf(c) != Kind::kRestElement) continue;
          const NodeId inner = m.syntax.FirstChild(c);
          if (Some(inner) && Some(m.ValueOf(inner))) Put(ValueSpot(file, m.ValueOf(inner)), t);
        }
        continue;
      }
      if (f.language == Language::kJavaScript) continue;
      const NodeId type = m.syntax.Child(p.node, Role::kType);
      if (Some(type) && !IsOfUnnamedFramework(m, fn, i)) Annotated(file, type, ValueSpot(file, m.ValueOf(p.node)));
    }
    if (fn.is_async && !fn.is_generator) Add(number, Does::kAwait, Field(t_promise_ + number, await_));
  }

  void ClassRow(FileId file, ClassId id) {
    const FileModel& m = p_[file].model;
    const Class& c = m.classes[id];
    const uint32_t number = class_base_[Local(file)] + Index(id);
    const Thing cls = t_class_ + number, prototype = t_prototype_ + number;
    Put(instance_base_ + number, t_instance_ + number);
    Put(Field(cls, prototype_), prototype);
    Put(Field(prototype, own_constructor_), cls);
    for (uint32_t i = 0; i < c.member_count; ++i) {
      const Member& member = m.members[c.first_member + i];
      const Thing holder = member.is_static ? cls : prototype;
      const Name name = Some(member.name) ? NameOf(file, member.name) : ComputedName(file, member.node);
      switch (member.kind) {
        case FunctionKind::kConstructor: {
          const FunctionId f = m.FunctionAt(member.node);
          if (Some(f)) Put(Field(cls, constructor_), FunctionNumber({file, f}));
          own_.insert(uint64_t{cls} << 32 | constructor_);
          break;
        }
        case FunctionKind::kGetter:
          Copy(ValueSpot(file, member.value), Field(holder, GetterOf(name)));
          break;
        case FunctionKind::kSetter:
          setters_.insert(name);
          Copy(ValueSpot(file, member.value), Field(holder, SetterOf(name)));
          break;
        case FunctionKind::kMethod:
          Copy(ValueSpot(file, member.value), Field(holder, name));
          own_.insert(uint64_t{holder} << 32 | name);
          Named(file, name, member.value);
          break;
        default: {
          const Thing owner = member.is_static ? cls : t_instance_ + number;
          if (Some(member.value)) {
            Copy(ValueSpot(file, member.value), Field(owner, name));
            Named(file, name, member.value);
          }
          const NodeId type = m.syntax.Child(member.node, Role::kType);
          if (Some(type)) Annotated(file, type, Field(owner, name));
          break;
        }
      }
    }
    // constructor(private x: X)
    for (uint32_t i = 0; i < c.member_count; ++i) {
      const Member& member = m.members[c.first_member + i];
      if (member.kind != FunctionKind::kConstructor) continue;
      const FunctionId f = m.FunctionAt(member.node);
      if (!Some(f)) continue;
      const Function& fn = m.functions[f];
      for (uint32_t p = 0; p < fn.param_count; ++p) {
        const NodeId n = m.params[fn.first_param + p].node;
        if (!(m.syntax[n].flags & kParameterProperty)) continue;
        const NodeId left = m.syntax.Child(n, Role::kLeft);
        const BindingId b = Some(left) ? m.BindingAt(left) : kNone<BindingId>;
        if (Some(b)) Copy(ValueSpot(file, m.ValueOf(n)), Field(t_instance_ + number, NameOf(file, m.bindings[b].name)));
      }
    }
    if (!Some(c.super)) return;
    const Spot super = ValueSpot(file, c.super);
    if (super == kNowhere) return;
    Add(super, Does::kParentOf, cls);
    const Spot prototypes = NewSpot();
    Add(super, Does::kPrototypes, prototypes);
    Add(prototypes, Does::kParentOf, prototype);
    // Fields lie in the instance: an object of this class has those of its bases, and `this` of a base may be one.
    Add(super, Does::kSubclass, number);
  }

  void CallRow(FileId file, CallId id) {
    const FileModel& m = p_[file].model;
    const Call& c = m.calls[id];
    const uint32_t number = call_base_[Local(file)] + Index(id);
    if (!Some(c.callee) || Index(c.callee) == 0) return;
    const Value& callee = m.values[c.callee];
    if (callee.kind == ValueKind::kSuper ||
        (callee.kind == ValueKind::kMember && m.values[static_cast<ValueId>(callee.a)].kind == ValueKind::kSuper)) {
      SuperCall(file, c, number, callee);
      return;
    }
    const Spot n = ValueSpot(file, c.callee);
    Add(n, Does::kCall, number);
    CallByName(file, c.callee, number, kNoneIndex);
    if (callee.kind == ValueKind::kMember) {
      const std::string_view name = m.names[static_cast<NameId>(callee.b)];
      if (name == "call" || name == "apply" || name == "bind") {
        const ValueId function = static_cast<ValueId>(callee.a);
        const uint32_t plain = name == "call" ? 0 : name == "apply" ? 1 : 2;
        Add(ValueSpot(file, function), Does::kCallPlain, number, plain);
        if (plain != 2) CallByName(file, function, number, plain);
      }
    }
  }

  // `function`: what is called at `call`, this['visit' + type] or a variable that holds it.
  void CallByName(FileId file, ValueId function, uint32_t call, uint32_t plain) {
    const FileModel& m = p_[file].model;
    const Value* x = &m.values[function];
    if (x->kind == ValueKind::kBinding) {
      if (!beginnings_) return;
      const Binding& b = m.bindings[static_cast<BindingId>(x->a)];
      if (b.writes != 0 || !Some(b.value)) return;
      x = &m.values[b.value];
    }
    if (x->kind != ValueKind::kElement || KeyOf(file, *x) != any_) return;
    const std::string_view beginning = Beginning(file, KeyValue(m, *x));
    if (beginning.size() < 2) return;
    looks_.push_back({call, Intern(beginning), plain});
    Add(ValueSpot(file, static_cast<ValueId>(x->a)), Does::kLook, static_cast<uint32_t>(looks_.size() - 1));
  }

  // 'visit' + type, or a variable that holds it.
  static bool IsPutTogether(const FileModel& m, ValueId key, int depth) {
    if (!Some(key) || depth > 5) return false;
    const Value& x = m.values[key];
    if (x.kind == ValueKind::kBinding)
      return IsPutTogether(m, m.bindings[static_cast<BindingId>(x.a)].value, depth + 1);
    return x.kind == ValueKind::kConcat || x.kind == ValueKind::kTemplate;
  }

  // What a text that is put together begins with: "visit" of 'visit' + type and of `visit${type}`.
  std::string_view Beginning(FileId file, ValueId v) const {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 6 && Some(v); ++i) {
      const Value& x = m.values[v];
      const NodeId first = x.kind == ValueKind::kConcat || x.kind == ValueKind::kTemplate
                               ? m.syntax.FirstChild(static_cast<NodeId>(x.a))
                               : kNone<NodeId>;
      if (x.kind == ValueKind::kString) return m.names[static_cast<NameId>(x.a)];
      if (x.kind == ValueKind::kTemplate) {
        if (!Some(first) || m.syntax.KindOf(first) != Kind::kTemplateElement) return {};
        const std::string_view text = p_[file].text;
        return text.substr(m.syntax[first].start, m.syntax[first].end - m.syntax[first].start);
      }
      if (x.kind == ValueKind::kBinding) {
        const Binding& b = m.bindings[static_cast<BindingId>(x.a)];
        if (b.writes != 0) return {};
        v = b.value;
      } else if (x.kind == ValueKind::kConcat && Some(first)) {
        v = m.ValueOf(first);
      } else {
        return {};
      }
    }
    return {};
  }

  void SuperCall(FileId file, const Call& c, uint32_t number, const Value& callee) {
    const FileModel& m = p_[file].model;
    FunctionId f = c.function;
    while (m.functions[f].kind == FunctionKind::kArrow) f = m.functions[f].parent;
    const ClassId owner = m.functions[f].owner;
    if (!Some(owner) || !Some(m.classes[owner].super)) return;
    const Spot super = ValueSpot(file, m.classes[owner].super);
    const Spot target = NewSpot();
    Add(target, Does::kCall, number);
    if (callee.kind == ValueKind::kSuper) {
      Add(super, Does::kLoad, target, constructor_);
      // An old-style constructor is called itself.
      Add(super, Does::kCall, number);
      return;
    }
    Spot holder = super;
    if (!m.functions[f].is_static) {
      holder = NewSpot();
      Add(super, Does::kPrototypes, holder);
    }
    Add(holder, Does::kLoad, target, NameOf(file, static_cast<NameId>(callee.b)));
  }

  // ---- guesses

  // Calls nobody was found for: by the name of the method.
  bool Guess() {
    if (bearers_sorted_ == false) {
      std::sort(bearers_.begin(), bearers_.end());
      bearers_.erase(std::unique(bearers_.begin(), bearers_.end()), bearers_.end());
      bearers_sorted_ = true;
      guessed_.assign(calls_, 0);
    }
    std::vector<uint8_t> resolved(calls_, 0);
    for (const FoundCall& f : found_) {
      if (f.kind == EnterKind::kCall || f.kind == EnterKind::kNow)
        resolved[call_base_[Local(f.at.file)] + Index(f.at.call)] = 1;
    }
    bool any = false;
    std::vector<uint32_t> emits;
    for (const auto& [call, api] : api_entered_) {
      resolved[call] = 1;
      if (api->name == "events.EventEmitter#emit") emits.push_back(call);
    }
    std::sort(emits.begin(), emits.end());
    for (const uint32_t call : emits) {
      if (!emitted_.insert(call).second || EventName(call).empty()) continue;
      const Spot listeners = NewSpot();
      Copy(Field(Unseen(), EventOf(EventName(call))), listeners);
      AddUse(listeners, {call, k_.FindMember("events.EventEmitter", "emit"), nullptr, 0});
      any = true;
    }
    for (const FileId file : files_) {
      const File& f = p_[file];
      if (f.role == FileRole::kTest) continue;  // what tests call by name is mostly theirs
      const FileModel& m = f.model;
      for (const CallId id : Ids(m.calls)) {
        const uint32_t number = call_base_[Local(file)] + Index(id);
        if (resolved[number] || guessed_[number]) continue;
        const Call& c = m.calls[id];
        // A receiver of no known value has no member row: the method's name is only in the syntax.
        std::string_view name;
        NodeId callee = m.syntax.FirstChild(c.node);
        if (!Some(callee) || m.syntax.KindOf(callee) != Kind::kMemberExpression || (m.syntax[callee].flags & kComputed))
          continue;
        const NodeId property = m.syntax.Child(callee, Role::kProperty);
        if (!Some(property)) continue;
        const auto& span = m.syntax[property];
        name = std::string_view(f.text).substr(span.start, span.end - span.start);
        guessed_[number] = 1;
        if (const Api* api = Assumed(name); api != nullptr) {
          CalledApi(number, *api);
          // A listener given to an emitter nobody knows may be that of any event of its name.
          if (api->name.starts_with("events.EventEmitter#") && c.arg_count > 1 &&
              api->name != "events.EventEmitter#emit") {
            const std::string_view event = EventName(number);
            if (!event.empty()) Copy(ValueSpot(file, m.args[c.first_arg + 1].value), Field(Unseen(), EventOf(event)));
          }
          any = true;
        }
        // What is written by computed names may be what is called by a plain one.
        if (const Value& v = m.values[c.callee]; v.kind == ValueKind::kMember) {
          const Spot receiver = ValueSpot(file, static_cast<ValueId>(v.a));
          for (uint32_t h = receiver == kNowhere ? kEnd : places_[receiver].held; h != kEnd; h = held_[h].next) {
            Computed(held_[h].thing, ValueSpot(file, c.callee), 0);
            any = true;
          }
        }
        const auto it = names_.find(name);
        if (it == names_.end()) continue;
        const auto lo = std::lower_bound(bearers_.begin(), bearers_.end(), std::pair(*it, uint32_t{0}));
        auto hi = lo;
        size_t in_package = 0;
        for (; hi != bearers_.end() && hi->first == *it; ++hi)
          in_package += p_[FunctionAt(hi->second).file].manifest == f.manifest;
        if (in_package == 0 || in_package > kByName) continue;
        for (auto b = lo; b != hi; ++b) {
          if (p_[FunctionAt(b->second).file].manifest != f.manifest) continue;
          Enter(number, b->second, ReceiverOf(number), 0, true, EnterKind::kCall);
          any = true;
        }
      }
    }
    return any;
  }

  Thing Unseen() { return OtherThing(Other::Kind::kMade, kNoneIndex); }
  void Computed(Thing t, Spot to, int depth) {
    if (depth > 3 || (OtherOf(t) != nullptr && !TypeOfThing(*OtherOf(t)).empty())) return;
    if (!computed_loads_.insert(uint64_t{t} << 32 | to).second) return;  // ways up meet again
    Copy(Field(t, any_), to);
    for (uint32_t x = infos_[InfoOf(t)].parents; x != kNoneIndex; x = parents_[x].next)
      Computed(parents_[x].parent, to, depth + 1);
  }

  // Methods of arrays, promises and emitters, by name alone.
  const Api* Assumed(std::string_view name) {
    for (const std::string_view type : {"Array", "Promise", "events.EventEmitter"}) {
      const Api* a = k_.FindMember(type, name);
      if (a != nullptr && (!a->handlers.empty() || a->name == "events.EventEmitter#emit")) return a;
    }
    return nullptr;
  }

  // What is copied from a place that holds too much is incomplete, too.
  void Spread() {
    // Object.assign(exports, fs); names.forEach((name) => { exports[name] = wrap(fs[name]); }): what came from the
    // parent may be another thing by now.
    for (const Info& info : infos_) {
      if (!info.computed || info.parents == kNoneIndex || Inherits(info.thing)) continue;
      for (uint32_t x = info.properties; x != kNoneIndex; x = properties_[x].next) {
        if (properties_[x].open) MarkMore(properties_[x].found);
      }
    }
    // let fs = require('fs'); fs = mock(fs): nobody knows what took its place, nor what is read of it.
    std::vector<Spot> unknown;
    for (const FileId file : files_) {
      const FileModel& m = p_[file].model;
      for (const Alternative& a : m.alternatives) {
        const NodeId name = m.bindings[a.binding].node;
        const Spot from = ValueSpot(file, a.value), to = ValueSpot(file, m.ValueOf(name));
        if (from == kNowhere || to == kNowhere || places_[from].count > 0) continue;
        const auto given = m.AssignmentsOf(a.binding);
        if (std::ranges::find(given, name, &looplint::Assignment::node) != given.end()) unknown.push_back(to);
      }
    }
    while (!unknown.empty()) {
      const Spot n = unknown.back();
      unknown.pop_back();
      if (places_[n].more) continue;
      MarkMore(n);
      for (uint32_t x = places_[n].actions; x != kEnd; x = actions_[x].next) {
        if (actions_[x].does == Does::kLoad && actions_[x].a != kNowhere) unknown.push_back(actions_[x].a);
      }
    }
    while (!overfull_.empty()) {
      const Spot n = overfull_.back();
      overfull_.pop_back();
      for (uint32_t x = places_[n].copies; x != kEnd; x = copies_[x].next) MarkMore(copies_[x].to);
      for (uint32_t x = places_[n].actions; x != kEnd; x = actions_[x].next) {
        if (actions_[x].does == Does::kAwait && actions_[x].a != kNowhere) MarkMore(actions_[x].a);
      }
    }
  }

  // Getters run where their property is read, by the object itself or one that inherits from it.
  void ReadGetters() {
    if (getter_reads_.empty()) return;
    absl::flat_hash_map<Spot, std::vector<uint32_t>> runs;  // by place of a value: functions
    for (const auto& [property, function] : getter_reads_) {
      absl::flat_hash_set<Spot> seen{property};
      std::vector<Spot> work{property};
      while (!work.empty()) {
        const Spot n = work.back();
        work.pop_back();
        for (uint32_t x = places_[n].copies; x != kEnd; x = copies_[x].next) {
          const Spot to = copies_[x].to;
          if (!seen.insert(to).second) continue;
          if (places_[to].is_property) {
            work.push_back(to);
          } else if (places_[to].is_value) {
            runs[to].push_back(function);
          }
        }
      }
    }
    std::vector<bool> read(places_.size());
    for (const auto& [place, functions] : runs) read[place] = true;
    for (const FileId file : files_) {
      const FileModel& m = p_[file].model;
      const uint32_t base = value_base_[Local(file)];
      for (const ValueId v : Ids(m.values)) {
        const Spot n = spot_of_[base + Index(v)];
        if (n == kNowhere || !read[n]) continue;
        if (m.values[v].kind != ValueKind::kMember && m.values[v].kind != ValueKind::kElement) continue;
        for (const uint32_t f : runs.find(n)->second) Accessed(base + Index(v), f);
      }
    }
  }

  // Assigning {} would keep the memory.
  template <typename... T>
  static void Free(T&... containers) {
    ((containers = T()), ...);
  }

  void Finish() {
    ReadGetters();
    // Only what answers need stays.
    names_ = decltype(names_)(0, TextHash{&texts_}, TextEqual{&texts_});
    property_ids_ = decltype(property_ids_)(0, PropertyHash{&properties_}, PropertyEqual{&properties_});
    Free(entered_, api_entered_, known_members_, any_loads_, once_, other_ids_, texts_, pool_, overfull_, file_names_,
         writes_, uses_, own_, bearers_, setter_looks_, looks_, looks_on_, looks_seen_, options_asked_, setters_seen_,
         getter_reads_, to_inherit_, computed_loads_, getter_of_, property_of_, setters_, accessed_, globals_, flows_,
         setter_names_, guessed_, emitted_, top_, call_places_);
    settling_ = Settling();
    std::vector<uint32_t>& answers = place_answers_;
    answers.assign(places_.size(), kNoneIndex);
    std::vector<Thing> kept;
    for (Spot n = 0; n < places_.size(); ++n) {
      if (!places_[n].is_value) continue;
      kept.clear();
      for (uint32_t h = places_[n].held; h != kEnd; h = held_[h].next) {
        if (h < sure_) kept.push_back(held_[h].thing);
      }
      if (kept.empty()) continue;
      answers[n] = ((guess_ ? n < surely_more_.size() && surely_more_[n] : places_[n].more) ? kMore : 0) |
                   (kept.size() > 1 ? kList | static_cast<uint32_t>(lists_.size()) : kept[0]);
      if (kept.size() == 1) continue;
      lists_.push_back(static_cast<uint32_t>(kept.size()));
      lists_.insert(lists_.end(), kept.rbegin(), kept.rend());
    }
    lists_.shrink_to_fit();
    others_.shrink_to_fit();
    found_.shrink_to_fit();
    Free(surely_more_);
    answers_ = std::move(spot_of_);
    for (uint32_t& of : answers_) of = of == kNowhere ? kNoneIndex : answers[of];
  }

  const Project& p_;
  const std::vector<FileId> files_;
  const std::vector<uint32_t>& place_of_;
  const Knowledge& k_;
  const StopToken* stop_;

  uint32_t functions_ = 0, classes_ = 0, objects_ = 0, calls_ = 0;
  std::vector<uint32_t> value_base_, function_base_, class_base_, object_base_, call_base_;
  Places function_places_, class_places_, object_places_, call_places_;
  static constexpr uint16_t kUsesThis = 1, kUsesOwnThis = 2, kIsAsync = 4, kIsGenerator = 8, kHasOwner = 16,
                            kTakesRest = 32, kGivesModule = 64;
  // Places: the results of functions, `this` of functions, instances of classes, all others.
  Spot this_base_ = 0, instance_base_ = 0;
  std::vector<Spot> spot_of_;  // by value of the program; becomes answers_
  Thing t_class_ = 0, t_instance_ = 0, t_prototype_ = 0, t_made_ = 0, t_function_prototype_ = 0, t_object_ = 0,
        t_module_ = 0, t_exports_ = 0, t_namespace_ = 0, t_promise_ = 0, t_generator_ = 0, t_rest_ = 0, t_other_ = 0;
  std::vector<Other> others_;
  absl::flat_hash_map<std::tuple<int, uint32_t, const void*, std::string_view>, Thing> other_ids_;

  // Indexes of texts_, found by the text.
  struct TextHash {
    using is_transparent = void;
    const std::vector<std::string_view>* texts;
    size_t operator()(std::string_view text) const { return absl::HashOf(text); }
    size_t operator()(Name name) const { return absl::HashOf((*texts)[name]); }
  };
  struct TextEqual {
    using is_transparent = void;
    const std::vector<std::string_view>* texts;
    bool operator()(Name a, Name b) const { return a == b; }
    bool operator()(Name name, std::string_view text) const { return (*texts)[name] == text; }
    bool operator()(std::string_view text, Name name) const { return (*texts)[name] == text; }
  };
  absl::flat_hash_set<Name, TextHash, TextEqual> names_{0, TextHash{&texts_}, TextEqual{&texts_}};
  std::vector<std::string_view> texts_;
  std::deque<std::string> pool_;
  std::vector<Name> file_names_;  // of the file that is being read, by NameId
  Name any_ = 0, computed_ = 0, await_ = 0, target_ = 0, constructor_ = 0, prototype_ = 0, exports_ = 0, default_ = 0,
       proto_ = 0, own_constructor_ = 0;

  std::deque<Spot> pending_;    // the places of held_ from done_ on
  std::vector<Spot> overfull_;  // places that may hold more, to be followed by Spread()
  Settling settling_;
  size_t property_limit_ = 0;
  // What is kept for answers, by value of the program: kNoneIndex, a thing, or with kList the place in lists_ of a
  // number and that many things, in the order found; kMore when it may be more than that.
  static constexpr uint32_t kMore = 1u << 31, kList = 1u << 30, kPayload = kList - 1;
  std::vector<uint32_t> answers_, lists_;
  std::vector<bool> surely_more_;  // before anything was guessed
  uint32_t done_ = 0;
  uint32_t sure_ = 0;
  const bool guess_, data_;
  bool guessing_ = false;

  // Ids of properties_, found by thing and name as they stand there: the table itself is four bytes a row.
  struct PropertyKey {
    uint64_t key;  // Property::key()
  };
  struct PropertyHash {
    using is_transparent = void;
    const std::vector<Property>* rows;
    size_t operator()(PropertyKey k) const { return absl::HashOf(k.key); }
    size_t operator()(uint32_t id) const { return absl::HashOf((*rows)[id].key()); }
  };
  struct PropertyEqual {
    using is_transparent = void;
    const std::vector<Property>* rows;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t id, PropertyKey k) const { return (*rows)[id].key() == k.key; }
    bool operator()(PropertyKey k, uint32_t id) const { return (*rows)[id].key() == k.key; }
  };
  absl::flat_hash_set<uint32_t, PropertyHash, PropertyEqual> property_ids_{0, PropertyHash{&properties_},
                                                                           PropertyEqual{&properties_}};
  std::vector<std::tuple<Thing, Name, Spot>> to_inherit_;
  bool inheriting_ = false;
  absl::flat_hash_set<uint64_t> any_loads_, computed_loads_;  // thing << 32 | place
  absl::flat_hash_set<std::tuple<Thing, Name, Spot, uint32_t>> setters_seen_;
  absl::flat_hash_map<Thing, std::vector<SetterLook>> setter_looks_;
  std::vector<PropertyLook> looks_;
  bool beginnings_ = false;  // does a variable of the file whose rows are read hold object['visit' + type]?
  absl::flat_hash_map<Thing, std::vector<LookOn>> looks_on_;
  absl::flat_hash_set<std::tuple<Thing, uint32_t, Thing>> looks_seen_;
  std::vector<std::pair<Spot, uint32_t>> getter_reads_;  // place of a property, function
  absl::flat_hash_map<Name, Name> getter_of_, property_of_;
  absl::flat_hash_set<std::tuple<Spot, uint32_t, uint32_t, uint32_t>> once_;
  absl::flat_hash_set<uint64_t> own_;  // thing << 32 | name: methods of classes, which hide those of bases
  absl::flat_hash_set<Name> setters_;
  absl::flat_hash_set<uint64_t> entered_, accessed_;
  absl::flat_hash_set<std::pair<uint32_t, const Api*>> api_entered_;
  absl::flat_hash_set<std::tuple<Thing, uint32_t, const Handler*, Name>> options_asked_;
  absl::flat_hash_map<uint64_t, Thing> known_members_;
  absl::flat_hash_map<std::string_view, Thing> globals_;
  absl::flat_hash_map<const Api*, std::unique_ptr<std::vector<FlowOp>>> flows_;
  std::vector<Use> uses_;
  struct Assignment {
    Spot from;
    Name name;
    uint32_t target;  // the value that is the property written
  };
  std::vector<Assignment> writes_;
  absl::flat_hash_set<std::string_view> setter_names_;
  std::vector<std::pair<Name, uint32_t>> bearers_;
  bool bearers_sorted_ = false;
  std::vector<uint8_t> guessed_;
  absl::flat_hash_set<uint32_t> emitted_;
  FileId top_of_{kNoneIndex};
  absl::flat_hash_map<uint32_t, ValueId> top_;
};

Values::Values() = default;
Values::~Values() = default;

namespace {

// Files of one package, and of packages of which one imports the other, are a component: values pass between them.
// Returns the files of each: the largest first, lest one thread is left with it in the end; then the others, smallest
// first, since what is worked on beside the largest adds to its memory.
std::vector<std::vector<FileId>> Components(const Project& project) {
  std::vector<uint32_t> up(project.size());
  for (uint32_t i = 0; i < up.size(); ++i) up[i] = i;
  const auto top = [&](uint32_t i) {
    while (up[i] != i) i = up[i] = up[up[i]];
    return i;
  };
  const auto join = [&](uint32_t a, uint32_t b) {
    a = top(a), b = top(b);
    up[std::max(a, b)] = std::min(a, b);
  };
  absl::flat_hash_map<const Manifest*, uint32_t> first;
  for (uint32_t i = 0; i < up.size(); ++i) {
    const File& f = project[static_cast<FileId>(i)];
    join(i, first.try_emplace(f.manifest, i).first->second);
    for (const FileId to : f.imports) {
      if (Some(to)) join(i, Index(to));
    }
  }
  std::vector<std::vector<FileId>> out;
  std::vector<size_t> weight;
  std::vector<uint32_t> component(up.size());
  for (uint32_t i = 0; i < up.size(); ++i) {
    if (top(i) == i) {
      component[i] = static_cast<uint32_t>(out.size());
      out.emplace_back();
      weight.push_back(0);
    }
    const uint32_t c = component[top(i)];  // the top is the least and came first
    out[c].push_back(static_cast<FileId>(i));
    weight[c] += project[static_cast<FileId>(i)].model.values.size();
  }
  std::vector<uint32_t> order(out.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return weight[a] > weight[b]; });
  std::vector<std::vector<FileId>> sorted;
  if (!order.empty()) std::reverse(order.begin() + 1, order.end());
  for (const uint32_t c : order) sorted.push_back(std::move(out[c]));
  return sorted;
}

// By file first, where there are many: what is left to compare then is little.
void SortByFile(size_t files, std::vector<FoundCall>& calls) {
  std::vector<uint32_t> first(files + 1);
  for (const FoundCall& c : calls) ++first[Index(c.at.file) + 1];
  for (size_t i = 1; i <= files; ++i) first[i] += first[i - 1];
  std::vector<FoundCall> sorted(calls.size());
  {
    std::vector<uint32_t> next = first;
    for (const FoundCall& c : calls) sorted[next[Index(c.at.file)]++] = c;
  }
  for (size_t i = 0; i < files; ++i) {
    std::sort(sorted.begin() + first[i], sorted.begin() + first[i + 1], [](const FoundCall& a, const FoundCall& b) {
      return std::tuple(a.at.call, a.to, a.guess, a.kind) < std::tuple(b.at.call, b.to, b.guess, b.kind);
    });
  }
  calls = std::move(sorted);
}

template <typename T>
void MoveTo(std::vector<T>& all, std::vector<T>& some) {
  all.insert(all.end(), some.begin(), some.end());
  some = std::vector<T>();
}

}  // namespace

void Values::Solve(const Project& project, int threads, const StopToken& stop, const Detail& detail) {
  std::vector<std::vector<FileId>> components = Components(project);
  component_of_.resize(project.size());
  place_of_.resize(project.size());
  for (uint32_t c = 0; c < components.size(); ++c) {
    for (uint32_t i = 0; i < components[c].size(); ++i) {
      component_of_[Index(components[c][i])] = c;
      place_of_[Index(components[c][i])] = i;
    }
  }
  solvers_.resize(components.size());
  // The first component is the largest, the last the one after it: room for that one will do for all but the first.
  uint32_t most = 0;
  if (components.size() > 1) {
    for (const FileId file : components.back()) most += static_cast<uint32_t>(project[file].model.values.size());
  }
  std::mutex mutex;
  std::vector<std::unique_ptr<Tables>> spare;
  ParallelFor(threads, components.size(), stop, [&](size_t c) {
    std::unique_ptr<Tables> tables;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!spare.empty()) {
        tables = std::move(spare.back());
        spare.pop_back();
      }
    }
    if (tables == nullptr) tables = std::make_unique<Tables>();
    auto solver = std::make_unique<Solver>(project, std::move(components[c]), place_of_, stop, detail);
    solver->Run(*tables, most);
    solvers_[c] = std::move(solver);
    const std::lock_guard<std::mutex> lock(mutex);
    spare.push_back(std::move(tables));
  });
  spare.clear();
  size_t calls = 0;
  for (const auto& solver : solvers_) calls += solver == nullptr ? 0 : solver->found_.size();
  calls_.reserve(calls);
  for (const auto& solver : solvers_) {
    if (solver == nullptr) continue;  // stopped
    MoveTo(calls_, solver->found_);
    MoveTo(accesses_, solver->accesses_);
    MoveTo(handlers_, solver->handlers_found_);
  }
  SortByFile(project.size(), calls_);
  std::sort(accesses_.begin(), accesses_.end(), [](const FoundAccess& a, const FoundAccess& b) {
    return std::tuple(a.file, a.value, a.to) < std::tuple(b.file, b.value, b.to);
  });
  std::sort(handlers_.begin(), handlers_.end(), [](const FoundHandler& a, const FoundHandler& b) {
    return std::tuple(a.by.file, a.by.call, a.function, a.handler) <
           std::tuple(b.by.file, b.by.call, b.function, b.handler);
  });
}

const Values::Solver* Values::SolverOf(FileId file) const {
  return Index(file) < component_of_.size() ? solvers_[component_of_[Index(file)]].get() : nullptr;
}
Denoted Values::Only(FileId file, ValueId value) const {
  const Solver* solver = SolverOf(file);
  return solver == nullptr ? Denoted{} : solver->Only(file, value);
}
std::vector<Denoted> Values::Of(FileId file, ValueId value) const {
  const Solver* solver = SolverOf(file);
  return solver == nullptr ? std::vector<Denoted>() : solver->Of(file, value);
}
std::vector<Creator> Values::CreatorsOf(FileId file, ValueId value) const {
  const Solver* solver = SolverOf(file);
  return solver == nullptr ? std::vector<Creator>() : solver->CreatorsOf(file, value);
}
bool Values::MayBeMore(FileId file, ValueId value) const {
  const Solver* solver = SolverOf(file);
  return solver == nullptr || solver->More(file, value);
}
size_t Values::bytes() const {
  size_t sum = calls_.capacity() * sizeof(FoundCall);
  for (const auto& solver : solvers_) sum += solver == nullptr ? 0 : solver->bytes();
  return sum;
}

bool IsOfUnnamedFramework(const FileModel& m, const Function& fn, uint32_t parameter) {
  const auto is = [&](uint32_t i, std::string_view type) {
    return i < fn.param_count && Some(m.params[fn.first_param + i].type) &&
           m.names[m.params[fn.first_param + i].type] == type;
  };
  if (parameter > 1 || !is(0, "Request") || !is(1, "Response")) return false;
  return std::none_of(m.bindings.begin(), m.bindings.end(), [&](const Binding& b) {
    return Index(b.scope) == 0 && (m.names[b.name] == "Request" || m.names[b.name] == "Response");
  });
}

}  // namespace looplint
