#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string_view NameOfFile(const PackageFile& file) {
  const std::string_view path = file.path;
  return path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
}

// A program that is deployed rather than a package others install: what it gets must be the same every time.
bool IsApplication(const InstallRoot& w) {
  const PackageManifest& m = *w.root->manifest;
  if (!m.is_private) return false;
  // Scripts or recipes say that somebody installs it; a bare list of dependencies may be anything.
  if (!m.root()["scripts"].IsObject() && w.recipes.empty()) return false;
  return std::ranges::any_of(m.dependencies, [](const Dependency& d) {
    if (d.kind == DependencyField::kPeer) return false;
    const Spec spec = ReadSpec(d.spec);
    return spec.kind == Spec::Kind::kRange || spec.kind == Spec::Kind::kTag;
  });
}

bool WritesNoLockfile(const InstallRoot& w, Place& at, std::string& what) {
  for (const PackageFile* s : w.settings) {
    for (const char* key : {"package-lock", "lockfile", "enableLockfile", "install.saveTextLockfile"}) {
      const Setting* setting = s->settings->Find(key);
      if (setting != nullptr && setting->value == "false") {
        at = {s->file, setting->at};
        what = setting->key;
        return true;
      }
    }
  }
  return false;
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  if (w.root == nullptr) return;
  const PackageManifest& manifest = *w.root->manifest;
  const DocValue pin = manifest.root()["packageManager"];
  const auto in_manifest = [&](const DocValue& v) {
    return Place{w.root->file, v ? v.entry_at() : manifest.root().at()};
  };

  // ---- none
  if (w.lockfiles.empty() && IsApplication(w)) {
    Place at;
    std::string what;
    DocValue first;
    for (const DependencyField kind : {DependencyField::kProd, DependencyField::kDev, DependencyField::kOptional}) {
      if (!first) first = manifest.root()[FieldOf(kind)];
    }
    const Place dependencies{w.root->file, first ? first.key_at() : Span{}};
    if (!w.ignored_lockfiles.empty()) {
      report
          .At(dependencies,
              Cat(w.ignored_lockfiles.front(), " is there but ignored: who checks this out installs other versions"))
          .Help("Take it out of .gitignore (or .looplintignore) and commit it.");
    } else if (WritesNoLockfile(w, at, what)) {
      report.At(at, Cat("\"", what, "\" is false, so every install of this application takes the newest versions"));
    } else {
      report.At(dependencies,
                "this application has no lockfile: every install takes the newest versions its ranges allow");
    }
  }

  // ---- several
  std::vector<const PackageFile*> by_manager;
  for (const PackageFile* l : w.lockfiles) {
    const bool other = std::ranges::none_of(
        by_manager, [&](const PackageFile* o) { return o->lockfile->manager() == l->lockfile->manager(); });
    if (other) by_manager.push_back(l);
  }
  if (by_manager.size() > 1) {
    const PackageFile* main = w.MainLockfile();
    for (const PackageFile* l : by_manager) {
      if (l == main) continue;
      report
          .At({l->file, l->lockfile->packages.empty() ? Span{} : l->lockfile->version_at},
              Cat(NameOfFile(*l), " stands beside ", NameOfFile(*main), ": two managers install different versions"))
          .Help(Cat("Keep the lockfile of the manager that is used (", w.Manager(),
                    " by all signs) and delete the other."));
    }
  }
  for (const PackageFile* l : w.lockfiles) {
    if (NameOfFile(*l) == "package-lock.json") {
      const bool shrinkwrap = std::ranges::any_of(
          w.lockfiles, [&](const PackageFile* o) { return NameOfFile(*o) == "npm-shrinkwrap.json"; });
      if (shrinkwrap)
        report.At({l->file, l->lockfile->version_at},
                  "npm-shrinkwrap.json beside it wins: npm does not read this file");
    }
    if (NameOfFile(*l) == "npm-shrinkwrap.json" && !manifest.is_private && !manifest.name.empty() &&
        !manifest.root()["bin"]) {
      report.At(
          {l->file, l->lockfile->version_at},
          "npm-shrinkwrap.json is published with a library: those who install it get these versions, fixes or not");
    }
    // ---- of the manager that is named
    if (pin && pin.IsString()) {
      const std::string_view named = pin.str().substr(0, pin.str().find('@'));
      if (named != l->lockfile->manager() && by_manager.size() == 1) {
        report.At(in_manifest(pin), Cat("packageManager names ", named, ", the lockfile is ", l->lockfile->manager(),
                                        "'s ", NameOfFile(*l)));
      }
    }
    if (l->lockfile->format == LockFormat::kNpm && l->lockfile->version == "1" && !l->lockfile->packages.empty()) {
      report
          .At({l->file, l->lockfile->version_at},
              "lockfileVersion 1 is npm 6's: npm 7 and later ask the registry for what it lacks, at every install")
          .As(Severity::kInfo)
          .Help("npm install --package-lock-only with a current npm writes version 3.");
    }
  }

  // ---- nobody says which manager: pnpm and Yarn change their lockfiles between majors, and refuse those of others
  if (const PackageFile* main = w.MainLockfile();
      !pin && main != nullptr && IsApplication(w) &&
      (main->lockfile->format == LockFormat::kPnpm || main->lockfile->format == LockFormat::kYarnBerry)) {
    const DocValue root = manifest.root();
    const std::string_view name = main->lockfile->manager();
    bool named = root["devEngines"]["packageManager"] || root["volta"][name] || root["engines"][name];
    for (const PackageFile* s : w.settings) named = named || s->settings->Find("yarnPath") != nullptr;
    if (!named) {
      report
          .At({main->file, main->lockfile->version_at},
              Cat("package.json does not say which ", name, " this is for: another major writes it anew or refuses it"))
          .As(Severity::kInfo)
          .Help(Cat("\"packageManager\": \"", name, "@1.2.3\" in package.json, which Corepack and ", name,
                    " itself go by."));
    }
  }

  // ---- the pin itself
  if (pin) {
    const auto [name, version] = SplitAtVersion(pin.str());
    if (!pin.IsString() || version.empty()) {
      report.At(in_manifest(pin), "packageManager must be a name and an exact version, like \"npm@11.6.2\"");
    } else if (!SemVersion::Parse(version.substr(0, version.find('+')))) {
      if (version.find("://") == std::string_view::npos) {
        report.At(in_manifest(pin), Cat("packageManager needs an exact version, not ", version));
      }
    } else if (const PackageFile* main = w.MainLockfile(); main != nullptr && name == "yarn") {
      const bool classic = main->lockfile->format == LockFormat::kYarnClassic;
      const uint64_t major = SemVersion::Parse(version.substr(0, version.find('+')))->major;
      if (main->lockfile->manager() == "yarn" && !main->lockfile->packages.empty() && classic != (major < 2)) {
        report.At(in_manifest(pin), Cat("yarn.lock was written by Yarn ", classic ? "1" : "2 or later",
                                        ", packageManager names ", version));
      }
    }
  }
}

}  // namespace

RULE = {.summary = "an application has no lockfile, several, or one of another package manager",
        .why =
            "Without a committed lockfile two installs of one commit differ: the build that was tested is not the one "
            "that runs, and "
            "a version published a minute ago is in it. With two lockfiles it depends on who installs; a manager "
            "passes over the "
            "lockfile of another without a word.",
        .fix = "Commit one lockfile, that of the manager named in packageManager, and install with its frozen command.",
        .severity = Severity::kWarn,
        .confidence = Confidence::kVeryHigh,
        .cwe = 1357,
        .check_packages = Check};

}  // namespace looplint
