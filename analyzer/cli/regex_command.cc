// looplint regex: what one pattern costs, for people; or many, one JSON object a line, for programs.
#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/regex/advice.h"
#include "analyzer/regex/regex.h"
#include "analyzer/regex/repair.h"

namespace looplint {
namespace {

using regex::Analysis;
using regex::Range;
using regex::Thousands;
using regex::Verdict;

constexpr const char* kHelp =
    "looplint regex PATTERN [--flags FLAGS]   what a regular expression costs, and why\n"
    "looplint regex --jsonl                   the same for programs\n\n"
    "PATTERN is what stands between the slashes; /PATTERN/FLAGS is understood too.\n"
    "--jsonl reads {\"id\",\"pattern\",\"flags\"} a line and writes one answer a line, in order:\n"
    "  {\"id\",\"verdict\":\"linear|polynomial|exponential|invalid|unknown\",\"degree\",\n"
    "   \"attack\":{\"prefix\",\"pump\",\"suffix\"},\"hotspots\":[[start,end]],\"us\"}\n"
    "The attack is prefix + pump.repeat(n) + suffix. Hot spots are UTF-16 offsets, half open. \"use\":\"all\" says "
    "that\n"
    "the cost shows when every match is taken, as replace() and matchAll() do; \"before\":\"node 24\", that it shows\n"
    "before Node 24, and after it perhaps. A line that cannot be read is answered with \"unknown\" and \"error\"; "
    "empty\n"
    "lines are skipped.\n\n"
    "  --repair        with --jsonl: \"repair\" as well, "
    "{\"pattern\",\"verdict\",\"degree\",\"proven\",\"captures\",\"once\"}\n"
    "                  or null; captures: groups capture other parts; once: not where every match is taken\n"
    "  --flags FLAGS   d g i m s u v y\n"
    "  --use USE       once, all or split: how the pattern is run (by default its flags say)\n"
    "  --color WHEN    auto, always or never\n\n"
    "Exit codes: 0 linear or answered, 1 slower than linear, 2 no valid pattern.\n";

// ---- JSON, as JavaScript writes it: lone surrogates are allowed in strings, so the usual readers will not do.

class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}

  std::string id = "null";  // as it was written
  std::u16string pattern, flags;
  const char* error = nullptr;

  bool Read() {
    Blank();
    if (!Eat('{')) return Fail("not a JSON object");
    bool has_pattern = false;
    Blank();
    if (!Eat('}')) {
      do {
        Blank();
        std::u16string key;
        if (!String(key)) return Fail("a key is not a string");
        Blank();
        if (!Eat(':')) return Fail("a colon is missing");
        Blank();
        const size_t start = at_;
        std::u16string value;
        const bool is_string = at_ < text_.size() && text_[at_] == '"';
        if (is_string ? !String(value) : !Skip(0)) return Fail("a value is not JSON");
        if (key == u"id") id = std::string(text_.substr(start, at_ - start));
        const bool none = key == u"flags" && text_.substr(start, at_ - start) == "null";
        if (!none && (key == u"pattern" || key == u"flags")) {
          if (!is_string) return Fail("pattern and flags are strings");
          has_pattern = has_pattern || key == u"pattern";
          (key == u"pattern" ? pattern : flags) = std::move(value);
        }
        Blank();
      } while (Eat(','));
      if (!Eat('}')) return Fail("the object does not end");
    }
    Blank();
    if (at_ != text_.size()) return Fail("more follows the object");
    return has_pattern || Fail("there is no pattern");
  }

