#include "analyzer/engine/workspace.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxFileBytes = 64u << 20;
// What a Glance may take in besides its file: calls, which are what inference costs by. 1,000 take about a millisecond.
constexpr size_t kAroundCalls = 3000;
constexpr size_t kAroundFiles = 64;
// What a Glance may read from disk before anything is known of the project.
constexpr size_t kFromDiskFiles = 8, kFromDiskBytes = 128u << 10;
// A look that reads fewer files anew leaves the cache alone: opening it would take longer.
constexpr size_t kCacheFiles = 64;
// Files whose last trees are kept: about 30 times their text.
constexpr size_t kReparsers = 8;

bool IsManifest(std::string_view path) { return path == "package.json" || path.ends_with("/package.json"); }

bool SetsIgnores(std::string_view path) { return path.ends_with(".gitignore") || path.ends_with(".looplintignore"); }

bool Skips(const std::string& path, std::string_view text) { return Classify(path, text) != SkipReason::kNo; }

uint64_t BytesOf(const SourceFile& source) { return source.text.capacity() + source.model.bytes(); }

// The parts of a program that a finding names.
template <typename Add>
void EachPlace(const Snapshot& snapshot, FileId file, const Add& add) {
  for (const Finding& f : snapshot.In(file)) {
    for (const Step& step : f.via) add(step.at.file);
  }
  for (const Suppressed& s : snapshot.suppressed) {
    if (s.finding.at.file != file) continue;
    for (const Step& step : s.finding.via) add(step.at.file);
  }
}

// Source files that `source` may import by relative paths, and its manifests: from the disk, without any index.
struct Nearby {
  std::vector<std::string> files;
  std::vector<Manifest> manifests;
};
Nearby LookNearby(const SourceFile& source, const Input& input) {
  Nearby nearby;
  std::set<std::string> folders;
  for (const Import& import : source.model.module.imports) {
    const std::string_view specifier = source.model.names[import.specifier];
    if (!specifier.starts_with('.')) continue;
    const std::string target = JoinPath(DirName(source.path), specifier);
    if (target.starts_with("..")) continue;
    folders.insert(target);
    folders.insert(std::string(DirName(target)));
  }
  for (const std::string& folder : folders) {
    std::error_code error;
    for (auto it = std::filesystem::directory_iterator(JoinPath(input.root, folder), error);
         !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (IsSourceName(name)) nearby.files.push_back(folder == "." ? name : Cat(folder, "/", name));
    }
  }
  nearby.files.push_back(source.path);
  std::sort(nearby.files.begin(), nearby.files.end());
  nearby.files.erase(std::unique(nearby.files.begin(), nearby.files.end()), nearby.files.end());
  Input manifests = input;
  for (std::string_view d = DirName(source.path);; d = DirName(d)) {
    const std::string path = d == "." ? std::string("package.json") : Cat(d, "/package.json");
    if (input.fs->Type(JoinPath(input.root, path)) == FileType::kFile) manifests.manifests.push_back(path);
    if (d == "." || d == "/") break;
  }
  std::vector<Unreadable> unreadable;
  nearby.manifests = LoadManifests(manifests, unreadable);
  return nearby;
}

void SettleInto(Snapshot& snapshot, std::vector<Finding> findings, const Input& input) {
  Settled settled = Settle(snapshot.program.project, std::move(findings), input.severity, true,
                           {.facts = &snapshot.program.facts, .honor_eslint = snapshot.config->honor_eslint});
  snapshot.findings = std::move(settled.findings);
  snapshot.suppressed = std::move(settled.suppressed);
}

}  // namespace

std::span<const Finding> Snapshot::In(FileId file) const {
  const auto file_of = [](const Finding& f) { return Index(f.at.file); };
  return {std::ranges::lower_bound(findings, Index(file), {}, file_of), std::ranges::upper_bound(findings, Index(file), {}, file_of)};
}

uint64_t Snapshot::lines() const {
  if (recalled) return line_count;
  uint64_t lines = 0;
  for (uint32_t i = 0; i < program.project.size(); ++i) {
    const std::string& text = program.project[static_cast<FileId>(i)].text;
    lines += static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  }
  return lines;
}

Workspace::Workspace(std::string folder, Options options)
    : folder_(std::move(folder)), cache_(options.cache), options_(std::move(options)) {
  Configure();
}
Workspace::~Workspace() = default;

