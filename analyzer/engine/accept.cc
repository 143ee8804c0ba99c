#include "analyzer/engine/accept.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/engine/discover.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Would a comment at the beginning of this line be text, or part of another comment?
bool IsInsideText(const FileModel& model, uint32_t line_start) {
  const Syntax& syntax = model.syntax;
  for (const Span& comment : syntax.comments) {
    if (comment.start < line_start && line_start < comment.end) return true;
  }
  const std::vector<Node>& nodes = syntax.nodes;
  const auto after = std::ranges::upper_bound(nodes, line_start, {}, [](const Node& n) -> uint32_t { return n.start; });
  if (after == nodes.begin()) return false;
  auto at = static_cast<uint32_t>(after - nodes.begin()) - 1;
  while (at != 0 && nodes[at].end <= line_start) at = Index(nodes[at].parent);
  const Node& n = nodes[at];
  if (n.start >= line_start) return false;
  switch (n.kind) {
    case Kind::kTemplateLiteral:
    case Kind::kTemplateElement:
    case Kind::kStringLiteral:
    case Kind::kJSXElement:
      return true;
    default:
      return false;
  }
}

// Of the other files that findings are in, those that people write and that take "#" comments.
bool TakesHashComments(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name == "pnpm-lock.yaml" || name == "yarn.lock" || name.ends_with(".json") || name.ends_with(".lock")) return false;
  return name.ends_with(".yml") || name.ends_with(".yaml") || name == ".npmrc" || name.find("Dockerfile") != std::string_view::npos ||
         name.find("Containerfile") != std::string_view::npos || name.ends_with(".sh") || name == ".yarnrc";
}

struct Line {
  std::set<std::string_view> rules;
  std::vector<const Finding*> findings;
};

Edit CommentFor(const File& file, const LineIndex& lines, uint32_t number, const Line& line, std::string_view reason, bool source, bool inline_only) {
  const Span at = lines.Line(number);
  const std::string what = Cat(Join(std::vector<std::string>(line.rules.begin(), line.rules.end()), ", "), " -- ", reason);
  if (inline_only || (source && IsInsideText(file.model, at.start))) {
    const uint32_t start = line.findings.front()->at.span.start;
    return {{start, start}, Cat("/* looplint-disable-line ", what, " */ ")};
  }
  uint32_t code = at.start;
  while (code < at.end && (file.text[code] == ' ' || file.text[code] == '\t')) ++code;
  return {{at.start, at.start}, Cat(std::string_view(file.text).substr(at.start, code - at.start), source ? "//" : "#", " looplint-disable-next-line ", what, "\n")};
}

}  // namespace

Accepted AcceptByComments(const Project& project, std::span<const Finding> findings, std::string_view reason) {
  Accepted out;
  std::map<FileId, std::vector<const Finding*>> by_file;
  for (const Finding& f : findings) {
    if (f.rule->family() != "suppression") by_file[f.at.file].push_back(&f);
  }
  for (const auto& [id, found] : by_file) {
    const File& file = project[id];
    const bool source = IsSourceName(file.path);
    if (!source && !TakesHashComments(file.path)) {
      out.impossible.insert(out.impossible.end(), found.begin(), found.end());
      continue;
    }
    const LineIndex lines(file.text);
    std::map<uint32_t, Line> wanted;
    for (const Finding* f : found) {
      Line& line = wanted[lines.At(f->at.span.start, ColumnUnit::kUtf8).line];
      line.rules.insert(f->rule->id);
      line.findings.push_back(f);
    }
    const auto fits = [&](const std::vector<Edit>& edits) {
      if (!source) return true;
      const Syntax before = Parse(file.text, file.language), after = Parse(WithEdits(file.text, edits), file.language);
      return after.errors.size() <= before.errors.size() && after.comments.size() == before.comments.size() + edits.size();
    };
    std::vector<Edit> edits;
    for (const auto& [number, line] : wanted) edits.push_back(CommentFor(file, lines, number, line, reason, source, false));
    size_t count = found.size();
    if (!fits(edits)) {  // one of them is not where comments can be: look at each
      edits.clear();
      for (const auto& [number, line] : wanted) {
        for (const bool inline_only : {false, true}) {
          edits.push_back(CommentFor(file, lines, number, line, reason, source, inline_only));
          if (fits(edits)) break;
          edits.pop_back();
          if (!inline_only) continue;
          out.impossible.insert(out.impossible.end(), line.findings.begin(), line.findings.end());
          count -= line.findings.size();
        }
      }
    }
    if (!edits.empty()) out.files.push_back({id, WithEdits(file.text, std::move(edits)), count});
  }
  return out;
}

}  // namespace looplint
