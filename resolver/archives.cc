#include "resolver/archives.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxArchive = 1u << 30;

uint32_t Read16(std::string_view s, size_t at) {
  return static_cast<unsigned char>(s[at]) | static_cast<unsigned>(static_cast<unsigned char>(s[at + 1])) << 8;
}
uint32_t Read32(std::string_view s, size_t at) { return Read16(s, at) | Read16(s, at + 2) << 16; }

bool IsDigits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16; no Zip64, no encryption: Yarn writes neither.
struct Member {
  uint32_t method = 0, compressed = 0, size = 0, header = 0;
};

}  // namespace

struct ArchiveFileSystem::Archive {
  std::string bytes;
  std::map<std::string, Member, std::less<>> members;         // without '/' at either end
  std::map<std::string, std::set<std::string>, std::less<>> folders;  // "" is the root -> names in it
  bool sound = false;

  void Index() {
    const std::string_view s = bytes;
    if (s.size() < 22) return;
    size_t end = s.size() - 22;
    const size_t first = s.size() > 22 + 65535 ? s.size() - 22 - 65535 : 0;
    while (Read32(s, end) != 0x06054b50) {
      if (end == first) return;
      --end;
    }
    const uint32_t count = Read16(s, end + 10);
    size_t at = Read32(s, end + 16);
    folders[""];
    for (uint32_t k = 0; k < count; ++k) {
      if (at + 46 > s.size() || Read32(s, at) != 0x02014b50) return;
      const uint32_t name_length = Read16(s, at + 28);
      const size_t next = at + 46 + name_length + Read16(s, at + 30) + Read16(s, at + 32);
      if (next > s.size()) return;
      std::string_view name = s.substr(at + 46, name_length);
      const bool folder = name.ends_with('/');
      while (name.ends_with('/')) name.remove_suffix(1);
      while (name.starts_with('/')) name.remove_prefix(1);
      if (folder) {
        folders[std::string(name)];
      } else {
        members[std::string(name)] = {Read16(s, at + 10), Read32(s, at + 20), Read32(s, at + 24), Read32(s, at + 42)};
      }
      for (std::string_view child = name; !child.empty();) {
        const size_t slash = child.rfind('/');
        const std::string_view parent = slash == std::string_view::npos ? std::string_view() : child.substr(0, slash);
        if (!folders[std::string(parent)].insert(std::string(child.substr(slash == std::string_view::npos ? 0 : slash + 1))).second) break;
        child = parent;
      }
      at = next;
    }
    sound = true;
  }

  absl::StatusOr<std::string> Inflate(const Member& m, uint64_t limit) const {
    const std::string_view s = bytes;
    if (m.size > limit) return absl::ResourceExhaustedError(Cat(m.size, " bytes, over the limit of ", limit));
    if (m.header + 30ull > s.size() || Read32(s, m.header) != 0x04034b50) return absl::DataLossError("damaged archive");
    const uint64_t at = m.header + 30ull + Read16(s, m.header + 26) + Read16(s, m.header + 28);
    if (at + m.compressed > s.size()) return absl::DataLossError("damaged archive");
    const std::string_view data = s.substr(at, m.compressed);
    if (m.method == 0) return std::string(data);
    if (m.method != 8) return absl::UnimplementedError("a compression method other than deflate");
    std::string out(m.size, '\0');
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return absl::InternalError("zlib");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (result != Z_STREAM_END && !(result == Z_BUF_ERROR && stream.avail_out == 0)) return absl::DataLossError("damaged archive");
    return out;
  }
};

ArchiveFileSystem::ArchiveFileSystem(const FileSystem& below) : below_(below) {}
ArchiveFileSystem::~ArchiveFileSystem() = default;

