#include "analyzer/regex/counter.h"

#include <algorithm>
#include <utility>

#include "analyzer/regex/unicode.h"

namespace looplint::regex {
namespace {

uint64_t WithMatch(uint64_t hash, uint64_t from, uint64_t to) {
  return ((hash ^ (from + 1)) * 1099511628211ull ^ (to + 1)) * 1099511628211ull;
}

constexpr size_t kMaxCells = 1u << 20;
// What a cell holds of a search that matches at a cost of c: kMatched - c.
constexpr double kUnknown = -1, kMatched = -2;

bool IsWord(uint32_t c, bool fold) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 'a' && c <= 'z') ||
         (fold && (c == 0x17f || c == 0x212a));
}
bool IsLineEnd(uint32_t c) { return c == 10 || c == 13 || c == 0x2028 || c == 0x2029; }

}  // namespace

Counter::Counter(const Program& program, const Tree& tree, Budget& budget)
    : p_(program), t_(tree), budget_(budget), preview_(program, tree, budget) {
  ascii_.resize(p_.sets.size());
  for (size_t s = 0; s < p_.sets.size(); ++s) {
    for (const Interval& i : p_.sets[s]->intervals()) {
      if (i.lo > 127) break;
      for (uint32_t c = i.lo; c <= std::min(i.hi, 127u); ++c) ascii_[s][c >> 6] |= uint64_t{1} << (c & 63);
    }
  }
  states_ = p_.levels + 1;
  std::vector<int32_t> slot(p_.code.size(), -1);
  std::vector<uint8_t> in(p_.code.size(), 0);
  const auto enter = [&](uint32_t to) { in[to] = static_cast<uint8_t>(std::min(2, in[to] + 1)); };
  for (const Instruction& i : p_.code) {
    switch (i.op) {
      case Op::kAccept:
      case Op::kLookEnd:
        break;
      case Op::kSplit:
        for (uint32_t a = 0; a < i.count; ++a) enter(p_.alternatives[i.first + a]);
        break;
      case Op::kLoop:
      case Op::kOption:
      case Op::kLook:
        enter(i.body);
        [[fallthrough]];
      default:
        enter(i.next);
    }
  }
  FindDead();
  for (size_t i = 0; i < p_.code.size(); ++i) {
    const Op op = p_.code[i].op;
    if (op == Op::kAccept || op == Op::kLookEnd) continue;
    if (op == Op::kSplit || op == Op::kLoop || op == Op::kOption || op == Op::kLook || in[i] > 1) {
      slot[i] = static_cast<int32_t>(slots_++ * states_);
    }
  }
  steps_.reserve(p_.code.size());
  for (size_t at = 0; at < p_.code.size(); ++at) {
    const Instruction& i = p_.code[at];
    steps_.push_back({i.op, i.greedy, i.nullable, i.negated, i.backward, i.level, slot[at], i.next, i.body,
                      i.op == Op::kSplit ? i.first : i.set, i.count});
  }
}

void Counter::FindDead() {
  dead_.assign(p_.code.size(), 0);
  for (const CharSet* s : p_.sets) {
    if (!s->empty() && s->intervals().front().lo > 255) byte_blind_ = true;
  }
  if (!byte_blind_) return;
  // Least fixpoint: what can match; loops live by their exit. Targets mostly come earlier.
  std::vector<uint8_t> live(p_.code.size(), 0);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t at = 0; at < p_.code.size(); ++at) {
      if (live[at] != 0) continue;
      const Instruction& i = p_.code[at];
      bool alive = false;
      switch (i.op) {
        case Op::kAccept:
        case Op::kLookEnd:
          alive = true;
          break;
        case Op::kChar:
          alive = live[i.next] != 0 && (p_.sets[i.set]->empty() || p_.sets[i.set]->intervals().front().lo <= 255);
          break;
        case Op::kSplit:
          for (uint32_t a = 0; a < i.count && !alive; ++a) alive = live[p_.alternatives[i.first + a]] != 0;
          break;
        case Op::kLook:
          alive = live[i.next] != 0 && (i.negated || live[i.body] != 0);
          break;
        case Op::kLoop:
        case Op::kOption:
          alive = live[i.next] != 0 || (i.op == Op::kOption && live[i.body] != 0);
          break;
        default:
          alive = live[i.next] != 0;
      }
      if (alive) live[at] = 1, changed = true;
    }
    if (!budget_.Spend(static_cast<int64_t>(p_.code.size() / 4))) break;
  }
  for (size_t at = 0; at < live.size(); ++at) dead_[at] = live[at] == 0;
}

