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
// Where one document goes: to a file, which appears under its name complete or not at all and keeps the mode it had, or
// to standard output. Not for several threads.
class Output {
 public:
  explicit Output(std::string path);  // "" is standard output
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  // False once something could not be written.
  bool Write(std::string_view text);
  // The document will not be complete: nothing of it is kept.
  void Fail() { ok_ = false; }
  // False, having said why, when it could not be written.
  bool Finish();

 private:
  bool Flush();
  std::string path_, temporary_, buffer_;
  int fd_ = -1;
  bool ok_ = true;
  int error_ = 0;
};
bool WriteFile(const std::string& path, std::string_view text);
// Adds to the end of a file; says why not.
bool AppendFile(const std::string& path, std::string_view text);

std::string WorkingDirectory();
// `path` (absolute) as seen from `from` (absolute folder).
std::string RelativeTo(const std::string& path, const std::string& from);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_OUTPUT_H_
