// JSON, YAML and TOML as a flat tree in which everything has its place, so that a finding in a manifest can be shown where
// it is. Scalars and keys are views: into the text, or into the document where an escape had to be decoded.
//
// JSON is read by our own parser (RFC 8259, with comments and trailing commas on request): no library in Debian gives
// the place of every key and value at this speed. YAML is read by libyaml, TOML by toml++.
#ifndef LOOPLINT_ANALYZER_PACKAGES_DOCUMENT_H_
#define LOOPLINT_ANALYZER_PACKAGES_DOCUMENT_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"

namespace looplint {

enum class DocKind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

struct DocNode {
  std::string_view key;   // of a member of an object, decoded
  std::string_view text;  // of a scalar, decoded; for YAML, what stands there
  Span key_at, at;        // with quotes and brackets
  uint32_t next = 0;      // sibling, 0: none (0 is the root)
  uint32_t child = 0;     // first, 0: none
  DocKind kind = DocKind::kNull;
};

struct DocError {
  uint32_t at = 0;  // byte offset
  std::string message;
};

// A node of a document, or nothing; what is asked of nothing is empty. Valid as long as the document.
class DocValue {
 public:
  DocValue() = default;
  DocValue(const std::vector<DocNode>* nodes, uint32_t index) : nodes_(nodes), index_(index) {}

  explicit operator bool() const { return nodes_ != nullptr; }
  DocKind kind() const { return nodes_ == nullptr ? DocKind::kNull : node().kind; }
  bool IsObject() const { return kind() == DocKind::kObject; }
  bool IsArray() const { return kind() == DocKind::kArray; }
  bool IsString() const { return kind() == DocKind::kString; }
  // True for the literal `true`.
  bool IsTrue() const { return kind() == DocKind::kBool && node().text == "true"; }
  bool IsFalse() const { return kind() == DocKind::kBool && node().text == "false"; }
  std::string_view key() const { return nodes_ == nullptr ? std::string_view() : node().key; }
  // Of a string; "" for everything else.
  std::string_view str() const { return IsString() ? node().text : std::string_view(); }
  // Of any scalar.
  std::string_view text() const { return nodes_ == nullptr ? std::string_view() : node().text; }
  Span at() const { return nodes_ == nullptr ? Span{} : node().at; }
  Span key_at() const { return nodes_ == nullptr ? Span{} : node().key_at; }
  // From the key to the end of the value.
  Span entry_at() const { return {key_at().start, at().end}; }

  // Member of an object; the last of its name, as every reader of JSON has it.
  DocValue operator[](std::string_view key) const;
  size_t size() const;

  class Iterator {
   public:
    Iterator(const std::vector<DocNode>* nodes, uint32_t index) : nodes_(nodes), index_(index) {}
    DocValue operator*() const { return {nodes_, index_}; }
    Iterator& operator++() {
      index_ = (*nodes_)[index_].next;
      return *this;
    }
    bool operator!=(const Iterator& o) const { return index_ != o.index_; }

   private:
    const std::vector<DocNode>* nodes_;
    uint32_t index_;
  };
  // The members of an object or the elements of an array.
  Iterator begin() const { return {nodes_, nodes_ == nullptr ? 0 : node().child}; }
  Iterator end() const { return {nodes_, 0}; }

 private:
  const DocNode& node() const { return (*nodes_)[index_]; }
  const std::vector<DocNode>* nodes_ = nullptr;
  uint32_t index_ = 0;
};

class Document {
 public:
  struct JsonOptions {
    bool comments = false, trailing_commas = false;
  };
  // `text` must outlive the document. What was read before an error is there.
  static Document Json(std::string_view text, JsonOptions options);
  static Document Json(std::string_view text) { return Json(text, JsonOptions()); }
  // The first document of a YAML stream. Aliases stand for what they name, unless that has aliases in it.
  static Document Yaml(std::string_view text);
  // Where a table begins in several places, `at` is one of them. Nothing is there after an error.
  static Document Toml(std::string_view text);

  Document() = default;
  Document(Document&&) = default;
  Document& operator=(Document&&) = default;

  DocValue root() const { return nodes_.empty() ? DocValue() : DocValue(&nodes_, 0); }
  const std::optional<DocError>& error() const { return error_; }
  size_t nodes() const { return nodes_.size(); }
  // Hands over the decoded strings, which views taken from the document may point into.
  std::deque<std::string> TakeStrings() { return std::move(strings_); }

 private:
  friend class JsonReader;
  friend class TomlReader;
  friend class YamlReader;
  std::vector<DocNode> nodes_;
  std::deque<std::string> strings_;
  std::optional<DocError> error_;
};

// Where the first conflict marker of a merge begins ("<<<<<<< ours"), if there is one.
std::optional<Span> ConflictMarker(std::string_view text);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_DOCUMENT_H_
