#include "analyzer/git/repository.h"

#include <git2.h>

#include <fstream>
#include <sstream>

#include "absl/status/status.h"
#include "analyzer/base/strings.h"

namespace looplint {
namespace {

// Something of libgit2's that is freed by a function.
template <typename T, void (*kFree)(T*)>
struct Owned {
  T* p = nullptr;
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() {
    if (p != nullptr) kFree(p);
  }
  T** out() { return &p; }
};
using Diff = Owned<git_diff, git_diff_free>;
using Tree = Owned<git_tree, git_tree_free>;
using Object = Owned<git_object, git_object_free>;
using Reference = Owned<git_reference, git_reference_free>;
using Blob = Owned<git_blob, git_blob_free>;
using Index = Owned<git_index, git_index_free>;
using Commit = Owned<git_commit, git_commit_free>;

std::string LastError() {
  const git_error* e = git_error_last();
  return e == nullptr || e->message == nullptr ? "unknown error" : e->message;
}
absl::Status Failed(std::string_view what) { return absl::InternalError(Cat("git: ", what, ": ", LastError())); }

void Start() {
  static const int started = git_libgit2_init();
  (void)started;
}

absl::StatusOr<std::string> BlobText(git_repository* repository, const git_oid& id) {
  Blob blob;
  if (git_blob_lookup(blob.out(), repository, &id) != 0) return Failed("cannot read a file's staged or committed content");
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob.p)), git_blob_rawsize(blob.p));
}

git_diff_options Options() {
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.context_lines = 0;
  options.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL;
  options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
  return options;
}

absl::StatusOr<Changes> Read(git_repository* repository, git_diff* diff) {
  Changes changes;
  struct State {
    git_repository* repository;
    Changes* changes;
    absl::Status status;
  } state{repository, &changes, absl::OkStatus()};
  const auto file = [](const git_diff_delta* delta, float, void* p) {
    State& s = *static_cast<State*>(p);
    const bool regular = (delta->new_file.mode & 0170000) == 0100000 || (delta->old_file.mode & 0170000) == 0100000;
    if (!regular) return 0;
    if (delta->status != GIT_DELTA_DELETED) s.changes->lines[delta->new_file.path];
    std::optional<std::string>& before = s.changes->before[delta->old_file.path];
    if (delta->status != GIT_DELTA_ADDED && delta->status != GIT_DELTA_UNTRACKED) {
      absl::StatusOr<std::string> text = BlobText(s.repository, delta->old_file.id);
      if (!text.ok()) {
        s.status = text.status();
        return -1;
      }
      before = *std::move(text);
    }
    return 0;
  };
  const auto hunk = [](const git_diff_delta* delta, const git_diff_hunk* h, void* p) {
    if (delta->status == GIT_DELTA_DELETED) return 0;
    const auto first = static_cast<uint32_t>(h->new_start < 1 ? 1 : h->new_start);
    // A pure deletion is told by the line before it.
    const auto count = static_cast<uint32_t>(h->new_lines == 0 ? 2 : h->new_lines);
    static_cast<State*>(p)->changes->lines[delta->new_file.path].push_back({first, first + count - 1});
    return 0;
  };
  const int error = git_diff_foreach(diff, file, nullptr, hunk, nullptr, &state);
  if (!state.status.ok()) return state.status;
  if (error != 0) return Failed("cannot compare");
  return changes;
}

}  // namespace

absl::StatusOr<Repository> Repository::Open(const std::string& path) {
  Start();
  Repository out;
  if (const int error = git_repository_open_ext(&out.repository_, path.c_str(), 0, nullptr); error != 0) {
    if (error == GIT_ENOTFOUND) return absl::NotFoundError(Cat("there is no git repository at or above ", path));
    return Failed(Cat("cannot open the repository around ", path));
  }
  const char* top = git_repository_workdir(out.repository_);
  if (top == nullptr) return absl::FailedPreconditionError(Cat("the git repository around ", path, " is bare: it has no files to compare"));
  out.top_ = top;
  while (out.top_.size() > 1 && out.top_.ends_with('/')) out.top_.pop_back();
  return out;
}

Repository::Repository(Repository&& other) noexcept : repository_(std::exchange(other.repository_, nullptr)), top_(std::move(other.top_)) {}
Repository& Repository::operator=(Repository&& other) noexcept {
  std::swap(repository_, other.repository_);
  std::swap(top_, other.top_);
  return *this;
}
Repository::~Repository() {
  if (repository_ != nullptr) git_repository_free(repository_);
}

absl::StatusOr<std::map<std::string, std::optional<std::string>>> Repository::StagedOverlay() const {
  looplint::Index index;
  if (git_repository_index(index.out(), repository_) != 0) return Failed("cannot read the index");
  if (git_index_has_conflicts(index.p)) return absl::FailedPreconditionError("the index has unresolved conflicts: finish the merge first");
  git_diff_options options = Options();
  options.flags |= GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS;
  Diff diff;
  if (git_diff_index_to_workdir(diff.out(), repository_, index.p, &options) != 0) return Failed("cannot compare the index with the files");
  std::map<std::string, std::optional<std::string>> out;
  for (size_t i = 0; i < git_diff_num_deltas(diff.p); ++i) {
    const git_diff_delta* delta = git_diff_get_delta(diff.p, i);
    if (delta->status == GIT_DELTA_UNTRACKED || delta->status == GIT_DELTA_ADDED) {
      out[delta->new_file.path] = std::nullopt;
      continue;
    }
    if ((delta->old_file.mode & 0170000) != 0100000) continue;
    absl::StatusOr<std::string> text = BlobText(repository_, delta->old_file.id);
    if (!text.ok()) return text.status();
    out[delta->old_file.path] = *std::move(text);
  }
  return out;
}

