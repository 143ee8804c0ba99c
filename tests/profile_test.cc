// CPU profiles and source maps by hand; tests/prof_test.mjs takes real ones.
#include "analyzer/base/strings.h"
#include "analyzer/profile/cpu_profile.h"
#include "analyzer/profile/source_map.h"
#include "gtest/gtest.h"

namespace looplint {
namespace {

std::string Node(int id, std::string_view name, std::string_view url, int line, std::string_view children) {
  return Cat(R"({"id":)", id, R"(,"callFrame":{"functionName":")", name, R"(","scriptId":"1","url":")", url,
             R"(","lineNumber":)", line, R"(,"columnNumber":4},"hitCount":1,"children":[)", children, "]}");
}

const ProfiledFunction* Find(const CpuProfile& p, std::string_view name) {
  for (const ProfiledFunction& f : p.functions) {
    if (f.name == name) return &f;
  }
  return nullptr;
}

TEST(CpuProfile, RecursionCountsOnceAndNodeWorksForItsCaller) {
  // (root) -> walk -> walk -> readFileSync(node) -> (native)
  const std::string json =
      Cat(R"({"nodes":[)", Node(1, "(root)", "", -1, "2,6"), ",", Node(2, "walk", "file:///a.js", 3, "3"), ",",
          Node(3, "walk", "file:///a.js", 3, "4"), ",", Node(4, "readFileSync", "node:fs", 440, "5"), ",",
          Node(5, "open", "", -1, ""), ",", Node(6, "(idle)", "", -1, ""),
          R"(],"startTime":100,"endTime":1000,"samples":[2,3,4,5,6,2],"timeDeltas":[7,10,20,30,40,50]})");
  const auto p = CpuProfile::Parse(json);
  ASSERT_TRUE(p.ok()) << p.status();
  const ProfiledFunction* walk = Find(*p, "walk");
  ASSERT_NE(walk, nullptr);
  EXPECT_EQ(walk->self_us, 10 + 20);
  EXPECT_EQ(walk->own_us, 10 + 20 + 30 + 40);
  EXPECT_EQ(walk->total_us, 100);
  EXPECT_EQ(walk->samples, 3u);
  EXPECT_EQ(walk->line, 4u);
  EXPECT_EQ(walk->column, 5u);
  EXPECT_EQ(p->total_us, 100);
  EXPECT_EQ(p->idle_us, 50);
  EXPECT_EQ(p->functions.front().name, "(root)");
}

TEST(CpuProfile, HitsWithoutSamplesAndParents) {
  const auto p = CpuProfile::Parse(
      R"J({"nodes":[{"id":1,"callFrame":{"functionName":"(root)","url":"","lineNumber":-1,"columnNumber":-1},"hitCount":0},
                   {"id":2,"parent":1,"callFrame":{"functionName":"f","url":"/x/a.js","lineNumber":0,"columnNumber":9},"hitCount":4,
                    "positionTicks":[{"line":2,"ticks":3},{"line":1,"ticks":1}]}],"startTime":0,"endTime":400})J");
  ASSERT_TRUE(p.ok()) << p.status();
  const ProfiledFunction* f = Find(*p, "f");
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->self_us, 400);
  ASSERT_EQ(f->lines.size(), 2u);
  EXPECT_EQ(f->lines[1].line, 2u);
  EXPECT_EQ(f->lines[1].ticks, 3u);
}

TEST(CpuProfile, BadInput) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not a CPU profile"},
      {"[1,2", "not a CPU profile: byte"},
      {R"({"a":1})", "no array \"nodes\""},
      {R"({"nodes":[{"id":1},{"id":1}]})", "node 1 has no id of its own"},
      {R"({"nodes":[{"id":1,"children":[2]}]})", "cut off: there is no node 2"},
      {R"({"nodes":[{"id":1,"children":[2]},{"id":2,"children":[1]}]})", "a cycle"},
      {R"({"nodes":[{"id":1}],"samples":[7],"timeDeltas":[1]})", "cut off: sample 0"},
      {R"({"nodes":[{"id":1}],"samples":[]})", "no samples"},
  };
  for (const auto& [json, message] : cases) {
    const auto p = CpuProfile::Parse(json);
    ASSERT_FALSE(p.ok()) << json;
    EXPECT_NE(std::string(p.status().message()).find(message), std::string::npos) << json << ": " << p.status();
  }
}

TEST(SourceMap, Segments) {
  // Generated 1:1 -> a.ts 1:1, 1:5 -> nobody's, 2:3 -> b.ts 4:2.
  const auto m =
      SourceMap::Parse(R"({"version":3,"sourceRoot":"src","sources":["a.ts","b.ts"],"mappings":"AAAA,I;ECGC"})");
  ASSERT_TRUE(m.ok()) << m.status();
  EXPECT_EQ(m->sources(), (std::vector<std::string>{"src/a.ts", "src/b.ts"}));
  EXPECT_FALSE(m->At(1, 5).has_value());
  EXPECT_FALSE(m->At(2, 2).has_value());
  const auto a = m->At(1, 3), b = m->At(2, 9);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->source, 0u);
  EXPECT_EQ(a->line, 1u);
  EXPECT_EQ(b->source, 1u);
  EXPECT_EQ(b->line, 4u);
  EXPECT_EQ(b->column, 2u);
}

TEST(SourceMap, Sections) {
  const auto m = SourceMap::Parse(
      R"({"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"version":3,"sources":["a"],"mappings":"AAAA"}},
                                  {"offset":{"line":4,"column":2},"map":{"version":3,"sources":["b"],"mappings":"CAAA;AACA"}}]})");
  ASSERT_TRUE(m.ok()) << m.status();
  ASSERT_TRUE(m->At(5, 4).has_value());
  EXPECT_EQ(m->At(5, 4)->source, 1u);
  EXPECT_FALSE(m->At(5, 3).has_value());
  ASSERT_TRUE(m->At(6, 1).has_value());
  EXPECT_EQ(m->At(6, 1)->line, 2u);
}

TEST(SourceMap, BadInput) {
  for (const char* bad :
       {"", "[]", "{}", R"({"version":2,"sources":[],"mappings":""})",
        R"({"version":3,"sources":["a"],"mappings":"AAAA!"})", R"({"version":3,"sources":["a"],"mappings":"AEAA"})",
        R"({"version":3,"sources":["a"],"mappings":"AADA"})",
        R"({"version":3,"sources":["a"],"mappings":"ggggggggggggggg"})", R"({"version":3,"sections":[1]})",
        R"({"version":3,"sources":"a","mappings":[]})"}) {
    EXPECT_FALSE(SourceMap::Parse(bad).ok()) << bad;
  }
}

TEST(SourceMap, Urls) {
  EXPECT_EQ(SourceMapUrl("x\n//# sourceMappingURL=a.js.map\n"), "a.js.map");
  EXPECT_EQ(SourceMapUrl("//# sourceMappingURL=old\n/*# sourceMappingURL=new */"), "new");
  EXPECT_EQ(SourceMapUrl("'# sourceMappingURL=no'"), "");
  EXPECT_EQ(DecodeDataUrl("data:application/json;charset=utf-8;base64,eyJhIjoxfQ=="), R"({"a":1})");
  EXPECT_EQ(DecodeDataUrl("data:application/json,%7B%22a%22:1%7D"), R"({"a":1})");
  EXPECT_EQ(DecodeDataUrl("data:x;base64,*"), std::nullopt);
  EXPECT_EQ(DecodeDataUrl("a.map"), std::nullopt);
}

}  // namespace
}  // namespace looplint
