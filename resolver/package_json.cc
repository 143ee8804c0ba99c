#include "resolver/package_json.h"

#include <algorithm>
#include <cstring>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The text of a number that JavaScript would print the same way, at least 0 and below 2^32 - 1.
bool IsArrayIndex(std::string_view key) {
  if (key.empty() || key.size() > 20 || !IsDigit(key[0])) return false;
  const size_t dot = key.find('.');
  const std::string_view whole = key.substr(0, dot);
  uint64_t value = 0;
  for (const char c : whole) {
    if (!IsDigit(c)) return false;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  if ((whole.size() > 1 && whole[0] == '0') || value >= 0xFFFFFFFFu) return false;
  if (dot == std::string_view::npos) return true;
  const std::string_view fraction = key.substr(dot + 1);
  if (fraction.empty() || fraction.back() == '0' || key.size() > 16) return false;
  return std::all_of(fraction.begin(), fraction.end(), IsDigit);
}

bool IsUtf8(std::string_view s) {
  size_t i = 0;
  while (i < s.size()) {
    uint64_t word;
    if (i + 8 <= s.size() && (std::memcpy(&word, s.data() + i, 8), (word & 0x8080808080808080u) == 0)) {
      i += 8;
      continue;
    }
    const auto at = [&](size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0u; };
    const unsigned c = at(i);
    const size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (length == 0) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((at(i + k) & 0xC0) != 0x80) return false;
    }
    if ((c == 0xE0 && at(i + 1) < 0xA0) || (c == 0xED && at(i + 1) >= 0xA0) || (c == 0xF0 && at(i + 1) < 0x90) ||
        (c == 0xF4 && at(i + 1) >= 0x90)) {
      return false;
    }
    i += length;
  }
  return true;
}

// Finds the fields of a package.json as the runtime's own reader does: keys and the values asked for are read, the
// rest is passed over by its brackets and quotes only, so what is wrong inside is not seen.
class FieldScanner {
 public:
  explicit FieldScanner(std::string_view text) : s_(text) {
    if (s_.starts_with("\xEF\xBB\xBF")) i_ = 3;
    end_ = s_.size();
    while (end_ > i_ && IsSpace(s_[end_ - 1])) --end_;
  }

  struct Value {
    char first = 0;         // '"', '{', '[' or what another scalar starts with
    std::string_view raw;   // with quotes or brackets
  };

