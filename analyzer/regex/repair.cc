#include "analyzer/regex/repair.h"

#include <algorithm>
#include <set>
#include <utility>

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

// Rewrites that keep the language. What they do to priorities and captures is looked at afterwards, on texts.
class Rewriter {
 public:
  Rewriter(std::u16string_view pattern, const Tree& tree) : text_(pattern), t_(tree) {}

  std::vector<Rewrite> All() {
    MeasureRuns();
    for (const Node& n : t_.nodes) {
      if (n.kind == NodeKind::kQuantifier && n.max == kInfinite) Loop(n);
      if (n.kind == NodeKind::kGroup) OneSet(n);
      if (n.kind != NodeKind::kSequence) continue;
      Neighbours(n);
      Separated(n);
      Divided(n);
    }
    Starts();
    return std::move(out_);
  }

 private:
  // x+, x* and the like, also when a group stands around it.
  struct Run {
    const Node* loop = nullptr;  // the quantifier
    const Node* one = nullptr;   // what it repeats
    bool captured = false;
    explicit operator bool() const { return loop != nullptr; }
  };
  // Nodes that match so many characters of one set, and nothing else.
  struct Lengths {
    uint32_t set = kInfinite, least = 0, most = 0;
    uint32_t one = 0;  // a node of that set
    int repeats = 0;   // quantifiers and alternatives in it
  };

  std::u16string Text(const Node& n) const { return std::u16string(text_.substr(n.start, n.end - n.start)); }
  const Node& Child(const Node& n, uint32_t i = 0) const { return t_.nodes[t_.children[n.first + i]]; }
  static bool IsOne(const Node& n) {
    return (n.kind == NodeKind::kChar || n.kind == NodeKind::kSet) && n.strings == kInfinite;
  }
  size_t IdOf(const Node& n) const { return static_cast<size_t>(&n - t_.nodes.data()); }
  bool IsOneLong(const Node& n) const {
    const Lengths& l = lengths_[IdOf(n)];
    return l.set != kInfinite && l.least == 1 && l.most == 1;
  }
  const CharSet& Set(const Node& n) const { return t_.sets[n.set]; }
  bool Within(const Node& a, const Node& b) const { return a.set == b.set || Set(a).Minus(Set(b)).empty(); }
  Run RunOf(const Node& n, bool lazy = false) const {
    Run run;
    const Node* at = &n;
    while (at->kind == NodeKind::kGroup) {
      const Node& d = Child(*at);
      if (text_.substr(at->start, 2) == u"(?" && at->value == 0 && text_.substr(at->start, 3) != u"(?:") return {};
      if (d.count != 1 || Child(d).count != 1) return {};
      run.captured = run.captured || at->value != 0;
      at = &Child(Child(d));
    }
    if (at->kind != NodeKind::kQuantifier || at->max != kInfinite || at->min > 1 || !(at->greedy || lazy)) return {};
    if (!IsOne(Child(*at))) return {};
    run.loop = at;
    run.one = &Child(*at);
    return run;
  }
  bool Captures(uint32_t from, uint32_t to) const {
    for (size_t c = 1; c < t_.captures.size(); ++c) {
      const Node& group = t_.nodes[t_.captures[c]];
      if (group.start >= from && group.end <= to) return true;
    }
    return false;
  }
  // The same once more: what it captures, the first one does.
  std::u16string Copy(const Node& n) const {
    std::u16string out;
    uint32_t done = n.start;
    for (uint32_t at = n.start; at < n.end; ++at) {
      for (size_t c = 1; c < t_.captures.size(); ++c) {
        const Node& group = t_.nodes[t_.captures[c]];
        if (group.start != at || group.end > n.end) continue;
        out += text_.substr(done, at - done);
        out += u"(?:";
        done = text_.substr(at, 3) == u"(?<" ? static_cast<uint32_t>(text_.find(u'>', at)) + 1 : at + 1;
      }
    }
    return out += text_.substr(done, n.end - done);
  }
  void Offer(uint32_t from, uint32_t to, std::u16string by, bool captures = false) {
    out_.push_back({{from, to}, std::move(by), captures});
  }
  void Offer(const Node& n, std::u16string by, bool captures = false) {
    Offer(n.start, n.end, std::move(by), captures);
  }
  static std::u16string Around(const std::u16string& body, bool optional) {
    std::u16string out(u"(?:");
    out += body;
    out += optional ? u")?" : u")";
    return out;
  }
  static std::u16string Times(uint32_t least, uint32_t most) {
    if (most == kInfinite && least < 2) return least == 0 ? u"*" : u"+";
    if (least == 1 && most == 1) return u"";
    if (least == 0 && most == 1) return u"?";
    const std::string bounds = "{" + std::to_string(least) +
                               (most == least       ? ""
                                : most == kInfinite ? ","
                                                    : "," + std::to_string(most)) +
                               "}";
    return std::u16string(bounds.begin(), bounds.end());
  }

