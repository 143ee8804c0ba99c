#include "analyzer/cli/shapes_graph.h"

#include <map>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/shapes.h"
#include "nlohmann/json.hpp"

namespace looplint {

std::string ShapesJson(const Project& project, const Facts& facts,
                       const std::function<bool(const std::string&)>& reports) {
  using Json = nlohmann::ordered_json;
  std::map<FileId, LineIndex> lines;
  const auto at = [&](FileId file, uint32_t offset) {
    return lines.try_emplace(file, project[file].text).first->second.At(offset, ColumnUnit::kUtf16);
  };
  const Shapes known(project, facts.calls);
  Json sites = Json::array();
  for (uint32_t f = 0; f < project.size(); ++f) {
    const FileId file = static_cast<FileId>(f);
    if (!reports(project[file].path)) continue;
    const FileModel& m = project[file].model;
    for (const Access& access : AccessesIn(m)) {
      const NodeId node = access.node, property = access.name_node;
      const std::vector<Shape> met = known.At(file, access);
      if (met.empty()) continue;
      const auto place = at(file, m.syntax[property].start);
      const NodeId parent = m.syntax.Parent(node);
      const bool first = Some(parent) && m.syntax.FirstChild(parent) == node;
      const Kind kind = m.syntax.KindOf(parent);
      Json shapes = Json::array();
      for (const Shape& shape : met) {
        Json item = {{"name", shape.name}, {"sure", shape.sure}};
        if (Some(shape.born.file)) {
          item["file"] = project[shape.born.file].path;
          item["line"] = at(shape.born.file, shape.born.span.start).line;
        }
        shapes.push_back(std::move(item));
      }
      sites.push_back(
          {{"file", project[file].path},
           {"line", place.line},
           {"column", place.column},
           {"property", std::string(m.names[access.name])},
           {"kind", first && kind == Kind::kCallExpression                                              ? "call"
                    : first && (kind == Kind::kAssignmentExpression || kind == Kind::kUpdateExpression) ? "set"
                                                                                                        : "get"},
           {"shapes", std::move(shapes)}});
    }
  }
  Json out = {{"version", 1}, {"sites", std::move(sites)}};
  return Cat(out.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
}

}  // namespace looplint
