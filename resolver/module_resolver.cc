#include "resolver/module_resolver.h"

#include <algorithm>
#include <cstring>

#include "analyzer/base/strings.h"
#include "resolver/module_resolver_impl.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxPackageJson = 64u << 20;
constexpr std::string_view kExtensions[] = {".js", ".json", ".node"};

struct CodeRow {
  ResolveCode code;
  std::string_view name;
};
constexpr CodeRow kCodes[] = {
    {ResolveCode::kNone, ""},
    {ResolveCode::kModuleNotFound, "MODULE_NOT_FOUND"},
    {ResolveCode::kErrModuleNotFound, "ERR_MODULE_NOT_FOUND"},
    {ResolveCode::kPackagePathNotExported, "ERR_PACKAGE_PATH_NOT_EXPORTED"},
    {ResolveCode::kPackageImportNotDefined, "ERR_PACKAGE_IMPORT_NOT_DEFINED"},
    {ResolveCode::kInvalidPackageTarget, "ERR_INVALID_PACKAGE_TARGET"},
    {ResolveCode::kInvalidPackageConfig, "ERR_INVALID_PACKAGE_CONFIG"},
    {ResolveCode::kInvalidModuleSpecifier, "ERR_INVALID_MODULE_SPECIFIER"},
    {ResolveCode::kUnsupportedDirImport, "ERR_UNSUPPORTED_DIR_IMPORT"},
    {ResolveCode::kUnsupportedResolveRequest, "ERR_UNSUPPORTED_RESOLVE_REQUEST"},
    {ResolveCode::kInvalidFileUrlHost, "ERR_INVALID_FILE_URL_HOST"},
    {ResolveCode::kInvalidFileUrlPath, "ERR_INVALID_FILE_URL_PATH"},
    {ResolveCode::kInvalidUrlScheme, "ERR_INVALID_URL_SCHEME"},
    {ResolveCode::kInvalidUrl, "ERR_INVALID_URL"},
    {ResolveCode::kInvalidArgValue, "ERR_INVALID_ARG_VALUE"},
    {ResolveCode::kInvalidArgType, "ERR_INVALID_ARG_TYPE"},
    {ResolveCode::kSyntaxError, "SyntaxError"},
    {ResolveCode::kTypeError, "TypeError"},
    {ResolveCode::kUriError, "URIError"},
    {ResolveCode::kPackageMapInvalid, "ERR_PACKAGE_MAP_INVALID"},
    {ResolveCode::kPackageMapExternalFile, "ERR_PACKAGE_MAP_EXTERNAL_FILE"},
    {ResolveCode::kPackageMapKeyNotFound, "ERR_PACKAGE_MAP_KEY_NOT_FOUND"},
    {ResolveCode::kWorkerPath, "ERR_WORKER_PATH"},
    {ResolveCode::kUnknownBuiltinModule, "ERR_UNKNOWN_BUILTIN_MODULE"},
    {ResolveCode::kUnknownFileExtension, "ERR_UNKNOWN_FILE_EXTENSION"},
    {ResolveCode::kUnsupportedEsmUrlScheme, "ERR_UNSUPPORTED_ESM_URL_SCHEME"},
    {ResolveCode::kRequireEsm, "ERR_REQUIRE_ESM"},
    {ResolveCode::kImportAttributeMissing, "ERR_IMPORT_ATTRIBUTE_MISSING"},
    {ResolveCode::kImportAttributeTypeIncompatible, "ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE"},
    {ResolveCode::kImportAttributeUnsupported, "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED"},
    {ResolveCode::kImportAssertionTypeMissing, "ERR_IMPORT_ASSERTION_TYPE_MISSING"},
    {ResolveCode::kImportAssertionTypeFailed, "ERR_IMPORT_ASSERTION_TYPE_FAILED"},
    {ResolveCode::kImportAssertionTypeUnsupported, "ERR_IMPORT_ASSERTION_TYPE_UNSUPPORTED"},
    {ResolveCode::kUnsupportedNodeModulesTypeStripping, "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING"},
    {ResolveCode::kUnknownModuleFormat, "ERR_UNKNOWN_MODULE_FORMAT"},
};

// A target on its way to a file: a plain path, or a URL with all a URL can have.
struct Located {
  bool is_url = false;
  Url url;
  std::string path;   // absolute, normalised (it may end in '/')
  Dir* from = nullptr;  // where the rest of `path`, from `rest` on, can be walked; null: from the root
  size_t rest = 0;
};

// Whether a star's text or a target has segments that must not be: ".", ".." or "node_modules", also encoded.
bool HasForbiddenSegment(std::string_view s) {
  const auto decoded = [](std::string_view segment) {
    std::string out;
    for (size_t i = 0; i < segment.size(); ++i) {
      char c = segment[i];
      if (c == '%' && i + 2 < segment.size()) {
        const auto hex = [](char h) { return h >= '0' && h <= '9' ? h - '0' : h >= 'a' && h <= 'f' ? h - 'a' + 10 : h >= 'A' && h <= 'F' ? h - 'A' + 10 : -1; };
        const int high = hex(segment[i + 1]), low = hex(segment[i + 2]);
        if (high >= 0 && low >= 0) {
          c = static_cast<char>(high << 4 | low);
          i += 2;
        }
      }
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return out;
  };
  size_t i = 0;
  for (;;) {
    size_t end = s.find_first_of("/\\", i);
    if (end == std::string_view::npos) end = s.size();
    const std::string_view segment = s.substr(i, end - i);
    if (!segment.empty() && (segment[0] == '.' || segment[0] == '%' || segment[0] == 'n' || segment[0] == 'N')) {
      const std::string text = decoded(segment);
      if (text == "." || text == ".." || text == "node_modules") return true;
    }
    if (end == s.size()) return false;
    i = end + 1;
  }
}

std::string ReplaceStars(std::string_view text, std::string_view star) {
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

bool IsRelativeOrAbsolute(std::string_view s) {
  if (s.empty()) return false;
  if (s[0] == '/') return true;
  if (s[0] != '.') return false;
  return s.size() == 1 || s[1] == '/' || (s[1] == '.' && (s.size() == 2 || s[2] == '/'));
}

std::string_view Extension(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

bool BelowNodeModules(std::string_view path) { return path.find("/node_modules/") != std::string_view::npos; }

// The package name require sees in a bare specifier, "" when it sees none:
// /^((?:@[^/\\%]+\/)?[^./\\%][^/\\%]*)(\/.*)?$/
std::string_view RequireName(std::string_view s) {
  const auto ends_at = [&](size_t begin) -> size_t {
    if (begin >= s.size() || s[begin] == '.' || s[begin] == '/' || s[begin] == '\\' || s[begin] == '%') return 0;
    const size_t end = std::min(s.find_first_of("/\\%", begin), s.size());
    return end == s.size() || (s[end] == '/' && s.find_first_of("\n\r", end) == std::string_view::npos) ? end : 0;
  };
  if (s.starts_with('@')) {
    const size_t slash = s.find_first_of("/\\%");
    if (slash != std::string_view::npos && slash > 1 && s[slash] == '/') {
      if (const size_t end = ends_at(slash + 1); end > 0) return s.substr(0, end);
    }
  }
  return s.substr(0, ends_at(0));
}

std::string Join(std::string_view directory, std::string_view rest) {
  return directory == "/" ? Cat("/", rest) : Cat(directory, "/", rest);
}

// Marker for Dir::package: looked for and not there.
const PackageJson kNoPackage{};

}  // namespace

std::string_view CodeName(ResolveCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.name;
  }
  return "";
}

std::string_view FormatName(ModuleFormat format) {
  switch (format) {
    case ModuleFormat::kUnknown: return "";
    case ModuleFormat::kCommonJs: return "commonjs";
    case ModuleFormat::kModule: return "module";
    case ModuleFormat::kJson: return "json";
    case ModuleFormat::kWasm: return "wasm";
    case ModuleFormat::kAddon: return "addon";
    case ModuleFormat::kBuiltin: return "builtin";
    case ModuleFormat::kCommonJsTypeScript: return "commonjs-typescript";
    case ModuleFormat::kModuleTypeScript: return "module-typescript";
  }
  return "";
}

bool Profile::SetFlag(std::string_view flag) {
  const auto value = [&](std::string_view name) -> std::string_view {
    if (flag.starts_with(name) && flag.size() > name.size() && flag[name.size()] == '=') return flag.substr(name.size() + 1);
    return {};
  };
  if (const auto v = value("--conditions"); !v.empty()) return conditions.emplace_back(v), true;
  if (const auto v = value("-C"); !v.empty()) return conditions.emplace_back(v), true;
  if (const auto v = value("--experimental-package-map"); !v.empty()) return package_map = std::string(v), true;
  if (flag == "--preserve-symlinks") return preserve_symlinks = true;
  if (flag == "--no-addons") return addons = false, true;
  if (flag == "--addons") return addons = true;
  if (flag == "--no-experimental-require-module" || flag == "--no-require-module") return require_module = false, true;
  if (flag == "--experimental-require-module" || flag == "--require-module") return force_require_module = require_module = true;
  if (flag == "--no-experimental-strip-types" || flag == "--no-strip-types") return strip_types = false, true;
  if (flag == "--experimental-strip-types" || flag == "--strip-types" || flag == "--experimental-transform-types") return force_strip_types = strip_types = true;
  if (flag == "--experimental-addon-modules") return import_addons = true;
  if (flag == "--experimental-import-text") return import_text = true;
  if (flag == "--experimental-wasm-modules") return wasm_modules = true;
  if (flag == "--experimental-default-type=module") return default_type_module = true;
  return flag == "--experimental-import-meta-resolve" || flag == "--preserve-symlinks-main" || flag == "--no-warnings" ||
         flag == "--no-deprecation" || flag == "--experimental-detect-module" || flag.starts_with("--experimental-default-type");
}

Relative NormalizeRelative(std::string_view path) {
  Relative out;
  out.path.reserve(path.size());
  size_t i = 0;
  while (i <= path.size()) {
    size_t end = path.find('/', i);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view part = path.substr(i, end - i);
    i = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.path.empty()) {
        ++out.ups;
      } else {
        const size_t slash = out.path.rfind('/');
        out.path.resize(slash == std::string::npos ? 0 : slash);
      }
      continue;
    }
    if (!out.path.empty()) out.path += '/';
    out.path += part;
  }
  return out;
}

