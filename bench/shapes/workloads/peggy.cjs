// A parser made of a grammar of expressions, and used.
const peggy = require('./lib/peg.js');

const grammar = 'start = _ e:expr _ { return e; }\nexpr = head:term tail:(_ @("+" / "-") _ @term)* { return tail.reduce((a, [op, b]) => op === "+" ? a + b : a - b, head); }\nterm = head:factor tail:(_ ("*" / "/") _ factor)* { return tail.reduce((a, t) => t[1] === "*" ? a * t[3] : a / t[3], head); }\nfactor = "(" @expr ")" / number / name:$([a-z]i+ !"(") { return name.length; } / "!" &factor f:factor { return -f; } / string|1..3, ","| { return 1; }\nnumber "number" = digits:[0-9]+ ("." [0-9]*)? { return parseInt(digits.join(""), 10); }\nstring = "\\"" chars:[^"]* "\\"" { return chars; }\n_ = [ \\t\\n]* / comment?\ncomment = "#" (!"\\n" .)*';
let n = 0;
for (let i = 0; i < 6; i++) {
  const parser = peggy.generate(grammar, { cache: i % 2 === 0, optimize: i % 3 ? 'size' : 'speed' });
  for (let k = 0; k < 40; k++) n += parser.parse(`(${k} + 2) * 3 - x * (4 / ${k + 1} + "a","b") + ${k}`);
}
console.log(Math.round(n));
