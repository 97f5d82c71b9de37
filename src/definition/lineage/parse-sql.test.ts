import fc from 'fast-check'
import { expect, test } from 'vitest'
import { datasetsOfSql, MAX_SQL_LENGTH } from './parse-sql.ts'

type Case = readonly [
  what: string,
  sql: string,
  reads: readonly string[],
  writes: readonly string[],
]

const known: readonly Case[] = [
  [
    'Hive: a partition is overwritten',
    "INSERT OVERWRITE TABLE dwd.orders PARTITION (dt='${day}') SELECT * FROM ods.orders WHERE dt='$[yyyyMMdd-1]'",
    ['ods.orders'],
    ['dwd.orders'],
  ],
  [
    'Hive: many inserts from one source',
    "FROM ods.log l INSERT OVERWRITE TABLE dwd.a SELECT l.x WHERE l.t=1 INSERT INTO TABLE dwd.b PARTITION(dt='x') SELECT l.y FROM dim.d",
    ['dim.d', 'ods.log'],
    ['dwd.a', 'dwd.b'],
  ],
  [
    'Hive: many inserts from a subquery with the word INSERT in it',
    "FROM (SELECT * FROM ods.log WHERE op = 'INSERT') l INSERT INTO a.x SELECT 1 INSERT INTO a.y SELECT 2",
    ['ods.log'],
    ['a.x', 'a.y'],
  ],
  [
    'Hive: a common table expression before FROM',
    'WITH q AS (SELECT * FROM a.b) FROM q INSERT INTO TABLE c.d SELECT q.x',
    ['a.b'],
    ['c.d'],
  ],
  [
    'Hive: settings, jars and USE',
    'SET hive.exec.dynamic.partition=true; ADD JAR /x.jar; USE dwd; INSERT OVERWRITE TABLE o PARTITION(dt) SELECT a, dt FROM ods.o DISTRIBUTE BY dt',
    ['ods.o'],
    ['dwd.o'],
  ],
  [
    'Hive: a table from a query',
    'CREATE TABLE IF NOT EXISTS tmp.x STORED AS ORC AS SELECT a FROM b.c LATERAL VIEW explode(arr) t AS item',
    ['b.c'],
    ['tmp.x'],
  ],
  [
    'Hive: partitions, loading, directories',
    "ALTER TABLE dwd.o DROP IF EXISTS PARTITION (dt='1'); LOAD DATA INPATH '/x' OVERWRITE INTO TABLE ods.z PARTITION (dt='1'); INSERT OVERWRITE DIRECTORY '/tmp/out' SELECT * FROM a.b",
    ['a.b'],
    ['dwd.o', 'ods.z'],
  ],
  [
    'Hive: definitions move no rows',
    "CREATE EXTERNAL TABLE ods.ext (a string, b map<string,array<int>>) STORED AS PARQUET LOCATION '/x'; MSCK REPAIR TABLE ods.ext; ANALYZE TABLE ods.ext COMPUTE STATISTICS; DROP TABLE IF EXISTS ods.old",
    [],
    [],
  ],
  [
    'Spark: MERGE with stars',
    'MERGE INTO dwd.t USING ods.s ON t.id = s.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *',
    ['ods.s'],
    ['dwd.t'],
  ],
  [
    'Spark: a view of the session',
    'CREATE OR REPLACE TEMPORARY VIEW v AS SELECT * FROM a.b; CACHE TABLE k AS SELECT * FROM v; INSERT INTO c.d SELECT * FROM k JOIN V',
    ['a.b'],
    ['c.d'],
  ],
  [
    'Spark: CTAS with PIVOT',
    "CREATE TABLE db.t USING parquet PARTITIONED BY (dt) AS SELECT * FROM a.b PIVOT (sum(x) FOR y IN ('a','b'))",
    ['a.b'],
    ['db.t'],
  ],
  [
    'MySQL: quotes, comments, duplicates',
    "INSERT INTO `dw`.`orders` (a) SELECT a FROM `src`.`orders` # not from x.y\nWHERE k = 'it\\'s; from z' ON DUPLICATE KEY UPDATE b = VALUES(b)",
    ['src.orders'],
    ['dw.orders'],
  ],
  [
    'MySQL: UPDATE over a join',
    'UPDATE dw.o JOIN src.x ON o.id = x.id SET o.v = x.v',
    ['src.x'],
    ['dw.o'],
  ],
  [
    'MySQL: UPDATE of the second table',
    'UPDATE a.x t1, b.y t2 SET t2.v = t1.v WHERE t1.id = t2.id',
    ['a.x'],
    ['b.y'],
  ],
  [
    'MySQL: DELETE by an alias',
    'DELETE o FROM dw.o AS o INNER JOIN src.x AS x ON o.id = x.id',
    ['src.x'],
    ['dw.o'],
  ],
  [
    'MySQL: a temporary table',
    'CREATE TEMPORARY TABLE tt (a int); INSERT INTO tt SELECT * FROM a.b; REPLACE INTO c.d SELECT * FROM tt; DROP TEMPORARY TABLE tt',
    ['a.b'],
    ['c.d'],
  ],
  [
    'MySQL: tables change places',
    'RENAME TABLE dw.o TO dw.old, dw.fresh TO dw.o; TRUNCATE dw.log',
    ['dw.fresh', 'dw.o'],
    ['dw.log', 'dw.o', 'dw.old'],
  ],
  [
    'a table that the script makes and drops',
    'CREATE TABLE tmp.x AS SELECT * FROM a.b; INSERT INTO c.d SELECT * FROM tmp.x; DROP TABLE tmp.x',
    ['a.b'],
    ['c.d'],
  ],
  [
    'PostgreSQL: quoted names and conflicts',
    'INSERT INTO "dw"."Orders" SELECT * FROM src.o ON CONFLICT (id) DO UPDATE SET v = EXCLUDED.v RETURNING id',
    ['src.o'],
    ['dw.Orders'],
  ],
  [
    'PostgreSQL: a changing common table expression',
    "WITH moved AS (DELETE FROM a.b WHERE x < now() - interval '1 day' RETURNING *) INSERT INTO c.d SELECT * FROM moved",
    [],
    ['a.b', 'c.d'],
  ],
  [
    'PostgreSQL: UPDATE FROM, DELETE USING',
    'UPDATE dw.o SET v = s.v::int FROM src.s AS s WHERE s.id = o.id; DELETE FROM dw.p USING src.t WHERE t.id = p.id RETURNING p.id',
    ['src.s', 'src.t'],
    ['dw.o', 'dw.p'],
  ],
  [
    'PostgreSQL: a temporary table of the transaction',
    'CREATE TEMP TABLE tt ON COMMIT DROP AS SELECT * FROM a.b; INSERT INTO c.d SELECT * FROM tt',
    ['a.b'],
    ['c.d'],
  ],
  [
    'PostgreSQL: COPY and a materialized view',
    "COPY dw.o FROM '/x.csv' WITH (FORMAT csv); COPY (SELECT * FROM a.b) TO '/y'; REFRESH MATERIALIZED VIEW dw.mv",
    ['a.b'],
    ['dw.mv', 'dw.o'],
  ],
  [
    'PostgreSQL: functions and LATERAL are no tables',
    'SELECT DISTINCT ON (a) a FROM generate_series(1, 10) g, x.y, LATERAL (SELECT * FROM z.w WHERE w.a = y.a) l',
    ['x.y', 'z.w'],
    [],
  ],
  [
    'Trino: three parts, UNNEST, properties',
    "CREATE TABLE hive.tmp.x WITH (format = 'ORC', partitioned_by = ARRAY['dt']) AS SELECT * FROM mysql.a.b CROSS JOIN UNNEST(arr) AS t(x)",
    ['mysql.a.b'],
    ['hive.tmp.x'],
  ],
  [
    'a recursive expression reads itself, another one reads the table of its name',
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t) SELECT * FROM t; WITH orders AS (SELECT * FROM orders) SELECT * FROM orders',
    ['orders'],
    [],
  ],
  [
    'Flink: watermarks and a statement set',
    "CREATE TABLE src (id BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector'='kafka'); EXECUTE STATEMENT SET BEGIN INSERT INTO a.x SELECT * FROM src; INSERT INTO a.y SELECT window_start FROM TABLE(TUMBLE(TABLE k.s, DESCRIPTOR(ts), INTERVAL '10' MINUTES)); END",
    ['k.s', 'src'],
    ['a.x', 'a.y'],
  ],
  [
    'Flink: a lookup join',
    'INSERT INTO dw.o SELECT o.*, r.rate FROM k.orders AS o JOIN dim.r FOR SYSTEM_TIME AS OF o.proctime AS r ON o.c = r.c',
    ['dim.r', 'k.orders'],
    ['dw.o'],
  ],
  [
    'Oracle: hints, old joins, many targets',
    'INSERT ALL INTO a.x VALUES (1) INTO a.y VALUES (2) SELECT /*+ parallel(4) */ * FROM src.a a, src.b b, dual WHERE a.id = b.id(+)',
    ['src.a', 'src.b'],
    ['a.x', 'a.y'],
  ],
  [
    'SQL Server: brackets, #tables, UPDATE by an alias',
    'SELECT a INTO #t FROM [src].[dbo].[y]; UPDATE o SET x = 1 FROM dw.dbo.o AS o JOIN #t t ON t.a = o.a',
    ['src.dbo.y'],
    ['dw.dbo.o'],
  ],
  [
    'ClickHouse and StarRocks',
    'INSERT INTO dw.o SELECT * FROM src.o FINAL PREWHERE x = 1; INSERT OVERWRITE dw.p SELECT * FROM src.p',
    ['src.o', 'src.p'],
    ['dw.o', 'dw.p'],
  ],
  [
    'comments and strings hold no tables',
    "-- INSERT INTO x.y SELECT 1;\n/* FROM z; */ SELECT 'insert into q.r select * from s.t; ' FROM a.b -- end",
    ['a.b'],
    [],
  ],
  [
    'subqueries wherever they stand',
    'INSERT INTO a.b VALUES (1, (SELECT max(x) FROM q.r)); SELECT 1 FROM s.t WHERE EXISTS (SELECT 1 FROM u.v) ORDER BY (SELECT 1 FROM w.x)',
    ['q.r', 's.t', 'u.v', 'w.x'],
    ['a.b'],
  ],
  [
    'the word FROM in functions and operators',
    "SELECT extract(day FROM t.at), trim(both 'x' FROM t.y) FROM a.b t JOIN c.d u ON t.x IS NOT DISTINCT FROM u.x JOIN pg.f(1) v ON 1 = 1",
    ['a.b', 'c.d'],
    [],
  ],
  [
    'definitions with words that mean rows elsewhere',
    'CREATE TABLE a.b (copy INT) PARTITION BY RANGE (copy) (PARTITION p VALUES LESS THAN (10)); DROP VIEW v; TRUNCATE a.c, a.d',
    [],
    ['a.c', 'a.d'],
  ],
  ['nothing at all', ' ;; -- nothing\n', [], []],
]

