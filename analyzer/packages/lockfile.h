// One model for every lockfile: what is installed, from where, for whom.
//
// Formats: package-lock.json and npm-shrinkwrap.json 1 to 3; yarn.lock of Yarn 1 and of Yarn 2 and later;
// pnpm-lock.yaml 5 to 9; bun.lock. Views point into the text, which must outlive the model, or into the model.
#ifndef LOOPLINT_ANALYZER_PACKAGES_LOCKFILE_H_
#define LOOPLINT_ANALYZER_PACKAGES_LOCKFILE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/packages/document.h"
#include "analyzer/packages/manifest.h"

namespace looplint {

enum class LockFormat : uint8_t { kNpm, kYarnClassic, kYarnBerry, kPnpm, kBun };
std::string_view ManagerOf(LockFormat format);  // "npm", "yarn", "pnpm", "bun"
// By the name of a file; nullopt for what is no lockfile. yarn.lock is kYarnClassic until its text is seen.
std::optional<LockFormat> LockFormatOf(std::string_view path);

enum class SourceKind : uint8_t {
  kRegistry,  // a package of a registry; `resolved` may be empty, then it is the configured one
  kTarball,   // a tarball by URL
  kGit,
  kFile,       // a tarball or folder on disk
  kWorkspace,  // a package of the project itself
};

struct LockEdge {
  std::string_view name, spec;
  DependencyField kind = DependencyField::kProd;
  bool optional_peer = false;
  Span at;                   // of the spec where it is written
  uint32_t to = kNoneIndex;  // package it is resolved to, when the lockfile has it
};

struct LockPackage {
  std::string_view key;        // as the lockfile names the entry: a path, a list of patterns
  std::string_view name;       // by which it is installed and required
  std::string_view real_name;  // of the package itself: differs for an alias
  std::string_view version, resolved, integrity, deprecated, engines_node, license;
  Span at;                                     // the key
  Span version_at, resolved_at, integrity_at;  // the values; `at` when missing
  SourceKind source = SourceKind::kRegistry;
  bool importer = false;  // a package of the project, whose edges stand for its package.json
  bool dev = false, optional = false, peer = false, bundled = false, link = false;
  bool install_script = false;  // the lockfile says it has one; only npm and older pnpm tell
  bool other_platform = false;  // restricted by os, cpu or libc
  uint32_t first_edge = 0, edges = 0;
};

// A command a package brings, where the lockfile tells (npm 7 and later, Yarn 2 and later).
struct LockCommand {
  uint32_t package = kNoneIndex;
  std::string_view name, path;
};

// What the lockfile repeats of settings and package.json files besides dependencies: of "dependenciesMeta" and
// "peerDependenciesMeta" of a package of the project (pnpm, Yarn 2 and later), and of settings of pnpm for all of them
// (`package` is kNoneIndex). {"dependenciesMeta", "left", "built", "false"}, {"settings", "autoInstallPeers", "", "true"}
struct LockMeta {
  uint32_t package = kNoneIndex;
  std::string_view field, name, key, value;
};

struct Lockfile {
  std::string path, directory;
  LockFormat format = LockFormat::kNpm;
  std::string_view version;  // of the format
  Span version_at;
  std::vector<LockPackage> packages;
  std::vector<LockEdge> edges;
  std::vector<LockCommand> commands;
  std::vector<LockMeta> meta;
  // Tells of install scripts by `install_script`.
  bool knows_install_scripts = false;
  std::optional<DocError> error;  // what follows it was not read
  // Overrides as the lockfile repeats them (pnpm), name to spec.
  std::vector<std::pair<std::string_view, std::string_view>> overrides;
  std::vector<std::string_view> trusted;         // bun: trustedDependencies
  std::vector<std::deque<std::string>> strings;  // what the views point into that is not in the text

  std::string_view manager() const { return ManagerOf(format); }
  // By `key`, and for Yarn by each pattern; kNoneIndex when there is none.
  uint32_t Find(std::string_view key) const;
  // Which package Node finds for `name` from the entry at `location` (npm): node_modules of it or above.
  uint32_t Lookup(std::string_view location, std::string_view name) const;
  // The importer in a folder relative to the lockfile's, "." for its own.
  const LockPackage* Importer(std::string_view folder) const;

  absl::flat_hash_map<std::string_view, uint32_t> by_key;
};

// Never null. For bun.lockb and other bytes nobody can read, `error` says so.
std::unique_ptr<Lockfile> ReadLockfile(std::string_view text, std::string path);

// host[:port] of a URL with an authority, lower case as written; "" for none. Credentials are left out.
std::string_view HostOf(std::string_view url);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_LOCKFILE_H_
