// Queries built, compiled for three dialects and never sent.
const { Kysely, DummyDriver, PostgresAdapter, PostgresQueryCompiler, PostgresIntrospector, MysqlAdapter, MysqlQueryCompiler, MysqlIntrospector,
  SqliteAdapter, SqliteQueryCompiler, SqliteIntrospector, sql, CamelCasePlugin } = require('./dist/cjs/index.js');

const dialect = (Adapter, Compiler, Introspector) => ({ createAdapter: () => new Adapter(), createDriver: () => new DummyDriver(), createIntrospector: (db) => new Introspector(db), createQueryCompiler: () => new Compiler() });
const dialects = [dialect(PostgresAdapter, PostgresQueryCompiler, PostgresIntrospector), dialect(MysqlAdapter, MysqlQueryCompiler, MysqlIntrospector), dialect(SqliteAdapter, SqliteQueryCompiler, SqliteIntrospector)];
let n = 0;
for (const [d, one] of dialects.entries()) {
  const db = new Kysely({ dialect: one, plugins: d === 1 ? [new CamelCasePlugin()] : [] });
  for (let i = 0; i < 25; i++) {
    const queries = [
      db.selectFrom('person').innerJoin('pet', 'pet.owner_id', 'person.id').select(['person.id', 'pet.name as pet_name']).where('age', '>', i).where((eb) => eb.or([eb('name', '=', 'x'), eb.not(eb('name', 'like', 'y%'))])).orderBy('age', 'desc').limit(10).offset(i),
      db.selectFrom('person').select((eb) => [eb.fn.countAll().as('all'), eb.fn.max('age').as('oldest'), eb.selectFrom('pet').select('name').whereRef('pet.owner_id', '=', 'person.id').limit(1).as('one')]).groupBy('city').having((eb) => eb.fn.count('id'), '>', i),
      db.insertInto('person').values([{ name: `n${i}`, age: i }, { name: 'm', age: null }]),
      db.updateTable('person').set({ age: sql`age + ${i}`, name: (eb) => eb.ref('nick') }).where('id', 'in', [1, 2, i]),
      db.deleteFrom('pet').where('owner_id', 'is', null).where('kind', '=', 'dog'),
      db.with('old', (q) => q.selectFrom('person').selectAll().where('age', '>', 60 + i)).selectFrom('old').selectAll().distinct().union(db.selectFrom('person').selectAll()),
      db.selectFrom('person').leftJoin('city', (join) => join.onRef('city.id', '=', 'person.city_id').on('city.name', '!=', 'z')).select((eb) => eb.case().when('age', '<', 18).then('child').else('adult').end().as('kind')).where(sql`lower(name)`, '=', 'q'),
      db.schema.createTable(`t${i}`).addColumn('id', 'integer', (c) => c.primaryKey().notNull()).addColumn('name', 'varchar(20)', (c) => c.defaultTo('x').unique()).addForeignKeyConstraint('fk', ['id'], 'person', ['id'], (c) => c.onDelete('cascade')),
      db.schema.alterTable('person').addColumn('zip', 'text'), db.schema.createIndex('by_age').on('person').columns(['age', 'name']).unique(), db.schema.dropTable('t').ifExists(),
    ];
    for (const query of queries) n += query.compile().sql.length + query.compile().parameters.length;
  }
}
console.log(n);
