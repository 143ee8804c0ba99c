#include "analyzer/facts/makers.h"

#include <algorithm>

#include "analyzer/project/values.h"

namespace looplint {
namespace {

// The name a plain member expression takes, o.name; "" otherwise.
std::string_view NameOfMember(const FileModel& m, NodeId node) {
  if (!Some(node) || m.syntax.KindOf(node) != Kind::kMemberExpression) return {};
  const ValueId v = m.ValueOf(node);
  if (!Some(v) || m[v].kind != ValueKind::kMember) return {};
  return m.names[static_cast<NameId>(m[v].b)];
}

// A variable that keeps what it is declared with: that.
ValueId Kept(const FileModel& m, ValueId value) {
  for (int i = 0; i < 4 && Some(value) && m[value].kind == ValueKind::kBinding; ++i) {
    const Binding& b = m.bindings[static_cast<BindingId>(m[value].a)];
    if (b.writes != 0 || !Some(b.value)) break;
    value = b.value;
  }
  return value;
}

}  // namespace

Makers::Makers(const Project& project, const Calls& calls) : p_(project), c_(calls) {
  if (p_.values() == nullptr) return;
  for (uint32_t f = 0; f < p_.size(); ++f) Gather(static_cast<FileId>(f));
  FindDead();
  FindMade();
}

// A function nobody calls or holds, and what only such functions call or hold.
void Makers::FindDead() {
  struct Suspect {
    FunctionRef function;
    std::vector<FunctionRef> held;  // functions that hold or call it
  };
  std::vector<Suspect> suspects;
  for (uint32_t f = 0; f < p_.size(); ++f) {
    const FileId file = static_cast<FileId>(f);
    const FileModel& m = p_[file].model;
    const Syntax& s = m.syntax;
    for (const FunctionId id : Ids(m.functions)) {
      const Function& function = m.functions[id];
      if (id == kModuleFunction || Some(function.owner) || methods_.contains({file, id})) continue;
      if (!c_.EntriesOf({file, id}).empty()) continue;
      Suspect suspect{{file, id}, {}};
      bool alive = false;
      const NodeId parent = s.Parent(function.node);
      BindingId binding = kNone<BindingId>;
      if (s.KindOf(function.node) == Kind::kFunctionDeclaration) {
        const NodeId name = s.FirstChild(function.node);
        binding = Some(name) ? m.BindingAt(name) : kNone<BindingId>;
      } else if (s.KindOf(parent) == Kind::kVariableDeclarator) {
        binding = m.BindingAt(s.FirstChild(parent));
      } else if (s.KindOf(parent) != Kind::kAssignmentExpression ||
                 s.KindOf(s.FirstChild(parent)) != Kind::kMemberExpression) {
        continue;
      }
      if (Some(binding)) {
        for (ReferenceId r = m.bindings[binding].first; Some(r); r = m.Next(r)) {
          const NodeId use = m.references[r].node, by = s.Parent(use);
          const Kind kind = s.KindOf(by);
          if (kind == Kind::kCallExpression && s.FirstChild(by) == use) {
            suspect.held.push_back({file, m.FunctionOf(use)});
          } else if (kind != Kind::kExportSpecifier && kind != Kind::kExportDeclaration &&
                     kind != Kind::kMemberExpression &&
                     !(kind == Kind::kAssignmentExpression && s.KindOf(s.FirstChild(by)) == Kind::kMemberExpression) &&
                     !(kind == Kind::kProperty && m.FunctionOf(use) == kModuleFunction)) {
            alive = true;
          }
        }
      }
      for (const Caller& caller : c_.CallersOf({file, id})) suspect.held.push_back(caller.from);
      if (!alive) suspects.push_back(std::move(suspect));
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Suspect& x : suspects) {
      if (dead_.contains(x.function)) continue;
      const bool runs = std::ranges::any_of(x.held, [&](FunctionRef by) {
        const FileModel& m = p_[by.file].model;
        for (FunctionId at = by.function;; at = m.functions[at].parent) {
          if (FunctionRef{by.file, at} == x.function || dead_.contains({by.file, at})) return false;
          if (at == kModuleFunction) return true;
        }
      });
      if (!runs) changed = dead_.insert(x.function).second;
    }
  }
}

std::vector<Maker> Makers::Constructors(FileId file, NodeId node) const {
  std::vector<Maker> out;
  const ValueId value = Some(node) ? p_[file].model.ValueOf(node) : kNone<ValueId>;
  if (!Some(value)) return out;
  for (const Denoted& d : p_.values()->Of(file, value)) {
    if (d.Is(Denoted::Kind::kClass)) out.push_back({Maker::Kind::kInstanceOf, d.file, d.id});
    if (d.Is(Denoted::Kind::kFunction)) out.push_back({Maker::Kind::kMadeBy, d.file, d.id});
  }
  return out;
}

std::vector<Maker> Makers::OfPrototype(FileId file, NodeId node) const {
  const FileModel& m = p_[file].model;
  if (!Some(node)) return {};
  if (m.syntax.KindOf(node) == Kind::kIdentifier) {
    // const proto = X.prototype
    const BindingId b = m.BindingAt(node);
    if (!Some(b) || m.bindings[b].writes != 0 || Index(m.bindings[b].node) >= m.syntax.size()) return {};
    const NodeId declarator = m.syntax.Parent(m.bindings[b].node);
    if (m.syntax.KindOf(declarator) != Kind::kVariableDeclarator) return {};
    node = m.syntax.Child(declarator, Role::kValue);
    if (!Some(node)) return {};
    // var proto = X.prototype = Object.create(...)
    if (m.syntax.KindOf(node) == Kind::kAssignmentExpression) node = m.syntax.FirstChild(node);
  }
  if (NameOfMember(m, node) != "prototype") return {};
  return Constructors(file, m.syntax.FirstChild(node));
}

std::vector<Maker> Makers::BasesIn(FileId file, NodeId node) const {
  const FileModel& m = p_[file].model;
  const CallId id = Some(node) ? m.CallAt(node) : kNone<CallId>;
  if (!Some(id)) return {};
  const Call& call = m.calls[id];
  if (call.kind == CallKind::kNew) return Constructors(file, m.syntax.FirstChild(call.node));
  const Argument* first = m.Arg(call, 0);
  const Target target = c_.TargetOf(file, id);
  if (first == nullptr || target.api == nullptr) return {};
  if (target.api->name == "global.Object.create") return OfPrototype(file, first->node);
  if (target.api->name == "global.Object.assign") return BasesIn(file, first->node);
  return {};
}

void Makers::LayOne(FileId file, const std::vector<Maker>& owners, std::string_view name, ValueId method) {
  if (name == "constructor") return;
  for (const Maker& owner : owners) names_[owner].insert(name);
  const ValueId kept = Kept(p_[file].model, method);
  if (!Some(kept)) return;
  for (const Denoted& d : p_.values()->Of(file, kept)) {
    if (!d.Is(Denoted::Kind::kFunction)) continue;
    for (const Maker& owner : owners) methods_[d.function()].push_back({owner, name});
  }
}

void Makers::Lay(FileId file, const std::vector<Maker>& owners, ValueId methods) {
  if (owners.empty() || !Some(methods)) return;
  for (const Denoted& d : p_.values()->Of(file, methods)) {
    if (!d.Is(Denoted::Kind::kObject)) continue;
    aside_.insert({Maker::Kind::kObject, d.file, d.id});
    const FileModel& m = p_[d.file].model;
    const Object& object = m.objects[static_cast<ObjectId>(d.id)];
    for (uint32_t i = 0; i < object.member_count; ++i) {
      const Member& member = m.members[object.first_member + i];
      if (Some(member.name)) {
        if (member.kind == FunctionKind::kGetter || member.kind == FunctionKind::kSetter) {
          for (const Maker& owner : owners) accessors_[owner].insert(m.names[member.name]);
        }
        LayOne(d.file, owners, m.names[member.name], member.value);
      } else {
        open_.insert(owners.begin(), owners.end());
      }
    }
    if (object.has_spread) open_.insert(owners.begin(), owners.end());
  }
}

void Makers::Inherit(const std::vector<Maker>& subs, const std::vector<Maker>& bases) {
  // A helper that is given pairs, _inherits(sub, base), sees all of both: its calls are looked at instead.
  if (subs.size() > 1) return;
  for (const Maker& sub : subs) {
    auto& list = bases_[sub];
    for (const Maker& base : bases) {
      if (base != sub && std::ranges::find(list, base) == list.end()) list.push_back(base);
    }
  }
}

void Makers::Gather(FileId file) {
  const FileModel& m = p_[file].model;
  const Syntax& s = m.syntax;
  for (const ClassId id : Ids(m.classes)) {
    const Class& c = m.classes[id];
    const Maker self{Maker::Kind::kInstanceOf, file, Index(id)};
    for (uint32_t i = 0; i < c.member_count; ++i) {
      const Member& member = m.members[c.first_member + i];
      if (member.is_static) continue;
      if (!Some(member.name)) {
        open_.insert(self);
        continue;
      }
      if (s.KindOf(member.node) == Kind::kPropertyDefinition) continue;
      const std::string_view name = m.names[member.name];
      names_[self].insert(name);
      if (member.kind == FunctionKind::kGetter || member.kind == FunctionKind::kSetter) accessors_[self].insert(name);
      const FunctionId f = m.FunctionAt(member.node);
      if (Some(f)) methods_[{file, f}].push_back({self, member.kind == FunctionKind::kConstructor ? "" : name});
    }
    if (Some(c.super)) {
      std::vector<Maker> bases;
      for (const Denoted& d : p_.values()->Of(file, c.super)) {
        if (d.Is(Denoted::Kind::kClass)) bases.push_back({Maker::Kind::kInstanceOf, d.file, d.id});
        if (d.Is(Denoted::Kind::kFunction)) bases.push_back({Maker::Kind::kMadeBy, d.file, d.id});
      }
      if (bases.empty()) open_.insert(self);
      Inherit({self}, bases);
    }
  }
  for (const WriteId id : Ids(m.writes)) {
    const NodeId left = s.FirstChild(m.writes[id].node);
    if (s.KindOf(m.writes[id].node) != Kind::kAssignmentExpression || s.KindOf(left) != Kind::kMemberExpression)
      continue;
    NodeId right = s.Child(m.writes[id].node, Role::kRight);
    // A.prototype.x = A.prototype.y = function
    while (Some(right) && s.KindOf(right) == Kind::kAssignmentExpression) right = s.Child(right, Role::kRight);
    if (!Some(right)) continue;
    const std::string_view name = NameOfMember(m, left);
    if (name == "prototype") {
      const std::vector<Maker> owners = Constructors(file, s.FirstChild(left));
      for (const Maker& maker : In(file, m.ValueOf(right))) aside_.insert(maker);
      if (owners.size() > 1) continue;
      Inherit(owners, BasesIn(file, right));
      const CallId call = m.CallAt(right);
      if (!Some(call)) {
        Lay(file, owners, m.ValueOf(right));
      } else if (const Target t = c_.TargetOf(file, call); t.api != nullptr && t.api->name == "global.Object.assign") {
        for (uint32_t i = 0; i < m.calls[call].arg_count; ++i) Lay(file, owners, m.Arg(m.calls[call], i)->value);
      }
      continue;
    }
    const std::vector<Maker> owners = OfPrototype(file, s.FirstChild(left));
    if (owners.size() != 1) continue;
    if (name == "__proto__") {
      Inherit(owners, OfPrototype(file, right));
    } else if (!name.empty()) {
      LayOne(file, owners, name, m.ValueOf(right));
    } else {
      open_.insert(owners.begin(), owners.end());
    }
  }
  for (const CallId id : Ids(m.calls)) {
    const Call& call = m.calls[id];
    const Argument* first = m.Arg(call, 0);
    const NodeId callee = s.FirstChild(call.node);
    // super.area(), Shape.prototype.area.call(this)
    if (Some(callee) && s.KindOf(callee) == Kind::kMemberExpression) {
      NodeId method = callee;
      const std::string_view last = NameOfMember(m, callee);
      if (last == "call" || last == "apply") method = s.FirstChild(callee);
      if (const std::string_view name = NameOfMember(m, method); !name.empty()) {
        const NodeId object = s.FirstChild(method);
        if (s.KindOf(object) == Kind::kSuper || (method != callee && NameOfMember(m, object) == "prototype"))
          called_up_.insert(name);
      }
    }
    if (first == nullptr || call.arg_count < 2) continue;
    const Target target = c_.TargetOf(file, id);
    const Argument* second = m.Arg(call, 1);
    const std::string_view api = target.api == nullptr ? std::string_view() : std::string_view(target.api->name);
    // util.inherits(), inherits(), tslib.__extends()
    if (target.api != nullptr &&
        std::ranges::find(target.api->flows, "1.prototype => 0.prototype") != target.api->flows.end()) {
      Inherit(Constructors(file, first->node), Constructors(file, second->node));
    } else if (api == "global.Object.setPrototypeOf") {
      Inherit(OfPrototype(file, first->node), OfPrototype(file, second->node));
    } else if (api == "global.Object.assign") {
      if (const std::vector<Maker> owners = OfPrototype(file, first->node); !owners.empty()) {
        for (uint32_t i = 1; i < call.arg_count; ++i) Lay(file, owners, m.Arg(call, i)->value);
      }
    } else if (api == "global.Object.defineProperty") {
      if (const std::vector<Maker> owners = OfPrototype(file, first->node); !owners.empty()) {
        if (m[second->value].kind == ValueKind::kString) {
          const std::string_view name = m.names[static_cast<NameId>(m[second->value].a)];
          for (const Maker& owner : owners) names_[owner].insert(name), accessors_[owner].insert(name);
        } else {
          open_.insert(owners.begin(), owners.end());
        }
      }
    } else if (call.arg_count == 2 && s.KindOf(callee) == Kind::kIdentifier) {
      // inherits(Sub, Base), __extends(Sub, Base): helpers of libraries and compilers, which do no more than that.
      const BindingId b = m.BindingAt(callee);
      const std::string_view name = Some(b) ? std::string_view(m.names[m.bindings[b].name]) : std::string_view();
      if (name == "inherits" || name == "__extends" || name == "_inherits" || name == "_inheritsLoose" ||
          name == "__extends$1") {
        Inherit(Constructors(file, first->node), Constructors(file, second->node));
      }
    }
    if (api == "global.Object.create") {
      for (const Maker& maker : In(file, first->value)) aside_.insert(maker);
    }
  }
  // { constructor: X, ... } is a prototype, wherever it goes.
  for (const ObjectId id : Ids(m.objects)) {
    const Object& object = m.objects[id];
    for (uint32_t i = 0; i < object.member_count; ++i) {
      const NameId name = m.members[object.first_member + i].name;
      if (Some(name) && m.names[name] == "constructor") aside_.insert({Maker::Kind::kObject, file, Index(id)});
    }
  }
  for (const Export& e : m.module.exports) {
    if (e.kind != ExportKind::kAssign || !Some(e.value) || m[e.value].kind != ValueKind::kObject) continue;
    aside_.insert({Maker::Kind::kObject, file, m[e.value].a});
  }
}

void Makers::FindMade() {
  struct New {
    std::vector<Maker> makes;
    std::vector<Method> within;  // the method it stands in
    bool often = false;
  };
  std::vector<New> news;
  absl::flat_hash_set<Maker> news_of;
  for (uint32_t f = 0; f < p_.size(); ++f) {
    const FileId file = static_cast<FileId>(f);
    const FileModel& m = p_[file].model;
    for (const CallId id : Ids(m.calls)) {
      if (m.calls[id].kind != CallKind::kNew) continue;
      New n;
      n.often = OftenAt(file, id);
      bool dead = false;
      for (FunctionId at = m.calls[id].function; at != kModuleFunction && !dead; at = m.functions[at].parent)
        dead = dead_.contains({file, at});
      if (dead) continue;
      const NodeId callee = m.syntax.FirstChild(m.calls[id].node);
      // new this.constructor(): of a class that is made otherwise.
      if (NameOfMember(m, callee) == "constructor") continue;
      n.makes = Constructors(file, callee);
      // new this.action(), new Dialect(): one of them, and which is set elsewhere.
      if (n.makes.size() > 1) continue;
      if (n.makes.empty()) continue;
      for (FunctionId at = m.calls[id].function; at != kModuleFunction && n.within.empty();
           at = m.functions[at].parent) {
        if (m.functions[at].is_static) break;
        if (const auto it = methods_.find({file, at}); it != methods_.end()) {
          n.within = it->second;
        }
      }
      // Of several, none is the only one.
      if (news_of.insert(n.makes[0]).second && RunsOnce(file, m.calls[id].node)) {
        once_.insert(n.makes[0]);
      } else {
        once_.erase(n.makes[0]);
      }
      news.push_back(std::move(n));
    }
  }
  // A method runs when something is made that inherits it: what an overridden factory makes is not.
  for (bool changed = true; changed;) {
    changed = false;
    for (New& n : news) {
      if (n.makes.empty()) continue;
      const bool runs = n.within.empty() || std::ranges::any_of(n.within, [&](const Method& method) {
        const auto it = heirs_.find(method.owner);
        return it != heirs_.end() &&
               std::ranges::any_of(it->second, [&](const Maker& heir) { return !IsCovered(heir, method); });
      });
      if (!runs) continue;
      for (const Maker& maker : n.makes) {
        if (made_.insert(maker).second) {
          changed = true;
          std::vector<Maker> up{maker};
          for (size_t i = 0; i < up.size() && i < 64; ++i) {
            heirs_[up[i]].push_back(maker);
            if (const auto it = bases_.find(up[i]); it != bases_.end()) {
              for (const Maker& base : it->second) {
                if (std::ranges::find(up, base) == up.end()) up.push_back(base);
              }
            }
          }
        }
        if (n.often) often_.insert(maker);
      }
      n.makes.clear();
    }
  }
}

// Does a method of the same name further down stand before it, that does not call it?
bool Makers::IsCovered(const Maker& heir, const Method& method) const {
  if (method.name.empty() || called_up_.contains(method.name)) return false;
  int depth = 0;
  for (Maker at = heir; at != method.owner && ++depth < 12;) {
    if (const auto it = names_.find(at); it != names_.end() && it->second.contains(method.name)) return true;
    const auto up = bases_.find(at);
    if (up == bases_.end() || up->second.size() != 1) break;
    at = up->second[0];
  }
  return false;
}

bool Makers::OftenAt(FileId file, CallId call) const {
  const FileModel& m = p_[file].model;
  if (Some(EnclosingLoop(m, m.calls[call].node))) return true;
  for (const Caller& caller : c_.CallersOf({file, m.calls[call].function})) {
    const FileModel& theirs = p_[caller.from.file].model;
    if (caller.callback || Some(EnclosingLoop(theirs, theirs.calls[caller.at].node))) return true;
  }
  return false;
}

bool Makers::RunsOnce(FileId file, NodeId node, int depth) const {
  const FileModel& m = p_[file].model;
  const FunctionId function = m.FunctionOf(node);
  if (depth > 4 || Some(EnclosingLoop(m, node))) return false;
  if (function == kModuleFunction) return true;
  const FunctionRef f{file, function};
  const auto callers = c_.CallersOf(f);
  if (callers.size() != 1 || callers[0].callback || !c_.EntriesOf(f).empty()) return false;
  const Caller& by = callers[0];
  return RunsOnce(by.from.file, p_[by.from.file].model.calls[by.at].node, depth + 1);
}

bool Makers::Makes(const Maker& maker) const {
  if (maker.kind != Maker::Kind::kInstanceOf && maker.kind != Maker::Kind::kMadeBy) {
    const FileModel& m = p_[maker.file].model;
    FunctionId at = maker.kind == Maker::Kind::kCreated ? m.calls[static_cast<CallId>(maker.id)].function
                                                        : m.FunctionOf(m.objects[static_cast<ObjectId>(maker.id)].node);
    for (; at != kModuleFunction; at = m.functions[at].parent) {
      if (dead_.contains({maker.file, at})) return false;
    }
    return true;
  }
  return made_.contains(maker);
}

std::vector<Maker> Makers::In(FileId file, ValueId value) const {
  std::vector<Maker> out;
  const Values* values = p_.values();
  if (values == nullptr || !Some(value)) return out;
  for (const Denoted& d : values->Of(file, value)) {
    if (d.Is(Denoted::Kind::kObject)) out.push_back({Maker::Kind::kObject, d.file, d.id});
    if (d.Is(Denoted::Kind::kInstanceOf)) out.push_back({Maker::Kind::kInstanceOf, d.file, d.id});
  }
  for (const Creator& c : values->CreatorsOf(file, value)) {
    out.push_back({c.by_new ? Maker::Kind::kMadeBy : Maker::Kind::kCreated, c.file, c.id});
  }
  std::erase_if(out, [&](const Maker& maker) { return aside_.contains(maker); });
  return out;
}

bool Makers::Extends(const Maker& sub, const Maker& base, int depth) const {
  if (sub == base) return true;
  if (depth > 12) return false;
  const auto it = bases_.find(sub);
  return it != bases_.end() &&
         std::ranges::any_of(it->second, [&](const Maker& b) { return Extends(b, base, depth + 1); });
}

std::optional<bool> Makers::HasMethod(const Maker& maker, std::string_view name) const {
  if (maker.kind == Maker::Kind::kObject) return false;
  if (maker.kind == Maker::Kind::kCreated) return std::nullopt;
  std::vector<Maker> work{maker};
  bool unknown = false;
  for (size_t i = 0; i < work.size() && i < 16; ++i) {
    if (const auto it = names_.find(work[i]); it != names_.end() && it->second.contains(name)) return true;
    unknown = unknown || open_.contains(work[i]);
    if (const auto it = bases_.find(work[i]); it != bases_.end())
      work.insert(work.end(), it->second.begin(), it->second.end());
  }
  return unknown ? std::nullopt : std::optional<bool>(false);
}

bool Makers::HasAccessor(const Maker& maker, std::string_view name) const {
  std::vector<Maker> work{maker};
  for (size_t i = 0; i < work.size() && i < 16; ++i) {
    if (const auto it = accessors_.find(work[i]); it != accessors_.end() && it->second.contains(name)) return true;
    if (const auto it = bases_.find(work[i]); it != bases_.end())
      work.insert(work.end(), it->second.begin(), it->second.end());
  }
  return false;
}

std::optional<std::vector<Maker>> Makers::ThisIn(FunctionRef function) {
  const auto [it, fresh] = this_in_.try_emplace(function);
  if (fresh) it->second = FindThis(function);
  return it->second;
}

std::optional<std::vector<Maker>> Makers::FindThis(FunctionRef function) const {
  std::vector<Method> owners;
  if (const auto it = methods_.find(function); it != methods_.end()) owners = it->second;
  // A function used with `new`, or called upon by one that inherits from it.
  const Maker self{Maker::Kind::kMadeBy, function.file, Index(function.function)};
  if (owners.empty()) {
    if (!heirs_.contains(self)) return std::nullopt;
    owners.push_back({self, ""});
  }
  std::vector<Maker> out;
  for (const Method& method : owners) {
    const auto heirs = heirs_.find(method.owner);
    if (heirs == heirs_.end()) continue;
    for (const Maker& maker : heirs->second) {
      if (!IsCovered(maker, method)) out.push_back(maker);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace looplint
