// Resolutions per CPU second, beside oxc-resolver and enhanced-resolve, on the same specifiers of one installed tree.
//   tests/resolver/install.sh TREES                                  (brings the peers, too)
//   node tests/resolver/differential.mjs --questions QUESTIONS.jsonl TREES/npm
//   ninja -C build/release resolver_bench && node bench/resolver/run.mjs build/release/resolver_bench QUESTIONS.jsonl
// Fresh: a new resolver, page cache warm. Warm: the same resolver asked again. One thread.
import cp from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [program, file] = process.argv.slice(2);
const rows = fs.readFileSync(file, 'utf8').trim().split('\n').map((l) => JSON.parse(l)).filter((q) => /^(require|import)$/.test(q.kind));
const require = createRequire(path.join(import.meta.dirname, '../../tests/resolver/x.js'));
const cpu = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1e6; };
const report = (name, fresh, warm) => console.log(`${name.padEnd(18)} fresh ${Math.round(rows.length / fresh / 1000)} k/s, warm ${Math.round(rows.length / warm / 1000)} k/s`);

function peer(name, make) {
  const once = (r) => {
    const from = cpu();
    for (const q of rows) r(path.dirname(path.join(q.root, q.from)), q.specifier, q.kind);
    return cpu() - from;
  };
  once(make()); // warms the page cache and the compiler
  const r = make();
  const fresh = once(r), warm = once(r);
  report(name, fresh, warm);
}
console.log(`${rows.length} specifiers`);
console.log(cp.execFileSync(path.resolve(program), [file], { encoding: 'utf8' }).trim());
const { ResolverFactory } = require('oxc-resolver');
peer('oxc-resolver', () => {
  const common = { extensions: ['.js', '.json', '.node'] };
  const r = { require: new ResolverFactory({ ...common, conditionNames: ['node', 'require', 'module-sync', 'node-addons'] }), import: new ResolverFactory({ extensions: [], fullySpecified: true, conditionNames: ['node', 'import', 'module-sync', 'node-addons'] }) };
  return (folder, specifier, kind) => r[kind].sync(folder, specifier);
});
const enhanced = require('enhanced-resolve');
peer('enhanced-resolve', () => {
  const fileSystem = new enhanced.CachedInputFileSystem(fs, 1e9);
  const make = (conditionNames, extensions, fullySpecified) => enhanced.ResolverFactory.createResolver({ fileSystem, conditionNames, extensions, fullySpecified, useSyncFileSystemCalls: true });
  const r = { require: make(['node', 'require', 'module-sync', 'node-addons'], ['.js', '.json', '.node'], false), import: make(['node', 'import', 'module-sync', 'node-addons'], [], true) };
  return (folder, specifier, kind) => { try { return r[kind].resolveSync({}, folder, specifier); } catch { return null; } };
});
