// Drives the binary as users do, on small projects in a temporary folder.
//   node cli_test.mjs --looplint path/to/looplint
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf('--looplint');
const binary = path.resolve(at > 0 ? process.argv[at + 1] : process.env.LOOPLINT ?? path.join(here, '../build/release/looplint'));

const server = `const http = require('http');
const { render } = require('./render');
http.createServer((req, res) => {
  res.end(render(req.url));
}).listen(0);
`;
const render = `const fs = require('fs');
exports.render = (name) => fs.readFileSync('page');
`;
const rule = 'event-loop/sync-in-handler';

const made = [];
after(() => made.forEach((root) => fs.rmSync(root, { recursive: true, force: true })));

// A project; .git keeps what is above it out.
function project(files) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-cli-'));
  made.push(root);
  fs.mkdirSync(path.join(root, '.git'));
  for (const [name, text] of Object.entries({ 'package.json': '{"name": "p"}', ...files })) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}

const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(([k]) => !/^(FORCE_COLOR|NO_COLOR|CI|GITHUB_ACTIONS|GITLAB_CI|BUILDKITE|CIRCLECI|TRAVIS|COLUMNS|LC_.*|NODE_TEST.*)$/.test(k)));

function run(root, args, { input, env = {}, ...options } = {}) {
  const r = spawnSync(binary, args, { cwd: root, input: input ?? '', encoding: 'utf8', env: { ...cleanEnv, LANG: 'C.UTF-8', ...env }, ...options });
  assert.equal(r.signal, null, `killed by ${r.signal}: ${r.stderr}`);
  return { code: r.status, out: r.stdout, err: r.stderr };
}

