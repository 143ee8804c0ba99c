// Emitters with one, several and one-time listeners.
import EventEmitter from './index.mjs';

class Job extends EventEmitter {
  constructor(id) {
    super();
    this.id = id;
  }
}
let n = 0;
for (let i = 0; i < 300; i++) {
  const e = i % 2 ? new Job(i) : new EventEmitter();
  e.on('data', (a, b, c) => { n += a + (b ?? 0) + (c ?? 0); });
  if (i % 3) e.on('data', function f() { n += this === e ? 1 : 0; }, e);
  e.once('end', () => { n++; });
  for (let k = 0; k < 4; k++) e.emit('data', k, i, 1, 2, 3, 4), e.emit('data', k);
  e.emit('end');
  e.emit('nothing');
  n += e.listenerCount('data') + e.eventNames().length;
  e.removeAllListeners(i % 4 ? 'data' : undefined);
}
console.log(n);
