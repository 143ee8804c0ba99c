// Lists, maps, sets, records and lazy sequences of a few hundred entries.
const { List, Map, OrderedMap, Set, Record, Seq, Range, fromJS, Stack, is, merge } = require('./dist/immutable.js');

const Point = Record({ x: 0, y: 0 });
let list = List(), map = Map(), ordered = OrderedMap(), set = Set(), stack = Stack();
for (let i = 0; i < 400; i++) {
  list = list.push(new Point({ x: i, y: -i }));
  map = map.set(`k${i}`, i).update(`k${i >> 1}`, (v) => v + 1);
  ordered = ordered.set(i % 50, list.size);
  set = set.add(i % 70);
  stack = stack.push(i);
}
for (let i = 0; i < 200; i++) map = map.delete(`k${i}`), list = list.set(i, list.get(i).set('x', 7));
const deep = fromJS({ a: { b: [{ c: 1 }, { c: 2 }] }, d: 'x' });
let n = 0;
for (let i = 0; i < 100; i++) n += deep.setIn(['a', 'b', i % 2, 'c'], i).getIn(['a', 'b', i % 2, 'c']);
n += list.map((p) => p.x).filter((x) => x % 2).reduce((a, b) => a + b, 0);
n += map.toSeq().map((v, k) => k.length + v).take(50).toArray().length;
n += Seq(Range(0, 500)).filter((x) => x % 3).map((x) => x * 2).groupBy((x) => x % 5).size;
n += set.union([1, 2, 999]).intersect([1, 999]).size + ordered.sortBy((v) => -v).first() + stack.take(20).size;
n += is(merge(map, { k300: 1 }), map) ? 1 : 0;
n += list.zip(List(Range(0, 400))).groupBy(([p]) => p.x % 3).map((g) => g.size).toList().sort().last();
console.log(n, JSON.stringify(deep).length);
