// Any bytes as a zip archive, any path into it: what is listed can be asked for, what is read keeps to its limit.
#include "resolver/archives.h"
#include "tests/fuzz/resolve_twice.h"

using namespace looplint;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Split input(data, size);
  MemoryFileSystem disk;
  disk.Add("/c/x.zip", input.rest);
  const ArchiveFileSystem fs(disk);
  constexpr uint64_t kLimit = 1 << 20;
  int left = 200;
  const auto walk = [&](const auto& self, const std::string& folder, int depth) -> void {
    Listing listing;
    if (depth > 20 || !fs.List(folder, listing).ok()) return;
    for (const Listing::Entry& e : listing.entries) {
      if (--left < 0) return;
      const std::string path = folder + "/" + std::string(listing.name(e));
      const FileType type = fs.Type(path);
      if (e.kind == Listing::Kind::kDirectory) self(self, path, depth + 1);
      if (type == FileType::kFile) {
        const auto text = fs.Read(path, kLimit);
        if (text.ok() && text->size() > kLimit) std::abort();
      }
    }
  };
  walk(walk, "/c/x.zip", 0);
  for (const std::string& path :
       {"/c/x.zip/" + input.line, "/c/__virtual__/" + input.line, "/c/" + input.line + "/__virtual__/a/0/x.zip/b"}) {
    fs.Type(path);
    (void)fs.Read(path, kLimit);
    (void)fs.ReadLink(path);
    bool partial;
    ResolveVirtualPath(path, &partial);
  }
  return 0;
}
