// Scripts that npm would run by itself and that ignore-scripts in .npmrc keeps from running.
#include <algorithm>
#include <string>

#include "analyzer/base/strings.h"
#include "analyzer/packages/recipe.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Some script or recipe runs it by its name, which works.
bool IsRunByName(const InstallRoot& w, std::string_view name) {
  const auto runs = [&](const ShellCommand& c) {
    const size_t p = ProgramIndex(c);
    for (size_t i = p + 1; i + 1 < c.words.size(); ++i) {
      if ((c.words[i].text == "run" || c.words[i].text == "run-script" || c.words[i].text == "rebuild") &&
          std::ranges::any_of(c.words.begin() + static_cast<std::ptrdiff_t>(i), c.words.end(),
                              [&](const ShellWord& word) { return word.text == name; }))
        return true;
    }
    return false;
  };
  for (const PackageFile* m : w.Manifests()) {
    for (const DocValue script : m->manifest->root()["scripts"]) {
      if (script.IsString() && std::ranges::any_of(ReadShell(script.str()), runs)) return true;
    }
  }
  return std::ranges::any_of(w.recipes, [&](const PackageFile* file) {
    return std::ranges::any_of(ReadRecipe(*file).commands, [&](const RecipeCommand& r) { return runs(r.command); });
  });
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  if (w.root == nullptr || w.Manager() != "npm") return;
  const PackageFile* where = nullptr;
  const Setting* off = nullptr;
  for (const PackageFile* s : w.settings) {
    if (s->settings->kind != SettingsKind::kNpmrc || s->directory != w.directory) continue;
    if (const Setting* found = s->settings->Find("ignore-scripts"); found != nullptr) where = s, off = found;
  }
  if (off == nullptr || off->value != "true") return;
  const Step because{{where->file, off->at}, "turns them off"};
  for (const PackageFile* m : w.Manifests()) {
    const DocValue scripts = m->manifest->root()["scripts"];
    for (const DocValue script : scripts) {
      if (!script.IsString() || script.str().empty()) continue;
      const std::string_view name = script.key();
      const Place at{m->file, script.key_at()};
      const bool published = PackagesView::IsInstalledByOthers(*m->manifest);
      std::string message;
      if (name == "preinstall" || name == "install" || name == "postinstall" || name == "prepare") {
        // Those who depend on a published package run the first three by their own settings.
        if (published && name != "prepare") continue;
        message = Cat("npm install and npm ci do not run \"", name, "\" here: ignore-scripts is on");
      } else if (name == "prepack" || name == "postpack" || name == "prepublishOnly" || name == "postpublish") {
        if (!published) continue;
        message = Cat("npm publish does not run \"", name,
                      "\" here: ignore-scripts is on, and what is published is what lies there");
      } else if (const size_t cut = name.starts_with("pre") ? 3 : name.starts_with("post") ? 4 : 0; cut > 0) {
        const std::string_view of = name.substr(cut);
        if (of.empty() || !scripts[of].IsString()) continue;
        message = Cat("npm run ", of, " does not run \"", name, "\": ignore-scripts is on");
      } else {
        continue;
      }
      if (IsRunByName(w, name)) continue;
      report.At(at, std::move(message)).Via({because}, "because of");
    }
  }
}

}  // namespace

RULE = {.summary = "a script that npm would run by itself never runs, because ignore-scripts is on",
        .why =
            "ignore-scripts=true in .npmrc keeps the scripts of dependencies from running, and with them every script "
            "of the project that npm starts by itself: postinstall and prepare at install, prepack and prepublishOnly "
            "before publishing, and what stands before and after a command (\"pretest\", \"postbuild\"). Nothing says "
            "so: patches are not applied, tests run against an old build, an unbuilt package is published.",
        .fix =
            "Run it by its name where it is needed (\"test\": \"npm run build && node --test\"), which ignore-scripts "
            "does not touch; npm rebuild --ignore-scripts=false NAME runs those of one dependency.",
        .severity = Severity::kWarn,
        .confidence = Confidence::kVeryHigh,
        .check_packages = Check};

}  // namespace looplint
