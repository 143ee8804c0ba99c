#include "analyzer/engine/memory.h"

#include <fcntl.h>
#include <lz4.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <type_traits>
#include <utility>

#include "absl/hash/hash.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

namespace fs = std::filesystem;

constexpr char kMagic[16] = "looplint run 1";  // first of a file; Head and an LZ4 block
constexpr size_t kMostTried = 4;               // of a key
constexpr size_t kMostRuns = 8;                // of a project
constexpr uint64_t kMaxRun = uint64_t{1} << 30;

struct Head {
  char magic[16];
  Digest digest;  // of the bytes after it
  uint64_t size;  // before compression
};

// Words of the program itself, such as Finding::via_title, live as long as it.
std::string_view Literal(std::string text) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> words;
  const std::lock_guard lock(mutex);
  return *words.insert(std::move(text)).first;
}

// The same Carry functions write and read, so that what goes out comes in.
class Writer {
 public:
  template <typename T>
  void Number(const T& value) {
    auto n = static_cast<uint64_t>(value);
    for (; n >= 0x80; n >>= 7) out_ += static_cast<char>(n | 0x80);
    out_ += static_cast<char>(n);
  }
  void Text(std::string_view text) {
    Number(text.size());
    out_ += text;
  }
  void Word(std::string_view text) { Text(text); }
  void Raw(const Digest& digest) { out_.append(reinterpret_cast<const char*>(digest.data()), digest.size()); }
  void RuleOf(const Rule* rule) { Text(rule->id); }
  template <typename List, typename Each>
  void Rows(const List& list, Each each) {
    Number(list.size());
    for (const auto& row : list) each(*this, row);
  }
  bool Sound() const { return true; }
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  template <typename T>
  void Number(T& value) {
    uint64_t n = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (left_.empty() || shift > 63) {
        sound_ = false;
        break;
      }
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      n |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    value = static_cast<T>(n);
  }
  void Text(std::string& text) {
    uint64_t size = 0;
    Number(size);
    if (size > left_.size()) sound_ = false, size = 0;
    text.assign(left_.substr(0, size));
    left_.remove_prefix(size);
  }
  void Word(std::string_view& word) {
    std::string text;
    Text(text);
    word = Literal(std::move(text));
  }
  void Raw(Digest& digest) {
    if (left_.size() < digest.size()) return void(sound_ = false);
    std::memcpy(digest.data(), left_.data(), digest.size());
    left_.remove_prefix(digest.size());
  }
  void RuleOf(const Rule*& rule) {
    std::string id;
    Text(id);
    rule = FindAnyRule(id);
    if (rule == nullptr) sound_ = false;
  }
  template <typename List, typename Each>
  void Rows(List& list, Each each) {
    uint64_t size = 0;
    Number(size);
    if (size > left_.size()) sound_ = false, size = 0;  // a row takes a byte at least
    list.resize(size);
    for (auto& row : list) {
      if (!sound_) return;
      each(*this, row);
    }
  }
  bool Sound() const { return sound_; }
  bool AtEnd() const { return left_.empty(); }

 private:
  std::string_view left_;
  bool sound_ = true;
};

// Bindings name every member, so one that is added does not compile until it stands here.
template <typename Io, typename T>
void CarryPlace(Io& io, T& place) {
  auto& [file, span] = place;
  io.Number(file), io.Number(span.start), io.Number(span.end);
}

template <typename Io, typename T>
void CarryFinding(Io& io, T& finding) {
  auto& [rule, at, message, help, via, via_title, fixes, trust, measured, severity, scope, fingerprint, sink] = finding;
  static_cast<void>(measured);  // set by whoever has a profile, later
  io.RuleOf(rule);
  CarryPlace(io, at);
  io.Text(message), io.Text(help), io.Word(via_title), io.Word(trust), io.Number(severity), io.Text(scope);
  io.Number(fingerprint), io.Number(sink);
  io.Rows(via, [](Io& rows, auto& step) {
    auto& [place, note] = step;
    CarryPlace(rows, place), rows.Text(note);
  });
  io.Rows(fixes, [](Io& rows, auto& fix) {
    auto& [description, edits, safe] = fix;
    rows.Text(description), rows.Number(safe);
    rows.Rows(edits, [](Io& inner, auto& edit) {
      auto& [span, text] = edit;
      inner.Number(span.start), inner.Number(span.end), inner.Text(text);
    });
  });
}

