#include "analyzer/regex/automaton.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace looplint::regex {
namespace {

constexpr size_t kMaxStates = 20000, kMaxEdges = 400000, kMaxBoundaries = 6000, kMaxThreadSets = 4000;
constexpr uint32_t kAtEnd = 1u << 30;
constexpr uint32_t kMaxContexts = 28;
constexpr uint32_t kMaxLookSets = 5;

// Characters that read well in an attack, best first.
constexpr std::string_view kNice = "a0A .-/_,:;=@#\"'<>()[]{}\\+*?!%&|~`$^bB1";

const CharSet& WordSet() {
  static const CharSet& set = *new CharSet{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}
const CharSet& LineEndSet() {
  static const CharSet& set = *new CharSet{{10, 10}, {13, 13}, {0x2028, 0x2029}};
  return set;
}

uint32_t NiceRank(uint32_t c) {
  const size_t at = c < 128 ? kNice.find(static_cast<char>(c)) : std::string_view::npos;
  return at != std::string_view::npos ? static_cast<uint32_t>(at) : c < 128 ? 1000 + c : 1000000 + c;
}
uint32_t Nicest(const std::vector<Interval>& intervals) {
  uint32_t best = kInfinite, rank = kInfinite;
  for (const Interval& i : intervals) {
    if (i.lo < 128) {
      for (size_t k = 0; k < kNice.size() && k < rank; ++k) {
        const auto c = static_cast<uint32_t>(kNice[k]);
        if (c >= i.lo && c <= i.hi) best = c, rank = static_cast<uint32_t>(k);
      }
    }
    if (best == kInfinite && i.lo <= 126 && i.hi >= 32) best = std::max(i.lo, 33u);
  }
  if (best != kInfinite) return best;
  for (const Interval& i : intervals) {
    if (i.lo < 0xd800) return i.lo;
  }
  for (const Interval& i : intervals) {
    if (i.hi > 0xdfff) return std::max(i.lo, 0xe000u);
  }
  return intervals.front().lo;
}

}  // namespace

bool Automaton::Build() {
  if (!MakeLetters() || !MakeStates() || !MakeEdges()) return false;
  Reach();
  Components();
  return true;
}

bool Automaton::MakeLetters() {
  bool words = false, lines = false, fold = false;
  for (Instruction& i : p_.code) {
    if (i.op == Op::kWordBoundary) words = true, fold = fold || i.ignore_case;
    if ((i.op == Op::kLineStart || i.op == Op::kLineEnd) && i.lines) lines = true;
    if (i.op != Op::kLook) continue;
    CharSet set;
    bool edge = false;
    if (!LooksAtOneCharacter(t_, i.node, set, edge)) continue;
    auto known = std::ranges::find(look_sets_, set);
    if (known == look_sets_.end()) {
      if (look_sets_.size() >= kMaxLookSets) continue;
      look_sets_.push_back(std::move(set));
      known = look_sets_.end() - 1;
    }
    i.context = static_cast<int8_t>(known - look_sets_.begin());
    i.edge = edge;
  }
  CharSet word_set = WordSet();
  if (fold) {
    word_set.Add(0x17f, 0x17f);
    word_set.Add(0x212a, 0x212a);
    word_set.Normalize();
  }
  // Sweep over the boundaries of all sets; what lies between two is told apart by which sets are open.
  struct Event {
    uint32_t at;
    uint32_t set;
  };
  std::vector<Event> events;
  const uint32_t first_look = static_cast<uint32_t>(p_.sets.size());
  const uint32_t word_id = first_look + static_cast<uint32_t>(look_sets_.size()), line_id = word_id + 1,
                 plane_id = line_id + 1;
  const auto open = [&](const CharSet& set, uint32_t id) {
    for (const Interval& i : set.intervals()) {
      if (i.lo > t_.max_char()) break;
      events.push_back({i.lo, id});
      if (i.hi < t_.max_char()) events.push_back({i.hi + 1, id});
    }
  };
  for (uint32_t s = 0; s < first_look; ++s) open(*p_.sets[s], s);
  for (uint32_t s = first_look; s < word_id; ++s) open(look_sets_[s - first_look], s);
  if (words) open(word_set, word_id);
  if (lines) open(LineEndSet(), line_id);
  // Pairs cost two units each, so they are kept apart from what costs one.
  if (t_.flags.unicode()) events.push_back({0x10000, plane_id});
  if (events.size() > 2 * kMaxBoundaries) return false;
  if (!budget_.Spend(static_cast<int64_t>(events.size()) * 4)) return false;
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
  const auto key = [](uint32_t id) {
    uint64_t x = (uint64_t{id} + 1) * 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
  };
  std::vector<uint64_t> open_sets((plane_id >> 6) + 1);
  std::unordered_map<uint64_t, uint32_t> letter_ids;
  std::vector<std::vector<uint64_t>> members;
  std::unordered_map<uint64_t, uint32_t> context_ids;
  uint64_t signature = 0;
  for (size_t i = 0, from = 0; from <= t_.max_char();) {
    while (i < events.size() && events[i].at == from) {
      const uint32_t id = events[i++].set;
      open_sets[id >> 6] ^= uint64_t{1} << (id & 63);
      signature ^= key(id);
    }
    const uint32_t to = i < events.size() ? events[i].at - 1 : t_.max_char();
    auto [it, fresh] = letter_ids.try_emplace(signature, static_cast<uint32_t>(letters_.size()));
    if (fresh) {
      LetterClass letter;
      const auto is_open = [&](uint32_t id) { return (open_sets[id >> 6] >> (id & 63) & 1) != 0; };
      Context context{is_open(word_id), is_open(line_id), 0};
      uint64_t context_key = (context.word ? 1 : 0) | (context.line_end ? 2 : 0);
      for (uint32_t s = first_look; s < word_id; ++s) {
        if (is_open(s)) context.looks |= 1u << (s - first_look);
      }
      context_key |= uint64_t{context.looks} << 2;
      const auto [c, fresh_context] = context_ids.try_emplace(context_key, static_cast<uint32_t>(contexts_.size()));
      if (fresh_context) contexts_.push_back(context);
      letter.context = c->second;
      letters_.push_back(std::move(letter));
      members.push_back(open_sets);
    }
    letters_[it->second].intervals.push_back({static_cast<uint32_t>(from), to});
    from = to + 1;
  }
  if (contexts_.size() > kMaxContexts || letters_.size() > 4096) return false;
  std::vector<uint32_t> order(letters_.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    letters_[i].character = Nicest(letters_[i].intervals);
    letters_[i].rank = NiceRank(letters_[i].character);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return letters_[a].rank < letters_[b].rank; });
  words_ = (letters_.size() + 63) / 64;
  all_ = ((1u << contexts_.size()) - 1) | kAtEnd;
  // Bits of each set, then of each context, kept where the states' bits come from.
  bits_.assign((p_.sets.size() + contexts_.size()) * words_, 0);
  std::vector<LetterClass> sorted;
  sorted.reserve(letters_.size());
  for (uint32_t k = 0; k < order.size(); ++k) {
    const std::vector<uint64_t>& in = members[order[k]];
    bool any = false;
    for (uint32_t s = 0; s < first_look; ++s) {
      if ((in[s >> 6] >> (s & 63) & 1) == 0) continue;
      any = true;
      bits_[s * words_ + (k >> 6)] |= uint64_t{1} << (k & 63);
    }
    LetterClass& letter = letters_[order[k]];
    bits_[(p_.sets.size() + letter.context) * words_ + (k >> 6)] |= uint64_t{1} << (k & 63);
    if (!any && other_ == 0) other_ = letter.character;
    sorted.push_back(std::move(letter));
  }
  letters_ = std::move(sorted);
  return true;
}