void Workspace::Configure() {
  absl::StatusOr<Selection> selection = Locate({folder_}, folder_);
  absl::StatusOr<Config> config = Config::Default();
  if (!selection.ok()) {
    configuration_status_ = selection.status();
    if (selection_.root.empty()) {
      selection_.root = folder_;
      selection_.walks = selection_.report = {"."};
    }
  } else {
    configuration_status_ = absl::OkStatus();
    const std::lock_guard lock(mutex_);
    selection_ = *std::move(selection);
    if (!options_.config.empty()) selection_.config = options_.config;
  }
  if (configuration_status_.ok() && !selection_.config.empty()) {
    config = Config::Load(fs_, selection_.config);
    if (!config.ok()) configuration_status_ = config.status();
  }
  std::shared_ptr<const Knowledge> knowledge;
  if (config.ok() && !config->knowledge.empty()) {
    auto extended = Knowledge::Extend(config->knowledge);
    if (extended.ok()) {
      knowledge = *std::move(extended);
    } else {
      configuration_status_ = extended.status();
    }
  }
  if (!configuration_status_.ok()) {
    if (config_ != nullptr) return;  // the last good one
    config = Config::Default();
  }
  for (const auto& [word, severity] : options_.rules) {
    Severity level;
    if (ParseSeverity(severity, level)) config->Set(SelectRules(word), level);
  }
  const std::lock_guard lock(mutex_);
  const bool others = config_ == nullptr || config_->knowledge != config->knowledge;
  root_config_ = config_ = std::make_shared<const Config>(*std::move(config));
  knowledge_ = std::move(knowledge);
  if (!others) return;
  for (auto& [path, entry] : files_) {  // sources are judged by it
    ++entry.version;
    entry.read = entry.exact = false;
  }
}

void Workspace::Reconfigure(Options options) {
  options_ = std::move(options);
  Configure();
  const std::lock_guard lock(mutex_);
  ++discovery_wanted_;
  ++generation_;
}

Input Workspace::Setup::InputOf() const {
  Input input;
  input.fs = witness.get();
  input.root = root;
  input.knowledge = knowledge;
  input.threads = threads;
  input.max_file_bytes = kMaxFileBytes;
  input.skip = Skips;
  input.packages = config->packages;
  input.node = config->node;
  input.severity = [this](const std::string& path, const Rule& rule) { return severities(path, rule); };
  return input;
}

std::unique_ptr<const Workspace::Setup> Workspace::SetupNow(bool record) const {
  struct Heard {
    OverlayFileSystem fs;
    Witness witness;
    Heard(const OverlayFileSystem& over, const std::string& root, bool record) : fs(over), witness(fs, root, record) {}
  };
  const auto heard = std::make_shared<const Heard>(fs_, selection_.root, record);
  return std::unique_ptr<const Setup>(new Setup{fs_, selection_.root, config_, knowledge_, Severities(*config_),
                                                options_.threads > 0 ? options_.threads : config_->threads,
                                                std::shared_ptr<const Witness>(heard, &heard->witness)});
}

bool Workspace::Wanted(const Entry& entry) const { return entry.listed || (entry.laid && !entry.on_disk); }

bool Workspace::Laid(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto it = files_.find(path);
  return it != files_.end() ? it->second.laid : fs_.Over(JoinPath(root(), path)) != nullptr;
}

std::shared_ptr<const Snapshot> Workspace::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

// Under the mutex.
void Workspace::Changed(const std::string& path) {
  ++generation_;
  if (IsManifest(path)) ++manifests_wanted_;
  const auto it = files_.find(path);
  if (it == files_.end()) return;
  ++it->second.version;
  it->second.read = it->second.exact = false;
  it->second.edited = generation_;
}

void Workspace::Lay(const std::string& path, std::string text) {
  const std::lock_guard lock(mutex_);
  const std::string absolute = JoinPath(root(), path);
  if (IsSourceName(path)) {
    Entry& entry = files_[path];
    if (!entry.laid) entry.on_disk = DiskFileSystem().Type(absolute) != FileType::kNone;
    entry.laid = true;
  }
  fs_.Lay(absolute, std::move(text));
  Changed(path);
}

