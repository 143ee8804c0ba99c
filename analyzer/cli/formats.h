// Every way to write down what a run found. A format is a function and a row in formats.cc, nothing else.
#ifndef LOOPLINT_ANALYZER_CLI_FORMATS_H_
#define LOOPLINT_ANALYZER_CLI_FORMATS_H_

#include <functional>
#include <span>
#include <string_view>

#include "analyzer/cli/printer.h"
#include "analyzer/engine/report.h"

namespace looplint {

// Takes bytes of the document; false when they could not be written, and then the format ends.
using TextSink = std::function<bool(std::string_view)>;

struct Format {
  std::string_view name, summary;
  bool machine;  // complete or absent; nothing else goes to the same stream
  bool (*write)(const RunReport& report, const PrintOptions& options, const TextSink& out);
};
std::span<const Format> Formats();
const Format* FindFormat(std::string_view name);  // also by older names; null when there is none

// ---- format_sarif.cc
bool WriteSarif(const RunReport& report, const PrintOptions& options, const TextSink& out);
// ---- format_ci.cc
bool WriteGithub(const RunReport& report, const PrintOptions& options, const TextSink& out);
bool WriteGitlab(const RunReport& report, const PrintOptions& options, const TextSink& out);
bool WriteJunit(const RunReport& report, const PrintOptions& options, const TextSink& out);
bool WriteCheckstyle(const RunReport& report, const PrintOptions& options, const TextSink& out);
bool WriteRdjson(const RunReport& report, const PrintOptions& options, const TextSink& out);
bool WriteRdjsonLines(const RunReport& report, const PrintOptions& options, const TextSink& out);
// ---- format_text.cc
bool WriteMarkdown(const RunReport& report, const PrintOptions& options, const TextSink& out);
bool WriteAgent(const RunReport& report, const PrintOptions& options, const TextSink& out);
// Markdown of at most `limit` bytes; what does not fit is counted.
std::string Markdown(const RunReport& report, const PrintOptions& options, size_t limit);
// ---- format_html.cc
bool WriteHtml(const RunReport& report, const PrintOptions& options, const TextSink& out);

// The site of the project, set when looplint is built (LOOPLINT_SITE). Until there is one it is a reserved name that
// leads nowhere: formats that must have an address have it, and people are not shown a link.
inline constexpr std::string_view kSite = LOOPLINT_SITE;
inline constexpr bool kHasSite = kSite.find(".example") == std::string_view::npos;
// The page of a rule there.
std::string RuleUri(const Rule& rule);
// What to do about a finding: its own advice, else the rule's.
std::string_view HelpOf(const Finding& finding);
// "error", "warning", "info".
std::string_view LevelWord(Severity severity);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_FORMATS_H_
