// What a package.json says of dependencies and scripts, and where it says it.
#ifndef LOOPLINT_ANALYZER_PACKAGES_MANIFEST_H_
#define LOOPLINT_ANALYZER_PACKAGES_MANIFEST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/packages/document.h"

namespace looplint {

enum class DependencyField : uint8_t { kProd, kDev, kOptional, kPeer };
// "dependencies", "devDependencies", ...
std::string_view FieldOf(DependencyField kind);

// What the right side of a dependency asks for, as npm-package-arg and the protocols of yarn and pnpm have it.
struct Spec {
  enum class Kind : uint8_t {
    kRange,      // "^1.2.0"
    kTag,        // "latest"
    kGit,        // "user/repo", "git+ssh://...#commit"
    kRemote,     // a tarball by URL
    kFile,       // "file:../x", "./x.tgz"
    kLink,       // "link:", "portal:"
    kWorkspace,  // "workspace:^"
    kCatalog,    // "catalog:"
    kPatch,      // "patch:..."
    kOther,      // protocols nobody here knows
  };
  Kind kind = Kind::kRange;
  std::string_view alias_of;  // the package an "npm:" alias asks for, else ""
  std::string_view text;      // without the alias: the range, the tag, the URL
  bool pinned = false;        // kGit: by a commit hash
};
Spec ReadSpec(std::string_view spec);

// A name and the range after the last "@" that does not begin it: "@a/b@^1" -> "@a/b", "^1".
std::pair<std::string_view, std::string_view> SplitAtVersion(std::string_view text);
// "@scope", or "".
std::string_view ScopeOf(std::string_view name);

struct Dependency {
  std::string_view name, spec;
  DependencyField kind = DependencyField::kProd;
  bool optional_peer = false;
  Span name_at, spec_at;  // quotes included
};

struct PackageManifest {
  std::string path;       // relative to the root of the run
  std::string directory;  // "." for the root
  Document document;
  std::string_view name, version;
  bool is_private = false;
  std::vector<Dependency> dependencies;  // in the order of the file
  std::vector<std::string_view> workspaces;

  DocValue root() const { return document.root(); }
  DocValue Script(std::string_view name) const { return root()["scripts"][name]; }
  const Dependency* Find(std::string_view name, DependencyField kind) const;
  // The declaration an install goes by: optional before prod before dev; peers are none.
  const Dependency* Installed(std::string_view name) const;
};

// Never null. `text` must outlive it.
std::unique_ptr<PackageManifest> ReadPackageJson(std::string_view text, std::string path);

// The scripts an install of a package as a dependency runs, in that order.
inline constexpr std::string_view kInstallScripts[] = {"preinstall", "install", "postinstall"};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_MANIFEST_H_
