// A schema built from text, documents parsed, validated, executed, printed and visited.
const { buildSchema, parse, validate, execute, print, visit, introspectionFromSchema, buildClientSchema, printSchema } = require('./index.js');

const types = Array.from({ length: 25 }, (_, i) => `"""Type ${i}""" type T${i} implements Node { id: ID! name(short: Boolean = false, n: Int): String! next: T${(i + 1) % 25} all(first: Int = 3, order: Order): [T${(i * 7) % 25}!]! kind: Order @deprecated(reason: "old") either: Either }`).join('\n');
const schema = buildSchema(`interface Node { id: ID! } enum Order { UP DOWN } input Filter { text: String tags: [String!] = ["a"] inner: Filter } scalar Date union Either = T0 | T1\n${types}\ntype Query { node(id: ID!, filter: Filter, at: Date): Node t0: T0 list: [T3!] } type Mutation { add(filter: Filter!): T1 }`);
const value = (depth) => ({ __typename: 'T0', id: 1, name: ({ short }) => (short ? 's' : 'long'), kind: 'UP', next: () => (depth > 0 ? value(depth - 1) : null), all: () => (depth > 0 ? [value(depth - 1), value(depth - 1)] : []) });
let n = 0;
for (let i = 0; i < 20; i++) {
  const document = parse(`query Q($id: ID!, $f: Filter = { text: "x${i}", tags: ["b", "c"] }, $yes: Boolean = true) { node(id: $id, filter: $f) { id ...on T0 { name(short: true, n: ${i}) } ...F } t0 { all(first: ${i}, order: DOWN) { id @include(if: $yes) next { id kind } } next { name all { id } } } } fragment F on T1 { id next { ...G } } fragment G on T2 { id @skip(if: false) } mutation M { add(filter: { text: "a", inner: { text: null, tags: [] } }) { id } }`);
  n += validate(schema, document).length + print(document).length;
  visit(document, { enter(node) { if (node.kind === 'Field' && node.alias) return false; n++; } });
  visit(document, { Name: { leave(node) { n += node.value.length; } }, Field(node) { n += node.arguments.length; } });
  const result = execute({ schema, document, rootValue: { t0: value(3), node: { __typename: 'T0', id: 2, name: 'x' } }, variableValues: { id: '1' }, operationName: 'Q' });
  n += JSON.stringify(result.data ?? result.errors).length;
}
n += printSchema(buildClientSchema(introspectionFromSchema(schema))).length;
console.log(n);
