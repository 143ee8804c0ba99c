#include "analyzer/regex/preview.h"

#include <algorithm>
#include <utility>

namespace looplint::regex {
namespace {

bool IsChoice(Op op) { return op == Op::kSplit || op == Op::kLoop || op == Op::kOption; }

template <typename F>
void EachNext(const Program& p, const Instruction& i, F&& f) {
  if (i.op == Op::kSplit) {
    for (uint32_t a = 0; a < i.count; ++a) f(p.alternatives[i.first + a]);
  } else if (i.op != Op::kAccept && i.op != Op::kLookEnd) {
    if (IsChoice(i.op)) f(i.body);
    f(i.next);
  }
}

uint32_t SmearRight(uint32_t v) {
  for (const int k : {1, 2, 4, 8, 16}) v |= v >> k;
  return v;
}

}  // namespace

// What V8 finds out on the ways from one instruction, for one width of characters and one age of V8.
struct Preview::Reader {
  const Preview& self;
  Budget& budget;
  bool wide, older;
  int64_t steps = 2000;  // of one question; what is not seen by then refuses nothing
  std::vector<uint32_t> loops{};

  const Instruction& Code(uint32_t at) const { return self.p_.code[at]; }
  bool Spend() { return --steps > 0 && budget.Spend(); }

  bool Mask(const CharSet& set, uint32_t& mask, uint32_t& value) const {
    const uint32_t most = wide ? 0xffff : 0xff;
    bool first = true;
    const auto add = [&](uint32_t lo, uint32_t hi) {
      const uint32_t same = ~SmearRight(lo ^ hi);
      if (first) mask = same, value = lo & same;
      first = false;
      mask &= same;
      value &= mask;
      mask ^= (lo & mask) ^ value;
      value &= mask;
    };
    for (const Interval& r : set.intervals()) {
      if (r.lo > most) break;
      add(r.lo, std::min(r.hi, most));
    }
    if (wide && Astral(set)) add(0xd800, 0xdbff);
    mask &= most;
    value &= most;
    return !first;
  }
  static bool Astral(const CharSet& set) { return !set.empty() && set.intervals().back().hi > 0xffff; }

  static void Merge(Check& into, const Check& other, uint32_t from) {
    if (other.impossible) return;
    if (into.impossible) {
      into = other;
      return;
    }
    for (uint32_t k = from; k < into.characters; ++k) {
      into.mask[k] &= other.mask[k];
      into.mask[k] &= ~((into.value[k] ^ other.value[k]) & into.mask[k]);
      into.value[k] &= into.mask[k];
    }
  }

  // Adds to `out` what must follow from `at` on, `filled` characters further.
  void Details(uint32_t at, uint32_t filled, bool later, Check& out) {
    while (Spend()) {
      const Instruction& i = Code(at);
      switch (i.op) {
        case Op::kAccept:
        case Op::kLookEnd:
        case Op::kBackreference:
          return;
        case Op::kChar:
          if (i.backward) return;
          if (!Mask(*self.p_.sets[i.set], out.mask[filled], out.value[filled])) {
            out.impossible = true;
            return;
          }
          if (++filled == out.characters || (wide && Astral(*self.p_.sets[i.set]))) return;
          later = true;
          at = i.next;
          break;
        case Op::kLineStart:
          if (!i.lines && later) {
            out.impossible = true;
            return;
          }
          at = i.next;
          break;
        case Op::kLineEnd:
          if (i.lines && older) return;  // a lookahead to V8
          at = i.next;
          break;
        case Op::kLook:
          at = !i.negated && older ? i.body : i.next;
          break;
        case Op::kSplit:
          return Either(i, filled, later, out);
        case Op::kOption:
          if (i.nullable) return;
          return Either(i, filled, later, out);
        case Op::kLoop:
          if (i.nullable || std::ranges::find(loops, at) != loops.end()) return;
          loops.push_back(at);
          Either(i, filled, later, out);
          loops.pop_back();
          return;
        default:
          at = i.next;
      }
    }
    // Not read to the end: what is not known refuses nothing.
    for (; filled < out.characters; ++filled) out.mask[filled] = out.value[filled] = 0;
  }
  void Either(const Instruction& i, uint32_t filled, bool later, Check& out) {
    const Check before = out;
    bool first = true;
    EachNext(self.p_, i, [&](uint32_t to) {
      Check one = before;
      Details(to, filled, later, one);
      if (first) {
        out = one;
      } else {
        Merge(out, one, filled);
      }
      first = false;
    });
  }

