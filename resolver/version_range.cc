#include "resolver/version_range.h"

#include <algorithm>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
std::string_view Trim(std::string_view s) {
  while (!s.empty() && static_cast<unsigned char>(s.front()) <= ' ') s.remove_prefix(1);
  while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ') s.remove_suffix(1);
  return s;
}
}  // namespace

bool ParseVersion(std::string_view& s, Version& out) {
  out = {-1, -1, -1};
  while (s.starts_with('v') || s.starts_with('=')) s.remove_prefix(1);
  for (size_t k = 0; k < 3; ++k) {
    if (k > 0) {
      if (!s.starts_with('.')) break;
      s.remove_prefix(1);
    }
    if (s.starts_with('x') || s.starts_with('X') || s.starts_with('*')) {
      s.remove_prefix(1);
      continue;
    }
    if (s.empty() || !IsDigit(s[0])) return k > 0;
    int value = 0;
    while (!s.empty() && IsDigit(s[0])) {
      value = std::min(value * 10 + (s[0] - '0'), 1000000);
      s.remove_prefix(1);
    }
    out[k] = value;
  }
  // A prerelease or build tag changes nothing for the releases asked about.
  if (s.starts_with('-') || s.starts_with('+')) {
    while (!s.empty() && s[0] != ' ' && s[0] != '|' && s[0] != ',') s.remove_prefix(1);
  }
  return true;
}

bool VersionRange::Comparator(std::string_view& s, Interval& interval) {
  std::string_view op;
  for (const std::string_view candidate : {">=", "<=", "~>", ">", "<", "^", "~", "="}) {
    if (s.starts_with(candidate)) {
      op = candidate;
      break;
    }
  }
  s.remove_prefix(op.size());
  while (s.starts_with(' ')) s.remove_prefix(1);
  Version v;
  if (!ParseVersion(s, v)) return false;
  if (v[0] < 0) return true;  // any
  const int precision = v[1] < 0 ? 0 : v[2] < 0 ? 1 : 2;
  const Version from = {v[0], std::max(v[1], 0), std::max(v[2], 0)};
  const auto after = [&](int level) {
    return level == 0 ? Version{from[0] + 1, 0, 0} : level == 1 ? Version{from[0], from[1] + 1, 0} : Version{from[0], from[1], from[2] + 1};
  };
  const auto at_least = [&](const Version& x) { interval.lowest = std::max(interval.lowest, x); };
  const auto below = [&](const Version& x) { interval.beyond = std::min(interval.beyond, x); };
  if (op == ">=") {
    at_least(from);
  } else if (op == ">") {
    at_least(after(precision));
  } else if (op == "<") {
    below(from);
  } else if (op == "<=") {
    below(after(precision));
  } else if (op == "^") {
    at_least(from);
    below(after(from[0] > 0 || precision == 0 ? 0 : from[1] > 0 || precision == 1 ? 1 : 2));
  } else if (op == "~" || op == "~>") {
    at_least(from);
    below(after(std::min(precision, 1)));
  } else {
    at_least(from);
    below(after(precision));
  }
  return true;
}

bool VersionRange::Parse(std::string_view text) {
  any_.clear();
  for (;;) {
    const size_t bar = text.find("||");
    std::string_view s = Trim(text.substr(0, bar));
    Interval interval;
    if (const size_t dash = s.find(" - "); dash != std::string_view::npos) {
      const std::string from = Cat(">=", Trim(s.substr(0, dash))), to = Cat("<=", Trim(s.substr(dash + 3)));
      std::string_view a = from, b = to;
      if (!Comparator(a, interval) || !Comparator(b, interval) || !a.empty() || !b.empty()) return false;
    } else {
      while (!s.empty()) {
        if (!Comparator(s, interval)) return false;
        if (!s.empty() && s[0] != ' ' && s[0] != ',') return false;
        while (!s.empty() && (s[0] == ' ' || s[0] == ',')) s.remove_prefix(1);
      }
    }
    any_.push_back(interval);
    if (bar == std::string_view::npos) return true;
    text = text.substr(bar + 2);
  }
}

bool VersionRange::Has(const Version& v) const {
  return std::any_of(any_.begin(), any_.end(), [&](const Interval& i) { return i.lowest <= v && v < i.beyond; });
}

}  // namespace looplint
