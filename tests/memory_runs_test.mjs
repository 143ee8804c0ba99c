// What is told of a remembered run is what the run would say, byte for byte: random changes and random command lines,
// each beside one that remembers nothing.
//   node memory_runs_test.mjs --looplint path/to/looplint [--steps 120] [--seed 1]
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const given = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : otherwise;
};
const binary = path.resolve(given('looplint', process.env.LOOPLINT ?? path.join(here, '../build/release/looplint')));
const top = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-memory-'));
after(() => fs.rmSync(top, { recursive: true, force: true }));
const root = path.join(top, 'p');
const cache = path.join(top, 'cache');
let state = Number(given('seed', 1));
const random = (n) => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % n;
const one = (list) => list[random(list.length)];

const env = Object.fromEntries(Object.entries(process.env).filter(([k]) => !/^(CI|GITHUB_|FORCE_COLOR|NO_COLOR|LOOPLINT_|XDG_|GIT_|NODE_TEST)/.test(k)));
function run(args, input) {
  const r = spawnSync(binary, ['--no-progress', ...args], { cwd: root, encoding: 'utf8', env, input: input ?? '', maxBuffer: 1 << 28 });
  assert.equal(r.signal, null, `killed by ${r.signal}: ${r.stderr}`);
  // How long it took is not part of what was found.
  const plain = (text) => text.replace(/"seconds": ?[\d.e-]+/g, '"seconds":0').replace(/in \d+(\.\d+)? m?s\b/g, 'in 0 s').replace(/time="[\d.]+"/g, 'time="0"')
    .replace(/"(start|end)TimeUtc": ?"[^"]*"/g, '"$1TimeUtc":""');
  return { code: r.status, out: plain(r.stdout), err: plain(r.stderr) };
}
const git = (...args) => assert.equal(spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root, env }).status, 0, args.join(' '));
const put = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
// The runs kept, and which file each is: one that was written anew is another file.
const runs = () => (fs.existsSync(cache) ? fs.readdirSync(cache, { recursive: true }) : []).filter((f) => f.endsWith('.run'))
  .map((f) => `${f} ${fs.statSync(path.join(cache, f)).ino}`).sort().join('\n');

const parts = {
  'server.js': ["const http = require('http');\nconst { page } = require('./lib/page');\nhttp.createServer((req, res) => res.end(page(req.url))).listen(1);\n", 'setTimeout(() => {}, 1);\n', null],
  'lib/page.js': ["const fs = require('fs');\n\nexports.page = (name) => fs.readFileSync(name, 'utf8');\n",
    "// looplint-disable-next-line event-loop/sync-in-handler -- small\nexports.page = (name) => require('fs').readFileSync(name);\n", null],
  'lib/more.js': [null, "async function work() {}\nwork();\n", '/* @generated */\nwork();\n'],
  'package.json': ['{"name": "p", "version": "1.0.0"}', '{"name": "p", "version": "1.0.0", "type": "module"}', '{'],
  'looplint.jsonc': ['{}', '{"rules": {"event-loop": "warn"}}', '{"ignore": ["lib/more.js"]}', '{"nonsense": 1}'],
  'looplint-baseline.jsonl': [null, 'now'],
  '.gitignore': ['ignored/\n', 'lib/more.js\n'],
};
const set = (name, text) => (text === null ? fs.rmSync(path.join(root, name), { force: true })
  : text === 'now' ? run(['--no-cache', '--update-baseline']) : put(name, text));
const formats = ['default', 'json', 'jsonl', 'unix', 'sarif', 'html', 'markdown', 'agent', 'github', 'gitlab', 'junit', 'checkstyle', 'rdjson'];
const asked = [[], ['.'], ['lib'], ['server.js'], ['--quiet'], ['--only', 'event-loop'], ['--rule', 'promises: off'], ['-A', 'event-loop'], ['--no-ignore'],
  ['--no-skip'], ['--no-config'], ['--deny-warnings'], ['--statistics'], ['--staged'], ['--changed'], ['--since', 'HEAD'], ['--staged', '--report', 'touched'],
  ['--changed', '--report', 'all'], ['--no-baseline'], ['--stdin-filename', 'lib/page.js'], ['--fix-dry-run'], ['--threads', '1'], ['--max-warnings', '0']];

test('the same with and without', () => {
  for (const [name, [text]] of Object.entries(parts)) set(name, text);
  git('init', '-q'), git('add', '-A'), git('commit', '-qm', 'one');
  const steps = Number(given('steps', 120));
  let recalled = 0;
  for (let step = 0; step < steps; step++) {
    if (random(3) > 0) {
      const name = one(Object.keys(parts));
      set(name, random(2) ? parts[name][0] : one(parts[name]));
    }
    if (random(4) === 0) git('add', '-A');
    if (random(8) === 0) git('commit', '-qam', `step ${step}`, '--allow-empty');
    const args = ['-f', one(formats), ...one(asked)];
    const input = args.includes('--stdin-filename') ? one(parts['lib/page.js'].filter(Boolean)) : '';
    const truth = run(['--no-cache', ...args], input);
    const cached = ['--cache', '--cache-dir', cache, ...args];
    assert.deepEqual(run(cached, input), truth, `step ${step}: ${args.join(' ')}`);
    const before = runs();
    assert.deepEqual(run(cached, input), truth, `step ${step}, again: ${args.join(' ')}`);
    if (before !== '' && runs() === before) recalled++;
  }
  console.log(`${recalled} of ${steps} second runs wrote nothing`);
  assert.ok(recalled > steps / 2);
});

test('small projects and those who say so keep nothing', () => {
  const other = path.join(top, 'other');
  run(['--cache-dir', other, '-f', 'json']);
  assert.ok(!fs.existsSync(other));
});
