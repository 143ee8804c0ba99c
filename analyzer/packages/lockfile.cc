#include "analyzer/packages/lockfile.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "resolver/file_system.h"

namespace looplint {
namespace {

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsGitUrl(std::string_view url) {
  return url.starts_with("git+") || url.starts_with("git:") || url.starts_with("git@") || url.starts_with("ssh:") ||
         url.starts_with("github:") || url.starts_with("gitlab:") || url.starts_with("bitbucket:") ||
         url.substr(0, url.find('#')).ends_with(".git");
}

bool IsHttp(std::string_view url) { return url.starts_with("https:") || url.starts_with("http:"); }

// A tarball as registries lay it out: .../name/-/name-1.0.0.tgz, or at least a file named after the package.
bool LooksLikeRegistry(std::string_view url, std::string_view name) {
  const std::string_view path = url.substr(0, url.find_first_of("?#"));
  if (path.find("/-/") != std::string_view::npos) return true;
  const size_t slash = name.find('/');
  const std::string_view base =
      name.starts_with('@') && slash != std::string_view::npos ? name.substr(slash + 1) : name;
  const std::string_view file = BaseName(path);
  return file.starts_with(base) && file.ends_with(".tgz") && file.size() > base.size() && file[base.size()] == '-';
}

// Fields every format has under some name.
class Builder {
 public:
  Builder(std::string_view text, Lockfile& out) : text_(text), out_(out) {}

  // ---- package-lock.json
  void Npm() {
    Document doc = Document::Json(text_);
    out_.error = doc.error();
    const DocValue root = doc.root();
    out_.version = root["lockfileVersion"].text();
    out_.version_at = root["lockfileVersion"].at();
    out_.knows_install_scripts = true;
    if (const DocValue packages = root["packages"]; packages.IsObject()) {
      NpmPackages(packages);
    } else if (const DocValue dependencies = root["dependencies"]; dependencies.IsObject()) {
      NpmTree(dependencies, "", 0);
    }
    Index();
    for (const LockPackage& p : out_.packages) {
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        out_.edges[e].to = out_.Lookup(p.key, out_.edges[e].name);
      }
    }
    Adopt(doc);
  }

  void NpmPackages(const DocValue& packages) {
    for (const DocValue v : packages) {
      if (!v.IsObject()) continue;
      LockPackage p;
      p.key = v.key();
      p.at = p.version_at = p.resolved_at = p.integrity_at = v.key_at();
      const size_t folder = p.key.rfind("node_modules/");
      const bool installed = folder != std::string_view::npos && (folder == 0 || p.key[folder - 1] == '/');
      p.name = installed ? p.key.substr(folder + 13) : std::string_view();
      p.importer = !installed;
      p.first_edge = static_cast<uint32_t>(out_.edges.size());
      bool registry_name = false;
      for (const DocValue f : v) {
        const std::string_view key = f.key();
        if (key == "version") {
          Text(f, p.version, p.version_at);
        } else if (key == "resolved") {
          Text(f, p.resolved, p.resolved_at);
        } else if (key == "integrity") {
          Text(f, p.integrity, p.integrity_at);
        } else if (key == "name") {
          p.real_name = f.str();
          registry_name = true;
        } else if (key == "link") {
          p.link = f.IsTrue();
        } else if (key == "dev") {
          p.dev = f.IsTrue();
        } else if (key == "optional") {
          p.optional = f.IsTrue();
        } else if (key == "devOptional") {
          p.dev = p.optional = f.IsTrue();
        } else if (key == "peer") {
          p.peer = f.IsTrue();
        } else if (key == "inBundle") {
          p.bundled = f.IsTrue();
        } else if (key == "hasInstallScript") {
          p.install_script = f.IsTrue();
        } else if (key == "deprecated") {
          p.deprecated = f.str();
        } else if (key == "license") {
          p.license = f.str();
        } else if (key == "engines") {
          p.engines_node = f["node"].str();
        } else if (key == "os" || key == "cpu" || key == "libc") {
          p.other_platform = true;
        } else if (key == "bin") {
          Commands(f, BaseName(p.name));
        } else if (key == "dependencies") {
          Edges(f, DependencyField::kProd);
        } else if (key == "devDependencies") {
          Edges(f, DependencyField::kDev);
        } else if (key == "optionalDependencies") {
          Edges(f, DependencyField::kOptional);
        } else if (key == "peerDependencies") {
          Edges(f, DependencyField::kPeer, v["peerDependenciesMeta"]);
        }
      }
      if (!installed && registry_name) p.name = p.real_name;
      if (p.real_name.empty()) p.real_name = p.name;
      p.source = p.link || p.importer ? SourceKind::kWorkspace : SourceOf(p.resolved, p.real_name);
      Push(p);
    }
  }

