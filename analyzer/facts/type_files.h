// Declarations of installed packages (.d.ts), read as text when a name of theirs is asked for: classes, interfaces, type
// aliases, functions and variables, through re-exports and from file to file.
#ifndef LOOPLINT_ANALYZER_FACTS_TYPE_FILES_H_
#define LOOPLINT_ANALYZER_FACTS_TYPE_FILES_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/module_resolver.h"

namespace looplint {

// One such file. Texts are views of `text`.
struct TypeFile {
  struct Named {
    enum class Kind : uint8_t { kType, kAlias, kFunction, kValue } kind;  // kType: a class or an interface
    std::string_view text;  // of a type the whole declaration, of an alias too; of a function from its parameters on; of a
                            // value its type
  };
  struct From {
    std::string_view specifier;  // "" for this file
    std::string_view name;       // "default"; "*" for the whole
  };
  std::string path;  // absolute
  std::string text;
  std::multimap<std::string_view, Named> names;  // overloads and merged declarations in source order
  std::map<std::string_view, From> imports;      // what a name means in this file
  std::map<std::string_view, From> exports;      // where a name is exported under another one, or from elsewhere
  std::vector<std::string_view> stars;           // export * from
  // What stands in namespaces is kept with the names of the file; these are theirs.
  std::set<std::string_view> namespaces;
  bool module = false;  // imports or exports something: only `declare global` declares for all
  std::set<std::string_view> global;  // names it declares for all then
  bool DeclaresForAll(std::string_view name) const {
    return module ? global.contains(name) : names.contains(name) || namespaces.contains(name);
  }
};

// For one thread. `resolver` must outlive it.
class TypeFiles {
 public:
  explicit TypeFiles(ModuleResolver& resolver) : resolver_(resolver) {}
  // The declarations that `specifier` stands for in the file at `importer` (absolute); null when there are none.
  const TypeFile* Find(const std::string& importer, std::string_view specifier);
  // What `name` means in `file`, or is exported as by it; empty when that is not known.
  struct Meaning {
    const TypeFile* file = nullptr;
    std::vector<const TypeFile::Named*> named;
    bool whole = false;  // `file` as a namespace
  };
  Meaning InFile(const TypeFile& file, std::string_view name) { return InFile(file, name, 0); }
  Meaning Exported(const TypeFile& file, std::string_view name) { return Exported(file, name, 0); }
  // What `name` means to all files, when `file` declares it for them.
  Meaning Global(const TypeFile& file, std::string_view name) const;

 private:
  Meaning InFile(const TypeFile& file, std::string_view name, int depth);
  Meaning Exported(const TypeFile& file, std::string_view name, int depth);
  Meaning Follow(const TypeFile& file, const TypeFile::From& from, int depth);
  const TypeFile* Read(const std::string& path);
  const TypeFile* ReadFirst(const std::string& base);
  const TypeFile* OfPackage(const std::string& folder, std::string_view subpath);

  ModuleResolver& resolver_;
  std::map<std::string, std::unique_ptr<TypeFile>> files_;  // null: not there
  size_t bytes_ = 0;
};

// ---- reading TypeScript's declarations as text
bool IsSpace(char c);
bool IsWord(char c);
std::string_view TrimSpace(std::string_view text);
// Past a comment or a string that begins at `i`, or `i`.
size_t PastText(std::string_view t, size_t i);
// Past the bracket of a type that closes the one at `i`; < and > are brackets.
size_t PastBrackets(std::string_view t, size_t i);
// Past the brace that closes the one at `i`, whatever else is between: code, where < and > compare.
size_t PastBraces(std::string_view t, size_t i);
size_t PastSpace(std::string_view t, size_t i);
// Where a type that begins at `i` ends: at ; , = { } or the end of its line.
size_t PastType(std::string_view t, size_t i);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_TYPE_FILES_H_