  // ---- classes
  std::u16string InClass(uint32_t c) const {
    static constexpr char kHex[] = "0123456789abcdef";
    std::u16string out;
    const auto hex = [&](int digits) {
      for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += static_cast<char16_t>(kHex[c >> shift & 15]);
    };
    if (c == 9 || c == 10 || c == 13) {
      out = c == 9 ? u"\\t" : c == 10 ? u"\\n" : u"\\r";
    } else if (c >= 32 && c < 127) {
      if (std::string_view("\\]^-[/").find(static_cast<char>(c)) != std::string_view::npos ||
          (t_.flags.v && std::string_view("(){}|").find(static_cast<char>(c)) != std::string_view::npos))
        out = u"\\";
      out += static_cast<char16_t>(c);
    } else if (c < 256) {
      out = u"\\x";
      hex(2);
    } else if (c < 0x10000) {
      out = u"\\u";
      hex(4);
    } else {
      out = u"\\u{";
      hex(c < 0x100000 ? 5 : 6);
      out += u"}";
    }
    return out;
  }
  std::u16string Items(const CharSet& set) const {
    std::u16string out;
    for (const Interval& i : set.intervals()) {
      out += InClass(i.lo);
      if (i.hi > i.lo + 1) out += u"-";
      if (i.hi > i.lo) out += InClass(i.hi);
    }
    return out;
  }
  // Nothing when it would be too long to read.
  std::u16string Class(const CharSet& set) const {
    constexpr size_t kMost = 8;
    if (set.empty()) return u"";
    CharSet rest = set.Complement();
    CharSet all;
    all.Add(0, t_.max_char());
    rest = rest.Intersect(all);
    if (rest.empty()) return u"[^]";
    if (set.intervals().size() <= std::min(kMost, rest.intervals().size())) return u"[" + Items(set) + u"]";
    return rest.intervals().size() <= kMost ? u"[^" + Items(rest) + u"]" : u"";
  }
  // x without what `less` matches.
  std::u16string Without(const Node& x, const CharSet& less) const {
    const CharSet rest = Set(x).Minus(less);
    const CharSet gone = Set(x).Intersect(less);
    if (rest.empty() || gone.intervals().size() > 8) return u"";
    const std::u16string text = Text(x);
    if (!t_.flags.v && text.starts_with(u"[^")) return text.substr(0, text.size() - 1) + Items(gone) + u"]";
    if (text == u"\\S" || text == u"\\D" || text == u"\\W") {
      std::u16string out = u"[^\\";
      out += static_cast<char16_t>(text[1] | 32);
      return out + Items(gone) + u"]";
    }
    return Class(rest);
  }

  // ---- repeats of a group
  void Loop(const Node& n) {
    const Node& group = Child(n);
    if (group.kind != NodeKind::kGroup) return;
    const Node& d = Child(group);
    if (d.count == 1) return LoopOverSequence(n, group, Child(d));
    LoopOverAlternatives(n, group, d);
  }

