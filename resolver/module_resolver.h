// Which file, builtin or URL a module specifier means, as the module loaders of Node.js answer it: CommonJS require,
// ES module import, `exports` and `imports` of package.json, symlinks, Yarn Plug'n'Play, package maps. The algorithm is
// the one of the Node.js documentation ("Modules: CommonJS modules", "Modules: ECMAScript modules", "Modules:
// Packages") with the deviations of each major release, checked against real Node 18, 20, 22, 24 and 26.
//
// TypeScript's own answers are in typescript_resolver.h; which file of the analysed project is meant is in
// project_resolver.h. No JavaScript is parsed here: where Node would look at the syntax of a file, the format is
// kUnknown.
#ifndef LOOPLINT_RESOLVER_MODULE_RESOLVER_H_
#define LOOPLINT_RESOLVER_MODULE_RESOLVER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/file_system.h"
#include "resolver/node_release.h"
#include "resolver/package_json.h"

namespace looplint {

enum class RequestKind : uint8_t {
  kRequire,            // require('x')
  kRequireResolve,     // require.resolve('x'): resolves, loads nothing
  kImport,             // import ... from 'x', export ... from 'x'
  kDynamicImport,      // import('x')
  kImportMetaResolve,  // import.meta.resolve('x'): does not ask whether the file exists
  kNewUrl,             // new URL('x', import.meta.url)
  kWorker,             // new Worker('x'): a path, exactly as written
  kFork,               // child_process.fork('x'): a path, resolved as a program's entry
};

// Names are Node's own `code` (or error name, where there is no code). Those after kLoadErrors are raised when the
// module is loaded, not when it is resolved.
enum class ResolveCode : uint8_t {
  kNone,
  kModuleNotFound,     // MODULE_NOT_FOUND: by require
  kErrModuleNotFound,  // ERR_MODULE_NOT_FOUND: by import
  kPackagePathNotExported,
  kPackageImportNotDefined,
  kInvalidPackageTarget,
  kInvalidPackageConfig,
  kInvalidModuleSpecifier,
  kUnsupportedDirImport,
  kUnsupportedResolveRequest,
  kInvalidFileUrlHost,
  kInvalidFileUrlPath,
  kInvalidUrlScheme,
  kInvalidUrl,
  kInvalidArgValue,
  kInvalidArgType,
  kSyntaxError,  // package.json that is no JSON, by require before Node 22
  kTypeError,    // package.json that is `null`, before Node 22
  kUriError,
  kPackageMapInvalid,
  kPackageMapExternalFile,
  kPackageMapKeyNotFound,
  kWorkerPath,  // ERR_WORKER_PATH
  kLoadErrors,
  kUnknownBuiltinModule = kLoadErrors,
  kUnknownFileExtension,
  kUnsupportedEsmUrlScheme,
  kRequireEsm,
  kImportAttributeMissing,
  kImportAttributeTypeIncompatible,
  kImportAttributeUnsupported,
  kImportAssertionTypeMissing,
  kImportAssertionTypeFailed,
  kImportAssertionTypeUnsupported,
  kUnsupportedNodeModulesTypeStripping,
  kUnknownModuleFormat,
};
std::string_view CodeName(ResolveCode code);  // "ERR_MODULE_NOT_FOUND"; "" for kNone

// How Node would evaluate a file. kUnknown: a .js file (or one without extension) of a package that states no type, of
// which Node (20 and later) reads the source to tell; require takes it for CommonJS first.
enum class ModuleFormat : uint8_t {
  kUnknown, kCommonJs, kModule, kJson, kWasm, kAddon, kBuiltin, kCommonJsTypeScript, kModuleTypeScript,
};
std::string_view FormatName(ModuleFormat format);  // as Node's loader calls it: "module-typescript"; "" for kUnknown

// One answer. Owned by the resolver that gave it, never changed, valid as long as that lives.
struct Resolution {
  enum class Outcome : uint8_t { kFile, kBuiltin, kUrl, kError };
  Outcome outcome = Outcome::kError;
  ModuleFormat format = ModuleFormat::kUnknown;
  ResolveCode code = ResolveCode::kNone;       // of an error
  ResolveCode load_code = ResolveCode::kNone;  // resolved, but loading it would raise this
  bool bare = false;             // the specifier names a package (or a builtin); `package_name` is its name part
  bool below_node_modules = false;  // of a file: its real path has a folder node_modules, or lies in a package archive
  std::string path;              // file: absolute, real unless symlinks are preserved. builtin: name without "node:".
                                 // url: href. error: the path that was looked for last, or ""
  std::string search, hash;      // of a file imported by URL: "?v=1", "#x"
  std::string package_name;      // of a bare specifier: "lodash", "@scope/name"
  const PackageJson* package = nullptr;  // whose `exports`, `imports` or `main` decided
  std::string key;               // the key of exports or imports that matched: ".", "./lib/*", "#dep"; or "main"
  std::string conditions;        // taken on the way to the target: "node,import"
  std::string detail;            // error: one sentence for people. PnP: its own code, "UNDECLARED_DEPENDENCY: ..."
  bool file() const { return outcome == Outcome::kFile; }
  bool ok() const { return outcome != Outcome::kError; }
};

// Which Node, started how.
struct Profile {
  NodeRelease node = NodeRelease::Of(24);
  std::vector<std::string> conditions;  // --conditions
  bool preserve_symlinks = false;       // --preserve-symlinks
  bool addons = true;                   // --no-addons clears it
  bool require_module = true;           // --no-experimental-require-module clears it (majors that have it)
  bool strip_types = true;              // --no-strip-types clears it (majors that have it)
  bool import_addons = false;           // --experimental-addon-modules
  bool import_text = false;             // --experimental-import-text
  bool wasm_modules = false;            // --experimental-wasm-modules (majors that do not have it by default)
  bool force_require_module = false;    // --experimental-require-module (releases that do not have it by default)
  bool force_strip_types = false;       // --experimental-strip-types (releases that do not have it by default)
  bool default_type_module = false;     // --experimental-default-type=module
  std::string package_map;              // --experimental-package-map: absolute path
  std::vector<std::string> node_path;   // NODE_PATH, split
  std::string home;                     // HOME: ~/.node_modules and ~/.node_libraries; "" for none
  std::string prefix;                   // PREFIX/lib/node; "" for none
  bool plug_n_play = true;              // read .pnp.data.json or .pnp.cjs of the folders above an importer

