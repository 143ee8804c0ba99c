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
constexpr uint64_t kUsualBody = 100000, kLibraryText = 131072;

// One request costs a second.
bool Severe(const regex::Analysis& analysis, double limit) {
  return analysis.length_1s != 0 &&
         static_cast<double>(analysis.length_1s) <= (limit > 0 ? limit : static_cast<double>(kUsualBody));
}

void Check(const View& file, Report& report) {
  std::vector<std::pair<FileId, Span>> told;
  for (const RegexMatch& match : file.facts.matches.In(file.id)) {
    const regex::Analysis& analysis = *match.analysis;
    const RegexPattern& p = match.pattern;
    if (analysis.verdict != regex::Verdict::kPolynomial || analysis.length_100ms == 0 ||
        analysis.length_100ms > kUsualBody)
      continue;
    const auto flow = FlowInto(file, match);
    const std::pair<FileId, Span> key{p.at.file, p.at.span};
    if (!flow || match.by == RegexMatch::By::kValidator || std::ranges::find(told, key) != told.end()) continue;
    // Who calls a library may limit what it is given.
    if (!flow->request && (analysis.length_1s == 0 || analysis.length_1s > kLibraryText)) continue;
    told.push_back(key);
    std::string message =
        Cat(Spots(p, analysis), analysis.hotspots.size() == 2 ? " make " : " makes ", Runner(file, match), " take ",
            Growth(analysis.degree), ": ", CostSentence(analysis, flow->limit), OriginClause(*flow));
    const regex::Range spot =
        analysis.hotspots.empty() ? regex::Range{0, static_cast<uint32_t>(p.source.size())} : analysis.hotspots[0];
    auto draft = p.at.file == file.id ? report.At(p.SpanOf(spot), std::move(message))
                                      : report.At(file.CalleeNode(file.model.calls[match.call]), std::move(message));
    Explain(file, p, analysis, match.use, &match, &*flow, draft);
    draft.As(flow->served && Severe(analysis, flow->limit) ? Severity::kError : Severity::kWarn);
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
