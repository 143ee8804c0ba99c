// Facts that declarations state and a running binary does not: parameter positions, promise results, events.
// Purely syntactic: parses the .d.ts files of one @types/node; nothing is type-checked.
import fs from 'node:fs';
import path from 'node:path';

// Types whose instances come only from calls; no binary shows their classes without opening sockets or files.
const TYPE_ONLY = new Map(Object.entries({
  'fs.promises': ['FileHandle'],
  fs: ['StatWatcher'],
  http2: ['Http2Session', 'ClientHttp2Session', 'ServerHttp2Session', 'Http2Stream', 'ClientHttp2Stream',
    'ServerHttp2Stream', 'Http2Server', 'Http2SecureServer'],
}));

export function readTypes(ts, dir, classes) {
  const files = fs.readdirSync(dir, { recursive: true }).filter((f) => f.endsWith('.d.ts') && !/^ts\d|node_modules/.test(f)).sort();
  const sources = files.map((f) => ts.createSourceFile(f, fs.readFileSync(path.join(dir, f), 'utf8'), ts.ScriptTarget.Latest, true));
  const aliases = new Map();
  const interfaces = new Map();
  const facts = new Map(); // canonical -> { sigs, events, deprecated, overloads }
  for (const sf of sources) {
    (function visit(n) {
      if (ts.isTypeAliasDeclaration(n)) aliases.set(n.name.text, n.type);
      if (ts.isInterfaceDeclaration(n) && !interfaces.has(n.name.text)) interfaces.set(n.name.text, n);
      ts.forEachChild(n, visit);
    })(sf);
  }
  const fact = (name) => facts.get(name) ?? facts.set(name, { sigs: [], events: {}, deprecated: 0, declared: 0 }).get(name);

  function functionType(t, depth = 0) {
    if (!t || depth > 4) return null;
    if (ts.isFunctionTypeNode(t)) return t;
    if (ts.isParenthesizedTypeNode(t)) return functionType(t.type, depth + 1);
    if (ts.isUnionTypeNode(t)) return t.types.map((x) => functionType(x, depth + 1)).find(Boolean) ?? null;
    if (ts.isTypeReferenceNode(t) && ts.isIdentifier(t.typeName)) {
      const alias = aliases.get(t.typeName.text);
      if (alias) return functionType(alias, depth + 1);
      return interfaces.get(t.typeName.text)?.members.find((m) => ts.isCallSignatureDeclaration(m)) ?? null;
    }
    return null;
  }

  // Canonical name of a class that a type expression denotes, "Promise" for promises, "" when unknown.
  function canonical(t, scope) {
    if (!t) return '';
    if (t.kind === ts.SyntaxKind.ThisType) return 'this';
    if (ts.isParenthesizedTypeNode(t)) return canonical(t.type, scope);
    if (ts.isUnionTypeNode(t)) { // T | null
      const rest = t.types.filter((x) => !['null', 'undefined'].includes(x.getText()));
      return rest.length === 1 ? canonical(rest[0], scope) : '';
    }
    if (!ts.isTypeReferenceNode(t)) return '';
    const parts = t.typeName.getText().split('.');
    if (parts.length === 1) {
      const n = parts[0];
      if (n === 'Promise') return 'Promise';
      if (n === 'NonSharedBuffer') return 'Buffer';
      if (scope.typeParameters.has(n)) return '';
      for (const base of scope.bases) if (classes.has(`${base}.${n}`)) return classes.get(`${base}.${n}`);
      const imported = scope.names.get(n);
      if (imported) return classes.get(imported) ?? '';
      return classes.get(n) ?? '';
    }
    if (parts[0] === 'NodeJS') return { Timeout: 'timers.Timeout', Immediate: 'timers.Immediate' }[parts[1]] ?? '';
    const ns = scope.names.get(parts[0]) ?? `${scope.bases.at(-1)}.${parts[0]}`;
    return classes.get([ns, ...parts.slice(1)].join('.')) ?? '';
  }

  function signature(fn, scope) {
    const own = new Set([...scope.typeParameters, ...(fn.typeParameters ?? []).map((p) => p.name.text)]);
    const s = { ...scope, typeParameters: own };
    const params = fn.parameters.filter((p) => p.name.getText() !== 'this');
    const last = params.at(-1);
    const callback = last && !last.dotDotDotToken ? functionType(last.type) : null;
    const out = { returns: canonical(fn.type, s), text: fn.type?.getText().replace(/\s+/g, ' ') ?? '' };
    if (out.returns === 'Promise') out.resolves = canonical(fn.type.typeArguments?.[0], s);
    if (callback) {
      const first = callback.parameters[0];
      const firstType = first?.type?.getText() ?? '';
      out.callback = params.length - 1;
      out.optional = Boolean(last.questionToken);
      out.listener = /listener/i.test(last.name.getText());
      out.errorFirst = Boolean(first) && !out.listener && (/^(err|error)$/i.test(first.name.getText()) || /\bError(noException)?\b|ErrnoException/.test(firstType));
    } else if (params.some((p) => functionType(p.type))) {
      out.takesFunction = true;
    }
    return out;
  }

  function put(name, node, scope, fn) {
    const f = fact(name);
    f.declared++;
    if (ts.getJSDocTags(node).some((t) => t.tagName.text === 'deprecated')) f.deprecated++;
    if (fn) f.sigs.push(signature(fn, scope));
    return f;
  }

  function event(type, name, tupleOrFn, scope) {
    const f = fact(type);
    let args = [];
    if (tupleOrFn && ts.isTupleTypeNode(tupleOrFn)) args = tupleOrFn.elements.map((e) => canonical(ts.isNamedTupleMember(e) ? e.type : e, scope));
    else if (tupleOrFn?.parameters) args = tupleOrFn.parameters.map((p) => canonical(p.type, scope));
    if (!f.events[name] || args.filter(Boolean).length > f.events[name].filter(Boolean).length) f.events[name] = args;
  }

  function members(type, node, scope) {
    const s = { ...scope, typeParameters: new Set((node.typeParameters ?? []).map((p) => p.name.text)) };
    for (const m of node.members) {
      const name = m.name && (ts.isIdentifier(m.name) || ts.isStringLiteral(m.name)) ? m.name.text : undefined;
      if (!name) continue;
      const isStatic = m.modifiers?.some((x) => x.kind === ts.SyntaxKind.StaticKeyword);
      if (ts.isMethodDeclaration(m) || ts.isMethodSignature(m)) {
        const a0 = m.parameters[0]?.type;
        if (/^(on|once|addListener)$/.test(name) && a0 && ts.isLiteralTypeNode(a0) && ts.isStringLiteral(a0.literal)) {
          event(type, a0.literal.text, functionType(m.parameters[1]?.type), s);
          continue;
        }
        if (/^(off|emit|listeners|rawListeners|listenerCount|prepend(Once)?Listener|removeListener)$/.test(name) && a0 && !isStatic) continue;
        put(isStatic ? `${type.startsWith('@') ? '' : type}.${name}` : `${type}#${name}`, m, s, m);
      } else if ((ts.isPropertyDeclaration(m) || ts.isPropertySignature(m)) && !isStatic) {
        const fn = functionType(m.type);
        const f = put(`${type}#${name}`, m, s, fn);
        if (!fn) { f.property = true; f.type = canonical(m.type, s); }
      } else if (ts.isGetAccessorDeclaration(m) && !isStatic) {
        const f = put(`${type}#${name}`, m, s);
        f.property = true;
        f.type = canonical(m.type, s);
      }
    }
  }

  function body(base, statements, outer) {
    const names = new Map(outer?.names);
    for (const s of statements) {
      if (ts.isImportDeclaration(s) && s.importClause) {
        const from = s.moduleSpecifier.text.replace(/^node:/, '').replaceAll('/', '.');
        if (s.importClause.name) names.set(s.importClause.name.text, from);
        const b = s.importClause.namedBindings;
        if (b && ts.isNamespaceImport(b)) names.set(b.name.text, from);
        else if (b) for (const e of b.elements) names.set(e.name.text, `${from}.${(e.propertyName ?? e.name).text}`);
      } else if (ts.isImportEqualsDeclaration(s) && ts.isExternalModuleReference(s.moduleReference)) {
        names.set(s.name.text, s.moduleReference.expression.text.replace(/^node:/, '').replaceAll('/', '.'));
      }
    }
    const scope = { names, bases: [base, ...(outer?.bases ?? [])], typeParameters: new Set() };
    for (const s of statements) {
      if (ts.isFunctionDeclaration(s) && s.name) put(`${base}.${s.name.text}`, s, scope, s);
      else if ((ts.isClassDeclaration(s) || ts.isInterfaceDeclaration(s)) && s.name) {
        const n = s.name.text;
        const map = /^(\w+)EventMap$/.exec(n);
        if (map && ts.isInterfaceDeclaration(s)) {
          const type = classes.get(`${base}.${map[1]}`);
          if (type) for (const m of s.members) if (m.name && m.type) event(type, m.name.text ?? m.name.getText(), m.type, scope);
        } else {
          const type = classes.get(`${base}.${n}`);
          if (type) members(type, s, scope);
        }
      } else if (ts.isModuleDeclaration(s) && s.body && ts.isModuleBlock(s.body)) {
        const n = s.name.text;
        if (n === 'global' || n === 'NodeJS') continue;
        body(n === '__promisify__' || base.split('.').at(-1) === n ? base : `${base}.${n}`, s.body.statements.filter((x) => !(ts.isFunctionDeclaration(x) && x.name?.text === '__promisify__')), scope);
      } else if (ts.isVariableStatement(s)) {
        for (const d of s.declarationList.declarations) {
          if (!ts.isIdentifier(d.name)) continue;
          const fn = functionType(d.type);
          const f = put(`${base}.${d.name.text}`, s, scope, fn);
          if (!fn) { f.property = true; f.type = canonical(d.type, scope); }
        }
      }
    }
  }
  for (const sf of sources) {
    for (const s of sf.statements) {
      if (ts.isModuleDeclaration(s) && ts.isStringLiteral(s.name) && s.body && ts.isModuleBlock(s.body)) {
        body(s.name.text.replace(/^node:/, '').replaceAll('/', '.'), s.body.statements);
      }
    }
  }
  return facts;
}

