#include "analyzer/engine/cache.h"

#include <fcntl.h>
#include <link.h>
#include <lz4.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "analyzer/model/store.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;

using Key = ModelCache::Key;
struct HashKey {
  // It is a hash already.
  size_t operator()(const Key& key) const {
    size_t h;
    std::memcpy(&h, key.data(), sizeof(h));
    return h;
  }
};

constexpr char kMagic[16] = "looplint pack 1";  // first and last of a pack
constexpr uint64_t kMaxModel = uint64_t{2} << 30;
constexpr size_t kBuffer = size_t{1} << 20;
constexpr size_t kMaxPacks = 8;
constexpr std::time_t kLeftover = 3600;  // s; unfinished files older than this are of runs that died
// Says to programs that back up or search that the folder need not be kept; see bford.info/cachedir.
constexpr char kTag[] = "Signature: 8a477f597d28d172789f06886806bc55\n# Models of source files and findings of runs, written by looplint.\n";

// A pack: Head, models one after another (LZ4 blocks), Entry rows, Foot.
struct Head {
  char magic[16];
  Digest owner;  // build and project
};
struct Entry {
  Key key;
  Digest digest;              // of the stored bytes
  uint64_t at, stored, size;  // size: before compression
};
struct Foot {
  uint64_t at, count;  // of the entries
  Digest digest;       // of the entries
  char magic[16];
};

template <typename Out>
Out HashOf(std::initializer_list<std::string_view> parts) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, sizeof(Out));
  for (const std::string_view part : parts) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
  }
  Out out;
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

template <typename T>
std::string_view BytesOf(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

// The linker's hash over all that this program consists of; "" when it was linked without.
std::string BuildId() {
  std::string id;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* out) {
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_NOTE) continue;
          const char* at = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
          const char* end = at + segment.p_memsz;
          while (at + sizeof(ElfW(Nhdr)) <= end) {
            ElfW(Nhdr) note;
            std::memcpy(&note, at, sizeof(note));
            const char* name = at + sizeof(note);
            const char* text = name + (note.n_namesz + 3) / 4 * 4;
            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
              static_cast<std::string*>(out)->assign(text, note.n_descsz);
              return 1;
            }
            at = text + (note.n_descsz + 3) / 4 * 4;
          }
        }
        return 1;  // the first is the program itself
      },
      &id);
  return id;
}

