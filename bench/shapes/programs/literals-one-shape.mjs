// Points from one place: one hidden class everywhere.
const points = [];
for (let i = 0; i < 3000; i++) points.push({ x: i, y: i * 2 });
let sum = 0;
for (const p of points) sum += p.x + p.y;
console.log(sum);
