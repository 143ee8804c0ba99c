// The program as modules: which file loads which, how, and where loading starts.
//
// Edges come from imports and from calls that start a file as a thread or process; entry points from package.json and
// from rows of knowledge (files that tools and frameworks load by name).
#ifndef LOOPLINT_ANALYZER_FACTS_MODULE_GRAPH_H_
#define LOOPLINT_ANALYZER_FACTS_MODULE_GRAPH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/calls.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/project/project.h"

namespace looplint {

enum class EdgeKind : uint8_t {
  kStatic,      // import with bindings, export-from, require
  kSideEffect,  // import 'x', require('x') of which nothing is taken
  kDynamic,     // import()
  kTypeOnly,    // gone at run time
  kResolve,     // require.resolve: names the file, does not load it
  kWorker,      // new Worker, fork: another thread or process
};
std::string_view EdgeKindName(EdgeKind kind);
std::string_view EntryReasonName(EntryReason reason);

struct ModuleEdge {
  FileId to{kNoneIndex};        // kNone: outside of the project
  ImportId import{kNoneIndex};  // kNone for kWorker
  NodeId node{};                // what names the other file
  EdgeKind kind = EdgeKind::kStatic;
  bool esm = false;      // by an import statement or import()
  bool at_load = false;  // when the importing module is evaluated, on every way through it
  bool guarded = false;  // a failure to load is caught, or the code asks beforehand
};

struct EntryPoint {
  FileId file;
  EntryReason reason;
  std::string what;         // "main of package.json", "scripts.start", a glob of a tool
  bool production = false;  // runs where the package is used or deployed
  FileId starter{kNoneIndex};  // of kWorker: the file that starts it
};

class ModuleGraph {
 public:
  // Of a part of a larger program `known`, unless null, says what package.json files and start commands start there.
  void Infer(const Project& project, const Calls& calls, const std::vector<EntryPoint>* known = nullptr);

  // In source order.
  const std::vector<ModuleEdge>& EdgesOf(FileId file) const { return edges_[Index(file)]; }
  // In order of file, then of reason.
  const std::vector<EntryPoint>& entries() const { return entries_; }

  // Strongly connected components of more than one file (or a file that loads itself), over the edges that load a
  // module when its importer is loaded. Each sorted by path; components in order of their first file.
  const std::vector<std::vector<FileId>>& cycles() const { return cycles_; }
  // Index into cycles(), or -1.
  int CycleOf(FileId file) const { return cycle_of_[Index(file)]; }
  // A shortest cycle through `file` inside its component: file, ..., the last of which loads `file` again. Empty
  // when it is in none.
  std::vector<FileId> ShortestCycle(FileId file) const;
  // The shortest in a component; the first in order of path among equals.
  std::vector<FileId> ShortestCycle(const std::vector<FileId>& component) const;

  // Files that production entry points load, in whatever way; `From` says by which edge.
  bool InProduction(FileId file) const { return Some(production_from_[Index(file)]) || production_root_[Index(file)]; }
  // From a production entry point to `file`, both included.
  std::vector<FileId> ProductionPath(FileId file) const;
  // The entry point a path begins with, or null.
  const EntryPoint* EntryOf(FileId file) const;

  // Files of node_modules and of nothing known count as loaded synchronously.
  // The first file of the graph of static imports of `file` (itself included) with a top-level await, or kNone.
  FileId ReachesTopLevelAwait(FileId file) const { return awaits_[Index(file)]; }

 private:
  void FindEntries(const Project& project, const std::vector<EntryPoint>* known);
  void FindCycles(const Project& project);
  void FindProduction(const Project& project);

  std::vector<std::vector<ModuleEdge>> edges_;
  std::vector<EntryPoint> entries_;
  std::vector<std::vector<FileId>> cycles_;
  std::vector<int> cycle_of_;
  std::vector<FileId> production_from_;  // by file: the file before it on the way from an entry
  std::vector<bool> production_root_;
  std::vector<FileId> awaits_;
};

// How Node loads a file by its name and its package's type. Where neither decides, by its syntax; TypeScript, of which
// the emitted file matters, is not judged.
enum class LoadedAs : uint8_t { kUnknown, kCommonJs, kEsm };
LoadedAs HowLoaded(const File& file);
// Does a package above `file` depend on a tool that finds modules by rules of its own, or that makes one file of many?
bool ResolvedByTools(const Project& project, const File& file);
bool BundledByTools(const Project& project, const File& file);

// Is `function` run while its module is evaluated: the top level itself, functions called on the spot, static blocks
// and initialisers of classes that stand there?
bool RunsAtLoad(const FileModel& model, FunctionId function);
// Stands `node` in a branch that is not always taken, up to the function around it?
bool IsConditional(const Syntax& syntax, NodeId node);
// Does evaluating the module wait (await, for await at its top level)?
bool HasTopLevelAwait(const FileModel& model);
// Does this edge load the other module while the importing one is loaded?
inline bool LoadsEagerly(const ModuleEdge& e) {
  return e.at_load && (e.kind == EdgeKind::kStatic || e.kind == EdgeKind::kSideEffect);
}

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_MODULE_GRAPH_H_
