// Source maps (ECMA-426): from a place in generated code to the place it was written.
#ifndef LOOPLINT_ANALYZER_PROFILE_SOURCE_MAP_H_
#define LOOPLINT_ANALYZER_PROFILE_SOURCE_MAP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace looplint {

class SourceMap {
 public:
  // Version 3, flat or with sections. InvalidArgument says what is wrong.
  static absl::StatusOr<SourceMap> Parse(std::string_view json);

  struct Origin {
    uint32_t source;        // index into sources()
    uint32_t line, column;  // from 1, columns in UTF-16 units
  };
  // The mapping of the segment that holds a place (from 1) of the generated code.
  std::optional<Origin> At(uint32_t line, uint32_t column) const;
  const std::vector<std::string>& sources() const { return sources_; }  // as written, with sourceRoot in front

 private:
  struct Segment {
    uint32_t line, column;  // generated, from 0
    uint32_t source;        // kNone: generated code of nobody's
    uint32_t original_line, original_column;
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  std::vector<std::string> sources_;
  std::vector<Segment> segments_;  // by generated place
};

// Value of the last //# sourceMappingURL= comment of `text`, or "".
std::string_view SourceMapUrl(std::string_view text);
// Content of a data: URL (base64 or percent-encoded); nullopt when it is none or malformed.
std::optional<std::string> DecodeDataUrl(std::string_view url);
// %41 -> A; a stray % stays.
std::string PercentDecode(std::string_view text);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROFILE_SOURCE_MAP_H_
