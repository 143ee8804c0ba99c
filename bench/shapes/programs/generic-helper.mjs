// A helper used by everybody becomes megamorphic; its callers stay monomorphic.
const idOf = (thing) => thing.id;
const a = { id: 1, a: 1 };
const b = { b: 1, id: 2 };
const c = { c: 1, cc: 1, id: 3 };
const d = { id: 4, d: 1, dd: 2 };
const e = { e: 1, ee: 2, eee: 3, id: 5 };
let sum = 0;
for (let i = 0; i < 600; i++) {
  sum += idOf(a) + idOf(b) + idOf(c) + idOf(d) + idOf(e);
  sum += a.id + b.id + c.id;
}
console.log(sum);
