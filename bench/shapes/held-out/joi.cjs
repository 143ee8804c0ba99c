// Schemas of all kinds, and good and bad input through them.
const Joi = require('./lib/index.js');

const schema = Joi.object({ name: Joi.string().min(2).max(20).required(), age: Joi.number().integer().min(0), email: Joi.string().email({ tlds: false }).allow(null), tags: Joi.array().items(Joi.string(), Joi.number()).max(4).unique(), born: Joi.date().iso(), ok: Joi.boolean().default(true), kind: Joi.valid('a', 'b'), a: Joi.when('kind', { is: 'a', then: Joi.string().required(), otherwise: Joi.forbidden() }), any: Joi.alternatives(Joi.number(), Joi.string().pattern(/^x/)), ref: Joi.ref('age'), bin: Joi.binary() }).or('age', 'email').unknown(false);
let n = 0;
for (let i = 0; i < 150; i++) {
  const value = { name: i % 5 ? `name${i}` : 'n', age: i, email: i % 2 ? null : `a${i}@example.org`, tags: ['a', i, ...(i % 3 ? ['b'] : ['a'])], born: '2020-01-01', kind: i % 4 ? 'a' : 'b', a: 'x', any: i % 2 ? `x${i}` : i, ref: i };
  const { error, value: out } = schema.validate(value, { abortEarly: false });
  n += error ? error.details.length + error.message.length : Object.keys(out).length;
}
console.log(n, JSON.stringify(schema.describe()).length);
