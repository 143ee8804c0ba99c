// Hidden classes: which shapes the objects have that can meet at a property access.
//
// V8 gives an object its hidden class (map) by where it was made and by the order its properties were added in. An
// inline cache remembers up to four; a site that met five or more is megamorphic and looks every property up in a
// global table. Counted here are shapes that are certainly different: object literals by their ordered keys, instances
// by class, built-in objects by type. What the analysis cannot tell counts as nothing, so a count is a lower bound for
// what was tracked.
#ifndef LOOPLINT_ANALYZER_FACTS_SHAPES_H_
#define LOOPLINT_ANALYZER_FACTS_SHAPES_H_

#include <map>
#include <string>
#include <vector>

#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

struct Shape {
  std::string key;   // equal for objects of one hidden class: "{a, b}", "Point"
  std::string name;  // for people: the same, shortened
  Place born;        // where the first such object is made; file is kNone for built-in ones
};

// Most shapes an inline cache holds.
inline constexpr size_t kMostPolymorphic = 4;

// For one thread.
class Shapes {
 public:
  explicit Shapes(const Project& project) : project_(project) {}

  // Different shapes that can meet where `object` is read from, in order of birth. Needs Project::Solve().
  std::vector<Shape> At(FileId file, ValueId object);

 private:
  const Shape* Of(const Denoted& d);

  const Project& project_;
  std::map<std::pair<FileId, uint32_t>, Shape> literals_, classes_;  // by object, class; an empty key: cannot be told
  std::map<std::string, Shape, std::less<>> others_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_SHAPES_H_