  void LoopOverSequence(const Node& n, const Node& group, const Node& s) {
    if (s.count == 0 || n.min > 1) return;
    const bool captured = group.value != 0;
    const bool captures = Captures(n.start, n.end);
    // Group numbers stay what they are.
    const std::u16string open(text_.substr(
        group.start,
        captured ? (text_.substr(group.start, 3) == u"(?<" ? text_.find(u'>', group.start) + 1 - group.start : 1) : 0));
    const auto whole = [&](const std::u16string& by, bool optional) {
      if (captured) return open + by + (optional ? u")?" : u")");
      return optional ? Around(by, true) : by;
    };
    // (?:x+)*
    if (s.count == 1) {
      const Node& inner = Child(s);
      const Run x = RunOf(inner);
      if (!x) return;
      const std::u16string by = Text(*x.one) + (n.min > 0 && x.loop->min > 0 ? u"+" : u"*");
      Offer(n, captured ? open + by + u")" : by, captures);
      return;
    }
    // (?:cx*)* and (?:x*c)*, c being an x as well: one iteration is as good as many.
    const Run first = RunOf(Child(s)), last = RunOf(Child(s, s.count - 1));
    for (const bool front : {true, false}) {
      const Run& x = front ? first : last;
      if (!x) continue;
      bool all = true;
      for (uint32_t i = front ? 1 : 0; i < s.count - (front ? 0 : 1); ++i)
        all = all && IsOne(Child(s, i)) && Within(Child(s, i), *x.one);
      if (all) Offer(n, whole(Text(s), n.min == 0), captures);
    }
    if (s.count != 2) return;
    // (?:x+y?)+ and (?:y?x+)+, y being anything.
    for (const bool front : {true, false}) {
      const Run& x = front ? first : last;
      const Node &loop = Child(s, front ? 0 : 1), &other = Child(s, front ? 1 : 0);
      if (!x || x.loop->min != 1 || other.kind != NodeKind::kQuantifier || other.min != 0 || !other.greedy) continue;
      if (other.max != 1 && other.max != kInfinite) continue;
      const Node& y = Child(other);
      const std::u16string more = Copy(y) + (other.max == 1 ? u"" : u"+") + Copy(loop);
      std::u16string by = front ? Text(loop) : Text(other) + Text(loop);
      by += Around(more, false) + u"*";
      if (front) by += Copy(other);
      Offer(n, !captured && n.min > 0 ? Around(by, false) : whole(by, n.min == 0), captures);
      if (front && other.max == kInfinite && IsOne(y) && !captures) {
        by = Text(*x.one) + u"(?:" + Text(*x.one) + u"|" + Text(y) + u")*";
        Offer(n, n.min == 0 ? Around(by, true) : Around(by, false));
      }
    }
  }

