#include "analyzer/packages/workspace.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool Within(std::string_view path, std::string_view folder) {
  if (folder == ".") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// One segment: '*' and '?' as in shells.
bool MatchSegment(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    for (size_t i = 0; i <= name.size(); ++i) {
      if (MatchSegment(pattern.substr(1), name.substr(i))) return true;
    }
    return false;
  }
  return !name.empty() && (pattern[0] == '?' || pattern[0] == name[0]) &&
         MatchSegment(pattern.substr(1), name.substr(1));
}

bool MatchPath(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  const size_t slash = pattern.find('/');
  const std::string_view head = pattern.substr(0, slash);
  const std::string_view rest = slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
  if (head == "**") {
    if (MatchPath(rest, path)) return true;
    if (path.empty()) return false;
    const size_t next = path.find('/');
    return MatchPath(pattern, next == std::string_view::npos ? std::string_view() : path.substr(next + 1));
  }
  if (path.empty()) return false;
  const size_t next = path.find('/');
  if (!MatchSegment(head, path.substr(0, next))) return false;
  return MatchPath(rest, next == std::string_view::npos ? std::string_view() : path.substr(next + 1));
}

}  // namespace

bool MatchesWorkspacePattern(std::string_view pattern, std::string_view path) {
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  // {a,b}: each on its own.
  const size_t open = pattern.find('{'), close = pattern.find('}', open == std::string_view::npos ? 0 : open);
  if (open != std::string_view::npos && close != std::string_view::npos) {
    std::string_view inside = pattern.substr(open + 1, close - open - 1);
    for (;;) {
      const size_t comma = inside.find(',');
      if (MatchesWorkspacePattern(Cat(pattern.substr(0, open), inside.substr(0, comma), pattern.substr(close + 1)),
                                  path))
        return true;
      if (comma == std::string_view::npos) return false;
      inside = inside.substr(comma + 1);
    }
  }
  return MatchPath(pattern, path);
}

PackageFileKind PackageFileKindOf(std::string_view path) {
  const std::string_view name = BaseName(path);
  if (name == "package.json") return PackageFileKind::kManifest;
  if (LockFormatOf(path)) return PackageFileKind::kLockfile;
  if (SettingsKindOf(path)) return PackageFileKind::kSettings;
  if (name == "Dockerfile" || name == "Containerfile" || name.starts_with("Dockerfile.") ||
      name.ends_with(".Dockerfile") || name.ends_with(".dockerfile")) {
    return name.ends_with(".dockerignore") ? PackageFileKind::kNone : PackageFileKind::kDockerfile;
  }
  const bool yaml = name.ends_with(".yml") || name.ends_with(".yaml");
  if (yaml) {
    const std::string whole = Cat("/", path);
    if (whole.find("/.github/workflows/") != std::string::npos ||
        whole.find("/.circleci/config.") != std::string::npos ||
        whole.find("/.gitea/workflows/") != std::string::npos ||
        whole.find("/.forgejo/workflows/") != std::string::npos || name == ".gitlab-ci.yml" ||
        name == "azure-pipelines.yml" || name == "bitbucket-pipelines.yml" || name == ".travis.yml" ||
        (name.starts_with("action.") && whole.find("/.github/actions/") != std::string::npos)) {
      return PackageFileKind::kCi;
    }
  }
  return PackageFileKind::kNone;
}

std::unique_ptr<PackageFile> ReadPackageFile(FileId file, std::string path, std::string_view text) {
  auto out = std::make_unique<PackageFile>();
  out->file = file;
  out->kind = PackageFileKindOf(path);
  out->directory = std::string(DirName(path));
  out->path = std::move(path);
  out->text = text;
  switch (out->kind) {
    case PackageFileKind::kManifest:
      out->manifest = ReadPackageJson(text, out->path);
      break;
    case PackageFileKind::kLockfile:
      out->lockfile = ReadLockfile(text, out->path);
      break;
    case PackageFileKind::kSettings:
      out->settings = ReadSettings(text, out->path);
      break;
    default:
      break;
  }
  return out;
}

