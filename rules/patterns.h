// Regular expressions as a program writes them down, and where it runs them on what. For the rules of the family regex.
#ifndef LOOPLINT_RULES_PATTERNS_H_
#define LOOPLINT_RULES_PATTERNS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/regex/regex.h"
#include "rules/rule.h"

namespace looplint {

// A pattern whose text is known: a literal, RegExp() of constants, text given to a method that makes a pattern of it.
struct Pattern {
  std::u16string source;
  std::string flags;
  Place at;              // the literal, or the call or text it is made of
  bool literal = false;  // between slashes: source begins at at.span.start + 1, byte for byte
  std::string problem;   // of RegExp(): what V8 throws; the rest is as written

  // Part of the source in the file; the whole pattern when it is not a literal.
  Span SpanOf(regex::Range range) const;
  // The part as text, shortened, for sentences.
  std::string Text(regex::Range range) const;
};

// The pattern a value is: through constants, members of objects, imports and re-exports.
std::optional<Pattern> PatternOf(const View& file, ValueId value);

// One place where a pattern is matched against a text.
struct Match {
  CallId call;
  Pattern pattern;
  ValueId subject;
  NodeId subject_node;
  regex::Use use;
};
// In source order.
std::vector<Match> MatchesIn(const View& file);

// Who chooses the text, as far as is known.
struct Subject {
  enum class Kind : uint8_t {
    kUnknown,
    kConstant,  // written in the program
    kRequest,
    kCaller,  // an exported function's parameter, of a library
    kParam,   // another function's parameter
  };
  Kind kind = Kind::kUnknown;
  std::string what;      // "req.query.name"
  FunctionRef function;  // of parameters
  uint32_t param = 0;
  double limit = -1;     // longest text that gets there; negative: no limit was seen; 0: some limit
  bool checked = false;  // the program itself limits it
};
Subject SubjectOf(const View& file, const Match& match);
// Of an argument on its way into a function of the program.
Subject SubjectOf(const View& file, ValueId value, NodeId node, NodeId before);

// Whether a limit on the text's length keeps the cost below a tenth of a second.
bool Harmless(const Subject& subject, const regex::Analysis& analysis);
// "'a'.repeat(30) + '!' (31 characters) takes about a second"; of every match of the text where that is what costs.
std::string CostSentence(const regex::Analysis& analysis, double limit = -1);
// Adds the rewrite that keeps all matches, where one is known and the pattern is a literal of the file.
void SuggestRepair(const View& file, const Pattern& pattern, const regex::Analysis& analysis, regex::Use use,
                   Report::Draft& draft);
// What to do about it, in the words of a help line.
std::string Advice(const Pattern& pattern, const regex::Analysis& analysis);

// "'a'.repeat(30) + '!'", with the count that makes it about `length` long.
std::string AttackText(const regex::Attack& attack, uint64_t length);
// "36,000"
std::string Thousands(uint64_t n);

}  // namespace looplint

#endif  // LOOPLINT_RULES_PATTERNS_H_
