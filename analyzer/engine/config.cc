#include "analyzer/engine/config.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"
#include "analyzer/engine/jsonc.h"
#include "analyzer/engine/suppress.h"
#include "resolver/node_release.h"

namespace looplint {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kMaxConfig = 4u << 20;
constexpr const char* kPackagesKeys[] = {"trustedHosts", "reviewedScripts"};
constexpr const char* kKeys[] = {"$schema",   "extends", "rules",        "categories", "overrides",
                                 "ignore",    "suppressions", "knowledge", "packages", "threads", "baseline", "node", "dependencies"};
constexpr const char* kOverrideKeys[] = {"files", "excludeFiles", "rules", "categories"};
constexpr const char* kSuppressionKeys[] = {"requireReason", "reportUnused", "honorEslint"};
constexpr std::string_view kPresetPrefix = "looplint:";

std::vector<std::string> Families() {
  std::set<std::string> families;
  for (const Rule* rule : EveryRule()) families.emplace(rule->family());
  return {families.begin(), families.end()};
}

// Edits (insert, delete, replace, swap of neighbours) from a to b.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, row);
  }
  return last[b.size()];
}

// The rules a preset turns on, or nothing when there is no such preset.
std::optional<std::vector<const Rule*>> Preset(std::string_view name) {
  std::vector<const Rule*> rules;
  for (const Rule* rule : EveryRule()) {
    if (name == "all" || rule->family() == name || (name == "recommended" && rule->on_by_default)) {
      rules.push_back(rule);
    }
  }
  if (rules.empty()) return std::nullopt;
  return rules;
}

Config::Layer PresetLayer(const std::vector<const Rule*>& rules) {
  Config::Layer layer;
  for (const Rule* rule : rules) layer.settings.emplace_back(rule, rule->severity);
  return layer;
}

// Reads one file and what it extends into a configuration, collecting errors.
class Loader {
 public:
  // `root`: the configuration that "//" stands for in a nested one.
  Loader(const FileSystem& fs, Config& config, const Config* root = nullptr) : fs_(fs), config_(config), root_(root) {}

  void Load(const std::string& path) {
    const absl::StatusOr<std::string> text = fs_.Read(path, kMaxConfig);
    if (!text.ok()) {
      errors_.push_back(std::string(text.status().message()));
      return;
    }
    LoadText(path, *text);
  }

  // How many of the layers came from "//", at the beginning.
  size_t from_root() const { return from_root_; }

  absl::Status status() const {
    return errors_.empty() ? absl::OkStatus() : absl::InvalidArgumentError(Join(errors_, "\n"));
  }

 private:
  // The file being read.
  struct Document {
    std::string path;
    LineIndex lines;
    Jsonc json;
  };

  void LoadText(const std::string& path, const std::string& text) {
    Document document{path, LineIndex(text), {}};
    Document* const outer = std::exchange(document_, &document);
    JsoncError error;
    if (!ParseJsonc(text, document.json, error)) {
      AddError(error.at, error.message);
    } else {
      open_.push_back(path);
      const bool member = path == "package.json" || path.ends_with("/package.json");
      if (member) {
        if (document.json.value.is_object() && document.json.value.contains("looplint")) {
          Top(document.json.value["looplint"], "/looplint");
        } else {
          AddError(0, "there is no \"looplint\" member");
        }
      } else {
        Top(document.json.value, "");
      }
      config_.sources.push_back(path);
      open_.pop_back();
    }
    document_ = outer;
  }

  void AddError(uint32_t at, std::string_view message) {
    const LineColumn place = document_->lines.At(at, ColumnUnit::kUtf16);
    errors_.push_back(Cat(document_->path, ":", place.line, ":", place.column, ": ", message));
  }
  void AtValue(const std::string& pointer, std::string_view message) {
    const auto it = document_->json.value_at.find(pointer);
    AddError(it == document_->json.value_at.end() ? 0 : it->second, message);
  }
  void AtKey(const std::string& pointer, std::string_view message) {
    const auto it = document_->json.key_at.find(pointer);
    AddError(it == document_->json.key_at.end() ? 0 : it->second, message);
  }

