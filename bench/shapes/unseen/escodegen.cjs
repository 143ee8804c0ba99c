// Programs of all kinds of syntax, written from their trees in several formats.
const fs = require('fs');
const path = require('path');
const escodegen = require('./escodegen.js');
const { parse } = require(path.join(__dirname, '../../node_modules/acorn'));

const sources = [fs.readFileSync(path.join(__dirname, 'escodegen.js'), 'utf8'),
  'class A extends B { constructor(...a) { super(...a); } get x() { return this._p; } async *gen() { yield* a; await b; } }',
  'label: for (const [a, { b = 1, ...c }] of d) { if (a?.b ?? c) continue label; else break; } do { x **= 2; } while (x < `t${a}u${b}`); switch (x) { case 1: y(); default: z(); } try { throw new E(); } catch { } finally { var r = /x+/g; }',
  'const f = async ({ a, b: [c] }, d = (1, 2), ...e) => ({ a, [c]: d, get q() { return 1; }, m() {}, ...e }); delete x.y, void 0, typeof z; a = b ? c : d; (function () {})(); new (foo())(); tag`x${1}`; import("m");'];
let n = 0;
for (let i = 0; i < 3; i++) {
  for (const source of sources) {
    const tree = parse(source, { ecmaVersion: 2022, sourceType: 'script' });
    for (const format of [undefined, { compact: true, semicolons: false }, { indent: { style: '\t' }, quotes: 'double', parentheses: false }]) n += escodegen.generate(tree, format ? { format } : undefined).length;
  }
}
console.log(n);
