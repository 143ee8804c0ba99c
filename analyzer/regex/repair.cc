#include "analyzer/regex/repair.h"

#include <algorithm>
#include <set>

#include "analyzer/regex/automaton.h"
#include "analyzer/regex/counter.h"
#include "analyzer/regex/parser.h"
#include "analyzer/regex/program.h"

namespace looplint::regex {
namespace {

constexpr int kTexts = 10000;       // in which both match the same, where that is all there is to go by
constexpr int kTextsProven = 2000;  // where both are known to accept the same
constexpr int kTextsFirst = 200;    // before anything dear is tried
constexpr int kMaxRewrites = 3;     // one after the other

struct Rewrite {
  Range at;
  std::u16string by;
  bool captures = false;
};

class Rewriter {
 public:
  Rewriter(std::u16string_view pattern, const Tree& tree) : text_(pattern), t_(tree) {}

  std::vector<Rewrite> All() {
    for (const Node& n : t_.nodes) {
      if (n.kind == NodeKind::kQuantifier && n.max == kInfinite) Loop(n);
      if (n.kind == NodeKind::kSequence) Neighbours(n);
    }
    Starts();
    return std::move(out_);
  }

 private:
  std::u16string Text(const Node& n) const { return std::u16string(text_.substr(n.start, n.end - n.start)); }
  const Node& Child(const Node& n, uint32_t i = 0) const { return t_.nodes[t_.children[n.first + i]]; }
  static bool IsOne(const Node& n) {
    return (n.kind == NodeKind::kChar || n.kind == NodeKind::kSet) && n.strings == kInfinite;
  }
  // x+, x* and the like over one character; its body.
  const Node* LoopOverOne(const Node& n) const {
    return n.kind == NodeKind::kQuantifier && n.max == kInfinite && n.min <= 1 && n.greedy && IsOne(Child(n))
               ? &Child(n)
               : nullptr;
  }
  bool Disjoint(const Node& a, const Node& b) const { return t_.sets[a.set].Intersect(t_.sets[b.set]).empty(); }
  void Offer(const Node& n, std::u16string by, bool captures = false) {
    out_.push_back({{n.start, n.end}, std::move(by), captures});
  }
  static std::u16string Around(const std::u16string& body, bool optional) {
    std::u16string out(u"(?:");
    out += body;
    out += optional ? u")?" : u")";
    return out;
  }

