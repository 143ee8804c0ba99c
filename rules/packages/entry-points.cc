#include <algorithm>

#include "analyzer/base/strings.h"
#include "analyzer/packages/shell.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Has(const std::vector<std::string>& sorted, std::string_view path) {
  return std::ranges::binary_search(sorted, path);
}

// As Node's CommonJS loader tries "main".
bool Loads(const std::vector<std::string>& files, const std::string& path, bool folder) {
  for (const char* suffix : {"", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"}) {
    if (!folder && *suffix != '\0') break;
    if (Has(files, path + suffix)) return true;
  }
  return path == "." && Has(files, "index.js");
}

// What runtimes, compilers and bundlers set by themselves, as their documentation lists it.
bool IsCondition(std::string_view name) {
  static constexpr std::string_view kConditions[] = {
      "import",      "require", "node",    "node-addons",  "default", "types",      "browser",  "module",
      "module-sync", "worker",  "deno",    "bun",          "script",  "production", "electron", "react-native",
      "edge-light",  "workerd", "netlify", "react-server", "asset",   "esmodules",  "svelte",   "development"};
  return name.starts_with("types@") || std::ranges::find(kConditions, name) != std::end(kConditions);
}

std::string Clean(std::string_view path) {
  while (path.starts_with("./") || path.starts_with('/')) path.remove_prefix(path[0] == '/' ? 1 : 2);
  return NormalizePath(path);
}

struct Look {
  const PackageFile& file;
  const PackedFiles& packed;
  Report& report;
  bool has_build, internal;

  // Files a build makes are not there in a checkout; only say what is certain.
  bool MayBeBuilt(const std::string& path) const {
    const std::string first = path.substr(0, path.find('/'));
    // Folders nobody writes by hand: something makes them, if not a script of this package.
    if (first == "dist" || first == "build" || first == "out" || first == "esm" || first == "cjs") return true;
    if (!has_build) return false;
    // A folder that is there and does not hold the file tells; one that is not there is made by the build.
    const auto below = std::ranges::lower_bound(packed.all, first + "/");
    const bool exists = first != path && below != packed.all.end() && below->starts_with(first + "/");
    return !exists || first == "dist" || first == "lib" || first == "build" || first == "out" || first == "esm" ||
           first == "cjs" || first == "es" || first == "types" || first == "typings" || first == path;
  }

  void One(const DocValue& v, std::string_view field, bool resolve) {
    if (!v.IsString() || v.str().empty() || v.str().find('*') != std::string_view::npos) return;
    const std::string path = Clean(v.str());
    if (path.starts_with("..")) return;
    // "./lib/": a folder, for Node before 17; what came after has patterns beside it.
    if (field == "exports" && v.str().ends_with('/')) {
      const auto below = std::ranges::lower_bound(packed.all, path + "/");
      if (below != packed.all.end() && below->starts_with(path + "/")) return;
    }
    const Place at{file.file, v.at()};
    if (!Loads(packed.all, path, resolve)) {
      if (path.ends_with(".d.ts") || path.ends_with(".d.mts") || path.ends_with(".d.cts") || MayBeBuilt(path)) return;
      // "main": "index.js" is what npm init writes for everybody; in an application it harms nobody.
      const bool others = PackagesView::IsInstalledByOthers(*file.manifest);
      report.At(at, Cat(field, " \"", v.str(), "\" does not exist"))
          .As(others                                  ? Severity::kError
              : field == "main" && path == "index.js" ? Severity::kInfo
                                                      : Severity::kWarn);
      return;
    }
    if (!Loads(packed.files, path, resolve)) {
      report
          .At(at, Cat(field, " \"", v.str(), "\" is not published: ",
                      file.manifest->root()["files"] ? "\"files\" leaves it out" : "an ignore file leaves it out"))
          .As(internal ? Severity::kInfo : Severity::kError);
    }
  }

  // The file a script runs where the package is a dependency: "node scripts/build.js".
  void Script(const DocValue& v) {
    if (!v.IsString()) return;
    for (const ShellCommand& c : ReadShell(v.str())) {
      if (c.guarded || c.substituted) return;  // its absence is provided for
      const size_t p = ProgramIndex(c);
      if (p + 1 >= c.words.size() || (c.program() != "node" && c.program() != "sh" && c.program() != "bash")) return;
      const ShellWord& word = c.words[p + 1];
      if (word.text.starts_with('-') || word.text.starts_with('/') || word.text.find('$') != std::string::npos) return;
      const std::string path = Clean(word.text);
      if (path.starts_with("..") || path.starts_with("node_modules/")) return;
      const bool node = c.program() == "node";
      const bool exact = v.at().end - v.at().start == v.str().size() + 2;
      const Place at{file.file,
                     exact ? Span{v.at().start + 1 + word.at.start, v.at().start + 1 + word.at.end} : v.at()};
      if (Loads(packed.files, path, node)) continue;
      const bool exists = Loads(packed.all, path, node);
      if (!exists && MayBeBuilt(path)) return;
      report
          .At(at, Cat("everyone who installs ", file.manifest->name, " runs \"", v.key(), "\", and ", word.text,
                      exists ? " is not published" : " does not exist", ": their install fails"))
          .As(internal ? Severity::kInfo : Severity::kError)
          .Help(exists ? "Add the file to \"files\", or do the work before publishing."
                       : "Correct the path, or take the script out.");
      return;
    }
  }

  void Targets(const DocValue& v, int depth) {
    if (depth > 40) return;
    if (v.IsString()) return One(v, "exports", false);
    for (const DocValue c : v) {
      // A condition for tools inside of the repository: those who install the package never set it.
      if (!c.key().empty() && c.key()[0] != '.' && !IsCondition(c.key())) continue;
      Targets(c, depth + 1);
    }
  }
};

void Check(const PackagesView& packages, Report& report) {
  const auto manifests = packages.workspace.Manifests();
  for (size_t i = 0; i < manifests.size(); ++i) {
    const PackedFiles& packed = packages.packed[i];
    if (!packed.computed || packed.all.empty()) continue;
    const PackageFile& m = *manifests[i];
    if (packages.IsTemplate(m)) continue;
    const DocValue root = m.manifest->root();
    bool has_build = false;
    for (const DocValue s : root["scripts"]) {
      const std::string_view name = s.key();
      has_build = has_build || name.starts_with("build") || name.starts_with("compile") ||
                  name.starts_with("prepack") || name.starts_with("prepare") || name.starts_with("prepublish") ||
                  name.starts_with("dist") || name.starts_with("bundle") || name.starts_with("tsc");
    }
    // In a workspace the root builds for all.
    has_build = has_build || manifests.size() > 1;
    // A scoped member that nothing says is published: its names may only be for the others of the workspace.
    const bool internal = &m != packages.workspace.root && !ScopeOf(m.manifest->name).empty() && !root["publishConfig"];
    Look look{m, packed, report, has_build, internal};
    const DocValue exports = root["exports"];
    if (!exports) look.One(root["main"], "main", true);
    look.Targets(exports, 0);
    const DocValue bin = root["bin"];
    const auto command = [&](const DocValue& v) { look.One(v, "bin", false); };
    if (bin.IsString()) command(bin);
    for (const DocValue b : bin) command(b);
    if (!PackagesView::IsInstalledByOthers(*m.manifest)) continue;
    for (const std::string_view script : kInstallScripts) look.Script(m.manifest->Script(script));
  }
}

}  // namespace

RULE = {.summary = "package.json points at a file that does not exist or is not published",
        .why =
            "Whoever installs the package gets the files npm packs, not the checkout: a main or an export that is not "
            "among them "
            "throws MODULE_NOT_FOUND on every machine but the author's.",
        .fix = "Correct the path, or add the file to \"files\"; npm pack --dry-run lists what is published.",
        .severity = Severity::kError,
        .check_packages = Check};

}  // namespace looplint
