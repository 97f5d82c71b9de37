import { expect, test } from 'vitest'
import type { EngineDefinition, EngineTask } from '#src/engine/definition.ts'
import type { Bindings } from '#src/engine/engine.ts'
import type { JsonObject } from '#src/lib/json.ts'
import { engineTask } from '#test/support/engine-task.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { createDolphinCompiler } from './compiler.ts'
import { normalizeDefinition } from './normalize.ts'

const bindings: Bindings = {
  workflowId: 'daily',
  projectCode: '1',
  taskCodes: { a: '11', b: '12' },
  dataSources: { warehouse: { id: 7, name: 'warehouse', type: 'MYSQL' } },
  environmentCodes: { py3: '555' },
  alertGroupIds: {},
  taskGroupIds: {},
  resources: {},
  workflowTaskCodes: {},
  workflowCodes: { other: '4242' },
  defaultWorkerGroup: 'default',
  defaultTenant: 'root',
  defaultEnvironment: null,
}
const compiler = createDolphinCompiler(dialectOf('3.4'))

function definition(tasks: readonly EngineTask[], changes: Partial<EngineDefinition> = {}) {
  return normalizeDefinition({
    name: 'Daily',
    description: 'text slipway:daily',
    params: [],
    concurrency: 'parallel',
    timeoutMin: 0,
    tasks,
    edges: tasks.map(({ code }) => ({ from: null, to: code })),
    ...changes,
  })
}

const property = (httpParametersType: string, prop: string) => ({
  httpParametersType,
  prop,
  value: 'v',
})

test.each<[string, string, JsonObject]>([
  [
    'SQL of an unknown data source',
    'SQL',
    { type: 'MYSQL', datasource: 8, sql: 'x', sqlType: '0' },
  ],
  ['HTTP with a method of its own', 'HTTP', { url: 'u', httpMethod: 'HEAD' }],
  [
    'HTTP with a header twice',
    'HTTP',
    { url: 'u', httpParams: [property('HEADERS', 'H'), property('HEADERS', 'H')] },
  ],
  ['a sub-workflow of somebody else', 'SUB_WORKFLOW', { workflowDefinitionCode: 1 }],
  ['a type without words here', 'SPARK', { mainClass: 'M' }],
  ['a plugin of somebody', 'my_plugin', { mode: 1 }],
  ['a type called as what every object has', 'constructor', { mode: 1 }],
])('%s keeps everything in the form of the engine', (_what, type, params) => {
  const live = definition([engineTask({ type, params })])

  const document = compiler.decompile(live, bindings)

  expect(document.tasks[0]).toMatchObject({ type: 'engine', engine_type: type })
  expect(compiler.compile(document, bindings)).toEqual(live)
})

test.each<[string, string, JsonObject, JsonObject]>([
  [
    'a script with a file of no known path',
    'SHELL',
    { rawScript: 'x', resourceList: [{ resourceName: '/f' }] },
    { type: 'shell', script: 'x', engine_params: { resourceList: [{ resourceName: '/f' }] } },
  ],
  [
    'SQL that sends mail',
    'SQL',
    { type: 'MYSQL', datasource: 7, sql: 'x', sqlType: '0', sendEmail: true, title: 'T' },
    { type: 'sql', mode: 'query', engine_params: { sendEmail: true, title: 'T' } },
  ],
])('%s keeps what has no word of its own beside its words', (_what, type, params, said) => {
  const live = definition([engineTask({ type, params })])

  const document = compiler.decompile(live, bindings)

  expect(document.tasks[0]).toMatchObject(said)
  expect(compiler.compile(document, bindings)).toEqual(live)
})

test('tasks that the engine names by code are named by key', () => {
  const params = {
    conditionResult: { successNode: [12], failedNode: [99] },
    dependence: {
      relation: 'AND',
      dependTaskList: [
        { relation: 'AND', dependItemList: [{ depTaskCode: 12, status: 'SUCCESS' }] },
      ],
    },
  }
  const live = definition([
    engineTask({ type: 'CONDITIONS', params }),
    engineTask({ code: '12', name: 'b' }),
  ])

  const document = compiler.decompile(live, bindings)

  expect(document.tasks[0]).toMatchObject({
    engine_params: {
      conditionResult: { successNode: ['b'], failedNode: [99] },
      dependence: { dependTaskList: [{ dependItemList: [{ depTaskCode: 'b' }] }] },
    },
  })
  expect(compiler.compile(document, bindings)).toEqual(live)
})

test('a task of foreign making gets a key after its name, or after its code', () => {
  const tasks = [
    engineTask({ code: '77', name: 'extract' }),
    engineTask({ code: '78', name: '每日订单' }),
    engineTask({ code: '80', name: 'load to dwd' }),
    engineTask({ code: '81', name: '9 load' }),
    engineTask({ code: '79', name: 'a' }),
    engineTask(),
  ]

  const document = compiler.decompile(definition(tasks), bindings)

  expect(document.tasks.map(({ key, name }) => [key, name])).toEqual([
    ['a', undefined],
    ['extract', undefined],
    ['task_78', '每日订单'],
    ['task_79', 'a'],
    ['load_to_dwd', 'load to dwd'],
    ['task_9_load', '9 load'],
  ])
})

test('what all tasks share belongs to the settings; an environment without a name stays a number', () => {
  const shared = { workerGroup: 'big', environmentCode: '999' }

  const document = compiler.decompile(
    definition([engineTask(shared), engineTask({ ...shared, code: '12', name: 'b' })]),
    bindings,
  )

  expect(document.settings).toMatchObject({ worker_group: 'big', environment: '999' })
  expect(
    document.tasks.map(({ worker_group, environment }) => [worker_group, environment]),
  ).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ])
})

test('what a document has no words for is an error, never left out', () => {
  const live = definition([engineTask({ taskGroupId: 3 })])

  expect(() => compiler.decompile(live, bindings)).toThrow(
    expect.objectContaining({
      code: 'workflow.invalid',
      issues: [expect.objectContaining({ pointer: '/tasks' })],
    }),
  )
})

test('a name of which no key can be made gets one after its code, and no other task has it', () => {
  const live = definition([
    engineTask({ code: '21', name: 'task_22' }),
    engineTask({ code: '22', name: 'start' }),
    engineTask({ code: '23', name: 'answer' }),
    engineTask({ code: '24', name: 'answer' }),
  ])

  const document = compiler.decompile(live, { ...bindings, taskCodes: {} })

  expect(document.tasks.map(({ key, name }) => [key, name])).toEqual([
    ['task_22', undefined],
    ['task_22_', 'start'],
    ['task_23', 'answer'],
    ['task_24', 'answer'],
  ])
})
