#include "analyzer/facts/outside.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "analyzer/base/strings.h"
#include "analyzer/facts/module_graph.h"
#include "analyzer/facts/type_files.h"
#include "analyzer/model/cjs_exports.h"
#include "analyzer/model/lower.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxBytes = 4u << 20;  // larger files are bundles; nothing is concluded from them
constexpr size_t kMaxFiles = 2000;        // of one module's re-exports

constexpr size_t kMaxTypePackages = 300;  // of @types in one node_modules

}  // namespace

bool ExportNames::Has(std::string_view name) const { return std::binary_search(names.begin(), names.end(), name); }

struct Outside::Impl {
  const FileSystem* fs = nullptr;
  std::string root;
  NodeTarget target;
  CjsLexer lexer = CjsLexer::kMerve;
  ModuleResolver* resolver = nullptr;
  std::mutex mutex;
  absl::flat_hash_map<std::string, std::unique_ptr<ExportNames>> exports;
  absl::flat_hash_map<std::string, bool> installed;
  absl::flat_hash_map<std::string, std::string> awaits;
  // By node_modules folder: global names and the packages of @types that declare them. Absent ones were not there.
  std::map<std::string, std::map<std::string, std::string, std::less<>>> globals;
  struct Json {
    std::string text;
    Document document;
  };
  absl::flat_hash_map<std::string, std::unique_ptr<Json>> json;

  struct Module {
    bool readable = false, esm = false;
    CjsExports cjs;
    std::shared_ptr<const FileModel> model;
  };
  Module Read(const std::string& path) {
    Module m;
    const absl::StatusOr<std::string> text = fs->Read(path, kMaxBytes);
    if (!text.ok()) return m;
    const ModuleFormat format = resolver->FormatOf(path);
    if (format != ModuleFormat::kUnknown && format != ModuleFormat::kCommonJs && format != ModuleFormat::kModule)
      return m;
    m.readable = true;
    m.esm = format == ModuleFormat::kModule;
    if (!m.esm) {
      m.cjs = LexCjsExports(*text, lexer);
      // Of a file whose package states no type the syntax decides.
      if (format == ModuleFormat::kCommonJs || !m.cjs.gave_up) return m;
    }
    Syntax syntax = Parse(*text, Language::kJavaScript);
    if (!syntax.errors.empty() || syntax.too_costly) return m.readable = false, m;
    auto model = std::make_shared<FileModel>(Lower(*text, std::move(syntax)));
    m.esm |= model->module.has_esm_syntax;
    m.model = std::move(model);
    return m;
  }

  // Names of `path` into `out`; false when some of them cannot be known. `seen` ends cycles.
  bool Collect(const std::string& path, std::set<std::string>& seen, std::set<std::string>& out, bool& commonjs) {
    if (!seen.insert(path).second) return true;
    if (seen.size() > kMaxFiles) return false;
    const Module m = Read(path);
    if (!m.readable) return false;
    commonjs = !m.esm;
    if (!m.esm) {
      out.insert(m.cjs.names.begin(), m.cjs.names.end());
      out.insert("default");
      out.insert("module.exports");  // known to Node 23 and later; asking for it elsewhere is not worth a word
      for (const std::string& specifier : m.cjs.reexports) {
        const Resolution& to = resolver->Resolve(path, specifier, RequestKind::kRequire);
        if (!to.file()) return false;
        bool unused = false;
        if (to.path.ends_with(".json") || to.path.ends_with(".node")) continue;
        if (!Collect(to.path, seen, out, unused)) return false;
      }
      return true;
    }
    const FileModel& model = *m.model;
    for (const Export& x : model.module.exports) {
      if (x.cjs) continue;
      if (x.kind != ExportKind::kStar) {
        if (!Some(x.name)) return false;
        out.insert(std::string(model.names[x.name]));
        continue;
      }
      const Resolution& to =
          resolver->Resolve(path, model.names[model.module.imports[x.import].specifier], RequestKind::kImport);
      if (!to.file()) return false;
      bool unused = false;
      std::set<std::string> inner;
      if (!Collect(to.path, seen, inner, unused)) return false;
      inner.erase("default");
      out.merge(inner);
    }
    return true;
  }
};

Outside::Outside() = default;
Outside::~Outside() = default;
Outside::Outside(Outside&&) noexcept = default;
Outside& Outside::operator=(Outside&&) noexcept = default;

void Outside::Open(const Project& project, const FileSystem* fs, std::string root) {
  impl_ = std::make_unique<Impl>();
  impl_->fs = fs;
  impl_->root = NormalizePath(root);
  if (fs == nullptr) return;
  impl_->resolver = project.resolver().node();
  impl_->target = project.resolver().target();
  impl_->lexer = impl_->target.oldest.AtLeast(23) ? CjsLexer::kMerve : CjsLexer::kClassic;
}

