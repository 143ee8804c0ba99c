// Parses, walks, matches values against their syntax, and prints again.
const csstree = require('./cjs/index.cjs');

const css = Array.from({ length: 60 }, (_, i) => `@media screen and (min-width: ${i}px) { .a${i} > b:hover::before, [x="${i}"]:nth-child(2n+1) { color: rgb(1 2 3 / 50%); margin: 0 ${i}px !important; width: calc(100% - ${i}px); background: url(a.png) no-repeat #ff${(i % 10) * 11 + 10}; --v: 1 } }\n/* c */ @font-face { font-family: "x"; src: url(y) format("woff") }`).join('\n');
const ast = csstree.parse(css, { positions: true, parseCustomProperty: true });
let n = 0;
csstree.walk(ast, (node) => { n += node.type.length; });
csstree.walk(ast, { visit: 'Declaration', enter(node) { if (!csstree.lexer.matchDeclaration(node).error) n++; } });
console.log(n, csstree.generate(ast).length, csstree.generate(csstree.clone(ast), { sourceMap: false }).length, JSON.stringify(csstree.toPlainObject(ast)).length);
