// A program parsed with ranges, then walked.
const { parse } = require('./dist/meriyah.cjs');

const code = Array.from({ length: 60 }, (_, i) => `import d${i}, { a as b${i} } from "x"; export class C${i} extends B { #p = ${i}; static async *m({ a, ...r }, [c = 1]) { for await (const x of y) yield* z?.[x] ?? \`t\${a}\`; } }\nfunction f${i}(a, b = 2, ...c) { label: while (a--) { if (b) continue label; else break } try { throw new E(/x/g) } catch { return (-a) ** 2 } finally { switch (b) { case 1: default: delete a.b } } }\nconst o${i} = { a, [b]: 1, get c() { return 1 }, ...d }, g${i} = async (x) => await x, h = (a, b);\n`).join('');
let n = 0;
const walk = (node) => {
  if (!node || typeof node.type !== 'string') return;
  n += node.type.length;
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object') walk(value);
  }
};
for (let i = 0; i < 3; i++) walk(parse(code, { module: true, next: true, ranges: i > 0, loc: i > 1 }));
console.log(n);
