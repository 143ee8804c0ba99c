// Which looplint this is.
#ifndef LOOPLINT_ANALYZER_CLI_VERSION_H_
#define LOOPLINT_ANALYZER_CLI_VERSION_H_

#include <string>
#include <string_view>

namespace looplint {

std::string_view Version();  // "0.1.0"
// What --version prints: the version, the commit it was built from, the grammars and the knowledge in it.
std::string VersionText();

namespace internal {
// Defined in build_info.cc, which the build writes; "" where something is unknown.
extern const char kVersion[], kCommit[], kGrammars[], kKnowledge[];
}  // namespace internal

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_CLI_VERSION_H_
