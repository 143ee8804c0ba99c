#include "resolver/pnp.h"

#include <algorithm>

#include "analyzer/base/strings.h"
#include "re2/re2.h"
#include "resolver/archives.h"

namespace looplint {
namespace {

constexpr uint64_t kMaxManifest = 256u << 20;

std::string Locator(std::string_view name, std::string_view reference) { return Cat(name, std::string_view("\0", 1), reference); }

// The JSON text that a generated .pnp.cjs assigns to RAW_RUNTIME_STATE: a string literal in single quotes, its lines
// joined by backslashes. "" when there is none.
std::string InlinedData(std::string_view source) {
  size_t at = source.find("RAW_RUNTIME_STATE");
  if (at == std::string_view::npos) return "";
  at = source.find('\'', at);
  if (at == std::string_view::npos) return "";
  std::string out;
  for (size_t i = at + 1; i < source.size(); ++i) {
    if (source[i] == '\'') return out;
    if (source[i] != '\\') {
      out += source[i];
      continue;
    }
    if (++i >= source.size()) return "";
    switch (source[i]) {
      case '\n': break;  // a line continuation
      case '\r': i += i + 1 < source.size() && source[i + 1] == '\n'; break;
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      default: out += source[i];
    }
  }
  return "";
}

// Yarn writes globs as expressions whose negative lookaheads only keep out segments "." and "..", which normalised
// paths have none of.
std::string WithoutLookahead(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern.substr(i, 3) == "(?!") {
      int depth = 0;
      for (; i < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
          ++i;
        } else if (pattern[i] == '(') {
          ++depth;
        } else if (pattern[i] == ')' && --depth == 0) {
          break;
        }
      }
      continue;
    }
    out += pattern[i];
    if (pattern[i] == '\\' && i + 1 < pattern.size()) out += pattern[++i];
  }
  return out;
}

}  // namespace

std::unique_ptr<Pnp> Pnp::Load(const FileSystem& fs, const std::string& directory, std::string* error) {
  error->clear();
  std::string path = JoinPath(directory, ".pnp.data.json");
  absl::StatusOr<std::string> text = fs.Read(path, kMaxManifest);
  if (!text.ok()) {
    path = JoinPath(directory, ".pnp.cjs");
    text = fs.Read(path, kMaxManifest);
    if (!text.ok()) return nullptr;
    *text = InlinedData(*text);
    if (text->empty()) {
      *error = Cat(path, ": no inlined data, and no .pnp.data.json beside it");
      return nullptr;
    }
  }
  auto pnp = std::make_unique<Pnp>();
  if (!pnp->json_.Parse(*text) || !pnp->json_.root()["packageRegistryData"].IsArray()) {
    *error = Cat(path, ": no Plug'n'Play manifest");
    return nullptr;
  }
  const JsonValue root = pnp->json_.root();
  pnp->directory_ = directory;
  pnp->enable_fallback_ = root["enableTopLevelFallback"].Is(JsonValue::Type::kTrue);
  pnp->fallback_pool_ = root["fallbackPool"];
  if (root["ignorePatternData"].IsString()) pnp->ignore_pattern_ = std::string(root["ignorePatternData"].text());
  for (JsonValue entry = root["fallbackExclusionList"].first(); entry; entry = entry.next()) {
    const std::string_view name = entry.first().text();
    for (JsonValue reference = entry.first().next().first(); reference; reference = reference.next()) {
      pnp->excluded_.insert(Locator(name, reference.text()));
    }
  }
  size_t count = 0;
  for (JsonValue entry = root["packageRegistryData"].first(); entry; entry = entry.next()) count += entry.first().next().size();
  pnp->packages_.reserve(count);  // pointers into it are kept
  for (JsonValue entry = root["packageRegistryData"].first(); entry; entry = entry.next()) {
    const JsonValue name = entry.first();
    for (JsonValue store = name.next().first(); store; store = store.next()) {
      const JsonValue reference = store.first(), info = reference.next();
      if (!info.IsObject()) continue;
      Package package;
      package.name = std::string(name.text());
      package.reference = std::string(reference.text());
      package.top_level = !name.IsString();
      package.location = JoinPath(directory, info["packageLocation"].text());
      if (package.location != "/") package.location += '/';
      package.dependencies = info["packageDependencies"];
      package.peers = info["packagePeers"];
      package.discard = info["discardFromLookup"].Is(JsonValue::Type::kTrue);
      pnp->packages_.push_back(std::move(package));
    }
  }
  for (const Package& p : pnp->packages_) {
    if (p.top_level) pnp->top_level_ = &p;
    pnp->by_locator_.emplace(Locator(p.name, p.reference), &p);
    if (p.discard) continue;
    pnp->by_location_[p.location] = &p;  // the top level is listed a second time, as a workspace: that entry counts
  }
  return pnp;
}

