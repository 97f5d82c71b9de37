import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffDocuments, diffWithNothing, summarize } from './diff.ts'
import { renderDiff, summarySentence } from './diff-text.ts'
import type { WorkflowDocument } from './document.ts'
import { doc, otherWords, someDocument } from '#test/support/documents.ts'
import { diffThreeWay } from './three-way.ts'

const FIRST = `+ task extract (shell)
+ task extract script: "echo \${biz_date}"
+ task load (sql)
+ task load datasource: "warehouse"
+ task load limit_rows: 0
+ task load mode: "statement"
+ task load outputs: [{"name":"rows_written","type":"VARCHAR","value":""}]
+ task load sql: "insert into t values (1)"
+ extract → load
+ parameter biz_date: {"default":"2026-01-01","type":"string"}
+ output rows: {"from":"load.rows_written","type":"integer"}
+ schedule cron: "0 0 3 * * ?"
+ schedule timezone: "Asia/Shanghai"
~ workflow tags: [] → ["daily","orders"]
`

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
+ task extra script:
    +line 1
    +line 2
- task old (shell)
~ task extract is now fetch
~ task load sql: "insert into t values (1)" → "insert into t values (2)"
+ load → extra
~ setting timeout_min: 0 → 60
- schedule cron: "0 0 3 * * ?"
- schedule timezone: "Asia/Shanghai"
+ workflow owner: "alice"
`)
})

test('a first version is shown whole, in what it says beyond the defaults', () => {
  const document = doc()

  const text = renderDiff(diffWithNothing(document))

  expect(text).toBe(FIRST)
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

  expect(diffThreeWay(doc(), { mine, theirs }).conflicts).toEqual(['task extract script'])
})

test('objects are compared inside, lists as a whole', () => {
  const before = doc((d) =>
    Object.assign(d.tasks[0] ?? {}, { timeout: { min: 5, action: 'fail' } }),
  )
  const after = doc((d) => {
    Object.assign(d.tasks[0]?.retry ?? {}, { times: 2 })
    Object.assign(d.tasks[1] ?? {}, { name: 'Load', reads: ['a'] })
    Object.assign(d.start.params.properties, { n: { type: 'integer' } })
    Object.assign(d.start.params.properties['biz_date'] ?? {}, { default: 'x' })
    Object.assign(d.settings, { warning: { type: 'all' } })
  })

  expect(renderDiff(diffDocuments(before, after))).toBe(`~ task extract retry.times: 0 → 2
- task extract timeout: {"action":"fail","min":5}
+ task load name: "Load"
~ task load reads: [] → ["a"]
~ parameter biz_date.default: "2026-01-01" → "x"
+ parameter n: {"type":"integer"}
~ setting warning.type: "none" → "all"
`)
})

test('edges and outputs that go are told too', () => {
  const after = doc((d) => {
    Object.assign(d.tasks[1] ?? {}, { needs: [] })
    Object.assign(d, { end: { outputs: { n: { from: 'load.rows_written', type: 'string' } } } })
  })

  expect(renderDiff(diffDocuments(doc(), after))).toBe(`- extract → load
