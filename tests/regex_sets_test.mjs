// Which characters an atom matches, under every kind of case folding: our sets against V8, over all code points. And which
// strings, of classes that hold some.
//   node regex_sets_test.mjs --tool BINARY
import { spawnSync } from 'node:child_process';

const tool = process.argv[process.argv.indexOf('--tool') + 1];
const both = String.raw`. \w \W \d \D \s \S [^] [a-z] [^a-z] [\w\s] [^\w] [\W] [^\W] [\D\d] k s ß \u212a \u017f [k] [^k] [\u212a] [^\u017f] ſ ǅ [ǄǅǆΣσς] Σ [^σ] İ ı [İ] \u1e9e
[\u1c80-\u1c88] θ [ϑ] μ [µ] ῾ [ᾀ-ᾯ] ᾳ ⅷ [ⓐ-ⓩ] ꙋ [\u0100-\uffff] [^\u0000-\u00ff] [A-z] [\ud800-\udfff] [^\ud800] ῼ ﬅ ΐ [\u1fd3] \u1fe3`.split(/\s+/);
const unicode = String.raw`\p{L} \P{L} \p{Lu} \P{Lu} [^\p{Lu}] [^\P{Lu}] [\P{Lu}] \p{Ll} \P{Ll} [\p{Lu}\p{Nd}] \p{Script=Greek} \P{Script=Greek} \p{scx=Arab} \p{ASCII} \P{ASCII} \p{Any}
\p{Assigned} \p{Emoji} \p{ID_Start} \p{White_Space} \p{Cased} [\w--k] \u{10400} [\u{10400}-\u{10427}] 𝒜 [^𐐀] \p{Lt} \P{Lt} \p{Changes_When_Lowercased}`.split(/\s+/);
const sets = String.raw`[\p{L}--[a-z]] [\p{L}&&\p{ASCII}] [^\p{Lu}] [\P{Lu}&&\P{Ll}] [[a-z]--[aeiou]] [\w--k] [\w&&[^a]] [^[^a]] [\q{a|b|k}] [k&&\u212a] [[a-z]&&[A-Z]] [\w--[A-Z]] [^\w--[a-k]]`.split(/\s+/);

// Where V8 is not (yet) what ES2025 says, each differently by version; we follow the standard.
const deviations = new Set([String.raw`\P{ASCII}`, String.raw`\p{ASCII}`, String.raw`[\w--k]`, String.raw`[k&&\u212a]`, String.raw`[\p{L}&&\p{ASCII}]`, String.raw`[\q{a|b|k}]`]);

