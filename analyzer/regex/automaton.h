// The position automaton of a pattern: a state for each character of the program (and kind of neighbour, where ^, $, \b
// or a lookaround of one character asks for it), an edge for each way from one to the next. Two ways through it for the
// same text are what makes backtracking dear:
//
//   exponential: two different ways from a state back to itself spell the same word (EDA);
//   polynomial: a word leads from p to p, from p to q and from q to q, p and q in different loops (IDA).
//
// The criteria are those of Weber and Seidl, "On the degree of ambiguity of finite automata" (1991). What is found is a
// candidate: whether it costs anything the Counter says.
#ifndef LOOPLINT_ANALYZER_REGEX_AUTOMATON_H_
#define LOOPLINT_ANALYZER_REGEX_AUTOMATON_H_

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "analyzer/regex/counter.h"
#include "analyzer/regex/program.h"

namespace looplint::regex {

// A word that can be repeated to multiply the ways through the pattern.
struct Ambiguity {
  bool exponential = false;
  uint32_t p = 0, q = 0;  // states
  Text pump;
  int rank = 1;               // 0: match-free while it repeats; greater: less promising
  bool variant = false;       // spelled otherwise than one found before
  uint32_t from = 0, to = 0;  // loop components, of polynomial ones
};

class Automaton {
 public:
  Automaton(const Tree& tree, Program& program, Budget& budget) : t_(tree), p_(program), budget_(budget) {}

  // False when it would be too big.
  bool Build();

  std::vector<Ambiguity> Exponential();
  std::vector<Ambiguity> Polynomial();
  // Loops in lookbehinds that an outer loop makes scan again and again.
  std::vector<Ambiguity> Lookbehinds();

  // Words from the start of the text to state p, best first, each once; at most four.
  std::vector<Text> Prefixes(uint32_t p);
  // Words after prefix and three pumps that keep the pattern from matching there, or may.
  std::vector<Text> Suffixes(const Text& prefix, const Text& pump);
  // Words from the start of the text to where lookbehind `node` of the tree is tried; at most three.
  std::vector<Text> PrefixesOf(uint32_t node);
  // Characters that may come next there; at most three.
  std::vector<uint32_t> After(uint32_t node) const;
  // A word from p to q through any states; false: there is none.
  bool Path(uint32_t p, uint32_t q, Text& out);
  // Some state of loop component c.
  uint32_t StateOf(uint32_t c) const { return components_[loops_[c]].front(); }

  size_t states() const { return states_.size(); }
  size_t letters() const { return letters_.size(); }
  uint32_t Letter(size_t k) const { return letters_[k].character; }
  // A character outside of all sets, or 0.
  uint32_t OtherCharacter() const { return other_; }
  // One that takes two bytes, outside of all sets if there is such a one.
  uint32_t OtherWide() const;
  // The instruction a state stands for; kInfinite for the start and the search for one.
  uint32_t InstructionOf(uint32_t state) const { return states_[state].instruction; }
  // Whether a state of `instruction` lies in the same loop as `state`.
  bool SameLoop(uint32_t state, uint32_t instruction) const {
    const auto [first, count] = states_of_[instruction];
    for (uint32_t s = first; s < first + count; ++s) {
      if (component_[s] == component_[state]) return true;
    }
    return false;
  }
  // Shortest words around each loop, for the fallback when the search found nothing that holds.
  std::vector<Text> LoopWords();

  // ---- as a deterministic automaton, made on demand: sets of live threads
  int StartSet() { return Intern({0}); }
  int Step(int set, uint32_t letter);  // -1: there are too many
  bool AcceptsAtEnd(int set) const;
  bool AcceptsBefore(int set, int letter) const {
    return (set_accepts_[static_cast<size_t>(set)] & (1u << letters_[static_cast<size_t>(letter)].context)) != 0;
  }
  int LetterOf(uint32_t character);
  const std::vector<uint32_t>& StatesIn(int set) const { return sets_[static_cast<size_t>(set)]; }
  // The first character of each run of characters that are told apart.
  std::set<uint32_t> Boundaries() const;

 private:
  using Word = std::vector<uint16_t>;  // letters
  struct LetterClass {
    uint32_t character = 0;  // the nicest of them
    uint32_t context = 0;
    uint32_t rank = 0;
    std::vector<Interval> intervals;
  };
  struct Context {
    bool word = false, line_end = false;
    uint32_t looks = 0;  // by look set
  };
  struct State {
    uint32_t instruction = kInfinite;
    int32_t context = -1;
    bool search = false;
    bool backward = false;
    uint32_t first = 0, count = 0;  // in edges_
    uint32_t accepts = 0;
  };
  struct Edge {
    uint32_t to;
    bool parallel;
  };
  // What follows an instruction after a character of a context.
  struct Follow {
    uint32_t first = 0, count = 0, accepts = 0;
    uint32_t first_behind = 0, behind_count = 0;
  };

