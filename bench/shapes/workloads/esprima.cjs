// Parses its own bundle, and text with each kind of statement.
const fs = require('node:fs');
const path = require('node:path');
const esprima = require('./dist/esprima.js');

const source = fs.readFileSync(path.join(__dirname, 'dist/esprima.js'), 'utf8');
let n = 0;
esprima.parseScript(source, { range: true, loc: true, comment: true }, () => { n++; });
esprima.parseModule('import a, { b as c } from "d"; export default class extends a { static *m([x, { y = 1 }], ...z) { yield* `t${x}`; } } export { c };');
n += esprima.tokenize(source).length;
console.log(n);
