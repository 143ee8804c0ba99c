#include "analyzer/packages/sync.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/base/strings.h"
#include "analyzer/packages/semver.h"

namespace looplint {
namespace {

// A folder as seen from the workspace's.
std::string Below(std::string_view directory, std::string_view root) {
  if (directory == root) return ".";
  if (root == ".") return std::string(directory);
  return std::string(directory.substr(root.size() + 1));
}

std::string FileName(const std::string& path) {
  return path.substr(path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1);
}

// "a>b" is b as a brings it; the ">" of "a@>=1" is none of those.
std::string_view LastOfPath(std::string_view name) {
  for (size_t i = name.size(); i-- > 0;) {
    if (name[i] != '>' || i + 1 >= name.size()) continue;
    const char c = name[i + 1];
    if (c == '@' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return name.substr(i + 1);
  }
  return name;
}

class Comparison {
 public:
  Comparison(const InstallRoot& w, const PackageFile& file, size_t most)
      : w_(w), file_(file), lock_(*file.lockfile), name_(FileName(file.path)), most_(most) {}

  std::vector<Drift> Run() {
    if (w_.root == nullptr || lock_.error || w_.root->manifest->document.error()) return {};
    ReadOverrides();
    switch (lock_.format) {
      case LockFormat::kNpm:
        Npm();
        break;
      case LockFormat::kYarnClassic:
        YarnClassic();
        break;
      case LockFormat::kYarnBerry:
        YarnBerry();
        break;
      case LockFormat::kPnpm:
        Pnpm();
        break;
      case LockFormat::kBun:
        Bun();
        break;
    }
    return std::move(out_);
  }

 private:
  void Say(FileId file, Span at, std::string message) {
    if (out_.size() < most_) out_.push_back({file, at, std::move(message)});
  }

  // Names that overrides of the root speak of: what they lead to is the manager's business.
  void ReadOverrides() {
    const DocValue root = w_.root->manifest->root();
    const auto add = [&](auto& self, const DocValue& v, int depth) -> void {
      if (!v.IsObject() || depth > 20) return;
      for (const DocValue o : v) {
        std::string_view name = o.key();
        name = LastOfPath(name);
        if (const size_t slash = name.rfind('/'); slash != std::string_view::npos) {
          // "a/b", "**/b": the last name; a scope belongs to it.
          const size_t scope = slash == 0 ? std::string_view::npos : name.rfind('/', slash - 1);
          const size_t start = scope == std::string_view::npos ? 0 : scope + 1;
          name = name[start] == '@' ? name.substr(start) : name.substr(slash + 1);
        }
        overridden_.insert(SplitAtVersion(name).first);
        if (o.IsString() && depth == 0 && o.key() == name) plain_overrides_[name] = o.str();
        self(self, o, depth + 1);
      }
    };
    if (lock_.format == LockFormat::kNpm) add(add, root["overrides"], 0);
    if (lock_.format == LockFormat::kYarnClassic || lock_.format == LockFormat::kYarnBerry)
      add(add, root["resolutions"], 0);
    if (lock_.format == LockFormat::kBun) {
      add(add, root["overrides"], 0);
      add(add, root["resolutions"], 0);
    }
    if (lock_.format == LockFormat::kPnpm) {
      add(add, root["pnpm"]["overrides"], 0);
      add(add, root["resolutions"], 0);
      for (const auto& [name, spec] : lock_.overrides) {
        std::string_view bare = name;
        bare = LastOfPath(bare);
        overridden_.insert(SplitAtVersion(bare).first);
      }
    }
  }

  bool Setting(std::string_view key, std::string_view value) const {
    return std::ranges::any_of(w_.settings, [&](const PackageFile* s) {
      const auto* found = s->settings->Find(key);
      return found != nullptr && found->value == value;
    });
  }

  // ---- npm
  // Does the package in the lockfile satisfy what is asked for? Nullopt when that cannot be told offline.
  std::optional<bool> NpmValid(const LockPackage& p, std::string_view asked) const {
    const Spec spec = ReadSpec(asked);
    switch (spec.kind) {
      case Spec::Kind::kRange:
        if (p.link) {
          // A workspace: its version is in its own entry.
          const uint32_t target = lock_.Find(p.resolved);
          if (target == kNoneIndex) return std::nullopt;
          const std::string_view version = lock_.packages[target].version;
          if (spec.text.empty() || spec.text == "*") return true;
          return Satisfies(version, spec.text);
        }
        // Of an alias npm compares the version alone.
        if (spec.alias_of.empty() && p.real_name != p.name) return false;
        if (spec.text.empty() || spec.text == "*") return true;
        return Satisfies(p.version, spec.text);
      case Spec::Kind::kTag:
        return p.source == SourceKind::kRegistry || p.source == SourceKind::kTarball
                   ? std::optional<bool>(!p.version.empty())
                   : std::optional<bool>(false);
      case Spec::Kind::kRemote:
        return p.resolved == spec.text;
      case Spec::Kind::kGit: {
        if (p.source != SourceKind::kGit) return false;
        return std::nullopt;
      }
      case Spec::Kind::kFile: {
        if (p.source == SourceKind::kRegistry && !p.link && !p.version.empty() && p.resolved.starts_with("http"))
          return false;
        return std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  void Npm() {
    const bool legacy_peers = Setting("legacy-peer-deps", "true");
    const bool omit_optional = false;
    for (const PackageFile* m : w_.Manifests()) {
      const std::string folder = Below(m->directory, w_.directory);
      const std::string location = folder == "." ? std::string() : folder;
      if (m != w_.root) {
        // A member must be linked, under its name.
        bool linked = lock_.packages.empty() || lock_.version == "1";
        for (const LockPackage& p : lock_.packages) {
          if (p.link && p.resolved == location && (m->manifest->name.empty() || p.name == m->manifest->name))
            linked = true;
        }
        if (!linked) {
          Say(m->file, m->manifest->root()["name"].at(), Cat("the workspace ", location, " is not in ", name_));
          continue;
        }
      }
      std::set<std::string_view> done;
      for (const Dependency& d : m->manifest->dependencies) {
        // In the project's own package.json the field npm reads last counts: dev before optional before prod.
        const Dependency* counts = m->manifest->Find(d.name, DependencyField::kDev);
        if (counts == nullptr) counts = m->manifest->Installed(d.name);
        if (counts != &d && d.kind != DependencyField::kPeer) continue;
        if (d.kind == DependencyField::kPeer &&
            (d.optional_peer || legacy_peers || m->manifest->Installed(d.name) != nullptr))
          continue;
        if (!done.insert(d.name).second) continue;
        if (d.kind == DependencyField::kPeer && lock_.version == "1") continue;
        // What a tag means npm knows from a lockfile that was made for it; else it asks the registry. Optional
        // dependencies of the project are in the lockfile even where they do not install.
        if (const LockPackage* own = lock_.Importer(folder)) {
          bool same = false;
          for (uint32_t e = own->first_edge; e < own->first_edge + own->edges; ++e) {
            same = same || (lock_.edges[e].name == d.name && lock_.edges[e].spec == d.spec);
          }
          const bool tag = ReadSpec(d.spec).kind == Spec::Kind::kTag && !same;
          const bool optional = d.kind == DependencyField::kOptional && lock_.Lookup(location, d.name) == kNoneIndex;
          if (tag || optional) {
            Say(m->file, d.spec_at, Cat(name_, " was not made for ", d.name, "@", d.spec));
            continue;
          }
        }
        Edge(location, d.name, d.spec, d.kind == DependencyField::kOptional || omit_optional, m->file, d.spec_at);
      }
    }
    // Inside the lockfile: somebody edited or merged it.
    for (const LockPackage& p : lock_.packages) {
      if (p.key.empty()) continue;  // the root goes by its package.json
      if (p.link || p.bundled) continue;
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const LockEdge& edge = lock_.edges[e];
        if (edge.kind == DependencyField::kPeer || (edge.kind == DependencyField::kDev && !p.importer)) continue;
        // Optional wins where both are listed.
        bool optional = edge.kind == DependencyField::kOptional;
        for (uint32_t o = p.first_edge; o < p.first_edge + p.edges; ++o) {
          optional =
              optional || (lock_.edges[o].kind == DependencyField::kOptional && lock_.edges[o].name == edge.name);
        }
        if (lock_.version == "1" && edge.to == kNoneIndex) continue;
        // One of another version npm takes as it is; one that is missing it does not.
        if (edge.to == kNoneIndex || plain_overrides_.contains(edge.name))
          Edge(p.key, edge.name, edge.spec, optional, file_.file, edge.at);
      }
    }
  }

  void Edge(std::string_view location, std::string_view name, std::string_view spec, bool optional, FileId file,
            Span at) {
    if (const auto it = plain_overrides_.find(name); it != plain_overrides_.end() && !it->second.starts_with('$')) {
      // Edges of the root may not be overridden to something else; of others the override is what counts.
      if (!location.empty()) spec = it->second;
    } else if (overridden_.contains(name)) {
      return;
    }
    const uint32_t to = lock_.Lookup(location, name);
    if (to == kNoneIndex) {
      if (!optional) Say(file, at, Cat(name, "@", spec, " is missing from ", name_));
      return;
    }
    const LockPackage& p = lock_.packages[to];
    const std::optional<bool> valid = NpmValid(p, spec);
    // An optional dependency that does not fit is as good as missing.
    if (valid && !*valid && !(optional && p.bundled)) {
      const std::string has = p.version.empty() ? std::string(p.resolved.substr(0, 60)) : std::string(p.version);
      Say(file, at,
          Cat(name_, " has ", p.real_name != p.name ? Cat(p.real_name, "@") : Cat(name, "@"), has, ", which ", spec,
              " does not admit"));
    }
  }

  // ---- Yarn 1
  void YarnClassic() {
    // Of the members Yarn 1 looks at nothing in a frozen install: what they ask for it takes as it comes.
    for (const PackageFile* m : {w_.root}) {
      for (const Dependency& d : m->manifest->dependencies) {
        if (d.kind == DependencyField::kPeer || overridden_.contains(d.name)) continue;
        const Spec spec = ReadSpec(d.spec);
        if (spec.kind == Spec::Kind::kLink) continue;
        if (const PackageFile* member = w_.Member(d.name); member != nullptr && member != w_.root) {
          if (spec.kind == Spec::Kind::kWorkspace || spec.text.empty() ||
              Satisfies(member->manifest->version, spec.text))
            continue;
        }
        if (m->manifest->Installed(d.name) != &d) continue;
        // Yarn 1 trims nothing: the pattern is the text.
        if (lock_.Find(Cat(d.name, "@", d.spec)) != kNoneIndex) continue;
        if (d.spec.empty() && lock_.Find(d.name) != kNoneIndex) continue;
        if (d.spec.empty() && lock_.Find(Cat(d.name, "@")) != kNoneIndex) continue;
        Say(m->file, d.spec_at, Cat(name_, " has no entry for ", d.name, "@", d.spec));
      }
    }
    // What locked packages ask for must be locked too.
    for (const LockEdge& e : lock_.edges) {
      if (e.to != kNoneIndex || overridden_.contains(e.name) || e.kind == DependencyField::kOptional) continue;
      if (w_.Member(e.name) != nullptr) continue;
      Say(file_.file, e.at, Cat(name_, " has no entry for ", e.name, "@", e.spec, ", which another entry asks for"));
    }
  }

  // ---- Yarn 2 and later
  static std::string_view WithoutNpm(std::string_view spec) {
    return spec.starts_with("npm:") && !SplitAtVersion(spec.substr(4)).first.empty() &&
                   SemRange::Parse(spec.substr(4), SemverMode::kLoose)
               ? spec.substr(4)
               : spec;
  }
  static bool SameRange(std::string_view a, std::string_view b) {
    if (a == b) return true;
    a = WithoutNpm(a);
    b = WithoutNpm(b);
    if (a.starts_with("npm:") != b.starts_with("npm:")) {  // a tag: "npm:latest"
      if (a.starts_with("npm:")) a.remove_prefix(4);
      if (b.starts_with("npm:")) b.remove_prefix(4);
    }
    return a == b;
  }

  void YarnBerry() {
    for (const PackageFile* m : w_.Manifests()) {
      const std::string folder = Below(m->directory, w_.directory);
      const LockPackage* entry = lock_.Importer(folder);
      if (entry == nullptr) {
        Say(m->file, m->manifest->root()["name"].at(),
            Cat("the workspace ", folder == "." ? std::string("of this package.json") : folder, " is not in ", name_));
        continue;
      }
      if (!m->manifest->name.empty() && entry->real_name != m->manifest->name) {
        Say(m->file, m->manifest->root()["name"].at(), Cat(name_, " knows this workspace as ", entry->real_name));
      }
      std::map<std::string_view, const LockEdge*> locked, peers;
      for (uint32_t e = entry->first_edge; e < entry->first_edge + entry->edges; ++e) {
        (lock_.edges[e].kind == DependencyField::kPeer ? peers : locked)[lock_.edges[e].name] = &lock_.edges[e];
      }
      Compare(*m, locked, peers, true);
    }
    for (const LockPackage& p : lock_.packages) {
      if (!p.importer) continue;
      const size_t at = p.resolved.find("@workspace:");
      if (at == std::string_view::npos) continue;
      const std::string_view folder = p.resolved.substr(at + 11);
      const bool there = std::ranges::any_of(
          w_.Manifests(), [&](const PackageFile* m) { return Below(m->directory, w_.directory) == folder; });
      if (!there && KnowsAllMembers())
        Say(file_.file, p.at, Cat(name_, " has the workspace ", folder, ", which is no more"));
    }
    // A resolution is written into the descriptors of the packages it speaks of.
    for (const auto& [name, spec] : plain_overrides_) {
      if (ReadSpec(spec).kind != Spec::Kind::kRange) continue;
      bool known = false, pinned = false;
      for (const auto& [pattern, index] : lock_.by_key) {
        const auto [of, range] = SplitAtVersion(pattern);
        known = known || of == name;
        pinned = pinned || (of == name && SameRange(range, spec));
      }
      if (known && !pinned) {
        Say(w_.root->file, w_.root->manifest->root()["resolutions"][name].at(),
            Cat("the resolution of ", name, " to ", spec, " is not in ", name_));
      }
    }
    if (!overridden_.empty()) return;
    for (const LockPackage& p : lock_.packages) {
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const LockEdge& edge = lock_.edges[e];
        if (edge.to != kNoneIndex || edge.kind == DependencyField::kPeer || overridden_.contains(edge.name)) continue;
        const Spec spec = ReadSpec(edge.spec);
        if (spec.kind != Spec::Kind::kRange && spec.kind != Spec::Kind::kTag) continue;
        if (w_.Member(edge.name) != nullptr) continue;
        if (BuiltinPatch(edge.name)) continue;
        Say(file_.file, edge.at, Cat(name_, " has no entry for ", edge.name, "@", edge.spec));
      }
    }
    // Entries nobody asks for any more would be removed.
    std::vector<bool> reached(lock_.packages.size());
    std::vector<uint32_t> stack;
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      if (lock_.packages[i].importer) stack.push_back(i);
    }
    while (!stack.empty()) {
      const uint32_t i = stack.back();
      stack.pop_back();
      if (reached[i]) continue;
      reached[i] = true;
      const LockPackage& p = lock_.packages[i];
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        if (lock_.edges[e].to != kNoneIndex) stack.push_back(lock_.edges[e].to);
      }
      // A patched package stands beside the one it patches.
      if (p.key.find("@patch:") != std::string_view::npos) patched_.insert(p.name);
    }
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      const LockPackage& p = lock_.packages[i];
      if (reached[i] || p.key.find("@patch:") != std::string_view::npos ||
          p.key.find("builtin<") != std::string_view::npos)
        continue;
      if (patched_.contains(p.name) || BuiltinPatch(p.name) || p.source != SourceKind::kRegistry) continue;
      Say(file_.file, p.at, Cat("nothing asks for ", p.name, "@", p.version, " any more"));
    }
  }
  // Yarn patches these by itself, through entries of their own.
  static bool BuiltinPatch(std::string_view name) {
    return name == "typescript" || name == "resolve" || name == "fsevents";
  }

