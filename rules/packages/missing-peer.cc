#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The version that stands for a package in the lockfile of npm, looked up as Node would.
void Check(const PackagesView& packages, Report& report) {
  const PackageFile* main = packages.workspace.MainLockfile();
  if (main == nullptr || main->lockfile->format != LockFormat::kNpm || main->lockfile->version == "1") return;
  const Lockfile& lock = *main->lockfile;
  for (const LockPackage& p : lock.packages) {
    if (p.importer || p.link || p.optional) continue;
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      const LockEdge& edge = lock.edges[e];
      if (edge.kind != DependencyField::kPeer) continue;
      // A peer is looked for from the folder the package lies in, where its own node_modules does not count.
      const uint32_t to = edge.to;
      const Spec spec = ReadSpec(edge.spec);
      if (spec.kind != Spec::Kind::kRange) continue;
      if (to == kNoneIndex) {
        if (edge.optional_peer) continue;
        report
            .At({main->file, edge.at}, Cat(p.name, "@", p.version, " needs ", edge.name, "@", edge.spec,
                                           " beside it, and it is not installed"))
            .As(Severity::kInfo);
        continue;
      }
      const LockPackage& target = lock.packages[to];
      if (target.link || target.version.empty() || target.real_name != edge.name) continue;
      const auto version = SemVersion::Parse(target.version, SemverMode::kLoose);
      const auto range = SemRange::Parse(spec.text, SemverMode::kLoose);
      if (!version || !range || range->Matches(*version) || !version->prerelease.empty()) continue;
      report
          .At({main->file, edge.at},
              Cat(p.name, "@", p.version, " needs ", edge.name, "@", edge.spec, " beside it and gets ", target.version))
          .Via({{{main->file, target.at}, Cat(target.name, "@", target.version)}}, "what it gets");
    }
  }
}

}  // namespace

RULE = {.summary = "a package gets another version of a peer than it can work with, or none",
        .why =
            "A peer dependency is the host a plugin runs in. With another major version its calls fail or, worse, act "
            "on a second "
            "copy; npm only goes on because it was told to with --force or --legacy-peer-deps, and the lockfile keeps "
            "it so.",
        .fix = "Install versions that fit each other; look at npm ls and npm explain for who asks for what.",
        .severity = Severity::kWarn,
        .check_packages = Check};

}  // namespace looplint
