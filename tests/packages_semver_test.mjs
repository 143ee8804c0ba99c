// Our versions and ranges against npm's own package "semver", which npm brings along: ranges of all package.json files
// of the corpus and of fixtures, and generated ones. Exit code 77: no semver on this machine.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const tool = process.argv[2];
const here = path.dirname(fileURLToPath(import.meta.url));
let semver;
for (const from of [path.join(here, 'packages'), path.join(here, '../bench/peers'), path.join(here, 'corpus'), path.dirname(fs.realpathSync(execFileSync('sh', ['-c', 'command -v npm']).toString().trim()))]) {
  try {
    const found = createRequire(path.join(from, 'x.js'))('semver');
    if (createRequire(path.join(from, 'x.js'))('semver/package.json').version.startsWith('7.')) { semver = found; break; }
  } catch { /* not there */ }
}
if (!semver) { console.log('no semver 7 here'); process.exit(77); }

let seed = 20261121;
const random = (n) => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) % n; };
const pick = (list) => list[random(list.length)];
const number = () => pick(['0', '1', '2', '3', '10', '01', 'x', 'X', '*', '9007199254740991', '99999999999999999999', '1', '2', '0']);
const digit = () => pick(['0', '1', '2', '3', '10']);
const tail = () => pick(['', '', '', '', '-0', '-alpha', '-beta.1', '-rc.2.x', 'beta', '-01', '-a-b', '+build', '-rc.1+b.2', '-']);
const version = () => `${pick(['', '', '', 'v', '=', 'v=', '= '])}${digit()}.${digit()}.${digit()}${tail()}`;
const part = () => pick(['', '', '', 'v', '=']) + number() + pick(['', `.${number()}`, `.${number()}.${number()}`, `.${number()}.${number()}${tail()}`]);
const comparator = () => pick(['', '', '^', '~', '>', '<', '>=', '<=', '=', '~>', '>= ', '^ ', '~ ', '> ', '< ', '==', '>>', '<>']) + part();
const alternative = () => pick([() => comparator(), () => `${comparator()} ${comparator()}`, () => `${part()} - ${part()}`, () => '', () => 'latest', () => '*', () => `${comparator()},${comparator()}`])();
const range = () => pick([() => alternative(), () => alternative(), () => `${alternative()} || ${alternative()}`, () => `${alternative()}||${alternative()}`])();

// Ranges people wrote.
const written = new Set();
const walk = (folder, depth) => {
  let entries = [];
  try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
  for (const e of entries) {
    const file = path.join(folder, e.name);
    if (e.isDirectory() && depth < 7 && e.name !== '.git') walk(file, depth + 1);
    if (e.name !== 'package.json') continue;
    try {
      const json = JSON.parse(fs.readFileSync(file, 'utf8'));
      manifests++;
      for (const field of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies', 'engines']) for (const r of Object.values(json[field] ?? {})) if (typeof r === 'string' && !r.includes('\t') && !r.includes('\n')) written.add(r);
    } catch { /* a broken one */ }
  }
};
let manifests = 0;
for (const folder of ['corpus/node_modules', '../node_modules', '../bench/peers/node_modules', '../fixtures']) walk(path.join(here, folder), 0);

const cases = [];
for (const r of written) for (const mode of ['loose', 'strict']) for (let i = 0; i < 8; i++) cases.push([mode, version(), r]);
for (let i = 0; i < 60000; i++) cases.push([pick(['loose', 'strict']), version(), range()]);
const result = spawnSync(tool, ['semver'], { input: cases.map((c) => c.join('\t')).join('\n') + '\n', maxBuffer: 1 << 28 });
const lines = result.stdout.toString().split('\n');
let wrong = 0;
cases.forEach(([mode, v, r], i) => {
  const options = { loose: mode === 'loose' };
  // Before 7.8 a number after a wildcard ("x.1") was passed over; what Node's npm brings may be older.
  if (/[xX*]\.\d/.test(r)) return;
  const wanted = [semver.parse(v, options)?.version ?? '-', semver.validRange(r, options) === null ? '0' : '1', semver.satisfies(v, r, options) ? '1' : '0'].join('\t');
  if (wanted !== lines[i] && wrong++ < 10) console.log(`${mode} ${v} in "${r}": semver says ${wanted}, we say ${lines[i]}`);
});
console.log(`${cases.length} cases, ${written.size} ranges of ${manifests} manifests, ${wrong} differ`);
process.exitCode = wrong === 0 && result.status === 0 ? 0 : 1;
