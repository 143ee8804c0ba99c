// The language server as a client sees it: node protocol_test.mjs --looplint path/to/looplint
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
if (!fs.existsSync(path.join(here, 'node_modules/vscode-languageserver-protocol'))) {
  console.log('skipped: npm ci in tests/editors has not run');
  process.exit(77);
}
const { Client, applied, codes, project, protocol, rpc, sleep, uriOf } = await import('./client.mjs');

const flag = process.argv.indexOf('--looplint');
const binary = path.resolve(flag > 0 ? process.argv[flag + 1] : path.join(here, '../../build/release/looplint'));
const lsp = [binary, 'lsp', '--stdio'];
const rule = 'event-loop/sync-in-handler';
const push = ['textDocument.diagnostic'];

const server = `import http from 'node:http';
import { render } from './render.js';
http.createServer((req, res) => {
  res.end(render(req.url));
}).listen(0);
`;
const render = `import fs from 'node:fs';
export function render(name) {
  return fs.readFileSync('page' + '.html');
}
`;
const calm = 'export function render(name) { return name; }\n';
const site = { 'server.mjs': server, 'render.js': render };

test('says what it can, in the terms of the protocol', async () => {
  const root = project(site);
  const client = await Client.start(lsp, { folders: [root] });
  const { capabilities, serverInfo } = client.initialized;
  assert.equal(serverInfo.name, 'looplint');
  assert.deepEqual(capabilities.diagnosticProvider, { identifier: 'looplint', interFileDependencies: true, workspaceDiagnostics: true });
  assert.equal(capabilities.textDocumentSync.change, protocol.TextDocumentSyncKind.Incremental);
  assert.ok(capabilities.codeActionProvider.codeActionKinds.includes('source.fixAll.looplint'));
  const watch = await client.until('a registration', () => client.asked.find((r) => r.method === 'client/registerCapability' && JSON.stringify(r.params).includes('didChangeWatchedFiles')));
  const globs = JSON.stringify(watch.params);
  for (const what of ['package.json', 'looplint.', 'tsconfig', 'package-lock.json', '.gitignore', '.npmrc', 'Dockerfile', 'github']) assert.ok(globs.includes(what), what);
  assert.equal(await client.stop(), 0);
});

test('pushes the trace in order, and an unsaved edit reaches the other open file', async () => {
  const root = project(site);
  const client = await Client.start(lsp, { folders: [root], without: push });
  assert.equal(client.initialized.capabilities.diagnosticProvider, undefined);
  const [s, r] = [uriOf(root, 'server.mjs'), uriOf(root, 'render.js')];
  await client.open(r);
  const first = await client.until('a finding', () => client.pushed.get(r)?.diagnostics.length && client.pushed.get(r));
  assert.equal(first.version, 1);
  const [d] = first.diagnostics;
  assert.ok(protocol.Diagnostic.is(d));
  assert.equal(d.code, rule);
  assert.equal(d.severity, 1);
  assert.equal(d.source, 'looplint');
  assert.ok(d.codeDescription.href.endsWith(`${rule}.md`));
  assert.equal(d.data.rule, rule);
  assert.deepEqual(d.range, { start: { line: 2, character: 9 }, end: { line: 2, character: 24 } });
  assert.deepEqual(d.relatedInformation.map((i) => [i.location.uri, i.location.range.start.line]), [[s, 2], [s, 3]]);
  assert.match(d.relatedInformation[0].message, /1\. /);
  assert.match(d.relatedInformation[1].message, /^2\. calls render\(\)/);
  await client.open(s);
  await client.settled();
  // The call goes, unsaved, in the other file.
  await client.change(s, { range: { start: { line: 3, character: 10 }, end: { line: 3, character: 25 } }, text: "'x'" });
  await client.until('the finding to go', () => client.pushed.get(r).diagnostics.length === 0);
  await client.change(s, { range: { start: { line: 3, character: 10 }, end: { line: 3, character: 13 } }, text: 'render(req.url)' });
  await client.until('the finding to come back', () => client.pushed.get(r).diagnostics.length === 1);
  await client.close(r);
  await client.until('a closed file to be cleared', () => client.pushed.get(r).diagnostics.length === 0);
  assert.equal(await client.stop(), 0);
});

