#include "analyzer/engine/dependencies.h"

#include <time.h>

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "analyzer/engine/analyze.h"
#include "analyzer/engine/discover.h"
#include "analyzer/engine/memory.h"
#include "analyzer/facts/calls.h"
#include "analyzer/facts/hot_paths.h"
#include "analyzer/facts/promises.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

using Json = nlohmann::json;  // sorted by key

constexpr uint64_t kLeastBudget = 1u << 20;
constexpr size_t kMaxFiles = 2000;
constexpr uint64_t kMaxFileBytes = 512u << 10;  // what is longer is generated, or one file made of many
constexpr size_t kBatch = 64;                   // files read before the budget is looked at again
constexpr int kDepth = 12;                      // of calls to a blocking one
constexpr size_t kMaxExports = 400;             // of one module

double ProcessMs() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

// The file of an installed package that Node loads, "" for anything else.
std::string InstalledFile(const Resolution& to) {
  return to.file() && to.below_node_modules && IsSourceName(to.path) ? to.path : std::string();
}

// What a project imports of packages nothing is known of. Tests, tools and browser code do not count.
std::vector<DependencyImport> ImportsOf(std::span<const std::shared_ptr<const SourceFile>> sources,
                                        const Resolver& resolver, const Knowledge& knowledge) {
  std::vector<DependencyImport> out;
  for (const auto& source : sources) {
    if (source->role != FileRole::kSource || source->host == SourceFile::Host::kBrowser) continue;
    const FileModel& m = source->model;
    for (const Import& import : m.module.imports) {
      if (import.type_only || import.kind == ImportKind::kRequireResolve) continue;
      const std::string_view specifier = m.names[import.specifier];
      if (PackageNameOf(specifier).empty() || !knowledge.Module(specifier).empty()) continue;
      const Resolver::Answer answer = resolver.Ask(source->path, specifier, RequestOf(import.kind));
      if (!answer.file.empty() || answer.node == nullptr) continue;
      if (std::string file = InstalledFile(*answer.node); !file.empty())
        out.push_back({std::string(specifier), std::move(file)});
    }
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// The modules that `imports` load, breadth first. Paths are relative to "/": packages may lie above the project.
std::vector<std::shared_ptr<const SourceFile>> Read(const std::vector<DependencyImport>& imports, const Input& input,
                                                    ModuleResolver& node, uint64_t budget, const StopToken& stop,
                                                    DependencyStats& stats) {
  Input from = input;
  from.root = "/";
  from.known = nullptr;
  from.max_file_bytes = kMaxFileBytes;
  from.skip = [](const std::string& path, std::string_view text) { return Classify(path, text) != SkipReason::kNo; };
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  std::vector<std::shared_ptr<const SourceFile>> read;
  std::set<std::string> wave;
  absl::flat_hash_set<std::string> seen;
  for (const DependencyImport& i : imports) {
    if (seen.insert(i.file).second) wave.insert(i.file);
  }
  while (!wave.empty() && !stop.stopped()) {
    const std::vector<std::string> files(wave.begin(), wave.end());
    wave.clear();
    for (size_t first = 0; first < files.size(); first += kBatch) {
      const size_t count = std::min(kBatch, files.size() - first);
      if (stats.bytes >= budget || stats.files + count > kMaxFiles) {
        stats.left_out += files.size() - first;
        break;
      }
      std::vector<Loaded> loaded(count);
      ParallelFor(threads, count, stop, [&](size_t i) { loaded[i] = Load(from, files[first + i].substr(1)); });
      for (Loaded& one : loaded) {
        if (one.source == nullptr) {
          ++stats.skipped;
          continue;
        }
        const FileModel& m = one.source->model;
        ++stats.files;
        stats.bytes += one.source->text.size();
        for (const Import& import : m.module.imports) {
          if (import.type_only || import.kind == ImportKind::kRequireResolve) continue;
          const std::string_view specifier = m.names[import.specifier];
          if (!input.Rows().Module(specifier).empty()) continue;
          std::string file = InstalledFile(node.Resolve(Cat("/", one.source->path), specifier, RequestOf(import.kind)));
          if (!file.empty() && seen.insert(file).second) wave.insert(std::move(file));
        }
        read.push_back(std::move(one.source));
      }
    }
  }
  std::ranges::sort(read, {}, [](const auto& source) { return std::string_view(source->path); });
  return read;
}

// What is said of a function.
struct Summary {
  bool promise = false, rejects = true;
  Block block = Block::kNone;
  int cost = 0;
  std::string through, from, returns;
  bool operator==(const Summary&) const = default;
  bool says_something() const { return promise || block != Block::kNone || !returns.empty(); }
};

class Summarizer {
 public:
  Summarizer(const Project& project, const Calls& calls, const Promises& promises, std::string root)
      : p_(project), calls_(calls), promises_(promises), root_(std::move(root)) {}

  // All rows and types of the module that `file` is, under the name `canonical`.
  using Rows = std::map<std::string, Summary>;
  struct Module {
    Rows rows;
    std::set<std::string> types, classes;
  };
  Module Of(FileId file, const std::string& canonical) {
    Module out;
    module_ = &out;
    canonical_ = canonical;
    types_.clear();
    std::set<FileId> seen;
    Exports(file, canonical, seen);
    return out;
  }

 private:
  void Exports(FileId file, const std::string& canonical, std::set<FileId>& seen) {
    if (!seen.insert(file).second || seen.size() > 20) return;
    const FileModel& m = p_[file].model;
    const ValueId whole = p_.ModuleExports(file);
    if (Some(whole)) {
      const Denoted d = Denoter(p_, file).Of(whole);
      if (d.Is(Denoted::Kind::kNamespace) && d.file != file) {
        Exports(d.file, canonical, seen);
      } else {
        Export(d, canonical);
      }
    }
    std::set<std::string> names;
    for (const struct Export& e : m.module.exports) {
      if (Some(e.name) && !e.type_only) names.emplace(m.names[e.name]);
      if (e.kind == ExportKind::kStar && Some(e.import)) {
        if (const FileId target = p_[file].imports[Index(e.import)]; Some(target)) Exports(target, canonical, seen);
      }
    }
    for (const std::string& name : names) {
      const Project::Exported e = p_.FindExport(file, name);
      if (!Some(e.file) || e.is_namespace) continue;
      const Denoted d = Denoter(p_, e.file).Of(e.value);
      // import a from 'a': also what require('a') is where the module has nothing else to be.
      Export(d, name == "default" ? canonical : Cat(canonical, ".", name), name != "default");
    }
  }

  // What goes by `name`; `whole`: a function or class may have members of its own.
  void Export(const Denoted& d, const std::string& name, bool member = false) {
    if (module_->rows.size() > kMaxExports) return;
    using K = Denoted::Kind;
    switch (d.kind) {
      case K::kFunction:
        Add(name, Of(d.function()));
        break;
      case K::kApi:
        if (d.api != nullptr && !d.api->is_class && !d.api->is_property) Add(name, OfApi(*d.api));
        break;
      case K::kClass:
        if (Members(d, name)) module_->classes.insert(name);
        break;
      case K::kInstanceOf:
        // module.exports = new Client(): its methods are the exports.
        if (!member) Methods(d, name, false, '.');
        break;
      case K::kObject: {
        if (member) break;
        const FileModel& m = p_[d.file].model;
        const Object& o = m.objects[static_cast<ObjectId>(d.id)];
        Denoter denoter(p_, d.file);
        for (uint32_t i = 0; i < o.member_count; ++i) {
          const Member& x = m.members[o.first_member + i];
          if (!Some(x.name) || !Some(x.value) || x.kind == FunctionKind::kGetter || x.kind == FunctionKind::kSetter)
            continue;
          Export(denoter.Of(x.value), Cat(name, ".", m.names[x.name]), true);
        }
        break;
      }
      default:
        break;
    }
  }

  void Add(const std::string& name, Summary summary) {
    if (summary.says_something()) module_->rows.try_emplace(name, std::move(summary));
  }

  // Rows of a class's methods, bases included; false when there is nothing to say.
  bool Members(const Denoted& cls, const std::string& name) {
    Methods(cls, name, true, '.');
    if (!Methods(cls, name, false, '#')) return false;
    module_->types.insert(name);
    return true;
  }
  bool Methods(Denoted cls, const std::string& name, bool is_static, char separator) {
    bool any = false;
    std::set<std::string_view> seen;
    for (int i = 0; i < 8; ++i) {
      const FileModel& m = p_[cls.file].model;
      const Class& c = m.classes[static_cast<ClassId>(cls.id)];
      for (uint32_t k = 0; k < c.member_count; ++k) {
        const Member& x = m.members[c.first_member + k];
        if (x.kind != FunctionKind::kMethod || x.is_static != is_static || !Some(x.name)) continue;
        const FunctionId f = m.FunctionAt(x.node);
        if (!Some(f) || !seen.insert(m.names[x.name]).second) continue;
        Summary summary = Of({cls.file, f});
        if (!summary.says_something()) continue;
        any = true;
        Add(Cat(name, separator, m.names[x.name]), std::move(summary));
      }
      if (!Some(c.super)) break;
      const Denoted super = Denoter(p_, cls.file).Of(c.super);
      if (!super.Is(Denoted::Kind::kClass)) break;
      cls = super;
    }
    return any;
  }

  Summary Of(FunctionRef f) {
    Summary out;
    const Function& fn = p_[f.file].model.functions[f.function];
    if (fn.is_generator) return out;
    const Outcome& outcome = promises_.Of(f);
    out.promise = outcome.returns == Returns::kPromise;
    out.rejects = outcome.fails != Fails::kNo;
    if (const Blocked* b = Blocks(f, 0); b != nullptr)
      out.block = b->api->block, out.cost = b->api->cost, out.through = b->text;
    if (!out.promise && !fn.is_async) {
      // client = dep.create()
      if (const ValueId returned = p_.ReturnOf(f); Some(returned)) {
        const Denoted d = Denoter(p_, f.file).Of(returned);
        if (d.Is(Denoted::Kind::kInstanceOf)) out.returns = TypeOf(d);
      }
    }
    out.from = PlaceOf(f.file, fn.node);
    return out;
  }
  static Summary OfApi(const Api& api) {
    Summary out;
    out.promise = api.style == CallStyle::kPromise && api.callback_at < 0;
    out.rejects = api.may_reject;
    if (api.block != Block::kNone && !api.metadata) out.block = api.block, out.cost = api.cost, out.through = api.name;
    out.from = api.name;
    return out;
  }

  // Name of the type that stands for the instances of a class; "" when nothing is known of its methods.
  std::string TypeOf(const Denoted& cls) {
    const auto key = std::pair(Index(cls.file), cls.id);
    if (const auto it = types_.find(key); it != types_.end()) return it->second;
    types_[key] = "";  // a class whose methods make such objects comes by here again
    const Class& c = p_[cls.file].model.classes[static_cast<ClassId>(cls.id)];
    const std::string name =
        Cat(canonical_, ".(", Some(c.name) ? p_[cls.file].model.names[c.name] : "class", " ", types_.size(), ")");
    return types_[key] = Members(cls, name) ? name : "";
  }

  struct Blocked {
    const Api* api = nullptr;  // null: it does not
    std::string text;
  };
  // What `f` surely does before it returns that blocks, or null.
  const Blocked* Blocks(FunctionRef f, int depth) {
    const auto [it, fresh] = blocks_.try_emplace(f);
    if (!fresh) return it->second->api == nullptr ? nullptr : it->second.get();
    it->second = std::make_unique<Blocked>();  // of functions that call themselves: not for that
    Blocked* const out = it->second.get();
    if (depth > kDepth) return nullptr;
    const File& file = p_[f.file];
    const FileModel& m = file.model;
    const Function& fn = m.functions[f.function];
    const auto first = std::ranges::lower_bound(m.calls.rows(), Index(fn.node), {},
                                                [](const Call& c) { return Index(NodeId{c.node}); });
    for (auto row = first; row != m.calls.rows().end() && Index(NodeId{row->node}) < m.syntax[fn.node].next; ++row) {
      if (row->function != f.function || row->optional || !Certain(m.syntax, row->node)) continue;
      const CallId c = static_cast<CallId>(row - m.calls.rows().begin());
      const Target t = calls_.TargetOf(f.file, c);
      if (t.api != nullptr) {
        if (t.api->ends_process) return nullptr;
        if (t.api->block == Block::kNone || t.api->metadata) continue;
        if (IsKept(file, row->node) || Keeps(m, *row) || IsForDevelopment(file, row->node)) continue;
        out->api = t.api;
        out->text = Cat(t.api->name, ", ", PlaceOf(f.file, row->node));
        return out;
      }
      if (!Some(t.function.function) || row->kind != CallKind::kCall) continue;
      const Function& to = p_[t.function.file].model.functions[t.function.function];
      if (to.is_generator || IsKept(file, row->node) || Keeps(m, *row) || IsForDevelopment(file, row->node)) continue;
      if (const Blocked* inner = Blocks(t.function, depth + 1); inner != nullptr) {
        out->api = inner->api;
        out->text = inner->text;
        return out;
      }
    }
    return nullptr;
  }

  // Does control come by `node` whenever its function runs, but for what throws or returns before? Loops are taken to
  // have something to do.
  static bool Certain(const Syntax& s, NodeId node) {
    for (NodeId c = node, p = s.Parent(node); Index(p) != 0; c = p, p = s.Parent(p)) {
      const Kind k = s.KindOf(p);
      if (IsFunction(k)) return s[c].role == Role::kBody;
      if (k == Kind::kCatchClause || k == Kind::kSwitchCase) return false;
      if ((k == Kind::kIfStatement || k == Kind::kConditionalExpression) && s[c].role != Role::kTest) return false;
      if (k == Kind::kLogicalExpression && s.FirstChild(p) != c) return false;
      if (k != Kind::kBlockStatement) continue;
      // After a way out that is taken at times, the rest is for the other times.
      for (const NodeId before : s.ChildrenOf(p)) {
        if (Index(before) >= Index(c)) break;
        if (s.KindOf(before) == Kind::kIfStatement && MayLeave(s, before)) return false;
      }
    }
    return true;
  }
  static bool MayLeave(const Syntax& s, NodeId statement) {
    for (uint32_t i = Index(statement); i < s[statement].next; ++i) {
      const NodeId n = static_cast<NodeId>(i);
      if (IsFunction(s.KindOf(n))) {
        i = s[n].next - 1;
        continue;
      }
      if (s.KindOf(n) == Kind::kReturnStatement) return true;
    }
    return false;
  }
  // Is the result put where it outlives the call? Then the next call may find it there.
  static bool Keeps(const FileModel& m, const Call& call) {
    const Syntax& s = m.syntax;
    for (NodeId c = call.node, p = s.Parent(c); Index(p) != 0 && !IsFunction(s.KindOf(p)); c = p, p = s.Parent(p)) {
      if (s.KindOf(p) != Kind::kAssignmentExpression || s[c].role == Role::kLeft) continue;
      const NodeId left = s.FirstChild(p);
      if (!Some(left) || s.KindOf(left) != Kind::kIdentifier) return true;
      const BindingId b = m.BindingAt(left);
      return !Some(b) || m.scopes[m.bindings[b].scope].function != call.function;
    }
    return false;
  }

  std::string PlaceOf(FileId file, NodeId node) const {
    const File& f = p_[file];
    const uint32_t start = f.model.syntax[node].start;
    const auto line = 1 + std::count(f.text.begin(), f.text.begin() + start, '\n');
    std::string path = Cat("/", f.path);
    if (path.starts_with(root_) && path.size() > root_.size() && path[root_.size()] == '/')
      path.erase(0, root_.size() + 1);
    return Cat(path, ":", line);
  }

  const Project& p_;
  const Calls& calls_;
  const Promises& promises_;
  const std::string root_;
  Module* module_ = nullptr;
  std::string canonical_;
  std::map<std::pair<uint32_t, uint32_t>, std::string> types_;
  absl::flat_hash_map<FunctionRef, std::unique_ptr<Blocked>> blocks_;
};

constexpr const char* kBlocks[] = {"", "io", "cpu", "process", "wait"};

Json RowOf(const Summary& s) {
  Json row = {{"from", s.from}};
  if (s.promise) row["style"] = "promise", row["returns"] = "Promise", row["may_reject"] = s.rejects;
  if (!s.returns.empty()) row["returns"] = s.returns;
  if (s.block != Block::kNone) {
    row["block"] = kBlocks[static_cast<size_t>(s.block)];
    row["cost"] = s.cost;
    row["through"] = s.through;
  }
  return row;
}

// Rows and types of the modules, as a document for Knowledge::Extend; "" when there is nothing to say.
std::string Summarize(const std::vector<DependencyImport>& imports, const Input& input, const Profile& profile,
                      uint64_t budget, const StopToken& stop, DependencyStats& stats) {
  ModuleResolver node(*input.fs, profile);
  const std::vector<std::shared_ptr<const SourceFile>> sources = Read(imports, input, node, budget, stop, stats);
  if (stop.stopped() || sources.empty()) return "";

  std::vector<std::string> paths;
  std::vector<std::unique_ptr<File>> files;
  std::set<std::string> folders;
  for (const auto& source : sources) {
    paths.push_back(source->path);
    files.push_back(std::make_unique<File>(source));
    // Values pass between the files of a package.
    const PackageJson* package = node.PackageOf(Cat("/", source->path));
    if (package != nullptr) folders.insert(package->directory);
  }
  std::vector<Manifest> manifests;
  for (const std::string& folder : folders) {
    manifests.emplace_back();
    manifests.back().directory = folder.substr(1);
  }
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  Project project;
  project.Link(
      std::move(files),
      std::make_shared<Resolver>(std::move(paths), std::move(manifests),
                                 std::shared_ptr<const FileSystem>(std::shared_ptr<const void>(), input.fs), "/"),
      input.knowledge, input.Rows(), threads);
  Calls calls;
  calls.Infer(project, threads, stop);
  if (stop.stopped()) return "";
  Promises promises;
  promises.Infer(project, calls);

  std::string root = node.RealPath(input.root);
  Summarizer summarizer(project, calls, promises, root == "/" ? "" : root);
  std::map<std::string, Summarizer::Module> modules;
  std::map<std::string, std::string> canonical;
  for (const DependencyImport& i : imports) {
    std::string name = i.specifier;
    std::ranges::replace_if(
        name, [](char c) { return c == '.' || c == '#'; }, '_');
    canonical[i.specifier] = name;
    const FileId file = project.Find(i.file.substr(1));
    Summarizer::Module module;
    if (Some(file)) module = summarizer.Of(file, name);
    const auto [it, fresh] = modules.try_emplace(name, module);
    if (fresh) continue;
    // One name, two modules: one for import and one for require, or two versions. What both say holds.
    for (auto& [row, both] : it->second.rows) {
      const auto other = module.rows.find(row);
      const Summary second = other == module.rows.end() ? Summary() : other->second;
      both.promise &= second.promise;
      both.rejects |= second.rejects;
      if (second.block != both.block) both.block = Block::kNone;
      if (second.returns != both.returns) both.returns.clear();
    }
    std::erase_if(it->second.rows, [](const auto& row) { return !row.second.says_something(); });
  }
  Json rows = Json::object(), types = Json::object(), names = Json::object();
  for (const auto& [specifier, name] : canonical) {
    const Summarizer::Module& module = modules[name];
    if (module.rows.empty()) continue;
    names[specifier] = name;
    for (const std::string& type : module.types) types[type] = Json::object();
    for (const std::string& cls : module.classes) rows[cls] = {{"is_class", true}, {"from", specifier}};
    for (const auto& [row, summary] : module.rows) rows[row] = RowOf(summary);
  }
  stats.rows = rows.size();
  return rows.empty() ? ""
                      : Json{{"modules", names}, {"types", types}, {"rows", rows}}.dump(-1, ' ', false,
                                                                                        Json::error_handler_t::replace);
}

}  // namespace

std::shared_ptr<const Knowledge> WithDependencies(const Input& input,
                                                  std::span<const std::shared_ptr<const SourceFile>> sources,
                                                  const Resolver& resolver, const StopToken& stop,
                                                  DependencyStats& stats) {
  if (!input.dependencies || resolver.node() == nullptr) return input.knowledge;
  const double start = ProcessMs();
  std::vector<DependencyImport> imports = ImportsOf(sources, resolver, input.Rows());
  uint64_t bytes = 0;
  for (const auto& source : sources) bytes += source->text.size();
  const uint64_t budget = std::bit_ceil(std::max(bytes, kLeastBudget));
  DependencyMemo* const memo = input.memo.get();
  if (memo != nullptr) {
    const std::lock_guard lock(memo->mutex);
    if (memo->knowledge != nullptr && memo->imports == imports && memo->budget == budget) {
      stats = memo->stats;
      stats.repeated = true;
      stats.cpu_ms = ProcessMs() - start;
      return memo->knowledge;
    }
  }
  stats = {};
  stats.modules = imports.size();
  std::shared_ptr<const Knowledge> knowledge = input.knowledge;
  const Witness witness(*input.fs, input.root, memo != nullptr);
  if (!imports.empty()) {
    Input heard = input;
    if (memo != nullptr) heard.fs = &witness;
    std::string document = Summarize(imports, heard, resolver.node()->profile(), budget, stop, stats);
    if (!document.empty() && !stop.stopped()) {
      std::vector<std::string> documents = input.knowledge_documents;
      documents.push_back(std::move(document));
      // Names of others' making may be what no row can be called; then nothing is known, as before.
      if (auto extended = Knowledge::Extend(documents); extended.ok()) knowledge = *std::move(extended);
    }
  }
  stats.cpu_ms = ProcessMs() - start;
  if (memo != nullptr && !stop.stopped()) {
    const std::lock_guard lock(memo->mutex);
    memo->imports = std::move(imports);
    memo->budget = budget;
    memo->knowledge = knowledge;
    memo->stats = stats;
    memo->repeat = [asked = witness.Take()](const Witness& other) {
      for (const Witness::Heard& heard : asked.value_or(std::vector<Witness::Heard>())) other.Note(heard);
    };
  }
  return knowledge;
}

}  // namespace looplint