void Counter::Load(const Text& text) {
  bool bytes = false;
  if (byte_blind_ || !preview_.empty()) {
    greatest_ = text.empty() ? 0 : *std::ranges::max_element(text);
    const uint8_t width = greatest_ > 0xffff ? 2 : greatest_ > 0xff ? 1 : 0;
    bytes = byte_blind_ && width == 0;
    if (bytes != bytes_ || width != width_) cost_.clear();
    width_ = width;
  }
  bytes_ = bytes;
  // Cells depend on the text from their position on, and on the character before it. Lookbehinds see further.
  size_t common = 0;
  if (!p_.has_lookbehind) {
    const size_t most = std::min(text.size(), text_.size());
    while (common < most && text[text.size() - 1 - common] == text_[text_.size() - 1 - common]) ++common;
    common = common > 0 ? common : 0;  // cells at distances below `common` keep their left character too
  }
  const size_t row = size_t{slots_} * states_;
  const size_t need = (text.size() + 1) * row;
  overflow_ = need > kMaxCells;
  text_ = text;
  size_ = static_cast<uint32_t>(text.size());
  if (overflow_) {
    text_.clear();
    cost_.clear();
    return;
  }
  const size_t keep = std::min(cost_.size(), common * row);
  // Memory that is new to the process is dear. What cannot be paid is not begun.
  const auto price =
      static_cast<int64_t>((need > cost_.capacity() ? (need - cost_.capacity()) / 2 : 0) + (need - keep) / 8 + 1);
  if (price > budget_.left) {
    budget_.left = -1;
    overflow_ = true;
    text_.clear();
    cost_.clear();
    return;
  }
  budget_.Spend(price);
  if (!preview_.empty()) preview_.Load(text_, greatest_, older_);
  cost_.resize(keep);
  cost_.resize(need, kUnknown);
  end_.resize(need);
}

bool Counter::Holds(const Instruction& i, uint32_t pos) const {
  switch (i.op) {
    case Op::kLineStart:
      return pos == 0 || (i.lines && IsLineEnd(text_[pos - 1]));
    case Op::kLineEnd:
      return pos == size_ || (i.lines && IsLineEnd(text_[pos]));
    default: {
      const bool before = pos > 0 && IsWord(text_[pos - 1], i.ignore_case);
      const bool after = pos < size_ && IsWord(text_[pos], i.ignore_case);
      return (before != after) != i.negated;
    }
  }
}

