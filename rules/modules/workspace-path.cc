// import '../../other/src/x' where other is another package of the workspace.
#include "analyzer/base/strings.h"
#include "rules/rule.h"

namespace looplint {
namespace {

bool Inside(std::string_view directory, std::string_view of) {
  return of == "." || directory == of || (directory.starts_with(of) && directory.substr(of.size()).starts_with('/'));
}

// Parts of one package with a package.json of their own ("type" for a folder of builds) are published together; a
// workspace says that its members are not.
bool OnePackage(const View& file, const Manifest& a, const Manifest& b) {
  bool around = false;
  for (const Manifest& m : file.project.resolver().manifests()) {
    if (&m == &a || &m == &b || !Inside(a.directory, m.directory) || !Inside(b.directory, m.directory)) continue;
    if (m.has_workspaces) return false;
    around |= !m.name.empty();
    ModuleResolver* disk = file.facts.outside.resolver();
    for (const char* name : {"pnpm-workspace.yaml", "lerna.json", "rush.json", "nx.json", "turbo.json"}) {
      if (disk != nullptr && disk->TypeOf(file.facts.outside.Absolute(JoinPath(m.directory, name))) == FileType::kFile)
        return false;
    }
  }
  return around;
}

void Check(const View& file, Report& report) {
  const Manifest* own = file.file.manifest;
  if (own == nullptr || own->name.empty() || file.file.role != FileRole::kSource) return;
  for (const ModuleEdge& e : file.facts.modules.EdgesOf(file.id)) {
    if (!Some(e.to) || !Some(e.import) || e.kind == EdgeKind::kTypeOnly) continue;
    const std::string_view specifier = file.Name(file.model.module.imports[e.import].specifier);
    if (!specifier.starts_with("../")) continue;
    const Manifest* other = file.project[e.to].manifest;
    if (other == own || other == nullptr || other->name.empty() || other->name == own->name) continue;
    // Folders inside a package may have a package.json of their own; the root's files belong to nobody else.
    if (Inside(other->directory, own->directory) || Inside(own->directory, other->directory)) continue;
    if (OnePackage(file, *own, *other)) continue;
    const bool declared = own->dependencies.contains(other->name);
    auto finding =
        report.At(e.node, Cat("reaches into the package '", other->name, "' by path: ",
                              own->is_private ? "it is loaded apart from what its name resolves to"
                                              : Cat("the path leads nowhere once '", own->name, "' is installed")));
    finding.Help(declared ? Cat("import '", other->name, "' by name")
                          : Cat("list '", other->name, "' in the dependencies of ",
                                JoinPath(own->directory, "package.json"), " and import it by name"));
    if (own->is_private) finding.As(Severity::kInfo);
  }
}

}  // namespace

RULE = {
    .summary = "a package of a workspace loads another one by a relative path",
    .why =
        "npm packs and installs each package by itself: in node_modules the folder beside it is another one, and the "
        "import fails with MODULE_NOT_FOUND or ERR_MODULE_NOT_FOUND. Inside the repository the path goes around the "
        "other "
        "package's exports, and a file that is also loaded by the package's name exists twice, each with its own "
        "state.",
    .fix = "List the other package in dependencies and import it by its name.",
    .severity = Severity::kWarn,
    .confidence = Confidence::kHigh,
    .check = Check,
};

}  // namespace looplint