  bool IsObject(const Json& json, const std::string& pointer, std::string_view what) {
    if (json.is_object()) return true;
    AtValue(pointer, Cat(what, " must be an object, not ", json.type_name()));
    return false;
  }
  template <size_t n>
  void CheckKeys(const Json& json, const std::string& pointer, const char* const (&known)[n]) {
    for (const auto& [key, value] : json.items()) {
      if (std::find(std::begin(known), std::end(known), key) != std::end(known)) continue;
      AtKey(JsonPointer(pointer, key),
            Cat("unknown key \"", key, "\"", DidYouMean(key, {std::begin(known), std::end(known)})));
    }
  }
  // A string or an array of strings.
  std::vector<std::pair<std::string, std::string>> Strings(const Json& json, const std::string& pointer,
                                                           std::string_view what) {
    std::vector<std::pair<std::string, std::string>> out;  // text, pointer
    if (json.is_string()) {
      out.emplace_back(json.get<std::string>(), pointer);
    } else if (json.is_array()) {
      for (size_t i = 0; i < json.size(); ++i) {
        const std::string at = JsonPointer(pointer, Cat(i));
        if (json[i].is_string()) {
          out.emplace_back(json[i].get<std::string>(), at);
        } else {
          AtValue(at, Cat(what, " must hold strings, not ", json[i].type_name()));
        }
      }
    } else {
      AtValue(pointer, Cat(what, " must be a string or an array of strings, not ", json.type_name()));
    }
    return out;
  }

