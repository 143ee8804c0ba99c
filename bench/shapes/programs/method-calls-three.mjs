// One call, three classes.
class Add { constructor(n) { this.n = n; } run(x) { return x + this.n; } }
class Sub { constructor(n) { this.n = n; } run(x) { return x - this.n; } }
class Mul { constructor(n) { this.n = n; } run(x) { return x * this.n; } }
const steps = [new Add(3), new Sub(1), new Mul(2)];
let sum = 0;
for (let i = 0; i < 2000; i++) for (const step of steps) sum = step.run(sum) & 0xffff;
console.log(sum);
