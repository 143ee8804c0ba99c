// The disk with texts laid over it: what an editor holds unsaved, what comes by standard input.
#ifndef LOOPLINT_RESOLVER_OVERLAY_H_
#define LOOPLINT_RESOLVER_OVERLAY_H_

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "resolver/file_system.h"

namespace looplint {

// A value: a copy sees what was laid before it was made, and shares the texts. Const use is thread-safe.
class OverlayFileSystem : public FileSystem {
 public:
  void Lay(std::string path, std::shared_ptr<const std::string> text) { texts_[std::move(path)] = std::move(text); }
  void Lay(std::string path, std::string text) { Lay(std::move(path), std::make_shared<const std::string>(std::move(text))); }
  // As if the file were not there.
  void Hide(std::string path) { texts_[std::move(path)] = nullptr; }
  void Lift(const std::string& path) { texts_.erase(path); }
  // Null when no text lies over `path`.
  std::shared_ptr<const std::string> Over(const std::string& path) const {
    const auto it = texts_.find(path);
    return it == texts_.end() ? nullptr : it->second;
  }

  // Where texts lie; not what is hidden.
  std::vector<std::string> Laid() const {
    std::vector<std::string> paths;
    for (const auto& [path, text] : texts_) {
      if (text != nullptr) paths.push_back(path);
    }
    return paths;
  }

  absl::StatusOr<std::string> Read(const std::string& path, uint64_t limit) const override {
    const auto it = texts_.find(path);
    if (it == texts_.end()) return disk_.Read(path, limit);
    if (it->second == nullptr) return absl::NotFoundError(path);
    if (it->second->size() > limit) return absl::ResourceExhaustedError(path);
    return *it->second;
  }
  FileType Type(const std::string& path) const override {
    if (const auto it = texts_.find(path); it != texts_.end()) return it->second != nullptr ? FileType::kFile : FileType::kNone;
    const std::string inside = path == "/" ? path : path + "/";
    for (auto it = texts_.lower_bound(inside); it != texts_.end() && it->first.starts_with(inside); ++it) {
      if (it->second != nullptr) return FileType::kDirectory;
    }
    return disk_.Type(path);
  }
  absl::Status List(const std::string& path, Listing& out) const override {
    const absl::Status status = disk_.List(path, out);
    const std::string inside = path == "/" ? path : path + "/";
    bool any = false;
    for (auto it = texts_.lower_bound(inside); it != texts_.end() && it->first.starts_with(inside); ++it) {
      const size_t end = it->first.find('/', inside.size());
      const std::string name = it->first.substr(inside.size(), end == std::string::npos ? end : end - inside.size());
      const auto known = std::find_if(out.entries.begin(), out.entries.end(), [&](const Listing::Entry& e) { return out.name(e) == name; });
      if (it->second == nullptr) {
        if (end == std::string::npos && known != out.entries.end()) out.entries.erase(known);
        continue;
      }
      any = true;
      if (known == out.entries.end()) out.Add(name, end == std::string::npos ? Listing::Kind::kFile : Listing::Kind::kDirectory);
    }
    return any && absl::IsNotFound(status) ? absl::OkStatus() : status;
  }
  absl::StatusOr<std::string> ReadLink(const std::string& path) const override { return disk_.ReadLink(path); }
  bool Executable(const std::string& path) const override { return disk_.Executable(path); }

 private:
  DiskFileSystem disk_;
  std::map<std::string, std::shared_ptr<const std::string>> texts_;  // null: hidden
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_OVERLAY_H_
