// Which file of the analysed project a specifier means: Node's answer; the TypeScript compiler's where a configuration
// rules the file; and, because much code is only ever seen by a bundler, what bundlers would guess when neither finds
// a file. Says which of them found it.
#ifndef LOOPLINT_RESOLVER_RESOLVE_H_
#define LOOPLINT_RESOLVER_RESOLVE_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/file_system.h"
#include "resolver/module_resolver.h"
#include "resolver/package_json.h"
#include "resolver/typescript_resolver.h"

namespace looplint {

// Thread-safe.
class Resolver {
 public:
  enum class By : uint8_t {
    kNobody,
    kNode,        // Node loads this file at run time
    kTypeScript,  // the compiler reads it; what runs is its output
    kBundler,     // neither finds it: extensions, index files and sources of missing build outputs were guessed
  };
  struct Answer {
    std::string file;  // path of a project file, "" when it means none of them
    By by = By::kNobody;
    const Resolution* node = nullptr;  // what Node makes of the specifier as written; null without a file system
  };

  // `files`: paths of all sources of the project; `manifests`: its package.json files. Of what is not in these lists
  // nothing is known: for sources without a place on a disk.
  Resolver(std::vector<std::string> files, std::vector<Manifest> manifests);
  // The same with the tree they are in; paths are relative to `root` (absolute). Packages are found as they are
  // installed, configuration files are read, for the newest Node.js the project states.
  Resolver(std::vector<std::string> files, std::vector<Manifest> manifests, std::shared_ptr<const FileSystem> fs, std::string root);
  ~Resolver();
  // Of the files named at first only these turned out to be sources. From one thread; what was found out stays known.
  void Narrow(std::vector<std::string> files) { files_ = std::move(files); }

  Answer Ask(std::string_view importer, std::string_view specifier, RequestKind kind) const;
  // Path of the project file that `specifier` means in `importer`, or "" when it is not one.
  std::string Resolve(std::string_view importer, std::string_view specifier, RequestKind kind = RequestKind::kImport) const {
    return Ask(importer, specifier, kind).file;
  }
  // The nearest manifest at or above `path`, or null.
  const Manifest* ManifestOf(std::string_view path) const;
  const std::vector<Manifest>& manifests() const { return manifests_; }
  const NodeTarget& target() const { return target_; }
  // Null without a file system.
  ModuleResolver* node() const { return node_.get(); }
  TypeScriptResolver* typescript() const { return typescript_.get(); }

 private:
  struct Configs;
  bool Has(const std::string& path) const;
  std::string Guess(std::string_view importer, std::string_view specifier) const;
  std::string TryFile(const std::string& path) const;
  std::string TryPath(const std::string& path) const;
  std::string ProjectFile(std::string_view path) const;  // "" when the absolute path is none of the project's files

  std::vector<std::string> files_;  // sorted
  std::vector<Manifest> manifests_;  // sorted by directory
  std::map<std::string, size_t, std::less<>> by_name_, by_directory_;
  std::shared_ptr<const FileSystem> fs_;
  std::string root_;  // real
  NodeTarget target_;
  std::unique_ptr<ModuleResolver> node_;
  std::unique_ptr<TypeScriptResolver> typescript_;
  std::unique_ptr<Configs> configs_;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_RESOLVE_H_