  // (?:x|y)*: one class of all; (?:x+|y)*: the loop outside is enough; (?:xy|x|y)*: two iterations do it as well;
  // (?:xz|x|y)*: without those z that do it alone.
  void LoopOverAlternatives(const Node& n, const Node& group, const Node& d) {
    const bool captured = group.value != 0, captures = Captures(n.start, n.end);
    const std::u16string tail = std::u16string(text_.substr(group.end, n.end - group.end));
    std::vector<const Node*> singles(d.count, nullptr);
    CharSet all;
    bool any_loop = false;
    for (uint32_t i = 0; i < d.count; ++i) {
      const Node& s = Child(d, i);
      if (s.count != 1) continue;
      const Run run = RunOf(Child(s));
      if (run && run.loop->min == 1 && !run.captured) any_loop = true, singles[i] = run.one;
      if (IsOne(Child(s))) singles[i] = &Child(s);
      if (singles[i] != nullptr) all.Add(Set(*singles[i]));
    }
    all.Normalize();
    bool all_one = true, changed = any_loop, dropped = false;
    std::u16string parts, alternatives;
    for (uint32_t i = 0; i < d.count; ++i) {
      const Node& s = Child(d, i);
      std::u16string by = singles[i] != nullptr ? Text(*singles[i]) : Text(s);
      if (singles[i] == nullptr) {
        bool ones = s.count > 1;
        for (uint32_t k = 0; k < s.count && ones; ++k) ones = IsOne(Child(s, k));
        bool done = ones;
        for (uint32_t k = 0; k < s.count && done; ++k) done = Set(Child(s, k)).Minus(all).empty();
        if (done) {
          changed = dropped = true;
          continue;
        }
        if (ones && s.count == 2 && Set(Child(s)).Minus(all).empty() && !Set(Child(s, 1)).Intersect(all).empty()) {
          const std::u16string rest = Class(Set(Child(s, 1)).Minus(all));
          if (!rest.empty()) by = Text(Child(s)) + rest, changed = true;
        }
        all_one = false;
      } else {
        const std::u16string& part = by;
        if (part.starts_with(u"[^") || part == u"." || (t_.flags.v && part.starts_with(u"["))) {
          parts += u"\uffff";  // cannot be written into a class
        } else if (part.starts_with(u"[")) {
          parts += part.substr(1, part.size() - 2);
        } else if (part.size() == 1 && !part.starts_with(u"\\")) {
          parts += InClass(part[0]);
        } else {
          parts += part;
        }
      }
      if (!alternatives.empty()) alternatives += u"|";
      alternatives += by;
    }
    if (alternatives.empty()) return;
    const std::u16string open(text_.substr(group.start, text_.substr(group.start, 3) == u"(?<"
                                                            ? text_.find(u'>', group.start) + 1 - group.start
                                                        : captured ? 1
                                                                   : 3));
    if (all_one) {
      std::u16string by = parts.find(u'\uffff') == std::u16string::npos ? u"[" + parts + u"]" : Class(all);
      if (all.Contains(0) && all.intervals().size() == 1 && all.intervals()[0].hi >= t_.max_char()) by = u"[^]";
      if (!by.empty()) Offer(n, (captured ? open + by + u")" : by) + tail, captured && (any_loop || dropped));
    }
    if (changed) Offer(n, open + alternatives + u")" + tail, captures && (any_loop || dropped));
  }

  // ---- in a row
  // x*x+, and x*y* when one of them matches all the other does.
  void Neighbours(const Node& s) {
    for (uint32_t i = 0; i + 1 < s.count; ++i) {
      const Node &a = Child(s, i), &b = Child(s, i + 1);
      const Run x = RunOf(a), y = RunOf(b);
      if (!x || !y || x.captured || y.captured) continue;
      const uint32_t least = x.loop->min + y.loop->min;
      if (x.one->set == y.one->set) {
        Offer(a.start, b.end, Text(*x.one) + Times(least, kInfinite));
      } else if (Within(*x.one, *y.one)) {
        Offer(a.start, b.end, (x.loop->min == 1 ? Text(*x.one) : u"") + Text(b));
      } else if (Within(*y.one, *x.one)) {
        Offer(a.start, b.end, Text(a) + (y.loop->min == 1 ? Text(*y.one) : u""));
      }
    }
  }

  // x*(?:...)?x*: without what stands between, the first loop has it all.
  void Separated(const Node& s) {
    for (uint32_t i = 0; i + 2 < s.count; ++i) {
      const Node &a = Child(s, i), &n = Child(s, i + 1), &b = Child(s, i + 2);
      if (n.kind != NodeKind::kQuantifier || n.min != 0 || (n.max != 1 && n.max != kInfinite) || !n.greedy) continue;
      const Run x = RunOf(a), y = RunOf(b);
      if (!x || !y) continue;
      const bool inner = Within(*y.one, *x.one), outer = Within(*x.one, *y.one);
      const std::u16string between = Text(Child(n)) + (n.max == 1 ? u"" : u"+");
      const std::u16string one = Text(*x.one);
      if (y.loop->min == 0) {
        if (inner) {
          Offer(n.start, b.end, Around(between + Text(b), true), y.captured);
        } else if (outer && !x.captured) {
          Offer(a.start, b.end,
                (x.loop->min == 0 ? Around(Text(a) + between, true) : one + Around(one + u"*" + between, true)) +
                    Text(b));
        }
      } else if (inner && !x.captured && !y.captured) {
        const std::u16string alone = outer ? one + u"+" : one + u"*" + Text(*y.one);
        Offer(a.start, b.end,
              (x.loop->min == 0 ? u"" : one) + Around(one + u"*" + between + Text(b) + u"|" + alone, false));
      }
    }
  }

