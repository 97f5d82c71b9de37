import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMarker, withMarker } from './marker.ts'

test('the marker survives a round trip with any description', () => {
  fc.assert(
    fc.property(fc.string(), (description) => {
      expect(readMarker(withMarker(description, 'w1'))).toEqual({ description, workflowId: 'w1' })
    }),
  )
})

test("a description without a marker is nobody's", () => {
  expect(readMarker('about slipway:w1 and more')).toEqual({
    description: 'about slipway:w1 and more',
    workflowId: null,
  })
})
