#include "analyzer/cli/seen_shapes.h"

#include <algorithm>
#include <map>
#include <optional>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/cli/output.h"
#include "analyzer/profile/scripts.h"
#include "nlohmann/json.hpp"
#include "rules/shape_advice.h"

namespace looplint {
namespace {

// A write is logged at its assignment, and source maps lead to the beginning of an expression: these may be that far
// from the name.
constexpr uint32_t kFar = 80;

// Of one file: where a line and column are, which access stands there.
class Lines {
 public:
  explicit Lines(const File& file) : file_(file), lines_(file.text), accesses_(AccessesIn(file.model)) {}

  std::optional<uint32_t> Offset(uint32_t line, uint32_t column) const {
    if (line == 0 || line > lines_.lines()) return std::nullopt;
    const Span bounds = lines_.Line(line);
    for (uint32_t at = bounds.start; at <= bounds.end; ++at) {
      if (lines_.At(at, ColumnUnit::kUtf16).column >= column) return at;
    }
    return std::nullopt;
  }
  bool Mentions(uint32_t line, std::string_view property) const {
    if (line == 0 || line > lines_.lines()) return false;
    const Span bounds = lines_.Line(line);
    return std::string_view(file_.text).substr(bounds.start, bounds.end - bounds.start).find(property) !=
           std::string_view::npos;
  }
  const Access* At(const SeenSite& site, const Scripts::Spot& spot) const {
    const Access* best = nullptr;
    uint32_t least = site.written || spot.mapped ? kFar : 2;
    for (const Access& access : accesses_) {
      if (file_.model.names[access.name] != site.property || (site.written && !access.written)) continue;
      const LineColumn at = lines_.At(file_.model.syntax[access.name_node].start, ColumnUnit::kUtf16);
      if (at.line != spot.line) continue;
      const uint32_t far = at.column > spot.column ? at.column - spot.column : spot.column - at.column;
      if (far < least) least = far, best = &access;
    }
    return best;
  }

