import { describe, expect, test } from 'vitest'
import { WorkflowDocument } from '#src/definition/document.ts'
import type { EngineDefinition, EngineTask } from '#src/engine/definition.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { Bindings } from '#src/engine/engine.ts'
import { isAppError } from '#src/lib/errors.ts'
import type { JsonObject } from '#src/lib/json.ts'
import { engineTask } from '#test/support/engine-task.ts'
import { bindingsFor } from '#test/support/task-kinds.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { createDolphinCompiler } from './compiler.ts'
import { idsOf } from './ids-of.ts'
import { normalizeDefinition } from './normalize.ts'

type Family = (typeof ENGINE_FAMILIES)[number]

/** What is held where `a` is 9 and `b` is 16, as `bindingsFor` has it. */
function definitionOf(...tasks: readonly Partial<EngineTask>[]): EngineDefinition {
  const full = tasks.map((task, index) =>
    engineTask({ code: String(9 + index * 7), name: `task ${index}`, ...task }),
  )
  return normalizeDefinition({
    name: 'Daily',
    description: '',
    params: [],
    concurrency: 'parallel',
    timeoutMin: 0,
    tasks: full,
    edges: full.map(({ code }) => ({ from: null, to: code })),
  })
}

/** Another environment: nothing has the id that it has in the first. */
function elsewhere(bindings: Bindings): Bindings {
  const moved = (codes: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(codes).map(([key, code]) => [key, `8${code}`]))
  return {
    ...bindings,
    projectCode: '2',
    taskCodes: moved(bindings.taskCodes),
    dataSources: { warehouse: { id: 77, name: 'warehouse', type: 'MYSQL' } },
    workflowCodes: moved(bindings.workflowCodes),
    workflowTaskCodes: { other: moved(bindings.workflowTaskCodes['other'] ?? {}) },
  }
}

function walk(family: Family, definition: EngineDefinition) {
  const compiler = createDolphinCompiler(dialectOf(family))
  const here = bindingsFor(family)
  const document = compiler.decompile(definition, here)
  const paramsOf = (bindings: Bindings): readonly JsonObject[] =>
    compiler.compile(document, bindings).tasks.map(({ params }) => params)
  return { document, back: paramsOf(here), moved: paramsOf(elsewhere(here)) }
}

const waiting = (item: JsonObject): JsonObject => ({
  dependence: {
    relation: 'AND',
    dependTaskList: [
      {
        relation: 'AND',
        dependItemList: [
          { projectCode: 1, definitionCode: 4242, cycle: 'day', dateValue: 'today', ...item },
        ],
      },
    ],
  },
})
const dependent = (item: JsonObject): EngineDefinition =>
  definitionOf({ type: 'DEPENDENT', params: waiting(item) })

