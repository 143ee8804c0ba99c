// Models on disk, so that a file is parsed once for all runs that see the same bytes.
//
// A project has a folder of packs. A pack is written once, under a name of its own, and moved into place when it is
// complete; nobody changes one afterwards. So any number of processes may read, add and remove packs at a time: what
// one misses it parses, as if there were no cache.
//
// A model is found by the BLAKE2b hash of its file's text and language, in the packs of this very build (its build id:
// any other code, grammar or layout of tables is another build) and this project. Nothing is taken on trust of names,
// sizes or times. Each entry and each index has a hash as well; what was cut short or changed is not there. A folder
// that another user owns or may write is not read: the rows themselves are not checked.
//
// On disk a model takes about as much as its file's text. When more than half of a project's packs is of no use to
// the run that writes, they are written anew without it; small packs join the next one written. When all projects
// together exceed the limit, those least recently used go.
#ifndef LOOPLINT_ANALYZER_ENGINE_CACHE_H_
#define LOOPLINT_ANALYZER_ENGINE_CACHE_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/model/model.h"

namespace looplint {

// "" when there is no place for it: neither LOOPLINT_CACHE_DIR, XDG_CACHE_HOME nor HOME is set.
std::string DefaultCacheFolder();

struct CacheOptions {
  std::string folder;  // of all projects; made when something is written
  // Texts of fewer bytes in all are parsed again rather than written: that takes less than to look after a file.
  uint64_t least_text = 256u << 10;
  uint64_t limit = uint64_t{2} << 30;  // of all projects together
};

using Digest = std::array<unsigned char, 16>;
Digest DigestOf(std::initializer_list<std::string_view> parts);  // BLAKE2b
std::string Hex(const Digest& digest);

// Where files of this build and project are; "" when there can be none: no folder, or a binary without a build id.
std::string ProjectFolder(const CacheOptions& options, const std::string& project);
// Whether what lies there is to be believed: nobody else made it, nobody else may change it.
bool IsOurs(const std::string& project_folder);
// False when it cannot be.
bool MakeProjectFolder(const CacheOptions& options, const std::string& project_folder);
// Removes the least recently used other projects, until all are within the limit.
void EvictProjects(const CacheOptions& options, const std::string& but);

class ModelCache {
 public:
  // Null when there can be none: no folder, or a binary without a build id.
  static std::unique_ptr<ModelCache> Open(const CacheOptions& options, const std::string& project);
  // Writes what was kept. Failing to is no error: the next run parses again.
  ~ModelCache();
  ModelCache(const ModelCache&) = delete;
  ModelCache& operator=(const ModelCache&) = delete;

  using Key = std::array<unsigned char, 32>;
  static Key KeyOf(std::string_view text, Language language);

  // These two from any thread. False when it is not there; then `model` is of no use.
  bool Find(const Key& key, FileModel& model);
  void Keep(const Key& key, const FileModel& model, size_t text_bytes);
  // The run ended early: what it did not ask for may still be of use.
  void Partial();

 private:
  class Impl;
  explicit ModelCache(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_CACHE_H_
