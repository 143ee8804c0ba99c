// One workspace as the rules on packages see it: manifests, lockfiles, settings, recipes and what is installed, with
// the whole program behind it.
#ifndef LOOPLINT_RULES_PACKAGES_VIEW_H_
#define LOOPLINT_RULES_PACKAGES_VIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/install_behaviour.h"
#include "analyzer/packages/workspace.h"
#include "analyzer/project/project.h"

namespace looplint {

// What the users' configuration says of packages ("packages" in looplint.jsonc).
struct PackagePolicy {
  std::vector<std::string> trusted_hosts;     // hosts packages may come from, besides the configured registries
  std::vector<std::string> reviewed_scripts;  // packages whose install scripts somebody has read; name or name@version
};

// A file that "bin" of a package.json names.
struct CommandFile {
  std::string name, path;  // of the command; of the file, relative to the package
  Span at;                 // of the path in package.json
  bool exists = false, executable = false;
  std::string head;  // its first bytes
};

struct PackagesView {
  const InstallRoot& workspace;
  const Project& project;
  const PackagePolicy& policy;
  // What the install scripts in `workspace.installed` and in its own manifests do.
  const std::vector<InstallBehaviour>& behaviours;
  // Files an `npm pack` would put into each package of the workspace, in the order of InstallRoot::Manifests(), empty
  // for private ones.
  const std::vector<PackedFiles>& packed;
  // In the same order: the files of their commands, and the dependencies (by index in the manifest) that nothing in the
  // package speaks of.
  const std::vector<std::vector<CommandFile>>& commands;
  const std::vector<std::vector<uint32_t>>& unmentioned;

  // True for a package.json that is a template: what its "main" names is not below it, but in a folder above that has
  // no package.json, where it is copied to before anything is installed.
  bool IsTemplate(const PackageFile& manifest) const;
  // True where package.json says that others install the package as it stands in the checkout: it is not private, names
  // what is published, and nothing takes its scripts out on the way.
  static bool IsInstalledByOthers(const PackageManifest& manifest);
  // The registry of a package by the settings of the workspace; "" when they name none.
  std::string_view RegistryFor(std::string_view name) const;
};

// "a, b, c and 4 more".
std::string Enumerated(const std::vector<std::string>& names, size_t most = 4);

}  // namespace looplint

#endif  // LOOPLINT_RULES_PACKAGES_VIEW_H_
