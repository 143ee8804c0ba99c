// What the V8 that runs this really does with an attack: time for growing n, by CPU, in a process of its own that can be
// killed. growth({pattern, flags, attack: {prefix, pump, suffix}, all}) -> {kind, degree, points: [[n, length, ms]]}, kind one of
// linear, polynomial, exponential, or unknown when it had to be killed. `all`: every match, as String#match with g takes them; or 'split'. An attack may have
// several pumps, {pumps: [{prefix, pump}], suffix}, each repeated n times. `budget`: ms of CPU in all; `enough`: where it stops.
// screen({pattern, flags, attacks, all}) -> indexes of the attacks that take long with many pumps: cheap, to choose by.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const self = fileURLToPath(import.meta.url);

// Flat, and of bytes where it can be: V8 has code for each kind of string.
function flat(text) {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 255) return Buffer.from(text, 'utf16le').toString('utf16le');
  }
  return Buffer.from(text, 'latin1').toString('latin1');
}

function slope(points, x) {
  const n = points.length, xs = points.map(x), ys = points.map((p) => Math.log(p[2]));
  const mx = xs.reduce((a, b) => a + b) / n, my = ys.reduce((a, b) => a + b) / n;
  let xy = 0, xx = 0;
  for (let i = 0; i < n; i++) {
    xy += (xs[i] - mx) * (ys[i] - my);
    xx += (xs[i] - mx) ** 2;
  }
  return xy / xx;
}

function build(attack, n) {
  if (!attack.pumps) return flat(attack.prefix + attack.pump.repeat(n) + attack.suffix);
  return flat(attack.pumps.map((p) => p.prefix + p.pump.repeat(n)).join('') + attack.suffix);
}

function screen({ pattern, flags, attacks, all, longest = 1 << 14 }) {
  const script = new vm.Script('__run()'), re = new RegExp(pattern, flags), slow = [];
  for (const [i, attack] of attacks.entries()) {
    const text = build(attack, Math.max(1, Math.floor(longest / build(attack, 1).length)));
    globalThis.__run = () => {
      re.lastIndex = 0;
      return all ? text.match(re) : re.exec(text);
    };
    const start = process.cpuUsage();
    try {
      script.runInThisContext({ timeout: 300 });
      const { user, system } = process.cpuUsage(start);
      if (user + system > 20000) slow.push(i);
    } catch {
      slow.push(i);
    }
  }
  return slow;
}

function measure({ pattern, flags, attack, all, budget = 2500, enough = 400, longest = 1 << 19 }) {
  const script = new vm.Script('__run()');
  const cpu = () => {
    const u = process.cpuUsage();
    return (u.user + u.system) / 1000;
  };
  const re = new RegExp(pattern, flags);
  const points = [];
  let spent = 0, cut = 0;
  for (let n = 1; spent < budget; n = Math.max(n + 1, Math.ceil(n * 1.3))) {
    const text = build(attack, n);
    if (text.length > longest) break;
    globalThis.__run = () => {
      re.lastIndex = 0;
      return all === 'split' ? text.split(re) : all ? text.match(re) : re.exec(text);
    };
    // The limit is one of wall time: on a busy machine it may end what has hardly run.
    const once = (timeout) => {
      const start = cpu();
      try {
        script.runInThisContext({ timeout });
      } catch (error) {
        if (error.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT' || cpu() - start > 1000 || timeout > 60000) throw error;
        return once(timeout * 4);
      }
      return cpu() - start;
    };
    let ms;
    try {
      if (n === 1) for (let i = 0; i < 4; i++) once(5000);
      ms = once(5000);
      // Short runs repeat: the clock and what V8 compiles weigh more than they.
      if (ms < 2) {
        const repeats = ms < 0.2 ? 40 : 8;
        const start = cpu();
        for (let i = 0; i < repeats; i++) globalThis.__run();
        const total = cpu() - start;
        ms = Math.min(ms, total / repeats);
        spent += total;
      }
    } catch (error) {
      if (error.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') break; // V8's backtrack stack is full
      cut = n;
      break;
    }
    spent += ms;
    points.push([n, text.length, Math.max(ms, 1e-4)]);
    if (ms > enough) break;
  }
  const last = points.at(-1);
  if (!last) return { kind: cut ? 'exponential' : 'linear', degree: 0, points };
  const above = points.filter((p) => p[2] > Math.max(0.004, last[2] / enough)).slice(-10);
  // An exponential leaves few points between too fast and too slow.
  const tail = above.length >= 3 ? above : points.filter((p) => p[2] > 0.004).slice(-4);
  if (cut && (cut <= last[0] + 3 || last[2] < 100) && cut < 400) return { kind: 'exponential', degree: 0, points };
  // One more pump, and a hundred times the time: there is nothing between.
  const leaps = points.length > 1 && last[2] > 50 && last[2] > 100 * points.at(-2)[2] && last[0] === points.at(-2)[0] + 1;
  if (tail.length < 3) return { kind: cut || leaps ? 'exponential' : 'linear', degree: 1, points };
  const log = (p) => Math.log(p[0]);
  const half = Math.floor(tail.length / 2);
  const late = slope(tail.slice(half - 1), log), early = slope(tail.slice(0, half + 1), log);
  if (late > 12 || (late > 5 && late > early * 1.25)) return { kind: 'exponential', degree: 0, points };
  const top = points.filter((p) => p[0] >= last[0] / 4).slice(-6);
  const degree = top.length >= 3 ? slope(top, log) : late;
  const slow = degree >= 1.6 && last[2] > 2;
  return { kind: slow ? 'polynomial' : 'linear', degree: slow ? Math.max(2, Math.round(degree)) : 1, points };
}

export class Oracle {
  #child = null;
  #wait = null;

  growth(job, limit = 300000) {
    return this.#ask(job, limit);
  }
  async screen(job, limit = 300000) {
    const answer = await this.#ask({ ...job, screen: true }, limit);
    return Array.isArray(answer) ? answer : [];
  }
  #ask(job, limit) {
    this.#child ??= this.#start();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#child?.kill('SIGKILL'), limit);
      this.#wait = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#child.send(job);
    });
  }
  close() {
    this.#child?.kill();
  }
  #start() {
    const child = fork(self, ['--child'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (answer) => this.#wait?.(answer));
    child.on('exit', () => {
      this.#child = null;
      this.#wait?.({ kind: 'unknown', degree: 0, points: [], killed: true });
    });
    return child;
  }
}

if (process.argv[1] === self && process.argv[2] === '--child') {
  process.on('message', (job) => {
    let answer;
    try {
      answer = job.screen ? screen(job) : measure(job);
    } catch (error) {
      answer = { kind: 'invalid', degree: 0, points: [], error: error.message };
    }
    process.send(answer);
  });
}
