import { expect, test } from 'vitest'
import { Task } from '../task.ts'
import { datasetsOf } from './datasets-of.ts'

const of = (fields: object) => datasetsOf(Task.parse({ key: 'a', ...fields }))
const sql = { type: 'sql', datasource: 'w', sql: 'INSERT INTO a.b SELECT * FROM c.d' }
const fromSql = (name: string) => ({ name, origin: 'sql' })
const declared = (name: string) => ({ name, origin: 'declared' })

test('what is declared holds; the side that is not comes from the SQL', () => {
  expect(of(sql)).toEqual({ reads: [fromSql('c.d')], writes: [fromSql('a.b')], isUnknown: false })
  expect(of({ ...sql, writes: ['x.y', 'X.y'] })).toEqual({
    reads: [fromSql('c.d')],
    writes: [declared('x.y')],
    isUnknown: false,
  })
})

test('SQL that nobody understands is unknown, unless both sides are declared', () => {
  const broken = { ...sql, sql: 'SELECT * FROM a WHERE' }

  expect(of(broken)).toEqual({ reads: [], writes: [], isUnknown: true })
  expect(of({ ...broken, reads: ['a'] })).toMatchObject({ isUnknown: true })
  expect(of({ ...broken, reads: ['a'], writes: ['b'] })).toMatchObject({ isUnknown: false })
})

test('statements before and after are of the same session', () => {
  expect(
    of({
      ...sql,
      pre_statements: ['create temporary table t as select * from e.f -- and'],
      sql: 'insert into a.b select * from t',
      post_statements: ['truncate table g.h'],
    }),
  ).toEqual({
    reads: [fromSql('e.f')],
    writes: [fromSql('a.b'), fromSql('g.h')],
    isUnknown: false,
  })
})

test('DataX reads what its SQL reads and writes its target table', () => {
  expect(
    of({
      type: 'datax',
      source: 's',
      target: 't',
      sql: 'select * from c.d',
      target_table: '`x`.`y_${d}`',
    }),
  ).toEqual({ reads: [fromSql('c.d')], writes: [fromSql('x.y_${d}')], isUnknown: false })
  expect(of({ type: 'datax', job_json: '{}' })).toMatchObject({ isUnknown: true })
})

test.each([
  [{ type: 'procedure', datasource: 'w', call: 'call x()' }, true],
  [{ type: 'procedure', datasource: 'w', call: 'call x()', writes: ['a'] }, false],
  [{ type: 'shell', script: 'insert into a.b select 1' }, false],
  [{ type: 'spark', language: 'java', main_class: 'X' }, true],
  [{ type: 'spark', language: 'java', main_class: 'X', writes: ['a'] }, false],
  [{ type: 'flink', language: 'java', main_class: 'X' }, true],
  [{ type: 'seatunnel', startup_script: 'seatunnel.sh', config: 'x' }, true],
])('of %o only what is declared is known', (fields, isUnknown) => {
  expect(of(fields)).toMatchObject({ reads: [], isUnknown })
})

test.each(['spark', 'flink'])('SQL of a %s task is read', (type) => {
  expect(of({ type, language: 'sql', script: sql.sql })).toMatchObject({
    reads: [fromSql('c.d')],
    writes: [fromSql('a.b')],
  })
})

const engine = (engine_type: string, engine_params: object, more: object = {}) => ({
  type: 'engine',
  engine_type,
  engine_params,
  ...more,
})

test.each([
  engine('SQL', { sql: 'select 1', postStatements: [sql.sql] }),
  engine('HIVECLI', { hiveCliTaskExecutionType: 'SCRIPT', hiveSqlScript: sql.sql }),
  engine('SPARK', { programType: 'SQL', rawScript: sql.sql }),
  engine('FLINK_STREAM', { programType: 'SQL', initScript: 'SET x=1', rawScript: sql.sql }),
  engine('DATAX', { customConfig: 0, sql: 'select * from c.d', targetTable: '`a`.b' }),
])('SQL is read in the own parameters of the engine: %o', (task) => {
  expect(of(task)).toEqual({ reads: [fromSql('c.d')], writes: [fromSql('a.b')], isUnknown: false })
})

test.each([
  [engine('SQL', {}), true],
  [engine('SQL', { sql: 'select 1', sqlSource: 'FILE', sqlResource: '/x.sql' }), true],
  [engine('HIVECLI', { hiveCliTaskExecutionType: 'FILE', hiveSqlScript: sql.sql }), true],
  [engine('SPARK', { programType: 'JAVA' }), true],
  [engine('DATAX', { customConfig: 1, json: '{}' }), true],
  [engine('SQOOP', {}), true],
  [engine('SQOOP', {}, { writes: ['a'] }), false],
  [engine('OUR_PLUGIN', {}), true],
  [engine('SHELL', { rawScript: 'x' }), false],
  [engine('SUB_WORKFLOW', {}), false],
  [{ type: 'spark', language: 'sql', script_from: 'file' }, true],
  [{ type: 'spark', language: 'sql', script_from: 'file', reads: ['a'] }, false],
  [{ ...sql, engine_params: { sqlSource: 'FILE' } }, true],
])('that %o touches data which nobody can read is %s', (task, isUnknown) => {
  expect(of(task)).toMatchObject({ writes: expect.any(Array), isUnknown })
})
