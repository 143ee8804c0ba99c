#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const PackagesView& packages, Report& report) {
  for (const InstallBehaviour& b : packages.behaviours) {
    if (!b.own) continue;
    const PackageFile* file = nullptr;
    for (const PackageFile* m : packages.workspace.Manifests()) {
      if (m->file == b.manifest) file = m;
    }
    if (file == nullptr) continue;
    const Place at{b.manifest, b.command_at};
    std::vector<Step> steps;
    for (const InstallEvidence& e : b.evidence) {
      if (steps.size() < 8) steps.push_back({e.at, Cat(Describe(e.act), ": ", e.what)});
    }
    if (b.verdict >= InstallVerdict::kSuspicious) {
      report.At(at, Cat("the script \"", b.script, "\" does what an attack would: ", b.because))
          .As(b.verdict == InstallVerdict::kMalicious ? Severity::kError : Severity::kWarn)
          .Via(std::move(steps), "what it does");
      continue;
    }
    // Whoever depends on a published package runs its install script. "prepare" only runs here.
    const bool published =
        !file->manifest->is_private && !file->manifest->name.empty() && !file->manifest->version.empty();
    const bool for_others = b.script == "preinstall" || b.script == "install" || b.script == "postinstall";
    if (published && for_others && b.verdict != InstallVerdict::kNative) {
      report.At(at, Cat("everyone who installs ", b.name, " runs its ", b.script, " script"))
          .As(Severity::kInfo)
          .Help(
              "More and more of them install with scripts turned off, and it will not run. Do the work when the "
              "package is published, or when it is first used.");
    }
  }
}

}  // namespace

RULE = {.summary = "a lifecycle script of the package downloads and runs code, hides what it does or reads credentials",
        .why =
            "The script runs on every machine that installs: those of colleagues, of CI, and for a published package "
            "of everyone who "
            "depends on it. What it downloads is not in the package, so no lockfile, hash or review covers it; who "
            "takes over the "
            "address takes over the machines.",
        .fix = "Put what is needed into the package, or check a hash written in it before anything downloaded is run.",
        .severity = Severity::kError,
        .cwe = 494,
        .check_packages = Check};

}  // namespace looplint
