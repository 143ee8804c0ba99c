// The cache gives back what was kept, for the very text it was made from, or nothing: whatever became of its files, and
// whoever else writes at the same time.
#include "analyzer/engine/cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "analyzer/base/strings.h"
#include "analyzer/engine/discover.h"
#include "analyzer/model/lower.h"
#include "analyzer/model/store.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSource = LOOPLINT_SOURCE_DIR;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void WriteFile(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

FileModel ModelOf(const std::string& text, Language language = Language::kJavaScript) {
  return Lower(text, Parse(text, language));
}
std::string BytesOf(const FileModel& model) {
  std::string bytes;
  StoreModel(model, bytes);
  return bytes;
}
// Equal but for what lies between the members of rows, where the compiler cannot clear that.
bool Same(const FileModel& a, const FileModel& b) {
#if defined(__GNUC__) && !defined(__clang__)
  return BytesOf(a) == BytesOf(b);
#else
  return BytesOf(a).size() == BytesOf(b).size() && a.names.size() == b.names.size();
#endif
}
// A text unlike those of other numbers, of some 300 bytes.
std::string Text(int i) {
  return Cat("import { a", i, " } from './a", i, ".js';\nexport async function f", i,
             "(x) {\n  for (const y of x) await a", i, "(y, '", std::string(200, 'x'), "');\n}\n");
}

TEST(StoreTest, ModelsComeBackAsTheyWere) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(Cat(kSource, "/fixtures"))) {
    const std::string path = entry.path();
    if (!entry.is_regular_file() || !IsSourceName(path) || path.find("/node_modules/") != std::string::npos) continue;
    const std::string bytes = BytesOf(ModelOf(ReadFile(path), LanguageOf(path)));
    FileModel model;
    ASSERT_TRUE(RestoreModel(bytes, model)) << path;
    ASSERT_TRUE(BytesOf(model) == bytes) << path;
    for (uint32_t i = 0; i < model.names.size(); ++i) {
      ASSERT_EQ(model.names.Find(model.names[static_cast<NameId>(i)]), static_cast<NameId>(i)) << path;
    }
    ++files;
  }
  EXPECT_GT(files, 100);
}

TEST(StoreTest, WhatIsCutOrLongerIsNoModel) {
  const std::string bytes = BytesOf(ModelOf(Text(1)));
  FileModel model;
  for (size_t n = 0; n < bytes.size(); ++n) ASSERT_FALSE(RestoreModel(bytes.substr(0, n), model)) << n;
  EXPECT_FALSE(RestoreModel(bytes + std::string(8, '\0'), model));
  // Lengths that lie are seen before memory is asked for.
  for (size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    std::string changed = bytes;
    for (size_t i = at; i < at + 8; ++i) changed[i] = static_cast<char>(0x7f);
    RestoreModel(changed, model);
  }
}

class CacheTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = fs::temp_directory_path() / "looplint-cache-XXXXXX";
    options_.folder = mkdtemp(name.data());
    options_.least_text = 0;
  }
  void TearDown() override { fs::remove_all(options_.folder); }

  std::unique_ptr<ModelCache> Open(const std::string& project = "/p") { return ModelCache::Open(options_, project); }
  static void Keep(ModelCache& cache, const std::string& text) {
    cache.Keep(ModelCache::KeyOf(text, Language::kJavaScript), ModelOf(text), text.size());
  }
  // Whether it is there; it must be the right one then.
  static bool Has(ModelCache& cache, const std::string& text, Language language = Language::kJavaScript) {
    FileModel model;
    if (!cache.Find(ModelCache::KeyOf(text, language), model)) return false;
    EXPECT_TRUE(Same(model, ModelOf(text, language)));
    return true;
  }
  // As a run does: what is not there is made and kept. How many were.
  int Run(int first, int last, const std::string& project = "/p") {
    const auto cache = Open(project);
    int found = 0;
    for (int i = first; i < last; ++i) {
      if (Has(*cache, Text(i))) {
        ++found;
      } else {
        Keep(*cache, Text(i));
      }
    }
    return found;
  }
  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(options_.folder)) {
      if (entry.is_regular_file() && entry.path().filename() != "CACHEDIR.TAG") files.push_back(entry.path());
    }
    return files;
  }
  uint64_t Bytes() const {
    uint64_t bytes = 0;
    for (const fs::path& file : Files()) bytes += fs::file_size(file);
    return bytes;
  }
  CacheOptions options_;
};

TEST_F(CacheTest, FindsWhatWasKept) {
  EXPECT_EQ(Run(0, 50), 0);
  EXPECT_EQ(Run(0, 50), 50);
  EXPECT_EQ(Run(20, 70), 30);
  EXPECT_EQ(Run(0, 70), 70);
  EXPECT_EQ(Run(0, 50, "/other"), 0) << "another project";
  const auto cache = Open();
  EXPECT_FALSE(Has(*cache, Text(1) + " "));
  EXPECT_FALSE(Has(*cache, Text(1), Language::kTypeScript)) << "the same text means something else there";
}

