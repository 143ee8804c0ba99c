// Findings for continuous integration: each format as its reader documents it.
#include <array>
#include <map>

#include "analyzer/base/strings.h"
#include "analyzer/cli/formats.h"
#include "analyzer/engine/fingerprint.h"
#include "nlohmann/json.hpp"
#include "rules/rule.h"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

std::string Replaced(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> table) {
  std::string out;
  for (const char c : text) {
    std::string_view with;
    for (const auto& [from, to] : table) {
      if (c == from) with = to;
    }
    if (with.empty()) {
      out += c;
    } else {
      out += with;
    }
  }
  return out;
}

// For attribute values and text; Plain has replaced what XML cannot hold at all.
std::string Xml(std::string_view text) {
  return Replaced(Plain(text), {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&apos;"}});
}

// "  1. server.js:4:1 handler given to ..." for each step.
std::string TraceText(const RunReport& report, Places& places, const Finding& f) {
  std::string out;
  for (size_t i = 0; i < f.via.size(); ++i) {
    const LineColumn at = places.Start(f.via[i].at);
    out += Cat(i == 0 ? Cat(f.via_title, ":\n") : "", "  ", i + 1, ". ", Plain(report.from_repository((*report.project)[f.via[i].at.file].path)), ":", at.line, ":",
               at.column, " ", Plain(f.via[i].note), "\n");
  }
  return out;
}

Json RdPosition(const LineColumn& at) { return {{"line", at.line}, {"column", at.column}}; }

// Columns of rdformat count bytes of UTF-8.
Json RdRange(Places& places, const Place& place) {
  return {{"start", RdPosition(places.Start(place, ColumnUnit::kUtf8))}, {"end", RdPosition(places.End(place, ColumnUnit::kUtf8))}};
}

Json RdSource() {
  Json json = {{"name", "looplint"}};
  if (kHasSite) json["url"] = kSite;
  return json;
}

Json RdDiagnostic(const RunReport& report, Places& places, const Finding& f) {
  const auto path = [&](const Place& at) { return report.display((*report.project)[at.file].path); };
  Json json = {{"message", Cat(f.message, HelpOf(f).empty() ? "" : Cat("\n", HelpOf(f)))},
               {"location", {{"path", path(f.at)}, {"range", RdRange(places, f.at)}}},
               {"severity", f.severity == Severity::kError  ? "ERROR"
                            : f.severity == Severity::kWarn ? "WARNING"
                                                            : "INFO"},
               {"source", RdSource()},
               {"code", {{"value", std::string(f.rule->id)}}}};
  if (kHasSite) json["code"]["url"] = RuleUri(*f.rule);
  Json suggestions = Json::array();
  for (const Fix& fix : f.fixes) {
    // A suggestion of reviewdog is one replacement.
    if (fix.edits.size() == 1) {
      suggestions.push_back({{"range", RdRange(places, {f.at.file, fix.edits[0].at})}, {"text", fix.edits[0].text}});
    }
  }
  if (!suggestions.empty()) json["suggestions"] = std::move(suggestions);
  Json related = Json::array();
  for (const Step& step : f.via) {
    related.push_back({{"message", step.note}, {"location", {{"path", path(step.at)}, {"range", RdRange(places, step.at)}}}});
  }
  if (!related.empty()) json["related_locations"] = std::move(related);
  return json;
}

// The findings file by file, as they come.
template <typename Each>
void ByFile(const RunReport& report, const Each& each) {
  for (size_t i = 0; i < report.findings.size();) {
    size_t end = i;
    while (end < report.findings.size() && report.findings[end].at.file == report.findings[i].at.file) ++end;
    each(std::span(report.findings).subspan(i, end - i));
    i = end;
  }
}

}  // namespace

bool WriteGithub(const RunReport& report, const PrintOptions&, const TextSink& out) {
  // The platform shows ten annotations of a kind in a step; the rest are lines of the log, so that nothing is lost.
  constexpr size_t kMost = 10;
  Places places(*report.project);
  std::array<size_t, 3> shown{};
  std::string rest;
  const auto data = [](std::string_view text) { return Replaced(text, {{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}}); };
  const auto property = [](std::string_view text) {
    return Replaced(text, {{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}});
  };
  for (const Severity severity : {Severity::kError, Severity::kWarn, Severity::kInfo}) {
    for (const Finding& f : report.findings) {
      if (f.severity != severity) continue;
      const std::string path = report.from_repository((*report.project)[f.at.file].path);
      const LineColumn start = places.Start(f.at), end = places.End(f.at);
      if (++shown[static_cast<size_t>(severity) - 1] > kMost) {
        rest += Cat(Plain(path), ":", start.line, ":", start.column, ": ", LevelWord(severity), ": ", Plain(f.message), " [", f.rule->id, "]\n");
        continue;
      }
      std::string body = Cat(Plain(f.message), "\n", TraceText(report, places, f));
      if (!HelpOf(f).empty()) body += Cat("help: ", Plain(HelpOf(f)), "\n");
      body.pop_back();
      std::string line = Cat("::", severity == Severity::kError ? "error" : severity == Severity::kWarn ? "warning" : "notice", " file=", property(path),
                             ",line=", start.line, ",endLine=", end.line);
      // A column range is shown for one line alone.
      if (start.line == end.line) line += Cat(",col=", start.column, ",endColumn=", end.column);
      if (!out(Cat(line, ",title=", property(f.rule->id), "::", data(body), "\n"))) return false;
    }
  }
  size_t more = 0;
  for (const size_t n : shown) more += n > kMost ? n - kMost : 0;
  if (more == 0) return true;
  return out(Cat("looplint: ", Count(more, "more finding"), " without an annotation, since GitHub shows ", kMost, " of a kind:\n", rest));
}

bool WriteGitlab(const RunReport& report, const PrintOptions&, const TextSink& out) {
  Places places(*report.project);
  Json list = Json::array();
  std::map<uint64_t, int> seen;  // copied code has one fingerprint in several files; GitLab wants them unique
  for (const Finding& f : report.findings) {
    const int again = seen[f.fingerprint]++;
    const Place line = places.FirstLine(f.at);
    Json one = {{"description", Plain(f.message)},
                {"check_name", std::string(f.rule->id)},
                {"fingerprint", again == 0 ? Hex(f.fingerprint) : Hex(StableHash().Add(Hex(f.fingerprint)).Add(Cat(again)).value())},
                {"severity", f.severity == Severity::kError ? "major" : f.severity == Severity::kWarn ? "minor" : "info"},
                {"location", {{"path", report.from_repository((*report.project)[f.at.file].path)},
                              {"lines", {{"begin", places.Start(line).line}, {"end", places.End(line).line}}}}}};
    std::string body = Cat(HelpOf(f), "\n\n", TraceText(report, places, f));
    one["content"] = {{"body", std::move(body)}};
    list.push_back(std::move(one));
  }
  return out(Cat(Dump(list, 1), "\n"));
}

bool WriteJunit(const RunReport& report, const PrintOptions&, const TextSink& out) {
  Places places(*report.project);
  const size_t n = report.findings.size();
  std::string text = Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"looplint\" tests=\"", n == 0 ? 1 : n, "\" failures=\"", n, "\" errors=\"0\">\n");
  // Readers take a document without tests for a broken run.
  if (n == 0) text += "  <testsuite name=\"looplint\" tests=\"1\" failures=\"0\" errors=\"0\"><testcase name=\"no findings\" classname=\"looplint\"/></testsuite>\n";
  ByFile(report, [&](std::span<const Finding> findings) {
    const std::string path = Xml(report.display((*report.project)[findings.front().at.file].path));
    text += Cat("  <testsuite name=\"", path, "\" tests=\"", findings.size(), "\" failures=\"", findings.size(), "\" errors=\"0\">\n");
    for (const Finding& f : findings) {
      const LineColumn at = places.Start(f.at);
      text += Cat("    <testcase name=\"", Xml(f.rule->id), " ", at.line, ":", at.column, "\" classname=\"", path, "\"><failure type=\"", LevelWord(f.severity),
                  "\" message=\"", Xml(f.message), "\">", path, ":", at.line, ":", at.column, " ", Xml(f.message), "\n");
      const std::string trace = TraceText(report, places, f);
      for (size_t i = 0; i < trace.size();) {  // line by line: Xml makes one line of its text
        const size_t end = trace.find('\n', i);
        text += Cat(Xml(std::string_view(trace).substr(i, end - i)), "\n");
        i = end + 1;
      }
      text += Cat(Xml(HelpOf(f)), "</failure></testcase>\n");
    }
    text += "  </testsuite>\n";
  });
  return out(Cat(text, "</testsuites>\n"));
}

