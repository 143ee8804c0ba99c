// Configuration: what it means, and what is said of one that is wrong.
#include "analyzer/engine/config.h"

#include <cstdlib>
#include <fstream>

#include "analyzer/base/strings.h"
#include "analyzer/engine/jsonc.h"
#include "gtest/gtest.h"

namespace looplint {
namespace {

constexpr const char* kSync = "event-loop/sync-in-handler";

class ConfigTest : public testing::Test {
 protected:
  absl::StatusOr<Config> Load(const std::string& text, const std::string& path = "looplint.jsonc") {
    fs_.Add(path, text);
    return Config::Load(fs_, path);
  }
  // The message of a configuration that is wrong.
  std::string Error(const std::string& text) {
    const auto config = Load(text);
    return config.ok() ? "no error" : std::string(config.status().message());
  }
  Severity Of(const Config& config, std::string_view id, std::string_view path = "a.js") {
    const Rule* rule = FindAnyRule(id);
    EXPECT_NE(rule, nullptr) << id;
    const Severity severity = config.SeverityOf(path, *rule);
    EXPECT_EQ(config.For(path).at(rule), severity);
    return severity;
  }
  MemoryFileSystem fs_;
};

TEST_F(ConfigTest, DefaultIsRecommended) {
  const Config config = Config::Default();
  for (const Rule* rule : EveryRule()) {
    EXPECT_EQ(config.SeverityOf("a.js", *rule), rule->on_by_default ? rule->severity : Severity::kOff) << rule->id;
  }
}

TEST_F(ConfigTest, EmptyConfigurationStartsFromRecommended) {
  const auto config = Load("{}");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Of(*config, kSync), FindRule(kSync)->severity);
}

TEST_F(ConfigTest, EmptyExtendsIsNothing) {
  const auto config = Load(R"({"extends": []})");
  ASSERT_TRUE(config.ok()) << config.status();
  for (const Rule* rule : EveryRule()) EXPECT_EQ(config->SeverityOf("a.js", *rule), Severity::kOff);
}

TEST_F(ConfigTest, CommentsAndTrailingCommas) {
  const auto config = Load("\xef\xbb\xbf// head\n{ /* a, b */ \"rules\": { \"event-loop/sync-in-handler\": \"info\", }, // tail\n}\n");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Of(*config, kSync), Severity::kInfo);
}

TEST_F(ConfigTest, LaterLayersWin) {
  const auto config = Load(R"({
    "rules": { "event-loop/sync-in-handler": ["warn"] },
    "categories": { "event-loop": "error" },
    "overrides": [
      { "files": ["scripts/**", "*.test.js"], "rules": { "event-loop/sync-in-handler": "off" } },
      { "files": "scripts/serve.js", "categories": { "event-loop": 2 } },
      { "files": ["**"], "excludeFiles": ["src/**", "scripts/**", "*.js"], "rules": { "event-loop/sync-in-handler": "info" } }
    ]
  })");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Of(*config, kSync, "src/a.js"), Severity::kWarn);
  EXPECT_EQ(Of(*config, kSync, "scripts/b.js"), Severity::kOff);
  EXPECT_EQ(Of(*config, kSync, "src/deep/c.test.js"), Severity::kOff);
  EXPECT_EQ(Of(*config, kSync, "scripts/serve.js"), Severity::kError);
  EXPECT_EQ(Of(*config, kSync, "lib/x.ts"), Severity::kInfo);
}

TEST_F(ConfigTest, ExtendsFilesAndPresets) {
  fs_.Add("shared/base.json", R"({"extends": "looplint:all", "rules": {"event-loop/sync-in-handler": "info"}, "ignore": ["gen/"]})");
  const auto config = Load(R"({"extends": ["./shared/base.json"], "ignore": "*.x.js"})");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Of(*config, kSync), Severity::kInfo);
  EXPECT_EQ(config->ignore, (std::vector<std::string>{"gen/", "*.x.js"}));
  EXPECT_EQ(config->sources, (std::vector<std::string>{"shared/base.json", "looplint.jsonc"}));
}

