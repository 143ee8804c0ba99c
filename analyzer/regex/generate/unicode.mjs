// Writes ../unicode_tables.cc: the sets behind \p{..} and the case equivalences, asked of V8 itself (which has them from
// ICU), so that they are what V8 does, not what a standard says it should.
//
//   node unicode.mjs            write the file
//   node unicode.mjs --check    fail when the file is not what this Node would write (77: other Unicode version)
//
// Names are facts of the standard; V8 is asked which of them it knows, and that it knows no four-letter script besides.
import fs from 'node:fs';

const out = new URL('../unicode_tables.cc', import.meta.url);
const words = (text) => text.trim().split(/\s+/);

const categories = words(`Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co`);
// Alias = union of the leaf categories after it.
const unions = {
  L: 'Lu Ll Lt Lm Lo', LC: 'Lu Ll Lt', M: 'Mn Mc Me', N: 'Nd Nl No', P: 'Pc Pd Ps Pe Pi Pf Po', S: 'Sm Sc Sk So', Z: 'Zs Zl Zp',
  C: 'Cn Cc Cf Cs Co',
};
const categoryNames = words(`Cased_Letter Close_Punctuation Combining_Mark Connector_Punctuation Control Currency_Symbol
  Dash_Punctuation Decimal_Number Enclosing_Mark Final_Punctuation Format Initial_Punctuation Letter Letter_Number
  Line_Separator Lowercase_Letter Mark Math_Symbol Modifier_Letter Modifier_Symbol Nonspacing_Mark Number Open_Punctuation
  Other Other_Letter Other_Number Other_Punctuation Other_Symbol Paragraph_Separator Private_Use Punctuation Separator
  Space_Separator Spacing_Mark Surrogate Symbol Titlecase_Letter Unassigned Uppercase_Letter cntrl digit punct`);
const scriptNames = words(`Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali
  Beria_Erfe Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham
  Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan
  Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi
  Gurmukhi Gurung_Khema Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited
  Inscriptional_Pahlavi Inscriptional_Parthian Javanese Jurchen Kaithi Kannada Katakana Katakana_Or_Hiragana Kawi Kayah_Li
  Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian
  Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui
  Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
  New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian
  Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene
  Pau_Cin_Hau Phags_Pa Phoenician Proto_Cuneiform Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Seal Sharada Shavian
  Siddham Sidetic SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa
  Tai_Le Tai_Tham Tai_Viet Tai_Yo Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Todhri
  Tolong_Siki Toto Tulu_Tigalari Ugaritic Unknown Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square`);
const binaryNames = words(`AHex ASCII ASCII_Hex_Digit Alpha Alphabetic Any Assigned Bidi_C Bidi_Control Bidi_M Bidi_Mirrored CI
  CWCF CWCM CWKCF CWL CWT CWU Case_Ignorable Cased Changes_When_Casefolded Changes_When_Casemapped
  Changes_When_Lowercased Changes_When_NFKC_Casefolded Changes_When_Titlecased Changes_When_Uppercased DI Dash
  Default_Ignorable_Code_Point Dep Deprecated Dia Diacritic EBase EComp EMod EPres Emoji Emoji_Component Emoji_Modifier
  Emoji_Modifier_Base Emoji_Presentation Ext ExtPict Extended_Pictographic Extender Gr_Base Gr_Ext Grapheme_Base
  Grapheme_Extend Hex Hex_Digit IDC IDS IDSB IDST IDS_Binary_Operator IDS_Trinary_Operator IDSU IDS_Unary_Operator
  ID_Continue ID_Start Ideo Ideographic Join_C Join_Control LOE Logical_Order_Exception Lower Lowercase MCM Math
  Modifier_Combining_Mark NChar Noncharacter_Code_Point Pat_Syn Pat_WS Pattern_Syntax Pattern_White_Space QMark
  Quotation_Mark RI Radical Regional_Indicator SD STerm Sentence_Terminal Soft_Dotted Term Terminal_Punctuation UIdeo
  Unified_Ideograph Upper Uppercase VS Variation_Selector White_Space XIDC XIDS XID_Continue XID_Start space`);
