#include "resolver/tree.h"

#include <algorithm>
#include <map>
#include <vector>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr int kMaxHops = 40;  // as Linux; beyond that a path is a loop

uint32_t HashOf(std::string_view s) {
  // FNV-1a over four bytes at a time: names are short and the table is small.
  uint64_t h = 1469598103934665603u ^ s.size();
  size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    uint64_t word;
    __builtin_memcpy(&word, s.data() + i, 8);
    h = (h ^ word) * 1099511628211u;
    h ^= h >> 29;
  }
  uint64_t tail = 0;
  for (unsigned shift = 0; i < s.size(); ++i, shift += 8) tail |= uint64_t{static_cast<unsigned char>(s[i])} << shift;
  h = (h ^ tail) * 0x9E3779B97F4A7C15u;
  return static_cast<uint32_t>(h >> 32);
}

Dir absent_directory;  // marker for Dir::node_modules

std::string Under(const Dir& dir, std::string_view name) {
  std::string out;
  out.reserve(dir.path.size() + 1 + name.size());
  out += dir.path;
  if (dir.parent != nullptr) out += '/';
  out += name;
  return out;
}

}  // namespace

struct Dir::Contents {
  struct Slot {
    uint32_t hash = 0;
    uint32_t at = 0;
    uint32_t length = 0;
    std::atomic<Listing::Kind> kind{Listing::Kind::kUnknown};
    std::atomic<Dir*> dir{nullptr};     // of a directory that was entered (owned, unless it is a link's target)
    std::atomic<Dir*> file_dir{nullptr};  // of a link to a file: where the file is ...
    const std::string* file_name = nullptr;  // ... and its name, written before file_dir
    std::atomic<bool> owned{false};
    enum : uint8_t { kSound, kBroken, kLoop };
    std::atomic<uint8_t> broken{kSound};  // a link that leads nowhere
  };
  std::string names;
  std::vector<uint32_t> table;  // index into slots + 1, open addressing
  std::unique_ptr<Slot[]> slots;
  uint32_t count = 0;
  bool absent = false;
  bool unlisted = false;  // names are asked for one by one
  std::mutex mutex;
  std::vector<std::unique_ptr<std::string>> link_names;
  std::map<std::string, std::unique_ptr<Slot>, std::less<>> asked;  // of an unlisted directory

  ~Contents() {
    for (uint32_t i = 0; i < count; ++i) {
      if (slots[i].owned.load()) delete slots[i].dir.load();
    }
    for (auto& [name, slot] : asked) {
      if (slot->owned.load()) delete slot->dir.load();
    }
  }

  Slot* Find(std::string_view name) {
    if (count == 0) return nullptr;
    const uint32_t hash = HashOf(name);
    const size_t mask = table.size() - 1;
    for (size_t i = hash & mask; table[i] != 0; i = (i + 1) & mask) {
      Slot& slot = slots[table[i] - 1];
      if (slot.hash == hash && slot.length == name.size() && std::string_view(names).substr(slot.at, slot.length) == name) return &slot;
    }
    return nullptr;
  }
};

Dir::~Dir() { delete contents.load(); }

std::string Node::path() const { return type == FileType::kDirectory || name.empty() ? dir->path : Under(*dir, name); }

Tree::Tree(const FileSystem& fs) : fs_(fs), root_(std::make_unique<Dir>()) { root_->path.assign(1, '/'); }
Tree::~Tree() = default;

Dir::Contents* Tree::ContentsOf(Dir* dir) {
  Dir::Contents* contents = dir->contents.load(std::memory_order_acquire);
  if (contents != nullptr) return contents;
  auto fresh = std::make_unique<Dir::Contents>();
  Listing listing;
  const absl::Status status = fs_.List(dir->path, listing);
  if (status.ok()) {
    fresh->names = std::move(listing.names);
    fresh->count = static_cast<uint32_t>(listing.entries.size());
    fresh->slots = std::make_unique<Dir::Contents::Slot[]>(fresh->count);
    size_t size = 4;
    while (size < fresh->count * 2) size *= 2;
    fresh->table.assign(size, 0);
    for (uint32_t i = 0; i < fresh->count; ++i) {
      Dir::Contents::Slot& slot = fresh->slots[i];
      slot.at = listing.entries[i].at;
      slot.length = listing.entries[i].length;
      slot.kind.store(listing.entries[i].kind, std::memory_order_relaxed);
      slot.hash = HashOf(std::string_view(fresh->names).substr(slot.at, slot.length));
      size_t k = slot.hash & (size - 1);
      while (fresh->table[k] != 0) k = (k + 1) & (size - 1);
      fresh->table[k] = i + 1;
    }
  } else if (absl::IsNotFound(status)) {
    fresh->absent = true;
  } else {
    fresh->unlisted = true;  // it may still be entered by those who know a name
  }
  if (dir->contents.compare_exchange_strong(contents, fresh.get(), std::memory_order_acq_rel)) return fresh.release();
  return contents;  // somebody was faster
}