// As much of JSON Schema as our schemas use.
function violations(schema, value, root = schema, where = '') {
  if (schema.$ref) {
    const target = schema.$ref.slice(2).split('/').reduce((o, k) => o[k], root);
    return violations(target, value, root, where);
  }
  const bad = [];
  const say = (text) => bad.push(`${where || '/'}: ${text}`);
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value;
  if (schema.type && schema.type !== type && !(schema.type === 'number' && type === 'integer')) say(`${type}, not ${schema.type}`);
  if ('const' in schema && value !== schema.const) say(`not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value)) say(`not one of ${schema.enum}`);
  if (schema.minimum !== undefined && value < schema.minimum) say(`below ${schema.minimum}`);
  if (schema.pattern && type === 'string' && !new RegExp(schema.pattern, 'u').test(value)) say(`does not match ${schema.pattern}`);
  for (const part of schema.allOf ?? []) bad.push(...violations(part, value, root, where));
  if (schema.anyOf && !schema.anyOf.some((s) => violations(s, value, root, where).length === 0)) say('none of anyOf');
  if (type === 'array' && schema.items) value.forEach((v, i) => bad.push(...violations(schema.items, v, root, `${where}/${i}`)));
  if (type === 'object') {
    for (const key of schema.required ?? []) if (!(key in value)) say(`lacks ${key}`);
    for (const [key, v] of Object.entries(value)) {
      if (schema.properties?.[key]) bad.push(...violations(schema.properties[key], v, root, `${where}/${key}`));
      else if (schema.additionalProperties === false) say(`has ${key}`);
    }
  }
  return bad;
}
const outputSchema = JSON.parse(fs.readFileSync(path.join(here, '../analyzer/cli/json_schema.json'), 'utf8'));

test('exit codes', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  assert.equal(run(root, []).code, 1);
  assert.equal(run(root, ['-A', 'all']).code, 0);
  assert.equal(run(root, ['-W', rule]).code, 0);
  assert.equal(run(root, ['-W', rule, '--max-warnings', '0']).code, 1);
  assert.equal(run(root, ['-W', rule, '--max-warnings', '1']).code, 0);
  assert.equal(run(root, ['-W', rule, '--deny-warnings']).code, 1);
  assert.equal(run(root, ['--rule', `${rule}: info`, '--deny-warnings']).code, 0);
  assert.equal(run(root, ['--no-such-flag']).code, 2);
  assert.equal(run(root, ['nowhere.js']).code, 2);
  assert.equal(run(root, ['--only', 'no/such-rule']).code, 2);
  assert.equal(run(root, ['-f', 'xml']).code, 2);
  assert.equal(run(root, ['--threads', 'many']).code, 2);
  assert.equal(run(root, ['--help']).code, 0);
  assert.equal(run(root, ['--version']).code, 0);
  assert.equal(run(project({}), []).code, 0);  // a package.json is something to look at
  const empty = project({});
  fs.rmSync(path.join(empty, 'package.json'));
  assert.equal(run(empty, []).code, 2);
  assert.equal(run(empty, ['--pass-on-no-files']).code, 0);
});

test('rule settings apply in the order they are given', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  assert.equal(run(root, ['-A', 'all', '-D', rule]).code, 1);
  assert.equal(run(root, ['-D', rule, '-A', 'all']).code, 0);
  assert.equal(run(root, ['-D', rule, '-A', 'event-loop', '-W', 'event-loop/*', '--rule', `${rule}:error`]).code, 1);
  assert.equal(run(root, ['--only', 'syntax']).code, 0);
  assert.equal(run(root, ['--only', 'event-loop']).code, 1);
  assert.match(run(root, ['-D', 'sync-in-handlr']).err, /did you mean "event-loop\/sync-in-handler"/);
});

test('the default output', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const { out, err } = run(root, []);
  assert.equal(err, '');
  assert.match(out, /^error\[event-loop\/sync-in-handler\]: .+\n   ╭─\[render\.js:2:28\]\n/);
  assert.match(out, / 2 │ exports\.render = \(name\) => fs\.readFileSync\('page'\);\n   · +─+\n/);
  assert.match(out, /├─ reached from\n   │   1 server\.js:3:/);
  assert.match(out, /╰─ help: /);
  assert.match(out, /\n1 problem \(1 error, 0 warnings\) in 1 file · 2 files, 7 lines in [\d.]+ s\n$/);
});

test('paths filter the report, not the analysis', () => {
  const root = project({ 'server.js': server, 'render.js': render, 'sub/x.js': '1;\n' });
  assert.equal(run(root, ['render.js']).code, 1);
  assert.equal(run(root, ['server.js']).code, 0);
  assert.equal(run(path.join(root, 'sub'), []).code, 0);
  assert.match(run(path.join(root, 'sub'), ['..', '-f', 'unix']).out, /^\.\.\/render\.js:2:28: error: /);
});

test('json and jsonl keep to their schema', () => {
  const root = project({ 'server.js': server, 'render.js': render, 'bad.js': 'let = = ;\n', 'odd.js': Buffer.from([0x27, 0xff, 0x27, 0x0a]) });
  const json = run(root, ['-f', 'json']);
  assert.equal(json.err, '');
  const document = JSON.parse(json.out);
  assert.deepEqual(violations(outputSchema, document), []);
  assert.equal(document.summary.files, 4);
  const lines = run(root, ['-f', 'jsonl']).out.trimEnd().split('\n').map((l) => JSON.parse(l));
  const { kind } = lines.at(-1);
  assert.equal(kind, 'summary');
  for (const line of lines.slice(0, -1)) {
    assert.deepEqual(violations({ ...outputSchema.$defs.findingLine, $defs: outputSchema.$defs }, line), []);
  }
  assert.deepEqual(violations({ ...outputSchema.$defs.summaryLine, $defs: outputSchema.$defs }, lines.at(-1)), []);
  assert.equal(lines.length - 1, document.findings.length);
});

test('reports into files', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const both = run(root, ['-f', 'json:out.json', '-f', 'stylish']);
  assert.match(both.out, /^render\.js\n/);
  assert.equal(JSON.parse(fs.readFileSync(path.join(root, 'out.json'), 'utf8')).findings.length, 1);
  assert.equal(run(root, ['-f', 'json', '-o', 'b.json']).out, '');
  assert.equal(fs.readFileSync(path.join(root, 'b.json'), 'utf8'), fs.readFileSync(path.join(root, 'out.json'), 'utf8'));
  const file = run(root, ['-o', 'c.txt', '--color', 'always']);
  assert.equal(file.code, 1);
  assert.doesNotMatch(fs.readFileSync(path.join(root, 'c.txt'), 'utf8'), /\x1b/);
  assert.equal(run(root, ['-f', 'json', '-o', 'no/such/folder.json']).code, 2);
  assert.equal(run(root, ['-f', 'json', '-f', 'unix']).code, 2);
  assert.deepEqual(fs.readdirSync(root).filter((f) => f.endsWith('.tmp')), []);
});

test('standard input lies over a file', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const fixed = run(root, ['--stdin-filename', 'render.js'], { input: 'exports.render = (name) => name;\n' });
  assert.equal(fixed.code, 0, fixed.out);
  const worse = run(root, ['--stdin-filename', 'new.js', '-f', 'unix'], { input: 'let = = ;\n' });
  assert.equal(worse.code, 1);
  assert.match(worse.out, /^new\.js:1:/);
  assert.doesNotMatch(worse.out, /render\.js/);
});

test('broken syntax is a finding', () => {
  const root = project({ 'a.js': 'function ( {\n' });
  const { code, out } = run(root, ['-f', 'unix']);
  assert.equal(code, 1);
  assert.match(out, /\[syntax\/error\]/);
});

test('odd files', () => {
  const root = project({
    'empty.js': '', 'bom.js': '\ufeff1;\n', 'nul.js': 'a\0b;\n', 'cr.js': '1;\r2;\r', 'hash.js': '#!/usr/bin/env node\n1;\n',
    'latin.js': Buffer.from("x = '\xe9\xff';\n", 'latin1'), 'surrogate.js': Buffer.from([0x27, 0xed, 0xa0, 0x80, 0x27, 0x0a]),
    "na\x1bme\n.js": 'let = = ;\n', 'deep.js': '['.repeat(50000) + ']'.repeat(50000),
  });
  for (const format of ['pretty', 'stylish', 'unix', 'json', 'jsonl']) {
    const { code, out } = run(root, ['-f', format]);
    assert.equal(code, 1, format);
    assert.doesNotMatch(out, /\x1b/);
  }
});

test('minified and generated files are skipped and counted', () => {
  const root = project({ 'a.js': '1;\n', 'm.js': `x=1;${'y();'.repeat(2000)}`, 'g.js': '// Code generated by x. DO NOT EDIT.\n1;\n' });
  assert.match(run(root, []).out, /1 file, 1 line in .* · skipped 1 minified, 1 generated\n/);
  assert.match(run(root, ['--no-skip']).out, /3 files/);
});

test('ignoring', () => {
  const root = project({ 'a.js': 'let = = ;\n', 'gen/b.js': 'let = = ;\n', '.gitignore': 'gen/\n' });
  const count = (args) => JSON.parse(run(root, ['-f', 'json', ...args]).out).summary.files;
  assert.equal(count([]), 1);
  assert.equal(count(['--no-ignore']), 2);
  assert.equal(count(['--no-ignore', '--ignore-pattern', 'a.js']), 1);
  assert.equal(count(['--ignore-pattern', '!gen/']), 2);
  const explicit = run(root, ['gen/b.js']);
  assert.equal(explicit.code, 0);
  assert.match(explicit.err, /gen\/b\.js: nothing to report on/);
});

test('links in circles and unreadable folders do not stop a run', (t) => {
  const root = project({ 'a/x.js': '1;\n' });
  fs.symlinkSync('..', path.join(root, 'a/up'));
  fs.symlinkSync('self', path.join(root, 'self'));
  const { code, err } = run(root, []);
  assert.equal(code, 0);
  assert.match(err, /a\/up: this link leads back/);
  assert.match(err, /self: this link leads in a circle/);
  if (process.getuid?.() === 0) return t.diagnostic('root reads everything: permissions not tried');
  fs.mkdirSync(path.join(root, 'locked'), { mode: 0 });
  fs.writeFileSync(path.join(root, 'secret.js'), '1;\n', { mode: 0 });
  const locked = run(root, []);
  fs.chmodSync(path.join(root, 'locked'), 0o700);
  assert.match(locked.err, /locked: this folder cannot be read: Permission denied/);
  assert.match(locked.err, /secret\.js: .*Permission denied/);
  assert.equal(locked.code, 2);
});

test('long paths', () => {
  const root = project({});
  const part = 'd'.repeat(200);
  let folder = root;
  for (let i = 0; i < 15; ++i) folder = path.join(folder, part);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'x.js'), 'let = = ;\n');
  assert.equal(run(root, ['-f', 'unix']).code, 1);
  assert.equal(run(root, ['x'.repeat(100000)]).code, 2);
});

test('configuration', () => {
  const root = project({ 'server.js': server, 'render.js': render, 'looplint.jsonc': '{\n  // off here\n  "rules": { "event-loop/sync-in-handler": "off", },\n}\n' });
  assert.equal(run(root, []).code, 0);
  assert.equal(run(root, ['--no-config']).code, 1);
  assert.equal(run(root, ['-D', rule]).code, 1);
  assert.equal(JSON.parse(run(root, ['config', 'render.js']).out).rules[rule], 'off');
  assert.equal(JSON.parse(run(root, ['--print-config', 'render.js']).out).rules[rule], 'off');
  fs.writeFileSync(path.join(root, 'looplint.jsonc'), '{\n  "rules": { "event-loop/sync-in-handlr": 1 }\n}\n');
  const typo = run(root, []);
  assert.equal(typo.code, 2);
  assert.match(typo.err, /looplint\.jsonc:2:14: there is no rule .*did you mean "event-loop\/sync-in-handler"/);
  fs.writeFileSync(path.join(root, 'looplint.jsonc'), '{\n  "rules": {\n');
  assert.match(run(root, []).err, /looplint\.jsonc:3:1: /);
  assert.equal(run(root, []).out, '');
  fs.writeFileSync(path.join(root, 'looplint.json'), '{}');
  assert.match(run(root, []).err, /two configurations/);
});

test('init writes what works, once', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const plain = run(root, ['-f', 'json']).out;
  assert.equal(run(root, ['init']).code, 0);
  assert.equal(run(root, ['-f', 'json']).out, plain);
  assert.equal(run(root, ['--init']).code, 2);
});

test('suppression comments', () => {
  const root = project({ 'server.js': server, 'render.js': `const fs = require('fs');\n// looplint-disable-next-line ${rule} -- small file\nexports.render = (name) => fs.readFileSync('page');\n` });
  const { code, out } = run(root, []);
  assert.equal(code, 0);
  assert.match(out, /1 suppressed/);
  const why = run(root, ['why', 'render.js:3']);
  assert.match(why.out, /suppressed by render\.js:2 -- small file/);
  assert.match(why.out, /it runs per request:\n  server\.js:3/);
  fs.writeFileSync(path.join(root, 'server.js'), '1;\n');
  assert.match(run(root, ['-f', 'unix']).out, /\[suppression\/unused\]/);
  assert.doesNotMatch(run(root, ['-f', 'unix', '--only', 'syntax']).out, /unused/);
});

