// What becomes of an object after an expression made it: the methods called on it, the known APIs it is handed to, and
// whether it gets out of sight. Follows bindings, fields of its own class, chained calls that return the object itself,
// and functions of the program that take it as a parameter.
#ifndef LOOPLINT_ANALYZER_FACTS_OBJECT_USE_H_
#define LOOPLINT_ANALYZER_FACTS_OBJECT_USE_H_

#include <string_view>
#include <vector>

#include "analyzer/facts/calls.h"

namespace looplint {

struct ObjectUse {
  struct Method {
    CallRef call;
    std::string_view name;  // owned by the file's text
  };
  struct Handed {
    CallRef call;
    uint32_t argument;
  };
  bool escapes = false;   // something unseen may do anything with it
  bool iterated = false;  // for (x of object)
  std::vector<Method> methods;
  std::vector<Handed> handed;               // to known APIs only
  std::vector<std::string_view> assigned;   // properties written: object.onerror = f

  bool Calls(std::string_view method) const;
};

// Of the object `node` evaluates to.
ObjectUse UsesOf(const Project& project, const Calls& calls, FileId file, NodeId node);
// Of the object a binding (a parameter, say) holds.
ObjectUse UsesOf(const Project& project, const Calls& calls, FileId file, BindingId binding);

// True when a listener of `event` is attached, or may be: by on() and its like, by an API that takes over errors, or out
// of sight.
bool MayListen(const Project& project, const Calls& calls, const ObjectUse& use, std::string_view event);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_OBJECT_USE_H_
