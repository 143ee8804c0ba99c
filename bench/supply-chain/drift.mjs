// bench/supply-chain/drift.mjs --tool <packages_tool> [--tools <folder with node_modules of yarn, @yarnpkg/cli-dist, pnpm>]
//   [--only npm,yarn1,berry,pnpm] [--most N] [--match TEXT]
// Changes package.json or the lockfile of small projects in many ways and compares our verdict with that of the
// manager's own frozen install, against a registry on the loopback interface. Prints a table of agreement.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { exec as run, registry, temporary, write } from '../../fixtures/packages-harness.mjs';

const exec = (command, args, options) => run(command, args, { timeout: 600000, ...options });  // a busy machine is slow

const { values: opt } = parseArgs({ options: { tool: { type: 'string' }, tools: { type: 'string', default: '' }, only: { type: 'string', default: 'npm,yarn1,berry,pnpm' }, most: { type: 'string', default: '200' }, match: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } } });
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
  ['override of what nobody has', (m) => { m.override = { extra: '1.0.0' }; }],
  // Ways to write a range.
  ...[['a v before', 'v1.2.3'], ['an equals sign', '=1.2.3'], ['a bare major', '1'], ['a bare other major', '2'], ['a tilde and a major', '~1'], ['greater', '>1.0.0'], ['greater, outside', '>2'], ['less', '<2'], ['less or equal, outside', '<=1.1.0'],
    ['caret of a prerelease', '^1.2.3-0'], ['caret of zero', '^0.1.0'], ['prerelease allowed', '>=1.0.0-0'], ['nothing', ''], ['an unknown tag', 'next'], ['two alternatives, none fits', '^0.1 || ^2'], ['an intersection', '^1.0.0 <1.2.0'], ['an x in the middle', '1.2.x'], ['build metadata', '1.2.3+build'], ['blanks around', ' ^1.0.0 '], ['capital X', '1.X']].map(([label, range]) => [`range: ${label}`, (m) => { m.root.dependencies.left = range; }]),
  ['scoped range that does not fit', (m) => { m.root.dependencies['@acme/ui'] = '^2.0.0'; }],
  ['scoped range that fits', (m) => { m.root.dependencies['@acme/ui'] = '~1.0.0'; }],
  ['folder added', (m) => { m.root.dependencies.local = 'file:./local'; m.files['local/package.json'] = { name: 'local', version: '1.0.0' }; }],
  ['folder instead of a range', (m) => { m.root.dependencies.left = 'file:./local'; m.files['local/package.json'] = { name: 'left', version: '1.0.0' }; }],
  ['alias that takes another version', (m) => { m.root.dependencies.left = 'npm:left@^2.0.0'; }],
  ['alias of itself', (m) => { m.root.dependencies.left = 'npm:left@^1.0.0'; }],
  ['optional that is also a dependency, same range', (m) => { m.root.dependencies.maybe = '^1.0.0'; }],
  ['optional that is also a dependency, other range', (m) => { m.root.dependencies.maybe = '^2.0.0'; }],
  ['peer that contradicts the dependency', (m) => { m.root.peerDependencies = { left: '^2.0.0' }; }],
  ['peer on what is only transitive', (m) => { m.root.peerDependencies = { low: '^1.0.0' }; }],
  ['peer on what is only transitive, other major', (m) => { m.root.peerDependencies = { low: '^2.0.0' }; }],
  ['meta of a peer that is none', (m) => { m.root.peerDependenciesMeta = { low: { optional: true } }; }],
  ['bundled dependency', (m) => { m.root.bundleDependencies = ['left']; }],
  ['metadata of a dependency: not built', (m) => { m.root.dependenciesMeta = { left: { built: false } }; }],
  ['metadata of a dependency: optional', (m) => { m.root.dependenciesMeta = { left: { optional: true } }; }],
  ['operating system', (m) => { m.root.os = ['linux']; m.root.cpu = ['x64']; }],
  ['two commands', (m) => { m.root.bin = { one: './one.js', two: 'two.js' }; }],
  ['a command by a string', (m) => { m.root.bin = 'cli.js'; }],
  ['publishing settings', (m) => { m.root.publishConfig = { access: 'public' }; m.root.files = ['lib']; m.root.main = 'lib/x.js'; m.root.exports = './lib/x.js'; m.root.type = 'module'; }],
  ['no version', (m) => { delete m.root.version; }],
  ['no name', (m) => { delete m.root.name; }],
  ['an empty list of peers', (m) => { m.root.peerDependencies = {}; }],
  ['override of a direct dependency, same range', (m) => { m.override = { left: '^1.0.0' }; }],
  ['override of a direct dependency, other', (m) => { m.override = { left: '1.1.0' }; }],
  ['override below a package', (m) => { m.override = { right: { low: '1.0.0' } }; }],
  ['override below a package, what is locked', (m) => { m.override = { right: { low: '1.1.0' } }; }],
  ['override below a package that does not ask', (m) => { m.override = { host: { low: '1.0.0' } }; }],
  ['override of a range', (m) => { m.override = { 'low@^1.0.0': '1.0.0' }; }],
  ['override of a range nobody asks for', (m) => { m.override = { 'low@^2.0.0': '1.0.0' }; }],
  ['override by an alias', (m) => { m.override = { low: 'npm:extra@1.0.0' }; }],
  ['override to a range that fits', (m) => { m.override = { low: '>=1.0.0 <2' }; }],
  ['two overrides', (m) => { m.override = { low: '1.0.0', maybe: '1.0.0' }; }],
  ['overridden: nothing', () => {}, 'overridden'],
  ['overridden: override gone', (m) => { m.override = {}; }, 'overridden'],
  ['overridden: to another version', (m) => { m.override = { low: '1.1.0' }; }, 'overridden'],
  ['overridden: one more', (m) => { m.override = { low: '1.0.0', maybe: '1.0.0' }; }, 'overridden'],
  ['overridden: dependency added', (m) => { m.root.dependencies.extra = '^1.0.0'; }, 'overridden'],
  ['overridden: the overridden made direct, as overridden', (m) => { m.root.dependencies.low = '1.0.0'; }, 'overridden'],
  ['member: optional dependency added', (m) => { m.member.optionalDependencies = { extra: '^1.0.0' }; }, 'workspace'],
  ['member: peer dependency added', (m) => { m.member.peerDependencies = { extra: '^1.0.0' }; }, 'workspace'],
  ['member: peer dependency that is there', (m) => { m.member.peerDependencies = { left: '^1.0.0' }; }, 'workspace'],
  ['member: command', (m) => { m.member.bin = 'cli.js'; }, 'workspace'],
  ['member: private', (m) => { m.member.private = true; }, 'workspace'],
  ['member: other range of what the root has', (m) => { m.member.dependencies.left = '^2.0.0'; }, 'workspace'],
  ['member: same range as the root', (m) => { m.member.dependencies.left = '^1.0.0'; }, 'workspace'],
  ['member: the root as a dependency', (m) => { m.member.dependencies.app = '*'; }, 'workspace'],
  ['member used by the root, other version', (m) => { m.root.dependencies.member = '^9.0.0'; }, 'workspace'],
  ['member used by another one', (m) => { m.files['packages/second/package.json'] = { name: 'second', version: '1.0.0', dependencies: { member: '^1.0.0' } }; }, 'workspace'],
  ['a folder with a manifest that is no member', (m) => { m.files['tools/package.json'] = { name: 'tools', version: '1.0.0', dependencies: { extra: '^1.0.0' } }; }, 'workspace'],
];
// What only one of them knows.
const ownEdits = {
  npm: [['peers left alone by settings', (m) => { m.root.peerDependencies = { extra: '^1.0.0' }; m.files['.npmrc'] = 'legacy-peer-deps=true\n'; }],
    ['override with a dot', (m) => { m.root.overrides = { right: { '.': '1.4.0', low: '1.0.0' } }; }],
    ['override by reference', (m) => { m.root.overrides = { left: '$left' }; }],
    ['override of a transitive by reference', (m) => { m.root.overrides = { low: '$left' }; }],
    ['override below a range of a package', (m) => { m.root.overrides = { 'right@^2.0.0': { low: '1.0.0' } }; }],
    ['override below a range of a package that is there', (m) => { m.root.overrides = { 'right@^1.0.0': { low: '1.0.0' } }; }],
    ['override two levels down', (m) => { m.root.overrides = { right: { low: { extra: '1.0.0' } } }; }],
    ['override of a member', (m) => { m.member.overrides = { low: '1.0.0' }; }, 'workspace'],
    ['git instead of a range', (m) => { m.root.dependencies.left = 'git+ssh://git@git.example.org/left.git'; }],
    ['tarball instead of a range', (m) => { m.root.dependencies.left = 'https://files.example.org/left-1.0.0.tgz'; }]],
  yarn1: [['a glob in resolutions', (m) => { m.root.resolutions = { '**/low': '1.0.0' }; }],
    ['a way in resolutions', (m) => { m.root.resolutions = { 'right/low': '1.0.0' }; }],
    ['a way in resolutions, what is locked', (m) => { m.root.resolutions = { 'right/low': '1.1.0' }; }],
    ['resolutions of a member', (m) => { m.member.resolutions = { low: '1.0.0' }; }, 'workspace'],
    ['flat', (m) => { m.root.flat = true; }]],
  berry: [['a way in resolutions', (m) => { m.root.resolutions = { 'right/low': '1.0.0' }; }],
    ['a way in resolutions, what is locked', (m) => { m.root.resolutions = { 'right/low': '1.1.0' }; }],
    ['a descriptor in resolutions', (m) => { m.root.resolutions = { 'low@npm:^1.0.0': '1.0.0' }; }],
    ['a descriptor nobody asks for in resolutions', (m) => { m.root.resolutions = { 'low@npm:^2.0.0': '1.0.0' }; }],
    ['a glob in resolutions', (m) => { m.root.resolutions = { '**/low': '1.0.0' }; }],
    ['an extension of a package', (m) => { m.files['.yarnrc.yml'] = "nodeLinker: node-modules\npackageExtensions:\n  'left@*':\n    dependencies:\n      extra: ^1.0.0\n"; }],
    ['an extension of a package that is not there', (m) => { m.files['.yarnrc.yml'] = "nodeLinker: node-modules\npackageExtensions:\n  'nobody@*':\n    dependencies:\n      extra: ^1.0.0\n"; }],
    ['an explicit protocol', (m) => { m.root.dependencies.left = 'npm:^1.0.0'; }],
    ['a member by protocol', (m) => { m.root.dependencies.member = 'workspace:*'; }, 'workspace'],
    ['a portal', (m) => { m.root.dependencies.local = 'portal:./local'; m.files['local/package.json'] = { name: 'local', version: '1.0.0' }; }],
    ['a link', (m) => { m.root.dependencies.local = 'link:./local'; }],
    ['peer metadata of a peer', (m) => { m.root.peerDependencies = { left: '^1.0.0' }; m.root.peerDependenciesMeta = { left: { optional: true } }; }]],
  pnpm: [['a way in overrides', (m) => { m.root.pnpm = { overrides: { 'right>low': '1.0.0' } }; }],
    ['peers left alone by settings', (m) => { m.files['.npmrc'] = 'auto-install-peers=false\n'; }],
    ['links left out by settings', (m) => { m.files['.npmrc'] = 'exclude-links-from-lockfile=true\n'; }],
    ['an extension of a package', (m) => { m.root.pnpm = { packageExtensions: { left: { dependencies: { extra: '^1.0.0' } } } }; }],
    ['optional dependencies ignored', (m) => { m.root.pnpm = { ignoredOptionalDependencies: ['maybe'] }; }],
    ['builds allowed', (m) => { m.root.pnpm = { onlyBuiltDependencies: ['left'] }; }],
    ['a member by protocol', (m) => { m.root.dependencies.member = 'workspace:*'; }, 'workspace'],
    ['a member injected', (m) => { m.root.dependencies.member = 'workspace:*'; m.root.dependenciesMeta = { member: { injected: true } }; }, 'workspace'],
    ['a link', (m) => { m.root.dependencies.local = 'link:./local'; }],
    ['a catalog nobody uses', (m) => { m.files['pnpm-workspace.yaml'] = 'packages:\n  - packages/*\ncatalog:\n  left: ^1.0.0\n'; }, 'workspace'],
    ['a dependency from a catalog', (m) => { m.files['pnpm-workspace.yaml'] = 'packages:\n  - packages/*\ncatalog:\n  left: ^1.0.0\n'; m.root.dependencies.left = 'catalog:'; }, 'workspace'],
    ['overrides in the file of the workspace', (m) => { m.files['pnpm-workspace.yaml'] = 'packages:\n  - packages/*\noverrides:\n  low: 1.0.0\n'; }, 'workspace'],
    ['resolutions', (m) => { m.root.resolutions = { low: '1.0.0' }; }]],
};
// Changes of the lockfile: [name, text -> text] by manager.
const lockEdits = {
  npm: [['entry deleted', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/low']; return JSON.stringify(l, null, 2); }],
    ['direct entry deleted', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/left']; return JSON.stringify(l, null, 2); }],
    ['optional entry deleted', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/maybe']; return JSON.stringify(l, null, 2); }],
    ['locked version edited, outside', (t) => { const l = JSON.parse(t); l.packages['node_modules/low'].version = '2.0.0'; return JSON.stringify(l, null, 2); }],
    ['extra entry', (t) => { const l = JSON.parse(t); l.packages['node_modules/extra'] = { version: '1.0.0' }; return JSON.stringify(l, null, 2); }],
    ['no integrity', (t) => { const l = JSON.parse(t); delete l.packages['node_modules/left'].integrity; return JSON.stringify(l, null, 2); }],
    ['another address', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].resolved = 'https://mirror.example.org/left.tgz'; return JSON.stringify(l, null, 2); }],
    ['dev flags turned', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].dev = true; return JSON.stringify(l, null, 2); }],
    ['direct version edited, inside', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].version = '1.0.0'; return JSON.stringify(l, null, 2); }],
    ['direct version edited, outside', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].version = '2.0.0'; return JSON.stringify(l, null, 2); }],
    ['asks for more', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].dependencies.extra = '^1.0.0'; return JSON.stringify(l, null, 2); }],
    ['asks for another version', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].dependencies.low = '^2.0.0'; return JSON.stringify(l, null, 2); }],
    ['peer asks for another version', (t) => { const l = JSON.parse(t); l.packages['node_modules/@acme/ui'].peerDependencies.left = '^2.0.0'; return JSON.stringify(l, null, 2); }],
    ['version 2', (t) => { const l = JSON.parse(t); l.lockfileVersion = 2; return JSON.stringify(l, null, 2); }],
    ['another package says so', (t) => { const l = JSON.parse(t); l.packages['node_modules/left'].name = 'right'; return JSON.stringify(l, null, 2); }],
    ['another package inside says so', (t) => { const l = JSON.parse(t); l.packages['node_modules/low'].name = 'left'; return JSON.stringify(l, null, 2); }],
    ['root list edited only', (t) => { const l = JSON.parse(t); l.packages[''].dependencies.left = '^9.0.0'; return JSON.stringify(l, null, 2); }]],
  yarn1: [['direct entry deleted', (t) => t.replace(/\nleft@[\s\S]*?\n(?=\n|$)/, '\n')],
    ['entry deleted', (t) => t.replace(/\nlow@[\s\S]*?\n(?=\n|$)/, '\n')],
    ['optional entry deleted', (t) => t.replace(/\nmaybe@[\s\S]*?\n(?=\n|$)/, '\n')],
    ['version edited, outside', (t) => t.replace('version "1.2.3"', 'version "2.0.0"')],
    ['integrity deleted', (t) => t.replace(/\n  integrity .*/, '')],
    ['entry nobody asks for', (t) => `${t}\n\nextra@^1.0.0:\n  version "1.0.0"\n  resolved "https://registry.example.org/extra/-/extra-1.0.0.tgz"\n`]],
  berry: [['version edited, outside', (t) => t.replace(/"left@npm:\^1.0.0":\n  version: 1.2.3\n  resolution: "left@npm:1.2.3"/, '"left@npm:^1.0.0":\n  version: 2.0.0\n  resolution: "left@npm:2.0.0"')],
    ['asks for more', (t) => t.replace(/(resolution: "left@npm:1.2.3"\n  dependencies:)/, '$1\n    extra: "npm:^1.0.0"')],
    ['another package as the answer', (t) => t.replace('resolution: "low@npm:1.1.0"', 'resolution: "extra@npm:1.0.0"').replace(/\n  checksum: .*/g, '')],
    ['another version as the answer', (t) => t.replace('resolution: "low@npm:1.1.0"', 'resolution: "low@npm:1.0.0"').replace(/\n  checksum: .*/g, '')],
    ['checksum deleted', (t) => t.replace(/\n  checksum: .*/, '')],
    ['direct entry deleted', (t) => t.replace(/\n"left@npm[\s\S]*?\n(?=\n|$)/, '\n')],
    ['entry deleted', (t) => t.replace(/\n"low@npm[\s\S]*?\n(?=\n|$)/, '\n')],
    ['extra entry', (t) => t.replace(/\n("right@npm)/, `\n"extra@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "extra@npm:1.0.0"\n  languageName: node\n  linkType: hard\n\n$1`)]],
  pnpm: [['package deleted', (t) => t.replace(/\n  low@1.1.0:\n    resolution: .*\n/, '\n')],
    ['snapshot deleted', (t) => t.replace(/\n  low@1.1.0: {}\n/, '\n')],
    ['settings edited', (t) => t.replace('autoInstallPeers: true', 'autoInstallPeers: false')],
    ['overrides added', (t) => t.replace('\nimporters:', '\noverrides:\n  low: 1.0.0\n\nimporters:')],
    ['importer version edited', (t) => t.replace(/(left:\n {8}specifier: .*\n {8}version: )1.2.3/, '$12.0.0')],
    ['another package as the answer', (t) => t.replace(/(left:\n {8}specifier: .*\n {8}version: )1.2.3/, '$1right@1.4.0')],
    ['importer spec edited', (t) => t.replace(/specifier: \^1\.0\.0/, 'specifier: ^1.0.1')],
    ['importer entry deleted', (t) => t.replace(/\n {6}left:\n {8}specifier: .*\n {8}version: .*/, '')]],
};
const bin = (name) => path.join(opt.tools, 'node_modules', name);
const common = { COREPACK_ENABLE_STRICT: '0', CI: '', npm_config_registry: server.url, YARN_NPM_REGISTRY_SERVER: server.url, YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1', YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_CACHE_FOLDER: path.join(home, 'yarn-cache'), YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', YARN_IGNORE_PATH: '1', HOME: home };
const managers = {
  npm: { lock: 'package-lock.json', make: (f) => exec('npm', ['install', '--package-lock-only', '--omit-lockfile-registry-resolved=false', '--ignore-scripts', '--no-audit', '--no-fund', `--registry=${server.url}`, `--cache=${home}/npm`], { cwd: f }),
    frozen: (f) => exec('npm', ['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', `--registry=${server.url}`, `--cache=${home}/npm`], { cwd: f }), refused: (r) => /EUSAGE|in sync|Missing|Invalid/.test(r.err), override: 'overrides' },
  yarn1: { lock: 'yarn.lock', make: (f) => exec('node', [path.join(bin('yarn'), 'bin/yarn.js'), 'install', '--ignore-scripts', '--non-interactive', `--cache-folder=${home}/yarn1`], { cwd: f, env: { ...common, npm_config_registry: server.url } }),
    frozen: (f) => exec('node', [path.join(bin('yarn'), 'bin/yarn.js'), 'install', '--frozen-lockfile', '--ignore-scripts', '--non-interactive', `--cache-folder=${home}/yarn1`], { cwd: f, env: common }), refused: (r) => /frozen-lockfile|needs to be updated/.test(r.err + r.out), override: 'resolutions', files: { '.npmrc': `registry=${server.url}\n`, '.yarnrc': `registry "${server.url}"\n` } },
  berry: { lock: 'yarn.lock', make: (f) => exec('node', [path.join(bin('@yarnpkg/cli-dist'), 'bin/yarn.js'), 'install', '--mode=skip-build'], { cwd: f, env: common }),
    frozen: (f) => exec('node', [path.join(bin('@yarnpkg/cli-dist'), 'bin/yarn.js'), 'install', '--immutable', '--mode=skip-build'], { cwd: f, env: common }), refused: (r) => /YN0028|would have been (modified|created)/.test(r.out + r.err), override: 'resolutions', files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' } },
  pnpm: { lock: 'pnpm-lock.yaml', make: (f) => exec('node', [path.join(bin('pnpm'), 'bin/pnpm.cjs'), 'install', '--lockfile-only', '--ignore-scripts', `--registry=${server.url}`, `--store-dir=${home}/pnpm`], { cwd: f, env: common }),
    frozen: (f) => exec('node', [path.join(bin('pnpm'), 'bin/pnpm.cjs'), 'install', '--frozen-lockfile', '--lockfile-only', '--ignore-scripts', `--registry=${server.url}`, `--store-dir=${home}/pnpm`], { cwd: f, env: common }), refused: (r) => /OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|LOCKFILE_MISSING|NO_LOCKFILE|ERR_PNPM/.test(r.out + r.err), override: 'pnpm', files: {} },
};

// Each has a field of its own, and its own way to say "b as a brings it".
function override(root, manager, what) {
  const flat = {};
  for (const [name, value] of Object.entries(what)) {
    if (typeof value === 'string') flat[name] = value;
    else for (const [inner, version] of Object.entries(value)) flat[`${name}${manager.override === 'pnpm' ? '>' : '/'}${inner}`] = version;
  }
  if (manager.override === 'pnpm') root.pnpm = { overrides: flat };
  else root[manager.override] = manager.override === 'overrides' ? what : flat;
}

let bad = 0;
for (const name of opt.only.split(',')) {
  const manager = managers[name];
  const templates = {};
  for (const shape of ['single', 'workspace', 'overridden']) {
    const folder = path.join(home, `${name}-${shape}`);
    const root = structuredClone(base);
    const files = { ...manager.files };
    if (name === 'pnpm') root.packageManager = `pnpm@${JSON.parse(fs.readFileSync(path.join(bin('pnpm'), 'package.json'), 'utf8')).version}`;
    if (shape === 'overridden') override(root, manager, { low: '1.0.0' });
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
  let same = 0, total = 0, drifted = 0, unjudged = 0;
  const differ = [];
  const say = (line) => { differ.push(line); console.log(`  ${line}`); };
  const summary = () => console.log(`${name.padEnd(6)} ${total} projects, ${drifted} refused by ${name}; verdicts agree on ${same}${unjudged ? `; ${unjudged} could not be installed for other reasons` : ''}`);
  process.removeAllListeners('SIGTERM');
  process.once('SIGTERM', () => { summary(); process.exit(1); });
  const judge = async (label, folder) => {
    const theirs = await manager.frozen(folder);
    const refused = theirs.code !== 0;
    const ours = spawnSync(opt.tool, ['drift'], { input: `${folder}\n` }).stdout.toString().trim();
    if (refused && name === 'yarn1' && ours === 'in sync' && !manager.refused(theirs)) {
      // It asked the registry for a package that is not there, and said nothing of the lockfile.
      unjudged++;
      fs.rmSync(folder, { recursive: true });
      return;
    }
    total++;
    if (refused) drifted++;
    if ((ours !== 'in sync') === refused) same++;
    else say(`${label}: ${name} ${refused ? `refuses (${manager.refused(theirs) ? '' : 'for another reason: '}${(theirs.err + theirs.out).replace(/\s+/g, ' ').slice(-200)})` : 'accepts'}, we say "${ours}"`);
    fs.rmSync(folder, { recursive: true });
  };
  let n = 0;
  for (const [label, edit, shape = 'single'] of [...edits, ...ownEdits[name]]) {
    if (++n > Number(opt.most)) break;
    if (!label.includes(opt.match)) continue;
    const template = templates[shape];
    const folder = path.join(home, `case-${name}-${n}`);
    fs.cpSync(template.folder, folder, { recursive: true });
    const m = { root: structuredClone(template.root), member: structuredClone(member), files: {}, override: null };
    edit(m);
    if (m.override) override(m.root, manager, m.override);
    write(folder, { 'package.json': m.root, ...(shape === 'workspace' ? { 'packages/member/package.json': m.member } : {}), ...m.files });
    await judge(label, folder);
  }
  for (const [label, edit] of lockEdits[name]) {
    if (!label.includes(opt.match)) continue;
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
