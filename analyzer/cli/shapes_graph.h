// looplint graph --shapes: which hidden classes can meet at which property access, for programs.
#ifndef LOOPLINT_ANALYZER_CLI_SHAPES_GRAPH_H_
#define LOOPLINT_ANALYZER_CLI_SHAPES_GRAPH_H_

#include <functional>
#include <string>

#include "rules/view.h"

namespace looplint {

// Member expressions of the files that `reports` says yes to at which any shape is known, in order of place:
// {"version": 1, "sites": [{"file", "line", "column", "property", "kind", "shapes": [{"name", "file", "line"}]}]}. Line
// and column, in UTF-16 units from 1, are those of the property's name, as in V8's own log. Kinds: get, set, call.
std::string ShapesJson(const Project& project, const Facts& facts,
                       const std::function<bool(const std::string&)>& reports);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_SHAPES_GRAPH_H_