  std::optional<Severity> ReadSeverity(const Json& json, const std::string& pointer) {
    Severity severity;
    if (json.is_string() && ParseSeverity(json.get<std::string>(), severity)) return severity;
    if (json.is_number_integer() && ParseSeverity(json.dump(), severity)) return severity;
    AtValue(pointer, Cat("a severity is \"off\", \"info\", \"warn\" or \"error\", not ", Brief(json)));
    return std::nullopt;
  }
  static std::string Brief(const Json& json) {
    std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > 40) text = Cat(json.is_array() ? "an" : "a", " ", json.type_name());
    return text;
  }

  void Top(const Json& json, const std::string& pointer) {
    if (!IsObject(json, pointer, "the configuration")) return;
    CheckKeys(json, pointer, kKeys);
    for (const char* key : {"ignore", "knowledge", "threads", "baseline", "dependencies"}) {
      if (root_ != nullptr && json.contains(key)) {
        AtKey(JsonPointer(pointer, key), Cat("\"", std::string_view(key), "\" is for the whole project: only the configuration at its root may set it"));
      }
    }
    const auto at = [&](const char* key) { return JsonPointer(pointer, key); };
    if (json.contains("extends")) {
      for (const auto& [what, where] : Strings(json["extends"], at("extends"), "\"extends\"")) Extend(what, where);
    } else if (open_.size() == 1) {
      config_.layers.push_back(PresetLayer(*Preset("recommended")));
    }
    Config::Layer layer;
    Settings(json, pointer, layer);
    config_.layers.push_back(std::move(layer));
    if (json.contains("overrides")) Overrides(json["overrides"], at("overrides"));
    if (json.contains("ignore")) {
      for (auto& [line, where] : Strings(json["ignore"], at("ignore"), "\"ignore\"")) {
        config_.ignore.push_back(std::move(line));
      }
    }
    if (json.contains("suppressions")) Suppressions(json["suppressions"], at("suppressions"));
    if (json.contains("knowledge")) KnowledgeRows(json["knowledge"], at("knowledge"));
    if (json.contains("baseline")) BaselinePath(json["baseline"], at("baseline"));
    if (json.contains("packages")) Packages(json["packages"], at("packages"));
    if (json.contains("node")) NodeRange(json["node"], at("node"));
    if (json.contains("dependencies")) {
      if (json["dependencies"].is_boolean()) {
        config_.dependencies = json["dependencies"].get<bool>();
      } else {
        AtValue(at("dependencies"), "\"dependencies\" is true or false");
      }
    }
    if (json.contains("threads")) {
      const Json& threads = json["threads"];
      if (threads.is_number_integer() && threads.get<int64_t>() >= 0 && threads.get<int64_t>() <= 1024) {
        config_.threads = threads.get<int>();
      } else {
        AtValue(at("threads"), "\"threads\" must be a number from 0 (all cores) to 1024");
      }
    }
  }

  void NodeRange(const Json& json, const std::string& pointer) {
    NodeRelease oldest, newest;
    if (!json.is_string() || json.get<std::string>().empty() || !ReleasesOf(json.get<std::string>(), oldest, newest)) {
      return AtValue(pointer, "\"node\" is a range of releases as in \"engines\", that admits one of Node 18 to 26: \">=20\", \"22 || 24\", \"20.19.0\"");
    }
    config_.node = json.get<std::string>();
  }

  void BaselinePath(const Json& json, const std::string& pointer) {
    if (!json.is_string() || json.get<std::string>().empty()) return AtValue(pointer, "\"baseline\" must be the path of a file");
    config_.baseline = JoinPath(DirName(document_->path), json.get<std::string>());
  }

  void Extend(const std::string& what, const std::string& where) {
    if (what == "//") {
      if (root_ == nullptr) return AtValue(where, "\"//\" is the configuration at the root of the project, and there is none above this one");
      config_.layers.insert(config_.layers.end(), root_->layers.begin(), root_->layers.end());
      from_root_ = config_.layers.size();
      return;
    }
    if (what.starts_with(kPresetPrefix)) {
      const std::string name = what.substr(kPresetPrefix.size());
      if (const auto rules = Preset(name)) {
        config_.layers.push_back(PresetLayer(*rules));
        return;
      }
      std::vector<std::string> known = {"looplint:recommended", "looplint:all"};
      for (const std::string& family : Families()) known.push_back(Cat(kPresetPrefix, family));
      AtValue(where, Cat("there is no preset \"", what, "\"", DidYouMean(what, known)));
      return;
    }
    if (!what.starts_with("./") && !what.starts_with("../") && !what.starts_with('/')) {
      AtValue(where, Cat("\"", what, "\" is neither a preset (looplint:...) nor a file (./...)"));
      return;
    }
    const std::string path = JoinPath(DirName(document_->path), what);
    if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
      AtValue(where, Cat("a cycle: ", Join(open_, " -> "), " -> ", path));
      return;
    }
    const absl::StatusOr<std::string> text = fs_.Read(path, kMaxConfig);
    if (!text.ok()) {
      AtValue(where, Cat("cannot extend ", std::string(text.status().message())));
      return;
    }
    LoadText(path, *text);
  }

  // "categories", then "rules".
  void Settings(const Json& json, const std::string& pointer, Config::Layer& layer) {
    if (json.contains("categories")) {
      const std::string at = JsonPointer(pointer, "categories");
      if (IsObject(json["categories"], at, "\"categories\"")) {
        for (const auto& [family, value] : json["categories"].items()) {
          const std::string here = JsonPointer(at, family);
          const std::vector<std::string> families = Families();
          if (std::find(families.begin(), families.end(), family) == families.end()) {
            AtKey(here, Cat("there is no category \"", family, "\"", DidYouMean(family, families)));
            continue;
          }
          const std::optional<Severity> severity = ReadSeverity(value, here);
          if (!severity) continue;
          for (const Rule* rule : SelectRules(family)) layer.settings.emplace_back(rule, *severity);
        }
      }
    }
    if (!json.contains("rules")) return;
    const std::string at = JsonPointer(pointer, "rules");
    if (!IsObject(json["rules"], at, "\"rules\"")) return;
    for (const auto& [id, value] : json["rules"].items()) {
      const std::string here = JsonPointer(at, id);
      const Rule* rule = FindAnyRule(id);
      if (rule == nullptr) {
        AtKey(here, Cat("there is no rule \"", id, "\"", DidYouMean(id, RuleWords())));
        continue;
      }
      std::optional<Severity> severity;
      if (!value.is_array()) {
        severity = ReadSeverity(value, here);
      } else if (value.empty() || value.size() > 2) {
        AtValue(here, "a rule is set to a severity or to [severity, {options}]");
      } else {
        severity = ReadSeverity(value[0], JsonPointer(here, "0"));
        if (value.size() == 2 && IsObject(value[1], JsonPointer(here, "1"), "the options of a rule")) {
          // No rule has options yet; saying so beats ignoring what somebody set.
          for (const auto& [key, option] : value[1].items()) {
            AtKey(JsonPointer(JsonPointer(here, "1"), key), Cat(id, " has no option \"", key, "\""));
          }
        }
      }
      if (severity) layer.settings.emplace_back(rule, *severity);
    }
  }

  void Overrides(const Json& json, const std::string& pointer) {
    if (!json.is_array()) {
      AtValue(pointer, Cat("\"overrides\" must be an array, not ", json.type_name()));
      return;
    }
    for (size_t i = 0; i < json.size(); ++i) {
      const std::string here = JsonPointer(pointer, Cat(i));
      if (!IsObject(json[i], here, "an override")) continue;
      CheckKeys(json[i], here, kOverrideKeys);
      Config::Layer layer;
      const auto globs = [&](const char* key, std::vector<Glob>& out) {
        if (!json[i].contains(key)) return;
        for (const auto& [pattern, where] : Strings(json[i][key], JsonPointer(here, key), Cat("\"", key, "\""))) {
          absl::StatusOr<Glob> glob = Glob::Parse(pattern);
          if (glob.ok()) {
            out.push_back(*std::move(glob));
          } else {
            AtValue(where, std::string(glob.status().message()));
          }
        }
      };
      if (!json[i].contains("files")) AtValue(here, "an override needs \"files\"");
      globs("files", layer.files);
      globs("excludeFiles", layer.exclude_files);
      Settings(json[i], here, layer);
      if (!layer.files.empty()) config_.layers.push_back(std::move(layer));
    }
  }

  void Suppressions(const Json& json, const std::string& pointer) {
    if (!IsObject(json, pointer, "\"suppressions\"")) return;
    CheckKeys(json, pointer, kSuppressionKeys);
    Config::Layer layer;
    const auto set = [&](const char* key, const char* rule) {
      if (!json.contains(key)) return;
      const Json& value = json[key];
      const Rule* const found = FindAnyRule(rule);
      if (value.is_boolean()) {
        layer.settings.emplace_back(found, value.get<bool>() ? found->severity : Severity::kOff);
      } else if (const auto severity = ReadSeverity(value, JsonPointer(pointer, key))) {
        layer.settings.emplace_back(found, *severity);
      }
    };
    set("requireReason", "suppression/without-reason");
    set("reportUnused", "suppression/unused");
    if (json.contains("honorEslint")) {
      if (root_ != nullptr) {
        AtKey(JsonPointer(pointer, "honorEslint"), "\"honorEslint\" is for the whole project: only the configuration at its root may set it");
      } else if (json["honorEslint"].is_boolean()) {
        config_.honor_eslint = json["honorEslint"].get<bool>();
      } else {
        AtValue(JsonPointer(pointer, "honorEslint"), "\"honorEslint\" is true or false");
      }
    }
    config_.layers.push_back(std::move(layer));
  }

  void Packages(const Json& json, const std::string& pointer) {
    if (!IsObject(json, pointer, "\"packages\"")) return;
    CheckKeys(json, pointer, kPackagesKeys);
    const auto list = [&](const char* key, std::vector<std::string>& out) {
      if (!json.contains(key)) return;
      for (auto& [text, where] : Strings(json[key], JsonPointer(pointer, key), Cat("\"", key, "\""))) out.push_back(std::move(text));
    };
    list("trustedHosts", config_.packages.trusted_hosts);
    list("reviewedScripts", config_.packages.reviewed_scripts);
  }

  void KnowledgeRows(const Json& json, const std::string& pointer) {
    if (!json.is_array()) {
      AtValue(pointer, "\"knowledge\" must be an array of files and of objects with rows");
      return;
    }
    for (size_t i = 0; i < json.size(); ++i) {
      const std::string here = JsonPointer(pointer, Cat(i));
      if (json[i].is_object()) {
        config_.knowledge.push_back(json[i].dump());
      } else if (json[i].is_string()) {
        const std::string path = JoinPath(DirName(document_->path), json[i].get<std::string>());
        absl::StatusOr<std::string> text = fs_.Read(path, kMaxConfig);
        if (text.ok()) {
          config_.knowledge.push_back(*std::move(text));
        } else {
          AtValue(here, std::string(text.status().message()));
        }
      } else {
        AtValue(here, Cat("knowledge is a file or an object with rows, not ", json[i].type_name()));
      }
    }
  }

  const FileSystem& fs_;
  Config& config_;
  const Config* root_;
  size_t from_root_ = 0;
  Document* document_ = nullptr;
  std::vector<std::string> open_;  // files being read, outermost first
  std::vector<std::string> errors_;
};

