// Fixes, baseline, changes of a repository, suppressions on traces, nested configurations, init: as users meet them, on
// small projects in a temporary folder. The oracle is git itself, and node for the syntax of what was fixed.
//   node adoption_test.mjs --looplint path/to/looplint
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf('--looplint');
const binary = path.resolve(at > 0 ? process.argv[at + 1] : path.join(here, '../build/release/looplint'));
const made = [];
after(() => made.forEach((root) => {
  spawnSync('chmod', ['-R', 'u+w', root]);
  fs.rmSync(root, { recursive: true, force: true });
}));
const sync = 'event-loop/sync-in-handler';

const env = { PATH: process.env.PATH, HOME: os.tmpdir(), LANG: 'C.UTF-8', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 't', GIT_AUTHOR_EMAIL: 't@example.org', GIT_COMMITTER_NAME: 't', GIT_COMMITTER_EMAIL: 't@example.org' };

function write(root, files) {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    if (text === null) fs.rmSync(path.join(root, name));
    else fs.writeFileSync(path.join(root, name), text);
  }
}
function project(files, { git: withGit = false } = {}) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-adoption-'));
  made.push(root);
  write(root, { 'package.json': '{"name": "p"}\n', ...files });
  if (withGit) {
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'first');
  } else {
    fs.mkdirSync(path.join(root, '.git'));
  }
  return root;
}
function git(root, ...args) {
  const r = spawnSync('git', args, { cwd: root, encoding: 'utf8', env });
  assert.equal(r.status, 0, `git ${args.join(' ')}: ${r.stderr}`);
  return r.stdout;
}
function run(root, args, more = {}) {
  const r = spawnSync(binary, args, { cwd: root, encoding: 'utf8', input: more.input ?? '', env: { ...env, ...more.env } });
  assert.equal(r.signal, null, r.stderr);
  return { code: r.status, out: r.stdout, err: r.stderr };
}
function lint(root, args = [], more = {}) {
  const r = run(root, ['-f', 'json', ...args], more);
  assert.ok(r.code === 0 || r.code === 1, `exit ${r.code}: ${r.err}`);
  const report = JSON.parse(r.out);
  return { ...report, code: r.code, err: r.err, at: report.findings.map((f) => `${f.file}:${f.start.line} ${f.rule}`) };
}
// One clear sentence and exit code 2.
function refused(root, args, pattern, more = {}) {
  const r = run(root, args, more);
  assert.equal(r.code, 2, `${args.join(' ')}: exit ${r.code}\n${r.out}${r.err}`);
  assert.match(r.err, pattern);
  assert.equal(r.err.trim().split('\n').length, 1, r.err);
  return r;
}

const server = (body) => `const http = require('http');
const { readPage } = require('./lib/pages');
const app = http.createServer((req, res) => {
${body}
  res.end();
});
app.listen(1);
`;
const pages = `const fs = require('fs');
function readPage(name) {
  return fs.readFileSync(name);
}
module.exports = { readPage };
`;
const web = { 'server.js': server("  readPage('a');"), 'lib/pages.js': pages };

// ---- fixes

const fixable = `async function load(file) {
  try {
    return work(file);
  } catch {
    return null;
  }
}
async function work() {
  throw new Error('x');
}
async function start() {
  work();
  if (work()) console.log('yes');
}
module.exports = { load, start };
`;

test('--fix applies what is safe, --fix-suggestions the rest; twice changes nothing', () => {
  const root = project({ 'a.js': fixable });
  const before = lint(root);
  assert.ok(before.findings.length >= 3, before.at.join());
  const r = run(root, ['--fix', '-f', 'unix']);
  assert.match(r.err, /fixed 1 finding in 1 file/);
  let text = fs.readFileSync(path.join(root, 'a.js'), 'utf8');
  assert.match(text, /return await work\(file\)/);
  assert.match(text, /^ {2}work\(\);$/m, 'a suggestion is not applied by --fix');
  run(root, ['--fix-suggestions']);
  text = fs.readFileSync(path.join(root, 'a.js'), 'utf8');
  assert.match(text, /^ {2}await work\(\);$/m);
  assert.match(text, /if \(await work\(\)\)/);
  assert.deepEqual(lint(root).at, []);
  run(root, ['--fix', '--fix-suggestions']);
  assert.equal(fs.readFileSync(path.join(root, 'a.js'), 'utf8'), text);
});

test('a dry run prints a patch that git applies, and writes nothing', () => {
  const root = project({ 'a.js': fixable }, { git: true });
  for (const flag of ['--fix-dry-run', '--diff']) {
    const r = run(root, [flag]);
    assert.equal(r.code, 1);
    assert.match(r.out, /^\+ {4}return await work\(file\);$/m);
    assert.equal(fs.readFileSync(path.join(root, 'a.js'), 'utf8'), fixable);
    assert.equal(spawnSync('git', ['apply', '--check', '-'], { cwd: root, input: r.out, env }).status, 0);
  }
  const patch = run(root, ['--diff', '--fix-suggestions']).out;
  assert.equal(spawnSync('git', ['apply', '-'], { cwd: root, input: patch, env }).status, 0);
  assert.deepEqual(lint(root).at, []);
  const none = run(root, ['--diff', '--fix-suggestions']);
  assert.deepEqual([none.code, none.out], [0, '']);
});

