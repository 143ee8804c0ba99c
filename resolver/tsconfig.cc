// Configuration files of TypeScript: what they extend, what they include.
#include <algorithm>
#include <cstring>

#include "analyzer/base/strings.h"
#include "resolver/tsconfig_problems.h"
#include "resolver/typescript_resolver_impl.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxConfig = 16u << 20;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

struct Word {
  std::string_view text;
  int value;
};

template <typename Enum, size_t n>
bool Read(JsonValue value, const Word (&words)[n], Enum& out, bool& set) {
  if (!value) return true;
  if (value.Is(JsonValue::Type::kNull)) return set = false, true;
  const std::string text = Lower(value.text());
  for (const Word& w : words) {
    if (value.IsString() && w.text == text) {
      out = static_cast<Enum>(w.value);
      return set = true;
    }
  }
  return false;
}

using M = TsConfig::Module;
constexpr Word kModules[] = {
    {"none", int(M::kNone)}, {"commonjs", int(M::kCommonJs)}, {"amd", int(M::kAmd)}, {"umd", int(M::kUmd)},
    {"system", int(M::kSystem)}, {"es6", int(M::kEs2015)}, {"es2015", int(M::kEs2015)}, {"es2020", int(M::kEs2020)},
    {"es2022", int(M::kEs2022)}, {"esnext", int(M::kEsNext)}, {"node16", int(M::kNode16)}, {"node18", int(M::kNode18)},
    {"node20", int(M::kNode20)}, {"nodenext", int(M::kNodeNext)}, {"preserve", int(M::kPreserve)}};
using R = TsConfig::Resolution;
constexpr Word kResolutions[] = {{"classic", int(R::kClassic)}, {"node", int(R::kNode10)}, {"node10", int(R::kNode10)},
                                 {"node16", int(R::kNode16)}, {"nodenext", int(R::kNodeNext)}, {"bundler", int(R::kBundler)}};
// Years, so that they can be compared; 3 and 5 for ES3 and ES5, 9999 for ESNext.
constexpr Word kTargets[] = {{"es3", 3}, {"es5", 5}, {"es6", 2015}, {"es2015", 2015}, {"es2016", 2016}, {"es2017", 2017},
                             {"es2018", 2018}, {"es2019", 2019}, {"es2020", 2020}, {"es2021", 2021}, {"es2022", 2022},
                             {"es2023", 2023}, {"es2024", 2024}, {"es2025", 2025}, {"esnext", 9999}};

std::vector<std::string_view> Parts(std::string_view path) {
  std::vector<std::string_view> out;
  size_t i = 0;
  while (i <= path.size()) {
    const size_t end = std::min(path.find('/', i), path.size());
    if (end > i) out.push_back(path.substr(i, end - i));
    i = end + 1;
  }
  return out;
}

// Whether a path matches a pattern of include or exclude, both absolute, as TypeScript's own expressions for them do
// (getSubPatternFromSpec of its utilities.ts).
struct PathPattern {
  bool include;
  int steps = 0;  // what was tried: patterns of many stars end

  // "*" and "?" within a name. Of include, a first "*" or "?" does not stand for a dot, and no "*" stands for the dot of a
  // final ".min.js".
  bool Name(std::string_view pattern, std::string_view name, bool last, bool first = true) {
    if (++steps > 20000) return false;
    while (!pattern.empty()) {
      const char c = pattern[0];
      if (c == '*') {
        const std::string_view rest = pattern.substr(1);
        for (size_t k = 0;; ++k) {
          if (Name(rest, name.substr(k), last, false)) return true;
          if (k == name.size()) return false;
          if (include && name[k] == '.' && ((first && k == 0) || (last && name.substr(k) == ".min.js"))) return false;
        }
      }
      if (name.empty()) return false;
      size_t width = 1;
      if (c == '?') {
        if (include && first && name[0] == '.') return false;
        while (width < name.size() && (static_cast<unsigned char>(name[width]) & 0xc0) == 0x80) ++width;
      } else if (c != name[0]) {
        return false;
      }
      pattern.remove_prefix(1);
      name.remove_prefix(width);
      first = false;
    }
    return name.empty();
  }

  static bool IsPackages(std::string_view name) {
    return name == "node_modules" || name == "bower_components" || name == "jspm_packages";
  }

