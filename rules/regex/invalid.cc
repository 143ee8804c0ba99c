// A pattern or flags that V8 refuses.
#include "analyzer/base/strings.h"
#include "rules/patterns.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  for (const ValueId v : Ids(file.model.values)) {
    const ValueKind kind = file.model[v].kind;
    if (kind != ValueKind::kRegExp && kind != ValueKind::kCall) continue;
    if (kind == ValueKind::kCall) {
      const CallId id = static_cast<CallId>(file.model[v].a);
      const Api* api = file.ApiOf(id);
      if (api == nullptr || api->name != "global.RegExp") continue;
      // Thrown on purpose, to see what this Node can do.
      if (Some(EnclosingTry(file.model, file.model.calls[id].node))) continue;
    }
    const auto pattern = PatternOf(file.project, file.facts.calls, file.facts.outside, file.id, v);
    if (!pattern || pattern->at.file != file.id) continue;
    const regex::Analysis analysis = regex::Analyze(pattern->source, pattern->flags, {.budget = 0});
    if (analysis.verdict == regex::Verdict::kInvalid) {
      const auto at = static_cast<uint32_t>(analysis.error_at);
      const bool flags = analysis.error == std::string_view("Invalid flags");
      const Span span = pattern->literal && !flags
                            ? pattern->SpanOf({at, std::min(at + 1, static_cast<uint32_t>(pattern->source.size()))})
                            : pattern->at.span;
      report.At(span.start < span.end ? span : pattern->at.span,
                flags
                    ? Cat("\"", pattern->flags, "\" are no flags of a regular expression: ",
                          pattern->literal ? "the file does not load" : "this throws a SyntaxError")
                    : Cat("this is no regular expression: ", analysis.error, "; ",
                          pattern->literal ? "the file does not load" : "it throws a SyntaxError when this line runs"));
      continue;
    }
    if (!analysis.needs_modifiers && !analysis.needs_duplicate_names) continue;
    const Manifest* manifest = file.file.manifest;
    if (manifest == nullptr || manifest->engines_node.empty() || RangeWithin(manifest->engines_node, ">=23")) continue;
    if (!RangeWithin(manifest->engines_node, "*")) continue;
    report.At(pattern->at.span,
              Cat(analysis.needs_modifiers ? "modifiers such as (?i:) are" : "one name for two groups is",
                  " understood from Node 23 on, and package.json admits ", manifest->engines_node));
  }
}

}  // namespace

RULE = {
    .summary = "a pattern or flags that are no regular expression",
    .why =
        "A literal that is wrong keeps the whole file from loading; RegExp() throws a SyntaxError when the line runs, "
        "which may be in a request.",
    .fix = "Escape what is meant literally; under the flags u and v only what has a meaning may be escaped.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
