// A style sheet with variables, mixins, guards, operations and imports by reference.
const less = require('./lib/less-node/index.js').default;

const part = (i) => `@c${i}: #${(i % 9) * 10 + 10}aa;\n.m${i}(@a; @b: 2px) when (default()) { width: (@a + @b) * 2; .inner { color: darken(@c${i}, 10%); &:hover { top: ~"x" } } }\n.r${i} { .m${i}(${i}px); @media (min-width: 10px) and (max-width: ${i}px) { border: 1px solid fade(@c${i}, 50%) !important; } &-sub { @r: { a: b }; @r(); } background+: url("a.png"); background+: url(b.png); filter: alpha(opacity=50); }\n.guard${i} when (iscolor(@c${i})) { &:extend(.r${i} all); content: "@{c${i}}"; .loop(3); }\n`;
const text = `.loop(@n) when (@n > 0) { .l@{n} { w: unit(@n, px) } .loop(@n - 1) }\n@list: 1, 2, 3; each(@list, { .e-@{value} { a: @value } });\n@plugin-none: e("x"); /* c */ // d\n${Array.from({ length: 25 }, (_, i) => part(i)).join('')}`;
less.render(text, { math: 'parens' }).then((r) => console.log(r.css.length), (e) => { console.error(e.message); process.exitCode = 1; });
