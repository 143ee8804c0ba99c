// looplint init: a commented configuration for the project at hand. Looks at the package.json files, lockfiles and the
// text of ESLint's and oxlint's configuration; runs nothing.
#include <unistd.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/cli/commands.h"
#include "analyzer/cli/output.h"
#include "analyzer/cli/printer.h"
#include "analyzer/cli/run.h"
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
  std::vector<std::string> packages;    // folders that hold the packages of a workspace
  // ESLint rules in use, with ours that are about the same.
  std::vector<std::pair<std::string, std::string>> eslint;
  std::vector<std::string> plugins;  // of ESLint, with rules that have equivalents
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

// Does what follows the name of a rule turn it off: "n/no-sync": "off", [0], 0?
bool IsOff(std::string_view after) {
  const size_t colon = after.find_first_not_of("'\"` \t");
  if (colon == std::string_view::npos || after[colon] != ':') return false;
  const size_t level = after.find_first_not_of("'\"`[ \t\r\n", colon + 1);
  return level != std::string_view::npos && (after.substr(level).starts_with("off") || after[level] == '0');
}

// Is `id` in `text` as a word of its own, and not turned off: "n/no-sync" is not in "eslint-n/no-sync-x".
bool Mentions(const std::string& text, std::string_view id) {
  const auto part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '/' || c == '@' || c == '_'; };
  for (size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    if ((at == 0 || !part(text[at - 1])) && (at + id.size() == text.size() || !part(text[at + id.size()])) &&
        !IsOff(std::string_view(text).substr(at + id.size()))) {
      return true;
    }
  }
  return false;
}

Json ManifestAt(const std::string& path) {
  const std::string text = TextOf(path);
  return Json::parse(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text, nullptr, false);
}

void AddDependencies(const Json& manifest, std::set<std::string>& to) {
  if (!manifest.is_object()) return;
  for (const char* key : {"dependencies", "devDependencies", "peerDependencies", "optionalDependencies"}) {
    if (!manifest.contains(key) || !manifest[key].is_object()) continue;
    for (const auto& [name, range] : manifest[key].items()) to.insert(name);
  }
}

// `manifests` are all of the project; the first is its own when it has one.
Found Look(const std::vector<std::string>& manifests) {
  constexpr size_t kMost = 1000;  // packages; more tell nothing new
  Found found;
  const Json json = ManifestAt("package.json");
  std::set<std::string> dependencies;
  AddDependencies(json, dependencies);
  const bool workspace = Has("pnpm-workspace.yaml") || (json.is_object() && json.contains("workspaces"));
  std::set<std::string> folders;
  for (size_t i = 0; i < manifests.size() && i < kMost; ++i) {
    if (manifests[i] == "package.json") continue;
    AddDependencies(ManifestAt(manifests[i]), dependencies);
    const std::string parent(DirName(std::string(DirName(manifests[i]))));
    if (workspace && !parent.empty() && parent != ".") folders.insert(parent);
  }
  for (const std::string& folder : folders) {
    // Examples within a package are of the package.
    const bool inner =
        std::ranges::any_of(folders, [&](const std::string& other) { return folder.starts_with(other + "/"); });
    if (!inner) found.packages.push_back(folder);
  }
  if (workspace)
    found.facts.push_back(Cat("workspace of ", Count(manifests.size(), "package"),
                              found.packages.empty() ? "" : Cat(" in ", Join(found.packages, ", "))));
  if (!json.is_object()) found.facts.push_back("no package.json in this folder");
  if (json.is_object()) {
    const bool esm = json.contains("type") && json["type"] == "module";
    found.facts.push_back(esm ? "modules: ES modules (\"type\": \"module\")"
                              : "modules: CommonJS, but for .mjs and .mts (no \"type\": \"module\")");
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
  found.typescript = Has("tsconfig.json") || dependencies.contains("typescript");
  if (found.typescript) found.facts.push_back("language: TypeScript");
  const std::set<std::string> known = KnownFrameworks();
  std::ranges::set_intersection(dependencies, known, std::back_inserter(found.frameworks));

  std::string eslint;
  for (const char* name : {"eslint.config.js", "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts",
                           "eslint.config.mts", "eslint.config.cts", ".eslintrc", ".eslintrc.js", ".eslintrc.cjs",
                           ".eslintrc.json", ".eslintrc.yml", ".eslintrc.yaml", ".oxlintrc.json", "oxlint.config.ts"}) {
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
  // Presets of plugins turn their rules on without naming them.
  constexpr const char* kPlugins[] = {
      "eslint-plugin-n",        "eslint-plugin-node",   "eslint-plugin-promise",
      "eslint-plugin-security", "eslint-plugin-import", "eslint-plugin-import-x",
      "eslint-plugin-regexp",   "typescript-eslint",    "@typescript-eslint/eslint-plugin"};
  for (const char* plugin : kPlugins) {
    if (dependencies.contains(plugin) && !eslint.empty()) found.plugins.emplace_back(plugin);
  }
  if (!found.plugins.empty()) found.facts.push_back(Cat("ESLint with ", Join(found.plugins, ", ")));
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
    out += Cat("    // { \"files\": [\"", folder, "/*/**\"], \"rules\": {} },\n");
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
  } else if (!found.plugins.empty()) {
    out +=
        "    // eslint-disable comments count for rules with an equivalent here (n/no-sync, ...):\n    "
        "\"honorEslint\": true,\n";
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
  // The packages of the project, as a run would find them.
  Options options;
  options.no_config = options.pass_on_no_files = true;
  Run run;
  absl::Status status = Prepare(options, run);
  if (status.ok()) status = Find(options, run);
  if (!status.ok()) return Warn(std::string(status.message())), kTrouble;
  std::vector<std::string> manifests;
  for (const std::string& manifest : run.sources.manifests) {
    std::string path = run.Display(manifest);
    if (!path.starts_with("../")) manifests.push_back(std::move(path));
  }
  const Found found = Look(manifests);
  if (!WriteFile(kConfigNames[0], Configuration(found))) return kTrouble;
  std::string said = Cat("wrote ", std::string_view(kConfigNames[0]), "\n");
  for (const std::string& fact : found.facts) said += Cat("  ", fact, "\n");
  if (!found.frameworks.empty()) said += Cat("  frameworks: ", Join(found.frameworks, ", "), "\n");
  if (!found.eslint.empty()) said += Cat("  ESLint: ", found.eslint.size(), " rules with an equivalent here; their comments count\n");
  WriteAll(STDOUT_FILENO, said);
  return kClean;
}

}  // namespace looplint
