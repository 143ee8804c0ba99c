// A style sheet through three plug-ins and back to text, with a source map.
const postcss = require('./lib/postcss.js');

const css = Array.from({ length: 80 }, (_, i) => `@media (min-width: ${i}px) { .a${i} > b:hover { color: red; margin: 0 ${i}px !important; /* c${i} */ &:focus { top: 1px } } }\n@import url("x${i}.css");\n.b${i}, .c { background: url(a.png) no-repeat; --v: {a:b} }\n`).join('');
const plugins = [
  { postcssPlugin: 'one', Declaration(d) { if (d.prop === 'color') d.value = 'blue'; }, Rule(r) { r.selectors = r.selectors.map((s) => s.trim()); } },
  { postcssPlugin: 'two', AtRule: { import(a) { a.remove(); } }, Comment(c) { if (!c.text.endsWith('!')) c.text += '!'; }, OnceExit(root) { root.walkDecls(/margin/, (d) => { d.cloneBefore({ prop: 'padding' }); }); } },
  { postcssPlugin: 'three', Once(root) { root.prepend(postcss.comment({ text: 'top' }), postcss.rule({ selector: 'x', nodes: [postcss.decl({ prop: 'a', value: 'b' })] })); } },
];
let n = 0;
postcss(plugins).process(css, { from: 'a.css', map: { inline: false } }).then((result) => {
  result.root.walk((node) => { n += node.type.length; });
  console.log(n, result.css.length, result.map.toString().length);
});
