// Hidden classes: which shapes the objects have that can meet at a property access.
//
// V8 gives an object its hidden class (map) by what made it and by the order its properties were added in: a class, a
// function called with `new` and an object literal of n properties each start a tree, and each property added, deleted,
// defined otherwise than by assignment, each freeze and each change of prototype is a step in it. An inline cache
// remembers four; a site that met five or more is megamorphic and looks properties up in a table the whole program
// shares. (V8 since 10, Node 18 and later: --max-valid-polymorphic-map-count is 4.)
//
// The steps are found by walking, in order of evaluation, what makes an object: constructors with those of their bases
// and the initialisers of fields, the rest of the function a literal was put into a variable of, functions of the
// program the new object is given to. Branches give ways of their own. Properties that others add later come on top.
//
// Only what is known counts: an object that is given keys nobody knows (a dictionary) or whose maker is not seen has no
// shape here, so a count is one of shapes that are certainly different, at places where they may meet. It is a lower
// bound: copies of what is known in part, and objects that get properties in an order the run decides, come in more.
#ifndef LOOPLINT_ANALYZER_FACTS_SHAPES_H_
#define LOOPLINT_ANALYZER_FACTS_SHAPES_H_

#include <string>
#include <utility>
#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/facts/hot_paths.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

struct Shape {
  std::string key;    // equal for objects of one hidden class
  std::string name;   // for people: "{ a, b }", "Point", "Point { x, y, label }"; shortened
  std::string maker;  // equal for objects made at one place
  Place born;         // where the first such object is made; file is kNone for built-in ones
  Place turn;  // where it left the way of its like: a conditional or late property, a delete; file kNone: nowhere
  std::vector<std::string> properties;  // own ones, in order; of built-in objects none
  bool dictionary = false;              // properties lie in a hash table: after delete, say
  // Counts: of the ways that conditions alone set apart, two of each source do. Where more of them meet depends on the
  // run, and mostly they do not.
  bool sure = false;
};

// Most shapes an inline cache holds.
inline constexpr size_t kMostPolymorphic = 4;

// Where a property is taken by its name: o.name, and { name } = o, { name: x } = o.
struct Access {
  NodeId node;  // the member expression; of a pattern the name it gives
  NodeId name_node;
  NodeId receiver;  // kNone in a pattern
  ValueId object;
  NameId name;
  bool written;
};
std::vector<Access> AccessesIn(const FileModel& model);

// Asked by many threads; cheap to make. What is worked out is kept with the project's values, from the first question
// on.
class Shapes {
 public:
  Shapes(const Project& project, const Calls& calls) : project_(project), calls_(calls) {}

  // Different shapes that can meet there, in order of birth. Needs Project::Solve() with Detail::data.
  std::vector<Shape> At(FileId file, const Access& access) const;
  // Shapes that what is made at `node` (a class, a function used with `new`, an object literal) may end up with.
  std::vector<Shape> Made(FileId file, NodeId node) const;
  // Is there one such object in a run, of a class made at one place as the program starts?
  bool MadeOnce(FileId file, NodeId node) const;
  // A place in hot code, the first in order of file and node, where objects made at `node` are met; file kNone: none.
  Place HotUse(const HotPaths& heat, FileId file, NodeId node) const;
  // What the answers so far took.
  struct Cost {
    bool asked = false;
    double cpu_ms = 0;
    uint64_t cut_off = 0;  // kinds of objects not followed to the end, for the length of what makes them
  };
  Cost Spent() const;
  // Where the objects that `value` may be are made, as Made() takes them.
  std::vector<std::pair<FileId, NodeId>> MakersOf(FileId file, ValueId value) const;

 private:
  class Index;
  template <typename Ask>
  auto Locked(Ask ask) const;

  const Project& project_;
  const Calls& calls_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_SHAPES_H_
