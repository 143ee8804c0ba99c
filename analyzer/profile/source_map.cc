#include "analyzer/profile/source_map.h"

#include <algorithm>
#include <tuple>

#include "analyzer/base/strings.h"
#include "nlohmann/json.hpp"

namespace looplint {
namespace {

int Base64Digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// One base64 VLQ number; false when the text ends in the middle of it or it does not fit.
bool ReadVlq(std::string_view text, size_t& at, int64_t& value) {
  uint64_t bits = 0;
  for (int shift = 0; shift < 60; shift += 5) {
    if (at >= text.size()) return false;
    const int digit = Base64Digit(text[at++]);
    if (digit < 0) return false;
    bits |= static_cast<uint64_t>(digit & 31) << shift;
    if ((digit & 32) == 0) {
      value = static_cast<int64_t>(bits >> 1);
      if (bits & 1) value = -value;
      return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<SourceMap> SourceMap::Parse(std::string_view json) {
  // Servers may put a line in front that keeps the map from being run as a script.
  if (json.starts_with(")]}'")) json.remove_prefix(std::min(json.find('\n'), json.size() - 1) + 1);
  const auto root = nlohmann::json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) return absl::InvalidArgumentError("not a JSON object");
  SourceMap map;
  const auto add = [&](const nlohmann::json& part, int64_t line0, int64_t column0) -> absl::Status {
    const auto text = [&](const char* key) {
      const auto it = part.find(key);
      return it != part.end() && it->is_string() ? it->get<std::string>() : std::string();
    };
    if (part.value("version", nlohmann::json()) != 3) return absl::InvalidArgumentError("not of version 3");
    const auto sources = part.find("sources"), mappings = part.find("mappings");
    if (sources == part.end() || !sources->is_array() || mappings == part.end() || !mappings->is_string()) {
      return absl::InvalidArgumentError("it lacks sources or mappings");
    }
    const size_t first = map.sources_.size();
    std::string root_path = text("sourceRoot");
    if (!root_path.empty() && !root_path.ends_with('/')) root_path += '/';
    for (const auto& source : *sources)
      map.sources_.push_back(source.is_string() ? root_path + source.get<std::string>() : "");
    const std::string& list = mappings->get_ref<const std::string&>();
    int64_t line = line0, column = column0, source = 0, original_line = 0, original_column = 0;
    for (size_t at = 0; at < list.size();) {
      if (list[at] == ';') {
        ++line;
        column = 0;
        ++at;
        continue;
      }
      if (list[at] == ',') {
        ++at;
        continue;
      }
      int64_t field[5];
      int fields = 0;
      while (at < list.size() && list[at] != ',' && list[at] != ';') {
        if (fields == 5 || !ReadVlq(list, at, field[fields])) {
          return absl::InvalidArgumentError(Cat("its mappings are malformed at character ", at));
        }
        ++fields;
      }
      if (fields != 1 && fields != 4 && fields != 5) return absl::InvalidArgumentError("its mappings are malformed");
      column += field[0];
      Segment s{};
      s.source = kNone;
      if (fields >= 4) {
        source += field[1];
        original_line += field[2];
        original_column += field[3];
        if (source < 0 || source >= static_cast<int64_t>(map.sources_.size() - first) || original_line < 0 ||
            original_line > INT32_MAX || original_column < 0 || original_column > INT32_MAX) {
          return absl::InvalidArgumentError("its mappings lead out of its sources");
        }
        s.source = static_cast<uint32_t>(first + static_cast<size_t>(source));
        s.original_line = static_cast<uint32_t>(original_line);
        s.original_column = static_cast<uint32_t>(original_column);
      }
      if (line > INT32_MAX || column < 0 || column > INT32_MAX)
        return absl::InvalidArgumentError("its mappings are malformed");
      s.line = static_cast<uint32_t>(line);
      s.column = static_cast<uint32_t>(column);
      map.segments_.push_back(s);
    }
    return absl::OkStatus();
  };
  if (const auto sections = root.find("sections"); sections != root.end()) {
    if (!sections->is_array()) return absl::InvalidArgumentError("its sections are malformed");
    for (const auto& section : *sections) {
      const auto offset = section.is_object() ? section.find("offset") : section.end();
      if (!section.is_object() || offset == section.end() || !offset->is_object() || !section.contains("map") ||
          !section["map"].is_object()) {
        return absl::InvalidArgumentError("its sections are malformed");
      }
      const auto number = [&](const char* key) {
        const auto it = offset->find(key);
        return it != offset->end() && it->is_number_unsigned() ? it->get<int64_t>() : 0;
      };
      if (absl::Status status = add(section["map"], number("line"), number("column")); !status.ok()) return status;
    }
  } else if (absl::Status status = add(root, 0, 0); !status.ok()) {
    return status;
  }
  std::stable_sort(map.segments_.begin(), map.segments_.end(), [](const Segment& a, const Segment& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return map;
}

std::optional<SourceMap::Origin> SourceMap::At(uint32_t line, uint32_t column) const {
  if (line == 0 || column == 0) return std::nullopt;
  const auto after = std::upper_bound(
      segments_.begin(), segments_.end(), std::pair(line - 1, column - 1),
      [](const std::pair<uint32_t, uint32_t>& place, const Segment& s) { return place < std::pair(s.line, s.column); });
  if (after == segments_.begin()) return std::nullopt;
  const Segment& s = *std::prev(after);
  if (s.line != line - 1 || s.source == kNone) return std::nullopt;
  return Origin{s.source, s.original_line + 1, s.original_column + 1};
}

std::string_view SourceMapUrl(std::string_view text) {
  constexpr std::string_view kMark = "# sourceMappingURL=";
  for (size_t at = text.rfind(kMark); at != std::string_view::npos && at > 0; at = text.rfind(kMark, at - 1)) {
    const bool comment = at >= 2 && (text.substr(at - 2, 2) == "//" || text.substr(at - 2, 2) == "/*");
    if (comment) {
      const std::string_view rest = text.substr(at + kMark.size());
      const size_t end = rest.find_first_of(" \t\r\n*'\"");
      return rest.substr(0, end);
    }
  }
  return "";
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 && HexDigit(text[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(text[i + 1]) * 16 + HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> DecodeDataUrl(std::string_view url) {
  if (!url.starts_with("data:")) return std::nullopt;
  const size_t comma = url.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view data = url.substr(comma + 1);
  if (!url.substr(0, comma).ends_with(";base64")) return PercentDecode(data);
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : data) {
    if (c == '=') break;
    const int digit = Base64Digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return out;
}

}  // namespace looplint