template <typename Io, typename T>
void CarryFound(Io& io, T& found) {
  auto& [findings, suppressed, unreadable, files, lines, skipped, known] = found;
  io.Rows(findings, [](Io& rows, auto& f) { CarryFinding(rows, f); });
  io.Rows(suppressed, [](Io& rows, auto& s) {
    auto& [finding, comment, reason, at_finding] = s;
    CarryFinding(rows, finding), CarryPlace(rows, comment), rows.Text(reason), rows.Number(at_finding);
  });
  io.Rows(unreadable, [](Io& rows, auto& u) {
    auto& [path, reason] = u;
    rows.Text(path), rows.Text(reason);
  });
  io.Number(files), io.Number(lines);
  for (auto& n : skipped) io.Number(n);
  io.Text(known);
}

// A program by what is left of it.
struct Bones {
  struct Kind {
    uint32_t manifest;
    ProgramKind kind;
  };
  std::vector<Outline::Module> modules;
  std::vector<EntryPoint> entries;
  std::vector<Kind> kinds;
  std::vector<std::string> documents;
};

template <typename Io, typename T>
void CarryBones(Io& io, T& bones) {
  auto& [modules, entries, kinds, documents] = bones;
  io.Rows(modules, [](Io& rows, auto& module) {
    auto& [path, role, calls, imports, importers] = module;
    rows.Text(path), rows.Number(role), rows.Number(calls);
    rows.Rows(imports, [](Io& inner, auto& id) { inner.Number(id); });
    rows.Rows(importers, [](Io& inner, auto& id) { inner.Number(id); });
  });
  io.Rows(entries, [](Io& rows, auto& entry) {
    auto& [file, reason, what, production, starter] = entry;
    rows.Number(file), rows.Number(reason), rows.Text(what), rows.Number(production), rows.Number(starter);
  });
  io.Rows(kinds, [](Io& rows, auto& row) {
    auto& [manifest, kind] = row;
    rows.Number(manifest), rows.Number(kind);
  });
  io.Rows(documents, [](Io& rows, auto& path) { rows.Text(path); });
}

template <typename Io, typename T>
void CarryHeard(Io& io, T& heard) {
  io.Rows(heard, [](Io& rows, auto& h) {
    auto& [question, answer] = h;
    auto& [kind, limit, path] = question;
    rows.Number(kind), rows.Number(limit), rows.Text(path), rows.Raw(answer);
  });
}

// The files that findings speak of, in order.
std::set<FileId> Named(const Findings& found) {
  std::set<FileId> named;
  const auto add = [&](const Finding& f) {
    named.insert(f.at.file);
    for (const Step& step : f.via) named.insert(step.at.file);
  };
  for (const Finding& f : found.findings) add(f);
  for (const Suppressed& s : found.suppressed) add(s.finding), named.insert(s.comment.file);
  return named;
}

std::string RealPathOf(const std::string& path) {
  char buffer[PATH_MAX];
  return realpath(path.c_str(), buffer) == nullptr ? path : buffer;
}

}  // namespace

// ---- Witness

Witness::Witness(const FileSystem& below, std::string_view root, bool record)
    : below_(below), roots_{std::string(root), RealPathOf(std::string(root))}, record_(record) {}

bool Witness::Above(std::string_view path) const {
  return std::ranges::any_of(roots_, [&](const std::string& root) {
    return path == "/" || (root.size() > path.size() && root.starts_with(path) && root[path.size()] == '/');
  });
}

void Witness::Hear(Question question, const Digest& answer) const {
  Shard& shard = shards_[absl::HashOf(question) % shards_.size()];
  const std::lock_guard lock(shard.mutex);
  if (!record_) return;
  const auto [it, added] = shard.heard.try_emplace(std::move(question), answer);
  if (!added && it->second != answer) torn_ = true;
}

Digest Witness::DigestOfText(const absl::StatusOr<std::string>& text) {
  if (text.ok()) return DigestOf({"=", *text});
  return DigestOf({"!", Cat(static_cast<int>(text.status().code()), " ", std::string(text.status().message()))});
}

