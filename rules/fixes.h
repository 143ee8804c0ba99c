// Edits that several rules make. A safe fix keeps what the program does but for the defect and is applied by --fix;
// anything else is a suggestion, applied when asked for by --fix-suggestions. An edit never guesses names.
#ifndef LOOPLINT_RULES_FIXES_H_
#define LOOPLINT_RULES_FIXES_H_

#include <optional>
#include <string>
#include <string_view>

#include "rules/rule.h"

namespace looplint {

// Puts `await` before an expression, with the parentheses it needs; nullopt where await is not allowed: outside of
// async functions, and among their parameters.
std::optional<Fix> AwaitFix(const View& file, NodeId expression, std::string description);

// fs.readFile(x) -> fs.promises.readFile(x), where the callee is a member of the whole module `fs`; `promised` is the
// canonical name of the promise form. The edit of the callee alone; nullopt when it cannot be written so.
std::optional<Edit> PromiseFormEdit(const View& file, const Call& call, std::string_view promised);

// Takes a member, from its key to the end of its value, out of a JSON object, with the comma that goes with it.
Edit RemoveMember(std::string_view json, Span entry);
// Moves the member at `entry` of a JSON object behind the one at `behind`, which follows it.
Edit MoveBehind(std::string_view json, Span entry, Span next, Span behind);

// What to do about a blocking call: the form that waits, and the edit that puts it there in a function that can wait
// already (others would have to become async, and so would their callers).
void OfferTwin(const View& file, const Call& call, const Api& api, Report::Draft& finding);

// The statement that is just this call, or kNone.
NodeId StatementOf(const View& file, NodeId call);
// The blanks a line begins with.
std::string_view IndentationAt(const View& file, uint32_t offset);

}  // namespace looplint

#endif  // LOOPLINT_RULES_FIXES_H_
