// Where editors and we count differently: URIs and paths, positions and offsets, changes to a text.
#ifndef LOOPLINT_LSP_TEXT_H_
#define LOOPLINT_LSP_TEXT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/base/line_index.h"
#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"
#include "nlohmann/json.hpp"

namespace looplint::lsp {

using Json = nlohmann::json;

// "" for what is no file: URI.
std::string PathOf(std::string_view uri);
std::string UriOf(std::string_view path);

// Members that may be absent or of another type, as those of a message may: then `otherwise`.
const Json& At(const Json& object, std::string_view key);  // null when absent
std::string StringAt(const Json& object, std::string_view key, std::string_view otherwise = "");
bool TrueAt(const Json& object, std::string_view key, bool otherwise = false);
int64_t IntAt(const Json& object, std::string_view key, int64_t otherwise = 0);
// Down a path of keys; null when it breaks off.
const Json& Deep(const Json& object, std::initializer_list<std::string_view> keys);

// Lines and characters from 0. What lies beyond a line or the text is its end.
Json PositionOf(const LineIndex& lines, uint32_t offset, ColumnUnit unit);
Json RangeOf(const LineIndex& lines, Span span, ColumnUnit unit);
uint32_t OffsetOf(const LineIndex& lines, const Json& position, ColumnUnit unit);

// Applies the contentChanges of one didChange in order. False when they are not of the protocol's form: then `text` is
// what the sound ones before made of it.
bool ApplyChanges(std::string& text, const Json& changes, ColumnUnit unit);

// Lines of the files of one program, indexed when first asked for. For one thread.
class ProgramLines {
 public:
  ProgramLines(const Project& project, ColumnUnit unit) : project_(project), unit_(unit) {}
  const LineIndex& Of(FileId file);
  Json Range(const Place& place) { return RangeOf(Of(place.file), place.span, unit_); }
  Json Range(FileId file, Span span) { return RangeOf(Of(file), span, unit_); }
  ColumnUnit unit() const { return unit_; }
  const Project& project() const { return project_; }

 private:
  const Project& project_;
  ColumnUnit unit_;
  std::map<FileId, std::unique_ptr<LineIndex>> lines_;
};

}  // namespace looplint::lsp

#endif  // LOOPLINT_LSP_TEXT_H_