std::string_view PackageNameOf(std::string_view specifier) {
  if (specifier.empty() || IsRelativeOrAbsolute(specifier) || specifier[0] == '#' || specifier[0] == '.') return {};
  size_t end = specifier.find('/');
  if (specifier[0] == '@') {
    if (end == std::string_view::npos) return {};
    end = specifier.find('/', end + 1);
  }
  return specifier.substr(0, end);
}

// ---- Shared parts ----

// A package map (--experimental-package-map): the same look-up of dependencies as Plug'n'Play's, from one JSON file.
struct ModuleResolver::Impl::NodePackageMap {
  struct Entry {
    std::string path;
    std::map<std::string, std::string, std::less<>> dependencies;
  };
  bool valid = false;
  std::map<std::string, Entry, std::less<>> packages;
  std::map<std::string, std::string, std::less<>> by_path;

  static std::unique_ptr<NodePackageMap> Load(Impl& impl) {
    auto out = std::make_unique<NodePackageMap>();
    const auto text = impl.fs.Read(impl.profile.package_map, kMaxPackageJson);
    JsonDocument json;
    if (!text.ok() || !json.Parse(*text)) return out;
    const Node node = impl.At(impl.profile.package_map);
    const Url base = FileUrl(node.type == FileType::kNone ? impl.profile.package_map : node.path());
    const JsonValue list = json.root()["packages"];
    if (!list.IsObject() && !list.IsArray()) return out;
    for (JsonValue v = list.first(); v; v = v.next()) {
      const JsonValue at = v["url"];
      if (!at.IsString() || at.text().empty()) return out;
      const std::optional<Url> url = ParseUrl(at.text(), &base);
      Entry entry;
      if (!url || PathOfFileUrl(*url, entry.path) != FileUrlError::kNone) return out;
      for (JsonValue d = v["dependencies"].first(); d; d = d.next()) entry.dependencies[std::string(d.key())] = std::string(d.text());
      if (!out->by_path.emplace(entry.path, v.key()).second) return out;
      out->packages.emplace(v.key(), std::move(entry));
    }
    out->valid = true;
    return out;
  }
};

ModuleResolver::Impl::Impl(const FileSystem& view, Profile p)
    : base_fs(view), fs(view), profile(std::move(p)), tree(fs), native_reader(profile.node.native_package_reader()),
      require_module((profile.node.require_module() || profile.force_require_module) && profile.require_module) {}
ModuleResolver::Impl::~Impl() = default;

const PackageJson* ModuleResolver::Impl::PackageIn(Dir* dir) {
  const PackageJson* known = dir->package.load(std::memory_order_acquire);
  if (known == nullptr) {
    const Node node = tree.Child(dir, "package.json");
    known = &kNoPackage;
    if (node.IsFile()) {
      absl::StatusOr<std::string> text = fs.Read(Join(dir->path, "package.json"), kMaxPackageJson);
      std::unique_ptr<PackageJson> fresh;
      if (text.ok()) {
        fresh = ReadPackageJson(*std::move(text), dir->path, native_reader);
      } else if (UnreadablePackageFails(profile.node)) {
        fresh = std::make_unique<PackageJson>();
        fresh->directory = dir->path;
        fresh->problem = PackageJson::Problem::kMalformed;
        fresh->error = "cannot be read";
      }
      if (fresh != nullptr) {
        const std::lock_guard lock(packages_mutex);
        known = dir->package.load(std::memory_order_acquire);
        if (known == nullptr) {
          packages.push_back(std::move(fresh));
          known = packages.back().get();
        }
      }
    }
    dir->package.store(known, std::memory_order_release);
  }
  return known == &kNoPackage ? nullptr : known;
}

Node ModuleResolver::Impl::At(std::string_view path) { return tree.At(NormalizePath(path)); }

Node ModuleResolver::Impl::Reach(const Place& base, std::string_view relative, std::string* lexical) {
  if (relative.starts_with('/')) {
    const std::string path = NormalizePath(relative);
    if (lexical != nullptr) *lexical = path;
    return tree.At(path);
  }
  Relative r = NormalizeRelative(relative);
  if (lexical != nullptr || (r.ups > 0 && !base.exact()) || base.dir == nullptr) {
    std::string path = base.path;
    for (int k = 0; k < r.ups; ++k) path = std::string(DirName(path));
    if (!r.path.empty()) path = Join(path, r.path);
    if (lexical != nullptr) *lexical = path;
    if ((r.ups > 0 && !base.exact()) || base.dir == nullptr) return tree.At(path);
  }
  Dir* dir = base.dir;
  for (int k = 0; k < r.ups && dir->parent != nullptr; ++k) dir = dir->parent;
  return tree.Walk(dir, r.path);
}

bool ModuleResolver::Impl::ConditionActive(std::string_view name, bool import) const {
  if (name == "default" || name == "node") return true;
  if (name == (import ? "import" : "require")) return true;
  if (name == "node-addons") return profile.addons;
  if (name == "module-sync") return require_module;
  return std::find(profile.conditions.begin(), profile.conditions.end(), name) != profile.conditions.end();
}

const Pnp* ModuleResolver::Impl::PnpAt(std::string_view directory) {
  if (!profile.plug_n_play) return nullptr;
  const std::string real = ResolveVirtualPath(directory);
  const Node node = tree.At(real);
  const std::lock_guard lock(pnp_mutex);
  const auto known = pnp_by_directory.find(real);
  if (known != pnp_by_directory.end()) return known->second;
  const Pnp* found = nullptr;
  // The nearest manifest above.
  Node at = node;
  std::string_view path = real;
  for (;;) {
    if (at.IsDirectory() && (tree.Child(at.dir, ".pnp.data.json").IsFile() || tree.Child(at.dir, ".pnp.cjs").IsFile())) {
      const auto other = pnp_by_directory.find(std::string("=") + at.dir->path);
      if (other != pnp_by_directory.end()) {
        found = other->second;
      } else {
        std::string error;
        if (auto manifest = Pnp::Load(fs, at.dir->path, &error)) {
          pnp_manifests.push_back(std::move(manifest));
          found = pnp_manifests.back().get();
          tree.EnterArchives();
        }
        pnp_by_directory.emplace(std::string("=") + at.dir->path, found);
      }
      break;
    }
    if (path == "/") break;
    path = DirName(path);
    at = tree.At(path);
  }
  pnp_by_directory.emplace(real, found);
  return found;
}

const Importer& ModuleResolver::Impl::ImporterAt(std::string_view directory) {
  Importers& shard = importers[absl::HashOf(std::string_view(directory).size(), directory.empty() ? 0 : directory.back(), directory[directory.size() / 2]) % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    const auto it = shard.by_path.find(std::string(directory));
    if (it != shard.by_path.end()) return *it->second;
  }
  auto fresh = std::make_unique<Importer>();
  fresh->path = NormalizePath(directory);
  fresh->pnp = PnpAt(fresh->path);
  const Node node = tree.At(fresh->path);
  fresh->dir = node.IsDirectory() ? node.dir : nullptr;
  fresh->exact = fresh->dir != nullptr && fresh->dir->path == fresh->path;
  Dir* dir = fresh->dir;
  for (size_t length = fresh->path == "/" ? 0 : fresh->path.size();;) {
    if (!fresh->exact && length != fresh->path.size()) {
      const Node level = tree.At(std::string_view(fresh->path).substr(0, length));
      dir = level.IsDirectory() ? level.dir : nullptr;
    }
    fresh->levels.push_back({dir, length});
    if (length == 0) break;
    length = fresh->path.rfind('/', length - 1);
    if (fresh->exact) dir = dir->parent;
  }
  // Scopes. require stops at a folder named node_modules, import at one whose name ends so.
  bool require_open = true, import_open = true;
  const Importer* home = fresh.get();
  bool home_known = fresh->pnp != nullptr || !fresh->exact;
  for (size_t k = 0; k < fresh->levels.size(); ++k) {
    const Importer::Level& level = fresh->levels[k];
    const std::string_view path = fresh->level_path(level);
    if (path.ends_with("/node_modules")) require_open = false;
    if (path.ends_with("node_modules")) import_open = false;
    const PackageJson* package = level.dir != nullptr && (require_open || import_open) ? PackageIn(level.dir) : nullptr;
    if (package != nullptr) {
      if (require_open) fresh->require_scope = package;
      if (import_open) fresh->import_scope = package;
      require_open = import_open = false;
    }
    // Bare specifiers mean the same in a folder as in the one above unless it has packages or rules of its own.
    if (!home_known && (package != nullptr || path.ends_with("node_modules") || tree.NodeModules(level.dir) != nullptr || level.length == 0)) {
      home_known = true;
      if (k > 0) home = &ImporterAt(path);
    }
  }
  fresh->home = home;
  const std::lock_guard lock(shard.mutex);
  return *shard.by_path.try_emplace(std::string(directory), std::move(fresh)).first->second;
}

// ---- One resolution ----

namespace {

using Impl = ModuleResolver::Impl;

class Run {
 public:
  Run(Impl& impl, const Importer& importer, Resolution& out, std::vector<Probe>* probes)
      : impl_(impl), importer_(importer), out_(out), probes_(probes) {}

  void Require(std::string_view specifier, bool load);
  void Import(std::string_view specifier, RequestKind kind);
  void ImportFromData(std::string_view specifier, RequestKind kind);
  void Path(std::string_view specifier, RequestKind kind);

 private:
  enum class Found : uint8_t { kNo, kYes, kError };
  // What an entry of exports or imports yields. kNone and kNull as `undefined` and `null` in the algorithm.
  enum class Yield : uint8_t { kNone, kNull, kTarget, kError };

  const NodeRelease& node() const { return impl_.profile.node; }
  Found Fail(ResolveCode code, std::string detail) {
    out_.outcome = Resolution::Outcome::kError;
    out_.code = code;
    out_.detail = std::move(detail);
    return Found::kError;
  }
  void Probed(std::string_view path, FileType type) {
    if (probes_ != nullptr) probes_->push_back({std::string(path), type});
  }
  // The way up to the package.json that rules over the importer.
  void ProbedScope(const PackageJson* scope) {
    if (probes_ == nullptr) return;
    for (const Importer::Level& level : importer_.levels) {
      const std::string_view path = importer_.level_path(level);
      const bool here = scope != nullptr && level.dir != nullptr && level.dir->path == scope->directory;
      if (path.ends_with("/node_modules")) return;
      Probed(Join(path, "package.json"), here ? FileType::kFile : FileType::kNone);
      if (here) return;
    }
  }
  Found File(const Node& file, std::string_view lexical);
  void Builtin(std::string_view specifier) {
    out_.outcome = Resolution::Outcome::kBuiltin;
    out_.format = ModuleFormat::kBuiltin;
    out_.path = std::string(specifier.starts_with("node:") ? specifier.substr(5) : specifier);
    out_.bare = true;
    out_.package_name = out_.path;
  }