bool Automaton::MakeStates() {
  const std::vector<uint64_t> set_bits = std::move(bits_);
  bits_.clear();
  const auto add = [&](State s, const uint64_t* a, const uint64_t* b) {
    bool any = false;
    for (size_t w = 0; w < words_; ++w)
      any = any || ((a == nullptr ? ~uint64_t{0} : a[w]) & (b == nullptr ? ~uint64_t{0} : b[w])) != 0;
    if (!any) return false;
    for (size_t w = 0; w < words_; ++w)
      bits_.push_back((a == nullptr ? ~uint64_t{0} : a[w]) & (b == nullptr ? ~uint64_t{0} : b[w]));
    states_.push_back(s);
    return true;
  };
  states_.push_back({});
  bits_.assign(words_, 0);
  const auto context_bits = [&](size_t c) { return set_bits.data() + (p_.sets.size() + c) * words_; };
  searches_ = !p_.anchored && !t_.flags.y;
  if (searches_) {
    for (size_t c = 0; c < contexts_.size(); ++c) {
      State s;
      s.context = static_cast<int32_t>(c);
      s.search = true;
      if (add(s, nullptr, context_bits(c))) search_states_.push_back(static_cast<uint32_t>(states_.size() - 1));
    }
  }
  states_of_.assign(p_.code.size(), {0, 0});
  for (uint32_t i = 0; i < p_.code.size(); ++i) {
    if (p_.code[i].op != Op::kChar) continue;
    states_of_[i].first = static_cast<uint32_t>(states_.size());
    for (size_t c = 0; c < contexts_.size(); ++c) {
      State s;
      s.instruction = i;
      s.context = static_cast<int32_t>(c);
      s.backward = p_.code[i].backward;
      if (add(s, set_bits.data() + p_.code[i].set * words_, context_bits(c))) ++states_of_[i].second;
    }
    if (states_.size() > kMaxStates) return false;
  }
  return true;
}

// Ordered walk over everything that consumes nothing, from instruction `at` after a character of context `previous`
// (-1: the start of the text).
bool Automaton::Closure(uint32_t at, int32_t previous, Follow& out) {
  struct Item {
    uint32_t at, e, mask;
  };
  const uint32_t none = p_.levels;
  std::vector<Item> work = {{at, none, all_}};
  ++epoch_;
  out.first = static_cast<uint32_t>(edges_.size());
  out.first_behind = static_cast<uint32_t>(behinds_.size());
  int steps = 0;
  const auto mask_of = [&](auto&& holds) {
    uint32_t mask = 0;
    for (size_t c = 0; c < contexts_.size(); ++c) {
      if (holds(contexts_[c])) mask |= 1u << c;
    }
    return mask;
  };
  if (mark_.size() < states_.size()) mark_.resize(states_.size(), 0);
  // Index of the edge to a state, by mark_: edge + 1 counted from out.first, valid when its target agrees.
  const auto put = [&](uint32_t to) {
    const uint32_t known = mark_[to];
    if (known < edges_.size() && known >= out.first && edges_[known].to == to) {
      edges_[known].parallel = true;
      return;
    }
    mark_[to] = static_cast<uint32_t>(edges_.size());
    edges_.push_back({to, false});
  };
  while (!work.empty()) {
    const auto [id, e, mask] = work.back();
    work.pop_back();
    if (++steps > 20000) break;
    const Instruction& i = p_.code[id];
    if (i.op != Op::kChar) {
      const size_t key = (size_t{id} * (p_.levels + 1) + e) * 3 + (mask == all_ ? 0 : mask == kAtEnd ? 1 : 2);
      if (visit_epoch_[key] != epoch_) visit_epoch_[key] = epoch_, visits_[key] = 0;
      if (visits_[key]++ >= 2) continue;
    }
    switch (i.op) {
      case Op::kChar: {
        if (i.backward) break;
        const auto [first, count] = states_of_[id];
        for (uint32_t s = first; s < first + count; ++s) {
          if ((mask >> states_[s].context & 1) != 0) put(s);
        }
        break;
      }
      case Op::kAccept:
        out.accepts |= mask;
        break;
      case Op::kLookEnd:
        break;
      case Op::kLineStart:
        if (previous < 0 || (i.lines && contexts_[static_cast<size_t>(previous)].line_end))
          work.push_back({i.next, e, mask});
        break;
      case Op::kLineEnd: {
        const uint32_t m = mask & (i.lines ? mask_of([](const Context& c) { return c.line_end; }) | kAtEnd : kAtEnd);
        if (m != 0) work.push_back({i.next, e, m});
        break;
      }
      case Op::kWordBoundary: {
        const bool before = previous >= 0 && contexts_[static_cast<size_t>(previous)].word;
        const bool want = before == i.negated;  // a word character next
        const uint32_t words = mask_of([](const Context& c) { return c.word; });
        const uint32_t m = mask & (want ? words : ~words);
        if (m != 0) work.push_back({i.next, e, m});
        break;
      }
      case Op::kSplit:
        for (uint32_t a = i.count; a-- > 0;) work.push_back({p_.alternatives[i.first + a], e, mask});
        break;
      case Op::kLoop:
      case Op::kOption: {
        const Item body{i.body, i.nullable ? std::min<uint32_t>(e, i.level) : e, mask};
        const Item exit{i.next, i.nullable && e >= i.level ? none : e, mask};
        work.push_back(i.greedy ? exit : body);
        work.push_back(i.greedy ? body : exit);
        break;
      }
      case Op::kLoopEnd:
        if (e > i.level) work.push_back({i.next, e, mask});
        break;
      case Op::kLook:
        if (i.context >= 0) {
          if (i.behind) {
            const bool holds =
                previous < 0 ? i.edge : (contexts_[static_cast<size_t>(previous)].looks >> i.context & 1) != 0;
            if (holds != i.negated) work.push_back({i.next, e, mask});
          } else {
            const uint32_t yes =
                mask_of([&](const Context& c) { return (c.looks >> i.context & 1) != 0; }) | (i.edge ? kAtEnd : 0);
            const uint32_t m = mask & (i.negated ? ~yes : yes);
            if (m != 0) work.push_back({i.next, e, m});
          }
          break;
        }
        work.push_back({i.next, e, mask});
        if (i.behind) {
          behinds_.push_back(id);
        } else {
          work.push_back({i.body, none, mask});
        }
        break;
      case Op::kSave:
      case Op::kClear:
      case Op::kBackreference:
        work.push_back({i.next, e, mask});
        break;
    }
  }
  out.count = static_cast<uint32_t>(edges_.size()) - out.first;
  out.behind_count = static_cast<uint32_t>(behinds_.size()) - out.first_behind;
  return edges_.size() <= kMaxEdges && budget_.Spend(steps);
}

