// looplint prof over profiles that this very Node takes: of plain JavaScript, and of TypeScript through source maps.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: opt } = parseArgs({ options: { looplint: { type: 'string' } } });
const ts = createRequire(import.meta.url)('typescript');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'prof-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

const SOURCE = `import * as http from 'node:http';
import * as crypto from 'node:crypto';

interface Options { rounds: number }
class Hasher {
  constructor(private readonly options: Options) {}
  hash(text: string): string {
    return crypto.pbkdf2Sync(text, 'salt', this.options.rounds, 32, 'sha256').toString('hex');
  }
}
const hasher: Hasher = new Hasher({ rounds: 60000 });
const spin = (n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.sqrt(i ^ (sum | 0));
  return sum;
};
const server = http.createServer((req, res) => {
  res.end(hasher.hash(String(req.url)) + spin(200000));
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address() as any;
  for (let i = 0; i < 40; i++) await fetch('http://127.0.0.1:' + port).then((r) => r.text());
  (server as any).closeAllConnections();
  server.close();
});
`;

function write(dir, name, text) {
  fs.mkdirSync(path.join(dir, path.dirname(name)), { recursive: true });
  fs.writeFileSync(path.join(dir, name), text);
}
function profile(dir, file) {
  const run = spawnSync(process.execPath, ['--cpu-prof', '--cpu-prof-dir', scratch, '--cpu-prof-name', 'p.cpuprofile', path.join(dir, file)],
    { encoding: 'utf8', timeout: 60000 });
  assert.equal(run.status, 0, run.stderr);
  return path.join(scratch, 'p.cpuprofile');
}
function prof(...args) {
  const run = spawnSync(opt.looplint, ['prof', ...args], { encoding: 'utf8' });
  return { ...run, json: args.includes('json') && run.status === 0 ? JSON.parse(run.stdout) : null };
}
function hashOf(json) {
  const row = json.functions.find((f) => f.name === 'hash');
  assert.ok(row, JSON.stringify(json.functions.slice(0, 5)));
  return row;
}

// ---- TypeScript, compiled with a map beside it, sources and output in one project
const app = path.join(scratch, 'app');
const out = ts.transpileModule(SOURCE, { fileName: 'server.ts', compilerOptions: {
  module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, sourceMap: true, sourceRoot: '', removeComments: true } });
write(app, 'package.json', '{"name":"app","private":true}');
write(app, 'src/server.ts', SOURCE);
write(app, 'dist/server.js', out.outputText);
write(app, 'dist/server.js.map', out.sourceMapText.replace('"server.ts"', '"../src/server.ts"'));
const taken = profile(app, 'dist/server.js');
{
  const { json, stderr } = prof(taken, app, '-f', 'json', '--top', '0');
  assert.equal(stderr, '');
  const row = hashOf(json);
  assert.match(row.place, /src\/server\.ts:7$/, 'the method, in the source it was written in');
  assert.deepEqual(row.findings.map((f) => f.rule), ['event-loop/sync-in-handler']);
  assert.equal(row.findings[0].line, 8);
  assert.ok(row.own > row.self + 0.2, 'what Node did for it is its own');
  const handler = json.functions.find((f) => /server\.ts:17$/.test(f.place));
  assert.ok(handler && handler.total > row.total, 'the handler calls it');
  assert.ok(json.functions.some((f) => f.name === 'spin' && /server\.ts:12$/.test(f.place) && f.self > 0.01));
  assert.ok(json.functions.filter((f) => f.inProject).slice(0, 2).some((f) => f.name === 'hash'), 'ranked by own time');
}

