import { expect, test } from 'vitest'
import { JsonTextObject } from './fields.ts'

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

test('a JSON text that is nested without end holds nothing that can be read', () => {
  const read = [500, 501, 100_000].map((levels) => JsonTextObject.safeParse(nested(levels)).success)

  expect(read).toEqual([true, false, false])
})
