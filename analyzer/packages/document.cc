#include "analyzer/packages/document.h"

#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "analyzer/base/strings.h"

namespace looplint {

DocValue DocValue::operator[](std::string_view key) const {
  DocValue found;
  if (!IsObject()) return found;
  for (const DocValue v : *this) {
    if (v.key() == key) found = v;
  }
  return found;
}

size_t DocValue::size() const {
  size_t n = 0;
  for ([[maybe_unused]] const DocValue v : *this) ++n;
  return n;
}

namespace {

constexpr int kMaxDepth = 500;

void AppendUtf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

// A byte as people know it, for messages.
std::string Shown(std::string_view text, size_t at) {
  if (at >= text.size()) return "the end of the file";
  const auto c = static_cast<unsigned char>(text[at]);
  if (c < 0x20) return c == '\n' || c == '\r' ? "the end of the line" : "a control character";
  size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80 && end < at + 4) ++end;
  return Cat("'", text.substr(at, end - at), "'");
}

}  // namespace

class JsonReader {
 public:
  JsonReader(std::string_view text, Document::JsonOptions options, Document& out)
      : text_(text), options_(options), out_(out) {}

  void Read() {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    out_.nodes_.reserve(text_.size() / 48 + 8);
    uint32_t root;
    if (!Space() || !ReadValue(0, root)) return;
    Space();
    if (!out_.error_ && at_ < text_.size())
      Fail(Cat("nothing may follow the document, but ", Shown(text_, at_), " does"));
  }

 private:
  bool Fail(std::string message) {
    if (!out_.error_) out_.error_ = DocError{static_cast<uint32_t>(std::min(at_, text_.size())), std::move(message)};
    return false;
  }

  bool Space() {
    for (;;) {
      while (at_ < text_.size() &&
             (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
        ++at_;
      if (!options_.comments || at_ + 1 >= text_.size() || text_[at_] != '/') return true;
      if (text_[at_ + 1] == '/') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_[at_ + 1] == '*') {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return Fail("this comment has no end");
        at_ = end + 2;
      } else {
        return true;
      }
    }
  }

  // A string at `at_`, which is its quote.
  bool ReadString(std::string_view& value, Span& span) {
    const size_t start = at_++;
    const size_t first = at_;
    // Most strings hold nothing to decode.
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    if (at_ < text_.size() && text_[at_] == '"') {
      value = text_.substr(first, at_ - first);
      ++at_;
      span = {static_cast<uint32_t>(start), static_cast<uint32_t>(at_)};
      return true;
    }
    std::string decoded(text_.substr(first, at_ - first));
    for (;;) {
      if (at_ >= text_.size()) {
        at_ = start;
        return Fail("this string has no end");
      }
      const char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20)
        return Fail(c == '\n' || c == '\r' ? "a string ends on the line it begins on"
                                           : "a control character in a string must be written \\u00..");
      if (c != '\\') {
        decoded += c;
        ++at_;
        continue;
      }
      const char e = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
      if (const size_t i = kFrom.find(e); e != '\0' && i != std::string_view::npos) {
        decoded += kTo[i];
        at_ += 2;
      } else if (e == 'u') {
        uint32_t unit;
        if (!Hex(at_ + 2, unit)) return Fail("\\u takes four hexadecimal digits");
        at_ += 6;
        uint32_t low;
        if (unit >= 0xd800 && unit < 0xdc00 && text_.substr(at_, 2) == "\\u" && Hex(at_ + 2, low) && low >= 0xdc00 &&
            low < 0xe000) {
          unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
          at_ += 6;
        }
        AppendUtf8(decoded, unit);
      } else {
        return Fail("there is no such escape in JSON");
      }
    }
    ++at_;
    span = {static_cast<uint32_t>(start), static_cast<uint32_t>(at_)};
    out_.strings_.push_back(std::move(decoded));
    value = out_.strings_.back();
    return true;
  }

