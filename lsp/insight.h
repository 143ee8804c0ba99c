// What is known of a place in the code: hovers, lenses, hints, who calls whom.
#ifndef LOOPLINT_LSP_INSIGHT_H_
#define LOOPLINT_LSP_INSIGHT_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lsp/render.h"

namespace looplint::lsp {

// The calls of a program backwards. Made once for a snapshot, about 10 ms for a million lines.
class Callers {
 public:
  explicit Callers(const Snapshot& snapshot);
  struct In {
    FunctionRef from;
    CallId at;
    bool callback;
  };
  const std::vector<In>& Of(FunctionRef function) const;
  // How many request handlers reach a function, up to `limit`.
  size_t Handlers(const Snapshot& snapshot, FunctionRef function, size_t limit) const;

 private:
  absl::flat_hash_map<FunctionRef, std::vector<In>> in_;
  std::vector<In> none_;
};

Json Hover(const Subject& subject, uint32_t offset);
Json CodeLenses(const Subject& subject, const Callers& callers);
Json InlayHints(const Subject& subject, Span range);

// Items carry what finds their function again: {"path", "function"}; null when it is gone.
Json PrepareCallHierarchy(const Subject& subject, uint32_t offset);
Json IncomingCalls(const Subject& subject, const Callers& callers, FunctionRef function);
Json OutgoingCalls(const Subject& subject, FunctionRef function);

// The ways from entries to what stands at `offset`, as a Mermaid flow chart in markdown. "" when nothing leads there.
std::string Graph(const Subject& subject, const Callers& callers, uint32_t offset);

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_INSIGHT_H_