  // x*cy*, y matching all that x and c do: it is the first c that counts. And with x matching all, the last.
  void Divided(const Node& s) {
    for (uint32_t i = 0; i + 2 < s.count; ++i) {
      const Run x = RunOf(Child(s, i), true);
      if (!x) continue;
      uint32_t to = i + 1;
      while (to < s.count && IsOne(Child(s, to))) ++to;
      if (to == i + 1 || to >= s.count) continue;
      const Run y = RunOf(Child(s, to), true);
      if (!y) continue;
      const Node& c = Child(s, i + 1);
      bool in_y = Within(*x.one, *y.one), in_x = Within(*y.one, *x.one);
      for (uint32_t k = i + 1; k < to; ++k) {
        in_y = in_y && Within(Child(s, k), *y.one);
        in_x = in_x && Within(Child(s, k), *x.one);
      }
      const std::u16string one = Text(*x.one);
      if (in_y && !Set(*x.one).Intersect(Set(c)).empty()) {
        std::u16string rest;
        if (to == i + 2) {
          rest = Without(*x.one, Set(c));
        } else {
          rest = u"(?:(?!";
          rest += text_.substr(c.start, Child(s, to - 1).end - c.start);
          rest += u")" + one + u")";
        }
        if (!rest.empty())
          Offer(*x.loop, (x.loop->min == 1 ? one : u"") + rest + u"*", (x.captured || y.captured) && x.loop->greedy);
      }
      if (in_x && to == i + 2 && y.loop->min == 0 && y.loop->greedy && x.loop->greedy) {
        const std::u16string rest = Without(*y.one, Set(c));
        if (!rest.empty()) Offer(*y.loop, rest + u"*");
      }
    }
  }

  // ---- all of one set: so many of it
  void MeasureRuns() {
    constexpr uint32_t kMost = 1u << 20;
    lengths_.assign(t_.nodes.size(), {});
    for (uint32_t id = 0; id < t_.nodes.size(); ++id) {
      const Node& n = t_.nodes[id];
      Lengths& l = lengths_[id];
      if (IsOne(n)) {
        l = {n.set, 1, 1, id, 0};
      } else if (n.kind == NodeKind::kGroup) {
        l = lengths_[t_.children[n.first]];
      } else if (n.kind == NodeKind::kQuantifier) {
        const Lengths& c = lengths_[t_.children[n.first]];
        if (c.set == kInfinite || !n.greedy || n.max == 0 || c.most == 0) continue;
        // k of them reach from k*least to k*most: without gaps?
        const uint64_t k = std::max<uint32_t>(n.min, 1);
        const bool gaps =
            (n.max > k && c.most != kInfinite && k * c.most + 1 < (k + 1) * c.least) || (n.min == 0 && c.least > 1);
        if (gaps || k * c.least > kMost) continue;
        l = c;
        l.least = n.min * c.least;
        l.most =
            n.max == kInfinite || c.most == kInfinite || uint64_t{n.max} * c.most > kMost ? kInfinite : n.max * c.most;
        if (l.most == kInfinite && n.max != kInfinite && c.most != kInfinite) l.set = kInfinite;
        ++l.repeats;
      } else if (n.kind == NodeKind::kSequence || n.kind == NodeKind::kDisjunction) {
        for (uint32_t i = 0; i < n.count; ++i) {
          const Lengths& c = lengths_[t_.children[n.first + i]];
          if (c.set == kInfinite || (i > 0 && c.set != l.set)) {
            l = {};
            break;
          }
          if (i == 0) {
            l = c;
            continue;
          }
          l.repeats += c.repeats + (n.kind == NodeKind::kDisjunction ? 1 : 0);
          const auto sum = [](uint32_t a, uint32_t b) { return a == kInfinite || b == kInfinite ? kInfinite : a + b; };
          if (n.kind == NodeKind::kSequence) {
            l.least += c.least;
            l.most = sum(l.most, c.most);
          } else {
            if (uint64_t{c.least} > uint64_t{l.most} + 1 || uint64_t{l.least} > uint64_t{c.most} + 1) {
              l = {};
              break;
            }
            l.least = std::min(l.least, c.least);
            l.most = std::max(l.most, c.most);
          }
        }
      }
    }
  }
  void OneSet(const Node& n) {
    const Lengths& l = lengths_[IdOf(n)];
    if (l.set == kInfinite || l.repeats < 2 || Captures(n.start, n.end)) return;
    Offer(n, Around(Text(t_.nodes[l.one]) + Times(l.least, l.most), false));
  }