  using Names = std::vector<std::string_view>;
  bool Path(const Names& pattern, size_t p, const Names& path, size_t n) {
    if (++steps > 20000) return false;
    for (; p < pattern.size(); ++p, ++n) {
      if (pattern[p] == "**") {
        for (size_t k = n; k <= path.size(); ++k) {
          if (Path(pattern, p + 1, path, k)) return true;
          // Folders of packages and hidden ones are entered only when they are named.
          if (include && k < path.size() && (IsPackages(path[k]) || path[k][0] == '.')) return false;
        }
        return false;
      }
      if (n >= path.size() || !Name(pattern[p], path[n], n + 1 == path.size())) return false;
      if (include && IsPackages(path[n]) && pattern[p] != path[n]) return false;
    }
    return n == path.size() || !include;  // whatever is below an excluded folder is excluded
  }
};

bool Matches(std::string_view pattern, std::string_view path, bool include) {
  std::vector<std::string_view> parts = Parts(pattern);
  // A name without wildcard and extension is a folder.
  if (parts.empty() || parts.back().find_first_of(".*?") == std::string_view::npos) {
    parts.push_back("**");
    parts.push_back("*");
  }
  return PathPattern{include}.Path(parts, 0, Parts(path), 0);
}

// What TypeScript refuses as a pattern and goes on without: "**" at the end of one of `include`, ".." after "**/".
bool IsRefused(std::string_view pattern, bool include) {
  if (include) {
    std::string_view end = pattern;
    if (end.ends_with('/')) end.remove_suffix(1);
    if (end == "**" || end.ends_with("/**")) return true;
  }
  const size_t any = pattern.starts_with("**/") ? 0 : pattern.find("/**/");
  if (any == std::string_view::npos) return false;
  const size_t up = pattern.ends_with("/..") ? pattern.size() : pattern.rfind("/../");
  return up != std::string_view::npos && up > any;
}

bool EndsWithAny(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return path.ends_with(e); });
}

}  // namespace

// What a file and those it extends say, before paths and defaults are worked out.
struct TsConfigLoader {
  explicit TsConfigLoader(TypeScriptResolver::Impl& shared) : impl(shared) {}

  TypeScriptResolver::Impl& impl;
  TsConfig out;
  std::string root_directory;
  bool has_module = false, has_resolution = false, has_target = false, has_json = false, has_exports = false, has_imports = false;
  int target = 5;
  bool check_js = false, has_allow_js = false;
  std::vector<std::string> stack;

  using Kind = TsConfigProblem::Kind;
  std::vector<TsConfigProblem> problems;
  void Problem(Kind kind, const std::string& path, uint32_t at, std::string text, std::string name = "") {
    out.problems.push_back({path, at, text});
    problems.push_back({kind, path, at, std::move(text), std::move(name)});
  }

  std::string Path(const std::string& directory, std::string_view text) const {
    if (text.starts_with("${configDir}")) return JoinPath(root_directory, Cat(".", text.substr(12)));
    return JoinPath(directory, text);
  }

  void Load(const std::string& path, bool root) {
    if (stack.size() > 50) {
      Problem(Kind::kExtendsCircle, path, 0, "\"extends\" goes more than 50 files deep");
      return;
    }
    const absl::StatusOr<std::string> text = impl.node.file_system().Read(path, kMaxConfig);
    if (!text.ok()) {
      Problem(Kind::kUnreadable, path, 0, Cat("cannot read ", path));
      return;
    }
    JsonDocument json;
    if (!json.Parse(*text, JsonDocument::Dialect::kComments)) {
      Problem(Kind::kSyntax, path, json.error_at(), json.error());
    }
    const JsonValue document = json.root();
    if (document && !document.IsObject()) {
      Problem(Kind::kSyntax, path, document.at(), "the root must be an object");
      return;
    }
    const std::string directory(DirName(path));
    stack.push_back(path);
    if (const JsonValue extends = document["extends"]) {
      const auto base = [&](JsonValue value) {
        const std::string found = value.IsString() ? impl.FindExtended(directory, value.text()) : std::string();
        if (found.empty() || impl.node.impl().At(found).type == FileType::kNone) {
          Problem(Kind::kExtendsMissing, path, value.at(), Cat("\"extends\" names '", value.text(), "', which is not there"), std::string(value.text()));
        } else if (const auto circle = std::find(stack.begin(), stack.end(), found); circle != stack.end()) {
          std::string way;
          for (auto it = circle; it != stack.end(); ++it) way += Cat(std::string_view(*it).substr(it->rfind('/') + 1), " -> ");
          Problem(Kind::kExtendsCircle, path, value.at(), Cat("\"extends\" goes in a circle: ", way, std::string_view(found).substr(found.rfind('/') + 1)));
        } else {
          Load(found, false);
        }
      };
      if (extends.IsArray()) {
        for (JsonValue v = extends.first(); v; v = v.next()) base(v);
      } else {
        base(extends);
      }
    }
    stack.pop_back();
    Own(document, path, directory, root);
  }