 private:
  bool Fail(const char* what) { return error = what, false; }
  void Blank() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n'))
      ++at_;
  }
  bool Eat(char c) { return at_ < text_.size() && text_[at_] == c && (++at_, true); }
  bool Word(std::string_view word) { return text_.substr(at_).starts_with(word) && (at_ += word.size(), true); }
  bool String(std::u16string& out) {
    if (!Eat('"')) return false;
    std::string plain;
    const auto flush = [&] {
      out += regex::ToUtf16(plain);
      plain.clear();
    };
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return flush(), true;
      if (static_cast<uint8_t>(c) < 32) return false;
      if (c != '\\') {
        plain.push_back(c);
        continue;
      }
      if (at_ >= text_.size()) return false;
      const char e = text_[at_++];
      static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
      if (const size_t k = kFrom.find(e); k != std::string_view::npos) {
        plain.push_back(kTo[k]);
        continue;
      }
      if (e != 'u' || at_ + 4 > text_.size()) return false;
      uint32_t unit = 0;
      for (int i = 0; i < 4; ++i) {
        const char h = text_[at_++];
        const int v = h >= '0' && h <= '9' ? h - '0' : (h | 32) >= 'a' && (h | 32) <= 'f' ? (h | 32) - 'a' + 10 : -1;
        if (v < 0) return false;
        unit = unit * 16 + static_cast<uint32_t>(v);
      }
      flush();
      out.push_back(static_cast<char16_t>(unit));
    }
    return false;
  }
  // Over any value but a string at the top.
  bool Skip(int depth) {
    if (depth > 100) return false;
    Blank();
    std::u16string ignored;
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    if (c == '"') return String(ignored);
    if (c == '{' || c == '[') {
      const char end = c == '{' ? '}' : ']';
      ++at_;
      Blank();
      if (Eat(end)) return true;
      do {
        Blank();
        if (c == '{') {
          if (!String(ignored)) return false;
          Blank();
          if (!Eat(':')) return false;
        }
        if (!Skip(depth + 1)) return false;
        Blank();
      } while (Eat(','));
      return Eat(end);
    }
    if (Word("true") || Word("false") || Word("null")) return true;
    const auto digits = [&] {
      const size_t from = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      return at_ > from;
    };
    Eat('-');
    if (!Eat('0') && !digits()) return false;
    if (Eat('.') && !digits()) return false;
    if (Eat('e') || Eat('E')) {
      if (!Eat('+')) Eat('-');
      return digits();
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// ASCII only, so that any reader gets the very units.
std::string JsonString(std::u16string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char16_t c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(c));
    } else if (c >= 32 && c < 127) {
      out.push_back(static_cast<char>(c));
    } else {
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHex[c >> shift & 15]);
    }
  }
  return out + "\"";
}

std::optional<regex::Use> UseNamed(std::string_view name) {
  if (name == "once") return regex::Use::kOnce;
  if (name == "all") return regex::Use::kAll;
  if (name == "split") return regex::Use::kSplit;
  return std::nullopt;
}

std::string RepairField(const LineReader& request, const Analysis& a, const regex::Options& options) {
  const auto repair = regex::FindRepair(request.pattern, regex::ToUtf8(request.flags), a, options);
  if (!repair) return ",\"repair\":null";
  return Cat(",\"repair\":{\"pattern\":", JsonString(repair->pattern), ",\"verdict\":\"",
             regex::VerdictName(repair->verdict), "\",\"degree\":", repair->degree,
             ",\"proven\":", repair->proven ? "true" : "false", ",\"captures\":", repair->captures ? "true" : "false",
             ",\"once\":", repair->not_split ? "true" : "false", "}");
}

