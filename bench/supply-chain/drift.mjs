// bench/supply-chain/drift.mjs --tool <packages_tool> [--tools <folder with node_modules of yarn, @yarnpkg/cli-dist, pnpm>]
//   [--only npm,yarn1,berry,pnpm] [--most N]
// Changes package.json or the lockfile of small projects in many ways and compares our verdict with that of the
// manager's own frozen install, against a registry on the loopback interface. Prints a table of agreement.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exec, registry, temporary, write } from '../../fixtures/packages-harness.mjs';

const { values: opt } = parseArgs({ options: { tool: { type: 'string' }, tools: { type: 'string', default: '' }, only: { type: 'string', default: 'npm,yarn1,berry,pnpm' }, most: { type: 'string', default: '200' }, verbose: { type: 'boolean', default: false } } });
const server = await registry();
for (const v of ['1.0.0', '1.1.0', '1.2.3', '2.0.0', '2.1.0-beta.1', '3.0.0']) server.publish('left', v, v.startsWith('1') ? { dependencies: { low: '^1.0.0' } } : {});
for (const v of ['1.0.0', '1.4.0', '2.0.0']) server.publish('right', v, { dependencies: { low: '^1.0.0' }, optionalDependencies: { maybe: '^1.0.0' } });
for (const v of ['1.0.0', '1.1.0', '2.0.0']) server.publish('low', v);
server.publish('maybe', '1.0.0');
server.publish('@acme/ui', '1.0.0', { peerDependencies: { left: '>=1' } });
server.publish('host', '4.0.0');
server.publish('plugin', '1.0.0', { peerDependencies: { host: '^4.0.0' } });
server.publish('extra', '1.0.0');

const home = temporary();
const base = { name: 'app', version: '1.0.0', private: true, dependencies: { left: '^1.0.0', right: '^1.0.0', '@acme/ui': '^1.0.0' }, devDependencies: { host: '^4.0.0' }, optionalDependencies: { maybe: '^1.0.0' } };
const member = { name: 'member', version: '1.0.0', dependencies: { low: '^1.0.0' }, devDependencies: { plugin: '^1.0.0', host: '^4.0.0' } };

