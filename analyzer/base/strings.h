// Text helpers over std::string_view. Debian builds Abseil with its own string_view, which std::string_view does
// not convert to; so what would be absl::StrCat is here, and Abseil strings are used at the edges only.
#ifndef LOOPLINT_ANALYZER_BASE_STRINGS_H_
#define LOOPLINT_ANALYZER_BASE_STRINGS_H_

#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {

namespace internal {
inline void Append(std::string& out, std::string_view s) { out.append(s); }
inline void Append(std::string& out, char c) { out.push_back(c); }
template <std::integral T>
  requires(!std::same_as<T, char>)
void Append(std::string& out, T value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}
}  // namespace internal

// Cat("a", 1, name) == "a1...".
template <typename... Args>
std::string Cat(const Args&... args) {
  std::string out;
  (internal::Append(out, args), ...);
  return out;
}

inline std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_BASE_STRINGS_H_
