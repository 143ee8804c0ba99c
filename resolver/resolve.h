// Which file of the project a specifier means. Parses no JavaScript.
//
// So far: relative specifiers as Node's CommonJS loader and TypeScript resolve them (exact file, extensions,
// directory index, `main`; `.js` written for a `.ts` source), and the names of the project's own packages
// (workspaces), through `exports` and `main`. Everything else is external.
#ifndef LOOPLINT_RESOLVER_RESOLVE_H_
#define LOOPLINT_RESOLVER_RESOLVE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/file_system.h"

namespace looplint {

// In which list of package.json a dependency stands; the one that counts at run time when it stands in several.
enum class DependencyKind : uint8_t { kProduction, kOptional, kPeer, kOptionalPeer, kDev };

// What package.json says that resolution and the rules need. Unknown or malformed fields are left out.
struct Manifest {
  std::string directory;  // of the package.json
  std::string name, version;
  bool type_module = false;
  bool is_private = false;
  bool has_bin = false;
  bool has_start_script = false;
  std::string main, module, types;
  std::vector<std::string> exports;  // targets of exports["."], preferred first
  std::map<std::string, std::vector<std::string>> subpaths;  // "./x" -> targets
  std::vector<std::string> bin;                              // files
  std::map<std::string, std::string> dependencies;  // all kinds, name -> range
  std::map<std::string, DependencyKind> dependency_kinds;   // of the same names
  std::map<std::string, std::string> scripts;               // name -> command
  bool has_workspaces = false;
  std::string engines_node;
};

// InvalidArgument names line and column of malformed JSON.
absl::StatusOr<Manifest> ParseManifest(std::string_view text, std::string directory);

class Resolver {
 public:
  // `files`: paths of all sources of the project; `manifests`: its package.json files.
  Resolver(std::vector<std::string> files, std::vector<Manifest> manifests);

  // Path of the project file that `specifier` means in `importer`, or "" when it is not one.
  std::string Resolve(std::string_view importer, std::string_view specifier) const;
  // The nearest manifest at or above `path`, or null.
  const Manifest* ManifestOf(std::string_view path) const;
  const std::vector<Manifest>& manifests() const { return manifests_; }

 private:
  bool Has(const std::string& path) const;
  std::string TryFile(const std::string& path) const;
  std::string TryPath(const std::string& path) const;

  std::vector<std::string> files_;  // sorted
  std::vector<Manifest> manifests_;  // sorted by directory
  std::map<std::string, size_t, std::less<>> by_name_, by_directory_;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_RESOLVE_H_