  // Calls field(raw key, value); false when the text would be refused.
  template <typename Field>
  bool Run(Field field) {
    if (!IsUtf8(s_)) return Fail(0);
    Space();
    if (i_ >= end_ || s_[i_] != '{' || s_[end_ - 1] != '}') return Fail(i_ < end_ && s_[i_] == '{' ? end_ : i_);
    ++i_;
    Space();
    if (i_ < end_ && s_[i_] == '}') return StringsEnd(i_ + 1);
    for (;;) {
      std::string_view key;
      if (i_ >= end_ || s_[i_] != '"' || !String(key)) return Fail(i_);
      Space();
      if (i_ >= end_ || s_[i_] != ':') return Fail(i_);
      ++i_;
      Space();
      Value value;
      if (!Skip(value, i_ < end_ && IsEntered(key, s_[i_]))) return Fail(i_);
      if (!field(key.substr(1, key.size() - 2), value)) return Fail(i_);
      Space();
      if (i_ >= end_) return Fail(i_);
      if (s_[i_] == '}') return StringsEnd(i_ + 1);
      if (s_[i_] != ',') return Fail(i_);
      ++i_;
      Space();
    }
  }
  size_t failed_at() const { return failed_at_; }

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
  bool Fail(size_t at) {
    failed_at_ = at;
    return false;
  }
  void Space() {
    while (i_ < end_ && IsSpace(s_[i_])) ++i_;
  }
  // Nothing may be wrong with the strings that follow the root either.
  bool StringsEnd(size_t from) {
    i_ = from;
    while (i_ < end_) {
      std::string_view ignored;
      if (s_[i_] == '"' ? !String(ignored) : (++i_, false)) return Fail(i_);
    }
    return true;
  }
  bool String(std::string_view& raw) {
    const size_t begin = i_++;
    while (i_ < end_) {
      const char c = s_[i_];
      if (c == '"') {
        ++i_;
        raw = s_.substr(begin, i_ - begin);
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      i_ += c == '\\' ? 2 : 1;
    }
    i_ = begin;
    return false;
  }
  // Values the reader asks for the raw text of are entered, the others passed over. Of what is entered an object must
  // begin with a key and a colon, and the first token within stands for a value whatever it is: a bracket that closes
  // closes that, and one more is needed.
  static bool IsEntered(std::string_view raw_key, char first) {
    return raw_key == "\"exports\"" || raw_key == "\"imports\"" || (raw_key == "\"scripts\"" && first == '{');
  }
  // Leaves in `depth` how many brackets must close from here on.
  bool Enter(int& depth) {
    const char open = s_[i_++];
    ++depth;
    Space();
    if (i_ < end_ && s_[i_] == (open == '{' ? '}' : ']')) return true;
    std::string_view ignored;
    if (open == '{' && i_ < end_ && s_[i_] != '"') {
      if (std::strchr("[{,:", s_[i_]) != nullptr) {
        ++i_;
      } else if (s_[i_] != ']') {
        Scalar();
        depth = 0;
      }
      return true;
    }
    if (open == '{') {
      if (i_ >= end_ || !String(ignored)) return false;
      Space();
      if (i_ >= end_ || s_[i_] != ':') return false;
      ++i_;
      Space();
    }
    if (i_ >= end_) return false;
    switch (s_[i_]) {
      case '}': case ']': case ',': case ':': ++depth; return true;
      case '"':
        if (!String(ignored)) return false;
        Space();
        if (i_ < end_ && s_[i_] == ':') ++depth;
        return true;
      default: return true;
    }
  }
  bool Skip(Value& value, bool enter) {
    if (i_ >= end_) return false;
    const size_t begin = i_;
    value.first = s_[i_];
    if (value.first == '"') return String(value.raw);
    if (value.first == '{' || value.first == '[') {
      int depth = 0;
      if (enter) {
        if (!Enter(depth)) return false;
        value.raw = s_.substr(begin, i_ - begin);
        if (depth == 0) return true;
      }
      while (i_ < end_) {
        const char c = s_[i_];
        if (c == '"') {
          std::string_view ignored;
          if (!String(ignored)) return false;
          continue;
        }
        ++i_;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && --depth == 0) {
          value.raw = s_.substr(begin, i_ - begin);
          return true;
        }
      }
      return false;
    }
    Scalar();
    value.raw = s_.substr(begin, i_ - begin);
    return i_ > begin;
  }
  void Scalar() {
    while (i_ < end_ && !IsSpace(s_[i_]) && std::strchr(",:{}[]\"", s_[i_]) == nullptr) ++i_;
  }

  std::string_view s_;
  size_t i_ = 0, end_ = 0, failed_at_ = 0;
};

// False when the escapes of a raw string are wrong.
bool Decode(std::string_view raw, std::string& out) {
  if (raw.find('\\') == std::string_view::npos) {
    out = std::string(raw.substr(1, raw.size() - 2));
    return true;
  }
  JsonDocument json;
  if (!json.Parse(raw)) return false;
  out = std::string(json.root().text());
  // Half of a surrogate pair is refused.
  for (size_t i = raw.find('\\'); i != std::string_view::npos; i = raw.find('\\', i + 2)) {
    const auto is = [&](size_t at, std::string_view third) {
      return at + 3 < raw.size() && raw[at] == '\\' && raw[at + 1] == 'u' && (raw[at + 2] | 32) == 'd' && third.find(raw[at + 3]) != std::string_view::npos;
    };
    constexpr std::string_view kHigh = "89abAB", kLow = "cdefCDEF";
    if (is(i, kLow) || (is(i, kHigh) && !is(i + 6, kLow))) return false;
    if (is(i, kHigh)) i += 6;
  }
  return true;
}

PackageType TypeOf(std::string_view text) {
  return text == "module" ? PackageType::kModule : text == "commonjs" ? PackageType::kCommonJs : PackageType::kNone;
}

