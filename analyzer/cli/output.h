// What every command does with its words: standard streams, files, exit codes, paths as people write them.
#ifndef LOOPLINT_ANALYZER_CLI_OUTPUT_H_
#define LOOPLINT_ANALYZER_CLI_OUTPUT_H_

#include <string>
#include <string_view>

namespace looplint {

inline constexpr int kClean = 0, kFindings = 1, kTrouble = 2, kInterrupted = 130;  // exit codes

// One line on standard error, after "looplint: ".
void Warn(std::string_view text);
// False (with errno) when it could not be written; that nobody reads any more is fine.
bool WriteAll(int fd, std::string_view text);
// The document appears under its name complete or not at all; says why not, and is false then.
bool WriteFile(const std::string& path, std::string_view text);

std::string WorkingDirectory();
// `path` (absolute) as seen from `from` (absolute folder).
std::string RelativeTo(const std::string& path, const std::string& from);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_OUTPUT_H_
