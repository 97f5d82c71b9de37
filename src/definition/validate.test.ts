import { expect, test } from 'vitest'
import { canonicalText } from './canonical.ts'
import { WorkflowDocument } from './document.ts'
import { toGraph } from './graph.ts'
import { doc, input } from '#test/support/documents.ts'
import { findIssues } from './validate.ts'

test('a sound document has no issues', () => {
  expect(findIssues(doc())).toEqual([])
})

test.each<[string, (draft: WorkflowDocument) => void, string]>([
  ['an unknown need', (d) => d.tasks[0]?.needs.push('nobody'), '/tasks/0/needs/0'],
  ['a circle', (d) => d.tasks[0]?.needs.push('load'), '/tasks/0/needs'],
  ['a task that needs itself', (d) => d.tasks[0]?.needs.push('extract'), '/tasks/0/needs/0'],
  [
    'a duplicate key',
    (d) => Object.assign(d.tasks[1] ?? {}, { key: 'extract', needs: [] }),
    '/tasks/1/key',
  ],
  [
    'a duplicate name',
    (d) => Object.assign(d.tasks[1] ?? {}, { name: 'extract' }),
    '/tasks/1/name',
  ],
  [
    'a reserved key',
    (d) => Object.assign(d.tasks[0] ?? {}, { key: 'workflow_start' }),
    '/tasks/0/key',
  ],
  [
    'an output nobody declares',
    (d) => Object.assign(d.end.outputs, { x: { from: 'load.nothing', type: 'string' } }),
    '/end/outputs/x/from',
  ],
  [
    'a required parameter nobody declares',
    (d) => d.start.params.required.push('nope'),
    '/start/params/required/0',
  ],
  [
    'a default of another type',
    (d) => Object.assign(d.start.params.properties, { n: { type: 'integer', default: 'x' } }),
    '/start/params/properties/n/default',
  ],
  [
    'a default outside of enum',
    (d) =>
      Object.assign(d.start.params.properties, {
        n: { type: 'string', default: 'x', enum: ['y'] },
      }),
    '/start/params/properties/n/default',
  ],
  [
    'a broken cron',
    (d) => Object.assign(d.schedule ?? {}, { cron: '61 * * * *' }),
    '/schedule/cron',
  ],
  [
    'a cron that never fires',
    (d) => Object.assign(d.schedule ?? {}, { cron: '0 0 0 30 2 ?' }),
    '/schedule/cron',
  ],
  [
    'a Unix cron that restricts both day fields',
    (d) => Object.assign(d.schedule ?? {}, { cron: '0 3 1 * 1' }),
    '/schedule/cron',
  ],
  [
    'an unknown time zone',
    (d) => Object.assign(d.schedule ?? {}, { timezone: 'Mars/Olympus' }),
    '/schedule/timezone',
  ],
  [
    'an end before the start',
    (d) =>
      Object.assign(d.schedule ?? {}, { start: '2026-02-01T00:00:00', end: '2026-01-01T00:00:00' }),
    '/schedule/end',
  ],
  ['spaces around the name', (d) => Object.assign(d, { name: ' Daily' }), '/name'],
  ['spaces around a task', (d) => Object.assign(d.tasks[1] ?? {}, { name: 'x ' }), '/tasks/1/name'],
  [
    'a parameter without a name',
    (d) => Object.assign(d.start.params.properties, { '': { type: 'string', default: 'x' } }),
    '/start/params/properties/',
  ],
  [
    'a parameter of a task without a name',
    (d) => d.tasks[0]?.params.push({ name: '', type: 'VARCHAR', value: '' }),
    '/tasks/0/params/0/name',
  ],
  [
    'an enum of another type',
    (d) => Object.assign(d.start.params.properties, { n: { type: 'integer', enum: [1, 1.5] } }),
    '/start/params/properties/n/enum/1',
  ],
  [
    'a broken number as an integer default',
    (d) => Object.assign(d.start.params.properties, { n: { type: 'integer', default: 1.5 } }),
    '/start/params/properties/n/default',
  ],
  ['a reserved workflow id', (d) => Object.assign(d, { id: 'answer' }), '/id'],
  [
    'an output of a task that is not there',
    (d) => Object.assign(d.end.outputs, { x: { from: 'nobody.x', type: 'string' } }),
    '/end/outputs/x/from',
  ],
  [
    'a parameter that a task holds twice',
    (d) =>
      d.tasks[0]?.params.push(...['x', 'x'].map((name) => ({ name, type: 'VARCHAR', value: '' }))),
    '/tasks/0/params/1',
  ],
  [
    'an output that a task declares twice',
    (d) => d.tasks[1]?.outputs.push({ name: 'rows_written', type: 'VARCHAR', value: '' }),
    '/tasks/1/outputs/1',
  ],
  ['a dataset with a space', (d) => d.tasks[0]?.writes.push('dwd.orders '), '/tasks/0/writes/0'],
  [
    'an empty window, told in other digits',
    (d) =>
      Object.assign(d.schedule ?? {}, { start: '2026-01-01T00:00', end: '2026-01-01T00:00:00' }),
    '/schedule/end',
  ],
  [
    'a window without a fire',
    (d) =>
      Object.assign(d.schedule ?? {}, { start: '2026-01-01T04:00:00', end: '2026-01-01T05:00:00' }),
    '/schedule/cron',
  ],
  [
    'a time zone that Java would take for GMT',
    (d) => Object.assign(d.schedule ?? {}, { timezone: 'asia/shanghai' }),
    '/schedule/timezone',
  ],
])('%s is an issue', (_name, change, pointer) => {
  expect(findIssues(doc(change)).map((issue) => issue.pointer)).toContain(pointer)
})

