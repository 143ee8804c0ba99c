// Who calls whom, and which functions a framework, an emitter, a timer or a promise will call.
#ifndef LOOPLINT_ANALYZER_FACTS_CALLS_H_
#define LOOPLINT_ANALYZER_FACTS_CALLS_H_

#include <span>
#include <string_view>
#include <vector>

#include "analyzer/base/parallel.h"
#include "analyzer/project/project.h"

namespace looplint {

// All that one call may enter.
struct Callees {
  const Api* api = nullptr;
  std::span<const FunctionRef> functions;  // of the program, in order of file and function, without duplicates
  // Taken for callees because they bear the name of the method called on an object nobody knows.
  std::span<const FunctionRef> guesses;
  // It may enter something else as well: the callee is not known, or there were too many to follow. A call of a known
  // API or of exactly the functions listed is not unknown.
  bool unknown = false;
};

// Where a function is called from.
struct Caller {
  Caller() = default;
  Caller(FunctionRef f, CallId c, bool handed) : from(f), at(c), callback(handed) {}
  FunctionRef from;
  CallId at : 31;     // in the file of `from`
  bool callback : 1;  // handed over there rather than called
};

// What one call surely enters: a known API, or the one function of the program, or neither.
struct Target {
  const Api* api = nullptr;
  FunctionRef function;
};

// A function handed to a known API that will call it.
struct Entry {
  FunctionRef function;
  Context context = Context::kNone;
  CallRef by;              // the registering call; none for conventions and decorators
  const Api* api = nullptr;
  const Handler* handler = nullptr;
  std::string_view event;  // for on('event', listener); owned by the file's names
  bool wrapped = false;    // reached through an unknown wrapper: app.get('/', wrap(async () => ...))
};

// The program's functions a function can run, in source order. The callee of a call or a function handed over.
struct Edge {
  Edge() = default;
  Edge(FunctionRef f, CallId c, bool handed) : to(f), at(c), callback(handed) {}
  FunctionRef to;
  CallId at : 31;     // in the caller's file
  bool callback : 1;  // handed over rather than called
};
static_assert(sizeof(Caller) == 12 && sizeof(Edge) == 12 && kMaxRows < 1u << 31);

class Calls {
 public:
  // Finds targets, registrations and, from these, the types of handlers' parameters, which give more targets; until
  // nothing new comes up. Fills in the project's parameter types. Has values tracked unless Project::Solve() was called.
  void Infer(Project& project, int threads, const StopToken& stop, const Detail& detail = {});

  Target TargetOf(FileId file, CallId call) const { return Unpack(targets_[Index(file)][Index(call)]); }
  Callees CalleesOf(FileId file, CallId call) const;
  // Reverse edges, in order of caller and call.
  std::span<const Caller> CallersOf(FunctionRef function) const;
  // In order of function; a function may be registered several times.
  const std::vector<Entry>& entries() const { return entries_; }
  std::span<const Entry> EntriesOf(FunctionRef function) const;
  std::span<const Entry> EntriesIn(FileId file) const;
  std::span<const Edge> From(FunctionRef function) const;
  // Registrations made by one call.
  std::vector<const Entry*> EntriesBy(CallRef call) const;

 private:
  // A target in half the room: without a file, the index of apis_, or none.
  struct Packed {
    FileId file;
    uint32_t id;
  };
  Target Unpack(Packed p) const {
    if (Some(p.file)) return {nullptr, {p.file, static_cast<FunctionId>(p.id)}};
    return {p.id == kNoneIndex ? nullptr : apis_[p.id], {}};
  }
  std::vector<std::vector<Packed>> targets_;
  std::vector<const Api*> apis_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> by_call_;  // indexes of entries_, in order of the registering call
  // Per file: the edges of function f are edges[first[f]] to edges[first[f + 1]].
  struct FileEdges {
    std::vector<uint32_t> first;
    std::vector<Edge> edges;
  };
  std::vector<FileEdges> edges_;
  // Per file: the callees of call c are functions[first[c]] to functions[first[c + 1]].
  struct FileCallees {
    std::vector<uint32_t> first;
    std::vector<uint32_t> guesses;  // functions[guesses[c]] to functions[first[c + 1]] are; empty when none were asked for
    std::vector<FunctionRef> functions;
    std::vector<bool> unknown;
  };
  std::vector<FileCallees> callees_;
  // Per file: likewise by function.
  struct FileCallers {
    std::vector<uint32_t> first;
    std::vector<Caller> callers;
  };
  std::vector<FileCallers> callers_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_CALLS_H_
