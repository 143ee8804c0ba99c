#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/packages/recipe.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// An install of all that package.json asks for, as opposed to of packages named on the line.
struct Install {
  std::string_view manager;
  size_t verb = 0;  // index of the word "install"; of the program when there is none
  bool frozen = false;
  bool everything = true;
  bool global = false;
  bool lockfile_only = false;
};

bool Has(const ShellCommand& c, std::string_view word) {
  return std::ranges::any_of(c.words,
                             [&](const ShellWord& w) { return w.text == word || w.text.starts_with(Cat(word, "=")); });
}

std::optional<Install> ReadInstall(const ShellCommand& c) {
  const size_t p = ProgramIndex(c);
  if (p >= c.words.size()) return std::nullopt;
  Install out;
  for (const std::string_view manager : {"npm", "yarn", "pnpm", "bun"}) {
    if (c.words[p].text == manager) out.manager = manager;
  }
  if (out.manager.empty()) return std::nullopt;
  // npm --prefix app install: options that take a value.
  static constexpr std::string_view kValues[] = {"--prefix",       "-C",
                                                 "--dir",          "--cwd",
                                                 "--filter",       "-F",
                                                 "--workspace",    "-w",
                                                 "--registry",     "--cache",
                                                 "--loglevel",     "--omit",
                                                 "--include",      "--network-timeout",
                                                 "--cache-folder", "--modules-folder",
                                                 "--mutex",        "--production",
                                                 "--fetch-timeout"};
  size_t i = p + 1;
  std::string_view verb;
  std::vector<size_t> names;
  for (; i < c.words.size(); ++i) {
    const std::string& w = c.words[i].text;
    if (w.starts_with('-')) {
      if (std::ranges::find(kValues, w) != std::end(kValues) && w != "--production" && w != "-w") ++i;
      continue;
    }
    if (verb.empty()) {
      verb = w;
      out.verb = i;
    } else {
      names.push_back(i);
    }
  }
  if (out.manager == "yarn" && verb.empty()) {
    if (c.words.size() > p + 1 && std::ranges::all_of(c.words.begin() + static_cast<std::ptrdiff_t>(p) + 1,
                                                      c.words.end(), [](const ShellWord& w) {
                                                        return w.text == "--version" || w.text == "-v" ||
                                                               w.text == "--help";
                                                      }))
      return std::nullopt;
    out.verb = p;
  } else if (verb != "install" && verb != "i" && !(out.manager == "npm" && (verb == "add" || verb == "isntall")) &&
             !(out.manager != "npm" && verb == "add")) {
    return std::nullopt;
  }
  out.everything = names.empty();
  out.global = Has(c, "-g") || Has(c, "--global") || Has(c, "--location");
  out.lockfile_only = Has(c, "--package-lock-only") || Has(c, "--lockfile-only") || Has(c, "--mode=update-lockfile") ||
                      Has(c, "--dry-run");
  if (out.manager == "yarn") out.frozen = Has(c, "--frozen-lockfile") || Has(c, "--immutable");
  if (out.manager == "pnpm" || out.manager == "bun") out.frozen = Has(c, "--frozen-lockfile");
  return out;
}

// "npm install -g pnpm": the manager that reads the lockfile is whichever is newest, unless package.json names one,
// which pnpm and Yarn then fetch.
void CheckManager(const InstallRoot& w, const PackageFile& file, const RecipeCommand& r, Report& report) {
  const PackageFile* main = w.MainLockfile();
  const std::string_view manager = main->lockfile->manager();
  const DocValue root = w.root == nullptr ? DocValue() : w.root->manifest->root();
  if (root["packageManager"] || root["devEngines"]["packageManager"] || root["volta"]) return;
  const size_t p = ProgramIndex(r.command);
  if (p >= r.command.words.size()) return;
  const std::string& program = r.command.words[p].text;
  const bool corepack = program == "corepack" && Has(r.command, "prepare");
  const bool global = (program == "npm" || program == "pnpm") && (Has(r.command, "-g") || Has(r.command, "--global")) &&
                      (Has(r.command, "install") || Has(r.command, "i") || Has(r.command, "add"));
  if (!corepack && !global) return;
  for (size_t i = p + 1; i < r.command.words.size(); ++i) {
    const auto [name, version] = SplitAtVersion(r.command.words[i].text);
    if (name != manager || (!version.empty() && version != "latest" && version != "*")) continue;
    // Yarn 1 is finished, and what npm calls yarn is always that.
    if (name == "yarn" && !corepack) continue;
    report
        .At({file.file, r.word_at[i]}, Cat("this takes whichever ", name, " is newest, and package.json names none: ",
                                           "the next one may read the lockfile otherwise, or refuse it"))
        .Help(
            Cat("Name the version here, or for everybody in package.json: \"packageManager\": \"", name, "@1.2.3\"."));
  }
}

