// looplint init: a commented configuration for the project at hand. Looks at package.json, lockfiles and the text of
// ESLint's configuration; runs nothing.
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/terminal.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/discover.h"
#include "analyzer/knowledge/embedded.h"
#include "nlohmann/json.hpp"
#include "resolver/file_system.h"
#include "rules/rule.h"

namespace looplint {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kMaxFile = uint64_t{4} << 20;

std::string TextOf(const std::string& path) {
  const absl::StatusOr<std::string> text = DiskFileSystem().Read(path, kMaxFile);
  return text.ok() ? *text : "";
}
bool Has(const std::string& path) { return DiskFileSystem().Type(path) != FileType::kNone; }

struct Found {
  std::vector<std::string> facts;       // sentences
  std::vector<std::string> frameworks;  // packages
  std::vector<std::string> packages;    // folders of a workspace, as package.json writes them
  // ESLint rules in use, with ours that are about the same.
  std::vector<std::pair<std::string, std::string>> eslint;
  bool typescript = false;
};

// Packages that the rows about frameworks speak of.
std::set<std::string> KnownFrameworks() {
  std::set<std::string> names;
  for (size_t i = 0; i < internal::kEmbeddedCount; ++i) {
    std::string path(internal::kEmbedded[i].path);
    if (!path.starts_with("frameworks/")) continue;
    const Json json = Json::parse(internal::kEmbedded[i].text, nullptr, false);
    path = path.substr(11, path.size() - 16);
    names.insert(path);
    if (json.is_object() && json.contains("modules") && json["modules"].is_object()) {
      for (const auto& [specifier, canonical] : json["modules"].items()) names.insert(specifier);
    }
  }
  return names;
}

// Is `id` in `text` as a word of its own: "n/no-sync" is not in "eslint-n/no-sync-x".
bool Mentions(const std::string& text, std::string_view id) {
  const auto part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '/' || c == '@' || c == '_'; };
  for (size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    if ((at == 0 || !part(text[at - 1])) && (at + id.size() == text.size() || !part(text[at + id.size()]))) return true;
  }
  return false;
}

Found Look() {
  Found found;
  const std::string manifest = TextOf("package.json");
  const Json json = Json::parse(manifest.starts_with("\xEF\xBB\xBF") ? manifest.substr(3) : manifest, nullptr, false);
  std::set<std::string> dependencies;
  if (json.is_object()) {
    for (const char* key : {"dependencies", "devDependencies", "peerDependencies", "optionalDependencies"}) {
      if (!json.contains(key) || !json[key].is_object()) continue;
      for (const auto& [name, range] : json[key].items()) dependencies.insert(name);
    }
    const bool esm = json.contains("type") && json["type"] == "module";
    found.facts.push_back(esm ? "modules: ES modules (\"type\": \"module\")" : "modules: CommonJS, but for .mjs and .mts (no \"type\": \"module\")");
    if (json.contains("workspaces")) {
      const Json& list = json["workspaces"].is_object() && json["workspaces"].contains("packages") ? json["workspaces"]["packages"] : json["workspaces"];
      if (list.is_array()) {
        for (const Json& one : list) {
          if (one.is_string()) found.packages.push_back(one.get<std::string>());
        }
      }
    }
    if (json.contains("engines") && json["engines"].is_object() && json["engines"].contains("node") && json["engines"]["node"].is_string()) {
      found.facts.push_back(Cat("Node: ", Plain(json["engines"]["node"].get<std::string>())));
    }
  }
  const std::pair<const char*, const char*> managers[] = {{"pnpm-lock.yaml", "pnpm"}, {"yarn.lock", "yarn"}, {"bun.lock", "bun"}, {"bun.lockb", "bun"}, {"package-lock.json", "npm"}, {"npm-shrinkwrap.json", "npm"}};
  for (const auto& [lock, name] : managers) {
    if (!Has(lock)) continue;
    found.facts.push_back(Cat("package manager: ", std::string_view(name), " (", std::string_view(lock), ")"));
    break;
  }
  if (Has("pnpm-workspace.yaml") && found.packages.empty()) found.packages.push_back("see pnpm-workspace.yaml");
  found.typescript = Has("tsconfig.json") || dependencies.contains("typescript");
  if (found.typescript) found.facts.push_back("language: TypeScript");
  const std::set<std::string> known = KnownFrameworks();
  std::ranges::set_intersection(dependencies, known, std::back_inserter(found.frameworks));

  std::string eslint;
  for (const char* name : {"eslint.config.js", "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts", "eslint.config.mts", "eslint.config.cts", ".eslintrc",
                           ".eslintrc.js", ".eslintrc.cjs", ".eslintrc.json", ".eslintrc.yml", ".eslintrc.yaml"}) {
    eslint += TextOf(name);
  }
  if (json.is_object() && json.contains("eslintConfig")) eslint += json["eslintConfig"].dump();
  for (const Rule* rule : AllRules()) {
    std::string_view list = rule->eslint;
    while (!list.empty()) {
      const std::string_view one = list.substr(0, list.find(' '));
      list.remove_prefix(std::min(one.size() + 1, list.size()));
      if (Mentions(eslint, one)) found.eslint.emplace_back(one, rule->id);
    }
  }
  return found;
}

