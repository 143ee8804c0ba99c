// What Node, its standard library, the frameworks and popular packages do, as rows of data.
//
// The rows live in JSON beside this file (node/, frameworks/, packages/, files/); users add rows of
// the same shape in their configuration. This floor decides nothing: it answers "what is known of the thing
// named fs.readFileSync?". How an expression comes to denote that thing is the project floor's business.
//
// Canonical names
//   fs.readFileSync             an export of a module; subpaths keep their dots: fs.promises.readFile
//   express                     what `require('express')` / the default import itself is, when callable
//   http.Server#listen          a member of an instance of a type; inherited members are found by FindMember
//   global.setTimeout           a global; `process.exit` and `console.log` are global.process.exit, ...
//
// Everything returned is immutable, owned by the Knowledge it came from and lives as long as it does.
#ifndef LOOPLINT_ANALYZER_KNOWLEDGE_KNOWLEDGE_H_
#define LOOPLINT_ANALYZER_KNOWLEDGE_KNOWLEDGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace looplint {

// How a function hands over its result.
enum class CallStyle : uint8_t {
  kUnknown,
  kSync,        // the return value is the result
  kErrorFirst,  // callback(err, result)
  kCallback,    // a callback of another shape
  kPromise,     // returns a promise; if callback_at is set, only when the callback is left out
};

// Why a call keeps the event loop from turning.
enum class Block : uint8_t { kNone, kIo, kCpu, kProcess, kWait };

// When a callback argument runs, relative to the call that takes it.
enum class When : uint8_t { kUnknown, kNow, kLater, kNextTick, kMicrotask };

// Whether a synchronous call throws.
enum class Throws : uint8_t {
  kUnlikely,  // only when it is misused
  kNever,     // total: whatever it is given
  kInput,     // in the normal course of things, on what users, disks and networks say
};

// In which execution context a function runs, or a handler is called.
enum class Context : uint8_t { kNone, kLoad, kRequest, kStream, kTimer, kJob, kExit, kCallback, kTest };

// What a caller of an async callback does with the promise that callback returns.
enum class AsyncErrors : uint8_t {
  kUnknown,
  kUnhandled,  // dropped: a rejection is unhandled and ends the process
  kHandled,    // awaited or caught
};

// What a file is for. Build: configuration, scripts, benchmarks. Browser: code that never runs under Node.
enum class FileRole : uint8_t { kSource, kTest, kBuild, kBrowser };

// What a timer does with a delay that does not fit in 31 bits.
enum class LongDelay : uint8_t {
  kFires,   // after 1 ms instead
  kAborts,  // at once, for an AbortSignal; a RangeError from 2^32 on
};

struct VersionedAsyncErrors {
  std::string range;  // npm semver range of the package, "*" for any
  AsyncErrors errors;
};

// Function-valued arguments or options that the callee will call.
struct Handler {
  int first = 0;  // first argument index that may be a handler; -1: the last argument
  int last = 0;   // last such index; kRest: all that follow
  static constexpr int kRest = 1 << 20;
  bool flatten = false;              // arrays of handlers are accepted
  std::vector<std::string> options;  // property names of an options argument that hold handlers; args unused if set
  std::vector<std::string> params;   // canonical type of each parameter, "" when untyped
  std::vector<std::string> params_if_4;  // the same for a function of four parameters (express error handlers)
  Context context = Context::kNone;
  When when = When::kLater;
  std::vector<VersionedAsyncErrors> async_errors;
  int event_arg = -1;  // index of the argument that names an event, for on(event, listener); else -1
  bool repeats = false;  // called again and again: for each element, at each tick
};

struct Sink {
  std::string kind;      // "shell", "path", "sql", ... see README.md
  int first_arg = -1;    // argument range the sink reads, when it is an argument
  int last_arg = -1;
  std::string option;    // property of an options argument (of the range, if one is given), when it is one
  std::string when_option;  // the sink exists only if this option is (not known to be falsy) set
  std::string unless_option;  // the sink does not exist if this option is set
  std::string versions;  // npm range of the package that has it; "" for all
};

struct Source {
  std::string kind;    // "remote", "argv", "env", "file", "db", ...
  // Dotted member path below the value, "" for the value itself, "*" matches one step. The value is: of a function
  // its result (what the promise settles with, or the callback's second parameter), of a property the property, of an
  // event the listener's first parameter, of a type an instance.
  std::string member;
  std::string value;   // "string", "any", "bytes", ...
  // Kinds of sinks it does no harm to. No link and no form of another site chooses cookies and headers: whoever sends
  // them gets back what he sent.
  std::vector<std::string> harmless;
};

