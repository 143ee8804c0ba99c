// Whether a lockfile belongs to its package.json files, as the frozen install of its manager decides: npm ci,
// yarn install --frozen-lockfile, yarn install --immutable, pnpm install --frozen-lockfile, bun install
// --frozen-lockfile. Managers differ: npm and Yarn 1 do not mind a dependency that is only in the lockfile, Yarn 2 and
// pnpm compare texts. Nothing is fetched; where the answer would need the registry there is none.
#ifndef LOOPLINT_ANALYZER_PACKAGES_SYNC_H_
#define LOOPLINT_ANALYZER_PACKAGES_SYNC_H_

#include <string>
#include <vector>

#include "analyzer/packages/workspace.h"

namespace looplint {

struct Drift {
  FileId file{kNoneIndex};  // package.json or the lockfile
  Span at;
  std::string message;
};

// At most `most` of them.
std::vector<Drift> FindDrift(const InstallRoot& workspace, const PackageFile& lockfile, size_t most = 50);
// The command that writes the lockfile again.
std::string_view UpdateCommand(LockFormat format);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PACKAGES_SYNC_H_