// Changes of package.json; each gets a deep copy of the manifests.
const edits = [
  ['nothing', () => {}],
  ['scripts and description', (m) => { m.root.scripts = { test: 'x' }; m.root.description = 'd'; }],
  ['version of the project', (m) => { m.root.version = '1.2.0'; }],
  ['wider range that still fits', (m) => { m.root.dependencies.left = '>=1.0.0 <3'; }],
  ['narrower range that still fits', (m) => { m.root.dependencies.left = '~1.2.0'; }],
  ['exact version that is locked', (m) => { m.root.dependencies.left = '1.2.3'; }],
  ['exact version that is not', (m) => { m.root.dependencies.left = '1.1.0'; }],
  ['next major', (m) => { m.root.dependencies.left = '^2.0.0'; }],
  ['prerelease', (m) => { m.root.dependencies.left = '2.1.0-beta.1'; }],
  ['star', (m) => { m.root.dependencies.left = '*'; }],
  ['tag', (m) => { m.root.dependencies.left = 'latest'; }],
  ['x-range that fits', (m) => { m.root.dependencies.left = '1.x'; }],
  ['x-range that does not', (m) => { m.root.dependencies.left = '2.x'; }],
  ['or that fits', (m) => { m.root.dependencies.left = '^3.0.0 || ^1.0.0'; }],
  ['hyphen range', (m) => { m.root.dependencies.left = '1.0.0 - 1.9.9'; }],
  ['blanks in the range', (m) => { m.root.dependencies.left = '>= 1.0.0  < 2'; }],
  ['dependency added', (m) => { m.root.dependencies.extra = '^1.0.0'; }],
  ['transitive dependency made direct', (m) => { m.root.dependencies.low = '^1.0.0'; }],
  ['transitive dependency made direct, other major', (m) => { m.root.dependencies.low = '^2.0.0'; }],
  ['dev dependency added', (m) => { m.root.devDependencies.extra = '^1.0.0'; }],
  ['optional dependency added', (m) => { m.root.optionalDependencies.extra = '^1.0.0'; }],
  ['peer dependency added, installed', (m) => { m.root.peerDependencies = { left: '^1.0.0' }; }],
  ['peer dependency added, not installed', (m) => { m.root.peerDependencies = { extra: '^1.0.0' }; }],
  ['optional peer added, not installed', (m) => { m.root.peerDependencies = { extra: '^1.0.0' }; m.root.peerDependenciesMeta = { extra: { optional: true } }; }],
  ['dependency removed', (m) => { delete m.root.dependencies.right; }],
  ['scoped dependency removed', (m) => { delete m.root.dependencies['@acme/ui']; }],
  ['dev dependency removed', (m) => { delete m.root.devDependencies.host; }],
  ['optional dependency removed', (m) => { delete m.root.optionalDependencies.maybe; }],
  ['all dependencies removed', (m) => { m.root.dependencies = {}; }],
  ['dependency moved to dev', (m) => { m.root.devDependencies.left = m.root.dependencies.left; delete m.root.dependencies.left; }],
  ['dev moved to dependency', (m) => { m.root.dependencies.host = m.root.devDependencies.host; delete m.root.devDependencies.host; }],
  ['dependency moved to optional', (m) => { m.root.optionalDependencies.left = m.root.dependencies.left; delete m.root.dependencies.left; }],
  ['dependency also in dev, same range', (m) => { m.root.devDependencies.left = '^1.0.0'; }],
  ['dependency also in dev, other range', (m) => { m.root.devDependencies.left = '^2.0.0'; }],
  ['renamed to an alias', (m) => { m.root.dependencies.left = 'npm:right@^1.0.0'; }],
  ['alias added', (m) => { m.root.dependencies.other = 'npm:left@^1.0.0'; }],
  ['dev range that does not fit', (m) => { m.root.devDependencies.host = '^5.0.0'; }],
  ['optional range that does not fit', (m) => { m.root.optionalDependencies.maybe = '^2.0.0'; }],
  ['name of the project', (m) => { m.root.name = 'renamed'; }],
  ['engines', (m) => { m.root.engines = { node: '>=18' }; }],
  ['bin', (m) => { m.root.bin = { app: 'cli.js' }; m.files['cli.js'] = '#!/usr/bin/env node\n'; }],
  ['order of dependencies', (m) => { m.root.dependencies = Object.fromEntries(Object.entries(m.root.dependencies).reverse()); }],
  ['devDependencies field removed', (m) => { delete m.root.devDependencies; }],
  ['two changes that fit', (m) => { m.root.dependencies.left = '^1.1.0'; m.root.dependencies.right = '^1.4.0'; }],
  ['member: nothing', () => {}, 'workspace'],
  ['member: dependency added', (m) => { m.member.dependencies.extra = '^1.0.0'; }, 'workspace'],
  ['member: range that does not fit', (m) => { m.member.dependencies.low = '^2.0.0'; }, 'workspace'],
  ['member: range that fits', (m) => { m.member.dependencies.low = '>=1 <2'; }, 'workspace'],
  ['member: dependency removed', (m) => { delete m.member.dependencies.low; }, 'workspace'],
  ['member: dev dependency removed', (m) => { delete m.member.devDependencies.plugin; }, 'workspace'],
  ['member: moved to dev', (m) => { m.member.devDependencies.low = m.member.dependencies.low; delete m.member.dependencies.low; }, 'workspace'],
  ['member added', (m) => { m.files['packages/second/package.json'] = { name: 'second', version: '1.0.0', dependencies: { left: '^1.0.0' } }; }, 'workspace'],
  ['member without dependencies added', (m) => { m.files['packages/second/package.json'] = { name: 'second', version: '1.0.0' }; }, 'workspace'],
  ['member renamed', (m) => { m.member.name = 'renamed-member'; }, 'workspace'],
  ['member: version', (m) => { m.member.version = '1.5.0'; }, 'workspace'],
  ['member used by the root', (m) => { m.root.dependencies.member = '^1.0.0'; }, 'workspace'],
  ['root of a workspace: dependency added', (m) => { m.root.dependencies.extra = '^1.0.0'; }, 'workspace'],
  ['root of a workspace: range that does not fit', (m) => { m.root.dependencies.left = '^2.0.0'; }, 'workspace'],
  ['override added', (m) => { m.override = { low: '1.0.0' }; }],
  ['override added that changes nothing', (m) => { m.override = { low: '1.1.0' }; }],
  ['override of what nobody has', (m) => { m.override = { nobody: '1.0.0' }; }],
];
// Changes of the lockfile: [name, text -> text] by manager.
const lockEdits = {
  npm: [['entry deleted', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/low']; return JSON.stringify(l, null, 2); }],
    ['direct entry deleted', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/left']; return JSON.stringify(l, null, 2); }],
    ['optional entry deleted', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/maybe']; return JSON.stringify(l, null, 2); }],
    ['locked version edited, outside', (t) => { const l = JSON.parse(t); l.packages['node_modules/low'].version = '2.0.0'; return JSON.stringify(l, null, 2); }],
    ['extra entry', (t) => { const l = JSON.parse(t); l.packages['node_modules/extra'] = { version: '1.0.0' }; return JSON.stringify(l, null, 2); }],
    ['root list edited only', (t) => { const l = JSON.parse(t); l.packages[''].dependencies.left = '^9.0.0'; return JSON.stringify(l, null, 2); }]],
  yarn1: [['direct entry deleted', (t) => t.replace(/\nleft@[\s\S]*?\n(?=\n|$)/, '\n')]],
  berry: [['entry deleted', (t) => t.replace(/\n"low@npm[\s\S]*?\n(?=\n|$)/, '\n')],
    ['extra entry', (t) => t.replace(/\n("right@npm)/, `\n"extra@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "extra@npm:1.0.0"\n  languageName: node\n  linkType: hard\n\n$1`)]],
  pnpm: [['importer spec edited', (t) => t.replace(/specifier: \^1\.0\.0/, 'specifier: ^1.0.1')],
    ['importer entry deleted', (t) => t.replace(/\n {6}left:\n {8}specifier: .*\n {8}version: .*/, '')]],
};
const bin = (name) => path.join(opt.tools, 'node_modules', name);
const common = { COREPACK_ENABLE_STRICT: '0', CI: '', npm_config_registry: server.url, YARN_NPM_REGISTRY_SERVER: server.url, YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1', YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_CACHE_FOLDER: path.join(home, 'yarn-cache'), YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', YARN_IGNORE_PATH: '1', HOME: home };
const managers = {
  npm: { lock: 'package-lock.json', make: (f) => exec('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', `--registry=${server.url}`, `--cache=${home}/npm`], { cwd: f }),
    frozen: (f) => exec('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', `--registry=${server.url}`, `--cache=${home}/npm`], { cwd: f }), refused: (r) => /EUSAGE|in sync|Missing|Invalid/.test(r.err), override: 'overrides' },
  yarn1: { lock: 'yarn.lock', make: (f) => exec('node', [path.join(bin('yarn'), 'bin/yarn.js'), 'install', '--ignore-scripts', '--non-interactive', `--cache-folder=${home}/yarn1`], { cwd: f, env: { ...common, npm_config_registry: server.url } }),
    frozen: (f) => exec('node', [path.join(bin('yarn'), 'bin/yarn.js'), 'install', '--frozen-lockfile', '--ignore-scripts', '--non-interactive', `--cache-folder=${home}/yarn1`], { cwd: f, env: common }), refused: (r) => /frozen-lockfile|needs to be updated/.test(r.err + r.out), override: 'resolutions', files: { '.npmrc': `registry=${server.url}\n`, '.yarnrc': `registry "${server.url}"\n` } },
  berry: { lock: 'yarn.lock', make: (f) => exec('node', [path.join(bin('@yarnpkg/cli-dist'), 'bin/yarn.js'), 'install', '--mode=skip-build'], { cwd: f, env: common }),
    frozen: (f) => exec('node', [path.join(bin('@yarnpkg/cli-dist'), 'bin/yarn.js'), 'install', '--immutable', '--mode=skip-build'], { cwd: f, env: common }), refused: (r) => /YN0028|would have been (modified|created)/.test(r.out + r.err), override: 'resolutions', files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' } },
  pnpm: { lock: 'pnpm-lock.yaml', make: (f) => exec('node', [path.join(bin('pnpm'), 'bin/pnpm.cjs'), 'install', '--lockfile-only', '--ignore-scripts', `--registry=${server.url}`, `--store-dir=${home}/pnpm`], { cwd: f, env: common }),
    frozen: (f) => exec('node', [path.join(bin('pnpm'), 'bin/pnpm.cjs'), 'install', '--frozen-lockfile', '--lockfile-only', '--ignore-scripts', `--registry=${server.url}`, `--store-dir=${home}/pnpm`], { cwd: f, env: common }), refused: (r) => /OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|LOCKFILE_MISSING|NO_LOCKFILE|ERR_PNPM/.test(r.out + r.err), override: 'pnpm', files: {} },
};

let bad = 0;
for (const name of opt.only.split(',')) {
  const manager = managers[name];
  const templates = {};
  for (const shape of ['single', 'workspace']) {
    const folder = path.join(home, `${name}-${shape}`);
    const root = structuredClone(base);
    const files = { ...manager.files };
    if (shape === 'workspace') {
      root.workspaces = ['packages/*'];
      files['packages/member/package.json'] = member;
      if (name === 'pnpm') { delete root.workspaces; files['pnpm-workspace.yaml'] = 'packages:\n  - packages/*\n'; }
    }
    write(folder, { 'package.json': root, ...files });
    const made = await manager.make(folder);
    if (!fs.existsSync(path.join(folder, manager.lock))) { console.log(`${name}: no lockfile: ${(made.err + made.out).slice(-600)}`); process.exit(1); }
    for (const left of ['node_modules', 'packages/member/node_modules', '.pnp.cjs']) fs.rmSync(path.join(folder, left), { recursive: true, force: true });
    templates[shape] = { folder, root };
  }
  let same = 0, total = 0, drifted = 0;
  const differ = [];
  const say = (line) => { differ.push(line); console.log(`  ${line}`); };
  const summary = () => console.log(`${name.padEnd(6)} ${total} projects, ${drifted} refused by ${name}; verdicts agree on ${same}`);
  process.removeAllListeners('SIGTERM');
  process.once('SIGTERM', () => { summary(); process.exit(1); });
  const judge = async (label, folder) => {
    const theirs = await manager.frozen(folder);
    const refused = theirs.code !== 0;
    const ours = spawnSync(opt.tool, ['drift'], { input: `${folder}\n` }).stdout.toString().trim();
    total++;
    if (refused) drifted++;
    if ((ours !== 'in sync') === refused) same++;
    else say(`${label}: ${name} ${refused ? `refuses (${manager.refused(theirs) ? '' : 'for another reason: '}${(theirs.err + theirs.out).replace(/\s+/g, ' ').slice(-200)})` : 'accepts'}, we say "${ours}"`);
    fs.rmSync(folder, { recursive: true });
  };
  let n = 0;
  for (const [label, edit, shape = 'single'] of edits) {
    if (++n > Number(opt.most)) break;
    const template = templates[shape];
    const folder = path.join(home, `case-${name}-${n}`);
    fs.cpSync(template.folder, folder, { recursive: true });
    const m = { root: structuredClone(template.root), member: structuredClone(member), files: {}, override: null };
    edit(m);
    if (m.override) {
      if (manager.override === 'pnpm') m.root.pnpm = { overrides: m.override };
      else m.root[manager.override] = m.override;
    }
    write(folder, { 'package.json': m.root, ...(shape === 'workspace' ? { 'packages/member/package.json': m.member } : {}), ...m.files });
    await judge(label, folder);
  }
  for (const [label, edit] of lockEdits[name]) {
    const folder = path.join(home, `case-${name}-${++n}`);
    fs.cpSync(templates.single.folder, folder, { recursive: true });
    const file = path.join(folder, manager.lock);
    fs.writeFileSync(file, edit(fs.readFileSync(file, 'utf8')));
    await judge(`lockfile: ${label}`, folder);
  }
  summary();
  bad += differ.length;
}
await server.close();
fs.rmSync(home, { recursive: true, force: true });
process.exitCode = bad === 0 ? 0 : 1;
