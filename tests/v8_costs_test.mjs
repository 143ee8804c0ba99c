// Rules on what V8 does say of which V8 it is known, and one that costs less than 1.2 times in every Node measured
// (bench/shapes/README.md, "What each pattern costs") is not on by default.
import assert from 'node:assert/strict';
import fs from 'node:fs';

const root = new URL('../', import.meta.url);
const read = (path) => fs.readFileSync(new URL(path, root), 'utf8');

const measured = {}; // by rule: how many times slower, of each pattern the most of any Node
for (const [, rule, times] of read('bench/shapes/README.md').matchAll(/^\| ([a-z-]+): [^|]*\|([\d.| ]+)\|$/gm)) {
  (measured[rule] ??= []).push(Math.max(...times.split('|').map(Number)));
}
const rules = fs.readdirSync(new URL('rules/v8', root)).filter((name) => name.endsWith('.cc')).map((name) => name.slice(0, -3));
assert.ok(rules.length > 5);
for (const rule of rules) {
  const text = read(`rules/v8/${rule}.cc`);
  assert.ok(measured[rule], `${rule} is not measured`);
  assert.match(read(`rules/v8/${rule}.md`), /\bV8 1\d\.\d/, `${rule} does not say of which V8 it speaks`);
  if (/\.on_by_default = false/.test(text)) continue;
  for (const times of measured[rule]) assert.ok(times >= 1.2, `${rule} is on by default and costs ${times} times`);
}
console.log(`${rules.length} rules, ${Object.values(measured).flat().length} patterns`);