const stringNames = words(`Basic_Emoji Emoji_Keycap_Sequence RGI_Emoji RGI_Emoji_Flag_Sequence RGI_Emoji_Modifier_Sequence
  RGI_Emoji_Tag_Sequence RGI_Emoji_ZWJ_Sequence`);

// ---- sets, asked for in one go: every code point but the surrogates, in order, in one text
let text = '';
for (let c = 0; c <= 0x10ffff; c += 0x800) {
  if (c === 0xd800) continue;
  const part = [];
  for (let k = c; k < c + 0x800; k++) part.push(k);
  text += String.fromCodePoint(...part);
}
const at = (index) => (index < 0xd800 ? index : index < 0xf800 ? index + 0x800 : 0x10000 + ((index - 0xf800) >> 1));
const compiles = (source, flags = 'u') => {
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
};
function runs(sorted) {
  const out = [];
  for (const [a, b] of sorted) {
    if (out.length && out.at(-1)[1] + 1 === a) out.at(-1)[1] = b;
    else out.push([a, b]);
  }
  return out;
}
function ranges(atom) {
  const found = [];
  for (const m of text.matchAll(new RegExp(`${atom}+`, 'gu'))) {
    const from = at(m.index), to = at(m.index + m[0].length) - 1;
    // A run over the surrogates' place in the text says nothing about them.
    if (from < 0xd800 && to > 0xdfff) found.push([from, 0xd7ff], [0xe000, to]);
    else found.push([from, Math.min(to, from < 0xd800 ? 0xd7ff : to)]);
  }
  if (new RegExp(`^${atom}$`, 'u').test('\ud800')) found.push([0xd800, 0xdfff]);
  found.sort((a, b) => a[0] - b[0]);
  return runs(found);
}

// ---- numbers as text: five bits a character, least first, the sixth says that more follow
const kDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-';
const number = (n) => {
  let s = '';
  for (; n >= 32; n = Math.floor(n / 32)) s += kDigits[32 + (n % 32)];
  return s + kDigits[n];
};
// A set: gap, length, gap, length...
function pack(set) {
  let s = '', last = 0;
  for (const [a, b] of set) {
    s += number(a - last) + number(b - a);
    last = b + 1;
  }
  return s;
}

const sets = [], index = new Map(), rows = [];
const setId = (set) => {
  const key = pack(set);
  if (!index.has(key)) index.set(key, sets.push(key) - 1);
  return index.get(key);
};
const row = (kind, name, atom) => rows.push({ kind, name, set: setId(ranges(atom)) });
for (const name of [...categories, ...Object.keys(unions), ...categoryNames]) {
  if (!compiles(`\\p{gc=${name}}`)) throw new Error(`V8 does not know the category ${name}`);
  row('g', name, `\\p{gc=${name}}`);
}
const codes = [];
const letters = 'abcdefghijklmnopqrstuvwxyz';
for (const a of letters) for (const b of letters) for (const c of letters) for (const d of letters) {
  const code = a.toUpperCase() + b + c + d;
  if (compiles(`\\p{sc=${code}}`)) codes.push(code);
}
for (const name of new Set([...codes, ...scriptNames])) {
  if (!compiles(`\\p{sc=${name}}`)) continue;
  row('s', name, `\\p{sc=${name}}`);
  row('x', name, `\\p{scx=${name}}`);
}
for (const name of binaryNames) if (compiles(`\\p{${name}}`)) row('b', name, `\\p{${name}}`);

