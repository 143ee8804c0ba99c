// The settings of package managers as one flat list with places: .npmrc, .yarnrc, .yarnrc.yml, pnpm-workspace.yaml,
// bunfig.toml.
#ifndef LOOPLINT_ANALYZER_PACKAGES_SETTINGS_H_
#define LOOPLINT_ANALYZER_PACKAGES_SETTINGS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/packages/document.h"

namespace looplint {

enum class SettingsKind : uint8_t { kNpmrc, kYarnrc, kYarnrcYml, kPnpmWorkspace, kBunfig };
std::optional<SettingsKind> SettingsKindOf(std::string_view path);

struct Setting {
  std::string key;    // nested keys joined by '.': "npmScopes.acme.npmRegistryServer"; elements end in "[]"
  std::string value;  // without quotes; a list of them in .npmrc is one setting each
  Span at;            // key and value
  Span value_at;
};

struct Settings {
  std::string path, directory;
  SettingsKind kind = SettingsKind::kNpmrc;
  std::vector<Setting> all;
  std::optional<DocError> error;

  // The last of that name, or null.
  const Setting* Find(std::string_view key) const;
};

std::unique_ptr<Settings> ReadSettings(std::string_view text, std::string path);

// What the settings say of registries: of a scope ("@acme"), or of all packages (""). "" when they say nothing.
std::string_view RegistryOf(const Settings& settings, std::string_view scope);

// Spans of the comments of a file in which '#' (and in .npmrc ';') begins one at the start of a line.
std::vector<Span> HashComments(std::string_view text, bool semicolons);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_SETTINGS_H_
