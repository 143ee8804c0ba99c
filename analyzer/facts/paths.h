// The ways a run can take through the body of one function, and how often something happens on each: a callback is
// called, a response is read, a promise is settled.
//
// Ways are followed through the syntax, each with what its conditions tell it: after `if (error)` was taken, a later
// `if (!error)` is not. Loops are entered up to twice. A catch clause is entered as things stood before any call of its
// try block. Functions written inside are not entered: they run some other time.
#ifndef LOOPLINT_ANALYZER_FACTS_PATHS_H_
#define LOOPLINT_ANALYZER_FACTS_PATHS_H_

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "analyzer/model/model.h"

namespace looplint {

// What evaluating an expression does to the thing that is counted.
enum class Act : uint8_t {
  kNothing,
  kDoes,    // it happens
  kMay,     // something out of sight may do it, now or later
  kLeaves,  // the process ends here
};

struct Path {
  enum class End : uint8_t { kFalls, kReturns, kThrows };
  End end = End::kFalls;
  NodeId at{kNoneIndex};  // of kReturns and kThrows: the statement, or the body of an arrow that is an expression
  uint8_t times = 0;      // 2: or more
  bool may = false;
  NodeId first{kNoneIndex}, second{kNoneIndex};  // where it happened
  struct Decision {
    NodeId test;
    bool held;
  };
  std::vector<Decision> decisions;  // on the way, oldest first
};

// Asks `act` of every expression in the order of evaluation, operands before what they belong to. `given` names what is
// a function for sure: tests of it hold. Ways that differ in nothing but their conditions are one. Nullopt when there
// are too many to tell apart, or for generators.
std::optional<std::vector<Path>> PathsThrough(const FileModel& model, std::string_view text, FunctionId function,
                                              const std::function<Act(NodeId)>& act,
                                              const std::vector<std::string_view>& given = {});

// Tells PathsThrough how often some functions held in bindings (callbacks, resolve and reject) are called. A call of
// one counts; one that is handed on, stored, or used by a function written or called there may be called any number of
// times.
class CallbackCalls {
 public:
  CallbackCalls(const FileModel& model, std::string_view text, std::vector<BindingId> callbacks);
  Act operator()(NodeId node) const;
  // Is any of them named within the node's subtree?
  bool NamedIn(NodeId node) const;
  // Where they are named, in source order.
  const std::vector<NodeId>& named() const { return named_; }

 private:
  bool IsCallOrApply(NodeId property) const;
  const FileModel& m_;
  std::string_view text_;
  absl::flat_hash_set<uint32_t> callbacks_, carriers_;  // bindings; the latter hold functions that name the former
  std::vector<NodeId> named_;
  std::vector<uint32_t> all_;  // nodes that name callbacks or carriers, sorted
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_PATHS_H_
