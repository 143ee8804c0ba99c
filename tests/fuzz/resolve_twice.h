// What the resolver's fuzz targets share: a question is asked of a remembering resolver and afresh, and must get one
// answer.
#ifndef LOOPLINT_TESTS_FUZZ_RESOLVE_TWICE_H_
#define LOOPLINT_TESTS_FUZZ_RESOLVE_TWICE_H_

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/module_resolver.h"

namespace looplint {

constexpr RequestKind kKinds[] = {RequestKind::kRequire, RequestKind::kRequireResolve,    RequestKind::kImport,
                                  RequestKind::kNewUrl,  RequestKind::kImportMetaResolve, RequestKind::kWorker,
                                  RequestKind::kFork};

inline Profile ProfileOf(int major) {
  Profile profile;
  profile.node = NodeRelease::Of(major);
  return profile;
}

inline void ResolveTwice(ModuleResolver& resolver, std::string_view importer, std::string_view specifier,
                         RequestKind kind) {
  const Resolution& first = resolver.Resolve(importer, specifier, kind);
  std::vector<Probe> probes;
  const Resolution again = resolver.Explain(importer, specifier, kind, probes);
  if (first.path != again.path || first.code != again.code || first.load_code != again.load_code ||
      first.format != again.format)
    std::abort();
}

// The first line of an input, and what follows it.
struct Split {
  std::string line, rest;
  Split(const uint8_t* data, size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const size_t end = std::min(input.find('\n'), input.size());
    line = std::string(input.substr(0, end));
    rest = std::string(input.substr(std::min(end + 1, input.size())));
  }
};

}  // namespace looplint

#endif  // LOOPLINT_TESTS_FUZZ_RESOLVE_TWICE_H_
