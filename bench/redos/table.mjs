// The table of a run, and what looplint got wrong in it. `node table.mjs FILE` prints it again from what --output wrote.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

export function table({ about, tools, patterns, results, truth: list }) {
  const truth = new Map(list);
  const rows = (tools ?? Object.keys(results)).map((tool) => {
    const { rows: answers, seconds } = results[tool];
    const flagged = answers.filter((r) => r.flagged), right = flagged.filter((r) => truth.has(r.id));
    const missed = [...truth.keys()].filter((id) => id < answers.length && !answers[id].flagged).length;
    const ms = answers.map((r) => r.ms).filter(Number.isFinite).sort((a, b) => a - b);
    const at = (q) => ms[Math.min(ms.length - 1, Math.floor(ms.length * q))] ?? NaN;
    return { tool, answered: answers.length, flagged: flagged.length, true: right.length, missed,
      precision: (right.length / flagged.length || 0).toFixed(3), recall: (right.length / (right.length + missed) || 0).toFixed(3),
      seconds: (ms.reduce((a, b) => a + b, 0) / 1000).toFixed(2), 'with start-up': seconds.toFixed(1),
      'p50 ms': at(0.5).toFixed(3), 'p99 ms': at(0.99).toFixed(2), 'max ms': (ms.at(-1) ?? NaN).toFixed(0) };
  });
  const columns = Object.keys(rows[0]);
  const kinds = [...truth.values()].reduce((n, t) => ({ ...n, [t.kind]: (n[t.kind] ?? 0) + 1 }), {});
  const out = [`${about ?? `${patterns.length} patterns`}: ${truth.size} are slow (${Object.entries(kinds).map(([k, n]) => `${n} ${k}`).join(', ')})`, '',
    `| ${columns.join(' | ')} |`, `|${columns.map(() => '---').join('|')}|`,
    ...rows.map((r) => `| ${columns.map((c) => r[c]).join(' | ')} |`)];
  for (const r of results.looplint?.rows ?? []) {
    const { pattern, flags } = patterns[r.id];
    if (r.flagged && !truth.has(r.id)) out.push(`not confirmed: /${pattern}/${flags} ${JSON.stringify(r.attack)}`);
    if (r.flagged === false && truth.has(r.id)) out.push(`missed: /${pattern}/${flags} ${JSON.stringify(truth.get(r.id))}`);
  }
  return out.join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(table(JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))));
