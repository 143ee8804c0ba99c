#include "analyzer/cli/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
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

bool WriteFile(const std::string& path, std::string_view text) {
  struct stat st;
  if (stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode)) {  // /dev/stderr, a FIFO: nothing to rename
    const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const bool ok = fd >= 0 && WriteAll(fd, text);
    if (!ok) Warn(Cat("cannot write ", path, ": ", std::strerror(errno)));
    if (fd >= 0) close(fd);
    return ok;
  }
  const std::string temporary = Cat(path, ".", getpid(), ".tmp");
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  bool ok = fd >= 0 && WriteAll(fd, text);
  if (fd >= 0 && close(fd) != 0) ok = false;
  if (ok) ok = std::rename(temporary.c_str(), path.c_str()) == 0;
  if (!ok) {
    Warn(Cat("cannot write ", path, ": ", std::strerror(errno)));
    if (fd >= 0) unlink(temporary.c_str());
  }
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
