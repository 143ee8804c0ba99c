// Each form of syntax_forms.json keeps its promise:
//   ok, mended   no error, and the same spans as TypeScript's parser where that accepts the form (`mended`: the
//                grammars alone fail on it)
//   known-limit  we report an error or differ; `reason` says why. A limit that is gone must be moved.
//
//   node syntax_forms_test.mjs --tool PATH
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { reference } from './syntax_reference.mjs';

const { values: args } = parseArgs({ options: { tool: { type: 'string' } } });
const forms = JSON.parse(fs.readFileSync(new URL('./syntax_forms.json', import.meta.url), 'utf8'));
const run = spawnSync(args.tool, ['--forms'],
  { input: forms.map((f) => `${f.language} ${Buffer.byteLength(f.code)}\n${f.code}`).join(''), maxBuffer: 1 << 28 });
const lines = run.stdout.toString().split('\n');
let failures = 0;
const tally = {};
forms.forEach((form, i) => {
  const [errors, ours] = (lines[i] ?? '').split('\t');
  const theirs = reference(form.code, form.language);
  const wrong = [];
  if (errors !== '') wrong.push(`errors ${errors}`);
  if (theirs.errors === 0) {
    const mine = new Set();
    const parts = ours ? ours.split(' ') : [];
    for (let k = 0; k + 2 < parts.length; k += 3) mine.add(`${parts[k]} ${parts[k + 1]} ${parts[k + 2]}`);
    const his = new Set();
    for (const [group, keys] of theirs.spans) {
      for (const key of keys) his.add(`${group} ${Math.floor(key / 0x4000000)} ${key % 0x4000000}`);
    }
    for (const s of his) if (!mine.has(s)) wrong.push(`missing ${s}`);
    for (const s of mine) if (!his.has(s)) wrong.push(`extra ${s}`);
  }
  tally[form.promise] = (tally[form.promise] ?? 0) + 1;
  const limit = form.promise === 'known-limit';
  if (limit ? wrong.length === 0 : wrong.length > 0) {
    failures++;
    console.log(`${form.id} (${form.promise}): ${limit ? 'works now' : wrong.join('; ')}\n    ${form.code}`);
  }
});
console.log(Object.entries(tally).map(([k, v]) => `${v} ${k}`).join(', '));
if (run.status !== 0 || lines.length < forms.length || failures > 0) {
  console.log(`FAILED: ${failures} forms`);
  process.exitCode = 1;
}
