// Texts compared by characters, words, lines and as JSON; patches made and applied.
const Diff = require('./lib/index.js');

let n = 0;
for (let i = 0; i < 25; i++) {
  const a = Array.from({ length: 30 }, (_, k) => `line ${k} of ${i}, some words.`).join('\n'), b = a.replace(/line (\d)\b/g, 'row $1').replace(/some/, 'other');
  n += Diff.diffChars(a.slice(0, 90), b.slice(0, 90)).length + Diff.diffWords(a, b).length + Diff.diffLines(a, b).length + Diff.diffSentences(a, b).length + Diff.diffCss('a{b:c}', 'a{b:d}').length + Diff.diffArrays([1, 2, i], [2, i, 4]).length + Diff.diffJson({ a: i, b: [1, { c: 2 }] }, { a: i, b: [1, { c: 3 }] }).length;
  const patch = Diff.createTwoFilesPatch('a', 'b', a, b);
  n += Diff.applyPatch(a, patch).length + Diff.parsePatch(patch)[0].hunks.length + Diff.convertChangesToXML(Diff.diffWords(a, b)).length;
}
console.log(n);
