#include <gtest/gtest.h>

#include "analyzer/base/strings.h"
#include "analyzer/packages/document.h"
#include "analyzer/packages/lockfile.h"
#include "analyzer/packages/manifest.h"
#include "analyzer/packages/popular.h"
#include "analyzer/packages/semver.h"
#include "analyzer/packages/settings.h"
#include "analyzer/packages/shell.h"
#include "analyzer/packages/workspace.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

std::string At(std::string_view text, Span span) { return std::string(text.substr(span.start, span.end - span.start)); }

TEST(Json, PlacesOfKeysAndValues) {
  const std::string text = "\xef\xbb\xbf{\"a\": [1, {\"b\\n\": \"c\\u0041\"}], \"d\" : null}";
  const Document doc = Document::Json(text);
  ASSERT_FALSE(doc.error()) << doc.error()->message;
  EXPECT_EQ(At(text, doc.root()["a"].at()), "[1, {\"b\\n\": \"c\\u0041\"}]");
  EXPECT_EQ(At(text, doc.root()["d"].entry_at()), "\"d\" : null");
  const DocValue inner = *++doc.root()["a"].begin();
  EXPECT_EQ(inner["b\n"].str(), "cA");
  EXPECT_EQ(At(text, inner["b\n"].key_at()), "\"b\\n\"");
}

// What a widely used parser accepts and refuses, ours does, with the place.
TEST(Json, AgreesWithAnotherParser) {
  for (const char* text : {"{}", "[]", "1", "-0.5e+3", "01", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1 2]", "\"\\x\"", "\"a\nb\"", "tru", "true", "nul", "[", "{\"a\":", "\"", "1.", "1e", "--1", "{\"a\":1}}", "[[[]]]", "\"\\ud83d\\ude00\"", "", " ", "// x\n1"}) {
    EXPECT_EQ(!Document::Json(text).error().has_value(), nlohmann::json::accept(text)) << text;
  }
  EXPECT_EQ(Document::Json("{\n \"a\": 1,\n}").error()->at, 11u);
  EXPECT_FALSE(Document::Json("// x\n{\"a\": [1,],}", {.comments = true, .trailing_commas = true}).error());
  EXPECT_TRUE(Document::Json(std::string(100000, '[')).error());
}

TEST(Yaml, PlacesAreBytes) {
  const std::string text = "# \xc3\xa4\nname: \xc3\xa4\xc3\xb6\n'quoted key': {a: 'x''y', b: [1, two]}\nblock: |\n  one\n  two\n";
  const Document doc = Document::Yaml(text);
  ASSERT_FALSE(doc.error()) << doc.error()->message;
  EXPECT_EQ(At(text, doc.root()["name"].at()), "\xc3\xa4\xc3\xb6");
  EXPECT_EQ(At(text, doc.root()["quoted key"].key_at()), "'quoted key'");
  EXPECT_EQ(doc.root()["quoted key"]["a"].str(), "x'y");
  EXPECT_EQ(doc.root()["block"].str(), "one\ntwo\n");
}

TEST(Yaml, AliasesDoNotExplode) {
  std::string text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    text += Cat(c, ": &", c, " [");
    for (int i = 0; i < 9; ++i) text += Cat(i > 0 ? ", *" : "*", static_cast<char>(c - 1));
    text += "]\n";
  }
  const Document doc = Document::Yaml(text);
  EXPECT_LT(doc.nodes(), 1000u);
  EXPECT_EQ(doc.root()["b"].size(), 9u);
}

