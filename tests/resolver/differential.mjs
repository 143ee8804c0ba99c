// Every static specifier of really installed projects, asked of real Node (18 to 26) and real TypeScript, and of
// `looplint resolve --jsonl`.
//   node differential.mjs --looplint PATH --node 18=PATH ... [--ts DIR] [--acorn DIR] [--limit N] PROJECT...
// PROJECT: an installed tree. One with .pnp.cjs is asked through Yarn's own loader hooks. DIR: folders of the npm
// packages typescript and acorn. --limit: only every so many-th file, for a quick look. install.sh makes the trees.
// Nothing of a project is run, except that Plug'n'Play trees bring their resolver, .pnp.cjs, which answers for them.
import cp from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { keyOf } from './cases.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const options = { node: {}, projects: [], limit: 1, explained: path.join(here, 'differences.json') };
for (let i = 2; i < process.argv.length; i++) {
  const a = process.argv[i];
  if (!a.startsWith('--')) options.projects.push(fs.realpathSync(a));
  else if (a === '--node') { const [m, p] = process.argv[++i].split('='); options.node[m] = p; }
  else options[a.slice(2)] = process.argv[++i];
}
const acorn = require(path.resolve(options.acorn ?? path.join(here, '../corpus/node_modules/acorn')));
const ts = options.ts && require(path.resolve(options.ts));
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'resolver-differential-'));

function* files(root) {
  const stack = [root];
  for (let n = 0; stack.length > 0;) {
    const folder = stack.pop();
    let entries;
    try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { continue; }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const e of entries) {
      const file = path.join(folder, e.name);
      if (e.isDirectory() && e.name !== '.git' && e.name !== '.yarn') stack.push(file);
      else if (e.isFile() && /\.[cm]?[jt]sx?$/.test(e.name) && n++ % options.limit === 0) yield file;
    }
  }
}

const typeOf = new Map();
function declaredType(folder) {
  if (!typeOf.has(folder)) {
    let type;
    try { type = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8').replace(/^\ufeff/, '')).type ?? 'none'; } catch { /* none here */ }
    const up = path.dirname(folder);
    typeOf.set(folder, type ?? (up === folder || path.basename(folder) === 'node_modules' ? 'none' : declaredType(up)));
  }
  return typeOf.get(folder);
}

// The specifiers of a JavaScript file that are written out: [kind, specifier].
function* specifiers(file, text) {
  const parse = (sourceType) => acorn.parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true, allowReturnOutsideFunction: sourceType === 'script', allowAwaitOutsideFunction: sourceType === 'module' });
  const module = file.endsWith('.mjs') || (!file.endsWith('.cjs') && declaredType(path.dirname(file)) === 'module');
  let tree;
  try { tree = parse(module ? 'module' : 'script'); } catch {
    try { tree = parse(module ? 'script' : 'module'); } catch { return; }
  }
  const literal = (n) => (n?.type === 'Literal' && typeof n.value === 'string' ? n.value : undefined);
  const stack = [tree];
  while (stack.length > 0) {
    const n = stack.pop();
    if (/^(Import|ExportNamed|ExportAll)Declaration$/.test(n.type) && n.source) yield ['import', n.source.value];
    else if (n.type === 'ImportExpression' && literal(n.source) !== undefined) yield ['import', literal(n.source)];
    else if (n.type === 'CallExpression' && literal(n.arguments[0]) !== undefined) {
      const c = n.callee;
      if (c.type === 'Identifier' && c.name === 'require') yield ['require', literal(n.arguments[0])];
      else if (c.type === 'MemberExpression' && c.object.name === 'require' && c.property.name === 'resolve') yield ['require.resolve', literal(n.arguments[0])];
    }
    for (const v of Object.values(n)) {
      if (Array.isArray(v)) { for (const x of v) if (x && typeof x.type === 'string') stack.push(x); } else if (v && typeof v.type === 'string') stack.push(v);
    }
  }
}

