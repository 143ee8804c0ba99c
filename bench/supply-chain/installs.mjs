// bench/supply-chain/installs.mjs --looplint BIN --into FOLDER [--table] GITDIR...
// What `looplint deps` makes of the install scripts of packages as their repositories have them: every package.json of
// each git directory that runs something at install, with the files its scripts can lead to, becomes a package of
// FOLDER/node_modules. The newest commit decides, and where a package runs nothing any more the last tag at which it did.
// Nothing is installed and nothing runs. Prints how many are of which kind and which lie above the level of a note;
// --table: the rows of installs.md. What FOLDER has from an earlier run stays and counts.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt, positionals } = parseArgs({ allowPositionals: true, options: { looplint: { type: 'string' }, into: { type: 'string' }, table: { type: 'boolean', default: false } } });
const HOOKS = ['preinstall', 'install', 'postinstall'];
const ENDINGS = /\.(?:[cm]?js|json|ts|sh|ps1|cmd|bat|py|gypi?)$/;
const ELSEWHERE = /(?:^|\/)(?:tests?|__tests__|e2e|docs?|examples?|samples?|canary|(?:__)?(?:\w+-)?fixtures?(?:__)?|acceptance-tests|testdata|templates?|node_modules|deps|vendor|third_party|bench|benchmark|website|\.github)\//;
const LARGEST = 400_000;

const rowsFile = path.join(opt.into, 'rows.json');
const rows = fs.existsSync(rowsFile) ? JSON.parse(fs.readFileSync(rowsFile, 'utf8')) : {};
for (const folder of positionals) {
  const git = (args, input) => {
    const run = spawnSync('git', ['-C', folder, ...args], { input, maxBuffer: 1 << 30 });
    if (run.status !== 0) throw new Error(`${folder}: ${run.stderr}`);
    return run.stdout;
  };
  // The texts of `names` (REVISION:PATH), null for what is not there.
  const show = (names) => {
    const all = git(['cat-file', '--batch'], names.join('\n') + '\n');
    let at = 0;
    return names.map(() => {
      const end = all.indexOf(10, at);
      const [, kind, size] = all.toString('utf8', at, end).split(' ');
      at = end + 1;
      if (kind !== 'blob') return null;
      at += Number(size) + 1;
      return all.subarray(at - 1 - Number(size), at - 1);
    });
  };
  const treeOf = (revision) => new Map(git(['ls-tree', '-r', '-l', '-z', revision]).toString().split('\0').filter(Boolean).map((line) => {
    const [facts, name] = line.split('\t');
    return [name, Number(facts.trim().split(/ +/)[3])];
  }));
  // What of `text`, a package.json, somebody can install and runs something then.
  const runs = (text, gyp) => {
    let json;
    try {
      json = JSON.parse(text.toString().replace(/^\ufeff/, ''));
    } catch {
      return null;
    }
    const hooks = HOOKS.filter((hook) => typeof json?.scripts?.[hook] === 'string');
    return typeof json?.name === 'string' && !json.private && (hooks.length > 0 || (gyp && json.gypfile !== false)) ? json : null;
  };
  const take = (revision, manifest, json, tree) => {
    const base = manifest.slice(0, -'package.json'.length);
    const to = path.join(opt.into, 'node_modules', json.name);
    fs.rmSync(to, { recursive: true, force: true });
    const own = [...tree].filter(([name, size]) => name.startsWith(base) && size <= LARGEST && ENDINGS.test(name) && !ELSEWHERE.test(name.slice(base.length)))
      .sort(([a], [b]) => Number(b === manifest) - Number(a === manifest)).slice(0, 3000);
    show(own.map(([name]) => `${revision}:${name}`)).forEach((text, i) => {
      if (!text) return;
      const at = path.join(to, own[i][0].slice(base.length));
      fs.mkdirSync(path.dirname(at), { recursive: true });
      fs.writeFileSync(at, text);
    });
    // Repositories that publish by machine have no version.
    if (!json.version) fs.writeFileSync(path.join(to, 'package.json'), JSON.stringify({ ...json, version: '0.0.0' }));
    const where = /([\w.-]+\/[\w.-]+?)(?:\.git)?(?:[/#].*)?$/.exec((json.repository?.url ?? (typeof json.repository === 'string' ? json.repository : '')).replace(/^.*?(?:github\.com[/:]|github:)/, ''));
    rows[json.name] = { repository: where?.[1] ?? '', version: json.version ?? '0.0.0', commit: git(['rev-parse', '--short=12', `${revision}^{commit}`]).toString().trim() };
  };
  const newest = treeOf('HEAD');
  const manifests = [...newest.keys()].filter((name) => path.posix.basename(name) === 'package.json' && !ELSEWHERE.test(name));
  const texts = show(manifests.map((name) => `HEAD:${name}`));
  const past = [];
  manifests.forEach((manifest, i) => {
    const json = texts[i] && runs(texts[i], newest.has(manifest.replace(/package\.json$/, 'binding.gyp')));
    if (json) take('HEAD', manifest, json, newest);
    else past.push(manifest);
  });
  // Manifests lie where they lie now, or at the root.
  const tags = git(['for-each-ref', '--sort=-creatordate', '--format=%(refname)', '--count=400', 'refs/tags']).toString().split('\n').filter(Boolean);
  for (const manifest of past.slice(0, 60)) {
    const gyp = manifest.replace(/package\.json$/, 'binding.gyp');
    const then = show(tags.flatMap((tag) => [`${tag}:${manifest}`, `${tag}:${gyp}`]));
    const at = tags.findIndex((_, i) => then[2 * i] && runs(then[2 * i], then[2 * i + 1] !== null));
    const json = at < 0 ? null : runs(then[2 * at], then[2 * at + 1] !== null);
    if (json && !rows[json.name]) take(tags[at], manifest, json, treeOf(tags[at]));
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
  if (opt.table) console.log(`| ${p.name} | ${rows[p.name]?.version ?? p.version} | ${rows[p.name]?.repository ?? ''} | ${rows[p.name]?.commit ?? ''} | ${command.split(':')[0]} | ${verdict} | ${because} |`);
  else if (above) console.log(`${p.name}@${p.version}: ${verdict}, ${because}\n  ${command}`);
}
console.error(Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`).join(', '));