  // The characters that can stand at each place from `at` on.
  void Fill(uint32_t at, uint32_t offset, bool later, int depth, Moore& out) {
    const auto rest = [&] {
      for (uint32_t k = offset; k < out.length; ++k) out.at[k].set();
    };
    while (offset < out.length) {
      if (!Spend() || depth <= 0) return rest();
      const Instruction& i = Code(at);
      switch (i.op) {
        case Op::kAccept:
        case Op::kLookEnd:
        case Op::kBackreference:
          return rest();
        case Op::kChar: {
          if (i.backward) return rest();
          const CharSet& set = *self.p_.sets[i.set];
          const uint32_t most = wide ? 0xffff : 0xff;
          for (const Interval& r : set.intervals()) {
            if (r.lo > most) break;
            const uint32_t hi = std::min(std::min(r.hi, most), r.lo + 127);
            for (uint32_t c = r.lo; c <= hi; ++c) out.at[offset].set(c & 127);
          }
          ++offset;
          if (wide && Astral(set)) {
            --offset;
            return rest();
          }
          later = true;
          at = i.next;
          break;
        }
        case Op::kLineStart:
          if (!i.lines && later) return;
          at = i.next;
          break;
        case Op::kLineEnd:
          if (i.lines && older) return rest();
          at = i.next;
          break;
        case Op::kLook:
          if (!i.negated && older) return rest();
          at = i.next;
          break;
        case Op::kLoop:
          if (i.nullable) return rest();
          [[fallthrough]];
        case Op::kSplit:
        case Op::kOption: {
          if (i.op == Op::kOption && i.nullable) return rest();
          const int share = (depth - 1) / static_cast<int>(i.op == Op::kSplit ? std::max(1u, i.count) : 2);
          EachNext(self.p_, i, [&](uint32_t to) { Fill(to, offset, later, share, out); });
          return;
        }
        default:
          at = i.next;
      }
    }
  }
};

Preview::Preview(const Program& program, const Tree& tree, Budget& budget) : p_(program), t_(tree), budget_(budget) {
  if (!FindDear()) return;
  FindDistances();
  FindLeast(false);
  FindLeast(true);
  const bool searches = !p_.anchored && !t_.flags.y;
  if (searches) start_ = CheckBefore(p_.start, p_.start);
  const size_t n = p_.code.size();
  alternative_.assign(p_.alternatives.size(), kNone);
  body_.assign(n, kNone);
  next_.assign(n, kNone);
  for (uint32_t at = 0; at < n && !budget_.gone(); ++at) {
    const Instruction& i = p_.code[at];
    if (i.op == Op::kSplit) {
      for (uint32_t a = 0; a < i.count; ++a) alternative_[i.first + a] = CheckBefore(at, p_.alternatives[i.first + a]);
    } else if (i.op == Op::kLoop || i.op == Op::kOption) {
      body_[at] = CheckBefore(at, i.body);
      next_[at] = CheckBefore(at, i.next);
    } else if (i.op == Op::kLook && i.negated) {
      next_[at] = CheckBefore(at, i.next);
    }
  }
  if (!searches || distance_[p_.start] >= kMostMoore) return;
  for (const bool older : {false, true}) {
    for (const bool wide : {false, true}) {
      Moore m;
      m.length = std::min<uint32_t>(kMostMoore, least_[older ? 1 : 0][p_.start]);
      constexpr int kDepth = 200;  // kRecursionBudget
      Reader{*this, budget_, wide, older}.Fill(p_.start, 0, false, kDepth, m);
      FindRuns(m);
      moore_.push_back(m);
    }
  }
  ages_differ_ |= moore_[0] != moore_[2] || moore_[1] != moore_[3];
}

std::vector<Text> Preview::Followers(size_t most) const {
  std::vector<Text> out;
  struct Step {
    uint32_t at;
    int32_t from;  // index in `steps`
    uint32_t letter;
    uint32_t length;
  };
  constexpr uint32_t kNoLetter = ~0u;
  for (uint32_t look = 0; look < dear_.size() && out.size() < most; ++look) {
    if (dear_[look] == 0) continue;
    // Breadth first by instructions: the way to a match, or else the longest that was seen.
    std::vector<Step> steps{{p_.code[look].next, -1, kNoLetter, 0}};
    std::vector<uint8_t> seen(p_.code.size(), 0);
    size_t best = 0;
    for (size_t s = 0; s < steps.size() && budget_.Spend(); ++s) {
      const Step step = steps[s];
      if (std::exchange(seen[step.at], 1) != 0) continue;
      if (step.length > steps[best].length) best = s;
      const Instruction& i = p_.code[step.at];
      if (i.op == Op::kAccept) {
        best = s;
        break;
      }
      if (i.op != Op::kChar) {
        EachNext(p_, i, [&](uint32_t to) { steps.push_back({to, static_cast<int32_t>(s), kNoLetter, step.length}); });
        continue;
      }
      const CharSet& set = *p_.sets[i.set];
      if (i.backward || set.empty() || step.length == kMostMoore) continue;
      steps.push_back({i.next, static_cast<int32_t>(s), set.Common(), step.length + 1});
    }
    Text word;
    for (auto s = static_cast<int32_t>(best); s >= 0; s = steps[static_cast<size_t>(s)].from) {
      if (steps[static_cast<size_t>(s)].letter != kNoLetter) word.push_back(steps[static_cast<size_t>(s)].letter);
    }
    std::ranges::reverse(word);
    if (!word.empty() && std::ranges::find(out, word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

bool Preview::FindDear() {
  bool any = false;
  const size_t n = p_.code.size();
  dear_.assign(n, 0);
  std::vector<uint32_t> seen(n, 0), work;
  uint32_t round = 0;
  for (uint32_t at = 0; at < n; ++at) {
    const Instruction& look = p_.code[at];
    if (look.op != Op::kLook || look.context >= 0) continue;
    ++round;
    bool dear = false;
    int64_t spent = 1;
    for (work.assign(1, look.body); !work.empty() && !dear; ++spent) {
      const uint32_t id = work.back();
      work.pop_back();
      if (std::exchange(seen[id], round) == round) continue;
      const Instruction& i = p_.code[id];
      dear = i.op == Op::kLoop || i.op == Op::kOption || i.op == Op::kBackreference;
      if (i.op == Op::kLook) work.push_back(i.body);
      EachNext(p_, i, [&](uint32_t to) { work.push_back(to); });
    }
    if (!budget_.Spend(spent)) return false;
    dear_[at] = dear;
    any |= dear;
  }
  return any;
}

void Preview::FindDistances() {
  const size_t n = p_.code.size();
  constexpr uint8_t kFar = kMostMoore + 1;
  distance_.assign(n, kFar);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t at = 0; at < n; ++at) {
      const Instruction& i = p_.code[at];
      uint8_t least = dear_[at] != 0 ? 0 : kFar;
      EachNext(p_, i, [&](uint32_t to) {
        const int further = distance_[to] + (i.op == Op::kChar ? 1 : 0);
        least = static_cast<uint8_t>(std::min<int>(least, further));
      });
      if (least < distance_[at]) distance_[at] = least, changed = true;
    }
    if (!budget_.Spend(static_cast<int64_t>(n / 4))) return;
  }
}

// Characters every match takes from an instruction on; least fixpoint from below, as targets mostly come earlier.
void Preview::FindLeast(bool older) {
  const size_t n = p_.code.size();
  std::vector<uint8_t>& all = least_[older ? 1 : 0];
  std::vector<uint8_t>& later = least_later_[older ? 1 : 0];
  all.assign(n, 0);
  later.assign(n, 0);
  for (int round = 0; round < 3; ++round) {
    bool changed = false;
    for (size_t at = 0; at < n; ++at) {
      const Instruction& i = p_.code[at];
      uint8_t a = 0, b = 0;
      switch (i.op) {
        case Op::kAccept:
        case Op::kLookEnd:
          break;
        case Op::kChar:
          if (!i.backward) a = b = static_cast<uint8_t>(std::min(255, later[i.next] + 1));
          break;
        case Op::kBackreference:
          if (!i.backward) a = all[i.next], b = later[i.next];
          break;
        case Op::kLineStart:
          a = all[i.next];
          b = i.lines ? later[i.next] : 255;
          break;
        case Op::kLineEnd:
          if (!i.lines || !older) a = all[i.next], b = later[i.next];
          break;
        case Op::kLook:
          if (i.negated || !older) a = all[i.next], b = later[i.next];
          break;
        case Op::kSplit:
          a = b = 255;
          for (uint32_t k = 0; k < i.count; ++k) {
            a = std::min(a, all[p_.alternatives[i.first + k]]);
            b = std::min(b, later[p_.alternatives[i.first + k]]);
          }
          break;
        default:  // of loops what follows them
          a = all[i.next], b = later[i.next];
      }
      changed |= a != all[at] || b != later[at];
      all[at] = a, later[at] = b;
    }
    if (!changed || !budget_.Spend(static_cast<int64_t>(n / 4))) break;
  }
}

int32_t Preview::CheckBefore(uint32_t choice, uint32_t target) {
  if (distance_[target] >= kMostAhead || budget_.gone()) return kNone;
  std::array<Check, 4> all;
  bool any = false;
  for (const bool older : {false, true}) {
    const Instruction& i = p_.code[choice];
    const std::vector<uint8_t>& of = least_[older ? 1 : 0];
    // A negative lookaround takes what follows it takes.
    const uint8_t least = i.op == Op::kLook ? of[i.next] : of[choice];
    for (const bool wide : {false, true}) {
      Check& c = all[(older ? 2 : 0) + (wide ? 1 : 0)];
      c.characters = std::min<uint8_t>(least, wide ? 2 : kMostAhead);
      if (c.characters == 3) c.characters = 2;  // there is no load of three
      c.least = least;
      if (c.characters == 0) continue;
      Reader reader{*this, budget_, wide, older};
      reader.Details(target, 0, false, c);
      const bool useful = !c.impossible && std::ranges::any_of(c.mask, [](uint32_t m) { return (m & 0xff) != 0; });
      if (!useful) c.characters = 0;
      any |= useful;
    }
  }
  if (!any) return kNone;
  ages_differ_ |= all[0] != all[2] || all[1] != all[3];
  checks_.insert(checks_.end(), all.begin(), all.end());
  return static_cast<int32_t>(checks_.size() - 4);
}

void Preview::FindRuns(Moore& m) {
  for (const size_t few : {4, 8, 16}) {
    for (uint32_t i = 0; i < m.length;) {
      while (i < m.length && m.at[i].count() > few) ++i;
      if (i == m.length) break;
      Run run{.first = i};
      Bits set;
      for (; i < m.length && m.at[i].count() <= few; ++i) set |= m.at[i];
      run.last = i - 1;
      for (uint8_t c = 0; c < 128; ++c) {
        if (set[c]) run.letters.push_back(c);
      }
      m.runs.push_back(std::move(run));
    }
  }
}

void Preview::Load(const Text& text, uint32_t greatest, bool older) {
  text_ = &text;
  skip_ = 0;
  plain_ = greatest <= 0xffff;
  kind_ = (older ? 2 : 0) + (greatest > 0xff ? 1 : 0);
  if (moore_.empty() || !plain_) return;
  const Moore& m = moore_[kind_];
  if (m.runs.empty()) return;
  // FindWorthwhileInterval: the longest run whose characters are the rarest among the 128 in the middle of the text the
  // pattern is compiled for.
  constexpr uint32_t kSample = 128;
  std::array<uint8_t, 128> counts{};
  const size_t from = text.size() > kSample ? (text.size() - kSample) / 2 : 0;
  const size_t sampled = std::min<size_t>(kSample, text.size() - from);
  for (size_t k = 0; k < sampled; ++k) ++counts[text[from + k] & 127];
  int best = 0;
  const Run* chosen = nullptr;
  int64_t looked = static_cast<int64_t>(sampled);
  for (const Run& run : m.runs) {
    int frequency = 0;
    for (const uint8_t c : run.letters) {
      frequency += 1 + (sampled == 0 ? 1 : counts[c] * 128 / static_cast<int>(sampled));
    }
    looked += static_cast<int64_t>(run.letters.size());
    const int length = static_cast<int>(run.last + 1 - run.first);
    const bool near = length < 4 || run.first <= (greatest > 0xff ? 2u : 4u);
    const int points = length * ((near ? 64 : 128) - frequency);
    if (points > best) best = points, chosen = &run;
  }
  budget_.Spend(looked / 4);
  if (chosen == nullptr) return;
  // V8 leaves one near place where one character alone can stand to the check.
  if (chosen->letters.size() == 1 && chosen->first == chosen->last && chosen->last < 3) return;
  stay_.reset();
  for (const uint8_t c : chosen->letters) stay_.set(c);
  skip_ = chosen->last + 1 - chosen->first;
  skip_at_ = chosen->last;
}

uint32_t Preview::Skip(uint32_t pos) const {
  if (skip_ == 0) return pos;
  while (pos + skip_at_ < text_->size() && !stay_[(*text_)[pos + skip_at_] & 127]) pos += skip_;
  return pos;
}

}  // namespace looplint::regex
