// Regular expressions as a program writes them down, and where it runs slow ones on what.
#ifndef LOOPLINT_ANALYZER_FACTS_REGEX_MATCHES_H_
#define LOOPLINT_ANALYZER_FACTS_REGEX_MATCHES_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/facts/outside.h"
#include "analyzer/project/finding.h"
#include "analyzer/regex/regex.h"

namespace looplint {

// A pattern whose text is known: a literal, RegExp() of constants, text given to what makes a pattern of it.
struct RegexPattern {
  std::u16string source;
  std::string flags;
  Place at;              // the literal, or the call or text it is made of
  bool literal = false;  // between slashes: source begins at at.span.start + 1, byte for byte

  // Part of the source in the file; the whole pattern when it is not a literal.
  Span SpanOf(regex::Range range) const;
  // The part as text, shortened, for sentences.
  std::string Text(regex::Range range) const;
};

// The pattern a value is: through constants, members of objects and enums, imports and re-exports, JSON.
std::optional<RegexPattern> PatternOf(const Project& project, const Calls& calls, const Outside& outside, FileId file,
                                      ValueId value);

// One place where a pattern is matched against a text, or handed to something that will.
struct RegexMatch {
  enum class By : uint8_t {
    kCall,       // test(), replace(), ...
    kValidator,  // a schema or validator, by whatever it validates
    kRequest,    // a framework, by parts of requests
  };
  By by = By::kCall;
  CallId call{kNoneIndex};  // none where the pattern stands in a schema
  RegexPattern pattern;
  NodeId subject{kNoneIndex};  // the expression that is matched; none unless kCall
  bool constant = false;       // the program itself writes that text
  double limit = -1;           // of its length, unless kCall; negative: none
  regex::Use use;
  std::shared_ptr<const regex::Analysis> analysis;
};

class RegexMatches {
 public:
  // Analyzes each pattern once for each way it is used. Tests and what runs in a browser are left out.
  void Infer(const Project& project, const Calls& calls, const Outside& outside, int threads, const StopToken& stop);
  // Those whose cost grows faster than the text, in source order.
  std::span<const RegexMatch> In(FileId file) const { return matches_[Index(file)]; }

 private:
  std::vector<std::vector<RegexMatch>> matches_;  // by file
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_REGEX_MATCHES_H_
