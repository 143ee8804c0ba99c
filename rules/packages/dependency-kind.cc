#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/fixes.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string_view Word(DependencyField kind) { return FieldOf(kind); }

void Check(const PackagesView& packages, Report& report) {
  for (const PackageFile* m : packages.workspace.Manifests()) {
    const PackageManifest& manifest = *m->manifest;
    for (const Dependency& d : manifest.dependencies) {
      const Place at{m->file, d.name_at};
      if (!manifest.name.empty() && d.name == manifest.name && d.kind != DependencyField::kDev &&
          ReadSpec(d.spec).alias_of.empty()) {
        report.At(at, Cat("the package depends on itself"));
      }
      // The same field twice: the first is lost when the file is read.
      for (const Dependency& o : manifest.dependencies) {
        if (&o == &d || o.name != d.name || o.name_at.start > d.name_at.start) continue;
        const Step other{{m->file, o.name_at}, Cat("in ", Word(o.kind))};
        if (o.kind == d.kind) {
          report.At(at, Cat(d.name, " stands twice in ", Word(d.kind), ": the last one counts"))
              .FixWith({.description = "remove the first, which has no effect",
                        .edits = {RemoveMember(packages.project[m->file].text, {o.name_at.start, o.spec_at.end})},
                        .safe = true})
              .Via({other}, "the other one");
          continue;
        }
        const auto one_of = [&](DependencyField kind) { return d.kind == kind || o.kind == kind; };
        if (one_of(DependencyField::kPeer)) {
          // dev and peer together is how a plugin is developed, as long as one version can be both.
          if (!one_of(DependencyField::kDev)) {
            if (one_of(DependencyField::kProd)) {
              report
                  .At(at, Cat(d.name,
                              " is both a dependency and a peer: it is always installed, so the peer promises what is "
                              "not so"))
                  .As(Severity::kInfo)
                  .Via({other}, "the other one");
            }
            continue;
          }
          const Dependency& dev = d.kind == DependencyField::kDev ? d : o;
          const Dependency& peer = d.kind == DependencyField::kDev ? o : d;
          const Spec a = ReadSpec(dev.spec), b = ReadSpec(peer.spec);
          if (a.kind != Spec::Kind::kRange || b.kind != Spec::Kind::kRange) continue;
          const auto lowest = SemRange::Parse(a.text, SemverMode::kLoose);
          const auto allowed = SemRange::Parse(b.text, SemverMode::kLoose);
          if (!lowest || !allowed) continue;
          const auto v = lowest->Lowest();
          const auto w = allowed->Lowest();
          if (v && w && !allowed->Matches(*v) && !lowest->Matches(*w) && v->prerelease.empty() &&
              w->prerelease.empty() && !lowest->IsOpen() && !allowed->IsOpen()) {
            report
                .At({m->file, dev.spec_at},
                    Cat(d.name, " is developed with ", dev.spec, " and asks its users for ", peer.spec))
                .Via({{{m->file, peer.spec_at}, "in peerDependencies"}}, "the other one");
          }
          continue;
        }
        if (one_of(DependencyField::kOptional) && one_of(DependencyField::kProd)) {
          report
              .At(at,
                  Cat(d.name, " is both in dependencies and optionalDependencies: it is optional, and may be missing"))
              .Via({other}, "the other one");
          continue;
        }
        if (d.spec == o.spec) {
          const Dependency& dev = d.kind == DependencyField::kDev ? d : o;
          auto finding = report.At(at, Cat(d.name, " is listed in ", Word(o.kind), " and again in ", Word(d.kind)));
          if (dev.kind == DependencyField::kDev) {
            finding.FixWith(
                {.description = "remove it from devDependencies",
                 .edits = {RemoveMember(packages.project[m->file].text, {dev.name_at.start, dev.spec_at.end})},
                 .safe = false});
          }
          finding.As(Severity::kInfo).Via({other}, "the other one");
        } else {
          report
              .At(at, Cat(d.name, " is asked for as ", o.spec, " in ", Word(o.kind), " and as ", d.spec, " in ",
                          Word(d.kind), ": one of them is not what gets installed"))
              .Via({other}, "the other one");
        }
      }
    }
    for (const DocValue meta : manifest.root()["peerDependenciesMeta"]) {
      if (manifest.Find(meta.key(), DependencyField::kPeer) == nullptr && !meta["optional"].IsTrue()) {
        report
            .At({m->file, meta.key_at()},
                Cat("peerDependenciesMeta speaks of ", meta.key(), ", which is no peer dependency"))
            .As(Severity::kInfo);
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "a package is declared in two places that contradict each other",
    .why =
        "Of a package in several fields one version is installed, and which one differs between package managers and "
        "between development and production, where dev dependencies are left out. What the other field says has no "
        "effect.",
    .fix = "Keep the declaration that is meant: what runs in production is a dependency.",
    .severity = Severity::kWarn,
    .check_packages = Check};

}  // namespace looplint