void Workspace::Lift(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const std::string absolute = JoinPath(root(), path);
  const auto it = files_.find(path);
  if (it != files_.end()) {
    it->second.laid = false;
    it->second.reparser.reset();
    // What was laid may never have been, or be another text than what is on disk.
    const auto text = DiskFileSystem().Read(absolute, kMaxFileBytes);
    const auto over = fs_.Over(absolute);
    if (it->second.read && text.ok() && over != nullptr && *over == *text) {
      fs_.Lift(absolute);
      ++generation_;
      return;
    }
    if (!text.ok()) it->second.listed = false;
  }
  fs_.Lift(absolute);
  Changed(path);
  seen_.erase(path);
}

void Workspace::Touch(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const std::string absolute = JoinPath(root(), path);
  const bool exists = DiskFileSystem().Type(absolute) != FileType::kNone;
  if (SetsIgnores(path)) ++discovery_wanted_;
  if (IsManifest(path)) ++discovery_wanted_;
  if (IsSourceName(path)) {
    const auto it = files_.find(path);
    if (it == files_.end() || it->second.listed != exists) ++discovery_wanted_;
    if (it != files_.end() && it->second.laid) {
      it->second.on_disk = exists;
      ++generation_;
      return;  // what lies over it counts
    }
  }
  // A lockfile, a recipe: made or gone.
  if (!IsSourceName(path) && !IsManifest(path) && std::ranges::binary_search(documents_, path) != exists) ++discovery_wanted_;
  Changed(path);
}

void Workspace::TouchAll() {
  const std::lock_guard lock(mutex_);
  ++discovery_wanted_;
  ++manifests_wanted_;
  ++generation_;
  for (auto& [path, entry] : files_) {
    if (entry.laid) continue;
    ++entry.version;
    entry.read = entry.exact = false;
  }
}

void Workspace::Release(uint64_t keep) {
  std::shared_ptr<const Snapshot> old;
  std::vector<std::shared_ptr<const SourceFile>> gone;
  const std::lock_guard lock(mutex_);
  if (latest_ != nullptr && latest_->program.project.size() > 0) {
    auto husk = std::make_shared<Snapshot>();
    husk->findings = latest_->findings;
    husk->suppressed = latest_->suppressed;
    husk->unreadable = latest_->unreadable;
    husk->failures = latest_->failures;
    husk->configuration = latest_->configuration;
    husk->whole = true;
    husk->generation = latest_->generation;
    husk->outline = latest_->outline;
    husk->unused = latest_->unused;
    husk->config = latest_->config;
    old = std::exchange(latest_, std::move(husk));
  }
  std::vector<Entry*> sources;
  uint64_t kept = 0;
  for (auto& [path, entry] : files_) {
    entry.reparser.reset();
    if (entry.source == nullptr) continue;
    kept += BytesOf(*entry.source);
    if (!entry.laid) sources.push_back(&entry);
  }
  std::ranges::stable_sort(sources, {}, &Entry::used);
  for (Entry* entry : sources) {
    if (kept <= keep) break;
    kept -= BytesOf(*entry->source);
    gone.push_back(std::exchange(entry->source, nullptr));
    entry->read = entry->exact = false;
  }
}

void Workspace::Remember() {
  std::unique_lock lock(mutex_);
  const Kept kept = std::exchange(kept_, {});
  if (kept.bytes.empty() || latest_ == nullptr || latest_->generation != generation_) return;
  const OverlayFileSystem fs = fs_;
  lock.unlock();
  const DiskFileSystem disk;
  for (const std::string& path : fs.Laid()) {
    const absl::StatusOr<std::string> text = disk.Read(path, kMaxFileBytes);
    if (!text.ok() || *text != *fs.Over(path)) return;
  }
  if (const auto memory = RunMemory::Open(cache_, root())) memory->Keep(kept.key, kept.bytes);
}

uint64_t Workspace::source_bytes() const {
  const std::lock_guard lock(mutex_);
  uint64_t bytes = 0;
  for (const auto& [path, entry] : files_) {
    if (entry.source != nullptr) bytes += BytesOf(*entry.source);
  }
  return bytes;
}