bool Automaton::MakeEdges() {
  visits_.assign(p_.code.size() * (p_.levels + 1) * 3, 0);
  visit_epoch_.assign(visits_.size(), 0);
  std::unordered_map<uint64_t, Follow> known;
  for (uint32_t s = 0; s < states_.size(); ++s) {
    State& state = states_[s];
    if (state.backward) continue;
    const uint32_t at = state.instruction == kInfinite ? p_.start : p_.code[state.instruction].next;
    // The start is a case of its own: the search states follow it too.
    const uint64_t key =
        (uint64_t{at} << 8 | static_cast<uint64_t>(state.context + 1)) << 1 | (state.instruction == kInfinite ? 1 : 0);
    auto [it, fresh] = known.try_emplace(key);
    if (fresh) {
      if (!Closure(at, state.context, it->second)) return false;
      if (state.instruction == kInfinite) {
        for (const uint32_t t : search_states_) edges_.push_back({t, false}), ++it->second.count;
      }
    }
    const Follow& f = it->second;
    state.first = f.first;
    state.count = f.count;
    state.accepts = f.accepts;
    for (uint32_t b = 0; b < f.behind_count; ++b) lookbehinds_.emplace_back(s, behinds_[f.first_behind + b]);
  }
  mark_.assign(states_.size(), 0);
  return true;
}

void Automaton::Reach() {
  reached_.assign(states_.size(), 0);
  std::vector<uint32_t> work = {0};
  reached_[0] = 1;
  while (!work.empty()) {
    const State& s = states_[work.back()];
    work.pop_back();
    for (uint32_t e = s.first; e < s.first + s.count; ++e) {
      const uint32_t to = edges_[e].to;
      if (reached_[to] == 0) reached_[to] = 1, work.push_back(to);
    }
  }
}

// Tarjan's strongly connected components, without recursion.
void Automaton::Components() {
  const size_t n = states_.size();
  std::vector<uint32_t> index(n, kInfinite), low(n), stack;
  std::vector<uint8_t> on(n, 0);
  struct Call {
    uint32_t state, edge;
  };
  std::vector<Call> calls;
  component_.assign(n, kInfinite);
  uint32_t counter = 0;
  for (uint32_t root = 0; root < n; ++root) {
    if (reached_[root] == 0 || index[root] != kInfinite) continue;
    const auto enter = [&](uint32_t v) {
      index[v] = low[v] = counter++;
      stack.push_back(v);
      on[v] = 1;
      calls.push_back({v, 0});
    };
    enter(root);
    while (!calls.empty()) {
      Call& call = calls.back();
      const uint32_t v = call.state;
      if (call.edge < states_[v].count) {
        const uint32_t w = edges_[states_[v].first + call.edge++].to;
        if (index[w] == kInfinite) {
          enter(w);
        } else if (on[w] != 0) {
          low[v] = std::min(low[v], index[w]);
        }
        continue;
      }
      calls.pop_back();
      if (!calls.empty()) low[calls.back().state] = std::min(low[calls.back().state], low[v]);
      if (low[v] != index[v]) continue;
      std::vector<uint32_t> members;
      uint32_t w;
      do {
        w = stack.back();
        stack.pop_back();
        on[w] = 0;
        component_[w] = static_cast<uint32_t>(components_.size());
        members.push_back(w);
      } while (w != v);
      bool loop = members.size() > 1;
      for (uint32_t e = 0; e < states_[v].count && !loop; ++e) loop = edges_[states_[v].first + e].to == v;
      if (loop) loops_.push_back(static_cast<uint32_t>(components_.size()));
      components_.push_back(std::move(members));
    }
  }
}

int Automaton::Common(uint32_t a) const {
  for (size_t w = 0; w < words_; ++w) {
    if (const uint64_t b = Bits(a)[w]; b != 0) return static_cast<int>(w * 64) + std::countr_zero(b);
  }
  return -1;
}
int Automaton::Common(uint32_t a, uint32_t b) const {
  for (size_t w = 0; w < words_; ++w) {
    if (const uint64_t m = Bits(a)[w] & Bits(b)[w]; m != 0) return static_cast<int>(w * 64) + std::countr_zero(m);
  }
  return -1;
}
int Automaton::Common(uint32_t a, uint32_t b, uint32_t c) const {
  for (size_t w = 0; w < words_; ++w) {
    if (const uint64_t m = Bits(a)[w] & Bits(b)[w] & Bits(c)[w]; m != 0)
      return static_cast<int>(w * 64) + std::countr_zero(m);
  }
  return -1;
}
void Automaton::CommonAll(const uint32_t* states, int n, size_t most, Word& out) const {
  out.clear();
  for (size_t w = 0; w < words_; ++w) {
    uint64_t m = ~uint64_t{0};
    for (int i = 0; i < n; ++i) m &= Bits(states[i])[w];
    for (; m != 0 && out.size() < most; m &= m - 1) {
      const size_t k = w * 64 + static_cast<size_t>(std::countr_zero(m));
      if (k < letters_.size()) out.push_back(static_cast<uint16_t>(k));
    }
  }
}