  // Version 1: a tree, in which a package's own node_modules is its "dependencies".
  void NpmTree(const DocValue& dependencies, const std::string& location, int depth) {
    if (depth > 100) return;
    for (const DocValue v : dependencies) {
      if (!v.IsObject()) continue;
      LockPackage p;
      p.key = Keep(Cat(location, location.empty() ? "" : "/", "node_modules/", v.key()));
      p.at = p.version_at = p.resolved_at = p.integrity_at = v.key_at();
      p.name = p.real_name = v.key();
      Text(v["version"], p.version, p.version_at);
      Text(v["resolved"], p.resolved, p.resolved_at);
      Text(v["integrity"], p.integrity, p.integrity_at);
      p.dev = v["dev"].IsTrue();
      p.optional = v["optional"].IsTrue();
      p.bundled = v["bundled"].IsTrue();
      const Spec spec = ReadSpec(p.version);
      if (!spec.alias_of.empty()) {
        p.real_name = spec.alias_of;
        p.version = spec.text;
      }
      // What comes from elsewhere has its source for a version.
      if (spec.kind == Spec::Kind::kGit || spec.kind == Spec::Kind::kRemote || spec.kind == Spec::Kind::kFile) {
        p.resolved = p.version;
        p.resolved_at = p.version_at;
        p.version = {};
      }
      p.source = spec.kind == Spec::Kind::kFile ? SourceKind::kFile : SourceOf(p.resolved, p.real_name);
      p.first_edge = static_cast<uint32_t>(out_.edges.size());
      Edges(v["requires"], DependencyField::kProd);
      const std::string here(p.key);
      Push(p);
      if (const DocValue nested = v["dependencies"]; nested.IsObject()) NpmTree(nested, here, depth + 1);
    }
  }

  // ---- yarn.lock of Yarn 1
  void YarnClassic() {
    const std::string_view text = text_;
    size_t at = 0;
    LockPackage p;
    bool open = false;
    bool in_block = false;
    DependencyField block = DependencyField::kProd;
    std::vector<std::string_view> patterns;
    const auto close = [&] {
      if (!open) return;
      p.source = IsGitUrl(p.resolved) ? SourceKind::kGit : SourceOf(p.resolved, p.real_name);
      const auto index = static_cast<uint32_t>(out_.packages.size());
      Push(p);
      for (const std::string_view pattern : patterns) out_.by_key.try_emplace(pattern, index);
      open = false;
    };
    while (at < text.size()) {
      const size_t start = at;
      const size_t end = std::min(text.find('\n', at), text.size());
      std::string_view line = text.substr(start, end - start);
      at = end + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      const size_t indent = std::min(line.find_first_not_of(' '), line.size());
      if (indent == line.size() || line[indent] == '#') continue;
      const auto fail = [&](std::string message) {
        out_.error = DocError{static_cast<uint32_t>(start + indent), std::move(message)};
      };
      if (indent == 0) {
        close();
        if (!line.ends_with(':')) return fail("an entry, which ends in ':', is expected");
        patterns.clear();
        p = LockPackage();
        open = true;
        in_block = false;
        p.first_edge = static_cast<uint32_t>(out_.edges.size());
        p.key = line.substr(0, line.size() - 1);
        p.at = {static_cast<uint32_t>(start), static_cast<uint32_t>(start + line.size() - 1)};
        p.version_at = p.resolved_at = p.integrity_at = p.at;
        for (size_t i = 0; i < p.key.size();) {
          std::string_view word;
          if (!Word(p.key, i, word)) return fail("this string has no end");
          patterns.push_back(word);
          if (i < p.key.size() && p.key[i] == ',') ++i;
          while (i < p.key.size() && p.key[i] == ' ') ++i;
        }
        if (patterns.empty()) return fail("an entry without a name");
        const auto [name, range] = SplitAtVersion(patterns.front());
        p.name = p.real_name = name;
        if (const Spec spec = ReadSpec(range); !spec.alias_of.empty()) p.real_name = spec.alias_of;
        continue;
      }
      if (!open) return fail("a property without an entry");
      std::string_view key, value;
      size_t i = indent;
      if (!Word(line, i, key)) return fail("this string has no end");
      while (i < line.size() && line[i] == ' ') ++i;
      const size_t value_at = i;
      if (i < line.size() && !Word(line, i, value)) return fail("this string has no end");
      const Span span = {static_cast<uint32_t>(start + value_at), static_cast<uint32_t>(start + i)};
      if (indent >= 4) {
        if (!in_block) continue;
        LockEdge e;
        e.name = key;
        e.spec = value;
        e.kind = block;
        e.at = span;
        out_.edges.push_back(e);
        continue;
      }
      in_block = key == "dependencies:" || key == "optionalDependencies:";
      if (value.empty() && !key.ends_with(':')) return fail("a value is expected after the key");
      if (key == "version") {
        p.version = value;
        p.version_at = span;
      } else if (key == "resolved") {
        p.resolved = value;
        p.resolved_at = span;
      } else if (key == "integrity") {
        p.integrity = value;
        p.integrity_at = span;
      } else if (in_block) {
        block = key == "dependencies:" ? DependencyField::kProd : DependencyField::kOptional;
      }
    }
    close();
    for (LockEdge& e : out_.edges) e.to = FindPattern(e.name, e.spec);
  }