void ReadNatively(PackageJson& out) {
  const auto map = [](const FieldScanner::Value& value, bool subpaths, PackageMap& to) {
    if (value.first == '{' || value.first == '[') {
      to.Compile(value.raw, subpaths);
    } else if (std::string text; value.first == '"' && Decode(value.raw, text)) {
      to.CompileString(text, subpaths);
    }
  };
  FieldScanner scanner(out.text);
  FieldScanner::Value exports, imports;
  const bool ok = scanner.Run([&](std::string_view key, const FieldScanner::Value& value) {
    if (key == "name") {
      out.has_name = true;
      return value.first == '"' && Decode(value.raw, out.name);
    }
    if (key == "main") {
      if (std::string text; value.first == '"' && Decode(value.raw, text)) out.main = text;
    } else if (key == "type") {
      std::string text;
      if (value.first != '"' || !Decode(value.raw, text)) return false;
      out.type = TypeOf(text);
    } else if (key == "exports" || key == "imports") {
      if (std::string text; value.first == '"' && !Decode(value.raw, text)) return false;
      if (value.first == '{' || value.first == '[' || value.first == '"') (key == "exports" ? exports : imports) = value;
    }
    return true;
  });
  if (ok) {
    map(exports, true, out.exports);
    map(imports, false, out.imports);
    return;
  }
  std::string text = std::move(out.text);
  std::string directory = std::move(out.directory);
  out = PackageJson();
  out.text = std::move(text);
  out.directory = std::move(directory);
  out.problem = PackageJson::Problem::kMalformed;
  out.error_at = static_cast<uint32_t>(scanner.failed_at());
  JsonDocument json;  // says what is wrong better
  if (!json.Parse(out.text)) {
    out.error_at = json.error_at();
    out.error = json.error();
  } else {
    out.error = json.root().IsObject() ? "a field that must be a string is none" : "the root must be an object";
  }
}

void ReadWithJsonParse(PackageJson& out) {
  JsonDocument json;
  if (!json.Parse(out.text)) {
    out.problem = PackageJson::Problem::kMalformed;
    out.error = json.error();
    out.error_at = json.error_at();
    return;
  }
  const JsonValue root = json.root();
  if (root.Is(JsonValue::Type::kNull)) {
    out.problem = PackageJson::Problem::kNull;
    out.error = "the root must be an object";
    return;
  }
  if (const JsonValue name = root["name"]; name.IsString()) {
    out.has_name = true;
    out.name = std::string(name.text());
  }
  out.main = std::string(root["main"].IsString() ? root["main"].text() : "");
  out.type = TypeOf(root["type"].IsString() ? root["type"].text() : "");
  const auto map = [&](JsonValue value, bool subpaths, PackageMap& to) {
    switch (value.type()) {
      case JsonValue::Type::kAbsent: break;
      case JsonValue::Type::kNull: to.SetState(PackageMap::State::kNull); break;
      case JsonValue::Type::kString: to.CompileString(value.text(), subpaths); break;
      case JsonValue::Type::kObject: case JsonValue::Type::kArray: {
        // The raw text of the value: from its bracket to the matching one.
        size_t i = value.at();
        int depth = 0;
        do {
          const char c = out.text[i];
          if (c == '"') {
            for (++i; out.text[i] != '"'; ++i) i += out.text[i] == '\\';
          }
          depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
          ++i;
        } while (depth > 0);
        to.Compile(std::string_view(out.text).substr(value.at(), i - value.at()), subpaths);
        break;
      }
      default: to.SetState(PackageMap::State::kOther);
    }
  };
  map(root["exports"], true, out.exports);
  map(root["imports"], false, out.imports);
}

}  // namespace

void PackageMap::CompileString(std::string_view value, bool subpaths) {
  if (!subpaths) {  // a string has no keys that start with '#'
    state_ = value.empty() ? State::kAbsent : State::kOther;
    return;
  }
  single_ = std::string(value);
  state_ = State::kMap;
  targets_.emplace_back();
  targets_.back().kind = Target::Kind::kString;
  targets_.back().text = single_;
  keys_.push_back(".");
  exact_.emplace(".", 0);
}

