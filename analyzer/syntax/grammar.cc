#include "analyzer/syntax/grammar.h"

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "analyzer/syntax/syntax.h"

extern "C" {
const TSLanguage* tree_sitter_javascript(void);
const TSLanguage* tree_sitter_typescript(void);
const TSLanguage* tree_sitter_tsx(void);
}

namespace looplint {
namespace {

static_assert(static_cast<int>(Kind::kError) == LL_KIND_ERROR);
static_assert(static_cast<int>(Kind::kForInStatement) == LL_KIND_FOR_IN);
static_assert(static_cast<int>(Kind::kForOfStatement) == LL_KIND_FOR_OF);
static_assert(static_cast<int>(Kind::kParameter) == LL_KIND_PARAMETER);
static_assert(static_cast<int>(Kind::kTemplateLiteral) == LL_KIND_TEMPLATE);
static_assert(static_cast<int>(Kind::kTemplateElement) == LL_KIND_TEMPLATE_ELEMENT);
static_assert(static_cast<int>(Kind::kCallExpression) == LL_KIND_CALL);
static_assert(static_cast<int>(Kind::kTaggedTemplateExpression) == LL_KIND_TAGGED_TEMPLATE);
static_assert(static_cast<int>(Kind::kDecorator) == LL_KIND_DECORATOR);
static_assert(static_cast<int>(Kind::kProgram) == LL_KIND_PROGRAM);
static_assert(static_cast<int>(Role::kName) == LL_ROLE_NAME);
static_assert(static_cast<int>(Role::kParam) == LL_ROLE_PARAM);
static_assert(static_cast<int>(Role::kArgument) == LL_ROLE_ARGUMENT);
static_assert(static_cast<int>(Role::kQuasi) == LL_ROLE_QUASI);
static_assert(static_cast<int>(Role::kDecorator) == LL_ROLE_DECORATOR);
static_assert(static_cast<int>(Op::kOf) == LL_OP_OF);
static_assert(static_cast<int>(Op::kIn) == LL_OP_IN);
static_assert(sizeof(LlNode) == sizeof(Node));
static_assert(static_cast<int>(Kind::kCount) < 256);

LlSymbol Row(LlAct act, Kind kind, Role role = Role::kNoRole, Op op = Op::kNoOp, uint8_t flags = 0,
             bool typed = false) {
  return {static_cast<uint8_t>(act),  static_cast<uint8_t>(kind), static_cast<uint8_t>(role),
          static_cast<uint8_t>(op), flags,                      static_cast<uint8_t>(typed), 0};
}
LlSymbol Emit(Kind kind, Op op = Op::kNoOp, uint8_t flags = 0) {
  return Row(LL_EMIT, kind, Role::kNoRole, op, flags);
}
LlSymbol Leaf(Kind kind) { return Row(LL_LEAF, kind); }
LlSymbol Pass(Role role = Role::kNoRole, uint8_t flags = 0) {
  return Row(LL_PASS, Kind::kNoKind, role, Op::kNoOp, flags);
}
LlSymbol Token(Op op, uint8_t flags = 0) { return Row(LL_TOKEN, Kind::kNoKind, Role::kNoRole, op, flags); }
LlSymbol Typed(LlSymbol row) {
  row.typed = 1;
  return row;
}
LlSymbol FirstOnly(LlSymbol row) {
  row.first_only = 1;
  return row;
}
LlSymbol Skip() { return Row(LL_SKIP, Kind::kNoKind); }

using Rows = absl::flat_hash_map<std::string_view, LlSymbol>;

const Rows& Named() {
  static const Rows& rows = *new Rows{
      {"ERROR", Emit(Kind::kError)},
      {"comment", Row(LL_COMMENT, Kind::kNoKind)},
      {"html_comment", Row(LL_COMMENT, Kind::kNoKind)},
      {"hash_bang_line", Row(LL_COMMENT, Kind::kNoKind)},
      {"program", Emit(Kind::kProgram)},
      // statements
      {"expression_statement", Emit(Kind::kExpressionStatement)},
      {"statement_block", Emit(Kind::kBlockStatement)},
      {"empty_statement", Leaf(Kind::kEmptyStatement)},
      {"debugger_statement", Leaf(Kind::kDebuggerStatement)},
      {"with_statement", Emit(Kind::kWithStatement)},
      {"return_statement", Emit(Kind::kReturnStatement)},
      {"labeled_statement", Emit(Kind::kLabeledStatement)},
      {"break_statement", Emit(Kind::kBreakStatement)},
      {"continue_statement", Emit(Kind::kContinueStatement)},
      {"if_statement", Emit(Kind::kIfStatement)},
      {"else_clause", Pass(Role::kAlternate)},
      {"switch_statement", Emit(Kind::kSwitchStatement)},
      {"switch_body", Pass(Role::kMember)},
      {"switch_case", Emit(Kind::kSwitchCase)},
      {"switch_default", Emit(Kind::kSwitchCase, Op::kDefault)},
      {"throw_statement", Emit(Kind::kThrowStatement)},
      {"try_statement", Emit(Kind::kTryStatement)},
      {"catch_clause", Emit(Kind::kCatchClause)},
      {"finally_clause", Pass(Role::kFinalizer)},
      {"while_statement", Emit(Kind::kWhileStatement)},
      {"do_statement", Emit(Kind::kDoWhileStatement)},
      {"for_statement", Emit(Kind::kForStatement)},
      {"for_in_statement", Emit(Kind::kForInStatement)},
      {"lexical_declaration", Emit(Kind::kVariableDeclaration)},
      {"variable_declaration", Emit(Kind::kVariableDeclaration, Op::kVar)},
      {"using_declaration", Emit(Kind::kVariableDeclaration, Op::kUsing)},
      {"variable_declarator", Emit(Kind::kVariableDeclarator)},
      {"function_declaration", Emit(Kind::kFunctionDeclaration)},
      {"generator_function_declaration", Emit(Kind::kFunctionDeclaration, Op::kNoOp, kGenerator)},
      {"class_declaration", Emit(Kind::kClassDeclaration)},
      {"abstract_class_declaration", Typed(Emit(Kind::kClassDeclaration))},
      {"class_heritage", Pass(Role::kSuperClass)},
      {"extends_clause", Pass(Role::kSuperClass)},
      {"class_body", Pass(Role::kMember)},
      {"class_static_block", Emit(Kind::kStaticBlock)},
      {"method_definition", Emit(Kind::kMethodDefinition)},
      {"field_definition", Emit(Kind::kPropertyDefinition)},
      {"public_field_definition", Emit(Kind::kPropertyDefinition)},
      {"decorator", Emit(Kind::kDecorator)},
      // modules
      {"import_statement", Emit(Kind::kImportDeclaration)},
      {"import_clause", Pass(Role::kDefault)},
      {"named_imports", Pass(Role::kSpecifier)},
      {"import_specifier", Emit(Kind::kImportSpecifier)},
      {"namespace_import", Emit(Kind::kImportNamespaceSpecifier)},
      {"import_attribute", Emit(Kind::kImportAttributes)},
      {"export_statement", Emit(Kind::kExportDeclaration)},
      {"export_clause", Pass(Role::kSpecifier)},
      {"export_specifier", Emit(Kind::kExportSpecifier)},
      {"namespace_export", Emit(Kind::kExportNamespaceSpecifier)},
      // expressions
      {"parenthesized_expression", Pass(Role::kNoRole, kParenthesized)},
      {"this", Leaf(Kind::kThisExpression)},
      {"super", Leaf(Kind::kSuper)},
      {"import", Leaf(Kind::kImport)},
      {"array", Emit(Kind::kArrayExpression)},
      {"object", Emit(Kind::kObjectExpression)},
      {"pair", Emit(Kind::kProperty)},
      {"shorthand_property_identifier", Leaf(Kind::kShorthandProperty)},
      {"function_expression", Emit(Kind::kFunctionExpression)},
      {"generator_function", Emit(Kind::kFunctionExpression, Op::kNoOp, kGenerator)},
      {"arrow_function", Emit(Kind::kArrowFunctionExpression)},
      {"formal_parameters", Pass(Role::kParam)},
      {"class", Emit(Kind::kClassExpression)},
      {"unary_expression", Emit(Kind::kUnaryExpression)},
      {"update_expression", Emit(Kind::kUpdateExpression)},
      {"binary_expression", Emit(Kind::kBinaryExpression)},
      {"assignment_expression", Emit(Kind::kAssignmentExpression, Op::kAssign)},
      {"augmented_assignment_expression", Emit(Kind::kAssignmentExpression)},
      {"ternary_expression", Emit(Kind::kConditionalExpression)},
      {"call_expression", Emit(Kind::kCallExpression)},
      {"new_expression", Emit(Kind::kNewExpression)},
      {"arguments", Pass(Role::kArgument)},
      {"member_expression", Emit(Kind::kMemberExpression)},
      {"subscript_expression", Emit(Kind::kMemberExpression, Op::kNoOp, kComputed)},
      {"optional_chain", Token(Op::kNoOp, kOptional)},
      {"sequence_expression", Emit(Kind::kSequenceExpression)},
      {"yield_expression", Emit(Kind::kYieldExpression)},
      {"await_expression", Emit(Kind::kAwaitExpression)},
      {"spread_element", Emit(Kind::kSpreadElement)},
      {"meta_property", Leaf(Kind::kMetaProperty)},
      {"identifier", Leaf(Kind::kIdentifier)},
      {"undefined", Leaf(Kind::kIdentifier)},
      {"private_property_identifier", Leaf(Kind::kPrivateIdentifier)},
      {"property_identifier", Leaf(Kind::kPropertyName)},
      {"computed_property_name", Emit(Kind::kComputedKey)},
      {"statement_identifier", Leaf(Kind::kLabel)},
      {"string", Leaf(Kind::kStringLiteral)},
      {"number", Leaf(Kind::kNumericLiteral)},
      {"regex", Leaf(Kind::kRegExpLiteral)},
      {"true", Leaf(Kind::kBooleanLiteral)},
      {"false", Leaf(Kind::kBooleanLiteral)},
      {"null", Leaf(Kind::kNullLiteral)},
      {"template_string", Emit(Kind::kTemplateLiteral)},
      {"template_substitution", Pass(Role::kOperand)},
      {"string_fragment", Leaf(Kind::kTemplateElement)},
      {"escape_sequence", Leaf(Kind::kTemplateElement)},
      // patterns
      {"object_pattern", Emit(Kind::kObjectPattern)},
      {"array_pattern", Emit(Kind::kArrayPattern)},
      {"assignment_pattern", Emit(Kind::kAssignmentPattern)},
      {"object_assignment_pattern", Emit(Kind::kAssignmentPattern)},
      {"pair_pattern", Emit(Kind::kProperty)},
      {"shorthand_property_identifier_pattern", Leaf(Kind::kShorthandPattern)},
      {"rest_pattern", Emit(Kind::kRestElement)},
      // TypeScript
      {"required_parameter", Emit(Kind::kParameter)},
      {"optional_parameter", Typed(Emit(Kind::kParameter))},
      {"accessibility_modifier", Typed(Token(Op::kNoOp, kParameterProperty))},
      {"override_modifier", Typed(Token(Op::kNoOp, kParameterProperty))},
      {"type_annotation", Typed(Leaf(Kind::kTypeAnnotation))},
      {"type_predicate_annotation", Typed(Leaf(Kind::kTypeAnnotation))},
      {"asserts_annotation", Typed(Leaf(Kind::kTypeAnnotation))},
      {"type_arguments", Typed(Skip())},
      {"type_parameters", Typed(Skip())},
      {"implements_clause", Typed(Skip())},
      {"extends_type_clause", Typed(Skip())},
      {"type_identifier", Row(LL_NAME_ONLY, Kind::kIdentifier)},
      {"as_expression", FirstOnly(Typed(Emit(Kind::kTSAsExpression)))},
      {"satisfies_expression", FirstOnly(Typed(Emit(Kind::kTSAsExpression)))},
      {"type_assertion", Typed(Emit(Kind::kTSAsExpression))},
      {"non_null_expression", Typed(Emit(Kind::kTSNonNullExpression))},
      {"instantiation_expression", Typed(Emit(Kind::kTSNonNullExpression))},
      {"interface_declaration", Typed(Emit(Kind::kTSInterfaceDeclaration, Op::kNoOp, kTypeOnly))},
      {"type_alias_declaration", FirstOnly(Typed(Emit(Kind::kTSTypeAliasDeclaration, Op::kNoOp, kTypeOnly)))},
      {"enum_declaration", Typed(Emit(Kind::kTSEnumDeclaration))},
      {"enum_body", Typed(Pass(Role::kMember))},
      {"enum_assignment", Typed(Emit(Kind::kTSEnumMember))},
      {"internal_module", Typed(Emit(Kind::kTSModuleDeclaration))},
      {"module", Typed(Emit(Kind::kTSModuleDeclaration))},
      {"ambient_declaration", Typed(Skip())},
      {"function_signature", Typed(Skip())},
      {"method_signature", Typed(Skip())},
      {"abstract_method_signature", Typed(Skip())},
      {"property_signature", Typed(Skip())},
      {"index_signature", Typed(Skip())},
      {"call_signature", Typed(Skip())},
      {"construct_signature", Typed(Skip())},
      {"interface_body", Typed(Skip())},
      {"object_type", Typed(Skip())},
      {"import_require_clause", Typed(Emit(Kind::kTSImportEqualsDeclaration))},
      {"import_alias", Typed(Emit(Kind::kTSImportEqualsDeclaration))},
      {"nested_identifier", Emit(Kind::kMemberExpression)},
      // JSX
      {"jsx_element", Emit(Kind::kJSXElement)},
      {"jsx_self_closing_element", Emit(Kind::kJSXElement)},
      {"jsx_opening_element", Pass()},
      {"jsx_closing_element", Row(LL_SKIP, Kind::kNoKind)},
      {"jsx_attribute", Emit(Kind::kJSXAttribute)},
      {"jsx_expression", Emit(Kind::kJSXExpressionContainer)},
      {"jsx_namespace_name", Leaf(Kind::kPropertyName)},
      {"jsx_text", Row(LL_SKIP, Kind::kNoKind)},
      {"html_character_reference", Row(LL_SKIP, Kind::kNoKind)},
  };
  return rows;
}

const Rows& Anonymous() {
  static const Rows& rows = *new Rows{
      {"of", Token(Op::kOf)},
      {"in", Token(Op::kIn)},
      {"instanceof", Token(Op::kInstanceof)},
      {"==", Token(Op::kEq)},
      {"!=", Token(Op::kNe)},
      {"===", Token(Op::kStrictEq)},
      {"!==", Token(Op::kStrictNe)},
      {"<", Token(Op::kLt)},
      {">", Token(Op::kGt)},
      {"<=", Token(Op::kLe)},
      {">=", Token(Op::kGe)},
      {"<<", Token(Op::kShl)},
      {">>", Token(Op::kShr)},
      {">>>", Token(Op::kUshr)},
      {"+", Token(Op::kAdd)},
      {"-", Token(Op::kSub)},
      {"*", Token(Op::kMul, kGenerator)},
      {"/", Token(Op::kDiv)},
      {"%", Token(Op::kMod)},
      {"**", Token(Op::kExp)},
      {"|", Token(Op::kBitOr)},
      {"^", Token(Op::kBitXor)},
      {"&", Token(Op::kBitAnd)},
      {"&&", Token(Op::kAnd)},
      {"||", Token(Op::kOr)},
      {"??", Token(Op::kNullish)},
      {"!", Token(Op::kNot)},
      {"~", Token(Op::kBitNot)},
      {"typeof", Token(Op::kTypeof)},
      {"void", Token(Op::kVoid)},
      {"delete", Token(Op::kDelete)},
      {"++", Token(Op::kIncrement)},
      {"--", Token(Op::kDecrement)},
      {"=", Token(Op::kAssign)},
      {"+=", Token(Op::kAddAssign)},
      {"-=", Token(Op::kSubAssign)},
      {"*=", Token(Op::kMulAssign)},
      {"/=", Token(Op::kDivAssign)},
      {"%=", Token(Op::kModAssign)},
      {"**=", Token(Op::kExpAssign)},
      {"<<=", Token(Op::kShlAssign)},
      {">>=", Token(Op::kShrAssign)},
      {">>>=", Token(Op::kUshrAssign)},
      {"|=", Token(Op::kBitOrAssign)},
      {"^=", Token(Op::kBitXorAssign)},
      {"&=", Token(Op::kBitAndAssign)},
      {"&&=", Token(Op::kAndAssign)},
      {"||=", Token(Op::kOrAssign)},
      {"?\?=", Token(Op::kNullishAssign)},
      {"var", Token(Op::kVar)},
      {"let", Token(Op::kLet)},
      {"const", Token(Op::kConst)},
      {"using", Token(Op::kUsing, kParameterProperty)},
      {"get", Token(Op::kGet)},
      {"set", Token(Op::kSet)},
      {"default", Token(Op::kDefault)},
      {"async", Token(Op::kNoOp, kAsync)},
      {"await", Token(Op::kNoOp, kAsync)},
      {"static", Token(Op::kNoOp, kStatic)},
      {"type", Token(Op::kNoOp, kTypeOnly)},
      {"readonly", Token(Op::kNoOp, kParameterProperty)},
      {"?.", Token(Op::kNoOp, kOptional)},
  };
  return rows;
}

Role RoleOfField(std::string_view field) {
  static const absl::flat_hash_map<std::string_view, Role>& roles =
      *new absl::flat_hash_map<std::string_view, Role>{
          {"name", Role::kName},           {"body", Role::kBody},
          {"value", Role::kValue},         {"left", Role::kLeft},
          {"right", Role::kRight},         {"object", Role::kObject},
          {"property", Role::kProperty},   {"index", Role::kProperty},
          {"function", Role::kCallee},     {"constructor", Role::kCallee},
          {"arguments", Role::kArgument},  {"argument", Role::kOperand},
          {"condition", Role::kTest},      {"consequence", Role::kConsequent},
          {"alternative", Role::kAlternate}, {"initializer", Role::kInit},
          {"increment", Role::kUpdate},    {"key", Role::kKey},
          {"source", Role::kSource},       {"label", Role::kLabel},
          {"handler", Role::kHandler},     {"finalizer", Role::kFinalizer},
          {"parameter", Role::kParam},     {"parameters", Role::kParam},
          {"pattern", Role::kLeft},        {"type", Role::kType},
          {"return_type", Role::kType},    {"alias", Role::kAlias},
          {"declaration", Role::kDeclaration}, {"decorator", Role::kDecorator},
          {"attribute", Role::kMember},    {"module", Role::kObject},
      };
  const auto it = roles.find(field);
  return it == roles.end() ? Role::kNoRole : it->second;
}

LlGrammar Build(const TSLanguage* language) {
  // Symbols of ABI 14 and 15 differ; what they are called does not.
  const uint32_t count = ts_language_symbol_count(language);
  LlSymbol* symbols = new LlSymbol[count + 1]();
  for (uint32_t i = 0; i < count; ++i) {
    const char* name = ts_language_symbol_name(language, static_cast<TSSymbol>(i));
    const TSSymbolType type = ts_language_symbol_type(language, static_cast<TSSymbol>(i));
    if (name == nullptr) continue;
    if (type == TSSymbolTypeRegular) {
      const auto it = Named().find(name);
      // A named node we do not list is a type: it has no run-time meaning.
      symbols[i] = it == Named().end() ? Skip() : it->second;
    } else if (type == TSSymbolTypeAnonymous) {
      const auto it = Anonymous().find(name);
      if (it != Anonymous().end()) symbols[i] = it->second;
    }
  }
  symbols[count] = Named().at("ERROR");
  const uint32_t fields = ts_language_field_count(language);
  uint8_t* roles = new uint8_t[fields + 1]();
  for (uint32_t i = 1; i <= fields; ++i) {
    const char* name = ts_language_field_name_for_id(language, static_cast<TSFieldId>(i));
    if (name != nullptr) roles[i] = static_cast<uint8_t>(RoleOfField(name));
  }
  return {ll_densify(language), symbols, count + 1, roles};
}

}  // namespace

namespace {

std::array<std::atomic<const LlGrammar*>, 3> g_grammars;
std::mutex g_build;

const TSLanguage* LanguageOf(GrammarId id) {
  switch (id) {
    case GrammarId::kJavaScript:
      return tree_sitter_javascript();
    case GrammarId::kTypeScript:
      return tree_sitter_typescript();
    case GrammarId::kTsx:
      break;
  }
  return tree_sitter_tsx();
}

}  // namespace

const LlGrammar& Grammar(GrammarId id) {
  std::atomic<const LlGrammar*>& slot = g_grammars[static_cast<size_t>(id)];
  const LlGrammar* grammar = slot.load(std::memory_order_acquire);
  if (grammar != nullptr) return *grammar;
  const std::lock_guard lock(g_build);
  grammar = slot.load(std::memory_order_relaxed);
  if (grammar == nullptr) {
    grammar = new LlGrammar(Build(LanguageOf(id)));
    slot.store(grammar, std::memory_order_release);
  }
  return *grammar;
}

void ReleaseGrammars() {
  ReleaseParser();  // this thread's parser points at one
  const std::lock_guard lock(g_build);
  for (const GrammarId id : {GrammarId::kJavaScript, GrammarId::kTypeScript, GrammarId::kTsx}) {
    const LlGrammar* grammar = g_grammars[static_cast<size_t>(id)].exchange(nullptr);
    if (grammar == nullptr) continue;
    if (grammar->language != LanguageOf(id)) ll_free_dense(grammar->language);
    delete[] grammar->symbols;
    delete[] grammar->roles;
    delete grammar;
  }
}

}  // namespace looplint
