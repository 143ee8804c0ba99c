// Expressions parsed, simplified and evaluated.
import { Parser } from './dist/index.mjs';

const parser = new Parser({ operators: { assignment: true } });
let n = 0;
for (let i = 0; i < 150; i++) {
  const e = parser.parse(`x = ${i}; sin(x) ^ 2 + max(y, 3 * x) - (y > 2 ? x : -y) + [1, 2, 3][1] + length "abc" and not (x == 3)`);
  n += Math.min(1e6, Number(e.evaluate({ y: i % 7 }))) + e.variables().length + e.simplify({ y: 2 }).toString().length;
  n += Math.min(1e6, parser.evaluate('f(a) = a * 2 ; f(z.w) || 0', { z: { w: i } }));
}
console.log(Math.round(n));