// ---- taken elsewhere: the same project under another root, with and without the sources
const moved = path.join(scratch, 'elsewhere', 'checkout');
fs.cpSync(app, moved, { recursive: true });
fs.renameSync(app, `${app}-gone`);
{
  const row = hashOf(prof(taken, moved, '-f', 'json').json);
  assert.match(row.place, /src\/server\.ts:7$/);
}
fs.rmSync(path.join(moved, 'src'), { recursive: true });
{
  const { json, stderr } = prof(taken, moved, '-f', 'json');
  const row = hashOf(json);
  assert.match(row.place, /dist\/server\.js:\d+$/, 'no source: the generated file itself');
  assert.match(stderr, /its source map names .*src\/server\.ts, which is not there; what was measured of it is shown in the generated code/);
  assert.equal(stderr.trim().split('\n').length, 1, stderr);
  assert.equal(row.findings.length, 1);
}

// ---- a map that lies, a map that is broken, a map that is missing: one warning each, the rest goes on
write(moved, 'src/server.ts', 'export const other = 1;\n'.repeat(30));
{
  const { json, stderr, status } = prof(taken, moved, '-f', 'json');
  assert.equal(status, 0);
  assert.match(stderr, /server\.js: its source map is not used: it leads \d+ of \d+ samples to where no such function is; they are shown in the generated code/);
  assert.equal(stderr.trim().split('\n').length, 1, stderr);
  assert.match(hashOf(json).place, /dist\/server\.js/);
}
// The compiled code is no part of the project: only the sources are, and these are others.
fs.renameSync(path.join(moved, 'dist'), path.join(moved, 'node_modules'));
{
  const elsewhere = taken.replace('p.cpuprofile', 'gone.cpuprofile');
  fs.writeFileSync(elsewhere, fs.readFileSync(taken, 'utf8').replaceAll(pathToFileURL(path.join(app, 'dist')).href, pathToFileURL(path.join(moved, 'node_modules')).href));
  const { stderr, status } = prof(elsewhere, moved);
  assert.equal(status, 0);
  assert.match(stderr, /left out, for the profile was taken of other sources/);
  assert.equal(stderr.trim().split('\n').length, 2, stderr);
}
fs.renameSync(path.join(moved, 'node_modules'), path.join(moved, 'dist'));
write(moved, 'dist/server.js.map', '{"version":3,"sources":["a"],"mappings":"AAAA!"}');
assert.match(prof(taken, moved).stderr, /source map is not used: its mappings are malformed/);
fs.rmSync(path.join(moved, 'dist/server.js.map'));
assert.match(prof(taken, moved).stderr, /its source map .*server\.js\.map cannot be read/);
assert.match(hashOf(prof(taken, moved, '-f', 'json').json).place, /dist\/server\.js/);

// ---- functions that the compiler makes are in no source: they are shown where they run, and the map is no liar for it
{
  const barrel = path.join(scratch, 'barrel');
  const source = "export { max } from './max';\n";
  const compiled = ts.transpileModule(source, { fileName: 'index.ts', compilerOptions: {
    module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, sourceMap: true } });
  write(barrel, 'package.json', '{"name":"barrel","private":true}');
  write(barrel, 'src/index.ts', source);
  write(barrel, 'src/max.ts', 'export const max = 1;\n');
  write(barrel, 'dist/index.js', compiled.outputText);
  write(barrel, 'dist/index.js.map', compiled.sourceMapText.replace('"index.ts"', '"../src/index.ts"'));
  const lines = compiled.outputText.split('\n'), line = lines.findIndex((l) => l.includes('get: function'));
  assert.ok(line > 0, compiled.outputText);
  const url = pathToFileURL(path.join(barrel, 'dist/index.js')).href;
  const frame = { functionName: 'get', scriptId: '1', url, lineNumber: line, columnNumber: lines[line].indexOf('function') + 8 };
  const root = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 };
  write(scratch, 'barrel.cpuprofile', JSON.stringify({ nodes: [{ id: 1, callFrame: root, children: [2] }, { id: 2, callFrame: frame }],
    startTime: 0, endTime: 900, samples: [...Array(998).fill(1), 2, 2], timeDeltas: Array(1000).fill(1) }));
  const { json, stderr } = prof(path.join(scratch, 'barrel.cpuprofile'), barrel, '-f', 'json', '--top', '0');
  assert.equal(stderr, '');
  assert.match(json.functions.find((f) => f.name === 'get').place, /dist\/index\.js:\d+$/);
}