test('why tells what is believed of a line', () => {
  const root = project({
    'package.json': '{ "name": "store", "version": "1.0.0", "main": "index.js" }',
    'index.js': `const fs = require('fs');
const { save } = require('./save');
exports.copy = function copy(from, to) {
  const source = fs.createReadStream(from);
  const jobs = [];
  for (const name of to) jobs.push(save(name, source));
  return Promise.all(jobs);
};
`,
    'save.js': `const fs = require('fs');
exports.save = async (name, source) => {
  const lines = fs.readFileSync(name, 'utf8');
  if (lines === '') throw new Error('empty');
};
`,
  });
  const at = (where) => run(root, ['why', where]).out;
  assert.match(at('save.js:3'), /it runs per call of what the package exports, for each item:\n {2}index\.js:3:16 {2}exported by the package\n {2}index\.js:6:36 {2}calls save\(\)/);
  assert.match(at('save.js:3'), /fs\.readFileSync\(\)\n {4}is fs\.readFileSync; blocks on files; fs\.promises\.readFile does not/);
  assert.match(at('index.js:6'), /save\(\)\n {4}enters save\(\) {2}save\.js:2:\d+\n {4}gives a promise that rejects with what is thrown at save\.js:4:\d+; it is kept in jobs, and waited for together with others\n {6}index\.js:7:22 {2}read here/);
  assert.match(at('index.js:4'), /source {2}fs\.ReadStream: a stream to read/);
  assert.equal(run(root, ['why', 'index.js']).code, 2);
});

