import { expect, test } from 'vitest'
import { WorkflowDocument } from '#src/definition/document.ts'
import type { WorkflowDocumentInput } from '#src/definition/document.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { Bindings } from '#src/engine/engine.ts'
import { must } from '#src/lib/must.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { createDolphinCompiler } from './compiler.ts'

type TaskInput = WorkflowDocumentInput['tasks'][number]

const bindings: Bindings = {
  workflowId: 'daily',
  projectCode: '1',
  taskCodes: { a: '100', b: '99', c: '1000' },
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

function documentOf(tasks: readonly TaskInput[], more: object = {}): WorkflowDocument {
  return WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'daily',
    name: 'Daily',
    tasks,
    ...more,
  })
}

function paramsOf(family: (typeof ENGINE_FAMILIES)[number], task: TaskInput) {
  const compiler = createDolphinCompiler(dialectOf(family))
  const [compiled] = compiler.compile(documentOf([task]), bindings).tasks
  const { type, params } = must(compiled, 'one task')
  return { type, params }
}

test('a whole document becomes a whole definition, tasks by code, roots marked', () => {
  const document = documentOf(
    [
      { key: 'a', type: 'shell', script: 'echo', name: 'First', timeout: { min: 3 } },
      { key: 'b', type: 'shell', script: 'x', needs: ['a'], disabled: true, environment: 'py3' },
      { key: 'c', type: 'shell', script: 'y', needs: ['a', 'b'], worker_group: 'big' },
    ],
    {
      description: 'What it does.',
      start: {
        params: { properties: { z: { default: 5, type: 'integer' }, m: {}, d: { default: '' } } },
      },
      settings: { concurrency: 'serial_wait', timeout_min: 60 },
    },
  )

  const definition = createDolphinCompiler(dialectOf('3.2')).compile(document, bindings)

  const params = (rawScript: string) => ({ localParams: [], rawScript, resourceList: [] })
  const common = {
    description: '',
    type: 'SHELL',
    priority: 'medium',
    retryTimes: 0,
    retryIntervalMin: 1,
    delayMin: 0,
    taskGroupId: 0,
    taskGroupPriority: 0,
    cpuQuotaPercent: -1,
    memoryMaxMb: -1,
  }
  expect(definition).toEqual({
    name: 'Daily',
    description: 'What it does. slipway:daily',
    params: [
      { name: 'd', direction: 'in', type: 'VARCHAR', value: '' },
      { name: 'z', direction: 'in', type: 'LONG', value: '5' },
    ],
    concurrency: 'serial_wait',
    timeoutMin: 60,
    tasks: [
      {
        ...common,
        code: '99',
        name: 'b',
        params: params('x'),
        isDisabled: true,
        workerGroup: 'default',
        environmentCode: '555',
        timeout: null,
      },
      {
        ...common,
        code: '100',
        name: 'First',
        params: params('echo'),
        isDisabled: false,
        workerGroup: 'default',
        environmentCode: null,
        timeout: { min: 3, action: 'fail' },
      },
      {
        ...common,
        code: '1000',
        name: 'c',
        params: params('y'),
        isDisabled: false,
        workerGroup: 'big',
        environmentCode: null,
        timeout: null,
      },
    ],
    edges: [
      { from: null, to: '100' },
      { from: '99', to: '1000' },
      { from: '100', to: '99' },
      { from: '100', to: '1000' },
    ],
  })
})

test.each(ENGINE_FAMILIES)('%s: scripts carry their parameters and outputs', (family) => {
  const task = {
    key: 'a',
    type: 'python',
    script: 'print(1)',
    outputs: ['rows'],
    params: [{ name: 'd', value: '$[yyyyMMdd]' }],
  } as const

  expect(
    paramsOf(family, { ...task, outputs: [...task.outputs], params: [...task.params] }),
  ).toEqual({
    type: 'PYTHON',
    params: {
      localParams: [
        { direct: 'IN', prop: 'd', type: 'VARCHAR', value: '$[yyyyMMdd]' },
        { direct: 'OUT', prop: 'rows', type: 'VARCHAR', value: '' },
      ],
      rawScript: 'print(1)',
      resourceList: [],
    },
  })
})

test.each(ENGINE_FAMILIES)('%s: SQL names its data source by id, and 0 is a query', (family) => {
  const task: TaskInput = {
    key: 'a',
    type: 'sql',
    datasource: 'warehouse',
    sql: 'select 1',
    mode: 'query',
    limit_rows: 5,
  }

  expect(paramsOf(family, task)).toEqual({
    type: 'SQL',
    params: {
      datasource: 7,
      limit: 5,
      localParams: [],
      postStatements: [],
      preStatements: [],
      resourceList: [],
      sql: 'select 1',
      sqlType: '0',
      type: 'MYSQL',
    },
  })
})

test.each([
  ['3.1', 'processDefinitionCode'],
  ['3.2', 'processDefinitionCode'],
  ['3.3', 'workflowDefinitionCode'],
  ['3.4', 'workflowDefinitionCode'],
] as const)('%s: a sub-workflow is named by %s', (family, field) => {
  expect(paramsOf(family, { key: 'a', type: 'sub_workflow', workflow: 'other' })).toEqual({
    type: 'SUB_WORKFLOW',
    params: { [field]: 4242, localParams: [], resourceList: [] },
  })
})

