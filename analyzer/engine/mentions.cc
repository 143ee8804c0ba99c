#include "analyzer/engine/mentions.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "analyzer/base/strings.h"
#include "resolver/resolve.h"

namespace looplint {
namespace {

constexpr size_t kMostFiles = 20000;
constexpr uint64_t kMostBytes = 64u << 20;     // of all of them
constexpr uint64_t kMostFileBytes = 2u << 20;  // larger ones are data

struct Candidate {
  uint32_t index = 0;
  std::vector<std::string> words;  // its name, its commands
};

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool Mentions(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordCharacter(text[at - 1])) && (end == text.size() || !IsWordCharacter(text[end]))) return true;
  }
  return false;
}

void Strike(std::vector<Candidate>& candidates, std::string_view text) {
  std::erase_if(candidates, [&](const Candidate& c) {
    return std::ranges::any_of(c.words, [&](const std::string& word) { return Mentions(text, word); });
  });
}

// Prose, locked versions and pictures make nobody load a package.
bool IsRead(std::string_view name) {
  for (const std::string_view extension :
       {".md",   ".markdown", ".txt", ".rst",  ".lock", ".lockb", ".map",  ".png", ".jpg",
        ".jpeg", ".gif",      ".ico", ".svg",  ".woff", ".woff2", ".ttf",  ".eot", ".pdf",
        ".zip",  ".gz",       ".tgz", ".wasm", ".node", ".mp4",   ".webp", ".snap"}) {
    if (name.ends_with(extension)) return false;
  }
  return name != "package.json" && name != "package-lock.json" && name != "npm-shrinkwrap.json" &&
         name != "pnpm-lock.yaml" && name != "LICENSE" && name != "CHANGELOG";
}

bool Below(std::string_view path, std::string_view folder) {
  return folder == "." || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

// The text of a manifest but for its lists of dependencies.
void StrikeManifest(std::vector<Candidate>& candidates, const PackageFile& file) {
  for (const DocValue v : file.manifest->root()) {
    const std::string_view key = v.key();
    if (key == "dependencies" || key == "devDependencies" || key == "optionalDependencies" ||
        key == "peerDependencies" || key == "peerDependenciesMeta" || key == "dependenciesMeta" || key == "keywords" ||
        key == "description" || key == "name")
      continue;
    Strike(candidates, file.text.substr(v.at().start, v.at().end - v.at().start));
  }
}

}  // namespace

std::vector<uint32_t> UnmentionedDependencies(const FileSystem& fs, const std::string& root, const Project& project,
                                              const InstallRoot& w, const PackageFile& manifest) {
  const std::vector<Dependency>& dependencies = manifest.manifest->dependencies;
  std::vector<uint32_t> out;
  if (std::ranges::none_of(dependencies, [](const Dependency& d) { return d.kind == DependencyField::kProd; }))
    return out;
  absl::flat_hash_set<std::string_view> imported;
  std::vector<const File*> sources;
  for (uint32_t f = 0; f < project.size(); ++f) {
    const File& file = project[static_cast<FileId>(f)];
    if (!Below(file.path, manifest.directory)) continue;
    sources.push_back(&file);
    for (const Import& import : file.model.module.imports) {
      if (Some(import.specifier)) imported.insert(PackageNameOf(file.model.names[import.specifier]));
    }
  }
  if (sources.empty()) return out;
  std::vector<Candidate> candidates;
  for (uint32_t i = 0; i < dependencies.size(); ++i) {
    const Dependency& d = dependencies[i];
    if (d.kind != DependencyField::kProd || d.name.empty() || imported.contains(d.name)) continue;
    Candidate c{i, {std::string(d.name)}};
    // A command without a name of its own has that of the package without its scope.
    const std::string_view scope = ScopeOf(d.name);
    if (!scope.empty() && d.name.find('-', scope.size()) != std::string_view::npos)
      c.words.emplace_back(d.name.substr(scope.size() + 1));
    for (const PackageFile* lock : w.lockfiles) {
      for (const LockCommand& command : lock->lockfile->commands) {
        if (lock->lockfile->packages[command.package].name == d.name) c.words.emplace_back(command.name);
      }
    }
    for (const std::string& folder : {manifest.directory, w.directory}) {
      const auto text = fs.Read(JoinPath(root, Cat(folder, "/node_modules/", d.name, "/package.json")), 4u << 20);
      if (!text.ok()) continue;
      const auto installed = ReadPackageJson(*text, "package.json");
      for (const DocValue bin : installed->root()["bin"]) c.words.emplace_back(bin.key());
      break;
    }
    std::erase(c.words, "");
    candidates.push_back(std::move(c));
  }
  for (const File* file : sources) {
    if (candidates.empty()) return out;
    Strike(candidates, file->text);
  }
  StrikeManifest(candidates, manifest);
  if (w.root != nullptr && w.root != &manifest) StrikeManifest(candidates, *w.root);
  for (const PackageFile* recipe : w.recipes) Strike(candidates, recipe->text);

  // All other files of the package, and for a member those beside the root's package.json.
  size_t files = 0;
  uint64_t bytes = 0;
  std::vector<std::pair<std::string, bool>> stack = {{manifest.directory, true}};
  if (manifest.directory != w.directory) stack.emplace_back(w.directory, false);
  while (!stack.empty() && !candidates.empty()) {
    const auto [folder, deep] = std::move(stack.back());
    stack.pop_back();
    const auto entries = ListSorted(fs, JoinPath(root, folder));
    if (!entries.ok()) continue;
    // Below a folder without a package.json nothing was installed: that node_modules holds code of the project.
    const bool installs = folder == manifest.directory || std::ranges::any_of(*entries, [](const DirectoryEntry& e) {
                            return e.name == "package.json";
                          });
    for (const DirectoryEntry& e : *entries) {
      if (e.link) continue;
      const std::string path = folder == "." ? e.name : Cat(folder, "/", e.name);
      if (e.type == FileType::kDirectory) {
        if (deep && (e.name != "node_modules" || !installs) && e.name != ".git") stack.emplace_back(path, true);
        continue;
      }
      if (e.type != FileType::kFile || !IsRead(e.name)) continue;
      if (const FileId known = project.Find(path); Some(known) && Index(known) < project.size()) continue;
      if (++files > kMostFiles) return out;
      const auto text = fs.Read(JoinPath(root, path), kMostFileBytes);
      if (!text.ok()) continue;
      bytes += text->size();
      if (bytes > kMostBytes) return out;
      Strike(candidates, *text);
      if (candidates.empty()) return out;
    }
  }
  for (const Candidate& c : candidates) out.push_back(c.index);
  return out;
}

}  // namespace looplint
