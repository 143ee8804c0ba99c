// What is shipped, installed for real and run: the npm packages offline from their tarballs, the .deb with dpkg and the
// tarball, each into a folder of its own.
//   node package_test.mjs --build BUILD
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const build = path.resolve(process.argv[process.argv.indexOf('--build') + 1]);
const out = path.join(build, 'package');
const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'looplint-package-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const env = { PATH: process.env.PATH, HOME: root, LANG: 'C.UTF-8', npm_config_offline: 'true', npm_config_cache: path.join(root, 'cache'), npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' };
function ok(cwd, command, ...args) {
  const r = spawnSync(command, args, { cwd, encoding: 'utf8', env });
  assert.equal(r.status, 0, `${command} ${args.join(' ')}: ${r.error ?? ''}${r.stdout}${r.stderr}`);
  return r.stdout;
}
const folder = path.join(root, 'app');
fs.mkdirSync(folder);
fs.writeFileSync(path.join(folder, 'package.json'), '{"name": "app", "private": true}\n');
fs.writeFileSync(path.join(folder, 'a.js'), 'const = 1;\n');
let files;
before(() => {
  const r = spawnSync(path.join(here, '../scripts/package'), [build], { encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr.slice(-3000));
  files = r.stdout.trim().split('\n');
});
const find = (pattern) => files.find((f) => pattern.test(path.basename(f)));

test('the binary needs nothing of the system', () => {
  const binary = path.join(build, 'static/looplint');
  assert.match(spawnSync('ldd', [binary], { encoding: 'utf8' }).stderr + spawnSync('ldd', [binary], { encoding: 'utf8' }).stdout, /not a dynamic executable|statically linked/);
  assert.match(ok(root, binary, '--version'), /^looplint /);
});

test('npm: two tarballs, no network, no install script', () => {
  const launcher = find(/^looplint-\d.*\.tgz$/), binary = find(/linux-x64-.*\.tgz$/);
  ok(folder, 'npm', 'install', '--ignore-scripts', '--no-save', launcher, binary);
  const bin = path.join(folder, 'node_modules/.bin/looplint');
  let r = spawnSync(bin, ['-f', 'unix'], { cwd: folder, encoding: 'utf8', env });
  assert.equal(r.status, 1, r.stderr);
  assert.match(r.stdout, /^a.js:1:\d+: error: .*\[syntax\/error\]$/m);
  assert.match(ok(folder, 'npx', '--no-install', 'looplint', '--version'), /^looplint /);
  assert.ok(JSON.parse(fs.readFileSync(path.join(folder, 'node_modules/looplint/configuration_schema.json'), 'utf8')).properties.rules);
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'node_modules/looplint/package.json'), 'utf8'));
  assert.equal(manifest.scripts, undefined);
  // Without its binary it says so.
  fs.rmSync(path.join(folder, 'node_modules/@looplint'), { recursive: true });
  r = spawnSync(bin, [], { cwd: folder, encoding: 'utf8', env });
  assert.equal(r.status, 2);
  assert.match(r.stderr, /^looplint: there is no binary for linux-x64 here: @looplint\/linux-x64 is not installed/);
  assert.equal(r.stderr.trim().split('\n').length, 1);
});

test('npm: signals and exit codes come through', async () => {
  const launcher = path.join(here, '../npm/looplint/bin/looplint.js');
  const fake = path.join(root, 'fake');
  fs.writeFileSync(fake, '#!/bin/sh\necho ready\nexec sleep 20\n', { mode: 0o755 });
  const child = spawn(process.execPath, [launcher], { env: { ...env, LOOPLINT_BINARY: fake } });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGTERM');
  assert.equal(await new Promise((resolve) => child.on('exit', (code) => resolve(code))), 143);
});

test('dpkg installs and removes the package', () => {
  const deb = find(/\.deb$/);
  const system = path.join(root, 'system');
  for (const d of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'var/lib/dpkg/triggers']) fs.mkdirSync(path.join(system, d), { recursive: true });
  for (const f of ['status', 'available']) fs.writeFileSync(path.join(system, 'var/lib/dpkg', f), '');
  const dpkg = ['--force-not-root', '--force-bad-path', '--force-script-chrootless', `--root=${system}`];
  ok(root, 'dpkg', ...dpkg, '-i', deb);
  assert.match(ok(folder, path.join(system, 'usr/bin/looplint'), '--version'), /^looplint /);
  for (const f of ['share/man/man1/looplint.1.gz', 'share/bash-completion/completions/looplint', 'share/zsh/vendor-completions/_looplint', 'share/fish/vendor_completions.d/looplint.fish', 'share/looplint/configuration_schema.json']) {
    assert.ok(fs.statSync(path.join(system, 'usr', f)).size > 100, f);
  }
  assert.doesNotMatch(ok(root, 'dpkg-deb', '-f', deb, 'Depends'), /\S/, 'it depends on nothing');
  ok(root, 'bash', '-n', path.join(system, 'usr/share/bash-completion/completions/looplint'));
  const complete = `source ${path.join(system, 'usr/share/bash-completion/completions/looplint')}; COMP_WORDS=(looplint -f sar); COMP_CWORD=2; _looplint; echo "\${COMPREPLY[@]}"`;
  assert.equal(ok(root, 'bash', '-c', complete).trim(), 'sarif');
  ok(root, 'dpkg', ...dpkg, '-r', 'looplint');
  assert.ok(!fs.existsSync(path.join(system, 'usr/bin/looplint')));
});

test('the tarball runs where it is unpacked', () => {
  ok(root, 'tar', 'xzf', find(/linux-x64\.tar\.gz$/));
  const [unpacked] = fs.readdirSync(root).filter((f) => /^looplint-\d/.test(f));
  assert.match(ok(root, path.join(root, unpacked, 'bin/looplint'), '--version'), /^looplint /);
});
