// The names a CommonJS file shows to `import { name }`, as Node finds them: by looking at the text, without parsing or
// running it. A name that only exists at run time is not among them, and importing it is a SyntaxError.
//
// What is recognised is the grammar published with cjs-module-lexer (its README, "Grammar"), which Node promises to
// keep; it matches tokens wherever they stand, without scopes, so `function f(exports) { exports.a = 1 }` counts.
#ifndef LOOPLINT_ANALYZER_MODEL_CJS_EXPORTS_H_
#define LOOPLINT_ANALYZER_MODEL_CJS_EXPORTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace looplint {

enum class CjsLexer : uint8_t {
  kClassic,  // cjs-module-lexer, of Node up to 22
  kMerve,    // its successor, of Node from 24 on
};

struct CjsExports {
  // Unique, in the order they were found; `default` is not listed unless the file names it.
  std::vector<std::string> names;
  // Specifiers of files whose names count as well: module.exports = require('x'), __exportStar(require('x')).
  std::vector<std::string> reexports;
  // Node could not read the text to the end and takes it to export nothing by name.
  bool gave_up = false;
};

// Linear in the size of `text`, which may be anything.
CjsExports LexCjsExports(std::string_view text, CjsLexer lexer);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_MODEL_CJS_EXPORTS_H_
