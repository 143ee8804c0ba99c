// What is deleted differs, and each maker has its own root.
class Session { constructor(i) { this.id = i; this.user = 'u'; this.token = 't'; } }
class Guest { constructor(i) { this.id = i; this.from = 'x'; this.token = 't'; } }
class Robot { constructor(i) { this.kind = 'r'; this.id = i; this.token = 't'; } }
const all = [];
for (let i = 0; i < 1500; i++) {
  const s = new Session(i), g = new Guest(i), r = new Robot(i);
  if (i % 2) { delete s.user; delete g.from; delete r.kind; }
  all.push(s, g, r);
}
let sum = 0;
for (const o of all) sum += o.id;
console.log(sum);
