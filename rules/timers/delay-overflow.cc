// A delay that Node's timers cannot hold. Folds constants, also imported ones. net.Socket#setTimeout and its kin have
// no delay in their rows: they clamp to the longest delay, which is 24 days of idleness and hurts nobody.
#include <cmath>
#include <cstdio>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

constexpr double kLongest = 2147483647.0;

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
    if (api == nullptr || api->delay_at < 0) continue;
    const Argument* a = file.model.Arg(call, static_cast<uint32_t>(api->delay_at));
    if (a == nullptr || a->spread) continue;
    std::optional<double> delay = file.ConstantNumber(a->node);
    if (!delay && file.Text(a->node) == "NaN") delay = std::nan("");
    if (!delay || *delay <= kLongest) continue;
    std::string what = std::isnan(*delay) ? std::string("NaN is no delay") : Cat(Human(*delay), " does not fit a timer");
    if (api->long_delay == LongDelay::kFires) {
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
