// Formulas to HTML and MathML.
const katex = require('./dist/katex.js');

const formulas = ['\\frac{a+b}{\\sqrt{c^2}}', '\\sum_{i=0}^{n} x_i \\cdot \\left( \\begin{matrix} 1 & 2 \\\\ 3 & 4 \\end{matrix} \\right)', '\\int_0^\\infty e^{-x^2}\\,dx = \\text{half of } \\sqrt{\\pi}', '\\overline{AB} \\xrightarrow{f} \\widehat{xyz} \\color{red}{x} \\underbrace{a+b}_{n}', '\\mathbb{R} \\ni \\vec{v} \\neq \\hat{\\mathbf{u}} \\Bigg| \\binom{n}{k}', '\\def\\foo#1{#1^2} \\foo{x} + \\operatorname{lcm}(a, b) \\pmod 5'];
let n = 0;
for (let i = 0; i < 40; i++) for (const f of formulas) n += katex.renderToString(`${f} + ${i}`, { displayMode: i % 2 === 0, throwOnError: false }).length;
console.log(n);
