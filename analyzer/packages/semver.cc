#include "analyzer/packages/semver.h"

#include <algorithm>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;
constexpr size_t kMaxLength = 256;  // of a version

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsIdentifier(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }
// What \s is in JavaScript, as far as it is ASCII.
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

// A version of which parts may be missing or wildcards.
struct Partial {
  uint64_t part[3] = {0, 0, 0};
  int given = 0;            // parts before the first wildcard or gap
  bool overflow = false;    // a part too large for a version
  bool disordered = false;  // a number after a wildcard: x.1
  std::vector<SemVersion::Identifier> prerelease;
};

class PartialReader {
 public:
  PartialReader(std::string_view text, SemverMode mode) : text_(text), loose_(mode == SemverMode::kLoose) {}

  // The whole text: x-ranges if `wildcards`, else all three parts must be numbers.
  bool Read(bool wildcards, Partial& out) {
    int parts = 0;
    bool gap = false;
    for (; parts < 3; ++parts) {
      if (parts > 0) {
        if (at_ >= text_.size() || text_[at_] != '.') break;
        // "1." is nothing; the dot must lead somewhere.
        ++at_;
      }
      if (wildcards && at_ < text_.size() && (text_[at_] == 'x' || text_[at_] == 'X' || text_[at_] == '*')) {
        ++at_;
        gap = true;
        continue;
      }
      const size_t start = at_;
      while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
      const std::string_view digits = text_.substr(start, at_ - start);
      if (digits.empty() || digits.size() > kMaxLength) return false;
      if (!loose_ && digits.size() > 1 && digits[0] == '0') return false;
      if (gap) {
        out.disordered = true;
      } else {
        out.part[parts] = Number(digits, out.overflow);
        out.given = parts + 1;
      }
    }
    if (parts == 0 || (!wildcards && parts < 3)) return false;
    if (parts == 3) {
      if (at_ < text_.size() && text_[at_] != '+') {
        if (text_[at_] == '-') {
          // Read loosely, a lone hyphen is an identifier itself.
          if (!loose_ || (at_ + 1 < text_.size() && IsIdentifier(text_[at_ + 1]))) ++at_;
        } else if (!loose_) {
          return false;
        }
        if (!Identifiers(out.prerelease)) return false;
      }
      if (at_ < text_.size() && text_[at_] == '+') {
        ++at_;
        if (!Build()) return false;
      }
    }
    return at_ == text_.size();
  }

 private:
  static uint64_t Number(std::string_view digits, bool& overflow) {
    uint64_t n = 0;
    for (const char c : digits) {
      n = n * 10 + static_cast<uint64_t>(c - '0');
      if (n > kMaxSafeInteger) {
        overflow = true;
        return kMaxSafeInteger;
      }
    }
    return n;
  }

  bool Identifiers(std::vector<SemVersion::Identifier>& out) {
    for (;;) {
      const size_t start = at_;
      while (at_ < text_.size() && IsIdentifier(text_[at_])) ++at_;
      const std::string_view text = text_.substr(start, at_ - start);
      if (text.empty()) return false;
      SemVersion::Identifier id;
      id.text = std::string(text);
      if (std::ranges::all_of(text, IsDigit)) {
        if (!loose_ && text.size() > 1 && text[0] == '0') return false;
        bool overflow = false;
        id.number = Number(text, overflow);
        id.numeric = !overflow && id.number < kMaxSafeInteger;
      }
      out.push_back(std::move(id));
      if (at_ >= text_.size() || text_[at_] != '.') return true;
      ++at_;
    }
  }

  bool Build() {
    for (;;) {
      const size_t start = at_;
      while (at_ < text_.size() && IsIdentifier(text_[at_])) ++at_;
      if (at_ == start) return false;
      if (at_ >= text_.size() || text_[at_] != '.') return true;
      ++at_;
    }
  }

  std::string_view text_;
  bool loose_;
  size_t at_ = 0;
};

