#include "analyzer/regex/parser.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "analyzer/regex/unicode.h"

namespace looplint::regex {
namespace {

constexpr uint32_t kEnd = 0x200000;  // beyond all characters
constexpr uint32_t kMaxCaptures = 32767;
constexpr int kMaxClassDepth = 200;        // of nested v classes
constexpr size_t kMaxNameChecks = 300000;  // of groups with one name against each other
constexpr int64_t kNodeWork = 16, kStringWork = 8;

bool IsDigit(uint32_t c) { return c >= '0' && c <= '9'; }
bool IsSyntaxCharacter(uint32_t c) {
  return c < 128 && std::string_view("^$\\.*+?()[]{}|").find(static_cast<char>(c)) != std::string_view::npos && c != 0;
}
int HexValue(uint32_t c) {
  if (IsDigit(c)) return static_cast<int>(c - '0');
  const uint32_t lower = c | 32;
  return lower >= 'a' && lower <= 'f' && c < 128 ? static_cast<int>(lower - 'a' + 10) : -1;
}
uint32_t Times(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) return 0;
  const uint64_t product = uint64_t{a} * b;
  return a == kInfinite || b == kInfinite || product >= kInfinite ? kInfinite : static_cast<uint32_t>(product);
}
uint32_t Plus(uint32_t a, uint32_t b) {
  const uint64_t sum = uint64_t{a} + b;
  return a == kInfinite || b == kInfinite || sum >= kInfinite ? kInfinite : static_cast<uint32_t>(sum);
}

const CharSet& DigitSet() {
  static const CharSet& set = *new CharSet{{'0', '9'}};
  return set;
}
const CharSet& WordSet() {
  static const CharSet& set = *new CharSet{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}
const CharSet& FoldedWordSet() {
  static const CharSet& set = []() -> CharSet& {
    CharSet& folded = *new CharSet(WordSet());
    CloseOverCase(CaseRule::kUnicode, folded);
    return folded;
  }();
  return set;
}
const CharSet& SpaceSet() {
  static const CharSet& set =
      *new CharSet{{9, 13},          {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a},
                   {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}};
  return set;
}
const CharSet& LineEndSet() {
  static const CharSet& set = *new CharSet{{10, 10}, {13, 13}, {0x2028, 0x2029}};
  return set;
}

// What a class holds: characters, and strings under v (canonicalized under i).
struct ClassSet {
  CharSet chars;
  std::vector<std::u32string> strings;
  bool may_hold_strings = false;
};

class Parser {
 public:
  Parser(std::u16string_view text, const Flags& flags, int64_t budget, Tree& out)
      : text_(text), unicode_(flags.unicode()), out_(out), budget_(budget) {
    out_.flags = flags;
    Work(0);
    now_ = {flags.i, flags.m, flags.s};
  }

  ParseError Run() {
    out_.captures.assign(1, 0);
    Open(Frame{});
    while (!failed()) {
      if (Step()) break;
    }
    if (!failed()) ResolveNames();
    if (!failed()) out_.captures[0] = out_.root();
    return error_;
  }

 private:
  struct Modifiers {
    bool i = false, m = false, s = false;
  };
  enum class Opens : uint8_t { kPattern, kGroup, kCapture, kLook };
  // An open parenthesis.
  struct Frame {
    Opens opens = Opens::kPattern;
    bool negated = false, behind = false;
    uint32_t start = 0;
    uint32_t capture = 0;
    Modifiers outside;
    uint32_t terms = 0, alternatives = 0;  // where this frame's part of the stacks begins
    uint32_t alternative_start = 0;
    uint32_t branch = 0;  // in branches_
  };
  // An alternative of an open group; two captures of one name must part somewhere on the way up.
  struct Branch {
    uint32_t parent;
    uint32_t group;
    uint32_t depth;
  };
  struct Named {
    uint32_t capture;
    uint32_t branch;
  };

  bool failed() const { return error_.message != nullptr; }
  bool Fail(const char* message) { return FailAt(message, pos_); }
  bool FailAt(const char* message, size_t at) {
    if (!failed()) error_ = {message, static_cast<uint32_t>(std::min(at, text_.size()))};
    return false;
  }

  // ---- reading
  uint32_t UnitAt(size_t at) const { return at < text_.size() ? text_[at] : kEnd; }
  uint32_t CharAt(size_t at, bool pairs) const {
    const uint32_t c = UnitAt(at);
    if (pairs && (c & 0xfffffc00u) == 0xd800) {
      const uint32_t trail = UnitAt(at + 1);
      if ((trail & 0xfffffc00u) == 0xdc00) return 0x10000 + ((c - 0xd800) << 10) + (trail - 0xdc00);
    }
    return c;
  }
  uint32_t Current() const { return CharAt(pos_, unicode_); }
  uint32_t Next() const { return UnitAt(pos_ + 1); }
  bool At(char c) const { return UnitAt(pos_) == static_cast<uint32_t>(c); }
  void Advance(size_t n = 1) { pos_ = std::min(pos_ + n, text_.size()); }
  void AdvanceChar() { Advance(Current() > 0xffff && Current() != kEnd ? 2 : 1); }
  bool done() const { return pos_ >= text_.size(); }

  // What was spent. Beyond the budget only the syntax is checked: no set is worked out, and of the nodes but the last
  // one is kept, for the quantifier behind it.
  void Work(int64_t n) {
    out_.work += n;
    if (out_.work >= budget_) out_.opaque = true;
  }
  void Work(const CharSet& set) { Work(static_cast<int64_t>(set.intervals().size())); }
  bool checking() const { return out_.opaque; }

  // ---- making nodes
  uint32_t Add(const Node& node) {
    if (checking() && !out_.nodes.empty()) {
      out_.nodes[0] = node;
      return 0;
    }
    Work(kNodeWork);
    out_.nodes.push_back(node);
    return static_cast<uint32_t>(out_.nodes.size() - 1);
  }
  Node Make(NodeKind kind, size_t start) const {
    Node n;
    n.kind = kind;
    n.start = static_cast<uint32_t>(start);
    n.end = static_cast<uint32_t>(pos_);
    n.ignore_case = now_.i;
    return n;
  }
  CaseRule case_rule() const { return unicode_ ? CaseRule::kUnicode : CaseRule::kLegacy; }
  void Fold(CharSet& set) { Work(static_cast<int64_t>(CloseOverCase(case_rule(), set))); }
  uint32_t Intern(CharSet set) {
    Work(set);
    if (!unicode_) {
      static const CharSet& units = *new CharSet{{0, 0xffff}};
      if (!set.empty() && set.intervals().back().hi > 0xffff) set = set.Intersect(units);
    }
    uint64_t hash = 1469598103934665603ull;
    for (const Interval& i : set.intervals()) hash = ((hash ^ i.lo) * 1099511628211ull ^ i.hi) * 1099511628211ull;
    auto& ids = set_ids_[hash];
    for (const uint32_t id : ids) {
      if (out_.sets[id] == set) return id;
    }
    out_.sets.push_back(std::move(set));
    ids.push_back(static_cast<uint32_t>(out_.sets.size() - 1));
    return ids.back();
  }
  void Term(const Node& node) {
    const uint32_t id = Add(node);
    if (checking() && terms_.size() > frames_.back().terms) {
      terms_.back() = id;
    } else {
      terms_.push_back(id);
    }
  }
  void CharTerm(uint32_t c, size_t start) {
    Node n = Make(NodeKind::kChar, start);
    if (checking()) return Term(n);
    n.value = c;
    const uint64_t key = uint64_t{c} << 1 | (now_.i ? 1 : 0);
    auto it = char_sets_.find(key);
    if (it == char_sets_.end()) {
      CharSet set{{c, c}};
      if (now_.i) Fold(set);
      const bool alone = set == CharSet{{c, c}};
      it = char_sets_.emplace(key, std::pair(Intern(std::move(set)), alone)).first;
    }
    n.set = it->second.first;
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    n.plain = !unicode_ || (!surrogate && (!now_.i || it->second.second));
    n.min_length = n.max_length = 1;
    n.max_match = n.plain ? (c > 0xffff ? 2 : 1) : 2;
    Term(n);
  }
  void SetTerm(ClassSet set, size_t start) {
    Node n = Make(NodeKind::kSet, start);
    if (checking()) return Term(n);
    n.min_length = set.chars.empty() && !set.strings.empty() ? kInfinite : 1;
    n.max_length = 1;
    n.max_match = 2;
    if (!set.strings.empty()) {
      for (const std::u32string& s : set.strings) {
        const auto size = static_cast<uint32_t>(s.size());
        n.min_length = std::min(n.min_length, size);
        n.max_length = std::max(n.max_length, size);
        n.max_match = std::max(n.max_match, 2 * size);
      }
      n.strings = static_cast<uint32_t>(out_.strings.size());
      out_.strings.push_back(std::move(set.strings));
    }
    n.set = Intern(std::move(set.chars));
    Term(n);
  }
  // A node over the last terms or nodes of a stack.
  void Adopt(Node& n, const uint32_t* begin, const uint32_t* end) {
    if (checking()) return;
    n.first = static_cast<uint32_t>(out_.children.size());
    n.count = static_cast<uint32_t>(end - begin);
    out_.children.insert(out_.children.end(), begin, end);
    for (const uint32_t* c = begin; c != end; ++c) n.depth = std::max(n.depth, out_.nodes[*c].depth + 1);
  }

  // ---- groups
  void Open(Frame frame) {
    frame.outside = now_;
    frame.terms = static_cast<uint32_t>(terms_.size());
    frame.alternatives = static_cast<uint32_t>(alternatives_.size());
    frame.alternative_start = static_cast<uint32_t>(pos_);
    const uint32_t parent = frames_.empty() ? kInfinite : frames_.back().branch;
    frame.branch = static_cast<uint32_t>(branches_.size());
    branches_.push_back({parent, groups_++, parent == kInfinite ? 0 : branches_[parent].depth + 1});
    frames_.push_back(frame);
    if (frame.capture != 0) inside_[frame.capture] = true;
  }
  void EndAlternative() {
    Frame& f = frames_.back();
    Node n = Make(NodeKind::kSequence, f.alternative_start);
    Adopt(n, terms_.data() + f.terms, terms_.data() + terms_.size());
    terms_.resize(f.terms);
    for (uint32_t i = 0; i < n.count; ++i) {
      const Node& c = out_.nodes[out_.children[n.first + i]];
      n.min_length = Plus(n.min_length, c.min_length);
      n.max_length = Plus(n.max_length, c.max_length);
      n.max_match = Plus(n.max_match, c.max_match);
    }
    for (uint32_t i = 0; i < n.count; ++i) {
      const Node& c = out_.nodes[out_.children[n.first + i]];
      if (c.start_anchored) n.start_anchored = true;
      if (c.start_anchored || c.max_match > 0) break;
    }
    for (uint32_t i = n.count; i-- > 0;) {
      const Node& c = out_.nodes[out_.children[n.first + i]];
      if (c.end_anchored) n.end_anchored = true;
      if (c.end_anchored || c.max_match > 0) break;
    }
    const uint32_t id = Add(n);
    if (!checking()) alternatives_.push_back(id);
    f.alternative_start = static_cast<uint32_t>(pos_ + 1);
  }
  // The group's disjunction; the frame is gone.
  Frame CloseFrame(uint32_t& disjunction) {
    const uint32_t begin = frames_.back().opens == Opens::kPattern ? 0 : out_.nodes.empty() ? 0 : frames_.back().start;
    EndAlternative();
    const Frame f = frames_.back();
    Node n = Make(NodeKind::kDisjunction, begin);
    Adopt(n, alternatives_.data() + f.alternatives, alternatives_.data() + alternatives_.size());
    alternatives_.resize(f.alternatives);
    n.min_length = kInfinite;
    n.start_anchored = n.end_anchored = true;
    for (uint32_t i = 0; i < n.count; ++i) {
      const Node& c = out_.nodes[out_.children[n.first + i]];
      n.min_length = std::min(n.min_length, c.min_length);
      n.max_length = std::max(n.max_length, c.max_length);
      n.max_match = std::max(n.max_match, c.max_match);
      n.start_anchored = n.start_anchored && c.start_anchored;
      n.end_anchored = n.end_anchored && c.end_anchored;
    }
    disjunction = Add(n);
    frames_.pop_back();
    return f;
  }
  bool CloseGroup() {
    if (frames_.size() == 1) return Fail("Unmatched ')'");
    uint32_t body;
    const Frame f = CloseFrame(body);
    Advance();
    out_.nodes[body].end = static_cast<uint32_t>(pos_);
    now_ = f.outside;
    if (f.capture != 0) inside_[f.capture] = false;
    Node n = Make(f.opens == Opens::kLook ? NodeKind::kLook : NodeKind::kGroup, f.start);
    Adopt(n, &body, &body + 1);
    n.negated = f.negated;
    n.behind = f.behind;
    n.value = f.capture;
    const Node& b = out_.nodes[body];
    if (f.opens == Opens::kLook) {
      n.start_anchored = !f.negated && !f.behind && b.start_anchored;
    } else {
      n.min_length = b.min_length;
      n.max_length = b.max_length;
      n.max_match = b.max_match;
      n.start_anchored = b.start_anchored;
      n.end_anchored = b.end_anchored;
    }
    Term(n);
    if (f.capture != 0) out_.captures[f.capture] = terms_.back();
    return true;
  }

  // One term with its quantifier, or a bracket. True at the end of the pattern.
  bool Step() {
    const size_t start = pos_;
    const uint32_t c = Current();
    switch (c) {
      case kEnd:
        if (frames_.size() > 1) return Fail("Unterminated group");
        {
          uint32_t root;
          CloseFrame(root);
        }
        return true;
      case ')':
        if (!CloseGroup()) return false;
        break;
      case '|':
        EndAlternative();
        Advance();
        branches_.push_back({branches_[frames_.back().branch].parent, branches_[frames_.back().branch].group,
                             branches_[frames_.back().branch].depth});
        frames_.back().branch = static_cast<uint32_t>(branches_.size() - 1);
        return false;
      case '*':
      case '+':
      case '?':
        return Fail("Nothing to repeat");
      case '^':
      case '$': {
        Advance();
        Node n = Make(c == '^' ? NodeKind::kLineStart : NodeKind::kLineEnd, start);
        n.lines = now_.m;
        n.start_anchored = c == '^' && !now_.m;
        n.end_anchored = c == '$' && !now_.m;
        Term(n);
        return false;
      }
      case '(':
        OpenGroup();
        return false;
      case '[':
        ParseClass();
        break;
      case '\\':
        if (!ParseEscape()) return false;
        break;
      case '.': {
        Advance();
        ClassSet set;
        static const CharSet& no_line_ends = *new CharSet(LineEndSet().Complement());
        if (!checking()) set.chars = now_.s ? CharSet{{0, kMaxCodePoint}} : no_line_ends;
        SetTerm(std::move(set), start);
        break;
      }
      case '{': {
        uint32_t min, max;
        if (ParseInterval(min, max)) return FailAt("Nothing to repeat", start);
        [[fallthrough]];
      }
      case '}':
      case ']':
        if (unicode_) return Fail("Lone quantifier brackets");
        [[fallthrough]];
      default:
        AdvanceChar();
        CharTerm(c, start);
    }
    if (!failed()) Quantify();
    return false;
  }

  void OpenGroup() {
    Frame f;
    f.start = static_cast<uint32_t>(pos_);
    f.opens = Opens::kCapture;
    Advance();
    Modifiers inside = now_;
    std::u32string name;
    bool named = false;
    if (At('?')) {
      switch (Next()) {
        case ':':
          f.opens = Opens::kGroup;
          Advance(2);
          break;
        case '=':
        case '!':
          f.opens = Opens::kLook;
          f.negated = Next() == '!';
          Advance(2);
          break;
        case '<': {
          const uint32_t after = UnitAt(pos_ + 2);
          if (after == '=' || after == '!') {
            f.opens = Opens::kLook;
            f.behind = true;
            f.negated = after == '!';
            Advance(3);
          } else {
            Advance(2);
            named = true;
          }
          break;
        }
        case '-':
        case 'i':
        case 'm':
        case 's':
          Advance();
          f.opens = Opens::kGroup;
          if (!ParseModifiers(inside)) return;
          break;
        default:
          Advance();
          Fail("Invalid group");
          return;
      }
    }
    if (f.opens == Opens::kCapture) {
      if (out_.captures.size() > kMaxCaptures) {
        Fail("Too many captures");
        return;
      }
      f.capture = static_cast<uint32_t>(out_.captures.size());
      out_.captures.push_back(0);
      inside_.resize(out_.captures.size() + 1, false);
      if (named) {
        if (!ParseGroupName(name)) {
          Fail(name_error_);
          return;
        }
        if (!NameCapture(std::move(name), f.capture)) return;
      }
    }
    Open(f);
    now_ = inside;
  }
  bool ParseModifiers(Modifiers& inside) {
    out_.modifiers = true;
    bool on = true, any = false;
    uint32_t seen = 0;
    for (;; Advance()) {
      const uint32_t c = UnitAt(pos_);
      if (c == ':') {
        if (!any) return Fail("Invalid flag group");
        Advance();
        return true;
      }
      if (c == '-') {
        if (!on) return Fail("Multiple dashes in flag group");
        on = false;
        continue;
      }
      if (c != 'i' && c != 'm' && c != 's') return Fail(c == ')' ? "Invalid group" : "Invalid flag group");
      const uint32_t bit = 1u << (c - 'a');
      if ((seen & bit) != 0) return Fail("Repeated flag in flag group");
      seen |= bit;
      any = true;
      (c == 'i' ? inside.i : c == 'm' ? inside.m : inside.s) = on;
    }
  }

  // ---- quantifiers
  bool ParseInterval(uint32_t& min, uint32_t& max) {
    const size_t start = pos_;
    const auto number = [&](uint32_t& value) {
      if (!IsDigit(UnitAt(pos_))) return false;
      uint64_t n = 0;
      for (; IsDigit(UnitAt(pos_)); Advance()) n = std::min<uint64_t>(n * 10 + (UnitAt(pos_) - '0'), 0x7fffffff);
      value = n == 0x7fffffff ? kInfinite : static_cast<uint32_t>(n);
      return true;
    };
    Advance();
    if (number(min)) {
      max = min;
      if (At('}')) return Advance(), true;
      if (At(',')) {
        Advance();
        if (At('}')) return max = kInfinite, Advance(), true;
        if (number(max) && At('}')) return Advance(), true;
      }
    }
    pos_ = start;
    return false;
  }
  void Quantify() {
    const size_t at = pos_;
    uint32_t min = 0, max = kInfinite;
    switch (UnitAt(pos_)) {
      case '*':
        Advance();
        break;
      case '+':
        min = 1;
        Advance();
        break;
      case '?':
        max = 1;
        Advance();
        break;
      case '{':
        if (ParseInterval(min, max)) {
          if (max < min) {
            FailAt("numbers out of order in {} quantifier", at);
            return;
          }
          break;
        }
        if (unicode_) Fail("Incomplete quantifier");
        return;
      default:
        return;
    }
    bool greedy = true;
    if (At('?')) {
      greedy = false;
      Advance();
    }
    const uint32_t atom = terms_.back();
    const Node& a = out_.nodes[atom];
    if (a.kind == NodeKind::kEmpty) return;
    if (a.kind == NodeKind::kLook && (unicode_ || a.behind)) {
      FailAt("Invalid quantifier", at);
      return;
    }
    if (a.max_match == 0 && !checking()) {
      // Nothing can be consumed: V8 drops the loop, and the atom where it is optional.
      if (min == 0) {
        terms_.back() = Add(Make(NodeKind::kEmpty, a.start));
      }
      return;
    }
    out_.repeats = out_.repeats || max > kFewRepeats;
    Node n = Make(NodeKind::kQuantifier, a.start);
    n.min = min;
    n.max = max;
    n.greedy = greedy;
    n.min_length = Times(a.min_length, min);
    n.max_length = Times(a.max_length, max);
    n.max_match = Times(a.max_match, max);
    Adopt(n, &atom, &atom + 1);
    terms_.back() = Add(n);
  }

  // ---- escapes outside of classes; false: a term without a quantifier, or an error
  bool ParseEscape() {
    const size_t start = pos_;
    const uint32_t c = Next();
    switch (c) {
      case kEnd:
        return Fail("\\ at end of pattern");
      case 'b':
      case 'B': {
        Advance(2);
        Node n = Make(NodeKind::kWordBoundary, start);
        n.negated = c == 'B';
        Term(n);
        return false;
      }
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
      case '8':
      case '9': {
        uint32_t index;
        if (ParseBackreferenceIndex(index)) {
          if (index < inside_.size() && inside_[index]) {
            Term(Make(NodeKind::kEmpty, start));
          } else {
            Backreference({index}, start);
          }
          return true;
        }
        if (unicode_) return Fail("Invalid escape");
        if (c >= '8') {
          Advance(2);
          CharTerm(c, start);
          return true;
        }
        [[fallthrough]];
      }
      case '0': {
        Advance();
        if (unicode_ && IsDigit(Next())) return Fail("Invalid decimal escape");
        const uint32_t octal = unicode_ ? (Advance(), 0) : ParseOctal();
        CharTerm(octal, start);
        return true;
      }
      case 'k':
        if (unicode_ || HasNamedGroups()) {
          Advance(2);
          return ParseNamedReference(start);
        }
        break;
      case 'd':
      case 'D':
      case 's':
      case 'S':
      case 'w':
      case 'W':
      case 'p':
      case 'P': {
        ClassSet set;
        if (ParseClassEscape(set)) {
          if (failed()) return false;
          if (now_.i && !out_.flags.v && !checking()) Fold(set.chars);
          SetTerm(std::move(set), start);
          return true;
        }
        break;
      }
      default:
        break;
    }
    const uint32_t value = ParseCharacterEscape(false);
    if (failed()) return false;
    CharTerm(value, start);
    return true;
  }
  void Backreference(const std::vector<uint32_t>& captures, size_t start) {
    Node n = Make(NodeKind::kBackreference, start);
    n.first = static_cast<uint32_t>(out_.children.size());
    n.count = static_cast<uint32_t>(captures.size());
    out_.children.insert(out_.children.end(), captures.begin(), captures.end());
    n.max_length = n.max_match = kInfinite;
    out_.backreferences = true;
    Term(n);
  }
  bool ParseBackreferenceIndex(uint32_t& index) {
    const size_t start = pos_;
    Advance();
    uint32_t value = 0;
    for (; IsDigit(UnitAt(pos_)); Advance()) {
      value = value * 10 + (UnitAt(pos_) - '0');
      if (value > kMaxCaptures) break;
    }
    if (value < out_.captures.size() || (value <= kMaxCaptures && value <= CountCaptures())) {
      index = value;
      inside_.resize(std::max<size_t>(inside_.size(), value + 1), false);
      return true;
    }
    pos_ = start;
    return false;
  }
  uint32_t ParseOctal() {
    // For compatibility: one to three digits, at most 0377.
    uint32_t value = 0;
    for (int i = 0; i < 3; ++i) {
      const uint32_t c = UnitAt(pos_);
      if (c < '0' || c > '7') break;
      if (i == 2 && value >= 32) break;
      value = value * 8 + (c - '0');
      Advance();
    }
    return value;
  }
  bool ParseHex(int digits, uint32_t& value) {
    value = 0;
    for (int i = 0; i < digits; ++i) {
      const int h = HexValue(UnitAt(pos_ + static_cast<size_t>(i)));
      if (h < 0) return false;
      value = value * 16 + static_cast<uint32_t>(h);
    }
    Advance(static_cast<size_t>(digits));
    return true;
  }
  // After \u. Code points in braces and pairs only where `unicode`.
  bool ParseUnicodeEscape(uint32_t& value, bool unicode) {
    const size_t start = pos_;
    if (unicode && At('{')) {
      Advance();
      uint32_t v = 0;
      bool any = false;
      for (int h; (h = HexValue(UnitAt(pos_))) >= 0; Advance()) {
        any = true;
        v = v * 16 + static_cast<uint32_t>(h);
        if (v > kMaxCodePoint) return pos_ = start, false;
      }
      if (!any || !At('}')) return pos_ = start, false;
      Advance();
      value = v;
      return true;
    }
    if (!ParseHex(4, value)) return false;
    if (unicode && (value & 0xfffffc00u) == 0xd800 && At('\\') && Next() == 'u') {
      const size_t after = pos_;
      Advance(2);
      uint32_t trail;
      if (ParseHex(4, trail) && (trail & 0xfffffc00u) == 0xdc00) {
        value = 0x10000 + ((value - 0xd800) << 10) + (trail - 0xdc00);
      } else {
        pos_ = after;
      }
    }
    return true;
  }
  // At the backslash.
  uint32_t ParseCharacterEscape(bool in_class) {
    Advance();
    const uint32_t c = Current();
    switch (c) {
      case 'f':
        return Advance(), 12;
      case 'n':
        return Advance(), 10;
      case 'r':
        return Advance(), 13;
      case 't':
        return Advance(), 9;
      case 'v':
        return Advance(), 11;
      case 'c': {
        const uint32_t letter = Next();
        if (letter < 128 && (letter | 32) >= 'a' && (letter | 32) <= 'z') return Advance(2), letter & 31;
        if (unicode_) return Fail("Invalid unicode escape"), 0;
        if (in_class && (IsDigit(letter) || letter == '_')) return Advance(2), letter & 31;
        return '\\';  // the c is read again as itself
      }
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
        if (c == '0' && !IsDigit(Next())) return Advance(), 0;
        if (unicode_) return Fail(in_class ? "Invalid class escape" : "Invalid decimal escape"), 0;
        return ParseOctal();
      case 'x': {
        Advance();
        uint32_t value;
        if (ParseHex(2, value)) return value;
        if (unicode_) return Fail("Invalid escape"), 0;
        return 'x';
      }
      case 'u': {
        Advance();
        uint32_t value;
        if (ParseUnicodeEscape(value, unicode_)) return value;
        if (unicode_) return Fail("Invalid Unicode escape"), 0;
        return 'u';
      }
      case kEnd:
        return Fail("\\ at end of pattern"), 0;
      default:
        if (unicode_ ? !(IsSyntaxCharacter(c) || c == '/' || (in_class && c == '-')) : (c == 'k' && HasNamedGroups())) {
          return Fail("Invalid escape"), 0;
        }
        AdvanceChar();
        return c;
    }
  }
  // \d \D \s \S \w \W, and \p{} \P{} under u and v. False: it is none, nothing was read.
  bool ParseClassEscape(ClassSet& out) {
    const uint32_t c = Next();
    const bool negated = c == 'D' || c == 'S' || c == 'W' || c == 'P';
    switch (c | 32) {
      case 'd':
        if (!checking()) out.chars = DigitSet();
        break;
      case 's':
        if (!checking()) out.chars = SpaceSet();
        break;
      case 'w':
        if (!checking()) out.chars = unicode_ && now_.i ? FoldedWordSet() : WordSet();
        break;
      case 'p': {
        if (!unicode_) return false;
        Advance(2);
        std::string name, value;
        if (!ParsePropertyName(name, value)) return Fail("Invalid property name"), true;
        if (IsProperty(name, value)) {
          if (checking()) return true;
          out.chars = *PropertySet(name, value);
          Work(out.chars);
          if (out_.flags.v && now_.i) Fold(out.chars);
        } else if (out_.flags.v && value.empty()) {
          if (negated || !IsStringProperty(name)) return Fail("Invalid property name"), true;
          out.may_hold_strings = true;
          if (checking()) return true;
          StringSet members = StringPropertySet(name);
          out.chars = std::move(members.chars);
          out.strings = std::move(members.strings);
          Work(static_cast<int64_t>(out.strings.size()) * kStringWork);
          Canonical(out.strings);
          Close(out);
        } else {
          return Fail("Invalid property name"), true;
        }
        if (negated && !checking()) out.chars = out.chars.Complement();
        return true;
      }
      default:
        return false;
    }
    Advance(2);
    if (checking()) return true;
    if (negated) out.chars = out.chars.Complement();
    Work(out.chars);
    return true;
  }
  bool ParsePropertyName(std::string& name, std::string& value) {
    if (!At('{')) return false;
    Advance();
    std::string* part = &name;
    bool has_value = false;
    for (;; Advance()) {
      const uint32_t c = UnitAt(pos_);
      if (c == '}') break;
      if (c == '=' && !has_value) {
        has_value = true;
        part = &value;
        continue;
      }
      const bool word = c < 128 && (IsDigit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_');
      if (!word) return false;
      part->push_back(static_cast<char>(c));
    }
    Advance();
    return !name.empty() && (!has_value || !value.empty());
  }

  // ---- names
  bool ParseGroupName(std::u32string& name) {
    name_error_ = "Invalid capture group name";
    for (;;) {
      uint32_t c = CharAt(pos_, true);
      Advance(c > 0xffff && c != kEnd ? 2 : 1);
      if (c == kEnd) return false;
      if (c == '\\') {
        if (!At('u')) return false;
        Advance();
        if (!ParseUnicodeEscape(c, true)) return name_error_ = "Invalid Unicode escape", false;
        if (c == '\\') return false;
      } else if (c == '>') {
        return !name.empty();
      }
      if (!(name.empty() ? IsIdStart(c) : IsIdContinue(c))) return false;
      name.push_back(c);
    }
  }
  bool NameCapture(std::u32string name, uint32_t capture) {
    const uint32_t branch = frames_.back().branch;
    std::vector<Named>& others = by_name_[name];
    for (const Named& other : others) {
      if (name_checks_ > kMaxNameChecks) {
        out_.opaque = true;
        break;
      }
      if (!Apart(branch, other.branch)) return Fail("Duplicate capture group name");
      out_.duplicate_names = true;
    }
    others.push_back({capture, branch});
    return true;
  }
  // Are the branches in different alternatives of some group?
  bool Apart(uint32_t a, uint32_t b) {
    for (; branches_[a].depth > branches_[b].depth; ++name_checks_) a = branches_[a].parent;
    for (; branches_[b].depth > branches_[a].depth; ++name_checks_) b = branches_[b].parent;
    ++name_checks_;
    for (; a != b; a = branches_[a].parent, b = branches_[b].parent, ++name_checks_) {
      if (branches_[a].group == branches_[b].group) return true;
      if (branches_[a].parent == kInfinite) break;
    }
    return false;
  }
  bool ParseNamedReference(size_t start) {
    std::u32string name;
    if (!At('<')) return Fail("Invalid named reference");
    Advance();
    if (!ParseGroupName(name)) return Fail("Invalid named reference");
    // Inside its own group nothing can have been captured yet.
    if (const auto it = by_name_.find(name); it != by_name_.end()) {
      if (checking()) {
        out_.backreferences = true;
        Term(Make(NodeKind::kBackreference, start));
        return true;
      }
      name_checks_ += it->second.size();
      if (name_checks_ > kMaxNameChecks) out_.opaque = true;
      if (!out_.opaque && std::ranges::any_of(it->second, [&](const Named& n) { return inside_[n.capture]; })) {
        Term(Make(NodeKind::kEmpty, start));
        return true;
      }
    }
    Backreference({}, start);
    references_.push_back({std::move(name), terms_.back(), static_cast<uint32_t>(start)});
    return true;
  }
  void ResolveNames() {
    for (const auto& [name, node, start] : references_) {
      const auto it = by_name_.find(name);
      if (it == by_name_.end()) {
        FailAt("Invalid named capture referenced", start);
        return;
      }
      if (checking()) continue;
      Node& n = out_.nodes[node];
      n.first = static_cast<uint32_t>(out_.children.size());
      std::vector<uint32_t> captures;
      for (const Named& named : it->second) {
        if (++name_checks_ > kMaxNameChecks) {
          out_.opaque = true;
          break;
        }
        captures.push_back(named.capture);
      }
      std::sort(captures.begin(), captures.end());
      n.count = static_cast<uint32_t>(captures.size());
      out_.children.insert(out_.children.end(), captures.begin(), captures.end());
    }
  }
  // Reads ahead over the whole pattern once.
  void Scan() {
    if (scanned_) return;
    scanned_ = true;
    for (size_t i = 0; i < text_.size(); ++i) {
      const char16_t c = text_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '[') {
        for (++i; i < text_.size() && text_[i] != ']'; ++i) {
          if (text_[i] == '\\') ++i;
        }
      } else if (c == '(') {
        if (UnitAt(i + 1) != '?') {
          ++total_captures_;
        } else if (UnitAt(i + 2) == '<' && UnitAt(i + 3) != '=' && UnitAt(i + 3) != '!') {
          ++total_captures_;
          named_groups_ = true;
        }
      }
    }
  }
  uint32_t CountCaptures() { return Scan(), total_captures_; }
  bool HasNamedGroups() { return Scan(), named_groups_; }

  // ---- classes
  void ParseClass() {
    const size_t start = pos_;
    ClassSet set;
    if (out_.flags.v) {
      if (!ParseVClass(set, 0)) return;
    } else {
      if (!ParseRanges(set.chars)) return;
    }
    SetTerm(std::move(set), start);
  }
  struct Atom {
    bool is_class = false;
    uint32_t value = 0;
    ClassSet set;
  };
  bool ParseClassAtom(Atom& out) {
    out.is_class = false;
    if (!At('\\')) {
      out.value = Current();
      AdvanceChar();
      return true;
    }
    switch (Next()) {
      case 'b':
        Advance(2);
        out.value = 8;
        return true;
      case '-':
        if (unicode_) {
          Advance(2);
          out.value = '-';
          return true;
        }
        break;
      case kEnd:
        return Fail("\\ at end of pattern");
      default:
        out.set = {};
        if (ParseClassEscape(out.set)) {
          out.is_class = true;
          return !failed();
        }
    }
    out.value = ParseCharacterEscape(true);
    return !failed();
  }
  bool ParseRanges(CharSet& out) {
    const size_t start = pos_;
    Advance();
    const bool negated = At('^');
    if (negated) Advance();
    const auto add = [&](const Atom& a) {
      if (checking()) return;
      if (a.is_class) {
        Work(a.set.chars);
        out.Add(a.set.chars);
      } else {
        out.Add(a.value, a.value);
      }
    };
    Atom first, second;
    while (!done() && !At(']')) {
      if (!ParseClassAtom(first)) return false;
      if (!At('-')) {
        add(first);
        continue;
      }
      Advance();
      if (done()) break;
      if (At(']')) {
        add(first);
        out.Add('-', '-');
        break;
      }
      if (!ParseClassAtom(second)) return false;
      if (first.is_class || second.is_class) {
        if (unicode_) return Fail("Invalid character class");
        add(first);
        out.Add('-', '-');
        add(second);
        continue;
      }
      if (first.value > second.value) return Fail("Range out of order in character class");
      if (!checking()) out.Add(first.value, second.value);
    }
    if (done()) return FailAt("Unterminated character class", start);
    Advance();
    Work(static_cast<int64_t>(out.intervals().size()) * 4);
    if (checking()) return true;
    out.Normalize();
    if (now_.i) Fold(out);
    if (negated) out = out.Complement();
    return true;
  }

  // ---- classes under v
  static bool IsReservedDouble(uint32_t c) {
    return c < 128 && c != 0 &&
           std::string_view("&!#$%*+,.:;<=>?@^`~").find(static_cast<char>(c)) != std::string_view::npos;
  }
  static bool IsReservedPunctuator(uint32_t c) {
    return c < 128 && c != 0 && std::string_view("&-!#%,:;<=>@`~").find(static_cast<char>(c)) != std::string_view::npos;
  }
  static bool IsClassSyntax(uint32_t c) {
    return c < 128 && c != 0 && std::string_view("()[]{}/-\\|").find(static_cast<char>(c)) != std::string_view::npos;
  }
  void Close(ClassSet& set) {
    Work(static_cast<int64_t>(set.chars.intervals().size()) * 4);
    if (checking()) return;
    set.chars.Normalize();
    if (now_.i) Fold(set.chars);
  }
  bool ParseVCharacter(uint32_t& out) {
    const uint32_t c = Current();
    if (c == kEnd) return Fail("Unterminated character class");
    if (c == '\\') {
      const uint32_t next = Next();
      if (next == 'b') return Advance(2), out = 8, true;
      if (IsReservedPunctuator(next)) return Advance(2), out = next, true;
      out = ParseCharacterEscape(true);
      return !failed();
    }
    if (IsClassSyntax(c)) return Fail("Invalid character in character class");
    if (IsReservedDouble(c) && Next() == c) return Fail("Invalid set operation in character class");
    AdvanceChar();
    out = c;
    return true;
  }
  // A nested class, an escape that stands for a set, or one character (then `character` is set).
  bool ParseVOperand(ClassSet& out, std::optional<uint32_t>& character, int depth) {
    character.reset();
    out = {};
    if (At('[')) return ParseVClass(out, depth + 1);
    if (At('\\')) {
      if (Next() == 'q') return ParseStrings(out);
      if (ParseClassEscape(out)) return !failed();
    }
    uint32_t c;
    if (!ParseVCharacter(c)) return false;
    character = c;
    if (!checking()) out.chars.Add(c, c);
    return true;
  }
  bool ParseStrings(ClassSet& out) {
    if (UnitAt(pos_ + 2) != '{') return Fail("Invalid escape");
    Advance(3);
    std::u32string s;
    for (;;) {
      if (done()) return Fail("Invalid character class");
      if (At('|') || At('}')) {
        out.may_hold_strings = out.may_hold_strings || s.size() != 1;
        if (checking()) {
          // Only whether it can be negated.
        } else if (s.size() == 1) {
          out.chars.Add(s[0], s[0]);
        } else {
          out.strings.push_back(s);
        }
        s.clear();
        const bool end = At('}');
        Advance();
        if (!end) continue;
        Close(out);
        Canonical(out.strings);
        return true;
      }
      uint32_t c;
      if (!ParseVCharacter(c)) return false;
      s.push_back(c);
    }
  }
  static bool LongerFirst(const std::u32string& a, const std::u32string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
  // Longest first, each once; one for all that match each other under i.
  void Canonical(std::vector<std::u32string>& strings) {
    Work(static_cast<int64_t>(strings.size()) * kStringWork);
    if (checking()) return;
    if (now_.i) {
      for (std::u32string& s : strings) {
        for (char32_t& c : s) c = Canonicalize(CaseRule::kUnicode, c);
      }
    }
    SortStrings(strings);
  }
  static void SortStrings(std::vector<std::u32string>& strings) {
    std::sort(strings.begin(), strings.end(), LongerFirst);
    strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
  }
  bool ParseVClass(ClassSet& out, int depth) {
    if (depth > kMaxClassDepth) return Fail("Regular expression too large");
    const size_t start = pos_;
    Advance();
    const bool negated = At('^');
    if (negated) Advance();
    enum class Op { kNone, kUnion, kIntersect, kSubtract } op = Op::kNone;
    out = {};
    bool strings = false;
    std::optional<uint32_t> character;
    bool settled = true;
    const auto settle = [&] {
      if (settled) return;
      out.chars.Normalize();
      SortStrings(out.strings);
      settled = true;
    };
    for (bool first = true;; first = false) {
      if (done()) return FailAt("Unterminated character class", start);
      if (At(']')) break;
      ClassSet operand;
      if (!first && At('&') && Next() == '&' && (op == Op::kIntersect || op == Op::kNone)) {
        op = Op::kIntersect;
        Advance(2);
        if (At('&')) return Fail("Invalid character in character class");
      } else if (!first && At('-') && Next() == '-' && (op == Op::kSubtract || op == Op::kNone)) {
        op = Op::kSubtract;
        Advance(2);
      } else if (!first && (op == Op::kIntersect || op == Op::kSubtract)) {
        return Fail("Invalid set operation in character class");
      } else if (!first && op == Op::kNone) {
        op = Op::kUnion;
      }
      if (!ParseVOperand(operand, character, depth)) return false;
      // A range: only in unions, between characters.
      if (At('-') && Next() != '-') {
        if (op == Op::kIntersect || op == Op::kSubtract) return Fail("Invalid set operation in character class");
        if (!character) return Fail("Invalid character class");
        Advance();
        std::optional<uint32_t> to;
        ClassSet last;
        const size_t at = pos_;
        if (!ParseVOperand(last, to, depth)) return false;
        if (!to) return FailAt("Invalid character class", at);
        if (*character > *to) return Fail("Range out of order in character class");
        operand = {};
        if (!checking()) operand.chars.Add(*character, *to);
        op = Op::kUnion;
      }
      Close(operand);
      if (checking()) {
        if (first || op == Op::kUnion) {
          strings = strings || operand.may_hold_strings;
        } else if (op == Op::kIntersect) {
          strings = strings && operand.may_hold_strings;
        }
      } else if (first || op == Op::kUnion) {
        out.chars.Add(operand.chars);
        out.strings.insert(out.strings.end(), operand.strings.begin(), operand.strings.end());
        settled = false;
        strings = strings || operand.may_hold_strings;
      } else {
        const bool keep = op == Op::kIntersect;
        settle();
        Work(out.chars);
        Work(operand.chars);
        Work(static_cast<int64_t>(out.strings.size()));
        out.chars = keep ? out.chars.Intersect(operand.chars) : out.chars.Minus(operand.chars);
        std::erase_if(out.strings, [&](const std::u32string& s) {
          return std::ranges::binary_search(operand.strings, s, LongerFirst) != keep;
        });
        if (keep) strings = strings && operand.may_hold_strings;
      }
    }
    Advance();
    if (!checking()) settle();
    if (negated) {
      if (strings) return FailAt("Negated character class may contain strings", start);
      if (!checking()) out.chars = out.chars.Complement();
    }
    out.may_hold_strings = strings;
    return true;
  }

  const std::u16string_view text_;
  const bool unicode_;
  Tree& out_;
  size_t pos_ = 0;
  ParseError error_;
  const int64_t budget_;
  size_t name_checks_ = 0;
  Modifiers now_;
  std::vector<Frame> frames_;
  std::vector<uint32_t> terms_, alternatives_;
  std::vector<Branch> branches_;
  uint32_t groups_ = 0;
  std::vector<bool> inside_;  // by capture: its group is open
  std::unordered_map<std::u32string, std::vector<Named>> by_name_;
  struct Reference {
    std::u32string name;
    uint32_t node, start;
  };
  std::vector<Reference> references_;
  const char* name_error_ = "";
  bool scanned_ = false, named_groups_ = false;
  uint32_t total_captures_ = 0;
  std::unordered_map<uint64_t, std::vector<uint32_t>> set_ids_;
  std::unordered_map<uint64_t, std::pair<uint32_t, bool>> char_sets_;
};

}  // namespace

bool Flags::Parse(std::string_view text, Flags& out) {
  out = {};
  for (const char c : text) {
    bool* flag;
    switch (c) {
      case 'd':
        flag = &out.d;
        break;
      case 'g':
        flag = &out.g;
        break;
      case 'i':
        flag = &out.i;
        break;
      case 'm':
        flag = &out.m;
        break;
      case 's':
        flag = &out.s;
        break;
      case 'u':
        flag = &out.u;
        break;
      case 'v':
        flag = &out.v;
        break;
      case 'y':
        flag = &out.y;
        break;
      default:
        return false;
    }
    if (*flag) return false;
    *flag = true;
  }
  return !(out.u && out.v);
}

ParseError Parse(std::u16string_view pattern, const Flags& flags, Tree& out, int64_t budget) {
  out = {};
  return Parser(pattern, flags, budget, out).Run();
}

}  // namespace looplint::regex
