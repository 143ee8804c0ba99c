// Objects of closures: a literal each.
const counter = () => { let n = 0; return { next: () => ++n, reset: () => { n = 0; } }; };
const evens = () => { let n = 0; return { next: () => (n += 2), step: 2 }; };
const odds = () => { let n = -1; return { step: 2, next: () => (n += 2) }; };
const fixed = (v) => ({ value: v, next: () => v });
const powers = () => { let n = 1; return { base: 2, exact: true, next: () => (n = (n * 2) & 0xffff) }; };
const sources = [counter(), evens(), odds(), fixed(3), powers()];
let sum = 0;
for (let i = 0; i < 1000; i++) for (const source of sources) sum += source.next();
console.log(sum);
