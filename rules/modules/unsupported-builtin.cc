// import 'node:sqlite' in a package whose engines allow a Node that has no such module.
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource || file.file.manifest == nullptr) return;
  const Outside& outside = file.facts.outside;
  if (outside.resolver() == nullptr) return;
  NodeRelease oldest, newest;
  std::string stated;
  if (const std::string& engines = file.file.manifest->engines_node; !engines.empty()) {
    if (!ReleasesOf(engines, oldest, newest)) return;
    stated = Cat("engines.node is \"", engines, "\"");
  } else if (outside.target().stated) {
    oldest = outside.target().oldest;
    newest = outside.target().newest;
    stated = Cat(outside.target().source, " says ", outside.target().text);
  } else {
    return;
  }
  // Code that knows the error expects it.
  if (file.file.text.find("ERR_UNKNOWN_BUILTIN_MODULE") != std::string::npos) return;
  std::set<std::string> told;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (Some(e.to) || !Some(e.import) || e.guarded || e.kind == EdgeKind::kTypeOnly) continue;
    const Import& import = file.model.module.imports[e.import];
    if (!Some(import.specifier)) continue;
    const std::string specifier(file.Name(import.specifier));
    // Node's by any release, and not by the oldest of those the package is for.
    if (!file.knowledge.IsNodeBuiltin(specifier) || oldest.IsBuiltin(specifier)) continue;
    // Without the prefix it may be a package of that name.
    const Resolution* to = outside.Resolve(file.file, e.import);
    if (to != nullptr && to->file()) continue;
    if (!told.insert(specifier).second) continue;
    report.At(e.node, Cat("Node ", oldest.major, " has no module '", specifier, "', and ", stated))
        .Help("raise the range in engines, or load it in a try block with something to fall back on");
  }
}

}  // namespace

RULE = {
    .summary = "a module of Node that not every Node of the project's range has",
    .why =
        "Node's modules come and go with its releases. On one that does not have the module the import fails with "
        "ERR_UNKNOWN_BUILTIN_MODULE or MODULE_NOT_FOUND when the file is loaded. engines.node tells everyone that it "
        "works.",
    .fix =
        "Raise engines.node to a release that has the module, or load it where it is needed and be ready for its "
        "absence.",
    .severity = Severity::kError,
    .confidence = Confidence::kVeryHigh,
    .check = Check,
};

}  // namespace looplint
