// import './util' where Node wants './util.js'.
#include <array>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  // Without a type in package.json most such files are compiled first.
  const bool stated =
      file.file.path.ends_with(".mjs") || (file.file.manifest != nullptr && file.file.manifest->type_module);
  if (!stated || HowLoaded(file.file) != LoadedAs::kEsm || file.file.role == FileRole::kTest) return;
  bool asked = false;
  for (const ImportId id : Ids(file.model.module.imports)) {
    const Import& import = file.model.module.imports[id];
    if (import.kind != ImportKind::kImport && import.kind != ImportKind::kReExport &&
        import.kind != ImportKind::kDynamic)
      continue;
    if (import.type_only) continue;
    const std::string specifier(file.Name(import.specifier));
    const bool relative =
        specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../");
    if (!relative || specifier.find_first_of("?#%\\") != std::string::npos) continue;
    const FileId target = file.file.imports[Index(id)];
    if (!Some(target)) continue;
    if (const Resolution* to = file.facts.outside.Resolve(file.file, id); to != nullptr && to->ok()) continue;
    const std::string& found = file.project[target].path;
    const std::string exact = JoinPath(DirName(file.file.path), specifier);
    if (found == exact) continue;
    // What must be added for it to be what was found: an extension, or a file of the directory.
    if (!found.starts_with(exact)) continue;
    std::string rest = found.substr(exact.size());
    bool directory = false;
    if (exact == ".") rest = Cat("/", found);
    if (rest.starts_with('/')) {
      directory = true;
    } else if (rest != ".js" && rest != ".mjs" && rest != ".cjs") {
      continue;
    }
    if (!rest.ends_with(".js") && !rest.ends_with(".mjs") && !rest.ends_with(".cjs")) continue;
    // Which of several files is meant is for the author to say.
    if (!directory) {
      int candidates = 0;
      for (const std::string_view extension : {".js", ".mjs", ".cjs", ".ts", ".mts"})
        candidates += Some(file.project.Find(Cat(exact, extension)));
      if (candidates != 1) continue;
    }
    if (!asked) {
      if (ResolvedByTools(file.project, file.file)) return;
      asked = true;
    }
    std::string whole = specifier;
    while (directory && whole.ends_with('/')) whole.pop_back();
    whole += rest;
    const Span literal = file.SpanOf(import.node);
    auto finding =
        report.At(import.node, Cat("Node does not resolve '", specifier, "' here: ",
                                   directory ? "ES modules cannot import a directory (ERR_UNSUPPORTED_DIR_IMPORT)"
                                             : "ES modules need the whole file name (ERR_MODULE_NOT_FOUND)"));
    finding.Help(Cat("write '", whole, "'"));
    finding.FixWith({.description = Cat("import '", whole, "'"),
                     .edits = {{{literal.start + 1, literal.end - 1}, whole}},
                     .safe = true});
  }
}

}  // namespace

RULE = {
    .summary = "an ES module imports a file by an incomplete name",
    .why =
        "Node's loader for ES modules tries no extensions and looks for no index.js: such an import fails with "
        "ERR_MODULE_NOT_FOUND or ERR_UNSUPPORTED_DIR_IMPORT before any code runs. Only require() and bundlers guess.",
    .fix = "Write the whole file name with its extension, './util.js' or './lib/index.js'.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .eslint = "import/extensions import-x/extensions n/file-extension-in-import n/no-missing-import",
    .check = Check,
};

}  // namespace looplint
