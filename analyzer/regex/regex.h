// What a JavaScript regular expression can cost under V8: pattern and flags in, verdict out.
//
//   const Analysis a = Analyze(u"^(?:a+)+$", "");
//   a.verdict == Verdict::kExponential; a.attack is {"", "a", "!"}: 'a'.repeat(n) + '!'
//
// A verdict other than linear is a statement about a concrete attack string: its backtracking steps, as Irregexp takes
// them, were counted for growing n (see counter.h) and grow so. Linear means that no such string was found by a search
// that is complete but for its bounds; kUnknown, that a bound stopped it. All bounds are in operations, none in time,
// so the answer never varies. Stands alone: knows nothing of JavaScript around the pattern.
#ifndef LOOPLINT_ANALYZER_REGEX_REGEX_H_
#define LOOPLINT_ANALYZER_REGEX_REGEX_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace looplint::regex {

// UTF-16 units; what is longer is not read, and unknown. Within it, a pattern too big to be analyzed is still known to be
// valid or not. Reading as much takes at most some 40 ms on a slow processor.
inline constexpr size_t kMaxPattern = 1u << 19;

enum class Verdict : uint8_t { kLinear, kPolynomial, kExponential, kInvalid, kUnknown };
std::string_view VerdictName(Verdict verdict);  // "linear", ...

// How a pattern is run.
enum class Use : uint8_t {
  kUnknown,  // judged by its flags: with g, both once and to the end of the text
  kOnce,     // test, exec, search; match and replace without g: one match
  kAll,      // matchAll, replaceAll; match and replace with g: every match of the text
  kSplit,    // String#split: every match, and never sticky
};

// prefix + pump.repeat(n) + suffix, in UTF-16.
struct Attack {
  std::u16string prefix, pump, suffix;
  size_t Length(uint64_t n) const { return prefix.size() + pump.size() * n + suffix.size(); }
  // "'x'.repeat(n) + '!'": a JavaScript expression of n.
  std::string Expression(std::string_view n = "n") const;
};

// A part of the pattern, in UTF-16 units, half open.
struct Range {
  uint32_t start = 0, end = 0;
  bool operator==(const Range&) const = default;
};

enum class Cause : uint8_t {
  kNone,
  kLoopOverLoop,  // one loop matches the same text in several ways
  kTwoLoops,      // two loops in a row can divide the same text in several ways
  kEveryStart,    // the search begins at every position, and each time scans the rest
  kLookbehind,    // a lookbehind scans back from many positions
};

struct Point {
  uint64_t length;  // of the attack, UTF-16 units
  double steps;
};

struct Analysis {
  Verdict verdict = Verdict::kLinear;
  int degree = 1;          // of growth in the length of the text; 0 when exponential
  bool bounded = false;    // grows so only up to some length, which costs more than a second
  bool before_24 = false;  // Node 24 passes over the lookaround that costs, unless what must follow it is there
  bool only_all = false;   // kOnce would be linear: it takes every match of the text
  Attack attack;
  std::vector<Range> hotspots;
  Cause cause = Cause::kNone;
  std::vector<Point> growth;                                    // steps counted, by length
  uint64_t length_100ms = 0, length_1s = 0;                     // of the attack; 0: longer than strings can be
  bool needs_modifiers = false, needs_duplicate_names = false;  // syntax that came with V8 12.5, Node 23
  const char* error = nullptr;                                  // kInvalid: in V8's words
  uint32_t error_at = 0;                                        // UTF-16 units
  const char* why_unknown = "";
  int64_t operations = 0;  // spent
};

struct Options {
  Use use = Use::kUnknown;
  bool only_exponential = false;  // polynomial ones are not looked for and called linear
  // Elementary operations; 0: only whether it is valid. Each takes 5 to 12 ns of a processor of its own, and twice that
  // where another process shares its core: 50 ms are kept there, too.
  int64_t budget = 1800000;
};

Analysis Analyze(std::u16string_view pattern, std::string_view flags, const Options& options = {});

// UTF-8 to UTF-16; what is not UTF-8 becomes U+FFFD. WTF-8 surrogates are kept.
std::u16string ToUtf16(std::string_view text);
// UTF-16 to UTF-8, lone surrogates as WTF-8.
std::string ToUtf8(std::u16string_view text);
// As a JavaScript string literal in single quotes, ASCII only.
std::string Quote(std::u16string_view text);

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_REGEX_H_
