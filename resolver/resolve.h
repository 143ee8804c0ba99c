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
#include "resolver/package_json.h"

namespace looplint {

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
