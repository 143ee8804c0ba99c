// What only works in CommonJS used in an ES module, and the reverse.
#include <algorithm>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string Reason(const File& f) {
  if (f.path.ends_with(".mjs")) return "its name ends in .mjs";
  if (f.path.ends_with(".cjs")) return "its name ends in .cjs";
  if (f.manifest == nullptr) return "of its syntax";
  return Cat(JoinPath(f.manifest->directory, "package.json"), " says \"type\": \"",
             f.manifest->type_module ? "module" : "commonjs", "\"");
}

// `name` as a value, not under typeof, in code that does not ask for it first.
void CheckGlobals(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  struct Use {
    std::string_view name;
    NodeId node = kNone<NodeId>;
    bool asked = false;
  };
  Use uses[] = {{"require"}, {"__dirname"}, {"__filename"}, {"module"}, {"exports"}};
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    if (s.KindOf(id) != Kind::kIdentifier && s.KindOf(id) != Kind::kShorthandProperty) continue;
    const ValueId value = m.ValueOf(id);
    if (!Some(value) || m.values[value].kind != ValueKind::kGlobal) continue;
    const std::string_view name = m.names[static_cast<NameId>(m.values[value].a)];
    for (Use& use : uses) {
      if (use.name != name) continue;
      const NodeId parent = s.Parent(id);
      if (s.KindOf(parent) == Kind::kUnaryExpression && s[parent].op == Op::kTypeof) use.asked = true;
      if (Some(EnclosingTry(m, id))) use.asked = true;
      // An assignment to a name that is not declared makes one, in sloppy code only; here it throws as well.
      if (!Some(use.node)) use.node = id;
    }
  }
  const bool dirname = file.file.manifest == nullptr || file.file.manifest->engines_node.empty() ||
                       RangeWithin(file.file.manifest->engines_node, ">=20.11.0");
  for (const Use& use : uses) {
    if (!Some(use.node) || use.asked) continue;
    // `module` and `exports` are names of much else; only their usual members tell.
    if (use.name == "module" || use.name == "exports") {
      const NodeId parent = s.Parent(use.node);
      const bool target = s.KindOf(parent) == Kind::kMemberExpression && s.FirstChild(parent) == use.node;
      if (!target || (use.name == "module" && file.Text(parent) != "module.exports")) continue;
    }
    auto finding = report.At(
        use.node,
        Cat("'", use.name, "' does not exist here (ReferenceError): Node loads this file as an ES module, because ",
            Reason(file.file)));
    if (use.name == "__dirname" || use.name == "__filename") {
      const std::string instead = use.name == "__dirname" ? "import.meta.dirname" : "import.meta.filename";
      if (dirname) {
        finding.Help(Cat("write ", instead));
        const Node& n = s[use.node];
        if (s.KindOf(use.node) == Kind::kIdentifier)
          finding.FixWith({.description = Cat("use ", instead), .edits = {{{n.start, n.end}, instead}}, .safe = true});
      } else {
        finding.Help("derive it from fileURLToPath(import.meta.url); import.meta.dirname needs Node 20.11");
      }
    } else if (use.name == "require") {
      finding.Help("use import, or createRequire(import.meta.url) of node:module");
    } else {
      finding.Help("use export");
    }
  }
}

