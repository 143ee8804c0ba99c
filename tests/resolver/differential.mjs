// Every static specifier of really installed projects, asked of real Node 18 to 26 and real TypeScript 5.9 and 6.0, and
// of `looplint resolve --jsonl`. Nothing of a project is run, except that Plug'n'Play trees bring their resolver,
// .pnp.cjs, which answers for them.
//   tests/resolver/install.sh FOLDER
//   node tests/resolver/differential.mjs --looplint PATH [--limit N] [--nodes 18,24] [--page FILE [--counts FILE]] FOLDER/*
// --limit: only every so many-th file. --page: writes the counts there, after each comparison; differential.md is one. --counts:
// keeps them as JSON between runs, so that one tree can be counted again. --questions: writes the specifiers there, one
// JSON line each, and asks nobody. --nodes this: the Node that runs this, and what the other tests have installed; ctest
// asks it of a slice of their packages.
import cp from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keyOf } from './cases.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { looplint: { type: 'string' }, limit: { type: 'string', default: '1' }, nodes: { type: 'string', default: '18,20,22,24,26' }, page: { type: 'string' }, counts: { type: 'string' }, questions: { type: 'string' } },
});
const tools = path.join(here, 'node_modules');
const nodeOf = (major) => (major === 'this' ? process.execPath : path.join(tools, `node${major}/bin/node`));
const majors = options.nodes.split(',').filter(Boolean);
const slice = options.nodes === 'this';
const acornFolder = slice ? path.join(here, '../corpus/node_modules/acorn') : path.join(tools, 'acorn');
const require = createRequire(import.meta.url);
const acorn = require(acornFolder);
const compilers = (slice ? [path.join(here, '../../node_modules/typescript')] : [path.join(tools, 'typescript'), path.join(tools, 'typescript6')]).map((folder) => require(folder));
const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'resolver-differential-')));
const explained = JSON.parse(fs.readFileSync(path.join(here, 'differences.json'), 'utf8'));

// Modes of resolution that files of dependencies are asked in; those of a project have its own configuration.
const MODES = {
  nodenext: { module: 'nodenext' },
  node16: { module: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler', customConditions: ['development'], allowJs: true },
  node10: { module: 'commonjs', moduleResolution: 'node10', resolveJsonModule: true, ignoreDeprecations: '6.0' },
};

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
      else if (c.type === 'MemberExpression' && c.object.type === 'MetaProperty' && c.property.name === 'resolve') yield ['import.meta.resolve', literal(n.arguments[0])];
    }
    for (const v of Object.values(n)) {
      if (Array.isArray(v)) { for (const x of v) if (x && typeof x.type === 'string') stack.push(x); } else if (v && typeof v.type === 'string') stack.push(v);
    }
  }
}

