#include "analyzer/packages/settings.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "resolver/file_system.h"

namespace looplint {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view Unquote(std::string_view text) {
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

Span SpanIn(std::string_view text, std::string_view part) {
  const auto start = static_cast<uint32_t>(part.data() - text.data());
  return {start, start + static_cast<uint32_t>(part.size())};
}

// Lines "key = value" (or "key value" for Yarn 1).
void ReadLines(std::string_view text, Settings& out) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = Trim(text.substr(at, end - at));
    at = end + 1;
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    const bool words = out.kind == SettingsKind::kYarnrc;
    size_t cut =
        words ? line.find(' ', line[0] == '"' ? std::min(line.find('"', 1), line.size() - 1) : 0) : line.find('=');
    std::string_view key = Trim(line.substr(0, cut)), value;
    if (cut != std::string_view::npos) value = Trim(line.substr(cut + 1));
    key = Unquote(key);
    if (key.ends_with("[]")) key.remove_suffix(2);
    Setting s;
    s.key = std::string(key);
    s.at = SpanIn(text, line);
    s.value_at = value.empty() ? s.at : SpanIn(text, value);
    s.value = cut == std::string_view::npos ? "true" : std::string(Unquote(value));
    out.all.push_back(std::move(s));
  }
}

void Flatten(const DocValue& value, const std::string& prefix, Settings& out, int depth) {
  if (depth > 20) return;
  for (const DocValue v : value) {
    const std::string key = value.IsArray()  ? Cat(prefix, "[]")
                            : prefix.empty() ? std::string(v.key())
                                             : Cat(prefix, ".", v.key());
    if (v.IsObject() || v.IsArray()) {
      Flatten(v, key, out, depth + 1);
      continue;
    }
    Setting s;
    s.key = key;
    s.value = std::string(v.text());
    s.value_at = v.at();
    s.at = value.IsArray() ? v.at() : v.entry_at();
    out.all.push_back(std::move(s));
  }
}

}  // namespace

std::optional<SettingsKind> SettingsKindOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name == ".npmrc") return SettingsKind::kNpmrc;
  if (name == ".yarnrc") return SettingsKind::kYarnrc;
  if (name == ".yarnrc.yml") return SettingsKind::kYarnrcYml;
  if (name == "pnpm-workspace.yaml") return SettingsKind::kPnpmWorkspace;
  if (name == "bunfig.toml") return SettingsKind::kBunfig;
  return std::nullopt;
}

const Setting* Settings::Find(std::string_view key) const {
  const Setting* found = nullptr;
  for (const Setting& s : all) {
    if (s.key == key) found = &s;
  }
  return found;
}

std::unique_ptr<Settings> ReadSettings(std::string_view text, std::string path) {
  auto out = std::make_unique<Settings>();
  out->path = std::move(path);
  out->directory = std::string(DirName(out->path));
  out->kind = SettingsKindOf(out->path).value_or(SettingsKind::kNpmrc);
  const bool yaml = out->kind == SettingsKind::kYarnrcYml || out->kind == SettingsKind::kPnpmWorkspace;
  if (yaml || out->kind == SettingsKind::kBunfig) {
    const Document doc = yaml ? Document::Yaml(text) : Document::Toml(text);
    out->error = doc.error();
    Flatten(doc.root(), "", *out, 0);
  } else {
    ReadLines(text, *out);
  }
  return out;
}

std::string_view RegistryOf(const Settings& settings, std::string_view scope) {
  const auto of = [&](const std::string& key) -> std::string_view {
    const Setting* s = settings.Find(key);
    return s == nullptr ? std::string_view() : std::string_view(s->value);
  };
  const std::string_view bare = scope.empty() ? scope : scope.substr(1);
  switch (settings.kind) {
    case SettingsKind::kNpmrc:
    case SettingsKind::kYarnrc:
      return of(scope.empty() ? "registry" : Cat(scope, ":registry"));
    case SettingsKind::kYarnrcYml:
      return of(scope.empty() ? "npmRegistryServer" : Cat("npmScopes.", bare, ".npmRegistryServer"));
    case SettingsKind::kPnpmWorkspace:
      return of(scope.empty() ? "registry" : Cat("registries.", scope));
    case SettingsKind::kBunfig: {
      // A URL, or a table with one; the "@" of a scope may be left out.
      for (const std::string& key :
           scope.empty() ? std::vector<std::string>{"install.registry"}
                         : std::vector<std::string>{Cat("install.scopes.", scope), Cat("install.scopes.", bare)}) {
        for (const std::string& at : {key, Cat(key, ".url")}) {
          if (const std::string_view found = of(at); !found.empty()) return found;
        }
      }
      return {};
    }
  }
  return {};
}

std::vector<Span> HashComments(std::string_view text, bool semicolons) {
  std::vector<Span> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && (line[first] == '#' || (semicolons && line[first] == ';'))) {
      out.push_back({static_cast<uint32_t>(at + first), static_cast<uint32_t>(at + line.size())});
    }
    at = end + 1;
  }
  return out;
}

}  // namespace looplint