// Cost of the search from `at`; `end` is the distance of its match from the end of the text.
double Counter::Search(uint32_t at, uint32_t e, uint32_t pos, bool& ok, uint32_t& end) {
  const uint32_t none = states_ - 1, size = size_;
  const bool looks = !preview_.empty();
  const Step* const code = steps_.data();
  const uint32_t* const text = text_.data();
  const uint8_t* const dead = bytes_ ? dead_.data() : nullptr;
  double* const cells = cost_.data();
  const size_t row = size_t{slots_} * states_;
  size_t waiting = 0;  // of stack_, which only grows
  double cost = 0;     // since the last of them began to wait
  int64_t left = std::max<int64_t>(budget_.left, 0) * 5 / 2;
  const auto wait = [&](Pending::Kind kind, size_t cell, uint32_t tried = 0) {
    if (waiting == stack_.size()) stack_.resize(std::max<size_t>(256, 2 * stack_.size()));
    stack_[waiting++] = {kind, at, e, pos, static_cast<uint32_t>(cell), tried, cost};
    cost = 0;
  };
  // Many choices end at their first character, which needs no waiting.
  const auto ends_here = [&](uint32_t target) {
    const Step& t = code[target];
    return t.op == Op::kChar && !looks && dead == nullptr &&
           !(t.backward ? pos > 0 && Test(t.set, text[pos - 1]) : pos < size && Test(t.set, text[pos]));
  };
  for (;;) {
    // Run until this search ends.
    bool result = false;
    int32_t reached = -1;
    for (;;) {
      --left;
      if (dead != nullptr && dead[at] != 0) break;
      const Step& i = code[at];
      size_t cell = 0;
      if (i.slot >= 0) {
        cell = (size - pos) * row + static_cast<uint32_t>(i.slot) + e;
        if (const double known = cells[cell]; known >= 0) {
          cost += known;
          break;
        } else if (known < kUnknown) {
          cost += kMatched - known;
          result = true;
          reached = end_[cell];
          break;
        }
      }
      switch (i.op) {
        case Op::kChar:
          if (i.slot >= 0) wait(Pending::Kind::kMemo, cell);
          cost += 1;
          if (!i.backward) {
            if (pos >= size || !Test(i.set, text[pos])) break;
            ++pos;
          } else {
            if (pos == 0 || !Test(i.set, text[pos - 1])) break;
            --pos;
          }
          e = none;
          at = i.next;
          continue;
        case Op::kAccept:
        case Op::kLookEnd:
          result = true;
          reached = static_cast<int32_t>(size - pos);
          break;
        case Op::kLineStart:
        case Op::kLineEnd:
        case Op::kWordBoundary:
          if (i.slot >= 0) wait(Pending::Kind::kMemo, cell);
          cost += 1;
          if (!Holds(p_.code[at], pos)) break;
          at = i.next;
          continue;
        case Op::kSplit: {
          uint32_t a = 0;
          while (a + 1 < i.count && ends_here(p_.alternatives[i.set + a])) ++a;
          wait(a + 1 < i.count ? Pending::Kind::kSplit : Pending::Kind::kMemo, cell, a + 1);
          cost = 2.0 * a;
          left -= a;
          at = p_.alternatives[i.set + a];
          if (looks && preview_.Refuses(preview_.alternative(i.set), pos)) break;
          continue;
        }
        case Op::kLoop:
        case Op::kOption: {
          const uint32_t body = i.nullable ? std::min<uint32_t>(e, i.level) : e;
          const uint32_t exit = i.nullable && e >= i.level ? none : e;
          if (ends_here(i.greedy ? i.body : i.next)) {
            wait(Pending::Kind::kMemo, cell);
            cost = 2;
            at = i.greedy ? i.next : i.body;
            e = i.greedy ? exit : body;
            continue;
          }
          wait(Pending::Kind::kOther, cell);
          const bool refused = looks && preview_.Refuses(i.greedy ? preview_.body(at) : preview_.next(at), pos);
          at = i.greedy ? i.body : i.next;
          e = i.greedy ? body : exit;
          if (refused) break;
          continue;
        }
        case Op::kLoopEnd:
          if (i.slot >= 0) wait(Pending::Kind::kMemo, cell);
          if (e <= i.level) break;
          at = i.next;
          continue;
        case Op::kLook:
          wait(Pending::Kind::kLook, cell);
          at = i.body;
          e = none;
          continue;
        default:
          if (i.slot >= 0) wait(Pending::Kind::kMemo, cell);
          at = i.next;
          continue;
      }
      break;
    }
    if (left < 0) {
      budget_.left = -1;
      overflow_ = true;
      return ok = false, 0;
    }
    // Tell those who wait.
    bool go_on = false;
    while (waiting > 0) {
      Pending& top = stack_[waiting - 1];
      --left;
      const Step& i = code[top.at];
      switch (top.kind) {
        case Pending::Kind::kMemo:
          break;
        case Pending::Kind::kOther:
          cost += 1;
          if (result || (looks && preview_.Refuses(i.greedy ? preview_.next(top.at) : preview_.body(top.at), top.pos)))
            break;
          at = i.greedy ? i.next : i.body;
          pos = top.pos;
          e = top.e;
          top.kind = Pending::Kind::kMemo;
          if (i.nullable) e = !i.greedy ? std::min<uint32_t>(e, i.level) : e >= i.level ? none : e;
          go_on = true;
          break;
        case Pending::Kind::kSplit: {
          cost += 1;
          if (result) break;
          pos = top.pos;
          uint32_t a = top.tried;
          for (; a + 1 < i.count && ends_here(p_.alternatives[i.set + a]); ++a) cost += 2;
          left -= a - top.tried;
          at = p_.alternatives[i.set + a];
          e = top.e;
          go_on = !looks || !preview_.Refuses(preview_.alternative(i.set + a), pos);
          if (a + 1 == i.count) {
            top.kind = Pending::Kind::kMemo;
            break;
          }
          top.tried = a + 1;
          if (!go_on) continue;
          break;
        }
        case Pending::Kind::kLook:
          cost += 1;
          if (result == i.negated || (looks && preview_.Refuses(preview_.next(top.at), top.pos))) {
            result = false;
            reached = -1;
            break;
          }
          at = i.next;
          pos = top.pos;
          e = top.e;
          top.kind = Pending::Kind::kMemo;
          go_on = true;
          break;
      }
      if (go_on) break;
      cells[top.cell] = result ? kMatched - cost : cost;
      if (result) end_[top.cell] = reached;
      cost += top.cost;
      --waiting;
    }
    if (go_on) continue;
    budget_.left = left * 2 / 5;
    ok = result;
    end = static_cast<uint32_t>(reached);
    return cost;
  }
}