std::shared_ptr<const SourceFile> Workspace::Current(const std::string& path, const Setup& setup) {
  std::unique_lock lock(mutex_);
  const auto it = files_.find(path);
  if (it == files_.end()) return nullptr;
  // Laid entries are never erased but by this thread, and `reparser` is this thread's.
  Entry& entry = it->second;
  if (entry.read) return entry.source;
  const std::shared_ptr<const std::string> text = setup.fs.Over(JoinPath(root(), path));
  if (text == nullptr) return nullptr;
  const bool seen_before = entry.source != nullptr;
  lock.unlock();

  std::shared_ptr<const SourceFile> source;
  bool exact = true;
  if (!Skips(path, *text)) {
    Syntax syntax;
    if (seen_before) {
      if (entry.reparser == nullptr) entry.reparser = std::make_unique<Reparser>(LanguageOf(path));
      syntax = entry.reparser->Parse(*text);
      exact = false;
    } else {
      syntax = Parse(*text, LanguageOf(path));
      ReleaseParser();
    }
    source = MakeSourceFile(path, *text, std::move(syntax), setup.InputOf().Rows());
  }

  lock.lock();
  entry.source = source;
  entry.unreadable.clear();
  entry.read = true;
  entry.exact = exact;
  if (exact) entry.heard = Witness::DigestOfText(*text);
  std::vector<Entry*> kept;
  for (auto& [other, e] : files_) {
    if (e.reparser != nullptr) kept.push_back(&e);
  }
  while (kept.size() > kReparsers) {
    const auto oldest = std::ranges::min_element(kept, {}, [](const Entry* e) { return e->edited; });
    (*oldest)->reparser.reset();
    kept.erase(oldest);
  }
  return source;
}

namespace {

// Files around one that tell most about it: those its findings lead through, then what it imports and what imports it,
// nearest first. Up and down are separate: what else imports a logger says nothing of who uses the logger.
std::vector<FileId> Around(const Snapshot& latest, FileId id, const std::vector<FileId>& imports) {
  const Outline& outline = *latest.outline;
  std::vector<FileId> around;
  absl::flat_hash_set<uint32_t> seen;
  size_t calls = 0;
  const auto add = [&](FileId file) {
    if (!Some(file) || file == id || Index(file) >= outline.modules.size() || around.size() >= kAroundFiles) return false;
    const size_t cost = outline[file].calls;
    if (seen.contains(Index(file)) || calls + cost > kAroundCalls) return false;
    seen.insert(Index(file));
    calls += cost;
    around.push_back(file);
    return true;
  };
  if (Some(id)) EachPlace(latest, id, add);
  std::deque<FileId> down, up;
  const auto enter = [&](std::deque<FileId>& queue, FileId file) {
    // What a trace has brought in already is still a way to others.
    if (add(file)) queue.push_back(file);
  };
  for (const FileId file : around) down.push_back(file), up.push_back(file);
  for (const FileId file : imports) enter(down, file);
  if (Some(id)) {
    for (const FileId file : outline[id].importers) enter(up, file);
  }
  while (!down.empty() || !up.empty()) {
    if (!down.empty()) {
      const FileId file = down.front();
      down.pop_front();
      for (const FileId next : outline[file].imports) enter(down, next);
    }
    if (!up.empty()) {
      const FileId file = up.front();
      up.pop_front();
      for (const FileId next : outline[file].importers) enter(up, next);
    }
  }
  return around;
}

std::string_view TextOf(const Project& project, const Finding& f) {
  return std::string_view(project[f.at.file].text).substr(f.at.span.start, f.at.span.end - f.at.span.start);
}

bool TellsUnused(const Finding& f) { return f.rule->id == "suppression/unused"; }

void FindUnused(Snapshot& snapshot) {
  for (const Finding& f : snapshot.findings) {
    if (TellsUnused(f)) snapshot.unused.emplace_back(f.at.file, TextOf(snapshot.program.project, f));
  }
}

}  // namespace

std::shared_ptr<const SourceFile> Workspace::Neighbour(const std::string& path, const Setup& setup, size_t& bytes) {
  std::unique_lock lock(mutex_);
  auto it = files_.find(path);
  if (it == files_.end() || !Wanted(it->second)) return nullptr;
  it->second.used = glances_;
  const bool laid = it->second.laid;
  // One on disk that is stale is read by the next Look.
  if (!laid && (it->second.source != nullptr || it->second.read)) return it->second.source;
  const uint64_t version = it->second.version;
  lock.unlock();
  if (laid) return Current(path, setup);
  const auto text = setup.fs.Read(JoinPath(root(), path), bytes);
  if (!text.ok() || Skips(path, *text)) return nullptr;
  bytes -= text->size();
  std::shared_ptr<const SourceFile> source =
      MakeSourceFile(path, *text, Parse(*text, LanguageOf(path)), setup.InputOf().Rows());
  ReleaseParser();
  lock.lock();
  it = files_.find(path);
  if (it != files_.end() && it->second.version == version && it->second.source == nullptr) it->second.source = source;
  return source;
}

