// The answers that real Node 18 to 26 and real TypeScript gave to the questions of resolver/cases.jsonl (written by
// resolver/generate_cases.mjs) against those of `looplint resolve --jsonl`.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask, build, differences, workFolder } from './resolver/cases.mjs';

const tool = process.argv[process.argv.indexOf('--looplint') + 1];
const here = path.dirname(fileURLToPath(import.meta.url));
const { top, work } = workFolder();
const rootOf = (group) => path.join(work, group);
const cases = [];
for (const line of fs.readFileSync(path.join(here, 'resolver/cases.jsonl'), 'utf8').trim().split('\n')) {
  const row = JSON.parse(line);
  if (row.files) build(rootOf(row.group), row.files);
  else cases.push({ ...row, answers: Object.fromEntries(row.answers.flatMap(([subjects, answer]) => subjects.split(' ').map((s) => [s, answer]))) });
}
const subjects = [...new Set(cases.flatMap((c) => Object.keys(c.answers)))].sort();
let asked = 0;
const wrong = [];
for (const subject of subjects) {
  const list = cases.filter((c) => c.answers[subject]);
  asked += list.length;
  wrong.push(...differences(list, subject, ask([tool, 'resolve', '--jsonl'], list, subject, rootOf), rootOf).map((d) => `${subject}: ${d}`));
}
fs.rmSync(top, { recursive: true });
assert.ok(subjects.length >= 6 && asked > 5000, `only ${asked} questions of ${subjects}`);
assert.deepStrictEqual(wrong.slice(0, 20), [], `${wrong.length} of ${asked} answers differ`);
console.log(`${asked} answers agree, of ${subjects.join(', ')}`);
