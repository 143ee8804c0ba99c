// One package loaded twice in a program: as an ES module by import, as CommonJS by require().
#include <algorithm>
#include <set>

#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

// Files that load `file`, in whatever way, and those that load them.
std::vector<bool> LoadersOf(const View& view, FileId file) {
  const size_t n = view.project.size();
  std::vector<std::vector<FileId>> by(n);
  for (uint32_t i = 0; i < n; ++i) {
    for (const ModuleEdge& e : view.facts.modules.EdgesOf(static_cast<FileId>(i))) {
      if (Some(e.to) && e.kind != EdgeKind::kTypeOnly && e.kind != EdgeKind::kResolve)
        by[Index(e.to)].push_back(static_cast<FileId>(i));
    }
  }
  std::vector<bool> seen(n);
  std::vector<FileId> queue = {file};
  seen[Index(file)] = true;
  for (size_t head = 0; head < queue.size(); ++head) {
    for (const FileId loader : by[Index(queue[head])]) {
      if (seen[Index(loader)]) continue;
      seen[Index(loader)] = true;
      queue.push_back(loader);
    }
  }
  return seen;
}

void Check(const View& file, Report& report) {
  if (file.file.role != FileRole::kSource || file.file.language != Language::kJavaScript || !file.syntax.errors.empty())
    return;
  const Outside& outside = file.facts.outside;
  if (!outside.Installed(file.file)) return;
  std::set<std::string> told;
  std::vector<bool> loaders;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (Some(e.to) || !Some(e.import) || e.esm || (e.kind != EdgeKind::kStatic && e.kind != EdgeKind::kSideEffect))
      continue;
    const Import& import = file.model.module.imports[e.import];
    if (!Some(import.specifier) || import.kind != ImportKind::kRequire) continue;
    const std::string specifier(file.Name(import.specifier));
    if (PackageNameOf(specifier).empty() || file.knowledge.IsNodeBuiltin(specifier)) continue;
    const Resolution* required = outside.Resolve(file.file, e.import);
    if (required == nullptr || !required->file() || !required->below_node_modules) continue;
    // The same package asked for by import: does that lead to another file?
    const Resolution* imported = outside.Resolve(file.file, specifier, RequestKind::kImport);
    if (imported == nullptr || !imported->file() || imported->path == required->path || !told.insert(specifier).second)
      continue;
    // Somebody in the same program has to do so: of a package's two builds, one that nothing loads together with the
    // other is another program's.
    if (loaders.empty()) loaders = LoadersOf(file, file.id);
    const auto together = [&](FileId id) {
      const std::vector<bool> others = LoadersOf(file, id);
      for (size_t i = 0; i < others.size(); ++i) {
        if (others[i] && loaders[i]) return true;
      }
      return false;
    };
    FileId other = kNone<FileId>;
    NodeId at{};
    for (uint32_t i = 0; i < file.project.size() && !Some(other); ++i) {
      const FileId id = static_cast<FileId>(i);
      const File& f = file.project[id];
      if (f.manifest != file.file.manifest || f.role != FileRole::kSource || HowLoaded(f) != LoadedAs::kEsm) continue;
      for (const ModuleEdge& x : file.facts.modules.EdgesOf(id)) {
        if (!x.esm || !Some(x.import) || x.kind == EdgeKind::kTypeOnly ||
            f.model.names[f.model.module.imports[x.import].specifier] != specifier)
          continue;
        if (!together(id)) break;
        other = id;
        at = x.node;
        break;
      }
    }
    if (!Some(other) || BundledByTools(file.project, file.file)) continue;
    const Outside::Copies copies = outside.CompareCopies(imported->path, required->path);
    if (!copies.independent || copies.state.empty()) continue;
    const Node& node = file.project[other].model.syntax[at];
    report
        .At(e.node,
            Cat("'", specifier, "' is loaded twice: ", file.project[other].path, " imports ",
                outside.Display(imported->path), ", this loads ", outside.Display(required->path), "; ", copies.state))
        .Via({{{other, {node.start, node.end}}, "imports the other copy"}}, "because")
        .Help(
            "load it the same way everywhere: import it here with await import(), or require it there with "
            "createRequire()");
  }
}

}  // namespace

RULE = {
    .summary = "a package is loaded twice, as an ES module and as CommonJS",
    .why =
        "When a package ships two builds, import and require() lead to different files, and Node runs both. Each has "
        "its own "
        "state: what is registered in one is not in the other, caches and counters are apart, and instanceof is false "
        "for "
        "objects of the other copy.",
    .fix = "Load the package in one way throughout the program.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
