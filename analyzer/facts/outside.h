// What lies outside of the analysed files: Node's own answer for each import, and the names that installed packages
// export. Asked when a rule wants to know; answers are kept.
#ifndef LOOPLINT_ANALYZER_FACTS_OUTSIDE_H_
#define LOOPLINT_ANALYZER_FACTS_OUTSIDE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/packages/document.h"
#include "analyzer/project/project.h"
#include "resolver/module_resolver.h"

namespace looplint {

// The names a module shows to `import`.
struct ExportNames {
  bool known = false;  // otherwise something on the way could not be read, and nothing follows from a missing name
  bool commonjs = false;
  std::vector<std::string> names;  // sorted
  bool Has(std::string_view name) const;
};

// Thread-safe.
class Outside {
 public:
  Outside();
  ~Outside();
  Outside(Outside&&) noexcept;
  Outside& operator=(Outside&&) noexcept;

  // `fs` and the project's resolver must outlive this. Without a file system nothing is known of the outside.
  void Open(const Project& project, const FileSystem* fs, std::string root);

  // Are the packages of this file installed: is there a node_modules (or a Plug'n'Play manifest) between its folder
  // and the root? If not, nothing can be said about what is missing.
  bool Installed(const File& file) const;
  // Node's answer to an import as it is written; null when there is no file system to ask.
  const Resolution* Resolve(const File& importer, ImportId import) const;
  const Resolution* Resolve(const File& importer, std::string_view specifier, RequestKind kind) const;
  // The releases of Node the project is for.
  const NodeTarget& target() const;
  // Null before Open.
  ModuleResolver* resolver() const;
  // What the file at `path` (absolute) exports by name, as the oldest release of the target would see it.
  const ExportNames& ExportsOf(const std::string& path) const;
  // Does the module at `path` (absolute), or a file it imports statically, wait at its top level? That file, or "".
  std::string TopLevelAwait(const std::string& path) const;
  // The JSON that an import loads, or that is in the file at `path` (absolute); nothing when there is none. Lives as
  // long as this.
  DocValue JsonOf(const File& importer, ImportId import) const;
  DocValue JsonAt(const std::string& path) const;
  // Two builds of one package: do they run apart from each other (neither loads the other), and what of the first
  // then exists twice: a clause, "" when nothing that matters.
  struct Copies {
    bool independent = false;
    std::string state;
  };
  Copies CompareCopies(const std::string& imported, const std::string& required) const;
  // The package of @types installed above `importer` (absolute) whose declarations give all files the name `global`, as
  // those of test runners do: "@types/jest"; "" when there is none.
  std::string TypesOfGlobal(const std::string& importer, std::string_view global) const;
  std::string Absolute(std::string_view path) const;  // of a file of the project
  std::string Display(std::string_view path) const;   // relative to the root when it is inside

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_OUTSIDE_H_
