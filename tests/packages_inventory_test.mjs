// Which installed packages run something at install: looplint deps beside npm's own answer, on a tree of odd cases and
// on what other tests have installed. bench/supply-chain/inventory.mjs does so for five real trees.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'inventory-'));
const put = (file, content) => { fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true }); fs.writeFileSync(path.join(home, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2)); };
const packages = {
  'plain': {}, 'pre': { scripts: { preinstall: 'node x' } }, 'inst': { scripts: { install: 'node x' } }, 'post': { scripts: { postinstall: 'node x' } },
  'all-three': { scripts: { preinstall: 'a', install: 'b', postinstall: 'c' } }, 'only-prepare': { scripts: { prepare: 'node x', prepublish: 'node x', test: 'x' } },
  '@acme/scoped': { scripts: { postinstall: 'node x' } }, 'implicit': { gyp: true }, 'gyp-off': { gyp: true, gypfile: false },
  'gyp-own-install': { gyp: true, scripts: { install: 'prebuild-install || node-gyp rebuild' } }, 'gyp-own-preinstall': { gyp: true, scripts: { preinstall: 'true' } },
  'gyp-postinstall': { gyp: true, scripts: { postinstall: 'true' } }, 'no-scripts-object': { scripts: 'none' },
  'outer/node_modules/inner': { scripts: { install: 'node x' } }, 'outer': { dependencies: { inner: '1.0.0' } }, 'outer/node_modules/plain': { version: '2.0.0', scripts: { postinstall: 'node x' } },
};
const root = { name: 'app', version: '1.0.0', private: true, dependencies: {} };
const lock = { '': root };
for (const [at, { gyp, ...more }] of Object.entries(packages)) {
  const name = at.replace(/.*node_modules\//, '');
  put(`node_modules/${at}/package.json`, { name, version: '1.0.0', ...more });
  if (gyp) put(`node_modules/${at}/binding.gyp`, '{}');
  if (!at.includes('node_modules')) root.dependencies[name] = '1.0.0';
  lock[`node_modules/${at}`] = { version: more.version ?? '1.0.0', ...(more.dependencies ? { dependencies: more.dependencies } : {}) };
}
put('package.json', root);
put('package-lock.json', { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages: lock });
put('node_modules/.package-lock.json', { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages: Object.fromEntries(Object.entries(lock).slice(1)) });
const folders = [home, ...['packages', 'corpus'].map((f) => path.join(here, f)).filter((f) => fs.existsSync(path.join(f, 'node_modules/.package-lock.json')))];
const run = spawnSync(process.execPath, [path.join(here, '../bench/supply-chain/inventory.mjs'), '--looplint', process.argv[2], '--check', ...folders], { stdio: 'inherit' });
fs.rmSync(home, { recursive: true });
process.exitCode = run.status ?? 1;
