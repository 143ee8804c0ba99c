// bench/supply-chain/installs.mjs --looplint BIN --into FOLDER [--table] GITDIR...
// What `looplint deps` makes of the install scripts of packages as their repositories have them: of the newest commit of
// each git directory, every package.json that runs something at install, with the files its scripts can lead to, becomes a
// package of FOLDER/node_modules. Nothing is installed and nothing runs. Prints how many are of which kind and which lie
// above the level of a note; --table: the rows of installs.md. What FOLDER has from an earlier run stays and counts.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt, positionals } = parseArgs({ allowPositionals: true, options: { looplint: { type: 'string' }, into: { type: 'string' }, table: { type: 'boolean', default: false } } });
const HOOKS = ['preinstall', 'install', 'postinstall'];
const ENDINGS = /\.(?:[cm]?js|json|ts|sh|ps1|cmd|bat|py|gypi?)$/;
const ELSEWHERE = /(?:^|\/)(?:tests?|__tests__|e2e|docs?|examples?|fixtures?|node_modules|deps|vendor|third_party|bench|benchmark|website|\.github)\//;
const LARGEST = 400_000;

const rowsFile = path.join(opt.into, 'rows.json');
const rows = fs.existsSync(rowsFile) ? JSON.parse(fs.readFileSync(rowsFile, 'utf8')) : {};
for (const folder of positionals) {
  const git = (...args) => {
    const run = spawnSync('git', ['-C', folder, ...args], { maxBuffer: 1 << 28 });
    if (run.status !== 0) throw new Error(`${folder}: ${run.stderr}`);
    return run.stdout;
  };
  const commit = git('rev-parse', 'HEAD').toString().trim();
  const sizes = new Map(git('ls-tree', '-r', '-l', '-z', 'HEAD').toString().split('\0').filter(Boolean).map((line) => {
    const [facts, name] = line.split('\t');
    return [name, Number(facts.trim().split(/ +/)[3])];
  }));
  for (const manifest of sizes.keys()) {
    if (path.posix.basename(manifest) !== 'package.json' || ELSEWHERE.test(manifest)) continue;
    let json;
    try {
      json = JSON.parse(git('show', `HEAD:${manifest}`).toString());
    } catch {
      continue;
    }
    const base = manifest.slice(0, -'package.json'.length);
    const hooks = HOOKS.filter((hook) => typeof json?.scripts?.[hook] === 'string');
    const gyp = sizes.has(`${base}binding.gyp`) && json?.gypfile !== false;
    if (typeof json?.name !== 'string' || json.private || (hooks.length === 0 && !gyp)) continue;
    const to = path.join(opt.into, 'node_modules', json.name);
    const own = [...sizes].filter(([name, size]) => name.startsWith(base) && size <= LARGEST && ENDINGS.test(name) && !ELSEWHERE.test(name.slice(base.length)));
    for (const [name] of own.slice(0, 3000)) {
      const at = path.join(to, name.slice(base.length));
      fs.mkdirSync(path.dirname(at), { recursive: true });
      fs.writeFileSync(at, git('show', `HEAD:${name}`));
    }
    // Repositories that publish by machine have no version.
    if (!json.version) fs.writeFileSync(path.join(to, 'package.json'), JSON.stringify({ ...json, version: '0.0.0' }));
    rows[json.name] = { version: json.version ?? '0.0.0', commit: commit.slice(0, 12) };
  }
}
fs.mkdirSync(opt.into, { recursive: true });
fs.writeFileSync(rowsFile, JSON.stringify(rows, null, 1));
fs.writeFileSync(path.join(opt.into, 'package.json'), JSON.stringify({ name: 'installs', version: '1.0.0', private: true, dependencies: Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row.version])) }));

const run = spawnSync(path.resolve(opt.looplint), ['deps', '--no-sizes', '-f', 'json', '.'], { cwd: opt.into, maxBuffer: 1 << 28 });
const kinds = {};
for (const p of JSON.parse(run.stdout.toString()).packages.filter((q) => q.installScript).sort((a, b) => (a.name < b.name ? -1 : 1))) {
  const { command = '', verdict = 'unread', because = '' } = p.script ?? {};
  kinds[verdict] = (kinds[verdict] ?? 0) + 1;
  const above = verdict === 'suspicious' || verdict === 'malicious';
  if (opt.table) console.log(`| ${p.name} | ${rows[p.name]?.version ?? p.version} | ${rows[p.name]?.commit ?? ''} | ${command.split(':')[0]} | ${verdict} | ${because} |`);
  else if (above) console.log(`${p.name}@${p.version}: ${verdict}, ${because}\n  ${command}`);
}
console.error(Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`).join(', '));
