#include "analyzer/base/strings.h"
#include "analyzer/packages/sync.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const PackagesView& packages, Report& report) {
  const PackageFile* file = packages.workspace.MainLockfile();
  if (file == nullptr || packages.workspace.root == nullptr) return;
  const std::vector<Drift> drifts = FindDrift(packages.workspace, *file, 21);
  for (size_t i = 0; i < drifts.size() && i < 20; ++i) {
    const Drift& d = drifts[i];
    report.At({d.file, d.at}, d.message)
        .Help(Cat("Run ", UpdateCommand(file->lockfile->format),
                  i + 1 == 20 && drifts.size() > 20 ? " (there is more of this)" : "", " and commit what it writes."));
  }
}

}  // namespace

RULE = {.summary = "the lockfile does not belong to package.json",
        .why =
            "npm ci, yarn install --immutable and pnpm install --frozen-lockfile refuse to install: the build of this "
            "commit fails. "
            "An install that is not frozen repairs the lockfile on the fly and installs what nobody has tested.",
        .fix = "Run the package manager once and commit the lockfile together with package.json.",
        .severity = Severity::kError,
        .confidence = Confidence::kVeryHigh,
        .check_packages = Check};

}  // namespace looplint
