// Who makes objects, and on whose objects a method runs: classes and functions used with `new`, who inherits from whom,
// and into whose prototype a function is laid, whether by `class`, X.prototype.m = ..., X.prototype = { ... },
// Object.assign(X.prototype, ...), util.inherits or what compilers write for `extends`.
//
// Objects that a method runs on are found in the hierarchy (class hierarchy analysis; Dean, Grove, Chambers, ECOOP
// '95), of what is made somewhere (rapid type analysis; Bacon, Sweeney, OOPSLA '96): an object made in a method whose
// own objects nobody makes does not count.
#ifndef LOOPLINT_ANALYZER_FACTS_MAKERS_H_
#define LOOPLINT_ANALYZER_FACTS_MAKERS_H_

#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/facts/calls.h"
#include "analyzer/project/project.h"

namespace looplint {

// What makes objects of one kind: a class, a function, a literal, a call of Object.create().
struct Maker {
  enum class Kind : uint8_t { kObject, kInstanceOf, kMadeBy, kCreated };
  Kind kind = Kind::kObject;
  FileId file{kNoneIndex};
  uint32_t id = kNoneIndex;
  bool operator==(const Maker&) const = default;
  bool operator<(const Maker& o) const { return std::tie(file, kind, id) < std::tie(o.file, o.kind, o.id); }
  template <typename H>
  friend H AbslHashValue(H h, const Maker& m) {
    return H::combine(std::move(h), m.kind, Index(m.file), m.id);
  }
};

class Makers {
 public:
  Makers(const Project& project, const Calls& calls);

  // Does nobody in the program call the function, nor hold it but as a property of a module or a function?
  bool IsDead(FunctionRef function) const { return dead_.contains(function); }
  // Makers of what `value` may hold, prototypes and what modules export left out: nobody means these.
  std::vector<Maker> In(FileId file, ValueId value) const;
  // Is it a prototype, or what a module exports?
  bool IsAside(const Maker& maker) const { return aside_.contains(maker); }
  // Is a class or function used with `new` somewhere, does a literal stand in a function that may run?
  bool Makes(const Maker& maker) const;
  // Is one made again and again where that is seen: `new` in a loop, or in a function called in one or for each
  // element?
  bool MakesOften(const Maker& maker) const { return often_.contains(maker); }
  // Is there one of it in a run: one `new`, where the program goes once as it starts?
  bool MakesOnce(const Maker& maker) const { return once_.contains(maker); }
  // Whose objects may be `this` in a method or constructor; nullopt when it is none of a class or prototype that is
  // known. Sorted.
  std::optional<std::vector<Maker>> ThisIn(FunctionRef function);  // remembers
  // Does one of its bases, or it, define a method or accessor of that name? nullopt: that cannot be told.
  std::optional<bool> HasMethod(const Maker& maker, std::string_view name) const;
  // Does one of its bases, or it, define an accessor of that name? Then writing it adds no property.
  bool HasAccessor(const Maker& maker, std::string_view name) const;
  // Does the class or function inherit from the other, or is it the same?
  bool Extends(const Maker& sub, const Maker& base, int depth = 0) const;

 private:
  struct Method {
    Maker owner;
    std::string_view name;
  };
  void Gather(FileId file);
  void Lay(FileId file, const std::vector<Maker>& owners, ValueId methods);
  void LayOne(FileId file, const std::vector<Maker>& owners, std::string_view name, ValueId method);
  void Inherit(const std::vector<Maker>& subs, const std::vector<Maker>& bases);
  std::vector<Maker> Constructors(FileId file, NodeId node) const;  // what an expression names
  std::vector<Maker> OfPrototype(FileId file, NodeId node) const;   // X of X.prototype
  std::vector<Maker> BasesIn(FileId file, NodeId node) const;       // Base of Object.create(Base.prototype), new Base
  void FindMade();
  bool IsCovered(const Maker& heir, const Method& method) const;
  std::optional<std::vector<Maker>> FindThis(FunctionRef function) const;
  void FindDead();
  bool OftenAt(FileId file, CallId call) const;
  bool RunsOnce(FileId file, NodeId node, int depth = 0) const;

  const Project& p_;
  const Calls& c_;
  absl::flat_hash_map<FunctionRef, std::vector<Method>> methods_;
  absl::flat_hash_map<Maker, std::vector<Maker>> bases_;
  absl::flat_hash_map<Maker, absl::flat_hash_set<std::string_view>> names_;  // of methods and accessors
  absl::flat_hash_map<Maker, absl::flat_hash_set<std::string_view>> accessors_;
  absl::flat_hash_set<Maker> open_;  // have methods of names nobody knows, or a base nobody knows
  absl::flat_hash_map<FunctionRef, std::optional<std::vector<Maker>>> this_in_;
  absl::flat_hash_map<Maker, std::vector<Maker>> heirs_;  // made ones that inherit from it, and itself when made
  absl::flat_hash_set<Maker> made_, often_, once_;
  absl::flat_hash_set<FunctionRef> dead_;            // exported, say, and called by nobody in the program
  absl::flat_hash_set<Maker> aside_;                 // prototypes
  absl::flat_hash_set<std::string_view> called_up_;  // by super.name() or X.prototype.name.call()
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_MAKERS_H_
