// A tree traversed and replaced.
const { traverse, replace, VisitorOption } = require('./estraverse.js');

const leaf = (i) => (i % 3 === 0 ? { type: 'Literal', value: i } : { type: 'Identifier', name: `x${i}` });
const make = (d, i) => (d === 0 ? leaf(i) : [{ type: 'BinaryExpression', operator: '+', left: make(d - 1, i), right: make(d - 1, i + 1) }, { type: 'CallExpression', callee: leaf(1), arguments: [make(d - 1, i), leaf(2)] }, { type: 'ArrayExpression', elements: [null, make(d - 1, i)] }, { type: 'MemberExpression', object: make(d - 1, i), property: leaf(1), computed: false }, { type: 'ConditionalExpression', test: leaf(i), consequent: make(d - 1, i), alternate: make(d - 1, 2) }, { type: 'ObjectExpression', properties: [{ type: 'Property', key: leaf(1), value: make(d - 1, i), kind: 'init' }] }][(d + i) % 6]);
const tree = { type: 'Program', body: Array.from({ length: 12 }, (_, i) => ({ type: 'ExpressionStatement', expression: make(6, i) })) };
let n = 0;
for (let i = 0; i < 5; i++) {
  traverse(tree, { enter(node, parent) { n += node.type.length; if (node.type === 'ArrayExpression' && i === 3) return VisitorOption.Skip; }, leave(node) { if (node.type === 'Literal') n++; } });
  replace(tree, { enter(node) { if (node.type === 'Literal') return { type: 'Literal', value: node.value, raw: `${node.value}` }; } });
}
console.log(n);
