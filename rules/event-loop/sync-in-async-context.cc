// A blocking call on a path from a timer, a stream or a queue, in a program that serves requests meanwhile.
#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string_view Occasion(const Entry& entry) {
  switch (entry.context) {
    case Context::kTimer:
      return "whenever the timer fires";
    case Context::kJob:
      return "for every job of the queue";
    default:
      return "for every chunk of the stream";
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  for (const CallId id : file.KnownCalls()) {
    const Call& call = file.model.calls[id];
    const Api* api = file.ApiOf(id);
    // A look at one file's data is over before anybody notices.
    if (api->block == Block::kNone || api->metadata) continue;
    if (file.HeatOf(call.function) != Heat::kEvent) continue;
    if (IsForDevelopment(file.file, call.node) || IsKept(file.file, call.node) ||
        EndsProcessAfter(file.project, file.facts.calls, file.id, call.node)) {
      continue;
    }
    const HotPath hot = file.HotPathTo(call.function);
    auto finding = report.At(file.CalleeNode(call), Cat(api->name, " blocks the event loop ", Occasion(*hot.entry)));
    finding.Via(WithPackage(hot.steps, {file.id, file.SpanOf(call.node)}, *api));
    OfferTwin(file, call, *api, finding);
  }
}

}  // namespace

RULE = {
    .summary = "a server makes a blocking call again and again in the background",
    .why =
        "JavaScript has one thread: while a timer, a stream or a job of the queue waits for this call, no request is "
        "read, answered or timed out. Such pauses come at no request's fault, so nobody finds them in its trace.",
    .fix = "Await the promise form, or move the work to a worker thread or a process of its own.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .cwe = 1322,
    .eslint = "n/no-sync node/no-sync",
    .performance = true,
    .check = Check,
};

}  // namespace looplint