  bool Hex(size_t at, uint32_t& out) const {
    out = 0;
    if (at + 4 > text_.size()) return false;
    for (size_t i = at; i < at + 4; ++i) {
      const char c = text_[i];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return false;
      out = out << 4 | static_cast<uint32_t>(digit);
    }
    return true;
  }

  bool Number() {
    const auto digits = [&] {
      const size_t from = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      return at_ - from;
    };
    if (text_[at_] == '-') ++at_;
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const size_t n = digits();
    if (n == 0 || (zero && n > 1)) return Fail("this is no number as JSON has them");
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (digits() == 0) return Fail("digits must follow the decimal point");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (digits() == 0) return Fail("digits must follow the exponent");
    }
    return true;
  }

  bool ReadValue(int depth, uint32_t& index) {
    index = static_cast<uint32_t>(out_.nodes_.size());
    out_.nodes_.emplace_back();
    if (depth > kMaxDepth) return Fail("nested too deep");
    const size_t start = at_;
    DocKind kind = DocKind::kNull;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    const auto literal = [&](std::string_view word, DocKind of) {
      if (text_.substr(at_, word.size()) != word) return Fail(Cat("a value is expected, not ", Shown(text_, at_)));
      at_ += word.size();
      kind = of;
      return true;
    };
    switch (c) {
      case '{':
      case '[':
        return ReadMembers(depth, index, c);
      case '"': {
        DocNode& node = out_.nodes_[index];
        node.kind = DocKind::kString;
        return ReadString(node.text, node.at);
      }
      case 't':
        if (!literal("true", DocKind::kBool)) return false;
        break;
      case 'f':
        if (!literal("false", DocKind::kBool)) return false;
        break;
      case 'n':
        if (!literal("null", DocKind::kNull)) return false;
        break;
      default:
        if (c != '-' && (c < '0' || c > '9')) return Fail(Cat("a value is expected, not ", Shown(text_, at_)));
        if (!Number()) return false;
        kind = DocKind::kNumber;
    }
    DocNode& node = out_.nodes_[index];
    node.kind = kind;
    node.text = text_.substr(start, at_ - start);
    node.at = {static_cast<uint32_t>(start), static_cast<uint32_t>(at_)};
    return true;
  }

  bool ReadMembers(int depth, uint32_t index, char open) {
    const bool object = open == '{';
    const char close = object ? '}' : ']';
    const auto start = static_cast<uint32_t>(at_);
    out_.nodes_[index].kind = object ? DocKind::kObject : DocKind::kArray;
    out_.nodes_[index].at = {start, static_cast<uint32_t>(text_.size())};
    ++at_;
    uint32_t last = 0;
    bool comma = false;
    for (;;) {
      if (!Space()) return false;
      if (at_ >= text_.size()) return Fail(Cat("the ", object ? "object" : "array", " begun before is never closed"));
      if (text_[at_] == close && (last == 0 || !comma || options_.trailing_commas)) {
        ++at_;
        out_.nodes_[index].at.end = static_cast<uint32_t>(at_);
        return true;
      }
      if (last != 0 && !comma) return Fail(Cat("a comma or '", close, "' is expected, not ", Shown(text_, at_)));
      std::string_view key;
      Span key_at;
      if (object) {
        if (text_[at_] != '"')
          return Fail(text_[at_] == '}' ? std::string("a comma before '}'")
                                        : Cat("a key in double quotes is expected, not ", Shown(text_, at_)));
        if (!ReadString(key, key_at) || !Space()) return false;
        if (at_ >= text_.size() || text_[at_] != ':')
          return Fail(Cat("':' is expected after the key, not ", Shown(text_, at_)));
        ++at_;
        if (!Space()) return false;
      }
      uint32_t child;
      const bool good = ReadValue(depth + 1, child);
      out_.nodes_[child].key = key;
      out_.nodes_[child].key_at = key_at;
      if (last == 0) {
        out_.nodes_[index].child = child;
      } else {
        out_.nodes_[last].next = child;
      }
      last = child;
      if (!good || !Space()) return false;
      comma = at_ < text_.size() && text_[at_] == ',';
      if (comma) ++at_;
    }
  }

  std::string_view text_;
  Document::JsonOptions options_;
  Document& out_;
  size_t at_ = 0;
};

