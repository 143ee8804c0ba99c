// The front end survives anything, in linear time. LOOPLINT_SYNTAX_CORPUS may name a directory of sources whose files,
// as they are and mutated, are checked too.
#include "analyzer/syntax/syntax.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/strings.h"
#include "tests/syntax_invariants.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOOPLINT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOOPLINT_SANITIZED 1
#endif
#endif
#ifndef LOOPLINT_SANITIZED
#define LOOPLINT_SANITIZED 0
#endif

namespace looplint {
namespace {

constexpr Language kAll[] = {Language::kJavaScript, Language::kTypeScript, Language::kTsx};

std::string Repeat(std::string_view s, size_t n) {
  std::string out;
  out.reserve(s.size() * n);
  for (size_t i = 0; i < n; ++i) out += s;
  return out;
}

double Seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

long PeakMegabytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

Syntax Checked(std::string_view text, Language language) {
  Syntax syntax = Parse(text, language);
  EXPECT_EQ(BrokenInvariant(text, syntax), "") << text.substr(0, 200);
  return syntax;
}

size_t Count(const Syntax& syntax, Kind kind) {
  return static_cast<size_t>(
      std::count_if(syntax.nodes.begin(), syntax.nodes.end(), [&](const Node& n) { return n.kind == kind; }));
}

struct Deep {
  const char* name;
  size_t n;
  std::function<std::string(size_t)> make;
  bool fine;  // no error is expected
};

const Deep kDeep[] = {
    {"operators", 200000, [](size_t n) { return "x = a" + Repeat(" + a", n) + ";"; }, true},
    {"logical", 200000, [](size_t n) { return "x = a" + Repeat(" && a", n) + ";"; }, true},
    {"assignments", 100000, [](size_t n) { return Repeat("a = ", n) + "1;"; }, true},
    {"calls", 200000, [](size_t n) { return "a" + Repeat("()", n) + ";"; }, true},
    {"members", 200000, [](size_t n) { return "a" + Repeat(".b", n) + ";"; }, true},
    {"call members", 100000, [](size_t n) { return "a" + Repeat(".b()", n) + ";"; }, true},
    {"nots", 100000, [](size_t n) { return Repeat("!", n) + "a;"; }, true},
    {"parentheses", 20000, [](size_t n) { return Repeat("(", n) + "a" + Repeat(")", n) + ";"; }, true},
    {"arrays", 20000, [](size_t n) { return "x = " + Repeat("[", n) + Repeat("]", n) + ";"; }, true},
    {"objects", 20000, [](size_t n) { return "x = " + Repeat("{a:", n) + "1" + Repeat("}", n) + ";"; }, true},
    {"blocks", 20000, [](size_t n) { return Repeat("{", n) + Repeat("}", n); }, true},
    {"functions", 20000, [](size_t n) { return Repeat("function f(){", n) + Repeat("}", n); }, true},
    {"arrows", 20000, [](size_t n) { return "x = " + Repeat("() => ", n) + "1;"; }, true},
    {"templates", 20000, [](size_t n) { return "x = " + Repeat("`a${", n) + "1" + Repeat("}`", n) + ";"; }, true},
    {"conditionals", 20000, [](size_t n) { return "x = " + Repeat("a ? b : ", n) + "c;"; }, true},
    {"ifs", 20000, [](size_t n) { return Repeat("if (a) {} else ", n) + "b;"; }, true},
    {"arguments", 100000, [](size_t n) { return "f(" + Repeat("a, ", n) + "b);"; }, true},
    {"angles", 5000, [](size_t n) { return "x = " + Repeat("a<", n) + "a;"; }, false},
    {"open brackets", 20000, [](size_t n) { return Repeat("([{", n); }, false},
    {"close brackets", 20000, [](size_t n) { return Repeat(")]}", n); }, false},
};

TEST(SyntaxDepth, IsHeapAndLinear) {
  for (const Deep& d : kDeep) {
    for (const Language language : kAll) {
      const std::string text = d.make(d.n);
      const Syntax syntax = Checked(text, language);
      EXPECT_TRUE(!d.fine || syntax.errors.empty()) << d.name;
    }
  }
}

// Chains that the repair has to take apart.
const Deep kRepaired[] = {
    {"not, non-null, member", 50000, [](size_t n) { return "x = !a" + Repeat("!.b", n) + ";"; }, true},
    {"equal, non-null, member", 50000, [](size_t n) { return "x = a" + Repeat(" === b!.c", n) + ";"; }, true},
    {"nots and non-nulls", 50000, [](size_t n) { return "x = " + Repeat("!", n) + "a" + Repeat("!.b", n) + ";"; }, true},
    {"elements", 50000, [](size_t n) { return "x = [" + Repeat("!a!.b, ", n) + "];"; }, true},
    {"arguments", 50000, [](size_t n) { return "f(" + Repeat("await g<T>(1), ", n) + "2);"; }, true},
    {"assignments", 50000, [](size_t n) { return Repeat("a = ", n) + "b!.c + d!.e;"; }, true},
    {"sum of non-nulls", 50000, [](size_t n) { return "x = a" + Repeat(" + b! * c!.d", n) + ";"; }, true},
    {"and as", 20000, [](size_t n) { return "x = a" + Repeat(" && b as T", n) + ";"; }, true},
    {"generic calls", 20000, [](size_t n) { return "x = a" + Repeat(" + f<T>(1)", n) + ";"; }, true},
    {"using", 20000, [](size_t n) { return "using a = b" + Repeat(", c = d", n) + ";"; }, true},
};

TEST(SyntaxRepair, IsLinear) {
  for (const Deep& d : kRepaired) {
    double seconds[2];
    for (int k = 0; k < 2; ++k) {
      const std::string text = d.make(k == 0 ? d.n / 4 : d.n);
      const double began = Seconds();
      const Syntax syntax = Parse(text, Language::kTypeScript);
      seconds[k] = Seconds() - began;
      EXPECT_EQ(BrokenInvariant(text, syntax), "") << d.name;
      EXPECT_TRUE(!d.fine || syntax.errors.empty()) << d.name;
    }
    // Four times the text; quadratic would be sixteen times the time.
    EXPECT_LT(seconds[1], 10 * seconds[0] + 0.1) << d.name;
  }
}

TEST(SyntaxRepair, OperandsEndUpWhereTheyBelong) {
  const Syntax syntax = Checked("x = a === b!.c;", Language::kTypeScript);
  // Program, statement, assignment, x, ===, a, .c, b!, b, c
  ASSERT_EQ(syntax.size(), 10u);
  EXPECT_EQ(syntax.nodes[4].kind, Kind::kBinaryExpression);
  EXPECT_EQ(syntax.nodes[6].kind, Kind::kMemberExpression);
  EXPECT_EQ(syntax.nodes[6].role, Role::kRight);
  EXPECT_EQ(syntax.nodes[7].kind, Kind::kTSNonNullExpression);
  EXPECT_EQ(syntax.nodes[7].role, Role::kObject);
}

// ECMA-262: `using` is a keyword only before a name on the same line, and nothing can follow the body of an arrow
// function but the end of its expression. Node runs all of these.
TEST(SyntaxMask, NamesAndSemicolonsThatGrammarsMiss) {
  for (const std::string_view text :
       {"{ using = 1; }", "{ using += (using ? ',' : 'using ') + list.join(','); }",
        "{ using.x = 2; using(3); using++; }", "function f() { using[0] = 1; return using }",
        "const { using } = a, b = { using, c }, d = { using: 1 };", "const f = () => {\n}\n\n[...a, ...b].forEach(f)",
        "const f = async () => {\n}\n\n[0, 1].forEach(f)"}) {
    const Syntax syntax = Checked(text, Language::kJavaScript);
    EXPECT_TRUE(syntax.errors.empty()) << text;
  }
  // Two statements each, not an element or a call of the function.
  for (const std::string_view text : {"f = () => {}\n[0]", "f = () => {}\n(a, b)", "f = (x) => { g() }\n\n  ([1])"}) {
    const Syntax syntax = Checked(text, Language::kJavaScript);
    EXPECT_EQ(Count(syntax, Kind::kExpressionStatement), text.find("g()") == text.npos ? 2u : 3u) << text;
  }
  // A block or a class is another matter, and so is an arrow function in parentheses.
  EXPECT_EQ(Count(Checked("(() => {\n})\n(1)", Language::kJavaScript), Kind::kCallExpression), 1u);
  EXPECT_EQ(Count(Checked("f = function () {\n}\n(1)", Language::kJavaScript), Kind::kCallExpression), 1u);
}

TEST(SyntaxBytes, AnyOfThem) {
  const std::string nul("a(); \0 b();", 11);
  const std::pair<const char*, std::string> texts[] = {
      {"empty", ""},
      {"blank", "  \n\t"},
      {"nul", nul},
      {"nuls", std::string(100, '\0')},
      {"invalid UTF-8", "a('\xff\xfe'); \xc0\x80 b();"},
      {"cut UTF-8", "a(); // \xe2\x82"},
      {"surrogate in UTF-8", "a('\xed\xa0\x80');"},
      {"BOM", "\xef\xbb\xbf" "a();"},
      {"only BOM", "\xef\xbb\xbf"},
      {"UTF-16", std::string("\xff\xfe" "a\0(\0)\0", 8)},
      {"CRLF", "a()\r\nb()\r\n"},
      {"CR", "// x\ra()\rb()"},
      {"U+2028", "a()\xe2\x80\xa8" "b(); // c\xe2\x80\xa9 d()"},
      {"shebang", "#!/usr/bin/env node\na()"},
      {"unclosed string", "a('bc\nd();"},
      {"unclosed template", "a(`bc ${d} e\nf();"},
      {"unclosed substitution", "a(`bc ${d(\nf();"},
      {"unclosed comment", "a(); /* b();"},
      {"unclosed regular expression", "a(/b[/);\nc();"},
      {"merge conflict", "a();\n<<<<<<< ours\nb();\n=======\nc();\n>>>>>>> theirs\nd();\n"},
      {"lone operators", "=> ?. ... ** ?\?= <"},
      {"using at the end", "using"},
      {"import at the end", "x as import("},
  };
  for (const auto& [name, text] : texts) {
    for (const Language language : kAll) {
      const Syntax syntax = Parse(text, language);
      EXPECT_EQ(BrokenInvariant(text, syntax), "") << name;
    }
  }
}

TEST(SyntaxBytes, ErrorsLeaveTheRestReadable) {
  EXPECT_EQ(Count(Checked("\xef\xbb\xbf" "a();", Language::kJavaScript), Kind::kCallExpression), 1u);
  EXPECT_EQ(Count(Checked("// x\ra()", Language::kJavaScript), Kind::kCallExpression), 1u);
  EXPECT_EQ(Count(Checked("#!/usr/bin/env node\na()", Language::kJavaScript), Kind::kCallExpression), 1u);
  const Syntax conflict =
      Checked("a();\n<<<<<<< ours\nb();\n=======\nc();\n>>>>>>> theirs\nd();\n", Language::kTypeScript);
  EXPECT_FALSE(conflict.errors.empty());
  EXPECT_GE(Count(conflict, Kind::kCallExpression), 1u);
}

TEST(SyntaxBytes, Garbage) {
  std::mt19937 random(1);
  std::string bytes(1 << 18, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  std::string punctuation(1 << 18, '\0');
  constexpr std::string_view kMarks = "(){}[]<>`'\"/\\;:,.?=+-*&|!#@$ \nab1";
  for (char& c : punctuation) c = kMarks[random() % kMarks.size()];
  for (const std::string& text : {bytes, punctuation}) {
    for (const Language language : kAll) Checked(text, language);
  }
}

TEST(SyntaxSize, FiftyMegabytesAreGivenUp) {
  const Syntax syntax = Checked(Repeat("foo(bar),", (50 << 20) / 9), Language::kJavaScript);
  EXPECT_TRUE(syntax.too_costly);
  EXPECT_EQ(syntax.size(), 1u);
  EXPECT_EQ(syntax.errors.size(), 1u);
}

TEST(SyntaxSize, OneLineOfNineteenMegabytes) {
  const size_t megabytes = LOOPLINT_SANITIZED ? 2 : 19;
  const std::string text = Repeat("foo(bar,[1,2],{a:b.c}),", (megabytes << 20) / 23) + "0";
  const double began = Seconds();
  const Syntax syntax = Parse(text, Language::kJavaScript);
  const double seconds = Seconds() - began;
  const long peak = PeakMegabytes();
  RecordProperty("seconds", Cat(static_cast<int>(seconds)));
  RecordProperty("peak_megabytes", Cat(peak));
  std::printf("%zu MB: %.1f s, %zu rows, peak %ld MB\n", megabytes, seconds, syntax.size(), peak);
  EXPECT_EQ(BrokenInvariant(text, syntax), "");
  if (!LOOPLINT_SANITIZED) {
    EXPECT_LT(seconds, 60);
    EXPECT_LT(peak, 5000);
  }
}

std::string Mutate(std::string text, std::mt19937& random) {
  for (int k = 0; k < 3 && !text.empty(); ++k) {
    const size_t at = random() % text.size();
    const size_t length = std::min<size_t>(1 + random() % 20, text.size() - at);
    if (random() % 2 == 0) {
      text.erase(at, length);
    } else {
      text.insert(random() % text.size(), text.substr(at, length));
    }
  }
  return text;
}

TEST(SyntaxCorpus, MutatedFiles) {
  const char* root = std::getenv("LOOPLINT_SYNTAX_CORPUS");
  if (root == nullptr || !std::filesystem::is_directory(root)) GTEST_SKIP() << "LOOPLINT_SYNTAX_CORPUS is not set";
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string path = entry.path().string();
    if (entry.is_regular_file() && entry.file_size() < 60000 &&
        (path.ends_with(".ts") || path.ends_with(".tsx") || path.ends_with(".js"))) {
      paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  std::mt19937 random(7);
  const size_t stride = LOOPLINT_SANITIZED ? 40 : 8;
  for (size_t i = 0; i < paths.size(); i += stride) {
    std::ifstream in(paths[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const Language language = LanguageOf(paths[i]);
    ASSERT_EQ(BrokenInvariant(text, Parse(text, language)), "") << paths[i];
    const std::string mutated = Mutate(text, random);
    ASSERT_EQ(BrokenInvariant(mutated, Parse(mutated, language)), "") << paths[i] << " mutated";
  }
}

}  // namespace
}  // namespace looplint
