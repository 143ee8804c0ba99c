// What git knows of the analysed files: the index, a commit to compare with, which lines changed. Reads only, by
// libgit2: no git program is run, no hook, no filter, nothing of the repository's configuration.
//
// Paths are relative to the top of the work tree, '/'-separated.
#ifndef LOOPLINT_ANALYZER_GIT_REPOSITORY_H_
#define LOOPLINT_ANALYZER_GIT_REPOSITORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

struct git_repository;
struct git_tree;

namespace looplint {

// Lines from 1; of the newer side.
struct LineRange {
  uint32_t first, last;
  bool Contains(uint32_t line) const { return first <= line && line <= last; }
};

// How one side of a comparison differs from the other.
struct Changes {
  // Files that changed or came, with the lines that did; a deletion counts as the line before it and after it.
  std::map<std::string, std::vector<LineRange>> lines;
  // Content on the older side of files that changed; nullopt for those that were not there.
  std::map<std::string, std::optional<std::string>> before;
};

class Repository {
 public:
  // The one around `path` (absolute). NotFound: there is none; FailedPrecondition: it is bare; else git's own words.
  static absl::StatusOr<Repository> Open(const std::string& path);
  Repository(Repository&&) noexcept;
  Repository& operator=(Repository&&) noexcept;
  ~Repository();

  const std::string& top() const { return top_; }  // absolute, without a slash at the end

  // Files whose staged content differs from the disk, with that content; nullopt for files the index does not have:
  // deleted in it, or never added. What .gitignore leaves out does not appear.
  absl::StatusOr<std::map<std::string, std::optional<std::string>>> StagedOverlay() const;
  // The index against HEAD; everything is new before the first commit.
  absl::StatusOr<Changes> Staged() const;
  // The files on disk, untracked ones included, against the merge base of HEAD and `reference`; "" is origin/HEAD, else
  // HEAD itself. FailedPrecondition says what is missing in a shallow clone.
  absl::StatusOr<Changes> Since(const std::string& reference) const;

  // The text of a file, by its path from the top, in the commit that `revision` names (any of git's ways to name one).
  // NotFound: there is no such commit, or no such file in it.
  absl::StatusOr<std::string> ReadAt(const std::string& revision, const std::string& path) const;

  // For links: without user and password, "" when unknown.
  std::string OriginAddress() const;
  std::string HeadRevision() const;
  std::string HeadBranch() const;

 private:
  Repository() = default;
  git_repository* repository_ = nullptr;
  std::string top_;
};

// A unified diff with three lines around, as git prints it; "" when the texts are equal.
std::string UnifiedDiff(const std::string& path, std::string_view before, std::string_view after);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_GIT_REPOSITORY_H_
