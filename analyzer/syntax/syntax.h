// The syntax of one file: ESTree's notions in one flat array, whatever parser stands behind it.
//
// Rows are in preorder: a node, then its subtree up to `next`; children follow one another by `next`. Nothing else
// of the parser survives, so that the parser could be replaced: no other floor knows its node names or headers.
//
// Differences from ESTree, for compactness
//   - parentheses are not nodes; the node inside has kParenthesized
//   - types are not nodes but for kTypeAnnotation, an opaque leaf; what only types exist for (overloads, declare,
//     interface bodies) is absent, interface and alias names are kept
//   - a parameter is always a kParameter holding pattern, annotation and default (role kValue)
//   - arguments, parameters, class members and specifiers are direct children, told apart by role
//   - a method is itself the function: kMethodDefinition has parameters and body; so are getters and setters
//   - the variable of for-in and for-of is a pattern in role kLeft; the statement's op is its declaration kind
//   - a shorthand property is one leaf, kShorthandProperty (in a pattern: kShorthandPattern)
//
// Spans are UTF-8 byte offsets into the text, half open, without surrounding trivia.
#ifndef LOOPLINT_ANALYZER_SYNTAX_SYNTAX_H_
#define LOOPLINT_ANALYZER_SYNTAX_SYNTAX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/base/ids.h"

namespace looplint {

enum class NodeId : uint32_t {};

enum class Kind : uint8_t {
  kNoKind = 0,
  // The first ten are known to flatten.c by number.
  kError = 1,
  kForInStatement = 2,
  kForOfStatement = 3,
  kParameter = 4,
  kTemplateLiteral = 5,
  kTemplateElement = 6,
  kCallExpression = 7,
  kTaggedTemplateExpression = 8,
  kDecorator = 9,
  kProgram = 10,
  // statements
  kExpressionStatement,
  kBlockStatement,
  kEmptyStatement,
  kDebuggerStatement,
  kWithStatement,
  kReturnStatement,
  kLabeledStatement,
  kBreakStatement,
  kContinueStatement,
  kIfStatement,
  kSwitchStatement,
  kSwitchCase,
  kThrowStatement,
  kTryStatement,
  kCatchClause,
  kWhileStatement,
  kDoWhileStatement,
  kForStatement,
  kVariableDeclaration,
  kVariableDeclarator,
  kFunctionDeclaration,
  kClassDeclaration,
  kStaticBlock,
  kImportDeclaration,
  kImportSpecifier,
  kImportNamespaceSpecifier,
  kExportDeclaration,  // op: none named, kDefault, kMul (export *), kAssign (export =)
  kExportSpecifier,
  kExportNamespaceSpecifier,
  kImportAttributes,
  // expressions
  kThisExpression,
  kSuper,
  kImport,  // the callee of import(...)
  kArrayExpression,
  kObjectExpression,
  kProperty,
  kShorthandProperty,
  kFunctionExpression,
  kArrowFunctionExpression,
  kClassExpression,
  kUnaryExpression,
  kUpdateExpression,
  kBinaryExpression,
  kLogicalExpression,
  kAssignmentExpression,
  kConditionalExpression,
  kNewExpression,
  kMemberExpression,
  kSequenceExpression,
  kYieldExpression,
  kAwaitExpression,
  kSpreadElement,
  kMetaProperty,
  kIdentifier,
  kPrivateIdentifier,
  kPropertyName,
  kComputedKey,
  kLabel,
  kStringLiteral,
  kNumericLiteral,
  kRegExpLiteral,
  kBooleanLiteral,
  kNullLiteral,
  // patterns
  kObjectPattern,
  kArrayPattern,
  kAssignmentPattern,
  kShorthandPattern,
  kRestElement,
  // classes
  kMethodDefinition,
  kPropertyDefinition,
  // TypeScript
  kTypeAnnotation,
  kTSAsExpression,       // as, satisfies, <T>x: the value is the first child
  kTSNonNullExpression,  // x! and f<T>: likewise, postfix
  kTSInterfaceDeclaration,
  kTSTypeAliasDeclaration,
  kTSEnumDeclaration,
  kTSEnumMember,
  kTSModuleDeclaration,
  kTSImportEqualsDeclaration,
  // JSX
  kJSXElement,
  kJSXAttribute,
  kJSXExpressionContainer,
  kCount,
};

// What a node is to its parent.
enum class Role : uint8_t {
  kNoRole = 0,
  kName = 1,
  kParam = 2,
  kArgument = 3,
  kQuasi = 4,
  kDecorator = 5,
  kBody,
  kValue,  // initialiser, default, property value, exported expression
  kLeft,
  kRight,
  kObject,
  kProperty,
  kCallee,
  kTest,
  kConsequent,
  kAlternate,
  kInit,
  kUpdate,
  kKey,
  kSource,
  kLabel,
  kHandler,
  kFinalizer,
  kType,
  kAlias,
  kMember,
  kSuperClass,
  kSpecifier,
  kDefault,  // the default import
  kOperand,
  kDeclaration,
  kCount,
};

enum class Op : uint8_t {
  kNoOp = 0,
  kOf = 1,
  kIn = 2,
  kInstanceof,
  kEq, kNe, kStrictEq, kStrictNe, kLt, kGt, kLe, kGe,
  kShl, kShr, kUshr, kAdd, kSub, kMul, kDiv, kMod, kExp,
  kBitOr, kBitXor, kBitAnd,
  kAnd, kOr, kNullish,
  kNot, kBitNot, kTypeof, kVoid, kDelete,
  kIncrement, kDecrement,
  kAssign,
  kAddAssign, kSubAssign, kMulAssign, kDivAssign, kModAssign, kExpAssign,
  kShlAssign, kShrAssign, kUshrAssign, kBitOrAssign, kBitXorAssign, kBitAndAssign,
  kAndAssign, kOrAssign, kNullishAssign,
  kVar, kLet, kConst, kUsing, kAwaitUsing,
  kGet, kSet, kDefault,
  kCount,
};

// Bits of Node::flags.
enum : uint8_t {
  kAsync = 1,        // functions; for await
  kGenerator = 2,    // functions; yield*
  kStatic = 4,       // class members
  kOptional = 8,     // ?. before this member, call or subscript
  kComputed = 16,    // a[b]
  kParenthesized = 32,
  kTypeOnly = 64,    // import type, export type: no value at run time
  kParameterProperty = 128,  // constructor(private x)
};

// Texts of up to 32 MiB and 16 million rows fit; Parse gives up on others. Half of what a run keeps is these.
struct Node {
  uint32_t start : 25;
  Kind kind : 7;
  uint32_t end : 25;
  Role role : 5;
  NodeId parent : 24;
  Op op : 6;
  uint32_t next : 24;
  uint8_t flags;
};
static_assert(sizeof(Node) == 16);
static_assert(static_cast<int>(Kind::kCount) <= 1 << 7 && static_cast<int>(Role::kCount) <= 1 << 5 &&
              static_cast<int>(Op::kCount) <= 1 << 6);
inline constexpr uint32_t kMaxRows = (1u << 24) - 1, kMaxOffset = (1u << 25) - 1;

struct SyntaxError {
  Span at;
  bool missing;  // the parser had to insert a token here
};

// Children of a node in order: for (NodeId c : syntax.Children(n)).
class Children {
 public:
  struct Iterator {
    const Node* nodes;
    uint32_t i;
    NodeId operator*() const { return static_cast<NodeId>(i); }
    Iterator& operator++() {
      i = nodes[i].next;
      return *this;
    }
    bool operator!=(const Iterator& o) const { return i != o.i; }
  };
  Children(const Node* nodes, NodeId parent) : nodes_(nodes), parent_(Index(parent)) {}
  Iterator begin() const { return {nodes_, parent_ + 1}; }
  Iterator end() const { return {nodes_, nodes_[parent_].next}; }