TEST_F(CacheTest, LittleIsNotWorthAFile) {
  options_.least_text = 10'000;
  EXPECT_EQ(Run(0, 20), 0);
  EXPECT_EQ(Run(0, 20), 0);
  EXPECT_TRUE(Files().empty());
  EXPECT_EQ(Run(0, 60), 0);
  EXPECT_EQ(Run(0, 61), 60);
  EXPECT_EQ(Files().size(), 1u);
}

TEST_F(CacheTest, NoPlaceIsNoCache) {
  options_.folder = "";
  EXPECT_EQ(Open(), nullptr);
  options_.folder = "/proc/nowhere";
  EXPECT_EQ(Run(0, 5), 0);
  std::string name = fs::temp_directory_path() / "looplint-cache-XXXXXX";
  options_.folder = mkdtemp(name.data());
  WriteFile(options_.folder + "/models", "a file where the folder should be");
  EXPECT_EQ(Run(0, 5), 0);
  EXPECT_EQ(Run(0, 5), 0);
}

TEST_F(CacheTest, DamageIsNotThere) {
  Run(0, 12);
  ASSERT_EQ(Files().size(), 1u);
  const fs::path pack = Files()[0];
  const std::string whole = ReadFile(pack);
  std::mt19937 random(1);
  for (int i = 0; i < 400; ++i) {
    std::string bytes = whole;
    switch (i % 5) {
      case 0:
        bytes.resize(random() % bytes.size());
        break;
      case 1:
        bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
        break;
      case 2:
        bytes[bytes.size() - 1 - random() % 60] ^= 1;
        break;  // the foot
      case 3:
        bytes.insert(random() % bytes.size(), 1 + random() % 9, 'x');
        break;
      default:
        bytes = std::string(random() % 300, static_cast<char>(random()));
    }
    for (const fs::path& file : Files()) fs::remove(file);
    WriteFile(pack, bytes);
    {
      const auto cache = Open();
      for (int n = 0; n < 12; ++n) Has(*cache, Text(n));
    }
    if (i % 10 != 1) continue;
    // What was lost is written again, and the damage goes.
    options_.least_text = 1 << 20;
    Run(0, 12);
    options_.least_text = 0;
    EXPECT_EQ(Run(0, 12), 12) << i;
    EXPECT_EQ(Files().size(), 1u);
  }
}

TEST_F(CacheTest, CutUnderARun) {
  Run(0, 12);
  const auto cache = Open();
  EXPECT_TRUE(Has(*cache, Text(0)));
  fs::resize_file(Files()[0], 40);
  for (int i = 0; i < 12; ++i) EXPECT_FALSE(Has(*cache, Text(i)));
}

TEST_F(CacheTest, ManyAtOnce) {
  constexpr int kProcesses = 6, kRounds = 5, kTexts = 40;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int r = 0; r < kRounds; ++r) Run(p * 5 + r, p * 5 + r + kTexts);
      _exit(testing::Test::HasFailure() ? 1 : 0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  for (const fs::path& file : Files()) EXPECT_EQ(file.extension(), ".pack");
  Run(0, kTexts + 30);
  EXPECT_EQ(Run(0, kTexts + 30), kTexts + 30);
}

TEST_F(CacheTest, StaysSmall) {
  Run(0, 100);
  const uint64_t once = Bytes();
  for (int i = 1; i < 60; ++i) {
    Run(i * 10, i * 10 + 100);  // a tenth changes each time
    EXPECT_LE(Bytes(), 3 * once) << i;
    EXPECT_LE(Files().size(), 9u) << i;
  }
}

TEST_F(CacheTest, TheLeastRecentlyUsedProjectGoes) {
  Run(0, 100, "/a");
  const uint64_t once = Bytes();
  options_.limit = 3 * once + once / 2;
  const auto later = [&] { usleep(20'000); };
  later();
  Run(0, 100, "/b");
  later();
  Run(0, 100, "/c");
  later();
  EXPECT_EQ(Run(0, 100, "/a"), 100);  // used again
  later();
  Run(0, 100, "/d");
  EXPECT_LE(Bytes(), options_.limit);
  later();
  EXPECT_EQ(Run(0, 100, "/a"), 100);
  EXPECT_EQ(Run(0, 1, "/b"), 0);
  // What one project may have is bounded, too.
  options_.limit = once;
  Run(0, 400, "/e");
  EXPECT_LE(Bytes(), options_.limit);
  EXPECT_GT(Run(0, 400, "/e"), 50);
}

TEST_F(CacheTest, AnUnfinishedRunLeavesNothing) {
  {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto cache = Open();
      // More than is held back in memory, so that the file is there.
      for (int i = 0; i < 4000; ++i) Keep(*cache, Text(i));
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
  }
  ASSERT_EQ(Files().size(), 1u);
  const fs::path left = Files()[0];
  EXPECT_NE(left.extension(), ".pack");
  EXPECT_EQ(Run(0, 10), 0);
  EXPECT_TRUE(fs::exists(left)) << "its run may be alive";
  fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::hours(3));
  Run(10, 20);
  EXPECT_FALSE(fs::exists(left));
}

}  // namespace
}  // namespace looplint