  void Strings(JsonValue value, std::vector<std::string>& to) {
    if (!value) return;
    to.clear();
    for (JsonValue v = value.first(); v; v = v.next()) {
      if (v.IsString()) to.emplace_back(v.text());
    }
  }
  void Paths(JsonValue value, const std::string& directory, std::vector<std::string>& to) {
    if (!value) return;
    Strings(value, to);
    for (std::string& p : to) p = Path(directory, p);
  }
  void Patterns(JsonValue value, const std::string& directory, std::vector<std::string>& to, bool include) {
    Strings(value, to);
    std::erase_if(to, [&](const std::string& p) { return IsRefused(p, include); });
    for (std::string& p : to) p = Path(directory, p);
  }
  void Bool(JsonValue value, bool& to) {
    if (value.Is(JsonValue::Type::kTrue)) to = true;
    if (value.Is(JsonValue::Type::kFalse)) to = false;
  }
  void PathOption(JsonValue value, const std::string& directory, std::string& to) {
    if (value.IsString()) to = Path(directory, value.text());
    if (value.Is(JsonValue::Type::kNull)) to.clear();
  }

  void Own(JsonValue document, const std::string& path, const std::string& directory, bool root) {
    if (const JsonValue files = document["files"]) {
      Paths(files, directory, out.files);
      out.has_files = true;
    }
    if (const JsonValue include = document["include"]) {
      Patterns(include, directory, out.include, true);
      out.has_include = true;
    }
    if (const JsonValue exclude = document["exclude"]) {
      Patterns(exclude, directory, out.exclude, false);
      has_exclude = true;
    }
    if (root) {
      for (JsonValue r = document["references"].first(); r; r = r.next()) {
        if (r["path"].IsString()) {
          std::string to = Path(directory, r["path"].text());
          if (!to.ends_with(".json")) to = JoinPath(to, "tsconfig.json");
          out.references.push_back(std::move(to));
        }
      }
    }
    const JsonValue o = document["compilerOptions"];
    if (!Read(o["module"], kModules, out.module, has_module)) Problem(Kind::kValue, path, o["module"].at(), "unknown \"module\"");
    if (!Read(o["moduleResolution"], kResolutions, out.resolution, has_resolution)) Problem(Kind::kValue, path, o["moduleResolution"].at(), "unknown \"moduleResolution\"");
    if (!Read(o["target"], kTargets, target, has_target)) Problem(Kind::kValue, path, o["target"].at(), "unknown \"target\"");
    PathOption(o["baseUrl"], directory, out.base_url);
    PathOption(o["rootDir"], directory, out.root_dir);
    PathOption(o["outDir"], directory, out.out_dir);
    PathOption(o["declarationDir"], directory, out.declaration_dir);
    if (const JsonValue paths = o["paths"]; paths.IsObject()) {
      out.paths.clear();
      out.paths_base = directory;
      for (JsonValue p = paths.first(); p; p = p.next()) {
        std::vector<std::string> list;
        for (JsonValue s = p.first(); s; s = s.next()) {
          if (s.IsString()) list.push_back(s.text().starts_with("${configDir}") ? Path(directory, s.text()) : std::string(s.text()));
        }
        const auto same = std::find_if(out.paths.begin(), out.paths.end(), [&](const auto& q) { return q.first == p.key(); });
        if (same == out.paths.end()) {
          out.paths.emplace_back(p.key(), std::move(list));
        } else {
          same->second = std::move(list);
        }
      }
    } else if (o["paths"].Is(JsonValue::Type::kNull)) {
      out.paths.clear();
      out.paths_base.clear();
    }
    Paths(o["rootDirs"], directory, out.root_dirs);
    Paths(o["typeRoots"], directory, out.type_roots);
    Strings(o["moduleSuffixes"], out.module_suffixes);
    Strings(o["customConditions"], out.custom_conditions);
    if (o["allowJs"]) has_allow_js = true;
    Bool(o["allowJs"], out.allow_js);
    Bool(o["checkJs"], check_js);
    if (o["resolveJsonModule"]) has_json = true;
    Bool(o["resolveJsonModule"], out.resolve_json);
    Bool(o["preserveSymlinks"], out.preserve_symlinks);
    Bool(o["allowImportingTsExtensions"], out.allow_ts_extensions);
    Bool(o["rewriteRelativeImportExtensions"], out.allow_ts_extensions);
    Bool(o["allowArbitraryExtensions"], out.allow_arbitrary_extensions);
    if (o["resolvePackageJsonExports"]) has_exports = true;
    Bool(o["resolvePackageJsonExports"], out.package_exports);
    if (o["resolvePackageJsonImports"]) has_imports = true;
    Bool(o["resolvePackageJsonImports"], out.package_imports);
    Bool(o["composite"], out.composite);
    Bool(o["noDtsResolution"], out.no_dts);
  }
  bool has_exclude = false;

