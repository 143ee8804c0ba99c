// Messages of one schema encoded and decoded, by reflection.
const protobuf = require('./index.js');

const { root } = protobuf.parse('syntax = "proto3"; package p; enum Kind { A = 0; B = 1; } message Line { string sku = 1; int32 n = 2; repeated double prices = 3; } message Order { uint64 id = 1; Kind kind = 2; repeated Line lines = 3; map<string, string> labels = 4; bytes raw = 5; oneof who { string name = 6; bool anonymous = 7; } float f = 8; sint32 s = 9; fixed32 x = 10; } service S { rpc Get (Order) returns (stream Line); }');
const Order = root.lookupType('p.Order');
let n = 0;
for (let i = 0; i < 300; i++) {
  const value = { id: i, kind: i % 2, lines: [{ sku: 'a', n: i, prices: [1, 2.5] }, { sku: 'b', n: -i, prices: [] }], labels: { k: 'v', i: String(i) }, raw: Buffer.from([i & 255]), f: 1.5, s: -i, x: i };
  value[i % 3 ? 'name' : 'anonymous'] = i % 3 ? 'z' : true;
  if (Order.verify(value)) throw new Error('bad');
  const bytes = Order.encode(Order.create(value)).finish();
  n += bytes.length + Object.keys(Order.toObject(Order.decode(bytes), { longs: String, enums: String, bytes: String })).length;
}
console.log(n, JSON.stringify(root.toJSON()).length);
