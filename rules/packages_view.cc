#include "rules/packages_view.h"

#include "analyzer/base/strings.h"

namespace looplint {

std::string_view PackagesView::RegistryFor(std::string_view name) const {
  const std::string_view scope = ScopeOf(name);
  for (const std::string_view of : {scope, std::string_view()}) {
    for (const PackageFile* s : workspace.settings) {
      if (const std::string_view registry = RegistryOf(*s->settings, of); !registry.empty()) return registry;
    }
    if (scope.empty()) break;
  }
  return "";
}

bool PackagesView::IsTemplate(const PackageFile& manifest) const {
  const std::string main(manifest.manifest->root()["main"].str());
  if (main.empty() || manifest.directory == "." || Some(project.Find(JoinPath(manifest.directory, main)))) return false;
  for (std::string_view folder = DirName(manifest.directory);; folder = DirName(folder)) {
    if (Some(project.Find(JoinPath(std::string(folder), main))))
      return !Some(project.Find(JoinPath(std::string(folder), "package.json")));
    if (folder == ".") return false;
  }
}

bool PackagesView::IsInstalledByOthers(const PackageManifest& manifest) {
  const DocValue root = manifest.root();
  if (manifest.is_private || manifest.name.empty() || manifest.version.empty()) return false;
  // Many an application is not marked private; it says nothing of what is published either.
  if (!root["files"] && !root["exports"] && !root["publishConfig"] && !root["bin"] && !root["types"]) return false;
  if (root["publishConfig"]["directory"]) return false;
  for (const DocValue script : root["scripts"]) {
    for (const char* tool : {"pinst", "clean-package", "clean-publish", "npm pkg ", "pkg-ok"}) {
      if (script.str().find(tool) != std::string_view::npos) return false;
    }
  }
  return true;
}

std::string Enumerated(const std::vector<std::string>& names, size_t most) {
  std::string out;
  const size_t shown = names.size() > most + 1 ? most : names.size();
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += names[i];
  }
  if (shown < names.size()) out += Cat(" and ", names.size() - shown, " more");
  return out;
}

}  // namespace looplint
