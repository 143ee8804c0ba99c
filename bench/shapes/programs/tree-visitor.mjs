// A visitor over five kinds of nodes, with a switch: in each case one shape.
class Num { constructor(v) { this.kind = 0; this.v = v; } }
class Add { constructor(l, r) { this.kind = 1; this.l = l; this.r = r; } }
class Neg { constructor(e) { this.kind = 2; this.e = e; } }
class Mul { constructor(l, r) { this.kind = 3; this.r = r; this.l = l; } }
class If { constructor(c, a, b) { this.kind = 4; this.c = c; this.a = a; this.b = b; } }
function evaluate(node) {
  switch (node.kind) {
    case 0: return node.v;
    case 1: return evaluate(node.l) + evaluate(node.r);
    case 2: return -evaluate(node.e);
    case 3: return evaluate(node.l) * evaluate(node.r);
    default: return evaluate(node.c) ? evaluate(node.a) : evaluate(node.b);
  }
}
const tree = new If(new Num(1), new Add(new Mul(new Num(4), new Num(5)), new Neg(new Num(3))), new Num(2));
let sum = 0;
for (let i = 0; i < 2000; i++) sum += evaluate(tree);
console.log(sum);
