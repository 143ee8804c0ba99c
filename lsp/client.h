// What the other side can do and wants, and the messages of ours that depend on it.
#ifndef LOOPLINT_LSP_CLIENT_H_
#define LOOPLINT_LSP_CLIENT_H_

#include <string>

#include "analyzer/base/line_index.h"
#include "lsp/text.h"

namespace looplint::lsp {

struct Client {
  ColumnUnit unit = ColumnUnit::kUtf16;
  // diagnostics
  bool pull = false;  // asks for diagnostics; then nothing is pushed for what it asks about
  bool related = false, code_description = false, data = false, unnecessary = false, versions = false;
  bool refresh_diagnostics = false, refresh_lenses = false, refresh_hints = false;
  // edits
  bool document_changes = false, snippets = false, action_literals = false, preferred = false;
  // the rest
  bool markdown_hover = false, markdown_completion = false;
  bool progress = false, configuration = false, watch = false, relative_watch = false, register_configuration = false;
  bool show_document = false;

  // Of initialize.
  static Client Of(const Json& params);
  const char* unit_name() const;
};

// Settings under "looplint", by workspace/configuration, didChangeConfiguration or initializationOptions.
struct Settings {
  bool enable = true;
  std::string config;  // path of a configuration; "": found
  std::vector<std::pair<std::string, std::string>> rules;
  bool code_lens = true, inlay_hints = false;
  bool on_type = true;  // else findings follow saves
  int threads = 0;
  // MiB that may stay resident while nothing is done; 0: no limit. A look at the whole program may need more.
  int64_t memory_limit = 2048;
  bool operator==(const Settings&) const = default;
  // What is not of the expected form is passed over; `over` has what is not set.
  static Settings Of(const Json& json, Settings over);
};

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_CLIENT_H_
