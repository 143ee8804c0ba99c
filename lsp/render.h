// Findings as the protocol tells them: diagnostics, edits, actions, pages.
#ifndef LOOPLINT_LSP_RENDER_H_
#define LOOPLINT_LSP_RENDER_H_

#include <functional>
#include <string>

#include "analyzer/engine/workspace.h"
#include "lsp/client.h"
#include "lsp/text.h"

namespace looplint::lsp {

// The URI of a file of a workspace; that of an open document as its client wrote it.
using UriFunction = std::function<std::string(const std::string& path)>;

// What the features ask of: one file of a snapshot, and how to speak of it.
struct Subject {
  const Snapshot& snapshot;
  FileId file;
  const Client& client;
  UriFunction uri;
  Json version;          // of the open document: a number, or null
  ProgramLines& lines;
  std::function<Json(const std::string& path)> version_of = nullptr;  // likewise of others, of actions that edit them
  const File& source() const { return snapshot.program.project[file]; }
};

// Where the page of a rule is.
std::string PageOf(const Rule& rule);
// The page itself, as markdown.
std::string MarkdownOf(const Rule& rule);

Json DiagnosticOf(const Subject& subject, const Finding& finding);
Json DiagnosticsOf(const Subject& subject);

// Actions for a range: fixes of the findings there, comments that accept them at the finding, at the call before it
// and at the entry; and all safe fixes of the file. `context` is the client's.
Json CodeActions(const Subject& subject, Span range, const Json& context);

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_RENDER_H_
