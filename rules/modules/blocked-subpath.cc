// import 'lib/internal/x.js' where lib's package.json does not export it.
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  const FileRole role = file.file.role;
  if (role == FileRole::kTest || role == FileRole::kBrowser || !file.syntax.errors.empty()) return;
  const Outside& outside = file.facts.outside;
  if (outside.resolver() == nullptr) return;
  bool asked = false;
  std::set<std::string> told;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (!Some(e.import) || e.guarded || e.kind == EdgeKind::kTypeOnly) continue;
    const Import& import = file.model.module.imports[e.import];
    if (!Some(import.specifier)) continue;
    const std::string specifier(file.Name(import.specifier));
    const bool internal = specifier.starts_with('#');
    if (specifier.empty() || specifier[0] == '.' || specifier[0] == '/' ||
        (!internal && specifier.find('/') == std::string::npos))
      continue;
    if (!internal && (Some(e.to) || !outside.Installed(file.file))) continue;
    const Resolution* to = outside.Resolve(file.file, e.import);
    if (to == nullptr || to->ok()) continue;
    if (to->code != ResolveCode::kPackagePathNotExported && to->code != ResolveCode::kPackageImportNotDefined) continue;
    if (!asked && ResolvedByTools(file.project, file.file)) return;
    // Compilers may know such names from their own configuration.
    if (internal && file.file.language != Language::kJavaScript) continue;
    asked = true;
    if (!told.insert(specifier).second) continue;
    const std::string package(PackageNameOf(specifier));
    std::string message;
    if (internal) {
      message = Cat("'", specifier, "' is not defined in imports of ",
                    to->package == nullptr ? std::string("package.json") : outside.Display(to->package->path()), " (",
                    CodeName(to->code), ")");
    } else {
      bool there = false;
      const std::string folder = outside.resolver()->PackageFolder(outside.Absolute(file.file.path), package);
      for (const std::string_view ending : {"", ".js", ".cjs", ".mjs", ".json", "/index.js"}) {
        there |= !folder.empty() &&
                 outside.resolver()->TypeOf(Cat(folder, specifier.substr(package.size()), ending)) == FileType::kFile;
      }
      message = Cat("'", specifier, "'", there ? " exists, but '" : " is nothing that '", package,
                    there ? "' does not export it (" : "' exports (", CodeName(to->code), ")");
    }
    auto finding = report.At(e.node, message);
    const std::string near = DidYouMean(*outside.resolver(), outside.Absolute(file.file.path), specifier);
    if (!near.empty() && near != specifier) finding.Help(Cat("did you mean '", near, "'?"));
  }
}

}  // namespace

RULE = {
    .summary = "an import of a path that a package does not export",
    .why =
        "A package.json with exports lists everything that can be imported from the package; all other paths are "
        "closed "
        "(ERR_PACKAGE_PATH_NOT_EXPORTED), even though the file is there. In the same way '#name' works only when it is "
        "listed "
        "in imports (ERR_PACKAGE_IMPORT_NOT_DEFINED).",
    .fix = "Import one of the paths the package exports.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
