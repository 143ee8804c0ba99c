// What TypeScript declares of things whose making is not in sight: members of interfaces, of type aliases and of abstract
// classes, functions that are parameters.
#ifndef LOOPLINT_ANALYZER_FACTS_DECLARED_TYPES_H_
#define LOOPLINT_ANALYZER_FACTS_DECLARED_TYPES_H_

#include "analyzer/project/project.h"

namespace looplint {

// Is what the call calls declared, anywhere in the program, to return a promise and nothing else? Declarations are read as
// text, by name; what needs more than that (generics that stand for promises, mapped types, overloads that differ) is not
// known. False for JavaScript.
bool DeclaredToReturnPromise(const Project& project, FileId file, CallId call);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_DECLARED_TYPES_H_