TEST(Specs, Kinds) {
  using K = Spec::Kind;
  for (const auto& [text, kind] : std::vector<std::pair<const char*, K>>{
           {"^1.0.0", K::kRange}, {"", K::kRange}, {"latest", K::kTag}, {"user/repo", K::kGit}, {"user/repo#main", K::kGit}, {"git+ssh://git@host.example/a.git#v1", K::kGit},
           {"https://host.example/a.tgz", K::kRemote}, {"https://host.example/a.git", K::kGit}, {"file:../a", K::kFile}, {"./a.tgz", K::kFile}, {"workspace:^", K::kWorkspace},
           {"catalog:", K::kCatalog}, {"link:../a", K::kLink}, {"npm:b@^1", K::kRange}, {"npm:^1.0.0", K::kRange}, {"patch:a@1#x", K::kPatch}}) {
    EXPECT_EQ(ReadSpec(text).kind, kind) << text;
  }
  EXPECT_EQ(ReadSpec("npm:@s/b@^1").alias_of, "@s/b");
  EXPECT_EQ(ReadSpec("npm:@s/b@^1").text, "^1");
  EXPECT_TRUE(ReadSpec("user/repo#0123456789abcdef0123456789abcdef01234567").pinned);
  EXPECT_FALSE(ReadSpec("user/repo#main").pinned);
}

// One small tree in every format: a asks for b, b is twice.
struct Format {
  const char* path;
  const char* text;
};
const Format kFormats[] = {
    {"package-lock.json", R"({"lockfileVersion":1,"dependencies":{"a":{"version":"1.0.0","requires":{"b":"^1.0.0"},"dependencies":{"b":{"version":"1.5.0"}}},"b":{"version":"2.0.0"}}})"},
    {"package-lock.json", R"({"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"^1.0.0","b":"^2.0.0"}},"node_modules/a":{"version":"1.0.0","dependencies":{"b":"^1.0.0"}},"node_modules/a/node_modules/b":{"version":"1.5.0"},"node_modules/b":{"version":"2.0.0"}}})"},
    {"yarn.lock", "# yarn lockfile v1\n\n\na@^1.0.0:\n  version \"1.0.0\"\n  dependencies:\n    b \"^1.0.0\"\n\nb@^1.0.0:\n  version \"1.5.0\"\n\nb@^2.0.0:\n  version \"2.0.0\"\n"},
    {"yarn.lock", "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:^1.0.0\"\n  languageName: node\n  linkType: hard\n\n\"b@npm:^1.0.0\":\n  version: 1.5.0\n  resolution: \"b@npm:1.5.0\"\n\n\"b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n"},
    {"pnpm-lock.yaml", "lockfileVersion: 5.4\nspecifiers:\n  a: ^1.0.0\n  b: ^2.0.0\ndependencies:\n  a: 1.0.0\n  b: 2.0.0\npackages:\n  /a/1.0.0:\n    resolution: {integrity: x}\n    dependencies:\n      b: 1.5.0\n  /b/1.5.0:\n    resolution: {integrity: x}\n  /b/2.0.0:\n    resolution: {integrity: x}\n"},
    {"pnpm-lock.yaml", "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: ^1.0.0\n    version: 1.0.0(c@1.0.0)\n  b:\n    specifier: ^2.0.0\n    version: 2.0.0\npackages:\n  /a@1.0.0(c@1.0.0):\n    resolution: {integrity: x}\n    dependencies:\n      b: 1.5.0\n  /b@1.5.0:\n    resolution: {integrity: x}\n  /b@2.0.0:\n    resolution: {integrity: x}\n"},
    {"pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.0.0(c@1.0.0)\n      b:\n        specifier: ^2.0.0\n        version: 2.0.0\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n  b@1.5.0:\n    resolution: {integrity: x}\n  b@2.0.0:\n    resolution: {integrity: x}\nsnapshots:\n  a@1.0.0(c@1.0.0):\n    dependencies:\n      b: 1.5.0\n  b@1.5.0: {}\n  b@2.0.0: {}\n"},
    {"bun.lock", "{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"name\": \"app\", \"dependencies\": {\"a\": \"^1.0.0\", \"b\": \"^2.0.0\",},},}, \"packages\": {\"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"^1.0.0\"}}, \"sha512-x\"], \"b\": [\"b@2.0.0\", \"\", {}, \"sha512-y\"], \"a/b\": [\"b@1.5.0\", \"\", {}, \"sha512-z\"],}}"},
};