std::string Commented(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += Cat("  // ", line, "\n");
  return out;
}

std::string Configuration(const Found& found) {
  std::vector<std::string> head = {"Written by looplint init, from what it saw here:"};
  for (const std::string& fact : found.facts) head.push_back(Cat("  ", fact));
  head.push_back(found.frameworks.empty() ? std::string("  frameworks: none that looplint has rows about") : Cat("  frameworks: ", Join(found.frameworks, ", ")));
  std::string families;
  for (const Rule* rule : EveryRule()) {
    if (families.find(rule->family()) == std::string::npos) families += Cat(families.empty() ? "" : ", ", rule->family());
  }
  std::string out = Cat("{\n", Commented(head), R"(
  // Presets: looplint:recommended, looplint:all, or a family such as looplint:event-loop. Relative files work too.
  "extends": ["looplint:recommended"],

  // A whole family at once: off, info, warn or error. Families:
  // )", families, R"(
  "categories": {},

  // Single rules; `looplint rules` lists them, `looplint explain RULE` tells about one.
  "rules": {},

  // Other settings for some files; the last match wins.
  "overrides": [
    // { "files": ["scripts/**"], "categories": { "event-loop": "off" } },
)");
  for (const std::string& folder : found.packages) {
    out += Cat("    // of the workspace: { \"files\": [\"", folder, folder.starts_with("see ") ? "" : "/**", "\"], \"rules\": {} },\n");
  }
  out += R"(  ],

  // What not to read, as in .gitignore. What .gitignore and .looplintignore name is left out anyway.
  "ignore": [],

  // Findings of today, to be worked off later: `looplint --update-baseline` writes the file.
  // "baseline": "looplint-baseline.jsonl",

  "suppressions": {
    // A suppression comment must say why: // looplint-disable-next-line RULE -- reason
    "requireReason": true,
    "reportUnused": "warn",
)";
  if (!found.eslint.empty()) {
    out += "    // ESLint checks here what these rules do, so its eslint-disable comments count for them:\n";
    for (const auto& [theirs, ours] : found.eslint) out += Cat("    //   ", theirs, " -> ", ours, "\n");
    out += "    \"honorEslint\": true,\n";
  } else {
    out += "    // Let eslint-disable comments of rules with an equivalent here (n/no-sync, ...) suppress, too.\n    \"honorEslint\": false,\n";
  }
  return out + "  },\n}\n";
}

}  // namespace

int InitCommand(std::vector<std::string> arguments) {
  if (!arguments.empty()) return Warn("init takes no arguments: it writes looplint.jsonc into this folder"), kTrouble;
  for (const char* name : kConfigNames) {
    if (Has(name)) return Warn(Cat(std::string_view(name), " exists; it is left as it is")), kTrouble;
  }
  const Found found = Look();
  if (!WriteFile(kConfigNames[0], Configuration(found))) return kTrouble;
  std::string said = Cat("wrote ", std::string_view(kConfigNames[0]), "\n");
  for (const std::string& fact : found.facts) said += Cat("  ", fact, "\n");
  if (!found.frameworks.empty()) said += Cat("  frameworks: ", Join(found.frameworks, ", "), "\n");
  if (!found.eslint.empty()) said += Cat("  ESLint: ", found.eslint.size(), " rules with an equivalent here; their comments count\n");
  WriteAll(STDOUT_FILENO, said);
  return kClean;
}

}  // namespace looplint
