// Findings as SARIF: from our terms to those of sarif/.
#include <algorithm>
#include <map>

#include "analyzer/base/strings.h"
#include "analyzer/cli/formats.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/fingerprint.h"
#include "analyzer/facts/ways.h"
#include "rules/rule.h"
#include "sarif/line_hash.h"
#include "sarif/writer.h"

namespace looplint {
namespace {

constexpr size_t kSnippet = 2000;   // bytes; minified lines are of no use to readers
constexpr size_t kFlows = 10;       // ways shown of a finding that many entries reach
constexpr const char* kUnreadable = "LL0001";
constexpr const char* kUnparsed = "LL0002";
constexpr const char* kLimit = "LL0003";

// "event-loop/sync-in-handler" -> "SyncInHandler".
std::string CamelCase(std::string_view id) {
  std::string out;
  bool upper = true;
  for (const char c : id.substr(id.find('/') + 1)) {
    if (c == '-') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return out;
}

std::string Sentence(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  if (!out.empty() && out.back() != '.' && out.back() != '?' && out.back() != '!') out += '.';
  return out;
}

sarif::Level LevelOf(Severity severity) {
  return severity == Severity::kError ? sarif::Level::kError : severity == Severity::kWarn ? sarif::Level::kWarning : sarif::Level::kNote;
}

sarif::RuleInfo Describe(const Rule& rule) {
  sarif::RuleInfo info;
  info.id = rule.id;
  info.name = CamelCase(rule.id);
  info.short_description = Sentence(rule.summary);
  info.full_description = rule.why.empty() ? info.short_description : std::string(rule.why);
  info.help = rule.fix.empty() ? info.short_description : std::string(rule.fix);
  info.help_markdown = Cat("# ", rule.id, "\n\n", info.short_description, "\n");
  if (!rule.why.empty()) info.help_markdown += Cat("\n## Why\n\n", rule.why, "\n");
  if (!rule.fix.empty()) info.help_markdown += Cat("\n## What to do\n\n", rule.fix, "\n");
  info.help_markdown += Cat("\n## To accept one finding\n\n```js\n// looplint-disable-next-line ", rule.id, " -- why it is acceptable here\n```\n");
  info.help_uri = RuleUri(rule);
  info.level = LevelOf(rule.severity);
  info.precision = rule.confidence == Confidence::kVeryHigh ? "very-high" : rule.confidence == Confidence::kHigh ? "high" : "medium";
  info.tags = {std::string(rule.family())};
  if (rule.family() == "security") {
    if (info.tags.front() != "security") info.tags.push_back("security");
    info.security_severity = rule.severity == Severity::kError ? "8.1" : "5.5";
  }
  if (rule.cwe != 0) info.tags.push_back(Cat("external/cwe/cwe-", rule.cwe < 100 ? "0" : "", rule.cwe < 10 ? "0" : "", rule.cwe));
  return info;
}

std::vector<sarif::RuleInfo> NotificationRules() {
  const auto make = [](const char* id, const char* name, const char* what, const char* help) {
    sarif::RuleInfo info;
    info.id = id;
    info.name = name;
    info.short_description = info.full_description = what;
    info.help = help;
    info.help_uri = Cat(kSite, "/notifications/", id);
    return info;
  };
  return {make(kUnreadable, "FileNotRead", "A file could not be read and was left out of the analysis.",
               "Make the file readable, or leave it out by an ignore pattern."),
          make(kUnparsed, "FileNotParsed", "A file could not be parsed; what follows the error in it may be missed.",
               "Correct the syntax error, or leave the file out by an ignore pattern."),
          make(kLimit, "ResultsDropped", "There were more results than a log may hold.",
               "Report on fewer files, correct what is reported, or record it in a baseline.")};
}

class Converter {
 public:
  Converter(const RunReport& report, const sarif::RunInfo& run) : report_(report), places_(*report.project) {
    for (uint32_t i = 0; i < run.rules.size(); ++i) rules_[run.rules[i].id] = i;
  }

  sarif::Result Convert(const Finding& f) {
    sarif::Result out;
    out.rule = rules_.at(std::string(f.rule->id));
    out.level = LevelOf(f.severity);
    out.message = f.message;
    out.at = Located(f.at, true);
    out.at.function = f.scope;
    out.line_hash = LineHash(f.at);
    out.fingerprint = Hex(f.fingerprint);
    out.trust = f.trust;
    if (!f.via.empty()) {
      out.flows.push_back(FlowOf(f, f.via));
      for (const HotPath& way : OtherWays(f)) out.flows.push_back(FlowOf(f, way.steps));
    }
    for (const Fix& fix : f.fixes) {
      sarif::Fix one{fix.description, report_.from_repository((*report_.project)[f.at.file].path), {}};
      for (const Edit& edit : fix.edits) one.replacements.push_back({RegionOf({f.at.file, edit.at}), edit.text});
      out.fixes.push_back(std::move(one));
    }
    return out;
  }

 private:
  sarif::Region RegionOf(const Place& place) {
    const LineColumn start = places_.Start(place), end = places_.End(place);
    return {start.line, start.column, end.line, end.column, {}};
  }

  // A pull request shows an alert only when all its lines are of the change: the first line alone is named.
  sarif::Location Located(const Place& place, bool context) {
    const Place line = places_.FirstLine(place);
    sarif::Location out{report_.from_repository((*report_.project)[place.file].path), RegionOf(line), {}, {}, {}};
    const std::string_view text = places_.Text(line);
    if (text.size() <= kSnippet) out.region.snippet = text;
    if (!context) return out;
    const LineIndex& lines = places_.Lines(place.file);
    const uint32_t first = out.region.start_line > 2 ? out.region.start_line - 2 : 1;
    const uint32_t last = std::min(out.region.start_line + 2, lines.lines());
    const std::string_view around = lines.text().substr(lines.Line(first).start, lines.Line(last).end - lines.Line(first).start);
    if (around.size() <= kSnippet) out.context = {first, 1, last, 1, std::string(around)};
    return out;
  }

  sarif::Flow FlowOf(const Finding& f, const std::vector<Step>& steps) {
    sarif::Flow flow;
    flow.message = f.via_title;
    for (const Step& step : steps) {
      sarif::Location at = Located(step.at, false);
      at.message = step.note.empty() ? std::string(f.via_title) : step.note;
      flow.steps.push_back({std::move(at), static_cast<int>(flow.steps.size())});
    }
    sarif::Location end = Located(f.at, false);
    end.message = f.message;
    flow.steps.push_back({std::move(end), static_cast<int>(flow.steps.size())});
    return flow;
  }

  // From other entries than the one the finding shows.
  std::vector<HotPath> OtherWays(const Finding& f) {
    if (report_.facts == nullptr) return {};
    const FunctionRef function = FunctionAround(*report_.project, f.at);
    if (!IsWayOf(*report_.project, report_.facts->heat, function, f.via)) return {};
    const auto same = [](const Step& a, const Step& b) { return a.at.file == b.at.file && a.at.span.start == b.at.span.start; };
    if (ways_ == nullptr) ways_ = std::make_unique<Ways>(*report_.project, report_.facts->calls, Context::kRequest);
    auto it = known_.find(function);
    if (it == known_.end()) {
      std::vector<HotPath> ways = ways_->To(function);
      std::erase_if(ways, [&](const HotPath& way) { return std::ranges::equal(way.steps, f.via, same); });
      if (ways.size() > kFlows) ways.resize(kFlows);
      it = known_.emplace(function, std::move(ways)).first;
    }
    return it->second;
  }

  std::string LineHash(const Place& place) {
    // Findings come file by file.
    if (!hashed_ || hashed_file_ != place.file) {
      hashes_ = sarif::LineHashes((*report_.project)[place.file].text);
      hashed_file_ = place.file;
      hashed_ = true;
    }
    const uint32_t line = places_.Start(place).line;
    return line <= hashes_.size() ? hashes_[line - 1] : "";
  }

  const RunReport& report_;
  Places places_;
  std::map<std::string, uint32_t> rules_;
  std::unique_ptr<Ways> ways_;
  std::map<FunctionRef, std::vector<HotPath>> known_;
  std::vector<std::string> hashes_;
  FileId hashed_file_{};
  bool hashed_ = false;
};

}  // namespace

bool WriteSarif(const RunReport& report, const PrintOptions& options, const TextSink& out) {
  struct Row {
    const Finding* finding;
    const Suppressed* by = nullptr;
    bool known = false;
  };
  std::vector<Row> rows;
  for (const Finding& f : report.findings) rows.push_back({&f});
  if (options.sarif_suppressed) {
    for (const Suppressed& s : report.suppressed) rows.push_back({&s.finding, &s});
    for (const Finding& f : report.baselined) rows.push_back({&f, nullptr, true});
    std::ranges::stable_sort(rows, {}, [](const Row& row) {
      return std::pair(Index(row.finding->at.file), row.finding->at.span.start);
    });
  }

  sarif::RunInfo run;
  run.version = run.semantic_version = report.version;
  run.information_uri = kSite;
  std::vector<const Rule*> rules = report.rules;
  for (const Row& row : rows) {
    if (std::ranges::find(rules, row.finding->rule) == rules.end()) rules.push_back(row.finding->rule);
  }
  std::ranges::sort(rules, {}, &Rule::id);
  for (const Rule* rule : rules) run.rules.push_back(Describe(*rule));
  run.notification_rules = NotificationRules();
  run.category = options.sarif_category;
  run.repository_uri = report.origin.address;
  run.revision = report.origin.revision;
  run.branch = report.origin.branch;
  for (const Unreadable& u : report.unreadable) {
    run.notifications.push_back({kUnreadable, sarif::Level::kWarning, Cat(report.from_repository(u.path), " was not read: ", u.reason), report.from_repository(u.path)});
    run.successful = run.successful && !IsSourceName(u.path);
  }
  for (uint32_t i = 0; i < report.project->size(); ++i) {
    const File& file = (*report.project)[static_cast<FileId>(i)];
    if (file.model.syntax.errors.empty()) continue;
    run.notifications.push_back({kUnparsed, sarif::Level::kWarning, Cat(report.from_repository(file.path), " has syntax errors: what follows them may be missed"), report.from_repository(file.path)});
  }

  Converter converter(report, run);
  sarif::Limits limits;
  if (options.sarif_no_limits) limits = {0, 0, 0};
  const auto result = [&](uint64_t i) {
    sarif::Result r = converter.Convert(*rows[i].finding);
    r.suppressed = rows[i].by != nullptr || rows[i].known;
    r.in_source = rows[i].by != nullptr;
    r.justification = rows[i].by != nullptr ? rows[i].by->reason : rows[i].known ? "known to the baseline" : "";
    return r;
  };
  const sarif::Selection selection(run, limits, rows.size(), [&](uint64_t i) { return LevelOf(rows[i].finding->severity); }, result);
  if (selection.dropped() > 0) {
    run.notifications.push_back({kLimit, sarif::Level::kWarning,
                                 Cat("the ", selection.dropped(), " least severe of ", rows.size(), " results were dropped: GitHub takes ", limits.results,
                                     " results and ", limits.gzip_bytes / 1'000'000, " MB in one log"), ""});
  }
  sarif::Writer writer(out, run, limits);
  for (uint64_t i = 0; i < rows.size(); ++i) {
    if (selection.keep(i)) writer.Add(result(i));
  }
  return writer.Finish();
}

}  // namespace looplint