// ---- other sources than those profiled
write(moved, 'dist/server.js', 'const a = 1;\nfunction hashes() { return a; }\nmodule.exports = hashes;\n');
{
  const { stderr, status } = prof(taken, moved);
  assert.equal(status, 0);
  assert.match(stderr, /server\.js: left out, for the profile was taken of other sources: \d+ of \d+ samples/);
  assert.match(stderr, /no sample falls on this project/);
}

// ---- cut off, and not a profile at all
const text = fs.readFileSync(taken, 'utf8');
for (const [name, bad] of [['cut.cpuprofile', text.slice(0, text.length >> 1)], ['empty.cpuprofile', ''], ['list.cpuprofile', '[]']]) {
  write(scratch, name, bad);
  const { status, stderr } = prof(path.join(scratch, name), moved);
  assert.equal(status, 2);
  assert.match(stderr, /not a CPU profile|cut off/);
  assert.equal(stderr.trim().split('\n').length, 1);
}
assert.equal(prof(path.join(scratch, 'none.cpuprofile'), moved).status, 2);

// ---- V8's log of inline caches
const shapes = path.join(scratch, 'shapes');
write(shapes, 'package.json', '{"name":"shapes","private":true,"type":"module"}');
write(shapes, 'events.js', `const makers = [
  (t) => ({ t, door: 1 }),
  (t) => ({ bell: 1, t }),
  (t) => ({ lamp: 1, level: 3, t }),
  (t) => ({ from: 1, to: 2, t }),
  (t) => ({ t, noise: 'x', level: 2 }),
];
class Heard { constructor(t) { this.t = t; } }
export function make(i) { return i % 6 === 5 ? new Heard(i) : makers[i % 6](i); }
`);
write(shapes, 'main.js', `import { make } from './events.js';
let max = 0;
for (let i = 0; i < 500; i++) {
  const event = make(i);
  if (event.t > max) max = event.t;
}
console.log(max);
`);
const seen = path.join(scratch, 'ic.log');
{
  const run = spawnSync(process.execPath, ['--log-ic', '--log-code', '--log-maps', '--no-opt', '--no-sparkplug', '--no-logfile-per-isolate', `--logfile=${seen}`,
    path.join(shapes, 'main.js')], { encoding: 'utf8', timeout: 60000 });
  assert.equal(run.status, 0, run.stderr);
  const { json, stderr } = prof(seen, shapes, '-f', 'json', '--top', '0');
  assert.equal(stderr, '');
  const at = json.megamorphic.filter((site) => /main\.js$/.test(site.file));
  assert.ok(at.some((site) => site.line === 5 && site.property === 't' && site.kind === 'get'), JSON.stringify(json));
  const { classes } = at[0];
  const born = { '{ t, door }': 2, '{ bell, t }': 3, '{ lamp, level, t }': 4, '{ from, to, t }': 5, '{ t, noise, level }': 6, 'Heard { t }': 8 };
  assert.ok(classes.length > 4, JSON.stringify(classes));
  for (const c of classes) assert.ok(born[c.name] === c.line && /events\.js$/.test(c.file), JSON.stringify(c));
  const { stdout } = prof(seen, shapes);
  assert.match(stdout, /main\.js:5:\d+ {2}\.t is read\n( {4}.*\n)* {4}\{ lamp, level, t \} {2}\S*events\.js:4:/);
}
write(shapes, 'main.js', '// -\n'.repeat(9));
assert.match(prof(seen, shapes).stderr, /main\.js: \d+ of \d+ accesses of the log are not there, it was taken of other sources; the file is left out/);
{
  const { status, stderr } = prof(seen, moved);
  assert.equal(status, 0);
  assert.match(stderr, /none of its accesses is in this project: is the log of another program\?/);
  fs.writeFileSync(seen, 'v8-version,1\ncode-creation,');
  const bad = prof(seen, shapes);
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /no inline caches in it: was node run with --log-ic\?/);
  assert.equal(bad.stderr.trim().split('\n').length, 1);
}