  // Whether all members of the workspace were read: patterns may name folders that ignore files leave out.
  bool KnowsAllMembers() const { return !w_.members.empty() || w_.root->manifest->workspaces.empty(); }

  // Two lists of names and texts, both ways.
  void Compare(const PackageFile& m, std::map<std::string_view, const LockEdge*> locked,
               std::map<std::string_view, const LockEdge*> peers, bool berry) {
    for (const Dependency& d : m.manifest->dependencies) {
      auto& list = d.kind == DependencyField::kPeer ? peers : locked;
      const auto it = list.find(d.name);
      // For Yarn too what is a dev dependency is that first.
      const Dependency* counts = berry ? m.manifest->Find(d.name, DependencyField::kDev) : nullptr;
      if (counts == nullptr) counts = m.manifest->Installed(d.name);
      if (d.kind != DependencyField::kPeer && counts != &d) continue;
      if (it == list.end()) {
        Say(m.file, d.spec_at, Cat(d.name, "@", d.spec, " is missing from ", name_));
        continue;
      }
      bool same = berry ? SameRange(it->second->spec, d.spec) : it->second->spec == d.spec;
      if (berry && same && (it->second->kind == DependencyField::kOptional) != (d.kind == DependencyField::kOptional)) {
        Say(m.file, d.name_at,
            Cat(name_, " has ", d.name, it->second->kind == DependencyField::kOptional ? " as an" : " not as an",
                " optional dependency"));
      }
      if (!same && !overridden_.contains(d.name)) {
        Say(m.file, d.spec_at, Cat(name_, " was made for ", d.name, "@", it->second->spec, ", not ", d.spec));
      }
      list.erase(it);
    }
    for (const auto* list : {&locked, &peers}) {
      for (const auto& [name, edge] : *list) {
        if (overridden_.contains(name) && berry) continue;
        Say(file_.file, edge->at, Cat(name, " is no longer a dependency of ", m.path));
      }
    }
  }

