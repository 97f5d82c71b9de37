import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pointerOf } from '#src/lib/pointer.ts'
import { input } from '#test/support/documents.ts'
import { WorkflowDocument } from '../document.ts'
import { findMissingValues } from './missing-values.ts'

test('every field that only the engine reads is looked at for values', () => {
  const lost = '${lost}'
  const tasks = [
    {
      key: 'a',
      type: 'sql' as const,
      datasource: 'w',
      sql: lost,
      pre_statements: [lost],
      post_statements: ['x', '!{lost}'],
      params: [{ name: 'p', value: lost }],
    },
    {
      key: 'b',
      type: 'http' as const,
      url: lost,
      query: { 'q/r': lost },
      headers: { h: lost },
      body: lost,
    },
    {
      key: 'c',
      type: 'sub_workflow' as const,
      workflow: 'other',
      params: [{ name: 'p', value: lost }],
    },
    { key: 'd', type: 'python' as const, script: lost },
    { key: 'e', type: 'engine' as const, engine_type: 'SPARK', engine_params: { x: lost } },
    {
      key: 'f',
      type: 'sql' as const,
      datasource: 'w',
      sql: '${p} ${lost} ${lost}',
      params: [{ name: 'p' }],
    },
  ]

  const found = findMissingValues(WorkflowDocument.parse({ ...input, end: {}, tasks }))

  expect(found.map(({ path }) => pointerOf(path))).toEqual([
    '/tasks/0/params/0/value',
    '/tasks/0/sql',
    '/tasks/0/pre_statements/0',
    '/tasks/0/post_statements/1',
    '/tasks/1/url',
    '/tasks/1/query/q~1r',
    '/tasks/1/headers/h',
    '/tasks/1/body',
    '/tasks/2/params/0/value',
    '/tasks/5/sql',
  ])
})

test('whoever waits for a circle is not told about values too', () => {
  const sql = { type: 'sql' as const, datasource: 'w', sql: 'select ${x}', outputs: ['x'] }
  const tasks = [
    { ...sql, key: 'a', needs: ['b'] },
    { ...sql, key: 'b', needs: ['a'] },
  ]

  expect(findMissingValues(WorkflowDocument.parse({ ...input, end: {}, tasks }))).toEqual([])
})

test('an output counts for exactly the tasks behind it', () => {
  const size = 40
  const graph = fc.array(fc.array(fc.nat(size), { maxLength: 3 }), {
    minLength: 2,
    maxLength: size,
  })
  fc.assert(
    fc.property(graph, fc.nat(size), (wanted, offset) => {
      const needs = wanted.map((list, n) => [...new Set(list.filter((need) => need < n))])
      const before = needs.map(() => new Set<number>())
      for (const [n, list] of needs.entries())
        for (const need of list)
          for (const each of [need, ...(before[need] ?? [])]) before[n]?.add(each)
      const wants = needs.map((_list, n) => (n + offset) % needs.length)
      const tasks = needs.map((list, n) => ({
        key: `t${n}`,
        type: 'sql' as const,
        datasource: 'w',
        sql: `select \${o${wants[n]}}`,
        outputs: [`o${n}`],
        needs: list.map((need) => `t${need}`),
      }))

      const found = findMissingValues(WorkflowDocument.parse({ ...input, end: {}, tasks }))

      const expected = wants.flatMap((want, n) => (before[n]?.has(want) ? [] : [`/tasks/${n}/sql`]))
      expect(found.map(({ path }) => pointerOf(path))).toEqual(expected)
    }),
  )
})

test('what another workflow hands over may be anything, to the tasks behind it', () => {
  const sql = { type: 'sql' as const, datasource: 'w', sql: 'select ${x}' }
  const tasks = [
    { key: 'other', type: 'sub_workflow' as const, workflow: 'w' },
    { ...sql, key: 'behind', needs: ['other'] },
    { ...sql, key: 'beside' },
  ]

  const found = findMissingValues(WorkflowDocument.parse({ ...input, end: {}, tasks }))

  expect(found.map(({ path }) => path)).toEqual([['tasks', 2, 'sql']])
})
