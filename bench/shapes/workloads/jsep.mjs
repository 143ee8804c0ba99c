// Expressions parsed and evaluated.
import jsep from './dist/jsep.js';

const evaluate = (node, scope) => {
  switch (node.type) {
    case 'Literal': return node.value;
    case 'Identifier': return scope[node.name];
    case 'BinaryExpression': {
      const a = evaluate(node.left, scope), b = evaluate(node.right, scope);
      return node.operator === '+' ? a + b : node.operator === '*' ? a * b : node.operator === '&&' ? a && b : a > b;
    }
    case 'UnaryExpression': return node.operator === '-' ? -evaluate(node.argument, scope) : !evaluate(node.argument, scope);
    case 'ConditionalExpression': return evaluate(node.test, scope) ? evaluate(node.consequent, scope) : evaluate(node.alternate, scope);
    case 'MemberExpression': return evaluate(node.object, scope)[node.computed ? evaluate(node.property, scope) : node.property.name];
    case 'CallExpression': return evaluate(node.callee, scope)(...node.arguments.map((a) => evaluate(a, scope)));
    case 'ArrayExpression': return node.elements.map((e) => evaluate(e, scope));
    case 'Compound': return node.body.map((e) => evaluate(e, scope)).at(-1);
    default: throw new Error(node.type);
  }
};
let n = 0;
for (let i = 0; i < 150; i++) n += Number(evaluate(jsep(`-a.b["c"] + max(${i}, x * 2) > 3 ? f([1, x, "s"]) + 1 : !y && ${i}`), { a: { b: { c: 1 } }, x: i, y: false, max: Math.max, f: (v) => v[1] }));
console.log(n);
