// import { x } from './file.js' where that file exports no x.
#include <algorithm>
#include <optional>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

enum class Has { kNo, kYes, kUnknown };

bool IsDeclaration(std::string_view path) {
  return path.ends_with(".d.ts") || path.ends_with(".d.mts") || path.ends_with(".d.cts");
}

// A file whose exports can be counted: an ES module, read to the end.
bool IsPlainModule(const File& f) {
  const ModuleRecord& m = f.model.module;
  if (!m.has_esm_syntax || m.has_cjs_syntax || m.exports.empty()) return false;
  if (!f.model.syntax.errors.empty() || IsDeclaration(f.path) || f.path.ends_with(".cts") || f.path.ends_with(".cjs"))
    return false;
  for (const Export& e : m.exports) {
    if (e.cjs || e.kind == ExportKind::kAssign) return false;
  }
  return true;
}

Has Exports(const View& view, FileId file, std::string_view name, std::vector<FileId>& seen) {
  if (std::find(seen.begin(), seen.end(), file) != seen.end()) return Has::kNo;
  if (seen.size() > 500) return Has::kUnknown;
  seen.push_back(file);
  const File& f = view.project[file];
  if (!IsPlainModule(f)) return Has::kUnknown;
  const FileModel& m = f.model;
  const NameId id = m.names.Find(name);
  Has stars = Has::kNo;
  for (const Export& e : m.module.exports) {
    if (e.kind != ExportKind::kStar) {
      if (!Some(e.name) || (Some(id) && e.name == id)) return !Some(e.name) ? Has::kUnknown : Has::kYes;
      continue;
    }
    if (name == "default") continue;
    const FileId target = Some(e.import) ? f.imports[Index(e.import)] : kNone<FileId>;
    const Has inner = Some(target) ? Exports(view, target, name, seen) : Has::kUnknown;
    if (inner == Has::kYes) return inner;
    if (inner == Has::kUnknown) stars = inner;
  }
  // `export declare const x` is left out of the tree.
  if (stars == Has::kNo && f.language != Language::kJavaScript && f.text.find("declare") != std::string::npos)
    return Has::kUnknown;
  return stars;
}

bool SameLetters(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

// One letter more, less or other.
bool OneApart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || b.size() < 4) return false;
  size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  return a.size() == b.size() ? a.substr(std::min(i + 1, a.size())) == b.substr(std::min(i + 1, b.size()))
                              : a.substr(i) == b.substr(i + 1);
}

std::string Nearest(const File& f, std::string_view name) {
  std::string_view best;
  for (const Export& e : f.model.module.exports) {
    if (!Some(e.name)) continue;
    const std::string_view other = f.model.names[e.name];
    if (SameLetters(name, other)) return std::string(other);
    if (best.empty() && OneApart(name, other)) best = other;
  }
  return std::string(best);
}