+ output n: {"from":"load.rows_written","type":"string"}
- output rows: {"from":"load.rows_written","type":"integer"}
`)
})

test('a diff back says the opposite', () => {
  fc.assert(
    fc.property(someDocument, someDocument, (one, two) => {
      const there = diffDocuments(one, two)
      const back = diffDocuments(two, one)

      expect(back.edges.added.length).toBe(there.edges.removed.length)
      expect(back.tasks.added.map((task) => task.key).sort()).toEqual(
        there.tasks.removed.map((task) => task.key).sort(),
      )
      expect(back.settings).toEqual(
        there.settings.map(({ field, before, after }) => ({ field, before: after, after: before })),
      )
    }),
  )
})

test('a summary reads as a sentence', () => {
  const none = summarize(diffDocuments(doc(), doc()))

  expect(summarySentence(none)).toBe('no changes')
  expect(summarySentence({ ...none, tasks_added: 2, edges_changed: 1 })).toBe(
    '2 tasks added, 1 edge changed',
  )
})

type Change = (draft: WorkflowDocument) => unknown
const conflictsOf = (base: WorkflowDocument, mine: Change, theirs: Change): readonly string[] => {
  const changed = (change: Change): WorkflowDocument => {
    const copy = structuredClone(base)
    change(copy)
    return copy
  }
  return diffThreeWay(base, { mine: changed(mine), theirs: changed(theirs) }).conflicts
}
const script =
  (text: string): Change =>
  (d) =>
    Object.assign(d.tasks[0] ?? {}, { script: text })
const retry: Change = (d) => Object.assign(d.tasks[0]?.retry ?? {}, { times: 3 })
const timeout =
  (of: unknown): Change =>
  (d) =>
    Object.assign(d.tasks[0] ?? {}, { timeout: of })
const removeFirst: Change = (d) => {
  d.tasks.shift()
  Object.assign(d.tasks[0] ?? {}, { needs: [] })
}
const rename =
  (key: string): Change =>
  (d) => {
    Object.assign(d.tasks[0] ?? {}, { key })
    Object.assign(d.tasks[1] ?? {}, { needs: [key] })
  }
const add =
  (text: string): Change =>
  (d) =>
    d.tasks.push({ ...structuredClone(d.tasks[0]), key: 'extra', script: text } as never)
const hang: Change = (d) => {
  add('x')(d)
  d.tasks.at(-1)?.needs.push('extract')
}

test.each<[string, Change, Change, readonly string[]]>([
  ['different fields of a task', script('mine'), retry, []],
  ['the same field, differently', script('mine'), script('theirs'), ['task extract script']],
  ['the same field, equally', script('both'), script('both'), []],
  ['a field of a task that is gone', retry, removeFirst, ['task extract']],
  ['a task that is gone, and a field of it', removeFirst, retry, ['task extract']],
  ['the same task gone', removeFirst, removeFirst, []],
  ['a new task behind one that is gone', hang, removeFirst, ['task extract']],
  ['a field of a renamed task', rename('fetch'), retry, ['task extract']],
  ['two new keys for one task', rename('fetch'), rename('pull'), ['task extract']],
  ['the same new key', rename('fetch'), rename('fetch'), []],
  ['equal new tasks', add('x'), add('x'), []],
  ['different new tasks of one key', add('x'), add('y'), ['task extra']],
  ['a setting and a script', (d) => (d.settings.timeout_min = 5), script('theirs'), []],
])('three ways: %s', (_name, mine, theirs, expected) => {
  expect(conflictsOf(doc(), mine, theirs)).toEqual(expected)
})

test('three ways: what one dropped as a whole and the other changed inside', () => {
  const base = doc(timeout({ min: 5, action: 'fail' }))

  const conflicts = conflictsOf(base, timeout({ min: 6, action: 'fail' }), timeout(undefined))

  expect(conflicts).toEqual(['task extract timeout'])
})

test('three ways: nobody conflicts with themselves, or with whoever did nothing', () => {
  fc.assert(
    fc.property(someDocument, someDocument, (base, mine) => {
      expect(diffThreeWay(base, { mine, theirs: otherWords(mine) }).conflicts).toEqual([])
      expect(diffThreeWay(base, { mine, theirs: otherWords(base) }).conflicts).toEqual([])
    }),
  )
})

test('a text that was rewritten altogether costs no more than it says', () => {
  const linesOf = (word: string): string =>
    Array.from({ length: 50_000 }, (_, n) => `echo ${word} ${n}`).join('\n')
  const before = doc((d) => Object.assign(d.tasks[0] ?? {}, { script: linesOf('old') }))
  const after = doc((d) => Object.assign(d.tasks[0] ?? {}, { script: linesOf('new') }))

  const text = renderDiff(diffDocuments(before, after))

  expect(text).toContain('@@ rewritten: 50000 lines became 50000 @@')
  expect(text).toContain('-echo old 0\n')
  expect(text).toContain('+… 49980 more lines')
  expect(text.split('\n').length).toBeLessThan(60)
})