std::optional<SemVersion> ToVersion(Partial partial) {
  if (partial.given < 3 || partial.overflow) return std::nullopt;
  SemVersion v;
  v.major = partial.part[0];
  v.minor = partial.part[1];
  v.patch = partial.part[2];
  v.prerelease = std::move(partial.prerelease);
  return v;
}

SemVersion Release(uint64_t major, uint64_t minor, uint64_t patch) {
  SemVersion v;
  v.major = major;
  v.minor = minor;
  v.patch = patch;
  return v;
}
// The least version of a triple: its prerelease 0.
SemVersion Below(uint64_t major, uint64_t minor, uint64_t patch) {
  SemVersion v = Release(major, minor, patch);
  v.prerelease.push_back({true, 0, "0"});
  return v;
}

}  // namespace

std::optional<SemVersion> SemVersion::Parse(std::string_view text, SemverMode mode) {
  if (text.size() > kMaxLength) return std::nullopt;
  text = Trim(text);
  if (mode == SemverMode::kLoose) {
    while (!text.empty() && (text[0] == 'v' || text[0] == '=' || IsSpace(text[0]))) text.remove_prefix(1);
  } else if (text.starts_with('v')) {
    text.remove_prefix(1);
  }
  Partial partial;
  if (!PartialReader(text, mode).Read(false, partial)) return std::nullopt;
  return ToVersion(std::move(partial));
}

std::string SemVersion::ToString() const {
  std::string out = Cat(major, ".", minor, ".", patch);
  for (size_t i = 0; i < prerelease.size(); ++i) {
    out += Cat(i == 0 ? "-" : ".", prerelease[i].numeric ? Cat(prerelease[i].number) : prerelease[i].text);
  }
  return out;
}

std::strong_ordering SemVersion::operator<=>(const SemVersion& o) const {
  if (const auto c = major <=> o.major; c != 0) return c;
  if (const auto c = minor <=> o.minor; c != 0) return c;
  if (const auto c = patch <=> o.patch; c != 0) return c;
  // A prerelease comes before its release.
  if (prerelease.empty() != o.prerelease.empty())
    return prerelease.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  for (size_t i = 0; i < std::min(prerelease.size(), o.prerelease.size()); ++i) {
    const Identifier &a = prerelease[i], &b = o.prerelease[i];
    if (a.numeric != b.numeric) return a.numeric ? std::strong_ordering::less : std::strong_ordering::greater;
    if (a.numeric) {
      if (const auto c = a.number <=> b.number; c != 0) return c;
    } else if (const auto c = a.text <=> b.text; c != 0) {
      return c;
    }
  }
  return prerelease.size() <=> o.prerelease.size();
}

bool SemRange::Comparator::Test(const SemVersion& v) const {
  switch (op) {
    case Op::kAny:
      return true;
    case Op::kEqual:
      return v == version;
    case Op::kLess:
      return v < version;
    case Op::kLessEqual:
      return v <= version;
    case Op::kGreater:
      return v > version;
    case Op::kGreaterEqual:
      return v >= version;
  }
  return false;
}

bool SemRange::Test(const Alternative& alternative, const SemVersion& version) {
  for (const Comparator& c : alternative) {
    if (!c.Test(version)) return false;
  }
  if (version.prerelease.empty()) return true;
  // A prerelease is only wanted by who names a prerelease of the same release.
  return std::ranges::any_of(alternative, [&](const Comparator& c) {
    return c.op != Op::kAny && !c.version.prerelease.empty() && c.version.major == version.major &&
           c.version.minor == version.minor && c.version.patch == version.patch;
  });
}

bool SemRange::Matches(const SemVersion& version) const {
  return std::ranges::any_of(alternatives_, [&](const Alternative& a) { return Test(a, version); });
}

bool SemRange::MatchesAll() const {
  return std::ranges::any_of(alternatives_, [](const Alternative& a) {
    return std::ranges::all_of(a, [](const Comparator& c) {
      return c.op == Op::kAny || (c.op == Op::kGreaterEqual && c.version <= Release(0, 0, 0));
    });
  });
}