std::string ResolveVirtualPath(std::string_view path, bool* partial) {
  if (partial != nullptr) *partial = false;
  size_t at = std::string_view::npos, length = 0;
  for (const std::string_view mark : {std::string_view("/__virtual__"), std::string_view("/$$virtual")}) {
    const size_t found = path.find(mark);
    if (found != std::string_view::npos && (found + mark.size() == path.size() || path[found + mark.size()] == '/')) {
      at = found;
      length = mark.size();
      break;
    }
  }
  if (at == std::string_view::npos) return std::string(path);
  std::string_view rest = path.substr(at + length);
  const auto stop = [&] {
    if (partial != nullptr) *partial = true;
    return std::string(path.substr(0, at));
  };
  if (rest.size() <= 1) return stop();
  rest.remove_prefix(1);
  const size_t hash_end = rest.find('/');
  if (hash_end == std::string_view::npos) return stop();
  rest.remove_prefix(hash_end + 1);
  const size_t depth_end = std::min(rest.find('/'), rest.size());
  const std::string_view depth = rest.substr(0, depth_end);
  if (!IsDigits(depth) || depth.size() > 3) return depth.empty() ? stop() : std::string(path);
  std::string base(path.substr(0, at));
  for (int k = std::stoi(std::string(depth)); k > 0; --k) base = std::string(DirName(base));
  if (base == "/") base.clear();
  // Virtual paths may be nested.
  return ResolveVirtualPath(Cat(base, rest.substr(depth_end)));
}

const ArchiveFileSystem::Archive* ArchiveFileSystem::Find(const std::string& path, std::string& inner) const {
  size_t from = 0;
  for (;;) {
    const size_t at = path.find(".zip/", from);
    if (at == std::string::npos) return nullptr;
    const std::string file = path.substr(0, at + 4);
    from = at + 5;
    const std::lock_guard lock(mutex_);
    auto it = archives_.find(file);
    if (it == archives_.end()) {
      auto archive = std::make_unique<Archive>();
      if (below_.Type(file) == FileType::kFile) {
        if (auto bytes = below_.Read(file, kMaxArchive); bytes.ok()) {
          archive->bytes = *std::move(bytes);
          archive->Index();
        }
      }
      it = archives_.emplace(file, std::move(archive)).first;
    }
    if (!it->second->sound) continue;
    inner = path.substr(from);
    while (inner.ends_with('/')) inner.pop_back();
    return it->second.get();
  }
}

absl::StatusOr<std::string> ArchiveFileSystem::Read(const std::string& path, uint64_t limit) const {
  const std::string real = ResolveVirtualPath(path);
  std::string inner;
  const Archive* archive = Find(real, inner);
  if (archive == nullptr) return below_.Read(real, limit);
  const auto it = archive->members.find(inner);
  if (it == archive->members.end()) return absl::NotFoundError(path);
  return archive->Inflate(it->second, limit);
}

FileType ArchiveFileSystem::Type(const std::string& path) const {
  bool partial;
  const std::string real = ResolveVirtualPath(path, &partial);
  if (partial) return below_.Type(real);
  std::string inner;
  const Archive* archive = Find(real, inner);
  if (archive == nullptr) return below_.Type(real);
  if (archive->members.contains(inner)) return FileType::kFile;
  return archive->folders.contains(inner) ? FileType::kDirectory : FileType::kNone;
}

absl::Status ArchiveFileSystem::List(const std::string& path, Listing& out) const {
  bool partial;
  const std::string real = ResolveVirtualPath(path, &partial);
  if (partial) return absl::UnimplementedError(path);
  std::string inner;
  const Archive* archive = Find(real.ends_with(".zip") ? real + "/" : real, inner);
  if (archive == nullptr) return below_.List(real, out);
  const auto it = archive->folders.find(inner);
  if (it == archive->folders.end()) return absl::NotFoundError(path);
  for (const std::string& name : it->second) {
    const std::string full = inner.empty() ? name : Cat(inner, "/", name);
    out.Add(name, archive->members.contains(full) ? Listing::Kind::kFile : Listing::Kind::kDirectory);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ArchiveFileSystem::ReadLink(const std::string& path) const {
  bool partial;
  const std::string real = ResolveVirtualPath(path, &partial);
  if (partial || real != path) {
    // Virtual folders are no links, and neither is what is in them.
    return absl::NotFoundError(path);
  }
  std::string inner;
  if (Find(real, inner) != nullptr) return absl::NotFoundError(path);
  return below_.ReadLink(real);
}

}  // namespace looplint
