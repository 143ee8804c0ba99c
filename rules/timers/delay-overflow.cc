// A delay that Node's timers cannot hold. Folds constants, also imported ones.
#include <array>
#include <cmath>
#include <cstdio>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

constexpr double kLongest = 2147483647.0;

enum class Then : uint8_t {
  kAtOnce,   // 1 ms instead
  kAborts,   // an AbortSignal that aborts at once, up to 2^32 - 1; a RangeError from there on
};

struct Timer {
  std::string_view api;
  uint32_t delay;  // index of the argument
  Then then;
};
// Where the delay stands. net.Socket#setTimeout and its kin are not here: they clamp to the longest delay, which is
// 24 days of idleness and hurts nobody.
constexpr std::array<Timer, 8> kTimers = {{
    {"global.setTimeout", 1, Then::kAtOnce},
    {"global.setInterval", 1, Then::kAtOnce},
    {"timers.setTimeout", 1, Then::kAtOnce},
    {"timers.setInterval", 1, Then::kAtOnce},
    {"timers.promises.setTimeout", 0, Then::kAtOnce},
    {"timers.promises.setInterval", 0, Then::kAtOnce},
    {"timers.promises.scheduler.wait", 0, Then::kAtOnce},
    {"global.AbortSignal.timeout", 0, Then::kAborts},
}};

std::string Human(double ms) {
  char buffer[48];
  if (std::isinf(ms)) return "Infinity";
  const double days = ms / 86400000.0;
  if (days < 1e4) {
    std::snprintf(buffer, sizeof buffer, "%.0f ms (%.3g days)", ms, days);
  } else {
    std::snprintf(buffer, sizeof buffer, "%.17g ms", ms);
  }
  return buffer;
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest) return;
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    if (call.arg_count == 0) continue;
    const Api* api = file.ApiOf(id);
    if (api == nullptr) continue;
    for (const Timer& t : kTimers) {
      if (api->name != t.api) continue;
      const Argument* a = file.model.Arg(call, t.delay);
      if (a == nullptr || a->spread) break;
      std::optional<double> delay = file.ConstantNumber(a->node);
      if (!delay && file.Text(a->node) == "NaN") delay = std::nan("");
      if (!delay || *delay <= kLongest) break;
      std::string what = std::isnan(*delay) ? std::string("NaN is no delay") : Cat(Human(*delay), " does not fit a timer");
      if (t.then == Then::kAtOnce) {
        auto finding = report.At(a->node, Cat(what, "; it fires after 1 ms"));
        if (!std::isnan(*delay)) {
          finding.FixWith({.description = "wait for the longest delay there is, 24.8 days",
                           .edits = {{file.SpanOf(a->node), "2_147_483_647"}},
                           .safe = false});
        }
      } else if (*delay < 4294967296.0) {
        report.At(a->node, Cat(what, "; the signal aborts at once"));
      } else {
        report.At(a->node, Cat(what, "; AbortSignal.timeout throws a RangeError"));
      }
      break;
    }
  }
}

}  // namespace

RULE = {
    .summary = "a timer's delay does not fit in 31 bits",
    .why = "Node keeps delays as signed 32-bit milliseconds. From 2147483648 ms (24.9 days) on, and for Infinity and NaN, "
           "it prints a TimeoutOverflowWarning and uses 1 ms: what should happen next month happens now, and an interval "
           "spins. AbortSignal.timeout aborts at once, or throws from 2^32 on.",
    .fix = "Keep the delay at or below 2147483647 ms: check once a day whether the time has come, or hand the job to a "
           "scheduler. For \"never\", set no timer.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 190,
    .check = Check,
};

}  // namespace looplint
