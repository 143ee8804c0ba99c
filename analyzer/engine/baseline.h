// Known findings, kept in a file of the repository: what is in it is not reported again.
//
// JSON Lines, one finding each, sorted, so that two branches merge line by line (`looplint-baseline.jsonl merge=union`
// in .gitattributes); the reader sorts and takes doubles for one.
//
//   {"rule": "event-loop/sync-in-handler", "file": "lib/a.js", "scope": "readAll", "fp": "9f0c...", "sink": "77aa...",
//    "from": ["server.js#app.get /users"]}
//
// An entry knows a finding of the same file and fingerprint. Refactoring is followed where the program shows it:
//   - the file is gone, or the function is gone from it: the same fingerprint elsewhere
//   - the function is gone, or now calls the function with the finding: the same code (`sink`) there
// `from` are the entries of the program that reach the finding. One that is not among them is a new way to an old
// finding, which is reported.
#ifndef LOOPLINT_ANALYZER_ENGINE_BASELINE_H_
#define LOOPLINT_ANALYZER_ENGINE_BASELINE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "analyzer/facts/ways.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"
#include "rules/view.h"

namespace looplint {

inline constexpr const char* kBaselineName = "looplint-baseline.jsonl";

// "server.js#name", or of a function without a name what it is registered by: "server.js#app.get /users".
std::string NameOfEntry(const Project& project, const Entry& entry);

struct BaselineEntry {
  std::string rule, file, scope;
  uint64_t fingerprint = 0, sink = 0;
  std::vector<std::string> from;  // sorted
  bool operator==(const BaselineEntry&) const = default;
};

// The analysed program as a baseline compares it. The project and facts must outlive it.
class Compared {
 public:
  Compared(const Project& project, const Facts& facts) : project_(project), facts_(facts) {}
  const Project& project() const { return project_; }

  BaselineEntry EntryOf(const Finding& finding);
  bool HasFile(std::string_view path) const { return Some(project_.Find(path)); }
  // Is there a function or class of this name chain in the file?
  bool HasScope(const std::string& file, const std::string& scope);
  // Does the function of that name in the file of the finding call the function that the finding is in?
  bool Calls(const std::string& scope, const Finding& finding);
  // "server.js#app.get /users" for each entry of the program.
  bool HasEntry(const std::string& name);
  // The ways to a finding, when it is one of those that entries reach; by name of the entry.
  std::map<std::string, HotPath> WaysTo(const Finding& finding);

 private:
  const std::multimap<std::string, FunctionRef>& Scopes(FileId file);
  const Project& project_;
  const Facts& facts_;
  std::unique_ptr<Ways> ways_;
  std::map<FunctionRef, std::map<std::string, HotPath>> known_ways_;
  std::map<FileId, std::multimap<std::string, FunctionRef>> scopes_;
  std::set<std::string> entries_;
  bool has_entries_ = false;
};

class Baseline {
 public:
  // InvalidArgument names the line that is wrong.
  static absl::StatusOr<Baseline> Parse(std::string_view text);
  static Baseline Of(Compared& program, const std::vector<Finding>& findings);
  std::string Text() const;

  const std::vector<BaselineEntry>& entries() const { return entries_; }
  void Add(BaselineEntry entry) { entries_.push_back(std::move(entry)); }

  struct Comparison {
    // By finding. A known finding with a new way to it is not known.
    std::vector<bool> known;
    std::vector<BaselineEntry> stale;  // entries of no finding
    std::vector<BaselineEntry> kept;   // the others, as they are written today: file, scope and fingerprints of now
  };
  // Findings with a new way get that way as their trace. `ran` are the rules that looked; entries of others are kept.
  Comparison Compare(Compared& program, std::vector<Finding>& findings, const std::set<std::string>& ran) const;

 private:
  std::vector<BaselineEntry> entries_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_BASELINE_H_