// A cycle that breaks at run time, mended by an edit of one file that is not saved: the other is told.
for (const [how, without] of [['pushed', push], ['pulled', []]]) {
  test(`an unsaved edit that mends an import cycle clears the other open file, ${how}`, async () => {
    const broken = "import { a } from './a.mjs';\nexport const b = a + 1;\n";
    const root = project({ 'main.mjs': "import './a.mjs';\n", 'a.mjs': "import { b } from './b.mjs';\nexport const a = b + 1;\n", 'b.mjs': broken });
    const client = await Client.start(lsp, { folders: [root], without });
    const [a, b] = [uriOf(root, 'a.mjs'), uriOf(root, 'b.mjs')];
    const cycle = 'modules/circular-use-before-init';
    await client.open(a);
    await client.open(b);
    await client.settled();
    // The finding stands where the read fails, in b; a shows what its own text has to do with it.
    const told = async (uri) => codes(without.length ? client.pushed.get(uri)?.diagnostics ?? [] : (await client.pull(uri)).items);
    assert.deepEqual(await told(b), [cycle]);
    await client.replace(a, 'export const a = 1;\n');
    await client.until('the cycle to be mended', async () => (await told(b)).length === 0);
    if (!without.length) assert.ok(client.asked.some((r) => r.method === 'workspace/diagnostic/refresh'));
    await client.replace(a, "import { b } from './b.mjs';\nexport const a = b + 1;\n");
    await client.until('the cycle to be back', async () => (await told(b)).length === 1);
    assert.equal(fs.readFileSync(path.join(root, 'b.mjs'), 'utf8'), broken);
    await client.stop();
  });
}

// What the last session found is told at the next start; the program is linked when something wants more of it.
test('a second start tells what the first one found, and goes on from there', async () => {
  const filler = Array.from({ length: 12000 }, (_, i) => `export const value${i} = ${i};\n`).join('');  // less is not worth remembering
  const root = project({ ...site, 'filler.js': filler });
  const [s, r] = [uriOf(root, 'server.mjs'), uriOf(root, 'render.js')];
  const command = [...lsp, '--cache-dir', project({})];  // not in the folder: that it is there would be news
  const begin = () => Client.start(command, { folders: [root] });
  const reports = async (client) => {
    const { items } = await client.request('workspace/diagnostic', { previousResultIds: [] });
    return items.map((i) => [i.uri, i.items]).sort((a, b) => a[0].localeCompare(b[0]));
  };
  const released = async (client) => (await client.status()).roots[0].released;
  let client = await begin();
  const found = await reports(client);
  assert.deepEqual(found.filter(([, items]) => items.length).map(([uri]) => uri), [r]);
  assert.equal(await released(client), false);
  await client.stop();

  client = await begin();
  await client.open(r);
  assert.deepEqual(await reports(client), found);
  assert.deepEqual((await client.pull(r)).items, found.find(([uri]) => uri === r)[1]);
  assert.equal(await released(client), true);
  // Before there is a program: pages, actions, edits that reach the other file.
  const where = { textDocument: { uri: r }, position: { line: 2, character: 12 } };
  assert.match(JSON.stringify(await client.request('textDocument/hover', where)), /Why this line/);
  const actions = await client.request('textDocument/codeAction', { textDocument: { uri: r }, range: { start: where.position, end: where.position }, context: { diagnostics: [] } });
  assert.ok(actions.some((a) => /ccept|uppress/.test(a.title)), JSON.stringify(actions.map((a) => a.title)));
  await client.open(s);
  await client.replace(s, server.replace('render(req.url)', "'x'"));
  await client.until('the finding to go', async () => (await client.pull(r)).items.length === 0);
  await client.replace(s, server);
  await client.until('the finding to come back', async () => (await client.pull(r)).items.length === 1);
  await client.settled();
  assert.deepEqual(await reports(client), found.some(([uri]) => uri === s) ? found : [...found, [s, []]].sort((a, b) => a[0].localeCompare(b[0])));
  await client.stop();

  client = await begin();
  await client.open(r);
  assert.ok((await client.request('textDocument/codeLens', { textDocument: { uri: r } })).length > 0);
  assert.equal(await released(client), false);
  await client.stop();

  // Nothing of it is told when something changed meanwhile.
  fs.writeFileSync(path.join(root, 'render.js'), calm);
  client = await begin();
  assert.deepEqual((await reports(client)).filter(([, items]) => items.length), []);
  assert.equal(await released(client), false);
  await client.stop();
});

