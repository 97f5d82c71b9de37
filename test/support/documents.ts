import fc from 'fast-check'
import { WorkflowDocument, type WorkflowDocumentInput } from '#src/definition/document.ts'

/** Documents for tests. */
export const input: WorkflowDocumentInput = {
  apiVersion: 'slipway/v1',
  kind: 'Workflow',
  id: 'daily_orders',
  name: 'Daily orders',
  tags: ['orders', 'daily'],
  start: { params: { properties: { biz_date: { type: 'string', default: '2026-01-01' } } } },
  end: { outputs: { rows: { from: 'load.rows_written', type: 'integer' } } },
  tasks: [
    { key: 'extract', type: 'shell', script: 'echo ${biz_date}' },
    {
      key: 'load',
      type: 'sql',
      needs: ['extract'],
      datasource: 'warehouse',
      sql: 'insert into t values (1)',
      outputs: ['rows_written'],
    },
  ],
  schedule: { cron: '0 3 * * *', timezone: 'Asia/Shanghai' },
}

export function doc(change: (draft: WorkflowDocument) => void = () => undefined): WorkflowDocument {
  const document = structuredClone(WorkflowDocument.parse(input))
  change(document)
  return document
}

const KEYS = ['a', 'b', 'c', 'd']
const words = fc.constantFrom(
  '',
  'x',
  'two words',
  'line 1\nline 2\n',
  ' 007',
  'null',
  '#: {',
  '\tä🙂\r\n',
)
const names = fc.constantFrom('x', 'y', 'z')
const someOf = (items: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...items])

const kind = fc.oneof(
  words.map((text) => ({ type: 'shell', script: `echo ${text}` })),
  names.map((name) => ({ type: 'sql', datasource: 'w', sql: `select \${${name}}` })),
  fc.record({ type: fc.constant('http'), url: fc.constant('http://h'), body: words }),
  fc.record({
    type: fc.constant('engine'),
    engine_type: fc.constant('SPARK'),
    engine_params: fc.dictionary(names, fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  }),
)

const task = fc.record({
  body: kind,
  fields: fc.record(
    {
      description: words,
      disabled: fc.boolean(),
      stream: fc.boolean(),
      cached: fc.boolean(),
      retry: fc.record({ times: fc.nat(1) }),
      timeout: fc.record({ min: fc.integer({ min: 1, max: 2 }) }),
      outputs: fc.uniqueArray(names, { maxLength: 2 }),
      reads: someOf(['r', 's', 't']),
      writes: someOf(['r', 's']),
      owner: fc.constant('bob'),
    },
    { requiredKeys: [] },
  ),
  needs: someOf(KEYS),
})

/** Documents without faults of the meaning, but for `${…}` that nothing gives a value. */
export const someDocument = fc
  .record({
    tasks: fc.array(task, { minLength: 1, maxLength: KEYS.length }),
    tags: someOf(['red', 'green', 'blue']),
    params: fc.dictionary(names, fc.constantFrom({}, { default: 'v' }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    cron: fc.option(fc.constantFrom('0 3 * * *', '0 0 3 * * ?', '5 4 * * MON-FRI')),
    owner: fc.option(fc.constant('alice')),
    timeoutMin: fc.nat(1),
  })
  .map(({ tasks, tags, params, cron, owner, timeoutMin }) =>
    WorkflowDocument.parse({
      apiVersion: 'slipway/v1',
      kind: 'Workflow',
      id: 'sample',
      name: 'Sample',
      tags,
      start: { params: { properties: params, required: Object.keys(params) } },
      settings: { timeout_min: timeoutMin },
      tasks: tasks.map(({ body, fields, needs }, index) => ({
        ...fields,
        ...body,
        key: KEYS[index],
        needs: needs.filter((need) => KEYS.indexOf(need) < index),
      })),
      ...(cron === null ? {} : { schedule: { cron, timezone: 'UTC' } }),
      ...(owner === null ? {} : { owner }),
    }),
  )

/** The same document said in another way. */
export function otherWords(document: WorkflowDocument): WorkflowDocument {
  const { params } = document.start
  const backwards = (items: readonly string[]): string[] => [...items, ...items].reverse()
  return {
    ...document,
    tags: backwards(document.tags),
    start: { ...document.start, params: { ...params, required: backwards(params.required) } },
    tasks: document.tasks.toReversed().map((each) => ({
      ...each,
      name: each.key,
      needs: backwards(each.needs),
      reads: backwards(each.reads),
      writes: backwards(each.writes),
    })),
    ...(document.schedule
      ? {
          schedule: {
            ...document.schedule,
            cron: document.schedule.cron.replace(/^0 3 .*/, '0 0 3 ? * 1-7 *'),
          },
        }
      : {}),
  }
}