  // CommonJS
  Found CjsPath(const Place& base, std::string_view request, bool slash);
  Found TryName(Dir* dir, std::string_view lexical_dir, std::string_view name);
  Found TryExtensions(Dir* dir, std::string_view lexical_dir, std::string_view name);
  Found TryPackage(const Place& folder);
  Found CjsPackages(std::string_view specifier, bool slash);
  Found CjsFinish(const Located& located);
  bool CjsProblem(const PackageJson* package);
  bool MapProblem(const PackageJson* package);

  // ES modules
  Found EsmFinish(const Located& located, bool check_file);
  bool EsmProblem(const PackageJson* package);
  Yield PackageResolve(std::string_view specifier, const Place* package_base, Located& located);
  Yield LegacyMain(const Place& folder, const PackageJson* package, Located& located);
  bool SetFormat(std::string_view lexical, const Node& file);

  // exports and imports
  Yield Exports(const Place& folder, const PackageJson& package, std::string_view subpath, Located& located);
  Yield Imports(const Place& folder, const PackageJson& package, std::string_view name, Located& located);
  Yield Target(const Place& folder, const PackageJson& package, const PackageMap& map, const PackageMap::Target& target,
               const PackageMap::Match& match, bool internal, Located& located);
  Yield TargetString(const Place& folder, const PackageJson& package, const PackageMap::Target& target,
                     const PackageMap::Match& match, bool internal, Located& located);
  Yield FailTarget(ResolveCode code, std::string detail) { return Fail(code, std::move(detail)), Yield::kError; }
  Located FromUrl(Url url) {
    Located l;
    l.is_url = true;
    l.url = std::move(url);
    return l;
  }

  // Plug'n'Play
  void ByPnp(std::string_view specifier, bool& handled);
  Found PnpPackage(std::string_view specifier, Place& folder, std::string& subpath);
  Found PnpUnqualified(const Place& folder, std::string_view relative, bool extensions, int depth);

  Place PlaceOf(const Importer::Level& level) const { return {level.dir, std::string(importer_.level_path(level))}; }
  Place Here() const { return {importer_.dir, importer_.path}; }
  Place ScopePlace(const PackageJson& package) const;

