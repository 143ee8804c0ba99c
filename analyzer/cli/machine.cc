#include "analyzer/cli/machine.h"

#include <algorithm>
#include <cstdio>

#include "analyzer/base/strings.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/fingerprint.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

// Text of analysed files need not be UTF-8; a document must be.
std::string Dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

double Rounded(double value) { return static_cast<double>(static_cast<int64_t>(value * 1000 + 0.5)) / 1000; }

Json Position(const LineIndex& lines, uint32_t offset) {
  const LineColumn at = lines.At(offset, ColumnUnit::kUtf16);
  return {{"line", at.line}, {"column", at.column}, {"offset", offset}};
}

Json Located(const RunReport& report, Places& places, const Place& place) {
  const LineIndex& lines = places.Lines(place.file);
  return {{"file", report.display((*report.project)[place.file].path)},
          {"start", Position(lines, place.span.start)},
          {"end", Position(lines, place.span.end)}};
}

Json FindingJson(const RunReport& report, Places& places, const Finding& f) {
  Json json = {{"rule", std::string(f.rule->id)}, {"severity", std::string(SeverityName(f.severity))}, {"message", f.message}};
  json.update(Located(report, places, f.at));
  json["scope"] = f.scope;
  json["fingerprint"] = Hex(f.fingerprint);
  json["help"] = f.help.empty() ? std::string(f.rule->fix) : f.help;
  if (f.rule->cwe != 0) json["cwe"] = f.rule->cwe;
  if (!f.trust.empty()) json["trust"] = std::string(f.trust);
  if (f.measured) {
    json["measured"] = {{"self", Rounded(f.measured->self)}, {"own", Rounded(f.measured->own)}, {"total", Rounded(f.measured->total)}};
  }
  Json trace = Json::array();
  for (const Step& step : f.via) {
    Json one = Located(report, places, step.at);
    one["note"] = step.note;
    trace.push_back(std::move(one));
  }
  json["trace"] = std::move(trace);
  Json fixes = Json::array();
  const LineIndex& lines = places.Lines(f.at.file);
  for (const Fix& fix : f.fixes) {
    Json edits = Json::array();
    for (const Edit& edit : fix.edits) {
      edits.push_back({{"start", Position(lines, edit.at.start)}, {"end", Position(lines, edit.at.end)}, {"text", edit.text}});
    }
    fixes.push_back({{"description", fix.description}, {"safe", fix.safe}, {"edits", std::move(edits)}});
  }
  json["fixes"] = std::move(fixes);
  return json;
}

Json SkippedJson(const RunReport& report) {
  Json skipped = Json::object();
  for (size_t i = 1; i < report.skipped.size(); ++i) skipped[kSkipNames[i]] = report.skipped[i];
  return skipped;
}

// Only what depends on the input: equal runs give equal documents.
Json SummaryJson(const RunReport& report) {
  return {{"errors", report.errors},
          {"warnings", report.warnings},
          {"infos", report.infos},
          {"suppressed", report.suppressed.size()},
          {"baselined", report.baselined.size()},
          {"unchanged", report.unchanged},
          {"neverSampled", report.never_sampled},
          {"files", report.files},
          {"lines", report.lines},
          {"skipped", SkippedJson(report)}};
}

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kMedium: return "medium";
    case Confidence::kHigh: return "high";
    case Confidence::kVeryHigh: return "very-high";
  }
  return "";
}

std::string Fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

std::string Padded(std::string_view text, size_t width) {
  const auto used = static_cast<size_t>(Width(text));
  return Cat(text, std::string(width > used ? width - used : 0, ' '));
}

}  // namespace

std::string PrintJson(const RunReport& report) {
  Places places(*report.project);
  Json findings = Json::array();
  for (const Finding& f : report.findings) findings.push_back(FindingJson(report, places, f));
  const Json document = {{"version", kJsonVersion},
                         {"tool", "looplint"},
                         {"columnUnit", "utf16"},
                         {"findings", std::move(findings)},
                         {"summary", SummaryJson(report)}};
  return Cat(Dump(document, 2), "\n");
}

bool WriteJsonLines(const RunReport& report, const PrintOptions&, const std::function<bool(std::string_view)>& out) {
  Places places(*report.project);
  for (const Finding& f : report.findings) {
    Json line = {{"kind", "finding"}, {"version", kJsonVersion}};
    line.update(FindingJson(report, places, f));
    if (!out(Cat(Dump(line, -1), "\n"))) return false;
  }
  Json summary = {{"kind", "summary"}, {"version", kJsonVersion}};
  summary.update(SummaryJson(report));
  return out(Cat(Dump(summary, -1), "\n"));
}