bool SemRange::IsOpen() const {
  return std::ranges::any_of(alternatives_, [](const Alternative& a) {
    return std::ranges::all_of(
        a, [](const Comparator& c) { return c.op == Op::kAny || c.op == Op::kGreater || c.op == Op::kGreaterEqual; });
  });
}

bool SemRange::Intersects(const SemRange& other) const {
  // Where two intervals meet, the lower end of one of them lies in both.
  const auto within = [](const Alternative& a, const SemVersion& v) {
    return std::ranges::all_of(a, [&](const Comparator& c) { return c.Test(v); });
  };
  for (const Alternative& a : alternatives_) {
    for (const Alternative& b : other.alternatives_) {
      if (within(a, Release(0, 0, 0)) && within(b, Release(0, 0, 0))) return true;
      for (const Alternative* ends : {&a, &b}) {
        for (const Comparator& c : *ends) {
          SemVersion v = c.version;
          if (c.op == Op::kGreater) {
            if (v.prerelease.empty()) {
              ++v.patch;
            } else {
              v.prerelease.push_back({true, 0, "0"});
            }
          } else if (c.op != Op::kEqual && c.op != Op::kGreaterEqual) {
            continue;
          }
          if (within(a, v) && within(b, v)) return true;
        }
      }
    }
  }
  return false;
}

std::optional<SemVersion> SemRange::Lowest() const {
  std::optional<SemVersion> lowest;
  const auto consider = [&](const SemVersion& v) {
    if (Matches(v) && (!lowest || v < *lowest)) lowest = v;
  };
  consider(Release(0, 0, 0));
  consider(Below(0, 0, 0));
  for (const Alternative& a : alternatives_) {
    for (const Comparator& c : a) {
      if (c.op == Op::kEqual || c.op == Op::kGreaterEqual) consider(c.version);
      if (c.op == Op::kGreater) {
        SemVersion next = c.version;
        if (next.prerelease.empty()) {
          ++next.patch;
        } else {
          next.prerelease.push_back({true, 0, "0"});
        }
        consider(next);
      }
    }
  }
  return lowest;
}

class RangeReader {
 public:
  explicit RangeReader(SemverMode mode) : mode_(mode) {}

  bool Read(std::string_view text, SemRange& out) {
    std::string raw;
    for (const char c : Trim(text)) {
      if (!IsSpace(c)) {
        raw += c;
      } else if (!raw.ends_with(' ')) {
        raw += ' ';
      }
    }
    std::string_view rest = raw;
    for (;;) {
      const size_t bar = rest.find("||");
      SemRange::Alternative alternative;
      bool empty = false;
      if (!ReadAlternative(Trim(rest.substr(0, bar)), alternative, empty)) return false;
      if (!empty) out.alternatives_.push_back(std::move(alternative));
      if (bar == std::string_view::npos) break;
      rest = rest.substr(bar + 2);
    }
    if (out.alternatives_.empty()) return false;
    // Beside one that restricts nothing the others say nothing, also not that they want prereleases.
    if (std::ranges::any_of(out.alternatives_, &SemRange::Alternative::empty)) out.alternatives_.assign(1, {});
    return true;
  }

 private:
  using Op = SemRange::Op;

  void Add(SemRange::Alternative& out, Op op, SemVersion version) {
    // What every release satisfies restricts nothing, not even prereleases.
    if (op == Op::kGreaterEqual && version.prerelease.empty() && version == Release(0, 0, 0)) {
      from_zero_ = true;
      return;
    }
    // Versions made from parts must be versions themselves.
    if (std::max({version.major, version.minor, version.patch}) > kMaxSafeInteger) failed_ = true;
    out.push_back({op, std::move(version)});
  }

  static std::string_view SkipPrefix(std::string_view text) {
    while (!text.empty() && (text[0] == 'v' || text[0] == '=' || text[0] == ' ')) text.remove_prefix(1);
    return text;
  }

