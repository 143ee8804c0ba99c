#include <algorithm>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Reviewed(const std::vector<std::string>& list, std::string_view name, std::string_view version) {
  return std::ranges::any_of(list, [&](const std::string& entry) {
    const auto [n, v] = SplitAtVersion(entry);
    return n == name && (v.empty() || v == version);
  });
}

// How the workspace decides whose scripts run.
struct Gate {
  bool all_off = false;           // ignore-scripts, enableScripts: false, managers that ask first
  std::set<std::string> allowed;  // by name, when there is a list
  bool has_list = false;
  // npm's "allowScripts": those that are approved run, those that are denied do not, all others run with a notice.
  std::vector<std::string> approved, denied;
};

// "canvas", "canvas@2.11.0 || 2.11.1".
bool Names(const std::vector<std::string>& list, std::string_view name, std::string_view version) {
  return std::ranges::any_of(list, [&](const std::string& entry) {
    const auto [n, versions] = SplitAtVersion(entry);
    if (n != name) return false;
    const auto range = SemRange::Parse(versions, SemverMode::kLoose);
    const auto one = SemVersion::Parse(version, SemverMode::kLoose);
    return versions.empty() || versions == "*" || (range && one && range->Matches(*one));
  });
}

Gate GateOf(const InstallRoot& w) {
  Gate gate;
  for (const PackageFile* s : w.settings) {
    for (const Setting& setting : s->settings->all) {
      if ((setting.key == "ignore-scripts" || setting.key == "ignoreScripts") && setting.value == "true")
        gate.all_off = true;
      if (setting.key == "enableScripts" && setting.value == "false") gate.all_off = true;
      if (setting.key == "onlyBuiltDependencies[]" || setting.key == "only-built-dependencies") {
        gate.has_list = true;
        gate.allowed.insert(setting.value);
      }
      if (setting.key.starts_with("allowBuilds.")) {
        gate.has_list = true;
        if (setting.value == "true") gate.allowed.insert(setting.key.substr(12));
      }
    }
  }
  if (w.root == nullptr) return gate;
  const DocValue root = w.root->manifest->root();
  for (const DocValue& list : {root["pnpm"]["onlyBuiltDependencies"], root["trustedDependencies"]}) {
    if (list.IsArray()) gate.has_list = true;
    for (const DocValue v : list) gate.allowed.emplace(v.str());
  }
  if (const DocValue list = root["lavamoat"]["allowScripts"]; list.IsObject()) {
    gate.has_list = true;
    for (const DocValue v : list) {
      if (!v.IsTrue()) continue;
      std::string_view name = v.key();  // "a>b>c" is c as a brings it
      if (const size_t last = name.rfind('>'); last != std::string_view::npos) name.remove_prefix(last + 1);
      gate.allowed.emplace(name);
    }
  }
  if (w.Manager() == "npm") {
    for (const DocValue v : root["allowScripts"]) {
      if (v.IsTrue()) gate.approved.emplace_back(v.key());
      if (v.IsFalse()) gate.denied.emplace_back(v.key());
    }
    for (const PackageFile* s : w.settings) {
      for (const Setting& setting : s->settings->all) {
        if (setting.key != "allow-scripts" || root["allowScripts"]) continue;
        for (std::string_view rest = setting.value; !rest.empty();) {
          const size_t comma = rest.find(',');
          gate.approved.emplace_back(rest.substr(0, comma));
          rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
      }
    }
  }
  if (w.Manager() == "bun") gate.all_off = !gate.has_list;
  return gate;
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  const PackageFile* main = w.MainLockfile();
  const Gate gate = GateOf(w);
  const bool strict = !packages.policy.reviewed_scripts.empty();

  // What an installed package's script does is known; of others the lockfile may tell that there is one.
  std::set<std::pair<std::string, std::string>> seen;
  for (const InstallBehaviour& b : packages.behaviours) {
    if (b.own) continue;
    Place at{b.manifest, b.command_at};
    for (const auto& p : w.installed) {
      if (p->directory == b.directory && p->locked != kNoneIndex && main != nullptr)
        at = {main->file, main->lockfile->packages[p->locked].at};
    }
    if (!b.script.empty() && !seen.emplace(b.name, b.version).second) continue;
    const bool reviewed = Reviewed(packages.policy.reviewed_scripts, b.name, b.version);
    const std::string label = Cat(b.name, "@", b.version);
    std::vector<Step> steps;
    if (!b.script.empty()) steps.push_back({{b.manifest, b.command_at}, Cat(b.script, " of ", b.name)});
    for (const InstallEvidence& e : b.evidence) {
      if (steps.size() < 8) steps.push_back({e.at, Cat(Describe(e.act), ": ", e.what)});
    }
    if (b.verdict >= InstallVerdict::kSuspicious && !reviewed) {
      report
          .At(at, Cat(b.script.empty() ? "the module of " : "the install script of ", label,
                      " looks like an attack: ", b.because))
          .As(b.verdict == InstallVerdict::kMalicious ? Severity::kError : Severity::kWarn)
          .Via(std::move(steps), "what it does")
          .Help(
              "Do not install it until somebody has read it; npm ci --ignore-scripts installs without running it. When "
              "it is as it should "
              "be, name it in \"packages.reviewedScripts\".");
      continue;
    }
    if (gate.all_off || (gate.has_list && !gate.allowed.contains(b.name))) continue;  // does not run
    if (Names(gate.denied, b.name, b.version)) continue;
    if (reviewed || (!strict && (gate.has_list || Names(gate.approved, b.name, b.version)))) continue;
    if (strict) {
      report.At(at, Cat(label, " runs a script at install that nobody has reviewed: ", b.command.substr(0, 60)))
          .Via(std::move(steps), "what it does")
          .As(Severity::kError);
      continue;
    }
    report.At(at, Cat(label, " runs a script at install (", NameOf(b.verdict), "): ", b.command.substr(0, 60)))
        .Via(std::move(steps), "what it does")
        .As(Severity::kInfo);
  }
  if (main == nullptr || gate.all_off) return;
  const Lockfile& lock = *main->lockfile;
  for (const LockPackage& p : lock.packages) {
    if (!p.install_script || p.importer || p.link) continue;
    if (!seen.emplace(std::string(p.real_name), std::string(p.version)).second) continue;
    if (Reviewed(packages.policy.reviewed_scripts, p.real_name, p.version)) continue;
    if (Names(gate.denied, p.real_name, p.version) || (!strict && Names(gate.approved, p.real_name, p.version)))
      continue;
    if (gate.has_list && (!strict || !gate.allowed.contains(std::string(p.real_name)))) continue;
    report
        .At({main->file, p.at},
            Cat(p.name, "@", p.version, " runs a script at install", strict ? " that nobody has reviewed" : ""))
        .As(strict ? Severity::kError : Severity::kInfo);
  }
}

}  // namespace

RULE = {
    .summary = "a dependency runs code at install",
    .why =
        "Install scripts run with the rights of whoever installs: a developer with SSH keys, a CI job with tokens. "
        "Nearly every "
        "attack through a package so far began in one. Few packages need them; each is worth knowing, and a new "
        "one is worth "
        "reading.",
    .fix =
        "Install with ignore-scripts=true and rebuild the few that need it, say in \"allowScripts\" of package.json "
        "(npm), \"onlyBuiltDependencies\" (pnpm) or \"trustedDependencies\" (bun) whose may run, or list "
        "those that were read in "
        "\"packages.reviewedScripts\" of looplint.jsonc: any other is an error from then on.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .cwe = 829,
    .check_packages = Check};

}  // namespace looplint
