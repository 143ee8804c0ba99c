// looplint deps: CycloneDX against its schema (from tests/packages, when installed), and what a diff must show.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const looplint = process.argv[2];
const here = path.dirname(fileURLToPath(import.meta.url));
let failed = 0;
const check = (what, ok, detail = '') => { console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}${ok ? '' : ` -- ${detail}`}`); if (!ok) failed++; };
const deps = (args, cwd = here) => spawnSync(looplint, ['deps', ...args], { cwd, maxBuffer: 1 << 28 });

const modules = path.join(here, 'packages/node_modules');
if (fs.existsSync(path.join(modules, '@cyclonedx/cyclonedx-library'))) {
  const require = createRequire(path.join(here, 'packages/x.js'));
  const schemas = path.join(modules, '@cyclonedx/cyclonedx-library/res/schema');
  const read = (name) => JSON.parse(fs.readFileSync(path.join(schemas, name), 'utf8'));
  const Ajv = require('ajv');
  const ajv = new Ajv({ strict: false, schemas: ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'].map((name) => ({ ...read(name), $id: `http://cyclonedx.org/schema/${name}` })) });
  require('ajv-formats')(ajv);
  ajv.addFormat('iri-reference', true);
  ajv.addFormat('idn-email', true);
  const validate = ajv.compile(read('bom-1.5.SNAPSHOT.schema.json'));
  for (const folder of ['..', 'corpus', '../bench/packages', '../fixtures']) {
    const result = deps(['-f', 'cyclonedx', folder]);
    const document = JSON.parse(result.stdout);
    const ok = validate(document);
    check(`${folder}: ${document.components.length} components, valid`, ok, JSON.stringify(validate.errors?.slice(0, 2)));
    const again = deps(['-f', 'cyclonedx', folder]);
    check(`${folder}: the same bytes again`, again.stdout.equals(result.stdout));
  }
} else {
  console.log('tests/packages is not installed: no schema');
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'deps-'));
const sha = (c) => 'sha512-' + Buffer.alloc(64, c).toString('base64');
const lock = (packages) => JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': { name: 'app', version: '1.0.0', dependencies: { a: '^1.0.0' } }, ...packages } }, null, 2);
const base = { 'node_modules/a': { version: '1.0.0', resolved: 'https://registry.example.org/a/-/a-1.0.0.tgz', integrity: sha(1), dependencies: { b: '^1.0.0' } }, 'node_modules/b': { version: '1.0.0', resolved: 'https://registry.example.org/b/-/b-1.0.0.tgz', integrity: sha(2) } };
fs.writeFileSync(path.join(home, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { a: '^1.0.0' } }));
fs.writeFileSync(path.join(home, 'package-lock.json'), lock(base));
const git = (...args) => spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: home });
git('init', '-q');
git('add', '.');
git('commit', '-qm', 'base');
fs.writeFileSync(path.join(home, 'package-lock.json'), lock({
  'node_modules/a': { ...base['node_modules/a'], integrity: sha(9), dependencies: { b: '^1.0.0', c: '^1.0.0' } },
  'node_modules/b': { ...base['node_modules/b'], version: '1.1.0', resolved: 'https://registry.example.org/b/-/b-1.1.0.tgz', integrity: sha(3) },
  'node_modules/c': { version: '1.0.0', resolved: 'https://elsewhere.example.net/c/-/c-1.0.0.tgz', integrity: sha(4), hasInstallScript: true } }));
const diff = deps(['diff', 'HEAD'], home).stdout.toString();
check('diff against a revision counts', /1 added, 2 changed, 0 removed/.test(diff), diff);
check('diff shows another hash for the same version', /a@1\.0\.0 has another integrity hash/.test(diff), diff);
check('diff shows a new install script and who brings it', /c@1\.0\.0 runs a script at install, brought by a > c/.test(diff), diff);
check('diff shows a new source', /c@1\.0\.0 comes from elsewhere\.example\.net/.test(diff), diff);
fs.writeFileSync(path.join(home, 'old.json'), lock(base));
const files = JSON.parse(deps(['diff', '-f', 'json', 'old.json', 'package-lock.json'], home).stdout);
check('diff of two files', files.changes.length === 3 && files.alarms.length === 3, JSON.stringify(files));
check('an unknown revision is said', deps(['diff', 'no-such'], home).status === 2);
const table = deps([], home).stdout.toString();
check('the table lists scripts with the way to them', /c@1\.0\.0 .*brought by a > c/.test(table), table);
check('html', deps(['-f', 'html'], home).stdout.toString().includes('<table>'));
fs.rmSync(home, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;