describe.each(ENGINE_FAMILIES)('%s', (family) => {
  test.each([
    ['as the engines before 3.2.1 wrote it', { depTaskCode: 4300 }, { depTaskCode: 84300 }],
    ['with a field of its own', { depTaskCode: 4300, x: 1 }, { depTaskCode: 84300, x: 1 }],
    ['as text', { depTaskCode: '4300' }, { depTaskCode: '84300' }],
  ])('a task that is waited for, %s, is that of the other environment', (_how, item, there) => {
    const definition = dependent(item)

    const { back, moved } = walk(family, definition)

    expect(back).toEqual(definition.tasks.map(({ params }) => params))
    expect(moved).toMatchObject([waiting({ projectCode: 2, definitionCode: 84242, ...there })])
  })

  test('codes as text stay text', () => {
    const definition = dependent({ projectCode: '1', definitionCode: '4242', depTaskCode: '4300' })

    const { back, moved } = walk(family, definition)

    expect(back).toEqual(definition.tasks.map(({ params }) => params))
    expect(moved).toMatchObject([
      waiting({ projectCode: '2', definitionCode: '84242', depTaskCode: '84300' }),
    ])
  })

  test('a branch that is said by text stays text, and leads to the same task', () => {
    const branch = (first: string, otherwise: string): JsonObject => ({
      switchResult: { dependTaskList: [{ condition: 'x', nextNode: first }], nextNode: otherwise },
    })
    const definition = definitionOf({}, { type: 'SWITCH', params: branch('9', '16') })

    const { back, moved } = walk(family, definition)

    expect(back[1]).toMatchObject(branch('9', '16'))
    expect(moved[1]).toMatchObject(branch('89', '816'))
  })

  test('an id as text stays text, and is that of the other environment', () => {
    const definition = definitionOf({
      type: 'SQL',
      params: { type: 'MYSQL', datasource: '7', sql: 'select 1' },
    })

    const { back, moved } = walk(family, definition)

    expect(back).toMatchObject([{ datasource: '7' }])
    expect(moved).toMatchObject([{ datasource: '77' }])
  })

  test.each([
    ['{"srcType":"MYSQL","srcDatasource":7}', '{"srcType":"MYSQL","srcDatasource":77}'],
    ['{ "srcDatasource" : "7",\n "x": {} }', '{ "srcDatasource" : "77",\n "x": {} }'],
  ])('an id in a JSON text is changed and nothing else of %s', (text, there) => {
    const definition = definitionOf({ type: 'SQOOP', params: { sourceParams: text } })

    const { back, moved } = walk(family, definition)

    expect(back).toMatchObject([{ sourceParams: text }])
    expect(moved).toMatchObject([{ sourceParams: there }])
  })
})

test('3.4: the file of a SQL task is said by its path, and its text is that of the environment', () => {
  const bindings = bindingsFor('3.4')
  const compiler = createDolphinCompiler(dialectOf('3.4'))
  const sqlResource = bindings.resources['conf/x.conf']?.fullName ?? ''
  const params = { type: 'MYSQL', datasource: 7, sqlSource: 'FILE', sqlResource }
  const definition = definitionOf({ type: 'SQL', params })

  const document = compiler.decompile(definition, bindings)
  const moved = { id: null, fullName: '/moved/x.conf' }
  const there = { ...bindings, resources: { 'conf/x.conf': moved } }

  expect(idsOf([definition]).resources).toEqual([{ id: null, fullName: sqlResource }])
  expect(document.tasks[0]?.engine_params).toMatchObject({
    sqlResource: { $text: [{ $resource: 'conf/x.conf' }] },
  })
  expect(compiler.compile(document, bindings).tasks[0]?.params).toMatchObject({ sqlResource })
  expect(compiler.compile(document, there).tasks[0]?.params).toMatchObject({
    sqlResource: '/moved/x.conf',
  })
})

test.each<[Family, string, JsonObject, JsonObject]>([
  [
    '3.1',
    'BLOCKING',
    { conditionResult: { successNode: [9] } },
    { conditionResult: { successNode: [89] } },
  ],
  ['3.4', 'ALIYUN_SERVERLESS_SPARK', { type: 'MYSQL', datasource: 7 }, { datasource: 77 }],
])('%s: what %s names is that of the other environment', (family, type, params, there) => {
  const { back, moved } = walk(family, definitionOf({}, { type, params }))

  expect(back[1]).toMatchObject(params)
  expect(moved[1]).toMatchObject(there)
})

test.each(['3.3', '3.4'] as const)('%s: an old item is said in our words', (family) => {
  const [task] = walk(family, dependent({ depTaskCode: -1 })).document.tasks

  expect(task).toMatchObject({
    type: 'dependent',
    groups: [{ items: [{ workflow: 'other', wait_for: 'all_tasks', old_form: true }] }],
  })
})

test('3.2: 0 in an old item has two meanings, so it stays in the words of the engine', () => {
  const [task] = walk('3.2', dependent({ depTaskCode: 0 })).document.tasks

  expect(task?.type).toBe('engine')
})