  // Sets what a command-line flag of node says ("--no-addons", "-C=worker"). False for a flag it does not know.
  bool SetFlag(std::string_view flag);
};

// One path that was looked at.
struct Probe {
  std::string path;
  FileType type = FileType::kNone;
};

using ImportAttributes = std::vector<std::pair<std::string, std::string>>;  // with { type: 'json' }

// Thread-safe; answers are remembered, so are directory listings, package.json files and what is not there. It sees
// the file system as it was when it first looked: for a changed tree make another one.
class ModuleResolver {
 public:
  // `fs` must outlive the resolver.
  explicit ModuleResolver(const FileSystem& fs, Profile profile = {});
  ~ModuleResolver();
  ModuleResolver(const ModuleResolver&) = delete;
  ModuleResolver& operator=(const ModuleResolver&) = delete;

  // `importer`: absolute path of the importing file (it need not exist), or a data: URL.
  const Resolution& Resolve(std::string_view importer, std::string_view specifier, RequestKind kind);
  // The load code of an import that has attributes (or of one that has none but needs them).
  ResolveCode AttributesCode(const Resolution& to, const ImportAttributes& attributes) const;
  // The same answer, computed afresh, with every path that was looked at, in order.
  Resolution Explain(std::string_view importer, std::string_view specifier, RequestKind kind, std::vector<Probe>& probes);

  // The package.json that rules over a file (Node's package scope), or null.
  const PackageJson* PackageOf(std::string_view file);
  // package.json of a folder, or null when there is none.
  const PackageJson* PackageIn(std::string_view directory);
  // The format of a file by its name and its package's type, as import sees it.
  ModuleFormat FormatOf(std::string_view file);
  // The folder of a dependency as seen from `importer` (real path), "" when it is not there.
  std::string PackageFolder(std::string_view importer, std::string_view package_name);

  // Cached views of the tree.
  FileType TypeOf(std::string_view path);          // follows symlinks
  std::string RealPath(std::string_view path);     // "" when there is no such file
  std::vector<std::string> List(std::string_view directory);  // sorted names; for "did you mean"

  const Profile& profile() const;
  const FileSystem& file_system() const;

  struct Impl;  // shared with the other resolvers of this floor
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// "@scope/name/sub" -> "@scope/name"; "" for what is no bare specifier.
std::string_view PackageNameOf(std::string_view specifier);

// What Node would have loaded had the specifier been written in full: './util' -> './util.js'. "" when nothing near.
std::string DidYouMean(ModuleResolver& resolver, std::string_view importer, std::string_view specifier);

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_MODULE_RESOLVER_H_
