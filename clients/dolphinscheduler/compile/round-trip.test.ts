import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WorkflowDocument } from '#src/definition/document.ts'
import { enginePart } from '#src/definition/engine-part.ts'
import { ENGINE_FAMILIES, type EngineFamily } from '#src/engine/catalog.ts'
import { ParamName } from '#src/definition/values.ts'
import { bindingsFor, kindsFor, TASK_KEYS } from '#test/support/task-kinds.ts'
import { dialectOf } from '../dialects/dialect-of.ts'
import { createDolphinCompiler } from './compiler.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/)
/** Of parameters the engine takes any. */
const paramName = fc.oneof(
  name,
  fc.constantFrom('_dt', 'biz.date', '日期', 'two words', 'constructor', '1', '', ' x'),
  fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((each) => ParamName.safeParse(each).success),
)
const titles = fc.oneof(
  fc.constantFrom(' spaces ', 'start', '任务', 'x'.repeat(255)),
  someText.filter((each) => each.trim() !== ''),
)
const param = fc.record({ name: paramName, type: fc.constantFrom('VARCHAR', 'LONG'), value: text })

const yes = fc.option(fc.constant(true), { nil: undefined })

const common = {
  description: text,
  disabled: fc.boolean(),
  task_group: fc.option(
    fc.record({ name: fc.constant('nightly'), priority: fc.integer({ min: -9, max: 9 }) }),
    {
      nil: undefined,
    },
  ),
  resources: fc.subarray(['jars/etl.jar', 'conf/x.conf']),
  priority: fc.constantFrom('highest', 'high', 'medium', 'low', 'lowest'),
  delay_min: fc.nat(100_000),
  retry: fc.record({ times: fc.nat(500), interval_min: fc.nat(100_000) }),
  timeout: fc.option(
    fc.record({
      min: fc.integer({ min: 1, max: 100_000 }),
      action: fc.constantFrom('warn', 'fail', 'warn_and_fail'),
    }),
    { nil: undefined },
  ),
  cpu_quota_percent: fc.integer({ min: -1, max: 100 }),
  memory_max_mb: fc.integer({ min: -1, max: 100 }),
  params: fc.uniqueArray(param, { selector: (each) => each.name, maxLength: 2 }),
  outputs: fc.uniqueArray(param, { selector: (each) => each.name, maxLength: 2 }),
  stream: yes,
}

const commonOf = (family: EngineFamily) =>
  fc.record({ ...common, ...(family === '3.2' ? { cached: yes } : {}) })

const startParam = fc.oneof(
  fc.record({ type: fc.constant('string'), default: text }),
  fc.record({ type: fc.constant('integer'), default: fc.integer() }),
  fc.record({ type: fc.constant('boolean'), default: fc.boolean() }),
  fc.record({
    type: fc.constant('string'),
    'x-engine-direction': fc.constant('out'),
    default: text,
  }),
  fc.record({ type: fc.constant('string'), 'x-engine-type': fc.constant('DATE'), default: text }),
  fc.record({
    type: fc.constant('integer'),
    'x-engine-type': fc.constant('INTEGER'),
    default: someText.map((each) => `$[${each}]`),
  }),
)

/** Each task may need the ones before it; two different groups and environments are always there. */
const documentOf = (kind: fc.Arbitrary<object>, family: EngineFamily) =>
  fc
    .record({
      description: fc.oneof(text, fc.constantFrom('x'.repeat(250), '🙂'.repeat(255))),
      tasks: fc.array(
        fc.tuple(commonOf(family), kind, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })),
        {
          minLength: 2,
          maxLength: 5,
        },
      ),
      params: fc.dictionary(paramName, startParam, { maxKeys: 3, noNullPrototype: true }),
      title: titles,
      concurrency: fc.constantFrom('parallel', 'serial_wait', 'serial_discard', 'serial_priority'),
      timeoutMin: fc.nat(100),
      // Later families keep it on schedules and starts alone.
      tenant: family === '3.1' ? fc.constantFrom(undefined, 'etl') : fc.constant(undefined),
    })
    .map(({ description, tasks, params, title, concurrency, timeoutMin, tenant }) =>
      WorkflowDocument.parse({
        apiVersion: 'slipway/v1',
        kind: 'Workflow',
        id: 'daily',
        name: title,
        description,
        start: { params: { properties: params } },
        settings: { concurrency, timeout_min: timeoutMin, tenant },
        tasks: tasks.map(([fields, of, needs], index) => ({
          ...fields,
          ...of,
          key: TASK_KEYS[index],
          needs: TASK_KEYS.slice(0, index).filter((_key, at) => needs[at]),
          ...(index === 1
            ? {
                name: `Other ${title}`.slice(0, 255),
                worker_group: 'big',
                environment: 'py3',
              }
            : {}),
        })),
      }),
    )

/** The engine keeps no order of tasks; whoever compares two documents sorts them. */
function sorted(of: WorkflowDocument): WorkflowDocument {
  return { ...of, tasks: of.tasks.toSorted((a, b) => (a.key < b.key ? -1 : 1)) }
}

const somewhere = fc.constantFrom(undefined, 'py3', null)
const environments = fc.record({
  of_all: somewhere,
  of_each: fc.array(somewhere, { minLength: 1, maxLength: 4 }),
})

/** How many documents of each kind are tried; a longer run takes it from outside. */
const RUNS = Number(process.env['ROUND_TRIPS'] ?? 40)

describe.each(ENGINE_FAMILIES)('%s', (family) => {
  const compiler = createDolphinCompiler(dialectOf(family))
  const bindings = bindingsFor(family)

  test.each(Object.entries(kindsFor(family)))(
    'decompiling a compiled %s gives the document back',
    (_type, kind) => {
      fc.assert(
        fc.property(documentOf(kind, family), (original) => {
          const definition = compiler.compile(original, bindings)

          const back = compiler.decompile(definition, bindings)

          expect(sorted(back)).toEqual(sorted(original))
          expect(compiler.compile(back, bindings)).toEqual(definition)
        }),
        { numRuns: RUNS },
      )
    },
  )

  test('an environment of all tasks, of one, or of none comes back, whatever the default is', () => {
    const withDefault = { ...bindings, defaultEnvironment: 'spark' }
    fc.assert(
      fc.property(environments, ({ of_all, of_each }) => {
        const original = WorkflowDocument.parse({
          apiVersion: 'slipway/v1',
          kind: 'Workflow',
          id: 'daily',
          name: 'Daily',
          settings: { environment: of_all },
          tasks: of_each.map((environment, index) => ({
            key: TASK_KEYS[index],
            type: 'shell',
            script: 'true',
            environment,
          })),
        })
        const definition = compiler.compile(original, withDefault)

        const back = compiler.decompile(definition, withDefault)

        expect(enginePart(back)).toEqual(enginePart(original))
        expect(compiler.compile(back, withDefault)).toEqual(definition)
      }),
    )
  })
})
