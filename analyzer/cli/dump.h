// Looking inside: what the analysis made of a file, as text. For people who work on looplint or wonder at a result.
#ifndef LOOPLINT_ANALYZER_CLI_DUMP_H_
#define LOOPLINT_ANALYZER_CLI_DUMP_H_

#include <string>
#include <string_view>

#include "analyzer/engine/analyze.h"

namespace looplint {

// The rows of the flat syntax, indented.
std::string DumpTokens(std::string_view text, const Syntax& syntax);
// The tables of one file.
std::string DumpModel(std::string_view text, const FileModel& model);
// Imports and exports.
std::string DumpModule(std::string_view text, const FileModel& model);
// Functions with what they call, without offsets: equal for files that differ in layout only.
std::string DumpSummary(std::string_view text, const FileModel& model);
// Files and import edges.
std::string DumpProject(const Project& project);
// Of one file: what calls enter, which functions are entries, how they are reached, what they return.
std::string DumpFacts(const Result& result, FileId file);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_DUMP_H_
