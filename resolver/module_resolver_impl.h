// What the resolvers of this floor share: the cached tree, package.json files, importers, Plug'n'Play manifests.
// Internal to the resolver.
#ifndef LOOPLINT_RESOLVER_MODULE_RESOLVER_IMPL_H_
#define LOOPLINT_RESOLVER_MODULE_RESOLVER_IMPL_H_

#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "resolver/archives.h"
#include "resolver/module_resolver.h"
#include "resolver/pnp.h"
#include "resolver/tree.h"
#include "resolver/url.h"

namespace looplint {

// What nobody else asks of a release of Node (see node_release.h): is a package.json that cannot be read an error, not
// absent? Is an import that ends in '/' of what is no folder not found, rather than a folder's import?
bool UnreadablePackageFails(const NodeRelease& node);
bool LooksBehindSlash(const NodeRelease& node);

// The directory of an importing file, with what is asked of it again and again.
struct Importer {
  struct Level {
    Dir* dir = nullptr;  // real; null when there is no such directory
    size_t length = 0;   // of its path, a prefix of Importer::path
  };
  std::string path;  // as given, normalised
  Dir* dir = nullptr;
  bool exact = false;  // `path` is real
  std::vector<Level> levels;  // the directory and those above it, down to the root
  const Pnp* pnp = nullptr;
  const Importer* home = nullptr;  // the nearest directory, itself or above, in which bare specifiers mean the same
  const PackageJson* import_scope = nullptr;   // the package.json that rules, as import and ...
  const PackageJson* require_scope = nullptr;  // ... as require look for it
  std::string_view level_path(const Level& l) const { return l.length == 0 ? "/" : std::string_view(path).substr(0, l.length); }
};

// A directory as it was reached: its lexical path and what is really there.
struct Place {
  Dir* dir = nullptr;
  std::string path;
  bool exact() const { return dir != nullptr && dir->path == path; }
};

// Normalised: "a/./b/../c" -> ups 0, "a/c"; "../x" -> ups 1, "x".
struct Relative {
  int ups = 0;
  std::string path;
};
Relative NormalizeRelative(std::string_view path);

struct ModuleResolver::Impl {
  Impl(const FileSystem& fs, Profile profile);
  ~Impl();

  const PackageJson* PackageIn(Dir* dir);  // null: none
  const Importer& ImporterAt(std::string_view directory);
  // Node at base/relative; the lexical rules of path.resolve.
  Node Reach(const Place& base, std::string_view relative, std::string* lexical = nullptr);
  Node At(std::string_view path);  // absolute; normalised here
  const Pnp* PnpAt(std::string_view directory);
  bool ConditionActive(std::string_view name, bool import) const;

  const FileSystem& base_fs;
  ArchiveFileSystem fs;
  Profile profile;
  Tree tree;
  bool native_reader, require_module;

  struct Memo {
    std::mutex mutex;
    absl::flat_hash_map<std::pair<const Importer*, std::string>, const Resolution*> answers;  // mode is the last byte
    std::deque<Resolution> arena;
  };
  static constexpr size_t kShards = 32;
  std::array<Memo, kShards> memo;
  struct Importers {
    std::mutex mutex;
    absl::flat_hash_map<std::string, std::unique_ptr<Importer>> by_path;
  };
  std::array<Importers, kShards> importers;
  std::mutex packages_mutex;
  std::deque<std::unique_ptr<PackageJson>> packages;
  std::mutex pnp_mutex;
  absl::flat_hash_map<std::string, const Pnp*> pnp_by_directory;
  std::vector<std::unique_ptr<Pnp>> pnp_manifests;
  std::once_flag map_once;
  struct NodePackageMap;
  std::unique_ptr<NodePackageMap> package_map;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_MODULE_RESOLVER_IMPL_H_
