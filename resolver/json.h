// JSON and JSON with comments as flat tables: one pass, no allocation per value, members in the order of the text
// (duplicates kept), which is the order that `exports` of package.json is read in.
#ifndef LOOPLINT_RESOLVER_JSON_H_
#define LOOPLINT_RESOLVER_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {

class JsonDocument;

// A value of a document, or nothing. Cheap to copy; the document must outlive it.
class JsonValue {
 public:
  enum class Type : uint8_t { kAbsent, kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };
  JsonValue() = default;
  Type type() const;
  explicit operator bool() const { return type() != Type::kAbsent; }
  bool Is(Type t) const { return type() == t; }
  bool IsString() const { return Is(Type::kString); }
  bool IsArray() const { return Is(Type::kArray); }
  bool IsObject() const { return Is(Type::kObject); }
  std::string_view text() const;  // of a string: decoded. of a number: as written
  uint32_t at() const;            // byte offset in the text
  uint32_t size() const;          // elements or members
  // Elements of an array, or member values of an object, in order: for (v = first(); v; v = v.next()).
  JsonValue first() const;
  JsonValue next() const;
  std::string_view key() const;   // of a member
  uint32_t key_at() const;
  // The last member with this key, as JSON.parse has it.
  JsonValue operator[](std::string_view key) const;

 private:
  friend class JsonDocument;
  JsonValue(const JsonDocument* json, uint32_t id) : json_(json), id_(id) {}
  const JsonDocument* json_ = nullptr;
  uint32_t id_ = 0;
};

class JsonDocument {
 public:
  enum class Dialect : uint8_t {
    kStrict,    // JSON.parse
    kComments,  // comments and trailing commas; what else is wrong is skipped where a value can still be made out
  };
  JsonDocument() = default;
  JsonDocument(JsonDocument&& o) noexcept = default;
  JsonDocument& operator=(JsonDocument&& o) noexcept = default;

  // Keeps nothing of `text`. False when it is malformed (error(), error_at()); with kComments the root then holds what
  // could be read. A byte order mark is skipped. Nesting beyond 1,000 is an error.
  bool Parse(std::string_view text, Dialect dialect = Dialect::kStrict);
  JsonValue root() const;
  const std::string& error() const { return error_; }
  uint32_t error_at() const { return error_at_; }
  // "3:14" of a byte offset, columns in UTF-16 units.
  static std::string Place(std::string_view text, uint32_t at);

 private:
  friend class JsonValue;
  friend class JsonParser;
  struct Node {
    uint32_t text = 0, length = 0;        // of a string or number, in strings_; of a container: length is its size
    uint32_t key = 0, key_length = 0, key_at = 0;
    uint32_t next = 0;                    // the following element or member; 0 for none
    uint32_t first = 0;                   // the first element or member; 0 for none
    uint32_t at = 0;
    JsonValue::Type type = JsonValue::Type::kNull;
  };
  std::vector<Node> nodes_;  // nodes_[0] is unused: JsonValue is absent
  std::string strings_;
  std::string error_;
  uint32_t error_at_ = 0;
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_JSON_H_
