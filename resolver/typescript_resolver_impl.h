// Shared by the two halves of TypeScriptResolver: configuration files and resolution. Internal to the resolver.
#ifndef LOOPLINT_RESOLVER_TYPESCRIPT_RESOLVER_IMPL_H_
#define LOOPLINT_RESOLVER_TYPESCRIPT_RESOLVER_IMPL_H_

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "resolver/module_resolver_impl.h"
#include "resolver/typescript_resolver.h"
#include "resolver/version_range.h"

namespace looplint {

struct TypeScriptResolver::Impl {
  Impl(ModuleResolver& n, TypeScriptRelease r) : node(n), release(r) {}

  const TsConfig& LoadConfig(std::string_view path);
  const TsConfig* ConfigOf(std::string_view file);
  bool Includes(const TsConfig& config, std::string_view file) const;
  const TsConfig* OwnerThroughReferences(const TsConfig& config, std::string_view file, int depth);
  // The file that "extends" in `directory` names, "" when there is none.
  std::string FindExtended(const std::string& directory, std::string_view name);

  // package.json as the compiler reads it: leniently. Null when there is none.
  struct Package {
    std::string directory;  // real
    JsonDocument json;
    bool has_paths = false;  // typesVersions apply
    std::vector<std::pair<std::string, std::vector<std::string>>> paths;
    JsonValue field(std::string_view name) const { return json.root()[name]; }
  };
  const Package* PackageIn(std::string_view directory);

  ModuleResolver& node;
  const TypeScriptRelease release;
  std::mutex config_mutex;
  absl::flat_hash_map<std::string, std::unique_ptr<TsConfig>> configs;
  std::mutex package_mutex;
  absl::flat_hash_map<const Dir*, std::unique_ptr<Package>> packages;
  struct Memo {
    std::mutex mutex;
    absl::flat_hash_map<std::string, const TsResolution*> answers;
    std::deque<TsResolution> arena;
  };
  static constexpr size_t kShards = 16;
  std::array<Memo, kShards> memo;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_TYPESCRIPT_RESOLVER_IMPL_H_
