// Whether a value is looked at, before it is used, by something that refuses the values that would do harm.
//
// Conditions that dominate the use are found by syntax: if, ?:, &&, ||, loops and switch cases around it, and earlier
// statements of the same blocks that leave (return, throw, continue, process.exit) when a test holds.
#ifndef LOOPLINT_ANALYZER_FACTS_GUARDS_H_
#define LOOPLINT_ANALYZER_FACTS_GUARDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/facts/origins.h"

namespace looplint {

enum class Guard : uint8_t {
  kNone,
  kUnresolved,  // startsWith(directory) on text in which ".." still stands
  kPrefix,      // startsWith(directory) without a separator: siblings of the directory pass
  kNormal,      // it is its own normal form: what begins with a slash has no ".." then, "../x" passes
  kGuarded,
};

// The part of a flow inside one function: what held the value there, and where it left.
struct FlowFrame {
  FileId file{};
  NodeId position{};
  std::vector<BindingId> bindings;
  std::vector<std::string> texts;  // members as written: "req.query.name"
  std::vector<NodeId> into;        // the assignments it went through
  // Of these, the first so many hold the value as it is at the position; the others were decoded since.
  size_t decoded_bindings = SIZE_MAX, decoded_texts = SIZE_MAX;
  NodeId decoded_at{kNoneIndex};  // where that was, if in this file: what was asked before it was of other text
  // Of a part of another: that, with all that held the value on its way.
  const FlowFrame* whole = nullptr;
  // It went into a variable at `position`, in a block that ends before the use: what counts comes after, in that block.
  bool after = false;
  // Bindings asked about so far: is what they hold made of the value? By binding and depth.
  mutable absl::flat_hash_map<uint64_t, bool> made_of{};
};

// The functions `origin`'s value went through on its way to `sink`, the sink's own first, then parts of them from where
// it went into a variable under conditions of their own.
std::vector<FlowFrame> FramesOf(const Walker& walker, const Origin& origin, FileId file, NodeId sink);

class Guards {
 public:
  explicit Guards(Walker& walker) : w_(walker) {}
  // Before each sink: what is spent on one is bounded, and where the sinks of a file took very much, the rest get
  // little.
  void NewFile() { spent_ = work_ = begun_ = 0; }
  void NewBudget();
  // `kind`: of the sink, as in knowledge rows; "pollution" looks for tests of property names.
  Guard Of(std::string_view kind, const FlowFrame& frame);
  // The same of "pollution", where refusing __proto__ alone does not count: constructor.prototype leads there, too.
  Guard OfBoth(const FlowFrame& frame) {
    both_ = true;
    const Guard guard = Of("pollution", frame);
    both_ = false;
    return guard;
  }
  // Of a request's part that a handler reads: is it refused by what the framework runs before the handler? That is what
  // stands in front of it, app.get(route, check, handler), and what the same application uses from before.
  bool BeforeHandler(std::string_view kind, const Origin& origin);
  // Does a middleware let the request through, next(), only where what it put there, req.file = value, is harmless?
  bool PassesOnly(std::string_view kind, FileId file, NodeId assignment);
  // Sinks that took more than is spent on one; they count as guarded.
  uint64_t cut_off() const { return cut_off_; }

 private:
  struct At {
    std::string_view kind;
    FileId file;
    const FlowFrame* frame;
  };
  Guard Condition(const At& at, NodeId test, bool holds, int depth);
  Guard InCall(const At& at, CallId call, bool holds, int depth);
  Guard Statement(const At& at, NodeId statement, int depth);
  Guard Switch(const At& at, NodeId statement);
  // Does `node` run before what the value is now was decoded?
  bool BeforeDecoding(const At& at, NodeId node) const;
  bool Mentions(const At& at, NodeId node, int depth = 0);
  bool MadeOf(const At& at, BindingId binding, NodeId node, int depth);
  bool Leaves(FileId file, NodeId statement, int depth = 0);
  bool Throws(FileId file, NodeId statement) const;
  bool Assigns(const At& at, NodeId statement, bool others);
  bool Answers(const At& at, NodeId statement) const;
  bool IsValue(const At& at, NodeId node) const;
  bool OfPart(const At& at, NodeId node, int depth = 0);
  Guard Earlier(const At& at, NodeId call);
  // `text`: where what is tested by it stands.
  Guard Pattern(const At& at, std::string_view regex, NodeId text, bool holds);
  // Is it path.join(root, name)? No ".." is left of those that lead out of `root`.
  bool PutTogether(FileId file, NodeId node);
  bool AsksForDotsInFront(const At& at, NodeId call);
  Guard Answered(const At& at, BindingId answer, bool holds, int depth);
  Guard ByFunction(const At& at, FunctionRef f, const Call& call, bool holds, int depth);
  Guard InBody(std::string_view kind, const FlowFrame& frame, NodeId function, int depth);
  bool BareDirectory(FileId file, NodeId node);
  // Does the text at `node` come out of something that resolves ".."? `sure`: only what is seen to.
  bool Resolved(FileId file, NodeId node, bool sure, int depth = 0);
  Guard Around(std::string_view kind, const FlowFrame& frame);
  bool CheckedByCallers(const At& at, NodeId function);
  bool CheckedByHandlers(std::string_view kind, const Origin& origin, std::string_view part);
  bool CheckedWhereAssigned(const At& at);
  bool CheckedAfter(const At& at);
  bool LetsThrough(std::string_view kind, FunctionRef middleware, uint32_t request, const FlowFrame& frame);
  Guard Flag(const At& at, BindingId flag, bool holds, int depth);
  Guard Exists(const At& at, CallId call) const;
  bool IsOtherPart(const At& at, NodeId object) const;
  bool RefusesByName(std::string_view text) const;

  Walker& w_;
  uint32_t work_ = 0, begun_ = 0;  // on this sink; where it began
  uint64_t spent_ = 0;             // on those before it in the file
  uint64_t cut_off_ = 0;
  bool before_decoding_ = false;  // only tests that hold after decoding count
  bool both_ = false;             // see OfBoth
  bool inside_ = false;           // see CheckedByCallers
  bool in_loop_ = false;          // of a loop before the use: what leaves its rounds comes to the use all the same
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_GUARDS_H_
