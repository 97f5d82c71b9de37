import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ceilSecond, floorSecond, formatWireDate, parseWireDate } from './times.ts'

test.each([
  ['2026-11-21 01:42:56', 'UTC', '2026-11-21T01:42:56.000Z'],
  ['2026-11-21 01:42:56', 'Asia/Shanghai', '2026-11-20T17:42:56.000Z'],
  ['2026-07-01 12:00:00', 'America/New_York', '2026-07-01T16:00:00.000Z'],
  ['2026-01-01 00:00:00', 'Asia/Kolkata', '2025-12-31T18:30:00.000Z'],
  // The hour comes twice: the first one is meant.
  ['2026-11-01 01:30:00', 'America/New_York', '2026-11-01T05:30:00.000Z'],
  // The hour is left out: as much later.
  ['2026-03-08 02:30:00', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-11-21T01:42:56.000+08:00', 'UTC', '2026-11-20T17:42:56.000Z'],
])('%s in %s is %s', (text, zone, instant) => {
  expect(parseWireDate(text, zone).toISOString()).toBe(instant)
})

test('an instant is written in the zone, without fractions', () => {
  expect(formatWireDate(new Date('2026-03-08T07:30:00.900Z'), 'America/New_York')).toBe(
    '2026-03-08 03:30:00',
  )
})

test('what was written is read back, but for the second pass of a repeated hour', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
      fc.constantFrom(
        'UTC',
        'America/New_York',
        'Europe/Berlin',
        'Asia/Shanghai',
        'Australia/Lord_Howe',
      ),
      (at, zone) => {
        const text = formatWireDate(at, zone)
        const back = parseWireDate(text, zone)

        expect(formatWireDate(back, zone)).toBe(text)
        expect(floorSecond(at).getTime() - back.getTime()).toBeGreaterThanOrEqual(0)
      },
    ),
  )
})

test('a window is widened to whole seconds', () => {
  const at = new Date('2026-01-01T00:00:00.500Z')

  expect(floorSecond(at).toISOString()).toBe('2026-01-01T00:00:00.000Z')
  expect(ceilSecond(at).toISOString()).toBe('2026-01-01T00:00:01.000Z')
})

test('a text that is no date, and a zone that is none, are errors', () => {
  expect(() => parseWireDate('yesterday', 'UTC')).toThrow('not a date')
  expect(() => parseWireDate('2026-01-01 00:00:00', 'Mars/Base')).toThrow('not a time zone')
})
