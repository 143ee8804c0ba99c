// The manifest of Yarn Plug'n'Play: which package a file belongs to, and where its dependencies are. Read from
// .pnp.data.json or from the JSON text inside .pnp.cjs, which is never executed.
#ifndef LOOPLINT_RESOLVER_PNP_H_
#define LOOPLINT_RESOLVER_PNP_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "resolver/file_system.h"
#include "resolver/json.h"

namespace looplint {

class Pnp {
 public:
  // The manifest of `directory`, or null when there is none. `error`: set when there is one that cannot be read.
  static std::unique_ptr<Pnp> Load(const FileSystem& fs, const std::string& directory, std::string* error);

  struct Answer {
    enum class Kind : uint8_t {
      kFound,        // `location`
      kNotManaged,   // the importer belongs to no package here, or is left to Node by ignorePatternData
      kUndeclared,   // UNDECLARED_DEPENDENCY
      kMissingPeer,  // MISSING_PEER_DEPENDENCY
      kMissing,      // MISSING_DEPENDENCY: declared, but of nothing installed
    };
    Kind kind = Kind::kNotManaged;
    std::string location;  // absolute, without '/' at the end
    std::string detail;
  };
  // The folder of `package` as `importer` (an absolute file path) sees it.
  Answer Find(std::string_view package, std::string_view importer) const;
  // The folder of the package that owns a path, "" when none does.
  std::string OwnerOf(std::string_view path) const;
  const std::string& directory() const { return directory_; }

 private:
  struct Package {
    std::string name, reference;
    bool top_level = false;
    std::string location;       // absolute, with '/' at the end
    JsonValue dependencies;     // [[name, null | reference | [name, reference]]]
    JsonValue peers;
    bool discard = false;
  };
  const Package* Owner(std::string_view path) const;
  const Package* Get(std::string_view name, std::string_view reference) const;
  Answer Locate(std::string_view package, JsonValue target) const;

  std::string directory_;
  JsonDocument json_;
  std::vector<Package> packages_;
  absl::flat_hash_map<std::string, const Package*> by_locator_;   // name '\0' reference
  absl::flat_hash_map<std::string, const Package*> by_location_;  // with '/' at the end
  const Package* top_level_ = nullptr;
  bool enable_fallback_ = false;
  absl::flat_hash_set<std::string> excluded_;  // name '\0' reference
  JsonValue fallback_pool_;
  std::string ignore_pattern_;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_PNP_H_
