// A grammar of expressions and statements, lexed and parsed to a syntax tree that is visited.
const { createToken, Lexer, CstParser } = require('./lib/src/api.js');

const Space = createToken({ name: 'Space', pattern: /\s+/, group: Lexer.SKIPPED });
const Name = createToken({ name: 'Name', pattern: /[a-z]\w*/ });
const [Let, If, Else, While] = ['let', 'if', 'else', 'while'].map((word) => createToken({ name: word, pattern: new RegExp(word), longer_alt: Name }));
const Num = createToken({ name: 'Num', pattern: /\d+/ });
const Text = createToken({ name: 'Text', pattern: /"[^"]*"/ });
const [Plus, Times, Is, Less, Open, Close, Begin, End, Comma, Semi] = ['+', '*', '=', '<', '(', ')', '{', '}', ',', ';'].map((c, i) => createToken({ name: `P${i}`, pattern: c }));
const all = [Space, Let, If, Else, While, Name, Num, Text, Plus, Times, Is, Less, Open, Close, Begin, End, Comma, Semi];
class Grammar extends CstParser {
  constructor() {
    super(all, { recoveryEnabled: true });
    const $ = this;
    $.RULE('program', () => { $.MANY(() => $.SUBRULE($.statement)); });
    $.RULE('statement', () => { $.OR([{ ALT: () => $.SUBRULE($.declaration) }, { ALT: () => $.SUBRULE($.condition) }, { ALT: () => $.SUBRULE($.loop) }, { ALT: () => $.SUBRULE($.block) }, { ALT: () => { $.SUBRULE($.expression); $.CONSUME(Semi); } }]); });
    $.RULE('declaration', () => { $.CONSUME(Let); $.CONSUME(Name); $.OPTION(() => { $.CONSUME(Is); $.SUBRULE($.expression); }); $.CONSUME(Semi); });
    $.RULE('condition', () => { $.CONSUME(If); $.CONSUME(Open); $.SUBRULE($.expression); $.CONSUME(Close); $.SUBRULE($.statement); $.OPTION(() => { $.CONSUME(Else); $.SUBRULE2($.statement); }); });
    $.RULE('loop', () => { $.CONSUME(While); $.CONSUME(Open); $.SUBRULE($.expression); $.CONSUME(Close); $.SUBRULE($.block); });
    $.RULE('block', () => { $.CONSUME(Begin); $.MANY(() => $.SUBRULE($.statement)); $.CONSUME(End); });
    $.RULE('expression', () => { $.SUBRULE($.sum); $.OPTION(() => { $.CONSUME(Less); $.SUBRULE2($.sum); }); });
    $.RULE('sum', () => { $.SUBRULE($.product); $.MANY(() => { $.CONSUME(Plus); $.SUBRULE2($.product); }); });
    $.RULE('product', () => { $.AT_LEAST_ONE_SEP({ SEP: Times, DEF: () => $.SUBRULE($.atom) }); });
    $.RULE('atom', () => { $.OR([{ ALT: () => $.CONSUME(Num) }, { ALT: () => $.CONSUME(Text) }, { ALT: () => { $.CONSUME(Name); $.OPTION(() => { $.CONSUME(Open); $.MANY_SEP({ SEP: Comma, DEF: () => $.SUBRULE2($.expression) }); $.CONSUME(Close); }); } }, { ALT: () => { $.CONSUME2(Open); $.SUBRULE($.expression); $.CONSUME2(Close); } }]); });
    this.performSelfAnalysis();
  }
}
const lexer = new Lexer(all), parser = new Grammar();
const Base = parser.getBaseCstVisitorConstructorWithDefaults();
class Count extends Base {
  constructor() { super(); this.n = 0; this.validateVisitor(); }
  atom(ctx) { this.n++; if (ctx.expression) for (const e of ctx.expression) this.visit(e); }
}
let n = 0;
for (let i = 0; i < 15; i++) {
  const { tokens } = lexer.tokenize(Array.from({ length: 20 }, (_, k) => `let x${k} = ${k} * (a + f(${i}, "t", b)); if (x${k} < 3) { y = y; z; } else while (a < ${k}) { g(1, 2); } ${k === 7 ? 'let ;' : ''}`.replace('y = y;', 'y + y;')).join('\n'));
  parser.input = tokens;
  const tree = parser.program(), count = new Count();
  count.visit(tree);
  n += count.n + parser.errors.length;
}
console.log(n);