// ---- the log of compiled TypeScript, through its source maps
{
  const typed = path.join(scratch, 'typed');
  const sources = {
    'events.ts': `interface Timed { t: number }
type Maker = (t: number) => Timed;

const makers: Maker[] = [
  (t) => ({ t, door: 1 }) as Timed,
  (t) => ({ bell: 1, t }) as Timed,
  (t) => ({ lamp: 1, level: 3, t }) as Timed,
  (t) => ({ from: 1, to: 2, t }) as Timed,
  (t) => ({ t, noise: 'x', level: 2 }) as Timed,
];

export class Heard implements Timed { constructor(public t: number) {} }

export const make = (i: number): Timed => i % 6 === 5 ? new Heard(i) : makers[i % 6](i);
`,
    'main.ts': `import { make } from './events';

interface Best { max: number }
const best: Best = { max: 0 };

for (let i = 0; i < 500; i++) {
  const event = make(i);
  if (event.t > best.max) best.max = event.t;
}
console.log(best.max);
`,
  };
  write(typed, 'package.json', '{"name":"typed","private":true}');
  for (const [name, text] of Object.entries(sources)) {
    const out = ts.transpileModule(text, { fileName: name, compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, sourceMap: true, removeComments: true } });
    const js = name.replace('.ts', '.js');
    write(typed, `src/${name}`, text);
    write(typed, `dist/${js}`, out.outputText);
    write(typed, `dist/${js}.map`, out.sourceMapText.replace(`"${name}"`, `"../src/${name}"`));
  }
  const log = path.join(scratch, 'typed.log');
  const run = spawnSync(process.execPath, ['--log-ic', '--log-code', '--log-maps', '--no-opt', '--no-sparkplug', '--no-logfile-per-isolate', `--logfile=${log}`,
    path.join(typed, 'dist/main.js')], { encoding: 'utf8', timeout: 60000 });
  assert.equal(run.status, 0, run.stderr);
  const inMain = (json) => json.megamorphic.filter((site) => site.property === 't');
  {
    const { json, stderr } = prof(log, typed, '-f', 'json', '--top', '0');
    assert.equal(stderr, '');
    const at = inMain(json);
    assert.ok(at.length > 0 && at.every((site) => /src\/main\.ts$/.test(site.file) && site.line === 8), JSON.stringify(json));
    const born = { '{ t, door }': 5, '{ bell, t }': 6, '{ lamp, level, t }': 7, '{ from, to, t }': 8, '{ t, noise, level }': 9, 'Heard { t }': 12 };
    assert.ok(at[0].classes.length > 4);
    for (const c of at[0].classes) assert.ok(born[c.name] === c.line && /src\/events\.ts$/.test(c.file), JSON.stringify(c));
  }
  // A map that lies, one that is broken, one that is not there: one warning, and the generated code is shown.
  const lie = sources['main.ts'].replace(/^/, '// one\n'.repeat(20));
  const shown = (warning) => {
    const { json, stderr, status } = prof(log, typed, '-f', 'json', '--top', '0');
    assert.equal(status, 0);
    assert.match(stderr, warning);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    const at = inMain(json);
    assert.ok(at.length > 0 && at.every((site) => /dist\/main\.js$/.test(site.file)), JSON.stringify(json));
  };
  write(typed, 'src/main.ts', lie);
  shown(/main\.js: its source map is not used: it leads \d+ of \d+ accesses of the log to lines that do not name what is taken; they are shown in the generated code/);
  fs.rmSync(path.join(typed, 'src/main.ts'));
  shown(/main\.js: its source map names .*src\/main\.ts, which is not there; what was measured of it is shown in the generated code/);
  write(typed, 'dist/main.js.map', '{"version":3,"sources":["a"],"mappings":"AAAA!"}');
  shown(/main\.js: its source map is not used: its mappings are malformed/);
  fs.rmSync(path.join(typed, 'dist/main.js.map'));
  shown(/main\.js: its source map .*main\.js\.map cannot be read/);
}

