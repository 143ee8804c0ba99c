#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// The line an offset is on, to its end.
Span LineAt(std::string_view text, uint32_t at) {
  const auto start = std::min<size_t>(at, text.size());
  size_t end = std::min(text.find_first_of("\r\n", start), text.size());
  if (end == start && start < text.size()) ++end;
  return {static_cast<uint32_t>(start), static_cast<uint32_t>(std::max(end, start))};
}

void Check(const PackagesView& packages, Report& report) {
  const auto look = [&](const PackageFile& file, const std::optional<DocError>& error) {
    const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
    if (const auto conflict = ConflictMarker(file.text)) {
      report.At({file.file, *conflict}, Cat(name, " holds the conflict of a merge that was not finished"))
          .Help(file.kind == PackageFileKind::kLockfile
                    ? "Resolve package.json first, then let the package manager merge the lockfile: npm install, yarn "
                      "install and pnpm install do."
                    : "Finish the merge.");
    } else if (error) {
      const Span at = name == "bun.lockb" ? Span{0, 0} : LineAt(file.text, error->at);
      report.At({file.file, at}, name == "bun.lockb" ? error->message : Cat(name, " cannot be read: ", error->message))
          .As(name == "bun.lockb" ? Severity::kInfo : Severity::kError);
    }
  };
  for (const PackageFile* m : packages.workspace.Manifests()) look(*m, m->manifest->document.error());
  for (const PackageFile* l : packages.workspace.lockfiles) look(*l, l->lockfile->error);
  for (const PackageFile* s : packages.workspace.settings) {
    if (s->directory == packages.workspace.directory) look(*s, s->settings->error);
  }
}

}  // namespace

RULE = {.summary = "a manifest, lockfile or settings file cannot be read",
        .why =
            "A package manager that cannot read its lockfile stops, or worse, passes over it: Yarn 1 and old npm "
            "install whatever is "
            "newest then. What stands behind the mistake is not looked at by anyone, this tool included.",
        .fix = "Correct the place shown; let the package manager write a lockfile again rather than editing it.",
        .severity = Severity::kError,
        .confidence = Confidence::kVeryHigh,
        .check_packages = Check};

}  // namespace looplint
