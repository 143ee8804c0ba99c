// What is read of a project, and how ignore files are understood; git itself is asked where it is installed.
#include "analyzer/engine/discover.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "analyzer/base/strings.h"
#include "analyzer/engine/glob.h"
#include "gtest/gtest.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;
using Paths = std::vector<std::string>;

class DiscoverTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/looplint-discover-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    root_ = fs::canonical(name).string();
    // The top of a repository: nothing above the test's folder can take part.
    fs::create_directories(root_ + "/.git");
  }
  void TearDown() override {
    for (const std::string& path : locked_) chmod(path.c_str(), 0700);
    fs::remove_all(root_);
  }
  void Write(const std::string& path, const std::string& text = "1;\n") {
    fs::create_directories(fs::path(root_ + "/" + path).parent_path());
    std::ofstream(root_ + "/" + path) << text;
  }
  Sources Find(const Paths& paths = {"."}, const DiscoverOptions& options = {}) {
    const auto selection = Locate(paths, root_);
    EXPECT_TRUE(selection.ok()) << selection.status();
    if (!selection.ok()) return {};
    selection_ = *selection;
    return Discover(selection_, options);
  }
  Paths Files(const Paths& paths = {"."}, const DiscoverOptions& options = {}) { return Find(paths, options).files; }

  std::string root_;
  Selection selection_;
  std::vector<std::string> locked_;
};

TEST_F(DiscoverTest, ReadsSourcesOnlySorted) {
  for (const char* path : {"b.ts", "a.js", "c.mjs", "d.cjs", "e.jsx", "f.tsx", "g.mts", "h.cts", "readme.md", "x.json",
                           "types.d.ts", "node_modules/p/i.js", "coverage/c.js", "lib.min.js", "sub/.hidden.js"}) {
    Write(path);
  }
  EXPECT_EQ(Files(), (Paths{"a.js", "b.ts", "c.mjs", "d.cjs", "e.jsx", "f.tsx", "g.mts", "h.cts", "sub/.hidden.js"}));
}

TEST_F(DiscoverTest, BuildOutputCountsUnlessIgnored) {
  Write("dist/a.js");
  EXPECT_EQ(Files(), Paths{"dist/a.js"});
  Write(".gitignore", "/dist/\n");
  EXPECT_EQ(Files(), Paths{});
  EXPECT_EQ(Files({"."}, {.ignore_files = false}), Paths{"dist/a.js"});
}

TEST_F(DiscoverTest, NestedIgnoreFilesAndNegations) {
  Write(".gitignore", "*.gen.js\nout/\n");
  Write("a/.gitignore", "!keep.gen.js\nlocal.js\r\n");
  for (const char* path : {"x.gen.js", "a/keep.gen.js", "a/b/keep.gen.js", "a/y.gen.js", "a/local.js", "local.js",
                           "a/out/z.js", "out.js"}) {
    Write(path);
  }
  EXPECT_EQ(Files(), (Paths{"a/b/keep.gen.js", "a/keep.gen.js", "local.js", "out.js"}));
}

TEST_F(DiscoverTest, IgnoreFilesAboveTheProjectCount) {
  Write(".gitignore", "packages/one/gen/\n");
  Write("packages/one/package.json", "{}");
  Write("packages/one/gen/a.js");
  Write("packages/one/b.js");
  EXPECT_EQ(Files({"packages/one"}), Paths{"b.js"});
  EXPECT_EQ(selection_.root, root_ + "/packages/one");
}

TEST_F(DiscoverTest, OwnIgnoreFileWinsOverGit) {
  Write(".gitignore", "dist/\n");
  Write(".looplintignore", "!dist/\nlegacy/\n");
  Write("dist/a.js");
  Write("legacy/b.js");
  EXPECT_EQ(Files(), Paths{"dist/a.js"});
  EXPECT_EQ(Files({"."}, {.ignore = {"!legacy/"}}), (Paths{"dist/a.js", "legacy/b.js"}));
  EXPECT_EQ(Files({"."}, {.ignore = {"!legacy/"}, .ignore_arguments = {"*.js"}}), Paths{});
}