function issuesOf(engineType: string, params: JsonObject): readonly (readonly [string, string])[] {
  const compiler = createDolphinCompiler(dialectOf('3.4'))
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'daily',
    name: 'Daily',
    tasks: [{ key: 'a', type: 'engine', engine_type: engineType, engine_params: params }],
  })
  try {
    compiler.compile(document, bindingsFor('3.4'))
    return []
  } catch (error) {
    if (!isAppError(error)) throw error
    return error.issues.map(({ pointer, code }) => [pointer, code])
  }
}

describe('a tag', () => {
  test('names its thing wherever it stands', () => {
    const compiler = createDolphinCompiler(dialectOf('3.4'))
    const document = WorkflowDocument.parse({
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: 'daily',
      name: 'Daily',
      tasks: [
        {
          key: 'a',
          type: 'engine',
          engine_type: 'MY_PLUGIN',
          engine_params: {
            from: [{ ds: { $data_source: 'warehouse' } }],
            url: { $text: ['ds://', { $data_source: 'lake' }, '/x'] },
            next: { $task: 'b' },
            label: { '${day}': 1 },
          },
        },
      ],
    })

    const [task] = compiler.compile(document, bindingsFor('3.4')).tasks

    expect(task?.params).toMatchObject({
      from: [{ ds: 7 }],
      url: 'ds://8/x',
      next: 16,
      label: { '${day}': 1 },
    })
  })

  const at = (pointer: string, code: string) => [[`/tasks/0/engine_params${pointer}`, code]]

  test.each([
    ['misspelt', { datasource: { $datasource: 'warehouse' } }, at('/datasource', 'unknown_tag')],
    ['with more', { x: [{ $data_source: 'warehouse', y: 1 }] }, at('/x/0', 'unknown_tag')],
    ['of all', { $data_source: 'warehouse' }, at('', 'unknown_tag')],
    [
      'of no file in a text',
      { 'a/b': { $text: [{ $resource: 'none.sql' }] } },
      at('/a~1b/$text/0', 'unknown_resource'),
    ],
    ['of nothing in a text', { x: { $text: [{ y: 1 }] } }, at('/x/$text/0', 'unknown_tag')],
    [
      'of a task beside a workflow by its code',
      { x: { definitionCode: 4242, depTaskCode: { $task: 'b' } } },
      at('/x/depTaskCode', 'unknown_task'),
    ],
    ['of no task', { x: { $task: 'none' } }, at('/x', 'unknown_task')],
    [
      'in a JSON text',
      { sourceParams: '{"srcDatasource":{"$data_source":"warehouse"}}' },
      at('/sourceParams', 'unknown_tag'),
    ],
  ])('%s is a fault at its place', (_how, params, issues) => {
    expect(issuesOf('SQOOP', params)).toEqual(issues)
  })

  test('of a workflow or its task that is not there is one fault at its place', () => {
    const none = waiting({ definitionCode: { $workflow: 'none' }, depTaskCode: { $task: 'x' } })
    const other = waiting({ definitionCode: { $workflow: 'other' }, depTaskCode: { $task: 'x' } })
    const item = '/tasks/0/engine_params/dependence/dependTaskList/0/dependItemList/0'

    expect([issuesOf('DEPENDENT', none), issuesOf('DEPENDENT', other)]).toEqual([
      [[`${item}/definitionCode`, 'unknown_reference']],
      [[`${item}/depTaskCode`, 'unknown_task']],
    ])
  })
})

test.each(ENGINE_FAMILIES)(
  '%s: an entry of localParams without a name takes no other away',
  (family) => {
    const named = { prop: 'a', direct: 'IN', type: 'VARCHAR', value: '1' }
    const nameless = { direct: 'IN', type: 'VARCHAR', value: 'x' }
    const params = { rawScript: 'x', localParams: [{ prop: null, ...nameless }, named] }

    const { document, back } = walk(family, definitionOf({ params }))

    expect(document.tasks[0]).toMatchObject({
      type: 'shell',
      params: [{ name: 'a', value: '1' }],
      engine_params: { localParams: [nameless] },
    })
    expect(back).toMatchObject([{ localParams: [named, nameless] }])
  },
)
