// What of a package's folder is published.
#ifndef LOOPLINT_ANALYZER_PACKAGES_PACK_H_
#define LOOPLINT_ANALYZER_PACKAGES_PACK_H_

#include <string>
#include <vector>

namespace looplint {

struct PackedFiles {
  bool computed = false;           // false for packages nobody publishes and folders too large to list
  std::vector<std::string> files;  // in the tarball: relative to the package, sorted
  std::vector<std::string> all;    // on disk, node_modules and .git aside, sorted
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_PACK_H_
