// Which file of a project a script is that V8 names.
#ifndef LOOPLINT_ANALYZER_PROFILE_SCRIPTS_H_
#define LOOPLINT_ANALYZER_PROFILE_SCRIPTS_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/profile/source_map.h"
#include "analyzer/project/project.h"

namespace looplint {

// Path of a script, "" for what has none (Node's own, eval, wasm).
inline std::string PathOf(std::string_view url) {
  if (url.starts_with("file://")) return PercentDecode(url.substr(7));
  return url.starts_with("/") ? std::string(url) : "";
}

// Finds files of the project by their path, or by the end of it.
class Suffixes {
 public:
  Suffixes(const Project& project, std::string root) : project_(project), root_(std::move(root)) {
    for (uint32_t i = 0; i < project.size(); ++i) {
      const std::string_view path = project[static_cast<FileId>(i)].path;
      by_name_[std::string(path.substr(path.rfind('/') + 1))].push_back(static_cast<FileId>(i));
    }
  }
  FileId Find(std::string_view path) const {
    const auto it = by_name_.find(std::string(path.substr(path.rfind('/') + 1)));
    if (it == by_name_.end()) return kNone<FileId>;
    FileId best = kNone<FileId>;
    size_t longest = 0;
    bool tied = false;
    for (const FileId id : it->second) {
      if (path == JoinPath(root_, project_[id].path)) return id;
      const size_t n = Common(project_[id].path, path);
      if (n > longest) {
        longest = n;
        best = id;
        tied = false;
      } else if (n == longest) {
        tied = true;
      }
    }
    return tied ? kNone<FileId> : best;
  }

 private:
  // Path components that two paths end in alike; a whole project path counts one more.
  static size_t Common(std::string_view own, std::string_view other) {
    size_t n = 0;
    while (true) {
      const size_t a = own.rfind('/'), b = other.rfind('/');
      const std::string_view last_own = a == std::string_view::npos ? own : own.substr(a + 1);
      const std::string_view last_other = b == std::string_view::npos ? other : other.substr(b + 1);
      if (last_own != last_other) return n;
      ++n;
      if (a == std::string_view::npos) return n + 1;
      if (b == std::string_view::npos) return n;
      own = own.substr(0, a);
      other = other.substr(0, b);
    }
  }
  const Project& project_;
  const std::string root_;
  absl::flat_hash_map<std::string, std::vector<FileId>> by_name_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROFILE_SCRIPTS_H_
