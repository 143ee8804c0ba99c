// What one file means, as flat tables: scopes and bindings, functions, classes and object literals, calls, and the
// values expressions stand for. Immutable once lowered, without pointers, and without any knowledge of Node: every
// row is a notion of the language.
//
// The heart is the table of values. A value says symbolically where an expression's result comes from:
//
//   const { readFile: rf } = require('fs').promises;   rf  ->  binding rf = member(member(import 'fs', promises), readFile)
//   app.get('/x', (req, res) => req.query.q)           req.query.q  ->  member(member(param(f, 0), query), q)
//
// Values form a graph of {kind, a, b} rows, one per expression that has one. Bindings are indirections (kBinding),
// looked up through Binding::value, so declaration order does not matter. What a value denotes across modules and
// in terms of Node's API is worked out by the project floor.
//
// Rows are numbered in source order, so ids only change with the code they stand for, never with layout.
#ifndef LOOPLINT_ANALYZER_MODEL_MODEL_H_
#define LOOPLINT_ANALYZER_MODEL_MODEL_H_

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"
#include "analyzer/base/names.h"
#include "analyzer/syntax/syntax.h"

namespace looplint {

enum class ScopeId : uint32_t {};
enum class BindingId : uint32_t {};
enum class ReferenceId : uint32_t {};
enum class FunctionId : uint32_t {};
enum class ClassId : uint32_t {};
enum class ObjectId : uint32_t {};
enum class CallId : uint32_t {};
enum class ValueId : uint32_t {};
enum class ImportId : uint32_t {};
enum class FlowId : uint32_t {};
enum class WriteId : uint32_t {};

inline constexpr FunctionId kModuleFunction = static_cast<FunctionId>(0);  // the top level

enum class ScopeKind : uint8_t { kModule, kFunction, kBlock, kClass };

// Rows that there are hundreds of thousands of are packed: nodes need 24 bits. Constructors take what braces would.
static_assert(kMaxRows < 1u << 24);

struct Scope {
  Scope() = default;
  Scope(ScopeId p, FunctionId f, NodeId n, ScopeKind k, bool d) : parent(p), function(f), node(n), kind(k), dynamic(d) {}
  ScopeId parent;
  FunctionId function;
  NodeId node : 24;
  ScopeKind kind : 2;
  bool dynamic : 1;  // holds `with` or a direct eval: names in it may mean something else
};

enum class BindingKind : uint8_t {
  kVar, kLet, kConst, kUsing, kFunction, kClass, kParam, kCatch, kImport, kEnum, kNamespace, kFunctionName, kType
};

struct Binding {
  Binding() = default;
  Binding(NameId n, ScopeId s, NodeId at, ValueId v, ReferenceId r, uint8_t w, BindingKind k, bool t)
      : name(n), scope(s), value(v), first(r), node(at), kind(k), writes(w & kManyWrites), type_only(t) {}
  static constexpr uint8_t kManyWrites = 7;
  NameId name;
  ScopeId scope;
  ValueId value;         // what it holds when that is one thing; kNone when unknown or reassigned
  ReferenceId first;     // its references, in source order
  NodeId node : 24;      // the identifier that declares it
  BindingKind kind : 4;
  uint8_t writes : 3;    // assignments besides the initialiser; kManyWrites or more
  bool type_only : 1;    // import type
};

// A use of a binding, not its declaration. Globals have none. Those of one binding lie together, in source order.
struct Reference {
  NodeId node : 24;
  bool last : 1;  // of its binding
};

enum class FunctionKind : uint8_t {
  kModule, kDeclaration, kExpression, kArrow, kMethod, kGetter, kSetter, kConstructor, kFieldInitializer, kStaticBlock
};

struct Param {
  NodeId node;
  NameId type;  // a plain type annotation, "Request" or "http.Server"; kNone otherwise
  bool rest;
  bool has_default;
};

struct Function {
  NodeId node;
  FunctionId parent;  // the function it is written in
  ScopeId scope;
  NameId name;  // declared, or of the variable or property it is put in; kNone for anonymous
  ClassId owner;  // of a method, constructor, field initialiser or static block
  uint32_t first_param, param_count;
  FunctionKind kind;
  bool is_async, is_generator, is_static;
  bool uses_this;
};

struct Member {
  Member() = default;
  Member(NameId n, ValueId v, NodeId at, bool s, FunctionKind k) : name(n), value(v), node(at), is_static(s), kind(k) {}
  NameId name;  // kNone when computed
  ValueId value;  // kFunction for methods; kNone when unknown
  NodeId node : 24;
  bool is_static : 1;
  FunctionKind kind : 4;  // kMethod, kGetter, kSetter, kConstructor; kExpression for fields
};

struct Class {
  NodeId node;
  NameId name;
  BindingId binding;
  ValueId super;  // kNone without `extends`
  uint32_t first_member, member_count;
};

struct Object {
  NodeId node;
  uint32_t first_member, member_count;  // members without static
  bool has_spread;  // members may be missing or overridden
};

enum class ValueKind : uint8_t {
  kUnknown,
  kUndefined,
  kNull,
  kBoolean,    // a: 0 or 1
  kNumber,     // a: node
  kString,     // a: name, cooked
  kTemplate,   // a: node
  kRegExp,     // a: node
  kConcat,     // a: node of a + b
  kArray,      // a: node
  kBinding,    // a: binding
  kGlobal,     // a: name
  kThis,       // a: function whose `this` it is
  kSuper,
  kParam,      // a: function, b: index
  kFunction,   // a: function
  kClass,      // a: class
  kObject,     // a: object
  kImport,     // a: import; the module namespace, or what require returned
  kPromisedImport,  // a: import; what import() returned
  kMember,     // a: value, b: name
  kElement,    // a: value, b: node of a[key], or kNoneIndex where no key is written; some element of a
  kKeyOf,      // a: value; the name of some property of it: for (k in value)
  kRest,       // a: function, b: index; the array of the arguments from there on
  kCall,       // a: call
  kAwait,      // a: value
  kEither,     // a, b: values; one or the other
  kMeta,       // import.meta
};

// `a` is of no meaning where none is named above.
struct Value {
  ValueKind kind : 5;
  uint32_t a : 27;
  uint32_t b;
};
inline constexpr uint32_t kMaxOperand = (1u << 27) - 1;  // files have at most kMaxRows nodes, and values a few times that
static_assert(sizeof(Value) == 8 && static_cast<int>(ValueKind::kMeta) < 1 << 5);

enum class CallKind : uint8_t { kCall, kNew, kTagged, kImport };

// How the result of an expression is used.
enum class Use : uint8_t {
  kDropped,   // nobody looks at it
  kVoided,    // void f(): dropped on purpose
  kAwaited,
  kReturned,  // also the body of an expression arrow
  kYielded,
  kMember,    // a member of it is taken: f().then
  kCalled,    // it is called: f()()
  kArgument,
  kStored,    // in a variable, property, array, object, export or default
  kTested,    // as a condition or operand of !, typeof, a comparison
  kSpread,
  kThrown,
  kIterated,  // for (x of f())
  kOther,
};

struct Argument {
  Argument() = default;
  Argument(NodeId n, ValueId v, bool s) : value(v), node(n), spread(s) {}
  ValueId value;
  NodeId node : 24;
  bool spread : 1;
};

struct Call {
  Call() = default;
  Call(NodeId n, FunctionId f, ValueId c, uint32_t first, uint32_t count, CallKind k, Use u, bool o)
      : function(f), callee(c), first_arg(first), arg_count(count), node(n), kind(k), use(u), optional(o) {}
  FunctionId function;  // in which it stands
  ValueId callee;
  uint32_t first_arg, arg_count;
  NodeId node : 24;
  CallKind kind : 2;
  Use use : 4;
  bool optional : 1;  // f?.(), a?.f()
};

enum class FlowKind : uint8_t { kReturn, kThrow, kAwait, kYield, kForAwait };

// A point where control or a value leaves or pauses a function, in source order.
struct Flow {
  Flow() = default;
  Flow(FlowKind k, NodeId n, FunctionId f, ValueId v) : kind(k), node(n), function(f), value(v) {}
  FlowKind kind : 8;
  NodeId node : 24;
  FunctionId function;
  ValueId value;  // returned, thrown, awaited, yielded
};
static_assert(sizeof(Scope) == 12 && sizeof(Binding) == 20 && sizeof(Reference) == 4 && sizeof(Member) == 12 &&
              sizeof(Argument) == 8 && sizeof(Call) == 20 && sizeof(Flow) == 12);

// One of several values a binding is given: of bindings with writes > 0, by binding, in source order.
struct Assignment {
  BindingId binding;
  ValueId value;
  NodeId node;  // the name assigned to
};

// An assignment to a variable or a property.
struct Write {
  NodeId node;  // the assignment
  FunctionId function;
  ValueId target;  // kBinding, kGlobal, kMember or kElement
  ValueId value;
};

// A value a variable holds besides the one it is declared with: by assignment, by a pattern's or a parameter's default.
struct Alternative {
  BindingId binding;
  ValueId value;
};

enum class ImportKind : uint8_t { kImport, kReExport, kRequire, kDynamic, kImportEquals, kRequireResolve };

struct Import {
  NameId specifier;
  NodeId node;  // the string literal
  FunctionId function;
  ImportKind kind;
  bool type_only;
};

enum class ExportKind : uint8_t {
  kLocal,      // `name` is `value`
  kFrom,       // `name` is `imported` of `import`
  kStar,       // all names of `import` but default
  kNamespace,  // `name` is the namespace of `import`
  kAssign,     // module.exports = value, export = value
};

struct Export {
  ExportKind kind;
  NameId name;
  NameId imported;
  ImportId import;
  ValueId value;
  NodeId node;
  bool type_only;
  bool cjs;  // through exports or module.exports
};

// The value of a node, for all nodes of a file: half of them have none, so the others are counted.
class NodeValues {
 public:
  NodeValues() = default;
  explicit NodeValues(const std::vector<ValueId>& by_node);
  ValueId operator[](NodeId node) const {
    const Word& w = words_[Index(node) / 64];
    const uint64_t bit = uint64_t{1} << (Index(node) % 64);
    const uint64_t bits = uint64_t{w.high} << 32 | w.low;
    return bits & bit ? values_[w.before + static_cast<uint32_t>(std::popcount(bits & (bit - 1)))] : kNone<ValueId>;
  }
  size_t bytes() const { return words_.capacity() * sizeof(Word) + values_.capacity() * sizeof(ValueId); }
  // The tables this consists of, for who writes them down and reads them back.
  template <typename Values, typename F>
  static void EachTable(Values& values, F f) {
    f(values.words_), f(values.values_);
  }

