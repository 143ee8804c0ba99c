// What becomes of a promise after the expression that makes it: followed through variables, lists and fields it is kept
// in, as far as that is sure. Worked out when asked for.
#ifndef LOOPLINT_ANALYZER_FACTS_FATES_H_
#define LOOPLINT_ANALYZER_FACTS_FATES_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/project/finding.h"

namespace looplint {

enum class Fate : uint8_t {
  kUnknown,    // kept where others may find it, or used in a way that is not followed
  kDropped,    // the expression is a statement of its own
  kForgotten,  // kept in something that nothing reads
  kVoided,     // void p
  kPassedOn,   // an argument, thrown or yielded: whoever gets it has it
  kReturned,   // the caller's
  kCombined,   // an element of what Promise.all() and the like wait for
  kHandled,    // a handler for rejections is attached
  kAwaited,
};

struct PromiseFate {
  Fate fate = Fate::kUnknown;
  std::string kept;         // what it is kept in on the way, as written: "jobs", "this.ready"; "" when nothing
  Place at;                 // kept: where it is put there
  std::vector<Step> steps;  // where it is read from there, the first few
};

// Of the result of `call`, whatever that is.
PromiseFate FateOf(const Project& project, const Calls& calls, FileId file, CallId call);

// "is awaited", "is kept in jobs, which nothing reads": how a sentence about the promise goes on.
std::string Describe(const PromiseFate& fate);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_FATES_H_