 private:
  const Node* nodes_;
  uint32_t parent_;
};

struct Syntax {
  std::vector<Node> nodes;  // [0] is the kProgram
  std::vector<Span> comments;
  std::vector<SyntaxError> errors;  // outermost only, in order
  bool too_costly = false;          // given up, deterministically: a bare kProgram and one error over all of it

  const Node& operator[](NodeId id) const { return nodes[Index(id)]; }
  Children ChildrenOf(NodeId id) const { return {nodes.data(), id}; }
  NodeId Parent(NodeId id) const { return nodes[Index(id)].parent; }
  Kind KindOf(NodeId id) const { return Some(id) ? nodes[Index(id)].kind : Kind::kNoKind; }
  // First child in that role, or kNone.
  NodeId Child(NodeId id, Role role) const;
  NodeId FirstChild(NodeId id) const {
    return nodes[Index(id)].next > Index(id) + 1 ? static_cast<NodeId>(Index(id) + 1) : kNone<NodeId>;
  }
  // True when `inner` lies in the subtree of `outer` (or is it).
  bool Contains(NodeId outer, NodeId inner) const {
    return Index(inner) >= Index(outer) && Index(inner) < nodes[Index(outer)].next;
  }
  size_t size() const { return nodes.size(); }
};

struct KeptTree;

// Which dialect a file is read as, by its name.
enum class Language : uint8_t { kJavaScript, kTypeScript, kTsx };
Language LanguageOf(std::string_view path);

// Parses any bytes: the result is always usable, `errors` tell what had to be passed over. Deterministic, and safe
// to call from several threads. Work is bounded by the size of the text; nesting costs heap, never stack.
Syntax Parse(std::string_view text, Language language);

// Parses a text again and again as it changes, at the price of the change: the trees of the last parses are kept (some
// 30 bytes for each of the text) and what did not change is taken from them. The rows are those of Parse, but for
// texts with errors, where the parser may come back on the rails elsewhere: who wants to be exact calls Parse.
// For one thread at a time.
class Reparser {
 public:
  explicit Reparser(Language language);
  ~Reparser();
  Reparser(const Reparser&) = delete;
  Reparser& operator=(const Reparser&) = delete;
  Syntax Parse(std::string_view text);

 private:
  Language language_;
  std::vector<std::unique_ptr<KeptTree>> trees_;  // by the order in which Parse tries
};

// Gives back what this thread keeps from one Parse to the next (some 25 MB after large files). Threads do it when
// they end; a thread that lives on after its last Parse may want to.
void ReleaseParser();
// Gives back the tables all threads share (10 MB for the three grammars), which the next Parse makes again in some 10 ms.
// For who has parsed all there is: nothing may be parsing meanwhile, and no Reparser be alive.
void ReleaseGrammars();

bool IsFunction(Kind kind);
bool IsLoop(Kind kind);
inline bool IsLogical(Op op) { return op == Op::kAnd || op == Op::kOr || op == Op::kNullish; }
std::string_view KindName(Kind kind);
std::string_view RoleName(Role role);
std::string_view OpName(Op op);

}  // namespace looplint

#endif  // LOOPLINT_ANALYZER_SYNTAX_SYNTAX_H_
