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

// A write is logged at its assignment, which may be that far from the name.
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
  bool Mentions(const SeenSite& site) const {
    if (site.line == 0 || site.line > lines_.lines()) return false;
    const Span bounds = lines_.Line(site.line);
    return std::string_view(file_.text).substr(bounds.start, bounds.end - bounds.start).find(site.property) !=
           std::string_view::npos;
  }
  const Access* At(const SeenSite& site) const {
    const Access* best = nullptr;
    uint32_t least = site.written ? kFar : 2;
    for (const Access& access : accesses_) {
      if (file_.model.names[access.name] != site.property || (site.written && !access.written)) continue;
      const LineColumn at = lines_.At(file_.model.syntax[access.name_node].start, ColumnUnit::kUtf16);
      if (at.line != site.line) continue;
      const uint32_t far = at.column > site.column ? at.column - site.column : site.column - at.column;
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
  const Suffixes suffixes(project, run.selection.root);
  const Shapes shapes(project, run.result.facts.calls);
  std::map<std::string, FileId> files;
  std::map<FileId, Lines> places;
  std::map<FileId, std::pair<size_t, size_t>> fit;  // sites that are where the log says, and others
  const auto file_of = [&](const std::string& url) {
    const auto [it, fresh] = files.try_emplace(url, kNone<FileId>);
    if (fresh && !PathOf(url).empty()) it->second = suffixes.Find(PathOf(url));
    return it->second;
  };
  const auto places_of = [&](FileId file) -> const Lines& {
    return places.try_emplace(file, project[file]).first->second;
  };
  for (const SeenSite& site : log.megamorphic) {
    const FileId file = file_of(site.url);
    if (!Some(file)) continue;
    auto& [right, wrong] = fit[file];
    if (!places_of(file).Mentions(site)) {
      ++wrong;
      continue;
    }
    ++right;
    Row row{file, site.line, site.column, &site, {}, {}};
    for (const SeenClass& seen : site.classes) {
      Class one{seen.name, {kNone<FileId>, {}}, {}};
      if (const FileId where = file_of(seen.url); Some(where)) {
        if (const auto offset = places_of(where).Offset(seen.line, seen.column)) one.at = {where, {*offset, *offset}};
      } else if (!PathOf(seen.url).empty()) {
        one.else_ = Cat(PathOf(seen.url), ":", seen.line);
      }
      row.classes.push_back(std::move(one));
    }
    if (const Access* access = places_of(file).At(site)) row.known = shapes.At(file, *access);
    rows_.push_back(std::move(row));
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