// ---- properties of strings: what their members are made of is known (UTS #51), V8 is asked which it has
const pointsOf = (property) => ranges(`\\p{${property}}`).flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => String.fromCodePoint(a + i)));
const emoji = pointsOf('Emoji'), bases = pointsOf('Emoji_Modifier_Base'), tones = pointsOf('Emoji_Modifier'), letters26 = [...'abcdefghijklmnopqrstuvwxyz'];
const indicators = pointsOf('Regional_Indicator'), joiner = '\u200d', asEmoji = '\ufe0f', present = new Set(pointsOf('Emoji_Presentation'));
const tag = (word) => [...word].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('');
function joined(has) {
  const found = new Set();
  const all = emoji.map((c) => (present.has(c) ? c : c + asEmoji)), toned = bases.flatMap((c) => tones.map((t) => c + t));
  const tried = (firsts, seconds) => {
    const hits = new Set();
    for (const a of firsts) for (const b of seconds) if (has(a + joiner + b)) hits.add(b), found.add(a + joiner + b);
    return [...hits];
  };
  const seconds = tried(all, all);
  tried(toned, [...seconds, ...toned]);
  // Two people with something between them; hearts are followed by more. Of the longer ones only what joins is new.
  const people = [...'\u{1f468}\u{1f469}\u{1f9d1}\u{1f466}\u{1f467}\u{1f9d2}'], everyone = people.flatMap((p) => [p, ...tones.map((t) => p + t)]);
  const between = all.filter((b) => people.some((p) => people.some((q) => has(p + joiner + b + joiner + q) || has(p + tones[0] + joiner + b + joiner + q + tones[1]))));
  const pairs = between.flatMap((b) => all.filter((c) => people.some((p) => has(p + joiner + b + joiner + c + joiner + p))).map((c) => b + joiner + c));
  for (const p of everyone) {
    for (const b of [...between, ...pairs]) for (const q of everyone) if (has(p + joiner + b + joiner + q)) found.add(p + joiner + b + joiner + q);
  }
  for (const a of [...found]) for (const b of seconds) if (has(a + joiner + b)) found.add(a + joiner + b);
  for (const a of [...found]) for (const b of seconds) if (has(a + joiner + b)) found.add(a + joiner + b);
  return [...found];
}
const candidates = {
  Basic_Emoji: () => emoji.flatMap((c) => [c, c + asEmoji]),
  Emoji_Keycap_Sequence: () => [...'#*0123456789'].map((c) => c + asEmoji + '\u20e3'),
  RGI_Emoji_Flag_Sequence: () => indicators.flatMap((a) => indicators.map((b) => a + b)),
  RGI_Emoji_Modifier_Sequence: () => bases.flatMap((a) => tones.map((b) => a + b)),
  RGI_Emoji_Tag_Sequence: () => letters26.flatMap((a) => letters26.flatMap((b) => letters26.map((c) => `gb${a}${b}${c}`))).map((s) => `\u{1f3f4}${tag(s)}\u{e007f}`),
  RGI_Emoji_ZWJ_Sequence: joined,
};
const alphabet = new Set(), members = new Map();
for (const name of stringNames) {
  if (!candidates[name]) continue; // RGI_Emoji is all of them
  const re = compiles(`^\\p{${name}}$`, 'v'), has = (s) => re.test(s);
  const found = candidates[name](has).filter(has).map((s) => Array.from(s, (c) => c.codePointAt(0)));
  if (found.length === 0) throw new Error(`nothing is ${name}`);
  found.sort((a, b) => a.map((c, i) => c - (b[i] ?? -1)).find((d) => d !== 0) ?? a.length - b.length);
  members.set(name, found);
  for (const s of found) if (s.length > 1) s.forEach((c) => alphabet.add(c));
}
const rgi = compiles('^\\p{RGI_Emoji}$', 'v');
for (const found of members.values()) for (const s of found) if (!rgi.test(String.fromCodePoint(...s))) throw new Error('RGI_Emoji is not all of them');
const points = [...alphabet].sort((a, b) => a - b), pointIndex = new Map(points.map((c, i) => [c, i]));
// Strings: how many characters are those of the string before, how many follow, and these by their place in the alphabet.
function packStrings(found) {
  let s = '', last = [];
  for (const string of found) {
    let same = 0;
    while (same < string.length && string[same] === last[same]) same++;
    s += number(same) + number(string.length - same) + string.slice(same).map((c) => number(pointIndex.get(c))).join('');
    last = string;
  }
  return s;
}
const singles = (found) => setId(runs(found.filter((s) => s.length === 1).map(([c]) => [c, c])));
const strings = [...members].map(([name, found]) => ({ name, set: singles(found), strings: packStrings(found.filter((s) => s.length > 1)) }));
const stringAlphabet = pack(runs(points.map((c) => [c, c])));

