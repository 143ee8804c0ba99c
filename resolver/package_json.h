// package.json as module resolution sees it.
#ifndef LOOPLINT_RESOLVER_PACKAGE_JSON_H_
#define LOOPLINT_RESOLVER_PACKAGE_JSON_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "resolver/json.h"

namespace looplint {

enum class PackageType : uint8_t { kNone, kCommonJs, kModule };

// `exports` or `imports`, compiled once: exact keys hashed, patterns by their prefix, the order of the text kept.
class PackageMap {
 public:
  enum class State : uint8_t {
    kAbsent,     // undefined
    kNull,
    kMap,        // an object; a string or array of `exports` is the target of "."
    kOther,      // a number or boolean: no key matches
    kMixedKeys,  // `exports` with keys that start with '.' and others
    kMalformed,  // no JSON: found out when it is used
  };
  // What a key maps to.
  struct Target {
    enum class Kind : uint8_t { kString, kArray, kConditions, kNull, kInvalid };
    Kind kind = Kind::kNull;
    bool numeric_keys = false;  // of kConditions: an error whichever is asked for
    std::string_view text;      // of kString, and of kInvalid as written
    std::string_view condition;  // as a member of kConditions: its key
    uint32_t first = 0, count = 0;  // of kArray and kConditions: in targets()
    uint32_t at = 0;            // byte offset in the value of the field
  };
  struct Match {
    const Target* target = nullptr;  // null: no key matches
    std::string_view key;
    std::string_view star;  // what '*' stands for
    bool pattern = false;
  };

  // `text`: the field's value. `subpaths`: it is `exports`, of which a value without subpath keys means ".".
  void Compile(std::string_view text, bool subpaths);
  void CompileString(std::string_view value, bool subpaths);
  void SetState(State state) { state_ = state; }
  State state() const { return state_; }
  Match Find(std::string_view subpath) const;
  const Target& target(uint32_t i) const { return targets_[i]; }
  std::vector<std::string_view> Keys() const;  // in the order of the text

 private:
  void Add(uint32_t at, JsonValue value);
  struct Pattern {
    std::string_view key, trailer;
    uint32_t target;
  };
  State state_ = State::kAbsent;
  JsonDocument json_;
  std::string single_;
  std::vector<Target> targets_;
  std::vector<std::string_view> keys_;
  absl::flat_hash_map<std::string_view, uint32_t> exact_;
  absl::flat_hash_map<std::string_view, std::vector<Pattern>> patterns_;  // by what is before the '*', best first
  std::vector<size_t> prefix_lengths_;                                    // of patterns_, longest first
};

// Fields hold what Node makes of them: a name that is no string is no name. Owned by the resolver that read it.
struct PackageJson {
  enum class Problem : uint8_t {
    kNone,
    kMalformed,  // no JSON, or not an object where Node insists on one
    kNull,       // the text `null`, on which releases before 22 trip
  };
  std::string directory;  // of the package.json: real
  Problem problem = Problem::kNone;
  std::string error;      // what is wrong with the text, with its place: "3:1: a JSON value was expected"
  uint32_t error_at = 0;  // byte offset of `error`
  PackageType type = PackageType::kNone;
  bool has_name = false;
  std::string name, main;
  PackageMap exports, imports;
  std::string text;  // of the file

  // Releases with a native reader parse `exports` and `imports` when they look at the package.
  bool malformed_map() const {
    return exports.state() == PackageMap::State::kMalformed || imports.state() == PackageMap::State::kMalformed;
  }
  std::string path() const { return directory == "/" ? "/package.json" : directory + "/package.json"; }
};

// As releases that read it in C++ do (22 and later), or as those before, which use JSON.parse.
std::unique_ptr<PackageJson> ReadPackageJson(std::string text, std::string directory, bool native_reader);

// In which list of package.json a dependency stands; the one that counts at run time when it stands in several.
enum class DependencyKind : uint8_t { kProduction, kOptional, kPeer, kOptionalPeer, kDev };

// What package.json says that rules need. Unknown or malformed fields are left out.
struct Manifest {
  std::string directory;  // of the package.json
  std::string name, version;
  bool type_module = false;
  bool type_commonjs = false;  // stated, not just assumed
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

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_PACKAGE_JSON_H_
