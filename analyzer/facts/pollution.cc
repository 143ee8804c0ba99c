#include "analyzer/facts/pollution.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr int kLifts = 5;
constexpr int kReadLifts = 2;
constexpr size_t kCallers = 12;
constexpr size_t kSteps = 12;  // longer ways from a read to the write mix what never meets

class Pollution {
 public:
  Pollution(Walker& walker, Guards& guards, FileId file)
      : w_(walker), guards_(guards), p_(walker.project()), file_(file), m_(p_[file].model) {}

  void Run(std::vector<TaintFlow>& out) {
    std::vector<TaintFlow> found;
    for (const Write& write : m_.writes) {
      const Value& target = m_.values[write.target];
      if (target.kind != ValueKind::kElement || target.b == kNoneIndex || write.function == kModuleFunction) continue;
      const NodeId member = static_cast<NodeId>(target.b);
      if (m_.syntax.KindOf(write.node) != Kind::kAssignmentExpression) continue;
      if (m_.syntax.Child(write.node, Role::kLeft) != member) continue;
      AtWrite({write.node, m_.syntax.FirstChild(member), m_.syntax.Child(member, Role::kProperty),
               m_.syntax.Child(write.node, Role::kRight), member},
              found);
    }
    for (const CallId call : Ids(m_.calls)) Calls(call, found);
    // Several writes of one place in one function are one fault: of them, the one that writes a value as it came.
    const auto target = [&](const TaintFlow& f) {
      const NodeId left = m_.syntax.Child(f.node, Role::kLeft);
      return Some(left) ? std::string(w_.Text(file_, left)) : Cat(w_.Text(file_, ObjectOf(f.node)), "[", f.value, "]");
    };
    const auto plain = [&](const TaintFlow& f) {
      const auto by_call = values_.find(f.node);
      const Kind kind =
          m_.syntax.KindOf(by_call != values_.end() ? by_call->second : m_.syntax.Child(f.node, Role::kRight));
      return kind == Kind::kIdentifier ? 2 : kind == Kind::kMemberExpression ? 1 : 0;
    };
    const auto same = [&](const TaintFlow& a, const TaintFlow& b) {
      return m_.FunctionOf(a.node) == m_.FunctionOf(b.node) && target(a) == target(b);
    };
    for (TaintFlow& f : found) {
      const auto known =
          std::find_if(out.begin(), out.end(), [&](const TaintFlow& x) { return x.kind == f.kind && same(x, f); });
      if (known == out.end()) {
        out.push_back(std::move(f));
      } else if (plain(f) > plain(*known) || plain(f) == 2) {
        *known = std::move(f);
      }
    }
  }

 private:
  struct Key {
    bool open = false;     // somebody outside chooses it
    bool guarded = false;  // and something refuses __proto__
    Origin origin;
    std::vector<Origin> free;  // who chooses it, unchecked
  };

  // Two names from one hand: parts of one path, keys of one object.
  static bool Related(const Key& a, const Key& b) {
    for (const Origin& x : a.free) {
      for (const Origin& y : b.free) {
        if (x.trust == Trust::kRemote && y.trust == Trust::kRemote) return true;
        if (x.trust == y.trust && x.function == y.function && x.index == y.index) return true;
      }
    }
    return false;
  }

  // A call that led from the function to where something is used, the innermost first: what the function's parameters
  // are, they are by this call and by no other.
  struct Hop {
    FunctionRef function;
    Walker::Site site;
  };
  using Hops = std::vector<Hop>;

  // Who chooses the name at `key`, and is it looked at before `position`? `both`: refusing __proto__ is not enough.
  Key KeyAt(FileId file, NodeId key, NodeId position, const Hops& hops, bool both) {
    Key out;
    std::vector<NodeId> names = {key};
    bool any_free = false, checked = false;
    for (size_t i = 0; i < names.size() && i < 8; ++i) {
      const NodeId name = names[i];
      if (Leaves(file, name, names)) {
        // const name = part === '' ? list.length : part; if (name === '__proto__') throw ...
        const BindingId b = i == 0 ? p_[file].model.BindingAt(key) : kNone<BindingId>;
        if (Some(b)) {
          const FlowFrame whole{file, position, {b}, {}, {}};
          checked = (both ? guards_.OfBoth(whole) : guards_.Of("pollution", whole)) == Guard::kGuarded;
        }
        continue;
      }
      if (w_.IsNumeric(file, name) || IsOneOfCases(file, name)) continue;
      // Its own objects' names are the program's; what a request holds is not.
      const bool reference = IsReference(file, name);
      const bool of_object = !reference && IsOfObject(file, name);
      absl::flat_hash_set<uint64_t> seen;
      std::vector<Origin> found;
      const bool plain = IsParameter(Plain(file, name));
      for (const Origin& o : w_.Of(file, name)) {
        if (!of_object || o.kind == Origin::Kind::kSource) Lift(o, 0, hops, 0, plain, seen, found);
      }
      std::erase_if(found, [&](const Origin& o) { return (o.key ? reference : o.path.vague()) || IsOfSetup(o); });
      const NodeId at = i == 0 ? position : name;
      for (const Origin& o : found) {
        out.open = true;
        bool guarded = checked;
        for (const FlowFrame& frame : FramesOf(w_, o, file, at))
          guarded |= (both ? guards_.OfBoth(frame) : guards_.Of("pollution", frame)) == Guard::kGuarded;
        if (guarded) continue;
        out.free.push_back(o);
        if (!any_free) out.origin = o;
        any_free = true;
      }
    }
    out.guarded = out.open && !any_free;
    return out;
  }

  // A library's names that one call keeps in an object and another uses: of schemas, metadata and options, which
  // whoever writes the program sets up. Not of text that became an object just here:
  // new Pointer(path).evaluate(object).
  bool IsOfSetup(const Origin& o) {
    if (o.trust != Trust::kLibrary) return false;
    bool kept = false, by_another = false;
    for (const Link& l : w_.Way(o.link)) {
      if (l.kind == Link::Kind::kReturn) by_another |= IsOfAnother(l.file, l.node);
      if (l.kind != Link::Kind::kField || Some(l.binding())) continue;
      kept = true;
      // this.name = options.name
      const Syntax& s = p_[l.file].model.syntax;
      if (s.KindOf(l.node) == Kind::kAssignmentExpression &&
          s.KindOf(s.Child(l.node, Role::kRight)) == Kind::kMemberExpression)
        return true;
    }
    return kept && by_another;
  }
  // type.split(), where `type` was not made in this function.
  bool IsOfAnother(FileId file, NodeId call) {
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    const NodeId callee = s.KindOf(call) == Kind::kCallExpression ? s.FirstChild(call) : kNone<NodeId>;
    if (!Some(callee) || s.KindOf(callee) != Kind::kMemberExpression) return false;
    const ValueId of = w_.Resolve(file, m.ValueOf(s.FirstChild(callee)));
    if (!Some(of)) return true;
    switch (m.values[of].kind) {
      case ValueKind::kCall:
      case ValueKind::kThis:
      case ValueKind::kClass:
      case ValueKind::kImport:
        return false;
      default:
        return true;
    }
  }

