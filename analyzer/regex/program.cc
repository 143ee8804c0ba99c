#include "analyzer/regex/program.h"

#include <algorithm>

#include "analyzer/regex/unicode.h"

namespace looplint::regex {

bool LooksAtOneCharacter(const Tree& tree, uint32_t node, CharSet& set, bool& edge) {
  const Node& look = tree.nodes[node];
  set = {};
  edge = false;
  // Groups may stand around what is looked at.
  std::vector<uint32_t> work = {tree.children[look.first]};
  while (!work.empty()) {
    const Node& d = tree.nodes[work.back()];
    work.pop_back();
    for (uint32_t a = 0; a < d.count; ++a) {
      const Node& sequence = tree.nodes[tree.children[d.first + a]];
      if (sequence.count != 1) return false;
      const Node& only = tree.nodes[tree.children[sequence.first]];
      if (only.kind == (look.behind ? NodeKind::kLineStart : NodeKind::kLineEnd) && !only.lines) {
        edge = true;
      } else if (only.kind == NodeKind::kGroup && only.value == 0) {
        work.push_back(tree.children[only.first]);
      } else if ((only.kind == NodeKind::kChar || only.kind == NodeKind::kSet) && only.strings == kInfinite) {
        set.Add(tree.sets[only.set]);
      } else {
        return false;
      }
    }
  }
  set.Normalize();
  return true;
}

// An alternative while it is rewritten.
struct Program::Item {
  const uint32_t* begin = nullptr;  // nodes
  const uint32_t* end = nullptr;
  std::vector<Item> rest;  // after a factored prefix [begin, end)
  bool factored = false;
  CharSet merged;  // one-character alternatives in one class
  bool is_class = false;
  bool plain = false;
  uint32_t key = 0;         // first character, canonical
  uint32_t at = 0, to = 0;  // of merged
};

uint32_t Program::Add(Instruction i) {
  if (code.size() >= budget_) {
    too_big_ = true;
    return 0;
  }
  code.push_back(i);
  return static_cast<uint32_t>(code.size() - 1);
}

uint32_t Program::SetOf(uint32_t tree_set) {
  uint32_t& id = set_of_[tree_set];
  if (id == kInfinite) {
    id = static_cast<uint32_t>(sets.size());
    sets.push_back(&tree_->sets[tree_set]);
  }
  return id;
}

uint32_t Program::OwnSet(CharSet set) {
  for (size_t i = 0; i < sets.size(); ++i) {
    if (*sets[i] == set) return static_cast<uint32_t>(i);
  }
  own_.push_back(std::move(set));
  sets.push_back(&own_.back());
  return static_cast<uint32_t>(sets.size() - 1);
}

void Program::Start(const Tree& tree, Kind kind, uint32_t budget, uint32_t most_copies) {
  *this = Program();
  tree_ = &tree;
  kind_ = kind == Kind::kLoose ? Kind::kExact : kind;
  loose_ = kind == Kind::kLoose;
  budget_ = budget;
  most_copies_ = most_copies;
  set_of_.assign(tree.sets.size(), kInfinite);
  capture_count = static_cast<uint32_t>(tree.captures.size() - 1);
  letters_.assign(tree.captures.size(), {});
  letter_.assign(tree.captures.size(), kInfinite);
  if (tree.backreferences) FindLetters();
}

// The characters a group stands for, when it is one of at most a few.
static CharSet FewCharacters(const Tree& tree, const Node& group) {
  CharSet set;
  const Node& d = tree.nodes[tree.children[group.first]];
  for (uint32_t a = 0; a < d.count; ++a) {
    const Node& sequence = tree.nodes[tree.children[d.first + a]];
    if (sequence.count != 1) return {};
    const Node& only = tree.nodes[tree.children[sequence.first]];
    if ((only.kind != NodeKind::kChar && only.kind != NodeKind::kSet) || only.strings != kInfinite) return {};
    set.Add(tree.sets[only.set]);
  }
  set.Normalize();
  uint64_t count = 0;
  for (const Interval& i : set.intervals()) count += i.hi - i.lo + uint64_t{1};
  return count <= 5 ? set : CharSet{};
}

void Program::FindLetters() {
  const Tree& t = *tree_;
  std::vector<uint32_t> sequence_end(t.captures.size(), 0);
  for (const Node& sequence : t.nodes) {
    if (sequence.kind != NodeKind::kSequence) continue;
    for (uint32_t c = 0; c < sequence.count; ++c) {
      const Node& n = t.nodes[t.children[sequence.first + c]];
      if (n.kind != NodeKind::kGroup || n.value == 0) continue;
      letters_[n.value] = FewCharacters(t, n);
      sequence_end[n.value] = t.nodes[t.children[sequence.first + sequence.count - 1]].end;
    }
  }
  bool open = false;
  for (const Node& n : t.nodes) {
    // In a lookbehind the order is the other one.
    if (n.kind == NodeKind::kLook && n.behind) {
      for (uint32_t c = 1; c < t.captures.size(); ++c) {
        const Node& group = t.nodes[t.captures[c]];
        if (group.start >= n.start && group.end <= n.end) letters_[c] = {};
      }
    }
    if (n.kind != NodeKind::kBackreference) continue;
    for (uint32_t c = 0; c < n.count; ++c) {
      const uint32_t capture = t.children[n.first + c];
      const bool follows = n.start >= t.nodes[t.captures[capture]].end && n.end <= sequence_end[capture];
      if (n.count != 1 || !follows) letters_[capture] = {};
    }
  }
  std::vector<uint8_t> used(t.captures.size(), 0);
  for (const Node& n : t.nodes) {
    if (n.kind != NodeKind::kBackreference) continue;
    for (uint32_t c = 0; c < n.count; ++c) {
      used[t.children[n.first + c]] = 1;
      open = open || letters_[t.children[n.first + c]].empty();
    }
  }
  for (uint32_t c = 0; c < used.size(); ++c) {
    if (used[c] == 0) letters_[c] = {};
  }
  tracks_captures = kind_ == Kind::kExact && open;
}

uint32_t Program::ByLetter(const Node& group, const uint32_t* rest, const uint32_t* end, uint32_t next,
                           uint32_t level) {
  std::vector<uint32_t> targets;
  for (const Interval& i : letters_[group.value].intervals()) {
    for (uint32_t c = i.lo; c <= i.hi && !too_big_; ++c) {
      letter_[group.value] = c;
      uint32_t at = Sequence(rest, end, next, false, level);
      if (tracks_captures) at = Add({.op = Op::kSave, .next = at, .value = 2 * group.value + 1});
      at = CharOf(OwnSet(CharSet{{c, c}}), group, at, false);
      if (tracks_captures) at = Add({.op = Op::kSave, .next = at, .value = 2 * group.value});
      targets.push_back(at);
    }
  }
  letter_[group.value] = kInfinite;
  if (too_big_) return 0;
  if (targets.size() == 1) return targets[0];
  Instruction split{.op = Op::kSplit};
  split.first = static_cast<uint32_t>(alternatives.size());
  split.count = static_cast<uint32_t>(targets.size());
  split.start = group.start;
  split.end = group.end;
  alternatives.insert(alternatives.end(), targets.begin(), targets.end());
  return Add(split);
}

bool Program::BuildTurned(const Tree& tree, uint32_t node, uint32_t budget, uint32_t most_copies) {
  Start(tree, Kind::kSearch, budget, most_copies);
  const uint32_t accept = Add({.op = Op::kAccept});
  start = Alternatives(tree.children[tree.nodes[node].first], accept, true, 0);
  anchored = true;
  for (Instruction& i : code) {
    if (i.op == Op::kChar) i.backward = !i.backward;
    if (i.op == Op::kLook) i.behind = !i.behind;
    if (i.op == Op::kLineStart || i.op == Op::kLineEnd) i.op = i.op == Op::kLineStart ? Op::kLineEnd : Op::kLineStart;
  }
  return !too_big_;
}

bool Program::Build(const Tree& tree, Kind kind, uint32_t budget, uint32_t most_copies) {
  Start(tree, kind, budget, most_copies);
  const Node& root = tree.nodes[tree.root()];
  const uint32_t accept = Add({.op = Op::kAccept});
  start = Alternatives(tree.root(), accept, false, 0);
  anchored = root.start_anchored;
  constexpr uint32_t kMaxBacksearch = 1024;
  if (root.end_anchored && !root.start_anchored && !tree.flags.y && root.max_match < kMaxBacksearch)
    end_skip = root.max_match;
  return !too_big_;
}

uint32_t Program::Alternatives(uint32_t disjunction, uint32_t next, bool backward, uint32_t level) {
  const Node& d = tree_->nodes[disjunction];
  const auto children = [&](const Node& n) { return tree_->children.data() + n.first; };
  if (d.count == 1) {
    const Node& only = tree_->nodes[*children(d)];
    return Sequence(children(only), children(only) + only.count, next, backward, level);
  }
  std::vector<Item> items(d.count);
  for (uint32_t i = 0; i < d.count; ++i) {
    const Node& sequence = tree_->nodes[children(d)[i]];
    items[i].begin = children(sequence);
    items[i].end = items[i].begin + sequence.count;
  }
  if (items.size() > 2) Rewrite(items);
  return AlternativeList(items, next, backward, level, &d);
}

void Program::Rewrite(std::vector<Item>& items) {
  const CaseRule rule = tree_->flags.unicode() ? CaseRule::kUnicode : CaseRule::kLegacy;
  const auto node = [&](const uint32_t* at) -> const Node& { return tree_->nodes[*at]; };
  for (Item& item : items) {
    item.plain = item.begin != item.end;
    for (const uint32_t* c = item.begin; c != item.end && item.plain; ++c) {
      item.plain = node(c).kind == NodeKind::kChar && node(c).plain;
    }
    if (item.plain) {
      const Node& c = node(item.begin);
      item.key = c.ignore_case ? Canonicalize(rule, c.value) : c.value;
    }
  }
  std::vector<Item> out;
  for (size_t i = 0; i < items.size();) {
    if (!items[i].plain) {
      out.push_back(std::move(items[i++]));
      continue;
    }
    size_t j = i;
    while (j < items.size() && items[j].plain) ++j;
    std::stable_sort(items.begin() + static_cast<long>(i), items.begin() + static_cast<long>(j),
                     [](const Item& a, const Item& b) { return a.key < b.key; });
    for (size_t a = i; a < j;) {
      size_t b = a;
      while (b < j && items[b].key == items[a].key) ++b;
      if (b - a > 2) {
        long common = items[a].end - items[a].begin;
        for (size_t k = a + 1; k < b; ++k) {
          common = std::min<long>(common, items[k].end - items[k].begin);
          for (long c = 1; c < common; ++c) {
            if (node(items[k].begin + c).value != node(items[a].begin + c).value) common = c;
          }
        }
        Item factored;
        factored.factored = true;
        factored.begin = items[a].begin;
        factored.end = items[a].begin + common;
        for (size_t k = a; k < b; ++k) {
          Item rest;
          rest.begin = items[k].begin + common;
          rest.end = items[k].end;
          factored.rest.push_back(std::move(rest));
        }
        out.push_back(std::move(factored));
      } else {
        for (size_t k = a; k < b; ++k) out.push_back(std::move(items[k]));
      }
      a = b;
    }
    i = j;
  }
  items.clear();
  const auto single = [&](const Item& i) { return i.plain && i.end - i.begin == 1 && node(i.begin).value <= 0xffff; };
  for (size_t a = 0; a < out.size();) {
    size_t b = a;
    while (b < out.size() && single(out[b])) ++b;
    if (b - a > 1) {
      Item merged;
      merged.is_class = true;
      for (size_t k = a; k < b; ++k) merged.merged.Add(tree_->sets[node(out[k].begin).set]);
      merged.merged.Normalize();
      merged.at = node(out[a].begin).start;
      merged.to = node(out[b - 1].begin).end;
      if (merged.to < merged.at) std::swap(merged.at, merged.to);
      items.push_back(std::move(merged));
      a = b;
    } else {
      items.push_back(std::move(out[a++]));
    }
  }
}

uint32_t Program::AlternativeList(std::vector<Item>& items, uint32_t next, bool backward, uint32_t level,
                                  const Node* owner) {
  std::vector<uint32_t> targets;
  targets.reserve(items.size());
  for (Item& item : items) {
    targets.push_back(BuildItem(item, next, backward, level));
    if (too_big_) return 0;
  }
  if (targets.size() == 1) return targets[0];
  Instruction split{.op = Op::kSplit};
  split.first = static_cast<uint32_t>(alternatives.size());
  split.count = static_cast<uint32_t>(targets.size());
  if (owner != nullptr) split.start = owner->start, split.end = owner->end;
  alternatives.insert(alternatives.end(), targets.begin(), targets.end());
  return Add(split);
}

uint32_t Program::BuildItem(Item& item, uint32_t next, bool backward, uint32_t level) {
  if (item.is_class) {
    Instruction c{.op = Op::kChar, .backward = backward, .next = next};
    c.set = OwnSet(std::move(item.merged));
    c.start = item.at;
    c.end = item.to;
    return Add(c);
  }
  if (item.factored) {
    const auto rest = [&](uint32_t n) {
      if (item.rest.size() > 2) Rewrite(item.rest);
      return AlternativeList(item.rest, n, backward, level, nullptr);
    };
    if (backward) return rest(Sequence(item.begin, item.end, next, backward, level));
    const uint32_t after = rest(next);
    return Sequence(item.begin, item.end, after, backward, level);
  }
  return Sequence(item.begin, item.end, next, backward, level);
}

uint32_t Program::Sequence(const uint32_t* begin, const uint32_t* end, uint32_t next, bool backward, uint32_t level) {
  const auto count = static_cast<uint32_t>(end - begin);
  for (uint32_t i = 0; i < count && !backward; ++i) {
    const Node& n = tree_->nodes[begin[i]];
    if (n.kind != NodeKind::kGroup || n.value == 0 || letters_[n.value].empty()) continue;
    return Sequence(begin, begin + i, ByLetter(n, begin + i + 1, end, next, level), false, level);
  }
  for (uint32_t i = 0; i < count && !too_big_; ++i) {
    next = Build(backward ? begin[i] : begin[count - 1 - i], next, backward, level);
  }
  return next;
}

uint32_t Program::CharOf(uint32_t set, const Node& n, uint32_t next, bool backward) {
  Instruction c{.op = Op::kChar, .backward = backward, .next = next};
  c.set = set;
  c.start = n.start;
  c.end = n.end;
  return Add(c);
}

// V8 tries one string after the other, longest first. Of those that match at one place each begins the next longer, so
// a graph that reads on while it can tries them in the same order, with fewer steps by a constant factor.
uint32_t Program::Strings(const Node& n, uint32_t next, bool backward) {
  std::vector<StringNode>& graph = string_graphs_[{n.strings, backward}];
  if (graph.empty()) {
    struct Letter {
      char32_t character = 0;
      bool accepts = false;
      uint32_t parent = 0;
    };
    std::vector<std::u32string> strings = tree_->strings[n.strings];
    if (backward) {
      for (std::u32string& s : strings) std::reverse(s.begin(), s.end());
    }
    std::sort(strings.begin(), strings.end());
    // A tree of beginnings.
    std::vector<Letter> trie(1);
    std::vector<uint32_t> path = {0};
    const std::u32string* last = nullptr;
    CharSet singles = tree_->sets[n.set], beginnings;
    for (const std::u32string& s : strings) {
      size_t same = 0;
      while (last != nullptr && same < std::min(s.size(), last->size()) && s[same] == (*last)[same]) ++same;
      path.resize(same + 1);
      for (size_t i = same; i < s.size(); ++i) {
        trie.push_back({s[i], false, path.back()});
        path.push_back(static_cast<uint32_t>(trie.size() - 1));
        if (i == 0) trie.back().accepts = singles.Contains(s[0]);
      }
      trie[path.back()].accepts = true;
      last = &s;
      if (trie.size() > 100000) return too_big_ = true, 0;
    }
    const auto close = [&](CharSet& set) {
      set.Normalize();
      if (n.ignore_case) CloseOverCase(CaseRule::kUnicode, set);
    };
    // From the ends on: what reads on alike is one, and so are characters that lead to it.
    std::map<std::pair<bool, std::map<uint32_t, std::vector<char32_t>>>, uint32_t> known;
    std::vector<std::map<uint32_t, std::vector<char32_t>>> edges(trie.size());
    for (size_t i = trie.size(); i-- > 0;) {
      if (i == 0) {
        for (const auto& [to, characters] : edges[0]) {
          for (const char32_t c : characters) beginnings.Add(c, c);
        }
        close(beginnings);
        singles = singles.Minus(beginnings);
        if (!singles.empty() && known.try_emplace({true, {}}, graph.size()).second) graph.push_back({true, {}});
      }
      const auto [it, fresh] = known.try_emplace({trie[i].accepts, edges[i]}, graph.size());
      if (fresh || i == 0) {
        StringNode node{trie[i].accepts, {}};
        for (const auto& [to, characters] : edges[i]) {
          CharSet set;
          for (const char32_t c : characters) set.Add(c, c);
          close(set);
          node.edges.emplace_back(OwnSet(std::move(set)), to);
        }
        if (i == 0 && !singles.empty()) node.edges.emplace_back(OwnSet(singles), known.at({true, {}}));
        graph.push_back(std::move(node));
      }
      edges[trie[i].parent][it->second].push_back(trie[i].character);
    }
  }
  std::vector<uint32_t> entry(graph.size());
  for (size_t i = 0; i < graph.size(); ++i) {
    std::vector<uint32_t> targets;
    for (const auto& [set, to] : graph[i].edges) targets.push_back(CharOf(set, n, entry[to], backward));
    if (graph[i].accepts) targets.push_back(next);
    if (too_big_) return 0;
    if (targets.size() == 1) {
      entry[i] = targets[0];
      continue;
    }
    Instruction split{.op = Op::kSplit};
    split.first = static_cast<uint32_t>(alternatives.size());
    split.count = static_cast<uint32_t>(targets.size());
    split.start = n.start;
    split.end = n.end;
    alternatives.insert(alternatives.end(), targets.begin(), targets.end());
    entry[i] = Add(split);
  }
  return entry.back();
}

uint32_t Program::Build(uint32_t id, uint32_t next, bool backward, uint32_t level) {
  const Node& n = tree_->nodes[id];
  const uint32_t* children = tree_->children.data() + n.first;
  switch (n.kind) {
    case NodeKind::kEmpty:
      return next;
    case NodeKind::kChar:
      return CharOf(SetOf(n.set), n, next, backward);
    case NodeKind::kSet:
      return n.strings == kInfinite ? CharOf(SetOf(n.set), n, next, backward) : Strings(n, next, backward);
    case NodeKind::kGroup: {
      if (n.value == 0 || !tracks_captures) return Alternatives(children[0], next, backward, level);
      Instruction save{.op = Op::kSave, .next = next, .value = 2 * n.value + (backward ? 0u : 1u)};
      const uint32_t body = Alternatives(children[0], Add(save), backward, level);
      return Add({.op = Op::kSave, .next = body, .value = 2 * n.value + (backward ? 1u : 0u)});
    }
    case NodeKind::kBackreference: {
      if (n.count == 1 && letter_[children[0]] != kInfinite) {
        CharSet one{{letter_[children[0]], letter_[children[0]]}};
        if (n.ignore_case) CloseOverCase(tree_->flags.unicode() ? CaseRule::kUnicode : CaseRule::kLegacy, one);
        return CharOf(OwnSet(std::move(one)), n, next, backward);
      }
      if (kind_ != Kind::kExact) {
        const Node& group = tree_->nodes[tree_->captures[children[0]]];
        if (group.start <= n.start && group.end >= n.end) return next;
        if (copies_ > 4) return next;
        ++copies_;
        const uint32_t copy = Alternatives(tree_->children[group.first], next, backward, level);
        --copies_;
        return copy;
      }
      Instruction r{.op = Op::kBackreference, .backward = backward, .ignore_case = n.ignore_case, .next = next};
      r.first = static_cast<uint32_t>(captures.size());
      r.count = n.count;
      captures.insert(captures.end(), children, children + n.count);
      r.start = n.start;
      r.end = n.end;
      return Add(r);
    }
    case NodeKind::kLineStart:
    case NodeKind::kLineEnd:
      return Add(
          {.op = n.kind == NodeKind::kLineStart ? Op::kLineStart : Op::kLineEnd, .lines = n.lines, .next = next});
    case NodeKind::kWordBoundary:
      return Add({.op = Op::kWordBoundary,
                  .negated = n.negated,
                  .ignore_case = n.ignore_case && tree_->flags.unicode(),
                  .next = next});
    case NodeKind::kLook: {
      const Node& body = tree_->nodes[children[0]];
      uint32_t forward = kInfinite;
      if (n.behind && !n.negated && kind_ != Kind::kExact && !backward && body.max_length > 1) {
        // The text before may also be produced by a forward copy of the body; for the search only.
        inlinable = true;
        forward = Alternatives(children[0], next, false, level);
        if (kind_ == Kind::kInlined) return forward;
      }
      if (n.behind) {
        CharSet set;
        bool edge;
        if (!LooksAtOneCharacter(*tree_, id, set, edge)) has_lookbehind = true;
      }
      Instruction look{.op = Op::kLook, .negated = n.negated, .behind = n.behind, .next = next};
      look.body = Alternatives(children[0], Add({.op = Op::kLookEnd}), n.behind, 0);
      look.start = n.start;
      look.end = n.end;
      look.node = id;
      const uint32_t at = Add(look);
      if (forward == kInfinite) return at;
      Instruction split{.op = Op::kSplit};
      split.first = static_cast<uint32_t>(alternatives.size());
      split.count = 2;
      alternatives.push_back(forward);
      alternatives.push_back(at);
      return Add(split);
    }
    case NodeKind::kQuantifier:
      return Quantifier(n, next, backward, level);
    case NodeKind::kSequence:
      return Sequence(children, children + n.count, next, backward, level);
    case NodeKind::kDisjunction:
      return Alternatives(id, next, backward, level);
  }
  return next;
}

// Captures inside a repeated atom are unset by each iteration.
uint32_t Program::Clear(uint32_t node, uint32_t next) {
  if (!tracks_captures || too_big_) return next;
  const Node& n = tree_->nodes[node];
  // Captures are numbered by where they open.
  const auto& groups = tree_->captures;
  const auto first = std::lower_bound(groups.begin() + 1, groups.end(), n.start,
                                      [&](uint32_t group, uint32_t at) { return tree_->nodes[group].start < at; });
  const auto last = std::lower_bound(first, groups.end(), n.end,
                                     [&](uint32_t group, uint32_t at) { return tree_->nodes[group].start < at; });
  Instruction clear{.op = Op::kClear, .next = next};
  clear.first = static_cast<uint32_t>(first - groups.begin());
  clear.count = static_cast<uint32_t>(last - first);
  return clear.count == 0 ? next : Add(clear);
}

uint32_t Program::Quantifier(const Node& n, uint32_t next, bool backward, uint32_t level) {
  uint32_t min = n.min, max = n.max;
  if (max == 0) return next;
  const uint32_t child = tree_->children[n.first];
  const Node& body = tree_->nodes[child];
  const bool nullable = body.min_length == 0;
  bool checks = nullable;
  if (kind_ != Kind::kExact) {
    const uint32_t small = body.max_length <= 1 ? 4 : 3;
    if (max != kInfinite && max > small) {
      if (nullable && min > 3) checks = false;
      max = kInfinite;
    }
    min = std::min(min, most_copies_);
    if (nullable && min > 3) checks = false, min = 1;
  } else if (loose_ && max != kInfinite && max - min > most_copies_) {
    max = kInfinite;
  } else if (max != kInfinite && max - min > 500 &&
             uint64_t{max - min} * std::max(1u, std::min(body.max_length, 50u)) > 6000) {
    max = kInfinite;  // more than any string tried here can tell
  }
  if (kind_ == Kind::kExact && max != kInfinite) max = min + std::min(max - min, most_copies_);
  const uint32_t inner = level + (checks ? 1 : 0);
  levels = std::max(levels, inner);
  uint32_t tail = next;
  if (max == kInfinite) {
    has_loop = true;
    Instruction loop{
        .op = Op::kLoop, .greedy = n.greedy, .nullable = checks, .level = static_cast<uint16_t>(level), .next = next};
    loop.start = n.start;
    loop.end = n.end;
    const uint32_t head = Add(loop);
    const uint32_t end =
        checks ? Add({.op = Op::kLoopEnd, .nullable = true, .level = static_cast<uint16_t>(level), .next = head})
               : head;
    const uint32_t entry = Clear(child, Build(child, end, backward, inner));
    if (too_big_) return 0;
    code[head].body = entry;
    tail = head;
  } else {
    for (uint32_t i = 0; i < max - min && !too_big_; ++i) {
      const uint32_t end =
          checks ? Add({.op = Op::kLoopEnd, .nullable = true, .level = static_cast<uint16_t>(level), .next = tail})
                 : tail;
      Instruction option{.op = Op::kOption,
                         .greedy = n.greedy,
                         .nullable = checks,
                         .level = static_cast<uint16_t>(level),
                         .next = next};
      option.body = Clear(child, Build(child, end, backward, inner));
      option.start = n.start;
      option.end = n.end;
      tail = Add(option);
    }
  }
  for (uint32_t i = 0; i < min && !too_big_; ++i) tail = Clear(child, Build(child, tail, backward, level));
  return tail;
}

}  // namespace looplint::regex
