#include "lsp/text.h"

#include <algorithm>

#include "analyzer/base/strings.h"

namespace looplint::lsp {

std::string PathOf(std::string_view uri) {
  constexpr std::string_view kScheme = "file://";
  if (!uri.starts_with(kScheme)) return "";
  uri.remove_prefix(kScheme.size());
  if (!uri.starts_with('/')) {  // a host; only the empty one and localhost are here
    if (!uri.starts_with("localhost/")) return "";
    uri.remove_prefix(std::string_view("localhost").size());
  }
  uri = uri.substr(0, uri.find_first_of("?#"));
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] == '%' && i + 2 < uri.size() && digit(uri[i + 1]) >= 0 && digit(uri[i + 2]) >= 0) {
      path += static_cast<char>(digit(uri[i + 1]) * 16 + digit(uri[i + 2]));
      i += 2;
    } else {
      path += uri[i];
    }
  }
  if (path.find('\0') != std::string::npos) return "";
  return NormalizePath(path);
}

std::string UriOf(std::string_view path) {
  std::string uri = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      constexpr char kHex[] = "0123456789ABCDEF";
      uri += '%';
      uri += kHex[static_cast<unsigned char>(c) >> 4];
      uri += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return uri;
}

const Json& At(const Json& object, std::string_view key) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto it = object.find(std::string(key));
  return it == object.end() ? null : *it;
}
std::string StringAt(const Json& object, std::string_view key, std::string_view otherwise) {
  const Json& value = At(object, key);
  return value.is_string() ? value.get<std::string>() : std::string(otherwise);
}
bool TrueAt(const Json& object, std::string_view key, bool otherwise) {
  const Json& value = At(object, key);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}
int64_t IntAt(const Json& object, std::string_view key, int64_t otherwise) {
  const Json& value = At(object, key);
  if (value.is_number_unsigned()) return static_cast<int64_t>(std::min<uint64_t>(value.get<uint64_t>(), INT64_MAX));
  return value.is_number_integer() ? value.get<int64_t>() : otherwise;
}
const Json& Deep(const Json& object, std::initializer_list<std::string_view> keys) {
  const Json* at = &object;
  for (const std::string_view key : keys) at = &At(*at, key);
  return *at;
}

Json PositionOf(const LineIndex& lines, uint32_t offset, ColumnUnit unit) {
  const LineColumn at = lines.At(offset, unit);
  return {{"line", at.line - 1}, {"character", at.column - 1}};
}

Json RangeOf(const LineIndex& lines, Span span, ColumnUnit unit) {
  return {{"start", PositionOf(lines, span.start, unit)}, {"end", PositionOf(lines, span.end, unit)}};
}

uint32_t OffsetOf(const LineIndex& lines, const Json& position, ColumnUnit unit) {
  const int64_t line = std::max<int64_t>(0, IntAt(position, "line")), want = std::max<int64_t>(0, IntAt(position, "character"));
  if (line >= lines.lines()) return static_cast<uint32_t>(lines.text().size());
  const Span span = lines.Line(static_cast<uint32_t>(line) + 1);
  const std::string_view text = lines.text().substr(span.start, span.end - span.start);
  if (unit == ColumnUnit::kUtf8) {
    size_t at = static_cast<size_t>(std::min<int64_t>(want, static_cast<int64_t>(text.size())));
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;  // within a character
    return span.start + static_cast<uint32_t>(at);
  }
  int64_t units = 0;
  size_t at = 0;
  while (at < text.size() && units < want) {
    size_t next = at + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    const int64_t width = unit == ColumnUnit::kUtf16 && static_cast<unsigned char>(text[at]) >= 0xF0 ? 2 : 1;
    if (units + width > want) break;  // between the halves of a pair
    units += width;
    at = next;
  }
  return span.start + static_cast<uint32_t>(at);
}

bool ApplyChanges(std::string& text, const Json& changes, ColumnUnit unit) {
  if (!changes.is_array()) return false;
  for (const Json& change : changes) {
    const Json& with = At(change, "text");
    if (!with.is_string()) return false;
    const Json& range = At(change, "range");
    if (!range.is_object()) {
      text = with.get<std::string>();
      continue;
    }
    const LineIndex lines(text);
    uint32_t start = OffsetOf(lines, At(range, "start"), unit), end = OffsetOf(lines, At(range, "end"), unit);
    if (end < start) std::swap(start, end);
    text.replace(start, end - start, with.get_ref<const std::string&>());
  }
  return true;
}

const LineIndex& ProgramLines::Of(FileId file) {
  std::unique_ptr<LineIndex>& lines = lines_[file];
  if (lines == nullptr) lines = std::make_unique<LineIndex>(project_[file].text);
  return *lines;
}

}  // namespace looplint::lsp