const std::set<std::string>& Workspace::Seen(const std::string& path) const {
  static const std::set<std::string> none;
  const auto it = seen_.find(path);
  return it == seen_.end() ? none : it->second;
}

std::shared_ptr<const Snapshot> Workspace::Glance(const std::string& path) {
  if (!IsSourceName(path)) return nullptr;
  std::unique_lock lock(mutex_);
  const auto it = files_.find(path);
  if (it == files_.end() || !it->second.laid || (discovery_had_ > 0 && !Wanted(it->second))) return nullptr;
  const std::unique_ptr<const Setup> setup = SetupNow(false);
  const std::shared_ptr<const Snapshot> latest = latest_;
  lock.unlock();

  Input input = setup->InputOf();
  input.threads = 1;  // to start one would take longer
  std::shared_ptr<const SourceFile> source = Current(path, *setup);
  if (source == nullptr) return nullptr;
  std::vector<std::shared_ptr<const SourceFile>> sources;
  std::shared_ptr<const Resolver> resolver;
  ++glances_;
  if (latest != nullptr) {
    const Outline& whole = *latest->outline;
    resolver = whole.resolver;
    std::vector<FileId> imports;
    for (const Import& import : source->model.module.imports) {
      const std::string target = resolver->Resolve(path, source->model.names[import.specifier]);
      if (!target.empty()) imports.push_back(whole.Find(target));
    }
    const std::vector<FileId> around = Around(*latest, whole.Find(path), imports);
    size_t bytes = kFromDiskBytes;
    for (const FileId file : around) {
      if (auto neighbour = Neighbour(whole[file].path, *setup, bytes); neighbour != nullptr) sources.push_back(std::move(neighbour));
    }
  } else {
    Nearby nearby = LookNearby(*source, input);
    auto near = std::make_shared<Resolver>(nearby.files, std::move(nearby.manifests));
    size_t bytes = 0;
    std::set<std::string> taken;
    for (const Import& import : source->model.module.imports) {
      const std::string target = near->Resolve(path, source->model.names[import.specifier]);
      if (target.empty() || target == path || taken.size() >= kFromDiskFiles || !taken.insert(target).second) continue;
      lock.lock();
      const auto entry = files_.find(target);
      std::shared_ptr<const SourceFile> known = entry == files_.end() ? nullptr : entry->second.source;
      lock.unlock();
      if (known == nullptr) {
        const auto text = input.fs->Read(JoinPath(input.root, target), kFromDiskBytes);
        if (!text.ok() || bytes + text->size() > kFromDiskBytes || Skips(target, *text)) continue;
        bytes += text->size();
        known = MakeSourceFile(target, *text, Parse(*text, LanguageOf(target)), input.Rows());
      }
      sources.push_back(std::move(known));
    }
    ReleaseParser();
    resolver = std::move(near);
  }
  sources.push_back(std::move(source));
  std::ranges::sort(sources, {}, [](const auto& s) { return std::string_view(s->path); });
  std::set<std::string>& seen = seen_[path];
  seen.clear();
  for (const auto& s : sources) seen.insert(s->path);

  auto snapshot = std::make_shared<Snapshot>();
  snapshot->generation = generation_;
  snapshot->config = setup->config;
  input.failed = [&](const Rule& rule, const std::string& where, const std::string& what) {
    snapshot->failures.push_back(Cat(rule.id, " in ", where, ": ", what));
  };
  const StopToken never;
  Stats stats;
  Program& program = snapshot->program;
  Build(input, sources, std::move(resolver), latest == nullptr ? nullptr : latest->outline.get(), never, nullptr, program, stats);
  const FileId id = program.project.Find(path);
  SettleInto(*snapshot, Check(program, input, id), input);

  // A comment that suppresses what only the whole program shows is not unused; only a Look can call it that.
  const FileId before = latest == nullptr ? kNone<FileId> : latest->outline->Find(path);
  std::erase_if(snapshot->findings, [&](const Finding& f) {
    if (f.at.file != id) return true;
    if (!TellsUnused(f)) return false;
    return !Some(before) || std::ranges::none_of(latest->unused, [&](const auto& old) {
      return old.first == before && old.second == TextOf(program.project, f);
    });
  });
  return snapshot;
}

