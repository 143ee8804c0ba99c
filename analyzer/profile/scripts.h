// Scripts that V8 names: which file of a project each is, and by its source map which files it was made of.
#ifndef LOOPLINT_ANALYZER_PROFILE_SCRIPTS_H_
#define LOOPLINT_ANALYZER_PROFILE_SCRIPTS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/profile/source_map.h"
#include "analyzer/project/project.h"
#include "resolver/file_system.h"

namespace looplint {

class Scripts {
 public:
  // Scripts are found in the project by the longest end of their path that names one file of it, so what was measured
  // in a container fits; generated ones also through their source maps, which `fs` reads below `root`. `project` and
  // `fs` must outlive the result.
  Scripts(const Project& project, const FileSystem& fs, std::string root);

  // Path of a script, "" for what has none (Node's own, eval, wasm).
  static std::string PathOf(std::string_view url);

  struct Spot {
    FileId file{kNoneIndex};  // kNone: none of the project
    uint32_t line = 0, column = 0;
    bool mapped = false;  // a source map led here
  };
  // Where a place of a script is in the project: in the source its map names, or else in the script itself.
  Spot At(const std::string& url, uint32_t line, uint32_t column);
  // In the script itself, whatever its map says.
  Spot AsRun(const std::string& url, uint32_t line, uint32_t column);
  // Of maps that cannot be used, and of sources that places asked for lie in and that are nowhere: one sentence each,
  // beginning with a path.
  std::vector<std::string> Warnings() const;

 private:
  struct Script {
    std::string path;
    FileId file{kNoneIndex};
    std::optional<SourceMap> map;
    std::vector<FileId> sources;  // by source of the map
    std::string map_folder;
    std::set<uint32_t> lost;  // sources that are no files of the project
  };
  Script& Of(const std::string& url);
  FileId Find(std::string_view path) const;

  const Project& project_;
  const FileSystem& fs_;
  const std::string root_;
  absl::flat_hash_map<std::string, std::vector<FileId>> by_name_;
  std::map<std::string, Script> scripts_;  // by URL
  std::vector<std::string> warnings_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROFILE_SCRIPTS_H_
