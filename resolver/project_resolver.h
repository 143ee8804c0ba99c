// Which file of the analysed project a specifier means: Node's answer, the TypeScript compiler's where a configuration
// rules the file, and, because much code is only ever seen by a bundler, what bundlers would guess when neither finds
// anything. Says which of them found it.
#ifndef LOOPLINT_RESOLVER_PROJECT_RESOLVER_H_
#define LOOPLINT_RESOLVER_PROJECT_RESOLVER_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/module_resolver.h"
#include "resolver/typescript_resolver.h"

namespace looplint {

class ProjectResolver {
 public:
  enum class By : uint8_t {
    kNobody,
    kNode,        // Node loads this file at run time
    kTypeScript,  // the compiler reads it; what runs is its output
    kSource,      // the source of a build output that is not there: dist/x.js -> src/x.ts
    kBundler,     // no loader of Node finds it: extensions and index files were guessed
  };
  struct Target {
    std::string file;  // path relative to the root, one of `files`; "" when it is none of them
    By by = By::kNobody;
    const Resolution* node = nullptr;  // Node's answer for the specifier as written; never null
  };

  // `files`: sources of the project; `manifests`: its package.json files; all relative to `root` (absolute).
  // `fs` must outlive it. Without `fs` only `files` and `manifests` exist (tests, snippets).
  ProjectResolver(const FileSystem* fs, std::string root, std::vector<std::string> files, std::vector<Manifest> manifests);
  ~ProjectResolver();

  // `importer`: relative to the root. Thread-safe.
  Target Resolve(std::string_view importer, std::string_view specifier, RequestKind kind) const;

  // The nearest manifest at or above `path`, or null.
  const Manifest* ManifestOf(std::string_view path) const;
  const std::vector<Manifest>& manifests() const;
  // The project's Node.js releases; rules about other releases ask a resolver of their own.
  const NodeTarget& target() const;
  ModuleResolver& node() const;
  TypeScriptResolver& typescript() const;
  const std::string& root() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_PROJECT_RESOLVER_H_
