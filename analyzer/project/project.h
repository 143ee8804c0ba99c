// The files of a run linked into one program: which import means which file, which name which export, and what an
// expression denotes anywhere in it.
#ifndef LOOPLINT_ANALYZER_PROJECT_PROJECT_H_
#define LOOPLINT_ANALYZER_PROJECT_PROJECT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "analyzer/knowledge/knowledge.h"
#include "analyzer/model/model.h"
#include "resolver/resolve.h"

namespace looplint {

// What kind of program a package is: which rules apply depends on it.
enum class ProgramKind : uint8_t { kUnknown, kServer, kCli, kLibrary };

// One file by itself. Never changes once made, so that every program the file is part of shares it.
struct SourceFile {
  std::string path;  // relative to the root
  std::string text;
  Language language;
  FileModel model;
  FileRole role;  // that of its path
  // What its own text says of where it runs; MarkBrowserFiles has the rest.
  enum class Host : uint8_t { kOpen, kBrowser, kNode };
  Host host;
};

// Lowers. `syntax` was parsed from `text` in the language of `path`; `knowledge` tells roles.
std::shared_ptr<const SourceFile> MakeSourceFile(std::string path, std::string text, Syntax syntax,
                                                 const Knowledge& knowledge);
// Of a model made of that text before.
std::shared_ptr<const SourceFile> MakeSourceFile(std::string path, std::string text, FileModel model,
                                                 const Knowledge& knowledge);
SourceFile::Host JudgeHost(const FileModel& model, const Knowledge& knowledge);

// A source's place in one program.
struct File {
  explicit File(std::shared_ptr<const SourceFile> of);
  const std::shared_ptr<const SourceFile> source;
  const std::string& path;  // these four are the source's
  const std::string& text;
  const Language language;
  const FileModel& model;
  FileRole role;
  // By ImportId: the project file it means, or kNone.
  std::vector<FileId> imports;
  const Manifest* manifest = nullptr;  // of the package the file belongs to
};

struct FunctionRef {
  FileId file{kNoneIndex};
  FunctionId function{kNoneIndex};
  bool operator==(const FunctionRef&) const = default;
  bool operator<(const FunctionRef& o) const {
    return file != o.file ? file < o.file : function < o.function;
  }
  template <typename H>
  friend H AbslHashValue(H h, const FunctionRef& f) {
    return H::combine(std::move(h), Index(f.file), Index(f.function));
  }
};
struct CallRef {
  FileId file{kNoneIndex};
  CallId call{kNoneIndex};
  bool operator==(const CallRef&) const = default;
};

// What a value stands for.
struct Denoted {
  enum class Kind : uint8_t {
    kUnknown,
    kApi,        // a function, class or namespace of Node or a known package: `api`; null for a class of which only
                 // the `type` of its instances is known
    kModule,     // a known module as a whole: `type` is its canonical name
    kInstance,   // an object of a known type: `type`
    kPromise,    // a promise; `type` is the type it settles with, or ""
    kFunction,   // a function of the program: `file`, `id`
    kClass,      // a class of the program
    kInstanceOf, // an object of a class of the program
    kObject,     // an object literal
    kNamespace,  // a module of the program
  };
  Kind kind = Kind::kUnknown;
  FileId file{kNoneIndex};
  uint32_t id = kNoneIndex;
  const Api* api = nullptr;
  std::string_view type;  // owned by the knowledge
  bool Is(Kind k) const { return kind == k; }
  FunctionRef function() const { return {file, static_cast<FunctionId>(id)}; }
};

// How a specifier of the model is asked for.
RequestKind RequestOf(ImportKind kind);

class StopToken;
class Values;

// What tracking of values (values.h) works out beyond what every run needs.
struct Detail {
  bool guesses = false;  // also calls of methods by their names alone: a third more work, for people to look at
  bool data = false;     // also objects of constants, { id: 1 }: they matter to hidden classes only
};

class Project {
 public:
  Project();
  ~Project();
  Project(Project&&);
  Project& operator=(Project&&);

  const File& operator[](FileId id) const { return *files_[Index(id)]; }
  // The modelled sources: ids below it. Manifests, lockfiles and the like follow; their models are empty but for the
  // comments.
  size_t size() const { return sources_; }
  size_t with_documents() const { return files_.size(); }
  // Adds a file that findings can be in and that is no source of the program.
  FileId AddDocument(std::unique_ptr<File> file);
  FileId Find(std::string_view path) const;
  const Knowledge& knowledge() const { return *knowledge_; }
  const Resolver& resolver() const { return *resolver_; }
  const std::shared_ptr<const Resolver>& shared_resolver() const { return resolver_; }
  ProgramKind KindOf(FileId id) const { return KindOf((*this)[id].manifest); }
  ProgramKind KindOf(const Manifest* package) const;

