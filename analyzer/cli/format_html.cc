// One page that needs nothing but itself: report.html with report.css, report.js and the findings put in. The page may
// run and load only what is named here by its hash; the findings are data, never markup.
#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/cli/formats.h"
#include "analyzer/cli/report_page.h"
#include "analyzer/engine/fingerprint.h"
#include "nlohmann/json.hpp"
#include "rules/rule.h"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLine = 400;       // bytes of a source line shown
constexpr size_t kNeighbours = 40;  // modules around one, beyond those of traces

// Files by number, and the lines of them that are shown.
class Files {
 public:
  Files(const RunReport& report, Places& places) : report_(report), places_(places) {}
  size_t Number(FileId file) {
    const auto [it, added] = numbers_.try_emplace(file, files_.size());
    if (added) files_.push_back(file);
    return it->second;
  }
  Json At(const Place& place, uint32_t around) {
    const size_t number = Number(place.file);
    const LineColumn start = places_.Start(place), end = places_.End(place);
    const uint32_t first = start.line > around ? start.line - around : 1;
    for (uint32_t i = first; i <= std::min(start.line + around, places_.Lines(place.file).lines()); ++i) lines_[place.file].insert(i);
    return {number, start.line, start.column, end.line, end.column};
  }
  const std::vector<FileId>& all() const { return files_; }
  Json Sources() {
    Json sources = Json::object();
    for (const auto& [file, lines] : lines_) {
      Json one = Json::object();
      for (const uint32_t i : lines) {
        const LineIndex& index = places_.Lines(file);
        one[Cat(i)] = std::string(index.text().substr(index.Line(i).start, std::min<size_t>(index.Line(i).end - index.Line(i).start, kLine)));
      }
      sources[Cat(numbers_.at(file))] = std::move(one);
    }
    return sources;
  }

 private:
  const RunReport& report_;
  Places& places_;
  std::map<FileId, size_t> numbers_;
  std::vector<FileId> files_;
  std::map<FileId, std::set<uint32_t>> lines_;
};

// Imports among the files of the findings, and with their neighbours.
Json Imports(const RunReport& report, Files& files) {
  const std::vector<FileId> inner = files.all();
  const std::set<FileId> known(inner.begin(), inner.end());
  std::map<FileId, size_t> around;
  Json edges = Json::array();
  for (uint32_t i = 0; i < report.project->size(); ++i) {
    const auto from = static_cast<FileId>(i);
    std::set<FileId> targets;
    for (const FileId to : (*report.project)[from].imports) {
      if (Some(to) && to != from) targets.insert(to);
    }
    for (const FileId to : targets) {
      const bool a = known.contains(from), b = known.contains(to);
      if (!a && !b) continue;
      if (a != b && around[a ? from : to]++ >= kNeighbours) continue;
      edges.push_back({files.Number(from), files.Number(to)});
    }
  }
  return edges;
}

}  // namespace

bool WriteHtml(const RunReport& report, const PrintOptions&, const TextSink& out) {
  Places places(*report.project);
  Files files(report, places);
  std::map<const Rule*, size_t> rules;
  Json findings = Json::array(), rule_list = Json::array();
  for (const Finding& f : report.findings) {
    const auto [it, added] = rules.try_emplace(f.rule, rules.size());
    if (added) {
      rule_list.push_back({{"id", std::string(f.rule->id)},
                           {"summary", std::string(f.rule->summary)},
                           {"why", std::string(f.rule->why)}});
    }
    Json one = {{"rule", it->second}, {"level", LevelWord(f.severity)}, {"message", f.message}, {"help", HelpOf(f)},
                {"scope", f.scope}, {"id", Hex(f.fingerprint)}, {"at", files.At(f.at, 3)}};
    if (!f.via.empty()) {
      Json steps = Json::array();
      for (const Step& step : f.via) steps.push_back({{"at", files.At(step.at, 1)}, {"note", step.note}});
      one["via"] = {{"title", f.via_title}, {"steps", std::move(steps)}};
    }
    Json fixes = Json::array();
    for (const Fix& fix : f.fixes) fixes.push_back({{"text", fix.description}, {"safe", fix.safe}});
    if (!fixes.empty()) one["fixes"] = std::move(fixes);
    findings.push_back(std::move(one));
  }
  Json sources = files.Sources();
  Json imports = Imports(report, files);
  Json paths = Json::array();
  for (const FileId file : files.all()) paths.push_back(report.display((*report.project)[file].path));
  const Json data = {{"tool", Cat("looplint ", report.version)},
                     {"summary",
                      {{"errors", report.errors},
                       {"warnings", report.warnings},
                       {"infos", report.infos},
                       {"suppressed", report.suppressed.size()},
                       {"baselined", report.baselined.size()},
                       {"unchanged", report.unchanged},
                       {"files", report.files},
                       {"lines", report.lines}}},
                     {"rules", std::move(rule_list)},
                     {"files", std::move(paths)},
                     {"sources", std::move(sources)},
                     {"imports", std::move(imports)},
                     {"findings", std::move(findings)}};
  // Inside a script element only "<" could end it, or open a comment.
  std::string text;
  for (const char c : data.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return out(kReportHead) && out(text) && out(kReportTail);
}

}  // namespace looplint
