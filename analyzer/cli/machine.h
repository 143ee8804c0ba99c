// Findings for programs. The documents are described by json_schema.json beside this file; a change that breaks
// readers raises kJsonVersion.
#ifndef LOOPLINT_ANALYZER_CLI_MACHINE_H_
#define LOOPLINT_ANALYZER_CLI_MACHINE_H_

#include <functional>
#include <string>
#include <string_view>

#include "analyzer/cli/printer.h"
#include "analyzer/engine/analyze.h"

namespace looplint {

inline constexpr int kJsonVersion = 1;

// One document.
std::string PrintJson(const RunReport& report);
// One object per line: the findings, then the summary.
bool WriteJsonLines(const RunReport& report, const PrintOptions& options, const std::function<bool(std::string_view)>& out);

// What a run cost, as one JSON object on one line, or as a table for people.
struct Costs {
  Stats stats;
  double wall_ms = 0, cpu_ms = 0;  // of the process, discovery and printing included
  uint64_t peak_rss_bytes = 0;
};
std::string StatsJson(const RunReport& report, const Costs& costs);
std::string StatsTable(const RunReport& report, const Costs& costs);

// All rules: as JSON, and as a table.
std::string RulesJson();
std::string RulesTable(const Terminal& terminal);
// The documentation of one rule.
std::string Explain(const Rule& rule, const Terminal& terminal);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_MACHINE_H_