TEST_F(DiscoverTest, DefaultsCanBeTakenBack) {
  Write("coverage/a.js");
  Write("b.d.ts");
  EXPECT_EQ(Files({"."}, {.ignore = {"!coverage/", "!*.d.ts"}}), (Paths{"b.d.ts", "coverage/a.js"}));
}

TEST_F(DiscoverTest, PathsFilterTheReportOnly) {
  Write("package.json", "{}");
  Write("src/a.js");
  Write("src2/b.js");
  EXPECT_EQ(Files({"src"}), (Paths{"src/a.js", "src2/b.js"}));
  EXPECT_EQ(selection_.root, root_);
  EXPECT_TRUE(selection_.Reports("src/a.js"));
  EXPECT_FALSE(selection_.Reports("src2/b.js"));
}

TEST_F(DiscoverTest, WithoutAProjectOnlyThePathIsRead) {
  Write("one/a.js");
  Write("two/b.js");
  EXPECT_EQ(Files({"one"}), Paths{"a.js"});
  EXPECT_EQ(Files({"two/b.js", "one"}), (Paths{"one/a.js", "two/b.js"}));
}

TEST_F(DiscoverTest, RootIsConfigurationThenWorkspaceThenPackage) {
  Write("package.json", R"({"workspaces": ["packages/*"]})");
  Write("packages/a/package.json", "{}");
  Write("packages/a/src/x.js");
  Files({"packages/a/src"});
  EXPECT_EQ(selection_.root, root_);
  Write("packages/a/looplint.jsonc", "{}");
  Files({"packages/a/src"});
  EXPECT_EQ(selection_.root, root_ + "/packages/a");
  EXPECT_EQ(selection_.config, root_ + "/packages/a/looplint.jsonc");
}

TEST_F(DiscoverTest, PathsOfTwoProjects) {
  Write("one/looplint.json", "{}");
  Write("one/a.js");
  Write("two/looplint.json", "{}");
  Write("two/b.js");
  Write("three/c.js");
  EXPECT_EQ(Files({"one", "two"}), (Paths{"one/a.js", "two/b.js"}));
  EXPECT_EQ(selection_.config, root_ + "/one/looplint.json");
  EXPECT_EQ(selection_.other_configs, Paths{root_ + "/two/looplint.json"});
}

TEST_F(DiscoverTest, TwoConfigurationsInOneFolder) {
  Write("looplint.jsonc", "{}");
  Write("package.json", R"({"looplint": {}})");
  const auto selection = Locate({"."}, root_);
  ASSERT_FALSE(selection.ok());
  EXPECT_NE(std::string(selection.status().message()).find("two configurations"), std::string::npos);
}

TEST_F(DiscoverTest, DependencyNamedExplicitly) {
  Write("package.json", "{}");
  Write("own.js");
  Write("node_modules/p/package.json", "{}");
  Write("node_modules/p/index.js");
  Write("node_modules/p/node_modules/q/index.js");
  EXPECT_EQ(Files({"node_modules/p"}), Paths{"index.js"});
  EXPECT_EQ(Files({"node_modules"}), Paths{"p/index.js"});
}

TEST_F(DiscoverTest, MissingPath) {
  const auto selection = Locate({"nowhere"}, root_);
  ASSERT_FALSE(selection.ok());
  EXPECT_EQ(selection.status().message(), absl::string_view("nowhere: No such file or directory"));
}

TEST_F(DiscoverTest, LinksAreNotFollowedInCircles) {
  Write("a/x.js");
  fs::create_directory_symlink("..", root_ + "/a/up");
  fs::create_directory_symlink("../..", root_ + "/a/far");  // above the project
  fs::create_symlink("loop.js", root_ + "/loop.js");
  fs::create_symlink("gone.js", root_ + "/dangling.js");
  fs::create_symlink("a/x.js", root_ + "/alias.js");
  const Sources sources = Find();
  EXPECT_EQ(sources.files, Paths{"a/x.js"});
  ASSERT_EQ(sources.notices.size(), 4u);
  EXPECT_EQ(sources.notices[0].path, "a/far");
  EXPECT_EQ(sources.notices[1].path, "a/up");
  EXPECT_EQ(sources.notices[2].path, "dangling.js");
  EXPECT_EQ(sources.notices[3].path, "loop.js");
}

TEST_F(DiscoverTest, LinksOutOfTheProjectAreFollowedOnce) {
  char name[] = "/tmp/looplint-shared-XXXXXX";
  ASSERT_NE(mkdtemp(name), nullptr);
  std::ofstream(std::string(name) + "/s.js") << "1;";
  fs::create_directory_symlink(name, root_ + "/one");
  fs::create_directory_symlink(name, root_ + "/two");
  EXPECT_EQ(Files(), Paths{"one/s.js"});
  fs::remove_all(name);
}

TEST_F(DiscoverTest, UnreadableFolderIsANotice) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  Write("a.js");
  Write("secret/b.js");
  chmod((root_ + "/secret").c_str(), 0);
  locked_.push_back(root_ + "/secret");
  const Sources sources = Find();
  EXPECT_EQ(sources.files, Paths{"a.js"});
  ASSERT_EQ(sources.notices.size(), 1u);
  EXPECT_EQ(sources.notices[0].path, "secret");
}

TEST_F(DiscoverTest, DeepTree) {
  std::string path;
  for (int i = 0; i < 300; ++i) path += "d/";
  Write(path + "x.js");
  EXPECT_EQ(Files(), Paths{path + "x.js"});
}

// Every line alone against every path: our answer is git's.
TEST_F(DiscoverTest, IgnoreLinesMeanWhatGitSays) {
  if (std::system("git --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no git";
  fs::remove_all(root_ + "/.git");
  ASSERT_EQ(std::system(Cat("git init -q ", root_, " > /dev/null 2>&1").c_str()), 0);
  const Paths lines = {"a",       "/a",      "a/",       "*.js",    "a/*.js",  "a/**",     "**/a",     "**/b/c.js", "a/**/c.js",
                       "a**c.js", "?.js",    "[abc].js", "[!a].js", "[^a].js", "\\!x.js",  "#x",       "\\#x",      "x ",
                       "x\\ ",    "b",       "b/c.js",   "/b/c.js", "a/b",     "[a-c]/*",  "[[:alpha:]].js", "[",   "a[", "*",
                       "*/",      "/*",      "/*/",      "é.js",    "?.ts",    "\\a",      "a\\",      "**",        "**/",
                       "a//b",    "./a",     "{a,b}.js", "a.js\r",  "b/**/",   "*/b/*.js", "[]-]x",    "[\\]]x",    "a/*"};
  const Paths paths = {"a",   "a.js",     "b.js", "x",    "x ",     "#x",   "!x.js", "c.js", "a/b",   "a/c.js", "a/b/c.js",
                       "b/c.js", "b/b/c.js", "é.js", "é.ts", "ab/c.js", "a/b/d/c.js", "{a,b}.js", "]x", "-x", "sub/a", "sub/a.js"};
  // A path is asked as a folder when another one lies below it.
  const auto is_folder = [&](const std::string& path) {
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& p) { return p.starts_with(path + "/"); });
  };
  for (const std::string& path : paths) {
    if (!is_folder(path)) Write(path);
  }
  Write("zz/input", [&] {
    std::string all;
    for (const std::string& path : paths) all += path + '\0';
    return all;
  }());
  for (const std::string& line : lines) {
    std::ofstream(root_ + "/.gitignore") << line << '\n';
    const std::string command = Cat("cd ", root_, " && git check-ignore --no-index -z --stdin < zz/input > zz/output 2>/dev/null");
    (void)!std::system(command.c_str());
    std::ifstream in(root_ + "/zz/output", std::ios::binary);
    const std::string output((std::istreambuf_iterator<char>(in)), {});
    Paths ignored;
    for (size_t at = 0; at < output.size(); at = output.find('\0', at) + 1) ignored.push_back(output.c_str() + at);
    const IgnoreList list(Cat(line, "\n"));
    for (const std::string& path : paths) {
      // As a walk does: from the top, stopping at an ignored folder.
      bool ours = false;
      for (size_t slash = path.find('/');; slash = path.find('/', slash + 1)) {
        const bool whole = slash == std::string::npos;
        ours = ours || list.Ignores(path.substr(0, slash), !whole || is_folder(path)).value_or(false);
        if (whole) break;
      }
      const bool git = std::find(ignored.begin(), ignored.end(), path) != ignored.end();
      EXPECT_EQ(ours, git) << "line <" << line << "> path <" << path << ">";
    }
  }
}

