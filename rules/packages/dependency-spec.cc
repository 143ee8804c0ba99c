#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  const PackageFile* lock = w.MainLockfile();
  for (const PackageFile* m : w.Manifests()) {
    const PackageManifest& manifest = *m->manifest;
    const bool published = !manifest.is_private && !manifest.name.empty() && !manifest.version.empty();
    for (const Dependency& d : manifest.dependencies) {
      if (d.kind == DependencyField::kPeer) continue;
      const Spec spec = ReadSpec(d.spec);
      const Place at{m->file, d.spec_at};
      const bool reaches_others = published && d.kind != DependencyField::kDev;
      // A published package's tools concern those who work on it, who see when one breaks.
      const Severity moving = reaches_others || (lock == nullptr && !published) ? Severity::kWarn : Severity::kInfo;
      // A package of the workspace itself comes from the checkout, whatever the range.
      if (w.Member(d.name) != nullptr && (spec.kind == Spec::Kind::kRange || spec.kind == Spec::Kind::kTag)) continue;
      switch (spec.kind) {
        case Spec::Kind::kRange: {
          const auto range = SemRange::Parse(spec.text, SemverMode::kLoose);
          if (!range || !range->IsOpen()) break;
          const bool all = range->MatchesAll();
          report
              .At(at, all ? Cat("\"", d.spec, "\" takes any version of ", d.name, " there will ever be")
                          : Cat("\"", d.spec, "\" takes every future major version of ", d.name))
              .As(moving)
              .Help(reaches_others ? "Who installs the package gets the newest one, breaking changes included. Give it "
                                     "an upper bound: \"^1.2.3\"."
                    : lock == nullptr ? "No lockfile holds the version: each install takes the newest one. Give it an "
                                        "upper bound: \"^1.2.3\"."
                                      : "The lockfile holds the version for now; the next update takes whatever is "
                                        "newest. Give it an upper bound: \"^1.2.3\".");
          break;
        }
        case Spec::Kind::kTag:
          report.At(at, Cat("\"", d.spec, "\" is a tag of ", d.name, ", which its owner moves at will"))
              .As(moving)
              .Help(Cat("Write the range that is meant: \"^\" and the version that npm view ", d.name, "@", d.spec,
                        " version shows."));
          break;
        case Spec::Kind::kGit:
          if (!spec.pinned) {
            const bool range = spec.text.find("#semver:") != std::string_view::npos;
            report
                .At(at, Cat(d.name, range ? " follows the tags of a git repository, which can be moved"
                                          : " is whatever a branch of a git repository holds"))
                .As(moving)
                .Help("Pin the commit: \"#\" and its full hash.");
          }
          break;
        case Spec::Kind::kRemote:
          if (spec.text.starts_with("http:")) {
            report.At(at, Cat(d.name, " is downloaded over http, which anyone on the way can change"));
          } else if (reaches_others) {
            report.At(at, Cat(d.name,
                              " is a tarball by its address: nothing keeps what is there from changing for those who "
                              "install the package"));
          }
          break;
        case Spec::Kind::kFile:
        case Spec::Kind::kLink:
          if (reaches_others)
            report.At(at, Cat("\"", d.spec, "\" only exists in this checkout: nobody else can install ", manifest.name))
                .As(PackagesView::IsInstalledByOthers(manifest) ? Severity::kError : Severity::kInfo);
          break;
        case Spec::Kind::kWorkspace:
        case Spec::Kind::kCatalog:
          // pnpm, Yarn 2 and bun write the version into the tarball; npm publishes the text as it is.
          if (reaches_others &&
              (w.Manager() == "npm" || (lock != nullptr && lock->lockfile->format == LockFormat::kYarnClassic))) {
            report
                .At(at,
                    Cat("npm publishes \"", d.spec, "\" as it is, and nobody can install that (EUNSUPPORTEDPROTOCOL)"))
                .As(Severity::kError);
          }
          break;
        default:
          break;
      }
    }
  }
}

}  // namespace

RULE = {
    .summary = "a dependency takes any future version, a source that changes, or one that only exists here",
    .why =
        "A range without an upper bound takes major versions nobody has tried, and the version an attacker published "
        "an hour "
        "ago; a branch or a tag moves under the same name. For a published package no lockfile helps: those who "
        "install it "
        "resolve its ranges anew.",
    .fix =
        "Write a range with an upper bound, such as the caret of the version in use; pin git dependencies by commit.",
    .severity = Severity::kError,
    .cwe = 1357,
    .check_packages = Check};

}  // namespace looplint