test('answers pulls, never both ways, and asks for a refresh when another file changed an answer', async () => {
  const root = project(site);
  const client = await Client.start(lsp, { folders: [root] });
  const [s, r] = [uriOf(root, 'server.mjs'), uriOf(root, 'render.js')];
  await client.open(r);
  await client.open(s);
  await client.settled();
  const full = await client.pull(r);
  assert.equal(full.kind, 'full');
  assert.deepEqual(codes(full.items), [rule]);
  assert.ok(full.items.every((d) => protocol.Diagnostic.is(d)));
  assert.deepEqual(await client.pull(r, full.resultId), { kind: 'unchanged', resultId: full.resultId });
  client.asked.length = 0;
  await client.replace(s, server.replace('render(req.url)', '1'));
  await client.until('a refresh', () => client.asked.some((a) => a.method === 'workspace/diagnostic/refresh'));
  assert.deepEqual((await client.pull(r, full.resultId)).items, []);
  assert.equal(client.pushes.length, 0);
  await client.stop();
});

test('reports the whole workspace, in parts, with what did not change told as such', async () => {
  const files = { ...site };
  for (let i = 0; i < 250; i++) files[`jobs/job${i}.mjs`] = `async function run() { await 1; throw new Error('${i}'); }\nexport function begin() { run(); }\n`;
  const root = project(files);
  const client = await Client.start(lsp, { folders: [root] });
  const parts = [];
  client.connection.onProgress(new rpc.ProgressType(), 'part', (p) => parts.push(p));
  const done = await client.request('workspace/diagnostic', { previousResultIds: [], partialResultToken: 'part' });
  assert.deepEqual(done.items, []);
  assert.ok(parts.length > 1);
  const reports = parts.flatMap((p) => p.items);
  assert.equal(reports.length, 251);
  assert.ok(reports.every((r) => r.kind === 'full' && r.items.length > 0 && r.version === null));
  const before = reports.map(({ uri, resultId }) => ({ uri, value: resultId }));
  const again = await client.request('workspace/diagnostic', { previousResultIds: before });
  assert.ok(again.items.every((r) => r.kind === 'unchanged'));
  assert.equal(again.items.length, 251);
  fs.writeFileSync(path.join(root, 'jobs/job7.mjs'), '// quiet\n');
  await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(root, 'jobs/job7.mjs'), type: 2 }] });
  await client.settled();
  const later = await client.request('workspace/diagnostic', { previousResultIds: before });
  assert.deepEqual(later.items.filter((r) => r.kind === 'full').map((r) => [r.uri, r.items.length]), [[uriOf(root, 'jobs/job7.mjs'), 0]]);
  await client.stop();
});

test('counts in the units agreed on', async () => {
  const text = "/* 🐢🐢 é */ async function f() { throw new Error(); } export const g = () => { f(); };\n";
  const starts = {};
  for (const unit of ['utf-8', 'utf-16', 'utf-32']) {
    const root = project({ 'a.mjs': text });
    const client = await Client.start(lsp, { folders: [root], encodings: [unit] });
    assert.equal(client.initialized.capabilities.positionEncoding, unit);
    const uri = uriOf(root, 'a.mjs');
    await client.open(uri, text);
    const column = (await client.pull(uri)).items[0].range.start.character;
    const before = text.slice(0, text.lastIndexOf('f(); }'));
    assert.equal(column, unit === 'utf-8' ? Buffer.byteLength(before) : unit === 'utf-16' ? before.length : [...before].length);
    starts[unit] = column;
    // An edit in these units, between the turtles.
    const turtle = { 'utf-8': 7, 'utf-16': 5, 'utf-32': 4 }[unit];
    await client.change(uri, { range: { start: { line: 0, character: turtle }, end: { line: 0, character: turtle } }, text: '🐢' });
    assert.equal((await client.pull(uri)).items[0].range.start.character, column + { 'utf-8': 4, 'utf-16': 2, 'utf-32': 1 }[unit]);
    await client.stop();
  }
  assert.equal(new Set(Object.values(starts)).size, 3);
});

