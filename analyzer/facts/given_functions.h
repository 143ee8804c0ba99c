// What a function does with the functions it is given, as arguments or in an object of options: when it calls them, how
// often, and what becomes of what they return. Worked out when asked for; said of functions that others will call, of
// whose arguments nothing is seen.
#ifndef LOOPLINT_ANALYZER_FACTS_GIVEN_FUNCTIONS_H_
#define LOOPLINT_ANALYZER_FACTS_GIVEN_FUNCTIONS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/calls.h"

namespace looplint {

struct Given {
  uint32_t argument = 0;
  std::string option;          // property of that argument; "" for the argument itself
  When when = When::kUnknown;  // relative to the call
  bool repeats = false;        // for each of something
  Context context = Context::kNone;
  bool dropped = false;            // nobody ever looks at what it returns
  std::vector<std::string> types;  // of what it is called with: of Node and known packages, "" for others
  bool operator==(const Given&) const = default;
};

// For one thread.
class GivenFunctions {
 public:
  GivenFunctions(const Project& project, const Calls& calls) : p_(project), calls_(calls), files_(project.size()) {}
  // Those that are seen to be called, in order of argument and option.
  const std::vector<Given>& Of(FunctionRef f) { return Of(f, 0); }

 private:
  struct Holder {
    BindingId binding;
    std::string_view option;
  };
  struct FileIndex {
    absl::flat_hash_map<uint64_t, std::vector<Holder>> holders;                 // by function and parameter
    absl::flat_hash_map<uint32_t, std::pair<FunctionId, uint32_t>> parameters;  // by binding
  };
  // How something runs that stands in a function: when, relative to a call of that function, and how often.
  struct Moment {
    When when = When::kNow;
    bool repeats = false;
    Context context = Context::kNone;
  };
  struct Use {
    bool called = false, handed = false, kept = false;
    bool unseen = false;  // also used in a way that is not followed
    Moment moment;
    std::vector<std::string> types;
  };
  using Uses = std::map<std::pair<uint32_t, std::string>, Use>;

  const std::vector<Given>& Of(FunctionRef f, int depth);
  const FileIndex& IndexOf(FileId file);
  void Follow(FunctionRef f, uint32_t argument, const Holder& holder, int depth, Uses& uses);
  void Called(FunctionRef f, CallId call, Use& use);
  void HandedOn(FunctionRef f, CallId call, uint32_t index, uint32_t argument, std::string_view option, int depth,
                Uses& uses);
  Moment MomentOf(FunctionRef f, FunctionId inner, NodeId node);
  bool ResultIsDropped(FunctionRef f, CallId call) const;
  Denoter& DenoterOf(FileId file);

  const Project& p_;
  const Calls& calls_;
  std::vector<std::unique_ptr<FileIndex>> files_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<Denoter>> denoters_;
  absl::flat_hash_map<FunctionRef, std::unique_ptr<std::vector<Given>>> known_;  // null while it is worked out
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_GIVEN_FUNCTIONS_H_