// ---- case: which characters match each other under i
const cased = new Set();
const note = (s) => {
  for (const c of s) cased.add(c.codePointAt(0));
};
for (let c = 0; c <= 0x10ffff; c++) {
  if (c >= 0xd800 && c <= 0xdfff) continue;
  const s = String.fromCodePoint(c), l = s.toLowerCase(), u = s.toUpperCase();
  if (l === s && u === s) continue;
  note(s + l + u + l.toUpperCase() + u.toLowerCase());
}
const all = [...cased].sort((a, b) => a - b);
function classes(flags, top) {
  const chars = all.filter((c) => c <= top), seen = new Set(), found = [];
  const subject = String.fromCodePoint(...chars);
  for (const c of chars) {
    if (seen.has(c)) continue;
    const escape = top > 0xffff ? `\\u{${c.toString(16)}}` : `\\u${c.toString(16).padStart(4, '0')}`;
    const members = (source) => [...new Set(Array.from(subject.matchAll(new RegExp(source, flags)), (m) => m[0].codePointAt(0)))];
    const alone = members(escape);
    // A character and a class of it go different ways in V8; they agree.
    if (alone.join() !== members(`[${escape}]`).join()) throw new Error(`V8 disagrees with itself on ${escape}`);
    for (const m of alone) seen.add(m);
    if (alone.length > 1) found.push(alone.sort((a, b) => a - b));
  }
  return found;
}
// Classes: size, first (gap from the first of the class before), gaps.
function packClasses(found) {
  let s = '', last = 0;
  for (const members of found) {
    s += number(members.length) + number(members[0] - last);
    for (let i = 1; i < members.length; i++) s += number(members[i] - members[i - 1]);
    last = members[0];
  }
  return s;
}
const legacy = packClasses(classes('gi', 0xffff)), unicode = packClasses(classes('giu', 0x10ffff));
if (packClasses(classes('giv', 0x10ffff)) !== unicode) throw new Error('u and v fold differently');

const literal = (s) => (s.match(/.{1,110}/g) ?? ['']).map((part) => `    "${part}"`).join('\n');
const header = `// Written by generate/unicode.mjs from Unicode ${process.versions.unicode} as in V8 ${process.versions.v8.split('.').slice(0, 2).join('.')}; do not edit.`;
const body = `#include "analyzer/regex/unicode.h"

namespace looplint::regex::internal {

const char kUnicodeVersion[] = "${process.versions.unicode}";

const PackedSet kSets[] = {
${sets.map(literal).join(',\n')},
};

const PropertyRow kProperties[] = {
${rows.sort((a, b) => (a.kind + a.name < b.kind + b.name ? -1 : 1)).map((r) => `    {'${r.kind}', "${r.name}", ${r.set}},`).join('\n')}
};
const size_t kPropertyCount = ${rows.length};

const char kStringAlphabet[] =
${literal(stringAlphabet)};

const StringPropertyRow kStringProperties[] = {
${strings.map((r) => `    {"${r.name}", ${r.set},\n${literal(r.strings)}},`).join('\n')}
};
const size_t kStringPropertyCount = ${strings.length};

const char kLegacyCase[] =
${literal(legacy)};

const char kUnicodeCase[] =
${literal(unicode)};

}  // namespace looplint::regex::internal
`;
if (process.argv.includes('--check')) {
  const have = fs.readFileSync(out, 'utf8');
  if (!have.includes(`from Unicode ${process.versions.unicode} `)) {
    console.log(`skipped: this Node has Unicode ${process.versions.unicode}`);
    process.exit(77);
  }
  // The first line names the V8 that was asked; others of the same Unicode version give the same sets.
  if (have.slice(have.indexOf('\n')) !== `\n${body}`) {
    console.error('unicode_tables.cc is not what generate/unicode.mjs writes');
    process.exit(1);
  }
} else {
  fs.writeFileSync(out, `${header}\n${body}`);
}