  // A word of a Yarn 1 lockfile: bare, or quoted as in JSON.
  bool Word(std::string_view line, size_t& i, std::string_view& word) {
    if (line[i] != '"') {
      const size_t start = i;
      while (i < line.size() && line[i] != ' ' && line[i] != ',') ++i;
      word = line.substr(start, i - start);
      return true;
    }
    const size_t start = ++i;
    bool escaped = false;
    while (i < line.size() && line[i] != '"') {
      if (line[i] == '\\') {
        escaped = true;
        ++i;
      }
      ++i;
    }
    if (i >= line.size()) return false;
    word = line.substr(start, i - start);
    ++i;
    if (escaped) {
      std::string decoded;
      for (size_t k = 0; k < word.size(); ++k) {
        if (word[k] == '\\' && k + 1 < word.size()) ++k;
        decoded += word[k];
      }
      word = Keep(std::move(decoded));
    }
    return true;
  }

  // ---- yarn.lock of Yarn 2 and later
  void YarnBerry() {
    Document doc = Document::Yaml(text_);
    out_.error = doc.error();
    out_.version = doc.root()["__metadata"]["version"].text();
    out_.version_at = doc.root()["__metadata"]["version"].at();
    for (const DocValue v : doc.root()) {
      if (v.key() == "__metadata" || !v.IsObject()) continue;
      LockPackage p;
      p.key = v.key();
      p.at = p.version_at = p.resolved_at = p.integrity_at = v.key_at();
      p.first_edge = static_cast<uint32_t>(out_.edges.size());
      const auto [name, range] = SplitAtVersion(p.key);
      p.name = name;
      p.version = v["version"].text();
      p.version_at = v["version"].at();
      Text(v["resolution"], p.resolved, p.resolved_at);
      Text(v["checksum"], p.integrity, p.integrity_at);
      p.other_platform = static_cast<bool>(v["conditions"]);
      const auto [real, reference] = SplitAtVersion(p.resolved);
      p.real_name = real.empty() ? p.name : real;
      if (reference.starts_with("workspace:")) {
        p.source = SourceKind::kWorkspace;
        p.importer = true;
      } else if (reference.starts_with("npm:")) {
        p.source = SourceKind::kRegistry;
      } else if (reference.starts_with("patch:") || reference.starts_with("virtual:")) {
        p.source = SourceKind::kRegistry;
      } else if (reference.starts_with("file:") || reference.starts_with("link:") || reference.starts_with("portal:")) {
        p.source = SourceKind::kFile;
      } else if (IsGitUrl(reference) || reference.find("#commit=") != std::string_view::npos) {
        p.source = SourceKind::kGit;
      } else {
        p.source = SourceKind::kTarball;
      }
      for (const DocValue f : v) {
        if (f.key() == "dependencies") Edges(f, DependencyField::kProd);
        if (f.key() == "peerDependencies") Edges(f, DependencyField::kPeer, v["peerDependenciesMeta"]);
      }
      Commands(v["bin"], BaseName(p.real_name));
      if (p.importer) {
        for (const char* field : {"dependenciesMeta", "peerDependenciesMeta"}) {
          for (const DocValue of : v[field]) {
            for (const DocValue m : of)
              out_.meta.push_back({static_cast<uint32_t>(out_.packages.size()), field, of.key(), m.key(), m.text()});
          }
        }
      }
      for (uint32_t e = p.first_edge; e < out_.edges.size(); ++e) {
        if (out_.edges[e].kind == DependencyField::kProd &&
            v["dependenciesMeta"][out_.edges[e].name]["optional"].IsTrue()) {
          out_.edges[e].kind = DependencyField::kOptional;
        }
      }
      const auto index = static_cast<uint32_t>(out_.packages.size());
      Push(p);
      std::string_view rest = p.key;
      while (!rest.empty()) {
        const size_t comma = rest.find(", ");
        const std::string_view pattern = rest.substr(0, comma);
        out_.by_key.try_emplace(pattern, index);
        // What asks for a patch does not say whose patch it is: "a@patch:a@npm%3A1.0.0#./a.patch::locator=...".
        if (const size_t locator = pattern.rfind("::locator="); locator != std::string_view::npos)
          out_.by_key.try_emplace(pattern.substr(0, locator), index);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 2);
      }
    }
    for (LockEdge& e : out_.edges) {
      if (e.kind != DependencyField::kPeer) e.to = FindPattern(e.name, e.spec);
    }
    Adopt(doc);
  }