test('line ends, byte order mark, mode, links and other files stay', () => {
  const bytes = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(fixable.replaceAll('\n', '\r\n') + '// \u{1f600} '), Buffer.from([0xff, 0x0a])]);
  const root = project({ 'b.js': 'module.exports = 1;\n' });
  fs.writeFileSync(path.join(root, 'a.js'), bytes, { mode: 0o751 });
  fs.chmodSync(path.join(root, 'a.js'), 0o751);
  const other = fs.statSync(path.join(root, 'b.js'));
  run(root, ['--fix', '--fix-suggestions']);
  const after = fs.readFileSync(path.join(root, 'a.js'));
  assert.deepEqual(after.subarray(0, 3), bytes.subarray(0, 3));
  assert.ok(after.includes(Buffer.from('return await work(file);\r\n')));
  assert.doesNotMatch(after.toString('latin1'), /[^\r]\n(?!$)/);
  assert.deepEqual(after.subarray(-2), bytes.subarray(-2), 'bytes that are no text stay');
  assert.equal(fs.statSync(path.join(root, 'a.js')).mode & 0o777, 0o751);
  assert.equal(fs.statSync(path.join(root, 'b.js')).mtimeMs, other.mtimeMs);
  assert.deepEqual(fs.readdirSync(root).sort(), ['.git', 'a.js', 'b.js', 'package.json'], 'nothing is left behind');
});

test('each example of a rule is still a program after its fixes, and they are stable', () => {
  const root = project({});
  const family = (f) => fs.statSync(path.join(here, '../fixtures', f)).isDirectory() && f !== 'node_modules' && f !== 'syntax';
  for (const f of fs.readdirSync(path.join(here, '../fixtures')).filter(family)) {
    fs.cpSync(path.join(here, '../fixtures', f), path.join(root, 'rules', f), { recursive: true, filter: (n) => !n.endsWith('proof.mjs') && !n.includes('node_modules') });
  }
  const before = lint(root, ['-W', 'all']);
  const offered = before.findings.filter((f) => f.fixes.length > 0);
  assert.ok(new Set(offered.map((f) => f.rule)).size >= 24, [...new Set(offered.map((f) => f.rule))].join());
  run(root, ['-W', 'all', '--fix', '--fix-suggestions']);
  const once = lint(root, ['-W', 'all']);
  assert.deepEqual(once.findings.filter((f) => f.rule === 'syntax/error').map((f) => f.file), before.findings.filter((f) => f.rule === 'syntax/error').map((f) => f.file));
  assert.deepEqual(once.findings.filter((f) => f.fixes.length > 0).map((f) => `${f.file}:${f.start.line} ${f.rule} ${f.fixes[0].description}`), [], 'what could be fixed is fixed');
  assert.ok(once.findings.length <= before.findings.length - offered.length + 2, `${before.findings.length} - ${offered.length} -> ${once.findings.length}`);
  for (const name of new Set(offered.map((f) => f.file))) {
    if (!/\.[cm]?js$/.test(name)) continue;
    const r = spawnSync(process.execPath, ['--check', path.join(root, name)], { encoding: 'utf8' });
    assert.equal(r.status, 0, `${name}\n${r.stderr}`);
  }
  assert.equal(run(root, ['-W', 'all', '--diff', '--fix-suggestions']).out, '', 'twice changes nothing');
});

test('what cannot be fixed is said', () => {
  const root = project({ 'a.js': fixable });
  refused(root, ['--fix', '--stdin-filename', 'a.js'], /use --fix-dry-run/, { input: fixable });
  refused(root, ['--fix', '--staged'], /use one/);
  if (process.getuid() === 0) return;
  fs.chmodSync(root, 0o555);
  const r = run(root, ['--fix']);
  assert.equal(r.code, 2);
  assert.match(r.err, /cannot write .*a\.js: Permission denied/);
  assert.equal(fs.readFileSync(path.join(root, 'a.js'), 'utf8'), fixable);
});

// Suggestions of rules whose examples call for none: before, after.
const suggested = {
  'modules/require-esm': [{ 'late.mjs': 'await 1;\nexport const a = 1;\n', 'a.cjs': "module.exports = async () => {\n  const { a } = require('./late.mjs');\n  return a;\n};\n" }, 'a.cjs', /const \{ a \} = await import\('\.\/late\.mjs'\);/],
  'security/timing-unsafe-compare': [{ 'a.js': "const crypto = require('crypto');\nmodule.exports = (key, text, given) => {\n  const code = crypto.createHmac('sha256', key).update(text).digest('hex');\n  return code !== given;\n};\n" }, 'a.js',
    /return !\(Buffer\.byteLength\(String\(given\)\) === Buffer\.byteLength\(code\) && crypto\.timingSafeEqual\(Buffer\.from\(String\(given\)\), Buffer\.from\(code\)\)\);/],
  'v8/quadratic-accumulation': [{ 'a.js': 'exports.list = (rows) => rows.reduce((all, row) => [...all, row.id], []);\nexports.map = (rows) => rows.reduce((all, row) => ({ ...all, [row.id]: row, n: 1 }), {});\nexports.loop = (rows) => {\n  let all = [];\n  for (const row of rows) all = [...all, row, 1];\n  return all;\n};\n' }, 'a.js',
    /=> \(all\.push\(row\.id\), all\), \[\]\)[^]*=> \(Object\.assign\(all, \{ \[row\.id\]: row, n: 1 \}\)\), \{\}\)[^]*of rows\) all\.push\(row, 1\);/],
  'packages/dependency-kind': [{ 'package.json': '{\n  "name": "p",\n  "dependencies": {\n    "a": "^1.0.0"\n  },\n  "devDependencies": {\n    "a": "^1.0.0",\n    "b": "^1.0.0"\n  }\n}\n', 'a.js': '' }, 'package.json', /"devDependencies": \{\n {4}"b": "\^1\.0\.0"\n {2}\}/],
};
for (const [rule, [files, name, pattern]] of Object.entries(suggested)) {
  test(`a suggestion of ${rule}`, () => {
    const root = project(files);
    const before = lint(root, ['-A', 'all', '-W', rule]);
    assert.ok(before.findings.some((f) => f.fixes.length > 0), before.at.join());
    run(root, ['-A', 'all', '-W', rule, '--fix-suggestions']);
    assert.match(fs.readFileSync(path.join(root, name), 'utf8'), pattern);
    assert.deepEqual(lint(root, ['-A', 'all', '-W', rule]).at, []);
  });
}
test('what --fix-suggestions made of a comparison and of sums says what was meant', async () => {
  const root = project({ ...suggested['security/timing-unsafe-compare'][0] });
  fs.writeFileSync(path.join(root, 'b.js'), suggested['v8/quadratic-accumulation'][0]['a.js']);
  run(root, ['-W', 'all', '--fix-suggestions']);
  const script = `const check = require('./a.js'), sums = require('./b.js'); const rows = [{ id: 'x' }, { id: 'y' }];
    const code = require('crypto').createHmac('sha256', 'k').update('t').digest('hex');
    console.log(JSON.stringify([check('k', 't', code), check('k', 't', code.replace(/^./, 'g')), check('k', 't', 'short'), check('k', 't', undefined), sums.list(rows), Object.keys(sums.map(rows)), sums.loop([1, 2])]));`;
  const r = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  assert.equal(r.stdout.trim(), '[false,true,true,true,["x","y"],["x","n","y"],[1,1,2,1]]', r.stderr);
});

