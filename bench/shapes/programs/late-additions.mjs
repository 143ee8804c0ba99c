// Readers add what they found out, each its own property.
class Entry { constructor(id) { this.id = id; } }
function parse(e) { e.parsed = e.id * 2; return e; }
function score(e) { e.score = e.id % 7; return e; }
function label(e) { e.label = 'l' + e.id; return e; }
function mark(e) { e.marked = true; return e; }
const entries = [];
for (let i = 0; i < 3000; i++) {
  const e = new Entry(i);
  if (i % 5 === 1) parse(e);
  if (i % 5 === 2) score(e);
  if (i % 5 === 3) label(e);
  if (i % 5 === 4) mark(e);
  entries.push(e);
}
let sum = 0;
for (const e of entries) sum += e.id;
console.log(sum);
