// What TypeScript's own parser says of a text, in the groups of syntax_spans.cc and under our conventions:
//   - a node starts after export, default, declare; a method after its decorators too;
//   - what exists for types only is not there: types, interfaces, declare, signatures without a body;
//   - a field ends before its semicolon;
//   - the name in `import a = b.c` is a member access, `import a = require(...)` an import;
//   - a sequence `a, b, c` is not compared; the closing name of a JSX element neither.
// Spans are UTF-8 byte offsets.
import ts from 'typescript';

const K = ts.SyntaxKind;
const PLAIN = new Map([
  [K.NewExpression, 'n'], [K.TaggedTemplateExpression, 't'], [K.PropertyAccessExpression, 'm'],
  [K.ElementAccessExpression, 'm'], [K.ArrowFunction, 'A'], [K.FunctionExpression, 'f'], [K.AwaitExpression, 'a'],
  [K.NonNullExpression, 'x'], [K.ConditionalExpression, 'q'], [K.TypeOfExpression, 'u'], [K.VoidExpression, 'u'],
  [K.DeleteExpression, 'u'], [K.PostfixUnaryExpression, 'p'], [K.CallExpression, 'c'],
  [K.ClassExpression, 'k'], [K.YieldExpression, 'y'], [K.AsExpression, 'T'],
  [K.SatisfiesExpression, 'T'], [K.TypeAssertionExpression, 'T'], [K.TemplateExpression, 'L'],
  [K.NoSubstitutionTemplateLiteral, 'L'], [K.RegularExpressionLiteral, 'R'], [K.IfStatement, 'I'],
  [K.ForStatement, 'F'], [K.ForInStatement, 'N'], [K.ForOfStatement, 'O'], [K.WhileStatement, 'W'],
  [K.DoStatement, 'D'], [K.TryStatement, 'Y'], [K.CatchClause, 'C'], [K.SwitchStatement, 'S'],
  [K.ReturnStatement, 'r'], [K.ThrowStatement, 'h'], [K.JsxElement, 'J'], [K.JsxFragment, 'J'],
  [K.JsxSelfClosingElement, 'J'], [K.ExpressionStatement, 'e'], [K.ImportDeclaration, 'i'], [K.Block, 'B'],
  [K.ModuleBlock, 'B'],
]);
const WITH_BODY = new Set([K.FunctionDeclaration, K.MethodDeclaration, K.Constructor, K.GetAccessor, K.SetAccessor]);
const DROPPED = new Set([K.Decorator, K.ExportKeyword, K.DefaultKeyword, K.DeclareKeyword]);

const isAmbient = (n) => n.modifiers?.some((m) => m.kind === K.DeclareKeyword) ?? false;

function scriptKind(language) {
  if (language === 'tsx') return ts.ScriptKind.TSX;
  return language === 'ts' ? ts.ScriptKind.TS : ts.ScriptKind.JSX;
}

export function languageOf(path) {
  if (path.endsWith('.tsx')) return 'tsx';
  return /\.[mc]?ts$/.test(path) ? 'ts' : 'js';
}

// From UTF-16 offsets to byte offsets; null when they are the same.
function byteOffsets(text) {
  if (Buffer.byteLength(text) === text.length) return null;
  const map = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    map[i] = bytes;
    const c = text.charCodeAt(i);
    if (c < 0x80) bytes += 1;
    else if (c < 0x800) bytes += 2;
    else if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.length) {
      map[++i] = bytes;
      bytes += 4;
    } else bytes += 3;
  }
  map[text.length] = bytes;
  return map;
}

