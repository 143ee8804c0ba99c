// What each rule's pattern costs: the same work done both ways, each in a process of its own under each Node, the least
// of several repetitions.
//
//   node bench/shapes/speed.mjs [--repeat 7] NODE...
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const N = 20000, ROUNDS = 100;
const sum = (list) => { let s = 0; for (let i = 0; i < list.length; i++) s += list[i].v; return s; };
const fill = (makers) => Array.from({ length: N }, (_, i) => makers[i % makers.length](i));
const read = (makers) => {
  const list = fill(makers);
  return () => sum(list);
};
class K0 { constructor(v) { this.v = v; } run(x) { return x + this.v; } }
class K1 { constructor(v) { this.a = 1; this.v = v; } run(x) { return x + this.v; } }
class K2 { constructor(v) { this.b = 1; this.v = v; } run(x) { return x + this.v; } }
class K3 { constructor(v) { this.c = 1; this.v = v; } run(x) { return x + this.v; } }
class K4 { constructor(v) { this.d = 1; this.v = v; } run(x) { return x + this.v; } }
const calls = (makers) => {
  const list = fill(makers);
  return () => { let s = 0; for (let i = 0; i < list.length; i++) s = list[i].run(s) | 0; return s; };
};
const optional = (always) => {
  class User { constructor(i) { this.id = i; if (always || i % 2) this.name = 'n'; this.v = i; } }
  return read([(i) => new User(i)]);
};
const three = (always) => {
  class User {
    constructor(i) {
      this.id = i;
      if (always || i & 1) this.name = 'n';
      if (always || i & 2) this.mail = 'n';
      if (always || i & 4) this.age = 3;
      this.v = i;
    }
  }
  return read([(i) => new User(i)]);
};
const numbers = (make) => {
  const list = make();
  return () => { let s = 0; for (let i = 0; i < list.length; i++) s += list[i]; return s; };
};
const beyond = (extra) => {
  const list = Array.from({ length: N }, (_, i) => i);
  return () => { let s = 0; for (let i = 0; i < list.length + extra; i++) { const x = list[i]; if (x !== undefined) s += x; } return s; };
};
const add = new Function('return (a, b) => a + b');
const typed = (mixed) => {
  const plus = add();
  if (mixed) for (let i = 0; i < 1000; i++) plus('x', i);
  return () => { let s = 0; for (let i = 0; i < N; i++) s = plus(s, i) | 0; return s; };
};
function leak() { return count(arguments); }
function count(list) { let s = 0; for (let i = 0; i < list.length; i++) s += list[i]; return s; }
function rest(...list) { return count(list); }
function guarded(a) { try { return a + 1; } catch { return 0; } }
function plain(a) { return a + 1; }
const repeat = (f) => () => { let s = 0; for (let i = 0; i < N; i++) s += f(i, 2, 3); return s; };
const many = 1500;
// A queue that is filled and then emptied, by shift() or by an index that moves on.
const drain = (length, shifts) => () => {
  const queue = Array.from({ length }, (_, i) => ({ i }));
  let s = 0;
  if (shifts) while (queue.length > 0) s += queue.shift().i;
  else for (let head = 0; head < queue.length; head++) s += queue[head].i;
  return s;
};

