import { expect, test } from 'vitest'
import { WorkflowDocument } from '../definition/document.ts'
import { EnvironmentOverlay } from '../environments/environment.ts'
import { applyOverlay, withoutOverlay } from './overlay.ts'
import { overlayLoss } from './overlay-loss.ts'

const document = (...sources: readonly string[]) =>
  WorkflowDocument.parse({
    apiVersion: 'slipway/v1',
    kind: 'Workflow',
    id: 'x',
    name: 'x',
    start: { params: { properties: { day: { type: 'string', default: 'ours' } } } },
    tasks: sources.map((datasource, n) => ({ key: `t${n}`, type: 'sql', datasource, sql: 'x' })),
  })
const overlay = (dataSources: Readonly<Record<string, string>>, params = {}) =>
  EnvironmentOverlay.parse({ data_sources: dataSources, params })
const sourcesOf = ({ tasks }: WorkflowDocument) =>
  tasks.map((task) => (task.type === 'sql' ? task.datasource : ''))

test.each([
  [['a', 'b'], { a: 'b' }],
  [['a', 'b'], { a: 'b', b: 'a' }],
  [['a', 'b', 'c'], { a: 'b', b: 'c' }],
  [['a', 'b', 'c'], { a: 'c', b: 'c' }],
])('%j comes back as it was from %j', (sources, names) => {
  const there = applyOverlay(document(...sources), overlay(names))

  const back = withoutOverlay(there, overlay(names), document(...sources))

  expect(sourcesOf(back)).toEqual(sources)
})

test('the order of an engine changes no name', () => {
  const names = overlay({ a: 'x', b: 'x' })
  const { tasks, ...rest } = applyOverlay(document('a', 'b'), names)

  const back = withoutOverlay({ ...rest, tasks: tasks.toReversed() }, names, document('a', 'b'))

  expect(sourcesOf(back)).toEqual(['b', 'a'])
})

test('what was chosen on the engine gets the name that became it', () => {
  const names = overlay({ a: 'x' })

  expect(sourcesOf(withoutOverlay(document('x'), names, document('b')))).toEqual(['a'])
  expect(sourcesOf(withoutOverlay(document('x'), names, null))).toEqual(['a'])
})

test('what the overlay would make something else of is a loss', () => {
  const names = overlay({ a: 'b' }, { day: 'theirs' })
  const live = document('a')

  expect(overlayLoss(live, withoutOverlay(live, names, document('a')), names)).toEqual([
    {
      pointer: '/tasks/0/datasource',
      code: 'overlay.loses',
      message: expect.stringContaining('"b"'),
    },
    {
      pointer: '/start/params/properties/day/default',
      code: 'overlay.loses',
      message: expect.stringContaining('"theirs"'),
    },
  ])
})
