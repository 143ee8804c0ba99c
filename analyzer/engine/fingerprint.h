// What tells a finding from all others in the next run, too: after code moved, files were renamed or reformatted and
// helpers on the way to it were rewritten.
//
// A fingerprint is a hash of the rule, the names of the functions and classes around, the reported code and its number
// among equal ones there. Not of lines, file names or the trace. Code is hashed by its syntax, so that what a
// formatter may change (blanks, quotes, parentheses, semicolons, trailing commas, comments) does not count; nor does
// what blocks inside it hold (the body of a reported function), nor types. A callee stands for its call, an argument also
// for what it is given to.
#ifndef LOOPLINT_ANALYZER_ENGINE_FINGERPRINT_H_
#define LOOPLINT_ANALYZER_ENGINE_FINGERPRINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/project/finding.h"
#include "analyzer/project/project.h"

namespace looplint {

// 64-bit FNV-1a over length-prefixed parts, mixed at the end as in MurmurHash3; the same on every machine and for
// good, since people keep the results in their repositories.
class StableHash {
 public:
  StableHash& Add(std::string_view part);
  uint64_t value() const;

 private:
  uint64_t state_ = 14695981039346656037u;
};

// Sixteen hexadecimal digits.
std::string Hex(uint64_t fingerprint);

// `scope` without its anonymous functions: wrapping code in a callback does not move it.
std::string NamedScope(std::string_view scope);

// Fills in `fingerprint` and `sink`. `findings` are all of the run, in order of place: the numbers of equal ones depend
// on it, so what is suppressed or filtered later must still be among them.
void Identify(const Project& project, std::vector<Finding>& findings);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_ENGINE_FINGERPRINT_H_
