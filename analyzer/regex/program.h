// The backtracking program V8's Irregexp makes of a pattern: an ordered graph, with the rewrites V8 does before it
// compiles. Costs and verdicts are about this graph, so `^(?:a|b|a)*$`, whose alternatives V8 merges into a class, is
// linear, and `^(?:a|a)*$` is not.
//
// Rewrites (regexp-compiler-tonode.cc of V8): with more than two alternatives, neighbours that are plain texts are
// sorted by first character, three or more with the same first character are factored by their common prefix, two or
// more of one character become a class. Loops over what can be empty check that an iteration consumed something.
#ifndef LOOPLINT_ANALYZER_REGEX_PROGRAM_H_
#define LOOPLINT_ANALYZER_REGEX_PROGRAM_H_

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "analyzer/regex/parser.h"

namespace looplint::regex {

enum class Op : uint8_t {
  kChar,     // consume one of `set`, forwards or backwards; next
  kSplit,    // alternatives in order
  kLoop,     // body, then (or, when lazy, before) next
  kOption,   // the same, once
  kLoopEnd,  // the body's end: fails when the iteration consumed nothing (see Counter); next
  kLineStart,
  kLineEnd,
  kWordBoundary,
  kLook,   // body, ending in kLookEnd; next
  kSave,   // position into capture slot `value`; next
  kClear,  // captures [first, first + count) are unset; next
  kBackreference,
  kAccept,
  kLookEnd,
};

struct Instruction {
  Op op = Op::kAccept;
  bool greedy = true, nullable = false, negated = false, behind = false, lines = false;
  bool backward = false;     // of kChar, kBackreference
  bool ignore_case = false;  // of kBackreference
  int8_t context = -1;       // of kLook: its set in Automaton, when it looks at one character
  bool edge = false;         // of such kLook: the edge of the input satisfies it too
  uint16_t level = 0;        // of nullable loops: how many nullable loops are around
  uint32_t next = 0, body = 0;
  uint32_t set = 0, value = 0;
  uint32_t first = 0, count = 0;  // alternatives, captures or indexes of `captures`
  uint32_t start = 0, end = 0;    // in the pattern
  uint32_t node = 0;              // of kLook: in the tree
};

// Whether the lookaround `node` is decided by one neighbouring character: by `set`, or (`edge`) by there being none.
bool LooksAtOneCharacter(const Tree& tree, uint32_t node, CharSet& set, bool& edge);

class Program {
 public:
  enum class Kind : uint8_t {
    kExact,   // what V8 runs; counted repeats are copies
    kLoose,   // kExact, but repeats with more options than `most_copies` have no end: the same for texts no longer than
              // that
    kSearch,  // for the automaton: big counts are stars, back references copies of their group
    kInlined,  // kSearch with lookbehinds replaced by a forward copy of their body
  };
  // False when more than `budget` instructions would be needed. `most_copies` bounds the copies of x{n,} in kSearch,
  // and how much may be optional of x{n,m} in kExact: growth is of the same kind with less, and cheaper to count.
  bool Build(const Tree& tree, Kind kind, uint32_t budget, uint32_t most_copies);
  // The body of lookbehind `node` of the tree for texts that are turned around, as kSearch.
  bool BuildTurned(const Tree& tree, uint32_t node, uint32_t budget, uint32_t most_copies);

  std::vector<Instruction> code;
  std::vector<uint32_t> alternatives;  // targets of kSplit
  std::vector<uint32_t> captures;      // indexes, of kBackreference
  std::vector<const CharSet*> sets;
  uint32_t start = 0;
  uint32_t levels = 0;  // nested nullable loops at most
  uint32_t capture_count = 0;
  bool anchored = false;          // every match begins at the start of the input
  uint32_t end_skip = kInfinite;  // V8 begins at most so many units before the end
  bool tracks_captures = false;
  bool has_lookbehind = false;  // one that is not about a single character
  bool inlinable = false;       // kSearch met a lookbehind that kInlined would replace
  bool has_loop = false;

 private:
  struct Item;
  void Start(const Tree& tree, Kind kind, uint32_t budget, uint32_t most_copies);
  uint32_t Add(Instruction i);
  uint32_t Alternatives(uint32_t disjunction, uint32_t next, bool backward, uint32_t level);
  uint32_t AlternativeList(std::vector<Item>& items, uint32_t next, bool backward, uint32_t level, const Node* owner);
  void Rewrite(std::vector<Item>& items);
  uint32_t BuildItem(Item& item, uint32_t next, bool backward, uint32_t level);
  uint32_t Sequence(const uint32_t* begin, const uint32_t* end, uint32_t next, bool backward, uint32_t level);
  uint32_t Build(uint32_t node, uint32_t next, bool backward, uint32_t level);
  uint32_t Quantifier(const Node& n, uint32_t next, bool backward, uint32_t level);
  uint32_t CharOf(uint32_t set, const Node& n, uint32_t next, bool backward);
  uint32_t SetOf(uint32_t tree_set);
  uint32_t OwnSet(CharSet set);
  uint32_t Strings(const Node& n, uint32_t next, bool backward);
  uint32_t Clear(uint32_t node, uint32_t next);
  void FindLetters();
  uint32_t ByLetter(const Node& group, const uint32_t* rest, const uint32_t* end, uint32_t next, uint32_t level);

  const Tree* tree_ = nullptr;
  Kind kind_ = Kind::kExact;
  bool loose_ = false;
  uint32_t budget_ = 0, most_copies_ = 0;
  bool too_big_ = false;
  int copies_ = 0;                // nested back references being copied
  std::vector<uint32_t> set_of_;  // tree set -> ours
  std::deque<CharSet> own_;
  // What a class of strings can read, as the smallest graph: nodes after those they lead to, the last one is the start.
  struct StringNode {
    bool accepts = false;
    std::vector<std::pair<uint32_t, uint32_t>> edges;  // set, node
  };
  std::map<std::pair<uint32_t, bool>, std::vector<StringNode>> string_graphs_;  // by index in Tree::strings, backward
  // By capture: the few characters it can be, when all references to it follow in its own sequence. Then what follows
  // is built once for each, and the references are characters: (["'])x\1 is "x"|'x'.
  std::vector<CharSet> letters_;
  std::vector<uint32_t> letter_;  // by capture: the one now built for, or kInfinite
};

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_PROGRAM_H_
