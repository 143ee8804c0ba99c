// What the objects are that a class, or a function with a prototype, makes: their methods, what of Node they extend,
// and whether they tell of failure by an 'error' event. Of programs nobody calls yet, such as installed packages.
#ifndef LOOPLINT_ANALYZER_FACTS_CONSTRUCTORS_H_
#define LOOPLINT_ANALYZER_FACTS_CONSTRUCTORS_H_

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/calls.h"

namespace looplint {

// A class, or a function that is used with `new`.
struct Constructor {
  FileId file{kNoneIndex};
  uint32_t id = kNoneIndex;
  bool is_class = false;
  explicit operator bool() const { return id != kNoneIndex; }
  auto operator<=>(const Constructor&) const = default;
};

// For one thread.
class Constructors {
 public:
  Constructors(const Project& project, const Calls& calls) : p_(project), calls_(calls) {}

  // What is known of one, bases of the program included.
  struct Made {
    std::string_view base;  // type of Node or of a known package that its objects extend, "" when none
    std::vector<std::pair<std::string_view, FunctionRef>> methods, statics;  // by name; those of bases follow
    FunctionRef constructor;
    bool emits = false;    // 'error'
    bool fails = false;    // that, or it destroys itself with an error or hands one to a callback
    bool listens = false;  // to its own 'error' events, or asks whether anybody does
  };
  const Made& Of(Constructor c);
  // The class or function `d` is; a function counts when something was put into its prototype.
  Constructor At(const Denoted& d);
  // What made the object that `value` is: of new F(), F.
  Constructor MakerOf(FileId file, ValueId value);

 private:
  struct FileIndex {
    // By function: what is put into its prototype, what it inherits from.
    absl::flat_hash_map<uint32_t, std::vector<std::pair<std::string_view, FunctionId>>> prototypes;
    absl::flat_hash_map<uint32_t, ValueId> bases;
  };
  const FileIndex& IndexOf(FileId file);
  void Judge(FileId file, NodeId body, Made& made);

  const Project& p_;
  const Calls& calls_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<FileIndex>> files_;
  std::map<Constructor, std::unique_ptr<Made>> made_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_CONSTRUCTORS_H_
