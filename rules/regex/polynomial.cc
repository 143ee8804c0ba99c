// A pattern whose cost grows with the square, or more, of a text that others choose.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/patterns.h"

namespace looplint {
namespace {

std::string_view Growth(int degree) {
  switch (degree) {
    case 2:
      return "quadratic time";
    case 3:
      return "cubic time";
    case 4:
      return "time that grows with the 4th power of the length";
    default:
      return "time that grows with a high power of the length";
  }
}

// What a request can carry where nothing says otherwise: body parsers stop at 100 kB, headers at 16 kB.
constexpr uint64_t kUsualBody = 100000;

// One request costs a second.
bool Severe(const regex::Analysis& analysis, double limit) {
  return analysis.length_1s != 0 &&
         static_cast<double>(analysis.length_1s) <= (limit > 0 ? limit : static_cast<double>(kUsualBody));
}

void Tell(const View& file, Report& report, const Match& match, const Subject& subject,
          const regex::Analysis& analysis) {
  const Pattern& p = match.pattern;
  const regex::Range spot =
      analysis.hotspots.empty() ? regex::Range{0, static_cast<uint32_t>(p.source.size())} : analysis.hotspots[0];
  const bool request = subject.kind == Subject::Kind::kRequest;
  std::string message = Cat("`", p.Text(spot), "` makes this match take ", Growth(analysis.degree), ": ",
                            CostSentence(analysis, subject.limit), ", and ", subject.what,
                            request ? " comes from the request" : " comes from whoever calls this");
  const Call& call = file.model.calls[match.call];
  const bool here = p.at.file == file.id;
  auto draft =
      here ? report.At(p.SpanOf(spot), std::move(message)) : report.At(file.CalleeNode(call), std::move(message));
  if (here) {
    draft.Via({{{file.id, file.SpanOf(file.CalleeNode(call))}, Cat(file.Method(call), "() on ", subject.what)}},
              "matched by");
  } else {
    draft.Via({{{p.at.file, p.SpanOf(spot)}, "the pattern"}}, "the pattern");
  }
  if (subject.checked && subject.limit > 0) {
    draft.Help(Cat("a limit of ", Thousands(static_cast<uint64_t>(subject.limit)), " characters is too much; ",
                   Advice(p, analysis)));
  } else {
    draft.Help(Advice(p, analysis));
  }
  SuggestRepair(file, p, analysis, match.use, draft);
  draft.As(request && Severe(analysis, subject.limit) ? Severity::kError : Severity::kWarn);
}

bool Slow(const regex::Analysis& analysis) {
  return analysis.verdict == regex::Verdict::kPolynomial && analysis.length_100ms != 0 &&
         analysis.length_100ms <= kUsualBody;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  std::vector<std::pair<FileId, Span>> told;
  const auto first_time = [&](const Pattern& p) {
    const std::pair<FileId, Span> key{p.at.file, p.at.span};
    if (std::ranges::find(told, key) != told.end()) return false;
    told.push_back(key);
    return true;
  };
  for (const Match& match : MatchesIn(file)) {
    const Subject subject = SubjectOf(file, match);
    if (subject.kind != Subject::Kind::kRequest && subject.kind != Subject::Kind::kCaller) continue;
    if (subject.limit == 0) continue;
    const regex::Analysis analysis = regex::Analyze(match.pattern.source, match.pattern.flags, {.use = match.use});
    if (!Slow(analysis) || Harmless(subject, analysis) || !first_time(match.pattern)) continue;
    Tell(file, report, match, subject, analysis);
  }
  // clean(req.query.q), where clean() matches its parameter.
  for (const CallId id : Ids(file.model.calls)) {
    const Call& call = file.model.calls[id];
    if (!file.HotIn(call.function)) continue;
    const FunctionRef target = file.TargetOf(id);
    if (!Some(target.function)) continue;
    for (uint32_t i = 0; i < call.arg_count; ++i) {
      const Argument& a = file.model.args[call.first_arg + i];
      if (a.spread) break;
      const ValueKind kind = file.model[a.value].kind;
      if (kind == ValueKind::kFunction || kind == ValueKind::kString || kind == ValueKind::kNumber ||
          kind == ValueKind::kUnknown)
        continue;
      const Subject given = SubjectOf(file, a.value, a.node, call.node);
      if (given.kind != Subject::Kind::kRequest || given.limit == 0) continue;
      const View other(file.project, file.facts, target.file);
      const NodeId body = other.model.functions[target.function].node;
      for (Match& match : MatchesIn(other)) {
        const NodeId at = other.model.calls[match.call].node;
        if (!other.syntax.Contains(body, at)) continue;
        Subject inner = SubjectOf(other, match);
        const bool passed = (inner.kind == Subject::Kind::kParam || inner.kind == Subject::Kind::kCaller) &&
                            inner.function == target && inner.param == i;
        if (!passed || inner.limit == 0) continue;
        if (inner.limit < 0 || (given.limit >= 0 && given.limit < inner.limit)) inner.limit = given.limit;
        const regex::Analysis analysis = regex::Analyze(match.pattern.source, match.pattern.flags, {.use = match.use});
        if (!Slow(analysis) || Harmless(inner, analysis) || !first_time(match.pattern)) continue;
        const regex::Range spot = analysis.hotspots.empty() ? regex::Range{} : analysis.hotspots[0];
        report
            .At(a.node, Cat(given.what, " comes from the request and is matched by `", match.pattern.Text(spot),
                            "`, in ", Growth(analysis.degree), ": ", CostSentence(analysis, inner.limit)))
            .Via({{{file.id, file.SpanOf(call.node)},
                   Cat("passes ", given.what, " to ", Describe(file.project, target))},
                  {{other.id, other.SpanOf(other.CalleeNode(other.model.calls[match.call]))},
                   Cat(other.Method(other.model.calls[match.call]), "() matches it")}})
            .Help(Advice(match.pattern, analysis))
            .As(Severe(analysis, inner.limit) ? Severity::kError : Severity::kWarn);
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "a regular expression takes quadratic time, or worse, on text that others choose",
    .why =
        "Where two repeats can divide the same text between them, or a search starts again at every character of what "
        "it "
        "just scanned, the cost grows with a power of the length. On a text of some ten thousand characters that is a "
        "second in which the process answers nobody.",
    .fix =
        "Let a text be matched in one way only, anchor the pattern, or use string methods such as trimEnd(). A limit "
        "on "
        "the length, checked before, helps where the finding says which.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 1333,
    .check = Check,
};

}  // namespace looplint
