// An import of something that is not there.
#include <algorithm>
#include <initializer_list>
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool HasFolder(std::string_view path, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (Cat("/", DirName(path), "/").find(Cat("/", name, "/")) != std::string::npos) return true;
  }
  return false;
}

// Files that exist only once something has been built, installed or set up.
bool IsMade(std::string_view path, bool folder_exists) {
  if (path.ends_with("package.json") || path.ends_with(".node") || path.find("generated") != std::string_view::npos ||
      path.find("/.") != std::string_view::npos ||
      HasFolder(path, {"dist", "build", "out", "output", "gen", "coverage", "prebuilds", "release", "Release", "Debug",
                       "tmp", "temp", "compiled", "artifacts", "bundles", "node_modules"})) {
    return true;
  }
  return !folder_exists &&
         HasFolder(path, {"lib", "es", "esm", "cjs", "umd", "bin", "public", "assets", "vendor", "pkg", "target"});
}

bool Provided(const View& file, std::string_view specifier) {
  for (const ModuleHost& host : file.knowledge.module_hosts()) {
    if (std::find(host.provides.begin(), host.provides.end(), specifier) != host.provides.end()) return true;
  }
  return false;
}

bool Declared(const View& file, const std::string& package) {
  for (const Manifest& m : file.project.resolver().manifests()) {
    if (m.dependencies.contains(package) || m.name == package) return true;
  }
  return false;
}

// A package.json that Node refuses to read is told of once, where it is met first.
bool ToldBefore(const View& file, const PackageJson* package) {
  for (uint32_t i = 0; i < Index(file.id); ++i) {
    const auto id = static_cast<FileId>(i);
    for (const ModuleEdge& e : file.facts.modules.EdgesOf(id)) {
      if (Some(e.to) || !Some(e.import) || e.guarded || e.kind == EdgeKind::kTypeOnly) continue;
      const Resolution* to = file.facts.outside.Resolve(file.project[id], e.import);
      if (to != nullptr && !to->ok() && to->package == package) return true;
    }
  }
  return false;
}

// What "imports" maps a specifier to and is not there: "src/x.js", "the package 'y'"; "" where it cannot be told.
std::string Missing(const View& file, const Resolution& to) {
  const Outside& outside = file.facts.outside;
  if (!to.path.empty()) {
    const std::string path = outside.Display(to.path);
    if (path.starts_with('/')) return "";
    const bool folder = outside.resolver()->TypeOf(std::string(DirName(to.path))) == FileType::kDirectory;
    return IsMade(path, folder) ? "" : path;
  }
  // The detail ends with the name of a package in quotes.
  const size_t open = to.detail.find('\''), close = to.detail.rfind('\'');
  if (!to.detail.starts_with("cannot find package") || close <= open) return "";
  const std::string package = to.detail.substr(open + 1, close - open - 1);
  return Declared(file, package) ? "" : Cat("the package '", package, "'");
}

bool SearchesElsewhere(const View& file) {
  for (const Manifest& m : file.project.resolver().manifests()) {
    for (const auto& [name, command] : m.scripts) {
      for (const std::string_view sign :
           {"NODE_PATH", "--loader", "--experimental-loader", "--import", "--conditions"}) {
        if (command.find(sign) != std::string::npos) return true;
      }
    }
  }
  return false;
}