std::string Answer(std::string_view line, const regex::Options& options, bool repairs) {
  LineReader request(line);
  // Of this thread alone: what else the machine does says nothing about a pattern.
  const auto now = [] {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return int64_t{t.tv_sec} * 1000000 + t.tv_nsec / 1000;
  };
  const int64_t start = now();
  const auto us = [&] { return now() - start; };
  if (!request.Read()) {
    return Cat("{\"id\":", request.id,
               ",\"verdict\":\"unknown\",\"degree\":0,\"attack\":null,\"hotspots\":[],\"us\":", us(), ",\"error\":\"",
               request.error, "\"}\n");
  }
  const Analysis a = regex::Analyze(request.pattern, regex::ToUtf8(request.flags), options);
  std::string out =
      Cat("{\"id\":", request.id, ",\"verdict\":\"", regex::VerdictName(a.verdict),
          "\",\"degree\":", a.verdict == Verdict::kLinear || a.verdict == Verdict::kPolynomial ? a.degree : 0,
          ",\"attack\":");
  const bool attacked = a.verdict == Verdict::kPolynomial || a.verdict == Verdict::kExponential;
  out += attacked ? Cat("{\"prefix\":", JsonString(a.attack.prefix), ",\"pump\":", JsonString(a.attack.pump),
                        ",\"suffix\":", JsonString(a.attack.suffix), "}")
                  : "null";
  out += ",\"hotspots\":[";
  for (size_t i = 0; attacked && i < a.hotspots.size(); ++i) {
    out += Cat(i > 0 ? "," : "", "[", a.hotspots[i].start, ",", a.hotspots[i].end, "]");
  }
  const std::string repair = repairs && attacked ? RepairField(request, a, options) : "";
  out += Cat("],\"us\":", us(), repair);
  if (attacked && a.only_all) out += ",\"use\":\"all\"";
  if (attacked && a.length_1s > 0) out += Cat(",\"length_1s\":", a.length_1s);
  if (attacked && a.before_24) out += ",\"before\":\"node 24\"";
  if (a.verdict == Verdict::kInvalid)
    out +=
        Cat(",\"error\":\"", a.error == std::string_view("\\ at end of pattern") ? "\\\\ at end of pattern" : a.error,
            "\",\"at\":", a.error_at);
  if (a.needs_modifiers || a.needs_duplicate_names) out += ",\"needs\":\"node 23\"";
  if (a.verdict == Verdict::kUnknown) out += Cat(",\"error\":\"", a.why_unknown, "\"");
  return out + "}\n";
}

int AnswerLines(const regex::Options& options, bool repairs) {
  std::string input, output;
  char buffer[1 << 16];
  size_t done = 0;
  bool first = true;
  for (bool more = true; more;) {
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    more = got > 0;
    if (more) input.append(buffer, static_cast<size_t>(got));
    for (;;) {
      const size_t end = input.find('\n', done);
      if (end == std::string::npos && (more || done == input.size())) break;
      const std::string_view line = std::string_view(input).substr(done, end == std::string::npos ? end : end - done);
      // As editors and generators leave them: a byte order mark in front, empty lines.
      const std::string_view text = first && line.starts_with("\xef\xbb\xbf") ? line.substr(3) : line;
      if (text.find_first_not_of(" \t\r") != std::string_view::npos) output += Answer(text, options, repairs);
      first = false;
      done = end == std::string::npos ? input.size() : end + 1;
      if (output.size() > (1 << 15)) {
        if (!WriteAll(STDOUT_FILENO, output)) return kTrouble;
        output.clear();
      }
    }
    input.erase(0, done);
    done = 0;
    // Whoever asks one by one waits for this answer.
    if (!output.empty() && !WriteAll(STDOUT_FILENO, output)) return kTrouble;
    output.clear();
  }
  return kClean;
}

// ---- for people

std::string Duration(double steps) {
  const double ms = steps * 0.3e-6;
  if (ms < 0.001) return "< 1 us";
  if (ms < 1) return Cat(static_cast<int>(ms * 1000 + 0.5), " us");
  if (ms < 1000) return Cat(static_cast<int>(ms + 0.5), " ms");
  return ms < 1e5 ? Cat(static_cast<int>(ms / 1000 + 0.5), " s") : "minutes and more";
}

std::string Label(std::string_view text) {
  std::string out = Cat("  ", text);
  out.resize(std::max<size_t>(out.size() + 1, 13), ' ');
  return out;
}

std::string_view WhyOf(regex::Cause cause) {
  switch (cause) {
    case regex::Cause::kLoopOverLoop:
      return "the marked loop can match the same text in more than one way, and all of them are tried";
    case regex::Cause::kTwoLoops:
      return "the marked loops can divide the same text between them in many ways, and all of them are tried";
    case regex::Cause::kEveryStart:
      return "the search begins anew at every position, and the marked loop scans the same text each time";
    case regex::Cause::kLookbehind:
      return "a lookbehind scans back over the same text from many positions";
    case regex::Cause::kNone:
      break;
  }
  return "";
}

constexpr std::string_view kBefore24 =
    "Node before 24; later ones mostly look first at what must follow the lookaround, which this attack does not hold";