test('offers fixes, all fixes, and comments at the line, the call and the entry', async () => {
  const files = {
    'server.mjs': server,
    'render.js': `import { read } from './read.js';\nexport function render(name) {\n  return read(name);\n}\n`,
    'read.js': `import fs from 'node:fs';\nexport function read(name) {\n  return fs.readFileSync('page' + '.html');\n}\n`,
    'tidy.mjs': `import { render } from './render';\n// looplint-disable-next-line ${rule} -- long ago\nrender();\n`,
  };
  const root = project(files);
  const client = await Client.start(lsp, { folders: [root] });
  const uri = uriOf(root, 'read.js');
  await client.open(uri);
  await client.settled();
  const [d] = (await client.pull(uri)).items;
  const actions = await client.request('textDocument/codeAction', { textDocument: { uri }, range: d.range, context: { diagnostics: [d] } });
  assert.ok(actions.every((a) => protocol.CodeAction.is(a)));
  const accept = actions.filter((a) => a.title.startsWith('Accept'));
  assert.equal(accept.length, 3, actions.map((a) => a.title).join('\n'));
  const target = (a) => path.basename(a.edit.documentChanges[0].textDocument.uri);
  assert.deepEqual(accept.map(target), ['read.js', 'server.mjs', 'render.js']);
  for (const action of accept) {
    const { textDocument, edits } = action.edit.documentChanges[0];
    const name = path.basename(textDocument.uri);
    const text = applied(files[name], edits);
    if (!client.versions.has(textDocument.uri)) await client.open(textDocument.uri, files[name]);
    await client.replace(textDocument.uri, text);
    await client.settled();
    const left = (await client.pull(uri)).items;
    assert.ok(!codes(left).includes(rule), `${action.title}: ${codes(left)}`);
    // Without a reason the comment itself is a finding: that is how the reason is asked for.
    assert.ok(codes((await client.pull(textDocument.uri)).items).includes('suppression/without-reason'));
    await client.replace(textDocument.uri, files[name]);
  }
  const tidy = uriOf(root, 'tidy.mjs');
  await client.open(tidy);
  await client.settled();
  const all = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const [fixAll, ...more] = await client.request('textDocument/codeAction', { textDocument: { uri: tidy }, range: all, context: { diagnostics: [], only: ['source.fixAll'] } });
  assert.equal(fixAll.kind, 'source.fixAll.looplint');
  assert.equal(more.length, 0);
  const fixed = applied(files['tidy.mjs'], fixAll.edit.documentChanges[0].edits);
  await client.replace(tidy, fixed);
  await client.settled();
  assert.deepEqual((await client.pull(tidy)).items, [], fixed);
  await client.stop();
});