  bool MakeLetters();
  bool MakeStates();
  bool MakeEdges();
  bool Closure(uint32_t at, int32_t previous, Follow& out);
  void Reach();
  void Components();
  const uint64_t* Bits(uint32_t state) const { return bits_.data() + size_t{state} * words_; }
  bool Has(uint32_t state, uint32_t letter) const { return (Bits(state)[letter >> 6] >> (letter & 63) & 1) != 0; }
  int Common(uint32_t a) const;
  int Common(uint32_t a, uint32_t b) const;
  int Common(uint32_t a, uint32_t b, uint32_t c) const;
  void CommonAll(const uint32_t* states, int n, size_t most, Word& out) const;
  void ExponentialPass(int variety, std::vector<Ambiguity>& out);
  template <typename Inside>
  bool PathWithin(uint32_t from, uint32_t to, const Inside& inside, Word& out);
  Text Spell(const Word& word) const;
  void ShortestWords();

  // ---- sets of live threads, made on demand
  int Intern(std::vector<uint32_t> states);
  int QuietStep(int set, uint32_t letter) {  // -1 when some thread reports a match here
    if (set < 0 || (set_accepts_[static_cast<size_t>(set)] & (1u << letters_[letter].context)) != 0) return -1;
    return Step(set, letter);
  }
  int WithoutSearch(int set);
  void QuietPrefixes();
  void SuffixesFrom(int set, bool drop, std::vector<Text>& out);

  // ---- of Polynomial
  struct Triple {
    uint32_t a, m, b;
    int32_t set;
    int32_t parent;
    uint16_t letter;
  };
  struct Search {
    std::vector<Triple> nodes;
    struct Slot {
      uint32_t epoch = 0, node = 0;  // of another epoch: free
    };
    std::vector<Slot> table;  // open addressing
    uint32_t epoch = 0;
    void Start();
    // Index of a new node, or -1 when it is known. Spends what finding a place costs: the more there are, the farther
    // from the processor they lie.
    int Add(const Triple& t, Budget& budget);

   private:
    bool Put(const Triple& t);
  };
  bool Rephrase(const std::vector<Word>& choices, int set, Word& out);

  const Tree& t_;
  Program& p_;
  Budget& budget_;
  std::vector<CharSet> look_sets_;
  std::vector<LetterClass> letters_;
  std::vector<Context> contexts_;
  size_t words_ = 0;
  uint32_t all_ = 0;
  bool searches_ = false;
  std::vector<State> states_;
  std::vector<uint64_t> bits_;
  std::vector<Edge> edges_;
  std::vector<uint32_t> search_states_;
  std::vector<std::pair<uint32_t, uint32_t>> states_of_;    // by instruction: first state, count
  std::vector<uint32_t> behinds_;                           // of Follow: instructions
  std::vector<std::pair<uint32_t, uint32_t>> lookbehinds_;  // state, instruction
  std::vector<uint32_t> visits_, visit_epoch_;
  uint32_t epoch_ = 0;
  std::vector<uint8_t> reached_;
  std::vector<uint32_t> component_;  // by state
  std::vector<std::vector<uint32_t>> components_;
  std::vector<uint32_t> loops_;  // components that are loops
  uint32_t other_ = 0;
  // Breadth-first trees from the start: parent state and letter; with and without the search states.
  std::vector<std::pair<int32_t, uint16_t>> word_to_, word_without_search_;
  bool has_words_ = false;
  // Thread sets.
  std::vector<std::vector<uint32_t>> sets_;
  std::vector<uint32_t> set_accepts_;
  std::vector<std::vector<int32_t>> steps_;  // by set, then letter; -2: not known
  std::vector<int32_t> without_search_;
  std::unordered_multimap<uint64_t, int> set_ids_;
  size_t set_size_ = 0;
  std::vector<uint32_t> mark_;
  uint32_t mark_epoch_ = 0;
  std::vector<int32_t> quiet_set_;  // by state: first set holding it that was reached without a match; -1
  std::vector<std::pair<int32_t, uint16_t>> quiet_parent_;  // by set
  bool has_quiet_ = false;
  // Path search.
  std::vector<uint32_t> path_epoch_;
  std::vector<std::pair<uint32_t, uint16_t>> path_parent_;
  uint32_t path_now_ = 0;
  Search search_;
};

}  // namespace looplint::regex

#endif  // LOOPLINT_ANALYZER_REGEX_AUTOMATON_H_