  Impl& impl_;
  const Importer& importer_;
  Resolution& out_;
  std::vector<Probe>* probes_;
  bool import_ = false;
  bool check_file_ = true;
};

// The folder of the importer's own package, as the importer reaches it.
Place Run::ScopePlace(const PackageJson& package) const {
  for (const Importer::Level& level : importer_.levels) {
    if (level.dir != nullptr && level.dir->path == package.directory) return PlaceOf(level);
  }
  return {impl_.At(package.directory).dir, package.directory};
}

Run::Found Run::File(const Node& file, std::string_view lexical) {
  out_.outcome = Resolution::Outcome::kFile;
  out_.code = ResolveCode::kNone;
  out_.detail.clear();
  out_.path = impl_.profile.preserve_symlinks && !lexical.empty() ? std::string(lexical) : file.path();
  out_.below_node_modules = BelowNodeModules(out_.path);
  return Found::kYes;
}

bool Run::CjsProblem(const PackageJson* package) {
  if (package == nullptr) return false;
  if (package->problem == PackageJson::Problem::kNone) return MapProblem(package);
  out_.package = package;
  const ResolveCode code = impl_.native_reader ? ResolveCode::kInvalidPackageConfig
                           : package->problem == PackageJson::Problem::kNull ? ResolveCode::kTypeError
                                                                            : ResolveCode::kSyntaxError;
  Fail(code, Cat(package->path(), ":", package->error));
  return true;
}

bool Run::EsmProblem(const PackageJson* package) {
  if (package == nullptr) return false;
  if (package->problem == PackageJson::Problem::kNone) return MapProblem(package);
  out_.package = package;
  Fail(package->problem == PackageJson::Problem::kNull ? ResolveCode::kTypeError : ResolveCode::kInvalidPackageConfig,
       Cat(package->path(), ":", package->error));
  return true;
}

bool Run::MapProblem(const PackageJson* package) {
  if (!package->malformed_map()) return false;
  out_.package = package;
  Fail(ResolveCode::kSyntaxError,
       Cat("\"", package->exports.state() == PackageMap::State::kMalformed ? "exports" : "imports", "\" of ", package->path(), " is malformed JSON"));
  return true;
}

// ---- exports and imports ----

Run::Yield Run::TargetString(const Place& folder, const PackageJson& package, const PackageMap::Target& target,
                             const PackageMap::Match& match, bool internal, Located& located) {
  const std::string_view text = target.text;
  const auto invalid = [&] {
    return FailTarget(ResolveCode::kInvalidPackageTarget,
                      Cat("\"", text, "\" for \"", match.key, "\" in ", internal ? "imports" : "exports", " of ", package.path(),
                          text.starts_with("./") ? " leaves the package" : " must start with \"./\""));
  };
  if (!text.starts_with("./")) {
    if (internal && !text.starts_with("/") && !text.starts_with("../") && !ParseUrl(text)) {
      return PackageResolve(match.pattern ? ReplaceStars(text, match.star) : std::string(text), &folder, located);
    }
    return invalid();
  }
  if (HasForbiddenSegment(text.substr(2))) return invalid();
  if (!match.star.empty() && HasForbiddenSegment(match.star)) {
    return FailTarget(ResolveCode::kInvalidModuleSpecifier,
                      Cat("'", match.star, "' is no valid match for \"", match.key, "\" in ", internal ? "imports" : "exports", " of ", package.path()));
  }
  std::string relative(text.substr(2));
  if (match.pattern && relative.find('*') != std::string::npos) relative = ReplaceStars(relative, match.star);
  if (IsPlainPath(relative) && IsPlainPath(folder.path)) {
    located.path = Join(folder.path, relative);
    located.from = folder.dir;
    located.rest = located.path.size() - relative.size();
    return Yield::kTarget;
  }
  const Url base = FileUrl(Join(folder.path, "package.json"));
  std::optional<Url> url = ParseUrl(text, &base);
  const std::string_view root = std::string_view(base.pathname).substr(0, base.pathname.size() - std::strlen("package.json"));
  if (!url || !url->pathname.starts_with(root)) return invalid();
  if (match.pattern && !match.star.empty()) url = ParseUrl(ReplaceStars(url->href(), match.star));
  if (!url) return FailTarget(ResolveCode::kInvalidUrl, Cat("\"", text, "\" becomes no URL"));
  located = FromUrl(*std::move(url));
  return Yield::kTarget;
}

Run::Yield Run::Target(const Place& folder, const PackageJson& package, const PackageMap& map, const PackageMap::Target& target,
                       const PackageMap::Match& match, bool internal, Located& located) {
  using Kind = PackageMap::Target::Kind;
  switch (target.kind) {
    case Kind::kString: return TargetString(folder, package, target, match, internal, located);
    case Kind::kNull: return Yield::kNull;
    case Kind::kInvalid:
      return FailTarget(ResolveCode::kInvalidPackageTarget,
                        Cat(target.text, " for \"", match.key, "\" in ", internal ? "imports" : "exports", " of ", package.path(), " is no target"));
    case Kind::kArray: {
      if (target.count == 0) return Yield::kNull;
      // What the last entry left that was neither a target nor undefined: an invalid target or null.
      Yield last = Yield::kNone;
      ResolveCode code = ResolveCode::kNone;
      std::string detail;
      for (uint32_t i = 0; i < target.count; ++i) {
        const size_t conditions = out_.conditions.size();
        const Yield y = Target(folder, package, map, map.target(target.first + i), match, internal, located);
        if (y == Yield::kTarget) return y;
        out_.conditions.resize(conditions);
        if (y == Yield::kError) {
          if (out_.code != ResolveCode::kInvalidPackageTarget) return y;
          last = y;
          code = out_.code;
          detail = out_.detail;
        } else if (y == Yield::kNull) {
          last = y;
        }
      }
      if (last == Yield::kError) return FailTarget(code, std::move(detail));
      return last;
    }
    case Kind::kConditions: {
      if (target.numeric_keys) {
        return FailTarget(ResolveCode::kInvalidPackageConfig, Cat("\"", internal ? "imports" : "exports", "\" of ", package.path(), " cannot contain numeric property keys"));
      }
      for (uint32_t i = 0; i < target.count; ++i) {
        const PackageMap::Target& entry = map.target(target.first + i);
        if (!impl_.ConditionActive(entry.condition, import_)) continue;
        // Yarn's require knows node and require only.
        if (importer_.pnp != nullptr && !import_ && (entry.condition == "module-sync" || entry.condition == "node-addons")) continue;
        const size_t conditions = out_.conditions.size();
        if (conditions > 0) out_.conditions += ',';
        out_.conditions += entry.condition;
        const Yield y = Target(folder, package, map, entry, match, internal, located);
        if (y != Yield::kNone) return y;
        out_.conditions.resize(conditions);
      }
      return Yield::kNone;
    }
  }
  return Yield::kNone;
}

Run::Yield Run::Exports(const Place& folder, const PackageJson& package, std::string_view subpath, Located& located) {
  out_.package = &package;
  out_.conditions.clear();
  const PackageMap& map = package.exports;
  if (map.state() == PackageMap::State::kMixedKeys) {
    return FailTarget(ResolveCode::kInvalidPackageConfig,
                      Cat("\"exports\" of ", package.path(), " cannot contain some keys starting with '.' and some not"));
  }
  if (map.state() == PackageMap::State::kMalformed) {
    return FailTarget(ResolveCode::kSyntaxError, Cat("\"exports\" of ", package.path(), " is malformed JSON"));
  }
  const PackageMap::Match match = map.Find(subpath);
  if (match.target != nullptr) {
    out_.key = std::string(match.key);
    const Yield y = Target(folder, package, map, *match.target, match, false, located);
    if (y == Yield::kTarget || y == Yield::kError) return y;
  }
  if (subpath == ".") {
    return FailTarget(ResolveCode::kPackagePathNotExported,
                      Cat("no \"exports\" main defined in ", package.path(), " for the conditions of ", import_ ? "import" : "require"));
  }
  return FailTarget(ResolveCode::kPackagePathNotExported,
                    Cat("\"", subpath, "\" is not defined by \"exports\" of ", package.path(),
                        match.target != nullptr ? Cat(" for the conditions of ", import_ ? "import" : "require") : std::string()));
}

Run::Yield Run::Imports(const Place& folder, const PackageJson& package, std::string_view name, Located& located) {
  out_.package = &package;
  if (package.imports.state() == PackageMap::State::kMalformed) {
    return FailTarget(ResolveCode::kSyntaxError, Cat("\"imports\" of ", package.path(), " is malformed JSON"));
  }
  const PackageMap::Match match = package.imports.Find(name);
  if (match.target != nullptr) {
    out_.key = std::string(match.key);
    const Yield y = Target(folder, package, package.imports, *match.target, match, true, located);
    if (y == Yield::kTarget || y == Yield::kError) return y;
  }
  return FailTarget(ResolveCode::kPackageImportNotDefined, Cat("\"", name, "\" is not defined by \"imports\" of ", package.path()));
}

// ---- ES modules ----

Run::Yield Run::PackageResolve(std::string_view specifier, const Place* package_base, Located& located) {
  if (node().IsBuiltin(specifier) && !specifier.starts_with("node:")) {
    located = FromUrl(*ParseUrl(Cat("node:", specifier)));
    return Yield::kTarget;
  }
  size_t separator = specifier.find('/');
  bool valid = true;
  if (specifier.starts_with('@')) {
    if (separator == std::string_view::npos) {
      valid = false;
    } else {
      separator = specifier.find('/', separator + 1);
    }
  }
  const std::string_view name = specifier.substr(0, separator);
  if (name.starts_with('.') || name.find_first_of("%\\") != std::string_view::npos) valid = false;
  if (!valid) {
    return FailTarget(ResolveCode::kInvalidModuleSpecifier, Cat("'", specifier, "' is not a valid package name"));
  }
  const std::string subpath = Cat(".", separator == std::string_view::npos ? std::string_view() : specifier.substr(separator));
  if (package_base == nullptr) {
    out_.bare = true;
    out_.package_name = std::string(name);
  }
  const Importer& base = package_base == nullptr ? importer_ : impl_.ImporterAt(package_base->path);

  const auto package_found = [&](const Place& folder) -> Yield {
    const PackageJson* package = impl_.PackageIn(folder.dir);
    Probed(Join(folder.path, "package.json"), package == nullptr ? FileType::kNone : FileType::kFile);
    if (EsmProblem(package)) return Yield::kError;
    if (package != nullptr && package->exports.state() != PackageMap::State::kAbsent && package->exports.state() != PackageMap::State::kNull) {
      return Exports(folder, *package, subpath, located);
    }
    if (subpath == ".") return LegacyMain(folder, package, located);
    const std::string_view rest = std::string_view(subpath).substr(2);
    if (IsPlainPath(rest) && IsPlainPath(folder.path)) {
      located.path = Join(folder.path, rest);
      located.from = folder.dir;
      located.rest = located.path.size() - rest.size();
      return Yield::kTarget;
    }
    const Url from = FileUrl(Join(folder.path, "package.json"));
    std::optional<Url> url = ParseUrl(subpath, &from);
    if (!url) return FailTarget(ResolveCode::kInvalidUrl, Cat("'", subpath, "' is no relative URL"));
    located = FromUrl(*std::move(url));
    return Yield::kTarget;
  };

  // A package map is asked instead of the folders.
  if (!impl_.profile.package_map.empty() && node().AtLeast(24)) {
    std::string location;
    std::call_once(impl_.map_once, [&] { impl_.package_map = Impl::NodePackageMap::Load(impl_); });
    const Impl::NodePackageMap& map = *impl_.package_map;
    if (!map.valid) return FailTarget(ResolveCode::kPackageMapInvalid, Cat(impl_.profile.package_map, " is no package map"));
    const Impl::NodePackageMap::Entry* owner = nullptr;
    for (const Importer::Level& level : base.levels) {
      const auto it = map.by_path.find(base.level_path(level));
      if (it == map.by_path.end()) continue;
      owner = &map.packages.find(it->second)->second;
      break;
    }
    if (owner == nullptr) return FailTarget(ResolveCode::kPackageMapExternalFile, Cat("no package of the map holds ", base.path));
    const auto dependency = owner->dependencies.find(name);
    if (dependency == owner->dependencies.end()) {
      return FailTarget(ResolveCode::kErrModuleNotFound, Cat("the package map gives ", owner->path, " no dependency '", name, "'"));
    }
    const auto target = map.packages.find(dependency->second);
    if (target == map.packages.end()) return FailTarget(ResolveCode::kPackageMapKeyNotFound, Cat("the package map has no package '", dependency->second, "'"));
    return package_found({impl_.At(target->second.path).dir, target->second.path});
  }

  const PackageJson* scope = base.import_scope;
  if (EsmProblem(scope)) return Yield::kError;
  if (scope != nullptr && scope->has_name && scope->name == name && scope->exports.state() != PackageMap::State::kAbsent &&
      scope->exports.state() != PackageMap::State::kNull) {
    Place folder{nullptr, scope->directory};
    for (const Importer::Level& level : base.levels) {
      if (level.dir != nullptr && level.dir->path == scope->directory) {
        folder = {level.dir, std::string(base.level_path(level))};
        break;
      }
    }
    return Exports(folder, *scope, subpath, located);
  }
  // A name with URL syntax in it leads nowhere: what is left of the path is no package.
  if (name.find_first_of("?#") == std::string_view::npos) {
    // URLs lose tabs and line ends.
    std::string stripped;
    std::string_view name_in_path = name;
    if (name.find_first_of("\t\n\r") != std::string_view::npos) {
      for (const char c : name) {
        if (c != '\t' && c != '\n' && c != '\r') stripped += c;
      }
      name_in_path = stripped;
    }
    for (const Importer::Level& level : base.levels) {
      if (level.dir == nullptr) continue;
      Dir* modules = impl_.tree.NodeModules(level.dir);
      if (modules == nullptr) {
        if (probes_ != nullptr) Probed(Join(base.level_path(level), "node_modules"), FileType::kNone);
        continue;
      }
      const Node found = impl_.tree.Walk(modules, name_in_path);
      if (probes_ != nullptr) Probed(Join(Join(base.level_path(level), "node_modules"), name_in_path), found.type);
      if (!found.IsDirectory()) continue;
      return package_found({found.dir, Join(Join(base.level_path(level), "node_modules"), name_in_path)});
    }
  }
  return FailTarget(ResolveCode::kErrModuleNotFound, Cat("cannot find package '", name, "'"));
}

Run::Yield Run::LegacyMain(const Place& folder, const PackageJson* package, Located& located) {
  static constexpr std::string_view kMainEndings[] = {"", ".js", ".json", ".node", "/index.js", "/index.json", "/index.node"};
  const std::string_view main = package == nullptr ? std::string_view() : std::string_view(package->main);
  out_.package = package;
  const auto try_path = [&](const std::string& relative) {
    if (relative.ends_with('/')) return false;
    std::string lexical;
    const Node node = impl_.Reach(folder, relative, &lexical);
    Probed(lexical, node.type);
    if (!node.IsFile()) return false;
    located.path = std::move(lexical);
    return true;
  };
  if (!main.empty()) {
    out_.key = "main";
    const bool as_url = !impl_.native_reader;  // until release 20, `main` is part of a URL
    for (const std::string_view ending : kMainEndings) {
      if (as_url && !IsPlainPath(main)) {
        const Url base = FileUrl(Join(folder.path, "package.json"));
        const std::optional<Url> url = ParseUrl(Cat("./", main, ending), &base);
        std::string path;
        const FileUrlError error = url ? PathOfFileUrl(*url, path) : FileUrlError::kScheme;
        if (error == FileUrlError::kMalformed && !node().AtLeast(20)) {
          return FailTarget(ResolveCode::kUriError, Cat("URI malformed: \"main\": \"", main, "\""));
        }
        if (error == FileUrlError::kEncodedSlash && !node().AtLeast(20)) {
          return FailTarget(ResolveCode::kInvalidFileUrlPath, Cat("\"main\": \"", main, "\" has an encoded \"/\""));
        }
        if (error == FileUrlError::kMalformed) {
          // 20 finds the file by the text as it is, and then fails to make a path of the URL.
          const std::string as_is = JoinPath(folder.path, Cat("./", main, ending));
          if (!impl_.At(as_is).IsFile()) continue;
          return FailTarget(ResolveCode::kUriError, Cat("URI malformed: \"main\": \"", main, "\""));
        }
        if (error != FileUrlError::kNone || path.ends_with('/')) continue;
        const Node node = impl_.At(path);
        Probed(path, node.type);
        if (!node.IsFile()) continue;
        located = FromUrl(*url);
        return Yield::kTarget;
      }
      if (as_url) {
        if (try_path(Cat("./", main, ending))) return Yield::kTarget;
        continue;
      }
      // Later releases look for the ending after the resolved path and then put it after the text of `main`, which is
      // not the same when that ends in '/': what they find for "lib/" may be lib.js, and what they load lib/.js.
      const Relative r = NormalizeRelative(main);
      std::string lexical;
      Node found;
      if (main.starts_with('/') || r.ups > 0 || r.path.empty()) {
        lexical = Cat(main.starts_with('/') ? NormalizePath(main) : JoinPath(folder.path, main), ending);
        found = impl_.At(lexical);
      } else {
        found = impl_.Reach(folder, Cat(r.path, ending), &lexical);
      }
      Probed(lexical, found.type);
      if (!found.IsFile()) continue;
      located.path = main.ends_with('/') ? JoinPath(folder.path, Cat(main, ending)) : std::move(lexical);
      return Yield::kTarget;
    }
  }
  for (const std::string_view index : {"index.js", "index.json", "index.node"}) {
    if (try_path(std::string(index))) return Yield::kTarget;
  }
  return FailTarget(ResolveCode::kErrModuleNotFound,
                    Cat("cannot find the main file of ", folder.path, main.empty() ? "" : Cat(" (\"main\": \"", main, "\")")));
}

bool Run::SetFormat(std::string_view lexical, const Node& file) {
  const Profile& profile = impl_.profile;
  const std::string_view extension = Extension(lexical);
  const bool strip = (node().strips_types() || profile.force_strip_types) && profile.strip_types;
  const auto scope = [&]() -> const PackageJson* {
    // By the folder of the file as it will be known.
    return impl_.ImporterAt(profile.preserve_symlinks ? DirName(lexical) : std::string_view(file.dir->path)).import_scope;
  };
  const auto typed = [&](ModuleFormat module, ModuleFormat common) {
    const PackageJson* package = scope();
    // Of a file without extension only the type is asked.
    if (package != nullptr && (!extension.empty() || package->problem != PackageJson::Problem::kNone) && EsmProblem(package)) return false;
    const PackageType type = package == nullptr ? PackageType::kNone : package->type;
    if (type == PackageType::kModule) out_.format = module;
    if (type == PackageType::kCommonJs) out_.format = common;
    if (type == PackageType::kNone) {
      if (profile.default_type_module && !BelowNodeModules(lexical)) {
        out_.format = module;
      } else if (!node().detects_module_syntax()) {
        out_.format = common;
      }
    }
    return true;
  };
  if (extension == ".js") return typed(ModuleFormat::kModule, ModuleFormat::kCommonJs);
  if (extension.empty()) {
    if (!typed(ModuleFormat::kModule, ModuleFormat::kCommonJs)) return false;
    if (out_.format == ModuleFormat::kModule && (node().imports_wasm() || profile.wasm_modules)) {
      const absl::StatusOr<std::string> text = impl_.fs.Read(out_.path, 1u << 30);
      if (text.ok() && text->starts_with(std::string_view("\0asm", 4))) out_.format = ModuleFormat::kWasm;
    }
    return true;
  }
  if (extension == ".mjs") return out_.format = ModuleFormat::kModule, true;
  if (extension == ".cjs") return out_.format = ModuleFormat::kCommonJs, true;
  if (extension == ".json") return out_.format = ModuleFormat::kJson, true;
  if (extension == ".wasm" && (node().imports_wasm() || profile.wasm_modules)) return out_.format = ModuleFormat::kWasm, true;
  if (extension == ".node" && (node().imports_addons() || profile.import_addons)) return out_.format = ModuleFormat::kAddon, true;
  if (strip && extension == ".ts") return typed(ModuleFormat::kModuleTypeScript, ModuleFormat::kCommonJsTypeScript);
  if (strip && extension == ".mts") return out_.format = ModuleFormat::kModuleTypeScript, true;
  if (strip && extension == ".cts") return out_.format = ModuleFormat::kCommonJsTypeScript, true;
  out_.load_code = ResolveCode::kUnknownFileExtension;
  return true;
}

Run::Found Run::EsmFinish(const Located& located, bool check_file) {
  std::string path = located.path;
  if (located.is_url) {
    const Url& url = located.url;
    if (!url.is_file()) {
      if (url.scheme == "node") {
        Builtin(url.href());  // by way of `imports`
        if (!node().IsBuiltin(url.href())) out_.load_code = ResolveCode::kUnknownBuiltinModule;
        return Found::kYes;
      }
      out_.outcome = Resolution::Outcome::kUrl;
      out_.path = url.href();
      if (url.scheme != "data") out_.load_code = ResolveCode::kUnsupportedEsmUrlScheme;
      return Found::kYes;
    }
    if (HasEncodedSeparator(url.pathname)) {
      return Fail(ResolveCode::kInvalidModuleSpecifier, "the path must not include encoded \"/\" or \"\\\" characters");
    }
    switch (PathOfFileUrl(url, path)) {
      case FileUrlError::kHost: return Fail(ResolveCode::kInvalidFileUrlHost, Cat("a file URL with the host ", url.authority));
      case FileUrlError::kEncodedSlash: return Fail(ResolveCode::kInvalidFileUrlPath, "the path must not include an encoded \"/\"");
      case FileUrlError::kMalformed: return Fail(ResolveCode::kUriError, Cat("URI malformed: ", url.pathname));
      default: break;
    }
    if (const size_t null = path.find('\0'); null != std::string::npos) {
      // Whether it is there is asked of the system, for which the path ends here.
      const Node file = impl_.At(std::string_view(path).substr(0, null));
      if (file.IsDirectory() && check_file) return Fail(ResolveCode::kUnsupportedDirImport, "the path contains a null byte");
      if (!file.IsFile() && check_file) return Fail(ResolveCode::kErrModuleNotFound, "the path contains a null byte");
      if (file.IsFile() && !impl_.profile.preserve_symlinks) return Fail(ResolveCode::kInvalidArgValue, "the path contains a null byte");
    }
    out_.search = url.search;
    out_.hash = url.hash;
  }
  // import.meta.resolve answers with the URL of what is not there, or is a directory.
  const auto unchecked = [&] {
    out_.outcome = Resolution::Outcome::kFile;
    out_.path = NormalizePath(path);
    out_.below_node_modules = BelowNodeModules(out_.path);
    return Found::kYes;
  };
  if (path.ends_with('/')) {
    if (!check_file) return unchecked();
    if (LooksBehindSlash(node()) && !impl_.At(path).IsDirectory()) {
      out_.path = path;
      return Fail(ResolveCode::kErrModuleNotFound, Cat("cannot find '", path, "'"));
    }
    return Fail(ResolveCode::kUnsupportedDirImport, Cat("directory import '", path, "' is not supported by ES modules"));
  }
  const Node file = located.from != nullptr && !located.is_url ? impl_.tree.Walk(located.from, std::string_view(path).substr(located.rest)) : impl_.At(path);
  Probed(path, file.type);
  if (!check_file && !file.IsFile()) return unchecked();
  if (file.IsDirectory()) {
    out_.path = path;
    return Fail(ResolveCode::kUnsupportedDirImport, Cat("directory import '", path, "' is not supported by ES modules"));
  }
  if (!file.IsFile()) {
    out_.path = path;
    return Fail(ResolveCode::kErrModuleNotFound, Cat("cannot find module '", path, "'"));
  }
  File(file, impl_.profile.preserve_symlinks ? NormalizePath(path) : path);
  return SetFormat(out_.path, file) ? Found::kYes : Found::kError;
}

void Run::Import(std::string_view specifier, RequestKind kind) {
  import_ = true;
  // import.meta.resolve tells a missing file by nothing, in every release: it answers with the URL.
  check_file_ = kind != RequestKind::kImportMetaResolve;
  if (specifier.starts_with("node:")) {
    Builtin(specifier);
    if (!node().IsBuiltin(specifier)) out_.load_code = ResolveCode::kUnknownBuiltinModule;
    return;
  }
  if (importer_.pnp != nullptr && !node().IsBuiltin(specifier)) {
    bool handled = false;
    if (ByPnp(specifier, handled); handled) return;
  }
  Located located;
  if (IsRelativeOrAbsolute(specifier)) {
    // The common case needs no URL.
    if (specifier[0] == '.' && importer_.exact && specifier.size() > 2 && IsPlainPath(importer_.path)) {
      std::string_view rest = specifier;
      Dir* dir = importer_.dir;
      if (rest.starts_with("./")) rest.remove_prefix(2);
      while (rest.starts_with("../") && dir->parent != nullptr) {
        rest.remove_prefix(3);
        dir = dir->parent;
      }
      if (!rest.empty() && rest[0] != '/' && IsPlainPath(rest)) {
        located.path = Join(dir->path, rest);
        located.from = dir;
        located.rest = located.path.size() - rest.size();
        EsmFinish(located, check_file_);
        return;
      }
    }
    const Url base = FileUrl(Join(importer_.path, "x"));
    std::optional<Url> url = ParseUrl(specifier, &base);
    if (!url) {
      Fail(node().AtLeast(20) ? ResolveCode::kUnsupportedResolveRequest : ResolveCode::kInvalidUrl, Cat("'", specifier, "' is no relative URL"));
      return;
    }
    EsmFinish(FromUrl(*std::move(url)), check_file_);
    return;
  }
  if (specifier.starts_with('#')) {
    if (specifier == "#" || specifier.ends_with('/') || (specifier.starts_with("#/") && !node().slash_imports())) {
      Fail(ResolveCode::kInvalidModuleSpecifier, Cat("'", specifier, "' is not a valid internal imports specifier name"));
      return;
    }
    const PackageJson* scope = importer_.import_scope;
    ProbedScope(scope);
    if (EsmProblem(scope)) return;
    if (scope == nullptr) {
      Fail(ResolveCode::kPackageImportNotDefined, Cat("\"", specifier, "\" is not defined: there is no package.json above ", importer_.path));
      return;
    }
    if (Imports(ScopePlace(*scope), *scope, specifier, located) == Yield::kTarget) EsmFinish(located, check_file_);
    return;
  }
  if (std::optional<Url> url = specifier.find(':') == std::string_view::npos ? std::nullopt : ParseUrl(specifier)) {
    if (url->scheme == "node") {  // not in small letters: taken for a URL like any other
      out_.outcome = Resolution::Outcome::kUrl;
      out_.path = std::string(specifier);
      out_.load_code = ResolveCode::kUnknownBuiltinModule;
      return;
    }
    EsmFinish(FromUrl(*std::move(url)), check_file_);
    return;
  }
  if (PackageResolve(specifier, nullptr, located) == Yield::kTarget) EsmFinish(located, check_file_);
}

void Run::ImportFromData(std::string_view specifier, RequestKind kind) {
  import_ = true;
  check_file_ = kind != RequestKind::kImportMetaResolve;
  if (!IsRelativeOrAbsolute(specifier)) {
    if (node().IsBuiltin(specifier)) return Builtin(specifier);
    if (std::optional<Url> url = ParseUrl(specifier)) {
      if (EsmFinish(FromUrl(*std::move(url)), check_file_ || !node().AtLeast(20)) == Found::kError && !node().AtLeast(20) && out_.code != ResolveCode::kUriError) {
        out_.code = ResolveCode::kInvalidUrlScheme;  // as below
      }
      return;
    }
  }
  ResolveCode code = ResolveCode::kUnsupportedResolveRequest;
  if (!node().AtLeast(20)) {
    // 18 first looks at the name, and fails at naming the importer's file in the message about it.
    const bool internal = specifier.starts_with('#');
    const std::string_view name = specifier.substr(0, specifier.starts_with('@') ? specifier.find('/', specifier.find('/') + 1) : specifier.find('/'));
    const bool invalid = internal ? specifier == "#" || specifier.ends_with('/') || specifier.starts_with("#/")
                                  : !IsRelativeOrAbsolute(specifier) && (name.starts_with('.') || name.find_first_of("%\\") != std::string_view::npos ||
                                                                         (specifier.starts_with('@') && specifier.find('/') == std::string_view::npos));
    code = invalid ? ResolveCode::kInvalidUrlScheme : ResolveCode::kInvalidUrl;
  }
  Fail(code, Cat("'", specifier, "' cannot be resolved from a data: URL"));
}

// ---- CommonJS ----

Run::Found Run::TryName(Dir* dir, std::string_view lexical_dir, std::string_view name) {
  // The system, asked whether a file is there, takes a null byte for the end of its name; then it is refused.
  const size_t null = name.find('\0');
  const Node node = impl_.tree.Child(dir, name.substr(0, null));
  if (probes_ != nullptr) Probed(Join(lexical_dir, name), node.type);
  if (!node.IsFile()) return Found::kNo;
  if (null != std::string_view::npos && !impl_.profile.preserve_symlinks) return Fail(ResolveCode::kInvalidArgValue, "the path contains a null byte");
  return File(node, impl_.profile.preserve_symlinks ? Join(lexical_dir, name) : std::string());
}

Run::Found Run::TryExtensions(Dir* dir, std::string_view lexical_dir, std::string_view name) {
  std::string full(name);
  for (const std::string_view extension : kExtensions) {
    full.resize(name.size());
    full += extension;
    if (const Found f = TryName(dir, lexical_dir, full); f != Found::kNo) return f;
  }
  return Found::kNo;
}

Run::Found Run::TryPackage(const Place& folder) {
  const PackageJson* package = impl_.PackageIn(folder.dir);
  if (probes_ != nullptr) Probed(Join(folder.path, "package.json"), package == nullptr ? FileType::kNone : FileType::kFile);
  if (CjsProblem(package)) return Found::kError;
  if (package == nullptr || package->main.empty()) return TryExtensions(folder.dir, folder.path, "index");
  out_.package = package;
  out_.key = "main";
  // path.resolve(folder, main): file, with extensions, as a folder with an index.
  std::string lexical;
  const Node node = impl_.Reach(folder, package->main, &lexical);
  Probed(lexical, node.type);
  if (node.IsFile()) return File(node, lexical);
  if (lexical != "/") {
    const std::string parent_path(DirName(lexical));
    const Node parent = parent_path == folder.path ? Node{FileType::kDirectory, folder.dir, {}} : impl_.At(parent_path);
    if (parent.IsDirectory()) {
      const std::string_view name = std::string_view(lexical).substr(parent_path == "/" ? 1 : parent_path.size() + 1);
      if (const Found f = TryExtensions(parent.dir, parent_path, name); f != Found::kNo) return f;
    }
  }
  if (node.IsDirectory()) {
    if (const Found f = TryExtensions(node.dir, lexical, "index"); f != Found::kNo) return f;
  }
  if (const Found f = TryExtensions(folder.dir, folder.path, "index"); f != Found::kNo) return f;
  out_.path = lexical;
  return Fail(ResolveCode::kModuleNotFound, Cat("\"main\" of ", package->path(), " names '", package->main, "', which is not there, and there is no index"));
}

Run::Found Run::CjsPath(const Place& base, std::string_view request, bool slash) {
  Node target;
  if (!slash) {
    // The folder it would be in, and its name there.
    Dir* dir = nullptr;
    std::string lexical_dir;
    std::string name;
    if (request.starts_with('/') || base.dir == nullptr) {
      const std::string path = request.starts_with('/') ? NormalizePath(request) : JoinPath(base.path, request);
      if (path != "/") {
        lexical_dir = std::string(DirName(path));
        name = path.substr(lexical_dir == "/" ? 1 : lexical_dir.size() + 1);
        const Node node = impl_.tree.At(lexical_dir);
        dir = node.IsDirectory() ? node.dir : nullptr;
      }
    } else {
      Relative r = NormalizeRelative(request);
      const bool lexical = impl_.profile.preserve_symlinks || probes_ != nullptr || (r.ups > 0 && !base.exact());
      const size_t cut = r.path.rfind('/');
      if (r.path.empty() || lexical) {
        const std::string path = JoinPath(base.path, request);
        if (path != "/") {
          lexical_dir = std::string(DirName(path));
          name = path.substr(lexical_dir == "/" ? 1 : lexical_dir.size() + 1);
          const Node node = impl_.tree.At(lexical_dir);
          dir = node.IsDirectory() ? node.dir : nullptr;
        }
      } else {
        Dir* from = base.dir;
        for (int k = 0; k < r.ups && from->parent != nullptr; ++k) from = from->parent;
        const Node node = impl_.tree.Walk(from, cut == std::string::npos ? std::string_view() : std::string_view(r.path).substr(0, cut));
        dir = node.IsDirectory() ? node.dir : nullptr;
        name = cut == std::string::npos ? std::move(r.path) : r.path.substr(cut + 1);
      }
    }
    if (dir == nullptr) return Found::kNo;
    if (const Found f = TryName(dir, lexical_dir, name); f != Found::kNo) return f;
    if (const Found f = TryExtensions(dir, lexical_dir, name); f != Found::kNo) return f;
    target = impl_.tree.Child(dir, name);
    if (!target.IsDirectory()) return Found::kNo;
    return TryPackage({target.dir, lexical_dir.empty() ? request.starts_with('/') ? NormalizePath(request) : JoinPath(base.path, request)
                                                       : Join(lexical_dir, name)});
  }
  std::string lexical;
  target = impl_.Reach(base, request, &lexical);
  if (!target.IsDirectory()) return Found::kNo;
  return TryPackage({target.dir, lexical});
}

Run::Found Run::CjsFinish(const Located& located) {
  std::string path = located.path;
  if (located.is_url) {
    if (HasEncodedSeparator(located.url.href())) {
      return Fail(ResolveCode::kInvalidModuleSpecifier, "the path must not include encoded \"/\" or \"\\\" characters");
    }
    switch (PathOfFileUrl(located.url, path)) {
      case FileUrlError::kScheme:
        return Fail(ResolveCode::kInvalidUrlScheme, Cat("require cannot load ", located.url.href(), " through \"imports\""));
      case FileUrlError::kHost: return Fail(ResolveCode::kInvalidFileUrlHost, Cat("a file URL with the host ", located.url.authority));
      case FileUrlError::kEncodedSlash: return Fail(ResolveCode::kInvalidFileUrlPath, "the path must not include an encoded \"/\"");
      case FileUrlError::kMalformed: return Fail(ResolveCode::kUriError, Cat("URI malformed: ", located.url.pathname));
      case FileUrlError::kNone: break;
    }
    if (const size_t null = path.find('\0'); null != std::string::npos && impl_.At(std::string_view(path).substr(0, null)).IsFile()) {
      return Fail(ResolveCode::kInvalidArgValue, "the path contains a null byte");
    }
  }
  const Node file = path.ends_with('/')                              ? Node()
                    : located.from != nullptr && !located.is_url ? impl_.tree.Walk(located.from, std::string_view(path).substr(located.rest))
                                                                 : impl_.At(path);
  Probed(path, file.type);
  if (file.IsFile()) return File(file, impl_.profile.preserve_symlinks ? NormalizePath(path) : path);
  out_.path = path;
  return Fail(ResolveCode::kModuleNotFound, Cat("cannot find module '", path, "'"));
}

Run::Found Run::CjsPackages(std::string_view specifier, bool slash) {
  const std::string_view name = RequireName(specifier);
  out_.bare = true;
  out_.package_name = std::string(PackageNameOf(specifier));
  const std::string subpath = Cat(".", specifier.substr(name.size()));
  const auto in_folder = [&](Dir* modules, const std::string& lexical) -> Found {
    if (!name.empty()) {
      const Node folder = impl_.tree.Walk(modules, name);
      if (probes_ != nullptr) Probed(Join(lexical, name), folder.type);
      if (folder.loop && UnreadablePackageFails(node())) {
        return Fail(ResolveCode::kInvalidPackageConfig, Cat("cannot read ", Join(Join(lexical, name), "package.json"), ": too many symbolic links"));
      }
      if (folder.IsDirectory()) {
        const PackageJson* package = impl_.PackageIn(folder.dir);
        const auto read = [&] { if (probes_ != nullptr) Probed(Join(Join(lexical, name), "package.json"), FileType::kFile); };
        if (CjsProblem(package)) return read(), Found::kError;
        if (package != nullptr && package->exports.state() != PackageMap::State::kAbsent && package->exports.state() != PackageMap::State::kNull) {
          read();
          Located located;
          const Yield y = Exports({folder.dir, Join(lexical, name)}, *package, subpath, located);
          if (y == Yield::kTarget) return CjsFinish(located);
          if (out_.code == ResolveCode::kErrModuleNotFound) out_.code = ResolveCode::kModuleNotFound;
          return Found::kError;
        }
      }
    }
    return CjsPath({modules, lexical}, specifier.empty() ? std::string_view(".") : specifier, slash);
  };
  for (const Importer::Level& level : importer_.levels) {
    const std::string_view path = importer_.level_path(level);
    if (level.dir == nullptr || path.ends_with("/node_modules")) continue;
    Dir* modules = impl_.tree.NodeModules(level.dir);
    if (modules == nullptr) {
      if (probes_ != nullptr) Probed(Join(path, "node_modules"), FileType::kNone);
      continue;
    }
    if (const Found f = in_folder(modules, Join(path, "node_modules")); f != Found::kNo) return f;
  }
  const Profile& profile = impl_.profile;
  std::vector<std::string> folders = profile.node_path;
  if (!profile.home.empty()) {
    folders.push_back(Join(profile.home, ".node_modules"));
    folders.push_back(Join(profile.home, ".node_libraries"));
  }
  if (!profile.prefix.empty()) folders.push_back(Join(profile.prefix, "lib/node"));
  for (const std::string& folder : folders) {
    if (folder.empty()) continue;
    const std::string path = NormalizePath(folder);
    const Node node = impl_.tree.At(path);
    if (!node.IsDirectory()) {
      Probed(path, node.type);
      continue;
    }
    if (const Found f = in_folder(node.dir, path); f != Found::kNo) return f;
  }
  return Found::kNo;
}

void Run::Require(std::string_view specifier, bool load) {
  if (node().IsBuiltin(specifier)) return Builtin(specifier);
  if (importer_.pnp != nullptr) {
    bool handled = false;
    if (ByPnp(specifier, handled); handled) return;
  }
  const bool relative = specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../");
  const PackageJson* scope = importer_.require_scope;
  const auto not_esm = [&] {
    if (out_.outcome == Resolution::Outcome::kError && out_.code == ResolveCode::kErrModuleNotFound) out_.code = ResolveCode::kModuleNotFound;
  };
  const bool slash = specifier.ends_with('/') || specifier == "." || specifier == ".." || specifier.ends_with("/.") || specifier.ends_with("/..");
  if (!impl_.profile.package_map.empty() && node().AtLeast(24) && !relative && !specifier.starts_with('/')) {
    Located located;
    const Yield y = PackageResolve(specifier, nullptr, located);
    if (y == Yield::kTarget) CjsFinish(located);
    return not_esm();
  }
  if (scope != nullptr && (scope->problem != PackageJson::Problem::kNone || !node().AtLeast(24)) && CjsProblem(scope)) return;
  if (specifier.starts_with('#')) ProbedScope(scope);
  if (specifier.starts_with('#') && scope != nullptr && scope->imports.state() != PackageMap::State::kAbsent &&
      scope->imports.state() != PackageMap::State::kNull) {
    if (specifier == "#" || specifier.ends_with('/') || (specifier.starts_with("#/") && !node().slash_imports())) {
      Fail(ResolveCode::kInvalidModuleSpecifier, Cat("'", specifier, "' is not a valid internal imports specifier name"));
      return;
    }
    Located located;
    // Which release looks at what of a malformed package differs; from 24 on `exports` do not matter here.
    if (Imports(ScopePlace(*scope), *scope, specifier, located) == Yield::kTarget) CjsFinish(located);
    return not_esm();
  }
  if (scope != nullptr && scope->exports.state() == PackageMap::State::kMalformed) {
    MapProblem(scope);
    return;
  }
  if (scope != nullptr && scope->has_name && scope->exports.state() != PackageMap::State::kAbsent &&
      scope->exports.state() != PackageMap::State::kNull && specifier.starts_with(scope->name) &&
      (specifier.size() == scope->name.size() || specifier[scope->name.size()] == '/')) {
    Located located;
    out_.bare = true;
    out_.package_name = scope->name;
    if (Exports(ScopePlace(*scope), *scope, Cat(".", specifier.substr(scope->name.size())), located) == Yield::kTarget) CjsFinish(located);
    return not_esm();
  }
  Found found;
  if (specifier.starts_with('/')) {
    found = CjsPath({impl_.tree.root(), "/"}, specifier, slash);
  } else if (relative || specifier.starts_with("..")) {
    // Node asks whether the importer's folder exists unless the path climbs out of it.
    const bool inside = !relative || NormalizeRelative(specifier).ups == 0;
    found = inside && importer_.dir == nullptr ? Found::kNo : CjsPath(Here(), specifier, slash);
  } else {
    found = CjsPackages(specifier, slash);
  }
  if (found == Found::kNo) {
    out_.key.clear();
    Fail(ResolveCode::kModuleNotFound, Cat("cannot find module '", specifier, "'"));
    if (relative) out_.path = JoinPath(importer_.path, specifier);
    if (load && specifier.starts_with("node:")) out_.load_code = ResolveCode::kUnknownBuiltinModule;
    if (load && specifier.empty()) out_.load_code = ResolveCode::kInvalidArgValue;
  }
}

// ---- Paths that are no module specifiers ----

void Run::Path(std::string_view specifier, RequestKind kind) {
  if (kind == RequestKind::kNewUrl) {
    const Url base = FileUrl(Join(importer_.path, "x"));
    std::optional<Url> url = ParseUrl(specifier, &base);
    if (!url) {
      Fail(ResolveCode::kInvalidUrl, Cat("'", specifier, "' is no URL"));
      return;
    }
    import_ = true;
    const bool slash = url->pathname.ends_with('/');
    if (EsmFinish(FromUrl(*std::move(url)), false) != Found::kYes || out_.outcome != Resolution::Outcome::kFile) return;
    out_.load_code = ResolveCode::kNone;
    const Node node = impl_.At(out_.path);
    if (node.type == FileType::kNone || (slash && !node.IsDirectory())) {
      Fail(ResolveCode::kErrModuleNotFound, Cat("there is no file '", out_.path, "'"));
    } else if (!impl_.profile.preserve_symlinks) {
      out_.path = node.path();
    }
    return;
  }
  if (kind == RequestKind::kWorker) {
    // A worker is given an absolute path or one that starts with a dot, and loads just that.
    if (!specifier.starts_with('/') && !specifier.starts_with("./") && !specifier.starts_with("../")) {
      Fail(ResolveCode::kWorkerPath, "the path of a worker must be absolute or start with './' or '../'");
      return;
    }
    std::string lexical;
    const Node node = impl_.Reach(Here(), specifier, &lexical);
    Probed(lexical, node.type);
    if (node.IsFile()) {
      File(node, lexical);
      SetFormat(out_.path, node);
      return;
    }
  }
  // As path.resolve makes it, which drops a slash at the end.
  const std::string path = specifier.starts_with('/') ? NormalizePath(specifier) : JoinPath(importer_.path, specifier);
  const Found found = CjsPath({impl_.tree.root(), "/"}, path, path == "/");
  if (found == Found::kNo) {
    out_.path = path;
    Fail(ResolveCode::kModuleNotFound, Cat("cannot find module '", out_.path, "'"));
  }
}

// ---- Plug'n'Play ----

// Yarn replaces both loaders by its own, which finds packages in its manifest and files by CommonJS rules.
void Run::ByPnp(std::string_view specifier, bool& handled) {
  handled = true;
  std::string text(specifier), search, hash;
  const auto not_found = [&](std::string detail) {
    Fail(import_ ? ResolveCode::kErrModuleNotFound : ResolveCode::kModuleNotFound, std::move(detail));
  };
  if (import_) {
    const Url base = FileUrl(Join(importer_.path, "x"));
    const bool relative = specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../");
    std::optional<Url> url = relative ? ParseUrl(specifier, &base) : specifier.find(':') != std::string_view::npos ? ParseUrl(specifier) : std::nullopt;
    if (url) {
      if (!url->is_file() || PathOfFileUrl(*url, text) != FileUrlError::kNone) {
        handled = false;
        return;
      }
      search = url->search;
      hash = url->hash;
    }
  }
  const auto finish = [&](Found found) {
    if (found == Found::kYes && out_.outcome == Resolution::Outcome::kFile) {
      out_.search = search;
      out_.hash = hash;
      if (import_) {
        const Node file = impl_.At(out_.path);
        if (file.IsFile()) SetFormat(out_.path, file);
      }
    }
    if (found == Found::kNo) not_found(Cat("QUALIFIED_PATH_RESOLUTION_FAILED: cannot find '", specifier, "'"));
  };
  if (text.starts_with('#')) {
    const PackageJson* scope = importer_.import_scope;
    if (EsmProblem(scope)) return;
    if (scope == nullptr || scope->imports.state() == PackageMap::State::kAbsent) {
      Fail(ResolveCode::kPackageImportNotDefined, Cat("\"", text, "\" is not defined by \"imports\""));
      return;
    }
    Located located;
    if (Imports(ScopePlace(*scope), *scope, text, located) != Yield::kTarget) {
      if (!import_ && out_.code == ResolveCode::kErrModuleNotFound) out_.code = ResolveCode::kModuleNotFound;
      return;
    }
    if (import_) {
      EsmFinish(located, true);
    } else {
      CjsFinish(located);
    }
    return;
  }
  const bool relative = text == "." || text == ".." || text.starts_with("./") || text.starts_with("../");
  if (relative || text.starts_with('/')) {
    finish(PnpUnqualified(Here(), text, !import_, 0));
    return;
  }
  Place folder;
  std::string subpath;
  const Found found = PnpPackage(text, folder, subpath);
  if (found == Found::kNo) {
    handled = false;
    return;
  }
  if (found == Found::kError) return;
  const PackageJson* package = folder.dir == nullptr ? nullptr : impl_.PackageIn(folder.dir);
  if (import_ ? EsmProblem(package) : CjsProblem(package)) return;
  const bool has_exports = package != nullptr && package->exports.state() != PackageMap::State::kAbsent && package->exports.state() != PackageMap::State::kNull;
  if (has_exports) {
    Located located;
    const Yield y = Exports(folder, *package, subpath, located);
    if (y != Yield::kTarget) return;
    if (import_) {
      EsmFinish(located, true);
    } else {
      CjsFinish(located);
    }
    return;
  }
  // import finds the main file of a package without exports by extensions, other files as they are written.
  finish(PnpUnqualified(folder, subpath, !import_ || subpath == ".", 0));
}

Run::Found Run::PnpPackage(std::string_view specifier, Place& folder, std::string& subpath) {
  size_t end = specifier.find('/');
  if (specifier.starts_with('@') && end != std::string_view::npos) end = specifier.find('/', end + 1);
  const std::string_view name = specifier.substr(0, end);
  subpath = Cat(".", end == std::string_view::npos ? std::string_view() : specifier.substr(end));
  out_.bare = true;
  out_.package_name = std::string(name);
  const looplint::Pnp::Answer answer = importer_.pnp->Find(name, Join(importer_.path, "x"));
  using Kind = looplint::Pnp::Answer::Kind;
  switch (answer.kind) {
    case Kind::kNotManaged: return Found::kNo;
    case Kind::kFound: {
      const Node node = impl_.At(answer.location);
      folder = {node.IsDirectory() ? node.dir : nullptr, answer.location};
      return Found::kYes;
    }
    default: break;
  }
  // Yarn's hook for import lets the code of its other loader through when the specifier is a bare name.
  return Fail(import_ && subpath != "." ? ResolveCode::kErrModuleNotFound : ResolveCode::kModuleNotFound, answer.detail);
}

Run::Found Run::PnpUnqualified(const Place& folder, std::string_view relative, bool extensions, int depth) {
  if (depth > 20) return Found::kNo;
  std::string lexical;
  const Node node = impl_.Reach(folder, relative, &lexical);
  Probed(lexical, node.type);
  // A slash at the end of what is asked for stays: "./" of a/b.js is a folder, of which a.js is no other name.
  const bool slash = depth == 0 && relative.ends_with('/');
  if (node.IsFile() && !slash) return File(node, lexical);
  Place here{node.IsDirectory() ? node.dir : nullptr, lexical};
  if (node.IsDirectory()) {
    const PackageJson* package = impl_.PackageIn(node.dir);
    if (package != nullptr && !package->main.empty() && package->problem == PackageJson::Problem::kNone) {
      const std::string next = package->main.starts_with('/') ? NormalizePath(package->main) : JoinPath(lexical, package->main);
      if (next != lexical) {
        out_.package = package;
        out_.key = "main";
        if (const Found f = PnpUnqualified(here, package->main, extensions, depth + 1); f != Found::kNo) return f;
      }
    }
  }
  if (!extensions) return Found::kNo;
  if (slash) {
    if (node.IsDirectory()) {
      if (const Found f = TryExtensions(node.dir, lexical, ""); f != Found::kNo) return f;
    }
  } else if (lexical != "/") {
    const std::string parent_path(DirName(lexical));
    const Node parent = impl_.At(parent_path);
    if (parent.IsDirectory()) {
      const std::string_view name = std::string_view(lexical).substr(parent_path == "/" ? 1 : parent_path.size() + 1);
      if (const Found f = TryExtensions(parent.dir, parent_path, name); f != Found::kNo) return f;
    }
  }
  if (node.IsDirectory()) return TryExtensions(node.dir, lexical, "index");
  return Found::kNo;
}

// What loading would raise that resolving does not.
void SetLoadCode(Impl& impl, Resolution& out, RequestKind kind) {
  if (!out.file() || out.load_code != ResolveCode::kNone) return;
  const Profile& profile = impl.profile;
  const std::string_view extension = Extension(out.path);
  const bool typescript = extension == ".ts" || extension == ".mts" || extension == ".cts";
  const bool strip = (profile.node.strips_types() || profile.force_strip_types) && profile.strip_types;
  if (kind == RequestKind::kRequire) {
    if (typescript && strip && out.below_node_modules) out.load_code = ResolveCode::kUnsupportedNodeModulesTypeStripping;
    if (impl.require_module) return;
    if (extension == ".mjs") out.load_code = ResolveCode::kRequireEsm;
    if (extension == ".js") {
      const PackageJson* scope = impl.ImporterAt(DirName(out.path)).require_scope;
      if (scope != nullptr && scope->type == PackageType::kModule) out.load_code = ResolveCode::kRequireEsm;
    }
    if (extension == ".mts" && strip) out.load_code = ResolveCode::kRequireEsm;
  } else if (kind == RequestKind::kImport || kind == RequestKind::kDynamicImport) {
    if (typescript && strip && out.below_node_modules) out.load_code = ResolveCode::kUnsupportedNodeModulesTypeStripping;
  }
}

void Answer(Impl& impl, const Importer* importer, std::string_view specifier, RequestKind kind, Resolution& out, std::vector<Probe>* probes) {
  static const Importer kData;
  Run run(impl, importer == nullptr ? kData : *importer, out, probes);
  switch (kind) {
    case RequestKind::kRequire: case RequestKind::kRequireResolve:
      run.Require(specifier, kind == RequestKind::kRequire);
      break;
    case RequestKind::kImport: case RequestKind::kDynamicImport: case RequestKind::kImportMetaResolve:
      if (importer == nullptr) {
        run.ImportFromData(specifier, kind);
      } else {
        run.Import(specifier, kind);
      }
      break;
    default: run.Path(specifier, kind);
  }
  if (out.outcome == Resolution::Outcome::kError) out.format = ModuleFormat::kUnknown;
  SetLoadCode(impl, out, kind);
}

std::string_view FolderOf(std::string_view importer) {
  while (importer.size() > 1 && importer.ends_with('/')) return importer.substr(0, importer.size() - 1);
  return DirName(importer);
}

// new URL('', import.meta.url) and the like: the importer.
bool OfItself(std::string_view specifier, RequestKind kind) {
  return kind == RequestKind::kNewUrl && (specifier.empty() || specifier[0] == '#' || specifier[0] == '?');
}

}  // namespace

