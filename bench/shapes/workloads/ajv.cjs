// A schema with references, formats of its own and combinations, compiled and used.
const Ajv = require('./dist/ajv.js').default;

let n = 0;
for (let i = 0; i < 6; i++) {
  const ajv = new Ajv({ allErrors: i % 2 === 0, useDefaults: true, coerceTypes: i % 3 === 0 });
  ajv.addFormat('even', { type: 'number', validate: (x) => x % 2 === 0 });
  ajv.addSchema({ $id: 'line', type: 'object', properties: { sku: { type: 'string', pattern: '^[a-z]+$', minLength: 1 }, n: { type: 'integer', minimum: 0, format: 'even' } }, required: ['sku', 'n'], additionalProperties: false });
  const validate = ajv.compile({ type: 'object', properties: { id: { type: 'number', multipleOf: 1 }, kind: { enum: ['a', 'b'] }, lines: { type: 'array', items: { $ref: 'line' }, minItems: 1, uniqueItems: true }, who: { oneOf: [{ type: 'string' }, { type: 'object', properties: { name: { const: 'x' } } }] }, note: { type: 'string', default: '', maxLength: 10 }, tree: { $ref: '#/$defs/tree' } }, required: ['id', 'lines'], if: { properties: { kind: { const: 'a' } } }, then: { required: ['who'] }, else: { not: { required: ['none'] } }, patternProperties: { '^x-': { type: 'boolean' } }, dependencies: { who: ['kind'] }, $defs: { tree: { type: 'object', properties: { left: { $ref: '#/$defs/tree' }, v: { anyOf: [{ type: 'null' }, { type: 'number' }] } } } } });
  for (let k = 0; k < 60; k++) if (!validate({ id: k, kind: k % 2 ? 'a' : 'c', lines: [{ sku: 'q', n: k }, { sku: 'Q', n: k }], who: k % 3 ? 'w' : { name: 'x' }, 'x-a': 1, tree: { left: { v: null } } })) n += validate.errors.length;
}
console.log(n);
