#include "resolver/file_system.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <climits>
#include <dirent.h>
#include <fcntl.h>
#include <set>
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

absl::Status DiskFileSystem::List(const std::string& path, Listing& out) const {
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return ErrnoStatus(path);
  out.names.reserve(256);
  while (const dirent* entry = readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    out.Add(name, entry->d_type == DT_REG   ? Listing::Kind::kFile
                  : entry->d_type == DT_DIR ? Listing::Kind::kDirectory
                  : entry->d_type == DT_LNK ? Listing::Kind::kLink
                  : entry->d_type == DT_UNKNOWN ? Listing::Kind::kUnknown
                                                : Listing::Kind::kOther);
  }
  closedir(directory);
  return absl::OkStatus();
}

absl::StatusOr<std::string> DiskFileSystem::ReadLink(const std::string& path) const {
  char buffer[PATH_MAX];
  const ssize_t n = readlink(path.c_str(), buffer, sizeof buffer);
  if (n < 0) return ErrnoStatus(path);
  return std::string(buffer, static_cast<size_t>(n));
}

bool DiskFileSystem::Executable(const std::string& path) const {
  return access(path.c_str(), X_OK) == 0 || access(path.c_str(), F_OK) != 0;
}

absl::Status FileSystem::List(const std::string& path, Listing&) const { return absl::UnimplementedError(path); }
absl::StatusOr<std::string> FileSystem::ReadLink(const std::string& path) const { return absl::UnimplementedError(path); }
bool FileSystem::Executable(const std::string&) const { return true; }

const MemoryFileSystem::Entry* MemoryFileSystem::Find(const std::string& path, bool& directory) const {
  directory = false;
  const auto it = files_.find(path);
  if (it != files_.end()) {
    directory = it->second.type == FileType::kDirectory;
    return &it->second;
  }
  if (path == "/" || path == ".") {
    directory = true;
    return nullptr;
  }
  const std::string prefix = path + "/";
  const auto below = files_.lower_bound(prefix);
  directory = below != files_.end() && below->first.starts_with(prefix);
  return nullptr;
}

std::string MemoryFileSystem::Follow(std::string path) const {
  for (int hops = 0; hops < 40; ++hops) {
    bool replaced = false;
    for (size_t i = path.find('/', 1);; i = path.find('/', i + 1)) {
      const std::string head = path.substr(0, i);
      bool directory;
      const Entry* entry = Find(head, directory);
      if (entry != nullptr && entry->type == FileType::kOther) {
        path = JoinPath(DirName(head), entry->text) + (i == std::string::npos ? "" : path.substr(i));
        replaced = true;
        break;
      }
      if (i == std::string::npos) break;
    }
    if (!replaced) return path;
  }
  return "";
}

absl::StatusOr<std::string> MemoryFileSystem::Read(const std::string& path, uint64_t limit) const {
  bool directory;
  const Entry* entry = Find(Follow(path), directory);
  if (entry == nullptr || directory) return absl::NotFoundError(path);
  if (entry->text.size() > limit) return absl::ResourceExhaustedError(path);
  return entry->text;
}

FileType MemoryFileSystem::Type(const std::string& path) const {
  bool directory;
  const Entry* entry = Find(Follow(path), directory);
  return directory ? FileType::kDirectory : entry == nullptr ? FileType::kNone : FileType::kFile;
}

absl::Status MemoryFileSystem::List(const std::string& path, Listing& out) const {
  const std::string real = Follow(path);
  bool is_directory;
  Find(real, is_directory);
  if (!is_directory) return absl::NotFoundError(path);
  const std::string prefix = real == "/" ? "/" : real == "." ? "" : real + "/";
  std::set<std::string> folders;
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix); ++it) {
    const size_t end = it->first.find('/', prefix.size());
    std::string name = it->first.substr(prefix.size(), end == std::string::npos ? end : end - prefix.size());
    if (name.empty()) continue;
    if (end != std::string::npos || it->second.type == FileType::kDirectory) {
      folders.insert(std::move(name));
    } else {
      out.Add(name, it->second.type == FileType::kOther ? Listing::Kind::kLink : Listing::Kind::kFile);
    }
  }
  for (const std::string& name : folders) out.Add(name, Listing::Kind::kDirectory);
  return absl::OkStatus();
}

absl::StatusOr<std::string> MemoryFileSystem::ReadLink(const std::string& path) const {
  bool directory;
  const Entry* entry = Find(path, directory);
  if (entry == nullptr || entry->type != FileType::kOther) return absl::NotFoundError(path);
  return entry->text;
}

void RecordingFileSystem::Note(const char* what, const std::string& path) const {
  const std::lock_guard lock(mutex_);
  questions_.push_back(Cat(what, " ", path));
}
absl::StatusOr<std::string> RecordingFileSystem::Read(const std::string& path, uint64_t limit) const {
  Note("read", path);
  return below_.Read(path, limit);
}
FileType RecordingFileSystem::Type(const std::string& path) const {
  Note("type", path);
  return below_.Type(path);
}
absl::Status RecordingFileSystem::List(const std::string& path, Listing& out) const {
  Note("list", path);
  return below_.List(path, out);
}
absl::StatusOr<std::string> RecordingFileSystem::ReadLink(const std::string& path) const {
  Note("link", path);
  return below_.ReadLink(path);
}
bool RecordingFileSystem::Executable(const std::string& path) const {
  Note("mode", path);
  return below_.Executable(path);
}
std::vector<std::string> RecordingFileSystem::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

absl::StatusOr<std::vector<DirectoryEntry>> ListSorted(const FileSystem& fs, const std::string& path) {
  Listing listing;
  if (absl::Status status = fs.List(path, listing); !status.ok()) return status;
  std::vector<DirectoryEntry> out;
  out.reserve(listing.entries.size());
  for (const Listing::Entry& e : listing.entries) {
    DirectoryEntry entry;
    entry.name = listing.name(e);
    entry.link = e.kind == Listing::Kind::kLink;
    switch (e.kind) {
      case Listing::Kind::kFile: entry.type = FileType::kFile; break;
      case Listing::Kind::kDirectory: entry.type = FileType::kDirectory; break;
      case Listing::Kind::kOther: entry.type = FileType::kOther; break;
      default: entry.type = fs.Type(path + "/" + entry.name);
    }
    out.push_back(std::move(entry));
  }
  std::ranges::sort(out, {}, &DirectoryEntry::name);
  return out;
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
