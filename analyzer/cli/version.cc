#include "analyzer/cli/version.h"

#include "analyzer/base/strings.h"

namespace looplint {

std::string_view Version() { return internal::kVersion; }

std::string VersionText() {
  std::string out = Cat("looplint ", std::string_view(internal::kVersion), "\n");
  const auto row = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) out += Cat(name, value, "\n");
  };
  row("commit     ", internal::kCommit);
  row("grammars   ", internal::kGrammars);
  row("knowledge  ", internal::kKnowledge);
  return out;
}

}  // namespace looplint
