// The commands in a piece of shell, as far as a reader can tell without running it: words, pipes, what guards what.
#ifndef LOOPLINT_ANALYZER_PACKAGES_SHELL_H_
#define LOOPLINT_ANALYZER_PACKAGES_SHELL_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"

namespace looplint {

struct ShellWord {
  std::string text;  // without quotes and escapes; substitutions stay as they are written
  Span at;           // in the text read
};

struct ShellCommand {
  std::vector<ShellWord> assignments;  // NAME=value before the command
  std::vector<ShellWord> words;        // the command and its arguments; redirections are left out
  std::vector<ShellWord> writes;       // targets of > and >>
  bool from_pipe = false;              // reads what the command before it prints
  bool guarded = false;                // its failure is caught by || or it stands in a condition
  bool substituted = false;            // inside $(...) or `...`
  Span at;
  // The program without its folder: "/usr/bin/curl" -> "curl".
  std::string_view program() const;
};

// Commands in order, those inside substitutions before the one around them. cmd.exe's "&" is read as a separator too.
std::vector<ShellCommand> ReadShell(std::string_view text);

// Looks through sudo, env, cross-env, npx --no, exec and the like: the index of the word that names the program run.
size_t ProgramIndex(const ShellCommand& command);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_SHELL_H_
