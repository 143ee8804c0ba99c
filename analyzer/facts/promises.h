// Which functions return promises, and whether they can fail.
#ifndef LOOPLINT_ANALYZER_FACTS_PROMISES_H_
#define LOOPLINT_ANALYZER_FACTS_PROMISES_H_

#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/project/finding.h"

namespace looplint {

enum class Returns : uint8_t { kNoPromise, kMayPromise, kPromise };
enum class Fails : uint8_t {
  kNo,     // proven: everything that could throw is caught
  kMaybe,  // something in it could throw
  kSite,   // it reaches a throw statement nobody catches
};

struct Outcome {
  Returns returns = Returns::kNoPromise;
  Fails fails = Fails::kMaybe;
  Place site;  // for kSite: the throw
};

class Promises {
 public:
  void Infer(const Project& project, const Calls& calls);
  const Outcome& Of(FunctionRef f) const { return outcomes_[Index(f.file)][Index(f.function)]; }
  // Of one call: what its result is and whether it may reject (when it is a promise) or throw.
  Outcome OfCall(const Project& project, const Calls& calls, FileId file, CallId call) const;

 private:
  std::vector<std::vector<Outcome>> outcomes_;
};

// True when an exception at `node` is caught in its own function: a try with a handler around it.
bool CaughtHere(const FileModel& model, NodeId node);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_PROMISES_H_
