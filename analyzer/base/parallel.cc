#include "analyzer/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace looplint {

int DefaultThreads() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1u, std::thread::hardware_concurrency());
}

void ParallelFor(int threads, size_t n, const StopToken& stop, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  const auto run = [&] {
    for (;;) {
      const size_t i = next.fetch_add(1, std::memory_order_relaxed);
      if (i >= n || stop.stopped()) return;
      work(i);
    }
  };
  std::vector<std::thread> others;
  const int count = static_cast<int>(std::min<size_t>(std::max(threads, 1), n));
  for (int t = 1; t < count; ++t) others.emplace_back(run);
  run();
  for (std::thread& t : others) t.join();
}

}  // namespace looplint
