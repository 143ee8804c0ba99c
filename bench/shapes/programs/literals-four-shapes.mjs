// Four hidden classes: still polymorphic.
const one = (v) => ({ v });
const two = (v) => ({ w: 1, v });
const three = (v) => ({ w: 1, u: 2, v });
const four = (v) => ({ w: 1, u: 2, t: 3, v });
const all = [];
for (let i = 0; i < 1000; i++) all.push(one(i), two(i), three(i), four(i));
let sum = 0;
for (const o of all) sum += o.v;
console.log(sum);