Text Automaton::Spell(const Word& word) const {
  budget_.Spend(static_cast<int64_t>(word.size()));
  Text text;
  text.reserve(word.size());
  for (const uint16_t k : word) text.push_back(letters_[k].character);
  return text;
}

template <typename Inside>
bool Automaton::PathWithin(uint32_t from, uint32_t to, const Inside& inside, Word& out) {
  out.clear();
  if (from == to) return true;
  if (path_epoch_.empty()) path_epoch_.assign(states_.size(), 0), path_parent_.resize(states_.size());
  const uint32_t now = ++path_now_;
  std::vector<uint32_t> queue = {from};
  path_epoch_[from] = now;
  for (size_t i = 0; i < queue.size(); ++i) {
    const State& s = states_[queue[i]];
    budget_.Spend(s.count);
    for (uint32_t e = s.first; e < s.first + s.count; ++e) {
      const uint32_t t = edges_[e].to;
      if (path_epoch_[t] == now || !inside(t)) continue;
      const int k = Common(t);
      if (k < 0) continue;
      path_epoch_[t] = now;
      path_parent_[t] = {queue[i], static_cast<uint16_t>(k)};
      if (t == to) {
        for (uint32_t c = to; c != from; c = path_parent_[c].first) out.push_back(path_parent_[c].second);
        std::reverse(out.begin(), out.end());
        return true;
      }
      queue.push_back(t);
    }
  }
  return false;
}

bool Automaton::Path(uint32_t p, uint32_t q, Text& out) {
  Word word;
  if (!PathWithin(
          p, q, [](uint32_t) { return true; }, word))
    return false;
  out = Spell(word);
  return true;
}

// ---- exponential

std::vector<Ambiguity> Automaton::Exponential() {
  std::vector<Ambiguity> out;
  ExponentialPass(0, out);
  if (!out.empty()) {
    ExponentialPass(1, out);
    ExponentialPass(2, out);
  }
  return out;
}

void Automaton::ExponentialPass(int variety, std::vector<Ambiguity>& out) {
  Word back, choices;
  const auto pick = [&](uint32_t x, uint32_t y) -> int {
    if (variety == 0) return Common(x, y);
    const uint32_t both[] = {x, y};
    CommonAll(both, 2, 24, choices);
    if (choices.empty()) return -1;
    return variety == 1 ? choices.back() : choices[choices.size() / 2];
  };
  for (const uint32_t component : loops_) {
    const std::vector<uint32_t>& members = components_[component];
    const auto inside = [&](uint32_t t) { return component_[t] == component; };
    // Two ways over one edge.
    int found = 0;
    for (const uint32_t p : members) {
      const State& s = states_[p];
      for (uint32_t e = s.first; e < s.first + s.count && found <= 3; ++e) {
        if (!edges_[e].parallel || !inside(edges_[e].to)) continue;
        const uint32_t t = edges_[e].to;
        Word letters;
        CommonAll(&t, 1, 2, letters);
        for (const uint16_t k : letters) {
          if (!PathWithin(t, p, inside, back)) continue;
          Word pump = {k};
          pump.insert(pump.end(), back.begin(), back.end());
          out.push_back({.exponential = true, .p = p, .q = p, .pump = Spell(pump)});
          ++found;
        }
      }
      if (found > 3) break;
    }
    if (members.size() < 2) continue;
    // Two ways that part and meet again.
    search_.Start();
    const auto each = [&](uint32_t state, auto&& f) {
      const State& s = states_[state];
      for (uint32_t i = 0; i < s.count; ++i) {
        const uint32_t to = edges_[s.first + (variety != 0 ? s.count - 1 - i : i)].to;
        if (inside(to) && !f(to)) return false;
      }
      return true;
    };
    std::vector<uint32_t> next;
    for (const uint32_t p : members) {
      next.clear();
      each(p, [&](uint32_t t) { return next.push_back(t), true; });
      for (size_t i = 0; i < next.size(); ++i) {
        for (size_t j = i + 1; j < next.size(); ++j) {
          if (!budget_.Spend()) return;
          const int k = pick(next[i], next[j]);
          if (k < 0) continue;
          search_.Add({std::min(next[i], next[j]), std::max(next[i], next[j]), p, 0, -1, static_cast<uint16_t>(k)},
                      budget_);
        }
      }
    }
    found = 0;
    std::vector<uint32_t> done;
    for (size_t n = 0; n < search_.nodes.size() && found < 3; ++n) {
      const Triple at = search_.nodes[n];
      each(at.a, [&](uint32_t x) {
        return each(at.m, [&](uint32_t y) {
          if (!budget_.Spend()) return false;
          const int k = pick(x, y);
          if (k < 0) return true;
          if (x != y) {
            // b is the fork the pair came from: not part of what makes a pair new.
            search_.Add(
                {std::min(x, y), std::max(x, y), kInfinite, 0, static_cast<int32_t>(n), static_cast<uint16_t>(k)},
                budget_);
            return true;
          }
          Word word = {static_cast<uint16_t>(k)};
          auto c = static_cast<int32_t>(n);
          for (;; c = search_.nodes[static_cast<size_t>(c)].parent) {
            word.push_back(search_.nodes[static_cast<size_t>(c)].letter);
            if (search_.nodes[static_cast<size_t>(c)].parent < 0) break;
          }
          std::reverse(word.begin(), word.end());
          const uint32_t fork = search_.nodes[static_cast<size_t>(c)].b;
          if (std::ranges::find(done, fork) != done.end()) return true;
          if (!PathWithin(x, fork, inside, back)) return true;
          done.push_back(fork);
          word.insert(word.end(), back.begin(), back.end());
          out.push_back({.exponential = true, .p = fork, .q = fork, .pump = Spell(word)});
          return ++found < 3;
        });
      });
      if (budget_.gone()) return;
    }
  }
}

// ---- polynomial

void Automaton::Search::Start() {
  nodes.clear();
  if (table.empty()) table.resize(1 << 12);
  ++epoch;
}

int Automaton::Search::Add(const Triple& t, Budget& budget) {
  budget.Spend(nodes.size() < 2048 ? 1 : nodes.size() < 16384 ? 6 : 18);
  if (nodes.size() * 2 >= table.size()) {
    table.assign(table.size() * 4, Slot{});
    epoch = 1;
    const std::vector<Triple> old = std::move(nodes);
    nodes.clear();
    nodes.reserve(old.size() * 4);
    for (const Triple& o : old) Put(o);
  }
  return Put(t) ? static_cast<int>(nodes.size() - 1) : -1;
}