  // A search that begins again inside what it scanned: not after a character of it.
  void Starts() {
    std::vector<Rewrite> guards;
    const std::vector<const Node*> firsts = FirstLoops();
    for (const Node* first : firsts) {
      const std::u16string guard = u"(?<!" + Text(t_.nodes[lengths_[IdOf(Child(*first))].one]) + u")";
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
        } else if (first.kind == NodeKind::kQuantifier && first.max == kInfinite && IsOneLong(Child(first))) {
          loops.push_back(&first);
        }
      }
    }
    std::sort(loops.begin(), loops.end(), [](const Node* a, const Node* b) { return a->start < b->start; });
    return loops;
  }

  const std::u16string_view text_;
  const Tree& t_;
  std::vector<Lengths> lengths_;
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
             bool may_differ, Budget& budget)
      : may_differ_(may_differ),
        budget_(budget),
        texts_(std::move(texts)),
        x_(a, ta, budget),
        y_(b, tb, budget),
        iterate_(iterate) {}

  // In `count` texts in all, those of earlier calls among them. False as well when the budget does not reach.
  bool Same(int count) {
    for (; done_ < count; ++done_) {
      const Text text = again_.empty() ? texts_.Next() : std::exchange(again_, {});
      budget_.Spend(static_cast<int64_t>(8 + text.size()));
      const Count m = x_.Run(text, iterate_, 20000), n = y_.Run(text, iterate_, 20000);
      if (m.failed || n.failed || budget_.gone()) return false;
      if (m.limit || n.limit) continue;
      if (m.matched == n.matched && m.matches == n.matches) continue;
      if (!iterate_ || !may_differ_) return false;
      // Without the rest of the matches, from here on: the first ones were the same so far.
      iterate_ = false;
      --done_;
      again_ = text;
    }
    return true;
  }
  // Whether the second takes less than half the steps of the first for what makes the first one slow: of what is still
  // slow, the degree that was found may not be the worst there is.
  bool Cheaper(const Text& attack, bool all) {
    const Count m = x_.Run(attack, all), n = y_.Run(attack, all);
    return !m.failed && !n.failed && !n.limit && n.steps * 2 < m.steps;
  }
  // Whether it was the first match only, though all were asked for.
  bool differs_later() const { return may_differ_ && !iterate_; }

 private:
  const bool may_differ_;
  Text again_;
  Budget& budget_;
  Texts texts_;
  Counter x_, y_;
  bool iterate_;
  int done_ = 0;
};

// Both parts by themselves, from end to end; what stands for one of them in a pattern may be replaced by the other.
bool SamePart(std::u16string_view part, std::u16string_view by, Flags flags, Budget& budget) {
  flags.m = flags.g = flags.y = false;
  Tree trees[2];
  Program programs[2];
  for (const int i : {0, 1}) {
    std::u16string whole = u"^(?:";
    whole += i == 0 ? part : by;
    whole += u")$";
    Tree& t = trees[i];
    if (Parse(whole, flags, t, budget.left).message != nullptr || t.opaque || t.backreferences) return false;
    int lines = 0;
    for (const Node& n : t.nodes) lines += n.kind == NodeKind::kLineStart || n.kind == NodeKind::kLineEnd ? 1 : 0;
    if (lines != 2 || !programs[i].Build(t, Program::Kind::kSearch, 2000, 40) || !IsExact(t, programs[i])) return false;
  }
  Automaton a(trees[0], programs[0], budget), b(trees[1], programs[1], budget);
  return a.Build() && b.Build() && SameLanguage(a, b, budget) > 0;
}