void Check(const View& file, Report& report) {
  const FileModel& m = file.model;
  if (!m.module.has_esm_syntax || m.module.imports.empty() || IsDeclaration(file.file.path)) return;
  if (!m.syntax.errors.empty()) return;
  const Syntax& s = file.syntax;
  const bool typescript = file.file.language != Language::kJavaScript;
  // Compilers of other dialects drop what is only used as a type.
  if (!typescript && std::string_view(file.file.text).substr(0, 2000).find("@flow") != std::string::npos) return;
  const auto import_of = [&](NodeId declaration) {
    const NodeId source = s.Child(declaration, Role::kSource);
    for (const ImportId id : Ids(m.module.imports)) {
      if (Some(source) && m.module.imports[id].node == source && !m.module.imports[id].type_only) return id;
    }
    return kNone<ImportId>;
  };
  // CommonJS files and installed packages, where Node itself links this file to them.
  std::optional<bool> by_node;
  const Outside& outside = file.facts.outside;
  const auto names_of = [&](ImportId import, FileId target) -> const ExportNames* {
    if (!by_node) {
      const bool stated =
          file.file.path.ends_with(".mjs") || (file.file.manifest != nullptr && file.file.manifest->type_module);
      by_node = stated && HowLoaded(file.file) == LoadedAs::kEsm && outside.resolver() != nullptr &&
                file.file.role != FileRole::kBrowser && !ResolvedByTools(file.project, file.file);
    }
    if (!*by_node) return nullptr;
    if (Some(target)) {
      const File& f = file.project[target];
      return HowLoaded(f) == LoadedAs::kCommonJs && !f.model.module.has_esm_syntax
                 ? &outside.ExportsOf(outside.Absolute(f.path))
                 : nullptr;
    }
    const Resolution* to = outside.Resolve(file.file, import);
    if (to == nullptr || !to->file() || (to->bare && !outside.Installed(file.file))) return nullptr;
    if (to->format != ModuleFormat::kCommonJs && to->format != ModuleFormat::kModule &&
        to->format != ModuleFormat::kUnknown)
      return nullptr;
    return &outside.ExportsOf(to->path);
  };
  const auto ambiguous = [&](NodeId declaration) {
    const std::string_view raw = file.Text(s.Child(declaration, Role::kSource));
    const std::string_view specifier = raw.substr(1, raw.size() - 2);
    // x.js and x.ts beside one another, or x.js and x/index.js: which is meant
    // depends on the tool.
    const std::string exact = JoinPath(DirName(file.file.path), specifier);
    int candidates = 0;
    for (const std::string_view ending : {"", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", "/index.js",
                                          "/index.mjs", "/index.ts", "/index.tsx", ".d.ts"}) {
      candidates += Some(file.project.Find(Cat(exact, ending)));
    }
    if (exact.ends_with(".js") || exact.ends_with(".mjs")) {
      std::string stem = exact.substr(0, exact.rfind('.'));
      for (const std::string_view ending : {".ts", ".tsx", ".mts"})
        candidates += Some(file.project.Find(Cat(stem, ending)));
    }
    return candidates > 1;
  };
  const auto check = [&](FileId target, NodeId at, std::string_view name, bool re_export) {
    std::vector<FileId> seen;
    if (Exports(file, target, name, seen) != Has::kNo) return;
    NodeId declaration = at;
    while (s.Parent(declaration) != NodeId{0}) declaration = s.Parent(declaration);
    if (ambiguous(declaration)) return;
    const File& f = file.project[target];
    std::string message =
        name == "default" ? Cat(f.path, " has no default export") : Cat(f.path, " has no export '", name, "'");
    auto finding = report.At(at, message);
    const std::string near = name == "default" ? std::string() : Nearest(f, name);
    if (!near.empty()) {
      finding.Help(Cat("it exports '", near, "'"));
      // The name is used below: it stays, for what is imported now.
      const NodeId specifier = s.Parent(at);
      const bool renamed = Some(s.Child(specifier, Role::kAlias));
      if (s.KindOf(specifier) == Kind::kImportSpecifier || s.KindOf(specifier) == Kind::kExportSpecifier) {
        finding.FixWith({.description = Cat("take '", near, "'"),
                         .edits = {{file.SpanOf(at), renamed ? near : Cat(near, " as ", name)}},
                         .safe = false});
      }
    } else if (name == "default" && !re_export) {
      finding.Help("import by name, { ... }, or all of it, * as name");
    }
  };
  for (const NodeId declaration : s.ChildrenOf(NodeId{0})) {
    const Kind kind = s.KindOf(declaration);
    if (kind != Kind::kImportDeclaration && kind != Kind::kExportDeclaration) continue;
    if (s[declaration].flags & kTypeOnly) continue;
    FileId target = kNone<FileId>;
    ImportId import = kNone<ImportId>;
    const ExportNames* names = nullptr;
    bool asked = false;
    for (const NodeId c : s.ChildrenOf(declaration)) {
      const bool specifier = s.KindOf(c) == Kind::kImportSpecifier ||
                             (kind == Kind::kExportDeclaration && s.KindOf(c) == Kind::kExportSpecifier);
      const bool default_import =
          kind == Kind::kImportDeclaration && s.KindOf(c) == Kind::kIdentifier && s[c].role == Role::kDefault;
      if (!specifier && !default_import) continue;
      if (s[c].flags & kTypeOnly) continue;
      if (!asked) {
        asked = true;
        import = import_of(declaration);
        if (!Some(import)) break;
        const std::string_view specifier = file.Name(m.module.imports[import].specifier);
        const bool relative = specifier.starts_with("./") || specifier.starts_with("../");
        target = file.file.imports[Index(import)];
        if (!Some(target) || !IsPlainModule(file.project[target])) names = names_of(import, target);
        if (!relative) target = kNone<FileId>;
      }
      if (!Some(import) || (!Some(target) && names == nullptr)) break;
      const NodeId name = default_import ? c : s.Child(c, Role::kName);
      if (!Some(name)) continue;
      std::string_view text = default_import ? std::string_view("default") : file.Text(name);
      if (s.KindOf(name) == Kind::kStringLiteral) continue;
      if (kind == Kind::kImportDeclaration && typescript) {
        // What is used as a type only, compilers leave out.
        const NodeId alias = default_import ? c : s.Child(c, Role::kAlias);
        const BindingId b = m.BindingAt(Some(alias) ? alias : name);
        if (!Some(b) || !Some(m.bindings[b].first)) continue;
        // export { T } and export default T may pass on a type.
        bool value = false;
        for (const NodeId r : file.References(b)) {
          const Kind around = s.KindOf(s.Parent(r));
          value |= around != Kind::kExportSpecifier && around != Kind::kExportDeclaration;
        }
        if (!value) continue;
      }
      if (names != nullptr) {
        if (!names->known || names->Has(text)) continue;
        const std::string specifier(file.Name(m.module.imports[import].specifier));
        if (names->commonjs) {
          report
              .At(name,
                  Cat("Node sees no '", text, "' in '", specifier, "', which is CommonJS (Named export not found)"))
              .Help(Cat("import the default and take '", text, "' from it"));
        } else {
          auto finding = report.At(name, text == "default" ? Cat("'", specifier, "' has no default export")
                                                           : Cat("'", specifier, "' has no export '", text, "'"));
          if (text == "default") finding.Help("import by name, { ... }, or all of it, * as name");
          for (const std::string& other : names->names) {
            if (text != "default" && (SameLetters(text, other) || OneApart(text, other))) {
              finding.Help(Cat("it exports '", other, "'"));
              break;
            }
          }
        }
        continue;
      }
      // A type cannot be told from a value in `export { T } from`.
      if (kind == Kind::kExportDeclaration && typescript && !text.empty() && text[0] >= 'A' && text[0] <= 'Z' &&
          IsDeclaration(file.project[target].path)) {
        continue;
      }
      check(target, name, text, kind == Kind::kExportDeclaration);
    }
  }
}

}  // namespace

RULE = {
    .summary = "an import names something the file does not export",
    .why =
        "Node links ES modules before it runs any of them. A name that the "
        "file does not export is a SyntaxError "
        "(\"does not provide an export named\") that no try block catches: "
        "nothing of the program runs. Of a CommonJS file Node reads the names from its text without running it "
        "(\"Named export not found\"): names that are computed, or put on the object by other code, are not "
        "among them.",
    .fix =
        "Correct the name, export it from the file, or import the default and "
        "take the member from it.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .eslint = "import/named import/default import-x/named import-x/default",
    .check = Check,
};

}  // namespace looplint
