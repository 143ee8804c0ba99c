#include "resolver/resolve.h"

#include <algorithm>
#include <mutex>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr std::string_view kExtensions[] = {".js", ".json", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts"};

}  // namespace

Resolver::Resolver(std::vector<std::string> files, std::vector<Manifest> manifests)
    : files_(std::move(files)), manifests_(std::move(manifests)) {
  std::sort(files_.begin(), files_.end());
  std::sort(manifests_.begin(), manifests_.end(),
            [](const Manifest& a, const Manifest& b) { return a.directory < b.directory; });
  for (size_t i = 0; i < manifests_.size(); ++i) {
    by_directory_.emplace(manifests_[i].directory, i);
    if (!manifests_[i].name.empty()) by_name_.emplace(manifests_[i].name, i);
  }
}

struct Resolver::Configs {
  std::mutex mutex;
  absl::flat_hash_map<std::string, const TsConfig*> by_file;
};

Resolver::Resolver(std::vector<std::string> files, std::vector<Manifest> manifests, std::shared_ptr<const FileSystem> fs, std::string root)
    : Resolver(std::move(files), std::move(manifests)) {
  fs_ = std::move(fs);
  target_ = FindNodeTarget(*fs_, root);
  // The manifests are newer than the disk, or say what was configured instead.
  if (const auto own = by_directory_.find("."); own != by_directory_.end()) {
    const std::string& engines = manifests_[own->second].engines_node;
    if (!engines.empty() && target_.text != engines && ReleasesOf(engines, target_.oldest, target_.newest)) {
      target_.stated = true;
      target_.source = "engines.node";
      target_.text = engines;
    }
  }
  Profile profile;
  profile.node = target_.newest;
  node_ = std::make_unique<ModuleResolver>(*fs_, std::move(profile));
  typescript_ = std::make_unique<TypeScriptResolver>(*node_);
  root_ = node_->RealPath(root);
  if (root_.empty()) root_ = NormalizePath(root);
  configs_ = std::make_unique<Configs>();
}

Resolver::~Resolver() = default;

std::string Resolver::ProjectFile(std::string_view path) const {
  const size_t skip = root_ == "/" ? 1 : root_.size() + 1;
  if (path.size() <= skip || !path.starts_with(root_) || path[skip - 1] != '/') return "";
  std::string relative(path.substr(skip));
  return Has(relative) ? relative : std::string();
}

Resolver::Answer Resolver::Ask(std::string_view importer, std::string_view specifier, RequestKind kind) const {
  Answer answer;
  if (node_ == nullptr) {
    answer.file = Guess(importer, specifier);
    if (!answer.file.empty()) answer.by = By::kBundler;
    return answer;
  }
  const std::string from = JoinPath(root_, importer);
  const Resolution& node = node_->Resolve(from, specifier, kind);
  answer.node = &node;
  const auto found = [&](std::string file, By by) {
    answer.file = std::move(file);
    answer.by = by;
    return answer;
  };
  if (node.outcome == Resolution::Outcome::kBuiltin || node.outcome == Resolution::Outcome::kUrl) return answer;
  std::string runs = node.file() ? ProjectFile(node.path) : std::string();

  const bool typescript = importer.ends_with(".ts") || importer.ends_with(".tsx") || importer.ends_with(".mts") || importer.ends_with(".cts");
  const bool path = specifier.starts_with('.') || specifier.starts_with('/');
  std::string declaration;
  // Of JavaScript a configuration is asked only for what Node does not know: mapped names.
  if (typescript || (!path && !node.ok())) {
    const TsConfig* config;
    {
      const std::lock_guard lock(configs_->mutex);
      const auto [it, fresh] = configs_->by_file.try_emplace(from);
      if (fresh) it->second = typescript_->ConfigOf(from);
      config = it->second;
    }
    if (config != nullptr) {
      const TsUsage usage = kind == RequestKind::kRequire         ? TsUsage::kImportEquals
                            : kind == RequestKind::kDynamicImport ? TsUsage::kDynamicImport
                                                                  : TsUsage::kImport;
      const TsResolution& compiled = typescript_->Resolve(from, specifier, usage, *config);
      std::string file = compiled.resolved ? ProjectFile(compiled.path) : std::string();
      const bool declares = compiled.extension == ".d.ts" || compiled.extension == ".d.mts" || compiled.extension == ".d.cts";
      if (!file.empty() && !declares) {
        const By by = file == runs ? By::kNode : By::kTypeScript;
        return found(std::move(file), by);
      }
      declaration = std::move(file);
    }
  }
  if (!runs.empty()) return found(std::move(runs), By::kNode);
  // An installed package is what it is, whatever else has its name.
  if (node.file() && node.below_node_modules && !path) return answer;
  if (std::string guess = Guess(importer, specifier); !guess.empty()) return found(std::move(guess), By::kBundler);
  if (!declaration.empty()) return found(std::move(declaration), By::kTypeScript);
  return answer;
}

