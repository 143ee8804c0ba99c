// Objects of six prototypes.
const base = { describe() { return this.n; } };
const protos = { a: { ...base, k: 1 }, b: { ...base, k: 2 } };
const p1 = { get() { return this.n + 1; } };
const p2 = { get() { return this.n + 2; } };
const p3 = { get() { return this.n + 3; } };
const p4 = { get() { return this.n + 4; } };
const p5 = { get() { return this.n + 5; } };
function m1(n) { const o = Object.create(p1); o.n = n; return o; }
function m2(n) { const o = Object.create(p2); o.n = n; return o; }
function m3(n) { const o = Object.create(p3); o.n = n; return o; }
function m4(n) { const o = Object.create(p4); o.n = n; return o; }
function m5(n) { const o = Object.create(p5); o.n = n; return o; }
const all = [];
for (let i = 0; i < 600; i++) all.push(m1(i), m2(i), m3(i), m4(i), m5(i));
let sum = Object.keys(protos).length;
for (const o of all) sum += o.n;
for (const o of all) sum += o.get();
console.log(sum);
