// The JSON documents of this folder as they were when the program was built; embed.cmake writes the definitions.
#ifndef LOOPLINT_ANALYZER_KNOWLEDGE_EMBEDDED_H_
#define LOOPLINT_ANALYZER_KNOWLEDGE_EMBEDDED_H_

#include <cstddef>
#include <string_view>

namespace looplint::internal {

struct EmbeddedDocument {
  std::string_view path;  // relative to analyzer/knowledge
  std::string_view text;
};

extern const EmbeddedDocument kEmbedded[];
extern const size_t kEmbeddedCount;

}  // namespace looplint::internal

#endif  // LOOPLINT_ANALYZER_KNOWLEDGE_EMBEDDED_H_
