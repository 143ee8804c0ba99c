#include "analyzer/engine/analyze.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <set>
#include <tuple>

#include "analyzer/base/strings.h"
#include "analyzer/facts/shapes.h"
#include "resolver/tsconfig_problems.h"

namespace looplint {
namespace {

double CpuMs(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}
double ThreadMs() { return CpuMs(CLOCK_THREAD_CPUTIME_ID); }
double ProcessMs() { return CpuMs(CLOCK_PROCESS_CPUTIME_ID); }

uint64_t PeakBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

double& Of(Stats& stats, Phase phase) { return stats.cpu_ms[static_cast<size_t>(phase)]; }

void Enter(Progress* progress, Phase phase, uint64_t total) {
  if (progress == nullptr) return;
  progress->phase = static_cast<uint32_t>(phase);
  progress->done = 0;
  progress->total = total;
}

// A package that registers request handlers or listens is a server, one with a bin a command-line program, one with
// an entry point for others a library.
void FindKinds(Project& project, const Facts& facts) {
  std::map<const Manifest*, ProgramKind> kinds;
  for (const Entry& e : facts.calls.entries()) {
    if (e.context != Context::kRequest && e.context != Context::kJob) continue;
    const File& f = project[e.function.file];
    if (f.role == FileRole::kSource) kinds[f.manifest] = ProgramKind::kServer;
  }
  for (const Manifest& m : project.resolver().manifests()) {
    if (kinds.count(&m) > 0) continue;
    if (m.has_bin) {
      kinds[&m] = ProgramKind::kCli;
    } else if (!m.is_private && (!m.main.empty() || !m.exports.empty() || !m.module.empty())) {
      kinds[&m] = ProgramKind::kLibrary;
    }
  }
  for (const auto& [manifest, kind] : kinds) project.SetKind(manifest, kind);
}

bool IsOn(const Project& project, const Input& input, const Rule& rule) {
  if (!input.severity) return rule.on_by_default;
  for (size_t i = 0; i < project.size(); ++i) {
    if (input.severity(project[static_cast<FileId>(i)].path, rule) != Severity::kOff) return true;
  }
  return false;
}
// Is a rule that asks for what is written to logs on anywhere?
bool FollowsLogs(const Project& project, const Input& input) {
  const Rule* rule = FindRule("security/log-injection");
  return rule != nullptr && IsOn(project, input, *rule);
}
// One that asks for hidden classes?
bool WantsShapes(const Project& project, const Input& input) {
  return input.shapes || std::ranges::any_of(AllRules(), [&](const Rule* rule) {
           return rule->shapes && IsOn(project, input, *rule);
         });
}

// Configurations of the compiler in which something is wrong become documents, so that a rule can point at it.
void AddConfigurations(const Input& input, Project& project) {
  ModuleResolver* node = project.resolver().node();
  if (node == nullptr) return;
  std::set<std::string, std::less<>> folders;
  for (size_t i = 0; i < project.size(); ++i) {
    std::string_view folder = project[static_cast<FileId>(i)].path;
    do {
      folder = DirName(folder);
      if (!folders.emplace(folder).second) break;
    } while (folder != ".");
  }
  for (const std::string& folder : folders) {
    for (const char* name : {"tsconfig.json", "jsconfig.json"}) {
      const std::string path = folder == "." ? name : Cat(folder, "/", name);
      const std::string absolute = JoinPath(input.root, path);
      if (node->TypeOf(absolute) != FileType::kFile || TsConfigProblems(*node, absolute).empty()) continue;
      auto text = input.fs->Read(absolute, input.max_file_bytes);
      if (!text.ok()) continue;
      auto source = std::make_shared<SourceFile>();
      source->path = path;
      source->text = *std::move(text);
      source->language = Language::kJavaScript;
      source->role = FileRole::kSource;
      source->host = SourceFile::Host::kOpen;
      project.AddDocument(std::make_unique<File>(std::move(source)));
    }
  }
}

}  // namespace

Loaded Load(const Input& input, const std::string& path) {
  Loaded loaded;
  if (input.known) {
    loaded.source = input.known(path);
    if (loaded.source != nullptr) return loaded;
  }
  const double start = ThreadMs();
  absl::StatusOr<std::string> text = input.fs->Read(JoinPath(input.root, path), input.max_file_bytes);
  const double read = ThreadMs();
  loaded.read_ms = read - start;
  if (!text.ok()) {
    loaded.unreadable = std::string(text.status().message());
  } else if (!input.skip || !input.skip(path, *text)) {
    ModelCache::Key key{};
    if (input.cache != nullptr) {
      key = ModelCache::KeyOf(*text, LanguageOf(path));
      FileModel model;
      if (input.cache->Find(key, model)) {
        loaded.source = MakeSourceFile(path, *std::move(text), std::move(model), input.Rows());
        loaded.cached = true;
        loaded.read_ms = ThreadMs() - start;
        return loaded;
      }
    }
    Syntax syntax = Parse(*text, LanguageOf(path));
    const double parsed = ThreadMs();
    loaded.source = MakeSourceFile(path, *std::move(text), std::move(syntax), input.Rows());
    const double lowered = ThreadMs();
    loaded.parse_ms = parsed - read;
    loaded.lower_ms = lowered - parsed;
    if (input.cache != nullptr) {
      input.cache->Keep(key, loaded.source->model, loaded.source->text.size());
      loaded.read_ms += ThreadMs() - lowered;
    }
  }
  return loaded;
}

std::vector<Manifest> LoadManifests(const Input& input, std::vector<Unreadable>& unreadable) {
  std::vector<Manifest> manifests;
  for (const std::string& path : input.manifests) {
    const absl::StatusOr<std::string> text = input.fs->Read(JoinPath(input.root, path), input.max_file_bytes);
    if (!text.ok()) {
      unreadable.push_back({path, std::string(text.status().message())});
      continue;
    }
    absl::StatusOr<Manifest> manifest = ParseManifest(*text, std::string(DirName(path)));
    if (manifest.ok()) {
      manifests.push_back(*std::move(manifest));
      if (!input.node.empty()) manifests.back().engines_node = input.node;
    } else {
      unreadable.push_back({path, std::string(manifest.status().message())});
    }
  }
  return manifests;
}

Outline::Outline(const Program& program) : entries(program.facts.modules.entries()) {
  const Project& project = program.project;
  resolver = project.shared_resolver();
  modules.resize(project.size());
  for (uint32_t i = 0; i < modules.size(); ++i) {
    const File& f = project[static_cast<FileId>(i)];
    modules[i].path = f.path;
    modules[i].role = f.role;
    modules[i].calls = static_cast<uint32_t>(f.model.calls.size());
    modules[i].imports = f.imports;
    for (const FileId to : f.imports) {
      if (!Some(to)) continue;
      std::vector<FileId>& importers = modules[Index(to)].importers;
      if (importers.empty() || Index(importers.back()) != i) importers.push_back(static_cast<FileId>(i));
    }
  }
  for (const Manifest& m : resolver->manifests()) {
    if (const ProgramKind kind = project.KindOf(&m); kind != ProgramKind::kUnknown) kinds[&m] = kind;
  }
}

FileId Outline::Find(std::string_view path) const {
  const auto it = std::ranges::lower_bound(modules, path, {}, [](const Module& m) { return std::string_view(m.path); });
  return it == modules.end() || it->path != path ? kNone<FileId> : static_cast<FileId>(it - modules.begin());
}

namespace {

// Entries of the whole among the files of a part. What a file of the part starts is found anew.
std::vector<EntryPoint> EntriesIn(const Project& part, const Outline& whole) {
  std::vector<EntryPoint> entries;
  for (uint32_t i = 0; i < part.size(); ++i) {
    const FileId id = whole.Find(part[static_cast<FileId>(i)].path);
    if (!Some(id)) continue;
    for (auto e = std::ranges::lower_bound(whole.entries, id, {}, &EntryPoint::file); e != whole.entries.end() && e->file == id; ++e) {
      if (Some(e->starter) && Some(part.Find(whole[e->starter].path))) continue;
      entries.push_back(*e);
      entries.back().file = static_cast<FileId>(i);
    }
  }
  return entries;
}

}  // namespace

bool Build(const Input& input, const std::vector<std::shared_ptr<const SourceFile>>& sources,
           std::shared_ptr<const Resolver> resolver, const Outline* whole, const StopToken& stop, Progress* progress,
           Program& program, Stats& stats) {
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  Project& project = program.project;
  Facts& facts = program.facts;
  double mark = ProcessMs();
  const auto lap = [&](Phase phase) {
    const double now = ProcessMs();
    Of(stats, phase) += now - mark;
    stats.peak_bytes[static_cast<size_t>(phase)] = PeakBytes();
    mark = now;
  };
  double part_mark = mark;
  const auto part = [&](Phase phase, const char* name) {
    const double now = ProcessMs();
    stats.parts.push_back({phase, name, now - part_mark});
    part_mark = now;
  };
  Enter(progress, Phase::kLink, 0);
  std::vector<std::unique_ptr<File>> files;
  files.reserve(sources.size());
  for (const auto& source : sources) files.push_back(std::make_unique<File>(source));
  if (whole == nullptr) {
    MarkBrowserFiles(files);
  } else {
    for (const auto& file : files) {
      if (const FileId id = whole->Find(file->path); Some(id)) file->role = (*whole)[id].role;
    }
  }
  project.Link(std::move(files), std::move(resolver), input.knowledge, input.Rows(), threads);
  lap(Phase::kLink);
  part_mark = mark;
  if (stop.stopped()) return false;

  Enter(progress, Phase::kInfer, 0);
  project.Solve(threads, stop, {.guesses = input.guess_calls, .data = WantsShapes(project, input)});
  part(Phase::kInfer, "values");
  facts.calls.Infer(project, threads, stop, {.guesses = input.guess_calls});
  part(Phase::kInfer, "calls");
  if (stop.stopped()) return false;
  if (whole == nullptr) {
    FindKinds(project, facts);
  } else {
    for (const auto& [manifest, kind] : whole->kinds) project.SetKind(manifest, kind);
  }
  facts.promises.Infer(project, facts.calls);
  part(Phase::kInfer, "promises");
  if (whole == nullptr) {
    facts.modules.Infer(project, facts.calls);
  } else {
    const std::vector<EntryPoint> entries = EntriesIn(project, *whole);
    facts.modules.Infer(project, facts.calls, &entries);
  }
  part(Phase::kInfer, "modules");
  facts.unhandled.Infer(project, facts.calls, facts.modules);
  facts.heat.Infer(project, facts.calls, facts.modules);
  if (input.measured) facts.heat.Measured(input.measured(project));
  part(Phase::kInfer, "heat");
  facts.load_order.Infer(project, facts.modules);
  part(Phase::kInfer, "load order");
  facts.outside.Open(project, input.fs, input.root);
  if (whole == nullptr) AddConfigurations(input, project);
  lap(Phase::kInfer);
  part_mark = mark;
  facts.matches.Infer(project, facts.calls, facts.outside, threads, stop);
  part(Phase::kTaint, "patterns");
  facts.taint.Infer(project, facts.calls, facts.matches, threads, stop, FollowsLogs(project, input));
  part(Phase::kTaint, "flows");
  stats.walks_cut_off = facts.taint.cut_off();
  stats.guards_cut_off = facts.taint.guards_cut_off();
  lap(Phase::kTaint);
  return !stop.stopped();
}

std::vector<Finding> Check(const Program& program, const Input& input, FileId file, std::atomic<uint64_t>* rule_ns) {
  std::vector<Finding> found;
  const View view(program.project, program.facts, file);
  for (size_t number = 0; number < AllRules().size(); ++number) {
    const Rule* rule = AllRules()[number];
    if (rule->check == nullptr) continue;
    const Severity severity = input.severity ? input.severity(view.file.path, *rule)
                              : rule->on_by_default ? rule->severity
                                                    : Severity::kOff;
    if (severity == Severity::kOff) continue;
    const size_t first = found.size();
    Report report(*rule, view, found);
    const auto begin = rule_ns == nullptr ? std::chrono::steady_clock::time_point() : std::chrono::steady_clock::now();
    try {
      rule->check(view, report);
    } catch (const std::exception& e) {
      if (!input.failed) throw;
      input.failed(*rule, view.file.path, e.what());
      found.resize(first);
    }
    if (rule_ns != nullptr) {
      rule_ns[number] += static_cast<uint64_t>(std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
    }
    for (size_t k = first; k < found.size(); ++k) {
      Finding& f = found[k];
      // A rule may lower the severity of one finding; configuration settles how bad the worst is.
      f.severity = f.severity == Severity::kOff ? severity : std::min(f.severity, severity);
    }
  }
  std::sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.at.span.start, a.at.span.end, a.rule->id, a.message) <
           std::tie(b.at.span.start, b.at.span.end, b.rule->id, b.message);
  });
  return found;
}

