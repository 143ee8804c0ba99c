// Copies with additions: a shape for each.
const base = { id: 0, name: 'n' };
const a = (i) => ({ ...base, a: i });
const b = (i) => ({ ...base, b: i });
const c = (i) => ({ ...base, c: i });
const d = (i) => ({ ...base, d: i });
const e = (i) => ({ ...base, e: i });
const all = [];
for (let i = 0; i < 600; i++) all.push(a(i), b(i), c(i), d(i), e(i));
let sum = 0;
for (const o of all) sum += o.id;
console.log(sum);
