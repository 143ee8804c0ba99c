// Trees in which something is wrong with what resolution reads: each gives one clear finding (or notice), and the run
// goes on to the end and finds what it finds elsewhere.
//   node resolver_trouble_test.mjs --looplint PATH
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { build } from './resolver/cases.mjs';

const binary = path.resolve(process.argv[process.argv.indexOf('--looplint') + 1]);
const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-trouble-')));
process.on('exit', () => fs.rmSync(work, { recursive: true, force: true }));
const json = (value) => JSON.stringify(value, null, 2);
// Something else is wrong in every tree, and is found.
const elsewhere = { 'elsewhere.cjs': "require('./not-there');\n" };

let trees = 0;
function lint(files, { user } = {}) {
  const root = path.join(work, `t${trees++}`);
  build(root, { 'package.json': '{"name": "p", "private": true}', '.git/keep': '', ...elsewhere, ...files });
  fs.chmodSync(work, 0o755);
  return { root, run: () => {
    const r = spawnSync(binary, ['-f', 'json', '.'], { cwd: root, encoding: 'utf8', timeout: 60000, ...user });
    assert.equal(r.signal, null, 'it ends by itself');
    const found = JSON.parse(r.stdout).findings.map((f) => `${f.file ?? f.path}:${f.line ?? f.start?.line} ${f.rule} ${f.message}`);
    const other = found.filter((f) => !f.startsWith('elsewhere.cjs'));
    assert.equal(found.length - other.length, 1, `the rest of the tree is looked at: ${found.join('\n')}`);
    return { found: other, notices: r.stderr.trim().split('\n').filter(Boolean), code: r.status };
  } };
}
function one(result, pattern) {
  assert.equal(result.found.length, 1, result.found.join('\n'));
  assert.match(result.found[0], pattern);
}

