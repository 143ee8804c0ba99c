// The library alone: published vectors of the line hash, what a log says, its limits, its memory. What other people's
// validators make of a log of a real run is in formats_test.mjs.
#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "sarif/line_hash.h"
#include "sarif/writer.h"

namespace looplint::sarif {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;

std::string Times(const std::string& text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

// The vectors of the upload action's own tests.
TEST(LineHashTest, AgreesWithGithub) {
  EXPECT_THAT(LineHashes(""), ElementsAre("c129715d7a2bc9a3:1"));
  EXPECT_THAT(LineHashes(" a\nb\n  \t\tc\n d"),
              ElementsAre("271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"));
  EXPECT_THAT(LineHashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"),
              ElementsAre("8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1",
                          "b86d3392aea1be30:1", "e6ceba753e1a442:1"));
  const auto ended = ElementsAre("e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1",
                                 "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1");
  EXPECT_THAT(LineHashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"), ended);
  EXPECT_THAT(LineHashes(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r"), ended);
  EXPECT_THAT(LineHashes(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n"), ended);
  EXPECT_THAT(LineHashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n"), ended);
  EXPECT_THAT(LineHashes(Times("Lorem ipsum dolor sit amet.\n", 10)),
              ElementsAre("a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4",
                          "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1",
                          "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"));
  EXPECT_THAT(LineHashes("x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n"),
              ElementsAre("e54938cc54b302f1:1", "bb609acbe9138d60:1", "1131fd5871777f34:1", "5c482a0f8b35ea28:1",
                          "54517377da7028d2:1", "2c644846cb18d53e:1", "f1b89f20de0d133:1", "c129715d7a2bc9a3:1"));
}

TEST(LineHashTest, HasOneForEachLineOfAnyBytes) {
  EXPECT_EQ(LineHashes("\xff\xfe\n\xf0\x9f\x98\x80\n\xe2\x82").size(), 3u);
  // As Node decodes them: one U+FFFD for each maximal part.
  EXPECT_EQ(LineHashes("a\xe2\x82z\n"), LineHashes("a\xef\xbf\xbdz\n"));
  EXPECT_EQ(LineHashes("a\xf0\x90z\n"), LineHashes("a\xef\xbf\xbdz\n"));
  EXPECT_EQ(LineHashes("a\xc0\xafz\n"), LineHashes("a\xef\xbf\xbd\xef\xbf\xbdz\n"));
}

TEST(UriTest, EncodesWhatAUriCannotHold) {
  EXPECT_EQ(UriOf("src/a.js"), "src/a.js");
  EXPECT_EQ(UriOf("a b/[id].ts"), "a%20b/%5Bid%5D.ts");
  EXPECT_EQ(UriOf("50%/\xc3\xa9#?.js"), "50%25/%C3%A9%23%3F.js");
}

RunInfo Info() {
  RunInfo info;
  info.version = "1.2.3";
  RuleInfo rule;
  rule.id = "a/b";
  rule.name = "B";
  rule.short_description = rule.full_description = rule.help = "Text.";
  info.rules = {rule};
  return info;
}

Result Make(int i, Level level = Level::kWarning) {
  Result r;
  r.level = level;
  r.message = "message " + std::to_string(i);
  r.at.path = "src/" + std::to_string(i % 500) + ".js";
  r.at.region = {static_cast<uint32_t>(i + 1), 1, static_cast<uint32_t>(i + 1), 9, "code"};
  r.fingerprint = "0123456789abcdef";
  for (int k = 0; k < 3; ++k) {
    r.flows.resize(1);
    r.flows[0].message = "reached from";
    r.flows[0].steps.push_back({r.at, k});
  }
  return r;
}

std::string Written(const RunInfo& info, const std::vector<Result>& results, Limits limits = {}) {
  std::string out;
  Writer writer([&](std::string_view text) { return out += text, true; }, info, limits);
  for (const Result& r : results) writer.Add(r);
  EXPECT_TRUE(writer.Finish());
  return out;
}

TEST(WriterTest, AlwaysHasResults) {
  const Json log = Json::parse(Written(Info(), {}));
  EXPECT_EQ(log["version"], "2.1.0");
  EXPECT_EQ(log["runs"][0]["results"], Json::array());
}

TEST(WriterTest, KeepsTextThatIsNoUtf8AndBracketsOfCode) {
  Result r = Make(1);
  r.message = "\xff in a[1](2)";
  r.flows.clear();
  const Json log = Json::parse(Written(Info(), {r}));
  EXPECT_EQ(log["runs"][0]["results"][0]["message"]["text"], "\xef\xbf\xbd in a\\[1\\](2)");
}

TEST(WriterTest, CutsTheMiddleOfALongWayAndDropsFlowsBeyondTheLimit) {
  Result r = Make(1);
  r.flows[0].steps.assign(50, r.flows[0].steps[0]);
  for (size_t i = 0; i < 50; ++i) r.flows[0].steps[i].nesting = static_cast<int>(i);
  r.flows.push_back(r.flows[0]);
  const Json log = Json::parse(Written(Info(), {r}, {.results = 10, .steps_per_result = 20, .gzip_bytes = 0}));
  const Json& flows = log["runs"][0]["results"][0]["codeFlows"];
  ASSERT_EQ(flows.size(), 1u);
  const Json& steps = flows[0]["threadFlows"][0]["locations"];
  ASSERT_EQ(steps.size(), 20u);
  EXPECT_EQ(steps[0]["nestingLevel"], 0);
  EXPECT_EQ(steps[19]["nestingLevel"], 49);
}

TEST(WriterTest, EndsWhenNothingCanBeWritten) {
  int calls = 0;
  const RunInfo info = Info();
  Writer writer([&](std::string_view) { return ++calls < 3; }, info);
  for (int i = 0; i < 10; ++i) writer.Add(Make(i));
  EXPECT_FALSE(writer.Finish());
  EXPECT_EQ(calls, 3);
}

TEST(SelectionTest, DropsTheLeastSevere) {
  std::vector<Result> all;
  for (int i = 0; i < 100; ++i) all.push_back(Make(i, i % 10 == 0 ? Level::kError : i % 3 == 0 ? Level::kNote : Level::kWarning));
  const Selection selection(Info(), {.results = 30, .steps_per_result = 0, .gzip_bytes = 0}, all.size(), [&](uint64_t i) { return all[i].level; },
                            [&](uint64_t i) { return all[i]; });
  EXPECT_EQ(selection.dropped(), 70u);
  int kept = 0;
  for (int i = 0; i < 100; ++i) {
    if (all[i].level != Level::kWarning) {
      EXPECT_EQ(selection.keep(i), all[i].level == Level::kError) << i;
    }
    kept += selection.keep(i);
  }
  EXPECT_EQ(kept, 30);
}

TEST(SelectionTest, KeepsTheUploadBelowItsSize) {
  std::vector<Result> all;
  for (int i = 0; i < 4000; ++i) {
    all.push_back(Make(i));
    // Text that does not pack.
    uint64_t h = static_cast<uint64_t>(i) * 0x9e3779b97f4a7c15u + 1;
    for (int k = 0; k < 40; ++k) all.back().message += std::to_string(h = h * 6364136223846793005u + 1442695040888963407u);
  }
  const Selection selection(Info(), {.results = 0, .steps_per_result = 0, .gzip_bytes = 300'000}, all.size(), [](uint64_t) { return Level::kWarning; },
                            [&](uint64_t i) { return all[i]; });
  EXPECT_GT(selection.dropped(), 1000u);
  EXPECT_LT(selection.dropped(), 4000u);
}

TEST(WriterTest, HoldsNoMoreForAHundredThousandResults) {
  const auto peak = [] {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;  // KiB
  };
  uint64_t bytes = 0;
  const RunInfo info = Info();
  Writer writer([&](std::string_view text) { return bytes += text.size(), true; }, info, {0, 0, 0});
  for (int i = 0; i < 1000; ++i) writer.Add(Make(i));
  const long before = peak();
  for (int i = 1000; i < 100'000; ++i) writer.Add(Make(i));
  EXPECT_TRUE(writer.Finish());
  EXPECT_GT(bytes, 100u << 20);
  EXPECT_LT(peak() - before, 8 << 10) << "the log of " << bytes << " bytes must not be in memory";
}

}  // namespace
}  // namespace looplint::sarif