TEST_F(ConfigTest, SuppressionSettings) {
  const auto config = Load(R"({"suppressions": {"requireReason": false, "reportUnused": "error"}})");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Of(*config, "suppression/without-reason"), Severity::kOff);
  EXPECT_EQ(Of(*config, "suppression/unused"), Severity::kError);
}

TEST_F(ConfigTest, PackageMember) {
  const auto config = Load(R"({"name": "p", "unknown": 1, "looplint": {"categories": {"syntax": "warn"}}})", "package.json");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(Of(*config, "syntax/error"), Severity::kWarn);
}

TEST_F(ConfigTest, KnowledgeRows) {
  fs_.Add("rows.json", "{\"x\": 1}");
  const auto config = Load(R"({"knowledge": ["./rows.json", {"y": 2}]})");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->knowledge, (std::vector<std::string>{"{\"x\": 1}", "{\"y\":2}"}));
}

TEST_F(ConfigTest, Errors) {
  EXPECT_EQ(Error("{\n  \"rulez\": {}\n}"), "looplint.jsonc:2:3: unknown key \"rulez\"; did you mean \"rules\"?");
  EXPECT_EQ(Error("{\"rules\": {\n\"event-loop/sync-in-handlr\": 1}}"),
            "looplint.jsonc:2:1: there is no rule \"event-loop/sync-in-handlr\"; did you mean \"event-loop/sync-in-handler\"?");
  EXPECT_EQ(Error("{\"rules\": {\"sync-in-handler\": 1}}"),
            "looplint.jsonc:1:12: there is no rule \"sync-in-handler\"; did you mean \"event-loop/sync-in-handler\"?");
  EXPECT_EQ(Error("{\"rules\": {\"qqqqqqqqqqqqqqqqq\": 1}}"), "looplint.jsonc:1:12: there is no rule \"qqqqqqqqqqqqqqqqq\"");
  EXPECT_EQ(Error("{\"rules\": {\"syntax/error\": \"loud\"}}"),
            "looplint.jsonc:1:28: a severity is \"off\", \"info\", \"warn\" or \"error\", not \"loud\"");
  EXPECT_EQ(Error("{\"rules\": {\"syntax/error\": [\"warn\", {\"max\": 3}]}}"),
            "looplint.jsonc:1:38: syntax/error has no option \"max\"");
  EXPECT_EQ(Error("{\"rules\": []}"), "looplint.jsonc:1:11: \"rules\" must be an object, not array");
  EXPECT_EQ(Error("[]"), "looplint.jsonc:1:1: the configuration must be an object, not array");
  EXPECT_EQ(Error("{\"ignore\": [1]}"), "looplint.jsonc:1:13: \"ignore\" must hold strings, not number");
  EXPECT_EQ(Error("{\"threads\": -1}"), "looplint.jsonc:1:13: \"threads\" must be a number from 0 (all cores) to 1024");
  EXPECT_EQ(Error("{\"extends\": \"looplint:recomended\"}"),
            "looplint.jsonc:1:13: there is no preset \"looplint:recomended\"; did you mean \"looplint:recommended\"?");
  EXPECT_EQ(Error("{\"extends\": \"eslint:all\"}"),
            "looplint.jsonc:1:13: \"eslint:all\" is neither a preset (looplint:...) nor a file (./...)");
  EXPECT_EQ(Error("{\"extends\": \"./gone.json\"}"), "looplint.jsonc:1:13: cannot extend gone.json");
  EXPECT_EQ(Error("{\"overrides\": [{\"files\": \"[a\"}]}"),
            "looplint.jsonc:1:26: malformed glob \"[a\": a bracket, brace or escape is left open");
  EXPECT_EQ(Error("{\"overrides\": [{}]}"), "looplint.jsonc:1:16: an override needs \"files\"");
  EXPECT_EQ(Error("{\"categories\": {\"evnt-loop\": 1}}"),
            "looplint.jsonc:1:17: there is no category \"evnt-loop\"; did you mean \"event-loop\"?");
  EXPECT_EQ(Error("{\"a\": 1, \"a\": 2}"), "looplint.jsonc:1:10: \"a\" is given twice");
}

