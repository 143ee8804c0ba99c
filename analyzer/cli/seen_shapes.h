// looplint prof on V8's log of inline caches: property accesses that were megamorphic, and where the hidden classes
// that met there come from, as V8 saw it and as the program says.
#ifndef LOOPLINT_ANALYZER_CLI_SEEN_SHAPES_H_
#define LOOPLINT_ANALYZER_CLI_SEEN_SHAPES_H_

#include <string>
#include <vector>

#include "analyzer/cli/run.h"
#include "analyzer/facts/shapes.h"
#include "analyzer/profile/ic_log.h"

namespace looplint {

class SeenShapes {
 public:
  SeenShapes(const IcLog& log, const Run& run);

  struct Class {
    std::string name;
    Place at;           // where it took its last step; file kNone: outside of the project
    std::string else_;  // that place, when it is outside
  };
  struct Row {
    FileId file;
    uint32_t line, column;
    const SeenSite* site;
    std::vector<Class> classes;  // met
    std::vector<Shape> known;    // of what the program makes, what can meet there
  };
  const std::vector<Row>& rows() const { return rows_; }  // those that missed most first
  const std::vector<std::string>& warnings() const { return warnings_; }

  std::string Table(size_t top, bool color) const;
  std::string Json(size_t top) const;

 private:
  std::string PlaceOf(const Place& place) const;

  const IcLog& log_;
  const Run& run_;
  std::vector<Row> rows_;
  std::vector<std::string> warnings_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_SEEN_SHAPES_H_