  // The names a ? b : c and a || b can be; also of a constant that is one of them.
  bool Leaves(FileId file, NodeId name, std::vector<NodeId>& names) {
    const Syntax& s = p_[file].model.syntax;
    switch (s.KindOf(name)) {
      case Kind::kConditionalExpression:
        names.push_back(s.Child(name, Role::kConsequent));
        names.push_back(s.Child(name, Role::kAlternate));
        return true;
      case Kind::kLogicalExpression:
        for (const NodeId c : s.ChildrenOf(name)) names.push_back(c);
        return true;
      default:
        break;
    }
    const NodeId init = InitOf(file, name);
    if (s.KindOf(init) != Kind::kConditionalExpression && s.KindOf(init) != Kind::kLogicalExpression) return false;
    names.push_back(init);
    return true;
  }

  // What a constant holds: const name = init.
  NodeId InitOf(FileId file, NodeId name) {
    const FileModel& m = p_[file].model;
    const BindingId b = m.syntax.KindOf(name) == Kind::kIdentifier ? m.BindingAt(name) : kNone<BindingId>;
    if (!Some(b) || m.bindings[b].writes > 0) return kNone<NodeId>;
    const NodeId holder = m.syntax.Parent(m.bindings[b].node);
    if (m.syntax.KindOf(holder) != Kind::kVariableDeclarator || m.syntax.FirstChild(holder) != m.bindings[b].node)
      return kNone<NodeId>;
    return m.syntax.Child(holder, Role::kValue);
  }

  // May somebody outside call it? What modules of a server export is for its other modules.
  bool OpenToCallers(FunctionRef f) const {
    return w_.IsPublic(f) || (w_.IsExported(f) && p_.KindOf(f.file) != ProgramKind::kServer);
  }

  // `plain`: the name is the parameter itself and no part of it.
  void Lift(const Origin& o, int depth, const Hops& hops, size_t hop, bool plain, absl::flat_hash_set<uint64_t>& seen,
            std::vector<Origin>& out) {
    if (out.size() >= 12 || (o.cleaned & KindBit("pollution"))) return;
    if (o.kind == Origin::Kind::kSource) {
      if (o.trust == Trust::kRemote && o.value != "response") out.push_back(o);
      return;
    }
    if (o.kind != Origin::Kind::kParam) return;
    const uint64_t key =
        (uint64_t{Index(o.function.file)} << 40 ^ uint64_t{Index(o.function.function)} << 8 ^ o.index) * 31 +
        o.path.Hash() + hop;
    if (depth > kLifts || !seen.insert(key).second) return;
    const auto through = [&](const Walker::Site& site, size_t next) {
      const Call& call = p_[site.file].model.calls[site.call];
      const uint32_t last = o.rest ? std::min(call.arg_count, o.index + 6) : o.index + 1;
      for (uint32_t i = o.index; i < last; ++i) {
        NodeId a;
        const auto [by, at] = w_.GivenBy(site.file, call, o.function, i);
        const Origins given = w_.OfArgument(site.file, *by, at, o.path, &a);
        if (!Some(a) || (plain && w_.IsNumeric(site.file, a))) continue;
        const bool of_object = plain && IsOfObject(site.file, a);
        const bool still = plain && IsParameter(Plain(site.file, a));
        for (const Origin& x : given) {
          if (!of_object || x.kind == Origin::Kind::kSource)
            Lift(w_.Join(x, o, site.file, a), depth + 1, hops, next, still, seen, out);
        }
      }
    };
    if (hop < hops.size() && hops[hop].function == o.function) {
      const Hop& by = hops[hop];
      const FileModel& m = p_[o.function.file].model;
      const NodeId whole = m.functions[o.function.function].node;
      // Where a function calls itself, what it was first given counts, too.
      const bool recursive =
          by.site.file == o.function.file && m.syntax.Contains(whole, p_[by.site.file].model.calls[by.site.call].node);
      if (!recursive) return through(by.site, hop + 1);
    }
    if (OpenToCallers(o.function)) {
      Origin x = o;
      x.kind = Origin::Kind::kSource;
      x.trust = Trust::kLibrary;
      out.push_back(std::move(x));
    }
    size_t n = 0;
    for (const Walker::Site& site : w_.CallersOf(o.function)) {
      if (++n > kCallers) break;
      if (p_[site.file].role != FileRole::kTest) through(site, hops.size());
    }
  }

  struct Read {
    FileId file;
    NodeId member;
    uint32_t link = kNoneIndex;        // from the object that is written to back to it, in the outermost function
    std::vector<uint32_t> links = {};  // the same in the functions further in
    Hops hops = {};                    // the calls that handed it in
    bool operator==(const Read& o) const { return file == o.file && member == o.member; }
  };
  // Reads x[key] that the object at `node` may come from, through callers and recursion.
  void Reads(const Origins& origins, const Read& inner, absl::flat_hash_set<uint64_t>& seen, std::vector<Read>& out) {
    for (const Origin& o : origins) {
      if (o.kind != Origin::Kind::kDynamicRead) continue;
      Read read = inner;
      read.file = o.function.file;
      read.member = o.node;
      read.link = o.link;
      if (out.size() < 8 && std::find(out.begin(), out.end(), read) == out.end()) out.push_back(std::move(read));
    }
    for (const Origin& o : origins) {
      if (o.kind != Origin::Kind::kParam || inner.hops.size() > kReadLifts) continue;
      const uint64_t key =
          (uint64_t{Index(o.function.file)} << 40 ^ uint64_t{Index(o.function.function)} << 8 ^ o.index) * 31 +
          o.path.Hash();
      if (!seen.insert(key).second) continue;
      // What it hands to itself first: of a helper that many call, that is where it goes down.
      std::vector<Walker::Site> sites;
      for (const bool own : {true, false}) {
        for (const Walker::Site& site : w_.CallersOf(o.function)) {
          if (sites.size() < kCallers && (site.file == o.function.file) == own) sites.push_back(site);
        }
      }
      for (const Walker::Site& site : sites) {
        if (p_[site.file].role == FileRole::kTest) continue;
        const Call& call = p_[site.file].model.calls[site.call];
        Read further = inner;
        further.links.push_back(o.link);
        further.hops.push_back({o.function, site});
        const uint32_t last = o.rest ? std::min(call.arg_count, o.index + 6) : o.index + 1;
        for (uint32_t i = o.index; i < last; ++i) {
          NodeId a;
          const auto [by, at] = w_.GivenBy(site.file, call, o.function, i);
          Reads(w_.OfArgument(site.file, *by, at, o.path, &a), further, seen, out);
        }
      }
    }
  }