test('a circle is told with its path', () => {
  const [issue] = findIssues(doc((d) => d.tasks[0]?.needs.push('load')))

  expect(issue?.message).toBe('tasks wait for each other in a circle: extract → load → extract')
})

test('a chain of 5,000 tasks is walked without recursion', () => {
  const tasks = Array.from({ length: 5000 }, (_, n) => ({
    key: `t${n}`,
    type: 'shell' as const,
    script: 'true',
    needs: n === 0 ? [] : [`t${n - 1}`],
  }))
  const chain = WorkflowDocument.parse({ ...input, end: {}, tasks })

  expect(findIssues(chain)).toEqual([])
  expect(toGraph(chain).edges).toHaveLength(5001)
})

test.each<[string, (draft: WorkflowDocument) => void]>([
  [
    'a default that the engine fills in',
    (d) =>
      Object.assign(d.start.params.properties, {
        n: { type: 'integer', default: '$[yyyyMMdd]', enum: [1] },
      }),
  ],
  [
    'a fire at the very start and end of the window',
    (d) =>
      Object.assign(d.schedule ?? {}, { start: '2026-01-01T03:00:00', end: '2026-01-01T03:00:01' }),
  ],
  ['an end that is over', (d) => Object.assign(d.schedule ?? {}, { end: '2023-01-01T00:00:00' })],
  [
    'a value that whoever starts it gives',
    (d) => Object.assign(d.tasks[1] ?? {}, { sql: 'select ${dt}' }),
  ],
  [
    "the shell's own variables",
    (d) =>
      Object.assign(d.tasks[0] ?? {}, {
        script: 'echo ${HOME}',
        params: [{ name: 'dir', type: 'VARCHAR', value: '${HOME}/x' }],
      }),
  ],
])('%s is no issue', (_name, change) => {
  expect(findIssues(doc(change))).toEqual([])
})

test('every circle is told in the order of running, and who needs itself', () => {
  const needs: Readonly<Record<string, readonly string[]>> = {
    a: ['c'],
    b: ['a'],
    c: ['b', 'c'],
    d: ['e'],
    e: ['d'],
    f: ['d'],
  }
  const tasks = Object.entries(needs).map(([key, of]) => ({
    key,
    type: 'shell' as const,
    script: 'x',
    needs: [...of],
  }))

  const issues = findIssues(WorkflowDocument.parse({ ...input, end: {}, tasks }))

  expect(issues.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
    '/tasks/2/needs/1 "c" needs itself',
    '/tasks/0/needs tasks wait for each other in a circle: a → b → c → a',
    '/tasks/3/needs tasks wait for each other in a circle: d → e → d',
  ])
})

test('an odd name of a parameter that was stored once still parses, and is an issue', () => {
  const [task] = input.tasks
  const params = [{ name: '__proto__' }]
  const odd = { ...input, tasks: [{ ...task, needs: [], outputs: ['a\nb'], params }], end: {} }
  const document = WorkflowDocument.parse(odd)
  const text = canonicalText(document)

  expect(canonicalText(WorkflowDocument.parse(JSON.parse(text)))).toBe(text)
  expect(findIssues(document)).toMatchObject([
    { pointer: '/tasks/0/params/0/name', code: 'definition.param_name' },
    {
      pointer: '/tasks/0/outputs/0/name',
      code: 'definition.param_name',
      message: 'must be one line, and not __proto__',
    },
  ])
})
