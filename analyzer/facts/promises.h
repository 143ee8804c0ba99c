// Which functions return promises, and whether they can fail.
#ifndef LOOPLINT_ANALYZER_FACTS_PROMISES_H_
#define LOOPLINT_ANALYZER_FACTS_PROMISES_H_

#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/project/finding.h"

namespace looplint {

enum class Returns : uint8_t {
  kNoPromise,
  kMayPromise,        // on some paths, another value on others
  kPromiseOrNothing,  // on some paths, nothing on others
  kPromise,           // on every path
};
enum class Fails : uint8_t {
  kNo,        // proven: everything that could throw is caught
  kUnlikely,  // only synchronous calls of what is not known to throw stand outside a try
  kMaybe,     // it awaits or calls what can fail in the normal course of things
  kSite,      // it reaches a throw statement nobody catches
};

struct Outcome {
  Returns returns = Returns::kNoPromise;
  Fails fails = Fails::kMaybe;
  Place site;  // for kSite: the throw
};

// Is a parameter, or what a function returns, declared to be a promise and nothing else (`: Promise<T>`)?
bool DeclaredPromise(const File& file, NodeId annotated);
// The same of a value that is a parameter.
bool IsDeclaredPromise(const File& file, ValueId value);


class Promises {
 public:
  void Infer(const Project& project, const Calls& calls);
  const Outcome& Of(FunctionRef f) const { return outcomes_[Index(f.file)][Index(f.function)]; }
  // Of one call: what its result is and whether it may reject (when it is a promise) or throw.
  Outcome OfCall(const Project& project, const Calls& calls, FileId file, CallId call) const {
    return OfCall(project, calls, file, call, 0);
  }
  // Of the promise that a function returns: what a function that is not async throws before it has one reaches its
  // caller at once, and is no rejection.
  Outcome OfPromise(const Project& project, const Calls& calls, FunctionRef f) const {
    int functions = 64;  // looked at; what is left then counts with all it does
    return OfPromise(project, calls, f, functions);
  }

 private:
  Outcome OfCall(const Project& project, const Calls& calls, FileId file, CallId call, int depth) const;
  Outcome OfPromise(const Project& project, const Calls& calls, FunctionRef f, int& functions) const;
  std::vector<std::vector<Outcome>> outcomes_;
};

// True when an exception at `node` is caught in its own function: a try with a handler around it.
bool CaughtHere(const FileModel& model, NodeId node);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_PROMISES_H_
