// The configuration: which rules run where, and how loudly. One file, looplint.jsonc, looplint.json or a "looplint"
// member of package.json: data, never code.
//
// A configuration is a sequence of layers, later ones win: what it extends, its categories, its rules, its
// overrides. Without "extends" it starts from looplint:recommended.
#ifndef LOOPLINT_ANALYZER_ENGINE_CONFIG_H_
#define LOOPLINT_ANALYZER_ENGINE_CONFIG_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analyzer/engine/glob.h"
#include "resolver/file_system.h"
#include "rules/packages_view.h"
#include "rules/rule.h"

namespace looplint {

// Every rule that configuration can name: AllRules() and SuppressionRules(), in order of id.
const std::vector<const Rule*>& EveryRule();
// Null when there is none.
const Rule* FindAnyRule(std::string_view id);

// What a word stands for: a rule id, a family ("event-loop" or "event-loop/*"), or "all". Empty when nothing.
std::vector<const Rule*> SelectRules(std::string_view word);
// "; did you mean \"x\"?", or "" when nothing is near.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& known);
// The ids of rules and families, for DidYouMean.
std::vector<std::string> RuleWords();

std::string_view SeverityName(Severity severity);  // "off", "info", "warn", "error"
bool ParseSeverity(std::string_view text, Severity& out);  // these, and ESLint's 0, 1, 2

class Config {
 public:
  // Rules by severity where some globs match; without globs everywhere.
  struct Layer {
    std::string base;  // folder below the root that the globs are relative to, "" for the root
    std::vector<Glob> files, exclude_files;
    std::vector<std::pair<const Rule*, Severity>> settings;
  };

  // A configuration further down governs its folder alone: nothing is merged, unless it extends "//", the root's.
  struct Nested {
    std::string folder;  // relative to the root
    std::vector<Layer> layers;
  };

  std::vector<Layer> layers;
  std::vector<Nested> nested;   // the deepest first
  std::vector<Layer> settings;  // of the command line: over everything
  std::vector<std::string> ignore;     // lines as in .gitignore, relative to the root
  std::vector<std::string> knowledge;  // JSON documents for Knowledge::Extend
  PackagePolicy packages;
  bool dependencies = true;            // installed packages are read for what their functions do
  std::string node;                    // counts as engines.node of every package.json; "" for what they say
  int threads = 0;                     // 0: all cores
  std::string baseline;                // path of the file of known findings, as paths of `sources`; "" for none
  bool honor_eslint = false;           // eslint-disable comments of rules with an equivalent count
  std::vector<std::string> sources;    // paths of the files this came from, outermost last

  // looplint:recommended.
  static Config Default();
  // InvalidArgument lists all that is wrong, one "path:line:column: message" per line, `path` as passed in. Columns
  // count UTF-16 units.
  static absl::StatusOr<Config> Load(const FileSystem& fs, const std::string& path);
  // Adds one that governs `folder`, relative to the root. Errors as Load; also for what only the root may set.
  absl::Status AddNested(const FileSystem& fs, const std::string& path, const std::string& folder);
  // Does the configuration at `path` extend "//", so that the root is further up?
  static bool ExtendsRoot(const FileSystem& fs, const std::string& path);
  bool HasGlobs() const;  // are there settings that do not hold everywhere

  void Set(const std::vector<const Rule*>& rules, Severity severity);  // everywhere, over everything so far

  // Of a rule in a file; `path` is relative to the root. Rules not named anywhere are off.
  Severity SeverityOf(std::string_view path, const Rule& rule) const;
  // All of them, for one file: one lookup per layer instead of one per rule.
  absl::flat_hash_map<const Rule*, Severity> For(std::string_view path) const;
};

// Severity of a rule in a file, quickly, for callers that go file by file. Thread-safe.
class Severities {
 public:
  // `config` must outlive it.
  explicit Severities(const Config& config);
  Severity operator()(const std::string& path, const Rule& rule) const;

 private:
  const Config& config_;
  uint64_t id_;  // tells this one from those made later at the same address
  bool global_;  // no layer speaks of some files only
  absl::flat_hash_map<const Rule*, Severity> everywhere_;
};

// The JSON Schema of configuration files, made from EveryRule().
std::string ConfigSchema();

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_CONFIG_H_
