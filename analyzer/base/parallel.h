// Runs work on all cores. Results must depend on the index alone, never on which thread ran it or when.
#ifndef LOOPLINT_ANALYZER_BASE_PARALLEL_H_
#define LOOPLINT_ANALYZER_BASE_PARALLEL_H_

#include <atomic>
#include <cstddef>
#include <functional>

namespace looplint {

// Asked between pieces of work: long work ends early, cleanly, when it says so.
class StopToken {
 public:
  void Stop() { stopped_.store(true, std::memory_order_relaxed); }
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> stopped_{false};
};

// Threads to use when the user named none: the cores this process may run on.
int DefaultThreads();

// Calls work(i) for i in [0, n), each once, on `threads` threads (the caller is one of them); returns when all are
// done or `stop` is set and the work begun has ended. Items are handed out in order, so put the dear ones first.
void ParallelFor(int threads, size_t n, const StopToken& stop, const std::function<void(size_t)>& work);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_BASE_PARALLEL_H_