TEST(GlobTest, Matches) {
  const auto matches = [](std::string_view pattern, std::string_view path) {
    const auto glob = Glob::Parse(pattern);
    EXPECT_TRUE(glob.ok()) << pattern;
    return glob.ok() && glob->Matches(path);
  };
  EXPECT_TRUE(matches("scripts/**", "scripts/a/b.js"));
  EXPECT_FALSE(matches("scripts/**", "src/scripts/a.js"));
  EXPECT_TRUE(matches("**/*.test.js", "a.test.js"));
  EXPECT_TRUE(matches("*.test.{js,ts}", "deep/in/a.test.ts"));
  EXPECT_TRUE(matches("./src/*.js", "src/a.js"));
  EXPECT_FALSE(matches("src/*.js", "src/b/a.js"));
  EXPECT_TRUE(matches("src/", "src/b/a.js"));
  EXPECT_TRUE(matches("src/[ab]?.js", "src/ax.js"));
  EXPECT_TRUE(matches("{src,lib}/**/x.js", "lib/x.js"));
  EXPECT_TRUE(matches("a+(b).js", "a+(b).js"));
  for (const char* bad : {"[a", "{a", "a\\"}) EXPECT_FALSE(Glob::Parse(bad).ok()) << bad;
}

TEST(GlobTest, HostilePatternsStayCheap) {
  const auto glob = Glob::Parse("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b");
  ASSERT_TRUE(glob.ok());
  EXPECT_FALSE(glob->Matches(std::string(20000, 'a')));
}