TEST_F(ConfigTest, AllErrorsAtOnce) {
  EXPECT_EQ(Error("{\"x\": 1,\n\"rules\": 2}"),
            "looplint.jsonc:1:2: unknown key \"x\"\nlooplint.jsonc:2:10: \"rules\" must be an object, not number");
}

TEST_F(ConfigTest, MalformedJsonSaysWhere) {
  EXPECT_TRUE(Error("{\n  \"rules\": {,}\n}").starts_with("looplint.jsonc:2:13: ")) << Error("{\n  \"rules\": {,}\n}");
  EXPECT_TRUE(Error("{\"rules\": {").starts_with("looplint.jsonc:1:12: ")) << Error("{\"rules\": {");
  EXPECT_TRUE(Error("").starts_with("looplint.jsonc:1:1: ")) << Error("");
  EXPECT_EQ(Error("{\n /* open"), "looplint.jsonc:2:2: this comment is never closed");
  EXPECT_TRUE(Error(std::string(100000, '[')).find("nested more than") != std::string::npos);
  // Columns count UTF-16 units.
  EXPECT_TRUE(Error("{\"\U0001F600\": 1, \"b\"}").starts_with("looplint.jsonc:1:14: ")) << Error("{\"\U0001F600\": 1, \"b\"}");
}

TEST_F(ConfigTest, CyclesAreErrors) {
  fs_.Add("b.json", R"({"extends": "./looplint.jsonc"})");
  EXPECT_EQ(Error("{\"extends\": \"./b.json\"}"), "b.json:1:13: a cycle: looplint.jsonc -> b.json -> looplint.jsonc");
}

TEST(JsoncTest, EveryPrefixIsRefusedOrRead) {
  const std::string text = "{\"a\": [1, {\"b\": \"x\\\"y\"}, null,], /* c */ \"d\": -1.5e3, // e\n \"f\": {},}";
  for (size_t n = 0; n <= text.size(); ++n) {
    Jsonc out;
    JsoncError error;
    const bool ok = ParseJsonc(std::string_view(text).substr(0, n), out, error);
    EXPECT_EQ(ok, n == text.size()) << n;
    if (!ok) {
      EXPECT_LE(error.at, n);
    }
  }
}

TEST(JsoncTest, PlacesOfValues) {
  Jsonc out;
  JsoncError error;
  ASSERT_TRUE(ParseJsonc(R"({"a/b": [10, {"c~": true}]})", out, error));
  EXPECT_EQ(out.value_at.at("/a~1b"), 8u);
  EXPECT_EQ(out.value_at.at("/a~1b/0"), 9u);
  EXPECT_EQ(out.value_at.at("/a~1b/1/c~0"), 20u);
  EXPECT_EQ(out.key_at.at("/a~1b/1/c~0"), 14u);
  for (const char* bad : {"[,]", "[1,,]", "{,}", "{\"a\":,}", ",", "1,", "{} {}", "{a: 1}", "'x'"}) {
    EXPECT_FALSE(ParseJsonc(bad, out, error)) << bad;
  }
}

// The committed schema agrees with the rules there are. LOOPLINT_BLESS=1 rewrites it.
TEST(ConfigSchemaTest, IsFresh) {
  const std::string path = Cat(LOOPLINT_SOURCE_DIR, "/analyzer/engine/configuration_schema.json");
  if (std::getenv("LOOPLINT_BLESS") != nullptr) std::ofstream(path) << ConfigSchema();
  std::ifstream in(path);
  const std::string committed((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(committed, ConfigSchema()) << "run the test with LOOPLINT_BLESS=1";
}


TEST(DidYouMeanTest, NearAndFar) {
  EXPECT_EQ(DidYouMean("ruels", {"rules", "ignore"}), "; did you mean \"rules\"?");
  EXPECT_EQ(DidYouMean("xyz", {"rules", "ignore"}), "");
}

}  // namespace
}  // namespace looplint
