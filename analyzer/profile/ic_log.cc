#include "analyzer/profile/ic_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

// What is kept of one site: five make it megamorphic, a few more show what else comes.
constexpr size_t kMostClasses = 12;
// Steps a hidden class is followed back.
constexpr int kMostSteps = 200;

using Fields = std::array<std::string_view, 10>;

Fields Split(std::string_view line) {
  Fields out;
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t comma = line.find(',');
    out[i] = line.substr(0, comma);
    if (comma == std::string_view::npos) break;
    line.remove_prefix(comma + 1);
  }
  return out;
}

uint64_t Number(std::string_view text) {
  const bool hex = text.starts_with("0x");
  if (hex) text.remove_prefix(2);
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  return value;
}

// Commas and the like are written \x2C.
std::string Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x') {
      out += static_cast<char>(Number(Cat("0x", text.substr(i + 2, 2))));
      i += 3;
    } else {
      if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') ++i;
      out += text[i];
    }
  }
  return out;
}

// "run file:///srv/app.js:3:12" -> the script; "" for Node's own.
std::string ScriptIn(std::string_view name) {
  for (int i = 0; i < 2; ++i) {
    const size_t colon = name.rfind(':');
    if (colon == std::string_view::npos) return {};
    name = name.substr(0, colon);
  }
  if (const size_t url = name.find("file://"); url != std::string_view::npos) return Unescape(name.substr(url));
  if (name.starts_with("/")) return Unescape(name);
  const size_t path = name.find(" /");  // " /srv/app.js" where the function has no name
  return path == std::string_view::npos ? std::string() : Unescape(name.substr(path + 1));
}

// Where code lies. Newer code takes the place of older.
class CodeMap {
 public:
  void Add(uint64_t start, uint64_t size, int script) {
    auto it = all_.lower_bound(start);
    if (it != all_.begin() && std::prev(it)->second.end > start) --it;
    while (it != all_.end() && it->first < start + size) it = all_.erase(it);
    all_[start] = {start + size, script};
  }
  void Move(uint64_t from, uint64_t to) {
    const auto it = all_.find(from);
    if (it == all_.end()) return;
    const Code code = it->second;
    all_.erase(it);
    Add(to, code.end - from, code.script);
  }
  int At(uint64_t pc) const {
    const auto it = all_.upper_bound(pc);
    if (it == all_.begin()) return -1;
    return pc <= std::prev(it)->second.end ? std::prev(it)->second.script : -1;
  }

 private:
  struct Code {
    uint64_t end;
    int script;
  };
  std::map<uint64_t, Code> all_;
};

std::string_view Between(std::string_view text, std::string_view before, std::string_view ends) {
  const size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  return text.substr(0, text.find_first_of(ends));
}