  // Defaults that depend on other options; they changed with 6.0.
  void Finish() {
    const bool modern = impl.release.major >= 6;
    if (!has_target) {
      target = modern ? 2025
               : !has_module ? 5
               : out.module == M::kNode16 || out.module == M::kNode18 ? 2022
               : out.module == M::kNode20 ? 2023
               : out.module == M::kNodeNext ? 9999
                                              : 5;
    }
    if (!has_module) {
      out.module = modern && target == 9999   ? M::kEsNext
                   : modern && target >= 2022 ? M::kEs2022
                   : modern && target >= 2020 ? M::kEs2020
                   : target >= 2015           ? M::kEs2015
                                              : M::kCommonJs;
    }
    if (!has_resolution) {
      switch (out.module) {
        case M::kNode16: case M::kNode18: case M::kNode20: out.resolution = R::kNode16; break;
        case M::kNodeNext: out.resolution = R::kNodeNext; break;
        case M::kPreserve: out.resolution = R::kBundler; break;
        case M::kCommonJs: out.resolution = modern ? R::kBundler : R::kNode10; break;
        case M::kNone: case M::kAmd: case M::kUmd: case M::kSystem: out.resolution = R::kClassic; break;
        default: out.resolution = modern ? R::kBundler : R::kClassic;
      }
    }
    if (impl.release.major >= 7) {
      // baseUrl, node10 and classic are gone.
      out.base_url.clear();
      if (out.resolution == R::kNode10 || out.resolution == R::kClassic) out.resolution = R::kBundler;
    }
    const bool packages = out.resolution == R::kNode16 || out.resolution == R::kNodeNext || out.resolution == R::kBundler;
    if (!packages) {
      // Options cannot turn it on elsewhere, except that node10 heeds them when features are asked for by name.
      out.package_exports = has_exports && out.package_exports;
      out.package_imports = has_imports && out.package_imports;
    }
    if (!has_json) {
      out.resolve_json = out.module == M::kNode20 || out.module == M::kNodeNext || out.resolution == R::kBundler;
    }
    if (!has_allow_js) out.allow_js = check_js || out.path.ends_with("/jsconfig.json");
    if (!out.base_url.empty()) out.paths_base = out.base_url;
    if (!has_exclude) {
      if (!out.out_dir.empty()) out.exclude.push_back(out.out_dir);
      if (!out.declaration_dir.empty()) out.exclude.push_back(out.declaration_dir);
    }
    if (!out.has_files && !out.has_include) out.include.push_back(JoinPath(out.directory, "**/*"));
  }
};

const TsConfig& TypeScriptResolver::Impl::LoadConfig(std::string_view path) {
  const std::string key(path);
  {
    const std::lock_guard lock(config_mutex);
    const auto it = configs.find(key);
    if (it != configs.end()) return *it->second;
  }
  TsConfigLoader loader(*this);
  if (!path.empty()) {
    loader.out.path = NormalizePath(path);
    loader.out.directory = loader.root_directory = std::string(DirName(loader.out.path));
    loader.Load(loader.out.path, true);
  }
  loader.Finish();
  auto config = std::make_unique<TsConfig>(std::move(loader.out));
  const std::lock_guard lock(config_mutex);
  return *configs.try_emplace(key, std::move(config)).first->second;
}

