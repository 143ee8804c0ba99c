// What TypeScript declares of things whose making is not in sight: members of interfaces, of type aliases and of classes,
// functions, parameters, in the program and in the declarations of installed packages.
#ifndef LOOPLINT_ANALYZER_FACTS_DECLARED_TYPES_H_
#define LOOPLINT_ANALYZER_FACTS_DECLARED_TYPES_H_

#include <memory>

#include "analyzer/facts/outside.h"
#include "analyzer/project/project.h"

namespace looplint {

// For one file and thread; declarations of packages are read when something is asked that needs them.
class DeclaredTypes {
 public:
  DeclaredTypes(const Project& project, const Outside& outside, FileId file);
  ~DeclaredTypes();

  // Is what the call calls declared to return a promise, on every overload, or a promise or nothing? Declarations are
  // read as text, by name; what needs more than that (generics that stand for promises, mapped types) is not known.
  // False for JavaScript.
  enum class Answer { kNo, kOrNothing, kPromise };
  Answer ReturnsPromise(CallId call);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_DECLARED_TYPES_H_
