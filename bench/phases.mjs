#!/usr/bin/env node
// bench/phases.mjs [--looplint BIN] [--reps N] FOLDER...: what linking, inferring and data flow cost beside parsing and
// lowering, in CPU time and memory, on one thread; and what inferring consists of. See bench/README.md.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values: opt, positionals } = parseArgs({
  allowPositionals: true,
  options: { looplint: { type: 'string', default: 'build/release/looplint' }, reps: { type: 'string', default: '3' } },
});
const bin = path.resolve(opt.looplint);
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

function run(folder) {
  const { stderr } = spawnSync(bin, ['--no-cache', '--threads', '1', '--no-progress', '--stats=json', '--format', 'json',
    '--output-file', '/dev/null', '.'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  const stats = JSON.parse(stderr.trim().split('\n').at(-1));
  const cpu = Object.fromEntries(stats.phases.map((p) => [p.phase, p.cpu_ms]));
  const peak = Object.fromEntries(stats.phases.map((p) => [p.phase, p.peak_rss_bytes]));
  return { stats, cpu, peak, parsed: cpu.parse + cpu.lower, linked: cpu.link + cpu.infer,
    all: stats.phases.reduce((sum, p) => sum + p.cpu_ms, 0) };
}

console.log('| folder | MB | lines | parse + lower ms | link + infer ms | of parse + lower | ms per 1,000 lines | data flow adds | ' +
  'peak after lowering MB | peak MB | ratio | cut off: walks, sinks |\n|---|---|---|---|---|---|---|---|---|---|---|---|');
const parts = [];
for (const folder of positionals) {
  const runs = Array.from({ length: Number(opt.reps) }, () => run(folder));
  const of = (f) => median(runs.map(f));
  const { stats } = runs[0];
  const mb = (bytes) => (bytes / 1e6).toFixed(0);
  console.log(`| ${path.basename(folder)} | ${(stats.bytes / 1e6).toFixed(1)} | ${stats.lines} | ${of((r) => r.parsed).toFixed(0)} | ` +
    `${of((r) => r.linked).toFixed(0)} | ${of((r) => r.linked / r.parsed).toFixed(3)} | ` +
    `${of((r) => r.linked / r.stats.lines * 1e3).toFixed(2)} | ${of((r) => 100 * r.cpu.taint / (r.all - r.cpu.taint)).toFixed(1)} % | ` +
    `${mb(of((r) => r.peak.lower))} | ${mb(of((r) => r.stats.peak_rss_bytes))} | ` +
    `${of((r) => r.stats.peak_rss_bytes / r.peak.lower).toFixed(2)} | ${stats.walks_cut_off}, ${stats.guards_cut_off} |`);
  parts.push([path.basename(folder), stats.parts.map((p, i) => `${p.part} ${of((r) => r.stats.parts[i].cpu_ms).toFixed(0)}`)]);
}
for (const [name, list] of parts) console.log(`\n${name}: ${list.join(', ')} (ms of CPU)`);
