// looplint beside other detectors, judged by the V8 that runs this. See README.md.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Oracle } from './oracle.mjs';
import { table } from './table.mjs';

const { values: opt } = parseArgs({
  options: {
    patterns: { type: 'string' },
    sample: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    tools: { type: 'string', default: 'looplint,recheck,recheck-js,redos-detector,safe-regex2,eslint-plugin-regexp' },
    'tool-seconds': { type: 'string', default: '1500' },
    'oracle-seconds': { type: 'string', default: '3600' },
    looplint: { type: 'string', default: fileURLToPath(new URL('../../build/release/looplint', import.meta.url)) },
    output: { type: 'string' },
    from: { type: 'string' }, // what --output wrote: the tools' answers are those, and are judged again
    again: { type: 'string', default: '' }, // with --from: tools that are run again
  },
});
const tools = opt.tools.split(',');
const progress = (text) => process.stderr.write(`bench/redos: ${text}\n`);

let seed = Number(opt.seed);
const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x7fffffff;
const earlier = opt.from ? JSON.parse(fs.readFileSync(opt.from, 'utf8')) : null;
const known = earlier?.patterns ?? fs.readFileSync(opt.patterns, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
// Without a repeat there is nothing to find and nothing to compare.
const repeating = known.filter((p) => /[*+{]/.test(p.pattern.replace(/\\./g, '')));
const patterns = earlier?.patterns ?? repeating
  .map((p) => ({ ...p, order: random() }))
  .sort((a, b) => a.order - b.order)
  .slice(0, Number(opt.sample))
  .map(({ pattern, flags }, id) => ({ id, pattern, flags: flags ?? '' }));

// ---- the tools, one after the other

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'looplint-redos-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

// One run of a tool over `some`; ends by itself or when the time is up.
function once(tool, some, seconds) {
  const input = path.join(scratch, 'in'), output = path.join(scratch, 'out');
  fs.writeFileSync(input, some.map((p) => JSON.stringify(p)).join('\n') + '\n');
  const command = tool === 'looplint'
    ? [opt.looplint, 'regex', '--jsonl']
    : [process.execPath, '--max-old-space-size=1024', fileURLToPath(new URL('detect.mjs', import.meta.url)), tool];
  const files = [fs.openSync(input, 'r'), fs.openSync(output, 'w'), 'ignore'];
  return new Promise((resolve) => {
    // Its own group: recheck's native half is a process of its own.
    const child = spawn(command[0], command.slice(1), { stdio: files, detached: true });
    const stop = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {} // nobody is left
    };
    const timer = setTimeout(stop, seconds * 1000);
    child.on('exit', () => {
      clearTimeout(timer);
      stop();
      files.slice(0, 2).forEach((f) => fs.closeSync(f));
      resolve(fs.readFileSync(output, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line)));
    });
  });
}

const results = earlier?.results ?? {};
const again = opt.again.split(',').filter(Boolean);
for (const tool of earlier ? again : tools) {
  const start = performance.now(), elapsed = () => (performance.now() - start) / 1000;
  const rows = [];
  // A detector that dies of a pattern goes on after it.
  while (rows.length < patterns.length && elapsed() < Number(opt['tool-seconds'])) {
    rows.push(...await once(tool, patterns.slice(rows.length), Number(opt['tool-seconds']) - elapsed()));
    if (rows.length < patterns.length && elapsed() < Number(opt['tool-seconds'])) rows.push({ id: rows.length, flagged: false, error: 'died', ms: NaN });
  }
  for (const r of rows) {
    if (tool === 'looplint') Object.assign(r, { flagged: r.attack !== null, ms: r.us / 1000 });
  }
  results[tool] = { rows, seconds: elapsed() };
  progress(`${tool}: ${rows.filter((r) => r.flagged).length} of ${rows.length} flagged, ${elapsed().toFixed(1)} s`);
}

for (const tool of tools) {
  for (const r of results[tool].rows) if (r.unjudged) r.flagged = true;
}

// ---- the truth: a pattern is slow when some attack makes V8 slow

// Attacks on what is flagged without one: characters the pattern names, repeated.
function plain(pattern) {
  const named = [...new Set(pattern.replace(/\\[dDsSwWbBpPkuxc]/g, ''))].slice(0, 12);
  const out = [];
  for (const pump of new Set([...named, 'a', 'A', '0', ' ', '\n', '\t', '-', '.', 'ab', 'a0', 'a '])) {
    for (const prefix of ['', 'x']) {
      for (const suffix of ['', '\u0000', 'x\n']) out.push({ prefix, pump, suffix });
    }
  }
  return out;
}

const oracle = new Oracle(), truth = new Map();
const started = performance.now();
let judged = 0, unjudged = 0;
const slow = (real) => real.kind === 'polynomial' || real.kind === 'exponential';
for (const p of patterns) {
  const flags = tools.filter((tool) => results[tool].rows[p.id]?.flagged);
  if (flags.length === 0) continue;
  if ((performance.now() - started) / 1000 > Number(opt['oracle-seconds'])) {
    unjudged++;
    for (const tool of flags) Object.assign(results[tool].rows[p.id], { flagged: null, unjudged: true });
    continue;
  }
  judged++;
  const growth = (attack, all) => oracle.growth({ ...p, attack, all, budget: 900, enough: 100 });
  const modes = p.flags.includes('g') ? [false, true] : [false];
  search: {
    for (const tool of flags) {
      const r = results[tool].rows[p.id];
      if (!r.attack) continue;
      for (const all of r.use !== undefined ? [r.use === 'all'] : modes) {
        const real = await growth(r.attack, all);
        r.real = real.kind;
        if (!slow(real)) continue;
        truth.set(p.id, { kind: real.kind, degree: real.degree, by: tool });
        break search;
      }
    }
    const attacks = plain(p.pattern);
    for (const all of modes) {
      for (const i of (await oracle.screen({ ...p, attacks, all })).slice(0, 3)) {
        const real = await growth(attacks[i], all);
        if (!slow(real)) continue;
        truth.set(p.id, { kind: real.kind, degree: real.degree, by: 'plain', attack: attacks[i] });
        break search;
      }
    }
  }
}
oracle.close();
progress(`${judged} flagged patterns judged in ${((performance.now() - started) / 1000).toFixed(0)} s, ${unjudged} not`);

const run = {
  about: earlier && !unjudged ? earlier.about.replace(/; \d+ flagged.*/, '') : `${patterns.length} of ${repeating.length} patterns with a repeat (${known.length} in all), V8 ${process.versions.v8} (Node ${process.version}), ` +
    `${os.cpus()[0].model}, ${os.availableParallelism()} cores${unjudged ? `; ${unjudged} flagged ones left out for time` : ''}`,
  tools, patterns, results, truth: [...truth],
};
if (opt.output) fs.writeFileSync(opt.output, JSON.stringify(run));
console.log(table(run));
