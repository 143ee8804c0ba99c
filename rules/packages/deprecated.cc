#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// One line of what the owner wrote, short enough for a message.
std::string Shortened(std::string_view text) {
  std::string out(text.substr(0, 160));
  std::ranges::replace(out, '\n', ' ');
  while (!out.empty() &&
         (out.back() == '.' || out.back() == ' ' || (static_cast<unsigned char>(out.back()) & 0x80) != 0))
    out.pop_back();
  return out;
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  const PackageFile* main = w.MainLockfile();
  if (main == nullptr || w.root == nullptr) return;
  const Lockfile& lock = *main->lockfile;
  // Directly asked for: somebody here can change it.
  std::vector<bool> direct(lock.packages.size());
  for (const LockPackage& p : lock.packages) {
    if (!p.importer) continue;
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      const LockEdge& edge = lock.edges[e];
      if (edge.to == kNoneIndex || edge.kind == DependencyField::kPeer || direct[edge.to]) continue;
      const LockPackage& to = lock.packages[edge.to];
      if (to.deprecated.empty()) continue;
      direct[edge.to] = true;
      // Where package.json asks for it.
      Place at{main->file, to.at};
      for (const PackageFile* m : w.Manifests()) {
        if (const Dependency* d = m->manifest->Installed(edge.name); d != nullptr && d->spec == edge.spec) {
          at = {m->file, d->spec_at};
          break;
        }
      }
      report.At(at, Cat(to.name, "@", to.version, " is deprecated: ", Shortened(to.deprecated)))
          .As(edge.kind == DependencyField::kDev ? Severity::kInfo : Severity::kWarn);
    }
  }
  std::vector<Step> others;
  size_t count = 0;
  for (size_t i = 0; i < lock.packages.size(); ++i) {
    const LockPackage& p = lock.packages[i];
    if (p.deprecated.empty() || direct[i] || p.dev) continue;
    if (++count <= 6)
      others.push_back({{main->file, p.at}, Cat(p.name, "@", p.version, ": ", Shortened(p.deprecated))});
  }
  if (count > 0) {
    const Place first = others.front().at;
    report
        .At(first,
            Cat(count, count == 1 ? " deprecated package is" : " deprecated packages are", " brought by dependencies"))
        .As(Severity::kInfo)
        .Via(std::move(others), "deprecated");
  }
}

}  // namespace

RULE = {.summary = "a dependency is deprecated by its owner",
        .why =
            "Its owner says that it should not be used: it has a successor, a known fault, or nobody to mend it. npm "
            "prints "
            "that once, at the install that wrote the lockfile, and never again for those who install from it. What is "
            "told "
            "is what the lockfile recorded then.",
        .fix = "Move to what the message names, or to a version that is not deprecated.",
        .severity = Severity::kWarn,
        .confidence = Confidence::kVeryHigh,
        .cwe = 1104,
        .check_packages = Check};

}  // namespace looplint