  bool ReadPartial(std::string_view text, Partial& out) {
    return PartialReader(SkipPrefix(text), mode_).Read(true, out);
  }

  // A full version, unlike a range, takes but one "v" before it when read strictly.
  bool Exact(std::string_view text) const {
    return mode_ == SemverMode::kLoose || SkipPrefix(text) == (text.starts_with('v') ? text.substr(1) : text);
  }

  // `first - last`.
  bool Hyphen(std::string_view text, SemRange::Alternative& out) {
    const size_t dash = text.find(" - ");
    if (dash == std::string_view::npos) return false;
    Partial from, to;
    if (!ReadPartial(text.substr(0, dash), from) || !ReadPartial(text.substr(dash + 3), to)) return false;
    if (from.overflow || to.overflow) failed_ = true;
    if (from.given == 3 && !Exact(text.substr(0, dash))) failed_ = true;
    if (to.given == 3 && to.prerelease.empty() && !Exact(text.substr(dash + 3))) failed_ = true;
    if (from.given > 0) {
      SemVersion low = Release(from.part[0], from.part[1], from.part[2]);
      if (from.given == 3) low.prerelease = from.prerelease;
      Add(out, Op::kGreaterEqual, std::move(low));
    }
    if (to.given == 1) {
      Add(out, Op::kLess, Below(to.part[0] + 1, 0, 0));
    } else if (to.given == 2) {
      Add(out, Op::kLess, Below(to.part[0], to.part[1] + 1, 0));
    } else if (to.given == 3) {
      SemVersion high = Release(to.part[0], to.part[1], to.part[2]);
      high.prerelease = to.prerelease;
      Add(out, Op::kLessEqual, std::move(high));
    }
    return true;
  }

