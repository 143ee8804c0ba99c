#include "rules/rule.h"

#include <algorithm>

namespace looplint {

Report::Draft Report::At(NodeId node, std::string message) {
  Draft draft = At(file_->SpanOf(node), std::move(message));
  draft.finding_.scope = file_->ScopeOf(node);
  return draft;
}

Report::Draft Report::At(Span span, std::string message) { return At(Place{file_->id, span}, std::move(message)); }

Report::Draft Report::At(Place place, std::string message) {
  Finding f;
  f.rule = &rule_;
  f.at = place;
  f.message = std::move(message);
  out_.push_back(std::move(f));
  return Draft(out_.back());
}

const Rule* FindRule(std::string_view id) {
  const auto rules = AllRules();
  const auto it = std::lower_bound(rules.begin(), rules.end(), id,
                                   [](const Rule* r, std::string_view wanted) { return r->id < wanted; });
  return it != rules.end() && (*it)->id == id ? *it : nullptr;
}

}  // namespace looplint
