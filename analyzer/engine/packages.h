// Brings together what the rules on packages look at: reads manifests, lockfiles and settings, looks into
// node_modules, follows install scripts, computes what would be published.
#ifndef LOOPLINT_ANALYZER_ENGINE_PACKAGES_H_
#define LOOPLINT_ANALYZER_ENGINE_PACKAGES_H_

#include <memory>
#include <string>
#include <vector>

#include "analyzer/base/parallel.h"
#include "analyzer/packages/pack.h"
#include "analyzer/packages/workspace.h"
#include "analyzer/project/project.h"
#include "resolver/file_system.h"
#include "rules/packages_view.h"

namespace looplint {

struct PackageFacts {
  std::vector<std::unique_ptr<PackageFile>> files;        // in order of path
  std::vector<InstallRoot> workspaces;                      // in order of directory
  std::vector<std::vector<InstallBehaviour>> behaviours;  // by workspace
  // By workspace, then by manifest; see PackagesView.
  std::vector<std::vector<PackedFiles>> packed;
  std::vector<std::vector<std::vector<CommandFile>>> commands;
  std::vector<std::vector<std::vector<uint32_t>>> unmentioned;
};

// `paths`: package.json files and documents, relative to `root`. Adds what it reads to the documents of `project`.
// Files in folders of tests and examples are left out: they are data, and nobody installs them.
PackageFacts GatherPackages(const FileSystem& fs, const std::string& root, std::vector<std::string> paths,
                            uint64_t max_file_bytes, Project& project, int threads, const StopToken& stop);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_PACKAGES_H_
