// The parser against the V8 that runs this: the same patterns are valid, under the same flags. Patterns come from real
// packages (what npm ci brings into tests/corpus), from a list of edges of the syntax, and from both with characters
// changed, dropped and doubled.
//   node regex_syntax_test.mjs --looplint BINARY [--patterns FILE.jsonl] [--mutations N]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const option = (name, otherwise) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? otherwise : process.argv[i + 1];
};
const looplint = option('looplint');
const mutations = Number(option('mutations', 4));
// Modifiers and one name for two groups came with V8 12.5; older ones are asked about the rest.
const recent = (() => {
  try {
    return new RegExp('(?i:a)|(?<b>c)|(?<b>d)') !== null;
  } catch {
    return false;
  }
})();

const edges = String.raw`
( ) (?: (?:) (?=) (?!) (?<=) (?<!) (?<a>) (?<a (?<> (?<1> (?<a>)(?<a>) (?<a>)|(?<a>) (?<a>x)(?<b>y)\k<a>\k<b> \k \k<a> \k<a (?<a>)\k
(?<a>)\k<b> (?<a>)\k<a (?<$>) (?<_\u{62}>) (?<\u0061>) (?<\u0020>) (?<\ud83d\udc53>) (?<𝒜>.) (?<𝟚>.) (?<a𝟚>.) (?<a\u{1d7da}>.)
(?<\u{110000}>.) (?<a\>) (?<a-b>) (?i) (?i:a) (?-i:a) (?i-i:a) (?ii:a) (?-:a) (?i-:a) (?-i-m:a) (?u:a) (?ims-:a) (?i-ms:a) (?
(?a (?P<a>b) (?# (?> a** a++ a?? a?+ a{1}{2} a{2,1} a{1,2 a{,2} a{} a{1 a{1,} a{99999999999} a{99999999999,1} {1} {1,2} {,2} {} { }
] [ [] [^] [a [a-] [-a] [b-a] [a-z-9] [\d-z] [a-\d] [\d-\w] [\w-] [-\w] [--a] [a--] [\b] [\B] [\-] [\k] [\c] [\c1] [\c_] [\ca] [\8]
[\08] [\1] [\u] [\u{61}] [\u{110000}] [\ud83d\udc00-\ud83d\udc01] [😀-😁] [😁-😀] [^\u{0}-\u{10ffff}] [[] [[]] [a&&b] [a--b] [a&&&b]
[a&&b--c] [a--b&&c] [a&&b c] [ab&&c] [a-b&&c] [a&&b-c] [\q{a|bc}] [\q{}] [^\q{ab}] [^\q{a}] [\q] [\q{] [\q{a] [(] [)] [{] [}] [/]
[-] [a-] [|] [&] [&&] [!!] [##] [a!!] [^^] [^^^] [\&] [\&\&] [\!] [\a] [\p{L}--\p{Lu}] [\p{L}&&[a-z]] [^[^a]] [[a-z]--[aeiou]]
[\p{RGI_Emoji}] [^\p{RGI_Emoji}] [\P{RGI_Emoji}] [\p{RGI_Emoji}--\q{a}] [^\p{Emoji_Keycap_Sequence}&&a] [^\q{ab}&&\q{a}] [\q{ab}--\q{ab}]
[^\q{ab}--\q{ab}] [\d--a] [a--\d-z] [_^] [^-a] [a^^b] [a.] [..] [.] [\.] [\:] [::] [=] [==] [>>] [@@] [,,] [;;] [%%] [$$] [**] [++] [??] [~~]
[${'`'}${'`'}] [a-[b]] [[a]-b] [a-\q{b}] [\q{a}-b] [[a]--[b]--c] [[a]&&[b]&&c] [a&&[b]c] [&a] [a&] [a&b] [-&&a] [a&&-] [\-&&a] [a-z&&b]
\ \b \B \d \D \a \- \/ \^ \c \c1 \cA \c_ \cé \x \x1 \x41 \xg1 \u \u1 \u0041 \u{41} \u{} \u{0041} \u{000000000041} \u{10FFFF} \u{110000} \u{ \u{41
\ud83d\udc00 \ud83d \udc00 \0 \00 \01 \08 \1 \2 \8 \9 \10 (\1) (a)\1 \1(a) (a)\2 (a)\01 (?:\1)(a) \377 \400 \k\1 \p \p{ \p{} \p{L} \p{Lu} \p{Letter} \p{letter} \P{L} \pL \p{L \p{gc=L}
\p{General_Category=Lu} \p{sc=Grek} \p{Script=Greek} \p{scx=Greek} \p{Script_Extensions=Grek} \p{sc=L} \p{gc=} \p{=L} \p{ASCII} \p{Any}
\p{Assigned} \p{RGI_Emoji} \P{RGI_Emoji} \p{Basic_Emoji} \p{Emoji} \p{InBasicLatin} \p{Block=Basic_Latin} \p{IDS} \p{isL} \p{Script} \p{L=Lu} \p{ L}
\p{sc=Zzzz} \p{sc=Hrkt} \p{sc=Qaai} \p{Other_Math} \p{Emoji_Presentation=Yes} \p{gc=Cn} \p{LC} \p{Cased_Letter} \p{punct} \p{digit} \p{space}
^* $* ^+ \b* \B+ (?=a)* (?=a){2} (?!a)+ (?<=a)* (?<!a)? (?=a)? ^{1} ${'$'}{2} (a)* (?:a)*? | || a| |a (|) (|a) ()* (?:)* (?:)+ (a*)* a|* a|+ (*) (+) (?) (?*) (^*)
. .* .+? .{2} }{ ]a a] a} }a {a a{ {1a} x{1}y a{1,2}? a{1,2}+ \[ \] \{ \} \( \) \. \* \+ \? \| \$ \- \, \= \! \_ \é \😀 😀 😀{2} [\😀] \
a/b \/ (?<a>(?<a>)) (?:(?<a>)|(?<b>))(?<a>) (?:(?<a>)|(?<a>)) ((?<a>)|(?<b>)|(?<a>)) (?<a>)|(?:(?<a>)|(?<b>)) (?:(?<a>x)|y)(?:(?<a>z)|w) (?<a>|(?<a>))
\k<a>(?<a>x) (?<a>\k<a>) \k<a>|(?<a>x) \k<a(?<a>x) (?<a>x)\k<a\u{62}> \k<\u0061>(?<a>x) [\k](?<a>x) \k<1>(?<a>x)`.trim().split(/\s+/);
edges.push('a b', ' ', '', '\n', '[ ]', '\\ ', '[\\ ]', '\ud800', '[\ud800]', '\ud800-\udfff', '\\\ud800', '(?<\ud800>)', '[\ud83d-\udc00]', '\u2028', '(?<a\u200d>b)');

