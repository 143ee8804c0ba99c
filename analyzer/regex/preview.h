// What Irregexp looks at before it tries: a choice loads up to four characters and gives up the alternatives, and the
// search the starts, whose first characters cannot be those; the search besides skips by Boyer and Moore. For most
// patterns that saves a constant. It matters where the way to those characters leads through a lookaround that costs
// more: V8 looks past it, so that `a(?!\w*)c` is not slow on `aaaa`.
//
// After regexp-compiler.cc of V8 11.3 to 13.6 (EatsAtLeastPropagator, GetQuickCheckDetails, EmitQuickCheck,
// BoyerMooreLookahead). V8 before Node 24 did not look past positive lookarounds; that is `older` below.
#ifndef LOOPLINT_ANALYZER_REGEX_PREVIEW_H_
#define LOOPLINT_ANALYZER_REGEX_PREVIEW_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

#include "analyzer/regex/program.h"

namespace looplint::regex {

using Text = std::vector<uint32_t>;  // code points under u and v, else UTF-16 units

// Elementary operations left; analysis is bounded by it, not by time, so that it always ends with the same answer.
struct Budget {
  int64_t left = 0;
  bool Spend(int64_t n = 1) { return (left -= n) >= 0; }
  bool gone() const { return left < 0; }
};

class Preview {
 public:
  static constexpr int32_t kNone = -1;  // no check that could matter

  // `program` and `tree` outlive it.
  Preview(const Program& program, const Tree& tree, Budget& budget);
  bool empty() const { return checks_.empty() && moore_.empty(); }
  // Whether V8 of Node 24 may be spared what V8 before it tries.
  bool ages_differ() const { return ages_differ_; }

  // Short texts that V8 lets pass to a lookaround that may cost much: what follows it, at most `most` of them.
  std::vector<Text> Followers(size_t most) const;

  // The check before: the whole pattern, an alternative of a split (index in Program::alternatives), the body of a loop
  // or option, what follows a loop, an option or a negative lookaround.
  int32_t start() const { return start_; }
  int32_t alternative(uint32_t index) const { return alternative_.empty() ? kNone : alternative_[index]; }
  int32_t body(uint32_t at) const { return body_.empty() ? kNone : body_[at]; }
  int32_t next(uint32_t at) const { return next_.empty() ? kNone : next_[at]; }

  // The text that is asked about next, its greatest character, and how old V8 is. Keeps a pointer to the text.
  void Load(const Text& text, uint32_t greatest, bool older);
  bool Refuses(int32_t check, uint32_t pos) const {
    if (check == kNone || !plain_) return false;
    const Check& c = checks_[static_cast<size_t>(check) + kind_];
    if (c.characters == 0) return false;
    if (pos + c.least > text_->size()) return true;
    for (uint32_t k = 0; k < c.characters; ++k) {
      if (((*text_)[pos + k] & c.mask[k]) != c.value[k]) return true;
    }
    return false;
  }
  // The first place from `pos` on where a search would begin to match.
  uint32_t Skip(uint32_t pos) const;

 private:
  static constexpr uint32_t kMostAhead = 4;  // characters loaded at once
  static constexpr uint32_t kMostMoore = 8;  // kMaxLookaheadForBoyerMoore
  struct Check {
    uint8_t characters = 0;  // 0: none that could refuse anything
    uint8_t least = 0;       // characters that must be left
    bool impossible = false;
    std::array<uint32_t, kMostAhead> mask{}, value{};
    bool operator==(const Check&) const = default;
  };
  using Bits = std::bitset<128>;  // by character modulo 128
  // Neighbouring places, each of which few characters can stand at.
  struct Run {
    uint32_t first = 0, last = 0;
    std::vector<uint8_t> letters{};  // that can stand at any of them
    bool operator==(const Run&) const = default;
  };
  struct Moore {
    uint32_t length = 0;
    std::array<Bits, kMostMoore> at{};
    std::vector<Run> runs{};  // by how few: 4, 8, 16
    bool operator==(const Moore&) const = default;
  };
  struct Reader;

  bool FindDear();  // whether there is any
  void FindDistances();
  void FindLeast(bool older);
  int32_t CheckBefore(uint32_t choice, uint32_t target);
  static void FindRuns(Moore& m);

  const Program& p_;
  const Tree& t_;
  Budget& budget_;
  bool ages_differ_ = false;
  std::vector<uint8_t> dear_;                // by instruction: a lookaround that may cost more than a constant
  std::vector<uint8_t> distance_;            // characters from here to such a one, at most kMostMoore + 1
  std::array<std::vector<uint8_t>, 2> least_, least_later_;  // by `older`: characters a match from here takes; not at start
  std::vector<Check> checks_;                // in fours: narrow and wide, newer and older
  std::vector<Moore> moore_;                 // none, or four likewise
  int32_t start_ = kNone;
  std::vector<int32_t> alternative_, body_, next_;

  const Text* text_ = nullptr;
  bool plain_ = false;  // V8's characters are those of the text
  uint32_t kind_ = 0;   // of the four
  uint32_t skip_ = 0, skip_at_ = 0;
  Bits stay_;
};

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_PREVIEW_H_