absl::StatusOr<Changes> Repository::Staged() const {
  looplint::Index index;
  if (git_repository_index(index.out(), repository_) != 0) return Failed("cannot read the index");
  Tree tree;
  const int unborn = git_repository_head_unborn(repository_);
  if (unborn == 0) {
    Object head;
    if (git_revparse_single(head.out(), repository_, "HEAD^{tree}") != 0) return Failed("cannot read HEAD");
    if (git_tree_lookup(tree.out(), repository_, git_object_id(head.p)) != 0) return Failed("cannot read HEAD");
  }
  const git_diff_options options = Options();
  Diff diff;
  if (git_diff_tree_to_index(diff.out(), repository_, tree.p, index.p, &options) != 0) return Failed("cannot compare the index with HEAD");
  return Read(repository_, diff.p);
}

absl::StatusOr<Changes> Repository::Since(const std::string& reference) const {
  if (git_repository_head_unborn(repository_) == 1) return absl::FailedPreconditionError("there is no commit yet to compare with");
  std::string name = reference;
  Object base;
  if (name.empty()) {
    name = "HEAD";
    // What a branch is compared with when nothing is said: the branch it will be merged into.
    Reference remote;
    if (git_reference_lookup(remote.out(), repository_, "refs/remotes/origin/HEAD") == 0) name = "origin/HEAD";
  }
  if (git_revparse_single(base.out(), repository_, Cat(name, "^{commit}").c_str()) != 0) {
    return absl::NotFoundError(Cat("git knows no commit \"", name, "\"", git_repository_is_shallow(repository_) == 1 ? ": the clone is shallow, fetch more of it" : ""));
  }
  Object head;
  if (git_revparse_single(head.out(), repository_, "HEAD^{commit}") != 0) return Failed("cannot read HEAD");
  git_oid merge_base;
  if (git_merge_base(&merge_base, repository_, git_object_id(head.p), git_object_id(base.p)) != 0) {
    return absl::FailedPreconditionError(Cat("HEAD and ", name, " have no common ancestor here",
                                             git_repository_is_shallow(repository_) == 1 ? ": the clone is shallow, fetch its history (fetch-depth: 0)" : ""));
  }
  Commit commit;
  Tree tree;
  if (git_commit_lookup(commit.out(), repository_, &merge_base) != 0 || git_commit_tree(tree.out(), commit.p) != 0) return Failed("cannot read the base");
  git_diff_options options = Options();
  options.flags |= GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_SHOW_UNTRACKED_CONTENT;
  Diff diff;
  if (git_diff_tree_to_workdir_with_index(diff.out(), repository_, tree.p, &options) != 0) return Failed("cannot compare the files with the base");
  return Read(repository_, diff.p);
}

absl::StatusOr<std::string> Repository::ReadAt(const std::string& revision, const std::string& path) const {
  Object object;
  if (git_revparse_single(object.out(), repository_, Cat(revision, ":", path).c_str()) != 0)
    return absl::NotFoundError(LastError());
  if (git_object_type(object.p) != GIT_OBJECT_BLOB) return absl::NotFoundError(Cat(path, " is no file there"));
  return BlobText(repository_, *git_object_id(object.p));
}

std::string Repository::OriginAddress() const {
  Owned<git_remote, git_remote_free> remote;
  if (git_remote_lookup(remote.out(), repository_, "origin") != 0) return "";
  const char* url = git_remote_url(remote.p);
  std::string out = url == nullptr ? "" : url;
  if (out.starts_with("git@")) {  // git@host:owner/name
    if (const size_t colon = out.find(':'); colon != std::string::npos) out = Cat("https://", out.substr(4, colon - 4), "/", out.substr(colon + 1));
  }
  if (out.starts_with("ssh://")) out = Cat("https://", out.substr(6));
  if (!out.starts_with("https://") && !out.starts_with("http://")) return "";
  const size_t host = out.find("://") + 3, slash = out.find('/', host);
  const size_t at = out.rfind('@', slash);  // user and password, which are nobody's business
  if (at != std::string::npos && at >= host) out.erase(host, at + 1 - host);
  if (out.ends_with(".git")) out.resize(out.size() - 4);
  for (const char c : out) {
    if (static_cast<uint8_t>(c) <= ' ' || static_cast<uint8_t>(c) >= 127 || c == '"' || c == '<' || c == '>') return "";
  }
  return out;
}

std::string Repository::HeadRevision() const {
  git_oid id;
  if (git_reference_name_to_id(&id, repository_, "HEAD") != 0) return "";
  char text[GIT_OID_HEXSZ + 1];
  return git_oid_tostr(text, sizeof text, &id);
}

std::string Repository::HeadBranch() const {
  Reference head;
  if (git_repository_head(head.out(), repository_) != 0 || git_repository_head_detached(repository_) == 1) return "";
  const char* name = git_reference_shorthand(head.p);
  return name == nullptr ? "" : name;
}

std::string UnifiedDiff(const std::string& path, std::string_view before, std::string_view after) {
  Start();
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.flags = GIT_DIFF_FORCE_TEXT;
  Owned<git_patch, git_patch_free> patch;
  if (before == after || git_patch_from_buffers(patch.out(), before.data(), before.size(), path.c_str(), after.data(), after.size(), path.c_str(), &options) != 0) return "";
  git_buf text = GIT_BUF_INIT;
  std::string out;
  if (git_patch_to_buf(&text, patch.p) == 0) out.assign(text.ptr, text.size);
  git_buf_dispose(&text);
  return out;
}

}  // namespace looplint
