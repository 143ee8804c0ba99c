// What installed packages do is known to the project that calls them, and nothing is reported in them.
//   node dependencies_test.mjs path/to/looplint
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf('--looplint');
const binary = path.resolve(at > 0 ? process.argv[at + 1] : process.argv[2] ?? path.join(here, '../build/release/looplint'));
const made = [];
after(() => made.forEach((root) => fs.rmSync(root, { recursive: true, force: true })));

const pad = (text) => text + '// a line of text that makes the file longer than what is looked at closely\n'.repeat(16);
const files = {
  'package.json': '{"name": "p", "private": true, "dependencies": {"reports": "1.0.0"}}',
  'page.txt': 'text',
  'server.js': `const http = require('http');
const reports = require('reports');
const { Store } = require('reports/store');
const store = new Store();
http.createServer((req, res) => {
  const page = reports.render('page.txt');
  const other = reports.renderMaybe('page.txt', { quick: true });
  const known = reports.settings();
  reports.later('page.txt').then((text) => res.end(text + page + other + known), () => res.end());
}).listen(Number(process.argv[2]) || 0);
exports.save = function save(text) {
  reports.store(text);
  store.put(text);
  reports.forget(text);
  store.size();
};
exports.wait = async function wait(text) {
  await reports.store(text);
  await store.put(text);
};
`,
  'node_modules/reports/package.json': '{"name": "reports", "version": "1.0.0", "main": "lib/index.js"}',
  'node_modules/reports/lib/index.js': `const template = require('templates');
const fs = require('fs');
let settings;
exports.render = function render(name) {
  return template.load(name).toUpperCase();
};
exports.renderMaybe = function renderMaybe(name, options) {
  if (options.quick) return name;
  return template.load(name);
};
exports.settings = function () {
  if (!settings) settings = fs.readFileSync(__filename, 'utf8');
  return settings.length;
};
exports.later = (name) => fs.promises.readFile(name, 'utf8');
exports.store = async function store(text) {
  if (!text) throw new Error('nothing to store');
  await fs.promises.writeFile('/dev/null', text);
};
exports.forget = function forget(text) {
  settings = text;
};
process.on('exit', async () => { await exports.store('x'); });
`,
  'node_modules/reports/store.js': `const { store } = require('./lib');
class Base {
  put(text) { return store(text); }
}
exports.Store = class Store extends Base {
  size() { return 1; }
};
`,
  'node_modules/templates/package.json': '{"name": "templates", "version": "2.0.0", "exports": "./index.js"}',
  'node_modules/templates/index.js': `const fs = require('fs');
const huge = require('./huge.js');
exports.load = (name) => {
  huge.touch();
  return fs.readFileSync(name, 'utf8');
};
`,
  'node_modules/templates/huge.js': `exports.touch=function(){};${'exports.a=1;'.repeat(3000)}`,
};
function project(changes = {}) {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-dependencies-'));
  made.push(root);
  fs.mkdirSync(path.join(root, '.git'));
  for (const [name, text] of Object.entries({ ...files, ...changes })) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}
function lint(root, ...flags) {
  const run = spawnSync(binary, ['-f', 'jsonl', '--no-cache', '--no-progress', '--only', 'event-loop', '--only', 'promises', ...flags],
    { cwd: root, encoding: 'utf8' });
  assert.ok(run.status === 0 || run.status === 1, run.stderr);
  return { out: run.stdout, err: run.stderr, findings: run.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter((row) => row.rule) };
}
const places = (run) => run.findings.map((f) => `${f.rule} ${f.file}:${f.start.line}`);

test('a blocking call below a function of a package, and the promises of another', () => {
  const run = lint(project());
  assert.deepEqual(places(run), [
    'event-loop/sync-in-handler server.js:6',
    'promises/floating server.js:12',
    'promises/floating server.js:13',
  ]);
  assert.match(run.findings[0].message, /reports\.render blocks/);
  assert.match(run.out, /calls fs\.readFileSync, node_modules\/templates\/index\.js:5/);
});

test('Node agrees: what is reported happens, what is not does not', () => {
  const root = project();
  const script = `
    const fs = require('fs');
    const read = fs.readFileSync;
    const reports = require('reports'), { Store } = require('reports/store');
    let blocked = [];
    fs.readFileSync = function (name, ...rest) { blocked.push(name); return read.call(this, name, ...rest); };
    const during = (f) => { blocked = []; const value = f(); return { blocks: blocked.length > 0, promise: value instanceof Promise }; };
    reports.settings();
    const store = new Store();
    console.log(JSON.stringify({
      render: during(() => reports.render('page.txt')), maybe: during(() => reports.renderMaybe('page.txt', { quick: true })),
      settings: during(() => reports.settings()), store: during(() => reports.store('x')), put: during(() => store.put('x')),
      forget: during(() => reports.forget('x')), size: during(() => store.size()),
    }));`;
  const seen = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }));
  const no = { blocks: false, promise: false };
  assert.deepEqual(seen, { render: { blocks: true, promise: false }, maybe: no, settings: no,
    store: { blocks: false, promise: true }, put: { blocks: false, promise: true }, forget: no, size: no });
});

