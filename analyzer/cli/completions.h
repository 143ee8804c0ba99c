// Completion for shells, from the options themselves.
#ifndef LOOPLINT_ANALYZER_CLI_COMPLETIONS_H_
#define LOOPLINT_ANALYZER_CLI_COMPLETIONS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace looplint {

// `shell` is bash, zsh or fish, else "" comes back; `commands` are names and summaries.
std::string Completions(std::string_view shell, const std::vector<std::pair<std::string, std::string>>& commands);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_COMPLETIONS_H_
