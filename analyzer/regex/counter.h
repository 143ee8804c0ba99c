// How many backtracking steps Irregexp takes on a string, counted exactly and without taking them.
//
// Without back references, what follows from (instruction, e, position) does not depend on how it was reached, and a
// search that fails always costs the same; so each such search is done once and its cost added. 2^1000 steps are
// counted in time proportional to program times string.
//
// e is the state of the empty checks: the level of the outermost loop whose running iteration has consumed nothing
// (`levels` when there is none). Entering the body of a nullable loop of level d sets e to min(e, d), consuming sets it
// to `levels`, the end of the body fails when e <= d. That is enough, because all iterations inside are empty as well.
#ifndef LOOPLINT_ANALYZER_REGEX_COUNTER_H_
#define LOOPLINT_ANALYZER_REGEX_COUNTER_H_

#include <array>
#include <cstdint>
#include <vector>

#include "analyzer/regex/preview.h"
#include "analyzer/regex/program.h"

namespace looplint::regex {

struct Count {
  double steps = 0;
  bool matched = false;
  uint64_t matches = 0;  // a hash of where they begin and end
  bool limit = false;    // stopped: at least so many
  bool failed = false;   // too big to count
};

class Counter {
 public:
  // `program` is of kind kExact and outlives the counter.
  Counter(const Program& program, const Tree& tree, Budget& budget);
  // Whether costs are exact; false with back references, which are run and stop at a limit.
  bool exact() const { return !p_.tracks_captures; }
  // V8 compiles a pattern once more for strings of bytes, without what they cannot match; true when that differs.
  bool byte_blind() const { return byte_blind_; }
  // Whether V8 of Node 24 may pass over lookarounds that V8 before it tries; counted so unless `older` is set.
  bool ages_differ() const { return preview_.ages_differ(); }
  void set_older(bool older) {
    if (older != older_ && ages_differ()) cost_.clear();
    older_ = older;
  }
  const Preview& preview() const { return preview_; }
  // One search from the start of the text; with `iterate`, on from each match, as replace() with the flag g does.
  Count Run(const Text& text, bool iterate, double limit = 2e6);

 private:
  // What Search needs of an instruction, small.
  struct Step {
    Op op;
    bool greedy, nullable, negated, backward;
    uint16_t level;
    int32_t slot;  // of the first of its cells in a row, -1: none
    uint32_t next, body;
    uint32_t set;  // of kSplit: the first alternative
    uint32_t count;
  };
  // What waits for a search to end.
  struct Pending {
    enum class Kind : uint8_t {
      kMemo,   // nothing is left to try
      kOther,  // the other way of a loop or option
      kSplit,  // the alternatives from `tried` on
      kLook,   // what follows the lookaround
    } kind = Kind::kMemo;
    uint32_t at = 0, e = 0, pos = 0;  // where it began
    uint32_t cell = 0, tried = 0;
    double cost = 0;  // of what was done before it began, since what waits below it began
  };
  struct Choice {
    uint32_t at, e, pos, trail, tried;  // tried 0: `at` is the instruction to go on with, after `check`
    int32_t check;
  };
  double Search(uint32_t at, uint32_t e, uint32_t pos, bool& ok, uint32_t& end);
  bool Holds(const Instruction& i, uint32_t pos) const;
  bool Test(uint32_t set, uint32_t c) const {
    return c < 128 ? (ascii_[set][c >> 6] >> (c & 63) & 1) != 0 : p_.sets[set]->Contains(c);
  }
  void FindDead();
  bool Dead(uint32_t at) const { return bytes_ && dead_[at] != 0; }
  void Load(const Text& text);
  Count Interpret(const Text& text, bool iterate, double limit);
  int64_t Backtrack(uint32_t at, uint32_t pos);

  const Program& p_;
  const Tree& t_;
  Budget& budget_;
  std::vector<std::array<uint64_t, 2>> ascii_;
  uint32_t states_ = 1;  // values of e
  std::vector<Step> steps_;
  uint32_t slots_ = 0;  // instructions that are remembered
  Text text_;
  uint32_t size_ = 0;
  // By distance from the end of the text, slot, e. Kept from text to text as far as their ends agree.
  std::vector<double> cost_;
  std::vector<int32_t> end_;  // of those that match: distance of the match's end from the end of the text
  std::vector<Pending> stack_;
  bool overflow_ = false;
  std::vector<uint8_t> dead_;  // instructions from where a string of bytes cannot match
  bool byte_blind_ = false;
  Preview preview_;
  bool older_ = false;
  uint32_t greatest_ = 0;  // of the text's characters, where that matters
  uint8_t width_ = 0;      // of the text's characters: a byte, a UTF-16 unit, more
  bool bytes_ = false;     // the text is one, and it matters
  // Of Interpret.
  double taken_ = 0, limit_ = 0;
  std::vector<int32_t> captures_;
  std::vector<Choice> choices_;                      // those of a lookaround lie on those around it
  std::vector<std::pair<uint32_t, int32_t>> trail_;  // captures that were overwritten, and what they held
};

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_COUNTER_H_