  bool IsReturned(const Read& read) {
    const std::vector<Link> way = w_.Way(read.link);
    return std::any_of(way.begin(), way.end(), [](const Link& l) { return l.kind == Link::Kind::kReturn; });
  }

  size_t StepsOf(const Read& read) {
    size_t n = w_.Way(read.link).size() + read.hops.size();
    for (const uint32_t link : read.links) n += w_.Way(link).size();
    return n;
  }

  // The call whose function made the read and returned what it found. `all`: no other function had its hands on it
  // since, which may have made a copy.
  Hops ReturnedBy(const Read& read, bool all = false) {
    const FileModel& there = p_[read.file].model;
    const NodeId callback = there.syntax.Parent(there.functions[there.FunctionOf(read.member)].node);
    Hops out;
    const std::vector<Link> way = w_.Way(read.link);
    for (auto link = way.rbegin(); link != way.rend(); ++link) {
      if (link->kind != Link::Kind::kReturn) continue;
      const CallId c = p_[link->file].model.CallAt(link->node);
      if (!Some(c)) continue;
      const FunctionRef f = w_.TargetOf(link->file, c);
      // names.reduce((object, name) => object[name], object)
      if (!Some(f.function) && link->file == read.file && callback == link->node) continue;
      // The function itself, or one it has called: names.forEach((name) => { object = object[name]; }); return object;
      const bool itself = f.file == read.file && Some(f.function) &&
                          there.syntax.Contains(there.functions[f.function].node, read.member);
      if (!itself && out.empty()) return {};
      if (out.empty()) out = {{f, {link->file, c}}};
      if (!all) break;
      // It went in as an argument and came out: copy(find(object, names))
      const auto through = [&](const Link& l) {
        return l.kind == Link::Kind::kArgument && l.file == link->file &&
               p_[l.file].model.syntax.Contains(link->node, l.node);
      };
      if (!itself && (!Some(f.function) || std::any_of(way.rbegin(), link, through))) return {};
    }
    return out;
  }

  struct Name {
    FileId file;
    BindingId binding = kNone<BindingId>;
  };
  // What a name is but for constants that hold it.
  Name Plain(FileId file, NodeId node) {
    const FileModel& m = p_[file].model;
    for (int i = 0; i < 4; ++i) {
      const NodeId init = InitOf(file, node);
      if (m.syntax.KindOf(init) != Kind::kIdentifier) break;
      node = init;
    }
    const BindingId b = m.syntax.KindOf(node) == Kind::kIdentifier ? m.BindingAt(node) : kNone<BindingId>;
    return {file, Some(b) && m.bindings[b].writes == 0 ? b : kNone<BindingId>};
  }

  bool IsParameter(const Name& name) {
    return Some(name.binding) && p_[name.file].model.bindings[name.binding].kind == BindingKind::kParam;
  }

  // Is what is entered by a name written to by the very same name? x["__proto__"]["__proto__"] is no way to pollute,
  // nor are constructor and prototype taken alone. It has to be one value, not what a name is at another time: a
  // parameter or constant of a function in one run of which all of it happens.
  bool SameName(const Read& read, NodeId entered, NodeId written) {
    Name name = Plain(file_, written);
    const Name other = Plain(read.file, entered);
    if (!Some(name.binding) || !Some(other.binding)) return false;
    for (const Hop& hop : read.hops) {
      if (name.file != hop.function.file) return false;
      const FileModel& m = p_[name.file].model;
      const Function& f = m.functions[hop.function.function];
      if (m.FunctionOf(m.bindings[name.binding].node) == hop.function.function) {
        uint32_t index = 0;
        while (index < f.param_count &&
               m.syntax.FirstChild(m.params[f.first_param + index].node) != m.bindings[name.binding].node)
          ++index;
        const NodeId given = index == f.param_count
                                 ? kNone<NodeId>
                                 : w_.ArgumentOf(hop.site.file, p_[hop.site.file].model.calls[hop.site.call], index);
        if (!Some(given)) return false;
        name = Plain(hop.site.file, given);
        if (!Some(name.binding)) return false;
      } else if (name.file != hop.site.file || m.syntax.Contains(f.node, m.bindings[name.binding].node)) {
        return false;
      }
    }
    if (name.file != other.file || name.binding != other.binding) return false;
    const FileModel& m = p_[name.file].model;
    const Syntax& s = m.syntax;
    const FunctionId whole = m.FunctionOf(m.bindings[name.binding].node);
    if (!Some(whole) || whole == kModuleFunction) return false;
    for (NodeId n = m.bindings[name.binding].node; n != m.functions[whole].node; n = s.Parent(n)) {
      if (IsLoop(s.KindOf(n)) || Index(n) == 0) return false;
    }
    // A closure writes by a name that its maker was given.
    if (read.hops.empty() && m_.FunctionOf(written) != whole) return true;
    const auto inside = [&](FileId file, NodeId node) {
      if (file == name.file && s.Contains(m.functions[whole].node, node)) return true;
      return std::any_of(read.hops.begin(), read.hops.end(), [&](const Hop& h) {
        const FileModel& callee = p_[h.function.file].model;
        return h.function.file == file && callee.syntax.Contains(callee.functions[h.function.function].node, node);
      });
    };
    // What a parameter is given from outside, as reduce() gives back what it got, may have been read in another run.
    const auto given = [&](FileId file, NodeId expression) {
      const FileModel& there = p_[file].model;
      if (!Some(expression) || !read.hops.empty() ||
          (file == read.file && there.syntax.Contains(expression, read.member)))
        return false;
      while (there.syntax.KindOf(expression) == Kind::kMemberExpression)
        expression = there.syntax.FirstChild(expression);
      const BindingId b = there.BindingAt(expression);
      return Some(b) && there.bindings[b].kind == BindingKind::kParam && there.bindings[b].writes == 0;
    };
    std::vector<uint32_t> links = read.links;
    links.push_back(read.link);
    bool first = true;
    for (const uint32_t newest : links) {
      for (const Link& link : w_.Way(newest)) {
        if (link.kind == Link::Kind::kBinding) {
          const Syntax& there = p_[link.file].model.syntax;
          const NodeId holder = there.Parent(link.node);
          if (there.KindOf(holder) == Kind::kParameter && read.hops.empty()) return false;
          const Role value = there.KindOf(holder) == Kind::kVariableDeclarator ? Role::kValue : Role::kRight;
          if (given(link.file, there.Child(holder, value))) return false;
          first = false;
        }
        if (!inside(link.file, link.node)) return false;
        const FileModel& there = p_[link.file].model;
        const BindingId b = Some(link.binding()) ? link.binding() : there.BindingAt(link.node);
        if (Some(b) && !inside(link.file, there.bindings[b].node)) return false;
      }
    }
    return inside(read.file, read.member) && !(first && given(file_, m_.syntax.FirstChild(m_.syntax.Parent(written))));
  }

