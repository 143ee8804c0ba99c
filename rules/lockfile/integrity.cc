#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Length of the hash an SRI string holds must be that of its algorithm: base64 of 64 bytes is 88 characters.
size_t LengthOf(std::string_view algorithm) {
  return algorithm == "sha512"   ? 88
         : algorithm == "sha384" ? 64
         : algorithm == "sha256" ? 44
         : algorithm == "sha1"   ? 28
         : algorithm == "md5"    ? 24
                                 : 0;
}

enum class Hash { kGood, kWeak, kMalformed };

Hash Judge(std::string_view integrity) {
  bool good = false, weak = false;
  while (!integrity.empty()) {
    const size_t end = integrity.find(' ');
    std::string_view one = integrity.substr(0, end);
    integrity = end == std::string_view::npos ? std::string_view() : integrity.substr(end + 1);
    if (one.empty()) continue;
    one = one.substr(0, one.find('?'));
    const size_t dash = one.find('-');
    if (dash == std::string_view::npos || LengthOf(one.substr(0, dash)) != one.size() - dash - 1)
      return Hash::kMalformed;
    const std::string_view algorithm = one.substr(0, dash);
    (algorithm == "sha1" || algorithm == "md5" ? weak : good) = true;
  }
  return good ? Hash::kGood : weak ? Hash::kWeak : Hash::kMalformed;
}

void Check(const PackagesView& packages, Report& report) {
  // Of one package and version there is one tarball, so one hash: across all lockfiles of the workspace.
  struct Seen {
    std::string_view integrity;
    Place at;
  };
  absl::flat_hash_map<std::pair<std::string_view, std::string_view>, Seen> seen;
  for (const PackageFile* file : packages.workspace.lockfiles) {
    const Lockfile& lock = *file->lockfile;
    if (lock.format == LockFormat::kYarnBerry) continue;  // its checksums are of the cache's own archives
    size_t with = 0, without = 0, weak = 0;
    Place first_weak;
    const LockPackage* first_without = nullptr;
    for (const LockPackage& p : lock.packages) {
      if (p.importer || p.link || p.bundled || p.source == SourceKind::kGit || p.source == SourceKind::kFile ||
          p.source == SourceKind::kWorkspace)
        continue;
      std::string_view integrity = p.integrity;
      const Place at{file->file, p.integrity_at};
      // Yarn 1 keeps a SHA-1 in the fragment of the address besides.
      const std::string label = Cat(p.name, "@", p.version);
      if (integrity.empty()) {
        ++without;
        const size_t hash = p.resolved.find('#');
        if (lock.format == LockFormat::kYarnClassic && hash != std::string_view::npos &&
            p.resolved.size() - hash - 1 == 40) {
          if (++weak == 1) first_weak = {file->file, p.resolved_at};
          if (weak <= 5) report.At({file->file, p.resolved_at}, Cat(label, " is only protected by a SHA-1 hash"));
          continue;
        }
        if (first_without == nullptr) first_without = &p;
        continue;
      }
      ++with;
      switch (Judge(integrity)) {
        case Hash::kWeak:
          if (++weak == 1) first_weak = at;
          if (weak <= 5) {
            report.At(
                at, Cat(label, " is only protected by ", integrity.starts_with("md5") ? "an MD5" : "a SHA-1", " hash"));
          }
          break;
        case Hash::kMalformed:
          report.At(at, Cat("the integrity of ", label, " is no hash: ", integrity.substr(0, 40))).As(Severity::kError);
          break;
        case Hash::kGood:
          break;
      }
      if (p.source == SourceKind::kTarball || p.version.empty()) continue;
      const auto [it, fresh] = seen.try_emplace({p.real_name, p.version}, Seen{integrity, at});
      if (!fresh && it->second.integrity != integrity) {
        // Another algorithm says nothing; another value of the same does.
        const auto algorithm = [](std::string_view s) { return s.substr(0, s.find('-')); };
        if (algorithm(it->second.integrity) == algorithm(integrity)) {
          report.At(at, Cat(label, " has another integrity here than elsewhere"))
              .As(Severity::kError)
              .Via({{it->second.at, "the other value"}}, "differs from");
        }
      }
    }
    // An old lockfile has hundreds: one word on all of them instead of a wall.
    if (weak > 5)
      report.At(first_weak, Cat(weak, " packages of this lockfile are only protected by SHA-1; five are listed"));
    if (first_without == nullptr) continue;
    // One entry among many is an anomaly; a lockfile without any is a setting or an old npm.
    for (const LockPackage& p : lock.packages) {
      if (with == 0) break;
      if (p.importer || p.link || p.bundled || !p.integrity.empty() || p.source == SourceKind::kGit ||
          p.source == SourceKind::kFile || p.source == SourceKind::kWorkspace)
        continue;
      if (lock.format == LockFormat::kYarnClassic && p.resolved.find('#') != std::string_view::npos) continue;
      if (p.resolved.empty() && lock.format != LockFormat::kPnpm && lock.format != LockFormat::kNpm) continue;
      if (without * 4 > with + without) {
        report.At({file->file, p.at}, Cat(without, " of ", with + without, " packages have no integrity hash, ", p.name,
                                          "@", p.version, " is the first"));
        break;
      }
      report.At({file->file, p.at},
                Cat(p.name, "@", p.version, " has no integrity hash: whatever is served is installed"));
    }
    if (with == 0 && without > 0) {
      report.At({file->file, first_without->at},
                Cat("none of the ", without, " packages of this lockfile has an integrity hash"));
    }
  }
}

}  // namespace

RULE = {.summary = "a lockfile entry has no integrity hash, a weak one, or two that contradict each other",
        .why =
            "The hash is what makes an install get the same bytes as the last one: without it a registry, a mirror or "
            "a proxy may "
            "serve anything. SHA-1 and MD5 collisions can be made. Two hashes for one version mean that one of them is "
            "not what "
            "was published.",
        .fix =
            "Delete the entry, or node_modules and the lockfile, and install again with a current package manager; "
            "check what "
            "changed before committing it.",
        .severity = Severity::kWarn,
        .confidence = Confidence::kVeryHigh,
        .cwe = 353,
        .check_packages = Check};

}  // namespace looplint
