#include "analyzer/packages/minimatch.h"

#include <algorithm>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr size_t kMostAlternatives = 1000;
constexpr int kMostSteps = 200000;

char LowerOf(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The end of the group that opens at p[open], or npos; `open_with` and `close_with` nest, escapes do not count.
size_t Closing(std::string_view p, size_t open, char open_with, char close_with) {
  int depth = 0;
  for (size_t i = open; i < p.size(); ++i) {
    if (p[i] == '\\') {
      ++i;
    } else if (p[i] == open_with) {
      ++depth;
    } else if (p[i] == close_with && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

// The parts of `text` between separators outside of groups.
std::vector<std::string_view> SplitOutside(std::string_view text, char separator, char open, char close) {
  std::vector<std::string_view> out;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == open) {
      ++depth;
    } else if (text[i] == close) {
      --depth;
    } else if (text[i] == separator && depth == 0) {
      out.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  out.push_back(text.substr(start));
  return out;
}

// "{1..3}": the numbers; empty when it is no such range.
std::vector<std::string> NumericRange(std::string_view inside) {
  const size_t dots = inside.find("..");
  if (dots == std::string_view::npos) return {};
  const auto number = [](std::string_view s, int& out) {
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
    return error == std::errc() && end == s.data() + s.size();
  };
  int from = 0, to = 0;
  if (!number(inside.substr(0, dots), from) || !number(inside.substr(dots + 2), to)) return {};
  if (std::abs(static_cast<long>(to) - from) > static_cast<long>(kMostAlternatives)) return {};
  std::vector<std::string> out;
  for (int i = from;; i += from <= to ? 1 : -1) {
    out.push_back(Cat(i));
    if (i == to) break;
  }
  return out;
}

void ExpandBraces(const std::string& p, size_t from, std::vector<std::string>& out) {
  if (out.size() >= kMostAlternatives) return;
  for (size_t i = from; i < p.size(); ++i) {
    if (p[i] == '\\') {
      ++i;
      continue;
    }
    if (p[i] != '{' || (i > 0 && p[i - 1] == '$')) continue;
    const size_t close = Closing(p, i, '{', '}');
    if (close == std::string::npos) continue;
    const std::string_view inside = std::string_view(p).substr(i + 1, close - i - 1);
    const std::vector<std::string_view> parts = SplitOutside(inside, ',', '{', '}');
    std::vector<std::string> texts(parts.begin(), parts.end());
    if (parts.size() < 2) {
      texts = NumericRange(inside);
      if (texts.empty()) continue;
    }
    for (const std::string& text : texts) {
      ExpandBraces(Cat(std::string_view(p).substr(0, i), text, std::string_view(p).substr(close + 1)), i, out);
    }
    return;
  }
  out.push_back(p);
}

bool IsExtglob(std::string_view p) {
  return p.size() >= 2 && p[1] == '(' && std::string_view("!?+*@").find(p[0]) != std::string_view::npos &&
         Closing(p, 1, '(', ')') != std::string_view::npos;
}

// Does the class that begins at p[0] == '[' hold `c`? Sets `length` to that of the class, 0 when it is none.
bool InClass(std::string_view p, char c, size_t& length) {
  size_t i = 1;
  const bool negated = i < p.size() && (p[i] == '!' || p[i] == '^');
  if (negated) ++i;
  bool in = false;
  const size_t first = i;
  const auto u = [](char x) { return static_cast<unsigned char>(x); };
  for (; i < p.size() && (p[i] != ']' || i == first); ++i) {
    if (p[i] == '[' && i + 1 < p.size() && p[i + 1] == ':') {
      const size_t end = p.find(":]", i + 2);
      if (end != std::string_view::npos) {
        const std::string_view name = p.substr(i + 2, end - i - 2);
        const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'z';
        in = in || (name == "alnum" && (digit || letter)) ||
             ((name == "alpha" || name == "lower" || name == "upper") && letter) || (name == "digit" && digit) ||
             (name == "xdigit" && (digit || (c >= 'a' && c <= 'f'))) ||
             (name == "word" && (digit || letter || c == '_')) || (name == "space" && (c == ' ' || c == '\t')) ||
             (name == "blank" && (c == ' ' || c == '\t'));
        i = end + 1;
        continue;
      }
    }
    if (p[i] == '\\' && i + 1 < p.size()) ++i;
    const char low = p[i];
    if (i + 2 < p.size() && p[i + 1] == '-' && p[i + 2] != ']') {
      in = in || (u(low) <= u(c) && u(c) <= u(p[i + 2]));
      i += 2;
    } else {
      in = in || low == c;
    }
  }
  length = i < p.size() ? i + 1 : 0;
  return in != negated;
}

bool MatchText(std::string_view p, std::string_view t, int& budget) {
  for (;;) {
    if (--budget < 0) return false;
    if (p.empty()) return t.empty();
    if (IsExtglob(p)) {
      const size_t close = Closing(p, 1, '(', ')');
      const std::string_view rest = p.substr(close + 1);
      const std::vector<std::string_view> choices = SplitOutside(p.substr(2, close - 2), '|', '(', ')');
      const auto any = [&](std::string_view part) {
        return std::ranges::any_of(choices, [&](std::string_view c) { return MatchText(c, part, budget); });
      };
      const char kind = p[0];
      if ((kind == '?' || kind == '*') && MatchText(rest, t, budget)) return true;
      for (size_t n = t.size() + 1; n-- > 0;) {
        if (kind == '!') {
          if (!any(t.substr(0, n)) && MatchText(rest, t.substr(n), budget)) return true;
        } else if (any(t.substr(0, n))) {
          if (MatchText(rest, t.substr(n), budget)) return true;
          if ((kind == '*' || kind == '+') && n > 0 && MatchText(Cat("*", p.substr(1)), t.substr(n), budget))
            return true;
        }
        if (budget < 0) return false;
      }
      return false;
    }
    switch (p[0]) {
      case '*': {
        const size_t end = std::min(p.find_first_not_of('*'), p.size());
        // "**(a)" is a star before a group.
        const std::string_view rest = p.substr(end);
        if (rest.empty()) return true;
        for (size_t n = 0; n <= t.size(); ++n) {
          if (MatchText(rest, t.substr(n), budget)) return true;
          if (budget < 0) return false;
        }
        return false;
      }
      case '?':
        if (t.empty()) return false;
        p.remove_prefix(1);
        t.remove_prefix(1);
        while (!t.empty() && (static_cast<unsigned char>(t[0]) & 0xc0) == 0x80) t.remove_prefix(1);
        continue;
      case '[': {
        size_t length = 0;
        const bool in = InClass(p, t.empty() ? '\0' : t[0], length);
        if (length > 0) {
          if (t.empty() || !in) return false;
          p.remove_prefix(length);
          t.remove_prefix(1);
          continue;
        }
        break;  // an open bracket is itself
      }
      case '\\':
        if (p.size() > 1) p.remove_prefix(1);
        break;
      default:
        break;
    }
    if (t.empty() || p[0] != t[0]) return false;
    p.remove_prefix(1);
    t.remove_prefix(1);
  }
}

}  // namespace

Minimatch::Minimatch(std::string_view pattern) {
  while (pattern.starts_with('!')) {
    negated_ = !negated_;
    pattern.remove_prefix(1);
  }
  std::string lower(pattern);
  std::ranges::transform(lower, lower.begin(), LowerOf);
  std::vector<std::string> texts;
  ExpandBraces(lower, 0, texts);
  for (const std::string& text : texts) {
    Alternative segments;
    for (size_t at = 0; at <= text.size();) {
      // A slash inside a group does not cut.
      size_t end = at;
      while (end < text.size() && text[end] != '/') ++end;
      std::string part = text.substr(at, end - at);
      const bool magic = part.find_first_of("*?[\\") != std::string::npos ||
                         ((part.find_first_of("!+@") != std::string::npos) && part.find('(') != std::string::npos);
      if (part == "**") {
        if (segments.empty() || segments.back().kind != Segment::Kind::kGlobstar)
          segments.push_back({Segment::Kind::kGlobstar, ""});
      } else if (part == ".." && !segments.empty() && segments.back().kind == Segment::Kind::kLiteral &&
                 !segments.back().text.empty() && segments.back().text != ".." && segments.back().text != ".") {
        segments.pop_back();
      } else {
        segments.push_back({magic ? Segment::Kind::kWild : Segment::Kind::kLiteral, std::move(part)});
      }
      if (end == text.size()) break;
      at = end;
      while (at < text.size() && text[at] == '/') ++at;
      if (at == text.size()) {
        segments.push_back({Segment::Kind::kLiteral, ""});
        break;
      }
    }
    const size_t names =
        segments.empty() || (segments.back().text.empty() && segments.back().kind == Segment::Kind::kLiteral) ? 2 : 1;
    matches_names_ = matches_names_ || segments.size() <= names;
    alternatives_.push_back(std::move(segments));
  }
}

bool Minimatch::MatchFrom(std::span<const std::string_view> path, std::span<const Segment> pattern, bool partial,
                          int& budget) {
  size_t i = 0, p = 0;
  for (; i < path.size() && p < pattern.size(); ++i, ++p) {
    if (--budget < 0) return false;
    const Segment& s = pattern[p];
    const std::string_view name = path[i];
    if (s.kind == Segment::Kind::kGlobstar) {
      if (p + 1 == pattern.size()) return true;
      for (size_t from = i; from < path.size(); ++from) {
        if (MatchFrom(path.subspan(from), pattern.subspan(p + 1), partial, budget)) return true;
        if (budget < 0) return false;
      }
      return partial;
    }
    if (s.kind == Segment::Kind::kLiteral) {
      if (name != s.text) return false;
    } else if (name.empty() || !MatchText(s.text, name, budget)) {
      return false;
    }
  }
  if (i == path.size() && p == pattern.size()) return true;
  if (i == path.size()) return partial;
  return i + 1 == path.size() && path[i].empty();
}

bool Minimatch::Matches(std::span<const std::string_view> path, bool partial) const {
  std::string_view name = path.empty() ? std::string_view() : path.back();
  for (size_t i = path.size(); name.empty() && i-- > 0;) name = path[i];
  for (const Alternative& a : alternatives_) {
    int budget = kMostSteps;
    if (a.size() == 1 ? MatchFrom({&name, 1}, a, partial, budget) : MatchFrom(path, a, partial, budget)) return true;
  }
  return false;
}

std::vector<Minimatch> ReadPatterns(std::string_view text) {
  std::vector<Minimatch> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    constexpr std::string_view kBlank = " \t\r\v\f\xef\xbb\xbf";
    const size_t first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) continue;
    line = line.substr(first, line.find_last_not_of(kBlank) - first + 1);
    if (!line.starts_with('#')) out.emplace_back(line);
  }
  return out;
}

}  // namespace looplint