TEST(Lockfiles, OneModelForAll) {
  for (const Format& f : kFormats) {
    SCOPED_TRACE(f.text);
    const auto lock = ReadLockfile(f.text, f.path);
    ASSERT_FALSE(lock->error) << lock->error->message;
    std::map<std::string, std::string> found;
    for (const LockPackage& p : lock->packages) {
      if (p.importer) continue;
      std::string asks;
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const uint32_t to = lock->edges[e].to;
        asks += Cat(lock->edges[e].name, "=", to == kNoneIndex ? "?" : std::string(lock->packages[to].version));
      }
      found[Cat(p.name, "@", p.version)] = asks;
    }
    const std::map<std::string, std::string> wanted = {{"a@1.0.0", "b=1.5.0"}, {"b@1.5.0", ""}, {"b@2.0.0", ""}};
    EXPECT_EQ(found, wanted);
  }
}

TEST(Lockfiles, WhereTheyBreak) {
  const auto broken = ReadLockfile("# yarn lockfile v1\n\na@^1.0.0:\n  version\n", "yarn.lock");
  ASSERT_TRUE(broken->error);
  for (const char* odd : {"w\xc3\xb6rter = 1\n", "a =\xc3\xb6 1\n", "re\xcb\x96g = \"x\"\n", "a = 1 \xe2\x82\xac\n", "\xff\n"}) {
    EXPECT_TRUE(ReadSettings(odd, "bunfig.toml")->error) << odd;
  }
  EXPECT_EQ(broken->error->at, 32u);
  EXPECT_TRUE(ReadLockfile("\x01\x02", "bun.lockb")->error);
  EXPECT_TRUE(ReadLockfile("a: [", "pnpm-lock.yaml")->error);
  EXPECT_TRUE(ConflictMarker("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n"));
  EXPECT_FALSE(ConflictMarker("a <<<<<<< HEAD\n"));
}

TEST(Settings, OneListForAll) {
  const auto npmrc = ReadSettings("; c\n@acme:registry = https://r.example.org/\n//r.example.org/:_authToken=${T}\nstrict-ssl=false\n", ".npmrc");
  EXPECT_EQ(RegistryOf(*npmrc, "@acme"), "https://r.example.org/");
  EXPECT_EQ(npmrc->Find("strict-ssl")->value, "false");
  const auto yarn = ReadSettings("npmScopes:\n  acme:\n    npmRegistryServer: https://r.example.org\n", ".yarnrc.yml");
  EXPECT_EQ(RegistryOf(*yarn, "@acme"), "https://r.example.org");
  const auto bun = ReadSettings("[install]\nregistry = \"https://r.example.org\"\n", "bunfig.toml");
  EXPECT_EQ(RegistryOf(*bun, ""), "https://r.example.org");
}

TEST(Settings, Bunfig) {
  const std::string text =
      "\xef\xbb\xbf# w\xc3\xb6rter\r\n[install.scopes]\r\n\"@acme\" = { url = \"http://a.example.org\", token = \"$T\" } # why\r\n"
      "other = 'http://b.example.org' # \xe2\x82\xac\n[install]\nexact = true\nregistry = \"\"\"\nhttps://r.example.org\"\"\"\n"
      "cache.dir = \"\\u00e4\"\n[test]\npreload = [\"./a.ts\", \"./b.ts\"]\ncoverage = 0.9\n";
  const auto bun = ReadSettings(text, "bunfig.toml");
  ASSERT_FALSE(bun->error) << bun->error->message;
  EXPECT_EQ(RegistryOf(*bun, ""), "https://r.example.org");
  EXPECT_EQ(RegistryOf(*bun, "@acme"), "http://a.example.org");
  EXPECT_EQ(RegistryOf(*bun, "@other"), "http://b.example.org");
  EXPECT_EQ(bun->Find("install.cache.dir")->value, "\xc3\xa4");
  EXPECT_EQ(bun->Find("test.preload[]")->value, "./b.ts");
  EXPECT_EQ(bun->Find("test.coverage")->value, "0.9");
  EXPECT_EQ(bun->Find("install.exact")->value, "true");
  const auto written = [&](const char* key) {
    const Span at = bun->Find(key)->value_at;
    return text.substr(at.start, at.end - at.start);
  };
  EXPECT_EQ(written("install.scopes.@acme.url"), "\"http://a.example.org\"");
  EXPECT_EQ(written("install.scopes.other"), "'http://b.example.org'");
  const Span whole = bun->Find("install.exact")->at;
  EXPECT_EQ(text.substr(whole.start, whole.end - whole.start), "exact = true");
  const auto broken = ReadSettings("[install]\nregistry = \n", "bunfig.toml");
  ASSERT_TRUE(broken->error);
  EXPECT_GE(broken->error->at, 10u);
}