void Check(const View& file, Report& report) {
  const FileRole role = file.file.role;
  if (role == FileRole::kTest || role == FileRole::kBrowser || !file.syntax.errors.empty()) return;
  const Outside& outside = file.facts.outside;
  if (outside.resolver() == nullptr) return;
  bool asked = false;
  std::set<std::string> told;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (Some(e.to) || !Some(e.import) || e.guarded || e.kind == EdgeKind::kTypeOnly) continue;
    const Import& import = file.model.module.imports[e.import];
    if (!Some(import.specifier)) continue;
    const std::string specifier(file.Name(import.specifier));
    if (specifier.empty() || specifier.find_first_of("!?*") != std::string::npos) continue;  // loaders of bundlers
    const bool builtin = specifier.starts_with("node:");
    // The compiler speaks for TypeScript, and resolves by its own rules.
    if (!builtin && file.file.language != Language::kJavaScript) continue;
    const Resolution* to = outside.Resolve(file.file, e.import);
    if (to == nullptr) continue;
    std::string_view code;
    if (!to->ok()) {
      if (to->code == ResolveCode::kPackagePathNotExported || to->code == ResolveCode::kPackageImportNotDefined)
        continue;
      code = CodeName(to->code);
    } else if (to->load_code == ResolveCode::kUnknownBuiltinModule) {
      code = CodeName(to->load_code);
    } else {
      continue;
    }
    const bool relative = specifier[0] == '.' || specifier[0] == '/';
    const std::string package(PackageNameOf(specifier));
    std::string what, help;
    if (builtin) {
      what = Cat("Node has no module '", specifier, "'");
    } else if (relative) {
      if (specifier[0] == '/') continue;
      const std::string path = JoinPath(DirName(file.file.path), specifier);
      if (path.starts_with("..")) continue;  // outside of what was looked at
      const bool folder = outside.resolver()->TypeOf(outside.Absolute(DirName(path))) == FileType::kDirectory;
      if (IsMade(path, folder)) continue;
      if (!folder && role != FileRole::kSource) continue;
      // Found from the package's folder: there is a loader that starts there.
      if (file.file.manifest != nullptr) {
        const std::string from = JoinPath(file.file.manifest->directory, "x");
        const Resolution& above = outside.resolver()->Resolve(outside.Absolute(from), specifier, RequestKind::kRequire);
        if (above.ok()) continue;
      }
      // A folder or an unfinished name that some tool would complete.
      if (outside.resolver()->TypeOf(outside.Absolute(path)) == FileType::kDirectory) continue;
      if (path.ends_with(".css") || path.ends_with(".scss") || path.ends_with(".vue") || path.ends_with(".svelte"))
        continue;
      what = Cat("there is no '", specifier, "' here");
    } else if (to->package != nullptr &&
               (to->code == ResolveCode::kInvalidPackageConfig || to->code == ResolveCode::kSyntaxError ||
                to->code == ResolveCode::kTypeError)) {
      // Of the project's own another rule speaks, at the place.
      const std::string path = outside.Display(to->package->path());
      if (path.find("node_modules/") == std::string::npos || ToldBefore(file, to->package) || !told.insert(path).second)
        continue;
      what = Cat("Node cannot read ", path);
    } else if (specifier[0] == '#') {
      if (!outside.Installed(file.file)) continue;
      const std::string missing = Missing(file, *to);
      if (missing.empty()) continue;
      what = Cat("\"imports\" maps '", specifier, "' to ", missing, ", which is not there");
    } else {
      if (package.empty() || !outside.Installed(file.file)) continue;
      if (specifier.find(':') != std::string::npos || specifier[0] == '~' || specifier.starts_with("@/") ||
          Provided(file, specifier) || Provided(file, package)) {
        continue;
      }
      const std::string prefixed = Cat("node:", specifier);
      const bool known = outside.resolver()->PackageFolder(outside.Absolute(file.file.path), package).empty() == false;
      if (file.knowledge.IsNodeBuiltin(prefixed) && !known) {
        what = Cat("'", specifier, "' is no package, and Node's own module needs its prefix");
        help = Cat("write '", prefixed, "'");
      } else if (to->code == ResolveCode::kInvalidPackageTarget) {
        what = Cat("'", specifier, "' stands in \"exports\" of '", package, "' for a target that Node refuses");
      } else if (known) {
        what = Cat("'", package, "' has no file for '", specifier, "'");
      } else {
        // What is declared may be left out of this installation; what is not declared can only be somebody else's
        // alias.
        if (Declared(file, package)) continue;
        what = Cat("'", package, "' is not installed, and no package.json asks for it");
      }
    }
    if (!builtin && !asked) {
      if (ResolvedByTools(file.project, file.file) || SearchesElsewhere(file)) return;
      asked = true;
    }
    if (!told.insert(specifier).second) continue;
    if (help.empty()) {
      const std::string near = DidYouMean(*outside.resolver(), outside.Absolute(file.file.path), specifier);
      if (!near.empty() && near != specifier) help = Cat("did you mean '", near, "'?");
    }
    auto finding = report.At(e.node, Cat(what, " (", code, ")"));
    if (!help.empty()) finding.Help(help);
  }
}

}  // namespace

RULE = {
    .summary = "an import or require() that leads nowhere",
    .why =
        "Node looks for the module as written: exact letters, its own list of builtins, the node_modules folders above "
        "the "
        "file. What it does not find is an error when the importing file is loaded, which ends the program at start or "
        "in "
        "the middle of a request.",
    .fix = "Correct the path or the name, letter case included, or add the package to dependencies.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
