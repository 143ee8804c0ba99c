#include "analyzer/engine/jsonc.h"

#include <algorithm>
#include <vector>

#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr size_t kMaxDepth = 64;

// Offset just behind the string literal that begins at `i`.
size_t EndOfString(std::string_view text, size_t i) {
  for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i) {
    if (text[i] == '\\') ++i;
  }
  return std::min(i + 1, text.size());
}

void Blank(std::string& text, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i) {
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
  }
}

// Overwrites comments and trailing commas with blanks, so that offsets keep their meaning.
bool Strip(std::string& text, JsoncError& error) {
  if (text.starts_with("\xef\xbb\xbf")) Blank(text, 0, 3);
  size_t comma = std::string::npos;  // a comma after a value, with only blanks since
  char last = '[';                   // the last character that was not blank
  size_t depth = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"') {
      i = EndOfString(text, i);
      last = '"';
      continue;
    }
    if (c == '/' && i + 1 < text.size() && (text[i + 1] == '/' || text[i + 1] == '*')) {
      const bool block = text[i + 1] == '*';
      size_t end = block ? text.find("*/", i + 2) : text.find_first_of("\r\n", i);
      if (block && end == std::string::npos) {
        error = {static_cast<uint32_t>(i), "this comment is never closed"};
        return false;
      }
      end = end == std::string::npos ? text.size() : block ? end + 2 : end;
      Blank(text, i, end);
      i = end;
      continue;
    }
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      if ((c == ']' || c == '}') && last == ',' && comma != std::string::npos) text[comma] = ' ';
      comma = c == ',' && last != ',' && last != '[' && last != '{' && last != ':' ? i : std::string::npos;
      if (c == '[' || c == '{') {
        if (++depth > kMaxDepth) {
          error = {static_cast<uint32_t>(i), Cat("nested more than ", kMaxDepth, " deep")};
          return false;
        }
      } else if ((c == ']' || c == '}') && depth > 0) {
        --depth;
      }
      last = c;
    }
    ++i;
  }
  return true;
}

// Where the values of `text`, which is valid JSON, stand.
bool Locate(std::string_view text, Jsonc& out, JsoncError& error) {
  struct Frame {
    std::string pointer;
    bool object;
    size_t index = 0;
    std::string key;
    bool expects_key;
  };
  std::vector<Frame> stack;
  const auto begin_value = [&](size_t at) {
    std::string pointer;
    if (!stack.empty()) {
      Frame& top = stack.back();
      pointer = JsonPointer(top.pointer, top.object ? top.key : Cat(top.index));
    }
    out.value_at[pointer] = static_cast<uint32_t>(at);
    return pointer;
  };
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '{' || c == '[') {
      std::string pointer = begin_value(i);
      stack.push_back({.pointer = std::move(pointer), .object = c == '{', .key = {}, .expects_key = c == '{'});
      ++i;
    } else if (c == '}' || c == ']') {
      stack.pop_back();
      ++i;
    } else if (c == ',') {
      Frame& top = stack.back();
      ++top.index;
      top.expects_key = top.object;
      ++i;
    } else if (c == ':' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++i;
    } else if (c == '"' && !stack.empty() && stack.back().expects_key) {
      const size_t end = EndOfString(text, i);
      Frame& top = stack.back();
      top.key = nlohmann::json::parse(text.substr(i, end - i), nullptr, false).get<std::string>();
      top.expects_key = false;
      if (!out.key_at.emplace(JsonPointer(top.pointer, top.key), static_cast<uint32_t>(i)).second) {
        error = {static_cast<uint32_t>(i), Cat("\"", top.key, "\" is given twice")};
        return false;
      }
      i = end;
    } else {
      begin_value(i);
      if (c == '"') {
        i = EndOfString(text, i);
      } else {
        while (i < text.size() && std::string_view(",]} \t\r\n").find(text[i]) == std::string_view::npos) ++i;
      }
    }
  }
  return true;
}

}  // namespace

std::string JsonPointer(std::string_view parent, std::string_view key) {
  std::string out = Cat(parent, "/");
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

bool ParseJsonc(std::string_view text, Jsonc& out, JsoncError& error) {
  std::string plain(text);
  if (!Strip(plain, error)) return false;
  // The parser tells the place of an error only by throwing.
  try {
    out.value = nlohmann::ordered_json::parse(plain);
  } catch (const nlohmann::json::parse_error& e) {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while parsing ..."
    std::string_view what = e.what();
    const size_t column = what.find("column ");
    const size_t colon = what.find(": ", column == std::string_view::npos ? 0 : column);
    if (colon != std::string_view::npos) what.remove_prefix(colon + 2);
    error = {static_cast<uint32_t>(e.byte > 0 ? e.byte - 1 : 0), std::string(what)};
    return false;
  }
  return Locate(plain, out, error);
}

}  // namespace looplint
