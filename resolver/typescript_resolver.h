// Which file a module specifier means to the TypeScript compiler: its answer at compile time, which is often not the
// file that runs. Follows the handbook ("Modules: Reference", "TSConfig Reference") and the compiler's behaviour as
// tested against typescript 5.9, 6.0 and 7.0.
#ifndef LOOPLINT_RESOLVER_TYPESCRIPT_RESOLVER_H_
#define LOOPLINT_RESOLVER_TYPESCRIPT_RESOLVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/module_resolver.h"

namespace looplint {

struct TypeScriptRelease {
  int major = 5, minor = 9, patch = 3;
  static TypeScriptRelease Parse(std::string_view version);  // "5.9.3"; what is missing or no number: 5.9.3's
};

// A configuration file with everything it extends. All paths absolute. Owned by the resolver that loaded it.
struct TsConfig {
  enum class Resolution : uint8_t { kClassic, kNode10, kNode16, kNodeNext, kBundler };
  enum class Module : uint8_t {
    kNone, kCommonJs, kAmd, kUmd, kSystem, kEs2015, kEs2020, kEs2022, kEsNext, kNode16, kNode18, kNode20, kNodeNext, kPreserve,
  };
  struct Problem {
    std::string path;  // of the file the problem is in
    uint32_t at = 0;   // byte offset
    std::string text;
  };

  std::string path;
  Module module = Module::kCommonJs;
  Resolution resolution = Resolution::kNode10;
  std::string base_url;    // "" when not set
  std::string paths_base;  // folder that substitutions of `paths` are relative to
  std::vector<std::pair<std::string, std::vector<std::string>>> paths;
  std::vector<std::string> root_dirs, module_suffixes, custom_conditions, type_roots;
  std::string root_dir, out_dir, declaration_dir;
  bool allow_js = false, resolve_json = false, preserve_symlinks = false, allow_ts_extensions = false,
       allow_arbitrary_extensions = false, package_exports = true, package_imports = true, composite = false,
       no_dts = false;
  std::vector<std::string> files, include, exclude;  // include and exclude: patterns, absolute
  bool has_files = false, has_include = false;
  std::vector<std::string> references;  // configuration files
  std::string directory;  // of the file; "" without one
  std::vector<Problem> problems;
};

struct TsResolution {
  bool resolved = false;
  bool external = false;             // found through node_modules
  bool using_ts_extension = false;   // written with .ts, .tsx ...: an error without allowImportingTsExtensions
  std::string path;                  // real, unless symlinks are preserved
  std::string original;              // as it was found, when that is another path
  std::string extension;             // ".d.ts"
  std::string detail;                // when unresolved: one sentence
};

// How a specifier is used.
enum class TsUsage : uint8_t {
  kImport,         // import and export declarations, import types
  kImportEquals,   // import x = require('y'), or require('y') in JavaScript
  kDynamicImport,  // import('y')
};

enum class TsMode : uint8_t {
  kDefault,  // what the file and the syntax make of it
  kImport, kRequire,
};

// Thread-safe, like the resolver it works with.
class TypeScriptResolver {
 public:
  explicit TypeScriptResolver(ModuleResolver& node, TypeScriptRelease release = {});
  ~TypeScriptResolver();

  // The configuration in `path` (absolute), with what it extends; never null: problems are in it.
  const TsConfig& Load(std::string_view path);
  // The configuration that owns a file: the nearest tsconfig.json (or jsconfig.json) above it that includes the file,
  // itself or through its references; else the nearest. Null when there is none.
  const TsConfig* ConfigOf(std::string_view file);

  // `mode` other than kDefault: a resolution-mode attribute.
  const TsResolution& Resolve(std::string_view importer, std::string_view specifier, TsUsage usage,
                              const TsConfig& config, TsMode mode = TsMode::kDefault);
  TsResolution Explain(std::string_view importer, std::string_view specifier, TsUsage usage, const TsConfig& config,
                       TsMode mode, std::vector<Probe>& probes);
  // The mode a usage without attributes has in a file: import, require, or kDefault where the compiler has none.
  TsMode ModeOf(std::string_view importer, TsUsage usage, const TsConfig& config);

  struct Impl;  // of this floor

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_TYPESCRIPT_RESOLVER_H_
