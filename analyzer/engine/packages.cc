#include "analyzer/engine/packages.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/engine/glob.h"

namespace looplint {
namespace {

constexpr size_t kMostPacked = 20000;  // files of one package

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view WithoutDot(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

// Never in a tarball, whatever is configured.
constexpr std::string_view kNeverPacked =
    "**/.git\n**/.svn\n**/.hg\n**/CVS\n/.lock-wscript\n/.wafpickle-*\n/build/config.gypi\nnpm-debug.log\n**/"
    ".npmrc\n.*.swp\n"
    ".DS_Store\n._*\n*.orig\n/archived-packages/\n.npmignore\n.gitignore\n";

bool IsAlwaysPacked(std::string_view path) {
  if (path.find('/') != std::string_view::npos) return false;
  const std::string name = Lower(path);
  if (name == "package.json") return true;
  for (const std::string_view stem : {"readme", "copying", "license", "licence"}) {
    if (name == stem || (name.starts_with(Cat(stem, ".")) && !name.ends_with('~') && !name.ends_with('$'))) return true;
  }
  return false;
}

bool IsNeverPacked(std::string_view path) {
  return path == "package-lock.json" || path == "yarn.lock" || path == "pnpm-lock.yaml" || path == "bun.lockb" ||
         BaseName(path) == ".npmrc";
}

// Every file of a folder; nullopt when there are too many.
bool Walk(const FileSystem& fs, const std::string& root, std::vector<std::string>& out) {
  std::vector<std::string> stack = {""};
  while (!stack.empty()) {
    const std::string folder = std::move(stack.back());
    stack.pop_back();
    const auto entries = ListSorted(fs, folder.empty() ? root : JoinPath(root, folder));
    if (!entries.ok()) continue;
    for (const DirectoryEntry& e : *entries) {
      if (e.link) continue;
      const std::string path = folder.empty() ? e.name : Cat(folder, "/", e.name);
      if (e.type == FileType::kDirectory) {
        if (e.name != "node_modules" && e.name != ".git") stack.push_back(path);
      } else if (e.type == FileType::kFile) {
        out.push_back(path);
        if (out.size() > kMostPacked) return false;
      }
    }
  }
  std::ranges::sort(out);
  return true;
}

// A file that is no source: its model holds at most the comments.
std::unique_ptr<File> MakeDocument(std::string path, std::string text, bool hash_comments = false) {
  auto source = std::make_shared<SourceFile>();
  source->path = std::move(path);
  source->text = std::move(text);
  source->language = Language::kJavaScript;
  source->role = FileRole::kSource;
  source->host = SourceFile::Host::kOpen;
  if (hash_comments) source->model.syntax.comments = HashComments(source->text, BaseName(source->path) == ".npmrc");
  return std::make_unique<File>(std::move(source));
}

}  // namespace

PackedFiles PackFiles(const FileSystem& fs, const std::string& directory, const PackageManifest& manifest) {
  PackedFiles out;
  if (!Walk(fs, directory, out.all)) return out;
  out.computed = true;
  const DocValue root = manifest.root();
  // The files npm adds whatever else is said.
  std::set<std::string, std::less<>> required;
  const auto need = [&](const DocValue& v) {
    if (v.IsString() && !v.str().empty()) required.emplace(NormalizePath(WithoutDot(v.str())));
  };
  need(root["main"]);
  need(root["browser"]);
  need(root["bin"]);
  for (const DocValue b : root["bin"]) need(b);
  // What "files" lists, in order; later entries that begin with '!' take back.
  struct Entry {
    bool negative;
    std::string path;                   // of a file or folder that is there
    std::optional<IgnoreList> pattern;  // else
  };
  std::vector<Entry> entries;
  const DocValue files = root["files"];
  const std::set<std::string, std::less<>> all(out.all.begin(), out.all.end());
  if (files.IsArray()) {
    for (const DocValue f : files) {
      std::string_view text = f.str();
      if (text.empty()) continue;
      Entry e{false, "", std::nullopt};
      if (text.starts_with('!')) {
        e.negative = true;
        text.remove_prefix(1);
      }
      std::string path = NormalizePath(WithoutDot(text));
      const std::string prefix = path + "/";
      const auto below = all.lower_bound(prefix);
      if (path == "." || all.contains(path) || (below != all.end() && below->starts_with(prefix))) {
        e.path = std::move(path);
      } else {
        std::string pattern(text.starts_with("./") ? text.substr(1) : text);
        if (pattern.ends_with("/*")) pattern += '*';
        e.pattern.emplace(pattern);
      }
      entries.push_back(std::move(e));
    }
  }
  const IgnoreList never(kNeverPacked);
  std::map<std::string, IgnoreList> ignores;  // by folder, "" for the root
  for (const std::string& path : out.all) {
    if (BaseName(path) != ".npmignore" && BaseName(path) != ".gitignore") continue;
    const std::string folder = path.find('/') == std::string::npos ? "" : std::string(DirName(path));
    if (folder.empty() && files.IsArray()) continue;  // "files" overrides them in the root
    if (BaseName(path) == ".gitignore" && all.contains(folder.empty() ? ".npmignore" : Cat(folder, "/.npmignore")))
      continue;
    if (const auto text = fs.Read(JoinPath(directory, path), 4u << 20); text.ok())
      ignores.insert_or_assign(folder, IgnoreList(*text));
  }
  const auto ignored = [&](const std::string& path, bool is_directory) {
    bool result = never.Ignores(path, is_directory).value_or(false);
    for (const auto& [folder, list] : ignores) {
      if (!folder.empty() && !path.starts_with(folder + "/")) continue;
      const std::string local = folder.empty() ? path : path.substr(folder.size() + 1);
      if (const auto v = list.Ignores(local, is_directory)) result = *v;
    }
    return result;
  };
  for (const std::string& path : out.all) {
    if (IsNeverPacked(path)) continue;
    if (IsAlwaysPacked(path) || required.contains(path)) {
      out.files.push_back(path);
      continue;
    }
    bool drop = false;
    for (size_t slash = path.find('/'); slash != std::string::npos && !drop; slash = path.find('/', slash + 1)) {
      drop = ignored(path.substr(0, slash), true);
    }
    if (drop || ignored(path, false)) continue;
    if (files.IsArray()) {
      bool listed = false;
      for (const Entry& e : entries) {
        const auto matches = [&] {
          if (!e.path.empty()) return e.path == "." || path == e.path || path.starts_with(e.path + "/");
          if (e.pattern->Ignores(path, false).value_or(false)) return true;
          for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
            if (e.pattern->Ignores(path.substr(0, slash), true).value_or(false)) return true;
          }
          return false;
        };
        if (matches()) listed = !e.negative;
      }
      if (!listed) continue;
    }
    out.files.push_back(path);
  }
  return out;
}

PackageFacts GatherPackages(const FileSystem& fs, const std::string& root, std::vector<std::string> paths,
                            uint64_t max_file_bytes, Project& project, int threads, const StopToken& stop) {
  PackageFacts out;
  std::erase_if(paths, [&](const std::string& path) {
    if (PackageFileKindOf(path) == PackageFileKind::kCi) return false;  // test.yml runs tests; it is none
    return project.knowledge().RoleOfPath(path) == FileRole::kTest ||
           Cat("/", path).find("/examples/") != std::string::npos;
  });
  std::ranges::sort(paths);
  // Read and parsed on all cores; documents take their ids in order of path.
  std::vector<std::unique_ptr<File>> texts(paths.size());
  ParallelFor(threads, paths.size(), stop, [&](size_t i) {
    auto text = fs.Read(JoinPath(root, paths[i]), max_file_bytes);
    if (!text.ok()) return;
    // Comments can accept findings where files can hold them.
    const PackageFileKind kind = PackageFileKindOf(paths[i]);
    const std::string_view name = BaseName(paths[i]);
    const bool comments = kind == PackageFileKind::kSettings || kind == PackageFileKind::kDockerfile ||
                          kind == PackageFileKind::kCi || name == "yarn.lock" || name == "pnpm-lock.yaml";
    texts[i] = MakeDocument(paths[i], *std::move(text), comments);
  });
  std::vector<FileId> ids;
  std::vector<size_t> from;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (texts[i] == nullptr) continue;
    ids.push_back(project.AddDocument(std::move(texts[i])));
    from.push_back(i);
  }
  out.files.resize(ids.size());
  ParallelFor(threads, ids.size(), stop,
              [&](size_t i) { out.files[i] = ReadPackageFile(ids[i], paths[from[i]], project[ids[i]].text); });
  if (stop.stopped()) {
    out.files.clear();
    return out;
  }
  out.workspaces = GroupWorkspaces(out.files);

