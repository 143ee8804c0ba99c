// A package that is only installed for development, imported by code that runs in production.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

std::string_view PackageName(std::string_view specifier) {
  size_t end = specifier.find('/');
  if (specifier.starts_with('@') && end != std::string_view::npos) end = specifier.find('/', end + 1);
  return specifier.substr(0, end);
}

void Check(const View& file, Report& report) {
  const Manifest* own = file.file.manifest;
  if (own == nullptr || file.file.role != FileRole::kSource || !file.facts.modules.InProduction(file.id)) return;
  bool asked = false;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (Some(e.to) || !Some(e.import) || e.guarded || e.kind == EdgeKind::kTypeOnly || e.kind == EdgeKind::kResolve)
      continue;
    if (e.kind == EdgeKind::kDynamic && !e.at_load && EnclosingTry(file.model, e.node) != kNone<NodeId>) continue;
    const std::string_view specifier = file.Name(file.model.module.imports[e.import].specifier);
    if (specifier.empty() || specifier[0] == '.' || specifier[0] == '/' || specifier[0] == '#') continue;
    if (file.knowledge.IsNodeBuiltin(specifier)) continue;
    const std::string package(PackageName(specifier));
    const auto kind = own->dependency_kinds.find(package);
    if (kind == own->dependency_kinds.end() || kind->second != DependencyKind::kDev) continue;
    // Another list above may install it all the same.
    bool elsewhere = false;
    for (const Manifest& m : file.project.resolver().manifests()) {
      if (&m == own) continue;
      const auto other = m.dependency_kinds.find(package);
      elsewhere |= other != m.dependency_kinds.end() && other->second == DependencyKind::kProduction &&
                   (m.directory == "." || own->directory.starts_with(Cat(m.directory, "/")));
    }
    if (elsewhere) continue;
    // What a bundler puts into one file need not be installed.
    if (!asked && BundledByTools(file.project, file.file)) return;
    asked = true;
    const std::vector<FileId> way = file.facts.modules.ProductionPath(file.id);
    const EntryPoint* entry = file.facts.modules.EntryOf(way.front());
    std::vector<Step> steps;
    for (size_t i = 0; i < way.size(); ++i) {
      Place at{way[i], {}};
      std::string note = i == 0 ? Cat("starts here: ", entry == nullptr ? std::string_view("entry point")
                                                                        : std::string_view(entry->what))
                                : "";
      const FileId next = i + 1 < way.size() ? way[i + 1] : kNone<FileId>;
      for (const ModuleEdge& step : file.facts.modules.EdgesOf(way[i])) {
        if (!Some(next) || step.to != next || step.kind == EdgeKind::kTypeOnly) continue;
        const Node& node = file.project[way[i]].model.syntax[step.node];
        at.span = {node.start, node.end};
        note += Cat(note.empty() ? "" : "; ", "loads ", file.project[next].path);
        break;
      }
      if (Some(next)) steps.push_back({at, std::move(note)});
    }
    if (steps.empty()) steps.push_back({{file.id, {}}, entry == nullptr ? std::string("entry point") : entry->what});
    // A driver that a published package loads in a function, for who asks for it and has it.
    const FunctionId in = file.model.module.imports[e.import].function;
    const bool driver = entry != nullptr && entry->reason == EntryReason::kMain && !own->is_private &&
                        !own->has_start_script && !e.at_load && Some(in) && in != kModuleFunction;
    if (driver) {
      report
          .At(e.node, Cat("'", package, "' is a devDependency: who installs ", own->name,
                          " and comes here without having it gets MODULE_NOT_FOUND"))
          .Via(std::move(steps))
          .As(Severity::kInfo)
          .Help(Cat("say so: '", package, "' in peerDependencies, and optional in peerDependenciesMeta"));
      continue;
    }
    report.At(e.node, Cat("'", package, "' is a devDependency, but runs in production"))
        .Via(std::move(steps))
        .Help(Cat("move '", package, "' to dependencies in ", JoinPath(own->directory, "package.json")));
  }
}

}  // namespace

RULE = {
    .summary = "production code loads a package that is only installed for development",
    .why =
        "npm ci --omit=dev, NODE_ENV=production and every installation of a published package leave devDependencies "
        "out. "
        "The import then fails with MODULE_NOT_FOUND or ERR_MODULE_NOT_FOUND when the file is loaded, on the server "
        "and "
        "not on the developer's machine.",
    .fix = "Move the package to dependencies, or load it only where it is needed for development.",
    .severity = Severity::kError,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