// Regular expression literals of real sources, read roughly: what is none is simply another pattern to try.
function literals(folder, out) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) literals(at, out);
    else if (/\.[cm]?js$/.test(entry.name) && out.size < 12000 && fs.statSync(at).size < 300000) {
      const text = fs.readFileSync(at, 'utf8');
      for (const m of text.matchAll(/[=(,:!&|?{};\s]\/((?:[^\\/[\n*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)\/([dgimsuvy]*)/g)) {
        if (m[1].length < 2000) out.add(m[1]);
      }
    }
  }
}
const patterns = new Set(edges);
const given = option('patterns');
if (given) for (const line of fs.readFileSync(given, 'utf8').trim().split('\n')) patterns.add(JSON.parse(line).pattern);
const corpus = path.join(here, 'corpus/node_modules');
if (!given && fs.existsSync(corpus)) literals(corpus, patterns);
console.log(`${patterns.size} patterns`);

let seed = 42;
const random = (n) => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) % n;
const pieces = [...'\\()[]{}|*+?^$-.,<>=!:&kupPdwbBqc0189/aié', '(?<a>', '(?i:', '(?<!', '\\k<a>', '\\u{', '\\p{L}', '&&', '--', '{2,', '[^', '😀', '\ud83d'];
function mutate(p) {
  const units = p.split('');
  for (let i = 0; i <= random(3); i++) {
    const at = random(units.length + 1), what = pieces[random(pieces.length)];
    switch (random(4)) {
      case 0: units.splice(at, 1); break;
      case 1: units.splice(at, 1, what); break;
      case 2: units.splice(at, 0, what); break;
      default: units.splice(at, 0, ...units.slice(at, at + 1 + random(4)));
    }
  }
  return units.join('');
}
const jobs = [];
const all = ['', 'u', 'v', 'i', 'iu', 'iv', 'gimsy'];
for (const p of patterns) {
  for (const flags of edges.includes(p) ? all : ['', 'u', 'v']) jobs.push([p, flags]);
  for (let i = 0; i < (edges.includes(p) ? 12 : 1) * mutations; i++) {
    const m = mutate(p);
    if (m.length < 3000) jobs.push([m, ['', 'u', 'v'][random(3)]]);
  }
}
for (const flags of ['gg', 'uv', 'x', 'dgimsuy', 'dgimsvy', 'G', 'g ', 'ġ']) jobs.push(['a', flags]);

const input = jobs.map(([pattern, flags], id) => JSON.stringify({ id, pattern, flags })).join('\n');
const run = spawnSync(looplint, ['regex', '--jsonl', '--syntax'], { input, encoding: 'utf8', maxBuffer: 1 << 30 });
if (run.status !== 0) {
  console.error(`looplint ended with ${run.status}: ${run.stderr}`);
  process.exit(1);
}
let wrong = 0, invalid = 0, compared = 0;
run.stdout.trimEnd().split('\n').forEach((line, i) => {
  const [pattern, flags] = jobs[i], answer = JSON.parse(line);
  if (answer.id !== i) throw new Error(`answer ${i} is for ${answer.id}`);
  let error = null;
  try {
    new RegExp(pattern, flags);
  } catch (e) {
    error = e.message;
  }
  if (answer.needs !== undefined && !recent) return;
  // What is invalid here for its modifiers alone cannot be told apart on an old V8.
  if (!recent && error !== null && /\(\?[-ims]|\(\?<.*\(\?</s.test(pattern)) return;
  compared++;
  if (error !== null) invalid++;
  if ((answer.verdict === 'invalid') === (error !== null)) return;
  if (++wrong <= 40) console.log(`/${pattern}/${flags} ${JSON.stringify(pattern)}: V8 says ${error ?? 'valid'}, looplint ${answer.error ?? 'valid'}`);
});
console.log(`${compared} compared (${invalid} invalid), ${wrong} differ, Node ${process.version}`);
if (compared < 5000 || invalid < 1000) throw new Error('too few patterns to mean anything');
process.exit(wrong === 0 ? 0 : 1);
