// A pattern that some short text keeps busy for as long as one likes.
#include <algorithm>
#include <optional>

#include "analyzer/base/strings.h"
#include "rules/patterns.h"

namespace looplint {
namespace {

// A pattern and the use of it in this file that others' text reaches, if there is one.
struct Seen {
  RegexPattern pattern;
  const RegexMatch* match = nullptr;
  std::optional<MatchFlow> flow;
  bool harmless = true;  // matched with constants and short texts only, as far as this file shows
};

void Tell(const View& file, Report& report, const Seen& seen, const regex::Analysis& analysis) {
  const RegexPattern& p = seen.pattern;
  const regex::Range spot =
      analysis.hotspots.empty() ? regex::Range{0, static_cast<uint32_t>(p.source.size())} : analysis.hotspots[0];
  std::string message =
      Cat(Spots(p, analysis), " backtracks exponentially: ", CostSentence(analysis, seen.flow ? seen.flow->limit : -1),
          seen.flow ? OriginClause(*seen.flow) : "");
  auto draft = p.at.file == file.id
                   ? report.At(p.SpanOf(spot), std::move(message))
                   : report.At(file.CalleeNode(file.model.calls[seen.match->call]), std::move(message));
  Explain(file, p, analysis, seen.match != nullptr ? seen.match->use : regex::Use::kUnknown, seen.match,
          seen.flow ? &*seen.flow : nullptr, draft);
  if (!seen.flow) draft.As(Severity::kWarn);
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource) return;
  std::vector<Seen> patterns;
  const auto find = [&](const RegexPattern& p) -> Seen& {
    for (Seen& s : patterns) {
      if (s.pattern.at.file == p.at.file && s.pattern.at.span == p.at.span) return s;
    }
    patterns.push_back({.pattern = p, .match = nullptr, .flow = std::nullopt});
    return patterns.back();
  };
  for (const RegexMatch& match : file.facts.matches.In(file.id)) {
    if (match.analysis->verdict != regex::Verdict::kExponential) continue;
    Seen& seen = find(match.pattern);
    auto flow = match.constant ? std::nullopt : FlowInto(file, match);
    if (!match.constant && !KeptShort(file, match)) seen.harmless = false;
    if (seen.match == nullptr || (flow && (!seen.flow || (flow->request && !seen.flow->request)))) {
      seen.match = &match;
      seen.flow = flow;
    }
  }
  for (const Seen& seen : patterns) {
    const bool elsewhere = seen.pattern.at.file != file.id;
    // Without others' text it is told where it stands.
    if (!seen.harmless && (!elsewhere || seen.flow)) Tell(file, report, seen, *seen.match->analysis);
  }
  // Those that are kept for others to match.
  for (const ValueId v : Ids(file.model.values)) {
    const ValueKind kind = file.model[v].kind;
    if (kind != ValueKind::kRegExp && kind != ValueKind::kCall) continue;
    if (kind == ValueKind::kCall) {
      const Api* api = file.ApiOf(static_cast<CallId>(file.model[v].a));
      if (api == nullptr || api->name != "global.RegExp") continue;
      // new RegExp(...); and no more: what a bundler leaves of a pattern nobody uses.
      const NodeId node = file.model.calls[static_cast<CallId>(file.model[v].a)].node;
      if (file.syntax.KindOf(file.syntax.Parent(node)) == Kind::kExpressionStatement) continue;
    }
    const auto pattern = PatternOf(file.project, file.facts.calls, file.facts.outside, file.id, v);
    if (!pattern || pattern->at.file != file.id) continue;
    if (std::ranges::any_of(patterns, [&](const Seen& s) {
          return s.pattern.at.file == file.id && s.pattern.at.span == pattern->at.span;
        }))
      continue;
    patterns.push_back({.pattern = *pattern, .match = nullptr, .flow = std::nullopt});
    const regex::Analysis analysis = regex::Analyze(pattern->source, pattern->flags, {.only_exponential = true});
    if (analysis.verdict == regex::Verdict::kExponential) Tell(file, report, patterns.back(), analysis);
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
