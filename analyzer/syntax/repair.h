// Mends what the grammars get wrong without saying so.
//
// The TypeScript grammars bind postfix operators too weakly after type arguments and `!`: `await f<T>(x)` arrives as
// `(await f)<T>(x)`, `a === b!.c` as `((a === b)!).c`. About 1.5 % of error-free TypeScript files hold one. The
// mend is a re-association: a postfix node whose left operand is an unparenthesised prefix, binary, assignment,
// yield or conditional expression moves down to that operand's right-most operand; then a binary node whose left
// child binds less tightly is rotated. Also `using x = y`, which they read as an assignment.
#ifndef LOOPLINT_ANALYZER_SYNTAX_REPAIR_H_
#define LOOPLINT_ANALYZER_SYNTAX_REPAIR_H_

#include <string_view>

#include "analyzer/syntax/syntax.h"

namespace looplint {

// Normalises kinds and roles in place; rebuilds the array only for the few files that need it.
void Repair(std::string_view text, Language language, Syntax& syntax);

// Binding strength of a binary operator, ECMA-262 13.6 to 13.13; 0 for what is none.
int Precedence(Op op);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_SYNTAX_REPAIR_H_
