#include "resolver/typescript_resolver.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "analyzer/base/strings.h"
#include "resolver/typescript_resolver_impl.h"

namespace looplint {
namespace {

using Impl = TypeScriptResolver::Impl;

// Which files a look-up would be content with.
enum : unsigned { kTs = 1, kJs = 2, kDts = 4, kJsonFile = 8 };
// What a mode of resolution can do.
enum : unsigned { kImports = 2, kSelfName = 4, kExports = 8, kTrailers = 16, kEsmMode = 32, kRootPattern = 64 };
constexpr unsigned kAllFeatures = kImports | kSelfName | kExports | kTrailers;

bool EndsWith(std::string_view path, std::string_view ending) { return path.size() > ending.size() && path.ends_with(ending); }

bool IsOneOf(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return EndsWith(path, e); });
}

constexpr std::string_view kKnownEndings[] = {".d.ts", ".d.mts", ".d.cts", ".mjs", ".mts", ".cjs", ".cts", ".ts", ".js", ".tsx", ".jsx", ".json"};

std::string_view KnownEnding(std::string_view path) {
  for (const std::string_view e : kKnownEndings) {
    if (EndsWith(path, e)) return e;
  }
  return {};
}

std::string_view BaseName(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

bool IsDeclaration(std::string_view path) {
  if (IsOneOf(path, {".d.ts", ".d.mts", ".d.cts"})) return true;
  return path.ends_with(".ts") && BaseName(path).find(".d.") != std::string_view::npos;
}

bool ExtensionIsOk(unsigned wanted, std::string_view e) {
  return ((wanted & kJs) && (e == ".js" || e == ".jsx" || e == ".mjs" || e == ".cjs")) ||
         ((wanted & kTs) && (e == ".ts" || e == ".tsx" || e == ".mts" || e == ".cts")) ||
         ((wanted & kDts) && (e == ".d.ts" || e == ".d.mts" || e == ".d.cts")) || ((wanted & kJsonFile) && e == ".json");
}

bool IsRelativeName(std::string_view s) { return s == "." || s == ".." || s.starts_with("./") || s.starts_with("../"); }
bool IsPathName(std::string_view s) { return IsRelativeName(s) || s.starts_with('/'); }

// Normalised; a '/' at the end stays.
std::string Combine(std::string_view directory, std::string_view path) {
  std::string out = path.starts_with('/') || directory.empty() ? NormalizePath(path) : NormalizePath(Cat(directory, "/", path));
  if ((path.empty() ? directory : path).ends_with('/') && !out.ends_with('/')) out += '/';
  return out;
}

bool Within(std::string_view folder, std::string_view path) {
  while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
  return folder == "/" || path == folder || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

std::string ReplaceAll(std::string_view text, std::string_view star) {
  std::string out;
  for (const char c : text) {
    if (c == '*') {
      out += star;
    } else {
      out += c;
    }
  }
  return out;
}

bool HasDotOrPackageSegment(std::string_view path, bool skip_first) {
  size_t i = 0;
  bool first = true;
  while (i <= path.size()) {
    const size_t end = std::min(path.find('/', i), path.size());
    const std::string_view part = path.substr(i, end - i);
    if (!(first && skip_first) && (part == "." || part == ".." || part == "node_modules")) return true;
    first = false;
    i = end + 1;
  }
  return false;
}

struct Hit {
  std::string path, ext, original;
  bool using_ts_extension = false;
};
// `undefined`, `{ value: undefined }` and a value.
enum class Search : uint8_t { kGoOn, kStop, kFound };
Search Go(bool found) { return found ? Search::kFound : Search::kGoOn; }

class TsRun {
 public:
  TsRun(Impl& impl, const TsConfig& config, unsigned features, std::vector<std::string_view> conditions, std::vector<Probe>* probes)
      : impl_(impl), config_(config), features_(features), conditions_(std::move(conditions)), probes_(probes) {}

  // The whole of it; false when not resolved.
  bool Resolve(std::string_view name, const std::string& directory, unsigned wanted, Hit& hit, bool& external);
  bool Classic(std::string_view name, const std::string& directory, Hit& hit, bool& external);
  bool config_lookup = false;

 private:
  using Loader = std::function<bool(unsigned wanted, const std::string& candidate, Hit& hit)>;
  using Package = Impl::Package;

  Search Try(unsigned wanted, std::string_view name, const std::string& directory, Hit& hit, bool& external);
  bool FileExists(const std::string& path) {
    const Node node = impl_.node.impl().At(path);
    if (probes_ != nullptr) probes_->push_back({path, node.type});
    return node.IsFile();
  }
  bool DirectoryExists(const std::string& path) { return impl_.node.impl().At(path).IsDirectory(); }

  Search BySettings(unsigned wanted, std::string_view name, const std::string& directory, const Loader& loader, Hit& hit);
  Search ByPaths(unsigned wanted, std::string_view name, const std::string& base,
                 const std::vector<std::pair<std::string, std::vector<std::string>>>& paths, const Loader& loader, Hit& hit);
  bool TryFile(const std::string& path, std::string& found);
  bool AddExtensions(const std::string& candidate, unsigned wanted, std::string_view original, Hit& hit);
  bool LoadFileAsWritten(unsigned wanted, const std::string& candidate, Hit& hit);
  bool LoadFile(unsigned wanted, const std::string& candidate, Hit& hit);
  bool LoadFieldFile(unsigned wanted, const std::string& candidate, const std::string_view* value, Hit& hit);
  bool LoadRelative(unsigned wanted, const std::string& candidate, bool consider_package, Hit& hit);
  bool LoadDirectory(unsigned wanted, const std::string& candidate, const Package* package, Hit& hit);
  const Package* ScopeOf(const std::string& directory, std::string& folder);

  Search FromImports(unsigned wanted, std::string_view name, const std::string& directory, Hit& hit);
  Search FromSelf(unsigned wanted, std::string_view name, const std::string& directory, Hit& hit);
  Search FromExports(const Package& package, const std::string& folder, unsigned wanted, std::string_view subpath, Hit& hit);
  Search FromTable(const Package& package, const std::string& folder, unsigned wanted, std::string_view name, JsonValue table, bool imports, Hit& hit);
  Search FromTarget(const Package& package, const std::string& folder, unsigned wanted, JsonValue target, std::string_view star, bool pattern,
                    bool imports, Hit& hit);
  Search FromInput(const std::string& path, const std::string& folder, unsigned wanted, Hit& hit);

  bool NearestNodeModules(unsigned wanted, std::string_view name, const std::string& directory, bool types_only, Search& search, Hit& hit);
  Search ImmediateNodeModules(unsigned wanted, std::string_view name, const std::string& directory, bool types_only, Hit& hit);
  Search SpecificFolder(unsigned wanted, std::string_view name, const std::string& modules, Hit& hit);
  bool FromTypeRoots(std::string_view name, Hit& hit);
  bool Active(std::string_view condition) const;

  Impl& impl_;
  const TsConfig& config_;
  unsigned features_;
  std::vector<std::string_view> conditions_;
  std::vector<Probe>* probes_;
  std::string request_directory_;
  bool from_field_ = false;
  int depth_ = 0;
};

std::string Mangled(std::string_view name) {
  if (!name.starts_with('@')) return std::string(name);
  const size_t slash = name.find('/');
  if (slash == std::string_view::npos) return std::string(name);
  return Cat(name.substr(1, slash - 1), "__", name.substr(slash + 1));
}

bool TsRun::Active(std::string_view condition) const {
  if (condition == "default") return true;
  if (std::find(conditions_.begin(), conditions_.end(), condition) != conditions_.end()) return true;
  if (!condition.starts_with("types@") || std::find(conditions_.begin(), conditions_.end(), "types") == conditions_.end()) return false;
  VersionRange range;
  return range.Parse(condition.substr(6)) && range.Has({impl_.release.major, impl_.release.minor, impl_.release.patch});
}

bool TsRun::TryFile(const std::string& path, std::string& found) {
  if (config_.module_suffixes.empty()) {
    found = path;
    return FileExists(path);
  }
  const std::string_view ending = KnownEnding(path);
  const std::string stem = path.substr(0, path.size() - ending.size());
  for (const std::string& suffix : config_.module_suffixes) {
    found = Cat(stem, suffix, ending);
    if (FileExists(found)) return true;
  }
  return false;
}

bool TsRun::AddExtensions(const std::string& candidate, unsigned wanted, std::string_view original, Hit& hit) {
  const auto attempt = [&](std::string_view ext, bool ts_extension = false) {
    std::string found;
    if (!TryFile(Cat(candidate, ext), found)) return false;
    hit = {std::move(found), std::string(ext), "", !from_field_ && ts_extension};
    return true;
  };
  const bool ts = wanted & kTs, js = wanted & kJs, dts = wanted & kDts;
  if (original == ".mjs" || original == ".mts" || original == ".d.mts") {
    const bool written = original != ".mjs";
    return (ts && attempt(".mts", written)) || (dts && attempt(".d.mts", written)) || (js && attempt(".mjs"));
  }
  if (original == ".cjs" || original == ".cts" || original == ".d.cts") {
    const bool written = original != ".cjs";
    return (ts && attempt(".cts", written)) || (dts && attempt(".d.cts", written)) || (js && attempt(".cjs"));
  }
  if (original == ".json") return (dts && attempt(".d.json.ts")) || ((wanted & kJsonFile) && attempt(".json"));
  if (original == ".tsx" || original == ".jsx") {
    const bool written = original == ".tsx";
    return (ts && (attempt(".tsx", written) || attempt(".ts", written))) || (dts && attempt(".d.ts", written)) ||
           (js && (attempt(".jsx") || attempt(".js")));
  }
  if (original == ".ts" || original == ".d.ts" || original == ".js" || original.empty()) {
    const bool written = original == ".ts" || original == ".d.ts";
    return (ts && (attempt(".ts", written) || attempt(".tsx", written))) || (dts && attempt(".d.ts", written)) ||
           (js && (attempt(".js") || attempt(".jsx"))) || (config_lookup && attempt(".json"));
  }
  return dts && !IsDeclaration(Cat(candidate, original)) && attempt(Cat(".d", original, ".ts"));
}

bool TsRun::LoadFileAsWritten(unsigned wanted, const std::string& candidate, Hit& hit) {
  if (BaseName(candidate).find('.') == std::string_view::npos) return false;
  const std::string_view ending = KnownEnding(candidate);
  const size_t length = ending.empty() ? candidate.rfind('.') : candidate.size() - ending.size();
  return AddExtensions(candidate.substr(0, length), wanted, std::string_view(candidate).substr(length), hit);
}

bool TsRun::LoadFile(unsigned wanted, const std::string& candidate, Hit& hit) {
  if (LoadFileAsWritten(wanted, candidate, hit)) return true;
  return !(features_ & kEsmMode) && AddExtensions(candidate, wanted, "", hit);
}

bool TsRun::LoadFieldFile(unsigned wanted, const std::string& candidate, const std::string_view* value, Hit& hit) {
  if (((wanted & kTs) && IsOneOf(candidate, {".ts", ".cts", ".mts", ".tsx"})) || ((wanted & kDts) && IsOneOf(candidate, {".d.ts", ".d.cts", ".d.mts"}))) {
    std::string found;
    if (!TryFile(candidate, found)) return false;
    std::string_view ext;
    for (const std::string_view e : {".d.ts", ".d.cts", ".d.mts", ".cts", ".mts", ".ts", ".tsx"}) {
      if (ext.empty() && EndsWith(candidate, e)) ext = e;
    }
    hit = {candidate, std::string(ext), "", value != nullptr && !value->ends_with(ext)};
    return true;
  }
  if (config_lookup && wanted == kJsonFile && EndsWith(candidate, ".json")) {
    std::string found;
    if (!TryFile(candidate, found)) return false;
    hit = {candidate, ".json", "", false};
    return true;
  }
  return LoadFileAsWritten(wanted, candidate, hit);
}

bool TsRun::LoadRelative(unsigned wanted, const std::string& candidate, bool consider_package, Hit& hit) {
  if (!candidate.ends_with('/') && LoadFile(wanted, candidate, hit)) return true;
  if (features_ & kEsmMode) return false;
  if (!DirectoryExists(candidate)) return false;
  return LoadDirectory(wanted, candidate, consider_package ? impl_.PackageIn(candidate) : nullptr, hit);
}

bool TsRun::LoadDirectory(unsigned wanted, const std::string& candidate, const Package* package, Hit& hit) {
  if (++depth_ > 64) return --depth_, false;
  std::string package_file;
  if (package != nullptr) {
    const auto field = [&](std::string_view name) {
      const JsonValue value = package->field(name);
      if (package_file.empty() && value.IsString() && !value.text().empty()) package_file = Combine(candidate, value.text());
    };
    if (config_lookup) {
      field("tsconfig");
    } else {
      if (wanted & kDts) {
        field("typings");
        field("types");
      }
      if (wanted & (kTs | kJs | kDts)) field("main");
    }
  }
  const Loader loader = [&](unsigned w, const std::string& path, Hit& h) {
    if (LoadFieldFile(w, path, nullptr, h)) return true;
    const unsigned features = features_;
    const bool from_field = from_field_;
    from_field_ = true;
    if (package == nullptr || package->field("type").text() != "module") features_ &= ~unsigned{kEsmMode};
    const bool found = LoadRelative(w == kDts ? kTs | kDts : w, path, false, h);
    features_ = features;
    from_field_ = from_field;
    return found;
  };
  const std::string index = Combine(candidate, config_lookup ? "tsconfig" : "index");
  bool found = false;
  bool decided = false;
  if (package != nullptr && package->has_paths && (package_file.empty() || Within(candidate, package_file))) {
    const std::string& of = package_file.empty() ? index : package_file;
    std::string_view folder = candidate;
    while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    const std::string name = of.size() > folder.size() ? of.substr(folder == "/" ? 1 : folder.size() + 1) : std::string();
    const Search s = ByPaths(wanted, name, candidate, package->paths, loader, hit);
    decided = s != Search::kGoOn;
    found = s == Search::kFound;
  }
  if (!decided) {
    found = !package_file.empty() && loader(wanted, package_file, hit);
    if (!found && !(features_ & kEsmMode)) found = LoadFile(wanted, index, hit);
  }
  --depth_;
  return found;
}

Search TsRun::ByPaths(unsigned wanted, std::string_view name, const std::string& base,
                      const std::vector<std::pair<std::string, std::vector<std::string>>>& paths, const Loader& loader, Hit& hit) {
  const std::pair<std::string, std::vector<std::string>>* best = nullptr;
  std::string_view star;
  size_t longest = 0;
  bool any = false;
  for (const auto& entry : paths) {
    const std::string_view key = entry.first;
    const size_t at = key.find('*');
    if (at == std::string_view::npos) {
      if (key == name) {
        best = &entry;
        star = {};
        break;
      }
      continue;
    }
    if (key.find('*', at + 1) != std::string_view::npos) continue;
    const std::string_view prefix = key.substr(0, at), suffix = key.substr(at + 1);
    if (name.size() < prefix.size() + suffix.size() || !name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    if (any && prefix.size() <= longest) continue;
    any = true;
    longest = prefix.size();
    best = &entry;
    star = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  }
  if (best == nullptr) return Search::kGoOn;
  for (const std::string& substitution : best->second) {
    std::string path = substitution;
    if (const size_t at = path.find('*'); !star.empty() && at != std::string::npos) path.replace(at, 1, star);
    const std::string candidate = Combine(base, path);
    if (const std::string_view ending = KnownEnding(substitution); !ending.empty()) {
      std::string found;
      if (TryFile(candidate, found)) {
        hit = {std::move(found), std::string(ending), "", false};
        return Search::kFound;
      }
    }
    if (loader(wanted, candidate, hit)) return Search::kFound;
  }
  return Search::kStop;
}

Search TsRun::BySettings(unsigned wanted, std::string_view name, const std::string& directory, const Loader& loader, Hit& hit) {
  if (!config_.paths.empty() && !IsRelativeName(name)) {
    const Search s = ByPaths(wanted, name, config_.paths_base, config_.paths, loader, hit);
    if (s == Search::kFound) return s;
    if (s == Search::kStop) return Search::kGoOn;  // matched and not found: the search goes on without baseUrl
  }
  if (!IsPathName(name)) {
    return Go(!config_.base_url.empty() && loader(wanted, Combine(config_.base_url, name), hit));
  }
  if (config_.root_dirs.empty()) return Search::kGoOn;
  const std::string candidate = Combine(directory, name);
  const std::string* matched = nullptr;
  std::string prefix;
  for (const std::string& root : config_.root_dirs) {
    const std::string with = root.ends_with('/') ? root : root + "/";
    if (candidate.starts_with(with) && (matched == nullptr || with.size() > prefix.size())) {
      matched = &root;
      prefix = with;
    }
  }
  if (matched == nullptr) return Search::kGoOn;
  // Beside an importer whose folder is not there nothing is looked for, only under the other roots.
  if (DirectoryExists(directory) && loader(wanted, candidate, hit)) return Search::kFound;
  for (const std::string& root : config_.root_dirs) {
    if (&root == matched || root == *matched) continue;
    if (loader(wanted, Combine(root, candidate.substr(prefix.size())), hit)) return Search::kFound;
  }
  return Search::kGoOn;
}

const Impl::Package* TsRun::ScopeOf(const std::string& directory, std::string& folder) {
  for (std::string_view d = directory;; d = DirName(d)) {
    if (const Package* package = impl_.PackageIn(d)) {
      folder = std::string(d);
      return package;
    }
    if (d == "/" || d == ".") return nullptr;
  }
}

Search TsRun::FromImports(unsigned wanted, std::string_view name, const std::string& directory, Hit& hit) {
  if (name == "#" || (name.starts_with("#/") && !(features_ & kRootPattern))) return Search::kGoOn;
  std::string folder;
  const Package* scope = ScopeOf(directory, folder);
  if (scope == nullptr) return Search::kGoOn;
  const JsonValue imports = scope->field("imports");
  if (!imports.IsObject()) return Search::kGoOn;
  return FromTable(*scope, folder, wanted, name, imports, true, hit);
}

bool Truthy(JsonValue v) {
  return v && !v.Is(JsonValue::Type::kNull) && !v.Is(JsonValue::Type::kFalse) && !(v.IsString() && v.text().empty()) &&
         !(v.Is(JsonValue::Type::kNumber) && v.text() == "0");
}

Search TsRun::FromSelf(unsigned wanted, std::string_view name, const std::string& directory, Hit& hit) {
  std::string folder;
  const Package* scope = ScopeOf(directory, folder);
  if (scope == nullptr || !Truthy(scope->field("exports")) || !scope->field("name").IsString()) return Search::kGoOn;
  std::string_view own = scope->field("name").text();
  while (own.ends_with('/')) own.remove_suffix(1);
  std::string_view rest = name;
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (!rest.starts_with(own) || (rest.size() > own.size() && rest[own.size()] != '/')) return Search::kGoOn;
  const std::string subpath = rest.size() == own.size() ? "." : Cat(".", rest.substr(own.size()));
  if (config_.allow_js && directory.find("/node_modules/") == std::string::npos) return FromExports(*scope, folder, wanted, subpath, hit);
  const unsigned types = wanted & (kTs | kDts), others = wanted & ~unsigned{kTs | kDts};
  const Search s = FromExports(*scope, folder, types, subpath, hit);
  return s != Search::kGoOn ? s : FromExports(*scope, folder, others, subpath, hit);
}

Search TsRun::FromExports(const Package& package, const std::string& folder, unsigned wanted, std::string_view subpath, Hit& hit) {
  const JsonValue exports = package.field("exports");
  if (!Truthy(exports)) return Search::kGoOn;
  bool all_dots = true, no_dots = true;
  for (JsonValue v = exports.IsObject() ? exports.first() : JsonValue(); v; v = v.next()) {
    (v.key().starts_with('.') ? no_dots : all_dots) = false;
  }
  if (subpath == ".") {
    JsonValue main;
    if (exports.IsString() || exports.IsArray() || (exports.IsObject() && no_dots)) {
      main = exports;
    } else {
      main = exports["."];
    }
    if (Truthy(main)) return FromTarget(package, folder, wanted, main, "", false, false, hit);
  } else if (exports.IsObject() && all_dots) {
    return FromTable(package, folder, wanted, subpath, exports, false, hit);
  }
  return Search::kGoOn;
}

Search TsRun::FromTable(const Package& package, const std::string& folder, unsigned wanted, std::string_view name, JsonValue table, bool imports,
                        Hit& hit) {
  if (!name.ends_with('/') && name.find('*') == std::string_view::npos) {
    if (const JsonValue target = table[name]) return FromTarget(package, folder, wanted, target, "", false, imports, hit);
  }
  std::vector<JsonValue> keys;
  for (JsonValue v = table.first(); v; v = v.next()) {
    const std::string_view key = v.key();
    const size_t star = key.find('*');
    if ((star != std::string_view::npos && key.rfind('*') == star) || key.ends_with('/')) keys.push_back(v);
  }
  const auto base = [](std::string_view key) {
    const size_t star = key.find('*');
    return star == std::string_view::npos ? key.size() : star + 1;
  };
  std::stable_sort(keys.begin(), keys.end(), [&](const JsonValue& a, const JsonValue& b) {
    if (base(a.key()) != base(b.key())) return base(a.key()) > base(b.key());
    const bool star_a = a.key().find('*') != std::string_view::npos, star_b = b.key().find('*') != std::string_view::npos;
    if (star_a != star_b) return star_a;
    return a.key().size() > b.key().size();
  });
  for (const JsonValue& v : keys) {
    const std::string_view key = v.key();
    const size_t star = key.find('*');
    const JsonValue target = table[key];
    if (!key.ends_with('*') && star != std::string_view::npos) {
      if (!name.starts_with(key.substr(0, star)) || !name.ends_with(key.substr(star + 1))) continue;
      const size_t tail = key.size() - 1 - star;
      const std::string_view middle = name.size() > star + tail ? name.substr(star, name.size() - star - tail) : std::string_view();
      return FromTarget(package, folder, wanted, target, middle, true, imports, hit);
    }
    if (key.ends_with('*')) {
      if (!name.starts_with(key.substr(0, key.size() - 1))) continue;
      return FromTarget(package, folder, wanted, target, name.substr(key.size() - 1), true, imports, hit);
    }
    if (name.starts_with(key)) return FromTarget(package, folder, wanted, target, name.substr(key.size()), false, imports, hit);
  }
  return Search::kGoOn;
}

Search TsRun::FromTarget(const Package& package, const std::string& folder, unsigned wanted, JsonValue target, std::string_view star, bool pattern,
                         bool imports, Hit& hit) {
  if (target.IsString()) {
    const std::string_view text = target.text();
    if (!pattern && !star.empty() && !text.ends_with('/')) return Search::kGoOn;
    if (!text.starts_with("./")) {
      if (!imports || text.starts_with("../") || text.starts_with('/')) return Search::kGoOn;
      if (depth_ > 16) return Search::kGoOn;
      TsRun inner(impl_, config_, features_, conditions_, probes_);
      inner.config_lookup = false;
      inner.depth_ = depth_ + 1;
      bool external = false;
      return Go(inner.Resolve(pattern ? ReplaceAll(text, star) : Cat(text, star), folder, wanted, hit, external));
    }
    if (HasDotOrPackageSegment(text, true) || HasDotOrPackageSegment(star, false)) return Search::kGoOn;
    const std::string path = pattern ? NormalizePath(ReplaceAll(Cat(folder == "/" ? "" : folder, text.substr(1)), star)) : Combine(folder, Cat(text, star));
    if (const Search s = FromInput(path, folder, wanted, hit); s != Search::kGoOn) return s;
    return Go(LoadFieldFile(wanted, path, &text, hit));
  }
  if (target.IsObject()) {
    for (JsonValue v = target.first(); v; v = v.next()) {
      if (!Active(v.key())) continue;
      if (const Search s = FromTarget(package, folder, wanted, v, star, pattern, imports, hit); s != Search::kGoOn) return s;
    }
    return Search::kGoOn;
  }
  if (target.IsArray()) {
    for (JsonValue v = target.first(); v; v = v.next()) {
      if (const Search s = FromTarget(package, folder, wanted, v, star, pattern, imports, hit); s != Search::kGoOn) return s;
    }
    return Search::kGoOn;
  }
  // 6.0 made null final; before, the search went on to the next condition.
  return target.Is(JsonValue::Type::kNull) && impl_.release.major >= 6 ? Search::kStop : Search::kGoOn;
}

// A target in the output folder stands for the source it is made from.
Search TsRun::FromInput(const std::string& path, const std::string& folder, unsigned wanted, Hit& hit) {
  if (config_lookup || (config_.out_dir.empty() && config_.declaration_dir.empty())) return Search::kGoOn;
  if (path.find("/node_modules/") != std::string::npos || (!config_.path.empty() && !Within(folder, config_.path))) return Search::kGoOn;
  std::vector<std::string> guesses;
  if (!config_.root_dir.empty()) {
    guesses.push_back(config_.root_dir);
  } else if (!config_.path.empty() && (config_.composite || impl_.release.major >= 6)) {
    guesses.push_back(config_.directory);
  } else if (!request_directory_.empty()) {
    // The folder common to the importer and the package, and every one above.
    std::string common = request_directory_;
    while (!Within(common, folder)) common = std::string(DirName(common));
    for (std::string d = common;; d = std::string(DirName(d))) {
      guesses.insert(guesses.begin(), d);
      if (d == "/" || d == ".") break;
    }
  }
  static constexpr std::string_view kOutputs[] = {".mjs", ".cjs", ".js", ".json", ".d.mts", ".d.cts", ".d.ts"};
  for (const std::string& guess : guesses) {
    for (const std::string* output : {&config_.declaration_dir, &config_.out_dir}) {
      if (output->empty() || (output == &config_.out_dir && config_.out_dir == config_.declaration_dir)) continue;
      if (!Within(*output, path) || path.size() <= output->size()) continue;
      const std::string input = Combine(guess, path.substr(output->size() + 1));
      for (const std::string_view ending : kOutputs) {
        if (!EndsWith(input, ending)) continue;
        std::vector<std::string_view> sources;
        if (IsOneOf(input, {".d.mts", ".mjs", ".mts"})) {
          sources = {".mts", ".mjs"};
        } else if (IsOneOf(input, {".d.cts", ".cjs", ".cts"})) {
          sources = {".cts", ".cjs"};
        } else if (EndsWith(input, ".d.json.ts")) {
          sources = {".json"};
        } else {
          sources = {".tsx", ".ts", ".jsx", ".js"};
        }
        for (const std::string_view source : sources) {
          if (!ExtensionIsOk(wanted, source)) continue;
          const std::string candidate = Cat(std::string_view(input).substr(0, input.size() - ending.size()), source);
          if (FileExists(candidate)) {
            return LoadFieldFile(wanted, candidate, nullptr, hit) ? Search::kFound : Search::kGoOn;
          }
        }
      }
    }
  }
  return Search::kGoOn;
}

Search TsRun::SpecificFolder(unsigned wanted, std::string_view name, const std::string& modules, Hit& hit) {
  const std::string candidate = Combine(modules, name);
  size_t slash = name.find('/');
  if (name.starts_with('@')) slash = name.find('/', slash == std::string_view::npos ? 0 : slash + 1);
  const std::string_view package_name = name.substr(0, slash);
  const std::string_view rest = slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
  const std::string folder = Combine(modules, package_name);
  const Package* package = impl_.PackageIn(candidate);
  const Package* root = nullptr;
  if (!rest.empty() && package != nullptr) {
    root = impl_.PackageIn(folder);
    if (!(features_ & kExports) || root == nullptr || !root->field("exports")) {
      // A folder of a package with a package.json of its own.
      if (LoadFile(wanted, candidate, hit)) return Search::kFound;
      return Go(LoadDirectory(wanted, candidate, package, hit));
    }
  }
  const Package* package_info = package;
  const Loader loader = [&](unsigned w, const std::string& path, Hit& h) {
    if ((!rest.empty() || !(features_ & kEsmMode)) && LoadFile(w, path, h)) return true;
    if (LoadDirectory(w, path, path == candidate || path == folder ? impl_.PackageIn(path) : nullptr, h)) return true;
    const bool no_exports = package_info != nullptr && (!package_info->field("exports") || package_info->field("exports").Is(JsonValue::Type::kNull));
    return rest.empty() && no_exports && (features_ & kEsmMode) && LoadFile(w, Combine(path, "index.js"), h);
  };
  if (!rest.empty()) package_info = root != nullptr ? root : impl_.PackageIn(folder);
  if (package_info != nullptr && Truthy(package_info->field("exports")) && (features_ & kExports)) {
    // combinePaths(".", rest): "./x" for "x".
    const Search s = FromExports(*package_info, folder, wanted, rest.empty() ? "." : Cat("./", rest), hit);
    return s == Search::kFound ? s : Search::kGoOn;
  }
  if (!rest.empty() && package_info != nullptr && package_info->has_paths) {
    const Search s = ByPaths(wanted, rest, folder, package_info->paths, loader, hit);
    if (s != Search::kGoOn) return Go(s == Search::kFound);
  }
  return Go(loader(wanted, candidate, hit));
}

Search TsRun::ImmediateNodeModules(unsigned wanted, std::string_view name, const std::string& directory, bool types_only, Hit& hit) {
  const std::string modules = Combine(directory, "node_modules");
  if (!DirectoryExists(modules)) {
    if (probes_ != nullptr) probes_->push_back({modules, FileType::kNone});
    return Search::kGoOn;
  }
  if (!types_only && SpecificFolder(wanted, name, modules, hit) == Search::kFound) return Search::kFound;
  if (!(wanted & kDts)) return Search::kGoOn;
  const std::string types = Combine(modules, "@types");
  if (!DirectoryExists(types)) return Search::kGoOn;
  return SpecificFolder(kDts, Mangled(name), types, hit);
}

bool TsRun::NearestNodeModules(unsigned wanted, std::string_view name, const std::string& directory, bool types_only, Search& search, Hit& hit) {
  const unsigned passes[] = {wanted & (kTs | kDts), types_only ? 0u : wanted & ~unsigned{kTs | kDts}};
  for (const unsigned pass : passes) {
    if (pass == 0) continue;
    for (std::string_view d = directory;; d = DirName(d)) {
      if (BaseName(d) != "node_modules") {
        search = ImmediateNodeModules(pass, name, std::string(d), types_only, hit);
        if (search != Search::kGoOn) return search == Search::kFound;
      }
      if (d == "/" || d == ".") break;
    }
  }
  return false;
}

bool TsRun::FromTypeRoots(std::string_view name, Hit& hit) {
  for (const std::string& root : config_.type_roots) {
    const bool at_types = root.ends_with("/node_modules/@types") || root.ends_with("/node_modules/@types/");
    const std::string candidate = Combine(root, at_types ? Mangled(name) : std::string(name));
    if (LoadFile(kDts, candidate, hit)) return true;
    if (DirectoryExists(candidate) && LoadDirectory(kDts, candidate, impl_.PackageIn(candidate), hit)) return true;
  }
  return false;
}

Search TsRun::Try(unsigned wanted, std::string_view name, const std::string& directory, Hit& hit, bool& external) {
  const Loader relative = [&](unsigned w, const std::string& path, Hit& h) { return LoadRelative(w, path, true, h); };
  if (BySettings(wanted, name, directory, relative, hit) == Search::kFound) {
    external = hit.path.find("/node_modules/") != std::string::npos;
    return Search::kFound;
  }
  if (!IsPathName(name)) {
    external = false;
    if ((features_ & kImports) && name.starts_with('#')) {
      if (const Search s = FromImports(wanted, name, directory, hit); s != Search::kGoOn) return s;
    }
    if (features_ & kSelfName) {
      if (const Search s = FromSelf(wanted, name, directory, hit); s != Search::kGoOn) return s;
    }
    if (name.find(':') != std::string_view::npos) return Search::kGoOn;
    external = true;
    Search s = Search::kGoOn;
    if (NearestNodeModules(wanted, name, directory, false, s, hit)) return Search::kFound;
    if ((wanted & kDts) && FromTypeRoots(name, hit)) return Search::kFound;
    return Search::kGoOn;
  }
  const std::string combined = name.starts_with('/') ? std::string(name) : Cat(directory, "/", name);
  std::string candidate = Combine(directory, name);
  if ((BaseName(combined) == "." || BaseName(combined) == "..") && !candidate.ends_with('/')) candidate += '/';
  external = Cat("/", combined, "/").find("/node_modules/") != std::string::npos;
  return Go(LoadRelative(wanted, candidate, true, hit));
}

bool TsRun::Resolve(std::string_view name, const std::string& directory, unsigned wanted, Hit& hit, bool& external) {
  request_directory_ = directory;
  bool found;
  if (config_.resolution == TsConfig::Resolution::kNode10) {
    const unsigned types = wanted & (kTs | kDts), others = wanted & ~unsigned{kTs | kDts};
    found = (types != 0 && Try(types, name, directory, hit, external) == Search::kFound) ||
            (others != 0 && Try(others, name, directory, hit, external) == Search::kFound);
  } else {
    found = Try(wanted, name, directory, hit, external) == Search::kFound;
  }
  if (!found) return false;
  if (external && !config_.preserve_symlinks && hit.original.empty() && !IsPathName(name)) {
    const Node node = impl_.node.impl().At(hit.path);
    if (node.type != FileType::kNone) {
      std::string real = node.path();
      if (real != hit.path) {
        hit.original = std::move(hit.path);
        hit.path = std::move(real);
      }
    }
  }
  return true;
}

bool TsRun::Classic(std::string_view name, const std::string& directory, Hit& hit, bool& external) {
  const Loader loader = [&](unsigned w, const std::string& path, Hit& h) { return LoadFile(w, path, h); };
  const auto attempt = [&](unsigned wanted) {
    if (BySettings(wanted, name, directory, loader, hit) == Search::kFound) return true;
    if (IsPathName(name)) return LoadFile(wanted, Combine(directory, name), hit);
    for (std::string_view d = directory;; d = DirName(d)) {
      if (LoadFile(wanted, Combine(d, name), hit)) return true;
      if (d == "/" || d == ".") break;
    }
    if (!(wanted & (kTs | kDts))) return false;
    Search s = Search::kGoOn;
    return NearestNodeModules(kDts, name, directory, true, s, hit) || ((wanted & kDts) && FromTypeRoots(name, hit));
  };
  if (!attempt(kTs | kDts) && !attempt(kJs | (config_.resolve_json ? kJsonFile : 0u))) return false;
  external = hit.path.find("/node_modules/") != std::string::npos;
  if (external && !config_.preserve_symlinks && !IsPathName(name)) {
    const Node node = impl_.node.impl().At(hit.path);
    if (node.type != FileType::kNone && node.path() != hit.path) {
      hit.original = hit.path;
      hit.path = node.path();
    }
  }
  return true;
}

std::vector<std::string_view> Conditions(const TsConfig& config, TsMode mode) {
  using R = TsConfig::Resolution;
  if (mode == TsMode::kDefault) {
    if (config.resolution == R::kBundler) mode = TsMode::kImport;
    if (config.resolution == R::kNode10) return {};
  }
  std::vector<std::string_view> out = {mode == TsMode::kImport ? "import" : "require"};
  if (!config.no_dts) out.push_back("types");
  if (config.resolution != R::kBundler) out.push_back("node");
  out.insert(out.end(), config.custom_conditions.begin(), config.custom_conditions.end());
  return out;
}

TsResolution Answer(Impl& impl, std::string_view importer, std::string_view specifier, const TsConfig& config, TsMode mode,
                    std::vector<Probe>* probes) {
  using R = TsConfig::Resolution;
  const std::string directory(DirName(importer));
  unsigned wanted = config.no_dts ? kTs | kJs : kTs | kJs | kDts;
  if (config.resolve_json) wanted |= kJsonFile;
  const unsigned all = impl.release.major >= 6 ? kAllFeatures | kRootPattern : kAllFeatures;
  unsigned features = 0;
  std::vector<std::string_view> conditions = Conditions(config, mode);
  switch (config.resolution) {
    case R::kNode16: features = kAllFeatures | (mode == TsMode::kImport ? kEsmMode : 0u); break;
    case R::kNodeNext: features = all | (mode == TsMode::kImport ? kEsmMode : 0u); break;
    case R::kBundler:
      features = all;
      if (!config.package_exports) features &= ~unsigned{kExports};
      if (!config.package_imports) features &= ~unsigned{kImports};
      break;
    case R::kNode10:
      // With a mode asked for by an attribute, node10 resolves as its successors do.
      features = mode == TsMode::kDefault ? 0u : all;
      break;
    case R::kClassic: conditions.clear(); break;
  }
  TsRun run(impl, config, features, std::move(conditions), probes);
  TsResolution out;
  Hit hit;
  bool external = false;
  std::string name(specifier);
  std::replace(name.begin(), name.end(), '\\', '/');
  out.resolved = config.resolution == R::kClassic ? run.Classic(name, directory, hit, external) : run.Resolve(name, directory, wanted, hit, external);
  if (out.resolved) {
    out.path = std::move(hit.path);
    out.original = std::move(hit.original);
    out.extension = std::move(hit.ext);
    out.external = external;
    out.using_ts_extension = hit.using_ts_extension;
  } else {
    out.detail = Cat("cannot find '", specifier, "' or its type declarations");
  }
  return out;
}

}  // namespace

const Impl::Package* Impl::PackageIn(std::string_view directory) {
  const Node node = this->node.impl().At(directory);
  if (!node.IsDirectory()) return nullptr;
  const std::lock_guard lock(package_mutex);
  const auto [it, fresh] = packages.try_emplace(node.dir);
  if (!fresh) return it->second.get();
  if (!this->node.impl().tree.Child(node.dir, "package.json").IsFile()) return nullptr;
  auto package = std::make_unique<Package>();
  package->directory = node.dir->path;
  std::string text;
  if (const PackageJson* known = this->node.impl().PackageIn(node.dir)) text = known->text;
  if (!package->json.Parse(text, JsonDocument::Dialect::kComments)) package->json = JsonDocument();
  const JsonValue versions = package->field("typesVersions");
  if (versions.IsObject()) {
    for (JsonValue v = versions.first(); v; v = v.next()) {
      VersionRange range;
      if (!range.Parse(v.key()) || !range.Has({release.major, release.minor, release.patch})) continue;
      if (v.IsObject()) {
        package->has_paths = true;
        for (JsonValue p = v.first(); p; p = p.next()) {
          std::vector<std::string> list;
          for (JsonValue s = p.first(); s; s = s.next()) list.emplace_back(s.text());
          package->paths.emplace_back(p.key(), std::move(list));
        }
      }
      break;
    }
  }
  it->second = std::move(package);
  return it->second.get();
}

std::string Impl::FindExtended(const std::string& directory, std::string_view name) {
  if (name.starts_with('/') || name.starts_with("./") || name.starts_with("../")) {
    const std::string path = JoinPath(directory, name);
    if (node.impl().At(path).IsFile() || path.ends_with(".json")) return path;
    return node.impl().At(path + ".json").IsFile() ? path + ".json" : std::string();
  }
  // A package, found as require would with the file kinds of configurations.
  TsConfig config;
  config.resolution = TsConfig::Resolution::kNodeNext;
  TsRun run(*this, config, kAllFeatures, {"require", "types", "node"}, nullptr);
  run.config_lookup = true;
  Hit hit;
  bool external = false;
  return run.Resolve(name, directory, kJsonFile, hit, external) ? hit.path : std::string();
}

TypeScriptRelease TypeScriptRelease::Parse(std::string_view text) {
  TypeScriptRelease out;
  Version v;
  if (ParseVersion(text, v) && v[0] > 0) out = {v[0], std::max(v[1], 0), std::max(v[2], 0)};
  return out;
}

TypeScriptResolver::TypeScriptResolver(ModuleResolver& node, TypeScriptRelease release) : impl_(std::make_unique<Impl>(node, release)) {}
TypeScriptResolver::~TypeScriptResolver() = default;
const TsConfig& TypeScriptResolver::Load(std::string_view path) { return impl_->LoadConfig(path); }
const TsConfig* TypeScriptResolver::ConfigOf(std::string_view file) { return impl_->ConfigOf(file); }

TsMode TypeScriptResolver::ModeOf(std::string_view importer, TsUsage usage, const TsConfig& config) {
  using R = TsConfig::Resolution;
  using M = TsConfig::Module;
  const bool node16 = config.resolution == R::kNode16 || config.resolution == R::kNodeNext;
  if (!node16 && config.resolution != R::kBundler && !config.package_exports && !config.package_imports) return TsMode::kDefault;
  if (usage == TsUsage::kImportEquals) return TsMode::kRequire;
  const bool node_module = config.module == M::kNode16 || config.module == M::kNode18 || config.module == M::kNode20 || config.module == M::kNodeNext;
  // What the file is by its name and package.
  TsMode implied = TsMode::kDefault;
  if (IsOneOf(importer, {".mts", ".mjs"})) {
    implied = TsMode::kImport;
  } else if (IsOneOf(importer, {".cts", ".cjs"})) {
    implied = TsMode::kRequire;
  } else if ((node16 || importer.find("/node_modules/") != std::string_view::npos) && IsOneOf(importer, {".ts", ".tsx", ".js", ".jsx"})) {
    implied = TsMode::kRequire;
    for (std::string_view d = DirName(importer);; d = DirName(d)) {
      if (const Impl::Package* package = impl_->PackageIn(d)) {
        if (package->field("type").text() == "module") implied = TsMode::kImport;
        break;
      }
      if (d == "/" || d == ".") break;
    }
  }
  if (node_module) return usage == TsUsage::kDynamicImport ? TsMode::kImport : implied;
  const bool by_name = IsOneOf(importer, {".mts", ".mjs", ".cts", ".cjs"});
  const bool module_kind = config.module >= M::kEs2015 && config.module <= M::kEsNext;
  if (usage == TsUsage::kDynamicImport) {
    if (config.module == M::kPreserve) return TsMode::kImport;
    const bool transformed = by_name ? implied == TsMode::kRequire : !module_kind;
    return transformed ? TsMode::kRequire : TsMode::kImport;
  }
  if (by_name) return implied;
  if (config.module == M::kCommonJs) return TsMode::kRequire;
  return module_kind || config.module == M::kPreserve ? TsMode::kImport : TsMode::kDefault;
}

const TsResolution& TypeScriptResolver::Resolve(std::string_view importer, std::string_view specifier, TsUsage usage, const TsConfig& config,
                                                TsMode mode) {
  if (mode == TsMode::kDefault) mode = ModeOf(importer, usage, config);
  const std::string key = Cat(DirName(importer), std::string_view("\0", 1), specifier, std::string_view("\0", 1), config.path, static_cast<int>(mode));
  Impl::Memo& memo = impl_->memo[absl::HashOf(key) % Impl::kShards];
  {
    const std::lock_guard lock(memo.mutex);
    if (const auto it = memo.answers.find(key); it != memo.answers.end()) return *it->second;
  }
  TsResolution fresh = Answer(*impl_, importer, specifier, config, mode, nullptr);
  const std::lock_guard lock(memo.mutex);
  const auto [it, inserted] = memo.answers.try_emplace(key, nullptr);
  if (inserted) it->second = &memo.arena.emplace_back(std::move(fresh));
  return *it->second;
}

TsResolution TypeScriptResolver::Explain(std::string_view importer, std::string_view specifier, TsUsage usage, const TsConfig& config, TsMode mode,
                                         std::vector<Probe>& probes) {
  return Answer(*impl_, importer, specifier, config, mode == TsMode::kDefault ? ModeOf(importer, usage, config) : mode, &probes);
}

}  // namespace looplint