bool Automaton::Search::Put(const Triple& t) {
  // A pair's fork (b when the pair is a root) does not tell pairs apart: see ExponentialPass, which uses set 0 only.
  const bool pair = t.parent < 0 || t.b == kInfinite;
  const uint32_t b = pair ? kInfinite : t.b;
  uint64_t h = ((uint64_t{t.a} * 0x9e3779b97f4a7c15ull ^ t.m) * 0xff51afd7ed558ccdull ^ b) * 0xc4ceb9fe1a85ec53ull ^
               static_cast<uint32_t>(t.set);
  h *= 0x9e3779b97f4a7c15ull;
  h ^= h >> 32;
  const size_t mask = table.size() - 1;
  for (size_t i = h & mask;; i = (i + 1) & mask) {
    if (table[i].epoch != epoch) {
      table[i] = {epoch, static_cast<uint32_t>(nodes.size())};
      nodes.push_back(t);
      return true;
    }
    const Triple& n = nodes[table[i].node];
    const bool other_pair = n.parent < 0 || n.b == kInfinite;
    if (n.a == t.a && n.m == t.m && (other_pair ? kInfinite : n.b) == b && n.set == t.set) return false;
  }
}

// The same way through the automaton spelled otherwise, so that nothing matches while it repeats.
bool Automaton::Rephrase(const std::vector<Word>& choices, int set, Word& out) {
  size_t total = 1;
  for (const Word& c : choices) total = std::min<size_t>(total * c.size(), 4096);
  std::vector<size_t> at(choices.size(), 0);
  for (size_t tries = 0; tries < std::min<size_t>(total, 200); ++tries) {
    int d = set;
    int64_t steps = 8;
    for (int round = 0; round < 4 && d >= 0; ++round) {
      for (size_t i = 0; i < choices.size() && d >= 0; ++i, ++steps) d = QuietStep(d, choices[i][at[i]]);
    }
    if (d >= 0) {
      out.clear();
      for (size_t i = 0; i < choices.size(); ++i) out.push_back(choices[i][at[i]]);
      return true;
    }
    size_t j = 0;
    while (j < at.size() && ++at[j] >= choices[j].size()) at[j++] = 0;
    if (j >= at.size()) break;
    if (!budget_.Spend(steps)) break;
  }
  return false;
}

