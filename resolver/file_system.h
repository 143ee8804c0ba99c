// The only way to the disk. A view, so that an editor can lay unsaved text over it and a test can hold it in memory
// and ask which paths were probed.
#ifndef LOOPLINT_RESOLVER_FILE_SYSTEM_H_
#define LOOPLINT_RESOLVER_FILE_SYSTEM_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace looplint {

enum class FileType : uint8_t { kNone, kFile, kDirectory, kOther };

// The entries of a directory, without "." and "..", in no particular order. Names lie one after another in `names`.
struct Listing {
  enum class Kind : uint8_t { kFile, kDirectory, kLink, kOther, kUnknown };  // kUnknown: ask Type()
  struct Entry {
    uint32_t at = 0;
    uint32_t length = 0;
    Kind kind = Kind::kUnknown;
  };
  std::string names;
  std::vector<Entry> entries;
  void Add(std::string_view name, Kind kind) {
    entries.push_back({static_cast<uint32_t>(names.size()), static_cast<uint32_t>(name.size()), kind});
    names += name;
  }
  std::string_view name(const Entry& e) const { return std::string_view(names).substr(e.at, e.length); }
};

// Paths use '/' and are taken as given: absolute, or relative to the process's working directory. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // NotFound, PermissionDenied, or Internal with the system's own words; ResourceExhausted beyond `limit` bytes.
  virtual absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const = 0;
  // Follows symlinks.
  virtual FileType Type(const std::string& path) const = 0;
  // Unimplemented for a view that cannot list or has no symlinks: the caller asks Type() name by name.
  virtual absl::Status List(const std::string& path, Listing& out) const;
  virtual absl::StatusOr<std::string> ReadLink(const std::string& path) const;
  // May the file be run as a program? True where nobody can tell: an editor's text has no mode.
  virtual bool Executable(const std::string& path) const;
};

class DiskFileSystem : public FileSystem {
 public:
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  FileType Type(const std::string& path) const override;
  absl::Status List(const std::string& path, Listing& out) const override;
  absl::StatusOr<std::string> ReadLink(const std::string& path) const override;
  bool Executable(const std::string& path) const override;
};

// Files, folders and symlinks held in memory.
class MemoryFileSystem : public FileSystem {
 public:
  void Add(std::string path, std::string text) { files_[std::move(path)] = {std::move(text), FileType::kFile}; }
  void AddDirectory(std::string path) { files_[std::move(path)] = {"", FileType::kDirectory}; }
  void AddLink(std::string path, std::string target) { files_[std::move(path)] = {std::move(target), FileType::kOther}; }
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  FileType Type(const std::string& path) const override;
  absl::Status List(const std::string& path, Listing& out) const override;
  absl::StatusOr<std::string> ReadLink(const std::string& path) const override;

 private:
  struct Entry {
    std::string text;  // of a link: its target
    FileType type;     // kOther: a link
  };
  // The entry at `path` with no link followed, or null; sets `directory` when it is a folder that other paths imply.
  const Entry* Find(const std::string& path, bool& directory) const;
  std::string Follow(std::string path) const;  // links in `path` replaced; "" for a loop

  std::map<std::string, Entry> files_;
};

// Notes every question put to another view, in order: "read /a", "type /a", "list /a", "link /a", "mode /a".
class RecordingFileSystem : public FileSystem {
 public:
  explicit RecordingFileSystem(const FileSystem& below) : below_(below) {}
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  FileType Type(const std::string& path) const override;
  absl::Status List(const std::string& path, Listing& out) const override;
  absl::StatusOr<std::string> ReadLink(const std::string& path) const override;
  bool Executable(const std::string& path) const override;
  std::vector<std::string> questions() const;

 private:
  void Note(const char* what, const std::string& path) const;
  const FileSystem& below_;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> questions_;
};

// One entry as most want it.
struct DirectoryEntry {
  std::string name;
  FileType type = FileType::kNone;  // of what a link leads to
  bool link = false;
};
// The entries of a folder in order of name; errors as for List.
absl::StatusOr<std::vector<DirectoryEntry>> ListSorted(const FileSystem& fs, const std::string& path);

// "a/./b/../c" -> "a/c"; keeps a leading '/' and leading "..".
std::string NormalizePath(std::string_view path);
std::string_view DirName(std::string_view path);  // "a/b" -> "a", "a" -> "."
std::string JoinPath(std::string_view directory, std::string_view path);  // normalised

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_FILE_SYSTEM_H_
