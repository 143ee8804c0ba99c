// Where values that others choose end up: from sources (request data, what callers of a library pass, the command line)
// through calls, modules and data to the sinks that knowledge rows name.
//
// Demand-driven and backwards: each sink asks where its value comes from. What a function's result is made of is worked
// out once, in terms of its own parameters (its summary); a parameter's origins are those of the arguments at its call
// sites. Access paths are kept to kPathLength steps; every walk, list and chain is bounded, and what was cut off is
// counted. The search is the on-demand form of the summary method of Sharir and Pnueli (1981), as in Heintze and
// Tardieu, "Demand-driven pointer analysis" (PLDI 2001), with flow-insensitive bindings but for assignments that surely
// come last, and conditions that dominate the sink.
#ifndef LOOPLINT_ANALYZER_FACTS_TAINT_H_
#define LOOPLINT_ANALYZER_FACTS_TAINT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/facts/regex_matches.h"
#include "analyzer/project/finding.h"

namespace looplint {

// Who may have chosen a value, the least trusted first.
enum class Trust : uint8_t {
  kRemote,   // whoever sends requests and messages
  kLibrary,  // whoever calls what a package exports
  kProcess,  // whoever starts the program: arguments, environment
  kStored,   // files and databases
};
std::string_view TrustName(Trust trust);

// A value that somebody else chooses arrives at a sink, and nothing on the way was seen to refuse or quote it.
struct TaintFlow {
  std::string_view kind;     // of sink, as in knowledge rows; "pollution" for writes that can reach Object.prototype
  const Api* api = nullptr;  // what the sink is a call of; null for syntax
  const Sink* sink = nullptr;
  FileId file{};
  CallId call{kNoneIndex};
  NodeId node{};  // the argument, or the assignment
  Trust trust = Trust::kRemote;
  std::string what;          // the source as written: "req.query.name"
  std::string value;         // kind of the source's value: "string", "any", "bytes" (see Source::value)
  std::vector<Step> steps;   // from the source to the sink; empty when it happens in one expression
  bool embedded = false;     // part of a longer text
  bool leading = true;       // at the beginning of that text
  bool encoded = false;      // percent-encoded and normalised, as members of URL are
  bool rooted = false;       // normalised as an absolute path: no ".." is left in it
  bool decoded = false;      // percent-decoded on its way: may hold line breaks
  bool stripped = false;     // went through replace() of a constant string, which replaces once
  bool prefix_only = false;  // guarded by startsWith(directory) only, which siblings of the directory pass, too
  bool unresolved = false;   // guarded by startsWith(directory) on text whose ".." were not resolved yet
  std::string before;        // constant text in front of it, as far as known
  double limit = -1;         // kind "match": see LengthLimit
};

class Taint {
 public:
  // `matches`: regular expressions whose cost is in the hands of who writes the text; flows to them are of kind
  // "match". `logs`: follow what is written to logs as well, which no rule that is on by default asks for.
  void Infer(const Project& project, const Calls& calls, const RegexMatches& matches, int threads,
             const StopToken& stop, bool logs = false);
  // Flows whose sink lies in `file`, in order of position.
  std::span<const TaintFlow> In(FileId file) const;
  // Walks that were given up for being too long.
  uint64_t cut_off() const { return cut_off_; }
  // Sinks of which nothing is said, since looking for what guards them took too long.
  uint64_t guards_cut_off() const { return guards_cut_off_; }

 private:
  std::vector<std::vector<TaintFlow>> flows_;  // by file
  uint64_t cut_off_ = 0, guards_cut_off_ = 0;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_TAINT_H_