std::string Growth(const Analysis& a, bool unicode) {
  std::vector<regex::Point> points = a.growth;
  // Those that can be told apart on a line.
  constexpr size_t kRows = 9;
  if (points.size() > kRows) {
    std::vector<regex::Point> some;
    const size_t from =
        a.verdict == Verdict::kExponential && points.size() > 2 * kRows ? points.size() - 2 * kRows + 1 : 0;
    for (size_t i = 0; i < kRows; ++i) some.push_back(points[from + (points.size() - 1 - from) * i / (kRows - 1)]);
    points = std::move(some);
  }
  std::string out;
  if (points.empty()) return out;
  const double most = points.back().steps;
  for (size_t i = 0; i < points.size(); ++i) {
    std::string length = Thousands(points[i].length), time = Duration(points[i].steps);
    length.insert(0, length.size() < 9 ? 9 - length.size() : 0, ' ');
    time.resize(std::max<size_t>(time.size(), 9), ' ');
    std::string bar;
    const int width = static_cast<int>(points[i].steps / most * 44 + 0.5);
    for (int w = 0; w < width; ++w) bar += unicode ? "\u2588" : "#";
    out += Cat(Label(i == 0 ? "growth" : ""), length, " characters  ", time, bar.empty() ? "" : " ", bar, "\n");
  }
  return out;
}

int ExplainPattern(const std::u16string& pattern, const std::string& flags, const regex::Options& options,
                   const Terminal& terminal) {
  const Analysis a = regex::Analyze(pattern, flags, options);
  const auto paint = [&](std::string_view code, std::string_view text) {
    return terminal.color ? Cat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
  };
  const bool slow = a.verdict == Verdict::kExponential || a.verdict == Verdict::kPolynomial;
  std::string verdict(regex::VerdictName(a.verdict));
  if (a.verdict == Verdict::kPolynomial)
    verdict = a.degree == 2 ? "polynomial: quadratic" : Cat("polynomial: degree ", a.degree);
  if (a.bounded) verdict += ", up to a bound";
  std::string out = Cat("  ",
                        paint(slow || a.verdict == Verdict::kInvalid ? "1;31"
                              : a.verdict == Verdict::kUnknown       ? "1;33"
                                                                     : "1;32",
                              verdict),
                        "\n\n");
  // The pattern, with what is at fault painted or underlined.
  std::vector<Range> marks = slow ? a.hotspots : std::vector<Range>{};
  if (a.verdict == Verdict::kInvalid && a.error_at <= pattern.size()) marks = {{a.error_at, a.error_at + 1}};
  std::string line = "  /", under = "   ";
  for (size_t i = 0; i < pattern.size();) {
    const bool pair = (pattern[i] & 0xfc00) == 0xd800 && i + 1 < pattern.size() && (pattern[i + 1] & 0xfc00) == 0xdc00;
    const std::string c = Plain(regex::ToUtf8(pattern.substr(i, pair ? 2 : 1)));
    const bool hot = std::ranges::any_of(marks, [&](const Range& r) { return i >= r.start && i < r.end; });
    line += hot ? paint("1;31", c) : c;
    under.append(static_cast<size_t>(std::max(0, Width(c))), hot ? '~' : ' ');
    i += pair ? 2 : 1;
  }
  if (!marks.empty() && marks[0].start >= pattern.size()) under += "~";
  out += Cat(line, "/", Plain(flags), "\n");
  if (!marks.empty()) out += Cat(paint("1;31", under.substr(0, under.find_last_of('~') + 1)), "\n");
  out += "\n";
  if (a.verdict == Verdict::kInvalid) {
    out += Cat(Label("error"), a.error, a.error_at > 0 ? Cat(", at ", a.error_at) : "", "\n");
  } else if (a.verdict == Verdict::kUnknown) {
    out += Cat(Label("why"), a.why_unknown, "; no attack was found so far\n");
  } else if (a.verdict == Verdict::kLinear) {
    out += Cat(Label(""), "no text was found that takes more than linear time\n");
  }
  if (slow) {
    const auto wrap = [&](std::string_view label, std::string_view text) {
      const std::vector<std::string> lines = Wrap(text, std::max(40, terminal.columns - 14));
      for (size_t i = 0; i < lines.size(); ++i) out += Cat(Label(i == 0 ? label : ""), lines[i], "\n");
    };
    wrap("attack",
         Cat(a.attack.Expression(), a.only_all ? "   when every match is taken, as replace() and matchAll() do" : ""));
    if (a.length_100ms > 0) out += Cat(Label("100 ms"), Thousands(a.length_100ms), " characters\n");
    if (a.length_1s > 0) out += Cat(Label("1 s"), Thousands(a.length_1s), " characters\n");
    wrap("why", WhyOf(a.cause));
    if (a.before_24) wrap("where", kBefore24);
    out += Growth(a, terminal.unicode);
    if (const auto repair = regex::FindRepair(pattern, flags, a, options)) {
      out += Cat("\n", Label("instead"),
                 paint("1;32", Cat("/", Plain(regex::ToUtf8(repair->pattern)), "/", Plain(flags))), "\n");
      wrap("", Cat(repair->verdict == Verdict::kLinear ? "linear" : Cat("degree ", repair->degree), "; ",
                   repair->proven ? "accepts the same texts, proven on their automata; the same matches in 2,000 texts"
                                  : "the same matches in 10,000 texts",
                   repair->captures ? "; its groups capture other parts" : "",
                   repair->not_split ? "; not for split(), which takes every match" : ""));
    } else {
      wrap("advice", regex::Advice(pattern, flags, a));
    }
  }
  if (a.needs_modifiers || a.needs_duplicate_names) out += Cat(Label("needs"), "Node 23\n");
  if (!WriteAll(STDOUT_FILENO, out)) return kTrouble;
  return a.verdict == Verdict::kInvalid ? kTrouble : slow ? kFindings : kClean;
}

}  // namespace