test.each(known)('%s', (_, sql, reads, writes) => {
  const found = datasetsOfSql(sql)

  expect({ ...found, reads: [...found.reads].sort(), writes: [...found.writes].sort() }).toEqual({
    reads,
    writes,
    isUnknown: false,
  })
})

test.each([
  ['dwd.orders_${day}', 'ods.o$[yyyyMMdd]'],
  ['${db}.orders', '!{db}.o'],
  ['${table}', 'a.${x}${y}_z'],
  ['`${db}`.`orders`', '`ods`.`o_${x}`'],
])('placeholders stay in the names: %s from %s', (to, from) => {
  const found = datasetsOfSql(
    `INSERT INTO ${to} SELECT \${column}, '$[yyyy-MM-dd]' FROM ${from} WHERE \${condition} AND x IN (!{list}) LIMIT \${n}`,
  )

  const plain = (name: string): string => name.replaceAll('`', '')
  expect(found).toEqual({ reads: [plain(from)], writes: [plain(to)], isUnknown: false })
})

test.each([
  ['broken SQL', 'SELECT * FROM a.b WHERE'],
  ['a call', 'CALL dw.refresh(1)'],
  ['a block', 'BEGIN dw.pkg.refresh; END;'],
  ['an anonymous block', 'DO $$ BEGIN PERFORM dw.refresh(); END $$'],
  ['SQL that is a placeholder', '${sql}'],
  ['a string that never ends', "SELECT 'x FROM a.b"],
  ['code inside a comment', '/*!40101 INSERT INTO a.b SELECT 1 */'],
  ['text', 'hello world'],
  ['what a lenient dialect passes over', "SELECT * INTO OUTFILE '/x' FROM a.b"],
  ['a column of a table that looks like a table', 'SELECT * FROM a.b t, t.items i'],
  ['a table of values', 'CREATE TABLE a.e AS VALUES (1)'],
  ['SQL that runs SQL', "EXECUTE IMMEDIATE 'insert into a.b select 1'"],
])('%s is unknown, and nothing is guessed', (_, sql) => {
  expect(datasetsOfSql(sql)).toEqual({ reads: [], writes: [], isUnknown: true })
})

