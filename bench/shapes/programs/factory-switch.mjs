// A factory with a switch gives six kinds of nodes.
function node(kind, i) {
  switch (kind) {
    case 0: return { type: 'num', value: i };
    case 1: return { type: 'str', text: String(i) };
    case 2: return { type: 'add', left: i, right: i };
    case 3: return { type: 'neg', operand: i, fast: true };
    case 4: return { type: 'call', callee: i, args: [] };
    default: return { type: 'nil' };
  }
}
const nodes = [];
for (let i = 0; i < 3000; i++) nodes.push(node(i % 6, i));
const counts = new Map();
for (const n of nodes) counts.set(n.type, (counts.get(n.type) ?? 0) + 1);
console.log(counts.size);