test('one switch, on the command line or in the configuration', () => {
  const root = project();
  assert.deepEqual(places(lint(root, '--no-dependencies')), []);
  fs.writeFileSync(path.join(root, 'looplint.jsonc'), '{"extends": ["looplint:recommended"], "dependencies": false}');
  assert.deepEqual(places(lint(root)), []);
  fs.writeFileSync(path.join(root, 'looplint.jsonc'), '{"dependencies": "no"}');
  const run = spawnSync(binary, ['--no-cache'], { cwd: root, encoding: 'utf8' });
  assert.equal(run.status, 2);
  assert.match(run.stderr, /"dependencies" is true or false/);
});

test('the same bytes at any number of threads; what was read is told', () => {
  const root = project();
  const outputs = ['1', '2', '5'].map((threads) => lint(root, '--threads', threads).out);
  assert.ok(outputs.every((out) => out === outputs[0]));
  const stats = JSON.parse(lint(root, '--stats=json').err.split('\n').find((line) => line.startsWith('{')));
  const { cpu_ms, bytes, ...counts } = stats.dependencies;
  assert.deepEqual(counts, { modules: 2, files: 3, skipped: 1, left_out: 0, rows: counts.rows });
  assert.ok(cpu_ms >= 0 && bytes > 500 && counts.rows >= 5);
  assert.equal(stats.files, 1);
});

test('packages that are not there, are broken or load each other change nothing', () => {
  assert.deepEqual(places(lint(project({ 'node_modules/reports/lib/index.js': 'exports.render = function ( {' }))), []);
  const circle = project({ 'node_modules/reports/lib/index.js': "const other = require('templates'); exports.render = (n) => other.load(n);",
    'node_modules/templates/index.js': "const reports = require('reports'); exports.load = (n) => reports.render(n);" });
  assert.deepEqual(places(lint(circle)), []);
  const gone = project();
  fs.rmSync(path.join(gone, 'node_modules'), { recursive: true });
  assert.deepEqual(places(lint(gone)), []);
});

test('what a package is required to be and what it is imported as must agree', () => {
  const root = project({
    'node_modules/reports/package.json': '{"name": "reports", "version": "1.0.0", "exports": {".": {"import": "./index.mjs", "require": "./lib/index.js"}, "./store": "./store.js"}}',
    'node_modules/reports/index.mjs': 'export function render(name) { return name; }\nexport async function store() { await null; }\n',
    'other.mjs': "import { render, store } from 'reports';\nexport function both(text) {\n  store(text);\n  return render(text);\n}\n",
  });
  assert.deepEqual(places(lint(root)).filter((p) => p.startsWith('event-loop')), []);
  assert.ok(places(lint(root)).includes('promises/floating other.mjs:3'));
});

