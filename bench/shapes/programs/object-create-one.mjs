// One prototype, one hidden class.
const proto = { get() { return this.n + 1; } };
function make(n) { const o = Object.create(proto); o.n = n; return o; }
let sum = 0;
for (let i = 0; i < 3000; i++) sum += make(i).get();
console.log(sum);
