// Messages over a pair of descriptors, read on a thread of their own so that a cancellation is seen while work goes on.
#ifndef LOOPLINT_LSP_TRANSPORT_H_
#define LOOPLINT_LSP_TRANSPORT_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "lsp/text.h"

namespace looplint::lsp {

// Connects to the client that listens on a Unix socket, or on a port of this machine. The descriptor is the caller's.
absl::StatusOr<int> ConnectPipe(const std::string& path);
absl::StatusOr<int> ConnectPort(int port);

struct Incoming {
  enum class Kind : uint8_t {
    kMessage,
    kNotJson,     // a body that is no JSON
    kGarbage,     // bytes that are no message
    kTooLong,
    kClosed,      // nothing will come any more
    kParentGone,  // the process that started us ended
    kWoken,       // by Wake
  };
  Kind kind = Kind::kMessage;
  Json message;
};

class Channel {
 public:
  // Does not own the descriptors.
  Channel(int in, int out);
  ~Channel();
  void Send(const Json& message);
  // The next message in order; nothing when `until` comes first.
  std::optional<Incoming> Wait(std::optional<std::chrono::steady_clock::time_point> until);
  bool idle() const;  // nothing is waiting
  // Whether $/cancelRequest came for a request that is still waiting here or being worked on. Forgets it.
  bool TakeCancelled(const Json& id);
  void WatchParent(int64_t pid);
  void Wake();  // from any thread

 private:
  void Read();
  void Put(Incoming incoming);
  const int in_, out_;
  int stop_[2];
  std::atomic<int> parent_{-1};  // a pidfd
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Incoming> queue_;
  std::set<std::string> cancelled_;
  bool woken_ = false;
  std::thread reader_;
};

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_TRANSPORT_H_