// ---- The interface ----

ModuleResolver::ModuleResolver(const FileSystem& fs, Profile profile) : impl_(std::make_unique<Impl>(fs, std::move(profile))) {}
ModuleResolver::~ModuleResolver() = default;
const Profile& ModuleResolver::profile() const { return impl_->profile; }
const FileSystem& ModuleResolver::file_system() const { return impl_->fs; }

const Resolution& ModuleResolver::Resolve(std::string_view importer, std::string_view specifier, RequestKind kind) {
  if (kind == RequestKind::kDynamicImport) kind = RequestKind::kImport;
  if (OfItself(specifier, kind)) return Resolve(importer, Cat("./", importer.substr(importer.rfind('/') + 1), specifier), kind);
  const Importer* from = importer.starts_with("data:") ? nullptr : &impl_->ImporterAt(FolderOf(importer));
  std::string key;
  key.reserve(specifier.size() + 1);
  key += specifier;
  key += static_cast<char>('0' + static_cast<int>(kind));
  const auto ask = [&](const Importer* at) -> const Resolution* {
    const std::pair<const Importer*, std::string> k(at, key);
    Impl::Memo& memo = impl_->memo[absl::HashOf(k) % Impl::kShards];
    const std::lock_guard lock(memo.mutex);
    const auto it = memo.answers.find(k);
    return it == memo.answers.end() ? nullptr : it->second;
  };
  const auto remember = [&](const Importer* at, const Resolution* answer, Resolution* fresh) -> const Resolution* {
    std::pair<const Importer*, std::string> k(at, key);
    Impl::Memo& memo = impl_->memo[absl::HashOf(k) % Impl::kShards];
    const std::lock_guard lock(memo.mutex);
    const auto [it, inserted] = memo.answers.try_emplace(std::move(k), answer);
    if (inserted && fresh != nullptr) it->second = &memo.arena.emplace_back(std::move(*fresh));
    return it->second;
  };
  if (const Resolution* known = ask(from)) return *known;
  const bool bare = from != nullptr && !specifier.empty() && specifier[0] != '.' && specifier[0] != '/' && kind <= RequestKind::kImportMetaResolve;
  if (bare && from->home != from) {
    const Resolution* known = ask(from->home);
    if (known == nullptr) {
      Resolution fresh;
      Answer(*impl_, from->home, specifier, kind, fresh, nullptr);
      known = remember(from->home, nullptr, &fresh);
    }
    return *remember(from, known, nullptr);
  }
  Resolution fresh;
  Answer(*impl_, from, specifier, kind, fresh, nullptr);
  return *remember(from, nullptr, &fresh);
}

