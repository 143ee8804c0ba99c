// From pattern to verdict: candidates from the automaton, tried one by one on the counter.
#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "analyzer/regex/automaton.h"
#include "analyzer/regex/counter.h"
#include "analyzer/regex/parser.h"
#include "analyzer/regex/program.h"
#include "analyzer/regex/regex.h"

namespace looplint::regex {
namespace {

constexpr uint32_t kMaxDepth = 250;                        // of nesting; building a program recurses so deep
constexpr uint32_t kMaxExact = 20000, kMaxSearch = 16000;  // instructions
constexpr uint32_t kManyOptions = 100, kFewOptions = 64;   // of counted repeats
constexpr size_t kMaxCandidates = 400;
constexpr double kNanosecondsPerStep = 0.3;  // of V8, on hardware of 2020 to 2025
constexpr double kSecond = 1e9 / kNanosecondsPerStep;
constexpr uint64_t kMaxString = (1u << 29) - 24;  // V8's longest string

struct Candidate {
  bool exponential = false;
  int degree = 2;
  Text prefix = {}, pump = {};
  uint32_t p = kInfinite, q = kInfinite;
  bool behind = false;
  uint32_t look = kInfinite;        // the lookbehind that costs, in the tree
  std::vector<Text> suffixes = {};  // to be tried, not those of the automaton
};

struct Proof {
  bool counted = true;  // false: a bound was met
  bool super_linear = false;
  bool exponential = false, bounded = false;
  int degree = 1;
  // Steps for n = first, first + step, ...: the polynomial they lie on.
  std::vector<double> samples;
  uint64_t first = 0, step = 1;
};

void AppendUtf16(std::u16string& out, const Text& text) {
  for (const uint32_t c : text) {
    if (c > 0xffff) {
      out.push_back(static_cast<char16_t>(0xd800 + ((c - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xdc00 + ((c - 0x10000) & 0x3ff)));
    } else {
      out.push_back(static_cast<char16_t>(c));
    }
  }
}

// Value at n of the polynomial through equidistant samples, by Newton's forward differences.
double Extrapolate(const Proof& proof, double n) {
  std::vector<double> d = proof.samples;
  const double t = (n - static_cast<double>(proof.first)) / static_cast<double>(proof.step);
  double value = 0, binomial = 1;
  for (int k = 0; k <= proof.degree && k < static_cast<int>(proof.samples.size()); ++k) {
    value += d[0] * binomial;
    binomial *= (t - k) / (k + 1);
    for (size_t i = 0; i + 1 < d.size(); ++i) d[i] = d[i + 1] - d[i];
    d.pop_back();
    if (d.empty()) break;
  }
  return value;
}

class Analyzer {
 public:
  Analyzer(const Tree& tree, const Options& options, Analysis& out) : tree_(tree), options_(options), out_(out) {
    budget_.left = options.budget - tree.work;
    total_ = options.budget;
    const bool g = tree.flags.g && !tree.flags.y;
    switch (options.use) {
      case Use::kUnknown:
        modes_ = g ? std::vector<bool>{false, true} : std::vector<bool>{false};
        break;
      case Use::kOnce:
        modes_ = {false};
        break;
      case Use::kAll:
      case Use::kSplit:
        modes_ = {false, true};
        break;
    }
    for (const Node& n : tree.nodes) {
      if (n.kind != NodeKind::kQuantifier) continue;
      bound_ = std::max(bound_, n.max == kInfinite ? n.min : n.max);
      least_ = std::max(least_, n.min);
    }
  }

  void Run() {
    Search();
    if (found_) Simplify();
    out_.operations = total_ - std::max<int64_t>(budget_.left, 0);
  }

 private:
  void Unknown(const char* why) {
    out_.verdict = Verdict::kUnknown;
    out_.why_unknown = why;
  }

  void Search() {
    if (!tree_.backreferences && !tree_.repeats) return;
    if (tree_.opaque) return Unknown("it is too big");
    if (tree_.nodes[tree_.root()].depth > kMaxDepth) return Unknown("it is nested too deeply");

    bool built = false;
    for (const uint32_t copies : {300u, 40u, 8u, 2u}) {
      if ((built = search_.Build(tree_, Program::Kind::kSearch, kMaxSearch, copies))) break;
    }
    if (!built) return Unknown("it is too big");
    budget_.Spend(static_cast<int64_t>(search_.code.size()));
    if (!search_.has_loop) return;
    automaton_ = std::make_unique<Automaton>(tree_, search_, budget_);
    if (!automaton_->Build()) return Unknown(budget_.gone() ? "it takes too long to analyze" : "it is too big");
    const bool exact = exact_.Build(tree_, Program::Kind::kExact, kMaxExact, kInfinite);
    if (exact) {
      budget_.Spend(static_cast<int64_t>(exact_.code.size()));
      full_ = {std::make_unique<Counter>(exact_, tree_, budget_), bound_};
    }
    const uint32_t few = std::min(bound_, least_ + kFewOptions);
    const Program::Kind fewer = exact ? Program::Kind::kExact : Program::Kind::kLoose;
    if ((bound_ > kManyOptions || !exact) && fewer_.Build(tree_, fewer, kMaxExact, kFewOptions)) {
      budget_.Spend(static_cast<int64_t>(fewer_.code.size()));
      short_ = {std::make_unique<Counter>(fewer_, tree_, budget_), few};
    }
    now_ = short_.counter ? &short_ : &full_;
    const bool countable = now_->counter != nullptr;
    FindRefusals();
    bool complete = true;
    std::vector<Candidate> candidates;
    const int64_t whole = budget_.left;
    complete &= Within(whole / 3, [&] {
      if (search_.inlinable) Inlined(candidates);
      for (const Ambiguity& a : automaton_->Exponential()) Offer(a, candidates);
      Turned(candidates);
    });
    if (countable) complete &= Within(whole / 3, [&] { Try(candidates); });
    // What ends after a bounded number of characters can only cost a large constant.
    const bool finite = exact && !exact_.has_loop && !exact_.tracks_captures;
    if (options_.only_exponential) {
      if (out_.verdict == Verdict::kPolynomial) out_ = {}, found_ = false;
      return;
    }
    if (finite && !found_ && !complete) return Unknown("it takes too long to analyze");
    if (out_.verdict == Verdict::kExponential || finite) return;
    complete &= Within(budget_.left * 2 / 3, [&] {
      Polynomials(candidates);
      for (const Ambiguity& a : automaton_->Lookbehinds()) Offer(a, candidates, 2, true);
      if (countable) Follow(candidates);
    });
    if (!countable && !candidates.empty()) return Unknown("it is too big");
    if (countable) complete &= Within(budget_.left - total_ / 6, [&] { Try(candidates); });
    // A second look has a share of its own: that it ends without a find says nothing.
    if (!found_ && candidates.empty() && !complete) {
      for (Text& word : automaton_->LoopWords()) {
        Add({.pump = std::move(word), .p = kInfinite, .q = kInfinite}, candidates);
      }
    }
    if (countable && !found_ && !candidates.empty()) Within(total_ / 36, [&] { Mutate(candidates); });
    if (countable && !(found_ && out_.verdict == Verdict::kExponential) && now_->counter->ages_differ()) {
      // What only Node before 24 suffers from.
      Within(total_ / 6, [&] {
        SetOlder(true);
        next_ = 0;
        Try(candidates);
        SetOlder(false);
      });
    }
    if (out_.verdict != Verdict::kLinear) return;
    if (full_.counter == nullptr && !candidates.empty()) return Unknown("it is too big");
    if (!complete) Unknown("it takes too long to analyze");
  }

  // Runs `work` on at most `share` of the budget; whether that was enough.
  template <typename Work>
  bool Within(int64_t share, const Work& work) {
    const int64_t rest = std::max<int64_t>(budget_.left, 0);
    const int64_t given = std::clamp<int64_t>(share, 0, rest);
    budget_.left = given;
    work();
    const bool enough = !budget_.gone();
    budget_.left = rest - (given - std::max<int64_t>(budget_.left, 0));
    return enough;
  }

  // Lookbehinds that cost by themselves: their bodies are searched in texts that are turned around.
  void Turned(std::vector<Candidate>& out) {
    int looks = 0;
    for (uint32_t id = 0; id < tree_.nodes.size() && looks < 6; ++id) {
      const Node& n = tree_.nodes[id];
      if (n.kind != NodeKind::kLook || !n.behind || tree_.nodes[tree_.children[n.first]].max_length <= 4) continue;
      Program body;
      if (!body.BuildTurned(tree_, id, kMaxSearch, 40) || !body.has_loop) continue;
      ++looks;
      budget_.Spend(static_cast<int64_t>(body.code.size()));
      Automaton turned(tree_, body, budget_);
      if (!turned.Build()) continue;
      const std::vector<Text> before = automaton_->PrefixesOf(id);
      std::vector<Ambiguity> found = turned.Exponential();
      for (Ambiguity& a : turned.Polynomial()) {
        if (a.rank < 3) found.push_back(std::move(a));
      }
      for (const Ambiguity& a : found) {
        if (budget_.gone() || out.size() > 60) return;
        std::vector<Text> starts = turned.Prefixes(a.p);
        if (starts.empty()) continue;
        std::vector<Text> suffixes;
        for (const Text& word : before) {
          // What the outer pattern matched last is what the body reads first.
          int set = turned.StartSet();
          for (size_t i = word.size(); i-- > 0 && set >= 0;) {
            const int letter = turned.LetterOf(word[i]);
            set = letter < 0 ? -1 : turned.Step(set, static_cast<uint32_t>(letter));
          }
          if (set < 0) continue;
          int paths = 0;
          for (const uint32_t s : turned.StatesIn(set)) {
            Text way;
            if (paths >= 2 || !turned.Path(s, a.p, way)) continue;
            ++paths;
            std::reverse(way.begin(), way.end());
            way.insert(way.end(), word.begin(), word.end());
            suffixes.push_back(std::move(way));
          }
        }
        if (suffixes.empty()) continue;
        // V8 tries it only where what follows can match.
        const size_t count = suffixes.size();
        for (const uint32_t next : automaton_->After(id)) {
          for (size_t i = 0; i < count && suffixes.size() < 16; ++i) {
            suffixes.push_back(suffixes[i]);
            suffixes.back().push_back(next);
          }
        }
        Candidate c{.exponential = a.exponential,
                    .pump = a.pump,
                    .p = kInfinite,
                    .q = kInfinite,
                    .behind = true,
                    .look = id,
                    .suffixes = std::move(suffixes)};
        std::reverse(c.pump.begin(), c.pump.end());
        std::vector<Text> ends = turned.Suffixes(starts[0], a.pump);
        if (turned.OtherCharacter() != 0) ends.push_back({turned.OtherCharacter()});
        if (ends.size() > 3) ends.erase(ends.begin() + 2, ends.end() - 1);
        for (Text& end : ends) {
          c.prefix.assign(end.rbegin(), end.rend());
          Add(c, out);
        }
      }
    }
  }

  void Offer(const Ambiguity& a, std::vector<Candidate>& out, int degree = 2, bool behind = false, size_t most = 4) {
    if (out.size() > (budget_.gone() ? kMaxCandidates / 8 : kMaxCandidates)) return;
    for (Text& prefix : automaton_->Prefixes(a.p)) {
      if (most-- == 0) break;
      Add({.exponential = a.exponential,
           .degree = degree,
           .prefix = std::move(prefix),
           .pump = a.pump,
           .p = a.p,
           .q = a.q,
           .behind = behind},
          out);
    }
  }
  static void Add(Candidate c, std::vector<Candidate>& out) {
    if (c.pump.empty() || out.size() > kMaxCandidates) return;
    for (const Candidate& o : out) {
      if (o.prefix == c.prefix && o.pump == c.pump) return;
    }
    out.push_back(std::move(c));
  }

  // V8 tries a lookaround only where what follows can match: pumps that hold that too, the shortest first.
  void Follow(std::vector<Candidate>& out) {
    constexpr size_t kWords = 2, kPumps = 10;
    const std::vector<Text> words = now_->counter->preview().Followers(kWords);
    if (words.empty()) return;
    std::vector<Candidate> with = out;
    std::ranges::stable_sort(with, {}, [](const Candidate& c) { return c.pump.size(); });
    with.resize(std::min(with.size(), kPumps));
    for (const Text& word : words) {
      for (const Candidate& w : with) {
        Candidate c = w;
        c.pump = word;
        Add(c, out);
        c.pump = w.pump;
        c.pump.insert(c.pump.end(), word.begin(), word.end());
        Add(std::move(c), out);
      }
    }
  }

  // What a negative lookahead reads after a loop, to its end: it refuses its place, having looked far.
  void FindRefusals() {
    constexpr size_t kMost = 3;
    struct Step {
      uint32_t at;
      bool looped;
      int32_t from;  // index in `steps`
      uint32_t letter;
    };
    constexpr uint32_t kNoLetter = ~0u;
    for (const Instruction& look : search_.code) {
      if (look.op != Op::kLook || !look.negated || look.behind || refusals_.size() == kMost) continue;
      std::vector<Step> steps{{look.body, false, -1, kNoLetter}};
      std::vector<uint8_t> seen(2 * search_.code.size(), 0);
      for (size_t s = 0; s < steps.size() && budget_.Spend(); ++s) {
        const Step step = steps[s];
        if (std::exchange(seen[2 * step.at + step.looped], 1) != 0) continue;
        const Instruction& i = search_.code[step.at];
        const auto from = static_cast<int32_t>(s);
        const auto go = [&](uint32_t to) { steps.push_back({to, step.looped, from, kNoLetter}); };
        if (i.op == Op::kLookEnd) {
          if (!step.looped) continue;
          Text word;
          for (int32_t w = from; w >= 0; w = steps[static_cast<size_t>(w)].from) {
            const Step& read = steps[static_cast<size_t>(w)];
            if (read.looped && read.letter != kNoLetter) word.push_back(read.letter);
          }
          std::ranges::reverse(word);
          refusals_.push_back(std::move(word));
          break;
        }
        switch (i.op) {
          case Op::kChar:
            if (const CharSet& set = *search_.sets[i.set]; !set.empty()) {
              steps.push_back({i.next, step.looped, from, set.Common()});
            }
            break;
          case Op::kSplit:
            for (uint32_t a = 0; a < i.count; ++a) go(search_.alternatives[i.first + a]);
            break;
          case Op::kLoop:
            go(i.body);
            steps.push_back({i.next, true, from, kNoLetter});
            break;
          case Op::kOption:
            go(i.body);
            go(i.next);
            break;
          case Op::kAccept:
            break;
          default:
            go(i.next);
        }
      }
    }
  }

  // Words of the automaton in which lookbehinds are copies that read forwards.
  void Inlined(std::vector<Candidate>& out) {
    Program inlined;
    if (!inlined.Build(tree_, Program::Kind::kInlined, kMaxSearch, 40)) return;
    Budget share{std::min<int64_t>(budget_.left / 4, 500000)};
    const int64_t before = share.left;
    Automaton other(tree_, inlined, share);
    if (other.Build()) {
      std::vector<Ambiguity> found = other.Exponential();
      for (Ambiguity& a : other.Polynomial()) {
        if (a.rank < 3) found.push_back(std::move(a));
      }
      for (const Ambiguity& a : found) {
        for (Text& prefix : other.Prefixes(a.p)) {
          Add({.exponential = a.exponential,
               .prefix = std::move(prefix),
               .pump = a.pump,
               .p = kInfinite,
               .q = kInfinite},
              out);
          break;
        }
      }
    }
    budget_.Spend(before - std::max<int64_t>(share.left, 0));
  }

  void Polynomials(std::vector<Candidate>& out) {
    std::vector<Ambiguity> found = automaton_->Polynomial();
    // Longest chains of pairs, each beginning where the one before ended or later; one pump serves all when they agree.
    std::vector<const Ambiguity*> primary;
    for (const Ambiguity& a : found) {
      if (!a.variant) primary.push_back(&a);
    }
    Chains(primary, out);
    std::stable_sort(found.begin(), found.end(),
                     [](const Ambiguity& a, const Ambiguity& b) { return a.rank < b.rank; });
    for (const Ambiguity& a : found) Offer(a, out);
  }

  void Chains(const std::vector<const Ambiguity*>& pairs, std::vector<Candidate>& out) {
    // Longest path over the components: their edges go forwards only, so it ends. A few pairs for each edge.
    std::vector<const Ambiguity*> edges;
    for (const Ambiguity* a : pairs) {
      const auto same =
          std::ranges::count_if(edges, [&](const Ambiguity* e) { return e->from == a->from && e->to == a->to; });
      if (same < 2 && edges.size() < 200) edges.push_back(a);
    }
    std::vector<int> length(edges.size(), 1), next(edges.size(), -1);
    for (size_t round = 0; round < 8; ++round) {
      bool changed = false;
      for (size_t i = 0; i < edges.size(); ++i) {
        for (size_t j = 0; j < edges.size(); ++j) {
          if (edges[i]->to == edges[j]->from && length[j] + 1 > length[i] && length[i] < 6) {
            length[i] = length[j] + 1;
            next[i] = static_cast<int>(j);
            changed = true;
          }
        }
      }
      budget_.Spend(static_cast<int64_t>(edges.size() * edges.size()));
      if (!changed) break;
    }
    std::vector<size_t> order(edges.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return length[a] > length[b]; });
    for (size_t k = 0; k < std::min<size_t>(order.size(), 4) && length[order[k]] > 1; ++k) {
      // What pumps every pair of the chain: the word of one, or all words in a row.
      const Ambiguity& first = *edges[order[k]];
      Text together;
      std::vector<const Text*> words;
      for (int e = static_cast<int>(order[k]); e >= 0; e = next[static_cast<size_t>(e)]) {
        const Text& word = edges[static_cast<size_t>(e)]->pump;
        if (std::ranges::any_of(words, [&](const Text* w) { return *w == word; })) continue;
        words.push_back(&word);
        together.insert(together.end(), word.begin(), word.end());
      }
      Ambiguity chain = first;
      if (words.size() > 1 && together.size() <= 64) {
        chain.pump = together;
        Offer(chain, out, length[order[k]] + 1, false, 2);
      }
      chain.pump = first.pump;
      Offer(chain, out, length[order[k]] + 1, false, 2);
    }
  }

  // ---- trying
  // Counted on `n` pumps; nothing when that failed. `seen` gets what else was seen then.
  std::optional<double> Steps(const Candidate& c, const Text& suffix, uint64_t n, bool all, double limit,
                              Count* seen = nullptr) {
    Text text;
    text.reserve(c.prefix.size() + c.pump.size() * n + suffix.size());
    text.insert(text.end(), c.prefix.begin(), c.prefix.end());
    for (uint64_t i = 0; i < n; ++i) text.insert(text.end(), c.pump.begin(), c.pump.end());
    text.insert(text.end(), suffix.begin(), suffix.end());
    budget_.Spend(static_cast<int64_t>(text.size() / 8));
    const Count count = now_->counter->Run(text, all, limit);
    if (count.failed) return std::nullopt;
    if (seen != nullptr) *seen = count;
    return count.steps;
  }

  void Try(const std::vector<Candidate>& candidates) {
    int tried = 0;
    for (; next_ < candidates.size(); ++next_) {
      const Candidate& c = candidates[next_];
      now_ = short_.counter ? &short_ : &full_;
      const bool everywhere = found_ && !out_.before_24;
      if (budget_.gone() || (out_.verdict == Verdict::kExponential && everywhere)) return;
      if (out_.verdict == Verdict::kPolynomial && everywhere && !c.exponential && c.degree <= out_.degree) continue;
      if (++tried > 60) return;
      std::vector<Text> suffixes = c.suffixes;
      if (suffixes.empty()) suffixes = automaton_->Suffixes(c.prefix, c.pump);
      const auto add = [&](Text s) {
        if (std::ranges::find(suffixes, s) == suffixes.end()) suffixes.push_back(std::move(s));
      };
      add({});
      for (const Text& s : refusals_) add(s);
      if (automaton_->OtherCharacter() != 0) add({automaton_->OtherCharacter()});
      // A string of bytes cannot match what asks for more, and V8 knows it beforehand.
      if (now_->counter->byte_blind()) add({automaton_->OtherWide()});
      for (const uint32_t s : {10u, 0u, 33u, 32u, 97u}) add({s});
      add({10, 33});
      const size_t most = now_->counter->exact() ? 16 : 8;
      if (suffixes.size() > most) suffixes.resize(most);
      Attempt(c, suffixes);
    }
  }

  // Accepts the candidate with one of the suffixes, when it makes the pattern slow.
  void Attempt(const Candidate& c, const std::vector<Text>& suffixes) {
    // Which of them grow at all?
    struct Screened {
      double score, a, b;
      size_t suffix;
      bool all;
    };
    std::vector<Screened> screened;
    // Where the first search matches nothing there is nothing to go on from.
    std::vector<uint8_t> goes_on(suffixes.size(), 1);
    const bool exact = now_->counter->exact();
    bool exploded = false;
    for (const bool all : modes_) {
      for (size_t s = 0; s < suffixes.size(); ++s) {
        if (all && goes_on[s] == 0) continue;
        constexpr double kLimit = 12000;
        constexpr uint64_t kPumps = 3;
        Count first, second;
        const auto a = Steps(c, suffixes[s], kPumps, all, kLimit, &first),
                   b = Steps(c, suffixes[s], 2 * kPumps, all, kLimit, &second);
        if (!all) goes_on[s] = first.matched || second.matched || first.limit || second.limit;
        if (!a || !b || budget_.gone()) continue;
        // Counts on a line stay there once no repeat has a bound left to reach.
        if (now_->bound <= 4 && !second.limit) {
          const auto third = Steps(c, suffixes[s], 3 * kPumps, all, kLimit);
          if (third && *third - *b == *b - *a) continue;
        }
        // Steps are dear where they are taken one by one; and where counts explode any suffix will do.
        if (exact ? *b > 200 * *a && !std::exchange(exploded, true) : *b > 2.6 * *a) {
          const Proof proof = Prove(c, suffixes[s], all);
          if (exact ? proof.exponential : proof.super_linear) return Accept(c, suffixes[s], all, proof);
          if (!exact) continue;
        }
        const double length = static_cast<double>(c.prefix.size() + 2 * kPumps * c.pump.size() + suffixes[s].size());
        screened.push_back({*b / length * std::log2(*b / *a + 1e-9), *a, *b, s, all});
      }
    }
    std::stable_sort(screened.begin(), screened.end(),
                     [](const Screened& a, const Screened& b) { return a.score > b.score; });
    // Those that count alike are tried once.
    std::vector<const Screened*> refuted;
    for (const Screened& one : screened) {
      if (refuted.size() == 3 || budget_.gone()) return;
      if (std::ranges::any_of(refuted,
                              [&](const Screened* r) { return r->a == one.a && r->b == one.b && r->all == one.all; }))
        continue;
      const Text& suffix = suffixes[one.suffix];
      const Proof proof = Prove(c, suffix, one.all);
      if (proof.super_linear) return Accept(c, suffix, one.all, proof);
      refuted.push_back(&one);
    }
  }

  // Counts as Node before 24 takes steps, which tries lookarounds that what follows rules out.
  void SetOlder(bool older) {
    older_ = older;
    for (const Machine* m : {&full_, &short_}) {
      if (m->counter != nullptr) m->counter->set_older(older);
    }
  }

  Proof Prove(const Candidate& c, const Text& suffix, bool all) {
    Proof proof = ProveHere(c, suffix, all);
    if (!proof.super_linear || now_ != &short_) return proof;
    if (full_.counter == nullptr) {
      // Too big to be counted as it is. On texts no longer than the options that were kept it is the same program.
      const size_t around = c.prefix.size() + suffix.size();
      const uint64_t n = around < kFewOptions ? (kFewOptions - around) / c.pump.size() : 0;
      if (!proof.exponential || n < 8) return Uncounted();
      const auto half = Steps(c, suffix, n / 2, all, 0), before = Steps(c, suffix, n - 1, all, 0),
                 last = Steps(c, suffix, n, all, 0);
      const bool explodes = half && before && last && *last > 1.25 * *before && Slope(*half, *last) > 5;
      return explodes ? proof : Uncounted();
    }
    // What grows with few options is counted again with all of them.
    now_ = &full_;
    Proof full = ProveHere(c, suffix, all);
    const bool counted = full.counted && !budget_.gone();
    if (!counted || !full.super_linear) now_ = &short_;
    return counted || proof.bounded ? full : proof;
  }
  Proof ProveHere(const Candidate& c, const Text& suffix, bool all) {
    return now_->counter->exact() ? ProveExactly(c, suffix, all) : ProveByRunning(c, suffix, all);
  }

  static Proof Uncounted() {
    Proof proof;
    proof.counted = false;
    return proof;
  }
  static double Slope(double a, double b) { return std::isinf(b) && !std::isinf(a) ? 1e9 : std::log2(b / a); }

  Proof ProveExactly(const Candidate& c, const Text& suffix, bool all) {
    Proof proof;
    std::vector<double> at;
    const auto slope = [&] { return Slope(at[at.size() - 2], at.back()); };
    for (const uint64_t n : {5, 10, 20, 40}) {
      const auto steps = Steps(c, suffix, n, all, 0);
      if (!steps) return Uncounted();
      at.push_back(*steps);
    }
    const double last = at.back(), late = slope();
    bool explodes = (last > 1e12 && late > 6) || std::isinf(last);
    if (!explodes && late > 5) {
      // A slow exponential, or a repeat that is about to reach its bound?
      const auto steps = Steps(c, suffix, 80, all, 0);
      if (!steps) return Uncounted();
      at.push_back(*steps);
      explodes = slope() > 7 && slope() > late * 1.25 && (exact_.has_loop || *steps > kSecond);
    }
    if (explodes && !std::isinf(last)) {
      // A high power looks alike at first: its slope stays, that of an exponential grows with n.
      const auto a = Steps(c, suffix, 80, all, 0), b = a ? Steps(c, suffix, 160, all, 0) : std::nullopt;
      if (a && b && !std::isinf(*b)) {
        const double now = Slope(*a, *b), before = Slope(last, *a);
        if (exact_.has_loop && now < before * 1.4) {
          proof.super_linear = true;
          proof.degree = static_cast<int>(std::lround(now));
          proof.first = 160;
          proof.samples = {*b};
          return proof;
        }
      }
    }
    if (explodes) {
      proof.super_linear = proof.exponential = true;
      return proof;
    }
    // Counts are eventually a polynomial in n: the order at which finite differences vanish is its degree.
    const uint64_t pump = c.pump.size();
    proof.step = 12;
    proof.first = std::max<uint64_t>(24, (std::min<uint64_t>(now_->bound, 3000) * 22 / 10 + pump - 1) / pump);
    constexpr size_t kMostSamples = 8;
    // Of each order of differences the last one, and how many have been zero in a row. A sample adds one to each, and
    // an order. One zero may be chance: where V8 skips several starts at once, counts have a period. A second tells.
    struct Order {
      double last;
      int zeros;
    };
    std::vector<Order> orders;
    std::vector<double>& samples = proof.samples;
    while (now_->bound <= 3000 && samples.size() < kMostSamples) {
      const auto steps = Steps(c, suffix, proof.first + proof.step * samples.size(), all, 0);
      if (!steps) {
        if (samples.size() == kMostSamples - 1) return Uncounted();
        break;
      }
      samples.push_back(*steps);
      orders.push_back({0, 0});
      double d = *steps;
      for (Order& o : orders) {
        o.zeros = std::abs(d) <= 1e-9 * std::abs(*steps) ? o.zeros + 1 : 0;
        const double before = std::exchange(o.last, d);
        d -= before;
      }
      const auto vanishing = std::ranges::find_if(orders, [](const Order& o) { return o.zeros >= 2; });
      if (vanishing == orders.end()) continue;
      proof.degree = std::max<int>(0, static_cast<int>(vanishing - orders.begin()) - 1);
      if (proof.degree >= 2 && samples.back() > samples.front()) {
        proof.super_linear = true;
      } else if (last > kSecond) {
        proof.super_linear = proof.exponential = proof.bounded = true;
      }
      return proof;
    }
    return ProveBySlopes(c, suffix, all, last);
  }

  Proof ProveBySlopes(const Candidate& c, const Text& suffix, bool all, double at_forty) {
    Proof proof;
    const uint64_t pump = c.pump.size();
    const uint64_t want =
        !now_->counter->exact() ? 300 : std::min<uint64_t>(1600, std::max<uint64_t>(400, uint64_t{now_->bound} * 4));
    const uint64_t most = std::max<uint64_t>(40, want / pump);
    std::vector<std::pair<uint64_t, double>> at;
    Count seen;
    const auto sample = [&](uint64_t n) {
      const auto steps = Steps(c, suffix, n, all, 150000, &seen);
      if (steps) at.emplace_back(n, *steps);
      return steps.has_value() && !seen.limit;
    };
    for (const uint64_t n : {(most + 3) / 4, (most + 1) / 2, most}) {
      if (!sample(n)) break;
    }
    if (at.size() < 2) return Uncounted();
    const auto slope = [&](size_t i) {
      return Slope(at[i - 1].second, at[i].second) /
             std::log2(static_cast<double>(at[i].first) / static_cast<double>(at[i - 1].first));
    };
    double now = slope(at.size() - 1), before = at.size() > 2 ? slope(at.size() - 2) : now;
    // A repeat's bound being crossed looks like a high degree once, and a small square beside a large line grows late:
    // go on until two slopes agree.
    const auto settled = [&] { return std::abs(now - before) <= 0.6 && (now >= 1.6 || now < before + 0.05); };
    for (int k = 0; k < 4 && now > 1.35 && !settled() && !seen.limit; ++k) {
      if (!sample(at.back().first * 2)) break;
      before = now;
      now = slope(at.size() - 1);
    }
    if (now > 1.35 && std::abs(now - before) > 0.6 && !seen.limit && now < 9) return proof;
    // Fewer steps than characters are no growth, however they jump.
    if (at.back().second < static_cast<double>(at.back().first * pump)) return proof;
    if (now > 9) {
      proof.super_linear = proof.exponential = true;
    } else if (now >= 1.6) {
      proof.super_linear = true;
      proof.degree = std::max(2, static_cast<int>(std::lround(now)));
      proof.first = at.back().first;
      proof.samples = {at.back().second};
    } else if (at_forty > kSecond) {
      proof.super_linear = proof.exponential = proof.bounded = true;
    }
    return proof;
  }

  // With back references steps are taken, not counted, up to a limit; growth shows in the slopes before it.
  Proof ProveByRunning(const Candidate& c, const Text& suffix, bool all) {
    Proof proof;
    double limit = 50000;
    std::vector<std::pair<double, double>> at;
    Count seen;
    bool more = true;
    const auto slope = [&](size_t i, size_t j) {
      return std::log2(at[j].second / at[i].second) / std::log2(at[j].first / at[i].first);
    };
    // What doubles for every so many characters goes on at that pace, where a power of the length falls behind.
    const auto keeps_pace = [&] {
      if (at.size() < 4) return false;
      const auto pace = [&](size_t i) {
        return std::log2(at[i].second / at[i - 1].second) / (at[i].first - at[i - 1].first);
      };
      const size_t last = at.size() - 1;
      return slope(last - 1, last) > 3 && pace(last) > 0.8 * pace(last / 2 + 1);
    };
    for (const uint64_t n : {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64}) {
      auto steps = Steps(c, suffix, n, all, limit, &seen);
      if (steps && seen.limit && std::exchange(more, false) && keeps_pace()) {
        limit *= 4;
        steps = Steps(c, suffix, n, all, limit, &seen);
      }
      if (!steps) return proof;
      if (seen.limit) break;
      at.emplace_back(static_cast<double>(n), *steps);
    }
    // Of the later half.
    const auto late_slope = [&] {
      size_t i = 0;
      while (2 * at[i].first < at.back().first) ++i;
      return slope(i, at.size() - 1);
    };
    if (seen.limit) {
      if (at.size() < 3) return Uncounted();
      const size_t last = at.size() - 1;
      const double late = slope(last - 1, last), early = slope(last / 2 == 0 ? 0 : last / 2 - 1, last / 2);
      if ((late > 5 && late > early * 1.2) || late > 9) {
        proof.super_linear = proof.exponential = true;
        return proof;
      }
    }
    if (seen.limit || at.size() < 4) {
      if (at.size() >= 3 && late_slope() > 1.8) {
        proof.super_linear = true;
        proof.degree = std::max(2, static_cast<int>(std::lround(late_slope())));
        proof.first = static_cast<uint64_t>(at.back().first);
        proof.samples = {at.back().second};
      }
      return proof;
    }
    if (late_slope() < 1.05) return proof;
    // Comparing takes a quarter of a step a character, so its share shows late.
    return ProveBySlopes(c, suffix, all, 0);
  }

  // ---- reporting
  void Accept(const Candidate& c, const Text& suffix, bool all, const Proof& proof) {
    const auto rank = [](bool exponential, int degree, bool older) {
      return std::pair(exponential ? 1 << 20 : degree, !older);
    };
    if (found_ && rank(proof.exponential, proof.degree, older_) <=
                      rank(out_.verdict == Verdict::kExponential, out_.degree, out_.before_24))
      return;
    out_.verdict = proof.exponential ? Verdict::kExponential : Verdict::kPolynomial;
    out_.degree = proof.exponential ? 0 : proof.degree;
    out_.bounded = proof.bounded;
    out_.before_24 = older_;
    out_.only_all = all;
    out_.attack = {};
    AppendUtf16(out_.attack.prefix, c.prefix);
    AppendUtf16(out_.attack.pump, c.pump);
    AppendUtf16(out_.attack.suffix, suffix);
    Locate(c);
    Lengths(c, suffix, all, proof);
    found_ = true;
    best_ = c;
    best_suffix_ = suffix;
    best_machine_ = now_;
  }

  // The same attack in fewer words, when it costs the same.
  void Simplify() {
    budget_.left = std::max<int64_t>(budget_.left, 0) + total_ / 20;
    total_ += total_ / 20;
    now_ = best_machine_;
    SetOlder(out_.before_24);
    const auto attempt = [&](const Candidate& c, const Text& suffix) {
      const Proof proof = Prove(c, suffix, out_.only_all);
      const bool same = proof.super_linear && proof.exponential == (out_.verdict == Verdict::kExponential) &&
                        proof.bounded == out_.bounded && (proof.exponential || proof.degree >= out_.degree) &&
                        !budget_.gone();
      if (!same) return false;
      const Verdict verdict = out_.verdict;
      found_ = false;
      const auto hotspots = out_.hotspots;
      const Cause cause = out_.cause;
      Accept(c, suffix, out_.only_all, proof);
      if (out_.verdict != verdict) return false;
      out_.hotspots = hotspots;
      out_.cause = cause;
      return true;
    };
    // The shortest word the pump repeats.
    const Text pump = best_.pump;
    for (size_t k = 1; k < pump.size(); ++k) {
      if (pump.size() % k != 0) continue;
      bool repeats = true;
      for (size_t i = k; i < pump.size() && repeats; ++i) repeats = pump[i] == pump[i - k];
      if (!repeats) continue;
      Candidate c = best_;
      c.pump.resize(k);
      if (attempt(c, best_suffix_)) break;
    }
    // A prefix that only begins the pumping.
    if (!best_.prefix.empty()) {
      Candidate c = best_;
      c.prefix.clear();
      if (!attempt(c, best_suffix_)) {
        c = best_;
        while (c.prefix.size() >= c.pump.size() && std::equal(c.pump.rbegin(), c.pump.rend(), c.prefix.rbegin()))
          c.prefix.resize(c.prefix.size() - c.pump.size());
        if (c.prefix.size() < best_.prefix.size()) attempt(c, best_suffix_);
      }
    }
    for (const Text& suffix : {Text{}, Text{'!'}}) {
      if (best_suffix_.size() > suffix.size() && attempt(best_, suffix)) break;
    }
  }

  // The outermost loop that holds nothing but the characters of the state's loop.
  void Spot(uint32_t state) {
    if (state >= automaton_->states()) return;
    const uint32_t at = automaton_->InstructionOf(state);
    if (at == kInfinite) return;
    const Instruction& i = search_.code[at];
    // By place: a repeat's first copies are no part of its loop.
    const auto before = [](const Range& a, const Range& b) {
      return a.start != b.start ? a.start < b.start : a.end < b.end;
    };
    std::vector<Range> inside;
    for (uint32_t k = 0; k < search_.code.size(); ++k) {
      const Instruction& c = search_.code[k];
      if (c.op == Op::kChar && automaton_->SameLoop(state, k)) inside.push_back({c.start, c.end});
    }
    std::sort(inside.begin(), inside.end(), before);
    // What else is consumed.
    std::vector<Range> outside;
    for (const Instruction& c : search_.code) {
      const Range r{c.start, c.end};
      if (c.op == Op::kChar && !std::binary_search(inside.begin(), inside.end(), r, before)) outside.push_back(r);
    }
    const Node* best = nullptr;
    for (const Node& n : tree_.nodes) {
      if (n.kind != NodeKind::kQuantifier || n.max <= kFewRepeats || n.start > i.start || n.end < i.end) continue;
      const bool foreign = best != nullptr && std::ranges::any_of(outside, [&](const Range& r) {
                             return r.start >= n.start && r.end <= n.end;
                           });
      if (foreign) break;
      best = &n;  // children come first: from the inside out
    }
    if (best != nullptr) Mark(*best);
  }
  void Mark(const Node& n) {
    const Range r{n.start, n.end};
    if (std::ranges::find(out_.hotspots, r) == out_.hotspots.end()) out_.hotspots.push_back(r);
  }
  void Locate(const Candidate& c) {
    out_.hotspots.clear();
    if (c.look != kInfinite) {
      const Node& look = tree_.nodes[c.look];
      for (size_t i = tree_.nodes.size(); i-- > 0;) {  // from the outside in
        const Node& n = tree_.nodes[i];
        const bool inside = n.start >= look.start && n.end <= look.end;
        if (n.kind != NodeKind::kQuantifier || n.max <= 4 || !inside || out_.hotspots.size() >= 3) continue;
        if (std::ranges::none_of(out_.hotspots, [&](const Range& r) { return r.start <= n.start && n.end <= r.end; }))
          Mark(n);
      }
    }
    Spot(c.p);
    Spot(c.q);
    const bool searching = c.p < automaton_->states() && automaton_->InstructionOf(c.p) == kInfinite;
    out_.cause = c.behind || c.p == kInfinite            ? Cause::kLookbehind
                 : searching                             ? Cause::kEveryStart
                 : out_.verdict == Verdict::kExponential ? Cause::kLoopOverLoop
                                                         : Cause::kTwoLoops;
    if (out_.hotspots.empty()) {
      for (const Node& n : tree_.nodes) {
        if (n.kind == NodeKind::kQuantifier && n.max > 4 && out_.hotspots.size() < 3) Mark(n);
      }
    }
    std::sort(out_.hotspots.begin(), out_.hotspots.end(),
              [](const Range& a, const Range& b) { return a.start < b.start; });
  }

  void Lengths(const Candidate& c, const Text& suffix, bool all, const Proof& proof) {
    out_.growth.clear();
    out_.length_100ms = out_.length_1s = 0;
    const auto length = [&](uint64_t n) { return static_cast<uint64_t>(out_.attack.Length(n)); };
    if (proof.exponential) {
      Count seen;
      for (uint64_t n = 1; n <= 400; n += n < 60 ? 1 : 10) {
        const auto steps = Steps(c, suffix, n, all, 100000, &seen);
        if (!steps || seen.limit) break;
        out_.growth.push_back({length(n), *steps});
        if (out_.length_100ms == 0 && *steps >= kSecond / 10) out_.length_100ms = length(n);
        if (*steps >= kSecond) {
          out_.length_1s = length(n);
          break;
        }
      }
      // Not countable so far: go on as it grew.
      if (out_.length_1s == 0 && out_.growth.size() > 4) {
        const Point &b = out_.growth.back(), &a = out_.growth[out_.growth.size() - 4];
        const double per_unit = std::log(b.steps / a.steps) / static_cast<double>(b.length - a.length);
        if (per_unit > 0) {
          const auto at = [&](double steps) {
            return b.length + static_cast<uint64_t>(std::ceil(std::max(0.0, std::log(steps / b.steps) / per_unit)));
          };
          if (out_.length_100ms == 0) out_.length_100ms = at(kSecond / 10);
          out_.length_1s = at(kSecond);
        }
      }
      return;
    }
    const auto steps = [&](double n) {
      if (proof.samples.size() == 1)
        return proof.samples[0] * std::pow(n / static_cast<double>(proof.first), proof.degree);
      return Extrapolate(proof, n);
    };
    const auto reach = [&](double goal) -> uint64_t {
      uint64_t low = 1, high = kMaxString / std::max<size_t>(1, out_.attack.pump.size());
      if (steps(static_cast<double>(high)) < goal) return 0;
      while (low < high) {
        const uint64_t mid = low + (high - low) / 2;
        if (steps(static_cast<double>(mid)) >= goal) {
          high = mid;
        } else {
          low = mid + 1;
        }
      }
      return length(low);
    };
    out_.length_100ms = reach(kSecond / 10);
    out_.length_1s = reach(kSecond);
    for (uint64_t n = std::max<uint64_t>(proof.first, 32); n < (1u << 24); n *= 2) {
      out_.growth.push_back({length(n), steps(static_cast<double>(n))});
      if (out_.growth.back().steps > kSecond) break;
    }
  }

  // ---- when candidates exist and none holds: change them a little, led by the counter
  void Mutate(const std::vector<Candidate>& candidates) {
    struct Seed {
      Candidate c;
      Text suffix;
      bool all;
      double value;
    };
    uint32_t random = 1;
    const auto pick = [&](size_t n) {
      random = random * 1103515245u + 12345u;
      return static_cast<size_t>((random >> 8) % n);
    };
    const auto value = [&](const Candidate& c, const Text& suffix, bool all) {
      const auto a = Steps(c, suffix, 6, all, 20000), b = Steps(c, suffix, 12, all, 20000);
      return a && b ? std::log2(*b / *a) : 0;
    };
    std::vector<Seed> pool;
    for (const Candidate& c : candidates) {
      if (pool.size() >= 12 || budget_.gone()) break;
      pool.push_back({c, {}, false, value(c, {}, false)});
    }
    const size_t letters = std::min<size_t>(automaton_->letters(), 40);
    const auto by_value = [](const Seed& a, const Seed& b) { return a.value > b.value; };
    std::stable_sort(pool.begin(), pool.end(), by_value);
    // Counts on a line double at most. Where none does better soon, nothing leads anywhere.
    constexpr int kBlind = 24, kLed = 400;
    const auto led = [&] { return std::ranges::any_of(pool, [](const Seed& s) { return s.value > 1.02; }); };
    for (int evaluations = 0; evaluations < (led() ? kLed : kBlind) && !budget_.gone(); ++evaluations) {
      Seed s = pool[pick(std::min<size_t>(4, pool.size()))];
      const uint32_t letter = automaton_->Letter(pick(letters));
      Text &pump = s.c.pump, &prefix = s.c.prefix;
      switch (pick(7)) {
        case 0:
        case 1:
          pump[pick(pump.size())] = letter;
          break;
        case 2:
          pump.insert(pump.begin() + static_cast<long>(pick(pump.size() + 1)), letter);
          break;
        case 3:
          if (pump.size() > 1) pump.erase(pump.begin() + static_cast<long>(pick(pump.size())));
          break;
        case 4:
          if (prefix.empty()) {
            prefix.push_back(letter);
          } else {
            prefix[pick(prefix.size())] = letter;
          }
          break;
        case 5:
          s.suffix = s.suffix.empty() ? Text{letter} : Text{};
          break;
        default:
          prefix.insert(prefix.begin() + static_cast<long>(pick(prefix.size() + 1)), letter);
      }
      s.all = modes_[pick(modes_.size())];
      s.value = value(s.c, s.suffix, s.all);
      if (s.value > 1.5) {
        const Proof proof = Prove(s.c, s.suffix, s.all);
        if (proof.super_linear) {
          Accept(s.c, s.suffix, s.all, proof);
          return;
        }
      }
      if (s.value > pool.back().value) {
        pool.push_back(std::move(s));
        std::stable_sort(pool.begin(), pool.end(), by_value);
        if (pool.size() > 16) pool.pop_back();
      }
    }
  }

  const Tree& tree_;
  const Options& options_;
  Analysis& out_;
  Budget budget_;
  int64_t total_ = 0;
  std::vector<bool> modes_;
  uint32_t bound_ = 0, least_ = 0;  // largest counts of repeats: most, least
  Program search_, exact_, fewer_;
  std::unique_ptr<Automaton> automaton_;
  // A program to count on, and the largest count of its repeats. The full one is what V8 runs; the short one has fewer
  // options where there are many, so that what grows is found for less.
  struct Machine {
    std::unique_ptr<Counter> counter;
    uint32_t bound = 0;
  };
  Machine full_, short_;
  const Machine *now_ = nullptr, *best_machine_ = nullptr;
  std::vector<Text> refusals_;
  size_t next_ = 0;
  bool found_ = false, older_ = false;
  Candidate best_;
  Text best_suffix_;
};

}  // namespace

Analysis Analyze(std::u16string_view pattern, std::string_view flags, const Options& options) {
  Analysis out;
  Flags parsed;
  if (!Flags::Parse(flags, parsed)) {
    out.verdict = Verdict::kInvalid;
    out.error = "Invalid flags";
    return out;
  }
  if (pattern.size() > kMaxPattern) {
    out.verdict = Verdict::kUnknown;
    out.why_unknown = "it is longer than half a million characters";
    return out;
  }
  Tree tree;
  const ParseError error = Parse(pattern, parsed, tree, options.budget / 4);
  if (error.message != nullptr) {
    out.verdict = Verdict::kInvalid;
    out.error = error.message;
    out.error_at = error.at;
    return out;
  }
  out.needs_modifiers = tree.modifiers;
  out.needs_duplicate_names = tree.duplicate_names;
  if (options.budget <= 0) return out;
  if (options.use == Use::kSplit) tree.flags.y = false;
  Analyzer(tree, options, out).Run();
  return out;
}

}  // namespace looplint::regex