// Rule, what it is about: [as flagged, as advised].
const cases = {
  'megamorphic-access: 5 hidden classes, 1': [() => read([(v) => new K0(v), (v) => new K1(v), (v) => new K2(v), (v) => new K3(v), (v) => new K4(v)]), () => read([(v) => new K0(v)])],
  'megamorphic-call: 5 classes, 1': [() => calls([(v) => new K0(v), (v) => new K1(v), (v) => new K2(v), (v) => new K3(v), (v) => new K4(v)]), () => calls([(v) => new K0(v)])],
  'unstable-shape: 1 optional field, none': [() => optional(false), () => optional(true)],
  'unstable-shape: 3 optional fields, none': [() => three(false), () => three(true)],
  'unstable-shape: 2 orders, 1': [() => read([(v) => ({ v, w: 1 }), (v) => ({ w: 1, v })]), () => read([(v) => ({ v, w: 1 })])],
  'shape-breaking-operation: delete, undefined': [
    () => read([(v) => { const o = { a: 1, b: 2, v }; delete o.a; return o; }]),
    () => read([(v) => { const o = { a: 1, b: 2, v }; o.a = undefined; return o; }])],
  'shape-breaking-operation: property added to some, to all': [
    () => read([(v) => { const o = { a: 1, v }; if (v % 2) o.late = 1; return o; }]),
    () => read([(v) => ({ a: 1, v, late: v % 2 ? 1 : 0 })])],
  'elements-kind: new Array(n), push': [
    () => numbers(() => { const a = new Array(N); for (let i = 0; i < N; i++) a[i] = i; return a; }),
    () => numbers(() => { const a = []; for (let i = 0; i < N; i++) a.push(i); return a; })],
  'elements-kind: delete a[i], undefined': [
    () => numbers(() => { const a = Array.from({ length: N }, (_, i) => i); delete a[5]; return a.map((x) => x); }),
    () => numbers(() => Array.from({ length: N }, (_, i) => i))],
  'elements-kind: i <= a.length, i < a.length': [() => beyond(1), () => beyond(0)],
  'elements-kind: numbers and strings, numbers': [
    () => { const a = Array.from({ length: N }, (_, i) => (i === 3 ? 'x' : i)); return () => { let s = 0; for (let i = 4; i < a.length; i++) s += a[i]; return s; }; },
    () => { const a = Array.from({ length: N }, (_, i) => i); return () => { let s = 0; for (let i = 4; i < a.length; i++) s += a[i]; return s; }; }],
  'mixed-arguments: a + b called with strings too, numbers': [() => typed(true), () => typed(false)],
  'arguments-leak: arguments passed on, ...rest': [() => repeat(leak), () => repeat(rest)],
  'try and catch, none': [() => repeat(guarded), () => repeat(plain)],
  'quadratic-accumulation: [...all, x], push': [
    () => () => { let all = []; for (let i = 0; i < many; i++) all = [...all, i]; return all.length; },
    () => () => { const all = []; for (let i = 0; i < many; i++) all.push(i); return all.length; }],
  'quadratic-accumulation: { ...all, k }, all[k]': [
    () => () => { let all = {}; for (let i = 0; i < 300; i++) all = { ...all, ['k' + i]: i }; return all; },
    () => () => { const all = {}; for (let i = 0; i < 300; i++) all['k' + i] = i; return all; }],
  'shifted-queue: shift() of 1,000, an index': [() => drain(1000, true), () => drain(1000, false)],
  'shifted-queue: shift() of 20,000, an index': [() => drain(20000, true), () => drain(20000, false)],
  'shifted-queue: shift() of 100,000, an index': [() => drain(100000, true), () => drain(100000, false)],
};

if (process.argv[2] === '--one') {
  const [, , , name, which] = process.argv;
  const work = cases[name][Number(which)]();
  const slow = name.startsWith('quadratic') || name.startsWith('shifted');
  for (let i = 0; i < (slow ? 3 : ROUNDS); i++) work();
  let best = Infinity;
  for (let k = 0; k < 5; k++) {
    const from = process.hrtime.bigint();
    for (let i = 0; i < (slow ? 3 : ROUNDS); i++) work();
    best = Math.min(best, Number(process.hrtime.bigint() - from));
  }
  console.log(best);
} else {
  const { values: opt, positionals: nodes } = parseArgs({ allowPositionals: true, options: { repeat: { type: 'string', default: '7' } } });
  const versions = nodes.map((n) => spawnSync(n, ['--version'], { encoding: 'utf8' }).stdout.trim());
  console.log(`| flagged, advised | ${versions.join(' | ')} |\n|---|${nodes.map(() => '---').join('|')}|`);
  for (const name of Object.keys(cases)) {
    const factors = nodes.map((node) => {
      const least = [Infinity, Infinity];
      for (let r = 0; r < Number(opt.repeat); r++) {
        for (const which of [0, 1]) {
          least[which] = Math.min(least[which], Number(spawnSync(node, [fileURLToPath(import.meta.url), '--one', name, String(which)], { encoding: 'utf8' }).stdout));
        }
      }
      return (least[0] / least[1]).toFixed(2);
    });
    console.log(`| ${name} | ${factors.join(' | ')} |`);
  }
}
