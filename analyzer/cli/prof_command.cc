// looplint prof FILE: the functions of a CPU profile by time, each with what looplint reports in it; of V8's log of
// inline caches, the property accesses that are megamorphic.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/options.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/run.h"
#include "analyzer/cli/seen_shapes.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/profile/ic_log.h"
#include "analyzer/profile/measurement.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

std::string Percent(double share) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%5.1f %%", share * 100);
  return buffer;
}

std::string Padded(std::string text, int width) {
  if (const int w = Width(text); w < width) text.append(static_cast<size_t>(width - w), ' ');
  return text;
}

int ShowIcLog(std::string_view text, const std::string& file, Options& options, bool json, size_t top) {
  const absl::StatusOr<IcLog> log = IcLog::Parse(text);
  if (!log.ok()) return Warn(Cat(Plain(file), ": ", std::string(log.status().message()))), kTrouble;
  Run run;
  options.shapes = true;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  const SeenShapes seen(*log, run);
  for (const std::string& warning : seen.warnings()) Warn(Plain(warning));
  if (seen.rows().empty() && seen.warnings().empty() && !log->megamorphic.empty()) {
    Warn(Cat(Plain(file), ": none of its accesses is in this project: is the log of another program?"));
  }
  const bool color = DescribeTerminal(STDOUT_FILENO, options.color).color;
  return WriteAll(STDOUT_FILENO, json ? seen.Json(top) : seen.Table(top, color)) ? kClean : kTrouble;
}

}  // namespace