test('explains: hover, lenses, hints, who calls whom, links, completion, commands', async () => {
  const root = project({
    ...site,
    'package.json': '{"name": "p", "private": true, "main": "./server.mjs", "bin": {"p": "render.js"}}',
    'looplint.jsonc': '{\n  "rules": {\n    "promises/floating": "wa"\n  },\n  "ig\n}\n',
  });
  fs.writeFileSync(path.join(root, 'looplint.jsonc'), '{}');
  const client = await Client.start(lsp, { folders: [root], settings: { inlayHints: true } });
  const [s, r] = [uriOf(root, 'server.mjs'), uriOf(root, 'render.js')];
  await client.open(r);
  await client.open(s);
  await client.settled();
  const at = (uri, line, character) => ({ textDocument: { uri }, position: { line, character } });
  const hover = await client.request('textDocument/hover', at(r, 2, 14));
  assert.ok(protocol.Hover.is(hover));
  assert.match(hover.contents.value, /event-loop\/sync-in-handler.*\n[^]*What to do[^]*Why this line[^]*server\.mjs:4/);
  assert.match((await client.request('textDocument/hover', at(r, 1, 18))).contents.value, /A request runs render\(\)[^]*server\.mjs/);
  assert.equal(await client.request('textDocument/hover', at(s, 0, 3)), null);

  const lenses = await client.request('textDocument/codeLens', { textDocument: { uri: r } });
  assert.deepEqual(lenses.map((l) => l.command.title), ['on the request path of 1 handler, 1 blocking call below']);
  assert.ok(lenses.every((l) => protocol.CodeLens.is(l)));
  assert.match((await client.request('textDocument/codeLens', { textDocument: { uri: s } }))[0].command.title, /^request handler, 1 blocking call below/);
  const graph = await client.request('workspace/executeCommand', { command: 'looplint.showGraph', arguments: lenses[0].command.arguments });
  assert.match(graph, /```mermaid\nflowchart TD\n[^]*-->/);
  const shown = client.asked.find((a) => a.method === 'window/showDocument');
  assert.ok(fs.readFileSync(new URL(shown.params.uri), 'utf8') === graph);

  const hints = await client.request('textDocument/inlayHint', { textDocument: { uri: r }, range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } });
  assert.deepEqual(hints.map((h) => h.label), ['blocks a request']);

  const [item] = await client.request('textDocument/prepareCallHierarchy', at(r, 1, 18));
  assert.equal(item.name, 'render()');
  const incoming = await client.request('callHierarchy/incomingCalls', { item });
  assert.deepEqual(incoming.map((c) => [path.basename(c.from.uri), c.fromRanges[0].start.line]), [['server.mjs', 3]]);
  const above = await client.request('callHierarchy/incomingCalls', { item: incoming[0].from });
  assert.deepEqual(above.map((c) => c.fromRanges[0].start.line), [2], 'who registers the handler');
  const outgoing = await client.request('callHierarchy/outgoingCalls', { item: incoming[0].from });
  assert.deepEqual(outgoing.map((c) => c.to.name), ['render()']);

  const manifest = uriOf(root, 'package.json');
  await client.open(manifest, undefined, 'json');
  const links = await client.request('textDocument/documentLink', { textDocument: { uri: manifest } });
  assert.deepEqual(links.map((l) => l.target).sort(), [r, s].sort());

  const config = uriOf(root, 'looplint.jsonc');
  const text = '{\n  "rules": {\n    "promises/floating": "w",\n    ""\n  },\n  "ig\n}\n';
  await client.open(config, text, 'jsonc');
  const complete = async (line, character) => (await client.request('textDocument/completion', at(config, line, character))).map((i) => i.label);
  assert.deepEqual((await complete(2, 27)).slice(0, 4), ['off', 'info', 'warn', 'error']);
  const ids = await complete(3, 5);
  assert.ok(ids.includes(rule) && !ids.includes('promises/floating'));
  assert.ok((await complete(5, 5)).includes('ignore'));
  await client.replace(r, `${render}// looplint-disable-next-line ev\n`);
  const inComment = await client.request('textDocument/completion', at(r, 4, 32));
  assert.ok(inComment.some((i) => i.label === rule));
  assert.equal(await client.request('textDocument/completion', at(r, 2, 10)), null);

  const page = await client.request('workspace/executeCommand', { command: 'looplint.explain', arguments: [rule] });
  assert.match(page, /# event-loop\/sync-in-handler/);
  await assert.rejects(client.request('workspace/executeCommand', { command: 'looplint.explain', arguments: ['event-loop/sync-in-handlr'] }), /did you mean/);
  await client.stop();
});

test('follows the configuration, what it extends, and the settings', async () => {
  const root = project({ ...site, 'looplint.jsonc': '{"extends": "./strict.jsonc"}', 'strict.jsonc': '{"rules": {}}' });
  const client = await Client.start(lsp, { folders: [root] });
  const r = uriOf(root, 'render.js');
  await client.open(r);
  await client.settled();
  const found = async () => codes((await client.pull(r)).items).length;
  const write = async (name, text) => {
    fs.writeFileSync(path.join(root, name), text);
    await client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(root, name), type: 2 }] });
  };
  assert.ok(JSON.stringify(client.asked).includes('strict.jsonc'), 'what is extended is watched');
  await write('looplint.jsonc', '{"extends": ["looplint:recommended", "./strict.jsonc"]}');
  await client.until('recommended rules', async () => (await found()) === 1);
  await write('strict.jsonc', `{"rules": {"${rule}": "off"}}`);
  await client.until('the extended file to count', async () => (await found()) === 0);
  await write('strict.jsonc', '{"rules": {}}');
  await client.until('the finding back', async () => (await found()) === 1);
  // What is extended from now on is watched from now on.
  fs.writeFileSync(path.join(root, 'later.jsonc'), '{"rules": {}}');
  await write('looplint.jsonc', '{"extends": ["looplint:recommended", "./later.jsonc"]}');
  await client.until('another registration', () => client.asked.some((r) => r.method === 'client/registerCapability' && JSON.stringify(r.params).includes('later.jsonc')));
  const gone = client.asked.filter((r) => r.method === 'client/unregisterCapability').flatMap((r) => r.params.unregisterations.map((u) => u.id));
  const had = client.asked.filter((r) => r.method === 'client/registerCapability').flatMap((r) => r.params.registrations).filter((r) => r.method === 'workspace/didChangeWatchedFiles');
  assert.deepEqual(gone, had.slice(0, -1).map((r) => r.id), 'one registration at a time');
  client.settings = { rules: { 'event-loop': 'off' } };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until('settings to count', async () => (await found()) === 0);
  client.settings = { enable: true };
  await client.notify('workspace/didChangeConfiguration', { settings: null });
  await client.until('settings to count', async () => (await found()) === 1);
  // Broken: said where, and the last good one stays.
  await write('looplint.jsonc', '{\n  "rules": {"nope/nope": "error"}\n}');
  const broken = await client.until('a diagnostic', () => client.pushed.get(uriOf(root, 'looplint.jsonc'))?.diagnostics[0]);
  assert.equal(broken.range.start.line, 1);
  assert.match(broken.message, /nope\/nope/);
  assert.equal(await found(), 1);
  await write('looplint.jsonc', '{}');
  await client.until('it to go', () => client.pushed.get(uriOf(root, 'looplint.jsonc')).diagnostics.length === 0);
  // A new file on disk, and ignore files.
  await write('render.js', calm);
  await client.close(r);
  await write('other.mjs', 'async function f() { throw 1; }\nexport function g() { f(); }\n');
  const o = uriOf(root, 'other.mjs');
  await client.open(o);
  await client.until('the new file', async () => (await client.pull(o)).items.length === 1);
  await write('.gitignore', 'other.mjs\n');
  await client.until('the ignored file to be quiet', async () => (await client.pull(o)).items.length === 0);
  await client.stop();
});

