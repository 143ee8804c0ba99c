// looplint beside other detectors, judged by the V8 that runs this. See README.md.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Oracle } from './oracle.mjs';

const option = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? otherwise : process.argv[i + 1];
};
const looplint = option('looplint', new URL('../../build/release/looplint', import.meta.url).pathname);
const sample = Number(option('sample', 300));
const tools = option('tools', 'looplint,recheck,recheck-js,redos-detector,safe-regex2,eslint-plugin-regexp').split(',');
const out = option('output', '');

let seed = Number(option('seed', 1));
const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff;
let patterns = fs.readFileSync(option('patterns'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
// Without a repeat there is nothing to find and nothing to compare.
patterns = patterns.filter((p) => /[*+{]/.test(p.pattern)).map((p, i) => ({ ...p, id: i, order: random() }));
patterns = patterns.sort((a, b) => a.order - b.order).slice(0, sample).map(({ pattern, flags }, id) => ({ id, pattern, flags: flags ?? '' }));
const input = patterns.map((p) => JSON.stringify(p)).join('\n') + '\n';

const results = {};
for (const tool of tools) {
  const start = performance.now();
  const run = tool === 'looplint'
    ? spawnSync(looplint, ['regex', '--jsonl'], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
    : spawnSync(process.execPath, [new URL('detect.mjs', import.meta.url).pathname, tool], { input, encoding: 'utf8', maxBuffer: 1 << 30, timeout: 4 * 3600e3 });
  const rows = run.stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)).map((r) =>
    tool === 'looplint' ? { ...r, flagged: r.attack !== null, ms: r.us / 1000 } : r);
  results[tool] = { rows, seconds: (performance.now() - start) / 1000 };
  console.error(`${tool}: ${rows.filter((r) => r.flagged).length} of ${rows.length} flagged, ${results[tool].seconds.toFixed(1)} s`);
}

// A pattern is slow when some attack that a tool names makes V8 slow.
const oracle = new Oracle();
const truth = new Map();
for (const p of patterns) {
  const attacks = [];
  for (const tool of tools) {
    const r = results[tool].rows[p.id];
    if (!r?.attack) continue;
    if (r.attack.pumps) {
      // Several pumps become one word: what they pump together.
      const [first, ...rest] = r.attack.pumps;
      attacks.push({ prefix: first.prefix, pump: first.pump, suffix: rest.map((q) => q.prefix + q.pump).join('') + r.attack.suffix });
    } else {
      attacks.push({ ...r.attack, all: r.use === 'all' });
    }
  }
  for (const attack of attacks) {
    const uses = attack.all !== undefined ? [attack.all] : p.flags.includes('g') ? [false, true] : [false];
    for (const all of uses) {
      if (truth.get(p.id)) break;
      const real = await oracle.growth({ ...p, attack, all });
      if (real.kind === 'polynomial' || real.kind === 'exponential') truth.set(p.id, real);
    }
  }
}
oracle.close();

const rows = tools.map((tool) => {
  const { rows: answers, seconds } = results[tool];
  const flagged = answers.filter((r) => r.flagged), right = flagged.filter((r) => truth.has(r.id));
  const ms = answers.map((r) => r.ms).sort((a, b) => a - b), at = (q) => ms[Math.min(ms.length - 1, Math.floor(ms.length * q))] ?? NaN;
  return { tool, flagged: flagged.length, confirmed: right.length, missed: truth.size - right.length,
    precision: (right.length / flagged.length || 0).toFixed(3), recall: (right.length / truth.size || 0).toFixed(3),
    seconds: seconds.toFixed(2), p50: at(0.5).toFixed(2), p99: at(0.99).toFixed(2) };
});
const columns = ['tool', 'flagged', 'confirmed', 'missed', 'precision', 'recall', 'seconds', 'p50', 'p99'];
const table = [`${patterns.length} patterns with a repeat, ${truth.size} slow by V8 ${process.versions.v8} (Node ${process.version})`, '',
  `| ${columns.join(' | ').replace('p50', 'p50 ms').replace('p99', 'p99 ms')} |`, `|${columns.map(() => '---').join('|')}|`,
  ...rows.map((r) => `| ${columns.map((c) => r[c]).join(' | ')} |`)].join('\n');
console.log(table);
const ours = results.looplint?.rows.filter((r) => r.flagged && !truth.has(r.id)) ?? [];
for (const r of ours) console.log(`not confirmed: /${patterns[r.id].pattern}/${patterns[r.id].flags} ${JSON.stringify(r.attack)}`);
if (out) fs.writeFileSync(out, JSON.stringify({ patterns, results, truth: [...truth] }));
