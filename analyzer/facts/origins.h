// The walk behind taint.h: what a value is made of, backwards through one program.
#ifndef LOOPLINT_ANALYZER_FACTS_ORIGINS_H_
#define LOOPLINT_ANALYZER_FACTS_ORIGINS_H_

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "analyzer/facts/file_index.h"
#include "analyzer/facts/taint.h"

namespace looplint {

inline constexpr int kPathLength = 4;

// The position a step of a path speaks of, or -1: the first ten elements of a list are told apart.
inline int Digit(std::string_view step) {
  return step.size() == 1 && step[0] >= '0' && step[0] <= '9' ? step[0] - '0' : -1;
}
// Some element: any, or the one at a position.
inline bool IsElement(std::string_view step) { return step == "*" || Digit(step) >= 0; }

// Members below a value, outermost first: of options.user.name, {"user", "name"}; of list[2], {"2"}. "*" is any one
// element.
struct AccessPath {
  std::array<std::string_view, kPathLength> steps;
  uint8_t size = 0;
  bool cut = false;                               // longer than is kept: anything below
  AccessPath Under(std::string_view step) const;  // step, then this path
  AccessPath Rest() const;                        // without the first step
  std::string_view first() const { return size == 0 ? std::string_view() : steps[0]; }
  bool operator==(const AccessPath& o) const;
  uint64_t Hash() const;
  // x[...][...]: of objects that keep many things, such as req[SYMBOL][name], this could be any of them.
  bool vague() const { return size > 1 && IsElement(steps[0]) && IsElement(steps[1]); }
};

// One thing a value was seen to pass on its way: a binding, an argument, a return. See Walker::Way for their order.
struct Link {
  uint32_t before;  // index of the link nearer to the source, or kNoneIndex
  uint32_t inside;  // kArgument: the newest link of the way inside the callee, which is shared by all its callers
  FileId file;
  NodeId node;  // where it happened
  // kArgument: number of what the callee calls it, see Walker::TextOf; else the binding, or kNone.
  uint32_t detail;
  // kDecode: %2e%2e became ".." here; what was looked at before says nothing of that. kRead: read as a member.
  enum class Kind : uint8_t { kBinding, kArgument, kReturn, kField, kChoice, kDecode, kRead } kind;
  BindingId binding() const { return kind == Kind::kArgument ? kNone<BindingId> : static_cast<BindingId>(detail); }
};

struct Origin {
  enum class Kind : uint8_t { kParam, kSource, kDynamicRead } kind = Kind::kParam;
  FunctionRef function;          // kParam: whose; kDynamicRead: the file
  uint32_t index = 0;            // kParam
  bool rest = false;             // kParam: any argument from `index` on
  bool key = false;              // the name of a property, not its value
  bool inside = false;           // kParam: of a request, where only the program itself puts things of that name
  AccessPath path;               // kParam: below the parameter
  Trust trust = Trust::kRemote;  // kSource
  std::string_view value;        // kSource
  NodeId node{kNoneIndex};       // kSource, kDynamicRead: where
  std::string_view what;         // lives as long as the origin, see Walker::Forget
  uint32_t link = kNoneIndex;
  bool embedded = false, leading = true, encoded = false, stripped = false;
  bool rooted = false;       // an absolute path without "..", or a last part: harmless behind a directory, not on its own
  bool decoded = false;      // was decoded on its way
  bool cut = false;          // something may have been taken from its beginning
  uint32_t cleaned = 0;      // kinds of sinks it is harmless to, see KindBit
  char quoted = 0;           // this quote was escaped in it: harmless as part of code, but only between two of them
  bool backslashes = false;  // they were escaped in it
  std::string_view before;   // constant text in front of it
  // But for the way it came.
  bool SameAs(const Origin& o) const {
    return node == o.node && function == o.function && index == o.index && kind == o.kind && trust == o.trust &&
           embedded == o.embedded && leading == o.leading && cleaned == o.cleaned && key == o.key &&
           encoded == o.encoded && stripped == o.stripped && rooted == o.rooted && decoded == o.decoded &&
           cut == o.cut && quoted == o.quoted && backslashes == o.backslashes && value == o.value && path == o.path;
  }
};
using Origins = std::vector<Origin>;

// Bit of a kind of sink, for Origin::cleaned; 0 for kinds no row cleans.
uint32_t KindBit(std::string_view kind);

// For one thread at a time.
class Walker {
 public:
  Walker(const Project& project, const Calls& calls, int threads = 1);
  // Another of the same program, for another thread: shares what was found out about the whole, remembers for itself.
  explicit Walker(const Walker& first);

  // What the value of expression `node` is made of: parameters of functions around it, sources.
  Origins Of(FileId file, NodeId node, const AccessPath& path = {});
  Origins OfValue(FileId file, ValueId value, const AccessPath& path, NodeId at);
  // Reports reads x[key] with a key that is not known to be a number, too: kDynamicRead.
  void set_dynamic_reads(bool on) {
    if (dynamic_ != on) Forget();
    dynamic_ = on;
  }

