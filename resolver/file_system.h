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

struct DirectoryEntry {
  std::string name;
  FileType type = FileType::kNone;  // of what a link leads to
  bool link = false;
};

// Paths use '/' and are taken as given: absolute, or relative to the process's working directory. Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  // NotFound, PermissionDenied, or Internal with the system's own words; ResourceExhausted beyond `limit` bytes.
  virtual absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const = 0;
  // Follows symlinks.
  virtual FileType Type(const std::string& path) const = 0;
  // Entries of a folder in order of name; errors as for Read. Unimplemented where nothing is listed.
  virtual absl::StatusOr<std::vector<DirectoryEntry>> List(const std::string& path) const;
};

class DiskFileSystem : public FileSystem {
 public:
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  FileType Type(const std::string& path) const override;
  absl::StatusOr<std::vector<DirectoryEntry>> List(const std::string& path) const override;
};

// Files held in memory; remembers every path it was asked about, in order.
class MemoryFileSystem : public FileSystem {
 public:
  void Add(std::string path, std::string text) { files_[std::move(path)] = std::move(text); }
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  FileType Type(const std::string& path) const override;
  absl::StatusOr<std::vector<DirectoryEntry>> List(const std::string& path) const override;
  std::vector<std::string> probed() const;

 private:
  std::map<std::string, std::string> files_;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> probed_;
};

// "a/./b/../c" -> "a/c"; keeps a leading '/' and leading "..".
std::string NormalizePath(std::string_view path);
std::string_view DirName(std::string_view path);  // "a/b" -> "a", "a" -> "."
std::string JoinPath(std::string_view directory, std::string_view path);  // normalised

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_FILE_SYSTEM_H_