std::vector<const PackageFile*> InstallRoot::Manifests() const {
  std::vector<const PackageFile*> out;
  if (root != nullptr) out.push_back(root);
  out.insert(out.end(), members.begin(), members.end());
  return out;
}

std::string_view InstallRoot::Manager() const {
  if (root != nullptr) {
    const std::string_view named = root->manifest->root()["packageManager"].str();
    for (const std::string_view manager : {"npm", "yarn", "pnpm", "bun"}) {
      if (named == manager || (named.starts_with(manager) && named[manager.size()] == '@')) return manager;
    }
  }
  if (!lockfiles.empty()) return lockfiles.front()->lockfile->manager();
  for (const PackageFile* s : settings) {
    if (s->directory != directory) continue;
    if (s->settings->kind == SettingsKind::kPnpmWorkspace) return "pnpm";
    if (s->settings->kind == SettingsKind::kYarnrcYml || s->settings->kind == SettingsKind::kYarnrc) return "yarn";
    if (s->settings->kind == SettingsKind::kBunfig) return "bun";
  }
  return "";
}

const PackageFile* InstallRoot::MainLockfile() const {
  for (const PackageFile* l : lockfiles) {
    if (l->lockfile->manager() == Manager()) return l;
  }
  return lockfiles.empty() ? nullptr : lockfiles.front();
}

const PackageFile* InstallRoot::Member(std::string_view name) const {
  for (const PackageFile* m : Manifests()) {
    if (!name.empty() && m->manifest->name == name) return m;
  }
  return nullptr;
}

namespace {

// dist/compiled/<name>/package.json: a copy that was built into a package, or put there. Nobody installs by it.
bool IsVendored(const std::string& directory, const std::set<std::string_view>& packages) {
  for (size_t end = 0; end != std::string::npos;) {
    const size_t start = end == 0 ? 0 : end + 1;
    end = directory.find('/', start);
    const std::string_view part =
        std::string_view(directory).substr(start, end == std::string::npos ? end : end - start);
    // Of a package above; a repository may well keep one of its own in such a folder.
    if (part != "dist" && part != "compiled" && part != "vendor" && part != "vendored" && part != "third_party")
      continue;
    if (end == std::string::npos) return false;
    for (std::string_view above = std::string_view(directory).substr(0, start == 0 ? 0 : start - 1);;
         above = DirName(above)) {
      if (packages.contains(above.empty() ? "." : above)) return true;
      if (above.empty() || above == ".") break;
    }
  }
  return false;
}

}  // namespace