test('lets go of memory above its limit, and nobody sees a difference', async () => {
  const root = project({ ...site, 'job.mjs': "async function run() { await 1; throw new Error(); }\nexport function begin() { run(); }\n" });
  const client = await Client.start(lsp, { folders: [root], settings: { memoryLimit: 1 } });
  const [r, job] = [uriOf(root, 'render.js'), uriOf(root, 'job.mjs')];
  await client.open(r);
  await client.settled();
  const all = async () => (await client.request('workspace/diagnostic', { previousResultIds: [] })).items.sort((a, b) => (a.uri < b.uri ? -1 : 1));
  const [before, pulled] = [await all(), await client.pull(r)];
  assert.deepEqual(before.map((i) => i.items.length), [1, 1]);
  const released = async () => (await client.status()).roots[0].released;
  await client.until('memory to be let go', released);
  await client.settled();
  assert.deepEqual(await all(), before);
  assert.deepEqual(await client.pull(r, pulled.resultId), { kind: 'unchanged', resultId: pulled.resultId });
  const at = { textDocument: { uri: r }, position: { line: 2, character: 14 } };
  assert.match((await client.request('textDocument/hover', at)).contents.value, /Why this line[^]*server\.mjs:4/);
  const [d] = pulled.items;
  const actions = await client.request('textDocument/codeAction', { textDocument: { uri: r }, range: d.range, context: { diagnostics: [d] } });
  assert.ok(actions.some((a) => a.title.startsWith('Accept')));
  assert.equal(await released(), true, 'none of this needs the whole program');
  // This does, and brings it back.
  assert.equal((await client.request('textDocument/codeLens', { textDocument: { uri: r } })).length, 1);
  assert.equal(await released(), false);
  await client.until('memory to be let go again', released);
  await client.replace(r, calm);
  assert.deepEqual((await client.pull(r)).items, []);
  await client.settled();
  assert.deepEqual((await all()).map((i) => [i.uri, i.items.length]), [[job, 1], [r, 0]]);
  await client.replace(r, render);
  await client.until('the finding again', async () => (await client.pull(r)).items.length === 1);
  await client.stop();
});

test('serves several folders, and files outside all', async () => {
  const [a, b, c] = [project(site), project(site), project(site)];
  const client = await Client.start(lsp, { folders: [a], without: push });
  for (const root of [a, b]) await client.open(uriOf(root, 'render.js'));
  const has = (root) => () => client.pushed.get(uriOf(root, 'render.js'))?.diagnostics.length === 1;
  await client.until('findings in the folder', has(a));
  await client.until('findings outside', has(b));
  await client.notify('workspace/didChangeWorkspaceFolders', { event: { added: [{ uri: uriOf(c), name: 'c' }], removed: [{ uri: uriOf(a), name: 'a' }] } });
  await client.open(uriOf(c, 'render.js'));
  await client.until('findings in the new folder', has(c));
  await client.settled();
  assert.deepEqual((await client.status()).roots.map((r) => r.root).sort(), [a, b, c].sort(), 'an open file keeps its project');
  await client.stop();
  // No folder at all, as vim starts servers.
  const lone = await Client.start(lsp, { without: [...push, 'workspace'] });
  await lone.open(uriOf(a, 'render.js'));
  await lone.until('findings', () => lone.pushed.get(uriOf(a, 'render.js'))?.diagnostics.length === 1);
  await lone.open('untitled:Untitled-1', 'async function f() { throw 1; }\nf();\n');
  await lone.stop();
});

