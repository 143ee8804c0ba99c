// Text the grammars cannot read, made readable without moving a byte.
//
// The grammars lack a dozen forms of TypeScript and JavaScript, nearly all of them about types: `<in T>`,
// `export type *`, `import("a").B<C>`, call signatures without semicolons, tagged templates with type arguments...
// When a parse has errors, Mask() looks for such forms token by token and overwrites the offending bytes in a copy of
// the text by harmless ones of the same length (blanks, another identifier, a semicolon in place of a line break).
// Every offset stays exact, and since rows hold offsets only, whatever reads names reads them from the true text.
// The second parse is kept only when it is better than the first. Files without errors pay nothing.
#ifndef LOOPLINT_ANALYZER_SYNTAX_MASK_H_
#define LOOPLINT_ANALYZER_SYNTAX_MASK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/syntax/syntax.h"

namespace looplint {

// What the mask took away and the rows should still tell.
struct Amendment {
  enum class What : uint8_t {
    kUsing,       // the declaration that starts at `at` is a using declaration
    kAwaitUsing,  // ... an await using declaration; it starts at `start`
    kTypeOnly,    // the export that starts at `at` is of types only
    kIsType,      // an identifier from `at` to `start` would be a value: then the mask must go
  };
  What what;
  uint32_t at;
  uint32_t start;
};

struct Masked {
  std::string text;
  std::vector<Amendment> amendments;
  std::vector<Span> comments;  // those that were blanked
  bool changed = false;
};

// `errors` guide what only makes sense where the parser stumbled (`&` in JSX text). `values` are offsets of
// `import(...)` known to be values.
Masked Mask(std::string_view text, Language language, const std::vector<SyntaxError>& errors,
            const std::vector<uint32_t>& values);

// True when the text may hold a form that is misread without any error; cheap.
bool WantsMask(std::string_view text, Language language);

// The offsets of masked `import(...)` that turned out to be values in `syntax`.
std::vector<uint32_t> Values(const Masked& masked, const Syntax& syntax);

// Restores in `syntax` what the mask hid.
void Amend(const Masked& masked, Syntax& syntax);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_SYNTAX_MASK_H_
