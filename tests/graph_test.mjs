// looplint graph: what it prints of a project in which everything it knows occurs once.
//
//   node graph_test.mjs --looplint PATH
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({ options: { looplint: { type: 'string' } } });
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-'));
process.on('exit', () => fs.rmSync(root, { recursive: true }));
const files = {
  'package.json': { name: 'root', private: true, workspaces: ['packages/*'], scripts: { start: 'NODE_ENV=production node server.js', build: 'tsc && node tools/pack.js', test: 'mocha "spec/*.js"', tdd: 'mocha --watch --watch-files "lib/*.js" --inspect' } },
  'server.js': "const a = require('./lib/a');\nrequire('./lib/setup');\nconst fs = require('fs');\nconst express = require('express/lib/router');\nconst { fork, Worker } = require('child_process');\nfork(require('path').join(__dirname, 'worker.js'));\nimport('./lazy.mjs');\nrequire.resolve('./lib/c');\n",
  'worker.js': '',
  'lazy.mjs': '',
  'tools/pack.js': '',
  'spec/a.js': "require('../lib/a');\n",
  'test/b.test.js': "require('../lib/b');\n",
  'jest.config.js': '',
  'lib/setup.js': '',
  'lib/a.js': "exports.b = require('./b');\n",
  'lib/b.js': "exports.c = require('./c');\n",
  'lib/c.js': "exports.a = require('./a');\nexports.b = require('./b');\nfunction later() { return require('../server'); }\n",
  'lib/types.ts': "import type { T } from './only';\nimport { U } from './only';\nexport let u: U;\n",
  'lib/only.ts': 'export type T = 1; export type U = 2;\n',
  'packages/one/package.json': { name: '@x/one', version: '1.0.0', bin: { one: 'cli.js' }, exports: { '.': './index.js', './sub/*': './sub/*.js' } },
  'packages/one/index.js': "require('@x/two');\n",
  'packages/one/cli.js': '',
  'packages/one/sub/s.js': '',
  'packages/two/package.json': { name: '@x/two', version: '1.0.0', main: 'main.js', dependencies: { next: '15.0.0' } },
  'Procfile': 'web: npm start\nclock: NODE_ENV=production node clock.js --tick\n',
  'clock.js': '',
  'packages/one/serverless.yml': "functions:\n  hello:\n    handler: 'fn/hello.main' # a comment\n",
  'packages/one/fn/hello.js': 'exports.main = () => 1;\n',
  'packages/two/Dockerfile': 'FROM node:22 AS build\nCMD ["node", "main.js"]\nFROM node:22\nWORKDIR /srv\nWORKDIR app\nENTRYPOINT ["node", \\\n  "--enable-source-maps"]\nCMD [ "/srv/app/run.js" ]\n',
  'packages/two/run.js': '',
  'packages/two/main.js': "require('@x/one');\n",
  'packages/two/app/shop/page.tsx': 'export default function Page() { return null; }\n',
};
for (const [name, content] of Object.entries(files)) {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
}
function graph(...words) {
  const run = spawnSync(args.looplint, ['graph', root, ...words], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

const all = JSON.parse(graph('--externals'));
const edges = (kind) => all.edges.filter((e) => e.kind === kind).map((e) => `${e.from} ${e.to}`);
assert.deepEqual(edges('side-effect'), ['packages/one/index.js packages/two/main.js', 'packages/two/main.js packages/one/index.js', 'server.js lib/setup.js', 'spec/a.js lib/a.js', 'test/b.test.js lib/b.js']);
assert.deepEqual(edges('dynamic'), ['server.js lazy.mjs']);
assert.deepEqual(edges('resolve'), ['server.js lib/c.js']);
assert.deepEqual(edges('worker'), ['server.js worker.js']);
assert.deepEqual(edges('type-only'), ['lib/types.ts lib/only.ts']);
assert.ok(edges('static').includes('server.js node:fs') && edges('static').includes('server.js npm:express'));
const first = all.edges.find((e) => e.from === 'server.js' && e.to === 'lib/a.js');
assert.deepEqual([first.specifier, first.line, first.column, first.atLoad], ['./lib/a', 1, 19, true]);
assert.equal(all.edges.find((e) => e.from === 'lib/c.js' && e.to === 'server.js').atLoad, false);

// Tarjan's components and the shortest way round: b and c load each other, a is part of it.
assert.deepEqual(all.cycles, [
  { nodes: ['lib/a.js', 'lib/b.js', 'lib/c.js'], shortest: ['lib/b.js', 'lib/c.js'] },
  { nodes: ['packages/one/index.js', 'packages/two/main.js'], shortest: ['packages/one/index.js', 'packages/two/main.js'] },
]);

const reasons = Object.fromEntries(all.nodes.filter((n) => n.entries).map((n) => [n.id, n.entries.map((e) => e.reason + (e.production ? '!' : '')).join()]));
assert.deepEqual(reasons, {
  'clock.js': 'script!',
  'jest.config.js': 'config',
  'packages/one/cli.js': 'bin!',
  'packages/one/fn/hello.js': 'script!',
  'packages/one/index.js': 'main!',
  'packages/one/sub/s.js': 'main!',
  'packages/two/app/shop/page.tsx': 'route',
  'packages/two/main.js': 'main!',
  'packages/two/run.js': 'script!',
  'server.js': 'script!,script',
  'spec/a.js': 'script',
  'test/b.test.js': 'test',
  'tools/pack.js': 'script',
  'worker.js': 'worker',
});
assert.deepEqual(all.packages.map((p) => p.name), ['root', '@x/one', '@x/two']);

// Collapsed.
const packages = JSON.parse(graph('--by', 'package'));
assert.deepEqual(packages.cycles, [{ nodes: ['@x/one', '@x/two'], shortest: ['@x/one', '@x/two'] }]);
assert.equal(packages.edges[0].example, 'packages/one/index.js:1:9');
const folders = JSON.parse(graph('--by', 'folder', '--depth', '1'));
assert.deepEqual(folders.nodes.map((n) => n.id), ['.', 'lib', 'packages', 'spec', 'test', 'tools']);

// Pictures.
const dot = graph('-f', 'dot', '--cycles');
assert.match(dot, /^digraph modules \{/);
assert.match(dot, /"lib\/b\.js" -> "lib\/c\.js" \[color=red\];/);
assert.doesNotMatch(dot, /server\.js/);
const mermaid = graph('-f', 'mermaid', '--edges', 'worker,dynamic');
assert.match(mermaid, /^flowchart LR\n/);
assert.equal(mermaid.match(/==>/g).length, 1);
assert.equal(mermaid.match(/-\.->/g).length, 1);

// Only what the paths name, and what it touches.
const part = spawnSync(args.looplint, ['graph', 'lib/a.js'], { encoding: 'utf8', cwd: root });
assert.deepEqual(JSON.parse(part.stdout).edges.map((e) => `${e.from} ${e.to}`), ['lib/a.js lib/b.js', 'lib/c.js lib/a.js', 'server.js lib/a.js', 'spec/a.js lib/a.js']);
assert.equal(spawnSync(args.looplint, ['graph', '--by', 'moon', root]).status, 2);
console.log('ok');
