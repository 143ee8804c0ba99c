// Zip archives entered as directories, and Yarn's virtual folders, laid over another file system: paths such as
// /p/.yarn/cache/x-1.0.0.zip/node_modules/x/index.js and /p/.yarn/__virtual__/x-virtual-ab12/0/cache/x.zip/... can be
// listed and read. An archive's central directory is read once; members are inflated when they are read.
#ifndef LOOPLINT_RESOLVER_ARCHIVES_H_
#define LOOPLINT_RESOLVER_ARCHIVES_H_

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "resolver/file_system.h"

namespace looplint {

class ArchiveFileSystem : public FileSystem {
 public:
  explicit ArchiveFileSystem(const FileSystem& below);
  ~ArchiveFileSystem() override;
  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override;
  // A path that ends in '/' asks for a directory: "x.zip/" is one, "x.zip" is a file.
  FileType Type(const std::string& path) const override;
  absl::Status List(const std::string& path, Listing& out) const override;
  absl::StatusOr<std::string> ReadLink(const std::string& path) const override;

 private:
  struct Archive;
  // The archive that `path` enters and the path inside it; null when it enters none.
  const Archive* Find(const std::string& path, std::string& inner) const;
  const FileSystem& below_;
  mutable std::mutex mutex_;
  mutable absl::flat_hash_map<std::string, std::unique_ptr<Archive>> archives_;
};

// "/p/__virtual__/hash/1/x" -> "/x": Yarn's virtual path undone; others as they are. `partial`: set when the path ends
// inside the virtual part.
std::string ResolveVirtualPath(std::string_view path, bool* partial = nullptr);

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_ARCHIVES_H_