std::vector<Ambiguity> Automaton::Polynomial() {
  std::vector<Ambiguity> out;
  const size_t n = states_.size(), loops = loops_.size();
  if (loops * n > 4000000) return out;
  std::vector<std::vector<uint32_t>> into(n);
  for (uint32_t s = 0; s < n; ++s) {
    if (reached_[s] == 0) continue;
    for (uint32_t e = 0; e < states_[s].count; ++e) into[edges_[states_[s].first + e].to].push_back(s);
  }
  // Reachable from, and reaching, each loop.
  if (!budget_.Spend(static_cast<int64_t>(loops * n / 8))) return out;
  std::vector<uint8_t> from(loops * n, 0), to(loops * n, 0);
  std::vector<uint64_t> letters(loops * words_, 0);
  for (size_t c = 0; c < loops; ++c) {
    const std::vector<uint32_t>& members = components_[loops_[c]];
    for (const uint32_t s : members) {
      for (size_t w = 0; w < words_; ++w) letters[c * words_ + w] |= Bits(s)[w];
    }
    for (const bool forward : {true, false}) {
      uint8_t* seen = (forward ? from : to).data() + c * n;
      std::vector<uint32_t> work(members);
      for (const uint32_t s : members) seen[s] = 1;
      while (!work.empty()) {
        const uint32_t s = work.back();
        work.pop_back();
        const uint32_t count = forward ? states_[s].count : static_cast<uint32_t>(into[s].size());
        budget_.Spend(count / 4);
        for (uint32_t e = 0; e < count; ++e) {
          const uint32_t t = forward ? edges_[states_[s].first + e].to : into[s][e];
          if (seen[t] == 0) seen[t] = 1, work.push_back(t);
        }
      }
    }
    if (budget_.gone()) return out;
  }
  QuietPrefixes();
  std::vector<uint32_t> exits, entries;
  Word choices;
  for (uint32_t a = 0; a < loops; ++a) {
    const std::vector<uint32_t>& A = components_[loops_[a]];
    for (uint32_t b = 0; b < loops; ++b) {
      if (a == b) continue;
      const std::vector<uint32_t>& B = components_[loops_[b]];
      if (from[a * n + B[0]] == 0) continue;
      bool overlap = false;
      for (size_t w = 0; w < words_; ++w) overlap = overlap || (letters[a * words_ + w] & letters[b * words_ + w]) != 0;
      if (!overlap) continue;
      if (budget_.gone()) return out;
      const auto in_a = [&](uint32_t t) { return component_[t] == loops_[a]; };
      const auto in_b = [&](uint32_t t) { return component_[t] == loops_[b]; };
      const auto between = [&](uint32_t t) { return from[a * n + t] != 0 && to[b * n + t] != 0; };
      // By rotation of the word one end may be fixed to the loops' borders.
      exits.clear();
      entries.clear();
      int64_t looked = 0;
      for (const uint32_t p : A) {
        looked += states_[p].count;
        for (uint32_t e = 0; e < states_[p].count; ++e) {
          const uint32_t t = edges_[states_[p].first + e].to;
          if (!in_a(t) && to[b * n + t] != 0) {
            exits.push_back(p);
            break;
          }
        }
      }
      for (const uint32_t q : B) {
        looked += static_cast<int64_t>(into[q].size());
        if (std::ranges::any_of(into[q], [&](uint32_t t) { return !in_b(t) && from[a * n + t] != 0; }))
          entries.push_back(q);
      }
      if (!budget_.Spend(looked / 4)) return out;
      const bool by_entry = A.size() * entries.size() <= exits.size() * B.size();
      const std::vector<uint32_t>&ps = by_entry ? A : exits, &qs = by_entry ? entries : B;
      int got = 0;
      for (const uint32_t p : ps) {
        if (got >= 12) break;
        const int start_set = states_[p].search ? quiet_set_[0] : quiet_set_[p];
        for (const uint32_t q : qs) {
          if (got >= 12 || budget_.gone()) break;
          int set = start_set, rounds = 0;
          // 0: only words on which no live thread reports a match; 1: any; 2: any, other choices first. -1: is there
          // any? Where there is none, as for most pairs, the dear search for quiet ones is saved.
          for (int mode = set >= 0 ? -1 : 1; mode < 3; ++mode) {
            if (budget_.gone() || got >= 12) break;
            search_.Start();
            search_.Add({p, p, q, mode == 0 ? set : 0, 0, 0}, budget_);
            search_.nodes[0].parent = 0;
            int hit = -1, soft = -1, tried = 0;
            Word forced;
            int64_t cap = mode == 0 ? 30000 : 40000;
            const auto words_of = [&](int32_t node, Word& word, std::vector<Word>* all, size_t most) {
              word.clear();
              if (all != nullptr) all->clear();
              for (int32_t c = node; c != 0; c = search_.nodes[static_cast<size_t>(c)].parent) {
                const Triple& t = search_.nodes[static_cast<size_t>(c)];
                word.push_back(t.letter);
                if (all != nullptr) {
                  const uint32_t three[] = {t.a, t.m, t.b};
                  CommonAll(three, 3, most, choices);
                  all->push_back(choices);
                }
              }
              std::reverse(word.begin(), word.end());
              if (all != nullptr) std::reverse(all->begin(), all->end());
            };
            const auto edge = [&](const State& s, uint32_t i) {
              return edges_[s.first + (mode == 2 ? s.count - 1 - i : i)].to;
            };
            // The goal (p, q, q) is a node like others, except that it may be met by several words.
            for (size_t i = 0; i < search_.nodes.size() && hit < 0 && cap > 0; ++i) {
              const Triple at = search_.nodes[i];
              if (i > 0 && at.a == p && at.m == q && at.b == q && mode != 0) break;
              const State &sa = states_[at.a], &sm = states_[at.m], &sb = states_[at.b];
              for (uint32_t y_i = 0; y_i < sm.count && hit < 0; ++y_i) {
                const uint32_t y = edge(sm, y_i);
                if (!between(y)) continue;
                for (uint32_t x_i = 0; x_i < sa.count && hit < 0; ++x_i) {
                  const uint32_t x = edge(sa, x_i);
                  cap--;
                  if (!budget_.Spend()) break;
                  if (!in_a(x) || Common(x, y) < 0) continue;
                  for (uint32_t z_i = 0; z_i < sb.count && hit < 0; ++z_i) {
                    const uint32_t z = edge(sb, z_i);
                    if (!in_b(z)) continue;
                    cap--;
                    if (!budget_.Spend()) break;
                    const bool goal = x == p && y == q && z == q;
                    if (mode != 0) {
                      const int k = Common(x, y, z);
                      if (k < 0) continue;
                      const int node =
                          search_.Add({x, y, z, 0, static_cast<int32_t>(i), static_cast<uint16_t>(k)}, budget_);
                      if (goal && node >= 0) hit = node;
                      continue;
                    }
                    const uint32_t three[] = {x, y, z};
                    Word letters_here;
                    CommonAll(three, 3, 24, letters_here);
                    for (const uint16_t k : letters_here) {
                      const int next = QuietStep(at.set, k);
                      if (next < 0) continue;
                      const int node = search_.Add({x, y, z, next, static_cast<int32_t>(i), k}, budget_);
                      if (node < 0 || !goal) continue;
                      Word word;
                      std::vector<Word> all;
                      words_of(node, word, &all, 6);
                      int d = next;
                      for (int r = 0; r < 2 && d >= 0; ++r) {
                        for (const uint16_t letter : word) d = d < 0 ? -1 : QuietStep(d, letter);
                      }
                      if (d >= 0) {
                        hit = node;
                        break;
                      }
                      if (tried++ < 4 && Rephrase(all, set, forced)) {
                        hit = node;
                        break;
                      }
                      if (soft < 0) soft = node;
                    }
                  }
                }
              }
            }
            if (hit < 0) hit = soft;
            if (hit < 0 && mode != 0 && cap > 0) break;
            if (hit < 0 || mode < 0) continue;
            Word word;
            std::vector<Word> all;
            words_of(hit, word, &all, 6);
            if (!forced.empty()) word = forced;
            const auto report = [&](const Word& w, bool variant, int rank) {
              Ambiguity found;
              found.p = p;
              found.q = q;
              found.pump = Spell(w);
              found.from = a;
              found.to = b;
              found.variant = variant;
              found.rank = rank;
              out.push_back(std::move(found));
            };
            report(word, mode == 2, mode);
            ++got;
            if (mode < 2) {
              int variants = 0;
              for (size_t i = word.size(); i-- > 0 && variants < 6;) {
                for (const uint16_t k : all[i]) {
                  if (k == word[i] || variants >= 6) continue;
                  ++variants;
                  Word other = word;
                  other[i] = k;
                  report(other, true, 3);
                }
              }
            }
            if (mode == 0 && ++rounds < 4) {
              // It must stay match-free when repeated: otherwise again, from the threads alive after it.
              int d = start_set;
              for (int r = 0; r < 3 && d >= 0; ++r) {
                for (const uint16_t k : word) d = d < 0 ? -1 : QuietStep(d, k);
              }
              if (d < 0) {
                int e = set;
                for (const uint16_t k : word) e = e < 0 ? -1 : QuietStep(e, k);
                if (e >= 0 && e != set) {
                  set = e;
                  --mode;
                  continue;
                }
              }
            }
            if (mode == 0 && B.size() > 60) break;
          }
        }
      }
    }
  }
  return out;
}