  // ---- the program around it
  struct Site {
    FileId file;
    CallId call;
  };
  std::span<const Site> CallersOf(FunctionRef f) const;
  // The function a call enters: known, or the only one of its file by that name.
  FunctionRef TargetOf(FileId file, CallId call);
  // The API a call is of, through promisify() and the wrappers compilers put around modules, too.
  const Api* ApiOf(FileId file, CallId call);
  // The row of a property, by the type of what it is a member of.
  const Api* PropertyOf(FileId file, ValueId member);
  const Api* HelperOf(FileId file, CallId call) const;
  const Api* RowByName(FileId file, CallId call) const;
  // The argument a function's parameter `index` receives from a call; `spread` when one of many.
  NodeId ArgumentOf(FileId file, const Call& call, uint32_t index) const;
  // The call that gives `f`, which `call` enters, its parameter `index`, and as which argument: serve.bind(null, root)
  // gives it the first.
  std::pair<const Call*, uint32_t> GivenBy(FileId file, const Call& call, FunctionRef f, uint32_t index) const;
  // What that argument is made of, also of f.apply(this, arguments) and f(...list); `at`: where it is written.
  Origins OfArgument(FileId file, const Call& call, uint32_t index, const AccessPath& path, NodeId* at);
  Denoter& DenoterOf(FileId file);
  uint32_t AddLink(uint32_t before, FileId file, NodeId node, Link::Kind kind, BindingId b = BindingId{kNoneIndex});
  // `outer`, what an argument is made of, followed by the way of `inner` from the parameter it becomes.
  Origin Join(const Origin& outer, const Origin& inner, FileId file, NodeId argument);
  // What the value of an origin passed, from the end to the source; the first 64.
  std::vector<Link> Way(uint32_t newest) const;
  // kArgument: what the callee calls what it is given: "options.name", or "".
  std::string_view TextOf(const Link& link) const {
    return link.kind == Link::Kind::kArgument ? texts_[link.detail] : std::string_view();
  }
  // Does a file belong to what the package's entry loads?
  bool IsPublished(FileId file) const { return around_->reachable[Index(file)]; }
  // Is it what a package says it is loaded by?
  bool IsEntry(FileId file) const { return around_->entries.contains(file); }
  // Could a caller outside the program choose this parameter?
  bool IsPublic(FunctionRef f) const { return around_->is_public.contains(f); }
  // Through bindings that hold one thing.
  ValueId Resolve(FileId file, ValueId value) const;
  // Is it exported by its own file, at least?
  bool IsExported(FunctionRef f) const { return around_->exported.contains(f); }
  std::string_view ParamName(FunctionRef f, uint32_t index) const;
  std::string_view Text(FileId file, NodeId node) const;
  bool IsNumeric(FileId file, NodeId node, int depth = 0);
  // '$' + name: text that no member of Object.prototype leading on is called, whatever the rest is.
  bool IsOwnName(FileId file, NodeId node, int depth = 0) const;
  const Project& project() const { return p_; }
  const Calls& calls() const { return calls_; }
  uint64_t cut_off() const { return cut_off_; }
  // Before the sinks of a file: what was remembered for speed is let go.
  void NewFile(FileId file);
  // Before each sink: nothing that was handed out is needed any more, and much that was remembered is let go. What is
  // spent on one is bounded, and where those of a file took very much, the rest get little.
  void NextSink();
  // The same in the middle of one, where all is needed still.
  void NewBudget();