  // Repeats of a group.
  void Loop(const Node& n) {
    const Node& group = Child(n);
    if (group.kind != NodeKind::kGroup) return;
    const Node& d = Child(group);
    const bool captures = group.value != 0;
    std::u16string tail = std::u16string(text_.substr(group.end, n.end - group.end));
    if (d.count == 1) {
      const Node& s = Child(d);
      // (?:x+)*, (?:x+y?)+, (?:y?x+)+
      if (s.count == 1 && LoopOverOne(Child(s)) != nullptr) {
        const Node& inner = Child(s);
        std::u16string by = Text(*LoopOverOne(inner));
        by += n.min > 0 && inner.min > 0 ? u"+" : u"*";
        if (n.min <= 1) Offer(n, by, captures);
      }
      if (s.count == 2) {
        for (const bool first : {true, false}) {
          const Node &loop = Child(s, first ? 0 : 1), &other = Child(s, first ? 1 : 0);
          const Node* x = LoopOverOne(loop);
          if (x == nullptr || loop.min != 1 || other.kind != NodeKind::kQuantifier || other.min != 0 || !other.greedy)
            continue;
          const Node& y = Child(other);
          if (!IsOne(y) || !Disjoint(*x, y) || n.min > 1) continue;
          std::u16string by;
          if (other.max == 1) {
            std::u16string more = Text(y);
            more += Text(*x);
            more += u"+";
            by = first ? Text(loop) : Text(other) + Text(loop);
            by += Around(more, false) + u"*";
            if (first) by += Text(other);
          } else if (other.max == kInfinite && first) {
            by = Text(*x);
            by += u"(?:" + Text(*x) + u"|" + Text(y) + u")*";
          } else {
            continue;
          }
          Offer(n, n.min == 0 ? Around(by, true) : captures ? by : Around(by, false), captures);
        }
      }
      return;
    }
    // (?:x|y)*: one class of all; (?:x+|y)*: the loop outside is enough.
    bool all_one = true, any_loop = false;
    CharSet all;
    std::u16string parts, alternatives;
    for (uint32_t i = 0; i < d.count; ++i) {
      const Node& s = Child(d, i);
      const Node* only = s.count == 1 ? &Child(s) : nullptr;
      const Node* loop = only == nullptr ? nullptr : LoopOverOne(*only);
      if (loop != nullptr && only->min == 1) {
        any_loop = true;
        only = loop;
      }
      if (i > 0) alternatives += u"|";
      alternatives += only == nullptr ? Text(s) : Text(*only);
      if (only == nullptr || !IsOne(*only)) {
        all_one = false;
        continue;
      }
      all.Add(t_.sets[only->set]);
      std::u16string part = Text(*only);
      if (part.starts_with(u"[^") || part == u".") {
        parts += u"\uffff";  // cannot be written into a class
      } else if (part.starts_with(u"[")) {
        parts += part.substr(1, part.size() - 2);
      } else if (part == u"-" || part == u"^" || part == u"]") {
        parts += u"\\" + part;
      } else {
        parts += part;
      }
    }
    const std::u16string open = captures ? u"(" : u"(?:";
    if (all_one) {
      all.Normalize();
      std::u16string by;
      const bool everything = all.Contains(0) && all.intervals().size() == 1 && all.intervals()[0].hi >= t_.max_char();
      if (everything) {
        by = u"[^]";
      } else if (parts.find(u'\uffff') == std::u16string::npos) {
        by = u"[" + parts + u"]";
      } else {
        by.clear();
      }
      if (!by.empty()) Offer(n, (captures ? u"(" + by + u")" : by) + tail, false);
    }
    if (any_loop) Offer(n, open + alternatives + u")" + tail, captures);
  }

  // x*x+ and the like, one after the other.
  void Neighbours(const Node& s) {
    for (uint32_t i = 0; i + 1 < s.count; ++i) {
      const Node &a = Child(s, i), &b = Child(s, i + 1);
      const Node *x = LoopOverOne(a), *y = LoopOverOne(b);
      if (x == nullptr || y == nullptr || x->set != y->set) continue;
      const uint32_t min = a.min + b.min;
      std::u16string by = Text(*x);
      by += min == 0 ? u"*" : min == 1 ? u"+" : u"{2,}";
      out_.push_back({{a.start, b.end}, by, false});
    }
  }

  // A search that begins again inside what it scanned: not after a character of it.
  void Starts() {
    std::vector<Rewrite> guards;
    const std::vector<const Node*> firsts = FirstLoops();
    for (const Node* first : firsts) {
      const std::u16string guard = u"(?<!" + Text(Child(*first)) + u")";
      guards.push_back({{first->start, first->start}, guard, false});
    }
    out_.insert(out_.end(), guards.begin(), guards.end());
    if (guards.size() < 2) return;
    std::u16string whole;
    uint32_t done = 0;
    for (const Rewrite& g : guards) {
      whole += text_.substr(done, g.at.start - done);
      whole += g.by;
      done = g.at.start;
    }
    whole += text_.substr(done);
    out_.push_back({{0, static_cast<uint32_t>(text_.size())}, whole, false});
  }

  // The loops over one character with which alternatives of the pattern begin, through groups, in order.
  std::vector<const Node*> FirstLoops() const {
    std::vector<const Node*> loops, work = {&t_.nodes[t_.root()]};
    while (!work.empty()) {
      const Node& d = *work.back();
      work.pop_back();
      for (uint32_t i = d.count; i-- > 0;) {
        const Node& s = Child(d, i);
        if (s.count == 0) continue;
        const Node& first = Child(s);
        if (first.kind == NodeKind::kGroup) {
          work.push_back(&Child(first));
        } else if (first.kind == NodeKind::kQuantifier && first.max == kInfinite && IsOne(Child(first))) {
          loops.push_back(&first);
        }
      }
    }
    std::sort(loops.begin(), loops.end(), [](const Node* a, const Node* b) { return a->start < b->start; });
    return loops;
  }

