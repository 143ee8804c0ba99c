// TypeScript, JSX and Flow compiled to CommonJS.
const { transform, getFormattedTokens } = require('./dist/index.js');

const ts = Array.from({ length: 15 }, (_, i) => `import { a as b${i}, type T } from './m${i}';\nexport abstract class C${i}<T extends object = {}> extends Base${i} implements I { private readonly x: number = ${i}; static #y?: string; constructor(public a: string, protected b?: number) { super(); } get z(): T | undefined { return this.a! as unknown as T; } async *gen<U>(x: U): AsyncGenerator<U> { yield* [x]; } }\nenum E${i} { A = 1, B = 'b', C }\ndeclare module 'q' { export const r: number }\nnamespace N {}\nexport type F${i} = (x: number, ...rest: string[]) => asserts x is number;\nconst f${i} = async <T,>({ p = 1, ...q }: { p?: number }, [r, , s]: number[] = []): Promise<void> => { for (const x of y) { if (x?.y?.[0] ?? z) break; else continue; } label: while (true) { try { throw new Error(\`t\${p}\`); } catch { switch (p) { case 1: default: } } } };\nexport default function g${i}(this: Window, x?: string) { return x satisfies string; }`.replace('export default', i ? '' : 'export default')).join('\n');
const jsx = Array.from({ length: 15 }, (_, i) => `const e${i} = <><Comp.Sub {...props} key="k" onClick={() => set(${i})} title="a &amp; b">{list.map((x) => <li key={x.id}>{x.name} text</li>)}{/* c */}</Comp.Sub></>;`).join('\n');
let n = 0;
for (let i = 0; i < 6; i++) {
  n += transform(ts, { transforms: ['typescript', 'imports'], filePath: 'a.ts', sourceMapOptions: { compiledFilename: 'a.js' } }).code.length;
  n += transform(jsx, { transforms: ['jsx', 'imports', 'react-hot-loader'], jsxRuntime: i % 2 ? 'automatic' : 'classic', filePath: 'a.jsx' }).code.length;
  n += transform('// @flow\nimport type { A } from "a"; type B = ?number;\nexport function f<T>(x: T, y?: number): T { return (x: any); }\n'.repeat(10).replace(/function f/g, () => `function f${n++}`), { transforms: ['flow', 'imports'] }).code.length;
}
n += getFormattedTokens(jsx, { transforms: ['jsx'] }).length;
console.log(n);
