// Whole runs on disk, so that what was found once is told at once as long as nothing changed.
//
// A run depends on two things. What it is asked (files, configuration, options) is its key. What it asks in turn goes
// through a FileSystem, so a Witness laid over that one hears all of it: texts, types, listings, links, modes, and what
// is not there. Questions and digests of their answers are kept beside the findings.
//
// Recall puts the same questions again. When every answer is what it was, the run would go the way it went, since it
// knows nothing else, and its findings are told without linking, inferring and checking. As for models (see cache.h)
// nothing is taken on trust of sizes or times: a million lines are read and hashed in a tenth of a second.
//
// Runs that were stopped, in which a rule failed, or that got two answers to one question are not remembered. The files
// lie in the project's folder of the cache, under its rules: of this very build, of nobody else's making, bounded,
// moved into place when complete, and not there when a byte of them changed.
#ifndef LOOPLINT_ANALYZER_ENGINE_MEMORY_H_
#define LOOPLINT_ANALYZER_ENGINE_MEMORY_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/cache.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/suppress.h"
#include "resolver/file_system.h"

namespace looplint {

// Hears what a run asks and is answered. Folders above the root cannot be listed through it, recording or not: what
// else lies there is nobody's business, so their names are asked for one by one. Thread-safe.
class Witness : public FileSystem {
 public:
  enum class Kind : uint8_t { kList, kType, kLink, kMode, kText };
  struct Question {
    Kind kind = Kind::kType;
    uint64_t limit = 0;  // of kText
    std::string path;
    auto operator<=>(const Question&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Question& q) {
      return H::combine(std::move(h), q.kind, q.limit, q.path);
    }
  };
  struct Heard {
    Question question;
    Digest answer{};
  };

  // `below` must outlive it; `root` is absolute.
  Witness(const FileSystem& below, std::string_view root, bool record);
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  FileType Type(const std::string& path) const override;
  absl::Status List(const std::string& path, Listing& out) const override;
  absl::StatusOr<std::string> ReadLink(const std::string& path) const override;
  bool Executable(const std::string& path) const override;

  static Digest DigestOfText(const absl::StatusOr<std::string>& text);
  // What was answered to Read; nullopt when that was not asked.
  std::optional<Digest> Text(const std::string& path, uint64_t limit) const;
  // An answer that an earlier run was given, and this one goes by.
  void Note(const std::string& path, uint64_t limit, const Digest& text) const;
  // Ends the record and gives it away, sorted by question; nullopt when one question had two answers.
  std::optional<std::vector<Heard>> Take() const;

  // The answer today. `text`, unless null, gets what was read.
  static Digest Ask(const FileSystem& fs, const Question& question, std::string* text);

 private:
  void Hear(Question question, const Digest& answer) const;
  bool Above(std::string_view path) const;
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<Question, Digest> heard;
  };
  const FileSystem& below_;
  std::array<std::string, 2> roots_;  // as named, and real
  mutable std::atomic<bool> record_, torn_{false};
  mutable std::array<Shard, 16> shards_;
};

// All that a run is asked; `who` tells apart runs that keep different things, `skips` whether Input::skip is Classify.
Digest KeyOf(std::string_view who, const Input& input, const Config& config, bool skips);

// What a run came to, as it is told again.
struct Findings {
  std::vector<Finding> findings;  // settled
  std::vector<Suppressed> suppressed;
  std::vector<Unreadable> unreadable;
  uint64_t files = 0, lines = 0;
  std::array<uint64_t, static_cast<size_t>(SkipReason::kCount)> skipped{};
  std::string known;  // Baseline::Text of the findings, when later runs are to be compared with this one
};

struct Recalled : Findings {
  // All files under the ids they had; texts only of those that findings name, and nothing that links them.
  Project project;
  std::shared_ptr<const Outline> outline;
};

class RunMemory {
 public:
  // Null when there can be none, as for ModelCache.
  static std::unique_ptr<RunMemory> Open(const CacheOptions& options, const std::string& project);

  // `input` as it was for KeyOf. The resolver of the outline asks `fs`, which is input.fs.
  std::optional<Recalled> Recall(const Digest& key, const Input& input, std::shared_ptr<const FileSystem> fs,
                                 const StopToken& stop) const;
  // The bytes to keep; "" when the run is not to be remembered. Ends the record of the witness.
  static std::string Pack(const Witness& witness, const Input& input, const Project& project, const Outline& outline,
                          const Findings& found);
  // Failing to is no error.
  void Keep(const Digest& key, std::string_view packed) const;

 private:
  RunMemory(CacheOptions options, std::string folder) : options_(std::move(options)), folder_(std::move(folder)) {}
  std::string PathOf(const Digest& key) const;
  const CacheOptions options_;
  const std::string folder_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_MEMORY_H_
