#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool IsPlaceholder(std::string_view value) {
  // ${VAR}, $VAR, and what documentation puts there.
  if (value.empty() || value.find('$') != std::string_view::npos || value.find('<') != std::string_view::npos ||
      value.find("{{") != std::string_view::npos)
    return true;
  if (value.size() < 8) return true;
  std::string lower;
  for (const char c : value) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view sample : {"your", "token", "xxxx", "example", "placeholder", "changeme", "secret",
                                        "dummy", "password", "fake", "0000", "test"}) {
    if (lower.find(sample) != std::string::npos) return true;
  }
  return false;
}

bool IsLoopback(std::string_view url) {
  const size_t scheme = url.find("://");
  const std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]") ||
         host.starts_with("host.docker.internal") || host.find(".local") != std::string_view::npos;
}

bool EndsWith(std::string_view key, std::string_view tail) {
  return key == tail || (key.size() > tail.size() && key.ends_with(tail) &&
                         (key[key.size() - tail.size() - 1] == ':' || key[key.size() - tail.size() - 1] == '.'));
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  for (const PackageFile* s : w.settings) {
    if (s->directory != w.directory) continue;  // said in the workspace it stands in
    for (const Setting& setting : s->settings->all) {
      const Place at{s->file, setting.at};
      const std::string& key = setting.key;
      const std::string& value = setting.value;
      if (EndsWith(key, "_authToken") || EndsWith(key, "_password") || EndsWith(key, "_auth") ||
          EndsWith(key, "npmAuthToken") || EndsWith(key, "npmAuthIdent") || key.ends_with(".token") ||
          key.ends_with(".password")) {
        if (!IsPlaceholder(value)) {
          report
              .At({s->file, setting.value_at},
                  Cat(key.substr(key.rfind(':') == std::string::npos ? 0 : key.rfind(':') + 1),
                      " stands here in clear: whoever reads the repository can use it"))
              .Help(
                  "Revoke it, for it is in the history too, and write ${NPM_TOKEN} instead: npm and yarn take it from "
                  "the environment.");
        }
        continue;
      }
      const bool registry = EndsWith(key, "registry") || EndsWith(key, "npmRegistryServer") ||
                            EndsWith(key, "npmPublishRegistry") || key.starts_with("install.scopes.");
      if (registry && value.starts_with("http:") && !IsLoopback(value)) {
        auto finding =
            report.At({s->file, setting.value_at},
                      "packages and tokens go over the network unencrypted: the registry is an http address");
        const std::string_view written = packages.project[s->file].text;
        if (const size_t scheme = written.find("http:", setting.value_at.start); scheme < setting.value_at.end) {
          const auto colon = static_cast<uint32_t>(scheme + 4);
          finding.FixWith({.description = "use https", .edits = {{{colon, colon}, "s"}}, .safe = false});
        }
        continue;
      }
      if ((key == "strict-ssl" && value == "false") || (key == "enableStrictSsl" && value == "false") ||
          (key == "strictSsl" && value == "false")) {
        report.At(at, Cat("\"", key, "\" is off: any server can pass for the registry"))
            .Help("Name the certificate of your own authority in cafile (httpsCaFilePath for yarn) instead.")
            .FixWith({.description = "check certificates", .edits = {{setting.value_at, "true"}}, .safe = false});
        continue;
      }
      if (key == "unsafeHttpWhitelist[]" && !IsLoopback(value)) {
        report.At(at, Cat("yarn may fetch from ", value, " over http")).As(Severity::kWarn);
        continue;
      }
      if ((key == "dangerouslyAllowAllBuilds" || key == "dangerously-allow-all-builds" ||
           key == "dangerously-allow-all-scripts") &&
          value == "true") {
        report.At(at, Cat("\"", key, "\" lets every dependency run scripts at install"))
            .As(Severity::kWarn)
            .FixWith({.description = "allow none but those that are named",
                      .edits = {{setting.value_at, "false"}},
                      .safe = false});
        continue;
      }
      if ((key == "checksumBehavior" && (value == "ignore" || value == "update"))) {
        report
            .At(at,
                Cat("checksumBehavior: ", value, " makes yarn accept archives that are not the ones in the lockfile"))
            .As(Severity::kWarn)
            .FixWith({.description = "refuse them", .edits = {{setting.value_at, "throw"}}, .safe = false});
        continue;
      }
    }
  }
  // A private scope without a registry of its own: whoever owns that name on the default registry is asked.
  if (w.root == nullptr) return;
  std::vector<std::string_view> said;
  const PackageFile* main = w.MainLockfile();
  for (const PackageFile* m : w.Manifests()) {
    const std::string_view own_scope = ScopeOf(m->manifest->name);
    for (const Dependency& d : m->manifest->dependencies) {
      const std::string_view scope = ScopeOf(d.name);
      if (scope.empty() || scope != own_scope || !m->manifest->is_private || d.kind == DependencyField::kPeer) continue;
      if (w.Member(d.name) != nullptr || ReadSpec(d.spec).kind != Spec::Kind::kRange ||
          !ReadSpec(d.spec).alias_of.empty())
        continue;
      if (std::ranges::find(said, scope) != said.end()) continue;
      const bool mapped = std::ranges::any_of(w.settings, [&](const PackageFile* s) {
        return !RegistryOf(*s->settings, scope).empty() || !RegistryOf(*s->settings, "").empty();
      });
      if (mapped) continue;
      // The lockfile may show that it has always come from the registry the others come from.
      bool locked = false;
      if (main != nullptr) {
        for (const LockPackage& p : main->lockfile->packages)
          locked = locked || (p.name == d.name && !p.importer && p.source == SourceKind::kRegistry &&
                              (!p.resolved.empty() || !p.integrity.empty()));
      }
      if (locked) continue;
      said.push_back(scope);
      report
          .At({m->file, d.name_at},
              Cat(d.name, " is of the project's own scope ", scope, ", and no settings say which registry has it"))
          .As(Severity::kWarn)
          .Help(Cat("Write ", scope,
                    ":registry=https://... into .npmrc. Without it the default registry is asked, where anyone may own "
                    "the name."));
    }
  }
}

}  // namespace

RULE = {
    .summary = "settings of the package manager give away tokens, or let others pass for the registry",
    .why =
        "A token in .npmrc can publish in your name; it stays in the history when the line is gone. Over http, or "
        "without "
        "checking certificates, whoever sits between reads it and may answer in the registry's place. A scope without "
        "a "
        "registry of its own is asked for on the default one, where its name may be anybody's.",
    .fix =
        "Take tokens from environment variables (${NPM_TOKEN}), registries by https, and map private scopes to theirs.",
    .severity = Severity::kError,
    .cwe = 522,
    .check_packages = Check};

}  // namespace looplint
