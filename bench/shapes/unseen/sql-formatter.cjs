// Statements of several dialects, formatted in several ways.
const { format } = require('./dist/index.cjs');

const statements = ["SELECT a.id, count(*) c, CASE WHEN x > 1 THEN 'a' ELSE 'b' END k FROM t a LEFT JOIN u ON a.id = u.tid WHERE a.n BETWEEN 1 AND 2 AND b IN (1,2,3) GROUP BY 1 HAVING count(*) > 2 ORDER BY c DESC LIMIT 10, 20 -- end\n;",
  'INSERT INTO t (a, b) VALUES (1, NULL), (2, ?); UPDATE t SET a = a + 1, b = (SELECT max(x) FROM u) WHERE NOT EXISTS (SELECT 1); DELETE FROM t WHERE a <> 3',
  'CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT \'x\', FOREIGN KEY (id) REFERENCES u(id)); ALTER TABLE t ADD COLUMN z INT; DROP TABLE IF EXISTS u',
  'WITH RECURSIVE w AS (SELECT 1 n UNION ALL SELECT n + 1 FROM w) /* block */ SELECT * FROM w, (SELECT fn(a, b[1]) FROM t) s WHERE "q" LIKE \'%x\' OR a::int = 3'];
let n = 0;
for (let i = 0; i < 6; i++) {
  for (const language of ['sql', 'postgresql', 'mysql', 'sqlite', 'tsql', 'bigquery', 'plsql']) {
    for (const s of statements) {
      for (const options of [{}, { keywordCase: 'upper', tabWidth: 4, logicalOperatorNewline: 'after' }, { indentStyle: 'tabularLeft', denseOperators: true, linesBetweenQueries: 3 }]) {
        try { n += format(s, { language, ...options }).length; } catch { n++; }
      }
    }
  }
}
console.log(n);
