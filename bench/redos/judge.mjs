// What looplint says of each pattern of a list, held against real V8 by the attack it names.
//
//   node judge.mjs FILE [--node PATH]...     FILE: {"pattern","flags"} a line, or {"id","vuln","fixed"} of
//   such with `source`, as lists of published vulnerabilities have them: then found and flagged are counted, and the truth
//   that stands there ("oracleVuln") is used for what looplint calls linear
//
// Each flagged pattern is run with growing attacks in every Node named (by default the one that runs this).
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Oracle } from './oracle.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { looplint: { type: 'string' }, node: { type: 'string', multiple: true }, child: { type: 'boolean' } },
});

if (values.child) {
  const oracle = new Oracle();
  for (const job of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    const { kind, degree, points } = await oracle.growth(job);
    console.log(JSON.stringify({ kind, degree, last: points?.at(-1) ?? null }));
  }
  oracle.close();
  process.exit(0);
}

const looplint = values.looplint ?? path.resolve(import.meta.dirname, '../../build/release/looplint');
const rows = fs.readFileSync(positionals[0], 'utf8').trim().split('\n').map(JSON.parse);
const patterns = rows.flatMap((row) => row.vuln || row.fixed
  ? ['vuln', 'fixed'].filter((side) => row[side]).map((side) => ({ ...row[side], pattern: row[side].source, side, name: row.pkg ?? row.id, truth: side === 'vuln' ? row.oracleVuln?.cls : null }))
  : [{ pattern: row.pattern ?? row.source, flags: row.flags, side: 'pattern', name: row.id, truth: row.truth ?? null }]);
const ran = spawnSync(looplint, ['regex', '--jsonl'], { input: patterns.map((p, id) => JSON.stringify({ id, pattern: p.pattern, flags: p.flags ?? '' })).join('\n'), maxBuffer: 1 << 30 });
const answers = String(ran.stdout).trim().split('\n').map(JSON.parse);
const flagged = answers.filter((a) => a.attack !== null);
const jobs = flagged.map((a) => ({ pattern: patterns[a.id].pattern, flags: patterns[a.id].flags ?? '', attack: a.attack, all: a.use === 'all' }));
const nodes = values.node ?? [process.execPath];
const judged = nodes.map((node) => {
  const out = spawnSync(node, [import.meta.filename, '--child'], { input: JSON.stringify(jobs), maxBuffer: 1 << 28 });
  return jobs.length === 0 ? [] : String(out.stdout).trim().split('\n').map(JSON.parse);
});

const wrong = new Map();
flagged.forEach((a, i) => {
  const p = patterns[a.id];
  const growths = judged.map((of) => of[i]);
  const holds = growths.every((g) => g.kind === a.verdict || (a.before && g.kind === 'linear'));
  if (!holds) wrong.set(a.id, growths);
  if (p.side === 'vuln' && holds) return;
  const text = p.pattern.length > 60 ? `${p.pattern.slice(0, 57)}...` : p.pattern;
  console.log(`${holds ? 'true ' : 'WRONG'} ${p.side} ${p.name ?? ''} /${text}/${p.flags ?? ''}: ${a.verdict}${a.degree > 1 ? ` ${a.degree}` : ''}, ${JSON.stringify(a.attack)}; ` +
    growths.map((g) => `${g.kind}${g.degree > 1 ? ` ${g.degree}` : ''}${g.last ? `, ${g.last[1]} characters ${g.last[2].toFixed(0)} ms` : ''}`).join('; '));
});
for (const side of ['pattern', 'vuln', 'fixed']) {
  const of = answers.filter((a) => patterns[a.id].side === side);
  if (of.length === 0) continue;
  const hit = of.filter((a) => a.attack !== null);
  const slow = of.filter((a) => ['polynomial', 'exponential'].includes(patterns[a.id].truth));
  const missed = slow.filter((a) => a.attack === null);
  for (const a of missed) console.log(`MISSED ${side} ${patterns[a.id].name}: /${patterns[a.id].pattern.slice(0, 100)}/`);
  console.log(`${side}: ${of.length}, flagged ${hit.length}, of these wrongly by V8 ${hit.filter((a) => wrong.has(a.id)).length}` +
    (slow.length > 0 ? `; known to be slow ${slow.length}, missed ${missed.length}` : ''));
}
