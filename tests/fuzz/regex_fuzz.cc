// Any pattern gets an answer within its budget, twice the same one, and its places lie in the pattern.
#include <time.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "analyzer/regex/regex.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace looplint::regex;
  if (size < 2) return 0;
  // The first byte picks the flags: u and v exclude each other.
  std::string flags;
  for (int bit = 0; bit < 5; ++bit) {
    if ((data[0] >> bit & 1) != 0) flags += "gimsy"[bit];
  }
  if ((data[0] >> 5 & 3) == 1) flags += 'u';
  if ((data[0] >> 5 & 3) == 2) flags += 'v';
  const std::u16string pattern = ToUtf16(std::string_view(reinterpret_cast<const char*>(data + 1), size - 1));
  Options options;
  options.budget = 300000;
  const auto seconds = [] {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  };
  const double began = seconds();
  const Analysis a = Analyze(pattern, flags, options);
  const auto fail = [&](const char* what) {
    std::fprintf(stderr, "%s\n", what);
    std::abort();
  };
  // A tenth of the usual budget, some 4 ms; sanitizers make it some 20 times that.
  if (seconds() - began > 1) fail("operations were spent that nobody counted");
  if (a.operations > 3 * options.budget) fail("the budget was overrun");
  for (const Range& r : a.hotspots) {
    if (r.start >= r.end || r.end > pattern.size()) fail("a hot spot lies outside");
  }
  if (a.verdict == Verdict::kInvalid && a.error_at > pattern.size()) fail("an error lies outside");
  if ((a.verdict == Verdict::kPolynomial || a.verdict == Verdict::kExponential) && a.attack.pump.empty())
    fail("no attack");
  const Analysis again = Analyze(pattern, flags, options);
  if (again.verdict != a.verdict || again.operations != a.operations || again.attack.pump != a.attack.pump)
    fail("the answer varies");
  return 0;
}
