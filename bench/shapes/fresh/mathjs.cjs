// Expressions parsed, simplified, derived and evaluated; matrices, units, fractions and complex numbers.
const { create, all } = require('./lib/cjs/index.js');

const math = create(all, {});
let n = 0;
for (let i = 1; i < 12; i++) {
  for (const text of [`x^2 + ${i} * x - sin(x) / 2`, `f(a, b) = a * b + ${i}`, `[1, 2; ${i}, 4] * [x; 2]`, `x > ${i} ? 2 cm : 3 inch`, '{a: 1, b: [1, 2, 3]}.b[2]', `sqrt(-${i}) + 2i`, '"text"', 'a = 3; a += 1; a!', '1:3:10', `det([${i}, 2; 3, 4])`].map((t) => t.replace('a += 1; ', ''))) {
    const node = math.parse(text);
    n += node.toString().length + node.toTex().length;
    node.traverse((child) => { n += child.type.length; });
    n += node.transform((child) => (child.isSymbolNode && child.name === 'y' ? new math.ConstantNode(3) : child)).toString().length;
    n += String(node.compile().evaluate({ x: 2 })).length;
  }
  n += math.simplify(`x + x + ${i} * (y - y) + 2 * 3`).toString().length + math.derivative(`x^${i} + 3 * x`, 'x').toString().length;
  const m = math.matrix([[i, 2, 3], [4, 5, 6], [7, 8, 10]]), sparse = math.sparse([[1, 0, i], [0, 2, 0], [0, 0, 3]]);
  n += math.format(math.inv(m)).length + math.format(math.multiply(m, sparse)).length + math.format(math.lusolve(m, [1, 2, 3])).length;
  n += math.format(math.add(math.fraction(1, i), math.fraction(2, 3))).length + math.format(math.multiply(math.complex(1, i), math.complex(2, 3))).length + math.format(math.unit(i, 'km').to('mile')).length + math.format(math.bignumber(i).pow(3)).length;
}
console.log(n);