  // ---- pnpm-lock.yaml
  void Pnpm() {
    Document doc = Document::Yaml(text_);
    out_.error = doc.error();
    const DocValue root = doc.root();
    out_.version = root["lockfileVersion"].text();
    out_.version_at = root["lockfileVersion"].at();
    old_pnpm_ = out_.version.starts_with("5") || out_.version.starts_with("4") || out_.version.starts_with("3");
    const DocValue snapshots = root["snapshots"];
    out_.knows_install_scripts = !snapshots;
    for (const DocValue o : root["overrides"]) out_.overrides.emplace_back(o.key(), o.text());
    for (const DocValue o : root["settings"]) out_.meta.push_back({kNoneIndex, "settings", o.key(), "", o.text()});
    for (const char* field : {"packageExtensionsChecksum", "pnpmfileChecksum"}) {
      if (root[field]) out_.meta.push_back({kNoneIndex, field, "", "", root[field].text()});
    }
    for (const DocValue o : root["ignoredOptionalDependencies"])
      out_.meta.push_back({kNoneIndex, "ignoredOptionalDependencies", o.text(), "", ""});
    for (const DocValue o : root["patchedDependencies"])
      out_.meta.push_back({kNoneIndex, "patchedDependencies", o.key(), "", ""});
    for (const DocValue v : root["packages"]) {
      if (!v.IsObject()) continue;
      LockPackage p;
      p.key = v.key();
      p.at = p.version_at = p.resolved_at = p.integrity_at = v.key_at();
      PnpmName(p.key, p.name, p.version);
      if (const std::string_view own = v["name"].str(); !own.empty()) p.name = own;
      if (const std::string_view own = v["version"].text(); !own.empty()) p.version = own;
      p.real_name = p.name;
      const DocValue resolution = v["resolution"];
      Text(resolution["integrity"], p.integrity, p.integrity_at);
      Text(resolution["tarball"], p.resolved, p.resolved_at);
      const std::string_view type = resolution["type"].str();
      if (type == "git" || resolution["repo"]) {
        Text(resolution["repo"], p.resolved, p.resolved_at);
        p.source = SourceKind::kGit;
      } else if (type == "directory" || p.resolved.starts_with("file:") || resolution["directory"]) {
        p.source = SourceKind::kFile;
      } else if (p.resolved.empty()) {
        p.source = SourceKind::kRegistry;
      } else {
        // A package of a registry has a version for its reference, and its hash; a tarball by URL neither.
        p.source = p.integrity.empty() || p.version.find(':') != std::string_view::npos ||
                           p.version.find('/') != std::string_view::npos
                       ? SourceKind::kTarball
                       : SourceKind::kRegistry;
      }
      p.deprecated = v["deprecated"].str();
      p.engines_node = v["engines"]["node"].str();
      p.dev = v["dev"].IsTrue();
      p.optional = v["optional"].IsTrue();
      p.install_script = v["requiresBuild"].IsTrue();
      p.other_platform = v["os"] || v["cpu"] || v["libc"];
      p.first_edge = static_cast<uint32_t>(out_.edges.size());
      Edges(v["peerDependencies"], DependencyField::kPeer, v["peerDependenciesMeta"]);
      if (!snapshots) {
        Edges(v["dependencies"], DependencyField::kProd);
        Edges(v["optionalDependencies"], DependencyField::kOptional);
      }
      Push(p);
    }
    // Since version 9 what depends on what stands apart, once for each set of peers.
    if (snapshots) {
      Index();
      std::vector<std::vector<DocValue>> of(out_.packages.size());
      for (const DocValue s : snapshots) {
        const std::string_view key = s.key().substr(0, s.key().find('('));
        if (const uint32_t to = out_.Find(key); to != kNoneIndex) {
          of[to].push_back(s);
          if (s["optional"].IsTrue()) out_.packages[to].optional = true;
        }
      }
      std::vector<LockEdge> edges;
      std::swap(edges, out_.edges);
      for (uint32_t i = 0; i < out_.packages.size(); ++i) {
        LockPackage& p = out_.packages[i];
        const auto first = static_cast<uint32_t>(out_.edges.size());
        out_.edges.insert(out_.edges.end(), edges.begin() + p.first_edge, edges.begin() + p.first_edge + p.edges);
        for (const DocValue& s : of[i]) {
          Edges(s["dependencies"], DependencyField::kProd);
          Edges(s["optionalDependencies"], DependencyField::kOptional);
        }
        p.first_edge = first;
        p.edges = static_cast<uint32_t>(out_.edges.size()) - first;
      }
    }
    if (const DocValue importers = root["importers"]; importers.IsObject()) {
      for (const DocValue v : importers) PnpmImporter(v, v.key(), v.key_at());
    } else {
      PnpmImporter(root, ".", Span{});
    }
    Index();
    for (const LockPackage& p : out_.packages) {
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        if (out_.edges[e].kind != DependencyField::kPeer)
          out_.edges[e].to =
              PnpmTarget(out_.edges[e].name, p.importer ? targets_[e - importer_edges_] : out_.edges[e].spec);
      }
    }
    Adopt(doc);
  }

  void PnpmImporter(const DocValue& v, std::string_view key, Span at) {
    if (targets_.empty() && importer_edges_ == 0) importer_edges_ = static_cast<uint32_t>(out_.edges.size());
    LockPackage p;
    p.key = key;
    p.at = p.version_at = p.resolved_at = p.integrity_at = at;
    p.importer = true;
    p.source = SourceKind::kWorkspace;
    p.first_edge = static_cast<uint32_t>(out_.edges.size());
    const DocValue specifiers = v["specifiers"];
    for (const DocValue of : v["dependenciesMeta"]) {
      for (const DocValue m : of)
        out_.meta.push_back(
            {static_cast<uint32_t>(out_.packages.size()), "dependenciesMeta", of.key(), m.key(), m.text()});
    }
    for (const DependencyField kind : {DependencyField::kProd, DependencyField::kDev, DependencyField::kOptional}) {
      for (const DocValue d : v[FieldOf(kind)]) {
        LockEdge e;
        e.name = d.key();
        e.kind = kind;
        e.at = d.key_at();
        if (d.IsObject()) {
          e.spec = d["specifier"].text();
          e.at = d["specifier"].at();
          targets_.push_back(d["version"].text());
        } else {
          e.spec = specifiers[e.name].text();
          targets_.push_back(d.text());
        }
        out_.edges.push_back(e);
      }
    }
    Push(p);
  }

  // "/a@1.0.0(b@2.0.0)", "a@1.0.0", "/a/1.0.0_b@2.0.0"; a leading registry host is dropped.
  void PnpmName(std::string_view key, std::string_view& name, std::string_view& version) const {
    key = key.substr(0, key.find('('));
    if (old_pnpm_) {
      if (!key.starts_with('/')) {
        const size_t slash = key.find('/');
        if (slash == std::string_view::npos) return;
        key = key.substr(slash);
      }
      key.remove_prefix(1);
      const size_t slash = key.rfind('/');
      if (slash == std::string_view::npos) return;
      name = key.substr(0, slash);
      version = key.substr(slash + 1);
      version = version.substr(0, version.find('_'));
      return;
    }
    if (key.starts_with('/')) key.remove_prefix(1);
    std::tie(name, version) = SplitAtVersion(key);
  }

  uint32_t PnpmTarget(std::string_view name, std::string_view reference) const {
    if (reference.empty() || reference.starts_with("link:")) return kNoneIndex;
    const std::string_view bare = reference.substr(0, reference.find('('));
    for (const std::string& key : {Cat(name, "@", bare), Cat("/", name, "@", reference), Cat("/", name, "/", reference),
                                   std::string(reference), std::string(bare), Cat("/", name, "@", bare)}) {
      if (const uint32_t found = out_.Find(key); found != kNoneIndex) return found;
    }
    return kNoneIndex;
  }

  // ---- bun.lock
  void Bun() {
    Document doc = Document::Json(text_, {.comments = true, .trailing_commas = true});
    out_.error = doc.error();
    const DocValue root = doc.root();
    out_.version = root["lockfileVersion"].text();
    out_.version_at = root["lockfileVersion"].at();
    for (const DocValue t : root["trustedDependencies"]) out_.trusted.push_back(t.str());
    for (const DocValue o : root["overrides"]) out_.overrides.emplace_back(o.key(), o.text());
    for (const DocValue v : root["workspaces"]) {
      LockPackage p;
      p.key = v.key().empty() ? std::string_view(".") : v.key();
      p.at = p.version_at = p.resolved_at = p.integrity_at = v.key_at();
      p.name = p.real_name = v["name"].str();
      p.importer = true;
      p.source = SourceKind::kWorkspace;
      p.first_edge = static_cast<uint32_t>(out_.edges.size());
      for (const DependencyField kind :
           {DependencyField::kProd, DependencyField::kDev, DependencyField::kOptional, DependencyField::kPeer}) {
        Edges(v[FieldOf(kind)], kind);
      }
      Push(p);
    }
    for (const DocValue v : root["packages"]) {
      LockPackage p;
      p.key = v.key();
      p.at = p.version_at = p.resolved_at = p.integrity_at = v.key_at();
      p.first_edge = static_cast<uint32_t>(out_.edges.size());
      // The key is the path of names to it: "a/b" is b in the node_modules of a.
      size_t cut = p.key.rfind('/');
      if (cut != std::string_view::npos) {
        const size_t before = p.key.rfind('/', cut - 1);
        const size_t scope = before == std::string_view::npos ? 0 : before + 1;
        if (p.key[scope] == '@') cut = scope == 0 ? std::string_view::npos : scope - 1;
      }
      p.name = cut == std::string_view::npos ? p.key : p.key.substr(cut + 1);
      int position = 0;
      for (const DocValue f : v) {
        if (position == 0) {
          std::string_view reference;
          std::tie(p.real_name, reference) = SplitAtVersion(f.str());
          p.version = reference;
          p.version_at = f.at();
          if (reference.starts_with("workspace:")) {
            p.source = SourceKind::kWorkspace;
            p.link = true;
          } else if (IsGitUrl(reference)) {
            p.source = SourceKind::kGit;
            p.resolved = reference;
            p.resolved_at = f.at();
          } else if (IsHttp(reference)) {
            p.source = SourceKind::kTarball;
            p.resolved = reference;
            p.resolved_at = f.at();
          } else if (reference.starts_with("file:") || reference.starts_with("link:") || reference.starts_with('.') ||
                     reference.ends_with(".tgz")) {
            p.source = SourceKind::kFile;
          }
        } else if (f.IsObject()) {
          Edges(f["dependencies"], DependencyField::kProd);
          Edges(f["optionalDependencies"], DependencyField::kOptional);
          Edges(f["peerDependencies"], DependencyField::kPeer);
          p.other_platform = f["os"] || f["cpu"];
          for (const DocValue o : f["optionalPeers"]) {
            for (uint32_t e = p.first_edge; e < out_.edges.size(); ++e) {
              if (out_.edges[e].kind == DependencyField::kPeer && out_.edges[e].name == o.str())
                out_.edges[e].optional_peer = true;
            }
          }
        } else if (IsHttp(f.str())) {
          p.resolved = f.str();  // the tarball, or the registry when it is not the default
          p.resolved_at = f.at();
        } else if (f.str().find('-') != std::string_view::npos && f.str().starts_with("sha")) {
          p.integrity = f.str();
          p.integrity_at = f.at();
        }
        ++position;
      }
      Push(p);
    }
    Index();
    for (const LockPackage& p : out_.packages) {
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        std::string_view from = p.importer ? (p.key == "." ? std::string_view() : p.name) : p.key;
        for (;;) {
          const uint32_t to =
              out_.Find(from.empty() ? std::string(out_.edges[e].name) : Cat(from, "/", out_.edges[e].name));
          if (to != kNoneIndex) out_.edges[e].to = to;
          if (to != kNoneIndex || from.empty()) break;
          const size_t slash = from.rfind('/');
          from = slash == std::string_view::npos ? std::string_view() : from.substr(0, slash);
        }
      }
    }
    Adopt(doc);
  }

 private:
  static void Text(const DocValue& value, std::string_view& text, Span& at) {
    if (!value || value.text().empty() || value.IsObject()) return;
    text = value.text();
    at = value.at();
  }

  static SourceKind SourceOf(std::string_view resolved, std::string_view name) {
    if (resolved.empty()) return SourceKind::kRegistry;
    if (IsGitUrl(resolved)) return SourceKind::kGit;
    if (IsHttp(resolved)) return LooksLikeRegistry(resolved, name) ? SourceKind::kRegistry : SourceKind::kTarball;
    if (resolved.starts_with("file:") || resolved.find(':') == std::string_view::npos) return SourceKind::kFile;
    return SourceKind::kTarball;
  }

  // Of the package that is pushed next; one without a name goes by that of the package.
  void Commands(const DocValue& bin, std::string_view name) {
    const auto package = static_cast<uint32_t>(out_.packages.size());
    if (bin.IsString()) out_.commands.push_back({package, name, bin.str()});
    for (const DocValue c : bin) {
      if (bin.IsObject() && c.IsString()) out_.commands.push_back({package, c.key(), c.str()});
    }
  }

  void Edges(const DocValue& object, DependencyField kind, const DocValue& meta = DocValue()) {
    if (!object.IsObject()) return;
    for (const DocValue v : object) {
      LockEdge e;
      e.name = v.key();
      e.spec = v.text();
      e.kind = kind;
      e.at = v.at();
      e.optional_peer = kind == DependencyField::kPeer && meta[e.name]["optional"].IsTrue();
      out_.edges.push_back(e);
    }
  }

  void Push(LockPackage& p) {
    p.edges = static_cast<uint32_t>(out_.edges.size()) - p.first_edge;
    out_.packages.push_back(p);
  }

  void Index() {
    out_.by_key.reserve(out_.packages.size());
    for (uint32_t i = 0; i < out_.packages.size(); ++i) {
      if (!out_.packages[i].importer || out_.format == LockFormat::kNpm)
        out_.by_key.try_emplace(out_.packages[i].key, i);
    }
  }

  uint32_t FindPattern(std::string_view name, std::string_view spec) const {
    uint32_t found = out_.Find(Cat(name, "@", spec));
    if (found == kNoneIndex && out_.format == LockFormat::kYarnBerry) found = out_.Find(Cat(name, "@npm:", spec));
    return found;
  }

  // Views point into the strings: these never move one by one.
  void Adopt(Document& doc) { out_.strings.push_back(doc.TakeStrings()); }
  std::string_view Keep(std::string text) {
    if (out_.strings.empty()) out_.strings.emplace_back();
    out_.strings.front().push_back(std::move(text));
    return out_.strings.front().back();
  }

  std::string_view text_;
  Lockfile& out_;
  bool old_pnpm_ = false;
  std::vector<std::string_view> targets_;  // of the edges of pnpm's importers, from importer_edges_ on
  uint32_t importer_edges_ = 0;
};

}  // namespace

