#include "analyzer/cli/printer.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>
#include <tuple>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Escape sequences of one severity; all empty without colour.
struct Paint {
  std::string_view severity, strong, dim, path, reset;
};
Paint PaintFor(const Terminal& terminal, Severity severity) {
  if (!terminal.color) return {};
  return {severity == Severity::kError  ? "\x1b[1;31m"
          : severity == Severity::kWarn ? "\x1b[1;33m"
                                        : "\x1b[1;36m",
          "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"};
}

// The lines of a frame.
struct Box {
  std::string_view open, bar, gap, branch, end, underline, more, dot;
};
constexpr Box kUnicodeBox = {"╭─", "│", "·", "├─", "╰─", "─", "…", "·"};
constexpr Box kAsciiBox = {",-", "|", ":", "|-", "`-", "^", "...", "-"};

std::string_view Word(Severity severity) {
  return severity == Severity::kError ? "error" : severity == Severity::kWarn ? "warning" : "info";
}

std::string Blanks(int n) { return std::string(static_cast<size_t>(std::max(n, 0)), ' '); }

std::string Repeat(std::string_view text, int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

std::string PathAt(const RunReport& report, Places& places, const Place& at) {
  const LineColumn start = places.Start(at);
  return Cat(Plain(report.display((*report.project)[at.file].path)), ":", start.line, ":", start.column);
}

// What stands at a place, in few words: the first line of it.
std::string Snippet(const RunReport& report, const Place& at) {
  std::string_view text = (*report.project)[at.file].text;
  text = text.substr(std::min<size_t>(at.span.start, text.size()), at.span.end - at.span.start);
  const size_t line = text.find_first_of("\r\n");
  const bool cut = line != std::string_view::npos;
  std::string out = Plain(text.substr(0, line));
  while (out.ends_with(' ')) out.pop_back();
  return cut ? Cat(out, " …") : out;
}

// A line of source cut to the room there is, and the underline below it.
struct FrameLine {
  std::string text, underline;
};
FrameLine Frame(std::string_view line, Span mark, int room, const Box& box, const Paint& paint) {
  const std::vector<Cell> cells = Cells(line);
  int total = 0, mark_start = -1, mark_width = 0;
  for (const Cell& cell : cells) {
    if (mark_start < 0 && cell.offset >= mark.start) mark_start = total;
    if (cell.offset >= mark.start && cell.offset < mark.end) mark_width += cell.width;
    total += cell.width;
  }
  if (mark_start < 0) mark_start = total;
  mark_width = std::max(mark_width, 1);
  // Show a window with the mark's beginning in it, and its end if that fits.
  int left = 0;
  if (total > room) {
    const int wanted = std::min(mark_width, room * 2 / 3);
    left = std::clamp(mark_start - (room - wanted) / 2, 0, std::max(total - room, 0));
  }
  const int right = left + room;
  FrameLine out;
  int at = 0, shown = 0, before = 0, marked = 0;
  const bool cut_left = left > 0, cut_right = total > right;
  if (cut_left) {
    out.text = Cat(paint.dim, box.more, paint.reset);
    shown = before = Width(box.more);
  }
  for (const Cell& cell : cells) {
    const int start = at;
    at += cell.width;
    if (start < left + (cut_left ? Width(box.more) : 0)) continue;
    if (at > right - (cut_right ? Width(box.more) : 0)) break;
    out.text += cell.bytes;
    if (start < mark_start) {
      before += cell.width;
    } else if (start < mark_start + mark_width) {
      marked += cell.width;
    }
    shown += cell.width;
  }
  if (cut_right) out.text += Cat(paint.dim, box.more, paint.reset);
  out.underline = Cat(Blanks(before), paint.severity, Repeat(box.underline, std::max(marked, 1)), paint.reset);
  return out;
}

size_t Shown(const RunReport& report, const PrintOptions& options) {
  return options.max_findings == 0 ? report.findings.size() : std::min(options.max_findings, report.findings.size());
}

std::string Hidden(size_t left) {
  return left == 0 ? "" : Cat(Grouped(left), " more not shown; --max-diagnostics 0 shows all\n");
}

// Findings that say the same and lead to the same place: calls of one function that cannot be left alone, for example.
struct Group {
  const Finding* first;
  std::vector<Place> also;
};

std::vector<Group> GroupsOf(const RunReport& report, bool together) {
  constexpr size_t kFew = 3;  // are shown one by one
  using Key = std::tuple<const Rule*, Severity, std::string_view, FileId, uint32_t>;
  const auto key = [](const Finding& f) {
    const Place cause = f.via.empty() ? Place{kNone<FileId>, {}} : f.via.back().at;
    return Key(f.rule, f.severity, f.message, cause.file, cause.span.start);
  };
  std::map<Key, size_t> size;
  if (together) {
    for (const Finding& f : report.findings) ++size[key(f)];
  }
  std::vector<Group> groups;
  std::map<Key, size_t> group_of;
  for (const Finding& f : report.findings) {
    if (!together || size[key(f)] <= kFew) {
      groups.push_back({&f, {}});
      continue;
    }
    const auto [it, added] = group_of.try_emplace(key(f), groups.size());
    if (added)
      groups.push_back({&f, {}});
    else
      groups[it->second].also.push_back(f.at);
  }
  return groups;
}

}  // namespace