ModuleResolver* Outside::resolver() const { return impl_ == nullptr ? nullptr : impl_->resolver; }
const NodeTarget& Outside::target() const { return impl_->target; }
std::string Outside::Absolute(std::string_view path) const { return JoinPath(impl_->root, path); }

std::string Outside::Display(std::string_view path) const {
  const std::string inside = Cat(impl_->root, "/");
  return std::string(path.starts_with(inside) ? path.substr(inside.size()) : path);
}

bool Outside::Installed(const File& file) const {
  if (resolver() == nullptr) return false;
  const std::string folder(DirName(file.path));
  {
    const std::lock_guard lock(impl_->mutex);
    if (const auto it = impl_->installed.find(folder); it != impl_->installed.end()) return it->second;
  }
  bool found = false;
  for (std::string_view d = folder; !found; d = DirName(d)) {
    for (const std::string_view name : {"node_modules", ".pnp.cjs", ".pnp.data.json"}) {
      found |= resolver()->TypeOf(JoinPath(Absolute(d), name)) != FileType::kNone;
    }
    if (d == "." || d == "/") break;
  }
  const std::lock_guard lock(impl_->mutex);
  return impl_->installed[folder] = found;
}

const Resolution* Outside::Resolve(const File& importer, std::string_view specifier, RequestKind kind) const {
  if (resolver() == nullptr) return nullptr;
  return &resolver()->Resolve(Absolute(importer.path), specifier, kind);
}

const Resolution* Outside::Resolve(const File& importer, ImportId id) const {
  const Import& import = importer.model.module.imports[id];
  if (!Some(import.specifier)) return nullptr;
  return Resolve(importer, importer.model.names[import.specifier], RequestOf(import.kind));
}

const ExportNames& Outside::ExportsOf(const std::string& path) const {
  static const ExportNames kUnknown;
  if (resolver() == nullptr) return kUnknown;
  {
    const std::lock_guard lock(impl_->mutex);
    if (const auto it = impl_->exports.find(path); it != impl_->exports.end()) return *it->second;
  }
  auto found = std::make_unique<ExportNames>();
  std::set<std::string> seen, names;
  found->known = impl_->Collect(path, seen, names, found->commonjs);
  found->names.assign(names.begin(), names.end());
  const std::lock_guard lock(impl_->mutex);
  return *impl_->exports.try_emplace(path, std::move(found)).first->second;
}

DocValue Outside::JsonOf(const File& importer, ImportId import) const {
  const Resolution* to = Resolve(importer, import);
  return to != nullptr && to->file() && to->path.ends_with(".json") ? JsonAt(to->path) : DocValue();
}

DocValue Outside::JsonAt(const std::string& path) const {
  if (resolver() == nullptr) return {};
  const std::lock_guard lock(impl_->mutex);
  const auto [it, fresh] = impl_->json.try_emplace(path);
  if (fresh) {
    it->second = std::make_unique<Impl::Json>();
    if (absl::StatusOr<std::string> text = impl_->fs->Read(path, kMaxBytes); text.ok()) {
      Impl::Json& json = *it->second;
      json.text = *std::move(text);
      json.document = Document::Json(json.text);
      if (json.document.error()) json.document = Document();
    }
  }
  return it->second->document.root();
}

std::string Outside::TopLevelAwait(const std::string& path) const {
  if (resolver() == nullptr) return "";
  {
    const std::lock_guard lock(impl_->mutex);
    if (const auto it = impl_->awaits.find(path); it != impl_->awaits.end()) return it->second;
  }
  std::string found;
  std::set<std::string> seen = {path};
  std::vector<std::string> queue = {path};
  for (size_t head = 0; head < queue.size() && found.empty() && head < kMaxFiles; ++head) {
    const Impl::Module m = impl_->Read(queue[head]);
    if (!m.readable || !m.esm || m.model == nullptr) continue;
    if (HasTopLevelAwait(*m.model)) {
      found = queue[head];
      break;
    }
    for (const Import& import : m.model->module.imports) {
      if (import.kind != ImportKind::kImport && import.kind != ImportKind::kReExport) continue;
      const Resolution& to = resolver()->Resolve(queue[head], m.model->names[import.specifier], RequestKind::kImport);
      if (to.file() && seen.insert(to.path).second) queue.push_back(to.path);
    }
  }
  const std::lock_guard lock(impl_->mutex);
  return impl_->awaits[path] = found;
}

