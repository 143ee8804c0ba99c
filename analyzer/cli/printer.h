// Findings for people: code frames, ESLint's look, one line each.
#ifndef LOOPLINT_ANALYZER_CLI_PRINTER_H_
#define LOOPLINT_ANALYZER_CLI_PRINTER_H_

#include <cstdint>
#include <span>
#include <string>

#include "analyzer/cli/terminal.h"
#include "analyzer/engine/report.h"

namespace looplint {

enum class Trace : uint8_t { kNone, kShort, kFull };

struct PrintOptions {
  Terminal terminal;
  Trace trace = Trace::kShort;
  size_t max_findings = 0;  // 0: all
  bool group = false;       // equal findings of one cause once, with their places
  std::string sarif_category;
  bool sarif_suppressed = false;  // with what comments and the baseline accept, marked so
  bool sarif_no_limits = false;   // those of GitHub
};

std::string PrintPretty(const RunReport& report, const PrintOptions& options);
std::string PrintStylish(const RunReport& report, const PrintOptions& options);
// file:line:column: severity: message [rule], as compilers print and editors parse.
std::string PrintUnix(const RunReport& report, const PrintOptions& options);

// How often each rule reports: count, severity, how many have a fix, rule and what it finds; the most frequent first.
std::string PrintStatistics(const RunReport& report, const PrintOptions& options);
// One finding as PrintPretty shows it.
// `also` are places of more like it.
std::string PrintFinding(const RunReport& report, const Finding& finding, Places& places, const PrintOptions& options,
                         std::span<const Place> also = {});

// "1,234 files, 56,789 lines in 0.42 s · skipped 12 minified"
std::string SummaryLine(const RunReport& report, const Terminal& terminal);
std::string Grouped(uint64_t n);  // 1234567 -> "1,234,567"
// "1 file", "2 files".
std::string Count(uint64_t n, std::string_view noun);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_PRINTER_H_
