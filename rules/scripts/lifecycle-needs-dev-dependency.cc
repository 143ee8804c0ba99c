#include <algorithm>

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

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  if (w.root == nullptr) return;
  // The installs that would fail.
  std::optional<Step> install;
  for (const PackageFile* file : w.recipes) {
    for (const RecipeCommand& r : ReadRecipe(*file).commands) {
      if (OmitsDev(r.command) && !install) install = Step{{file->file, r.at}, "installs without dev dependencies"};
    }
  }
  if (!install) return;
  for (const PackageFile* s : w.settings) {
    const Setting* off = s->settings->Find("ignore-scripts");
    if (off != nullptr && off->value == "true") return;
  }
  // Yarn 2 and later run postinstall of the project and neither "prepare" nor, in a focused install, that.
  const PackageFile* main = w.MainLockfile();
  if (main != nullptr && main->lockfile->format == LockFormat::kYarnBerry) return;
  const PackageManifest& m = *w.root->manifest;
  for (const std::string_view script : {"preinstall", "install", "postinstall", "prepare"}) {
    const DocValue v = m.Script(script);
    if (!v.IsString()) continue;
    const std::vector<ShellCommand> commands = ReadShell(v.str());
    for (size_t i = 0; i < commands.size(); ++i) {
      const ShellCommand& c = commands[i];
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
          m.Find(package, DependencyField::kOptional) != nullptr)
        continue;
      const bool exact = v.at().end - v.at().start == v.str().size() + 2;
      const Span at =
          exact ? Span{v.at().start + 1 + c.words[p].at.start, v.at().start + 1 + c.words[p].at.end} : v.at();
      report
          .At({w.root->file, at},
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