namespace {

Digest DigestOfListing(const absl::Status& status, const Listing& listing) {
  if (!status.ok()) return DigestOf({"!", Cat(static_cast<int>(status.code()))});
  std::vector<std::string> rows;
  rows.reserve(listing.entries.size());
  for (const Listing::Entry& e : listing.entries) {
    rows.push_back(Cat(listing.name(e), std::string_view("\0", 1), static_cast<int>(e.kind)));
  }
  std::ranges::sort(rows);
  return DigestOf({"=", Join(rows, std::string_view("\0", 1))});
}
Digest DigestOfType(FileType type) { return DigestOf({Cat(static_cast<int>(type))}); }
Digest DigestOfMode(bool executable) { return DigestOf({executable ? "x" : "-"}); }

}  // namespace

absl::StatusOr<std::string> Witness::Read(const std::string& path, uint64_t limit) const {
  absl::StatusOr<std::string> text = below_.Read(path, limit);
  if (record_) Hear({Kind::kText, limit, path}, DigestOfText(text));
  return text;
}
FileType Witness::Type(const std::string& path) const {
  const FileType type = below_.Type(path);
  if (record_) Hear({Kind::kType, 0, path}, DigestOfType(type));
  return type;
}
absl::Status Witness::List(const std::string& path, Listing& out) const {
  if (Above(path)) return absl::UnimplementedError(path);
  Listing own;
  const absl::Status status = below_.List(path, own);
  if (record_) Hear({Kind::kList, 0, path}, DigestOfListing(status, own));
  if (out.entries.empty()) {
    out = std::move(own);
  } else {
    for (const Listing::Entry& e : own.entries) out.Add(own.name(e), e.kind);
  }
  return status;
}
absl::StatusOr<std::string> Witness::ReadLink(const std::string& path) const {
  absl::StatusOr<std::string> target = below_.ReadLink(path);
  if (record_) Hear({Kind::kLink, 0, path}, DigestOfText(target));
  return target;
}
bool Witness::Executable(const std::string& path) const {
  const bool executable = below_.Executable(path);
  if (record_) Hear({Kind::kMode, 0, path}, DigestOfMode(executable));
  return executable;
}

Digest Witness::Ask(const FileSystem& fs, const Question& q, std::string* text) {
  switch (q.kind) {
    case Kind::kList: {
      Listing listing;
      const absl::Status status = fs.List(q.path, listing);
      return DigestOfListing(status, listing);
    }
    case Kind::kType:
      return DigestOfType(fs.Type(q.path));
    case Kind::kLink:
      return DigestOfText(fs.ReadLink(q.path));
    case Kind::kMode:
      return DigestOfMode(fs.Executable(q.path));
    case Kind::kText:
      break;
  }
  absl::StatusOr<std::string> read = fs.Read(q.path, q.limit);
  const Digest digest = DigestOfText(read);
  if (text != nullptr && read.ok()) *text = *std::move(read);
  return digest;
}

std::optional<Digest> Witness::Text(const std::string& path, uint64_t limit) const {
  const Question question{Kind::kText, limit, path};
  Shard& shard = shards_[absl::HashOf(question) % shards_.size()];
  const std::lock_guard lock(shard.mutex);
  const auto it = shard.heard.find(question);
  if (it == shard.heard.end()) return std::nullopt;
  return it->second;
}

void Witness::Note(const std::string& path, uint64_t limit, const Digest& text) const {
  if (record_) Hear({Kind::kText, limit, path}, text);
}

std::optional<std::vector<Witness::Heard>> Witness::Take() const {
  record_ = false;
  std::vector<Heard> all;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [question, answer] : shard.heard) all.push_back({question, answer});
    shard.heard = {};
  }
  if (torn_) return std::nullopt;
  std::ranges::sort(all, {}, &Heard::question);
  return all;
}

// ---- RunMemory