  static bool IsLoop(Kind k) {
    return k == Kind::kForStatement || k == Kind::kForInStatement || k == Kind::kForOfStatement ||
           k == Kind::kWhileStatement || k == Kind::kDoWhileStatement;
  }

  // Objects without a prototype have no way up: Object.create(null), what a function makes of it, what is added to it,
  // and parameters that all callers give such.
  bool Bare(FileId file, NodeId object, int depth = 0) {
    const FileModel& m = p_[file].model;
    if (!Some(object) || depth > 5) return false;
    const auto bare = [&](NodeId n) { return Bare(file, n, depth + 1); };
    if (const CallId c = m.CallAt(object); Some(c)) {
      if (w_.Text(file, object) == "Object.create(null)") return true;
      const Call& call = m.calls[c];
      if (w_.Text(file, m.syntax.FirstChild(call.node)) == "Object.assign")
        return call.arg_count > 0 && bare(m.args[call.first_arg].node);
      const FunctionRef f = w_.TargetOf(file, c);
      if (!Some(f.function)) return false;
      const FileModel& other = p_[f.file].model;
      const ValueId result = p_.ReturnOf(f);
      if (!Some(result) || other.values[result].kind != ValueKind::kCall) return false;
      return Bare(f.file, other.calls[static_cast<CallId>(other.values[result].a)].node, depth + 1);
    }
    if (m.syntax.KindOf(object) == Kind::kAssignmentExpression) return bare(m.syntax.Child(object, Role::kRight));
    // class Settings { values = Object.create(null); ... this.values }
    if (m.syntax.KindOf(object) == Kind::kMemberExpression) {
      const Value& v = m.values[m.ValueOf(object)];
      if (v.kind != ValueKind::kMember || m.values[static_cast<ValueId>(v.a)].kind != ValueKind::kThis) return false;
      const FunctionId self = static_cast<FunctionId>(m.values[static_cast<ValueId>(v.a)].a);
      const ClassId owner = Some(self) ? m.functions[self].owner : kNone<ClassId>;
      const ValueId held = Some(owner) ? p_.FieldOf(file, owner, static_cast<NameId>(v.b)) : kNone<ValueId>;
      return Some(held) && m.values[held].kind == ValueKind::kCall &&
             bare(m.calls[static_cast<CallId>(m.values[held].a)].node);
    }
    const BindingId b = m.BindingAt(object);
    if (!Some(b)) return false;
    if (m.bindings[b].kind == BindingKind::kParam && m.bindings[b].writes == 0) return GivenBare(file, b, depth);
    if (m.bindings[b].writes == 0) return bare(GivenAt(m.syntax, m.bindings[b].node));
    // if (!object) object = Object.create(null): what a caller handed in is none.
    if (m.bindings[b].kind == BindingKind::kParam && !GivenBare(file, b, depth)) return false;
    bool any = false;
    for (const Assignment& a : m.AssignmentsOf(b)) any |= bare(GivenAt(m.syntax, a.node));
    return any;
  }
  // What `name` is given where it stands: name = value, let name = value.
  static NodeId GivenAt(const Syntax& s, NodeId name) {
    const NodeId holder = s.Parent(name);
    if (s.KindOf(holder) == Kind::kVariableDeclarator) return s.Child(holder, Role::kValue);
    if (s.KindOf(holder) == Kind::kAssignmentExpression && s[holder].op == Op::kAssign)
      return s.Child(holder, Role::kRight);
    return kNone<NodeId>;
  }

  bool GivenBare(FileId file, BindingId parameter, int depth) {
    const FileModel& m = p_[file].model;
    const FunctionId f = m.FunctionOf(m.bindings[parameter].node);
    const Function& function = m.functions[f];
    uint32_t index = 0;
    while (index < function.param_count &&
           !m.syntax.Contains(m.params[function.first_param + index].node, m.bindings[parameter].node))
      ++index;
    if (index == function.param_count || OpenToCallers({file, f})) return false;
    size_t n = 0;
    bool any = false;
    for (const Walker::Site& site : w_.CallersOf({file, f})) {
      if (++n > kCallers) return false;
      const FileModel& caller = p_[site.file].model;
      const NodeId given = w_.ArgumentOf(site.file, caller.calls[site.call], index);
      // It hands on what it found in it: f(object[key], rest).
      const bool itself = Some(given) && site.file == file && caller.syntax.KindOf(given) == Kind::kMemberExpression &&
                          caller.BindingAt(caller.syntax.FirstChild(given)) == parameter;
      if (itself) continue;
      if (!Some(given) || !Bare(site.file, given, depth + 1)) return false;
      any = true;
    }
    return any;
  }

  // reference.object[reference.name]: together they stand for a property, and both are what it was made of, which is a
  // path, or all that an object has.
  bool IsReference(FileId file, NodeId key) {
    const Syntax& s = p_[file].model.syntax;
    const NodeId of = s.FirstChild(s.Parent(key));
    return s.KindOf(key) == Kind::kMemberExpression && (s[key].flags & kComputed) == 0 &&
           s.KindOf(s.Parent(key)) == Kind::kMemberExpression && of != key && s.KindOf(of) == Kind::kMemberExpression &&
           w_.Text(file, s.FirstChild(of)) == w_.Text(file, s.FirstChild(key));
  }