std::vector<InstallRoot> GroupWorkspaces(const std::vector<std::unique_ptr<PackageFile>>& files) {
  // Members of a workspace root are those its patterns name.
  struct Patterns {
    std::string directory;
    std::vector<std::string> patterns;
  };
  std::map<std::string, std::vector<std::string>> patterns;
  for (const auto& f : files) {
    if (f->manifest != nullptr) {
      for (const std::string_view p : f->manifest->workspaces) patterns[f->directory].emplace_back(p);
    }
    if (f->settings != nullptr && f->settings->kind == SettingsKind::kPnpmWorkspace) {
      for (const Setting& s : f->settings->all) {
        if (s.key == "packages[]") patterns[f->directory].push_back(s.value);
      }
    }
  }
  const auto root_of = [&](const std::string& directory) -> std::string {
    std::string best = directory;
    for (const auto& [root, list] : patterns) {
      if (root == directory || !Within(directory, root)) continue;
      const std::string_view below =
          root == "." ? std::string_view(directory) : std::string_view(directory).substr(root.size() + 1);
      bool member = false;
      for (const std::string& p : list) {
        if (p.starts_with('!')) {
          if (MatchesWorkspacePattern(std::string_view(p).substr(1), below)) member = false;
        } else if (MatchesWorkspacePattern(p, below)) {
          member = true;
        }
      }
      if (member) return root;
    }
    return best;
  };
  std::map<std::string, InstallRoot> by_directory;
  std::set<std::string_view> packages;
  for (const auto& f : files) {
    if (f->kind == PackageFileKind::kManifest) packages.insert(f->directory);
  }
  for (const auto& f : files) {
    if (f->kind != PackageFileKind::kManifest) continue;
    const std::string home = root_of(f->directory);
    if (home == f->directory && IsVendored(f->directory, packages)) continue;
    InstallRoot& w = by_directory[home];
    w.directory = home;
    if (home == f->directory) {
      w.root = f.get();
    } else {
      w.members.push_back(f.get());
    }
  }
  // The workspace a folder lies in: the nearest above it.
  const auto nearest = [&](std::string_view directory) -> InstallRoot* {
    InstallRoot* best = nullptr;
    for (auto& [home, w] : by_directory) {
      if (Within(directory, home) &&
          (best == nullptr || best->directory == "." || home.size() > best->directory.size())) {
        if (best == nullptr || home != ".") best = &w;
      }
    }
    return best;
  };
  for (const auto& f : files) {
    switch (f->kind) {
      case PackageFileKind::kLockfile:
        if (const auto it = by_directory.find(f->directory); it != by_directory.end()) {
          it->second.lockfiles.push_back(f.get());
        } else {
          InstallRoot& w = by_directory[f->directory];
          w.directory = f->directory;
          w.lockfiles.push_back(f.get());
        }
        break;
      case PackageFileKind::kSettings:
        for (auto& [home, w] : by_directory) {
          if (Within(home, f->directory)) w.settings.push_back(f.get());
        }
        break;
      default:
        break;
    }
  }
  for (const auto& f : files) {
    if (f->kind != PackageFileKind::kDockerfile && f->kind != PackageFileKind::kCi &&
        f->kind != PackageFileKind::kShell)
      continue;
    std::string home = f->directory;
    if (f->kind == PackageFileKind::kCi) {
      // .github/workflows speaks of the folder .github is in.
      for (const std::string_view marker : {".github", ".circleci", ".gitea", ".forgejo"}) {
        const size_t at = Cat("/", f->path).find(Cat("/", marker, "/"));
        if (at != std::string::npos)
          home = std::string(at == 0 ? std::string_view(".") : std::string_view(f->path).substr(0, at - 1));
      }
    }
    InstallRoot* w = nearest(home);
    if (w == nullptr) {
      w = &by_directory["."];
      w->directory = std::string(1, '.');
    }
    w->recipes.push_back(f.get());
  }
  std::vector<InstallRoot> out;
  for (auto& [home, w] : by_directory) {
    std::ranges::stable_sort(w.settings, [](const PackageFile* a, const PackageFile* b) {
      return a->directory.size() > b->directory.size();
    });
    out.push_back(std::move(w));
  }
  return out;
}

std::vector<std::string> InstalledFolders(const FileSystem& fs, const std::string& root, const std::string& directory) {
  std::vector<std::string> out;
  constexpr size_t kMost = 200000;
  std::vector<std::string> stack = {directory == "." ? "node_modules" : Cat(directory, "/node_modules")};
  while (!stack.empty() && out.size() < kMost) {
    const std::string folder = std::move(stack.back());
    stack.pop_back();
    const auto entries = ListSorted(fs, JoinPath(root, folder));
    if (!entries.ok()) continue;
    const auto package = [&](const std::string& path) {
      out.push_back(path);
      stack.push_back(Cat(path, "/node_modules"));
    };
    for (const DirectoryEntry& e : *entries) {
      if (e.type != FileType::kDirectory || e.link) continue;
      const std::string path = Cat(folder, "/", e.name);
      if (e.name == ".pnpm") {
        const auto store = ListSorted(fs, JoinPath(root, path));
        if (!store.ok()) continue;
        for (const DirectoryEntry& s : *store) {
          if (s.type == FileType::kDirectory && s.name != "node_modules")
            stack.push_back(Cat(path, "/", s.name, "/node_modules"));
        }
      } else if (e.name.starts_with('.')) {
        continue;
      } else if (e.name.starts_with('@')) {
        const auto scope = ListSorted(fs, JoinPath(root, path));
        if (!scope.ok()) continue;
        for (const DirectoryEntry& s : *scope) {
          if (s.type == FileType::kDirectory && !s.link) package(Cat(path, "/", s.name));
        }
      } else {
        package(path);
      }
    }
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace looplint
