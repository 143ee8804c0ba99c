#include "lsp/transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "analyzer/base/strings.h"
#include "lsp/frame.h"

namespace looplint::lsp {
namespace {

// Requests that were answered before they were cancelled leave ids behind; the oldest are of no use.
constexpr size_t kMaxCancelled = 1000;

absl::Status Failed(const std::string& what) {
  return absl::UnavailableError(Cat("cannot connect to ", what, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<int> ConnectPipe(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return absl::InvalidArgumentError(Cat("the name of the pipe is too long: ", path));
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const absl::Status status = Failed(path);
    if (fd >= 0) close(fd);
    return status;
  }
  return fd;
}

absl::StatusOr<int> ConnectPort(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const absl::Status status = Failed(Cat("port ", port));
    if (fd >= 0) close(fd);
    return status;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

Channel::Channel(int in, int out) : in_(in), out_(out) {
  if (pipe(stop_) != 0) stop_[0] = stop_[1] = -1;
  reader_ = std::thread([this] { Read(); });
}

Channel::~Channel() {
  close(stop_[1]);
  reader_.join();
  close(stop_[0]);
  if (parent_ >= 0) close(parent_);
}

void Channel::WatchParent(int64_t pid) {
  if (pid <= 1 || parent_ >= 0) return;
  parent_ = static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
  if (parent_ < 0 && errno == ESRCH) Put({Incoming::Kind::kParentGone, {}});
}

void Channel::Put(Incoming incoming) {
  {
    const std::lock_guard lock(mutex_);
    if (incoming.kind == Incoming::Kind::kMessage && StringAt(incoming.message, "method") == "$/cancelRequest") {
      const Json& id = Deep(incoming.message, {"params", "id"});
      if (id.is_string() || id.is_number_integer()) cancelled_.insert(id.dump());
      if (cancelled_.size() > kMaxCancelled) cancelled_.erase(cancelled_.begin());
    }
    queue_.push_back(std::move(incoming));
  }
  arrived_.notify_one();
}

void Channel::Read() {
  FrameReader frames;
  std::string body;
  std::string buffer(1 << 16, '\0');
  bool parent_told = false;
  for (;;) {
    // The parent is named in the first message, whose answer the client awaits: the next bytes bring us here again.
    const int parent = parent_told ? -1 : parent_.load();
    pollfd wait[3] = {{in_, POLLIN, 0}, {stop_[0], POLLIN, 0}, {parent, POLLIN, 0}};
    if (poll(wait, 3, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (wait[1].revents != 0) return;
    if (wait[2].revents != 0) {
      parent_told = true;
      Put({Incoming::Kind::kParentGone, {}});
    }
    if (wait[0].revents == 0) continue;
    const ssize_t got = read(in_, buffer.data(), buffer.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) {
      Put({Incoming::Kind::kClosed, {}});
      return;
    }
    frames.Feed(std::string_view(buffer).substr(0, static_cast<size_t>(got)));
    for (bool more = true; more;) {
      switch (frames.Next(body)) {
        case FrameReader::Got::kNothing: more = false; break;
        case FrameReader::Got::kGarbage: Put({Incoming::Kind::kGarbage, {}}); break;
        case FrameReader::Got::kTooLong: Put({Incoming::Kind::kTooLong, {}}); break;
        case FrameReader::Got::kBody: {
          Json message = Json::parse(body, nullptr, false);
          if (message.is_discarded()) {
            Put({Incoming::Kind::kNotJson, {}});
          } else {
            Put({Incoming::Kind::kMessage, std::move(message)});
          }
          break;
        }
      }
    }
  }
}

void Channel::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  arrived_.notify_one();
}

std::optional<Incoming> Channel::Wait(std::optional<std::chrono::steady_clock::time_point> until) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return !queue_.empty() || woken_; };
  if (!until) {
    arrived_.wait(lock, ready);
  } else if (!arrived_.wait_until(lock, *until, ready)) {
    return std::nullopt;
  }
  if (!queue_.empty()) {
    Incoming next = std::move(queue_.front());
    queue_.pop_front();
    return next;
  }
  woken_ = false;
  return Incoming{Incoming::Kind::kWoken, {}};
}

bool Channel::idle() const {
  const std::lock_guard lock(mutex_);
  return queue_.empty();
}

bool Channel::TakeCancelled(const Json& id) {
  const std::lock_guard lock(mutex_);
  return cancelled_.erase(id.dump()) > 0;
}

void Channel::Send(const Json& message) {
  const std::string bytes = Frame(message.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t n = write(out_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      pollfd wait = {out_, POLLOUT, 0};
      poll(&wait, 1, -1);
      continue;
    }
    if (n <= 0) return;  // nobody reads any more; the reader will say so
    rest.remove_prefix(static_cast<size_t>(n));
  }
}

}  // namespace looplint::lsp
