// What a rule reports: a place, a sentence, and the way that leads there.
#ifndef LOOPLINT_ANALYZER_PROJECT_FINDING_H_
#define LOOPLINT_ANALYZER_PROJECT_FINDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"

namespace looplint {

struct Rule;

enum class Severity : uint8_t { kOff, kInfo, kWarn, kError };
enum class Confidence : uint8_t { kMedium, kHigh, kVeryHigh };

struct Place {
  FileId file{};
  Span span;
};

// One step of the way from an entry to the finding, outermost first.
struct Step {
  Place at;
  std::string note;  // "request handler", "calls render()"
};

// A textual change to the file of the finding. Spans refer to the text analyzed and do not overlap.
struct Edit {
  Span at;
  std::string text;
};

struct Fix {
  std::string description;
  std::vector<Edit> edits;
  bool safe = false;  // keeps behaviour but for the defect; else a suggestion
};

// What a CPU profile measured of the function a finding is in, as parts of the busy time, from 0 to 1. Self: in its own
// code. Own: with what Node and V8 did for it. Total: with everything it called.
struct Share {
  double self = 0, own = 0, total = 0;
};

struct Finding {
  const Rule* rule = nullptr;
  Place at;
  std::string message;  // one sentence, without a full stop
  std::string help;     // what to do here, when more exact than the rule's own advice; may be empty
  std::vector<Step> via;
  std::string_view via_title = "reached from";  // what the steps are; a literal
  std::vector<Fix> fixes;
  std::string_view trust;  // who chose the value, of rules on data flow: "remote", "library"; a literal
  std::optional<Share> measured = std::nullopt;  // of rules about speed, when there was a profile
  Severity severity = Severity::kOff;  // kOff: the rule's own
  std::string scope;  // names of the functions around it, outermost first, "a.b"; for fingerprints
  // Who it is from run to run, however code around it moves: see analyzer/engine/fingerprint.h. 0 before Identify.
  uint64_t fingerprint = 0;
  uint64_t sink = 0;  // of the rule and the reported code alone, wherever that stands
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROJECT_FINDING_H_
