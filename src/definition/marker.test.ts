import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMarker, withMarker } from './marker.ts'

test('the marker survives a round trip with any description', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (description) => {
      expect(readMarker(withMarker(description, 'w1'))).toEqual({ description, workflowId: 'w1' })
    }),
  )
})

test.each([
  ['x'.repeat(244), true],
  ['x'.repeat(245), false],
  ['x'.repeat(255), false],
  ['🙂'.repeat(244), true],
  ['🙂'.repeat(245), false],
])('a marker stands where the engine has room for it: %#', (description, isMarked) => {
  const marked = withMarker(description, 'w1')

  expect(marked).toBe(isMarked ? `${description} slipway:w1` : description)
})

test("a description without a marker is nobody's", () => {
  expect(readMarker('about slipway:w1 and more')).toEqual({
    description: 'about slipway:w1 and more',
    workflowId: null,
  })
})
