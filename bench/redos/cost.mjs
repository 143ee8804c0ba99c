// What patterns made to be dear cost to analyze: counted repeats of many sizes in many places, and patterns of up to half a
// megabyte of many kinds. CPU time as looplint measures it.
//
//   node bench/redos/cost.mjs [--patterns FILE] [--show 10]     FILE: {"pattern","flags"} a line, measured instead
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { looplint: { type: 'string' }, patterns: { type: 'string' }, show: { type: 'string', default: '5' } } });
const looplint = values.looplint ?? path.resolve(import.meta.dirname, '../../build/release/looplint');

function counted() {
  const bodies = ['a', '[ab]', '(?:a|b)', '\\w', '(?:ab)', '(?:a?)', '(?:a*)', '(?:a+b?)', '(?:\\w+\\s)', '(?<=a)', '(?:a{3})',
    '\\p{L}', '.', '(a)', '(?:(?=a)a)', '(?:a{50})'];
  const counts = ['{2300}', '{2300}?', '{2300,}', '{0,2300}', '{0,2300}?', '{1,1000}', '{500,1000}', '{65}', '{64,128}', '{100}', '{300}',
    '{4000}', '{8000}', '{10000}', '{5000,10000}', '{16000}', '{19000}?', '{0,19000}', '{100000}'];
  const around = [['', ''], ['^', '$'], ['', '!'], ['a*', 'a*b'], ['(?<=', 'b)c'], ['(x+x+)+y|', ''], ['(?:', '|b)+c'], ['(', '\\1)'],
    ['(?=', 'x)a*'], ['(?:', '\\s)*$'], ['(', ')\\1+']];
  return bodies.flatMap((b) => counts.flatMap((c) => around.map(([l, r]) => ({ pattern: l + b + c + r, flags: b === '\\p{L}' ? 'u' : '' }))));
}

function long() {
  const units = ['a', 'a*', 'a+b', '(a)', '(?:a)', '(?=a)', '(?<=a)', '(?!a)b', '[a-z]', '[^x]*', '\\d', '\\w+\\s', 'a|', 'ab|', 'abc|abd|', '(a|', '(',
    '(?:', '[', '\\', '.', '.*', 'a{2}', 'a{1000}', 'a{0,5}', '\\1', '(a)\\1', '\\u{61}', '\\u0061', '\\x61', '\\cA', '^', '$', '\\b', '(?i:k)', '\u{1f600}',
    '\u4e00'];
  const sets = ['\\p{L}', '\\p{L}+', '\\P{Lu}*', '[\\p{L}--\\p{Lu}]', '[[a-z]&&[aeiou]]', '[\\q{ab|cd}]', '\\p{RGI_Emoji}', '\\p{RGI_Emoji}*', '[^\\p{L}]', '[', '(?<n>a)|'];
  const out = [];
  for (const size of [1000, 10000, 69000, 300000, 524288]) {
    const fill = (u) => u.repeat(Math.floor(size / u.length));
    for (const u of units) out.push({ pattern: fill(u), flags: '' }, { pattern: fill(u), flags: 'iu' });
    for (const u of sets) out.push({ pattern: fill(u), flags: 'v' }, { pattern: fill(u), flags: 'iv' });
  }
  return out;
}

function measure(name, patterns) {
  const ran = spawnSync(looplint, ['regex', '--jsonl'], { input: patterns.map((p, id) => JSON.stringify({ ...p, id })).join('\n'), maxBuffer: 1 << 30 });
  const answers = String(ran.stdout).trim().split('\n').map(JSON.parse);
  const us = answers.map((a) => a.us).sort((a, b) => a - b);
  const at = (q) => (us[Math.min(us.length - 1, Math.floor(us.length * q))] / 1000).toFixed(2);
  const verdicts = {};
  for (const a of answers) verdicts[a.verdict] = (verdicts[a.verdict] ?? 0) + 1;
  console.log(`${name}: ${us.length} patterns, ${(us.reduce((a, b) => a + b, 0) / 1e6).toFixed(1)} s; ms: p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`);
  console.log(`  ${Object.entries(verdicts).map(([v, n]) => `${n} ${v}`).join(', ')}`);
  for (const a of answers.toSorted((x, y) => y.us - x.us).slice(0, Number(values.show))) {
    const { pattern, flags } = patterns[a.id];
    console.log(`  ${(a.us / 1000).toFixed(1)} ms  ${pattern.length > 70 ? `${pattern.slice(0, 60)}... (${pattern.length})` : pattern}  ${flags ?? ''}  ${a.verdict} ${a.error ?? ''}`);
  }
}

if (values.patterns) {
  measure(values.patterns, fs.readFileSync(values.patterns, 'utf8').trim().split('\n').map(JSON.parse));
} else {
  measure('counted repeats', counted());
  measure('long patterns', long());
}
