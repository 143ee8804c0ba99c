// Functions written where they are handed over, for rules on what callbacks do with what they are given.
#ifndef LOOPLINT_RULES_CALLBACKS_H_
#define LOOPLINT_RULES_CALLBACKS_H_

#include <string>
#include <string_view>

#include "rules/view.h"

namespace looplint {

// The binding a function's parameter is, when it is a plain name; kNone otherwise.
BindingId ParamOf(const FileModel& model, FunctionId function, uint32_t index);
// The call that `function`, written as an argument on the spot, is handed to; kNone otherwise.
CallId HandedTo(const FileModel& model, FunctionId function);
// The event a call of a known API subscribes to: its name, "?" when that is not constant, "" when it subscribes to
// none.
std::string EventOf(const View& file, CallId call);
// The binding at the root of what a value is, through calls that return the object itself; kNone when there is none.
BindingId RootOf(const View& file, ValueId value);
// Does `node` name the binding anywhere in its subtree?
bool Names(const View& file, NodeId node, BindingId binding);

// Does `member` of `type`, or of what that extends, read what an object of it holds, or give it up?
bool Consumes(const View& file, std::string_view type, std::string_view member);

}  // namespace looplint

#endif  // LOOPLINT_RULES_CALLBACKS_H_
