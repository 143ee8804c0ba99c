// SARIF 2.1.0 as its readers really take it: GitHub code scanning, GitLab, Azure DevOps, the viewer of VS Code and
// DefectDojo. The types hold what these read; what none of them reads, or one of them chokes on, cannot be said.
//
// Positions are lines and columns from 1; columns count UTF-16 units. Ends are exclusive.
#ifndef LOOPLINT_SARIF_SARIF_H_
#define LOOPLINT_SARIF_SARIF_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace looplint::sarif {

enum class Level : uint8_t { kNote, kWarning, kError };  // in order of weight

struct Region {
  uint32_t start_line = 1, start_column = 1, end_line = 1, end_column = 1;
  std::string snippet;  // the text of it; may be empty
};

struct Location {
  std::string path;  // relative to the repository, '/'-separated, not encoded
  Region region;
  Region context;        // whole lines around, for readers without the source; none without a snippet
  std::string message;
  std::string function;  // qualified name, "" at the top level
};

// What VS Code shows as an indented step.
struct Step {
  Location location;
  int nesting = 0;
};

struct Flow {
  std::string message;
  std::vector<Step> steps;
};

struct Replacement {
  Region deleted;
  std::string inserted;
};

struct Fix {
  std::string description;  // DefectDojo refuses logs with fixes that have none: never empty
  std::string path;
  std::vector<Replacement> replacements;
};

struct Result {
  uint32_t rule = 0;  // index into RunInfo::rules
  Level level = Level::kWarning;
  std::string message;
  Location at;  // exactly one: DefectDojo counts one finding per location
  std::vector<Flow> flows;  // the best first: viewers show no other
  std::string line_hash;    // GitHub's primaryLocationLineHash; see line_hash.h
  std::string fingerprint;  // ours, as "looplint/v1"
  std::vector<Fix> fixes;
  std::string trust;  // who chose the value the result is about, as property "trust"; may be empty
  bool suppressed = false;
  std::string justification;
  bool in_source = true;  // suppressed by a comment, else by a file of known findings
};

struct RuleInfo {
  std::string id;
  std::string name;               // CamelCase; at most 255 characters
  std::string short_description;  // these two: at most 1024 characters
  std::string full_description;
  std::string help;           // plain text
  std::string help_markdown;
  std::string help_uri;       // may be empty
  Level level = Level::kWarning;
  std::vector<std::string> tags;  // at most 10 are kept by GitHub
  std::string precision;          // "very-high", "high", "medium", "low"
  // A number from 0 to 10 as text, for security rules; others leave it empty: with it, GitHub files the alert under
  // security.
  std::string security_severity;
};

// Something that went wrong in the run, not in the code.
struct Notification {
  std::string id;  // one of RunInfo::notification_rules
  Level level = Level::kWarning;
  std::string message;
  std::string path;  // may be empty
};

struct RunInfo {
  std::string tool = "looplint", version, semantic_version, information_uri;
  std::vector<RuleInfo> rules;               // those that ran
  std::vector<RuleInfo> notification_rules;  // id, name, descriptions and help
  std::vector<Notification> notifications;
  // Two tools, or two runs of one, in the same repository want different categories. Empty: the upload decides.
  std::string category;
  // Where the sources are from; empty when unknown. The address must be free of passwords.
  std::string repository_uri, revision, branch;
  bool successful = true;
};

// What a log may hold; 0 means any number. Those of GitHub: what is beyond is refused or dropped there.
struct Limits {
  uint64_t results = 25'000;
  uint64_t steps_per_result = 1'000;
  uint64_t gzip_bytes = 10'000'000;
};

}  // namespace looplint::sarif

#endif  // LOOPLINT_SARIF_SARIF_H_