// "{ a, b }", "Point { x, y }": from what --log-maps prints of a hidden class.
std::string NameOf(std::string_view details) {
  std::string_view type = Between(details, "- type: ", "\\");
  if (type.ends_with("_TYPE")) type.remove_suffix(5);
  if (type.find("STRING") != std::string_view::npos) return "a string";
  if (type == "HEAP_NUMBER") return "a number";
  if (type == "ODDBALL") return "a boolean, null or undefined";
  if (type.find("FUNCTION") != std::string_view::npos || type.find("CLASS_CONSTRUCTOR") != std::string_view::npos)
    return "a function";
  if (type == "JS_ARRAY") {
    std::string elements(Between(details, "- elements kind: ", "\\"));
    if (elements.ends_with("_ELEMENTS")) elements.resize(elements.size() - 9);
    std::ranges::transform(elements, elements.begin(), [](char c) {
      return c == '_' ? ' ' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return Cat("an array (", elements, ")");
  }
  // A hidden class names the constructor at the root of the hierarchy; its prototype tells the class.
  std::string maker;
  if (const std::string_view prototype = Between(details, "- prototype: ", "\\"); !prototype.empty())
    maker = Unescape(Between(prototype, "<", " >["));
  if (maker.find("Object") != std::string::npos || maker.empty()) {
    if (const std::string_view constructor = Between(details, "- constructor: ", "\\");
        constructor.find("<JSFunction ") != std::string_view::npos)
      maker = Unescape(Between(constructor, "<JSFunction ", " >"));
    if (maker.starts_with("(")) maker.clear();
  }
  if (type != "JS_OBJECT" && type != "JS_API_OBJECT" && type != "JS_SPECIAL_API_OBJECT" && !maker.empty()) return maker;
  // The first ones, and the last: what told it from its like.
  std::string properties, last;
  size_t names = 0;
  for (size_t at = 0; (at = details.find("]: ", at)) != std::string_view::npos;) {
    at += 3;
    std::string_view one = details.substr(at);
    const size_t hash = one.find(": #");
    if (!one.starts_with("0x") || hash == std::string_view::npos || hash > 60) continue;
    one.remove_prefix(hash + 3);
    ++names;
    last = Unescape(one.substr(0, one.find(" (")));
    if (properties.size() < 40) properties += Cat(properties.empty() ? "" : ", ", std::exchange(last, ""));
  }
  if (!last.empty()) properties += Cat(", ..., ", last);
  std::string name = names == 0 ? "{}" : Cat("{ ", properties, " }");
  if (!maker.empty() && maker != "Object") name = names == 0 ? maker : Cat(maker, " ", name);
  if (details.find("- dictionary_map") != std::string_view::npos)
    name = Cat(maker.empty() || maker == "Object" ? "an object" : maker, " as a dictionary");
  return name;
}

}  // namespace

bool IcLog::Looks(std::string_view text) { return text.starts_with("v8-version,"); }

absl::StatusOr<IcLog> IcLog::Parse(std::string_view text) {
  if (!Looks(text)) return absl::InvalidArgumentError("not a log of V8's");
  struct Step {
    uint64_t from = 0;
    int script = -1;
    uint32_t line = 0, column = 0;
  };
  struct Seen {
    bool megamorphic = false;
    uint64_t misses = 0;
    std::vector<std::pair<uint64_t, SeenClass>> classes;
  };
  std::vector<std::string> scripts;
  absl::flat_hash_map<std::string, int> script_ids;
  CodeMap code;
  absl::flat_hash_map<uint64_t, Step> steps;  // by hidden class, the last that led to it
  absl::flat_hash_map<uint64_t, std::string_view> details;
  std::map<std::tuple<int, uint32_t, uint32_t, std::string_view, bool>, Seen> sites;
  bool caches = false;

  const auto class_of = [&](uint64_t map) {
    SeenClass out;
    const auto known = details.find(map);
    out.name = known == details.end() ? "an object" : NameOf(known->second);
    uint64_t at = map;
    for (int i = 0; i < kMostSteps; ++i) {
      const auto step = steps.find(at);
      if (step == steps.end()) break;
      if (step->second.script >= 0) {
        out.url = scripts[static_cast<size_t>(step->second.script)];
        out.line = step->second.line;
        out.column = step->second.column;
        break;
      }
      at = step->second.from;
    }
    return out;
  };

  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with("code-creation,")) {
      const Fields f = Split(line);
      const std::string script = ScriptIn(f[6]);
      int id = -1;
      if (!script.empty()) {
        const auto [it, fresh] = script_ids.try_emplace(script, static_cast<int>(scripts.size()));
        if (fresh) scripts.push_back(script);
        id = it->second;
      }
      code.Add(Number(f[4]), Number(f[5]), id);
    } else if (line.starts_with("code-move,")) {
      const Fields f = Split(line);
      code.Move(Number(f[1]), Number(f[2]));
    } else if (line.starts_with("map-create,")) {
      steps.erase(Number(Split(line)[2]));  // the address may have been another's
    } else if (line.starts_with("map-details,")) {
      details[Number(Split(line)[2])] = line;
    } else if (line.starts_with("map,")) {
      const Fields f = Split(line);
      steps[Number(f[4])] = {Number(f[3]), code.At(Number(f[5])), static_cast<uint32_t>(Number(f[6])),
                             static_cast<uint32_t>(Number(f[7]))};
    } else if (line.starts_with("LoadIC,") || line.starts_with("StoreIC,")) {
      caches = true;
      const Fields f = Split(line);
      const int script = code.At(Number(f[1]));
      if (script < 0) continue;
      Seen& seen = sites[{script, static_cast<uint32_t>(Number(f[3])), static_cast<uint32_t>(Number(f[4])), f[8],
                          f[0] == "StoreIC"}];
      seen.megamorphic |= f[6] == "N";
      ++seen.misses;
      const uint64_t map = Number(f[7]);
      if (map == 0 || seen.classes.size() >= kMostClasses) continue;
      if (std::ranges::find(seen.classes, map, [](const auto& c) { return c.first; }) != seen.classes.end()) continue;
      seen.classes.push_back({map, class_of(map)});
    }
  }
  if (!caches) return absl::InvalidArgumentError("has no inline caches in it: was node run with --log-ic?");
  if (scripts.empty()) return absl::InvalidArgumentError("does not say where code lies: was node run with --log-code?");
  IcLog out;
  out.sites = sites.size();
  for (auto& [at, seen] : sites) {
    if (!seen.megamorphic) continue;
    SeenSite site;
    site.url = scripts[static_cast<size_t>(std::get<0>(at))];
    std::tie(std::ignore, site.line, site.column, std::ignore, site.written) = at;
    site.property = Unescape(std::get<3>(at));
    site.misses = seen.misses;
    for (auto& [map, one] : seen.classes) site.classes.push_back(std::move(one));
    out.megamorphic.push_back(std::move(site));
  }
  std::ranges::stable_sort(out.megamorphic, {}, [](const SeenSite& s) { return std::tie(s.url, s.line, s.column); });
  return out;
}

}  // namespace looplint
