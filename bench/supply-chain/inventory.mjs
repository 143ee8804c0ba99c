// bench/supply-chain/inventory.mjs --looplint BIN FOLDER...
// Which installed packages run something at install: `looplint deps` beside `npm query` with ':attr(scripts, [install])',
// [preinstall] and [postinstall], and npm's implicit build of a binding.gyp. Prints the table of README.md.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt, positionals } = parseArgs({ allowPositionals: true, options: { looplint: { type: 'string' } } });
const query = (folder, selector) => {
  const run = spawnSync('npm', ['query', selector, '--loglevel=error'], { cwd: folder, maxBuffer: 1 << 28 });
  return JSON.parse(run.stdout.toString() || '[]');
};
let wrong = 0;
console.log('| tree | packages | npm query | looplint deps | same |\n|---|---|---|---|---|');
for (const folder of positionals) {
  const theirs = new Set();
  const key = (p) => `${p.name}@${p.version}`;
  for (const script of ['preinstall', 'install', 'postinstall']) {
    for (const p of query(folder, `:attr(scripts, [${script}])`)) if (p.location && p.location.includes('node_modules')) theirs.add(key(p));
  }
  const all = query(folder, '*').filter((p) => p.location?.includes('node_modules'));
  for (const p of all) {
    // What npm does by itself with a binding.gyp is in no script that query sees.
    if (fs.existsSync(path.join(folder, p.location, 'binding.gyp')) && !p.scripts?.install && !p.scripts?.preinstall && p.gypfile !== false) theirs.add(key(p));
  }
  const run = spawnSync(opt.looplint, ['deps', '--no-sizes', '-f', 'json', '.'], { cwd: folder, maxBuffer: 1 << 28 });
  const ours = new Set(JSON.parse(run.stdout.toString()).packages.filter((p) => p.installScript).map(key));
  const missing = [...theirs].filter((k) => !ours.has(k)), extra = [...ours].filter((k) => !theirs.has(k));
  if (missing.length + extra.length > 0) wrong++;
  console.log(`| ${path.basename(path.dirname(path.resolve(folder)))}/${path.basename(path.resolve(folder))} | ${all.length} | ${theirs.size} | ${ours.size} | ${missing.length + extra.length === 0 ? 'yes' : `missing ${missing}; extra ${extra}`} |`);
}
process.exitCode = wrong === 0 ? 0 : 1;
