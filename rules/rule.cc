#include "rules/rule.h"

#include <algorithm>

namespace looplint {
namespace {

bool Leaves(Kind kind) {
  return kind == Kind::kReturnStatement || kind == Kind::kThrowStatement || kind == Kind::kBreakStatement ||
         kind == Kind::kContinueStatement;
}

// Behind return or throw in the same list of statements. Functions that are declared there, and what is imported, are
// there all the same.
bool NeverRuns(const Syntax& s, NodeId node) {
  for (; Some(node) && Index(node) != 0; node = s.Parent(node)) {
    const NodeId list = s.Parent(node);
    const Kind kind = s.KindOf(list), own = s.KindOf(node);
    if (kind != Kind::kBlockStatement && kind != Kind::kProgram && kind != Kind::kSwitchCase) continue;
    if (own == Kind::kFunctionDeclaration || own == Kind::kImportDeclaration || own == Kind::kExportDeclaration)
      continue;
    for (const NodeId statement : s.ChildrenOf(list)) {
      if (statement == node) break;
      if (Leaves(s.KindOf(statement))) return true;
    }
  }
  return false;
}

}  // namespace

Report::Draft Report::At(NodeId node, std::string message) {
  if (NeverRuns(file_->syntax, node)) {
    untold_ = Finding();
    untold_.rule = &rule_;
    return Draft(untold_);
  }
  Draft draft = At(file_->SpanOf(node), std::move(message));
  draft.finding_.scope = file_->ScopeOf(node);
  return draft;
}

Report::Draft Report::At(Place place, std::string message) {
  Finding f;
  f.rule = &rule_;
  f.at = place;
  f.message = std::move(message);
  out_.push_back(std::move(f));
  return Draft(out_.back());
}

Report::Draft Report::At(Span span, std::string message) {
  Draft draft = At(Place{file_->id, span}, std::move(message));
  // The innermost node around it says where it is; a file without syntax has the root alone.
  const std::vector<Node>& nodes = file_->syntax.nodes;
  if (!nodes.empty()) {
    const auto after = std::upper_bound(nodes.begin(), nodes.end(), span.start,
                                        [](uint32_t start, const Node& n) { return start < n.start; });
    uint32_t i = after == nodes.begin() ? 0 : static_cast<uint32_t>(after - nodes.begin()) - 1;
    while (i != 0 && nodes[i].end < span.end) i = Index(nodes[i].parent);
    draft.finding_.scope = file_->ScopeOf(static_cast<NodeId>(i));
  }
  return draft;
}

const Rule* FindRule(std::string_view id) {
  const auto rules = AllRules();
  const auto it = std::lower_bound(rules.begin(), rules.end(), id,
                                   [](const Rule* r, std::string_view wanted) { return r->id < wanted; });
  return it != rules.end() && (*it)->id == id ? *it : nullptr;
}

}  // namespace looplint