namespace {
// Rules by what they cost, the dearest first.
std::vector<std::pair<double, const Rule*>> Dearest(const Stats& stats) {
  std::vector<std::pair<double, const Rule*>> rules;
  for (size_t i = 0; i < stats.rule_ms.size(); ++i) rules.emplace_back(stats.rule_ms[i], AllRules()[i]);
  std::ranges::stable_sort(rules, [](const auto& a, const auto& b) { return a.first > b.first; });
  return rules;
}
Json RuleCosts(const Stats& stats) {
  Json rules = Json::array();
  for (const auto& [ms, rule] : Dearest(stats)) rules.push_back({{"rule", std::string(rule->id)}, {"ms", Rounded(ms)}});
  return rules;
}
}  // namespace

std::string StatsJson(const RunReport& report, const Costs& costs) {
  Json phases = Json::array();
  for (size_t i = 0; i < kPhaseNames.size(); ++i) {
    phases.push_back({{"phase", kPhaseNames[i]},
                      {"cpu_ms", Rounded(costs.stats.cpu_ms[i])},
                      {"peak_rss_bytes", costs.stats.peak_bytes[i]}});
  }
  Json parts = Json::array();
  for (const Stats::Part& part : costs.stats.parts) {
    parts.push_back({{"phase", kPhaseNames[static_cast<size_t>(part.phase)]},
                     {"part", part.name},
                     {"cpu_ms", Rounded(part.cpu_ms)}});
  }
  const Json json = {{"files", costs.stats.files},
                     {"cached", costs.stats.cached},
                     {"bytes", costs.stats.bytes},
                     {"lines", costs.stats.lines},
                     {"nodes", costs.stats.nodes},
                     {"functions", costs.stats.functions},
                     {"calls", costs.stats.calls},
                     {"walks_cut_off", costs.stats.walks_cut_off},
                     {"guards_cut_off", costs.stats.guards_cut_off},
                     {"shapes_cut_off", costs.stats.shapes_cut_off},
                     {"model_bytes", costs.stats.model_bytes},
                     {"dependencies", {{"modules", costs.stats.dependencies.modules},
                                       {"files", costs.stats.dependencies.files},
                                       {"bytes", costs.stats.dependencies.bytes},
                                       {"skipped", costs.stats.dependencies.skipped},
                                       {"left_out", costs.stats.dependencies.left_out},
                                       {"rows", costs.stats.dependencies.rows},
                                       {"cpu_ms", Rounded(costs.stats.dependencies.cpu_ms)}}},
                     {"phases", std::move(phases)},
                     {"parts", std::move(parts)},
                     {"rules", RuleCosts(costs.stats)},
                     {"wall_ms", Rounded(costs.wall_ms)},
                     {"cpu_ms", Rounded(costs.cpu_ms)},
                     {"peak_rss_bytes", costs.peak_rss_bytes},
                     {"skipped", SkippedJson(report)},
                     {"findings", report.errors + report.warnings + report.infos},
                     {"errors", report.errors},
                     {"warnings", report.warnings},
                     {"suppressed", report.suppressed.size()},
                     {"complete", !report.stopped}};
  return Cat(Dump(json, -1), "\n");
}

