import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalText, digestOf } from './canonical.ts'
import { diffDocuments, summarize } from './diff.ts'
import { renderDiff } from './diff-text.ts'
import { WorkflowDocument, type WorkflowDocumentInput } from './document.ts'
import { toGraph } from './graph.ts'
import { readMarker, withMarker } from './marker.ts'
import { checkRunParams } from './params.ts'
import { parseWorkflow, parseYaml } from './parse.ts'
import { referencesOf } from './references.ts'
import { diffThreeWay } from './three-way.ts'
import { findIssues } from './validate.ts'
import { toYaml } from './yaml.ts'

const input: WorkflowDocumentInput = {
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

function doc(change: (draft: WorkflowDocument) => void = () => undefined): WorkflowDocument {
  const document = structuredClone(WorkflowDocument.parse(input))
  change(document)
  return document
}

function parsed(value: unknown): readonly (readonly [string, string])[] {
  const result = parseWorkflow(value)
  return result.ok ? [] : result.issues.map((issue) => [issue.pointer, issue.message] as const)
}

test('every fault of the shape is told at once, with its pointer', () => {
  const pointers = parsed({
    ...input,
    nmae: 'x',
    tasks: [
      { key: '1', type: 'shell' },
      { key: 'b', type: 'nonsense' },
    ],
    start: { sync_timeout_sec: 'x' },
  }).map(([pointer]) => pointer)

  expect(pointers).toEqual(
    expect.arrayContaining([
      '/nmae',
      '/tasks/0/key',
      '/tasks/0/script',
      '/tasks/1/type',
      '/start/sync_timeout_sec',
    ]),
  )
})

test('a document of another schema version is refused by name', () => {
  expect(parsed({ ...input, apiVersion: 'slipway/v9' })).toEqual([
    ['/apiVersion', 'this build reads slipway/v1, not "slipway/v9"'],
  ])
})

test('YAML in and out is the same document', () => {
  const again = parseYaml(toYaml(doc()))

  expect(again).toEqual({ ok: true, document: doc() })
})

test.each([
  ['a: 1\na: 2', 'line 2: Map keys must be unique'],
  [
    'a: [',
    'line 1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
])('YAML %j is a fault with its line', (text, message) => {
  const result = parseYaml(text)

  expect(result.ok ? '' : result.issues[0]?.message).toContain(message)
})

test('an alias bomb is refused', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'
      .split('')
      .map(
        (key, n) =>
          `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[n]}`).join(',')}]`,
      ),
  ].join('\n')

  expect(parseYaml(bomb).ok).toBe(false)
})

test('a sound document has no issues', () => {
  expect(findIssues(doc())).toEqual([])
})

test.each<[string, (draft: WorkflowDocument) => void, string]>([
  ['an unknown need', (d) => d.tasks[0]?.needs.push('nobody'), '/tasks/0/needs/0'],
  ['a circle', (d) => d.tasks[0]?.needs.push('load'), '/tasks/0/needs'],
  ['a task that needs itself', (d) => d.tasks[0]?.needs.push('extract'), '/tasks/0/needs'],
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
  [
    'a description without room for the marker',
    (d) => Object.assign(d, { description: 'x'.repeat(250) }),
    '/description',
  ],
  [
    'a placeholder without a value',
    (d) => Object.assign(d.tasks[1] ?? {}, { sql: 'select ${unknown_name}' }),
    '/tasks/1/sql',
  ],
])('%s is an issue', (_name, change, pointer) => {
  expect(findIssues(doc(change)).map((issue) => issue.pointer)).toContain(pointer)
})

test('a circle is told with its path', () => {
  const [issue] = findIssues(doc((d) => d.tasks[0]?.needs.push('load')))

  expect(issue?.message).toBe('tasks need each other in a circle: extract → load → extract')
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

test('values of tasks before are known, those of tasks beside are not', () => {
  const sql = (name: string) =>
    findIssues(
      doc((d) => {
        d.tasks.push({
          ...structuredClone(d.tasks[1] ?? d.tasks[0]),
          key: 'last',
          needs: ['load'],
          outputs: [],
          sql: `select \${${name}}`,
        } as never)
      }),
    )

  expect(sql('rows_written')).toEqual([])
  expect(sql('system.biz.date')).toEqual([])
  expect(sql('other')).toHaveLength(1)
})

test('the digest does not depend on order or on spelled-out defaults', () => {
  const shuffled = fc.record({
    tasks: fc.shuffledSubarray([0, 1], { minLength: 2 }),
    tags: fc.shuffledSubarray(['orders', 'daily'], { minLength: 2 }),
    isSpelled: fc.boolean(),
  })
  fc.assert(
    fc.property(shuffled, ({ tasks, tags, isSpelled }) => {
      const other = doc((d) => {
        d.tasks = tasks
          .map((n) => structuredClone(doc().tasks[n]))
          .filter((task) => task !== undefined)
        d.tags = tags
        if (isSpelled) Object.assign(d.schedule ?? {}, { cron: '0 0 3 * * ? *' })
        if (isSpelled) for (const task of d.tasks) task.name = task.key
      })
      expect(digestOf(other)).toBe(digestOf(doc()))
    }),
  )
})

test('the digest changes with the meaning', () => {
  const digests = new Set([
    digestOf(doc()),
    digestOf(doc((d) => Object.assign(d.tasks[0] ?? {}, { script: 'echo  ${biz_date}' }))),
    digestOf(doc((d) => Object.assign(d.tasks[1] ?? {}, { needs: [] }))),
    digestOf(doc((d) => Object.assign(d, { owner: 'alice' }))),
    digestOf(doc((d) => delete d.schedule)),
    digestOf(doc((d) => Object.assign(d.tasks[0] ?? {}, { disabled: true }))),
  ])

  expect(digests.size).toBe(6)
})

test('canonical text is read back as the same document', () => {
  const again = WorkflowDocument.parse(JSON.parse(canonicalText(doc())))

  expect(canonicalText(again)).toBe(canonicalText(doc()))
})

test('a diff tells added, removed, renamed and changed tasks, edges, and the rest', () => {
  const before = doc((d) =>
    d.tasks.push({ ...structuredClone(d.tasks[0]), key: 'old', script: 'rm' } as never),
  )
  const after = doc((d) => {
    Object.assign(d.tasks[0] ?? {}, { key: 'fetch' })
    Object.assign(d.tasks[1] ?? {}, { needs: ['fetch'], sql: 'insert into t values (2)' })
    d.tasks.push({
      ...structuredClone(d.tasks[0]),
      key: 'extra',
      needs: ['load'],
      script: 'line 1\nline 2',
    } as never)
    Object.assign(d, { owner: 'alice' })
    d.settings.timeout_min = 60
    delete d.schedule
  })

  const diff = diffDocuments(before, after)

  expect(summarize(diff)).toEqual({
    tasks_added: 1,
    tasks_removed: 1,
    tasks_renamed: 1,
    tasks_changed: 1,
    edges_changed: 1,
    other_changes: 4,
  })
  expect(renderDiff(diff)).toBe(`+ task extra (shell)
- task old (shell)
~ task extract is now fetch
~ task load sql: "insert into t values (1)" → "insert into t values (2)"
+ load → extra
~ setting timeout_min: 0 → 60
- schedule cron: "0 3 * * *"
- schedule timezone: "Asia/Shanghai"
+ workflow owner: "alice"
`)
})

test('a script is compared line by line', () => {
  const script = (text: string) => doc((d) => Object.assign(d.tasks[0] ?? {}, { script: text }))

  expect(renderDiff(diffDocuments(script('a\nb\nc'), script('a\nB\nc')))).toContain(
    '    -b\n    +B\n',
  )
})

test('equal documents have an empty diff', () => {
  expect(diffDocuments(doc(), doc())).toMatchObject({ is_empty: true })
  expect(renderDiff(diffDocuments(doc(), doc()))).toBe('no changes\n')
})

test('three ways: where two people meet is a conflict', () => {
  const mine = doc((d) => Object.assign(d.tasks[0] ?? {}, { script: 'mine' }))
  const theirs = doc((d) => {
    Object.assign(d.tasks[0] ?? {}, { script: 'theirs' })
    d.settings.timeout_min = 5
  })

  expect(diffThreeWay(doc(), { mine, theirs }).conflicts).toEqual([
    'task extract',
    'task extract script',
  ])
})

test('the names that an environment has to know, with every place that says them', () => {
  const document = doc((d) =>
    Object.assign(d.settings, {
      worker_group: 'big',
      warning: { type: 'failure', alert_group: 'ops' },
    }),
  )

  expect(referencesOf(document)).toEqual([
    { kind: 'worker_group', name: 'big', pointers: ['/settings/worker_group'] },
    { kind: 'alert_group', name: 'ops', pointers: ['/settings/warning/alert_group'] },
    { kind: 'data_source', name: 'warehouse', pointers: ['/tasks/1/datasource'] },
  ])
})

test('run parameters are checked against what the workflow declares', () => {
  const document = doc((d) =>
    Object.assign(d.start.params.properties, {
      n: { type: 'integer' },
      mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
    }),
  )

  expect(checkRunParams(document, { n: 3, mode: 'b' })).toEqual({
    ok: true,
    values: { n: '3', mode: 'b' },
  })
  const refused = checkRunParams(document, { x: 1, mode: 'c' })
  expect(
    refused.ok ? [] : refused.issues.map((issue) => `${issue.pointer} ${issue.message}`),
  ).toEqual([
    '/params/x the workflow declares no such parameter',
    '/params/mode has to be one of a, b',
    '/params/n has no default and was not given',
  ])
})

test('the marker survives a round trip with any description', () => {
  fc.assert(
    fc.property(fc.string(), (description) => {
      expect(readMarker(withMarker(description, 'w1'))).toEqual({ description, workflowId: 'w1' })
    }),
  )
})