  const std::u16string_view text_;
  const Tree& t_;
  std::vector<Rewrite> out_;
};

bool Plain(const Tree& t, const Node& quantifier) { return t.nodes[t.children[quantifier.first]].max_length <= 1; }

// Whether the automaton for the search is the pattern itself: nothing in it was relaxed.
bool IsExact(const Tree& t, const Program& search) {
  if (t.backreferences || search.inlinable) return false;
  for (const Node& n : t.nodes) {
    if (n.kind == NodeKind::kQuantifier && n.max != kInfinite && n.max > (Plain(t, n) ? 4u : 3u)) return false;
    if (n.kind == NodeKind::kQuantifier && n.min > 3) return false;
  }
  return std::ranges::all_of(search.code, [](const Instruction& i) { return i.op != Op::kLook || i.context >= 0; });
}

// Do both accept the same texts? 1: yes, 0: no, -1: too big to say.
int SameLanguage(Automaton& a, Automaton& b, Budget& budget) {
  // Letters of both together.
  std::set<uint32_t> starts = a.Boundaries();
  starts.merge(b.Boundaries());
  std::set<std::pair<int, int>> seen_letters;
  std::vector<std::pair<int, int>> letters;
  for (const uint32_t c : starts) {
    if (!budget.Spend(static_cast<int64_t>(4 + starts.size() / 2))) return -1;
    const std::pair<int, int> both{a.LetterOf(c), b.LetterOf(c)};
    if (seen_letters.insert(both).second) letters.push_back(both);
  }
  constexpr int kMatched = -2;
  std::set<std::pair<int, int>> seen;
  std::vector<std::pair<int, int>> work = {{a.StartSet(), b.StartSet()}};
  seen.insert(work[0]);
  for (size_t i = 0; i < work.size(); ++i) {
    if (work.size() > 10000 || !budget.Spend(static_cast<int64_t>(4 * letters.size()))) return -1;
    const auto [x, y] = work[i];
    const bool ends_a = x == kMatched || a.AcceptsAtEnd(x), ends_b = y == kMatched || b.AcceptsAtEnd(y);
    if (ends_a != ends_b) return 0;
    for (const auto& [k, l] : letters) {
      const int next_a = x == kMatched || a.AcceptsBefore(x, k) ? kMatched : a.Step(x, static_cast<uint32_t>(k));
      const int next_b = y == kMatched || b.AcceptsBefore(y, l) ? kMatched : b.Step(y, static_cast<uint32_t>(l));
      if (next_a == -1 || next_b == -1) return -1;
      if (next_a == kMatched && next_b == kMatched) continue;
      if (!seen.insert({next_a, next_b}).second) continue;
      budget.Spend(20);
      work.emplace_back(next_a, next_b);
    }
  }
  return 1;
}

// Texts near what a pattern is about: words it reads, one after the other, whole or damaged, and noise.
class Texts {
 public:
  Texts(const Program& program, const Automaton& letters) : p_(program), of_set_(program.sets.size()) {
    for (size_t k = 0; k < letters.letters(); ++k) {
      const uint32_t c = letters.Letter(k);
      if (k < 24) alphabet_.push_back(c);
      for (size_t i = 0; i < of_set_.size(); ++i) {
        if (p_.sets[i]->Contains(c)) of_set_[i].push_back(c);
      }
    }
  }