test('package.json of the project with a mistake', () => one(lint({ 'package.json': '{\n  "name": "p"\n  "private": true\n}', 'a.js': "require('./b');\n", 'b.js': '' }).run(), /^package\.json:3 lockfile\/malformed/));
test('package.json of a member with a mistake', () => one(lint({ 'package.json': json({ name: 'p', private: true, workspaces: ['packages/*'] }), 'packages/a/package.json': '{ name: "a" }', 'packages/a/i.js': '', 'packages/a/j.js': "require('./i');\n" }).run(), /^packages\/a\/package\.json:1 lockfile\/malformed/));
test('package.json of a dependency with a mistake, loaded in many places', () => {
  const files = { 'package.json': json({ name: 'p', private: true, dependencies: { dep: '1.0.0' } }), 'node_modules/dep/package.json': '{"name":"dep","exports":{"." "x"}}', 'node_modules/dep/index.js': '' };
  for (let i = 0; i < 20; i++) files[`m${i}.js`] = "require('dep');\nrequire('dep/sub');\n";
  one(lint(files).run(), /^m0\.js:1 modules\/unresolved Node cannot read node_modules\/dep\/package\.json/);
});
test('tsconfig.json with a mistake', () => one(lint({ 'tsconfig.json': '{\n  "compilerOptions": {\n    "module": "nodenext" "strict": true\n  }\n}', 'src/a.ts': "import { b } from './b.js';\nconsole.log(b);\n", 'src/b.ts': 'export const b = 1;\n' }).run(), /^tsconfig\.json:3 modules\/malformed-tsconfig/));
test('tsconfig.json that extends itself, from two folders', () => one(lint({ 'tsconfig.json': '{ "extends": "./base.json" }', 'base.json': '{ "extends": "./tsconfig.json" }', 'packages/a/tsconfig.json': '{ "extends": "../../tsconfig.json" }', 'packages/a/a.ts': 'export const a = 1;\n', 'src/b.ts': 'export const b = 1;\n' }).run(), /^(packages\/a\/)?tsconfig\.json:1 modules\/malformed-tsconfig .*circle/));
test('imports that go round', () => one(lint({ 'package.json': json({ name: 'p', private: true, type: 'module', imports: { '#a': '#b', '#b': '#a' }, dependencies: { q: '1.0.0' } }), 'node_modules/q/package.json': '{"name":"q"}', 'node_modules/q/index.js': '', 'a.js': "import 'q';\nimport '#a';\n" }).run(), /^a\.js:2 modules\/unresolved "imports" maps '#a' to the package '#b'/));
test('export * that goes round, and a name that nobody exports', () => one(lint({ 'a.mjs': "export * from './b.mjs';\nexport const a = 1;\n", 'b.mjs': "export * from './c.mjs';\n", 'c.mjs': "export * from './a.mjs';\n", 'd.mjs': "import { a, nobody } from './b.mjs';\nconsole.log(a, nobody);\n" }).run(), /^d\.mjs:1 modules\/missing-export/));
test('exports that name the package itself', () => one(lint({ 'package.json': json({ name: 'p', private: true, dependencies: { round: '1.0.0' } }), 'node_modules/round/package.json': json({ name: 'round', exports: { '.': 'round/x', './x': 'round' } }), 'a.js': "require('round');\n" }).run(), /^a\.js:1 modules\/unresolved .*ERR_INVALID_PACKAGE_TARGET/));
test('links that lead round', () => {
  const result = lint({ 'src/loop': { $link: 'loop' }, 'src/up': { $link: '.' }, 'src/upup': { $link: '../..' }, 'src/ping': { $link: 'pong' }, 'src/pong': { $link: 'ping' }, 'node_modules/self': { $link: '..' }, 'src/a.js': "require('./up/up/b');\nrequire('self/src/b');\n", 'src/b.js': '' }).run();
  assert.deepEqual(result.found, []);
  assert.equal(result.notices.filter((n) => /src\/(loop|ping|pong): this link leads in a circle/.test(n)).length, 3, result.notices.join('\n'));
});
test('a link to itself that is loaded', () => one(lint({ 'src/loop.js': { $link: 'loop.js' }, 'src/a.js': "require('./loop');\n" }).run(), /^src\/a\.js:1 modules\/unresolved/));
test('folders and files that must not be read', () => {
  // Root may read all, so it becomes somebody else.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const tree = lint({ 'src/secret/x.js': '', 'src/a.js': "require('./secret/x');\n", 'node_modules/dep/package.json': '{"name":"dep"}', 'closed.js': '' }, { user });
  fs.chmodSync(path.join(tree.root, 'src/secret'), 0);
  fs.chmodSync(path.join(tree.root, 'closed.js'), 0);
  const result = tree.run();
  fs.chmodSync(path.join(tree.root, 'src/secret'), 0o755);
  assert.equal(result.notices.filter((n) => n.includes('src/secret')).length, 1, result.notices.join('\n'));
  assert.equal(result.notices.filter((n) => n.includes('closed.js')).length, 1, result.notices.join('\n'));
  assert.ok(result.found.length <= 1, result.found.join('\n'));
});
test('maps of 10,000 patterns', () => {
  const patterns = (prefix, target) => Object.fromEntries(Array.from({ length: 10000 }, (_, i) => [`${prefix}${i}/*`, target(i)]));
  const files = { 'package.json': json({ name: 'p', private: true, dependencies: { big: '1.0.0' }, imports: patterns('#k', () => './lib/*') }), 'node_modules/big/package.json': json({ name: 'big', exports: patterns('./p', (i) => ({ import: './nope/*', default: `./src/${i % 7}/*.js` })) }), 'lib/x.js': '' };
  for (let i = 0; i < 7; i++) if (i !== 3) files[`node_modules/big/src/${i}/x.js`] = '';
  let text = '';
  for (let i = 0; i < 10000; i += 5) text += `require('#k${i}/x.js');\n${i % 7 === 3 ? '' : `require('big/p${i}/x');\n`}`;
  files['a.js'] = text + "require('big/p10000/x');\n";
  one(lint(files).run(), /^a\.js:\d+ modules\/blocked-subpath/);
});
test('addresses are what the constructor URL makes of them, a lone ? or # included', () => {
  const specifiers = ['data:text/javascript,1', 'data:text/javascript,1?', 'data:text/javascript,1#', 'data:text/javascript,1?#', 'data:,a?b#c', 'data:,a b'];
  const input = specifiers.map((specifier, id) => JSON.stringify({ id, root: work, kind: 'import', specifier, from: 'a.mjs' })).join('\n');
  const r = spawnSync(binary, ['resolve', '--jsonl'], { input: `${input}\n`, encoding: 'utf8' });
  assert.deepEqual(r.stdout.trim().split('\n').map((line) => JSON.parse(line).url), specifiers.map((s) => new URL(s).href));
});