// What the result of a call, or what it hands to a callback, is made of.
struct Passage {
  int first = -1, last = -1;  // arguments
  bool receiver = false;      // of a method: what it is called on
  int callback = -1;          // goes to this parameter of a function among the arguments; -1: to the result
  // "" the same thing; "part" of a text; "text": part of a longer one; "decoded", "encoded"; "element" of a container;
  // "container": becomes an element; "joined": elements become text; "parsed": text becomes a structure; "key": the
  // names of its properties; "accumulator": what the callback returned before; "returned": what the callback returns;
  // "mapped": its elements are; "read": what a stream yields
  std::string as;
};

struct Option {
  std::string name;
  bool signal = false;  // takes an AbortSignal
};

// One row: an export, a global, or a member of a type.
struct Api {
  std::string name;  // canonical
  CallStyle style = CallStyle::kUnknown;
  int callback_at = -1;  // index from 0; trailing optional arguments may shift it left
  bool callback_required = false;
  When callback_when = When::kUnknown;

  Block block = Block::kNone;
  int cost = 0;           // 1..3, how long a blocking call typically lasts
  bool metadata = false;  // a cheap blocking call (existsSync, statSync)
  std::string twin;       // canonical name of the asynchronous form, or ""
  Throws throws = Throws::kUnlikely;

  std::string returns;   // canonical type of the result; "Promise" for promises, "this" for the receiver itself
  std::string resolves;  // canonical type the promise settles with, or ""
  bool may_reject = true;   // of a promise
  bool is_class = false;    // `new` yields an instance of type `returns` if given, else of type `name`
  bool is_namespace = false;  // has exports of its own (fs.promises)
  bool is_property = false;   // a value, not a function: `returns` is then the type of the value
  bool must_check = false;  // ignoring the boolean result loses backpressure
  bool lazy_thenable = false;  // not awaited means never executed (query builders)
  std::string acquires;        // "fd", "socket", ... or ""
  std::vector<int> handles_errors_of;  // argument indexes whose 'error' event the call takes over
  bool handles_errors_of_all = false;  // pipeline(...streams)
  bool error_in_callback = false;      // emitter result reports through the callback when one is given
  bool once = false;  // runs the function it is given at most once; what is error-first does so without saying
  bool outlives = false;      // of a property: its value goes on to live when its owner is done
  bool threadpool = false;    // waits for one of the few threads of libuv's pool
  bool ends_process = false;  // nothing after the call runs
  std::vector<std::string> undone_by;  // canonical names of what takes back what the call set up

  std::vector<Handler> handlers;
  std::vector<Sink> sinks;
  std::vector<Source> sources;
  std::vector<Passage> passes;
  std::vector<std::string> cleans;  // kinds of sinks its result is harmless to
  int wraps = -1;  // the result is another form of the function or module given as this argument (promisify)
  std::vector<Option> options;
  int delay_at = -1;  // index of an argument that is a timer's delay in milliseconds
  LongDelay long_delay = LongDelay::kFires;

  std::string in;  // range of Node majors that have it: "*", "14..", "..20", "12..18"
  std::string deprecated, removed, replacement;  // exact versions and a canonical name, or ""
  // "method" or "class" when used as a decorator that makes its target a handler, which handlers[0] describes;
  // "parameter" when the decorated parameter holds the data of `sources`.
  std::string decorates;
  // Of a row that was made by reading an installed package: where the function is, "node_modules/a/index.js:3". Such a row
  // says what the function returns and whether it blocks; of what it does with its arguments nothing is known.
  std::string from;
  std::string through;  // what a blocking call of it comes down to: "fs.readFileSync, node_modules/a/lib/read.js:12"
  // Where values go within the call: "this[] -> 0(0)", elements of the receiver become the first parameter of the function
  // given as the first argument. README.md has the language.
  std::vector<std::string> flows;
};

struct Event {
  std::string name;
  bool fatal = false;  // happens in ordinary operation, and without a listener throws
  std::vector<std::string> args;  // canonical types of the listener's parameters
  Context context = Context::kNone;
  std::vector<Source> sources;
  bool done = false;  // comes only when all went well: "end", "finish"; after a failure it never does
};

// A method a subclass supplies, or a function in the options of the constructor, that is handed a callback to call once.
struct Hook {
  std::string method, option;  // "_write", "write"
  int callback = 0;            // index of the parameter
};