namespace {

// What a module keeps while the program runs, as a clause; "" when it only computes.
std::string StateOf(const FileModel& m) {
  for (const Binding& b : m.bindings) {
    if (m.scopes[b.scope].kind != ScopeKind::kModule) continue;
    if ((b.kind == BindingKind::kLet || b.kind == BindingKind::kVar) && b.writes > 0) {
      for (const Write& w : m.writes) {
        const Value& target = m.values[w.target];
        if (target.kind == ValueKind::kBinding && &m.bindings[static_cast<BindingId>(target.a)] == &b &&
            !RunsAtLoad(m, w.function)) {
          return Cat("each copy has its own '", m.names[b.name], "'");
        }
      }
    }
    if (!Some(b.value)) continue;
    const Value& v = m.values[b.value];
    if (v.kind == ValueKind::kCall && m.calls[static_cast<CallId>(v.a)].kind == CallKind::kNew) {
      const Value& callee = m.values[m.calls[static_cast<CallId>(v.a)].callee];
      if (callee.kind == ValueKind::kGlobal) {
        const std::string_view name = m.names[static_cast<NameId>(callee.a)];
        if (name == "Map" || name == "Set" || name == "WeakMap" || name == "WeakSet") {
          return Cat("each copy has its own '", m.names[b.name], "'");
        }
      }
    }
  }
  for (const Export& x : m.module.exports) {
    if (!Some(x.value)) continue;
    const Value* v = &m.values[x.value];
    if (v->kind == ValueKind::kBinding && Some(m.bindings[static_cast<BindingId>(v->a)].value))
      v = &m.values[m.bindings[static_cast<BindingId>(v->a)].value];
    if (v->kind != ValueKind::kClass) continue;
    const NameId name = m.classes[static_cast<ClassId>(v->a)].name;
    return Cat("instanceof ", Some(name) ? m.names[name] : std::string_view("its class"),
               " is false for objects of the other copy");
  }
  return "";
}

}  // namespace

Outside::Copies Outside::CompareCopies(const std::string& imported, const std::string& required) const {
  Copies copies;
  if (resolver() == nullptr) return copies;
  // What each of the two loads of its own package.
  const auto reach = [&](const std::string& start, std::vector<Impl::Module>* modules) {
    std::set<std::string> seen = {start};
    std::vector<std::string> queue = {start};
    for (size_t head = 0; head < queue.size() && head < 200; ++head) {
      Impl::Module m = impl_->Read(queue[head]);
      if (!m.readable) continue;
      if (m.model == nullptr) {
        const absl::StatusOr<std::string> text = impl_->fs->Read(queue[head], kMaxBytes);
        if (!text.ok()) continue;
        m.model = std::make_shared<FileModel>(Lower(*text, Parse(*text, Language::kJavaScript)));
      }
      for (const Import& import : m.model->module.imports) {
        const std::string_view specifier = m.model->names[import.specifier];
        if (!specifier.starts_with('.')) continue;
        const bool esm = import.kind == ImportKind::kImport || import.kind == ImportKind::kReExport ||
                         import.kind == ImportKind::kDynamic;
        const Resolution& to =
            resolver()->Resolve(queue[head], specifier, esm ? RequestKind::kImport : RequestKind::kRequire);
        if (to.file() && seen.insert(to.path).second) queue.push_back(to.path);
      }
      if (modules != nullptr) modules->push_back(std::move(m));
    }
    return seen;
  };
  std::vector<Impl::Module> modules;
  const std::set<std::string> a = reach(imported, &modules), b = reach(required, nullptr);
  copies.independent = std::none_of(a.begin(), a.end(), [&](const std::string& path) { return b.contains(path); });
  for (size_t i = 0; copies.independent && i < modules.size() && copies.state.empty(); ++i)
    copies.state = StateOf(*modules[i].model);
  return copies;
}

std::string Outside::TypesOfGlobal(const std::string& importer, std::string_view global) const {
  if (impl_ == nullptr || impl_->resolver == nullptr) return {};
  const std::lock_guard lock(impl_->mutex);
  for (std::string folder(DirName(importer));; folder = std::string(DirName(folder))) {
    const std::string node_modules = JoinPath(folder, "node_modules");
    const auto [it, fresh] = impl_->globals.try_emplace(node_modules);
    Listing list;
    if (fresh && impl_->fs->List(JoinPath(node_modules, "@types"), list).ok()) {
      std::vector<std::string> packages;
      for (const Listing::Entry& e : list.entries) packages.push_back(Cat("@types/", list.name(e)));
      std::ranges::sort(packages);
      if (packages.size() > kMaxTypePackages) packages.resize(kMaxTypePackages);
      for (const std::string& package : packages) {
        if (package == "@types/node") continue;  // rows speak of what Node has
        TypeFiles types(*impl_->resolver);
        const TypeFile* file = types.Find(JoinPath(folder, "x"), package);
        if (file == nullptr) continue;
        for (const auto& [name, named] : file->names) {
          if (file->DeclaresForAll(name)) it->second.try_emplace(std::string(name), package);
        }
        for (const std::string_view name : file->namespaces) {
          if (file->DeclaresForAll(name)) it->second.try_emplace(std::string(name), package);
        }
      }
    }
    if (const auto found = it->second.find(global); found != it->second.end()) return found->second;
    if (folder.size() <= 1) return {};
  }
}

}  // namespace looplint