void PackageMap::Add(uint32_t at, JsonValue value) {
  using Type = JsonValue::Type;
  targets_[at].at = value.at();
  switch (value.type()) {
    case Type::kString:
      targets_[at].kind = Target::Kind::kString;
      targets_[at].text = value.text();
      return;
    case Type::kNull: targets_[at].kind = Target::Kind::kNull; return;
    case Type::kArray: case Type::kObject: {
      const bool object = value.IsObject();
      targets_[at].kind = object ? Target::Kind::kConditions : Target::Kind::kArray;
      // Members in the order of their first mention, with the value of their last.
      std::vector<JsonValue> members;
      if (object && value.size() > 8) {
        absl::flat_hash_map<std::string_view, size_t> seen;
        for (JsonValue v = value.first(); v; v = v.next()) {
          const auto [it, fresh] = seen.try_emplace(v.key(), members.size());
          if (fresh) {
            members.push_back(v);
          } else {
            members[it->second] = v;
          }
        }
      } else {
        for (JsonValue v = value.first(); v; v = v.next()) {
          const auto same = object ? std::find_if(members.begin(), members.end(), [&](const JsonValue& m) { return m.key() == v.key(); }) : members.end();
          if (same == members.end()) {
            members.push_back(v);
          } else {
            *same = v;
          }
        }
      }
      const uint32_t first = static_cast<uint32_t>(targets_.size());
      targets_[at].first = first;
      targets_[at].count = static_cast<uint32_t>(members.size());
      targets_.resize(targets_.size() + members.size());
      for (size_t i = 0; i < members.size(); ++i) {
        if (object) {
          targets_[first + i].condition = members[i].key();
          targets_[at].numeric_keys = targets_[at].numeric_keys || IsArrayIndex(members[i].key());
        }
        Add(first + static_cast<uint32_t>(i), members[i]);
      }
      return;
    }
    default:
      targets_[at].kind = Target::Kind::kInvalid;
      targets_[at].text = value.Is(Type::kTrue) ? "true" : value.Is(Type::kFalse) ? "false" : value.text();
  }
}

void PackageMap::Compile(std::string_view text, bool subpaths) {
  if (!json_.Parse(text)) {
    state_ = State::kMalformed;
    return;
  }
  const JsonValue root = json_.root();
  state_ = State::kMap;
  bool whole = root.IsArray();
  if (whole && !subpaths) return;  // no keys that start with '#'
  if (subpaths && root.IsObject()) {
    bool dots = false, others = false;
    for (JsonValue v = root.first(); v; v = v.next()) (v.key().starts_with('.') ? dots : others) = true;
    if (dots && others) {
      state_ = State::kMixedKeys;
      return;
    }
    whole = others;
  }
  targets_.resize(1);
  Add(0, root);
  if (whole) {
    keys_.push_back(".");
    exact_.emplace(".", 0);
    return;
  }
  const Target map = targets_[0];
  exact_.reserve(map.count);
  for (uint32_t i = map.first; i < map.first + map.count; ++i) {
    const std::string_view key = targets_[i].condition;
    keys_.push_back(key);
    exact_.emplace(key, i);
    const size_t star = key.find('*');
    if (star == std::string_view::npos || key.rfind('*') != star) continue;
    patterns_[key.substr(0, star)].push_back({key, key.substr(star + 1), i});
  }
  for (auto& [prefix, list] : patterns_) {
    std::stable_sort(list.begin(), list.end(), [](const Pattern& a, const Pattern& b) { return a.key.size() > b.key.size(); });
    prefix_lengths_.push_back(prefix.size());
  }
  std::sort(prefix_lengths_.rbegin(), prefix_lengths_.rend());
  prefix_lengths_.erase(std::unique(prefix_lengths_.begin(), prefix_lengths_.end()), prefix_lengths_.end());
}

PackageMap::Match PackageMap::Find(std::string_view subpath) const {
  if (state_ != State::kMap) return {};
  // A key that ends in '/' is no folder mapping any more; `imports` never gets here with such a name.
  if (subpath.find('*') == std::string_view::npos && !subpath.ends_with('/')) {
    if (const auto it = exact_.find(subpath); it != exact_.end()) return {&targets_[it->second], it->first, {}, false};
  }
  for (const size_t length : prefix_lengths_) {
    if (length >= subpath.size()) continue;
    const auto it = patterns_.find(subpath.substr(0, length));
    if (it == patterns_.end()) continue;
    for (const Pattern& p : it->second) {
      if (subpath.size() < p.key.size() || !subpath.ends_with(p.trailer)) continue;
      return {&targets_[p.target], p.key, subpath.substr(length, subpath.size() - length - p.trailer.size()), true};
    }
  }
  return {};
}

std::vector<std::string_view> PackageMap::Keys() const { return keys_; }

