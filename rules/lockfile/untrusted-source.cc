#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool IsLoopback(std::string_view host) {
  host = host.substr(0, host.rfind(':'));
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

bool IsAddress(std::string_view host) {
  host = host.substr(0, host.find(':'));
  int dots = 0;
  for (const char c : host) {
    if (c == '.') {
      ++dots;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return dots == 3;
}

bool HasCommit(std::string_view url) {
  const size_t hash = url.find('#');
  if (hash == std::string_view::npos) return false;
  std::string_view ref = url.substr(hash + 1);
  if (ref.starts_with("commit=")) ref.remove_prefix(7);
  ref = ref.substr(0, ref.find('&'));
  return ref.size() >= 7 && ref.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

void Check(const PackagesView& packages, Report& report) {
  for (const PackageFile* file : packages.workspace.lockfiles) {
    const Lockfile& lock = *file->lockfile;
    // Trusted is what the settings or the configuration name, or else where the lockfile itself takes most from: who
    // plants an entry plants one or a few, not hundreds.
    std::map<std::string_view, size_t> count;
    size_t all = 0;
    for (const LockPackage& p : lock.packages) {
      if (p.source != SourceKind::kRegistry || p.bundled) continue;
      if (const std::string_view host = HostOf(p.resolved); !host.empty()) {
        ++count[host];
        ++all;
      }
    }
    std::set<std::string_view> usual;
    std::string_view most;
    for (const auto& [host, n] : count) {
      if (n * 5 >= all || n >= 20) usual.insert(host);
      if (most.empty() || n > count[most]) most = host;
    }
    const bool too_few = all < 3;  // nothing to compare with
    for (const LockPackage& p : lock.packages) {
      if (p.importer || p.link || p.bundled || p.resolved.empty()) continue;
      const Place at{file->file, p.resolved_at};
      const std::string label = p.version.empty() ? std::string(p.name) : Cat(p.name, "@", p.version.substr(0, 40));
      const std::string_view url = p.resolved;
      const std::string_view host = HostOf(url);
      const bool git = p.source == SourceKind::kGit;
      // A repository without a scheme that encrypts: anyone on the way can change what arrives.
      if ((url.starts_with("http:") || url.starts_with("git:") || url.starts_with("git+http:")) && !IsLoopback(host)) {
        report
            .At(at,
                Cat(label, " is fetched over ", url.substr(0, url.find(':')), ", which anyone on the way can change"))
            .Help(p.integrity.empty() ? "Use https: the entry has no integrity hash either, so nothing would notice."
                                      : "Use https; the integrity hash protects the bytes, not the request nor the "
                                        "credentials sent with it.");
        continue;
      }
      if (IsAddress(host) && !IsLoopback(host)) {
        report.At(at, Cat(label, " is fetched from the bare address ", host));
        continue;
      }
      const size_t scheme = url.find("://");
      if (scheme != std::string_view::npos && !git) {
        const std::string_view authority = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
        if (authority.find('@') != std::string_view::npos && authority.find(':') < authority.find('@')) {
          report.At(at, Cat("the address of ", label, " holds a password"))
              .Help(
                  "Whoever reads the lockfile can use it: revoke it, and let .npmrc take it from an environment "
                  "variable.");
          continue;
        }
      }
      if (git) {
        const bool pinned = HasCommit(url) || lock.format == LockFormat::kPnpm || lock.format == LockFormat::kBun;
        if (!pinned) {
          report.At(at, Cat(label,
                            " comes from a git repository without a commit: it is whatever the branch holds when it is "
                            "installed"));
        } else if (!std::ranges::count(packages.policy.trusted_hosts, std::string(host))) {
          report.At(at, Cat(label, " comes from a git repository, not from a registry")).As(Severity::kInfo);
        }
        continue;
      }
      if (p.source == SourceKind::kFile || host.empty()) continue;
      if (std::ranges::count(packages.policy.trusted_hosts, std::string(host)) > 0) continue;
      const std::string_view registry = packages.RegistryFor(p.real_name);
      if (!registry.empty()) {
        if (HostOf(registry) == host) continue;
        // A lockfile written against another registry than the one configured now: said once per host elsewhere
        // when it concerns most entries, for then it is the setting that is new.
        if (usual.contains(host)) continue;
      }
      if (p.source == SourceKind::kTarball) {
        report.At(at, Cat(label, " is a tarball from ", host, ", not a package of a registry"))
            .As(p.integrity.empty() ? Severity::kError : Severity::kWarn)
            .Help(
                "Nobody can look up who published it or whether it changed. Publish it to your registry, or name the "
                "host in \"packages.trustedHosts\".");
        continue;
      }
      if (too_few || usual.contains(host)) continue;
      report.At(at, registry.empty()
                        ? Cat(label, " comes from ", host, "; the others of this lockfile come from ", most)
                        : Cat(label, " comes from ", host, "; the configured registry is ", HostOf(registry)));
    }
  }
}

}  // namespace

RULE = {.summary = "a lockfile entry is downloaded from a place nobody configured",
        .why =
            "An install fetches what \"resolved\" says and compares it with the hash beside it. Whoever can change the "
            "lockfile, "
            "in a pull request for instance, can change both; a reviewer sees one long line of many. An address that "
            "is not the "
            "registry's is the trace it leaves.",
        .fix =
            "Remove the entry and let the package manager write it again from the registry. Where the host is meant, "
            "name it in "
            ".npmrc (registry, @scope:registry) or in \"packages.trustedHosts\" of looplint.jsonc.",
        .severity = Severity::kError,
        .confidence = Confidence::kVeryHigh,
        .cwe = 829,
        .check_packages = Check};

}  // namespace looplint
