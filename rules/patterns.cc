#include "rules/patterns.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/regex/advice.h"
#include "analyzer/regex/repair.h"

namespace looplint {
namespace {

using regex::Thousands;

// What arrives in the head of a request is no longer than Node lets heads be: --max-http-header-size, 16 KiB.
constexpr double kHead = 16384;
bool FromHead(std::string_view what) {
  for (const std::string_view part : {".query", ".params", ".headers", ".url", ".originalUrl", ".path", ".hostname",
                                      ".cookies", ".get(", ".header(", ".searchParams", ".param("}) {
    if (what.find(part) != std::string_view::npos) return true;
  }
  return false;
}

bool Harmless(double limit, const regex::Analysis& analysis) {
  return limit >= 0 && (analysis.length_100ms == 0 || limit < static_cast<double>(analysis.length_100ms));
}

MatchFlow Weigh(const TaintFlow& flow) {
  MatchFlow out{
      .flow = &flow, .request = flow.trust == Trust::kRemote, .limit = flow.limit, .checked = flow.limit >= 0};
  if (out.request && FromHead(flow.what) && (out.limit < 0 || out.limit > kHead)) out.limit = kHead;
  return out;
}

// What callers of a library hand it as a text: a parameter, or a setting among several. What lies deeper in what they
// pass is mostly made by the library or its kin (syntax trees, compilations), not by others.
bool IsHandedOver(std::string_view what) {
  if (what.find_first_of("[(") != std::string_view::npos) return false;
  // A function: what is matched is its own text, which somebody wrote into a program.
  for (const std::string_view name : {"fn", "func", "callback", "cb"}) {
    if (what == name) return false;
  }
  for (const std::string_view end : {"Fn", "Function", "Callback"}) {
    if (what.ends_with(end)) return false;
  }
  const size_t dot = what.find('.');
  if (dot == std::string_view::npos) return true;
  if (what.find('.', dot + 1) != std::string_view::npos) return false;
  const std::string_view bag = what.substr(0, dot);
  for (const std::string_view name : {"options", "opts", "settings", "config", "params", "args", "init", "props"}) {
    if (bag == name) return true;
  }
  return false;
}

template <typename F>
void EachFlow(const View& file, const RegexMatch& match, const F& f) {
  for (const TaintFlow& flow : file.facts.taint.In(file.id)) {
    if (flow.kind != "match" || flow.call != match.call) continue;
    if (flow.trust == Trust::kRemote || (flow.trust == Trust::kLibrary && IsHandedOver(flow.what))) {
      MatchFlow weighed = Weigh(flow);
      weighed.served = weighed.request && file.HotIn(file.model.calls[match.call].function);
      f(weighed);
    }
  }
}

}  // namespace

std::optional<MatchFlow> FlowInto(const View& file, const RegexMatch& match) {
  std::optional<MatchFlow> best;
  if (match.by != RegexMatch::By::kCall) {
    MatchFlow flow{
        .flow = nullptr, .request = match.by == RegexMatch::By::kRequest, .limit = match.limit, .checked = false};
    flow.served = flow.request;
    if (flow.limit == 0 || Harmless(flow.limit, *match.analysis)) return std::nullopt;
    return flow;
  }
  EachFlow(file, match, [&](const MatchFlow& flow) {
    if (flow.limit == 0 || Harmless(flow.limit, *match.analysis)) return;
    if (!best || (flow.request && !best->request)) best = flow;
  });
  return best;
}

bool KeptShort(const View& file, const RegexMatch& match) {
  if (match.by != RegexMatch::By::kCall) return match.limit == 0 || Harmless(match.limit, *match.analysis);
  bool any = false, all = true;
  EachFlow(file, match, [&](const MatchFlow& flow) {
    any = true;
    all = all && (flow.limit == 0 || Harmless(flow.limit, *match.analysis));
  });
  return any && all;
}

std::string CostSentence(const regex::Analysis& analysis, double limit) {
  const bool second = analysis.length_1s != 0 && analysis.length_1s <= 10000000 &&
                      (limit <= 0 || static_cast<double>(analysis.length_1s) <= limit);
  const uint64_t length = second ? analysis.length_1s : analysis.length_100ms;
  const size_t fixed = analysis.attack.prefix.size() + analysis.attack.suffix.size();
  const uint64_t n = length > fixed ? (length - fixed) / std::max<size_t>(1, analysis.attack.pump.size()) : 1;
  return Cat(analysis.attack.Expression(std::to_string(n)), " (", Thousands(length), " characters) takes about ",
             second ? "a second" : "100 ms",
             second && analysis.length_100ms > 0 && analysis.length_100ms < length
                 ? Cat(", ", Thousands(analysis.length_100ms), " characters 100 ms")
                 : "",
             analysis.only_all ? " when every match is taken" : "", analysis.before_24 ? ", in Node before 24" : "");
}

std::string Runner(const View& file, const RegexMatch& match) {
  if (match.by == RegexMatch::By::kCall) return Cat(file.Method(file.model.calls[match.call]), "()");
  return match.by == RegexMatch::By::kRequest ? "the test of a request" : "validation";
}

std::string OriginClause(const MatchFlow& flow) {
  if (flow.flow == nullptr)
    return flow.request ? "; requests are tested by it" : "; what is validated comes from others";
  return Cat("; ", flow.flow->what,
             flow.served    ? " comes from the request"
             : flow.request ? " comes over the network"
                            : " comes from whoever calls this");
}

std::string Spots(const RegexPattern& pattern, const regex::Analysis& analysis) {
  const std::vector<regex::Range>& spots = analysis.hotspots;
  if (spots.empty()) return Cat("`", pattern.Text({0, static_cast<uint32_t>(pattern.source.size())}), "`");
  std::string out = Cat("`", pattern.Text(spots[0]), "`");
  if (spots.size() == 2 && spots[0].end <= spots[1].start) out += Cat(" and `", pattern.Text(spots[1]), "`");
  return out;
}

void Explain(const View& file, const RegexPattern& pattern, const regex::Analysis& analysis, regex::Use use,
             const RegexMatch* match, const MatchFlow* flow, Report::Draft& draft) {
  const bool here = pattern.at.file == file.id;
  if (match != nullptr && flow != nullptr && flow->flow != nullptr) {
    const Call& call = file.model.calls[match->call];
    std::vector<Step> steps = flow->flow->steps;
    if (here) steps.push_back({{file.id, file.SpanOf(file.CalleeNode(call))}, Cat(file.Method(call), "() matches it")});
    if (!here) steps.push_back({{pattern.at.file, pattern.at.span}, "the pattern"});
    draft.Via(std::move(steps), "the way of the text");
  } else if (!here) {
    draft.Via({{{pattern.at.file, pattern.at.span}, "the pattern"}}, "the pattern");
  }
  const auto repair =
      pattern.literal && here ? regex::FindRepair(pattern.source, pattern.flags, analysis, {.use = use}) : std::nullopt;
  if (repair) {
    const std::string advice =
        Cat("match the same ", repair->verdict == regex::Verdict::kLinear ? "in linear time" : "in less time", ": /",
            regex::ToUtf8(repair->pattern), "/", pattern.flags);
    draft.FixWith({.description = Cat(advice, repair->captures ? " (its groups capture other parts)" : ""),
                   .edits = {{.at = pattern.SpanOf(repair->replaced), .text = regex::ToUtf8(repair->by)}}});
    draft.Help(advice);
    return;
  }
  std::string advice = regex::Advice(pattern.source, pattern.flags, analysis);
  if (flow != nullptr && flow->checked && flow->limit > 0)
    advice = Cat("a limit of ", Thousands(static_cast<uint64_t>(flow->limit)), " characters is too much; ", advice);
  draft.Help(std::move(advice));
}

}  // namespace looplint
