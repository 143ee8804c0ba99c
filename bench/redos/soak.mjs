// Random patterns, each verdict checked against V8: what is called slow must be slow by the attack named, what is called
// linear must not be slow by a few simple ones. Ends after --seconds; exit 1 when a verdict was wrong. --looks: most
// patterns have lookarounds with loops in them, and characters after these.
import { spawn } from 'node:child_process';
import readline from 'node:readline';
import { Oracle } from './oracle.mjs';

const option = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? otherwise : process.argv[i + 1];
};
const looplint = option('looplint', new URL('../../build/release/looplint', import.meta.url).pathname);
const seconds = Number(option('seconds', 600));
const looks = process.argv.includes('--looks');
let seed = Number(option('seed', Date.now() % 1e6));
console.log(`seed ${seed}`);
const random = (n) => Math.floor(((seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x80000000) * n);
const pick = (list) => list[random(list.length)];

function atom(depth) {
  const r = random(depth > 3 ? 6 : 10);
  if (r < 3) return pick([...'abc']);
  if (r < 6) return pick(['.', '\\w', '\\d', '\\s', '[ab]', '[^a]', '[a-c]', '\\W', '[^b ]']);
  if (r < 8) return `(?:${alternatives(depth + 1)})`;
  if (r === 8) return `(${alternatives(depth + 1)})`;
  return pick([`(?=${alternatives(depth + 1)})`, `(?!${alternatives(depth + 1)})`, `(?<=${alternatives(depth + 2)})`, `(?<!${pick(['a', '\\s', '\\w'])})`, '\\b', '^', '$']);
}
function term(depth) {
  const a = atom(depth);
  if (/^(\\b|\^|\$|\(\?)/.test(a) && !a.startsWith('(?:')) return a;
  return a + pick(['', '', '', '', '*', '+', '?', '*?', '+?', '{2}', '{1,3}', '{2,}']);
}
function alternatives(depth) {
  const out = [];
  for (let i = 1 + (random(3) === 0 ? 1 + random(2) : 0); i > 0; i--) {
    let s = '';
    for (let k = 1 + random(3); k > 0; k--) s += term(depth);
    out.push(s);
  }
  return out.join('|');
}
const dear = () => pick(['(?=', '(?!', '(?!', '(?!', '(?<=', '(?<!']) + pick(['', '', 'a', '.']) +
  pick(['\\w*', 'a*', '[ab]*', '.*', '(?:a|a)*', '(?:a|b)+', '\\w*?', '(?:ab?)*', '(a)*']) + pick(['', '$', '!', 'x', '\\w*$', 'a*$']) + ')';
const text = () => pick(['a', 'b', 'c', 'cx', 'ab', '[ab]', '[b-y]', '[^a]', '\\w', '\\d', 'xyz', 'a?', 'a*', 'b+', '(?:b|c)', '(?:bc|d)', '(?:b|\\d)+', '', 'bcdefgh', '[c-z]x']);
const looking = () => {
  let s = pick(['', '', '^', 'x*']);
  for (let k = 1 + random(3); k > 0; k--) s += pick([text(), text(), '']) + pick([dear(), dear(), `(?:${dear()}${text()}|${text()})`, `(?:${text()}${dear()}${text()})${pick(['+', '*', '?', '+?', '{2,}', '{1,3}'])}`]) + text();
  return s;
};
const pattern = () => looks && random(8) !== 0 ? looking() : pick(['', '^', '^']) + alternatives(0) + pick(['', '$', 'x', '$']);

const child = spawn(looplint, ['regex', '--jsonl'], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const oracle = new Oracle();
const end = Date.now() + seconds * 1000;
let asked = 0, slow = 0, wrong = 0, unknown = 0;
while (Date.now() < end) {
  const p = { id: asked, pattern: pattern(), flags: pick(['', '', 'g', 'i', 'm', 's', 'u', 'y', 'gi']) };
  try {
    new RegExp(p.pattern, p.flags);
  } catch {
    continue;
  }
  asked++;
  child.stdin.write(`${JSON.stringify(p)}\n`);
  const answer = JSON.parse((await lines.next()).value);
  const tell = (what, real, attack) => {
    wrong++;
    console.log(`WRONG /${p.pattern}/${p.flags}: ${what}; V8 ${real.kind} ${real.degree} on ${JSON.stringify(attack)} ${JSON.stringify(real.points.slice(-3))}`);
  };
  if (answer.verdict === 'unknown') unknown++;
  if (answer.attack) {
    slow++;
    if (slow % 3 !== 0) continue; // each costs a second
    if (answer.before && Number(process.versions.node.split('.')[0]) >= 24) continue; // said of older ones only
    const real = await oracle.growth({ ...p, attack: answer.attack, all: answer.use === 'all', budget: 1000 });
    if (real.kind === 'linear') tell(`${answer.verdict} ${answer.degree}`, real, answer.attack);
  } else if (answer.verdict === 'linear' && /[*+,]/.test(p.pattern) && asked % 5 === 0) {
    for (const pump of [pick(['a', 'b', ' ', '0']), pick(['ab', 'a ', 'ba0', 'c'])]) {
      const attack = { prefix: pick(['', 'a', 'b']), pump, suffix: pick(['!', '\n', '']) };
      const real = await oracle.growth({ ...p, attack, all: false, budget: 250, longest: 1 << 15 });
      if (real.kind !== 'linear') tell('linear', real, attack);
    }
  }
}
oracle.close();
child.stdin.end();
console.log(`${asked} patterns, ${slow} called slow, ${unknown} unknown, ${wrong} wrong`);
process.exit(wrong === 0 ? 0 : 1);