// The layers that govern a file, but for those of the command line.
const std::vector<Config::Layer>& Governing(const Config& config, std::string_view path) {
  for (const Config::Nested& nested : config.nested) {
    if (path.starts_with(nested.folder) && path.size() > nested.folder.size() && path[nested.folder.size()] == '/') return nested.layers;
  }
  return config.layers;
}

bool Applies(const Config::Layer& layer, std::string_view path) {
  if (!layer.base.empty()) path.remove_prefix(std::min(layer.base.size() + 1, path.size()));
  const auto matches = [&](const Glob& glob) { return glob.Matches(path); };
  if (!layer.files.empty() && std::ranges::none_of(layer.files, matches)) return false;
  return std::ranges::none_of(layer.exclude_files, matches);
}

}  // namespace

const std::vector<const Rule*>& EveryRule() {
  static const std::vector<const Rule*>& rules = *[] {
    auto* out = new std::vector<const Rule*>(AllRules().begin(), AllRules().end());
    out->insert(out->end(), SuppressionRules().begin(), SuppressionRules().end());
    std::ranges::sort(*out, {}, &Rule::id);
    return out;
  }();
  return rules;
}

const Rule* FindAnyRule(std::string_view id) {
  const auto& rules = EveryRule();
  const auto it = std::ranges::lower_bound(rules, id, {}, &Rule::id);
  return it != rules.end() && (*it)->id == id ? *it : nullptr;
}

