// What we say would be published beside npm's own packer, on generated packages full of its odd corners, and one member of
// a workspace beside `npm pack` itself. The packer is that of the npm that is installed; exit code 77: there is none.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const tool = process.argv[2];
let packlist, Arborist;
try {
  const npm = createRequire(path.join(path.dirname(fs.realpathSync(execFileSync('sh', ['-c', 'command -v npm']).toString().trim())), 'x.js'));
  packlist = npm('npm-packlist');
  Arborist = npm('@npmcli/arborist');
} catch { console.log('no npm here'); process.exit(77); }
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'pack-'));
let seed = 20261121;
const random = (n) => { seed = (seed + 0x6d2b79f5) | 0; let t = Math.imul(seed ^ (seed >>> 15), 1 | seed); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) % n; };
const pick = (list) => list[random(list.length)];
const names = ['index.js', 'README.md', 'readme', 'LICENSE.txt', 'license~', 'a.js', 'b.ts', 'c.d.ts', '.env', '.npmrc', '.DS_Store', 'x.orig', 'test.js', 'index.test.js', '.eslintrc', 'package-lock.json', 'yarn.lock', 'CHANGELOG.md', 'COPYING', '.a.swp', '._x', 'npm-debug.log', 'A.JS', 'cli', 'é.js', 'a b.js', '.gitkeep', 'bun.lockb', 'core'];
const dirs = ['lib', 'dist', 'src', 'test', '__tests__', '.github', 'docs', 'build', 'node_modules/foo', 'lib/deep', 'lib/deep/er', 'dist/esm', '.hidden', 'archived-packages', 'CVS', '.svn', 'bin'];
const patterns = ['lib', 'lib/', '/lib', './lib', 'lib/*', 'lib/**', 'dist/*.js', '*.js', '**/*.js', '!**/*.test.js', '!lib/a.js', '!test', 'index.js', './index.js', '/index.js', 'src/**/*.ts', 'bin', 'docs', '.', './', '*', '**', 'dist', 'dist/esm', '!dist/esm', 'lib/deep', '!lib/deep/**', '{lib,dist}', 'lib/{a,b}.*', '*.{js,ts}', '!(lib)', 'lib/!(a).js', '[ab].js', 'lib/[!a]*', '?.js', 'README.md', '.env', '.github', 'node_modules', 'build', 'A.js', 'lib/deep/er/a.js', 'lib/a.js', 'dist/esm/index.js', 'no-such', 'test/', '@(lib|dist)/**', '.*', '!.env', '/dist/**/*.js', 'lib/deep/*', 'package.json', '!package.json', '!README.md', 'archived-packages', '../x', 'lib/../dist', 'docs/*.md', '\\!lib', 'bin/cli', 'src/', 'CVS', '._x', 'core', 'lib/**/er'];
const ignores = ['lib', 'lib/', '/lib', '*.js', '*.ts', '!index.js', 'test', 'test/', 'dist', 'dist/*', '!dist/esm', '**/deep', 'docs/**', '# comment', '', '  src  ', '*.md', '!README.md', '.env', '/*', '!/lib', '!lib/**', 'build/', '*.d.ts', 'lib/deep/er/', 'core', 'node_modules', '**/*.test.js', '!package.json', 'package.json', '*', '!*/', '!*.js', 'a b.js', '\\#x', 'é.js', '.*', '!.github', 'deep/er', '/lib/deep', 'er/a.js'];
for (let i = 0; i < 150; i++) {
  const f = path.join(home, String(i));
  fs.mkdirSync(f, { recursive: true });
  const put = (p, t) => { fs.mkdirSync(path.join(f, path.dirname(p)), { recursive: true }); try { fs.writeFileSync(path.join(f, p), t); } catch {} };
  for (const n of names) if (random(3) === 0) put(n, 'x');
  for (const d of dirs) if (random(2) === 0) for (const n of names) if (random(4) === 0) put(`${d}/${n}`, 'x');
  const m = { name: `p${i}`, version: '1.0.0' };
  if (random(3) > 0) m.files = Array.from({ length: 1 + random(5) }, () => pick(patterns));
  if (random(3) === 0) m.main = pick(['index.js', './index.js', 'lib/a.js', 'dist/index.js', './lib', 'core']);
  if (random(4) === 0) m.bin = pick(['cli', './bin/cli', { x: 'bin/cli', y: './lib/a.js' }]);
  if (random(6) === 0) m.browser = pick(['lib/a.js', './index.js', { a: 'b' }]);
  const ig = () => Array.from({ length: 1 + random(5) }, () => pick(ignores)).join(pick(['\n', '\r\n'])) + '\n';
  if (random(3) === 0) put('.npmignore', ig());
  if (random(2) === 0) put('.gitignore', ig());
  for (const d of ['lib', 'dist', 'test', 'lib/deep']) { if (random(5) === 0) put(`${d}/.npmignore`, ig()); if (random(5) === 0) put(`${d}/.gitignore`, ig()); if (random(8) === 0) put(`${d}/package.json`, '{"type":"module"}'); }
  if (random(8) === 0) { m.dependencies = { foo: '1' }; m.bundleDependencies = pick([['foo'], true]); put('node_modules/foo/package.json', '{"name":"foo","version":"1.0.0","dependencies":{"bar":"1"}}'); put('node_modules/foo/.npmignore', '*.js\n'); put('node_modules/foo/index.js', ''); put('node_modules/bar/package.json', '{"name":"bar","version":"1.0.0","files":["a.js"]}'); put('node_modules/bar/a.js', ''); put('node_modules/bar/b.js', ''); }
  if (random(6) === 0) { try { fs.symlinkSync('index.js', path.join(f, 'link.js')); } catch {} }
  fs.writeFileSync(path.join(f, 'package.json'), JSON.stringify(m, null, 1));
}

