// What of a package's folder is published: the files `npm pack` puts into the tarball.
//
// After npm 10 and 11, whose packer walks the folder and lets rules of several ranks decide on every entry: what is
// never packed by default, "files" of package.json or else ignore files (.npmignore rather than .gitignore), and what
// is packed or left out whatever those say. The odd corners follow from how ranks and folders interact; they are kept,
// and held against npm's own answers (bench/supply-chain/pack.mjs).
#ifndef LOOPLINT_ANALYZER_PACKAGES_PACK_H_
#define LOOPLINT_ANALYZER_PACKAGES_PACK_H_

#include <string>
#include <vector>

#include "analyzer/packages/manifest.h"
#include "resolver/file_system.h"

namespace looplint {

struct PackedFiles {
  bool computed = false;           // false for packages nobody publishes and folders too large to list
  std::vector<std::string> files;  // in the tarball: relative to the package, sorted
  std::vector<std::string> all;    // on disk, node_modules and .git aside, sorted
};

// `outer`: the ignore files of the workspace a member lies in, outermost first (OuterIgnoreFiles).
PackedFiles PackFiles(const FileSystem& fs, const std::string& directory, const PackageManifest& manifest,
                      const std::vector<std::string>& outer = {});

// Texts of the .npmignore or else .gitignore of `root` and of the folders between it and its member `directory`.
std::vector<std::string> OuterIgnoreFiles(const FileSystem& fs, const std::string& root, const std::string& directory);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_PACK_H_
