#include "analyzer/engine/discover.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "analyzer/base/strings.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/glob.h"
#include "analyzer/packages/workspace.h"
#include "nlohmann/json.hpp"
#include "resolver/file_system.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxIgnoreFile = 4u << 20;
constexpr uint64_t kMaxManifest = 16u << 20;

// What no project means when it says "my code". Patterns of the user can take each back ("!coverage/").
constexpr std::string_view kDefaultIgnores =
    "node_modules/\n.git/\n.hg/\n.svn/\n.yarn/\n.pnp.cjs\n.pnp.loader.mjs\n"
    ".next/\n.nuxt/\n.output/\n.svelte-kit/\n.turbo/\n.cache/\n.nyc_output/\ncoverage/\n"
    "*.min.js\n*.min.mjs\n*.min.cjs\n*-min.js\n"
    "*.d.ts\n*.d.mts\n*.d.cts\n*.d.*.ts\n";

bool Exists(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0;
}

bool IsDirectory(const std::string& path) {
  struct stat st;
  return stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// True when `path` is `folder` or lies in it.
bool Within(std::string_view path, std::string_view folder) {
  if (folder == "." || folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// `path` as seen from `folder`; both absolute, or both relative to the same place. `path` must be within.
std::string Below(std::string_view path, std::string_view folder) {
  if (folder == ".") return std::string(path);
  if (path.size() <= folder.size()) return ".";
  return std::string(path.substr(folder == "/" ? 1 : folder.size() + 1));
}

std::string CommonFolder(std::string_view a, std::string_view b) {
  std::string folder(a);
  while (!Within(b, folder)) folder = DirName(folder);
  return folder;
}

bool IsConfigName(std::string_view name) {
  return std::ranges::any_of(kConfigNames, [&](const char* known) { return name == known; });
}

// The configuration of one folder, or "".
absl::StatusOr<std::string> ConfigIn(const std::string& folder, bool has_member) {
  std::string found;
  const auto add = [&](const std::string& path) {
    if (found.empty()) {
      found = path;
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(Cat("two configurations in one folder, keep one: ", found, " and ", path));
  };
  for (const char* name : kConfigNames) {
    const std::string path = JoinPath(folder, name);
    if (!Exists(path)) continue;
    if (const absl::Status status = add(path); !status.ok()) return status;
  }
  if (has_member) {
    if (const absl::Status status = add(JoinPath(folder, "package.json")); !status.ok()) return status;
  }
  return found;
}

struct Home {
  std::string folder;  // "" when nothing marks one
  std::string config;
};

// The project that `folder` (absolute) belongs to.
absl::StatusOr<Home> HomeOf(std::string folder) {
  Home package, workspace;
  const DiskFileSystem disk;
  for (;;) {
    if (BaseName(folder) == "node_modules") break;
    bool has_member = false, has_workspaces = Exists(JoinPath(folder, "pnpm-workspace.yaml"));
    const std::string manifest = JoinPath(folder, "package.json");
    bool has_manifest = false;
    if (const auto text = disk.Read(manifest, kMaxManifest); text.ok()) {
      has_manifest = true;
      const auto json = nlohmann::json::parse(*text, nullptr, false);
      if (json.is_object()) {
        has_member = json.contains("looplint");
        has_workspaces = has_workspaces || json.contains("workspaces");
      }
    }
    const auto config = ConfigIn(folder, has_member);
    if (!config.ok()) return config.status();
    // One that extends the root's is not the root's.
    if (!config->empty() && !Config::ExtendsRoot(disk, *config)) return Home{folder, *config};
    if (has_workspaces && workspace.folder.empty()) workspace.folder = folder;
    if (has_manifest && package.folder.empty()) package.folder = folder;
    if (folder == "/" || Exists(JoinPath(folder, ".git"))) break;
    folder = DirName(folder);
  }
  return workspace.folder.empty() ? package : workspace;
}

// All that says "ignore", at its own place.
class Ignores {
 public:
  Ignores(const std::string& root, const DiscoverOptions& options)
      : root_(root), defaults_(kDefaultIgnores), use_files_(options.ignore_files) {
    if (use_files_) config_.emplace(Join(options.ignore, "\n"));
    arguments_.emplace(Join(options.ignore_arguments, "\n"));
    argument_base_ = options.ignore_argument_base;
  }

  // The ignore files of the folders above the root, up to the top of the repository, speak of it too.
  void EnterAncestors() {
    if (!use_files_) return;
    std::vector<std::string> folders;
    std::string folder = root_;
    while (!Exists(JoinPath(folder, ".git"))) {
      if (folder == "/") return;  // no repository: only what is in the project counts
      folder = DirName(folder);
      folders.push_back(folder);
    }
    for (size_t i = folders.size(); i-- > 0;) Push(folders[i], "", Below(root_, folders[i]));
  }

  // Reads the ignore files of `folder` (relative to the root), which `names` tells of.
  void Enter(const std::string& folder, bool has_git, bool has_own) {
    if (use_files_ && (has_git || has_own)) Push(JoinPath(root_, folder), folder, "");
  }

  bool Ignored(const std::string& path, bool directory) {
    if (Within(path, argument_base_)) {
      if (const auto v = arguments_->Ignores(Below(path, argument_base_), directory)) return *v;
    }
    if (config_) {
      if (const auto v = config_->Ignores(path, directory)) return *v;
    }
    for (const bool own : {true, false}) {
      for (size_t i = levels_.size(); i-- > 0;) {
        const Level& level = levels_[i];
        if (level.prefix.empty() && !Within(path, level.folder)) continue;
        const IgnoreList& list = own ? level.own : level.git;
        if (list.empty()) continue;
        const std::string local = level.prefix.empty() ? Below(path, level.folder) : Cat(level.prefix, "/", path);
        if (const auto v = list.Ignores(local, directory)) return *v;
      }
    }
    return defaults_.Ignores(path, directory).value_or(false);
  }

  // Forgets the ignore files of the project's own folders.
  void LeaveAll() {
    while (!levels_.empty() && levels_.back().prefix.empty()) levels_.pop_back();
  }

  // Forgets the levels that `folder` is not in.
  void LeaveFor(const std::string& folder) {
    while (!levels_.empty() && levels_.back().prefix.empty() && !Within(folder, levels_.back().folder)) {
      levels_.pop_back();
    }
  }

 private:
  struct Level {
    std::string folder;  // relative to the root
    std::string prefix;  // of an ancestor of the root instead: the root as seen from it
    IgnoreList git, own;
  };
  void Push(const std::string& absolute, std::string folder, std::string prefix) {
    const DiskFileSystem disk;
    const auto read = [&](const char* name) {
      const auto text = disk.Read(JoinPath(absolute, name), kMaxIgnoreFile);
      return IgnoreList(text.ok() ? *text : std::string());
    };
    levels_.push_back({std::move(folder), std::move(prefix), read(".gitignore"), read(".looplintignore")});
  }

  std::string root_;
  IgnoreList defaults_;
  std::optional<IgnoreList> config_, arguments_;
  std::string argument_base_;
  bool use_files_;
  std::vector<Level> levels_;  // outermost first
};

class Walker {
 public:
  Walker(const Selection& selection, const DiscoverOptions& options) : root_(selection.root), ignores_(selection.root, options) {
    ignores_.EnterAncestors();
    char buffer[PATH_MAX];
    real_root_ = realpath(root_.c_str(), buffer) != nullptr ? buffer : root_;
  }

  // A file or folder the user or the project named.
  void Start(const std::string& path) {
    if (!IsDirectory(JoinPath(root_, path))) {
      File(path);
      return;
    }
    // Preorder with an explicit stack; folders pushed in reverse, so that ignore files nest as the walk does.
    std::vector<std::string> stack = {path};
    EnterAbove(path);
    while (!stack.empty()) {
      const std::string folder = std::move(stack.back());
      stack.pop_back();
      ignores_.LeaveFor(folder);
      Folder(folder, stack);
    }
  }

  Sources Take() {
    for (auto* list : {&sources_.files, &sources_.manifests, &sources_.configs, &sources_.documents}) {
      std::sort(list->begin(), list->end());
      list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    std::sort(sources_.notices.begin(), sources_.notices.end(),
              [](const Notice& a, const Notice& b) { return std::tie(a.path, a.text) < std::tie(b.path, b.text); });
    return std::move(sources_);
  }

 private:
  // A walk that begins below the root still obeys the ignore files on the way down to it.
  void EnterAbove(const std::string& path) {
    ignores_.LeaveAll();
    if (path == ".") return;
    std::string folder = ".";
    for (size_t slash = 0;; ++slash) {
      EnterFilesOf(folder);
      slash = path.find('/', slash);
      if (slash == std::string::npos) return;
      folder = path.substr(0, slash);
    }
  }
  void EnterFilesOf(const std::string& folder) {
    const std::string absolute = JoinPath(root_, folder);
    ignores_.Enter(folder, Exists(JoinPath(absolute, ".gitignore")), Exists(JoinPath(absolute, ".looplintignore")));
  }

  // A program without an extension: what `bin` of a package.json names mostly is one, #!/usr/bin/env node.
  bool IsNodeScript(std::string_view name, const std::string& path) const {
    if (name.find('.') != std::string_view::npos || name.empty() || (name[0] >= 'A' && name[0] <= 'Z')) return false;
    std::ifstream in(JoinPath(root_, path), std::ios::binary);
    char head[80] = {};
    in.read(head, sizeof head - 1);
    const std::string_view text(head);
    return text.starts_with("#!") && text.substr(0, text.find('\n')).find("node") != std::string_view::npos;
  }

  void File(const std::string& path) {
    if (IsSourceName(path)) sources_.files.push_back(path);
    const PackageFileKind kind = PackageFileKindOf(path);
    if (kind == PackageFileKind::kManifest) {
      sources_.manifests.push_back(path);
    } else if (kind != PackageFileKind::kNone) {
      sources_.documents.push_back(path);
    } else if (IsNodeScript(BaseName(path), path)) {
      sources_.files.push_back(path);
    }
    if (IsConfigName(BaseName(path))) sources_.configs.push_back(path);
  }

  void Folder(const std::string& folder, std::vector<std::string>& stack) {
    const std::string absolute = JoinPath(root_, folder);
    const std::unique_ptr<DIR, int (*)(DIR*)> handle(opendir(absolute.c_str()), closedir);
    struct stat st;
    if (handle == nullptr || fstat(dirfd(handle.get()), &st) != 0) {
      sources_.notices.push_back({folder, Cat("this folder cannot be read: ", std::strerror(errno))});
      return;
    }
    if (!visited_.emplace(st.st_dev, st.st_ino).second) return;
    struct Entry {
      std::string name;
      unsigned char type;
    };
    std::vector<Entry> entries;
    bool has_git = false, has_own = false;
    while (const dirent* e = readdir(handle.get())) {
      const std::string_view name = e->d_name;
      if (name == "." || name == "..") continue;
      has_git = has_git || name == ".gitignore";
      has_own = has_own || name == ".looplintignore";
      entries.push_back({std::string(name), e->d_type});
    }
    ignores_.Enter(folder, has_git, has_own);
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    std::vector<std::string> folders;
    for (const Entry& entry : entries) {
      const std::string path = folder == "." ? entry.name : Cat(folder, "/", entry.name);
      unsigned char type = entry.type;
      const bool relevant_name = IsSourceName(entry.name) || IsConfigName(entry.name) ||
                                 PackageFileKindOf(path) != PackageFileKind::kNone ||
                                 (entry.type == DT_REG && IsNodeScript(entry.name, path));
      // Only what could matter is asked about: most entries of a project are other files.
      if (type == DT_REG && !relevant_name) continue;
      if (type == DT_LNK) {
        type = FollowLink(path, relevant_name);
      } else if (type == DT_UNKNOWN) {
        type = IsDirectory(JoinPath(root_, path)) ? DT_DIR : DT_REG;
      }
      if (type == DT_DIR) {
        if (!ignores_.Ignored(path, true)) folders.push_back(path);
      } else if (type == DT_REG && relevant_name && !ignores_.Ignored(path, false)) {
        File(path);
      }
    }
    stack.insert(stack.end(), std::make_move_iterator(folders.rbegin()), std::make_move_iterator(folders.rend()));
  }

  // Type of what a link leads to, DT_UNKNOWN when it is not to be followed: what lies in the project is read under
  // its own name.
  unsigned char FollowLink(const std::string& path, bool relevant_name) {
    const std::string absolute = JoinPath(root_, path);
    char buffer[PATH_MAX];
    if (realpath(absolute.c_str(), buffer) == nullptr) {
      if (errno == ELOOP) {
        sources_.notices.push_back({path, "this link leads in a circle"});
      } else if (relevant_name) {
        sources_.notices.push_back({path, Cat("this link leads nowhere: ", std::strerror(errno))});
      }
      return DT_UNKNOWN;
    }
    if (Within(JoinPath(real_root_, path), buffer)) {
      sources_.notices.push_back({path, "this link leads back to a folder it is in; not followed"});
      return DT_UNKNOWN;
    }
    if (Within(buffer, real_root_)) return DT_UNKNOWN;
    struct stat st;
    if (stat(buffer, &st) != 0) return DT_UNKNOWN;
    return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
  }

  std::string root_, real_root_;
  Ignores ignores_;
  Sources sources_;
  std::set<std::pair<dev_t, ino_t>> visited_;
};

}  // namespace

bool Selection::Reports(std::string_view path) const {
  return std::any_of(report.begin(), report.end(), [&](const std::string& r) { return Within(path, r); });
}

absl::StatusOr<Selection> Locate(const std::vector<std::string>& paths, const std::string& working_directory) {
  Selection selection;
  std::vector<std::string> absolute, walks;
  std::optional<std::string> first_config;
  for (const std::string& path : paths) {
    const std::string full = JoinPath(working_directory, path);
    errno = 0;
    if (!Exists(full)) return absl::NotFoundError(Cat(path, ": ", std::strerror(errno)));
    auto project = HomeOf(IsDirectory(full) ? full : std::string(DirName(full)));
    if (!project.ok()) return project.status();
    absolute.push_back(full);
    walks.push_back(project->folder.empty() ? full : project->folder);
    if (!first_config) first_config = project->config;
    if (!project->config.empty() && project->config != *first_config) {
      selection.other_configs.push_back(project->config);
    }
  }
  selection.config = first_config.value_or("");
  for (const std::string& walk : walks) {
    const std::string folder = IsDirectory(walk) ? walk : std::string(DirName(walk));
    selection.root = selection.root.empty() ? folder : CommonFolder(selection.root, folder);
  }
  for (const std::string& walk : walks) selection.walks.push_back(Below(walk, selection.root));
  for (const std::string& path : absolute) selection.report.push_back(Below(path, selection.root));
  std::sort(selection.walks.begin(), selection.walks.end());
  selection.walks.erase(std::unique(selection.walks.begin(), selection.walks.end()), selection.walks.end());
  return selection;
}

Sources Discover(const Selection& selection, const DiscoverOptions& options) {
  Walker walker(selection, options);
  for (const std::string& walk : selection.walks) walker.Start(walk);
  return walker.Take();
}

absl::Status AddNestedConfigs(const FileSystem& fs, const Selection& selection, const Sources& sources,
                              const std::function<std::string(const std::string& path)>& display, Config& config) {
  std::map<std::string, std::string> by_folder;
  const auto add = [&](const std::string& path) -> absl::Status {
    const std::string folder(DirName(path));
    if (folder == "." || JoinPath(selection.root, path) == selection.config) return absl::OkStatus();
    const auto [it, added] = by_folder.emplace(folder, path);
    if (added) return absl::OkStatus();
    return absl::InvalidArgumentError(Cat("two configurations in one folder, keep one: ", display(it->second), " and ", display(path)));
  };
  for (const std::string& path : sources.configs) {
    if (const absl::Status status = add(path); !status.ok()) return status;
  }
  for (const std::string& path : sources.manifests) {
    const absl::StatusOr<std::string> text = fs.Read(JoinPath(selection.root, path), kMaxManifest);
    if (!text.ok() || text->find("\"looplint\"") == std::string::npos) continue;
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("looplint")) continue;
    if (!json["looplint"].is_object()) continue;  // the tool among the dependencies of an odd file
    if (const absl::Status status = add(path); !status.ok()) return status;
  }
  for (const auto& [folder, path] : by_folder) {
    if (const absl::Status status = config.AddNested(fs, display(path), folder); !status.ok()) return status;
  }
  return absl::OkStatus();
}

bool IsSourceName(std::string_view path) {
  const std::string_view name = BaseName(path);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view extension = name.substr(dot + 1);
  for (const std::string_view known : {"js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"}) {
    if (extension == known) return true;
  }
  return false;
}

namespace {

// Is nearly all of a line one string literal? Tables and pictures in quotes are data, which people do keep in sources.
bool IsQuotedData(std::string_view line) {
  size_t longest = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char quote = line[i];
    if (quote != '"' && quote != '\'' && quote != '`') continue;
    size_t end = i + 1;
    while (end < line.size() && line[end] != quote) end += line[end] == '\\' ? 2 : 1;
    longest = std::max(longest, std::min(end, line.size()) - i);
    i = end;
  }
  return longest * 10 >= line.size() * 9;
}

}  // namespace

SkipReason Classify(std::string_view, std::string_view text) {
  const std::string_view head = text.substr(0, 1024);
  for (const std::string_view banner : {"webpackBootstrap", "__webpack_require__", "/******/ (", "parcelRequire",
                                        "System.register([],", "// Built with esbuild"}) {
    if (head.find(banner) != std::string_view::npos) return SkipReason::kBundled;
  }
  // Markers count in comments only, else this very function's callers could not be linted.
  for (const std::string_view marker : {"@generated", "DO NOT EDIT", "Do not edit this file", "auto-generated",
                                        "Code generated by"}) {
    for (size_t at = head.find(marker); at != std::string_view::npos; at = head.find(marker, at + 1)) {
      const size_t line = head.rfind('\n', at) + 1;  // npos + 1 == 0
      std::string_view before = head.substr(line, at - line);
      before.remove_prefix(std::min(before.find_first_not_of(" \t\r"), before.size()));
      if (before.starts_with("//") || before.starts_with("/*") || before.starts_with('*') || before.starts_with('#')) {
        return SkipReason::kGenerated;
      }
    }
  }
  if (text.size() <= 1024) return SkipReason::kNo;
  size_t lines = 1, longest = 0, start = 0, data = 0;
  while (start < text.size()) {
    const void* end = std::memchr(text.data() + start, '\n', text.size() - start);
    const size_t stop = end == nullptr ? text.size() : static_cast<size_t>(static_cast<const char*>(end) - text.data());
    const size_t length = stop - start;
    if (length > 4096 && IsQuotedData(text.substr(start, length))) {
      data += length;
    } else {
      longest = std::max(longest, length);
    }
    if (end != nullptr) ++lines;
    start = stop + 1;
  }
  // Lines as no person writes them. The mean lets a file keep a long line of data; but one line beyond all measure
  // is a bundle behind a readable banner.
  if ((text.size() - data) / lines > 250 || longest > 20 * 1024) return SkipReason::kMinified;
  return SkipReason::kNo;
}

}  // namespace looplint