  const Text& Next() {
    text_.clear();
    const size_t kind = Pick(4);
    if (kind == 0) Noise(Pick(4) == 0 ? Pick(30) : Pick(12));
    for (size_t words = kind == 0 ? 0 : 1 + Pick(3); words > 0 && text_.size() < 60; --words) {
      const size_t from = text_.size();
      Read();
      if (text_.size() > from && Pick(3) == 0) {
        const auto at = text_.begin() + static_cast<long>(from + Pick(text_.size() - from));
        if (Pick(2) == 0) {
          text_.erase(at);
        } else {
          *at = Letter(alphabet_);
        }
      }
      if (Pick(3) == 0) Noise(Pick(4));
    }
    return text_;
  }

 private:
  size_t Pick(size_t n) {
    random_ = random_ * 1103515245u + 12345u;
    return static_cast<size_t>((random_ >> 8) % n);
  }
  uint32_t Letter(const std::vector<uint32_t>& of) { return of[Pick(of.size())]; }
  void Noise(size_t length) {
    const size_t few = 1 + Pick(std::min<size_t>(alphabet_.size(), 4)), from = Pick(alphabet_.size());
    const size_t end = text_.size() + length;
    while (text_.size() < end) {
      const uint32_t c = Pick(8) == 0 ? Letter(alphabet_) : alphabet_[(from + Pick(few)) % alphabet_.size()];
      for (size_t r = Pick(3) == 0 ? 1 + Pick(4) : 1; r > 0; --r) text_.push_back(c);
    }
  }
  // A walk through the program; what lookarounds ask for is read only where one ends the word.
  void Read() {
    uint32_t at = p_.start;
    for (int steps = 0; steps < 200 && text_.size() < 80; ++steps) {
      const Instruction& i = p_.code[at];
      switch (i.op) {
        case Op::kAccept:
        case Op::kLookEnd:
          return;
        case Op::kChar:
          if (of_set_[i.set].empty()) return;
          text_.push_back(Letter(of_set_[i.set]));
          at = i.next;
          break;
        case Op::kSplit:
          at = p_.alternatives[i.first + Pick(i.count)];
          break;
        case Op::kLoop:
        case Op::kOption:
          at = Pick(3) == 0 ? i.next : i.body;
          break;
        case Op::kLook:
          at = !i.behind && Pick(2) == 0 ? i.body : i.next;
          break;
        default:
          at = i.next;
      }
    }
  }

  const Program& p_;
  std::vector<uint32_t> alphabet_;
  std::vector<std::vector<uint32_t>> of_set_;
  uint32_t random_ = 12345;
  Text text_;
};

// Whether two patterns match the same in texts that are near both of them.
class Comparison {
 public:
  Comparison(const Tree& ta, const Program& a, const Tree& tb, const Program& b, Texts texts, bool iterate,
             Budget& budget)
      : budget_(budget), texts_(std::move(texts)), x_(a, ta, budget), y_(b, tb, budget), iterate_(iterate) {}

  // In `count` texts in all, those of earlier calls among them. False as well when the budget does not reach.
  bool Same(int count) {
    for (; done_ < count; ++done_) {
      const Text& text = texts_.Next();
      budget_.Spend(static_cast<int64_t>(8 + text.size()));
      const Count m = x_.Run(text, iterate_, 20000), n = y_.Run(text, iterate_, 20000);
      if (m.failed || n.failed || budget_.gone()) return false;
      if (m.limit || n.limit) continue;
      if (m.matched != n.matched || m.matches != n.matches) return false;
    }
    return true;
  }

