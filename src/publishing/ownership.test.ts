import { expect, test } from 'vitest'
import { engineTask } from '#test/support/engine-task.ts'
import { isOurs } from './ownership.ts'

test.each([
  ['with our marker', 'text slipway:daily', '11', true],
  ['with the marker of another', 'text slipway:other', '11', false],
  ['without a marker', 'text', '11', false],
  ['whose text leaves no room for a marker', 'x'.repeat(255), '11', true],
  ['with other tasks', 'text slipway:daily', '12', false],
  ['without room and with other tasks', 'x'.repeat(255), '12', false],
])('a definition %s', (_what, description, code, expected) => {
  const definition = {
    name: 'Daily',
    description,
    params: [],
    concurrency: 'parallel' as const,
    timeoutMin: 0,
    tasks: [engineTask({ code: '11' })],
    edges: [{ from: null, to: '11' }],
  }

  expect(isOurs(definition, 'daily', { a: code })).toBe(expected)
})
