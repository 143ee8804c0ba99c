#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  const PackageFile* main = w.MainLockfile();
  if (w.root == nullptr || main == nullptr) return;
  const DocValue engines = w.root->manifest->root()["engines"]["node"];
  if (!engines.IsString()) return;
  const auto own = SemRange::Parse(engines.str(), SemverMode::kLoose);
  if (!own) {
    report.At({w.root->file, engines.at()}, Cat("engines.node is no range: ", engines.str()));
    return;
  }
  const auto lowest = own->Lowest();
  if (!lowest || *lowest < *SemVersion::Parse("0.10.0")) return;
  const Lockfile& lock = *main->lockfile;
  // One finding, at the strictest, with the others as steps: it is one decision.
  std::vector<Step> steps;
  std::string worst;
  std::optional<SemVersion> needed;
  size_t count = 0;
  for (const LockPackage& p : lock.packages) {
    if (p.importer || p.link || p.dev || p.optional || p.engines_node.empty()) continue;
    // pnpm and yarn say of no package that it is for development only; what the root asks for itself tells.
    if (lock.format != LockFormat::kNpm && w.root->manifest->Find(p.name, DependencyField::kProd) == nullptr) continue;
    const auto range = SemRange::Parse(p.engines_node, SemverMode::kLoose);
    if (!range || range->Matches(*lowest)) continue;
    // Not even a later patch of the same release line: "18" asks for 18.0.0 but means whichever is current.
    const auto low = range->Lowest();
    if (!low || low->major == lowest->major) continue;
    if (*low < *lowest) continue;  // it wants an older one; newer versions nearly always work
    ++count;
    if (steps.size() < 6) steps.push_back({{main->file, p.at}, Cat(p.name, "@", p.version, " wants ", p.engines_node)});
    if (!needed || *needed < *low) {
      needed = low;
      worst = Cat(p.name, "@", p.version);
    }
  }
  if (count == 0) return;
  report
      .At({w.root->file, engines.at()}, Cat("engines allows Node ", lowest->ToString(), ", on which ", worst,
                                            count > 1 ? Cat(" and ", count - 1, " more") : "",
                                            " does not say it runs: ", count > 1 ? "the strictest" : "it", " wants ",
                                            needed->ToString(), " at least"))
      .Via(std::move(steps), "what the dependencies want");
}

}  // namespace

RULE = {.summary = "\"engines\" allows a version of Node on which a dependency does not run",
        .why =
            "npm only warns about engines (EBADENGINE), so the install goes through and the dependency fails where it "
            "uses what the "
            "older Node lacks: a syntax error when it is loaded, or a missing function when it is called.",
        .fix = "Raise engines.node to what the dependencies want, or take versions of them that run on the older Node.",
        .severity = Severity::kWarn,
        .check_packages = Check};

}  // namespace looplint