test('rules explain themselves', () => {
  const root = project({});
  const rules = JSON.parse(run(root, ['rules', '-f', 'json']).out);
  assert.ok(rules.length > 5);
  for (const { id, summary } of rules) {
    const { code, out } = run(root, ['explain', id]);
    assert.equal(code, 0);
    assert.ok(out.replace(/\s+/g, ' ').includes(summary), id);
  }
  assert.equal(run(root, ['explain', 'sync-in-handler']).code, 0);
  assert.equal(run(root, ['explain', 'nope']).code, 2);
  assert.match(run(root, ['--list-rules']).out, /event-loop\/sync-in-handler/);
  assert.equal(run(root, ['config-schema']).out, fs.readFileSync(path.join(here, '../analyzer/engine/configuration_schema.json'), 'utf8'));
});

test('dumps', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  for (const what of ['tokens', 'model', 'module', 'summary', 'project', 'facts']) {
    const { code, out, err } = run(root, ['dump', what, 'render.js']);
    assert.equal(code, 0, err);
    assert.ok(out.length > 20, what);
  }
  assert.equal(run(root, ['dump', 'soup', 'render.js']).code, 2);
  // Layout does not show in a summary.
  const before = run(root, ['dump', 'summary', 'render.js']).out;
  fs.writeFileSync(path.join(root, 'render.js'), `\n\n/* words */\n${render.replaceAll(' = ', '  =\n ')}`);
  assert.equal(run(root, ['dump', 'summary', 'render.js']).out, before);
});

