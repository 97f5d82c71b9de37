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
  [{ type: 'spark', language: 'java', main_class: 'X' }, false],
])('of %o only what is declared is known', (fields, isUnknown) => {
  expect(of(fields)).toMatchObject({ reads: [], isUnknown })
})

test.each(['spark', 'flink'])('SQL of a %s task is read', (type) => {
  expect(of({ type, language: 'sql', script: sql.sql })).toMatchObject({
    reads: [fromSql('c.d')],
    writes: [fromSql('a.b')],
  })
})
