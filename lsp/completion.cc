#include "lsp/completion.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "analyzer/base/strings.h"
#include "analyzer/engine/config.h"
#include "analyzer/engine/jsonc.h"
#include "lsp/render.h"

namespace looplint::lsp {
namespace {

constexpr int kProperty = 10, kValue = 12, kEnumMember = 20;  // CompletionItemKind

// Where in a half-written JSON document `offset` is.
struct JsonPlace {
  struct Step {
    bool object;
    std::string key;  // of objects: the member being written
    std::vector<std::string> keys;  // members so far
  };
  std::vector<Step> steps;
  bool key = false;        // a key is expected, else a value
  bool in_string = false;
  uint32_t from = 0;       // start of the token at `offset`
  bool comment = false;
};

JsonPlace Scan(std::string_view text, uint32_t offset) {
  JsonPlace at;
  std::vector<bool> colon;  // of each step: past the colon
  const size_t end = std::min<size_t>(offset, text.size());
  at.from = static_cast<uint32_t>(end);
  size_t i = 0;
  while (i < end) {
    const char c = text[i];
    if (text.substr(i).starts_with("//") || text.substr(i).starts_with("/*")) {
      const bool line = text[i + 1] == '/';
      const size_t close = line ? text.find('\n', i) : text.find("*/", i + 2);
      const size_t after = close == std::string_view::npos ? text.size() : line ? close : close + 2;
      if (after > end || (line && after >= end)) {
        at.comment = true;
        return at;
      }
      i = after;
    } else if (c == '"') {
      size_t close = i + 1;
      while (close < text.size() && text[close] != '"' && text[close] != '\n') close += text[close] == '\\' ? 2 : 1;
      if (close >= end) {
        at.in_string = true;
        at.from = static_cast<uint32_t>(i);
        break;
      }
      if (!at.steps.empty() && at.steps.back().object && !colon.back()) {
        at.steps.back().key = std::string(text.substr(i + 1, close - i - 1));
        at.steps.back().keys.push_back(at.steps.back().key);
      }
      i = close + 1;
      at.from = static_cast<uint32_t>(end);
    } else {
      if (c == '{' || c == '[') {
        at.steps.push_back({c == '{', "", {}});
        colon.push_back(false);
      } else if ((c == '}' || c == ']') && !at.steps.empty()) {
        at.steps.pop_back();
        colon.pop_back();
      } else if (c == ',' && !at.steps.empty()) {
        colon.back() = false;
      } else if (c == ':' && !at.steps.empty()) {
        colon.back() = true;
      }
      const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/';
      if (!word) at.from = static_cast<uint32_t>(i + 1);
      ++i;
    }
  }
  at.key = !at.steps.empty() && at.steps.back().object && !colon.back();
  return at;
}

// The schemas that may govern a place: $ref and anyOf are taken apart.
void Expand(const Json& root, const Json& schema, std::vector<const Json*>& out, int depth = 0) {
  if (!schema.is_object() || depth > 8) return;
  if (const std::string ref = StringAt(schema, "$ref"); ref.starts_with("#/$defs/")) {
    Expand(root, Deep(root, {"$defs", std::string_view(ref).substr(8)}), out, depth + 1);
    return;
  }
  out.push_back(&schema);
  for (const char* each : {"anyOf", "oneOf", "allOf"}) {
    const Json& list = At(schema, each);
    if (!list.is_array()) continue;
    for (const Json& s : list) Expand(root, s, out, depth + 1);
  }
}

Json Item(const std::string& label, int kind, const Json& range, const std::string& text, const std::string& detail) {
  Json item = {{"label", label}, {"kind", kind}, {"textEdit", {{"range", range}, {"newText", text}}}, {"filterText", text}};
  if (!detail.empty()) item["detail"] = detail;
  return item;
}

void Document(Json& item, const Rule& rule, const Client& client) {
  item["detail"] = std::string(rule.summary);
  item["documentation"] = client.markdown_completion ? Json{{"kind", "markdown"}, {"value", MarkdownOf(rule)}}
                                                     : Json(Cat(rule.why, "\n\n", rule.fix));
}

}  // namespace

Json CompleteConfig(std::string_view text, uint32_t offset, const Client& client) {
  Json items = Json::array();
  const JsonPlace at = Scan(text, offset);
  if (at.comment) return items;
  static const Json& schema = *new Json(Json::parse(ConfigSchema()));
  std::vector<const Json*> here;
  Expand(schema, schema, here);
  const size_t depth = at.steps.size() - (at.key && !at.steps.empty() ? 1 : 0);
  for (size_t i = 0; i < depth; ++i) {
    std::vector<const Json*> next;
    for (const Json* s : here) {
      if (!at.steps[i].object) {
        Expand(schema, At(*s, "items"), next);
      } else if (const Json& member = Deep(*s, {"properties", at.steps[i].key}); member.is_object()) {
        Expand(schema, member, next);
      } else {
        Expand(schema, At(*s, "additionalProperties"), next);
      }
    }
    here = std::move(next);
  }
  const LineIndex lines(text);
  uint32_t end = offset;
  if (at.in_string) {
    while (end < text.size() && text[end] != '"' && text[end] != '\n') ++end;
    if (end < text.size() && text[end] == '"') ++end;
  }
  const Json range = RangeOf(lines, {at.from, end}, client.unit);
  std::vector<std::string> seen;
  const auto add = [&](const std::string& word, int kind, const std::string& insert, const std::string& detail) {
    if (std::find(seen.begin(), seen.end(), word) != seen.end()) return;
    seen.push_back(word);
    items.push_back(Item(word, kind, range, insert, detail));
    if (const Rule* rule = FindAnyRule(word)) Document(items.back(), *rule, client);
  };
  for (const Json* s : here) {
    if (at.key) {
      const Json& properties = At(*s, "properties");
      if (!properties.is_object()) continue;
      size_t after = end;
      while (after < text.size() && (text[after] == ' ' || text[after] == '\t')) ++after;
      const bool has_colon = after < text.size() && text[after] == ':';
      for (const auto& [name, value] : properties.items()) {
        const auto& keys = at.steps.back().keys;
        if (std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
        add(name, kProperty, Cat("\"", name, "\"", has_colon ? "" : ": "), StringAt(value, "description"));
      }
    } else if (const Json& words = At(*s, "enum"); words.is_array()) {
      for (const Json& word : words) {
        if (word.is_string()) add(word.get<std::string>(), kEnumMember, word.dump(), "");
      }
    } else if (StringAt(*s, "type") == "boolean") {
      for (const char* word : {"true", "false"}) add(word, kValue, word, "");
    }
  }
  return items;
}

Json CompleteComment(std::string_view text, uint32_t offset, const Client& client) {
  // From the line alone: a file that is being typed may not parse.
  const size_t line = text.rfind('\n', offset == 0 ? 0 : offset - 1);
  const size_t begin = line == std::string_view::npos ? 0 : line + 1;
  const std::string_view before = text.substr(begin, offset - begin);
  const size_t marker = before.rfind("looplint-");
  const std::string_view head = before.substr(0, marker);
  const size_t opened = std::max(head.rfind("//") + 1, head.rfind("/*") + 1);  // npos + 1 == 0
  if (opened == 0) return nullptr;
  const LineIndex lines(text);
  Json items = Json::array();
  if (marker == std::string_view::npos || before.substr(marker).find(' ') == std::string_view::npos) {
    // "// loop": the directive itself.
    size_t from = before.size();
    while (from > 0 && ((before[from - 1] >= 'a' && before[from - 1] <= 'z') || before[from - 1] == '-')) --from;
    const std::string_view word = before.substr(from);
    if (word.empty() || !(word.starts_with("looplint") || std::string_view("looplint-").starts_with(word))) return nullptr;
    const Json range = RangeOf(lines, {static_cast<uint32_t>(begin + from), offset}, client.unit);
    for (const auto& [directive, detail] : {std::pair{"looplint-disable-next-line", "accepts findings that begin on the next line of code"},
                                            std::pair{"looplint-disable-line", "accepts findings that begin on this line"},
                                            std::pair{"looplint-disable", "accepts findings from here on"},
                                            std::pair{"looplint-enable", "ends looplint-disable"},
                                            std::pair{"looplint-disable-file", "accepts findings in this file"}}) {
      items.push_back(Item(directive, kValue, range, Cat(directive, " "), detail));
    }
    return items;
  }
  const std::string_view after = before.substr(marker);
  if (after.find(" -- ") != std::string_view::npos) return nullptr;  // the reason is the user's
  size_t from = before.size();
  while (from > 0 && before[from - 1] != ' ' && before[from - 1] != ',') --from;
  const Json range = RangeOf(lines, {static_cast<uint32_t>(begin + from), offset}, client.unit);
  for (const Rule* rule : AllRules()) {
    if (after.find(rule->id) != std::string_view::npos) continue;
    items.push_back(Item(std::string(rule->id), kValue, range, std::string(rule->id), ""));
    Document(items.back(), *rule, client);
  }
  return items;
}

Json ManifestLinks(std::string_view text, const std::string& folder, const Client& client) {
  Json links = Json::array();
  Jsonc json;
  JsoncError error;
  if (!ParseJsonc(text, json, error) || !json.value.is_object()) return links;
  const LineIndex lines(text);
  const DiskFileSystem disk;
  for (const auto& [pointer, at] : json.value_at) {
    const auto under = [&, &pointer = pointer](std::string_view key) {
      return pointer == Cat("/", key) || pointer.starts_with(Cat("/", key, "/"));
    };
    if (!under("main") && !under("module") && !under("types") && !under("typings") && !under("bin") && !under("exports") &&
        !under("imports") && !under("browser") && !under("files") && !under("workspaces")) {
      continue;
    }
    if (at >= text.size() || text[at] != '"') continue;
    const nlohmann::ordered_json& value = json.value[nlohmann::ordered_json::json_pointer(pointer)];
    if (!value.is_string()) continue;
    const std::string target = value.get<std::string>();
    if (target.empty() || target.find('*') != std::string::npos) continue;
    std::string path = JoinPath(folder, target);
    if (disk.Type(path) == FileType::kNone) path += ".js";
    if (disk.Type(path) == FileType::kDirectory) path = JoinPath(path, under("workspaces") ? "package.json" : "index.js");
    if (disk.Type(path) != FileType::kFile) continue;
    size_t end = at + 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    links.push_back({{"range", RangeOf(lines, {at + 1, static_cast<uint32_t>(std::min(end, text.size()))}, client.unit)},
                     {"target", UriOf(path)}});
  }
  return links;
}

}  // namespace looplint::lsp