Digest KeyOf(std::string_view who, const Input& input, const Config& config, bool skips) {
  const auto& [fs, root, files, manifests, documents, policy, release, rows, added, dependencies, memo, workers, alone,
               guess_calls, shapes, max_file_bytes, skip, known, time_rules, cache, rules_on_packages, failed, measured,
               severity] = input;
  // How it is to be done, or what the configuration says too.
  static_cast<void>(fs), static_cast<void>(rows), static_cast<void>(added), static_cast<void>(memo),
      static_cast<void>(workers), static_cast<void>(alone);
  static_cast<void>(skip), static_cast<void>(known), static_cast<void>(time_rules), static_cast<void>(cache);
  static_cast<void>(failed), static_cast<void>(severity);
  Writer w;
  const auto texts = [&](const auto& list) { w.Rows(list, [](Writer& io, std::string_view text) { io.Text(text); }); };
  w.Text(who);
  w.Text(root);
  texts(files), texts(manifests), texts(documents);
  w.Text(release);
  w.Number(guess_calls), w.Number(shapes), w.Number(max_file_bytes), w.Number(rules_on_packages), w.Number(skips);
  w.Number(dependencies);
  w.Number(measured != nullptr);  // who has a profile does not ask what was found without, and does not remember
  const auto& [trusted_hosts, reviewed_scripts] = policy;
  texts(trusted_hosts), texts(reviewed_scripts);
  const auto layers = [&](const std::vector<Config::Layer>& list) {
    w.Rows(list, [](Writer& io, const Config::Layer& layer) {
      const auto& [base, only, exclude_files, settings] = layer;
      const auto globs = [](Writer& rows, const Glob& glob) { rows.Text(glob.expression()); };
      io.Text(base), io.Rows(only, globs), io.Rows(exclude_files, globs);
      io.Rows(settings, [](Writer& rows, const auto& s) { rows.RuleOf(s.first), rows.Number(s.second); });
    });
  };
  const auto& [own, nested, settings, ignore, knowledge, packages, reads_packages, node, threads, baseline,
               honor_eslint, sources] = config;
  static_cast<void>(packages), static_cast<void>(reads_packages), static_cast<void>(node);  // those of the input
  // Which files there are is in the input; where known findings are, the business of whoever compares.
  static_cast<void>(ignore), static_cast<void>(threads), static_cast<void>(baseline), static_cast<void>(sources);
  layers(own);
  w.Number(nested.size());
  for (const auto& [folder, inner] : nested) w.Text(folder), layers(inner);
  layers(settings), texts(knowledge), w.Number(honor_eslint);
  return DigestOf({w.out_});
}

std::unique_ptr<RunMemory> RunMemory::Open(const CacheOptions& options, const std::string& project) {
  std::string folder = ProjectFolder(options, project);
  if (folder.empty()) return nullptr;
  return std::unique_ptr<RunMemory>(new RunMemory(options, std::move(folder)));
}