const Pnp::Package* Pnp::Get(std::string_view name, std::string_view reference) const {
  const auto it = by_locator_.find(Locator(name, reference));
  return it == by_locator_.end() ? nullptr : it->second;
}

const Pnp::Package* Pnp::Owner(std::string_view path) const {
  // The longest location that is a prefix, of the path as it is: virtual packages have locations of their own.
  std::string folder(path);
  if (!folder.ends_with('/')) folder += '/';
  for (;;) {
    const auto it = by_location_.find(folder);
    if (it != by_location_.end()) return it->second;
    if (folder.size() < 2) return nullptr;
    folder.resize(folder.rfind('/', folder.size() - 2) + 1);
  }
}

std::string Pnp::OwnerOf(std::string_view path) const {
  const Package* owner = Owner(path);
  if (owner == nullptr) return "";
  return owner->location == "/" ? "/" : owner->location.substr(0, owner->location.size() - 1);
}

Pnp::Answer Pnp::Locate(std::string_view package, JsonValue target) const {
  Answer answer;
  const Package* found = target.IsArray() ? Get(target.first().text(), target.first().next().text()) : Get(package, target.text());
  if (found == nullptr || found->location.empty()) {
    answer.kind = Answer::Kind::kMissing;
    answer.detail = Cat("'", package, "' is declared but not installed");
    return answer;
  }
  answer.kind = Answer::Kind::kFound;
  answer.location = found->location == "/" ? "/" : found->location.substr(0, found->location.size() - 1);
  return answer;
}

Pnp::Answer Pnp::Find(std::string_view package, std::string_view importer) const {
  Answer answer;
  if (!ignore_pattern_.empty()) {
    // Relative to the manifest, as Yarn tests it.
    std::string_view relative = importer;
    if (relative.starts_with(directory_ + "/")) relative.remove_prefix(directory_.size() + 1);
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(WithoutLookahead(ignore_pattern_), options);
    if (pattern.ok() && RE2::PartialMatch(re2::StringPiece(relative.data(), relative.size()), pattern)) return answer;
  }
  const Package* owner = Owner(importer);
  if (owner == nullptr) return answer;
  const auto dependency = [](const Package& p, std::string_view name) {
    JsonValue found;
    for (JsonValue d = p.dependencies.first(); d; d = d.next()) {
      if (d.first().text() == name) found = d.first().next();
    }
    return found;
  };
  JsonValue target = dependency(*owner, package);
  // Nothing declared, or a peer nobody provided: the project's own dependencies may stand in.
  if (!target || target.Is(JsonValue::Type::kNull)) {
    JsonValue fallback;
    if (enable_fallback_ && !owner->top_level && !excluded_.contains(Locator(owner->name, owner->reference))) {
      if (top_level_ != nullptr) fallback = dependency(*top_level_, package);
      if (!fallback || fallback.Is(JsonValue::Type::kNull)) {
        JsonValue pooled;
        for (JsonValue d = fallback_pool_.first(); d; d = d.next()) {
          if (d.first().text() == package) pooled = d.first().next();
        }
        if (pooled && !pooled.Is(JsonValue::Type::kNull)) fallback = pooled;
      }
    }
    if (fallback && !fallback.Is(JsonValue::Type::kNull)) {
      target = fallback;
    } else if (target) {
      answer.kind = Answer::Kind::kMissingPeer;
      answer.detail = Cat("MISSING_PEER_DEPENDENCY: ", owner->top_level || owner->name.empty() ? "the project" : owner->name,
                          " asks for '", package, "' as a peer dependency, which nobody provides");
      return answer;
    } else {
      answer.kind = Answer::Kind::kUndeclared;
      answer.detail = Cat("UNDECLARED_DEPENDENCY: ", owner->top_level || owner->name.empty() ? "the project" : owner->name,
                          " does not declare '", package, "' as a dependency");
      return answer;
    }
  }
  return Locate(package, target);
}

}  // namespace looplint