const explained = fs.existsSync(options.explained) ? JSON.parse(fs.readFileSync(options.explained, 'utf8')) : [];
let total = 0, wrong = 0;
const specifierCount = {};
for (const root of options.projects) {
  const pnp = fs.existsSync(path.join(root, '.pnp.cjs'));
  const questions = [], typescript = [];
  if (pnp) {
    const list = path.join(work, 'pnp.jsonl');
    cp.execFileSync(Object.values(options.node)[0], ['--no-warnings', '-r', path.join(root, '.pnp.cjs'), path.join(here, 'pnp_questions.cjs'), root, list,
      path.resolve(options.acorn ?? path.join(here, '../corpus/node_modules/acorn'))]);
    for (const line of fs.readFileSync(list, 'utf8').trim().split('\n')) questions.push(JSON.parse(line));
  }
  for (const file of pnp ? [] : files(root)) {
    const from = path.relative(root, file);
    let text;
    try { text = fs.readFileSync(file, 'utf8').replace(/^\ufeff/, ''); } catch { continue; }
    if (/\.[cm]?tsx?$/.test(file)) {
      if (ts && !from.includes('node_modules/')) typescript.push([from, text]);
      continue;
    }
    const seen = new Set();
    for (const [kind, specifier] of specifiers(file, text)) {
      if (seen.has(kind + specifier)) continue;
      seen.add(kind + specifier);
      questions.push({ id: questions.length, root, kind, specifier, from });
    }
  }
  specifierCount[root] = questions.length;
  const ask = path.join(work, 'questions.jsonl'), answers = path.join(work, 'answers.jsonl');
  fs.writeFileSync(ask, questions.map((q) => JSON.stringify(q)).join('\n') + '\n');
  const compare = (subject, expected, list, settings) => {
    const run = cp.spawnSync(options.looplint, ['resolve', '--jsonl'], { input: list.map((q) => JSON.stringify({ ...q, ...settings })).join('\n') + '\n', maxBuffer: 1 << 30 });
    if (run.status !== 0) throw new Error(`looplint resolve: ${run.status} ${run.signal} ${run.stderr}`);
    const got = new Map(String(run.stdout).trim().split('\n').map((l) => { const a = JSON.parse(l); return [a.id, a]; }));
    let bad = 0;
    for (const q of list) {
      // Hooks tell neither format nor load errors.
      const kind = pnp ? 'require' : q.kind;
      const want = keyOf(expected.get(q.id), kind), is = keyOf(got.get(q.id), kind);
      if (want === is) continue;
      if (explained.some((e) => (e.subject ?? subject) === subject && new RegExp(e.specifier).test(q.specifier) && new RegExp(e.from).test(q.from))) continue;
      if (bad++ < 15) console.log(`  ${q.kind} ${JSON.stringify(q.specifier)} in ${q.from}: want ${want}, got ${is}`);
    }
    total += list.length;
    wrong += bad;
    console.log(`${path.basename(root)} ${subject}: ${list.length} specifiers, ${bad} answered otherwise`);
  };
  for (const [major, binary] of Object.entries(options.node)) {
    const hooks = pnp ? ['-r', path.join(root, '.pnp.cjs'), '--experimental-loader', path.join(root, '.pnp.loader.mjs')] : [];
    const run = cp.spawnSync(binary, ['--no-warnings', '--expose-internals', '--experimental-import-meta-resolve', ...hooks, path.join(here, 'oracle.mjs'), ask, answers, ...(pnp ? ['--hooks'] : [])],
      { env: { HOME: '/nonexistent', PATH: '' }, stdio: ['ignore', 'inherit', 'inherit'] });
    if (run.status !== 0) { console.log(`${path.basename(root)} node${major}: the oracle ended with ${run.status}`); wrong++; continue; }
    const expected = new Map(fs.readFileSync(answers, 'utf8').trim().split('\n').map((l) => { const a = JSON.parse(l); return [a.id, a]; }));
    compare(`node${major}`, expected, questions, { node: major });
  }
  if (ts && typescript.length > 0) {
    const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
    const parsed = new Map();
    const list = [], expected = new Map();
    for (const [from, text] of typescript) {
      const file = path.join(root, from);
      const config = ts.findConfigFile(path.dirname(file), ts.sys.fileExists);
      if (!config || !config.startsWith(root)) continue;
      if (!parsed.has(config)) {
        const o = ts.getParsedCommandLineOfConfigFile(config, {}, host)?.options;
        parsed.set(config, o && { o, cache: ts.createModuleResolutionCache(root, (s) => s, o) });
      }
      const use = parsed.get(config);
      if (!use) continue;
      const source = ts.createSourceFile(file, text, { languageVersion: 99, impliedNodeFormat: ts.getImpliedNodeFormatForFile(file, use.cache.getPackageJsonInfoCache(), host, use.o) }, true);
      (function visit(n) {
        let literal, kind;
        if ((ts.isImportDeclaration(n) || ts.isExportDeclaration(n)) && n.moduleSpecifier && ts.isStringLiteral(n.moduleSpecifier)) [literal, kind] = [n.moduleSpecifier, 'ts-import'];
        else if (ts.isImportEqualsDeclaration(n) && ts.isExternalModuleReference(n.moduleReference) && ts.isStringLiteral(n.moduleReference.expression)) [literal, kind] = [n.moduleReference.expression, 'ts-import-equals'];
        else if (ts.isCallExpression(n) && n.expression.kind === ts.SyntaxKind.ImportKeyword && n.arguments[0] && ts.isStringLiteral(n.arguments[0])) [literal, kind] = [n.arguments[0], 'ts-dynamic-import'];
        if (literal) {
          const mode = ts.getModeForUsageLocation(source, literal, use.o);
          const found = ts.resolveModuleName(literal.text, file, use.o, host, use.cache, undefined, mode).resolvedModule;
          const answer = mode === undefined ? {} : { mode: mode === ts.ModuleKind.ESNext ? 'import' : 'require' };
          if (!found) answer.error = 'NOT_RESOLVED';
          else {
            Object.assign(answer, { path: path.relative(root, found.resolvedFileName), ext: found.extension });
            if (found.isExternalLibraryImport) answer.external = true;
            if (found.originalPath) answer.original = path.relative(root, found.originalPath);
            if (found.resolvedUsingTsExtension) answer.usingTsExtension = true;
          }
          const id = list.length;
          list.push({ id, root, kind, specifier: literal.text, from, tsconfig: path.relative(root, config), ...(answer.mode && { mode: answer.mode }) });
          expected.set(id, answer);
        }
        ts.forEachChild(n, visit);
      })(source);
    }
    if (list.length > 0) compare(`ts${ts.version}`, expected, list, { ts: ts.version, node: '24' });
  }
}
fs.rmSync(work, { recursive: true });
console.log(`${total} answers for ${Object.values(specifierCount).reduce((a, b) => a + b, 0)} specifiers, ${wrong} differ`);
process.exit(wrong === 0 ? 0 : 1);
