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

// "overrides" of npm: a tree in which each rule holds below the ones around it, as npm's Arborist walks it.
class OverrideRules {
 public:
  struct Rule {
    std::string_view name, key;
    std::string_view key_spec;  // "*" for every version
    std::string_view value;     // what is asked for instead; "*" for rules that only have others below them
    uint32_t parent = 0;
    std::vector<uint32_t> below;
  };
  static constexpr uint32_t kRoot = 0;

  explicit OverrideRules(const DocValue& overrides) {
    rules_.emplace_back();
    Add(kRoot, overrides, 0);
  }
  bool empty() const { return rules_.size() == 1; }
  const Rule& operator[](uint32_t rule) const { return rules_[rule]; }

  // The rule that governs `name` as a package under `from` asks for it; `from` itself when none speaks of it.
  uint32_t OfEdge(uint32_t from, std::string_view name, std::string_view spec_text) const {
    if (empty()) return from;
    for (const uint32_t r : Visible(from)) {
      const Rule& rule = rules_[r];
      if (rule.name != name) continue;
      if (rule.key_spec == "*") return r;
      const Spec spec = ReadSpec(spec_text);
      if (spec.kind != Spec::Kind::kRange) return r;  // nothing to compare: taken
      const auto asked = SemRange::Parse(spec.text, SemverMode::kLoose);
      const auto key = SemRange::Parse(rule.key_spec, SemverMode::kLoose);
      if (asked && key && asked->Intersects(*key)) return r;
    }
    return from;
  }
  // Of two that lead to one package, the one that stands below the other.
  uint32_t MoreSpecific(uint32_t first, uint32_t second) const {
    for (uint32_t r = second;; r = rules_[r].parent) {
      if (r == first) return second;
      if (r == kRoot) break;
    }
    return first;
  }

