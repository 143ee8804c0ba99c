#include <algorithm>
#include <optional>
#include <span>

#include "analyzer/base/strings.h"
#include "analyzer/packages/recipe.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Has(const ShellCommand& c, std::string_view word) {
  return std::ranges::any_of(c.words, [&](const ShellWord& w) { return w.text == word; });
}

// An install without dev dependencies that runs scripts.
bool OmitsDev(const ShellCommand& c) {
  const size_t p = ProgramIndex(c);
  if (p + 1 >= c.words.size()) return false;
  const std::string_view program = c.words[p].text;
  if (program != "npm" && program != "yarn" && program != "pnpm") return false;
  if (!Has(c, "ci") && !Has(c, "install") && !Has(c, "i") && !(program == "yarn")) return false;
  if (Has(c, "--ignore-scripts")) return false;
  bool omits = Has(c, "--omit=dev") || Has(c, "--only=production") || Has(c, "--only=prod") || Has(c, "--production") ||
               Has(c, "--prod") || Has(c, "-P") || Has(c, "--production=true");
  for (size_t i = 0; i + 1 < c.words.size(); ++i)
    omits = omits || (c.words[i].text == "--omit" && c.words[i + 1].text == "dev");
  return omits;
}

// Commands whose package has another name.
struct Bin {
  std::string_view bin, package;
};
constexpr Bin kBins[] = {{"tsc", "typescript"},
                         {"ngcc", "@angular/compiler-cli"},
                         {"ng", "@angular/cli"},
                         {"nest", "@nestjs/cli"},
                         {"prisma", "prisma"},
                         {"lefthook", "lefthook"},
                         {"husky", "husky"},
                         {"patch-package", "patch-package"},
                         {"rimraf", "rimraf"},
                         {"ts-node", "ts-node"},
                         {"tsup", "tsup"},
                         {"rollup", "rollup"},
                         {"webpack", "webpack-cli"},
                         {"vite", "vite"},
                         {"is-ci", "is-ci"},
                         {"ts-patch", "ts-patch"},
                         {"simple-git-hooks", "simple-git-hooks"},
                         {"babel", "@babel/cli"},
                         {"gulp", "gulp"},
                         {"grunt", "grunt-cli"},
                         {"tspc", "ts-patch"},
                         {"svelte-kit", "@sveltejs/kit"},
                         {"nuxt", "nuxt"},
                         {"nuxi", "nuxi"},
                         {"unbuild", "unbuild"},
                         {"turbo", "turbo"},
                         {"lerna", "lerna"},
                         {"nx", "nx"}};

// Scripts that need a tool nobody but the developers has. `install` is the one that fails; without it, that of those
// who depend on the package.
void CheckScripts(const PackageFile& file, std::span<const std::string_view> scripts,
                  const std::optional<Step>& install, Report& report) {
  const PackageManifest& m = *file.manifest;
  for (const std::string_view script : scripts) {
    const DocValue v = m.Script(script);
    if (!v.IsString()) continue;
    for (const ShellCommand& c : ReadShell(v.str())) {
      if (c.guarded) break;  // "husky || true": its absence is provided for
      const size_t p = ProgramIndex(c);
      if (p >= c.words.size()) continue;
      const std::string_view program = c.words[p].text;
      if (program == "is-ci" || program == "test" || program == "[" || program == "node") break;  // a condition decides
      std::string_view package = program;
      for (const Bin& row : kBins) {
        if (row.bin == program) package = row.package;
      }
      if (m.Find(package, DependencyField::kDev) == nullptr || m.Find(package, DependencyField::kProd) != nullptr ||
          m.Find(package, DependencyField::kOptional) != nullptr ||
          (!install && m.Find(package, DependencyField::kPeer) != nullptr))
        continue;
      const bool exact = v.at().end - v.at().start == v.str().size() + 2;
      const Span at =
          exact ? Span{v.at().start + 1 + c.words[p].at.start, v.at().start + 1 + c.words[p].at.end} : v.at();
      if (!install) {
        report
            .At({file.file, at}, Cat("everyone who installs ", m.name, " runs \"", script, "\", and ", program,
                                     " is a dev dependency they do not get: their install fails"))
            .Help(program == "husky" || package == "lefthook" || package == "simple-git-hooks"
                      ? "Call it \"prepare\": that runs here and not where the package is a dependency."
                      : "Make it a dependency, or do the work before publishing: in \"prepare\" or \"prepack\".");
        break;
      }
      report
          .At({file.file, at},
              Cat("\"", script, "\" runs ", program, ", which an install without dev dependencies does not have"))
          .Via({*install}, "such an install")
          .Help(program == "husky"
                    ? "husky prints how: \"prepare\": \"husky || true\"; or install with --ignore-scripts there."
                    : "Make it a dependency, guard the command (\"... || true\"), or install with --ignore-scripts "
                      "there.");
      break;
    }
  }
}

// The install of a recipe that would fail, if there is one.
std::optional<Step> InstallWithoutDev(const InstallRoot& w) {
  for (const PackageFile* s : w.settings) {
    const Setting* off = s->settings->Find("ignore-scripts");
    if (off != nullptr && off->value == "true") return std::nullopt;
  }
  // Yarn 2 and later run postinstall of the project and neither "prepare" nor, in a focused install, that.
  const PackageFile* main = w.MainLockfile();
  if (main != nullptr && main->lockfile->format == LockFormat::kYarnBerry) return std::nullopt;
  for (const PackageFile* file : w.recipes) {
    for (const RecipeCommand& r : ReadRecipe(*file).commands) {
      if (OmitsDev(r.command)) return Step{{file->file, r.at}, "installs without dev dependencies"};
    }
  }
  return std::nullopt;
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  if (w.root == nullptr) return;
  static constexpr std::string_view kOfProject[] = {"preinstall", "install", "postinstall", "prepare"};
  const std::optional<Step> install = InstallWithoutDev(w);
  for (const PackageFile* m : w.Manifests()) {
    if (PackagesView::IsInstalledByOthers(*m->manifest)) {
      CheckScripts(*m, kInstallScripts, std::nullopt, report);
      if (m == w.root && install) CheckScripts(*m, std::span(kOfProject).last(1), install, report);
    } else if (m == w.root && install) {
      CheckScripts(*m, kOfProject, install, report);
    }
  }
}

}  // namespace

RULE = {.summary = "a lifecycle script runs a tool that an install without dev dependencies lacks",
        .why =
            "npm runs preinstall, install, postinstall and prepare of the project itself, also with --omit=dev. The "
            "shell then does "
            "not find the tool, exits with 127, and the install of the image or the job fails.",
        .fix =
            "Guard the command, make the tool a dependency, or install with --ignore-scripts where dev dependencies "
            "are left out.",
        .severity = Severity::kError,
        .check_packages = Check};

}  // namespace looplint