  // column.name, const { name } = column, const name = column.name: what the program's own objects carry under a name
  // of its own.
  bool IsOfObject(FileId file, NodeId key) {
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    if (s.KindOf(key) == Kind::kMemberExpression && !(s[key].flags & kComputed)) {
      // Not of what a function made of a text: const pair = parse(line); pair.key
      const ValueId base = m.ValueOf(s.FirstChild(key));
      const ValueId made = Some(base) ? w_.Resolve(file, base) : kNone<ValueId>;
      return !Some(made) || m.values[made].kind != ValueKind::kCall;
    }
    const BindingId b = s.KindOf(key) == Kind::kIdentifier ? m.BindingAt(key) : kNone<BindingId>;
    if (!Some(b) || m.bindings[b].writes > 0) return false;
    const NodeId name = m.bindings[b].node;
    if (s.KindOf(name) == Kind::kShorthandPattern) {
      // Not const { key, rest } = split(path): that object was made of the path.
      NodeId pattern = s.Parent(name);
      while (s.KindOf(s.Parent(pattern)) == Kind::kObjectPattern || s.KindOf(s.Parent(pattern)) == Kind::kProperty)
        pattern = s.Parent(pattern);
      const NodeId from = s.KindOf(s.Parent(pattern)) == Kind::kVariableDeclarator
                              ? s.Child(s.Parent(pattern), Role::kValue)
                              : kNone<NodeId>;
      const ValueId made = Some(from) && Some(m.ValueOf(from)) ? w_.Resolve(file, m.ValueOf(from)) : kNone<ValueId>;
      return !Some(made) || m.values[made].kind != ValueKind::kCall;
    }
    const NodeId holder = s.Parent(name);
    if (s.KindOf(holder) != Kind::kVariableDeclarator) return false;
    const NodeId init = s.Child(holder, Role::kValue);
    return s.KindOf(init) == Kind::kMemberExpression && !(s[init].flags & kComputed);
  }

  // switch (key) { case 'a': ... object[key] }: one of the names written there.
  bool IsOneOfCases(FileId file, NodeId key) {
    const Syntax& s = p_[file].model.syntax;
    const std::string_view text = w_.Text(file, key);
    for (NodeId n = key; Index(n) != 0 && !IsFunction(s.KindOf(n)); n = s.Parent(n)) {
      if (s.KindOf(n) != Kind::kSwitchCase) continue;
      const NodeId whole = s.Parent(n);
      if (w_.Text(file, s.FirstChild(whole)) != text) continue;
      // Those before it that fall through belong to it.
      bool all = true;
      for (const NodeId c : s.ChildrenOf(whole)) {
        if (s.KindOf(c) != Kind::kSwitchCase) continue;
        const NodeId test = s[c].op == Op::kDefault ? kNone<NodeId> : s.FirstChild(c);
        all &= Some(test) && s.KindOf(test) == Kind::kStringLiteral;
        if (c == n) return all;
        if (s[c].next > Index(c) + 1 && (!Some(test) || s[c].next > s[test].next)) all = true;
      }
    }
    return false;
  }

  // for (key in from) ... from[key], Object.keys(from).forEach((key) => ... from[key]), key = keys[i] of
  // Object.keys(from): what from has of its own. An own __proto__ hides the way to the prototype, so neither reads nor
  // writes get there.
  bool Enumerated(const Read& read) {
    const FileModel& m = p_[read.file].model;
    const Syntax& s = m.syntax;
    const std::string_view object = w_.Text(read.file, s.FirstChild(read.member));
    const BindingId b = m.BindingAt(s.Child(read.member, Role::kProperty));
    if (!Some(b)) return false;
    const NodeId name = m.bindings[b].node;
    const auto held = [&](NodeId n) {  // what a name is given, where it is given one thing
      const BindingId kept = s.KindOf(n) == Kind::kIdentifier ? m.BindingAt(n) : kNone<BindingId>;
      if (!Some(kept) || m.AssignmentsOf(kept).size() > 1) return n;
      const NodeId given =
          GivenAt(s, m.bindings[kept].writes == 0 ? m.bindings[kept].node : m.AssignmentsOf(kept)[0].node);
      return Some(given) ? given : n;
    };
    const auto keys_of = [&](NodeId list, bool entries) {
      list = held(list);
      // Object.keys(from).filter(f).sort(): some of them, in another order
      for (int i = 0; i < 4 && s.KindOf(list) == Kind::kCallExpression; ++i) {
        const NodeId callee = s.FirstChild(list);
        if (s.KindOf(callee) != Kind::kMemberExpression) break;
        const std::string_view method = w_.Text(read.file, s.Child(callee, Role::kProperty));
        if (method != "filter" && method != "sort" && method != "reverse" && method != "slice") break;
        list = held(s.FirstChild(callee));
      }
      if (s.KindOf(list) != Kind::kCallExpression) return false;
      const std::string_view text = w_.Text(read.file, list);
      if (entries) return text == Cat("Object.entries(", object, ")");
      for (const std::string_view f : {"Object.keys", "Object.getOwnPropertyNames", "Reflect.ownKeys"}) {
        if (text == Cat(f, "(", object, ")")) return true;
      }
      return false;
    };
    // const key = keys[i]; key = keys[i++]; for (key in from)
    const auto own = [&](NodeId n) {
      const NodeId loop = s.Parent(n), given = GivenAt(s, n);
      if (s.KindOf(loop) == Kind::kForInStatement) return w_.Text(read.file, s.Child(loop, Role::kRight)) == object;
      if (!Some(given)) return s.KindOf(loop) == Kind::kVariableDeclarator;  // let key;
      return s.KindOf(given) == Kind::kMemberExpression && (s[given].flags & kComputed) != 0 &&
             keys_of(s.FirstChild(given), false);
    };
    const auto assigned = m.AssignmentsOf(b);
    if (assigned.empty() ? Some(GivenAt(s, name)) && own(name) : std::ranges::all_of(assigned, own, &Assignment::node))
      return true;
    if (m.bindings[b].writes > 0) return false;
    NodeId holder = s.Parent(name);
    // for (const [key, value] of Object.entries(from))
    const bool entries = s.KindOf(holder) == Kind::kArrayPattern && s.FirstChild(holder) == name;
    if (entries) holder = s.Parent(holder);
    if (s.KindOf(holder) == Kind::kForInStatement) return w_.Text(read.file, s.Child(holder, Role::kRight)) == object;
    if (s.KindOf(holder) == Kind::kForOfStatement) return keys_of(s.Child(holder, Role::kRight), entries);
    if (m.bindings[b].kind != BindingKind::kParam) return false;
    const FunctionId f = m.FunctionOf(name);
    if (!Some(f)) return false;
    const NodeId call = s.Parent(m.functions[f].node);
    if (s.KindOf(call) != Kind::kCallExpression || s.KindOf(s.FirstChild(call)) != Kind::kMemberExpression)
      return false;
    return keys_of(s.FirstChild(s.FirstChild(call)), entries);
  }