test('a minus behind a minus is a comment to some dialects only', () => {
  expect(datasetsOfSql('SELECT 5--1 FROM a.b')).toMatchObject({ isUnknown: true })
})

test('what is understood beside what is not stays, marked as not all', () => {
  expect(datasetsOfSql('INSERT INTO a.b SELECT * FROM c.d; CALL refresh()')).toEqual({
    reads: ['c.d'],
    writes: ['a.b'],
    isUnknown: true,
  })
})

test('text that two dialects understand differently is unknown', () => {
  // With backslashes the string ends after `d`; without, before it begins a comment.
  const sql = "SELECT 'a\\' FROM x.y --' FROM z.w"

  expect(datasetsOfSql(sql)).toEqual({ reads: [], writes: [], isUnknown: true })
})

test('the case of names is kept, and names that differ in it are one', () => {
  expect(datasetsOfSql('INSERT INTO Dwd.Orders SELECT * FROM ODS.o JOIN ods.O b')).toEqual({
    reads: ['ODS.o'],
    writes: ['Dwd.Orders'],
    isUnknown: false,
  })
})

test.each([
  ['long', `SELECT * FROM a.b -- ${'x'.repeat(MAX_SQL_LENGTH)}`],
  ['deep', `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)} FROM a.b`],
  ['nested', `${'SELECT * FROM ('.repeat(3000)}SELECT 1${')'.repeat(3000)}`],
  ['made of comparisons', `SELECT ${'a < b, c + '.repeat(8000)} 1`],
])('what is too %s to parse is unknown, and what comes after is not', (_, sql) => {
  expect(datasetsOfSql(sql).isUnknown).toBe(true)
  expect(datasetsOfSql('SELECT 1 FROM a.b').reads).toEqual(['a.b'])
})