TEST(ClassifyTest, TellsWhatNobodyWrote) {
  EXPECT_EQ(Classify("a.js", "let x = 1;\n"), SkipReason::kNo);
  EXPECT_EQ(Classify("a.js", std::string(900, 'x')), SkipReason::kNo);  // short: harmless
  EXPECT_EQ(Classify("a.js", Cat("/*! banner */\n", std::string(2000, 'x'))), SkipReason::kMinified);
  std::string mostly_normal;
  for (int i = 0; i < 200; ++i) mostly_normal += "let some = 'ordinary line of code';\n";
  EXPECT_EQ(Classify("a.js", Cat(mostly_normal, std::string(5000, 'x'))), SkipReason::kNo);
  EXPECT_EQ(Classify("a.js", Cat(mostly_normal, std::string(30000, 'x'))), SkipReason::kMinified);
  EXPECT_EQ(Classify("a.js", Cat(mostly_normal, "const types = \"", std::string(30000, 'x'), "\";\n")), SkipReason::kNo);
  EXPECT_EQ(Classify("a.js", "// Code generated by protoc. DO NOT EDIT.\nx();\n"), SkipReason::kGenerated);
  EXPECT_EQ(Classify("a.js", "/**\n * @generated\n */\nx();\n"), SkipReason::kGenerated);
  EXPECT_EQ(Classify("a.js", "write('// @generated');\n"), SkipReason::kNo);
  EXPECT_EQ(Classify("a.js", "/******/ (() => { // webpackBootstrap\n"), SkipReason::kBundled);
}

}  // namespace
}  // namespace looplint
