// Schemas of all kinds, good and bad input through them.
const yup = require('./index.js');

const address = yup.object({ street: yup.string().required().min(2), zip: yup.string().matches(/^\d+$/, 'zip'), tags: yup.array(yup.string()).max(3) });
const person = yup.object({
  name: yup.string().trim().lowercase().required(), age: yup.number().integer().positive().max(120), email: yup.string().email().nullable(),
  born: yup.date().max(new Date(2030, 1, 1)), admin: yup.boolean().default(false), role: yup.mixed().oneOf(['a', 'b']), address,
  pair: yup.tuple([yup.string(), yup.number()]), guardian: yup.string().when('age', { is: (age) => age < 18, then: (s) => s.default('g'), otherwise: (s) => s.strip() }),
  again: yup.string().oneOf([yup.ref('name')]),
});
const tree = yup.object({ v: yup.number().required(), kids: yup.array().of(yup.lazy(() => tree.default(undefined))) });
let n = 0;
for (let i = 0; i < 60; i++) {
  const value = { name: ` N${i} `, age: i, email: i % 3 ? `a${i}@example.org` : 'bad', born: '2001-02-03', role: i % 4 ? 'a' : 'c', address: { street: 's'.repeat(i % 4), zip: `${i}`, tags: ['a', 'b'] }, pair: ['x', i], again: 'x' };
  for (const abortEarly of [true, false]) {
    try { n += person.validateSync(value, { abortEarly }).age; } catch (error) { n += error.errors.length; }
  }
  n += person.cast(value, { assert: false }).name.length + (address.isValidSync(value.address) ? 1 : 0);
  n += JSON.stringify(tree.validateSync({ v: i, kids: [{ v: '2', kids: [{ v: 3 }] }, { v: 4 }] })).length;
  n += Object.keys(person.describe().fields).length + Object.keys(person.shape({ more: yup.number() }).omit(['pair']).partial().getDefault()).length;
}
console.log(n);