Document Document::Json(std::string_view text, JsonOptions options) {
  Document document;
  JsonReader(text, options, document).Read();
  return document;
}

// From libyaml's events. Its marks count characters; the document's places are bytes.
class YamlReader {
 public:
  YamlReader(std::string_view text, Document& out) : text_(text), out_(out) {
    ascii_ = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (text_.starts_with("\xef\xbb\xbf")) first_ = byte_ = 3;
  }

  void Read() {
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) return Fail(0, "out of memory");
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text_.data()), text_.size());
    out_.nodes_.reserve(text_.size() / 32 + 8);
    for (bool go = true; go;) {
      yaml_event_t event;
      if (yaml_parser_parse(&parser, &event) == 0) {
        const char* what = parser.problem != nullptr ? parser.problem : "this is not YAML";
        if (parser.error == YAML_READER_ERROR) {
          Fail(static_cast<uint32_t>(std::min(parser.problem_offset, text_.size())), what);
        } else {
          Fail(Byte(parser.problem_mark.index), what);
        }
        break;
      }
      go = Take(event);
      yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
  }

 private:
  struct Open {
    uint32_t index, last = 0;
    bool object, has_key = false, alias = false;
    std::string_view key;
    Span key_at;
    std::string anchor;
  };

  void Fail(uint32_t at, std::string message) {
    if (!out_.error_) out_.error_ = DocError{at, std::move(message)};
  }

  // Events come in order but for a step back now and then, so a cursor finds the byte of a character.
  uint32_t Byte(size_t index) {
    if (ascii_) return static_cast<uint32_t>(std::min(first_ + index, text_.size()));
    if (index < character_) {
      character_ = 0;
      byte_ = first_;
    }
    while (character_ < index && byte_ < text_.size()) {
      ++byte_;
      while (byte_ < text_.size() && (static_cast<unsigned char>(text_[byte_]) & 0xc0) == 0x80) ++byte_;
      ++character_;
    }
    return static_cast<uint32_t>(byte_);
  }
  Span SpanOf(const yaml_event_t& event) {
    const uint32_t start = Byte(event.start_mark.index);
    return {start, std::max(start, Byte(event.end_mark.index))};
  }

  static DocKind KindOfPlain(std::string_view text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return DocKind::kNull;
    if (text == "true" || text == "false") return DocKind::kBool;
    const char c = text[0];
    if ((c >= '0' && c <= '9') || ((c == '-' || c == '.') && text.size() > 1)) {
      int dots = 0;
      for (size_t i = c == '-' ? 1 : 0; i < text.size(); ++i) {
        if (text[i] == '.') {
          ++dots;
        } else if (text[i] < '0' || text[i] > '9') {
          return DocKind::kString;
        }
      }
      return dots <= 1 ? DocKind::kNumber : DocKind::kString;
    }
    return DocKind::kString;
  }

  std::string_view TextOf(const yaml_event_t& event, Span at) {
    const std::string_view value(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
    // As written, or between its quotes: no copy then.
    std::string_view raw = text_.substr(at.start, at.end - at.start);
    if (raw == value) return raw;
    if (raw.size() >= 2 && raw.substr(1, raw.size() - 2) == value) return raw.substr(1, raw.size() - 2);
    out_.strings_.emplace_back(value);
    return out_.strings_.back();
  }

  uint32_t Add(DocKind kind, Span at) {
    const auto index = static_cast<uint32_t>(out_.nodes_.size());
    out_.nodes_.emplace_back();
    DocNode& node = out_.nodes_.back();
    node.kind = kind;
    node.at = at;
    if (!stack_.empty()) {
      Open& open = stack_.back();
      if (open.object) {
        node.key = open.key;
        node.key_at = open.key_at;
        open.has_key = false;
      }
      if (open.last == 0) {
        out_.nodes_[open.index].child = index;
      } else {
        out_.nodes_[open.last].next = index;
      }
      open.last = index;
    }
    return index;
  }

  bool ExpectsKey() const { return !stack_.empty() && stack_.back().object && !stack_.back().has_key; }

  bool Take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_STREAM_END_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return false;
      case YAML_SCALAR_EVENT: {
        const Span at = SpanOf(event);
        const std::string_view value = TextOf(event, at);
        if (ExpectsKey()) {
          stack_.back().has_key = true;
          stack_.back().key = value;
          stack_.back().key_at = at;
          return true;
        }
        const bool plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        const uint32_t index = Add(plain ? KindOfPlain(value) : DocKind::kString, at);
        out_.nodes_[index].text = value;
        if (event.data.scalar.anchor != nullptr)
          anchors_[reinterpret_cast<const char*>(event.data.scalar.anchor)] = index;
        return true;
      }
      case YAML_ALIAS_EVENT: {
        const Span at = SpanOf(event);
        const auto it = anchors_.find(reinterpret_cast<const char*>(event.data.alias.anchor));
        if (ExpectsKey()) {
          stack_.back().has_key = true;
          stack_.back().key = it == anchors_.end() ? std::string_view() : out_.nodes_[it->second].text;
          stack_.back().key_at = at;
          return true;
        }
        const uint32_t index = Add(DocKind::kNull, at);
        if (it != anchors_.end()) {
          out_.nodes_[index].kind = out_.nodes_[it->second].kind;
          out_.nodes_[index].text = out_.nodes_[it->second].text;
          out_.nodes_[index].child = out_.nodes_[it->second].child;
        }
        for (Open& open : stack_) open.alias = true;
        return true;
      }
      case YAML_SEQUENCE_START_EVENT:
      case YAML_MAPPING_START_EVENT: {
        if (stack_.size() > kMaxDepth) {
          Fail(Byte(event.start_mark.index), "nested too deep");
          return false;
        }
        const bool object = event.type == YAML_MAPPING_START_EVENT;
        const Span at = SpanOf(event);
        Open open{.index = 0, .object = object, .key = {}, .key_at = {}, .anchor = {}};
        if (ExpectsKey()) {  // a collection as a key: nothing we read has those; its text stands for it
          stack_.back().has_key = true;
          stack_.back().key = {};
          stack_.back().key_at = at;
          open.index = static_cast<uint32_t>(out_.nodes_.size());
          out_.nodes_.emplace_back();
          out_.nodes_.back().kind = object ? DocKind::kObject : DocKind::kArray;
        } else {
          open.index = Add(object ? DocKind::kObject : DocKind::kArray, at);
        }
        const unsigned char* anchor = object ? event.data.mapping_start.anchor : event.data.sequence_start.anchor;
        if (anchor != nullptr) open.anchor = reinterpret_cast<const char*>(anchor);
        stack_.push_back(std::move(open));
        return true;
      }
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT: {
        const Open& open = stack_.back();
        out_.nodes_[open.index].at.end = std::max(out_.nodes_[open.index].at.start, Byte(event.end_mark.index));
        if (!open.anchor.empty() && !open.alias) anchors_[open.anchor] = open.index;
        stack_.pop_back();
        return true;
      }
      default:
        return true;
    }
  }

  std::string_view text_;
  Document& out_;
  bool ascii_ = true;
  size_t first_ = 0, character_ = 0, byte_ = 0;
  std::vector<Open> stack_;
  std::map<std::string, uint32_t> anchors_;
};

Document Document::Yaml(std::string_view text) {
  Document document;
  YamlReader(text, document).Read();
  return document;
}

std::optional<Span> ConflictMarker(std::string_view text) {
  for (size_t at = text.find("<<<<<<< "); at != std::string_view::npos; at = text.find("<<<<<<< ", at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    // Alone it could be text; with the other side's marker it is a merge left undone.
    if (text.find("\n>>>>>>> ", end) == std::string_view::npos) continue;
    return Span{static_cast<uint32_t>(at), static_cast<uint32_t>(end)};
  }
  return std::nullopt;
}

}  // namespace looplint
