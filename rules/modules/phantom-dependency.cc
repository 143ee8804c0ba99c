// A package that is used but not asked for: it is there because something else brings it.
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  const Manifest* own = file.file.manifest;
  if (own == nullptr || file.file.role != FileRole::kSource || !file.syntax.errors.empty()) return;
  const Outside& outside = file.facts.outside;
  if (!outside.Installed(file.file)) return;
  std::set<std::string> told;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (Some(e.to) || !Some(e.import) || e.guarded || e.kind == EdgeKind::kTypeOnly) continue;
    const Import& import = file.model.module.imports[e.import];
    if (!Some(import.specifier)) continue;
    const std::string specifier(file.Name(import.specifier));
    const std::string package(PackageNameOf(specifier));
    if (package.empty() || own->dependencies.contains(package) || file.knowledge.IsNodeBuiltin(specifier)) continue;
    bool declared = false, provided = false;
    for (const Manifest& m : file.project.resolver().manifests()) {
      const bool above = m.directory == "." || &m == own || own->directory.starts_with(Cat(m.directory, "/"));
      declared |= m.name == package || (above && m.dependencies.contains(package));
    }
    if (declared) continue;
    for (const ModuleHost& host : file.knowledge.module_hosts()) {
      for (const std::string& name : host.provides) provided |= name == specifier || name == package;
    }
    if (provided) continue;
    const Resolution* to = outside.Resolve(file.file, e.import);
    // A link to a folder outside of node_modules is a package of the workspace.
    if (to == nullptr || !to->file() || !to->below_node_modules || to->package_name != package) continue;
    // Found above the project, it is somebody else's.
    if (!to->path.starts_with(Cat(outside.Absolute("."), "/"))) continue;
    if (!told.insert(package).second) continue;
    // Who brings it today.
    std::string through;
    for (const auto& [name, range] : own->dependencies) {
      const std::string folder = outside.resolver()->PackageFolder(outside.Absolute(file.file.path), name);
      const PackageJson* installed = folder.empty() ? nullptr : outside.resolver()->PackageIn(folder);
      if (installed == nullptr) continue;
      const absl::StatusOr<Manifest> manifest = ParseManifest(installed->text, folder);
      if (!manifest.ok()) continue;
      const auto kind = manifest->dependency_kinds.find(package);
      if (kind == manifest->dependency_kinds.end() || kind->second == DependencyKind::kDev) continue;
      through = name;
      break;
    }
    auto finding = report.At(e.node, Cat("'", package, "' is in no package.json of this project",
                                         through.empty() ? std::string("; it is there by accident")
                                                         : Cat("; it is there only through '", through, "'")));
    finding.Help(Cat("add '", package, "' to dependencies in ", JoinPath(own->directory, "package.json")));
    if (own->is_private) finding.As(Severity::kWarn);
  }
}

}  // namespace

RULE = {
    .summary = "a package is imported that package.json does not ask for",
    .why =
        "npm puts the dependencies of dependencies into the same folder, so that an import of one of them works by "
        "accident. "
        "It ends when the package between drops or updates it, and does not work at all with pnpm, Yarn Plug'n'Play, "
        "or where "
        "another version is hoisted: MODULE_NOT_FOUND, or a version nobody tested.",
    .fix = "Add the package to dependencies, with the version that is in use.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 1357,
    .check = Check,
};

}  // namespace looplint
