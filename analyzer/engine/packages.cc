#include "analyzer/engine/packages.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/engine/mentions.h"

namespace looplint {
namespace {

constexpr uint64_t kMostCommandBytes = 16u << 20;

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
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

std::vector<CommandFile> ReadCommands(const FileSystem& fs, const std::string& folder,
                                      const PackageManifest& manifest) {
  std::vector<CommandFile> out;
  const auto add = [&](std::string_view name, const DocValue& path) {
    if (!path.IsString() || path.str().empty() || out.size() > 1000) return;
    CommandFile c{.name = std::string(name), .path = NormalizePath(path.str()), .at = path.at(), .head = {}};
    if (c.path.starts_with("..") || c.path.starts_with('/')) return;
    const std::string file = JoinPath(folder, c.path);
    if (auto text = fs.Read(file, kMostCommandBytes); text.ok()) {
      c.exists = true;
      c.head = text->substr(0, 256);
      c.executable = fs.Executable(file);
    }
    out.push_back(std::move(c));
  };
  const DocValue bin = manifest.root()["bin"];
  if (bin.IsString()) add(BaseName(manifest.name), bin);
  if (bin.IsObject()) {
    for (const DocValue b : bin) add(b.key(), b);
  }
  return out;
}

}  // namespace

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
      const std::unique_ptr<PackageManifest> manifest =
          ReadPackageJson(slots[i].text, Cat(folders[i], "/package.json"));
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
      const auto read = [&](const std::string& name, std::string& found) {
        for (const std::string& candidate : {name, Cat(name, ".js"), Cat(name, "/index.js")}) {
          found = JoinPath(folders[i], candidate);
          if (fs.Type(JoinPath(root, found)) != FileType::kFile) continue;
          if (auto code = fs.Read(JoinPath(root, found), 4u << 20); code.ok()) return *std::move(code);
        }
        return std::string();
      };
      for (const std::string& name : EntryFiles(*manifest)) {
        std::string path, loaded_path;
        const std::string code = read(name, path);
        if (LooksHidden(code)) p->odd_modules.push_back(path);
        for (const std::string& loaded : LoadedFiles(code)) {
          const std::string target = JoinPath(DirName(path), loaded);
          if (!target.starts_with(Cat(folders[i], "/")) ||
              target.find("/node_modules/", folders[i].size()) != std::string::npos)
            continue;
          const std::string text = read(target.substr(folders[i].size() + 1), loaded_path);
          if (LooksHidden(text)) p->odd_modules.push_back(loaded_path);
        }
      }
      std::ranges::sort(p->odd_modules);
      p->odd_modules.erase(std::unique(p->odd_modules.begin(), p->odd_modules.end()), p->odd_modules.end());
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
      if (p.has_scripts || !p.odd_modules.empty() || odd) {
        p.file = project.AddDocument(MakeDocument(Cat(p.directory, "/package.json"), std::move(slot.text)));
        p.manifest = ReadPackageJson(project[p.file].text, Cat(p.directory, "/package.json"));
      }
      if (p.has_scripts) {
        behaviours.push_back(reader.Read(*p.manifest, {p.file, project[p.file].text}, p.directory,
                                         {std::begin(kInstallScripts), std::end(kInstallScripts)}, p.implicit_build));
      }
      for (const std::string& path : p.odd_modules) {
        auto entry = reader.ReadEntry(*p.manifest, {p.file, project[p.file].text}, p.directory, path);
        if (!entry) continue;
        behaviours.push_back(*std::move(entry));
        break;
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
      const std::string at = JoinPath(root, m->directory);
      packed.push_back(!published ? PackedFiles()
                       : m == w.root
                           ? PackFiles(fs, at, *m->manifest)
                           : PackFiles(fs, at, *m->manifest, OuterIgnoreFiles(fs, JoinPath(root, w.directory), at)));
    }
    out.packed.push_back(std::move(packed));
    const std::vector<const PackageFile*> manifests = w.Manifests();
    out.commands.emplace_back(manifests.size());
    out.unmentioned.emplace_back(manifests.size());
    ParallelFor(threads, manifests.size(), stop, [&](size_t i) {
      out.commands.back()[i] = ReadCommands(fs, JoinPath(root, manifests[i]->directory), *manifests[i]->manifest);
      out.unmentioned.back()[i] = UnmentionedDependencies(fs, root, project, w, *manifests[i]);
    });
  }
  return out;
}

}  // namespace looplint
