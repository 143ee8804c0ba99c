#include "lsp/client.h"

#include <algorithm>

namespace looplint::lsp {
namespace {

bool Holds(const Json& list, std::string_view word) {
  return list.is_array() && std::any_of(list.begin(), list.end(), [&](const Json& x) { return x.is_string() && x == std::string(word); });
}

}  // namespace

Client Client::Of(const Json& params) {
  const Json& c = At(params, "capabilities");
  Client client;
  // The first of the client's list that we know; all are as good to us, UTF-8 costs least.
  const Json& encodings = Deep(c, {"general", "positionEncodings"});
  if (Holds(encodings, "utf-8")) {
    client.unit = ColumnUnit::kUtf8;
  } else if (!Holds(encodings, "utf-16") && Holds(encodings, "utf-32")) {
    client.unit = ColumnUnit::kCodePoint;
  }
  if (encodings.is_array()) {
    for (const Json& name : encodings) {
      if (name != "utf-8" && name != "utf-16" && name != "utf-32") continue;
      client.unit = name == "utf-8" ? ColumnUnit::kUtf8 : name == "utf-16" ? ColumnUnit::kUtf16 : ColumnUnit::kCodePoint;
      break;
    }
  }
  const Json& text = At(c, "textDocument");
  const Json& workspace = At(c, "workspace");
  const Json& publish = At(text, "publishDiagnostics");
  const Json& asked = At(text, "diagnostic");
  client.pull = asked.is_object();
  const auto either = [&](std::string_view key) { return TrueAt(publish, key) || TrueAt(asked, key); };
  client.related = either("relatedInformation");
  client.code_description = either("codeDescriptionSupport");
  client.data = either("dataSupport");
  client.versions = TrueAt(publish, "versionSupport");
  for (const Json* d : {&publish, &asked}) {
    const Json& tags = Deep(*d, {"tagSupport", "valueSet"});
    client.unnecessary |= tags.is_array() && std::find(tags.begin(), tags.end(), Json(1)) != tags.end();
  }
  client.refresh_diagnostics = TrueAt(At(workspace, "diagnostics"), "refreshSupport");
  client.refresh_lenses = TrueAt(At(workspace, "codeLens"), "refreshSupport");
  client.refresh_hints = TrueAt(At(workspace, "inlayHint"), "refreshSupport");
  client.document_changes = TrueAt(At(workspace, "workspaceEdit"), "documentChanges");
  client.snippets = TrueAt(At(workspace, "workspaceEdit"), "snippetEditSupport");
  const Json& action = At(text, "codeAction");
  client.action_literals = At(action, "codeActionLiteralSupport").is_object();
  client.preferred = TrueAt(action, "isPreferredSupport");
  client.markdown_hover = Holds(Deep(text, {"hover", "contentFormat"}), "markdown");
  client.markdown_completion = Holds(Deep(text, {"completion", "completionItem", "documentationFormat"}), "markdown");
  client.progress = TrueAt(At(c, "window"), "workDoneProgress");
  client.show_document = TrueAt(Deep(c, {"window", "showDocument"}), "support");
  client.configuration = TrueAt(workspace, "configuration");
  client.watch = TrueAt(At(workspace, "didChangeWatchedFiles"), "dynamicRegistration");
  client.relative_watch = TrueAt(At(workspace, "didChangeWatchedFiles"), "relativePatternSupport");
  client.register_configuration = TrueAt(At(workspace, "didChangeConfiguration"), "dynamicRegistration");
  return client;
}

const char* Client::unit_name() const {
  return unit == ColumnUnit::kUtf8 ? "utf-8" : unit == ColumnUnit::kUtf16 ? "utf-16" : "utf-32";
}

Settings Settings::Of(const Json& json, Settings over) {
  Settings s = std::move(over);
  s.enable = TrueAt(json, "enable", s.enable);
  s.config = StringAt(json, "configPath", s.config);
  s.code_lens = TrueAt(json, "codeLens", s.code_lens);
  s.inlay_hints = TrueAt(json, "inlayHints", s.inlay_hints);
  if (const std::string run = StringAt(json, "run"); !run.empty()) s.on_type = run != "onSave";
  s.threads = static_cast<int>(std::clamp<int64_t>(IntAt(json, "threads", s.threads), 0, 1024));
  s.memory_limit = std::clamp<int64_t>(IntAt(json, "memoryLimit", s.memory_limit), 0, int64_t{1} << 30);
  if (const Json& rules = At(json, "rules"); rules.is_object()) {
    s.rules.clear();
    for (const auto& [id, severity] : rules.items()) {
      if (severity.is_string()) s.rules.emplace_back(id, severity.get<std::string>());
    }
  }
  return s;
}

}  // namespace looplint::lsp