test('--fix-type chooses among fixes', () => {
  const files = { 'a.js': `${fixable}// looplint-disable-next-line promises/floating -- gone\n` };
  const text = (root) => fs.readFileSync(path.join(root, 'a.js'), 'utf8');
  let root = project(files);
  run(root, ['--fix-type', 'directive']);
  assert.equal(text(root), fixable);
  root = project(files);
  run(root, ['--fix', '--fix-type', 'problem']);
  assert.equal(text(root), files['a.js'].replace('return work(file)', 'return await work(file)'));
  root = project(files);
  run(root, ['--fix-type', 'suggestion,directive']);
  assert.equal(text(root), fixable.replace('\n  work()', '\n  await work()').replace('if (work())', 'if (await work())'));
  const wrong = run(root, ['--fix-type', 'layout']);
  assert.deepEqual([wrong.code, /fix-type.*layout/s.test(wrong.err)], [2, true]);
});

test('--suppress writes comments with the reason, where comments can stand', () => {
  const tricky = `const fs = require('fs');
require('http').createServer((req, res) => {
  const page = \`<p>
    \${fs.readFileSync('a')} \${fs.statSync('a').size}
  </p>\`;
\tif (req.url) res.end(page + fs.readFileSync('b') + fs.readdirSync('c'));
}).listen(1);
`;
  const jsx = `import fs from 'fs';
export const View = ({ file }) => (
  <ul>
    <li>text</li>
    {setTimeout(() => {}, 3000000000)}
  </ul>
);
`;
  const root = project({ 'a.js': tricky, 'view.jsx': jsx, '.npmrc': 'strict-ssl=false\n', 'package.json': '{"name": "p", "dependencies": {"a": "1.0.0"}, "devDependencies": {"a": "1.0.0"}}\n' });
  const before = lint(root);
  assert.ok(before.findings.length >= 7, before.at.join());
  refused(root, ['--suppress'], /needs --reason/);
  refused(root, ['--suppress', '--reason', 'a */ b'], /one line/);
  refused(root, ['--suppress', '--reason', 'x', '--fix'], /use one/);
  refused(root, ['--reason', 'x'], /goes with --suppress/);
  const patch = run(root, ['--suppress', '--reason', 'ok', '--diff']);
  assert.equal(patch.code, 1);
  assert.match(patch.out, /^\+\t\/\/ looplint-disable-next-line event-loop\/sync-in-handler -- ok$/m);
  assert.equal(fs.readFileSync(path.join(root, 'a.js'), 'utf8'), tricky, 'a dry run writes nothing');
  const some = run(root, ['--suppress', '--reason', 'agreed', '--only', 'timers']);
  assert.match(some.err, /accepted 1 finding in 1 file/);
  const r = run(root, ['--suppress', '--reason', 'agreed with ops']);
  assert.match(r.err, /finding[s]? left where no comment can stand; "overrides"/);
  const text = fs.readFileSync(path.join(root, 'a.js'), 'utf8');
  assert.match(text, /\$\{\/\* looplint-disable-line event-loop\/sync-in-handler -- agreed with ops \*\/ fs\.readFileSync/);
  assert.match(text, /\n\t\/\/ looplint-disable-next-line event-loop\/sync-in-handler -- agreed with ops\n\tif/);
  assert.match(fs.readFileSync(path.join(root, 'view.jsx'), 'utf8'), /\{\/\* looplint-disable-line timers\/delay-overflow -- agreed \*\/ setTimeout|\n\s*\{[^]*looplint-disable/);
  assert.match(fs.readFileSync(path.join(root, '.npmrc'), 'utf8'), /^# looplint-disable-next-line scripts\/insecure-config -- agreed with ops\nstrict-ssl=false\n$/);
  const after = lint(root);
  assert.deepEqual(after.findings.filter((f) => f.file !== 'package.json').map((f) => `${f.file} ${f.rule}`), [], 'no unused comments either');
  assert.equal(after.summary.suppressed, before.findings.filter((f) => f.file !== 'package.json').length);
  assert.equal(run(root, ['--suppress', '--reason', 'again', '--diff']).out, '', 'twice changes nothing');
  assert.equal(spawnSync(process.execPath, ['--check', path.join(root, 'a.js')]).status, 0);
});

test('--statistics counts by rule, in place of the findings', () => {
  const root = project({ 'a.js': fixable, ...web });
  const { findings } = lint(root);
  const r = run(root, ['--statistics']);
  assert.equal(r.code, 1);
  const rows = [...r.out.matchAll(/^ *(\d+) {2}(error|warning|info) +\[[ *-]\] {2}(\S+)/gm)].map((m) => [m[3], Number(m[1])]);
  const wanted = {};
  for (const f of findings) wanted[`${f.rule}`] = (wanted[f.rule] ?? 0) + 1;
  const got = {};
  for (const [rule, n] of rows) got[rule] = (got[rule] ?? 0) + n;
  assert.deepEqual(got, wanted);
  assert.deepEqual(rows.map((x) => x[1]), rows.map((x) => x[1]).sort((a, b) => b - a));
  assert.doesNotMatch(r.out, /reached from/);
  const machine = run(root, ['--statistics', '-f', 'json']);
  assert.equal(JSON.parse(machine.out).findings.length, findings.length);
  assert.match(machine.err, /event-loop\/sync-in-handler/);
});

test('--group shows a flood once, with its places', () => {
  const calls = Array.from({ length: 9 }, (_, i) => `exports.f${i} = () => {\n  save();\n};\n`).join('');
  const root = project({ 'a.js': `async function save() {\n  throw new Error('x');\n}\n${calls}exports.g = () => {\n  setTimeout(() => {}, 3000000000);\n};\n` });
  const all = run(root, []);
  assert.equal(all.out.match(/^error\[/gm).length, 10);
  const grouped = run(root, ['--group', 'always']);
  assert.equal(grouped.out.match(/^error\[/gm).length, 2);
  assert.match(grouped.out, /and in 8 more places\n.*a\.js {2}8:3, 11:3, /);
  assert.match(grouped.out, /10 problems/);
  const few = run(root, ['--group', 'always', '--max-diagnostics', '1']);
  assert.match(few.out, /^1 more not shown/m);
});

test('explain takes a fingerprint', () => {
  const root = project(web);
  const [finding] = lint(root).findings;
  for (const id of [finding.fingerprint, finding.fingerprint.slice(0, 8)]) {
    const r = run(root, ['explain', id]);
    assert.equal(r.code, 0, r.err);
    assert.match(r.out, /lib\/pages\.js:3:10/);
    assert.match(r.out, /reached from/);
    assert.match(r.out, /blocks/);
  }
  refused(root, ['explain', '0123456789abcdef'], /no finding of this project has the fingerprint/);
});

// ---- baseline

test('the baseline: known findings are counted, new ones reported', () => {
  const root = project(web);
  assert.equal(lint(root).findings.length, 1);
  const update = run(root, ['--update-baseline', '-f', 'json']);
  assert.equal(update.code, 0, update.err);
  assert.match(update.err, /looplint-baseline.jsonl: 1 finding, 1 added, 0 removed/);
  const lines = fs.readFileSync(path.join(root, 'looplint-baseline.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
  assert.deepEqual(Object.keys(lines[0]), ['rule', 'file', 'scope', 'fp', 'sink', 'from']);
  assert.deepEqual([lines[0].rule, lines[0].file, lines[0].scope], [sync, 'lib/pages.js', 'readPage']);
  assert.equal(lines[0].from.length, 1);
  let now = lint(root);
  assert.deepEqual([now.findings.length, now.summary.baselined, now.code], [0, 1, 0]);
  assert.equal(lint(root, ['--no-baseline']).findings.length, 1);
  assert.match(run(root, []).out, /1 in the baseline/);
  // One finding is fixed and another of the same rule and file comes.
  write(root, { 'lib/pages.js': pages.replace('fs.readFileSync(name)', "fs.readdirSync(name)") });
  now = lint(root);
  assert.deepEqual(now.at, [`lib/pages.js:3 ${sync}`]);
  assert.match(now.err, /1 known finding is no longer there; --prune-baseline/);
  assert.equal(run(root, ['--frozen-baseline', '-A', 'all']).code, 0, 'rules that did not run say nothing about their entries');
  write(root, { 'lib/pages.js': 'exports.readPage = () => 1;\n' });
  assert.equal(run(root, []).code, 0);
  assert.equal(run(root, ['--frozen-baseline']).code, 1);
  assert.equal(run(root, [], { env: { CI: 'true' } }).code, 1);
  assert.match(run(root, ['--prune-baseline']).err, /0 findings, 1 removed/);
  assert.equal(fs.readFileSync(path.join(root, 'looplint-baseline.jsonl'), 'utf8'), '');
});

test('--prune-baseline adds nothing', () => {
  const root = project(web);
  run(root, ['--update-baseline']);
  write(root, { 'lib/pages.js': pages.replace('return fs', 'fs.statSync(name);\n  return fs') });
  run(root, ['--prune-baseline']);
  assert.equal(fs.readFileSync(path.join(root, 'looplint-baseline.jsonl'), 'utf8').trim().split('\n').length, 1);
  assert.equal(lint(root).findings.length, 1);
});

test('the baseline follows refactoring', () => {
  const same = (change, why) => {
    const root = project(web);
    run(root, ['--update-baseline']);
    write(root, change);
    const now = lint(root);
    assert.deepEqual([now.at, now.summary.baselined], [[], 1], why);
    assert.doesNotMatch(now.err, /no longer there/, why);
    run(root, ['--prune-baseline']);
    assert.equal(lint(root, ['--frozen-baseline']).summary.baselined, 1, why);
  };
  same({ 'lib/pages.js': `// moved down\n\n\n${pages}` }, 'lines');
  same({ 'lib/pages.js': null, 'lib/views.js': pages, 'server.js': web['server.js'].replace('lib/pages', 'lib/views') }, 'a file renamed');
  same({ 'server.js': null, 'main.js': web['server.js'] }, 'the file of an entry renamed');
  same({ 'server.js': server("  through('a');") + 'function through(name) {\n  return readPage(name);\n}\n' }, 'a helper on the way');
  same({ 'lib/pages.js': pages.replace('return fs.readFileSync(name);', 'return inner(name);') + '\nfunction inner(name) {\n  return fs.readFileSync(name);\n}\n' }, 'extracted into a helper');
  same({ 'lib/pages.js': pages.replaceAll('readPage', 'loadPage'), 'server.js': web['server.js'].replaceAll('readPage', 'loadPage') }, 'a function renamed');
  same({ 'lib/pages.js': "module.exports = require('./files');\n", 'lib/files.js': pages }, 'a function moved to another file');
  same({ 'lib/pages.js': pages.replaceAll("'", '"').replaceAll('  ', '      ').replace('(name);', '(\n name,\n );') }, 'formatted');
});

test('a new way to a known finding is reported, with that way', () => {
  const root = project(web);
  run(root, ['--update-baseline']);
  write(root, { 'server.js': server("  readPage('a');") + "app.on('request', function again() {\n  readPage('b');\n});\n" });
  const now = lint(root);
  assert.deepEqual(now.at, [`lib/pages.js:3 ${sync}`]);
  assert.equal(now.findings[0].trace[0].start.line, 8);
  assert.match(run(root, []).out, /newly reached from/);
  run(root, ['--update-baseline']);
  assert.deepEqual(lint(root).at, []);
});

test('branches merge their baselines by union', () => {
  const root = project({ ...web, '.gitattributes': 'looplint-baseline.jsonl merge=union\n', 'looplint-baseline.jsonl': '' }, { git: true });
  const add = (branch, name) => {
    git(root, 'checkout', '-q', '-b', branch, 'main');
    write(root, { [`lib/${name}.js`]: pages, 'server.js': server(`  require('./lib/${name}').readPage('x');`) });
    run(root, ['--update-baseline']);
    git(root, 'checkout', 'main', '--', 'server.js');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', branch);
  };
  add('one', 'first');
  add('two', 'second');
  git(root, 'merge', '-q', '-m', 'both', 'one');
  write(root, { 'server.js': server("  require('./lib/first').readPage('x');\n  require('./lib/second').readPage('x');") });
  const now = lint(root);
  assert.deepEqual([now.at, now.summary.baselined], [[], 2]);
});

test('a baseline that is no baseline is refused with its line', () => {
  const root = project(web);
  const name = 'looplint-baseline.jsonl';
  refused(root, ['--baseline', 'none.jsonl'], /there is no baseline none.jsonl/);
  refused(root, ['--baseline', 'none/none.jsonl', '--update-baseline'], /cannot write none\/none.jsonl: No such file/);
  for (const [text, pattern] of [['{}\n', /jsonl:1: no text under "rule"/], ['\n<<<<<<< HEAD\n', /jsonl:2: an unresolved merge conflict/], ['[1]', /jsonl:1: not a JSON object/],
    ['{"rule":"a/b","file":"a","scope":"","fp":"xyz","sink":""}', /16 hexadecimal digits under "fp"/]]) {
    write(root, { [name]: text });
    refused(root, [], pattern);
    assert.equal(fs.readFileSync(path.join(root, name), 'utf8'), text);
  }
});

test('the configuration names the baseline', () => {
  const root = project({ ...web, 'looplint.jsonc': '{ "baseline": "config/known.jsonl" }', 'config/x': '' });
  refused(root, [], /there is no baseline config\/known.jsonl/);
  run(root, ['--update-baseline']);
  assert.equal(lint(root).summary.baselined, 1);
});

// ---- changes

test('--staged looks at what is staged, not at the files', () => {
  const root = project({ 'server.js': server(''), 'lib/pages.js': pages }, { git: true });
  assert.equal(lint(root, ['--staged']).findings.length, 0);
  write(root, { 'server.js': server("  readPage('a');") });
  assert.equal(lint(root, ['--staged']).findings.length, 0, 'not staged yet');
  assert.equal(lint(root).findings.length, 1);
  git(root, 'add', '-A');
  write(root, { 'server.js': server('  // nothing') });
  const staged = lint(root, ['--staged']);
  assert.deepEqual(staged.at, [`lib/pages.js:3 ${sync}`], 'a finding in a file that did not change, by a change elsewhere');
  assert.equal(staged.code, 1);
  assert.equal(lint(root).findings.length, 0);
  // The file that holds it was not passed by name: lint-staged and pre-commit filter like this.
  assert.equal(lint(root, ['--staged', path.join(root, 'server.js')]).findings.length, 0);
  assert.equal(lint(root, ['--staged', 'lib']).findings.length, 1);
});

test('--staged: files added, deleted and renamed in the index only', () => {
  const root = project({ 'a.js': 'module.exports = 1;\n' }, { git: true });
  write(root, { 'new.js': 'const = 1;\n', 'untracked.js': 'let = = 2;\n' });
  git(root, 'add', 'new.js');
  fs.rmSync(path.join(root, 'new.js'));
  const r = lint(root, ['--staged']);
  assert.deepEqual([...new Set(r.findings.map((f) => f.file))], ['new.js']);
  git(root, 'reset', '-q', '--hard');
  git(root, 'rm', '-q', '--cached', 'a.js');
  write(root, { 'a.js': 'const = ;\n' });
  assert.equal(lint(root, ['--staged', '--report', 'all']).findings.length, 0, 'a.js is not in the next commit');
});

test('--staged before the first commit: everything is new', () => {
  const root = project({});
  fs.rmdirSync(path.join(root, '.git'));
  git(root, 'init', '-q');
  write(root, web);
  git(root, 'add', '-A');
  assert.equal(lint(root, ['--staged']).findings.length, 1);
  refused(root, ['--changed'], /no commit yet/);
});

test('--changed and --since: introduced, touched, all', () => {
  const old = "const fs = require('fs');\nrequire('http').createServer((q, r) => { fs.statSync('old'); }).listen(1);\n";
  const root = project({ 'server.js': server(''), 'lib/pages.js': pages, 'old.js': old }, { git: true });
  git(root, 'checkout', '-qb', 'feature');
  write(root, { 'server.js': server("  readPage('a');") });
  git(root, 'commit', '-qam', 'calls');
  write(root, { 'old.js': old.replace("'old'", "'older'") });
  for (const args of [['--since', 'main'], ['--since', 'HEAD~1']]) {
    const introduced = lint(root, args);
    assert.deepEqual(introduced.at.sort(), [`lib/pages.js:3 ${sync}`, `old.js:2 ${sync}`]);
  }
  write(root, { 'old.js': `// a comment\n${old}` });
  const introduced = lint(root, ['--since', 'main']);
  assert.deepEqual([introduced.at, introduced.summary.unchanged], [[`lib/pages.js:3 ${sync}`], 1]);
  assert.equal(lint(root, ['--since', 'main', '--report', 'touched']).findings.length, 1, 'through the changed line of its trace');
  assert.equal(lint(root, ['--since', 'main', '--report', 'all']).findings.length, 2);
  assert.deepEqual(lint(root, ['--changed']).at, [], 'against HEAD where there is no origin: only the comment');
  // A commit of main after the branch left is not of the branch.
  git(root, 'checkout', '-q', '--', '.');
  git(root, 'checkout', '-q', 'main');
  write(root, { 'other.js': old.replace('(1)', '(2)') });
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'main goes on');
  git(root, 'checkout', '-q', 'feature');
  assert.deepEqual(lint(root, ['--since', 'main']).at, [`lib/pages.js:3 ${sync}`]);
  // A rename changes nothing.
  git(root, 'mv', 'old.js', 'renamed.js');
  assert.deepEqual(lint(root, ['--since', 'main']).at, [`lib/pages.js:3 ${sync}`]);
});

test('a package inside the repository, and untracked files', () => {
  const root = project({ 'readme.md': '', 'app/package.json': '{"name": "app"}', 'app/server.js': server(''), 'app/lib/pages.js': pages }, { git: true });
  write(root, { 'app/new.js': 'const = 1;\n' });
  assert.deepEqual(lint(path.join(root, 'app'), ['--changed']).findings.map((f) => f.file), ['new.js']);
  const sarif = JSON.parse(run(path.join(root, 'app'), ['-f', 'sarif']).out).runs[0];
  assert.equal(sarif.results[0].locations[0].physicalLocation.artifactLocation.uri, 'app/new.js', 'code hosts count from the top of the repository');
});

test('SARIF names its origin, never a password', () => {
  const root = project(web, { git: true });
  git(root, 'remote', 'add', 'origin', 'https://someone:s3cret@git.example.org/team/app.git');
  const text = run(root, ['-f', 'sarif']).out;
  const [origin] = JSON.parse(text).runs[0].versionControlProvenance;
  assert.deepEqual([origin.repositoryUri, origin.branch, origin.revisionId], ['https://git.example.org/team/app', 'main', git(root, 'rev-parse', 'HEAD').trim()]);
  assert.doesNotMatch(text, /s3cret|someone/);
});

test('repositories in odd states: detached, shallow, bare, none', () => {
  const root = project(web, { git: true });
  write(root, { 'b.js': '' });
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'second');
  git(root, 'checkout', '-q', '--detach', 'HEAD');
  assert.equal(lint(root, ['--since', 'HEAD~1']).findings.length, 0);
  assert.equal(lint(root, ['--staged']).findings.length, 0);
  refused(root, ['--since', 'nowhere'], /git knows no commit "nowhere"/);
  const parent = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-clone-'));
  made.push(parent);
  git(parent, 'clone', '-q', '--depth', '1', `file://${root}`, 'shallow');
  const shallow = path.join(parent, 'shallow');
  refused(shallow, ['--since', 'HEAD~1'], /the clone is shallow/);
  assert.equal(lint(shallow, ['--staged']).findings.length, 0);
  git(parent, 'clone', '-q', '--bare', `file://${root}`, 'bare.git');
  write(parent, { 'bare.git/a.js': 'module.exports = 1;\n' });
  refused(path.join(parent, 'bare.git'), ['--staged'], /is bare/);
  const none = project(web);
  fs.rmdirSync(path.join(none, '.git'));
  refused(none, ['--staged'], /there is no git repository at or above/);
  refused(none, ['--changed'], /there is no git repository/);
  assert.equal(lint(none).findings.length, 1, 'without git, without a change asked for, all is well');
  refused(none, ['--report', 'touched'], /needs a change/);
  refused(none, ['--staged', '--changed'], /use one/);
  fs.mkdirSync(path.join(none, '.git'));
  refused(none, ['--staged'], /git/);
});

// ---- output that cannot be written

test('reports are complete or absent', async () => {
  const root = project(web);
  refused(root, ['-f', 'sarif:none/out.sarif'], /cannot write none\/out.sarif: No such file or directory/);
  refused(root, ['-f', 'json', '-o', '.'], /cannot write \.: /);
  assert.deepEqual(fs.readdirSync(root).sort(), ['.git', 'lib', 'package.json', 'server.js']);
  if (fs.existsSync('/dev/full')) {
    for (const format of ['sarif', 'json', 'html', 'default']) refused(root, ['-f', format, '-o', '/dev/full'], /cannot write \/dev\/full: No space left on device/);
    const full = spawnSync('sh', ['-c', `${binary} -f sarif > /dev/full`], { cwd: root, encoding: 'utf8', env });
    assert.deepEqual([full.status, full.stderr], [2, 'looplint: cannot write the report: No space left on device\n']);
  }
  // A disk that fills up on the way: nothing half-written, what was there stays.
  const big = project({ 'a.js': 'setTimeout(() => {}, 3000000000);\n'.repeat(300), 'old.json': 'old' });
  const limited = (script) => spawnSync('bash', ['-c', `ulimit -f 8; ${script}`], { cwd: big, encoding: 'utf8', env });
  for (const args of ['-f sarif:new.sarif', '-f json -o old.json', '-f html:new.html', '--update-baseline', '--fix-suggestions']) {
    const r = limited(`${binary} ${args}`);
    assert.deepEqual([r.status, r.signal], [2, null], `${args}: ${r.stderr}`);
    assert.match(r.stderr, /cannot write \S+: File too large/);
  }
  assert.deepEqual(fs.readdirSync(big).sort(), ['.git', 'a.js', 'old.json', 'package.json']);
  assert.equal(fs.readFileSync(path.join(big, 'old.json'), 'utf8'), 'old');
  assert.equal(fs.readFileSync(path.join(big, 'a.js'), 'utf8').split('\n').length, 301);
  const space = spawnSync('unshare', ['-Urm', 'bash', '-c', `mkdir disk && mount -t tmpfs -o size=32k none disk && { ${binary} -f sarif:disk/out.sarif; echo "exit $?"; ls -A disk | wc -l; }`], { cwd: big, encoding: 'utf8', env });
  if (space.status === 0) {  // where a user may mount
    assert.match(space.stderr, /cannot write disk\/out\.sarif: No space left on device/);
    assert.match(space.stdout, /exit 2\n0\n$/);
  }
  // Standard output that is closed, or read no further.
  const none = spawnSync('bash', ['-c', `${binary} -f json >&-`], { cwd: root, encoding: 'utf8', env });
  assert.deepEqual([none.status, none.stderr], [2, 'looplint: cannot write the report: Bad file descriptor\n']);
  // A file is replaced, its mode and what links to it stay.
  write(root, { 'report.json': 'old' });
  fs.chmodSync(path.join(root, 'report.json'), 0o600);
  fs.symlinkSync('report.json', path.join(root, 'link.json'));
  run(root, ['-f', 'json:link.json', '-o', '/dev/null', '-f', 'unix']);
  assert.equal(JSON.parse(fs.readFileSync(path.join(root, 'report.json'), 'utf8')).version, 1);
  assert.equal(fs.statSync(path.join(root, 'report.json')).mode & 0o777, 0o600);
  assert.ok(fs.lstatSync(path.join(root, 'link.json')).isSymbolicLink());
  // Nobody reads any more: no complaint, no signal.
  const closed = spawnSync('bash', ['-c', `set -o pipefail; ${binary} -f sarif | head -c 1; exit \${PIPESTATUS[0]}`], { cwd: root, encoding: 'utf8', env });
  assert.deepEqual([closed.status, closed.stderr], [1, '']);
});

test('two checkouts of the same sources give the same documents', () => {
  const [one, two] = [project({ ...web, 'a.js': fixable }), project({ ...web, 'a.js': fixable })];
  for (const format of ['sarif', 'json', 'jsonl', 'github', 'gitlab', 'junit', 'checkstyle', 'rdjson', 'rdjsonl', 'html', 'agent']) {
    const [a, b] = [run(one, ['-f', format]).out, run(two, ['-f', format, '--threads', '1']).out];
    const timeless = (text) => text.replace(/ in \d+\.\d+ s/, '');
    assert.ok(a.length > 200, format);
    assert.equal(timeless(a), timeless(b), format);
    assert.ok(!a.includes(one), `${format} names a folder of this machine`);
  }
});

test('GitHub Actions get annotations and a summary without being asked', () => {
  const root = project(web);
  const summary = path.join(root, 'summary.md');
  fs.writeFileSync(summary, '# before\n');
  const r = run(root, [], { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary } });
  assert.match(r.out, /^::error file=lib\/pages.js,line=3,.*title=event-loop\/sync-in-handler::/m);
  const text = fs.readFileSync(summary, 'utf8');
  assert.match(text, /^# before\n## looplint/);
  assert.match(text, /\| error \| lib\/pages.js:3:10 \|/);
  const machine = run(root, ['-f', 'json'], { env: { GITHUB_ACTIONS: 'true' } });
  JSON.parse(machine.out);
});

// ---- suppressions on traces

test('a comment at a call cuts the ways through it; at the entry, those from it; at the finding, all', () => {
  const two = "  readPage('a');\n  if (req.url) through();\n";
  const more = "function through() {\n  return readPage('b');\n}\n";
  const comment = `// looplint-disable-next-line ${sync} -- why\n`;
  let root = project({ 'server.js': server(two) + more, 'lib/pages.js': pages });
  const first = lint(root).findings[0].trace.map((s) => s.start.line);
  assert.deepEqual(first, [3, 4]);
  root = project({ 'server.js': server(comment + two) + more, 'lib/pages.js': pages });
  let now = lint(root);
  assert.equal(now.findings.length, 1, 'the other way is still there');
  assert.deepEqual(now.findings[0].trace.map((s) => s.start.line), [3, 6, 12]);
  root = project({ 'server.js': server(comment + two) + more.replace('  return', `  ${comment}  return`), 'lib/pages.js': pages });
  now = lint(root);
  assert.deepEqual([now.at, now.summary.suppressed], [[], 1], 'both ways are cut, and both comments are of use');
  root = project({ 'server.js': (server(two) + more).replace('const app', `${comment}const app`), 'lib/pages.js': pages });
  now = lint(root);
  assert.deepEqual([now.at, now.summary.suppressed], [[], 1], 'the entry is accepted');
  root = project({ 'server.js': (server(two) + more).replace('const app', `${comment}const app`) + "app.on('request', () => readPage('c'));\n", 'lib/pages.js': pages });
  now = lint(root);
  assert.equal(now.findings.length, 1, 'another entry is not');
  assert.equal(now.findings[0].trace[0].start.line, 14);
  root = project({ 'server.js': server(two) + more, 'lib/pages.js': pages.replace('  return', `  ${comment}  return`) });
  now = lint(root);
  assert.deepEqual([now.at, now.summary.suppressed], [[], 1]);
  assert.match(run(root, ['why', 'lib/pages.js:4']).out, /suppressed by lib\/pages.js:3 -- why/);
});

test('suppressed and known results go into SARIF when asked for', () => {
  const root = project({ 'server.js': server(`  // looplint-disable-next-line ${sync} -- because\n  readPage('a');`), 'lib/pages.js': pages });
  const results = (args) => JSON.parse(run(root, ['-f', 'sarif', ...args]).out).runs[0].results;
  assert.equal(results([]).length, 0);
  const [r] = results(['--sarif-suppressed']);
  assert.deepEqual(r.suppressions, [{ kind: 'inSource', status: 'accepted', justification: 'because' }]);
});

test('honorEslint: comments for ESLint count for rules with an equivalent', () => {
  const files = { 'server.js': server("  readPage('a');"), 'lib/pages.js': pages.replace('  return', '  // eslint-disable-next-line n/no-sync\n  return') };
  let root = project(files);
  assert.equal(lint(root).findings.length, 1);
  root = project({ ...files, 'looplint.jsonc': '{ "suppressions": { "honorEslint": true } }' });
  const now = lint(root);
  assert.deepEqual([now.at, now.summary.suppressed], [[], 1], 'and they need no reason of ours');
  write(root, { 'lib/pages.js': `/* eslint-disable n/no-sync */\n${pages}/* eslint-enable */\n` });
  assert.equal(lint(root).findings.length, 0);
  write(root, { 'lib/pages.js': pages.replace('  return', '  // eslint-disable-next-line no-console, n/no-process-exit\n  return') });
  assert.equal(lint(root).findings.length, 1, 'of other rules they say nothing');
});

// ---- configuration

test('the nearest configuration governs its folder', () => {
  const broken = 'const = 1;\n';
  const files = { 'a.js': broken, 'packages/one/a.js': broken, 'packages/two/a.js': broken, 'packages/two/deep/a.js': broken, 'packages/two/test/a.js': broken,
    'looplint.jsonc': '{ "rules": { "syntax/error": "warn" } }',
    'packages/one/looplint.jsonc': '{ "extends": [] , "rules": { "syntax/error": "off" } }',
    'packages/two/looplint.json': '{ "extends": ["//"], "overrides": [{ "files": ["test/**"], "rules": { "syntax/error": "info" } }] }',
    'packages/two/deep/package.json': '{ "looplint": { "rules": { "syntax/error": "error" } } }' };
  const root = project(files);
  const levels = (r) => Object.fromEntries(r.findings.map((f) => [f.file, f.severity]));
  assert.deepEqual(levels(lint(root)), { 'a.js': 'warn', 'packages/two/a.js': 'warn', 'packages/two/deep/a.js': 'error', 'packages/two/test/a.js': 'info' });
  assert.deepEqual(levels(lint(root, ['-D', 'syntax'])), Object.fromEntries(['a.js', 'packages/one/a.js', 'packages/two/a.js', 'packages/two/deep/a.js', 'packages/two/test/a.js'].map((f) => [f, 'error'])));
  // From inside, one that extends "//" belongs to the same project.
  assert.deepEqual(levels(lint(path.join(root, 'packages/two'))), { 'a.js': 'warn', 'deep/a.js': 'error', 'test/a.js': 'info' });
  assert.equal(JSON.parse(run(root, ['config', 'packages/two/test/a.js']).out).rules['syntax/error'], 'info');
  write(root, { 'packages/one/looplint.jsonc': '{ "threads": 1 }' });
  refused(root, [], /packages\/one\/looplint.jsonc:1:3: "threads" is for the whole project/);
  write(root, { 'packages/one/looplint.jsonc': '{ "rules": { "syntax/eror": "off" } }' });
  refused(root, [], /packages\/one\/looplint.jsonc:1:14: there is no rule "syntax\/eror"; did you mean/);
});

test('init writes a configuration for what it sees', () => {
  const root = project({
    'package.json': '{"name": "p", "type": "module", "dependencies": {"express": "^4", "left-pad": "1"}, "devDependencies": {"eslint-plugin-n": "17"}, "workspaces": ["packages/*"]}',
    'packages/api/package.json': '{"name": "api", "dependencies": {"@nestjs/core": "10"}}', 'package-lock.json': '{}', 'tsconfig.json': '{}', 'eslint.config.mjs': "export default [{ rules: { 'n/no-sync': 'error', 'security/detect-child-process': 1, 'promise/catch-or-return': ['off'] } }];\n", 'a.js': 'export {};\n' });
  const r = run(root, ['init']);
  assert.equal(r.code, 0, r.err);
  const text = fs.readFileSync(path.join(root, 'looplint.jsonc'), 'utf8');
  for (const expected of [/modules: ES modules/, /package manager: npm/, /language: TypeScript/, /frameworks: (@nestjs\/\w+, )*express\n/, /n\/no-sync -> event-loop\/sync-in-handler/, /security\/detect-child-process -> security\/shell-injection/, /"honorEslint": true/, /ESLint with eslint-plugin-n$/m, /"files": \["packages\/\*\/\*\*"\]/, /workspace of 2 packages in packages/]) {
    assert.match(text, expected);
  }
  assert.doesNotMatch(text, /catch-or-return/, 'what is off is not checked');
  lint(root);  // it is valid
  refused(root, ['init'], /looplint.jsonc exists/);
  const plain = project({ 'package.json': '{"name": "p"}', 'a.js': '' });
  run(plain, ['init']);
  assert.match(fs.readFileSync(path.join(plain, 'looplint.jsonc'), 'utf8'), /"honorEslint": false/);
  assert.equal(lint(plain).code, 0);
});

test('--version tells what it was made of', () => {
  const r = run(os.tmpdir(), ['--version']);
  assert.match(r.out, /^looplint \d+\.\d+\.\d+\ncommit {5}[0-9a-f]{12}\ngrammars {3}tree-sitter [\d.]+, tree-sitter-javascript [\d.]+, tree-sitter-typescript [\d.]+\nknowledge {2}[0-9a-f]{12}, /);
});