// One pattern, and what rewrites make of it.
class Workshop {
 public:
  Workshop(std::u16string_view pattern, std::string_view flags, const Options& options, Budget& budget)
      : pattern_(pattern), flags_(flags), options_(options), budget_(budget) {}

  std::optional<Repair> Search(const Analysis& analysis, int depth) {
    constexpr size_t kMaxTries = 24;
    if (budget_.left <= 0 || !Flags::Parse(flags_, parsed_) ||
        Parse(pattern_, parsed_, tree_, budget_.left).message != nullptr || tree_.opaque)
      return std::nullopt;
    budget_.Spend(tree_.work);
    std::vector<Rewrite> rewrites = Rewriter(pattern_, tree_).All();
    if (rewrites.empty() || !exact_.Build(tree_, Program::Kind::kExact, 4000, kInfinite) ||
        !search_.Build(tree_, Program::Kind::kSearch, 4000, 40))
      return std::nullopt;
    automaton_.emplace(tree_, search_, budget_);
    if (!automaton_->Build()) return std::nullopt;
    // What touches the parts at fault comes first.
    std::stable_partition(rewrites.begin(), rewrites.end(), [&](const Rewrite& r) {
      return std::ranges::any_of(analysis.hotspots,
                                 [&](const Range& h) { return r.at.start <= h.end && h.start <= r.at.end; });
    });
    if (rewrites.size() > kMaxTries) rewrites.resize(kMaxTries);
    verdict_ = analysis.verdict;
    degree_ = analysis.degree;
    all_ = analysis.only_all;
    attack_ = AttackText(analysis.attack);
    std::vector<Rewrite> harmless;
    for (const Rewrite& r : rewrites) {
      if (verdict_ == Verdict::kLinear || budget_.gone()) break;
      if (Consider(r)) harmless.push_back(r);
    }
    if (verdict_ != Verdict::kLinear && harmless.size() > 1) Consider(Together(std::move(harmless)));
    if (!best_ || verdict_ == Verdict::kLinear || depth >= kMaxRewrites) return std::move(best_);
    // What one rewrite made better another may finish.
    if (auto more = Workshop(best_->pattern, flags_, options_, budget_).Search(best_analysis_, depth + 1)) {
      more->replaced = {0, static_cast<uint32_t>(pattern_.size())};
      more->by = more->pattern;
      more->proven = more->proven && best_->proven;
      more->captures = more->captures || best_->captures;
      more->not_split = more->not_split || best_->not_split;
      return more;
    }
    return std::move(best_);
  }

 private:
  // Whether the rewrite keeps the matches, as far as was looked; it becomes the best when it is better.
  bool Consider(const Rewrite& r) {
    Repair repair;
    repair.pattern = std::u16string(pattern_.substr(0, r.at.start));
    repair.pattern += r.by;
    repair.pattern += pattern_.substr(r.at.end);
    repair.replaced = r.at;
    repair.by = r.by;
    repair.captures = r.captures;
    Tree other;
    if (Parse(repair.pattern, parsed_, other, budget_.left).message != nullptr || other.opaque) return false;
    budget_.Spend(other.work);
    if (other.captures.size() != tree_.captures.size()) repair.captures = true;
    if (repair.captures && tree_.backreferences) return false;
    // What is cheap to refute comes first: texts, then automata, then the cost, then all texts.
    Program exact, search;
    if (!exact.Build(other, Program::Kind::kExact, 4000, kInfinite) ||
        !search.Build(other, Program::Kind::kSearch, 4000, 40))
      return false;
    budget_.Spend(static_cast<int64_t>(exact.code.size() + search.code.size()));
    Automaton automaton(other, search, budget_);
    if (!automaton.Build()) return false;
    // Also without g: split() takes every match.
    Comparison comparison(tree_, exact_, other, exact, Texts(search_, *automaton_), options_.use != Use::kOnce,
                          options_.use == Use::kUnknown && !parsed_.g, budget_);
    if (!comparison.Same(kTextsFirst)) return false;
    if (IsExact(tree_, search_) && IsExact(other, search)) {
      const int same = SameLanguage(*automaton_, automaton, budget_);
      if (same == 0) return false;
      repair.proven = same > 0;
    }
    if (!repair.proven && r.at.start < r.at.end && !tree_.modifiers)
      repair.proven = SamePart(pattern_.substr(r.at.start, r.at.end - r.at.start), r.by, parsed_, budget_);
    Options again = options_;
    again.budget = std::max<int64_t>(1, budget_.left / 2);
    again.only_exponential = false;
    const Analysis after = Analyze(repair.pattern, flags_, again);
    budget_.Spend(after.operations);
    repair.verdict = after.verdict;
    repair.degree = after.degree;
    const bool better =
        after.verdict == Verdict::kLinear ||
        (after.verdict == Verdict::kPolynomial && (verdict_ == Verdict::kExponential || after.degree < degree_));
    if (!better) return true;
    if (!comparison.Cheaper(attack_, all_)) return true;
    // Where matches begin and end, in any case.
    if (!comparison.Same(repair.proven ? kTextsProven : kTexts)) return false;
    repair.not_split = comparison.differs_later();
    verdict_ = after.verdict;
    degree_ = after.degree;
    best_ = std::move(repair);
    best_analysis_ = after;
    return true;
  }

