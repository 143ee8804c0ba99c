// Which files a tsconfig.json includes, and which tsconfig.json governs a file: TypeScript's own
// parseJsonConfigFileContent and language server beside `looplint resolve --jsonl` (kind ts-config).
//   node ownership.mjs --looplint PATH [--trees N] [--seed N] [FOLDER...]     generated trees; folders: real ones
import cp from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { random } from './trees.mjs';
import { build } from './cases.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { looplint: { type: 'string' }, typescript: { type: 'string', default: path.join(import.meta.dirname, 'node_modules/typescript') }, trees: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' } } });
const ts = createRequire(import.meta.url)(path.resolve(options.typescript));

const FOLDERS = ['', 'src', 'src/a', 'src/a/b', 'lib', 'test', 'dist', 'node_modules/p', 'src/node_modules/p', '.hid', 'src/.hid', 'packages/one', 'packages/one/src', 'packages/two', 'packages/two/src', 'we ird', 'src/é'];
const FILES = ['i.ts', 'x.ts', 'x.js', 'x.d.ts', 'y.tsx', 'y.jsx', 'm.mts', 'm.mjs', 'c.cts', 'c.d.cts', 'a.min.js', 'a.js', 'd.json', '.dot.ts', 'x.test.ts', 'b.ts', 'X.TS', 'no'];
const PATTERNS = ['src', './src', 'src/', 'src/**', 'src/**/*', 'src/*', 'src/**/*.ts', '*', '**/*', '**', '*.ts', 'src/a', 'src/?', 'src/**/b', '**/a', '**/*.test.ts', 'test/**/*', 'lib/*.js', '**/.*', '.hid', '**/.*/*', 'src/.hid/*', 'node_modules/p', '**/node_modules/*', 'src/x.ts', './src/x.ts', 'x', 'src/*.json', '**/*.json', 'packages/*/src', 'packages/*', 'packages', '../**/*',
  '${configDir}/src', '*.d.ts', 'src/*.min.js', 'we ird', 'src/é', 'src/a/../a', 'src//a', 'src/a/*/', '**/', 'nope', 'src/**/../a', '**/**/x.ts', 'src/*/*', 'src/a*', 'src/[a]', '*/x.ts', '**/b/**', 'src/*.*', '?.ts', 'src/a/b/**/*'];

function tree(seed) {
  const { below, pick, chance } = random(seed);
  const files = {};
  for (const folder of FOLDERS) for (const f of FILES) if (chance(0.4)) files[folder ? `${folder}/${f}` : f] = '';
  const list = (n, from) => Array.from({ length: below(n) + 1 }, () => pick(from));
  const config = (depth, at) => {
    const out = { compilerOptions: {} };
    const o = out.compilerOptions;
    if (chance(0.35)) o.allowJs = chance(0.8);
    if (chance(0.2)) o.checkJs = chance(0.8);
    if (chance(0.3)) o.resolveJsonModule = chance(0.8);
    if (chance(0.3)) o.outDir = pick(['dist', './lib', '../dist', '${configDir}/lib', '.']);
    if (chance(0.1)) o.declarationDir = pick(['lib', './test']);
    if (chance(0.3)) o.module = pick(['nodenext', 'esnext', 'commonjs', 'node16', 'preserve']);
    if (chance(0.2)) out.files = chance(0.2) ? [] : list(3, ['src/i.ts', 'i.ts', './x.js', 'd.json', 'node_modules/p/x.ts', 'nope.ts', 'src/a/x.d.ts', '../x.ts', '.hid/i.ts', 'src', 'no']);
    if (chance(0.6)) out.include = chance(0.05) ? [] : list(3, PATTERNS);
    if (chance(0.4)) out.exclude = chance(0.15) ? [] : list(3, PATTERNS);
    if (depth > 0 && chance(0.4)) out.extends = pick(['./base.json', ['./base.json'], ['./base.json', './other.json'], './config/base']);
    if (depth > 0 && chance(0.4)) out.references = list(3, [{ path: 'packages/one' }, { path: './packages/two/tsconfig.json' }, { path: './tsconfig.app.json' }, { path: './tsconfig.test.json' }, { path: 'src' }]);
    if (chance(0.3) && out.references) { out.files = []; delete out.include; }
    return JSON.stringify(out, null, 1);
  };
  const put = (name, depth, p) => { if (chance(p)) files[name] = config(depth); };
  put('tsconfig.json', 2, 0.9);
  put('base.json', 0, 1); put('other.json', 0, 1); put('config/base.json', 0, 1);
  put('tsconfig.app.json', 1, 0.7); put('tsconfig.test.json', 1, 0.6);
  put('packages/one/tsconfig.json', 0, 0.7); put('packages/two/tsconfig.json', 0, 0.5);
  put('src/tsconfig.json', 0, 0.2); put('src/jsconfig.json', 0, 0.1); put('jsconfig.json', 0, 0.2);
  return files;
}

