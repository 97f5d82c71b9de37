import { expect, test } from 'vitest'
import { canonicalCron, isTimeZone, nextFires } from './cron.ts'

test.each([
  ['0 3 * * *', '0 0 3 * * ?'],
  ['*/5 * * * *', '0 */5 * * * ?'],
  ['0 3 * * 0', '0 0 3 ? * 1'],
  ['0 3 * * 7', '0 0 3 ? * 1'],
  ['0 3 * * 1-5', '0 0 3 ? * 2,3,4,5,6'],
  ['0 3 * * 5-7', '0 0 3 ? * 1,6,7'],
  ['0 3 * * MON', '0 0 3 ? * 2'],
  ['0 0 6,20 * * ? *', '0 0 6,20 * * ?'],
  ['0 0 6 * * ? 2030', '0 0 6 * * ? 2030'],
  ['0 0 22-2 * * ?', '0 0 22,23,0,1,2 * * ?'],
  ['0 0 12 L * ?', '0 0 12 L * ?'],
])('%s is %s', (given, expected) => {
  expect(canonicalCron(given)).toEqual({ ok: true, cron: expected })
})

test.each([
  '',
  '* * *',
  '0 3 1 * 1',
  '0 0 3 * * *',
  '0 0 3 ? * ?',
  '0 0 3 ? * 8',
  '0 0 3 ? * 0',
  '0 0 3 1,15,L * ?',
  '61 * * * *',
  '0 0 3 ? * MONDAY',
  'a b c d e',
])('%j is refused', (cron) => {
  expect(canonicalCron(cron).ok).toBe(false)
})

function fires(cron: string, timezone: string, from: string, count = 2): readonly string[] {
  return nextFires({ cron, timezone }, new Date(from), count).map((fire) => fire.toISOString())
}

test('the next fires are instants of the zone', () => {
  expect(fires('0 0 3 * * ?', 'Asia/Shanghai', '2026-01-01T00:00:00Z')).toEqual([
    '2026-01-01T19:00:00.000Z',
    '2026-01-02T19:00:00.000Z',
  ])
})

test('a time that the clock skips in spring does not fire that day', () => {
  expect(fires('0 30 2 * * ?', 'Europe/Berlin', '2026-03-28T12:00:00Z', 1)).toEqual([
    '2026-03-30T00:30:00.000Z',
  ])
})

test('a time that comes twice in autumn fires the second time only', () => {
  expect(fires('0 30 2 * * ?', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T01:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ])
})

test('a cron of the past has no fire', () => {
  expect(fires('0 0 6 * * ? 2020', 'UTC', '2026-01-01T00:00:00Z')).toEqual([])
})

test('only real time zones count', () => {
  expect([isTimeZone('Asia/Shanghai'), isTimeZone('Mars/Olympus')]).toEqual([true, false])
})