bool ReadAt(int file, uint64_t at, char* to, size_t size) {
  while (size > 0) {
    const ssize_t n = pread(file, to, size, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n, at += static_cast<uint64_t>(n), size -= static_cast<size_t>(n);
  }
  return true;
}

bool WriteTo(int file, const char* from, size_t size) {
  while (size > 0) {
    const ssize_t n = write(file, from, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    from += n, size -= static_cast<size_t>(n);
  }
  return true;
}

// Memory for eight-aligned bytes that is not cleared.
class Scratch {
 public:
  char* Of(size_t size) {
    if (size > size_) {
      words_.reset(new uint64_t[size / 8 + 1]);
      size_ = size;
    }
    return reinterpret_cast<char*>(words_.get());
  }
  void Shrink() {
    if (size_ > (size_t{16} << 20)) words_.reset(), size_ = 0;
  }

 private:
  std::unique_ptr<uint64_t[]> words_;
  size_t size_ = 0;
};

struct Pack {
  ~Pack() {
    if (file >= 0) close(file);
  }
  std::string path;
  int file = -1;
  uint64_t size = 0;
  std::vector<Entry> entries;
  std::vector<bool> used;  // under the mutex, as is
  bool damaged = true;     // not to be read, or some of it is not
};

std::unique_ptr<Pack> OpenPack(std::string path, const Digest& owner) {
  auto pack = std::make_unique<Pack>();
  pack->path = std::move(path);
  pack->file = open(pack->path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat status;
  if (pack->file < 0 || fstat(pack->file, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  pack->size = static_cast<uint64_t>(status.st_size);
  Head head;
  Foot foot;
  if (pack->size < sizeof(head) + sizeof(foot)) return pack;
  const uint64_t end = pack->size - sizeof(foot);
  if (!ReadAt(pack->file, 0, reinterpret_cast<char*>(&head), sizeof(head)) ||
      !ReadAt(pack->file, end, reinterpret_cast<char*>(&foot), sizeof(foot)) ||
      std::memcmp(head.magic, kMagic, sizeof(kMagic)) != 0 || std::memcmp(foot.magic, kMagic, sizeof(kMagic)) != 0 ||
      head.owner != owner || foot.at < sizeof(head) || foot.at > end || (end - foot.at) % sizeof(Entry) != 0 ||
      foot.count != (end - foot.at) / sizeof(Entry)) {
    return pack;
  }
  std::vector<Entry> entries(foot.count);
  char* rows = reinterpret_cast<char*>(entries.data());
  const size_t bytes = entries.size() * sizeof(Entry);
  if (!ReadAt(pack->file, foot.at, rows, bytes) || HashOf<Digest>({{rows, bytes}}) != foot.digest) return pack;
  for (const Entry& e : entries) {
    if (e.at > foot.at || e.stored > foot.at - e.at || e.size > kMaxModel || e.stored > kMaxModel) return pack;
  }
  pack->entries = std::move(entries);
  pack->used.resize(pack->entries.size());
  pack->damaged = false;
  return pack;
}

}  // namespace

Digest DigestOf(std::initializer_list<std::string_view> parts) { return HashOf<Digest>(parts); }

std::string Hex(const Digest& digest) {
  std::string out(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), digest.data(), digest.size());
  out.pop_back();
  return out;
}

std::string ProjectFolder(const CacheOptions& options, const std::string& project) {
  static const std::string build = sodium_init() < 0 ? "" : BuildId();
  if (options.folder.empty() || build.empty()) return "";
  return Cat(options.folder, "/models/", Hex(HashOf<Digest>({build, project})));
}

bool IsOurs(const std::string& project_folder) {
  struct stat status;
  return lstat(project_folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
         (status.st_mode & 022) == 0;
}

bool MakeProjectFolder(const CacheOptions& options, const std::string& project_folder) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  const std::string models = Cat(options.folder, "/models");
  if (mkdir(models.c_str(), 0700) == 0) std::ofstream(Cat(options.folder, "/CACHEDIR.TAG")) << kTag;
  return mkdir(project_folder.c_str(), 0700) == 0 || IsOurs(project_folder);
}

void EvictProjects(const CacheOptions& options, const std::string& but) {
  struct Project {
    fs::path path;
    std::pair<std::time_t, long> used;  // s, ns
    uint64_t size = 0;
  };
  std::vector<Project> projects;
  uint64_t total = 0;
  std::error_code error;
  const std::time_t now = std::time(nullptr);
  for (auto it = fs::directory_iterator(Cat(options.folder, "/models"), error);
       !error && it != fs::directory_iterator(); it.increment(error)) {
    struct stat status;
    if (lstat(it->path().c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) continue;
    Project project{it->path(), {status.st_mtim.tv_sec, status.st_mtim.tv_nsec}};
    std::error_code ignored;
    for (auto file = fs::directory_iterator(it->path(), ignored); !ignored && file != fs::directory_iterator();
         file.increment(ignored)) {
      if (lstat(file->path().c_str(), &status) != 0) continue;
      if (file->path().extension() != ".pack" && file->path().extension() != ".run" && status.st_mtime < now - kLeftover) {
        unlink(file->path().c_str());
      } else {
        project.size += static_cast<uint64_t>(status.st_size);
      }
    }
    total += project.size;
    projects.push_back(std::move(project));
  }
  std::ranges::sort(projects, {}, [](const Project& p) { return std::pair(p.used, p.path); });
  for (const Project& project : projects) {
    if (total <= options.limit) break;
    if (project.path == but) continue;
    total -= project.size;
    std::error_code ignored;
    fs::remove_all(project.path, ignored);
  }
}

std::string DefaultCacheFolder() {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (const std::string own = variable("LOOPLINT_CACHE_DIR"); !own.empty()) return own;
  // Relative paths are to be ignored, says the specification.
  if (const std::string xdg = variable("XDG_CACHE_HOME"); xdg.starts_with('/')) return Cat(xdg, "/looplint");
  if (const std::string home = variable("HOME"); home.starts_with('/')) return Cat(home, "/.cache/looplint");
  return "";
}

class ModelCache::Impl {
 public:
  Impl(CacheOptions options, std::string folder)
      : options_(std::move(options)), owner_(HashOf<Digest>({folder.substr(folder.rfind('/'))})), folder_(std::move(folder)) {
    struct stat status;
    if (lstat(folder_.c_str(), &status) != 0) return;
    usable_ = IsOurs(folder_);
    if (!usable_) return;
    std::error_code error;
    std::vector<std::string> paths;
    for (auto it = fs::directory_iterator(folder_, error); !error && it != fs::directory_iterator();
         it.increment(error)) {
      if (it->path().extension() == ".pack") paths.push_back(it->path().string());
    }
    std::ranges::sort(paths);
    for (std::string& path : paths) {
      std::unique_ptr<Pack> pack = OpenPack(std::move(path), owner_);
      if (pack == nullptr) continue;
      for (uint32_t i = 0; i < pack->entries.size(); ++i) {
        index_.try_emplace(pack->entries[i].key, Where{pack.get(), i});
      }
      packs_.push_back(std::move(pack));
    }
    utimensat(AT_FDCWD, folder_.c_str(), nullptr, 0);  // when it was last used
  }

  ~Impl() {
    Finish();
    if (file_ >= 0) close(file_);
    if (!unfinished_.empty()) unlink(unfinished_.c_str());
  }

  bool Find(const Key& key, FileModel& model) {
    const auto it = index_.find(key);
    if (it == index_.end()) return false;
    const Pack& pack = *it->second.pack;
    const Entry& entry = pack.entries[it->second.row];
    thread_local Scratch stored, whole;
    char* from = stored.Of(entry.stored);
    char* to = whole.Of(entry.size);
    const bool found = ReadAt(pack.file, entry.at, from, entry.stored) &&
                       HashOf<Digest>({{from, entry.stored}}) == entry.digest &&
                       LZ4_decompress_safe(from, to, static_cast<int>(entry.stored), static_cast<int>(entry.size)) ==
                           static_cast<int>(entry.size) &&
                       RestoreModel({to, entry.size}, model);
    stored.Shrink(), whole.Shrink();
    const std::lock_guard lock(mutex_);
    it->second.pack->used[it->second.row] = found;
    if (!found) it->second.pack->damaged = true;
    return found;
  }

  void Keep(const Key& key, const FileModel& model, size_t text_bytes) {
    if (!usable_) return;
    thread_local std::string bytes;
    thread_local Scratch packed;
    StoreModel(model, bytes);
    if (bytes.size() > LZ4_MAX_INPUT_SIZE) return;
    const int room = LZ4_compressBound(static_cast<int>(bytes.size()));
    char* to = packed.Of(static_cast<size_t>(room));
    const int stored = LZ4_compress_default(bytes.data(), to, static_cast<int>(bytes.size()), room);
    if (stored <= 0) return;
    Entry entry;
    entry.key = key;
    entry.stored = static_cast<uint64_t>(stored);
    entry.size = bytes.size();
    entry.digest = HashOf<Digest>({{to, entry.stored}});
    if (bytes.capacity() > (size_t{16} << 20)) std::string().swap(bytes);
    {
      const std::lock_guard lock(mutex_);
      text_ += text_bytes;
      Append(entry, {to, entry.stored});
      if (text_ >= options_.least_text) Flush(kBuffer);
    }
    packed.Shrink();
  }

  void Partial() { partial_ = true; }

 private:
  struct Where {
    Pack* pack;
    uint32_t row;
  };

  // ---- under the mutex, or when no one else is left
  void Append(Entry entry, std::string_view stored) {
    // Of no use to this run is at most half of what is kept, so half the limit keeps within it.
    if (failed_ || end_ + stored.size() > options_.limit / 2 || !added_.insert_or_assign(entry.key, true).second)
      return;
    entry.at = end_;
    end_ += stored.size();
    buffer_ += stored;
    entries_.push_back(entry);
  }

  void Fail() {
    failed_ = true;
    buffer_ = std::string();
  }

  bool Create() {
    if (!MakeProjectFolder(options_, folder_)) return false;
    unfinished_ = Cat(folder_, "/unfinished-XXXXXX");
    file_ = mkostemp(unfinished_.data(), O_CLOEXEC);
    if (file_ < 0) unfinished_.clear();
    Head head;
    std::memcpy(head.magic, kMagic, sizeof(kMagic));
    head.owner = owner_;
    return file_ >= 0 && WriteTo(file_, reinterpret_cast<const char*>(&head), sizeof(head));
  }

  // Writes the buffer when it holds at least so much.
  void Flush(size_t least) {
    if (failed_ || buffer_.size() < least) return;
    if ((file_ < 0 && !Create()) || !WriteTo(file_, buffer_.data(), buffer_.size())) return Fail();
    buffer_.clear();
  }

  // Takes over from a pack what is in no other place of the new one.
  void Take(const Pack& pack, bool all) {
    std::string stored;
    for (size_t i = 0; i < pack.entries.size(); ++i) {
      const Entry& e = pack.entries[i];
      if ((!all && !pack.used[i]) || added_.contains(e.key)) continue;
      stored.resize(e.stored);
      if (!ReadAt(pack.file, e.at, stored.data(), stored.size()) || HashOf<Digest>({stored}) != e.digest) continue;
      Append(e, stored);
      Flush(kBuffer);
    }
  }

  void Finish() {
    const bool damaged = std::ranges::any_of(packs_, [](const auto& pack) { return pack->damaged; });
    if (!usable_ || failed_ || entries_.empty() || (text_ < options_.least_text && !damaged)) return;
    // Which packs go on in the new one: all but what is of no use when that is more than half; else the small ones.
    uint64_t used = end_, unused = 0;
    for (const auto& pack : packs_) {
      uint64_t here = 0;
      for (size_t i = 0; i < pack->entries.size(); ++i) {
        if (pack->used[i]) here += pack->entries[i].stored;
      }
      used += here;
      unused += pack->size - std::min(here, pack->size);
    }
    const bool anew = !partial_ && unused > used;
    std::ranges::sort(packs_, {}, [](const auto& pack) { return pack->size; });
    std::vector<const Pack*> gone;
    for (size_t i = 0; i < packs_.size(); ++i) {
      const Pack& pack = *packs_[i];
      if (!anew && !pack.damaged && pack.size > 2 * end_ && packs_.size() - i < kMaxPacks) continue;
      Take(pack, !anew);
      gone.push_back(&pack);
    }
    Flush(0);
    if (failed_) return;
    Foot foot;
    const std::string_view rows(reinterpret_cast<const char*>(entries_.data()), entries_.size() * sizeof(Entry));
    foot.at = end_;
    foot.count = entries_.size();
    foot.digest = HashOf<Digest>({rows});
    std::memcpy(foot.magic, kMagic, sizeof(kMagic));
    if (!WriteTo(file_, rows.data(), rows.size()) || !WriteTo(file_, BytesOf(foot).data(), sizeof(foot))) return;
    unsigned char name[8];
    randombytes_buf(name, sizeof(name));
    char hex[sizeof(name) * 2 + 1];
    sodium_bin2hex(hex, sizeof(hex), name, sizeof(name));
    if (rename(unfinished_.c_str(), Cat(folder_, "/", hex, ".pack").c_str()) != 0) return;
    unfinished_.clear();
    for (const Pack* pack : gone) unlink(pack->path.c_str());
    EvictProjects(options_, folder_);
  }

  const CacheOptions options_;
  const Digest owner_;
  const std::string folder_;
  bool usable_ = true;
  std::atomic<bool> partial_{false};
  absl::flat_hash_map<Key, Where, HashKey> index_;

  std::mutex mutex_;  // guards what follows, and which entries of packs were used
  std::vector<std::unique_ptr<Pack>> packs_;
  uint64_t text_ = 0;
  bool failed_ = false;
  std::string unfinished_;
  int file_ = -1;
  uint64_t end_ = sizeof(Head);
  std::string buffer_;
  std::vector<Entry> entries_;
  absl::flat_hash_map<Key, bool, HashKey> added_;
};

ModelCache::ModelCache(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModelCache::~ModelCache() = default;

std::unique_ptr<ModelCache> ModelCache::Open(const CacheOptions& options, const std::string& project) {
  std::string folder = ProjectFolder(options, project);
  if (folder.empty()) return nullptr;
  return std::unique_ptr<ModelCache>(new ModelCache(std::make_unique<Impl>(options, std::move(folder))));
}

ModelCache::Key ModelCache::KeyOf(std::string_view text, Language language) {
  const char first = static_cast<char>(language);
  return HashOf<Key>({{&first, 1}, text});
}

bool ModelCache::Find(const Key& key, FileModel& model) { return impl_->Find(key, model); }
void ModelCache::Keep(const Key& key, const FileModel& model, size_t text_bytes) {
  impl_->Keep(key, model, text_bytes);
}
void ModelCache::Partial() { impl_->Partial(); }

}  // namespace looplint
