// Names of kinds, roles and operators, for dumps and tests.
#include <array>

#include "analyzer/syntax/syntax.h"

namespace looplint {

std::string_view KindName(Kind kind) {
  static constexpr std::array<std::string_view, static_cast<size_t>(Kind::kCount)> kNames = {
      "None", "Error", "ForInStatement", "ForOfStatement", "Parameter", "TemplateLiteral", "TemplateElement",
      "CallExpression", "TaggedTemplateExpression", "Decorator", "Program",
      "ExpressionStatement", "BlockStatement", "EmptyStatement", "DebuggerStatement", "WithStatement",
      "ReturnStatement", "LabeledStatement", "BreakStatement", "ContinueStatement", "IfStatement",
      "SwitchStatement", "SwitchCase", "ThrowStatement", "TryStatement", "CatchClause", "WhileStatement",
      "DoWhileStatement", "ForStatement", "VariableDeclaration", "VariableDeclarator", "FunctionDeclaration",
      "ClassDeclaration", "StaticBlock", "ImportDeclaration", "ImportSpecifier", "ImportNamespaceSpecifier",
      "ExportDeclaration", "ExportSpecifier", "ExportNamespaceSpecifier", "ImportAttributes",
      "ThisExpression", "Super", "Import", "ArrayExpression", "ObjectExpression", "Property", "ShorthandProperty",
      "FunctionExpression", "ArrowFunctionExpression", "ClassExpression", "UnaryExpression", "UpdateExpression",
      "BinaryExpression", "LogicalExpression", "AssignmentExpression", "ConditionalExpression", "NewExpression",
      "MemberExpression", "SequenceExpression", "YieldExpression", "AwaitExpression", "SpreadElement",
      "MetaProperty", "Identifier", "PrivateIdentifier", "PropertyName", "ComputedKey", "Label", "StringLiteral",
      "NumericLiteral", "RegExpLiteral", "BooleanLiteral", "NullLiteral",
      "ObjectPattern", "ArrayPattern", "AssignmentPattern", "ShorthandPattern", "RestElement",
      "MethodDefinition", "PropertyDefinition",
      "TypeAnnotation", "TSAsExpression", "TSNonNullExpression", "TSInterfaceDeclaration", "TSTypeAliasDeclaration", "TSEnumDeclaration",
      "TSEnumMember", "TSModuleDeclaration", "TSImportEqualsDeclaration",
      "JSXElement", "JSXAttribute", "JSXExpressionContainer"};
  static_assert(!kNames.back().empty());
  return kNames[static_cast<size_t>(kind)];
}

std::string_view RoleName(Role role) {
  static constexpr std::array<std::string_view, static_cast<size_t>(Role::kCount)> kNames = {
      "", "name", "param", "argument", "quasi", "decorator", "body", "value", "left", "right", "object", "property",
      "callee", "test", "consequent", "alternate", "init", "update", "key", "source", "label", "handler", "finalizer",
      "type", "alias", "member", "superClass", "specifier", "default", "operand", "declaration"};
  static_assert(!kNames.back().empty());
  return kNames[static_cast<size_t>(role)];
}

std::string_view OpName(Op op) {
  static constexpr std::array<std::string_view, static_cast<size_t>(Op::kCount)> kNames = {
      "", "of", "in", "instanceof", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "<<", ">>", ">>>", "+", "-", "*",
      "/", "%", "**", "|", "^", "&", "&&", "||", "?\?", "!", "~", "typeof", "void", "delete", "++", "--", "=", "+=",
      "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "|=", "^=", "&=", "&&=", "||=", "?\?=", "var", "let",
      "const", "using", "await using", "get", "set", "default"};
  static_assert(!kNames.back().empty());
  return kNames[static_cast<size_t>(op)];
}

}  // namespace looplint