int ProfCommand(std::vector<std::string> arguments) {
  Options options;
  std::string file, format = "table";
  size_t top = 25;
  bool project_only = false;
  CLI::App app(
      "Functions of a CPU profile (node --cpu-prof, an editor, the inspector) by time, each with the findings in it.\n"
      "Own is a function's time with what Node and V8 did for it; total adds the functions it called.\n\n"
      "Of V8's log of inline caches, property accesses that meet too many hidden classes, and where these come from:\n"
      "  node --log-ic --log-code --log-maps --no-opt --no-sparkplug --logfile=ic.log --no-logfile-per-isolate app.js");
  app.name("looplint prof");
  app.add_option("FILE", file, "A .cpuprofile, or a log of V8's")->required();
  app.add_option("PATHS", options.paths, "The project the profile is of (default: .)");
  app.add_option("-f,--format", format, "table or json")->check(CLI::IsMember({"table", "json"}))->type_name("FORMAT");
  app.add_option("--top", top, "Show at most N functions or accesses; 0 for all (default: 25)")->type_name("N");
  app.add_flag("--project", project_only, "Only functions of the project");
  AddRunOptions(app, options);
  if (const auto code = ParseArguments(app, options, std::move(arguments))) return *code;

  const DiskFileSystem disk;
  const absl::StatusOr<std::string> text = disk.Read(file, uint64_t{1} << 30);
  if (!text.ok()) return Warn(std::string(text.status().message())), kTrouble;
  if (IcLog::Looks(*text)) return ShowIcLog(*text, file, options, format == "json", top);
  const absl::StatusOr<CpuProfile> profile = CpuProfile::Parse(*text);
  if (!profile.ok()) return Warn(Cat(Plain(file), ": ", std::string(profile.status().message()))), kTrouble;

  Run run;
  absl::Status status = Prepare(options, run);
  run.measured = [&](const Project& project) {
    return Measurement(*profile, project, run.fs, run.selection.root).Hot();
  };
  if (status.ok()) status = Lint(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  const Project& project = run.result.project;
  const Measurement measurement(*profile, project, run.fs, run.selection.root);
  for (const std::string& warning : measurement.warnings()) Warn(Plain(warning));
  if (measurement.covered() == 0) {
    Warn(Cat(Plain(file), ": no sample falls on this project: is the profile of another program?"));
  }

  std::map<FunctionRef, std::vector<const Finding*>> findings;
  for (const Finding& f : run.settled.findings) {
    findings[{f.at.file, measurement.FunctionAt(f.at)}].push_back(&f);
  }
  std::vector<const Measurement::Row*> rows;
  for (const Measurement::Row& row : measurement.rows()) {
    if (project_only && !Some(row.function.file)) continue;
    if (top > 0 && rows.size() == top) break;
    rows.push_back(&row);
  }
  std::map<FileId, LineIndex> lines;
  const auto line_of = [&](const Place& place) {
    return lines.try_emplace(place.file, project[place.file].text)
        .first->second.At(place.span.start, ColumnUnit::kUtf16)
        .line;
  };
  const auto place_of = [&](const Measurement::Row& row) {
    if (Some(row.function.file)) {
      const File& f = project[row.function.file];
      const NodeId node = f.model.functions[row.function.function].node;
      return Cat(run.Display(f.path), ":",
                 line_of({row.function.file, {f.model.syntax[node].start, f.model.syntax[node].end}}));
    }
    return row.line > 0 ? Cat(row.script, ":", row.line) : row.script;
  };

  if (format == "json") {
    nlohmann::ordered_json out;
    out["version"] = 1;
    out["samples"] = profile->samples;
    out["busyMicroseconds"] = profile->total_us;
    out["idleMicroseconds"] = profile->idle_us;
    out["shareInProject"] = measurement.covered();
    out["functions"] = nlohmann::ordered_json::array();
    for (const Measurement::Row* row : rows) {
      nlohmann::ordered_json item = {{"name", row->name},
                                     {"place", place_of(*row)},
                                     {"inProject", Some(row->function.file)},
                                     {"self", row->share.self},
                                     {"own", row->share.own},
                                     {"total", row->share.total},
                                     {"samples", row->samples},
                                     {"findings", nlohmann::ordered_json::array()}};
      if (const auto it = findings.find(row->function); it != findings.end()) {
        for (const Finding* f : it->second) {
          item["findings"].push_back({{"rule", f->rule->id}, {"line", line_of(f->at)}, {"message", f->message}});
        }
      }
      out["functions"].push_back(std::move(item));
    }
    return WriteAll(STDOUT_FILENO, Cat(out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "\n"))
               ? kClean
               : kTrouble;
  }

  const Terminal terminal = DescribeTerminal(STDOUT_FILENO, options.color);
  int name_width = 11, place_width = 5;
  for (const Measurement::Row* row : rows) {
    name_width = std::max(name_width, std::min(Width(Plain(row->name)), 40));
    place_width = std::max(place_width, std::min(Width(Plain(place_of(*row))), 60));
  }
  char head[160];
  std::snprintf(head, sizeof head, "%.1f s busy, %.0f %% of it in this project; %.1f s idle; %llu samples\n",
                profile->total_us / 1e6, measurement.covered() * 100, profile->idle_us / 1e6,
                static_cast<unsigned long long>(profile->samples));
  const std::string_view bold = terminal.color ? "\x1b[1m" : "", plain = terminal.color ? "\x1b[0m" : "";
  std::string out = Cat(head, "\n", bold, "     self      own    total  ", Padded("function", name_width), "  ",
                        Padded("place", place_width), "  findings", plain, "\n");
  for (const Measurement::Row* row : rows) {
    std::string found;
    if (const auto it = findings.find(row->function); it != findings.end() && Some(row->function.file)) {
      std::map<std::string_view, int> rules;
      for (const Finding* f : it->second) ++rules[f->rule->id];
      for (const auto& [rule, count] : rules)
        found += Cat(found.empty() ? "" : ", ", rule, count > 1 ? Cat(" (", count, ")") : "");
    }
    std::string line =
        Cat("  ", Percent(row->share.self), "  ", Percent(row->share.own), "  ", Percent(row->share.total), "  ",
            Padded(Shorten(row->name.empty() ? "(anonymous)" : Plain(row->name), name_width), name_width), "  ",
            Padded(Shorten(Plain(place_of(*row)), place_width), place_width), "  ", found);
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return WriteAll(STDOUT_FILENO, out) ? kClean : kTrouble;
}

}  // namespace looplint