let text = '';
for (let c = 0; c <= 0x10ffff; c += 0x800) {
  if (c !== 0xd800) text += String.fromCodePoint(...Array.from({ length: 0x800 }, (_, i) => c + i));
}
// Every unit once, each between line ends so that no two make a pair.
const units = Array.from({ length: 0x10000 }, (_, i) => String.fromCharCode(i));
function byV8(pattern, flags) {
  const found = [];
  const add = (c) => {
    if (found.length && found.at(-1)[1] + 1 === c) found.at(-1)[1] = c;
    else found.push([c, c]);
  };
  if (!/[uv]/.test(flags)) {
    const re = new RegExp(`^(?:${pattern})$`, flags);
    units.forEach((u, c) => re.test(u) && add(c));
  } else {
    // Runs of a text that holds every code point but the surrogates, in order.
    const re = new RegExp(`^(?:${pattern})$`, flags);
    const at = (i) => (i < 0xd800 ? i : i < 0xf800 ? i + 0x800 : 0x10000 + ((i - 0xf800) >> 1));
    const runs = [];
    for (const m of text.matchAll(new RegExp(`(?:${pattern})+`, `g${flags}`))) {
      const from = at(m.index), to = at(m.index + m[0].length - (m[0].codePointAt(m[0].length - 2) > 0xffff ? 2 : 1));
      if (from < 0xd800 && to > 0xdfff) runs.push([from, 0xd7ff], [0xe000, to]);
      else runs.push([from, to]);
    }
    for (let c = 0xd800; c <= 0xdfff; c++) if (re.test(String.fromCharCode(c))) runs.push([c, c]);
    runs.sort((a, b) => a[0] - b[0]);
    for (const [a, b] of runs) {
      if (found.length && found.at(-1)[1] + 1 === a) found.at(-1)[1] = b;
      else found.push([a, b]);
    }
  }
  return found.map(([a, b]) => `${a.toString(16)}-${b.toString(16)}`).join(' ');
}
const jobs = [];
for (const p of both) for (const f of ['', 'i', 'u', 'iu', 'v', 'iv']) jobs.push([p, f]);
for (const p of unicode) for (const f of ['u', 'iu', 'v', 'iv']) if (!(p.includes('--') && f.includes('u'))) jobs.push([p, f]);
for (const p of sets) for (const f of ['v', 'iv']) jobs.push([p, f]);
const strings = String.raw`\p{Basic_Emoji} \p{Emoji_Keycap_Sequence} \p{RGI_Emoji} \p{RGI_Emoji_Flag_Sequence} \p{RGI_Emoji_Modifier_Sequence} \p{RGI_Emoji_Tag_Sequence}
\p{RGI_Emoji_ZWJ_Sequence} [\p{RGI_Emoji}--\p{RGI_Emoji_ZWJ_Sequence}] [\p{RGI_Emoji}&&\p{Basic_Emoji}] [\p{RGI_Emoji}--\q{👍🏽|🇩🇪|ab}] [\p{RGI_Emoji_Flag_Sequence}\q{ab|k}] [\q{K1|k1}]`.split(/\s+/);
const firstOfStrings = jobs.length;
for (const p of strings) for (const f of ['v', 'iv']) jobs.push([p, f]);
const run = spawnSync(tool, { input: jobs.map(([p, f]) => `${f}\t${p}`).join('\n') + '\n', encoding: 'utf8', maxBuffer: 1 << 28 });
const lines = run.stdout.split('\n');
let wrong = 0, asked = 0;
const emoji = lines[firstOfStrings + 2 * strings.indexOf(String.raw`\p{RGI_Emoji}`)].trim().split(' ').filter((s) => s.startsWith('.'));
jobs.slice(firstOfStrings).forEach(([p, f], i) => {
  const ours = new Set(lines[firstOfStrings + i].trim().split(' ').filter((s) => s.startsWith('.')));
  const re = new RegExp(`^(?:${p})$`, f);
  // Ours match; and what else is a string of some property, or nearly so, does not.
  const near = new Set([...ours, ...emoji, ...emoji.map((s) => `${s}.fe0f`), ...emoji.map((s) => `${s}.200d.2642`), ...emoji.map((s) => s.replace(/\.fe0f/, '')), '.61.62', '.6b.31']);
  asked++;
  for (const s of near) {
    const points = s.slice(1).split('.').map((c) => parseInt(c, 16));
    if (points.length < 2 || re.test(String.fromCodePoint(...points)) === (ours.has(s) || (f === 'iv' && ours.has(fold(s))))) continue;
    if (++wrong <= 20) console.log(`/${p}/${f} and ${s}: ours ${ours.has(s)}`);
    break;
  }
});
// Under i one string stands for all that match each other, with the least of each character.
function fold(s) {
  return s.replace(/\.([0-9a-f]+)/g, (_, c) => `.${String.fromCodePoint(parseInt(c, 16)).toUpperCase().codePointAt(0).toString(16)}`);
}
jobs.slice(0, firstOfStrings).forEach(([p, f], i) => {
  let expected;
  try {
    expected = byV8(p, f);
  } catch {
    return; // not valid under these flags
  }
  asked++;
  if (lines[i].trim() === expected || (f === 'iv' && deviations.has(p))) return;
  if (++wrong <= 20) console.log(`/${p}/${f}\n  V8   ${expected.slice(0, 200)}\n  ours ${lines[i].slice(0, 200)}`);
});
console.log(`${asked} sets, ${wrong} differ, Node ${process.version}`);
process.exit(wrong === 0 && asked > 250 ? 0 : 1);