std::vector<const Rule*> SelectRules(std::string_view word) {
  if (word == "all") return EveryRule();
  if (const Rule* rule = FindAnyRule(word)) return {rule};
  if (word.ends_with("/*")) word.remove_suffix(2);
  std::vector<const Rule*> rules;
  for (const Rule* rule : EveryRule()) {
    if (rule->family() == word) rules.push_back(rule);
  }
  return rules;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& known) {
  const std::string* best = nullptr;
  size_t least = word.size() / 3 + 2;  // farther off it is another word
  for (const std::string& candidate : known) {
    if (candidate.size() > 200 || word.size() > 200) continue;
    size_t distance = Distance(word, candidate);
    // People remember rules without their family.
    const size_t slash = candidate.find('/');
    if (slash != std::string::npos && word.find('/') == std::string_view::npos) {
      distance = std::min(distance, Distance(word, std::string_view(candidate).substr(slash + 1)));
    }
    if (distance < least) {
      least = distance;
      best = &candidate;
    }
  }
  return best == nullptr ? "" : Cat("; did you mean \"", *best, "\"?");
}

std::vector<std::string> RuleWords() {
  std::vector<std::string> words;
  for (const Rule* rule : EveryRule()) words.emplace_back(rule->id);
  for (std::string& family : Families()) words.push_back(std::move(family));
  return words;
}

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kOff: return "off";
    case Severity::kInfo: return "info";
    case Severity::kWarn: return "warn";
    case Severity::kError: return "error";
  }
  return "";
}

bool ParseSeverity(std::string_view text, Severity& out) {
  if (text == "off" || text == "0") return out = Severity::kOff, true;
  if (text == "info") return out = Severity::kInfo, true;
  if (text == "warn" || text == "1") return out = Severity::kWarn, true;
  if (text == "error" || text == "2") return out = Severity::kError, true;
  return false;
}

Config Config::Default() {
  Config config;
  config.layers.push_back(PresetLayer(*Preset("recommended")));
  return config;
}

absl::StatusOr<Config> Config::Load(const FileSystem& fs, const std::string& path) {
  Config config;
  Loader loader(fs, config);
  loader.Load(path);
  if (const absl::Status status = loader.status(); !status.ok()) return status;
  return config;
}

