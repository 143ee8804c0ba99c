#include "analyzer/cli/formats.h"

#include "analyzer/base/strings.h"
#include "analyzer/cli/machine.h"
#include "rules/rule.h"

namespace looplint {
namespace {

template <std::string (*kPrint)(const RunReport&, const PrintOptions&)>
bool Printed(const RunReport& report, const PrintOptions& options, const TextSink& out) {
  return out(kPrint(report, options));
}
bool WriteJson(const RunReport& report, const PrintOptions&, const TextSink& out) { return out(PrintJson(report)); }

constexpr Format kFormats[] = {
    {"default", "code frames and the way to each finding", false, Printed<PrintPretty>},
    {"stylish", "one line each, by file, as ESLint prints them", false, Printed<PrintStylish>},
    {"unix", "file:line:column: severity: message [rule]", false, Printed<PrintUnix>},
    {"agent", "for coding agents: one line, its trace and what to do", false, WriteAgent},
    {"json", "one document, described by its schema", true, WriteJson},
    {"jsonl", "the same, an object per line", true, WriteJsonLines},
    {"sarif", "SARIF 2.1.0: GitHub, GitLab, Azure DevOps, VS Code, DefectDojo", true, WriteSarif},
    {"github", "annotations of GitHub Actions", true, WriteGithub},
    {"gitlab", "Code Quality of GitLab", true, WriteGitlab},
    {"junit", "test results for Jenkins and others", true, WriteJunit},
    {"checkstyle", "Checkstyle's XML", true, WriteCheckstyle},
    {"rdjson", "reviewdog, one document", true, WriteRdjson},
    {"rdjsonl", "reviewdog, an object per line", true, WriteRdjsonLines},
    {"markdown", "tables for a summary or a comment", true, WriteMarkdown},
    {"html", "one self-contained page", true, WriteHtml},
};

}  // namespace

std::span<const Format> Formats() { return kFormats; }

const Format* FindFormat(std::string_view name) {
  if (name == "pretty") name = "default";
  for (const Format& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

std::string RuleUri(const Rule& rule) { return Cat(kSite, "/rules/", rule.id); }

std::string_view HelpOf(const Finding& finding) { return finding.help.empty() ? finding.rule->fix : std::string_view(finding.help); }

std::string_view LevelWord(Severity severity) {
  return severity == Severity::kError ? "error" : severity == Severity::kWarn ? "warning" : "info";
}

}  // namespace looplint