const httpTask: TaskInput = {
  key: 'a',
  type: 'http',
  url: 'http://x.test/',
  method: 'POST',
  query: { q: '1' },
  headers: { H: 'v' },
  body: '{"k":"v"}',
  check: { kind: 'status' },
}
const httpCommon = {
  condition: '200',
  connectTimeout: 60_000,
  httpCheckCondition: 'STATUS_CODE_CUSTOM',
  httpMethod: 'POST',
  localParams: [],
  resourceList: [],
  url: 'http://x.test/',
}
const headersAndQuery = [
  { httpParametersType: 'HEADERS', prop: 'H', value: 'v' },
  { httpParametersType: 'PARAMETER', prop: 'q', value: '1' },
]

test('3.1 has no body text: a flat object becomes BODY parameters', () => {
  const body = { httpParametersType: 'BODY', prop: 'k', value: 'v' }

  expect(paramsOf('3.1', httpTask).params).toEqual({
    ...httpCommon,
    httpParams: [body, ...headersAndQuery],
    socketTimeout: 60_000,
  })
})

test('3.2 has a body and still a socket timeout; since 3.3 there is none', () => {
  const withBody = { ...httpCommon, httpParams: headersAndQuery, httpBody: '{"k":"v"}' }

  expect(paramsOf('3.2', httpTask).params).toEqual({ ...withBody, socketTimeout: 60_000 })
  expect(paramsOf('3.3', httpTask).params).toEqual(withBody)
  expect(paramsOf('3.4', httpTask).params).toEqual(withBody)
})

test('every fault is told at once, with its place', () => {
  const document = documentOf([
    { key: 'a', type: 'sql', datasource: 'nowhere', sql: 'x', environment: 'none' },
    { key: 'b', type: 'sub_workflow', workflow: 'missing' },
    { key: 'c', type: 'http', url: 'http://x.test/', body: 'plain' },
  ])
  const compiler = createDolphinCompiler(dialectOf('3.1'))

  expect(() => compiler.compile(document, bindings)).toThrow(
    expect.objectContaining({
      code: 'workflow.invalid',
      issues: [
        expect.objectContaining({ pointer: '/tasks/0/datasource', code: 'unknown_data_source' }),
        expect.objectContaining({ pointer: '/tasks/0/environment', code: 'unknown_environment' }),
        expect.objectContaining({ pointer: '/tasks/1/workflow', code: 'unknown_workflow' }),
        expect.objectContaining({ pointer: '/tasks/2/body', code: 'unsupported_body' }),
      ],
    }),
  )
})

test('caching is for 3.2 alone, and only 3.1 keeps a tenant on the definition', () => {
  const settings = { settings: { tenant: 'etl' } }
  const said = (family: (typeof ENGINE_FAMILIES)[number]) =>
    createDolphinCompiler(dialectOf(family))
  const document = documentOf([
    { key: 'a', type: 'shell', script: 'x' },
    { key: 'b', type: 'shell', script: 'x', cached: true, stream: true },
  ])

  expect(said('3.2').compile(document, bindings).tasks).toContainEqual(
    expect.objectContaining({ code: '99', isStream: true, isCached: true }),
  )
  for (const family of ['3.1', '3.3', '3.4'] as const)
    expect(() => said(family).compile(document, bindings)).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ pointer: '/tasks/1/cached', code: 'unsupported_field' }),
        ],
      }),
    )
  const plain = [{ key: 'a', type: 'shell', script: 'x' }] as const
  expect(
    ENGINE_FAMILIES.map((family) =>
      [documentOf(plain), documentOf(plain, settings)].map(
        (each) => said(family).compile(each, bindings).tenant,
      ),
    ),
  ).toEqual([['root', 'etl'], ...ENGINE_FAMILIES.slice(1).map(() => [undefined, undefined])])
})

test('a name that every object has is not found by accident', () => {
  const tasks: TaskInput[] = [
    { key: 'a', type: 'shell', script: 'x', environment: 'constructor' },
    { key: 'b', type: 'sub_workflow', workflow: 'toString' },
  ]
  const compiler = createDolphinCompiler(dialectOf('3.4'))

  expect(() => compiler.compile(documentOf(tasks), bindings)).toThrow(
    expect.objectContaining({
      issues: [
        expect.objectContaining({ code: 'unknown_environment' }),
        expect.objectContaining({ code: 'unknown_workflow' }),
      ],
    }),
  )
})

test.each(ENGINE_FAMILIES)(
  '%s: a task in the engine’s former words is one in its newest',
  (family) => {
    const task = {
      key: 'a',
      type: 'engine',
      engine_type: 'SUB_PROCESS',
      engine_params: { processDefinitionCode: { $workflow: 'other' } },
    } as const

    expect(paramsOf(family, task)).toMatchObject({
      type: 'SUB_WORKFLOW',
      params: { processDefinitionCode: 4242 },
    })
  },
)