std::vector<Ambiguity> Automaton::Lookbehinds() {
  std::vector<Ambiguity> out;
  std::vector<std::pair<uint32_t, uint32_t>> seen;  // letter, state
  for (const auto& [state, look] : lookbehinds_) {
    if (reached_[state] == 0 || seen.size() > 30 || !budget_.Spend(32)) continue;
    // The body's instructions.
    std::vector<uint32_t> body, work = {p_.code[look].body};
    std::vector<uint8_t> known(p_.code.size(), 0);
    bool loops = false;
    while (!work.empty()) {
      const uint32_t id = work.back();
      work.pop_back();
      if (known[id] != 0) continue;
      known[id] = 1;
      body.push_back(id);
      const Instruction& i = p_.code[id];
      loops = loops || i.op == Op::kLoop;
      if (i.op == Op::kLookEnd || i.op == Op::kAccept) continue;
      if (i.op == Op::kSplit) {
        for (uint32_t a = 0; a < i.count; ++a) work.push_back(p_.alternatives[i.first + a]);
        continue;
      }
      if (i.op == Op::kLoop || i.op == Op::kOption || i.op == Op::kLook) work.push_back(i.body);
      work.push_back(i.next);
    }
    if (!loops) continue;
    std::sort(body.begin(), body.end());
    Word letters;
    for (const uint32_t id : body) {
      if (p_.code[id].op != Op::kChar) continue;
      for (const uint32_t component : loops_) {
        for (const uint32_t p : components_[component]) {
          for (uint32_t t = states_of_[id].first; t < states_of_[id].first + states_of_[id].second; ++t) {
            if (!budget_.Spend()) return out;
            const uint32_t both[] = {p, t};
            CommonAll(both, 2, 2, letters);
            for (const uint16_t k : letters) {
              if (seen.size() > 30 || std::ranges::find(seen, std::pair<uint32_t, uint32_t>(k, p)) != seen.end())
                continue;
              seen.emplace_back(k, p);
              Ambiguity found;
              found.p = found.q = p;
              found.pump = Spell({k});
              out.push_back(std::move(found));
            }
          }
        }
      }
    }
  }
  return out;
}