  // if (hasOwnProperty(target, key)) ... target[key], (target as any)[key]
  bool OwnOnly(const Read& read) {
    const FileModel& m = p_[read.file].model;
    const Syntax& s = m.syntax;
    NodeId of = s.FirstChild(read.member);
    while (s.KindOf(of) == Kind::kTSAsExpression || s.KindOf(of) == Kind::kTSNonNullExpression) of = s.FirstChild(of);
    const std::string_view object = w_.Text(read.file, of);
    const NodeId key = s.Child(read.member, Role::kProperty);
    const std::string_view name = w_.Text(read.file, key);
    const auto tests = [&](NodeId test) {
      if (!Some(test)) return false;
      for (uint32_t i = Index(test); i < s[test].next; ++i) {
        const CallId c = m.CallAt(static_cast<NodeId>(i));
        if (!Some(c)) continue;
        const Call& call = m.calls[c];
        const std::string_view callee = w_.Text(read.file, s.FirstChild(call.node));
        std::string lower(callee);
        for (char& x : lower) x = static_cast<char>(x >= 'A' && x <= 'Z' ? x + 32 : x);
        if (lower.find("hasown") == std::string::npos && lower.find("ownprop") == std::string::npos &&
            !lower.ends_with("has") && !lower.ends_with("has.call"))
          continue;
        bool of = callee.starts_with(object) && callee.size() > object.size() && callee[object.size()] == '.',
             named = false;
        for (uint32_t k = 0; k < call.arg_count; ++k) {
          const std::string_view text = w_.Text(read.file, m.args[call.first_arg + k].node);
          of |= text == object;
          named |= text == name || text.find(name) != std::string_view::npos;
        }
        if (of && named) return true;
      }
      return false;
    };
    int looked = 0;
    for (NodeId n = read.member, p = s.Parent(n); Index(n) != 0 && looked < 400; n = p, p = s.Parent(p)) {
      const Kind k = s.KindOf(p);
      if ((k == Kind::kIfStatement || k == Kind::kConditionalExpression) && s[n].role != Role::kTest &&
          tests(s.Child(p, Role::kTest)))
        return true;
      if (k == Kind::kLogicalExpression && s.FirstChild(p) != n && tests(s.FirstChild(p))) return true;
      if (k == Kind::kBlockStatement) {
        for (const NodeId c : s.ChildrenOf(p)) {
          if (Index(c) >= Index(n)) break;
          ++looked;
          if (s.KindOf(c) == Kind::kIfStatement && !AmongOthers(s, s.Child(c, Role::kTest)) &&
              tests(s.Child(c, Role::kTest)))
            return true;
        }
      }
      if (IsFunction(k) || Index(p) == 0) break;
    }
    return false;
  }

  // if (options.create && !hasOwn(at, key)) at[key] = {}: without the option what is inherited stays.
  static bool AmongOthers(const Syntax& s, NodeId test) {
    if (s.KindOf(test) != Kind::kLogicalExpression || s[test].op != Op::kAnd) return false;
    for (const NodeId c : s.ChildrenOf(test)) {
      if (AmongOthers(s, c) || (s.KindOf(c) == Kind::kUnaryExpression && s[c].op == Op::kNot)) return true;
    }
    return false;
  }

  // constructor is a function, and most walks enter objects only. Those that ask nothing, or say that functions will
  // do, enter it: nothing in the functions of read and write asks what kind of thing was found there. It takes two
  // steps.
  bool EntersFunctions(const Read& read, NodeId write) {
    if (!NamesProto(read.file) && !NamesProto(file_)) return false;
    const auto asks = [&](FileId file, NodeId inside) {
      const FileModel& m = p_[file].model;
      const Syntax& s = m.syntax;
      const FunctionId f = m.FunctionOf(inside);
      if (!Some(f) || f == kModuleFunction) return true;
      const NodeId whole = m.functions[f].node;
      if (s[whole].next - Index(whole) > 3000) return true;
      bool objects = false, functions = false;
      const auto tests = [&](FileId in, NodeId part) {
        const std::string_view text = w_.Text(in, part);
        functions |=
            text.find("'function'") != std::string_view::npos || text.find("\"function\"") != std::string_view::npos;
        for (const std::string_view kind : {"'object'", "\"object\"", "[object ", ".constructor"})
          objects |= text.find(kind) != std::string_view::npos;
        // Not value instanceof Map, which is of other objects.
        for (size_t i = text.find("nstanceof"); i != std::string_view::npos; i = text.find("nstanceof", i + 1)) {
          const std::string_view of = text.substr(std::min(i + 10, text.size()));
          objects |= !of.starts_with("Map") && !of.starts_with("Set") && !of.starts_with("Date") &&
                     !of.starts_with("RegExp") && !of.starts_with("Error");
        }
      };
      tests(file, whole);
      // if (at[key] === Object.prototype) at[key] = {};
      const std::string_view text = w_.Text(file, whole), itself = "== Object.prototype";
      for (size_t at = text.find(itself); at != std::string_view::npos; at = text.find(itself, at + 1)) {
        if (at + itself.size() < text.size() && text[at + itself.size()] != '.') return true;
      }
      for (uint32_t i = Index(whole); i < s[whole].next; ++i) {
        const CallId c = m.CallAt(static_cast<NodeId>(i));
        if (!Some(c)) continue;
        const FunctionRef target = w_.TargetOf(file, c);
        if (!Some(target.function)) {
          std::string_view name = w_.Text(file, s.FirstChild(m.calls[c].node));
          name = name.substr(name.rfind('.') + 1);
          if ((name.starts_with("is") || name.starts_with("_is")) && name != "isArray" && name != "isBuffer" &&
              name != "isNaN" && name != "isFinite" && name != "isInteger")
            return true;
          continue;
        }
        const Syntax& there = p_[target.file].model.syntax;
        const NodeId body = p_[target.file].model.functions[target.function].node;
        if (there[body].next - Index(body) >= 200) continue;
        // Where a test of its own asks for objects, what is said of functions elsewhere is of other things.
        const bool before = std::exchange(functions, false), any = std::exchange(objects, false);
        tests(target.file, body);
        if (objects && !functions && w_.Text(target.file, body).find("return") != std::string_view::npos &&
            IsTest(s, m.calls[c].node))
          return true;
        objects |= any;
        functions |= before;
      }
      return objects && !functions;
    };
    if (asks(read.file, read.member) || asks(file_, write)) return false;
    std::vector<Read> before;
    absl::flat_hash_set<uint64_t> seen;
    Reads(w_.Of(read.file, p_[read.file].model.syntax.FirstChild(read.member)), {}, seen, before);
    return !before.empty();
  }
  // if (f(x)), f(x) ? a : b, f(x) && y
  static bool IsTest(const Syntax& s, NodeId call) {
    NodeId n = call, p = s.Parent(n);
    while (s.KindOf(p) == Kind::kUnaryExpression) p = s.Parent(n = p);
    return s.KindOf(p) == Kind::kLogicalExpression || s[n].role == Role::kTest;
  }
  bool NamesProto(FileId file) {
    const auto [known, fresh] = names_proto_.try_emplace(file, false);
    if (fresh) known->second = std::string_view(p_[file].text).find("__proto__") != std::string_view::npos;
    return known->second;
  }

