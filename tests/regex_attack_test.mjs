// Attacks on real V8: what looplint calls polynomial or exponential grows so under Node 20, 22 and 24 (tests/nodes; where
// they are not installed, under the Node that runs this), by the very attack it names; and patterns known from published
// vulnerabilities are found, their fixes not.
//   node regex_attack_test.mjs --looplint BINARY
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Oracle } from '../bench/redos/oracle.mjs';

const looplint = process.argv[process.argv.indexOf('--looplint') + 1];
if (!process.argv.includes('--this-node')) {
  const folder = fileURLToPath(new URL('nodes/node_modules', import.meta.url));
  const nodes = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.startsWith('node')).map((name) => `${folder}/${name}/bin/node`) : [];
  let bad = 0;
  for (const node of nodes.length > 0 ? nodes : [process.execPath]) {
    bad += spawnSync(node, [fileURLToPath(import.meta.url), '--looplint', looplint, '--this-node'], { stdio: 'inherit' }).status === 0 ? 0 : 1;
  }
  process.exit(bad === 0 ? 0 : 1);
}
// [pattern, verdict, degree, before Node 24 only]
const cases = [
  [/^(?:a|a)*$/, 'exponential'], [/^(?:a*)*$/, 'exponential'], [/^(?:\w|\d)+$/, 'exponential'], [/^(?:[a-z]+,?)*$/, 'exponential'],
  [/(?:[^a]|b)*c/, 'exponential'], [/(?:\r\n|[\r\n])+$/, 'exponential'], [/^(?:aaaa|aaaaaa)*b/, 'exponential'], [/^(?!(?:a+)+$)/, 'exponential'],
  [/(["'])(?:\\.|(?!\1).)*\1/, 'exponential'], [/^(?:k|\u212a)*$/iu, 'exponential'], [/^(?:(?:ab)+|(?:abab)+)*$/, 'exponential'],
  [/^\s+|\s+$/g, 'polynomial', 2], [/\s*,\s*/, 'polynomial', 2], [/<!--[^]*?-->/, 'polynomial', 2], [/a*a*b/, 'polynomial', 3],
  [/^.*,.*,.*;$/, 'polynomial', 3], [/^\S+@\S+\.\S+$/, 'polynomial', 3], [/(?<!\d)\w+@/, 'polynomial', 2], [/b(?<=x[^]*b)/, 'polynomial', 2],
  [/(?<!^(?:a+)+)b/, 'exponential'], [/x(?<=^(?:a|a)+x)/, 'exponential'], [/^(?:a{1,2000})+$/, 'exponential'],
  [/(?!\s*\])(?:\\[\s\S]|[^\[\]\\]){1,999}/, 'polynomial', 2],
  // Node 24 looks first at what must follow: held by the attack where it can be, else said ('before').
  [/(?<=c[ab]+)b/, 'polynomial', 2], [/(?<=ba+)\b/, 'polynomial', 2], [/(?<=[([{].*)[)\]}]/, 'polynomial', 2],
  [/(?!(?:a+)+$)[b-y]{5}/, 'exponential'], [/a(?!\w*!)ab/, 'polynomial', 2], [/a(?!\w*!)a{9}b/, 'polynomial', 2],
  [/a(?!\w*)c/, 'polynomial', 2], [/[ab](?:(?!c*?\w*)c)+?x/i, 'polynomial', 2], [/a(?!b*)c/, 'linear'], [/(?!(?:a+)+$)ab/, 'linear'],
  [/(?<=a+)b/, 'polynomial', 2, true], [/(?=a+b)c/, 'polynomial', 2, true], [/(?<=\w+)\s/, 'polynomial', 2, true],
  [/^(a*)\1b/, 'polynomial', 2], [/(?=.*[a-z])(?=.*\d).{8,}/, 'polynomial', 2], [/\^\[[^\]]*]|\^(.)/g, 'polynomial', 2],
  [/^(?:ab|cd)*(?:abcd)*$/, 'polynomial', 2], [/(\\*)[\u2028\u2029]/, 'polynomial', 2],
  [/^(?:a|b|a)*$/, 'linear'], [/([\w.]+)*/, 'linear'], [/^(?:a?){12}$/, 'linear'], [/\s{0,100}$/, 'linear'], [/\s+,/y, 'linear'],
  [/^(?=(a+))\1$/, 'linear'], [/^\d+(?:,\d+)*$/, 'linear'], [/^(?:a+b)+$/, 'linear'], [/"(?:[^"\\]|\\.)*"/y, 'linear'], [/^(?:\1(a))*$/, 'linear'],
  [/^\p{RGI_Emoji}+$/v, 'exponential'], [/^(?:\p{RGI_Emoji_Flag_Sequence}|\p{Regional_Indicator})+$/v, 'exponential'],
  [/^(?:\p{RGI_Emoji_Flag_Sequence}|-)+$/v, 'linear'], [/\p{RGI_Emoji}/gv, 'linear'], [/^(?:[\q{ab|c}\q{a}b])+$/v, 'exponential'], [/^(?:[\q{ab|ac|d}])+$/v, 'linear'],
  // ansi-html 0.0.7 and 0.0.8
  [/\033\[(\d+)*m/g, 'exponential'], [/\033\[(\d+)m/g, 'linear'],
  // trim 0.0.1; string 3.3; hosted-git-info 3.0.7; ua-parser-js 0.7.21; marked 0.3.17; ms 0.7
  [/^\s*|\s*$/g, 'polynomial', 2], [/[^\w\d\u3000-\u303f]+$/, 'polynomial', 2], [/^(?:(\\.|[^\\])*?)\s*$/, 'polynomial', 2],
].map(([re, verdict, degree, before = false]) => ({ pattern: re.source, flags: re.flags, verdict, degree, before }));

const input = cases.map((c, id) => JSON.stringify({ id, ...c })).join('\n');
const answers = spawnSync(looplint, ['regex', '--jsonl'], { input, encoding: 'utf8' }).stdout.trim().split('\n').map((l) => JSON.parse(l));
const oracle = new Oracle();
let wrong = 0;
for (const [i, c] of cases.entries()) {
  const a = answers[i];
  const other = a.verdict !== c.verdict || (c.degree && a.degree !== c.degree) || (a.before !== undefined) !== c.before;
  let bad = other ? `looplint says ${a.verdict} ${a.degree} ${a.before ? `before ${a.before}` : ''}` : '';
  if (!bad && a.attack && !(c.before && Number(process.versions.node.split('.')[0]) >= 24)) {
    // Few points lie between too fast and too slow: a high power is what an exponential looks like there.
    const kindOf = (real) => (real.kind === 'polynomial' && real.degree > 5 ? 'exponential' : real.kind);
    // Where V8 compiles what it interpreted so far, the curve is flat for a while, and on a busy machine it is rough: look
    // further along it before judging.
    let real;
    for (const [budget, enough] of [[350, 60], [1200, 200], [6000, 1500]]) {
      real = await oracle.growth({ ...c, attack: a.attack, all: a.use === 'all', budget, enough });
      if (kindOf(real) === c.verdict) break;
    }
    const kind = kindOf(real);
    if (kind !== c.verdict) bad = `V8 says ${real.kind} ${real.degree}: ${JSON.stringify(real.points.slice(-4))}`;
  }
  if (bad) wrong++;
  console.log(`${bad ? 'FAIL' : 'ok  '} /${c.pattern}/${c.flags} ${c.verdict} ${bad}`);
}
oracle.close();
console.log(`${cases.length} patterns, ${wrong} wrong, Node ${process.version}`);
process.exit(wrong === 0 ? 0 : 1);