Count Counter::Run(const Text& text, bool iterate, double limit) {
  if (!exact()) return Interpret(text, iterate, limit);
  Count out;
  Load(text);
  if (overflow_) return {.failed = true};
  if (Dead(p_.start)) return {.steps = 1};
  uint32_t pos = p_.end_skip != kInfinite && size_ > p_.end_skip ? size_ - p_.end_skip : 0;
  const bool once = p_.anchored || (t_.flags.y && !iterate);
  int64_t refused = 0;
  while ((pos = preview_.Skip(pos)) <= size_) {
    bool ok = false;
    uint32_t end = 0;
    out.steps += 1;
    if (preview_.Refuses(preview_.start(), pos)) {
      ++refused;
    } else {
      out.steps += Search(p_.start, states_ - 1, pos, ok, end);
    }
    if (overflow_) return {.failed = true};
    if (ok) {
      out.matched = true;
      end = size_ - end;
      out.matches = WithMatch(out.matches, pos, end);
      if (!iterate) break;
      pos = end > pos ? end : pos + 1;
      continue;
    }
    if (once || t_.flags.y) break;
    ++pos;
  }
  budget_.Spend(refused / 2);
  return out;
}

// ---- with captures: step by step

int64_t Counter::Backtrack(uint32_t at, uint32_t pos) {
  const uint32_t none = states_ - 1;
  uint32_t e = none;
  // What lies below is of the searches this lookaround is part of.
  const size_t first = choices_.size(), before = trail_.size();
  const auto save = [&](uint32_t slot, int32_t value) {
    trail_.emplace_back(slot, captures_[slot]);
    captures_[slot] = value;
  };
  const auto restore = [&](size_t mark) {
    for (; trail_.size() > mark; trail_.pop_back()) captures_[trail_.back().first] = trail_.back().second;
  };
  // Steps that may be taken before the limit or the budget, of which four take three operations, is reached. They are
  // added up here, and told where somebody else looks.
  int64_t fuel = 0, given = 0;
  const auto refuel = [&] {
    fuel = given = std::min(static_cast<int64_t>(limit_ - taken_), std::max<int64_t>(budget_.left, 0) * 4 / 3);
  };
  const auto tell = [&] {
    taken_ += static_cast<double>(given - fuel);
    budget_.Spend(((given - fuel) * 3 + 3) / 4);
    given = fuel;
  };
  refuel();
  const Instruction* const code = p_.code.data();
  const uint32_t* const text = text_.data();
  const uint32_t size = size_;
  const bool looks = !preview_.empty();
  for (bool fail = false;;) {
    if (fail) {
      if (choices_.size() == first) {
        tell();
        restore(before);
        return -1;
      }
      Choice& c = choices_.back();
      restore(c.trail);
      pos = c.pos;
      e = c.e;
      if (c.tried == 0) {
        at = c.at;
        fail = looks && preview_.Refuses(c.check, pos);
        choices_.pop_back();
      } else {
        const Instruction& split = code[c.at];
        const uint32_t alternative = split.first + c.tried;
        at = p_.alternatives[alternative];
        fail = looks && preview_.Refuses(preview_.alternative(alternative), pos);
        if (++c.tried == split.count) choices_.pop_back();
      }
      if (fail) continue;
    }
    if (Dead(at)) {
      fail = true;
      continue;
    }
    if (fuel <= 0) {
      tell();
      refuel();
      if (fuel <= 0) {
        if (taken_ + 1 <= limit_) budget_.left = -1;
        return -2;
      }
    }
    --fuel;
    const Instruction& i = code[at];
    switch (i.op) {
      case Op::kChar:
        if (!i.backward ? pos < size && Test(i.set, text[pos]) : pos > 0 && Test(i.set, text[pos - 1])) {
          i.backward ? --pos : ++pos;
          e = none;
          at = i.next;
        } else {
          fail = true;
        }
        break;
      case Op::kAccept:
      case Op::kLookEnd:
        tell();
        choices_.resize(first);
        return pos;
      case Op::kSave:
        save(i.value, static_cast<int32_t>(pos));
        at = i.next;
        break;
      case Op::kClear:
        for (uint32_t c = i.first; c < i.first + i.count; ++c) save(2 * c, -1), save(2 * c + 1, -1);
        fuel -= i.count;
        given -= i.count;
        budget_.Spend(i.count / 2);
        at = i.next;
        break;
      case Op::kLineStart:
      case Op::kLineEnd:
      case Op::kWordBoundary:
        fail = !Holds(i, pos);
        at = i.next;
        break;
      case Op::kSplit:
        choices_.push_back({at, e, pos, static_cast<uint32_t>(trail_.size()), 1, Preview::kNone});
        at = p_.alternatives[i.first];
        fail = looks && preview_.Refuses(preview_.alternative(i.first), pos);
        break;
      case Op::kLoop:
      case Op::kOption: {
        const uint32_t body = i.nullable ? std::min<uint32_t>(e, i.level) : e;
        const uint32_t exit = i.nullable && e >= i.level ? none : e;
        const auto mark = static_cast<uint32_t>(trail_.size());
        choices_.push_back({i.greedy ? i.next : i.body, i.greedy ? exit : body, pos, mark, 0, Preview::kNone});
        if (looks) {
          choices_.back().check = i.greedy ? preview_.next(at) : preview_.body(at);
          fail = preview_.Refuses(i.greedy ? preview_.body(at) : preview_.next(at), pos);
        }
        at = i.greedy ? i.body : i.next;
        e = i.greedy ? body : exit;
        break;
      }
      case Op::kLoopEnd:
        fail = e <= i.level;
        at = i.next;
        break;
      case Op::kLook: {
        const size_t mark = trail_.size();
        tell();
        budget_.Spend(8 + static_cast<int64_t>(captures_.size() / 8));
        const int64_t end = Backtrack(i.body, pos);
        if (end == -2) return -2;
        refuel();
        if (i.negated) restore(mark);
        fail = (end >= 0) == i.negated || preview_.Refuses(preview_.next(at), pos);
        at = i.next;
        break;
      }
      case Op::kBackreference: {
        uint32_t from = 0, length = 0;
        for (uint32_t r = 0; r < i.count; ++r) {
          const uint32_t c = p_.captures[i.first + r];
          if (captures_[2 * c] >= 0 && captures_[2 * c + 1] >= captures_[2 * c]) {
            from = static_cast<uint32_t>(captures_[2 * c]);
            length = static_cast<uint32_t>(captures_[2 * c + 1]) - from;
            break;
          }
        }
        at = i.next;
        if (length == 0) break;
        if (i.backward ? length > pos : length > size_ - pos) {
          fail = true;
          break;
        }
        const uint32_t with = i.backward ? pos - length : pos;
        const CaseRule rule = t_.flags.unicode() ? CaseRule::kUnicode : CaseRule::kLegacy;
        tell();
        for (uint32_t k = 0; k < length && !fail; ++k) {
          taken_ += 0.25;
          const uint32_t a = text[from + k], b = text[with + k];
          fail = a != b && !(i.ignore_case && Canonicalize(rule, a) == Canonicalize(rule, b));
        }
        budget_.Spend(length / 4);
        refuel();
        pos = i.backward ? pos - length : pos + length;
        e = none;
        break;
      }
    }
  }
}