// By workspace; what they find may be in any document.
std::vector<Finding> CheckPackages(Program& program, PackageFacts& packages, const Input& input, const StopToken& stop) {
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  std::vector<std::string> documents = input.manifests;
  documents.insert(documents.end(), input.documents.begin(), input.documents.end());
  packages = GatherPackages(*input.fs, input.root, std::move(documents), input.max_file_bytes, program.project, threads, stop);
  const size_t workspaces = packages.workspaces.size();
  std::vector<std::vector<Finding>> found(workspaces);
  ParallelFor(threads, workspaces, stop, [&](size_t i) {
    const PackagesView view{packages.workspaces[i], program.project, input.packages, packages.behaviours[i],
                            packages.packed[i],      packages.commands[i], packages.unmentioned[i]};
    for (const Rule* rule : AllRules()) {
      if (rule->check_packages == nullptr) continue;
      const size_t first = found[i].size();
      Report report(*rule, found[i]);
      try {
        rule->check_packages(view, report);
      } catch (const std::exception& e) {
        if (!input.failed) throw;
        input.failed(*rule, view.workspace.directory, e.what());
        found[i].resize(first);
      }
      for (size_t k = first; k < found[i].size(); ++k) {
        Finding& f = found[i][k];
        const Severity severity = input.severity ? input.severity(program.project[f.at.file].path, *rule)
                                  : rule->on_by_default ? rule->severity
                                                        : Severity::kOff;
        f.severity = f.severity == Severity::kOff ? severity : std::min(f.severity, severity);
      }
      found[i].erase(std::remove_if(found[i].begin() + static_cast<std::ptrdiff_t>(first), found[i].end(),
                                    [](const Finding& f) { return f.severity == Severity::kOff; }),
                     found[i].end());
    }
  });
  std::vector<Finding> all;
  for (std::vector<Finding>& some : found) std::move(some.begin(), some.end(), std::back_inserter(all));
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.at.file, a.at.span.start, a.at.span.end, a.rule->id, a.message) <
           std::tie(b.at.file, b.at.span.start, b.at.span.end, b.rule->id, b.message);
  });
  return all;
}

