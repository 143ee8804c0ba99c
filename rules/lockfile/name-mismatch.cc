#include <algorithm>
#include <optional>

#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string Decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const std::string_view hex = text.substr(i + 1, 2);
      if (hex == "2f" || hex == "2F") {
        out += '/';
        i += 2;
        continue;
      }
      if (hex == "40") {
        out += '@';
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

struct Tarball {
  std::string name, version;  // version "" when the file does not tell
};

// Registries serve <name>/-/<last part of name>-<version>.tgz; other layouts tell nothing.
std::optional<Tarball> ReadTarball(std::string_view url) {
  const std::string path = Decoded(url.substr(0, url.find_first_of("?#")));
  const size_t dash = path.rfind("/-/");
  if (dash == std::string::npos) return std::nullopt;
  const size_t slash = path.rfind('/', dash - 1);
  if (slash == std::string::npos) return std::nullopt;
  Tarball out;
  out.name = path.substr(slash + 1, dash - slash - 1);
  if (const size_t scope = path.rfind('/', slash - 1); scope != std::string::npos && path[scope + 1] == '@') {
    out.name = path.substr(scope + 1, dash - scope - 1);
  }
  std::string file = path.substr(path.rfind('/') + 1);
  const std::string base = out.name.substr(out.name.find('/') == std::string::npos ? 0 : out.name.find('/') + 1);
  if (file.ends_with(".tgz") && file.starts_with(base + "-"))
    out.version = file.substr(base.size() + 1, file.size() - base.size() - 5);
  return out;
}

bool SpeaksOf(const DocValue& overrides, std::string_view alias) {
  if (overrides.IsString()) return overrides.str().starts_with(alias);
  for (const DocValue v : overrides) {
    if (SpeaksOf(v, alias)) return true;
  }
  return false;
}

// An override may put another package in the place of one.
bool PutThereByOverride(const InstallRoot& w, std::string_view name) {
  const std::string alias = Cat("npm:", name, "@");
  for (const PackageFile* s : w.settings) {
    for (const Setting& setting : s->settings->all) {
      if (setting.key.starts_with("overrides.") && setting.value.starts_with(alias)) return true;
    }
  }
  if (w.root == nullptr) return false;
  const DocValue root = w.root->manifest->root();
  return SpeaksOf(root["overrides"], alias) || SpeaksOf(root["resolutions"], alias) ||
         SpeaksOf(root["pnpm"]["overrides"], alias);
}

// What a range of a name is resolved to must be a package of that name, unless it asks for another by an alias. Of what
// packages of others ask for pnpm keeps the answers only.
void CheckAnswers(const InstallRoot& w, const PackageFile& file, Report& report) {
  const Lockfile& lock = *file.lockfile;
  std::vector<bool> said(lock.packages.size());
  for (const LockPackage& p : lock.packages) {
    if (lock.format == LockFormat::kPnpm && !p.importer) continue;
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      const LockEdge& edge = lock.edges[e];
      if (edge.to == kNoneIndex || edge.kind == DependencyField::kPeer) continue;
      const LockPackage& target = lock.packages[edge.to];
      if (target.importer || target.link || target.source != SourceKind::kRegistry || target.real_name.empty())
        continue;
      if (target.real_name == edge.name || said[edge.to]) continue;
      const Spec spec = ReadSpec(edge.spec);
      if (spec.kind != Spec::Kind::kRange && spec.kind != Spec::Kind::kTag) continue;
      if (!spec.alias_of.empty() ? spec.alias_of == target.real_name : target.name != edge.name && !p.importer)
        continue;
      if (PutThereByOverride(w, target.real_name)) continue;
      said[edge.to] = true;
      report
          .At({file.file, target.at},
              Cat(edge.name, " is asked for as \"", edge.spec, "\", and what is locked for it is ",
                  "another package: ", target.real_name, "@", target.version))
          .Via({{{file.file, edge.at},
                 Cat(p.importer && p.name.empty() ? "package.json" : p.name, " asks for ", edge.name)}},
               "asked for by");
    }
  }
}

