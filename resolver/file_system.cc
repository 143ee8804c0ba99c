#include "resolver/file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {
absl::Status ErrnoStatus(const std::string& path) {
  const std::string text = Cat(path, ": ", std::strerror(errno));
  switch (errno) {
    case ENOENT: case ENOTDIR: return absl::NotFoundError(text);
    case EACCES: case EPERM: return absl::PermissionDeniedError(text);
    default: return absl::InternalError(text);
  }
}
}  // namespace

absl::StatusOr<std::string> DiskFileSystem::Read(const std::string& path, uint64_t limit) const {
  // O_NONBLOCK: a FIFO or device somebody put in the tree must not hang us.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return ErrnoStatus(path);
  struct stat st;
  if (fstat(fd, &st) != 0) {
    const absl::Status status = ErrnoStatus(path);
    close(fd);
    return status;
  }
  if (!S_ISREG(st.st_mode)) {
    close(fd);
    return absl::InternalError(Cat(path, ": not a regular file"));
  }
  if (static_cast<uint64_t>(st.st_size) > limit) {
    close(fd);
    return absl::ResourceExhaustedError(Cat(path, ": ", st.st_size, " bytes, over the limit of ", limit));
  }
  std::string text;
  text.resize(static_cast<size_t>(st.st_size));
  size_t n = 0;
  for (;;) {
    if (n == text.size()) {
      char probe;
      const ssize_t more = read(fd, &probe, 1);  // grew meanwhile?
      if (more <= 0) break;
      text.push_back(probe);
      ++n;
      continue;
    }
    const ssize_t got = read(fd, text.data() + n, text.size() - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const absl::Status status = ErrnoStatus(path);
      close(fd);
      return status;
    }
    if (got == 0) break;
    n += static_cast<size_t>(got);
  }
  close(fd);
  text.resize(n);
  return text;
}

FileType DiskFileSystem::Type(const std::string& path) const {
  struct stat st;
  if (stat(path.c_str(), &st) != 0) return FileType::kNone;
  if (S_ISREG(st.st_mode)) return FileType::kFile;
  if (S_ISDIR(st.st_mode)) return FileType::kDirectory;
  return FileType::kOther;
}

absl::StatusOr<std::vector<DirectoryEntry>> FileSystem::List(const std::string& path) const {
  return absl::UnimplementedError(path);
}

absl::StatusOr<std::vector<DirectoryEntry>> DiskFileSystem::List(const std::string& path) const {
  DIR* folder = opendir(path.c_str());
  if (folder == nullptr) return ErrnoStatus(path);
  std::vector<DirectoryEntry> out;
  while (const dirent* e = readdir(folder)) {
    DirectoryEntry entry;
    entry.name = e->d_name;
    if (entry.name == "." || entry.name == "..") continue;
    entry.link = e->d_type == DT_LNK;
    entry.type = e->d_type == DT_REG   ? FileType::kFile
                 : e->d_type == DT_DIR ? FileType::kDirectory
                 : e->d_type == DT_LNK || e->d_type == DT_UNKNOWN ? Type(path + "/" + entry.name)
                                                                  : FileType::kOther;
    out.push_back(std::move(entry));
  }
  closedir(folder);
  std::ranges::sort(out, {}, &DirectoryEntry::name);
  return out;
}

absl::StatusOr<std::string> MemoryFileSystem::Read(const std::string& path, uint64_t limit) const {
  const std::lock_guard lock(mutex_);
  probed_.push_back(path);
  const auto it = files_.find(path);
  if (it == files_.end()) return absl::NotFoundError(path);
  if (it->second.size() > limit) return absl::ResourceExhaustedError(path);
  return it->second;
}

absl::StatusOr<std::vector<DirectoryEntry>> MemoryFileSystem::List(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  probed_.push_back(path);
  const std::string prefix = path + "/";
  std::vector<DirectoryEntry> out;
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix); ++it) {
    const std::string rest = it->first.substr(prefix.size());
    const size_t slash = rest.find('/');
    std::string name = rest.substr(0, slash);
    if (!out.empty() && out.back().name == name) continue;
    out.push_back({std::move(name), slash == std::string::npos ? FileType::kFile : FileType::kDirectory, false});
  }
  if (out.empty()) return absl::NotFoundError(path);
  std::ranges::sort(out, {}, &DirectoryEntry::name);
  out.erase(std::unique(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name == b.name; }), out.end());
  return out;
}

FileType MemoryFileSystem::Type(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  probed_.push_back(path);
  const auto it = files_.lower_bound(path);
  if (it == files_.end()) return FileType::kNone;
  if (it->first == path) return FileType::kFile;
  return files_.lower_bound(path + "/") != files_.end() && files_.lower_bound(path + "/")->first.starts_with(path + "/")
             ? FileType::kDirectory
             : FileType::kNone;
}

std::vector<std::string> MemoryFileSystem::probed() const {
  const std::lock_guard lock(mutex_);
  return probed_;
}

std::string NormalizePath(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  size_t i = 0;
  while (i <= path.size()) {
    size_t j = path.find('/', i);
    if (j == std::string_view::npos) j = path.size();
    const std::string_view part = path.substr(i, j - i);
    if (part == "..") {
      if (!parts.empty() && parts.back() != "..") {
        parts.pop_back();
      } else if (!absolute) {
        parts.push_back(part);
      }
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    i = j + 1;
  }
  std::string out = absolute ? "/" : "";
  for (size_t k = 0; k < parts.size(); ++k) {
    if (k > 0) out += '/';
    out += parts[k];
  }
  return out.empty() ? "." : out;
}

std::string_view DirName(std::string_view path) {
  const size_t i = path.rfind('/');
  if (i == std::string_view::npos) return ".";
  return i == 0 ? path.substr(0, 1) : path.substr(0, i);
}

std::string JoinPath(std::string_view directory, std::string_view path) {
  if (path.starts_with('/')) return NormalizePath(path);
  return NormalizePath(Cat(directory, "/", path));
}

}  // namespace looplint
