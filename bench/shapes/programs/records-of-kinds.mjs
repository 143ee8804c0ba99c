// Events of seven kinds in one queue.
const opened = (t) => ({ t, door: 1 });
const closed = (t) => ({ t, door: 1, slam: true });
const rang = (t) => ({ bell: 1, t });
const lit = (t) => ({ lamp: 1, level: 3, t });
const moved = (t) => ({ from: 1, to: 2, t });
const heard = (t) => ({ t, noise: 'x', level: 2 });
const queue = [];
for (let i = 0; i < 500; i++) queue.push(opened(i), closed(i), rang(i), lit(i), moved(i), heard(i));
function latest(events) { let max = 0; for (const event of events) if (event.t > max) max = event.t; return max; }
console.log(latest(queue));