Resolution ModuleResolver::Explain(std::string_view importer, std::string_view specifier, RequestKind kind, std::vector<Probe>& probes) {
  if (OfItself(specifier, kind)) return Explain(importer, Cat("./", importer.substr(importer.rfind('/') + 1), specifier), kind, probes);
  const Importer* from = importer.starts_with("data:") ? nullptr : &impl_->ImporterAt(FolderOf(importer));
  Resolution out;
  Answer(*impl_, from, specifier, kind == RequestKind::kDynamicImport ? RequestKind::kImport : kind, out, &probes);
  return out;
}

ResolveCode ModuleResolver::AttributesCode(const Resolution& to, const ImportAttributes& attributes) const {
  const NodeRelease& node = impl_->profile.node;
  const bool renamed = node.attribute_codes();
  const std::string* type = nullptr;
  const bool text_import = impl_->profile.import_text;
  if (to.outcome == Resolution::Outcome::kError || (to.load_code != ResolveCode::kNone)) return to.load_code;
  ModuleFormat format = to.format;
  std::string_view valid;  // the type the format asks for; "javascript" for none
  if (to.outcome == Resolution::Outcome::kUrl) {
    const std::string_view mime = std::string_view(to.path).substr(0, to.path.find_first_of(",;"));
    valid = mime == "data:application/json" ? "json" : "javascript";
  } else if (format == ModuleFormat::kJson) {
    valid = "json";
  } else if (format == ModuleFormat::kAddon || format == ModuleFormat::kCommonJsTypeScript || format == ModuleFormat::kModuleTypeScript) {
    valid = "";  // formats the check does not know are let pass
  } else {
    valid = "javascript";
  }
  for (const auto& [name, value] : attributes) {
    if (name == "type") {
      type = &value;
    } else {
      return ResolveCode::kImportAttributeUnsupported;
    }
  }
  if (text_import && type != nullptr && *type == "text") return ResolveCode::kNone;
  if (valid.empty()) return ResolveCode::kNone;
  if (type == nullptr) {
    if (valid == "javascript") return ResolveCode::kNone;
    return renamed ? ResolveCode::kImportAttributeMissing : ResolveCode::kImportAssertionTypeMissing;
  }
  if (valid == *type) return ResolveCode::kNone;
  if (*type != "json" && !(text_import && *type == "text")) {
    return renamed ? ResolveCode::kImportAttributeUnsupported : ResolveCode::kImportAssertionTypeUnsupported;
  }
  return renamed ? ResolveCode::kImportAttributeTypeIncompatible : ResolveCode::kImportAssertionTypeFailed;
}

