// require('./x.mjs') where x.mjs, or what it imports, awaits at its top level.
#include "analyzer/base/strings.h"
#include "rules/fixes.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool AllowsOldNode(const View& file) {
  const std::string_view engines =
      file.file.manifest == nullptr ? std::string_view() : file.file.manifest->engines_node;
  return !engines.empty() && RangeWithin(engines, ">=8") && !RangeWithin(engines, ">=20.19.0");
}

// require('x') -> await import('x'), which gives the same namespace, where await is allowed.
void OfferImport(const View& file, const ModuleEdge& e, Report::Draft& finding) {
  const NodeId call = file.syntax.Parent(e.node);
  if (file.syntax.KindOf(call) != Kind::kCallExpression ||
      file.syntax.KindOf(file.syntax.FirstChild(call)) != Kind::kIdentifier)
    return;
  auto fix = AwaitFix(file, call, "load it with await import()");
  if (!fix) return;
  fix->edits.push_back({file.SpanOf(file.syntax.FirstChild(call)), "import"});
  finding.FixWith(*std::move(fix));
}

// An ES module has no require() of Node's; what it calls is modules/module-format-mismatch's, or a compiler's.
bool NobodysRequire(const View& file, const ModuleEdge& e) {
  if (HowLoaded(file.file) != LoadedAs::kEsm) return false;
  const ValueId callee = file.model.ValueOf(file.syntax.FirstChild(file.syntax.Parent(e.node)));
  return Some(callee) && file.model.values[callee].kind == ValueKind::kGlobal;
}

void CheckPackage(const View& file, const ModuleEdge& e, Report& report) {
  const Outside& outside = file.facts.outside;
  const std::string specifier(file.Name(file.model.module.imports[e.import].specifier));
  if (file.knowledge.IsNodeBuiltin(specifier) || !outside.Installed(file.file)) return;
  const Resolution* to = outside.Resolve(file.file, e.import);
  if (to == nullptr || !to->file() || outside.resolver()->FormatOf(to->path) != ModuleFormat::kModule) return;
  const std::string waits = outside.TopLevelAwait(to->path);
  if (waits.empty()) {
    if (!AllowsOldNode(file)) return;
    // The package may have another file for such a Node.
    Profile profile = outside.resolver()->profile();
    profile.require_module = false;  // "module-sync" does not count there
    ModuleResolver old(outside.resolver()->file_system(), std::move(profile));
    const Resolution& there = old.Resolve(outside.Absolute(file.file.path), specifier, RequestKind::kRequire);
    if (!there.file() || old.FormatOf(there.path) != ModuleFormat::kModule) return;
  }
  if (ResolvedByTools(file.project, file.file)) return;
  if (!waits.empty()) {
    auto finding = report.At(e.node, Cat("require() of '", specifier, "' fails (ERR_REQUIRE_ASYNC_MODULE): ",
                                         outside.Display(waits), " has a top-level await"));
    OfferImport(file, e, finding);
    finding.Help("load it with await import(...)");
  } else {
    auto finding =
        report.At(e.node, Cat("require() of '", specifier,
                              "', an ES module, fails on Node before 20.19 (ERR_REQUIRE_ESM), and engines allows ",
                              file.file.manifest->engines_node));
    OfferImport(file, e, finding);
    finding.Help("load it with await import(...), or raise engines.node to >=20.19");
  }
}

void Check(const View& file, Report& report) {
  if (file.file.role == FileRole::kTest || file.file.role == FileRole::kBrowser || !file.syntax.errors.empty()) return;
  // In TypeScript, and in what a tool compiles, require() may not be Node's.
  if (file.file.language != Language::kJavaScript) return;
  bool asked = false;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (e.esm || e.guarded || !Some(e.import) || (e.kind != EdgeKind::kStatic && e.kind != EdgeKind::kSideEffect))
      continue;
    if (NobodysRequire(file, e)) continue;
    if (!Some(e.to)) {
      CheckPackage(file, e, report);
      continue;
    }
    const File& target = file.project[e.to];
    if (HowLoaded(target) != LoadedAs::kEsm || !target.model.syntax.errors.empty()) continue;
    const FileId waits = file.facts.modules.ReachesTopLevelAwait(e.to);
    if (!Some(waits) && !AllowsOldNode(file)) continue;
    // A loader of the project's own may stand between.
    if (!asked && !target.path.ends_with(".mjs") && ResolvedByTools(file.project, file.file)) return;
    asked = true;
    if (Some(waits)) {
      const File& waiting = file.project[waits];
      const bool itself = waits == e.to;
      Span where{};
      for (const Flow& flow : waiting.model.flow) {
        if (flow.function != kModuleFunction || (flow.kind != FlowKind::kAwait && flow.kind != FlowKind::kForAwait))
          continue;
        const Node& node = waiting.model.syntax[flow.node];
        where = {node.start, std::min<uint32_t>(node.end, node.start + 5)};
        break;
      }
      auto finding = report.At(
          e.node, Cat("require() of ", target.path, " fails (ERR_REQUIRE_ASYNC_MODULE): ",
                      itself ? std::string("it") : Cat(waiting.path, ", which it imports,"), " has a top-level await"));
      OfferImport(file, e, finding);
      finding.Via({{{waits, where}, "waits here while it is loaded"}}, "because")
          .Help(Cat("load it with await import(...)"));
    } else {
      auto finding = report.At(e.node, Cat("require() of the ES module ", target.path,
                                           " fails on Node before 20.19 (ERR_REQUIRE_ESM), and engines allows ",
                                           file.file.manifest->engines_node));
      OfferImport(file, e, finding);
      finding.Help("load it with await import(...), or raise engines.node to >=20.19");
    }
  }
}

}  // namespace

RULE = {
    .summary = "require() of an ES module that cannot be loaded synchronously",
    .why =
        "require() has to return at once. Node 20.19, 22.12 and later let it load ES modules, but not when one of the "
        "modules that it brings in awaits at its top level: that is ERR_REQUIRE_ASYNC_MODULE. Older versions load no "
        "ES "
        "module at all (ERR_REQUIRE_ESM).",
    .fix = "Use await import() in an async function, or take the top-level await out of the module.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