  bool ReadAlternative(std::string_view text, SemRange::Alternative& out, bool& dropped) {
    if (Hyphen(text, out)) return !failed_;
    // A blank after an operator belongs to it, "> 1.2" is ">1.2": after a comparison only where a version follows.
    std::string joined;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == ' ' && !joined.empty()) {
        const char before = joined.back();
        const bool range_sign = before == '^' || before == '~' || joined.ends_with("~>");
        if (range_sign || ((before == '<' || before == '>' || before == '=') && StartsLikeVersion(text.substr(i))))
          continue;
      }
      joined += text[i];
    }
    std::vector<std::string_view> words;
    for (size_t at = 0; at < joined.size();) {
      const size_t end = std::min(joined.find(' ', at), joined.size());
      words.push_back(std::string_view(joined).substr(at, end - at));
      at = end + 1;
    }
    bool any_word = false;
    from_zero_ = false;
    for (size_t i = 0; i < words.size(); ++i) {
      const size_t before = out.size();
      if (!ReadWord(words[i], out)) {
        if (mode_ == SemverMode::kLoose) continue;  // loose ranges pass over what they cannot read
        return false;
      }
      // A wildcard between words that are passed over is lost with them.
      any_word = any_word || out.size() > before || failed_ || from_zero_ || i == 0 || i + 1 == words.size();
    }
    if (!any_word && !words.empty()) dropped = true;
    return !failed_;
  }

  bool StartsLikeVersion(std::string_view word) {
    word = SkipPrefix(word);
    return !word.empty() && (IsDigit(word[0]) || word[0] == 'x' || word[0] == 'X' || word[0] == '*');
  }

  bool ReadWord(std::string_view word, SemRange::Alternative& out) {
    if (word.starts_with('^')) return Caret(word.substr(1), out);
    if (word.starts_with("~>")) return Tilde(word.substr(2), out);
    if (word.starts_with('~')) return Tilde(word.substr(1), out);
    std::string_view op;
    for (const std::string_view candidate : {"<=", ">=", "<", ">", "="}) {
      if (word.starts_with(candidate)) {
        op = candidate;
        break;
      }
    }
    const std::string_view rest = word.substr(op.size());
    Partial p;
    if (!ReadPartial(rest, p)) return op.empty() && word.empty();
    if (p.disordered) return false;
    if (p.overflow) {
      failed_ = true;
      return true;
    }
    if (p.given == 0) {
      if (op == ">" || op == "<") Add(out, Op::kLess, Below(0, 0, 0));  // nothing
      return true;
    }
    if (p.given == 3) {
      if (!Exact(op.empty() && rest.starts_with('=') ? rest.substr(1) : rest)) return false;
      SemVersion v = Release(p.part[0], p.part[1], p.part[2]);
      v.prerelease = std::move(p.prerelease);
      Add(out,
          op == "<"    ? Op::kLess
          : op == "<=" ? Op::kLessEqual
          : op == ">"  ? Op::kGreater
          : op == ">=" ? Op::kGreaterEqual
                       : Op::kEqual,
          std::move(v));
      return true;
    }
    const uint64_t major = p.part[0], minor = p.given > 1 ? p.part[1] : 0;
    const bool whole = p.given == 1;
    if (op == ">") {
      Add(out, Op::kGreaterEqual, whole ? Release(major + 1, 0, 0) : Release(major, minor + 1, 0));
    } else if (op == "<=") {
      // No "-0" here: prereleases of the next one are below it all the same, but none is asked for.
      Add(out, Op::kLess, whole ? Release(major + 1, 0, 0) : Release(major, minor + 1, 0));
    } else if (op == ">=") {
      Add(out, Op::kGreaterEqual, Release(major, minor, 0));
    } else if (op == "<") {
      Add(out, Op::kLess, Below(major, minor, 0));
    } else {
      Add(out, Op::kGreaterEqual, Release(major, minor, 0));
      Add(out, Op::kLess, whole ? Below(major + 1, 0, 0) : Below(major, minor + 1, 0));
    }
    return true;
  }

  bool Caret(std::string_view text, SemRange::Alternative& out) {
    Partial p;
    if (!ReadPartial(text, p)) return false;
    if (p.overflow) failed_ = true;
    if (p.given == 0) return true;
    const auto [major, minor, patch] = p.part;
    SemVersion low = Release(major, p.given > 1 ? minor : 0, p.given > 2 ? patch : 0);
    if (p.given == 3) low.prerelease = p.prerelease;
    Add(out, Op::kGreaterEqual, std::move(low));
    if (major > 0 || p.given == 1) {
      Add(out, Op::kLess, Below(major + 1, 0, 0));
    } else if (minor > 0 || p.given == 2) {
      Add(out, Op::kLess, Below(major, minor + 1, 0));
    } else {
      Add(out, Op::kLess, Below(major, minor, patch + 1));
    }
    return true;
  }

  bool Tilde(std::string_view text, SemRange::Alternative& out) {
    Partial p;
    if (!ReadPartial(text, p)) return false;
    if (p.overflow) failed_ = true;
    if (p.given == 0) return true;
    const auto [major, minor, patch] = p.part;
    SemVersion low = Release(major, p.given > 1 ? minor : 0, p.given > 2 ? patch : 0);
    if (p.given == 3) low.prerelease = p.prerelease;
    Add(out, Op::kGreaterEqual, std::move(low));
    Add(out, Op::kLess, p.given == 1 ? Below(major + 1, 0, 0) : Below(major, minor + 1, 0));
    return true;
  }

  SemverMode mode_;
  bool failed_ = false, from_zero_ = false;
};

std::optional<SemRange> SemRange::Parse(std::string_view text, SemverMode mode) {
  SemRange range;
  if (!RangeReader(mode).Read(text, range)) return std::nullopt;
  return range;
}

bool Satisfies(std::string_view version, std::string_view range, SemverMode mode) {
  const auto v = SemVersion::Parse(version, mode);
  if (!v) return false;
  const auto r = SemRange::Parse(range, mode);
  return r && r->Matches(*v);
}

}  // namespace looplint