// ---- lint with a profile: the hottest first, what was never sampled last or left out
write(`${app}-gone`, 'src/a-cold.ts', `import * as http from 'node:http';
import * as fs from 'node:fs';
http.createServer((req, res) => res.end(fs.readFileSync('x'))).listen(0);
`);
{
  const lint = (...args) => {
    const run = spawnSync(opt.looplint, [`${app}-gone`, '-f', 'json', '--only', 'event-loop', ...args], { encoding: 'utf8' });
    return { ...run, json: run.stdout ? JSON.parse(run.stdout) : null };
  };
  const name = (f) => path.basename(f.file);
  const plain = lint();
  assert.ok(plain.json.findings.length >= 3 && plain.json.findings.every((f) => f.measured === undefined));
  const ranked = lint('--cpu-profile', taken).json.findings;
  assert.equal(ranked.length, plain.json.findings.length);
  assert.equal(name(ranked[0]), 'server.ts');
  assert.ok(ranked[0].measured.own > 0.2);
  assert.deepEqual(ranked.find((f) => name(f) === 'a-cold.ts').measured, { self: 0, own: 0, total: 0 });
  const hot = lint('--cpu-profile', taken, '--hot-only');
  assert.deepEqual(hot.json.findings.map(name), ['server.ts']);
  assert.equal(hot.json.summary.neverSampled, plain.json.findings.length - 1);
  assert.equal(hot.json.summary.errors, 1);
  assert.equal(lint('--hot-only').status, 2);
  const cut = lint('--cpu-profile', path.join(scratch, 'cut.cpuprofile'));
  assert.match(cut.stderr, /cut\.cpuprofile: .*; nothing is ranked by it/);
  assert.equal(cut.json.findings.length, plain.json.findings.length, 'one warning, and the rest goes on');
  assert.equal(cut.status, plain.status);
  assert.equal(lint('--cpu-profile', path.join(scratch, 'none.cpuprofile')).status, 2);
  // Of another program: what was not sampled there was not measured here.
  write(scratch, 'other.cpuprofile', JSON.stringify({ nodes: [{ id: 1, callFrame: { functionName: 'f', scriptId: '1', url: 'file:///elsewhere/x.js', lineNumber: 1, columnNumber: 1 } }], startTime: 0, endTime: 100, samples: [1], timeDeltas: [50] }));
  const other = lint('--cpu-profile', path.join(scratch, 'other.cpuprofile'), '--hot-only');
  assert.match(other.stderr, /other\.cpuprofile: no sample falls on this project, nothing is ranked by it/);
  assert.equal(other.json.findings.length, plain.json.findings.length);
  const pretty = spawnSync(opt.looplint, [`${app}-gone`, '--only', 'event-loop', '--cpu-profile', taken], { encoding: 'utf8' });
  assert.match(pretty.stdout, /measured: \d+\.\d % of CPU time in this function/);
}

// ---- the table
const table = prof(taken, `${app}-gone`, '--top', '5', '--project');
assert.match(table.stdout, /^\d+\.\d s busy, \d+ % of it in this project; .* samples\n/);
assert.match(table.stdout, /\n +\d+\.\d %  +\d+\.\d %  +\d+\.\d %  hash .*server\.ts:7 +event-loop\/sync-in-handler\n/);
console.log('prof_test: ok');
