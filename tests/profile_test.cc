// CPU profiles and source maps by hand; tests/prof_test.mjs takes real ones.
#include "analyzer/base/strings.h"
#include "analyzer/profile/cpu_profile.h"
#include "analyzer/profile/ic_log.h"
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
      {"", "not a CPU profile: it is empty"},
      {R"({"nodes":[{"id":1,"callFrame":{"functionName":"lo)", "cut off after 49 bytes"},
      {R"({"nodes":[{"id":1}],"samples":[1)", "cut off after 32 bytes"},
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

TEST(IcLog, SitesClassesAndWhereTheyCameFrom) {
  const std::string log =
      "v8-version,11,3,244,8,-node.30,0\n"
      "code-creation,JS,9,10,0x1000,100,make file:///srv/a\\x2Cb.js:1:10,0x1,~\n"
      "code-creation,JS,9,10,0x2000,100,read file:///srv/b.js:1:10,0x2,~\n"
      "code-creation,JS,9,10,0x3000,100,emit node:events:1:10,0x3,~\n"
      "map-create,11,0xa1\n"
      "map-details,11,0xa1,0xa1: [Map]\\n - type: JS_OBJECT_TYPE\\n - elements kind: HOLEY_ELEMENTS\\n - prototype: 0x9 <Object map "
      "= 0x8>\\n - constructor: 0x7 <JSFunction Object (sfi = 0x6)>\\n\\n  [0]: 0x5: [String] in OldSpace: #x (const data field "
      "0:s\\x2C p: 0\\x2C attrs: [WEC]) @ Any\\n  [1]: 0x4: [String] in OldSpace: #y (const data) @ Any\\n\n"
      "map,Transition,12,0xa0,0xa1,0x1010,7,9,,y\n"
      "map-details,11,0xa2,0xa2: [Map]\\n - type: JS_OBJECT_TYPE\\n - prototype: 0x9 <Point map = 0x8>\\n\n"
      "map,InitialMap,12,0x0,0xa2,0x2010,3,4,,Point\n"
      "map-details,11,0xa3,0xa3: [Map]\\n - type: ONE_BYTE_INTERNALIZED_STRING_TYPE\\n\n"
      "map,Transition,12,0xa1,0xa4,0x3010,7,9,,z\n"  // by Node: what it was before counts
      "LoadIC,0x2020,20,5,11,0,1,0xa1,x,,\n"
      "LoadIC,0x2020,21,5,11,1,P,0xa2,x,,\n"
      "LoadIC,0x2020,22,5,11,P,P,0xa3,x,,\n"
      "LoadIC,0x2020,23,5,11,P,N,0xa4,x,,\n"
      "StoreIC,0x1020,24,6,2,0,1,0xa1,y,,\n"
      "LoadIC,0x3020,25,5,11,P,N,0xa4,x,,\n";
  const auto parsed = IcLog::Parse(log);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->sites, 2u);
  ASSERT_EQ(parsed->megamorphic.size(), 1u);
  const SeenSite& site = parsed->megamorphic[0];
  EXPECT_EQ(site.url, "file:///srv/b.js");
  EXPECT_EQ(site.line, 5u);
  EXPECT_EQ(site.column, 11u);
  EXPECT_EQ(site.property, "x");
  EXPECT_FALSE(site.written);
  ASSERT_EQ(site.classes.size(), 4u);
  EXPECT_EQ(site.classes[0], (SeenClass{"{ x, y }", "file:///srv/a,b.js", 7, 9}));
  EXPECT_EQ(site.classes[1], (SeenClass{"Point", "file:///srv/b.js", 3, 4}));
  EXPECT_EQ(site.classes[2], (SeenClass{"a string", "", 0, 0}));
  EXPECT_EQ(site.classes[3], (SeenClass{"an object", "file:///srv/a,b.js", 7, 9}));
}

TEST(IcLog, BadInput) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "not a log of V8's"},
      {"{\"nodes\":[]}", "not a log of V8's"},
      {"v8-version,1\ncode-creation,JS,9,10,0x1000,100,f /a.js:1:10,0x1,~\n", "--log-ic"},
      {"v8-version,1\nLoadIC,0x2020,20,5,11,0,1,0xa1,x,,\n", "--log-code"},
  };
  for (const auto& [text, why] : cases) {
    const auto log = IcLog::Parse(text);
    ASSERT_FALSE(log.ok()) << text;
    EXPECT_NE(std::string(log.status().message()).find(why), std::string::npos) << log.status();
  }
  // Cut off, mangled, nonsense: what can be read is.
  const std::string cut = "v8-version,1\ncode-creation,JS,9,10,0x10,9,f /a.js:1:10,0x1,~\nLoadIC,0x11,20,5,11,P,N,zz,x\nLoadIC,,,\nmap,\nmap-details\nLoadIC,0x1";
  const auto log = IcLog::Parse(cut);
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_EQ(log->megamorphic.size(), 1u);
  EXPECT_EQ(log->megamorphic[0].url, "/a.js");
}

}  // namespace
}  // namespace looplint
