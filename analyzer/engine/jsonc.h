// JSON as people write it, with comments and trailing commas, and with the place of every value: an error in a
// configuration file is reported where it is.
#ifndef LOOPLINT_ANALYZER_ENGINE_JSONC_H_
#define LOOPLINT_ANALYZER_ENGINE_JSONC_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace looplint {

// Byte offsets by JSON pointer ("/rules/event-loop~1x").
struct Jsonc {
  nlohmann::ordered_json value;
  std::map<std::string, uint32_t> value_at;
  std::map<std::string, uint32_t> key_at;
};

struct JsoncError {
  uint32_t at = 0;  // byte offset
  std::string message;
};

// False and `error` when `text` is not JSON even with these liberties, repeats a key or nests more than 64 deep.
bool ParseJsonc(std::string_view text, Jsonc& out, JsoncError& error);

// One more step of a JSON pointer.
std::string JsonPointer(std::string_view parent, std::string_view key);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_JSONC_H_