// A class of objects: what its instances can do.
struct Type {
  std::string name;     // canonical: "fs.WriteStream"
  std::string extends;  // canonical or ""
  std::vector<std::string> also;  // further bases, looked at after `extends`: a stream.Duplex is also a stream.Writable
  std::vector<Event> events;
  std::vector<Source> sources;  // request data among the members: "query.*", "body"
  bool byte_stream = false;     // chunks are Buffers unless an encoding is set
  std::vector<std::string> ends;  // members after which nothing may be written ("end", "send", "json")
  std::vector<std::string> writes;  // members that fail then, beside those with must_check or a header sink ("writeHead")
  std::vector<std::string> consumes;  // members that read what it holds, or give it up ("pipe", "resume", "json")
  std::vector<Hook> hooks;
};

// Files whose exports a framework calls by convention (Next.js route handlers, serverless functions).
struct Convention {
  std::vector<std::string> files;    // globs, relative to the package root
  std::vector<std::string> exports;  // names; "default" for the default export
  Context context = Context::kNone;
  AsyncErrors async_errors = AsyncErrors::kUnknown;
  std::vector<std::string> params;
  std::string package;  // only in projects that depend on it
};

// How a file comes to be loaded without any module importing it.
enum class EntryReason : uint8_t {
  kMain,    // main, module or exports of package.json
  kBin,     // bin of package.json
  kScript,  // named in a command of package.json
  kWorker,  // started as a worker thread or a child process
  kRoute,   // a framework calls what it exports
  kTest,    // a test runner finds it
  kConfig,  // a tool reads it
};

// Files that a tool or framework loads by their name.
struct EntryFiles {
  EntryReason reason = EntryReason::kConfig;
  std::vector<std::string> files;  // globs, relative to the package root
  std::string package;             // only in projects that depend on it; "" for all
};

// How a package takes part in finding modules.
struct ModuleHost {
  std::string package;
  // It resolves the imports of the whole project by rules of its own (bundlers, compilers, loaders).
  bool resolves = false;
  // It makes one file of many, packages included: what it bundles need not be installed where the output runs.
  bool bundles = false;
  // Modules its users import without installing them: "electron" where electron runs the program.
  std::vector<std::string> provides;
};

class Knowledge {
 public:
  // The rows embedded in this program. Parsed once, on first use; thread-safe.
  static const Knowledge& Builtin();

  // Builtin rows plus `documents`, JSON texts of the format in README.md; later rows win field by field.
  // InvalidArgument names document index, line and column of what is wrong.
  static absl::StatusOr<std::shared_ptr<const Knowledge>> Extend(const std::vector<std::string>& documents);

  // Canonical module name of a specifier: "node:fs" -> "fs", "fs/promises" -> "fs.promises", "" when nothing is
  // known of it. Builtins of Node are known even if they have no rows.
  std::string_view Module(std::string_view specifier) const;
  bool IsNodeBuiltin(std::string_view specifier) const;

  // Row by canonical name, or null.
  const Api* Find(std::string_view canonical) const;
  // Member of a type or of what it extends, or null.
  const Api* FindMember(std::string_view type, std::string_view member) const;
  const Type* FindType(std::string_view name) const;
  const Event* FindEvent(std::string_view type, std::string_view event) const;  // inherited too
  // True when `type` is `base` or extends it, directly or not.
  bool Is(std::string_view type, std::string_view base) const;
  const std::vector<Convention>& conventions() const;
  const std::vector<EntryFiles>& entry_files() const;
  const std::vector<ModuleHost>& module_hosts() const;
  // Commands of package.json scripts: those that run the files named after them, and those that run another command.
  bool RunsFiles(std::string_view program) const;
  bool RunsPrograms(std::string_view program) const;
  // Does `package` resolve the imports of projects that depend on it?
  bool ResolvesModules(std::string_view package) const;
  bool BundlesModules(std::string_view package) const;

  // What a file is by its path alone, relative to the project; kSource when nothing tells.
  FileRole RoleOfPath(std::string_view path) const;
  // What a file is that imports `specifier`, or uses the global `name`: kSource (it runs under Node), kBrowser, or
  // nothing that would tell. Builtins that bundlers replace or leave out prove nothing.
  std::optional<FileRole> RoleOfImport(std::string_view specifier) const;
  std::optional<FileRole> RoleOfGlobal(std::string_view name) const;

  // All rows in order of name, for tests, dumps and docs.
  std::vector<const Api*> all() const;
  std::vector<const Type*> types() const;

  ~Knowledge();
  Knowledge(const Knowledge&) = delete;
  Knowledge& operator=(const Knowledge&) = delete;

 private:
  Knowledge();
  struct Rows;
  std::unique_ptr<Rows> rows_;
};

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_KNOWLEDGE_KNOWLEDGE_H_