 private:
  static constexpr size_t kRemembered = 40'000;
  // Gives back what was remembered for speed; links and origins handed out are void then.
  void Forget();
  // A value put into a request: `second`, when in req.name.second.
  struct Carried {
    FileId file;
    WriteId write;
    std::string_view second;
  };
  const FileIndex& IndexOf(FileId file) const { return *around_->index[Index(file)]; }
  // What it is handed to by its name; the first few.
  std::span<const std::pair<CallId, uint32_t>> HandedTo(FunctionRef f) const;
  void ForgetDenoters();
  struct Entry;
  Entry* NewEntry();
  Origins Work(FileId file, ValueId value, const AccessPath& path, NodeId at);
  Origins OfBinding(FileId file, BindingId b, const AccessPath& path, NodeId at);
  Origins OfParam(FileId file, FunctionId f, uint32_t index, bool rest, const AccessPath& path);
  Origins OfMember(FileId file, ValueId value, const AccessPath& path, NodeId at);
  Origins OfCall(FileId file, CallId call, const AccessPath& path, NodeId at);
  NodeId StepOf(FileId file, NodeId returned, std::string_view does) const;
  NodeId SentTo(FileId file, const Call& call) const;
  Origins OfText(FileId file, NodeId node, const AccessPath& path);
  NodeId Chosen(FunctionRef target, NodeId returned, FileId file, CallId call) const;
  Origins OfFunctionResult(FileId file, CallId call, FunctionRef target, const AccessPath& path, NodeId at);
  Origins OfFields(FileId file, FunctionId self, std::string_view name, const AccessPath& path);
  Origins OfCarried(FileId file, const AccessPath& path);
  Origins OfFill(FileId file, CallId call, const AccessPath& path);
  Origins OfUndeclared(FileId file, uint32_t name, const AccessPath& path);
  std::string_view ContextOf(FileId file, FunctionId f);
  const Api* Serializer(FileId file, NodeId expression);
  bool DropsShellCharacters(FunctionRef f);
  Origins OfModule(FileId target, const AccessPath& path, FileId from);
  Origins Map(const Origins& inner, FileId file, CallId call, FunctionRef target);
  bool SourceAt(FileId file, FunctionId f, uint32_t index, std::string_view type, const AccessPath& path, Origins& out);
  std::string_view TypeOfParam(FileId file, FunctionId f, uint32_t index);
  bool IsSeparator(FileId file, ValueId value);
  bool IsParts(FileId file, ValueId list);
  bool IsLastPart(FileId file, CallId call);
  bool IsRoute(FileId file, NodeId function) const;
  std::optional<std::string> ConstantText(FileId file, ValueId value, int depth = 0) const;
  uint32_t AllowedByRoutes(FunctionRef handler, std::string_view name) const;
  uint32_t AllowedBySchema(FunctionRef handler, std::string_view name) const;
  uint32_t OfAllEntries(FunctionRef handler, const std::function<uint32_t(const looplint::Entry&)>& harmless) const;
  NodeId EntriesOf(FileId file, ValueId pair);
  std::string_view PeerByUse(FileId file, ValueId receiver);
  void NamedSource(FileId file, ValueId base, std::string_view member, NodeId at, Origins& out);
  NodeId NodeOfValue(FileId file, ValueId value);
  std::vector<ValueId> Reaching(FileId file, BindingId b, NodeId at, std::vector<NodeId>& nodes);
  // What is not among them yet; false when there are too many.
  bool Append(Origins& out, const Origin& o);
  void Append(Origins& out, const Origins& more);
  uint32_t TextId(std::string_view text);
  // A text that lives as long as links and origins do.
  std::string_view Keep(std::string_view text) { return texts_[TextId(text)]; }
  void FindCallers();
  absl::flat_hash_map<FunctionRef, FunctionRef> FunctionsBehind() const;
  void FindPublic();
  void FindCarried();
  void PublishStored();
  void Publish(FileId file, ValueId value, int depth);
  void PublishFunction(FunctionRef f, int depth);
  void PublishFile(FileId file, int depth);

  // Of the whole program; never changes once the first walker is made.
  struct Around {
    std::vector<std::unique_ptr<FileIndex>> index;  // by file
    // Callers of function f of file x: sites[first_site[n]] to sites[first_site[n + 1]], n = function_base[x] + f.
    std::vector<uint32_t> function_base, first_site;
    std::vector<Site> sites;
    absl::flat_hash_set<FunctionRef> is_public, exported;
    absl::flat_hash_set<FileId> entries;  // that manifests name
    absl::flat_hash_set<uint64_t> published;
    absl::flat_hash_map<std::string_view, std::vector<Carried>> carried;  // by name
    absl::flat_hash_map<std::string_view, std::vector<CallRef>> merged;   // Object.assign(req.name, value), by name
    std::vector<uint32_t> component;                                      // by file: of what it loads and is loaded by
    absl::flat_hash_set<std::string_view> sink_properties;                // names of properties that are sinks
    std::vector<bool> reachable;                                          // by file, from what packages export
    std::vector<bool> checks_entries;  // by file: what it reads archives with refuses names that lead out
  };

  const Project& p_;
  const Calls& calls_;
  const Knowledge& k_;
  std::shared_ptr<Around> around_ = std::make_shared<Around>();
  std::vector<std::unique_ptr<Denoter>> denoters_;
  std::vector<FileId> live_denoters_;
  std::vector<Link> links_;
  std::deque<std::string> texts_;
  absl::flat_hash_map<std::string_view, uint32_t> text_ids_;
  struct Key {
    uint32_t file, value, at;
    uint64_t path;
    bool operator==(const Key&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& k) {
      return H::combine(std::move(h), k.file, k.value, k.at, k.path);
    }
  };
  struct Entry {
    Origins origins;
    bool open = false, partial = false;
    uint8_t tries = 0;
    int depth = 0;  // its own; of a partial one that of the walk it waits for
  };
  absl::flat_hash_map<Key, Entry*> memo_;
  std::deque<Entry> entries_;  // what memo_ holds
  std::vector<Entry*> free_;   // and what it no longer does
  std::vector<Key> partial_;
  absl::flat_hash_map<FunctionRef, bool> drops_;  // DropsShellCharacters
  int depth_ = 0, touched_ = 1 << 30;
  uint64_t steps_ = 0, limit_;  // for this sink
  uint64_t spent_ = 0, allowance_ = UINT64_MAX;  // on those before it in the file; then there is little left for each
  uint64_t cut_off_ = 0;
  bool dynamic_ = false;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_FACTS_ORIGINS_H_
