// Queries of all kinds built and compiled for several databases; none is sent.
const knex = require('./knex.js');

const dialects = ['pg', 'mysql2', 'better-sqlite3', 'mssql'].map((client) => {
  const Client = require(`./lib/dialects/${{ pg: 'postgres', mysql2: 'mysql2', 'better-sqlite3': 'better-sqlite3', mssql: 'mssql' }[client]}/index.js`);
  class NoDriver extends Client { _driver() { return {}; } }
  return knex({ client: NoDriver, version: '12', useNullAsDefault: true });
});
let n = 0;
for (let i = 0; i < 60; i++) {
  for (const db of dialects) {
    const some = [
      db('users').where({ id: i, name: 'x' }).orWhere('age', '>', 3).select('id', 'name as n').orderBy('name', 'desc').limit(10).offset(i),
      db.select(db.raw('count(*) as c')).from('users as u').join('posts as p', 'u.id', 'p.user').leftJoin('tags', function () { this.on('tags.id', '=', 'p.tag').orOn('tags.x', 'p.x'); }).groupBy('u.id').having('c', '>', 2),
      db('posts').insert([{ title: `t${i}`, body: 'b' }, { title: 'u', body: null }]),
      db('posts').where('id', i).update({ title: 'v', seen: db.raw('seen + 1') }),
      db('posts').whereIn('id', [1, 2, i]).whereNotNull('title').whereBetween('at', [1, 2]).del(),
      db('a').whereExists(db('b').whereRaw('b.a = a.id')).union([db('c').select('x'), db('d').select('x')]),
      db.with('w', db('users').max('age as m')).select('*').from('w').whereNot((q) => q.where('m', 1).orWhereNull('m')),
      db.schema.createTable('t', (t) => { t.increments('id'); t.string('name', 40).notNullable().index(); t.integer('n').defaultTo(i); t.timestamp('at').nullable(); t.unique(['name', 'n']); t.foreign('n').references('users.id').onDelete('CASCADE'); }),
    ];
    for (const query of some) n += query.toString().length;
    for (const query of some.slice(0, 7)) n += query.toSQL().sql.length;
  }
}
console.log(n);