void CheckJson(const View& file, Report& report) {
  const Syntax& s = file.syntax;
  for (const ImportId id : Ids(file.model.module.imports)) {
    const Import& import = file.model.module.imports[id];
    if (import.type_only || (import.kind != ImportKind::kImport && import.kind != ImportKind::kReExport)) continue;
    const std::string_view specifier = file.Name(import.specifier);
    if (!specifier.ends_with(".json") || !(specifier.starts_with("./") || specifier.starts_with("../"))) continue;
    const NodeId declaration = s.Parent(import.node);
    const std::string_view after = file.Text(Span{s[import.node].end, s[declaration].end});
    if (after.find("with") == std::string_view::npos && after.find("assert") == std::string_view::npos) {
      const uint32_t end = s[import.node].end;
      report.At(import.node, "Node does not import JSON without being told to (ERR_IMPORT_ATTRIBUTE_MISSING)")
          .Help("add with { type: 'json' }")
          .FixWith({.description = "add with { type: 'json' }",
                    .edits = {{{end, end}, " with { type: 'json' }"}},
                    .safe = true});
    } else if (after.find("assert") != std::string_view::npos && after.find("with") == std::string_view::npos) {
      const uint32_t start = s[import.node].end + static_cast<uint32_t>(after.find("assert"));
      report.At(Span{start, start + 6}, "'assert' is a SyntaxError from Node 22 on")
          .Help("write with instead of assert")
          .FixWith({.description = "with instead of assert", .edits = {{{start, start + 6}, "with"}}, .safe = true});
    }
  }
}

void CheckEsmSyntax(const View& file, Report& report) {
  const FileModel& m = file.model;
  const Syntax& s = file.syntax;
  for (uint32_t i = 1; i < s.size(); ++i) {
    const NodeId id = static_cast<NodeId>(i);
    const Kind kind = s.KindOf(id);
    const bool top = s.Parent(id) == NodeId{0};
    std::string what;
    if (kind == Kind::kImportDeclaration && top && !(s[id].flags & kTypeOnly)) what = "an import statement";
    if (kind == Kind::kExportDeclaration && top && !(s[id].flags & kTypeOnly)) what = "an export statement";
    if (kind == Kind::kMetaProperty && file.Text(id).starts_with("import")) what = "import.meta";
    if (kind == Kind::kAwaitExpression && m.FunctionOf(id) == kModuleFunction) what = "a top-level await";
    if (what.empty()) continue;
    const Node& n = s[id];
    const Span at{n.start, what.starts_with("an")      ? std::min<uint32_t>(n.end, n.start + 6)
                           : what.starts_with("a top") ? n.start + 5
                                                       : n.end};
    report.At(at, Cat(what, " is a SyntaxError here: Node loads this file as CommonJS, because ", Reason(file.file)))
        .Help(file.file.path.ends_with(".cjs")
                  ? "rename the file to .mjs, or use require() and module.exports"
                  : "rename the file to .mjs, set \"type\": \"module\", or use require() and module.exports");
    return;  // the first is what Node stops at
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest || file.file.role == FileRole::kBrowser || !file.syntax.errors.empty()) return;
  const LoadedAs loaded = HowLoaded(file.file);
  const bool stated =
      file.file.path.ends_with(".mjs") || file.file.path.ends_with(".cjs") ||
      (file.file.manifest != nullptr && (file.file.manifest->type_module || file.file.manifest->type_commonjs));
  if (!stated || loaded == LoadedAs::kUnknown) return;
  const FileModel& m = file.model;
  const bool suspect =
      loaded == LoadedAs::kEsm ? m.module.has_cjs_syntax || !m.module.imports.empty() : m.module.has_esm_syntax;
  // What a tool compiles first may be written either way.
  if (!suspect || ResolvedByTools(file.project, file.file)) return;
  if (loaded == LoadedAs::kEsm) {
    CheckGlobals(file, report);
    CheckJson(file, report);
  } else {
    CheckEsmSyntax(file, report);
  }
}

}  // namespace

RULE = {
    .summary = "a file uses what its module format does not have",
    .why =
        "Whether Node loads a .js file as CommonJS or as an ES module is decided by the nearest package.json, for .cjs "
        "and "
        ".mjs by the name. In an ES module require, module, exports, __dirname and __filename do not exist; in "
        "CommonJS "
        "import and export statements, import.meta and top-level await are syntax errors. JSON is imported with an "
        "attribute "
        "only.",
    .fix = "Write the file for the format Node loads it as, or change its extension or the package's type.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