int RegexCommand(std::vector<std::string> arguments) {
  regex::Options options;
  std::optional<std::string> pattern, flags;
  std::string color = "auto";
  bool lines = false, repairs = false, words_only = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const auto option = [&](std::string_view name) -> std::optional<std::string> {
      if (words_only || !word.starts_with(name)) return std::nullopt;
      if (word.size() > name.size())
        return word[name.size()] == '=' ? std::optional(word.substr(name.size() + 1)) : std::nullopt;
      return i + 1 < arguments.size() ? arguments[++i] : "";
    };
    if (!words_only && word == "--") {
      words_only = true;
    } else if (!words_only && (word == "-h" || word == "--help")) {
      return WriteAll(STDOUT_FILENO, kHelp) ? kClean : kTrouble;
    } else if (!words_only && word == "--jsonl") {
      lines = true;
    } else if (!words_only && word == "--repair") {
      repairs = true;
    } else if (!words_only && word == "--syntax") {
      options.budget = 0;  // with --jsonl: validity alone
    } else if (auto v = option("--flags")) {
      flags = *v;
    } else if (auto c = option("--color")) {
      color = *c;
    } else if (auto u = option("--use")) {
      const auto use = UseNamed(*u);
      if (!use) return Warn("--use is once, all or split"), kTrouble;
      options.use = *use;
    } else if (!pattern) {
      pattern = word;
    } else {
      return Warn(Cat("one pattern at a time: ", Plain(word), " is a second one (quote it for the shell)")), kTrouble;
    }
  }
  if (lines) {
    if (pattern) return Warn("--jsonl reads patterns from standard input"), kTrouble;
    // What one pattern took is kept for the next: taking megabytes from the kernel again costs a fifth of the time.
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    return AnswerLines(options, repairs);
  }
  if (!pattern) return Warn("regex takes a pattern; looplint regex --help"), kTrouble;
  // As a literal: /a+/g.
  if (!flags && pattern->size() > 2 && pattern->front() == '/') {
    const size_t slash = pattern->rfind('/');
    const std::string tail = pattern->substr(slash + 1);
    if (slash > 1 && tail.find_first_not_of("dgimsuvy") == std::string::npos) {
      flags = tail;
      pattern = pattern->substr(1, slash - 1);
    }
  }
  return ExplainPattern(regex::ToUtf16(*pattern), flags.value_or(""), options, DescribeTerminal(STDOUT_FILENO, color));
}

}  // namespace looplint
