#include "analyzer/cli/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "analyzer/base/strings.h"
#include "resolver/file_system.h"

namespace looplint {

void Warn(std::string_view text) {
  const std::string line = Cat("looplint: ", text, "\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd, text.data(), text.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno == EPIPE;
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

Output::Output(std::string path) : path_(std::move(path)) {
  if (path_.empty()) {
    fd_ = STDOUT_FILENO;
    return;
  }
  struct stat st;
  const bool exists = stat(path_.c_str(), &st) == 0;
  if (exists && !S_ISREG(st.st_mode)) {  // /dev/stderr, a FIFO: nothing to rename
    fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    // A link stays one; what it points to is written.
    if (char* real = exists ? realpath(path_.c_str(), nullptr) : nullptr) {
      path_ = real;
      std::free(real);
    }
    temporary_ = Cat(path_, ".", getpid(), ".tmp");
    fd_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ >= 0 && exists && fchmod(fd_, st.st_mode & 07777) != 0) error_ = errno, ok_ = false;
  }
  if (fd_ < 0) error_ = errno, ok_ = false;
}

Output::~Output() {
  if (fd_ >= 0 && fd_ != STDOUT_FILENO) close(fd_);
  if (!temporary_.empty() && fd_ >= 0) unlink(temporary_.c_str());
}

bool Output::Flush() {
  if (ok_ && !WriteAll(fd_, buffer_)) error_ = errno, ok_ = false;
  buffer_.clear();
  return ok_;
}

bool Output::Write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < 1 << 18 ? ok_ : Flush();
}

bool Output::Finish() {
  Flush();
  if (fd_ >= 0 && fd_ != STDOUT_FILENO) {
    if (close(fd_) != 0 && ok_) error_ = errno, ok_ = false;
    if (!temporary_.empty()) {
      if (ok_ && std::rename(temporary_.c_str(), path_.c_str()) != 0) error_ = errno, ok_ = false;
      if (!ok_) unlink(temporary_.c_str());
    }
    fd_ = -1;
  }
  if (!ok_) Warn(Cat("cannot write ", path_.empty() ? "the report" : path_, ": ", std::strerror(error_)));
  return ok_;
}

bool WriteFile(const std::string& path, std::string_view text) {
  Output output(path);
  output.Write(text);
  return output.Finish();
}

bool AppendFile(const std::string& path, std::string_view text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  bool ok = fd >= 0 && WriteAll(fd, text);
  if (fd >= 0 && close(fd) != 0) ok = false;
  if (!ok) Warn(Cat("cannot write ", path, ": ", std::strerror(errno)));
  return ok;
}

std::string WorkingDirectory() {
  std::string buffer(1 << 16, '\0');
  return getcwd(buffer.data(), buffer.size()) == nullptr ? "/" : std::string(buffer.c_str());
}

std::string RelativeTo(const std::string& path, const std::string& from) {
  if (path == from) return ".";
  std::string up, folder = from;
  while (folder != "/" && !(path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/'))) {
    folder = DirName(folder);
    up += "../";
  }
  if (path == folder) return up.substr(0, up.size() - 1);
  return Cat(up, path.substr(folder == "/" ? 1 : folder.size() + 1));
}

}  // namespace looplint