std::vector<std::string> RunMemory::Runs(const std::string& prefix) const {
  std::vector<std::pair<std::pair<std::time_t, long>, std::string>> runs;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder_, error); !error && it != fs::directory_iterator();
       it.increment(error)) {
    struct stat status;
    if (it->path().extension() != ".run" || !it->path().filename().string().starts_with(prefix)) continue;
    if (lstat(it->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    runs.emplace_back(std::pair(status.st_mtim.tv_sec, status.st_mtim.tv_nsec), it->path().string());
  }
  std::ranges::sort(runs, std::greater());
  std::vector<std::string> paths;
  for (auto& [used, path] : runs) paths.push_back(std::move(path));
  return paths;
}

std::string RunMemory::Pack(const Witness& witness, const Input& input, const Project& project, const Outline& outline,
                            const Findings& found) {
  const std::optional<std::vector<Witness::Heard>> heard = witness.Take();
  if (!heard) return "";
  // The texts that findings are in are read again when they are told: they must be among what was read.
  absl::flat_hash_map<std::string_view, std::vector<const Digest*>> read;
  for (const Witness::Heard& h : *heard) {
    if (h.question.kind == Witness::Kind::kText) read[h.question.path].push_back(&h.answer);
  }
  for (const FileId id : Named(found)) {
    const File& file = project[id];
    const auto it = read.find(JoinPath(input.root, file.path));
    const Digest digest = Witness::DigestOfText(file.text);
    if (it == read.end() || std::ranges::none_of(it->second, [&](const Digest* d) { return *d == digest; })) return "";
  }
  Bones bones;
  bones.modules = outline.modules;
  bones.entries = outline.entries;
  const std::vector<Manifest>& manifests = outline.resolver->manifests();
  for (uint32_t i = 0; i < manifests.size(); ++i) {
    if (const auto it = outline.kinds.find(&manifests[i]); it != outline.kinds.end())
      bones.kinds.push_back({i, it->second});
  }
  for (size_t i = project.size(); i < project.with_documents(); ++i)
    bones.documents.push_back(project[static_cast<FileId>(i)].path);
  Writer w;
  CarryHeard(w, *heard);
  CarryBones(w, std::as_const(bones));
  CarryFound(w, found);
  if (w.out_.size() > LZ4_MAX_INPUT_SIZE) return "";
  std::string packed(sizeof(Head) + static_cast<size_t>(LZ4_compressBound(static_cast<int>(w.out_.size()))), '\0');
  const int size = LZ4_compress_default(w.out_.data(), packed.data() + sizeof(Head), static_cast<int>(w.out_.size()),
                                        static_cast<int>(packed.size() - sizeof(Head)));
  if (size <= 0) return "";
  packed.resize(sizeof(Head) + static_cast<size_t>(size));
  Head head;
  std::memcpy(head.magic, kMagic, sizeof(kMagic));
  head.size = w.out_.size();
  head.digest = DigestOf({std::string_view(packed).substr(sizeof(Head))});
  std::memcpy(packed.data(), &head, sizeof(head));
  return packed;
}

void RunMemory::Keep(const Digest& key, std::string_view packed) const {
  if (packed.empty() || packed.size() > options_.limit / (2 * kMostRuns) || !MakeProjectFolder(options_, folder_))
    return;
  std::string unfinished = Cat(folder_, "/unfinished-XXXXXX");
  const int file = mkostemp(unfinished.data(), O_CLOEXEC);
  if (file < 0) return;
  bool ok = true;
  for (std::string_view left = packed; ok && !left.empty();) {
    const ssize_t n = write(file, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    ok = n > 0;
    if (ok) left.remove_prefix(static_cast<size_t>(n));
  }
  ok = close(file) == 0 && ok;
  Head head;
  std::memcpy(&head, packed.data(), sizeof(head));
  if (!ok || rename(unfinished.c_str(), Cat(folder_, "/", Hex(key), "-", Hex(head.digest), ".run").c_str()) != 0) {
    unlink(unfinished.c_str());
    return;
  }
  const std::vector<std::string> runs = Runs("");
  for (size_t i = kMostRuns; i < runs.size(); ++i) unlink(runs[i].c_str());
  EvictProjects(options_, folder_);
}

std::optional<Recalled> RunMemory::Recall(const Digest& key, const Input& input, std::shared_ptr<const FileSystem> disk,
                                          const StopToken& stop) const {
  if (!IsOurs(folder_)) return std::nullopt;
  std::vector<std::string> runs = Runs(Hex(key));
  if (runs.size() > kMostTried) runs.resize(kMostTried);
  Answers today;
  for (const std::string& path : runs) {
    if (auto recalled = RecallFrom(path, input, disk, today, stop)) return recalled;
  }
  return std::nullopt;
}

std::optional<Recalled> RunMemory::RecallFrom(const std::string& path, const Input& input,
                                              const std::shared_ptr<const FileSystem>& disk, Answers& today,
                                              const StopToken& stop) const {
  const absl::StatusOr<std::string> packed = DiskFileSystem().Read(path, kMaxRun);
  Head head;
  if (!packed.ok() || packed->size() < sizeof(head)) return std::nullopt;
  std::memcpy(&head, packed->data(), sizeof(head));
  const std::string_view block = std::string_view(*packed).substr(sizeof(head));
  if (std::memcmp(head.magic, kMagic, sizeof(kMagic)) != 0 || head.size > LZ4_MAX_INPUT_SIZE ||
      DigestOf({block}) != head.digest)
    return std::nullopt;
  std::string bytes(head.size, '\0');
  if (LZ4_decompress_safe(block.data(), bytes.data(), static_cast<int>(block.size()), static_cast<int>(bytes.size())) !=
      static_cast<int>(bytes.size()))
    return std::nullopt;

  std::optional<Recalled> out(std::in_place);
  std::vector<Witness::Heard> heard;
  Bones bones;
  Reader r(bytes);
  CarryHeard(r, heard);
  CarryBones(r, bones);
  CarryFound(r, static_cast<Findings&>(*out));
  const size_t files = bones.modules.size() + bones.documents.size();
  const std::set<FileId> named = Named(*out);
  if (!r.Sound() || !r.AtEnd() || std::ranges::any_of(named, [&](FileId id) { return Index(id) >= files; }))
    return std::nullopt;
  const auto path_of = [&](size_t i) -> std::string& {
    return i < bones.modules.size() ? bones.modules[i].path : bones.documents[i - bones.modules.size()];
  };

  // The questions, again.
  absl::flat_hash_map<std::string, std::vector<FileId>> wanted;
  for (const FileId id : named) wanted[JoinPath(input.root, path_of(Index(id)))].push_back(id);
  std::vector<std::string> texts(files);
  std::mutex mutex;  // guards texts and `today`
  constexpr size_t kBatch = 32;
  StopToken differs;
  const int threads = input.threads > 0 ? input.threads : DefaultThreads();
  ParallelFor(threads, (heard.size() + kBatch - 1) / kBatch, differs, [&](size_t batch) {
    for (size_t i = batch * kBatch; i < std::min(heard.size(), (batch + 1) * kBatch) && !differs.stopped(); ++i) {
      const Witness::Question& q = heard[i].question;
      const auto want = q.kind == Witness::Kind::kText ? wanted.find(q.path) : wanted.end();
      std::string text;
      Digest answer;
      bool known = false;
      if (want == wanted.end()) {  // else its text is needed
        const std::lock_guard lock(mutex);
        if (const auto it = today.find(q); it != today.end()) answer = it->second, known = true;
      }
      if (stop.stopped()) return differs.Stop();
      if (!known) {
        answer = Witness::Ask(*disk, q, want == wanted.end() ? nullptr : &text);
        const std::lock_guard lock(mutex);
        today.try_emplace(q, answer);
        if (want != wanted.end() && !text.empty()) {
          for (const FileId id : want->second) texts[Index(id)] = text;
        }
      }
      if (answer != heard[i].answer) differs.Stop();
    }
  });
  if (differs.stopped()) return std::nullopt;

  const auto inside = [&](const Place& p) {
    return p.span.start <= p.span.end && p.span.end <= texts[Index(p.file)].size();
  };
  const auto sound = [&](const Finding& f) {
    return inside(f.at) && std::ranges::all_of(f.via, [&](const Step& s) { return inside(s.at); });
  };
  if (!std::ranges::all_of(out->findings, sound) ||
      !std::ranges::all_of(out->suppressed, [&](const Suppressed& s) { return sound(s.finding) && inside(s.comment); }))
    return std::nullopt;

  auto outline = std::make_shared<Outline>();
  std::vector<Unreadable> unreadable;
  std::vector<std::string> paths;
  for (const Outline::Module& module : bones.modules) paths.push_back(module.path);
  outline->resolver = std::make_shared<Resolver>(std::move(paths), LoadManifests(input, unreadable), disk, input.root);
  const std::vector<Manifest>& manifests = outline->resolver->manifests();
  for (const Bones::Kind& k : bones.kinds) {
    if (k.manifest >= manifests.size()) return std::nullopt;
    outline->kinds[&manifests[k.manifest]] = k.kind;
  }
  const auto made = [&](size_t i, FileRole role) {
    auto source = std::make_shared<SourceFile>();
    source->path = path_of(i);
    source->text = std::move(texts[i]);
    source->language = LanguageOf(source->path);
    source->role = role;
    source->host = SourceFile::Host::kOpen;
    return std::make_unique<File>(std::move(source));
  };
  std::vector<std::unique_ptr<File>> husks;
  for (size_t i = 0; i < bones.modules.size(); ++i) husks.push_back(made(i, bones.modules[i].role));
  out->project.Link(std::move(husks), outline->resolver, input.knowledge, input.Rows(), 1);
  for (size_t i = bones.modules.size(); i < files; ++i) out->project.AddDocument(made(i, FileRole::kSource));
  outline->modules = std::move(bones.modules);
  outline->entries = std::move(bones.entries);
  out->outline = std::move(outline);
  // When they were last of use.
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  utimensat(AT_FDCWD, folder_.c_str(), nullptr, 0);
  return out;
}

}  // namespace looplint
