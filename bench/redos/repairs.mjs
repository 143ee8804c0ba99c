// The repairs of a list of patterns, judged by the V8 that runs this: the same matches in 10,000 texts, made by walking
// the pattern's own syntax tree (as regexpp reads it), and less time for the attack.
//
//   node bench/redos/repairs.mjs LIST [--texts 10000] [--show]      LIST: {"pattern","flags"} a line
//
// Compared are where matches begin and end, one after the other (but for repairs that are "once": the first), and what
// groups capture unless the repair says that this changes. Exit 1 when a repair is wrong or no faster.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import vm from 'node:vm';
import { RegExpParser } from '@eslint-community/regexpp';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { looplint: { type: 'string' }, texts: { type: 'string', default: '10000' }, show: { type: 'boolean' } },
});
const looplint = values.looplint ?? path.resolve(import.meta.dirname, '../../build/release/looplint');
const patterns = fs.readFileSync(positionals[0], 'utf8').trim().split('\n').map(JSON.parse)
  .map((p, id) => ({ id, pattern: p.pattern ?? p.source ?? p.vuln?.source, flags: p.flags ?? p.vuln?.flags ?? '' }));
const ran = spawnSync(looplint, ['regex', '--jsonl', '--repair'], { input: patterns.map((p) => JSON.stringify(p)).join('\n'), maxBuffer: 1 << 30 });
const answers = String(ran.stdout).trim().split('\n').map(JSON.parse);

let seed = 1;
const random = (n) => Math.floor(((seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x80000000) * n);
const pick = (list) => list[random(list.length)];

// Texts near what a pattern reads: words of its tree, whole or damaged, and noise of its characters.
class Texts {
  constructor(pattern, flags) {
    this.u = /[uv]/.test(flags);
    this.ast = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(pattern, 0, pattern.length, { unicode: flags.includes('u'), unicodeSets: flags.includes('v') });
    this.letters = [...new Set([...' a0A\n!_-.é', ...pattern.replace(/\\./g, '')])];
    this.of = new Map();
  }
  oneOf(node) {
    let some = this.of.get(node);
    if (!some) {
      const one = new RegExp(`^${node.raw}$`, this.u ? 'u' : '');
      some = [...this.letters, ...'bBz9\t/\r\u2028,;:=@#"\'()[]{}|~^$<>\\é中'].filter((c) => one.test(c));
      this.of.set(node, some);
    }
    return some.length === 0 ? '' : pick(some);
  }
  word(node, left = 60) {
    switch (node.type) {
      case 'Pattern':
      case 'Group':
      case 'CapturingGroup':
        return this.word(pick(node.alternatives), left);
      case 'Alternative':
        return node.elements.map((e) => this.word(e, left)).join('');
      case 'Quantifier': {
        let n = node.min + (random(3) === 0 ? 0 : random(Math.min(node.max - node.min, 6) + 1));
        let out = '';
        for (n = Math.min(n, 120); n > 0 && out.length < left; n--) out += this.word(node.element, left / 2);
        return out;
      }
      case 'Character':
        return random(8) === 0 ? this.oneOf(node) : String.fromCodePoint(node.value);
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        return this.oneOf(node);
      case 'Assertion':
        return node.kind === 'lookahead' && random(3) === 0 ? this.word(pick(node.alternatives), left) : '';
      default:
        return '';
    }
  }
  noise(n) {
    const few = Array.from({ length: 1 + random(4) }, () => pick(this.letters));
    let out = '';
    while (out.length < n) out += pick(few).repeat(random(3) === 0 ? 1 + random(5) : 1);
    return out;
  }
  next() {
    if (random(5) === 0) return this.noise(random(20));
    let out = random(3) === 0 ? this.noise(random(5)) : '';
    for (let n = 1 + random(3); n > 0 && out.length < 120; n--) {
      let word = this.word(this.ast);
      if (random(2) === 0 && word.length > 0) {
        const at = random(word.length);
        word = word.slice(0, at) + (random(2) === 0 ? '' : pick(this.letters)) + word.slice(at + 1);
      }
      out += word;
      if (random(3) === 0) out += this.noise(random(4));
    }
    return out;
  }
}

const told = (m, captures) => m && JSON.stringify([m.index, ...(captures ? [m[0]] : m)]);
const limited = (f) => {
  globalThis.__f = f;
  return new vm.Script('__f()').runInThisContext({ timeout: 2000 });
};
function difference(p, r) {
  const flags = p.flags.replace(/[gd]/g, '');
  const all = !r.once && !flags.includes('y');
  const [a, b] = [p.pattern, r.pattern].map((s) => new RegExp(s, flags + (all ? 'g' : '')));
  const texts = new Texts(p.pattern, p.flags);
  let matched = 0;
  const run = (re, text) => (all ? [...text.matchAll(re)].map((m) => told(m, r.captures)).join() : told((re.lastIndex = 0, re.exec(text)), r.captures));
  for (let i = 0; i < Number(values.texts); i++) {
    const text = texts.next();
    let x, y;
    try {
      [x, y] = limited(() => [run(a, text), run(b, text)]);
    } catch {
      continue;
    }
    if (x) matched++;
    if (x !== y) return { text, x, y };
  }
  return { matched };
}
// Milliseconds for the attack, when the pattern takes at least 100, by pattern and repair.
function times(p, attack, r, all) {
  const ms = (source, text) => {
    const re = new RegExp(source, p.flags);
    const start = performance.now();
    try {
      limited(() => (all ? text.match(new RegExp(source, p.flags.replace('g', '') + 'g')) : re.exec(text)));
    } catch {
      return 2000;
    }
    return performance.now() - start;
  };
  for (let n = 8; n < 1 << 20; n = Math.ceil(n * 1.4)) {
    const text = attack.prefix + attack.pump.repeat(n) + attack.suffix;
    const before = ms(p.pattern, text);
    if (before >= 100) return [text.length, before, ms(r.pattern, text)];
  }
  return null;
}

const count = { slow: 0, repaired: 0, linear: 0, proven: 0, wrong: 0, faster: 0, noFaster: 0, notSlow: 0, matches: 0 };
for (const a of answers) {
  if (!a.attack) continue;
  count.slow++;
  if (!a.repair) continue;
  const p = patterns[a.id], r = a.repair;
  count.repaired++;
  if (r.verdict === 'linear') count.linear++;
  if (r.proven) count.proven++;
  const d = difference(p, r);
  if (d.text !== undefined) {
    count.wrong++;
    console.log(`WRONG /${p.pattern}/${p.flags} => /${r.pattern}/: ${JSON.stringify(d)}`);
  } else {
    count.matches += d.matched > 0 ? 1 : 0;
  }
  const t = times(p, a.attack, r, a.use === 'all');
  if (t === null) count.notSlow++;
  else if (t[2] < t[1] / 2) count.faster++;
  else {
    count.noFaster++;
    console.log(`NO FASTER /${p.pattern}/${p.flags} => /${r.pattern}/: ${t}`);
  }
  if (values.show) console.log(`${a.verdict} ${a.degree} => ${r.verdict} ${r.degree}${r.proven ? '' : ' by texts'}${r.captures ? ' captures' : ''}${r.once ? ' once' : ''}  /${p.pattern}/${p.flags} => /${r.pattern}/  ${t ?? 'below 100 ms'}`);
}
console.log(JSON.stringify(count));
process.exit(count.wrong + count.noFaster > 0 ? 1 : 0);
