import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalCron, instantOf, nextFires } from './cron.ts'
import { isTimeZone, zoneOf } from './zone.ts'

test.each([
  ['0 3 * * *', '0 0 3 * * ?'],
  ['*/5 * * * *', '0 */5 * * * ?'],
  ['0 3 * * 0', '0 0 3 ? * 1'],
  ['0 3 * * 7', '0 0 3 ? * 1'],
  ['0 3 * * 1-5', '0 0 3 ? * 2-6'],
  ['0 3 * * 5-7', '0 0 3 ? * 1,6,7'],
  ['0 3 * * MON', '0 0 3 ? * 2'],
  ['0 0 6,20 * * ? *', '0 0 6,20 * * ?'],
  ['0 0 6 * * ? 2030', '0 0 6 * * ? 2030'],
  ['0 0 22-2 * * ?', '0 0 0-2,22,23 * * ?'],
  ['0 0 12 L * ?', '0 0 12 L * ?'],
  ['0 0 12 lw * ?', '0 0 12 LW * ?'],
  ['0 0 12 05W * ?', '0 0 12 5W * ?'],
  ['0 0 12 ? * L', '0 0 12 ? * 7'],
  ['0 0 12 ? * FRIL', '0 0 12 ? * 6L'],
  ['0 0 12 ? * FRI#3', '0 0 12 ? * 6#3'],
  ['0 0 12 ? * FRI-MON', '0 0 12 ? * 1,2,6,7'],
  ['0 0 12 ? * *', '0 0 12 * * ?'],
  ['0 0 12 ? * 1-7', '0 0 12 * * ?'],
  ['0 0 12 ? * */2', '0 0 12 ? * 1,3,5,7'],
  ['0 0 12 1 NOV-FEB ?', '0 0 12 1 1,2,11,12 ?'],
  ['0 /5 * * * ?', '0 */5 * * * ?'],
  ['0 5/15 * * * ?', '0 5/15 * * * ?'],
  ['0 5,20,35,50 * * * ?', '0 5/15 * * * ?'],
  ['0 0 9-17/4 * * ?', '0 0 9,13,17 * * ?'],
  ['0 0 22-4/3 * * ?', '0 0 1,4,22 * * ?'],
  ['0 0 12 1 1 ? 2027-2029', '0 0 12 1 1 ? 2027-2029'],
  ['0 3 ? * 1', '0 0 3 ? * 2'],
  ['0 3 1-31 * 1', '0 0 3 ? * 2'],
  ['0 3 5 * 0-7', '0 0 3 5 * ?'],
  ['0 3 ? * ?', '0 0 3 * * ?'],
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
  '*/60 * * * *',
  '*/0 * * * *',
  '0 3 * * 8',
  '0 3 * * MON/2',
  '0 0 3 ? * MON/2',
  '0 0 3 ? * MON-FRI/2',
  '0 0 3 ? * XYZL',
  '0 0 3 ? * MON,FRI#3',
  '0 0 3 ? * 6#6',
  '0 0 3 L-3 * ?',
  '0 0 3 32W * ?',
  '0 0 3 5L3 * ?',
  '0 0 3 1--2 * ?',
  '0 0 3 1, * ?',
  '0 0 3 * * ? 2101',
  '0 0 3 * * ? 2030-2026',
  '? 0 3 * * ?',
  '61 0 3 * * ?',
  '0 0 25 * * ?',
  '0 0 3 * 13 ?',
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

test('what cannot be read has no fire, and what is no zone fires by GMT', () => {
  expect(fires('0 0 3 L-3 * ?', 'UTC', '2026-01-01T00:00:00Z')).toEqual([])
  expect(fires('0 0 3 * * ?', 'Mars/Olympus', '2026-01-01T00:00:00Z', 1)).toEqual([
    '2026-01-01T03:00:00.000Z',
  ])
})

test('a time that only ever falls into the gap never fires', () => {
  expect(fires('0 30 2 29 3 ? 2026', 'Europe/Berlin', '2026-01-01T00:00:00Z')).toEqual([])
})

test('the next fire is after the given instant, not at it', () => {
  expect(fires('0 0 3 * * ?', 'UTC', '2026-01-01T03:00:00.500Z', 1)).toEqual([
    '2026-01-02T03:00:00.000Z',
  ])
})

test.each([
  ['Asia/Shanghai', true],
  ['UTC', true],
  ['US/Pacific', true],
  ['Etc/GMT+8', true],
  ['America/Port-au-Prince', true],
  ['Mars/Olympus', false],
  ['asia/shanghai', false],
  ['ASIA/SHANGHAI', false],
  ['EST', true],
  ['GMT', true],
  ['GMT+8', true],
  ['GMT-0', true],
  ['GMT-00:00', true],
  ['GMT+08', true],
  ['GMT+0830', true],
  ['GMT-23:59', true],
  ['GMT+24', false],
  ['GMT+8:3', false],
  ['UTC+8', false],
  ['+08:00', false],
  ['', false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected)
})

test.each([
  ['2026-01-01T03:00:00', 'Asia/Shanghai', '2025-12-31T19:00:00.000Z'],
  ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
  ['2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
  ['2026-01-01T03:00:00', 'GMT+8', '2025-12-31T19:00:00.000Z'],
  ['2026-01-01T03:00:00', 'GMT-330', '2026-01-01T06:30:00.000Z'],
  ['2026-01-01T03:00:00', 'EST', '2026-01-01T08:00:00.000Z'],
  // Java knows neither: GMT.
  ['2026-01-01T03:00:00', 'UTC+8', '2026-01-01T03:00:00.000Z'],
  ['2026-01-01T03:00:00', '+08:00', '2026-01-01T03:00:00.000Z'],
  ['2026-01-01T03:00', 'UTC', '2026-01-01T03:00:00.000Z'],
])('%s in %s is %s', (local, timezone, instant) => {
  expect(instantOf(local, timezone).toISOString()).toBe(instant)
})

/** A field as a list of its values: what any way of writing it comes down to. */
function listed(min: number, max: number, maxLength: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength })
}
const someCron = fc.record({
  minutes: listed(0, 59, 20),
  hours: listed(0, 23, 24),
  weekdays: fc.option(listed(1, 7, 7)),
})

test('however its values are written, a cron has one text, and that text is canonical', () => {
  fc.assert(
    fc.property(someCron, ({ minutes, hours, weekdays }) => {
      const written = (days: string) => `0 ${minutes.join(',')} ${hours.join(',')} ${days}`
      const days = weekdays ? `? * ${weekdays.join(',')}` : '* * ?'
      const once = canonicalCron(written(days))
      const backwards = canonicalCron(
        `0 ${minutes.toReversed().join(',')} ${hours.toReversed().join(',')} ${days}`,
      )
      const twice = once.ok ? canonicalCron(once.cron) : once

      expect(once.ok).toBe(true)
      expect(backwards).toEqual(once)
      expect(twice).toEqual(once)
    }),
  )
})

const WINDOWS = [
  ['Europe/Berlin', '2026-03-28T00:00:00Z'],
  ['Europe/Berlin', '2026-10-24T00:00:00Z'],
  ['America/New_York', '2026-10-31T04:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T00:00:00Z'],
  ['Asia/Shanghai', '2026-06-01T00:00:00Z'],
] as const
const MINUTES = 3 * 24 * 60

/** Wall clocks of each minute of a window, read off the zone one by one. */
const wallsOf = Object.fromEntries(
  WINDOWS.map(([timeZone, from]) => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
    })
    const at = (n: number) => new Date(Date.parse(from) + n * 60_000)
    return [from, Array.from({ length: MINUTES }, (_, n) => format.format(at(n)))]
  }),
)