Dir* Tree::Enter(Dir* parent, std::string_view name, std::atomic<Dir*>& slot) {
  Dir* dir = slot.load(std::memory_order_acquire);
  if (dir != nullptr) return dir;
  auto fresh = std::make_unique<Dir>();
  fresh->parent = parent;
  fresh->path = Under(*parent, name);
  fresh->name = std::string_view(fresh->path).substr(fresh->path.size() - name.size());
  fresh->is_node_modules = name == "node_modules";
  if (slot.compare_exchange_strong(dir, fresh.get(), std::memory_order_acq_rel)) return fresh.release();
  return dir;
}

Node Tree::Child(Dir* dir, std::string_view name) { return Child(dir, name, 0); }

Node Tree::Child(Dir* dir, std::string_view name, int hops) {
  Dir::Contents* contents = ContentsOf(dir);
  Dir::Contents::Slot* slot = contents->Find(name);
  if (slot == nullptr) {
    const bool hidden = archives_.load(std::memory_order_relaxed) && (name == "__virtual__" || name == "$$virtual");
    if (!contents->unlisted && !hidden) return {};
    const std::lock_guard lock(contents->mutex);
    std::unique_ptr<Dir::Contents::Slot>& asked = contents->asked[std::string(name)];
    if (asked == nullptr) {
      asked = std::make_unique<Dir::Contents::Slot>();
      const std::string path = Under(*dir, name);
      const FileType type = fs_.Type(path);
      // A directory that cannot be listed may hold links all the same.
      const bool link = type != FileType::kNone && fs_.ReadLink(path).ok();
      asked->kind = link                            ? Listing::Kind::kLink
                    : type == FileType::kFile      ? Listing::Kind::kFile
                    : type == FileType::kDirectory ? Listing::Kind::kDirectory
                                                   : Listing::Kind::kOther;
      asked->broken = type == FileType::kNone ? Dir::Contents::Slot::kBroken : Dir::Contents::Slot::kSound;
    }
    slot = asked.get();
  }
  if (const uint8_t broken = slot->broken.load(std::memory_order_acquire); broken != Dir::Contents::Slot::kSound) {
    Node none;
    none.loop = broken == Dir::Contents::Slot::kLoop;
    return none;
  }
  Listing::Kind kind = slot->kind.load(std::memory_order_relaxed);
  if (kind == Listing::Kind::kUnknown) {
    const std::string path = Under(*dir, name);
    const FileType type = fs_.Type(path);
    kind = fs_.ReadLink(path).ok()         ? Listing::Kind::kLink
           : type == FileType::kFile      ? Listing::Kind::kFile
           : type == FileType::kDirectory ? Listing::Kind::kDirectory
                                          : Listing::Kind::kOther;
    slot->kind.store(kind, std::memory_order_relaxed);
  }
  switch (kind) {
    case Listing::Kind::kFile: case Listing::Kind::kOther: {
      const FileType type = kind == Listing::Kind::kFile ? FileType::kFile : FileType::kOther;
      // The name must outlive the caller's.
      if (!contents->unlisted) return {type, dir, std::string_view(contents->names).substr(slot->at, slot->length)};
      const std::lock_guard lock(contents->mutex);
      return {type, dir, contents->asked.find(name)->first};
    }
    case Listing::Kind::kDirectory: {
      Dir* child = slot->dir.load(std::memory_order_acquire);
      if (child == nullptr) {
        child = Enter(dir, name, slot->dir);
        slot->owned = true;
      }
      return {FileType::kDirectory, child, {}};
    }
    case Listing::Kind::kLink: {
      if (Dir* target = slot->dir.load(std::memory_order_acquire)) return {FileType::kDirectory, target, {}};
      if (Dir* target = slot->file_dir.load(std::memory_order_acquire)) return {FileType::kFile, target, *slot->file_name};
      const Node node = Follow(dir, name, hops + 1);
      if (node.IsDirectory()) {
        slot->dir.store(node.dir, std::memory_order_release);
      } else if (node.IsFile()) {
        const std::lock_guard lock(contents->mutex);
        if (slot->file_dir.load() == nullptr) {
          contents->link_names.push_back(std::make_unique<std::string>(node.name));
          slot->file_name = contents->link_names.back().get();
          slot->file_dir.store(node.dir, std::memory_order_release);
        }
        return {FileType::kFile, node.dir, *slot->file_name};
      } else if (node.type == FileType::kNone && hops == 0) {
        slot->broken.store(node.loop ? Dir::Contents::Slot::kLoop : Dir::Contents::Slot::kBroken, std::memory_order_release);
      }
      return node;
    }
    default: return {};
  }
}