bool WriteCheckstyle(const RunReport& report, const PrintOptions&, const TextSink& out) {
  Places places(*report.project);
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  ByFile(report, [&](std::span<const Finding> findings) {
    text += Cat("  <file name=\"", Xml(report.display((*report.project)[findings.front().at.file].path)), "\">\n");
    for (const Finding& f : findings) {
      const LineColumn at = places.Start(f.at);
      text += Cat("    <error line=\"", at.line, "\" column=\"", at.column, "\" severity=\"", LevelWord(f.severity), "\" message=\"", Xml(f.message),
                  "\" source=\"looplint.", Xml(f.rule->id), "\"/>\n");
    }
    text += "  </file>\n";
  });
  return out(Cat(text, "</checkstyle>\n"));
}

bool WriteRdjson(const RunReport& report, const PrintOptions&, const TextSink& out) {
  Places places(*report.project);
  Json json = {{"source", RdSource()}, {"diagnostics", Json::array()}};
  for (const Finding& f : report.findings) json["diagnostics"].push_back(RdDiagnostic(report, places, f));
  return out(Cat(Dump(json, 1), "\n"));
}

bool WriteRdjsonLines(const RunReport& report, const PrintOptions&, const TextSink& out) {
  Places places(*report.project);
  for (const Finding& f : report.findings) {
    if (!out(Cat(Dump(RdDiagnostic(report, places, f), -1), "\n"))) return false;
  }
  return true;
}

}  // namespace looplint