 private:
  struct Word {
    uint32_t low, high;  // a bit for each of 64 nodes
    uint32_t before;     // how many of the nodes before them have one
  };
  std::vector<Word> words_;
  std::vector<ValueId> values_;
};

struct ModuleRecord {
  Table<ImportId, Import> imports;
  std::vector<Export> exports;
  bool has_esm_syntax = false;  // import, export, import.meta, top-level await
  bool has_cjs_syntax = false;  // require, module, exports, __dirname used as globals
  bool strict = false;
};

struct FileModel {
  Syntax syntax;
  Names names;
  Table<ScopeId, Scope> scopes;
  Table<BindingId, Binding> bindings;
  Table<ReferenceId, Reference> references;
  Table<FunctionId, Function> functions;
  std::vector<Param> params;
  Table<ClassId, Class> classes;
  Table<ObjectId, Object> objects;
  std::vector<Member> members;
  Table<CallId, Call> calls;
  std::vector<Argument> args;
  Table<ValueId, Value> values;
  NodeValues value_of;
  Table<FlowId, Flow> flow;
  Table<WriteId, Write> writes;
  std::vector<Assignment> assignments;
  std::vector<Alternative> alternatives;  // known values only
  ModuleRecord module;

  ValueId ValueOf(NodeId node) const { return Some(node) ? value_of[node] : kNone<ValueId>; }
  const Value& operator[](ValueId id) const { return values[id]; }
  // The function `node` stands in (of a function's own node: the function around it).
  FunctionId FunctionOf(NodeId node) const;
  // The function whose node this is, or kNone.
  FunctionId FunctionAt(NodeId node) const { return FunctionAt(node, ValueOf(node)); }
  CallId CallAt(NodeId node) const { return CallAt(node, ValueOf(node)); }
  // The use of the same binding after this one, or kNone.
  ReferenceId Next(ReferenceId reference) const {
    return references[reference].last ? kNone<ReferenceId> : static_cast<ReferenceId>(Index(reference) + 1);
  }
  std::span<const Assignment> AssignmentsOf(BindingId binding) const;
  // Binding an identifier node refers to or declares, or kNone.
  BindingId BindingAt(NodeId node) const { return BindingOf(ValueOf(node)); }
  // Those of who has the node's value at hand.
  FunctionId FunctionAt(NodeId node, ValueId value) const;
  CallId CallAt(NodeId node, ValueId value) const;
  BindingId BindingOf(ValueId value) const;
  const Argument* Arg(const Call& call, uint32_t i) const {
    return i < call.arg_count ? &args[call.first_arg + i] : nullptr;
  }
  size_t bytes() const;
};

// Ways from `node` outwards; each returns kNone when there is none inside the same function.
NodeId EnclosingLoop(const FileModel& model, NodeId node);
// The try statement whose block (not handler or finalizer) holds `node`.
NodeId EnclosingTry(const FileModel& model, NodeId node);
// The statement `node` is part of.
NodeId EnclosingStatement(const Syntax& syntax, NodeId node);

// How the expression at `node` is used by what is around it.
Use UseOf(const Syntax& syntax, NodeId node);

// Text a string literal or template element stands for; nullopt when it holds an invalid escape.
std::optional<std::string> Cook(std::string_view raw);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_MODEL_MODEL_H_
