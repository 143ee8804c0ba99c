// A pipeline: each stage makes its own literal, each callback sees one.
const total = Array.from({ length: 3000 }, (_, i) => ({ i }))
  .map((o) => ({ n: o.i, even: o.i % 2 === 0 }))
  .filter((o) => o.even)
  .map((o) => ({ square: o.n * o.n }))
  .reduce((sum, o) => sum + o.square, 0);
console.log(total);
