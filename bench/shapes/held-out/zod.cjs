// Schemas of all kinds, and good and bad input through them.
const { z } = require('./lib/index.js');

const address = z.object({ street: z.string().min(1), zip: z.string().regex(/^\d+$/), tags: z.array(z.string()).optional() });
const person = z.object({ name: z.string(), age: z.number().int().positive(), email: z.string().email().nullable(), address, role: z.enum(['a', 'b']), born: z.date().default(() => new Date(0)) });
const event = z.discriminatedUnion('type', [z.object({ type: z.literal('x'), at: z.coerce.number() }), z.object({ type: z.literal('y'), who: person }), z.object({ type: z.literal('z'), map: z.record(z.union([z.string(), z.number(), z.boolean()])) })]);
const all = z.array(event).transform((list) => list.length).refine((n) => n > 0);
const tree = z.lazy(() => z.object({ v: z.number(), kids: z.array(tree) }));
let n = 0;
for (let i = 0; i < 200; i++) {
  const who = { name: `n${i}`, age: i - 3, email: i % 2 ? null : `a${i}@example.org`, address: { street: 's', zip: `${i}` }, role: i % 3 ? 'a' : 'c' };
  const result = all.safeParse([{ type: 'x', at: `${i}` }, { type: 'y', who }, { type: 'z', map: { a: 1, b: 'x', c: true, d: i % 5 ? 1 : null } }]);
  n += result.success ? result.data : result.error.issues.length;
  n += tree.parse({ v: i, kids: [{ v: 1, kids: [] }, { v: 2, kids: [{ v: 3, kids: [] }] }] }).kids.length;
}
console.log(n);
