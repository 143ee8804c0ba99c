#include <set>
#include <span>
#include <utility>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Settings of pnpm may say that a peer is fine as it is.
bool Accepted(const InstallRoot& w, std::string_view name) {
  const auto about = [&](std::string_view key) {
    return key == "*" || key == name || key.ends_with(Cat(">", name)) || key.starts_with(Cat(name, "@"));
  };
  for (const PackageFile* s : w.settings) {
    for (const Setting& setting : s->settings->all) {
      if (!setting.key.starts_with("peerDependencyRules.")) continue;
      const std::string_view rest = std::string_view(setting.key).substr(20);
      if (rest.ends_with("[]") ? about(setting.value) : about(rest.substr(rest.find('.') + 1))) return true;
    }
  }
  if (w.root == nullptr) return false;
  for (const DocValue rules : w.root->manifest->root()["pnpm"]["peerDependencyRules"]) {
    for (const DocValue v : rules) {
      if (about(rules.IsArray() ? v.str() : v.key())) return true;
    }
  }
  return false;
}

class Peers {
 public:
  Peers(const InstallRoot& w, const PackageFile& file, Report& report)
      : workspace_(w), file_(file), lock_(*file.lockfile), report_(report) {}

  // npm and bun put packages into folders: the peer is what Node finds from there.
  void ByFolder() {
    for (const LockPackage& p : lock_.packages) {
      if (p.importer || p.link || p.optional) continue;
      for (const LockEdge& edge : PeersOf(p)) Judge(p, edge, edge.to, true);
    }
  }

  // Among what pnpm gives a package is the peer that was chosen, once for each set of peers.
  void ByAnswer() {
    std::vector<bool> direct(lock_.packages.size());
    for (const LockPackage& p : lock_.packages) {
      if (!p.importer) continue;
      for (const LockEdge& edge : EdgesOf(p)) {
        if (edge.to != kNoneIndex) direct[edge.to] = true;
      }
    }
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      const LockPackage& p = lock_.packages[i];
      if (p.importer || p.link || p.optional) continue;
      for (const LockEdge& peer : PeersOf(p)) {
        bool found = false;
        for (const LockEdge& edge : EdgesOf(p)) {
          if (edge.kind == DependencyField::kPeer || edge.name != peer.name) continue;
          found = true;
          if (edge.to != kNoneIndex) Judge(p, peer, edge.to, direct[i]);
        }
        if (!found) Judge(p, peer, kNoneIndex, direct[i]);
      }
    }
  }

  // Yarn gives a package the peers of whoever depends on it.
  void ByParent() {
    for (const LockPackage& parent : lock_.packages) {
      for (const LockEdge& down : EdgesOf(parent)) {
        if (down.kind == DependencyField::kPeer || down.to == kNoneIndex) continue;
        const LockPackage& p = lock_.packages[down.to];
        if (p.importer) continue;
        for (const LockEdge& peer : PeersOf(p)) {
          uint32_t given = kNoneIndex;
          bool passed_on = parent.real_name == peer.name || parent.name == peer.name;
          for (const LockEdge& beside : EdgesOf(parent)) {
            if (beside.name != peer.name) continue;
            passed_on = true;  // as a peer of the parent's own, or as what cannot be judged
            if (beside.kind != DependencyField::kPeer) given = beside.to;
          }
          if (given != kNoneIndex || (!passed_on && parent.importer)) Judge(p, peer, given, parent.importer);
        }
      }
    }
  }

 private:
  std::span<const LockEdge> EdgesOf(const LockPackage& p) const {
    return std::span(lock_.edges).subspan(p.first_edge, p.edges);
  }
  std::vector<LockEdge> PeersOf(const LockPackage& p) const {
    std::vector<LockEdge> out;
    for (const LockEdge& e : EdgesOf(p)) {
      if (e.kind == DependencyField::kPeer) out.push_back(e);
    }
    return out;
  }

  // `direct`: the project can mend it. npm refuses them all, so that one in its lockfile was forced.
  void Judge(const LockPackage& p, const LockEdge& edge, uint32_t to, bool direct) {
    const Spec spec = ReadSpec(edge.spec);
    if (spec.kind != Spec::Kind::kRange) return;
    if (to == kNoneIndex) {
      if (edge.optional_peer || Accepted(workspace_, edge.name) || !said_.emplace(edge.at.start, to).second) return;
      report_
          .At({file_.file, edge.at},
              Cat(p.name, "@", p.version, " needs ", edge.name, "@", edge.spec, " beside it, and it is not installed"))
          .As(Severity::kInfo);
      return;
    }
    const LockPackage& target = lock_.packages[to];
    if (target.link || target.importer || target.version.empty() || target.real_name != edge.name) return;
    const auto version = SemVersion::Parse(target.version, SemverMode::kLoose);
    const auto range = SemRange::Parse(spec.text, SemverMode::kLoose);
    if (!version || !range || range->Matches(*version) || !version->prerelease.empty()) return;
    if (Accepted(workspace_, edge.name) || !said_.emplace(edge.at.start, to).second) return;
    report_
        .At({file_.file, edge.at},
            Cat(p.name, "@", p.version, " needs ", edge.name, "@", edge.spec, " beside it and gets ", target.version))
        .As(direct ? Severity::kWarn : Severity::kInfo)
        .Via({{{file_.file, target.at}, Cat(target.name, "@", target.version)}}, "what it gets");
  }

  const InstallRoot& workspace_;
  const PackageFile& file_;
  const Lockfile& lock_;
  Report& report_;
  std::set<std::pair<uint32_t, uint32_t>> said_;
};

void Check(const PackagesView& packages, Report& report) {
  const PackageFile* main = packages.workspace.MainLockfile();
  if (main == nullptr) return;
  Peers peers(packages.workspace, *main, report);
  switch (main->lockfile->format) {
    case LockFormat::kNpm:
      if (main->lockfile->version != "1") peers.ByFolder();
      break;
    case LockFormat::kBun:
      peers.ByFolder();
      break;
    case LockFormat::kPnpm:
      peers.ByAnswer();
      break;
    case LockFormat::kYarnBerry:
      peers.ByParent();
      break;
    case LockFormat::kYarnClassic:  // its lockfile does not speak of peers
      break;
  }
}

}  // namespace

RULE = {.summary = "a package gets another version of a peer than it can work with, or none",
        .why =
            "A peer dependency is the host a plugin runs in. With another major version its calls fail or, worse, act "
            "on a second "
            "copy; npm only goes on because it was told to with --force or --legacy-peer-deps, and the lockfile keeps "
            "it so. pnpm and Yarn print a warning among many and go on.",
        .fix = "Install versions that fit each other; look at npm ls and npm explain for who asks for what.",
        .severity = Severity::kWarn,
        .check_packages = Check};

}  // namespace looplint
