// Which dependencies of a package are named nowhere in it: not imported, and not in any text that might make a tool
// load them.
#ifndef LOOPLINT_ANALYZER_ENGINE_MENTIONS_H_
#define LOOPLINT_ANALYZER_ENGINE_MENTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/packages/workspace.h"
#include "analyzer/project/project.h"
#include "resolver/file_system.h"

namespace looplint {

// Indexes into the dependencies of `manifest`, of those in "dependencies" only. Imports are asked first; what they do
// not name is looked for as a word in all text files of the package but prose, in what package.json says besides its
// dependencies, and in the files beside the root's package.json, as is every command the dependency brings. Nothing is
// returned for a package without sources, or one too large to look through.
std::vector<uint32_t> UnmentionedDependencies(const FileSystem& fs, const std::string& root, const Project& project,
                                              const InstallRoot& workspace, const PackageFile& manifest);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_MENTIONS_H_
