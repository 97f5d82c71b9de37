import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WorkflowDocument } from '#src/definition/document.ts'
import { ENGINE_FAMILIES } from '#src/engine/catalog.ts'
import type { Bindings } from '#src/engine/engine.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { createDolphinCompiler } from './compiler.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e']

const bindings: Bindings = {
  workflowId: 'daily',
  projectCode: '1',
  taskCodes: Object.fromEntries(KEYS.map((key, index) => [key, String(9 + index * 7)])),
  dataSources: {
    warehouse: { id: 7, name: 'warehouse', type: 'MYSQL' },
    lake: { id: 8, name: 'lake', type: 'HIVE' },
  },
  environmentCodes: { py3: '555', spark: '556' },
  alertGroupIds: {},
  workflowCodes: { other: '4242' },
  defaultWorkerGroup: 'default',
  defaultTenant: 'root',
  defaultEnvironment: null,
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
const texts = fc.dictionary(name, text, { maxKeys: 3, noNullPrototype: true })
const param = fc.record({ name, type: fc.constantFrom('VARCHAR', 'LONG'), value: text })

const kind = fc.oneof(
  fc.record({ type: fc.constantFrom('shell', 'python'), script: someText }),
  fc.record({
    type: fc.constant('sql'),
    datasource: fc.constantFrom('warehouse', 'lake'),
    sql: someText,
    mode: fc.constantFrom('query', 'statement'),
    pre_statements: fc.array(someText, { maxLength: 2 }),
    post_statements: fc.array(someText, { maxLength: 2 }),
    limit_rows: fc.nat(100),
  }),
  fc.record({
    type: fc.constant('http'),
    url: someText,
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    query: texts,
    headers: texts,
    body: texts.map((body) => (Object.keys(body).length === 0 ? '' : flatBody(body))),
    check: fc.oneof(
      fc.constant({ kind: 'status_ok', value: '' }),
      fc.record({ kind: fc.constantFrom('status', 'body_contains'), value: someText }),
    ),
    connect_timeout_ms: fc.integer({ min: 1, max: 100_000 }),
  }),
  fc.constant({ type: 'sub_workflow', workflow: 'other' }),
  fc.record({
    type: fc.constant('engine'),
    engine_type: fc.constantFrom('SPARK', 'DEPENDENT'),
    engine_params: fc.dictionary(
      fc.constantFrom('mainClass', 'others', 'x'),
      fc.oneof(someText, fc.nat()),
      {
        noNullPrototype: true,
      },
    ),
  }),
)

/** Keys in order, as 3.1's list of parameters is. */
function flatBody(body: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))),
  )
}

const common = fc.record({
  description: text,
  disabled: fc.boolean(),
  priority: fc.constantFrom('highest', 'high', 'medium', 'low', 'lowest'),
  delay_min: fc.nat(10),
  retry: fc.record({ times: fc.nat(5), interval_min: fc.nat(5) }),
  timeout: fc.option(
    fc.record({
      min: fc.integer({ min: 1, max: 9 }),
      action: fc.constantFrom('warn', 'fail', 'warn_and_fail'),
    }),
    { nil: undefined },
  ),
  cpu_quota_percent: fc.integer({ min: -1, max: 100 }),
  memory_max_mb: fc.integer({ min: -1, max: 100 }),
  params: fc.uniqueArray(param, { selector: (each) => each.name, maxLength: 2 }),
  outputs: fc.uniqueArray(param, { selector: (each) => each.name, maxLength: 2 }),
})

const startParam = fc.oneof(
  fc.record({ type: fc.constant('string'), default: text }),
  fc.record({ type: fc.constant('integer'), default: fc.integer() }),
  fc.record({ type: fc.constant('boolean'), default: fc.boolean() }),
  fc.record({ type: fc.constant('string'), 'x-engine-type': fc.constant('DATE'), default: text }),
  fc.record({
    type: fc.constant('integer'),
    'x-engine-type': fc.constant('INTEGER'),
    default: someText.map((each) => `$[${each}]`),
  }),
)

/** Each task may need the ones before it; two different groups and environments are always there. */
const document = fc
  .record({
    description: text,
    tasks: fc.array(
      fc.tuple(common, kind, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })),
      {
        minLength: 2,
        maxLength: 5,
      },
    ),
    params: fc.dictionary(name, startParam, { maxKeys: 3, noNullPrototype: true }),
    concurrency: fc.constantFrom('parallel', 'serial_wait', 'serial_discard', 'serial_priority'),
    timeoutMin: fc.nat(100),
  })
  .map(({ description, tasks, params, concurrency, timeoutMin }) =>
    WorkflowDocument.parse({
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: 'daily',
      name: 'Daily',
      description,
      start: { params: { properties: params } },
      settings: { concurrency, timeout_min: timeoutMin },
      tasks: tasks.map(([fields, of, needs], index) => ({
        ...fields,
        ...of,
        key: KEYS[index],
        needs: KEYS.slice(0, index).filter((_key, at) => needs[at]),
        ...(index === 1 ? { name: 'Other name', worker_group: 'big', environment: 'py3' } : {}),
      })),
    }),
  )

/** The engine keeps no order of tasks; whoever compares two documents sorts them. */
function sorted(of: WorkflowDocument): WorkflowDocument {
  return { ...of, tasks: of.tasks.toSorted((a, b) => (a.key < b.key ? -1 : 1)) }
}

test.each(ENGINE_FAMILIES)(
  '%s: decompiling what was compiled gives the document back',
  (family) => {
    const compiler = createDolphinCompiler(dialectOf(family))

    fc.assert(
      fc.property(document, (original) => {
        const definition = compiler.compile(original, bindings)

        const back = compiler.decompile(definition, bindings)

        expect(sorted(back)).toEqual(sorted(original))
        expect(compiler.compile(back, bindings)).toEqual(definition)
      }),
      { numRuns: 100 },
    )
  },
)