test('talks over a pipe and a socket, and minds no flag it does not know', async () => {
  const root = project(site);
  for (const kind of ['pipe', 'socket']) {
    const listener = net.createServer();
    const name = path.join(os.tmpdir(), `looplint-${process.pid}.sock`);
    await new Promise((r) => (kind === 'pipe' ? listener.listen(name, r) : listener.listen(0, '127.0.0.1', r)));
    const came = new Promise((r) => listener.once('connection', r));
    const where = kind === 'pipe' ? name : listener.address().port;
    const client = await Client.start([binary, 'lsp', `--${kind}=${where}`, '--node-ipc', '--clientProcessId', '1'], {
      folders: [root],
      connect: async () => { const socket = await came; return [new rpc.SocketMessageReader(socket), new rpc.SocketMessageWriter(socket)]; },
    });
    await client.open(uriOf(root, 'render.js'));
    await client.settled();
    assert.equal((await client.pull(uriOf(root, 'render.js'))).items.length, 1);
    assert.equal(await client.stop(), 0);
    listener.close();
  }
});

// ---- whatever comes

// A server fed raw bytes; the messages it wrote and how it ended.
function raw(pieces, { end = true } = {}) {
  return new Promise((resolve) => {
    const child = spawn(binary, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = Buffer.alloc(0);
    child.stdout.on('data', (d) => (out = Buffer.concat([out, d])));
    child.stdin.on('error', () => {});
    child.on('exit', (code, signal) => {
      const messages = [];
      for (let at = 0; ;) {
        const head = out.indexOf('\r\n\r\n', at);
        if (head < 0) break;
        const length = Number(/Content-Length: (\d+)/.exec(out.subarray(at, head))[1]);
        messages.push(JSON.parse(out.subarray(head + 4, head + 4 + length)));
        at = head + 4 + length;
      }
      resolve({ code, signal, messages });
    });
    (async () => {
      for (const p of pieces) {
        child.stdin.write(p);
        await sleep(5);
      }
      if (end) child.stdin.end();
    })();
  });
}
const frame = (m) => {
  const body = Buffer.from(typeof m === 'string' ? m : JSON.stringify({ jsonrpc: '2.0', ...m }));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
};
const initialize = frame({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
const error = (messages, id) => messages.find((m) => m.id === id)?.error?.code;

test('answers what is wrong by the errors of the protocol', async () => {
  const { code, messages } = await raw([
    frame({ id: 'early', method: 'textDocument/hover', params: {} }),
    frame({ method: 'textDocument/didOpen', params: {} }),
    initialize,
    frame({ id: 2, method: 'initialize', params: {} }),
    frame({ id: 3, method: 'textDocument/nonsense', params: {} }),
    frame({ id: 4, method: 'textDocument/hover', params: null }),
    frame({ id: 5, method: 'workspace/executeCommand', params: { command: 'nope' } }),
    frame({ method: 'nonsense' }), frame({ method: '$/nonsense' }),
    frame('[]'), frame('17'), frame('{"id": {}, "method": "x"}'), frame('{oops'),
    'garbage that is no message\r\n\r\n',
    frame({ id: 6, method: 'textDocument/codeAction', params: { textDocument: { uri: 'file:///nowhere.js' }, range: 'x', context: 3 } }),
    frame({ method: 'textDocument/didOpen', params: { textDocument: { uri: 'file:///a.js', text: 5 } } }),
    frame({ method: 'textDocument/didChange', params: { textDocument: { uri: 'file:///b.js' }, contentChanges: 'x' } }),
    frame({ method: 'workspace/didChangeWatchedFiles', params: { changes: [{ uri: 3 }, 4] } }),
    frame({ method: 'workspace/didChangeWorkspaceFolders', params: {} }),
    frame({ id: 'unasked', result: {} }),
    frame({ id: 7, method: 'shutdown', params: null }),
    frame({ id: 8, method: 'textDocument/hover', params: {} }),
    frame({ method: 'exit', params: null }),
  ]);
  assert.equal(code, 0);
  assert.equal(error(messages, 'early'), -32002);
  assert.equal(error(messages, 2), -32600);
  assert.equal(error(messages, 3), -32601);
  assert.equal(error(messages, 4), -32602);
  assert.equal(error(messages, 5), -32602);
  assert.equal(messages.filter((m) => m.id === null && m.error.code === -32600).length, 3);
  assert.equal(messages.filter((m) => m.id === null && m.error.code === -32700).length, 2);
  assert.equal(messages.find((m) => m.id === 6).error, undefined);
  assert.equal(messages.find((m) => m.id === 7).result, null);
  assert.equal(error(messages, 8), -32600);
});

test('reads frames in any pieces and large ones', async () => {
  const big = frame({ id: 2, method: 'textDocument/nonsense', params: { text: 'x'.repeat(30 << 20) } });
  const all = Buffer.concat([initialize, frame({ id: 3, method: 'x' })]);
  const bytes = [...all].map((b) => Buffer.from([b]));
  const { messages, code } = await raw([...bytes.slice(0, 40), Buffer.concat(bytes.slice(40)), big, Buffer.from('content-length: 2\nX-Other: 1\n\n{}'), frame({ method: 'exit' })]);
  assert.equal(error(messages, 3), -32601);
  assert.equal(error(messages, 2), -32601);
  assert.equal(code, 1, 'exit without shutdown');
  // A length beyond reason is passed over, not allocated.
  const long = await raw([initialize, 'Content-Length: 999999999999\r\n\r\n', 'x'.repeat(1000)]);
  assert.equal(long.code, 1);
  assert.ok(long.messages.some((m) => m.error?.code === -32600));
});

test('ends with its parent', async () => {
  const middle = spawn('sh', ['-c', 'sleep 1000 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(await new Promise((r) => middle.stdout.once('data', (d) => r(String(d)))));
  const client = await Client.start(lsp, { params: { processId: pid } });
  process.kill(pid);
  assert.equal(await client.exited, 1);
});

test('a cancelled request is answered as cancelled', async () => {
  const root = project(site);
  const client = await Client.start(lsp, { folders: [root] });
  const uri = uriOf(root, 'render.js');
  await client.open(uri);
  await client.settled();
  await client.replace(uri, `${render}// more\n`);
  // It waits for the program as a whole, and is not wanted any more.
  const source = new rpc.CancellationTokenSource();
  const lens = client.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } }, source.token);
  source.cancel();
  await assert.rejects(lens, (e) => e.code === -32800);
  assert.ok((await client.request('textDocument/codeLens', { textDocument: { uri } })).length > 0);
  await client.stop();
});

// ---- the same truth as the command line

test('after any script of edits the findings are those of a cold run', async () => {
  const files = {
    ...site,
    'jobs.mjs': "import { render } from './render.js';\nexport async function job() { await 1; throw new Error(); }\njob();\nsetInterval(() => render('x'), 1000);\n",
    'load.ts': "import fs from 'node:fs/promises';\nexport async function load(p: string): Promise<string> { return fs.readFile(p, 'utf8'); }\nload('x');\n",
  };
  const root = project(files);
  const client = await Client.start(lsp, { folders: [root] });
  let seed = 42;
  const random = (n) => ((seed = (seed * 1103515245 + 12345) % 2147483648) >>> 8) % n;
  const texts = { ...files };
  for (const name of Object.keys(files)) await client.open(uriOf(root, name), files[name]);
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < 1 + random(6); i++) {
      const names = Object.keys(texts);
      const name = names[random(names.length)];
      const lines = texts[name].split('\n');
      const line = random(lines.length), character = random(lines[line].length + 1);
      const end = random(3) ? { line, character } : { line: Math.min(line + 1, lines.length - 1), character: 0 };
      const text = ['', 'x', '\n', 'await ', "render('y');\n", 'async ', '🐢', ' }', "\r\nimport fs from 'fs';\nfs.readFileSync('a');\n"][random(9)];
      const at = (p) => lines.slice(0, p.line).reduce((n, l) => n + l.length + 1, 0) + p.character;
      const [from, to] = [at({ line, character }), Math.max(at({ line, character }), at(end))];
      texts[name] = texts[name].slice(0, from) + text + texts[name].slice(to);
      const start = { line, character };
      await client.change(uriOf(root, name), { range: { start, end: at(end) < from ? start : end }, text });
      if (texts[name].includes('\r')) {
        // Lines are counted here by \n alone.
        texts[name] = texts[name].replaceAll('\r', '');
        await client.replace(uriOf(root, name), texts[name]);
      }
    }
    await client.settled();
    for (const name of Object.keys(texts)) fs.writeFileSync(path.join(root, name), texts[name]);
    const cli = spawnSync(binary, ['-f', 'json', '--no-progress'], { cwd: root, encoding: 'utf8' });
    const cold = JSON.parse(cli.stdout);
    const expected = [], got = [];
    for (const f of cold.findings ?? cold.diagnostics ?? cold.results) {
      const place = f.location ?? f;
      expected.push(`${f.path ?? place.path ?? f.file} ${f.rule ?? f.ruleId ?? f.id} ${f.message}`);
    }
    for (const name of Object.keys(texts)) {
      for (const d of (await client.pull(uriOf(root, name))).items) got.push(`${name} ${d.code} ${d.message.split('\nhelp: ')[0]}`);
    }
    assert.deepEqual(got.sort(), expected.sort(), `round ${round}`);
  }
  await client.stop();
});