Count Counter::Interpret(const Text& text, bool iterate, double limit) {
  Count out;
  text_ = text;
  size_ = static_cast<uint32_t>(text.size());
  greatest_ = text.empty() ? 0 : *std::ranges::max_element(text);
  bytes_ = byte_blind_ && greatest_ < 256;
  if (!preview_.empty()) preview_.Load(text_, greatest_, older_);
  cost_.clear();
  taken_ = 0;
  limit_ = limit;
  uint32_t pos = p_.end_skip != kInfinite && size_ > p_.end_skip ? size_ - p_.end_skip : 0;
  while ((pos = preview_.Skip(pos)) <= size_) {
    captures_.assign(2 * (size_t{p_.capture_count} + 1), -1);
    budget_.Spend(1 + p_.capture_count / 8);
    taken_ += 1;
    choices_.clear();
    trail_.clear();
    const int64_t end = preview_.Refuses(preview_.start(), pos) ? -1 : Backtrack(p_.start, pos);
    if (end == -2) {
      if (budget_.gone()) return {.failed = true};
      out.limit = true;
      break;
    }
    if (end >= 0) {
      out.matched = true;
      out.matches = WithMatch(out.matches, pos, static_cast<uint64_t>(end));
      if (!iterate) break;
      pos = end > pos ? static_cast<uint32_t>(end) : pos + 1;
      continue;
    }
    if (p_.anchored || t_.flags.y) break;
    ++pos;
  }
  out.steps = taken_;
  return out;
}

}  // namespace looplint::regex