std::vector<Text> Automaton::LoopWords() {
  std::vector<Text> out;
  Word back;
  for (const uint32_t component : loops_) {
    const auto inside = [&](uint32_t t) { return component_[t] == component; };
    for (const uint32_t p : components_[component]) {
      if (states_[p].search || out.size() > 40) continue;
      if (budget_.gone()) return out;
      const State& s = states_[p];
      for (uint32_t e = s.first; e < s.first + s.count; ++e) {
        const uint32_t t = edges_[e].to;
        if (!inside(t) || Common(t) < 0 || !PathWithin(t, p, inside, back)) continue;
        Word word = {static_cast<uint16_t>(Common(t))};
        word.insert(word.end(), back.begin(), back.end());
        Text text = Spell(word);
        budget_.Spend(static_cast<int64_t>(text.size()));
        if (std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
        break;
      }
    }
  }
  return out;
}

uint32_t Automaton::OtherWide() const {
  for (const uint32_t c : {0x4e00u, 0x3042u, 0x431u, 0x3b1u, 0x2603u, 0xe000u, 0x100u}) {
    if (std::ranges::none_of(p_.sets, [&](const CharSet* s) { return s->Contains(c); })) return c;
  }
  return 0x4e00;
}

// ---- words

void Automaton::ShortestWords() {
  if (has_words_) return;
  has_words_ = true;
  for (const bool search : {true, false}) {
    auto& tree = search ? word_to_ : word_without_search_;
    tree.assign(states_.size(), {-1, 0});
    std::vector<uint32_t> queue = {0};
    tree[0] = {0, 0};
    for (size_t i = 0; i < queue.size(); ++i) {
      const State& s = states_[queue[i]];
      budget_.Spend(s.count / 4);
      for (uint32_t e = s.first; e < s.first + s.count; ++e) {
        const uint32_t t = edges_[e].to;
        if (tree[t].first >= 0 || (!search && states_[t].search)) continue;
        const int k = Common(t);
        if (k < 0) continue;
        tree[t] = {static_cast<int32_t>(queue[i]), static_cast<uint16_t>(k)};
        queue.push_back(t);
      }
    }
  }
}

std::vector<Text> Automaton::Prefixes(uint32_t p) {
  std::vector<Text> out;
  const auto add = [&](Text t) {
    if (std::ranges::find(out, t) == out.end()) out.push_back(std::move(t));
  };
  ShortestWords();
  QuietPrefixes();
  const auto along = [&](const auto& tree) {
    if (tree[p].first < 0) return;
    Word word;
    for (uint32_t c = p; c != 0; c = static_cast<uint32_t>(tree[c].first)) word.push_back(tree[c].second);
    budget_.Spend(static_cast<int64_t>(word.size()));
    std::reverse(word.begin(), word.end());
    add(Spell(word));
  };
  if (states_[p].search) {
    add({});
  } else {
    along(word_without_search_);
  }
  if (int32_t set = quiet_set_[p]; set >= 0) {
    Word word;
    for (; set != 0; set = quiet_parent_[static_cast<size_t>(set)].first)
      word.push_back(quiet_parent_[static_cast<size_t>(set)].second);
    std::reverse(word.begin(), word.end());
    add(Spell(word));
  }
  along(word_to_);
  return out;
}

std::vector<Text> Automaton::PrefixesOf(uint32_t node) {
  std::vector<Text> out;
  ShortestWords();
  for (const auto& [state, look] : lookbehinds_) {
    if (p_.code[look].node != node || reached_[state] == 0 || out.size() >= 3) continue;
    Word word;
    if (state != 0 && !states_[state].search) {
      const auto& tree = word_without_search_[state].first >= 0 ? word_without_search_ : word_to_;
      if (tree[state].first < 0) continue;
      for (uint32_t c = state; c != 0; c = static_cast<uint32_t>(tree[c].first)) word.push_back(tree[c].second);
      std::reverse(word.begin(), word.end());
    }
    Text text = Spell(word);
    if (std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
  }
  return out;
}

std::vector<uint32_t> Automaton::After(uint32_t node) const {
  std::vector<uint32_t> out;
  for (const auto& [state, look] : lookbehinds_) {
    if (p_.code[look].node != node || reached_[state] == 0) continue;
    for (uint32_t e = states_[state].first; e < states_[state].first + states_[state].count; ++e) {
      const uint32_t to = edges_[e].to;
      if (states_[to].search || Common(to) < 0) continue;
      const uint32_t c = letters_[static_cast<size_t>(Common(to))].character;
      if (out.size() < 3 && std::ranges::find(out, c) == out.end()) out.push_back(c);
    }
  }
  return out;
}

int Automaton::Intern(std::vector<uint32_t> states) {
  uint64_t h = 1469598103934665603ull;
  for (const uint32_t s : states) h = (h ^ s) * 1099511628211ull;
  const auto [begin, end] = set_ids_.equal_range(h);
  for (auto it = begin; it != end; ++it) {
    if (sets_[static_cast<size_t>(it->second)] == states) return it->second;
  }
  if (sets_.size() >= kMaxThreadSets || set_size_ + states.size() > 200000) return -1;
  uint32_t accepts = 0;
  for (const uint32_t s : states) accepts |= states_[s].accepts;
  set_size_ += states.size();
  sets_.push_back(std::move(states));
  set_accepts_.push_back(accepts);
  steps_.emplace_back();
  without_search_.push_back(-2);
  const int id = static_cast<int>(sets_.size() - 1);
  set_ids_.emplace(h, id);
  return id;
}

int Automaton::Step(int set, uint32_t letter) {
  if (set < 0) return -1;
  if (mark_.size() < states_.size()) mark_.resize(states_.size(), 0);
  auto& row = steps_[static_cast<size_t>(set)];
  if (row.empty()) row.assign(letters_.size(), -2);
  if (row[letter] != -2) return row[letter];
  std::vector<uint32_t> next;
  const uint32_t now = ++mark_epoch_;
  int64_t work = 4;
  for (const uint32_t s : sets_[static_cast<size_t>(set)]) {
    const State& state = states_[s];
    work += state.count + 1;
    for (uint32_t e = state.first; e < state.first + state.count; ++e) {
      const uint32_t t = edges_[e].to;
      if (mark_[t] == now || !Has(t, letter)) continue;
      mark_[t] = now;
      next.push_back(t);
    }
  }
  if (!budget_.Spend(work + static_cast<int64_t>(next.size()))) return -1;
  std::sort(next.begin(), next.end());
  const int id = Intern(std::move(next));
  steps_[static_cast<size_t>(set)][letter] = id;
  return id;
}

bool Automaton::AcceptsAtEnd(int set) const { return (set_accepts_[static_cast<size_t>(set)] & kAtEnd) != 0; }

std::set<uint32_t> Automaton::Boundaries() const {
  std::set<uint32_t> out;
  for (const LetterClass& l : letters_) {
    for (const Interval& i : l.intervals) out.insert(i.lo);
  }
  return out;
}

int Automaton::WithoutSearch(int set) {
  if (set < 0) return -1;
  int32_t& known = without_search_[static_cast<size_t>(set)];
  if (known != -2) return known;
  std::vector<uint32_t> rest;
  for (const uint32_t s : sets_[static_cast<size_t>(set)]) {
    if (s != 0 && !states_[s].search) rest.push_back(s);
  }
  const int id = Intern(std::move(rest));
  without_search_[static_cast<size_t>(set)] = id;
  return id;
}

int Automaton::LetterOf(uint32_t c) {
  for (size_t k = 0; k < letters_.size(); ++k) {
    if (letters_[k].character == c) return static_cast<int>(k);
  }
  for (size_t k = 0; k < letters_.size(); ++k) {
    for (const Interval& i : letters_[k].intervals) {
      if (c >= i.lo && c <= i.hi) return static_cast<int>(k);
    }
  }
  return -1;
}

// Shortest words that lead to each state while nothing matches, as far as a bounded search finds them.
void Automaton::QuietPrefixes() {
  if (has_quiet_) return;
  has_quiet_ = true;
  quiet_set_.assign(states_.size(), -1);
  if (mark_.size() < states_.size()) mark_.resize(states_.size(), 0);
  const int start = Intern({0});
  quiet_parent_.assign(1, {-1, 0});
  quiet_set_[0] = start;
  std::vector<int> queue = {start};
  int work = 0;
  for (size_t i = 0; i < queue.size() && work < 1500; ++i) {
    for (uint32_t k = 0; k < letters_.size() && k < 64; ++k) {
      if (++work > 1500 || budget_.gone()) break;
      const int next = QuietStep(queue[i], k);
      if (next < 0) continue;
      if (quiet_parent_.size() < sets_.size()) quiet_parent_.resize(sets_.size(), {-1, 0});
      if (next == start || quiet_parent_[static_cast<size_t>(next)].first >= 0) continue;
      quiet_parent_[static_cast<size_t>(next)] = {queue[i], static_cast<uint16_t>(k)};
      queue.push_back(next);
      for (const uint32_t s : sets_[static_cast<size_t>(next)]) {
        if (quiet_set_[s] < 0) quiet_set_[s] = next;
      }
    }
  }
}

std::vector<Text> Automaton::Suffixes(const Text& prefix, const Text& pump) {
  std::vector<Text> out;
  if (mark_.size() < states_.size()) mark_.resize(states_.size(), 0);
  int set = Intern({0});
  const auto feed = [&](const Text& text) {
    for (const uint32_t c : text) {
      const int k = LetterOf(c);
      set = k < 0 ? -1 : Step(set, static_cast<uint32_t>(k));
    }
  };
  feed(prefix);
  for (int i = 0; i < 3; ++i) feed(pump);
  if (set < 0) return out;
  SuffixesFrom(set, false, out);
  // Starts inside the suffix have lower priority than the pumped threads.
  if (!search_states_.empty()) {
    const int rest = WithoutSearch(set);
    if (rest >= 0 && !sets_[static_cast<size_t>(rest)].empty()) SuffixesFrom(rest, true, out);
  }
  return out;
}

void Automaton::SuffixesFrom(int set, bool drop, std::vector<Text>& out) {
  const auto reports_at_end = [&](int s) { return (set_accepts_[static_cast<size_t>(s)] & kAtEnd) != 0; };
  size_t found = 0;
  const auto add = [&](const Word& w) {
    out.push_back(Spell(w));
    ++found;
  };
  if (!reports_at_end(set)) add({});
  // Breadth first over sets, each once.
  struct Reached {
    int set, parent;
    uint16_t letter;
    int depth;
  };
  std::vector<Reached> queue = {{set, -1, 0, 0}};
  std::vector<int> seen = {set};
  int work = 0;
  for (size_t i = 0; i < queue.size() && found < 5; ++i) {
    const Reached at = queue[i];
    if (at.depth >= 4) break;
    for (uint32_t k = 0; k < std::min<size_t>(letters_.size(), 40) && found < 6; ++k) {
      if (budget_.gone() || ++work > 400) return;
      int t = QuietStep(at.set, k);
      if (drop) t = WithoutSearch(t);
      if (t < 0 || std::ranges::find(seen, t) != seen.end()) continue;
      seen.push_back(t);
      queue.push_back({t, static_cast<int>(i), static_cast<uint16_t>(k), at.depth + 1});
      if (reports_at_end(t)) continue;
      Word w;
      for (auto r = static_cast<int>(queue.size() - 1); r > 0; r = queue[static_cast<size_t>(r)].parent)
        w.push_back(queue[static_cast<size_t>(r)].letter);
      std::reverse(w.begin(), w.end());
      add(w);
    }
  }
}

}  // namespace looplint::regex
