#include "analyzer/base/line_index.h"

#include <algorithm>

namespace looplint {

LineIndex::LineIndex(std::string_view text) : text_(text), starts_(1, 0) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
      starts_.push_back(static_cast<uint32_t>(i + 1));
    }
  }
}

uint32_t CountColumns(std::string_view text, ColumnUnit unit) {
  if (unit == ColumnUnit::kUtf8) return static_cast<uint32_t>(text.size());
  uint32_t n = 0;
  for (const unsigned char c : text) {
    if ((c & 0xC0) == 0x80) continue;
    n += (unit == ColumnUnit::kUtf16 && c >= 0xF0) ? 2 : 1;
  }
  return n;
}

LineColumn LineIndex::At(uint32_t offset, ColumnUnit unit) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const auto it = std::upper_bound(starts_.begin(), starts_.end(), offset) - 1;
  return {static_cast<uint32_t>(it - starts_.begin()) + 1,
          CountColumns(text_.substr(*it, offset - *it), unit) + 1};
}

Span LineIndex::Line(uint32_t line) const {
  const uint32_t start = starts_[line - 1];
  uint32_t end = line < starts_.size() ? starts_[line] : static_cast<uint32_t>(text_.size());
  while (end > start && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return {start, end};
}

uint32_t LineIndex::Offset(uint32_t line, uint32_t column) const {
  const Span span = Line(std::clamp(line, 1u, lines()));
  return std::min(span.start + (column > 0 ? column - 1 : 0), span.end);
}

}  // namespace looplint