absl::Status Config::AddNested(const FileSystem& fs, const std::string& path, const std::string& folder) {
  Config own;
  Loader loader(fs, own, this);
  loader.Load(path);
  if (const absl::Status status = loader.status(); !status.ok()) return status;
  for (size_t i = loader.from_root(); i < own.layers.size(); ++i) own.layers[i].base = folder;
  sources.insert(sources.end(), own.sources.begin(), own.sources.end());
  nested.push_back({folder, std::move(own.layers)});
  std::ranges::stable_sort(nested, std::greater<>(), [](const Nested& n) { return n.folder.size(); });
  return absl::OkStatus();
}

bool Config::ExtendsRoot(const FileSystem& fs, const std::string& path) {
  const absl::StatusOr<std::string> text = fs.Read(path, kMaxConfig);
  Jsonc document;
  JsoncError error;
  if (!text.ok() || text->find("\"//\"") == std::string::npos || !ParseJsonc(*text, document, error)) return false;
  const Json* json = &document.value;
  if (path.ends_with("package.json") && json->is_object() && json->contains("looplint")) json = &(*json)["looplint"];
  if (!json->is_object() || !json->contains("extends")) return false;
  const Json& extends = (*json)["extends"];
  if (extends.is_string()) return extends == "//";
  return extends.is_array() && std::ranges::find(extends, Json("//")) != extends.end();
}

bool Config::HasGlobs() const {
  const auto partial = [](const Layer& l) { return !l.files.empty() || !l.exclude_files.empty(); };
  return !nested.empty() || std::ranges::any_of(layers, partial) || std::ranges::any_of(settings, partial);
}

void Config::Set(const std::vector<const Rule*>& rules, Severity severity) {
  Layer layer;
  for (const Rule* rule : rules) layer.settings.emplace_back(rule, severity);
  settings.push_back(std::move(layer));
}

Severity Config::SeverityOf(std::string_view path, const Rule& rule) const {
  Severity severity = Severity::kOff;
  for (const std::vector<Layer>* list : {&Governing(*this, path), &settings}) {
    for (const Layer& layer : *list) {
      bool asked = false;
      for (const auto& [r, s] : layer.settings) {
        if (r != &rule) continue;
        if (!asked && !Applies(layer, path)) break;
        asked = true;
        severity = s;
      }
    }
  }
  return severity;
}

absl::flat_hash_map<const Rule*, Severity> Config::For(std::string_view path) const {
  absl::flat_hash_map<const Rule*, Severity> out;
  for (const Rule* rule : EveryRule()) out[rule] = Severity::kOff;
  for (const std::vector<Layer>* list : {&Governing(*this, path), &settings}) {
    for (const Layer& layer : *list) {
      if (layer.settings.empty() || !Applies(layer, path)) continue;
      for (const auto& [rule, severity] : layer.settings) out[rule] = severity;
    }
  }
  return out;
}

Severities::Severities(const Config& config) : config_(config) {
  static std::atomic<uint64_t> made{0};
  id_ = ++made;
  global_ = !config.HasGlobs();
  if (global_) everywhere_ = config.For("");
}

Severity Severities::operator()(const std::string& path, const Rule& rule) const {
  if (global_) return everywhere_.at(&rule);
  thread_local uint64_t owner = 0;
  thread_local std::string last;
  thread_local absl::flat_hash_map<const Rule*, Severity> here;
  if (owner != id_ || last != path) {
    here = config_.For(path);
    last = path;
    owner = id_;
  }
  return here.at(&rule);
}

