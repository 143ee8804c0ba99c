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
#include "analyzer/engine/summaries.h"
#include "analyzer/facts/calls.h"
#include "analyzer/facts/promises.h"

namespace looplint {
namespace {

constexpr uint64_t kLeastBudget = 1u << 20;
constexpr size_t kMaxFiles = 2000;
constexpr uint64_t kMaxFileBytes = 512u << 10;  // what is longer is generated, or one file made of many
constexpr size_t kBatch = 64;                   // files read before the budget is looked at again

double ProcessMs() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

// The file of an installed package that Node loads, "" for anything else.
std::string InstalledFile(const Resolution& to) {
  return to.file() && to.below_node_modules && IsSourceName(to.path) ? to.path : std::string();
}

// Names of a known module that a file uses and that have no row.
bool Lacks(const FileModel& m, ImportId import, const Knowledge& knowledge, std::string_view module) {
  for (const Value& v : m.values) {
    if (v.kind != ValueKind::kMember) continue;
    const Value* base = &m.values[static_cast<ValueId>(v.a)];
    if (base->kind == ValueKind::kBinding) {
      const ValueId held = m.bindings[static_cast<BindingId>(base->a)].value;
      if (!Some(held)) continue;
      base = &m.values[held];
    }
    if (base->kind != ValueKind::kImport || base->a != Index(import)) continue;
    const std::string_view name = m.names[static_cast<NameId>(v.b)];
    if (name == "default") continue;
    const std::string canonical = Cat(module, ".", name);
    if (knowledge.Find(canonical) == nullptr && knowledge.FindType(canonical) == nullptr) return true;
  }
  return false;
}

// What a project imports of packages nothing, or too little, is known of. Tests, tools and browser code do not count.
std::vector<DependencyImport> ImportsOf(std::span<const std::shared_ptr<const SourceFile>> sources,
                                        const Resolver& resolver, const Knowledge& knowledge) {
  std::vector<DependencyImport> out;
  for (const auto& source : sources) {
    if (source->role != FileRole::kSource || source->host == SourceFile::Host::kBrowser) continue;
    const FileModel& m = source->model;
    for (const ImportId id : Ids(m.module.imports)) {
      const Import& import = m.module.imports[id];
      if (import.type_only || import.kind == ImportKind::kRequireResolve) continue;
      const std::string_view specifier = m.names[import.specifier];
      if (PackageNameOf(specifier).empty() || knowledge.IsNodeBuiltin(specifier)) continue;
      const std::string_view known = knowledge.Module(specifier);
      if (!known.empty() && !Lacks(m, id, knowledge, known)) continue;
      const Resolver::Answer answer = resolver.Ask(source->path, specifier, RequestOf(import.kind));
      if (!answer.file.empty() || answer.node == nullptr) continue;
      if (std::string file = InstalledFile(*answer.node); !file.empty())
        out.push_back({std::string(specifier), std::move(file), !known.empty()});
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

  const std::string root = node.RealPath(input.root);
  std::vector<SummedModule> modules;
  for (const DependencyImport& i : imports) {
    SummedModule module{i.specifier, std::string(input.Rows().Module(i.specifier)), project.Find(i.file.substr(1)),
                        i.has_rows};
    if (!i.has_rows) {
      module.canonical = i.specifier;
      std::ranges::replace_if(
          module.canonical, [](char c) { return c == '.' || c == '#'; }, '_');
    }
    modules.push_back(std::move(module));
  }
  Summaries summed = SumUp(project, calls, promises, input.Rows(), root == "/" ? "" : root, modules);
  stats.rows += summed.rows;
  return std::move(summed.document);
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
    std::vector<std::string> documents = input.knowledge_documents;
    // What rows speak of comes last, for what is left of the budget, and apart: to other packages it is what its rows say.
    for (const bool has_rows : {false, true}) {
      std::vector<DependencyImport> now;
      std::ranges::copy_if(imports, std::back_inserter(now), [&](const auto& i) { return i.has_rows == has_rows; });
      if (now.empty() || stats.bytes >= budget) continue;
      std::string document = Summarize(now, heard, resolver.node()->profile(), budget, stop, stats);
      if (document.empty() || stop.stopped()) continue;
      documents.push_back(std::move(document));
      // Names of others' making may be what no row can be called; then nothing is known, as before.
      if (auto extended = Knowledge::Extend(documents); extended.ok()) {
        knowledge = *std::move(extended);
      } else {
        documents.pop_back();
      }
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
