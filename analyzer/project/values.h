// What every value of the program may be: inclusion-based, flow-insensitive tracking of functions, classes, objects,
// modules and known things through variables, fields, parameters, results, prototypes and the calls of known APIs.
//
// The idea is that of field-based call graphs (Feldthaus, Schaefer, Sridharan, Dolby, Tip: "Efficient construction of
// approximate call graphs for JavaScript IDE services", ICSE 2013), with fields kept apart by the place that makes the
// object where that is known, in the manner of Andersen's analysis (compare Jelly: Nielsen, Torp, Moller, "Modular call
// graph construction for security scanning of Node.js applications", ISSTA 2021). A method called on an object nobody
// knows is looked for by its name alone, within the package, when few functions bear it: such targets are guesses,
// found in a second round whose results never count as sure.
//
// Bounded: a value holds at most kMany things; past that it "may be more". Packages that do not import one another are
// worked on apart, on all threads: memory while working is that of the largest such group. Within a group insertion
// order, on one thread: the same program gives the same answer.
#ifndef LOOPLINT_ANALYZER_PROJECT_VALUES_H_
#define LOOPLINT_ANALYZER_PROJECT_VALUES_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "analyzer/base/parallel.h"
#include "analyzer/project/project.h"

namespace looplint {

// How a function comes to run at a call.
enum class EnterKind : uint8_t {
  kCall,   // it is the callee
  kNow,    // handed to a known API or emitted to: runs before the call returns
  kLater,  // handed to a known API that runs it later
};

struct FoundCall {
  CallRef at;
  FunctionRef to;
  EnterKind kind;
  bool guess;
};

// A property read (or written) that runs an accessor.
struct FoundAccess {
  FileId file;
  ValueId value;  // kMember
  FunctionRef to;
};

// What makes an object that is neither literal nor of a class: a function of the program used with `new`, or a call of
// a known API that returns an object of its own, Object.create() say.
struct Creator {
  bool by_new;
  FileId file;
  uint32_t id;  // of the function, of the call
};

// A function a known API was given.
struct FoundHandler {
  CallRef by;
  const Api* api;
  const Handler* handler;
  FunctionRef function;
};

class Values {
 public:
  static constexpr int kMany = 12;

  Values();
  ~Values();
  // Rows of `project` must be linked. May be stopped: then it knows less.
  void Solve(const Project& project, int threads, const StopToken& stop, const Detail& detail);

  // The one thing `value` may be; kUnknown when there are several, or none is known, or only guesses.
  Denoted Only(FileId file, ValueId value) const;
  // All that `value` may surely be, in the order found.
  std::vector<Denoted> Of(FileId file, ValueId value) const;
  // Of the rest of what it may be: Of() has no word for these objects.
  std::vector<Creator> CreatorsOf(FileId file, ValueId value) const;
  // True when `value` may be more than Of() says: too many things, or something known to be unknown.
  bool MayBeMore(FileId file, ValueId value) const;

  // Sorted by call, then function and kind; each pair once, the surest way. Calls::Infer() keeps what runs need of them
  // and, unless guesses were asked for, lets go of the rest.
  const std::vector<FoundCall>& calls() const { return calls_; }
  void LetGoOfCalls() { calls_ = std::vector<FoundCall>(); }
  const std::vector<FoundAccess>& accesses() const { return accesses_; }
  const std::vector<FoundHandler>& handlers() const { return handlers_; }
  size_t bytes() const;

  // What is worked out from values on the first question and kept with them. Written under the lock.
  struct Derived {
    std::mutex lock;
    std::shared_ptr<void> shapes;  // facts/shapes.h
  };
  Derived& derived() const { return *derived_; }

 private:
  class Solver;
  const Solver* SolverOf(FileId file) const;

  std::vector<std::unique_ptr<Solver>> solvers_;  // by component; null when stopped before
  std::vector<uint32_t> component_of_, place_of_;  // by file: its component, its index among the files of it
  std::vector<FoundCall> calls_;
  std::vector<FoundAccess> accesses_;
  std::vector<FoundHandler> handlers_;
  std::unique_ptr<Derived> derived_ = std::make_unique<Derived>();
};

// (req: Request, res: Response) where neither is imported: the types of a framework, not those of fetch().
bool IsOfUnnamedFramework(const FileModel& model, const Function& function, uint32_t parameter);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROJECT_VALUES_H_
