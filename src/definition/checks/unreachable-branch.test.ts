import { expect, test } from 'vitest'
import { WorkflowDocument } from '../document.ts'
import { unreachableBranch } from './unreachable-branch.ts'

function findIn(tasks: readonly object[]) {
  const document = WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'w',
    name: 'W',
    tasks,
  })
  return unreachableBranch.run(document).map(({ path, message }) => [path.join('/'), message])
}

const shell = (key: string, needs: readonly string[] = [], more: object = {}) => ({
  key,
  type: 'shell',
  script: 'x',
  needs,
  ...more,
})
const gate = (more: object) => ({ key: 'gate', type: 'switch', needs: ['first'], ...more })
const conditions = (more: object) => ({
  key: 'check',
  type: 'conditions',
  needs: ['first'],
  groups: [{ items: [{ task: 'first', is: 'success' }] }],
  on_success: ['good'],
  on_failure: ['bad'],
  ...more,
})

test('what only a case that is always false leads to never runs, nor what waits for it', () => {
  const found = findIn([
    shell('first'),
    gate({ cases: [{ condition: '0 > 1', next: 'never' }], otherwise: 'always' }),
    shell('never', ['gate']),
    shell('after', ['never']),
    shell('always', ['gate']),
    shell('join', ['after', 'always']),
  ])

  expect(found).toEqual([
    ['tasks/2', '"never" never runs: its case of "gate" is always false'],
    ['tasks/3', '"after" never runs: "never" never runs'],
  ])
})

test('behind a case that is always true nothing else is looked at', () => {
  const found = findIn([
    shell('first'),
    gate({
      cases: [
        { condition: '${n} > 1', next: 'many' },
        { condition: 'true', next: 'some' },
        { condition: '${n} > 0', next: 'late' },
      ],
      otherwise: 'rest',
    }),
    ...['many', 'some', 'late', 'rest'].map((key) => shell(key, ['gate'])),
  ])

  expect(found).toEqual([
    ['tasks/4', '"late" never runs: an earlier case of "gate" is always true'],
    ['tasks/5', '"rest" never runs: a case of "gate" is always true'],
  ])
})

test('a condition said twice is decided by the first', () => {
  const found = findIn([
    shell('first'),
    gate({
      cases: [
        { condition: '${n} > 1', next: 'one' },
        { condition: ' ${n} > 1', next: 'two' },
      ],
      otherwise: 'rest',
    }),
    ...['one', 'two', 'rest'].map((key) => shell(key, ['gate'])),
  ])

  expect(found).toEqual([
    ['tasks/3', '"two" never runs: an earlier case of "gate" has its condition'],
  ])
})

test('a switch without a way fails, and what needs it never runs', () => {
  const found = findIn([shell('first'), gate({}), shell('after', ['gate'])])

  expect(found).toEqual([
    ['tasks/1', 'neither cases nor otherwise: it leads nowhere, and fails'],
    ['tasks/2', '"after" never runs: the switch "gate" leads nowhere'],
  ])
})

test('what needs a gate without being one of its ways never runs', () => {
  const found = findIn([
    shell('first'),
    conditions({}),
    ...['good', 'bad', 'forgotten'].map((key) => shell(key, ['check'])),
  ])

  expect(found).toEqual([['tasks/4', '"forgotten" never runs: no way of "check" leads to it']])
})

test('both ways of conditions to one task decide nothing', () => {
  const found = findIn([
    shell('first'),
    conditions({ on_failure: ['good'] }),
    shell('good', ['check']),
  ])

  expect(found).toEqual([
    [
      'tasks/1/on_failure/0',
      'both ways lead to "good": an engine skips what one way does not lead to',
    ],
  ])
})

test('conditions over a task that does not run never succeed', () => {
  const found = findIn([
    shell('first', [], { disabled: true }),
    shell('second'),
    conditions({
      needs: ['first', 'second'],
      groups: [
        {
          items: [
            { task: 'first', is: 'success' },
            { task: 'second', is: 'success' },
          ],
        },
      ],
    }),
    shell('good', ['check']),
    shell('bad', ['check']),
  ])

  expect(found).toEqual([
    ['tasks/3', '"good" never runs: "check" never succeeds: it looks at tasks that do not run'],
  ])
})

const both = [
  { task: 'first', is: 'success' },
  { task: 'first', is: 'failure' },
]
const alone = both.map((item) => ({ items: [item] }))

test.each([
  ['in one group', { groups: [{ items: both }] }, true],
  ['in two groups', { groups: alone }, true],
  ['beside another', { groups: [{ items: both }, { items: [both[0]] }] }, true],
  ['as one of two', { groups: [{ relation: 'or', items: both }] }, false],
  ['in groups of which one is enough', { relation: 'or', groups: alone }, false],
  [
    'of which one group never holds',
    { relation: 'or', groups: [{ items: both }, alone[0]] },
    false,
  ],
])('a task is wanted to succeed and to fail, %s', (_, change, isNever) => {
  const found = findIn([
    shell('first'),
    conditions(change),
    shell('good', ['check']),
    shell('bad', ['check']),
  ])

  const why = '"check" never succeeds: it wants "first" to succeed and to fail'
  expect(found).toEqual(isNever ? [['tasks/2', `"good" never runs: ${why}`]] : [])
})

test('a disabled gate chooses no way', () => {
  const found = findIn([
    shell('first'),
    conditions({ disabled: true }),
    shell('good', ['check']),
    shell('bad', ['check', 'first']),
  ])

  expect(found).toEqual([
    ['tasks/2', '"good" never runs: its gate "check" is disabled, and chooses no way'],
  ])
})

test('nothing is found where each way may be taken', () => {
  const found = findIn([
    shell('off', [], { disabled: true }),
    shell('first', ['off']),
    conditions({
      groups: [
        {
          relation: 'or',
          items: [
            { task: 'first', is: 'success' },
            { task: 'off', is: 'success' },
          ],
        },
      ],
    }),
    shell('good', ['check']),
    shell('bad', ['check']),
    gate({
      needs: ['good'],
      cases: [
        { condition: 'false', next: 'a' },
        { condition: '${rows} > 0', next: 'a' },
        { condition: "'${day}' == 'x'", next: 'b' },
      ],
      otherwise: 'c',
    }),
    ...['a', 'b', 'c'].map((key) => shell(key, ['gate'])),
    shell('end', ['a', 'b', 'c', 'bad']),
  ])

  expect(found).toEqual([])
})

test('a disabled task is not meant to run, and circles are issues', () => {
  const found = findIn([
    shell('first'),
    gate({ cases: [{ condition: 'false', next: 'never' }], otherwise: 'rest' }),
    shell('never', ['gate'], { disabled: true }),
    shell('rest', ['gate']),
    shell('x', ['y']),
    shell('y', ['x', 'nobody']),
  ])

  expect(found).toEqual([])
})
