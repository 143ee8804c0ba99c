#include "analyzer/profile/scripts.h"

#include <algorithm>
#include <utility>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxScriptBytes = 64u << 20;

// "webpack://app/./src/a.ts?1f3b" -> "src/a.ts"
std::string_view SourcePath(std::string_view source) {
  if (const size_t scheme = source.find("://"); scheme != std::string_view::npos) {
    source = source.starts_with("file://") ? source.substr(7)
                                           : source.substr(std::min(source.find('/', scheme + 3), source.size()));
  }
  return source.substr(0, source.find('?'));
}

// Path components that two paths end in alike; a whole project path counts one more.
size_t Common(std::string_view own, std::string_view other) {
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

}  // namespace

Scripts::Scripts(const Project& project, const FileSystem& fs, std::string root)
    : project_(project), fs_(fs), root_(std::move(root)) {
  for (uint32_t i = 0; i < project.size(); ++i) {
    const std::string_view path = project[static_cast<FileId>(i)].path;
    by_name_[std::string(path.substr(path.rfind('/') + 1))].push_back(static_cast<FileId>(i));
  }
}

std::string Scripts::PathOf(std::string_view url) {
  if (url.starts_with("file://")) return PercentDecode(url.substr(7));
  return url.starts_with("/") ? std::string(url) : "";
}

FileId Scripts::Find(std::string_view path) const {
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

Scripts::Script& Scripts::Of(const std::string& url) {
  const auto [it, is_new] = scripts_.try_emplace(url);
  Script& script = it->second;
  if (!is_new) return script;
  script.path = PathOf(url);
  if (script.path.empty()) return script;
  script.file = Find(script.path);
  std::string text;
  if (Some(script.file)) {
    text = project_[script.file].text;
  } else {
    // Generated code is mostly left out of a project: read it where V8 says it is.
    absl::StatusOr<std::string> read = fs_.Read(script.path, kMaxScriptBytes);
    if (!read.ok()) return script;
    text = *std::move(read);
  }
  const std::string_view map_url = SourceMapUrl(text);
  if (map_url.empty()) return script;
  const std::string here = Some(script.file) ? JoinPath(root_, project_[script.file].path) : script.path;
  std::optional<std::string> json = DecodeDataUrl(map_url);
  std::string base = here;
  if (!json && map_url.find("://") == std::string_view::npos) {
    base = JoinPath(std::string(DirName(here)), PercentDecode(map_url));
    absl::StatusOr<std::string> read = fs_.Read(base, kMaxScriptBytes);
    if (read.ok()) {
      json = *std::move(read);
    } else {
      warnings_.push_back(Cat(here, ": its source map ", base, " cannot be read"));
    }
  }
  if (!json) return script;
  absl::StatusOr<SourceMap> map = SourceMap::Parse(*json);
  if (!map.ok()) {
    warnings_.push_back(Cat(here, ": its source map is not used: ", std::string(map.status().message())));
    return script;
  }
  script.map = *std::move(map);
  script.map_folder = std::string(DirName(base));
  for (const std::string& source : script.map->sources())
    script.sources.push_back(Find(JoinPath(script.map_folder, SourcePath(source))));
  return script;
}

Scripts::Spot Scripts::At(const std::string& url, uint32_t line, uint32_t column) {
  Script& script = Of(url);
  if (script.map) {
    if (const auto origin = script.map->At(line, column)) {
      if (const FileId file = script.sources[origin->source]; Some(file))
        return {file, origin->line, origin->column, true};
      script.lost.insert(origin->source);
    }
  }
  return {script.file, line, column, false};
}

Scripts::Spot Scripts::AsRun(const std::string& url, uint32_t line, uint32_t column) {
  return {Of(url).file, line, column, false};
}

std::vector<std::string> Scripts::Warnings() const {
  std::vector<std::string> out = warnings_;
  for (const auto& [url, script] : scripts_) {
    std::vector<std::string> lost;
    for (const uint32_t source : script.lost) {
      const std::string path = JoinPath(script.map_folder, SourcePath(script.map->sources()[source]));
      // What is there and no part of the project, a dependency's say, is left out on purpose.
      if (path.find("node_modules/") == std::string::npos && !fs_.Read(path, kMaxScriptBytes).ok())
        lost.push_back(path);
    }
    if (lost.empty()) continue;
    out.push_back(Cat(script.path, ": its source map names ", lost[0], ", which is not there",
                      lost.size() > 1 ? Cat(", and ", lost.size() - 1, " more") : "", "; what was measured of it ",
                      Some(script.file) ? "is shown in the generated code" : "is left out"));
  }
  return out;
}

}  // namespace looplint