std::string_view ManagerOf(LockFormat format) {
  switch (format) {
    case LockFormat::kNpm:
      return "npm";
    case LockFormat::kYarnClassic:
    case LockFormat::kYarnBerry:
      return "yarn";
    case LockFormat::kPnpm:
      return "pnpm";
    case LockFormat::kBun:
      return "bun";
  }
  return "";
}

std::optional<LockFormat> LockFormatOf(std::string_view path) {
  const std::string_view name = BaseName(path);
  if (name == "package-lock.json" || name == "npm-shrinkwrap.json") return LockFormat::kNpm;
  if (name == "yarn.lock") return LockFormat::kYarnClassic;
  if (name == "pnpm-lock.yaml") return LockFormat::kPnpm;
  if (name == "bun.lock" || name == "bun.lockb") return LockFormat::kBun;
  return std::nullopt;
}

uint32_t Lockfile::Find(std::string_view key) const {
  const auto it = by_key.find(key);
  return it == by_key.end() ? kNoneIndex : it->second;
}

uint32_t Lockfile::Lookup(std::string_view location, std::string_view name) const {
  std::string key;
  for (;;) {
    key.assign(location);
    if (!key.empty()) key += '/';
    key += "node_modules/";
    key += name;
    if (const uint32_t found = Find(key); found != kNoneIndex) return found;
    if (location.empty()) return kNoneIndex;
    const size_t slash = location.rfind('/');
    location = slash == std::string_view::npos ? std::string_view() : location.substr(0, slash);
    // The folder node_modules itself holds none, and a scope is no folder of a package.
    while (location == "node_modules" || location.ends_with("/node_modules") ||
           (location.rfind('@') != std::string_view::npos && location.rfind('@') + 1 < location.size() &&
            location.find('/', location.rfind('@')) == std::string_view::npos &&
            (location.rfind('@') == 0 || location[location.rfind('@') - 1] == '/'))) {
      const size_t cut = location.rfind('/');
      location = cut == std::string_view::npos ? std::string_view() : location.substr(0, cut);
    }
  }
}

