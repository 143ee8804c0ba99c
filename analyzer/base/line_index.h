// Byte offsets to lines and columns, at the doors only: inside, everything is an offset.
#ifndef LOOPLINT_ANALYZER_BASE_LINE_INDEX_H_
#define LOOPLINT_ANALYZER_BASE_LINE_INDEX_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"

namespace looplint {

enum class ColumnUnit : uint8_t { kUtf8, kUtf16, kCodePoint };

// Line and column count from 1. Lines end at \n, \r\n and \r, as editors and SARIF viewers count them; U+2028 and
// U+2029 end a line for the ECMAScript grammar only.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

class LineIndex {
 public:
  // `text` must outlive the index.
  explicit LineIndex(std::string_view text);
  LineColumn At(uint32_t offset, ColumnUnit unit) const;
  // Bytes of a line without its terminator; `line` from 1 to lines().
  Span Line(uint32_t line) const;
  uint32_t lines() const { return static_cast<uint32_t>(starts_.size()); }
  std::string_view text() const { return text_; }
  // Inverse of At for UTF-8 columns; clamped to the line.
  uint32_t Offset(uint32_t line, uint32_t column) const;

 private:
  std::string_view text_;
  std::vector<uint32_t> starts_;
};

// Columns of `text` counted in `unit`.
uint32_t CountColumns(std::string_view text, ColumnUnit unit);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_BASE_LINE_INDEX_H_
