// A pattern that some short text keeps busy for as long as one likes.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/patterns.h"

namespace looplint {
namespace {

struct Seen {
  Pattern pattern;
  regex::Use use = regex::Use::kUnknown;
  Subject subject;
  CallId call{kNoneIndex};
  bool only_constants = true;  // as far as this file shows
};

int Weight(const Subject& s) {
  switch (s.kind) {
    case Subject::Kind::kRequest:
      return 3;
    case Subject::Kind::kCaller:
      return 2;
    case Subject::Kind::kConstant:
      return 0;
    default:
      return 1;
  }
}

void Tell(const View& file, Report& report, const Seen& seen, const regex::Analysis& analysis) {
  const regex::Range spot = analysis.hotspots.empty()
                                ? regex::Range{0, static_cast<uint32_t>(seen.pattern.source.size())}
                                : analysis.hotspots[0];
  std::string message =
      Cat("`", seen.pattern.Text(spot), "` backtracks exponentially: ", CostSentence(analysis, seen.subject.limit));
  const bool request = seen.subject.kind == Subject::Kind::kRequest,
             caller = seen.subject.kind == Subject::Kind::kCaller;
  if (request) message += Cat(", and ", seen.subject.what, " comes from the request");
  if (caller) message += Cat(", and ", seen.subject.what, " comes from whoever calls this");
  const bool here = seen.pattern.at.file == file.id;
  auto draft = here ? report.At(seen.pattern.SpanOf(spot), std::move(message))
                    : report.At(file.CalleeNode(file.model.calls[seen.call]), std::move(message));
  if (!here) draft.Via({{{seen.pattern.at.file, seen.pattern.SpanOf(spot)}, "the pattern"}}, "the pattern");
  if (here && Some(seen.call)) {
    const Call& call = file.model.calls[seen.call];
    const Span at = file.SpanOf(file.CalleeNode(call));
    if (request || caller)
      draft.Via({{{file.id, at}, Cat(file.Method(call), "() on ", seen.subject.what)}}, "matched by");
  }
  if (seen.subject.checked && seen.subject.limit > 0) {
    draft.Help(Cat("a limit of ", Thousands(static_cast<uint64_t>(seen.subject.limit)), " characters does not help; ",
                   Advice(seen.pattern, analysis)));
  } else {
    draft.Help(Advice(seen.pattern, analysis));
  }
  SuggestRepair(file, seen.pattern, analysis, seen.use, draft);
  if (!request && !caller) draft.As(Severity::kWarn);
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  std::vector<Seen> patterns;
  const auto find = [&](const Pattern& p) -> Seen& {
    for (Seen& s : patterns) {
      if (s.pattern.at.file == p.at.file && s.pattern.at.span == p.at.span) return s;
    }
    patterns.push_back({.pattern = p, .use = regex::Use::kUnknown, .subject = {}});
    return patterns.back();
  };
  for (const Match& match : MatchesIn(file)) {
    Seen& seen = find(match.pattern);
    Subject subject = SubjectOf(file, match);
    if (subject.kind == Subject::Kind::kConstant) {
      if (!Some(seen.call)) seen.call = match.call;
      continue;
    }
    if (seen.only_constants || Weight(subject) > Weight(seen.subject)) {
      seen.subject = std::move(subject);
      seen.call = match.call;
      seen.use = match.use;
    }
    seen.only_constants = false;
  }
  // Those that are kept for others to match.
  for (const ValueId v : Ids(file.model.values)) {
    const ValueKind kind = file.model[v].kind;
    if (kind != ValueKind::kRegExp && kind != ValueKind::kCall) continue;
    if (kind == ValueKind::kCall) {
      const Api* api = file.ApiOf(static_cast<CallId>(file.model[v].a));
      if (api == nullptr || api->name != "global.RegExp") continue;
    }
    const auto pattern = PatternOf(file, v);
    if (!pattern || pattern->at.file != file.id) continue;
    Seen& seen = find(*pattern);
    if (!Some(seen.call)) seen.only_constants = false;
  }
  for (const Seen& seen : patterns) {
    if (seen.only_constants) continue;
    const bool elsewhere = seen.pattern.at.file != file.id;
    if (elsewhere && Weight(seen.subject) < 2) continue;  // told where it stands
    const regex::Analysis analysis =
        regex::Analyze(seen.pattern.source, seen.pattern.flags, {.use = seen.use, .only_exponential = true});
    if (analysis.verdict != regex::Verdict::kExponential || Harmless(seen.subject, analysis)) continue;
    Tell(file, report, seen, analysis);
  }
}

}  // namespace

RULE = {
    .summary = "a regular expression that backtracks exponentially",
    .why =
        "V8 tries every way a text can be divided among nested or overlapping repeats before it gives up, and each "
        "further character doubles their number. Matching cannot be interrupted: with some thirty characters one "
        "request "
        "stops the whole process, for everyone.",
    .fix =
        "Write the repeats so that a text can be matched in one way only: separate them by something they cannot "
        "match, "
        "or merge them. A limit on the length does not help here. Where the pattern needs neither lookaround nor back "
        "references, the package re2 matches it in linear time.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 1333,
    .check = Check,
};

}  // namespace looplint
