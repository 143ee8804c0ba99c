#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  const std::string_view manager = w.Manager();
  if (w.root == nullptr || manager.empty()) return;
  struct Field {
    DocValue value;
    std::string_view name;
    bool read;
  };
  const auto fields = [&](const DocValue& root) {
    return std::vector<Field>{
        {root["overrides"], "overrides", manager == "npm" || manager == "bun"},
        {root["resolutions"], "resolutions", manager == "yarn" || manager == "pnpm" || manager == "bun"},
        {root["pnpm"]["overrides"], "pnpm.overrides", manager == "pnpm"},
    };
  };
  const std::vector<Field> of_root = fields(w.root->manifest->root());
  const bool any_read = std::ranges::any_of(
      of_root, [](const Field& f) { return f.read && f.value.IsObject() && f.value.begin() != f.value.end(); });
  for (const Field& f : of_root) {
    if (!f.value.IsObject() || f.read || !(f.value.begin() != f.value.end())) continue;
    // Kept in step for several managers: the one that is used reads its own.
    if (any_read) continue;
    report
        .At({w.root->file, f.value.key_at()},
            Cat("\"", f.name, "\" is not read by ", manager, ": these pins have no effect"))
        .Help(manager == "npm"    ? "Move them to \"overrides\"."
              : manager == "yarn" ? "Move them to \"resolutions\"."
              : manager == "pnpm"
                  ? "Move them to \"overrides\" in pnpm-workspace.yaml (pnpm 10), or \"pnpm.overrides\"."
                  : "Move them to \"overrides\".");
  }
  for (const PackageFile* m : w.members) {
    for (const Field& f : fields(m->manifest->root())) {
      if (!f.value.IsObject() || !f.read || !(f.value.begin() != f.value.end())) continue;
      report
          .At({m->file, f.value.key_at()},
              Cat("\"", f.name, "\" of a workspace member is not read: only the root's counts"))
          .Help(Cat("Move it to ", w.root->path, "."));
    }
  }
  // A pin that the lockfile does not show.
  const PackageFile* main = w.MainLockfile();
  if (main == nullptr || main->lockfile->format != LockFormat::kNpm) return;
  for (const DocValue o : w.root->manifest->root()["overrides"]) {
    const auto [name, range] = SplitAtVersion(o.key());
    const bool known = std::ranges::any_of(main->lockfile->packages,
                                           [&, name = name](const LockPackage& p) { return !p.importer && p.name == name; });
    if (!known && !main->lockfile->packages.empty()) {
      report.At({w.root->file, o.key_at()}, Cat("the override of ", name, " is of no use: nothing installs it"))
          .As(Severity::kInfo);
    }
  }
}

}  // namespace

RULE = {
    .summary = "an override stands where the package manager does not read it",
    .why =
        "Each manager has a field of its own and passes over those of others without a word. Overrides are how a "
        "vulnerable "
        "transitive dependency is replaced: one that is not read leaves it installed while everyone thinks it is gone.",
    .fix =
        "Write it into the field of the manager that is used, in the root package.json, and look at the lockfile "
        "afterwards.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .cwe = 1357,
    .check_packages = Check};

}  // namespace looplint
