// A module minified with compression, names shortened and a source map.
import { minify } from './main.js';

const code = Array.from({ length: 40 }, (_, i) => `export class C${i} extends Base { #p = ${i}; static s = 1; get x() { return this.#p } async *go(a = 1, { b, ...c }, [d, , e]) { for await (const f of a) yield* g(f ?? b); try { if (a > ${i}) { return c?.d[e] } else { do { a-- } while (a) } } catch { throw new Error(\`x\${a}\`) } finally { switch (d) { case 1: break; default: a = b ? 1 : 2 } } } }\nconst f${i} = (x) => { var y = x + ${i} * 2, z = typeof x === "string" && !x.length; function inner() { return y } label: for (let k in x) { if (k) continue label; delete x[k] } return inner() + (z ? /re/g.test(x) : void 0) };\nif (f${i}(1)) console.log({ a: f${i}, ["b"]: 2, c() {} }, new Map([[1, 2]]));\n`).join('');
minify(code, { module: true, sourceMap: true, compress: { passes: 2 } }).then((r) => console.log(r.code.length, r.map.length));
