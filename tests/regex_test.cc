// The regular expression engine by itself: verdicts, positions, bounds, and its counter against its own interpreter.
#include "analyzer/regex/regex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyzer/regex/counter.h"
#include "analyzer/regex/parser.h"
#include "analyzer/regex/program.h"
#include "analyzer/regex/repair.h"
#include "analyzer/regex/unicode.h"

namespace looplint::regex {
namespace {

struct Case {
  const char16_t* pattern;
  const char* flags;
  Verdict verdict;
  int degree;
};

TEST(Regex, Verdicts) {
  using enum Verdict;
  // What V8 makes of alternatives, empty iterations, ends and starts decides most of these.
  const Case cases[] = {
      {u"^(?:a|a)*$", "", kExponential, 0},
      {u"^(?:a|b|a)*$", "", kLinear, 1},
      {u"^(?:b|b|b)*$", "", kExponential, 0},
      {u"^(?:ab|abc|abd)*$", "", kLinear, 1},
      {u"^(?:x?|y?)*$", "", kLinear, 1},
      {u"(?:\\w+\\s?)*", "", kLinear, 1},
      {u"^(?:\\w+\\s?)*$", "", kExponential, 0},
      {u"^(?:a?){12}$", "", kLinear, 1},
      {u"^(?:a|a){40}$", "", kExponential, 0},
      // Ten thousand options, too many to be counted one by one.
      {u"^(?:a{1,100}){1,100}$", "", kExponential, 0},
      {u"^(?:(?:ab){1,100}){1,100}$", "", kExponential, 0},
      {u"(a+){10}y", "", kPolynomial, 11},
      {u"\\s+$", "", kPolynomial, 2},
      // An emoji and a tone are one emoji, or two.
      {u"^\\p{RGI_Emoji}+$", "v", kExponential, 0},
      {u"^(?:\\p{RGI_Emoji_Flag_Sequence}|-)+$", "v", kLinear, 1},
      {u"^(?:[\\q{ab|c}\\q{a}b])+$", "v", kExponential, 0},
      {u"^(?:[\\q{ab|ac|d}])+$", "v", kLinear, 1},
      {u"\\s+$", "y", kLinear, 1},
      {u"^\\s+$", "", kLinear, 1},
      {u"\\s{0,100}$", "", kLinear, 1},
      {u"(?<!\\s)\\s+$", "", kLinear, 1},
      {u"(?<!\\d)\\w+@", "", kPolynomial, 2},
      {u"a*a*b", "", kPolynomial, 3},
      {u"^\\S+@\\S+\\.\\S+$", "", kPolynomial, 3},
      {u"^(?=(a+))\\1b", "", kLinear, 1},
      {u"^(a*)\\1b", "", kPolynomial, 2},
      {u"^(?!(?:a+)+$)", "", kExponential, 0},
      {u"b(?<=x[^]*b)", "", kPolynomial, 2},
      // Lookbehinds read backwards: what keeps them busy stands before the text that fails.
      {u"(?<!^(?:a+)+)b", "", kExponential, 0},
      {u"(?<=^(?:a|a)+)b", "", kExponential, 0},
      {u"x(?<=^(?:a+)+x)", "", kExponential, 0},
      {u"(?<=(?:a+)+)b", "", kPolynomial, 2},
      {u"(?<=^a{1,50})b", "", kLinear, 1},
      // V8 looks at the next characters before it tries what must not follow: up to four where it begins to match or
      // has a choice, through masks, and further by Boyer and Moore.
      {u"^(?!(?:a+)+$)b", "", kExponential, 0},
      {u"(?!(?:a+)+$)b", "", kLinear, 1},
      {u"(?!(?:a+)+$)ab", "", kLinear, 1},
      {u"(?!(?:a+)+$)\\w", "", kExponential, 0},
      {u"(?!(?:a+)+$)[b-y]", "", kExponential, 0},
      {u"(?!(?:a+)+$)[b-y]{5}", "", kExponential, 0},
      {u"a(?!b*)c", "", kLinear, 1},
      {u"a(?!\\w*)c", "", kPolynomial, 2},  // on "acac", not on "aaaa"
      {u"[ab](?:(?!c*?\\w*)c)+?x", "i", kPolynomial, 2},
      {u"a(?!\\w*!)ab", "", kPolynomial, 2},
      {u"a(?!\\w*!)a{9}b", "", kPolynomial, 2},
      {u"a(?!\\w*!)a{4}[b-d]", "", kPolynomial, 2},
      {u"^(?:x|(?!(?:a+)+$)bcd)", "", kLinear, 1},
      {u"^(?:(?!(?:a+)+$)b)*c", "", kLinear, 1},
      {u"^x(?!(?:a+)+$)b", "", kExponential, 0},
      {u"^x*(?!(?:a+)+$)b", "", kLinear, 1},
      {u"(?!(?:a+)+$)[^]b", "", kLinear, 1},
      {u"(?!(?:a+)+$)[^][^][^][^]b", "", kLinear, 1},
      // A reference to one of two characters.
      {u"([\"'])(?:\\\\.|(?!\\1).)*\\1", "y", kExponential, 0},
      {u"([\"'])(?:\\\\.|(?!\\1)[^\\\\])*\\1", "y", kLinear, 1},
      {u"^(?:([ab])\\1)*$", "", kLinear, 1},
      // Small squares beside a large line.
      {u"^(a*)\\1b", "", kPolynomial, 2},
      // Refused by what a lookahead finds at the end.
      {u"web0s(?!.*chrome)", "i", kPolynomial, 2},
      {u"\\s+(?![^[]*]|[^<]*>)", "", kPolynomial, 3},
      {u"web0s(?!chrome)", "i", kLinear, 1},
      // Counts in the hundreds and thousands.
      {u"https?:\\/\\/[-\\w@:%.+~#=]{1,256}\\.[a-z0-9()]{1,6}\\b[-\\w()@:%+.~#?&/=]*", "i", kLinear, 1},
      {u"(?!\\s*\\])(?:\\\\[\\s\\S]|[^\\[\\]\\\\]){1,999}", "", kPolynomial, 2},
      {u"^(?:a{1,2000})+$", "", kExponential, 0},
      {u"^a{3000}b{3000}$", "", kLinear, 1},
      {u"^(?:k|\\u212a)*$", "iu", kExponential, 0},
      {u"^(?:k|\\u212a)*$", "i", kLinear, 1},
      {u"^(?:[\\p{L}--[a-z]]|[a-z])+$", "v", kLinear, 1},
      {u"^(?:[\\p{L}&&\\p{ASCII}]|\\w)+$", "v", kExponential, 0},
      {u"^(?:\\q{ab}|ab)+$", "", kLinear, 1},
      {u"^(?:[\\q{ab|a}b])+$", "v", kExponential, 0},
      {u"(", "", kInvalid, 1},
      {u"a", "gg", kInvalid, 1},
  };
  for (const Case& c : cases) {
    const Analysis a = Analyze(c.pattern, c.flags);
    EXPECT_EQ(VerdictName(a.verdict), VerdictName(c.verdict))
        << ToUtf8(c.pattern) << " /" << c.flags << " " << a.why_unknown;
    if (a.verdict == kPolynomial || a.verdict == kExponential) {
      EXPECT_EQ(a.degree, c.degree) << ToUtf8(c.pattern);
      EXPECT_FALSE(a.attack.pump.empty());
      EXPECT_FALSE(a.hotspots.empty()) << ToUtf8(c.pattern);
      EXPECT_GT(a.length_1s, 0u);
    }
  }
}

TEST(Regex, UseDecides) {
  // Every caret scans to the end and then matches by itself, so one match is cheap and all are not.
  const char16_t* pattern = u"\\^\\[[^\\]]*]|\\^(.)";
  EXPECT_EQ(Analyze(pattern, "g", {.use = Use::kOnce}).verdict, Verdict::kLinear);
  const Analysis all = Analyze(pattern, "g", {.use = Use::kAll});
  EXPECT_EQ(all.verdict, Verdict::kPolynomial);
  EXPECT_TRUE(all.only_all);
  // split() tries every position, sticky or not.
  EXPECT_EQ(Analyze(u"\\s+,", "y", {.use = Use::kOnce}).verdict, Verdict::kLinear);
  EXPECT_EQ(Analyze(u"\\s+,", "y", {.use = Use::kSplit}).verdict, Verdict::kPolynomial);
}

TEST(Regex, HotSpotsAreWhatRepeats) {
  const Analysis a = Analyze(u"^(\\w+\\s?)+$", "");
  ASSERT_EQ(a.hotspots.size(), 1u);
  EXPECT_EQ(a.hotspots[0], (Range{1, 10}));
  EXPECT_EQ(a.attack.Expression(), "'a'.repeat(n) + '!'");
}

TEST(Regex, ErrorsHavePlaces) {
  const Analysis a = Analyze(u"ab[z-a]", "");
  EXPECT_STREQ(a.error, "Range out of order in character class");
  EXPECT_EQ(a.error_at, 6u);
  EXPECT_TRUE(Analyze(u"(?i:a)", "").needs_modifiers);
  EXPECT_TRUE(Analyze(u"(?<a>b)|(?<a>c)", "").needs_duplicate_names);
}

TEST(Regex, ByteStringsAreTheirOwnProgram) {
  // No string of bytes has such a line end, and V8 knows; the attack has to be a wide string.
  const Analysis a = Analyze(u"(\\\\*)[\\u2028\\u2029]", "");
  ASSERT_EQ(a.verdict, Verdict::kPolynomial);
  bool wide = false;
  for (const char16_t c : a.attack.prefix + a.attack.pump + a.attack.suffix) wide = wide || c > 255;
  EXPECT_TRUE(wide);
}

TEST(Regex, AnswersDoNotVary) {
  const char16_t* pattern = u"^(?:[^\\s@]+\\.)*[^\\s@]+@(?:[a-z\\d-]+\\.)+[a-z]{2,}$";
  const Analysis a = Analyze(pattern, "i"), b = Analyze(pattern, "i");
  EXPECT_EQ(a.operations, b.operations);
  EXPECT_EQ(a.attack.pump, b.attack.pump);
}

TEST(Regex, BoundsHold) {
  std::u16string deep, wide, loops;
  for (int i = 0; i < 20000; ++i) deep += u"(?:";
  deep += u"a";
  for (int i = 0; i < 20000; ++i) deep += u")*";
  for (int i = 0; i < 5000; ++i) wide += u"a*b*|";
  for (int i = 0; i < 300; ++i) loops += u"\\w*";
  // What is said in a few characters and means much: groups of one name and references to all, sets of hundreds of
  // ranges, strings by the thousand.
  std::u16string names = u"(?<a>x)", sets, strings;
  for (int i = 0; i < 3000; ++i) names += u"|(?<a>x)";
  for (int i = 0; i < 3000; ++i) names += u"\\k<a>";
  for (int i = 0; i < 3000; ++i) sets += u"\\p{L}+", strings += u"\\p{RGI_Emoji}+";
  for (const std::u16string& p : {names + u"*", sets, strings}) {
    const Analysis a = Analyze(p, "v");
    EXPECT_EQ(a.verdict, Verdict::kUnknown);
    EXPECT_LE(a.operations, Options().budget * 2);
  }
  for (const std::u16string& p :
       {deep, wide, loops, std::u16string(u"(?:(?:a{1000}){1000}){1000}b*"), std::u16string(u"((a*)*\\2)*\\1")}) {
    const Analysis a = Analyze(p, "");
    EXPECT_LE(a.operations, Options().budget * 2);
  }
}

// What is too big to be analyzed is valid or not all the same, and that is cheap.
TEST(Regex, HugePatterns) {
  const auto repeat = [](std::u16string_view part, size_t length) {
    std::u16string out;
    while (out.size() + part.size() <= length) out += part;
    return out;
  };
  const std::u16string_view valid[] = {u"a", u"\\w+", u"(?:a*)*", u"[a-z]", u"(?=a)", u"\\u{1f600}", u"[\\W\\d]x{1,3}"};
  for (const std::u16string_view part : valid) {
    for (const char* flags : {"", "i", "iu", "iv"}) {
      Flags parsed;
      ASSERT_TRUE(Flags::Parse(flags, parsed));
      Tree tree;
      const std::u16string pattern = repeat(part, kMaxPattern);
      EXPECT_EQ(Parse(pattern, parsed, tree, 100000).message, nullptr) << ToUtf8(part) << flags;
      EXPECT_TRUE(tree.opaque);
      EXPECT_LE(tree.work, 110000);
      // One more character decides.
      const ParseError error =
          Parse(pattern.substr(0, pattern.size() / part.size() / 2 * part.size()) + u")", parsed, tree, 100000);
      ASSERT_NE(error.message, nullptr);
      EXPECT_STREQ(error.message, "Unmatched ')'");
    }
  }
  // Without repeats there is nothing to analyze.
  EXPECT_EQ(Analyze(repeat(u"ab|", kMaxPattern), "").verdict, Verdict::kLinear);
  EXPECT_EQ(Analyze(repeat(u"a+|", kMaxPattern), "").verdict, Verdict::kUnknown);
  EXPECT_EQ(Analyze(repeat(u"a", kMaxPattern) + u"(", "").verdict, Verdict::kUnknown);
  // V8 knows 32,767 groups.
  Tree tree;
  EXPECT_EQ(Parse(repeat(u"()", 2 * 32767), Flags{}, tree).message, nullptr);
  EXPECT_STREQ(Parse(repeat(u"()", 2 * 32768), Flags{}, tree).message, "Too many captures");
}

// Node 24 looks at what must follow a lookaround before it tries it.
TEST(Regex, Lookarounds) {
  for (const char16_t* p : {u"(?<=a+)b", u"(?=a+b)c", u"[ax](?<=a+)b", u"(?<=a+)b?c"}) {
    const Analysis a = Analyze(p, "");
    EXPECT_EQ(a.verdict, Verdict::kPolynomial) << ToUtf8(p);
    EXPECT_TRUE(a.before_24) << ToUtf8(p);
  }
  // An attack that holds what must follow.
  for (const char16_t* p : {u"(?<=c[ab]+)b", u"(?<=ba+)\\b", u"(?<=ba+)aaaaaaaaab", u"(?<=ba+)(?!a)", u"\\s+$"}) {
    const Analysis a = Analyze(p, "");
    EXPECT_EQ(a.verdict, Verdict::kPolynomial) << ToUtf8(p);
    EXPECT_FALSE(a.before_24) << ToUtf8(p);
  }
}

// The counter adds up what a search that fails always costs; the interpreter takes each step. Both find the same
// matches.
TEST(Regex, CounterMatchesInterpreter) {
  const char16_t* patterns[] = {
      u"(?:a|ab)(?:c|bcd)*d?", u"(?:a?b?)*?c",     u"^(?:a*?b|)*$",      u"(?=a+b)a|b(?!c)",
      u"(?<=ab*)c|(?<!a)b",    u"\\ba+?\\B|c$",    u"(?:a{2,3}){1,2}b?", u"(?<=a+)b[cd]|(?=a*b)[ab]*c",
      u"[^a]*?(?:b|c|b)+",     u"(?:(?:a|b)*c?)*d"};
  uint32_t random = 7;
  const auto pick = [&](uint32_t n) { return (random = random * 1103515245u + 12345u, (random >> 16) % n); };
  for (const char16_t* p : patterns) {
    Tree tree;
    ASSERT_EQ(Parse(p, Flags{}, tree).message, nullptr);
    Program program;
    ASSERT_TRUE(program.Build(tree, Program::Kind::kExact, 1000, kInfinite));
    // The same program, made to run step by step.
    Program tracked = program;
    tracked.tracks_captures = true;
    Budget budget{1 << 30};
    Counter counter(program, tree, budget), interpreter(tracked, tree, budget);
    for (int i = 0; i < 300; ++i) {
      Text text;
      for (uint32_t n = pick(12); n > 0; --n) text.push_back('a' + pick(4));
      for (const bool all : {false, true}) {
        const Count a = counter.Run(text, all), b = interpreter.Run(text, all);
        EXPECT_EQ(a.matched, b.matched) << ToUtf8(p);
        EXPECT_EQ(a.matches, b.matches) << ToUtf8(p);
      }
    }
  }
}

TEST(Regex, RepairsKeepTheMatches) {
  const std::pair<const char16_t*, const char16_t*> cases[] = {
      {u"\\s+$", u"(?<!\\s)\\s+$"},
      {u"^(?:\\w+\\s?)+$", u"^(?:\\w+(?:\\s\\w+)*\\s?)$"},
      {u"(?:a+)+b", u"(?<!a)a+b"},
      {u"^\\d+\\d+$", u"^\\d{2,}$"},
      {u"^(?:\\s|\\t)*$", u"^[\\s\\t]*$"},
      {u"^(\\d*\\.?\\d+)%$", u"^((?:\\d*\\.\\d+|\\d+))%$"},
      {u"^(?:\\r\\n|\\n|\\r)+$", u"^[\\n\\r]+$"},
      {u"^\\S+@\\S+$", u"^\\S[^\\s@]*@\\S+$"},
      {u"^(.*,)*$", u"^(.*,)?$"},
      {u"^[a-z]{30,60}(\\?[!-~]*)*$", u"^[a-z]{30,60}(\\?[!-~]*)?$"},
      {u"^\\w*(?:-\\d)?\\w*!", u"^\\w*(?:(?:-\\d)\\w*)?!"},
      {u"^(?:[-.]?([a-z]+))*$", u"^(?:[-.]?([a-z]+)(?:[-.](?:[a-z]+))*)?$"},
      {u"^(?:(?:a|aa{0,5}a)b)*a*a*$", u"^(?:(?:a|aa{0,5}a)b)*a*$"},
      {u"(.+):(.+)", u"((?<!.).+):(.+)"},
      {u"(\\*|\\w+)\\|[\\w-]+", u"(\\*|(?<!\\w)\\w+)\\|[\\w-]+"},
  };
  for (const auto& [slow, fast] : cases) {
    const Analysis a = Analyze(slow, "");
    const auto repair = FindRepair(slow, "", a);
    ASSERT_TRUE(repair.has_value()) << ToUtf8(slow);
    EXPECT_EQ(ToUtf8(repair->pattern), ToUtf8(fast));
    EXPECT_TRUE(repair->proven) << ToUtf8(slow);
    EXPECT_EQ(repair->verdict, Verdict::kLinear);
  }
  // The guard would lose the second comma of ", ,".
  EXPECT_FALSE(FindRepair(u"\\s*,\\s*", "g", Analyze(u"\\s*,\\s*", "g")).has_value());
  // The second of two on a line.
  const char16_t* twice = u".+?(?=REFERENCES)";
  EXPECT_FALSE(FindRepair(twice, "g", Analyze(twice, "g")).has_value());
  // split() takes every match, without g: an empty one at the end gets lost. Where it runs once, the guard is right.
  const char16_t* last = u";|\\s*$";
  EXPECT_FALSE(FindRepair(last, "", Analyze(last, "", {.use = Use::kSplit}), {.use = Use::kSplit}).has_value());
  const auto not_split = FindRepair(last, "", Analyze(last, ""));
  ASSERT_TRUE(not_split.has_value());
  EXPECT_TRUE(not_split->not_split);
  // The group of the second held both characters of a pair.
  const char16_t* ends = u"^(\\r\\n|\\n|\\r)+|(\\r\\n|\\n|\\r)+$";
  const auto mended = FindRepair(ends, "g", Analyze(ends, "g"));
  ASSERT_TRUE(mended.has_value());
  EXPECT_TRUE(mended->captures);
  // Dearer for the very attack, whatever degree was found.
  const char16_t* dearer =
      u"(?:(?:\"|'|\\]|\\}|\\\\|\\d|(?:nan|infinity|true|false|null|undefined|symbol|math)|`|-|\\+)+[)]*;?"
      u"((?:\\s|-|~|!|{}|\\|\\||\\+)*.*(?:.*=.*)))";
  EXPECT_FALSE(FindRepair(dearer, "", Analyze(dearer, "")).has_value());
  // What one takes for another may make the match longer.
  EXPECT_FALSE(FindRepair(u"`(?:\\\\.|[^`])+`", "", Analyze(u"`(?:\\\\.|[^`])+`", "")).has_value());
  EXPECT_TRUE(FindRepair(last, "", Analyze(last, "", {.use = Use::kOnce}), {.use = Use::kOnce}).has_value());
}

// What the analysis spends and what the repair does come out of one budget.
TEST(Regex, RepairsShareTheBudget) {
  const std::u16string patterns[] = {
      u"a*(?:a?){300}a*b",
      u"a*(?:a+b?){65}a*b",
      u"a*(?:a*){500,1000}a*b",
      u"a*(?:\\w+\\s){64,128}a*b",
      u"\\w{2}(?:(?:\\d+|(?:b{1,3}|[^b ]?(b+?[a-c]?c{2,}){2}(?:a?){2})(\\d*)+\\W){2,}(c*?a))+",
      u"^(?:(?![^a]+(?:[^a]c+?(?:c\\W{2,}[ab]))+\\W{1,3}|b(?:.{2}c*?c*)|b+(^|.{2}|c+)+[a-c]+)a)+$"};
  for (const std::u16string& pattern : patterns) {
    const Options options;
    const Analysis a = Analyze(pattern, "", options);
    int64_t more = 0;
    FindRepair(pattern, "", a, options, &more);
    EXPECT_LE(a.operations + more, options.budget + options.budget / 10) << ToUtf8(pattern);
  }
  // What a bound stopped is not called linear.
  EXPECT_NE(Analyze(u"(?:a?){2300}!", "").verdict, Verdict::kLinear);
  EXPECT_NE(Analyze(u"(?:a?){2300}?!", "").verdict, Verdict::kLinear);
}

TEST(Regex, Texts) {
  EXPECT_EQ(ToUtf8(ToUtf16("a\xc3\xa9\xf0\x9f\x98\x80")), "a\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(ToUtf16("\xff"), u"\xfffd");
  EXPECT_EQ(Quote(u"a'\n\xd800"), "'a\\'\\n\\ud800'");
}

TEST(Regex, Properties) {
  EXPECT_TRUE(PropertySet("Script", "Greek")->Contains(0x3b1));
  EXPECT_FALSE(PropertySet("Script", "greek").has_value());
  EXPECT_TRUE(IsStringProperty("RGI_Emoji"));
  EXPECT_FALSE(IsStringProperty("Emoji"));
  const StringSet keycaps = StringPropertySet("Emoji_Keycap_Sequence"), all = StringPropertySet("RGI_Emoji");
  EXPECT_EQ(keycaps.strings.size(), 12u);
  EXPECT_TRUE(keycaps.chars.empty());
  EXPECT_TRUE(all.chars.Contains(0x1f600));
  EXPECT_NE(std::ranges::find(all.strings, U"\U0001f469\u200d\U0001f680"), all.strings.end());
  CharSet k{{'k', 'k'}};
  CloseOverCase(CaseRule::kUnicode, k);
  EXPECT_TRUE(k.Contains(0x212a));
}

}  // namespace
}  // namespace looplint::regex
