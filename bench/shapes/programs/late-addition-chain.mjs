// Everything is added to every object in one order: one hidden class at the end.
function make(i) {
  const o = {};
  o.a = i;
  o.b = i + 1;
  o.c = i + 2;
  return o;
}
const all = [];
for (let i = 0; i < 3000; i++) all.push(make(i));
let sum = 0;
for (const o of all) sum += o.a + o.b + o.c;
console.log(sum);
