// What the lockfile of a workspace brings, as people and programs want to see it: who brings which install script,
// what is there twice, how large it is, under which licences; as CycloneDX; and what a change of it changes.
#ifndef LOOPLINT_ANALYZER_CLI_DEPS_H_
#define LOOPLINT_ANALYZER_CLI_DEPS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/cli/terminal.h"
#include "analyzer/engine/packages.h"

namespace looplint {

// One package and version, however often it is installed.
struct DependencyRow {
  std::string name, version, license, resolved, integrity, deprecated;
  std::vector<std::string> path;  // from a direct dependency to it, names
  std::vector<std::string> asks;  // name@version of what it depends on, sorted
  bool direct = false, dev = false, optional = false, install_script = false;
  SourceKind source = SourceKind::kRegistry;
  InstallVerdict verdict = InstallVerdict::kNothing;  // known only where it is installed
  std::string command, because;                       // of the install script
  uint64_t bytes = 0;                                 // on disk, 0 when not installed
};

struct DependencyReport {
  std::string project, version, manager, lockfile, lock_version;
  std::vector<DependencyRow> rows;  // by name, then version
  bool knows_scripts = false;       // of packages that are not installed too
  bool sized = false;
  std::vector<std::string> root_asks;
};

// `root`: absolute folder the paths of the workspace are relative to. `sizes`: look at what is on disk.
DependencyReport ReportDependencies(const InstallRoot& workspace, const std::vector<InstallBehaviour>& behaviours,
                                    const std::string& root, bool sizes);
// Of a lockfile alone.
DependencyReport ReportDependencies(const Lockfile& lockfile);

std::string DependencyTable(const DependencyReport& report, const Terminal& terminal);
std::string DependencyJson(const DependencyReport& report);
std::string DependencyHtml(const DependencyReport& report);
// A CycloneDX 1.5 document.
std::string DependencyCycloneDx(const DependencyReport& report);

// What changes from one lockfile to another, as Markdown fit for a pull request.
std::string DependencyDiff(const DependencyReport& before, const DependencyReport& after);
std::string DependencyDiffJson(const DependencyReport& before, const DependencyReport& after);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_DEPS_H_
