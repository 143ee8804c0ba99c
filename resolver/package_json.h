// package.json as module resolution sees it.
#ifndef LOOPLINT_RESOLVER_PACKAGE_JSON_H_
#define LOOPLINT_RESOLVER_PACKAGE_JSON_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "resolver/json.h"

namespace looplint {

enum class PackageType : uint8_t { kNone, kCommonJs, kModule };

// Fields keep what Node makes of them: a name that is no string is no name. Owned by the resolver that read it.
struct PackageJson {
  std::string directory;  // of the package.json, as it was reached
  std::string real_directory;
  std::string error;      // why the text is no package.json ("3:1: ..."); the fields are empty then
  uint32_t error_at = 0;  // byte offset of `error`
  bool root_is_object = true;
  PackageType type = PackageType::kNone;
  bool has_name = false, has_main = false;
  std::string name, main, version;
  Json json;  // the whole document; empty when `error` is set
  JsonValue exports, imports;  // absent when the field is

  std::string path() const { return directory == "/" ? "/package.json" : directory + "/package.json"; }
};

// What package.json says that rules need. Unknown or malformed fields are left out.
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
  std::string engines_node;
};

// InvalidArgument names line and column of malformed JSON.
absl::StatusOr<Manifest> ParseManifest(std::string_view text, std::string directory);

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_PACKAGE_JSON_H_
