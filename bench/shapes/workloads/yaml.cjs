// Documents parsed, changed and printed, comments kept.
const YAML = require('./dist/index.js');

const part = (i) => `# c${i}\ns${i}: &a${i}\n  name: "n${i}" # end\n  ports: [80, 0x1F, 0o17]\n  ratio: 1.5e3\n  on: true\n  none: ~\n  text: |\n    line ${i}\n    more\n  folded: >-\n    a\n    b\n  map: { a: 1, b: [c, 'd'] }\n  seq:\n    - x\n    - - y\n      - z: 1\nr${i}: *a${i}\n`;
const text = Array.from({ length: 25 }, (_, i) => part(i)).join('');
let n = 0;
for (let i = 0; i < 4; i++) {
  const document = YAML.parseDocument(text, { keepSourceTokens: i === 1, maxAliasCount: -1 });
  YAML.visit(document, { Scalar(_, node) { if (typeof node.value === 'number') node.value++; }, Pair(_, pair) { n += String(pair.key).length; } });
  document.setIn(['s1', 'map', 'z'], { deep: [1, 2] });
  n += document.toString().length + JSON.stringify(document.toJS()).length;
}
console.log(n, YAML.stringify({ a: [1, { b: 'x\ny' }], c: null, d: new Map([[1, 2]]), e: new Set(['q']) }).length);
