// Findings for people: code frames, ESLint's look, one line each.
#ifndef LOOPLINT_ANALYZER_CLI_PRINTER_H_
#define LOOPLINT_ANALYZER_CLI_PRINTER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/base/line_index.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/engine/discover.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

// What a run found, as every format sees it.
struct RunReport {
  const Project* project = nullptr;
  std::vector<Finding> findings;  // the ones to show, in order
  size_t errors = 0, warnings = 0, infos = 0;  // of all findings in the paths asked for
  size_t files_with_findings = 0;
  size_t suppressed = 0;
  uint64_t files = 0, lines = 0;  // analysed
  std::array<uint64_t, static_cast<size_t>(SkipReason::kCount)> skipped{};
  double seconds = 0;
  bool stopped = false;
  // A path of the project as users know it: relative to where they are.
  std::function<std::string(const std::string&)> display;
};

// Lines of the files that findings are in, indexed when first asked for. For one thread.
class Places {
 public:
  explicit Places(const Project& project) : project_(project) {}
  const LineIndex& Lines(FileId file);
  LineColumn Start(const Place& place, ColumnUnit unit = ColumnUnit::kUtf16);
  LineColumn End(const Place& place, ColumnUnit unit = ColumnUnit::kUtf16);

 private:
  const Project& project_;
  std::map<FileId, std::unique_ptr<LineIndex>> lines_;
};

enum class Trace : uint8_t { kNone, kShort, kFull };

struct PrintOptions {
  Terminal terminal;
  Trace trace = Trace::kShort;
  size_t max_findings = 0;  // 0: all
};

std::string PrintPretty(const RunReport& report, const PrintOptions& options);
std::string PrintStylish(const RunReport& report, const PrintOptions& options);
// file:line:column: severity: message [rule], as compilers print and editors parse.
std::string PrintUnix(const RunReport& report, const PrintOptions& options);

// One finding as PrintPretty shows it.
std::string PrintFinding(const RunReport& report, const Finding& finding, Places& places, const PrintOptions& options);

// "1,234 files, 56,789 lines in 0.42 s · skipped 12 minified"
std::string SummaryLine(const RunReport& report, const Terminal& terminal);
std::string Grouped(uint64_t n);  // 1234567 -> "1,234,567"
// "1 file", "2 files".
std::string Count(uint64_t n, std::string_view noun);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_PRINTER_H_
