#include "analyzer/regex/advice.h"

#include <re2/re2.h>

namespace looplint::regex {
namespace {

// JavaScript's spelling to RE2's; what RE2 lacks is left for it to refuse.
std::string ForRe2(std::u16string_view pattern) {
  const std::string in = ToUtf8(pattern);
  std::string out;
  for (size_t i = 0; i < in.size(); ++i) {
    const std::string_view rest = std::string_view(in).substr(i);
    if (rest.starts_with("(?<") && rest.size() > 3 && rest[3] != '=' && rest[3] != '!') {
      out += "(?P<";
      i += 2;
    } else if (rest.starts_with("[^]")) {
      out += "[\\s\\S]";
      i += 2;
    } else if (rest.starts_with("\\u{")) {
      out += "\\x{";
      i += 2;
    } else if (rest.starts_with("\\u") && rest.size() >= 6) {
      out += "\\x{";
      out += rest.substr(2, 4);
      out += "}";
      i += 5;
    } else if (rest.starts_with("\\/")) {
      out += "/";
      ++i;
    } else if (rest.size() > 1 && rest[0] == '\\') {
      out += rest.substr(0, 2);
      ++i;
    } else {
      out += rest[0];
    }
  }
  return out;
}

}  // namespace

bool Re2Accepts(std::u16string_view pattern, std::string_view flags) {
  if (flags.find('v') != std::string_view::npos) return false;
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(4 << 20);
  return re2::RE2(ForRe2(pattern), options).ok();
}

std::string Thousands(uint64_t n) {
  const std::string digits = std::to_string(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string Advice(std::u16string_view pattern, std::string_view flags, const Analysis& a) {
  std::string out;
  const auto spot = [&](size_t i) {
    const Range& r = a.hotspots[i];
    std::string quoted(1, '`');
    quoted += ToUtf8(pattern.substr(r.start, r.end - r.start));
    return quoted += '`';
  };
  const bool two = a.hotspots.size() == 2 && a.hotspots[0].end <= a.hotspots[1].start &&
                   a.hotspots[1].end - a.hotspots[0].start <= 60;
  switch (a.cause) {
    case Cause::kLoopOverLoop:
      out =
          "let only one of the nested repeats match a given text: separate them by something they cannot match, or "
          "drop one";
      break;
    case Cause::kTwoLoops:
      out = "let the two repeats match different characters";
      if (two)
        out += ", or match in two steps: up to the end of " + spot(0) + " first, " + spot(1) + " in what is left";
      break;
    case Cause::kEveryStart: {
      const bool at_end = pattern.ends_with(u'$') && !pattern.ends_with(u"\\$");
      const bool blanks = a.hotspots.size() == 1 && spot(0).starts_with("`\\s");
      out = "anchor the pattern, keep it from starting inside what it repeats, as in (?<!x)x+, or use ";
      out += at_end ? blanks ? "trimEnd()" : "a loop from the end" : "indexOf()";
      break;
    }
    case Cause::kLookbehind:
      out = "look behind without a repeat, or let the pattern match what stands in front";
      break;
    default:
      break;
  }
  const auto add = [&](std::string_view more) {
    if (!out.empty()) out += "; or ";
    out += more;
  };
  // A text of some dozen characters is enough for what is exponential.
  if (a.verdict != Verdict::kExponential && a.length_100ms > 200)
    add("refuse text longer than " + Thousands(a.length_100ms) + " characters first");
  if (Re2Accepts(pattern, flags)) add("match it with the package re2, which takes this pattern and linear time");
  return out;
}

}  // namespace looplint::regex
