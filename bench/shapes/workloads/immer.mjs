// A store of orders changed by producers.
import { produce, enablePatches, enableMapSet, produceWithPatches, applyPatches } from './dist/immer.mjs';

enablePatches();
enableMapSet();
let state = { orders: [], byId: {}, stats: { count: 0, sum: 0 }, open: new Set(), names: new Map() };
for (let i = 0; i < 300; i++) {
  state = produce(state, (draft) => {
    const order = { id: i, lines: [{ sku: 'a', n: i }], note: null };
    draft.orders.push(order);
    draft.byId[i] = order;
    draft.stats.count++;
    draft.stats.sum += order.lines[0].n;
    draft.open.add(i);
    draft.names.set(i, { first: `f${i}` });
    if (i % 3 === 0) draft.orders[i >> 1].lines[0].n = 0;
    if (i % 5 === 0) delete draft.byId[i - 5];
  });
}
for (let i = 0; i < 50; i++) {
  const [next, patches, inverse] = produceWithPatches(state, (draft) => { draft.orders[i].note = { text: `n${i}` }; draft.open.delete(i); draft.names.get(i).first = 'x'; });
  state = i % 2 ? applyPatches(next, inverse) : applyPatches(state, patches);
}
console.log(state.stats.count, state.orders.length, state.open.size);
