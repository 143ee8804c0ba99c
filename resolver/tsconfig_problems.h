// What is wrong with a configuration file of TypeScript, for those who speak of the file itself. What resolution needs of
// it is in typescript_resolver.h.
#ifndef LOOPLINT_RESOLVER_TSCONFIG_PROBLEMS_H_
#define LOOPLINT_RESOLVER_TSCONFIG_PROBLEMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/typescript_resolver.h"

namespace looplint {

struct TsConfigProblem {
  enum class Kind : uint8_t {
    kUnreadable,
    kSyntax,
    kExtendsMissing,  // "extends" names what is not there
    kExtendsCircle,
    kValue,  // an option has a value that is not known here
  };
  Kind kind = Kind::kSyntax;
  std::string path;  // of the file it is in: the one asked about, or one it extends. Absolute
  uint32_t at = 0;   // byte offset there
  std::string text;
  std::string name;  // kExtendsMissing: what "extends" says
};

// Of the file at `path` (absolute) and all it extends, in the order they are met.
std::vector<TsConfigProblem> TsConfigProblems(ModuleResolver& node, std::string_view path);

// Is a file among those of a configuration (files, include, exclude and extensions; references aside)?
bool TsConfigIncludes(ModuleResolver& node, const TsConfig& config, std::string_view file);

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_TSCONFIG_PROBLEMS_H_