  // What `name` exported by `file` means: follows re-exports, `export *` and module.exports = {...}. `value` is
  // kNone when the file has no such export as far as can be told.
  struct Exported {
    FileId file{kNoneIndex};
    ValueId value{kNoneIndex};
    bool is_namespace = false;  // `file` as a whole
  };
  Exported FindExport(FileId file, std::string_view name) const;
  // What require(file) returns when the file assigns module.exports (or export =), else kNone.
  ValueId ModuleExports(FileId file) const;
  // Type of a parameter a known registration gives it ("" when none): app.get('/', (req, res) => ...).
  std::string_view ParamType(FunctionRef function, uint32_t index) const;
  // What the function returns when that is one expression (awaited, if async), else kNone.
  ValueId ReturnOf(FunctionRef function) const { return returns_[Index(function.file)][Index(function.function)]; }
  // What `this.name` holds in instances of a class when that is one expression, else kNone.
  ValueId FieldOf(FileId file, ClassId cls, NameId name) const;

  // Built once, before anything is asked. `files` sorted by path. The resolver may know more files than these: then
  // the program is a part of a larger one, and what lies outside is unknown to it.
  void Link(std::vector<std::unique_ptr<File>> files, std::shared_ptr<const Resolver> resolver,
            std::shared_ptr<const Knowledge> owned_knowledge, const Knowledge& knowledge, int threads = 1);
  // What values may be, over the whole program; see values.h. Once, after Link().
  void Solve(int threads, const StopToken& stop, const Detail& detail);
  const Values* values() const { return values_.get(); }  // null before Solve()
  void LetGoOfCalls();  // see values.h
  // Records that a known API calls `function` with these parameter types. Returns true when that is news.
  bool SetParamTypes(FunctionRef function, const std::vector<std::string>& types);
  void SetKind(const Manifest* package, ProgramKind kind) { kinds_[package] = kind; }

 private:
  std::vector<std::unique_ptr<File>> files_;  // sources by path, then documents
  size_t sources_ = 0;
  std::shared_ptr<const Knowledge> owned_knowledge_;
  const Knowledge* knowledge_ = nullptr;
  std::shared_ptr<const Resolver> resolver_;
  absl::flat_hash_map<FunctionRef, std::vector<std::string>> param_types_;
  std::map<const Manifest*, ProgramKind> kinds_;
  // Per file: export name -> index into module.exports (last one wins for CJS).
  std::vector<absl::flat_hash_map<uint32_t, uint32_t>> exports_;
  std::vector<ValueId> module_exports_;
  std::vector<std::vector<ValueId>> returns_;
  std::vector<absl::flat_hash_map<uint64_t, ValueId>> fields_;  // class << 32 | name
  std::unique_ptr<Values> values_;
};

// Works out what values of one file denote, following bindings, imports, members, calls and classes through the
// program. Remembers its answers: one per thread and file. Cheap to make.
class Denoter {
 public:
  Denoter(const Project& project, FileId file);
  Denoted Of(ValueId value);
  Denoted Callee(CallId call) { return Of(model_.calls[call].callee); }
  // The known API a call calls, or null.
  const Api* ApiOf(CallId call);
  // The function of the program a call enters (the constructor for `new`), or kNone.
  FunctionRef TargetOf(CallId call);
  // Canonical type of an object ("" unless kInstance, or a class of the program that extends a known type).
  std::string_view TypeOf(ValueId value) { return TypeOf(Of(value)); }
  std::string_view TypeOf(const Denoted& d);
  // True when `value` is an object of `type` or of what extends it.
  bool Is(ValueId value, std::string_view type);
  // The function a value is: an arrow, a name of a function, a bound method ...
  FunctionRef FunctionOf(ValueId value);

 private:
  friend class Walk;
  const Project& project_;
  FileId file_;
  const FileModel& model_;
  absl::flat_hash_map<uint32_t, Denoted> memo_;
};

// Marks source files that belong to a browser: they use its globals or a user-interface framework and nothing of
// Node, or lie in a folder where most do. What a finding says of the process would not be true of them.
void MarkBrowserFiles(std::vector<std::unique_ptr<File>>& files);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_PROJECT_PROJECT_H_
