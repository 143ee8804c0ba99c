// Loads and dumps a configuration with anchors, folded text, dates and sets.
import yaml from './dist/js-yaml.mjs';

const part = (i) => `s${i}: &a${i}\n  name: "n${i}"\n  ports: [80, 0x1F, 0o17]\n  ratio: 1.5e3\n  on: true\n  none: ~\n  when: 2001-12-14t21:59:43.10-05:00\n  text: |\n    line ${i}\n    more\n  folded: >-\n    a\n    b\n  map: { a: 1, b: [c, 'd'] }\n  bin: !!binary aGVsbG8=\n  set: !!set { x, y }\n  omap: !!omap [ a: 1, b: 2 ]\nr${i}:\n  <<: *a${i}\n  on: false\n`;
const text = Array.from({ length: 40 }, (_, i) => part(i)).join('');
let n = 0;
for (let i = 0; i < 4; i++) n += yaml.dump(yaml.load(text), { noRefs: i % 2 === 0, flowLevel: i === 3 ? 2 : -1 }).length;
console.log(n);