void Check(const PackagesView& packages, Report& report) {
  for (const PackageFile* file : packages.workspace.lockfiles) {
    CheckAnswers(packages.workspace, *file, report);
    for (const LockPackage& p : file->lockfile->packages) {
      if (p.importer || p.link || p.source != SourceKind::kRegistry || p.resolved.empty()) continue;
      if (file->lockfile->format == LockFormat::kYarnBerry) {
        // "left@npm:1.2.3", perhaps with parameters after "::".
        std::string_view reference = SplitAtVersion(p.resolved).second;
        if (!reference.starts_with("npm:")) continue;
        reference = reference.substr(
            4, reference.find("::") == std::string_view::npos ? std::string_view::npos : reference.find("::") - 4);
        const auto fetched = SemVersion::Parse(reference), said = SemVersion::Parse(p.version);
        if (fetched && said && *fetched != *said) {
          report.At({file->file, p.resolved_at},
                    Cat("the entry ", p.name, "@", p.version, " downloads version ", reference));
        }
        continue;
      }
      const std::optional<Tarball> tarball = ReadTarball(p.resolved);
      if (!tarball) continue;
      const Place at{file->file, p.resolved_at};
      if (tarball->name != p.real_name) {
        report.At(at, Cat("the entry ", p.name, "@", p.version, " downloads the package ", tarball->name));
      } else if (!tarball->version.empty() && !p.version.empty() &&
                 tarball->version != p.version.substr(0, p.version.find('+'))) {
        // Some registries carry build metadata in the file's name.
        if (tarball->version.substr(0, tarball->version.find('+')) == p.version.substr(0, p.version.find('+')))
          continue;
        report.At(at, Cat("the entry ", p.name, "@", p.version, " downloads version ", tarball->version));
      }
    }
  }
  // What is installed disagrees with what is locked: somebody changed one of them.
  const PackageFile* main = packages.workspace.MainLockfile();
  if (main == nullptr) return;
  for (const auto& installed : packages.workspace.installed) {
    if (installed->locked == kNoneIndex || installed->manifest == nullptr) continue;
    const LockPackage& p = main->lockfile->packages[installed->locked];
    if (p.source != SourceKind::kRegistry || p.bundled) continue;
    const Step step{{installed->file, installed->manifest->root()["name"].at()},
                    Cat("installed: ", installed->name, "@", installed->version)};
    if (installed->name != p.real_name) {
      report.At({main->file, p.at}, Cat("the package installed as ", p.name, " calls itself ", installed->name))
          .Via({step}, "contradicted by");
    } else if (!p.version.empty() && !installed->version.empty() && installed->version != p.version) {
      report
          .At({main->file, p.version_at},
              Cat(p.name, " is locked at ", p.version, " and installed at ", installed->version))
          .As(Severity::kWarn)
          .Help(
              "Run the package manager's clean install (npm ci); when the difference stays, the tarball's manifest is "
              "not the one the registry shows.")
          .Via({step}, "contradicted by");
    } else if (main->lockfile->knows_install_scripts && installed->has_scripts && !p.install_script &&
               !p.version.empty()) {
      report.At({main->file, p.at}, Cat(p.name, "@", p.version, " runs a script at install, which the lockfile denies"))
          .Help(
              "npm notes hasInstallScript when the registry shows such a script. A package that has one and shows none "
              "hides it.")
          .Via({step}, "contradicted by");
    }
  }
}

}  // namespace

RULE = {.summary = "a lockfile entry downloads another package or version than its name says",
        .why =
            "Package managers install the tarball that \"resolved\" names under the name of the entry, without looking "
            "whether they "
            "agree. That makes the lockfile a place to slip in a package under a trusted name; hashes do not help, for "
            "they are in "
            "the same entry. A package whose own manifest differs from what the lockfile took from the registry hides "
            "what it is.",
        .fix =
            "Remove the entry and let the package manager write it again. Where another package is meant, say so with "
            "an alias: "
            "\"name\": \"npm:other@^1.0.0\".",
        .severity = Severity::kError,
        .confidence = Confidence::kVeryHigh,
        .cwe = 829,
        .check_packages = Check};

}  // namespace looplint
