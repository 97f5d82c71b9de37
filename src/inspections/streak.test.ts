import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countFailuresInARow } from './streak.ts'

const states = (...list: readonly string[]) => list.map((state) => ({ state }))

test.each([
  [0, states()],
  [0, states('success', 'failure', 'failure')],
  [2, states('failure', 'failure', 'success', 'failure')],
  [2, states('failure', 'stopped', 'failure', 'success')],
  [0, states('stopped', 'success')],
])('%i failures in a row', (expected, newestFirst) => {
  expect(countFailuresInARow(newestFirst)).toBe(expected)
})

test('stops never change the count', () => {
  const attempts = fc.array(fc.constantFrom('success', 'failure', 'stopped'))
  fc.assert(
    fc.property(attempts, (list) => {
      const without = list.filter((state) => state !== 'stopped')
      expect(countFailuresInARow(states(...list))).toBe(countFailuresInARow(states(...without)))
    }),
  )
})
