// Machines with guards, nested and parallel states, sent many events.
const { createMachine, createActor, assign, fromPromise } = require('./dist/xstate.cjs.js');

let n = 0;
for (let i = 0; i < 40; i++) {
  const machine = createMachine({ id: `m${i}`, type: 'parallel', context: { count: 0, log: [] }, states: {
    light: { initial: 'green', states: { green: { on: { NEXT: 'yellow' }, entry: assign({ count: ({ context }) => context.count + 1 }) }, yellow: { on: { NEXT: { target: 'red', guard: ({ context }) => context.count < 50 } } }, red: { initial: 'walk', on: { NEXT: 'green' }, states: { walk: { on: { T: 'wait' } }, wait: { on: { T: 'stop' } }, stop: { type: 'final' } } } } },
    load: { initial: 'idle', states: { idle: { on: { GO: 'busy' } }, busy: { invoke: { src: fromPromise(async () => i), onDone: 'idle', onError: 'idle' }, exit: [assign({ log: ({ context }) => [...context.log, i] })] } } },
  } });
  const actor = createActor(machine);
  actor.subscribe((s) => { n += s.context.count; });
  actor.start();
  for (let k = 0; k < 12; k++) for (const type of ['NEXT', 'T', 'GO', 'OTHER']) actor.send({ type, k });
  actor.stop();
}
console.log(n);
