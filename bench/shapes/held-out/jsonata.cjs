// Expressions of each kind over a document.
const jsonata = require('./jsonata.js');

const data = { orders: Array.from({ length: 30 }, (_, i) => ({ id: i, who: { name: `n${i}`, tags: ['a', 'b'] }, items: [{ p: i, q: 2 }, { p: 1.5, q: i % 4, note: 'x' }] })) };
const queries = ['orders.items.(p * q)', '$sum(orders.items.p)', 'orders[id > 5 and who.name != "n7"].who.{ "n": name, "t": tags[0] }', 'orders^(>id)[[0..3]].id', '$map(orders, function($o, $i) { $o.id + $i })', 'orders{ $string(id % 3): $count(items) }', '( $f := function($x) { $x < 2 ? 1 : $x * $f($x - 1) }; [1..8].$f($) )', 'orders.who.name ~> $join(", ") ~> $uppercase()', '$.orders.items[q = 2].note', 'orders ~> |who|{ "x": 1 }|', '**.p', 'orders.items.($match("a1b2", /[a-z]\\d/).match)'];
(async () => {
  let n = 0;
  for (let i = 0; i < 6; i++) for (const q of queries) n += JSON.stringify(await jsonata(q).evaluate(data) ?? null).length;
  console.log(n);
})();
