#include "analyzer/packages/pack.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/packages/minimatch.h"

namespace looplint {
namespace {

constexpr size_t kMostFiles = 20000;  // of one package
constexpr uint64_t kMostIgnoreBytes = 4u << 20;

// Left out unless something says otherwise.
constexpr std::string_view kDefaults =
    ".npmignore\n.gitignore\n**/.git\n**/.svn\n**/.hg\n**/CVS\n**/.git/**\n**/.svn/**\n**/.hg/**\n**/CVS/**\n"
    "/.lock-wscript\n/.wafpickle-*\n/build/config.gypi\nnpm-debug.log\n**/.npmrc\n.*.swp\n.DS_Store\n**/.DS_Store/**\n"
    "._*\n**/._*/**\n*.orig\n/archived-packages/**\n";
// Decided whatever else is said, in the folder of the package.
constexpr std::string_view kStrict =
    "!/package.json\n!/readme{,.*[^~$]}\n!/copying{,.*[^~$]}\n!/license{,.*[^~$]}\n!/licence{,.*[^~$]}\n/.git\n"
    "/node_modules\n.npmrc\n/package-lock.json\n/yarn.lock\n/pnpm-lock.yaml\n/bun.lockb\n";

const std::vector<Minimatch>& Defaults() {
  static const auto& rules = *new std::vector<Minimatch>(ReadPatterns(kDefaults));
  return rules;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

bool IsLink(const FileSystem& fs, const std::string& path) { return fs.ReadLink(path).ok(); }

enum class Rank : size_t { kDefault, kManifest, kNpmIgnore, kGitIgnore, kStrict };
constexpr size_t kRanks = 5;

// One folder: its rules, and through its parent those of the folders above.
struct Folder {
  const Folder* parent = nullptr;
  std::string path;  // relative to the package, "" for its own
  std::string name;  // lower case
  bool exact = false;
  const std::vector<Minimatch>* rules[kRanks] = {};
  std::vector<Minimatch> own[kRanks];
  std::vector<std::string> required;  // files that "files" names, relative to this folder

  void Set(Rank rank, std::vector<Minimatch> list) {
    own[static_cast<size_t>(rank)] = std::move(list);
    rules[static_cast<size_t>(rank)] = &own[static_cast<size_t>(rank)];
  }
  bool Has(Rank rank) const { return rules[static_cast<size_t>(rank)] != nullptr; }
  void Drop(Rank rank) { rules[static_cast<size_t>(rank)] = nullptr; }
};

// Whether the entry `segments` below `folder` (lower case; segments[0] is "", the last one is "" when it is asked about
// with a slash at the end) is packed. `partial`: as a folder, for the sake of what may be in it. `base`: the last
// name where the question comes from a folder further down.
bool Includes(const Folder& folder, std::vector<std::string_view>& path, size_t start, bool partial,
              std::string_view base) {
  bool included = true;
  if (folder.parent != nullptr) {
    path[--start] = folder.name;
    included = Includes(*folder.parent, path, start, partial, base.empty() ? path[start + 1] : base);
    ++start;
    if (!included && !folder.exact) return false;
  }
  // path[start..] is the entry as this folder sees it; before it there is always room for the leading "".
  const std::string_view kept = path[start - 1];
  path[start - 1] = "";
  const std::span<const std::string_view> bare(path.data() + start, path.size() - start);
  const std::span<const std::string_view> rooted(path.data() + start - 1, path.size() - start + 1);
  std::vector<std::string_view> slashed;
  if (partial) {
    slashed.assign(rooted.begin(), rooted.end());
    slashed.push_back("");
  }
  const std::span<const std::string_view> slashed_bare =
      partial ? std::span<const std::string_view>(slashed).subspan(1) : std::span<const std::string_view>();
  const std::string_view name_only[3] = {"", base, ""};
  for (const std::vector<Minimatch>* list : folder.rules) {
    if (list == nullptr) continue;
    for (const Minimatch& rule : *list) {
      // A negated rule includes, so it has nothing to say of what is included; the others likewise.
      if (rule.negated() == included) continue;
      bool match = rule.Matches(rooted) || rule.Matches(bare);
      if (!match && partial) {
        match = rule.Matches(slashed) || rule.Matches(slashed_bare) ||
                (rule.negated() && (rule.Matches(rooted, true) || rule.Matches(bare, true)));
        if (!match && !base.empty() && rule.matches_names()) {
          const std::span<const std::string_view> n(name_only);
          match = rule.Matches(n) || rule.Matches(n.subspan(1)) ||
                  (rule.negated() && (rule.Matches(n.first(2), true) || rule.Matches(n.subspan(1, 1), true)));
        }
      }
      if (match) included = rule.negated();
    }
  }
  path[start - 1] = kept;
  return included;
}

bool Includes(const Folder& folder, const std::string& entry, bool partial, bool slash = false) {
  size_t depth = 0;
  for (const Folder* f = &folder; f != nullptr; f = f->parent) ++depth;
  std::vector<std::string_view> path(depth);
  path.emplace_back(entry);
  if (slash) path.emplace_back("");
  return Includes(folder, path, depth, partial, "");
}

// A path of package.json as npm makes it safe: relative, with '/', inside the package.
std::string Secured(std::string_view path) {
  std::string text(path);
  for (char& c : text) {
    if (c == '\\' || c == ':') c = '/';
  }
  const std::string out = NormalizePath(Cat("/", text));
  return out.substr(std::min<size_t>(out.find_first_not_of('/'), out.size()));
}

class Packer {
 public:
  Packer(const FileSystem& fs, std::string root, std::set<std::string>& out)
      : fs_(fs), root_(std::move(root)), out_(out) {}

  // False when the manifest is of a shape npm refuses.
  bool Package(const PackageManifest& manifest, const std::vector<std::string>& outer, bool bundled) {
    workspace_root_ = !bundled && !manifest.workspaces.empty();
    Folder folder;
    std::vector<Minimatch> defaults;
    if (!bundled) {
      defaults = Defaults();
      for (const std::string& text : outer) {
        for (Minimatch& m : ReadPatterns(text)) defaults.push_back(std::move(m));
      }
      folder.Set(Rank::kDefault, std::move(defaults));
    }
    const DocValue json = manifest.root();
    std::vector<Minimatch> strict;
    const DocValue files = json["files"];
    if (files.IsArray()) {
      std::vector<Minimatch> list;
      list.emplace_back("*");
      for (const DocValue f : files) {
        if (!f.IsString()) return false;
        std::string text(f.str());
        if (text.starts_with("./")) text.erase(0, 1);
        if (text.ends_with("/*")) text += '*';
        const std::string inverse = Cat("!", text);
        const std::string bare = text.substr(std::min(text.find_first_not_of('!'), text.size()));
        const std::string at = JoinPath(root_, bare.empty() ? std::string(".") : Cat("./", bare));
        const FileType type = bare.find('\0') != std::string::npos ? FileType::kNone : fs_.Type(at);
        const bool link = type != FileType::kNone && IsLink(fs_, at);
        if (link) continue;  // there, but neither a file nor a folder
        if (type == FileType::kFile && !bare.ends_with('/')) {
          strict.insert(strict.begin(), Minimatch(inverse));
          folder.required.push_back(text.starts_with('/') ? text.substr(1) : text);
        } else if (type == FileType::kDirectory) {
          list.emplace_back(inverse);
          list.emplace_back(Cat(inverse, "/**"));
        } else {
          list.emplace_back(inverse);
        }
      }
      folder.Set(Rank::kManifest, std::move(list));
    } else if (files && files.kind() != DocKind::kNull && !files.IsFalse()) {
      return false;
    }
    for (Minimatch& m : ReadPatterns(kStrict)) strict.push_back(std::move(m));
    if (const DocValue browser = json["browser"]; browser.IsString() && !browser.str().empty())
      strict.emplace_back(Cat("!/", browser.str()));
    if (const DocValue main = json["main"]; main.IsString() && !main.str().empty())
      strict.emplace_back(Cat("!/", main.str()));
    const DocValue bin = json["bin"];
    if (bin.IsString() && !manifest.name.empty()) strict.emplace_back(Cat("!/", Secured(bin.str())));
    if (bin.IsObject() || bin.IsArray()) {
      for (const DocValue b : bin) {
        if (b.IsString() && !b.str().empty()) strict.emplace_back(Cat("!/", Secured(b.str())));
      }
    }
    folder.Set(Rank::kStrict, std::move(strict));
    Walk(folder, bundled ? Ignore::kNone : Ignore::kFiles);
    return !too_many_;
  }

 private:
  enum class Ignore : uint8_t { kNone, kFiles };

  void Walk(Folder& folder, Ignore ignore) {
    const std::string at = folder.path.empty() ? root_ : JoinPath(root_, folder.path);
    const auto entries = ListSorted(fs_, at);
    if (!entries.ok()) return;
    if (ignore == Ignore::kFiles) {
      for (const DirectoryEntry& e : *entries) {
        const bool npm = e.name == ".npmignore";
        // A workspace's root reads the package.json of every folder below it, to no effect but that ignore files there
        // do not count.
        if (workspace_root_ && folder.parent != nullptr && e.name == "package.json") folder.Set(Rank::kManifest, {});
        if (!npm && e.name != ".gitignore") continue;
        if (const auto text = fs_.Read(JoinPath(at, e.name), kMostIgnoreBytes); text.ok())
          folder.Set(npm ? Rank::kNpmIgnore : Rank::kGitIgnore, ReadPatterns(*text));
      }
    }
    if (folder.Has(Rank::kManifest)) {
      folder.Drop(Rank::kNpmIgnore);
      folder.Drop(Rank::kGitIgnore);
    } else if (folder.Has(Rank::kNpmIgnore)) {
      folder.Drop(Rank::kGitIgnore);
    }
    for (const DirectoryEntry& e : *entries) {
      if (too_many_) return;
      if (e.link || e.name.find('*') != std::string::npos) continue;
      if (e.type != FileType::kFile && e.type != FileType::kDirectory) continue;
      const std::string lower = Lower(e.name);
      const std::string path = folder.path.empty() ? e.name : Cat(folder.path, "/", e.name);
      const bool as_file = Includes(folder, lower, false);
      if (e.type == FileType::kFile) {
        if (as_file) out_.insert(path);
        if (out_.size() > kMostFiles) too_many_ = true;
        continue;
      }
      if (!Includes(folder, lower, true)) continue;
      Folder child;
      child.parent = &folder;
      child.path = path;
      child.name = lower;
      child.exact = as_file || Includes(folder, lower, false, true);
      child.rules[static_cast<size_t>(Rank::kDefault)] = &Defaults();
      std::vector<Minimatch> strict;
      strict.emplace_back("/.git");
      for (const std::string& required : folder.required) {
        if (std::string_view(DirName(required)) != e.name) continue;
        child.required.push_back(required.substr(required.rfind('/') + 1));
        strict.emplace_back(Cat("!", child.required.back()));
      }
      child.Set(Rank::kStrict, std::move(strict));
      Walk(child, Ignore::kFiles);
    }
  }

  const FileSystem& fs_;
  const std::string root_;
  std::set<std::string>& out_;
  bool too_many_ = false, workspace_root_ = false;
};

// Packages that travel inside the tarball: those named, with what they depend on.
void Bundle(const FileSystem& fs, const std::string& root, const PackageManifest& manifest,
            std::set<std::string>& out) {
  const DocValue json = manifest.root();
  DocValue list = json["bundleDependencies"];
  if (!list) list = json["bundledDependencies"];
  struct Wanted {
    std::string from;  // relative to the package, "" for its own folder
    std::string name;
  };
  std::vector<Wanted> stack;
  const auto wanted = [&](const std::string& name) {
    const auto prod = manifest.Find(name, DependencyField::kProd);
    const auto optional = manifest.Find(name, DependencyField::kOptional);
    if (prod != nullptr || optional != nullptr) stack.push_back({"", name});
  };
  if (list.IsTrue()) {
    for (const Dependency& d : manifest.dependencies) wanted(std::string(d.name));
  }
  for (const DocValue name : list) {
    if (list.IsArray() && name.IsString()) wanted(std::string(name.str()));
  }
  std::set<std::string> seen;
  while (!stack.empty()) {
    const Wanted next = std::move(stack.back());
    stack.pop_back();
    // node_modules of the folder it is asked from, or of one above within the package.
    std::string from = next.from, found;
    for (;;) {
      const std::string candidate =
          from.empty() ? Cat("node_modules/", next.name) : Cat(from, "/node_modules/", next.name);
      if (fs.Type(JoinPath(root, candidate)) == FileType::kDirectory && !IsLink(fs, JoinPath(root, candidate))) {
        found = candidate;
        break;
      }
      if (from.empty()) break;
      const size_t up = from.rfind("/node_modules/");
      from = up == std::string::npos ? "" : from.substr(0, up);
    }
    if (found.empty() || !seen.insert(found).second || seen.size() > 2000) continue;
    const std::string at = JoinPath(root, found);
    const auto text = fs.Read(JoinPath(at, "package.json"), 4u << 20);
    if (!text.ok()) continue;
    const auto inner = ReadPackageJson(*text, "package.json");
    std::set<std::string> files;
    if (!Packer(fs, at, files).Package(*inner, {}, true)) continue;
    for (const std::string& file : files) out.insert(Cat(found, "/", file));
    for (const Dependency& d : inner->dependencies) {
      if (d.kind == DependencyField::kProd || d.kind == DependencyField::kOptional)
        stack.push_back({found, std::string(d.name)});
    }
  }
}

// Every file of a folder; false when there are too many.
bool ListAll(const FileSystem& fs, const std::string& root, std::vector<std::string>& out) {
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
        if (out.size() > kMostFiles) return false;
      }
    }
  }
  std::ranges::sort(out);
  return true;
}

}  // namespace