test('the next fires are those that a walk over every minute finds', () => {
  fc.assert(
    fc.property(
      someCron,
      fc.constantFrom(...WINDOWS),
      ({ minutes, hours, weekdays }, [timezone, from]) => {
        const walls = wallsOf[from] ?? []
        const last = new Map(walls.map((wall, n) => [wall, n]))
        const expected = walls.flatMap((wall, n) => {
          const at = new Date(`${wall.replace(' ', 'T')}:00Z`)
          const isHit =
            minutes.includes(at.getUTCMinutes()) &&
            hours.includes(at.getUTCHours()) &&
            (weekdays?.includes(at.getUTCDay() + 1) ?? true)
          const isFire = isHit && n > 0 && last.get(wall) === n
          return isFire ? [new Date(Date.parse(from) + n * 60_000).toISOString()] : []
        })
        const days = weekdays ? `? * ${weekdays.join(',')}` : '* * ?'
        const cron = `0 ${minutes.join(',')} ${hours.join(',')} ${days}`

        expect(fires(cron, timezone, from, expected.length)).toEqual(expected)
      },
    ),
    { numRuns: 60 },
  )
})

test('a zone that was asked for is kept, and an offset by itself stays GMT', () => {
  const hour = (zone: string): number => zoneOf(zone).wallMs(0) / 3_600_000

  expect(['GMT+8', '+08:00', 'Asia/Shanghai', 'GMT+8', '+08:00'].map(hour)).toEqual([8, 0, 8, 8, 0])
  expect(zoneOf('Asia/Shanghai')).toBe(zoneOf('Asia/Shanghai'))
})
