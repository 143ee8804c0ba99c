// What one install command works on: a root package.json with its members, the lockfiles and settings beside it, what
// is installed below it, and the recipes (Dockerfiles, CI) that install it. A plain package is a workspace of one.
#ifndef LOOPLINT_ANALYZER_PACKAGES_WORKSPACE_H_
#define LOOPLINT_ANALYZER_PACKAGES_WORKSPACE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"
#include "analyzer/packages/lockfile.h"
#include "analyzer/packages/manifest.h"
#include "analyzer/packages/settings.h"
#include "resolver/file_system.h"

namespace looplint {

// Files other than sources that the rules on packages read.
enum class PackageFileKind : uint8_t { kNone, kManifest, kLockfile, kSettings, kDockerfile, kCi, kShell };
PackageFileKind PackageFileKindOf(std::string_view path);

struct PackageFile {
  FileId file{kNoneIndex};
  PackageFileKind kind = PackageFileKind::kNone;
  std::string path, directory;
  std::string_view text;
  std::unique_ptr<PackageManifest> manifest;  // by kind
  std::unique_ptr<Lockfile> lockfile;
  std::unique_ptr<Settings> settings;
};

// A package in a node_modules folder.
struct InstalledPackage {
  std::string directory;  // relative to the root of the run
  std::string name, version, license;
  bool implicit_build = false;                // has a binding.gyp and no script that says how to build it
  bool has_scripts = false;                   // runs something at install
  std::vector<std::string> odd_modules;       // of those others load, by path: their text gives cause to read them
  FileId file{kNoneIndex};                    // of its package.json; only where it has scripts or is odd
  std::unique_ptr<PackageManifest> manifest;  // likewise
  uint32_t locked = kNoneIndex;               // entry of the workspace's first lockfile, for npm
};

struct InstallRoot {
  std::string directory;                    // "." for the root of the run
  const PackageFile* root = nullptr;        // null where only recipes are
  std::vector<const PackageFile*> members;  // package.json files of the workspaces, without the root's
  std::vector<const PackageFile*> lockfiles;
  std::vector<const PackageFile*> settings;                  // nearest first
  std::vector<const PackageFile*> recipes;                   // Dockerfiles, CI, shell scripts
  std::vector<std::string> ignored_lockfiles;                // there, but left out by ignore files
  std::vector<std::unique_ptr<InstalledPackage>> installed;  // in order of directory
  bool is_installed = false;                                 // has a node_modules folder

  // The root's and the members' package.json.
  std::vector<const PackageFile*> Manifests() const;
  // The lockfile installs go by: of the manager named by packageManager, else the first.
  const PackageFile* MainLockfile() const;
  // "npm", "yarn", "pnpm" or "bun", by packageManager, lockfile or settings; "" when nothing tells.
  std::string_view Manager() const;
  // A member by the name of its package, or null.
  const PackageFile* Member(std::string_view name) const;
};

// Parses a file of a known kind; `text` must outlive it.
std::unique_ptr<PackageFile> ReadPackageFile(FileId file, std::string path, std::string_view text);

// Groups the files of a run. `files` in order of path.
std::vector<InstallRoot> GroupWorkspaces(const std::vector<std::unique_ptr<PackageFile>>& files);

// Folders of packages below <directory>/node_modules, pnpm's store included; links are not followed. Sorted.
std::vector<std::string> InstalledFolders(const FileSystem& fs, const std::string& root, const std::string& directory);

// True for a path of a workspace pattern ("packages/*", "apps/**", "!packages/x").
bool MatchesWorkspacePattern(std::string_view pattern, std::string_view path);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_WORKSPACE_H_