test('colours', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const colored = (args, env) => run(root, args, { env }).out.includes('\x1b[');
  assert.equal(colored([], {}), false);
  assert.equal(colored([], { FORCE_COLOR: '1' }), true);
  assert.equal(colored([], { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
  assert.equal(colored(['--color', 'never'], { FORCE_COLOR: '1' }), false);
  assert.equal(colored(['--color', 'always'], { NO_COLOR: '1' }), true);
  assert.equal(colored([], { GITHUB_ACTIONS: 'true', NO_COLOR: '1' }), false);
  assert.equal(colored(['-f', 'json'], { FORCE_COLOR: '1' }), false);
});

test('no lines are drawn where they cannot be shown', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const { out } = run(root, [], { env: { LANG: 'C', LC_ALL: 'C' } });
  assert.match(out, /,-\[render\.js/);
  assert.doesNotMatch(out, /[╭│·]/);
});

test('statistics', () => {
  const root = project({ 'server.js': server, 'render.js': render });
  const { out, err } = run(root, ['--stats=json', '-f', 'json']);
  JSON.parse(out);
  const stats = JSON.parse(err);
  assert.equal(stats.files, 2);
  assert.equal(stats.findings, 1);
  assert.ok(stats.peak_rss_bytes > 1e6 && stats.wall_ms > 0 && stats.cpu_ms > 0 && stats.phases.length > 4);
  assert.match(run(root, ['--stats']).err, /parse +[\d.]+ ms CPU/);
  // Hidden classes have a line of their own, and what is too long to follow is not passed over in silence.
  const long = project({ 'long.mjs': `import http from 'node:http';
class Row { constructor(o) {
${Array.from({ length: 4500 }, (_, i) => `if (o.a${i}) this.p${i % 7} = o.a${i} + ${i} * o.b;`).join('\n')}
} }
const sum = (n) => { let s = 0; for (let i = 0; i < n; i++) { const row = new Row({ a1: i }); s += row.p1; } return s; };
http.createServer((req, res) => res.end(String(sum(100)))).listen(0);
` });
  const shapes = run(long, ['--timings', '-W', 'v8']).err;
  assert.match(shapes, /\n +check .*\n +shapes +[\d.]+ ms CPU\n/);
  assert.match(shapes, /\n +shapes +1 kinds of objects passed over: how they are made is too long to follow\n/);
});

test('the same bytes with one thread and with four', () => {
  const files = { 'server.js': server, 'render.js': render };
  for (let i = 0; i < 60; ++i) files[`m${i}.js`] = `${i % 3 ? '' : 'let = = ;\n'}const r = require('./render');\nrequire('http').createServer((q, s) => s.end(r.render(q.url)));\n`;
  const root = project(files);
  const one = run(root, ['-f', 'json', '--threads', '1']).out;
  for (let i = 0; i < 5; ++i) assert.equal(run(root, ['-f', 'json', '--threads', '4']).out, one);
});

test('a reader that goes away', () => {
  const files = {};
  for (let i = 0; i < 300; ++i) files[`m${i}.js`] = 'let = = ;\n'.repeat(20);
  const root = project(files);
  const r = spawnSync('sh', ['-c', '"$0" --color never | head -n 3', binary], { cwd: root, encoding: 'utf8', env: cleanEnv });
  assert.equal(r.stderr, '');
  assert.equal(r.stdout.split('\n').length, 4);
});

// A source large enough that a run cannot be over before a signal arrives.
function slowProject() {
  const files = {};
  const text = 'function f(a, b) { return a.map((x) => x + b[x] * 2 - g(x, { y: [1, 2, 3] })); }\n'.repeat(6000);
  for (let i = 0; i < 40; ++i) files[`m${i}.js`] = text;
  return project(files);
}

test('an interrupted run says so', { timeout: 60000 }, async () => {
  const root = slowProject();
  const child = spawn(binary, ['-f', 'json', '--threads', '1'], { cwd: root, env: cleanEnv });
  let out = '', err = '';
  child.stdout.on('data', (d) => (out += d));
  child.stderr.on('data', (d) => (err += d));
  setTimeout(() => child.kill('SIGINT'), 300);
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 130, err);
  assert.match(err, /interrupted/);
  assert.equal(out, '');  // a document is complete or absent
});

test('an interrupted run leaves files alone', { timeout: 60000 }, async () => {
  const root = slowProject();
  fs.writeFileSync(path.join(root, 'report.json'), 'old');
  const child = spawn(binary, ['-f', 'json:report.json', '--threads', '1'], { cwd: root, env: cleanEnv });
  child.stdout.resume();
  setTimeout(() => child.kill('SIGINT'), 300);
  await new Promise((resolve) => child.on('close', resolve));
  assert.equal(fs.readFileSync(path.join(root, 'report.json'), 'utf8'), 'old');
});

test('a second interrupt ends the process', { timeout: 60000 }, async () => {
  const root = slowProject();
  const child = spawn(binary, ['--threads', '1'], { cwd: root, env: cleanEnv });
  child.stdout.resume();
  child.stderr.resume();
  setTimeout(() => child.kill('SIGINT'), 300);
  setTimeout(() => child.kill('SIGINT'), 310);
  const [code, signal] = await new Promise((resolve) => child.on('close', (...how) => resolve(how)));
  assert.ok(code === 130 || signal === 'SIGINT', `${code} ${signal}`);
});

test('a command wins over a path of its name', () => {
  const root = project({ 'rules/a.js': 'let = = ;\n' });
  assert.equal(run(root, ['rules']).code, 0);
  assert.equal(run(root, ['./rules']).code, 1);
});

test('what nobody handles ends the process, unless the program listens for it', () => {
  const main = `const fs = require('fs');
const { spawn } = require('child_process');
async function load() { return fs.promises.readFile('x'); }
function start() { load(); spawn('true'); }
exports.start = start;
`;
  const messages = (files) => JSON.parse(run(project(files), ['--no-cache', '-W', 'promises', '-f', 'json']).out)
    .findings.map((f) => f.message).filter((m) => m.includes('ends the process')).join('\n');
  const plain = messages({ 'index.js': main });
  assert.match(plain, /load\(\) is dropped; a rejection ends the process$/m);
  assert.match(plain, /that ends the process$/m);
  const heard = messages({ 'index.js': `process.addListener('unhandledRejection', (e) => console.error(e));\n${main}` });
  assert.match(heard, /a rejection ends the process, unless the program's listener of 'unhandledRejection' keeps it$/m);
  assert.match(heard, /that ends the process$/m);
  const caught = messages({ 'log.js': "process.on('uncaughtException', (e) => console.error(e));", 'index.js': `require('./log');\n${main}` });
  assert.match(caught, /a rejection ends the process, unless the program's listener of 'uncaughtException' keeps it$/m);
  assert.match(caught, /that ends the process, unless the program's listener of 'uncaughtException' keeps it$/m);
  // A listener of another process does not hear of it.
  const listens = "process.on('unhandledRejection', (e) => console.error(e));\n";
  const job = { 'package.json': '{"name": "p", "main": "server.js"}', 'job.js': "require('./work').start();", 'work.js': main };
  const forks = "require('child_process').fork(require.resolve('./job.js')).on('error', console.error);\n";
  assert.match(messages({ ...job, 'server.js': listens + forks }), /a rejection ends the process$/m);
  assert.match(messages({ ...job, 'server.js': `${listens + forks}require('./work');` }), /a rejection ends the process, unless/m);
  assert.match(messages({ ...job, 'server.js': forks, 'unseen.js': listens }), /a rejection ends the process, unless/m);
  assert.match(messages({ ...job, 'server.js': listens }), /a rejection ends the process, unless/m);
});

test('a package with a dot in its name is told whole', () => {
  const root = project({
    'package.json': '{"name": "p", "dependencies": {"socket.io": "^4.8.0"}}',
    'index.js': `const { Server } = require('socket.io');
const fs = require('fs');
const io = new Server(3000);
io.on('connection', (socket) => {
  socket.on('load', async (name) => { socket.emit('text', await fs.promises.readFile('a')); });
});
`,
  });
  const messages = JSON.parse(run(root, ['--no-cache', '-f', 'json']).out).findings.map((f) => f.message).join('\n');
  assert.match(messages, /^socket\.io \^4\.8\.0 ignores the promise/m);
});