const LockPackage* Lockfile::Importer(std::string_view folder) const {
  for (const LockPackage& p : packages) {
    if (!p.importer) continue;
    std::string_view key = p.key;
    if (format == LockFormat::kYarnBerry) {
      const size_t at = p.resolved.find("@workspace:");
      key = at == std::string_view::npos ? std::string_view() : p.resolved.substr(at + 11);
    }
    if (key.empty()) key = ".";
    if (key == folder) return &p;
  }
  return nullptr;
}

std::unique_ptr<Lockfile> ReadLockfile(std::string_view text, std::string path) {
  auto out = std::make_unique<Lockfile>();
  out->path = std::move(path);
  out->directory = std::string(DirName(out->path));
  out->format = LockFormatOf(out->path).value_or(LockFormat::kNpm);
  Builder builder(text, *out);
  if (BaseName(out->path) == "bun.lockb") {
    out->error = DocError{0,
                          "bun.lockb is in bun's binary format, which changes with bun; \"bun install "
                          "--save-text-lockfile\" writes bun.lock"};
    return out;
  }
  switch (out->format) {
    case LockFormat::kNpm:
      builder.Npm();
      break;
    case LockFormat::kYarnClassic:
    case LockFormat::kYarnBerry:
      out->format =
          text.find("__metadata:") != std::string_view::npos ? LockFormat::kYarnBerry : LockFormat::kYarnClassic;
      out->format == LockFormat::kYarnBerry ? builder.YarnBerry() : builder.YarnClassic();
      break;
    case LockFormat::kPnpm:
      builder.Pnpm();
      break;
    case LockFormat::kBun:
      builder.Bun();
      break;
  }
  return out;
}

std::string_view HostOf(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  return rest;
}

}  // namespace looplint