std::shared_ptr<const Snapshot> Workspace::Look(const StopToken& stop, Progress* progress) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->whole = true;
  std::unique_lock lock(mutex_);
  snapshot->generation = generation_;
  if (discovery_had_ < discovery_wanted_) {
    const uint64_t had = discovery_wanted_;
    const Selection selection = selection_;
    const std::shared_ptr<const Config> root_config = root_config_;
    const OverlayFileSystem fs = fs_;
    const bool nest = options_.config.empty();
    lock.unlock();
    DiscoverOptions options;
    options.ignore = root_config->ignore;
    Sources sources = Discover(selection, options);
    auto config = std::make_shared<Config>(*root_config);
    absl::Status status;
    if (nest) {
      status = AddNestedConfigs(fs, selection, sources, [&](const std::string& path) { return JoinPath(selection.root, path); }, *config);
    }
    lock.lock();
    if (root_config == root_config_) {
      if (status.ok()) config_ = std::move(config);
      nested_status_ = std::move(status);
    }
    documents_ = std::move(sources.documents);
    for (auto& [path, entry] : files_) entry.listed = false;
    for (std::string& path : sources.files) files_[std::move(path)].listed = true;
    std::erase_if(files_, [](const auto& file) { return !file.second.listed && !file.second.laid; });
    if (manifests_ != sources.manifests) {
      manifests_ = std::move(sources.manifests);
      ++manifests_wanted_;
    }
    discovery_had_ = had;
  }
  if (stop.stopped()) return nullptr;
  const std::unique_ptr<const Setup> setup = SetupNow(!cache_.folder.empty());
  snapshot->config = setup->config;
  snapshot->configuration = nested_status_;
  Input input = setup->InputOf();
  input.manifests = manifests_;
  input.documents = documents_;
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();

  struct Work {
    std::string path;
    uint64_t version;
  };
  std::vector<Work> work;
  std::vector<std::string> files;  // all of them
  for (const bool laid : {true, false}) {
    for (const auto& [path, entry] : files_) {
      if (Wanted(entry) && entry.laid == laid) files.push_back(path);
      if (Wanted(entry) && entry.laid == laid && !(entry.read && entry.exact)) work.push_back({path, entry.version});
    }
  }
  const bool first = latest_ == nullptr;
  lock.unlock();
  std::ranges::sort(files);
  input.files = files;
  const std::unique_ptr<RunMemory> memory = RunMemory::Open(cache_, setup->root);
  const Digest key = memory == nullptr ? Digest() : KeyOf("workspace", input, *setup->config, true);
  if (first && memory != nullptr) {
    if (std::optional<Recalled> recalled = memory->Recall(key, input, setup->witness, stop)) {
      snapshot->recalled = true;
      snapshot->program.project = std::move(recalled->project);
      snapshot->findings = std::move(recalled->findings);
      snapshot->suppressed = std::move(recalled->suppressed);
      snapshot->unreadable = std::move(recalled->unreadable);
      snapshot->outline = std::move(recalled->outline);
      snapshot->line_count = recalled->lines;
      FindUnused(*snapshot);
      setup->witness->Take();
      lock.lock();
      // What was typed meanwhile may have been asked about already.
      if (generation_ != snapshot->generation) return nullptr;
      latest_ = snapshot;
      return snapshot;
    }
  }
  if (progress != nullptr) {
    progress->phase = static_cast<uint32_t>(Phase::kParse);
    progress->done = 0;
    progress->total = work.size();
  }
  std::unique_ptr<ModelCache> cache;
  if (work.size() >= kCacheFiles) cache = ModelCache::Open(cache_, setup->root);
  // Of files that did not change it is not asked.
  if (cache != nullptr && work.size() < files.size()) cache->Partial();
  input.cache = cache.get();
  ParallelFor(threads, work.size(), stop, [&](size_t i) {
    Loaded loaded = Load(input, work[i].path);
    const std::optional<Digest> heard = setup->witness->Text(JoinPath(setup->root, work[i].path), kMaxFileBytes);
    {
      const std::lock_guard guard(mutex_);
      const auto it = files_.find(work[i].path);
      if (it != files_.end() && it->second.version == work[i].version) {
        it->second.source = std::move(loaded.source);
        it->second.unreadable = std::move(loaded.unreadable);
        it->second.read = it->second.exact = true;
        it->second.heard = heard;
      }
    }
    if (progress != nullptr) ++progress->done;
  });
  ReleaseParser();
  if (cache != nullptr && stop.stopped()) cache->Partial();
  input.cache = nullptr;
  cache.reset();
  if (stop.stopped()) return nullptr;

  lock.lock();
  std::shared_ptr<const Resolver> resolver = resolver_;
  if (manifests_had_ < manifests_wanted_) {
    const uint64_t had = manifests_wanted_;
    lock.unlock();
    std::vector<Unreadable> unreadable;
    std::vector<Manifest> manifests = LoadManifests(input, unreadable);
    // The list of files comes below.
    resolver = std::make_shared<Resolver>(std::vector<std::string>(), std::move(manifests));
    lock.lock();
    manifests_had_ = had;
    unreadable_manifests_ = std::move(unreadable);
    resolver_ = resolver;
    manifests_heard_.clear();
    for (const std::string& path : input.manifests) {
      const std::string absolute = JoinPath(setup->root, path);
      if (const auto heard = setup->witness->Text(absolute, kMaxFileBytes)) manifests_heard_.emplace_back(absolute, *heard);
    }
  }
  if (generation_ != snapshot->generation || stop.stopped()) return nullptr;
  std::vector<std::shared_ptr<const SourceFile>> sources;
  std::vector<std::string> paths;
  bool all_heard = memory != nullptr;
  uint64_t text_bytes = 0;
  for (const auto& [path, heard] : manifests_heard_) setup->witness->Note(path, kMaxFileBytes, heard);
  for (const auto& [path, entry] : files_) {
    if (!Wanted(entry)) continue;
    all_heard = all_heard && entry.heard;
    if (entry.heard) setup->witness->Note(JoinPath(setup->root, path), kMaxFileBytes, *entry.heard);
    if (!entry.unreadable.empty()) snapshot->unreadable.push_back({path, entry.unreadable});
    if (entry.source == nullptr) continue;
    text_bytes += entry.source->text.size();
    sources.push_back(entry.source);
    paths.push_back(path);
  }
  snapshot->unreadable.insert(snapshot->unreadable.end(), unreadable_manifests_.begin(), unreadable_manifests_.end());
  // A resolver remembers what it saw on disk, which may have changed: each look has its own.
  resolver = std::make_shared<Resolver>(std::move(paths), resolver->manifests(),
                                        setup->witness, setup->root);
  resolver_ = resolver;
  lock.unlock();

  Stats stats;
  if (!Build(input, sources, std::move(resolver), nullptr, stop, progress, snapshot->program, stats)) return nullptr;
  const Project& project = snapshot->program.project;
  std::mutex failures_mutex;
  input.failed = [&](const Rule& rule, const std::string& where, const std::string& what) {
    const std::lock_guard guard(failures_mutex);
    snapshot->failures.push_back(Cat(rule.id, " in ", where, ": ", what));
  };
  std::vector<std::vector<Finding>> found(project.size());
  ParallelFor(threads, project.size(), stop, [&](size_t i) { found[i] = Check(snapshot->program, input, static_cast<FileId>(i)); });
  if (stop.stopped()) return nullptr;
  std::vector<Finding> findings;
  for (std::vector<Finding>& f : found) std::move(f.begin(), f.end(), std::back_inserter(findings));
  std::vector<Finding> in_packages = CheckPackages(snapshot->program, snapshot->packages, input, stop);
  if (stop.stopped()) return nullptr;
  std::move(in_packages.begin(), in_packages.end(), std::back_inserter(findings));
  SettleInto(*snapshot, std::move(findings), input);
  snapshot->outline = std::make_shared<const Outline>(snapshot->program);
  FindUnused(*snapshot);
  Kept kept{key, ""};
  if (all_heard && text_bytes >= cache_.least_text && snapshot->failures.empty()) {
    const Findings found{snapshot->findings, snapshot->suppressed, snapshot->unreadable, project.size(), snapshot->lines(), {}, {}};
    kept.bytes = RunMemory::Pack(*setup->witness, input, project, *snapshot->outline, found);
  }
  setup->witness->Take();
  // The snapshot this one replaces dies here, and not on the thread that waits for keys.
  std::shared_ptr<const Snapshot> old = snapshot;
  lock.lock();
  std::swap(latest_, old);
  kept_ = std::move(kept);
  lock.unlock();
  return snapshot;
}

}  // namespace looplint
