#include "resolver/resolve.h"

#include <algorithm>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::json;

std::string StringField(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// All string targets of an exports entry, whatever their conditions; import and source conditions first.
void Targets(const Json& entry, std::vector<std::string>& out, int depth = 0) {
  if (depth > 16) return;
  if (entry.is_string()) {
    out.push_back(entry.get<std::string>());
  } else if (entry.is_array()) {
    for (const Json& e : entry) Targets(e, out, depth + 1);
  } else if (entry.is_object()) {
    for (const auto& [condition, target] : entry.items()) Targets(target, out, depth + 1);
  }
}

constexpr std::string_view kExtensions[] = {".js", ".json", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".mts", ".cts"};

}  // namespace

absl::StatusOr<Manifest> ParseManifest(std::string_view text, std::string directory) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Json json;
  // nlohmann throws for the position of the error; it stays inside.
  try {
    json = Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& e) {
    const LineColumn at = LineIndex(text).At(static_cast<uint32_t>(e.byte > 0 ? e.byte - 1 : 0), ColumnUnit::kUtf16);
    return absl::InvalidArgumentError(Cat(at.line, ":", at.column, ": malformed JSON"));
  }
  Manifest m;
  m.directory = std::move(directory);
  if (!json.is_object()) return m;
  m.name = StringField(json, "name");
  m.version = StringField(json, "version");
  m.type_module = StringField(json, "type") == "module";
  m.main = StringField(json, "main");
  m.module = StringField(json, "module");
  m.types = StringField(json, "types");
  m.is_private = json.contains("private") && json["private"].is_boolean() && json["private"].get<bool>();
  if (const auto it = json.find("bin"); it != json.end()) {
    m.has_bin = true;
    Targets(*it, m.bin);
  }
  if (const auto it = json.find("scripts"); it != json.end() && it->is_object()) {
    m.has_start_script = it->contains("start");
    for (const auto& [name, command] : it->items()) {
      if (command.is_string()) m.scripts.emplace(name, command.get<std::string>());
    }
  }
  m.has_workspaces = json.contains("workspaces");
  if (const auto it = json.find("engines"); it != json.end() && it->is_object()) m.engines_node = StringField(*it, "node");
  const auto optional_peer = [&](const std::string& name) {
    const auto meta = json.find("peerDependenciesMeta");
    if (meta == json.end() || !meta->is_object()) return false;
    const auto row = meta->find(name);
    return row != meta->end() && row->is_object() && row->value("optional", Json()) == true;
  };
  // What counts most at run time comes first, so that it is what stays.
  for (const auto& [key, kind] : {std::pair{"dependencies", DependencyKind::kProduction},
                                  std::pair{"optionalDependencies", DependencyKind::kOptional},
                                  std::pair{"peerDependencies", DependencyKind::kPeer},
                                  std::pair{"devDependencies", DependencyKind::kDev}}) {
    const auto it = json.find(key);
    if (it == json.end() || !it->is_object()) continue;
    for (const auto& [name, range] : it->items()) {
      if (!range.is_string()) continue;
      m.dependencies.emplace(name, range.get<std::string>());
      m.dependency_kinds.emplace(name, kind == DependencyKind::kPeer && optional_peer(name) ? DependencyKind::kOptionalPeer : kind);
    }
  }
  if (const auto it = json.find("exports"); it != json.end()) {
    bool subpaths = false;
    if (it->is_object()) {
      for (const auto& [key, value] : it->items()) subpaths |= key.starts_with('.');
    }
    if (subpaths) {
      for (const auto& [key, value] : it->items()) Targets(value, key == "." ? m.exports : m.subpaths[key]);
    } else {
      Targets(*it, m.exports);
    }
  }
  return m;
}

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

std::string Resolver::Resolve(std::string_view importer, std::string_view specifier) const {
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