  // ---- pnpm
  void Pnpm() {
    const bool auto_peers =
        lock_.version.starts_with("6") || lock_.version.starts_with("7") || lock_.version.starts_with("9")
            ? !AutoPeersOff()
            : false;
    ComparePnpmOverrides();
    for (const PackageFile* m : w_.Manifests()) {
      const std::string folder = Below(m->directory, w_.directory);
      const LockPackage* entry = nullptr;
      for (const LockPackage& p : lock_.packages) {
        if (p.importer && p.key == folder) entry = &p;
      }
      const bool asks = std::ranges::any_of(m->manifest->dependencies,
                                            [](const Dependency& d) { return d.kind != DependencyField::kPeer; });
      if (entry == nullptr) {
        if (asks || m != w_.root)
          Say(m->file, m->manifest->root()["name"].at(),
              Cat(folder == "." ? std::string("this package") : Cat("the workspace ", folder), " is not in ", name_));
        continue;
      }
      std::map<std::string_view, const LockEdge*> locked;
      for (uint32_t e = entry->first_edge; e < entry->first_edge + entry->edges; ++e)
        locked[lock_.edges[e].name] = &lock_.edges[e];
      for (const Dependency& d : m->manifest->dependencies) {
        if (d.kind == DependencyField::kPeer) {
          // Peers it installs itself stand among the dependencies.
          if (!auto_peers || m->manifest->Installed(d.name) != nullptr) continue;
          if (locked.erase(d.name) == 0 && !overridden_.contains(d.name)) {
            Say(m->file, d.spec_at, Cat(d.name, "@", d.spec, " is missing from ", name_));
          }
          continue;
        }
        if (m->manifest->Installed(d.name) != &d) continue;
        const auto it = locked.find(d.name);
        if (it == locked.end()) {
          if (!overridden_.contains(d.name))
            Say(m->file, d.spec_at, Cat(d.name, "@", d.spec, " is missing from ", name_));
          continue;
        }
        if (it->second->spec != d.spec && !overridden_.contains(d.name)) {
          Say(m->file, d.spec_at, Cat(name_, " was made for ", d.name, "@", it->second->spec, ", not ", d.spec));
        } else if (it->second->kind != d.kind) {
          Say(m->file, d.name_at,
              Cat(name_, " has ", d.name, " under ", FieldOf(it->second->kind), ", package.json under ",
                  FieldOf(d.kind)));
        }
        locked.erase(it);
      }
      for (const auto& [name, edge] : locked) {
        if (!overridden_.contains(name))
          Say(file_.file, edge->at, Cat(name, " is no longer a dependency of ", m->path));
      }
    }
  }

