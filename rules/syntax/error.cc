// Text the parser could not make sense of. The rest of the file is still analyzed.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Flow's types are stripped before Node sees the file; the grammars know most of them, not all.
bool IsFlow(const View& file) {
  for (const Span comment : file.syntax.comments) {
    if (comment.start > 1024) break;
    if (file.Text(comment).find("@flow") != std::string_view::npos) return true;
  }
  return false;
}

// <% %> of EJS and its kin, {% %} of Nunjucks and Liquid, config.tpl.js: what makes a script, and is none itself.
bool IsTemplate(const View& file) {
  const std::string_view path = file.file.path;
  const std::string_view name = path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
  for (const std::string_view part : {".tpl.", "-tpl.", ".tmpl.", ".template.", "-template.", "_template."}) {
    if (name.find(part) != std::string_view::npos) return true;
  }
  for (const SyntaxError& e : file.syntax.errors) {
    const uint32_t from = e.at.start > 80 ? e.at.start - 80 : 0;
    const std::string_view text = std::string_view(file.file.text).substr(from, e.at.end - from + 200);
    for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"<%", "%>"}, {"{%", "%}"}}) {
      const size_t at = text.find(open);
      if (at != std::string_view::npos && text.find(close, at) != std::string_view::npos) return true;
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  if (file.syntax.errors.empty()) return;
  // Regions can be most of a file; their beginning is where to look.
  const auto beginning = [&](const SyntaxError& e) {
    const uint32_t end = static_cast<uint32_t>(file.file.text.size());
    if (e.missing) return Span{std::min(e.at.start, end), std::min(e.at.start + 1, end)};
    const size_t line_end = file.Text(e.at).find_first_of("\r\n");
    return Span{e.at.start,
                line_end == std::string_view::npos ? e.at.end : e.at.start + static_cast<uint32_t>(line_end)};
  };
  if (IsTemplate(file)) {
    report
        .At(beginning(file.syntax.errors[0]),
            "this seems to be a template that makes a script; around what is filled in, nothing is analyzed")
        .Help("add the file to \"ignore\" in looplint.jsonc")
        .As(Severity::kInfo);
    return;
  }
  if (IsFlow(file)) {
    const size_t n = file.syntax.errors.size();
    report
        .At(beginning(file.syntax.errors[0]), Cat("Flow's types are not all understood; ", n,
                                                  n == 1 ? " region is" : " regions are", " left out of the analysis"))
        .Help("Nothing is wrong with the file; what stands in the regions is not looked at.")
        .As(Severity::kInfo);
    return;
  }
  for (const SyntaxError& e : file.syntax.errors) {
    report.At(beginning(e),
              e.missing ? std::string("something is missing before this: it cannot be parsed")
                        : Cat("this cannot be parsed; ", e.at.end - e.at.start,
                              e.at.end - e.at.start == 1 ? " byte is" : " bytes are", " left out of the analysis"));
  }
}

}  // namespace

RULE = {
    .summary = "source text that is not valid JavaScript or TypeScript",
    .why =
        "Node refuses to load a file it cannot parse, with a SyntaxError before the first line runs. Nothing "
        "inside the marked region was analyzed.",
    .fix =
        "Correct the syntax. If Node accepts the file, the parser has a gap: the region is ignored, the rest is not.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
