// bench/supply-chain/inventory.mjs --looplint BIN [--check] [FOLDER...]
// Which installed packages run something at install: `looplint deps` beside `npm query` with ':attr(scripts, [install])',
// [preinstall] and [postinstall], npm's implicit build of a binding.gyp, and what npm wrote into its lockfile
// (hasInstallScript). Without folders the trees of trees/ are installed into the cache, with scripts off. Prints the
// table of README.md; --check: what disagrees is an error.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: opt, positionals } = parseArgs({ allowPositionals: true, options: { looplint: { type: 'string' }, check: { type: 'boolean', default: false } } });
const looplint = path.resolve(opt.looplint);
const query = (folder, selector) => {
  const run = spawnSync('npm', ['query', selector, '--loglevel=error'], { cwd: folder, maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return JSON.parse(run.stdout.toString());
};
if (positionals.length === 0) {
  const { CACHE, must } = createRequire(import.meta.url)('../install.js');
  const trees = path.join(path.dirname(fileURLToPath(import.meta.url)), 'trees');
  for (const name of fs.readdirSync(trees)) {
    const to = path.join(CACHE, 'trees', name);
    fs.cpSync(path.join(trees, name), to, { recursive: true });
    // npm ci would want the optional packages for other platforms in the lockfile, which not every registry has.
    if (!fs.existsSync(path.join(to, 'node_modules/.package-lock.json'))) must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: to });
    positionals.push(to);
  }
}
let wrong = 0;
console.log('| tree | packages | npm query | the lockfile | looplint deps | same |\n|---|---|---|---|---|---|');
for (const folder of positionals) {
  const key = (p) => `${p.name}@${p.version}`;
  const theirs = new Set(), installed = (p) => p.location?.includes('node_modules');
  for (const p of query(folder, ['preinstall', 'install', 'postinstall'].map((s) => `:attr(scripts, [${s}])`).join(', '))) if (installed(p)) theirs.add(key(p));
  const all = query(folder, '*').filter(installed);
  for (const p of all) {
    // What npm does by itself with a binding.gyp is in no script that query sees.
    if (fs.existsSync(path.join(folder, p.location, 'binding.gyp')) && !p.scripts?.install && !p.scripts?.preinstall && p.gypfile !== false) theirs.add(key(p));
  }
  const hidden = JSON.parse(fs.readFileSync(path.join(folder, 'node_modules/.package-lock.json'), 'utf8')).packages;
  const locked = new Set(Object.entries(hidden).filter(([at, p]) => p.hasInstallScript && at.includes('node_modules/')).map(([at, p]) => `${p.name ?? at.replace(/.*node_modules\//, '')}@${p.version}`));
  const run = spawnSync(looplint, ['deps', '--no-sizes', '-f', 'json', '.'], { cwd: folder, maxBuffer: 1 << 28 });
  const ours = new Set(JSON.parse(run.stdout.toString()).packages.filter((p) => p.installScript).map(key));
  const missing = [...theirs].filter((k) => !ours.has(k)), extra = [...ours].filter((k) => !theirs.has(k));
  if (missing.length + extra.length > 0) wrong++;
  console.log(`| ${path.basename(path.dirname(path.resolve(folder)))}/${path.basename(path.resolve(folder))} | ${all.length} | ${theirs.size} | ${locked.size} | ${ours.size} | ${missing.length + extra.length === 0 ? 'yes' : `missing: ${missing.join(', ') || 'none'}; extra: ${extra.join(', ') || 'none'}`} |`);
}
process.exitCode = wrong === 0 || !opt.check ? 0 : 1;
