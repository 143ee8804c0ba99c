// What can be written in looplint.jsonc, package.json and suppression comments.
#ifndef LOOPLINT_LSP_COMPLETION_H_
#define LOOPLINT_LSP_COMPLETION_H_

#include <string>
#include <string_view>

#include "lsp/client.h"
#include "lsp/text.h"

namespace looplint::lsp {

// In a configuration file at `offset`: keys by the schema, rule ids, severities. The text may be half written.
Json CompleteConfig(std::string_view text, uint32_t offset, const Client& client);
// In a source: directives and rule ids, when `offset` is in a comment that begins with "looplint-". Null elsewhere.
Json CompleteComment(std::string_view text, uint32_t offset, const Client& client);

// The strings of a package.json that mean files beside it. `folder` is absolute.
Json ManifestLinks(std::string_view text, const std::string& folder, const Client& client);

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_COMPLETION_H_
