// Resolutions per CPU second, beside oxc-resolver and enhanced-resolve, on the same specifiers of one installed tree.
//   tests/resolver/install.sh TREES                                  (brings the peers, too)
//   node tests/resolver/differential.mjs --questions QUESTIONS.jsonl TREES/npm
//   ninja -C build/release resolver_bench && node bench/resolver/run.mjs build/release/resolver_bench QUESTIONS.jsonl
//        [--page bench/resolver/README.md]
// Fresh: a new resolver, page cache warm. Warm: the same resolver asked again. One thread. enhanced-resolve is asked of an
// even sample only: with all it needs minutes and more memory than Node gives.
import cp from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values: options, positionals: [program, file] } = parseArgs({ allowPositionals: true, options: { page: { type: 'string' } } });
const rows = fs.readFileSync(file, 'utf8').trim().split('\n').map((l) => JSON.parse(l)).filter((q) => /^(require|import)$/.test(q.kind));
const require = createRequire(path.join(import.meta.dirname, '../../tests/resolver/x.js'));
const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1e6; };
const results = [];
function report(name, asked, fresh, warm) {
  results.push({ name, asked, fresh: Math.round(fresh / 1000), warm: Math.round(warm / 1000) });
  console.log(`${name}: ${asked} specifiers, fresh ${Math.round(fresh / 1000)} k/s, warm ${Math.round(warm / 1000)} k/s`);
}

function peer(name, make, every = 1) {
  const list = rows.filter((_, i) => i % every === 0);
  const once = (r) => {
    const from = cpu();
    for (const q of list) r(path.dirname(path.join(q.root, q.from)), q.specifier, q.kind);
    return cpu() - from;
  };
  once(make()); // warms the page cache and the compiler
  const r = make();
  const fresh = once(r), warm = once(r);
  report(`${name} ${require(`${name}/package.json`).version}`, list.length, list.length / fresh, list.length / warm);
}
const out = cp.execFileSync(path.resolve(program), [file], { encoding: 'utf8' });
const [, fresh, warm] = /fresh (\d+) k\/s, warm (\d+) k\/s/.exec(out);
report('looplint', rows.length, fresh * 1000, warm * 1000);
const { ResolverFactory } = require('oxc-resolver');
peer('oxc-resolver', () => {
  const common = { extensions: ['.js', '.json', '.node'] };
  const r = { require: new ResolverFactory({ ...common, conditionNames: ['node', 'require', 'module-sync', 'node-addons'] }), import: new ResolverFactory({ extensions: [], fullySpecified: true, conditionNames: ['node', 'import', 'module-sync', 'node-addons'] }) };
  return (folder, specifier, kind) => r[kind].sync(folder, specifier);
});
const enhanced = require('enhanced-resolve');
peer('enhanced-resolve', () => {
  const fileSystem = new enhanced.CachedInputFileSystem(fs, 60000);
  const make = (conditionNames, extensions, fullySpecified) => enhanced.ResolverFactory.createResolver({ fileSystem, conditionNames, extensions, fullySpecified, useSyncFileSystemCalls: true });
  const r = { require: make(['node', 'require', 'module-sync', 'node-addons'], ['.js', '.json', '.node'], false), import: make(['node', 'import', 'module-sync', 'node-addons'], [], true) };
  return (folder, specifier, kind) => { try { return r[kind].resolveSync({}, folder, specifier); } catch { return null; } };
}, 12);

if (options.page) {
  const our = results[0];
  const ratio = (a, b) => (a / b).toFixed(1);
  fs.writeFileSync(options.page, ['# Resolutions per CPU second', '',
    'Written by `node bench/resolver/run.mjs ... --page`; what was asked is said at its head. One thread, thousands of', `resolutions per CPU second, Node ${process.versions.node} for the peers, ${os.cpus()[0].model.trim()}.`, 'enhanced-resolve is asked of every twelfth specifier.', '',
    '| resolver | specifiers | fresh | warm | looplint to it, fresh | warm |', '|---|---|---|---|---|---|',
    ...results.map((r) => `| ${r.name} | ${r.asked.toLocaleString('en')} | ${r.fresh} | ${r.warm} | ${ratio(our.fresh, r.fresh)} | ${ratio(our.warm, r.warm)} |`), ''].join('\n'));
}