 private:
  Budget& budget_;
  Texts texts_;
  Counter x_, y_;
  const bool iterate_;
  int done_ = 0;
};

bool Better(const Analysis& after, Verdict verdict, int degree) {
  return after.verdict == Verdict::kLinear ||
         (after.verdict == Verdict::kPolynomial && (verdict == Verdict::kExponential || after.degree < degree));
}

std::optional<Repair> Search(std::u16string_view pattern, std::string_view flags, const Analysis& analysis,
                             const Options& options, Budget& budget, int depth) {
  constexpr size_t kMaxTries = 16;
  Flags parsed;
  Tree tree;
  if (budget.left <= 0 || !Flags::Parse(flags, parsed) ||
      Parse(pattern, parsed, tree, budget.left).message != nullptr || tree.opaque)
    return std::nullopt;
  budget.Spend(tree.work);
  if (analysis.verdict != Verdict::kExponential && analysis.verdict != Verdict::kPolynomial) return std::nullopt;
  Program exact, search;
  std::optional<Automaton> automaton;
  std::vector<Rewrite> rewrites = Rewriter(pattern, tree).All();
  if (rewrites.size() > kMaxTries) rewrites.resize(kMaxTries);
  // Also without g: split() takes every match.
  const bool iterate = options.use != Use::kOnce;
  std::optional<Repair> best;
  Analysis best_analysis;
  for (const Rewrite& r : rewrites) {
    if (budget.gone()) break;
    Repair repair;
    repair.pattern = std::u16string(pattern.substr(0, r.at.start));
    repair.pattern += r.by;
    repair.pattern += pattern.substr(r.at.end);
    repair.replaced = r.at;
    repair.by = r.by;
    repair.captures = r.captures;
    Tree other;
    if (Parse(repair.pattern, parsed, other, budget.left).message != nullptr || other.opaque) continue;
    budget.Spend(other.work);
    if (r.captures && tree.backreferences) continue;
    // What is cheap to refute comes first: texts, then automata, then the cost, then all texts.
    if (!automaton) {
      if (!exact.Build(tree, Program::Kind::kExact, 4000, kInfinite) ||
          !search.Build(tree, Program::Kind::kSearch, 4000, 40))
        break;
      automaton.emplace(tree, search, budget);
      if (!automaton->Build()) break;
    }
    Program other_exact, other_search;
    if (!other_exact.Build(other, Program::Kind::kExact, 4000, kInfinite) ||
        !other_search.Build(other, Program::Kind::kSearch, 4000, 40))
      continue;
    budget.Spend(static_cast<int64_t>(other_exact.code.size() + other_search.code.size()));
    Automaton right(other, other_search, budget);
    if (!right.Build()) continue;
    Comparison comparison(tree, exact, other, other_exact, Texts(search, *automaton), iterate, budget);
    if (!comparison.Same(kTextsFirst)) continue;
    if (IsExact(tree, search) && IsExact(other, other_search)) {
      const int same = SameLanguage(*automaton, right, budget);
      if (same == 0) continue;
      repair.proven = same > 0;
    }
    Options again = options;
    again.budget = std::max<int64_t>(1, budget.left / 2);
    again.only_exponential = false;
    const Analysis after = Analyze(repair.pattern, flags, again);
    budget.Spend(after.operations);
    repair.verdict = after.verdict;
    repair.degree = after.degree;
    if (best ? !Better(after, best->verdict, best->degree) : !Better(after, analysis.verdict, analysis.degree))
      continue;
    // Where matches begin and end, in any case.
    if (!comparison.Same(repair.proven ? kTextsProven : kTexts)) continue;
    best = std::move(repair);
    best_analysis = after;
    if (best->verdict == Verdict::kLinear) break;
  }
  if (!best || best->verdict == Verdict::kLinear || depth >= kMaxRewrites) return best;
  // What one rewrite made better another may finish.
  if (auto more = Search(best->pattern, flags, best_analysis, options, budget, depth + 1)) {
    more->replaced = {0, static_cast<uint32_t>(pattern.size())};
    more->by = more->pattern;
    more->proven = more->proven && best->proven;
    more->captures = more->captures || best->captures;
    return more;
  }
  return best;
}

}  // namespace

std::optional<Repair> FindRepair(std::u16string_view pattern, std::string_view flags, const Analysis& analysis,
                                 const Options& options, int64_t* operations) {
  // What the analysis left of its budget is there for the repair.
  const int64_t whole = options.budget - analysis.operations;
  Budget budget{whole};
  auto repair = Search(pattern, flags, analysis, options, budget, 0);
  if (operations != nullptr) *operations = whole - budget.left;
  return repair;
}

}  // namespace looplint::regex