  // Some two hundred characters of it, as the counters read text.
  Text AttackText(const Attack& attack) const {
    std::u16string units = attack.prefix;
    for (size_t n = std::max<size_t>(10, 200 / std::max<size_t>(1, attack.pump.size())); n > 0; --n)
      units += attack.pump;
    units += attack.suffix;
    Text out;
    for (size_t i = 0; i < units.size(); ++i) {
      const bool pair = parsed_.unicode() && (units[i] & 0xfc00) == 0xd800 && i + 1 < units.size() &&
                        (units[i + 1] & 0xfc00) == 0xdc00;
      out.push_back(pair ? 0x10000u + ((units[i] & 0x3ffu) << 10) + (units[i + 1] & 0x3ffu) : units[i]);
      i += pair ? 1 : 0;
    }
    return out;
  }

  // All that lie apart from each other, as one.
  Rewrite Together(std::vector<Rewrite> all) const {
    std::stable_sort(all.begin(), all.end(), [](const Rewrite& a, const Rewrite& b) {
      return std::pair(a.at.start, a.at.end) < std::pair(b.at.start, b.at.end);
    });
    Rewrite out{all[0].at, {}, false};
    uint32_t done = all[0].at.start;
    for (const Rewrite& r : all) {
      if (r.at.start < done || (r.at.end == done && r.at.start == done && !out.by.empty())) continue;
      out.by += pattern_.substr(done, r.at.start - done);
      out.by += r.by;
      out.captures = out.captures || r.captures;
      out.at.end = done = r.at.end;
    }
    return out;
  }

  const std::u16string_view pattern_;
  const std::string_view flags_;
  const Options& options_;
  Budget& budget_;
  Flags parsed_;
  Tree tree_;
  Program exact_, search_;
  std::optional<Automaton> automaton_;
  Verdict verdict_ = Verdict::kUnknown;  // of the best so far
  int degree_ = 0;
  Text attack_;       // of the pattern as it is
  bool all_ = false;  // which takes every match
  std::optional<Repair> best_;
  Analysis best_analysis_;
};

}  // namespace

std::optional<Repair> FindRepair(std::u16string_view pattern, std::string_view flags, const Analysis& analysis,
                                 const Options& options, int64_t* operations) {
  // What the analysis left of its budget is there for the repair.
  const int64_t whole = options.budget - analysis.operations;
  Budget budget{whole};
  std::optional<Repair> repair;
  if (analysis.verdict == Verdict::kExponential || analysis.verdict == Verdict::kPolynomial)
    repair = Workshop(pattern, flags, options, budget).Search(analysis, 0);
  if (operations != nullptr) *operations = whole - budget.left;
  return repair;
}

}  // namespace looplint::regex