  for (InstallRoot& w : out.workspaces) {
    // A lockfile that is there and was not read is left out by an ignore file.
    for (const char* name :
         {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"}) {
      const std::string path = w.directory == "." ? name : Cat(w.directory, "/", name);
      const bool read = std::ranges::any_of(w.lockfiles, [&](const PackageFile* l) { return l->path == path; });
      if (!read && fs.Type(JoinPath(root, path)) == FileType::kFile) w.ignored_lockfiles.push_back(path);
    }
    std::vector<InstallBehaviour> behaviours;
    std::map<std::string, FileId> opened;
    InstallReader reader(project.knowledge(), [&](const std::string& path) -> std::optional<InstallReader::Source> {
      if (const auto it = opened.find(path); it != opened.end())
        return InstallReader::Source{it->second, project[it->second].text};
      FileId id = project.Find(path);
      if (!Some(id)) {
        auto text = fs.Read(JoinPath(root, path), max_file_bytes);
        if (!text.ok()) return std::nullopt;
        id = project.AddDocument(MakeDocument(path, *std::move(text)));
      }
      opened.emplace(path, id);
      return InstallReader::Source{id, project[id].text};
    });

    const std::vector<std::string> folders = InstalledFolders(fs, root, w.directory);
    w.is_installed = !folders.empty();
    struct Slot {
      std::string text;
      std::unique_ptr<InstalledPackage> package;
    };
    std::vector<Slot> slots(folders.size());
    ParallelFor(threads, folders.size(), stop, [&](size_t i) {
      auto text = fs.Read(JoinPath(root, Cat(folders[i], "/package.json")), 4u << 20);
      if (!text.ok()) return;
      slots[i].text = *std::move(text);
      const std::unique_ptr<PackageManifest> manifest = ReadPackageJson(slots[i].text, Cat(folders[i], "/package.json"));
      if (manifest->document.error() || !manifest->root().IsObject()) return;
      auto p = std::make_unique<InstalledPackage>();
      p->directory = folders[i];
      p->name = std::string(manifest->name);
      p->version = std::string(manifest->version);
      const DocValue license = manifest->root()["license"];
      p->license = std::string(license.IsObject() ? license["type"].str() : license.str());
      if (p->license.empty()) {
        for (const DocValue l : manifest->root()["licenses"]) {
          p->license += Cat(p->license.empty() ? "" : " OR ", l.IsObject() ? l["type"].str() : l.str());
        }
      }
      for (const std::string_view script : kInstallScripts)
        p->has_scripts = p->has_scripts || !manifest->Script(script).str().empty();
      const bool own_build =
          !manifest->Script("install").str().empty() || !manifest->Script("preinstall").str().empty();
      if (!own_build && !manifest->root()["gypfile"].IsFalse()) {
        p->implicit_build = fs.Type(JoinPath(root, Cat(folders[i], "/binding.gyp"))) == FileType::kFile;
        p->has_scripts = p->has_scripts || p->implicit_build;
      }
      // Most attacks run at install; some wait until the module is loaded, and hide what they do then.
      std::string_view main = manifest->root()["main"].str();
      if (main.empty()) main = "index.js";
      for (const std::string& candidate : {std::string(main), Cat(main, ".js"), Cat(main, "/index.js")}) {
        const auto code = fs.Read(JoinPath(root, JoinPath(folders[i], candidate)), 4u << 20);
        if (!code.ok()) continue;
        p->hidden_entry = LooksHidden(*code);
        break;
      }
      slots[i].package = std::move(p);
    });
    const Lockfile* lock = w.lockfiles.empty() ? nullptr : w.MainLockfile()->lockfile.get();
    for (Slot& slot : slots) {
      if (slot.package == nullptr) continue;
      InstalledPackage& p = *slot.package;
      if (lock != nullptr && lock->format == LockFormat::kNpm) {
        p.locked = lock->Find(w.directory == "." ? std::string_view(p.directory)
                                                 : std::string_view(p.directory).substr(w.directory.size() + 1));
      }
      const bool odd = p.locked != kNoneIndex &&
                       ((lock->packages[p.locked].version != p.version && !lock->packages[p.locked].version.empty()) ||
                        lock->packages[p.locked].real_name != p.name);
      if (p.has_scripts || p.hidden_entry || odd) {
        p.file = project.AddDocument(MakeDocument(Cat(p.directory, "/package.json"), std::move(slot.text)));
        p.manifest = ReadPackageJson(project[p.file].text, Cat(p.directory, "/package.json"));
      }
      if (p.has_scripts) {
        behaviours.push_back(reader.Read(*p.manifest, {p.file, project[p.file].text}, p.directory,
                                         {std::begin(kInstallScripts), std::end(kInstallScripts)}, p.implicit_build));
      }
      if (p.hidden_entry) {
        if (auto entry = reader.ReadEntry(*p.manifest, {p.file, project[p.file].text}, p.directory))
          behaviours.push_back(*std::move(entry));
      }
      w.installed.push_back(std::move(slot.package));
    }
    // The project's own: what runs when it is installed by others, or from a checkout.
    for (const PackageFile* m : w.Manifests()) {
      const bool gyp = fs.Type(JoinPath(root, JoinPath(m->directory, "binding.gyp"))) == FileType::kFile;
      InstallBehaviour own = reader.Read(*m->manifest, {m->file, m->text}, m->directory,
                                         {"preinstall", "install", "postinstall", "prepare", "prepublish"}, gyp);
      if (own.verdict == InstallVerdict::kNothing) continue;
      own.own = true;
      behaviours.push_back(std::move(own));
    }
    out.behaviours.push_back(std::move(behaviours));

    std::vector<PackedFiles> packed;
    for (const PackageFile* m : w.Manifests()) {
      const bool published = !m->manifest->is_private && !m->manifest->name.empty() && !m->manifest->version.empty();
      packed.push_back(published ? PackFiles(fs, JoinPath(root, m->directory), *m->manifest) : PackedFiles());
    }
    out.packed.push_back(std::move(packed));
  }
  return out;
}

}  // namespace looplint