  bool AutoPeersOff() const {
    return Setting("auto-install-peers", "false") || Setting("autoInstallPeers", "false") ||
           file_.text.find("autoInstallPeers: false") != std::string_view::npos;
  }

  void ComparePnpmOverrides() {
    // pnpm 10 reads them from pnpm-workspace.yaml, older ones from package.json.
    std::map<std::string, std::string> wanted;
    const DocValue root = w_.root->manifest->root();
    for (const DocValue& field : {root["resolutions"], root["pnpm"]["overrides"]}) {
      for (const DocValue o : field) {
        if (o.IsString()) wanted[std::string(o.key())] = std::string(o.str());
      }
    }
    for (const PackageFile* s : w_.settings) {
      if (s->directory != w_.directory || s->settings->kind != SettingsKind::kPnpmWorkspace) continue;
      for (const auto& setting : s->settings->all) {
        if (setting.key.starts_with("overrides.")) wanted[setting.key.substr(10)] = setting.value;
      }
    }
    std::map<std::string, std::string> locked;
    for (const auto& [name, spec] : lock_.overrides) locked[std::string(name)] = std::string(spec);
    for (const auto& [name, spec] : wanted) {
      if (spec.starts_with('$') || spec.starts_with("catalog:")) continue;  // stands for another
      const auto it = locked.find(name);
      if (it != locked.end() && it->second == spec) continue;
      const DocValue in_manifest =
          root["pnpm"]["overrides"][name] ? root["pnpm"]["overrides"][name] : root["resolutions"][name];
      if (!in_manifest) {
        if (it == locked.end()) Say(file_.file, lock_.version_at, Cat("the override of ", name, " is not in ", name_));
        continue;
      }
      Say(w_.root->file, in_manifest.at(), Cat("the override of ", name, " to ", spec, " is not in ", name_));
    }
    if (wanted.empty() && !locked.empty() && AllSettingsRead()) {
      Say(file_.file, lock_.version_at,
          Cat(name_, " was made with overrides (", locked.begin()->first, ") that are no more"));
    }
  }
  bool AllSettingsRead() const {
    return std::ranges::none_of(w_.settings, [](const PackageFile* s) { return s->settings->error.has_value(); });
  }

