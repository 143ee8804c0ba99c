// Parses its own bundle, as a script and as a module, with locations and without.
import fs from 'node:fs';
import { parse, tokenizer } from './dist/acorn.mjs';

const source = fs.readFileSync(new URL('./dist/acorn.mjs', import.meta.url), 'utf8');
for (const locations of [false, true]) parse(source, { ecmaVersion: 2022, sourceType: 'module', locations });
parse('async function f(...a) { for await (const { x = 1, ...y } of a) { class A extends B { #p = 1; static { this.q ??= x?.y; } get z() { return `${x}`; } } } }', { ecmaVersion: 2022 });
let n = 0;
for (const token of tokenizer(source, { ecmaVersion: 2022, sourceType: 'module' })) n += token.end - token.start;
console.log(n);
