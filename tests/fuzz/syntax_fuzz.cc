// Any bytes parse, and what comes out keeps its promises. The first byte picks the language.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "analyzer/syntax/syntax.h"
#include "tests/syntax_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto language = static_cast<looplint::Language>(data[0] % 3);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const looplint::Syntax syntax = looplint::Parse(text, language);
  const std::string broken = looplint::BrokenInvariant(text, syntax);
  if (!broken.empty()) {
    std::fprintf(stderr, "%s\n", broken.c_str());
    std::abort();
  }
  return 0;
}