// { errors: how many, spans: Map from group to Set of start * 2^26 + end }
export function reference(text, language) {
  const file = ts.createSourceFile('x.' + language, text,
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }, true,
    scriptKind(language));
  const map = byteOffsets(text);
  const spans = new Map();
  const add = (group, start, end) => {
    let set = spans.get(group);
    if (set === undefined) spans.set(group, (set = new Set()));
    set.add(map === null ? start * 0x4000000 + end : map[start] * 0x4000000 + map[end]);
  };
  // Where the node starts without decorators and the modifiers that belong to its declaration.
  const startOf = (n) => {
    let start = n.getStart(file);
    if (n.modifiers === undefined) return start;
    for (const m of n.modifiers) {
      if (m.getStart(file) !== start || !DROPPED.has(m.kind)) break;
      if (m.kind === K.DeclareKeyword && n.kind === K.PropertyDeclaration) break;
      start = ts.skipTrivia(text, m.end);
    }
    return start;
  };
  // A class keeps the decorators behind its `export`.
  const classStart = (n) => {
    let start = n.getStart(file);
    for (const m of n.modifiers ?? []) {
      if (m.kind !== K.Decorator && DROPPED.has(m.kind)) start = ts.skipTrivia(text, m.end);
    }
    return start;
  };
  // An explicit stack: chains of 100,000 calls are among the inputs.
  const stack = [file];
  const push = (c) => { stack.push(c); };
  while (stack.length > 0) {
    const n = stack.pop();
    const kind = n.kind;
    if (ts.isTypeNode(n) && kind !== K.ExpressionWithTypeArguments) continue;
    if (kind === K.InterfaceDeclaration || kind === K.TypeAliasDeclaration || kind === K.TypeParameter ||
        kind === K.JsxClosingElement) continue;
    if (isAmbient(n) && kind !== K.PropertyDeclaration) continue;
    if (kind === K.HeritageClause && n.token === K.ImplementsKeyword) continue;
    const group = PLAIN.get(kind);
    if (group !== undefined) {
      add(group, n.modifiers === undefined || kind === K.ClassExpression ? n.getStart(file) : startOf(n), n.end);
    } else if (WITH_BODY.has(kind)) {
      if (n.body === undefined) {
        // A signature; its parameters may hold decorators and nothing else of ours.
        continue;
      }
      add('f', startOf(n), n.end);
    } else if (kind === K.BinaryExpression) {
      const op = n.operatorToken.kind;
      if (op >= K.FirstAssignment && op <= K.LastAssignment) add('s', n.getStart(file), n.end);
      else if (op !== K.CommaToken) add('b', n.getStart(file), n.end);
    } else if (kind === K.PrefixUnaryExpression) {
      const update = n.operator === K.PlusPlusToken || n.operator === K.MinusMinusToken;
      add(update ? 'p' : 'u', n.getStart(file), n.end);
    } else if (kind === K.ObjectLiteralExpression || kind === K.ArrayLiteralExpression) {
      if (!isAssignmentTarget(n)) add(kind === K.ObjectLiteralExpression ? 'o' : 'l', n.getStart(file), n.end);
    } else if (kind === K.ExpressionWithTypeArguments) {
      if (n.parent.kind !== K.HeritageClause) add('x', n.getStart(file), n.end);
    } else if (kind === K.VariableDeclaration) {
      const up = n.parent.parent.kind;
      if (up !== K.ForInStatement && up !== K.ForOfStatement && n.parent.kind !== K.CatchClause) {
        add('v', n.getStart(file), n.end);
      }
    } else if (kind === K.ImportAttributes) {
      if (n.parent.kind === K.ImportDeclaration) add('o', text.indexOf('{', n.pos), n.end);
    } else if (kind === K.QualifiedName) {
      if (n.parent.kind === K.ImportEqualsDeclaration || n.parent.kind === K.QualifiedName) add('m', n.getStart(file), n.end);
    } else if (kind === K.ImportEqualsDeclaration) {
      if (n.moduleReference.kind === K.ExternalModuleReference) add('i', startOf(n), n.end);
    } else if (kind === K.ClassDeclaration) {
      add('k', classStart(n), n.end);
    } else if (kind === K.PropertyDeclaration) {
      add('P', n.getStart(file), (n.initializer ?? n.type ?? n.exclamationToken ?? n.questionToken ?? n.name).end);
    }
    ts.forEachChild(n, push);
  }
  return { errors: file.parseDiagnostics.length, spans,
    message: file.parseDiagnostics.length === 0 ? '' :
      ts.flattenDiagnosticMessageText(file.parseDiagnostics[0].messageText, ' ') };
}

// An object or array literal that stands for a pattern: `[a, b] = c`, `for ({ a } of b)`.
function isAssignmentTarget(node) {
  for (let n = node, p = n.parent; p !== undefined; n = p, p = p.parent) {
    switch (p.kind) {
      case K.BinaryExpression:
        if (p.operatorToken.kind !== K.EqualsToken || p.left !== n) return false;
        // `x = [a] = b` in a pattern's default is the default's business.
        return true;
      case K.ForInStatement:
      case K.ForOfStatement:
        return p.initializer === n;
      case K.ParenthesizedExpression: case K.ArrayLiteralExpression: case K.ObjectLiteralExpression:
      case K.SpreadElement: case K.SpreadAssignment: case K.NonNullExpression: case K.AsExpression:
        break;
      case K.PropertyAssignment:
        if (p.initializer !== n) return false;
        break;
      default:
        return false;
    }
  }
  return false;
}