TEST(Shell, CommandsAndWords) {
  const auto show = [](std::string_view text) {
    std::string out;
    for (const ShellCommand& c : ReadShell(text)) {
      out += c.from_pipe ? "| " : "";
      for (const ShellWord& w : c.words) out += Cat("[", w.text, "]");
      out += c.guarded ? "? " : "; ";
    }
    return out;
  };
  EXPECT_EQ(show("a 'b c' \"d\\\"e\" && f || g; h | sh"), "[a][b c][d\"e]; [f]? [g]; [h]; | [sh]; ");
  EXPECT_EQ(show("X=1 run > out 2>&1 $(inner arg) `tick`"), "[inner][arg]; [tick]; [run][$(inner arg)][`tick`]; ");
  EXPECT_EQ(show("a \\\n  b # comment\nc"), "[a][b]; [c]; ");
  EXPECT_EQ(show("if ! a; then b; fi"), "[a]; [b]; ");
  for (const char* text : {"'", "\"", "`", "$(", "$($($(", "((((", "a >", "&", "|", "||||", "\\", "$(`$(`"}) ReadShell(text);
}

TEST(Workspaces, Patterns) {
  EXPECT_TRUE(MatchesWorkspacePattern("packages/*", "packages/a"));
  EXPECT_FALSE(MatchesWorkspacePattern("packages/*", "packages/a/b"));
  EXPECT_TRUE(MatchesWorkspacePattern("packages/**", "packages/a/b"));
  EXPECT_TRUE(MatchesWorkspacePattern("./packages/{a,b}/", "packages/b"));
  EXPECT_TRUE(MatchesWorkspacePattern("apps/web", "apps/web"));
}

TEST(Popular, NamesASlipAway) {
  for (const auto& [name, popular] : {std::pair{"electorn", "electron"}, {"crossenv", "cross-env"}, {"mongose", "mongoose"},
                                      {"l0dash", "lodash"}, {"expresss", "express"}, {"typescirpt", "typescript"}, {"types-node", "@types/node"}}) {
    EXPECT_EQ(LookalikeOf(name), popular) << name;
  }
  for (const char* name :
       {"electron", "webpack5", "es2017", "preact", "prompt", "koa", "my-own-package", "@types/lodahs", "lint",
        // Asked for by popular packages, and what they say they are.
        "memoize", "png-js", "uglify-es", "opn-cli"}) {
    EXPECT_EQ(LookalikeOf(name), "") << name;
  }
}

TEST(Semver, Intersects) {
  const auto meet = [](const char* a, const char* b) {
    const auto x = SemRange::Parse(a, SemverMode::kLoose), y = SemRange::Parse(b, SemverMode::kLoose);
    EXPECT_EQ(x->Intersects(*y), y->Intersects(*x));
    return x->Intersects(*y);
  };
  EXPECT_TRUE(meet("^1.0.0", ">=1.5.0 <3"));
  EXPECT_TRUE(meet("*", "^2"));
  EXPECT_TRUE(meet("<2", ">1.0.0"));
  EXPECT_TRUE(meet("1.2.3", "^1 || ^3"));
  EXPECT_FALSE(meet("^1.0.0", "^2.0.0"));
  EXPECT_FALSE(meet("<1.0.0", ">=1.0.0"));
  EXPECT_FALSE(meet("1.2.3", ">1.2.3"));
}

}  // namespace
}  // namespace looplint