// The call facts on which all overloads agree.
export function summarize(f) {
  const out = {};
  const sigs = f.sigs;
  const withCallback = sigs.filter((s) => s.callback !== undefined);
  const errorFirst = withCallback.filter((s) => s.errorFirst);
  const promises = sigs.filter((s) => s.returns === 'Promise');
  if (errorFirst.length) {
    out.style = 'error-first';
    out.callback_at = Math.max(...errorFirst.map((s) => s.callback)); // trailing options shift it left
    out.callback_required = errorFirst.length === sigs.length && errorFirst.every((s) => !s.optional);
    out.dual = promises.length > 0;
  } else if (sigs.length && promises.length === sigs.length) {
    out.style = 'promise';
    const resolves = new Set(promises.map((s) => s.resolves));
    if (resolves.size === 1) out.resolves = promises[0].resolves;
  } else if (withCallback.length && withCallback.every((s) => !s.listener) && !promises.length) {
    out.callback = Math.max(...withCallback.map((s) => s.callback));
  } else if (sigs.length && !withCallback.length && !sigs.some((s) => s.takesFunction) && sigs.every((s) => /^(string|number|boolean|bigint|Buffer|NonSharedBuffer|string\[\]|number\[\]|\w+ is .*)$/.test(s.text))) {
    out.style = 'sync';
  }
  const returns = new Set(sigs.map((s) => s.returns));
  if (returns.size === 1 && !returns.has('Promise')) out.returns = sigs[0].returns;
  return out;
}

export { TYPE_ONLY };