  // Does the statement put something new there on all ways through it?
  bool PutsNew(FileId file, NodeId statement, std::string_view text, int depth = 0) {
    const Syntax& s = p_[file].model.syntax;
    if (!Some(statement) || depth > 4) return false;
    switch (s.KindOf(statement)) {
      case Kind::kBlockStatement: {
        for (const NodeId c : s.ChildrenOf(statement)) {
          if (PutsNew(file, c, text, depth + 1)) return true;
        }
        return false;
      }
      case Kind::kIfStatement:
        return PutsNew(file, s.Child(statement, Role::kConsequent), text, depth + 1) &&
               PutsNew(file, s.Child(statement, Role::kAlternate), text, depth + 1);
      case Kind::kExpressionStatement: {
        const NodeId e = s.FirstChild(statement);
        if (s.KindOf(e) != Kind::kAssignmentExpression || s[e].op != Op::kAssign) return false;
        if (w_.Text(file, s.Child(e, Role::kLeft)) != text) return false;
        return IsNew(file, s.Child(e, Role::kRight), 0);
      }
      default:
        return false;
    }
  }

  // An object nobody else has, or none at all: {...}, new T(), void 0, a copy that a function of the program returns.
  bool IsNew(FileId file, NodeId value, int depth) {
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    switch (s.KindOf(value)) {
      case Kind::kObjectExpression:
      case Kind::kArrayExpression:
      case Kind::kNewExpression:
        return true;
      case Kind::kUnaryExpression:
        return s[value].op == Op::kVoid;
      case Kind::kConditionalExpression:
        return IsNew(file, s.Child(value, Role::kConsequent), depth) &&
               IsNew(file, s.Child(value, Role::kAlternate), depth);
      case Kind::kCallExpression: {
        const CallId c = m.CallAt(value);
        if (!Some(c) || depth > 3) return false;
        const Call& call = m.calls[c];
        // Object.assign({}, x), _extends({}, x)
        if (call.arg_count > 1 && s.KindOf(m.args[call.first_arg].node) == Kind::kObjectExpression) return true;
        const FunctionRef f = w_.TargetOf(file, c);
        if (!Some(f.function)) return false;
        const FileModel& other = p_[f.file].model;
        const ValueId result = p_.ReturnOf(f);
        if (!Some(result)) return false;
        const Value& v = other.values[result];
        if (v.kind == ValueKind::kObject) return true;
        return v.kind == ValueKind::kCall && IsNew(f.file, other.calls[static_cast<CallId>(v.a)].node, depth + 1);
      }
      default:
        return false;
    }
  }

  // obj[key] = {...} just before obj[key]: what is entered is new.
  bool MadeBefore(const Read& read) {
    const Syntax& s = p_[read.file].model.syntax;
    const std::string_view text = w_.Text(read.file, read.member);
    int looked = 0;
    for (NodeId n = read.member, p = s.Parent(n); Index(n) != 0 && looked < 300; n = p, p = s.Parent(p)) {
      if (s.KindOf(p) == Kind::kBlockStatement || s.KindOf(p) == Kind::kSwitchCase) {
        for (const NodeId c : s.ChildrenOf(p)) {
          if (Index(c) >= Index(n)) break;
          ++looked;
          if (PutsNew(read.file, c, text)) return true;
        }
      }
      // A function written where it is handed over runs after what stands before it.
      if (IsFunction(s.KindOf(p)) && s.KindOf(p) != Kind::kArrowFunctionExpression && s[p].role != Role::kArgument)
        break;
      if (Index(p) == 0) break;
    }
    return false;
  }

  // { [key]: {} }: no value of anybody's.
  bool Empty(NodeId value) const {
    const Kind k = Some(value) ? m_.syntax.KindOf(value) : Kind::kIdentifier;
    return (k == Kind::kObjectExpression || k == Kind::kArrayExpression) && !Some(m_.syntax.FirstChild(value));
  }

  // obj[key] = {}, obj[key] = obj[key] || {}: no value of anybody's.
  bool Makes(NodeId value, NodeId member) {
    const Syntax& s = m_.syntax;
    if (!Some(value)) return false;
    switch (s.KindOf(value)) {
      case Kind::kObjectExpression:
      case Kind::kArrayExpression:
        return !Some(s.FirstChild(value));
      case Kind::kUnaryExpression:
        return s[value].op == Op::kVoid;
      case Kind::kNullLiteral:
        return true;
      case Kind::kIdentifier:
        return w_.Text(file_, value) == "undefined";
      case Kind::kLogicalExpression:
      case Kind::kConditionalExpression: {
        bool all = true;
        for (const NodeId c : s.ChildrenOf(value)) {
          if (s[c].role == Role::kTest) continue;
          all &= Makes(c, member) || w_.Text(file_, c) == w_.Text(file_, member);
        }
        return all;
      }
      case Kind::kCallExpression:
        return w_.Text(file_, value) == "Object.create(null)" || CopiesItself(value, member, 0);
      default:
        return false;
    }
  }

  // obj[key] = clone(obj[key]), by way of constants, too.
  bool CopiesItself(NodeId value, NodeId member, int depth) {
    const Syntax& s = m_.syntax;
    if (!Some(value) || depth > 4) return false;
    const auto below = [&](NodeId n) { return CopiesItself(n, member, depth + 1); };
    switch (s.KindOf(value)) {
      case Kind::kMemberExpression: {
        if (w_.Text(file_, value) == w_.Text(file_, member)) return true;
        // obj?.[key], compiled: (_obj = obj) === null ? void 0 : _obj[key]
        const BindingId b = m_.BindingAt(s.FirstChild(value));
        if (!Some(b) || m_.AssignmentsOf(b).size() != 1 || !(s[value].flags & kComputed)) return false;
        const NodeId assigned = s.Parent(m_.AssignmentsOf(b).front().node);
        return s.KindOf(assigned) == Kind::kAssignmentExpression &&
               w_.Text(file_, s.Child(assigned, Role::kRight)) == w_.Text(file_, s.FirstChild(member)) &&
               w_.Text(file_, s.Child(value, Role::kProperty)) == w_.Text(file_, s.Child(member, Role::kProperty));
      }
      case Kind::kUnaryExpression:
        return s[value].op == Op::kVoid;
      case Kind::kIdentifier:
        return below(InitOf(file_, value));
      case Kind::kConditionalExpression:
        return below(s.Child(value, Role::kConsequent)) && below(s.Child(value, Role::kAlternate));
      case Kind::kCallExpression: {
        const CallId c = m_.CallAt(value);
        return Some(c) && m_.calls[c].arg_count == 1 && below(m_.args[m_.calls[c].first_arg].node);
      }
      default:
        return false;
    }
  }

