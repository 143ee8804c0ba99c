#include "analyzer/engine/report.h"

#include <algorithm>

namespace looplint {

const LineIndex& Places::Lines(FileId file) {
  std::unique_ptr<LineIndex>& lines = lines_[file];
  if (lines == nullptr) lines = std::make_unique<LineIndex>(project_[file].text);
  return *lines;
}

LineColumn Places::Start(const Place& place, ColumnUnit unit) { return Lines(place.file).At(place.span.start, unit); }
LineColumn Places::End(const Place& place, ColumnUnit unit) { return Lines(place.file).At(place.span.end, unit); }

Place Places::FirstLine(const Place& place) {
  const LineIndex& lines = Lines(place.file);
  const Span line = lines.Line(lines.At(place.span.start, ColumnUnit::kUtf8).line);
  return {place.file, {place.span.start, std::max(place.span.start, std::min(place.span.end, line.end))}};
}

std::string_view Places::Text(const Place& place) const {
  const std::string_view text = project_[place.file].text;
  const size_t start = std::min<size_t>(place.span.start, text.size());
  return text.substr(start, std::min<size_t>(place.span.end, text.size()) - start);
}

}  // namespace looplint