 private:
  void Add(uint32_t parent, const DocValue& object, int depth) {
    if (!object.IsObject() || depth > 30) return;
    for (const DocValue v : object) {
      if (v.key() == ".") continue;
      Rule rule;
      std::string_view range;
      std::tie(rule.name, range) = SplitAtVersion(v.key());
      rule.key = v.key();
      rule.key_spec = range.empty() ? "*" : range;
      const std::string_view own = v.IsString() ? v.str() : v["."].str();
      rule.value = own.empty() ? (v.IsString() || v["."] ? std::string_view("*") : rule.key_spec) : own;
      rule.parent = parent;
      const auto index = static_cast<uint32_t>(rules_.size());
      rules_.push_back(rule);
      rules_[parent].below.push_back(index);
      Add(index, v, depth + 1);
    }
  }
  // Nearest first; a key hides the same one further up.
  std::vector<uint32_t> Visible(uint32_t from) const {
    std::vector<uint32_t> out;
    std::set<std::string_view> keys;
    for (uint32_t r = from;; r = rules_[r].parent) {
      for (const uint32_t below : rules_[r].below) {
        if (keys.insert(rules_[below].key).second) out.push_back(below);
      }
      if (r == kRoot) return out;
      if (keys.insert(rules_[r].key).second) out.push_back(r);
    }
  }
  std::vector<Rule> rules_;
};

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
        // npm compares the version alone: which package the entry says it is does not matter to it.
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
        // A registry's address may be left out of the lockfile; that of a file or folder never is.
        if (p.source == SourceKind::kRegistry && !p.link && !p.version.empty() &&
            (p.resolved.empty() || p.resolved.starts_with("http")))
          return false;
        return std::nullopt;
      }
      default:
        return std::nullopt;
    }
  }

  void Npm() {
    const bool legacy_peers = Setting("legacy-peer-deps", "true");
    const OverrideRules rules(w_.root->manifest->root()["overrides"]);
    GovernPackages(rules);
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
        // Of what is asked for under the name of a member the root gets the member, whatever its version.
        if (const PackageFile* member = w_.Member(d.name); m == w_.root && member != nullptr && member != m) continue;
        const uint32_t rule = rules.OfEdge(OverrideRules::kRoot, d.name, d.spec);
        if (m == w_.root && rule != OverrideRules::kRoot) {
          const std::string_view instead = rules[rule].value;
          if (rules[rule].name == d.name && instead != "*" && !instead.starts_with('$') && instead != d.spec) {
            Say(m->file, d.spec_at,
                Cat("\"overrides\" replaces ", d.name, "@", d.spec, ", a dependency of the project itself, by ",
                    instead, ": npm refuses that (EOVERRIDE)"));
            continue;
          }
        }
        // What a tag means npm knows from a lockfile that was made for it; else it asks the registry. Optional
        // dependencies of the project are in the lockfile even where they do not install.
        if (const LockPackage* own = lock_.Importer(folder)) {
          bool same = false;
          for (uint32_t e = own->first_edge; e < own->first_edge + own->edges; ++e) {
            same = same || (lock_.edges[e].name == d.name && lock_.edges[e].spec == d.spec);
          }
          const uint32_t locked = lock_.Lookup(location, d.name);
          const bool optional = d.kind == DependencyField::kOptional && locked == kNoneIndex;
          // What has the address of a tarball may have had any tag once.
          const bool addressed = locked != kNoneIndex && lock_.packages[locked].resolved.starts_with("http");
          const bool tag = ReadSpec(d.spec).kind == Spec::Kind::kTag && !same && !addressed;
          if (tag || optional) {
            Say(m->file, d.spec_at, Cat(name_, " was not made for ", d.name, "@", d.spec));
            continue;
          }
        }
        Edge(rules, OverrideRules::kRoot, location, d.name, d.spec, d.kind == DependencyField::kOptional, m->file,
             d.spec_at);
      }
    }
    // Inside the lockfile: somebody edited or merged it, or changed what is overridden.
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      const LockPackage& p = lock_.packages[i];
      if (p.key.empty()) continue;  // the root goes by its package.json
      if (p.link || p.bundled || governed_[i] == kNoneIndex) continue;
      const bool is_member = p.importer && std::ranges::any_of(w_.members, [&](const PackageFile* m) {
                               return Below(m->directory, w_.directory) == p.key;
                             });
      if (is_member) continue;
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const LockEdge& edge = lock_.edges[e];
        if (edge.kind == DependencyField::kDev && !p.importer) continue;
        if (edge.kind == DependencyField::kPeer) {
          if (!legacy_peers && !edge.optional_peer) DirectPeer(p, edge);
          continue;
        }
        // Optional wins where both are listed.
        bool optional = edge.kind == DependencyField::kOptional;
        for (uint32_t o = p.first_edge; o < p.first_edge + p.edges; ++o) {
          optional =
              optional || (lock_.edges[o].kind == DependencyField::kOptional && lock_.edges[o].name == edge.name);
        }
        if (lock_.version == "1" && edge.to == kNoneIndex) continue;
        // Where the version was changed by hand and address and hash were not, npm takes the package for what the hash
        // says it is.
        if (edge.to != kNoneIndex && !lock_.packages[edge.to].resolved.empty()) {
          const LockPackage& to = lock_.packages[edge.to];
          if (to.source == SourceKind::kRegistry && to.resolved.find(to.version) == std::string_view::npos) continue;
        }
        Edge(rules, governed_[i], p.key, edge.name, edge.spec, optional, file_.file, edge.at);
      }
    }
  }

  // Which override rules each package of the lockfile is under: the more specific of those of its dependents.
  void GovernPackages(const OverrideRules& rules) {
    governed_.assign(lock_.packages.size(), kNoneIndex);
    std::vector<uint32_t> stack;
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      if (!lock_.packages[i].importer) continue;
      governed_[i] = OverrideRules::kRoot;
      stack.push_back(i);
    }
    const auto reach = [&](uint32_t to, uint32_t rule) {
      const uint32_t is = governed_[to] == kNoneIndex ? rule : rules.MoreSpecific(governed_[to], rule);
      if (is == governed_[to]) return;
      governed_[to] = is;
      stack.push_back(to);
    };
    while (!stack.empty()) {
      const uint32_t i = stack.back();
      stack.pop_back();
      const LockPackage& p = lock_.packages[i];
      if (p.link) {
        if (const uint32_t target = lock_.Find(p.resolved); target != kNoneIndex) reach(target, governed_[i]);
      }
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const LockEdge& edge = lock_.edges[e];
        if (edge.to != kNoneIndex) reach(edge.to, rules.OfEdge(governed_[i], edge.name, edge.spec));
      }
    }
  }

  // Of two packages the project itself asks for, one needs another version of the other: npm can solve that only by
  // changing one of them.
  void DirectPeer(const LockPackage& p, const LockEdge& edge) {
    if (edge.to == kNoneIndex || p.key.rfind("node_modules/") != 0) return;
    const LockPackage& to = lock_.packages[edge.to];
    const PackageManifest& root = *w_.root->manifest;
    if (to.link || to.bundled || root.Installed(p.name) == nullptr || root.Installed(to.name) == nullptr) return;
    if (!w_.root->manifest->root()["overrides"]) {
      const std::optional<bool> valid = NpmValid(to, edge.spec);
      if (valid && !*valid)
        Say(file_.file, edge.at,
            Cat(p.name, "@", p.version, " needs ", edge.name, "@", edge.spec, " beside it, and ", name_, " has ",
                to.version, " (ERESOLVE)"));
    }
  }

  // `rule`: what the package at `location` is under.
  void Edge(const OverrideRules& rules, uint32_t rule, std::string_view location, std::string_view name,
            std::string_view spec, bool optional, FileId file, Span at) {
    const std::string_view written = spec;
    const OverrideRules::Rule* governs = nullptr;
    if (const uint32_t own = rules.OfEdge(rule, name, spec); own != OverrideRules::kRoot) governs = &rules[own];
    if (governs != nullptr && governs->name == name && governs->value != "*") {
      spec = governs->value;
      if (spec.starts_with('$')) {
        const Dependency* of = w_.root->manifest->Find(spec.substr(1), DependencyField::kDev);
        if (of == nullptr) of = w_.root->manifest->Installed(spec.substr(1));
        if (of == nullptr) of = w_.root->manifest->Find(spec.substr(1), DependencyField::kPeer);
        if (of == nullptr) {
          Say(w_.root->file, w_.root->manifest->root()["overrides"].key_at(),
              Cat("the override of ", name, " refers to ", spec, ", which is no dependency of the project"));
          return;
        }
        spec = of->spec;
      }
    }
    const uint32_t to = lock_.Lookup(location, name);
    if (to == kNoneIndex) {
      if (!optional) Say(file, at, Cat(name, "@", spec, " is missing from ", name_));
      return;
    }
    const LockPackage& p = lock_.packages[to];
    std::optional<bool> valid = NpmValid(p, p.bundled ? written : spec);
    // What satisfies the dependent is good enough where the override is not about that version.
    if (valid && !*valid && governs != nullptr && spec != written && governs->key_spec != "*" &&
        NpmValid(p, written).value_or(false)) {
      valid = !Satisfies(p.version, governs->key_spec);
    }
    // An optional dependency that does not fit is as good as missing.
    if (valid && !*valid && !(optional && p.bundled)) {
      const std::string has = p.version.empty() ? std::string(p.resolved.substr(0, 60)) : std::string(p.version);
      Say(file, at,
          Cat(name_, " has ", p.real_name != p.name ? Cat(p.real_name, "@") : Cat(name, "@"), has, ", which ", spec,
              spec != written ? ", the override of it, does not admit" : " does not admit"));
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
        if (const uint32_t to = lock_.Find(Cat(d.name, "@", d.spec)); to != kNoneIndex) {
          const std::string_view version = lock_.packages[to].version;
          if (spec.kind == Spec::Kind::kRange && SemVersion::Parse(version, SemverMode::kLoose) &&
              SemRange::Parse(spec.text, SemverMode::kLoose) && !Satisfies(version, spec.text)) {
            Say(m->file, d.spec_at, Cat(name_, " has ", d.name, "@", version, ", which ", d.spec, " does not admit"));
          }
          continue;
        }
        if (d.spec.empty() && lock_.Find(d.name) != kNoneIndex) continue;
        if (d.spec.empty() && lock_.Find(Cat(d.name, "@")) != kNoneIndex) continue;
        Say(m->file, d.spec_at, Cat(name_, " has no entry for ", d.name, "@", d.spec));
      }
    }
    // Only the way to a package can stand before its version in a resolution of Yarn 1.
    for (const DocValue o : w_.root->manifest->root()["resolutions"]) {
      if (!SplitAtVersion(o.key()).second.empty())
        Say(w_.root->file, o.key_at(), Cat("Yarn 1 finds no package for the resolution of ", o.key()));
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
      const bool unnamed = m->manifest->name.empty();
      if (unnamed ? !entry->real_name.starts_with("root-workspace-") && m == w_.root
                  : entry->real_name != m->manifest->name) {
        Say(m->file, m->manifest->root()["name"].at(), Cat(name_, " knows this workspace as ", entry->real_name));
      }
      CompareBerryMeta(*m, static_cast<uint32_t>(entry - lock_.packages.data()));
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
    const std::vector<Resolution> resolutions = ReadResolutions();
    const std::vector<const looplint::Setting*> extensions = Extensions();
    // What each entry asks for, resolutions applied, must have an entry; what nobody asks for would be removed.
    std::vector<bool> reached(lock_.packages.size());
    std::vector<uint32_t> stack;
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      if (!lock_.packages[i].importer) continue;
      reached[i] = true;
      stack.push_back(i);
    }
    while (!stack.empty()) {
      const uint32_t i = stack.back();
      stack.pop_back();
      const LockPackage& p = lock_.packages[i];
      for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
        const LockEdge& edge = lock_.edges[e];
        if (edge.kind == DependencyField::kPeer) continue;
        std::string_view spec = edge.spec;
        bool replaced = false;
        for (const Resolution& r : resolutions) {
          if (r.name != edge.name || (!r.range.empty() && !SameRange(r.range, edge.spec))) continue;
          if (!r.from.empty() && r.from != p.real_name) continue;
          if (!r.from_version.empty() && !SameRange(r.from_version, p.version)) continue;
          spec = r.reference;
          replaced = true;
          break;
        }
        const uint32_t to = replaced ? FindDescriptor(edge.name, spec) : edge.to;
        if (to != kNoneIndex) {
          if (!reached[to]) stack.push_back(to);
          reached[to] = true;
          continue;
        }
        const Spec read = ReadSpec(spec);
        if (read.kind != Spec::Kind::kRange && read.kind != Spec::Kind::kTag) continue;
        if (w_.Member(edge.name) != nullptr || BuiltinPatch(edge.name)) continue;
        if (replaced) {
          Say(w_.root->file, w_.root->manifest->root()["resolutions"].key_at(),
              Cat("the resolution of ", edge.name, " to ", spec, " is not in ", name_));
        } else {
          Say(file_.file, edge.at, Cat(name_, " has no entry for ", edge.name, "@", spec));
        }
      }
      // A patched package stands beside the one it patches.
      if (p.key.find("@patch:") != std::string_view::npos) patched_.insert(p.name);
      for (const looplint::Setting* x : extensions) CompareExtension(*x, p);
    }
    for (uint32_t i = 0; i < lock_.packages.size(); ++i) {
      const LockPackage& p = lock_.packages[i];
      const bool patch =
          p.key.find("@patch:") != std::string_view::npos || p.key.find("builtin<") != std::string_view::npos;
      if (patch || p.source != SourceKind::kRegistry) continue;
      if (!reached[i] && !patched_.contains(p.name) && !BuiltinPatch(p.name))
        Say(file_.file, p.at, Cat("nothing asks for ", p.name, "@", p.version, " any more"));
      // Somebody changed the version: every range of the key was resolved to it once.
      const std::string_view range = WithoutNpm(SplitAtVersion(p.key.substr(0, p.key.find(", "))).second);
      if (SemRange::Parse(range, SemverMode::kLoose) && SemVersion::Parse(p.version, SemverMode::kLoose) &&
          !Satisfies(p.version, range))
        Say(file_.file, p.version_at,
            Cat(name_, " has ", p.name, "@", p.version, ", which ", range, " does not admit"));
    }
  }

  // "a/b@npm:^1.0.0": b as a asks for it by that range.
  struct Resolution {
    std::string_view from, from_version, name, range, reference;
  };
  std::vector<Resolution> ReadResolutions() {
    std::vector<Resolution> out;
    for (const DocValue v : w_.root->manifest->root()["resolutions"]) {
      std::string_view key = v.key();
      if (key.find('*') == 0) {
        Say(w_.root->file, v.key_at(), "Yarn 2 and later refuse patterns like **/ in resolutions");
        continue;
      }
      Resolution r;
      r.reference = v.str();
      // A slash after the scope, if there is one, and outside of a range parts the two.
      const size_t start = key.starts_with('@') ? key.find('/') : 0;
      size_t slash = start == std::string_view::npos ? start : key.find('/', start + (start > 0 ? 1 : 0));
      const size_t at = key.find('@', 1);
      if (slash != std::string_view::npos && at != std::string_view::npos && at < slash &&
          key.substr(at, slash - at).find(':') != std::string_view::npos &&
          key.substr(at, slash - at).find("npm:") == std::string_view::npos)
        slash = std::string_view::npos;
      if (slash != std::string_view::npos) {
        std::tie(r.from, r.from_version) = SplitAtVersion(key.substr(0, slash));
        key = key.substr(slash + 1);
      }
      std::tie(r.name, r.range) = SplitAtVersion(key);
      out.push_back(r);
    }
    return out;
  }

  uint32_t FindDescriptor(std::string_view name, std::string_view spec) const {
    if (const uint32_t found = lock_.Find(Cat(name, "@", spec)); found != kNoneIndex) return found;
    return lock_.Find(Cat(name, "@npm:", spec));
  }

  // "packageExtensions" of .yarnrc.yml: dependencies that packages should have had.
  std::vector<const looplint::Setting*> Extensions() const {
    std::vector<const looplint::Setting*> out;
    for (const PackageFile* s : w_.settings) {
      if (s->settings->kind != SettingsKind::kYarnrcYml) continue;
      for (const looplint::Setting& setting : s->settings->all) {
        if (setting.key.starts_with("packageExtensions.") && setting.key.find(".dependencies.") != std::string::npos)
          out.push_back(&setting);
      }
    }
    return out;
  }
  void CompareExtension(const looplint::Setting& x, const LockPackage& p) {
    if (p.importer || p.source != SourceKind::kRegistry) return;
    const std::string_view key = std::string_view(x.key).substr(18);
    const size_t cut = key.find(".dependencies.");
    const auto [name, range] = SplitAtVersion(key.substr(0, cut));
    if (name != p.real_name || (!range.empty() && !Satisfies(p.version, WithoutNpm(range)))) return;
    const std::string_view added = key.substr(cut + 14);
    for (uint32_t e = p.first_edge; e < p.first_edge + p.edges; ++e) {
      if (lock_.edges[e].name == added) return;
    }
    Say(file_.file, p.at, Cat(name_, " lacks ", added, ", which packageExtensions gives to ", p.name));
  }

  // Besides dependencies the entry of a workspace repeats its commands and what is said of dependencies.
  void CompareBerryMeta(const PackageFile& m, uint32_t entry) {
    const DocValue root = m.manifest->root();
    std::map<std::string, std::string> commands, locked_commands;
    const DocValue bin = root["bin"];
    if (bin.IsString()) {
      const std::string_view name = m.manifest->name;
      commands[std::string(name.substr(name.find('/') == std::string_view::npos ? 0 : name.find('/') + 1))] = bin.str();
    }
    if (bin.IsObject()) {
      for (const DocValue b : bin) commands[std::string(b.key())] = b.str();
    }
    for (const LockCommand& c : lock_.commands) {
      if (c.package == entry) locked_commands[std::string(c.name)] = std::string(c.path);
    }
    if (commands != locked_commands)
      Say(m.file, bin ? bin.key_at() : root["name"].at(), Cat(name_, " has other commands (\"bin\") for this package"));
    using Meta = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
    std::set<Meta> said, locked;
    for (const std::string_view field : {"dependenciesMeta", "peerDependenciesMeta"}) {
      for (const DocValue of : root[field]) {
        if (of.key().find('@', 1) != std::string_view::npos) continue;  // of one version: not in the lockfile
        for (const DocValue v : of) said.insert({field, of.key(), v.key(), v.text()});
      }
    }
    for (const Dependency& d : m.manifest->dependencies) {
      if (d.kind == DependencyField::kOptional) said.insert({"dependenciesMeta", d.name, "optional", "true"});
    }
    for (const LockMeta& v : lock_.meta) {
      if (v.package == entry) locked.insert({v.field, v.name, v.key, v.value});
    }
    if (said == locked) return;
    std::vector<Meta> differ;
    std::ranges::set_symmetric_difference(said, locked, std::back_inserter(differ));
    const auto& [field, name, key, value] = differ.front();
    // Whether a dependency is optional is said elsewhere.
    if (field == "dependenciesMeta" && key == "optional" && !root["dependenciesMeta"]) return;
    Say(m.file, root[field] ? root[field].key_at() : root["name"].at(),
        Cat(name_, " has another ", field, " for ", name, ": ", key, " is ", value,
            said.contains(differ.front()) ? " in package.json" : " there"));
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
    ComparePnpmSettings();
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
          Say(m->file, d.spec_at, Cat(d.name, "@", d.spec, " is missing from ", name_));
          continue;
        }
        // What is overridden stands in the lockfile as if package.json asked for that.
        const auto plain = plain_overrides_.find(d.name);
        const std::string_view asked = plain == plain_overrides_.end() ? d.spec : plain->second;
        const bool known =
            !asked.starts_with('$') && (plain != plain_overrides_.end() || !overridden_.contains(d.name));
        if (known && it->second->spec != asked && it->second->spec != d.spec) {
          Say(m->file, d.spec_at, Cat(name_, " was made for ", d.name, "@", it->second->spec, ", not ", asked));
        } else if (it->second->kind != d.kind) {
          Say(m->file, d.name_at,
              Cat(name_, " has ", d.name, " under ", FieldOf(it->second->kind), ", package.json under ",
                  FieldOf(d.kind)));
        }
        locked.erase(it);
      }
      std::set<std::tuple<std::string_view, std::string_view, std::string_view>> said, repeated;
      for (const DocValue of : m->manifest->root()["dependenciesMeta"]) {
        for (const DocValue v : of) said.insert({of.key(), v.key(), v.text()});
      }
      for (const LockMeta& v : lock_.meta) {
        if (v.package == entry - lock_.packages.data() && v.field == "dependenciesMeta")
          repeated.insert({v.name, v.key, v.value});
      }
      if (said != repeated) {
        const DocValue meta = m->manifest->root()["dependenciesMeta"];
        Say(m->file, meta ? meta.key_at() : m->manifest->root()["name"].at(),
            Cat(name_, " has another dependenciesMeta"));
      }
      for (const auto& [name, edge] : locked) {
        if (!overridden_.contains(name))
          Say(file_.file, edge->at, Cat(name, " is no longer a dependency of ", m->path));
      }
    }
  }

  bool AutoPeersOff() const {
    return Setting("auto-install-peers", "false") || Setting("autoInstallPeers", "false") ||
           Repeats("settings", "autoInstallPeers") == "false";
  }

  // What the lockfile repeats of a setting of all packages; nullopt when it does not.
  std::optional<std::string_view> Repeats(std::string_view field, std::string_view name) const {
    for (const LockMeta& v : lock_.meta) {
      if (v.package == kNoneIndex && v.field == field && v.name == name) return v.value;
    }
    return std::nullopt;
  }

  // A setting that changes what is locked is in the lockfile, and must be the same.
  void ComparePnpmSettings() {
    struct Row {
      std::string_view npmrc, yaml, usual;
    };
    static constexpr Row kRows[] = {{"auto-install-peers", "autoInstallPeers", "true"},
                                    {"exclude-links-from-lockfile", "excludeLinksFromLockfile", "false"},
                                    {"inject-workspace-packages", "injectWorkspacePackages", "false"}};
    const DocValue own = w_.root->manifest->root()["pnpm"];
    for (const Row& row : kRows) {
      const auto locked = Repeats("settings", row.yaml);
      if (!locked) continue;
      const std::string_view other = *locked == "true" ? "false" : "true";
      const bool usual = row.usual == *locked;
      const bool set_same = Setting(row.npmrc, *locked) || Setting(row.yaml, *locked);
      const bool set_other = Setting(row.npmrc, other) || Setting(row.yaml, other);
      if (set_other || (!usual && !set_same))
        Say(file_.file, lock_.version_at, Cat(name_, " was made with ", row.yaml, ": ", *locked));
    }
    const auto from_yaml = [&](std::string_view prefix) {
      std::set<std::string> out;
      for (const PackageFile* s : w_.settings) {
        if (s->directory != w_.directory || s->settings->kind != SettingsKind::kPnpmWorkspace) continue;
        for (const auto& setting : s->settings->all) {
          if (setting.key == Cat(prefix, "[]")) out.insert(setting.value);
          if (setting.key.starts_with(Cat(prefix, "."))) out.insert(setting.key.substr(prefix.size() + 1));
        }
      }
      return out;
    };
    // A checksum repeats them: it is there or not, and cannot be looked into.
    const bool extended = own["packageExtensions"] || !from_yaml("packageExtensions").empty();
    if (extended != Repeats("packageExtensionsChecksum", "").has_value())
      Say(file_.file, lock_.version_at,
          Cat(name_, extended ? " was made without the packageExtensions"
                              : " was made with packageExtensions that are no more"));
    for (const std::string_view field : {"ignoredOptionalDependencies", "patchedDependencies"}) {
      std::set<std::string> said = from_yaml(field), locked;
      for (const DocValue v : own[field]) said.emplace(own[field].IsObject() ? v.key() : v.str());
      for (const LockMeta& v : lock_.meta) {
        if (v.package == kNoneIndex && v.field == field) locked.emplace(v.name);
      }
      if (said != locked) Say(file_.file, lock_.version_at, Cat(name_, " was made with other ", field));
    }
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
    const std::string_view pin = root["packageManager"].str();
    const bool before_10 = pin.starts_with("pnpm@") && Satisfies(pin.substr(5, pin.find('+') - 5), "<10");
    for (const PackageFile* s : w_.settings) {
      if (s->directory != w_.directory || s->settings->kind != SettingsKind::kPnpmWorkspace || before_10) continue;
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
  std::vector<uint32_t> governed_;  // npm: override rule by package, kNoneIndex for what nothing leads to
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
