// The language server: documents, diagnostics and the features over the snapshots of one workspace per folder.
//
// One thread serves the client. After a change it glances at the changed file, then at the open files around it, one at
// a time, looking for messages between; a second thread looks at the whole program once the keys have rested. What
// needs the whole program (lenses, who calls whom) waits for that look. Nothing runs when nothing has changed.
#ifndef LOOPLINT_LSP_SERVER_H_
#define LOOPLINT_LSP_SERVER_H_

#include <memory>
#include <string>

#include "analyzer/engine/cache.h"
#include "lsp/transport.h"

namespace looplint::lsp {

struct ServerOptions {
  std::string version;
  int threads = 0;
  CacheOptions cache;
};

// Serves until exit, the end of input or of the parent; the result is the process's exit code.
int Serve(Channel& channel, const ServerOptions& options);

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_SERVER_H_