std::string ConfigSchema() {
  const Json severity = {{"enum", {"off", "info", "warn", "error", 0, 1, 2}}};
  Json rules = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  for (const Rule* rule : EveryRule()) {
    rules["properties"][std::string(rule->id)] = {
        {"description", std::string(rule->summary)},
        {"default", rule->on_by_default ? std::string(SeverityName(rule->severity)) : "off"},
        {"anyOf", {{{"$ref", "#/$defs/severity"}}, {{"$ref", "#/$defs/severityAndOptions"}}}}};
  }
  Json categories = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
  Json presets = Json::array({"looplint:recommended", "looplint:all"});
  for (const std::string& family : Families()) {
    categories["properties"][family] = {{"$ref", "#/$defs/severity"}};
    presets.push_back(Cat(kPresetPrefix, family));
  }
  const Json strings = {{"anyOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}};
  const auto described = [](Json schema, const char* text) {
    schema["description"] = text;
    return schema;
  };
  const Json switch_or_severity = {{"anyOf", {{{"type", "boolean"}}, {{"$ref", "#/$defs/severity"}}}}};
  Json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "looplint configuration"},
      {"type", "object"},
      {"additionalProperties", false},
      {"properties",
       {{"$schema", {{"type", "string"}}},
        {"extends", described({{"anyOf", {{{"$ref", "#/$defs/base"}},
                                          {{"type", "array"}, {"items", {{"$ref", "#/$defs/base"}}}}}}},
                              "Presets and relative files this starts from; looplint:recommended when absent. \"//\" is the configuration at the root of the project.")},
        {"rules", {{"$ref", "#/$defs/rules"}}},
        {"categories", {{"$ref", "#/$defs/categories"}}},
        {"overrides",
         {{"type", "array"},
          {"description", "Settings for some files; applied in order, the last match wins."},
          {"items",
           {{"type", "object"},
            {"additionalProperties", false},
            {"required", {"files"}},
            {"properties",
             {{"files", {{"$ref", "#/$defs/strings"}}},
              {"excludeFiles", {{"$ref", "#/$defs/strings"}}},
              {"rules", {{"$ref", "#/$defs/rules"}}},
              {"categories", {{"$ref", "#/$defs/categories"}}}}}}}}},
        {"ignore", described({{"$ref", "#/$defs/strings"}}, "What not to read, in the syntax of .gitignore.")},
        {"suppressions",
         {{"type", "object"},
          {"additionalProperties", false},
          {"properties",
           {{"requireReason", described(switch_or_severity, "Report suppression comments without a reason.")},
            {"reportUnused", described(switch_or_severity, "Report suppression comments without a finding.")},
            {"honorEslint", {{"type", "boolean"}, {"description", "Let eslint-disable comments of rules with an equivalent here suppress, too."}}}}}}},
        {"baseline", {{"type", "string"}, {"minLength", 1}, {"description", "File of known findings, relative to this one."}}},
        {"knowledge",
         {{"type", "array"},
          {"description", "What your own packages do: files with rows, or rows."},
          {"items", {{"anyOf", {{{"type", "string"}}, {{"type", "object"}}}}}}}},
        {"packages",
         {{"type", "object"},
          {"additionalProperties", false},
          {"properties",
           {{"trustedHosts", described({{"$ref", "#/$defs/strings"}}, "Hosts that packages may come from, besides the registries that .npmrc and its kin name.")},
            {"reviewedScripts",
             described({{"$ref", "#/$defs/strings"}}, "Packages (name, or name@version) whose install scripts were read and found good. With this list, any other install script is an error.")}}}}},
        {"node", {{"type", "string"}, {"minLength", 1}, {"description", "Releases of Node the project runs on. It counts as engines.node of every package.json, over what they, volta, .nvmrc and .node-version say."}}},
        {"dependencies", {{"type", "boolean"}, {"description", "Read the installed packages that are imported, for what their functions do. On unless it is false; findings never lie in them."}}},
        {"threads", {{"type", "integer"}, {"minimum", 0}, {"maximum", 1024}, {"description", "0: all cores."}}}}},
      {"$defs",
       {{"severity", severity},
        {"severityAndOptions",
         {{"type", "array"},
          {"minItems", 1},
          {"maxItems", 2},
          {"prefixItems", {{{"$ref", "#/$defs/severity"}}, {{"type", "object"}, {"additionalProperties", false}}}}}},
        {"strings", strings},
        {"base", {{"anyOf", {{{"enum", presets}}, {{"type", "string"}, {"pattern", "^(\\.\\.?)?/"}}}}}},
        {"rules", rules},
        {"categories", categories}}}};
  return Cat(schema.dump(2), "\n");
}

}  // namespace looplint
