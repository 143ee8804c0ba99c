// Any pattern gets an answer within its budgets of operations, memory and time, twice the same one, and its places lie
// in the pattern. What can be mended is mended, or not, without harm.
//
// Budgets are checked twice: by operations, and by this thread's CPU time, which only a build without sanitizers (clang
// -fsanitize=fuzzer alone) can hold against the 50 ms a pattern may cost.
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "analyzer/regex/regex.h"
#include "analyzer/regex/repair.h"

#if __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#define LOOPLINT_SANITIZED 1
#else
#define LOOPLINT_SANITIZED 0
#endif

namespace {

constexpr bool kSanitized = LOOPLINT_SANITIZED != 0;

// Of heap that is held, and the most of it since it was last set back.
std::atomic<int64_t> held{0}, most{0};
#if LOOPLINT_SANITIZED
void Allocated(const volatile void*, size_t size) {
  const int64_t now =
      held.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed) + static_cast<int64_t>(size);
  if (now > most.load(std::memory_order_relaxed)) most.store(now, std::memory_order_relaxed);
}
void Freed(const volatile void* at) {
  const void* block = const_cast<const void*>(at);
  if (block != nullptr)
    held.fetch_sub(static_cast<int64_t>(__sanitizer_get_allocated_size(block)), std::memory_order_relaxed);
}
#endif

double Seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void Fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// 50 ms is what a pattern may cost; the sanitizers and the counting of coverage make the engine up to 40 times as slow
// (measured for back references on a 2.5 GHz Xeon: 34 ms and 1.1 s).
constexpr double kSlower = kSanitized ? 40 : 1, kLimit = 0.050;
constexpr int64_t kMemory = 64 << 20;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
#if LOOPLINT_SANITIZED
  __sanitizer_install_malloc_and_free_hooks(Allocated, Freed);
#endif
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace looplint::regex;
  if (size < 2) return 0;
  // The first byte picks the flags (u and v exclude each other), and whether the whole budget is given.
  std::string flags;
  for (int bit = 0; bit < 5; ++bit) {
    if ((data[0] >> bit & 1) != 0) flags += "gimsy"[bit];
  }
  if ((data[0] >> 5 & 3) == 1) flags += 'u';
  if ((data[0] >> 5 & 3) == 2) flags += 'v';
  const std::u16string pattern = ToUtf16(std::string_view(reinterpret_cast<const char*>(data + 1), size - 1));
  Options options;
  if ((data[0] & 128) == 0) options.budget = 300000;

  const bool mend = (data[0] >> 5 & 3) == 3;

  Analysis first;
  std::u16string mended;
  double seconds = 1e9;
  // What the rest of the machine does may slow it down, but not each time.
  for (int run = 0; run < 2 || (run < 8 && seconds > kLimit * kSlower); ++run) {
    const int64_t before = held.load(std::memory_order_relaxed);
    most.store(before, std::memory_order_relaxed);
    const double began = Seconds();
    const Analysis a = Analyze(pattern, flags, options);
    int64_t more = 0;
    std::optional<Repair> repair;
    if (mend && a.attack.pump.size() > 0) repair = FindRepair(pattern, flags, a, options, &more);
    seconds = std::min(seconds, Seconds() - began);
    if (most.load(std::memory_order_relaxed) - before > kMemory) Fail("more memory was taken than an analysis may");
    if (a.operations + more > options.budget + options.budget / 10) Fail("the budget was overrun");
    if (repair && (repair->replaced.start > repair->replaced.end || repair->replaced.end > pattern.size()))
      Fail("a repair lies outside");
    if (run == 0) {
      first = a;
      if (repair) mended = repair->pattern;
    } else if (first.verdict != a.verdict || first.operations != a.operations || first.attack.pump != a.attack.pump ||
               first.length_1s != a.length_1s || (repair ? repair->pattern : std::u16string()) != mended) {
      Fail("the answer varies");
    }
  }
  if (seconds > kLimit * kSlower) Fail("a pattern took longer than it may");
  for (const Range& r : first.hotspots) {
    if (r.start >= r.end || r.end > pattern.size()) Fail("a hot spot lies outside");
  }
  if (first.verdict == Verdict::kInvalid && first.error_at > pattern.size()) Fail("an error lies outside");
  const bool slow = first.verdict == Verdict::kPolynomial || first.verdict == Verdict::kExponential;
  if (slow && first.attack.pump.empty()) Fail("no attack");
  return 0;
}
