import { expect, test } from 'vitest'
import { skewBounds, skewOf } from './clock-skew.ts'

function answer(date: string | null, askedAt: string, answeredAt: string) {
  return {
    status: 200,
    text: '',
    isJson: true,
    date,
    askedAt: new Date(askedAt),
    answeredAt: new Date(answeredAt),
  }
}

test('a clock that may be right is not said to be wrong', () => {
  const bounds = skewBounds(
    answer('Sat, 21 Nov 2026 05:00:00 GMT', '2026-11-21T05:00:00.400Z', '2026-11-21T05:00:00.420Z'),
  )

  expect(bounds).toEqual({ leastMs: -420, mostMs: 599 })
  expect(skewOf(bounds ? [bounds] : [])).toBe(0)
})

test('several answers narrow the difference', () => {
  const ahead = [
    { leastMs: 4_600, mostMs: 5_599 },
    { leastMs: 4_900, mostMs: 5_900 },
  ]

  expect(skewOf(ahead)).toBe(5_250)
})

test('without a Date header nothing is known', () => {
  expect(skewBounds(answer(null, '2026-11-21T05:00:00Z', '2026-11-21T05:00:00Z'))).toBeNull()
  expect(skewOf([])).toBe(0)
})
