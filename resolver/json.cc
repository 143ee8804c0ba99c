#include "resolver/json.h"

#include <cstring>

#include "analyzer/base/line_index.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

constexpr int kMaxDepth = 1000;

void AppendUtf8(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

class JsonParser {
 public:
  JsonParser(JsonDocument& out, std::string_view text, JsonDocument::Dialect dialect)
      : out_(out), text_(text), comments_(dialect == JsonDocument::Dialect::kComments) {}

  bool Run() {
    out_.nodes_.assign(1, {});
    out_.nodes_[0].type = JsonValue::Type::kAbsent;
    out_.strings_.clear();
    out_.error_.clear();
    out_.error_at_ = 0;
    if (text_.starts_with("\xEF\xBB\xBF")) i_ = 3;
    Space();
    if (i_ == text_.size()) {
      if (comments_) return true;  // an empty file is an empty object to those who read this dialect
      return Fail("a JSON value was expected");
    }
    if (Value(0) == 0) return false;
    Space();
    if (i_ < text_.size()) Fail("nothing may follow the value");
    return out_.error_.empty();
  }

 private:
  using Node = JsonDocument::Node;
  using Type = JsonValue::Type;

  bool Fail(std::string_view what) {
    if (out_.error_.empty()) {
      out_.error_ = std::string(what);
      out_.error_at_ = static_cast<uint32_t>(i_);
    }
    return false;
  }
  char Peek() const { return i_ < text_.size() ? text_[i_] : '\0'; }

  void Space() {
    for (;;) {
      while (i_ < text_.size() && (text_[i_] == ' ' || text_[i_] == '\n' || text_[i_] == '\t' || text_[i_] == '\r')) ++i_;
      if (!comments_ || i_ + 1 >= text_.size() || text_[i_] != '/') return;
      if (text_[i_ + 1] == '/') {
        const size_t end = text_.find('\n', i_);
        i_ = end == std::string_view::npos ? text_.size() : end + 1;
      } else if (text_[i_ + 1] == '*') {
        const size_t end = text_.find("*/", i_ + 2);
        if (end == std::string_view::npos) Fail("this comment does not end");
        i_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  // The decoded string at i_, which is at its quote; appended to strings_.
  bool String(uint32_t& at, uint32_t& length) {
    const char quote = text_[i_];
    const size_t begin = i_++;
    at = static_cast<uint32_t>(out_.strings_.size());
    for (;;) {
      const size_t run = i_;
      while (i_ < text_.size() && text_[i_] != quote && text_[i_] != '\\' && static_cast<unsigned char>(text_[i_]) >= 0x20) ++i_;
      out_.strings_.append(text_.substr(run, i_ - run));
      if (i_ >= text_.size()) {
        i_ = begin;
        Fail("this string does not end");
        i_ = text_.size();
        return false;
      }
      if (text_[i_] == quote) break;
      if (text_[i_] != '\\') {
        Fail("control characters in strings must be escaped");
        if (!comments_ || text_[i_] == '\n') return false;
        out_.strings_ += text_[i_++];
        continue;
      }
      if (!Escape() && !comments_) return false;
    }
    ++i_;
    length = static_cast<uint32_t>(out_.strings_.size()) - at;
    return true;
  }

  bool Hex4(uint32_t& value) {
    if (i_ + 4 > text_.size()) return false;
    value = 0;
    for (int k = 0; k < 4; ++k) {
      const char c = text_[i_ + static_cast<size_t>(k)];
      const int digit = IsDigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) return false;
      value = value << 4 | static_cast<uint32_t>(digit);
    }
    i_ += 4;
    return true;
  }

  bool Escape() {
    ++i_;
    const char c = Peek();
    if (i_ < text_.size()) ++i_;
    switch (c) {
      case '"': case '\\': case '/': out_.strings_ += c; return true;
      case 'b': out_.strings_ += '\b'; return true;
      case 'f': out_.strings_ += '\f'; return true;
      case 'n': out_.strings_ += '\n'; return true;
      case 'r': out_.strings_ += '\r'; return true;
      case 't': out_.strings_ += '\t'; return true;
      case 'u': {
        uint32_t value = 0;
        if (!Hex4(value)) return Fail("\\u needs four hexadecimal digits");
        if (value >= 0xD800 && value < 0xDC00 && text_.substr(i_, 2) == "\\u") {
          const size_t back = i_;
          i_ += 2;
          uint32_t low = 0;
          if (Hex4(low) && low >= 0xDC00 && low < 0xE000) {
            value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
          } else {
            i_ = back;
          }
        }
        if (value >= 0xD800 && value < 0xE000) value = 0xFFFD;  // half a pair has no UTF-8 form
        AppendUtf8(out_.strings_, value);
        return true;
      }
      default: --i_; return Fail("there is no such escape");
    }
  }

  uint32_t Add(Type type) {
    out_.nodes_.push_back({});
    out_.nodes_.back().type = type;
    out_.nodes_.back().at = static_cast<uint32_t>(i_);
    return static_cast<uint32_t>(out_.nodes_.size() - 1);
  }

  uint32_t Word(std::string_view word, Type type) {
    if (text_.substr(i_, word.size()) != word) return Fail("a JSON value was expected"), 0;
    const uint32_t id = Add(type);
    i_ += word.size();
    return id;
  }

  uint32_t Number() {
    const size_t begin = i_;
    if (Peek() == '-') ++i_;
    if (Peek() == '0') {
      ++i_;
    } else if (IsDigit(Peek())) {
      while (IsDigit(Peek())) ++i_;
    } else {
      return Fail("a JSON value was expected"), 0;
    }
    const auto digits = [&] {
      if (!IsDigit(Peek())) return Fail("a digit is missing");
      while (IsDigit(Peek())) ++i_;
      return true;
    };
    if (Peek() == '.') {
      ++i_;
      if (!digits()) return 0;
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++i_;
      if (Peek() == '+' || Peek() == '-') ++i_;
      if (!digits()) return 0;
    }
    const size_t end = i_;
    i_ = begin;
    const uint32_t id = Add(Type::kNumber);
    i_ = end;
    out_.nodes_[id].text = static_cast<uint32_t>(out_.strings_.size());
    out_.nodes_[id].length = static_cast<uint32_t>(end - begin);
    out_.strings_.append(text_.substr(begin, end - begin));
    return id;
  }

  // 0 after an error that cannot be passed over.
  uint32_t Value(int depth) {
    switch (Peek()) {
      case '{': case '[': return Container(depth);
      case '"': {
        const uint32_t id = Add(Type::kString);
        uint32_t at = 0, length = 0;
        if (!String(at, length)) return 0;
        out_.nodes_[id].text = at;
        out_.nodes_[id].length = length;
        return id;
      }
      case 't': return Word("true", Type::kTrue);
      case 'f': return Word("false", Type::kFalse);
      case 'n': return Word("null", Type::kNull);
      default: return Number();
    }
  }

  uint32_t Container(int depth) {
    const bool object = Peek() == '{';
    if (depth >= kMaxDepth) return Fail("nested too deeply"), 0;
    const uint32_t id = Add(object ? Type::kObject : Type::kArray);
    const char close = object ? '}' : ']';
    ++i_;
    uint32_t last = 0, count = 0;
    Space();
    if (Peek() == close) return ++i_, id;
    for (;;) {
      uint32_t key = 0, key_length = 0, key_at = 0;
      if (object) {
        key_at = static_cast<uint32_t>(i_);
        if (Peek() != '"') return Fail("a key in double quotes was expected"), Broken(id);
        if (!String(key, key_length)) return Broken(id);
        Space();
        if (Peek() != ':') return Fail("':' was expected after the key"), Broken(id);
        ++i_;
        Space();
      }
      const uint32_t value = Value(depth + 1);
      if (value == 0) return Broken(id);
      Node& node = out_.nodes_[value];
      node.key = key;
      node.key_length = key_length;
      node.key_at = key_at;
      (last == 0 ? out_.nodes_[id].first : out_.nodes_[last].next) = value;
      last = value;
      out_.nodes_[id].length = ++count;
      if (!out_.error_.empty() && broken_) return id;
      Space();
      if (Peek() == ',') {
        ++i_;
        Space();
        if (comments_ && Peek() == close) return ++i_, id;
        continue;
      }
      if (Peek() == close) return ++i_, id;
      Fail(object ? "',' or '}' was expected" : "',' or ']' was expected");
      return Broken(id);
    }
  }

  // What was read of a container so far is kept in the lenient dialect; reading ends there.
  uint32_t Broken(uint32_t id) {
    broken_ = true;
    return comments_ ? id : 0;
  }

  JsonDocument& out_;
  std::string_view text_;
  const bool comments_;
  bool broken_ = false;
  size_t i_ = 0;
};

bool JsonDocument::Parse(std::string_view text, Dialect dialect) {
  const bool ok = JsonParser(*this, text, dialect).Run();
  if (!ok && dialect == Dialect::kStrict) nodes_.resize(1);
  return ok;
}

JsonValue JsonDocument::root() const { return nodes_.size() > 1 ? JsonValue(this, 1) : JsonValue(); }

std::string JsonDocument::Place(std::string_view text, uint32_t at) {
  const LineColumn place = LineIndex(text).At(at, ColumnUnit::kUtf16);
  return Cat(place.line, ":", place.column);
}

JsonValue::Type JsonValue::type() const { return json_ == nullptr ? Type::kAbsent : json_->nodes_[id_].type; }
std::string_view JsonValue::text() const {
  if (json_ == nullptr) return {};
  const JsonDocument::Node& n = json_->nodes_[id_];
  if (n.type != Type::kString && n.type != Type::kNumber) return {};
  return std::string_view(json_->strings_).substr(n.text, n.length);
}
uint32_t JsonValue::at() const { return json_ == nullptr ? 0 : json_->nodes_[id_].at; }
uint32_t JsonValue::size() const { return IsArray() || IsObject() ? json_->nodes_[id_].length : 0; }
JsonValue JsonValue::first() const {
  if (json_ == nullptr || json_->nodes_[id_].first == 0) return {};
  return {json_, json_->nodes_[id_].first};
}
JsonValue JsonValue::next() const {
  if (json_ == nullptr || json_->nodes_[id_].next == 0) return {};
  return {json_, json_->nodes_[id_].next};
}
std::string_view JsonValue::key() const {
  if (json_ == nullptr) return {};
  const JsonDocument::Node& n = json_->nodes_[id_];
  return std::string_view(json_->strings_).substr(n.key, n.key_length);
}
uint32_t JsonValue::key_at() const { return json_ == nullptr ? 0 : json_->nodes_[id_].key_at; }
JsonValue JsonValue::operator[](std::string_view key) const {
  JsonValue found;
  if (!IsObject()) return found;
  for (JsonValue v = first(); v; v = v.next()) {
    if (v.key() == key) found = v;
  }
  return found;
}

}  // namespace looplint