const rows = [];
let wrong = 0;
function compare(root, subject, expected, list, settings, hooked = false) {
  const run = cp.spawnSync(options.looplint, ['resolve', '--jsonl'], { input: list.map((q) => JSON.stringify({ ...q, ...settings })).join('\n') + '\n', maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`looplint resolve: ${run.status} ${run.signal} ${run.stderr}`);
  const got = new Map(String(run.stdout).trim().split('\n').map((l) => { const a = JSON.parse(l); return [a.id, a]; }));
  let bad = 0, known = 0;
  for (const q of list) {
    const kind = hooked ? 'require' : q.kind; // hooks tell neither format nor load errors
    const want = keyOf(expected.get(q.id), kind), is = keyOf(got.get(q.id), kind);
    if (want === is) continue;
    if (explained.some((e) => new RegExp(e.subject).test(subject) && new RegExp(e.specifier).test(q.specifier) && new RegExp(e.from).test(q.from))) { known++; continue; }
    if (bad++ < 15) console.log(`  ${q.kind} ${JSON.stringify(q.specifier)} in ${q.from}: want ${want}, got ${is}`);
  }
  wrong += bad;
  rows.push({ tree: path.basename(root), subject, every: +options.limit, specifiers: list.length, wrong: bad, explained: known });
  if (options.page) writePage();
  console.log(`${path.basename(root)} ${subject}: ${list.length} specifiers, ${bad} answered otherwise${known ? `, ${known} explained` : ''}`);
}

function compareNode(root, questions) {
  const pnp = fs.existsSync(path.join(root, '.pnp.cjs'));
  const ask = path.join(work, 'questions.jsonl'), answers = path.join(work, 'answers.jsonl');
  fs.writeFileSync(ask, questions.map((q) => JSON.stringify(q)).join('\n') + '\n');
  for (const major of majors) {
    const hooks = pnp ? ['-r', path.join(root, '.pnp.cjs'), '--experimental-loader', path.join(root, '.pnp.loader.mjs')] : [];
    const run = cp.spawnSync(nodeOf(major), ['--no-warnings', '--expose-internals', '--experimental-import-meta-resolve', ...hooks, path.join(here, 'oracle.mjs'), ask, answers, ...(pnp ? ['--hooks'] : [])],
      { env: { HOME: '/nonexistent', PATH: '' }, stdio: ['ignore', 'inherit', 'inherit'] });
    if (run.status !== 0) throw new Error(`the oracle ended with ${run.status}`);
    const expected = new Map(fs.readFileSync(answers, 'utf8').trim().split('\n').map((l) => { const a = JSON.parse(l); return [a.id, a]; }));
    compare(root, slice ? `Node ${process.versions.node}` : `Node ${major}`, expected, questions, { node: slice ? process.versions.node : major }, pnp);
  }
}

// What a TypeScript file names: [literal, kind], at the top level and in `declare module`, and import types below.
function mentions(ts, source) {
  const out = [];
  (function visit(n) {
    if ((ts.isImportDeclaration(n) || ts.isExportDeclaration(n)) && n.moduleSpecifier && ts.isStringLiteral(n.moduleSpecifier)) out.push([n.moduleSpecifier, 'ts-import']);
    else if (ts.isImportEqualsDeclaration(n) && ts.isExternalModuleReference(n.moduleReference) && ts.isStringLiteral(n.moduleReference.expression)) out.push([n.moduleReference.expression, 'ts-import-equals']);
    else if (ts.isCallExpression(n) && n.expression.kind === ts.SyntaxKind.ImportKeyword && n.arguments[0] && ts.isStringLiteral(n.arguments[0])) out.push([n.arguments[0], 'ts-dynamic-import']);
    else if (ts.isImportTypeNode(n) && ts.isLiteralTypeNode(n.argument) && ts.isStringLiteral(n.argument.literal)) out.push([n.argument.literal, 'ts-import']);
    ts.forEachChild(n, visit);
  })(source);
  return out;
}

function compareTypeScript(ts, root, list) {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
  const uses = new Map();
  const use = (config) => {
    if (!uses.has(config)) {
      const o = ts.getParsedCommandLineOfConfigFile(config, {}, host).options;
      uses.set(config, { config, o, cache: ts.createModuleResolutionCache(root, (s) => s, o), questions: [], expected: new Map() });
    }
    return uses.get(config);
  };
  const modes = Object.entries(MODES).map(([name, compilerOptions]) => {
    const config = path.join(work, `${name}.json`);
    fs.writeFileSync(config, JSON.stringify({ compilerOptions, files: [] }));
    return config;
  });
  for (const file of list) {
    const text = ts.sys.readFile(file);
    if (text === undefined || text.length > 2e6) continue;
    const from = path.relative(root, file);
    const own = file.includes('/node_modules/') ? undefined : ts.findConfigFile(path.dirname(file), ts.sys.fileExists);
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const named = mentions(ts, source);
    for (const config of own?.startsWith(root) ? [own, ...modes] : modes) {
      const { o, cache, questions, expected } = use(config);
      source.impliedNodeFormat = ts.getImpliedNodeFormatForFile(file, cache.getPackageJsonInfoCache(), host, o);
      const seen = new Set();
      for (const [literal, kind] of named) {
        const mode = ts.getModeForUsageLocation(source, literal, o);
        const key = `${kind} ${mode} ${literal.text}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const found = ts.resolveModuleName(literal.text, file, o, host, cache, undefined, mode).resolvedModule;
        const answer = mode === undefined ? {} : { mode: mode === ts.ModuleKind.ESNext ? 'import' : 'require' };
        if (!found) answer.error = 'NOT_RESOLVED';
        else {
          Object.assign(answer, { path: path.relative(root, found.resolvedFileName), ext: found.extension });
          if (found.isExternalLibraryImport) answer.external = true;
          if (found.originalPath) answer.original = path.relative(root, found.originalPath);
          if (found.resolvedUsingTsExtension) answer.usingTsExtension = true;
        }
        const id = questions.length;
        // The mode is the compiler's business unless an attribute overrides it, which it then is told.
        questions.push({ id, root, kind, specifier: literal.text, from, tsconfig: config, ...(answer.mode && { mode: answer.mode }) });
        expected.set(id, answer);
      }
    }
  }
  const version = ts.version.replace(/\.\d+$/, '');
  const own = { questions: [], expected: new Map() };
  for (const { config, questions, expected } of uses.values()) {
    if (questions.length === 0) continue;
    if (modes.includes(config)) {
      compare(root, `TypeScript ${version} ${path.basename(config, '.json')}`, expected, questions, { ts: ts.version, node: '24' });
    } else {
      for (const q of questions) {
        const id = own.questions.length;
        own.questions.push({ ...q, id });
        own.expected.set(id, expected.get(q.id));
      }
    }
  }
  if (own.questions.length > 0) compare(root, `TypeScript ${version}, own configuration`, own.expected, own.questions, { ts: ts.version, node: '24' });
}

// What each tree is, in the order of the page.
const TREES = { npm: 'npm (hoisted, nested)', 'yarn-classic': 'yarn classic', 'yarn-node-modules': 'yarn, node-modules linker, workspaces', workspaces: 'npm workspaces', 'yarn-pnp': "yarn, Plug'n'Play", pnpm: 'pnpm (isolated store)' };
const thousands = (n) => n.toLocaleString('en');
const nth = (n) => (n === 1 ? '' : `, every ${n}th file`);
const sum = (list) => list.reduce((a, b) => a + b, 0);

// `rows` and those of earlier runs into the page: a table for Node with a column for each release, one for TypeScript with one for each mode.
function writePage() {
  let all = rows;
  if (options.counts) {
    const before = fs.existsSync(options.counts) ? JSON.parse(fs.readFileSync(options.counts, 'utf8')) : [];
    all = [...before.filter((b) => !rows.some((r) => r.tree === b.tree && r.subject === b.subject)), ...rows];
    fs.writeFileSync(options.counts, JSON.stringify(all, null, 1) + '\n');
  }
  const trees = [...new Set([...Object.keys(TREES), ...all.map((r) => r.tree)])].filter((t) => all.some((r) => r.tree === t));
  const of = (tree, subject) => all.find((r) => r.tree === tree && r.subject === subject);
  const cell = (r) => (r ? `${r.wrong}${r.explained ? ` (${r.explained})` : ''}` : '');
  const table = (subjects, headings) => {
    const lines = [`| tree | ${headings.join(' | ')} |`, `|---|${headings.map(() => '---').join('|')}|`];
    for (const tree of trees) {
      const asked = subjects.map((s) => of(tree, s));
      if (asked.some(Boolean)) lines.push(`| ${TREES[tree] ?? tree}${nth(asked.find(Boolean).every)} | ${thousands(asked.find(Boolean).specifiers)} | ${asked.map(cell).join(' | ')} |`);
    }
    return lines;
  };
  const nodes = all.filter((r) => r.subject.startsWith('Node'));
  const releases = [...new Set(nodes.map((r) => r.subject))].sort();
  const lines = ['# The resolver beside Node and TypeScript', '',
    'Written by `node tests/resolver/differential.mjs --page tests/resolver/differential.md` on what `tests/resolver/install.sh`',
    'installs from the lockfiles in [`projects/`](projects). Columns count what was answered otherwise; in parentheses what the',
    'last table explains.', ''];
  if (nodes.length > 0) {
    lines.push(`Every static specifier of the JavaScript there: path or builtin or URL or error code, for \`import\` also format and what`, `loading would raise. ${thousands(sum(nodes.map((r) => r.specifiers)))} answers, ${thousands(sum(nodes.map((r) => r.wrong)))} differ.`, '',
      ...table(releases, ['specifiers', ...releases]), '');
  }
  for (const version of [...new Set(all.map((r) => r.subject.match(/^TypeScript [\d.]+/)?.[0]).filter(Boolean))].sort()) {
    const part = all.filter((r) => r.subject.startsWith(version));
    const subjects = [...Object.keys(MODES).map((m) => `${version} ${m}`), `${version}, own configuration`].filter((s) => part.some((r) => r.subject === s));
    lines.push(`## ${version}`, '', `\`resolveModuleName\` for every specifier of declarations and sources: path, extension, mode, link followed, whether external.`, `${thousands(sum(part.map((r) => r.specifiers)))} answers, ${thousands(sum(part.map((r) => r.wrong)))} differ.`, '',
      ...table(subjects, ['specifiers', ...subjects.map((s) => s.replace(`${version}, `, '').replace(`${version} `, ''))]), '');
  }
  lines.push('## Explained', '', ...(explained.length === 0 ? ['Nothing needs to be.'] : ['| asked | specifier | in | reason |', '|---|---|---|---|', ...explained.map((e) => `| \`${e.subject}\` | \`${e.specifier}\` | \`${e.from}\` | ${e.reason} |`)]), '');
  fs.writeFileSync(options.page, lines.join('\n'));
}

for (const folder of positionals) {
  const root = fs.realpathSync(folder);
  if (!fs.statSync(root).isDirectory()) continue;
  const questions = [], typescript = [];
  if (fs.existsSync(path.join(root, '.pnp.cjs'))) {
    const list = path.join(work, 'pnp.jsonl');
    cp.execFileSync(nodeOf(majors[0]), ['--no-warnings', '-r', path.join(root, '.pnp.cjs'), path.join(here, 'pnp_questions.cjs'), root, list, acornFolder]);
    fs.readFileSync(list, 'utf8').trim().split('\n').forEach((line, i) => { if (i % options.limit === 0) questions.push(JSON.parse(line)); });
  } else {
    for (const file of files(root)) {
      if (/\.[cm]?tsx?$/.test(file)) { typescript.push(file); continue; }
      const from = path.relative(root, file);
      let text;
      try { text = fs.readFileSync(file, 'utf8').replace(/^\ufeff/, ''); } catch { continue; }
      const seen = new Set();
      for (const [kind, specifier] of specifiers(file, text)) {
        if (seen.has(kind + specifier)) continue;
        seen.add(kind + specifier);
        questions.push({ id: questions.length, root, kind, specifier, from });
      }
    }
  }
  if (options.questions) {
    fs.appendFileSync(options.questions, questions.map((q) => JSON.stringify(q)).join('\n') + '\n');
    continue;
  }
  if (questions.length > 0) compareNode(root, questions);
  for (const ts of compilers) if (typescript.length > 0) compareTypeScript(ts, root, typescript);
}
fs.rmSync(work, { recursive: true });
console.log(`${thousands(sum(rows.map((r) => r.specifiers)))} answers, ${wrong} differ, ${sum(rows.map((r) => r.explained))} more are explained.`);
process.exit(wrong === 0 ? 0 : 1);
