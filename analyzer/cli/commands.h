// Commands with a file of their own: analyzer/cli/<name>_command.cc. A new one is such a file, a line here and a row of
// kCommands in main.cc.
#ifndef LOOPLINT_ANALYZER_CLI_COMMANDS_H_
#define LOOPLINT_ANALYZER_CLI_COMMANDS_H_

#include <string>
#include <vector>

namespace looplint {

struct Options;

// `arguments` are those after the command's name; the result is the exit code.
using CommandFunction = int (*)(std::vector<std::string> arguments);

int InitCommand(std::vector<std::string> arguments);
int DepsCommand(std::vector<std::string> arguments);
int LspCommand(std::vector<std::string> arguments);
int ProfCommand(std::vector<std::string> arguments);
int WhyCommand(std::vector<std::string> arguments);
int ResolveCommand(std::vector<std::string> arguments);
int GraphCommand(std::vector<std::string> arguments);
int RegexCommand(std::vector<std::string> arguments);

// lint_command.cc; its options are shared with what main.cc does.
int LintCommand(const Options& options);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_COMMANDS_H_
