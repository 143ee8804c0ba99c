// The file system as module resolution sees it: real directories, each listed once. One listing answers every question
// about names in a directory, those of absent files too. Internal to the resolver.
//
// Nodes are made on demand by whichever thread comes first and never change or move, so that reading needs no lock.
#ifndef LOOPLINT_RESOLVER_TREE_H_
#define LOOPLINT_RESOLVER_TREE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/file_system.h"

namespace looplint {

struct Dir;
struct PackageJson;

// What a path leads to, all symlinks followed.
struct Node {
  FileType type = FileType::kNone;
  Dir* dir = nullptr;     // of a directory: itself. of a file: the real directory it is in
  std::string_view name;  // of a file: its name there
  bool loop = false;      // not there, because symlinks lead in a circle
  bool IsFile() const { return type == FileType::kFile || type == FileType::kOther; }  // as Node: what is no directory
  bool IsDirectory() const { return type == FileType::kDirectory; }
  std::string path() const;  // real; only of what exists
};

struct Dir {
  Dir* parent = nullptr;  // of the real path; null for the root
  std::string path;       // real
  std::string_view name;  // last part of path; "" for the root
  bool is_node_modules = false;

  struct Contents;
  std::atomic<Contents*> contents{nullptr};
  // Asked for again and again; null: not looked up yet. The marker values are the tree's.
  std::atomic<Dir*> node_modules{nullptr};
  std::atomic<const PackageJson*> package{nullptr};

  Dir() = default;
  ~Dir();
};

class Tree {
 public:
  explicit Tree(const FileSystem& fs);
  ~Tree();

  Node Child(Dir* dir, std::string_view name);
  // `path`: absolute, without dot segments; empty segments are skipped.
  Node At(std::string_view path);
  Node Walk(Dir* from, std::string_view path);  // a relative path without dot segments
  Dir* NodeModules(Dir* dir);  // the real directory behind dir/node_modules, or null
  Dir* root() { return root_.get(); }
  std::vector<std::string> Names(Dir* dir);  // sorted
  const FileSystem& fs() const { return fs_; }
  // Makes "x.zip" and "__virtual__" enterable where the file system says they are directories.
  void EnterArchives() { archives_.store(true, std::memory_order_relaxed); }

 private:
  Dir::Contents* ContentsOf(Dir* dir);
  Node Child(Dir* dir, std::string_view name, int hops);
  Node Follow(Dir* dir, std::string_view name, int hops);
  Node Walk(Dir* from, std::string_view path, int hops);
  Dir* Enter(Dir* parent, std::string_view name, std::atomic<Dir*>& slot);

  const FileSystem& fs_;
  std::unique_ptr<Dir> root_;
  std::atomic<bool> archives_{false};
};

}  // namespace looplint

#endif  // LOOPLINT_RESOLVER_TREE_H_