const PackageJson* ModuleResolver::PackageOf(std::string_view file) { return impl_->ImporterAt(FolderOf(file)).import_scope; }

const PackageJson* ModuleResolver::PackageIn(std::string_view directory) {
  const Node node = impl_->At(directory);
  return node.IsDirectory() ? impl_->PackageIn(node.dir) : nullptr;
}

ModuleFormat ModuleResolver::FormatOf(std::string_view file) {
  Resolution out;
  Answer(*impl_, &impl_->ImporterAt(FolderOf(file)), Cat("./", file.substr(file.rfind('/') + 1)), RequestKind::kImport, out, nullptr);
  return out.format;
}

std::string ModuleResolver::PackageFolder(std::string_view importer, std::string_view package_name) {
  const Importer& from = impl_->ImporterAt(FolderOf(importer));
  if (from.pnp != nullptr) {
    const Pnp::Answer answer = from.pnp->Find(package_name, importer);
    if (answer.kind == Pnp::Answer::Kind::kFound) return answer.location;
    if (answer.kind != Pnp::Answer::Kind::kNotManaged) return "";
  }
  for (const Importer::Level& level : from.levels) {
    Dir* modules = level.dir == nullptr ? nullptr : impl_->tree.NodeModules(level.dir);
    if (modules == nullptr) continue;
    const Node node = impl_->tree.Walk(modules, package_name);
    if (node.IsDirectory()) return node.dir->path;
  }
  return "";
}

FileType ModuleResolver::TypeOf(std::string_view path) { return impl_->At(path).type; }

std::string ModuleResolver::RealPath(std::string_view path) {
  const Node node = impl_->At(path);
  return node.type == FileType::kNone ? std::string() : node.path();
}

std::vector<std::string> ModuleResolver::List(std::string_view directory) {
  const Node node = impl_->At(directory);
  return node.IsDirectory() ? impl_->tree.Names(node.dir) : std::vector<std::string>();
}

}  // namespace looplint
