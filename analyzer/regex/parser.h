// ES2025 patterns with Annex B, as V8 reads them.
//
// What comes out is a flat tree: children have smaller ids than their parents, so that a property of the whole is one
// loop over the nodes. Everything the flags decide is decided here: each character carries the set of characters it
// matches (closed over case under i), ^ and $ know whether they see lines, a dot whether it sees line ends.
#ifndef LOOPLINT_ANALYZER_REGEX_PARSER_H_
#define LOOPLINT_ANALYZER_REGEX_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/regex/char_set.h"

namespace looplint::regex {

inline constexpr uint32_t kInfinite = 0xffffffffu;
inline constexpr uint32_t kFewRepeats = 4;  // so many of something cannot cost much

struct Flags {
  bool d = false, g = false, i = false, m = false, s = false, u = false, v = false, y = false;
  bool unicode() const { return u || v; }
  // False when a letter is unknown or repeated, or u and v meet.
  static bool Parse(std::string_view text, Flags& out);
};

enum class NodeKind : uint8_t {
  kEmpty,
  kChar,           // value: code point (a UTF-16 unit without u and v); set
  kSet,            // set, and strings (v only)
  kBackreference,  // children: capture indexes, not nodes
  kLineStart,      // ^
  kLineEnd,        // $
  kWordBoundary,   // \b, negated \B
  kLook,           // one child
  kGroup,          // one child; value: capture index, 0 when it captures nothing
  kQuantifier,     // one child
  kSequence,
  kDisjunction,  // children are sequences
};

struct Node {
  NodeKind kind = NodeKind::kEmpty;
  bool negated = false;  // of \B and negative lookarounds
  bool behind = false;   // lookbehind
  bool greedy = true;
  bool lines = false;                                 // ^ and $ under m
  bool ignore_case = false;                           // at this place
  bool plain = false;                                 // kChar: V8 keeps it in a text, by which it factors alternatives
  bool start_anchored = false, end_anchored = false;  // as V8's IsAnchoredAtStart and -End
  uint32_t start = 0, end = 0;                        // UTF-16 units of the pattern
  uint32_t value = 0;
  uint32_t set = 0;
  uint32_t strings = kInfinite;             // index in Tree::strings
  uint32_t min = 0, max = 0;                // repeats
  uint32_t first = 0, count = 0;            // children, in Tree::children
  uint32_t min_length = 0, max_length = 0;  // characters matched
  uint32_t max_match = 0;                   // what V8 takes the longest match to be, in units
  uint32_t depth = 0;                       // levels below
};

struct Tree {
  Flags flags;
  std::vector<Node> nodes;  // the last is the root, a disjunction
  std::vector<uint32_t> children;
  std::vector<CharSet> sets;  // each once; at most kMaxCodePoint, or 0xffff without u and v
  std::vector<std::vector<std::u32string>> strings;
  std::vector<uint32_t> captures;  // by index: the group's node; [0] is the root
  uint32_t root() const { return static_cast<uint32_t>(nodes.size() - 1); }
  uint32_t max_char() const { return flags.unicode() ? kMaxCodePoint : 0xffff; }
  bool backreferences = false;
  bool repeats = false;  // something more than kFewRepeats times
  bool opaque = false;   // too big: its syntax was checked, and what is here is no tree
  int64_t work = 0;      // elementary operations spent
  // Needs a Node newer than the oldest supported: 23 for these.
  bool modifiers = false, duplicate_names = false;
};

struct ParseError {
  const char* message = nullptr;  // V8's wording; nullptr: no error
  uint32_t at = 0;                // UTF-16 units
};

// What costs more than `budget` operations becomes no tree (Tree::opaque); that it is valid, what it needs, and whether
// it has repeats and back references is known all the same.
ParseError Parse(std::u16string_view pattern, const Flags& flags, Tree& out, int64_t budget = 2000000);

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_PARSER_H_
