import { expect, test, vi } from 'vitest'
import { WorkflowDocument } from '#src/definition/document.ts'
import type { Bindings } from '#src/engine/engine.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { createDolphinCompiler } from './compiler.ts'
import { nameOf, nameWhere } from './inverse.ts'

const KINDS = [
  {
    type: 'conditions',
    groups: [{ items: [{ task: 'first', is: 'success' }] }],
    on_success: ['last'],
    on_failure: ['first'],
  },
  { type: 'switch', cases: [{ condition: 'true', next: 'last' }], otherwise: 'first' },
  {
    type: 'dependent',
    groups: [
      { items: [{ workflow: 'w', wait_for: { task: 'load' }, cycle: 'day', date: 'today' }] },
    ],
  },
  { type: 'sub_workflow', workflow: 'w' },
  { type: 'sql', datasource: 'dwh', sql: 'select 1' },
  { type: 'shell', script: 'true', resources: ['etl.sh'] },
]

function bindingsOf(keys: readonly string[]): Bindings {
  return {
    workflowId: 'x',
    projectCode: '1',
    taskCodes: Object.fromEntries(keys.map((key, n) => [key, String(5_000_000_000_000 + n)])),
    dataSources: { dwh: { id: 7, name: 'dwh', type: 'MYSQL' } },
    environmentCodes: {},
    alertGroupIds: {},
    taskGroupIds: {},
    resources: { 'etl.sh': { id: null, fullName: '/tenant/etl.sh' } },
    workflowCodes: { w: '6000000000000' },
    workflowTaskCodes: { w: { load: '6000000000001' } },
    defaultWorkerGroup: 'default',
    defaultTenant: 'default',
    defaultEnvironment: null,
  }
}

test('each record of names is looked through a few times, however many tasks ask', () => {
  const asking = Array.from({ length: 60 }, (_, n) => ({ key: `t${n}`, ...KINDS[n % 6] }))
  const ends = ['first', 'last'].map((key) => ({ key, type: 'shell', script: 'true' }))
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'x',
    name: 'x',
    tasks: [...ends, ...asking],
  })
  const bindings = bindingsOf(document.tasks.map(({ key }) => key))
  const compiler = createDolphinCompiler(dialectOf('3.4'))
  const definition = compiler.compile(document, bindings)
  const entries = vi.spyOn(Object, 'entries')

  const again = compiler.decompile(definition, bindings)

  const records: readonly unknown[] = [
    bindings.taskCodes,
    bindings.dataSources,
    bindings.resources,
    bindings.workflowCodes,
    bindings.workflowTaskCodes['w'],
  ]
  const looks = records.map((record) => entries.mock.calls.filter(([of]) => of === record).length)
  expect(Math.max(...looks)).toBeLessThanOrEqual(2)
  expect(again.tasks.map(({ type }) => type).sort()).toEqual(
    document.tasks.map(({ type }) => type).sort(),
  )
})

test('the first of several names, and none of what is not there', () => {
  expect(nameOf({ a: '1', b: 1, c: 2 }, '1')).toBe('a')
  expect(nameOf({ a: '1' }, '2')).toBeUndefined()
  expect(nameWhere({ a: { id: 1 }, b: { id: 2 } }, ({ id }) => `id ${id}`, 'id 2')).toBe('b')
})
