#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/packages/popular.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// What other packages depend on is no slip of whoever wrote this package.json.
bool AskedForByOthers(const InstallRoot& w, std::string_view name) {
  const PackageFile* main = w.MainLockfile();
  if (main == nullptr) return false;
  for (const LockPackage& p : main->lockfile->packages) {
    if (p.importer) continue;
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      if (main->lockfile->edges[e].name == name) return true;
    }
  }
  return false;
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  for (const PackageFile* m : w.Manifests()) {
    std::set<std::string_view> own;
    for (const Dependency& d : m->manifest->dependencies) own.insert(d.name);
    for (const Dependency& d : m->manifest->dependencies) {
      const Spec spec = ReadSpec(d.spec);
      // Only names that a registry is asked for.
      if (spec.kind != Spec::Kind::kRange && spec.kind != Spec::Kind::kTag) continue;
      const std::string_view name = spec.alias_of.empty() ? d.name : spec.alias_of;
      if (w.Member(name) != nullptr) continue;
      const Place at = spec.alias_of.empty() ? Place{m->file, d.name_at} : Place{m->file, d.spec_at};
      // The name of a package of one's own without its scope, on a registry where anybody may own it.
      for (const PackageFile* member : w.Manifests()) {
        const std::string_view scope = ScopeOf(member->manifest->name);
        if (scope.empty()) continue;
        const std::string_view rest = member->manifest->name.substr(scope.size() + 1);
        if (name == Cat(scope.substr(1), "-", rest)) {
          report.At(at, Cat(name, " is not ", member->manifest->name,
                            " of this project: it comes from the registry, where anybody may own the name"));
        }
      }
      const std::string_view popular = LookalikeOf(name);
      if (popular.empty()) continue;
      // Both of them: somebody knows the difference.
      if (own.contains(popular) || AskedForByOthers(w, name)) continue;
      report.At(at, Cat(name, " is one slip away from ", popular, ", which many packages depend on"))
          .Help(Cat("If ", popular, " is meant, correct the name and delete node_modules. If ", name,
                    " is meant, read what it is first, then accept the finding in the configuration."));
    }
  }
}

}  // namespace

RULE = {
    .summary = "the name of a dependency resembles that of a popular package",
    .why =
        "Attackers publish packages under names a slip away from popular ones (crossenv for cross-env, electorn for "
        "electron) and wait for somebody to mistype. Their install scripts run before anybody notices; often they "
        "re-export the real package, so that everything works.",
    .fix = "Look the name up where the package you mean is documented, and correct it.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kMedium,
    .cwe = 1357,
    .check_packages = Check};

}  // namespace looplint
