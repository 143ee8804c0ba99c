#include "analyzer/project/project.h"

#include <algorithm>

#include "analyzer/base/parallel.h"
#include "analyzer/base/strings.h"
#include "analyzer/model/lower.h"
#include "analyzer/project/values.h"

namespace looplint {

Project::Project() = default;
Project::~Project() = default;
Project::Project(Project&&) = default;
Project& Project::operator=(Project&&) = default;

void Project::Solve(int threads, const StopToken& stop, const Detail& detail) {
  values_ = std::make_unique<Values>();
  values_->Solve(*this, threads, stop, detail);
}

void Project::LetGoOfCalls() { values_->LetGoOfCalls(); }

std::shared_ptr<const SourceFile> MakeSourceFile(std::string path, std::string text, Syntax syntax,
                                                 const Knowledge& knowledge) {
  FileModel model = Lower(text, std::move(syntax));
  return MakeSourceFile(std::move(path), std::move(text), std::move(model), knowledge);
}

std::shared_ptr<const SourceFile> MakeSourceFile(std::string path, std::string text, FileModel model,
                                                 const Knowledge& knowledge) {
  auto source = std::make_shared<SourceFile>();
  source->path = std::move(path);
  source->text = std::move(text);
  source->language = LanguageOf(source->path);
  source->model = std::move(model);
  source->host = JudgeHost(source->model, knowledge);
  source->role = knowledge.RoleOfPath(source->path);
  return source;
}

RequestKind RequestOf(ImportKind kind) {
  switch (kind) {
    case ImportKind::kRequire: case ImportKind::kImportEquals: return RequestKind::kRequire;
    case ImportKind::kRequireResolve: return RequestKind::kRequireResolve;
    case ImportKind::kDynamic: return RequestKind::kDynamicImport;
    case ImportKind::kImport: case ImportKind::kReExport: return RequestKind::kImport;
  }
  return RequestKind::kImport;
}

File::File(std::shared_ptr<const SourceFile> of)
    : source(std::move(of)), path(source->path), text(source->text), language(source->language), model(source->model),
      role(source->role) {}

FileId Project::Find(std::string_view path) const {
  const auto end = files_.begin() + static_cast<std::ptrdiff_t>(sources_);
  auto it = std::lower_bound(files_.begin(), end, path,
                             [](const std::unique_ptr<File>& f, std::string_view p) { return f->path < p; });
  if (it == end || (*it)->path != path) {
    it = std::find_if(end, files_.end(), [&](const std::unique_ptr<File>& f) { return f->path == path; });
    if (it == files_.end()) return kNone<FileId>;
  }
  return static_cast<FileId>(it - files_.begin());
}

FileId Project::AddDocument(std::unique_ptr<File> file) {
  files_.push_back(std::move(file));
  return static_cast<FileId>(files_.size() - 1);
}

ProgramKind Project::KindOf(const Manifest* package) const {
  const auto it = kinds_.find(package);
  return it == kinds_.end() ? ProgramKind::kUnknown : it->second;
}

void Project::Link(std::vector<std::unique_ptr<File>> files, std::shared_ptr<const Resolver> resolver,
                   std::shared_ptr<const Knowledge> owned_knowledge, const Knowledge& knowledge, int threads) {
  files_ = std::move(files);
  sources_ = files_.size();
  owned_knowledge_ = std::move(owned_knowledge);
  knowledge_ = &knowledge;
  resolver_ = std::move(resolver);
  exports_.resize(files_.size());
  returns_.resize(files_.size());
  fields_.resize(files_.size());
  module_exports_.assign(files_.size(), kNone<ValueId>);
  absl::flat_hash_map<std::string_view, FileId> by_path;
  by_path.reserve(files_.size());
  for (size_t i = 0; i < files_.size(); ++i) by_path.emplace(files_[i]->path, static_cast<FileId>(i));
  ParallelFor(threads, files_.size(), StopToken(), [&](size_t i) {
    File& f = *files_[i];
    const FileModel& m = f.model;
    f.manifest = resolver_->ManifestOf(f.path);
    f.imports.reserve(m.module.imports.size());
    for (const Import& import : m.module.imports) {
      const std::string target = resolver_->Resolve(f.path, m.names[import.specifier], RequestOf(import.kind));
      const auto found = target.empty() ? by_path.end() : by_path.find(target);
      f.imports.push_back(found == by_path.end() ? kNone<FileId> : found->second);
    }
    for (uint32_t e = 0; e < m.module.exports.size(); ++e) {
      const Export& x = m.module.exports[e];
      if (x.kind == ExportKind::kAssign) {
        module_exports_[i] = x.value;
      } else if (x.kind != ExportKind::kStar && Some(x.name)) {
        // A value wins over a type of the same name; of several CommonJS assignments the last wins, but the usual
        // `exports.x = void 0` that compilers put first must not hide the real one when it comes later.
        const auto [it, fresh] = exports_[i].try_emplace(Index(x.name), e);
        if (!fresh && !x.type_only) it->second = e;
      }
    }
    // The one value of each function's returns.
    std::vector<ValueId>& returns = returns_[i];
    returns.assign(m.functions.size(), kNone<ValueId>);
    std::vector<uint8_t> many(m.functions.size(), 0);
    for (const Flow& e : m.flow) {
      if (e.kind != FlowKind::kReturn || !Some(e.function)) continue;
      const ValueKind k = m.values[e.value].kind;
      if (k == ValueKind::kUndefined || k == ValueKind::kNull) continue;
      if (m.syntax.KindOf(e.node) == Kind::kReturnStatement && !Some(m.syntax.FirstChild(e.node))) continue;
      if (many[Index(e.function)]++ > 0) {
        returns[Index(e.function)] = kNone<ValueId>;
      } else {
        returns[Index(e.function)] = e.value;
      }
    }
    // this.x = v in methods, field initialisers, and constructor(private x).
    auto& fields = fields_[i];
    const auto put = [&](ClassId cls, NameId name, ValueId value) {
      if (!Some(cls) || !Some(name)) return;
      const ValueKind k = Some(value) ? m.values[value].kind : ValueKind::kUndefined;
      if (k == ValueKind::kNull || k == ValueKind::kUndefined) return;
      const auto [it, fresh] = fields.try_emplace(uint64_t{Index(cls)} << 32 | Index(name), value);
      if (!fresh && it->second != value) it->second = static_cast<ValueId>(0);  // several: unknown
    };
    for (const ClassId c : Ids(m.classes)) {
      const Class& cls = m.classes[c];
      for (uint32_t k = 0; k < cls.member_count; ++k) {
        const Member& member = m.members[cls.first_member + k];
        if (!member.is_static && member.kind == FunctionKind::kExpression) put(c, member.name, member.value);
      }
    }
    for (const Function& fn : m.functions) {
      if (fn.kind != FunctionKind::kConstructor || !Some(fn.owner)) continue;
      for (uint32_t p = 0; p < fn.param_count; ++p) {
        const NodeId node = m.params[fn.first_param + p].node;
        if (!(m.syntax[node].flags & kParameterProperty)) continue;
        const NodeId left = m.syntax.Child(node, Role::kLeft);
        const BindingId b = m.BindingAt(left);
        if (Some(b)) put(fn.owner, m.bindings[b].name, m.ValueOf(node));
      }
    }
    for (const Write& w : m.writes) {
      const Value& target = m.values[w.target];
      if (target.kind != ValueKind::kMember) continue;
      const Value& base = m.values[static_cast<ValueId>(target.a)];
      if (base.kind != ValueKind::kThis) continue;
      put(m.functions[static_cast<FunctionId>(base.a)].owner, static_cast<NameId>(target.b), w.value);
    }
  });
}

ValueId Project::FieldOf(FileId file, ClassId cls, NameId name) const {
  const auto& fields = fields_[Index(file)];
  const auto it = fields.find(uint64_t{Index(cls)} << 32 | Index(name));
  return it == fields.end() ? kNone<ValueId> : it->second;
}

ValueId Project::ModuleExports(FileId file) const { return module_exports_[Index(file)]; }

Project::Exported Project::FindExport(FileId file, std::string_view name) const {
  std::vector<FileId> seen, work = {file};
  std::string wanted(name);
  // `export *` fans out; re-exports under another name restart the search with that name.
  for (int steps = 0; !work.empty() && steps < 200; ++steps) {
    const FileId at = work.back();
    work.pop_back();
    if (std::find(seen.begin(), seen.end(), at) != seen.end()) continue;
    seen.push_back(at);
    const File& f = (*this)[at];
    const FileModel& m = f.model;
    const NameId id = m.names.Find(wanted);
    if (Some(id)) {
      const auto it = exports_[Index(at)].find(Index(id));
      if (it != exports_[Index(at)].end()) {
        const Export& x = m.module.exports[it->second];
        if (x.kind == ExportKind::kLocal) return {at, x.value, false};
        const FileId target = Some(x.import) ? f.imports[Index(x.import)] : kNone<FileId>;
        if (!Some(target)) return {};
        if (x.kind == ExportKind::kNamespace) return {target, kNone<ValueId>, true};
        wanted = std::string(m.names[x.imported]);
        work = {target};
        seen.clear();
        continue;
      }
      // module.exports = { name: value }
      if (Some(module_exports_[Index(at)])) {
        const Value& v = m.values[module_exports_[Index(at)]];
        if (v.kind == ValueKind::kObject) {
          const Object& o = m.objects[static_cast<ObjectId>(v.a)];
          for (uint32_t k = o.member_count; k-- > 0;) {
            const Member& member = m.members[o.first_member + k];
            if (member.name == id && member.kind != FunctionKind::kGetter) return {at, member.value, false};
          }
        }
      }
    }
    if (wanted == "default") continue;
    for (size_t k = m.module.exports.size(); k-- > 0;) {
      const Export& x = m.module.exports[k];
      if (x.kind != ExportKind::kStar || !Some(x.import)) continue;
      const FileId target = f.imports[Index(x.import)];
      if (Some(target)) work.push_back(target);
    }
  }
  return {};
}

std::string_view Project::ParamType(FunctionRef function, uint32_t index) const {
  const auto it = param_types_.find(function);
  if (it == param_types_.end() || index >= it->second.size()) return {};
  return it->second[index];
}

bool Project::SetParamTypes(FunctionRef function, const std::vector<std::string>& types) {
  bool any = false;
  for (const std::string& t : types) any |= !t.empty();
  if (!any) return false;
  const auto [it, fresh] = param_types_.try_emplace(function, types);
  if (fresh) return true;
  if (it->second == types) return false;
  // Registered in two ways: what they agree on stays.
  bool changed = false;
  for (size_t i = 0; i < it->second.size(); ++i) {
    if (!it->second[i].empty() && (i >= types.size() || types[i] != it->second[i])) {
      it->second[i].clear();
      changed = true;
    }
  }
  return changed;
}

}  // namespace looplint