let wrong = 0, files = 0;
const ask = (line) => JSON.parse(spawnSync(tool, ['pack'], { input: `${line}\n`, maxBuffer: 1 << 28 }).stdout.toString());
for (let i = 0; i < 150; i++) {
  const folder = path.join(home, String(i));
  const tree = await new Arborist({ path: folder }).loadActual();
  const theirs = (await packlist(tree, { path: folder, prefix: folder })).map((f) => f.replace(/^\.\//, '')).sort();
  const ours = new Set(ask(folder));
  files += theirs.length;
  const missing = theirs.filter((f) => !ours.delete(f));
  if (missing.length + ours.size > 0 && wrong++ < 5) console.log(`${fs.readFileSync(path.join(folder, 'package.json'))}\nmissing ${missing}, too many ${[...ours]}`);
}
console.log(`150 packages, ${files} files, ${wrong} lists differ`);
const root = path.join(home, 'workspace');
const put = (name, text) => { fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true }); fs.writeFileSync(path.join(root, name), text); };
put('package.json', '{"name":"root","version":"1.0.0","private":true,"workspaces":["packages/*"]}');
put('.gitignore', '*.log\nsecret\n');
put('packages/.npmignore', '*.tmp\n');
for (const name of ['index.js', 'a.log', 'secret', 'b.tmp', 'lib/c.log']) put(`packages/a/${name}`, '');
put('packages/a/package.json', '{"name":"a","version":"1.0.0"}');
const run = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], { cwd: path.join(root, 'packages/a') });
const json = JSON.parse(run.stdout.toString());
const theirs = (Array.isArray(json) ? json[0] : Object.values(json)[0]).files.map((f) => f.path).sort();
const ours = ask(`${root}/packages/a\t${root}`);
if (theirs.join() !== ours.join()) { wrong++; console.log(`a member: npm packs ${theirs}, we say ${ours}`); }
fs.rmSync(home, { recursive: true });
process.exitCode = wrong === 0 ? 0 : 1;