bool Resolver::Has(const std::string& path) const { return std::binary_search(files_.begin(), files_.end(), path); }

std::string Resolver::TryFile(const std::string& path) const {
  if (Has(path)) return path;
  // TypeScript sources are imported by the name of what they compile to.
  const auto swap = [&](std::string_view from, std::initializer_list<std::string_view> to) -> std::string {
    if (!path.ends_with(from)) return "";
    const std::string_view stem = std::string_view(path).substr(0, path.size() - from.size());
    for (const std::string_view extension : to) {
      std::string candidate = Cat(stem, extension);
      if (Has(candidate)) return candidate;
    }
    return "";
  };
  if (std::string found = swap(".js", {".ts", ".tsx"}); !found.empty()) return found;
  if (std::string found = swap(".jsx", {".tsx"}); !found.empty()) return found;
  if (std::string found = swap(".mjs", {".mts"}); !found.empty()) return found;
  if (std::string found = swap(".cjs", {".cts"}); !found.empty()) return found;
  for (const std::string_view extension : kExtensions) {
    std::string candidate = Cat(path, extension);
    if (Has(candidate)) return candidate;
  }
  return "";
}

std::string Resolver::TryPath(const std::string& path) const {
  if (std::string found = TryFile(path); !found.empty()) return found;
  if (const auto it = by_directory_.find(path); it != by_directory_.end()) {
    const Manifest& m = manifests_[it->second];
    for (const std::string& main : {m.main, m.module}) {
      if (main.empty()) continue;
      if (std::string found = TryFile(JoinPath(path, main)); !found.empty()) return found;
    }
  }
  return TryFile(JoinPath(path, "index"));
}

std::string Resolver::Guess(std::string_view importer, std::string_view specifier) const {
  if (specifier.empty()) return "";
  if (specifier.starts_with('/')) return TryPath(NormalizePath(specifier));
  if (specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../")) {
    return TryPath(JoinPath(DirName(importer), specifier));
  }
  // A package of the project by name.
  size_t end = specifier.find('/');
  if (specifier.starts_with('@') && end != std::string_view::npos) end = specifier.find('/', end + 1);
  const std::string_view name = specifier.substr(0, end);
  const auto it = by_name_.find(name);
  if (it == by_name_.end()) return "";
  const Manifest& m = manifests_[it->second];
  // A build output that is not in the tree is looked for in src/ under the same name.
  const auto target = [&](const std::string& path) -> std::string {
    if (std::string found = TryFile(JoinPath(m.directory, path)); !found.empty()) return found;
    std::string_view rest = path;
    if (rest.starts_with("./")) rest.remove_prefix(2);
    for (const std::string_view out : {"dist/", "lib/", "build/", "out/"}) {
      if (!rest.starts_with(out)) continue;
      if (std::string found = TryFile(JoinPath(m.directory, Cat("src/", rest.substr(out.size())))); !found.empty()) {
        return found;
      }
    }
    return "";
  };
  if (end == std::string_view::npos) {
    for (const std::string& t : m.exports) {
      if (std::string found = target(t); !found.empty()) return found;
    }
    for (const std::string& t : {m.main, m.module}) {
      if (t.empty()) continue;
      if (std::string found = target(t); !found.empty()) return found;
    }
    if (std::string found = TryPath(JoinPath(m.directory, "src")); !found.empty()) return found;
    return TryPath(m.directory);
  }
  const std::string subpath = Cat(".", specifier.substr(end));
  if (const auto s = m.subpaths.find(subpath); s != m.subpaths.end()) {
    for (const std::string& t : s->second) {
      if (std::string found = target(t); !found.empty()) return found;
    }
    return "";
  }
  return m.exports.empty() && m.subpaths.empty() ? TryPath(JoinPath(m.directory, subpath)) : "";
}

const Manifest* Resolver::ManifestOf(std::string_view path) const {
  for (std::string_view d = DirName(path);; d = DirName(d)) {
    const auto it = by_directory_.find(d);
    if (it != by_directory_.end()) return &manifests_[it->second];
    if (d == "." || d == "/") return nullptr;
  }
}

}  // namespace looplint
