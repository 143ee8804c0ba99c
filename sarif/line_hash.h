// GitHub's identity of a source line, `primaryLocationLineHash`: of the 100 UTF-16 units from the line's beginning,
// blanks left out, as the upload action computes it where a log has none.
//
// Source: the published behaviour of the action's `fingerprints` step. A rolling hash to base 37 modulo 2^64 over the
// units, where space and tab do not count, CR and CRLF are LF, the text ends with the unit 0xffff and then zeros. Each
// line's value is written in hexadecimal with ":n" for the nth line of the same value. Broken UTF-8 counts as Node
// decodes it: one U+FFFD for each maximal part of a sequence.
#ifndef LOOPLINT_SARIF_LINE_HASH_H_
#define LOOPLINT_SARIF_LINE_HASH_H_

#include <string>
#include <string_view>
#include <vector>

namespace looplint::sarif {

// One for each line of `text`, in order; line 1 is at index 0. Linear.
std::vector<std::string> LineHashes(std::string_view text);

}  // namespace looplint::sarif

#endif  // LOOPLINT_SARIF_LINE_HASH_H_