std::unique_ptr<PackageJson> ReadPackageJson(std::string text, std::string directory, bool native_reader) {
  auto out = std::make_unique<PackageJson>();
  out->text = std::move(text);
  out->directory = std::move(directory);
  if (native_reader) {
    ReadNatively(*out);
  } else {
    ReadWithJsonParse(*out);
  }
  if (!out->error.empty()) out->error = Cat(JsonDocument::Place(out->text, std::min<uint32_t>(out->error_at, static_cast<uint32_t>(out->text.size()))), ": ", out->error);
  return out;
}

namespace {

std::string StringField(JsonValue object, std::string_view key) {
  const JsonValue value = object[key];
  return value.IsString() ? std::string(value.text()) : std::string();
}

// All string targets of an exports entry, whatever their conditions, in order.
void Targets(JsonValue entry, std::vector<std::string>& out) {
  if (entry.IsString()) {
    out.emplace_back(entry.text());
  } else {
    for (JsonValue v = entry.first(); v; v = v.next()) Targets(v, out);
  }
}

}  // namespace

absl::StatusOr<Manifest> ParseManifest(std::string_view text, std::string directory) {
  JsonDocument json;
  if (!json.Parse(text)) {
    return absl::InvalidArgumentError(Cat(JsonDocument::Place(text, json.error_at()), ": malformed JSON: ", json.error()));
  }
  const JsonValue root = json.root();
  Manifest m;
  m.directory = std::move(directory);
  if (!root.IsObject()) return m;
  m.name = StringField(root, "name");
  m.version = StringField(root, "version");
  m.type_module = StringField(root, "type") == "module";
  m.type_commonjs = StringField(root, "type") == "commonjs";
  m.main = StringField(root, "main");
  m.module = StringField(root, "module");
  m.types = StringField(root, "types");
  m.is_private = root["private"].Is(JsonValue::Type::kTrue);
  if (const JsonValue bin = root["bin"]) {
    m.has_bin = true;
    Targets(bin, m.bin);
  }
  m.has_start_script = static_cast<bool>(root["scripts"]["start"]);
  for (JsonValue v = root["scripts"].IsObject() ? root["scripts"].first() : JsonValue(); v; v = v.next()) {
    if (v.IsString()) m.scripts.emplace(v.key(), v.text());
  }
  m.has_workspaces = static_cast<bool>(root["workspaces"]);
  m.engines_node = StringField(root["engines"], "node");
  const JsonValue peers = root["peerDependenciesMeta"];
  // What counts most at run time comes first, so that it is what stays.
  for (const auto& [key, kind] : {std::pair{"dependencies", DependencyKind::kProduction},
                                  std::pair{"optionalDependencies", DependencyKind::kOptional},
                                  std::pair{"peerDependencies", DependencyKind::kPeer},
                                  std::pair{"devDependencies", DependencyKind::kDev}}) {
    const JsonValue object = root[key];
    if (!object.IsObject()) continue;
    for (JsonValue v = object.first(); v; v = v.next()) {
      if (!v.IsString()) continue;
      m.dependencies.emplace(v.key(), v.text());
      // Yarn and pnpm take a name in peerDependenciesMeta for a peer; what is listed for development beside it is for tests.
      const bool optional_peer = (kind == DependencyKind::kPeer || kind == DependencyKind::kDev) &&
                                 peers[v.key()]["optional"].Is(JsonValue::Type::kTrue);
      m.dependency_kinds.emplace(v.key(), optional_peer ? DependencyKind::kOptionalPeer : kind);
    }
  }
  for (JsonValue v = peers.IsObject() ? peers.first() : JsonValue(); v; v = v.next()) {
    if (!v["optional"].Is(JsonValue::Type::kTrue)) continue;
    m.dependencies.emplace(v.key(), "*");
    m.dependency_kinds.emplace(v.key(), DependencyKind::kOptionalPeer);
  }
  if (const JsonValue exports = root["exports"]) {
    bool subpaths = false;
    if (exports.IsObject()) {
      for (JsonValue v = exports.first(); v; v = v.next()) subpaths |= v.key().starts_with('.');
    }
    if (subpaths) {
      for (JsonValue v = exports.first(); v; v = v.next()) Targets(v, v.key() == "." ? m.exports : m.subpaths[std::string(v.key())]);
    } else {
      Targets(exports, m.exports);
    }
  }
  return m;
}

}  // namespace looplint
