// Findings as text for places without a terminal: summaries, comments, coding agents.
#include <algorithm>
#include <map>

#include "analyzer/base/strings.h"
#include "analyzer/cli/formats.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Text inside a table cell: Markdown and HTML in it mean nothing.
std::string TableCell(std::string_view text) {
  std::string out;
  for (const char c : Plain(text)) {
    if (std::string_view("\\`*_[]|#~").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string At(const RunReport& report, Places& places, const Place& place) {
  const LineColumn at = places.Start(place);
  return Cat(Plain(report.display((*report.project)[place.file].path)), ":", at.line, ":", at.column);
}

}  // namespace

std::string Markdown(const RunReport& report, const PrintOptions& options, size_t limit) {
  Places places(*report.project);
  std::string out = Cat("## looplint\n\n", SummaryLine(report, Terminal{}), "\n");
  if (report.findings.empty()) return out;
  struct Total {
    size_t errors = 0, warnings = 0, infos = 0;
  };
  std::map<std::string_view, Total> totals;
  for (const Finding& f : report.findings) {
    Total& t = totals[f.rule->id];
    ++(f.severity == Severity::kError ? t.errors : f.severity == Severity::kWarn ? t.warnings : t.infos);
  }
  out += "\n| rule | errors | warnings | notes |\n|---|--:|--:|--:|\n";
  for (const auto& [id, t] : totals)
    out += Cat("| ", kHasSite ? Cat("[", TableCell(id), "](", kSite, "/rules/", id, ")") : TableCell(id), " | ",
               t.errors, " | ", t.warnings, " | ", t.infos, " |\n");
  out += "\n| | where | what | rule |\n|---|---|---|---|\n";
  std::vector<const Finding*> order;
  for (const Finding& f : report.findings) order.push_back(&f);
  // When not all fit, the worst do.
  std::ranges::stable_sort(order, std::greater<>(), &Finding::severity);
  for (size_t i = 0; i < order.size(); ++i) {
    const Finding& f = *order[i];
    std::string row = Cat("| ", LevelWord(f.severity), " | ", TableCell(At(report, places, f.at)), " | ", TableCell(f.message));
    if (!f.via.empty() && options.trace != Trace::kNone) {
      row += Cat("<br>", TableCell(f.via_title), " ");
      for (size_t k = 0; k < f.via.size(); ++k) row += Cat(k == 0 ? "" : " → ", TableCell(At(report, places, f.via[k].at)));
    }
    row += Cat(" | ", TableCell(f.rule->id), " |\n");
    const std::string rest = Cat("\nand ", Count(order.size() - i, "more finding"), "\n");
    if (limit > 0 && out.size() + row.size() + rest.size() + 64 > limit) return Cat(out, rest);
    out += row;
  }
  return out;
}

bool WriteMarkdown(const RunReport& report, const PrintOptions& options, const TextSink& out) { return out(Markdown(report, options, 0)); }

bool WriteAgent(const RunReport& report, const PrintOptions& options, const TextSink& out) {
  Places places(*report.project);
  for (const Finding& f : report.findings) {
    std::string text = Cat(At(report, places, f.at), ": ", LevelWord(f.severity), " ", f.rule->id, ": ", Plain(f.message), "\n");
    if (options.trace != Trace::kNone) {
      for (size_t i = 0; i < f.via.size(); ++i) {
        text += Cat(i == 0 ? Cat("  ", f.via_title, ": ") : std::string("  then: "), At(report, places, f.via[i].at), " ", Plain(f.via[i].note), "\n");
      }
    }
    if (!f.trust.empty()) text += Cat("  trust: ", f.trust, f.rule->cwe > 0 ? Cat(", CWE-", f.rule->cwe) : std::string(), "\n");
    if (!HelpOf(f).empty()) text += Cat("  help: ", Plain(HelpOf(f)), "\n");
    for (const Fix& fix : f.fixes) {
      text += Cat("  ", fix.safe ? "fix (--fix)" : "suggestion (--fix-suggestions)", ": ", Plain(fix.description), "\n");
    }
    if (!out(text)) return false;
  }
  return out(Cat(SummaryLine(report, Terminal{}), "\n"));
}

}  // namespace looplint