test('a list of 2,000 conditions and of 2,000 rows is read', () => {
  const conditions = Array.from({ length: 2000 }, (_, n) => `f${n} = ${n}`).join(' AND ')
  const rows = Array.from({ length: 2000 }, (_, n) => `(${n}, 'x')`).join(', ')

  expect(datasetsOfSql(`SELECT * FROM a.b WHERE ${conditions}`).reads).toEqual(['a.b'])
  expect(datasetsOfSql(`INSERT INTO a.b VALUES ${rows}`).writes).toEqual(['a.b'])
})

const name = fc.stringMatching(/^[a-z][a-z0-9_]{2,8}$/).map((text) => `t_${text}`)
const table = fc.tuple(name, name).map(([schema, last]) => `${schema}.${last}`)
const space = fc.constantFrom(' ', '\n', ' /* ; from no.no */ ', "\t-- it's no.no\n")

test('however a script is spaced and commented, its tables are the same', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(table, { minLength: 3, maxLength: 3 }),
      fc.infiniteStream(space),
      (tables, spaces) => {
        const [to = '', from = '', joined = ''] = tables
        const sql = `insert into ${to} with q as ( select * from ${from} ) select * from q join ${joined} on 1 = 1 ;`

        const found = datasetsOfSql(
          sql
            .split(' ')
            .map((word) => word + (spaces.next().value ?? ' '))
            .join(''),
        )

        expect({ ...found, reads: [...found.reads].sort() }).toEqual({
          reads: [from, joined].sort(),
          writes: [to],
          isUnknown: false,
        })
      },
    ),
    { numRuns: 50 },
  )
})

test('whatever it is given, it answers', () => {
  const words = fc.constantFrom(
    ...`SELECT * FROM a.b WHERE ( ) ' " ; -- /* */ \${ } $[ INSERT INTO WITH AS UPDATE SET DELETE USING ALTER TABLE RENAME TO , \\ \``.split(
      ' ',
    ),
  )
  const texts = fc.oneof(
    fc.array(words, { maxLength: 30 }).map((list) => list.join(' ')),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  )
  fc.assert(
    fc.property(texts, (sql) => {
      expect(datasetsOfSql(sql)).toEqual({
        reads: expect.any(Array),
        writes: expect.any(Array),
        isUnknown: expect.any(Boolean),
      })
    }),
    { numRuns: 300 },
  )
})