// Callbacks, streams, emitters and data of a package nobody has rows for.
const kit = {
  'package.json': '{"name": "p", "private": true, "dependencies": {"kit": "1.0.0"}}',
  'server.js': `const http = require('http');
const fs = require('fs');
const { exec } = require('child_process');
const kit = require('kit');
async function save(item) {
  await fs.promises.writeFile('/dev/null', String(item));
}
function slow(item) {
  return fs.readFileSync(item, 'utf8');
}
kit.serve((req, res) => {
  kit.each(req.url.split('/'), slow);
  kit.each(['a'], save);
  kit.every(1000, save);
  kit.wait([], save);
  kit.finish(save), kit.finishAll(save).catch(() => {});
  exec('ls ' + kit.named(req.headers.host));
  exec('ls ' + kit.known(req.headers.host));
  res.end();
});
exports.run = function run(name) {
  kit.api.store.put(name);
  kit.store(name);
  kit.store.name;
  kit.open(name).pipe(process.stdout);
  kit.openSafely(name).pipe(process.stdout);
  const job = kit.start(name);
  job.on('done', () => {});
  const quiet = kit.startSafely(name);
  quiet.on('done', () => {});
  const old = new kit.Old(name);
  old.write(name);
  new kit.Wrapped().find(name);
};
`,
  'node_modules/kit/package.json': '{"name": "kit", "version": "1.0.0"}',
  'node_modules/kit/index.js': `const fs = require('fs');
const http = require('http');
const { promisify, inherits } = require('util');
const EventEmitter = require('events');
exports.serve = (handler) => http.createServer(handler).listen(0);
exports.each = function (list, options, callback) {
  if (typeof options === 'function') callback = options;
  for (const item of list) callback(item);
};
exports.every = (ms, callback) => { setInterval(() => callback(), ms).unref(); };
exports.finish = function (callback) {
  const done = callback || (() => {});
  setImmediate(() => done());
};
exports.finishAll = async function (callback) {
  const done = callback || (() => {});
  if (callback) await done();
};
exports.wait = async function (list, callback) {
  for (const item of list) await callback(item);
};
exports.named = (name) => 'host-' + name;
const hosts = new Map();
exports.known = (name) => hosts.get(name);
exports.api = { store: { async put(name) { await fs.promises.writeFile('/dev/null', name); } } };
exports.store = promisify(fs.readFile);
exports.open = (name) => fs.createReadStream(name);
exports.openSafely = (name) => {
  const stream = fs.createReadStream(name);
  stream.on('error', () => {});
  return stream;
};
class Job extends EventEmitter {
  constructor(name) { super(); fs.readFile(name, (error) => this.emit('error', error)); }
}
class Careful extends Job {
  constructor(name) { super(name); this.on('error', () => {}); }
}
exports.start = (name) => new Job(name);
exports.startSafely = (name) => new Careful(name);
function Old() { EventEmitter.call(this); }
inherits(Old, EventEmitter);
Old.prototype.write = function (name) { return fs.promises.writeFile('/dev/null', name); };
exports.Old = Old;
exports.Wrapped = class Wrapped {
  constructor() { this.find = (name, callback) => { callback?.(name); }; }
  async find(name) { await null; throw new Error(name); }
};
`,
};
function lintAll(root, ...flags) {
  const run = spawnSync(binary, ['-f', 'jsonl', '--no-cache', '--no-progress', ...flags], { cwd: root, encoding: 'utf8' });
  assert.ok(run.status === 0 || run.status === 1, run.stderr);
  return run.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter((row) => row.rule);
}
function kitProject() {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-dependencies-'));
  made.push(root);
  fs.mkdirSync(path.join(root, '.git'));
  for (const [name, text] of Object.entries(kit)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return root;
}

test('callbacks, streams, emitters, nested exports, promisify and data of a package', () => {
  const only = ['event-loop', 'promises', 'streams', 'events', 'security'].flatMap((family) => ['--only', family]);
  const findings = lintAll(kitProject(), ...only);
  assert.deepEqual(findings.map((f) => `${f.start.line} ${f.rule}`), [
    '9 event-loop/sync-in-handler',
    '9 security/path-traversal',
    '13 promises/async-callback',
    '14 promises/async-callback',
    '15 promises/floating',
    '16 promises/async-callback',
    '17 security/shell-injection',
    '22 promises/floating',
    '23 promises/floating',
    '25 streams/pipe-without-error-handling',
    '27 events/missing-error-listener',
    '32 promises/floating',
  ]);
  assert.match(findings[0].message, /on every request/);
  assert.ok(lintAll(kitProject(), ...only, '--no-dependencies').every((f) => f.rule === 'security/path-traversal'));
});

test('Node agrees about the package: when it calls back, what it makes', () => {
  const script = `
    const kit = require('kit');
    const { Readable } = require('stream');
    const calls = [];
    kit.each([1, 2], (item) => calls.push(item));
    const each = calls.splice(0).join();
    kit.each([3], {}, (item) => calls.push(item));
    kit.every(1, () => calls.push('later'));
    const now = calls.splice(0).join();
    const dropped = kit.each([1], async () => {});
    const listeners = (emitter) => emitter.listenerCount('error');
    const open = kit.open(__filename), safe = kit.openSafely(__filename);
    console.log(JSON.stringify({ each, now, dropped: dropped === undefined, named: kit.named('x'),
      streams: open instanceof Readable && safe instanceof Readable, listeners: [open, safe, kit.start(__filename), kit.startSafely(__filename)].map(listeners),
      promises: [kit.api.store.put('x'), kit.store(__filename), new kit.Old().write('x')].every((p) => p instanceof Promise) }));
    process.exit();`;
  const file = path.join(kitProject(), 'try.js');
  fs.writeFileSync(file, script);
  const seen = JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' }));
  assert.deepEqual(seen, { each: '1,2', now: '3', dropped: true, named: 'host-x', streams: true, listeners: [0, 1, 0, 1], promises: true });
});

test('a package that has rows is read for the names that have none; what rows say stands', () => {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-dependencies-'));
  made.push(root);
  fs.mkdirSync(path.join(root, '.git'));
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  };
  write('package.json', '{"name": "p", "private": true, "dependencies": {"bcrypt": "5.1.0"}}');
  write('main.js', `const bcrypt = require('bcrypt');
exports.start = function start(text) {
  bcrypt.warmUp();
  bcrypt.hashSync(text, 10);
  return bcrypt.compareSync(text, text);
};
`);
  write('node_modules/bcrypt/package.json', '{"name": "bcrypt", "version": "5.1.0"}');
  write('node_modules/bcrypt/index.js', `const fs = require('fs');
exports.warmUp = async () => { await fs.promises.readFile(__filename); };
exports.hashSync = async () => { throw new Error('not what the rows say'); };
exports.compareSync = () => true;
`);
  assert.deepEqual(lintAll(root, '--only', 'promises').map((f) => `${f.start.line} ${f.rule}`), ['3 promises/floating']);
});