Node Tree::Follow(Dir* dir, std::string_view name, int hops) {
  if (hops > kMaxHops) {
    Node none;
    none.loop = true;
    return none;
  }
  const absl::StatusOr<std::string> target = fs_.ReadLink(Under(*dir, name));
  if (!target.ok() || target->empty()) return {};
  // Dot segments of a link are those of the real tree, so they are walked one by one.
  Node at{FileType::kDirectory, target->starts_with('/') ? root() : dir, {}};
  size_t i = 0;
  const std::string_view text = *target;
  while (i < text.size()) {
    size_t end = text.find('/', i);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view part = text.substr(i, end - i);
    i = end + 1;
    if (part.empty() || part == ".") continue;
    if (!at.IsDirectory()) return {};
    if (part == "..") {
      if (at.dir->parent != nullptr) at.dir = at.dir->parent;
      continue;
    }
    at = Child(at.dir, part, hops);
    if (at.type == FileType::kNone) return at;
  }
  return at;
}

Node Tree::Walk(Dir* from, std::string_view path) { return Walk(from, path, 0); }

Node Tree::Walk(Dir* from, std::string_view path, int hops) {
  Node at{FileType::kDirectory, from, {}};
  size_t i = 0;
  while (i < path.size()) {
    size_t end = path.find('/', i);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view part = path.substr(i, end - i);
    i = end + 1;
    if (part.empty()) continue;
    if (at.type == FileType::kNone) return at;
    if (!at.IsDirectory()) {
      // Inside an archive.
      if (!at.IsFile() || !archives_.load(std::memory_order_relaxed) || !at.name.ends_with(".zip")) return {};
      Dir::Contents* contents = ContentsOf(at.dir);
      Dir::Contents::Slot* slot = contents->Find(at.name);
      if (slot == nullptr) return {};
      if (slot->dir.load(std::memory_order_acquire) == nullptr && fs_.Type(Cat(at.dir->path, "/", at.name, "/")) != FileType::kDirectory) return {};
      at = {FileType::kDirectory, Enter(at.dir, at.name, slot->dir), {}};
      slot->owned = true;
    }
    at = Child(at.dir, part, hops);
  }
  return at;
}

Node Tree::At(std::string_view path) { return Walk(root(), path, 0); }

Dir* Tree::NodeModules(Dir* dir) {
  Dir* known = dir->node_modules.load(std::memory_order_acquire);
  if (known == nullptr) {
    const Node node = Child(dir, "node_modules");
    known = node.IsDirectory() ? node.dir : &absent_directory;
    dir->node_modules.store(known, std::memory_order_release);
  }
  return known == &absent_directory ? nullptr : known;
}

std::vector<std::string> Tree::Names(Dir* dir) {
  std::vector<std::string> out;
  Dir::Contents* contents = ContentsOf(dir);
  for (uint32_t i = 0; i < contents->count; ++i) {
    out.emplace_back(std::string_view(contents->names).substr(contents->slots[i].at, contents->slots[i].length));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace looplint
