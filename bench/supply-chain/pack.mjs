// bench/supply-chain/pack.mjs --tool <packages_tool> [--most N] [--cli] FOLDER...
// What npm would put into the tarball of every package below the folders, by npm's own packer, beside our list. The
// packer is taken from the npm that is installed; --cli asks `npm pack --dry-run --json` itself, which is slow. No
// script of a package runs.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt, positionals } = parseArgs({ allowPositionals: true, options: { tool: { type: 'string' }, most: { type: 'string', default: '100000' }, cli: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } } });
const folders = [];
const walk = (folder, depth) => {
  if (folders.length >= Number(opt.most) || depth > 12) return;
  let entries;
  try { entries = fs.readdirSync(folder, { withFileTypes: true }); } catch { return; }
  if (entries.some((e) => e.isFile() && e.name === 'package.json')) {
    try {
      const json = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
      if (json.name && json.version) folders.push(folder);
    } catch { /* not one npm would pack */ }
  }
  for (const e of entries) if (e.isDirectory() && e.name !== '.git') walk(path.join(folder, e.name), depth + 1);
};
for (const folder of positionals) walk(path.resolve(folder), 0);

const npm = createRequire(path.join(path.dirname(fs.realpathSync(execFileSync('sh', ['-c', 'command -v npm']).toString().trim())), 'x.js'));
const packlist = npm('npm-packlist');
const Arborist = npm('@npmcli/arborist');
process.removeAllListeners('log');
const theirs = async (folder) => {
  if (opt.cli) {
    const run = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--workspaces=false'], { cwd: folder, maxBuffer: 1 << 28 });
    const json = JSON.parse(run.stdout.toString());
    return (Array.isArray(json) ? json[0] : Object.values(json)[0]).files.map((f) => f.path);
  }
  const tree = await new Arborist({ path: folder }).loadActual();
  return packlist(tree, { path: folder, prefix: folder });
};
let same = 0, total = 0, files = 0;
const ours = spawnSync(opt.tool, ['pack'], { input: folders.map((f) => `${f}\n`).join(''), maxBuffer: 1 << 30 }).stdout.toString().split('\n');
for (const [i, folder] of folders.entries()) {
  let wanted;
  try { wanted = (await theirs(folder)).map((f) => f.replace(/^\.\//, '')).sort(); } catch (error) { if (opt.verbose) console.log(`npm cannot pack ${folder}: ${error.message}`); continue; }
  const got = new Set(JSON.parse(ours[i]) ?? []);
  total++;
  files += wanted.length;
  const missing = wanted.filter((f) => !got.delete(f));
  if (missing.length === 0 && got.size === 0) same++;
  else console.log(`${folder}: ${missing.length} missing (${missing.slice(0, 3)}), ${got.size} too many (${[...got].slice(0, 3)})`);
}
console.log(`${total} packages, ${files} files; ${same} lists are npm's`);
process.exitCode = same === total ? 0 : 1;