PackedFiles PackFiles(const FileSystem& fs, const std::string& directory, const PackageManifest& manifest,
                      const std::vector<std::string>& outer) {
  PackedFiles out;
  if (!ListAll(fs, directory, out.all)) return out;
  std::set<std::string> files;
  out.computed = Packer(fs, directory, files).Package(manifest, outer, false);
  Bundle(fs, directory, manifest, files);
  out.files.assign(files.begin(), files.end());
  return out;
}

std::vector<std::string> OuterIgnoreFiles(const FileSystem& fs, const std::string& root, const std::string& directory) {
  std::vector<std::string> out, folders = {root};
  // The member's own folder counts for itself.
  const std::string parent(DirName(directory));
  if (parent.starts_with(root + "/")) {
    for (size_t slash = root.size() + 1; slash != std::string::npos;) {
      const size_t next = parent.find('/', slash);
      folders.push_back(parent.substr(0, next));
      slash = next == std::string::npos ? next : next + 1;
    }
  }
  for (const std::string& folder : folders) {
    for (const char* name : {"/.npmignore", "/.gitignore"}) {
      auto text = fs.Read(Cat(folder, name), kMostIgnoreBytes);
      if (!text.ok()) continue;
      out.push_back(*std::move(text));
      break;
    }
  }
  return out;
}

}  // namespace looplint