Result Analyze(const Input& input, const StopToken& stop, Progress* progress) {
  Result result;
  const auto begin = std::chrono::steady_clock::now();
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  const auto finish = [&] {
    result.stopped = stop.stopped();
    if (result.stopped && input.cache != nullptr) input.cache->Partial();
    result.stats.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return std::move(result);
  };

  const size_t n = input.files.size();
  std::vector<Unreadable> unreadable_manifests;
  auto resolver = std::make_shared<Resolver>(
      std::vector<std::string>(input.files.begin(), input.files.end()), LoadManifests(input, unreadable_manifests),
      std::shared_ptr<const FileSystem>(std::shared_ptr<const void>(), input.fs), input.root);  // the caller's, who keeps it
  std::vector<Loaded> loaded(n);
  Enter(progress, Phase::kParse, n);
  ParallelFor(threads, n, stop, [&](size_t i) {
    loaded[i] = Load(input, input.files[i]);
    // The resolver remembers: linking, which asks again, is spared the folders and package.json files.
    if (loaded[i].source != nullptr) {
      const FileModel& m = loaded[i].source->model;
      for (const Import& import : m.module.imports) {
        resolver->Ask(input.files[i], m.names[import.specifier], RequestOf(import.kind));
      }
    }
    if (progress != nullptr) ++progress->done;
  });
  input.alone ? ReleaseGrammars() : ReleaseParser();

  Stats& stats = result.stats;
  std::vector<std::shared_ptr<const SourceFile>> sources;
  for (size_t i = 0; i < n; ++i) {
    Of(stats, Phase::kRead) += loaded[i].read_ms;
    Of(stats, Phase::kParse) += loaded[i].parse_ms;
    Of(stats, Phase::kLower) += loaded[i].lower_ms;
    if (!loaded[i].unreadable.empty()) result.unreadable.push_back({input.files[i], std::move(loaded[i].unreadable)});
    if (loaded[i].source == nullptr) continue;
    const SourceFile& source = *loaded[i].source;
    ++stats.files;
    stats.cached += loaded[i].cached;
    stats.bytes += source.text.size();
    stats.lines += static_cast<uint64_t>(std::count(source.text.begin(), source.text.end(), '\n'));
    stats.nodes += source.model.syntax.size();
    stats.functions += source.model.functions.size();
    stats.calls += source.model.calls.size();
    stats.model_bytes += source.model.bytes();
    sources.push_back(std::move(loaded[i].source));
  }
  loaded = std::vector<Loaded>();
  for (const Phase phase : {Phase::kRead, Phase::kParse, Phase::kLower})
    stats.peak_bytes[static_cast<size_t>(phase)] = PeakBytes();

  std::vector<std::string> paths;
  paths.reserve(sources.size());
  for (const auto& source : sources) paths.push_back(source->path);
  std::ranges::move(unreadable_manifests, std::back_inserter(result.unreadable));
  resolver->Narrow(std::move(paths));
  Input with = input;
  with.knowledge = WithDependencies(input, sources, *resolver, stop, stats.dependencies);
  if (!Build(with, sources, std::move(resolver), nullptr, stop, progress, result, stats)) return finish();

  const double mark = ProcessMs();
  Enter(progress, Phase::kCheck, result.project.size());
  std::vector<std::vector<Finding>> found(result.project.size());
  std::vector<std::atomic<uint64_t>> rule_ns(input.time_rules ? AllRules().size() : 0);
  ParallelFor(threads, result.project.size(), stop, [&](size_t i) {
    found[i] = Check(result, input, static_cast<FileId>(i), input.time_rules ? rule_ns.data() : nullptr);
    if (progress != nullptr) ++progress->done;
  });
  if (const Shapes::Cost cost = Shapes(result.project, result.facts.calls).Spent(); cost.asked) {
    stats.parts.push_back({Phase::kCheck, "shapes", cost.cpu_ms});
    stats.shapes_cut_off = cost.cut_off;
  }
  for (const std::atomic<uint64_t>& ns : rule_ns) stats.rule_ms.push_back(static_cast<double>(ns) / 1e6);
  for (std::vector<Finding>& f : found) std::move(f.begin(), f.end(), std::back_inserter(result.findings));
  std::stable_partition(result.findings.begin(), result.findings.end(),
                        [&](const Finding& f) { return Index(f.at.file) < result.project.size(); });
  if (!stop.stopped() && input.rules_on_packages) {
    std::vector<Finding> in_packages = CheckPackages(result, result.packages, input, stop);
    std::move(in_packages.begin(), in_packages.end(), std::back_inserter(result.findings));
  }
  Of(stats, Phase::kCheck) += ProcessMs() - mark;
  stats.peak_bytes[static_cast<size_t>(Phase::kCheck)] = PeakBytes();
  return finish();
}

}  // namespace looplint
