// All are frozen alike.
const make = (i) => { const o = { id: i, name: 'n' }; Object.freeze(o); return o; };
const all = [];
for (let i = 0; i < 3000; i++) all.push(make(i));
let sum = 0;
for (const o of all) sum += o.id;
console.log(sum);