std::string Grouped(uint64_t n) {
  const std::string digits = Cat(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string Count(uint64_t n, std::string_view noun) { return Cat(Grouped(n), " ", noun, n == 1 ? "" : "s"); }

std::string PrintFinding(const RunReport& report, const Finding& f, Places& places, const PrintOptions& options,
                         std::span<const Place> also) {
  const Terminal& terminal = options.terminal;
  const Box& box = terminal.unicode ? kUnicodeBox : kAsciiBox;
  const Paint paint = PaintFor(terminal, f.severity);
  const LineIndex& lines = places.Lines(f.at.file);
  const LineColumn start = places.Start(f.at);
  const uint32_t last = places.End(f.at).line;
  const int digits = static_cast<int>(Cat(start.line).size());
  const std::string margin = Blanks(digits + 2);
  const std::string bar = Cat(margin, paint.dim, box.bar, paint.reset);
  const int room = terminal.columns - digits - 5;

  std::string out = Cat(paint.severity, Word(f.severity), "[", f.rule->id, "]", paint.reset, paint.strong, ": ",
                        Plain(f.message), paint.reset, "\n");
  out += Cat(margin, paint.dim, box.open, "[", paint.reset, paint.path, PathAt(report, places, f.at), paint.reset,
             paint.dim, "]", paint.reset, "\n");
  const auto source = [&](uint32_t line, Span mark) {
    const Span at = lines.Line(line);
    const std::string_view text = lines.text().substr(at.start, at.end - at.start);
    const Span local = {mark.start - std::min(mark.start, at.start), mark.end - std::min(mark.end, at.start)};
    const std::string number = Cat(line);
    FrameLine frame = Frame(text, local, room, box, paint);
    out += Cat(" ", paint.dim, Blanks(digits - static_cast<int>(number.size())), number, " ", box.bar, paint.reset, " ",
               frame.text, "\n");
    return frame.underline;
  };
  if (start.line > 1) {
    const Span above = lines.Line(start.line - 1);
    const std::string_view text = lines.text().substr(above.start, above.end - above.start);
    if (text.find_first_not_of(" \t") != std::string_view::npos) source(start.line - 1, {});
  }
  const std::string underline = source(start.line, f.at.span);
  out += Cat(margin, paint.dim, box.gap, paint.reset, " ", underline);
  if (last > start.line) out += Cat(paint.dim, " ", box.more, " to line ", last, paint.reset);
  out += "\n";

  if (!f.via.empty() && options.trace != Trace::kNone) {
    out += Cat(margin, paint.dim, box.branch, paint.reset, " ", f.via_title, "\n");
    struct Row {
      std::string number, place, snippet, note;
    };
    std::vector<Row> rows;
    constexpr size_t kShort = 6;
    const bool shorten = options.trace == Trace::kShort && f.via.size() > kShort;
    for (size_t i = 0; i < f.via.size(); ++i) {
      // Both ends tell most: where it begins, and how it gets to the finding.
      if (shorten && i >= 3 && i < f.via.size() - 2) {
        if (i == 3) rows.push_back({std::string(box.more), Cat(f.via.size() - 5, " more, --trace full"), "", ""});
        continue;
      }
      rows.push_back({Cat(i + 1), PathAt(report, places, f.via[i].at), Snippet(report, f.via[i].at), Plain(f.via[i].note)});
    }
    int number = 0, place = 0, snippet = 0;
    for (const Row& row : rows) {
      number = std::max(number, Width(row.number));
      place = std::max(place, Width(row.place));
      snippet = std::max(snippet, Width(row.snippet));
    }
    snippet = std::min(snippet, 36);
    for (const Row& row : rows) {
      const std::string text = Shorten(row.snippet, snippet);
      std::string line = Cat(bar, "   ", paint.dim, Blanks(number - Width(row.number)), row.number, paint.reset, " ",
                             paint.path, row.place, paint.reset);
      if (!text.empty() || !row.note.empty()) line += Cat(Blanks(place - Width(row.place)), "  ", text);
      if (!row.note.empty()) {
        line += Cat(Blanks(snippet - Width(text)), "  ", paint.dim, row.note, paint.reset);
      }
      while (line.ends_with(' ')) line.pop_back();
      out += Cat(line, "\n");
    }
  }

  if (!f.trust.empty() && options.trace != Trace::kNone) {
    out += Cat(margin, paint.dim, box.branch, paint.reset, " ", f.rule->cwe > 0 ? Cat("CWE-", f.rule->cwe, ", ") : std::string(),
               "trust: ", f.trust, f.trust == "remote" ? " (whoever sends requests and messages)" : f.trust == "library" ? " (whoever calls what is exported)" : "", "\n");
  }

  if (f.measured) {
    const auto percent = [](double share) {
      char buffer[16];
      std::snprintf(buffer, sizeof buffer, "%.1f %%", share * 100);
      return std::string(buffer);
    };
    out += Cat(margin, paint.dim, box.branch, paint.reset, " measured: ",
               f.measured->total == 0 ? std::string("never sampled")
                                      : Cat(percent(f.measured->own), " of CPU time in this function and what Node did for it, ",
                                            percent(f.measured->total), " with all it calls"),
               "\n");
  }

  if (!also.empty()) {
    out += Cat(margin, paint.dim, box.branch, paint.reset, " and in ", Count(also.size(), "more place"), "\n");
    constexpr size_t kFiles = 12;
    size_t files = 0, hidden = 0;
    for (size_t i = 0; i < also.size();) {
      const FileId file = also[i].file;
      std::string line = Cat(bar, "   ", paint.path, Plain(report.display((*report.project)[file].path)), paint.reset);
      const size_t first = i;
      std::vector<std::string> at;
      for (; i < also.size() && also[i].file == file; ++i) {
        const LineColumn where = places.Start(also[i]);
        at.push_back(Cat(where.line, ":", where.column));
      }
      if (files++ >= kFiles) {
        hidden += i - first;
        continue;
      }
      for (size_t k = 0; k < at.size(); ++k) {
        const std::string next = Cat(k == 0 ? "  " : ", ", at[k]);
        if (Width(line) + Width(next) + 12 > terminal.columns && k > 0) {
          line += Cat(", ", at.size() - k, " more");
          break;
        }
        line += next;
      }
      out += Cat(line, "\n");
    }
    if (hidden > 0)
      out += Cat(bar, "   ", paint.dim, box.more, " ", Count(hidden, "place"), " in ",
                 Count(files - kFiles, "more file"), ", --group never", paint.reset, "\n");
  }

  const std::string_view help = f.help.empty() ? f.rule->fix : std::string_view(f.help);
  if (help.empty()) {
    out += Cat(margin, paint.dim, box.end, paint.reset, "\n");
    return out;
  }
  const std::vector<std::string> wrapped = Wrap(Plain(help), std::min(terminal.columns, 120) - digits - 11);
  for (size_t i = 0; i < wrapped.size(); ++i) {
    out += i == 0 ? Cat(margin, paint.dim, box.end, paint.reset, " ", paint.strong, "help", paint.reset, ": ", wrapped[i], "\n")
                  : Cat(margin, "         ", wrapped[i], "\n");
  }
  return out;
}

std::string SummaryLine(const RunReport& report, const Terminal& terminal) {
  const std::string_view dot = terminal.unicode ? " · " : "; ";
  const size_t total = report.errors + report.warnings + report.infos;
  const Paint paint = PaintFor(terminal, report.errors > 0     ? Severity::kError
                                         : report.warnings > 0 ? Severity::kWarn
                                                               : Severity::kInfo);
  std::string out;
  if (total == 0) {
    out = "no problems";
  } else {
    out = Cat(paint.severity, Count(total, "problem"), paint.reset, " (", Count(report.errors, "error"), ", ",
              Count(report.warnings, "warning"));
    if (report.infos > 0) out += Cat(", ", Grouped(report.infos), " info");
    out += Cat(") in ", Count(report.files_with_findings, "file"));
  }
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, report.seconds < 10 ? "%.2f" : "%.0f", report.seconds);
  out += Cat(dot, Count(report.files, "file"), ", ", Count(report.lines, "line"), " in ", seconds, " s");
  std::vector<std::string> skipped;
  for (size_t i = 1; i < report.skipped.size(); ++i) {
    if (report.skipped[i] > 0) skipped.push_back(Cat(Grouped(report.skipped[i]), " ", kSkipNames[i]));
  }
  if (!skipped.empty()) out += Cat(dot, "skipped ", Join(skipped, ", "));
  if (!report.suppressed.empty()) out += Cat(dot, Grouped(report.suppressed.size()), " suppressed");
  if (!report.baselined.empty()) out += Cat(dot, Grouped(report.baselined.size()), " in the baseline");
  if (report.never_sampled > 0) out += Cat(dot, Grouped(report.never_sampled), " never sampled");
  if (report.unchanged > 0) out += Cat(dot, Grouped(report.unchanged), " not of this change");
  if (report.stopped) out += Cat(dot, "stopped before the end");
  return out;
}

std::string PrintPretty(const RunReport& report, const PrintOptions& options) {
  Places places(*report.project);
  std::string out;
  const std::vector<Group> groups = GroupsOf(report, options.group);
  size_t shown = 0, left = report.findings.size();
  for (const Group& group : groups) {
    if (options.max_findings != 0 && shown++ == options.max_findings) break;
    left -= 1 + group.also.size();
    out += PrintFinding(report, *group.first, places, options, group.also);
    out += '\n';
  }
  return Cat(out, Hidden(left), SummaryLine(report, options.terminal), "\n");
}

std::string PrintStatistics(const RunReport& report, const PrintOptions& options) {
  struct Row {
    const Rule* rule;
    Severity severity;
    size_t count = 0, safe = 0, suggested = 0;
  };
  std::map<std::pair<const Rule*, Severity>, Row> tally;
  for (const Finding& f : report.findings) {
    Row& row = tally.try_emplace({f.rule, f.severity}, Row{f.rule, f.severity}).first->second;
    ++row.count;
    const bool safe = std::ranges::any_of(f.fixes, &Fix::safe);
    row.safe += safe;
    row.suggested += !safe && !f.fixes.empty();
  }
  std::vector<Row> rows;
  for (const auto& [key, row] : tally) rows.push_back(row);
  std::ranges::sort(rows, [](const Row& a, const Row& b) {
    return std::tuple(b.count, a.rule->id, b.severity) < std::tuple(a.count, b.rule->id, a.severity);
  });
  int digits = 1, id = 0;
  bool fixes = false;
  for (const Row& row : rows) {
    digits = std::max(digits, Width(Grouped(row.count)));
    id = std::max(id, Width(row.rule->id));
    fixes |= row.safe + row.suggested > 0;
  }
  std::string out;
  for (const Row& row : rows) {
    const Paint paint = PaintFor(options.terminal, row.severity);
    const std::string count = Grouped(row.count);
    const char* mark = row.safe > 0 ? "[*]" : row.suggested > 0 ? "[-]" : "[ ]";
    out +=
        Cat(Blanks(digits - Width(count)), paint.strong, count, paint.reset, "  ", paint.severity, Word(row.severity),
            paint.reset, Blanks(7 - static_cast<int>(Word(row.severity).size())), "  ", mark, "  ", row.rule->id,
            Blanks(id - Width(row.rule->id)), "  ", paint.dim, row.rule->summary, paint.reset, "\n");
  }
  if (fixes) out += "\n[*] some can be fixed with --fix, [-] with --fix-suggestions\n";
  return Cat(out, rows.empty() ? "" : "\n", SummaryLine(report, options.terminal), "\n");
}

std::string PrintStylish(const RunReport& report, const PrintOptions& options) {
  Places places(*report.project);
  std::string out;
  const size_t n = Shown(report, options);
  for (size_t i = 0; i < n;) {
    const FileId file = report.findings[i].at.file;
    size_t end = i;
    int place = 0, message = 0;
    for (; end < n && report.findings[end].at.file == file; ++end) {
      const LineColumn at = places.Start(report.findings[end].at);
      place = std::max(place, Width(Cat(at.line, ":", at.column)));
      message = std::max(message, Width(Plain(report.findings[end].message)));
    }
    message = std::min(message, 100);
    const std::string_view underline = options.terminal.color ? "\x1b[4m" : "";
    const std::string_view reset = options.terminal.color ? "\x1b[0m" : "";
    out += Cat(underline, Plain(report.display((*report.project)[file].path)), reset, "\n");
    for (; i < end; ++i) {
      const Finding& f = report.findings[i];
      const Paint paint = PaintFor(options.terminal, f.severity);
      const LineColumn start = places.Start(f.at);
      const std::string at = Cat(start.line, ":", start.column);
      const std::string text = Plain(f.message);
      out += Cat("  ", Blanks(place - Width(at)), paint.dim, at, paint.reset, "  ", paint.severity, Word(f.severity),
                 paint.reset, Blanks(7 - static_cast<int>(Word(f.severity).size())), "  ", text,
                 Blanks(message - Width(text)), "  ", paint.dim, f.rule->id, paint.reset, "\n");
    }
    out += '\n';
  }
  return Cat(out, Hidden(report.findings.size() - n), SummaryLine(report, options.terminal), "\n");
}

std::string PrintUnix(const RunReport& report, const PrintOptions& options) {
  Places places(*report.project);
  std::string out;
  for (size_t i = 0; i < Shown(report, options); ++i) {
    const Finding& f = report.findings[i];
    out += Cat(PathAt(report, places, f.at), ": ", Word(f.severity), ": ", Plain(f.message), " [", f.rule->id, "]\n");
  }
  return out;
}

}  // namespace looplint