std::vector<TsConfigProblem> TsConfigProblems(ModuleResolver& node, std::string_view path) {
  TypeScriptResolver::Impl impl(node, {});
  TsConfigLoader loader(impl);
  loader.root_directory = std::string(DirName(path));
  loader.Load(NormalizePath(path), true);
  return std::move(loader.problems);
}

bool TsConfigIncludes(ModuleResolver& node, const TsConfig& config, std::string_view file) {
  return TypeScriptResolver::Impl(node, {}).Includes(config, file);
}

namespace {

// By its patterns alone.
bool IsMatched(const TsConfig& config, std::string_view file) {
  bool included = false;
  for (const std::string& pattern : config.include) {
    if (file.ends_with(".json") && !std::string_view(pattern).ends_with(".json")) continue;
    included = included || Matches(pattern, file, true);
  }
  return included && std::none_of(config.exclude.begin(), config.exclude.end(), [&](const std::string& p) { return Matches(p, file, false); });
}

}  // namespace

bool TypeScriptResolver::Impl::Includes(const TsConfig& config, std::string_view file) const {
  if (std::find(config.files.begin(), config.files.end(), file) != config.files.end()) return true;
  const bool script = EndsWithAny(file, {".ts", ".tsx", ".mts", ".cts"});
  const bool javascript = EndsWithAny(file, {".js", ".jsx", ".mjs", ".cjs"});
  if (!script && !(javascript && config.allow_js) && !(file.ends_with(".json") && config.resolve_json)) return false;
  if (!IsMatched(config, file)) return false;
  // Of files that differ in their extension only, the first of a group counts: x.js beside x.ts is its output.
  static constexpr std::string_view kGroups[][5] = {{".ts", ".tsx", ".d.ts", ".js", ".jsx"}, {".cts", ".d.cts", ".cjs"}, {".mts", ".d.mts", ".mjs"}};
  std::string_view own;
  for (const auto& group : kGroups) {
    for (const std::string_view extension : group) {
      if (!extension.empty() && file.ends_with(extension) && extension.size() > own.size()) own = extension;
    }
  }
  for (const auto& group : kGroups) {
    if (std::find(std::begin(group), std::end(group), own) == std::end(group) || own.empty()) continue;
    const std::string stem(file.substr(0, file.size() - own.size()));
    for (const std::string_view extension : group) {
      // Any ".cts" ends the search for "x.d.cts", so that one counts beside x.cts; only ".d.ts" is told from ".ts".
      if (extension == own || (file.ends_with(extension) && extension != ".ts")) break;
      if (extension == ".d.ts" && (own == ".js" || own == ".jsx")) continue;  // so it has always been
      const std::string other = stem + std::string(extension);
      const bool listed = std::find(config.files.begin(), config.files.end(), other) != config.files.end();
      if (listed || (node.impl().At(other).IsFile() && IsMatched(config, other))) return false;
    }
  }
  return true;
}

const TsConfig* TypeScriptResolver::Impl::OwnerThroughReferences(const TsConfig& config, std::string_view file, int depth) {
  // A file that a referenced project includes too is of that one.
  for (const std::string& reference : config.references) {
    if (depth > 8) break;
    if (!node.impl().At(reference).IsFile()) continue;
    if (const TsConfig* owner = OwnerThroughReferences(LoadConfig(reference), file, depth + 1)) return owner;
  }
  return Includes(config, file) ? &config : nullptr;
}

const TsConfig* TypeScriptResolver::Impl::ConfigOf(std::string_view file) {
  const TsConfig* nearest = nullptr;
  for (std::string_view d = DirName(file);; d = DirName(d)) {
    for (const char* name : {"tsconfig.json", "jsconfig.json"}) {
      const std::string path = JoinPath(d, name);
      if (!node.impl().At(path).IsFile()) continue;
      const TsConfig& config = LoadConfig(path);
      if (const TsConfig* owner = OwnerThroughReferences(config, file, 0)) return owner;
      if (nearest == nullptr) nearest = &config;
    }
    if (d == "/" || d == ".") return nearest;
  }
}

}  // namespace looplint