 private:
  const File& file_;
  LineIndex lines_;
  std::vector<Access> accesses_;
};

}  // namespace

SeenShapes::SeenShapes(const IcLog& log, const Run& run) : log_(log), run_(run) {
  const Project& project = run.result.project;
  Scripts scripts(project, run.fs, run.selection.root);
  const Shapes shapes(project, run.result.facts.calls);
  std::map<FileId, Lines> places;
  std::map<FileId, std::pair<size_t, size_t>> fit;  // sites that are where the log says, and others
  const auto places_of = [&](FileId file) -> const Lines& {
    return places.try_emplace(file, project[file]).first->second;
  };
  // Source maps that lead to lines which do not name what is taken there are of another build.
  std::map<std::string, std::pair<size_t, size_t>> maps;  // by script: sites they lead to, sites they do not
  for (const SeenSite& site : log.megamorphic) {
    const Scripts::Spot spot = scripts.At(site.url, site.line, site.column);
    if (!spot.mapped) continue;
    auto& [right, wrong] = maps[site.url];
    ++(places_of(spot.file).Mentions(spot.line, site.property) ? right : wrong);
  }
  const auto spot_of = [&](const std::string& url, uint32_t line, uint32_t column) {
    const auto map = maps.find(url);
    const bool lies = map != maps.end() && map->second.second > map->second.first;
    return lies ? scripts.AsRun(url, line, column) : scripts.At(url, line, column);
  };
  for (const SeenSite& site : log.megamorphic) {
    Scripts::Spot spot = spot_of(site.url, site.line, site.column);
    // What a compiler put in is in no source.
    if (spot.mapped && !places_of(spot.file).Mentions(spot.line, site.property))
      spot = scripts.AsRun(site.url, site.line, site.column);
    if (!Some(spot.file)) continue;
    auto& [right, wrong] = fit[spot.file];
    if (!places_of(spot.file).Mentions(spot.line, site.property)) {
      ++wrong;
      continue;
    }
    ++right;
    const Access* access = places_of(spot.file).At(site, spot);
    Row row{spot.file, spot.line, spot.column, &site, {}, {}};
    for (const SeenClass& seen : site.classes) {
      Class one{seen.name, {kNone<FileId>, {}}, {}};
      if (const Scripts::Spot made = spot_of(seen.url, seen.line, seen.column); Some(made.file)) {
        if (const auto offset = places_of(made.file).Offset(made.line, made.column))
          one.at = {made.file, {*offset, *offset}};
      } else if (!Scripts::PathOf(seen.url).empty()) {
        one.else_ = Cat(Scripts::PathOf(seen.url), ":", seen.line);
      }
      row.classes.push_back(std::move(one));
    }
    if (access != nullptr) row.known = shapes.At(spot.file, *access);
    rows_.push_back(std::move(row));
  }
  warnings_ = scripts.Warnings();
  for (const auto& [url, counts] : maps) {
    const auto& [right, wrong] = counts;
    if (wrong <= right) continue;
    warnings_.push_back(Cat(Scripts::PathOf(url), ": its source map is not used: it leads ", wrong, " of ", right + wrong,
                            " accesses of the log to lines that do not name what is taken; ",
                            Some(scripts.AsRun(url, 1, 1).file) ? "they are shown in the generated code"
                                                                : "they are left out"));
  }
  for (const auto& [file, counts] : fit) {
    if (counts.second == 0) continue;
    const bool out = counts.second > counts.first;
    if (out) std::erase_if(rows_, [&, file = file](const Row& row) { return row.file == file; });
    warnings_.push_back(Cat(run.Display(project[file].path), ": ", counts.second, " of ", counts.first + counts.second,
                            " accesses of the log are not there, it was taken of other sources; ",
                            out ? "the file is left out" : "they are left out"));
  }
  std::ranges::stable_sort(rows_, [](const Row& a, const Row& b) { return a.site->misses > b.site->misses; });
}

std::string SeenShapes::PlaceOf(const Place& place) const {
  const File& file = run_.result.project[place.file];
  const LineColumn at = LineIndex(file.text).At(place.span.start, ColumnUnit::kUtf16);
  return Cat(run_.Display(file.path), ":", at.line, ":", at.column);
}

std::string SeenShapes::Table(size_t top, bool color) const {
  const std::string_view bold = color ? "\x1b[1m" : "", plain = color ? "\x1b[0m" : "";
  std::string out = Cat(rows_.size(), " of ", log_.sites, " property accesses met more hidden classes than the ",
                        kMostPolymorphic, " an inline cache holds\n");
  size_t shown = 0;
  std::map<std::string, std::string> told;  // by list of classes, where
  for (const Row& row : rows_) {
    if (top > 0 && shown == top) break;
    ++shown;
    const std::string here = Cat(run_.Display(run_.result.project[row.file].path), ":", row.line, ":", row.column);
    out += Cat("\n", bold, Plain(here), plain, "  .", Plain(row.site->property),
               row.site->written ? " is written" : " is read", "\n");
    std::vector<std::pair<std::string, int>> lines;  // each once, with how many look like it
    for (const Class& one : row.classes) {
      const std::string where = Some(one.at.file) ? PlaceOf(one.at) : one.else_;
      std::string line = Cat("    ", Plain(one.name), where.empty() ? "" : "  ", Plain(where));
      const auto same = std::ranges::find(lines, line, &std::pair<std::string, int>::first);
      if (same == lines.end()) {
        lines.push_back({std::move(line), 1});
      } else {
        ++same->second;
      }
    }
    std::string list;
    for (const auto& [line, count] : lines) list += Cat(line, count > 1 ? Cat("  (", count, " of them)") : "", "\n");
    if (const auto [it, fresh] = told.try_emplace(list, here); fresh) {
      out += list;
    } else {
      out += Cat("    the same as at ", Plain(it->second), "\n");
      continue;
    }
    // What V8 met first is what it names; where else such objects are made is in the program.
    size_t more = 0;
    for (const Shape& shape : row.known) {
      if (!Some(shape.born.file)) continue;
      const std::string where = PlaceOf(Some(shape.turn.file) ? shape.turn : shape.born);
      if (list.find(where.substr(0, where.rfind(':') + 1)) != std::string::npos) continue;
      if (++more > 4) continue;
      out += Cat("    may come too: ", Plain(shape.name), "  ", Plain(where), "\n");
    }
    if (row.known.size() > 1) out += Cat("    help: ", Plain(SmallestEdit(row.known)), "\n");
  }
  if (shown < rows_.size()) out += Cat("\n", rows_.size() - shown, " more: --top 0\n");
  return out;
}

std::string SeenShapes::Json(size_t top) const {
  using Json = nlohmann::ordered_json;
  Json out = {{"version", 1}, {"accesses", log_.sites}, {"megamorphic", Json::array()}};
  const auto place = [&](const Place& at) {
    const File& file = run_.result.project[at.file];
    const LineColumn where = LineIndex(file.text).At(at.span.start, ColumnUnit::kUtf16);
    return Json{{"file", run_.Display(file.path)}, {"line", where.line}, {"column", where.column}};
  };
  for (const Row& row : rows_) {
    if (top > 0 && out["megamorphic"].size() == top) break;
    Json item = {{"file", run_.Display(run_.result.project[row.file].path)},
                 {"line", row.line},
                 {"column", row.column},
                 {"property", row.site->property},
                 {"kind", row.site->written ? "set" : "get"},
                 {"misses", row.site->misses},
                 {"classes", Json::array()},
                 {"known", Json::array()}};
    for (const Class& one : row.classes) {
      Json c = {{"name", one.name}};
      if (Some(one.at.file)) c.update(place(one.at));
      item["classes"].push_back(std::move(c));
    }
    for (const Shape& shape : row.known) {
      Json c = {{"name", shape.name}};
      if (const Place& at = Some(shape.turn.file) ? shape.turn : shape.born; Some(at.file)) c.update(place(at));
      item["known"].push_back(std::move(c));
    }
    out["megamorphic"].push_back(std::move(item));
  }
  return Cat(out.dump(2, ' ', false, Json::error_handler_t::replace), "\n");
}

}  // namespace looplint
