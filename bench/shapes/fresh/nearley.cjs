// A grammar in nearley's own language, compiled, and sums parsed by what came out.
const nearley = require('./lib/nearley.js');
const compile = require('./lib/compile.js'), generate = require('./lib/generate.js'), lint = require('./lib/lint.js');
const grammar = require('./lib/nearley-language-bootstrapped.js');

const text = 'main -> statement:+ {% d => d[0] %}\nstatement -> word ws "=" ws sum ";" {% d => ({ name: d[0], value: d[4] }) %}\nsum -> sum ws [+-] ws product {% d => ({ kind: "sum", left: d[0], right: d[4] }) %} | product {% id %}\nproduct -> product ws [*/] ws atom {% d => ({ kind: "product", left: d[0], right: d[4] }) %} | atom {% id %}\natom -> number {% id %} | word {% id %} | "(" ws sum ws ")" {% d => d[2] %}\nnumber -> [0-9]:+ {% d => Number(d[0].join("")) %}\nword -> [a-z]:+ {% d => d[0].join("") %}\nws -> " ":*\n';
let n = 0, rules;
for (let i = 0; i < 10; i++) {
  const parser = new nearley.Parser(nearley.Grammar.fromCompiled(grammar));
  parser.feed(text);
  const compiled = compile(parser.results[0], {});
  lint(compiled, { out: { write() {} } });
  n += generate(compiled, 'g').length;
  rules = compiled;
}
const module2 = { exports: {} };
new Function('module', 'exports', generate(rules, 'g'))(module2, module2.exports);
for (let i = 0; i < 10; i++) {
  const parser = new nearley.Parser(nearley.Grammar.fromCompiled(module2.exports), { keepHistory: true });
  for (const line of Array.from({ length: 10 }, (_, k) => `a = ${k} + b * (${i} - 2) / c;`)) parser.feed(line);
  n += parser.results.length;
  try { parser.feed('?'); } catch (error) { n += error.message.length; }
}
console.log(n);
