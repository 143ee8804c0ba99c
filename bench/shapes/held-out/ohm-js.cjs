// A grammar, its trees and two semantics over them.
const ohm = require('./dist/ohm.cjs');

const grammar = ohm.grammar('G { Exp = Add\n Add = Add "+" Mul -- plus\n | Add "-" Mul -- minus\n | Mul\n Mul = Mul "*" Pri -- times\n | Pri\n Pri = "(" Exp ")" -- paren\n | number\n | ident\n | List\n List = "[" ListOf<Exp, ","> "]"\n number = digit+ ("." digit+)?\n ident = ~"end" letter alnum* }');
const semantics = grammar.createSemantics();
semantics.addOperation('size', { Add_plus: (a, _, b) => a.size() + b.size(), Add_minus: (a, _, b) => a.size() - b.size(), Mul_times: (a, _, b) => a.size() * b.size(), Pri_paren: (_, e, __) => e.size(), List: (_, l, __) => l.asIteration().children.length, number: (a, b, c) => a.sourceString.length, ident: (a, b) => 1 });
semantics.addAttribute('text', { _iter: (...c) => c.map((x) => x.text).join(''), _terminal() { return this.sourceString; }, _nonterminal: (...c) => c.map((x) => x.text).join('') });
let n = 0;
for (let i = 0; i < 60; i++) {
  const match = grammar.match(`(${i} + x${i} * 2.5) - [a, ${i}, (b)] * y${i}`);
  n += semantics(match).size() + semantics(match).text.length;
  if (grammar.match(`${i} + end`).succeeded()) n++;
}
console.log(n);