  // ---- bun
  void Bun() {
    for (const PackageFile* m : w_.Manifests()) {
      const LockPackage* entry = lock_.Importer(Below(m->directory, w_.directory));
      if (entry == nullptr) {
        Say(m->file, m->manifest->root()["name"].at(), Cat("the workspace ", m->directory, " is not in ", name_));
        continue;
      }
      std::map<std::string_view, const LockEdge*> locked, peers;
      for (uint32_t e = entry->first_edge; e < entry->first_edge + entry->edges; ++e) {
        (lock_.edges[e].kind == DependencyField::kPeer ? peers : locked)[lock_.edges[e].name] = &lock_.edges[e];
      }
      Compare(*m, locked, peers, false);
    }
  }

  const InstallRoot& w_;
  const PackageFile& file_;
  const Lockfile& lock_;
  std::string name_;
  size_t most_;
  std::set<std::string_view> overridden_, patched_;
  std::map<std::string_view, std::string_view> plain_overrides_;
  std::vector<Drift> out_;
};

}  // namespace

std::vector<Drift> FindDrift(const InstallRoot& workspace, const PackageFile& lockfile, size_t most) {
  return Comparison(workspace, lockfile, most).Run();
}

std::string_view UpdateCommand(LockFormat format) {
  switch (format) {
    case LockFormat::kNpm:
      return "npm install --package-lock-only";
    case LockFormat::kYarnClassic:
      return "yarn install";
    case LockFormat::kYarnBerry:
      return "yarn install --mode=update-lockfile";
    case LockFormat::kPnpm:
      return "pnpm install --lockfile-only";
    case LockFormat::kBun:
      return "bun install --lockfile-only";
  }
  return "";
}

}  // namespace looplint