const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'resolver-ownership-')));
const roots = [];
for (let i = 0; i < +options.trees; i++) {
  const root = path.join(work, `t${i}`);
  build(root, tree(+options.seed * 7919 + i));
  roots.push([root, true]);
}
for (const folder of positionals) roots.push([fs.realpathSync(folder), false]);

function walk(root) {
  const configs = [], sources = [], stack = [root];
  while (stack.length > 0) {
    const folder = stack.pop();
    for (const e of fs.readdirSync(folder, { withFileTypes: true })) {
      const at = path.join(folder, e.name);
      if (e.isDirectory()) { if (e.name !== '.git' && (root.startsWith(work) || e.name !== 'node_modules')) stack.push(at); }
      else if (/^[tj]sconfig(\.[\w-]+)*\.json$/.test(e.name)) configs.push(at);
      else if (/\.([cm]?[jt]sx?|json)$/i.test(e.name)) sources.push(at);
    }
  }
  return { configs: configs.sort(), sources: sources.sort() };
}
function ask(questions) {
  const run = cp.spawnSync(options.looplint, ['resolve', '--jsonl'], { input: questions.map((q, id) => JSON.stringify({ id, kind: 'ts-config', ts: ts.version, ...q })).join('\n') + '\n', maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`looplint: ${run.status} ${run.signal} ${run.stderr}`);
  return String(run.stdout).trim().split('\n').map((l) => JSON.parse(l));
}

let asked = 0, wrong = 0;
const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic() {} };
for (const [root, generated] of roots) {
  const { configs, sources } = walk(root);
  const questions = [], want = [];
  for (const config of configs) {
    const parsed = ts.getParsedCommandLineOfConfigFile(config, {}, host);
    if (!parsed) continue;
    const has = new Set(parsed.fileNames);
    const under = generated ? sources : sources.filter((s) => s.startsWith(path.dirname(config) + '/') || has.has(s));
    for (const s of under) { questions.push({ root, from: path.relative(root, s), tsconfig: path.relative(root, config) }); want.push(has.has(s)); }
  }
  // The server opens a file and says which project it took it for; only small trees.
  const owners = [];
  if (generated) {
    const service = new ts.server.ProjectService({
      host: { ...ts.sys, setTimeout: () => 0, clearTimeout() {}, setImmediate: () => 0, clearImmediate() {}, watchFile: () => ({ close() {} }), watchDirectory: () => ({ close() {} }) },
      logger: { close() {}, hasLevel: () => false, loggingEnabled: () => false, perftrc() {}, info() {}, startGroup() {}, endGroup() {}, msg() {}, getLogFileName() {} },
      cancellationToken: { isCancellationRequested: () => false }, useSingleInferredProject: false, useInferredProjectPerProjectRoot: false, typingsInstaller: ts.server.nullTypingsInstaller, session: undefined,
    });
    for (const s of sources.filter((_, i) => i % 3 === 0)) {
      if (!/\.[cm]?[jt]sx?$/.test(s) || s.includes('/node_modules/')) continue;
      service.openClientFile(s);
      const project = service.getDefaultProjectForFile(ts.server.toNormalizedPath(s), true);
      owners.push([s, project && project.projectKind === ts.server.ProjectKind.Configured ? path.relative(root, project.getProjectName()) : undefined]);
      service.closeClientFile(s);
    }
    for (const [s] of owners) questions.push({ root, from: path.relative(root, s) });
  }
  if (questions.length === 0) continue;
  const got = ask(questions);
  let bad = 0;
  const tell = (q, w, g) => { if (bad++ < (generated ? 6 : 12)) console.log(`  ${q.from} in ${q.tsconfig ?? 'its project'}: TypeScript says ${w}, looplint ${g}`); };
  want.forEach((w, i) => { if (w !== !got[i].error) tell(questions[i], w, !got[i].error); });
  owners.forEach(([, w], i) => {
    const q = questions[want.length + i], g = got[want.length + i].path;
    // Where the server has no project for a file, the nearest configuration still tells more than none.
    if (w !== undefined && w !== g) tell(q, w, g);
  });
  asked += questions.length;
  wrong += bad;
  if (bad || !generated) console.log(`${root}: ${configs.length} configurations, ${questions.length} questions, ${bad} answered otherwise`);
}
fs.rmSync(work, { recursive: true });
console.log(`${asked} questions of ${roots.length} trees, ${wrong} answered otherwise`);
process.exit(wrong === 0 && asked > 0 ? 0 : 1);