void Check(const PackagesView& packages, Report& report) {
  const InstallRoot& w = packages.workspace;
  if (w.lockfiles.empty()) return;  // nothing to be true to; its absence is said elsewhere
  const PackageFile* main = w.MainLockfile();
  for (const PackageFile* file : w.recipes) {
    const bool docker = file->kind == PackageFileKind::kDockerfile;
    for (const RecipeCommand& r : ReadRecipe(*file).commands) {
      CheckManager(w, *file, r, report);
      const std::optional<Install> install = ReadInstall(r.command);
      if (!install || install->global || install->lockfile_only || !install->everything) continue;
      if (install->manager != main->lockfile->manager() && !std::ranges::any_of(w.lockfiles, [&](const PackageFile* l) {
            return l->lockfile->manager() == install->manager;
          }))
        continue;
      // In another folder: another lockfile, or none.
      if (Has(r.command, "--prefix") || Has(r.command, "-C") || Has(r.command, "--cwd") || Has(r.command, "--dir"))
        continue;
      const Place at{file->file, r.at};
      const std::string where = docker ? "the image" : "the job";
      if (install->manager == "npm") {
        if (Has(r.command, "--no-save") || Has(r.command, "--no-package-lock")) {
          if (Has(r.command, "--no-package-lock"))
            report.At(
                at, Cat("npm install --no-package-lock passes over the lockfile: ", where, " gets whatever is newest"));
          continue;
        }
        report
            .At(at,
                Cat("npm install may change the lockfile instead of being true to it; ", where, " should use npm ci"))
            .Help("npm ci installs what the lockfile says and fails when package.json asks for something else.")
            .FixWith({.description = "npm ci", .edits = {{r.word_at[install->verb], "ci"}}, .safe = false});
      } else if (install->manager == "yarn") {
        if (install->frozen) continue;
        const bool berry = main->lockfile->format == LockFormat::kYarnBerry;
        // Yarn 2 and later are immutable by themselves where CI is set, which images are not.
        if (berry && !docker) {
          if (Has(r.command, "--no-immutable"))
            report.At(at, "yarn install --no-immutable may change the lockfile in CI");
          continue;
        }
        report.At(at, Cat("yarn install may change the lockfile instead of being true to it; ", where, " should use ",
                          berry ? "--immutable" : "--frozen-lockfile"));
      } else if (install->manager == "pnpm") {
        if (Has(r.command, "--no-frozen-lockfile") || Has(r.command, "--frozen-lockfile=false")) {
          report.At(at, "pnpm install --no-frozen-lockfile may change the lockfile instead of being true to it");
        } else if (docker && !install->frozen) {
          report.At(at, "pnpm install may change the lockfile in an image, where CI is not set; use --frozen-lockfile")
              .As(Severity::kInfo);
        }
      } else if (install->manager == "bun" && !install->frozen && !Has(r.command, "ci")) {
        report.At(at, Cat("bun install may change the lockfile instead of being true to it; ", where,
                          " should use --frozen-lockfile"));
      }
    }
  }
}

}  // namespace

RULE = {.summary = "a CI job or an image installs without being true to the lockfile",
        .why =
            "npm install, and yarn install without --frozen-lockfile or --immutable, repair a lockfile that does not "
            "fit and go on: "
            "what is built and shipped then holds versions nobody has tested or reviewed, and nothing says so.",
        .fix =
            "Use npm ci, yarn install --frozen-lockfile (Yarn 1) or --immutable, pnpm install --frozen-lockfile, bun "
            "install "
            "--frozen-lockfile.",
        .severity = Severity::kWarn,
        .cwe = 1357,
        .check_packages = Check};

}  // namespace looplint
