// bench/supply-chain/compare.mjs --looplint BIN --tools <folder with node_modules of lockfile-lint and
//   @lavamoat/allow-scripts>: the same planted defects before looplint, lockfile-lint and allow-scripts. Prints the table
// of README.md.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt } = parseArgs({ options: { looplint: { type: 'string' }, tools: { type: 'string' } } });
const sri = (text) => 'sha512-' + crypto.createHash('sha512').update(text).digest('base64');
// lockfile-lint compares names only where the host is one it knows.
const host = Object.values(createRequire(path.join(path.resolve(opt.tools), 'x.js'))('lockfile-lint-api/src/common/constants').REGISTRY)[0];
const R = `https://${host}`;
const entry = (name, version = '1.0.0', more = {}) => ({ version, resolved: `${R}/${name}/-/${name}-${version}.tgz`, integrity: sri(name + version), ...more });
const names = ['one', 'two', 'three', 'four', 'five', 'six'];
const npmLock = (packages, dependencies = Object.fromEntries(names.map((n) => [n, '^1.0.0']))) => JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': { name: 'app', version: '1.0.0', dependencies }, ...Object.fromEntries(names.map((n) => [`node_modules/${n}`, entry(n)])), ...packages } }, null, 2);
const yarnLock = (change) => '# yarn lockfile v1\n\n\n' + names.map((n) => { const e = { ...entry(n), ...(change[n] ?? {}) }; return `${n}@^1.0.0:\n  version "${e.version}"\n  resolved "${e.resolved}"\n${e.integrity ? `  integrity ${e.integrity}\n` : ''}`; }).join('\n');
const manifest = { name: 'app', version: '1.0.0', private: true, dependencies: Object.fromEntries(names.map((n) => [n, '^1.0.0'])) };
const cases = [
  ['nothing wrong', {}, null],
  ['http instead of https', { 'node_modules/six': { ...entry('six'), resolved: `${R.replace('https', 'http')}/six/-/six-1.0.0.tgz` } }, 'lockfile/untrusted-source'],
  ['another host', { 'node_modules/six': { ...entry('six'), resolved: 'https://mirror.example.net/six/-/six-1.0.0.tgz' } }, 'lockfile/untrusted-source'],
  ['a tarball that is no registry\'s', { 'node_modules/six': { ...entry('six'), resolved: 'https://files.example.net/x.tgz' } }, 'lockfile/untrusted-source'],
  ['git without a commit', { 'node_modules/six': { version: '1.0.0', resolved: 'git+ssh://git@git.example.net/six.git' } }, 'lockfile/untrusted-source'],
  ['git over git:', { 'node_modules/six': { version: '1.0.0', resolved: 'git://git.example.net/six.git#0123456789abcdef0123456789abcdef01234567' } }, 'lockfile/untrusted-source'],
  ['a password in the address', { 'node_modules/six': { ...entry('six'), resolved: `https://user:hunter2@${host}/six/-/six-1.0.0.tgz` } }, 'lockfile/untrusted-source'],
  ['another package under the name', { 'node_modules/six': { ...entry('six'), resolved: `${R}/evil/-/evil-1.0.0.tgz` } }, 'lockfile/name-mismatch'],
  ['the same, with its name in the entry', { 'node_modules/six': { name: 'evil', ...entry('evil') } }, 'lockfile/name-mismatch'],
  ['another version under the name', { 'node_modules/six': { ...entry('six'), resolved: `${R}/six/-/six-0.0.1.tgz` } }, 'lockfile/name-mismatch'],
  ['no integrity', { 'node_modules/six': { ...entry('six'), integrity: undefined } }, 'lockfile/integrity'],
  ['SHA-1 only', { 'node_modules/six': { ...entry('six'), integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' } }, 'lockfile/integrity'],
  ['integrity that is none', { 'node_modules/six': { ...entry('six'), integrity: 'sha512-AAAA' } }, 'lockfile/integrity'],
  ['two hashes of one version', { 'node_modules/five/node_modules/six': { ...entry('six'), integrity: sri('other') } }, 'lockfile/integrity'],
  ['does not fit package.json', { 'node_modules/six': entry('six', '2.0.0') }, 'lockfile/out-of-sync'],
  ['an install script nobody reviewed', { 'node_modules/six': entry('six', '1.0.0', { hasInstallScript: true }) }, 'lockfile/install-scripts', { 'looplint.json': { packages: { reviewedScripts: ['nothing'] } } }],
  ['an installed script nobody reviewed', { 'node_modules/six': entry('six', '1.0.0', { hasInstallScript: true }) }, 'lockfile/install-scripts', { 'looplint.json': { packages: { reviewedScripts: ['nothing'] } }, 'node_modules/six/package.json': { name: 'six', version: '1.0.0', scripts: { postinstall: 'node -e 0' } } }],
  ['an installed script the lockfile denies', {}, 'lockfile/name-mismatch', { 'node_modules/six/package.json': { name: 'six', version: '1.0.0', scripts: { postinstall: 'node -e 0' } } }],
  ['a conflict marker', null, 'lockfile/malformed'],
  ['yarn.lock: nothing wrong', { yarn: {} }, null],
  ['yarn.lock: http instead of https', { yarn: { six: { resolved: `${R.replace('https', 'http')}/six/-/six-1.0.0.tgz` } } }, 'lockfile/untrusted-source'],
  ['yarn.lock: another host', { yarn: { six: { resolved: 'https://mirror.example.net/six/-/six-1.0.0.tgz' } } }, 'lockfile/untrusted-source'],
  ['yarn.lock: another package under the name', { yarn: { six: { resolved: `${R}/evil/-/evil-1.0.0.tgz` } } }, 'lockfile/name-mismatch'],
  ['yarn.lock: no integrity', { yarn: { six: { integrity: '' } } }, 'lockfile/integrity'],
  ['yarn.lock: does not fit package.json', { yarn: { six: { version: '2.0.0' } } }, 'lockfile/out-of-sync'],
];
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'compare-'));
const rows = [];
for (const [label, change, rule, files = {}] of cases) {
  const folder = path.join(home, String(rows.length));
  fs.mkdirSync(folder);
  const put = (name, content) => (fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true }), fs.writeFileSync)(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  put('package.json', manifest);
  put('index.js', names.map((n) => `require('${n}');\n`).join(''));
  const yarn = change?.yarn;
  if (yarn) put('yarn.lock', yarnLock(yarn));
  else put('package-lock.json', change === null ? npmLock({}).replace('"requires": true,', '<<<<<<< HEAD\n  "requires": true,\n=======\n>>>>>>> x') : npmLock(change));
  for (const [name, content] of Object.entries(files)) put(name, content);
  const ours = JSON.parse(spawnSync(opt.looplint, ['-f', 'json', '.'], { cwd: folder }).stdout || '{"findings":[]}').findings.filter((f) => f.severity !== 'info').map((f) => f.rule);
  const lint = spawnSync('node', [path.join(opt.tools, 'node_modules/lockfile-lint/bin/lockfile-lint.js'), '--path', yarn ? 'yarn.lock' : 'package-lock.json', '--type', yarn ? 'yarn' : 'npm', '--validate-https', '--validate-package-names', '--validate-integrity', '--allowed-hosts', host], { cwd: folder });
  const allow = spawnSync('node', [path.join(opt.tools, 'node_modules/@lavamoat/allow-scripts/src/cli.js'), 'list'], { cwd: folder });
  rows.push([label, rule === null ? (ours.length === 0 ? 'quiet' : `says ${ours}`) : ours.includes(rule) ? `\`${rule}\`` : `missed (${ours})`, rule === null ? (lint.status === 0 ? 'quiet' : 'reports') : lint.status === 0 ? '' : 'reports', /\bsix\b/.test(allow.stdout) ? 'lists it' : allow.status === 0 ? '' : 'fails']);
}
console.log('| planted | looplint | lockfile-lint | allow-scripts list |\n|---|---|---|---|');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
fs.rmSync(home, { recursive: true });