  // What Object.assign() or defineProperty() writes to.
  NodeId ObjectOf(NodeId call) const { return m_.args[m_.calls[m_.CallAt(call)].first_arg].node; }

  // object[key] = value, written so or another way.
  struct Written {
    NodeId node;  // the whole
    NodeId object, key, value;
    NodeId member;  // object[key]; none where a call writes
  };

  // Object.assign(object, { [key]: value }), also as compilers write it, and Object.defineProperty(object, key, ...)
  void Calls(CallId id, std::vector<TaintFlow>& out) {
    const Call& call = m_.calls[id];
    if (call.function == kModuleFunction || call.arg_count < 2 || m_.values[call.callee].kind != ValueKind::kMember)
      return;
    const Syntax& s = m_.syntax;
    const std::string_view callee = w_.Text(file_, s.FirstChild(call.node));
    const NodeId object = m_.args[call.first_arg].node, second = m_.args[call.first_arg + 1].node;
    if ((callee == "Object.defineProperty" || callee == "Reflect.defineProperty") && call.arg_count > 2) {
      AtWrite({call.node, object, second, kNone<NodeId>, kNone<NodeId>}, out);
      return;
    }
    if (callee != "Object.assign") return;
    if (s.KindOf(second) == Kind::kObjectExpression) {
      for (const NodeId c : s.ChildrenOf(second)) {
        const NodeId name = s.KindOf(c) == Kind::kProperty ? s.FirstChild(c) : kNone<NodeId>;
        if (Some(name) && s.KindOf(name) == Kind::kComputedKey)
          AtWrite({call.node, object, s.FirstChild(name), s.Child(c, Role::kValue), kNone<NodeId>}, out);
      }
      return;
    }
    // (_a = {}, _a[key] = value, _a)
    if (s.KindOf(second) != Kind::kSequenceExpression) return;
    std::vector<NodeId> parts = {second};
    for (size_t i = 0; i < parts.size() && parts.size() < 20; ++i) {
      if (s.KindOf(parts[i]) != Kind::kSequenceExpression) continue;
      for (const NodeId c : s.ChildrenOf(parts[i])) parts.push_back(c);
    }
    for (const NodeId c : parts) {
      const NodeId left = s.KindOf(c) == Kind::kAssignmentExpression ? s.Child(c, Role::kLeft) : kNone<NodeId>;
      if (!Some(left) || s.KindOf(left) != Kind::kMemberExpression || (s[left].flags & kComputed) == 0) continue;
      AtWrite({call.node, object, s.Child(left, Role::kProperty), s.Child(c, Role::kRight), kNone<NodeId>}, out);
    }
  }

  void AtWrite(const Written& w, std::vector<TaintFlow>& out) {
    const Syntax& s = m_.syntax;
    const NodeId object = w.object, key = w.key;
    if (!Some(key) || !Some(object) || w_.IsNumeric(file_, key) || s.KindOf(key) == Kind::kStringLiteral) return;
    if (Some(w.member) ? Makes(w.value, w.member) || Enumerated({file_, w.member}) : Empty(w.value)) return;
    if (s.KindOf(object) == Kind::kMemberExpression && MadeBefore({file_, object})) return;
    w_.NextSink();
    guards_.NewBudget();
    std::vector<Read> reads;
    absl::flat_hash_set<uint64_t> seen;
    Reads(w_.Of(file_, object), {}, seen, reads);
    for (const Read& read : reads) {
      const Syntax& rs = p_[read.file].model.syntax;
      const NodeId name = rs.Child(read.member, Role::kProperty);
      if (Bare(read.file, rs.FirstChild(read.member)) || Enumerated(read) || OwnOnly(read)) continue;
      if (SameName(read, name, key) || StepsOf(read) > kSteps) continue;
      // A name that is refused is asked about again where the way through constructor.prototype is open besides.
      std::optional<bool> functions;
      const auto chosen = [&](FileId file, NodeId name, NodeId position, const Hops& hops) {
        w_.NewBudget();
        Key found = KeyAt(file, name, position, hops, false);
        if (!found.guarded) return found;
        if (!functions) functions = EntersFunctions(read, w.node);
        if (*functions) found = KeyAt(file, name, position, hops, true);
        return found;
      };
      const Key written = chosen(file_, key, w.node, read.hops);
      if (!written.open || written.guarded) continue;
      const Key entered = chosen(read.file, name, read.member, ReturnedBy(read));
      if (!entered.open || entered.guarded || !Related(written, entered) || MadeBefore(read)) continue;
      // Whether a caller's names matter is doubt enough: what another function returned may be a copy.
      if (std::max(written.origin.trust, entered.origin.trust) == Trust::kLibrary && read.hops.empty() &&
          IsReturned(read) && ReturnedBy(read, true).empty())
        continue;
      TaintFlow flow;
      flow.kind = "pollution";
      flow.file = file_;
      flow.node = w.node;
      flow.trust = std::max(written.origin.trust, entered.origin.trust);
      flow.what = entered.origin.what;
      flow.value = w_.Text(file_, key);
      const Node& at = rs[read.member];
      flow.steps.push_back({{read.file, {at.start, at.end}}, "enters what the name leads to, __proto__ among others"});
      if (!Some(w.member) && Some(w.value)) values_[w.node] = w.value;
      out.push_back(std::move(flow));
      return;
    }
  }

  Walker& w_;
  Guards& guards_;
  const Project& p_;
  FileId file_;
  const FileModel& m_;
  absl::flat_hash_map<NodeId, NodeId> values_;  // what calls write, by the call
  absl::flat_hash_map<FileId, bool> names_proto_;
};

}  // namespace

void FindPollution(Walker& walker, Guards& guards, FileId file, std::vector<TaintFlow>& out) {
  Pollution(walker, guards, file).Run(out);
}

}  // namespace looplint