std::string StatsTable(const RunReport& report, const Costs& costs) {
  std::string out;
  const auto row = [&](std::string_view name, std::string_view value, std::string_view unit) {
    out += Cat("  ", Padded(name, 12), std::string(value.size() < 14 ? 14 - value.size() : 0, ' '), value,
               unit.empty() ? "" : " ", unit, "\n");
  };
  double total = 0;
  for (const double ms : costs.stats.cpu_ms) total += ms;
  for (size_t i = 0; i < kPhaseNames.size(); ++i) {
    const double ms = costs.stats.cpu_ms[i];
    row(kPhaseNames[i], Fixed(ms, 1), Cat("ms CPU  ", Fixed(total > 0 ? 100 * ms / total : 0, 0), " %"));
    for (const Stats::Part& part : costs.stats.parts) {
      if (part.phase == static_cast<Phase>(i)) row(Cat("  ", part.name), Fixed(part.cpu_ms, 1), "ms CPU");
    }
  }
  row("CPU", Fixed(costs.cpu_ms, 1), "ms, the whole process");
  row("wall", Fixed(costs.wall_ms, 1), "ms");
  row("peak memory", Fixed(static_cast<double>(costs.peak_rss_bytes) / (1 << 20), 1), "MiB");
  row("files", Grouped(costs.stats.files), "");
  if (costs.stats.cached > 0) row("of these", Grouped(costs.stats.cached), "from the cache");
  for (size_t i = 1; i < report.skipped.size(); ++i) row(kSkipNames[i], Grouped(report.skipped[i]), "files skipped");
  row("source", Grouped(costs.stats.bytes), "bytes");
  row("lines", Grouped(costs.stats.lines), "");
  row("nodes", Grouped(costs.stats.nodes), "");
  row("functions", Grouped(costs.stats.functions), "");
  row("calls", Grouped(costs.stats.calls), "");
  row("models", Grouped(costs.stats.model_bytes), "bytes");
  if (const DependencyStats& d = costs.stats.dependencies; d.modules > 0) {
    row("dependencies", Fixed(d.cpu_ms, 1), Cat("ms CPU  ", Grouped(d.files), " files read for ", Grouped(d.modules), " modules"));
    row("", Grouped(d.skipped), Cat("files skipped, ", Grouped(d.left_out), " beyond the budget"));
    row("", Grouped(d.rows), "functions and classes known from them");
  }
  const auto dearest = Dearest(costs.stats);
  for (size_t i = 0; i < std::min<size_t>(dearest.size(), 10); ++i) {
    const auto& [ms, rule] = dearest[i];
    row(i == 0 ? "rules" : "", Fixed(ms, 1), Cat("ms  ", rule->id));
  }
  if (costs.stats.walks_cut_off > 0) row("data flow", Grouped(costs.stats.walks_cut_off), "walks cut off for length");
  if (costs.stats.guards_cut_off > 0) {
    row("data flow", Grouped(costs.stats.guards_cut_off), "sinks passed over: looking for guards took too long");
  }
  if (costs.stats.shapes_cut_off > 0) {
    row("shapes", Grouped(costs.stats.shapes_cut_off), "kinds of objects passed over: how they are made is too long to follow");
  }
  return out;
}

std::string RulesJson() {
  Json rules = Json::array();
  for (const Rule* rule : EveryRule()) {
    Json json = {{"id", std::string(rule->id)},
                 {"family", std::string(rule->family())},
                 {"severity", std::string(SeverityName(rule->severity))},
                 {"confidence", std::string(ConfidenceName(rule->confidence))},
                 {"recommended", rule->on_by_default},
                 {"summary", std::string(rule->summary)},
                 {"why", std::string(rule->why)},
                 {"fix", std::string(rule->fix)}};
    if (rule->cwe != 0) json["cwe"] = rule->cwe;
    rules.push_back(std::move(json));
  }
  return Cat(Dump(rules, 2), "\n");
}

std::string RulesTable(const Terminal& terminal) {
  size_t width = 0;
  for (const Rule* rule : EveryRule()) width = std::max(width, rule->id.size());
  std::string out;
  std::string_view family;
  const std::string_view strong = terminal.color ? "\x1b[1m" : "", reset = terminal.color ? "\x1b[0m" : "";
  for (const Rule* rule : EveryRule()) {
    if (rule->family() != family) {
      if (!family.empty()) out += '\n';
      family = rule->family();
      out += Cat(strong, family, reset, "\n");
    }
    const std::string_view level = rule->on_by_default ? SeverityName(rule->severity) : "off";
    out += Cat("  ", Padded(rule->id, width), "  ", Padded(level, 5), "  ",
               Shorten(rule->summary, std::max(terminal.columns - static_cast<int>(width) - 11, 20)), "\n");
  }
  return Cat(out, "\n", Count(EveryRule().size(), "rule"), "; the level is that of looplint:recommended\n");
}

std::string Explain(const Rule& rule, const Terminal& terminal) {
  const std::string_view strong = terminal.color ? "\x1b[1m" : "", reset = terminal.color ? "\x1b[0m" : "";
  const int columns = std::min(terminal.columns, 100);
  const auto paragraph = [&](std::string_view text) {
    std::string out;
    for (const std::string& line : Wrap(text, columns)) out += Cat(line, "\n");
    return out;
  };
  std::string out = Cat(strong, rule.id, reset, "\n\n", paragraph(rule.summary), "\n");
  if (!rule.why.empty()) out += Cat(strong, "Why", reset, "\n", paragraph(rule.why), "\n");
  if (!rule.fix.empty()) out += Cat(strong, "What to do", reset, "\n", paragraph(rule.fix), "\n");
  out += Cat(strong, "Settings", reset, "\n", "severity ", SeverityName(rule.severity), ", confidence ",
             ConfidenceName(rule.confidence), rule.on_by_default ? ", in looplint:recommended" : ", off by default");
  if (rule.cwe != 0) out += Cat(", CWE-", rule.cwe);
  out += Cat("\n\n", strong, "To accept one finding", reset, "\n// looplint-disable-next-line ", rule.id,
             " -- why it is acceptable here\n");
  return out;
}

}  // namespace looplint
