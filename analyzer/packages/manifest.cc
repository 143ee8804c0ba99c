#include "analyzer/packages/manifest.h"

#include <algorithm>
#include <array>

#include "analyzer/packages/semver.h"
#include "resolver/file_system.h"

namespace looplint {
namespace {

constexpr std::array<std::string_view, 4> kFields = {"dependencies", "devDependencies", "optionalDependencies",
                                                     "peerDependencies"};

bool IsHex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

bool IsTarballName(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  return path.ends_with(".tgz") || path.ends_with(".tar.gz") || path.ends_with(".tar");
}

// "user/repo", with "#ref" perhaps: GitHub's shorthand.
bool IsShorthand(std::string_view text) {
  const std::string_view head = text.substr(0, text.find('#'));
  const size_t slash = head.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == head.size() || head[0] == '@' || head[0] == '.')
    return false;
  return head.find('/', slash + 1) == std::string_view::npos && head.find_first_of(": ") == std::string_view::npos;
}

}  // namespace

std::string_view FieldOf(DependencyField kind) { return kFields[static_cast<size_t>(kind)]; }

std::pair<std::string_view, std::string_view> SplitAtVersion(std::string_view text) {
  const size_t at = text.find('@', 1);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string_view ScopeOf(std::string_view name) {
  if (!name.starts_with('@')) return {};
  const size_t slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

Spec ReadSpec(std::string_view spec) {
  Spec out;
  while (!spec.empty() && spec.front() == ' ') spec.remove_prefix(1);
  while (!spec.empty() && spec.back() == ' ') spec.remove_suffix(1);
  out.text = spec;
  const auto as = [&](Spec::Kind kind) {
    out.kind = kind;
    return out;
  };
  const auto git = [&] {
    const size_t hash = spec.find('#');
    std::string_view ref = hash == std::string_view::npos ? std::string_view() : spec.substr(hash + 1);
    if (ref.starts_with("commit=")) ref.remove_prefix(7);
    ref = ref.substr(0, ref.find('&'));
    out.pinned = ref.size() >= 7 && ref.size() <= 64 && IsHex(ref);
    return as(Spec::Kind::kGit);
  };
  if (spec.starts_with("npm:")) {
    const std::string_view rest = spec.substr(4);
    const auto [name, range] = SplitAtVersion(rest);
    // Berry writes "npm:^1.0.0" for the registry itself.
    if (!SemRange::Parse(rest, SemverMode::kLoose) && !name.empty()) {
      out.alias_of = name;
      out.text = range;
    } else {
      out.text = rest;
    }
    return as(SemRange::Parse(out.text, SemverMode::kLoose) ? Spec::Kind::kRange : Spec::Kind::kTag);
  }
  if (spec.starts_with("workspace:")) return as(Spec::Kind::kWorkspace);
  if (spec.starts_with("catalog:")) return as(Spec::Kind::kCatalog);
  if (spec.starts_with("link:") || spec.starts_with("portal:")) return as(Spec::Kind::kLink);
  if (spec.starts_with("patch:")) return as(Spec::Kind::kPatch);
  if (spec.starts_with("file:") || spec.starts_with("./") || spec.starts_with("../") || spec.starts_with('/') ||
      spec.starts_with("~/") || spec == "." || spec == "..") {
    return as(Spec::Kind::kFile);
  }
  for (const std::string_view host : {"git+", "git:", "github:", "gitlab:", "bitbucket:", "gist:", "ssh:", "git@"}) {
    if (spec.starts_with(host)) return git();
  }
  if (spec.starts_with("http:") || spec.starts_with("https:")) {
    const std::string_view path = spec.substr(0, spec.find('#'));
    if (path.ends_with(".git")) return git();
    return as(Spec::Kind::kRemote);
  }
  if (SemRange::Parse(spec, SemverMode::kLoose)) return as(Spec::Kind::kRange);
  if (IsTarballName(spec)) return as(Spec::Kind::kFile);
  if (IsShorthand(spec)) return git();
  if (spec.find(':') != std::string_view::npos) return as(Spec::Kind::kOther);
  return as(Spec::Kind::kTag);
}

const Dependency* PackageManifest::Find(std::string_view name, DependencyField kind) const {
  for (const Dependency& d : dependencies) {
    if (d.kind == kind && d.name == name) return &d;
  }
  return nullptr;
}

const Dependency* PackageManifest::Installed(std::string_view name) const {
  for (const DependencyField kind : {DependencyField::kOptional, DependencyField::kProd, DependencyField::kDev}) {
    if (const Dependency* d = Find(name, kind)) return d;
  }
  return nullptr;
}

std::unique_ptr<PackageManifest> ReadPackageJson(std::string_view text, std::string path) {
  auto out = std::make_unique<PackageManifest>();
  out->path = std::move(path);
  out->directory = std::string(DirName(out->path));
  out->document = Document::Json(text);
  const DocValue root = out->root();
  out->name = root["name"].str();
  out->version = root["version"].str();
  out->is_private = root["private"].IsTrue();
  for (const DocValue field : root) {
    const auto it = std::ranges::find(kFields, field.key());
    if (it == kFields.end() || !field.IsObject()) continue;
    for (const DocValue entry : field) {
      if (!entry.IsString()) continue;
      Dependency d;
      d.kind = static_cast<DependencyField>(it - kFields.begin());
      d.name = entry.key();
      d.spec = entry.str();
      d.name_at = entry.key_at();
      d.spec_at = entry.at();
      d.optional_peer = d.kind == DependencyField::kPeer && root["peerDependenciesMeta"][d.name]["optional"].IsTrue();
      out->dependencies.push_back(d);
    }
  }
  DocValue workspaces = root["workspaces"];
  if (workspaces.IsObject()) workspaces = workspaces["packages"];
  for (const DocValue pattern : workspaces) {
    if (pattern.IsString()) out->workspaces.push_back(pattern.str());
  }
  return out;
}

}  // namespace looplint
